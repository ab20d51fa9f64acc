//! What of a folder is read: its files and folders, and those of a mailbox (maildir).

use std::{
    fs, io,
    path::{Path, PathBuf},
};

/// The entries of a folder that are read, by name: nothing hidden, no link to a folder and, of a mailbox, nothing that is still
/// being delivered and no mail marked as deleted.
///
/// # Errors
/// Those of the system.
pub fn entries(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let in_mailbox = is_mailbox(folder);
    let mut entries: Vec<PathBuf> = fs::read_dir(folder)?
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            let leads_away = path.is_symlink() && path.is_dir();
            let half_there = in_mailbox && name == "tmp";
            // The folders of a mailbox (Maildir++) are hidden ones.
            let hidden = name.starts_with('.') && !(in_mailbox && is_mailbox(path));
            !(leads_away || half_there || hidden || is_deleted(path, &name))
        })
        .collect();
    entries.sort();
    Ok(entries)
}

/// True for a folder with mails as files of their own.
fn is_mailbox(folder: &Path) -> bool {
    folder.join("cur").is_dir() && folder.join("new").is_dir()
}

/// True for a mail of a mailbox that its reader has marked as deleted (`T` among the flags after `2,`).
fn is_deleted(path: &Path, name: &str) -> bool {
    let flags = name.rsplit_once("2,").filter(|(before, _)| before.ends_with([':', ';', '!']));
    flags.is_some_and(|(_, flags)| flags.contains('T'))
        && path.parent().and_then(Path::parent).is_some_and(is_mailbox)
}
