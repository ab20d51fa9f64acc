//! A story: its reports compared.

use std::collections::{BTreeMap, BTreeSet};

use sayso_model::{
    CommentOutcome, Date, Reading,
    story::{Outlook, STORY_SCHEMA_VERSION, SharedStatement, Story, StoryMark, StoryReport, Unanswered},
};

use crate::{
    Constraints,
    chain::Tracer,
    claims, comparable, conflict, copies, correction,
    country::{Countries, Wording},
    doubt, echo,
    moves::Moves,
    outlet,
    outlet::OutletIndex,
    outlook,
    outlook::Lookup,
    own::Own,
    speakers, statements,
    statements::Telling,
    summary, supersede,
};

/// A report of the ledger with its reading.
#[derive(Debug, Clone, Copy)]
pub struct Entry<'r> {
    /// Its number in the ledger.
    pub key: i64,
    /// Its reading.
    pub reading: &'r Reading,
}

/// Compares the reports of a story. `as_of`: the date up to which reports are included, and by which expectations are or are not
/// due; `None` includes all reports and leaves that open. A report without a date is not included as of a date: nothing says that
/// it was known then.
///
/// The result depends on the readings, their numbers and people's decisions, not on the order of `entries`.
#[must_use]
pub fn story(entries: &[Entry<'_>], constraints: &Constraints, as_of: Option<Date>) -> Story {
    let entries = in_order(entries, as_of);
    let (story, _) = assemble(&entries, constraints, as_of, Known::nothing(entries.len()));
    story
}

/// The reports up to a day in the order of their publication.
pub(crate) fn in_order<'r>(entries: &[Entry<'r>], as_of: Option<Date>) -> Vec<Entry<'r>> {
    let published = |e: &Entry<'_>| e.reading.report.head.published.as_ref().map(|d| d.value);
    let mut entries: Vec<Entry<'_>> = entries
        .iter()
        .copied()
        .filter(|e| match (published(e), as_of) {
            (day, Some(limit)) => day.is_some_and(|day| day <= limit),
            (_, None) => true,
        })
        .collect();
    // Within a day the time decides, if it is known; an undated report keeps its place in the order of arrival.
    let came_in = came_in(&entries);
    entries.sort_by_cached_key(|e| {
        (published(e).or_else(|| came_in.get(&e.key).copied()), published(e).is_none(), instant(e), e.key)
    });
    entries
}

/// What is known from an earlier comparison.
#[derive(Debug, Default)]
pub(crate) struct Known {
    /// Where the reports with the same reading are now.
    pub(crate) reports: Moves,
    /// Where those with the same text and head are.
    pub(crate) texts: Moves,
    pub(crate) worked_out: WorkedOut,
    /// True if the cast is what it was.
    pub(crate) is_same_cast: bool,
    pub(crate) statements: Option<Vec<SharedStatement>>,
    pub(crate) expected: Option<Vec<Outlook>>,
}

impl Known {
    /// Of so many reports that were not compared before.
    pub(crate) fn nothing(reports: usize) -> Self {
        let nowhere = Moves::nowhere(reports);
        Self { reports: nowhere.clone(), texts: nowhere, ..Self::default() }
    }
}

/// What is worked out on the way to a story and serves the next comparison of it.
#[derive(Debug, Default)]
pub(crate) struct WorkedOut {
    wordings: Vec<Wording>,
    owns: Vec<Own>,
    tellings: Vec<Vec<Telling>>,
    lookups: Vec<Lookup>,
    copies: copies::Searched,
    pub(crate) cast: speakers::Cast,
}

