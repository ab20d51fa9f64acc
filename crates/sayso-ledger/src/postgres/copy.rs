//! Copies ledgers from a file to PostgreSQL and back, row by row.

use std::path::Path;

use postgres::{
    Transaction,
    binary_copy::BinaryCopyInWriter,
    fallible_iterator::FallibleIterator,
    types::{ToSql, Type},
};
use rusqlite::{Connection, config::DbConfig, params_from_iter, types::Value};

use super::{LOCK, words::pieces};
use crate::{
    Ledger, LedgerError,
    copy::{failed as file_failed, folder_of, sync, temporary},
    db::{
        Db,
        server::{Server, failed},
    },
    is_postgres, sound,
};

/// All tables of a ledger except the full-text index and the checksums of reports, referenced tables first, each with
/// the order of its rows.
const TABLES: &[(&str, &str)] = &[
    ("report", "id"),
    ("intake", "key"),
    ("decision", "id"),
    ("decision_report", "report, decision"),
    ("feed_state", "url"),
    ("reading", "report"),
    ("speaker", "report, entry"),
    ("speaker_name", "folded, report, entry"),
    ("statement", "report, entry"),
    ("figure", "report, entry"),
    ("place", "report, entry"),
    ("story", "id"),
    ("story_report", "report"),
    ("speaker_group", "report, entry"),
    ("posting", "kind, term, report"),
    ("derived", "kind, key"),
    ("story_line", "story"),
    ("story_changed", "story"),
    ("watch_source", "address"),
    ("watch_item", "id"),
    ("watch_event", "id"),
    ("archived", "report"),
    ("archive_file", "file"),
    ("alert", "id"),
    ("delivery", "alert, way"),
    ("watch_mark", "name"),
    ("proposal", "id"),
    ("saved_search", "id"),
    ("visit", "by"),
    ("speaker_word", "word, folded"),
    ("story_version", "story"),
];

/// Copies a ledger if at least one of the two is on PostgreSQL.
pub(crate) fn copy(from: &Path, to: &Path) -> Result<u64, LedgerError> {
    match (is_postgres(from), is_postgres(to)) {
        (true, false) => take_out(&Ledger::open_read_only(from)?, to),
        (false, _) => fill(&Ledger::open(to)?, &Ledger::open_read_only(from)?),
        (true, true) => {
            // By way of a file, in which the rows are checked against their checksums.
            let folder = tempfile::tempdir().map_err(|e| file_failed(&std::env::temp_dir(), e))?;
            let between = folder.path().join("ledger.db");
            take_out(&Ledger::open_read_only(from)?, &between)?;
            fill(&Ledger::open(to)?, &Ledger::open_read_only(&between)?)
        }
    }
}

fn server(ledger: &Ledger) -> Result<&Server, LedgerError> {
    match &ledger.db {
        Db::Server(server) => Ok(server.as_ref()),
        Db::File(_) => Err(LedgerError::NotALedger(ledger.path.clone())),
    }
}

/// Copies a ledger file into one on PostgreSQL, which must be empty: all of it or, if anything fails, nothing.
fn fill(to: &Ledger, from: &Ledger) -> Result<u64, LedgerError> {
    if !from.examine()?.is_sound() {
        return Err(LedgerError::Unsound(from.path().to_owned()));
    }
    let server = server(to)?;
    let name = server.name();
    let failed = |e| server.failed(&e);
    // A snapshot of the file, whatever others write in the meantime.
    let moment = from.snapshot()?;
    let read = from.db.file()?;
    let mut client = server.client();
    let mut tx = client.transaction().map_err(failed)?;
    tx.batch_execute("SET LOCAL sayso.writes = 'fill'").map_err(failed)?;
    tx.execute("SELECT pg_advisory_xact_lock($1)", &[&LOCK]).map_err(failed)?;
    for (table, _) in TABLES {
        let asked = format!("SELECT EXISTS (SELECT 1 FROM {table})");
        if tx.query_one(&asked, &[]).map_err(failed)?.get(0) {
            return Err(LedgerError::NotEmpty(name.to_owned()));
        }
    }
    let mut reports = 0;
    for (table, order) in TABLES {
        let rows = put_in(read, &mut tx, name, table, order)?;
        if *table == "report" {
            reports = rows;
        }
    }
    index(read, &mut tx, name)?;
    tx.batch_execute("ANALYZE").map_err(failed)?;
    tx.commit().map_err(failed)?;
    drop(moment);
    Ok(reports)
}

