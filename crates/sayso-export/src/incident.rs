//! Incidents: event candidates in casualty recorders' columns, together with every source's values.

use std::collections::BTreeSet;

use sayso_desk::{Loaded, catch_up, load_placed};
use sayso_ledger::{Ledger, ReportFilter, ReportId, StoryId};
use sayso_model::story::StoryReport;
use serde_json::Value;

use crate::{
    ExportError, acled,
    event::{Event, events},
    every_casualty, sources,
    table::{Column, Row, Table},
    ucdp,
};

/// Whose columns and rules to use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Profile {
    /// UCDP's Georeferenced Event Dataset.
    Ucdp,
    /// ACLED.
    Acled,
    /// Iraq Body Count and the Standards for Casualty Recording.
    EveryCasualty,
}

/// Groups that are the sides of a conflict, as the reports name them. Only a person can say which these are.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sides {
    /// Side A.
    pub a: Option<String>,
    /// Side B.
    pub b: Option<String>,
}

impl Profile {
    /// Its columns.
    #[must_use]
    pub fn columns(self) -> &'static [Column] {
        match self {
            Self::Ucdp => ucdp::COLUMNS,
            Self::Acled => acled::COLUMNS,
            Self::EveryCasualty => every_casualty::COLUMNS,
        }
    }

    /// The name of its table.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Ucdp => "ucdp",
            Self::Acled => "acled",
            Self::EveryCasualty => "incidents",
        }
    }

    /// Its name with the article.
    pub(crate) fn with_article(self) -> &'static str {
        match self {
            Self::Ucdp => "a UCDP",
            Self::Acled => "an ACLED",
            Self::EveryCasualty => "an Iraq Body Count",
        }
    }

    /// The column that identifies a candidate, as `event` does in the sources table.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Ucdp => "relid",
            Self::Acled => "event_id_cnty",
            Self::EveryCasualty => "IBC code",
        }
    }

    /// What a row does not say although reports do, for the rows of the sources table.
    fn note(self, event: &Event<'_>, sides: &Sides) -> Option<String> {
        match self {
            Self::Ucdp => ucdp::note(event, sides),
            Self::Acled | Self::EveryCasualty => None,
        }
    }

    fn rows(self, story: i64, loaded: &Loaded, sides: &Sides) -> Vec<Row> {
        let row = |event: &Event<'_>| match self {
            Self::Ucdp => ucdp::row(event, sides),
            Self::Acled => acled::row(event),
            Self::EveryCasualty => every_casualty::row(event),
        };
        events(story, loaded).iter().map(row).collect()
    }
}

/// The groups whose dead the chosen stories count, as `--side-a` and `--side-b` can name them.
///
/// # Errors
/// Those of the ledger.
pub fn groups(ledger: &mut Ledger, filter: &ReportFilter) -> Result<BTreeSet<String>, ExportError> {
    let mut groups = BTreeSet::new();
    for story in chosen_stories(ledger, filter)? {
        let loaded = load_placed(ledger, story.0, filter.until)?;
        for event in events(story.0, &loaded) {
            groups.extend(event.groups().into_iter().map(|(group, _)| group.to_owned()));
        }
    }
    Ok(groups)
}

/// The stories with a report that passes a filter, with the reports published up to the filter's last day.
///
/// # Errors
/// Those of the ledger.
pub fn chosen_stories(ledger: &mut Ledger, filter: &ReportFilter) -> Result<Vec<StoryId>, ExportError> {
    catch_up(ledger)?;
    let mut stories = BTreeSet::new();
    for line in ledger.reports(filter)? {
        stories.extend(ledger.story_of(line.id)?);
    }
    Ok(stories.into_iter().collect())
}

/// The incidents of the chosen stories, one batch per story.
///
/// # Errors
/// Those of the ledger.
pub fn incidents<'l>(
    ledger: &'l mut Ledger,
    profile: Profile,
    filter: &'l ReportFilter,
    sides: &'l Sides,
) -> Result<impl Iterator<Item = Result<Vec<Row>, ExportError>> + 'l, ExportError> {
    let stories = chosen_stories(ledger, filter)?;
    let ledger = &*ledger;
    Ok(stories
        .into_iter()
        .map(move |story| Ok(profile.rows(story.0, &load_placed(ledger, story.0, filter.until)?, sides))))
}

/// The incidents and the source values, as the tables of a data package or workbook.
///
/// # Errors
/// Those of the ledger.
pub fn tables(
    ledger: &mut Ledger,
    profile: Profile,
    filter: &ReportFilter,
    sides: &Sides,
) -> Result<[Table; 2], ExportError> {
    let (mut incidents, mut values) = (Vec::new(), Vec::new());
    for story in chosen_stories(ledger, filter)? {
        let loaded = load_placed(ledger, story.0, filter.until)?;
        incidents.extend(profile.rows(story.0, &loaded, sides));
        let record = |place| Ok(ledger.archived(ReportId(loaded.key(place)))?.map(|kept| kept.record));
        let records = (0..loaded.story.reports.len()).map(record).collect::<Result<Vec<_>, ExportError>>()?;
        values.extend(sources::rows_of(story.0, &loaded, &records, |event| profile.note(event, sides)));
    }
    Ok([
        Table {
            name: profile.name(),
            about: "Event candidates, one per row",
            columns: profile.columns().to_vec(),
            rows: incidents,
        },
        Table {
            name: "sources",
            about: "Each report's value of each count of people, with its words",
            columns: sources::COLUMNS.to_vec(),
            rows: values,
        },
    ])
}

/// The name of a report's outlet.
pub(crate) fn outlet(report: &StoryReport) -> Option<String> {
    report.outlet.clone()
}

/// Several values in one cell, null for none. A semicolon separates them, so one inside a value becomes a comma.
pub(crate) fn joined(values: &[String]) -> Value {
    if values.iter().all(String::is_empty) {
        return Value::Null;
    }
    values.iter().map(|value| value.replace(';', ",")).collect::<Vec<_>>().join("; ").into()
}
