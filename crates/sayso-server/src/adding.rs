//! Reports that are put in: each upload is a job, one runs at a time, and whoever sent it sees how far it has come.
//!
//! The work is done by the program itself, called as `sayso add` in a folder of its own: so the browser and the command line
//! do the same, and a report that brings out a defect ends no server.

use std::{
    collections::BTreeMap,
    ffi::OsString,
    io::{self, BufRead, BufReader, Read, Seek},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::{Arc, Mutex, PoisonError},
    thread,
    time::Duration,
};

use axum::http::StatusCode;
use serde::Deserialize;
use tempfile::TempDir;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::{error::Failed, layout::line};

/// Uploads that are received, wait or run at once.
const AT_ONCE: usize = 8;
/// Jobs that are remembered.
const KEPT: usize = 100;
/// Inputs of a job that are listed one by one; the others are counted.
pub(crate) const LISTED: usize = 1000;
/// Bytes of the program's complaint that are shown.
const COMPLAINT: u64 = 2000;

/// The uploads of this run of the server.
#[derive(Debug)]
pub(crate) struct Jobs {
    places: Arc<Semaphore>,
    /// Held by the job that runs.
    turn: Arc<Mutex<()>>,
    kept: Mutex<BTreeMap<u64, Arc<Job>>>,
}

/// One upload.
#[derive(Debug)]
pub(crate) struct Job {
    /// How many inputs were sent. An archive or a feed is one input and may hold many reports.
    pub(crate) inputs: usize,
    progress: Mutex<Progress>,
}

/// How far a job has come.
#[derive(Debug, Clone, Default)]
pub(crate) struct Progress {
    /// How many came out in which way: added, known, revised, skipped, failed.
    pub(crate) counts: BTreeMap<String, usize>,
    /// The first of them.
    pub(crate) came: Vec<Came>,
    /// Reports that are kept and not read, by their language.
    pub(crate) not_read: BTreeMap<String, usize>,
    /// Nothing while it waits or runs.
    pub(crate) ended: Option<Ended>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Ended {
    /// Everything that was sent has been gone through.
    Done,
    /// It broke off, for this reason.
    Broken(String),
}

/// What became of one report, as `sayso add --json` prints it.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Came {
    pub(crate) status: String,
    pub(crate) origin: String,
    pub(crate) report: Option<i64>,
    pub(crate) reason: Option<String>,
}

/// A line that `sayso add --json` prints.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Line {
    Came(Came),
    Summary { summary: Summary },
}

#[derive(Debug, Deserialize)]
struct Summary {
    not_read: BTreeMap<String, usize>,
}

/// What is to be put in, and with what.
#[derive(Debug)]
pub(crate) struct Upload {
    /// Where the files lie; gone when the job has ended.
    pub(crate) folder: TempDir,
    /// Names of files in the folder, and addresses.
    pub(crate) sources: Vec<String>,
    pub(crate) outlet: Option<String>,
    pub(crate) published: Option<String>,
    /// Held until the job has ended.
    #[expect(dead_code, reason = "it is there to be held")]
    pub(crate) place: OwnedSemaphorePermit,
}

impl Jobs {
    pub(crate) fn new() -> Self {
        Self { places: Arc::new(Semaphore::new(AT_ONCE)), turn: Arc::default(), kept: Mutex::default() }
    }

    /// A place for one upload more.
    pub(crate) fn place(&self) -> Result<OwnedSemaphorePermit, Failed> {
        Arc::clone(&self.places).try_acquire_owned().map_err(|_| {
            let why = format!(
                "{AT_ONCE} uploads are already in progress; send this one again when one of them has finished"
            );
            Failed::new(StatusCode::SERVICE_UNAVAILABLE, why)
        })
    }

    pub(crate) fn get(&self, id: u64) -> Option<Arc<Job>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner).get(&id).map(Arc::clone)
    }

    /// Begins a job and gives its number. It has a thread of its own: what is under way when the server is stopped keeps
    /// nobody from stopping it, and the program goes on by itself.
    pub(crate) fn begin(&self, program: PathBuf, ledger: PathBuf, upload: Upload) -> u64 {
        let job = Arc::new(Job { inputs: upload.sources.len(), progress: Mutex::default() });
        let id = {
            let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
            let id = kept.last_key_value().map_or(1, |(last, _)| last + 1);
            kept.insert(id, Arc::clone(&job));
            while kept.len() > KEPT {
                kept.pop_first();
            }
            id
        };
        let turn = Arc::clone(&self.turn);
        thread::spawn(move || {
            let _turn = turn.lock().unwrap_or_else(PoisonError::into_inner);
            let ended = job.run(&program, &ledger, &upload).unwrap_or_else(|e| Ended::Broken(e.to_string()));
            job.change(|progress| progress.ended = Some(ended));
        });
        id
    }

    /// Waits until no upload is under way, but not for long.
    pub(crate) async fn settle(&self, long: Duration) {
        let _ = tokio::time::timeout(long, self.places.acquire_many(AT_ONCE as u32)).await;
    }
}

impl Job {
    pub(crate) fn progress(&self) -> Progress {
        self.progress.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn change(&self, change: impl FnOnce(&mut Progress)) {
        change(&mut self.progress.lock().unwrap_or_else(PoisonError::into_inner));
    }

    fn run(&self, program: &Path, ledger: &Path, upload: &Upload) -> io::Result<Ended> {
        let mut arguments: Vec<OsString> = vec!["add".into(), "--json".into(), "--no-follow".into()];
        for (option, value) in [("--outlet", &upload.outlet), ("--published", &upload.published)] {
            arguments.extend(value.as_ref().map(|value| format!("{option}={value}").into()));
        }
        arguments.push("--".into());
        arguments.extend(upload.sources.iter().map(OsString::from));
        let mut complaint = tempfile::tempfile()?;
        let mut child = Command::new(program)
            .args(arguments)
            // Not among the arguments, which others on the machine see: an address may hold a password.
            .env("SAYSO_LEDGER", ledger)
            .current_dir(upload.folder.path())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(complaint.try_clone()?)
            .spawn()?;
        for printed in child.stdout.take().map(BufReader::new).into_iter().flat_map(BufRead::lines) {
            if let Ok(one) = serde_json::from_str(&printed?) {
                self.change(|progress| progress.take(one));
            }
        }
        let ended = child.wait()?;
        // 3: some inputs failed, which has been told of each of them.
        if matches!(ended.code(), Some(0 | 3)) {
            return Ok(Ended::Done);
        }
        complaint.rewind()?;
        let mut why = Vec::new();
        complaint.take(COMPLAINT).read_to_end(&mut why)?;
        let why = line(&String::from_utf8_lossy(&why));
        Ok(Ended::Broken(if why.is_empty() { format!("`sayso add` ended with {ended}") } else { why }))
    }
}

impl Progress {
    fn take(&mut self, printed: Line) {
        match printed {
            Line::Came(came) => {
                *self.counts.entry(came.status.clone()).or_default() += 1;
                if self.came.len() < LISTED {
                    self.came.push(came);
                }
            }
            Line::Summary { summary } => self.not_read = summary.not_read,
        }
    }

    /// How many came out in this way.
    pub(crate) fn count(&self, status: &str) -> usize {
        self.counts.get(status).copied().unwrap_or(0)
    }

    /// How many have come out in any way.
    pub(crate) fn done(&self) -> usize {
        self.counts.values().sum()
    }
}
