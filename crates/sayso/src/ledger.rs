//! What the commands of the ledger share.

use std::path::PathBuf;

use sayso_ledger::Ledger;
use sayso_model::Date;

use crate::failure::Failure;

/// Which ledger.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct LedgerArgs {
    /// The ledger's file (without it: sayso/ledger.db in the XDG data folder)
    #[arg(long, value_name = "FILE", env = "SAYSO_LEDGER")]
    pub(crate) ledger: Option<PathBuf>,
}

impl LedgerArgs {
    /// The file.
    pub(crate) fn path(&self) -> Result<PathBuf, Failure> {
        self.ledger.clone().or_else(sayso_ledger::default_path).ok_or_else(|| {
            Failure::Other(
                "there is no home folder to keep a ledger in; name a file with --ledger".to_owned(),
            )
        })
    }

    /// The ledger, which must be there.
    pub(crate) fn open(&self) -> Result<Ledger, Failure> {
        Ok(Ledger::open_existing(&self.path()?)?)
    }

    /// The ledger, made where it is not there.
    pub(crate) fn make(&self) -> Result<Ledger, Failure> {
        Ok(Ledger::open(&self.path()?)?)
    }
}

/// A day on the command line.
pub(crate) fn day(written: &str) -> Result<Date, String> {
    Date::parse(written).ok_or_else(|| format!("'{written}' is not a date of the form YYYY-MM-DD"))
}