/// Copies a ledger on PostgreSQL into a new file, which appears once it is complete, on disk, and every row in it is
/// intact.
fn take_out(from: &Ledger, to: &Path) -> Result<u64, LedgerError> {
    if std::fs::symlink_metadata(to).is_ok() {
        return Err(LedgerError::Exists(to.to_owned()));
    }
    let server = server(from)?;
    let moment = from.snapshot()?;
    if !from.examine()?.is_sound() {
        return Err(LedgerError::Unsound(server.name().into()));
    }
    let folder = folder_of(to);
    let file = temporary(&folder).map_err(|e| file_failed(to, e))?;
    drop(Ledger::open(file.path())?);
    let mut copy = Connection::open(file.path())?;
    // The rows arrive unchanged: nothing is derived from them again except their checksums.
    copy.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_TRIGGER, false)?;
    copy.pragma_update(None, "foreign_keys", false)?;
    sound::functions(&copy)?;
    let write = copy.transaction()?;
    for (table, order) in TABLES {
        take(server, &write, table, order)?;
    }
    drop(moment);
    sound::seal(&write)?;
    write.execute("INSERT INTO report_words (report_words) VALUES ('rebuild')", [])?;
    write.commit()?;
    copy.pragma_update(None, "journal_mode", "DELETE")?;
    copy.close().map_err(|(_, e)| e)?;
    let health = Ledger::open_read_only(file.path())?.examine()?;
    if !health.is_sound() {
        return Err(LedgerError::Unsound(server.name().into()));
    }
    file.as_file().sync_all().map_err(|e| file_failed(to, e))?;
    file.persist_noclobber(to).map_err(|e| file_failed(to, e.error))?;
    sync(&folder);
    Ok(health.reports)
}

/// A column of a ledger's table.
struct Column {
    name: String,
    kind: Type,
}

/// A value on its way to PostgreSQL.
enum Cell {
    Integer(Option<i64>),
    Real(Option<f64>),
    Text(Option<String>),
    Blob(Option<Vec<u8>>),
}

impl Cell {
    fn as_sql(&self) -> &(dyn ToSql + Sync) {
        match self {
            Self::Integer(value) => value,
            Self::Real(value) => value,
            Self::Text(value) => value,
            Self::Blob(value) => value,
        }
    }
}

/// The columns of a table except its checksum, which each side computes in its own way.
fn columns(db: &Connection, table: &str) -> Result<Vec<Column>, LedgerError> {
    let mut query =
        db.prepare_cached("SELECT name, type FROM pragma_table_info(?1) WHERE name <> 'sum' ORDER BY cid")?;
    let found = query.query_map([table], |row| {
        let kind = match row.get::<_, String>(1)?.as_str() {
            "INTEGER" => Type::INT8,
            "REAL" => Type::FLOAT8,
            "BLOB" => Type::BYTEA,
            _ => Type::TEXT,
        };
        Ok(Column { name: row.get(0)?, kind })
    })?;
    Ok(found.collect::<Result<_, _>>()?)
}

/// Quotes names that are also SQL keywords, in a way that both databases accept.
fn listed(columns: &[Column]) -> String {
    columns.iter().map(|c| format!("\"{}\"", c.name)).collect::<Vec<_>>().join(", ")
}

/// Copies the rows of one table into PostgreSQL; returns how many.
fn put_in(
    from: &Connection,
    to: &mut Transaction<'_>,
    name: &str,
    table: &str,
    order: &str,
) -> Result<u64, LedgerError> {
    let columns = columns(from, table)?;
    let list = listed(&columns);
    let types: Vec<Type> = columns.iter().map(|c| c.kind.clone()).collect();
    let into = format!("COPY {table} ({list}) FROM STDIN (FORMAT binary)");
    let sink = to.copy_in(&into).map_err(|e| failed(name, &e))?;
    let mut writer = BinaryCopyInWriter::new(sink, &types);
    let mut query = from.prepare(&format!("SELECT {list} FROM {table} ORDER BY {order}"))?;
    let mut rows = query.query([])?;
    while let Some(row) = rows.next()? {
        let cells: Vec<Cell> =
            columns.iter().enumerate().map(|(at, c)| cell(row, at, &c.kind)).collect::<Result<_, _>>()?;
        if cells.iter().any(|c| matches!(c, Cell::Text(Some(text)) if text.contains('\0'))) {
            let key = row.get::<_, Value>(0)?;
            return Err(LedgerError::NulCharacter { table: table.to_owned(), row: shown(key) });
        }
        let values: Vec<&(dyn ToSql + Sync)> = cells.iter().map(Cell::as_sql).collect();
        writer.write(&values).map_err(|e| failed(name, &e))?;
    }
    writer.finish().map_err(|e| failed(name, &e))
}

