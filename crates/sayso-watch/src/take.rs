//! A reading thread: finds reports in what was fetched and reads them, and decides nothing.

use std::{
    io,
    ops::ControlFlow,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
        mpsc::{Receiver, SyncSender},
    },
};

use sayso_desk::{Intake, intake};
use sayso_ingest::{
    Form, HeadOverrides, Item, Limits, Link, Piece, address, discover, feed,
    fetch::Page,
    gzip, head,
    opml::{self, Outline},
    source::{self, Kind},
};
use sayso_ledger::{Ledger, WatchItem, WatchSource};
use sayso_model::{Head, HeadSource};

use crate::{
    clock::Clock,
    job::{Looked, Message, Opened, Polled, Problem, Response, Taken, Work},
};

/// Pages of a sitemap that changed longer ago than this when first seen are skipped, since it lists an outlet's whole past.
const SITEMAP_DAYS: i64 = 3;

/// Why an entry was skipped.
const NO_ADDRESS: &str = "no address that can be fetched";

/// Finds reports and reads them. A reading thread's memory grows to some tens of megabytes and is reused for the next report (the
/// cache of word types, the caches of regular expressions, what the allocator retains), so there are few of these threads,
/// however many hosts are contacted.
pub(crate) struct Taker<'w> {
    /// The thread's own connection to the ledger, to skip what is known.
    pub(crate) view: Ledger,
    pub(crate) limits: Limits,
    pub(crate) options: &'w HeadOverrides,
    pub(crate) clock: Clock,
    pub(crate) stop: &'w AtomicBool,
}

/// Sends a result of a job; breaks if nobody receives it any more.
pub(crate) type Emit<'s> = dyn FnMut(Message) -> ControlFlow<()> + 's;

