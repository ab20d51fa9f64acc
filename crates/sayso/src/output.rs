//! Output to stdout: JSON, tables, wrapped text. A closed pipe ends the program quietly.

use std::io::{self, IsTerminal, Write};

use comfy_table::{ColumnConstraint, ContentArrangement, Table, presets};

use crate::failure::Failure;

mod file;

pub(crate) use file::{OutputFile, refuse, same_file, stdout_is};

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

/// An aligned table of what was found. On a terminal it fits the window's width; in a pipe each row is one line. If
/// nothing was found, stderr says so, and stdout has only the header.
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

/// Terminal width up to which a wide table is folded.
const NARROW: u16 = 140;

/// The width of the terminal on stdout, if a wide table does not fit into it.
pub(crate) fn narrow() -> Option<u16> {
    if !io::stdout().is_terminal() {
        return None;
    }
    Table::new().width().filter(|width| *width < NARROW)
}

/// A table whose last column is multi-line and wraps between words to the width that the others leave; the others are
/// never broken.
pub(crate) fn folded(header: &[&str], rows: Vec<Vec<String>>, width: u16) -> String {
    let mut table = Table::new();
    table.load_style(presets::NOTHING).set_content_arrangement(ContentArrangement::Dynamic).set_width(width);
    if !header.is_empty() {
        table.set_header(header.iter().map(|h| h.to_uppercase()));
    }
    table.add_rows(
        rows.into_iter().map(|row| row.iter().map(|cell| printable_lines(cell)).collect::<Vec<_>>()),
    );
    let last = table.column_count().saturating_sub(1);
    for (at, column) in table.column_iter_mut().enumerate() {
        if at < last {
            column.set_constraint(ColumnConstraint::ContentWidth);
        }
    }
    format!("{}\n", table.trim_fmt())
}

/// Text from a report for a terminal: on one line, without control characters or bidirectional overrides.
pub(crate) use sayso_desk::words::{plain as printable, plain_lines as printable_lines};

/// A line on stderr, made printable because anybody may have named what it mentions.
pub(crate) fn complain(message: &str) {
    eprintln!("sayso: {}", printable(message));
}

/// A number of bytes in human-readable form.
pub(crate) fn bytes(count: u64) -> String {
    match count {
        0..10_000 => format!("{count} B"),
        10_000..10_000_000 => format!("{} kB", count / 1000),
        10_000_000..10_000_000_000 => format!("{} MB", count / 1_000_000),
        _ => format!("{} GB", count / 1_000_000_000),
    }
}

#[cfg(test)]
mod tests {
    use super::folded;

    #[test]
    fn a_narrow_table_does_not_break_words() {
        let what = "killed: 40..\n\u{201c}At least 40 people\u{201d}, Civil Defence Agency\nvalley-news.example, asserted; superseded by 5:f3 (at least 52 people)";
        let row = || vec!["2025-06-12".to_owned(), "120:f13".to_owned(), what.to_owned()];
        let table = folded(&["day", "entry", "figure"], vec![row(), row()], 80);
        assert!(table.lines().all(|line| line.chars().count() <= 80), "{table}");
        let of = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
        let mut wanted = of("DAY ENTRY FIGURE");
        for _ in 0..2 {
            wanted.extend(of("2025-06-12 120:f13"));
            wanted.extend(of(what));
        }
        assert_eq!(of(&table), wanted);
    }
}
