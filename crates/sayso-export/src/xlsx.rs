//! A workbook: one sheet per table, with a frozen header row, filters and links to the reports.

use std::{collections::BTreeMap, io::Write};

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Url, Workbook, Worksheet, XlsxError};
use sayso_ledger::export::harmless;
use serde_json::Value;

use crate::{
    ExportError,
    table::{Column, Kind, Table},
};

/// Maximum characters in a cell.
const CELL: usize = 32_767;
/// Maximum length of a link that spreadsheets follow, and maximum number of links in a sheet.
const LINK: usize = 2_079;
const LINKS: usize = 65_530;
/// Ends a text that is too long for a cell; its offsets lead to the whole text.
const CUT: &str = " … (cut off)";

/// Writes a workbook of these tables.
///
/// # Errors
/// [`ExportError::Workbook`] for more rows than a sheet can hold; errors of the writer.
pub fn write(tables: &[Table], out: &mut (dyn Write + Send)) -> Result<(), ExportError> {
    let mut workbook = Workbook::new();
    // The same input gives the same bytes: no clock.
    let made = ExcelDateTime::from_ymd(2000, 1, 1)?;
    workbook.set_properties(&DocProperties::new().set_author("sayso").set_creation_datetime(&made));
    let (events, reports) = (first_rows(tables), report_lines(tables));
    for table in tables {
        sheet(workbook.add_worksheet(), table, &events, &reports)?;
    }
    out.write_all(&workbook.save_to_buffer()?)?;
    Ok(())
}

/// Where the values of each event begin, in the sheet that has them.
fn first_rows(tables: &[Table]) -> BTreeMap<&str, String> {
    let mut rows = BTreeMap::new();
    for table in tables {
        let Some(event) = table.columns.iter().position(|column| column.name == EVENT) else { continue };
        for (line, row) in (2_u32..).zip(&table.rows) {
            if let Some(Value::String(id)) = row.get(event) {
                rows.entry(id.as_str()).or_insert_with(|| format!("internal:'{}'!A{line}", table.name));
            }
        }
    }
    rows
}

/// The column of the table of values that says which event they belong to.
const EVENT: &str = "event";

/// The sheet of reports, and the column with a report's number.
const REPORTS: &str = "reports";
const REPORT: &str = "report";

/// The line of each report in the sheet of reports.
fn report_lines(tables: &[Table]) -> BTreeMap<i64, u32> {
    let table = tables.iter().find(|table| table.name == REPORTS);
    let number = |table: &Table| table.columns.iter().position(|column| column.name == REPORT);
    let Some((table, at)) = table.and_then(|table| Some((table, number(table)?))) else {
        return BTreeMap::new();
    };
    let lines = (2_u32..).zip(&table.rows);
    lines.filter_map(|(line, row)| Some((row.get(at)?.as_i64()?, line))).collect()
}

