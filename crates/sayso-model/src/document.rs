//! Documents: a text with its sentences, tokens, tags, tree and names. Knows nothing about news.
//!
//! Tags, features and relations are those of Universal Dependencies v2 (English EWT); `xpos` is the Penn tag set as
//! EWT uses it.

use std::ops::Range;

use crate::Span;

/// An analysed text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Document {
    /// Tokens in text order; they do not overlap.
    pub tokens: Vec<Token>,
    /// Sentences in text order; every token is in exactly one.
    pub sentences: Vec<Sentence>,
    /// Paragraphs in text order.
    pub paragraphs: Vec<Span>,
    /// Names of persons, organisations and locations in text order; they do not overlap.
    pub entities: Vec<EntityMention>,
}

impl Document {
    /// The sentence that contains a token (by token index).
    #[must_use]
    pub fn sentence_of(&self, token: u32) -> Option<&Sentence> {
        let at = self.sentences.partition_point(|s| s.tokens.end <= token);
        self.sentences.get(at).filter(|s| s.tokens.contains(&token))
    }

    /// Index of the paragraph that contains a byte offset, or else of the next one.
    #[must_use]
    pub fn paragraph_at(&self, offset: usize) -> usize {
        self.paragraphs.partition_point(|p| p.end <= offset)
    }

    /// Indices of the tokens that are entirely inside a span.
    #[must_use]
    pub fn tokens_in(&self, span: Span) -> Range<u32> {
        let first = self.tokens.partition_point(|t| t.span.start < span.start);
        let last = self.tokens.partition_point(|t| t.span.end <= span.end).max(first);
        first as u32..last as u32
    }

    /// The span from the first to the last of some tokens; `None` for an empty or invalid range.
    #[must_use]
    pub fn span_of(&self, tokens: Range<u32>) -> Option<Span> {
        let first = self.tokens.get(tokens.start as usize)?;
        let last = self.tokens.get(tokens.end.checked_sub(1)? as usize)?;
        (tokens.start < tokens.end).then(|| first.span.cover(last.span))
    }

    /// Direct dependents of a token, in text order.
    pub fn children(&self, token: u32) -> impl Iterator<Item = u32> + '_ {
        let range = self.sentence_of(token).map_or(0..0, |s| s.tokens.clone());
        range.filter(move |&t| self.tokens.get(t as usize).is_some_and(|x| x.head == Some(token)))
    }
}

/// One token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// Its position.
    pub span: Span,
    /// Dictionary form, lower-case except for names.
    pub lemma: String,
    /// Universal part of speech.
    pub upos: Upos,
    /// Penn Treebank tag (`NNS`).
    pub xpos: &'static str,
    /// Document index of the head; `None` for a sentence's root.
    pub head: Option<u32>,
    /// Relation to the head, with subtype (`nsubj:pass`); `root` for a root.
    pub relation: &'static str,
}

/// One sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sentence {
    /// Document indices of its tokens.
    pub tokens: Range<u32>,
    /// Index of its paragraph.
    pub paragraph: u32,
    /// From its first to its last token.
    pub span: Span,
}

/// A name in the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntityMention {
    /// Document indices of its tokens.
    pub tokens: Range<u32>,
    /// What is named.
    pub kind: EntityKind,
    /// From its first to its last token.
    pub span: Span,
}

/// The kind of a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EntityKind {
    /// A person.
    Person,
    /// An organisation.
    Organization,
    /// A place.
    Location,
}

/// Universal parts of speech (UD v2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs, reason = "the names are those of the standard")]
pub enum Upos {
    Adj,
    Adp,
    Adv,
    Aux,
    Cconj,
    Det,
    Intj,
    Noun,
    Num,
    Part,
    Pron,
    Propn,
    Punct,
    Sconj,
    Sym,
    Verb,
    X,
}

impl Upos {
    /// All tags in the standard's (alphabetical) order.
    pub const ALL: [Self; 17] = [
        Self::Adj,
        Self::Adp,
        Self::Adv,
        Self::Aux,
        Self::Cconj,
        Self::Det,
        Self::Intj,
        Self::Noun,
        Self::Num,
        Self::Part,
        Self::Pron,
        Self::Propn,
        Self::Punct,
        Self::Sconj,
        Self::Sym,
        Self::Verb,
        Self::X,
    ];

    /// The tag as CoNLL-U writes it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Adj => "ADJ",
            Self::Adp => "ADP",
            Self::Adv => "ADV",
            Self::Aux => "AUX",
            Self::Cconj => "CCONJ",
            Self::Det => "DET",
            Self::Intj => "INTJ",
            Self::Noun => "NOUN",
            Self::Num => "NUM",
            Self::Part => "PART",
            Self::Pron => "PRON",
            Self::Propn => "PROPN",
            Self::Punct => "PUNCT",
            Self::Sconj => "SCONJ",
            Self::Sym => "SYM",
            Self::Verb => "VERB",
            Self::X => "X",
        }
    }
}
