//! The one thread of a worker that writes: in stream order, whatever the order in which messages were read.

use std::{
    collections::BTreeMap,
    ops::ControlFlow,
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
        mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel},
    },
    thread,
    time::{Duration, Instant},
};

use sayso_ledger::{Added, Ledger, LedgerError, Prepared};
use tokio::sync::mpsc::UnboundedSender;
use tracing::{info_span, warn};

use crate::meters::Meters;

/// Reports written in one batch.
const BATCH: usize = 64;
/// How often it checks whether others have written what it is waiting for.
const TURN: Duration = Duration::from_millis(20);
/// How long it waits for a message before it asks whether the stream has it at all.
const MISSING: Duration = Duration::from_secs(2);
/// How long it waits before reopening a ledger that failed.
const AGAIN: Duration = Duration::from_millis(500);

/// The outcome of a message.
#[derive(Debug)]
pub(crate) enum Outcome {
    /// A report that has been read.
    Ready(Box<Prepared>),
    /// The ledger knows its bytes.
    Known,
    /// Not a report, and why.
    Bad(String),
}

/// The writer's requests to the task that talks to the queue.
pub(crate) enum Wish {
    /// These are done: acknowledge them.
    Done(Vec<u64>),
    /// This one gives no report: put it into the dead-letter stream, and say whether it is there.
    Bury(u64, String, SyncSender<bool>),
    /// The next message that the stream has from this one on; whatever is missing before it will never come.
    Next(u64, SyncSender<Option<u64>>),
}

/// Writes what was read.
pub(crate) struct Writer {
    pub(crate) ledger: PathBuf,
    pub(crate) meters: Arc<Meters>,
    pub(crate) wishes: UnboundedSender<Wish>,
    pub(crate) stop: Arc<AtomicBool>,
    /// Key under which the ledger records up to which message it has been written. A recreated stream has another key.
    pub(crate) mark: String,
}

impl Writer {
    /// Writes until the readers are gone.
    pub(crate) fn run(&self, outcomes: &Receiver<(u64, Outcome)>) {
        let mut waiting: BTreeMap<u64, Outcome> = BTreeMap::new();
        let mut ledger: Option<Ledger> = None;
        let mut since = Instant::now();
        loop {
            self.meters.turn();
            let received = outcomes.recv_timeout(TURN);
            let ended = matches!(received, Err(RecvTimeoutError::Disconnected));
            waiting.extend(received.ok());
            waiting.extend(outcomes.try_iter());
            match self.step(&mut ledger, &mut waiting, &mut since) {
                Ok(ControlFlow::Continue(())) => {}
                // Nothing can be written now.
                Ok(ControlFlow::Break(())) if ended => return,
                Ok(ControlFlow::Break(())) => {}
                Err(_) if ended => return,
                Err(error) => {
                    // A server that was killed, a network failure, a full disk: it may pass, and nothing has been
                    // acknowledged.
                    self.meters.ledger_failures.fetch_add(1, Ordering::Relaxed);
                    if self.meters.ledger_ready.swap(false, Ordering::Relaxed) {
                        warn!("{error}; trying again");
                    }
                    ledger = None;
                    if !self.stop.load(Ordering::SeqCst) {
                        thread::sleep(AGAIN);
                    }
                }
            }
        }
    }

