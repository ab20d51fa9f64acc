//! Readings in the ledger: the whole as deflated JSON, and rows by which its entries are found.

use std::{collections::BTreeSet, io::Read};

use flate2::{Compression, read::DeflateDecoder, write::DeflateEncoder};
use rusqlite::{Connection, OptionalExtension, params};
use sayso_model::{Head, Modality, Reading, Report, Span};
use serde::Serialize;
use std::io::Write;

use crate::{Ledger, LedgerError, ReportId, add::now};

/// A name for comparison: lower case, letters and digits, single blanks.
///
/// Full stops and apostrophes are dropped ("U.S." is "us"), everything else that is no letter or digit is a blank.
#[must_use]
pub fn fold(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    for c in name.chars() {
        if c.is_alphanumeric() {
            out.extend(c.to_lowercase());
        } else if !matches!(c, '.' | '\'' | '’' | '‘') && !out.is_empty() && !out.ends_with(' ') {
            out.push(' ');
        }
    }
    out.truncate(out.trim_end().len());
    out
}

/// A reading as it is written.
#[derive(Debug, Clone)]
pub(crate) struct Packed {
    schema_version: u32,
    reader: String,
    body: Vec<u8>,
    published: Option<String>,
    speakers: Vec<SpeakerRow>,
    statements: Vec<StatementRow>,
    figures: Vec<FigureRow>,
}

#[derive(Debug, Clone)]
struct SpeakerRow {
    name: String,
    kind: String,
    anonymous: bool,
    folded: BTreeSet<String>,
}

#[derive(Debug, Clone)]
struct StatementRow {
    speaker: Option<u32>,
    kind: String,
    modality: String,
    said_on: Option<String>,
    content: String,
}

#[derive(Debug, Clone)]
struct FigureRow {
    category: String,
    low: Option<f64>,
    best: Option<f64>,
    high: Option<f64>,
    group: Option<String>,
    origin: Option<String>,
    statement: Option<u32>,
    said_on: Option<String>,
    as_of: Option<String>,
    words: String,
    modality: String,
}

impl Packed {
    /// Takes a reading apart into its report and what is stored of the rest.
    pub(crate) fn new(mut reading: Reading) -> Result<(Report, Self), LedgerError> {
        let report = std::mem::replace(&mut reading.report, no_report());
        let text = report.text.as_str();
        let cut = |spans: &[Span]| spans.iter().map(|s| s.cut(text)).collect::<Vec<_>>().join(" … ");
        let speakers = reading
            .speakers
            .iter()
            .map(|speaker| {
                use sayso_model::MentionForm::{Abbreviation, Misspelling, Name};
                let mentions = speaker
                    .mentions
                    .iter()
                    .filter(|m| matches!(m.form, Name | Abbreviation | Misspelling))
                    .map(|m| fold(m.span.cut(text)));
                SpeakerRow {
                    folded: mentions.chain([fold(&speaker.name)]).filter(|n| !n.is_empty()).collect(),
                    name: speaker.name.clone(),
                    kind: word(&speaker.kind),
                    anonymous: speaker.anonymous,
                }
            })
            .collect();
        let statements = reading
            .statements
            .iter()
            .map(|s| StatementRow {
                speaker: s.speaker.map(|id| id.0),
                kind: word(&s.kind),
                modality: word(&s.modality),
                said_on: s.said_on.map(|d| d.to_string()),
                content: cut(&s.content),
            })
            .collect();
        let figures = reading
            .figures
            .iter()
            .map(|f| FigureRow {
                category: f.category.as_str().to_owned(),
                low: f.low.map(sayso_model::Number::to_f64),
                best: f.best.map(sayso_model::Number::to_f64),
                high: f.high.map(sayso_model::Number::to_f64),
                group: f.group.clone(),
                origin: f.origin.clone(),
                statement: f.statement.map(|id| id.0),
                said_on: f.said_on.map(|d| d.to_string()),
                as_of: f.as_of.map(|d| d.to_string()),
                words: f.span.cut(text).to_owned(),
                modality: word(&if f.negated { Modality::Denied } else { f.modality }),
            })
            .collect();
        // Level 1: readings are mostly repeated keys, which any level finds, and adding must not wait for more.
        let mut body = DeflateEncoder::new(Vec::new(), Compression::fast());
        body.write_all(&serde_json::to_vec(&reading)?).map_err(serde_json::Error::io)?;
        let body = body.finish().map_err(serde_json::Error::io)?;
        let packed = Self {
            schema_version: reading.schema_version,
            reader: reading.reader,
            body,
            published: report.head.published.as_ref().map(|d| d.value.to_string()),
            speakers,
            statements,
            figures,
        };
        Ok((report, packed))
    }

