//! Lists of figures.

use rusqlite::types::Value;
use sayso_model::{Date, FigureId};
use schemars::JsonSchema;
use serde::Serialize;

use crate::{Ledger, LedgerError, ReportId, StoryId, db::Optional, fold};

/// The day by which a figure is listed, as indexed in the file (`migrations/0007.sql`).
const DAY: &str = "coalesce(k.as_of, k.said_on, k.published, 'undated')";
/// Stands in for an unknown day: after all days.
const UNDATED: &str = "undated";

/// Which figures to list. The default is all figures of the newest revisions.
#[derive(Debug, Clone, Default)]
pub struct FigureFilter {
    /// Category ("killed").
    pub category: Option<String>,
    /// From this day on: the day for which it holds, otherwise the day on which it was said, otherwise the day of
    /// publication.
    pub since: Option<Date>,
    /// Up to this day.
    pub until: Option<Date>,
    /// Only the reports of this story.
    pub story: Option<StoryId>,
    /// Words from the name of the origin, or of a speaker whom people merged with it.
    pub origin: Option<String>,
    /// Whether to include those that people rejected.
    pub with_rejected: bool,
    /// Only those after this one in the list.
    pub after: Option<FigurePlace>,
    /// At most this many; all if `None`.
    pub limit: Option<u32>,
}

/// The position of a figure in the full list: the next page begins after it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FigurePlace {
    /// The day by which it is listed; null sorts last.
    pub day: Option<String>,
    /// The report.
    pub report: ReportId,
    /// The figure in its reading.
    pub figure: FigureId,
}

/// Bounds of a figure, as floating point for sorting and columns; the reading has them exactly.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, JsonSchema)]
pub struct Numbers {
    /// Lower bound (see `low_exclusive`).
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
    /// On whose word it is; null in the outlet's own voice.
    pub origin: Option<String>,
    /// Day on which it was said.
    pub said_on: Option<String>,
    /// Day for which it holds.
    pub as_of: Option<String>,
    /// The words.
    pub words: String,
    /// Asserted, denied, possible, expected, planned or demanded.
    pub modality: Option<String>,
    /// True if the number is negated.
    pub negated: bool,
    /// True if the same report takes it back.
    pub retracted: bool,
    /// The figure that it is part of.
    pub part_of: Option<FigureId>,
    /// True if it adds to an earlier count.
    pub additional: bool,
    /// What people decided: accepted, corrected, rejected, added.
    pub decision: Option<String>,
    /// Who did, in order.
    pub reviewed_by: Option<String>,
}

impl FoundFigure {
    /// Its position in the full list.
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

    /// The same figures by report and position: what has to be kept of a list that is too long to hold.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn figure_keys(&self, filter: &FigureFilter) -> Result<Vec<(ReportId, FigureId)>, LedgerError> {
        // The query contains only the conditions that are needed: then an index gives the order, and reading ends with
        // the page. The figures of one story are few, and are sorted.
        let mut conditions = String::new();
        let mut values: Vec<Value> = Vec::new();
        let mut narrow = |condition: &str, more: Vec<Value>| {
            conditions.push_str(" AND ");
            conditions.push_str(condition);
            values.extend(more);
        };
        if let Some(story) = filter.story {
            narrow("s.story = ?", vec![story.0.into()]);
        }
        if let Some(category) = &filter.category {
            LedgerError::if_nothing("category", category)?;
            narrow("k.category = ?", vec![category.clone().into()]);
        }
        if let Some(since) = filter.since {
            narrow(&format!("{DAY} >= ?"), vec![since.to_string().into()]);
        }
        if let Some(until) = filter.until {
            narrow(&format!("{DAY} <= ?"), vec![until.to_string().into()]);
        }
        if filter.since.is_some() {
            narrow(&format!("{DAY} < '{UNDATED}'"), Vec::new());
        }
        if !filter.with_rejected {
            narrow("k.decision IS DISTINCT FROM 'rejected'", Vec::new());
        }
        if let Some(name) = &filter.origin {
            LedgerError::if_nothing("origin", name)?;
            let speakers = self.speakers(name)?;
            let speakers: Vec<String> =
                speakers.iter().map(|(report, p)| format!("{report}:{}", p.0)).collect();
            narrow(
                "(instr(' ' || k.origin_folded || ' ', ' ' || CAST(? AS text) || ' ') > 0
                 OR k.report || ':' || k.origin_speaker IN (SELECT value FROM json_each(CAST(? AS text))))",
                vec![fold(name).into(), serde_json::to_string(&speakers)?.into()],
            );
        }
        if let Some(FigurePlace { day, report, figure }) = &filter.after {
            let day = Value::from(day.as_deref().unwrap_or(UNDATED).to_owned());
            narrow(
                &format!("{DAY} >= ? AND ({DAY} > ? OR (k.report, k.entry) > (?, ?))"),
                vec![day.clone(), day, report.0.into(), i64::from(figure.0).into()],
            );
        }
        values.push(filter.limit.map_or(i64::MAX, i64::from).into());
        let from = match filter.story {
            Some(_) => "sound_story_report s CROSS JOIN figure k ON k.report = s.report",
            None => "figure k",
        };
        // Rows are checked only if they are actually returned, so that a damaged one does not take up a place. The checks
        // are subqueries that may be NULL because PostgreSQL expects most of those to hold, and then reads an index in
        // order until the page is full; of joined views it expects next to nothing, and checks every figure there is.
        let mut query = self.db.prepare_cached(&format!(
            "SELECT k.report, k.entry FROM {from}
             WHERE (SELECT 1 FROM sound_head r WHERE r.id = k.report AND +r.latest = 1) IS NOT NULL
             AND (SELECT 1 FROM sound_figure f WHERE f.report = k.report AND f.entry = k.entry) IS NOT NULL{conditions}
             ORDER BY {DAY}, k.report, k.entry LIMIT ?"
        ))?;
        let rows = query.query_map(values, |row| Ok((ReportId(row.get(0)?), FigureId(row.get(1)?))))?;
        rows.collect()
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
                part_of: row.get::<Option<u32>>(16)?.map(FigureId),
                additional: row.get(17)?,
                decision: row.get(18)?,
                reviewed_by: row.get(19)?,
            })
        });
        row.optional()
    }

    /// Categories of the figures in newest revisions, in alphabetical order.
    ///
    /// # Errors
    /// [`LedgerError::Sqlite`] if the file cannot be read.
    pub fn categories(&self) -> Result<Vec<String>, LedgerError> {
        let mut query = self.db.prepare_cached(
            // Skips from each category to the next one, instead of scanning an index of all figures for a few names.
            "WITH RECURSIVE next (category) AS (
                SELECT min(category) FROM figure
                UNION ALL
                SELECT (SELECT min(f.category) FROM figure f WHERE f.category > next.category) FROM next
                WHERE next.category IS NOT NULL
             )
             SELECT category FROM next WHERE EXISTS (
                SELECT 1 FROM figure f CROSS JOIN report r ON r.id = f.report
                WHERE f.category = next.category AND f.decision IS DISTINCT FROM 'rejected' AND r.latest = 1
             ) ORDER BY 1",
        )?;
        query.query_map([], |row| row.get(0))?.collect()
    }
}
