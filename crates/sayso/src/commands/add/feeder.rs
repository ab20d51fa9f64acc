//! Opens the sources one after another and splits them into inputs.

use std::{
    collections::BTreeSet,
    fs::{self, File},
    io,
    ops::ControlFlow,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
        mpsc,
    },
    thread,
    time::{Duration, Instant},
};

use sayso_ingest::{
    Item, Limits, Link, Piece, address,
    fetch::{Fetched, Fetcher, Rules, Validators},
    folder, head, source,
};
use sayso_ledger::{FeedState, Ledger, files_of};
use sayso_model::{Date, Head, HeadSource};

use crate::{failure::Failure, output};

/// How deeply folders may be nested.
const NESTED: usize = 32;

/// How long to wait for somebody to write to a pipe.
const PIPE: Duration = Duration::from_secs(10);

/// Limits on fetching: options of every command that takes reports from sources.
#[derive(Debug, clap::Args)]
pub(crate) struct Taking {
    /// Also fetch from private and local networks
    #[arg(long)]
    allow_private: bool,
    /// Minimum time between two requests to the same host, in seconds
    #[arg(long, value_name = "SECONDS", env = "SAYSO_DELAY", default_value_t = 2.0)]
    delay: f64,
    /// Maximum size of a report, in bytes
    #[arg(long, value_name = "BYTES", env = "SAYSO_MAX_BYTES", default_value_t = 32 * 1024 * 1024)]
    max_bytes: u64,
}

impl Taking {
    /// The options as fetch rules, including the limits on reports.
    ///
    /// # Errors
    /// [`Failure::Other`] if the delay is negative, too long or not a number.
    pub(crate) fn rules(&self) -> Result<Rules, Failure> {
        let limits = Limits { report_bytes: self.max_bytes, ..Limits::default() };
        let delay = Duration::try_from_secs_f64(self.delay)
            .map_err(|_| Failure::Usage(format!("--delay {} is not a number of seconds", self.delay)))?;
        Ok(Rules { delay, allow_private: self.allow_private, limits, ..Rules::default() })
    }
}

/// What to do with the URLs in feeds and sitemaps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Follow {
    /// Fetch them.
    Always,
    /// Fetch them if the feed was fetched too.
    Fetched,
    /// Leave them.
    Never,
}

/// One input on its way to the readers.
#[derive(Debug)]
pub(crate) enum Job {
    /// Bytes of a report.
    Piece(Box<Piece>),
    /// By its kind not a report.
    Skipped { origin: String, reason: String },
    /// Could not be opened or split.
    Failed { origin: String, reason: String },
    /// A source is finished; whether it is of a kind that can contain any number of reports.
    End { origin: String, is_container: bool },
}

impl Job {
    /// Bytes that it contains.
    pub(crate) fn size(&self) -> u64 {
        match self {
            Self::Piece(piece) => piece.bytes.len() as u64,
            Self::Skipped { .. } | Self::Failed { .. } | Self::End { .. } => 0,
        }
    }
}

/// What the feeder works with.
pub(crate) struct Feeder {
    pub(crate) sources: Vec<String>,
    pub(crate) follow: Follow,
    pub(crate) rules: Rules,
    pub(crate) limits: Limits,
    /// The ledger that remembers how feeds answered; not a source itself.
    pub(crate) ledger: Option<PathBuf>,
    pub(crate) stop: Arc<AtomicBool>,
    /// Bytes of files that have been read so far.
    pub(crate) read: Arc<AtomicU64>,
}

/// A file whose bytes are counted as they are read.
struct Counted<'c> {
    file: File,
    read: &'c AtomicU64,
}

impl io::Read for Counted<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.file.read(buffer)?;
        self.read.fetch_add(count as u64, Ordering::Relaxed);
        Ok(count)
    }
}

/// Takes jobs; breaks when no more are wanted.
pub(crate) type Give<'g> = dyn FnMut(Job) -> ControlFlow<()> + 'g;

impl Feeder {
    /// How many inputs there will be, if every source is a single file that is one report going by its name.
    pub(crate) fn expected(&self) -> Option<u64> {
        let single = |source: &String| {
            let name = source.to_lowercase();
            let name = name.strip_suffix(".gz").unwrap_or(&name);
            !is_address(source) && [".txt", ".html", ".htm", ".json"].iter().any(|end| name.ends_with(end))
        };
        self.sources.iter().all(single).then_some(self.sources.len() as u64)
    }

    /// How many bytes there are to read, if every source is a file or a folder.
    pub(crate) fn expected_bytes(&self) -> Option<u64> {
        self.sources.iter().map(|source| bytes_under(Path::new(source), 0)).sum()
    }

