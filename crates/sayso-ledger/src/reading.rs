//! Readings in the ledger: the whole reading as it was read, as deflated JSON.

use rusqlite::params;
use sayso_model::{Head, Reading, Report, SCHEMA_VERSION};

use crate::{
    Ledger, LedgerError, ReportId, Reviewed, Standing, StoryId, View,
    add::now,
    db::{Db, Optional},
    decision, deflated,
    report::report_of,
    rows::Rows,
    sound::{LeftOut, Source},
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
        let body = deflated::pack(&reading)?;
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

/// A reading as it is stored with its report, not yet decoded: of most reports of a large story nobody asks for it.
#[derive(Debug, Clone)]
pub struct StoredReading {
    id: ReportId,
    report: Report,
    body: Vec<u8>,
    left_out: LeftOut,
}

impl StoredReading {
    /// The text of the report.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.report.text
    }

    /// The stored form of what was read in the report.
    #[must_use]
    pub fn body(&self) -> &[u8] {
        &self.body
    }

    /// True if this is what a reading, as it was read, was decoded from: a report and the stored form of the rest.
    #[must_use]
    pub fn is(&self, report: &Report, body: &[u8]) -> bool {
        self.body == body && self.report == *report
    }

    /// The reading as it stands where nobody has decided anything about it.
    ///
    /// # Errors
    /// [`LedgerError::Unreadable`] where it cannot be decoded.
    pub fn into_standing(self) -> Result<Standing, LedgerError> {
        let read: Reading = deflated::unpack(&self.body).ok_or(LedgerError::Unreadable(self.id))?;
        Ok(Reviewed::plain(Reading { report: self.report, ..read }).into_standing())
    }

    /// The reading as it was read. One that cannot be decoded is treated like any damaged row: it is left out, so that its report
    /// has no entries, and named in [`Ledger::left_out`]. Whoever asks is in the middle of an answer and can no longer refuse it.
    #[must_use]
    pub fn decode(&self) -> Reading {
        let read = deflated::unpack(&self.body).unwrap_or_else(|| {
            self.left_out.add("reading", self.id.0, None);
            Reading::without_entries(String::new(), no_report())
        });
        Reading { report: self.report.clone(), ..read }
    }
}

impl Ledger {
    /// The newest revisions of a story's reports with their readings as they are stored, by number; `None` where they cannot be
    /// had at once: a page of the file is damaged, or a reading is of another version.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn stored_readings(
        &self,
        story: StoryId,
    ) -> Result<Option<Vec<(ReportId, StoredReading)>>, LedgerError> {
        match self.check_lost().and_then(|()| stored(&self.db, &self.left_out, story)) {
            Err(LedgerError::Corrupt) => Ok(None),
            found => found,
        }
    }
}

fn stored(
    db: &Db,
    left_out: &LeftOut,
    story: StoryId,
) -> Result<Option<Vec<(ReportId, StoredReading)>>, LedgerError> {
    let mut query = db.prepare_cached(
        "SELECT r.id, r.raw_hash, r.text_hash, r.text, r.head, r.diagnostics, b.schema_version, b.body
         FROM sound_text r JOIN sound_reading b ON b.report = r.id
         WHERE +r.latest = 1 AND r.id IN (SELECT report FROM sound_story_report WHERE story = ?1) ORDER BY r.id",
    )?;
    let rows = query.query_map([story.0], |row| {
        let columns: (String, String, String, String, String) =
            (row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?, row.get(5)?);
        Ok((ReportId(row.get(0)?), columns, row.get::<u32>(6)?, row.get::<Vec<u8>>(7)?))
    })?;
    let mut found = Vec::new();
    for row in rows {
        let (id, (raw_hash, text_hash, text, head, diagnostics), version, body) = row?;
        if version != SCHEMA_VERSION {
            return Ok(None);
        }
        let (head, diagnostics) = (serde_json::from_str(&head)?, serde_json::from_str(&diagnostics)?);
        let report = Report { raw_hash, text_hash, text, head, diagnostics };
        found.push((id, StoredReading { id, report, body, left_out: left_out.clone() }));
    }
    Ok(Some(found))
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
    deflated::unpack(&body).map(Some).ok_or(LedgerError::Unreadable(id))
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
    use super::{StoredReading, fold, no_report};
    use crate::{LedgerError, ReportId, sound::LeftOut};

    #[test]
    fn a_reading_that_cannot_be_decoded_is_left_out_and_named() {
        let left_out = LeftOut::default();
        let mut report = no_report();
        report.text = "Nine people were hurt.".to_owned();
        let body = b"not deflated".to_vec();
        let stored = StoredReading { id: ReportId(7), report, body, left_out: left_out.clone() };
        let reading = stored.decode();
        assert_eq!((reading.report.text.as_str(), reading.figures.len()), ("Nine people were hurt.", 0));
        let named: Vec<String> = left_out.rows().iter().map(ToString::to_string).collect();
        assert_eq!(named, ["the reading of report 7"]);
        assert!(matches!(stored.into_standing(), Err(LedgerError::Unreadable(ReportId(7)))));
    }

    #[test]
    fn names_are_folded() {
        assert_eq!(fold("U.S. Army"), "us army");
        assert_eq!(fold("  Lee Seong-kweun "), "lee seong kweun");
        assert_eq!(fold("People’s Party"), "peoples party");
        assert_eq!(fold("—"), "");
    }
}
