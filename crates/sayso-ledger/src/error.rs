use std::path::PathBuf;

use thiserror::Error;

use crate::{EntryName, ReportId, ValueError};

/// What can go wrong with a ledger. In every case, whatever was acknowledged before is still there.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum LedgerError {
    /// The file or its folder cannot be created or opened.
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
    #[error("there is no ledger at {0} yet; add reports with `sayso add`, or name another with --ledger")]
    Missing(PathBuf),
    /// A new ledger was requested in a folder that does not exist.
    #[error(
        "there is no folder {folder} for a new ledger {path}; create the folder, mount the disk that it is on, or name another \
         file with --ledger"
    )]
    NoFolder {
        /// The file.
        path: PathBuf,
        /// The folder.
        folder: PathBuf,
    },
    /// The file exists but is empty.
    #[error(
        "{0} is an empty file, no ledger; put a backup in its place with `sayso restore`, put reports in with `sayso add`, or \
         name another with --ledger"
    )]
    Empty(PathBuf),
    /// No disk space to create or open the ledger.
    #[error(
        "the disk is full or a file size limit is reached: no space for the ledger {0}; free some space or name another with --ledger"
    )]
    NoRoom(PathBuf),
    /// A file next to the ledger, or a copy of it, cannot be written.
    #[error("cannot write {}: {source}; nothing was changed", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// The destination of a copy exists.
    #[error("{} already exists; name a new file", .0.display())]
    Exists(PathBuf),
    /// A backup to be restored is damaged.
    #[error("{} is damaged (`sayso doctor --ledger` says where); nothing was changed", .0.display())]
    Unsound(PathBuf),
    /// SQLite finds the file damaged.
    #[error(
        "the ledger file is damaged; `sayso doctor` says where, `sayso repair` saves what can be saved, `sayso restore` replaces \
         it with a backup"
    )]
    Corrupt,
    /// Nothing of the file can be saved.
    #[error(
        "{}: nothing in this file can be read any more, so there is nothing to repair; `sayso restore BACKUP` puts a backup in \
         its place", .0.display()
    )]
    Beyond(PathBuf),
    /// The SQL of the file's tables and indexes is damaged.
    #[error(
        "{}: the file's table of contents is damaged (at {objects}), so that nothing else can be read; `sayso repair` sets it \
         right in a copy and saves what can be saved, `sayso restore` replaces the ledger with a backup", path.display()
    )]
    Contents {
        /// The file.
        path: PathBuf,
        /// The tables and indexes, in words.
        objects: String,
    },
    /// A write to a read-only ledger.
    #[error(
        "the ledger is read-only: it is on read-only storage, or you may not write to it; name another with --ledger"
    )]
    ReadOnly,
    /// The file is something else.
    #[error("{0} is not a sayso ledger; name another file with --ledger")]
    NotALedger(PathBuf),
    /// The file was written by a newer version.
    #[error(
        "{path} has schema {found}, but this sayso knows schemas only up to {known}; install a newer sayso"
    )]
    Newer {
        /// The file.
        path: PathBuf,
        /// Its schema.
        found: i64,
        /// The newest schema known.
        known: i64,
    },
    /// No disk space left.
    #[error(
        "the disk is full or a file size limit is reached; what was acknowledged is kept. Free some space and run the same command again"
    )]
    Full,
    /// Another process held the ledger for too long.
    #[error("another process has been writing to the ledger for over a minute; try again when it is done")]
    Busy,
    /// No such report.
    #[error("there is no report '{0}' in the ledger; `sayso reports` lists them")]
    NoReport(String),
    /// A hash prefix that several reports share.
    #[error("'{0}' matches several reports; give more of the hash, or the number")]
    Ambiguous(String),
    /// A search for too many words.
    #[error("{found} words are too many for one search; the limit is {limit}")]
    TooManyWords {
        /// How many there are.
        found: usize,
        /// How many there may be.
        limit: usize,
    },
    /// A filter without anything to look for, which would leave nothing out, or everything.
    #[error(
        "the {filter} '{given}' has no letter or digit to look for; write part of a name, or leave it out"
    )]
    NothingToMatch {
        /// What it narrows by.
        filter: &'static str,
        /// What was given.
        given: String,
    },
    /// No such decision.
    #[error("there is no decision {0} in the ledger")]
    NoDecision(i64),
    /// The decision to undo no longer applies.
    #[error("decision {decision} has already been undone by decision {by}; undo {by} to restore it")]
    Undone {
        /// The decision.
        decision: i64,
        /// The one that undid it.
        by: i64,
    },
    /// An entry to be added exists already.
    #[error("{report}:{entry} already has these words; correct that entry instead")]
    There {
        /// The report.
        report: ReportId,
        /// The entry.
        entry: EntryName,
    },
    /// A value that an entry cannot take.
    #[error(transparent)]
    Value(#[from] ValueError),
    /// A reading that this version cannot decode.
    #[error("the reading of report {0} was written by another version; run `sayso reread`")]
    Unreadable(ReportId),
    /// A value cannot be written as JSON.
    #[error("cannot write JSON: {0}")]
    Json(#[from] serde_json::Error),
    /// The export cannot be written.
    #[error("cannot write the export: {0}")]
    Output(std::io::Error),
    /// This build cannot write Parquet: it was made without the feature `parquet`.
    #[error(
        "this sayso was built without Parquet (the feature `parquet`); use csv or jsonl, or another build"
    )]
    NoParquet,
    /// The Parquet writer failed.
    #[cfg(feature = "parquet")]
    #[error("cannot write Parquet: {0}")]
    Parquet(#[from] parquet::errors::ParquetError),
    /// An operation on a PostgreSQL ledger that works only on a file.
    #[error(
        "this is not supported for a ledger on PostgreSQL yet; copy it to a file with `sayso copy` and name the file with --ledger"
    )]
    OnPostgres,
    /// A ledger on PostgreSQL, in a program built without support for it.
    #[error(
        "this sayso was built without PostgreSQL; build it with `cargo install --path crates/sayso --features postgres`"
    )]
    NoPostgres,
    /// An invalid address; it is not repeated, because it may contain a password.
    #[error("the address of the ledger on PostgreSQL is not valid: {0}; write postgres://USER@HOST/DATABASE")]
    Address(String),
    /// PostgreSQL cannot be reached, or refuses.
    #[error("the ledger {ledger} cannot be used: {reason}")]
    Postgres {
        /// Server and database.
        ledger: String,
        /// What the server or the network says.
        reason: String,
    },
    /// There is no ledger in the database yet.
    #[error(
        "there is no ledger at {0} yet; add reports with `sayso add`, or copy a ledger there with `sayso copy`"
    )]
    NoLedger(String),
    /// The destination of a copy already holds a ledger.
    #[error("the ledger at {0} is not empty; name a new database to copy to")]
    NotEmpty(String),
    /// PostgreSQL cannot store U+0000 in text.
    #[error(
        "{table} {row} contains the character U+0000, which PostgreSQL cannot store; none of it was stored"
    )]
    NulCharacter {
        /// The table.
        table: String,
        /// Its primary key, or where it came from.
        row: String,
    },
    /// Anything else that SQLite says.
    #[error("the ledger cannot be used: {0}")]
    Sqlite(rusqlite::Error),
}

