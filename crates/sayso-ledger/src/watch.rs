//! What a watch has seen and still has to do. It is written in the same transaction as the reports that it concerns: a
//! watch that is killed at any instant has either done a thing or still has it to do.

use std::collections::BTreeMap;

use rusqlite::params;
use sayso_model::{Date, Head};
use serde::Serialize;

use crate::{
    Batch, Ledger, LedgerError, ReportId,
    add::url_identity,
    db::{Db, Optional, Row},
};

/// The server lock held by whoever is watching.
const WATCHERS: i64 = 0x7361_7977;

/// Seconds since 1970.
pub type Instant = i64;

/// A feed, sitemap, page, folder or mailbox that is watched.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct WatchSource {
    /// URL or path.
    pub address: String,
    /// The kind that it turned out to be.
    pub kind: Option<String>,
    /// The source in which it was found; `None` if a person named it.
    pub via: Option<String>,
    /// Title.
    pub title: Option<String>,
    /// `ETag` of the last response.
    pub etag: Option<String>,
    /// `Last-Modified` of the last response.
    pub last_modified: Option<String>,
    /// When it was last polled.
    pub polled_at: Option<Instant>,
    /// When it last responded.
    pub answered_at: Option<Instant>,
    /// When it last had something new.
    pub new_at: Option<Instant>,
    /// When it may be polled again.
    pub not_before: Instant,
    /// How many times in a row it has failed.
    pub failures: u32,
    /// What went wrong last time.
    pub problem: Option<String>,
}

/// A page that a source has listed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct WatchItem {
    /// Number; 0 for one that is not in the ledger yet.
    pub id: i64,
    /// URL.
    pub address: String,
    /// The source that listed it first.
    pub source: String,
    /// What the source says about its head.
    pub said: Head,
    /// Day on which the source says that it was changed, if it states no day of publication.
    pub changed: Option<Date>,
    /// What the source has of its text, as HTML.
    #[serde(skip)]
    pub entry: Option<Vec<u8>>,
    /// When it was first seen.
    pub seen_at: Instant,
    /// When to visit it next; `None` for never.
    pub due_at: Option<Instant>,
    /// How many visits succeeded.
    pub looks: u32,
    /// How many times in a row it has failed.
    pub failures: u32,
    /// What went wrong last time.
    pub problem: Option<String>,
    /// `ETag` of the last response.
    pub etag: Option<String>,
    /// `Last-Modified` of the last response.
    pub last_modified: Option<String>,
    /// The report last made from it.
    pub report: Option<ReportId>,
}

impl WatchItem {
    /// True if it is to be visited at an instant.
    #[must_use]
    pub fn is_due(&self, now: Instant) -> bool {
        self.due_at.is_some_and(|due| due <= now)
    }
}

/// Pages of a source.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct WatchCounts {
    /// How many it listed.
    pub found: u32,
    /// How many gave a report.
    pub taken: u32,
    /// How many gave none and will not be tried again.
    pub given_up: u32,
}

/// The kind of event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum EventKind {
    /// A report came in.
    New,
    /// A report's text has changed.
    Revision,
    /// A page has disappeared.
    Gone,
    /// A source responds again, or has stopped responding.
    Source,
}

impl EventKind {
    /// The name under which it is stored and printed.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Revision => "revision",
            Self::Gone => "gone",
            Self::Source => "source",
        }
    }

    fn named(name: &str) -> Self {
        match name {
            "new" => Self::New,
            "revision" => Self::Revision,
            "gone" => Self::Gone,
            _ => Self::Source,
        }
    }
}

/// An event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct WatchEvent {
    /// Number, in the order of events; 0 for one that is not in the ledger yet.
    pub id: i64,
    /// When.
    pub at: Instant,
    /// The kind.
    pub kind: EventKind,
    /// The source that it came from.
    pub source: Option<String>,
    /// The report that it is about.
    pub report: Option<ReportId>,
    /// The previous revision.
    pub previous: Option<ReportId>,
    /// Further details.
    pub note: Option<String>,
}

