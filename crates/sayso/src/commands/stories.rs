//! `sayso stories`: lists what is developing.

use std::process::ExitCode;

use sayso_ledger::StoryCursor;

use crate::{failure::Failure, ledger::LedgerArgs, output};

/// List the stories in the ledger, starting with the one that has the newest report.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    ledger: LedgerArgs,
    /// Only stories with at least this many reports
    #[arg(long, value_name = "COUNT", default_value_t = 1)]
    least: usize,
    /// List at most this many; the last line says how to continue
    #[arg(long, value_name = "COUNT")]
    limit: Option<usize>,
    /// Continue after a page, from the place that it ended with
    #[arg(long, value_name = "PLACE")]
    cursor: Option<StoryCursor>,
    /// Print one JSON object per line
    #[arg(long)]
    json: bool,
}

/// Prints the list.
pub(crate) fn run(args: &Args) -> Result<ExitCode, Failure> {
    let (found, next) =
        sayso_desk::story_page(&mut args.ledger.open()?, args.least, args.cursor.as_ref(), args.limit)?;
    let more = next.map(|place| format!("there may be more: --cursor {place}"));
    if args.json {
        for story in &found {
            output::json_line(&serde_json::to_value(story)?)?;
        }
        more.iter().for_each(|more| output::complain(more));
        return Ok(ExitCode::SUCCESS);
    }
    let rows = found
        .into_iter()
        .map(|story| {
            let day = |d: Option<String>| d.unwrap_or_else(|| "-".to_owned());
            vec![
                story.story.to_string(),
                day(story.first),
                day(story.last),
                story.reports.to_string(),
                story.outlets.len().to_string(),
                story.unreviewed.to_string(),
                story.label,
            ]
        })
        .collect();
    let header = ["story", "first", "last", "reports", "outlets", "unreviewed", "began with"];
    output::found(&header, rows, "no matching stories")?;
    more.iter().for_each(|more| output::complain(more));
    Ok(ExitCode::SUCCESS)
}