impl LedgerError {
    /// An error if a filter has nothing to look for.
    ///
    /// # Errors
    /// [`LedgerError::NothingToMatch`].
    pub fn if_nothing(filter: &'static str, given: &str) -> Result<(), Self> {
        if given.contains(char::is_alphanumeric) {
            return Ok(());
        }
        Err(Self::NothingToMatch { filter, given: given.to_owned() })
    }
}

impl From<rusqlite::Error> for LedgerError {
    fn from(error: rusqlite::Error) -> Self {
        use rusqlite::ErrorCode;
        match error.sqlite_error_code() {
            Some(ErrorCode::DiskFull) => Self::Full,
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::Busy,
            Some(ErrorCode::ReadOnly) => Self::ReadOnly,
            Some(ErrorCode::DatabaseCorrupt) => Self::Corrupt,
            // A file size limit, and a full disk while the journal's index grows, are reported as failed writes.
            Some(ErrorCode::SystemIoFailure)
                if error.sqlite_error().is_some_and(|e| NO_ROOM.contains(&e.extended_code)) =>
            {
                Self::Full
            }
            _ => Self::Sqlite(error),
        }
    }
}

/// `SQLITE_IOERR_WRITE`, `SQLITE_IOERR_SHMSIZE`.
const NO_ROOM: [i32; 2] = [10 | (3 << 8), 10 | (19 << 8)];
