//! Adding reports.

use jiff::Timestamp;
use rusqlite::params;
use sayso_model::{HeadSource, Reading, Report};
use sha2::{Digest, Sha256};

use crate::{
    Ledger, LedgerError, ReportId,
    db::{Optional, Transaction},
    reading::Packed,
    search,
};

/// Where a report came from.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Provenance {
    /// Path, URL or archive record that it was read from.
    pub origin: String,
    /// When it was fetched (RFC 3339), if it came over the network or from an archive that says so.
    pub fetched_at: Option<String>,
    /// Key of the input (see [`Provenance::intake_key`]), by which it is recognised without being read.
    pub intake: Option<String>,
}

impl Provenance {
    /// A key for an input: its bytes, and whatever else determines what is made of them (options, ingest version).
    #[must_use]
    pub fn intake_key(bytes: &[u8], settings: &str) -> String {
        let mut hash = Sha256::new();
        hash.update(Sha256::digest(bytes));
        hash.update(settings.as_bytes());
        hex(&hash.finalize())
    }
}

/// A report with its reading, ready to be written. Making one is the expensive part and can be done on any thread.
#[derive(Debug, Clone)]
pub struct Prepared {
    pub(crate) report: Report,
    pub(crate) provenance: Provenance,
    pub(crate) packed: Option<Packed>,
    address: String,
    identity: String,
    head: String,
    diagnostics: String,
}

impl Prepared {
    /// A report that is stored without being read (sayso does not read its language, or reading is postponed).
    ///
    /// # Errors
    /// [`LedgerError::Json`].
    pub fn unread(report: Report, provenance: Provenance) -> Result<Self, LedgerError> {
        let head = &report.head;
        let identity = report_identity(&report).unwrap_or_else(|| format!("file {}", provenance.origin));
        Ok(Self {
            address: report_address(&report),
            identity,
            head: serde_json::to_string(head)?,
            diagnostics: serde_json::to_string(&report.diagnostics)?,
            report,
            provenance,
            packed: None,
        })
    }

    /// A report with its reading.
    ///
    /// # Errors
    /// [`LedgerError::Json`].
    pub fn read(reading: Reading, provenance: Provenance) -> Result<Self, LedgerError> {
        let (report, packed) = Packed::new(reading)?;
        Ok(Self { packed: Some(packed), ..Self::unread(report, provenance)? })
    }

    /// The report.
    #[must_use]
    pub fn report(&self) -> &Report {
        &self.report
    }
}

/// The outcome of adding a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Added {
    /// It is new.
    Added(ReportId),
    /// It was there already; nothing changed.
    Known(ReportId),
    /// It is a new revision.
    Revised {
        /// The new revision.
        id: ReportId,
        /// The one before it.
        previous: ReportId,
    },
}

impl Added {
    /// Number of the report, new or known.
    #[must_use]
    pub fn id(self) -> ReportId {
        match self {
            Self::Added(id) | Self::Known(id) | Self::Revised { id, .. } => id,
        }
    }
}

/// Several reports written together: all of them are on disk when [`Batch::commit`] returns, none if it is dropped
/// first.
#[derive(Debug)]
pub struct Batch<'l> {
    pub(crate) tx: Transaction<'l>,
}

impl Ledger {
    /// Starts a batch. Other processes can read but not write until it is committed or dropped.
    ///
    /// # Errors
    /// [`LedgerError::Busy`] if another process writes for too long.
    pub fn batch(&mut self) -> Result<Batch<'_>, LedgerError> {
        Ok(Batch { tx: self.db.write()? })
    }

    /// Adds one report; it is on disk when this returns.
    ///
    /// # Errors
    /// [`LedgerError::Full`], [`LedgerError::Busy`].
    pub fn add(&mut self, prepared: &Prepared) -> Result<Added, LedgerError> {
        let batch = self.batch()?;
        let added = batch.add(prepared)?;
        batch.commit()?;
        Ok(added)
    }

    /// The report that an input gave when it was added earlier.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn intake(&self, key: &str) -> Result<Option<ReportId>, LedgerError> {
        let mut query = self.db.prepare_cached("SELECT report FROM intake WHERE key = ?1")?;
        query.query_row([key], |row| row.get(0).map(ReportId)).optional()
    }

    /// Numbers of at most `limit` reports after `after` whose reading is missing or was made by another version than
    /// `reader`, in insertion order.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn unread(&self, reader: &str, after: ReportId, limit: usize) -> Result<Vec<ReportId>, LedgerError> {
        let mut query = self.db.prepare_cached(
            "SELECT r.id FROM report r LEFT JOIN reading g ON g.report = r.id
             WHERE r.id > ?1 AND (g.report IS NULL OR g.reader <> ?2) ORDER BY r.id LIMIT ?3",
        )?;
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let rows = query.query_map(params![after.0, reader, limit], |row| row.get(0).map(ReportId))?;
        rows.collect()
    }

    /// Replaces the reading of a report. Decisions about its entries are kept: they refer to words, not numbers.
    ///
    /// # Errors
    /// [`LedgerError::Full`], [`LedgerError::Busy`], [`LedgerError::Json`].
    pub fn reread(&mut self, id: ReportId, reading: Reading) -> Result<(), LedgerError> {
        let (_, packed) = Packed::new(reading)?;
        let tx = self.db.write()?;
        packed.replace(&tx, id)?;
        tx.commit()
    }
}

