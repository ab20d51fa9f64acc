//! Reports by way of a queue: [`Feed`] publishes them to a stream of NATS JetStream, [`work`] takes them from there, reads them
//! and writes them into a ledger.
//!
//! # What holds
//! - A message is acknowledged when its report is on disk in the ledger, and not before: whatever is killed at whatever
//!   instant, no report is lost. None is there twice: the ledger keeps, in the transaction of the reports, up to which message
//!   of the stream it has written, and it knows reports and their bytes again.
//! - Workers read in whatever order, and write in that of the stream: the ledger is what one `sayso add` of the messages in
//!   their order would have made, however many workers there were and whatever became of them.
//! - A message that gives no report goes to the stream of dead letters, with the reason, and holds up nothing.
//! - Workers take no more than they can hold; where the stream is full, [`Feed`] waits.

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
    /// The name of a stream that would not be one.
    #[error("'{0}' cannot be the name of a stream; use letters, digits, '-' and '_'")]
    Name(String),
    /// The server cannot be reached, or refuses. Its address is not repeated, because it may contain a password.
    #[error(
        "the queue cannot be used: {0}; check that nats-server is running there with JetStream (`nats-server -js`)"
    )]
    Nats(String),
    /// The port for metrics cannot be had.
    #[error("cannot listen on {address}: {source}; name another with --listen")]
    Listen {
        /// The port.
        address: std::net::SocketAddr,
        /// What the system says.
        source: std::io::Error,
    },
    /// Traces cannot be sent as the environment says.
    #[error("traces cannot be sent: {0}; check the variables OTEL_EXPORTER_OTLP_*")]
    Traces(String),
    /// The system provides no thread or clock.
    #[error("cannot start: {0}")]
    Start(#[from] std::io::Error),
    /// The ledger cannot be used.
    #[error(transparent)]
    Ledger(#[from] sayso_ledger::LedgerError),
}

/// What the client says, as ours.
fn nats(error: impl std::fmt::Display) -> QueueError {
    QueueError::Nats(error.to_string())
}
