//! The bodies that people head or work for: "its chief of staff", "her ministry".

use std::collections::BTreeSet;

use sayso_model::{Span, SpeakerKind, Upos};

use super::{
    Cast, MemberId,
    description::{self, Description},
};
use crate::{
    lexicon,
    tree::base,
    words::{self, Set},
};

impl Cast<'_, '_> {
    /// The words for the body of somebody's office: "Defence Minister Ada Brook" heads the "Defence Ministry".
    pub(super) fn ministry_called(&self, owner: MemberId, description: &Description) -> Option<String> {
        if description.lemma != "ministry" || !description.modifiers.is_empty() {
            return None;
        }
        self.members[self.current(owner)].roles.iter().find_map(|role| {
            let title = role.role.span.cut(self.tree.text);
            let before = title.get(..title.to_lowercase().find("minister")?)?.trim();
            let before =
                before.strip_prefix("the ").or_else(|| before.strip_prefix("The ")).unwrap_or(before);
            let plain = !before.is_empty() && before.chars().all(|c| c.is_alphabetic() || c == ' ');
            let head = !before.split(' ').any(|w| words::is(Set::BelowMinisters, &w.to_lowercase()));
            (plain && head && !role.role.former).then(|| format!("{before} Ministry"))
        })
    }

    /// The ministry that somebody heads, where the report names it elsewhere.
    pub(super) fn ministry_of_minister(&self, description: &Description) -> Option<(MemberId, Vec<Span>)> {
        let called = self.ministry_called(description.owner?, description)?;
        let words: BTreeSet<String> = called.split(' ').map(description::normal).collect();
        let id = (0..self.members.len()).find(|&m| {
            self.members[m].name.iter().any(|n| {
                let name: BTreeSet<String> = n.words.iter().map(|w| description::normal(w)).collect();
                name.iter().filter(|w| *w != "of").eq(words.iter())
            })
        })?;
        let id = self.current(id);
        Some((id, self.members[id].mentions.keys().take(1).copied().collect()))
    }

    /// The body that a role's words name by a pronoun or a description ("its chief of staff", "the agency's director").
    pub(super) fn body_of(&mut self, role: Span) -> Option<String> {
        let tokens = self.tree.document.tokens_in(role);
        let before = tokens.start.checked_sub(1).filter(|&b| self.is_possessive(b));
        let owner = match before {
            Some(pronoun) => match self.body_as_subject(pronoun) {
                Some(body) => self.find(body)?,
                None => self.pronoun(pronoun)?,
            },
            None => {
                let mark = tokens.clone().find(|&t| self.tree.is_apostrophe_s(t))?;
                let body = mark.checked_sub(1).filter(|&b| tokens.contains(&b) && self.is_body_noun(b))?;
                let before = tokens.start.checked_sub(1).filter(|&b| self.tree.form(b) == "the");
                let linked =
                    (tokens.start..body).any(|t| self.tree.token(t).is_some_and(|x| x.upos == Upos::Adp));
                self.find(self.tree.span(before.unwrap_or(tokens.start)..mark).filter(|_| !linked)?)?
            }
        };
        let owner = &self.members[self.current(owner)];
        (owner.kind != SpeakerKind::Person).then(|| owner.label.clone())
    }

    fn is_body_noun(&self, token: u32) -> bool {
        lexicon::is_body(self.tree.lemma(token))
    }

    /// The body that is the subject of the clause before "it" or "its" in one sentence.
    pub(super) fn body_as_subject(&self, pronoun: u32) -> Option<Span> {
        let mut from = self.tree.sentence(pronoun)?.tokens.start;
        // At the start of a sentence it refers to the previous one.
        if from == pronoun {
            from = self.tree.sentence(from.checked_sub(1)?)?.tokens.start;
        }
        let subject = (from..pronoun).find(|&t| base(self.tree.relation(t)) == "nsubj")?;
        let reach = self.tree.subtree(subject);
        let body = self.is_body_noun(subject) && reach.end <= pronoun;
        self.tree.span(reach.start..(subject + 1).max(reach.start)).filter(|_| body)
    }
}
