//! Entries proposed by a language model, separate from those that were read.

use rusqlite::params;
use serde::Serialize;
use serde_json::Value;

use crate::{
    Ledger, LedgerError, ReportId,
    add::now,
    db::{Optional, Row},
};

/// A proposal.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Proposal {
    /// Its number; 0 for one that is not in the ledger yet.
    pub id: i64,
    /// The report.
    pub report: ReportId,
    /// When it was made (RFC 3339); set by the ledger.
    pub at: String,
    /// Name of the model.
    pub model: String,
    /// SHA-256 of the prompt.
    pub prompt: String,
    /// The words that it quotes.
    pub words: String,
    /// What it proposes.
    pub value: Value,
    /// Its state.
    pub state: ProposalState,
    /// Why it was refused, or a person's note.
    pub reason: Option<String>,
    /// The decision made from it.
    pub decision: Option<i64>,
}

/// The state of a proposal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ProposalState {
    /// It waits for a person.
    Waiting,
    /// It was accepted.
    Accepted,
    /// A person has rejected it.
    Rejected,
    /// The report's words do not support it.
    Refused,
}

impl ProposalState {
    /// The name of the state.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Accepted => "accepted",
            Self::Rejected => "rejected",
            Self::Refused => "refused",
        }
    }

    fn named(name: &str) -> Self {
        match name {
            "waiting" => Self::Waiting,
            "accepted" => Self::Accepted,
            "rejected" => Self::Rejected,
            _ => Self::Refused,
        }
    }
}

const COLUMNS: &str = "id, report, at, model, prompt, words, value, state, reason, decision";

fn proposal(row: &Row<'_>) -> rusqlite::Result<Proposal> {
    let value: String = row.get(6)?;
    Ok(Proposal {
        id: row.get(0)?,
        report: ReportId(row.get(1)?),
        at: row.get(2)?,
        model: row.get(3)?,
        prompt: row.get(4)?,
        words: row.get(5)?,
        value: serde_json::from_str(&value).unwrap_or_default(),
        state: ProposalState::named(&row.get::<String>(7)?),
        reason: row.get(8)?,
        decision: row.get(9)?,
    })
}

impl Ledger {
    /// Stores proposals; returns the number of each, old or new, in order. The same proposal by the same model for the
    /// same prompt is stored once, and an earlier decision about it stays.
    ///
    /// # Errors
    /// [`LedgerError::Full`], [`LedgerError::Json`].
    pub fn propose(&mut self, proposals: &[Proposal]) -> Result<Vec<i64>, LedgerError> {
        let tx = self.db.write()?;
        let mut ids = Vec::new();
        for p in proposals {
            let value = serde_json::to_string(&p.value)?;
            tx.prepare_cached(
                "INSERT INTO proposal (id, report, at, model, prompt, words, value, state, reason)
                 VALUES ((SELECT coalesce(max(id), 0) + 1 FROM proposal), ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
                 ON CONFLICT DO NOTHING",
            )?
            .execute(params![
                p.report.0,
                now(),
                p.model,
                p.prompt,
                p.words,
                value,
                p.state.as_str(),
                p.reason
            ])?;
            let id = tx
                .prepare_cached(
                    "SELECT id FROM proposal WHERE report = ?1 AND model = ?2 AND prompt = ?3 AND words = ?4 AND value = ?5",
                )?
                .query_row(params![p.report.0, p.model, p.prompt, p.words, value], |row| row.get(0))?;
            ids.push(id);
        }
        tx.commit()?;
        Ok(ids)
    }

    /// Proposals for a report, or for all; in the order in which they were made.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn proposals(&self, report: Option<ReportId>) -> Result<Vec<Proposal>, LedgerError> {
        let mut query = self.db.prepare_cached(&format!(
            "SELECT {COLUMNS} FROM proposal WHERE CAST(?1 AS bigint) IS NULL OR report = ?1 ORDER BY id"
        ))?;
        query.query_map([report.map(|r| r.0)], proposal)?.collect()
    }

    /// One proposal.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn proposal(&self, id: i64) -> Result<Option<Proposal>, LedgerError> {
        let mut query = self.db.prepare_cached(&format!("SELECT {COLUMNS} FROM proposal WHERE id = ?1"))?;
        query.query_row([id], proposal).optional()
    }

    /// Records the outcome of a waiting proposal.
    ///
    /// # Errors
    /// [`LedgerError::Full`].
    pub fn settle_proposal(
        &mut self,
        id: i64,
        state: ProposalState,
        decision: Option<i64>,
        reason: Option<&str>,
    ) -> Result<(), LedgerError> {
        self.db
            .prepare_cached(
                "UPDATE proposal SET state = ?2, decision = ?3, reason = coalesce(?4, reason) WHERE id = ?1 AND state = 'waiting'",
            )?
            .execute(params![id, state.as_str(), decision, reason])?;
        Ok(())
    }
}