/// The archive record that a report was made from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Archived {
    /// Name of the file in the archive folder.
    pub file: String,
    /// Where in the file the record begins, in bytes.
    pub place: u64,
    /// `WARC-Record-ID`.
    pub record: String,
    /// Digest of the payload, as the record states it.
    pub digest: String,
    /// URL under which the payload was opened.
    pub address: String,
    /// Origin of the report in it.
    pub origin: String,
    /// What was known about its head.
    pub known: Head,
    /// Charset that the server declared.
    pub charset: Option<String>,
}

impl WatchItem {
    /// A page that has just been found and is due now.
    #[must_use]
    pub fn new(address: &str, source: &str, said: Head, entry: Option<Vec<u8>>, now: Instant) -> Self {
        Self {
            id: 0,
            address: address.to_owned(),
            source: source.to_owned(),
            said,
            changed: None,
            entry,
            seen_at: now,
            due_at: Some(now),
            looks: 0,
            failures: 0,
            problem: None,
            etag: None,
            last_modified: None,
            report: None,
        }
    }
}

const SOURCE: &str = "address, kind, via, title, etag, last_modified, polled_at, answered_at, new_at, not_before, failures, problem";

fn source(row: &Row<'_>) -> rusqlite::Result<WatchSource> {
    Ok(WatchSource {
        address: row.get(0)?,
        kind: row.get(1)?,
        via: row.get(2)?,
        title: row.get(3)?,
        etag: row.get(4)?,
        last_modified: row.get(5)?,
        polled_at: row.get(6)?,
        answered_at: row.get(7)?,
        new_at: row.get(8)?,
        not_before: row.get(9)?,
        failures: row.get(10)?,
        problem: row.get(11)?,
    })
}

const ITEM: &str = "id, address, source, said, entry, seen_at, due_at, looks, failures, problem, etag, last_modified, report, changed";

fn item(row: &Row<'_>) -> rusqlite::Result<WatchItem> {
    let said: String = row.get(3)?;
    let changed: Option<String> = row.get(13)?;
    Ok(WatchItem {
        id: row.get(0)?,
        address: row.get(1)?,
        source: row.get(2)?,
        // What another version said about a head is dispensable: the page will say it again.
        said: serde_json::from_str(&said).unwrap_or_default(),
        changed: changed.as_deref().and_then(Date::parse),
        entry: row.get(4)?,
        seen_at: row.get(5)?,
        due_at: row.get(6)?,
        looks: row.get(7)?,
        failures: row.get(8)?,
        problem: row.get(9)?,
        etag: row.get(10)?,
        last_modified: row.get(11)?,
        report: row.get::<Option<i64>>(12)?.map(ReportId),
    })
}

fn event(row: &Row<'_>) -> rusqlite::Result<WatchEvent> {
    let report = |n: Option<i64>| n.map(ReportId);
    Ok(WatchEvent {
        id: row.get(0)?,
        at: row.get(1)?,
        kind: EventKind::named(&row.get::<String>(2)?),
        source: row.get(3)?,
        report: report(row.get(4)?),
        previous: report(row.get(5)?),
        note: row.get(6)?,
    })
}

