//! `sayso stories`: what is developing.

use std::{collections::BTreeSet, process::ExitCode};

use sayso_ledger::ReportFilter;
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
    let mut found = Vec::new();
    for story in ledger.stories()? {
        let reports = ledger.reports(&ReportFilter { story: Some(story.id), ..ReportFilter::default() })?;
        if reports.len() < args.least.max(1) {
            continue;
        }
        let days: BTreeSet<String> = reports.iter().filter_map(|r| r.published.clone()).collect();
        let outlets: BTreeSet<String> = reports.iter().filter_map(|r| r.outlet.clone()).collect();
        found.push((days.last().cloned(), days.first().cloned(), story, reports.len(), outlets));
    }
    found.sort_by(|a, b| b.0.cmp(&a.0).then(a.2.id.cmp(&b.2.id)));
    if args.json {
        for (last, first, story, reports, outlets) in found {
            output::json_line(&json!({
                "story": story.id.0, "label": story.label, "reports": reports, "outlets": outlets, "first": first, "last": last
            }))?;
        }
        return Ok(ExitCode::SUCCESS);
    }
    let rows = found
        .into_iter()
        .map(|(last, first, story, reports, outlets)| {
            let day = |d: Option<String>| d.unwrap_or_else(|| "-".to_owned());
            vec![
                story.id.0.to_string(),
                day(first),
                day(last),
                reports.to_string(),
                outlets.len().to_string(),
                story.label,
            ]
        })
        .collect();
    output::table(&["story", "first", "last", "reports", "outlets", "began with"], rows)?;
    Ok(ExitCode::SUCCESS)
}
