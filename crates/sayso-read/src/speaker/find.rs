//! Whom a phrase for a source or relay means.

use sayso_model::{MentionForm, Span, Upos};

use super::{Cast, MemberId, description, name};
use crate::lexicon::{self, RoleClass};

impl Cast<'_, '_> {
    /// The member that a phrase refers to, which is new if nobody before is meant.
    pub(super) fn find(&mut self, span: Span) -> Option<MemberId> {
        let tokens = self.tree.document.tokens_in(span);
        let tokens =
            self.trim(self.without_time(self.without_aside(self.subject_of_what(self.trim(tokens)))));
        let span = self.tree.document.span_of(tokens.clone())?;
        let first = tokens.clone().next()?;
        let head = self.tree.head_of(span).unwrap_or(first);
        // "the WHO", which a tagger may read as a relative pronoun
        let acronym = tokens.end.checked_sub(1).filter(|&t| tokens.len() == 2 && self.is_acronym(t));
        let head = acronym.or_else(|| self.force_of_a_place(&tokens)).unwrap_or(head);
        if tokens.len() <= 2 && self.is_pronoun(head) {
            return self.pronoun(head);
        }
        if tokens.len() > 1 && self.tree.form(first).eq_ignore_ascii_case("whose") {
            return self.body_of_antecedent(first);
        }
        let (tokens, head) = self.document_itself(tokens, head);
        if let Some((id, at)) = self.named(&tokens, head) {
            let evidence = self.tree.document.span_of(at).into_iter().collect::<Vec<_>>();
            if !self.members[id].is_mentioned_in(span) {
                self.mention(id, span, MentionForm::Name, evidence);
            }
            return Some(self.current(id));
        }
        let acronym = || Some(head).filter(|&h| self.is_acronym(h));
        let head = self.noun_head(&tokens, head).or_else(acronym)?;
        if let Some(name) = self.apposed_inside(&tokens, head).or_else(|| self.called(&tokens)) {
            return self.admit(name).map(|id| self.current(id));
        }
        if let Some(id) = self.apposed(&tokens) {
            self.mention(id, span, MentionForm::Description, Vec::new());
            return Some(self.current(id));
        }
        if (self.tree.token(head).is_some_and(|t| t.upos == Upos::Propn) || self.is_acronym(head))
            && lexicon::role_noun(&self.tree.form(head).to_lowercase()).is_none()
            && let Some(name) = self.untagged(&tokens, head)
        {
            return self.admit(name).map(|id| self.current(id));
        }
        let mut tokens = tokens;
        if tokens.end == head + 1 {
            tokens.end = name::with_subject(self.tree, tokens.clone());
        }
        let mut description = description::description(self.tree, tokens.clone(), head)?;
        if let Some(body) = self.body_behind(&tokens, &description) {
            return self.find(body);
        }
        if description.class() == Some(RoleClass::Document)
            && let Some(author) = self.author(&tokens, head)
        {
            return self.find(author);
        }
        if description.class() == Some(RoleClass::Document)
            && description.definite
            && let Some((id, evidence)) = self.issuer(tokens.start, &description)
        {
            self.mention(id, span, MentionForm::Description, evidence);
            return Some(id);
        }
        if description.class() == Some(RoleClass::Body) {
            description.owner = self.owner(&tokens);
        }
        self.described(&tokens, description)
    }
}
