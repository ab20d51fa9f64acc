//! `sayso vacuum`: releases space that the ledger file no longer needs.

use std::process::ExitCode;

use crate::{
    failure::Failure,
    ledger::LedgerArgs,
    output::{self, printable},
};

/// Rewrite the ledger file without its unused space (`sayso doctor` says how much that is). Needs about as much free
/// disk space as the file takes; others can read while it runs.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    ledger: LedgerArgs,
}

/// Does so and prints how much was released.
pub(crate) fn run(args: &Args) -> Result<ExitCode, Failure> {
    let ledger = args.ledger.only_file()?.open()?;
    let done = ledger.vacuum()?;
    let (before, after) = (output::bytes(done.before), output::bytes(done.after));
    output::text(&format!("{} is now {after}, was {before}\n", printable(&ledger.name())))?;
    Ok(ExitCode::SUCCESS)
}
