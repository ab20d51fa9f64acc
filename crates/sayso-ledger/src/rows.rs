//! Rows for finding the entries of readings: made only from a reading as decided.

use std::collections::{BTreeMap, BTreeSet};

use rusqlite::params;
use sayso_model::{Number, Span};
use serde::Serialize;

use crate::{EntryKind, EntryName, LedgerError, ReportId, Reviewed, db::Db, fold};

/// The rows of one reading.
#[derive(Debug, Clone)]
pub(crate) struct Rows {
    published: Option<String>,
    speakers: Vec<SpeakerRow>,
    statements: Vec<StatementRow>,
    figures: Vec<FigureRow>,
    /// Names of its places, each with the first entry that names it.
    places: BTreeMap<String, usize>,
}

/// What was decided about an entry, and by whom.
#[derive(Debug, Clone, Default)]
struct Review {
    decision: Option<&'static str>,
    by: Option<String>,
}

#[derive(Debug, Clone)]
struct SpeakerRow {
    name: String,
    kind: String,
    anonymous: bool,
    /// Empty for a rejected one, so that nobody finds it.
    folded: BTreeSet<String>,
}

#[derive(Debug, Clone)]
struct StatementRow {
    speaker: Option<u32>,
    kind: String,
    modality: String,
    polarity: String,
    said_on: Option<String>,
    content: String,
    parent: Option<u32>,
    review: Review,
}

#[derive(Debug, Clone)]
struct FigureRow {
    category: String,
    low: Option<f64>,
    best: Option<f64>,
    high: Option<f64>,
    group: Option<String>,
    origin: Option<String>,
    origin_speaker: Option<u32>,
    statement: Option<u32>,
    said_on: Option<String>,
    as_of: Option<String>,
    words: String,
    modality: String,
    negated: bool,
    retracted: bool,
    part_of: Option<u32>,
    additional: bool,
    review: Review,
}

impl Rows {
    pub(crate) fn of(reviewed: &Reviewed) -> Self {
        let reading = &reviewed.reading;
        let text = reading.report.text.as_str();
        let cut = |spans: &[Span]| spans.iter().map(|s| s.cut(text)).collect::<Vec<_>>().join(" … ");
        let review = |kind, index| {
            let decided = reviewed.of(EntryName { kind, index });
            let by = decided.map(|d| d.reviewed_by.join("; ")).filter(|names| !names.is_empty());
            let verdict = decided.and_then(|d| d.decision.as_ref());
            Review { decision: verdict.map(|v| v.what.as_str()), by }
        };
        let speakers = reading.speakers.iter().enumerate().map(|(index, speaker)| {
            use sayso_model::MentionForm::{Abbreviation, Misspelling, Name};
            let mentions = speaker
                .mentions
                .iter()
                .filter(|m| matches!(m.form, Name | Abbreviation | Misspelling))
                .map(|m| fold(m.span.cut(text)));
            let names = mentions.chain([fold(&speaker.name)]).filter(|n| !n.is_empty());
            let rejected = reviewed.is_rejected(EntryName { kind: EntryKind::Speaker, index });
            SpeakerRow {
                folded: if rejected { BTreeSet::new() } else { names.collect() },
                name: speaker.name.clone(),
                kind: word(&speaker.kind),
                anonymous: speaker.anonymous,
            }
        });
        let statements = reading.statements.iter().enumerate().map(|(index, s)| StatementRow {
            speaker: s.speaker.map(|id| id.0),
            kind: word(&s.kind),
            modality: word(&s.modality),
            polarity: word(&s.polarity),
            said_on: s.said_on.map(|d| d.to_string()),
            content: cut(&s.content),
            parent: s.parent.map(|id| id.0),
            review: review(EntryKind::Statement, index),
        });
        let figures = reading.figures.iter().enumerate().map(|(index, f)| FigureRow {
            category: f.category.as_str().to_owned(),
            low: f.low.map(Number::to_f64),
            best: f.best.map(Number::to_f64),
            high: f.high.map(Number::to_f64),
            group: f.group.clone(),
            origin: f.origin.clone(),
            origin_speaker: f.origin_speaker.map(|id| id.0),
            statement: f.statement.map(|id| id.0),
            said_on: f.said_on.map(|d| d.to_string()),
            as_of: f.as_of.map(|d| d.to_string()),
            words: f.span.cut(text).to_owned(),
            modality: word(&f.modality),
            negated: f.negated,
            retracted: f.retracted,
            part_of: f.part_of.map(|id| id.0),
            additional: f.cumulative == Some(false),
            review: review(EntryKind::Figure, index),
        });
        let mut places = BTreeMap::new();
        for (entry, place) in reading.places.iter().enumerate() {
            let name = place.resolved.as_ref().map_or(&place.name, |resolved| &resolved.name);
            places.entry(name.clone()).or_insert(entry);
        }
        Self {
            published: reading.report.head.published.as_ref().map(|d| d.value.to_string()),
            speakers: speakers.collect(),
            statements: statements.collect(),
            figures: figures.collect(),
            places,
        }
    }

