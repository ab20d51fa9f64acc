//! People's decisions as gold: the folder that `sayso eval figures` and `sayso eval attribution` read.
//!
//! Gold must be complete, or what it leaves out would count as a false alarm. So a report gives its figures only if
//! people have decided about every figure of its body, and its attributions only if they have decided about every
//! outermost one; what was rejected is left out, what was added is included. The other reports are named in
//! [`Written::unfinished`].

use std::path::Path;

use sayso_ingest::HeadOverrides;
use sayso_ledger::{EntryKind, EntryName, Ledger, ReportFilter, ReportId, Reviewed, View};
use sayso_model::{Report, Span};
use serde_json::{Value, json};

use crate::DeskError;

/// What was written.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Written {
    /// Reports whose figures are gold.
    pub of_figures: usize,
    /// Gold figures.
    pub figures: usize,
    /// Reports whose attributions are gold.
    pub of_attributions: usize,
    /// Gold attributions.
    pub attributions: usize,
    /// Reports that have some decisions but are not gold, with the reason.
    pub unfinished: Vec<(ReportId, String)>,
}

/// Writes `figures.jsonl` with one text file per report, and `attributions.jsonl`.
///
/// # Errors
/// [`DeskError::Nothing`] if no report has been reviewed completely; [`DeskError::Write`].
pub fn write(
    ledger: &Ledger,
    filter: &ReportFilter,
    view: View<'_>,
    folder: &Path,
) -> Result<Written, DeskError> {
    let mut lines = ledger.reports(filter)?;
    lines.sort_by_key(|line| line.id);
    let mut written = Written::default();
    let (mut figures, mut attributions) = (String::new(), String::new());
    let mut texts: Vec<(String, String)> = Vec::new();
    for line in lines {
        let Some(reviewed) = ledger.reviewed_in(line.id, view)? else { continue };
        if reviewed.decided.values().all(|d| d.decision.is_none()) {
            continue;
        }
        let name = format!("{:04}", line.id.0);
        match (open(&reviewed, EntryKind::Figure, &in_body(&reviewed)), plain(&reviewed.reading.report)) {
            (0, Some(text)) => {
                let gold = figures_of(&reviewed, &name)?;
                written.of_figures += 1;
                written.figures += gold.len();
                gold.iter().for_each(|line| figures.push_str(&format!("{line}\n")));
                texts.push((name.clone(), text));
            }
            (0, None) => {
                let why = "its text cannot be written as plain text without changing it".to_owned();
                written.unfinished.push((line.id, why));
            }
            (open, _) => written.unfinished.push((line.id, format!("{open} figures are not reviewed"))),
        }
        match open(&reviewed, EntryKind::Statement, &outermost(&reviewed)) {
            0 => {
                let gold = attributions_of(&reviewed, &name)?;
                written.of_attributions += 1;
                written.attributions += gold["attributions"].as_array().map_or(0, Vec::len);
                attributions.push_str(&format!("{gold}\n"));
            }
            open => written.unfinished.push((line.id, format!("{open} statements are not reviewed"))),
        }
    }
    if written.of_figures + written.of_attributions == 0 {
        let why = match written.unfinished.first() {
            None => "nobody has decided about any entry of these reports yet".to_owned(),
            Some((report, why)) => format!("no report has been reviewed completely (report {report}: {why})"),
        };
        return Err(DeskError::Nothing(format!(
            "there is no gold to write: {why}; see `sayso decide --help`"
        )));
    }
    std::fs::create_dir_all(folder).map_err(|source| DeskError::Write { path: folder.to_owned(), source })?;
    let file = |name: &str, content: &str| {
        let path = folder.join(name);
        std::fs::write(&path, content).map_err(|source| DeskError::Write { path, source })
    };
    for (name, text) in &texts {
        file(&format!("{name}.txt"), text)?;
    }
    file("figures.jsonl", &figures)?;
    file("attributions.jsonl", &attributions)?;
    Ok(written)
}

/// How many of some entries are undecided.
fn open(reviewed: &Reviewed, kind: EntryKind, places: &[usize]) -> usize {
    places.iter().filter(|index| reviewed.outcome(EntryName { kind, index: **index }).is_none()).count()
}

/// Positions of the figures outside the headline, which the body repeats.
fn in_body(reviewed: &Reviewed) -> Vec<usize> {
    let reading = &reviewed.reading;
    let headline = reading.report.head.headline.as_ref().and_then(|h| h.span);
    let body =
        reading.figures.iter().enumerate().filter(|(_, f)| headline.is_none_or(|h| !h.contains(f.number)));
    body.map(|(index, _)| index).collect()
}

