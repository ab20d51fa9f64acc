//! A view of a document's dependency tree for the readers: subtrees, heads of spans, neighbours.

use std::ops::Range;

use sayso_model::{Document, EntityMention, Sentence, Span, Token};

/// A document with its text and, for each token, its dependents and the extent of its subtree.
///
/// Built once for a report in time linear in its length.
#[derive(Debug)]
pub struct Tree<'d> {
    /// The document itself.
    pub document: &'d Document,
    /// The text that it was made from.
    pub text: &'d str,
    first_child: Vec<u32>,
    children: Vec<u32>,
    reach: Vec<(u32, u32)>,
}

impl<'d> Tree<'d> {
    /// Builds the tree of a document.
    #[must_use]
    pub fn new(document: &'d Document, text: &'d str) -> Self {
        let count = document.tokens.len();
        let mut first_child = vec![0_u32; count + 1];
        for head in document.tokens.iter().filter_map(|t| t.head) {
            if let Some(slot) = first_child.get_mut(head as usize + 1) {
                *slot += 1;
            }
        }
        for i in 1..first_child.len() {
            first_child[i] += first_child[i - 1];
        }
        let mut next = first_child.clone();
        let mut children = vec![0_u32; first_child.last().map_or(0, |&n| n as usize)];
        for (i, token) in document.tokens.iter().enumerate() {
            if let Some(slot) = token.head.and_then(|h| next.get_mut(h as usize)) {
                children[*slot as usize] = i as u32;
                *slot += 1;
            }
        }
        let mut tree = Self { document, text, first_child, children, reach: Vec::new() };
        tree.reach = tree.subtrees();
        tree
    }

    /// First and last token of every subtree. Heads are settled from the roots down and read back from the leaves up, so that
    /// each token is visited twice whatever the depth.
    fn subtrees(&self) -> Vec<(u32, u32)> {
        let count = self.document.tokens.len() as u32;
        let mut reach: Vec<(u32, u32)> = (0..count).map(|i| (i, i)).collect();
        let mut order: Vec<u32> =
            (0..count).filter(|&i| self.token(i).is_some_and(|t| t.head.is_none())).collect();
        let mut at = 0;
        while at < order.len() {
            order.extend_from_slice(self.children(order[at]));
            at += 1;
        }
        for &i in order.iter().rev() {
            if let Some(head) = self.document.tokens[i as usize].head {
                let (low, high) = reach[i as usize];
                let slot = &mut reach[head as usize];
                *slot = (slot.0.min(low), slot.1.max(high));
            }
        }
        reach
    }

