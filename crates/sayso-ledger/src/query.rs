//! Finding what is in the readings: figures, statements, words.

use std::collections::BTreeMap;

use rusqlite::{OptionalExtension, named_params, params};
use sayso_model::{Date, FigureId, SpeakerId, StatementId};
use schemars::JsonSchema;
use serde::Serialize;

use crate::{
    DecisionKind, EntryKind, Ledger, LedgerError, ReportId, ReportLine, StoryId, Subject, fold,
    report::{LINE, line},
};

/// Most words of one search: more than anybody types, few enough to be looked up at once.
pub(crate) const WORDS: usize = 64;
/// Reports up to which a search asks for the best ones first.
const FEW: u32 = 1000;

/// Which figures are asked for. The default is all of the newest revisions.
#[derive(Debug, Clone, Default)]
pub struct FigureFilter {
    /// Category ("killed").
    pub category: Option<String>,
    /// Of this day or later: the day for which it holds, else on which it was said, else of publication.
    pub since: Option<Date>,
    /// Of this day or earlier.
    pub until: Option<Date>,
    /// Of the reports of one story.
    pub story: Option<StoryId>,
    /// Words of the name of the origin, or of one whom people merged with it.
    pub origin: Option<String>,
    /// Those that people rejected too.
    pub with_rejected: bool,
    /// Those that come after this one in the list.
    pub after: Option<FigurePlace>,
    /// At most so many; all if `None`.
    pub limit: Option<u32>,
}

/// Where a figure stands in the list of all: the next page begins behind it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FigurePlace {
    /// The day by which it is listed; null stands last.
    pub day: Option<String>,
    /// The report.
    pub report: ReportId,
    /// The figure in its reading.
    pub figure: FigureId,
}

/// Bounds of a figure, as floating point for sorting and columns; the reading has them exactly.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, JsonSchema)]
pub struct Numbers {
    /// Strict lower bound.
    pub low: Option<f64>,
    /// The value.
    pub best: Option<f64>,
    /// Upper bound.
    pub high: Option<f64>,
}

/// A figure found.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct FoundFigure {
    /// The report.
    pub report: ReportId,
    /// The figure in its reading.
    pub figure: FigureId,
    /// Outlet of the report.
    pub outlet: Option<String>,
    /// Day of publication of the report.
    pub published: Option<String>,
    /// What it counts.
    pub category: String,
    /// Its bounds.
    pub numbers: Numbers,
    /// Group counted.
    pub group: Option<String>,
    /// Whose word it is; null in the outlet's own voice.
    pub origin: Option<String>,
    /// Day on which it was said.
    pub said_on: Option<String>,
    /// Day for which it holds.
    pub as_of: Option<String>,
    /// The words.
    pub words: String,
    /// Asserted, denied, possible, expected, planned or demanded.
    pub modality: Option<String>,
    /// True where the number is said not to be so.
    pub negated: bool,
    /// True where the same report takes it back.
    pub retracted: bool,
    /// Figure that it is a part of.
    pub part_of: Option<FigureId>,
    /// True for what came on top of an earlier count.
    pub additional: bool,
    /// What people decided: accepted, corrected, rejected, added.
    pub decision: Option<String>,
    /// Who did, one after the other.
    pub reviewed_by: Option<String>,
}

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
    /// How certain the content is made to be.
    pub modality: String,
    /// Positive or negative.
    pub polarity: Option<String>,
    /// Day on which it was said.
    pub said_on: Option<String>,
    /// The content.
    pub content: String,
    /// The statement whose content holds it.
    pub part_of: Option<StatementId>,
    /// What people decided: accepted, corrected, rejected, added.
    pub decision: Option<String>,
    /// Who did, one after the other.
    pub reviewed_by: Option<String>,
}

/// A name under which something was said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Quoted {
    /// The name.
    pub name: String,
    /// Statements of speakers of that name.
    pub statements: i64,
    /// Reports that have them.
    pub reports: i64,
}

/// A report found by words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Hit {
    /// The report.
    #[serde(flatten)]
    pub line: ReportLine,
    /// Words around the first matches, the matches between `[` and `]`.
    pub snippet: String,
}

impl FoundFigure {
    /// Where it stands in the list of all.
    #[must_use]
    pub fn place(&self) -> FigurePlace {
        let day = [&self.as_of, &self.said_on, &self.published].into_iter().find_map(Clone::clone);
        FigurePlace { day, report: self.report, figure: self.figure }
    }
}

