use std::path::PathBuf;

/// What can go wrong when a ledger is queried.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DeskError {
    /// The ledger could not be used.
    #[error(transparent)]
    Ledger(#[from] sayso_ledger::LedgerError),
    /// No such story.
    #[error("there is no story {0}; `sayso stories` lists them")]
    NoStory(i64),
    /// Something could not be serialised to JSON.
    #[error("cannot write JSON: {0}")]
    Json(#[from] serde_json::Error),
    /// A file of an export could not be written.
    #[error("{path}: {source}; check the path and its permissions")]
    Write {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// A query that has nothing to work on, such as agreement without two reviewers.
    #[error("{0}")]
    Nothing(String),
}
