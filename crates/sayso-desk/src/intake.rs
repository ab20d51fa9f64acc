//! From the bytes of a report to what is written into a ledger: read, or recognised by its bytes without being read.

use std::panic::{AssertUnwindSafe, catch_unwind};

use sayso_ingest::{HeadOverrides, IngestError, Limits, Piece, source};
use sayso_ledger::{Ledger, LedgerError, Prepared, Provenance, ReportId};

/// Version of the path from bytes to report: raised when the same bytes give a different report.
const INGEST: u32 = 5;

/// The outcome of taking in the bytes of a report.
#[derive(Debug)]
pub enum Intake {
    /// The ledger knows the bytes: they gave this report.
    Known(ReportId),
    /// It has been read.
    Ready {
        /// The report with its reading, ready to be written.
        prepared: Box<Prepared>,
        /// Its language, if sayso does not read it.
        unread: Option<String>,
    },
}

/// Why bytes gave no report.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum IntakeError {
    /// They are not a report.
    #[error(transparent)]
    Ingest(#[from] IngestError),
    /// Its reading cannot be stored.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// A bug in sayso.
    #[error("this report triggered a bug in sayso; please send it to the developers")]
    Defect,
}

/// Makes a report from a piece and reads it, unless the ledger knows the piece. If a report triggers a bug, only that
/// report is lost.
///
/// # Errors
/// Why there is no report.
pub fn intake(
    ledger: &Ledger,
    piece: &Piece,
    options: &HeadOverrides,
    limits: &Limits,
) -> Result<Intake, IntakeError> {
    catch_unwind(AssertUnwindSafe(|| read(ledger, piece, options, limits)))
        .unwrap_or(Err(IntakeError::Defect))
}

fn read(
    ledger: &Ledger,
    piece: &Piece,
    options: &HeadOverrides,
    limits: &Limits,
) -> Result<Intake, IntakeError> {
    let settings = format!("{INGEST} {:?} {:?} {:?} {options:?}", piece.form, piece.known, piece.charset);
    let key = Provenance::intake_key(&piece.bytes, &settings);
    if let Ok(Some(id)) = ledger.intake(&key) {
        return Ok(Intake::Known(id));
    }
    let report = source::report(piece, options, limits)?;
    let unread = report.diagnostics.iter().any(|d| d.code == "language_not_read");
    let unread = report.head.language.as_ref().map(|l| l.value.clone()).filter(|_| unread);
    let provenance =
        Provenance { origin: piece.origin.clone(), fetched_at: piece.fetched_at.clone(), intake: Some(key) };
    let prepared = Box::new(Prepared::read(sayso_read::read(&report), provenance)?);
    Ok(Intake::Ready { prepared, unread })
}
