//! A worker's monitoring: whether it is alive, whether it is ready, and its counts for Prometheus.

use std::{
    fmt::Write,
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use axum::{Router, extract::State, http::StatusCode, routing::get};
use tokio::net::TcpListener;

use crate::QueueError;

/// How long a writer may be busy with one task before the worker counts as stuck.
const STUCK: Duration = Duration::from_secs(120);

/// Counts and states.
#[derive(Debug, Default)]
pub(crate) struct Meters {
    pub(crate) taken: AtomicU64,
    pub(crate) added: AtomicU64,
    pub(crate) revised: AtomicU64,
    pub(crate) known: AtomicU64,
    pub(crate) dead: AtomicU64,
    pub(crate) commits: AtomicU64,
    pub(crate) commit_micros: AtomicU64,
    pub(crate) read: AtomicU64,
    pub(crate) read_micros: AtomicU64,
    pub(crate) ledger_failures: AtomicU64,
    pub(crate) queue_failures: AtomicU64,
    /// Messages currently held.
    pub(crate) held: AtomicU64,
    /// The last message of the stream that is in the ledger.
    pub(crate) written: AtomicU64,
    /// When the writer last made progress, in seconds since 1970.
    pub(crate) turned: AtomicU64,
    pub(crate) ledger_ready: AtomicBool,
    pub(crate) queue_ready: AtomicBool,
}

impl Meters {
    /// The writer has made progress.
    pub(crate) fn turn(&self) {
        self.turned.store(now(), Ordering::Relaxed);
    }

    fn lives(&self) -> bool {
        now().saturating_sub(self.turned.load(Ordering::Relaxed)) < STUCK.as_secs()
    }

    fn is_ready(&self) -> bool {
        self.ledger_ready.load(Ordering::Relaxed) && self.queue_ready.load(Ordering::Relaxed)
    }

    /// In the Prometheus text format.
    fn text(&self) -> String {
        let mut out = String::new();
        let mut meter = |name: &str, kind: &str, help: &str, value: String| {
            let _ =
                write!(out, "# HELP sayso_{name} {help}\n# TYPE sayso_{name} {kind}\nsayso_{name} {value}\n");
        };
        let count = |count: &AtomicU64| count.load(Ordering::Relaxed).to_string();
        let seconds = |micros: &AtomicU64| format!("{:.6}", micros.load(Ordering::Relaxed) as f64 / 1e6);
        for (name, value, help) in [
            (
                "messages_taken_total",
                &self.taken,
                "Messages taken from the stream, those given out again too.",
            ),
            ("reports_added_total", &self.added, "Reports that are new in the ledger."),
            ("reports_revised_total", &self.revised, "Reports that are new revisions in the ledger."),
            ("reports_known_total", &self.known, "Reports that the ledger already knew."),
            ("messages_dead_total", &self.dead, "Messages that gave no report and went to the dead letters."),
            ("commits_total", &self.commits, "Transactions written to the ledger."),
            ("reports_read_total", &self.read, "Messages read."),
            ("ledger_failures_total", &self.ledger_failures, "Times that the ledger could not be used."),
            ("queue_failures_total", &self.queue_failures, "Times that the queue could not be used."),
        ] {
            meter(name, "counter", help, count(value));
        }
        for (name, value, help) in [
            ("commit_seconds_total", &self.commit_micros, "Seconds spent in writing to the ledger."),
            ("read_seconds_total", &self.read_micros, "Seconds spent in reading, all threads together."),
        ] {
            meter(name, "counter", help, seconds(value));
        }
        meter("messages_held", "gauge", "Messages taken but not finished.", count(&self.held));
        let help = "The last message of the stream that is in the ledger.";
        meter("stream_sequence_written", "gauge", help, count(&self.written));
        meter(
            "ready",
            "gauge",
            "Whether the queue and the ledger can be used.",
            u8::from(self.is_ready()).to_string(),
        );
        out
    }
}

fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs())
}

/// Serves `/metrics`, `/healthz` and `/readyz` until the program ends.
pub(crate) async fn serve(meters: Arc<Meters>, address: SocketAddr) -> Result<(), QueueError> {
    let listener =
        TcpListener::bind(address).await.map_err(|source| QueueError::Listen { address, source })?;
    let said = |yes: bool| {
        if yes { (StatusCode::OK, "yes\n") } else { (StatusCode::SERVICE_UNAVAILABLE, "no\n") }
    };
    let router = Router::new()
        .route("/metrics", get(|State(meters): State<Arc<Meters>>| async move { meters.text() }))
        .route("/healthz", get(move |State(meters): State<Arc<Meters>>| async move { said(meters.lives()) }))
        .route(
            "/readyz",
            get(move |State(meters): State<Arc<Meters>>| async move { said(meters.is_ready()) }),
        )
        .with_state(meters);
    tokio::spawn(async move { axum::serve(listener, router).await });
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::{collections::BTreeSet, sync::atomic::Ordering};

    use super::Meters;

    /// Names of meters in a text.
    fn named(text: &str) -> BTreeSet<&str> {
        text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_'))
            .filter(|word| word.starts_with("sayso_"))
            .collect()
    }

    #[test]
    fn the_dashboard_shows_every_meter_and_no_other() {
        let text = Meters::default().text();
        let dashboard: serde_json::Value =
            serde_json::from_str(include_str!("../assets/dashboard.json")).unwrap();
        let panels = dashboard["panels"].as_array().unwrap();
        let asked: Vec<&str> = panels
            .iter()
            .flat_map(|p| p["targets"].as_array().unwrap())
            .map(|t| t["expr"].as_str().unwrap())
            .collect();
        assert_eq!(named(&asked.join(" ")), named(&text));
    }

    #[test]
    fn every_meter_has_its_kind_and_one_value() {
        let meters = Meters::default();
        meters.added.store(3, Ordering::Relaxed);
        meters.read_micros.store(1_500_000, Ordering::Relaxed);
        let text = meters.text();
        assert!(
            text.contains("\nsayso_reports_added_total 3\n") && text.contains("_seconds_total 1.500000\n")
        );
        let of = |start: &str| text.lines().filter(|line| line.starts_with(start)).count();
        assert_eq!(of("# TYPE"), of("sayso_"));
        assert!(!meters.is_ready() && !meters.lives());
        meters.turn();
        assert!(meters.lives());
    }
}
