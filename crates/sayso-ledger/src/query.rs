//! Finding speakers and what they said.

use rusqlite::params;
use sayso_model::{SpeakerId, StatementId};
use schemars::JsonSchema;
use serde::Serialize;

use crate::{DecisionKind, EntryKind, Ledger, LedgerError, ReportId, Subject, fold};

/// A statement found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct FoundStatement {
    /// The report.
    pub report: ReportId,
    /// The statement in its reading.
    pub statement: StatementId,
    /// The speaker in that reading.
    pub speaker: SpeakerId,
    /// The speaker's name there.
    pub name: String,
    /// Outlet of the report.
    pub outlet: Option<String>,
    /// Day of publication of the report.
    pub published: Option<String>,
    /// Direct, indirect or mixed.
    pub kind: String,
    /// How certain the content is.
    pub modality: String,
    /// Positive or negative.
    pub polarity: Option<String>,
    /// Day on which it was said.
    pub said_on: Option<String>,
    /// The content.
    pub content: String,
    /// The statement whose content contains it.
    pub part_of: Option<StatementId>,
    /// What people decided: accepted, corrected, rejected, added.
    pub decision: Option<String>,
    /// Who did, in order.
    pub reviewed_by: Option<String>,
}

/// A name under which something was said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Quoted {
    /// The name.
    pub name: String,
    /// Statements of speakers of that name.
    pub statements: i64,
    /// Reports that contain them.
    pub reports: i64,
}

