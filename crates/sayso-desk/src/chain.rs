//! The path of a figure or statement from the outlet to its origin, through the ledger's own reports.

use std::collections::BTreeMap;

use sayso_ledger::{EntryKind, EntryName, Ledger, ReportId};
use sayso_model::{
    ChainLink, ChainRole, Figure, FigureId, Reading, Span, Statement,
    json::Exact,
    story::{Appearance, Step},
};
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize};

use crate::{DeskError, Loaded, Parts, kept, words::plain};

/// One step of a chain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ChainStep {
    /// Its role.
    pub role: ChainRole,
    /// Name; null if the step exists but nobody is named.
    pub name: Option<String>,
    /// The report in the ledger that is this step, for outlets whose own report is there.
    pub report: Option<i64>,
    /// Words that show the step.
    pub evidence: Vec<ChainEvidence>,
}

/// Words of a report that show a step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ChainEvidence {
    /// The report.
    pub report: i64,
    /// The words, in code points.
    #[serde(deserialize_with = "exact")]
    pub span: Exact,
}

fn exact<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Exact, D::Error> {
    #[derive(Deserialize)]
    struct Kept {
        start: usize,
        end: usize,
        exact: String,
    }
    let Kept { start, end, exact } = Kept::deserialize(deserializer)?;
    Ok(Exact { start, end, exact })
}

/// What is cached of a story's chains: for each report, those that differ from what it says by itself; and for each
/// outlet, the name under which the story knows it.
pub(crate) const KEPT: &str = "chains";
const OUTLETS: &str = "outlets";

/// Chains by the names of their entries.
type Chains = BTreeMap<String, Vec<ChainStep>>;
/// Names of outlets by how the heads of reports call them.
type Outlets = BTreeMap<String, String>;

/// The path of `12:f3` or `12:s0`, outlet first.
///
/// # Errors
/// [`DeskError::Nothing`] for what does not name a current figure or statement, and those of the ledger.
pub fn chain(ledger: &mut Ledger, entry: &str) -> Result<Vec<ChainStep>, DeskError> {
    let malformed = || {
        DeskError::Nothing(format!(
            "'{}' names no entry; expected REPORT:fN or REPORT:sN, as in 12:f3",
            plain(entry)
        ))
    };
    let nothing = |why: String| DeskError::Nothing(why);
    let (id, name) = entry.split_once(':').ok_or_else(malformed)?;
    let id: i64 = id.parse().map_err(|_| malformed())?;
    let name = EntryName::parse(name).ok_or_else(malformed)?;
    crate::catch_up(ledger)?;
    let report = ReportId(id);
    let story = ledger.story_of(report)?.ok_or_else(|| {
        nothing(format!("there is no report {id} in the ledger; `sayso reports` lists them"))
    })?;
    if ledger.report(report)?.is_some_and(|stored| !stored.line.latest) {
        return Err(nothing(format!("report {id} has a newer revision; name an entry of that one")));
    }
    let reviewed =
        ledger.reviewed(report)?.ok_or_else(|| nothing(format!("report {id} has not been read")))?;
    if reviewed.is_rejected(name) {
        return Err(nothing(format!("{id}:{name} has been rejected; `sayso show {id}` says by whom")));
    }
    let standing = reviewed.standing();
    let wanted = [id.to_string(), OUTLETS.to_owned()];
    let mut kept = kept::kept(ledger, story.0, KEPT, &wanted, parts)?;
    let outlets: Outlets =
        kept.remove(OUTLETS).map_or(Ok(Outlets::new()), |json| serde_json::from_str(&json))?;
    let mut followed: Chains =
        kept.remove(&id.to_string()).map_or(Ok(Chains::new()), |json| serde_json::from_str(&json))?;
    if let Some(steps) = followed.remove(&name.to_string()) {
        return Ok(steps);
    }
    let own = Own::of(id, &standing.reading, &outlets);
    let number = standing.index(name).unwrap_or(usize::MAX);
    let missing =
        |kind: &str| nothing(format!("report {id} has no {kind} {name}; `sayso show {id}` lists them"));
    match name.kind {
        EntryKind::Figure => {
            let figure = own.reading.figures.get(number).ok_or_else(|| missing("figure"))?;
            Ok(own.figure(figure))
        }
        EntryKind::Statement => {
            let statement = own.reading.statements.get(number).ok_or_else(|| missing("statement"))?;
            Ok(own.statement(statement))
        }
        _ => Err(malformed()),
    }
}

/// A report's chains as it tells them itself.
struct Own<'r> {
    key: i64,
    reading: &'r Reading,
    outlet: Option<String>,
}

