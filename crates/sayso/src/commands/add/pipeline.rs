//! Readers between the feeder and the writer: bounded in memory, in order at the end.

use std::{
    collections::BTreeMap,
    ops::ControlFlow,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicU64, Ordering},
        mpsc::{self, Receiver, SyncSender},
    },
    thread,
    time::{Duration, Instant},
};

use sayso_desk::Intake;
use sayso_ingest::{HeadOverrides, Limits, ONLY_CHANGED};
use sayso_ledger::{Added, Ledger, LedgerError, Prepared, ReportId};

use super::{
    feeder::{Feeder, Job},
    summary::Summary,
};
use crate::failure::Failure;

/// How many inputs may be in flight at once: two batches, plus some for each thread.
const AHEAD: usize = 2 * BATCH;
const AHEAD_A_THREAD: usize = 16;

/// How many bytes may be in flight at once: the bound on memory. A single larger input goes alone.
const BYTES: u64 = 128 << 20;

/// A batch is committed when it has this many reports, or is this old.
const BATCH: usize = 64;
const AGE: Duration = Duration::from_millis(100);

/// Stack of a reader's thread, in bytes.
const STACK: usize = 16 << 20;

/// What the readers work with.
pub(super) struct Pipeline {
    pub(super) threads: usize,
    pub(super) options: HeadOverrides,
    pub(super) limits: Limits,
    pub(super) stop: Arc<AtomicBool>,
}

/// The outcome of an input.
enum Outcome {
    Ready { origin: String, prepared: Box<Prepared>, language: Option<String> },
    Known { origin: String, id: ReportId },
    Skipped { origin: String, reason: String },
    Failed { origin: String, reason: String },
    End { origin: String, is_container: bool },
}

impl Pipeline {
    /// Runs until every source is done or somebody stops it.
    pub(super) fn run(
        &self,
        feeder: Feeder,
        ledger: &mut Ledger,
        summary: &mut Summary,
    ) -> Result<(), Failure> {
        if let Some(inputs) = feeder.expected() {
            summary.expect(inputs);
        } else if let Some(bytes) = feeder.expected_bytes() {
            summary.expect_bytes(bytes, Arc::clone(&feeder.read));
        }
        let ahead = AHEAD + AHEAD_A_THREAD * self.threads;
        let bytes = &AtomicU64::new(0);
        let (job_in, job_out) = mpsc::sync_channel::<(u64, Job)>(self.threads);
        let (done_in, done_out) = mpsc::sync_channel::<(u64, Outcome)>(ahead);
        // One token for each input that may be in flight: the writer returns it.
        let (token_in, token_out) = mpsc::sync_channel::<()>(ahead);
        for _ in 0..ahead {
            let _ = token_in.send(());
        }
        // The readers share ownership: once the last of them is gone, the feeder's send fails.
        let job_out = Arc::new(Mutex::new(job_out));
        let path = ledger.path().to_owned();
        thread::scope(|scope| {
            let spawn = |name: &str| thread::Builder::new().name(name.to_owned()).stack_size(STACK);
            spawn("feed").spawn_scoped(scope, move || feed(&feeder, &job_in, &token_out, bytes))?;
            for _ in 0..self.threads {
                let (jobs, done) = (Arc::clone(&job_out), done_in.clone());
                // Each has its own connection to the ledger, to skip known inputs.
                let view = Ledger::open(&path)?;
                spawn("read").spawn_scoped(scope, move || self.read_all(&jobs, &done, &view, bytes))?;
            }
            drop((done_in, job_out));
            let written = write(&done_out, &token_in, ledger, summary);
            if written.is_err() {
                self.stop.store(true, Ordering::SeqCst);
            }
            // Anyone still waiting for the writer finds it gone.
            drop(token_in);
            drop(done_out);
            written
        })
    }

    fn read_all(
        &self,
        jobs: &Mutex<Receiver<(u64, Job)>>,
        done: &SyncSender<(u64, Outcome)>,
        view: &Ledger,
        bytes: &AtomicU64,
    ) {
        loop {
            let next = jobs.lock().map_or_else(|e| e.into_inner().recv(), |r| r.recv());
            let Ok((number, job)) = next else { return };
            let size = job.size();
            let outcome = match job {
                Job::Skipped { origin, reason } => Outcome::Skipped { origin, reason },
                Job::Failed { origin, reason } => Outcome::Failed { origin, reason },
                Job::End { origin, is_container } => Outcome::End { origin, is_container },
                Job::Piece(piece) => {
                    let origin = piece.origin.clone();
                    match sayso_desk::intake(view, &piece, &self.options, &self.limits) {
                        Ok(Intake::Known(id)) => Outcome::Known { origin, id },
                        Ok(Intake::Ready { prepared, unread }) => {
                            Outcome::Ready { origin, prepared, language: unread }
                        }
                        Err(error) => Outcome::Failed { origin, reason: error.to_string() },
                    }
                }
            };
            bytes.fetch_sub(size, Ordering::Relaxed);
            if done.send((number, outcome)).is_err() {
                return;
            }
        }
    }
}

