//! Builds the speakers of a story from the merged groups.

use std::{cell::OnceCell, collections::HashSet};

use sayso_model::{
    Date, SpeakerKind,
    story::{Evidence, HeldRole, SpeakerIndex, SpeakerMember, StoryMark, StorySpeaker},
};

use super::{
    Cast,
    called::Profile,
    described::body_of,
    groups::{Groups, Reason},
    local::Local,
    parents,
};
use crate::{
    Entry,
    country::Countries,
    moves::Moves,
    name::{Name, is_abbreviation},
    outlet::{self, OutletIndex},
};

/// The speakers of a story, without the bodies that they speak for.
#[derive(Default)]
pub(super) struct Built {
    pub(super) speakers: Vec<StorySpeaker>,
    pub(super) profiles: Vec<OnceCell<Profile>>,
    pub(super) of: Vec<Vec<SpeakerIndex>>,
    pub(super) heads: Heads,
}

/// Builds the speakers. `before`: those of an earlier comparison in which the same words meant countries; one of the same members
/// by the same reasons is taken over.
pub(super) fn build(
    entries: &[Entry<'_>],
    locals: &[Local<'_>],
    groups: &Groups,
    countries: &Countries,
    before: Cast,
    moves: &Moves,
) -> Built {
    let mut built = Built { heads: Heads::of(entries), ..Built::default() };
    built.of = entries.iter().map(|e| Vec::with_capacity(e.reading.speakers.len())).collect();
    let mut at: Vec<Option<SpeakerIndex>> = vec![None; locals.len()];
    let mut members: Vec<Vec<usize>> = Vec::new();
    for (n, local) in locals.iter().enumerate() {
        let Some(index) = at.get_mut(groups.find(n)) else { continue };
        let index = *index.get_or_insert(members.len());
        match members.get_mut(index) {
            Some(of_speaker) => of_speaker.push(n),
            None => members.push(vec![n]),
        }
        built.of.get_mut(local.report).into_iter().for_each(|of_report| of_report.push(index));
    }
    let mut earlier = Earlier::of(before, &built.heads);
    let outlets = built.heads.index();
    for members in members {
        let members: Vec<Member<'_>> = members
            .into_iter()
            .filter_map(|n| Some((locals.get(n)?, groups.reason.get(n).and_then(Option::as_ref))))
            .collect();
        if let Some((speaker, profile)) = earlier.take(&members, moves) {
            built.speakers.push(speaker);
            built.profiles.push(profile);
            continue;
        }
        let Some(mut speaker) = speaker(entries, &members) else { continue };
        built.heads.name(&mut speaker, &outlets);
        if let Some(full) = named_with_its_country(&speaker, countries) {
            speaker.name = full;
        }
        let person = speaker.kind == SpeakerKind::Person && !speaker.anonymous;
        if person && speaker.country.is_none() && speaker.name.contains(' ') {
            speaker.country = parents::country_before_name(entries, &speaker, countries);
        }
        built.speakers.push(speaker);
        built.profiles.push(OnceCell::new());
    }
    built
}

/// A speaker of a report that belongs to a speaker of the story, with the reason if it was merged.
type Member<'l> = (&'l Local<'l>, Option<&'l Reason>);

/// The speaker that all of these are.
fn speaker(entries: &[Entry<'_>], members: &[Member<'_>]) -> Option<StorySpeaker> {
    let (first, _) = members.first()?;
    let mut speaker = StorySpeaker {
        name: first.name.proper.clone().unwrap_or_else(|| first.speaker.name.clone()),
        kind: first.kind,
        anonymous: !first.named(),
        country: None,
        names: Vec::new(),
        members: Vec::with_capacity(members.len()),
        roles: Vec::new(),
        parents: Vec::new(),
    };
    let mut names: HashSet<&str> = HashSet::new();
    for (local, reason) in members {
        if let Some(proper) = &local.name.proper {
            let known = (!speaker.anonymous).then(|| speaker.name.chars().count());
            let abbreviated = is_abbreviation(&speaker.name);
            if known.is_none_or(|length| {
                (proper.chars().count() > length && !is_abbreviation(proper))
                    || abbreviated && !is_abbreviation(proper)
            }) {
                speaker.name.clone_from(proper);
            }
            if speaker.anonymous || speaker.kind == SpeakerKind::Unknown {
                speaker.kind = local.kind;
            }
            speaker.anonymous = false;
        }
        if speaker.country.is_none() {
            speaker.country = local.country_name().cloned();
        }
        let new = local.account.names.iter().filter(|name| names.insert(name));
        speaker.names.extend(new.cloned());
        let entry = entries.get(local.report);
        let text = entry.map_or("", |e| e.reading.report.text.as_str());
        let published = entry.and_then(|e| e.reading.report.head.published.as_ref()).map(|d| d.value);
        speaker.roles.extend(roles(local, text, published));
        let evidence = match reason {
            Some((rule, marks)) => Evidence { rule: (*rule).to_owned(), marks: marks.clone() },
            None => Evidence { rule: OWN_NAME.to_owned(), marks: local.first().into_iter().collect() },
        };
        speaker.members.push(SpeakerMember {
            report: local.report,
            speaker: local.speaker.id,
            name: local.speaker.name.clone(),
            evidence,
        });
    }
    Some(speaker)
}

/// The reason of the first member, and of one that was not merged by a rule.
const OWN_NAME: &str = "its own name";

/// The roles in which a report describes somebody: those of its reading, and what is next to the name besides.
fn roles<'l>(
    local: &'l Local<'_>,
    text: &'l str,
    published: Option<Date>,
) -> impl Iterator<Item = HeldRole> + 'l {
    let roles = &local.speaker.roles;
    let mark = |span| StoryMark { report: local.report, span };
    let read = roles.iter().map(move |role| HeldRole {
        title: role.title.clone(),
        body: role.body.clone(),
        former: role.former,
        on: published,
        mark: mark(role.span),
    });
    let beside = local.account.described.iter();
    let beside = beside.filter(|span| !roles.iter().any(|role| role.span.overlaps(**span)));
    read.chain(beside.map(move |span| {
        let words = span.cut(text);
        let title = ["the ", "The ", "a ", "an "].iter().find_map(|a| words.strip_prefix(a)).unwrap_or(words);
        HeldRole {
            title: title.to_owned(),
            body: body_of(words).map(str::to_owned),
            former: title.starts_with("former ") || title.starts_with("ex-"),
            on: published,
            mark: mark(*span),
        }
    }))
}

