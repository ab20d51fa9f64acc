//! The streams of a queue on its server, created if they do not exist.

use std::time::Duration;

use async_nats::jetstream::{
    self, Context,
    consumer::{AckPolicy, PullConsumer, pull},
    stream::{Config, DiscardPolicy, RetentionPolicy, StorageType, Stream},
};

use crate::{QueueError, nats};

/// Messages that a stream holds before it accepts no more: publishers then wait.
const FULL: i64 = 1_000_000;
/// How long a republished message is recognised as a duplicate.
const KNOWN: Duration = Duration::from_secs(10 * 60);
/// Messages that all workers together have taken but not finished, which bounds what each holds.
pub(crate) const TAKEN: usize = 256;

/// A queue: the server and the name of the stream.
#[derive(Debug, Clone)]
pub struct Queue {
    server: String,
    name: String,
}

impl Queue {
    /// A queue on a server (`nats://host:4222`, `tls://...`).
    ///
    /// # Errors
    /// [`QueueError::Name`].
    pub fn new(server: &str, name: &str) -> Result<Self, QueueError> {
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
        if name.is_empty() || !name.chars().all(plain) {
            return Err(QueueError::Name(name.to_owned()));
        }
        Ok(Self { server: server.to_owned(), name: name.to_owned() })
    }

    /// Subject under which reports are published.
    pub(crate) fn reports(&self) -> String {
        format!("{}.reports", self.name)
    }

    /// Subject of messages that gave no report.
    pub(crate) fn dead(&self) -> String {
        format!("{}.dead", self.name)
    }

    /// Connects, and creates the streams if they do not exist.
    pub(crate) async fn connect(&self) -> Result<(Context, Stream), QueueError> {
        let options = async_nats::ConnectOptions::new().name("sayso");
        let client = options.connect(self.server.as_str()).await.map_err(nats)?;
        let context = jetstream::new(client);
        let stream = context
            .get_or_create_stream(Config {
                name: self.name.clone(),
                subjects: vec![self.reports()],
                retention: RetentionPolicy::WorkQueue,
                storage: StorageType::File,
                discard: DiscardPolicy::New,
                max_messages: FULL,
                duplicate_window: KNOWN,
                ..Config::default()
            })
            .await
            .map_err(nats)?;
        context
            .get_or_create_stream(Config {
                name: format!("{}-dead", self.name),
                subjects: vec![self.dead()],
                storage: StorageType::File,
                duplicate_window: KNOWN,
                ..Config::default()
            })
            .await
            .map_err(nats)?;
        Ok((context, stream))
    }

    /// The consumer that all workers share; a message that none of them has finished within this time is redelivered.
    pub(crate) async fn consumer(
        &self,
        stream: &Stream,
        again_after: Duration,
    ) -> Result<PullConsumer, QueueError> {
        let name = format!("{}-workers", self.name);
        let config = pull::Config {
            durable_name: Some(name.clone()),
            ack_policy: AckPolicy::Explicit,
            ack_wait: again_after,
            max_ack_pending: i64::try_from(TAKEN).unwrap_or(i64::MAX),
            ..pull::Config::default()
        };
        stream.create_consumer(config).await.map_err(nats)
    }
}

#[cfg(test)]
mod tests {
    use super::Queue;

    #[test]
    fn names_of_streams_are_plain() {
        assert!(Queue::new("nats://localhost", "news-2").is_ok());
        for name in ["", "a.b", "a b", "*", ">", "ü"] {
            assert!(Queue::new("nats://localhost", name).is_err(), "{name}");
        }
    }
}
