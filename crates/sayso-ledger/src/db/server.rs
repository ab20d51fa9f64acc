//! Queries to PostgreSQL: translated, prepared once, their values converted from and to SQLite's.

use std::{
    cell::{Cell, RefCell},
    collections::HashMap,
    time::Duration,
};

use postgres::{Client, error::SqlState};
use rusqlite::{
    ToSql,
    types::{FromSql, FromSqlError, ToSqlOutput, ValueRef},
};

use super::carried::Carried;
use crate::LedgerError;

/// The lock that a writer holds, so that there is one writer at a time, as with a file: report numbers grow in commit
/// order.
const WRITERS: i64 = 0x7361_7932;

/// How many prepared statements are kept.
const KEPT: usize = 512;

/// A connection.
pub(crate) struct Server {
    client: RefCell<Client>,
    prepared: RefCell<HashMap<String, postgres::Statement>>,
    /// Server and database, without the password.
    name: String,
    read_only: Cell<bool>,
}

impl std::fmt::Debug for Server {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Server").field("name", &self.name).finish_non_exhaustive()
    }
}

impl Server {
    pub(crate) fn new(client: Client, name: String) -> Self {
        Self { client: client.into(), prepared: RefCell::default(), name, read_only: Cell::new(false) }
    }

    /// Server and database, without the password.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// The client, for operations that have no counterpart in SQLite.
    pub(crate) fn client(&self) -> std::cell::RefMut<'_, Client> {
        self.client.borrow_mut()
    }

    pub(crate) fn failed(&self, error: &postgres::Error) -> LedgerError {
        failed(&self.name, error)
    }

    pub(crate) fn prepare(&self, sql: &str) -> Result<Prepared<'_>, LedgerError> {
        let mut kept = self.prepared.borrow_mut();
        if let Some(statement) = kept.get(sql) {
            return Ok(Prepared { server: self, statement: statement.clone() });
        }
        let statement = self.client().prepare(&respelt(sql)).map_err(|e| self.failed(&e))?;
        if kept.len() >= KEPT {
            kept.clear();
        }
        kept.insert(sql.to_owned(), statement.clone());
        Ok(Prepared { server: self, statement })
    }

    pub(crate) fn execute_batch(&self, sql: &str) -> Result<(), LedgerError> {
        self.client().batch_execute(sql).map_err(|e| self.failed(&e))
    }

    /// Starts a transaction as the only writer.
    pub(crate) fn begin_writing(&self) -> Result<(), LedgerError> {
        if self.read_only.get() {
            return Err(LedgerError::ReadOnly);
        }
        let begin = format!("BEGIN; SELECT pg_advisory_xact_lock({WRITERS})");
        self.execute_batch(&begin).inspect_err(|_| {
            let _ = self.execute_batch("ROLLBACK");
        })
    }

    /// Starts a transaction that is never committed; nothing else can be written then.
    pub(crate) fn draft(&self) -> Result<(), LedgerError> {
        self.read_only.set(true);
        self.execute_batch("BEGIN ISOLATION LEVEL REPEATABLE READ")
    }

    /// Forgets what table a name in a statement meant.
    pub(crate) fn forget_prepared(&self) {
        self.prepared.borrow_mut().clear();
    }

    /// How long it waits for another writer.
    pub(crate) fn wait_for_writers(&self, at_most: Duration) -> Result<(), LedgerError> {
        self.execute_batch(&format!("SET lock_timeout = {}", at_most.as_millis().max(1)))
    }

    /// From now on, nothing can be written.
    pub(crate) fn only_read(&self) -> Result<(), LedgerError> {
        self.read_only.set(true);
        self.execute_batch("SET default_transaction_read_only = on")
    }
}

/// A prepared statement of a connection.
pub(crate) struct Prepared<'d> {
    server: &'d Server,
    statement: postgres::Statement,
}

