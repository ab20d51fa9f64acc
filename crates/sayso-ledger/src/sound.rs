//! Checksums of rows: an altered row is left out of every answer and named.
//!
//! Each table in [`TABLES`] has a column `sum` over its other columns, which triggers of the connection maintain; the
//! sums of reports are stored separately in `report_sum`, so that a list of reports does not have to read their texts.
//! Queries go to the views `sound_report`, `sound_text`, `sound_figure` and so on, which contain the rows whose sums
//! are right. Triggers and views belong to the connection, not to the file: other programs can read the file like any
//! SQLite file.
//!
//! A query on a view that compares a column with a constant says `+column = ?`, unless the column is the key: SQLite
//! would otherwise substitute the constant for the column where the sum is checked, and take intact rows that were not
//! asked for to be damaged.

use std::{
    collections::BTreeSet,
    hash::Hasher,
    sync::{Arc, Mutex, PoisonError},
};

use rusqlite::{
    Connection,
    functions::{Context, FunctionFlags},
    types::ValueRef,
};
use sha2::{Digest, Sha256};
use twox_hash::XxHash64;

use crate::{Ledger, LedgerError, ReportId, add::hex, db::Db};

/// Tables whose rows have their own sum, with the columns that identify a row.
const TABLES: &[(&str, &[&str])] = &[
    ("reading", &["report"]),
    ("speaker", &["report", "entry"]),
    ("statement", &["report", "entry"]),
    ("figure", &["report", "entry"]),
    ("place", &["report", "entry"]),
    ("story", &["id"]),
    ("story_report", &["report"]),
    ("story_line", &["story"]),
    ("decision", &["id"]),
    ("derived", &["kind", "key"]),
];

/// Columns of a report that are stored after its text, so that reading them costs more; the text is covered by its
/// hash.
const BODY: &[&str] = &["head", "diagnostics", "origin", "fetched_at", "added_at"];

/// An altered row.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Damaged {
    table: String,
    key: i64,
    entry: Option<i64>,
}

impl std::fmt::Display for Damaged {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (key, entry) = (self.key, self.entry.unwrap_or(0));
        match self.table.as_str() {
            "report" => write!(f, "report {key}"),
            "text" => write!(f, "the text of report {key}"),
            "reading" => write!(f, "the reading of report {key}"),
            "speaker" => write!(f, "speaker {key}:p{entry}"),
            "statement" => write!(f, "statement {key}:s{entry}"),
            "figure" => write!(f, "figure {key}:f{entry}"),
            "place" => write!(f, "place {entry} of report {key}"),
            "story" => write!(f, "story {key}"),
            "story_report" => write!(f, "the place of report {key} among the stories"),
            "story_line" => write!(f, "story {key} in the list of stories"),
            "decision" => write!(f, "decision {key}"),
            "derived" => write!(f, "what report {key} is compared by"),
            other => write!(f, "{other} {key}"),
        }
    }
}

/// Rows that have been left out so far; shared by all users of the ledger.
#[derive(Debug, Clone, Default)]
pub struct LeftOut(Arc<Mutex<BTreeSet<Damaged>>>);

impl LeftOut {
    /// The rows, without repetition, in order.
    #[must_use]
    pub fn rows(&self) -> Vec<Damaged> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).iter().cloned().collect()
    }

    /// The same from a PostgreSQL notice (`migrations-postgres/0003.sql`).
    #[cfg(feature = "postgres")]
    pub(crate) fn note(&self, notice: &str) {
        let mut words = notice.strip_prefix("sayso damaged ").into_iter().flat_map(|rest| rest.split(' '));
        if let (Some(table), Some(key), entry) = (words.next(), words.next(), words.next()) {
            let entry = entry.and_then(|n| n.parse().ok()).filter(|n| *n >= 0);
            self.add(table, key.parse().unwrap_or(0), entry);
        }
    }

    pub(crate) fn add(&self, table: &str, key: i64, entry: Option<i64>) {
        let row = Damaged { table: table.to_owned(), key, entry };
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(row);
    }
}

/// Gives a connection the functions that make and check sums.
pub(crate) fn functions(db: &Connection) -> Result<LeftOut, LedgerError> {
    let left_out = LeftOut::default();
    let flags = FunctionFlags::SQLITE_UTF8;
    db.create_scalar_function("row_sum", -1, flags | FunctionFlags::SQLITE_DETERMINISTIC, |c| Ok(sum(c, 0)))?;
    let log = left_out.clone();
    // is_sound(table, key, entry, sum, columns ...)
    db.create_scalar_function("is_sound", -1, flags, move |c| {
        let sound = integer(c, 3) == Some(sum(c, 4));
        if !sound {
            log.add(c.get_raw(0).as_str().unwrap_or(""), integer(c, 1).unwrap_or(0), integer(c, 2));
        }
        Ok(sound)
    })?;
    let log = left_out.clone();
    // is_text(report, hash, text)
    db.create_scalar_function("is_text", 3, flags, move |c| {
        let sound = match (c.get_raw(1), c.get_raw(2)) {
            (ValueRef::Text(hash), ValueRef::Text(text)) => hex(&Sha256::digest(text)).as_bytes() == hash,
            _ => false,
        };
        if !sound {
            log.add("text", integer(c, 0).unwrap_or(0), None);
        }
        Ok(sound)
    })?;
    Ok(left_out)
}

