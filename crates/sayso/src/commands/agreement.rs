//! `sayso agreement`: how far people agree who reviewed the same reports independently.

use std::process::ExitCode;

use crate::{failure::Failure, ledger::LedgerArgs, output};

/// Show how far reviewers agree, field by field, and where they differ.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Review independently with `sayso decide --as NAME` and `sayso figures --as NAME`, which ignore
what others have decided. A third person's decision about a field settles a difference about it.

Examples:
  sayso agreement                   if exactly two people have decided
  sayso agreement ida per --json"
)]
pub(crate) struct Args {
    /// Whom to compare (default: the two people who have decided)
    #[arg(value_name = "NAME")]
    names: Vec<String>,
    #[command(flatten)]
    ledger: LedgerArgs,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// Prints the measures and the differences.
pub(crate) fn run(args: &Args) -> Result<ExitCode, Failure> {
    let found = sayso_desk::agreement(&args.ledger.open()?, &args.names)?;
    if args.json {
        output::json_pretty(&serde_json::to_value(&found)?)?;
        return Ok(ExitCode::SUCCESS);
    }
    output::text(&format!(
        "{}: {} entries reviewed by two or more, {} by one\n\n",
        output::printable(&found.reviewers.join(", ")),
        found.entries,
        found.alone
    ))?;
    let number = |n: Option<f64>| n.map_or_else(|| "-".to_owned(), |n| format!("{n:.3}"));
    let rows = found
        .fields
        .iter()
        .map(|f| {
            vec![
                f.kind.as_str().to_owned(),
                f.field.clone(),
                f.entries.to_string(),
                format!("{:.3}", f.agreed),
                number(f.kappa),
                number(f.alpha),
            ]
        })
        .collect();
    output::table(&["kind", "field", "entries", "agreed", "kappa", "alpha"], rows)?;
    if found.differences.is_empty() {
        return Ok(ExitCode::SUCCESS);
    }
    output::text("\n")?;
    let rows = found
        .differences
        .iter()
        .map(|d| {
            let entry = d.entry.map_or_else(|| "-".to_owned(), |entry| entry.to_string());
            let values: Vec<String> =
                d.values.iter().map(|(name, value)| format!("{name}: {value}")).collect();
            vec![
                format!("{}:{entry}", d.report),
                d.field.clone(),
                values.join("; "),
                d.words.clone(),
                d.settled_by.as_ref().map_or_else(|| "open".to_owned(), |by| format!("settled by {by}")),
            ]
        })
        .collect();
    output::table(&["entry", "field", "values", "words", "state"], rows)?;
    Ok(ExitCode::SUCCESS)
}
