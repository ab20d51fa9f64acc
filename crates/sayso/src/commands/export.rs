//! `sayso export`: the ledger in other formats.

use std::{
    io::{self, BufWriter, IsTerminal, Write},
    path::PathBuf,
    process::ExitCode,
};

use clap::ValueEnum;
use sayso_export::{
    Sides, groups,
    whole::{self, Kind, Wanted},
};
use sayso_ledger::{
    Ledger, ReportFilter, StoryId,
    export::{self, Entries},
    files_of,
};
use sayso_model::Date;

use crate::{
    failure::Failure,
    ledger::{LedgerArgs, ViewArgs, day, known_story, story},
    output::{self, OutputFile, refuse},
};

/// Export the ledger in other formats.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  sayso export                                      whole readings as JSON Lines
  sayso export --format csv --what statements
  sayso export --format csv --category killed --outlet valley-news
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
    #[arg(long, value_name = "STORY", value_parser = story)]
    story: Option<i64>,
    /// Words from the outlet's name. Formats that combine reports include every story that has such a report
    #[arg(long, value_name = "NAME")]
    outlet: Option<String>,
    /// Only figures of this category, in tables of figures
    #[arg(long, value_name = "CATEGORY")]
    category: Option<String>,
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
    /// Replace the tables of a folder even if they were changed since sayso wrote them
    #[arg(long)]
    force: bool,
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

impl Format {
    /// What is written in it; `None` for what it cannot write.
    fn kind(self, what: Option<What>) -> Option<Kind> {
        Kind::named(&name(&self)?, what.as_ref().and_then(name).as_deref())
    }
}

/// The name of a value as it is written on the command line.
fn name(value: &impl ValueEnum) -> Option<String> {
    Some(value.to_possible_value()?.get_name().to_owned())
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
    let kind = check(args)?;
    let filter = ReportFilter {
        since: args.since,
        until: args.until,
        story: args.story.map(StoryId),
        outlet: args.outlet.clone(),
        ..ReportFilter::default()
    };
    let mut ledger = args.seen.open(&args.ledger)?;
    known_story(&mut ledger, args.story)?;
    if ledger.reports(&ReportFilter { limit: Some(1), ..filter.clone() })?.is_empty() {
        output::complain("no reports to export: none in this ledger match");
    }
    if let Some(path) = &args.output {
        refuse(path, &files_of(ledger.path()))?;
    }
    let sides = known_sides(args, &mut ledger, &filter)?;
    if kind == Kind::Gold {
        return gold(args, &ledger, &filter);
    }
    let entries = args.category.as_deref().map(|category| of_category(&ledger, category)).transpose()?;
    let wanted = Wanted { filter, with_rejected: args.with_rejected, entries, sides };
    match (kind, &args.output) {
        (Kind::Package | Kind::Incidents(_), Some(folder)) => {
            whole::write_folder(&mut ledger, kind, &wanted, folder, args.force)?;
        }
        (_, Some(path)) => {
            let mut file = OutputFile::create(path, &files_of(ledger.path()))?;
            whole::write(&mut ledger, kind, &wanted, &mut file)?;
            file.finish()?;
        }
        (_, None) => {
            let mut out = BufWriter::new(io::stdout());
            whole::write(&mut ledger, kind, &wanted, &mut out)?;
            out.flush()?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// The figures of a category; says so if there are none.
fn of_category(ledger: &Ledger, category: &str) -> Result<Entries, Failure> {
    let entries = whole::of_category(ledger, category)?;
    if entries.places.is_empty() {
        output::complain(&format!("no figures to export: none in this ledger counts '{category}'"));
    }
    Ok(entries)
}

/// The sides whose dead some report counts; names the others, and the groups whose dead are counted.
fn known_sides(args: &Args, ledger: &mut Ledger, filter: &ReportFilter) -> Result<Sides, Failure> {
    if args.side_a.is_none() && args.side_b.is_none() {
        return Ok(Sides::default());
    }
    let groups = groups(ledger, filter)?;
    let counted: Vec<&str> = groups.iter().map(String::as_str).collect();
    let counted = if counted.is_empty() { "none".to_owned() } else { counted.join(", ") };
    let known = |side: &Option<String>, column: &str| {
        let side = side.clone()?;
        if groups.iter().any(|group| group.to_lowercase() == side.to_lowercase()) {
            return Some(side);
        }
        output::complain(&format!(
            "no report counts the dead of '{side}': {column} is left empty; groups counted: {counted}"
        ));
        None
    };
    Ok(Sides { a: known(&args.side_a, "side_a"), b: known(&args.side_b, "side_b") })
}

/// Which options a format requires, and which it excludes.
fn check(args: &Args) -> Result<Kind, Failure> {
    let wrong = |message: &str| Err(Failure::Usage(message.to_owned()));
    if args.format == Format::Parquet {
        export::Format::Parquet.check().map_err(|error| Failure::Usage(error.to_string()))?;
    }
    let rows = matches!(args.format, Format::Jsonl | Format::Csv | Format::Parquet);
    match (args.what, args.format, &args.output) {
        (Some(What::Readings), Format::Csv | Format::Parquet, _) => {
            wrong("whole readings have no columns; use --format jsonl or another --what")
        }
        (Some(_), _, _) if !rows => wrong("--what can only be used with jsonl, csv and parquet"),
        _ if args.category.is_some()
            && args.format.kind(args.what).is_none_or(|kind| !kind.has_figures()) =>
        {
            wrong(
                "--category can only be used with tables of figures: csv, parquet, xlsx, datapackage, and jsonl with --what figures",
            )
        }
        (_, Format::Gold | Format::Datapackage, None) => {
            wrong("this format is a folder; name one with --output")
        }
        (_, Format::Parquet | Format::Xlsx, None) if io::stdout().is_terminal() => {
            wrong("this format cannot be printed to a terminal; name a file with --output")
        }
        _ if (args.side_a.is_some() || args.side_b.is_some()) && args.format != Format::Ucdp => {
            wrong("--side-a and --side-b can only be used with ucdp")
        }
        _ if matches!((&args.side_a, &args.side_b), (Some(a), Some(b)) if a.to_lowercase() == b.to_lowercase()) => {
            wrong("--side-a and --side-b name the same group; name two")
        }
        _ => args
            .format
            .kind(args.what)
            .ok_or_else(|| Failure::Usage("this format does not write what --what names".to_owned())),
    }
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
