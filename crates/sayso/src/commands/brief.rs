//! `sayso brief`: the brief of a story.

use std::process::ExitCode;

use clap::ValueEnum;
use sayso_brief::render;
use sayso_model::Date;

use crate::{
    failure::Failure,
    ledger::{LedgerArgs, ViewArgs, day},
    output,
};

/// Print the brief of a story under five heads, each line with the words that it rests on.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Number of the story, as `sayso stories` lists it
    story: i64,
    /// In what form
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// As the story stood on this day
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = day)]
    as_of: Option<Date>,
    /// Tell only what is new, and said, since this day
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = day)]
    since: Option<Date>,
    #[command(flatten)]
    seen: ViewArgs,
    #[command(flatten)]
    ledger: LedgerArgs,
}

/// Forms of a brief.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// Plain text
    Text,
    /// Markdown (CommonMark)
    Md,
    /// One HTML page
    Html,
    /// JSON
    Json,
}

/// Prints the brief.
pub(crate) fn run(args: &Args) -> Result<ExitCode, Failure> {
    let loaded = sayso_desk::load(&mut args.seen.open(&args.ledger)?, args.story, args.as_of)?;
    let brief = sayso_brief::story::compose(&loaded.story, &loaded.readings(), &loaded.corrected, args.since);
    match args.format {
        Format::Text => {
            output::text(&output::printable_lines(&render::text(&brief)))?;
        }
        Format::Md => output::text(&render::markdown(&brief))?,
        Format::Html => output::text(&render::html(&brief))?,
        Format::Json => output::json_pretty(&render::json(&brief)?)?,
    }
    Ok(ExitCode::SUCCESS)
}