    /// Writes what can be written; breaks if nothing can be.
    fn step(
        &self,
        ledger: &mut Option<Ledger>,
        waiting: &mut BTreeMap<u64, Outcome>,
        since: &mut Instant,
    ) -> Result<ControlFlow<()>, LedgerError> {
        let ledger = match ledger {
            Some(ledger) => ledger,
            none => none.insert(Ledger::open_existing(&self.ledger)?),
        };
        let written = number(ledger.watch_mark(&self.mark)?);
        self.meters.ledger_ready.store(true, Ordering::Relaxed);
        self.meters.written.store(written, Ordering::Relaxed);
        // What others have written, if this worker got it after they were thought to be gone.
        let rest = waiting.split_off(&(written + 1));
        let done: Vec<u64> = std::mem::replace(waiting, rest).into_keys().collect();
        self.done(done);
        let Some(first) = waiting.keys().next().copied() else {
            *since = Instant::now();
            return Ok(ControlFlow::Break(()));
        };
        if first > written + 1 {
            if since.elapsed() < MISSING {
                return Ok(ControlFlow::Break(()));
            }
            // Others may hold it; if nobody can, it was removed from the stream.
            if let Some(next) = self.ask(|answer| Wish::Next(written + 1, answer)).flatten()
                && next > written + 1
            {
                self.skip(ledger, written, next.min(first) - 1)?;
                return Ok(ControlFlow::Continue(()));
            }
            *since = Instant::now();
            return Ok(ControlFlow::Break(()));
        }
        let run: Vec<u64> = waiting
            .keys()
            .copied()
            .zip(first..)
            .take_while(|(a, b)| a == b)
            .map(|(a, _)| a)
            .take(BATCH)
            .collect();
        for sequence in &run {
            if let Some(Outcome::Bad(reason)) = waiting.get(sequence) {
                let buried = self.ask(|answer| Wish::Bury(*sequence, reason.clone(), answer));
                if buried != Some(true) {
                    return Ok(ControlFlow::Break(()));
                }
            }
        }
        if self.write(ledger, waiting, written, &run)? {
            run.iter().for_each(|sequence| drop(waiting.remove(sequence)));
            self.done(run);
            if !waiting.contains_key(&(first + BATCH as u64)) {
                let _placing = info_span!("place").entered();
                sayso_desk::place_all(ledger, &mut || ControlFlow::Continue(())).map_err(|e| match e {
                    sayso_desk::DeskError::Ledger(e) => e,
                    other => LedgerError::Output(std::io::Error::other(other.to_string())),
                })?;
            }
        }
        *since = Instant::now();
        Ok(ControlFlow::Continue(()))
    }

    /// Writes a run of messages after the last written one, in one transaction with the new position; false if somebody
    /// else has written in the meantime.
    fn write(
        &self,
        ledger: &mut Ledger,
        waiting: &mut BTreeMap<u64, Outcome>,
        written: u64,
        run: &[u64],
    ) -> Result<bool, LedgerError> {
        let begun = Instant::now();
        let _writing = info_span!("write", first = run.first(), last = run.last()).entered();
        let batch = ledger.batch()?;
        if number(batch.watch_mark(&self.mark)?) != written {
            return Ok(false);
        }
        let mut counts = [0_u64; 4];
        for sequence in run {
            let kind = match waiting.get(sequence) {
                Some(Outcome::Ready(prepared)) => match batch.add(prepared) {
                    Ok(Added::Added(_)) => 0,
                    Ok(Added::Revised { .. }) => 1,
                    Ok(Added::Known(_)) => 2,
                    // It can never be stored there.
                    Err(error @ LedgerError::NulCharacter { .. }) => {
                        waiting.insert(*sequence, Outcome::Bad(error.to_string()));
                        return Ok(false);
                    }
                    Err(error) => return Err(error),
                },
                Some(Outcome::Bad(_)) => 3,
                Some(Outcome::Known) | None => 2,
            };
            if let Some(count) = counts.get_mut(kind) {
                *count += 1;
            }
        }
        let last = run.last().copied().unwrap_or(written);
        batch.set_watch_mark(&self.mark, &last.to_string())?;
        batch.commit()?;
        let meters = &self.meters;
        for (meter, count) in [&meters.added, &meters.revised, &meters.known, &meters.dead].iter().zip(counts)
        {
            meter.fetch_add(count, Ordering::Relaxed);
        }
        meters.commits.fetch_add(1, Ordering::Relaxed);
        meters.written.store(last, Ordering::Relaxed);
        add_micros(&meters.commit_micros, begun);
        Ok(true)
    }

    /// Skips messages that the stream no longer has.
    fn skip(&self, ledger: &mut Ledger, written: u64, to: u64) -> Result<(), LedgerError> {
        let batch = ledger.batch()?;
        if number(batch.watch_mark(&self.mark)?) == written {
            batch.set_watch_mark(&self.mark, &to.to_string())?;
            batch.commit()?;
        }
        Ok(())
    }

    fn done(&self, sequences: Vec<u64>) {
        if !sequences.is_empty() {
            // Nobody is left to receive this: whatever is not acknowledged is redelivered and then recognised.
            let _ = self.wishes.send(Wish::Done(sequences));
        }
    }

