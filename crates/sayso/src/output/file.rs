//! Files that commands write: whole or not at all, and never over anything that must not be lost.

use std::{
    fs::{self, File, Metadata, OpenOptions},
    io::{self, BufWriter, Read, Write},
    path::{Path, PathBuf},
};

use tempfile::NamedTempFile;

use crate::{failure::Failure, interrupt};

/// How many links to links are followed to a file that does not exist yet.
const LINKS: usize = 40;

/// A file being written. Until [`OutputFile::finish`] the old one is unchanged; a kill or a full disk leaves it whole.
pub(crate) struct OutputFile {
    target: PathBuf,
    sink: BufWriter<Sink>,
}

enum Sink {
    /// Written next to the target and moved into its place at the end.
    Beside(NamedTempFile),
    /// A pipe or device, which cannot be replaced.
    Through(File),
}

impl Write for Sink {
    fn write(&mut self, buffer: &[u8]) -> io::Result<usize> {
        match self {
            Self::Beside(file) => file.write(buffer),
            Self::Through(file) => file.write(buffer),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Beside(file) => file.flush(),
            Self::Through(file) => file.flush(),
        }
    }
}

impl OutputFile {
    /// Starts a file. `inputs` are what the command reads; a folder stands for the files in it.
    ///
    /// # Errors
    /// [`Failure::Overwrite`] if the path leads to an input, to an SQLite file or to a file that belongs to one, by
    /// whatever name or link; [`Failure::Write`] if no file can be written there.
    pub(crate) fn create(path: &Path, inputs: &[PathBuf]) -> Result<Self, Failure> {
        let failed = |source| Failure::Write { path: path.to_owned(), source };
        let target = resolve(path).map_err(failed)?;
        refuse_loss(path, &target, inputs)?;
        let old = fs::metadata(&target).ok();
        if let Some(meta) = &old {
            if meta.is_dir() {
                return Err(failed(io::ErrorKind::IsADirectory.into()));
            }
            // A file without write permission is not replaced either.
            let file = OpenOptions::new().write(true).open(&target).map_err(failed)?;
            if !meta.is_file() {
                return Ok(Self { target, sink: BufWriter::new(Sink::Through(file)) });
            }
        }
        let folder = target.parent().unwrap_or(Path::new("."));
        let file = temporary(folder, old.as_ref()).map_err(failed)?;
        let left = file.path().to_owned();
        // An interruption leaves nothing behind. If another handler is installed, the file is removed when it is
        // dropped.
        interrupt::after(move || drop(fs::remove_file(&left)));
        Ok(Self { target, sink: BufWriter::new(Sink::Beside(file)) })
    }

    /// Moves the file into place once it is on disk.
    ///
    /// # Errors
    /// [`Failure::Write`]; the old file is then still there.
    pub(crate) fn finish(self) -> Result<(), Failure> {
        let Self { target, sink } = self;
        let failed = |source| Failure::Write { path: target.clone(), source };
        match sink.into_inner().map_err(|e| failed(e.into_error()))? {
            Sink::Through(mut file) => file.flush().map_err(failed),
            Sink::Beside(file) => {
                file.as_file().sync_all().map_err(failed)?;
                file.persist(&target).map_err(|e| failed(e.error))?;
                // The new name is on disk once its folder is synced. Some file systems cannot sync a folder and do not
                // need it.
                #[cfg(unix)]
                if let Some(folder) = target.parent().and_then(|folder| File::open(folder).ok()) {
                    let _ = folder.sync_all();
                }
                Ok(())
            }
        }
    }
}

impl Write for OutputFile {
    fn write(&mut self, buffer: &[u8]) -> io::Result<usize> {
        self.sink.write(buffer)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.sink.flush()
    }
}

