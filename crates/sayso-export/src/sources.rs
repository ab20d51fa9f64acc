//! The sources table: one row per report's value of each count of people, with its words. It leads every row of an
//! incident back to the reports, and keeps what formats with a single number per event lose.

use sayso_compare::point;
use sayso_desk::{Loaded, words};
use sayso_ledger::EntryKind;
use sayso_model::{
    Category, ChainRole, Modality, Number, Span,
    story::{Appearance, Claim, EventOf, Independence, PointRef, Status},
};
use serde_json::Value;

use crate::{
    event::{Event, counted, events, points},
    incident::{joined, outlet},
    rows,
    table::{Column, Row, day, integer, number, text, truth, url},
};

/// Categories of counts that are listed.
const CATEGORIES: &[&str] = &["killed", "injured", "killed_or_injured", "casualties", "missing", "captured"];

pub(crate) const COLUMNS: &[Column] = &[
    text(
        "event",
        "Id of the candidate that the value belongs to; empty if it is part of another count, possible or earlier",
    ),
    integer("story", "Number of the story in the ledger"),
    text("category", "What is counted"),
    text("group", "Group counted"),
    text(
        "scope",
        "total, during, at, added, part or one_of_several; for another event, which kind: earlier, wider or other event",
    ),
    text("what", "Everything that distinguishes this count from others, in words"),
    text("modality", "asserted or possible"),
    integer("report", "Number of the report in the ledger"),
    text("figure", "Id of the figure in its report"),
    text(
        "source_office",
        "Outlet, by its name in the ledger: one that some report writes, where its own state only a host",
    ),
    day("source_date", "Day of publication, as stated"),
    text("source_headline", "Headline"),
    url("url", "URL of the report"),
    text(
        "archived",
        "`WARC-Record-ID` of the response that the report was made from; empty if no watch has archived it",
    ),
    text("source_original", "On whose word it is; empty if nobody is named"),
    text("independence", "independent, no_origin, not_established or shares_parent"),
    text("via", "Who relayed it, nearest to the origin first"),
    truth("counted", "True for the value that counts for its origin"),
    truth("echo", "True if the origin's word was counted with an earlier report"),
    number("low", "Lower bound (see `low_exclusive`), as this report gives it"),
    number("best", "The value itself, as this report gives it"),
    number("high", "Upper bound, as this report gives it"),
    truth("low_exclusive", "The value is above `low`"),
    truth("high_exclusive", "The value is below `high`"),
    truth("approximate", "\"About\", \"some\", \"roughly\""),
    text("vague", "The vague word that the bounds come from"),
    day("said_on", "Day on which it was said, if stated"),
    day("as_of", "Day for which it holds, if stated"),
    text("status", "What has happened to it since"),
    text("words", "The words of the report"),
    integer("start_byte", "First byte of the words in the report's text (UTF-8)"),
    integer("end_byte", "One past their last byte"),
    integer("start", "First code point of the words"),
    integer("end", "One past their last code point"),
    text("text_hash", "SHA-256 of the report's text, which the offsets point into"),
    text(
        "decision",
        "What people decided, by whom, when and why, where they gave the value; `words` are still those of the report",
    ),
    text("note", "For ucdp: why the row of the event does not give the dead of this group"),
];