    fn ask<T>(&self, wish: impl FnOnce(SyncSender<T>) -> Wish) -> Option<T> {
        let (answer, answered) = sync_channel(1);
        self.wishes.send(wish(answer)).ok()?;
        answered.recv().ok()
    }
}

fn number(mark: Option<String>) -> u64 {
    mark.and_then(|mark| mark.parse().ok()).unwrap_or(0)
}

/// Adds the elapsed time to a meter.
pub(crate) fn add_micros(meter: &AtomicU64, since: Instant) {
    meter.fetch_add(u64::try_from(since.elapsed().as_micros()).unwrap_or(u64::MAX), Ordering::Relaxed);
}

#[cfg(test)]
mod tests {
    use std::{
        path::Path,
        sync::mpsc::{channel, sync_channel},
    };

    use sayso_ingest::{Form, HeadOverrides, Limits, Piece};
    use sayso_ledger::{ReportFilter, ReportId};
    use tokio::sync::mpsc::unbounded_channel;

    use super::*;

    fn outcome(n: u64) -> Outcome {
        let text =
            format!("title: Report {n}\n\nThe ferry number {n} struck the pier, the harbour office said.\n");
        let piece = Piece::new(format!("{n}.txt"), Form::Text, text.into_bytes());
        let view = Ledger::in_memory().unwrap();
        match sayso_desk::intake(&view, &piece, &HeadOverrides::default(), &Limits::default()) {
            Ok(sayso_desk::Intake::Ready { prepared, .. }) => Outcome::Ready(prepared),
            other => Outcome::Bad(format!("{other:?}")),
        }
    }

    /// Two workers get alternate messages, each in its own order; one message was removed from the stream, one is bad:
    /// the reports are in the ledger in stream order.
    #[test]
    fn two_writers_write_in_the_order_of_the_stream() {
        let folder = std::env::temp_dir().join(format!("sayso-writer-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let path = folder.join("ledger.db");
        drop(Ledger::open(&path).unwrap());
        let (wishes, mut asked) = unbounded_channel();
        let writer = |path: &Path| Writer {
            ledger: path.to_owned(),
            meters: Arc::default(),
            wishes: wishes.clone(),
            stop: Arc::default(),
            mark: "queue test".to_owned(),
        };
        let (one, two) = (writer(&path), writer(&path));
        drop(wishes);
        let (first_in, first) = channel();
        let (second_in, second) = sync_channel(100);
        let mut acknowledged: Vec<u64> = thread::scope(|scope| {
            scope.spawn(move || one.run(&first));
            scope.spawn(move || two.run(&second));
            scope.spawn(move || {
                for n in [9, 7, 1, 3] {
                    first_in.send((n, outcome(n))).unwrap();
                }
                thread::sleep(MISSING * 2);
            });
            scope.spawn(move || {
                for n in [8, 2, 6] {
                    second_in.send((n, outcome(n))).unwrap();
                }
                second_in.send((4, Outcome::Bad("no text".to_owned()))).unwrap();
                thread::sleep(MISSING * 2);
            });
            let mut done = Vec::new();
            while let Some(wish) = asked.blocking_recv() {
                match wish {
                    Wish::Done(sequences) => done.extend(sequences),
                    Wish::Bury(sequence, reason, answer) => {
                        assert_eq!((sequence, reason.as_str()), (4, "no text"));
                        answer.send(true).unwrap();
                    }
                    Wish::Next(from, answer) => {
                        answer.send(Some(if from == 5 { 6 } else { from })).unwrap();
                    }
                }
            }
            done
        });
        acknowledged.sort_unstable();
        assert_eq!(acknowledged, [1, 2, 3, 4, 6, 7, 8, 9]);
        let ledger = Ledger::open_existing(&path).unwrap();
        let mut lines = ledger.reports(&ReportFilter::default()).unwrap();
        lines.sort_by_key(|line| line.id);
        let origins: Vec<&str> = lines.iter().map(|line| line.origin.as_str()).collect();
        assert_eq!(origins, ["1.txt", "2.txt", "3.txt", "6.txt", "7.txt", "8.txt", "9.txt"]);
        assert!(ledger.story_of(ReportId(7)).unwrap().is_some(), "and they are placed into stories");
        assert_eq!(ledger.watch_mark("queue test").unwrap().as_deref(), Some("9"));
        std::fs::remove_dir_all(&folder).unwrap();
    }
}