impl Ledger {
    /// Keeps so many KiB of the file in memory at most, for what runs for long. Every view would otherwise keep up to 64 MB of
    /// its own, so that a program with many grows for as long as the ledger does.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn keep_at_most(&self, kib: i64) -> Result<(), LedgerError> {
        match &self.db {
            Db::File(file) => Ok(file.pragma_update(None, "cache_size", -kib)?),
            #[cfg(feature = "postgres")]
            Db::Server(_) => Ok(()),
        }
    }

    /// All sources that have ever been watched, by address.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn watch_sources(&self) -> Result<Vec<WatchSource>, LedgerError> {
        let mut query =
            self.db.prepare_cached(&format!("SELECT {SOURCE} FROM watch_source ORDER BY address"))?;
        query.query_map([], source)?.collect()
    }

    /// What is known about a source.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn watch_source(&self, address: &str) -> Result<Option<WatchSource>, LedgerError> {
        let mut query =
            self.db.prepare_cached(&format!("SELECT {SOURCE} FROM watch_source WHERE address = ?1"))?;
        query.query_row([address], source).optional()
    }

    /// Pages of some sources that are due by now, the longest overdue first.
    ///
    /// # Errors
    /// Those of SQLite; [`LedgerError::Json`].
    pub fn watch_due(
        &self,
        now: Instant,
        sources: &[&str],
        limit: usize,
    ) -> Result<Vec<WatchItem>, LedgerError> {
        let mut query = self.db.prepare_cached(&format!(
            "SELECT {ITEM} FROM watch_item WHERE due_at <= ?1 AND source IN (SELECT value FROM json_each(CAST(?3 AS text)))
             ORDER BY due_at, id LIMIT ?2"
        ))?;
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let sources = serde_json::to_string(sources)?;
        query.query_map(params![now, limit, sources], item)?.collect()
    }

    /// When the next page of some sources is due.
    ///
    /// # Errors
    /// Those of SQLite; [`LedgerError::Json`].
    pub fn watch_next(&self, sources: &[&str]) -> Result<Option<Instant>, LedgerError> {
        let mut query = self.db.prepare_cached(
            "SELECT due_at FROM watch_item WHERE due_at IS NOT NULL AND source IN (SELECT value FROM json_each(CAST(?1 AS text)))
             ORDER BY due_at LIMIT 1",
        )?;
        query.query_row([serde_json::to_string(sources)?], |row| row.get(0)).optional()
    }

    /// The page with a URL.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn watch_item(&self, address: &str) -> Result<Option<WatchItem>, LedgerError> {
        let mut query =
            self.db.prepare_cached(&format!("SELECT {ITEM} FROM watch_item WHERE identity = ?1"))?;
        query.query_row([url_identity(address)], item).optional()
    }

    /// How many pages a source listed first, and how they turned out.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn watch_counts(&self, source: &str) -> Result<WatchCounts, LedgerError> {
        let mut query = self.db.prepare_cached(
            "SELECT count(*), count(report), count(CASE WHEN report IS NULL AND due_at IS NULL THEN 1 END) FROM watch_item
             WHERE source = ?1",
        )?;
        query.query_row([source], |row| {
            Ok(WatchCounts { found: row.get(0)?, taken: row.get(1)?, given_up: row.get(2)? })
        })
    }

    /// For each source, how many of its reports have a diagnostic of this code.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn watch_diagnosed(&self, code: &str) -> Result<BTreeMap<String, u32>, LedgerError> {
        let mut query = self.db.prepare_cached(
            "SELECT e.source, count(DISTINCT r.id) FROM sound_report r JOIN watch_event e ON e.report = r.id
             WHERE e.kind = 'new' AND e.source IS NOT NULL AND r.diagnostics LIKE ?1 GROUP BY e.source",
        )?;
        let code = format!("%{}%", serde_json::to_string(code)?);
        query.query_map([code], |row| Ok((row.get(0)?, row.get(1)?)))?.collect()
    }

    /// Events after `after`, in order.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn watch_events(&self, after: i64, limit: usize) -> Result<Vec<WatchEvent>, LedgerError> {
        let mut query = self.db.prepare_cached(
            "SELECT id, at, kind, source, report, previous, note FROM watch_event WHERE id > ?1 ORDER BY id LIMIT ?2",
        )?;
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        query.query_map((after, limit), event)?.collect()
    }

    /// The newest events other than new reports, newest first.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn watch_changes(&self, limit: usize) -> Result<Vec<WatchEvent>, LedgerError> {
        let mut query = self.db.prepare_cached(
            "SELECT id, at, kind, source, report, previous, note FROM watch_event WHERE kind <> 'new' ORDER BY id DESC LIMIT ?1",
        )?;
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        query.query_map([limit], event)?.collect()
    }

    /// The record that a report was made from.
    ///
    /// # Errors
    /// Those of SQLite; [`LedgerError::Json`].
    pub fn archived(&self, report: ReportId) -> Result<Option<Archived>, LedgerError> {
        let mut query = self.db.prepare_cached(
            "SELECT file, place, record, digest, address, origin, known, charset FROM archived WHERE report = ?1",
        )?;
        let found = query.query_row([report.0], |row| {
            Ok((
                Archived {
                    file: row.get(0)?,
                    place: u64::try_from(row.get::<i64>(1)?).unwrap_or(0),
                    record: row.get(2)?,
                    digest: row.get(3)?,
                    address: row.get(4)?,
                    origin: row.get(5)?,
                    known: Head::default(),
                    charset: row.get(7)?,
                },
                row.get::<String>(6)?,
            ))
        });
        let Some((archived, known)) = found.optional()? else { return Ok(None) };
        Ok(Some(Archived { known: serde_json::from_str(&known)?, ..archived }))
    }

    /// Reports for which a record is kept, in order.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn archived_reports(&self) -> Result<Vec<ReportId>, LedgerError> {
        let mut query = self.db.prepare_cached("SELECT report FROM archived ORDER BY report")?;
        query.query_map([], |row| row.get(0).map(ReportId))?.collect()
    }

    /// How many bytes of an archive file have been acknowledged.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn archive_length(&self, file: &str) -> Result<Option<u64>, LedgerError> {
        let mut query = self.db.prepare_cached("SELECT length FROM archive_file WHERE file = ?1")?;
        let length: Option<i64> = query.query_row([file], |row| row.get(0)).optional()?;
        Ok(length.map(|n| u64::try_from(n).unwrap_or(0)))
    }

    /// A mark that a watch has left for itself.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn watch_mark(&self, name: &str) -> Result<Option<String>, LedgerError> {
        mark(&self.db, name)
    }

    /// Keeps others from watching into the same ledger on a server for as long as this one is open; false if somebody
    /// already is. A file has no such lock: whoever watches into one holds a lock file next to it.
    ///
    /// # Errors
    /// Those of the server.
    pub fn hold_watch(&self) -> Result<bool, LedgerError> {
        if self.db.is_file() {
            return Ok(true);
        }
        let sql = format!("SELECT CASE WHEN pg_try_advisory_lock({WATCHERS}) THEN 1 ELSE 0 END");
        self.db.query_row(&sql, [], |row| row.get(0))
    }
}

