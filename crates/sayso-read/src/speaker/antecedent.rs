//! The referents of "who", "which" and "whose".

use sayso_model::{Span, SpeakerKind, Upos};

use super::{Cast, MemberId, name};
use crate::lexicon::{self, RoleClass};

impl Cast<'_, '_> {
    /// The referent of a relative pronoun: the phrase that its clause is attached to, otherwise the last one named before it.
    pub(super) fn antecedent_of_relative(&mut self, token: u32) -> Option<MemberId> {
        let sentence = self.tree.sentence(token)?;
        let span = self.tree.token(token)?.span;
        if let Some(phrase) = self.people_before(token) {
            return self.find(phrase);
        }
        let noun = (sentence.tokens.start..token)
            .rev()
            .find(|&t| self.tree.token(t).is_some_and(|x| matches!(x.upos, Upos::Noun | Upos::Propn)))?;
        let part = |t: u32| {
            self.tree.token(t).is_some_and(|x| {
                matches!(x.upos, Upos::Noun | Upos::Propn | Upos::Adj | Upos::Det | Upos::Num | Upos::Part)
                    || matches!(x.lemma.as_str(), "of" | "for" | "-")
            })
        };
        let start = (sentence.tokens.start..noun).rev().take_while(|&t| part(t)).last().unwrap_or(noun);
        if let Some(phrase) = self.tree.span(start..noun + 1).filter(|p| p.end <= span.start) {
            return self.find(phrase);
        }
        let (_, &id) = self.mentioned.range(sentence.span.start..span.start).next_back()?;
        Some(self.current(id))
    }

    /// The phrase for people that "who" refers to, past a place or body that they are said to be of: "a doctor at the clinic, who
    /// ...". `None` if the noun right before it is one for people.
    fn people_before(&self, who: u32) -> Option<Span> {
        if self.tree.lemma(who) != "who" {
            return None;
        }
        let from = self.tree.sentence(who)?.tokens.start;
        let class = |t: u32| lexicon::role_noun(self.tree.lemma(t)).map(|r| r.class);
        let noun = |t: &u32| self.tree.token(*t).is_some_and(|x| matches!(x.upos, Upos::Noun | Upos::Propn));
        let nearest = (from..who).rev().find(noun).filter(|&t| class(t) == Some(RoleClass::Body))?;
        let joined = |t: &u32| {
            self.tree.token(*t).is_some_and(|x| {
                matches!(
                    x.upos,
                    Upos::Noun | Upos::Propn | Upos::Adj | Upos::Det | Upos::Num | Upos::Part | Upos::Adp
                )
            })
        };
        let mut before = (from..nearest).rev().take_while(joined);
        let people =
            before.find(|&t| noun(&t) && matches!(class(t), Some(RoleClass::Person | RoleClass::Group)))?;
        let part = |t: &u32| {
            self.tree.token(*t).is_some_and(|x| {
                matches!(x.upos, Upos::Noun | Upos::Propn | Upos::Adj | Upos::Det | Upos::Num)
            })
        };
        let start = (from..people).rev().take_while(part).last().unwrap_or(people);
        self.tree.span(start..nearest + 1)
    }

    /// "Ada Brook, director of Harbour Watch, whose group": the body in which the person has a role, if the report names one,
    /// otherwise the person.
    pub(super) fn body_of_antecedent(&mut self, whose: u32) -> Option<MemberId> {
        // "says Ada Brook, its director, whose group": the name before the apposition.
        let from = self.tree.sentence(whose)?.tokens.start;
        let commas = (from..whose.saturating_sub(1)).rev().filter(|&t| self.tree.form(t) == ",");
        let apposed = commas.take(1).find_map(|c| self.bearer.get(&c.checked_sub(1)?).copied());
        let person = match apposed.map(|id| self.current(id)) {
            Some(id) if self.members[id].kind == SpeakerKind::Person => id,
            _ => self.antecedent_of_relative(whose)?,
        };
        let roles: Vec<(Span, Option<String>)> =
            self.members[person].roles.iter().map(|r| (r.role.span, r.role.body.clone())).collect();
        let named = roles.into_iter().find_map(|(span, body)| {
            let inside = self.tree.document.tokens_in(span).find_map(|t| self.bearer.get(&t).copied());
            let called = || (0..self.members.len()).find(|&m| body.as_ref() == Some(&self.members[m].label));
            inside
                .or_else(called)
                .map(|m| self.current(m))
                .filter(|&m| self.members[m].kind != SpeakerKind::Person)
                .or_else(|| {
                    // "director of Harbour Watch", which the model did not tag as a name
                    let tokens = self.tree.document.tokens_in(span);
                    let of = tokens.clone().find(|&t| matches!(self.tree.form(t), "of" | "at"))?;
                    let capital = |t: u32| self.tree.form(t).starts_with(char::is_uppercase);
                    let all = of + 1 < tokens.end && (of + 1..tokens.end).all(capital);
                    let name = all.then(|| name::name(self.tree, of + 1..tokens.end, None)).flatten()?;
                    self.admit(name).map(|m| self.current(m))
                })
        });
        Some(named.unwrap_or(person))
    }
}
