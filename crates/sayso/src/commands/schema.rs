//! `sayso schema`: the JSON schema of what `--json` prints.

use std::process::ExitCode;

use crate::{failure::Failure, output};

/// Print the JSON schema of a reading.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {}

/// Prints the schema to stdout.
pub(crate) fn run(_: &Args) -> Result<ExitCode, Failure> {
    output::json_pretty(&sayso_model::json::reading_schema())?;
    Ok(ExitCode::SUCCESS)
}