impl Ledger {
    /// Figures, by the day for which they hold, oldest first.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn figures(&self, filter: &FigureFilter) -> Result<Vec<FoundFigure>, LedgerError> {
        self.figure_keys(filter)?.into_iter().filter_map(|key| self.figure_at(key).transpose()).collect()
    }

    /// The same figures by report and place: what has to be held of a list that is too long to be held.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn figure_keys(&self, filter: &FigureFilter) -> Result<Vec<(ReportId, FigureId)>, LedgerError> {
        let speakers = filter.origin.as_deref().map(|name| self.speakers(name)).transpose()?;
        let speakers: Vec<String> = speakers
            .into_iter()
            .flatten()
            .map(|(report, speaker)| format!("{report}:{}", speaker.0))
            .collect();
        let after = filter.after.as_ref();
        let mut query = self.db.prepare_cached(
            "SELECT f.report, f.entry FROM sound_figure f JOIN sound_head r ON r.id = f.report
             WHERE r.latest AND (:category IS NULL OR f.category = :category)
             AND (:since IS NULL OR coalesce(f.as_of, f.said_on, f.published) >= :since)
             AND (:until IS NULL OR coalesce(f.as_of, f.said_on, f.published) <= :until)
             AND (:story IS NULL OR f.report IN (SELECT report FROM sound_story_report WHERE story = :story))
             AND (:origin IS NULL OR instr(' ' || f.origin_folded || ' ', ' ' || :origin || ' ') > 0
                OR f.report || ':' || f.origin_speaker IN (SELECT value FROM json_each(:speakers)))
             AND (:rejected OR f.decision IS NOT 'rejected')
             AND (:report IS NULL OR (coalesce(f.as_of, f.said_on, f.published) IS NULL,
                coalesce(f.as_of, f.said_on, f.published, ''), f.report, f.entry) > (:undated, :day, :report, :figure))
             ORDER BY coalesce(f.as_of, f.said_on, f.published) IS NULL, coalesce(f.as_of, f.said_on, f.published),
             f.report, f.entry LIMIT :limit",
        )?;
        let rows = query.query_map(
            named_params! {
                ":category": filter.category,
                ":since": filter.since.map(|d| d.to_string()),
                ":until": filter.until.map(|d| d.to_string()),
                ":story": filter.story.map(|s| s.0),
                ":origin": filter.origin.as_deref().map(fold),
                ":speakers": serde_json::to_string(&speakers)?,
                ":rejected": filter.with_rejected,
                ":undated": after.is_some_and(|a| a.day.is_none()),
                ":day": after.and_then(|a| a.day.as_deref()).unwrap_or(""),
                ":report": after.map(|a| a.report.0),
                ":figure": after.map(|a| a.figure.0),
                ":limit": filter.limit.map_or(-1, i64::from),
            },
            |row| Ok((ReportId(row.get(0)?), FigureId(row.get(1)?))),
        )?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// A figure of a report.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn figure_at(&self, key: (ReportId, FigureId)) -> Result<Option<FoundFigure>, LedgerError> {
        let mut query = self.db.prepare_cached(
            "SELECT f.report, f.entry, r.outlet, r.published, f.category, f.low, f.best, f.high, f.counted_group, f.origin,
             f.said_on, f.as_of, f.words, f.modality, coalesce(f.negated, 0), coalesce(f.retracted, 0), f.part_of,
             coalesce(f.additional, 0), f.decision, f.reviewed_by FROM sound_figure f JOIN sound_head r ON r.id = f.report
             WHERE f.report = ?1 AND f.entry = ?2",
        )?;
        let row = query.query_row([key.0.0, i64::from(key.1.0)], |row| {
            Ok(FoundFigure {
                report: ReportId(row.get(0)?),
                figure: FigureId(row.get(1)?),
                outlet: row.get(2)?,
                published: row.get(3)?,
                category: row.get(4)?,
                numbers: Numbers { low: row.get(5)?, best: row.get(6)?, high: row.get(7)? },
                group: row.get(8)?,
                origin: row.get(9)?,
                said_on: row.get(10)?,
                as_of: row.get(11)?,
                words: row.get(12)?,
                modality: row.get(13)?,
                negated: row.get(14)?,
                retracted: row.get(15)?,
                part_of: row.get::<_, Option<u32>>(16)?.map(FigureId),
                additional: row.get(17)?,
                decision: row.get(18)?,
                reviewed_by: row.get(19)?,
            })
        });
        Ok(row.optional()?)
    }

    /// Categories of the figures in newest revisions, in alphabetical order.
    ///
    /// # Errors
    /// [`LedgerError::Sqlite`] where the file cannot be read.
    pub fn categories(&self) -> Result<Vec<String>, LedgerError> {
        let mut query = self.db.prepare_cached(
            "SELECT DISTINCT f.category FROM figure f JOIN report r ON r.id = f.report
             WHERE r.latest AND f.decision IS NOT 'rejected' ORDER BY 1",
        )?;
        Ok(query.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?)
    }

    /// Named speakers with the statements that stand in the reports that were added last, those with most first.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn most_quoted(&self, reports: u32) -> Result<Vec<Quoted>, LedgerError> {
        let mut query = self.db.prepare_cached(
            "WITH newest AS (SELECT id FROM report WHERE latest ORDER BY id DESC LIMIT ?1)
             SELECT p.name, count(*), count(DISTINCT s.report) FROM newest JOIN sound_statement s ON s.report = newest.id
             JOIN sound_speaker p ON p.report = s.report AND p.entry = s.speaker
             WHERE s.decision IS NOT 'rejected' AND NOT p.anonymous
             GROUP BY p.name ORDER BY 2 DESC, 1",
        )?;
        let rows = query.query_map([reports], |row| {
            Ok(Quoted { name: row.get(0)?, statements: row.get(1)?, reports: row.get(2)? })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Speakers who are called `name` in a newest revision, and those whom compare grouped with them; where nobody is
    /// called exactly so, those whose names hold its words; where there are none, those whose initials it is ("NIS"). Whom
    /// people merged with one of them is found too.
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
            found = self.speakers_where("instr(' ' || n.folded || ' ', ' ' || ?1 || ' ') > 0", &folded)?;
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

    /// Adds those whom people merged with somebody who is there.
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

    /// Folded names whose words begin with these letters; small words may be passed over.
    fn names_with_initials(&self, letters: &str) -> Result<Vec<String>, LedgerError> {
        let first: String = letters.chars().take(1).collect();
        let mut query = self.db.prepare_cached(
            "SELECT DISTINCT folded FROM speaker_name WHERE folded >= ?1 AND folded < ?1 || char(1114111) AND instr(folded, ' ') > 0",
        )?;
        let names: Vec<String> = query.query_map([first], |row| row.get(0))?.collect::<Result<_, _>>()?;
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
            "WITH named AS (
                SELECT n.report, n.entry FROM speaker_name n JOIN report r ON r.id = n.report WHERE r.latest AND {condition}
             )
             SELECT report, entry FROM named
             UNION
             SELECT m.report, m.entry FROM named
             JOIN speaker_group g ON g.report = named.report AND g.entry = named.entry
             JOIN speaker_group m ON m.speaker_group = g.speaker_group
             JOIN report r ON r.id = m.report AND r.latest
             ORDER BY 1, 2"
        ))?;
        let rows = query.query_map([folded], |row| Ok((ReportId(row.get(0)?), SpeakerId(row.get(1)?))))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// What speakers said, in the order of saying where it is known, else of publication; what people rejected only if asked
    /// for.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn statements_of(
        &self,
        speakers: &[(ReportId, SpeakerId)],
        with_rejected: bool,
    ) -> Result<Vec<FoundStatement>, LedgerError> {
        let mut query = self.db.prepare_cached(
            "SELECT s.report, s.entry, p.entry, p.name, r.outlet, r.published, s.kind, s.modality, s.polarity, s.said_on, s.content,
             s.parent, s.decision, s.reviewed_by FROM sound_statement s JOIN sound_head r ON r.id = s.report
             JOIN sound_speaker p ON p.report = s.report AND p.entry = s.speaker
             WHERE s.report = ?1 AND +s.speaker = ?2 AND (?3 OR s.decision IS NOT 'rejected') ORDER BY s.entry",
        )?;
        let mut out: Vec<FoundStatement> = Vec::new();
        for (report, speaker) in speakers {
            let rows = query.query_map(params![report.0, speaker.0, with_rejected], |row| {
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
                    part_of: row.get::<_, Option<u32>>(11)?.map(StatementId),
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

    /// Reports with all the words, best first. Words between double quotation marks are a phrase; a word that ends in `*`
    /// is the beginning of words; inflected forms count as the word. Only newest revisions are found.
    ///
    /// # Errors
    /// [`LedgerError::TooManyWords`] and those of SQLite.
    pub fn search(&self, words: &str, limit: u32) -> Result<Vec<Hit>, LedgerError> {
        let found = words.split_whitespace().count();
        if found > WORDS {
            return Err(LedgerError::TooManyWords { found, limit: WORDS });
        }
        let Some(wanted) = fts(words) else { return Ok(Vec::new()) };
        if limit <= FEW
            && let Some(hits) = self.best(&wanted, limit)?
        {
            return Ok(hits);
        }
        let mut query = self.db.prepare_cached(&format!(
            "{} WHERE report_words MATCH ?1 AND r.latest ORDER BY bm25(report_words, 4.0, 1.0), r.id DESC LIMIT ?2",
            select_hit()
        ))?;
        let rows = query.query_map(params![wanted, limit], hit)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// The best reports, and some more for those that have newer revisions, of which only the texts are checked: to check all
    /// that have the words costs more than to rank them. `None` where some are damaged or most are old, so that others
    /// stand in their places.
    fn best(&self, wanted: &str, limit: u32) -> Result<Option<Vec<Hit>>, LedgerError> {
        let some = limit + limit / 4 + 10;
        let mut ranked = self.db.prepare_cached(
            "SELECT rowid FROM report_words WHERE report_words MATCH ?1
             ORDER BY bm25(report_words, 4.0, 1.0), rowid DESC LIMIT ?2",
        )?;
        let best: Vec<i64> =
            ranked.query_map(params![wanted, some], |row| row.get(0))?.collect::<Result<_, _>>()?;
        let list = best.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
        let among = format!("WHERE report_words MATCH ?1 AND report_words.rowid IN ({list})");
        let mut query = self.db.prepare(&format!("{} {among}", select_hit()))?;
        let mut hits: Vec<Hit> = query.query_map([wanted], hit)?.collect::<Result<_, _>>()?;
        let all_are_sound = hits.len() == best.len();
        hits.retain(|hit| hit.line.latest);
        if !all_are_sound || (hits.len() < limit as usize && best.len() >= some as usize) {
            return Ok(None);
        }
        let place: BTreeMap<i64, usize> = best.iter().enumerate().map(|(n, id)| (*id, n)).collect();
        hits.sort_by_key(|hit| place.get(&hit.line.id.0).copied());
        hits.truncate(limit as usize);
        Ok(Some(hits))
    }
}

/// What is asked of reports that have the words, for [`hit`] to read.
fn select_hit() -> String {
    format!(
        "SELECT {LINE}, snippet(report_words, -1, '[', ']', ' … ', 24)
         FROM report_words JOIN sound_text r ON r.id = report_words.rowid"
    )
}

fn hit(row: &rusqlite::Row<'_>) -> rusqlite::Result<Hit> {
    Ok(Hit { line: line(row)?, snippet: row.get(15)? })
}

/// A query in FTS5's language in which nothing that a person typed is an operator.
fn fts(words: &str) -> Option<String> {
    let mut out: Vec<String> = Vec::new();
    for (at, part) in words.split('"').enumerate() {
        let quoted = at % 2 == 1;
        let pieces: Vec<&str> = if quoted { vec![part] } else { part.split_whitespace().collect() };
        for piece in pieces {
            if !piece.chars().any(char::is_alphanumeric) {
                continue;
            }
            let prefix = if !quoted && piece.ends_with('*') { "*" } else { "" };
            let clean: String = piece.chars().filter(|c| *c != '*' && !c.is_control()).collect();
            out.push(format!("\"{clean}\"{prefix}"));
        }
    }
    (!out.is_empty()).then(|| out.join(" "))
}

#[cfg(test)]
mod tests {
    use super::fts;

    #[test]
    fn nothing_typed_is_an_operator() {
        assert_eq!(fts("drone NOT (x").as_deref(), Some("\"drone\" \"NOT\" \"(x\""));
        assert_eq!(fts("\"spy agency\" dron*").as_deref(), Some("\"spy agency\" \"dron\"*"));
        assert_eq!(fts(" \" -- "), None);
    }
}
