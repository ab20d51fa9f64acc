//! From a text to a document.

use std::cell::Cell;
use std::ops::Range;

use sayso_model::{Document, EntityMention, Sentence, Span, Token};

use crate::model::{Model, Reading, Types};
use crate::segment::{Segmentation, segment};

/// Longest stretch that is analysed in one piece; longer sentences are analysed in parts, whose roots are attached to the first
/// part's. Building a tree takes time quadratic in a sentence's length, so this keeps the whole linear.
const LONGEST: usize = 160;

/// Words processed together: enough to fill the registers, few enough to stay in the cache.
const TOGETHER: usize = 1024;

/// A document and the network's states for its tokens.
#[derive(Debug, Clone, Default)]
pub struct Analysis {
    /// The document.
    pub document: Document,
    /// `width` floats per token, in token order; each in -1 to 1.
    pub states: Vec<f32>,
    /// Floats per token.
    pub width: usize,
}

impl Analysis {
    /// The state of a token; empty if there is no such token.
    #[must_use]
    pub fn state(&self, token: u32) -> &[f32] {
        let at = token as usize * self.width;
        self.states.get(at..at + self.width).unwrap_or_default()
    }
}

/// Analyses a text: sentences, tokens, tags, lemmas, trees, names.
///
/// Does not fail, takes time linear in the text's length, and gives the same result on every machine.
#[must_use]
pub fn analyze(text: &str) -> Document {
    read(text, segment(text), false).document
}

/// Like [`analyze`], and keeps the network's states for other readers.
#[must_use]
pub fn analyze_with_states(text: &str) -> Analysis {
    read(text, segment(text), true)
}

/// Analyses a text that is already segmented, for instance by a treebank.
#[must_use]
pub fn analyze_segmented(text: &str, segmentation: Segmentation) -> Document {
    read(text, segmentation, false).document
}

thread_local! {
    /// Cache of word types on this thread. It affects only speed: the entry for a type is the same whenever it is computed.
    static TYPES: Cell<Types> = Cell::default();
}

fn read(text: &str, cut: Segmentation, keep_states: bool) -> Analysis {
    let model = Model::shipped();
    let mut out = Analysis { width: model.state_width(), ..Analysis::default() };
    let document = &mut out.document;
    document.tokens.reserve(cut.tokens.len());
    document.paragraphs = cut.paragraphs.iter().map(|p| cut.span(p)).collect();
    let mut paragraph = 0usize;
    for s in &cut.sentences {
        while cut.paragraphs.get(paragraph).is_some_and(|p| p.end <= s.start) {
            paragraph += 1;
        }
        document.sentences.push(Sentence {
            tokens: s.clone(),
            paragraph: paragraph as u32,
            span: cut.span(s),
        });
    }
    // Parts: sentences, with overlong ones split.
    let parts: Vec<(u32, Range<u32>)> = cut
        .sentences
        .iter()
        .enumerate()
        .flat_map(|(i, s)| {
            s.clone().step_by(LONGEST).map(move |from| (i as u32, from..s.end.min(from + LONGEST as u32)))
        })
        .collect();
    let mut types = TYPES.take();
    let mut at = 0;
    let mut roots: (u32, u32) = (u32::MAX, 0);
    while at < parts.len() {
        let mut to = at;
        let mut words = 0;
        while let Some((_, p)) = parts.get(to) {
            if to > at && words + p.len() > TOGETHER {
                break;
            }
            words += p.len();
            to += 1;
        }
        let group = parts.get(at..to).unwrap_or_default();
        let forms: Vec<&str> = group
            .iter()
            .flat_map(|(_, p)| p.clone())
            .map(|t| cut.tokens.get(t as usize).map_or("", |t| t.span.cut(text)))
            .collect();
        let lengths: Vec<usize> = group.iter().map(|(_, p)| p.len()).collect();
        let states = model.encode(&forms, &lengths, &mut types);
        let mut forms = forms.iter();
        for ((sentence, part), reading) in group.iter().zip(model.read(&states, &lengths)) {
            push(document, &cut, part, reading, *sentence, &mut roots, &mut forms, model);
        }
        if keep_states {
            out.states.extend_from_slice(&states);
        }
        at = to;
    }
    TYPES.set(types);
    out
}

#[allow(clippy::too_many_arguments, reason = "one inner step of one function")]
fn push<'t>(
    document: &mut Document,
    cut: &Segmentation,
    part: &Range<u32>,
    reading: Reading,
    sentence: u32,
    roots: &mut (u32, u32),
    forms: &mut impl Iterator<Item = &'t &'t str>,
    model: &Model,
) {
    let words =
        part.clone().zip(reading.upos).zip(reading.xpos).zip(reading.heads).zip(reading.relations).zip(forms);
    for (((((token, upos), xpos), head), relation), form) in words {
        let (head, relation) = match head {
            Some(h) => (Some(part.start + h), relation),
            None if roots.0 == sentence => (Some(roots.1), "parataxis"),
            None => {
                *roots = (sentence, token);
                (None, "root")
            }
        };
        document.tokens.push(Token {
            span: cut.tokens.get(token as usize).map_or(Span::new(0, 0), |t| t.span),
            lemma: model.lemmas.lemma(form, upos.as_str(), xpos),
            upos,
            xpos,
            head,
            relation,
        });
    }
    for (from, to, kind) in reading.names {
        let tokens = part.start + from..part.start + to;
        document.entities.push(EntityMention { span: cut.span(&tokens), tokens, kind });
    }
}
