//! Opening a ledger and migrating it to the newest schema.

use std::{
    any::Any,
    io::ErrorKind,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use etcetera::BaseStrategy;
use rusqlite::{Connection, MAIN_DB, OpenFlags};

use crate::{LedgerError, LeftOut, db::Db, sound};

pub(crate) mod contents;
mod read_only;

/// "say1": marks the file as a ledger.
const APPLICATION_ID: i64 = 0x7361_7931;

/// One file per schema version, in order; a released one is never changed.
const MIGRATIONS: &[&str] = &[
    include_str!("../migrations/0001.sql"),
    include_str!("../migrations/0002.sql"),
    include_str!("../migrations/0003.sql"),
    include_str!("../migrations/0004.sql"),
    include_str!("../migrations/0005.sql"),
    include_str!("../migrations/0006.sql"),
    include_str!("../migrations/0007.sql"),
    include_str!("../migrations/0008.sql"),
    include_str!("../migrations/0009.sql"),
];

/// The newest schema that added columns to rows derived from readings: these rows are rebuilt after it.
const ROWS_OF_SCHEMA: usize = 4;
/// The schema that added the rows of places.
const PLACES_OF_SCHEMA: usize = 8;

/// How long another process may write before this one gives up waiting.
const BUSY: Duration = Duration::from_secs(60);

/// Number of the newest schema.
pub const SCHEMA: i64 = MIGRATIONS.len() as i64;

/// An open ledger. It can be sent to another thread; a thread that wants its own opens the file again.
#[derive(Debug)]
pub struct Ledger {
    pub(crate) db: Db,
    pub(crate) path: PathBuf,
    pub(crate) read_only: bool,
    pub(crate) left_out: LeftOut,
    /// The person whose decisions alone count, in such a view.
    pub(crate) seen_as: Option<String>,
    pub(crate) companion: Option<Arc<dyn Any + Send + Sync>>,
}

/// The default location of the ledger: `sayso/ledger.db` in the XDG data folder (`$XDG_DATA_HOME`, otherwise
/// `~/.local/share`). `None` if there is no home.
#[must_use]
pub fn default_path() -> Option<PathBuf> {
    let base = etcetera::choose_base_strategy().ok()?;
    Some(base.data_dir().join("sayso").join("ledger.db"))
}

impl Ledger {
    /// Opens a ledger, creates it if it does not exist, and migrates its schema. Its folder must exist: a missing one
    /// usually means a disk that is not mounted, not a wish for a new ledger.
    ///
    /// # Errors
    /// [`LedgerError::NoFolder`], [`LedgerError::Open`], [`LedgerError::NotALedger`], [`LedgerError::Newer`],
    /// [`LedgerError::NoRoom`].
    pub fn open(path: &Path) -> Result<Self, LedgerError> {
        if is_postgres(path) {
            return on_postgres(path, How::Make);
        }
        if path.is_dir() {
            return Err(LedgerError::Open { path: path.to_owned(), reason: "it is a folder".to_owned() });
        }
        if path.exists() {
            return Self::open_at(path);
        }
        if let Some(folder) = path.parent().filter(|f| !f.as_os_str().is_empty() && !f.is_dir()) {
            return Err(LedgerError::NoFolder { path: path.to_owned(), folder: folder.to_owned() });
        }
        // SQLite says only that it cannot open a file; the system says why it cannot be created.
        std::fs::OpenOptions::new().append(true).create(true).open(path).map_err(|e| match e.kind() {
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded => LedgerError::NoRoom(path.to_owned()),
            _ => LedgerError::Open { path: path.to_owned(), reason: e.to_string() },
        })?;
        Self::open_at(path)
    }

    /// Opens an existing ledger; one on read-only storage is opened for reading.
    ///
    /// # Errors
    /// [`LedgerError::Missing`], [`LedgerError::Empty`] and those of [`Ledger::open`].
    pub fn open_existing(path: &Path) -> Result<Self, LedgerError> {
        if is_postgres(path) {
            return on_postgres(path, How::Write);
        }
        check_there(path)?;
        Self::open_at(path)
    }

    /// Opens an existing ledger for reading, and changes nothing about it.
    ///
    /// # Errors
    /// Those of [`Ledger::open_existing`].
    pub fn open_read_only(path: &Path) -> Result<Self, LedgerError> {
        if is_postgres(path) {
            return on_postgres(path, How::Read);
        }
        check_there(path)?;
        read_only::open(path).map_err(|e| contents::explained(path, e))
    }

    /// An in-memory ledger, which is gone when it is dropped.
    ///
    /// # Errors
    /// [`LedgerError::Sqlite`] if SQLite cannot start.
    pub fn in_memory() -> Result<Self, LedgerError> {
        Self::prepare(Connection::open_in_memory()?, Path::new(":memory:"))
    }

    /// The file; for a ledger on PostgreSQL its URL, which may contain a password ([`Ledger::name`] does not).
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Gives the ledger something to carry along while it is open, in memory: whoever gets the ledger gets it too.
    pub fn carry(&mut self, companion: Arc<dyn Any + Send + Sync>) {
        self.companion = Some(companion);
    }

    /// What it carries along, if that is of this type.
    #[must_use]
    pub fn carried<T: Any + Send + Sync>(&self) -> Option<Arc<T>> {
        Arc::clone(self.companion.as_ref()?).downcast().ok()
    }

    /// The ledger's name in messages: its file, or server and database.
    #[must_use]
    pub fn name(&self) -> String {
        match &self.db {
            Db::File(_) => self.path.display().to_string(),
            #[cfg(feature = "postgres")]
            Db::Server(server) => server.name().to_owned(),
        }
    }

    /// True if the ledger can be read but not written.
    #[must_use]
    pub fn is_read_only(&self) -> bool {
        self.read_only
    }

    /// Altered rows that were left out of answers; the list grows as more is queried.
    #[must_use]
    pub fn left_out(&self) -> LeftOut {
        self.left_out.clone()
    }

    /// What `PRAGMA integrity_check` finds; empty for an intact file.
    ///
    /// # Errors
    /// [`LedgerError::Sqlite`] if the check cannot run.
    pub fn damage(&self) -> Result<Vec<String>, LedgerError> {
        let mut check = self.db.file()?.prepare("PRAGMA integrity_check")?;
        let found: Vec<String> = check.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
        Ok(found.into_iter().filter(|line| line != "ok").collect())
    }

    fn open_at(path: &Path) -> Result<Self, LedgerError> {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let failed = |e: rusqlite::Error| match LedgerError::from(e) {
            LedgerError::Full => LedgerError::NoRoom(path.to_owned()),
            e => LedgerError::Open { path: path.to_owned(), reason: e.to_string() },
        };
        let db = Connection::open_with_flags(path, flags).map_err(failed)?;
        // SQLite opens a file without write permission for reading, and notices only later that the journal's index is
        // missing.
        if db.is_readonly(MAIN_DB).map_err(failed)? {
            drop(db);
            return read_only::open(path);
        }
        Self::prepare(db, path).map_err(|e| contents::explained(path, e))
    }

    /// Sets how long this ledger waits for another writer, in another process or in this one; the default is a minute.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn wait_for_writers(&self, at_most: Duration) -> Result<(), LedgerError> {
        match &self.db {
            Db::File(file) => Ok(file.busy_timeout(at_most)?),
            #[cfg(feature = "postgres")]
            Db::Server(server) => server.wait_for_writers(at_most),
        }
    }

    fn prepare(db: Connection, path: &Path) -> Result<Self, LedgerError> {
        db.busy_timeout(BUSY)?;
        recognise(&db, path)?;
        let db = Db::File(db);
        let left_out = db.functions()?;
        let set_up = |db: &Db| -> Result<(), LedgerError> {
            let file = db.file()?;
            file.pragma_update(None, "journal_mode", "WAL")?;
            file.pragma_update(None, "synchronous", "FULL")?;
            configure(file)?;
            migrate(db, path, MIGRATIONS)?;
            sound::install(file, true)
        };
        set_up(&db).map_err(|e| match e {
            LedgerError::Full => LedgerError::NoRoom(path.to_owned()),
            e => e,
        })?;
        Ok(Self { db, path: path.to_owned(), read_only: false, left_out, seen_as: None, companion: None })
    }
}

