use std::path::PathBuf;

/// What can go wrong with an export or import.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ExportError {
    /// The ledger could not be used.
    #[error(transparent)]
    Ledger(#[from] sayso_ledger::LedgerError),
    /// A query to the ledger has no answer.
    #[error(transparent)]
    Desk(#[from] sayso_desk::DeskError),
    /// The output cannot be written.
    #[error("cannot write the export: {0}")]
    Output(#[from] std::io::Error),
    /// A file of an export cannot be written, or one of an import cannot be read.
    #[error("{path}: {source}; check the path and its permissions")]
    File {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// A table that an export would replace was changed since it was written.
    #[error(
        "{} was changed by hand since sayso wrote it, and would be lost; name another folder, or replace it with --force",
        .0.display()
    )]
    Edited(PathBuf),
    /// A folder was to be written where there is a file.
    #[error("{} is a file, and this format is a folder with several files; name a folder", .0.display())]
    NoFolder(PathBuf),
    /// The workbook writer failed.
    #[error("cannot write the workbook: {0}")]
    Workbook(#[from] rust_xlsxwriter::XlsxError),
    /// The folder of an export could not be made into an archive.
    #[error("cannot write the archive: {0}")]
    Archive(String),
    /// Something could not be serialised to JSON.
    #[error("cannot write JSON: {0}")]
    Json(#[from] serde_json::Error),
    /// The data to import is not in the format that was named.
    #[error("{path}: {why}")]
    Form {
        /// The file.
        path: PathBuf,
        /// What is wrong with it and what is expected.
        why: String,
    },
}
