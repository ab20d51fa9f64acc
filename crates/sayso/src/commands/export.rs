//! `sayso export`: what is in the ledger, for other programs.

use std::{
    io::{self, BufWriter, IsTerminal, Write},
    path::PathBuf,
    process::ExitCode,
};

use clap::ValueEnum;
use sayso_ledger::{EntryKind, EntryName, Ledger, ReportFilter, StoryId, export, files_of};
use sayso_model::Date;

use crate::{
    failure::Failure,
    ledger::{LedgerArgs, ViewArgs, day},
    output::{self, OutputFile},
};

/// Write what is in the ledger as JSON lines, CSV or Parquet, or people's decisions as gold.
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
    /// What people rejected too
    #[arg(long)]
    with_rejected: bool,
    #[command(flatten)]
    seen: ViewArgs,
    /// File to write; without it stdout. For gold a folder
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
    /// A folder of people's decisions, as `sayso eval figures FOLDER` and `sayso eval attribution
    /// FOLDER/attributions.jsonl` read it
    Gold,
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
    let mut ledger = args.seen.open(&args.ledger)?;
    if args.format == Format::Gold {
        return gold(args, &ledger, &filter);
    }
    match &args.output {
        Some(path) => {
            let mut file = OutputFile::create(path, &files_of(ledger.path()))?;
            write(args, &mut ledger, what, filter, &mut file)?;
            file.finish()?;
        }
        None => {
            let mut out = BufWriter::new(io::stdout());
            write(args, &mut ledger, what, filter, &mut out)?;
            out.flush()?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn write(
    args: &Args,
    ledger: &mut Ledger,
    what: Option<export::What>,
    filter: ReportFilter,
    out: &mut (dyn Write + Send),
) -> Result<(), Failure> {
    let Some(what) = what else { return readings(args, ledger, &filter, out) };
    let format = match args.format {
        Format::Jsonl | Format::Gold => export::Format::JsonLines,
        Format::Csv => export::Format::Csv,
        Format::Parquet => export::Format::Parquet,
    };
    match sayso_desk::export(ledger, what, format, filter, args.with_rejected, out) {
        Err(sayso_desk::DeskError::Ledger(sayso_ledger::LedgerError::Output(e))) => Err(Failure::Output(e)),
        other => Ok(other?),
    }
}

/// Whole readings as they stand, each with what was decided about its entries. Rejected entries are taken out, or left with
/// what was decided where they are asked for.
fn readings(args: &Args, ledger: &Ledger, filter: &ReportFilter, out: &mut dyn Write) -> Result<(), Failure> {
    let mut lines = ledger.reports(filter)?;
    lines.sort_by_key(|line| line.id);
    for line in lines {
        let Some(reviewed) = ledger.reviewed(line.id)? else { continue };
        let text = &reviewed.reading.report.text;
        let mut value = sayso_model::json::with_exact(&reviewed.reading, text)?;
        for (list, kind) in [
            ("statements", EntryKind::Statement),
            ("figures", EntryKind::Figure),
            ("speakers", EntryKind::Speaker),
            ("comment_requests", EntryKind::CommentRequest),
            ("expected", EntryKind::Expectation),
            ("corrections", EntryKind::Correction),
        ] {
            let mut index = 0;
            if let Some(entries) = value.get_mut(list).and_then(serde_json::Value::as_array_mut) {
                entries.retain(|_| {
                    index += 1;
                    args.with_rejected || !reviewed.is_rejected(EntryName { kind, index: index - 1 })
                });
            }
        }
        let decided: Vec<_> = reviewed
            .decided
            .values()
            .filter(|d| args.with_rejected || !reviewed.is_rejected(d.entry))
            .collect();
        if let Some(object) = value.as_object_mut() {
            object.insert("decided".to_owned(), serde_json::to_value(decided)?);
        }
        writeln!(out, "{}", serde_json::to_string(&value)?)?;
    }
    Ok(())
}

/// People's decisions as gold, with what was left out and why.
fn gold(args: &Args, ledger: &Ledger, filter: &ReportFilter) -> Result<ExitCode, Failure> {
    let Some(folder) = &args.output else {
        return Err(Failure::Other("gold is a folder; name it with --output".to_owned()));
    };
    let written = sayso_desk::gold::write(ledger, filter, args.seen.view(), folder)?;
    output::text(&format!(
        "{} figures of {} reports, {} attributions of {} reports\n",
        written.figures, written.of_figures, written.attributions, written.of_attributions
    ))?;
    for (report, why) in &written.unfinished {
        output::complain(&format!("report {report} is left out: {why}"));
    }
    Ok(ExitCode::SUCCESS)
}
