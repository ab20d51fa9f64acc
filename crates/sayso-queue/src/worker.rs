//! A worker: takes messages, has them read on its threads, and acknowledges what the writer has written.

use std::{
    collections::BTreeMap,
    net::SocketAddr,
    path::PathBuf,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
        mpsc::{self, Receiver, Sender},
    },
    thread,
    time::{Duration, Instant},
};

use async_nats::jetstream::{
    AckKind, Context, Message,
    consumer::{PullConsumer, pull},
    message::PublishMessage,
    stream::{LastRawMessageErrorKind, Stream},
};
use futures_util::StreamExt;
use sayso_desk::Intake;
use sayso_ingest::{HeadOverrides, Limits, Piece};
use sayso_ledger::Ledger;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tracing::{Span, info_span, warn};

use crate::{
    Queue, QueueError, message,
    meters::{Meters, serve},
    nats,
    stream::TAKEN,
    telemetry,
    writer::{Outcome, Wish, Writer, add_micros},
};

/// Stack of a reader's thread, in bytes.
const STACK: usize = 16 << 20;
/// How long a request for messages waits for some to arrive.
const PATIENCE: Duration = Duration::from_secs(1);
/// Number of deliveries after which a message counts as one that crashes the worker that reads it.
const TRIES: i64 = 20;

/// The settings of a worker.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Where the reports come from.
    pub queue: Queue,
    /// Where they go: a file, or a PostgreSQL URL.
    pub ledger: PathBuf,
    /// Number of reading threads.
    pub threads: usize,
    /// Limits on sizes.
    pub limits: Limits,
    /// Time after which a message that no worker has finished is redelivered.
    pub again_after: Duration,
    /// Where to serve `/metrics`, `/healthz` and `/readyz`, if anywhere.
    pub listen: Option<SocketAddr>,
    /// Whether to end when there has been nothing to take for a while.
    pub until_empty: bool,
}

/// What a worker has done.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Worked {
    /// Reports that were new.
    pub added: u64,
    /// New revisions.
    pub revised: u64,
    /// Reports that the ledger already knew.
    pub known: u64,
    /// Messages that gave no report.
    pub dead: u64,
}

/// A message on its way to a reader.
struct Job {
    sequence: u64,
    piece: Result<Piece, String>,
    span: Span,
}

/// Works until SIGTERM or SIGINT or, on request, until the stream is empty. Held messages are then returned.
///
/// # Errors
/// If it cannot start. Later failures are retried.
pub fn work(settings: &Settings) -> Result<Worked, QueueError> {
    // A ledger that cannot be opened is reported at once; it is created if it does not exist.
    drop(Ledger::open(&settings.ledger)?);
    let meters: Arc<Meters> = Arc::default();
    let stop: Arc<AtomicBool> = Arc::default();
    meters.turn();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
    let (context, mut stream) = runtime.block_on(settings.queue.connect())?;
    let consumer = runtime.block_on(settings.queue.consumer(&stream, settings.again_after))?;
    let created = runtime.block_on(stream.info()).map_err(nats)?.created.unix_timestamp();
    if let Some(address) = settings.listen {
        runtime.block_on(serve(Arc::clone(&meters), address))?;
    }
    meters.queue_ready.store(true, Ordering::Relaxed);

    let (jobs_in, jobs) = mpsc::channel::<Job>();
    let (outcomes_in, outcomes) = mpsc::channel::<(u64, Outcome)>();
    let (wishes_in, wishes) = unbounded_channel::<Wish>();
    let jobs = Mutex::new(jobs);
    let writer = Writer {
        ledger: settings.ledger.clone(),
        meters: Arc::clone(&meters),
        wishes: wishes_in,
        stop: Arc::clone(&stop),
        mark: format!("queue {} of {created}", settings.queue.reports()),
    };
    thread::scope(|scope| -> Result<(), QueueError> {
        let (jobs, meters, stop) = (&jobs, &*meters, &*stop);
        for _ in 0..settings.threads.max(1) {
            let outcomes = outcomes_in.clone();
            thread::Builder::new()
                .name("read".to_owned())
                .stack_size(STACK)
                .spawn_scoped(scope, move || read(settings, jobs, &outcomes, meters, stop))?;
        }
        drop(outcomes_in);
        scope.spawn(move || writer.run(&outcomes));
        let mut taker =
            Taker { settings, context, stream, consumer, meters, jobs: Some(jobs_in), held: BTreeMap::new() };
        runtime.block_on(taker.run(wishes, stop));
        Ok(())
    })?;
    let count = |meter: &std::sync::atomic::AtomicU64| meter.load(Ordering::Relaxed);
    Ok(Worked {
        added: count(&meters.added),
        revised: count(&meters.revised),
        known: count(&meters.known),
        dead: count(&meters.dead),
    })
}

