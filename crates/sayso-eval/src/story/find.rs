//! Finds what an expectation refers to in a story: speakers, values, reports; and briefly says what was found.

use sayso_compare::{goes_by, point, same_outlet};
use sayso_model::{
    Date, Number, Reading, Statement,
    story::{
        Appearance, Bounds, EventOf, Independence, Point, PointRef, ReportIndex, Scope, Series, Status,
        Story, StorySpeaker, origin_step,
    },
};
use serde_json::Value;

use super::names::Accepted;

/// Number of candidates listed if an expectation is not met.
const NEAREST: usize = 3;

/// A story with the readings of its reports, each with its file name, and the other names that the gold accepts.
pub(super) struct Checker<'r> {
    pub(super) story: Story,
    pub(super) readings: &'r [(String, Reading)],
    pub(super) accepted: Accepted<'r>,
}

/// What an expectation refers to: a value of a category, by its origin and group.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Wanted<'w> {
    pub(super) category: &'w str,
    pub(super) numbers: &'w [Number],
    pub(super) origin: Option<&'w str>,
    pub(super) group: Option<&'w str>,
}

impl Checker<'_> {
    fn reading(&self, report: ReportIndex) -> Option<&(String, Reading)> {
        let key = self.story.reports.get(report)?.key;
        self.readings.get(usize::try_from(key).ok()?)
    }

    /// The file name of a report.
    pub(super) fn file(&self, report: ReportIndex) -> &str {
        self.reading(report).map_or("?", |(name, _)| name)
    }

    pub(super) fn text(&self, report: ReportIndex) -> &str {
        self.reading(report).map_or("", |(_, r)| &r.report.text)
    }

    /// The merged speaker that a speaker of a report belongs to.
    pub(super) fn speaker_of(
        &self,
        report: ReportIndex,
        id: sayso_model::SpeakerId,
    ) -> Option<&StorySpeaker> {
        self.story.speakers.iter().find(|s| s.members.iter().any(|m| m.report == report && m.speaker == id))
    }

    /// The statements of the report in a file.
    pub(super) fn statements_of(
        &self,
        file: &str,
    ) -> impl Iterator<Item = (ReportIndex, &Statement, &Reading)> {
        let report = (0..self.story.reports.len()).find(|r| self.file(*r) == file);
        let reading = report.and_then(|r| Some((r, &self.reading(r)?.1)));
        reading.into_iter().flat_map(|(report, reading)| {
            reading.statements.iter().map(move |statement| (report, statement, reading))
        })
    }

    /// The speaker of a report's own reading.
    pub(super) fn local(
        &self,
        report: ReportIndex,
        id: sayso_model::SpeakerId,
    ) -> Option<&sayso_model::Speaker> {
        self.reading(report)?.1.speakers.get(id.index())
    }

    /// True if a name refers to a speaker; an unnamed speaker also matches if its description contains the words.
    pub(super) fn is_called(speaker: &StorySpeaker, name: &str) -> bool {
        if goes_by(speaker, name) || same_outlet(&speaker.name, name) {
            return true;
        }
        speaker.anonymous && speaker.names.iter().any(|n| describes(n, name))
    }

    /// How well a name matches a series: 2 for its origin, 1 for the body that the origin speaks for.
    fn fits(&self, series: &Series, name: &str) -> u8 {
        let Some(speaker) = series.origin.and_then(|o| self.story.speakers.get(o)) else {
            let same = |n: &str| n.eq_ignore_ascii_case(name) || same_outlet(n, name) || describes(n, name);
            return if series.name.as_deref().is_some_and(same) { 2 } else { 0 };
        };
        if Self::is_called(speaker, name) {
            return 2;
        }
        let body = speaker.parents.iter().any(|p| match p.speaker.and_then(|s| self.story.speakers.get(s)) {
            Some(body) => goes_by(body, name),
            None => false,
        });
        u8::from(body)
    }

    /// How well a name, or one that the gold accepts instead in one of the reports, matches a series or the spokesman who gives a
    /// value of it in these reports.
    pub(super) fn fits_here(&self, series: &Series, reports: &[&Appearance], name: &str) -> u8 {
        let files: Vec<&str> = reports.iter().map(|a| self.file(a.mark.report)).collect();
        let others = self.accepted.instead_of(name, &files);
        let voices =
            || reports.iter().filter_map(|a| self.story.speakers.get(origin_step(&a.chain)?.speaker?));
        let fits = |name: &str| {
            if voices().any(|speaker| Self::is_called(speaker, name)) { 2 } else { self.fits(series, name) }
        };
        std::iter::once(name).chain(others).map(fits).max().unwrap_or(0)
    }

    /// True for a value that only the named outlet gives, in its own voice.
    fn is_own_voice(&self, series: &Series, p: &Point, outlet: &str) -> bool {
        let of = |report: ReportIndex| self.story.reports.get(report).and_then(|r| r.outlet.as_deref());
        series.name.is_none()
            && !p.reports.is_empty()
            && p.reports.iter().all(|a| of(a.mark.report).is_some_and(|name| same_outlet(name, outlet)))
    }

    /// The values that an expectation refers to, those of the origin itself before those of its spokespeople.
    pub(super) fn points(&self, wanted: &Wanted<'_>) -> Vec<(PointRef, &Point)> {
        let grouped =
            self.story.claims.iter().any(|c| c.category.as_str() == wanted.category && c.group.is_some());
        let mut found: Vec<(u8, PointRef, &Point)> = Vec::new();
        let claims = self.story.claims.iter().enumerate();
        for (claim, c) in claims.filter(|(_, c)| c.category.as_str() == wanted.category) {
            let right = match (wanted.group, c.group.as_deref()) {
                (Some(wanted), Some(group)) => same_group(wanted, group),
                (Some(_), None) => !grouped,
                (None, _) => true,
            };
            if !right {
                continue;
            }
            for (series, s) in c.series.iter().enumerate() {
                for (at, p) in s.points.iter().enumerate() {
                    let reports: Vec<&Appearance> = p.reports.iter().collect();
                    let fit = wanted.origin.map_or(2, |name| self.fits_here(s, &reports, name));
                    // What an outlet says in its own voice is listed under its name.
                    let own = || wanted.origin.is_some_and(|name| self.is_own_voice(s, p, name));
                    let fit = if fit == 0 && own() { 1 } else { fit };
                    if fit == 0 {
                        continue;
                    }
                    if wanted.numbers.iter().all(|n| holds(&p.value, *n)) {
                        found.push((fit, PointRef { claim, series, point: at }, p));
                    }
                }
            }
        }
        found.sort_by_key(|(fit, at, _)| (std::cmp::Reverse(*fit), *at));
        found.into_iter().map(|(_, at, p)| (at, p)).collect()
    }

    /// What comes closest to a missing value, in words.
    pub(super) fn nearest(&self, wanted: &Wanted<'_>) -> String {
        let by_number = Wanted { origin: None, group: None, ..*wanted };
        let by_origin = Wanted { numbers: &[], group: None, ..*wanted };
        let mut near: Vec<PointRef> = Vec::new();
        for (at, _) in self.points(&by_number).into_iter().chain(self.points(&by_origin)) {
            if !near.contains(&at) {
                near.push(at);
            }
        }
        near.truncate(NEAREST);
        if near.is_empty() {
            let numbers: Vec<String> = wanted.numbers.iter().map(Number::to_string).collect();
            return format!("no {} {} of anybody", numbers.join("/"), wanted.category);
        }
        format!("nearest: {}", near.into_iter().map(|at| self.brief(at)).collect::<Vec<_>>().join(" | "))
    }

    /// A value in a few words.
    pub(super) fn brief(&self, at: PointRef) -> String {
        let Some(claim) = self.story.claims.get(at.claim) else { return String::new() };
        let Some(series) = claim.series.get(at.series) else { return String::new() };
        let Some(p) = series.points.get(at.point) else { return String::new() };
        let day = |d: Option<Date>| d.map_or_else(|| "?".to_owned(), |d| d.to_string());
        let mut words = format!("{} {}", amount(&p.value), claim.category.as_str());
        if let Some(group) = &claim.group {
            words.push_str(&format!(" ({group})"));
        }
        match &claim.scope {
            Scope::Total => {}
            Scope::During { period, .. } => words.push_str(&format!(" during {} to {}", period.0, period.1)),
            Scope::At { places } => words.push_str(&format!(" at {}", places.join(", "))),
            Scope::Added { .. } => words.push_str(" added"),
            Scope::Part => words.push_str(" as a part"),
            Scope::OneOfSeveral => words.push_str(" as one of several"),
            _ => {}
        }
        match &claim.event {
            EventOf::This => {}
            EventOf::Earlier { period } => words.push_str(&format!(" in an event of {}", period.0)),
            EventOf::Wider { period } => words.push_str(&format!(" since {}", period.0)),
            EventOf::Other { name } => words.push_str(&format!(" in {name}")),
            _ => {}
        }
        if let Some(definition) = &claim.definition {
            words.push_str(&format!(", {definition},"));
        }
        words.push_str(&format!(" by {}", series.name.as_deref().unwrap_or("nobody named")));
        match p.on {
            Some(on) => words.push_str(&format!(" on {on}")),
            None => words.push_str(&format!(" by {}", day(p.known_by))),
        }
        if let Some(as_of) = p.as_of {
            words.push_str(&format!(" as of {as_of}"));
        }
        let reports: Vec<&str> = p.reports.iter().map(|a| self.file(a.mark.report)).collect();
        format!("{words} in {}", reports.join(","))
    }

    /// What has happened to a value, in a few words.
    pub(super) fn fate(&self, p: &Point) -> String {
        let value =
            |at: &PointRef| point(&self.story.claims, *at).map(|p| amount(&p.value)).unwrap_or_default();
        let said: Vec<String> = p
            .statuses
            .iter()
            .map(|status| match status {
                Status::Current => "current".into(),
                Status::Superseded { on, by } => {
                    let on = on.map(|d| format!(" on {d}")).unwrap_or_default();
                    format!("superseded{on} by {}", value(by))
                }
                Status::InConflict { with, origin } => {
                    format!("in conflict with {}'s {}", origin.as_deref().unwrap_or("nobody"), value(with))
                }
                Status::Unverified { reasons, .. } => format!("unverified, {}", reasons.join(", ")),
                Status::Corrected { report, .. } => format!("corrected in {}", self.file(*report)),
                Status::Denied { by, .. } => format!("denied by {}", by.as_deref().unwrap_or("nobody named")),
                Status::Disowned { by, .. } => {
                    format!("disowned by {}", by.as_deref().unwrap_or("nobody named"))
                }
                Status::SelfContradicted { .. } => "contradicted in the same report".into(),
                _ => "changed".into(),
            })
            .collect();
        let more = said.len().saturating_sub(4);
        let mut words = said.into_iter().take(4).collect::<Vec<_>>().join("; ");
        if more > 0 {
            words.push_str(&format!("; {more} more"));
        }
        words
    }

    /// Whether the origin of a series counts as independent.
    pub(super) fn independent(series: &Series) -> bool {
        series.independence == Independence::Independent
    }
}