/// Positions of the outermost statements that have a cue.
fn outermost(reviewed: &Reviewed) -> Vec<usize> {
    let outer = |s: &sayso_model::Statement| {
        let parent = s.parent.map(|id| EntryName { kind: EntryKind::Statement, index: id.index() });
        parent.is_none_or(|parent| reviewed.is_rejected(parent)) && !s.cue.is_empty()
    };
    let statements = reviewed.reading.statements.iter().enumerate();
    statements.filter(|(_, s)| outer(s)).map(|(index, _)| index).collect()
}

fn figures_of(reviewed: &Reviewed, name: &str) -> Result<Vec<Value>, DeskError> {
    let text = reviewed.reading.report.text.as_str();
    let body = reviewed.reading.report.head.headline.as_ref().and_then(|h| h.span).map_or(0, |s| s.end);
    let mut gold: Vec<(Span, Value)> = Vec::new();
    for index in in_body(reviewed) {
        let entry = EntryName { kind: EntryKind::Figure, index };
        let Some(f) = reviewed.reading.figures.get(index).filter(|_| !reviewed.is_rejected(entry)) else {
            continue;
        };
        let words = f.span.cut(text);
        let before = text.match_indices(words).filter(|(at, _)| (body..=f.span.start).contains(at)).count();
        gold.push((
            f.span,
            json!({
                "report": name, "text": words, "nth": before, "category": f.category, "group": f.group, "low": f.low, "best": f.best, "high": f.high,
                "low_exclusive": f.low_exclusive, "high_exclusive": f.high_exclusive, "approximate": f.approximate,
                "origin": f.origin, "via": f.via, "said_on": f.said_on, "as_of": f.as_of, "period": f.period,
                "modality": f.modality, "negated": f.negated, "retracted": f.retracted,
            }),
        ));
    }
    gold.sort_by_key(|(span, _)| *span);
    Ok(gold.into_iter().map(|(_, value)| value).collect())
}

fn attributions_of(reviewed: &Reviewed, name: &str) -> Result<Value, DeskError> {
    let text = reviewed.reading.report.text.as_str();
    let pieces = |spans: &[Span]| -> Result<Value, DeskError> {
        let printed = sayso_model::json::with_exact(&spans, text)?;
        let pair = |s: &Value| json!([s["start"], s["end"]]);
        Ok(printed.as_array().into_iter().flatten().map(pair).collect())
    };
    let mut gold: Vec<(Option<Span>, Value)> = Vec::new();
    for index in outermost(reviewed) {
        let entry = EntryName { kind: EntryKind::Statement, index };
        let Some(s) = reviewed.reading.statements.get(index).filter(|_| !reviewed.is_rejected(entry)) else {
            continue;
        };
        let roles = json!({
            "source": pieces(&s.source)?, "cue": pieces(&s.cue)?, "content": pieces(&s.content)?
        });
        gold.push((Span::hull(&s.content), roles));
    }
    gold.sort_by_key(|(span, _)| *span);
    let attributions: Vec<Value> = gold.into_iter().map(|(_, value)| value).collect();
    let mut gold = json!({"doc_id": name, "text": text, "attributions": attributions});
    // With it, `sayso eval` compares them with the statements of a reading, which is what people have reviewed.
    if let (Some(written), Some(object)) = (plain(&reviewed.reading.report), gold.as_object_mut()) {
        object.insert("report".to_owned(), written.into());
    }
    Ok(gold)
}

/// The report as plain text that reads back unchanged; `None` if there is none.
fn plain(report: &Report) -> Option<String> {
    let head = &report.head;
    let one_line = |value: &str| !value.contains('\n');
    let mut keys = String::new();
    let published = head.published_at.as_ref().map(|p| p.value.clone());
    let published = published.or_else(|| head.published.as_ref().map(|p| p.value.to_string()));
    let outlet = head.outlet.as_ref().map(|o| o.value.clone());
    let url = head.url.as_ref().map(|u| u.value.clone());
    for (key, value) in [("publisher", outlet), ("published", published), ("url", url)] {
        if let Some(value) = value.filter(|v| one_line(v)) {
            keys.push_str(&format!("{key}: {value}\n"));
        }
    }
    let titled = head.headline.as_ref().and_then(|h| {
        let rest = h.span.filter(|span| span.start == 0)?;
        let body = report.text.get(rest.end..)?.trim_start_matches('\n');
        one_line(&h.value).then(|| format!("title: {}\n{keys}\n{body}\n", h.value))
    });
    let untitled = format!("{keys}\n{}\n", report.text);
    titled.into_iter().chain([untitled]).find(|text| {
        let read = sayso_ingest::text(text.as_bytes(), &HeadOverrides::default());
        read.is_ok_and(|again| {
            let day = |r: &Report| r.head.published.as_ref().map(|p| p.value);
            again.text == report.text && day(&again) == day(report)
        })
    })
}
