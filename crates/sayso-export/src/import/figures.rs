//! Figures of gold: each is a report's figure with the same words, with or without the same values, or one that the
//! reader missed.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

use sayso_ingest::HeadOverrides;
use sayso_ledger::{
    Anchored, DecisionKind, EntryKind, EntryName, Fields, ReportId, Reviewed, View, review::fields,
};
use sayso_model::{Reading, Span};
use serde_json::Value;

use super::{Desk, read, short};
use crate::ExportError;

/// Imports the figures of a gold folder; `texts` holds the text files of its reports.
pub(super) fn bring(desk: &mut Desk<'_>, texts: &Path, gold: &[Value]) -> Result<(), ExportError> {
    let mut by_report: BTreeMap<&str, Vec<&Value>> = BTreeMap::new();
    for figure in gold {
        match figure.get("report").and_then(Value::as_str) {
            Some(report) => by_report.entry(report).or_default().push(figure),
            None => {
                desk.brought.missed.push(format!("a figure without a report: {}", short(&figure.to_string())))
            }
        }
    }
    for (name, figures) in by_report {
        for report in reports(desk, texts, name)? {
            let Some(reviewed) = desk.ledger.reviewed_in(report, View::Of(desk.request.by))? else {
                desk.brought.missed.push(format!("{name}: report {report} has not been read"));
                continue;
            };
            of_report(desk, report, &reviewed, &figures)?;
        }
    }
    Ok(())
}

/// The reports with the text of one of the gold's text files.
fn reports(desk: &mut Desk<'_>, texts: &Path, name: &str) -> Result<Vec<ReportId>, ExportError> {
    let plain = !name.is_empty()
        && name.chars().all(|c| c.is_alphanumeric() || "-_.".contains(c))
        && !name.starts_with('.');
    if !plain {
        desk.brought
            .missed
            .push(format!("'{}' is not the name of a text file next to the figures", short(name)));
        return Ok(Vec::new());
    }
    let path = texts.join(format!("{name}.txt"));
    if !path.is_file() {
        desk.brought.missed.push(format!("{name}: there is no {name}.txt next to the figures"));
        return Ok(Vec::new());
    }
    match sayso_ingest::text(read(&path)?.as_bytes(), &HeadOverrides::default()) {
        Ok(report) => desk.reports_with(&report.text, name),
        Err(error) => {
            desk.brought.missed.push(format!("{name}: {error}"));
            Ok(Vec::new())
        }
    }
}

fn of_report(
    desk: &mut Desk<'_>,
    report: ReportId,
    reviewed: &Reviewed,
    gold: &[&Value],
) -> Result<(), ExportError> {
    let reading = &reviewed.reading;
    let mut listed: BTreeSet<usize> = BTreeSet::new();
    for figure in gold {
        let Some(span) = place(reading, figure) else {
            let words = figure.get("text").and_then(Value::as_str).unwrap_or("");
            desk.brought.missed.push(format!("report {report} does not have the words '{}'", short(words)));
            continue;
        };
        let anchored = Anchored::at(report, reading, EntryKind::Figure, span);
        let found = nearest(reading, span, &listed)
            .or_else(|| anchored.place(reading).filter(|i| !listed.contains(i)));
        let value = known_fields(figure);
        let Some(index) = found else {
            desk.decide(DecisionKind::Add, anchored, Some(Value::Object(value)))?;
            continue;
        };
        listed.insert(index);
        let entry = EntryName { kind: EntryKind::Figure, index };
        let now = fields::fields(reading, entry);
        let differing: Fields = value.into_iter().filter(|(field, v)| differs(now.get(field), v)).collect();
        let decided = reviewed.outcome(entry).is_some() && !reviewed.is_rejected(entry);
        if differing.is_empty() && decided {
            desk.brought.known += 1;
            continue;
        }
        let Some(anchored) = Anchored::new(report, reading, EntryKind::Figure, index) else { continue };
        if differing.is_empty() {
            desk.decide(DecisionKind::Accept, anchored, None)?;
        } else {
            desk.decide(DecisionKind::Correct, anchored, Some(Value::Object(differing)))?;
        }
    }
    if desk.request.complete {
        reject_others(desk, report, reviewed, &listed)?;
    }
    Ok(())
}

/// Rejects the figures of the body that the data does not list.
fn reject_others(
    desk: &mut Desk<'_>,
    report: ReportId,
    reviewed: &Reviewed,
    listed: &BTreeSet<usize>,
) -> Result<(), ExportError> {
    let headline = body_start(&reviewed.reading);
    for (index, figure) in reviewed.reading.figures.iter().enumerate() {
        let entry = EntryName { kind: EntryKind::Figure, index };
        if listed.contains(&index) || figure.number.start < headline {
            continue;
        }
        if reviewed.is_rejected(entry) {
            desk.brought.known += 1;
        } else if let Some(anchored) = Anchored::new(report, &reviewed.reading, EntryKind::Figure, index) {
            desk.decide(DecisionKind::Reject, anchored, None)?;
        }
    }
    Ok(())
}

/// Where the body begins: gold does not list the figures of the headline, which the body repeats.
fn body_start(reading: &Reading) -> usize {
    reading.report.head.headline.as_ref().and_then(|h| h.span).map_or(0, |span| span.end)
}

/// The words of a gold figure in the body: the `nth` occurrence, counted from 1, otherwise the first.
fn place(reading: &Reading, figure: &Value) -> Option<Span> {
    let words = figure.get("text").and_then(Value::as_str).filter(|words| !words.is_empty())?;
    let nth = figure.get("nth").and_then(Value::as_u64).unwrap_or(1).max(1);
    let body = body_start(reading);
    let text = reading.report.text.as_str();
    let mut places = text.match_indices(words).map(|(at, _)| at).filter(|at| *at >= body);
    let at = places.nth(usize::try_from(nth - 1).ok()?)?;
    Some(Span::new(at, at + words.len()))
}

/// The first figure, not yet taken, whose number is in these words.
fn nearest(reading: &Reading, span: Span, taken: &BTreeSet<usize>) -> Option<usize> {
    let inside = |(index, figure): &(usize, &sayso_model::Figure)| {
        span.contains(figure.number) && !taken.contains(index)
    };
    reading.figures.iter().enumerate().find(inside).map(|(index, _)| index)
}

/// The fields of a gold figure that a figure has.
fn known_fields(figure: &Value) -> Fields {
    let known = fields::names(EntryKind::Figure);
    let given = figure.as_object().into_iter().flatten();
    given.filter(|(field, _)| known.contains(&field.as_str())).map(|(f, v)| (f.clone(), v.clone())).collect()
}

/// Whether two values differ; for names, by more than case.
fn differs(now: Option<&Value>, given: &Value) -> bool {
    match (now, given) {
        (Some(Value::String(a)), Value::String(b)) => a.to_lowercase() != b.to_lowercase(),
        (Some(now), given) => now != given,
        (None, _) => true,
    }
}