    /// Passes on every input of every source, in order.
    pub(crate) fn run(&self, give: &mut Give<'_>) {
        let mut net = Net {
            fetcher: None,
            seen: BTreeSet::new(),
            fetched_at: None,
            changed: None,
            is_container: false,
        };
        for source in &self.sources {
            net.is_container = false;
            let flow = if source == "-" {
                self.open("-", "", io::stdin().lock(), &Head::default(), None, &mut net, false, give)
            } else if is_address(source) {
                self.fetch(source, &Head::default(), &mut net, 0, give)
            } else if let Some(scheme) = address::scheme(source).filter(|_| !Path::new(source).exists()) {
                give(Job::Failed {
                    origin: source.clone(),
                    reason: format!(
                        "addresses that begin with '{scheme}://' are not fetched; give an http or https address, or a path"
                    ),
                })
            } else {
                self.path(Path::new(source), &mut net, 0, give)
            };
            let is_path = source != "-" && !is_address(source);
            if flow.is_break() || !is_path && self.end(source, &net, give).is_break() {
                return;
            }
        }
    }

    fn path(&self, path: &Path, net: &mut Net, depth: usize, give: &mut Give<'_>) -> ControlFlow<()> {
        let origin = path.display().to_string();
        let failed = |reason: String| Job::Failed { origin: origin.clone(), reason };
        let meta = match fs::metadata(path) {
            Ok(meta) => meta,
            Err(e) => return give(failed(format!("{e}; check the path and its permissions"))),
        };
        if !meta.is_dir() {
            // A folder may contain pipes and devices by accident; they are opened only if they are named.
            if depth > 0 && !meta.is_file() {
                return give(failed("it is not a regular file; name it explicitly to read it".to_owned()));
            }
            let own = self.ledger.as_deref().map(files_of).unwrap_or_default();
            if own.iter().any(|file| output::same_file(file, path)) {
                let reason = "it is the ledger itself".to_owned();
                return give(if depth > 0 { Job::Skipped { origin, reason } } else { failed(reason) });
            }
            return match self.open_file(path, &meta) {
                Ok(file) => {
                    let file = Counted { file, read: &self.read };
                    net.is_container = false;
                    self.open(&origin, &origin, file, &Head::default(), None, net, false, give)?;
                    self.end(&origin, net, give)
                }
                Err(e) => give(failed(format!("{e}; check the path and its permissions"))),
            };
        }
        if depth > NESTED {
            return give(failed("its folders are nested too deeply".to_owned()));
        }
        let entries = match folder::entries(path) {
            Ok(entries) => entries,
            Err(e) => return give(failed(e.to_string())),
        };
        for entry in entries {
            self.path(&entry, net, depth + 1, give)?;
        }
        ControlFlow::Continue(())
    }

    /// Says that a source is finished.
    fn end(&self, origin: &str, net: &Net, give: &mut Give<'_>) -> ControlFlow<()> {
        self.give(give, Job::End { origin: origin.to_owned(), is_container: net.is_container })
    }

    /// Opens a file; waits for somebody to write to a pipe, but not for long, and can be interrupted.
    fn open_file(&self, path: &Path, meta: &fs::Metadata) -> io::Result<File> {
        if meta.is_file() {
            return File::open(path);
        }
        let (send, opened) = mpsc::channel();
        let owned = path.to_owned();
        // The waiting thread cannot be stopped; it ends with the program.
        thread::Builder::new().name("open".to_owned()).spawn(move || send.send(File::open(owned)))?;
        let end = Instant::now() + PIPE;
        loop {
            match opened.recv_timeout(Duration::from_millis(100)) {
                Ok(file) => return file,
                Err(_) if Instant::now() < end && !self.stop.load(Ordering::Relaxed) => {}
                Err(_) => {
                    let message = format!("nobody wrote to it for {} seconds", PIPE.as_secs());
                    return Err(io::Error::new(io::ErrorKind::TimedOut, message));
                }
            }
        }
    }

