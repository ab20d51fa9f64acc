//! Files, folders and mailboxes: what is new or changed in them.

use std::{
    fs, io,
    ops::ControlFlow,
    path::{Path, PathBuf},
    sync::atomic::Ordering,
    time::UNIX_EPOCH,
};

use sayso_ingest::folder;
use sayso_ledger::{Instant, WatchSource};
use sayso_model::Head;

use crate::{
    job::{Message, Opened, Polled, Problem},
    take::{Emit, Taker},
};

/// Maximum nesting depth of folders.
const NESTED: usize = 32;

impl Taker<'_> {
    /// Reads what is new in a file, a folder or a mailbox.
    pub(crate) fn scan(&self, source: WatchSource, emit: &mut Emit<'_>) -> ControlFlow<()> {
        let mut polled = Polled::of(source);
        let root = PathBuf::from(&polled.source.address);
        let mut files = Vec::new();
        if let Err(error) = files_under(&root, 0, &mut files) {
            polled.problem = Some(Problem::lasting(error.to_string()));
        }
        let own = sayso_ledger::files_of(self.view.path());
        for file in files {
            if self.stop.load(Ordering::Relaxed) {
                break;
            }
            if own.iter().any(|o| o == &file) {
                continue;
            }
            self.file(&file, &mut polled, emit)?;
        }
        polled.source.kind = Some(if root.is_dir() { "folder" } else { "file" }.to_owned());
        emit(Message::Polled(Box::new(polled)))
    }

    fn file(&self, path: &Path, polled: &mut Polled, emit: &mut Emit<'_>) -> ControlFlow<()> {
        let Some((address, stamp)) = stamp(path) else { return ControlFlow::Continue(()) };
        let before = self.view.watch_item(&address).ok().flatten();
        if before.as_ref().is_some_and(|item| item.etag.as_ref() == Some(&stamp)) {
            return ControlFlow::Continue(());
        }
        let mut item = self.item(&address, &polled.source.address, Head::default(), None);
        item.due_at = None;
        item.looks = before.map_or(0, |b| b.looks) + 1;
        item.etag = Some(stamp);
        let mut taken = Vec::new();
        let name = path.display().to_string();
        let opened = Opened { origin: name.clone(), address: name, ..Opened::default() };
        let mut found = Polled::of(polled.source.clone());
        match fs::File::open(path) {
            Ok(file) => {
                let mut keep = |message| match message {
                    Message::Report { taken: report } => {
                        taken.push(*report);
                        ControlFlow::Continue(())
                    }
                    message => emit(message),
                };
                self.open(&mut found, file, &opened, false, &mut keep)?;
            }
            Err(error) => found.problem = Some(Problem::lasting(error.to_string())),
        }
        if let Some(problem) = found.problem {
            if self.stop.load(Ordering::SeqCst) {
                return ControlFlow::Continue(());
            }
            item.problem = Some(problem.reason.clone());
            emit(Message::Failed { origin: path.display().to_string(), reason: problem.reason })?;
        }
        polled.entries += found.entries;
        polled.items.append(&mut found.items);
        for (reason, count) in found.left {
            *polled.left.entry(reason).or_default() += count;
        }
        emit(Message::File { item: Box::new(item), taken })
    }
}

/// The address of a file and a stamp that shows when it has changed; `None` for one that has disappeared.
fn stamp(path: &Path) -> Option<(String, String)> {
    let meta = fs::metadata(path).ok().filter(fs::Metadata::is_file)?;
    let changed: Instant = meta
        .modified()
        .ok()
        .and_then(|at| at.duration_since(UNIX_EPOCH).ok())
        .and_then(|d| Instant::try_from(d.as_nanos()).ok())
        .unwrap_or(0);
    let address = url::Url::from_file_path(path).ok()?.to_string();
    Some((address, format!("{} bytes, {changed}", meta.len())))
}

/// The files of a folder and of the folders in it, by name.
fn files_under(path: &Path, depth: usize, out: &mut Vec<PathBuf>) -> io::Result<()> {
    let meta = fs::metadata(path)?;
    if meta.is_file() {
        out.push(path.to_owned());
        return Ok(());
    }
    if !meta.is_dir() || depth > NESTED {
        return Ok(());
    }
    for entry in folder::entries(path)? {
        // What disappears during the scan is ignored.
        let _ = files_under(&entry, depth + 1, out);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::fs;

    use sayso_ingest::folder::entries;

    #[test]
    fn of_a_mailbox_only_delivered_mails_are_read() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        for name in ["cur", "new", "tmp", ".Archive/cur", ".Archive/new", ".git"] {
            fs::create_dir_all(root.join(name)).unwrap();
        }
        for name in ["1.a:2,S", "2.a:2,ST", "3.T:2,", "4"] {
            fs::write(root.join("cur").join(name), "From: a\n\nb").unwrap();
        }
        let names = |at: &str| -> Vec<String> {
            let found = entries(&root.join(at)).unwrap();
            found.iter().map(|path| path.file_name().unwrap().to_string_lossy().into_owned()).collect()
        };
        assert_eq!(names(""), [".Archive", "cur", "new"]);
        assert_eq!(names("cur"), ["1.a:2,S", "3.T:2,", "4"]);
        fs::write(root.join("notes:2,T"), "Nine people were hurt.").unwrap();
        assert!(names("").contains(&"notes:2,T".to_owned()), "a file outside the folders of mails");
    }
}
