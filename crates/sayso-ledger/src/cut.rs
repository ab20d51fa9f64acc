//! Files that end early, as a copy does that was broken off. SQLite opens none of them, though the pages that are there may be
//! intact.

use std::{
    fs::{self, OpenOptions},
    io::{self, Read},
    path::Path,
};

use rusqlite::Connection;

use crate::files_of;

/// How long a file is, and how long its first page says that it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CutOff {
    /// Bytes that there are.
    pub bytes: u64,
    /// Bytes that there should be.
    pub stated: u64,
}

impl CutOff {
    /// Bytes that are missing.
    #[must_use]
    pub fn missing(self) -> u64 {
        self.stated.saturating_sub(self.bytes)
    }
}

/// Where a ledger's file is cut off; `None` if it is as long as it should be, or its first page cannot be read.
#[must_use]
pub fn cut_off(ledger: &Path) -> Option<CutOff> {
    let mut head = [0; 32];
    let mut file = fs::File::open(ledger).ok()?;
    file.read_exact(&mut head).ok()?;
    let bytes = file.metadata().ok()?.len();
    // In SQLite's file format, 65,536 bytes a page are written as 1.
    let page = match head.get(16..18)? {
        [0, 1] => 65_536,
        [high, low] => u64::from(u16::from_be_bytes([*high, *low])),
        _ => return None,
    };
    let pages = u32::from_be_bytes(head.get(28..32)?.try_into().ok()?);
    let stated = page.saturating_mul(u64::from(pages));
    (head.starts_with(b"SQLite format 3\0") && bytes < stated).then_some(CutOff { bytes, stated })
}

/// Copies a ledger and fills the copy up with zeros, which SQLite takes for damaged pages.
pub(crate) fn filled(from: &Path, to: &Path, end: CutOff) -> io::Result<()> {
    let (of, copies) = (files_of(from), files_of(to));
    // The file itself, and its journal.
    for (file, copy) in of.iter().zip(&copies).take(2).filter(|(file, _)| file.exists()) {
        fs::copy(file, copy)?;
    }
    OpenOptions::new().write(true).open(to)?.set_len(end.stated)?;
    // A single file, without a journal next to it; the ledger is opened again to be read.
    if let Ok(copy) = Connection::open(to) {
        let _ = copy.pragma_update(None, "journal_mode", "DELETE");
    }
    for journal in copies.iter().skip(1) {
        let _ = fs::remove_file(journal);
    }
    Ok(())
}
