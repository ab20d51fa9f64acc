//! Reports in the ledger.

use std::collections::BTreeSet;

use sayso_model::{Date, Report};
use schemars::JsonSchema;
use serde::Serialize;

use crate::{
    Ledger, LedgerError, StoryId,
    db::{Db, Optional, Row},
    sound::Source,
};
use rusqlite::types::Value;

/// Number of a report in its ledger; grows in the order in which reports are added.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
#[serde(transparent)]
pub struct ReportId(pub i64);

impl std::fmt::Display for ReportId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

/// A report, with what the ledger knows about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stored {
    /// Its line.
    pub line: ReportLine,
    /// The report as it was added.
    pub report: Report,
}

/// One report in a list of reports.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ReportLine {
    /// Number in the ledger.
    pub id: ReportId,
    /// SHA-256 of its text.
    pub text_hash: String,
    /// Number of the first revision.
    pub first: ReportId,
    /// Which revision it is, from 1.
    pub revision: i64,
    /// True for the newest revision.
    pub latest: bool,
    /// Headline.
    pub headline: Option<String>,
    /// Outlet.
    pub outlet: Option<String>,
    /// Day of publication.
    pub published: Option<String>,
    /// URL.
    pub url: Option<String>,
    /// Language, BCP 47.
    pub language: Option<String>,
    /// Path, URL or archive record that it was read from.
    pub origin: String,
    /// When it was fetched, if it was (RFC 3339).
    pub fetched_at: Option<String>,
    /// When it was added (RFC 3339).
    pub added_at: String,
    /// How many statements its reading has; null if it has not been read.
    pub statements: Option<i64>,
    /// How many figures its reading has; null if it has not been read.
    pub figures: Option<i64>,
    /// How many of these nobody has decided about; null if it has not been read.
    pub unreviewed: Option<i64>,
    /// The archive record that it was made from, if a watch has kept it.
    pub archived: Option<ArchiveRecord>,
}

/// A record of an archive (WARC).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ArchiveRecord {
    /// Name of the file in the archive folder.
    pub file: String,
    /// `WARC-Record-ID`.
    pub record: String,
    /// Digest of the payload, as the record states it.
    pub digest: String,
}

impl ArchiveRecord {
    /// From the cell of [`LINE`] that holds all three.
    fn of(cell: &str) -> Option<Self> {
        let mut parts = cell.splitn(3, '\t').map(str::to_owned);
        Some(Self { record: parts.next()?, digest: parts.next()?, file: parts.next()? })
    }
}

/// Which reports to list. The default is the newest revision of all.
#[derive(Debug, Clone, Default)]
pub struct ReportFilter {
    /// Published on this day or later.
    pub since: Option<Date>,
    /// Published on this day or earlier.
    pub until: Option<Date>,
    /// Words from the outlet's name, in any case.
    pub outlet: Option<String>,
    /// Only the reports of this story.
    pub story: Option<StoryId>,
    /// Only these reports, as those of a list.
    pub among: Option<BTreeSet<ReportId>>,
    /// Whether to include older revisions.
    pub all_revisions: bool,
    /// At most this many, most recently added first; all if `None`.
    pub limit: Option<u32>,
}

/// Entries are counted with their checksums, which no index has, so the rows themselves are counted. A report whose
/// entries exist but whose reading does not has lost it: that is reported as damage, not as a report that was never
/// read. Only a CASE keeps an engine from evaluating in another order.
pub(crate) const LINE: &str = "r.id, r.text_hash, r.first, r.revision, r.latest, r.headline, r.outlet, r.published, r.url, \
     r.language, r.origin, r.fetched_at, r.added_at, \
     CASE WHEN EXISTS (SELECT 1 FROM reading WHERE report = r.id) THEN (SELECT count(sum) FROM statement WHERE report = r.id) \
     WHEN EXISTS (SELECT 1 FROM statement WHERE report = r.id) OR EXISTS (SELECT 1 FROM figure WHERE report = r.id) \
     THEN CASE WHEN is_sound('reading', r.id, NULL, -1) THEN 0 END END, \
     CASE WHEN EXISTS (SELECT 1 FROM reading WHERE report = r.id) THEN (SELECT count(sum) FROM figure WHERE report = r.id) END, \
     CASE WHEN EXISTS (SELECT 1 FROM reading WHERE report = r.id) \
     THEN (SELECT count(sum) FROM figure WHERE report = r.id AND decision IS NULL) END, \
     (SELECT a.record || '\t' || a.digest || '\t' || a.file FROM archived a WHERE a.report = r.id)";

pub(crate) fn line(row: &Row<'_>) -> rusqlite::Result<ReportLine> {
    Ok(ReportLine {
        id: ReportId(row.get(0)?),
        text_hash: row.get(1)?,
        first: ReportId(row.get(2)?),
        revision: row.get(3)?,
        latest: row.get(4)?,
        headline: row.get(5)?,
        outlet: row.get(6)?,
        published: row.get(7)?,
        url: row.get(8)?,
        language: row.get(9)?,
        origin: row.get(10)?,
        fetched_at: row.get(11)?,
        added_at: row.get(12)?,
        statements: row.get(13)?,
        figures: row.get(14)?,
        unreviewed: row.get(15)?,
        archived: row.get::<Option<String>>(16)?.as_deref().and_then(ArchiveRecord::of),
    })
}

