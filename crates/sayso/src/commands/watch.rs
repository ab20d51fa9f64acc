//! `sayso watch`: polls sources and adds what is new or changed to the ledger.

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
    sync::{atomic::Ordering, mpsc},
    thread,
    time::Duration,
};

use sayso_ingest::{HeadOverrides, Limits, fetch::Rules};
use sayso_ledger::{Ledger, files_of};
use sayso_watch::{Clock, Options, Pace, Told, seconds};
use serde_json::json;
use sha2::{Digest, Sha256};

use super::alerts;
use crate::{failure::Failure, interrupt, ledger::LedgerArgs, output};

/// Poll feeds, pages, folders and mailboxes, and add what is new or changed to the ledger.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "A source is the URL of a feed, a sitemap or a page that names its feeds; an OPML file; a file with
one article URL per line; or a file or folder in any format that `sayso add` takes. What has been
seen is recorded in the ledger: a watch that is stopped at any instant and restarted continues
where it was, and nothing comes in twice. Articles are revisited less and less often; one whose
text has changed becomes a revision. Exit code 3 means that something could not be fetched;
`sayso sources` says what."
)]
pub(crate) struct Args {
    /// URLs, OPML files, lists of URLs, files, folders
    #[arg(required = true, value_name = "SOURCE")]
    sources: Vec<String>,
    #[command(flatten)]
    ledger: LedgerArgs,
    /// Time between two polls of a source: 90s, 10m, 2h, 1d
    #[arg(long, value_name = "TIME", default_value = "10m", value_parser = seconds)]
    every: i64,
    /// Do everything that is due, then exit: for cron and timers
    #[arg(long)]
    once: bool,
    /// Intervals at which an article is revisited, or `never`
    #[arg(long, value_name = "TIMES", default_value = "15m,1h,3h,12h,1d,3d,7d", value_parser = looks)]
    look_again: Looks,
    /// Minimum time between two requests to the same host, in seconds
    #[arg(long, value_name = "SECONDS", env = "SAYSO_DELAY", default_value_t = 2.0)]
    delay: f64,
    /// Time limit for one response, in seconds
    #[arg(long, value_name = "SECONDS", default_value_t = 30.0)]
    timeout: f64,
    /// Also fetch from private and local networks
    #[arg(long)]
    allow_private: bool,
    /// Maximum size of a report, in bytes
    #[arg(long, value_name = "BYTES", env = "SAYSO_MAX_BYTES", default_value_t = 32 * 1024 * 1024)]
    max_bytes: u64,
    /// How many hosts to query at once
    #[arg(long, value_name = "COUNT", default_value_t = 8)]
    hosts: usize,
    /// Keep what was fetched in this folder, as WARC 1.1 with digests; `sayso verify` compares it with the ledger
    #[arg(long, value_name = "DIR")]
    archive: Option<PathBuf>,
    /// Raise alerts by the rules in this file (docs/alerts.md)
    #[arg(long, value_name = "FILE")]
    alerts: Option<PathBuf>,
    /// Print one JSON object per line for each event, once it is on disk
    #[arg(long)]
    json: bool,
    /// For testing: let time run RATE times faster from the Unix second ORIGIN on
    #[arg(long, hide = true, value_name = "ORIGIN:RATE", value_parser = fast_clock)]
    fast_clock: Option<Clock>,
}

/// Intervals at which an article is revisited.
#[derive(Debug, Clone)]
struct Looks(Vec<i64>);

fn looks(written: &str) -> Result<Looks, String> {
    if written == "never" {
        return Ok(Looks(Vec::new()));
    }
    written.split(',').map(seconds).collect::<Result<_, _>>().map(Looks)
}

fn fast_clock(written: &str) -> Result<Clock, String> {
    let parts = written.split_once(':').and_then(|(o, r)| Some((o.parse().ok()?, r.parse().ok()?)));
    let (origin, rate) = parts.ok_or_else(|| format!("'{written}' is not of the form ORIGIN:RATE"))?;
    Ok(Clock::fast(origin, rate))
}

