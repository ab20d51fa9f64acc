//! A ledger on PostgreSQL: connecting, recognising, migrating, copying, searching.
//!
//! Its tables are those of a ledger file, column for column, in the schema `sayso` of a database; triggers and views do
//! there what they do in a file (`migrations-postgres`). Everything else is written once for both: [`crate::db`].

use std::path::Path;

use crate::{Ledger, LedgerError, db::Db, open::How};

mod connect;
mod copy;
pub(crate) mod search;
mod words;

pub(crate) use copy::copy;

/// One file per schema version, in order; a released one is never changed.
const MIGRATIONS: &[&str] = &[
    include_str!("../../migrations-postgres/0001.sql"),
    include_str!("../../migrations-postgres/0002.sql"),
    include_str!("../../migrations-postgres/0003.sql"),
    include_str!("../../migrations-postgres/0004.sql"),
    include_str!("../../migrations-postgres/0005.sql"),
];

/// The schema that added the rows of places.
const PLACES_OF_SCHEMA: usize = 4;

/// "say1" as a number: the lock held by whoever changes the schema or fills the ledger.
const LOCK: i64 = 0x7361_7931;

/// True if the user may not write, or the server is a standby.
const READ_ONLY: &str = "SELECT pg_is_in_recovery() OR NOT has_table_privilege('sayso.report', 'INSERT')";

/// Opens a ledger and migrates its schema.
pub(crate) fn open(address: &Path, how: How) -> Result<Ledger, LedgerError> {
    let (server, left_out) = connect::connect(address)?;
    let name = server.name().to_owned();
    let db = Db::Server(Box::new(server));
    match version(&db, &name)? {
        None if how != How::Make => return Err(LedgerError::NoLedger(name)),
        Some(found) if found == MIGRATIONS.len() => {}
        _ => migrate(&db, &name)?,
    }
    let read_only = how == How::Read || db.query_row(READ_ONLY, [], |row| row.get(0))?;
    if let (Db::Server(server), true) = (&db, read_only) {
        server.only_read()?;
    }
    Ok(Ledger { db, path: address.to_owned(), read_only, left_out, seen_as: None, companion: None })
}

/// The schema version of the ledger; `None` if there is no ledger.
fn version(db: &Db, name: &str) -> Result<Option<usize>, LedgerError> {
    let asked = "SELECT to_regnamespace('sayso') IS NOT NULL, to_regclass('sayso.ledger') IS NOT NULL";
    let (schema, ledger): (bool, bool) = db.query_row(asked, [], |row| Ok((row.get(0)?, row.get(1)?)))?;
    if !ledger {
        // A schema of that name that is not ours is left alone.
        return if schema { Err(LedgerError::NotALedger(name.into())) } else { Ok(None) };
    }
    let found: i64 = db.query_row("SELECT version FROM sayso.ledger", [], |row| row.get(0))?;
    match usize::try_from(found) {
        Ok(done) if done <= MIGRATIONS.len() => Ok(Some(done)),
        _ => Err(LedgerError::Newer { path: name.into(), found, known: MIGRATIONS.len() as i64 }),
    }
}

/// Applies the migrations that the ledger has not had yet: all or none.
fn migrate(db: &Db, name: &str) -> Result<(), LedgerError> {
    let tx = db.write()?;
    tx.execute_batch(&format!("SELECT pg_advisory_xact_lock({LOCK})"))?;
    // Another program may have done it while this one was waiting.
    let done = version(&tx, name)?;
    if done.is_none() {
        tx.execute_batch(
            "CREATE SCHEMA sayso; CREATE TABLE sayso.ledger (version bigint NOT NULL);
             INSERT INTO sayso.ledger VALUES (0)",
        )?;
    }
    for sql in MIGRATIONS.iter().skip(done.unwrap_or(0)) {
        tx.execute_batch(sql)?;
    }
    if done.is_some_and(|done| done < PLACES_OF_SCHEMA) {
        crate::reading::project_all(&tx, true)?;
    }
    tx.execute("UPDATE sayso.ledger SET version = ?1", [MIGRATIONS.len() as i64])?;
    tx.commit()
}
