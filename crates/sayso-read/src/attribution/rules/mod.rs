//! Attributions by rule: one file for each construction that links a source with what it says.

mod adverb;
mod citing;
mod colon;
mod continuation;
mod nominal;
mod phrase;
mod source;
mod turns;
mod verb;

use std::ops::Range;

use sayso_model::Upos;

use self::turns::Turns;
use super::{draft::Draft, quotation::Quotations};
use crate::tree::Tree;

/// No relation is followed further than this, so that a hostile sentence costs no more than its length.
pub(super) const REACH: u32 = 400;

/// What the rules examine.
pub(super) struct Scene<'a> {
    pub(super) tree: &'a Tree<'a>,
    pub(super) quotations: &'a Quotations,
}

impl Scene<'_> {
    /// The tokens of the sentence that contains a token, at most [`REACH`] on either side of it.
    pub(super) fn sentence(&self, token: u32) -> Range<u32> {
        let whole = self.tree.sentence(token).map_or(token..token + 1, |s| s.tokens.clone());
        whole.start.max(token.saturating_sub(REACH))..whole.end.min(token.saturating_add(REACH))
    }

    /// A token's subtree, at most [`REACH`] on either side of it.
    pub(super) fn subtree(&self, token: u32) -> Range<u32> {
        let whole = self.tree.subtree(token);
        whole.start.max(token.saturating_sub(REACH))..whole.end.min(token.saturating_add(REACH))
    }

    /// The first direct dependents of a token; hostile text can give one token thousands.
    pub(super) fn children(&self, token: u32) -> &[u32] {
        let all = self.tree.children(token);
        all.get(..64).unwrap_or(all)
    }

    /// First dependent with one of these relations (subtypes ignored).
    pub(super) fn child(&self, token: u32, relations: &[&str]) -> Option<u32> {
        self.children(token)
            .iter()
            .copied()
            .find(|&c| relations.contains(&crate::tree::base(self.tree.relation(c))))
    }

    pub(super) fn upos(&self, token: u32) -> Upos {
        self.tree.token(token).map_or(Upos::X, |t| t.upos)
    }

    /// True if the token's text in lower case is one of these.
    pub(super) fn is(&self, token: u32, words: &[&str]) -> bool {
        let form = self.tree.form(token);
        words.iter().any(|w| w.eq_ignore_ascii_case(form))
    }

    /// One past the last token of the paragraph that a token is in.
    pub(super) fn paragraph_end(&self, token: u32) -> u32 {
        let sentences = &self.tree.document.sentences;
        let Some(sentence) = self.tree.sentence(token) else { return token + 1 };
        let at = sentences.partition_point(|s| s.paragraph <= sentence.paragraph);
        at.checked_sub(1).and_then(|i| sentences.get(i)).map_or(token + 1, |s| s.tokens.end)
    }

    /// True for the first token of a paragraph.
    pub(super) fn begins_paragraph(&self, token: u32) -> bool {
        token == 0 || self.paragraph_end(token - 1) == token
    }

    /// The preposition or mark that introduces a token.
    pub(super) fn case(&self, token: u32) -> Option<u32> {
        self.child(token, &["case", "mark"])
    }
}

/// All attributions that the rules find, in no particular order.
pub(super) fn find(scene: &Scene<'_>) -> Vec<Draft> {
    let mut drafts = Vec::new();
    let turns = Turns::of(scene);
    for sentence in &scene.tree.document.sentences {
        for token in sentence.tokens.clone() {
            drafts.extend(match scene.upos(token) {
                Upos::Verb | Upos::Aux => citing::find(scene, token).or_else(|| verb::find(scene, token)),
                Upos::Noun => nominal::noun(scene, token),
                Upos::Adj => nominal::adjective(scene, token),
                Upos::Adv => adverb::find(scene, token),
                _ => None,
            });
        }
        drafts.extend(phrase::find(scene, sentence));
        drafts.extend(colon::find(scene, sentence, &turns));
    }
    drafts.extend(scene.quotations.posts().iter().map(colon::of_post));
    continuation::extend(scene, &mut drafts);
    drafts
}
