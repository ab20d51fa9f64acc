//! `sayso feed`: publishes what sources contain to a queue.

use std::{
    ops::ControlFlow,
    process::ExitCode,
    sync::{Arc, atomic::Ordering},
};

use sayso_queue::{Feed, LogForm, Queue, Telemetry};

use super::add::feeder::{Feeder, Follow, Job, Taking};
use crate::{failure::Failure, interrupt, output};

/// Publish reports to a NATS JetStream queue for workers to take (`sayso worker`).
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Sources are the same as for `sayso add`. Each report is one message, in the order of the sources,
and is on the server's disk when the program ends. A duplicate within ten minutes is recognised by
its message id, and after that by the ledger.

Examples:
  sayso feed reports/ archive.warc.gz --to nats://localhost
  sayso feed https://example.org/news.xml --to nats://localhost --stream news"
)]
pub(crate) struct Args {
    /// Files, folders, URLs; `-` for stdin
    #[arg(required = true, value_name = "SOURCE")]
    sources: Vec<String>,
    /// The server: nats://HOST or tls://HOST, with USER:PASSWORD@ if it requires that
    #[arg(long, value_name = "ADDRESS", env = "SAYSO_NATS")]
    to: String,
    /// Name of the stream, created if it does not exist
    #[arg(long, value_name = "NAME", env = "SAYSO_STREAM", default_value = "sayso")]
    stream: String,
    /// Fetch what feeds and sitemaps in files link to, instead of taking only what they contain
    #[arg(long)]
    follow: bool,
    #[command(flatten)]
    taking: Taking,
}

/// Publishes all sources and prints a summary.
pub(crate) fn run(args: &Args) -> Result<ExitCode, Failure> {
    let _telemetry = Telemetry::begin("sayso feed", LogForm::Text)?;
    let stop = interrupt::flag();
    let rules = args.taking.rules()?;
    let limits = rules.limits;
    let feeder = Feeder {
        sources: args.sources.clone(),
        follow: if args.follow { Follow::Always } else { Follow::Fetched },
        rules,
        limits,
        ledger: None,
        stop: Arc::clone(&stop),
        read: Arc::default(),
    };
    let queue = Queue::new(&args.to, &args.stream)?;
    let mut feed = Feed::new(&queue, &stop, &output::complain)?;
    let (mut failed, mut skipped) = (0_u64, 0_u64);
    let mut fails = |origin: &str, reason: &str| {
        failed += 1;
        output::complain(&format!("{origin}: {reason}"));
    };
    feeder.run(&mut |job| {
        match job {
            Job::Piece(piece) => {
                let origin = piece.origin.clone();
                if let Err(reason) = feed.publish(*piece)? {
                    fails(&origin, &reason);
                }
            }
            Job::Failed { origin, reason } => fails(&origin, &reason),
            Job::Skipped { .. } => skipped += 1,
            Job::End { .. } => {}
        }
        ControlFlow::Continue(())
    });
    let fed = feed.finish();
    let mut line = format!("published {}, known {}", fed.published, fed.known);
    for (count, what) in [(skipped, "skipped"), (failed, "failed")] {
        if count > 0 {
            line.push_str(&format!(", {what} {count}"));
        }
    }
    output::text(&format!("{line}\n"))?;
    Ok(if stop.load(Ordering::SeqCst) {
        interrupt::code()
    } else if failed > 0 {
        ExitCode::from(3)
    } else {
        ExitCode::SUCCESS
    })
}
