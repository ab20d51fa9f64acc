//! What reports call others, for finding the names of outlets.

use rusqlite::params;
use sayso_model::SpeakerId;

use crate::{Ledger, LedgerError, ReportId, fold};

impl Ledger {
    /// Outlets as reports state them, each once.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn stated_outlets(&self) -> Result<Vec<String>, LedgerError> {
        let mut query = self.db.prepare_cached(
            "SELECT DISTINCT outlet FROM sound_head WHERE outlet IS NOT NULL ORDER BY outlet",
        )?;
        query.query_map([], |row| row.get(0))?.collect()
    }

    /// What some reports state as their outlets.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn outlets_of(&self, reports: &[i64]) -> Result<Vec<(i64, String)>, LedgerError> {
        let mut query = self.db.prepare_cached(
            "SELECT r.id, r.outlet FROM json_each(CAST(?1 AS text)) j
             JOIN sound_head r ON r.id = CAST(j.value AS bigint) WHERE r.outlet IS NOT NULL",
        )?;
        query.query_map([serde_json::to_string(reports)?], |row| Ok((row.get(0)?, row.get(1)?)))?.collect()
    }

    /// The names of the speakers of a report.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn speaker_names(&self, report: ReportId) -> Result<Vec<String>, LedgerError> {
        let mut query =
            self.db.prepare_cached("SELECT name FROM sound_speaker WHERE report = ?1 ORDER BY entry")?;
        query.query_map([report.0], |row| row.get(0))?.collect()
    }

    /// The name that is written first of those whose letters and digits are `plain`, in lower case and perhaps after "the":
    /// "Harbour Times" for `harbourtimes`.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn first_spelt(&self, plain: &str) -> Result<Option<String>, LedgerError> {
        // A name begins with a word that `plain` begins with.
        let mut words: Vec<&str> =
            plain.char_indices().map(|(at, c)| plain.get(..at + c.len_utf8()).unwrap_or(plain)).collect();
        words.push("the");
        let mut names = self.db.prepare_cached(
            "SELECT DISTINCT w.folded FROM json_each(CAST(?1 AS text)) j JOIN speaker_word w ON w.word = j.value
             WHERE replace(w.folded, ' ', '') IN (?2, ?3)",
        )?;
        let names: Vec<String> = names
            .query_map(params![serde_json::to_string(&words)?, plain, format!("the{plain}")], |row| {
                row.get(0)
            })?
            .collect::<Result<_, _>>()?;
        let mut first: Option<((ReportId, SpeakerId), String)> = None;
        for folded in names {
            let mut query = self.db.prepare_cached(
                "SELECT s.report, s.entry, s.name FROM speaker_name n
                 JOIN sound_speaker s ON s.report = n.report AND s.entry = n.entry
                 WHERE n.folded = ?1 ORDER BY n.report, n.entry LIMIT 20",
            )?;
            let rows = query.query_map([&folded], |row| {
                Ok(((ReportId(row.get(0)?), SpeakerId(row.get(1)?)), row.get::<String>(2)?))
            })?;
            for row in rows {
                let (at, name) = row?;
                if fold(&name) == folded && first.as_ref().is_none_or(|(earliest, _)| at < *earliest) {
                    first = Some((at, name));
                }
            }
        }
        Ok(first.map(|(_, name)| name))
    }
}
