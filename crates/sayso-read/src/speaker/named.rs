//! Speakers whose name the phrase itself contains or is next to.

use std::ops::Range;

use sayso_model::{EntityKind, SpeakerKind, Upos};

use super::{
    Cast, MemberId,
    name::{self, Name},
};
use crate::{
    lexicon::{self, RoleClass},
    tree::base,
    words::{self, Set},
};

impl Cast<'_, '_> {
    /// The named speaker that a phrase refers to: a person's name that is neither a possessor nor after a preposition, otherwise
    /// a body's name that contains the head or is in apposition to it.
    pub(super) fn named(&self, tokens: &Range<u32>, head: u32) -> Option<(MemberId, Range<u32>)> {
        let mut body = None;
        let mut at = tokens.start;
        let mut behind_preposition = false;
        while at < tokens.end {
            let Some(&id) = self.bearer.get(&at) else {
                let token = self.tree.token(at)?;
                let relative = token.upos == Upos::Pron
                    && (words::is(Set::Relatives, token.lemma.as_str()) || token.lemma == "that");
                if relative || (token.upos == Upos::Verb && at > head && base(token.relation) == "acl") {
                    break;
                }
                behind_preposition |= token.upos == Upos::Adp;
                // A comma opens an apposition, in which a name counts again.
                if self.tree.form(at) == "," {
                    behind_preposition = false;
                }
                at += 1;
                continue;
            };
            let mut end = at;
            while end < tokens.end && self.bearer.get(&end) == Some(&id) {
                end += 1;
            }
            let range = at..end;
            let possessor = self.tree.ends_possessor(end) && end < tokens.end;
            let id = self.current(id);
            let person = self.members[id].kind == SpeakerKind::Person;
            let covers_head = range.contains(&head);
            let apposed = range
                .clone()
                .any(|t| base(self.tree.relation(t)) == "appos" && self.tree.head(t) == Some(head));
            let alone = range.start == tokens.start
                && !possessor
                && (end == tokens.end || self.tree.form(end) == ",");
            if !possessor && !behind_preposition {
                if person
                    && (covers_head
                        || apposed
                        || alone
                        || self.titled(tokens.start..range.start)
                        || range.start > tokens.start && self.tree.form(range.start - 1) == ",")
                {
                    return Some((id, range));
                }
                if !person && (covers_head || apposed || alone) {
                    body = body.or(Some((id, range.clone())));
                }
            }
            at = end;
        }
        body
    }

    /// True if some tokens contain a title or a noun for a person.
    fn titled(&self, mut tokens: Range<u32>) -> bool {
        tokens.any(|t| {
            lexicon::is_title(self.tree.form(t))
                || lexicon::role_noun(self.tree.lemma(t))
                    .is_some_and(|r| matches!(r.class, RoleClass::Person))
        })
    }

    /// The capitalised words after the comma in "a news site, Harbour Watch", if the model did not tag them as a name.
    pub(super) fn apposed_inside(&self, tokens: &Range<u32>, head: u32) -> Option<Name> {
        let comma = tokens.clone().rev().find(|&t| self.tree.form(t) == ",").filter(|&c| head < c)?;
        let capital = |t: u32| self.tree.form(t).chars().next().is_some_and(char::is_uppercase);
        let described = lexicon::role_noun(self.tree.lemma(head)).is_some();
        // "Officials in Paris, Texas": a location.
        let place = self.tree.entity(comma + 1).is_some_and(|e| e.kind == EntityKind::Location);
        (described && !place && comma + 1 < tokens.end && (comma + 1..tokens.end).all(capital))
            .then(|| name::name(self.tree, comma + 1..tokens.end, None))
            .flatten()
    }

    /// The capitalised words at the end of "the carmaker Valmor", which the model did not tag as a name.
    pub(super) fn called(&self, tokens: &Range<u32>) -> Option<Name> {
        let capital = |t: u32| self.tree.form(t).starts_with(char::is_uppercase);
        let first = tokens.clone().skip(1).find(|&t| capital(t))?;
        // A tagger takes a rare noun before a name for a part of it.
        let noun = !capital(first - 1)
            && self.tree.token(first - 1).is_some_and(|t| matches!(t.upos, Upos::Noun | Upos::Propn));
        let role = lexicon::role_noun(&self.tree.form(first).to_lowercase()).is_some();
        (noun && !role && (first..tokens.end).all(capital))
            .then(|| name::name(self.tree, first..tokens.end, None))
            .flatten()
    }

    /// The member with a name that follows a description between commas: "a news site, Harbour Watch,".
    pub(super) fn apposed(&self, tokens: &Range<u32>) -> Option<MemberId> {
        let (comma, first) = (tokens.end, tokens.end + 1);
        let id = *self.bearer.get(&first).filter(|_| self.tree.form(comma) == ",")?;
        let end = (first..first + 12).find(|t| self.bearer.get(t) != Some(&id))?;
        let same = self.tree.sentence(tokens.start).is_some_and(|s| s.tokens.contains(&first));
        // "police in Birmingham, Alabama,": the location of the town.
        let name = tokens.clone().rev().find(|&t| self.tree.token(t).is_none_or(|x| x.upos != Upos::Propn));
        let located = name
            .is_some_and(|t| t + 1 < tokens.end && self.tree.token(t).is_some_and(|x| x.upos == Upos::Adp));
        if located && self.members[self.current(id)].kind != SpeakerKind::Person {
            return None;
        }
        // A list has no comma after its second member, or has an "and".
        (same && matches!(self.tree.form(end), "," | "." | ";")).then(|| self.current(id))
    }

    /// The name that a phrase headed by a proper noun consists of: up to the first comma, verb or relative pronoun.
    pub(super) fn untagged(&self, tokens: &Range<u32>, head: u32) -> Option<Name> {
        let end = (head + 1..tokens.end)
            .find(|&t| {
                self.tree.token(t).is_none_or(|x| {
                    matches!(x.upos, Upos::Punct | Upos::Verb | Upos::Pron | Upos::Sconj | Upos::Aux)
                })
            })
            .unwrap_or(tokens.end);
        let starts = |t: &u32| {
            self.tree.form(*t).chars().next().is_some_and(char::is_uppercase)
                && self.tree.token(*t).is_some_and(|x| x.upos != Upos::Det)
        };
        let start = tokens.clone().find(starts).filter(|&s| s <= head)?;
        name::name(self.tree, start..end, None)
    }

    /// The member with a name that the phrase itself gives: "the agency, KNOWN AS the HUR".
    pub(super) fn alias(&mut self, tokens: &Range<u32>) -> Option<MemberId> {
        let sentence = self.tree.sentence(tokens.start)?;
        let limit = sentence.tokens.end.min(tokens.end + 3);
        let known =
            (tokens.start..limit).find(|&t| words::is(Set::Called, &self.tree.form(t).to_lowercase()))?;
        let until = sentence.tokens.end.min(known + 6);
        let first = (known + 1..until)
            .take_while(|&t| self.tree.form(t) != ",")
            .find(|&t| self.tree.form(t).chars().next().is_some_and(char::is_uppercase))?;
        if let Some(&id) = self.bearer.get(&first) {
            return Some(self.current(id));
        }
        let end = (first..until)
            .find(|&t| self.tree.token(t).is_none_or(|x| x.upos != Upos::Propn))
            .unwrap_or(until);
        let mut name = name::name(self.tree, first..end.max(first + 1), None)?;
        name.kind = SpeakerKind::Organization;
        self.admit(name).map(|id| self.current(id))
    }
}
