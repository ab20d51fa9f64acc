//! Which rules fire between two states of a story.

use std::collections::{BTreeMap, BTreeSet};

use sayso_desk::Loaded;
use sayso_ledger::fold;
use sayso_model::{
    Date, Number,
    story::{Claim, Independence, Point, PointRef, Status, Story},
};

use super::{Alert, Line, On, Rule, raise::plus};

/// A story before and after new reports.
pub(crate) struct Moment<'m> {
    /// Number of the story.
    pub(crate) story: i64,
    /// Its label.
    pub(crate) label: &'m str,
    /// Its state before; `None` if it did not exist.
    pub(crate) before: Option<&'m Loaded>,
    /// Its state now.
    pub(crate) after: &'m Loaded,
    /// Reports added in between.
    pub(crate) new: &'m BTreeSet<i64>,
    /// The days in question.
    pub(crate) days: Days,
}

/// The day on which rules are applied, and the last one on which they were applied before.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Days {
    pub(crate) since: Date,
    pub(crate) day: Date,
}

impl Moment<'_> {
    /// The alerts that a rule raises.
    pub(crate) fn fired(&self, rule: &Rule) -> Vec<Alert> {
        if rule.story.is_some_and(|story| story != self.story) || !self.is_about(rule) {
            return Vec::new();
        }
        match rule.on {
            On::Figure => self.figures(rule),
            On::Origin => self.origins(rule),
            On::Conflict => self.conflicts(rule),
            On::Correction => self.corrections(rule),
            On::Denial => self.denials(rule),
            On::Speaker => self.speakers(rule),
            On::Answer => self.answers(rule),
            On::Deadline => self.deadlines(rule),
            On::Growth => self.growth(rule).into_iter().collect(),
            // These concern articles and sources.
            On::SilentEdit | On::Silence => Vec::new(),
        }
    }

    fn is_about(&self, rule: &Rule) -> bool {
        let Some(words) = &rule.words else { return true };
        let words = fold(words);
        let headlines = self.after.story.reports.iter().filter_map(|r| r.headline.as_deref());
        headlines
            .chain([self.label])
            .any(|headline| format!(" {} ", fold(headline)).contains(&format!(" {words} ")))
    }

    fn alert(
        &self,
        rule: &Rule,
        about: &str,
        why: String,
        before: Option<String>,
        lines: Vec<Line>,
    ) -> Alert {
        Alert {
            key: format!("{}|story {}|{about}", rule.name, self.story),
            rule: rule.name.clone(),
            on: rule.on,
            story: Some(self.story),
            label: Some(self.label.to_owned()),
            why,
            before,
            lines,
        }
    }

    fn claims<'s>(&'s self, rule: &'s Rule) -> impl Iterator<Item = (String, &'s Claim, Option<&'s Claim>)> {
        let wanted = |claim: &&Claim| rule.category.as_deref().is_none_or(|c| c == claim.category.as_str());
        self.after.story.claims.iter().filter(wanted).map(|claim| (name(claim), claim, self.earlier(claim)))
    }

    /// The earlier state of a claim: the one with most of its figures. What is known about a claim's scope and event grows with
    /// the story, so it may have had another key.
    fn earlier(&self, claim: &Claim) -> Option<&Claim> {
        let before = self.before?;
        let figures = |loaded: &Loaded, claim: &Claim| -> BTreeSet<(i64, usize)> {
            let points = claim.series.iter().flat_map(|s| &s.points);
            points.flat_map(|p| &p.reports).map(|a| (loaded.key(a.mark.report), a.mark.span.start)).collect()
        };
        let now = figures(self.after, claim);
        let shared = |c: &&Claim| figures(before, c).intersection(&now).count();
        let most = before.story.claims.iter().rev().max_by_key(shared).filter(|c| shared(c) > 0);
        let same = name(claim);
        most.or_else(|| before.story.claims.iter().find(|c| name(c) == same))
    }

    fn figures(&self, rule: &Rule) -> Vec<Alert> {
        let mut out = Vec::new();
        for (name, claim, before) in self.claims(rule) {
            let Some(now) = value(claim) else { continue };
            let was = before.and_then(value);
            let (n, w) = (now.to_f64(), was.map(Number::to_f64));
            let what = describe(claim);
            let known = was.map(|w| format!("{what}: {w}"));
            if let Some(limit) = rule.passes
                && n >= limit
                && w.is_none_or(|w| w < limit)
            {
                let why = format!("{what} has reached {now}, which is {limit} or more");
                out.push(self.alert(
                    rule,
                    &format!("{name} passes {limit}"),
                    why,
                    known.clone(),
                    self.lines(claim, now),
                ));
            }
            if let Some(percent) = rule.moves_percent
                && let (Some(w), Some(was)) = (w, was)
                && w > 0.0
                && ((n - w) / w * 100.0).abs() >= percent
            {
                let moved = ((n - w) / w * 100.0).round();
                let why = format!("{what} went from {was} to {now} ({moved:+} %)");
                out.push(self.alert(
                    rule,
                    &format!("{name} from {was} to {now}"),
                    why,
                    known,
                    self.lines(claim, now),
                ));
            }
        }
        out
    }

    /// The lines of new reports that give a value of a claim; otherwise of any that do.
    fn lines(&self, claim: &Claim, value: Number) -> Vec<Line> {
        let all = || claim.series.iter().flat_map(|s| &s.points).flat_map(|p| &p.reports);
        let gives = |v: &sayso_model::story::Bounds| [v.best, v.low, v.high].contains(&Some(value));
        let is_new = |report: usize| self.new.contains(&self.after.key(report));
        let mut found: Vec<_> = all().filter(|a| gives(&a.value) && is_new(a.mark.report)).collect();
        if found.is_empty() {
            found = all().filter(|a| gives(&a.value)).collect();
        }
        found.into_iter().take(5).filter_map(|a| Line::of_figure(self.after, a)).collect()
    }

    fn origins(&self, rule: &Rule) -> Vec<Alert> {
        let mut out = Vec::new();
        for (name, claim, before) in self.claims(rule) {
            let independent = |claim: &Claim| -> BTreeMap<String, (String, usize)> {
                let series = claim.series.iter().enumerate();
                series
                    .filter(|(_, s)| s.independence == Independence::Independent)
                    .filter_map(|(n, s)| s.name.as_ref().map(|name| (fold(name), (name.clone(), n))))
                    .collect()
            };
            let known = before.map(independent).unwrap_or_default();
            for (folded, (origin, series)) in independent(claim) {
                if known.contains_key(&folded) {
                    continue;
                }
                let points = claim.series.get(series).map(|s| s.points.as_slice()).unwrap_or_default();
                let lines = points.iter().flat_map(|p| p.reports.first());
                let lines = lines.filter_map(|a| Line::of_figure(self.after, a)).collect();
                let why = format!("{origin} gives {} for the first time", describe(claim));
                let names: Vec<String> = known.values().map(|(name, _)| name.clone()).collect();
                let before = (!names.is_empty()).then(|| format!("known from {}", names.join(", ")));
                out.push(self.alert(rule, &format!("{name} origin {folded}"), why, before, lines));
            }
        }
        out
    }

    fn conflicts(&self, rule: &Rule) -> Vec<Alert> {
        let open = |loaded: &Loaded| -> BTreeMap<String, (String, PointRef, PointRef)> {
            let conflicts = loaded.story.conflicts.iter().filter(|c| c.open);
            conflicts
                .filter_map(|c| {
                    let (a, b) = (side(&loaded.story, c.lower)?, side(&loaded.story, c.higher)?);
                    let claim = loaded.story.claims.get(c.lower.claim)?;
                    if rule.category.as_deref().is_some_and(|wanted| wanted != claim.category.as_str()) {
                        return None;
                    }
                    let said = format!("{}: {a} against {b}", describe(claim));
                    Some((format!("{} {a} {b}", name(claim)), (said, c.lower, c.higher)))
                })
                .collect()
        };
        let now = open(self.after);
        let was = self.before.map(open).unwrap_or_default();
        let mut out = Vec::new();
        for (key, (said, lower, higher)) in &now {
            if !was.contains_key(key) {
                let lines =
                    [lower, higher].into_iter().filter_map(|at| self.line_of(self.after, *at)).collect();
                out.push(self.alert(
                    rule,
                    &format!("conflict opens {key}"),
                    format!("a conflict opens: {said}"),
                    None,
                    lines,
                ));
            }
        }
        for (key, (said, lower, higher)) in &was {
            if let (false, Some(before)) = (now.contains_key(key), self.before) {
                let lines = [lower, higher].into_iter().filter_map(|at| self.line_of(before, *at)).collect();
                let why = format!("a conflict closes: {said}");
                // It may open and close again, which is another alert.
                let about = format!("conflict closes {key} on {}", self.days.day);
                out.push(self.alert(rule, &about, why, Some(format!("in conflict: {said}")), lines));
            }
        }
        out
    }

    fn line_of(&self, loaded: &Loaded, at: PointRef) -> Option<Line> {
        Line::of_figure(loaded, point(&loaded.story, at)?.reports.first()?)
    }

    fn corrections(&self, rule: &Rule) -> Vec<Alert> {
        let is_new = |report: usize| self.new.contains(&self.after.key(report));
        let links = self.after.story.corrections.iter().filter(|c| is_new(c.mark.report));
        links
            .map(|c| {
                let lines: Vec<Line> =
                    Line::of(self.after, c.mark, self.outlet(c.mark.report)).into_iter().collect();
                let outlet =
                    lines.first().and_then(|l| l.outlet.clone()).unwrap_or_else(|| "an outlet".to_owned());
                let whose = match (&c.corrected, c.of) {
                    (Some(name), _) => format!("what {name} had"),
                    (None, Some(_)) => "an earlier report".to_owned(),
                    (None, None) => "what it had".to_owned(),
                };
                let before = self
                    .corrected_by(c.mark.report)
                    .or_else(|| Line::of(self.after, c.retracted.first()?.2, Vec::new()))
                    .filter(|before| lines.iter().all(|l| l.text != before.text));
                let about = format!("correction {} {}", self.hash(c.mark.report), c.mark.span.start);
                self.alert(rule, &about, format!("{outlet} corrects {whose}"), before.map(|b| b.text), lines)
            })
            .collect()
    }

    /// Where the first value that a report corrects was given.
    fn corrected_by(&self, report: usize) -> Option<Line> {
        let corrects =
            |status: &Status| matches!(status, Status::Corrected { report: by, .. } if *by == report);
        let points = self.after.story.claims.iter().flat_map(|c| &c.series).flat_map(|s| &s.points);
        let mut corrected = points.filter(|p| p.statuses.iter().any(corrects));
        let given = corrected.find_map(|p| p.reports.iter().find(|a| a.mark.report != report))?;
        Line::of_figure(self.after, given)
    }

    fn denials(&self, rule: &Rule) -> Vec<Alert> {
        let mut out = Vec::new();
        for (name, claim, _) in self.claims(rule) {
            for point in claim.series.iter().flat_map(|s| &s.points) {
                for status in &point.statuses {
                    let (by, mark, what) = match status {
                        Status::Denied { by, mark } => (by, mark, "denies"),
                        Status::Disowned { by, mark } => (by, mark, "disowns"),
                        _ => continue,
                    };
                    if !self.new.contains(&self.after.key(mark.report)) {
                        continue;
                    }
                    let mut chain = self.outlet(mark.report);
                    chain.extend(by.clone());
                    let by = by.as_deref().unwrap_or("somebody");
                    let lines = Line::of(self.after, *mark, chain).into_iter().collect();
                    let before =
                        point.reports.first().and_then(|a| Line::of_figure(self.after, a)).map(|l| l.text);
                    let about =
                        format!("{name} {what} {} {} {}", fold(by), self.hash(mark.report), mark.span.start);
                    out.push(self.alert(
                        rule,
                        &about,
                        format!("{by} {what} {}", describe(claim)),
                        before,
                        lines,
                    ));
                }
            }
        }
        out
    }

    fn speakers(&self, rule: &Rule) -> Vec<Alert> {
        let Some(wanted) = rule.speaker.as_deref().map(fold) else { return Vec::new() };
        let is_wanted = |name: &str| format!(" {} ", fold(name)).contains(&format!(" {wanted} "));
        self.said_by(&is_wanted)
            .into_iter()
            .map(|(name, line)| {
                let about = format!("speaks {} {}", line.text_hash, line.start);
                self.alert(rule, &about, format!("{name} speaks"), None, vec![line])
            })
            .collect()
    }

    /// Statements in new reports by the wanted speakers.
    fn said_by(&self, is_wanted: &dyn Fn(&str) -> bool) -> Vec<(String, Line)> {
        let mut out = Vec::new();
        for (index, reading) in self.after.readings.iter().enumerate() {
            if !self.new.contains(&self.after.key(index)) {
                continue;
            }
            for statement in &reading.statements {
                let speaker = statement.speaker.and_then(|id| reading.speakers.get(id.index()));
                let Some(speaker) = speaker.filter(|s| is_wanted(&s.name)) else { continue };
                let Some(span) = statement.content.first() else { continue };
                let mark = sayso_model::story::StoryMark { report: index, span: *span };
                out.extend(
                    Line::of(self.after, mark, vec![speaker.name.clone()]).map(|l| (speaker.name.clone(), l)),
                );
            }
        }
        out
    }

    fn answers(&self, rule: &Rule) -> Vec<Alert> {
        let Some(before) = self.before else { return Vec::new() };
        let mut out = Vec::new();
        for unanswered in &before.story.unanswered {
            let asked: Vec<String> =
                unanswered.asked.iter().map(|name| fold(name)).filter(|n| !n.is_empty()).collect();
            let is_asked = |name: &str| asked.contains(&fold(name));
            let Some((name, line)) = self.said_by(&is_asked).into_iter().next() else { continue };
            let known = Line::of(before, unanswered.mark, Vec::new()).map(|l| l.text);
            let about = format!("answers {} {}", fold(&name), line.text_hash);
            out.push(self.alert(
                rule,
                &about,
                format!("{name}, who was asked for comment, has spoken"),
                known,
                vec![line],
            ));
        }
        out
    }

    fn deadlines(&self, rule: &Rule) -> Vec<Alert> {
        // Raised on the day after it or, if the rules were not applied on that day, on the next on which they are; not for what
        // was long past when it was first reported.
        let Days { since, day } = self.days;
        let first = plus(since, -1).unwrap_or(since);
        let passed = self.after.story.expected.iter();
        passed
            .filter(|e| e.by.is_some_and(|by| (first..day).contains(&by)))
            .filter_map(|e| {
                let by = e.by?;
                let line = Line::of(self.after, e.mark, Vec::new())?;
                let about = format!("deadline {by} {} {}", line.text_hash, line.start);
                Some(self.alert(
                    rule,
                    &about,
                    format!("{by} has passed, by which this was expected"),
                    None,
                    vec![line],
                ))
            })
            .collect()
    }

    fn growth(&self, rule: &Rule) -> Option<Alert> {
        let wanted = rule.outlets?;
        let from = plus(self.days.day, 1 - rule.days.unwrap_or(1).clamp(1, 3650)).unwrap_or(self.days.day);
        let outlets = |loaded: &Loaded| -> BTreeSet<String> {
            let copies: BTreeSet<usize> = loaded.story.copies.iter().map(|c| c.copy).collect();
            let reports = loaded.story.reports.iter().enumerate().filter(|(n, _)| !copies.contains(n));
            // Where it is already tomorrow, tomorrow's reports arrive today.
            let to = plus(self.days.day, 1).unwrap_or(self.days.day);
            let recent = reports.filter(|(_, r)| r.published.is_some_and(|day| (from..=to).contains(&day)));
            recent.filter_map(|(_, r)| r.outlet.clone()).collect()
        };
        let (now, was) = (outlets(self.after), self.before.map(outlets).unwrap_or_default());
        if now.len() < wanted || was.len() >= wanted {
            return None;
        }
        let names: Vec<String> = now.iter().cloned().collect();
        let why = format!("{} outlets since {from}, copies not counted: {}", now.len(), names.join(", "));
        let known = (!was.is_empty()).then(|| format!("{} outlets", was.len()));
        Some(self.alert(rule, &format!("grows {}", self.days.day), why, known, Vec::new()))
    }

    /// The beginning of a chain.
    fn outlet(&self, report: usize) -> Vec<String> {
        self.after.story.reports.get(report).and_then(|r| r.outlet.clone()).into_iter().collect()
    }

    fn hash(&self, report: usize) -> String {
        self.after.story.reports.get(report).map(|r| r.text_hash.clone()).unwrap_or_default()
    }
}

