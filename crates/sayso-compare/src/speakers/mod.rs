//! Speakers across reports: one speaker from many names, each merge with its reason.
//!
//! Named speakers are merged by their name, an abbreviation, a surname that only one of them has, or a misspelling. A body is the
//! same whatever the order and spelling of its words ("Ministry of Defence", "the defense ministry"). Bodies of two countries are
//! never merged: a name that bodies of two countries share means, without a country, the body of the country that the report
//! comes from, or else none. A body that is described but not named ("the country's spy agency") is merged with a named one only
//! if that is of the same country and kind, or has those words in its name, and no other body of the story does. Unnamed people
//! are never merged across reports. People's decisions (see [`Constraints`]) take precedence over every rule.

mod account;
mod beside;
mod build;
mod called;
mod described;
mod forms;
mod groups;
mod local;
mod merge;
mod office;
mod parents;
mod research;

use std::{cell::OnceCell, collections::HashMap};

use sayso_model::{
    SpeakerId, SpeakerKind,
    story::{ReportIndex, SpeakerIndex, StoryMark, StorySpeaker},
};

pub use self::called::{bears, goes_by};
use self::{account::Accounts, build::Heads, called::Profile, groups::Groups, local::Local};
use crate::{
    Entry,
    country::Countries,
    data::fold,
    moves::Moves,
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
    /// What each report says about its speakers.
    accounts: Vec<Accounts>,
    /// What the names of each speaker say, computed on demand.
    profiles: Vec<OnceCell<Profile>>,
    /// For each report, who its speakers are.
    of: Vec<Vec<SpeakerIndex>>,
    /// The outlets of the reports.
    heads: Heads,
}

impl Cast {
    /// The merged speaker that a speaker of a report belongs to.
    pub(crate) fn of(&self, report: ReportIndex, speaker: SpeakerId) -> Option<SpeakerIndex> {
        self.of.get(report)?.get(speaker.index()).copied()
    }

    /// The speaker that a report calls by this name.
    pub(crate) fn called(&self, report: ReportIndex, name: &str) -> Option<SpeakerIndex> {
        let in_report = self.of.get(report)?;
        let folded = fold(name);
        let accounts = self.accounts.get(report).map(|accounts| accounts.of.as_slice()).unwrap_or_default();
        if let Some(at) = accounts.iter().position(|account| account.forms.folded == folded) {
            return in_report.get(at).copied();
        }
        in_report.iter().copied().find(|n| {
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

/// Gathers and merges the speakers of all reports. `before`: who they were before; the result does
/// not depend on it.
pub(crate) fn gather(
    entries: &[Entry<'_>],
    constraints: &Constraints,
    countries: Countries,
    before: Cast,
    moves: &Moves,
) -> Cast {
    let mut before = if before.countries == countries { before } else { Cast::default() };
    let account =
        |report| entries.get(report).map_or_else(Accounts::default, |e| Accounts::of(e, &countries));
    let accounts = moves.of_each(std::mem::take(&mut before.accounts), account);
    let locals = locals(entries, &accounts);
    let mut groups = groups(entries, &locals, constraints);
    merge::all(&locals, &mut groups);
    let built = build::build(entries, &locals, &groups, &countries, before, moves);
    let mut cast = Cast {
        speakers: built.speakers,
        profiles: built.profiles,
        of: built.of,
        heads: built.heads,
        countries,
        accounts,
    };
    parents::parents(&mut cast);
    cast
}

/// The speakers of all reports, in the order of the reports.
fn locals<'r>(entries: &[Entry<'r>], accounts: &'r [Accounts]) -> Vec<Local<'r>> {
    let of_reports = entries.iter().zip(accounts).enumerate();
    of_reports
        .flat_map(|(report, (entry, accounts))| {
            let speakers = entry.reading.speakers.iter().zip(&accounts.of);
            let from = accounts.from.as_ref();
            speakers.map(move |(speaker, account)| Local { report, speaker, from, account })
        })
        .collect()
}

/// What is known before names are compared: people's decisions, countries, and who reports say is the same.
fn groups(entries: &[Entry<'_>], locals: &[Local<'_>], constraints: &Constraints) -> Groups {
    let mut first: Vec<usize> = Vec::with_capacity(entries.len());
    let mut next = 0;
    for entry in entries {
        first.push(next);
        next += entry.reading.speakers.len();
    }
    let local = |report: ReportIndex, speaker: SpeakerId| {
        let at = first.get(report)? + speaker.index();
        locals.get(at).filter(|l| l.report == report).map(|_| at)
    };
    let decided = || constraints.together.iter().chain(&constraints.apart);
    let report_of: HashMap<i64, ReportIndex> = match decided().next() {
        Some(_) => entries.iter().enumerate().map(|(report, e)| (e.key, report)).collect(),
        None => HashMap::new(),
    };
    let at = |(key, speaker): &Who| local(*report_of.get(key)?, *speaker);
    let pairs = |pairs: &[(Who, Who)]| -> Vec<(usize, usize)> {
        pairs.iter().filter_map(|(a, b)| Some((at(a)?, at(b)?))).collect()
    };
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
    for (n, local) in locals.iter().enumerate().filter(|(_, l)| !l.is_person()) {
        let Some(own) = local.country_name() else { continue };
        let root = groups.find(n);
        if let Some(country) = groups.country.get_mut(root)
            && country.is_none()
        {
            *country = Some(own.clone());
        }
    }
    for (n, of_report) in locals.iter().enumerate() {
        if let Some(other) = of_report.speaker.same_as.and_then(|id| local(of_report.report, id)) {
            let spans = of_report.speaker.same_as_evidence.iter();
            let marks = spans.map(|s| StoryMark { report: of_report.report, span: *s }).collect();
            groups.join(other, n, "shown by the report", marks);
        }
    }
    groups
}
