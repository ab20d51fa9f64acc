//! What people decided about entries, with an audit trail.

use std::collections::{BTreeMap, BTreeSet};

use rusqlite::params;
use sayso_model::Reading;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    Anchored, Ledger, LedgerError, ReportId, Reviewed,
    add::now,
    db::{Db, Row},
    reading::{project, read_body},
    sound::Source,
};

/// The kind of decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DecisionKind {
    /// The entry is right.
    Accept,
    /// The entry should have the values in `value`.
    Correct,
    /// The entry is wrong.
    Reject,
    /// The words are an entry that the reader missed.
    Add,
    /// A note, which changes nothing.
    Note,
    /// The subjects are one.
    Merge,
    /// The subjects are not one.
    Split,
    /// An earlier decision no longer applies.
    Undo,
}

impl DecisionKind {
    const ALL: [Self; 8] = [
        Self::Accept,
        Self::Correct,
        Self::Reject,
        Self::Add,
        Self::Note,
        Self::Merge,
        Self::Split,
        Self::Undo,
    ];

    /// The name of the kind.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Accept => "accept",
            Self::Correct => "correct",
            Self::Reject => "reject",
            Self::Add => "add",
            Self::Note => "note",
            Self::Merge => "merge",
            Self::Split => "split",
            Self::Undo => "undo",
        }
    }

    /// The kind with this name.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }
}

/// What a decision is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Subject {
    /// Entries of readings.
    Entries(Vec<Anchored>),
    /// Reports: merged, all reports of their stories become one story; split, these become a story of their own.
    Reports(Vec<i64>),
    /// Another decision, which is undone.
    Decision(i64),
}

/// A decision to be stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewDecision {
    /// Who decided.
    pub by: String,
    /// The kind.
    pub kind: DecisionKind,
    /// What it is about.
    pub subject: Subject,
    /// What it is corrected to.
    pub value: Option<Value>,
    /// The reason.
    pub note: Option<String>,
}

/// A stored decision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Decision {
    /// Its number; grows with time.
    pub id: i64,
    /// When (RFC 3339).
    pub at: String,
    /// Who.
    pub by: String,
    /// The kind.
    pub kind: DecisionKind,
    /// What it is about.
    pub subject: Subject,
    /// What it is corrected to.
    pub value: Option<Value>,
    /// The fields as they were before the decision; null for decisions before schema 3.
    pub seen: Option<Value>,
    /// The reason.
    pub note: Option<String>,
    /// The decision that undid it; null if it is in force.
    pub undone_by: Option<i64>,
}

impl Decision {
    /// The name of the kind: as [`DecisionKind::word`], except when stories are joined or split.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match (self.kind, &self.subject) {
            (DecisionKind::Merge, Subject::Reports(_)) => "join-story",
            (DecisionKind::Split, Subject::Reports(_)) => "split-story",
            (kind, _) => kind.word(),
        }
    }
}

/// Whose decisions count in a view of the ledger.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum View<'n> {
    /// Everybody's; of two about one field, the newer.
    #[default]
    Common,
    /// Only one person's: for independent review.
    Of(&'n str),
    /// Nobody's: what was read.
    AsRead,
}

impl View<'_> {
    fn counts(self, decision: &Decision) -> bool {
        match self {
            Self::Common => true,
            Self::Of(name) => decision.by == name,
            Self::AsRead => false,
        }
    }
}

impl Ledger {
    /// Stores a decision and returns its number. Its effect is visible everywhere when this returns.
    ///
    /// # Errors
    /// [`LedgerError::Value`] for a value that the entry cannot take, [`LedgerError::NoDecision`] and
    /// [`LedgerError::Undone`] if there is nothing to undo, [`LedgerError::There`] if an entry to add exists already,
    /// [`LedgerError::Full`].
    pub fn decide(&mut self, decision: &NewDecision) -> Result<i64, LedgerError> {
        self.decide_in(decision, View::Common)
    }

