//! Exports of a ledger's contents: JSON Lines, CSV (RFC 4180) and Parquet.

use std::{collections::BTreeSet, io::Write};

use sayso_model::{Date, Polarity, Reading, Span};
use serde_json::Value;

use crate::{
    Decided, EntryKind, EntryName, Fate, Fates, Ledger, LedgerError, ReportFilter, ReportId, ReportLine,
    Reviewed, View, fates_of, fates_of_statement,
};

#[cfg(feature = "parquet")]
mod parquet;

/// What to write, one row each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What {
    /// Reports, with where they came from.
    Reports,
    /// Statements.
    Statements,
    /// Figures.
    Figures,
}

/// The output format.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// One object per line.
    JsonLines,
    /// Comma-separated values with a header; unknown values are empty.
    Csv,
    /// Parquet, uncompressed, every column optional. Only with the feature `parquet`.
    Parquet,
}

impl Format {
    /// Whether this build can write it.
    ///
    /// # Errors
    /// [`LedgerError::NoParquet`].
    pub fn check(self) -> Result<(), LedgerError> {
        if self == Self::Parquet && !cfg!(feature = "parquet") {
            return Err(LedgerError::NoParquet);
        }
        Ok(())
    }
}

/// Type of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Type {
    /// A string.
    Text,
    /// A whole number.
    Integer,
    /// A number.
    Number,
    /// True or false.
    Truth,
    /// A day as `YYYY-MM-DD`.
    Day,
}

/// A column's name and type.
pub type Column = (&'static str, Type);

/// Columns that every row begins with. The names `source_*` are UCDP's.
const COMMON: &[Column] = &[
    ("report", Type::Integer),
    ("text_hash", Type::Text),
    ("source_office", Type::Text),
    ("source_date", Type::Day),
    ("source_headline", Type::Text),
    ("url", Type::Text),
    ("revision", Type::Integer),
];

const REPORTS: &[Column] = &[
    ("language", Type::Text),
    ("origin", Type::Text),
    ("fetched_at", Type::Text),
    ("added_at", Type::Text),
    ("archived", Type::Text),
    ("statements", Type::Integer),
    ("figures", Type::Integer),
];

const STATEMENTS: &[Column] = &[
    ("statement", Type::Text),
    ("kind", Type::Text),
    ("speaker", Type::Text),
    ("source_original", Type::Text),
    ("via", Type::Text),
    ("modality", Type::Text),
    ("polarity", Type::Text),
    ("negated", Type::Truth),
    ("status", Type::Text),
    ("status_by", Type::Text),
    ("said_on", Type::Day),
    ("part_of", Type::Text),
    ("content", Type::Text),
    ("start", Type::Integer),
    ("end", Type::Integer),
];

/// Columns at the end of every row of an entry: what people decided.
const DECIDED: &[Column] = &[
    ("decision", Type::Text),
    ("reviewed_by", Type::Text),
    ("decided_at", Type::Text),
    ("decision_note", Type::Text),
    ("as_read", Type::Text),
];

const FIGURES: &[Column] = &[
    ("figure", Type::Text),
    ("category", Type::Text),
    ("low", Type::Number),
    ("best", Type::Number),
    ("high", Type::Number),
    ("low_exclusive", Type::Truth),
    ("high_exclusive", Type::Truth),
    ("approximate", Type::Truth),
    ("unit", Type::Text),
    ("group", Type::Text),
    ("places", Type::Text),
    ("source_original", Type::Text),
    ("via", Type::Text),
    ("said_on", Type::Day),
    ("as_of", Type::Day),
    ("period_start", Type::Day),
    ("period_end", Type::Day),
    ("modality", Type::Text),
    ("negated", Type::Truth),
    ("status", Type::Text),
    ("status_by", Type::Text),
    ("part_of", Type::Text),
    ("additional", Type::Truth),
    ("statement", Type::Text),
    ("words", Type::Text),
    ("start", Type::Integer),
    ("end", Type::Integer),
];

/// Looks up what has happened to the entries of a report beyond what it says itself (`sayso-compare` knows).
pub type FatesOf<'f> = dyn Fn(ReportId) -> Result<Fates, LedgerError> + 'f;

/// The name of the outlet that a report states as the argument.
pub type OutletOf<'o> = dyn Fn(&str) -> String + 'o;

/// Entries of one kind, by report and position: those of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entries {
    /// Their kind. Entries of others are not restricted.
    pub kind: EntryKind,
    /// Where they are.
    pub places: BTreeSet<(ReportId, usize)>,
}

