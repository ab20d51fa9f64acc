//! Copies of a ledger: backups, and ledgers put in the place of others.

use std::{
    fs::{self, File},
    path::{Path, PathBuf},
    time::Duration,
};

use rusqlite::{Connection, backup::Backup};

use crate::{Ledger, LedgerError, files_of, is_postgres};

/// Pages that are copied before others may write.
const PAGES: i32 = 4096;

impl Ledger {
    /// Copies the ledger into a new file, whole as of one moment, while others read and write. The file is there when it is
    /// on disk, and not before.
    ///
    /// # Errors
    /// [`LedgerError::Exists`] where there is a file, [`LedgerError::File`] where none can be made, [`LedgerError::Full`].
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
        // One file alone, without a journal beside it.
        copy.pragma_update(None, "journal_mode", "DELETE")?;
        copy.close().map_err(|(_, e)| e)?;
        file.as_file().sync_all().map_err(|e| failed(to, e))?;
        file.persist_noclobber(to).map_err(|e| failed(to, e.error))?;
        sync(&folder);
        Ok(())
    }
}

/// Copies a ledger into a new one, each a file or an address of PostgreSQL, whole as of one moment; gives the number of
/// reports.
///
/// # Errors
/// [`LedgerError::Exists`] and [`LedgerError::NotEmpty`] where the new one is there already, [`LedgerError::Unsound`] where
/// rows of the old one are damaged or came over otherwise than they were written, and those of both stores.
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

/// An address of PostgreSQL is no name of a file, whatever a file system would make of it.
fn refuse_postgres(path: &Path) -> Result<(), LedgerError> {
    if is_postgres(path) { Err(LedgerError::OnPostgres) } else { Ok(()) }
}

/// Puts a new ledger's file in the place of a ledger, which is kept beside it; gives where. `new` must be one file, closed,
/// in the ledger's folder.
///
/// # Errors
/// [`LedgerError::Busy`] where another process uses the ledger, [`LedgerError::File`] where files cannot be renamed.
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

/// Renames a ledger with what belongs to it to the first name that is free: `ledger.db.old-1`.
fn set_aside(file: &Path) -> Result<PathBuf, LedgerError> {
    // Leaving the journal needs the file for oneself alone, and brings what is in it into the file. A damaged file may not
    // bear that: then the journal goes along as it is.
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
    // The journal first: a ledger without its journal is an older ledger, a journal without its ledger is nothing yet.
    for (from, end) in files_of(file).iter().zip(["", "-wal", "-shm", "-journal"]).rev() {
        if from.exists() {
            fs::rename(from, name(free, end)).map_err(|e| failed(from, e))?;
        }
    }
    Ok(name(free, ""))
}

/// Puts a backup in the place of a ledger, which is kept beside it; gives where.
///
/// # Errors
/// Those of opening the backup, [`LedgerError::Unsound`] where it is damaged, [`LedgerError::Busy`] where another process
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
    // The copy is made under a name of its own, which the temporary file only kept free.
    fs::remove_file(&place).map_err(|e| failed(&place, e))?;
    from.back_up(&place)?;
    drop(from);
    put_in_place(place, &target)
}

/// A file in the folder of what it will become, with the permissions of any new file.
pub(crate) fn temporary(folder: &Path) -> std::io::Result<tempfile::NamedTempFile> {
    // Else the error would name the temporary file, of which nobody has heard.
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

/// A new name is on disk when its folder is. Some file systems cannot sync a folder and do not need it.
pub(crate) fn sync(folder: &Path) {
    #[cfg(unix)]
    if let Ok(folder) = File::open(folder) {
        let _ = folder.sync_all();
    }
}
