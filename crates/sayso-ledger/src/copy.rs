//! Copies of a ledger: backups, and replacing a ledger with another.

use std::{
    fs::{self, File},
    path::{Path, PathBuf},
    time::Duration,
};

use rusqlite::{Connection, backup::Backup};

use crate::{Ledger, LedgerError, files_of, is_postgres};

/// Pages copied before others may write.
const PAGES: i32 = 4096;

impl Ledger {
    /// Copies the ledger into a new file, as a consistent snapshot, while others read and write. The file appears only
    /// once it is on disk.
    ///
    /// # Errors
    /// [`LedgerError::Exists`] if there is a file, [`LedgerError::File`] if none can be created, [`LedgerError::Full`].
    pub fn back_up(&self, to: &Path) -> Result<(), LedgerError> {
        let from = self.db.file()?;
        refuse_postgres(to)?;
        if fs::symlink_metadata(to).is_ok() {
            return Err(LedgerError::Exists(to.to_owned()));
        }
        let folder = folder_of(to);
        let file = temporary(&folder).map_err(|e| failed(to, e))?;
        let mut copy = Connection::open(file.path())?;
        Backup::new(from, &mut copy)?.run_to_completion(PAGES, Duration::ZERO, None)?;
        // A single file, without a journal next to it.
        copy.pragma_update(None, "journal_mode", "DELETE")?;
        copy.close().map_err(|(_, e)| e)?;
        file.as_file().sync_all().map_err(|e| failed(to, e))?;
        file.persist_noclobber(to).map_err(|e| failed(to, e.error))?;
        sync(&folder);
        Ok(())
    }
}

/// Copies a ledger into a new one, each a file or a PostgreSQL URL, as a consistent snapshot; returns the number of
/// reports.
///
/// # Errors
/// [`LedgerError::Exists`] and [`LedgerError::NotEmpty`] if the new one exists already, [`LedgerError::Unsound`] if
/// rows of the old one are damaged or arrived differently than they were written, and those of both stores.
pub fn copy(from: &Path, to: &Path) -> Result<u64, LedgerError> {
    if !is_postgres(from) && !is_postgres(to) {
        let ledger = Ledger::open_read_only(from)?;
        ledger.back_up(to)?;
        return ledger.count();
    }
    #[cfg(feature = "postgres")]
    return crate::postgres::copy(from, to);
    #[cfg(not(feature = "postgres"))]
    Err(LedgerError::NoPostgres)
}

/// A PostgreSQL URL is not a file name, whatever a file system would make of it.
fn refuse_postgres(path: &Path) -> Result<(), LedgerError> {
    if is_postgres(path) { Err(LedgerError::OnPostgres) } else { Ok(()) }
}

/// Replaces a ledger with a new ledger file and keeps the old one next to it; returns where. `new` must be a single
/// closed file in the ledger's folder.
///
/// # Errors
/// [`LedgerError::Busy`] if another process uses the ledger, [`LedgerError::File`] if files cannot be renamed.
pub(crate) fn put_in_place(new: tempfile::TempPath, ledger: &Path) -> Result<Option<PathBuf>, LedgerError> {
    let file = ledger.canonicalize().unwrap_or_else(|_| ledger.to_owned());
    let kept = if file.exists() { Some(set_aside(&file)?) } else { None };
    if let Some(old) = &kept {
        let permissions = fs::metadata(old).map_err(|e| failed(old, e))?.permissions();
        fs::set_permissions(&new, permissions).map_err(|e| failed(&new, e))?;
    }
    new.persist_noclobber(&file).map_err(|e| failed(&file, e.error))?;
    sync(&folder_of(&file));
    Ok(kept)
}

/// Renames a ledger, with the files that belong to it, to the first free name: `ledger.db.old-1`.
fn set_aside(file: &Path) -> Result<PathBuf, LedgerError> {
    // Leaving WAL mode needs exclusive access to the file, and moves the journal's contents into it. A damaged file may
    // not survive that; then the journal is moved along as it is.
    let alone = |db: Connection| -> Result<(), LedgerError> {
        db.busy_timeout(Duration::from_secs(2))?;
        db.pragma_update(None, "journal_mode", "DELETE")?;
        Ok(())
    };
    if let Err(LedgerError::Busy) = Connection::open(file).map_err(LedgerError::from).and_then(alone) {
        return Err(LedgerError::Busy);
    }
    let name = |n: u32, end: &str| {
        let mut name = file.as_os_str().to_owned();
        name.push(format!(".old-{n}{end}"));
        PathBuf::from(name)
    };
    let free = (1..=u32::MAX).find(|n| fs::symlink_metadata(name(*n, "")).is_err()).unwrap_or(u32::MAX);
    // The journal first: a ledger without its journal is an older ledger; a journal without its ledger is nothing yet.
    for (from, end) in files_of(file).iter().zip(["", "-wal", "-shm", "-journal"]).rev() {
        if from.exists() {
            fs::rename(from, name(free, end)).map_err(|e| failed(from, e))?;
        }
    }
    Ok(name(free, ""))
}

/// Replaces a ledger with a backup and keeps the old one next to it; returns where.
///
/// # Errors
/// Those of opening the backup, [`LedgerError::Unsound`] if it is damaged, [`LedgerError::Busy`] if another process
/// uses the ledger.
pub fn restore(backup: &Path, ledger: &Path) -> Result<Option<PathBuf>, LedgerError> {
    refuse_postgres(ledger)?;
    let from = Ledger::open_read_only(backup)?;
    let health = from.examine()?;
    if !health.is_sound() {
        return Err(LedgerError::Unsound(backup.to_owned()));
    }
    let target = ledger.canonicalize().unwrap_or_else(|_| ledger.to_owned());
    let folder = folder_of(&target);
    let place = temporary(&folder).map_err(|e| failed(&target, e))?.into_temp_path();
    // The copy gets its own name, which the temporary file only reserved.
    fs::remove_file(&place).map_err(|e| failed(&place, e))?;
    from.back_up(&place)?;
    drop(from);
    put_in_place(place, &target)
}

/// A temporary file in the folder of its destination, with the permissions of any new file.
pub(crate) fn temporary(folder: &Path) -> std::io::Result<tempfile::NamedTempFile> {
    // Otherwise the error would name the temporary file, which means nothing to the user.
    if !folder.is_dir() {
        let why = format!("there is no folder {}", folder.display());
        return Err(std::io::Error::new(std::io::ErrorKind::NotFound, why));
    }
    let mut builder = tempfile::Builder::new();
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    builder.prefix(".sayso-").suffix(".tmp").tempfile_in(folder)
}

pub(crate) fn failed(path: &Path, source: std::io::Error) -> LedgerError {
    LedgerError::File { path: path.to_owned(), source }
}

pub(crate) fn folder_of(path: &Path) -> PathBuf {
    path.parent().filter(|f| !f.as_os_str().is_empty()).unwrap_or(Path::new(".")).to_owned()
}

/// A new name is on disk once its folder is synced. Some file systems cannot sync a folder and do not need it.
pub(crate) fn sync(folder: &Path) {
    #[cfg(unix)]
    if let Ok(folder) = File::open(folder) {
        let _ = folder.sync_all();
    }
}