/// True for the URL of a ledger on PostgreSQL; any other name of a ledger is a file.
#[must_use]
pub fn is_postgres(ledger: &Path) -> bool {
    let named = |scheme| ledger.to_str().is_some_and(|l| l.starts_with(scheme));
    named("postgres://") || named("postgresql://")
}

/// The purpose for which a ledger is opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum How {
    /// For writing; created if it does not exist.
    Make,
    /// For writing.
    Write,
    /// For reading.
    Read,
}

#[cfg_attr(not(feature = "postgres"), expect(unused_variables, reason = "what is refused needs no address"))]
fn on_postgres(address: &Path, how: How) -> Result<Ledger, LedgerError> {
    #[cfg(feature = "postgres")]
    return crate::postgres::open(address, how);
    #[cfg(not(feature = "postgres"))]
    Err(LedgerError::NoPostgres)
}

fn check_there(path: &Path) -> Result<(), LedgerError> {
    let meta = std::fs::metadata(path).map_err(|e| match e.kind() {
        ErrorKind::NotFound => LedgerError::Missing(path.to_owned()),
        _ => LedgerError::Open { path: path.to_owned(), reason: e.to_string() },
    })?;
    if meta.is_dir() {
        return Err(LedgerError::Open { path: path.to_owned(), reason: "it is a folder".to_owned() });
    }
    if meta.len() == 0 && !has_bytes(&beside(path, "-wal")) {
        return Err(LedgerError::Empty(path.to_owned()));
    }
    Ok(())
}