    /// A token by its index.
    #[must_use]
    pub fn token(&self, index: u32) -> Option<&'d Token> {
        self.document.tokens.get(index as usize)
    }

    /// A token's text.
    #[must_use]
    pub fn form(&self, index: u32) -> &'d str {
        self.token(index).map_or("", |t| t.span.cut(self.text))
    }

    /// A token's lemma; empty for an index beyond the end.
    #[must_use]
    pub fn lemma(&self, index: u32) -> &'d str {
        self.token(index).map_or("", |t| t.lemma.as_str())
    }

    /// True for a verb or auxiliary in a finite form (Penn tags VBD, VBZ, VBP, MD).
    #[must_use]
    pub fn is_finite(&self, index: u32) -> bool {
        self.token(index).is_some_and(is_finite)
    }

    /// True for what follows a possessor: "'s", or the apostrophe of a plural.
    pub(crate) fn ends_possessor(&self, index: u32) -> bool {
        self.is_apostrophe_s(index) || matches!(self.form(index), "'" | "’")
    }

    /// True for "'s".
    pub(crate) fn is_apostrophe_s(&self, index: u32) -> bool {
        matches!(self.form(index), "'s" | "’s")
    }

    /// A token's relation to its head; empty for an index beyond the end.
    #[must_use]
    pub fn relation(&self, index: u32) -> &'d str {
        self.token(index).map_or("", |t| t.relation)
    }

    /// A token's head.
    #[must_use]
    pub fn head(&self, index: u32) -> Option<u32> {
        self.token(index).and_then(|t| t.head)
    }

    /// Direct dependents of a token, in text order.
    #[must_use]
    pub fn children(&self, index: u32) -> &[u32] {
        let bounds = self.first_child.get(index as usize).zip(self.first_child.get(index as usize + 1));
        bounds.and_then(|(&a, &b)| self.children.get(a as usize..b as usize)).unwrap_or(&[])
    }

    /// First direct dependent whose relation, without subtype, is one of `relations`.
    #[must_use]
    pub fn child(&self, index: u32, relations: &[&str]) -> Option<u32> {
        self.children(index).iter().copied().find(|&c| relations.contains(&base(self.relation(c))))
    }

    /// The tokens from the first to the last of a token's subtree.
    #[must_use]
    pub fn subtree(&self, index: u32) -> Range<u32> {
        self.reach.get(index as usize).map_or(0..0, |&(a, b)| a..b + 1)
    }

    /// The span of some tokens without punctuation at its ends.
    #[must_use]
    pub fn span(&self, mut tokens: Range<u32>) -> Option<Span> {
        let mark = |i: u32| self.token(i).is_some_and(|t| t.upos == sayso_model::Upos::Punct);
        while tokens.start < tokens.end && mark(tokens.start) {
            tokens.start += 1;
        }
        while tokens.start < tokens.end && mark(tokens.end - 1) {
            tokens.end -= 1;
        }
        self.document.span_of(tokens)
    }

    /// The token of a span whose head is outside it; the last of several, `None` for an empty span.
    #[must_use]
    pub fn head_of(&self, span: Span) -> Option<u32> {
        let tokens = self.document.tokens_in(span);
        let open = |&i: &u32| {
            self.token(i).is_some_and(|t| {
                t.upos != sayso_model::Upos::Punct && t.head.is_none_or(|h| !tokens.contains(&h))
            })
        };
        tokens.clone().find(open).or_else(|| tokens.clone().last())
    }

    /// The sentence that contains a token.
    #[must_use]
    pub fn sentence(&self, index: u32) -> Option<&'d Sentence> {
        self.document.sentence_of(index)
    }

    /// Index of the paragraph that contains a byte offset.
    pub(crate) fn paragraph_at(&self, offset: usize) -> usize {
        self.document.paragraph_at(offset)
    }

    /// Index of the sentence that contains a byte offset.
    #[must_use]
    pub fn sentence_at(&self, offset: usize) -> usize {
        self.document.sentences.partition_point(|s| s.span.end <= offset)
    }

    /// True for "not", "never" and "n't".
    pub(crate) fn is_negation(&self, index: u32) -> bool {
        self.token(index).is_some_and(|t| is_negation(t, self.text))
    }

    /// The name that covers a token.
    #[must_use]
    pub fn entity(&self, index: u32) -> Option<&'d EntityMention> {
        let at = self.document.entities.partition_point(|e| e.tokens.end <= index);
        self.document.entities.get(at).filter(|e| e.tokens.contains(&index))
    }

    /// Names that overlap a range of tokens, in text order.
    pub fn entities_in(&self, tokens: Range<u32>) -> impl Iterator<Item = &'d EntityMention> {
        let from = self.document.entities.partition_point(|e| e.tokens.end <= tokens.start);
        self.document.entities[from..].iter().take_while(move |e| e.tokens.start < tokens.end)
    }

    /// True if `index` is `ancestor` or under it. Bounded by the sentence's length.
    #[must_use]
    pub fn is_under(&self, index: u32, ancestor: u32) -> bool {
        let mut at = Some(index);
        let mut steps = 0;
        while let Some(token) = at {
            if token == ancestor {
                return true;
            }
            steps += 1;
            if steps > 300 {
                return false;
            }
            at = self.head(token);
        }
        false
    }
}

/// True for a verb or auxiliary in a finite form (Penn tags VBD, VBZ, VBP, MD).
#[must_use]
pub(crate) fn is_finite(token: &Token) -> bool {
    matches!(token.xpos, "VBD" | "VBZ" | "VBP" | "MD")
}

/// True for "not", "never" and "n't". A contraction may not have been given the lemma of the whole word.
pub(crate) fn is_negation(token: &Token, text: &str) -> bool {
    matches!(token.lemma.as_str(), "not" | "never" | "n't") || matches!(token.span.cut(text), "n't" | "n’t")
}

/// A relation without its subtype (`nsubj:pass` becomes `nsubj`).
#[must_use]
pub(crate) fn base(relation: &str) -> &str {
    relation.split(':').next().unwrap_or(relation)
}
