//! What reports contain, for narrowing a list of them.

use std::collections::{BTreeMap, BTreeSet};

use crate::{Ledger, LedgerError, ReportId};

/// What one report contains, without what people rejected.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Traits {
    /// Categories of its figures.
    pub categories: BTreeSet<String>,
    /// Groups that its figures count, as written.
    pub groups: BTreeSet<String>,
    /// Places that it names, each by its name in the gazetteer, otherwise as written.
    pub places: BTreeSet<String>,
    /// Names of those who are quoted, without unnamed ones.
    pub speakers: BTreeSet<String>,
    /// The status of its figures: their modalities, `negated`, `retracted`, and what was decided about them, otherwise
    /// `unreviewed`.
    pub statuses: BTreeSet<String>,
}

impl Ledger {
    /// What each of these reports contains; reports with nothing are left out.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn traits_of(&self, reports: &[ReportId]) -> Result<BTreeMap<ReportId, Traits>, LedgerError> {
        let ids = serde_json::to_string(&reports.iter().map(|id| id.0).collect::<Vec<_>>())?;
        let mut all: BTreeMap<ReportId, Traits> = BTreeMap::new();
        let mut figures = self.db.prepare_cached(
            "SELECT f.report, f.category, f.modality, coalesce(f.negated, 0), coalesce(f.retracted, 0), f.decision, f.counted_group
             FROM json_each(CAST(?1 AS text)) j JOIN sound_figure f ON f.report = CAST(j.value AS bigint) WHERE f.decision IS DISTINCT FROM 'rejected'",
        )?;
        let mut rows = figures.query([&ids])?;
        while let Some(row) = rows.next()? {
            let of = all.entry(ReportId(row.get(0)?)).or_default();
            of.categories.insert(row.get(1)?);
            of.statuses.extend(row.get::<Option<String>>(2)?);
            of.statuses.extend(row.get::<bool>(3)?.then(|| "negated".to_owned()));
            of.statuses.extend(row.get::<bool>(4)?.then(|| "retracted".to_owned()));
            let decision = row.get::<Option<String>>(5)?;
            of.statuses.insert(decision.unwrap_or_else(|| "unreviewed".to_owned()));
            of.groups.extend(row.get::<Option<String>>(6)?);
        }
        let mut speakers = self.db.prepare_cached(
            "SELECT s.report, p.name FROM json_each(CAST(?1 AS text)) j JOIN sound_statement s ON s.report = CAST(j.value AS bigint)
             JOIN sound_speaker p ON p.report = s.report AND p.entry = s.speaker
             WHERE s.decision IS DISTINCT FROM 'rejected' AND +p.anonymous = 0",
        )?;
        let mut rows = speakers.query([&ids])?;
        while let Some(row) = rows.next()? {
            all.entry(ReportId(row.get(0)?)).or_default().speakers.insert(row.get(1)?);
        }
        let mut places = self.db.prepare_cached(
            "SELECT p.report, p.name FROM json_each(CAST(?1 AS text)) j JOIN sound_place p ON p.report = CAST(j.value AS bigint)",
        )?;
        let mut rows = places.query([&ids])?;
        while let Some(row) = rows.next()? {
            all.entry(ReportId(row.get(0)?)).or_default().places.insert(row.get(1)?);
        }
        Ok(all)
    }
}
