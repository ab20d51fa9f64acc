//! `sayso chain`: the path from the outlet to the origin.

use std::process::ExitCode;

use sayso_desk::ChainEvidence;
use sayso_ledger::{EntryName, ReportId};
use sayso_model::ChainRole;

use crate::{
    failure::Failure,
    ledger::{LedgerArgs, ViewArgs},
    output::{self, printable},
};

/// Trace a figure or statement from the outlet to its origin, through the ledger's own reports.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// REPORT:ENTRY, as `sayso figures` and `sayso who` print it (`12:f3`, `12:s0`)
    entry: String,
    #[command(flatten)]
    seen: ViewArgs,
    #[command(flatten)]
    ledger: LedgerArgs,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// Prints one step per line.
pub(crate) fn run(args: &Args) -> Result<ExitCode, Failure> {
    let mut ledger = args.seen.open(&args.ledger)?;
    for step in sayso_desk::chain(&mut ledger, &args.entry)? {
        if args.json {
            output::json_line(&serde_json::to_value(&step)?)?;
            continue;
        }
        let role = match step.role {
            ChainRole::Outlet => "outlet",
            ChainRole::Relay => "relay",
            ChainRole::Origin => "origin",
        };
        let name = printable(step.name.as_deref().unwrap_or("nobody named"));
        let own = step.report.map(|report| format!("  report {report}")).unwrap_or_default();
        let shown: Vec<String> = step.evidence.iter().map(words).collect();
        output::text(&format!("{role:<7} {name}{own}  {}\n", shown.join(", ")))?;
    }
    if !args.json
        && let Some((report, name)) = args.entry.split_once(':')
        && let (Ok(report), Some(name)) = (report.parse(), EntryName::parse(name))
        && let Some(reviewed) = ledger.reviewed(ReportId(report))?
    {
        for said in reviewed.of(name).iter().flat_map(|d| sayso_desk::decided(d)) {
            output::text(&format!("decided {}\n", printable(&said)))?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn words(evidence: &ChainEvidence) -> String {
    let ChainEvidence { report, span } = evidence;
    format!("\"{}\" ({report}:{}-{})", printable(&span.exact), span.start, span.end)
}
