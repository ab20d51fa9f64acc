//! One interface for queries and writes, whichever engine holds the ledger: SQLite for a file, PostgreSQL for a server.
//!
//! Every query in this crate is written once, in SQL that both engines accept: `ON CONFLICT`, `RETURNING`, `IS DISTINCT
//! FROM`, `CAST` where nothing else gives a parameter's type, booleans as 0 and 1, an explicit order for nulls. Both
//! engines take and return values as SQLite's. [`server`] translates what is spelt differently; code for what is done
//! differently (the full-text index, the check of a file) asks which engine it is.

use std::ops::Deref;

use rusqlite::{CachedStatement, Connection, ToSql, types::FromSql};

use crate::{LedgerError, LeftOut, sound};

#[cfg(feature = "postgres")]
mod carried;
#[cfg(feature = "postgres")]
pub(crate) mod server;

/// Where a ledger is stored.
#[derive(Debug)]
pub(crate) enum Db {
    /// A file.
    File(Connection),
    /// A database on a server.
    #[cfg(feature = "postgres")]
    Server(Box<server::Server>),
}

impl Db {
    /// A statement that is parsed once for all its uses.
    pub(crate) fn prepare_cached(&self, sql: &str) -> Result<Statement<'_>, LedgerError> {
        match self {
            Self::File(db) => Ok(Statement::File(db.prepare_cached(sql)?)),
            #[cfg(feature = "postgres")]
            Self::Server(server) => Ok(Statement::Server(server.prepare(sql)?)),
        }
    }

    /// Queries one row.
    pub(crate) fn query_row<T>(
        &self,
        sql: &str,
        params: impl Params,
        read: impl FnOnce(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<T, LedgerError> {
        self.prepare_cached(sql)?.query_row(params, read)
    }

    /// Runs one statement; returns how many rows it changed.
    pub(crate) fn execute(&self, sql: &str, params: impl Params) -> Result<usize, LedgerError> {
        self.prepare_cached(sql)?.execute(params)
    }

    /// Runs statements without parameters.
    pub(crate) fn execute_batch(&self, sql: &str) -> Result<(), LedgerError> {
        match self {
            Self::File(db) => Ok(db.execute_batch(sql)?),
            #[cfg(feature = "postgres")]
            Self::Server(server) => server.execute_batch(sql),
        }
    }

    /// Starts writing; others can read but not write until it is committed or dropped.
    pub(crate) fn write(&self) -> Result<Transaction<'_>, LedgerError> {
        match self {
            Self::File(db) => db.execute_batch("BEGIN IMMEDIATE")?,
            #[cfg(feature = "postgres")]
            Self::Server(server) => server.begin_writing()?,
        }
        Ok(Transaction { db: self, open: true })
    }

    /// Starts a transaction that is never committed: only this connection sees it, and it ends with the connection. Until
    /// something is written to the ledger's own tables, nobody waits for it.
    pub(crate) fn draft(&self) -> Result<(), LedgerError> {
        match self {
            Self::File(db) => Ok(db.execute_batch("BEGIN")?),
            #[cfg(feature = "postgres")]
            Self::Server(server) => server.draft(),
        }
    }

    /// Forgets what table a name in a prepared statement meant; SQLite looks it up again by itself.
    pub(crate) fn forget_prepared(&self) {
        #[cfg(feature = "postgres")]
        if let Self::Server(server) = self {
            server.forget_prepared();
        }
    }

    /// Starts reading from a snapshot.
    pub(crate) fn snapshot(&self) -> Result<Transaction<'_>, LedgerError> {
        match self {
            Self::File(db) => db.execute_batch("BEGIN")?,
            #[cfg(feature = "postgres")]
            Self::Server(server) => {
                server.execute_batch("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")?;
            }
        }
        Ok(Transaction { db: self, open: true })
    }

    /// The connection to the file, for operations on files only.
    pub(crate) fn file(&self) -> Result<&Connection, LedgerError> {
        match self {
            Self::File(db) => Ok(db),
            #[cfg(feature = "postgres")]
            Self::Server(_) => Err(LedgerError::OnPostgres),
        }
    }

    /// True for a file.
    pub(crate) fn is_file(&self) -> bool {
        matches!(self, Self::File(_))
    }

    /// Gives a connection to a file the functions that make and check checksums.
    pub(crate) fn functions(&self) -> Result<LeftOut, LedgerError> {
        sound::functions(self.file()?)
    }
}

