//! The main loop: decides what is done next and writes the results.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs::File,
    io,
    path::PathBuf,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
        mpsc::{self, RecvTimeoutError},
    },
    thread,
};

use sayso_desk::{Intake, edit::Edit};
use sayso_ingest::{
    HeadOverrides, Limits,
    address::is_web,
    fetch::{Answer, FetchError, Fetcher, Rules},
};
use sayso_ledger::{
    Added, Archived, Batch, EventKind, Instant, Ledger, LedgerError, WatchEvent, WatchItem, WatchSource,
    files_of, is_postgres,
};

use crate::{
    archive::{Archive, ArchiveError, Place},
    ask::Asker,
    clock::Clock,
    inputs::{InputError, expand},
    job::{Job, Looked, Message, Polled, Taken, Work},
    pace::Pace,
    take::Taker,
    told::Told,
};

/// Stack of a reading thread, in bytes.
const STACK: usize = 16 << 20;
/// Maximum number of reading threads, if there are as many processors.
const TAKERS: usize = 4;
/// Size of the ledger's page cache in KiB: for the writer, and for each connection that only looks up what is known.
const WRITER: i64 = 16 << 10;
const VIEW: i64 = 1 << 10;
/// Maximum number of results that may wait to be written, which bounds memory.
const WAITING: usize = 16;
/// Number of pages looked up at once.
const AHEAD: usize = 512;
/// Seconds without any event after which `after` is called again (so that it can report a silent source or a new day).
const REST: Instant = 60;
/// Number of consecutive failures from which a source counts as silent.
const SILENT: u32 = 3;

/// What is watched, and how.
#[derive(Debug, Clone)]
pub struct Options {
    /// Addresses, files and folders.
    pub sources: Vec<String>,
    /// True to do once what is due now.
    pub once: bool,
    /// When to ask again.
    pub pace: Pace,
    /// How to fetch.
    pub rules: Rules,
    /// Head values that take precedence over the reports' own.
    pub overrides: HeadOverrides,
    /// Limits of size.
    pub limits: Limits,
    /// Number of hosts contacted at once.
    pub workers: usize,
    /// Folder in which fetched responses are archived.
    pub archive: Option<PathBuf>,
    /// The clock.
    pub clock: Clock,
}

/// What a watch has done.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Summary {
    /// Sources that were polled.
    pub polled: u64,
    /// Pages that were looked at.
    pub looked: u64,
    /// New reports.
    pub new: u64,
    /// Reports that changed in a new revision.
    pub revised: u64,
    /// What could not be fetched or read.
    pub failed: u64,
    /// True if the watch was interrupted.
    pub interrupted: bool,
}

