//! `sayso brief`: the brief of a story.

use std::process::ExitCode;

use clap::ValueEnum;
use sayso_brief::{Brief, render};
use sayso_desk::{Loaded, Parts};
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
    let mut ledger = args.seen.open(&args.ledger)?;
    let compose = |loaded: &Loaded| {
        sayso_brief::story::compose(&loaded.story, &loaded.readings(), &loaded.corrected, args.since)
    };
    let brief: Brief = if args.as_of.is_some() || args.since.is_some() {
        compose(&sayso_desk::load(&mut ledger, args.story, args.as_of)?)
    } else {
        let name = "brief".to_owned();
        let make = |loaded: &Loaded| {
            Ok(Parts::from([("brief".to_owned(), serde_json::to_string(&compose(loaded))?)]))
        };
        let kept = sayso_desk::kept(&mut ledger, args.story, "brief", std::slice::from_ref(&name), make)?;
        serde_json::from_str(kept.get(&name).map_or("", String::as_str))?
    };
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