fn integer(context: &Context<'_>, at: usize) -> Option<i64> {
    match context.get_raw(at) {
        ValueRef::Integer(n) => Some(n),
        // The key of a derived value is the number of a report, as text.
        ValueRef::Text(text) => std::str::from_utf8(text).ok()?.parse().ok(),
        _ => None,
    }
}

fn sum(context: &Context<'_>, from: usize) -> i64 {
    let mut hash = XxHash64::with_seed(0);
    for at in from..context.len() {
        let (kind, bytes): (u8, &[u8]) = match context.get_raw(at) {
            ValueRef::Null => (0, &[]),
            ValueRef::Integer(n) => {
                hash.write(&n.to_le_bytes());
                (1, &[])
            }
            ValueRef::Real(x) => {
                // SQLite does not preserve the sign of a zero.
                hash.write(&(x + 0.0).to_bits().to_le_bytes());
                (2, &[])
            }
            ValueRef::Text(text) => (3, text),
            ValueRef::Blob(blob) => (4, blob),
        };
        hash.write(bytes);
        hash.write(&(bytes.len() as u64).to_le_bytes());
        hash.write(&[kind]);
    }
    hash.finish().cast_signed()
}

/// Where rows are read from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Source {
    /// Rows whose sums are right.
    Sound,
    /// The file's own tables: while the schema changes, there are no valid sums.
    File,
}

impl Source {
    /// The name under which a table's rows are read.
    pub(crate) fn of(self, table: &str) -> String {
        match (self, table) {
            (Self::File, table) => table.to_owned(),
            (Self::Sound, "report") => "sound_text".to_owned(),
            (Self::Sound, table) => format!("sound_{table}"),
        }
    }
}

impl Ledger {
    /// Lost reports are logged before a list is made. On a server, counting all reports for that would be too
    /// expensive: [`Ledger::examine`] does it.
    pub(crate) fn check_lost(&self) -> Result<(), LedgerError> {
        if self.db.is_file() { check_lost(&self.db, &self.left_out) } else { Ok(()) }
    }

    /// Queries a row; `None` if its page is damaged, in which case the row is left out.
    pub(crate) fn unless_corrupt<T>(
        &self,
        table: &str,
        id: ReportId,
        ask: impl FnOnce(&Db) -> Result<Option<T>, LedgerError>,
    ) -> Result<Option<T>, LedgerError> {
        match ask(&self.db) {
            Err(LedgerError::Corrupt) => {
                self.left_out.add(table, id.0, None);
                Ok(None)
            }
            answer => answer,
        }
    }
}

/// Recomputes all sums after the schema has changed.
pub(crate) fn seal(db: &Connection) -> Result<(), LedgerError> {
    let mut sql = String::new();
    for (table, _) in TABLES {
        sql.push_str(&format!("UPDATE {table} SET sum = row_sum({});\n", columns(db, table, "")?));
    }
    sql.push_str(&format!(
        "INSERT OR REPLACE INTO report_sum (report, line, body) SELECT id, row_sum({}), row_sum({}) FROM report;",
        prefixed(&line(db)?, ""),
        prefixed(BODY, "")
    ));
    Ok(db.execute_batch(&sql)?)
}