impl Batch<'_> {
    /// Adds a report to the batch.
    ///
    /// # Errors
    /// [`LedgerError::Full`]; the batch should then be dropped.
    pub fn add(&self, prepared: &Prepared) -> Result<Added, LedgerError> {
        let known = self
            .tx
            .prepare_cached("SELECT id FROM report WHERE address = ?1")?
            .query_row([&prepared.address], |row| row.get(0).map(ReportId))
            .optional()?;
        let added = match known {
            Some(id) => Added::Known(id),
            None => self.insert(prepared)?,
        };
        if let Some(key) = &prepared.provenance.intake {
            self.tx
                .prepare_cached("INSERT INTO intake (key, report) VALUES (?1, ?2) ON CONFLICT DO NOTHING")?
                .execute(params![key, added.id().0])?;
        }
        Ok(added)
    }

    /// Writes the batch to disk.
    ///
    /// # Errors
    /// [`LedgerError::Full`]; none of the batch is then kept.
    pub fn commit(self) -> Result<(), LedgerError> {
        self.tx.commit()
    }

    fn insert(&self, prepared: &Prepared) -> Result<Added, LedgerError> {
        if !self.tx.is_file() && prepared.report.text.contains('\0') {
            let (table, row) = ("report".to_owned(), prepared.provenance.origin.clone());
            return Err(LedgerError::NulCharacter { table, row });
        }
        let previous: Option<(i64, i64, i64)> = self
            .tx
            .prepare_cached(
                "SELECT id, first, revision FROM report WHERE identity = ?1 ORDER BY revision DESC LIMIT 1",
            )?
            .query_row([&prepared.identity], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
            .optional()?;
        let report = &prepared.report;
        let head = &report.head;
        // The number is reserved beforehand, because the `first` of a first revision is the report itself.
        let id: i64 = self
            .tx
            .prepare_cached("SELECT coalesce(max(id), 0) + 1 FROM report")?
            .query_row([], |row| row.get(0))?;
        let (first, revision) = previous.map_or((id, 1), |(_, first, revision)| (first, revision + 1));
        self.tx
            .prepare_cached(
                "INSERT INTO report (id, address, raw_hash, text_hash, identity, first, revision, latest, headline, outlet,
                 published, published_at, url, language, text, head, diagnostics, origin, fetched_at, added_at)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 1, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19)",
            )?
            .execute(params![
                id,
                prepared.address,
                report.raw_hash,
                report.text_hash,
                prepared.identity,
                first,
                revision,
                head.headline.as_ref().map(|v| &v.value),
                head.outlet.as_ref().map(|v| &v.value),
                head.published.as_ref().map(|v| v.value.to_string()),
                head.published_at.as_ref().map(|v| &v.value),
                head.url.as_ref().map(|v| &v.value),
                head.language.as_ref().map(|v| &v.value),
                report.text,
                prepared.head,
                prepared.diagnostics,
                prepared.provenance.origin,
                prepared.provenance.fetched_at,
                now(),
            ])?;
        search::index(
            &self.tx,
            ReportId(id),
            head.headline.as_ref().map(|v| v.value.as_str()),
            &report.text,
        )?;
        if let Some(packed) = &prepared.packed {
            packed.write(&self.tx, ReportId(id))?;
        }
        Ok(match previous {
            None => Added::Added(ReportId(id)),
            Some((previous, ..)) => {
                self.tx.prepare_cached("UPDATE report SET latest = 0 WHERE id = ?1")?.execute([previous])?;
                Added::Revised { id: ReportId(id), previous: ReportId(previous) }
            }
        })
    }
}