/// True if a description contains all content words of a short name and both end in the same noun ("army memo" and "an internal
/// army memo dated Friday").
fn describes(description: &str, name: &str) -> bool {
    let (all, asked) = (content_words(description), content_words(name));
    !asked.is_empty() && asked.iter().all(|w| all.contains(w))
}

/// True if two names mean the same group: the same words, or a country and its people ("Ostrian", "Ostria").
fn same_group(wanted: &str, found: &str) -> bool {
    let (a, b) = (content_words(wanted), content_words(found));
    let one = |x: &str, y: &str| {
        let shared = x.chars().zip(y.chars()).take_while(|(p, q)| p == q).count();
        x == y || (shared >= 4 && shared + 3 >= x.chars().count().max(y.chars().count()))
    };
    a.iter().any(|x| b.iter().any(|y| one(x, y)))
}

/// Words of at least four letters, with spelling variants, plurals and case normalised.
pub(super) fn content_words(text: &str) -> Vec<String> {
    text.split(|c: char| !c.is_alphanumeric())
        .filter(|w| {
            w.chars().count() > 3 || w.chars().all(|c| c.is_numeric() || c.is_uppercase()) && !w.is_empty()
        })
        .map(|w| {
            let w = w.to_lowercase().replace("defense", "defence").replace("center", "centre");
            match w.strip_suffix("ies") {
                Some(stem) => format!("{stem}y"),
                None => w.strip_suffix('s').map_or(w.clone(), str::to_owned),
            }
        })
        .collect()
}

/// The numbers of an expectation: those under `low`, `best` and `high`.
pub(super) fn numbers(gold: &Value) -> Vec<Number> {
    ["low", "best", "high"].iter().filter_map(|key| gold.get(key)).filter_map(number).collect()
}

pub(super) fn number(value: &Value) -> Option<Number> {
    match value {
        Value::String(text) => Number::parse(&text.replace([',', '+', '~'], "")),
        _ => value.as_number().and_then(|n| Number::parse(&n.to_string())),
    }
}

pub(super) fn holds(value: &Bounds, n: Number) -> bool {
    [value.best, value.low, value.high].contains(&Some(n))
}

pub(super) fn amount(value: &Bounds) -> String {
    match (value.low, value.best, value.high) {
        (Some(low), _, Some(high)) => format!("{low} to {high}"),
        (Some(low), _, None) => format!("{low}+"),
        (None, Some(best), _) => format!("{}{best}", if value.approximate { "~" } else { "" }),
        (None, None, Some(high)) => format!("up to {high}"),
        (None, None, None) => "?".into(),
    }
}
