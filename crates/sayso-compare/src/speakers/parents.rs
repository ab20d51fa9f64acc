//! Bodies that speakers speak for, and the countries of office holders.

use std::collections::{BTreeSet, HashMap};

use sayso_model::{
    Span, Speaker, SpeakerKind,
    story::{Evidence, HeldRole, Parent, ReportIndex, SpeakerIndex, StoryMark, StorySpeaker},
};

use super::{Cast, account::Accounts, called::AskedNames};
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

/// The body that a role names, as written and folded, by the role's title and body.
type Bodies<'c> = HashMap<(&'c str, Option<&'c str>), Option<(String, String)>>;

/// Bodies that speakers speak for, as speakers if they are any.
pub(super) fn parents(whole: &mut Cast) {
    let cast: &Cast = whole;
    let mut bodies_of = Bodies::new();
    // What each speaker is said to speak for or belong to: the names of bodies, with the words that show it.
    let named: Vec<Named> =
        cast.speakers.iter().map(|s| Named::of(s, &cast.accounts, &mut bodies_of)).collect();
    let mut asked: Vec<&str> = named.iter().flat_map(Named::all).map(|(name, _)| name.as_str()).collect();
    asked.sort_unstable();
    asked.dedup();
    let candidates = candidates(cast, &asked);
    let mut known: HashMap<(&str, Option<&str>), Option<SpeakerIndex>> = HashMap::new();
    let mut found: Vec<Vec<Parent>> = Vec::with_capacity(cast.speakers.len());
    for (own, (speaker, named)) in cast.speakers.iter().zip(&named).enumerate() {
        let country = speaker.country.as_deref();
        let mut only_body = |name| {
            *known
                .entry((name, country))
                .or_insert_with(|| only_body(cast, &asked, &candidates, name, country))
        };
        let mut parents: Vec<Parent> = Vec::new();
        for (name, mark) in &named.roles {
            let body = only_body(name.as_str());
            if body.is_none() || parents.iter().all(|p| p.speaker != body) {
                let evidence = Evidence { rule: "role in the body".to_owned(), marks: vec![*mark] };
                parents.push(Parent { name: name.clone(), speaker: body, evidence });
            }
        }
        if let Some((name, mark)) = &named.owner
            && let Some(of) = only_body(name.as_str()).filter(|n| *n != own)
        {
            let evidence = Evidence { rule: "a wing of the body".to_owned(), marks: vec![*mark] };
            parents.push(Parent { name: name.clone(), speaker: Some(of), evidence });
        }
        found.push(parents);
    }
    for (speaker, parents) in whole.speakers.iter_mut().zip(found) {
        speaker.parents = parents;
    }
}

/// The bodies that reports name as those that a speaker speaks for, each with the words that show it.
struct Named {
    /// By roles, each name once.
    roles: Vec<(String, StoryMark)>,
    /// Without such a role: the body that some report says it belongs to.
    owner: Option<(String, StoryMark)>,
}

impl Named {
    /// `bodies_of`: what titles and bodies of roles were found to name, since many have the same.
    fn of<'c>(speaker: &'c StorySpeaker, accounts: &[Accounts], bodies_of: &mut Bodies<'c>) -> Self {
        let mut roles: Vec<(String, StoryMark)> = Vec::new();
        let mut known: BTreeSet<String> = BTreeSet::new();
        for role in speaker.roles.iter().filter(|r| !r.former) {
            let named = bodies_of.entry((&role.title, role.body.as_deref())).or_insert_with(|| {
                let body = body_of_role(role)?;
                let folded = fold(&body);
                Some((body, folded))
            });
            let Some((body, folded)) = named else { continue };
            if !known.contains(folded) {
                known.insert(folded.clone());
                roles.push((body.clone(), role.mark));
            }
        }
        let of_a_body = speaker.kind == SpeakerKind::Organization && !speaker.anonymous;
        let owner = speaker.members.iter().filter(|_| of_a_body && roles.is_empty()).find_map(|member| {
            let (name, span) = accounts.get(member.report)?.of.get(member.speaker.index())?.owner.as_ref()?;
            Some((name.clone(), StoryMark { report: member.report, span: *span }))
        });
        Self { roles, owner }
    }

    fn all(&self) -> impl Iterator<Item = &(String, StoryMark)> {
        self.roles.iter().chain(&self.owner)
    }
}

/// The body that a report says a speaker belongs to ("the army's Northern Command").
pub(super) fn owner(text: &str, speaker: &Speaker) -> Option<(String, Span)> {
    speaker.mentions.iter().map(|m| m.span).find_map(|span| {
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
        body.then(|| (name, Span::new(start, end)))
    })
}

fn is_body(speaker: &StorySpeaker) -> bool {
    speaker.kind != SpeakerKind::Person && speaker.kind != SpeakerKind::Outlet
}

/// For each of these names, sorted, the bodies that it may refer to.
fn candidates(cast: &Cast, names: &[&str]) -> Vec<Vec<SpeakerIndex>> {
    if names.is_empty() {
        return Vec::new();
    }
    let asked = AskedNames::of(names, &cast.countries);
    let mut candidates: Vec<Vec<SpeakerIndex>> = vec![Vec::new(); names.len()];
    for (n, speaker) in cast.speakers.iter().enumerate().filter(|(_, s)| is_body(s)) {
        let Some(profile) = cast.profile(n) else { continue };
        for name in asked.that_may_mean(speaker, profile) {
            candidates.get_mut(name).into_iter().for_each(|bodies| bodies.push(n));
        }
    }
    candidates
}

/// The body that a name refers to, of a country or of no known one. A name that two of the story's bodies have refers to neither.
fn only_body(
    cast: &Cast,
    asked: &[&str],
    candidates: &[Vec<SpeakerIndex>],
    name: &str,
    country: Option<&str>,
) -> Option<SpeakerIndex> {
    let bodies = candidates.get(asked.binary_search(&name).ok()?)?;
    let mut fitting = bodies.iter().copied().filter(|n| {
        cast.speakers.get(*n).zip(cast.profile(*n)).is_some_and(|(s, profile)| {
            (country.is_none() || s.country.is_none() || s.country.as_deref() == country)
                && profile.is_called(s, name)
        })
    });
    let first = fitting.next()?;
    fitting.next().is_none().then_some(first)
}
