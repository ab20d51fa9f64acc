//! Verifies that reports and their entries are what the archive gives.

use std::{ops::ControlFlow, path::Path};

use sayso_ingest::{HeadOverrides, Item, Limits, source};
use sayso_ledger::{Archived, Ledger, LedgerError, ReportId};
use serde::Serialize;

use crate::archive;

/// The result for one report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Verified {
    /// The report.
    pub report: ReportId,
    /// File of its record.
    pub file: String,
    /// `WARC-Record-ID`.
    pub record: String,
    /// What was found.
    pub verdict: Verdict,
    /// What is wrong, in words.
    pub reason: Option<String>,
}

/// Whether a report is what its record gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Record, text and entries are the same.
    Same,
    /// Record and text are the same; its entries were read by another version, so they are not compared.
    SameText,
    /// The record has been altered, or is missing.
    Record,
    /// The record is intact, but this version makes another text from it.
    Text,
    /// The text is the same, but its entries differ from what this version reads, although it read them itself.
    Entries,
}

/// Verifies every report with an archived record, in order, and passes on the results.
///
/// # Errors
/// Errors of the ledger; what is wrong with a record is a result.
pub fn verify(
    ledger: &Ledger,
    folder: &Path,
    limits: &Limits,
    found: &mut dyn FnMut(Verified),
) -> Result<(), LedgerError> {
    for report in ledger.archived_reports()? {
        let Some(archived) = ledger.archived(report)? else { continue };
        let (verdict, reason) = one(ledger, folder, report, &archived, limits)?;
        found(Verified { report, file: archived.file, record: archived.record, verdict, reason });
    }
    Ok(())
}

fn one(
    ledger: &Ledger,
    folder: &Path,
    id: ReportId,
    archived: &Archived,
    limits: &Limits,
) -> Result<(Verdict, Option<String>), LedgerError> {
    let body = match archive::payload(
        folder,
        &archived.file,
        archived.place,
        &archived.record,
        &archived.digest,
        limits,
    ) {
        Ok(body) => body,
        Err(damage) => return Ok((Verdict::Record, Some(damage.to_string()))),
    };
    let Some(stored) = ledger.report(id)? else {
        return Ok((Verdict::Text, Some("its row in the ledger is damaged".to_owned())));
    };
    let mut same = None;
    let opened = source::open(
        &archived.origin,
        &archived.address,
        body.as_slice(),
        &archived.known,
        archived.charset.as_deref(),
        limits,
        &mut |item| {
            let Item::Piece(piece) = item else { return ControlFlow::Continue(()) };
            match source::report(&piece, &HeadOverrides::default(), limits) {
                // Entries are read from text and head.
                Ok(made) if made.text == stored.report.text && made.head == stored.report.head => {
                    same = Some(made);
                    ControlFlow::Break(())
                }
                _ => ControlFlow::Continue(()),
            }
        },
    );
    let Some(made) = same else {
        let reason =
            opened.err().map_or_else(|| "it now gives another text or head".to_owned(), |e| e.to_string());
        return Ok((Verdict::Text, Some(reason)));
    };
    let Some(kept) = ledger.as_read(id)? else { return Ok((Verdict::SameText, None)) };
    let now = sayso_read::read(&made);
    Ok(if kept.reader != now.reader {
        (Verdict::SameText, Some(format!("its entries were read by {}", kept.reader)))
    } else if kept == now {
        (Verdict::Same, None)
    } else {
        (Verdict::Entries, Some("its entries differ from what is read from it now".to_owned()))
    })
}