impl<'r> Own<'r> {
    fn of(key: i64, reading: &'r Reading, outlets: &Outlets) -> Self {
        let written = reading.report.head.outlet.as_ref().map(|o| o.value.clone());
        let outlet = written.map(|written| outlets.get(&written).cloned().unwrap_or(written));
        Self { key, reading, outlet }
    }

    fn statement(&self, statement: &Statement) -> Vec<ChainStep> {
        let step = |link: &ChainLink| {
            let is_outlet = link.role == ChainRole::Outlet;
            ChainStep {
                role: link.role,
                name: if is_outlet { self.outlet.clone() } else { link.name.clone() },
                report: is_outlet.then_some(self.key),
                evidence: link.evidence.iter().map(|span| self.evidence(*span)).collect(),
            }
        };
        statement.chain.iter().map(step).collect()
    }

    /// For a figure that is in no statement, only the outlet.
    fn figure(&self, figure: &Figure) -> Vec<ChainStep> {
        let statement = figure.statement.and_then(|id| self.reading.statements.get(id.index()));
        statement.map(|s| self.statement(s)).unwrap_or_else(|| {
            vec![ChainStep {
                role: ChainRole::Outlet,
                name: self.outlet.clone(),
                report: Some(self.key),
                evidence: vec![self.evidence(figure.span)],
            }]
        })
    }

    fn evidence(&self, span: Span) -> ChainEvidence {
        ChainEvidence { report: self.key, span: Exact::of(span, &self.reading.report.text) }
    }
}

/// The cached chains of a story.
pub(crate) fn parts(loaded: &Loaded) -> Result<Parts, DeskError> {
    let mut outlets = Outlets::new();
    for (report, reading) in loaded.story.reports.iter().zip(loaded.readings.iter()) {
        if let (Some(written), Some(name)) = (&reading.report.head.outlet, &report.outlet)
            && written.value != *name
        {
            outlets.insert(written.value.clone(), name.clone());
        }
    }
    let mut parts = Parts::from([(OUTLETS.to_owned(), serde_json::to_string(&outlets)?)]);
    let points = loaded.story.claims.iter().flat_map(|c| &c.series).flat_map(|s| &s.points);
    let mut followed: BTreeMap<usize, BTreeMap<FigureId, &Appearance>> = BTreeMap::new();
    for appearance in points.flat_map(|p| &p.reports) {
        let of_report = followed.entry(appearance.mark.report).or_default();
        of_report.entry(appearance.figure).or_insert(appearance);
    }
    for (report, followed) in followed {
        let Some(reading) = loaded.readings.get(report) else { continue };
        let own = Own::of(loaded.key(report), reading, &outlets);
        let mut chains = Chains::new();
        let mut put = |kind, index, appearance: &Appearance, plain: Vec<ChainStep>| {
            let steps: Vec<ChainStep> = appearance.chain.iter().map(|step| printed(loaded, step)).collect();
            if steps != plain {
                chains.insert(loaded.name(report, kind, index).to_string(), steps);
            }
        };
        for figure in &reading.figures {
            let announced = || announced(reading, figure).and_then(|told| followed.get(&told.id));
            if let Some(appearance) = followed.get(&figure.id).or_else(announced) {
                put(EntryKind::Figure, figure.id.index(), appearance, own.figure(figure));
            }
        }
        for (index, statement) in reading.statements.iter().enumerate() {
            // A statement that contains a figure takes the figure's path, which has been followed through the ledger.
            if let Some(appearance) = statement.figures.iter().find_map(|f| followed.get(f)) {
                put(EntryKind::Statement, index, appearance, own.statement(statement));
            }
        }
        if !chains.is_empty() {
            parts.insert(loaded.key(report).to_string(), serde_json::to_string(&chains)?);
        }
    }
    Ok(parts)
}

/// The figure in the body that a figure in the headline announces.
fn announced<'r>(reading: &'r Reading, figure: &Figure) -> Option<&'r Figure> {
    let central = |f: &Figure| f.best.or(f.low).or(f.high);
    reading.report.head.headline.as_ref().and_then(|h| h.span).filter(|h| h.overlaps(figure.span))?;
    let same = |f: &&Figure| f.category == figure.category && central(f) == central(figure);
    reading.figures.iter().filter(same).find(|f| f.id != figure.id)
}

fn printed(loaded: &Loaded, step: &Step) -> ChainStep {
    let evidence = step.evidence.iter().map(|mark| ChainEvidence {
        report: loaded.key(mark.report),
        span: Exact::of(mark.span, loaded.readings.text(mark.report)),
    });
    ChainStep {
        role: step.role,
        report: step.report.map(|report| loaded.key(report)),
        evidence: evidence.collect(),
        name: step.name.clone(),
    }
}
