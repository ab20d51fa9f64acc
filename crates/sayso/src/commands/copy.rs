//! `sayso copy`: copies a ledger from a file to PostgreSQL, or back.

use std::{path::PathBuf, process::ExitCode};

use crate::{failure::Failure, output};

/// Copy a ledger into a new one, as a consistent snapshot: from a file to PostgreSQL, back, or between two of either.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  sayso copy ledger.db postgres:///news
  sayso reports --ledger postgres:///news
  sayso copy postgres:///news back.db                 every row is checked against its checksum")]
pub(crate) struct Args {
    /// The ledger to copy, which is not changed: a file or postgres://USER@HOST/DATABASE
    #[arg(value_name = "LEDGER")]
    from: PathBuf,
    /// Destination: a file that does not exist yet, or a database that holds no ledger yet
    #[arg(value_name = "NEW_LEDGER")]
    to: PathBuf,
}

/// Makes the copy.
pub(crate) fn run(args: &Args) -> Result<ExitCode, Failure> {
    let count = sayso_ledger::copy(&args.from, &args.to)?;
    // Not the destination: a URL may contain a password.
    output::text(&format!("{count} reports were copied\n"))?;
    Ok(ExitCode::SUCCESS)
}
