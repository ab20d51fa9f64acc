//! Output to stdout: JSON, tables, wrapped text. A closed pipe ends the program quietly.

use std::io::{self, IsTerminal, Write};

use comfy_table::{ContentArrangement, Table, presets};

use crate::failure::Failure;

mod file;

pub(crate) use file::{OutputFile, same_file, stdout_is};

/// Writes text to stdout.
pub(crate) fn text(text: &str) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes())?;
    out.flush()?;
    Ok(())
}

/// One JSON value on one line.
pub(crate) fn json_line(value: &serde_json::Value) -> Result<(), Failure> {
    text(&format!("{}\n", serde_json::to_string(value)?))
}

/// One JSON value, indented.
pub(crate) fn json_pretty(value: &serde_json::Value) -> Result<(), Failure> {
    text(&format!("{}\n", serde_json::to_string_pretty(value)?))
}

/// An aligned table of what was found. On a terminal it keeps to the window's width; in a pipe each row is one line.
/// Where nothing was found, stderr says so, and stdout has the header only.
pub(crate) fn found(header: &[&str], rows: Vec<Vec<String>>, nothing: &str) -> Result<(), Failure> {
    if rows.is_empty() {
        complain(nothing);
    }
    table(header, rows)
}

/// An aligned table.
pub(crate) fn table(header: &[&str], rows: Vec<Vec<String>>) -> Result<(), Failure> {
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    if io::stdout().is_terminal() {
        table.set_content_arrangement(ContentArrangement::Dynamic);
    }
    if !header.is_empty() {
        table.set_header(header.iter().map(|h| h.to_uppercase()));
    }
    table.add_rows(
        rows.into_iter().map(|row| row.into_iter().map(|cell| printable(&cell)).collect::<Vec<_>>()),
    );
    text(&format!("{}\n", table.trim_fmt()))
}

/// Text from a report for a terminal: on one line, without characters that could steer it or turn its order round.
pub(crate) use sayso_desk::words::{plain as printable, plain_lines as printable_lines};

/// A line on stderr; what it tells of can have been named by anybody.
pub(crate) fn complain(message: &str) {
    eprintln!("sayso: {}", printable(message));
}