    /// Writes the reading in place of any that is there.
    pub(crate) fn write(&self, db: &Connection, id: ReportId) -> Result<(), LedgerError> {
        let id = id.0;
        let old = db.prepare_cached("SELECT 1 FROM reading WHERE report = ?1")?.exists([id])?;
        if old {
            for table in ["speaker", "statement", "figure", "speaker_name"] {
                db.prepare_cached(&format!("DELETE FROM {table} WHERE report = ?1"))?.execute([id])?;
            }
        }
        db.prepare_cached(
            "INSERT OR REPLACE INTO reading (report, schema_version, reader, read_at, body) VALUES (?1, ?2, ?3, ?4, ?5)",
        )?
        .execute(params![id, self.schema_version, self.reader, now(), self.body])?;
        for (entry, speaker) in self.speakers.iter().enumerate() {
            db.prepare_cached(
                "INSERT INTO speaker (report, entry, name, kind, anonymous) VALUES (?1, ?2, ?3, ?4, ?5)",
            )?
            .execute(params![
                id,
                entry as i64,
                speaker.name,
                speaker.kind,
                speaker.anonymous
            ])?;
            for name in &speaker.folded {
                db.prepare_cached("INSERT INTO speaker_name (folded, report, entry) VALUES (?1, ?2, ?3)")?
                    .execute(params![name, id, entry as i64])?;
            }
        }
        for (entry, s) in self.statements.iter().enumerate() {
            db.prepare_cached(
                "INSERT INTO statement (report, entry, speaker, kind, modality, said_on, content)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            )?
            .execute(params![
                id,
                entry as i64,
                s.speaker,
                s.kind,
                s.modality,
                s.said_on,
                s.content
            ])?;
        }
        for (entry, f) in self.figures.iter().enumerate() {
            db.prepare_cached(
                "INSERT INTO figure (report, entry, category, low, best, high, counted_group, origin, origin_folded,
                 statement, said_on, as_of, published, words, modality)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)",
            )?
            .execute(params![
                id,
                entry as i64,
                f.category,
                f.low,
                f.best,
                f.high,
                f.group,
                f.origin,
                f.origin.as_deref().map(fold),
                f.statement,
                f.said_on,
                f.as_of,
                self.published,
                f.words,
                f.modality
            ])?;
        }
        Ok(())
    }
}

impl Ledger {
    /// The reading of a report, with the report; `None` where there is no such report or it has not been read.
    ///
    /// # Errors
    /// [`LedgerError::Unreadable`] for one written by a version that this one cannot read.
    pub fn reading(&self, id: ReportId) -> Result<Option<Reading>, LedgerError> {
        let body: Option<Vec<u8>> = self.unless_corrupt("reading", id, |db| {
            let mut query = db.prepare_cached("SELECT body FROM sound_reading WHERE report = ?1")?;
            Ok(query.query_row([id.0], |row| row.get(0)).optional()?)
        })?;
        let (Some(body), Some(stored)) = (body, self.report(id)?) else { return Ok(None) };
        let mut json = Vec::new();
        DeflateDecoder::new(body.as_slice())
            .read_to_end(&mut json)
            .map_err(|_| LedgerError::Unreadable(id))?;
        let mut reading: Reading = serde_json::from_slice(&json).map_err(|_| LedgerError::Unreadable(id))?;
        reading.report = stored.report;
        Ok(Some(reading))
    }
}

/// The word by which a unit variant is printed.
fn word<T: Serialize>(value: &T) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => word,
        _ => String::new(),
    }
}

/// Stands for the report in a stored reading, which has its own table.
fn no_report() -> Report {
    Report {
        raw_hash: String::new(),
        text_hash: String::new(),
        text: String::new(),
        head: Head::default(),
        diagnostics: Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::fold;

    #[test]
    fn names_are_folded() {
        assert_eq!(fold("U.S. Army"), "us army");
        assert_eq!(fold("  Lee Seong-kweun "), "lee seong kweun");
        assert_eq!(fold("People’s Party"), "peoples party");
        assert_eq!(fold("—"), "");
    }
}
