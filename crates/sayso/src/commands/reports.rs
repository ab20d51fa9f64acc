//! `sayso reports`: lists the reports in the ledger.

use std::process::ExitCode;

use sayso_ledger::{ReportFilter, StoryId};
use sayso_model::Date;

use crate::{
    failure::Failure,
    ledger::{LedgerArgs, day},
    output,
};

/// List the reports in the ledger, newest first.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    ledger: LedgerArgs,
    /// Published on this day or later
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = day)]
    since: Option<Date>,
    /// Published on this day or earlier
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = day)]
    until: Option<Date>,
    /// Words from the outlet's name
    #[arg(long, value_name = "NAME")]
    outlet: Option<String>,
    /// Only the reports of this story
    #[arg(long, value_name = "STORY")]
    story: Option<i64>,
    /// Include older revisions
    #[arg(long)]
    all_revisions: bool,
    /// List at most this many
    #[arg(long, value_name = "COUNT")]
    limit: Option<u32>,
    /// Print one JSON object per line
    #[arg(long)]
    json: bool,
}

/// Prints the list.
pub(crate) fn run(args: &Args) -> Result<ExitCode, Failure> {
    let filter = ReportFilter {
        since: args.since,
        until: args.until,
        outlet: args.outlet.clone(),
        story: args.story.map(StoryId),
        all_revisions: args.all_revisions,
        limit: args.limit,
    };
    let lines = args.ledger.open()?.reports(&filter)?;
    if args.json {
        for line in &lines {
            output::json_line(&serde_json::to_value(line)?)?;
        }
        return Ok(ExitCode::SUCCESS);
    }
    let count = |n: Option<i64>| n.map_or_else(|| "-".to_owned(), |n| n.to_string());
    let rows = lines
        .into_iter()
        .map(|line| {
            let unread = line.language.as_deref().filter(|l| !sayso_ingest::language::is_english(l));
            let statements = unread.map_or_else(|| count(line.statements), |l| format!("not read ({l})"));
            vec![
                line.id.to_string(),
                line.published.unwrap_or_else(|| "-".to_owned()),
                line.outlet.unwrap_or_else(|| "-".to_owned()),
                line.headline.unwrap_or(line.origin),
                if line.revision > 1 { line.revision.to_string() } else { String::new() },
                statements,
                count(line.figures),
            ]
        })
        .collect();
    let header = ["report", "published", "outlet", "headline", "rev", "statements", "figures"];
    output::found(&header, rows, "no such report in this ledger")?;
    Ok(ExitCode::SUCCESS)
}
