//! Bodies that speakers speak for, and the countries of office holders.

use std::collections::{BTreeMap, BTreeSet};

use sayso_model::{
    Span, SpeakerKind,
    story::{Evidence, HeldRole, Parent, ReportIndex, SpeakerIndex, StoryMark, StorySpeaker},
};

use super::{Cast, called::BodyIndex};
use crate::{
    Entry,
    country::Countries,
    data::{body_kind, fold, is_title},
    name::describes_body,
    words::{self, Set},
};

/// Maximum words in the name of a body that is said to own another.
const OWNER_WORDS: usize = 4;

/// The body in which a role is held: according to the reading, otherwise to the title ("coast guard spokesman", "Interior
/// Minister", "spokesman for the ports authority"). `None` if nobody speaks for the body in that role.
fn body_of_role(role: &HeldRole) -> Option<String> {
    let title: Vec<&str> = role
        .title
        .split_whitespace()
        .map(|w| w.strip_suffix("'s").or_else(|| w.strip_suffix("’s")).unwrap_or(w))
        .collect();
    let place = |list: &[&str]| title.iter().position(|w| list.contains(&w.to_lowercase().as_str()));
    if place(words::of(Set::OfNoBody)).is_some() {
        return None;
    }
    if let Some(field) = place(&["minister"]).and_then(|at| title.get(..at)).filter(|f| !f.is_empty())
        && !["prime", "first", "chief"].contains(&field.last()?.to_lowercase().as_str())
    {
        return Some(format!("{} ministry", field.join(" ")));
    }
    if role.body.is_some() {
        return role.body.clone();
    }
    let at = place(words::of(Set::ForBody))?;
    let after = title.get(at + 1..).filter(|after| matches!(after.first(), Some(&("for" | "of"))));
    let named = after.and_then(|after| after.get(1..)).or_else(|| title.get(..at))?.join(" ");
    (!named.is_empty()).then_some(named)
}

/// The country that some report in which a person speaks gives before the name ("Ostrian Defence Minister Ada Brook").
pub(super) fn country_before_name(
    entries: &[Entry<'_>],
    person: &StorySpeaker,
    countries: &Countries,
) -> Option<String> {
    let reports: BTreeSet<ReportIndex> = person.members.iter().map(|m| m.report).collect();
    reports.into_iter().filter_map(|report| entries.get(report)).find_map(|entry| {
        let text = entry.reading.report.text.as_str();
        text.match_indices(&person.name).find_map(|(at, _)| {
            let clause = text.get(..at)?.rsplit([',', '.', ';', ':', '\n', '“', '"', '—']).next()?;
            let words: Vec<&str> = clause.split_whitespace().rev().take(5).collect();
            // Only words of a role may come in between.
            let of_role = |w: &str| {
                let lower = w.to_lowercase();
                w.starts_with(char::is_uppercase) || is_title(&lower) || body_kind(&lower).is_some()
            };
            let mut role: Vec<&str> = words.into_iter().take_while(|w| of_role(w)).collect();
            role.reverse();
            countries.within(&role.join(" "))
        })
    })
}

/// Bodies that speakers speak for, as speakers if they are any.
pub(super) fn parents(entries: &[Entry<'_>], cast: &mut Cast) {
    let mut bodies = BodyIndex::default();
    for (n, speaker) in cast.speakers.iter().enumerate() {
        if is_body(speaker)
            && let Some(profile) = cast.profile(n)
        {
            bodies.add(n, speaker, profile);
        }
    }
    let mut asked: BTreeMap<(String, Option<String>), Option<SpeakerIndex>> = BTreeMap::new();
    let mut found: Vec<Vec<Parent>> = Vec::with_capacity(cast.speakers.len());
    for (own, speaker) in cast.speakers.iter().enumerate() {
        let mut parents: Vec<Parent> = Vec::new();
        let mut known: BTreeSet<String> = BTreeSet::new();
        for role in speaker.roles.iter().filter(|r| !r.former) {
            let Some(body) = body_of_role(role) else { continue };
            if !known.insert(fold(&body)) {
                continue;
            }
            let named = *asked
                .entry((body.clone(), speaker.country.clone()))
                .or_insert_with(|| only_body(cast, &bodies, &body, speaker.country.as_ref()));
            if named.is_some() && parents.iter().any(|p| p.speaker == named) {
                continue;
            }
            parents.push(Parent {
                name: body,
                speaker: named,
                evidence: Evidence { rule: "role in the body".to_owned(), marks: vec![role.mark] },
            });
        }
        if parents.is_empty()
            && let Some((name, mark)) = owner(entries, speaker)
            && let Some(of) = only_body(cast, &bodies, &name, speaker.country.as_ref()).filter(|n| *n != own)
        {
            let evidence = Evidence { rule: "a wing of the body".to_owned(), marks: vec![mark] };
            parents.push(Parent { name, speaker: Some(of), evidence });
        }
        found.push(parents);
    }
    for (speaker, parents) in cast.speakers.iter_mut().zip(found) {
        speaker.parents = parents;
    }
}

/// The body that some report says another one belongs to ("the army's Northern Command").
fn owner(entries: &[Entry<'_>], speaker: &StorySpeaker) -> Option<(String, StoryMark)> {
    if speaker.kind != SpeakerKind::Organization || speaker.anonymous {
        return None;
    }
    speaker.members.iter().find_map(|member| {
        let reading = entries.get(member.report)?.reading;
        let text = reading.report.text.as_str();
        let mentions = &reading.speakers.get(member.speaker.index())?.mentions;
        mentions.iter().map(|m| m.span).find_map(|span| {
            // The owner comes before the mention or is part of it.
            let inside = span.cut(text);
            let at = inside.find("'s ").or_else(|| inside.find("’s ")).map(|n| span.start + n);
            let before = || {
                let before = text.get(..span.start)?.strip_suffix(' ')?;
                let own = before.strip_suffix("'s").or_else(|| before.strip_suffix("’s"))?;
                Some(own.len())
            };
            let end = at.or_else(before)?;
            let clause = text.get(..end)?.rsplit([',', ';', ':', '\n', '“', '"', '(']).next()?;
            let words: Vec<&str> = clause.split(' ').rev().take(OWNER_WORDS).collect();
            let last = *words.first()?;
            let body = describes_body(last) || body_kind(&last.to_lowercase()).is_some();
            let capital = |w: &&&str| w.starts_with(char::is_uppercase) && !matches!(**w, "The" | "A" | "An");
            let mut name: Vec<&str> =
                std::iter::once(&last).chain(words.iter().skip(1).take_while(capital)).copied().collect();
            name.reverse();
            let name = name.join(" ");
            let start = end.checked_sub(name.len())?;
            body.then(|| (name, StoryMark { report: member.report, span: Span::new(start, end) }))
        })
    })
}

fn is_body(speaker: &StorySpeaker) -> bool {
    speaker.kind != SpeakerKind::Person && speaker.kind != SpeakerKind::Outlet
}

/// The body that a name refers to, of a country or of no known one. A name that two of the story's bodies have refers to neither.
fn only_body(cast: &Cast, bodies: &BodyIndex, name: &str, country: Option<&String>) -> Option<SpeakerIndex> {
    let mut fitting = bodies.find(name, &cast.countries).into_iter().filter(|n| {
        cast.speakers.get(*n).zip(cast.profile(*n)).is_some_and(|(s, profile)| {
            (country.is_none() || s.country.is_none() || s.country.as_ref() == country)
                && profile.is_called(s, name)
        })
    });
    let first = fitting.next()?;
    fitting.next().is_none().then_some(first)
}