impl Taker<'_> {
    /// Works until there is nothing more to do.
    pub(crate) fn run(&self, works: &Mutex<Receiver<(u64, Work)>>, messages: &SyncSender<(u64, Message)>) {
        let mut flow = ControlFlow::Continue(());
        loop {
            let next = works.lock().unwrap_or_else(PoisonError::into_inner).recv();
            let Ok((number, work)) = next else { return };
            // If nobody receives results any more, the fetching threads must still be able to send theirs.
            if flow.is_break() {
                continue;
            }
            let mut emit = |message| match messages.send((number, message)) {
                Ok(()) => ControlFlow::Continue(()),
                Err(_) => ControlFlow::Break(()),
            };
            flow = match work {
                Work::Scan(source) => self.scan(*source, &mut emit),
                Work::Poll(source, response) => self.poll(*source, response, &mut emit),
                Work::Look(item, response) => self.look(*item, response, &mut emit),
            };
        }
    }

    fn poll(&self, source: WatchSource, response: Response, emit: &mut Emit<'_>) -> ControlFlow<()> {
        let mut polled = Polled::of(source);
        match response {
            Err(problem) => {
                // A page that is a source itself and due is not asked for once more: it would fail again.
                if polled.source.kind.as_deref() == Some("page")
                    && let Some(item) = self.own(&polled.source).filter(|item| self.is_due(item))
                {
                    polled.look = Some(self.see(item, Err(problem.clone()), emit)?);
                }
                polled.problem = Some(problem);
            }
            Ok(None) => polled.look = self.unchanged(&polled.source),
            Ok(Some(page)) => self.take_apart(&mut polled, page, emit)?,
        }
        emit(Message::Polled(Box::new(polled)))
    }

    /// The look at a page that is a source itself and has not changed since both were last fetched.
    fn unchanged(&self, source: &WatchSource) -> Option<Looked> {
        let item = self.own(source)?;
        let is_same = (&item.etag, &item.last_modified) == (&source.etag, &source.last_modified);
        (item.looks > 0 && is_same && self.is_due(&item)).then(|| Looked {
            item,
            taken: Vec::new(),
            problem: None,
        })
    }

    /// The article that a source is itself, if it is known.
    fn own(&self, source: &WatchSource) -> Option<WatchItem> {
        self.view.watch_item(&source.address).ok()?
    }

    fn is_due(&self, item: &WatchItem) -> bool {
        item.is_due(self.clock.now())
    }

    fn take_apart(&self, polled: &mut Polled, mut page: Page, emit: &mut Emit<'_>) -> ControlFlow<()> {
        let own = polled.source.address.clone();
        if let Some(answer) = page.answer.take() {
            emit(Message::Answer { address: page.url.clone(), answer })?;
        }
        let start = page.body.get(..4096).unwrap_or(&page.body);
        if opml::is_opml(start) {
            match opml::read(&page.body, &self.limits) {
                // A server names what is on the web, never what is on this machine.
                Ok(feeds) => {
                    polled.source.kind = Some("opml".to_owned());
                    for feed in feeds {
                        polled.entries += 1;
                        match address::resolve(&feed.address, Some(&page.url)) {
                            Some(address) => polled.sources.push(Outline { address, ..feed }),
                            None => *polled.left.entry(NO_ADDRESS.to_owned()).or_default() += 1,
                        }
                    }
                }
                Err(error) => polled.problem = Some(Problem::lasting(error.to_string())),
            }
        } else if !gzip::is_gzip(start) && source::kind(start, &page.url) == Kind::One(Form::Html) {
            // A page found in another is not a source; one without feeds is itself what is watched.
            let feeds = discover::feeds(&page.body, page.charset().as_deref(), &page.url);
            polled.entries = 1;
            polled.source.kind = Some("page".to_owned());
            let item = self.own(&polled.source);
            if feeds.is_empty() || polled.source.via.is_some() || item.is_some() {
                let item = item.unwrap_or_else(|| {
                    let new = self.item(&own, &own, Head::default(), None);
                    polled.items.push(new.clone());
                    new
                });
                (polled.source.etag, polled.source.last_modified) =
                    (page.validators.etag.clone(), page.validators.last_modified.clone());
                // What has been received is used, whether the page was to be looked at now or later.
                polled.look = Some(self.see(item, Ok(Some(page)), emit)?);
                if polled.source.via.is_none() {
                    polled.sources = feeds;
                }
                return ControlFlow::Continue(());
            }
            polled.sources = feeds;
        } else {
            let known = Head { url: head::stated(&page.url, &HeadSource::Url), ..Head::default() };
            let charset = page.charset();
            let opened = Opened { origin: own, address: page.url.clone(), known, charset };
            self.open(polled, page.body.as_slice(), &opened, true, emit)?;
            if polled.source.title.is_none() && polled.source.kind.as_deref() == Some("feed") {
                polled.source.title = feed::title(&page.body, opened.charset.as_deref());
            }
        }
        if polled.problem.is_none() {
            polled.source.etag = page.validators.etag;
            polled.source.last_modified = page.validators.last_modified;
        }
        ControlFlow::Continue(())
    }

    /// Opens a feed, sitemap or file: an entry with its text is read here, one with an address is recorded.
    pub(crate) fn open(
        &self,
        polled: &mut Polled,
        bytes: impl io::Read,
        opened: &Opened,
        fetched: bool,
        emit: &mut Emit<'_>,
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
                        match intake(&self.view, &piece, self.options, &self.limits) {
                            Ok(intake) => {
                                let opened = fetched.then(|| opened.clone());
                                emit(Message::Report { taken: Box::new(Taken { intake, opened }) })
                            }
                            Err(error) => emit(Message::Failed { origin, reason: error.to_string() }),
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
                    Item::Failed { origin, error } => {
                        emit(Message::Failed { origin, reason: error.to_string() })
                    }
                };
                if self.stop.load(Ordering::Relaxed) { ControlFlow::Break(()) } else { flow }
            },
        );
        match result {
            // An interrupted poll does not count.
            _ if self.stop.load(Ordering::SeqCst) => {
                polled.problem = Some(Problem::lasting("it was interrupted".to_owned()));
            }
            Ok(kind) => {
                let kind = match kind {
                    Kind::Feed => "feed",
                    Kind::Sitemap => "sitemap",
                    Kind::Warc => "archive",
                    Kind::JsonLines => "records",
                    Kind::Mailbox => "mailbox",
                    Kind::Addresses => "addresses",
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
        } else if !address::is_web(&link.url) {
            *polled.left.entry(NO_ADDRESS.to_owned()).or_default() += 1;
        } else if link.is_sitemap {
            polled.sources.push(Outline { address: link.url, title: None });
        } else {
            let source = polled.source.address.clone();
            let item = self.item(&link.url, &source, link.known, link.entry.map(|entry| entry.bytes));
            polled.items.push(WatchItem { changed: link.changed, ..item });
        }
    }

    pub(crate) fn item(&self, address: &str, source: &str, said: Head, entry: Option<Vec<u8>>) -> WatchItem {
        let now = self.clock.now();
        WatchItem::new(address, source, said, entry, now)
    }

    pub(crate) fn now(&self) -> String {
        head::instant(u64::try_from(self.clock.now()).unwrap_or(0))
    }

    fn look(&self, item: WatchItem, response: Response, emit: &mut Emit<'_>) -> ControlFlow<()> {
        let looked = self.see(item, response, emit)?;
        emit(Message::Looked(Box::new(looked)))
    }

    fn see(&self, mut item: WatchItem, response: Response, emit: &mut Emit<'_>) -> ControlFlow<(), Looked> {
        let mut taken = Vec::new();
        let mut problem = None;
        match response {
            Ok(None) => {}
            Ok(Some(page)) if leads_home(&item, &page) => problem = Some(Problem::moved_home(&page.url)),
            Ok(Some(mut page)) => {
                if let Some(answer) = page.answer.take() {
                    emit(Message::Answer { address: page.url.clone(), answer })?;
                }
                match self.page(&item, &page) {
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
        // If the page cannot be fetched, the source's version of it is used.
        if let Some(problem) = &problem
            && item.failures + 1 >= problem.tries
            && item.report.is_none()
            && let Some(entry) = &item.entry
        {
            let known = Head { url: head::stated(&item.address, &HeadSource::Feed), ..item.said.clone() };
            let piece = Piece {
                known,
                changed: item.changed,
                fetched_at: Some(self.now()),
                ..Piece::new(format!("{} {}", item.source, item.address), Form::Fragment, entry.clone())
            };
            if let Ok(intake) = intake(&self.view, &piece, self.options, &self.limits) {
                taken.push(Taken { intake, opened: None });
            }
        }
        ControlFlow::Continue(Looked { item, taken, problem })
    }

    /// The reports of a page: one, or several for a live blog.
    fn page(&self, item: &WatchItem, page: &Page) -> Result<Vec<Taken>, String> {
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
                        piece.changed = piece.changed.or(item.changed);
                        match intake(&self.view, &piece, self.options, &self.limits) {
                            Ok(intake) => taken.push(Taken { intake, opened: Some(opened.clone()) }),
                            Err(error) => reason = Some(error.to_string()),
                        }
                    }
                    Item::Failed { error, .. } => reason = Some(error.to_string()),
                    Item::Skipped { reason: why, .. } => reason = Some(why),
                    Item::Link(_) => reason = Some("it is a list of addresses, not a report".to_owned()),
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
}

/// True if an article's address leads to the front page of a site: that is where articles that were removed lead. A page that
/// somebody watches for itself may.
fn leads_home(item: &WatchItem, page: &Page) -> bool {
    let is_home = |address: &str| {
        url::Url::parse(address)
            .is_ok_and(|url| url.path().trim_matches('/').is_empty() && url.query().is_none())
    };
    item.address != item.source && is_home(&page.url) && !is_home(&item.address)
}

impl Taken {
    /// The report, if it has just been read.
    pub(crate) fn prepared(&self) -> Option<&sayso_ledger::Prepared> {
        match &self.intake {
            Intake::Ready { prepared, .. } => Some(prepared),
            Intake::Known(_) => None,
        }
    }
}
