//! What people decided about entries, with an audit trail.

use rusqlite::{OptionalExtension, Row, params};
use sayso_model::{Reading, Span};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{EntryKind, Ledger, LedgerError, ReportId, add::now};

/// What was decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DecisionKind {
    /// The entry is right.
    Accept,
    /// The entry should be what `value` says.
    Correct,
    /// The entry is wrong.
    Reject,
    /// The subjects are one.
    Merge,
    /// The subjects are not one.
    Split,
    /// An earlier decision no longer holds.
    Undo,
}

impl DecisionKind {
    fn word(self) -> &'static str {
        match self {
            Self::Accept => "accept",
            Self::Correct => "correct",
            Self::Reject => "reject",
            Self::Merge => "merge",
            Self::Split => "split",
            Self::Undo => "undo",
        }
    }

    fn from_word(word: &str) -> Self {
        match word {
            "accept" => Self::Accept,
            "correct" => Self::Correct,
            "reject" => Self::Reject,
            "merge" => Self::Merge,
            "split" => Self::Split,
            _ => Self::Undo,
        }
    }
}

/// An entry named by its words, so that it is found again in another reading of the report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Anchored {
    /// The report.
    pub report: i64,
    /// What sort of entry.
    pub kind: EntryKind,
    /// First byte of its words in the report's text.
    pub start: usize,
    /// One past their last byte.
    pub end: usize,
    /// The words.
    pub exact: String,
}

/// What a decision is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Subject {
    /// Entries of readings.
    Entries(Vec<Anchored>),
    /// Reports (to be put into one story, or apart).
    Reports(Vec<i64>),
    /// Another decision, undone.
    Decision(i64),
}

/// A decision to be kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewDecision {
    /// Who decided.
    pub by: String,
    /// What.
    pub kind: DecisionKind,
    /// About what.
    pub subject: Subject,
    /// What it is corrected to.
    pub value: Option<Value>,
    /// Why.
    pub note: Option<String>,
}

/// A decision kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Decision {
    /// Its number; grows with time.
    pub id: i64,
    /// When (RFC 3339).
    pub at: String,
    /// Who.
    pub by: String,
    /// What.
    pub kind: DecisionKind,
    /// About what.
    pub subject: Subject,
    /// What it is corrected to.
    pub value: Option<Value>,
    /// Why.
    pub note: Option<String>,
    /// The decision that undid it; null where it holds.
    pub undone_by: Option<i64>,
}

