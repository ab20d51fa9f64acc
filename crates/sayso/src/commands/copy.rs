//! `sayso copy`: a ledger from a file to PostgreSQL, and back.

use std::{path::PathBuf, process::ExitCode};

use crate::{failure::Failure, output};

/// Copy a ledger into a new one, whole as of one moment: from a file to PostgreSQL, back, or to another of either.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  sayso copy ledger.db postgres:///news
  sayso reports --ledger postgres:///news
  sayso copy postgres:///news back.db                 every row is held against its checksum")]
pub(crate) struct Args {
    /// The ledger to copy, which stays as it is: a file, or postgres://USER@HOST/DATABASE
    #[arg(value_name = "LEDGER")]
    from: PathBuf,
    /// Where to: a file that is not there yet, or a database that holds no ledger yet
    #[arg(value_name = "NEW_LEDGER")]
    to: PathBuf,
}

/// Makes the copy.
pub(crate) fn run(args: &Args) -> Result<ExitCode, Failure> {
    let count = sayso_ledger::copy(&args.from, &args.to)?;
    // Not where to: an address may hold a password.
    output::text(&format!("{count} reports were copied\n"))?;
    Ok(ExitCode::SUCCESS)
}
