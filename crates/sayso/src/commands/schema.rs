//! `sayso schema`: the JSON Schemas of what `--json` prints.

use std::process::ExitCode;

use clap::ValueEnum;

use crate::{failure::Failure, output};

/// Print the JSON Schema of a reading, a story or a brief.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The output to describe: that of `sayso read --json`, `sayso story --json` or `sayso brief --format json`
    #[arg(value_enum, default_value_t = Form::Reading)]
    form: Form,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Form {
    Reading,
    Story,
    Brief,
}

/// Prints the schema to stdout.
pub(crate) fn run(args: &Args) -> Result<ExitCode, Failure> {
    output::json_pretty(&match args.form {
        Form::Reading => sayso_model::json::reading_schema(),
        Form::Story => sayso_model::json::story_schema(),
        Form::Brief => sayso_brief::brief_schema(),
    })?;
    Ok(ExitCode::SUCCESS)
}