    /// Replaces the rows of a report.
    pub(crate) fn write(&self, db: &Db, id: ReportId) -> Result<(), LedgerError> {
        let id = id.0;
        // Names are stored by name: those of one report are scanned only if some must be removed.
        if db.prepare_cached("SELECT 1 FROM speaker WHERE report = ?1")?.exists([id])? {
            db.prepare_cached("DELETE FROM speaker_name WHERE report = ?1")?.execute([id])?;
        }
        for table in ["speaker", "statement", "figure"] {
            db.prepare_cached(&format!("DELETE FROM {table} WHERE report = ?1"))?.execute([id])?;
        }
        for (entry, speaker) in self.speakers.iter().enumerate() {
            db.prepare_cached(
                "INSERT INTO speaker (report, entry, name, kind, anonymous) VALUES (?1, ?2, ?3, ?4, ?5)",
            )?
            .execute(params![
                id,
                entry as i64,
                speaker.name,
                speaker.kind,
                speaker.anonymous
            ])?;
            for name in &speaker.folded {
                db.prepare_cached("INSERT INTO speaker_name (folded, report, entry) VALUES (?1, ?2, ?3)")?
                    .execute(params![name, id, entry as i64])?;
            }
        }
        for (entry, s) in self.statements.iter().enumerate() {
            db.prepare_cached(
                "INSERT INTO statement (report, entry, speaker, kind, modality, polarity, said_on, content, parent, decision,
                 reviewed_by) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
            )?
            .execute(params![
                id,
                entry as i64,
                s.speaker,
                s.kind,
                s.modality,
                s.polarity,
                s.said_on,
                s.content,
                s.parent,
                s.review.decision,
                s.review.by
            ])?;
        }
        for (entry, f) in self.figures.iter().enumerate() {
            db.prepare_cached(
                "INSERT INTO figure (report, entry, category, low, best, high, counted_group, origin, origin_folded,
                 statement, said_on, as_of, published, words, modality, origin_speaker, negated, retracted, part_of,
                 additional, decision, reviewed_by)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21,
                 ?22)",
            )?
            .execute(params![
                id,
                entry as i64,
                f.category,
                f.low,
                f.best,
                f.high,
                f.group,
                f.origin,
                f.origin.as_deref().map(fold),
                f.statement,
                f.said_on,
                f.as_of,
                self.published,
                f.words,
                f.modality,
                f.origin_speaker,
                f.negated,
                f.retracted,
                f.part_of,
                f.additional,
                f.review.decision,
                f.review.by
            ])?;
        }
        self.write_places(db, ReportId(id))
    }

    /// The same, only for its places.
    pub(crate) fn write_places(&self, db: &Db, id: ReportId) -> Result<(), LedgerError> {
        db.prepare_cached("DELETE FROM place WHERE report = ?1")?.execute([id.0])?;
        for (name, entry) in &self.places {
            db.prepare_cached("INSERT INTO place (report, entry, name) VALUES (?1, ?2, ?3)")?
                .execute(params![id.0, *entry as i64, name])?;
        }
        Ok(())
    }
}

/// The name by which a unit variant is printed.
fn word<T: Serialize>(value: &T) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => word,
        _ => String::new(),
    }
}
