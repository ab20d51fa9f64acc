//! Applies the rules to what has arrived since they were last applied, or to past days.

use std::collections::{BTreeMap, BTreeSet};

use sayso_desk::{DeskError, Loaded, load_where};
use sayso_ledger::{Instant, KeptAlert, Ledger, ReportFilter, ReportId, Stored, StoryId, WatchSource};
use sayso_model::{Date, Reading, Span};

use super::{
    Alert, Line, On, Rule, Rules,
    alert::sentence,
    fired::{Days, Moment},
};
use crate::{Edit, pace::seconds};

/// The mark that records up to which report the rules have been applied, and on which day.
const MARK: &str = "alerts";
/// Number of reports processed at once.
const BATCH: usize = 10_000;
/// Maximum number of days that are gone through for one story; what is older is taken together.
const STEPS: usize = 31;
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
    if let Some((after, applied)) = mark {
        let new = ids_between(ledger, after, newest)?;
        let mut stories: BTreeMap<i64, BTreeSet<i64>> = BTreeMap::new();
        for id in &new {
            if let Some(story) = ledger.story_of(*id)? {
                stories.entry(story.0).or_default().insert(id.0);
            }
        }
        // Deadlines pass without a report.
        if applied < today && rules.rules.iter().any(|r| r.on == On::Deadline) {
            let filter = ReportFilter { since: plus(applied, -DEADLINE_DAYS), ..ReportFilter::default() };
            for line in ledger.reports(&filter)? {
                if let Some(story) = ledger.story_of(line.id)? {
                    stories.entry(story.0).or_default();
                }
            }
        }
        for (story, new) in stories {
            // The state before: a report that has been revised since is included as it was then. Not selected by date, since
            // tomorrow's reports arrive today from where it is already tomorrow.
            let mut before = load_where(ledger, story, None, &|line| line.id <= after)?;
            // Day by day: what was passed or opened on one day and undone on the next is told as well.
            let mut seen: BTreeSet<i64> = BTreeSet::new();
            let mut since = applied;
            for (day, of_day) in by_day(ledger, &new, today)? {
                seen.extend(&of_day);
                let is_last = seen.len() == new.len();
                let loaded = load_where(ledger, story, None, &|line| {
                    if is_last { line.latest } else { line.id <= after || seen.contains(&line.id.0) }
                })?;
                let eve = plus(day, -1).unwrap_or(day);
                let days = Days { since: since.max(applied).min(eve), day };
                tell(
                    ledger,
                    rules,
                    story,
                    before.as_ref(),
                    loaded.as_ref(),
                    &of_day,
                    days,
                    &mut raised.alerts,
                )?;
                (before, since) = (loaded, day);
            }
        }
        for id in new {
            edits(ledger, rules, id, &mut raised.alerts)?;
        }
    }
    let mut first_seen = Vec::new();
    for source in ledger.watch_sources()? {
        // A source that has had nothing from the start is silent since it was first seen here.
        let mark = format!("watched {}", source.address);
        let since = match (source.new_at, ledger.watch_mark(&mark)?) {
            (Some(at), _) => at,
            (None, Some(at)) => at.parse().unwrap_or(now),
            (None, None) => {
                first_seen.push(mark);
                now
            }
        };
        silences(rules, &source, since, now, &mut raised.alerts);
    }
    let batch = ledger.batch()?;
    for mark in first_seen {
        batch.set_watch_mark(&mark, &now.to_string())?;
    }
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
    let mut all: BTreeMap<i64, BTreeSet<Date>> = BTreeMap::new();
    for line in ledger.reports(&filter)? {
        let Some(story) = ledger.story_of(line.id)? else { continue };
        let Some(day) = line.published.as_deref().and_then(Date::parse) else { continue };
        all.entry(story.0).or_default().insert(day);
        if day >= from {
            by_day.entry(day).or_default().entry(story.0).or_default().insert(line.id.0);
        }
    }
    let deadlines = rules.rules.iter().any(|r| r.on == On::Deadline);
    let mut told: BTreeSet<String> = BTreeSet::new();
    let mut day = from;
    while day <= to {
        let mut stories = by_day.remove(&day).unwrap_or_default();
        if deadlines {
            let from = plus(day, -DEADLINE_DAYS).unwrap_or(day);
            for (story, _) in all.iter().filter(|(_, days)| days.range(from..=day).next().is_some()) {
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
            let days = Days { since: plus(day, -1).unwrap_or(day), day };
            tell(ledger, rules, story, before.as_ref(), loaded.as_ref(), &new, days, &mut alerts)?;
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

/// New reports by their day of publication, in order; those of the longest past together, and those without a day, or whose day
/// is still to come, with today's. The last step is always today's.
fn by_day(
    ledger: &Ledger,
    new: &BTreeSet<i64>,
    today: Date,
) -> Result<Vec<(Date, BTreeSet<i64>)>, DeskError> {
    let mut days: BTreeMap<Date, BTreeSet<i64>> = BTreeMap::new();
    for id in new {
        let published = ledger.report(ReportId(*id))?.and_then(|r| r.report.head.published);
        let day = published.map_or(today, |day| day.value.min(today));
        days.entry(day).or_default().insert(*id);
    }
    let mut steps: Vec<(Date, BTreeSet<i64>)> = days.into_iter().collect();
    while steps.len() > STEPS {
        let (_, oldest) = steps.remove(0);
        if let Some((_, next)) = steps.first_mut() {
            next.extend(oldest);
        }
    }
    if steps.last().is_none_or(|(day, _)| *day < today) {
        steps.push((today, BTreeSet::new()));
    }
    Ok(steps)
}

#[allow(clippy::too_many_arguments, reason = "a story before and after, and where it goes")]
fn tell(
    ledger: &Ledger,
    rules: &Rules,
    story: i64,
    before: Option<&Loaded>,
    after: Option<&Loaded>,
    new: &BTreeSet<i64>,
    days: Days,
    alerts: &mut Vec<Alert>,
) -> Result<(), DeskError> {
    let Some(after) = after.filter(|a| !a.story.reports.is_empty()) else { return Ok(()) };
    let label = ledger.story(StoryId(story))?.map(|s| s.label).unwrap_or_default();
    let before = before.filter(|b| !b.story.reports.is_empty());
    let moment = Moment { story, label: &label, before, after, new, days };
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
    let Some(mut stored) = ledger.report(id)? else { return Ok(()) };
    sayso_desk::outlet_names(ledger)?.put(&mut stored.line.outlet);
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
        let reading = ledger.reading(id)?;
        let lines = lines_of(&part, &stored, reading.as_ref());
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

/// The sentences in which the present words are in the report, each once, with the chain of the figure or statement there.
fn lines_of(edit: &Edit, stored: &Stored, reading: Option<&Reading>) -> Vec<Line> {
    let text = stored.report.text.as_str();
    let mut lines: Vec<Line> = Vec::new();
    for words in edit.differences.iter().filter_map(|d| d.now.as_deref()) {
        // Words that occur in several places identify none of them.
        let mut found = text.match_indices(words);
        let (Some((start, _)), None) = (found.next(), found.next()) else { continue };
        let before = text.get(..start).unwrap_or("").chars().count();
        let span = Span::new(start, start + words.len());
        let line = Line {
            text: sentence(text, span).split_whitespace().collect::<Vec<_>>().join(" "),
            exact: words.to_owned(),
            start: before,
            end: before + words.chars().count(),
            report: stored.line.id.0,
            text_hash: stored.line.text_hash.clone(),
            outlet: stored.line.outlet.clone(),
            url: stored.line.url.clone(),
            chain: chain_at(reading, span, stored.line.outlet.as_deref()),
        };
        if !lines.contains(&line) {
            lines.push(line);
        }
    }
    lines
}

/// The chain of the figure or statement at a place, from the outlet to the origin: the outlet alone if it is on nobody else's word.
fn chain_at(reading: Option<&Reading>, span: Span, outlet: Option<&str>) -> Vec<String> {
    let mut chain: Vec<String> = outlet.map(str::to_owned).into_iter().collect();
    let Some(reading) = reading else { return chain };
    let figure = reading.figures.iter().find(|f| f.span.overlaps(span));
    if let Some(figure) = figure {
        chain.extend(figure.via.iter().rev().cloned());
        chain.extend(figure.origin.clone());
        return chain;
    }
    let said = reading.statements.iter().find(|s| s.content.iter().any(|c| c.overlaps(span)));
    let speaker = said.and_then(|s| reading.speakers.get(s.speaker?.index()));
    chain.extend(speaker.map(|s| s.name.clone()));
    chain
}

/// Number of consecutive failures from which a source is reported, however short its silence.
const FAILURES: u32 = 3;

/// Sources that have had nothing new for long, and those that do not answer.
fn silences(rules: &Rules, source: &WatchSource, last: Instant, now: Instant, alerts: &mut Vec<Alert>) {
    // A list of pages is not asked itself.
    if source.kind.as_deref() == Some("list") {
        return;
    }
    for rule in rules.rules.iter().filter(|r| r.on == On::Silence) {
        let is_meant =
            rule.source.as_deref().is_none_or(|s| s == source.address || source.title.as_deref() == Some(s));
        let Some(after) = rule.after.as_deref().and_then(|a| seconds(a).ok()) else { continue };
        let fails = source.failures >= FAILURES;
        let is_silent = now - last >= after;
        if !is_meant || !fails && !is_silent {
            continue;
        }
        let name = source.title.as_deref().unwrap_or(&source.address);
        let since = sayso_ingest::head::instant(last.unsigned_abs());
        let problem = source.problem.as_deref().map(|p| format!(" ({p})")).unwrap_or_default();
        let (about, why) = if is_silent {
            let had = if source.new_at.is_some() {
                "has had nothing new since"
            } else {
                "has had nothing at all since"
            };
            (format!("silence of {} since {last}", source.address), format!("{name} {had} {since}{problem}"))
        } else {
            let answered = source.answered_at.map_or("never".to_owned(), |at| at.to_string());
            let why = format!("{name} has failed {} times in a row{problem}", source.failures);
            (format!("failure of {} that answered {answered}", source.address), why)
        };
        alerts.push(Alert {
            key: format!("{}|{about}", rule.name),
            rule: rule.name.clone(),
            on: rule.on,
            story: None,
            label: None,
            why,
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

#[cfg(test)]
mod tests {
    use sayso_ingest::HeadOverrides;
    use sayso_ledger::{Ledger, Prepared, Provenance};
    use sayso_model::Date;

    use super::{Rules, raise, replay};

    const RULES: &str = "[[rule]]\nname = \"deadline\"\non = \"deadline\"\n\
        [[rule]]\nname = \"growth\"\non = \"growth\"\noutlets = 3\ndays = 2\n";

    /// Noon of a day of March 2026, in seconds since 1970.
    fn noon(day: i64) -> i64 {
        1_772_366_400 + (day - 1) * 24 * 3600
    }

    fn add(ledger: &mut Ledger, day: u32, outlet: &str, body: &str) {
        let text = format!(
            "title: Tanker Orla hits bridge at Nordhaven\npublisher: {outlet}\npublished: 2026-03-{day:02}\n\n{body}\n"
        );
        let report = sayso_ingest::text(text.as_bytes(), &HeadOverrides::default()).unwrap();
        let provenance = Provenance { origin: report.text_hash.clone(), ..Provenance::default() };
        ledger.add(&Prepared::read(sayso_read::read(&report), provenance).unwrap()).unwrap();
    }

    const REOPEN: &str = "At least seven people were killed when the tanker Orla hit the bridge at Nordhaven on Monday night, \
        the Port Authority said on Monday.\n\nThe Port Authority said it expected to reopen the Nordhaven bridge by Thursday.";

    #[test]
    fn what_passed_while_nobody_looked_is_told_at_the_next_look() {
        let folder = tempfile::tempdir().unwrap();
        let mut ledger = Ledger::open(&folder.path().join("l.db")).unwrap();
        let rules = Rules::read(RULES).unwrap();
        // Monday; Thursday is the 26th.
        add(&mut ledger, 23, "courier.test", REOPEN);
        assert!(raise(&mut ledger, &rules, noon(24)).unwrap().begun);
        // Nothing else came in, and nobody looked until the 30th.
        let raised = raise(&mut ledger, &rules, noon(30)).unwrap().alerts;
        let whys: Vec<&str> = raised.iter().map(|alert| alert.why.as_str()).collect();
        assert_eq!(whys, ["2026-03-26 has passed, by which this was expected"]);
        assert!(raise(&mut ledger, &rules, noon(31)).unwrap().alerts.is_empty(), "once");
    }

    #[test]
    fn days_that_nobody_looked_on_are_gone_through_like_a_replay() {
        let folder = tempfile::tempdir().unwrap();
        let mut ledger = Ledger::open(&folder.path().join("l.db")).unwrap();
        let rules = Rules::read(RULES).unwrap();
        add(&mut ledger, 23, "courier.test", REOPEN);
        raise(&mut ledger, &rules, noon(24)).unwrap();
        let hit = "people were killed when the tanker Orla hit the bridge at Nordhaven on Monday night";
        let tribune = format!(
            "Twelve {hit}, the Port Authority said on Friday.\n\n\"We are helping the investigation of the tanker Orla,\" \
             Orla Shipping said in a statement."
        );
        let post = format!(
            "Sixty {hit}, the Sailors' Union said.\n\nIts chair, Nils Berg, told reporters that nobody had asked the pilots why."
        );
        let echo =
            format!("Fifteen {hit}, the Coast Guard said on Saturday, after its divers had come back.");
        for (day, outlet, body) in
            [(27, "tribune.test", tribune), (28, "post.test", post), (28, "echo.test", echo)]
        {
            add(&mut ledger, day, outlet, &body);
        }
        let mut of_replay = Vec::new();
        let day = |day| Date::new(2026, 3, day).unwrap();
        replay(&mut ledger, &rules, day(24), day(30), &mut |_, alert| of_replay.push(alert.key)).unwrap();
        let raised = raise(&mut ledger, &rules, noon(30)).unwrap().alerts;
        let mut of_raise: Vec<String> = raised.iter().map(|alert| alert.key.clone()).collect();
        of_replay.sort();
        of_raise.sort();
        assert_eq!(of_raise, of_replay);
        assert!(raised.iter().any(|a| a.rule == "deadline"), "{raised:?}");
    }
}
