//! Tables of readings: their columns, and rows as Arrow arrays.

use std::sync::Arc;

use arrow_array::{
    ArrayRef, RecordBatch,
    builder::{BooleanBuilder, Float64Builder, Int64Builder, StringBuilder},
};
use arrow_schema::{ArrowError, DataType, Field, Schema};
use base64::prelude::{BASE64_STANDARD, Engine as _};
use pyo3::PyResult;
use sayso_compare::{Shingles, TermVector};
use sayso_ledger::export::{self, Column, Type, What};
use sayso_model::Reading;
use serde_json::Value;

use crate::error;

/// What a table has a row for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Table {
    /// Each report, with its whole reading as JSON.
    Readings,
    /// Each speaker.
    Speakers,
    /// Each report, with what an archive keeps of it: all other tables, copies and stories are made from that.
    Archive,
    /// Each entry, as `sayso export` writes it.
    Entries(What),
}

/// Columns of the report that every row begins with, after its id.
const HEAD: &[Column] = &[
    ("text_hash", Type::Text),
    ("source_office", Type::Text),
    ("source_date", Type::Text),
    ("source_headline", Type::Text),
    ("url", Type::Text),
];

const READINGS: &[Column] = &[
    ("language", Type::Text),
    ("statements", Type::Integer),
    ("figures", Type::Integer),
    ("speakers", Type::Integer),
    ("diagnostics", Type::Text),
    ("reading", Type::Text),
];

const SPEAKERS: &[Column] = &[
    ("speaker", Type::Text),
    ("name", Type::Text),
    ("kind", Type::Text),
    ("anonymous", Type::Truth),
    ("roles", Type::Text),
    ("mentions", Type::Integer),
    ("start", Type::Integer),
    ("end", Type::Integer),
];

const ARCHIVE: &[Column] = &[
    // Reports that are one, and revisions of one.
    ("address", Type::Text),
    ("identity", Type::Text),
    // The signature: by which words stories are found, and by which runs of words copies.
    ("vector", Type::Text),
    ("sketch", Type::Text),
    ("state", Type::Text),
];

/// The last column: why a report could not be read. Such a report has one row with this and its id alone.
const ERROR: &[Column] = &[("error", Type::Text)];

impl Table {
    /// The table of a name.
    pub(crate) fn named(name: &str) -> PyResult<Self> {
        Ok(match name {
            "readings" => Self::Readings,
            "speakers" => Self::Speakers,
            "archive" => Self::Archive,
            "statements" => Self::Entries(What::Statements),
            "figures" => Self::Entries(What::Figures),
            other => {
                let tables = "'readings', 'statements', 'figures', 'speakers' or 'archive'";
                return Err(error::input(format!("'{other}' is no table: {tables}")));
            }
        })
    }

    /// Its columns but the id.
    pub(crate) fn columns(self) -> Vec<Column> {
        let own = match self {
            Self::Readings => READINGS,
            Self::Speakers => SPEAKERS,
            Self::Archive => ARCHIVE,
            Self::Entries(what) => export::own_columns(what),
        };
        [HEAD, own, ERROR].concat()
    }

    /// The rows of a reading, with a value for every column.
    pub(crate) fn rows(self, reading: &Reading) -> Result<Vec<Vec<Value>>, String> {
        let own = match self {
            Self::Readings => vec![whole(reading).map_err(|e| e.to_string())?],
            Self::Speakers => speakers(reading).map_err(|e| e.to_string())?,
            Self::Archive => vec![archived(reading).map_err(|e| e.to_string())?],
            Self::Entries(what) => export::rows_of_reading(what, reading).map_err(|e| e.to_string())?,
        };
        let head = head(reading);
        Ok(own.into_iter().map(|row| [head.clone(), row, vec![Value::Null]].concat()).collect())
    }

    /// The row of a report that could not be read.
    pub(crate) fn unread(self, why: String) -> Vec<Value> {
        let mut row = vec![Value::Null; self.columns().len() - 1];
        row.push(why.into());
        row
    }
}

fn head(reading: &Reading) -> Vec<Value> {
    let head = &reading.report.head;
    vec![
        reading.report.text_hash.clone().into(),
        head.outlet.as_ref().map(|v| v.value.clone()).into(),
        head.published.as_ref().map(|v| v.value.to_string()).into(),
        head.headline.as_ref().map(|v| v.value.clone()).into(),
        head.url.as_ref().map(|v| v.value.clone()).into(),
    ]
}

