//! A worker: fetches, takes apart and reads, and decides nothing.

use std::{
    fs, io,
    ops::ControlFlow,
    path::{Path, PathBuf},
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
        mpsc::{Receiver, SyncSender},
    },
    time::UNIX_EPOCH,
};

use sayso_desk::{Intake, intake};
use sayso_ingest::{
    Form, HeadOverrides, Item, Limits, Link, Piece, discover,
    fetch::{Fetched, Fetcher, Page, Validators},
    gzip, head,
    opml::{self, Outline},
    source::{self, Kind},
};
use sayso_ledger::{Instant, Ledger, WatchItem, WatchSource};
use sayso_model::{Head, HeadSource};

use crate::{
    clock::Clock,
    inputs::is_address,
    job::{Job, Looked, Opened, Polled, Problem, Taken, Word},
};

/// How deep folders may stand in folders.
const NESTED: usize = 32;
/// Of a sitemap's pages those are passed over that were changed longer ago than this when they are seen: it lists an
/// outlet's whole past.
const SITEMAP_DAYS: i64 = 3;

/// What workers share.
pub(crate) struct Worker<'w> {
    pub(crate) fetcher: &'w Fetcher,
    pub(crate) limits: Limits,
    pub(crate) options: &'w HeadOverrides,
    pub(crate) clock: Clock,
    pub(crate) stop: &'w AtomicBool,
}

/// Says something about a job; breaks when nobody listens any more.
type Say<'s> = dyn FnMut(Word) -> ControlFlow<()> + 's;

