//! Scores readings against gold data: one module per kind of gold, each with a function from gold to a report that can be printed
//! ([`std::fmt::Display`]) or serialised.

#![forbid(unsafe_code)]

pub mod articles;
pub mod attribution;
pub mod clusters;
pub mod copies;
pub mod figures;
pub mod story;
pub mod text;

mod alias;

use std::path::PathBuf;

/// Why gold could not be scored.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EvalError {
    /// A file could not be opened, read or written.
    #[error("{}: {source}; check the path and its permissions", path.display())]
    Open {
        /// The file.
        path: PathBuf,
        /// The system's error.
        source: std::io::Error,
    },
    /// Attribution gold could not be used.
    #[error("{}: {source}", path.display())]
    Attribution {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: attribution::AttributionError,
    },
    /// Gold of another kind could not be used.
    #[error("{}: {message}", path.display())]
    Form {
        /// The file or folder.
        path: PathBuf,
        /// What is wrong with it and what is expected.
        message: String,
    },
}
