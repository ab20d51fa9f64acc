//! Repairing a damaged ledger: intact reports, readings and decisions are kept under their numbers, everything derived
//! is rebuilt, and losses are named.

use std::path::{Path, PathBuf};

use rusqlite::{Connection, OptionalExtension, params_from_iter, types::Value};
use tempfile::NamedTempFile;

use crate::{
    Ledger, LedgerError, ReportId,
    copy::{failed, folder_of, put_in_place, temporary},
    cut,
    open::contents,
};

/// Tables that are copied unchanged as far as they can be read: what is lost from them only has to be fetched again.
const PLAIN: &[&str] = &[
    "intake",
    "feed_state",
    "watch_source",
    "watch_item",
    "watch_event",
    "archived",
    "archive_file",
    "alert",
    "delivery",
    "watch_mark",
    "proposal",
    "saved_search",
    "visit",
];

/// A row: column names and values.
type Row = Vec<(String, Value)>;

/// What a repair kept and lost.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Repaired {
    /// Reports kept.
    pub reports: u64,
    /// Reports kept whose reading was lost; they need to be reread.
    pub unread: Vec<ReportId>,
    /// Decisions kept.
    pub decisions: u64,
    /// What is lost, in words.
    pub lost: Vec<String>,
    /// Where the damaged ledger is kept.
    pub old: Option<PathBuf>,
}

/// Makes a new ledger of everything intact in a damaged one and replaces it; the damaged one is kept next to it.
/// Placing stories and reading the reports in [`Repaired::unread`] are left to the caller.
///
/// # Errors
/// [`LedgerError::Beyond`] or [`LedgerError::NotALedger`] if nothing of it can be read,
/// [`LedgerError::Busy`] if another process uses the ledger, [`LedgerError::Full`].
pub fn repair(path: &Path) -> Result<Repaired, LedgerError> {
    let target = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let free =
        || temporary(&folder_of(&target)).map(NamedTempFile::into_temp_path).map_err(|e| failed(&target, e));
    let mut done = Repaired::default();
    let (mut filled, mut mended) = (None, None);
    let mut opened = Ledger::open_read_only(path);
    // The rows may be intact: they are read from a copy that is as long, and has the table of contents, as it should.
    if let (Err(LedgerError::Corrupt), Some(end)) = (&opened, cut::cut_off(path)) {
        let place = free()?;
        cut::filled(path, &place, end).map_err(|e| failed(&target, e))?;
        done.lost
            .push(format!("what was in the last {} bytes of the file, which are missing", end.missing()));
        opened = Ledger::open_read_only(&place);
        filled = Some(place);
    }
    if let Err(LedgerError::Contents { .. }) = opened {
        let place = free()?;
        contents::mended(filled.as_deref().unwrap_or(path), &place)?;
        opened = Ledger::open_read_only(&place);
        mended = Some(place);
    }
    let beyond = |e| if matches!(e, LedgerError::Corrupt) { LedgerError::Beyond(path.to_owned()) } else { e };
    let damaged = opened.map_err(beyond)?;
    damaged.db.file()?;
    let place = free()?;
    let mut new = Ledger::open(&place)?;
    copy(&damaged, &mut new, &mut done).map_err(beyond)?;
    if done.reports == 0 && done.decisions == 0 {
        return Err(LedgerError::Beyond(path.to_owned()));
    }
    drop(damaged);
    drop((filled, mended));
    // A single file, without a journal next to it.
    new.db.file()?.pragma_update(None, "journal_mode", "DELETE")?;
    drop(new);
    done.old = put_in_place(place, &target)?;
    Ok(done)
}

