//! A value of a series and what has happened to it.

use std::collections::BTreeSet;

use sayso_compare::point;
use sayso_model::{
    Date, Number,
    story::{Independence, Note, Point, PointRef, Scope, Status, StorySpeaker},
};
use serde_json::Value;

use super::{
    Found,
    find::{Checker, Wanted, holds, number, numbers},
};

/// A test of one point's status.
type Test<'t> = &'t dyn Fn(&Status) -> bool;

impl Checker<'_> {
    pub(super) fn series(&self, category: &str, gold: &Value) -> Found {
        let text = |key: &str| gold.get(key).and_then(Value::as_str);
        let numbers = numbers(gold);
        let wanted = Wanted { category, numbers: &numbers, origin: text("origin"), group: text("group") };
        let candidates = self.points(&wanted);
        let mut wrong: Vec<String> = Vec::new();
        for (at, p) in &candidates {
            let right_day = |day: Option<Date>, key: &str| text(key).is_none_or(|t| within(day, t));
            let mut missing: Vec<String> = Vec::new();
            if !right_day(p.on.or(p.known_by), "on") {
                missing.push("another day".into());
            }
            let scope = self.story.claims.get(at.claim).map(|c| &c.scope);
            // What happened over some days is given as of the last of them.
            let until = match scope {
                Some(Scope::During { period, .. }) => Some(period.1),
                _ => None,
            };
            if !right_day(p.as_of.or(until), "as_of") {
                missing.push("another as-of day".into());
            }
            if let Some(status) = text("status")
                && let Some(part) = self.wrong_part(*at, p, status)
            {
                missing.push(format!("not \"{part}\" but {}", self.fate(p)));
            }
            if missing.is_empty() {
                return (true, format!("{} [{}]", self.brief(*at), self.fate(p)));
            }
            wrong.push(format!("{}: {}", self.brief(*at), missing.join("; ")));
        }
        wrong.truncate(2);
        (false, if wrong.is_empty() { self.nearest(&wanted) } else { wrong.join(" | ") })
    }

    /// Each value of an entry of `series`, and that all are in one line, as separate expectations. A line is one series, or the
    /// series of one claim if no origin is named.
    pub(super) fn line_of(&self, gold: &Value) -> Vec<(String, Found)> {
        let text = |key: &str| gold.get(key).and_then(Value::as_str);
        let category = text("category").unwrap_or("");
        let values: Vec<(&str, Number)> = gold
            .get("values")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .filter_map(|pair| Some((pair.get(0)?.as_str()?, number(pair.get(1)?)?)))
            .collect();
        let origin = text("origin");
        let mut lines: Option<BTreeSet<(usize, Option<usize>)>> = None;
        let mut checks = Vec::new();
        for (day, n) in &values {
            let wanted = Wanted { category, numbers: &[*n], origin, group: None };
            let found = self.points(&wanted);
            let on_day = found.iter().find(|(_, p)| {
                within(p.on.or(p.known_by), day) || within(p.as_of, day) || p.on.is_none() && next_day(p, day)
            });
            let here: BTreeSet<_> =
                found.iter().map(|(at, _)| (at.claim, origin.map(|_| at.series))).collect();
            lines = Some(match lines {
                Some(before) => before.intersection(&here).copied().collect(),
                None => here,
            });
            let found = match (on_day, found.first()) {
                (Some((at, _)), _) => (true, self.brief(*at)),
                (None, Some((at, _))) => (false, format!("another day: {}", self.brief(*at))),
                (None, None) => (false, self.nearest(&wanted)),
            };
            checks.push((format!("{n} {category} by {} on {day}", origin.unwrap_or("anybody")), found));
        }
        if values.len() > 1 {
            let expected =
                format!("{} in one line: {}", category, gold.get("values").unwrap_or(&Value::Null));
            let line = lines.as_ref().and_then(BTreeSet::first);
            checks.push((
                expected,
                match line {
                    Some((claim, series)) => (true, format!("claim {claim}, series {series:?}")),
                    None => (false, "in no one line".into()),
                },
            ));
        }
        checks
    }

    /// The first part of an expected status that is not met; parts whose words say nothing checkable are skipped, but at least
    /// one must be checkable.
    fn wrong_part<'w>(&self, at: PointRef, p: &Point, wanted: &'w str) -> Option<&'w str> {
        let mut known = 0;
        for part in wanted.split([';', ',']).map(str::trim) {
            let part_lower = part.to_lowercase();
            match self.scope_holds(at, &part_lower).or_else(|| self.part_holds(p, &part_lower)) {
                Some(true) => known += 1,
                Some(false) => return Some(part),
                None => {}
            }
        }
        (known == 0).then_some(wanted)
    }

    /// Whether what a part says about the claim or the series is true: a count of one place ("one hospital only"), an unnamed
    /// origin. `None` if it says neither.
    fn scope_holds(&self, at: PointRef, part: &str) -> Option<bool> {
        let claim = self.story.claims.get(at.claim)?;
        if part.starts_with("one ") && part.ends_with(" only") {
            return Some(matches!(claim.scope, Scope::At { .. }));
        }
        let unnamed = claim.series.get(at.series)?.independence == Independence::NotEstablished;
        (part == "unnamed").then_some(unnamed)
    }

    /// Whether a part of a status is met; `None` if its words are unknown.
    fn part_holds(&self, p: &Point, part: &str) -> Option<bool> {
        let has = |test: Test<'_>| p.statuses.iter().any(test);
        let reason = |why: &str| {
            has(&|s| matches!(s, Status::Unverified { reasons, .. } if reasons.iter().any(|r| r == why)))
        };
        let any = |words: &[&str]| words.iter().any(|w| part.contains(w));
        if any(&["not in conflict", "no conflict"]) {
            return Some(!has(&|s| self.is_conflict(s, part)));
        }
        if any(&["in conflict", "conflicts with", "contradicted by"]) {
            return Some(has(&|s| self.is_conflict(s, part)));
        }
        if part.contains("superseded") {
            return Some(has(&|s| self.is_superseded(s, part)));
        }
        if any(&["corrected", "retracted", "withdrawn", "revised"]) {
            return Some(has(&|s| match s {
                Status::Corrected { report, .. } => {
                    let published = self.story.reports.get(*report).and_then(|r| r.published);
                    date_in(part).is_none() || published == date_in(part)
                }
                _ => false,
            }));
        }
        if any(&["disowned", "denied by its", "denied by the alleged"]) {
            return Some(has(&|s| matches!(s, Status::Disowned { .. })));
        }
        if any(&["denied", "denies", "disputed", "rejected"]) {
            return Some(has(&|s| match s {
                Status::Denied { by, .. } | Status::Disowned { by, .. } => {
                    let named = part.split_once(" by ").map(|(_, who)| who.trim());
                    named.is_none_or(|who| by.as_deref().is_some_and(|by| self.mentions(who, by)))
                }
                _ => false,
            }));
        }
        if part.starts_with("not in ") && any(&["report", "article", "text"]) {
            let notes = || p.reports.iter().flat_map(|a| &a.notes);
            return Some(notes().any(|n| !matches!(n, Note::ConfirmedInCited { .. })));
        }
        if any(&["no source named", "names no source"]) {
            return Some(reason("no source named"));
        }
        if part.contains("no other origin") {
            return Some(reason("no other origin"));
        }
        if any(&["unverified", "not verified"]) {
            return Some(has(&|s| matches!(s, Status::Unverified { .. })));
        }
        part.contains("current").then(|| has(&|s| matches!(s, Status::Current)))
    }

    fn is_superseded(&self, status: &Status, part: &str) -> bool {
        let Status::Superseded { on, by } = status else { return false };
        let Some(date) = date_in(part) else { return true };
        let newer = point(&self.story.claims, *by);
        *on == Some(date) || newer.is_some_and(|p| p.as_of == Some(date) || p.on == Some(date))
    }

    fn is_conflict(&self, status: &Status, part: &str) -> bool {
        let Status::InConflict { with, origin } = status else { return false };
        let value = point(&self.story.claims, *with).map(|p| p.value);
        let number = last_number(part);
        number.is_none_or(|n| value.is_some_and(|v| holds(&v, n)))
            && origin.as_deref().is_some_and(|origin| self.mentions(part, origin))
    }

    /// True if words name a speaker of the story, or the body that it speaks for.
    fn mentions(&self, words: &str, speaker: &str) -> bool {
        let names =
            |s: &StorySpeaker| s.names.iter().chain([&s.name]).any(|n| words.contains(&n.to_lowercase()));
        if words.contains(&speaker.to_lowercase()) {
            return true;
        }
        let Some(known) = self.story.speakers.iter().find(|s| s.name == speaker) else { return false };
        let mut bodies = known.parents.iter().filter_map(|p| self.story.speakers.get(p.speaker?));
        let speaks_for = |s: &&StorySpeaker| {
            let bodies = s.parents.iter().filter_map(|p| self.story.speakers.get(p.speaker?));
            bodies.into_iter().any(|body| body.name == known.name)
        };
        if names(known) || bodies.any(names) || self.story.speakers.iter().filter(speaks_for).any(names) {
            return true;
        }
        // The words may name it with its country or in another order: the longest run of words that refers to it.
        let all: Vec<&str> = words.split_whitespace().collect();
        let bare = |w: &str| w.trim_end_matches("'s").trim_end_matches("’s").to_owned();
        (2..=4).any(|n| {
            all.windows(n).any(|w| {
                Self::is_called(known, &capitals(&w.iter().map(|w| bare(w)).collect::<Vec<_>>().join(" ")))
            })
        })
    }
}

