//! From the bytes of a report to what is written into a ledger: read, or known by its bytes without being read.

use std::panic::{AssertUnwindSafe, catch_unwind};

use sayso_ingest::{HeadOverrides, IngestError, Limits, Piece, source};
use sayso_ledger::{Ledger, LedgerError, Prepared, Provenance, ReportId};

/// Version of the way from bytes to report: grows when the same bytes give another report.
const INGEST: u32 = 3;

/// What became of the bytes of a report.
#[derive(Debug)]
pub enum Intake {
    /// The ledger knows the bytes: they gave this report.
    Known(ReportId),
    /// It has been read.
    Ready {
        /// The report with its reading, to be written.
        prepared: Box<Prepared>,
        /// Its language, where that is one that is not read.
        unread: Option<String>,
    },
}

/// Why bytes gave no report.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum IntakeError {
    /// They are none.
    #[error(transparent)]
    Ingest(#[from] IngestError),
    /// Its reading cannot be stored.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// A bug in sayso.
    #[error("this report triggered a bug in sayso; please send it to the developers")]
    Defect,
}

/// Makes a report of a piece and reads it, unless the ledger knows the piece. A defect that one report brings out costs that
/// report alone.
///
/// # Errors
/// Why there is none.
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
