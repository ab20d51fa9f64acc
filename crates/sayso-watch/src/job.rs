//! What is handed from one thread to another: what to do, what a server has said to it, what came of it.

use std::collections::BTreeMap;

use sayso_desk::Intake;
use sayso_ingest::{
    fetch::{Answer, FetchError, Page},
    opml::Outline,
};
use sayso_ledger::{WatchItem, WatchSource};
use sayso_model::Head;

/// Something to do.
#[derive(Debug, Clone)]
pub(crate) enum Job {
    /// Ask a source what it has.
    Poll(Box<WatchSource>),
    /// Look at a page.
    Look(Box<WatchItem>),
}

impl Job {
    /// The host that is asked, so that no two jobs ask the same; `None` for what is on this machine.
    pub(crate) fn host(&self) -> Option<String> {
        let address = match self {
            Self::Poll(source) => &source.address,
            Self::Look(item) => &item.address,
        };
        Some(url::Url::parse(address).ok()?.host_str()?.to_ascii_lowercase())
    }
}

/// What a server said: a page, or that nothing has changed.
pub(crate) type Said = Result<Option<Page>, Problem>;

/// A job for which everything is there that it needs.
pub(crate) enum Work {
    /// Look through a file, a folder or a mailbox.
    Scan(Box<WatchSource>),
    /// A source has been asked.
    Poll(Box<WatchSource>, Said),
    /// A page has been asked for.
    Look(Box<WatchItem>, Said),
}

/// Where a report was taken from, so that it can be made again from an archive.
#[derive(Debug, Clone, Default)]
pub(crate) struct Opened {
    /// Name under which they were opened.
    pub(crate) origin: String,
    /// Address from which they came.
    pub(crate) address: String,
    /// What was known of the head before they were.
    pub(crate) known: Head,
    /// Charset that the server declared.
    pub(crate) charset: Option<String>,
}

/// A report with where it was taken from.
#[derive(Debug)]
pub(crate) struct Taken {
    pub(crate) intake: Intake,
    /// `None` for what a source said before, and what stands on this machine.
    pub(crate) opened: Option<Opened>,
}

/// What comes of a job; the last word of a job is `Polled` or `Looked`.
#[derive(Debug)]
pub(crate) enum Word {
    /// What a server answered, before what comes of it.
    Answer { address: String, answer: Box<Answer> },
    /// A report that stands in a source itself.
    Report { taken: Box<Taken> },
    /// A file of a folder is done with.
    File { item: Box<WatchItem>, taken: Vec<Taken> },
    /// Something in a source that gave no report.
    Failed { origin: String, reason: String },
    /// A source has been asked.
    Polled(Box<Polled>),
    /// A page has been looked at.
    Looked(Box<Looked>),
}

/// What a source had.
#[derive(Debug)]
pub(crate) struct Polled {
    /// The source; with new validators where it answered.
    pub(crate) source: WatchSource,
    /// Pages that it tells of.
    pub(crate) items: Vec<WatchItem>,
    /// Further sources that it tells of.
    pub(crate) sources: Vec<Outline>,
    /// How many entries it had.
    pub(crate) entries: u64,
    /// How many of them were left, and why.
    pub(crate) left: BTreeMap<String, u64>,
    /// What went wrong.
    pub(crate) problem: Option<Problem>,
}

impl Polled {
    /// A source of which nothing is told yet.
    pub(crate) fn of(source: WatchSource) -> Self {
        Self {
            source,
            items: Vec::new(),
            sources: Vec::new(),
            entries: 0,
            left: BTreeMap::new(),
            problem: None,
        }
    }
}

/// What came of looking at a page.
#[derive(Debug)]
pub(crate) struct Looked {
    /// The page; with new validators where it answered.
    pub(crate) item: WatchItem,
    /// Its reports; empty where nothing has changed or nothing could be had.
    pub(crate) taken: Vec<Taken>,
    /// What went wrong.
    pub(crate) problem: Option<Problem>,
}

/// What went wrong, and whether trying again can help.
#[derive(Debug, Clone)]
pub(crate) struct Problem {
    pub(crate) reason: String,
    /// Seconds that the server asks to wait.
    pub(crate) wait: Option<u64>,
    /// How often to try in all.
    pub(crate) tries: u32,
    /// The page is not there.
    pub(crate) gone: bool,
}

/// Tries for what may pass.
const TRIES: u32 = 12;
/// Tries for what a server says for good, and sometimes takes back.
const TRIES_REFUSED: u32 = 3;

impl Problem {
    /// Something that is the same the next time.
    pub(crate) fn lasting(reason: String) -> Self {
        Self { reason, wait: None, tries: 1, gone: false }
    }
}

impl From<FetchError> for Problem {
    fn from(error: FetchError) -> Self {
        let (tries, wait) = match &error {
            FetchError::Address(_) | FetchError::Private(_) | FetchError::Content(_) => (1, None),
            FetchError::Robots(_) | FetchError::Redirects | FetchError::RedirectTarget(_) => {
                (TRIES_REFUSED, None)
            }
            FetchError::Status(408 | 425 | 429) => (TRIES, None),
            FetchError::Status(400..500) => (TRIES_REFUSED, None),
            FetchError::Later { seconds, .. } => (TRIES, Some(*seconds)),
            _ => (TRIES, None),
        };
        let gone = matches!(error, FetchError::Status(404 | 410));
        Self { reason: error.to_string(), wait, tries, gone }
    }
}