/// A file next to the target, with the permissions of the one that it will replace.
fn temporary(folder: &Path, old: Option<&Metadata>) -> io::Result<NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".sayso-").suffix(".tmp");
    #[cfg(unix)]
    let permissions = {
        use std::os::unix::fs::PermissionsExt;
        // The user's umask applies to a new file.
        builder.permissions(fs::Permissions::from_mode(0o666));
        old.map(Metadata::permissions)
    };
    #[cfg(not(unix))]
    let permissions = old.map(Metadata::permissions);
    let file = builder.tempfile_in(folder)?;
    if let Some(permissions) = permissions {
        file.as_file().set_permissions(permissions)?;
    }
    Ok(file)
}

/// The file that a path leads to, with links followed, even if the file does not exist yet.
fn resolve(path: &Path) -> io::Result<PathBuf> {
    let mut at = path.to_owned();
    for _ in 0..LINKS {
        if let Ok(found) = at.canonicalize() {
            return Ok(found);
        }
        let folder = at.parent().filter(|f| !f.as_os_str().is_empty()).unwrap_or(Path::new("."));
        match fs::read_link(&at) {
            Ok(next) => at = folder.join(next),
            Err(_) => {
                let name = at.file_name().ok_or(io::ErrorKind::InvalidInput)?;
                return Ok(folder.canonicalize()?.join(name));
            }
        }
    }
    Err(io::Error::other("too many links"))
}

/// Refuses a path at which a folder or file that somebody else writes would do harm: over an input or a database, or in
/// the place of a database's journal, without which it cannot be opened.
///
/// # Errors
/// [`Failure::Overwrite`].
pub(crate) fn refuse(path: &Path, inputs: &[PathBuf]) -> Result<(), Failure> {
    // Where not even the folder exists, nothing can be lost.
    resolve(path).map_or(Ok(()), |target| refuse_loss(path, &target, inputs))
}

fn refuse_loss(path: &Path, target: &Path, inputs: &[PathBuf]) -> Result<(), Failure> {
    let refused = |what| Failure::Overwrite { path: path.to_owned(), what };
    if inputs.iter().any(|input| is_input(target, input, 0)) {
        return Err(refused("is what this command reads"));
    }
    // A database can hold what exists nowhere else.
    if is_sqlite(target) {
        return Err(refused("is an SQLite file"));
    }
    let name = target.to_string_lossy();
    let of = ["-wal", "-shm", "-journal"].iter().find_map(|end| name.strip_suffix(end));
    match of.map(Path::new) {
        Some(file) if is_sqlite(file) => Err(refused("belongs to an SQLite file")),
        _ => Ok(()),
    }
}

fn is_input(target: &Path, input: &Path, depth: usize) -> bool {
    if input.is_dir() && depth < 32 {
        let entries = fs::read_dir(input).into_iter().flatten().flatten();
        return entries.map(|e| e.path()).any(|entry| is_input(target, &entry, depth + 1));
    }
    // A file that does not exist yet is recognised by its path: the journal of a closed ledger.
    same_file(target, input) || resolve(input).is_ok_and(|input| input == target)
}

fn is_sqlite(path: &Path) -> bool {
    let mut start = [0; 16];
    path.is_file()
        && File::open(path).and_then(|mut file| file.read_exact(&mut start)).is_ok()
        && start == *b"SQLite format 3\0"
}

/// True if two paths lead to the same file, by whatever links. Neither is opened: closing a file that SQLite has open
/// in this process would release its locks.
pub(crate) fn same_file(a: &Path, b: &Path) -> bool {
    match (fs::metadata(a), fs::metadata(b)) {
        #[cfg(unix)]
        (Ok(a), Ok(b)) => same_meta(&a, &b),
        #[cfg(not(unix))]
        (Ok(_), Ok(_)) => matches!((a.canonicalize(), b.canonicalize()), (Ok(a), Ok(b)) if a == b),
        _ => false,
    }
}

#[cfg(unix)]
fn same_meta(a: &Metadata, b: &Metadata) -> bool {
    use std::os::unix::fs::MetadataExt;
    (a.dev(), a.ino()) == (b.dev(), b.ino())
}

