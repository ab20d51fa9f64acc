//! Paragraphs, sentences and tokens, with exact byte spans.

use std::ops::Range;

use sayso_model::Span;

use crate::model::Model;
use crate::tokens::{Gap, RawToken, tokens};

/// Maximum tokens of a sentence. No sentence of a report comes near it; what does is not prose (a table, a list of names, a text
/// without any full stop) and is split there, so that every search through a sentence is bounded.
pub const LONGEST_SENTENCE: u32 = 400;

/// A text segmented into tokens, sentences and paragraphs.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Segmentation {
    /// Tokens in text order.
    pub tokens: Vec<RawToken>,
    /// Token ranges of the sentences; together they cover all tokens.
    pub sentences: Vec<Range<u32>>,
    /// Token ranges of the paragraphs; each is a run of whole sentences.
    pub paragraphs: Vec<Range<u32>>,
}

impl Segmentation {
    /// The span from the first to the last token of a range.
    #[must_use]
    pub fn span(&self, range: &Range<u32>) -> Span {
        let part = self.tokens.get(range.start as usize..range.end as usize).unwrap_or_default();
        match (part.first(), part.last()) {
            (Some(a), Some(b)) => Span::new(a.span.start, b.span.end),
            _ => Span::new(0, 0),
        }
    }
}

/// Segments a text into paragraphs, sentences and tokens. Linear in the text's length; never fails.
#[must_use]
pub fn segment(text: &str) -> Segmentation {
    let tokens = tokens(text);
    let model = Model::shipped();
    let ends = model.boundary.sentence_ends(model.level, text, &tokens);
    let mut out = Segmentation { tokens, ..Segmentation::default() };
    let (mut sentence, mut paragraph) = (0u32, 0u32);
    for (i, (token, end)) in out.tokens.iter().zip(ends).enumerate() {
        let next = i as u32 + 1;
        if end || token.gap == Gap::Paragraph || next - sentence == LONGEST_SENTENCE {
            out.sentences.push(sentence..next);
            sentence = next;
        }
        if token.gap == Gap::Paragraph {
            out.paragraphs.push(paragraph..next);
            paragraph = next;
        }
    }
    out
}
