//! Reports through a queue: [`Feed`] publishes them to a NATS JetStream stream; [`work`] takes them from there, reads
//! them and writes them into a ledger.
//!
//! # Guarantees
//! - A message is acknowledged once its report is on disk in the ledger, and not before: whatever is killed at whatever
//!   instant, no report is lost. None is there twice: the ledger records, in the transaction of the reports, up to
//!   which message of the stream it has been written, and it recognises reports and their bytes.
//! - Workers read in any order and write in stream order: the ledger is what a single `sayso add` of the messages in
//!   that order would have made, however many workers there were and whatever happened to them.
//! - A message that gives no report goes to the dead-letter stream, with the reason, and blocks nothing.
//! - Workers take no more than they can hold; when the stream is full, [`Feed`] waits.

#![forbid(unsafe_code)]

mod feed;
mod message;
mod meters;
mod stream;
mod telemetry;
mod worker;
mod writer;

pub use feed::{Fed, Feed};
pub use stream::Queue;
pub use telemetry::{LogForm, Telemetry};
pub use worker::{Settings, Worked, work};

/// Why a queue cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum QueueError {
    /// An invalid stream name.
    #[error("'{0}' cannot be the name of a stream; use letters, digits, '-' and '_'")]
    Name(String),
    /// The server cannot be reached, or refuses. Its address is not repeated, because it may contain a password.
    #[error(
        "the queue cannot be used: {0}; check that nats-server is running there with JetStream (`nats-server -js`)"
    )]
    Nats(String),
    /// The port for metrics is not available.
    #[error("cannot listen on {address}: {source}; name another with --listen")]
    Listen {
        /// The port.
        address: std::net::SocketAddr,
        /// What the system says.
        source: std::io::Error,
    },
    /// Traces cannot be sent with the settings in the environment.
    #[error("traces cannot be sent: {0}; check the variables OTEL_EXPORTER_OTLP_*")]
    Traces(String),
    /// The system provides no thread or clock.
    #[error("cannot start: {0}")]
    Start(#[from] std::io::Error),
    /// The ledger cannot be used.
    #[error(transparent)]
    Ledger(#[from] sayso_ledger::LedgerError),
}

/// The client's error, as ours.
fn nats(error: impl std::fmt::Display) -> QueueError {
    QueueError::Nats(error.to_string())
}