/// True if this program's stdout goes into one of these files, as with `>> FILE`.
#[cfg(unix)]
pub(crate) fn stdout_is(files: &[PathBuf]) -> bool {
    use std::os::fd::AsFd;
    let Ok(out) = io::stdout().as_fd().try_clone_to_owned() else { return false };
    let Ok(out) = File::from(out).metadata() else { return false };
    files.iter().any(|file| fs::metadata(file).is_ok_and(|meta| same_meta(&out, &meta)))
}

/// True if this program's stdout goes into one of these files, as with `>> FILE`.
#[cfg(not(unix))]
pub(crate) fn stdout_is(_: &[PathBuf]) -> bool {
    false
}

#[cfg(test)]
mod tests {
    use std::{fs, io::Write, path::PathBuf};

    use super::OutputFile;
    use crate::failure::Failure;

    #[test]
    fn the_old_file_stays_until_the_new_one_is_complete() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("out.csv");
        fs::write(&path, "old").unwrap();
        let mut dropped = OutputFile::create(&path, &[]).unwrap();
        dropped.write_all(b"half").unwrap();
        drop(dropped);
        assert_eq!(fs::read_to_string(&path).unwrap(), "old");
        let mut file = OutputFile::create(&path, &[]).unwrap();
        file.write_all(b"new").unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "old");
        file.finish().unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "new");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "nothing is left beside it");
    }

    #[cfg(unix)]
    #[test]
    fn no_name_or_link_leads_to_an_input() {
        use std::os::unix::fs::{PermissionsExt, symlink};
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        fs::create_dir(at("gold")).unwrap();
        let inputs: Vec<PathBuf> = vec![at("gold"), at("l.db"), at("l.db-wal")];
        for name in ["l.db", "gold/a.txt", "other.txt"] {
            fs::write(at(name), "precious").unwrap();
        }
        symlink(at("l.db"), at("link")).unwrap();
        symlink(at("link"), at("link-to-link")).unwrap();
        symlink(at("l.db-wal"), at("dangling")).unwrap();
        fs::hard_link(at("gold/a.txt"), at("hard")).unwrap();
        for name in ["l.db", "gold/../l.db", "link", "link-to-link", "dangling", "l.db-wal", "hard"] {
            let made = OutputFile::create(&at(name), &inputs);
            assert!(matches!(made, Err(Failure::Overwrite { .. })), "{name}");
        }
        // A link to any other file is followed, and a file that is protected from writing stays.
        symlink(at("other.txt"), at("to-other")).unwrap();
        let mut file = OutputFile::create(&at("to-other"), &inputs).unwrap();
        file.write_all(b"new").unwrap();
        file.finish().unwrap();
        assert_eq!(fs::read_to_string(at("other.txt")).unwrap(), "new");
        assert!(at("to-other").is_symlink());
        fs::set_permissions(at("other.txt"), fs::Permissions::from_mode(0o640)).unwrap();
        OutputFile::create(&at("other.txt"), &inputs).unwrap().finish().unwrap();
        assert_eq!(fs::metadata(at("other.txt")).unwrap().permissions().mode() & 0o777, 0o640);
        // Pipes and devices are written through.
        OutputFile::create(&PathBuf::from("/dev/null"), &inputs).unwrap().finish().unwrap();
    }

    #[test]
    fn no_database_is_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("somebody's.sqlite");
        fs::write(&path, b"SQLite format 3\0 and so on").unwrap();
        for path in [path.clone(), folder.path().join("somebody's.sqlite-wal")] {
            assert!(matches!(OutputFile::create(&path, &[]), Err(Failure::Overwrite { .. })), "{path:?}");
        }
        // A folder in the place of a journal would lock the database.
        for name in ["somebody's.sqlite-journal", "somebody's.sqlite-wal/", "somebody's.sqlite-shm"] {
            let refused = super::refuse(&folder.path().join(name), &[]);
            assert!(matches!(refused, Err(Failure::Overwrite { .. })), "{name}");
        }
        super::refuse(&folder.path().join("other-journal"), &[]).unwrap();
        super::refuse(&folder.path().join("not/there/x-wal"), &[]).unwrap();
    }
}
