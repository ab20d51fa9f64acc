//! The brief of a story at a day.
//!
//! Every line is composed of entries: the words of a report, or a value with its source. What matters most comes first: the dead
//! before the missing and the hurt, the toll before counts of one place or some days, the value by which the story is known
//! ([`sayso_compare::lead`]) before others, the newest before older ones. Counts of
//! other events and parts of other counts are left out; minor ones ([`sayso_compare::small`]) are only counted. Values of two
//! origins that cannot both hold are put into words, as are values that are out of date; what is expected next has its day and,
//! if known, whether that day has passed.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet},
};

use sayso_compare::{consequence, counts_people, point, sentence, small, superseded_by};
use sayso_model::{
    CommentOutcome, Date, FigureId, Modality, Reading, Span, Speaker, StatementKind,
    story::{
        Appearance, Bounds, Claim, CorrectionLink, EventOf, Independence, OutlookOutcome, Point, PointRef,
        ReportIndex, Scope, Status, Story, StoryMark, Sureness, Unanswered,
    },
};

use crate::{
    Brief, Heading, Line, Mark, Section, Source,
    line::{WHOSE, one_line},
};

/// Maximum number of lines under one heading.
const MOST_LINES: usize = 8;
/// Maximum number of places that a line's value points to.
const MOST_MARKS: usize = 12;
/// Lines that expectations whose day has passed, and people who have not answered, each have under what's next.
const RESERVED: usize = 2;
/// Maximum number of lines about one claim under what's new.
const MOST_OF_CLAIM: usize = 3;

/// Figures whose values differ from their words, by report and figure, with the reason ("corrected by ida").
pub type Corrected = BTreeMap<(ReportIndex, FigureId), String>;

/// Composes the brief of a story. `readings` are those of [`Story::reports`], in that order. `since`: what is new and what people
/// say is limited to this day and later.
#[must_use]
pub fn compose(story: &Story, readings: &[&Reading], corrected: &Corrected, since: Option<Date>) -> Brief {
    let categories: BTreeSet<&str> = story.claims.iter().map(|c| c.category.as_str()).collect();
    let leads =
        categories.into_iter().filter_map(|c| Some((c, sayso_compare::lead(&story.claims, c)?))).collect();
    let composer = Composer { story, readings, corrected, since, small: small(&story.claims), leads };
    let title = composer.title();
    let mut told: BTreeSet<usize> = BTreeSet::new();
    let sections = Heading::ALL
        .into_iter()
        .map(|heading| {
            let (mut lines, left_out) = match heading {
                Heading::New => (composer.news(), 0),
                Heading::Matters => (composer.matters(), 0),
                Heading::Know => (composer.know(), 0),
                Heading::Saying => composer.saying(),
                Heading::Next => composer.next(),
            };
            let mut said = BTreeSet::new();
            lines.retain(|(line, _)| said.insert((line.text.clone(), line.note.clone())));
            lines.truncate(MOST_LINES);
            told.extend(lines.iter().filter_map(|(_, claim)| *claim));
            Section { heading, lines: lines.into_iter().map(|(line, _)| line).collect(), left_out }
        })
        .collect();
    Brief {
        schema_version: crate::BRIEF_SCHEMA_VERSION,
        title,
        as_of: story.as_of,
        sections,
        folded: story.claims.len() - told.len(),
        sources: story
            .reports
            .iter()
            .zip(readings)
            .map(|(r, read)| Source::in_story(r, &read.report))
            .collect(),
        wording: None,
    }
}

/// A line, and the claim that it tells of.
type Drafted = (Line, Option<usize>);

struct Composer<'s> {
    story: &'s Story,
    readings: &'s [&'s Reading],
    corrected: &'s Corrected,
    since: Option<Date>,
    /// Which claims are minor.
    small: Vec<bool>,
    /// The values by which the story is known, by category.
    leads: BTreeMap<&'s str, PointRef>,
}

