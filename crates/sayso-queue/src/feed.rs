//! Publishing what sources contain.

use std::{
    collections::VecDeque,
    ops::ControlFlow,
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

use async_nats::jetstream::{
    Context,
    context::{PublishAckFuture, PublishError, PublishErrorKind},
    publish::PublishAck,
};
use sayso_ingest::Piece;
use sayso_ledger::Provenance;
use tokio::runtime::Runtime;
use tracing::{Span, info_span};

use crate::{Queue, QueueError, message, telemetry};

/// Messages in flight that the server has not acknowledged.
const AHEAD: usize = 64;
/// How long it waits before trying again.
const PAUSE: Duration = Duration::from_millis(500);

/// The outcome of publishing.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Fed {
    /// Messages that are now in the stream.
    pub published: u64,
    /// Messages that were already there.
    pub known: u64,
}

/// Publishes pieces in order; each is in the stream, on the server's disk, when [`Feed::finish`] returns.
pub struct Feed<'s> {
    queue: Queue,
    runtime: Runtime,
    context: Context,
    /// With their spans, which end when the server has the messages.
    ahead: VecDeque<(Piece, Span, PublishAckFuture)>,
    fed: Fed,
    stop: &'s AtomicBool,
    waits: &'s dyn Fn(&str),
}

impl<'s> Feed<'s> {
    /// Connects to a queue. If the server cannot accept a message now, this is reported and retried until `stop`.
    ///
    /// # Errors
    /// [`QueueError::Nats`].
    pub fn new(queue: &Queue, stop: &'s AtomicBool, waits: &'s dyn Fn(&str)) -> Result<Self, QueueError> {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
        let (context, _) = runtime.block_on(queue.connect())?;
        Ok(Self {
            queue: queue.clone(),
            runtime,
            context,
            ahead: VecDeque::new(),
            fed: Fed::default(),
            stop,
            waits,
        })
    }

    /// Publishes a piece; breaks when stopped. A piece that is too large for the server is returned with the reason.
    ///
    /// # Errors
    /// Why the server will never accept it.
    pub fn publish(&mut self, piece: Piece) -> ControlFlow<(), Result<(), String>> {
        if self.ahead.len() >= AHEAD {
            self.settle()?;
        }
        loop {
            match self.send(&piece) {
                Ok((span, ahead)) => {
                    self.ahead.push_back((piece, span, ahead));
                    return ControlFlow::Continue(Ok(()));
                }
                Err(error) if error.kind() == PublishErrorKind::MaxPayloadExceeded => {
                    return ControlFlow::Continue(Err(format!(
                        "the server does not accept a message this large: {error}"
                    )));
                }
                Err(error) => self.pause(&error)?,
            }
        }
    }

    /// Waits until everything is in the stream.
    pub fn finish(mut self) -> Fed {
        while !self.ahead.is_empty() && self.settle().is_continue() {}
        self.fed
    }

    /// Waits until the oldest message is in the stream.
    fn settle(&mut self) -> ControlFlow<()> {
        let Some((piece, mut _span, ahead)) = self.ahead.pop_front() else {
            return ControlFlow::Continue(());
        };
        let mut acknowledged: Result<PublishAck, PublishError> = self.runtime.block_on(async { ahead.await });
        loop {
            match acknowledged {
                Ok(ack) => {
                    if ack.duplicate {
                        self.fed.known += 1;
                    } else {
                        self.fed.published += 1;
                    }
                    return ControlFlow::Continue(());
                }
                // With the same message id it is not there twice, whatever happened to the first one.
                Err(error) => {
                    self.pause(&error)?;
                    acknowledged = match self.send(&piece) {
                        Ok((span, ahead)) => {
                            _span = span;
                            self.runtime.block_on(async { ahead.await })
                        }
                        Err(error) => Err(error),
                    };
                }
            }
        }
    }

    fn send(&self, piece: &Piece) -> Result<(Span, PublishAckFuture), PublishError> {
        // The message id is made from what determines the report, so that a duplicate is recognised.
        let settings = format!("{:?} {:?} {:?}", piece.form, piece.known, piece.charset);
        let id = Provenance::intake_key(&piece.bytes, &settings);
        let span = info_span!(
            "publish",
            otel.kind = "producer",
            messaging.system = "nats",
            messaging.operation.type = "send",
            messaging.destination.name = self.queue.reports(),
            messaging.message.id = %id,
            messaging.message.body.size = piece.bytes.len(),
            origin = %piece.origin,
        );
        let message = message::of(piece, &id, telemetry::headers(&span));
        let ahead = self.runtime.block_on(self.context.send_publish(self.queue.reports(), message))?;
        Ok((span, ahead))
    }

    fn pause(&self, error: &PublishError) -> ControlFlow<()> {
        if self.stop.load(Ordering::SeqCst) {
            return ControlFlow::Break(());
        }
        (self.waits)(&format!("the queue accepts no more at the moment; trying again: {error}"));
        self.runtime.block_on(async { tokio::time::sleep(PAUSE).await });
        ControlFlow::Continue(())
    }
}
