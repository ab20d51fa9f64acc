//! `sayso vacuum`: gives room back that the ledger's file no longer needs.

use std::process::ExitCode;

use crate::{
    failure::Failure,
    ledger::LedgerArgs,
    output::{self, printable},
};

/// Write the ledger's file anew without the room that nothing holds (`sayso doctor` says how much that is). Needs about as much
/// room again while it runs; others can read meanwhile.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    ledger: LedgerArgs,
}

/// Does so and prints what it has given back.
pub(crate) fn run(args: &Args) -> Result<ExitCode, Failure> {
    let ledger = args.ledger.only_file()?.open()?;
    let done = ledger.vacuum()?;
    let (before, after) = (output::bytes(done.before), output::bytes(done.after));
    output::text(&format!("{} has {after}, before {before}\n", printable(&ledger.name())))?;
    Ok(ExitCode::SUCCESS)
}