/// The speakers of an earlier comparison, as far as nobody has taken them over.
struct Earlier {
    of: Vec<Vec<SpeakerIndex>>,
    speakers: Vec<Option<(StorySpeaker, OnceCell<Profile>)>>,
}

impl Earlier {
    fn of(before: Cast, heads: &Heads) -> Self {
        // An outlet more may be another name of any speaker.
        if before.heads != *heads {
            return Self { of: Vec::new(), speakers: Vec::new() };
        }
        Self { of: before.of, speakers: before.speakers.into_iter().zip(before.profiles).map(Some).collect() }
    }

    /// The speaker of just these members, for just these reasons, with its marks where they are now.
    fn take(&mut self, members: &[Member<'_>], moves: &Moves) -> Option<(StorySpeaker, OnceCell<Profile>)> {
        let (first, _) = members.first()?;
        let was = moves.was.get(first.report).copied().flatten()?;
        let place = self.speakers.get_mut(*self.of.get(was)?.get(first.speaker.id.index())?)?;
        let (known, _) = place.as_ref()?;
        let is_same = |(member, (local, reason)): (&SpeakerMember, &Member<'_>)| {
            let own = local.first();
            let (rule, marks) = reason.map_or((OWN_NAME, own.as_slice()), |(rule, marks)| (*rule, marks));
            Some(member.report) == moves.was.get(local.report).copied().flatten()
                && member.speaker == local.speaker.id
                && member.evidence.rule == rule
                && member.evidence.marks.len() == marks.len()
                && member.evidence.marks.iter().zip(marks).all(|(then, now)| moves.mark(*then) == Some(*now))
        };
        if known.members.len() != members.len() || !known.members.iter().zip(members).all(is_same) {
            return None;
        }
        let (mut speaker, profile) = place.take()?;
        for (member, (local, _)) in speaker.members.iter_mut().zip(members) {
            member.report = local.report;
            member.evidence.marks.iter_mut().for_each(|mark| *mark = moves.mark(*mark).unwrap_or(*mark));
        }
        speaker.roles.iter_mut().for_each(|role| role.mark = moves.mark(role.mark).unwrap_or(role.mark));
        Some((speaker, profile))
    }
}

/// The outlets of a story's reports, with the mastheads that bylines show, each once, in the order of the reports.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Heads(Vec<(String, Option<String>)>);

impl Heads {
    fn of(entries: &[Entry<'_>]) -> Self {
        let mut known: HashSet<(&str, Option<&str>)> = HashSet::new();
        let heads = entries.iter().map(|e| &e.reading.report.head);
        let outlets =
            heads.filter_map(|head| Some((head.outlet.as_ref()?.value.as_str(), outlet::masthead(head))));
        let once = outlets.filter(|outlet| known.insert(*outlet));
        Self(once.map(|(outlet, masthead)| (outlet.to_owned(), masthead.map(str::to_owned))).collect())
    }

    fn index(&self) -> OutletIndex {
        let mut outlets = OutletIndex::default();
        for (n, (outlet, masthead)) in self.0.iter().enumerate() {
            outlets.add_outlet(outlet, masthead.as_deref(), n);
        }
        outlets
    }

    /// A speaker with the name of an outlet whose report is here is that outlet, under its masthead.
    fn name(&self, speaker: &mut StorySpeaker, outlets: &OutletIndex) {
        if speaker.kind == SpeakerKind::Person {
            return;
        }
        let found = speaker
            .names
            .iter()
            .filter_map(|n| outlets.find(n.strip_prefix("the ").unwrap_or(n)).first().copied());
        let Some((_, masthead)) = found.min().and_then(|n| self.0.get(n)) else { return };
        speaker.kind = SpeakerKind::Outlet;
        speaker.anonymous = false;
        if let Some(masthead) = masthead {
            if !speaker.names.contains(masthead) {
                speaker.names.push(masthead.clone());
            }
            if is_abbreviation(&speaker.name) {
                speaker.name.clone_from(masthead);
            }
        }
    }
}

/// The name that a report writes for a body with its country ("Ostrian Defence Ministry"), if without it any country's could be
/// meant.
fn named_with_its_country(speaker: &StorySpeaker, countries: &Countries) -> Option<String> {
    let country = speaker.country.as_ref()?;
    if !matches!(speaker.kind, SpeakerKind::Organization | SpeakerKind::Unknown) {
        return None;
    }
    let name = Name::of(&speaker.name, speaker.kind, speaker.anonymous, countries);
    if name.words.is_empty() || name.words.len() > 2 || name.country.is_some() {
        return None;
    }
    let full =
        speaker.members.iter().map(|m| m.name.strip_prefix("the ").unwrap_or(&m.name)).find(|written| {
            let taken = Name::of(written, speaker.kind, false, countries);
            taken.words == name.words && taken.country.as_ref() == Some(country) && taken.town.is_none()
        })?;
    Some(full.to_owned())
}
