use std::path::PathBuf;

use thiserror::Error;

use crate::ReportId;

/// What can go wrong with a ledger. In every case what was acknowledged before is still there.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum LedgerError {
    /// The file or its folder cannot be made or opened.
    #[error(
        "cannot open the ledger {path}: {reason}; check the path and its permissions, or name another with --ledger"
    )]
    Open {
        /// The file.
        path: PathBuf,
        /// What the system said.
        reason: String,
    },
    /// There is no ledger yet, and the command only reads.
    #[error("there is no ledger at {0} yet; put reports in with `sayso add`, or name another with --ledger")]
    Missing(PathBuf),
    /// The file is something else.
    #[error("{0} is not a sayso ledger; name another file with --ledger")]
    NotALedger(PathBuf),
    /// The file was written by a newer version.
    #[error("{path} has schema {found}, this sayso knows up to {known}; install a newer sayso")]
    Newer {
        /// The file.
        path: PathBuf,
        /// Its schema.
        found: i64,
        /// The newest schema known.
        known: i64,
    },
    /// No room left.
    #[error(
        "the disk is full or a file size limit is reached; what was acknowledged is kept. Make room and run the same command again"
    )]
    Full,
    /// Another process kept the ledger too long.
    #[error("another process has been writing to the ledger for over a minute; try again when it is done")]
    Busy,
    /// No such report.
    #[error("there is no report '{0}' in the ledger; `sayso reports` lists them")]
    NoReport(String),
    /// A short hash that several reports begin with.
    #[error("'{0}' could be several reports; give more of the hash or the number")]
    Ambiguous(String),
    /// No such decision.
    #[error("there is no decision {0} in the ledger")]
    NoDecision(i64),
    /// A reading that this version cannot decode.
    #[error("the reading of report {0} was written by another version; run `sayso reread`")]
    Unreadable(ReportId),
    /// A value cannot be written as JSON.
    #[error("cannot write JSON: {0}")]
    Json(#[from] serde_json::Error),
    /// What is exported cannot be written.
    #[error("cannot write the export: {0}")]
    Output(std::io::Error),
    /// The Parquet writer failed.
    #[error("cannot write Parquet: {0}")]
    Parquet(#[from] parquet::errors::ParquetError),
    /// Anything else that SQLite says.
    #[error("the ledger cannot be used: {0}")]
    Sqlite(rusqlite::Error),
}

impl From<rusqlite::Error> for LedgerError {
    fn from(error: rusqlite::Error) -> Self {
        use rusqlite::ErrorCode;
        match error.sqlite_error_code() {
            Some(ErrorCode::DiskFull) => Self::Full,
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::Busy,
            // A file size limit is reported as a failed write, not as a full disk.
            Some(ErrorCode::SystemIoFailure)
                if error.sqlite_error().is_some_and(|e| e.extended_code == WRITE_FAILED) =>
            {
                Self::Full
            }
            _ => Self::Sqlite(error),
        }
    }
}

/// `SQLITE_IOERR_WRITE`.
const WRITE_FAILED: i32 = 10 | (3 << 8);
