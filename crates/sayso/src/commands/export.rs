//! `sayso export`: what is in the ledger, for other programs.

use std::{
    io::{self, BufWriter, IsTerminal, Write},
    path::PathBuf,
    process::ExitCode,
};

use clap::ValueEnum;
use sayso_ledger::{Ledger, ReportFilter, StoryId, export, files_of};
use sayso_model::Date;

use crate::{
    failure::Failure,
    ledger::{LedgerArgs, day},
    output::OutputFile,
};

/// Write what is in the ledger as JSON lines, CSV or Parquet.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Form of the output
    #[arg(long, value_enum, default_value_t = Format::Jsonl)]
    format: Format,
    /// What is written, a row for each; whole readings are written as JSON lines only
    #[arg(long, value_enum)]
    what: Option<What>,
    /// Published on this day or later
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = day)]
    since: Option<Date>,
    /// Published on this day or earlier
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = day)]
    until: Option<Date>,
    /// Of the reports of one story
    #[arg(long, value_name = "STORY")]
    story: Option<i64>,
    /// File to write; without it stdout
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
    #[command(flatten)]
    ledger: LedgerArgs,
}

/// Form of the output.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// An object a line
    Jsonl,
    /// Comma-separated values with a header
    Csv,
    /// Parquet
    Parquet,
}

/// What is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum What {
    /// Whole readings, the report with its text in each (JSON lines only; the default there)
    Readings,
    /// Figures, with the columns of UCDP (the default for CSV and Parquet)
    Figures,
    /// Statements
    Statements,
    /// Reports without their text
    Reports,
}

/// Writes the rows.
pub(crate) fn run(args: &Args) -> Result<ExitCode, Failure> {
    let default = if args.format == Format::Jsonl { What::Readings } else { What::Figures };
    let what = match args.what.unwrap_or(default) {
        What::Readings if args.format != Format::Jsonl => {
            return Err(Failure::Other(
                "whole readings have no columns; use --format jsonl or another --what".to_owned(),
            ));
        }
        What::Readings => None,
        What::Figures => Some(export::What::Figures),
        What::Statements => Some(export::What::Statements),
        What::Reports => Some(export::What::Reports),
    };
    if args.format == Format::Parquet && args.output.is_none() && io::stdout().is_terminal() {
        return Err(Failure::Other("Parquet is not for a terminal; name a file with --output".to_owned()));
    }
    let filter = ReportFilter {
        since: args.since,
        until: args.until,
        story: args.story.map(StoryId),
        ..ReportFilter::default()
    };
    let ledger = args.ledger.open()?;
    match &args.output {
        Some(path) => {
            let mut file = OutputFile::create(path, &files_of(ledger.path()))?;
            write(&ledger, args.format, what, &filter, &mut file)?;
            file.finish()?;
        }
        None => {
            let mut out = BufWriter::new(io::stdout());
            write(&ledger, args.format, what, &filter, &mut out)?;
            out.flush()?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn write(
    ledger: &Ledger,
    format: Format,
    what: Option<export::What>,
    filter: &ReportFilter,
    out: &mut (dyn Write + Send),
) -> Result<(), Failure> {
    let Some(what) = what else {
        let mut lines = ledger.reports(filter)?;
        lines.sort_by_key(|line| line.id);
        for line in lines {
            let value = match ledger.reading(line.id)? {
                Some(reading) => sayso_model::json::with_exact(&reading, &reading.report.text)?,
                None => continue,
            };
            writeln!(out, "{}", serde_json::to_string(&value)?)?;
        }
        return Ok(());
    };
    let format = match format {
        Format::Jsonl => export::Format::JsonLines,
        Format::Csv => export::Format::Csv,
        Format::Parquet => export::Format::Parquet,
    };
    match export::export(ledger, what, format, filter, out) {
        Err(sayso_ledger::LedgerError::Output(e)) => Err(Failure::Output(e)),
        other => Ok(other.map(|_| ())?),
    }
}
