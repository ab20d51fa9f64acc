//! A ledger without write permission: on read-only storage, or another user's.

use std::path::Path;

use rusqlite::{Connection, OpenFlags, backup::Backup};

use super::{BUSY, MIGRATIONS, SCHEMA, beside, configure, has_bytes, migrate, pragma, recognise};
use crate::{Ledger, LedgerError, db::Db, sound};

/// Opens for reading. One with an older schema is read from a copy that is gone when the program ends.
pub(super) fn open(path: &Path) -> Result<Ledger, LedgerError> {
    let db = connect(path)?;
    db.busy_timeout(BUSY)?;
    let mut db = Db::File(db);
    let mut left_out = db.functions()?;
    recognise(db.file()?, path)?;
    let found = pragma(db.file()?, "user_version")?;
    if found < SCHEMA {
        // Without a name, SQLite creates a file that only it knows, or keeps a small one in memory.
        let mut copy = Connection::open("")?;
        Backup::new(db.file()?, &mut copy)?.run_to_completion(1024, std::time::Duration::ZERO, None)?;
        db = Db::File(copy);
        left_out = db.functions()?;
        migrate(&db, path, MIGRATIONS)?;
    } else if found > SCHEMA {
        return Err(LedgerError::Newer { path: path.to_owned(), found, known: SCHEMA });
    }
    configure(db.file()?)?;
    sound::install(db.file()?, false)?;
    Ok(Ledger { db, path: path.to_owned(), read_only: true, left_out, seen_as: None, companion: None })
}

fn connect(path: &Path) -> Result<Connection, LedgerError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let db = Connection::open_with_flags(path, flags)?;
    let reads = |db: &Connection| db.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(()));
    match reads(&db) {
        Err(e)
            if matches!(
                e.sqlite_error_code(),
                Some(rusqlite::ErrorCode::CannotOpen | rusqlite::ErrorCode::ReadOnly)
            ) => {}
        _ => return Ok(db),
    }
    // The journal's index is missing and cannot be created. Without a journal nobody needs it, and because nobody can
    // write here nothing changes in the meantime; with a journal, the file alone would be older than what was
    // acknowledged.
    if has_bytes(&beside(path, "-wal")) {
        return Err(LedgerError::Open {
            path: path.to_owned(),
            reason: "it is on read-only storage and its journal (-wal) holds reports that are not yet in the file; \
                     copy both to a place that can be written and open the copy"
                .to_owned(),
        });
    }
    let address = uri(path).ok_or_else(|| LedgerError::Open {
        path: path.to_owned(),
        reason: "its path is not Unicode, which is needed for read-only storage".to_owned(),
    })?;
    Ok(Connection::open_with_flags(address, flags | OpenFlags::SQLITE_OPEN_URI)?)
}

fn uri(path: &Path) -> Option<String> {
    let path = path.to_str()?.replace('%', "%25").replace('?', "%3f").replace('#', "%23");
    Some(format!("file:{path}?immutable=1"))
}