/// The rows of a story, with the candidates that its values belong to. `records`: the archive records of its reports, by their
/// place in it. `note`: what to say about the counts of groups of a candidate.
pub(crate) fn rows_of(
    story: i64,
    loaded: &Loaded,
    records: &[Option<String>],
    note: impl Fn(&Event<'_>) -> Option<String>,
) -> Vec<Row> {
    let candidates: Vec<(Event<'_>, Option<String>)> =
        events(story, loaded).into_iter().map(|event| (note(&event), event)).map(|(n, e)| (e, n)).collect();
    let mut rows = Vec::new();
    for (place, claim) in loaded.story.claims.iter().enumerate() {
        if !CATEGORIES.contains(&claim.category.as_str()) {
            continue;
        }
        let candidate = candidates.iter().find(|(event, _)| event.has(place));
        let event = candidate.map(|(event, _)| event.name());
        let of_group = claim.group.is_some() && claim.category == Category::KILLED;
        let note = candidate.filter(|_| of_group).and_then(|(_, note)| note.clone());
        let current = counted(&loaded.story.claims, place);
        for (at, value) in points(&loaded.story.claims, place) {
            for appearance in &value.reports {
                let (event, note) = (event.clone(), note.clone());
                let about = About { event, story, claim, at, counted: current.contains(&at), note };
                rows.push(row(loaded, records, &about, appearance));
            }
        }
    }
    rows
}

struct About<'c> {
    event: Option<String>,
    story: i64,
    claim: &'c Claim,
    at: PointRef,
    counted: bool,
    note: Option<String>,
}

fn row(loaded: &Loaded, records: &[Option<String>], about: &About<'_>, appearance: &Appearance) -> Row {
    let place = appearance.mark.report;
    let report = loaded.story.reports.get(place);
    let reading = loaded.readings.get(place);
    let text = reading.map_or("", |r| r.report.text.as_str());
    let figure = reading.and_then(|r| r.figures.get(appearance.figure.index()));
    let series = about.claim.series.get(about.at.series);
    let statuses = point(&loaded.story.claims, about.at).map_or(&[][..], |p| p.statuses.as_slice());
    let statuses = words::statuses(&loaded.story, series, statuses.iter().filter(|s| **s != Status::Current));
    let via: Vec<String> = appearance
        .chain
        .iter()
        .rev()
        .filter(|step| step.role == ChainRole::Relay)
        .filter_map(|step| step.name.clone())
        .collect();
    let named = series.filter(|s| s.independence != Independence::NoOrigin).and_then(|s| s.name.clone());
    let span = appearance.mark.span;
    let (start, end) = code_points(text, span);
    let bound = |n: Option<Number>| Value::from(n.map(Number::to_f64));
    let value = &appearance.value;
    COLUMNS
        .iter()
        .map(|column| match column.name {
            "event" => about.event.clone().into(),
            "story" => about.story.into(),
            "category" => about.claim.category.as_str().into(),
            "group" => about.claim.group.clone().into(),
            "scope" => scope(about.claim),
            "what" => words::what(about.claim).into(),
            "modality" if about.claim.modality == Modality::Possible => "possible".into(),
            "modality" => "asserted".into(),
            "report" => loaded.key(place).into(),
            "figure" => loaded.name(place, EntryKind::Figure, appearance.figure.index()).to_string().into(),
            "source_office" => report.and_then(outlet).into(),
            "source_date" => rows::day(report.and_then(|r| r.published)),
            "source_headline" => report.and_then(|r| r.headline.clone()).into(),
            "url" => report.and_then(|r| r.url.clone()).into(),
            "archived" => records.get(place).cloned().flatten().into(),
            "source_original" => named.clone().into(),
            "independence" => series.map(|s| independence(&s.independence)).into(),
            "via" => joined(&via),
            "counted" => about.counted.into(),
            "echo" => appearance.echo.into(),
            "low" => bound(value.low),
            "best" => bound(value.best),
            "high" => bound(value.high),
            "low_exclusive" => value.low_exclusive.into(),
            "high_exclusive" => value.high_exclusive.into(),
            "approximate" => value.approximate.into(),
            "vague" => figure.and_then(|f| f.vague.clone()).into(),
            "said_on" => rows::day(figure.and_then(|f| f.said_on)),
            "as_of" => rows::day(figure.and_then(|f| f.as_of)),
            "status" => joined(&statuses),
            "words" => span.cut(text).into(),
            "start_byte" => span.start.into(),
            "end_byte" => span.end.into(),
            "start" => start.into(),
            "end" => end.into(),
            "text_hash" => report.map(|r| r.text_hash.clone()).into(),
            "decision" => loaded.decided(appearance).into(),
            "note" => about.note.clone().into(),
            _ => Value::Null,
        })
        .collect()
}

/// The name of the scope; values of another event are named as such.
fn scope(claim: &Claim) -> Value {
    match claim.event {
        EventOf::This => {
            serde_json::to_value(&claim.scope).ok().and_then(|v| v.get("scope").cloned()).unwrap_or_default()
        }
        EventOf::Earlier { .. } => "earlier event".into(),
        EventOf::Wider { .. } => "wider event".into(),
        _ => "other event".into(),
    }
}

fn independence(of: &Independence) -> &'static str {
    match of {
        Independence::Independent => "independent",
        Independence::NoOrigin => "no_origin",
        Independence::NotEstablished => "not_established",
        Independence::SharesParent { .. } => "shares_parent",
    }
}

/// A span in code points.
pub(crate) fn code_points(text: &str, span: Span) -> (usize, usize) {
    let before = text.get(..span.start).map_or(0, |t| t.chars().count());
    (before, before + span.cut(text).chars().count())
}