/// The condition that an outlet's name has some [`outlet_words`]. What separates words does not count: who is shown
/// "Harbour Times" looks for it, although its reports state `harbour-times.example`.
fn outlet_has(column: &str) -> String {
    let bare = ["' '", "'-'", "'.'"]
        .iter()
        .fold(format!("lower({column})"), |bare, between| format!("replace({bare}, {between}, '')"));
    format!(" AND instr({bare}, ?) > 0")
}

fn outlet_words(written: &str) -> String {
    written.to_ascii_lowercase().replace([' ', '-', '.'], "")
}

impl Ledger {
    /// The most recently added report; 0 if there is none.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn last_report(&self) -> Result<ReportId, LedgerError> {
        let last = "SELECT coalesce(max(id), 0) FROM report";
        self.db.prepare_cached(last)?.query_row([], |row| row.get(0).map(ReportId))
    }

    /// How many reports there are, including revisions.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn count(&self) -> Result<u64, LedgerError> {
        let count: i64 = self.db.query_row("SELECT count(*) FROM report", [], |row| row.get(0))?;
        Ok(u64::try_from(count).unwrap_or(0))
    }

    /// Numbers of at most `limit` reports added after `after`, in insertion order; `ReportId(0)` starts at the first.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn ids_after(&self, after: ReportId, limit: usize) -> Result<Vec<ReportId>, LedgerError> {
        let mut query = self.db.prepare_cached("SELECT id FROM report WHERE id > ?1 ORDER BY id LIMIT ?2")?;
        let rows = query
            .query_map((after.0, i64::try_from(limit).unwrap_or(i64::MAX)), |row| row.get(0).map(ReportId))?;
        rows.collect()
    }

    /// Lists the newest revisions of reports in insertion order, after a given one.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn lines_after(&self, after: ReportId, limit: usize) -> Result<Vec<ReportLine>, LedgerError> {
        let sql = format!(
            "SELECT {LINE} FROM sound_report r WHERE +r.latest = 1 AND r.id > ?1 ORDER BY r.id LIMIT ?2"
        );
        let mut query = self.db.prepare_cached(&sql)?;
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        query.query_map(rusqlite::params![after.0, limit], line)?.collect()
    }

    /// Lists reports, most recently published first, undated ones last.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn reports(&self, filter: &ReportFilter) -> Result<Vec<ReportLine>, LedgerError> {
        let listed = self.check_lost().and_then(|()| self.listed(filter, ""));
        match listed {
            Err(LedgerError::Corrupt) => self.listed_one_by_one(filter),
            listed => listed,
        }
    }

    /// The list when a page of the file is damaged: what is on other pages can still be found by number.
    fn listed_one_by_one(&self, filter: &ReportFilter) -> Result<Vec<ReportLine>, LedgerError> {
        let mut out = Vec::new();
        for id in self.known_ids()? {
            let one = ReportFilter { limit: None, ..filter.clone() };
            let found = self.unless_corrupt("report", id, |_| {
                Ok(Some(self.listed(&one, &format!("AND r.id = {}", id.0))?))
            })?;
            out.extend(found.into_iter().flatten());
        }
        out.sort_by(|a, b| {
            let undated = |line: &ReportLine| line.published.is_none();
            undated(a).cmp(&undated(b)).then(b.published.cmp(&a.published)).then(b.id.cmp(&a.id))
        });
        out.truncate(filter.limit.map_or(usize::MAX, |limit| limit as usize));
        Ok(out)
    }

    /// Numbers of reports, from wherever they can still be read.
    pub(crate) fn known_ids(&self) -> Result<BTreeSet<ReportId>, LedgerError> {
        let mut ids = BTreeSet::new();
        for source in
            ["SELECT id FROM report NOT INDEXED", "SELECT id FROM report", "SELECT report FROM report_sum"]
        {
            let Ok(mut query) = self.db.prepare_cached(source) else { continue };
            // Up to the damage.
            let found = query.query_map([], |row| row.get(0).map(ReportId))?.map_while(Result::ok);
            ids.extend(found);
        }
        Ok(ids)
    }

    fn listed(&self, filter: &ReportFilter, only: &str) -> Result<Vec<ReportLine>, LedgerError> {
        let mut conditions = String::new();
        let mut values: Vec<Value> = vec![filter.limit.map_or(i64::MAX, i64::from).into()];
        let mut narrow = |condition: &str, value: Value| {
            values.push(value);
            conditions.push_str(&condition.replace("?", &format!("?{}", values.len())));
        };
        if let Some(since) = filter.since {
            narrow(" AND r.published >= ?", since.to_string().into());
        }
        if let Some(until) = filter.until {
            narrow(" AND r.published <= ?", until.to_string().into());
        }
        if let Some(outlet) = &filter.outlet {
            LedgerError::if_nothing("outlet", outlet)?;
            narrow(&outlet_has("r.outlet"), outlet_words(outlet).into());
        }
        if let Some(story) = filter.story {
            narrow(" AND r.id IN (SELECT report FROM sound_story_report WHERE story = ?)", story.0.into());
        }
        if let Some(among) = &filter.among {
            let ids: Vec<i64> = among.iter().map(|id| id.0).collect();
            narrow(
                " AND r.id IN (SELECT CAST(value AS bigint) FROM json_each(CAST(? AS text)))",
                serde_json::to_string(&ids)?.into(),
            );
        }
        if !filter.all_revisions {
            conditions.push_str(" AND +r.latest = 1");
        }
        let mut query = self.db.prepare_cached(&format!(
            "SELECT {LINE} FROM sound_report r WHERE 1 = 1{conditions} {only}
             ORDER BY r.published IS NULL, coalesce(r.published_at, r.published) DESC NULLS LAST, r.id DESC LIMIT ?1"
        ))?;
        query.query_map(values, line)?.collect()
    }

    /// A report with its text; `None` if the number is unknown or the row is damaged (see [`Ledger::left_out`]).
    ///
    /// # Errors
    /// Those of SQLite; [`LedgerError::Json`] for a head that cannot be decoded.
    pub fn report(&self, id: ReportId) -> Result<Option<Stored>, LedgerError> {
        let found = self.unless_corrupt("report", id, |db| {
            let mut query = db.prepare_cached(&format!("SELECT {LINE} FROM sound_text r WHERE r.id = ?1"))?;
            let line = query.query_row([id.0], line).optional()?;
            Ok(line.zip(report_of(db, Source::Sound, id)?))
        })?;
        Ok(found.map(|(line, report)| Stored { line, report }))
    }

    /// The report that a person means: by number, prefix of a text hash (at least six digits) or URL.
    ///
    /// # Errors
    /// [`LedgerError::NoReport`], [`LedgerError::Ambiguous`].
    pub fn find(&self, meant: &str) -> Result<ReportId, LedgerError> {
        if let Ok(number) = meant.parse::<i64>()
            && self.report_exists(ReportId(number))?
        {
            return Ok(ReportId(number));
        }
        let mut found: Vec<i64> = Vec::new();
        if meant.len() >= 6 && meant.bytes().all(|b| b.is_ascii_hexdigit()) {
            let mut query = self.db.prepare_cached(
                "SELECT id FROM report WHERE text_hash >= ?1 AND text_hash < ?1 || 'g' ORDER BY id LIMIT 2",
            )?;
            found =
                query.query_map([meant.to_ascii_lowercase()], |row| row.get(0))?.collect::<Result<_, _>>()?;
        }
        if found.is_empty() {
            let mut query = self
                .db
                .prepare_cached("SELECT id FROM report WHERE identity = ?1 ORDER BY revision DESC LIMIT 1")?;
            let identity = crate::add::url_identity(meant);
            found = query.query_map([identity], |row| row.get(0))?.collect::<Result<_, _>>()?;
        }
        match found.as_slice() {
            [one] => Ok(ReportId(*one)),
            [] => Err(LedgerError::NoReport(meant.to_owned())),
            _ => Err(LedgerError::Ambiguous(meant.to_owned())),
        }
    }

    /// The reports with exactly this text, by its SHA-256 in lower-case hexadecimal: several if outlets printed the same.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn with_text(&self, text_hash: &str) -> Result<Vec<ReportId>, LedgerError> {
        let mut query =
            self.db.prepare_cached("SELECT id FROM sound_report WHERE text_hash = ?1 ORDER BY id")?;
        query.query_map([text_hash], |row| Ok(ReportId(row.get(0)?)))?.collect()
    }

    /// All revisions of the report that `id` belongs to, oldest first.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn revisions(&self, id: ReportId) -> Result<Vec<ReportLine>, LedgerError> {
        let sql = format!(
            "SELECT {LINE} FROM sound_report r WHERE r.first = (SELECT first FROM report WHERE id = ?1) ORDER BY r.revision"
        );
        let mut query = self.db.prepare_cached(&sql)?;
        query.query_map([id.0], line)?.collect()
    }

    fn report_exists(&self, id: ReportId) -> Result<bool, LedgerError> {
        self.db.prepare_cached("SELECT 1 FROM report WHERE id = ?1")?.exists([id.0])
    }
}

/// A report as it was added.
pub(crate) fn report_of(db: &Db, rows: Source, id: ReportId) -> Result<Option<Report>, LedgerError> {
    let mut query = db.prepare_cached(&format!(
        "SELECT raw_hash, text_hash, text, head, diagnostics FROM {} WHERE id = ?1",
        rows.of("report")
    ))?;
    let found = query.query_row([id.0], |row| {
        Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get::<String>(3)?, row.get::<String>(4)?))
    });
    let Some((raw_hash, text_hash, text, head, diagnostics)) = found.optional()? else { return Ok(None) };
    Ok(Some(Report {
        raw_hash,
        text_hash,
        text,
        head: serde_json::from_str(&head)?,
        diagnostics: serde_json::from_str(&diagnostics)?,
    }))
}