impl Ledger {
    /// Named speakers with their statements in the most recently added reports, those with the most first.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn most_quoted(&self, reports: u32) -> Result<Vec<Quoted>, LedgerError> {
        let mut query = self.db.prepare_cached(
            "WITH newest AS (SELECT id FROM report WHERE latest = 1 ORDER BY id DESC LIMIT ?1)
             SELECT p.name, count(*), count(DISTINCT s.report) FROM newest JOIN sound_statement s ON s.report = newest.id
             JOIN sound_speaker p ON p.report = s.report AND p.entry = s.speaker
             WHERE s.decision IS DISTINCT FROM 'rejected' AND +p.anonymous = 0
             GROUP BY p.name ORDER BY 2 DESC, 1",
        )?;
        let rows = query.query_map([reports], |row| {
            Ok(Quoted { name: row.get(0)?, statements: row.get(1)?, reports: row.get(2)? })
        })?;
        rows.collect()
    }

    /// Speakers who are called `name` in a newest revision, and those whom compare grouped with them; if nobody is
    /// called exactly that, those whose names contain its words; if there are none, those with these initials ("NIS").
    /// Speakers whom people merged with one of them are included.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn speakers(&self, name: &str) -> Result<Vec<(ReportId, SpeakerId)>, LedgerError> {
        let folded = fold(name);
        if folded.is_empty() {
            return Ok(Vec::new());
        }
        let mut found = self.speakers_where("n.folded = ?1", &folded)?;
        if found.is_empty() {
            let holds = "n.folded IN (SELECT w.folded FROM speaker_word w
                         WHERE w.word = substr(CAST(?1 AS text), 1, instr(CAST(?1 AS text) || ' ', ' ') - 1)
                         AND instr(' ' || w.folded || ' ', ' ' || CAST(?1 AS text) || ' ') > 0)";
            found = self.speakers_where(holds, &folded)?;
        }
        if found.is_empty() && (2..=8).contains(&folded.len()) && !folded.contains(' ') {
            for full in self.names_with_initials(&folded)? {
                found.extend(self.speakers_where("n.folded = ?1", &full)?);
            }
        }
        self.add_merged(&mut found)?;
        found.sort_unstable();
        found.dedup();
        Ok(found)
    }

    /// Adds those whom people merged with somebody in the list.
    fn add_merged(&self, found: &mut Vec<(ReportId, SpeakerId)>) -> Result<(), LedgerError> {
        if found.is_empty() {
            return Ok(());
        }
        let mut merged: Vec<(ReportId, SpeakerId)> = Vec::new();
        for decision in self.decisions()? {
            let Subject::Entries(entries) = &decision.subject else { continue };
            if decision.kind != DecisionKind::Merge || decision.undone_by.is_some() {
                continue;
            }
            for anchored in entries.iter().filter(|e| e.kind == EntryKind::Speaker) {
                let report = ReportId(anchored.report);
                let reviewed = self.reviewed(report)?;
                if let Some(place) = reviewed.and_then(|r| anchored.place(&r.reading)) {
                    merged.push((report, SpeakerId::from(place)));
                }
            }
            if merged.iter().any(|one| found.contains(one)) {
                found.append(&mut merged);
            }
            merged.clear();
        }
        Ok(())
    }

    /// Folded names whose words begin with these letters; small words may be skipped.
    fn names_with_initials(&self, letters: &str) -> Result<Vec<String>, LedgerError> {
        let first: String = letters.chars().take(1).collect();
        let mut query = self.db.prepare_cached(
            "SELECT DISTINCT folded FROM speaker_name WHERE folded >= ?1 AND folded < ?2 AND instr(folded, ' ') > 0",
        )?;
        let names: Vec<String> = query
            .query_map([first.clone(), first + "\u{10ffff}"], |row| row.get(0))?
            .collect::<Result<_, _>>()?;
        let initials = |name: &str, small: bool| -> String {
            name.split(' ')
                .filter(|w| small || !matches!(*w, "of" | "the" | "and" | "for" | "in" | "on"))
                .filter_map(|w| w.chars().next())
                .collect()
        };
        Ok(names
            .into_iter()
            .filter(|n| initials(n, false) == letters || initials(n, true) == letters)
            .collect())
    }

    fn speakers_where(
        &self,
        condition: &str,
        folded: &str,
    ) -> Result<Vec<(ReportId, SpeakerId)>, LedgerError> {
        let mut query = self.db.prepare_cached(&format!(
            "WITH named AS MATERIALIZED (
                SELECT n.report, n.entry FROM speaker_name n CROSS JOIN report r ON r.id = n.report
                WHERE {condition} AND r.latest = 1
             )
             SELECT report, entry FROM named
             UNION
             SELECT m.report, m.entry FROM named
             JOIN speaker_group g ON g.report = named.report AND g.entry = named.entry
             JOIN speaker_group m ON m.speaker_group = g.speaker_group
             JOIN report r ON r.id = m.report AND r.latest = 1
             ORDER BY 1, 2"
        ))?;
        let rows = query.query_map([folded], |row| Ok((ReportId(row.get(0)?), SpeakerId(row.get(1)?))))?;
        rows.collect()
    }

    /// What speakers said, in chronological order if known, otherwise by publication; what people rejected only on
    /// request.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn statements_of(
        &self,
        speakers: &[(ReportId, SpeakerId)],
        with_rejected: bool,
    ) -> Result<Vec<FoundStatement>, LedgerError> {
        let standing = if with_rejected { "" } else { "AND s.decision IS DISTINCT FROM 'rejected'" };
        let mut query = self.db.prepare_cached(&format!(
            "SELECT s.report, s.entry, p.entry, p.name, r.outlet, r.published, s.kind, s.modality, s.polarity, s.said_on, s.content,
             s.parent, s.decision, s.reviewed_by FROM sound_statement s JOIN sound_head r ON r.id = s.report
             JOIN sound_speaker p ON p.report = s.report AND p.entry = s.speaker
             WHERE s.report = ?1 AND +s.speaker = ?2 {standing} ORDER BY s.entry",
        ))?;
        let mut out: Vec<FoundStatement> = Vec::new();
        for (report, speaker) in speakers {
            let rows = query.query_map(params![report.0, speaker.0], |row| {
                Ok(FoundStatement {
                    report: ReportId(row.get(0)?),
                    statement: StatementId(row.get(1)?),
                    speaker: SpeakerId(row.get(2)?),
                    name: row.get(3)?,
                    outlet: row.get(4)?,
                    published: row.get(5)?,
                    kind: row.get(6)?,
                    modality: row.get(7)?,
                    polarity: row.get(8)?,
                    said_on: row.get(9)?,
                    content: row.get(10)?,
                    part_of: row.get::<Option<u32>>(11)?.map(StatementId),
                    decision: row.get(12)?,
                    reviewed_by: row.get(13)?,
                })
            })?;
            for row in rows {
                out.push(row?);
            }
        }
        out.sort_by(|a, b| {
            let day = |s: &FoundStatement| s.said_on.clone().or_else(|| s.published.clone());
            day(a).cmp(&day(b)).then_with(|| (a.report, a.statement).cmp(&(b.report, b.statement)))
        });
        Ok(out)
    }
}