/// Watches and prints what happens.
pub(crate) fn run(args: &Args) -> Result<ExitCode, Failure> {
    let mut ledger = args.ledger.make()?;
    let stop = interrupt::flag();
    let time = |name: &str, value: f64| {
        Duration::try_from_secs_f64(value)
            .map_err(|_| Failure::Usage(format!("--{name} {value} is not a number of seconds")))
    };
    let limits = Limits { report_bytes: args.max_bytes, ..Limits::default() };
    let rules = Rules {
        delay: time("delay", args.delay)?,
        timeout: time("timeout", args.timeout)?,
        allow_private: args.allow_private,
        limits,
        ..Rules::default()
    };
    let options = Options {
        sources: args.sources.clone(),
        once: args.once,
        pace: Pace { every: args.every, looks: args.look_again.0.clone(), seed: seed(ledger.path()) },
        rules,
        overrides: HeadOverrides::default(),
        limits,
        workers: args.hosts,
        archive: args.archive.clone(),
        clock: args.fast_clock.unwrap_or_default(),
    };
    let sender = args.alerts.as_deref().map(alerts::rules).transpose()?;
    let sender = sender.map(|rules| alerts::Sender::new(rules, args.json)).transpose()?;
    let mut closed = None;
    let path = ledger.path().to_owned();
    let (raised, due) = mpsc::channel::<i64>();
    let summary = thread::scope(|scope| {
        // Dropped when the watch ends, which ends the thread below after what is due has been sent.
        let raised = raised;
        // A receiver that does not answer must not keep the watch from its sources.
        if let Some(sender) = &sender {
            let thread = thread::Builder::new().name("alerts".to_owned());
            thread
                .spawn_scoped(scope, move || deliver(sender, &path, &due))
                .map_err(|e| Failure::Other(format!("cannot begin: {e}")))?;
        }
        let summary = sayso_watch::run(
            &mut ledger,
            &options,
            &stop,
            &mut |told| {
                if closed.is_none()
                    && let Err(failure) = print(told, args.json)
                {
                    // Nobody reads the output any more: the watch ends as if interrupted.
                    stop.store(true, Ordering::SeqCst);
                    closed = Some(failure);
                }
            },
            &mut |ledger, now| {
                let Some(sender) = &sender else { return };
                if let Err(failure) = sender.raise(ledger, now) {
                    output::complain(&format!("alerts: {failure}"));
                }
                // The thread ends only after this loop.
                let _ = raised.send(now);
            },
        );
        Ok::<_, Failure>(summary?)
    })?;
    if let Some(failure) = closed {
        return Err(failure);
    }
    if args.json {
        output::json_line(&json!({"summary": {
            "polled": summary.polled, "looked": summary.looked, "new": summary.new, "revised": summary.revised,
            "failed": summary.failed, "interrupted": summary.interrupted
        }}))?;
    } else {
        output::text(&format!(
            "polled {} sources, visited {} pages: new {}, revised {}, failed {}\n",
            summary.polled, summary.looked, summary.new, summary.revised, summary.failed
        ))?;
    }
    Ok(if summary.interrupted {
        interrupt::code()
    } else if summary.failed > 0 {
        ExitCode::from(3)
    } else {
        ExitCode::SUCCESS
    })
}

/// Delivers what is due, over a connection of its own to the ledger, whenever it is told the time.
fn deliver(sender: &alerts::Sender, path: &Path, due: &mpsc::Receiver<i64>) {
    let mut ledger = None;
    while let Ok(now) = due.recv() {
        let now = due.try_iter().last().unwrap_or(now);
        let opened = match ledger.take() {
            Some(ledger) => Ok(ledger),
            None => Ledger::open(path),
        };
        let sent = opened.map_err(Failure::from).and_then(|mut opened| {
            sender.send(&mut opened, now)?;
            Ok(opened)
        });
        match sent {
            Ok(opened) => ledger = Some(opened),
            Err(failure) => output::complain(&format!("alerts: {failure}")),
        }
    }
}

/// What distinguishes the watches of one ledger from those of another, the same each time.
fn seed(ledger: &std::path::Path) -> u64 {
    let file = files_of(ledger).into_iter().next().unwrap_or_default();
    let hash = Sha256::digest(file.as_os_str().as_encoded_bytes());
    hash.iter().take(8).fold(0, |n, b| n << 8 | u64::from(*b))
}

fn print(told: &Told, json: bool) -> Result<(), Failure> {
    if json {
        return output::json_line(&serde_json::to_value(told)?);
    }
    let line = match told {
        Told::New { report, outlet, headline, note, .. } => {
            let note = note.as_deref().map(|n| format!(" ({n})")).unwrap_or_default();
            format!("new {report}  {}: {headline}{note}", outlet.as_deref().unwrap_or("-"))
        }
        Told::Revised { report, previous, outlet, headline, edit, .. } => {
            for line in edit.iter().flat_map(|edit| edit.lines()) {
                output::text(&format!("  edit of {previous}: {}\n", output::printable(&line)))?;
            }
            format!("revised {report} (was {previous})  {}: {headline}", outlet.as_deref().unwrap_or("-"))
        }
        Told::Gone { report, address } => format!("gone {report}  {address}"),
        Told::Polled { source, entries, new, left } => {
            if !left.is_empty() {
                let why: Vec<String> = left.iter().map(|(reason, n)| format!("{n} {reason}")).collect();
                output::complain(&format!(
                    "{source}: {entries} entries, new {new}, left out {}",
                    why.join(", ")
                ));
            }
            return Ok(());
        }
        Told::Found { source, via } => {
            output::complain(&format!("{source}: found in {via}"));
            return Ok(());
        }
        Told::Failed { origin, reason, given_up } => {
            let then = if *given_up { "" } else { "; it will be tried again" };
            output::complain(&format!("{origin}: {reason}{then}"));
            return Ok(());
        }
    };
    output::text(&format!("{}\n", output::printable(&line)))
}