/// A point with its position.
#[derive(Clone, Copy)]
struct Told<'s> {
    at: PointRef,
    claim: &'s Claim,
    origin: Option<&'s str>,
    point: &'s Point,
}

impl<'s> Composer<'s> {
    fn text(&self, report: usize) -> &'s str {
        self.readings.get(report).map_or("", |r| r.report.text.as_str())
    }

    /// The last day on which a report lets each speaker speak, by the lower-case name.
    fn last_spoken(&self) -> BTreeMap<String, Date> {
        let mut last: BTreeMap<String, Date> = BTreeMap::new();
        for (n, reading) in self.readings.iter().enumerate() {
            let Some(day) = self.published(n) else { continue };
            let speakers = reading.statements.iter().filter_map(|s| reading.speakers.get(s.speaker?.index()));
            for speaker in speakers {
                let known = last.entry(speaker.name.to_lowercase()).or_insert(day);
                *known = day.max(*known);
            }
        }
        last
    }

    /// True if everybody who was asked for comment speaks in a report of a later day.
    fn has_spoken_since(&self, asked: &Unanswered, last: &BTreeMap<String, Date>) -> bool {
        let day = self.published(asked.mark.report);
        let speaks =
            |name: &String| day.zip(last.get(&name.to_lowercase())).is_some_and(|(day, then)| *then > day);
        !asked.asked.is_empty() && asked.asked.iter().all(speaks)
    }

    fn published(&self, report: usize) -> Option<Date> {
        self.story.reports.get(report).and_then(|r| r.published)
    }

    fn mark(&self, mark: StoryMark) -> Mark {
        Mark::new(mark.report, mark.span, self.text(mark.report))
    }

    /// The first places that give a value.
    fn marks(&self, point: &Point) -> Vec<Mark> {
        point.reports.iter().take(MOST_MARKS).map(|a| self.mark(a.mark)).collect()
    }

    fn words(&self, mark: StoryMark) -> String {
        one_line(mark.span.cut(self.text(mark.report)))
    }

    /// The headline of the newest report that has one in its text.
    fn title(&self) -> Option<Line> {
        let (report, span) = self.readings.iter().enumerate().rev().find_map(|(n, r)| {
            let headline = r.report.head.headline.as_ref()?;
            Some((n, headline.span?))
        })?;
        let mark = StoryMark { report, span };
        Some(Line { text: self.words(mark), note: None, marks: vec![self.mark(mark)] })
    }

    fn is_small(&self, claim: usize) -> bool {
        self.small.get(claim).copied().unwrap_or(false)
    }

    /// All values of this event that are neither parts of others nor of minor claims, the gravest first, then the newest.
    fn told(&self) -> Vec<Told<'s>> {
        let mut all: Vec<Told<'s>> = Vec::new();
        let of_event =
            |c: &Claim| c.event == EventOf::This && !matches!(c.scope, Scope::Part | Scope::OneOfSeveral);
        let claims = self.story.claims.iter().enumerate();
        for (claim, c) in claims.filter(|(n, c)| of_event(c) && !self.is_small(*n)) {
            for (series, s) in c.series.iter().enumerate() {
                all.extend(s.points.iter().enumerate().map(|(at, p)| Told {
                    at: PointRef { claim, series, point: at },
                    claim: c,
                    origin: s.name.as_deref(),
                    point: p,
                }));
            }
        }
        all.sort_by_cached_key(|t| (rank(t.claim), !self.leads(t.at), Reverse(self.day(t.point)), t.at));
        all
    }

    /// True for a value by which the story is known.
    fn leads(&self, at: PointRef) -> bool {
        let category = self.story.claims.get(at.claim).map(|c| c.category.as_str());
        category.is_some_and(|category| self.leads.get(category) == Some(&at))
    }

    fn is_new(&self, day: Option<Date>) -> bool {
        self.since.is_none_or(|since| day.is_some_and(|day| day >= since))
    }

    /// The day on which a value was said or first published.
    fn day(&self, point: &Point) -> Option<Date> {
        point.on.or_else(|| self.published(point.reports.first()?.mark.report))
    }

    /// "at least 40 divers were hurt", with its source, its date and the number of reports.
    fn value(&self, told: Told<'s>) -> Line {
        let first = told.point.reports.first();
        let text = first.map_or_else(String::new, |a| self.given(told, a));
        let mut note = match self.voice(told, told.point).or(told.origin) {
            Some(name) => format!("{WHOSE}{name}"),
            None => "no source named".to_owned(),
        };
        if let Some(first) = first {
            let relays: Vec<&str> = first
                .chain
                .iter()
                .rev()
                .skip(1)
                .filter(|s| s.role == sayso_model::ChainRole::Relay)
                .filter_map(|s| s.name.as_deref())
                .collect();
            if !relays.is_empty() {
                note.push_str(&format!(", through {}", relays.join(", ")));
            }
        }
        match (told.point.on, told.point.as_of) {
            (on, Some(day)) => {
                note.push_str(&format!(", as of {day}"));
                note.push_str(&on.map(|d| format!(", said on {d}")).unwrap_or_default());
            }
            (Some(day), None) => note.push_str(&format!(", said on {day}")),
            (None, None) => {
                let day = first.and_then(|a| self.published(a.mark.report));
                note.push_str(&day.map(|d| format!(", published on {d}")).unwrap_or_default());
            }
        }
        let reports = told.point.distinct_reports();
        if reports > 1 {
            note.push_str(&format!("; one origin, {reports} reports"));
        }
        if let Some((why, words)) = first.and_then(|a| Some((self.why(a)?, self.words(a.mark)))) {
            note.push_str(&format!("; {why}, the report has “{words}”"));
        }
        for status in &told.point.statuses {
            note.push_str(&self.status(&told, status));
        }
        Line { text, note: Some(note), marks: self.marks(told.point) }
    }

    /// Who said a value of the series of another.
    fn voice(&self, told: Told<'s>, point: &Point) -> Option<&'s str> {
        let series = told.claim.series.get(told.at.series)?;
        self.story.voice(series, point)
    }

    /// What people decided about values that a line gives by their numbers.
    fn decided<'p>(&self, points: impl Iterator<Item = &'p Point>) -> String {
        let decided = points.filter_map(|p| {
            let (at, why) = p.reports.iter().find_map(|a| Some((a, self.why(a)?)))?;
            Some(format!("; {} {why}, the report has “{}”", amount(&p.value), self.words(at.mark)))
        });
        decided.collect()
    }

    fn status(&self, told: &Told<'_>, status: &Status) -> String {
        let value =
            |at: &PointRef| point(&self.story.claims, *at).map(|p| amount(&p.value)).unwrap_or_default();
        match status {
            Status::Superseded { on, by } => {
                let series = told.claim.series.get(told.at.series);
                format!(
                    "; superseded{} by {} from {}",
                    on.map(|d| format!(" on {d}")).unwrap_or_default(),
                    value(by),
                    superseded_by(&self.story.claims, series, *by)
                )
            }
            Status::Unverified { reasons, .. } => {
                format!("; unverified: {}", sayso_compare::why_unverified(reasons))
            }
            Status::Corrected { to, .. } => {
                let to: Vec<String> =
                    to.iter().map(|(c, b)| format!("{} {}", amount(b), c.as_str())).collect();
                if to.is_empty() {
                    "; corrected".to_owned()
                } else {
                    format!("; corrected to {}", to.join(", "))
                }
            }
            Status::Denied { by, .. } => {
                format!("; denied by {}", by.as_deref().unwrap_or("an unnamed source"))
            }
            Status::Disowned { by, .. } => {
                format!("; disowned by {}", by.as_deref().unwrap_or("its alleged origin"))
            }
            Status::SelfContradicted { .. } => "; contradicted in the same report".to_owned(),
            // Current and in conflict, which is said elsewhere.
            _ => String::new(),
        }
    }

    /// What has changed: the newest current values and what was retracted, the toll first.
    fn news(&self) -> Vec<Drafted> {
        let of_people = |c: &CorrectionLink| c.retracted.iter().map(|(c, ..)| consequence(c)).min();
        let corrections =
            self.story.corrections.iter().filter(|c| self.is_new(self.published(c.mark.report)));
        let mut lines: Vec<(Rank, bool, Reverse<Option<Date>>, Drafted)> = corrections
            .rev()
            .take(MOST_LINES)
            .map(|c| {
                let own = self.story.reports.get(c.mark.report).and_then(|r| r.outlet.as_deref());
                let outlet = own.unwrap_or("an outlet that is not named");
                let known = if c.of.is_some() { "" } else { "; the report corrected is not in the ledger" };
                let line = Line {
                    text: self.words(c.mark),
                    note: Some(format!("correction by {outlet}{known}")),
                    marks: vec![self.mark(c.mark)],
                };
                let rank = (0, of_people(c).unwrap_or(u8::MAX));
                (rank, true, Reverse(self.published(c.mark.report)), (line, None))
            })
            .collect();
        let mut of_claim: BTreeMap<usize, usize> = BTreeMap::new();
        let stands = |t: &Told<'_>| t.origin.is_some() && t.point.statuses.contains(&Status::Current);
        let values = self.told().into_iter().filter(stands).filter(|t| self.is_new(self.day(t.point)));
        let few = values.filter(|t| {
            let told = of_claim.entry(t.at.claim).or_default();
            *told += 1;
            *told <= MOST_OF_CLAIM
        });
        lines.extend(few.take(MOST_LINES).map(|t| {
            let line = (self.value(t), Some(t.at.claim));
            (rank(t.claim), !self.leads(t.at), Reverse(self.day(t.point)), line)
        }));
        lines.sort_by_key(|(rank, behind, day, _)| (*rank, *behind, *day));
        lines.into_iter().map(|(.., line)| line).collect()
    }

    /// How counts have changed, and values without a named source.
    fn matters(&self) -> Vec<Drafted> {
        let mut lines: Vec<Drafted> = Vec::new();
        let mut counts = BTreeSet::new();
        for told in self.told() {
            if lines.len() >= MOST_LINES {
                break;
            }
            let newer = |p: &Point| {
                p.statuses.iter().find_map(|s| match s {
                    Status::Superseded { by, .. } => point(&self.story.claims, *by),
                    _ => None,
                })
            };
            // Each origin's count once, from its first value to its newest; the chart has what lies between.
            if let Some(origin) = told.origin
                && newer(told.point).is_some()
                && counts.insert((told.at.claim, told.at.series))
                && let Some(series) = told.claim.series.get(told.at.series)
                && let Some((first, next)) = series.points.iter().find_map(|p| Some((p, newer(p)?)))
            {
                let current = series.points.iter().rev().find(|p| p.statuses.contains(&Status::Current));
                let last = current.unwrap_or(next);
                // Whoever speaks for a body has said only his or her own value.
                let voices = [first, last].map(|p| self.voice(told, p).unwrap_or(origin));
                let one = voices[0] == voices[1];
                let when = |p: &Point, voice: &str| {
                    let voice = Some(voice.to_owned()).filter(|_| !one);
                    let known = voice.into_iter().chain(self.day(p).map(|d| d.to_string()));
                    let known = known.collect::<Vec<_>>().join(", ");
                    if known.is_empty() { known } else { format!(" ({known})") }
                };
                let whose = if one { format!("{}, ", voices[0]) } else { String::new() };
                const SAID: usize = 3;
                let between: Vec<String> = series
                    .points
                    .iter()
                    .filter(|p| newer(p).is_some())
                    .skip(1)
                    .map(|p| amount(&p.value))
                    .collect();
                let over = match between.len() {
                    0 => String::new(),
                    n if n <= SAID => format!(", by way of {}", between.join(" and ")),
                    n => format!(", with {n} values in between"),
                };
                let told_of = series.points.iter().filter(|p| newer(p).is_some() || std::ptr::eq(*p, last));
                let line = Line {
                    text: format!(
                        "{whose}{}: from {}{} to {}{}{over}",
                        self.what(told.claim),
                        amount(&first.value),
                        when(first, voices[0]),
                        amount(&last.value),
                        when(last, voices[1])
                    ),
                    note: Some(format!("how one origin's count changed{}", self.decided(told_of))),
                    marks: self.marks(first).into_iter().chain(self.marks(last)).collect(),
                };
                lines.push((line, Some(told.at.claim)));
            }
        }
        // Bounds over counts of things would be over different things.
        let several = self.story.claims.iter().enumerate().filter(|(_, c)| {
            c.event == EventOf::This
                && c.summary.independent > 1
                && counts_people(&c.category)
                && c.unit.is_none()
        });
        for (nth, (number, claim)) in several.take(MOST_LINES).enumerate() {
            let inputs = || {
                let found = claim.summary.inputs.iter().filter_map(|at| point(&self.story.claims, *at));
                found.take(MOST_MARKS)
            };
            let marks = inputs().filter_map(|p| p.reports.first()).map(|a| self.mark(a.mark)).collect();
            // How bounds are found is explained once.
            let rule = if nth == 0 { claim.summary.rule.as_str() } else { "" };
            let decided = self.decided(inputs());
            let note = format!(
                "{rule}{}",
                if rule.is_empty() { decided.trim_start_matches("; ") } else { decided.as_str() }
            );
            let note = Some(note).filter(|note| !note.is_empty());
            lines.push((Line { text: self.summary(claim), note, marks }, Some(number)));
        }
        lines
    }

    fn summary(&self, claim: &Claim) -> String {
        let s = &claim.summary;
        let number = |n: Option<sayso_model::Number>| {
            n.map_or_else(|| "not stated".to_owned(), |n| grouped(&n.to_string()))
        };
        format!(
            "{}: low {}, best {}, high {}{}; {} independent {}",
            self.what(claim),
            number(s.low),
            number(s.best),
            number(s.high),
            if s.open_above { " or more" } else { "" },
            s.independent,
            if s.independent == 1 { "origin" } else { "origins" }
        )
    }

    /// Conflicts, values that only look like conflicts, values without a named source.
    fn know(&self) -> Vec<Drafted> {
        let mut lines: Vec<Drafted> = Vec::new();
        for conflict in self.story.conflicts.iter().take(MOST_LINES) {
            let (Some(a), Some(b)) = (self.find(conflict.lower), self.find(conflict.higher)) else {
                continue;
            };
            let text = format!(
                "{}: {}; {}: {}; {}",
                a.origin.unwrap_or("nobody named"),
                self.said(a),
                b.origin.unwrap_or("nobody named"),
                self.said(b),
                conflict.time
            );
            let open = if conflict.open { "" } else { "; one of the two has been superseded since" };
            let marks = self.marks(a.point).into_iter().chain(self.marks(b.point)).collect();
            let sure = match conflict.sure {
                Sureness::Sure => "",
                Sureness::Likely => "likely ",
                Sureness::Possible => "possible ",
            };
            let note = Some(format!("{sure}conflict over {}{open}", self.what(a.claim)));
            lines.push((Line { text, note, marks }, Some(a.at.claim)));
        }
        for told in self.told() {
            if lines.len() >= MOST_LINES {
                break;
            }
            if told.point.statuses.iter().any(|s| {
                matches!(s, Status::Unverified { .. } | Status::Denied { .. } | Status::Disowned { .. })
            }) {
                lines.push((self.value(told), Some(told.at.claim)));
            }
        }
        for (n, claim) in self.story.claims.iter().enumerate() {
            if lines.len() >= MOST_LINES {
                break;
            }
            if self.is_small(n) {
                continue;
            }
            for (number, series) in claim.series.iter().enumerate() {
                if let (Independence::NotEstablished, Some(name)) = (&series.independence, &series.name)
                    && let Some(last) = series.points.len().checked_sub(1)
                    && let Some(told) = self.find(PointRef { claim: n, series: number, point: last })
                {
                    let given = told.point.reports.first().map_or_else(String::new, |a| self.given(told, a));
                    let line = Line {
                        text: format!("{name}: {given}"),
                        note: Some("unnamed: independence of other origins not established".to_owned()),
                        marks: self.marks(told.point),
                    };
                    lines.push((line, Some(n)));
                }
            }
        }
        lines
    }

    fn find(&self, at: PointRef) -> Option<Told<'s>> {
        let claim = self.story.claims.get(at.claim)?;
        let series = claim.series.get(at.series)?;
        Some(Told { at, claim, origin: series.name.as_deref(), point: series.points.get(at.point)? })
    }

    fn said(&self, told: Told<'_>) -> String {
        match told.point.reports.first() {
            Some(first) if self.why(first).is_some() => self.given(told, first),
            first => format!("“{}”", first.map_or_else(String::new, |a| self.words(a.mark))),
        }
    }

    /// Why a value differs from its words.
    fn why(&self, at: &Appearance) -> Option<&'s str> {
        self.corrected.get(&(at.mark.report, at.figure)).map(String::as_str)
    }

    /// The words that give a value, with what they count where they do not say so; the value itself if people have corrected it.
    fn given(&self, told: Told<'_>, at: &Appearance) -> String {
        if self.why(at).is_some() {
            return format!("{} {}", amount(&at.value), self.what(told.claim));
        }
        let words = self.words(at.mark);
        // "56" and "an" are no words for a count.
        if !words.contains(' ') {
            return format!("{}: {}", self.what(told.claim), amount(&at.value));
        }
        let figure = self.readings.get(at.mark.report).and_then(|r| r.figures.get(at.figure.index()));
        let says = figure.and_then(|f| f.category_evidence).is_none_or(|shown| at.mark.span.contains(shown));
        if says { words } else { format!("{}: {words}", self.what(told.claim)) }
    }

    /// Category, group and scope of a claim.
    fn what(&self, claim: &Claim) -> String {
        let mut what = claim.category.as_str().replace('_', " ");
        if claim.modality == sayso_model::Modality::Possible {
            what.push_str(", possible");
        }
        if let Some(unit) = &claim.unit {
            what.push_str(&format!(", {unit}"));
        }
        if let Some(group) = &claim.group {
            what.push_str(&format!(" ({group})"));
        }
        match &claim.scope {
            Scope::Total => {}
            Scope::During { period, places } => {
                what.push_str(&format!(", {} to {}", period.0, period.1));
                if !places.is_empty() {
                    what.push_str(&format!(", {}", places.join(", ")));
                }
            }
            Scope::At { places } => what.push_str(&format!(", {}", places.join(", "))),
            Scope::Added { places } => {
                what.push_str(", on top of an earlier count");
                if !places.is_empty() {
                    what.push_str(&format!(", {}", places.join(", ")));
                }
            }
            Scope::Part => what.push_str(", part of another count"),
            Scope::OneOfSeveral => what.push_str(", one of several counts"),
            _ => {}
        }
        match &claim.event {
            EventOf::This => {}
            EventOf::Earlier { period } => {
                what.push_str(&format!(", in an earlier event ({} to {})", period.0, period.1));
            }
            EventOf::Wider { period } => what.push_str(&format!(", since {}", period.0)),
            EventOf::Other { name } => what.push_str(&format!(", in another event ({name})")),
            _ => {}
        }
        if let Some(definition) = &claim.definition {
            what.push_str(&format!(", {definition}"));
        }
        what
    }

    /// What people said in their own words, the newest first, each once.
    fn saying(&self) -> (Vec<Drafted>, usize) {
        struct Said<'s> {
            day: Option<Date>,
            report: usize,
            speaker: &'s Speaker,
            content: &'s [Span],
            words: String,
        }
        let mut said: Vec<Said<'s>> = Vec::new();
        let mut known: BTreeSet<String> = BTreeSet::new();
        for (report, reading) in self.readings.iter().enumerate() {
            for statement in &reading.statements {
                let Some(speaker) = statement.speaker.and_then(|id| reading.speakers.get(id.index())) else {
                    continue;
                };
                let day = statement.said_on.or_else(|| self.published(report));
                if statement.kind != StatementKind::Direct
                    || statement.content.is_empty()
                    || !self.is_new(day)
                {
                    continue;
                }
                let text = self.text(report);
                let words =
                    statement.content.iter().map(|s| one_line(s.cut(text))).collect::<Vec<_>>().join(" ");
                if words.split(' ').nth(3).is_some() && known.insert(words.clone()) {
                    said.push(Said { day, report, speaker, content: &statement.content, words });
                }
            }
        }
        said.sort_by_key(|s| (Reverse(s.day), Reverse(s.report)));
        let (mut lines, mut left_out): (Vec<Drafted>, usize) = (Vec::new(), 0);
        for s in said {
            if lines.iter().any(|(l, _)| l.text.contains(&s.words)) {
                continue;
            }
            if lines.len() >= MOST_LINES {
                left_out += 1;
                continue;
            }
            let name = self
                .story
                .speakers
                .iter()
                .find(|x| x.members.iter().any(|m| m.report == s.report && m.speaker == s.speaker.id))
                .map_or(s.speaker.name.as_str(), |x| x.name.as_str());
            let marks = s.content.iter().map(|span| self.mark(StoryMark { report: s.report, span: *span }));
            let when = s.day.map(|d| format!(", {d}")).unwrap_or_default();
            let line = Line {
                text: format!("{name}: {}", s.words),
                note: Some(format!("direct quotation{when}")),
                marks: marks.collect(),
            };
            lines.push((line, None));
        }
        (lines, left_out)
    }

    /// What is expected, the earliest that is not past first, then what has passed, the latest first, then who has not answered.
    fn next(&self) -> (Vec<Drafted>, usize) {
        let mut lines: Vec<(bool, Option<Date>, Line)> = self
            .story
            .expected
            .iter()
            .filter(|o| o.modality != Modality::Demanded)
            .map(|o| {
                // From inside the span: where a sentence begins is only seen from behind its first letter.
                let (text, span) = (self.text(o.mark.report), o.mark.span);
                let first = span.cut(text).chars().next().map_or(0, char::len_utf8);
                let around = sentence(text, Span::new(span.start + first, span.end));
                let text = self.words(StoryMark { report: o.mark.report, span: around });
                let who = o
                    .speaker
                    .and_then(|s| self.story.speakers.get(s))
                    .map_or("the outlet", |s| s.name.as_str());
                let how = match o.modality {
                    Modality::Planned => "planned",
                    Modality::Possible => "possible",
                    _ => "expected",
                };
                let by = match (o.by, o.passed) {
                    (Some(day), Some(true)) => format!(", by {day}, which has passed"),
                    (Some(day), _) => format!(", by {day}"),
                    (None, _) => ", undated".to_owned(),
                };
                let came = match (&o.outcome, o.passed) {
                    (Some(OutlookOutcome::Met { .. }), _) => "; a later report tells of it",
                    (Some(OutlookOutcome::Missed { .. }), _) => {
                        "; a later report says that it did not happen"
                    }
                    (None, Some(true)) => "; no report tells what came of it",
                    (None, _) => "",
                };
                let told = match &o.outcome {
                    Some(OutlookOutcome::Met { mark } | OutlookOutcome::Missed { mark }) => {
                        Some(self.mark(*mark))
                    }
                    None => None,
                };
                let published =
                    self.published(o.mark.report).map(|d| format!("; reported on {d}")).unwrap_or_default();
                let line = Line {
                    text,
                    note: Some(format!("{how} by {who}{by}{published}{came}")),
                    marks: std::iter::once(self.mark(o.mark)).chain(told).collect(),
                };
                (o.passed == Some(true) || o.outcome.is_some(), o.by, line)
            })
            .collect();
        lines.sort_by_key(|(passed, by, _)| (*passed, by.is_none(), *by));
        let mut seen = BTreeSet::new();
        lines.retain(|(.., line)| seen.insert(line.text.clone()));
        let (mut over, coming): (Vec<_>, Vec<_>) = lines.into_iter().partition(|(passed, ..)| *passed);
        over.sort_by_key(|(_, by, _)| Reverse(*by));
        let last = self.last_spoken();
        let open: Vec<&Unanswered> =
            self.story.unanswered.iter().filter(|u| !self.has_spoken_since(u, &last)).collect();
        let all = coming.len() + over.len() + open.len();
        // What has passed and who has not answered have room, however much is expected.
        let room = MOST_LINES - open.len().min(RESERVED);
        let of_coming = room - over.len().min(RESERVED);
        let mut lines: Vec<Line> = coming.into_iter().take(of_coming).map(|(.., line)| line).collect();
        let of_over = room - lines.len();
        lines.extend(over.into_iter().take(of_over).map(|(.., line)| line));
        lines.extend(open.into_iter().rev().take(MOST_LINES).map(|u| {
            let outcome = match u.outcome {
                CommentOutcome::Open => "asked for comment; no answer reported yet",
                CommentOutcome::Declined => "declined to comment",
                CommentOutcome::Referred => "referred the question to others",
                CommentOutcome::Unreachable => "could not be reached",
                CommentOutcome::NoResponse | CommentOutcome::Answered => "did not respond",
            };
            Line {
                text: self.words(u.mark),
                note: Some(format!("{}: {outcome}", u.asked.join(", "))),
                marks: vec![self.mark(u.mark)],
            }
        }));
        lines.truncate(MOST_LINES);
        let left_out = all - lines.len();
        (lines.into_iter().map(|line| (line, None)).collect(), left_out)
    }
}