impl Worker<'_> {
    /// Works until there is nothing more to do.
    pub(crate) fn run(
        &self,
        jobs: &Mutex<Receiver<(u64, Job)>>,
        words: &SyncSender<(u64, Word)>,
        view: &Ledger,
    ) {
        loop {
            let next = jobs.lock().unwrap_or_else(PoisonError::into_inner).recv();
            let Ok((number, job)) = next else { return };
            let mut say = |word| match words.send((number, word)) {
                Ok(()) => ControlFlow::Continue(()),
                Err(_) => ControlFlow::Break(()),
            };
            let flow = match job {
                Job::Poll(source) if is_address(&source.address) => self.poll(*source, view, &mut say),
                Job::Poll(source) => self.scan(*source, view, &mut say),
                Job::Look(item) => self.look(*item, view, &mut say),
            };
            if flow.is_break() {
                return;
            }
        }
    }

    fn fetch(&self, address: &str, known: &Validators) -> Result<Option<Page>, Problem> {
        let limit = self.limits.report_bytes.max(self.limits.feed_bytes);
        match self.fetcher.fetch(address, known, limit)? {
            Fetched::Page(page) => Ok(Some(*page)),
            Fetched::NotModified => Ok(None),
        }
    }

    fn poll(&self, source: WatchSource, view: &Ledger, say: &mut Say<'_>) -> ControlFlow<()> {
        let known = Validators { etag: source.etag.clone(), last_modified: source.last_modified.clone() };
        let mut polled = Polled::of(source);
        match self.fetch(&polled.source.address, &known) {
            Err(problem) => polled.problem = Some(problem),
            Ok(None) => {}
            Ok(Some(page)) => self.take_apart(&mut polled, page, view, say)?,
        }
        say(Word::Polled(Box::new(polled)))
    }

    fn take_apart(
        &self,
        polled: &mut Polled,
        mut page: Page,
        view: &Ledger,
        say: &mut Say<'_>,
    ) -> ControlFlow<()> {
        let address = polled.source.address.clone();
        if let Some(answer) = page.answer.take() {
            say(Word::Answer { address: page.url.clone(), answer })?;
        }
        let start = page.body.get(..4096).unwrap_or(&page.body);
        if opml::is_opml(start) {
            match opml::read(&page.body, &self.limits) {
                Ok(feeds) => (polled.sources, polled.source.kind) = (feeds, Some("opml".to_owned())),
                Err(error) => polled.problem = Some(Problem::lasting(error.to_string())),
            }
        } else if !gzip::is_gzip(start) && source::kind(start, &page.url) == Kind::One(Form::Html) {
            // A page that was found in another is no further source; one without feeds is what is to be watched itself.
            let feeds = discover::feeds(&page.body, page.charset().as_deref(), &page.url);
            if feeds.is_empty() || polled.source.via.is_some() {
                polled.items.push(self.item(&address, &address, Head::default(), None));
            } else {
                polled.sources = feeds;
            }
            polled.entries = 1;
            polled.source.kind = Some("page".to_owned());
        } else {
            let known = Head { url: head::stated(&page.url, &HeadSource::Url), ..Head::default() };
            let charset = page.charset();
            let opened = Opened { origin: address.clone(), address: page.url.clone(), known, charset };
            self.open(polled, page.body.as_slice(), &opened, true, view, say)?;
        }
        if polled.problem.is_none() {
            polled.source.etag = page.validators.etag;
            polled.source.last_modified = page.validators.last_modified;
        }
        ControlFlow::Continue(())
    }

    /// Takes a feed, sitemap or file apart: what holds its text is read here, what is an address is noted.
    fn open(
        &self,
        polled: &mut Polled,
        bytes: impl io::Read,
        opened: &Opened,
        fetched: bool,
        view: &Ledger,
        say: &mut Say<'_>,
    ) -> ControlFlow<()> {
        let mut flow = ControlFlow::Continue(());
        let oldest = self.clock.now() - SITEMAP_DAYS * 24 * 3600;
        let oldest = sayso_model::Date::parse(head::instant(oldest.unsigned_abs()).get(..10).unwrap_or(""));
        let result = source::open(
            &opened.origin,
            &opened.address,
            bytes,
            &opened.known,
            opened.charset.as_deref(),
            &self.limits,
            &mut |item| {
                polled.entries += 1;
                flow = match item {
                    Item::Piece(mut piece) => {
                        piece.fetched_at = piece.fetched_at.take().or_else(|| fetched.then(|| self.now()));
                        let origin = piece.origin.clone();
                        match intake(view, &piece, self.options, &self.limits) {
                            Ok(intake) => {
                                let opened = fetched.then(|| opened.clone());
                                say(Word::Report { taken: Box::new(Taken { intake, opened }) })
                            }
                            Err(error) => say(Word::Failed { origin, reason: error.to_string() }),
                        }
                    }
                    Item::Link(link) => {
                        self.link(polled, *link, oldest);
                        ControlFlow::Continue(())
                    }
                    Item::Skipped { reason, .. } => {
                        *polled.left.entry(reason).or_default() += 1;
                        ControlFlow::Continue(())
                    }
                    Item::Failed { origin, error } => say(Word::Failed { origin, reason: error.to_string() }),
                };
                if self.stop.load(Ordering::Relaxed) { ControlFlow::Break(()) } else { flow }
            },
        );
        match result {
            // What was left undone makes the poll one that did not take place.
            _ if self.stop.load(Ordering::SeqCst) => {
                polled.problem = Some(Problem::lasting("it was interrupted".to_owned()));
            }
            Ok(kind) => {
                let kind = match kind {
                    Kind::Feed => "feed",
                    Kind::Sitemap => "sitemap",
                    Kind::Warc => "archive",
                    Kind::JsonLines => "records",
                    Kind::One(_) => "report",
                };
                polled.source.kind = Some(kind.to_owned());
            }
            Err(error) => polled.problem = Some(Problem::lasting(error.to_string())),
        }
        flow
    }

    fn link(&self, polled: &mut Polled, link: Link, oldest: Option<sayso_model::Date>) {
        if link.modified.zip(oldest).is_some_and(|(modified, oldest)| modified < oldest) {
            let reason = format!("changed more than {SITEMAP_DAYS} days ago");
            *polled.left.entry(reason).or_default() += 1;
        } else if link.is_sitemap {
            polled.sources.push(Outline { address: link.url, title: None });
        } else if is_address(&link.url) {
            let source = polled.source.address.clone();
            polled.items.push(self.item(&link.url, &source, link.known, link.entry.map(|entry| entry.bytes)));
        } else {
            *polled.left.entry("its address is none that can be fetched".to_owned()).or_default() += 1;
        }
    }

    fn item(&self, address: &str, source: &str, said: Head, entry: Option<Vec<u8>>) -> WatchItem {
        let now = self.clock.now();
        WatchItem::new(address, source, said, entry, now)
    }

    fn now(&self) -> String {
        head::instant(u64::try_from(self.clock.now()).unwrap_or(0))
    }

    fn look(&self, mut item: WatchItem, view: &Ledger, say: &mut Say<'_>) -> ControlFlow<()> {
        let known = Validators { etag: item.etag.clone(), last_modified: item.last_modified.clone() };
        let mut taken = Vec::new();
        let mut problem = None;
        match self.fetch(&item.address, &known) {
            Ok(None) => {}
            Ok(Some(mut page)) => {
                if let Some(answer) = page.answer.take() {
                    say(Word::Answer { address: page.url.clone(), answer })?;
                }
                match self.page(&item, &page, view) {
                    Ok(found) => {
                        taken = found;
                        item.etag = page.validators.etag;
                        item.last_modified = page.validators.last_modified;
                    }
                    Err(reason) => problem = Some(Problem::lasting(reason)),
                }
            }
            Err(found) => problem = Some(found),
        }
        // Where the page cannot be had, what the source has of it is taken.
        if let Some(problem) = &problem
            && item.failures + 1 >= problem.tries
            && item.report.is_none()
            && let Some(entry) = &item.entry
        {
            let known = Head { url: head::stated(&item.address, &HeadSource::Feed), ..item.said.clone() };
            let piece = Piece {
                known,
                fetched_at: Some(self.now()),
                ..Piece::new(format!("{} {}", item.source, item.address), Form::Fragment, entry.clone())
            };
            if let Ok(intake) = intake(view, &piece, self.options, &self.limits) {
                taken.push(Taken { intake, opened: None });
            }
        }
        say(Word::Looked(Box::new(Looked { item, taken, problem })))
    }

    /// The reports of a page: one, or the several of a live blog.
    fn page(&self, item: &WatchItem, page: &Page, view: &Ledger) -> Result<Vec<Taken>, String> {
        let known = Head { url: head::stated(&page.url, &HeadSource::Url), ..item.said.clone() };
        let charset = page.charset();
        let opened = Opened { origin: item.address.clone(), address: page.url.clone(), known, charset };
        let (mut taken, mut reason) = (Vec::new(), None);
        let result = source::open(
            &opened.origin,
            &opened.address,
            page.body.as_slice(),
            &opened.known,
            opened.charset.as_deref(),
            &self.limits,
            &mut |part| {
                match part {
                    Item::Piece(mut piece) => {
                        piece.fetched_at = Some(self.now());
                        match intake(view, &piece, self.options, &self.limits) {
                            Ok(intake) => taken.push(Taken { intake, opened: Some(opened.clone()) }),
                            Err(error) => reason = Some(error.to_string()),
                        }
                    }
                    Item::Failed { error, .. } => reason = Some(error.to_string()),
                    Item::Skipped { reason: why, .. } => reason = Some(why),
                    Item::Link(_) => reason = Some("it is a list of addresses, no report".to_owned()),
                }
                ControlFlow::Continue(())
            },
        );
        match (result, reason) {
            _ if !taken.is_empty() => Ok(taken),
            (Err(error), _) => Err(error.to_string()),
            (Ok(_), reason) => Err(reason.unwrap_or_else(|| "nothing was found in it".to_owned())),
        }
    }

    /// Reads what is new in a file, a folder or a mailbox.
    fn scan(&self, source: WatchSource, view: &Ledger, say: &mut Say<'_>) -> ControlFlow<()> {
        let mut polled = Polled::of(source);
        let root = PathBuf::from(&polled.source.address);
        let mut files = Vec::new();
        if let Err(error) = files_under(&root, 0, &mut files) {
            polled.problem = Some(Problem::lasting(error.to_string()));
        }
        let own = sayso_ledger::files_of(view.path());
        for file in files {
            if self.stop.load(Ordering::Relaxed) {
                break;
            }
            if own.iter().any(|o| o == &file) {
                continue;
            }
            self.file(&file, &mut polled, view, say)?;
        }
        polled.source.kind = Some(if root.is_dir() { "folder" } else { "file" }.to_owned());
        say(Word::Polled(Box::new(polled)))
    }

    fn file(&self, path: &Path, polled: &mut Polled, view: &Ledger, say: &mut Say<'_>) -> ControlFlow<()> {
        let Some((address, stamp)) = stamp(path) else { return ControlFlow::Continue(()) };
        let before = view.watch_item(&address).ok().flatten();
        if before.as_ref().is_some_and(|item| item.etag.as_ref() == Some(&stamp)) {
            return ControlFlow::Continue(());
        }
        let mut item = self.item(&address, &polled.source.address, Head::default(), None);
        item.due_at = None;
        item.looks = before.map_or(0, |b| b.looks) + 1;
        item.etag = Some(stamp);
        let mut taken = Vec::new();
        let name = path.display().to_string();
        let opened = Opened { origin: name.clone(), address: name, ..Opened::default() };
        let mut found = Polled::of(polled.source.clone());
        match fs::File::open(path) {
            Ok(file) => {
                let mut keep = |word| match word {
                    Word::Report { taken: report } => {
                        taken.push(*report);
                        ControlFlow::Continue(())
                    }
                    word => say(word),
                };
                self.open(&mut found, file, &opened, false, view, &mut keep)?;
            }
            Err(error) => found.problem = Some(Problem::lasting(error.to_string())),
        }
        if let Some(problem) = found.problem {
            if self.stop.load(Ordering::SeqCst) {
                return ControlFlow::Continue(());
            }
            item.problem = Some(problem.reason.clone());
            say(Word::Failed { origin: path.display().to_string(), reason: problem.reason })?;
        }
        polled.entries += found.entries;
        polled.items.append(&mut found.items);
        for (reason, count) in found.left {
            *polled.left.entry(reason).or_default() += count;
        }
        say(Word::File { item: Box::new(item), taken })
    }
}