fn copy(damaged: &Ledger, new: &mut Ledger, done: &mut Repaired) -> Result<(), LedgerError> {
    let ids = damaged.known_ids()?;
    let mut kept = Vec::new();
    let (old, tx) = (damaged.db.file()?, new.db.write()?);
    let file = tx.file()?;
    // A report may be a revision of a lost one, and a decision may undo a lost one: both are fixed at the end.
    file.pragma_update(None, "defer_foreign_keys", true)?;
    for id in ids {
        let Some(row) = row_of(old, "sound_text", id.0) else {
            done.lost.push(format!("report {id}"));
            continue;
        };
        insert(file, "report", &row)?;
        tx.prepare_cached(
            "INSERT INTO report_words (rowid, headline, text) SELECT id, headline, text FROM report WHERE id = ?1",
        )?
        .execute([id.0])?;
        kept.push(id);
    }
    for id in decisions_of(old) {
        match row_of(old, "sound_decision", id) {
            Some(row) => {
                insert(file, "decision", &row)?;
                done.decisions += 1;
            }
            None => done.lost.push(format!("decision {id}")),
        }
    }
    tx.execute_batch(
        "UPDATE report SET first = (SELECT min(o.id) FROM report o WHERE o.identity = report.identity)
         WHERE first NOT IN (SELECT id FROM report);
         UPDATE report SET latest = (revision = (SELECT max(o.revision) FROM report o WHERE o.first = report.first));
         UPDATE decision SET undoes = NULL WHERE undoes NOT IN (SELECT id FROM decision);",
    )?;
    crate::decision::index(&tx)?;
    for table in PLAIN {
        for row in rows_of(old, table) {
            // Rows that belong to a lost report have no report.
            let there = |(name, value): &(String, Value)| {
                !matches!(name.as_str(), "report" | "previous")
                    || match value {
                        Value::Integer(id) => kept.binary_search(&ReportId(*id)).is_ok(),
                        other => *other == Value::Null,
                    }
            };
            if row.iter().all(there) {
                insert(file, table, &row)?;
            }
        }
    }
    tx.commit()?;
    for id in &kept {
        match damaged.as_read(*id) {
            Ok(Some(reading)) => new.reread(*id, reading)?,
            Ok(None) | Err(LedgerError::Unreadable(_)) => done.unread.push(*id),
            Err(e) => return Err(e),
        }
    }
    done.reports = kept.len() as u64;
    Ok(())
}

/// A row by its number; `None` if it is damaged or missing.
fn row_of(db: &Connection, view: &str, id: i64) -> Option<Row> {
    let mut query = db.prepare_cached(&format!("SELECT * FROM {view} WHERE id = ?1")).ok()?;
    let names: Vec<String> = query.column_names().map(str::to_owned).collect();
    query.query_row([id], |row| columns(row, &names)).optional().ok().flatten()
}

/// Rows of a table up to where it is damaged.
fn rows_of(db: &Connection, table: &str) -> Vec<Row> {
    let Ok(mut query) = db.prepare(&format!("SELECT * FROM {table}")) else { return Vec::new() };
    let names: Vec<String> = query.column_names().map(str::to_owned).collect();
    let Ok(rows) = query.query_map([], |row| columns(row, &names)) else { return Vec::new() };
    rows.map_while(Result::ok).collect()
}

fn columns(row: &rusqlite::Row<'_>, names: &[String]) -> rusqlite::Result<Row> {
    let cell = |(at, name): (usize, &String)| Ok((name.clone(), row.get(at)?));
    names.iter().enumerate().filter(|(_, name)| *name != "sum").map(cell).collect()
}

/// Numbers of decisions. None is ever removed: after a damaged page, all numbers up to the last one exist.
fn decisions_of(db: &Connection) -> Vec<i64> {
    let last = db.query_row("SELECT coalesce(max(id), 0) FROM decision", [], |row| row.get(0)).unwrap_or(0);
    (1..=last).collect()
}

fn insert(db: &Connection, table: &str, row: &Row) -> Result<(), LedgerError> {
    let names: Vec<&str> = row.iter().map(|(name, _)| name.as_str()).collect();
    let marks = vec!["?"; names.len()].join(", ");
    db.prepare_cached(&format!("INSERT INTO {table} ({}) VALUES ({marks})", names.join(", ")))?
        .execute(params_from_iter(row.iter().map(|(_, value)| value)))?;
    Ok(())
}