/// Sort key for claims, the most important first: scope, then category.
type Rank = (u8, u8);

fn rank(claim: &Claim) -> Rank {
    let scope = match claim.scope {
        Scope::Total => 0,
        Scope::At { .. } | Scope::During { .. } => 1,
        _ => 2,
    };
    (scope, consequence(&claim.category))
}

/// A value in words: "at least 100", "about 300", "200 to 999".
fn amount(value: &Bounds) -> String {
    let number = |n: sayso_model::Number| grouped(&n.to_string());
    match (value.low, value.best, value.high) {
        (Some(low), _, Some(high)) if low == high => number(low),
        (Some(low), _, Some(high)) => format!("{} to {}", number(low), number(high)),
        (Some(low), ..) if value.low_exclusive => format!("more than {}", number(low)),
        (Some(low), ..) => format!("at least {}", number(low)),
        (None, Some(best), Some(_)) if value.high_exclusive => format!("nearly {}", number(best)),
        (None, Some(best), _) if value.approximate => format!("about {}", number(best)),
        (None, Some(best), _) => number(best),
        (None, None, Some(high)) => format!("up to {}", number(high)),
        (None, None, None) => "a number not stated".to_owned(),
    }
}

/// Inserts commas between thousands.
fn grouped(number: &str) -> String {
    let (whole, fraction) = number.split_once('.').map_or((number, None), |(w, f)| (w, Some(f)));
    let digits: Vec<char> = whole.chars().collect();
    let mut out = String::new();
    for (n, c) in digits.iter().enumerate() {
        if n > 0
            && (digits.len() - n).is_multiple_of(3)
            && digits.get(n - 1).is_some_and(char::is_ascii_digit)
        {
            out.push(',');
        }
        out.push(*c);
    }
    match fraction {
        Some(fraction) => format!("{out}.{fraction}"),
        None => out,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped() {
        assert_eq!(grouped("1234567"), "1,234,567");
        assert_eq!(grouped("999"), "999");
        assert_eq!(grouped("-1200.5"), "-1,200.5");
    }
}
