//! `sayso add`: adds reports to the ledger.
//! One thread opens the sources and splits them, several read reports, and this one writes, in the order of the
//! sources, whatever the order in which the reports were read.

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

/// Add reports to the ledger.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "A source is a file, a folder (all files in it), `-` for stdin or a URL. Text, HTML, RSS, Atom,
JSON Feed, sitemaps, WARC, JSON Lines, ninjs and NewsML-G2 are recognised by their content; each
may be gzipped. Adding the same report twice changes nothing, so to resume an interrupted add, run
it again. Exit code 3 means that some inputs failed; the others are in the ledger."
)]
pub(crate) struct Args {
    /// Files, folders, URLs; `-` for stdin
    #[arg(required = true, value_name = "SOURCE")]
    sources: Vec<String>,
    #[command(flatten)]
    ledger: LedgerArgs,
    /// Outlet of the reports, even if they state another
    #[arg(long, value_name = "NAME")]
    outlet: Option<String>,
    /// Day of publication of the reports, even if they state another
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = day)]
    published: Option<Date>,
    /// Fetch what feeds and sitemaps in files link to, instead of taking only what they contain (always done for those
    /// that are fetched)
    #[arg(long, conflicts_with = "no_follow")]
    follow: bool,
    /// Fetch nothing that a feed or sitemap links to: take entries as the feed has them
    #[arg(long)]
    no_follow: bool,
    #[command(flatten)]
    taking: Taking,
    /// Number of reading threads (default: one per core)
    #[arg(long, value_name = "COUNT", env = "SAYSO_THREADS")]
    threads: Option<usize>,
    /// Print one JSON object per line for each report, as soon as it is on disk
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
    // Each new report is placed into its story now, at a cost that does not grow with the ledger. If placing stops
    // (interrupted, another process writing, full disk), nothing is lost: stories are derived, and the next query
    // places the rest.
    let placed = match &done {
        Ok(()) if !stop.load(Ordering::SeqCst) => {
            summary.place();
            sayso_desk::place_all(&mut ledger, &mut || summary.placed(stop.load(Ordering::SeqCst)))
        }
        _ => Ok(()),
    };
    // A large story of which much is new is compared now, so that whoever looks next finds it cached.
    let kept = match (&done, &placed) {
        (Ok(()), Ok(())) => keep_ahead(&mut ledger, &stop),
        _ => Ok(()),
    };
    progress.finish_and_clear();
    summary.print(stop.load(Ordering::SeqCst))?;
    done?;
    if let Err(e) = placed {
        output::complain(&format!("the reports are in the ledger but not yet placed into stories: {e}"));
    }
    if let Err(e) = kept {
        output::complain(&format!(
            "the reports are in the ledger; their stories will be compared on demand: {e}"
        ));
    }
    Ok(if stop.load(Ordering::SeqCst) {
        interrupt::code()
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

/// A bar with the rate and, if the number of reports or bytes is known, the time left; hidden if stderr is not a
/// terminal.
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