/// Gives a connection the views of intact rows and, if it may write, the triggers that maintain the sums.
pub(crate) fn install(db: &Connection, writes: bool) -> Result<(), LedgerError> {
    let mut sql = String::new();
    for (table, key) in TABLES {
        let all = columns(db, table, "")?;
        let intact = intact(db, table, key)?;
        sql.push_str(&format!("CREATE TEMP VIEW IF NOT EXISTS sound_{table} AS {intact};\n"));
        if writes {
            let this = key.iter().map(|k| format!("{k} = NEW.{k}")).collect::<Vec<_>>().join(" AND ");
            let set =
                format!("UPDATE {table} SET sum = row_sum({}) WHERE {this};", columns(db, table, "NEW.")?);
            sql.push_str(&format!(
                "CREATE TEMP TRIGGER IF NOT EXISTS sum_new_{table} AFTER INSERT ON main.{table} BEGIN {set} END;
                 CREATE TEMP TRIGGER IF NOT EXISTS sum_{table} AFTER UPDATE OF {all} ON main.{table} BEGIN {set} END;\n"
            ));
        }
    }
    let shown = line(db)?;
    let sum = |of| format!("(SELECT {of} FROM main.report_sum WHERE report = t.id)");
    // A report without its sums cannot be verified: the query then returns null.
    sql.push_str(&format!(
        "CREATE TEMP VIEW IF NOT EXISTS sound_head AS SELECT t.* FROM main.report t
         WHERE is_sound('report', t.id, NULL, {}, {});
         CREATE TEMP VIEW IF NOT EXISTS sound_report AS SELECT t.* FROM sound_head t
         WHERE is_sound('report', t.id, NULL, {}, {});
         CREATE TEMP VIEW IF NOT EXISTS sound_text AS SELECT t.* FROM sound_report t WHERE is_text(t.id, t.text_hash, t.text);\n",
        sum("line"),
        prefixed(&shown, "t."),
        sum("body"),
        prefixed(BODY, "t.")
    ));
    if writes {
        let set = format!(
            "INSERT OR REPLACE INTO report_sum (report, line, body) VALUES (NEW.id, row_sum({}), row_sum({}));",
            prefixed(&shown, "NEW."),
            prefixed(BODY, "NEW.")
        );
        sql.push_str(&format!(
            "CREATE TEMP TRIGGER IF NOT EXISTS sum_new_report AFTER INSERT ON main.report BEGIN {set} END;
             CREATE TEMP TRIGGER IF NOT EXISTS sum_report AFTER UPDATE ON main.report BEGIN {set} END;"
        ));
    }
    Ok(db.execute_batch(&sql)?)
}

/// The intact rows of a table.
fn intact(db: &Connection, table: &str, key: &[&str]) -> Result<String, LedgerError> {
    let named = match key {
        [report, entry] if *entry == "entry" => format!("t.{report}, t.{entry}"),
        [.., last] => format!("t.{last}, NULL"),
        [] => "NULL, NULL".to_owned(),
    };
    let columns = columns(db, table, "t.")?;
    Ok(format!("SELECT t.* FROM main.{table} t WHERE is_sound('{table}', {named}, t.sum, {columns})"))
}

/// Takes the intact rows of the reports in `own_report` from `own_{table}`, for this connection.
pub(crate) fn replace(db: &Connection, table: &str) -> Result<(), LedgerError> {
    let Some((_, key)) = TABLES.iter().find(|(name, _)| *name == table) else { return Ok(()) };
    let of_main = intact(db, table, key)?;
    Ok(db.execute_batch(&format!(
        "DROP VIEW temp.sound_{table};
         CREATE TEMP VIEW sound_{table} AS {of_main} AND t.report NOT IN (SELECT report FROM own_report)
         UNION ALL SELECT * FROM own_{table};"
    ))?)
}

/// Reads every row that has a sum, so that all damaged rows are logged; returns what could not be read.
pub(crate) fn check(db: &Db) -> Vec<String> {
    let views = TABLES.iter().map(|(table, _)| *table).chain(["text"]);
    let read = |table: &str| {
        let count = format!("SELECT count(*) FROM sound_{table}");
        let read = db.query_row(&count, [], |row| row.get::<i64>(0));
        read.err().map(|e| format!("table {table}: {e}"))
    };
    views.filter_map(read).collect()
}

/// Reports of which only the sums are left, and reports without sums, are logged too.
pub(crate) fn check_lost(db: &Db, left_out: &LeftOut) -> Result<(), LedgerError> {
    let count = |table: &str| -> Result<i64, LedgerError> {
        db.query_row(&format!("SELECT count(*) FROM {table}"), [], |row| row.get(0))
    };
    if count("report")? != count("report_sum")? {
        let mut query = db.prepare_cached(
            "SELECT report FROM report_sum WHERE report NOT IN (SELECT id FROM report)
             UNION SELECT id FROM report WHERE id NOT IN (SELECT report FROM report_sum)",
        )?;
        for id in query.query_map([], |row| row.get(0))? {
            left_out.add("report", id?, None);
        }
    }
    Ok(())
}

/// A report's columns that are stored before its text.
fn line(db: &Connection) -> Result<Vec<String>, LedgerError> {
    let names = names(db, "report")?;
    Ok(names.into_iter().filter(|n| n != "text" && !BODY.contains(&n.as_str())).collect())
}

/// All columns of a table except its sum.
fn columns(db: &Connection, table: &str, prefix: &str) -> Result<String, LedgerError> {
    let names = names(db, table)?;
    Ok(prefixed(&names, prefix))
}

fn names(db: &Connection, table: &str) -> Result<Vec<String>, LedgerError> {
    let mut query =
        db.prepare_cached("SELECT name FROM pragma_table_info(?1) WHERE name <> 'sum' ORDER BY cid")?;
    Ok(query.query_map([table], |row| row.get(0))?.collect::<Result<_, _>>()?)
}

fn prefixed<S: AsRef<str>>(names: &[S], prefix: &str) -> String {
    names.iter().map(|name| format!("{prefix}{}", name.as_ref())).collect::<Vec<_>>().join(", ")
}
