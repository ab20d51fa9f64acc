//! The part of a phrase that says who is meant, and the noun that it is about.

use std::ops::Range;

use sayso_model::Upos;

use super::Cast;
use crate::{
    lexicon::{self, RoleClass},
    words::{self, Set},
};

impl Cast<'_, '_> {
    /// Removes quotation marks, commas and lone function words from the ends.
    pub(super) fn trim(&self, mut tokens: Range<u32>) -> Range<u32> {
        let idle = |t: u32| {
            self.tree.token(t).is_some_and(|x| matches!(x.upos, Upos::Punct | Upos::Cconj))
                || self.tree.token(t).is_some_and(|x| x.upos == Upos::Adp)
                    && self.tree.entity(t).is_none()
                    && !self.is_acronym(t)
        };
        while tokens.start < tokens.end && idle(tokens.start) {
            tokens.start += 1;
        }
        while tokens.start < tokens.end && idle(tokens.end - 1) {
            tokens.end -= 1;
        }
        tokens
    }

    /// The subject in "what the agency told the committee".
    pub(super) fn subject_of_what(&self, tokens: Range<u32>) -> Range<u32> {
        // "..., which the group's director discussed"
        let relative = matches!(self.tree.form(tokens.start), "which" | "that" | "whom");
        if relative
            && tokens.len() > 1
            && self.tree.token(tokens.start + 1).is_some_and(|t| t.upos == Upos::Det)
        {
            return tokens.start + 1..tokens.end;
        }
        if !self.tree.form(tokens.start).eq_ignore_ascii_case("what") {
            return tokens;
        }
        let verb = |t: &u32| self.tree.token(*t).is_some_and(|x| matches!(x.upos, Upos::Verb | Upos::Aux));
        match tokens.clone().skip(1).find(verb) {
            Some(verb) if verb > tokens.start + 1 => tokens.start + 1..verb,
            _ => tokens,
        }
    }

    /// Removes "most of them fishermen," from in front of a source: it is about people named earlier.
    pub(super) fn without_aside(&self, tokens: Range<u32>) -> Range<u32> {
        let form = |t: u32| self.tree.form(t).to_lowercase();
        let aside =
            form(tokens.start + 1) == "of" && matches!(form(tokens.start + 2).as_str(), "them" | "whom");
        let comma =
            tokens.clone().find(|&t| self.tree.form(t) == ",").filter(|&c| aside && c + 1 < tokens.end);
        comma.map_or(tokens.start, |c| c + 1)..tokens.end
    }

    /// Removes a time from the end of a phrase if it is not part of a name: "the coast guard on Friday".
    pub(super) fn without_time(&self, mut tokens: Range<u32>) -> Range<u32> {
        while let Some(last) = tokens.end.checked_sub(1).filter(|&l| l > tokens.start) {
            let Some(end) = self.tree.token(last).map(|t| t.span.end) else { break };
            let until = self.times.partition_point(|t| t.span.start < end);
            let Some(time) =
                until.checked_sub(1).and_then(|at| self.times.get(at)).filter(|t| t.span.end >= end)
            else {
                break;
            };
            let start = self.tree.document.tokens_in(time.span).start;
            if start <= tokens.start || start > last || self.bearer.contains_key(&last) {
                break;
            }
            tokens = self.trim(tokens.start..start);
        }
        tokens
    }

    /// "An internal memo dated Sept 14 and seen by the agency": the memo, if the phrase begins with it.
    pub(super) fn document_itself(&self, tokens: Range<u32>, head: u32) -> (Range<u32>, u32) {
        let noun = |t: u32| {
            self.tree.token(t).is_some_and(|x| matches!(x.upos, Upos::Noun | Upos::Propn | Upos::Adj))
        };
        let before = |t: &u32| noun(*t) || self.tree.token(*t).is_some_and(|x| x.upos == Upos::Det);
        let last = tokens.clone().take_while(before).last();
        let participle = last.map(|l| l + 1).filter(|&p| {
            tokens.contains(&p) && self.tree.token(p).is_some_and(|x| matches!(x.xpos, "VBN" | "VBD"))
        });
        let document = last.filter(|&l| {
            lexicon::role_noun(self.tree.lemma(l)).is_some_and(|r| r.class == RoleClass::Document)
        });
        match (document, participle) {
            (Some(document), Some(participle))
                if tokens.clone().any(|t| {
                    words::is(Set::SeeingDocuments, self.tree.lemma(t))
                        || matches!(self.tree.lemma(t), "date" | "mark")
                }) =>
            {
                (tokens.start..participle, document)
            }
            _ => (tokens, head),
        }
    }

    /// The noun that a phrase is about, if the tree's head is something else.
    pub(super) fn noun_head(&self, tokens: &Range<u32>, head: u32) -> Option<u32> {
        let noun = |t: u32| self.tree.token(t).is_some_and(|x| matches!(x.upos, Upos::Noun | Upos::Propn));
        if noun(head) {
            return Some(head);
        }
        let mut last = None;
        for token in tokens.clone() {
            let stops = self
                .tree
                .token(token)
                .is_some_and(|t| matches!(t.upos, Upos::Adp | Upos::Punct | Upos::Pron | Upos::Sconj));
            if stops && last.is_some() {
                break;
            }
            if noun(token) {
                last = Some(token);
            }
        }
        last.or(Some(head))
    }

    /// "St. Paul police": the noun for a body after a name that makes up the rest of a phrase, whatever the parser makes of it.
    pub(super) fn force_of_a_place(&self, tokens: &Range<u32>) -> Option<u32> {
        let noun = tokens.end.checked_sub(1).filter(|_| tokens.len() > 1)?;
        let body = |r: &lexicon::RoleNoun| matches!(r.class, RoleClass::Body | RoleClass::Group);
        let lower = self.tree.form(noun).starts_with(char::is_lowercase);
        (lower && lexicon::role_noun(self.tree.lemma(noun)).is_some_and(|r| body(&r))).then_some(())?;
        let capital = |t: u32| self.tree.form(t).starts_with(char::is_uppercase) || self.tree.form(t) == ".";
        let named = (tokens.start..noun).any(|t| self.bearer.contains_key(&t));
        (named && (tokens.start..noun).all(capital)).then_some(noun)
    }

    /// True for two or more capitals and nothing else: the WHO is not the pronoun.
    pub(super) fn is_acronym(&self, token: u32) -> bool {
        let form = self.tree.form(token);
        form.len() > 1 && form.chars().all(|c| c.is_uppercase())
    }
}

#[cfg(test)]
mod tests {
    use crate::speaker::testing::speakers;

    #[test]
    fn a_force_is_called_after_its_place() {
        for (text, source, wanted) in [
            (
                "Two arrests were made, the New York Police Department said.",
                "the New York Police Department",
                "New York Police Department",
            ),
            (
                "Protesters threw rocks at officers, injuring at least three, St. Paul police said.",
                "St. Paul police",
                "St. Paul police",
            ),
        ] {
            let found = speakers(text, &[source]);
            assert!(found[0].ends_with(&format!(" {wanted}")), "{found:?}");
        }
    }
}
