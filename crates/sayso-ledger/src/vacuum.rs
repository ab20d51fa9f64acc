//! Releases space that the ledger file no longer needs.

use crate::{Ledger, LedgerError, files_of};

/// The size of a ledger, with the files that belong to it, before and after.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Vacuumed {
    /// Bytes before.
    pub before: u64,
    /// Bytes after.
    pub after: u64,
}

impl Ledger {
    /// Rewrites the file without its unused space, and its full-text index in one piece. It is a single transaction: a
    /// kill at any point leaves the ledger as it was. Needs about as much free space as the file takes.
    ///
    /// # Errors
    /// [`LedgerError::Unsound`] if SQLite finds the file damaged: what can still be read from it should not be moved.
    /// [`LedgerError::Busy`], [`LedgerError::Full`], [`LedgerError::ReadOnly`].
    pub fn vacuum(&self) -> Result<Vacuumed, LedgerError> {
        let db = self.db.file()?;
        let before = self.bytes();
        if !self.damage()?.is_empty() {
            return Err(LedgerError::Unsound(self.path().to_owned()));
        }
        // No statistics are gathered: with them SQLite would find some rows by other query plans than the tested ones.
        db.execute_batch(
            "INSERT INTO report_words (report_words) VALUES ('optimize');
             VACUUM;",
        )?;
        // What was written is in the journal; a reader may keep it there a while longer, which loses nothing.
        db.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
        Ok(Vacuumed { before, after: self.bytes() })
    }

    /// Bytes of the ledger's file and of its journal. The journal's index is there only while somebody has the ledger open.
    pub(crate) fn bytes(&self) -> u64 {
        files_of(self.path())
            .iter()
            .take(2)
            .filter_map(|file| std::fs::metadata(file).ok())
            .map(|meta| meta.len())
            .sum()
    }
}
