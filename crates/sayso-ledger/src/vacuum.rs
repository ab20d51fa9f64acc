//! Gives room back that the ledger's file no longer needs.

use crate::{Ledger, LedgerError, files_of};

/// How large a ledger's file was with what belongs to it, and how large it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Vacuumed {
    /// Bytes before.
    pub before: u64,
    /// Bytes after.
    pub after: u64,
}

impl Ledger {
    /// Writes the file anew without the room that nothing holds, and its index of words in one piece. It is one transaction:
    /// whatever kills it leaves the ledger as it was. Needs about as much room again while it runs.
    ///
    /// # Errors
    /// [`LedgerError::Unsound`] where SQLite finds the file damaged: what can still be read of it should not be moved.
    /// [`LedgerError::Busy`], [`LedgerError::Full`], [`LedgerError::ReadOnly`].
    pub fn vacuum(&self) -> Result<Vacuumed, LedgerError> {
        let db = self.db.file()?;
        let before = self.bytes();
        if !self.damage()?.is_empty() {
            return Err(LedgerError::Unsound(self.path().to_owned()));
        }
        // No statistics are gathered: by them SQLite would look for some rows in another way than the one that is tried.
        db.execute_batch(
            "INSERT INTO report_words (report_words) VALUES ('optimize');
             VACUUM;",
        )?;
        // What was written stands in the journal; a reader may keep it there a while longer, which loses nothing.
        db.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
        Ok(Vacuumed { before, after: self.bytes() })
    }

    /// Bytes of the ledger's file and of what belongs to it.
    pub(crate) fn bytes(&self) -> u64 {
        files_of(self.path())
            .iter()
            .filter_map(|file| std::fs::metadata(file).ok())
            .map(|meta| meta.len())
            .sum()
    }
}
