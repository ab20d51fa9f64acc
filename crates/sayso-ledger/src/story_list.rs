//! The list of stories: one cached row each, rebuilt when something has changed for it.
//!
//! Triggers in the file record in `story_changed` each story for which a report, a figure or a decision was added,
//! removed or changed (`migrations/0005.sql`). Before the list is read, the rows of these stories are rebuilt, so that
//! a page is a lookup and new data costs only what it touches. Reports that have just been placed are added to the row of
//! their story, if nothing else has changed for it.

use std::collections::BTreeSet;

use rusqlite::{params, types::Value};

use crate::{
    Derived, Ledger, LedgerError, ReportId, StoryId,
    db::{Db, Optional, Row},
};

/// What a list shows about a story.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct StoryLine {
    /// Its number.
    pub id: StoryId,
    /// The headline it began with.
    pub label: String,
    /// How many reports it has, counting only newest revisions.
    pub reports: usize,
    /// Day of the first report that has one.
    pub first: Option<String>,
    /// Day of the last.
    pub last: Option<String>,
    /// Outlets of its reports.
    pub outlets: BTreeSet<String>,
    /// How many of its figures are undecided.
    pub unreviewed: u64,
}

/// A place in the list: after this story.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoryCursor {
    /// Day of its last report, if it has one.
    pub last: Option<String>,
    /// Its number.
    pub id: StoryId,
}

impl std::fmt::Display for StoryCursor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{}", self.last.as_deref().unwrap_or(""), self.id.0)
    }
}

impl std::str::FromStr for StoryCursor {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let malformed =
            || format!("'{text}' is not a place in the list; pass what the previous page ended with");
        let (last, id) = text.rsplit_once('.').ok_or_else(malformed)?;
        let id = id.parse().map(StoryId).map_err(|_| malformed())?;
        Ok(Self { last: Some(last.to_owned()).filter(|l| !l.is_empty()), id })
    }
}

impl Ledger {
    /// Stories with at least this many reports, starting with the one that has the newest report, after `after`, at
    /// most `limit` of them. Rows of changed stories are rebuilt if the ledger can be written; in a read-only ledger,
    /// or one that somebody else is writing to, they are computed.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn story_lines(
        &mut self,
        least: usize,
        after: Option<&StoryCursor>,
        limit: Option<usize>,
    ) -> Result<Vec<StoryLine>, LedgerError> {
        match self.keep_story_lines() {
            Ok(()) | Err(LedgerError::Busy) => {}
            Err(e) => return Err(e),
        }
        let changed = self.changed_stories()?;
        if !changed.is_empty() {
            return self.with_changed(least, after, limit, &changed);
        }
        kept(&self.db, least, after, limit)
    }

    /// Rebuilds the rows of changed stories; does nothing in a read-only ledger, or as one person sees it.
    ///
    /// # Errors
    /// [`LedgerError::Busy`] if another process writes for too long.
    pub fn keep_story_lines(&mut self) -> Result<(), LedgerError> {
        let changed = self.changed_stories()?;
        if changed.is_empty() || self.is_read_only() || self.seen_as.is_some() {
            return Ok(());
        }
        let write = self.derived()?;
        write.keep_story_lines(&changed)?;
        write.commit()
    }

    fn changed_stories(&self) -> Result<BTreeSet<StoryId>, LedgerError> {
        changed(&self.db)
    }

    /// The list as it would be cached.
    fn with_changed(
        &self,
        least: usize,
        after: Option<&StoryCursor>,
        limit: Option<usize>,
        changed: &BTreeSet<StoryId>,
    ) -> Result<Vec<StoryLine>, LedgerError> {
        let mut all = kept(&self.db, 0, None, None)?;
        all.retain(|line| !changed.contains(&line.id));
        for story in changed {
            all.extend(line_of(&self.db, *story)?);
        }
        all.sort_by(|a, b| b.last.cmp(&a.last).then(a.id.cmp(&b.id)));
        let behind = |line: &StoryLine| {
            after.is_none_or(|c| line.last < c.last || line.last == c.last && line.id > c.id)
        };
        all.retain(|line| line.reports >= least && behind(line));
        all.truncate(limit.unwrap_or(usize::MAX));
        Ok(all)
    }
}

