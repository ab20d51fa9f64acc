//! Applies the rules to what has arrived since they were last applied, or to past days.

use std::collections::{BTreeMap, BTreeSet};

use sayso_desk::{DeskError, Loaded, load_where};
use sayso_ledger::{Instant, KeptAlert, Ledger, ReportFilter, ReportId, Stored, StoryId, WatchSource};
use sayso_model::Date;

use super::{Alert, Line, On, Rule, Rules, fired::Moment};
use crate::{Edit, pace::seconds};

/// The mark that records up to which report the rules have been applied, and on which day.
const MARK: &str = "alerts";
/// Number of reports processed at once.
const BATCH: usize = 10_000;
/// Days after its last report during which a story is checked for deadlines.
const DEADLINE_DAYS: i64 = 30;

/// The result of applying the rules.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Raised {
    /// Alerts that were raised, in order.
    pub alerts: Vec<Alert>,
    /// True if the rules were applied for the first time, which raises nothing about what was there before.
    pub begun: bool,
}

/// Applies the rules to everything that has arrived since the last time and stores the alerts for sending. The first time raises
/// nothing; the past can be replayed.
///
/// # Errors
/// Errors of the ledger.
pub fn raise(ledger: &mut Ledger, rules: &Rules, now: Instant) -> Result<Raised, DeskError> {
    sayso_desk::catch_up(ledger)?;
    let today = day_of(now);
    let mark = ledger.watch_mark(MARK)?;
    let mark = mark
        .as_deref()
        .and_then(|m| m.split_once(' '))
        .and_then(|(id, day)| Some((ReportId(id.parse().ok()?), Date::parse(day)?)));
    let newest = newest(ledger)?;
    let mut raised = Raised { begun: mark.is_none(), ..Raised::default() };
    if let Some((after, day)) = mark {
        let new = ids_between(ledger, after, newest)?;
        let mut stories: BTreeMap<i64, BTreeSet<i64>> = BTreeMap::new();
        for id in &new {
            if let Some(story) = ledger.story_of(*id)? {
                stories.entry(story.0).or_default().insert(id.0);
            }
        }
        // Deadlines pass without a report.
        if day < today && rules.rules.iter().any(|r| r.on == On::Deadline) {
            let filter = ReportFilter { since: plus(today, -DEADLINE_DAYS), ..ReportFilter::default() };
            for line in ledger.reports(&filter)? {
                if let Some(story) = ledger.story_of(line.id)? {
                    stories.entry(story.0).or_default();
                }
            }
        }
        for (story, new) in stories {
            // The state before: a report that has been revised since is included as it was then. Not selected by date, since
            // tomorrow's reports arrive today from where it is already tomorrow.
            let before = load_where(ledger, story, None, &|line| line.id <= after)?;
            let loaded = load_where(ledger, story, None, &|line| line.latest)?;
            tell(ledger, rules, story, before.as_ref(), loaded.as_ref(), &new, today, &mut raised.alerts)?;
        }
        for id in new {
            edits(ledger, rules, id, &mut raised.alerts)?;
        }
    }
    for source in ledger.watch_sources()? {
        silences(rules, &source, now, &mut raised.alerts);
    }
    let batch = ledger.batch()?;
    let mut kept = Vec::new();
    for alert in raised.alerts {
        let Some(rule) = rules.rules.iter().find(|r| r.name == alert.rule) else { continue };
        let new = KeptAlert {
            id: 0,
            key: alert.key.clone(),
            at: now,
            rule: alert.rule.clone(),
            story: alert.story,
            body: serde_json::to_string(&alert)?,
        };
        if batch.raise(&new, &rules.ways_of(rule))? {
            kept.push(alert);
        }
    }
    batch.set_watch_mark(MARK, &format!("{} {today}", newest.0))?;
    batch.commit()?;
    raised.alerts = kept;
    Ok(raised)
}

