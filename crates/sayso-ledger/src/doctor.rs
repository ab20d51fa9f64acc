//! The state of a ledger: whether its file, its rows and its full-text index are as they were written.

use serde::Serialize;

use crate::{Damaged, Ledger, LedgerError, SCHEMA, sound};

/// What [`Ledger::examine`] finds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Health {
    /// Schema version.
    pub schema: i64,
    /// Bytes of the file and of its journal.
    pub bytes: u64,
    /// Unused bytes inside the file.
    pub unused_bytes: u64,
    /// Reports, including revisions.
    pub reports: u64,
    /// Reports without a reading.
    pub unread: u64,
    /// Decisions, including undone ones.
    pub decisions: u64,
    /// What SQLite finds wrong with pages, indexes and the full-text index.
    pub file_damage: Vec<String>,
    /// Altered rows, each named.
    pub row_damage: Vec<String>,
}

impl Health {
    /// True if nothing is damaged.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        self.file_damage.is_empty() && self.row_damage.is_empty()
    }
}

impl Ledger {
    /// Reads the whole ledger and reports what is damaged; changes nothing.
    ///
    /// # Errors
    /// Errors of SQLite other than damage.
    pub fn examine(&self) -> Result<Health, LedgerError> {
        let mut file_damage = match self.damage() {
            Ok(found) => found,
            // A server looks after its own files.
            Err(LedgerError::OnPostgres) => Vec::new(),
            Err(LedgerError::Corrupt) => vec!["the check of the file could not be finished".to_owned()],
            Err(e) => return Err(e),
        };
        let mut rows = sound::check(&self.db);
        file_damage.append(&mut rows);
        if let Err(e) = sound::check_lost(&self.db, &self.left_out) {
            file_damage.push(format!("reports cannot be counted: {e}"));
        }
        let count =
            |sql: &str| self.db.query_row(sql, [], |row| row.get::<i64>(0)).unwrap_or(0).unsigned_abs();
        let file = self.db.is_file();
        Ok(Health {
            schema: SCHEMA,
            bytes: if file { self.bytes() } else { count(SIZE) },
            unused_bytes: if file { count("PRAGMA freelist_count") * count("PRAGMA page_size") } else { 0 },
            reports: count("SELECT count(*) FROM report"),
            unread: count("SELECT count(*) FROM report WHERE id NOT IN (SELECT report FROM reading)"),
            decisions: count("SELECT count(*) FROM decision"),
            file_damage,
            row_damage: self.left_out.rows().iter().map(Damaged::to_string).collect(),
        })
    }
}

/// Bytes of the tables of a ledger on PostgreSQL with their indexes.
const SIZE: &str = "SELECT CAST(coalesce(sum(pg_total_relation_size(oid)), 0) AS bigint) FROM pg_class
    WHERE relnamespace = 'sayso'::regnamespace AND relkind = 'r'";
