//! What `sayso-compare` derives from the readings. All of it can be dropped and rebuilt.

use std::collections::BTreeMap;

use rusqlite::params;
use sayso_model::SpeakerId;
use serde::Serialize;

use crate::{
    Ledger, LedgerError, ReportId,
    db::{Db, Optional, Transaction},
};

/// Number of a story.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct StoryId(pub i64);

/// A story as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Story {
    /// Its number.
    pub id: StoryId,
    /// What people see of it in a list.
    pub label: String,
    /// What compare needs to place the next report.
    pub state: Option<Vec<u8>>,
}

/// A speaker of a report as a member of a group of speakers who are one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GroupMember {
    /// The report.
    pub report: ReportId,
    /// The speaker in its reading.
    pub speaker: SpeakerId,
    /// Why it is in the group (JSON).
    pub evidence: String,
}

/// A report that has a term, with the value stored with it.
pub type Posting = (ReportId, Option<Vec<u8>>);

/// A transaction for reading and writing derived data: all of it is on disk when [`Derived::commit`] returns, none if
/// it is dropped first.
#[derive(Debug)]
pub struct Derived<'l> {
    pub(crate) tx: Transaction<'l>,
}

/// While it lives, everything read from the ledger is from one snapshot, whatever others write; and reading is cheaper,
/// because SQLite locks the file once instead of for each query.
#[derive(Debug)]
pub struct Snapshot<'l> {
    _tx: Transaction<'l>,
}

impl Ledger {
    /// Starts reading from a snapshot.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn snapshot(&self) -> Result<Snapshot<'_>, LedgerError> {
        Ok(Snapshot { _tx: self.db.snapshot()? })
    }

    /// Starts writing derived data.
    ///
    /// # Errors
    /// [`LedgerError::Busy`] if another process writes for too long.
    pub fn derived(&mut self) -> Result<Derived<'_>, LedgerError> {
        Ok(Derived { tx: self.db.write()? })
    }

    /// All stories, by number.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn stories(&self) -> Result<Vec<Story>, LedgerError> {
        let mut query = self.db.prepare_cached("SELECT id, label, state FROM sound_story ORDER BY id")?;
        let rows = query.query_map([], |row| {
            Ok(Story { id: StoryId(row.get(0)?), label: row.get(1)?, state: row.get(2)? })
        })?;
        rows.collect()
    }

    /// The most recently added report of each story.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn newest_reports(&self) -> Result<BTreeMap<StoryId, ReportId>, LedgerError> {
        let mut query =
            self.db.prepare_cached("SELECT story, max(report) FROM sound_story_report GROUP BY story")?;
        let rows = query.query_map([], |row| Ok((StoryId(row.get(0)?), ReportId(row.get(1)?))))?;
        rows.collect()
    }

    /// A story.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn story(&self, id: StoryId) -> Result<Option<Story>, LedgerError> {
        let mut query = self.db.prepare_cached("SELECT id, label, state FROM sound_story WHERE id = ?1")?;
        query
            .query_row([id.0], |row| {
                Ok(Story { id: StoryId(row.get(0)?), label: row.get(1)?, state: row.get(2)? })
            })
            .optional()
    }

    /// Reports of a story in insertion order.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn story_reports(&self, id: StoryId) -> Result<Vec<ReportId>, LedgerError> {
        let mut query = self
            .db
            .prepare_cached("SELECT report FROM sound_story_report WHERE story = ?1 ORDER BY report")?;
        query.query_map([id.0], |row| row.get(0).map(ReportId))?.collect()
    }

    /// Identifies the readings of a story's newest revisions and the decisions about them: what is derived from them is
    /// valid as long as this stays the same. A note does not affect the comparison; nor does accepting what was read,
    /// unless something else has been decided about that report.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn story_state(&self, id: StoryId) -> Result<String, LedgerError> {
        let mut query = self.db.prepare_cached("SELECT version FROM story_version WHERE story = ?1")?;
        let version: Option<i64> = query.query_row([id.0], |row| row.get(0)).optional()?;
        Ok(version.unwrap_or(0).to_string())
    }

    /// The story of a report.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn story_of(&self, report: ReportId) -> Result<Option<StoryId>, LedgerError> {
        let mut query = self.db.prepare_cached("SELECT story FROM sound_story_report WHERE report = ?1")?;
        query.query_row([report.0], |row| row.get(0).map(StoryId)).optional()
    }

    /// The group of a speaker of a report.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn speaker_group(&self, report: ReportId, speaker: SpeakerId) -> Result<Option<i64>, LedgerError> {
        let mut query = self
            .db
            .prepare_cached("SELECT speaker_group FROM speaker_group WHERE report = ?1 AND entry = ?2")?;
        query.query_row(params![report.0, speaker.0], |row| row.get(0)).optional()
    }

    /// Members of a group of speakers, by report.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn group_members(&self, group: i64) -> Result<Vec<GroupMember>, LedgerError> {
        let mut query = self.db.prepare_cached(
            "SELECT report, entry, evidence FROM speaker_group WHERE speaker_group = ?1 ORDER BY report, entry",
        )?;
        let rows = query.query_map([group], |row| {
            Ok(GroupMember {
                report: ReportId(row.get(0)?),
                speaker: SpeakerId(row.get(1)?),
                evidence: row.get(2)?,
            })
        })?;
        rows.collect()
    }

    /// At most `limit` reports with a term, most recently added first, each with the value stored with it.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn postings(&self, kind: &str, term: &str, limit: usize) -> Result<Vec<Posting>, LedgerError> {
        let mut query = self.db.prepare_cached(
            "SELECT report, value FROM posting WHERE kind = ?1 AND term = ?2 ORDER BY report DESC LIMIT ?3",
        )?;
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let rows =
            query.query_map(params![kind, term, limit], |row| Ok((ReportId(row.get(0)?), row.get(1)?)))?;
        rows.collect()
    }

    /// Terms of a kind that a report has, in order.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn terms(&self, kind: &str, report: ReportId) -> Result<Vec<String>, LedgerError> {
        let mut query = self
            .db
            .prepare_cached("SELECT term FROM posting WHERE report = ?1 AND kind = ?2 ORDER BY term")?;
        query.query_map(params![report.0, kind], |row| row.get(0))?.collect()
    }

    /// A derived value by kind and key.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn value(&self, kind: &str, key: &str) -> Result<Option<Vec<u8>>, LedgerError> {
        value(&self.db, kind, key)
    }

    /// All derived values of a kind, by key.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn values(&self, kind: &str) -> Result<Vec<(String, Vec<u8>)>, LedgerError> {
        let mut query =
            self.db.prepare_cached("SELECT key, value FROM sound_derived WHERE kind = ?1 ORDER BY key")?;
        query.query_map([kind], |row| Ok((row.get(0)?, row.get(1)?)))?.collect()
    }
}

