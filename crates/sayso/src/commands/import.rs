//! `sayso import`: hand-coded data as a named person's decisions, next to what the sources say.

use std::{path::PathBuf, process::ExitCode};

use clap::ValueEnum;
use sayso_export::{
    Profile,
    import::{Form, Request, import},
};

use crate::{failure::Failure, ledger::LedgerArgs, output};

/// Import hand-coded data as a named person's decisions, and compare it with what the sources say.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Figures and attributions are matched by the words of their reports, which must be in the ledger.
Rows of a coded table are matched by the id that `sayso export` gave them, otherwise by headline,
otherwise by place and day.

Examples:
  sayso import gold/ --format gold --as ida
  sayso import coded.csv --format ucdp --as ida           prints: coded 45, the sources say 38 to 52
  sayso import coded.csv --format acled --as ida --dry-run
  sayso agreement ida per"
)]
pub(crate) struct Args {
    /// File or folder to import
    #[arg(value_name = "PATH")]
    path: PathBuf,
    /// Format of the data
    #[arg(long, value_enum)]
    format: ImportFormat,
    /// Person whose decisions they are
    #[arg(long = "as", value_name = "NAME")]
    name: String,
    /// The data is complete: reject what was read but is not listed (gold and citron)
    #[arg(long)]
    complete: bool,
    /// Store nothing, only say what would be decided
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    ledger: LedgerArgs,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// Format of the data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ImportFormat {
    /// The folder that `sayso export --format gold` writes
    Gold,
    /// Citron's annotation format
    Citron,
    /// A table with ACLED's columns
    Acled,
    /// A table with the columns of UCDP's Georeferenced Event Dataset
    Ucdp,
}

/// Imports the data.
pub(crate) fn run(args: &Args) -> Result<ExitCode, Failure> {
    if args.name.trim().is_empty() {
        return Err(Failure::Usage("say whose decisions these are with --as NAME".to_owned()));
    }
    let form = match args.format {
        ImportFormat::Gold => Form::Gold,
        ImportFormat::Citron => Form::Citron,
        ImportFormat::Acled => Form::Coded(Profile::Acled),
        ImportFormat::Ucdp => Form::Coded(Profile::Ucdp),
    };
    if args.complete && matches!(form, Form::Coded(_)) {
        return Err(Failure::Usage("--complete can only be used with gold and citron".to_owned()));
    }
    let mut ledger = args.ledger.open()?;
    let request = Request { by: args.name.trim(), complete: args.complete, dry_run: args.dry_run };
    let brought = import(&mut ledger, form, &args.path, request)?;
    if args.json {
        output::json_pretty(&serde_json::to_value(&brought)?)?;
    } else {
        if !brought.compared.is_empty() {
            let rows = brought.compared.iter().map(|c| {
                let headline = c.headline.clone().unwrap_or_default();
                vec![c.line.to_string(), c.event.clone(), c.sentence(), c.verdict.to_owned(), headline]
            });
            output::table(&["line", "event", "comparison", "verdict", "headline"], rows.collect())?;
        }
        let b = &brought;
        let missed = b.missed.len();
        output::text(&if args.dry_run {
            format!(
                "dry run: {} would be accepted, {} corrected, {} added, {} rejected, {} noted; {} known, {missed} missed\n",
                b.accepted, b.corrected, b.added, b.rejected, b.noted, b.known
            )
        } else {
            format!(
                "accepted {}, corrected {}, added {}, rejected {}, noted {}, known {}, missed {missed}\n",
                b.accepted, b.corrected, b.added, b.rejected, b.noted, b.known
            )
        })?;
        for missed in &brought.missed {
            output::complain(missed);
        }
    }
    Ok(if brought.missed.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(3) })
}