/// Reads what is handed out, until there is no more.
fn read(
    settings: &Settings,
    jobs: &Mutex<Receiver<Job>>,
    outcomes: &Sender<(u64, Outcome)>,
    meters: &Meters,
    stop: &AtomicBool,
) {
    let mut view: Option<Ledger> = None;
    loop {
        let next = jobs.lock().map_or_else(|e| e.into_inner().recv(), |jobs| jobs.recv());
        let Ok(Job { sequence, piece, span }) = next else { return };
        if stop.load(Ordering::SeqCst) {
            continue;
        }
        let begun = Instant::now();
        let reading = info_span!(parent: &span, "read").entered();
        // Its own connection to the ledger, which recognises known bytes. If it fails, it is reopened; without one,
        // everything is read.
        if view.as_ref().is_none_or(|ledger| ledger.last_report().is_err()) {
            view = Ledger::open_existing(&settings.ledger).ok();
        }
        let outcome = match (piece, &view) {
            (Err(reason), _) => Outcome::Bad(reason),
            (Ok(piece), Some(view)) => outcome(view, &piece, &settings.limits),
            (Ok(piece), None) => match Ledger::in_memory() {
                Ok(nothing_known) => outcome(&nothing_known, &piece, &settings.limits),
                Err(error) => Outcome::Bad(error.to_string()),
            },
        };
        drop(reading);
        add_micros(&meters.read_micros, begun);
        meters.read.fetch_add(1, Ordering::Relaxed);
        if outcomes.send((sequence, outcome)).is_err() {
            return;
        }
    }
}

fn outcome(view: &Ledger, piece: &Piece, limits: &Limits) -> Outcome {
    match sayso_desk::intake(view, piece, &HeadOverrides::default(), limits) {
        Ok(Intake::Known(_)) => Outcome::Known,
        Ok(Intake::Ready { prepared, .. }) => Outcome::Ready(prepared),
        Err(error) => Outcome::Bad(error.to_string()),
    }
}

/// The task that talks to the queue.
struct Taker<'s> {
    settings: &'s Settings,
    context: Context,
    stream: Stream,
    consumer: PullConsumer,
    meters: &'s Meters,
    /// Where jobs go, until no more are accepted.
    jobs: Option<Sender<Job>>,
    /// Messages held, by their position in the stream, with their spans, which end when the messages are done.
    held: BTreeMap<u64, (Message, Span)>,
}

