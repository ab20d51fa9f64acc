//! A ledger on PostgreSQL: connecting, recognising, bringing the schema up to date.
//!
//! Its tables are those of a ledger's file, column for column, in the schema `sayso` of a database. It is filled by
//! [`copy`](fn@crate::copy), can be listed and searched ([`Catalogue`](crate::Catalogue)), and is copied back into a file, where
//! the rows are held against their sums. Whatever else is asked of a ledger is refused: [`LedgerError::OnPostgres`].

use std::path::Path;

use postgres::{
    Client, Config, NoTls, Transaction,
    config::{Host, SslMode},
};

use crate::LedgerError;

mod copy;
mod query;
mod words;

pub(crate) use copy::copy;

/// One file for each schema, in order; a released one is never changed.
const MIGRATIONS: &[&str] =
    &[include_str!("../../migrations-postgres/0001.sql"), include_str!("../../migrations-postgres/0002.sql")];

/// "say1" as a number: the lock that whoever changes the schema or fills the ledger holds.
const LOCK: i64 = 0x7361_7931;

/// A ledger on PostgreSQL.
pub struct Postgres {
    db: Client,
    /// Server and database, without the password.
    name: String,
}

impl std::fmt::Debug for Postgres {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Postgres").field("name", &self.name).finish_non_exhaustive()
    }
}

impl Postgres {
    /// Opens a ledger that must be there already, and brings its schema up to date.
    ///
    /// # Errors
    /// [`LedgerError::Address`], [`LedgerError::Postgres`], [`LedgerError::NoLedger`], [`LedgerError::Newer`].
    pub fn open_existing(address: &Path) -> Result<Self, LedgerError> {
        let mut this = Self::connect(address)?;
        let name = this.name.clone();
        let failed = |e| failed(&name, e);
        let mut tx = this.db.transaction().map_err(failed)?;
        match version(&mut tx, &name)? {
            None => return Err(LedgerError::NoLedger(name)),
            Some(found) if found < MIGRATIONS.len() => migrate(&mut tx, &name)?,
            Some(_) => {}
        }
        tx.commit().map_err(failed)?;
        Ok(this)
    }

    /// Opens a ledger, makes it where there is none, and brings its schema up to date.
    ///
    /// # Errors
    /// Those of [`Postgres::open_existing`], and [`LedgerError::Postgres`] where the user may not make a schema.
    pub fn open(address: &Path) -> Result<Self, LedgerError> {
        let mut this = Self::connect(address)?;
        let name = this.name.clone();
        let mut tx = this.db.transaction().map_err(|e| failed(&name, e))?;
        migrate(&mut tx, &name)?;
        tx.commit().map_err(|e| failed(&name, e))?;
        Ok(this)
    }

    fn connect(address: &Path) -> Result<Self, LedgerError> {
        let written = address.to_str().unwrap_or_default();
        let mut config: Config = written.parse().map_err(|e| LedgerError::Address(reason(&e)))?;
        let name = name(&config);
        // Without TLS a password, or the reports, would go over the network in the open without anybody having said so.
        let near = |host: &Host| match host {
            Host::Tcp(host) => matches!(host.as_str(), "localhost" | "127.0.0.1" | "::1"),
            #[cfg(unix)]
            Host::Unix(_) => true,
        };
        let said = written.contains("sslmode=disable");
        if config.get_ssl_mode() == SslMode::Require || !(said || config.get_hosts().iter().all(near)) {
            return Err(LedgerError::Unencrypted(name));
        }
        config.ssl_mode(SslMode::Disable).application_name("sayso");
        let mut db = config.connect(NoTls).map_err(|e| failed(&name, e))?;
        // No answer depends on what the server or the user has set.
        db.batch_execute("SET search_path = sayso; SET client_min_messages = warning; SET jit = off")
            .map_err(|e| failed(&name, e))?;
        Ok(Self { db, name })
    }
}

/// The ledger's schema; `None` where there is no ledger.
fn version(tx: &mut Transaction<'_>, name: &str) -> Result<Option<usize>, LedgerError> {
    let asked = "SELECT to_regnamespace('sayso') IS NOT NULL, to_regclass('sayso.ledger') IS NOT NULL";
    let there = tx.query_one(asked, &[]).map_err(|e| failed(name, e))?;
    let (schema, ledger): (bool, bool) = (there.get(0), there.get(1));
    if !ledger {
        // Somebody else's schema of that name is left alone.
        return if schema { Err(LedgerError::NotALedger(name.into())) } else { Ok(None) };
    }
    let found: i64 =
        tx.query_one("SELECT version FROM sayso.ledger", &[]).map_err(|e| failed(name, e))?.get(0);
    match usize::try_from(found) {
        Ok(done) if done <= MIGRATIONS.len() => Ok(Some(done)),
        _ => Err(LedgerError::Newer { path: name.into(), found, known: MIGRATIONS.len() as i64 }),
    }
}

/// Applies the migrations that the ledger has not seen, in the transaction: all or none.
fn migrate(tx: &mut Transaction<'_>, name: &str) -> Result<(), LedgerError> {
    let failed = |e| failed(name, e);
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

/// Server and database for messages: never the password.
fn name(config: &Config) -> String {
    let host = match config.get_hosts().first() {
        Some(Host::Tcp(host)) => host.clone(),
        #[cfg(unix)]
        Some(Host::Unix(folder)) => folder.display().to_string(),
        None => "localhost".to_owned(),
    };
    let database = config.get_dbname().or(config.get_user()).unwrap_or_default();
    format!("postgres://{host}/{database}")
}

fn failed(name: &str, error: postgres::Error) -> LedgerError {
    LedgerError::Postgres { ledger: name.to_owned(), reason: reason(&error) }
}

/// What the server said, else what the client did.
fn reason(error: &postgres::Error) -> String {
    if let Some(said) = error.as_db_error() {
        return said.message().to_owned();
    }
    let cause = std::error::Error::source(error).map(|cause| format!(": {cause}")).unwrap_or_default();
    format!("{error}{cause}")
}
