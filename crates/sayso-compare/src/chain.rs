//! The way from an outlet to the origin, followed through the reports of the ledger.
//!
//! Where a report cites an outlet whose own report is here too, the chain goes on as that report tells it; so three
//! outlets that hand on one word are three reports of one origin. A report is only followed to earlier ones.

use std::collections::BTreeMap;

use sayso_model::{
    Category, ChainRole, Date, Figure, FigureId,
    story::{Note, ReportIndex, Step, StoryMark},
};

use crate::{Entry, bounds, day, outlet, speakers::Cast};

/// How many days before a report the one that it cites may have been published.
const CITED_WITHIN: i64 = 30;

/// A figure's chain with what is odd about it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Traced {
    pub(crate) steps: Vec<Step>,
    pub(crate) notes: Vec<Note>,
}

/// Follows chains; each is followed once.
pub(crate) struct Tracer<'a> {
    entries: &'a [Entry<'a>],
    cast: &'a Cast,
    outlets: Vec<Option<String>>,
    /// Reports by outlet as the head has it, so that a cited name is compared once with each outlet.
    of_outlet: BTreeMap<String, Vec<ReportIndex>>,
    /// Reports of an outlet by the name under which it was cited.
    cited: BTreeMap<String, Vec<ReportIndex>>,
    done: BTreeMap<(ReportIndex, FigureId), Traced>,
}

