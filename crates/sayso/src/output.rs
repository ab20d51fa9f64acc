//! Output to stdout: JSON, tables, wrapped text. A closed pipe ends the program quietly.

use std::io::{self, IsTerminal, Write};

use comfy_table::{ColumnConstraint, ContentArrangement, Table, Width, presets};

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
    let rows: Vec<Vec<String>> =
        rows.into_iter().map(|row| row.iter().map(|cell| printable(cell)).collect()).collect();
    if let Some(width) = terminal() {
        return text(&fitted(header, &rows, width, has_colours()));
    }
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    if !header.is_empty() {
        table.set_header(header.iter().map(|h| h.to_uppercase()));
    }
    table.add_rows(rows);
    text(&format!("{}\n", table.trim_fmt()))
}

/// The width of the terminal on stdout, if it is one.
fn terminal() -> Option<u16> {
    if io::stdout().is_terminal() { Table::new().width() } else { None }
}

/// False where the user wants no colours (<https://no-color.org>).
fn has_colours() -> bool {
    std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
        && std::env::var_os("TERM").is_none_or(|term| term != "dumb")
}

const BOLD: &str = "\u{1b}[1m";
const DIM: &str = "\u{1b}[2m";
const PLAIN: &str = "\u{1b}[0m";

fn styled(style: &str, words: &str, colours: bool) -> String {
    if colours { format!("{style}{words}{PLAIN}") } else { words.to_owned() }
}

/// A table for a terminal: columns wrap between words. Where not even the longest words fit next to each other, each row becomes
/// a paragraph with its columns by name.
fn fitted(header: &[&str], rows: &[Vec<String>], width: u16, colours: bool) -> String {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0).max(header.len());
    let longest = |column: usize| {
        let cells = rows.iter().filter_map(|row| row.get(column)).flat_map(|cell| cell.split(' '));
        let words = cells.chain(header.get(column).copied()).map(|word| word.chars().count());
        words.max().unwrap_or(0)
    };
    let longest: Vec<usize> = (0..columns).map(longest).collect();
    // A column has a space on each side.
    if longest.iter().map(|word| word + 2).sum::<usize>() > usize::from(width) {
        return paragraphs(header, rows, usize::from(width), colours);
    }
    let mut table = Table::new();
    table.load_style(presets::NOTHING).set_content_arrangement(ContentArrangement::Dynamic).set_width(width);
    if !header.is_empty() {
        table.set_header(header.iter().map(|h| h.to_uppercase()));
    }
    table.add_rows(rows.to_vec());
    for (column, word) in table.column_iter_mut().zip(&longest) {
        let room = u16::try_from(word + 2).unwrap_or(u16::MAX);
        column.set_constraint(ColumnConstraint::LowerBoundary(Width::Fixed(room)));
    }
    let drawn = table.trim_fmt();
    match drawn.split_once('\n') {
        Some((head, rest)) if !header.is_empty() => format!("{}\n{rest}\n", styled(BOLD, head, colours)),
        _ => format!("{drawn}\n"),
    }
}

/// Rows as paragraphs: the first column, below it the others that have something, by name.
fn paragraphs(header: &[&str], rows: &[Vec<String>], width: usize, colours: bool) -> String {
    let mut out = String::new();
    for row in rows {
        for (n, cell) in
            row.iter().enumerate().filter(|(n, cell)| *n == 0 || !matches!(cell.as_str(), "" | "-"))
        {
            let name = header.get(n).filter(|_| n > 0).map(|name| format!("  {name}: ")).unwrap_or_default();
            let indented = if n == 0 { cell.clone() } else { format!("{name}{cell}") };
            let wrapped = wrapped(&indented, width);
            out.push_str(&if n == 0 { styled(BOLD, &wrapped, colours) } else { wrapped });
            out.push('\n');
        }
    }
    out
}

/// Lines of text; on a terminal they wrap between words, below where they begin, and headings are bold.
pub(crate) fn prose(lines: &str) -> Result<(), Failure> {
    let Some(width) = terminal() else { return text(lines) };
    text(&laid_out(lines, usize::from(width), has_colours()))
}

fn laid_out(lines: &str, width: usize, colours: bool) -> String {
    let mut out = String::with_capacity(lines.len());
    for line in lines.lines() {
        let inside = line.trim_start();
        let style = match line.len() - inside.len() {
            0 if !inside.is_empty() => BOLD,
            4.. if !inside.starts_with("- ") => DIM,
            _ => "",
        };
        let wrapped = wrapped(line, width);
        out.push_str(&if style.is_empty() { wrapped } else { styled(style, &wrapped, colours) });
        out.push('\n');
    }
    out
}

/// A line that is wrapped between words, further ones indented like its text.
fn wrapped(line: &str, width: usize) -> String {
    let inside = line.trim_start();
    let bullet = if inside.starts_with("- ") { 2 } else { 0 };
    let indent = " ".repeat(line.len() - inside.len() + bullet);
    let mut out = String::with_capacity(line.len());
    let mut at = 0;
    for (n, word) in line.split(' ').enumerate() {
        let letters = word.chars().count();
        if n > 0 && at + 1 + letters > width && at > indent.len() {
            out.push('\n');
            out.push_str(&indent);
            at = indent.len();
        } else if n > 0 {
            out.push(' ');
            at += 1;
        }
        out.push_str(word);
        at += letters;
    }
    out
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
    use super::{fitted, folded, laid_out};

    #[test]
    fn a_table_on_a_terminal_breaks_no_word() {
        let header = ["decision", "at", "by", "about", "value"];
        let row = ["1", "2026-12-01T01:38:00Z", "ida", "12: about 95 million dollars", "{\"best\":95000000}"];
        let rows = vec![row.map(str::to_owned).to_vec()];
        for width in [40, 80, 120] {
            let drawn = fitted(&header, &rows, width, false);
            for word in ["2026-12-01T01:38:00Z", "{\"best\":95000000}"] {
                assert!(drawn.contains(word), "{width}: {drawn}");
            }
            assert!(drawn.lines().all(|line| line.chars().count() <= usize::from(width)), "{width}: {drawn}");
        }
    }

    #[test]
    fn text_on_a_terminal_wraps_below_where_it_begins() {
        let drawn = laid_out("What's New\n  - one two three four\n    a note", 14, false);
        assert_eq!(drawn, "What's New\n  - one two\n    three four\n    a note\n");
        let bold = laid_out("What's New\n  - one", 14, true);
        assert_eq!(bold, "\u{1b}[1mWhat's New\u{1b}[0m\n  - one\n");
    }

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
