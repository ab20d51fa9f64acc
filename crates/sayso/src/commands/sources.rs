//! `sayso sources`: what is watched, and how it is.

use std::process::ExitCode;

use clap::ValueEnum;
use sayso_ingest::{
    head,
    opml::{self, Outline},
};
use serde_json::json;

use crate::{failure::Failure, ledger::LedgerArgs, output};

/// The sources that are watched, with how they are.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    ledger: LedgerArgs,
    /// As a table, one JSON object a line, or OPML for readers of feeds
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

/// How sources are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// A table
    Text,
    /// JSON lines
    Json,
    /// OPML
    Opml,
}

/// Prints them.
pub(crate) fn run(args: &Args) -> Result<ExitCode, Failure> {
    let ledger = args.ledger.open()?;
    let sources = ledger.watch_sources()?;
    if args.format == Format::Opml {
        let feeds: Vec<Outline> = sources
            .into_iter()
            // What was found to be something else than a feed is none; what was not found to be anything yet may be one.
            .filter(|s| s.address.contains("://") && s.kind.as_deref().is_none_or(|kind| kind == "feed"))
            .map(|s| Outline { address: s.address, title: s.title })
            .collect();
        output::text(&opml::write("Watched by sayso", &feeds))?;
        return Ok(ExitCode::SUCCESS);
    }
    let mut rows = Vec::new();
    for source in sources {
        let counts = ledger.watch_counts(&source.address)?;
        if args.format == Format::Json {
            let mut value = serde_json::to_value(&source)?;
            value["pages"] =
                json!({"found": counts.found, "taken": counts.taken, "given_up": counts.given_up});
            output::json_line(&value)?;
            continue;
        }
        let instant = |at: Option<i64>| {
            at.and_then(|at| u64::try_from(at).ok()).map_or_else(|| "-".to_owned(), head::instant)
        };
        rows.push(vec![
            source.title.unwrap_or_default(),
            source.address,
            source.kind.unwrap_or_default(),
            instant(source.answered_at),
            instant(source.new_at),
            counts.found.to_string(),
            counts.taken.to_string(),
            counts.given_up.to_string(),
            source.problem.map(|p| format!("{p} ({} times)", source.failures)).unwrap_or_default(),
        ]);
    }
    if args.format == Format::Text {
        let header = ["title", "source", "kind", "answered", "new", "pages", "taken", "given up", "problem"];
        output::found(&header, rows, "nothing is watched into this ledger")?;
    }
    Ok(ExitCode::SUCCESS)
}
