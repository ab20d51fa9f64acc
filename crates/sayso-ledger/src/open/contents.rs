//! The file's table of contents: the SQL of its tables and indexes, which SQLite reads before anything else. If it is
//! damaged, the file cannot be opened, though all rows may be intact. What it has to say is known from the migrations.

use std::{collections::BTreeMap, path::Path, time::Duration};

use rusqlite::{Connection, OpenFlags, backup::Backup, params};

use super::{MIGRATIONS, pragma};
use crate::{LedgerError, db::Db};

/// An object of the schema as it should be.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Object {
    kind: Vec<u8>,
    name: Vec<u8>,
    table: Vec<u8>,
    sql: Option<Vec<u8>>,
}

/// An error on opening a ledger, or, if the table of contents is damaged, that one: the others are its consequences.
pub(super) fn explained(path: &Path, error: LedgerError) -> LedgerError {
    if !matches!(error, LedgerError::Corrupt | LedgerError::Sqlite(_)) {
        return error;
    }
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let wrong = Connection::open_with_flags(path, flags).map_err(LedgerError::from).and_then(|db| wrong(&db));
    match wrong {
        Ok(wrong) if !wrong.is_empty() => LedgerError::Contents {
            path: path.to_owned(),
            objects: wrong.iter().map(|(_, o)| text(&o.name)).collect::<Vec<_>>().join(", "),
        },
        _ => error,
    }
}

/// Copies a ledger and sets the table of contents of the copy right.
///
/// # Errors
/// Those of SQLite.
pub(crate) fn mended(from: &Path, to: &Path) -> Result<(), LedgerError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let old = Connection::open_with_flags(from, flags)?;
    let mut new = Connection::open(to)?;
    Backup::new(&old, &mut new)?.run_to_completion(4096, Duration::ZERO, None)?;
    let wrong = wrong(&new)?;
    for (rowid, object) in wrong {
        new.execute(
            "UPDATE sqlite_schema SET type = ?2, name = ?3, tbl_name = ?4, sql = ?5 WHERE rowid = ?1",
            params![
                rowid,
                text(&object.kind),
                text(&object.name),
                text(&object.table),
                object.sql.as_deref().map(text)
            ],
        )?;
    }
    new.pragma_update(None, "journal_mode", "DELETE")?;
    new.close().map_err(|(_, e)| e)?;
    Ok(())
}

/// The rows of the table of contents that are not as they should be, each with what it should be.
fn wrong(db: &Connection) -> Result<Vec<(i64, Object)>, LedgerError> {
    // SQLite then skips what it cannot understand. Nothing is written by this alone.
    db.pragma_update(None, "writable_schema", true)?;
    let version = usize::try_from(pragma(db, "user_version")?).unwrap_or(usize::MAX);
    let mut known: BTreeMap<Vec<u8>, Object> =
        known(version)?.into_iter().map(|o| (o.name.clone(), o)).collect();
    let (mut wrong, mut unnamed) = (Vec::new(), Vec::new());
    for (rowid, object) in objects(db)? {
        match known.remove(&object.name) {
            Some(should) if should == object => {}
            Some(should) => wrong.push((rowid, should)),
            None => unnamed.push((rowid, object)),
        }
    }
    // A damaged name is that of the missing object which it is most like.
    for (rowid, object) in unnamed {
        let away = |name: &Vec<u8>| {
            let differ = name.iter().zip(&object.name).filter(|(a, b)| a != b).count();
            (name.len() == object.name.len()).then_some(differ)
        };
        let nearest = known.keys().filter_map(|name| Some((away(name)?, name.clone()))).min();
        if let Some(should) = nearest.and_then(|(_, name)| known.remove(&name)) {
            wrong.push((rowid, should));
        }
    }
    Ok(wrong)
}

/// The schema of a version.
fn known(version: usize) -> Result<Vec<Object>, LedgerError> {
    let db = Db::File(Connection::open_in_memory()?);
    db.functions()?;
    for sql in MIGRATIONS.iter().take(version) {
        db.execute_batch(sql)?;
    }
    Ok(objects(db.file()?)?.into_iter().map(|(_, object)| object).collect())
}

fn objects(db: &Connection) -> Result<Vec<(i64, Object)>, LedgerError> {
    let mut query = db.prepare(
        "SELECT rowid, CAST(type AS BLOB), CAST(name AS BLOB), CAST(tbl_name AS BLOB), CAST(sql AS BLOB) FROM sqlite_schema",
    )?;
    let rows = query.query_map([], |row| {
        let object = Object { kind: row.get(1)?, name: row.get(2)?, table: row.get(3)?, sql: row.get(4)? };
        Ok((row.get(0)?, object))
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