/// The address of a file and what tells that it has changed; `None` for one that is gone again.
fn stamp(path: &Path) -> Option<(String, String)> {
    let meta = fs::metadata(path).ok().filter(fs::Metadata::is_file)?;
    let changed: Instant = meta
        .modified()
        .ok()
        .and_then(|at| at.duration_since(UNIX_EPOCH).ok())
        .and_then(|d| Instant::try_from(d.as_nanos()).ok())
        .unwrap_or(0);
    let address = url::Url::from_file_path(path).ok()?.to_string();
    Some((address, format!("{} bytes, {changed}", meta.len())))
}

/// Files of a folder, by name: nothing hidden, no link to a folder, and nothing that is still being delivered to a mailbox.
fn files_under(path: &Path, depth: usize, out: &mut Vec<PathBuf>) -> io::Result<()> {
    let meta = fs::metadata(path)?;
    if meta.is_file() {
        out.push(path.to_owned());
        return Ok(());
    }
    if !meta.is_dir() || depth > NESTED {
        return Ok(());
    }
    let is_mailbox = path.join("cur").is_dir() && path.join("new").is_dir();
    let mut entries: Vec<PathBuf> = fs::read_dir(path)?.flatten().map(|e| e.path()).collect();
    entries.retain(|path| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let leads_away = path.is_symlink() && path.is_dir();
        let half_there = is_mailbox && name == "tmp";
        !(name.starts_with('.') || leads_away || half_there)
    });
    entries.sort();
    for entry in entries {
        // What goes away while it is looked at was not there.
        let _ = files_under(&entry, depth + 1, out);
    }
    Ok(())
}

impl Taken {
    /// The report, where it has been read just now.
    pub(crate) fn prepared(&self) -> Option<&sayso_ledger::Prepared> {
        match &self.intake {
            Intake::Ready { prepared, .. } => Some(prepared),
            Intake::Known(_) => None,
        }
    }
}
