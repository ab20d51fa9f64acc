//! `sayso reread`: rereads what another version has read; people's decisions stay.

use std::{collections::BTreeSet, process::ExitCode};

use sayso_ledger::{Decision, ReportId, Subject};

use crate::{failure::Failure, ledger::LedgerArgs, output};

/// Reread the reports that another version has read, and read those that have not been read.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    ledger: LedgerArgs,
    /// Reread every report, whichever version has read it
    #[arg(long)]
    all: bool,
}

/// Replaces readings one by one; can be interrupted and run again.
pub(crate) fn run(args: &Args) -> Result<ExitCode, Failure> {
    let mut ledger = args.ledger.open()?;
    let reader = if args.all { "" } else { sayso_read::READER_VERSION };
    let decided: BTreeSet<ReportId> = ledger.decided_reports()?.into_iter().collect();
    let mut lost: Vec<(ReportId, Decision)> = Vec::new();
    let (mut last, mut read) = (ReportId(0), 0_u64);
    loop {
        let ids = ledger.unread(reader, last, 256)?;
        if ids.is_empty() {
            break;
        }
        for id in ids {
            last = id;
            let Some(stored) = ledger.report(id)? else { continue };
            ledger.reread(id, sayso_read::read(&stored.report))?;
            read += 1;
            if decided.contains(&id) {
                lost.extend(ledger.reviewed(id)?.into_iter().flat_map(|r| r.lost).map(|d| (id, d)));
            }
        }
    }
    output::text(&format!("{read} reports read\n"))?;
    for (report, decision) in lost {
        let Subject::Entries(entries) = &decision.subject else { continue };
        let words = entries.iter().find(|e| e.report == report.0).map_or("", |e| e.exact.as_str());
        output::complain(&format!(
            "decision {} ({} by {}) has no effect now: report {report} is read without the entry '{}'",
            decision.id,
            decision.kind.word(),
            decision.by,
            words
        ));
    }
    Ok(ExitCode::SUCCESS)
}
