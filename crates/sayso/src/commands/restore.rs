//! `sayso restore`: a backup in the place of the ledger.

use std::{path::PathBuf, process::ExitCode};

use crate::{
    failure::Failure,
    ledger::LedgerArgs,
    output::{self, printable},
};

/// Put a backup in the place of the ledger; what was there is kept beside it.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The backup, which stays as it is; a damaged one is refused
    backup: PathBuf,
    #[command(flatten)]
    ledger: LedgerArgs,
}

/// Puts it there.
pub(crate) fn run(args: &Args) -> Result<ExitCode, Failure> {
    let path = args.ledger.only_file()?.path()?;
    if output::same_file(&args.backup, &path) {
        return Err(Failure::Other("the backup is the ledger itself; nothing was changed".to_owned()));
    }
    let old = sayso_ledger::restore(&args.backup, &path)?;
    let name = printable(&path.to_string_lossy());
    output::text(&match old {
        Some(old) => format!("{name} is restored; what was there is {}\n", printable(&old.to_string_lossy())),
        None => format!("{name} is restored\n"),
    })?;
    Ok(ExitCode::SUCCESS)
}
