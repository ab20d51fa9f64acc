//! `sayso backup`: a copy of the ledger, made while others use it.

use std::{path::PathBuf, process::ExitCode};

use crate::{failure::Failure, ledger::LedgerArgs, output};

/// Copy the ledger into a new file: a consistent snapshot, even while others read and write.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// File to create; an existing file is left alone
    file: PathBuf,
    #[command(flatten)]
    ledger: LedgerArgs,
}

/// Makes the copy.
pub(crate) fn run(args: &Args) -> Result<ExitCode, Failure> {
    let ledger = args.ledger.only_file()?.open()?;
    // Another existing file is refused by the backup itself, in words of its own.
    let journal = |end: &&str| args.file.to_string_lossy().ends_with(*end);
    if !args.file.exists() || ["-wal", "-shm", "-journal"].iter().any(journal) {
        output::refuse(&args.file, &sayso_ledger::files_of(ledger.path()))?;
    }
    ledger.back_up(&args.file)?;
    let count = ledger.count()?;
    output::text(&format!("{count} reports are in {}\n", output::printable(&args.file.to_string_lossy())))?;
    Ok(ExitCode::SUCCESS)
}
