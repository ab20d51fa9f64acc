//! Reports added in the browser: each upload is a job, one job runs at a time, and whoever sent it sees its progress.
//!
//! The work is done by the program itself, run as `sayso add` in a folder of its own. So the browser and the command
//! line do the same, and a report that triggers a bug does not end the server.

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

/// Uploads that are being received, waiting or running at the same time.
const AT_ONCE: usize = 8;
/// Finished jobs that are remembered.
const KEPT: usize = 100;
/// Inputs of a job that are listed one by one; the rest are only counted.
pub(crate) const LISTED: usize = 1000;
/// Bytes of the program's error output that are shown.
const COMPLAINT: u64 = 2000;

/// The uploads of this run of the server.
#[derive(Debug)]
pub(crate) struct Jobs {
    places: Arc<Semaphore>,
    /// Held by the job that is running.
    turn: Arc<Mutex<()>>,
    kept: Mutex<BTreeMap<u64, Arc<Job>>>,
}

/// One upload.
#[derive(Debug)]
pub(crate) struct Job {
    /// How many inputs were sent. An archive or a feed is one input and may contain many reports.
    pub(crate) inputs: usize,
    progress: Mutex<Progress>,
}

/// The progress of a job.
#[derive(Debug, Clone, Default)]
pub(crate) struct Progress {
    /// How many reports had each outcome: added, known, revised, skipped, failed.
    pub(crate) counts: BTreeMap<String, usize>,
    /// The first of them.
    pub(crate) came: Vec<Came>,
    /// Reports that were stored but not read, by language.
    pub(crate) not_read: BTreeMap<String, usize>,
    /// `None` while it is waiting or running.
    pub(crate) ended: Option<Ended>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Ended {
    /// Everything that was sent has been processed.
    Done,
    /// It stopped early, for this reason.
    Broken(String),
}

/// The outcome of one report, as `sayso add --json` prints it.
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

/// What to add, and with which options.
#[derive(Debug)]
pub(crate) struct Upload {
    /// The folder with the files; removed when the job has ended.
    pub(crate) folder: TempDir,
    /// Names of files in the folder, and URLs.
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

    /// A slot for one more upload.
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

    /// Starts a job and returns its number. It runs on a thread of its own, so a job in progress does not keep the
    /// server from stopping, and the program finishes by itself.
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

    /// Waits until no upload is in progress, but not for long.
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
            // Not among the arguments, which other users of the machine can see: a URL may contain a password.
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
        // 3: some inputs failed, and each failure has been reported.
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

    /// How many had this outcome.
    pub(crate) fn count(&self, status: &str) -> usize {
        self.counts.get(status).copied().unwrap_or(0)
    }

    /// How many have any outcome.
    pub(crate) fn done(&self) -> usize {
        self.counts.values().sum()
    }
}