impl Taker<'_> {
    async fn run(&mut self, mut wishes: UnboundedReceiver<Wish>, stop: &AtomicBool) {
        let mut progress = tokio::time::interval(self.settings.again_after / 3);
        let mut asked: Option<pull::Batch> = None;
        let mut asleep = Instant::now();
        let mut stopped = std::pin::pin!(signalled());
        while self.jobs.is_some() {
            self.meters.held.store(self.held.len() as u64, Ordering::Relaxed);
            if asked.is_none() {
                match self.ask().await {
                    Ok(batch) => asked = Some(batch),
                    Err(error) => self.fails(&error).await,
                }
            }
            tokio::select! {
                () = &mut stopped => self.jobs = None,
                Some(wish) = wishes.recv() => self.grant(wish).await,
                _ = progress.tick() => self.keep().await,
                taken = next(&mut asked) => match taken {
                    Some(Ok(message)) => {
                        asleep = Instant::now();
                        self.meters.queue_ready.store(true, Ordering::Relaxed);
                        self.give(message);
                    }
                    Some(Err(error)) => {
                        asked = None;
                        self.fails(&*error).await;
                    }
                    None => {
                        asked = None;
                        let waits = !self.held.is_empty() || asleep.elapsed() < PATIENCE * 2;
                        if self.settings.until_empty && !waits {
                            self.jobs = None;
                        }
                    }
                }
            }
        }
        // Readers finish what they are reading, the writer what it can write; then it has no more requests.
        stop.store(true, Ordering::SeqCst);
        while let Some(wish) = wishes.recv().await {
            self.grant(wish).await;
        }
        // The rest is returned, to be delivered to others at once.
        for (message, _) in self.held.values() {
            let _ = message.ack_with(AckKind::Nak(None)).await;
        }
        let _ = self.context.client().flush().await;
    }

    /// Requests as many messages as there is room for; always at least one, because it may be the one that all others
    /// are waiting for.
    async fn ask(&self) -> Result<pull::Batch, pull::BatchError> {
        let room = (TAKEN / 4).saturating_sub(self.held.len()).max(1);
        self.consumer.batch().max_messages(room).expires(PATIENCE).messages().await
    }

    /// Passes a message to the readers, unless it is already held and was redelivered.
    fn give(&mut self, message: Message) {
        let Ok((sequence, delivered)) = message.info().map(|info| (info.stream_sequence, info.delivered))
        else {
            return;
        };
        let span = info_span!(
            "process",
            otel.kind = "consumer",
            messaging.system = "nats",
            messaging.operation.type = "process",
            messaging.destination.name = %message.subject,
            messaging.message.body.size = message.payload.len(),
            sequence,
            delivered,
        );
        telemetry::go_on(&span, message.headers.as_ref());
        self.meters.taken.fetch_add(1, Ordering::Relaxed);
        let piece = if delivered > TRIES {
            Err(format!("it was delivered {TRIES} times, and no worker finished it"))
        } else {
            message::piece(message.headers.as_ref(), &message.payload)
        };
        if self.held.insert(sequence, (message, span.clone())).is_none()
            && let Some(jobs) = &self.jobs
        {
            // The readers live as long as this does.
            let _ = jobs.send(Job { sequence, piece, span });
        }
    }

    /// Tells the server that held messages are still being worked on.
    async fn keep(&self) {
        for (message, _) in self.held.values() {
            let _ = message.ack_with(AckKind::Progress).await;
        }
    }

    async fn fails(&self, error: &(dyn std::error::Error + Send + Sync)) {
        self.meters.queue_failures.fetch_add(1, Ordering::Relaxed);
        if self.meters.queue_ready.swap(false, Ordering::Relaxed) {
            warn!("the queue cannot be used: {error}; trying again");
        }
        tokio::time::sleep(PATIENCE / 2).await;
    }

    async fn grant(&mut self, wish: Wish) {
        match wish {
            Wish::Done(sequences) => {
                for sequence in sequences {
                    if let Some((message, _span)) = self.held.remove(&sequence) {
                        // An acknowledgement that gets lost leads to a redelivery, which is then recognised.
                        let _ = message.ack().await;
                    }
                }
            }
            Wish::Bury(sequence, reason, answer) => {
                let _ = answer.send(self.bury(sequence, &reason).await);
            }
            Wish::Next(from, answer) => {
                let _ = answer.send(self.next(from).await);
            }
        }
    }

    /// Puts a message into the dead-letter stream; true once it is there.
    async fn bury(&self, sequence: u64, reason: &str) -> bool {
        let Some((message, span)) = self.held.get(&sequence) else { return false };
        warn!(parent: span, sequence, reason, "a message gives no report and goes to the dead letters");
        // A header must be a single line.
        let reason: String = reason.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
        let dead = PublishMessage::build()
            .payload(message.payload.clone())
            .headers(message.headers.clone().unwrap_or_default())
            .header("Sayso-Reason", reason.as_str())
            .header("Sayso-Sequence", sequence.to_string().as_str())
            // Not the report's own message id: the same bytes may have been a dead letter before.
            .message_id(format!("{}-{sequence}", self.settings.queue.reports()));
        match self.context.send_publish(self.settings.queue.dead(), dead).await {
            Ok(sent) => sent.await.is_ok(),
            Err(_) => false,
        }
    }

    /// The next message in the stream, from a given one on.
    async fn next(&mut self, from: u64) -> Option<u64> {
        let first = self.stream.info().await.ok()?.state.first_sequence;
        if first > from {
            return Some(first);
        }
        match self.stream.get_raw_message(from).await {
            Ok(_) => Some(from),
            Err(error) if matches!(error.kind(), LastRawMessageErrorKind::NoMessageFound) => Some(from + 1),
            Err(_) => None,
        }
    }
}

/// The next of the requested messages. Nothing is lost if the future is dropped.
async fn next(asked: &mut Option<pull::Batch>) -> Option<Result<Message, async_nats::Error>> {
    match asked {
        Some(batch) => batch.next().await,
        None => None,
    }
}

/// Waits for SIGTERM or SIGINT.
async fn signalled() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = terminate.recv() => return,
                _ = tokio::signal::ctrl_c() => return,
            }
        }
    }
    let _ = tokio::signal::ctrl_c().await;
}