impl<'a> Tracer<'a> {
    pub(crate) fn new(entries: &'a [Entry<'a>], cast: &'a Cast, outlets: Vec<Option<String>>) -> Self {
        let mut of_outlet: BTreeMap<String, Vec<ReportIndex>> = BTreeMap::new();
        for (report, entry) in entries.iter().enumerate() {
            if let Some(name) = &entry.reading.report.head.outlet {
                of_outlet.entry(name.value.clone()).or_default().push(report);
            }
        }
        Self { entries, cast, outlets, of_outlet, cited: BTreeMap::new(), done: BTreeMap::new() }
    }

    /// The chain of a figure of a report.
    pub(crate) fn trace(&mut self, report: ReportIndex, figure: &Figure) -> Traced {
        if let Some(done) = self.done.get(&(report, figure.id)) {
            return done.clone();
        }
        let own = self.own_chain(report, figure);
        let traced = self.follow(report, figure, own);
        self.done.insert((report, figure.id), traced.clone());
        traced
    }

    /// The chain as the report itself tells it.
    fn own_chain(&self, report: ReportIndex, figure: &Figure) -> Vec<Step> {
        let mut steps = vec![Step {
            role: ChainRole::Outlet,
            name: self.outlets.get(report).cloned().flatten(),
            speaker: None,
            report: Some(report),
            evidence: Vec::new(),
        }];
        let Some(entry) = self.entries.get(report) else { return steps };
        let statement = figure.statement.and_then(|id| entry.reading.statements.get(id.index()));
        let links = statement.map(|s| s.chain.as_slice()).unwrap_or_default();
        let told = links.last().filter(|l| l.role == ChainRole::Origin && l.name == figure.origin).is_some();
        if told {
            for link in links.iter().filter(|l| l.role != ChainRole::Outlet) {
                let named = || link.name.as_deref().and_then(|name| self.cast.called(report, name));
                let speaker = link.speaker.and_then(|s| self.cast.of(report, s)).or_else(named);
                steps.push(Step {
                    role: link.role,
                    name: link.name.clone(),
                    speaker,
                    report: None,
                    evidence: link.evidence.iter().map(|span| StoryMark { report, span: *span }).collect(),
                });
            }
            return steps;
        }
        let relays = figure.via.iter().rev().map(|name| (ChainRole::Relay, name, None));
        let end = figure.origin.iter().map(|name| (ChainRole::Origin, name, figure.origin_speaker));
        for (role, name, id) in relays.chain(end) {
            let speaker = id.and_then(|s| self.cast.of(report, s)).or_else(|| self.cast.called(report, name));
            steps.push(Step { role, name: Some(name.clone()), speaker, report: None, evidence: Vec::new() });
        }
        steps
    }

    fn follow(&mut self, report: ReportIndex, figure: &Figure, own: Vec<Step>) -> Traced {
        let mut notes = Vec::new();
        for at in 1..own.len() {
            let Some(name) = own.get(at).and_then(|s| s.name.clone()) else { continue };
            let cited = self.cited_reports(report, &name);
            if cited.is_empty() {
                continue;
            }
            let found = cited.iter().rev().find_map(|c| Some((*c, self.same_figure(*c, figure)?)));
            let Some((earlier, same)) = found else {
                notes.push(Note::NotInCited { outlet: name, reports: cited });
                continue;
            };
            let theirs = self.trace(earlier, &same);
            let (mine, other) = (own.last(), theirs.steps.last());
            let ends_here = at + 1 == own.len();
            let agree = ends_here || mine.map(identity) == other.map(identity);
            if !agree || theirs.steps.len() < 2 {
                notes.push(Note::OtherOriginInCited {
                    report: earlier,
                    origin: other.filter(|s| s.role == ChainRole::Origin).and_then(|s| s.name.clone()),
                });
                continue;
            }
            let mut steps: Vec<Step> = own.iter().take(at).cloned().collect();
            let shown = own.get(at).map(|s| s.evidence.clone()).unwrap_or_default();
            steps.extend(theirs.steps.into_iter().enumerate().map(|(n, mut step)| {
                if n == 0 {
                    step.role = ChainRole::Relay;
                    step.evidence.clone_from(&shown);
                }
                step
            }));
            notes.extend(theirs.notes);
            return Traced { steps, notes };
        }
        Traced { steps: own, notes }
    }

    /// Reports of the outlet that a name means, published within a month before a report, the newest last.
    fn cited_reports(&mut self, report: ReportIndex, name: &str) -> Vec<ReportIndex> {
        if !self.cited.contains_key(name) {
            let mut all: Vec<ReportIndex> =
                self.of_outlet.iter().filter(|(own, _)| outlet::same(own, name)).flat_map(|(_, r)| r.iter().copied()).collect();
            all.sort_unstable();
            self.cited.insert(name.to_owned(), all);
        }
        let own = self.published(report);
        let before = |other: ReportIndex| match (self.published(other), own) {
            (Some(a), Some(b)) => (0..=CITED_WITHIN).contains(&day::between(a, b)),
            _ => true,
        };
        let all = self.cited.get(name).map(Vec::as_slice).unwrap_or_default();
        if all.contains(&report) {
            return Vec::new();
        }
        all.iter().copied().filter(|r| *r < report && before(*r)).collect()
    }

    fn published(&self, report: ReportIndex) -> Option<Date> {
        self.entries.get(report)?.reading.report.head.published.as_ref().map(|d| d.value)
    }

    /// A figure of a report that can be the one cited: same category and value, not taken back.
    fn same_figure(&self, report: ReportIndex, figure: &Figure) -> Option<Figure> {
        let wanted = bounds::of(figure);
        let alike = |f: &&Figure| -> bool {
            !f.retracted && !f.negated && alike(&f.category, &figure.category) && bounds::same(&bounds::of(f), &wanted)
        };
        let figures = &self.entries.get(report)?.reading.figures;
        figures.iter().filter(|f| f.category == figure.category).find(alike).or_else(|| figures.iter().find(alike)).cloned()
    }
}

/// True for categories under which two reports may hand on one figure.
fn alike(a: &Category, b: &Category) -> bool {
    let loose = |c: &Category| *c == Category::KILLED_OR_INJURED || *c == Category::CASUALTIES;
    a == b || (loose(a) && loose(b))
}

/// What makes a step's speaker itself.
fn identity(step: &Step) -> (Option<usize>, Option<&str>) {
    match step.speaker {
        Some(speaker) => (Some(speaker), None),
        None => (None, step.name.as_deref()),
    }
}
