//! `sayso export`: the ledger in other formats.

use std::{
    io::{self, BufWriter, IsTerminal, Write},
    path::{Path, PathBuf},
    process::ExitCode,
};

use clap::ValueEnum;
use sayso_export::{
    Documents, Profile, Sides, csv_file,
    datapackage::{Package, Reference},
    documents, incidents, rows,
    table::Table,
    tables, xlsx,
};
use sayso_ledger::{
    EntryKind, EntryName, Ledger, ReportFilter, StoryId,
    export::{self, Selection},
    files_of,
};
use sayso_model::Date;

use crate::{
    failure::Failure,
    ledger::{LedgerArgs, ViewArgs, day},
    output::{self, OutputFile, refuse},
};

/// Export the ledger in other formats.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  sayso export                                      whole readings as JSON Lines
  sayso export --format csv --what statements
  sayso export --format xlsx -o flood.xlsx --story 1
  sayso export --format ucdp -o ged/                candidates in UCDP GED's columns, with every source's values
  sayso export --format ucdp -o ged/ --side-a soldiers --side-b fighters
  sayso export --format ninjs > items.jsonl")]
pub(crate) struct Args {
    /// Format of the output
    #[arg(long, value_enum, default_value_t = Format::Jsonl)]
    format: Format,
    /// For row formats: what to write, one row each; whole readings are written as JSON Lines only
    #[arg(long, value_enum)]
    what: Option<What>,
    /// Published on this day or later. Formats that combine reports include every story that has such a report
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = day)]
    since: Option<Date>,
    /// Published on this day or earlier
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = day)]
    until: Option<Date>,
    /// Only the reports of this story
    #[arg(long, value_name = "STORY")]
    story: Option<i64>,
    /// Include what people rejected (in row formats and whole readings)
    #[arg(long)]
    with_rejected: bool,
    /// For ucdp: the group whose dead are side A's, as the reports name it
    #[arg(long, value_name = "GROUP")]
    side_a: Option<String>,
    /// For ucdp: the group whose dead are side B's
    #[arg(long, value_name = "GROUP")]
    side_b: Option<String>,
    #[command(flatten)]
    seen: ViewArgs,
    /// File to write (default: stdout). For gold and datapackage, a folder; for ucdp, acled and ibc, a folder that also
    /// holds every source's values
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
    #[command(flatten)]
    ledger: LedgerArgs,
}

/// Output format.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// One object per line
    Jsonl,
    /// Comma-separated values with a header
    Csv,
    /// Parquet
    Parquet,
    /// A workbook: incidents, source values, figures, statements, reports
    Xlsx,
    /// A folder of CSV files with a Frictionless datapackage.json
    Datapackage,
    /// UCDP: event candidates in the Georeferenced Event Dataset's columns
    Ucdp,
    /// ACLED: event candidates in its columns, counted by its rules
    Acled,
    /// Iraq Body Count and the Standards for Casualty Recording: incidents with minimum and maximum
    #[value(alias = "every-casualty")]
    Ibc,
    /// IPTC ninjs 3, one item per line
    Ninjs,
    /// schema.org as JSON-LD
    SchemaOrg,
    /// W3C PROV-JSON
    Prov,
    /// W3C PROV-O as JSON-LD
    ProvO,
    /// W3C Web Annotation: a collection
    WebAnnotation,
    /// FollowTheMoney for Aleph, one entity per line
    Ftm,
    /// CoNLL-U with attributions and figures
    Conll,
    /// Citron's annotation format, one document per line
    Citron,
    /// A folder of people's decisions, as `sayso eval figures FOLDER` and `sayso eval attribution
    /// FOLDER/attributions.jsonl` read it
    Gold,
}

/// How a format is written.
enum Writer {
    Rows(export::Format),
    Workbook,
    Package,
    Incidents(Profile),
    Documents(Documents),
    Gold,
}