/// Why a watch cannot continue.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum WatchError {
    /// An input cannot be watched.
    #[error(transparent)]
    Input(#[from] InputError),
    /// The ledger.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// Stories.
    #[error(transparent)]
    Desk(#[from] sayso_desk::DeskError),
    /// Fetching cannot start.
    #[error(transparent)]
    Fetch(#[from] FetchError),
    /// Fetched responses cannot be archived.
    #[error(transparent)]
    Archive(#[from] ArchiveError),
    /// Another watch is running.
    #[error("another watch is running on the ledger {}; stop that one, or name another ledger with --ledger", .0.display())]
    Busy(PathBuf),
    /// The system provides no thread or no lock.
    #[error("cannot begin: {0}")]
    Io(#[from] io::Error),
}

/// Watches until it is stopped or, with `once`, until everything due now is done. `tell` is called for each event as soon as it
/// is on disk; `after` when every new report has found its story, and now and then if there is nothing new.
///
/// # Errors
/// [`WatchError`]; what was reported before is in the ledger.
pub fn run(
    ledger: &mut Ledger,
    options: &Options,
    stop: &Arc<AtomicBool>,
    tell: &mut dyn FnMut(&Told),
    after: &mut dyn FnMut(&mut Ledger, Instant),
) -> Result<Summary, WatchError> {
    let _held = hold(ledger)?;
    ledger.keep_at_most(WRITER)?;
    let inputs = expand(&options.sources, &options.limits)?;
    let fetcher = Fetcher::new(Rules { keep_answers: options.archive.is_some(), ..options.rules })?;
    let archive = options.archive.as_deref().map(|folder| Archive::open(folder, ledger, options.clock.now()));
    let mut watch = Watch {
        options,
        clock: options.clock,
        sources: BTreeMap::new(),
        asked: BTreeSet::new(),
        working: BTreeMap::new(),
        hosts: BTreeSet::new(),
        summary: Summary::default(),
        next: 0,
        unplaced: false,
        archive: archive.transpose()?,
        answers: BTreeMap::new(),
        came: BTreeMap::new(),
    };
    watch.begin(ledger, inputs, tell)?;
    let (job_in, job_out) = mpsc::channel::<(u64, Job)>();
    let (work_in, work_out) = mpsc::sync_channel::<(u64, Work)>(1);
    let (message_in, message_out) = mpsc::sync_channel::<(u64, Message)>(WAITING);
    let (job_out, work_out) = (Mutex::new(job_out), Mutex::new(work_out));
    let path = ledger.path().to_owned();
    let asker = Asker { fetcher: &fetcher, limits: options.limits };
    thread::scope(|scope| {
        // Dropping this, on whatever way out, ends the wait for jobs.
        let job_in = job_in;
        let message_out = message_out;
        let (work_in, message_in) = (work_in, message_in);
        let hosts = options.workers.clamp(1, 64);
        for _ in 0..thread::available_parallelism().map_or(1, usize::from).min(hosts).min(TAKERS) {
            let view = Ledger::open(&path)?;
            view.keep_at_most(VIEW)?;
            let taker = Taker {
                view,
                limits: options.limits,
                options: &options.overrides,
                clock: options.clock,
                stop,
            };
            let (works, messages) = (&work_out, message_in.clone());
            let thread = thread::Builder::new().name("take".to_owned()).stack_size(STACK);
            thread.spawn_scoped(scope, move || taker.run(works, &messages))?;
        }
        for _ in 0..hosts {
            let (asker, jobs, works) = (&asker, &job_out, work_in.clone());
            let thread = thread::Builder::new().name("ask".to_owned());
            thread.spawn_scoped(scope, move || asker.run(jobs, &works))?;
        }
        drop(work_in);
        drop(message_in);
        watch.work(ledger, &job_in, &message_out, stop, tell, after)
    })?;
    watch.summary.interrupted = stop.load(Ordering::SeqCst);
    Ok(watch.summary)
}

/// Locks the ledger against other watches; the system releases the lock when the program ends, however it ends.
fn hold(ledger: &Ledger) -> Result<Option<File>, WatchError> {
    if is_postgres(ledger.path()) {
        return if ledger.hold_watch()? { Ok(None) } else { Err(WatchError::Busy(ledger.name().into())) };
    }
    let Some(file) = files_of(ledger.path()).into_iter().next() else { return Ok(None) };
    let mut name = file.into_os_string();
    name.push("-watch");
    let lock = File::options().create(true).truncate(false).write(true).open(&name)?;
    match lock.try_lock() {
        Ok(()) => Ok(Some(lock)),
        Err(std::fs::TryLockError::WouldBlock) => Err(WatchError::Busy(ledger.name().into())),
        Err(std::fs::TryLockError::Error(error)) => Err(error.into()),
    }
}

struct Watch<'o> {
    options: &'o Options,
    clock: Clock,
    /// Sources of this run.
    sources: BTreeMap<String, WatchSource>,
    /// Those that have been polled, if each is polled only once.
    asked: BTreeSet<String>,
    /// Jobs that workers are doing.
    working: BTreeMap<u64, Job>,
    hosts: BTreeSet<String>,
    summary: Summary,
    /// Number of the next job.
    next: u64,
    /// True if there are reports that have not found their story.
    unplaced: bool,
    archive: Option<Archive>,
    /// Responses to unfinished jobs.
    answers: BTreeMap<u64, Answered>,
    /// Number of reports from these jobs so far.
    came: BTreeMap<u64, u64>,
}

/// A response, archived if something new came of it.
struct Answered {
    address: String,
    answer: Box<Answer>,
    place: Option<Place>,
}

impl Watch<'_> {
    /// Records what is to be watched.
    fn begin(
        &mut self,
        ledger: &mut Ledger,
        inputs: crate::inputs::Inputs,
        tell: &mut dyn FnMut(&Told),
    ) -> Result<(), WatchError> {
        let now = self.clock.now();
        for (origin, reason) in inputs.refused {
            self.summary.failed += 1;
            tell(&Told::Failed { origin, reason, given_up: true });
        }
        let batch = ledger.batch()?;
        let mut named: BTreeSet<String> = BTreeSet::new();
        let mut directly: BTreeSet<String> = BTreeSet::new();
        for (source, list) in inputs.sources {
            if list.is_none() {
                directly.insert(source.address.clone());
            }
            batch.find_watch_source(&source.address, list.as_deref(), source.title.as_deref())?;
            named.insert(source.address);
        }
        for (page, list) in inputs.pages {
            // The list itself is not polled; its pages are recorded under its name.
            named.insert(list.clone());
            batch.find_watch_item(&WatchItem::new(&page, &list, sayso_model::Head::default(), None, now))?;
            let list = WatchSource { address: list, kind: Some("list".to_owned()), ..WatchSource::default() };
            batch.find_watch_source(&list.address, None, None)?;
            batch.put_watch_source(&list)?;
        }
        batch.commit()?;
        // What was found in a source is watched with it.
        let mut all = ledger.watch_sources()?;
        // Pages that an earlier version recorded under the list's name as it was typed.
        let lists =
            all.iter().filter(|s| s.kind.as_deref() == Some("list") && inputs.lists.contains(&s.address));
        named.extend(lists.map(|s| s.address.clone()));
        // What somebody names on the command line is not what another source named.
        for source in all.iter_mut().filter(|s| directly.contains(&s.address)) {
            if !is_web(&source.address) && source.via.take().is_some_and(|via| is_web(&via)) {
                // It was refused, and has not failed.
                (source.failures, source.not_before, source.problem) = (0, 0, None);
            }
            source.via = None;
        }
        let mut before = 0;
        while named.len() > before {
            before = named.len();
            let found = all.iter().filter(|s| s.via.as_ref().is_some_and(|via| named.contains(via)));
            let found: Vec<String> = found.map(|s| s.address.clone()).collect();
            named.extend(found);
        }
        self.sources =
            all.into_iter().filter(|s| named.contains(&s.address)).map(|s| (s.address.clone(), s)).collect();
        Ok(())
    }

    fn work(
        &mut self,
        ledger: &mut Ledger,
        jobs: &mpsc::Sender<(u64, Job)>,
        messages: &mpsc::Receiver<(u64, Message)>,
        stop: &AtomicBool,
        tell: &mut dyn FnMut(&Told),
        after: &mut dyn FnMut(&mut Ledger, Instant),
    ) -> Result<(), WatchError> {
        let begun = self.clock.now();
        let mut told_at: Option<Instant> = None;
        loop {
            let stopped = stop.load(Ordering::SeqCst);
            let wake = if stopped { None } else { self.hand_out(ledger, jobs)? };
            let idle = self.working.is_empty();
            // Stories are derived data, so placing new reports can be postponed to the next time. If there is always something to
            // do, `after` is called without waiting for all of it.
            let now = self.clock.now();
            let rested = now - told_at.unwrap_or(begun) >= REST;
            if idle && (self.unplaced || told_at.is_none() || self.options.once)
                || rested && (idle || self.unplaced)
            {
                sayso_desk::catch_up(ledger)?;
                after(ledger, now);
                (self.unplaced, told_at) = (false, Some(now));
            }
            if idle {
                if stopped || self.options.once {
                    return Ok(());
                }
                self.clock.sleep(wake.unwrap_or(Instant::MAX));
                continue;
            }
            match messages.recv_timeout(self.clock.nap(wake.unwrap_or(Instant::MAX))) {
                // A poll that was interrupted does not count.
                Ok((number, Message::Polled(polled))) if stopped && polled.problem.is_some() => {
                    self.done(number)
                }
                Ok((number, Message::Looked(looked))) if stopped && looked.problem.is_some() => {
                    self.done(number)
                }
                Ok((number, message)) => self.handle(ledger, number, message, tell)?,
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => {
                    return Err(WatchError::Io(io::Error::other("the workers have ended")));
                }
            }
        }
    }

    /// Gives workers what is due; returns when the next job is due.
    fn hand_out(
        &mut self,
        ledger: &Ledger,
        jobs: &mpsc::Sender<(u64, Job)>,
    ) -> Result<Option<Instant>, WatchError> {
        let now = self.clock.now();
        let free = self.options.workers.clamp(1, 64).saturating_sub(self.working.len());
        if free == 0 {
            return Ok(None);
        }
        let mut next: Option<Instant> = None;
        let mut given = Vec::new();
        for source in self.sources.values() {
            if source.kind.as_deref() == Some("list")
                || self.is_at_work(|job| matches!(job, Job::Poll(s) if s.address == source.address))
            {
                continue;
            }
            match self.due(source) {
                Some(due) if due <= now => given.push((due, Job::Poll(Box::new(source.clone())))),
                Some(due) => next = Some(next.map_or(due, |n| n.min(due))),
                None => {}
            }
        }
        given.sort_by_key(|(due, _)| *due);
        given.truncate(AHEAD);
        let names: Vec<&str> = self.sources.keys().map(String::as_str).collect();
        let waiting = ledger.watch_due(now, &names, AHEAD)?;
        let at_work: BTreeSet<i64> = self
            .working
            .values()
            .filter_map(|job| if let Job::Look(item) = job { Some(item.id) } else { None })
            .collect();
        given.extend(
            waiting
                .into_iter()
                .filter(|item| !at_work.contains(&item.id))
                .map(|item| (item.due_at.unwrap_or(now), Job::Look(Box::new(item)))),
        );
        // What has waited longest comes first: under overload, neither sources nor pages wait forever.
        given.sort_by_key(|(due, _)| *due);
        let mut room = free;
        for (_, job) in given {
            let host = job.host();
            if room == 0 || host.as_ref().is_some_and(|host| self.hosts.contains(host)) {
                continue;
            }
            self.hosts.extend(host);
            if let Job::Poll(source) = &job {
                self.asked.insert(source.address.clone());
            }
            self.working.insert(self.next, job.clone());
            // A worker that is gone is noticed when results are awaited.
            let _ = jobs.send((self.next, job));
            self.next += 1;
            room -= 1;
        }
        let page = ledger.watch_next(&names)?.filter(|due| *due > now);
        Ok(next.into_iter().chain(page).min())
    }

    fn is_at_work(&self, at: impl Fn(&Job) -> bool) -> bool {
        self.working.values().any(at)
    }

    /// When a source is to be polled; `None` for never again.
    fn due(&self, source: &WatchSource) -> Option<Instant> {
        // A page is looked at again on the schedule of pages.
        if source.kind.as_deref() == Some("page") && self.asked.contains(&source.address) {
            return None;
        }
        if self.options.once {
            let asked = self.asked.contains(&source.address);
            return (!asked).then_some(if source.failures == 0 { 0 } else { source.not_before });
        }
        let regular = source.polled_at.map_or(0, |at| self.options.pace.next_poll(&source.address, at));
        Some(if source.failures == 0 { regular } else { source.not_before })
    }

    /// Writes a worker's result.
    fn handle(
        &mut self,
        ledger: &mut Ledger,
        number: u64,
        message: Message,
        tell: &mut dyn FnMut(&Told),
    ) -> Result<(), WatchError> {
        let source = match self.working.get(&number) {
            Some(Job::Poll(source)) => source.address.clone(),
            Some(Job::Look(item)) => item.source.clone(),
            None => String::new(),
        };
        let mut told = Vec::new();
        let batch = ledger.batch()?;
        match message {
            Message::Answer { address, answer } => {
                self.answers.insert(number, Answered { address, answer, place: None });
            }
            Message::Report { taken } => {
                self.take(&batch, number, &taken, &source, None, &mut told)?;
            }
            Message::File { mut item, taken } => {
                for taken in &taken {
                    item.report = Some(self.take(&batch, number, taken, &source, None, &mut told)?.id());
                }
                batch.put_watch_file(&item)?;
            }
            Message::Failed { origin, reason } => {
                self.summary.failed += 1;
                told.push(Told::Failed { origin, reason, given_up: true });
            }
            Message::Polled(polled) => {
                self.polled(&batch, number, *polled, &mut told)?;
                self.done(number);
            }
            Message::Looked(looked) => {
                self.looked(&batch, number, *looked, &mut told)?;
                self.done(number);
            }
        }
        batch.commit()?;
        for told in &mut told {
            if let Told::Revised { report, edit, .. } = told {
                *edit = Edit::of(ledger, *report)?;
            }
            match told {
                Told::New { .. } => self.summary.new += 1,
                Told::Revised { .. } => self.summary.revised += 1,
                _ => {}
            }
            self.unplaced |= matches!(told, Told::New { .. } | Told::Revised { .. });
            tell(told);
        }
        Ok(())
    }

    fn done(&mut self, number: u64) {
        self.answers.remove(&number);
        self.came.remove(&number);
        if let Some(host) = self.working.remove(&number).and_then(|job| job.host()) {
            self.hosts.remove(&host);
        }
    }

    /// Adds a report and records it.
    fn take(
        &mut self,
        batch: &Batch<'_>,
        number: u64,
        taken: &Taken,
        source: &str,
        note: Option<&str>,
        told: &mut Vec<Told>,
    ) -> Result<Added, WatchError> {
        let added = match (&taken.intake, taken.prepared()) {
            (_, Some(prepared)) => batch.add(prepared)?,
            (Intake::Known(id), _) => Added::Known(*id),
            (Intake::Ready { prepared, .. }, None) => batch.add(prepared)?,
        };
        let (kind, previous) = match added {
            Added::Known(_) => return Ok(added),
            Added::Added(_) => (EventKind::New, None),
            Added::Revised { previous, .. } => (EventKind::Revision, Some(previous)),
        };
        batch.note_watch_event(&WatchEvent {
            id: 0,
            at: self.clock.now(),
            kind,
            source: Some(source.to_owned()),
            report: Some(added.id()),
            previous,
            note: note.map(str::to_owned),
        })?;
        *self.came.entry(number).or_default() += 1;
        self.keep(batch, number, taken, added)?;
        told.extend(taken.prepared().and_then(|p| Told::of(added, p.report(), source, note)));
        Ok(added)
    }

    /// Archives what a report was made from; it is on disk before the report is.
    fn keep(
        &mut self,
        batch: &Batch<'_>,
        number: u64,
        taken: &Taken,
        added: Added,
    ) -> Result<(), WatchError> {
        let (Some(archive), Some(opened), Some(answered)) =
            (&mut self.archive, &taken.opened, self.answers.get_mut(&number))
        else {
            return Ok(());
        };
        let place = match &answered.place {
            Some(place) => place.clone(),
            None => {
                let place = archive.keep(&answered.address, &answered.answer, self.clock.now())?;
                batch.set_archive_length(&place.file, place.length)?;
                answered.place.insert(place).clone()
            }
        };
        batch.put_archived(
            added.id(),
            &Archived {
                file: place.file,
                place: place.place,
                record: place.record,
                digest: place.digest,
                address: opened.address.clone(),
                origin: opened.origin.clone(),
                known: opened.known.clone(),
                charset: opened.charset.clone(),
            },
        )?;
        Ok(())
    }

    fn polled(
        &mut self,
        batch: &Batch<'_>,
        number: u64,
        polled: Polled,
        told: &mut Vec<Told>,
    ) -> Result<(), WatchError> {
        let now = self.clock.now();
        let Polled { mut source, items, sources, entries, left, look, problem } = polled;
        self.summary.polled += 1;
        // Full texts in the source itself, and pages that it lists.
        let mut new = self.came.get(&number).copied().unwrap_or(0);
        for item in &items {
            new += u64::from(batch.find_watch_item(item)?);
        }
        for found in sources {
            if batch.find_watch_source(&found.address, Some(&source.address), found.title.as_deref())? {
                told.push(Told::Found { source: found.address.clone(), via: source.address.clone() });
            }
            self.sources.entry(found.address.clone()).or_insert_with(|| WatchSource {
                address: found.address,
                via: Some(source.address.clone()),
                title: found.title,
                ..WatchSource::default()
            });
        }
        let failed_before = source.failures;
        source.polled_at = Some(now);
        if let Some(problem) = problem {
            source.failures += 1;
            source.not_before =
                self.options.pace.after_failure(&source.address, source.failures, problem.wait, now);
            source.problem = Some(problem.reason.clone());
            // What failed as a look too is told once, below.
            if look.is_none() {
                self.summary.failed += 1;
                told.push(Told::Failed {
                    origin: source.address.clone(),
                    reason: problem.reason,
                    given_up: false,
                });
            }
        } else {
            (source.failures, source.not_before, source.problem) = (0, 0, None);
            source.answered_at = Some(now);
            if new > 0 {
                source.new_at = Some(now);
            }
            told.push(Told::Polled { source: source.address.clone(), entries, new, left });
        }
        let (was, is) = (failed_before >= SILENT, source.failures >= SILENT);
        if was != is {
            batch.note_watch_event(&WatchEvent {
                id: 0,
                at: now,
                kind: EventKind::Source,
                source: Some(source.address.clone()),
                report: None,
                previous: None,
                note: source.problem.clone(),
            })?;
        }
        batch.put_watch_source(&source)?;
        self.sources.insert(source.address.clone(), source);
        if let Some(mut look) = look {
            // A page that has just been found has its number since a moment ago.
            if look.item.id == 0
                && let Some(id) = batch.watch_item_id(&look.item.address)?
            {
                look.item.id = id;
            }
            self.looked(batch, number, look, told)?;
        }
        Ok(())
    }

    fn looked(
        &mut self,
        batch: &Batch<'_>,
        number: u64,
        looked: Looked,
        told: &mut Vec<Told>,
    ) -> Result<(), WatchError> {
        let now = self.clock.now();
        let Looked { mut item, taken, problem } = looked;
        self.summary.looked += 1;
        let pace = &self.options.pace;
        let note = problem.as_ref().map(|p| format!("only the source's version of it: {}", p.reason));
        for taken in &taken {
            item.report = Some(self.take(batch, number, taken, &item.source, note.as_deref(), told)?.id());
        }
        // What a poll has received between two looks is no look: the wait for the next one begins anew.
        let is_early = item.looks > 0 && item.failures == 0 && !item.is_due(now);
        match problem {
            None if is_early => {
                item.due_at = item.due_at.and_then(|_| pace.next_look(&item.address, item.looks, now));
            }
            None => {
                item.looks += 1;
                (item.failures, item.problem) = (0, None);
                item.due_at = pace.next_look(&item.address, item.looks, now);
                // A page that is a source itself is not polled as well.
                if self.sources.get(&item.address).is_some_and(|s| s.kind.as_deref() == Some("page")) {
                    self.asked.insert(item.address.clone());
                }
            }
            Some(problem) => {
                item.failures += 1;
                item.problem = Some(problem.reason.clone());
                let given_up = item.failures >= problem.tries;
                if problem.gone
                    && given_up
                    && taken.is_empty()
                    && let Some(report) = item.report
                    // Two addresses may have led to the same report.
                    && batch.last_event_of(report)? != Some(EventKind::Gone)
                {
                    batch.note_watch_event(&WatchEvent {
                        id: 0,
                        at: now,
                        kind: EventKind::Gone,
                        source: Some(item.source.clone()),
                        report: Some(report),
                        previous: None,
                        note: Some(problem.reason.clone()),
                    })?;
                    told.push(Told::Gone { report, address: item.address.clone() });
                } else if taken.is_empty() {
                    self.summary.failed += 1;
                    let (origin, reason) = (item.address.clone(), problem.reason.clone());
                    told.push(Told::Failed { origin, reason, given_up });
                }
                item.due_at =
                    (!given_up).then(|| pace.retry(&item.address, item.failures, problem.wait, now));
            }
        }
        batch.put_watch_item(&item)?;
        Ok(())
    }
}