fn feed(feeder: &Feeder, jobs: &SyncSender<(u64, Job)>, tokens: &Receiver<()>, bytes: &AtomicU64) {
    let mut number = 0_u64;
    feeder.run(&mut |job| {
        while bytes.load(Ordering::Relaxed) > BYTES && !feeder.stop.load(Ordering::Relaxed) {
            thread::sleep(Duration::from_millis(2));
        }
        bytes.fetch_add(job.size(), Ordering::Relaxed);
        if tokens.recv().is_err() || jobs.send((number, job)).is_err() {
            return ControlFlow::Break(());
        }
        number += 1;
        ControlFlow::Continue(())
    });
}

/// Writes outcomes in the order of the inputs; the summary hears of reports only once they are on disk.
fn write(
    done: &Receiver<(u64, Outcome)>,
    tokens: &SyncSender<()>,
    ledger: &mut Ledger,
    summary: &mut Summary,
) -> Result<(), Failure> {
    let mut waiting: BTreeMap<u64, Outcome> = BTreeMap::new();
    let mut next = 0_u64;
    let mut batch: Vec<Outcome> = Vec::new();
    let mut since = Instant::now();
    loop {
        let received = done.recv_timeout(AGE);
        let ended = matches!(received, Err(mpsc::RecvTimeoutError::Disconnected));
        if let Ok((number, outcome)) = received {
            waiting.insert(number, outcome);
        }
        while let Some(outcome) = waiting.remove(&next) {
            if batch.is_empty() {
                since = Instant::now();
            }
            batch.push(outcome);
            next += 1;
        }
        if !batch.is_empty() && (ended || batch.len() >= BATCH || since.elapsed() >= AGE) {
            let count = batch.len();
            commit(std::mem::take(&mut batch), ledger, summary)?;
            for _ in 0..count {
                // The feeder may have ended already.
                let _ = tokens.try_send(());
            }
        }
        if ended {
            return Ok(());
        }
    }
}

fn commit(outcomes: Vec<Outcome>, ledger: &mut Ledger, summary: &mut Summary) -> Result<(), Failure> {
    let mut added: Vec<Option<Added>> = Vec::with_capacity(outcomes.len());
    if outcomes.iter().any(|o| matches!(o, Outcome::Ready { .. })) {
        let batch = ledger.batch()?;
        for outcome in &outcomes {
            added.push(match outcome {
                Outcome::Ready { prepared, .. } => Some(batch.add(prepared)?),
                _ => None,
            });
        }
        batch.commit()?;
    } else {
        added.resize(outcomes.len(), None);
    }
    for (outcome, added) in outcomes.into_iter().zip(added) {
        match (outcome, added) {
            (Outcome::Ready { origin, prepared, language }, Some(added)) => {
                if !matches!(added, Added::Known(_)) {
                    if let Some(language) = language {
                        summary.unread(&language);
                    }
                    if prepared.report().diagnostics.iter().any(|d| d.code == ONLY_CHANGED) {
                        summary.only_changed();
                    }
                }
                summary.added(&origin, added);
            }
            (Outcome::Known { origin, id }, _) => summary.added(&origin, Added::Known(id)),
            (Outcome::Skipped { origin, reason }, _) => summary.skipped(&origin, &reason),
            (Outcome::Failed { origin, reason }, _) => summary.fail(&origin, &reason),
            (Outcome::End { origin, is_container }, _) => summary.end(&origin, is_container),
            (Outcome::Ready { origin, .. }, None) => summary.fail(&origin, "it was not written"),
        }
    }
    Ok(())
}

impl From<LedgerError> for Failure {
    fn from(error: LedgerError) -> Self {
        match error {
            error @ LedgerError::NothingToMatch { .. } => Self::Usage(error.to_string()),
            error => Self::Ledger(error),
        }
    }
}
