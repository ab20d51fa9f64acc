//! Readings in the ledger: the whole reading as it was read, as deflated JSON.

use std::io::{Read, Write};

use flate2::{Compression, read::DeflateDecoder, write::DeflateEncoder};
use rusqlite::params;
use sayso_model::{Head, Reading, Report};

use crate::{
    LedgerError, ReportId, Reviewed, View,
    add::now,
    db::{Db, Optional},
    decision,
    report::report_of,
    rows::Rows,
    sound::Source,
};

/// A name for comparison: lower-case, letters and digits, single spaces.
///
/// Full stops and apostrophes are dropped ("U.S." is "us"); everything else that is not a letter or digit becomes a
/// space.
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

/// A reading as stored, and the rows for finding its entries.
#[derive(Debug, Clone)]
pub(crate) struct Packed {
    schema_version: u32,
    reader: String,
    body: Vec<u8>,
    rows: Rows,
}

impl Packed {
    /// Splits a reading into its report and what is stored of the rest.
    pub(crate) fn new(reading: Reading) -> Result<(Report, Self), LedgerError> {
        let reviewed = Reviewed::plain(reading);
        let rows = Rows::of(&reviewed);
        let mut reading = reviewed.reading;
        let report = std::mem::replace(&mut reading.report, no_report());
        // Level 1: readings are mostly repeated keys, which any level compresses well, and adding must not wait longer.
        let mut body = DeflateEncoder::new(Vec::new(), Compression::fast());
        body.write_all(&serde_json::to_vec(&reading)?).map_err(serde_json::Error::io)?;
        let body = body.finish().map_err(serde_json::Error::io)?;
        Ok((report, Self { schema_version: reading.schema_version, reader: reading.reader, body, rows }))
    }

    /// Writes the reading of a report that had none.
    pub(crate) fn write(&self, db: &Db, id: ReportId) -> Result<(), LedgerError> {
        self.write_body(db, id)?;
        self.rows.write(db, id)
    }

    /// Replaces the existing reading; people's decisions stay and apply to the new one.
    pub(crate) fn replace(&self, db: &Db, id: ReportId) -> Result<(), LedgerError> {
        self.write_body(db, id)?;
        project(db, Source::Sound, id, View::Common)
    }

    fn write_body(&self, db: &Db, id: ReportId) -> Result<(), LedgerError> {
        db.prepare_cached(
            "INSERT INTO reading (report, schema_version, reader, read_at, body) VALUES (?1, ?2, ?3, ?4, ?5)
             ON CONFLICT (report) DO UPDATE SET schema_version = excluded.schema_version, reader = excluded.reader,
             read_at = excluded.read_at, body = excluded.body",
        )?
        .execute(params![id.0, self.schema_version, self.reader, now(), self.body])?;
        Ok(())
    }
}

/// The reading of a report as it was read, together with the report.
pub(crate) fn read_body(db: &Db, rows: Source, id: ReportId) -> Result<Option<Reading>, LedgerError> {
    let (Some(mut reading), Some(report)) = (body(db, rows, id)?, report_of(db, rows, id)?) else {
        return Ok(None);
    };
    reading.report = report;
    Ok(Some(reading))
}

/// The stored reading of a report, without the report.
fn body(db: &Db, rows: Source, id: ReportId) -> Result<Option<Reading>, LedgerError> {
    let body: Option<Vec<u8>> = db
        .prepare_cached(&format!("SELECT body FROM {} WHERE report = ?1", rows.of("reading")))?
        .query_row([id.0], |row| row.get(0))
        .optional()?;
    let Some(body) = body else { return Ok(None) };
    let mut json = Vec::new();
    DeflateDecoder::new(body.as_slice()).read_to_end(&mut json).map_err(|_| LedgerError::Unreadable(id))?;
    serde_json::from_slice(&json).map(Some).map_err(|_| LedgerError::Unreadable(id))
}

/// Rewrites the rows for finding a report's entries, from its reading as decided.
pub(crate) fn project(db: &Db, rows: Source, id: ReportId, view: View<'_>) -> Result<(), LedgerError> {
    match decision::reviewed(db, rows, id, view)? {
        Some(reviewed) => Rows::of(&reviewed).write(db, id),
        None => Ok(()),
    }
}

/// The same for all reports, or only for their places; a reading that this version cannot decode keeps its rows.
pub(crate) fn project_all(db: &Db, places_alone: bool) -> Result<(), LedgerError> {
    let mut query = db.prepare_cached("SELECT report FROM reading ORDER BY report")?;
    let ids: Vec<ReportId> =
        query.query_map([], |row| row.get(0).map(ReportId))?.collect::<Result<_, _>>()?;
    for id in ids {
        let rows = match decision::reviewed(db, Source::File, id, View::Common) {
            Ok(Some(reviewed)) => Rows::of(&reviewed),
            Ok(None) | Err(LedgerError::Unreadable(_)) => continue,
            Err(e) => return Err(e),
        };
        if places_alone {
            rows.write_places(db, id)?;
        } else {
            rows.write(db, id)?;
        }
    }
    Ok(())
}

/// Stands for the report in a stored reading; reports have their own table.
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