fn sheet(
    sheet: &mut Worksheet,
    table: &Table,
    events: &BTreeMap<&str, String>,
    reports: &BTreeMap<i64, u32>,
) -> Result<(), XlsxError> {
    let of_events = !table.columns.iter().any(|column| column.name == EVENT);
    let (head, date) = (Format::new().set_bold(), Format::new().set_num_format("yyyy-mm-dd"));
    // Text that a spreadsheet would take for a formula once somebody edits the cell: it stays text, shown as it is.
    let quoted = Format::new().set_quote_prefix();
    let url = table.columns.iter().position(|column| column.kind == Kind::Url);
    let report = table.columns.iter().position(|column| column.name == REPORT);
    sheet.set_name(table.name)?;
    sheet.set_freeze_panes(1, 0)?;
    let mut links = 0;
    for (at, column) in (0_u16..).zip(&table.columns) {
        sheet.write_string_with_format(0, at, column.name, &head)?;
        sheet.set_column_width(at, width(column))?;
        for (line, row) in (1_u32..).zip(&table.rows) {
            match row.get(usize::from(at)).unwrap_or(&Value::Null) {
                Value::Null => {}
                Value::Bool(truth) => {
                    sheet.write_boolean(line, at, *truth)?;
                }
                Value::Number(number) => {
                    sheet.write_number(line, at, number.as_f64().unwrap_or_default())?;
                }
                Value::String(text) if column.kind == Kind::Day && day(text).is_some() => {
                    if let Some(day) = day(text) {
                        sheet.write_datetime_with_format(line, at, &day, &date)?;
                    }
                }
                Value::String(text) if column.kind == Kind::Url && links < LINKS && is_link(text) => {
                    links += 1;
                    sheet.write_url(line, at, text.as_str())?;
                }
                // An event leads to its values, and they to the reports.
                Value::String(text)
                    if of_events && at == 0 && links < LINKS && events.contains_key(text.as_str()) =>
                {
                    links += 1;
                    let link = events.get(text.as_str()).map_or("", String::as_str);
                    sheet.write_url(line, at, Url::new(link).set_text(text))?;
                }
                // A report without a URL is found in the sheet of reports.
                Value::String(text)
                    if column.name == "source_headline"
                        && links < LINKS
                        && harmless(text) == *text
                        && url.is_some_and(|url| row.get(url).is_none_or(Value::is_null)) =>
                {
                    let line_of = report.and_then(|at| reports.get(&row.get(at)?.as_i64()?));
                    match line_of.filter(|_| table.name != REPORTS) {
                        Some(at_reports) => {
                            links += 1;
                            let link = format!("internal:'{REPORTS}'!A{at_reports}");
                            sheet.write_url(line, at, Url::new(link).set_text(fitting(text)))?;
                        }
                        None => text_cell(sheet, (line, at), text, &quoted)?,
                    }
                }
                Value::String(text) => text_cell(sheet, (line, at), text, &quoted)?,
                other => text_cell(sheet, (line, at), &other.to_string(), &quoted)?,
            }
        }
    }
    let (rows, columns) = (u32::try_from(table.rows.len()), u16::try_from(table.columns.len()));
    if let (Ok(rows), Ok(columns @ 1..)) = (rows, columns) {
        sheet.autofilter(0, 0, rows, columns - 1)?;
    }
    Ok(())
}

fn text_cell(
    sheet: &mut Worksheet,
    (line, at): (u32, u16),
    text: &str,
    quoted: &Format,
) -> Result<(), XlsxError> {
    if harmless(text) == text {
        sheet.write_string(line, at, fitting(text))?;
    } else {
        sheet.write_string_with_format(line, at, fitting(text), quoted)?;
    }
    Ok(())
}

/// A day that spreadsheets can calculate with: none before 1900.
fn day(written: &str) -> Option<ExcelDateTime> {
    let mut parts = written.split('-');
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    ExcelDateTime::from_ymd(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok()
}

fn is_link(text: &str) -> bool {
    (text.starts_with("https://") || text.starts_with("http://")) && text.chars().count() <= LINK
}

fn fitting(text: &str) -> String {
    if text.chars().count() <= CELL {
        return text.to_owned();
    }
    text.chars().take(CELL - CUT.chars().count()).chain(CUT.chars()).collect()
}

fn width(column: &Column) -> f64 {
    match column.kind {
        Kind::Text | Kind::Url => 24.0,
        Kind::Day => 12.0,
        Kind::Integer | Kind::Number | Kind::Truth => 10.0,
    }
}

#[cfg(test)]
mod tests {
    use super::{CELL, fitting, is_link, write};
    use crate::table::{Table, day, text, url};

    #[test]
    fn long_texts_are_cut_and_say_so() {
        let cut = fitting(&"ä".repeat(CELL + 1));
        assert_eq!(cut.chars().count(), CELL);
        assert!(cut.ends_with("(cut off)"));
        assert_eq!(fitting("short"), "short");
        assert!(!is_link("javascript:alert(1)"));
    }

    #[test]
    fn the_same_tables_give_the_same_bytes() {
        let table = Table {
            name: "t",
            about: "",
            columns: vec![text("a", ""), day("b", ""), url("c", "")],
            rows: vec![vec!["=1".into(), "2025-06-12".into(), "https://a.example/".into()]],
        };
        let bytes = || {
            let mut out = Vec::new();
            write(std::slice::from_ref(&table), &mut out).unwrap();
            out
        };
        assert_eq!(bytes(), bytes());
    }
}