fn mark(db: &Db, name: &str) -> Result<Option<String>, LedgerError> {
    let mut query = db.prepare_cached("SELECT value FROM watch_mark WHERE name = ?1")?;
    query.query_row([name], |row| row.get(0)).optional()
}

impl Batch<'_> {
    /// A mark, read while nobody else can write.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn watch_mark(&self, name: &str) -> Result<Option<String>, LedgerError> {
        mark(&self.tx, name)
    }

    /// Stores the state of a source; the source in which it was first found stays.
    ///
    /// # Errors
    /// [`LedgerError::Full`].
    pub fn put_watch_source(&self, s: &WatchSource) -> Result<(), LedgerError> {
        self.tx
            .prepare_cached(&format!(
                "INSERT INTO watch_source ({SOURCE}) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)
                 ON CONFLICT (address) DO UPDATE SET kind = ?2, title = coalesce(?4, watch_source.title), etag = ?5, last_modified = ?6,
                 polled_at = ?7, answered_at = ?8, new_at = ?9, not_before = ?10, failures = ?11, problem = ?12"
            ))?
            .execute(params![
                s.address,
                s.kind,
                s.via,
                s.title,
                s.etag,
                s.last_modified,
                s.polled_at,
                s.answered_at,
                s.new_at,
                s.not_before,
                s.failures,
                s.problem
            ])?;
        Ok(())
    }

    /// Adds a source if it is not known yet; true if it was added.
    ///
    /// # Errors
    /// [`LedgerError::Full`].
    pub fn find_watch_source(
        &self,
        address: &str,
        via: Option<&str>,
        title: Option<&str>,
    ) -> Result<bool, LedgerError> {
        let added = self
            .tx
            .prepare_cached(
                "INSERT INTO watch_source (address, via, title) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING",
            )?
            .execute((address, via, title))?;
        Ok(added > 0)
    }

    /// Adds a page that a source lists; true if it was not known before. If it is known and the source now says
    /// something else about it, it is marked as due.
    ///
    /// # Errors
    /// [`LedgerError::Full`], [`LedgerError::Json`].
    pub fn find_watch_item(&self, new: &WatchItem) -> Result<bool, LedgerError> {
        let said = serde_json::to_string(&new.said)?;
        let changed = new.changed.map(|day| day.to_string());
        let identity = url_identity(&new.address);
        let added = self
            .tx
            .prepare_cached(
                "INSERT INTO watch_item (id, identity, address, source, said, entry, seen_at, due_at, changed)
                 VALUES ((SELECT coalesce(max(id), 0) + 1 FROM watch_item), ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
                 ON CONFLICT DO NOTHING",
            )?
            .execute(params![
                identity,
                new.address,
                new.source,
                said,
                new.entry,
                new.seen_at,
                new.due_at,
                changed
            ])?;
        if added == 0 {
            self.tx
                .prepare_cached(
                    "UPDATE watch_item SET said = ?2, entry = ?3, due_at = min(coalesce(due_at, ?4), ?4), failures = 0
                     WHERE identity = ?1 AND source = ?5 AND (said <> ?2 OR changed <> ?6) AND (looks > 0 OR due_at IS NULL)",
                )?
                .execute(params![identity, said, new.entry, new.seen_at, new.source, changed])?;
            // A ledger of an earlier version does not know the day; that it is known now is no reason to look again.
            self.tx
                .prepare_cached(
                    "UPDATE watch_item SET changed = ?2 WHERE identity = ?1 AND source = ?3 AND changed IS DISTINCT FROM ?2",
                )?
                .execute(params![identity, changed, new.source])?;
        }
        Ok(added > 0)
    }

    /// The number of the page with a URL.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn watch_item_id(&self, address: &str) -> Result<Option<i64>, LedgerError> {
        let mut query = self.tx.prepare_cached("SELECT id FROM watch_item WHERE identity = ?1")?;
        query.query_row([url_identity(address)], |row| row.get(0)).optional()
    }

    /// Stores the outcome of visiting a page. If the source has said something else about it since, it stays due.
    ///
    /// # Errors
    /// [`LedgerError::Full`], [`LedgerError::Json`].
    pub fn put_watch_item(&self, i: &WatchItem) -> Result<(), LedgerError> {
        self.tx
            .prepare_cached(
                "UPDATE watch_item SET due_at = CASE WHEN said = ?2 AND changed IS NOT DISTINCT FROM ?10 THEN ?3 ELSE min(coalesce(due_at, ?3), coalesce(?3, due_at)) END,
                 looks = ?4, failures = ?5, problem = ?6, etag = ?7, last_modified = ?8, report = coalesce(?9, report) WHERE id = ?1",
            )?
            .execute(params![
                i.id,
                serde_json::to_string(&i.said)?,
                i.due_at,
                i.looks,
                i.failures,
                i.problem,
                i.etag,
                i.last_modified,
                i.report.map(|r| r.0),
                i.changed.map(|day| day.to_string())
            ])?;
        Ok(())
    }

    /// Stores the outcome of a file in a folder.
    ///
    /// # Errors
    /// [`LedgerError::Full`], [`LedgerError::Json`].
    pub fn put_watch_file(&self, i: &WatchItem) -> Result<(), LedgerError> {
        self.tx
            .prepare_cached(
                "INSERT INTO watch_item (id, identity, address, source, said, seen_at, looks, problem, etag, report)
                 VALUES ((SELECT coalesce(max(id), 0) + 1 FROM watch_item), ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
                 ON CONFLICT (identity) DO UPDATE SET looks = ?6, problem = ?7, etag = ?8,
                 report = coalesce(?9, watch_item.report)",
            )?
            .execute(params![
                url_identity(&i.address),
                i.address,
                i.source,
                serde_json::to_string(&i.said)?,
                i.seen_at,
                i.looks,
                i.problem,
                i.etag,
                i.report.map(|r| r.0)
            ])?;
        Ok(())
    }

    /// The kind of the last event about a report.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn last_event_of(&self, report: ReportId) -> Result<Option<EventKind>, LedgerError> {
        let last = "SELECT kind FROM watch_event WHERE report = ?1 ORDER BY id DESC LIMIT 1";
        let kind: Option<String> =
            self.tx.prepare_cached(last)?.query_row([report.0], |row| row.get(0)).optional()?;
        Ok(kind.as_deref().map(EventKind::named))
    }

    /// Forgets a source, the sources found in it and the pages that they listed; false if there is no such source. Reports, events
    /// and alerts stay.
    ///
    /// # Errors
    /// [`LedgerError::Full`].
    pub fn forget_watch_source(&self, address: &str) -> Result<bool, LedgerError> {
        let with_those_in_it = "WITH RECURSIVE forgotten (address) AS (
             SELECT address FROM watch_source WHERE address = ?1
             UNION SELECT s.address FROM watch_source s JOIN forgotten f ON s.via = f.address)";
        let forget = |from: &str| -> Result<usize, LedgerError> {
            let sql = format!("{with_those_in_it} DELETE FROM {from} IN (SELECT address FROM forgotten)");
            self.tx.prepare_cached(&sql)?.execute([address])
        };
        forget("watch_item WHERE source")?;
        Ok(forget("watch_source WHERE address")? > 0)
    }

    /// Records an event.
    ///
    /// # Errors
    /// [`LedgerError::Full`].
    pub fn note_watch_event(&self, e: &WatchEvent) -> Result<(), LedgerError> {
        self.tx
            .prepare_cached(
                "INSERT INTO watch_event (id, at, kind, source, report, previous, note)
                 VALUES ((SELECT coalesce(max(id), 0) + 1 FROM watch_event), ?1, ?2, ?3, ?4, ?5, ?6)",
            )?
            .execute(params![
                e.at,
                e.kind.as_str(),
                e.source,
                e.report.map(|r| r.0),
                e.previous.map(|r| r.0),
                e.note
            ])?;
        Ok(())
    }

    /// Records which archive record a report was made from; the first one stays.
    ///
    /// # Errors
    /// [`LedgerError::Full`], [`LedgerError::Json`].
    pub fn put_archived(&self, report: ReportId, a: &Archived) -> Result<(), LedgerError> {
        self.tx
            .prepare_cached(
                "INSERT INTO archived (report, file, place, record, digest, address, origin, known, charset)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) ON CONFLICT DO NOTHING",
            )?
            .execute(params![
                report.0,
                a.file,
                i64::try_from(a.place).unwrap_or(i64::MAX),
                a.record,
                a.digest,
                a.address,
                a.origin,
                serde_json::to_string(&a.known)?,
                a.charset
            ])?;
        Ok(())
    }

    /// Acknowledges an archive file up to a length.
    ///
    /// # Errors
    /// [`LedgerError::Full`].
    pub fn set_archive_length(&self, file: &str, length: u64) -> Result<(), LedgerError> {
        self.tx
            .prepare_cached(
                "INSERT INTO archive_file (file, length) VALUES (?1, ?2)
                 ON CONFLICT (file) DO UPDATE SET length = excluded.length",
            )?
            .execute((file, i64::try_from(length).unwrap_or(i64::MAX)))?;
        Ok(())
    }

    /// Leaves a mark.
    ///
    /// # Errors
    /// [`LedgerError::Full`].
    pub fn set_watch_mark(&self, name: &str, value: &str) -> Result<(), LedgerError> {
        self.tx
            .prepare_cached(
                "INSERT INTO watch_mark (name, value) VALUES (?1, ?2)
                 ON CONFLICT (name) DO UPDATE SET value = excluded.value",
            )?
            .execute((name, value))?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use sayso_model::{Head, HeadSource, Stated};

    use super::{WatchItem, WatchSource};
    use crate::{Ledger, add::url_identity};

    const FEED: &str = "https://a.test/feed";

    fn item(address: &str, headline: &str, at: i64) -> WatchItem {
        let headline = Stated { value: headline.to_owned(), from: HeadSource::Feed, span: None };
        let said = Head { headline: Some(headline), ..Head::default() };
        WatchItem::new(address, FEED, said, Some(b"<p>Nine hurt</p>".to_vec()), at)
    }

    #[test]
    fn a_page_is_found_once_and_again_when_something_else_is_said_of_it() {
        let mut ledger = Ledger::in_memory().unwrap();
        let batch = ledger.batch().unwrap();
        assert!(batch.find_watch_item(&item("https://a.test/1?utm_source=rss", "Nine hurt", 100)).unwrap());
        assert!(!batch.find_watch_item(&item("https://a.test/1", "Nine hurt", 110)).unwrap());
        batch.commit().unwrap();
        let due = ledger.watch_due(100, &["x", FEED], 10).unwrap();
        assert_eq!((due.len(), due[0].seen_at, ledger.watch_next(&[FEED]).unwrap()), (1, 100, Some(100)));
        // Once done with, it is not due; when the feed gives it another headline, it is.
        let done = WatchItem { due_at: None, looks: 1, ..due[0].clone() };
        let batch = ledger.batch().unwrap();
        batch.put_watch_item(&done).unwrap();
        assert!(!batch.find_watch_item(&item("https://a.test/1", "Nine hurt", 120)).unwrap());
        batch.commit().unwrap();
        assert!(ledger.watch_due(1000, &[FEED], 10).unwrap().is_empty());
        let batch = ledger.batch().unwrap();
        batch.find_watch_item(&item("https://a.test/1", "Ten hurt", 130)).unwrap();
        // A lookup from before the feed said so does not undo that.
        batch.put_watch_item(&WatchItem { due_at: Some(900), ..done }).unwrap();
        batch.commit().unwrap();
        assert_eq!(ledger.watch_due(1000, &[FEED], 10).unwrap()[0].due_at, Some(130));
        assert_eq!(url_identity("https://a.test/1"), "url a.test/1");
    }

    #[test]
    fn a_day_of_change_is_kept_and_a_new_one_makes_a_page_due() {
        let mut ledger = Ledger::in_memory().unwrap();
        let on = |day: i8, at| WatchItem {
            changed: sayso_model::Date::new(2024, 3, day),
            ..item("https://a.test/1", "Nine hurt", at)
        };
        let batch = ledger.batch().unwrap();
        // As an earlier version recorded it.
        batch.find_watch_item(&item("https://a.test/1", "Nine hurt", 100)).unwrap();
        batch.commit().unwrap();
        let done =
            WatchItem { due_at: None, looks: 1, ..ledger.watch_due(100, &[FEED], 1).unwrap()[0].clone() };
        let batch = ledger.batch().unwrap();
        batch.put_watch_item(&done).unwrap();
        batch.find_watch_item(&on(5, 110)).unwrap();
        batch.commit().unwrap();
        let kept = ledger.watch_item("https://a.test/1").unwrap().unwrap();
        assert_eq!((kept.changed, kept.due_at), (sayso_model::Date::new(2024, 3, 5), None));
        let batch = ledger.batch().unwrap();
        batch.find_watch_item(&on(6, 120)).unwrap();
        // A lookup from before the feed said so does not undo that.
        batch.put_watch_item(&WatchItem { due_at: Some(900), ..kept }).unwrap();
        batch.commit().unwrap();
        let kept = ledger.watch_item("https://a.test/1").unwrap().unwrap();
        assert_eq!((kept.changed, kept.due_at), (sayso_model::Date::new(2024, 3, 6), Some(120)));
    }

    #[test]
    fn a_source_is_forgotten_with_what_was_found_in_it() {
        let mut ledger = Ledger::in_memory().unwrap();
        let batch = ledger.batch().unwrap();
        for (address, via) in
            [("https://a.test/", None), (FEED, Some("https://a.test/")), ("https://b.test/feed", None)]
        {
            batch.find_watch_source(address, via, None).unwrap();
        }
        batch.find_watch_item(&item("https://a.test/1", "Nine hurt", 100)).unwrap();
        assert!(!batch.forget_watch_source("https://c.test/").unwrap());
        assert!(batch.forget_watch_source("https://a.test/").unwrap());
        batch.commit().unwrap();
        let left: Vec<String> = ledger.watch_sources().unwrap().into_iter().map(|s| s.address).collect();
        assert_eq!(left, ["https://b.test/feed"]);
        assert!(ledger.watch_item("https://a.test/1").unwrap().is_none());
    }

    #[test]
    fn sources_keep_where_they_were_found() {
        let mut ledger = Ledger::in_memory().unwrap();
        let batch = ledger.batch().unwrap();
        assert!(batch.find_watch_source("https://a.test/feed", Some("feeds.opml"), None).unwrap());
        assert!(!batch.find_watch_source("https://a.test/feed", None, None).unwrap());
        let state = WatchSource {
            address: "https://a.test/feed".to_owned(),
            failures: 3,
            not_before: 99,
            problem: Some("the server answers 500".to_owned()),
            ..WatchSource::default()
        };
        batch.put_watch_source(&state).unwrap();
        batch.commit().unwrap();
        let kept = ledger.watch_source("https://a.test/feed").unwrap().unwrap();
        assert_eq!((kept.via.as_deref(), kept.failures, kept.not_before), (Some("feeds.opml"), 3, 99));
    }
}