/// Work that is done completely, or not at all if it is dropped before being committed.
#[derive(Debug)]
pub(crate) struct Transaction<'d> {
    db: &'d Db,
    open: bool,
}

impl Transaction<'_> {
    /// Commits it: all of it is on disk when this returns.
    pub(crate) fn commit(mut self) -> Result<(), LedgerError> {
        self.db.execute_batch("COMMIT")?;
        self.open = false;
        Ok(())
    }
}

impl Deref for Transaction<'_> {
    type Target = Db;

    fn deref(&self) -> &Db {
        self.db
    }
}

impl Drop for Transaction<'_> {
    fn drop(&mut self) {
        // SQLite may have ended it already, as it does when the disk is full.
        let ended = matches!(self.db, Db::File(db) if db.is_autocommit());
        if self.open && !ended {
            // If even this fails, the connection is no longer usable, as the next query will report.
            let _ = self.db.execute_batch("ROLLBACK");
        }
    }
}

/// A statement that can be run.
pub(crate) enum Statement<'d> {
    /// A SQLite statement.
    File(CachedStatement<'d>),
    /// A PostgreSQL statement.
    #[cfg(feature = "postgres")]
    Server(server::Prepared<'d>),
}

impl Statement<'_> {
    /// Runs the query; the rows are read one by one.
    pub(crate) fn query(&mut self, params: impl Params) -> Result<Rows<'_>, LedgerError> {
        params.given(move |values| match self {
            Self::File(statement) => Ok(Rows::File(statement.query(values)?)),
            #[cfg(feature = "postgres")]
            Self::Server(statement) => Ok(Rows::Server { rows: statement.query(values)?, at: 0 }),
        })
    }

    /// Runs the query and maps each row.
    pub(crate) fn query_map<T, F>(
        &mut self,
        params: impl Params,
        read: F,
    ) -> Result<Mapped<'_, F>, LedgerError>
    where
        F: FnMut(&Row<'_>) -> rusqlite::Result<T>,
    {
        Ok(Mapped { rows: self.query(params)?, read })
    }

    /// Returns the first row; it is an error if there is none (see [`Optional`]).
    pub(crate) fn query_row<T>(
        &mut self,
        params: impl Params,
        read: impl FnOnce(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<T, LedgerError> {
        match self.query(params)?.next()? {
            Some(row) => Ok(read(&row)?),
            None => Err(LedgerError::Sqlite(rusqlite::Error::QueryReturnedNoRows)),
        }
    }

    /// True if there is a row.
    pub(crate) fn exists(&mut self, params: impl Params) -> Result<bool, LedgerError> {
        Ok(self.query(params)?.next()?.is_some())
    }

    /// Runs it; returns how many rows it changed.
    pub(crate) fn execute(&mut self, params: impl Params) -> Result<usize, LedgerError> {
        params.given(move |values| match self {
            Self::File(statement) => Ok(statement.execute(values)?),
            #[cfg(feature = "postgres")]
            Self::Server(statement) => statement.execute(values),
        })
    }
}

/// The result of a query.
pub(crate) enum Rows<'s> {
    /// From SQLite, which finds rows as they are read.
    File(rusqlite::Rows<'s>),
    /// From PostgreSQL.
    #[cfg(feature = "postgres")]
    Server {
        /// All the rows.
        rows: Vec<postgres::Row>,
        /// How many have been read.
        at: usize,
    },
}

impl Rows<'_> {
    /// The next row.
    pub(crate) fn next(&mut self) -> Result<Option<Row<'_>>, LedgerError> {
        match self {
            Self::File(rows) => Ok(rows.next()?.map(Row::File)),
            #[cfg(feature = "postgres")]
            Self::Server { rows, at } => {
                *at += 1;
                Ok(rows.get(*at - 1).map(Row::Server))
            }
        }
    }
}

