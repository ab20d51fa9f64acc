//! Rows as CSV (RFC 4180, UTF-8): a header, lines that end in CRLF, unknown values empty, no cell a formula.

use std::io::Write;

use sayso_ledger::export::csv_cell;

use crate::{
    ExportError,
    table::{Column, Row},
};

/// Writes batches of rows as they come; returns their number.
///
/// # Errors
/// Errors of the writer, and those with which a batch comes.
pub fn write(
    columns: &[Column],
    batches: impl Iterator<Item = Result<Vec<Row>, ExportError>>,
    out: &mut (dyn Write + Send),
) -> Result<u64, ExportError> {
    let header: Vec<&str> = columns.iter().map(|column| column.name).collect();
    write!(out, "{}\r\n", header.join(","))?;
    let mut count = 0;
    for batch in batches {
        for row in batch? {
            let cells: Vec<String> = row.iter().map(csv_cell).collect();
            write!(out, "{}\r\n", cells.join(","))?;
            count += 1;
        }
    }
    Ok(count)
}
