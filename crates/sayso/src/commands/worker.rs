//! `sayso worker`: takes reports from a queue and adds them to the ledger.

use std::{net::SocketAddr, process::ExitCode, thread, time::Duration};

use sayso_ingest::Limits;
use sayso_queue::{LogForm, Queue, Settings, Telemetry, work};

use crate::{failure::Failure, ledger::LedgerArgs, output};

/// Take reports from a NATS JetStream queue (`sayso feed`), read them and add them to the ledger.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Run as many as you like, on as many machines: they share the messages, and the ledger is what a
single `sayso add` of the messages in their order would have made. A message is acknowledged once
its report is on disk; one that gives no report goes to NAME.dead with the reason. SIGTERM stops
it: what it holds is written or goes back. If OTEL_EXPORTER_OTLP_ENDPOINT names a collector, each
message is traced from `sayso feed` to the ledger.

Examples:
  sayso worker --from nats://localhost --ledger postgres:///news --listen 127.0.0.1:9464
  sayso worker --from nats://localhost --ledger news.db --until-empty"
)]
pub(crate) struct Args {
    /// The server: nats://HOST or tls://HOST, with USER:PASSWORD@ if it requires that
    #[arg(long, value_name = "ADDRESS", env = "SAYSO_NATS")]
    from: String,
    /// Name of the stream, created if it does not exist
    #[arg(long, value_name = "NAME", env = "SAYSO_STREAM", default_value = "sayso")]
    stream: String,
    #[command(flatten)]
    ledger: LedgerArgs,
    /// Number of reading threads (default: one per core)
    #[arg(long, value_name = "COUNT", env = "SAYSO_THREADS")]
    threads: Option<usize>,
    /// Address on which to serve /metrics (Prometheus), /healthz and /readyz
    #[arg(long, value_name = "HOST:PORT")]
    listen: Option<SocketAddr>,
    /// Format of the log lines on stderr
    #[arg(long, value_name = "FORM", env = "SAYSO_LOG", default_value = "text")]
    log: Log,
    /// Redeliver a message that no worker has finished within this time, in seconds
    #[arg(long, value_name = "SECONDS", default_value_t = 30, value_parser = clap::value_parser!(u64).range(1..))]
    again_after: u64,
    /// Exit when there is nothing left to take
    #[arg(long)]
    until_empty: bool,
    /// Maximum size of a report, in bytes
    #[arg(long, value_name = "BYTES", env = "SAYSO_MAX_BYTES", default_value_t = 32 * 1024 * 1024)]
    max_bytes: u64,
}

/// Log formats.
#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum Log {
    /// For people
    Text,
    /// One JSON object per line
    Json,
}

/// Works until stopped, and prints a summary.
pub(crate) fn run(args: &Args) -> Result<ExitCode, Failure> {
    let _telemetry = Telemetry::begin(
        "sayso worker",
        match args.log {
            Log::Text => LogForm::Text,
            Log::Json => LogForm::Json,
        },
    )?;
    let threads = args.threads.unwrap_or_else(|| thread::available_parallelism().map_or(1, usize::from));
    let done = work(&Settings {
        queue: Queue::new(&args.from, &args.stream)?,
        ledger: args.ledger.path()?,
        threads: threads.clamp(1, 256),
        limits: Limits { report_bytes: args.max_bytes, ..Limits::default() },
        again_after: Duration::from_secs(args.again_after),
        listen: args.listen,
        until_empty: args.until_empty,
    })?;
    output::text(&format!(
        "added {}, known {}, revised {}, dead {}\n",
        done.added, done.known, done.revised, done.dead
    ))?;
    Ok(ExitCode::SUCCESS)
}