impl Derived<'_> {
    /// A derived value by kind and key, read while nobody else can write.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn value(&self, kind: &str, key: &str) -> Result<Option<Vec<u8>>, LedgerError> {
        value(&self.tx, kind, key)
    }

    /// Creates a story.
    ///
    /// # Errors
    /// [`LedgerError::Full`].
    pub fn new_story(&self, label: &str, state: Option<&[u8]>) -> Result<StoryId, LedgerError> {
        self.tx
            .prepare_cached(
                "INSERT INTO story (id, label, state) VALUES ((SELECT coalesce(max(id), 0) + 1 FROM story), ?1, ?2)
                 RETURNING id",
            )?
            .query_row(params![label, state], |row| row.get(0).map(StoryId))
    }

    /// Creates a story with the caller's number, or changes the existing one.
    ///
    /// # Errors
    /// [`LedgerError::Full`].
    pub fn put_story(&self, id: StoryId, label: &str, state: Option<&[u8]>) -> Result<(), LedgerError> {
        if self.set_story(id, label, state)? {
            return Ok(());
        }
        self.tx
            .prepare_cached("INSERT INTO story (id, label, state) VALUES (?1, ?2, ?3)")?
            .execute(params![id.0, label, state])?;
        Ok(())
    }

    /// Changes a story's label and state; true if there is such a story.
    ///
    /// # Errors
    /// [`LedgerError::Full`].
    pub fn set_story(&self, id: StoryId, label: &str, state: Option<&[u8]>) -> Result<bool, LedgerError> {
        let changed = self
            .tx
            .prepare_cached("UPDATE story SET label = ?2, state = ?3 WHERE id = ?1")?
            .execute(params![id.0, label, state])?;
        Ok(changed > 0)
    }

    /// Removes a story and its memberships.
    ///
    /// # Errors
    /// [`LedgerError::Full`].
    pub fn remove_story(&self, id: StoryId) -> Result<(), LedgerError> {
        self.tx.prepare_cached("DELETE FROM story_report WHERE story = ?1")?.execute([id.0])?;
        self.tx.prepare_cached("DELETE FROM story WHERE id = ?1")?.execute([id.0])?;
        Ok(())
    }

    /// Moves a report into a story, out of any other.
    ///
    /// # Errors
    /// [`LedgerError::Full`].
    pub fn put_report(&self, report: ReportId, story: StoryId) -> Result<(), LedgerError> {
        // Not in one statement: SQLite applies a statement's conflict handling to the triggers that it fires, too.
        self.tx.prepare_cached("DELETE FROM story_report WHERE report = ?1")?.execute([report.0])?;
        self.tx
            .prepare_cached("INSERT INTO story_report (report, story) VALUES (?1, ?2)")?
            .execute(params![report.0, story.0])?;
        Ok(())
    }

    /// Moves a speaker of a report into a group, out of any other.
    ///
    /// # Errors
    /// [`LedgerError::Full`].
    pub fn put_speaker(
        &self,
        report: ReportId,
        speaker: SpeakerId,
        group: i64,
        evidence: &str,
    ) -> Result<(), LedgerError> {
        self.tx
            .prepare_cached(
                "INSERT INTO speaker_group (report, entry, speaker_group, evidence) VALUES (?1, ?2, ?3, ?4)
                 ON CONFLICT (report, entry) DO UPDATE SET speaker_group = excluded.speaker_group, evidence = excluded.evidence",
            )?
            .execute(params![report.0, speaker.0, group, evidence])?;
        Ok(())
    }

    /// Adds a posting.
    ///
    /// # Errors
    /// [`LedgerError::Full`].
    pub fn post(
        &self,
        kind: &str,
        term: &str,
        report: ReportId,
        value: Option<&[u8]>,
    ) -> Result<(), LedgerError> {
        self.tx
            .prepare_cached(
                "INSERT INTO posting (kind, term, report, value) VALUES (?1, ?2, ?3, ?4)
                 ON CONFLICT (kind, term, report) DO UPDATE SET value = excluded.value",
            )?
            .execute(params![kind, term, report.0, value])?;
        Ok(())
    }

    /// Sets a derived value.
    ///
    /// # Errors
    /// [`LedgerError::Full`].
    pub fn set_value(&self, kind: &str, key: &str, value: &[u8]) -> Result<(), LedgerError> {
        self.tx
            .prepare_cached(
                "INSERT INTO derived (kind, key, value) VALUES (?1, ?2, ?3)
                 ON CONFLICT (kind, key) DO UPDATE SET value = excluded.value",
            )?
            .execute(params![kind, key, value])?;
        Ok(())
    }

    /// Marks what has been made of the stories that have reports of an outlet as out of date.
    ///
    /// # Errors
    /// [`LedgerError::Full`].
    pub fn touch_stories_of(&self, outlet: &str) -> Result<(), LedgerError> {
        self.tx
            .prepare_cached(
                "INSERT INTO story_version SELECT l.story, 1 FROM story_line l
                 WHERE instr(l.outlets, CAST(?1 AS text)) > 0
                 ON CONFLICT (story) DO UPDATE SET version = story_version.version + 1",
            )?
            .execute([serde_json::to_string(outlet)?])?;
        Ok(())
    }

    /// Drops a derived value.
    ///
    /// # Errors
    /// [`LedgerError::Full`].
    pub fn remove_value(&self, kind: &str, key: &str) -> Result<(), LedgerError> {
        self.tx.prepare_cached("DELETE FROM derived WHERE kind = ?1 AND key = ?2")?.execute([kind, key])?;
        Ok(())
    }

    /// Drops everything that compare has derived: stories, speaker groups, postings, values.
    ///
    /// # Errors
    /// [`LedgerError::Full`].
    pub fn clear(&self) -> Result<(), LedgerError> {
        for table in ["story_report", "story", "story_line", "speaker_group", "posting", "derived"] {
            self.tx.execute(&format!("DELETE FROM {table}"), [])?;
        }
        Ok(())
    }

    /// Writes to disk.
    ///
    /// # Errors
    /// [`LedgerError::Full`]; nothing is then kept.
    pub fn commit(self) -> Result<(), LedgerError> {
        self.tx.commit()
    }
}

fn value(db: &Db, kind: &str, key: &str) -> Result<Option<Vec<u8>>, LedgerError> {
    let mut query = db.prepare_cached("SELECT value FROM sound_derived WHERE kind = ?1 AND key = ?2")?;
    query.query_row([kind, key], |row| row.get(0)).optional()
}
