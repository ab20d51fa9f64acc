//! Builds the speakers of a story from the merged groups.

use std::{
    cell::OnceCell,
    collections::{BTreeMap, BTreeSet},
};

use sayso_model::{
    MentionForm, SpeakerId, SpeakerKind,
    story::{Evidence, HeldRole, ReportIndex, SpeakerIndex, SpeakerMember, StoryMark, StorySpeaker},
};

use super::{Cast, described::body_of, groups::Groups, local::Local, parents};
use crate::{
    Entry,
    country::Countries,
    data::fold,
    name::{Name, is_abbreviation},
    outlet::{self, OutletIndex},
};

pub(super) fn build(
    entries: &[Entry<'_>],
    locals: &[Local<'_>],
    groups: &Groups,
    countries: Countries,
) -> Cast {
    let mut cast = Cast { countries, ..Cast::default() };
    let mut at: BTreeMap<usize, SpeakerIndex> = BTreeMap::new();
    let mut names: BTreeSet<(SpeakerIndex, &str)> = BTreeSet::new();
    for (n, local) in locals.iter().enumerate() {
        let next = cast.speakers.len();
        let index = *at.entry(groups.find(n)).or_insert(next);
        if index == next {
            cast.speakers.push(StorySpeaker {
                name: local.name.proper.clone().unwrap_or_else(|| local.speaker.name.clone()),
                kind: local.kind,
                anonymous: !local.named(),
                country: None,
                names: Vec::new(),
                members: Vec::new(),
                roles: Vec::new(),
                parents: Vec::new(),
            });
        }
        cast.of.insert((local.report, local.speaker.id), index);
        let Some(speaker) = cast.speakers.get_mut(index) else { continue };
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
        let written = local
            .speaker
            .mentions
            .iter()
            .filter(|m| m.form != MentionForm::Pronoun)
            .map(|m| m.span.cut(local.text));
        let written = [local.speaker.name.as_str()].into_iter().chain(written);
        for name in written.chain(local.written.iter().map(String::as_str)) {
            if !name.is_empty() && names.insert((index, name)) {
                speaker.names.push(name.to_owned());
            }
        }
        let published =
            entries.get(local.report).and_then(|e| e.reading.report.head.published.as_ref()).map(|d| d.value);
        speaker.roles.extend(local.speaker.roles.iter().map(|role| HeldRole {
            title: role.title.clone(),
            body: role.body.clone(),
            former: role.former,
            on: published,
            mark: StoryMark { report: local.report, span: role.span },
        }));
        // What is next to its name and not among the reading's roles.
        let beside = local
            .described
            .iter()
            .filter(|span| !local.speaker.roles.iter().any(|role| role.span.overlaps(**span)));
        speaker.roles.extend(beside.map(|span| {
            let words = span.cut(local.text);
            let title =
                ["the ", "The ", "a ", "an "].iter().find_map(|a| words.strip_prefix(a)).unwrap_or(words);
            HeldRole {
                title: title.to_owned(),
                body: body_of(words).map(str::to_owned),
                former: title.starts_with("former ") || title.starts_with("ex-"),
                on: published,
                mark: StoryMark { report: local.report, span: *span },
            }
        }));
        let evidence = groups.reason.get(n).cloned().flatten().unwrap_or_else(|| Evidence {
            rule: "its own name".to_owned(),
            marks: local.first.into_iter().collect(),
        });
        speaker.members.push(SpeakerMember {
            report: local.report,
            speaker: local.speaker.id,
            name: local.speaker.name.clone(),
            evidence,
        });
    }
    name_outlets(entries, &mut cast);
    for speaker in &mut cast.speakers {
        if let Some(full) = named_with_its_country(speaker, &cast.countries) {
            speaker.name = full;
        }
    }
    for speaker in cast.speakers.iter_mut().filter(|s| s.kind == SpeakerKind::Person && !s.anonymous) {
        if speaker.country.is_none() && speaker.name.contains(' ') {
            speaker.country = parents::country_before_name(entries, speaker, &cast.countries);
        }
    }
    cast.profiles = vec![OnceCell::new(); cast.speakers.len()];
    parents::parents(entries, &mut cast);
    cast.named = named(&cast.speakers);
    cast
}

/// The speaker that each report calls by a name.
fn named(speakers: &[StorySpeaker]) -> BTreeMap<(ReportIndex, String), SpeakerIndex> {
    let mut named: BTreeMap<(ReportIndex, String), (SpeakerId, SpeakerIndex)> = BTreeMap::new();
    for (index, speaker) in speakers.iter().enumerate() {
        for member in &speaker.members {
            let at = named.entry((member.report, fold(&member.name))).or_insert((member.speaker, index));
            *at = (*at).min((member.speaker, index));
        }
    }
    named.into_iter().map(|(name, (_, index))| (name, index)).collect()
}

/// A speaker with the name of an outlet whose report is here is that outlet, under its masthead.
fn name_outlets(entries: &[Entry<'_>], cast: &mut Cast) {
    let mut outlets = OutletIndex::default();
    for (report, entry) in entries.iter().enumerate() {
        outlets.add_head(&entry.reading.report.head, report);
    }
    for speaker in cast.speakers.iter_mut().filter(|s| s.kind != SpeakerKind::Person) {
        let reports = speaker
            .names
            .iter()
            .filter_map(|n| outlets.find(n.strip_prefix("the ").unwrap_or(n)).first().copied());
        let Some(head) = reports.min().and_then(|r| entries.get(r)).map(|e| &e.reading.report.head) else {
            continue;
        };
        speaker.kind = SpeakerKind::Outlet;
        speaker.anonymous = false;
        if let Some(masthead) = outlet::masthead(head) {
            if !speaker.names.iter().any(|n| n == masthead) {
                speaker.names.push(masthead.to_owned());
            }
            if is_abbreviation(&speaker.name) {
                masthead.clone_into(&mut speaker.name);
            }
        }
    }
}

/// The name that a report writes for a body with its country ("Ostrian Defence Ministry"), if without it any country's could be
/// meant.
fn named_with_its_country(speaker: &StorySpeaker, countries: &Countries) -> Option<String> {
    let of_a_body = matches!(speaker.kind, SpeakerKind::Organization | SpeakerKind::Unknown);
    let name = Name::of(&speaker.name, speaker.kind, speaker.anonymous, countries);
    if !of_a_body || name.words.is_empty() || name.words.len() > 2 || name.country.is_some() {
        return None;
    }
    let country = speaker.country.as_ref()?;
    let full =
        speaker.members.iter().map(|m| m.name.strip_prefix("the ").unwrap_or(&m.name)).find(|written| {
            let taken = Name::of(written, speaker.kind, false, countries);
            taken.words == name.words && taken.country.as_ref() == Some(country) && taken.town.is_none()
        })?;
    Some(full.to_owned())
}
