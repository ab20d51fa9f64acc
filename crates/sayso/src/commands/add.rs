//! `sayso add`: puts reports into the ledger.
//!
//! One thread opens the sources and takes them apart, several read reports, this one writes. What is written is in the
//! order of the sources, whatever the order in which it was read.

pub(crate) mod feeder;
mod pipeline;
mod summary;

use std::{
    io::{self, IsTerminal},
    ops::ControlFlow,
    process::ExitCode,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::Duration,
};

use indicatif::{ProgressBar, ProgressStyle};
use sayso_desk::{DeskError, Making};
use sayso_ingest::HeadOverrides;
use sayso_ledger::Ledger;
use sayso_model::Date;

use self::{
    feeder::{Feeder, Follow, Taking},
    pipeline::Pipeline,
    summary::Summary,
};
use super::{brief, figures, story};
use crate::{
    failure::Failure,
    interrupt,
    ledger::{LedgerArgs, day},
    output,
};

/// Put reports into the ledger.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "A source is a file, a folder (all files in it), `-` for stdin or an address. Text, HTML, RSS, Atom, JSON Feed,
sitemaps, WARC, JSON lines, ninjs and NewsML-G2 are told apart by their content; each may be gzipped.
The same report twice changes nothing, so an interrupted add is resumed by running it again.
Exit code 3 says that some inputs failed; the others are in the ledger."
)]
pub(crate) struct Args {
    /// Files, folders, addresses; `-` for stdin
    #[arg(required = true, value_name = "SOURCE")]
    sources: Vec<String>,
    #[command(flatten)]
    ledger: LedgerArgs,
    /// Outlet of the reports, where they do not say it better
    #[arg(long, value_name = "NAME")]
    outlet: Option<String>,
    /// Day of publication of the reports
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = day)]
    published: Option<Date>,
    /// Fetch what feeds and sitemaps in files link to, instead of taking what they have of it themselves (always done for
    /// those that are fetched)
    #[arg(long, conflicts_with = "no_follow")]
    follow: bool,
    /// Fetch nothing that a feed or sitemap links to: entries are taken with what the feed has of them
    #[arg(long)]
    no_follow: bool,
    #[command(flatten)]
    taking: Taking,
    /// Threads that read; without it as many as there are cores
    #[arg(long, value_name = "COUNT", env = "SAYSO_THREADS")]
    threads: Option<usize>,
    /// Print one JSON object a line for each report, as soon as it is on disk
    #[arg(long)]
    json: bool,
}

/// Adds all sources and prints a summary.
pub(crate) fn run(args: &Args) -> Result<ExitCode, Failure> {
    let mut ledger = args.ledger.make()?;
    let stop = interrupt::flag();
    let rules = args.taking.rules()?;
    let limits = rules.limits;
    let options =
        HeadOverrides { outlet: args.outlet.clone(), published: args.published, ..HeadOverrides::default() };
    let feeder = Feeder {
        sources: args.sources.clone(),
        follow: match (args.follow, args.no_follow) {
            (true, _) => Follow::Always,
            (_, true) => Follow::Never,
            _ => Follow::Fetched,
        },
        rules,
        limits,
        ledger: Some(ledger.path().to_owned()),
        stop: Arc::clone(&stop),
        read: Arc::default(),
    };
    let threads =
        args.threads.unwrap_or_else(|| thread::available_parallelism().map_or(1, usize::from)).clamp(1, 256);
    let progress = progress(args.json);
    let mut summary = Summary::new(args.json, progress.clone());
    let pipeline = Pipeline { threads, options, limits, stop: Arc::clone(&stop) };
    let done = pipeline.run(feeder, &mut ledger, &mut summary);
    // Each new report finds its story now, at a cost that does not grow with the ledger. What is not placed (somebody stops
    // it, another process writes, the disk is full) loses nothing: stories are derived, and the next question places it.
    let placed = match &done {
        Ok(()) if !stop.load(Ordering::SeqCst) => {
            summary.place();
            sayso_desk::place_all(&mut ledger, &mut || summary.placed(stop.load(Ordering::SeqCst)))
        }
        _ => Ok(()),
    };
    // A large story of which much is new is compared now and not when somebody looks, who finds it kept.
    let kept = match (&done, &placed) {
        (Ok(()), Ok(())) => keep_ahead(&mut ledger, &stop),
        _ => Ok(()),
    };
    progress.finish_and_clear();
    summary.print(stop.load(Ordering::SeqCst))?;
    done?;
    if let Err(e) = placed {
        output::complain(&format!("reports are kept but not yet placed into stories: {e}"));
    }
    if let Err(e) = kept {
        output::complain(&format!(
            "reports are kept; their stories are compared when they are asked for: {e}"
        ));
    }
    Ok(if stop.load(Ordering::SeqCst) {
        ExitCode::from(130)
    } else if summary.failed() > 0 {
        ExitCode::from(3)
    } else {
        ExitCode::SUCCESS
    })
}

fn keep_ahead(ledger: &mut Ledger, stop: &AtomicBool) -> Result<(), DeskError> {
    let makings: [Making<'_>; 3] =
        [(story::KEPT, &story::parts), (brief::KEPT, &brief::parts), (figures::KEPT, &figures::charts)];
    sayso_desk::keep_ahead(ledger, &makings, &mut || {
        if stop.load(Ordering::SeqCst) { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    })
}

/// A bar with rate and, where the number of reports or of bytes is known, the time left; nothing where stderr is no terminal.
fn progress(json: bool) -> ProgressBar {
    if json || !io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::new_spinner();
    let style = ProgressStyle::with_template("{spinner} {pos} reports, {per_sec}, {elapsed} {msg}");
    bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_spinner()));
    bar.enable_steady_tick(Duration::from_millis(200));
    bar
}
