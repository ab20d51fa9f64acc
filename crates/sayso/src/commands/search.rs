//! `sayso search`: reports by words.

use std::process::ExitCode;

use crate::{failure::Failure, ledger::LedgerArgs, output};

/// Find reports by words. Quote a phrase twice ('"spy agency"'); end a word with * to match its beginning.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Words that a report must contain, in any inflection
    #[arg(required = true)]
    words: Vec<String>,
    #[command(flatten)]
    ledger: LedgerArgs,
    /// List at most this many
    #[arg(long, value_name = "COUNT", default_value_t = 20)]
    limit: u32,
    /// Print one JSON object per line
    #[arg(long)]
    json: bool,
}

/// Prints what is found, best first.
pub(crate) fn run(args: &Args) -> Result<ExitCode, Failure> {
    let hits = sayso_desk::search(&args.ledger.open()?, &args.words.join(" "), args.limit)?;
    if args.json {
        for hit in &hits {
            output::json_line(&serde_json::to_value(hit)?)?;
        }
        return Ok(ExitCode::SUCCESS);
    }
    let rows = hits
        .into_iter()
        .map(|hit| {
            vec![
                hit.line.id.to_string(),
                hit.line.published.unwrap_or_else(|| "-".to_owned()),
                hit.line.outlet.unwrap_or_else(|| "-".to_owned()),
                hit.line.headline.unwrap_or_default(),
                hit.snippet,
            ]
        })
        .collect();
    let nothing = "no report has all these words; try fewer words, or the beginning of a word with *";
    output::found(&["report", "published", "outlet", "headline", "words"], rows, nothing)?;
    Ok(ExitCode::SUCCESS)
}