/// What two inputs have in common if they are the same report: words, outlet and day.
#[must_use]
pub fn report_address(report: &Report) -> String {
    let (outlet, day) = outlet_and_day(report);
    let mut address = Sha256::new();
    for part in [report.text_hash.as_str(), &outlet, &day] {
        address.update(part.as_bytes());
        address.update([0]);
    }
    hex(&address.finalize())
}

/// What the revisions of one report have in common: the page's URL (for a block of a live blog, with the fragment that names the
/// block), otherwise outlet, headline and day. `None` if a report has neither.
#[must_use]
pub fn report_identity(report: &Report) -> Option<String> {
    match (&report.head.url, &report.head.headline) {
        (Some(url), _) => {
            let mut identity = url_identity(&url.value);
            let fragment = url.value.split_once('#').map(|(_, fragment)| fragment);
            if let (HeadSource::Block, Some(fragment)) = (&url.from, fragment) {
                identity.push('#');
                identity.push_str(fragment);
            }
            Some(identity)
        }
        (None, Some(headline)) => {
            let (outlet, day) = outlet_and_day(report);
            let head = || format!("head {outlet} {} {day}", crate::fold(&headline.value));
            (!outlet.is_empty() && !day.is_empty()).then(head)
        }
        (None, None) => None,
    }
}

fn outlet_and_day(report: &Report) -> (String, String) {
    let head = &report.head;
    let outlet = head.outlet.as_ref().map_or_else(String::new, |o| o.value.to_lowercase());
    (outlet, head.published.as_ref().map_or_else(String::new, |d| d.value.to_string()))
}

/// What the URLs of one page have in common: no scheme, "www.", fragment, tracking parameters or trailing slash.
pub(crate) fn url_identity(url: &str) -> String {
    let url = url.split('#').next().unwrap_or(url);
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let (page, query) = rest.split_once('?').unwrap_or((rest, ""));
    let (host, path) = page.split_once('/').unwrap_or((page, ""));
    let host = host.to_lowercase();
    let mut kept: Vec<&str> = query
        .split('&')
        .filter(|pair| {
            let name = pair.split('=').next().unwrap_or("");
            !name.is_empty()
                && !name.starts_with("utm_")
                && !matches!(
                    name,
                    "fbclid"
                        | "gclid"
                        | "ref"
                        | "cmp"
                        | "cmpid"
                        | "ns_campaign"
                        | "smid"
                        | "ocid"
                        | "mc_cid"
                        | "mc_eid"
                )
        })
        .collect();
    kept.sort_unstable();
    let host = host.strip_prefix("www.").unwrap_or(&host);
    let mut identity = format!("url {host}/{}", path.trim_end_matches('/'));
    if !kept.is_empty() {
        identity.push('?');
        identity.push_str(&kept.join("&"));
    }
    identity
}

pub(crate) fn now() -> String {
    Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::with_capacity(64), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

#[cfg(test)]
mod tests {
    use sayso_model::{Head, HeadSource, Report, Stated};

    use super::{report_identity, url_identity};

    #[test]
    fn only_blocks_of_live_blogs_are_told_apart_by_their_fragments() {
        let identity = |url: &str, from: HeadSource| {
            let url = Some(Stated { value: url.to_owned(), from, span: None });
            let head = Head { url, ..Head::default() };
            let (raw_hash, text_hash, text) = (String::new(), String::new(), String::new());
            report_identity(&Report { raw_hash, text_hash, text, head, diagnostics: Vec::new() }).unwrap()
        };
        let (one, two) = ("https://a.test/live#b1", "https://a.test/live#b2");
        assert_eq!(identity(one, HeadSource::Page), identity(two, HeadSource::Page));
        assert_ne!(identity(one, HeadSource::Block), identity(two, HeadSource::Block));
        assert_eq!(identity(one, HeadSource::Block), "url a.test/live#b1");
    }

    #[test]
    fn addresses_of_one_page_are_one() {
        let one = url_identity("https://www.example.org/a/b/?utm_source=x&id=3#top");
        assert_eq!(one, url_identity("http://example.org/a/b?id=3&ref=rss"));
        assert_ne!(one, url_identity("http://example.org/a/b?id=4"));
        assert_ne!(one, url_identity("http://example.org/A/b?id=3"));
    }
}