impl Format {
    fn writer(self) -> Writer {
        match self {
            Self::Jsonl => Writer::Rows(export::Format::JsonLines),
            Self::Csv => Writer::Rows(export::Format::Csv),
            Self::Parquet => Writer::Rows(export::Format::Parquet),
            Self::Xlsx => Writer::Workbook,
            Self::Datapackage => Writer::Package,
            Self::Ucdp => Writer::Incidents(Profile::Ucdp),
            Self::Acled => Writer::Incidents(Profile::Acled),
            Self::Ibc => Writer::Incidents(Profile::EveryCasualty),
            Self::Ninjs => Writer::Documents(Documents::Ninjs),
            Self::SchemaOrg => Writer::Documents(Documents::SchemaOrg),
            Self::Prov => Writer::Documents(Documents::Prov),
            Self::ProvO => Writer::Documents(Documents::ProvO),
            Self::WebAnnotation => Writer::Documents(Documents::WebAnnotation),
            Self::Ftm => Writer::Documents(Documents::Ftm),
            Self::Conll => Writer::Documents(Documents::Conll),
            Self::Citron => Writer::Documents(Documents::Citron),
            Self::Gold => Writer::Gold,
        }
    }
}

/// What is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum What {
    /// Whole readings, each with its report's text (JSON Lines only, and the default there)
    Readings,
    /// Figures, with UCDP's columns (the default for CSV and Parquet)
    Figures,
    /// Statements
    Statements,
    /// Reports without their text
    Reports,
}

