//! What has happened to a figure apart from people's decisions: taken back, corrected, denied, superseded.

use std::collections::BTreeMap;

use sayso_model::{FigureId, Statement};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{EntryKind, EntryName, ReportId, Reviewed};

/// Something that has happened to a figure, and by what.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema, Deserialize)]
pub struct Fate {
    /// One of: retracted, corrected, denied, disowned, superseded, in_conflict, unverified, self_contradicted.
    pub what: String,
    /// The entry, report or speaker that did it, in words; null if nobody can be named.
    pub by: Option<String>,
}

/// The fates of a report's entries.
pub type Fates = BTreeMap<EntryName, Vec<Fate>>;

/// What has happened to a figure in a statement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema, Deserialize)]
pub struct StatementFate {
    /// The figure.
    pub figure: FigureId,
    /// What has happened to it.
    #[serde(flatten)]
    pub fate: Fate,
}

/// What has happened to the figures in a statement, in their order.
#[must_use]
pub fn fates_of_statement(statement: &Statement, fates: &Fates) -> Vec<StatementFate> {
    let of = |figure: &FigureId| {
        let entry = EntryName { kind: EntryKind::Figure, index: figure.index() };
        let figure = *figure;
        fates.get(&entry).into_iter().flatten().map(move |fate| StatementFate { figure, fate: fate.clone() })
    };
    statement.figures.iter().flat_map(of).collect()
}

/// What a report itself says about its figures' fates: those that it takes back.
#[must_use]
pub fn fates_of(report: ReportId, reviewed: &Reviewed) -> Fates {
    let reading = &reviewed.reading;
    let mut fates = Fates::new();
    for (index, figure) in reading.figures.iter().enumerate().filter(|(_, f)| f.retracted) {
        let correction = reading.corrections.iter().enumerate().find(|(n, c)| {
            let entry = EntryName { kind: EntryKind::Correction, index: *n };
            c.retracted.contains(&figure.id) && !reviewed.is_rejected(entry)
        });
        let by = correction.map(|(n, c)| {
            let entry = EntryName { kind: EntryKind::Correction, index: n };
            let to = |id: &FigureId| Some(reading.figures.get(id.index())?.span.cut(&reading.report.text));
            let to: Vec<&str> = c.corrected_to.iter().filter_map(to).collect();
            match to.as_slice() {
                [] => format!("{report}:{entry}"),
                to => format!("{report}:{entry} ({})", to.join(", ")),
            }
        });
        let entry = EntryName { kind: EntryKind::Figure, index };
        fates.entry(entry).or_default().push(Fate { what: "retracted".to_owned(), by });
    }
    fates
}