impl Ledger {
    /// Keeps a decision and gives its number.
    ///
    /// # Errors
    /// [`LedgerError::Full`], [`LedgerError::NoDecision`] where what it undoes is not there.
    pub fn decide(&mut self, decision: &NewDecision) -> Result<i64, LedgerError> {
        let undoes = match decision.subject {
            Subject::Decision(id) => {
                if !self.db.prepare_cached("SELECT 1 FROM decision WHERE id = ?1")?.exists([id])? {
                    return Err(LedgerError::NoDecision(id));
                }
                Some(id)
            }
            _ => None,
        };
        self.db
            .prepare_cached(
                "INSERT INTO decision (at, by, kind, subject, value, note, undoes) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            )?
            .execute(params![
                now(),
                decision.by,
                decision.kind.word(),
                serde_json::to_string(&decision.subject)?,
                decision.value.as_ref().map(Value::to_string),
                decision.note,
                undoes
            ])?;
        Ok(self.db.last_insert_rowid())
    }

    /// The whole audit trail, oldest first; undone decisions are in it.
    ///
    /// # Errors
    /// Those of SQLite; [`LedgerError::Json`] for a decision that cannot be decoded.
    pub fn decisions(&self) -> Result<Vec<Decision>, LedgerError> {
        let mut query = self.db.prepare_cached(
            "SELECT d.id, d.at, d.by, d.kind, d.subject, d.value, d.note,
             (SELECT u.id FROM decision u WHERE u.undoes = d.id AND NOT EXISTS
                (SELECT 1 FROM decision v WHERE v.undoes = u.id) ORDER BY u.id LIMIT 1)
             FROM sound_decision d ORDER BY d.id",
        )?;
        let rows = query.query_map([], raw)?;
        rows.map(|row| decode(row?)).collect()
    }

    /// Decisions about a report's entries that hold, each with the place of its first entry of this report in the given
    /// reading; `None` where the reading has no such entry any more.
    ///
    /// An entry is the one of its kind with the same words in the same place, else the one that shares most with them.
    ///
    /// # Errors
    /// As for [`Ledger::decisions`].
    pub fn decisions_in(
        &self,
        report: ReportId,
        reading: &Reading,
    ) -> Result<Vec<(Decision, Option<usize>)>, LedgerError> {
        let mut out = Vec::new();
        for decision in self.decisions()? {
            let Subject::Entries(entries) = &decision.subject else { continue };
            let Some(anchored) = entries.iter().find(|e| e.report == report.0) else { continue };
            if decision.undone_by.is_none() {
                let place = place(anchored, reading);
                out.push((decision, place));
            }
        }
        Ok(out)
    }
}

/// An entry of a reading, named by its words; `None` where it has no such entry.
impl Anchored {
    /// Names the entry of a kind at a place of its list.
    #[must_use]
    pub fn new(report: ReportId, reading: &Reading, kind: EntryKind, index: usize) -> Option<Self> {
        let span = kind.span(reading, index)?;
        Some(Self {
            report: report.0,
            kind,
            start: span.start,
            end: span.end,
            exact: span.cut(&reading.report.text).to_owned(),
        })
    }

    /// The place of the entry in another reading of its report: the one of its kind with the same words in the same place,
    /// else the one that shares most with them; `None` where it has no such entry any more.
    #[must_use]
    pub fn place(&self, reading: &Reading) -> Option<usize> {
        place(self, reading)
    }
}

fn place(anchored: &Anchored, reading: &Reading) -> Option<usize> {
    let wanted = Span::new(anchored.start, anchored.end);
    let shared = |span: Span| span.end.min(wanted.end).saturating_sub(span.start.max(wanted.start));
    (0..anchored.kind.count(reading))
        .filter_map(|index| anchored.kind.span(reading, index).map(|span| (index, span)))
        .filter(|&(_, span)| span.overlaps(wanted))
        .min_by_key(|&(index, span)| (span != wanted, usize::MAX - shared(span), index))
        .map(|(index, _)| index)
}

type Raw = (i64, String, String, String, String, Option<String>, Option<String>, Option<i64>);

fn raw(row: &Row<'_>) -> rusqlite::Result<Raw> {
    Ok((
        row.get(0)?,
        row.get(1)?,
        row.get(2)?,
        row.get(3)?,
        row.get(4)?,
        row.get(5)?,
        row.get(6)?,
        row.get(7)?,
    ))
}

fn decode((id, at, by, kind, subject, value, note, undone_by): Raw) -> Result<Decision, LedgerError> {
    Ok(Decision {
        id,
        at,
        by,
        kind: DecisionKind::from_word(&kind),
        subject: serde_json::from_str(&subject)?,
        value: value.map(|v| serde_json::from_str(&v)).transpose()?,
        note,
        undone_by,
    })
}

impl Ledger {
    /// One decision.
    ///
    /// # Errors
    /// [`LedgerError::NoDecision`].
    pub fn decision(&self, id: i64) -> Result<Decision, LedgerError> {
        let found = self
            .db
            .prepare_cached(
                "SELECT id, at, by, kind, subject, value, note, (SELECT min(u.id) FROM decision u WHERE u.undoes = d.id)
                 FROM sound_decision d WHERE id = ?1",
            )?
            .query_row([id], raw)
            .optional()?;
        found.map_or(Err(LedgerError::NoDecision(id)), decode)
    }
}