/// Writes the ledger.
pub(crate) fn run(args: &Args) -> Result<ExitCode, Failure> {
    let writer = args.format.writer();
    check(args, &writer)?;
    let filter = ReportFilter {
        since: args.since,
        until: args.until,
        story: args.story.map(StoryId),
        ..ReportFilter::default()
    };
    let mut ledger = args.seen.open(&args.ledger)?;
    if let Some(path) = &args.output {
        refuse(path, &files_of(ledger.path()))?;
    }
    match (&writer, &args.output) {
        (Writer::Gold, _) => return gold(args, &ledger, &filter),
        (Writer::Package, Some(folder)) => package(args, &mut ledger, &filter, folder)?,
        (Writer::Incidents(profile), Some(folder)) => {
            incident_package(args, *profile, &mut ledger, &filter, folder)?;
        }
        (_, Some(path)) => {
            let mut file = OutputFile::create(path, &files_of(ledger.path()))?;
            write(args, &writer, &mut ledger, &filter, &mut file)?;
            file.finish()?;
        }
        (_, None) => {
            let mut out = BufWriter::new(io::stdout());
            write(args, &writer, &mut ledger, &filter, &mut out)?;
            out.flush()?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// Which options a format requires, and which it excludes.
fn check(args: &Args, writer: &Writer) -> Result<(), Failure> {
    let wrong = |message: &str| Err(Failure::Other(message.to_owned()));
    let rows = matches!(writer, Writer::Rows(_));
    match (args.what, writer, &args.output) {
        (Some(What::Readings), Writer::Rows(export::Format::Csv | export::Format::Parquet), _) => {
            wrong("whole readings have no columns; use --format jsonl or another --what")
        }
        (Some(_), _, _) if !rows => wrong("--what can only be used with jsonl, csv and parquet"),
        (_, Writer::Gold | Writer::Package, None) => wrong("this format is a folder; name one with --output"),
        (_, Writer::Rows(export::Format::Parquet) | Writer::Workbook, None) if io::stdout().is_terminal() => {
            wrong("this format cannot be printed to a terminal; name a file with --output")
        }
        _ if (args.side_a.is_some() || args.side_b.is_some()) && args.format != Format::Ucdp => {
            wrong("--side-a and --side-b can only be used with ucdp")
        }
        _ => Ok(()),
    }
}

fn sides(args: &Args) -> Sides {
    Sides { a: args.side_a.clone(), b: args.side_b.clone() }
}

/// Runs with the selection, and with what has happened to the figures in their stories.
fn with_selection<T>(
    args: &Args,
    ledger: &mut Ledger,
    filter: &ReportFilter,
    then: impl FnOnce(&mut Ledger, &Selection<'_>) -> Result<T, Failure>,
) -> Result<T, Failure> {
    let reports = ledger.reports(filter)?;
    let fates = sayso_desk::fates_of_reports(ledger, reports.iter().map(|line| line.id))?;
    let of = |report| Ok(fates.get(&report).cloned().unwrap_or_default());
    let selection = Selection {
        filter: filter.clone(),
        view: args.seen.view(),
        with_rejected: args.with_rejected,
        fates: Some(&of),
    };
    then(ledger, &selection)
}

fn write(
    args: &Args,
    writer: &Writer,
    ledger: &mut Ledger,
    filter: &ReportFilter,
    out: &mut (dyn Write + Send),
) -> Result<(), Failure> {
    match writer {
        Writer::Rows(form) => {
            let default = if *form == export::Format::JsonLines { What::Readings } else { What::Figures };
            let what = match args.what.unwrap_or(default) {
                What::Readings => return readings(args, ledger, filter, out),
                What::Figures => export::What::Figures,
                What::Statements => export::What::Statements,
                What::Reports => export::What::Reports,
            };
            with_selection(args, ledger, filter, |ledger, selection| {
                match export::export(ledger, what, *form, selection, out) {
                    Err(sayso_ledger::LedgerError::Output(e)) => Err(Failure::Output(e)),
                    other => Ok(other.map(|_| ())?),
                }
            })
        }
        Writer::Workbook => {
            let mut sheets: Vec<Table> = tables(ledger, Profile::EveryCasualty, filter, &sides(args))?.into();
            with_selection(args, ledger, filter, |ledger, selection| {
                for what in [export::What::Figures, export::What::Statements, export::What::Reports] {
                    let batches = rows::rows(ledger, what, selection)?;
                    let held = batches.collect::<Result<Vec<_>, _>>()?.concat();
                    sheets.push(Table {
                        name: rows::name(what),
                        about: "",
                        columns: rows::columns(what),
                        rows: held,
                    });
                }
                Ok(())
            })?;
            Ok(xlsx::write(&sheets, out)?)
        }
        Writer::Incidents(profile) => {
            let sides = sides(args);
            let batches = incidents(ledger, *profile, filter, &sides)?;
            csv_file::write(profile.columns(), batches, out)?;
            Ok(())
        }
        Writer::Documents(format) => {
            documents(ledger, *format, filter, out)?;
            Ok(())
        }
        Writer::Gold | Writer::Package => Ok(()),
    }
}

/// The tables of the ledger as a data package.
fn package(args: &Args, ledger: &mut Ledger, filter: &ReportFilter, folder: &Path) -> Result<(), Failure> {
    with_selection(args, ledger, filter, |ledger, selection| {
        let mut package = Package::create(folder, "sayso", "Who claims what, on whose word")?;
        let of_report = [Reference { column: "report", table: "reports", key: "report" }];
        for (what, about) in [
            (export::What::Reports, "Reports without their text"),
            (export::What::Statements, "Who says what"),
            (export::What::Figures, "Numbers with what they count and whose word they are"),
        ] {
            let batches = rows::rows(ledger, what, selection)?;
            let (key, references) = match what {
                export::What::Reports => (Some("report"), &[][..]),
                _ => (None, &of_report[..]),
            };
            package.table(rows::name(what), about, &rows::columns(what), batches, (key, references))?;
        }
        Ok(package.finish()?)
    })
}

/// Incidents with every source's values, as a data package.
fn incident_package(
    args: &Args,
    profile: Profile,
    ledger: &mut Ledger,
    filter: &ReportFilter,
    folder: &Path,
) -> Result<(), Failure> {
    let [incidents, values] = tables(ledger, profile, filter, &sides(args))?;
    let mut package =
        Package::create(folder, "sayso-incidents", "Event candidates with the values of the sources")?;
    let key = profile.key();
    package.held(&incidents, Some(key), &[])?;
    package.held(&values, None, &[Reference { column: "event", table: profile.name(), key }])?;
    Ok(package.finish()?)
}

/// Whole readings, each with the decisions about its entries. Rejected entries are removed or, on request, left in and
/// marked.
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

/// People's decisions as gold; reports what was left out and why.
fn gold(args: &Args, ledger: &Ledger, filter: &ReportFilter) -> Result<ExitCode, Failure> {
    let Some(folder) = &args.output else { return Ok(ExitCode::SUCCESS) };
    let written = sayso_desk::gold::write(ledger, filter, args.seen.view(), folder)?;
    output::text(&format!(
        "{} figures of {} reports, {} attributions of {} reports\n",
        written.figures, written.of_figures, written.attributions, written.of_attributions
    ))?;
    for (report, why) in &written.unfinished {
        output::complain(&format!("report {report} was left out: {why}"));
    }
    Ok(ExitCode::SUCCESS)
}