impl Derived<'_> {
    /// Rebuilds the rows of stories.
    fn keep_story_lines(&self, stories: &BTreeSet<StoryId>) -> Result<(), LedgerError> {
        for story in stories {
            match line_of(&self.tx, *story)? {
                Some(line) => self.put_story_line(&line)?,
                None => {
                    self.tx.prepare_cached("DELETE FROM story_line WHERE story = ?1")?.execute([story.0])?;
                }
            }
            self.is_up_to_date(*story)?;
        }
        Ok(())
    }

    /// The stories whose rows in the list are to be rebuilt.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn changed_stories(&self) -> Result<BTreeSet<StoryId>, LedgerError> {
        changed(&self.tx)
    }

    /// Adds reports that this transaction put into a story to its row in the list, which then is not rebuilt from all of its
    /// reports. Only for a story for which nothing else has changed since its row was made.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn add_to_story_line(&self, story: StoryId, reports: &[ReportId]) -> Result<(), LedgerError> {
        let mut query = self.tx.prepare_cached(&format!("{KEPT} WHERE story = ?1"))?;
        let Some(mut line) = query.query_row([story.0], kept_line).optional()? else { return Ok(()) };
        for report in reports {
            let mut head = self
                .tx
                .prepare_cached("SELECT published, outlet FROM sound_head WHERE id = ?1 AND +latest = 1")?;
            let head = head.query_row([report.0], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
            let Some((published, outlet)) = head else { continue };
            line.count(published, outlet);
            let mut undecided = self
                .tx
                .prepare_cached("SELECT count(*) FROM figure WHERE report = ?1 AND decision IS NULL")?;
            let undecided: i64 = undecided.query_row([report.0], |row| row.get(0))?;
            line.unreviewed += u64::try_from(undecided).unwrap_or(0);
        }
        self.put_story_line(&line)?;
        self.is_up_to_date(story)
    }

    fn put_story_line(&self, line: &StoryLine) -> Result<(), LedgerError> {
        self.tx
            .prepare_cached(
                "INSERT INTO story_line (story, label, reports, first, last, outlets, unreviewed)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
                 ON CONFLICT (story) DO UPDATE SET label = excluded.label, reports = excluded.reports,
                 first = excluded.first, last = excluded.last, outlets = excluded.outlets,
                 unreviewed = excluded.unreviewed",
            )?
            .execute(params![
                line.id.0,
                line.label,
                i64::try_from(line.reports).unwrap_or(i64::MAX),
                line.first,
                line.last.as_deref().unwrap_or_default(),
                serde_json::to_string(&line.outlets)?,
                i64::try_from(line.unreviewed).unwrap_or(i64::MAX),
            ])?;
        Ok(())
    }

    fn is_up_to_date(&self, story: StoryId) -> Result<(), LedgerError> {
        self.tx.prepare_cached("DELETE FROM story_changed WHERE story = ?1")?.execute([story.0])?;
        Ok(())
    }
}

impl StoryLine {
    /// Counts a report.
    fn count(&mut self, published: Option<String>, outlet: Option<String>) {
        self.reports += 1;
        self.first = self.first.take().into_iter().chain(published.clone()).min();
        self.last = self.last.take().into_iter().chain(published).max();
        self.outlets.extend(outlet);
    }
}

fn changed(db: &Db) -> Result<BTreeSet<StoryId>, LedgerError> {
    let mut query = db.prepare_cached("SELECT story FROM story_changed")?;
    query.query_map([], |row| row.get(0).map(StoryId))?.collect()
}

/// How cached rows are read.
const KEPT: &str = "SELECT story, label, reports, first, last, outlets, unreviewed FROM sound_story_line";

/// The cached rows.
fn kept(
    db: &Db,
    least: usize,
    after: Option<&StoryCursor>,
    limit: Option<usize>,
) -> Result<Vec<StoryLine>, LedgerError> {
    let number = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
    let mut values: Vec<Value> = vec![number(least).into(), limit.map_or(i64::MAX, number).into()];
    let behind = after.map_or("", |cursor| {
        let last = cursor.last.clone().unwrap_or_default();
        values.extend([Value::from(last), cursor.id.0.into()]);
        "AND (last < ?3 OR (last || '' = ?3 AND story > ?4))"
    });
    let mut query = db.prepare_cached(&format!(
        "{KEPT} WHERE +reports >= ?1 {behind} ORDER BY last DESC, story LIMIT ?2"
    ))?;
    let rows = query.query_map(values, kept_line)?;
    rows.collect()
}

fn kept_line(row: &Row<'_>) -> rusqlite::Result<StoryLine> {
    let (reports, unreviewed): (i64, i64) = (row.get(2)?, row.get(6)?);
    let (last, outlets): (String, String) = (row.get(4)?, row.get(5)?);
    Ok(StoryLine {
        id: StoryId(row.get(0)?),
        label: row.get(1)?,
        reports: usize::try_from(reports).unwrap_or(0),
        first: row.get(3)?,
        last: Some(last).filter(|l| !l.is_empty()),
        outlets: serde_json::from_str(&outlets).unwrap_or_default(),
        unreviewed: u64::try_from(unreviewed).unwrap_or(0),
    })
}

/// What the list shows about a story, from its reports; `None` for one without a newest revision.
fn line_of(db: &Db, story: StoryId) -> Result<Option<StoryLine>, LedgerError> {
    let label: Option<String> = db
        .prepare_cached("SELECT label FROM sound_story WHERE id = ?1")?
        .query_row([story.0], |row| row.get(0))
        .optional()?;
    let Some(label) = label else { return Ok(None) };
    let mut line = StoryLine { id: story, label, ..StoryLine::default() };
    let mut query = db.prepare_cached(
        "SELECT r.published, r.outlet FROM sound_story_report m CROSS JOIN sound_head r ON r.id = m.report
         WHERE m.story = ?1 AND +r.latest = 1",
    )?;
    let mut rows = query.query([story.0])?;
    while let Some(row) = rows.next()? {
        line.count(row.get(0)?, row.get(1)?);
    }
    let unreviewed: i64 = db
        .prepare_cached(
            "SELECT count(*) FROM story_report s JOIN report r ON r.id = s.report AND r.latest = 1
             JOIN figure f ON f.report = s.report WHERE s.story = ?1 AND f.decision IS NULL",
        )?
        .query_row([story.0], |row| row.get(0))?;
    line.unreviewed = u64::try_from(unreviewed).unwrap_or(0);
    Ok(Some(line).filter(|l| l.reports > 0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_in_the_list_is_written_and_read() {
        for cursor in [
            StoryCursor { last: Some("2025-06-12".into()), id: StoryId(7) },
            StoryCursor { last: None, id: StoryId(9) },
        ] {
            assert_eq!(cursor.to_string().parse(), Ok(cursor));
        }
        assert!("7".parse::<StoryCursor>().is_err() && "2025-06-12.x".parse::<StoryCursor>().is_err());
    }
}