impl Entries {
    fn pass(&self, report: ReportId, entry: EntryName) -> bool {
        entry.kind != self.kind || self.places.contains(&(report, entry.index))
    }
}

/// Which rows to write.
#[derive(Default)]
pub struct Selection<'f> {
    /// Which reports.
    pub filter: ReportFilter,
    /// Whose decisions count.
    pub view: View<'f>,
    /// Whether to include what people rejected.
    pub with_rejected: bool,
    /// Only these entries of their kind; all if `None`.
    pub entries: Option<&'f Entries>,
    /// What has happened to figures since.
    pub fates: Option<&'f FatesOf<'f>>,
    /// What outlets are called; by what their reports state if `None`.
    pub outlets: Option<&'f OutletOf<'f>>,
}

/// Writes the newest revisions that pass a selection, in insertion order; returns the number of rows.
///
/// # Errors
/// [`LedgerError::Output`] if the writer fails, [`LedgerError::NoParquet`], and those of reading.
pub fn export(
    ledger: &Ledger,
    what: What,
    format: Format,
    selection: &Selection<'_>,
    out: &mut (dyn Write + Send),
) -> Result<u64, LedgerError> {
    let columns = columns(what);
    let rows = rows(ledger, what, selection)?;
    match format {
        Format::JsonLines => write_rows(rows, |row| {
            let object: serde_json::Map<String, Value> =
                columns.iter().zip(row).map(|((name, _), value)| ((*name).to_owned(), value)).collect();
            writeln!(out, "{}", Value::Object(object))
        }),
        Format::Csv => {
            let header = columns.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(",");
            write!(out, "{header}\r\n").map_err(LedgerError::Output)?;
            write_rows(rows, |row| {
                let line = row.iter().map(csv_cell).collect::<Vec<_>>().join(",");
                write!(out, "{line}\r\n")
            })
        }
        #[cfg(feature = "parquet")]
        Format::Parquet => parquet::write(&columns, rows, out),
        #[cfg(not(feature = "parquet"))]
        Format::Parquet => Err(LedgerError::NoParquet),
    }
}

/// Columns of the entries themselves, without those of their reports and of decisions.
#[must_use]
pub fn own_columns(what: What) -> &'static [Column] {
    match what {
        What::Reports => REPORTS,
        What::Statements => STATEMENTS,
        What::Figures => FIGURES,
    }
}

/// All columns, in order.
#[must_use]
pub fn columns(what: What) -> Vec<Column> {
    let decided = if what == What::Reports { &[] } else { DECIDED };
    COMMON.iter().chain(own_columns(what)).chain(decided).copied().collect()
}

/// The rows that pass a selection, one report at a time, each with a value for every column.
///
/// # Errors
/// Those of reading.
pub fn rows<'l>(
    ledger: &'l Ledger,
    what: What,
    selection: &'l Selection<'_>,
) -> Result<impl Iterator<Item = Result<Vec<Vec<Value>>, LedgerError>> + use<'l>, LedgerError> {
    let mut lines = ledger.reports(&selection.filter)?;
    lines.sort_by_key(|line| line.id);
    Ok(lines.into_iter().map(move |line| rows_of(ledger, what, &line, selection)))
}

/// The rows of a reading that is not in a ledger, with only the [`own_columns`]; none for [`What::Reports`].
///
/// # Errors
/// [`LedgerError::Json`].
pub fn rows_of_reading(what: What, reading: &Reading) -> Result<Vec<Vec<Value>>, LedgerError> {
    match what {
        What::Reports => Ok(Vec::new()),
        What::Statements | What::Figures => {
            // Without decisions, only the report itself can say what happened to its figures.
            let fates = fates_of(ReportId(0), &Reviewed::plain(reading.clone()));
            if what == What::Figures { figures(reading, &fates) } else { statements(reading, &fates) }
        }
    }
}

fn write_rows(
    rows: impl Iterator<Item = Result<Vec<Vec<Value>>, LedgerError>>,
    mut write: impl FnMut(Vec<Value>) -> std::io::Result<()>,
) -> Result<u64, LedgerError> {
    let mut count = 0;
    for of_report in rows {
        for row in of_report? {
            write(row).map_err(LedgerError::Output)?;
            count += 1;
        }
    }
    Ok(count)
}

/// A value as CSV writes it.
#[must_use]
pub fn csv_cell(value: &Value) -> String {
    let text = match value {
        Value::Null => return String::new(),
        Value::String(text) => harmless(text),
        other => return other.to_string(),
    };
    if text.contains([',', '"', '\n', '\r']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text }
}

