//! Speakers: who is meant by a name, a description or a pronoun, and the evidence.
//!
//! Names are gathered from the whole report first; then each phrase for a source or relay is resolved in text order: a name to
//! the speaker with that name, a pronoun or a definite description to the last matching mention, anything else to a new speaker
//! without a name. Every link keeps the words that show it.

mod admit;
mod antecedent;
mod author;
mod company;
mod described;
mod description;
mod find;
mod gender;
mod member;
mod name;
mod named;
mod office;
mod phrase;
mod pronoun;
mod role;
mod settle;
mod surname;
mod table;
#[cfg(test)]
mod testing;

use std::collections::{BTreeMap, BTreeSet};

use sayso_model::{Mention, MentionForm, Span, SpeakerKind, TimeExpression};

use self::{member::Member, surname::SharedSurnames};
pub(crate) use self::{member::MemberId, name::is_camel};
use crate::tree::Tree;

/// How far back, in mentions, a pronoun or description looks for its referent.
const MEMORY: usize = 60;

/// Everybody whom the report names or describes.
#[derive(Debug)]
pub(crate) struct Cast<'t, 'd> {
    tree: &'t Tree<'d>,
    times: &'t [TimeExpression],
    members: Vec<Member>,
    /// Mentions by their first byte.
    mentioned: BTreeMap<usize, MemberId>,
    /// The member whose name a token is part of.
    bearer: BTreeMap<u32, MemberId>,
    resolved: BTreeMap<Span, Option<MemberId>>,
    /// Names of countries that only the report itself reveals.
    countries: BTreeSet<String>,
    /// Members by the first letters of their names' words: only names that share one are compared.
    by_letter: BTreeMap<char, Vec<MemberId>>,
    /// Positions of the double quotation marks.
    marks: Vec<usize>,
    /// Surnames that several persons of the report have.
    shared: SharedSurnames,
    /// The members named so far with such a surname and more.
    surnames: BTreeMap<String, BTreeSet<MemberId>>,
}

impl<'t, 'd> Cast<'t, 'd> {
    /// Gathers all names in the report.
    pub(crate) fn gather(tree: &'t Tree<'d>, times: &'t [TimeExpression]) -> Self {
        let mut cast = Self {
            tree,
            times,
            members: Vec::new(),
            mentioned: BTreeMap::new(),
            bearer: BTreeMap::new(),
            resolved: BTreeMap::new(),
            countries: BTreeSet::new(),
            by_letter: BTreeMap::new(),
            marks: tree.text.match_indices(['"', '“', '”']).map(|(at, _)| at).collect(),
            shared: SharedSurnames::default(),
            surnames: BTreeMap::new(),
        };
        let mut names = name::names(tree);
        name::recognise_surnames(&mut names);
        cast.shared = SharedSurnames::of(tree, &names);
        cast.countries = name::countries(tree, &names);
        for name in names {
            cast.admit(name);
        }
        // Single proper nouns that the model missed are names if they are part of a name that is known by now.
        for token in 0..tree.document.tokens.len() as u32 {
            if !cast.bearer.contains_key(&token)
                && let Some(name) = name::single(tree, token)
                && (cast.known(&name).is_some() || cast.in_brackets_after(&name).is_some())
            {
                cast.admit(name);
            }
        }
        cast
    }

    fn new_member(&mut self, kind: SpeakerKind) -> MemberId {
        self.members.push(Member {
            name: None,
            other_names: Vec::new(),
            spelt: BTreeMap::new(),
            descriptions: Vec::new(),
            nouns: BTreeSet::new(),
            gender: None,
            likely_gender: None,
            kind,
            roles: Vec::new(),
            mentions: BTreeMap::new(),
            label: String::new(),
            speaks: false,
            listed: false,
            merged_into: None,
            same_as: None,
        });
        self.members.len() - 1
    }

    fn mention(&mut self, id: MemberId, span: Span, form: MentionForm, evidence: Vec<Span>) {
        let id = self.current(id);
        self.members[id].mentions.entry(span).or_insert(Mention { span, form, evidence });
        self.mentioned.insert(span.start, id);
    }

    /// The member that another was merged into.
    fn current(&self, mut id: MemberId) -> MemberId {
        while let Some(next) = self.members[id].merged_into {
            id = next;
        }
        id
    }

    fn merge(&mut self, from: MemberId, into: MemberId, evidence: Span) {
        let (from, into) = (self.current(from), self.current(into));
        if from == into {
            return;
        }
        let mut mentions = std::mem::take(&mut self.members[from].mentions);
        for mention in mentions.values_mut() {
            mention.evidence.push(evidence);
        }
        let descriptions = std::mem::take(&mut self.members[from].descriptions);
        let nouns = std::mem::take(&mut self.members[from].nouns);
        let (speaks, listed) = (self.members[from].speaks, self.members[from].listed);
        self.members[from].merged_into = Some(into);
        let member = &mut self.members[into];
        member.nouns.extend(nouns);
        for (span, mention) in mentions {
            member.mentions.entry(span).or_insert(mention);
        }
        for description in descriptions {
            member.describe(description);
        }
        member.speaks |= speaks;
        member.listed |= listed;
    }

    /// Adds a member to the table of speakers.
    pub(crate) fn list(&mut self, id: MemberId) {
        let id = self.current(id);
        self.members[id].listed = true;
    }

    /// Resolves a phrase to a member, which thereby becomes a speaker. Phrases must come in text order.
    pub(crate) fn resolve(&mut self, span: Span) -> Option<MemberId> {
        let found = self.meet(span)?;
        self.list(found);
        Some(found)
    }

    /// True for a phrase that means a body whose name the report gives.
    pub(crate) fn is_named_body(&mut self, span: Span) -> bool {
        self.meet(span).is_some_and(|id| {
            let member = &self.members[self.current(id)];
            member.name.is_some() && member.kind != SpeakerKind::Person
        })
    }

    /// As [`Self::resolve`], without a place in the table of speakers.
    pub(crate) fn meet(&mut self, span: Span) -> Option<MemberId> {
        if let Some(known) = self.resolved.get(&span) {
            return known.map(|id| self.current(id));
        }
        let found = self.find(span);
        if let Some(id) = found {
            self.members[id].speaks = true;
        }
        self.resolved.insert(span, found);
        found
    }

    /// The name of a member, or its description if it has none.
    pub(crate) fn label(&self, id: MemberId) -> &str {
        &self.members[self.current(id)].label
    }

    /// The first name in the report that matches the outlet's own.
    pub(crate) fn masthead(&self, fits: impl Fn(&str) -> bool) -> Option<&str> {
        self.members.iter().map(|m| m.label.as_str()).find(|label| fits(label))
    }

    /// The kind of speaker that a member is.
    pub(crate) fn kind(&self, id: MemberId) -> SpeakerKind {
        self.members[self.current(id)].kind
    }

    /// True for a member that is described but not named.
    pub(crate) fn is_anonymous(&self, id: MemberId) -> bool {
        self.members[self.current(id)].name.is_none()
    }

    /// The member itself after merging.
    pub(crate) fn settled(&self, id: MemberId) -> MemberId {
        self.current(id)
    }

    /// The member whose name a span covers, if it covers one; does not make it a speaker.
    pub(crate) fn bearer_in(&self, span: Span) -> Option<MemberId> {
        let tokens = self.tree.document.tokens_in(span);
        let (_, &id) = self.bearer.range(tokens).next()?;
        Some(self.current(id))
    }
}
