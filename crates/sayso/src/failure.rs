//! What can go wrong on the command line, and the exit code of each failure.

use std::{error::Error, io, iter::successors, path::PathBuf, process::ExitCode};

/// A failure of a command; its message says what is wrong with which input, and what to do about it.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    /// Output could not be written.
    #[error("cannot write the output: {0}")]
    Output(#[from] io::Error),
    /// A file cannot be written.
    #[error("cannot write {}: {source}; the existing file was not changed", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// The output file is one that must not be overwritten.
    #[error("{} {what}, which would be lost; name another file to write", path.display())]
    Overwrite {
        /// The file.
        path: PathBuf,
        /// What it is, as a predicate.
        what: &'static str,
    },
    /// Something could not be serialised to JSON.
    #[error("cannot write JSON: {0}")]
    Json(#[from] serde_json::Error),
    /// An input could not be opened or read.
    #[error("{input}: {source}; check the path and its permissions")]
    Open {
        /// The input as given.
        input: String,
        /// What the system says.
        source: io::Error,
    },
    /// An input is a directory.
    #[error("{0}: is a directory; name the files in it, as in {0}/*.txt")]
    Directory(PathBuf),
    /// An input is larger than the limit.
    #[error("{input}: larger than {limit} bytes; raise --max-bytes if it really is one report")]
    TooLarge {
        /// The input as given.
        input: String,
        /// Limit in bytes.
        limit: u64,
    },
    /// An input is not a report.
    #[error("{input}: {source}")]
    Ingest {
        /// The input as given.
        input: String,
        /// Why it is not.
        source: sayso_ingest::IngestError,
    },
    /// An input is in a language that sayso does not read.
    #[error("{input}: the text is in '{language}', and sayso reads English only; nothing was read from it")]
    Language {
        /// The input as given.
        input: String,
        /// BCP 47 tag of the language found.
        language: String,
    },
    /// Some of the reports in an input failed; each failure has been reported.
    #[error("{input}: {failed} of its {count} reports could not be read")]
    Some {
        /// The input as given.
        input: String,
        /// How many failed.
        failed: usize,
        /// How many there are.
        count: usize,
    },
    /// Gold data could not be used.
    #[error(transparent)]
    Eval(#[from] sayso_eval::EvalError),
    /// The ledger could not be used.
    #[error(transparent)]
    Ledger(sayso_ledger::LedgerError),
    /// A query to the ledger has no answer.
    #[error(transparent)]
    Desk(sayso_desk::DeskError),
    /// The pages cannot be served.
    #[error(transparent)]
    Serve(#[from] sayso_server::ServeError),
    /// A watch cannot start or continue.
    #[error(transparent)]
    Watch(#[from] sayso_watch::WatchError),
    /// A queue cannot be used.
    #[cfg(feature = "queue")]
    #[error(transparent)]
    Queue(#[from] sayso_queue::QueueError),
    /// An export or import failed.
    #[error(transparent)]
    Export(sayso_export::ExportError),
    /// Options that do not go together, or a value that an option cannot have.
    #[error("{0}")]
    Usage(String),
    /// Anything else, with what to do about it.
    #[error("{0}")]
    Other(String),
}

impl Failure {
    /// True if the reader of our output has gone away, which is not our failure.
    pub(crate) fn is_closed_pipe(&self) -> bool {
        // An export wraps its writer's error in its own.
        let first: Option<&(dyn Error + 'static)> = match self {
            Self::Output(e) | Self::Write { source: e, .. } => Some(e),
            Self::Ledger(e) => Some(e),
            Self::Export(e) => Some(e),
            _ => None,
        };
        successors(first, |&e| e.source())
            .filter_map(|e| e.downcast_ref::<io::Error>())
            .any(|e| e.kind() == io::ErrorKind::BrokenPipe)
    }

    /// The exit code (see `sayso --help`).
    pub(crate) fn exit_code(&self) -> ExitCode {
        ExitCode::from(match self {
            Self::Usage(_) => 2,
            Self::Some { .. } => 3,
            Self::Open { .. } => 4,
            Self::Directory(_) => 5,
            Self::Ingest { source, .. } => match source {
                sayso_ingest::IngestError::NotText { .. } => 6,
                sayso_ingest::IngestError::Empty
                | sayso_ingest::IngestError::NoText { .. }
                | sayso_ingest::IngestError::ListOfFeeds => 7,
                _ => 1,
            },
            Self::Language { .. } => 8,
            Self::TooLarge { .. } => 9,
            #[cfg(feature = "queue")]
            Self::Queue(_) => 1,
            Self::Output(_)
            | Self::Write { .. }
            | Self::Overwrite { .. }
            | Self::Json(_)
            | Self::Eval(_)
            | Self::Ledger(_)
            | Self::Desk(_)
            | Self::Serve(_)
            | Self::Watch(_)
            | Self::Export(_)
            | Self::Other(_) => 1,
        })
    }
}

impl From<sayso_desk::DeskError> for Failure {
    fn from(error: sayso_desk::DeskError) -> Self {
        match error {
            sayso_desk::DeskError::Ledger(error) => error.into(),
            error => Self::Desk(error),
        }
    }
}

impl From<sayso_export::ExportError> for Failure {
    fn from(error: sayso_export::ExportError) -> Self {
        match error {
            sayso_export::ExportError::Ledger(error) => error.into(),
            sayso_export::ExportError::Desk(error) => error.into(),
            sayso_export::ExportError::Output(error) => Self::Output(error),
            error => Self::Export(error),
        }
    }
}