    #[allow(clippy::too_many_arguments, reason = "all that is known about a source")]
    fn open(
        &self,
        origin: &str,
        name: &str,
        reader: impl io::Read,
        known: &Head,
        charset: Option<&str>,
        net: &mut Net,
        fetched: bool,
        give: &mut Give<'_>,
    ) -> ControlFlow<()> {
        let mut flow = ControlFlow::Continue(());
        // Links wait until the source is done: fetching takes long, and the source may be open only for a while.
        let mut links: Vec<Link> = Vec::new();
        let opened = source::open(origin, name, reader, known, charset, &self.limits, &mut |item| {
            flow = match item {
                Item::Piece(mut piece) => {
                    piece.fetched_at = piece.fetched_at.take().or_else(|| net.fetched_at.clone());
                    piece.changed = piece.changed.or(net.changed);
                    self.give(give, Job::Piece(piece))
                }
                Item::Skipped { origin, reason } => self.give(give, Job::Skipped { origin, reason }),
                Item::Failed { origin, error } => {
                    self.give(give, Job::Failed { origin, reason: error.to_string() })
                }
                Item::Link(link) => {
                    links.push(*link);
                    ControlFlow::Continue(())
                }
            };
            flow
        });
        flow?;
        match opened {
            Ok(kind) => net.is_container |= kind.is_container(),
            Err(error) => {
                self.give(give, Job::Failed { origin: origin.to_owned(), reason: error.to_string() })?;
            }
        }
        let follows = match self.follow {
            Follow::Always => true,
            Follow::Fetched => fetched,
            Follow::Never => false,
        };
        for link in links {
            if follows {
                net.changed = link.changed;
                self.fetch(&link.url, &link.known, net, 1, give)?;
                net.changed = None;
            } else if let Some(entry) = link.entry {
                self.give(give, Job::Piece(entry))?;
            } else {
                let reason = "link without text, not fetched (use --follow)".to_owned();
                self.give(give, Job::Skipped { origin: link.url, reason })?;
            }
        }
        ControlFlow::Continue(())
    }

    fn give(&self, give: &mut Give<'_>, job: Job) -> ControlFlow<()> {
        if self.stop.load(Ordering::Relaxed) { ControlFlow::Break(()) } else { give(job) }
    }

    fn fetch(
        &self,
        url: &str,
        said: &Head,
        net: &mut Net,
        depth: usize,
        give: &mut Give<'_>,
    ) -> ControlFlow<()> {
        let failed = |reason: String| Job::Failed { origin: url.to_owned(), reason };
        if depth > 8 || !net.seen.insert(url.to_owned()) {
            return ControlFlow::Continue(());
        }
        if self.stop.load(Ordering::Relaxed) {
            return ControlFlow::Break(());
        }
        let fetcher = match &mut net.fetcher {
            Some(fetcher) => fetcher,
            none => match Fetcher::new(self.rules) {
                Ok(fetcher) => none.insert(fetcher),
                Err(e) => return give(failed(e.to_string())),
            },
        };
        // Requests are conditional only if the ledger has kept the source's state; a new ledger asks for everything.
        let mut ledger = self.ledger.as_deref().and_then(|ledger| Ledger::open(ledger).ok());
        let state = ledger.as_ref().and_then(|l| l.feed_state(url).ok().flatten()).unwrap_or_default();
        let known = Validators { etag: state.etag, last_modified: state.last_modified };
        let limit = self.limits.report_bytes.max(self.limits.feed_bytes);
        let page = match fetcher.fetch(url, &known, limit) {
            Ok(Fetched::Page(page)) => *page,
            Ok(Fetched::NotModified) => {
                return give(Job::Skipped {
                    origin: url.to_owned(),
                    reason: "not modified since it was last fetched".to_owned(),
                });
            }
            Err(e) => return give(failed(e.to_string())),
        };
        let mut head = said.clone();
        head.url = head::stated(&page.url, &HeadSource::Url);
        let charset = page.charset();
        net.fetched_at = Some(now());
        let body = page.body.as_slice();
        let flow = self.open(url, &page.url, body, &head, charset.as_deref(), net, true, give);
        net.fetched_at = None;
        // Stored only after the results have been passed on: an interruption must not make the next run skip it.
        if let (Some(ledger), ControlFlow::Continue(())) = (&mut ledger, flow) {
            let state = FeedState {
                etag: page.validators.etag,
                last_modified: page.validators.last_modified,
                status: Some(200),
                fetched_at: None,
            };
            let _ = ledger.set_feed_state(url, &state);
        }
        flow
    }
}

/// State while fetching.
struct Net {
    fetcher: Option<Fetcher>,
    seen: BTreeSet<String>,
    /// When what is open was fetched.
    fetched_at: Option<String>,
    /// When what is open was changed, according to the feed that leads to it.
    changed: Option<Date>,
    /// What was opened last is of a kind that can contain any number of reports.
    is_container: bool,
}

/// Bytes of a file, or of what is read from a folder; `None` if the length is not known.
fn bytes_under(path: &Path, depth: usize) -> Option<u64> {
    let meta = fs::metadata(path).ok()?;
    if meta.is_file() {
        return Some(meta.len());
    }
    if !meta.is_dir() || depth > NESTED {
        return None;
    }
    folder::entries(path).ok()?.iter().map(|entry| bytes_under(entry, depth + 1)).sum()
}

fn is_address(source: &str) -> bool {
    address::is_web(source) && !Path::new(source).exists()
}

fn now() -> String {
    let seconds =
        std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).map_or(0, |d| d.as_secs());
    head::instant(seconds)
}