/// Spreadsheets take text that begins like this for a formula, and a report can begin with anything: an apostrophe
/// makes it text.
#[must_use]
pub fn harmless(text: &str) -> String {
    // The last four are the full-width forms of the first four, which some spreadsheets treat alike.
    let formula =
        text.starts_with(['=', '+', '-', '@', '\t', '\r', '\u{FF1D}', '\u{FF0B}', '\u{FF0D}', '\u{FF20}']);
    if formula { format!("'{text}") } else { text.to_owned() }
}

/// The rows of one report.
fn rows_of(
    ledger: &Ledger,
    what: What,
    line: &ReportLine,
    selection: &Selection<'_>,
) -> Result<Vec<Vec<Value>>, LedgerError> {
    let outlet = line.outlet.as_deref().map(|written| match selection.outlets {
        Some(name) => name(written),
        None => written.to_owned(),
    });
    let common: Vec<Value> = vec![
        line.id.0.into(),
        line.text_hash.clone().into(),
        outlet.into(),
        line.published.clone().into(),
        line.headline.clone().into(),
        line.url.clone().into(),
        line.revision.into(),
    ];
    if what == What::Reports {
        let own = vec![
            line.language.clone().into(),
            line.origin.clone().into(),
            line.fetched_at.clone().into(),
            line.added_at.clone().into(),
            line.archived.as_ref().map(|kept| kept.record.clone()).into(),
            line.statements.into(),
            line.figures.into(),
        ];
        return Ok(vec![[common, own].concat()]);
    }
    let Some(reviewed) = ledger.reviewed_in(line.id, selection.view)? else { return Ok(Vec::new()) };
    let mut fates = fates_of(line.id, &reviewed);
    for (entry, more) in selection.fates.map(|of| of(line.id)).transpose()?.unwrap_or_default() {
        fates.entry(entry).or_default().extend(more);
    }
    let (kind, own) = if what == What::Statements {
        fates.retain(|figure, _| !reviewed.is_rejected(*figure));
        (EntryKind::Statement, statements(&reviewed.reading, &fates)?)
    } else {
        (EntryKind::Figure, figures(&reviewed.reading, &fates)?)
    };
    let named = own.into_iter().enumerate().map(|(index, row)| (EntryName { kind, index }, row));
    Ok(named
        .filter(|(entry, _)| selection.with_rejected || !reviewed.is_rejected(*entry))
        .filter(|(entry, _)| selection.entries.is_none_or(|entries| entries.pass(line.id, *entry)))
        .map(|(entry, row)| [common.clone(), row, decided(reviewed.of(entry))].concat())
        .collect())
}

/// The columns [`DECIDED`].
fn decided(decided: Option<&Decided>) -> Vec<Value> {
    let verdict = decided.and_then(|d| d.decision.as_ref());
    let notes = decided.into_iter().flat_map(|d| d.notes.iter().map(|n| n.text.as_str()));
    let notes: Vec<&str> = verdict.and_then(|v| v.note.as_deref()).into_iter().chain(notes).collect();
    let by: Vec<&str> = decided.into_iter().flat_map(|d| d.reviewed_by.iter().map(String::as_str)).collect();
    let read = decided.filter(|d| !d.read.is_empty()).map(|d| Value::Object(d.read.clone()).to_string());
    vec![
        verdict.map(|v| v.what.as_str()).into(),
        list(&by),
        verdict.map(|v| v.at.clone()).into(),
        list(&notes),
        read.into(),
    ]
}

/// Code points of spans, computed in one pass over the text.
fn offsets(spans: &[Span], text: &str) -> Result<Vec<(Value, Value)>, LedgerError> {
    let printed = sayso_model::json::with_exact(&spans, text)?;
    let at = |span: &Value, key: &str| span.get(key).cloned().unwrap_or_default();
    Ok(printed.as_array().into_iter().flatten().map(|s| (at(s, "start"), at(s, "end"))).collect())
}

fn day(date: Option<Date>) -> Value {
    date.map(|d| d.to_string()).into()
}