    /// The same, by somebody who sees the ledger in another view: what is accepted is what that view shows.
    ///
    /// # Errors
    /// Those of [`Ledger::decide`].
    pub fn decide_in(&mut self, decision: &NewDecision, view: View<'_>) -> Result<i64, LedgerError> {
        let tx = self.db.write()?;
        let (mut undoes, mut seen) = (None, None);
        let mut reports: BTreeSet<i64> = BTreeSet::new();
        match &decision.subject {
            Subject::Decision(id) => {
                let undone = all(&tx, Source::Sound, None)?.into_iter().find(|d| d.id == *id);
                match undone.ok_or(LedgerError::NoDecision(*id))?.undone_by {
                    Some(by) => return Err(LedgerError::Undone { decision: *id, by }),
                    None => undoes = Some(*id),
                }
                let mut query =
                    tx.prepare_cached("SELECT report FROM decision_report WHERE decision = ?1")?;
                for report in query.query_map([id], |row| row.get(0))? {
                    reports.insert(report?);
                }
            }
            Subject::Reports(ids) => reports.extend(ids),
            Subject::Entries(entries) => {
                reports.extend(entries.iter().map(|e| e.report));
                if let [anchored] = entries.as_slice() {
                    seen = saw(&tx, decision, anchored, view)?;
                }
            }
        }
        let id: i64 = tx
            .prepare_cached(
            "INSERT INTO decision (id, at, by, kind, subject, value, seen, note, undoes)
             VALUES ((SELECT coalesce(max(id), 0) + 1 FROM decision), ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) RETURNING id",
        )?
        .query_row(params![
            now(),
            decision.by,
            decision.kind.word(),
            serde_json::to_string(&decision.subject)?,
            decision.value.as_ref().map(Value::to_string),
            seen.map(|v| v.to_string()),
            decision.note,
            undoes
        ], |row| row.get(0))?;
        for report in reports {
            tx.prepare_cached("INSERT INTO decision_report (report, decision) VALUES (?1, ?2)")?
                .execute([report, id])?;
            project(&tx, Source::Sound, ReportId(report), View::Common)?;
        }
        tx.commit()?;
        Ok(id)
    }

    /// The whole audit trail, oldest first, including undone decisions.
    ///
    /// # Errors
    /// Those of SQLite; [`LedgerError::Json`] for a decision that cannot be decoded.
    pub fn decisions(&self) -> Result<Vec<Decision>, LedgerError> {
        all(&self.db, Source::Sound, None)
    }

    /// The audit trail of one report, oldest first.
    ///
    /// # Errors
    /// As for [`Ledger::decisions`].
    pub fn decisions_about(&self, report: ReportId) -> Result<Vec<Decision>, LedgerError> {
        all(&self.db, Source::Sound, Some(report))
    }

    /// One decision.
    ///
    /// # Errors
    /// [`LedgerError::NoDecision`].
    pub fn decision(&self, id: i64) -> Result<Decision, LedgerError> {
        self.decisions()?.into_iter().find(|d| d.id == id).ok_or(LedgerError::NoDecision(id))
    }

    /// Number of the newest decision; 0 if there is none.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn last_decision(&self) -> Result<i64, LedgerError> {
        self.db.prepare_cached("SELECT coalesce(max(id), 0) FROM decision")?.query_row([], |row| row.get(0))
    }

    /// Reports about which something was decided.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn decided_reports(&self) -> Result<Vec<ReportId>, LedgerError> {
        let mut query =
            self.db.prepare_cached("SELECT DISTINCT report FROM decision_report ORDER BY report")?;
        query.query_map([], |row| row.get(0).map(ReportId))?.collect()
    }

    /// The reading of a report as decided; `None` if there is no such report or it has not been read.
    ///
    /// # Errors
    /// [`LedgerError::Unreadable`] for one written by a version whose readings this one cannot decode.
    pub fn reviewed(&self, report: ReportId) -> Result<Option<Reviewed>, LedgerError> {
        self.reviewed_in(report, self.view())
    }

    /// Whose decisions count.
    #[must_use]
    pub fn view(&self) -> View<'_> {
        self.seen_as.as_deref().map_or(View::Common, View::Of)
    }

    /// The same in another view.
    ///
    /// # Errors
    /// As for [`Ledger::reviewed`].
    pub fn reviewed_in(&self, report: ReportId, view: View<'_>) -> Result<Option<Reviewed>, LedgerError> {
        self.unless_corrupt("reading", report, |db| reviewed(db, Source::Sound, report, view))
    }

    /// The reading of a report as it was read, regardless of decisions.
    ///
    /// # Errors
    /// As for [`Ledger::reviewed`].
    pub fn as_read(&self, report: ReportId) -> Result<Option<Reading>, LedgerError> {
        self.unless_corrupt("reading", report, |db| read_body(db, Source::Sound, report))
    }

    /// The reading of a report with decisions applied, together with the report: corrected where people have corrected
    /// it, and without what they have rejected. If anything was removed, its entries are renumbered;
    /// [`Ledger::reviewed`] has the names.
    ///
    /// # Errors
    /// As for [`Ledger::reviewed`].
    pub fn reading(&self, report: ReportId) -> Result<Option<Reading>, LedgerError> {
        Ok(self.reviewed(report)?.map(|reviewed| reviewed.into_standing().reading))
    }
}

