//! The way from the outlet to the origin of a figure or statement, through the ledger's own reports.

use sayso_ledger::{EntryKind, EntryName, Ledger, ReportId};
use sayso_model::{
    ChainRole, Figure, FigureId, Reading, Statement,
    json::Exact,
    story::{Appearance, Step, StoryMark},
};
use schemars::JsonSchema;
use serde::Serialize;

use crate::{DeskError, Loaded, load, words::plain};

/// One step of a chain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ChainStep {
    /// Its part.
    pub role: ChainRole,
    /// Name; null where the step is there but nobody is named.
    pub name: Option<String>,
    /// Report of the ledger that is this step, for outlets whose own report is there.
    pub report: Option<i64>,
    /// Words that show the step.
    pub evidence: Vec<ChainEvidence>,
}

/// Words of a report that show a step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ChainEvidence {
    /// The report.
    pub report: i64,
    /// The words, in code points.
    pub span: Exact,
}

/// The way of `12:f3` or `12:s0`, the outlet first.
///
/// # Errors
/// [`DeskError::Nothing`] for what names no figure or statement that stands, and those of the ledger.
pub fn chain(ledger: &mut Ledger, entry: &str) -> Result<Vec<ChainStep>, DeskError> {
    let malformed = || {
        DeskError::Nothing(format!(
            "'{}' names no entry; expected REPORT:fN or REPORT:sN, as in 12:f3",
            plain(entry)
        ))
    };
    let nothing = |why: String| DeskError::Nothing(why);
    let (report, name) = entry.split_once(':').ok_or_else(malformed)?;
    let report: i64 = report.parse().map_err(|_| malformed())?;
    let name = EntryName::parse(name).ok_or_else(malformed)?;
    crate::catch_up(ledger)?;
    let story = ledger.story_of(ReportId(report))?.ok_or_else(|| {
        nothing(format!("there is no report {report} in the ledger; `sayso reports` lists them"))
    })?;
    let loaded = load(ledger, story.0, None)?;
    let index = loaded.story.reports.iter().position(|r| r.key == report).ok_or_else(|| {
        nothing(format!("report {report} has a newer revision; ask for an entry of that one"))
    })?;
    let reading = loaded.readings.get(index).ok_or_else(malformed)?;
    if ledger.reviewed(ReportId(report))?.is_some_and(|r| r.is_rejected(name)) {
        return Err(nothing(format!(
            "{report}:{name} has been rejected; `sayso show {report}` says by whom"
        )));
    }
    let number = loaded.index(index, name).unwrap_or(usize::MAX);
    let missing = |kind: &str| {
        nothing(format!("report {report} has no {kind} {name}; `sayso show {report}` lists them"))
    };
    let steps = match name.kind {
        EntryKind::Figure => {
            let figure = reading.figures.get(number).ok_or_else(|| missing("figure"))?;
            of_figure(&loaded, index, reading, figure)
        }
        EntryKind::Statement => {
            let statement = reading.statements.get(number).ok_or_else(|| missing("statement"))?;
            // A statement that holds a figure goes the figure's way, which has been followed through the ledger.
            let followed = statement.figures.iter().find_map(|f| appearance(&loaded, index, *f));
            followed.map_or_else(|| own(&loaded, index, statement), |a| a.chain.clone())
        }
        _ => return Err(malformed()),
    };
    Ok(steps.into_iter().map(|step| printed(&loaded, step)).collect())
}

fn printed(loaded: &Loaded, step: Step) -> ChainStep {
    let text = |report: usize| loaded.readings.get(report).map_or("", |r| r.report.text.as_str());
    let evidence = step.evidence.iter().map(|mark| ChainEvidence {
        report: loaded.key(mark.report),
        span: Exact::of(mark.span, text(mark.report)),
    });
    ChainStep {
        role: step.role,
        report: step.report.map(|report| loaded.key(report)),
        evidence: evidence.collect(),
        name: step.name,
    }
}

/// The way of a figure: as its claim follows it; of one in a headline, that of the figure of the body that it announces; of
/// one that stands in no claim (expected, denied, taken back), as its own statement tells it, else the outlet alone.
fn of_figure(loaded: &Loaded, report: usize, reading: &Reading, figure: &Figure) -> Vec<Step> {
    let central = |f: &Figure| f.best.or(f.low).or(f.high);
    let headline = reading.report.head.headline.as_ref().and_then(|h| h.span);
    let announced = || {
        headline.filter(|h| h.overlaps(figure.span))?;
        let same = |f: &&Figure| f.category == figure.category && central(f) == central(figure);
        let told = reading.figures.iter().filter(same).find(|f| f.id != figure.id)?;
        appearance(loaded, report, told.id)
    };
    let followed = appearance(loaded, report, figure.id).or_else(announced).map(|a| a.chain.clone());
    let statement = || figure.statement.and_then(|id| reading.statements.get(id.index()));
    followed.or_else(|| Some(own(loaded, report, statement()?))).unwrap_or_else(|| {
        vec![Step {
            role: ChainRole::Outlet,
            name: outlet(loaded, report),
            speaker: None,
            report: Some(report),
            evidence: vec![StoryMark { report, span: figure.span }],
        }]
    })
}

fn appearance(loaded: &Loaded, report: usize, figure: FigureId) -> Option<&Appearance> {
    let points = loaded.story.claims.iter().flat_map(|c| &c.series).flat_map(|s| &s.points);
    points.flat_map(|p| &p.reports).find(|a| a.mark.report == report && a.figure == figure)
}

fn outlet(loaded: &Loaded, report: usize) -> Option<String> {
    loaded.story.reports.get(report).and_then(|r| r.outlet.clone())
}

/// The way as the report itself tells it.
fn own(loaded: &Loaded, report: usize, statement: &Statement) -> Vec<Step> {
    let step = |link: &sayso_model::ChainLink| {
        let is_outlet = link.role == ChainRole::Outlet;
        Step {
            role: link.role,
            name: if is_outlet { outlet(loaded, report) } else { link.name.clone() },
            speaker: None,
            report: is_outlet.then_some(report),
            evidence: link.evidence.iter().map(|span| StoryMark { report, span: *span }).collect(),
        }
    };
    statement.chain.iter().map(step).collect()
}
