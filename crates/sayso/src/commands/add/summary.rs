//! The outcome of every input, in order.

use std::{
    collections::BTreeMap,
    ops::ControlFlow,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use indicatif::{ProgressBar, ProgressStyle};
use sayso_ledger::{Added, ReportId};
use serde_json::json;

use crate::{failure::Failure, output};

/// Failures that are printed one by one; the rest are counted.
const SHOWN: usize = 200;

/// How many different reasons are kept per source; in damaged archives they may all differ.
const REASONS: usize = 20;

/// The outcome of the entries of one source.
#[derive(Default)]
struct Source {
    taken: u64,
    failed: u64,
    left: BTreeMap<String, u64>,
    only_changed: u64,
}

impl Source {
    fn leave(&mut self, reason: &str) {
        let known = self.left.contains_key(reason) || self.left.len() < REASONS;
        *self.left.entry(if known { reason } else { "other reasons" }.to_owned()).or_default() += 1;
    }
}

/// Counts, and prints as it goes.
pub(super) struct Summary {
    json: bool,
    bar: ProgressBar,
    /// Bytes read so far, if the bar shows them.
    read: Option<Arc<AtomicU64>>,
    added: u64,
    known: u64,
    revised: u64,
    failed: u64,
    skipped: BTreeMap<String, u64>,
    unread: BTreeMap<String, u64>,
    only_changed: u64,
    /// The source whose entries are coming in now.
    source: Source,
    broken_pipe: Option<Failure>,
}

impl Summary {
    pub(super) fn new(json: bool, bar: ProgressBar) -> Self {
        Self {
            json,
            bar,
            read: None,
            added: 0,
            known: 0,
            revised: 0,
            failed: 0,
            skipped: BTreeMap::new(),
            unread: BTreeMap::new(),
            only_changed: 0,
            source: Source::default(),
            broken_pipe: None,
        }
    }

    pub(super) fn failed(&self) -> u64 {
        self.failed
    }

    /// The number of inputs is known: the bar can show the time left.
    pub(super) fn expect(&self, inputs: u64) {
        if self.bar.is_hidden() {
            return;
        }
        self.bar.set_length(inputs);
        if let Ok(style) =
            ProgressStyle::with_template("{bar:30} {pos}/{len} reports, {per_sec}, {eta} left {msg}")
        {
            self.bar.set_style(style);
        }
    }

    /// The number of bytes is known, in archives, feeds and folders with an unknown number of reports: the time left is
    /// estimated from the bytes. `read` counts them as they are read.
    pub(super) fn expect_bytes(&mut self, bytes: u64, read: Arc<AtomicU64>) {
        if self.bar.is_hidden() {
            return;
        }
        self.bar.set_length(bytes);
        if let Ok(style) =
            ProgressStyle::with_template("{bar:30} {bytes}/{total_bytes}, {msg} in {elapsed}, {eta} left")
        {
            self.bar.set_style(style);
        }
        self.read = Some(read);
    }

    /// One more input is done.
    fn step(&self) {
        let Some(read) = &self.read else { return self.bar.inc(1) };
        let done = self.added + self.known + self.revised + self.failed + self.skipped.values().sum::<u64>();
        let seconds = self.bar.elapsed().as_secs_f64().max(0.001);
        self.bar.set_position(read.load(Ordering::Relaxed));
        self.bar.set_message(format!("{done} reports, {:.1}/s", done as f64 / seconds));
    }

    /// Everything is on disk; from now on the bar counts reports that are placed into stories.
    pub(super) fn place(&self) {
        if self.bar.is_hidden() {
            return;
        }
        self.bar.set_length(self.added + self.revised);
        self.bar.set_position(0);
        self.bar.set_message("");
        if let Ok(style) =
            ProgressStyle::with_template("{bar:30} {pos}/{len} placed into stories, {per_sec}, {eta} left")
        {
            self.bar.set_style(style);
        }
        self.bar.reset_eta();
    }

    /// One more report has been placed; breaks when interrupted.
    pub(super) fn placed(&self, stop: bool) -> ControlFlow<()> {
        self.bar.inc(1);
        if stop { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }

    /// A report is now on disk.
    pub(super) fn added(&mut self, origin: &str, added: Added) {
        let (status, id, previous) = match added {
            Added::Added(id) => ("added", id, None),
            Added::Known(id) => ("known", id, None),
            Added::Revised { id, previous } => ("revised", id, Some(previous)),
        };
        match added {
            Added::Added(_) => self.added += 1,
            Added::Known(_) => self.known += 1,
            Added::Revised { .. } => self.revised += 1,
        }
        self.source.taken += 1;
        self.step();
        let previous = previous.map(|ReportId(id)| id);
        self.line(&json!({"status": status, "origin": origin, "report": id.0, "previous": previous, "reason": null}));
    }

    /// The report was stored but is in a language that is not read.
    pub(super) fn unread(&mut self, language: &str) {
        *self.unread.entry(language.to_owned()).or_default() += 1;
    }

    /// The report was stored without a day of publication: it, or its feed, states only when it was changed.
    pub(super) fn only_changed(&mut self) {
        self.only_changed += 1;
        self.source.only_changed += 1;
    }

    pub(super) fn skipped(&mut self, origin: &str, reason: &str) {
        *self.skipped.entry(reason.to_owned()).or_default() += 1;
        self.source.leave(reason);
        self.step();
        self.line(&json!({"status": "skipped", "origin": origin, "report": null, "previous": null, "reason": reason}));
    }

    pub(super) fn fail(&mut self, origin: &str, reason: &str) {
        self.failed += 1;
        self.source.failed += 1;
        self.source.leave(reason);
        self.step();
        let (origin, reason) = (output::printable(origin), output::printable(reason));
        if self.json {
            self.line(&json!({"status": "failed", "origin": origin, "report": null, "previous": null, "reason": reason}));
        } else if self.failed <= SHOWN as u64 {
            self.bar.suspend(|| eprintln!("sayso: {origin}: {reason}"));
        }
    }

    /// A source is done: if it can contain many reports, how many entries it had, how many were taken, and why the
    /// others were not.
    pub(super) fn end(&mut self, origin: &str, is_container: bool) {
        let Source { taken, failed, left, only_changed } = std::mem::take(&mut self.source);
        let entries = taken + left.values().sum::<u64>();
        if !is_container && entries == 1 {
            return;
        }
        // If its only entry failed, that has been reported.
        if !self.json && entries == 1 && failed == 1 {
            return;
        }
        if self.json {
            self.line(&json!({"source": {
                "origin": origin, "entries": entries, "taken": taken, "not_taken": left, "only_change_dated": only_changed
            }}));
            return;
        }
        let why = if left.is_empty() { String::new() } else { format!(", not {}", reasons(&left)) };
        let dated = if only_changed == 0 {
            String::new()
        } else {
            format!(
                "; {only_changed} without a day of publication, because only the day of a change is stated"
            )
        };
        let noun = if entries == 1 { "entry" } else { "entries" };
        let origin = output::printable(origin);
        self.bar.suspend(|| eprintln!("sayso: {origin}: {entries} {noun}, taken {taken}{why}{dated}"));
    }

    /// With `--json`, every line is written out before the next report begins: whatever a consumer has seen is on disk.
    fn line(&mut self, value: &serde_json::Value) {
        if self.json
            && self.broken_pipe.is_none()
            && let Err(failure) = output::json_line(value)
        {
            self.broken_pipe = Some(failure);
        }
    }

    /// The counts, and how to continue if the run was interrupted.
    pub(super) fn print(&mut self, interrupted: bool) -> Result<(), Failure> {
        if let Some(failure) = self.broken_pipe.take() {
            return Err(failure);
        }
        if self.json {
            let skipped: u64 = self.skipped.values().sum();
            return output::json_line(&json!({"summary": {
                "added": self.added, "known": self.known, "revised": self.revised, "skipped": skipped,
                "skipped_why": self.skipped, "failed": self.failed, "not_read": self.unread,
                "only_change_dated": self.only_changed, "interrupted": interrupted
            }}));
        }
        if self.failed > SHOWN as u64 {
            eprintln!("sayso: ... and {} more failed", self.failed - SHOWN as u64);
        }
        let mut parts = vec![
            format!("added {}", self.added),
            format!("known {}", self.known),
            format!("revised {}", self.revised),
        ];
        if !self.unread.is_empty() {
            parts.push(format!("not read because of their language {}", reasons(&self.unread)));
        }
        if self.only_changed > 0 {
            parts.push(format!("dated only by a change {}", self.only_changed));
        }
        if !self.skipped.is_empty() {
            parts.push(format!("skipped {}", reasons(&self.skipped)));
        }
        if self.failed > 0 {
            parts.push(format!("failed {}", self.failed));
        }
        let rest = if interrupted { "; interrupted: run the same command again to continue" } else { "" };
        output::text(&format!("{}{rest}\n", parts.join(", ")))
    }
}

/// A count with the reasons for it, the most frequent first.
fn reasons(counts: &BTreeMap<String, u64>) -> String {
    let mut all: Vec<_> = counts.iter().collect();
    all.sort_by_key(|(reason, n)| (std::cmp::Reverse(**n), (*reason).clone()));
    let shown: Vec<String> =
        all.iter().take(6).map(|(r, n)| format!("{n} {}", output::printable(r))).collect();
    let more = if all.len() > 6 { ", ..." } else { "" };
    format!("{} ({}{more})", counts.values().sum::<u64>(), shown.join(", "))
}