/// A key for what a claim's values are values of.
fn name(claim: &Claim) -> String {
    let part = |value: serde_json::Result<serde_json::Value>| value.unwrap_or_default().to_string();
    format!(
        "{} {} {} {} {} {} {}",
        claim.category.as_str(),
        claim.unit.as_deref().unwrap_or("-"),
        claim.group.as_deref().unwrap_or("-"),
        part(serde_json::to_value(&claim.event)),
        claim.definition.as_deref().unwrap_or("-"),
        part(serde_json::to_value(&claim.scope)),
        part(serde_json::to_value(claim.modality))
    )
}

/// The same, for readers.
fn describe(claim: &Claim) -> String {
    let mut out = claim.category.as_str().replace('_', " ");
    for more in [&claim.group, &claim.unit, &claim.definition].into_iter().flatten() {
        out.push_str(&format!(", {more}"));
    }
    format!("the figure of {out}")
}

/// The value of a claim for comparison: what its origins agree on, otherwise the lowest certain one.
fn value(claim: &Claim) -> Option<Number> {
    claim.summary.best.or(claim.summary.low).or(claim.summary.high)
}

fn point(story: &Story, at: PointRef) -> Option<&Point> {
    story.claims.get(at.claim)?.series.get(at.series)?.points.get(at.point)
}

fn side(story: &Story, at: PointRef) -> Option<String> {
    let series = story.claims.get(at.claim)?.series.get(at.series)?;
    let value = series.points.get(at.point)?.value;
    let number = value.best.or(value.low).or(value.high)?;
    Some(format!("{} ({number})", series.name.as_deref().unwrap_or("nobody named")))
}
