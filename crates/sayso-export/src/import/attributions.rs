//! Attributions of gold and of Citron: each is a report's statement with the same content, with or without the same
//! spans, or one that the reader missed.

use std::collections::BTreeSet;

use sayso_ledger::{Anchored, DecisionKind, EntryKind, EntryName, ReportId, Reviewed, View, review::fields};
use sayso_model::{Span, Statement};
use serde_json::{Value, json};

use super::{Desk, short};
use crate::ExportError;

/// An attribution as the data has it.
struct Given {
    source: Vec<Span>,
    cue: Vec<Span>,
    content: Vec<Span>,
}

/// Imports the lines of a gold attributions file: `[start, end]` in code points.
pub(super) fn bring_gold(desk: &mut Desk<'_>, documents: &[Value]) -> Result<(), ExportError> {
    for document in documents {
        let name = document.get("doc_id").and_then(Value::as_str).unwrap_or("a document without a name");
        let pair = |at: &Value, text: &str| {
            let point = |n: usize| at.get(n).and_then(Value::as_u64).and_then(|n| usize::try_from(n).ok());
            fields::of_code_points(text, point(0)?, point(1)?)
        };
        let spans = |of: &Value, role: &str, text: &str| {
            of.get(role)
                .and_then(Value::as_array)
                .into_iter()
                .flatten()
                .map(|at| pair(at, text))
                .collect::<Option<Vec<Span>>>()
        };
        bring(desk, document, name, "attributions", &|of, text| {
            Some(Given {
                source: spans(of, "source", text)?,
                cue: spans(of, "cue", text)?,
                content: spans(of, "content", text)?,
            })
        })?;
    }
    Ok(())
}

/// Imports Citron documents: `{start, end}` in code points.
pub(super) fn bring_citron(desk: &mut Desk<'_>, documents: &[Value]) -> Result<(), ExportError> {
    for document in documents {
        let name = document.get("id").and_then(Value::as_str).unwrap_or("a document without an id");
        let span = |at: &Value, text: &str| {
            let point = |key: &str| at.get(key).and_then(Value::as_u64).and_then(|n| usize::try_from(n).ok());
            fields::of_code_points(text, point("start")?, point("end")?)
        };
        let spans = |of: &Value, role: &str, text: &str| {
            of.get(role)
                .and_then(Value::as_array)
                .into_iter()
                .flatten()
                .map(|at| span(at, text))
                .collect::<Option<Vec<Span>>>()
        };
        bring(desk, document, name, "quotes", &|of, text| {
            Some(Given {
                source: spans(of, "sources", text)?,
                cue: vec![span(of.get("cue")?, text)?],
                content: spans(of, "contents", text)?,
            })
        })?;
    }
    Ok(())
}

fn bring(
    desk: &mut Desk<'_>,
    document: &Value,
    name: &str,
    list: &str,
    read: &dyn Fn(&Value, &str) -> Option<Given>,
) -> Result<(), ExportError> {
    let Some(text) = document.get("text").and_then(Value::as_str) else {
        desk.brought.missed.push(format!("{}: there is no text", short(name)));
        return Ok(());
    };
    for report in desk.reports_with(text, &short(name))? {
        of_report(desk, report, (document, name, list, text), read)?;
    }
    Ok(())
}

fn of_report(
    desk: &mut Desk<'_>,
    report: ReportId,
    (document, name, list, text): (&Value, &str, &str, &str),
    read: &dyn Fn(&Value, &str) -> Option<Given>,
) -> Result<(), ExportError> {
    let Some(reviewed) = desk.ledger.reviewed_in(report, View::Of(desk.request.by))? else {
        desk.brought.missed.push(format!("{}: report {report} has not been read", short(name)));
        return Ok(());
    };
    let mut listed = BTreeSet::new();
    for item in document.get(list).and_then(Value::as_array).into_iter().flatten() {
        match read(item, text).filter(|given| !given.content.is_empty()) {
            Some(given) => one(desk, report, &reviewed, &given, &mut listed)?,
            None => desk.brought.missed.push(format!(
                "{}: spans that do not lie in the text: {}",
                short(name),
                short(&item.to_string())
            )),
        }
    }
    if desk.request.complete {
        for (index, statement) in reviewed.reading.statements.iter().enumerate() {
            let entry = EntryName { kind: EntryKind::Statement, index };
            if listed.contains(&index) || statement.cue.is_empty() || reviewed.is_rejected(entry) {
                continue;
            }
            if let Some(anchored) = Anchored::new(report, &reviewed.reading, EntryKind::Statement, index) {
                desk.decide(DecisionKind::Reject, anchored, None)?;
            }
        }
    }
    Ok(())
}

fn one(
    desk: &mut Desk<'_>,
    report: ReportId,
    reviewed: &Reviewed,
    given: &Given,
    listed: &mut BTreeSet<usize>,
) -> Result<(), ExportError> {
    let reading = &reviewed.reading;
    let text = reading.report.text.as_str();
    let Some(hull) = Span::hull(&given.content) else { return Ok(()) };
    let anchored = Anchored::at(report, reading, EntryKind::Statement, hull);
    let same = |s: &Statement| s.content == given.content && cue(s) == Span::hull(&given.cue);
    let found = reading.statements.iter().position(same).or_else(|| anchored.place(reading));
    let pieces =
        |spans: &[Span]| -> Result<Value, ExportError> { Ok(sayso_model::json::with_exact(&spans, text)?) };
    let Some(index) = found.filter(|index| !listed.contains(index)) else {
        let name = Span::hull(&given.source).map(|span| span.cut(text));
        let value = json!({
            "speaker": name, "source": pieces(&given.source)?, "cue": pieces(&given.cue)?,
            "content": pieces(&given.content)?,
        });
        return desk.decide(DecisionKind::Add, anchored, Some(value));
    };
    listed.insert(index);
    let Some(statement) = reading.statements.get(index) else { return Ok(()) };
    let mut value = serde_json::Map::new();
    for (role, now, then) in
        [("source", &statement.source, &given.source), ("content", &statement.content, &given.content)]
    {
        if now != then {
            value.insert(role.to_owned(), pieces(then)?);
        }
    }
    // A cue of several pieces is written as one span that covers them.
    if cue(statement) != Span::hull(&given.cue) {
        value.insert("cue".to_owned(), pieces(&given.cue)?);
    }
    let entry = EntryName { kind: EntryKind::Statement, index };
    let decided = reviewed.outcome(entry).is_some() && !reviewed.is_rejected(entry);
    if value.is_empty() && decided {
        desk.brought.known += 1;
        return Ok(());
    }
    let Some(anchored) = Anchored::new(report, reading, EntryKind::Statement, index) else { return Ok(()) };
    if value.is_empty() {
        desk.decide(DecisionKind::Accept, anchored, None)
    } else {
        desk.decide(DecisionKind::Correct, anchored, Some(Value::Object(value)))
    }
}

fn cue(statement: &Statement) -> Option<Span> {
    Span::hull(&statement.cue)
}