/// True for a value dated only by its report, if that is the next day.
fn next_day(p: &Point, day: &str) -> bool {
    let tomorrow = Date::parse(day).and_then(|d| {
        Date::new(d.year(), d.month(), d.day() + 1)
            .or_else(|| Date::new(d.year(), d.month() + 1, 1))
            .or_else(|| Date::new(d.year() + 1, 1, 1))
    });
    tomorrow.is_some() && p.known_by == tomorrow
}

/// Capitalised words, as in names.
fn capitals(words: &str) -> String {
    let capital = |w: &str| {
        let mut letters = w.chars();
        letters.next().map(|c| c.to_uppercase().chain(letters).collect::<String>()).unwrap_or_default()
    };
    words.split(' ').map(capital).collect::<Vec<_>>().join(" ")
}

/// True if a date is within what a text says: a day, a month, a quarter or half, a year.
pub(super) fn within(day: Option<Date>, text: &str) -> bool {
    let Some(day) = day else { return false };
    let (year, rest) = text.split_at_checked(4).unwrap_or((text, ""));
    let part = rest.trim_start_matches('-').to_uppercase();
    let month = day.month();
    let in_year = year.parse() == Ok(day.year());
    let numbered = |letter: char, months: i8| {
        let n: Option<i8> = part.strip_prefix(letter).and_then(|n| n.parse().ok());
        n.map(|n| (i16::from(month) - 1) / i16::from(months) + 1 == i16::from(n))
    };
    match numbered('Q', 3).or_else(|| numbered('H', 6)) {
        Some(right) => in_year && right,
        None => day.to_string().starts_with(text),
    }
}

fn date_in(text: &str) -> Option<Date> {
    text.split_whitespace()
        .find_map(|w| Date::parse(w.trim_matches(|c: char| !c.is_ascii_digit() && c != '-')))
}

fn last_number(text: &str) -> Option<Number> {
    text.split(|c: char| !(c.is_ascii_digit() || c == ',' || c == '-'))
        .filter(|w| !w.is_empty())
        .filter(|w| Date::parse(w).is_none())
        .filter_map(|w| Number::parse(&w.replace([',', '-'], "")))
        .next_back()
}
