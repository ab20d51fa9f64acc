//! What threads exchange: jobs, a server's responses to them, and their results.

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
    /// Ask a source for its entries.
    Poll(Box<WatchSource>),
    /// Look at a page.
    Look(Box<WatchItem>),
}

impl Job {
    /// The host of the request, so that no two jobs contact the same one; `None` for what is on this machine.
    pub(crate) fn host(&self) -> Option<String> {
        let address = match self {
            Self::Poll(source) => &source.address,
            Self::Look(item) => &item.address,
        };
        Some(url::Url::parse(address).ok()?.host_str()?.to_ascii_lowercase())
    }
}

/// A server's response: a page, or that nothing has changed.
pub(crate) type Response = Result<Option<Page>, Problem>;

/// A job with everything that it needs.
pub(crate) enum Work {
    /// Scan a file, a folder or a mailbox.
    Scan(Box<WatchSource>),
    /// A polled source.
    Poll(Box<WatchSource>, Response),
    /// A fetched page.
    Look(Box<WatchItem>, Response),
}

/// Where a report was taken from, so that it can be made again from an archive.
#[derive(Debug, Clone, Default)]
pub(crate) struct Opened {
    /// Name under which the input was opened.
    pub(crate) origin: String,
    /// Address that it came from.
    pub(crate) address: String,
    /// What was known about the head before that.
    pub(crate) known: Head,
    /// Charset that the server declared.
    pub(crate) charset: Option<String>,
}

/// A report and where it was taken from.
#[derive(Debug)]
pub(crate) struct Taken {
    pub(crate) intake: Intake,
    /// `None` for what was in the source itself, and what is on this machine.
    pub(crate) opened: Option<Opened>,
}

/// The results of a job; the last one is `Polled` or `Looked`.
#[derive(Debug)]
pub(crate) enum Message {
    /// A server's response, sent before its results.
    Answer { address: String, answer: Box<Answer> },
    /// A report contained in a source itself.
    Report { taken: Box<Taken> },
    /// A finished file of a folder.
    File { item: Box<WatchItem>, taken: Vec<Taken> },
    /// Something in a source that gave no report.
    Failed { origin: String, reason: String },
    /// A source has been polled.
    Polled(Box<Polled>),
    /// A page has been looked at.
    Looked(Box<Looked>),
}

/// The result of polling a source.
#[derive(Debug)]
pub(crate) struct Polled {
    /// The source; with new validators if it answered.
    pub(crate) source: WatchSource,
    /// Pages that it lists.
    pub(crate) items: Vec<WatchItem>,
    /// Further sources that it lists.
    pub(crate) sources: Vec<Outline>,
    /// How many entries it had.
    pub(crate) entries: u64,
    /// How many of them were skipped, and why.
    pub(crate) left: BTreeMap<String, u64>,
    /// The source looked at as an article, if it is one itself and due: the same response serves both.
    pub(crate) look: Option<Looked>,
    /// What went wrong.
    pub(crate) problem: Option<Problem>,
}

impl Polled {
    /// The initial result for a source.
    pub(crate) fn of(source: WatchSource) -> Self {
        Self {
            source,
            items: Vec::new(),
            sources: Vec::new(),
            entries: 0,
            left: BTreeMap::new(),
            look: None,
            problem: None,
        }
    }
}

/// The result of looking at a page.
#[derive(Debug)]
pub(crate) struct Looked {
    /// The page; with new validators if it answered.
    pub(crate) item: WatchItem,
    /// Its reports; empty if nothing has changed or it could not be fetched.
    pub(crate) taken: Vec<Taken>,
    /// What went wrong.
    pub(crate) problem: Option<Problem>,
}

/// What went wrong, and whether a retry can help.
#[derive(Debug, Clone)]
pub(crate) struct Problem {
    pub(crate) reason: String,
    /// Seconds that the server asks to wait.
    pub(crate) wait: Option<u64>,
    /// Maximum number of attempts.
    pub(crate) tries: u32,
    /// True if the page no longer exists.
    pub(crate) gone: bool,
}

/// Attempts for what may be temporary.
const TRIES: u32 = 12;
/// Attempts for what a server declares permanent, and sometimes reverses.
const TRIES_REFUSED: u32 = 3;

impl Problem {
    /// A problem that will be the same the next time.
    pub(crate) fn lasting(reason: String) -> Self {
        Self { reason, wait: None, tries: 1, gone: false }
    }
}

impl Problem {
    /// An article's address leads to the front page.
    pub(crate) fn moved_home(home: &str) -> Self {
        let reason = format!("it redirects to the front page {home}, as articles do that were removed");
        Self { reason, wait: None, tries: TRIES_REFUSED, gone: true }
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
