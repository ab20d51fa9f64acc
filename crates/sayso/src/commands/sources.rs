//! `sayso sources`: what is watched, its state, and what happened to it.

use std::{collections::BTreeSet, fs, process::ExitCode};

use clap::ValueEnum;
use sayso_ingest::{
    ONLY_CHANGED, head,
    opml::{self, Outline},
};
use sayso_ledger::{EventKind, Ledger, WatchEvent};
use sayso_model::Date;
use sayso_watch::Edit;
use serde_json::json;

use crate::{
    failure::Failure,
    ledger::{LedgerArgs, day},
    output,
};

/// Events read at once.
const BATCH: usize = 1000;

/// List the watched sources and their state, or what happened to their articles.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    ledger: LedgerArgs,
    /// Output format
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// List what happened instead, oldest first: articles that were edited and what changed in them, pages that are gone,
    /// sources that failed or answer again
    #[arg(long)]
    events: bool,
    /// Only events since this day (UTC)
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = day, requires = "events")]
    since: Option<Date>,
    /// Print one JSON object per line; the same as --format json
    #[arg(long, conflicts_with = "format")]
    json: bool,
    /// Forget these sources, with those found in them and the pages that they listed; their reports stay. A watch that still
    /// names them finds them again
    #[arg(long, value_name = "SOURCE", num_args = 1.., conflicts_with_all = ["events", "format", "json"])]
    forget: Vec<String>,
}

/// Output formats.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// A table
    Text,
    /// One JSON object per line
    Json,
    /// OPML, for feed readers
    Opml,
}

/// Prints them.
pub(crate) fn run(args: &Args) -> Result<ExitCode, Failure> {
    let mut ledger = args.ledger.open()?;
    if !args.forget.is_empty() {
        return forget(&mut ledger, &args.forget);
    }
    let format = if args.json { Format::Json } else { args.format };
    if args.events {
        return events(&ledger, args.since, format);
    }
    let sources = ledger.watch_sources()?;
    if format == Format::Opml {
        let sitemaps: BTreeSet<String> = sources
            .iter()
            .filter(|s| s.kind.as_deref() == Some("sitemap"))
            .map(|s| s.address.clone())
            .collect();
        let feeds: Vec<Outline> = sources
            .into_iter()
            // A source that turned out not to be a feed is left out; one whose kind is not known yet may be a feed, unless it is a
            // sitemap by its origin or name.
            .filter(|s| s.address.contains("://") && s.kind.as_deref().is_none_or(|kind| kind == "feed"))
            .filter(|s| {
                let in_sitemap = s.via.as_ref().is_some_and(|via| sitemaps.contains(via));
                s.kind.is_some() || !in_sitemap && !s.address.to_lowercase().contains("sitemap")
            })
            .map(|s| Outline { address: s.address, title: s.title })
            .collect();
        output::text(&opml::write("Watched by sayso", &feeds))?;
        return Ok(ExitCode::SUCCESS);
    }
    let only_changed = ledger.watch_diagnosed(ONLY_CHANGED)?;
    let mut rows = Vec::new();
    for source in sources {
        let only_changed = only_changed.get(&source.address).copied().unwrap_or(0);
        let counts = ledger.watch_counts(&source.address)?;
        if format == Format::Json {
            let mut value = serde_json::to_value(&source)?;
            value["pages"] =
                json!({"found": counts.found, "taken": counts.taken, "given_up": counts.given_up});
            value["only_change_dated"] = only_changed.into();
            output::json_line(&value)?;
            continue;
        }
        let instant = |at: Option<i64>| {
            at.and_then(|at| u64::try_from(at).ok()).map_or_else(|| "-".to_owned(), head::instant)
        };
        rows.push(vec![
            source.title.unwrap_or_default(),
            source.address,
            source.kind.unwrap_or_default(),
            instant(source.answered_at),
            instant(source.new_at),
            counts.found.to_string(),
            counts.taken.to_string(),
            counts.given_up.to_string(),
            note(source.problem.as_deref(), source.failures, only_changed),
        ]);
    }
    if format == Format::Text {
        let header = ["title", "source", "kind", "answered", "new", "pages", "taken", "given up", "problem"];
        output::found(&header, rows, "no sources are being watched")?;
    }
    Ok(ExitCode::SUCCESS)
}