/// Settings of every connection.
fn configure(db: &Connection) -> Result<(), LedgerError> {
    db.pragma_update(None, "foreign_keys", true)?;
    db.pragma_update(None, "cache_size", -64_000)?;
    db.pragma_update(None, "temp_store", "MEMORY")?;
    // Pages are checked when they are first read: a damaged one is an error, not fewer rows.
    db.pragma_update(None, "cell_size_check", true)?;
    db.set_prepared_statement_cache_capacity(64);
    Ok(())
}

/// Refuses files that are something else.
fn recognise(db: &Connection, path: &Path) -> Result<(), LedgerError> {
    let application = pragma(db, "application_id").map_err(|e| match e {
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
    Ok(())
}

/// The files that SQLite may keep for a ledger: the file itself, its journal and the journal's index.
#[must_use]
pub fn files_of(ledger: &Path) -> Vec<PathBuf> {
    // SQLite follows links to the file and keeps the others next to the target.
    let file = ledger.canonicalize().unwrap_or_else(|_| ledger.to_owned());
    ["", "-wal", "-shm", "-journal"].iter().map(|end| beside(&file, end)).collect()
}

fn beside(path: &Path, end: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(end);
    PathBuf::from(name)
}

fn has_bytes(path: &Path) -> bool {
    std::fs::metadata(path).is_ok_and(|meta| meta.len() > 0)
}

fn pragma(db: &Connection, name: &str) -> Result<i64, LedgerError> {
    Ok(db.pragma_query_value(None, name, |row| row.get(0))?)
}

/// Applies the migrations that the file has not had yet, all or none.
fn migrate(db: &Db, path: &Path, migrations: &[&str]) -> Result<(), LedgerError> {
    let known = i64::try_from(migrations.len()).unwrap_or(i64::MAX);
    let check = |found: i64| {
        if found > known {
            return Err(LedgerError::Newer { path: path.to_owned(), found, known });
        }
        Ok(usize::try_from(found).unwrap_or(0))
    };
    if check(pragma(db.file()?, "user_version")?)? == migrations.len() {
        return Ok(());
    }
    let tx = db.write()?;
    let file = tx.file()?;
    // Another process may have done it while this one was waiting.
    let done = check(pragma(file, "user_version")?)?;
    for sql in migrations.iter().skip(done) {
        tx.execute_batch(sql)?;
    }
    if done > 0 && done < PLACES_OF_SCHEMA {
        crate::reading::project_all(&tx, done >= ROWS_OF_SCHEMA)?;
    }
    sound::seal(file)?;
    file.pragma_update(None, "user_version", known)?;
    file.pragma_update(None, "application_id", APPLICATION_ID)?;
    tx.commit()
}