fn whole(reading: &Reading) -> serde_json::Result<Vec<Value>> {
    let report = &reading.report;
    let said = report.diagnostics.iter().chain(&reading.diagnostics);
    let said: Vec<&str> = said.map(|d| d.message.as_str()).collect();
    let printed = sayso_model::json::with_exact(reading, &report.text)?;
    Ok(vec![
        report.head.language.as_ref().map(|v| v.value.clone()).into(),
        reading.statements.len().into(),
        reading.figures.len().into(),
        reading.speakers.len().into(),
        (!said.is_empty()).then(|| said.join(" ")).into(),
        serde_json::to_string(&printed)?.into(),
    ])
}

fn archived(reading: &Reading) -> serde_json::Result<Vec<Value>> {
    let report = &reading.report;
    let sketch: Vec<u8> =
        Shingles::of(&report.text).sketch().into_iter().flat_map(u64::to_le_bytes).collect();
    Ok(vec![
        sayso_ledger::report_address(report).into(),
        sayso_ledger::report_identity(report).into(),
        BASE64_STANDARD.encode(TermVector::of(&report.text).to_bytes()).into(),
        BASE64_STANDARD.encode(sketch).into(),
        serde_json::to_string(reading)?.into(),
    ])
}

fn speakers(reading: &Reading) -> serde_json::Result<Vec<Vec<Value>>> {
    let text = reading.report.text.as_str();
    let first: Vec<_> = reading.speakers.iter().map(|s| s.mentions.first().map(|m| m.span)).collect();
    let printed = sayso_model::json::with_exact(&first, text)?;
    let at =
        |index: usize, key: &str| printed.get(index).and_then(|s| s.get(key)).cloned().unwrap_or_default();
    let row = |(index, s): (usize, &sayso_model::Speaker)| {
        let roles: Vec<String> = s
            .roles
            .iter()
            .map(|role| match &role.body {
                Some(body) => format!("{}, {body}", role.title),
                None => role.title.clone(),
            })
            .collect();
        Ok(vec![
            s.id.to_string().into(),
            s.name.clone().into(),
            serde_json::to_value(s.kind)?,
            s.anonymous.into(),
            (!roles.is_empty()).then(|| roles.join("; ")).into(),
            s.mentions.len().into(),
            at(index, "start"),
            at(index, "end"),
        ])
    };
    reading.speakers.iter().enumerate().map(row).collect()
}

/// Fields of columns.
pub(crate) fn fields(columns: &[Column]) -> Vec<Field> {
    let kind = |kind| match kind {
        // Days are text here, as in the objects.
        Type::Text | Type::Day => DataType::Utf8,
        Type::Integer => DataType::Int64,
        Type::Number => DataType::Float64,
        Type::Truth => DataType::Boolean,
    };
    columns.iter().map(|&(name, of)| Field::new(name, kind(of), true)).collect()
}

/// Rows as columns.
pub(crate) fn arrays(columns: &[Column], rows: &[Vec<Value>]) -> Vec<ArrayRef> {
    let cells = |at: usize| rows.iter().map(move |row| row.get(at).unwrap_or(&Value::Null));
    let array = |(at, &(_, kind)): (usize, &Column)| -> ArrayRef {
        macro_rules! built {
            ($builder:expr, $read:expr) => {{
                let mut builder = $builder;
                cells(at).for_each(|value| builder.append_option($read(value)));
                Arc::new(builder.finish())
            }};
        }
        match kind {
            Type::Text | Type::Day => built!(StringBuilder::new(), Value::as_str),
            Type::Integer => built!(Int64Builder::new(), Value::as_i64),
            Type::Number => built!(Float64Builder::new(), Value::as_f64),
            Type::Truth => built!(BooleanBuilder::new(), Value::as_bool),
        }
    };
    columns.iter().enumerate().map(array).collect()
}

/// Rows as a batch.
pub(crate) fn batch(columns: &[Column], rows: &[Vec<Value>]) -> Result<RecordBatch, ArrowError> {
    RecordBatch::try_new(Arc::new(Schema::new(fields(columns))), arrays(columns, rows))
}
