//! Somebody in the report: names, descriptions, roles and mentions.

use std::collections::{BTreeMap, BTreeSet};

use sayso_model::{Mention, Span, SpeakerKind};

use super::{
    description::Description,
    gender::{self, Gender},
    name::Name,
    role::FoundRole,
};

/// Maximum number of other forms of a name that a new name is compared with, besides those spelt the same.
const FORMS: usize = 32;

/// Somebody in the report, by index in the cast.
pub(crate) type MemberId = usize;

#[derive(Debug)]
pub(super) struct Member {
    pub(super) name: Option<Name>,
    /// Other forms of the name in the report.
    pub(super) other_names: Vec<Name>,
    /// Indexes of those among them, by spelling.
    pub(super) spelt: BTreeMap<Vec<String>, Vec<usize>>,
    /// How it is described, without duplicates.
    pub(super) descriptions: Vec<Description>,
    /// Tokens of the nouns that describe it.
    pub(super) nouns: BTreeSet<(u32, u32)>,
    /// According to titles.
    pub(super) gender: Option<Gender>,
    /// According to first names, nouns and pronouns, the earliest of them.
    pub(super) likely_gender: Option<Gender>,
    pub(super) kind: SpeakerKind,
    pub(super) roles: Vec<FoundRole>,
    /// By position.
    pub(super) mentions: BTreeMap<Span, Mention>,
    pub(super) label: String,
    /// Some phrase for a source or relay refers to it.
    pub(super) speaks: bool,
    /// It is in the table of speakers: as a source, a relay, or somebody asked for comment.
    pub(super) listed: bool,
    pub(super) merged_into: Option<MemberId>,
    pub(super) same_as: Option<(MemberId, Vec<Span>)>,
}

impl Member {
    /// Adds another form of the name.
    pub(super) fn also_named(&mut self, name: Name) {
        self.spelt.entry(name.words.clone()).or_default().push(self.other_names.len());
        self.other_names.push(name);
    }

    /// The forms of its name that a new one can be compared with; a name written in a thousand ways is no longer anybody's.
    pub(super) fn forms_for(&self, name: &Name) -> impl Iterator<Item = &Name> {
        let newest = self.other_names.len().saturating_sub(FORMS);
        let alike = self.spelt.get(&name.words).into_iter().flatten().copied().filter(move |at| *at < newest);
        let alike = alike.filter_map(|at| self.other_names.get(at));
        self.name.iter().chain(alike).chain(self.other_names.iter().skip(newest))
    }

    /// Whether it is "he" or "she", as far as anything tells.
    pub(super) fn any_gender(&self) -> Option<Gender> {
        self.gender.or(self.likely_gender)
    }

    /// False if a name is that of a woman and this is a man, or the other way round, according to titles or, where several
    /// `shared` the surname, also to what is only likely.
    pub(super) fn may_be_called(&self, name: &Name, shared: bool) -> bool {
        let namesake = || self.forms_for(name).any(|known| known.words == name.words);
        let (ours, theirs) = if shared && !namesake() {
            (self.any_gender(), name.gender.or(name.likely_gender))
        } else {
            (self.gender, name.gender)
        };
        !gender::differ(ours, theirs)
    }

    /// The mention that begins at a byte offset.
    pub(super) fn mention_at(&self, offset: usize) -> Option<Span> {
        self.mentions
            .range(Span::new(offset, offset)..)
            .next()
            .map(|(span, _)| *span)
            .filter(|s| s.start == offset)
    }

    /// True if one of its mentions overlaps a span. With few exceptions, mentions are not nested.
    pub(super) fn is_mentioned_in(&self, span: Span) -> bool {
        const NESTED: usize = 8;
        self.mentions.range(..Span::new(span.end, span.end)).rev().take(NESTED).any(|(m, _)| m.overlaps(span))
    }

    /// Adds a description, unless the member already has it.
    pub(super) fn describe(&mut self, description: Description) {
        self.nouns.insert((description.core.start, description.core.end));
        if !self.descriptions.iter().any(|known| known.is_as(&description)) {
            self.descriptions.push(description);
        }
    }

    /// True if it was described by the same noun token as a description: one phrase with two boundaries.
    pub(super) fn is_of_one_noun(&self, description: &Description) -> bool {
        self.nouns.contains(&(description.core.start, description.core.end))
    }
}