/// What is wrong with a source, and with the days of its reports.
fn note(problem: Option<&str>, failures: u32, only_changed: u32) -> String {
    let problem = problem.map(|problem| format!("{problem} ({failures} times)"));
    let undated = (only_changed > 0).then(|| {
        format!("{only_changed} reports without a day of publication: only that of a change is stated")
    });
    problem.into_iter().chain(undated).collect::<Vec<_>>().join("; ")
}

/// Forgets sources.
fn forget(ledger: &mut Ledger, addresses: &[String]) -> Result<ExitCode, Failure> {
    let batch = ledger.batch()?;
    for address in addresses {
        // A file or folder is recorded under its absolute path.
        let known = batch.forget_watch_source(address)?
            || match fs::canonicalize(address) {
                Ok(path) => batch.forget_watch_source(&path.display().to_string())?,
                Err(_) => false,
            };
        if !known {
            return Err(Failure::Other(format!(
                "'{address}' is not watched; `sayso sources` lists the sources as they are named here"
            )));
        }
    }
    batch.commit()?;
    Ok(ExitCode::SUCCESS)
}

/// Prints what happened.
fn events(ledger: &Ledger, since: Option<Date>, format: Format) -> Result<ExitCode, Failure> {
    if format == Format::Opml {
        return Err(Failure::Other(
            "events cannot be printed as OPML; leave out --format, or use --json".to_owned(),
        ));
    }
    let since = since.map(|day| day.to_string()).unwrap_or_default();
    let (mut last, mut found) = (0, false);
    loop {
        let events = ledger.watch_events(last, BATCH)?;
        let Some(newest) = events.last() else { break };
        last = newest.id;
        for event in events {
            let at = head::instant(event.at.unsigned_abs());
            // New reports are in `sayso reports`.
            if event.kind == EventKind::New || at.as_str() < since.as_str() {
                continue;
            }
            found = true;
            let edit = match (event.kind, event.report) {
                (EventKind::Revision, Some(report)) => Edit::of(ledger, report)?,
                _ => None,
            };
            if format == Format::Json {
                output::json_line(&json!({
                    "at": at, "kind": event.kind.as_str(), "source": event.source, "report": event.report.map(|r| r.0),
                    "previous": event.previous.map(|r| r.0), "note": event.note, "edit": edit,
                }))?;
                continue;
            }
            output::text(&format!("{at}  {}\n", output::printable(&line(ledger, &event)?)))?;
            for line in edit.iter().flat_map(Edit::lines) {
                output::text(&format!("    {}\n", output::printable(&line)))?;
            }
        }
    }
    if !found {
        output::complain("no edit, no page that is gone and no failing source has been recorded");
    }
    Ok(ExitCode::SUCCESS)
}

/// One event in one line.
fn line(ledger: &Ledger, event: &WatchEvent) -> Result<String, Failure> {
    let stored = event.report.map(|report| ledger.report(report)).transpose()?.flatten();
    let told = stored.map(|stored| {
        let outlet = stored.line.outlet.unwrap_or_else(|| "-".to_owned());
        format!("{outlet}: {}", stored.line.headline.unwrap_or_default())
    });
    let told = told.unwrap_or_default();
    let number = |report: Option<sayso_ledger::ReportId>| report.map(|r| r.0.to_string()).unwrap_or_default();
    let source = event.source.as_deref().unwrap_or("-");
    let note = event.note.as_deref();
    Ok(match event.kind {
        EventKind::New => format!("new {}  {told}", number(event.report)),
        EventKind::Revision => {
            format!("revised {} (was {})  {told}", number(event.report), number(event.previous))
        }
        EventKind::Gone => {
            format!("gone {}  {told} ({})", number(event.report), note.unwrap_or("no reason is known"))
        }
        EventKind::Source => match note {
            Some(problem) => format!("{source}: does not answer ({problem})"),
            None => format!("{source}: answers again"),
        },
    })
}
