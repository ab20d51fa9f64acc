//! `sayso read`: prints one or more reports as a brief, a table or JSON.

use std::{
    fs,
    io::{self, Read as _},
    path::{Path, PathBuf},
    process::ExitCode,
    thread,
};

use clap::ValueEnum;
use sayso_brief::Brief;
use sayso_ingest::{
    Limits, address,
    fetch::{FetchError, Fetched, Fetcher, Page, Rules, Validators},
    head, source,
};
use sayso_model::{Date, Head, HeadSource, Reading, Report, Span};

use crate::{failure::Failure, output};

mod explain;
mod ordered;
mod tables;

/// Read one or more reports: who says what, and on whose word.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "A report is plain text, with or without leading `key: value` lines (title, publisher, author,
published, url), or an HTML page. In a feed, an archive or a live blog, every report is read.
Offsets in marks and JSON are Unicode code points."
)]
pub(crate) struct Args {
    /// Files or URLs to read; `-` for stdin
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Day of publication, even if the report states another
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = day)]
    published: Option<Date>,
    /// Outlet, even if the report states another
    #[arg(long, value_name = "NAME")]
    outlet: Option<String>,
    /// URL of the report
    #[arg(long, value_name = "URL")]
    url: Option<String>,
    /// Print one kind of entry as a table
    #[arg(long, value_enum, conflicts_with = "json")]
    table: Option<TableKind>,
    /// Say for each figure which rules decided what it counts and whose word it is on, and with which probability
    #[arg(long, conflicts_with_all = ["json", "table"])]
    explain: bool,
    /// Print whole readings as JSON, one per line (see `sayso schema`)
    #[arg(long)]
    json: bool,
    /// Also fetch from private and local networks
    #[arg(long)]
    allow_private: bool,
    /// Maximum size of a report, in bytes
    #[arg(long, value_name = "BYTES", env = "SAYSO_MAX_BYTES", default_value_t = 32 * 1024 * 1024)]
    max_bytes: u64,
    /// Number of reading threads (default: one per core)
    #[arg(long, value_name = "COUNT", env = "SAYSO_THREADS")]
    threads: Option<usize>,
}

/// Entries that can be printed as a table.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum TableKind {
    /// Who says what, and through whom
    Statements,
    /// Numbers, and what they count
    Figures,
    /// Everyone who is quoted or cited
    Speakers,
    /// Time expressions, resolved
    Times,
    /// Places
    Places,
    /// What is expected next
    Next,
    /// Who was asked for comment
    CommentRequests,
}

fn day(written: &str) -> Result<Date, String> {
    Date::parse(written).ok_or_else(|| format!("'{written}' is not a date of the form YYYY-MM-DD"))
}

/// Reads and prints each file; continues after a failure, which then determines the exit code. Reports are read on all
/// cores and printed in their order.
pub(crate) fn run(args: &Args) -> Result<ExitCode, Failure> {
    let threads =
        args.threads.unwrap_or_else(|| thread::available_parallelism().map_or(1, usize::from)).clamp(1, 256);
    let (mut failures, mut failed) = (Vec::new(), 0);
    let jobs = args.files.iter().flat_map(|file| jobs(file, args));
    ordered::map(
        jobs,
        threads,
        |job| job.done(args),
        |done| {
            match done {
                Done::Report { told, alone } => match told.and_then(|told| told.print(args)) {
                    Ok(()) => {}
                    Err(failure) if failure.is_closed_pipe() => return Err(failure),
                    Err(failure) if alone => failures.push(failure),
                    // If one of several fails, the others are still read.
                    Err(failure) => {
                        failed += 1;
                        output::complain(&failure.to_string());
                    }
                },
                Done::End { input, count } => {
                    if failed > 0 {
                        failures.push(Failure::Some { input, failed, count });
                    }
                    failed = 0;
                }
            }
            Ok(())
        },
    )?;
    if args.files.len() == 1
        && let Some(only) = failures.pop()
    {
        return Err(only);
    }
    for failure in &failures {
        output::complain(&failure.to_string());
    }
    Ok(if failures.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(3) })
}

/// What is done with a report, away from stdout.
enum Job {
    Report { input: String, report: Result<Box<Report>, Failure>, alone: bool },
    End { input: String, count: usize },
}

/// The same when it is done.
enum Done {
    /// `alone`: the only one of its file.
    Report { told: Result<Told, Failure>, alone: bool },
    /// The end of a file with several reports.
    End { input: String, count: usize },
}

/// A report that has been read.
struct Told {
    /// Problems with it.
    complaints: Vec<String>,
    what: What,
}

enum What {
    Text(String),
    Reading(Box<Reading>),
}

/// What a file contains: one report, or the many of a feed, an archive or a live blog.
fn jobs(file: &Path, args: &Args) -> Vec<Job> {
    let input = file.display().to_string();
    let reports = reports(file, args).unwrap_or_else(|failure| vec![Err(failure)]);
    let (count, alone) = (reports.len(), reports.len() == 1);
    let end = (!alone).then(|| Job::End { input: input.clone(), count });
    let jobs = reports.into_iter().map(|report| Job::Report {
        input: input.clone(),
        report: report.map(Box::new),
        alone,
    });
    jobs.chain(end).collect()
}

impl Job {
    fn done(self, args: &Args) -> Done {
        match self {
            Self::Report { input, report, alone } => {
                Done::Report { told: report.and_then(|report| read(&input, &report, args)), alone }
            }
            Self::End { input, count } => Done::End { input, count },
        }
    }
}

