//! `sayso verify`: checks whether reports and entries match the archive.

use std::{path::PathBuf, process::ExitCode};

use sayso_ingest::Limits;
use sayso_watch::{Verdict, Verified};
use serde_json::json;

use crate::{failure::Failure, ledger::LedgerArgs, output};

/// Check reports and their entries against the pages that a watch has archived.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "For each report with a record in the archive, the record's digests are checked, the report is
rebuilt from it, and its entries are read again. Exit code 3 means that something is not the same."
)]
pub(crate) struct Args {
    #[command(flatten)]
    ledger: LedgerArgs,
    /// The folder of the archive
    #[arg(long, value_name = "DIR")]
    archive: PathBuf,
    /// Print one JSON object per line for each report
    #[arg(long)]
    json: bool,
}

/// Verifies and prints what is not the same.
pub(crate) fn run(args: &Args) -> Result<ExitCode, Failure> {
    let ledger = args.ledger.open()?;
    let (mut same, mut of_text, mut other) = (0_u64, 0_u64, 0_u64);
    let mut closed = None;
    sayso_watch::verify(&ledger, &args.archive, &Limits::default(), &mut |found: Verified| {
        match found.verdict {
            Verdict::Same => same += 1,
            Verdict::SameText => of_text += 1,
            Verdict::Record | Verdict::Text | Verdict::Entries => other += 1,
        }
        let printed = if args.json {
            serde_json::to_value(&found).map_err(Failure::from).and_then(|value| output::json_line(&value))
        } else if let Some(reason) = &found.reason {
            let line = format!("report {}: {reason} ({} in {})", found.report, found.record, found.file);
            output::text(&format!("{}\n", output::printable(&line)))
        } else {
            Ok(())
        };
        closed = closed.take().or(printed.err());
    })?;
    if let Some(failure) = closed {
        return Err(failure);
    }
    let unkept = ledger.count()?.saturating_sub(same + of_text + other);
    if args.json {
        output::json_line(&json!({"summary": {
            "same": same, "same_text": of_text, "not_the_same": other, "without_record": unkept
        }}))?;
    } else {
        output::text(&format!(
            "{same} identical, {of_text} same text (entries of another version), {other} different, {unkept} without a record\n"
        ))?;
    }
    Ok(if other > 0 { ExitCode::from(3) } else { ExitCode::SUCCESS })
}
