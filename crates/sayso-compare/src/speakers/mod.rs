//! Speakers across reports: one speaker from many names, each merge with its reason.
//!
//! Named speakers are merged by their name, an abbreviation, a surname that only one of them has, or a misspelling. A body is the
//! same whatever the order and spelling of its words ("Ministry of Defence", "the defense ministry"). Bodies of two countries are
//! never merged: a name that bodies of two countries share means, without a country, the body of the country that the report
//! comes from, or else none. A body that is described but not named ("the country's spy agency") is merged with a named one only
//! if that is of the same country and kind, or has those words in its name, and no other body of the story does. Unnamed people
//! are never merged across reports. People's decisions (see [`Constraints`]) take precedence over every rule.

mod beside;
mod build;
mod called;
mod described;
mod groups;
mod local;
mod merge;
mod office;
mod parents;
mod research;

use std::{cell::OnceCell, collections::BTreeMap};

use sayso_model::{
    SpeakerId, SpeakerKind,
    story::{ReportIndex, SpeakerIndex, StoryMark, StorySpeaker},
};

pub use self::called::{bears, goes_by};
use self::{called::Profile, groups::Groups, local::Local};
use crate::{
    Entry,
    country::Countries,
    data::fold,
    words::{self, Set},
};

/// A speaker of a report in the ledger.
pub type Who = (i64, SpeakerId);

/// What people decided about speakers.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Constraints {
    /// Pairs that are the same speaker.
    pub together: Vec<(Who, Who)>,
    /// Pairs that are different speakers.
    pub apart: Vec<(Who, Who)>,
}

/// All speakers of a story.
#[derive(Debug, Clone, Default)]
pub(crate) struct Cast {
    pub(crate) speakers: Vec<StorySpeaker>,
    pub(crate) countries: Countries,
    /// What the names of each speaker say, computed on demand.
    profiles: Vec<OnceCell<Profile>>,
    of: BTreeMap<(ReportIndex, SpeakerId), SpeakerIndex>,
    /// Speakers by report and by their name there, folded.
    named: BTreeMap<(ReportIndex, String), SpeakerIndex>,
}

impl Cast {
    /// The merged speaker that a speaker of a report belongs to.
    pub(crate) fn of(&self, report: ReportIndex, speaker: SpeakerId) -> Option<SpeakerIndex> {
        self.of.get(&(report, speaker)).copied()
    }

    /// The speaker that a report calls by this name.
    pub(crate) fn called(&self, report: ReportIndex, name: &str) -> Option<SpeakerIndex> {
        if let Some(speaker) = self.named.get(&(report, fold(name))) {
            return Some(*speaker);
        }
        let in_report = self.of.range((report, SpeakerId(0))..=(report, SpeakerId(u32::MAX)));
        in_report.map(|(_, speaker)| *speaker).find(|n| {
            let speaker = self.speakers.get(*n).zip(self.profile(*n));
            speaker.is_some_and(|(s, profile)| profile.is_called(s, name))
        })
    }

    /// What the names of a speaker say.
    fn profile(&self, speaker: SpeakerIndex) -> Option<&Profile> {
        let (of, profile) = self.speakers.get(speaker).zip(self.profiles.get(speaker))?;
        Some(profile.get_or_init(|| Profile::of(of)))
    }

    pub(crate) fn get(&self, speaker: SpeakerIndex) -> Option<&StorySpeaker> {
        self.speakers.get(speaker)
    }

    /// Whose count a speaker gives: that of the only body that a person speaks for in an office there, or as its unnamed spokesman.
    pub(crate) fn voice(&self, speaker: SpeakerIndex) -> SpeakerIndex {
        let holder =
            self.get(speaker).filter(|s| s.kind == SpeakerKind::Person && (!s.anonymous || is_spokesman(s)));
        let mut bodies = holder.into_iter().flat_map(|s| s.parents.iter().filter_map(|p| p.speaker));
        bodies.next().filter(|first| bodies.all(|other| other == *first)).unwrap_or(speaker)
    }

    /// A speaker and the bodies that it speaks for.
    pub(crate) fn bodies(&self, speaker: SpeakerIndex) -> Vec<SpeakerIndex> {
        let parents = self.get(speaker).into_iter().flat_map(|s| s.parents.iter().filter_map(|p| p.speaker));
        std::iter::once(speaker).chain(parents).collect()
    }
}

/// True for somebody called a spokesman ("a Japanese government spokesman").
pub(crate) fn is_spokesman(speaker: &StorySpeaker) -> bool {
    speaker.names.iter().any(|name| fold(name).split(' ').any(|w| words::is(Set::Spokesmen, w)))
}

/// Gathers and merges the speakers of all reports.
pub(crate) fn gather(entries: &[Entry<'_>], constraints: &Constraints) -> Cast {
    let countries = Countries::of(entries);
    let mut locals: Vec<Local<'_>> = entries
        .iter()
        .enumerate()
        .flat_map(|(report, entry)| {
            let from = countries.of_dateline(entry);
            let countries = &countries;
            entry
                .reading
                .speakers
                .iter()
                .map(move |s| Local::of(report, entry.key, entry.reading, s, countries, from.as_ref()))
        })
        .collect();
    local::call_by_noun(&mut locals);
    let at: BTreeMap<Who, usize> = locals.iter().enumerate().map(|(n, l)| (l.who, n)).collect();
    let pairs = |pairs: &[(Who, Who)]| -> Vec<(usize, usize)> {
        pairs.iter().filter_map(|(a, b)| Some((*at.get(a)?, *at.get(b)?))).collect()
    };
    let body_country = |l: &Local<'_>| l.country_name().filter(|_| !l.is_person()).cloned();
    let mut groups = Groups {
        root: (0..locals.len()).collect(),
        reason: vec![None; locals.len()],
        country: vec![None; locals.len()],
        apart: pairs(&constraints.apart),
    };
    // People's decisions come before countries.
    for (a, b) in pairs(&constraints.together) {
        groups.join(a, b, "decided by a person", Vec::new());
    }
    for (n, local) in locals.iter().enumerate() {
        let root = groups.find(n);
        if let Some(country) = groups.country.get_mut(root) {
            *country = country.take().or_else(|| body_country(local));
        }
    }
    for (n, local) in locals.iter().enumerate() {
        if let Some(other) = local.speaker.same_as.and_then(|id| at.get(&(local.who.0, id))) {
            let marks = local
                .speaker
                .same_as_evidence
                .iter()
                .map(|s| StoryMark { report: local.report, span: *s })
                .collect();
            groups.join(*other, n, "shown by the report", marks);
        }
    }
    merge::all(&locals, &mut groups);
    build::build(entries, &locals, &groups, countries)
}