fn statements(reading: &Reading, fates: &Fates) -> Result<Vec<Vec<Value>>, LedgerError> {
    use sayso_model::ChainRole::{Origin, Outlet};
    let text = reading.report.text.as_str();
    let hulls: Vec<Span> =
        reading.statements.iter().map(|s| Span::hull(&s.content).unwrap_or(Span::new(0, 0))).collect();
    let mut out = Vec::new();
    for (s, (start, end)) in reading.statements.iter().zip(offsets(&hulls, text)?) {
        let named = |id: sayso_model::SpeakerId| reading.speakers.get(id.index()).map(|p| p.name.clone());
        let origin = s.chain.iter().rev().find(|l| l.role == Origin).and_then(|l| l.name.clone());
        let via: Vec<&str> = s
            .chain
            .iter()
            .rev()
            .filter(|l| l.role != Origin && l.role != Outlet)
            .filter_map(|l| l.name.as_deref())
            .collect();
        let fates = fates_of_statement(s, fates);
        let what: Vec<String> = fates.iter().map(|f| format!("{} {}", f.figure, f.fate.what)).collect();
        let what: Vec<&str> = what.iter().map(String::as_str).collect();
        let content: Vec<&str> = s.content.iter().map(|c| c.cut(text)).collect();
        out.push(vec![
            s.id.to_string().into(),
            serde_json::to_value(s.kind)?,
            s.speaker.and_then(named).into(),
            origin.into(),
            list(&via),
            serde_json::to_value(s.modality)?,
            serde_json::to_value(s.polarity)?,
            (s.polarity == Polarity::Negative).into(),
            list(&what),
            by_what(fates.iter().map(|f| &f.fate)),
            day(s.said_on),
            s.parent.map(|id| id.to_string()).into(),
            content.join(" … ").into(),
            start,
            end,
        ]);
    }
    Ok(out)
}

/// By what fates came about, in their order; null if that is known of none.
fn by_what<'f>(fates: impl Iterator<Item = &'f Fate>) -> Value {
    let by: Vec<&str> = fates.map(|fate| fate.by.as_deref().unwrap_or("")).collect();
    by.iter().any(|by| !by.is_empty()).then(|| by.join("; ")).into()
}

fn figures(reading: &Reading, fates: &Fates) -> Result<Vec<Vec<Value>>, LedgerError> {
    let text = reading.report.text.as_str();
    let spans: Vec<Span> = reading.figures.iter().map(|f| f.span).collect();
    let mut out = Vec::new();
    for (index, (f, (start, end))) in reading.figures.iter().zip(offsets(&spans, text)?).enumerate() {
        let fates = fates.get(&EntryName { kind: EntryKind::Figure, index }).map_or(&[][..], Vec::as_slice);
        let what: Vec<&str> = fates.iter().map(|fate| fate.what.as_str()).collect();
        let number = |n: Option<sayso_model::Number>| Value::from(n.map(sayso_model::Number::to_f64));
        let places: Vec<&str> = f
            .places
            .iter()
            .filter_map(|id| reading.places.get(id.index()))
            .map(|p| p.name.as_str())
            .collect();
        let via: Vec<&str> = f.via.iter().map(String::as_str).collect();
        out.push(vec![
            f.id.to_string().into(),
            f.category.as_str().into(),
            number(f.low),
            number(f.best),
            number(f.high),
            f.low_exclusive.into(),
            f.high_exclusive.into(),
            f.approximate.into(),
            f.unit.clone().into(),
            f.group.clone().into(),
            list(&places),
            f.origin.clone().into(),
            list(&via),
            day(f.said_on),
            day(f.as_of),
            day(f.period.map(|p| p.0)),
            day(f.period.map(|p| p.1)),
            serde_json::to_value(f.modality)?,
            f.negated.into(),
            list(&what),
            by_what(fates.iter()),
            f.part_of.map(|id| id.to_string()).into(),
            (f.cumulative == Some(false)).into(),
            f.statement.map(|s| s.to_string()).into(),
            f.span.cut(text).into(),
            start,
            end,
        ]);
    }
    Ok(out)
}

/// Names in one cell, null for none.
fn list(names: &[&str]) -> Value {
    if names.is_empty() { Value::Null } else { names.join("; ").into() }
}

#[cfg(test)]
mod tests {
    use super::csv_cell;

    #[test]
    fn no_cell_is_a_formula() {
        for (text, written) in [
            ("=HYPERLINK(\"x\")", "\"'=HYPERLINK(\"\"x\"\")\""),
            ("+1", "'+1"),
            ("-1", "'-1"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("\t=1", "'\t=1"),
            ("\r=1", "\"'\r=1\""),
            ("\u{FF1D}1+1", "'\u{FF1D}1+1"),
            ("\u{FF20}SUM", "'\u{FF20}SUM"),
            ("a=1", "a=1"),
        ] {
            assert_eq!(csv_cell(&text.into()), written);
        }
        assert_eq!(csv_cell(&(-1.5).into()), "-1.5", "a number is no text");
    }
}
