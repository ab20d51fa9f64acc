//! Errors, as Python exceptions.

use pyo3::{
    PyErr, create_exception,
    exceptions::{PyException, PyFileNotFoundError, PyOSError},
};
use sayso_desk::DeskError;
use sayso_ingest::IngestError;

create_exception!(sayso, SaysoError, PyException, "Anything that sayso cannot do, and what to do about it.");
create_exception!(sayso, InputError, SaysoError, "An input that cannot be made into a report.");
create_exception!(sayso, LanguageError, InputError, "A report in a language that sayso does not read.");
create_exception!(
    sayso,
    LedgerError,
    SaysoError,
    "A query that has no answer, or a ledger that cannot be used."
);

/// An exception for a wrong input.
pub(crate) fn input(message: impl Into<String>) -> PyErr {
    InputError::new_err(message.into())
}

/// An exception for a value that cannot be written as JSON, which no input can cause.
pub(crate) fn json(error: serde_json::Error) -> PyErr {
    SaysoError::new_err(format!("cannot write JSON: {error}"))
}

/// An exception for a file that cannot be read.
pub(crate) fn file(path: &std::path::Path, error: &std::io::Error) -> PyErr {
    let message = format!("{}: {error}", path.display());
    if error.kind() == std::io::ErrorKind::NotFound {
        PyFileNotFoundError::new_err(message)
    } else {
        PyOSError::new_err(message)
    }
}

/// An exception for a failed query to the ledger.
pub(crate) fn desk(error: impl Into<DeskError>) -> PyErr {
    LedgerError::new_err(error.into().to_string())
}

/// An exception for an export or import that failed: one about a file is that of the file.
pub(crate) fn export(error: sayso_export::ExportError) -> PyErr {
    match error {
        sayso_export::ExportError::File { path, source } => file(&path, &source),
        other => LedgerError::new_err(other.to_string()),
    }
}

/// Why a report could not be read.
#[derive(Debug)]
pub(crate) enum Unread {
    /// The input could not be made into a report.
    Input(IngestError),
    /// It is a string that is not valid text.
    Surrogates,
    /// Its day of publication is not a date.
    Day(String),
    /// sayso does not read its language.
    Language(String),
    /// It triggered a bug in sayso.
    Defect,
}

impl std::fmt::Display for Unread {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Input(error) => error.fmt(f),
            Self::Surrogates => f.write_str(
                "the text has lone surrogates, which are not characters; pass its bytes, or decode them again",
            ),
            Self::Day(written) => write!(f, "'{written}' is not a date of the form YYYY-MM-DD"),
            Self::Language(language) => {
                write!(
                    f,
                    "the text is in '{language}', and sayso reads English only; nothing was read from it"
                )
            }
            Self::Defect => f.write_str("it triggered a bug in sayso; please send it to the developers"),
        }
    }
}

impl From<Unread> for PyErr {
    fn from(unread: Unread) -> Self {
        let message = unread.to_string();
        match unread {
            Unread::Language(_) => LanguageError::new_err(message),
            Unread::Input(_) | Unread::Day(_) | Unread::Surrogates => InputError::new_err(message),
            Unread::Defect => SaysoError::new_err(message),
        }
    }
}