fn cell(row: &rusqlite::Row<'_>, at: usize, kind: &Type) -> rusqlite::Result<Cell> {
    Ok(match *kind {
        Type::INT8 => Cell::Integer(row.get(at)?),
        Type::FLOAT8 => Cell::Real(row.get(at)?),
        Type::BYTEA => Cell::Blob(row.get(at)?),
        _ => Cell::Text(row.get(at)?),
    })
}

fn shown(key: Value) -> String {
    match key {
        Value::Integer(n) => n.to_string(),
        Value::Text(text) => text.replace('\0', "\u{fffd}"),
        _ => String::new(),
    }
}

/// Copies the rows of one table out of PostgreSQL.
fn take(server: &Server, to: &Connection, table: &str, order: &str) -> Result<(), LedgerError> {
    let columns = columns(to, table)?;
    let list = listed(&columns);
    let places = vec!["?"; columns.len()].join(", ");
    let mut insert = to.prepare(&format!("INSERT INTO {table} ({list}) VALUES ({places})"))?;
    let select = format!("SELECT {list} FROM {table} ORDER BY {order}");
    let none: [&(dyn ToSql + Sync); 0] = [];
    let failed = |e| server.failed(&e);
    let mut client = server.client();
    let mut rows = client.query_raw(&select, none).map_err(failed)?;
    while let Some(row) = rows.next().map_err(failed)? {
        let values = columns.iter().enumerate().map(|(at, column)| value(&row, at, &column.kind));
        let values: Vec<Value> = values.collect::<Result<_, _>>().map_err(failed)?;
        insert.execute(params_from_iter(values))?;
    }
    Ok(())
}

fn value(row: &postgres::Row, at: usize, kind: &Type) -> Result<Value, postgres::Error> {
    fn or_null<T: Into<Value>>(value: Option<T>) -> Value {
        value.map_or(Value::Null, Into::into)
    }
    Ok(match *kind {
        Type::INT8 => or_null::<i64>(row.try_get(at)?),
        Type::FLOAT8 => or_null::<f64>(row.try_get(at)?),
        Type::BYTEA => or_null::<Vec<u8>>(row.try_get(at)?),
        _ => or_null::<String>(row.try_get(at)?),
    })
}

/// Builds the full-text index of all reports.
fn index(from: &Connection, to: &mut Transaction<'_>, name: &str) -> Result<(), LedgerError> {
    let failed = |e| failed(name, &e);
    to.batch_execute(
        "CREATE TEMP TABLE folded (report bigint, piece bigint, headline text, words text) ON COMMIT DROP",
    )
    .map_err(failed)?;
    let into = "COPY folded (report, piece, headline, words) FROM STDIN (FORMAT binary)";
    let sink = to.copy_in(into).map_err(failed)?;
    let mut writer = BinaryCopyInWriter::new(sink, &[Type::INT8, Type::INT8, Type::TEXT, Type::TEXT]);
    let mut query = from.prepare("SELECT id, coalesce(headline, ''), text FROM report ORDER BY id")?;
    let mut rows = query.query([])?;
    while let Some(row) = rows.next()? {
        let (id, headline, text): (i64, String, String) = (row.get(0)?, row.get(1)?, row.get(2)?);
        // The first piece of a headline is all of any real headline.
        let headline = pieces(&headline).into_iter().next();
        for (piece, words) in (0_i64..).zip(pieces(&text)) {
            let headline = headline.as_ref().filter(|_| piece == 0);
            writer.write(&[&id, &piece, &headline, &words]).map_err(failed)?;
        }
    }
    writer.finish().map_err(failed)?;
    to.batch_execute(
        "INSERT INTO report_words (report, piece, words)
         SELECT report, piece,
            setweight(to_tsvector('words', coalesce(headline, '')), 'A') || to_tsvector('words', words) FROM folded",
    )
    .map_err(failed)
}