/// Compares reports in their order. The story's speakers are those of the cast, which are taken out of it.
pub(crate) fn assemble(
    entries: &[Entry<'_>],
    constraints: &Constraints,
    as_of: Option<Date>,
    known: Known,
) -> (Story, WorkedOut) {
    let Known { reports: moves, texts, worked_out: before, .. } = known;
    let wording = |report| entries.get(report).map_or_else(Wording::default, Wording::of);
    let wordings = moves.of_each(before.wordings, wording);
    let mut cast = match known.is_same_cast {
        true => before.cast,
        false => {
            let countries = Countries::of(entries, &wordings);
            speakers::gather(entries, constraints, countries, before.cast, &moves)
        }
    };
    let outlets = outlets(entries, &cast);
    let own = |report| entries.get(report).map(Own::of).unwrap_or_default();
    let owns = moves.of_each(before.owns, own);
    let mut tracer = Tracer::new(entries, &cast, outlets.clone());
    let claims::Gathered { mut claims, denials, sums } = claims::gather(entries, &owns, &cast, &mut tracer);
    let instants: Vec<Option<i64>> = entries.iter().map(instant).collect();
    supersede::supersede(&mut claims, &owns, &instants);
    let corrections = correction::corrections(&mut claims, entries, &owns, &cast);
    correction::deny(&mut claims, &denials, entries, &instants);
    let contradictions = doubt::contradictions(&mut claims, entries);
    doubt::unverified(&mut claims, &owns);
    let (conflicts, conflicts_left_out) = conflict::conflicts(&mut claims, &instants);
    let mismatches = comparable::mismatches(&claims);
    echo::mark(&mut claims, entries);
    summary::summarise(&mut claims);
    let telling = |report| entries.get(report).map(Telling::all).unwrap_or_default();
    let tellings = moves.of_each(before.tellings, telling);
    let lookup = |report| entries.get(report).map(Lookup::of).unwrap_or_default();
    let lookups = moves.of_each(before.lookups, lookup);
    let copies = copies::among(before.copies, entries, &texts);
    let story = Story {
        schema_version: STORY_SCHEMA_VERSION,
        as_of,
        reports: entries.iter().zip(outlets).map(|(e, outlet)| report(e, outlet)).collect(),
        claims,
        conflicts,
        conflicts_left_out,
        sums,
        mismatches,
        corrections,
        contradictions,
        statements: known.statements.unwrap_or_else(|| statements::shared(&tellings, &cast)),
        unanswered: unanswered(entries),
        expected: known.expected.unwrap_or_else(|| outlook::expected(entries, &lookups, &cast, as_of)),
        copies: copies::links(&copies),
        speakers: std::mem::take(&mut cast.speakers),
    };
    (story, WorkedOut { wordings, owns, tellings, lookups, copies, cast })
}

/// For undated reports, the date of the dated report that arrived before it, otherwise after it: a sort key, not a date.
fn came_in(entries: &[Entry<'_>]) -> BTreeMap<i64, Date> {
    let published = |e: &Entry<'_>| e.reading.report.head.published.as_ref().map(|d| d.value);
    let mut by_key: Vec<&Entry<'_>> = entries.iter().collect();
    by_key.sort_by_key(|e| e.key);
    let mut day = by_key.iter().find_map(|e| published(e));
    let mut found = BTreeMap::new();
    for entry in by_key {
        match published(entry) {
            Some(own) => day = Some(own),
            None => found.extend(day.map(|d| (entry.key, d))),
        }
    }
    found
}

/// The instant of publication in seconds since 1970, if the report states more than the date.
fn instant(entry: &Entry<'_>) -> Option<i64> {
    let stated = entry.reading.report.head.published_at.as_ref()?;
    stated.value.parse::<jiff::Timestamp>().ok().map(jiff::Timestamp::as_second)
}

fn report(entry: &Entry<'_>, outlet: Option<String>) -> StoryReport {
    let report = &entry.reading.report;
    StoryReport {
        key: entry.key,
        outlet,
        headline: report.head.headline.as_ref().map(|h| h.value.clone()),
        published: report.head.published.as_ref().map(|d| d.value),
        url: report.head.url.as_ref().map(|u| u.value.clone()),
        text_hash: report.text_hash.clone(),
    }
}

/// Names of the reports' outlets: a masthead that some report writes, rather than the host in the head.
fn outlets(entries: &[Entry<'_>], cast: &speakers::Cast) -> Vec<Option<String>> {
    // Names that reports write, those of speakers first.
    let relayed = entries.iter().flat_map(|e| &e.reading.figures).flat_map(|f| &f.via);
    let spoken = cast.speakers.iter().flat_map(|s| std::iter::once(&s.name).chain(&s.names));
    let mut written: Vec<&str> = Vec::new();
    let mut seen: BTreeSet<&str> = BTreeSet::new();
    let mut index = OutletIndex::default();
    for name in spoken.chain(relayed).map(String::as_str).filter(|name| !outlet::is_host(name)) {
        if seen.insert(name) {
            index.add(name, written.len());
            written.push(name);
        }
    }
    let mut named: BTreeMap<&str, Option<String>> = BTreeMap::new();
    for entry in entries {
        let Some(own) = entry.reading.report.head.outlet.as_ref().map(|o| o.value.as_str()) else { continue };
        named.entry(own).or_insert_with(|| {
            if let Some(masthead) = outlet::masthead(&entry.reading.report.head) {
                return Some(masthead.to_owned());
            }
            let masthead = index.find(own).first().and_then(|n| written.get(*n).copied())?;
            let bare = masthead.strip_prefix("the ").or_else(|| masthead.strip_prefix("The "));
            Some(bare.unwrap_or(masthead).to_owned())
        });
    }
    entries
        .iter()
        .map(|entry| {
            let own = entry.reading.report.head.outlet.as_ref().map(|o| o.value.as_str())?;
            named.get(own).cloned().flatten().or_else(|| Some(own.to_owned()))
        })
        .collect()
}

fn unanswered(entries: &[Entry<'_>]) -> Vec<Unanswered> {
    let mut found = Vec::new();
    for (report, entry) in entries.iter().enumerate() {
        found.extend(
            entry.reading.comment_requests.iter().filter(|r| r.outcome != CommentOutcome::Answered).map(
                |r| Unanswered {
                    asked: r.asked.iter().map(|a| a.name.clone()).collect(),
                    mark: StoryMark { report, span: r.span },
                    outcome: r.outcome,
                },
            ),
        );
    }
    found
}
