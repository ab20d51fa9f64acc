//! `sayso stories`: what is developing.

use std::process::ExitCode;

use serde_json::json;

use crate::{failure::Failure, ledger::LedgerArgs, output, stories};

/// List the stories in the ledger, the one with the newest report first.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    ledger: LedgerArgs,
    /// Stories of at least so many reports
    #[arg(long, value_name = "COUNT", default_value_t = 1)]
    least: usize,
    /// Print one JSON object a line
    #[arg(long)]
    json: bool,
}

/// Prints the list.
pub(crate) fn run(args: &Args) -> Result<ExitCode, Failure> {
    let mut ledger = args.ledger.open()?;
    stories::catch_up(&mut ledger)?;
    let mut found = ledger.story_lines()?;
    found.retain(|story| story.reports >= args.least);
    found.sort_by(|a, b| b.last.cmp(&a.last).then(a.id.cmp(&b.id)));
    if args.json {
        for story in found {
            output::json_line(&json!({
                "story": story.id.0, "label": story.label, "reports": story.reports, "outlets": story.outlets,
                "first": story.first, "last": story.last
            }))?;
        }
        return Ok(ExitCode::SUCCESS);
    }
    let rows = found
        .into_iter()
        .map(|story| {
            let day = |d: Option<String>| d.unwrap_or_else(|| "-".to_owned());
            vec![
                story.id.0.to_string(),
                day(story.first),
                day(story.last),
                story.reports.to_string(),
                story.outlets.len().to_string(),
                story.label,
            ]
        })
        .collect();
    output::table(&["story", "first", "last", "reports", "outlets", "began with"], rows)?;
    Ok(ExitCode::SUCCESS)
}