/// Recomputes which reports each decision affects, for decisions that were not written by [`Ledger::decide`].
pub(crate) fn index(db: &Db) -> Result<(), LedgerError> {
    db.execute_batch(
        "INSERT OR IGNORE INTO decision_report (report, decision)
            SELECT DISTINCT json_extract(entry.value, '$.report'), decision.id
            FROM decision, json_each(decision.subject, '$.entries') AS entry;
         INSERT OR IGNORE INTO decision_report (report, decision)
            SELECT DISTINCT entry.value, decision.id
            FROM decision, json_each(decision.subject, '$.reports') AS entry;
         WITH RECURSIVE undo (report, decision) AS (
            SELECT report, decision FROM decision_report
            UNION
            SELECT undo.report, decision.id FROM decision JOIN undo ON decision.undoes = undo.decision
         )
         INSERT OR IGNORE INTO decision_report (report, decision) SELECT report, decision FROM undo;",
    )
}

/// The entry as the decision's author sees it, after checking that this decision can be made about it.
fn saw(
    db: &Db,
    decision: &NewDecision,
    anchored: &Anchored,
    view: View<'_>,
) -> Result<Option<Value>, LedgerError> {
    let report = ReportId(anchored.report);
    let reviewed = reviewed(db, Source::Sound, report, view)?
        .ok_or_else(|| LedgerError::NoReport(report.to_string()))?;
    if decision.kind == DecisionKind::Add
        && let Some(entry) = reviewed.same(anchored, decision.value.as_ref())
    {
        return Err(LedgerError::There { report, entry });
    }
    let seen = reviewed.check(anchored, decision.kind, decision.value.as_ref())?;
    let keeps = matches!(decision.kind, DecisionKind::Accept | DecisionKind::Correct | DecisionKind::Reject);
    Ok(seen.filter(|_| keeps).map(Value::Object))
}

pub(crate) fn reviewed(
    db: &Db,
    rows: Source,
    report: ReportId,
    view: View<'_>,
) -> Result<Option<Reviewed>, LedgerError> {
    let Some(read) = read_body(db, rows, report)? else { return Ok(None) };
    let mut decisions = all(db, rows, Some(report))?;
    decisions.retain(|d| view.counts(d));
    Ok(Some(Reviewed::new(report, read, &decisions)))
}

/// Decisions about a report, or all of them, oldest first.
fn all(db: &Db, rows: Source, report: Option<ReportId>) -> Result<Vec<Decision>, LedgerError> {
    let columns = format!(
        "SELECT d.id, d.at, d.by, d.kind, d.subject, d.value, d.seen, d.note, d.undoes FROM {} d",
        rows.of("decision")
    );
    let raw: Vec<Raw> = match report {
        None => {
            let mut query = db.prepare_cached(&format!("{columns} ORDER BY d.id"))?;
            query.query_map([], raw)?.collect::<Result<_, _>>()?
        }
        Some(report) => {
            let mut query = db.prepare_cached(&format!(
                "{columns} JOIN decision_report r ON r.decision = d.id WHERE r.report = ?1 ORDER BY d.id"
            ))?;
            query.query_map([report.0], raw)?.collect::<Result<_, _>>()?
        }
    };
    // An undo may itself have been undone, but only by a newer one.
    let mut undone: BTreeMap<i64, i64> = BTreeMap::new();
    for row in raw.iter().rev() {
        if let Some(undoes) = row.undoes.filter(|_| !undone.contains_key(&row.id)) {
            undone.insert(undoes, row.id);
        }
    }
    raw.into_iter().map(|row| decode(row, &undone)).collect()
}

struct Raw {
    id: i64,
    at: String,
    by: String,
    kind: String,
    subject: String,
    value: Option<String>,
    seen: Option<String>,
    note: Option<String>,
    undoes: Option<i64>,
}

fn raw(row: &Row<'_>) -> rusqlite::Result<Raw> {
    Ok(Raw {
        id: row.get(0)?,
        at: row.get(1)?,
        by: row.get(2)?,
        kind: row.get(3)?,
        subject: row.get(4)?,
        value: row.get(5)?,
        seen: row.get(6)?,
        note: row.get(7)?,
        undoes: row.get(8)?,
    })
}

fn decode(raw: Raw, undone: &BTreeMap<i64, i64>) -> Result<Decision, LedgerError> {
    let json = |written: Option<String>| written.map(|v| serde_json::from_str(&v)).transpose();
    Ok(Decision {
        id: raw.id,
        at: raw.at,
        by: raw.by,
        kind: DecisionKind::from_word(&raw.kind).unwrap_or(DecisionKind::Note),
        subject: serde_json::from_str(&raw.subject)?,
        value: json(raw.value)?,
        seen: json(raw.seen)?,
        note: raw.note,
        undone_by: undone.get(&raw.id).copied(),
    })
}