/// What the rules would have raised on each day of a period, by days of publication; nothing is stored or sent. Silences are left
/// out, since sources leave no record of them.
///
/// # Errors
/// Errors of the ledger.
pub fn replay(
    ledger: &mut Ledger,
    rules: &Rules,
    from: Date,
    to: Date,
    found: &mut dyn FnMut(Date, Alert),
) -> Result<(), DeskError> {
    sayso_desk::catch_up(ledger)?;
    let filter = ReportFilter { until: Some(to), all_revisions: true, ..ReportFilter::default() };
    let mut by_day: BTreeMap<Date, BTreeMap<i64, BTreeSet<i64>>> = BTreeMap::new();
    let mut all: BTreeSet<i64> = BTreeSet::new();
    for line in ledger.reports(&filter)? {
        let Some(story) = ledger.story_of(line.id)? else { continue };
        all.insert(story.0);
        if let Some(day) = line.published.as_deref().and_then(Date::parse).filter(|day| *day >= from) {
            by_day.entry(day).or_default().entry(story.0).or_default().insert(line.id.0);
        }
    }
    let deadlines = rules.rules.iter().any(|r| r.on == On::Deadline);
    let mut told: BTreeSet<String> = BTreeSet::new();
    let mut day = from;
    while day <= to {
        let mut stories = by_day.remove(&day).unwrap_or_default();
        if deadlines {
            for story in &all {
                stories.entry(*story).or_default();
            }
        }
        let mut alerts = Vec::new();
        for (story, new) in stories {
            let before = match plus(day, -1) {
                Some(eve) => {
                    load_where(ledger, story, Some(eve), &|line| line.latest && !new.contains(&line.id.0))?
                }
                None => None,
            };
            let loaded = load_where(ledger, story, Some(day), &|line| line.latest)?;
            tell(ledger, rules, story, before.as_ref(), loaded.as_ref(), &new, day, &mut alerts)?;
            for id in new {
                edits(ledger, rules, ReportId(id), &mut alerts)?;
            }
        }
        for alert in alerts {
            if told.insert(alert.key.clone()) {
                found(day, alert);
            }
        }
        let Some(next) = plus(day, 1) else { break };
        day = next;
    }
    Ok(())
}

#[allow(clippy::too_many_arguments, reason = "a story before and after, and where it goes")]
fn tell(
    ledger: &Ledger,
    rules: &Rules,
    story: i64,
    before: Option<&Loaded>,
    after: Option<&Loaded>,
    new: &BTreeSet<i64>,
    day: Date,
    alerts: &mut Vec<Alert>,
) -> Result<(), DeskError> {
    let Some(after) = after.filter(|a| !a.story.reports.is_empty()) else { return Ok(()) };
    let label = ledger.story(StoryId(story))?.map(|s| s.label).unwrap_or_default();
    let before = before.filter(|b| !b.story.reports.is_empty());
    let moment = Moment { story, label: &label, before, after, new, day };
    for rule in &rules.rules {
        alerts.extend(moment.fired(rule));
    }
    Ok(())
}

/// Changes to an article without a note.
fn edits(ledger: &Ledger, rules: &Rules, id: ReportId, alerts: &mut Vec<Alert>) -> Result<(), DeskError> {
    let wanted: Vec<&Rule> = rules.rules.iter().filter(|r| r.on == On::SilentEdit).collect();
    if wanted.is_empty() {
        return Ok(());
    }
    let Some(edit) = Edit::of(ledger, id)?.filter(|edit| !edit.noted) else { return Ok(()) };
    let Some(stored) = ledger.report(id)? else { return Ok(()) };
    let story = ledger.story_of(id)?;
    for rule in wanted {
        let of_story = rule.story.is_none_or(|wanted| story.is_some_and(|s| s.0 == wanted));
        let differences: Vec<_> = edit
            .differences
            .iter()
            .filter(|d| rule.category.is_none() || d.counts == rule.category)
            .cloned()
            .collect();
        if !of_story || differences.is_empty() {
            continue;
        }
        let headline = stored.line.headline.clone();
        let words = rule.words.as_deref().map(sayso_ledger::fold);
        let folded = headline.as_deref().map(sayso_ledger::fold).unwrap_or_default();
        if words.is_some_and(|words| !format!(" {folded} ").contains(&format!(" {words} "))) {
            continue;
        }
        let outlet = stored.line.outlet.clone().unwrap_or_else(|| "an outlet".to_owned());
        let part = Edit { differences, ..edit.clone() };
        let lines = lines_of(&part, &stored);
        alerts.push(Alert {
            key: format!("{}|edit of {} to {}", rule.name, edit.before, edit.now),
            rule: rule.name.clone(),
            on: rule.on,
            story: story.map(|s| s.0),
            label: headline,
            why: format!("{outlet} changed its report: {}", part.lines().join("; ")),
            before: part.differences.first().and_then(|d| d.before.clone()),
            lines,
        });
    }
    Ok(())
}

