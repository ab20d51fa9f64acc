//! Opening a ledger and bringing it up to date.

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use etcetera::BaseStrategy;
use rusqlite::{Connection, OpenFlags, TransactionBehavior};

use crate::LedgerError;

/// "say1": marks the file as a ledger.
const APPLICATION_ID: i64 = 0x7361_7931;

/// One file for each schema, in order; a released one is never changed.
const MIGRATIONS: &[&str] = &[include_str!("../migrations/0001.sql"), include_str!("../migrations/0002.sql")];

/// Number of the newest schema.
pub const SCHEMA: i64 = MIGRATIONS.len() as i64;

/// An open ledger. It can be sent to another thread; a thread that wants its own opens the file again.
#[derive(Debug)]
pub struct Ledger {
    pub(crate) db: Connection,
    path: PathBuf,
}

/// Where the ledger is if nothing else is said: `sayso/ledger.db` in the XDG data folder (`$XDG_DATA_HOME`, else
/// `~/.local/share`). `None` where there is no home.
#[must_use]
pub fn default_path() -> Option<PathBuf> {
    let base = etcetera::choose_base_strategy().ok()?;
    Some(base.data_dir().join("sayso").join("ledger.db"))
}

impl Ledger {
    /// Opens a ledger, makes it where there is none, and brings its schema up to date.
    ///
    /// # Errors
    /// [`LedgerError::Open`], [`LedgerError::NotALedger`], [`LedgerError::Newer`], [`LedgerError::Full`].
    pub fn open(path: &Path) -> Result<Self, LedgerError> {
        let failed = |reason: String| LedgerError::Open { path: path.to_owned(), reason };
        if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
            std::fs::create_dir_all(folder).map_err(|e| failed(e.to_string()))?;
        }
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
            | OpenFlags::SQLITE_OPEN_CREATE
            | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let db = Connection::open_with_flags(path, flags).map_err(|e| failed(e.to_string()))?;
        Self::prepare(db, path)
    }

    /// Opens a ledger that must be there already.
    ///
    /// # Errors
    /// [`LedgerError::Missing`] and those of [`Ledger::open`].
    pub fn open_existing(path: &Path) -> Result<Self, LedgerError> {
        if path.exists() { Self::open(path) } else { Err(LedgerError::Missing(path.to_owned())) }
    }

    /// A ledger that is gone when it is dropped.
    ///
    /// # Errors
    /// [`LedgerError::Sqlite`] where SQLite cannot start.
    pub fn in_memory() -> Result<Self, LedgerError> {
        Self::prepare(Connection::open_in_memory()?, Path::new(":memory:"))
    }

    /// The file.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What `PRAGMA integrity_check` finds; empty for an intact file.
    ///
    /// # Errors
    /// [`LedgerError::Sqlite`] where the check cannot run.
    pub fn damage(&self) -> Result<Vec<String>, LedgerError> {
        let mut check = self.db.prepare("PRAGMA integrity_check")?;
        let found: Vec<String> = check.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
        Ok(found.into_iter().filter(|line| line != "ok").collect())
    }

    fn prepare(mut db: Connection, path: &Path) -> Result<Self, LedgerError> {
        db.busy_timeout(Duration::from_secs(60))?;
        let application = pragma(&db, "application_id").map_err(|e| match e {
            LedgerError::Sqlite(e) if e.sqlite_error_code() == Some(rusqlite::ErrorCode::NotADatabase) => {
                LedgerError::NotALedger(path.to_owned())
            }
            e => e,
        })?;
        if application != APPLICATION_ID {
            let tables: i64 = db.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
            if application != 0 || tables != 0 {
                return Err(LedgerError::NotALedger(path.to_owned()));
            }
        }
        db.pragma_update(None, "journal_mode", "WAL")?;
        db.pragma_update(None, "synchronous", "FULL")?;
        db.pragma_update(None, "foreign_keys", true)?;
        db.pragma_update(None, "cache_size", -64_000)?;
        db.pragma_update(None, "temp_store", "MEMORY")?;
        db.set_prepared_statement_cache_capacity(64);
        migrate(&mut db, path, MIGRATIONS)?;
        Ok(Self { db, path: path.to_owned() })
    }
}

fn pragma(db: &Connection, name: &str) -> Result<i64, LedgerError> {
    Ok(db.pragma_query_value(None, name, |row| row.get(0))?)
}

/// Applies the migrations that the file has not seen, all or none.
fn migrate(db: &mut Connection, path: &Path, migrations: &[&str]) -> Result<(), LedgerError> {
    let known = i64::try_from(migrations.len()).unwrap_or(i64::MAX);
    let check = |found: i64| {
        if found > known {
            return Err(LedgerError::Newer { path: path.to_owned(), found, known });
        }
        Ok(usize::try_from(found).unwrap_or(0))
    };
    if check(pragma(db, "user_version")?)? == migrations.len() {
        return Ok(());
    }
    let tx = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
    // Another process may have done it while this one waited.
    let done = check(pragma(&tx, "user_version")?)?;
    for sql in migrations.iter().skip(done) {
        tx.execute_batch(sql)?;
    }
    tx.pragma_update(None, "user_version", known)?;
    tx.pragma_update(None, "application_id", APPLICATION_ID)?;
    tx.commit()?;
    Ok(())
}