fn read(input: &str, report: &Report, args: &Args) -> Result<Told, Failure> {
    if let Some(language) =
        report.head.language.as_ref().map(|l| l.value.clone()).filter(|l| !l.starts_with("en"))
    {
        return Err(Failure::Language { input: input.to_owned(), language });
    }
    let reading = sayso_read::read(report);
    // A problem that occurs in many places is reported once.
    let mut told: Vec<(&str, usize)> = Vec::new();
    for diagnostic in report.diagnostics.iter().chain(&reading.diagnostics) {
        match told.iter_mut().find(|(message, _)| *message == diagnostic.message) {
            Some((_, times)) => *times += 1,
            None => told.push((&diagnostic.message, 1)),
        }
    }
    let complaints = told
        .into_iter()
        .map(|(message, times)| {
            let times = if times > 1 { format!(" ({times} times)") } else { String::new() };
            format!("{input}: {message}{times}")
        })
        .collect();
    let what = if args.json {
        let value = sayso_model::json::with_exact(&reading, &reading.report.text)?;
        What::Text(format!("{}\n", serde_json::to_string(&value)?))
    } else if args.explain || args.table.is_some() {
        What::Reading(Box::new(reading))
    } else {
        What::Text(brief(&reading))
    };
    Ok(Told { complaints, what })
}

impl Told {
    fn print(&self, args: &Args) -> Result<(), Failure> {
        self.complaints.iter().for_each(|complaint| output::complain(complaint));
        match (&self.what, args.table) {
            (What::Text(text), _) if args.json => output::text(text),
            (What::Text(text), _) => output::prose(text),
            (What::Reading(reading), Some(kind)) => tables::print(kind, reading),
            (What::Reading(reading), None) => explain::print(reading),
        }
    }
}

fn brief(reading: &Reading) -> String {
    let segmentation = sayso_text::segment(&reading.report.text);
    let sentences: Vec<Span> = segmentation.sentences.iter().map(|s| segmentation.span(s)).collect();
    let brief = sayso_brief::report::compose(reading, &sentences);
    let mut out = output::printable_lines(&sayso_brief::render::text(&brief));
    match left_out(reading, &brief) {
        0 => {}
        1 => out.push_str("\n(1 statement is not in this brief; --table statements lists all)\n"),
        n => {
            out.push_str(&format!("\n({n} statements are not in this brief; --table statements lists all)\n"))
        }
    }
    out
}

/// Statements of which no line of the brief has any words; nested ones go with their parent.
fn left_out(reading: &Reading, brief: &Brief) -> usize {
    let text = &reading.report.text;
    // The marks of a brief are in code points.
    let bytes: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
    let lines = brief.title.iter().chain(brief.sections.iter().flat_map(|s| &s.lines));
    let shown: Vec<(usize, usize)> = lines
        .flat_map(|line| &line.marks)
        .filter_map(|mark| Some((*bytes.get(mark.start)?, *bytes.get(mark.end)?)))
        .collect();
    let is_shown = |span: &Span| shown.iter().any(|(start, end)| *start < span.end && span.start < *end);
    reading.statements.iter().filter(|s| s.parent.is_none() && !s.content.iter().any(is_shown)).count()
}

fn reports(file: &Path, args: &Args) -> Result<Vec<Result<Report, Failure>>, Failure> {
    let input = file.display().to_string();
    let options = sayso_ingest::HeadOverrides {
        outlet: args.outlet.clone(),
        published: args.published,
        url: args.url.clone(),
        ..sayso_ingest::HeadOverrides::default()
    };
    let limits = Limits { report_bytes: args.max_bytes, ..Limits::default() };
    let failure = |source| Failure::Ingest { input: input.clone(), source };
    let found = if address::is_web(&input) {
        let page = fetch(&input, args.allow_private, limits)?;
        let known = Head { url: head::stated(&page.url, &HeadSource::Url), ..Head::default() };
        source::reports_of(&page.body, &page.url, &known, page.charset().as_deref(), &options, &limits)
    } else if let Some(scheme) = address::scheme(&input).filter(|_| !file.exists()) {
        let why = "are not fetched; give an http or https address, or a path";
        return Err(Failure::Other(format!("{input}: addresses that begin with '{scheme}://' {why}")));
    } else {
        source::reports(&bytes(file, args.max_bytes)?, &input, &options, &limits)
    };
    Ok(found.map_err(failure)?.into_iter().map(|report| report.map_err(failure)).collect())
}

fn fetch(address: &str, allow_private: bool, limits: Limits) -> Result<Page, Failure> {
    let failed = |e: FetchError| Failure::Other(format!("{address}: {e}"));
    let fetcher = Fetcher::new(Rules { allow_private, limits, ..Rules::default() }).map_err(failed)?;
    match fetcher.fetch(address, &Validators::default(), limits.report_bytes).map_err(failed)? {
        Fetched::Page(page) => Ok(*page),
        Fetched::NotModified => {
            Err(Failure::Other(format!("{address}: the server says that the page has not changed")))
        }
    }
}

/// The bytes of a file or, for `-`, of stdin; never more than the limit.
pub(crate) fn bytes(file: &Path, limit: u64) -> Result<Vec<u8>, Failure> {
    let input = file.display().to_string();
    let open = |source: io::Error| Failure::Open { input: input.clone(), source };
    let mut bytes = Vec::new();
    if file == Path::new("-") {
        io::stdin().lock().take(limit + 1).read_to_end(&mut bytes).map_err(open)?;
    } else {
        if fs::metadata(file).map_err(open)?.is_dir() {
            return Err(Failure::Directory(file.to_owned()));
        }
        fs::File::open(file).map_err(open)?.take(limit + 1).read_to_end(&mut bytes).map_err(open)?;
    }
    if bytes.len() as u64 > limit {
        return Err(Failure::TooLarge { input, limit });
    }
    Ok(bytes)
}
