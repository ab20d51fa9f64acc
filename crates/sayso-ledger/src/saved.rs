//! What somebody wants to find again, and how far they have seen what came in.

use rusqlite::params;

use crate::{Ledger, LedgerError, ReportId, add::now, db::Optional};

/// A saved search.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SavedSearch {
    /// Its number.
    pub id: i64,
    /// The query, as in the URL of the page that shows it.
    pub query: String,
    /// When it was saved (RFC 3339).
    pub saved_at: String,
    /// The newest report in the ledger when its owner last looked.
    pub seen: ReportId,
}

impl Ledger {
    /// Somebody's saved searches, in the order in which they were saved.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn saved_searches(&self, by: &str) -> Result<Vec<SavedSearch>, LedgerError> {
        let mut query = self
            .db
            .prepare_cached("SELECT id, query, saved_at, seen FROM saved_search WHERE by = ?1 ORDER BY id")?;
        let rows = query.query_map([by], |row| {
            Ok(SavedSearch {
                id: row.get(0)?,
                query: row.get(1)?,
                saved_at: row.get(2)?,
                seen: ReportId(row.get(3)?),
            })
        })?;
        rows.collect()
    }

    /// Saves a search; one that is already saved is left unchanged.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn save_search(&mut self, by: &str, query: &str) -> Result<(), LedgerError> {
        self.db
            .prepare_cached(
                "INSERT INTO saved_search (id, by, query, saved_at, seen)
                 VALUES ((SELECT coalesce(max(id), 0) + 1 FROM saved_search), ?1, ?2, ?3,
                    (SELECT coalesce(max(id), 0) FROM report))
                 ON CONFLICT DO NOTHING",
            )?
            .execute(params![by, query, now()])?;
        Ok(())
    }

    /// Records that somebody has looked at what one of their searches found, up to this report.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn saw_search(&mut self, by: &str, id: i64, seen: ReportId) -> Result<(), LedgerError> {
        self.db
            .prepare_cached("UPDATE saved_search SET seen = ?3 WHERE id = ?2 AND by = ?1")?
            .execute(params![by, id, seen.0])?;
        Ok(())
    }

    /// Forgets one of somebody's searches.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn forget_search(&mut self, by: &str, id: i64) -> Result<(), LedgerError> {
        self.db
            .prepare_cached("DELETE FROM saved_search WHERE id = ?2 AND by = ?1")?
            .execute(params![by, id])?;
        Ok(())
    }

    /// The newest report that somebody has marked as seen; `None` if they never have.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn visit(&self, by: &str) -> Result<Option<ReportId>, LedgerError> {
        let mut query = self.db.prepare_cached("SELECT seen FROM visit WHERE by = ?1")?;
        query.query_row([by], |row| row.get(0).map(ReportId)).optional()
    }

    /// Marks everything up to this report as seen by somebody.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn set_visit(&mut self, by: &str, seen: ReportId) -> Result<(), LedgerError> {
        self.db
            .prepare_cached(
                "INSERT INTO visit (by, seen, at) VALUES (?1, ?2, ?3)
                 ON CONFLICT (by) DO UPDATE SET seen = excluded.seen, at = excluded.at",
            )?
            .execute(params![by, seen.0, now()])?;
        Ok(())
    }
}