impl Prepared<'_> {
    pub(crate) fn query(&self, values: &[&dyn ToSql]) -> Result<Vec<postgres::Row>, LedgerError> {
        let values = carried(values)?;
        self.server.client().query(&self.statement, &given(&values)).map_err(|e| self.server.failed(&e))
    }

    pub(crate) fn execute(&self, values: &[&dyn ToSql]) -> Result<usize, LedgerError> {
        let values = carried(values)?;
        let changed = self.server.client().execute(&self.statement, &given(&values));
        changed.map(|n| usize::try_from(n).unwrap_or(usize::MAX)).map_err(|e| self.server.failed(&e))
    }
}

fn carried(values: &[&dyn ToSql]) -> Result<Vec<Carried>, LedgerError> {
    let value = |value: &&dyn ToSql| match value.to_sql()? {
        ToSqlOutput::Owned(value) => Ok(Carried(value)),
        ToSqlOutput::Borrowed(value) => Ok(Carried(value.try_into().map_err(conversion)?)),
        _ => Err(rusqlite::Error::ToSqlConversionFailure("a value that only SQLite has".into())),
    };
    Ok(values.iter().map(value).collect::<rusqlite::Result<_>>()?)
}

fn given(values: &[Carried]) -> Vec<&(dyn postgres::types::ToSql + Sync)> {
    values.iter().map(|value| value as &(dyn postgres::types::ToSql + Sync)).collect()
}

fn conversion(error: FromSqlError) -> rusqlite::Error {
    rusqlite::Error::ToSqlConversionFailure(error.into())
}

/// The value in a column of a row.
pub(crate) fn get<T: FromSql>(row: &postgres::Row, at: usize) -> rusqlite::Result<T> {
    let wrong = |e: Box<dyn std::error::Error + Send + Sync>| {
        rusqlite::Error::FromSqlConversionFailure(at, rusqlite::types::Type::Null, e)
    };
    let Carried(value) = row.try_get(at).map_err(|e| wrong(e.into()))?;
    T::column_result(ValueRef::from(&value)).map_err(|e| wrong(e.into()))
}

/// The same statement in PostgreSQL's spelling: numbered parameters, and joins in an order the planner may choose.
fn respelt(sql: &str) -> String {
    let mut out = String::with_capacity(sql.len());
    let (mut quoted, mut places) = (false, 0);
    let mut letters = sql.chars().peekable();
    while let Some(c) = letters.next() {
        quoted ^= c == '\'';
        if c != '?' || quoted {
            out.push(c);
            continue;
        }
        out.push('$');
        if !letters.peek().is_some_and(char::is_ascii_digit) {
            places += 1;
            out.push_str(&places.to_string());
        }
    }
    out.replace("CROSS JOIN", "JOIN")
}

/// What went wrong, as the equivalent error for a file if there is one.
pub(crate) fn failed(name: &str, error: &postgres::Error) -> LedgerError {
    match error.code() {
        Some(code) if *code == SqlState::LOCK_NOT_AVAILABLE => LedgerError::Busy,
        Some(code) if *code == SqlState::DISK_FULL => LedgerError::Full,
        Some(code) if *code == SqlState::READ_ONLY_SQL_TRANSACTION => LedgerError::ReadOnly,
        _ => LedgerError::Postgres { ledger: name.to_owned(), reason: reason(error) },
    }
}

/// The server's message, otherwise the client's.
pub(crate) fn reason(error: &postgres::Error) -> String {
    if let Some(said) = error.as_db_error() {
        return said.message().to_owned();
    }
    let cause = std::error::Error::source(error).map(|cause| format!(": {cause}")).unwrap_or_default();
    format!("{error}{cause}")
}

#[cfg(test)]
mod tests {
    use super::respelt;

    #[test]
    fn places_are_numbered_outside_of_quotations() {
        assert_eq!(respelt("a = ?2 AND b = '?' OR c = ?1"), "a = $2 AND b = '?' OR c = $1");
        assert_eq!(respelt("(?, ?) FROM a CROSS JOIN b ON a.x = b.x"), "($1, $2) FROM a JOIN b ON a.x = b.x");
    }
}
