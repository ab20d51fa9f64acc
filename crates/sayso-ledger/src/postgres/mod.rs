//! A ledger on PostgreSQL: connecting, recognising, bringing the schema up to date, copying, searching.
//!
//! Its tables are those of a ledger's file, column for column, in the schema `sayso` of a database; triggers and views do there
//! what they do in a file (`migrations-postgres`). All else is written once for both: [`crate::db`].

use std::path::Path;

use postgres::Transaction;

use crate::{
    Ledger, LedgerError,
    db::{Db, server::failed},
    open::How,
};

mod connect;
mod copy;
pub(crate) mod search;
mod words;

pub(crate) use copy::copy;

/// One file for each schema, in order; a released one is never changed.
const MIGRATIONS: &[&str] = &[
    include_str!("../../migrations-postgres/0001.sql"),
    include_str!("../../migrations-postgres/0002.sql"),
    include_str!("../../migrations-postgres/0003.sql"),
];

/// "say1" as a number: the lock that whoever changes the schema or fills the ledger holds.
const LOCK: i64 = 0x7361_7931;

/// True where the user may not write, or the server is a copy that follows another.
const READ_ONLY: &str = "SELECT pg_is_in_recovery() OR NOT has_table_privilege('sayso.report', 'INSERT')";

/// Opens a ledger and brings its schema up to date.
pub(crate) fn open(address: &Path, how: How) -> Result<Ledger, LedgerError> {
    let (server, left_out) = connect::connect(address)?;
    let mut client = server.client();
    let failed = |e| server.failed(&e);
    let mut tx = client.transaction().map_err(failed)?;
    match version(&mut tx, server.name())? {
        None if how != How::Make => return Err(LedgerError::NoLedger(server.name().to_owned())),
        Some(found) if found == MIGRATIONS.len() => {}
        _ => migrate(&mut tx, server.name())?,
    }
    let may_not_write: bool = tx.query_one(READ_ONLY, &[]).map_err(failed)?.get(0);
    tx.commit().map_err(failed)?;
    drop(client);
    let read_only = how == How::Read || may_not_write;
    if read_only {
        server.only_read()?;
    }
    Ok(Ledger {
        db: Db::Server(Box::new(server)),
        path: address.to_owned(),
        read_only,
        left_out,
        seen_as: None,
    })
}

/// The ledger's schema; `None` where there is no ledger.
fn version(tx: &mut Transaction<'_>, name: &str) -> Result<Option<usize>, LedgerError> {
    let asked = "SELECT to_regnamespace('sayso') IS NOT NULL, to_regclass('sayso.ledger') IS NOT NULL";
    let there = tx.query_one(asked, &[]).map_err(|e| failed(name, &e))?;
    let (schema, ledger): (bool, bool) = (there.get(0), there.get(1));
    if !ledger {
        // Somebody else's schema of that name is left alone.
        return if schema { Err(LedgerError::NotALedger(name.into())) } else { Ok(None) };
    }
    let found: i64 =
        tx.query_one("SELECT version FROM sayso.ledger", &[]).map_err(|e| failed(name, &e))?.get(0);
    match usize::try_from(found) {
        Ok(done) if done <= MIGRATIONS.len() => Ok(Some(done)),
        _ => Err(LedgerError::Newer { path: name.into(), found, known: MIGRATIONS.len() as i64 }),
    }
}

/// Applies the migrations that the ledger has not seen, in the transaction: all or none.
fn migrate(tx: &mut Transaction<'_>, name: &str) -> Result<(), LedgerError> {
    let failed = |e| failed(name, &e);
    if version(tx, name)? == Some(MIGRATIONS.len()) {
        return Ok(());
    }
    tx.execute("SELECT pg_advisory_xact_lock($1)", &[&LOCK]).map_err(failed)?;
    // Another program may have done it while this one waited.
    let done = version(tx, name)?;
    if done.is_none() {
        let make = "CREATE SCHEMA sayso; CREATE TABLE sayso.ledger (version bigint NOT NULL);
                    INSERT INTO sayso.ledger VALUES (0)";
        tx.batch_execute(make).map_err(failed)?;
    }
    for sql in MIGRATIONS.iter().skip(done.unwrap_or(0)) {
        tx.batch_execute(sql).map_err(failed)?;
    }
    let known = MIGRATIONS.len() as i64;
    tx.execute("UPDATE sayso.ledger SET version = $1", &[&known]).map_err(failed)?;
    Ok(())
}