/// Where the present words are in the report, each once.
fn lines_of(edit: &Edit, stored: &Stored) -> Vec<Line> {
    let text = stored.report.text.as_str();
    let mut lines: Vec<Line> = Vec::new();
    for words in edit.differences.iter().filter_map(|d| d.now.as_deref()) {
        // Words that occur in several places identify none of them.
        let mut found = text.match_indices(words);
        let (Some((start, _)), None) = (found.next(), found.next()) else { continue };
        let before = text.get(..start).unwrap_or("").chars().count();
        let line = Line {
            text: words.split_whitespace().collect::<Vec<_>>().join(" "),
            exact: words.to_owned(),
            start: before,
            end: before + words.chars().count(),
            report: stored.line.id.0,
            text_hash: stored.line.text_hash.clone(),
            outlet: stored.line.outlet.clone(),
            url: stored.line.url.clone(),
            chain: Vec::new(),
        };
        if !lines.contains(&line) {
            lines.push(line);
        }
    }
    lines
}

/// Sources that have had nothing new for long.
fn silences(rules: &Rules, source: &WatchSource, now: Instant, alerts: &mut Vec<Alert>) {
    for rule in rules.rules.iter().filter(|r| r.on == On::Silence) {
        let is_meant =
            rule.source.as_deref().is_none_or(|s| s == source.address || source.title.as_deref() == Some(s));
        let (Some(after), Some(last)) = (rule.after.as_deref().and_then(|a| seconds(a).ok()), source.new_at)
        else {
            continue;
        };
        if !is_meant || now - last < after {
            continue;
        }
        let name = source.title.as_deref().unwrap_or(&source.address);
        let since = sayso_ingest::head::instant(last.unsigned_abs());
        let problem = source.problem.as_deref().map(|p| format!(" ({p})")).unwrap_or_default();
        alerts.push(Alert {
            key: format!("{}|silence of {} since {last}", rule.name, source.address),
            rule: rule.name.clone(),
            on: rule.on,
            story: None,
            label: None,
            why: format!("{name} has had nothing new since {since}{problem}"),
            before: None,
            lines: Vec::new(),
        });
    }
}

fn newest(ledger: &Ledger) -> Result<ReportId, DeskError> {
    let mut last = ReportId(0);
    loop {
        match ledger.ids_after(last, BATCH)?.last() {
            Some(id) => last = *id,
            None => return Ok(last),
        }
    }
}

fn ids_between(ledger: &Ledger, after: ReportId, to: ReportId) -> Result<Vec<ReportId>, DeskError> {
    let (mut out, mut last) = (Vec::new(), after);
    loop {
        let ids: Vec<ReportId> = ledger.ids_after(last, BATCH)?.into_iter().filter(|id| *id <= to).collect();
        let Some(id) = ids.last() else { return Ok(out) };
        last = *id;
        out.extend(ids);
    }
}

/// The day of an instant, in UTC.
fn day_of(now: Instant) -> Date {
    let written = sayso_ingest::head::instant(now.unsigned_abs());
    written.get(..10).and_then(Date::parse).unwrap_or_else(first_day)
}

#[allow(clippy::unwrap_used, reason = "a day that every calendar has")]
fn first_day() -> Date {
    Date::new(1970, 1, 1).unwrap()
}

/// The date `days` days later.
pub(super) fn plus(day: Date, days: i64) -> Option<Date> {
    let civil = jiff::civil::Date::new(day.year(), day.month(), day.day()).ok()?;
    let then = civil.checked_add(jiff::Span::new().try_days(days).ok()?).ok()?;
    Date::new(then.year(), then.month(), then.day())
}