/// Rows, mapped.
pub(crate) struct Mapped<'s, F> {
    rows: Rows<'s>,
    read: F,
}

impl<T, F: FnMut(&Row<'_>) -> rusqlite::Result<T>> Iterator for Mapped<'_, F> {
    type Item = Result<T, LedgerError>;

    fn next(&mut self) -> Option<Self::Item> {
        match self.rows.next() {
            Ok(Some(row)) => Some((self.read)(&row).map_err(LedgerError::from)),
            Ok(None) => None,
            Err(e) => Some(Err(e)),
        }
    }
}

/// A row.
pub(crate) enum Row<'r> {
    /// From SQLite.
    File(&'r rusqlite::Row<'r>),
    /// From PostgreSQL.
    #[cfg(feature = "postgres")]
    Server(&'r postgres::Row),
}

impl Row<'_> {
    /// The value in a column, counted from 0.
    pub(crate) fn get<T: FromSql>(&self, at: usize) -> rusqlite::Result<T> {
        match self {
            Self::File(row) => row.get(at),
            #[cfg(feature = "postgres")]
            Self::Server(row) => server::get(row, at),
        }
    }
}

/// The parameters of a statement.
pub(crate) trait Params {
    /// Passes them on.
    fn given<R>(self, to: impl FnOnce(&[&dyn ToSql]) -> R) -> R;
}

impl Params for &[&dyn ToSql] {
    fn given<R>(self, to: impl FnOnce(&[&dyn ToSql]) -> R) -> R {
        to(self)
    }
}

impl Params for [&dyn ToSql; 0] {
    fn given<R>(self, to: impl FnOnce(&[&dyn ToSql]) -> R) -> R {
        to(&self)
    }
}

impl Params for Vec<rusqlite::types::Value> {
    fn given<R>(self, to: impl FnOnce(&[&dyn ToSql]) -> R) -> R {
        let values: Vec<&dyn ToSql> = self.iter().map(|value| value as &dyn ToSql).collect();
        to(&values)
    }
}

macro_rules! of_arrays {
    ($($count:literal),*) => {$(
        impl<T: ToSql> Params for [T; $count] {
            fn given<R>(self, to: impl FnOnce(&[&dyn ToSql]) -> R) -> R {
                to(&self.each_ref().map(|value| value as &dyn ToSql))
            }
        }
    )*};
}

of_arrays!(1, 2, 3);

impl<A: ToSql, B: ToSql> Params for (A, B) {
    fn given<R>(self, to: impl FnOnce(&[&dyn ToSql]) -> R) -> R {
        to(&[&self.0, &self.1])
    }
}

impl<A: ToSql, B: ToSql, C: ToSql> Params for (A, B, C) {
    fn given<R>(self, to: impl FnOnce(&[&dyn ToSql]) -> R) -> R {
        to(&[&self.0, &self.1, &self.2])
    }
}

/// For queries that may find nothing.
pub(crate) trait Optional<T> {
    /// `None` if there is no row.
    fn optional(self) -> Result<Option<T>, LedgerError>;
}

impl<T> Optional<T> for Result<T, LedgerError> {
    fn optional(self) -> Result<Option<T>, LedgerError> {
        match self {
            Ok(found) => Ok(Some(found)),
            Err(LedgerError::Sqlite(rusqlite::Error::QueryReturnedNoRows)) => Ok(None),
            Err(e) => Err(e),
        }
    }
}
