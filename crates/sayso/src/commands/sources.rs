//! `sayso sources`: what is watched, and its state.

use std::process::ExitCode;

use clap::ValueEnum;
use sayso_ingest::{
    head,
    opml::{self, Outline},
};
use serde_json::json;

use crate::{failure::Failure, ledger::LedgerArgs, output};

/// List the watched sources and their state.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    ledger: LedgerArgs,
    /// Output format
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

/// Output formats.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// A table
    Text,
    /// One JSON object per line
    Json,
    /// OPML, for feed readers
    Opml,
}

/// Prints them.
pub(crate) fn run(args: &Args) -> Result<ExitCode, Failure> {
    let ledger = args.ledger.open()?;
    let sources = ledger.watch_sources()?;
    if args.format == Format::Opml {
        let feeds: Vec<Outline> = sources
            .into_iter()
            // A source that turned out not to be a feed is left out; one whose kind is not known yet may be a feed.
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
        output::found(&header, rows, "no sources are being watched")?;
    }
    Ok(ExitCode::SUCCESS)
}
