//! What is asked of a ledger wherever it is kept.

use std::path::Path;

use crate::{Hit, Ledger, LedgerError, ReportFilter, ReportLine};

/// A list of reports that can be narrowed and searched: a ledger's file, or a ledger on PostgreSQL.
pub trait Catalogue {
    /// Lists reports, the newest published first, those without a date last.
    ///
    /// # Errors
    /// Those of the store.
    fn reports(&mut self, filter: &ReportFilter) -> Result<Vec<ReportLine>, LedgerError>;

    /// Reports with all the words, best first; see [`Ledger::search`].
    ///
    /// # Errors
    /// [`LedgerError::TooManyWords`] and those of the store.
    fn search(&mut self, words: &str, limit: u32) -> Result<Vec<Hit>, LedgerError>;
}

impl Catalogue for Ledger {
    fn reports(&mut self, filter: &ReportFilter) -> Result<Vec<ReportLine>, LedgerError> {
        Ledger::reports(self, filter)
    }

    fn search(&mut self, words: &str, limit: u32) -> Result<Vec<Hit>, LedgerError> {
        Ledger::search(self, words, limit)
    }
}

/// True for the address of a ledger on PostgreSQL: what else names a ledger is a file.
#[must_use]
pub fn is_postgres(ledger: &Path) -> bool {
    let named = |scheme| ledger.to_str().is_some_and(|l| l.starts_with(scheme));
    named("postgres://") || named("postgresql://")
}

/// Opens a ledger on PostgreSQL for what can be asked of it there.
///
/// # Errors
/// [`LedgerError::NoPostgres`] in a program without PostgreSQL, and those of connecting.
#[cfg_attr(not(feature = "postgres"), expect(unused_variables, reason = "what is refused needs no address"))]
pub fn catalogue(address: &Path) -> Result<Box<dyn Catalogue>, LedgerError> {
    #[cfg(feature = "postgres")]
    return Ok(Box::new(crate::Postgres::open_existing(address)?));
    #[cfg(not(feature = "postgres"))]
    Err(LedgerError::NoPostgres)
}

/// Copies a ledger into a new one, each a file or an address of PostgreSQL, whole as of one moment; gives the number of
/// reports.
///
/// # Errors
/// [`LedgerError::Exists`] and [`LedgerError::NotEmpty`] where the new one is there already, [`LedgerError::Unsound`] where
/// rows of the old one are damaged or came over otherwise than they were written, and those of both stores.
pub fn copy(from: &Path, to: &Path) -> Result<u64, LedgerError> {
    if !is_postgres(from) && !is_postgres(to) {
        let ledger = Ledger::open_read_only(from)?;
        ledger.back_up(to)?;
        return ledger.count();
    }
    #[cfg(feature = "postgres")]
    return crate::postgres::copy(from, to);
    #[cfg(not(feature = "postgres"))]
    Err(LedgerError::NoPostgres)
}
