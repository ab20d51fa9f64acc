//! What is remembered about feeds and other URLs between visits.

use rusqlite::params;

use crate::{Ledger, LedgerError, add::now, db::Optional};

/// What a server said when a URL was last fetched.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FeedState {
    /// `ETag`, sent back as `If-None-Match`.
    pub etag: Option<String>,
    /// `Last-Modified`, sent back as `If-Modified-Since`.
    pub last_modified: Option<String>,
    /// HTTP status of the last response.
    pub status: Option<u16>,
    /// When that was (RFC 3339); set by the ledger.
    pub fetched_at: Option<String>,
}

impl Ledger {
    /// The state of a URL.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn feed_state(&self, url: &str) -> Result<Option<FeedState>, LedgerError> {
        self.db
            .prepare_cached("SELECT etag, last_modified, status, fetched_at FROM feed_state WHERE url = ?1")?
            .query_row([url], |row| {
                Ok(FeedState {
                    etag: row.get(0)?,
                    last_modified: row.get(1)?,
                    status: row.get(2)?,
                    fetched_at: row.get(3)?,
                })
            })
            .optional()
    }

    /// Sets the state of a URL.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn set_feed_state(&mut self, url: &str, state: &FeedState) -> Result<(), LedgerError> {
        let tx = self.db.write()?;
        // Deleted first: PostgreSQL has no index that distinguishes long URLs.
        tx.prepare_cached("DELETE FROM feed_state WHERE url = ?1")?.execute([url])?;
        tx.prepare_cached(
            "INSERT INTO feed_state (url, etag, last_modified, fetched_at, status) VALUES (?1, ?2, ?3, ?4, ?5)",
        )?
        .execute(params![url, state.etag, state.last_modified, now(), state.status])?;
        tx.commit()
    }
}
