//! `sayso restore`: replaces the ledger with a backup.

use std::{fs, path::PathBuf, process::ExitCode};

use crate::{
    failure::Failure,
    ledger::LedgerArgs,
    output::{self, printable},
};

/// Replace the ledger with a backup; the replaced ledger is kept next to it.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The backup, which is not changed; a damaged one is refused
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
    // Otherwise it would be taken for a ledger that is still to be made.
    fs::metadata(&args.backup)
        .map_err(|source| Failure::Open { input: args.backup.display().to_string(), source })?;
    let old = sayso_ledger::restore(&args.backup, &path)?;
    let name = printable(&path.to_string_lossy());
    output::text(&match old {
        Some(old) => {
            format!("{name} is restored; the replaced ledger is now {}\n", printable(&old.to_string_lossy()))
        }
        None => format!("{name} is restored\n"),
    })?;
    Ok(ExitCode::SUCCESS)
}
