//! Those behind documents: the author of "the report", the issuer of "the statement".

use std::ops::Range;

use sayso_model::{EntityKind, Span, SpeakerKind, Upos};

use super::{
    Cast, MemberId,
    description::{self, Description},
};
use crate::{
    lexicon::{self, RoleClass},
    tree::base,
    words::{self, Set},
};

/// Sentences within which "the statement" is the one that somebody was said to have issued.
const ISSUED_WITHIN: usize = 5;

impl Cast<'_, '_> {
    /// The author of a document: "a report FROM the agency", "figures released BY the ministry", "the ministry's statement",
    /// "figures the ministry gave lawmakers".
    pub(super) fn author(&self, tokens: &Range<u32>, head: u32) -> Option<Span> {
        // "The report, published by Harbour Watch on Tuesday"
        let limit = self.tree.sentence(head)?.tokens.end.min(tokens.end.max(head + 1) + 4);
        let made = (head + 1..limit).find(|&t| {
            words::is(Set::MadeBy, self.tree.form(t))
                && self.tree.form(t + 1) == "by"
                && matches!(self.tree.form(t - 1), "," | "report" | "list")
        });
        if let Some(made) = made {
            let stop = |t: &u32| {
                matches!(self.tree.form(*t), "," | "." | ";" | "on" | "in" | "and" | "this" | "last")
                    || self.tree.token(*t).is_some_and(|x| matches!(x.upos, Upos::Verb | Upos::Aux))
            };
            let sentence = self.tree.sentence(head)?.tokens.end;
            let end = (made + 2..sentence).find(stop).unwrap_or(sentence);
            if self.speaks_for_itself(made + 2..end) {
                return self.tree.span(made + 2..end);
            }
        }
        if let Some(adposition) = (head + 1..tokens.end).find(|&t| words::is(Set::From, self.tree.lemma(t))) {
            // Whoever has seen a document is not its author.
            let between = (head + 1..adposition).all(|t| {
                !matches!(self.tree.token(t).map(|x| x.upos), Some(Upos::Punct | Upos::Pron))
                    && !words::is(Set::SeeingDocuments, self.tree.lemma(t))
            });
            let end = (adposition + 1..tokens.end)
                .find(|&t| {
                    let token = self.tree.token(t);
                    token.is_some_and(|x| {
                        matches!(x.upos, Upos::Pron | Upos::Sconj)
                            || (x.upos == Upos::Verb && base(x.relation) == "acl")
                    })
                })
                .unwrap_or(tokens.end);
            let maker = self.tree.lemma(adposition) == "by" || self.speaks_for_itself(adposition + 1..end);
            if between && adposition + 1 < end && maker {
                return self.tree.span(adposition + 1..end);
            }
        }
        if let Some(clause) = self.tree.child(head, &["acl"]).filter(|c| tokens.contains(c) && *c > head)
            && self.tree.token(clause).is_some_and(|t| matches!(t.xpos, "VBD" | "VBZ" | "VBP"))
            && let Some(subject) = self.tree.child(clause, &["nsubj"]).filter(|&s| s > head && s < clause)
            && self.speaks_for_itself(self.tree.subtree(subject))
        {
            return self
                .tree
                .span(self.tree.subtree(subject).start..clause.min(self.tree.subtree(subject).end));
        }
        if self.is_possessive(tokens.start) {
            return self.tree.document.span_of(tokens.start..tokens.start + 1);
        }
        let possessor = (tokens.start..head).rev().find(|&t| self.tree.ends_possessor(t))?;
        (possessor > tokens.start && self.speaks_for_itself(tokens.start..possessor))
            .then(|| self.tree.span(tokens.start..possessor))
            .flatten()
    }

    /// The author of "the statement": shortly before, somebody said something "in a statement", or issued one.
    pub(super) fn issuer(&mut self, at: u32, description: &Description) -> Option<(MemberId, Vec<Span>)> {
        let here = self.tree.sentence_at(self.tree.token(at)?.span.start);
        for index in (here.saturating_sub(ISSUED_WITHIN)..here).rev() {
            let sentence = self.tree.document.sentences.get(index)?.clone();
            let Some(noun) = sentence.tokens.clone().find(|&t| {
                description::normal(self.tree.lemma(t)) == description.lemma
                    && self.tree.token(t).is_some_and(|x| x.upos == Upos::Noun)
            }) else {
                continue;
            };
            let evidence = self.tree.token(noun).map(|t| t.span).into_iter().collect();
            let phrase = self.tree.subtree(noun);
            if let Some(author) = self.author(&phrase, noun) {
                return self.find(author).map(|id| (id, evidence));
            }
            // The speaker in that sentence, if there is only one.
            let mut speaking: Vec<MemberId> = self
                .mentioned
                .range(sentence.span.start..sentence.span.end)
                .map(|(_, &id)| self.current(id))
                .filter(|&id| self.members[id].speaks && self.members[id].kind != SpeakerKind::Document)
                .collect();
            speaking.dedup();
            return match speaking[..] {
                [one] => Some((one, evidence)),
                _ => None,
            };
        }
        None
    }

    /// The named body represented by people who are described only generically: "spies from the Lake Service".
    pub(super) fn body_behind(&self, tokens: &Range<u32>, description: &Description) -> Option<Span> {
        if !description.plural || description.role.is_some() {
            return None;
        }
        let from = tokens.clone().skip(1).find(|&t| matches!(self.tree.lemma(t), "from" | "at"))?;
        let body = self.tree.span(from + 1..tokens.end)?;
        let named = self.tree.entities_in(from + 1..tokens.end).any(|e| e.kind == EntityKind::Organization);
        named.then_some(body)
    }

    /// True if a phrase contains a name or a noun for those who speak.
    fn speaks_for_itself(&self, mut tokens: Range<u32>) -> bool {
        tokens.any(|t| {
            self.bearer.contains_key(&t)
                || lexicon::role_noun(self.tree.lemma(t)).is_some_and(|r| r.class != RoleClass::Document)
                || lexicon::country(self.tree.form(t)).is_some()
        })
    }
}
