//! The chain from an outlet to the origin, followed through the reports in the ledger.
//!
//! If a report cites an outlet whose own report is here too, the chain continues with that report's chain; so three outlets that
//! relay one statement are three reports of one origin. A report is only followed to earlier ones.

use std::collections::BTreeMap;

use sayso_model::{
    Category, ChainRole, Date, Figure, FigureId, Span, Speaker, SpeakerKind,
    story::{Bounds, Note, ReportIndex, Step, StoryMark},
};

use crate::{
    Entry, bounds, day,
    outlet::{self, OutletIndex},
    speakers::Cast,
};

/// Maximum age, in days, of a cited report when the citing one is published.
const CITED_WITHIN: i64 = 30;
/// Number of an outlet's newest reports that are searched for what the outlet is cited for.
const CITED: usize = 32;
/// Maximum number of reports through which a chain is followed.
const FOLLOWED: usize = 16;

/// A figure's chain and what is unusual about it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Traced {
    pub(crate) steps: Vec<Step>,
    pub(crate) notes: Vec<Note>,
}

/// Follows chains, each of them once.
pub(crate) struct Tracer<'a> {
    entries: &'a [Entry<'a>],
    cast: &'a Cast,
    outlets: Vec<Option<String>>,
    /// Outlets by name, each with the index of its first report.
    by_name: OutletIndex,
    /// Reports of each outlet, by that index.
    of_outlet: BTreeMap<ReportIndex, Vec<ReportIndex>>,
    /// Reports of an outlet, by the name under which it was cited.
    cited: BTreeMap<String, Vec<ReportIndex>>,
    done: BTreeMap<(ReportIndex, FigureId), Traced>,
}

impl<'a> Tracer<'a> {
    pub(crate) fn new(entries: &'a [Entry<'a>], cast: &'a Cast, outlets: Vec<Option<String>>) -> Self {
        let mut first: BTreeMap<(&str, Option<&str>), ReportIndex> = BTreeMap::new();
        let mut by_name = OutletIndex::default();
        let mut of_outlet: BTreeMap<ReportIndex, Vec<ReportIndex>> = BTreeMap::new();
        for (report, entry) in entries.iter().enumerate() {
            let head = &entry.reading.report.head;
            if let Some(name) = &head.outlet {
                let key = (name.value.as_str(), outlet::masthead(head));
                let own = *first.entry(key).or_insert_with(|| {
                    by_name.add_head(head, report);
                    report
                });
                of_outlet.entry(own).or_default().push(report);
            }
        }
        Self { entries, cast, outlets, by_name, of_outlet, cited: BTreeMap::new(), done: BTreeMap::new() }
    }

    /// The chain of a figure in a report.
    pub(crate) fn trace(&mut self, report: ReportIndex, figure: &Figure) -> Traced {
        self.trace_on(report, figure, FOLLOWED)
    }

    /// Like `trace`, through at most `further` more reports.
    fn trace_on(&mut self, report: ReportIndex, figure: &Figure, further: usize) -> Traced {
        if let Some(done) = self.done.get(&(report, figure.id)) {
            return done.clone();
        }
        let own = without_loops(self.own_chain(report, figure));
        let traced = self.follow(report, figure, own, further);
        self.done.insert((report, figure.id), traced.clone());
        traced
    }

    /// The chain as the report itself gives it.
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
        steps.extend(self.outlets_around(report, figure));
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

    /// Outlets credited with a statement around a figure ("..., the Harbour Times reported") that are missing from its chain.
    fn outlets_around(&self, report: ReportIndex, figure: &Figure) -> Vec<Step> {
        let Some(entry) = self.entries.get(report) else { return Vec::new() };
        let reading = entry.reading;
        let own = reading.report.head.outlet.as_ref().map(|o| o.value.as_str());
        // The report's own outlet, or one that is in the chain.
        let is_known = |speaker: &Speaker| {
            let mut named = figure.via.iter().chain(&figure.origin).map(String::as_str).chain(own);
            named.any(|name| outlet::same(name, &speaker.name))
        };
        let mut found: Vec<Step> = Vec::new();
        for statement in &reading.statements {
            let Some(speaker) = statement.speaker.and_then(|id| reading.speakers.get(id.index())) else {
                continue;
            };
            let covers = Some(statement.id) != figure.statement
                && statement.content.iter().any(|c| c.contains(figure.number));
            if speaker.kind != SpeakerKind::Outlet || speaker.anonymous || !covers || is_known(speaker) {
                continue;
            }
            if found.iter().any(|s| s.name.as_deref() == Some(&speaker.name)) {
                continue;
            }
            found.push(Step {
                role: ChainRole::Relay,
                name: Some(speaker.name.clone()),
                speaker: self.cast.of(report, speaker.id),
                report: None,
                evidence: statement
                    .source
                    .iter()
                    .chain(&statement.cue)
                    .map(|s| StoryMark { report, span: *s })
                    .collect(),
            });
        }
        // An outlet credited at the end of the sentence that the reading did not link to the figure.
        for speaker in reading.speakers.iter().filter(|s| s.kind == SpeakerKind::Outlet && !s.anonymous) {
            let listed = found.iter().any(|s| s.name.as_deref() == Some(&speaker.name));
            let credit =
                speaker.mentions.iter().find(|m| is_credited(&reading.report.text, figure.span.end, m.span));
            if let Some(mention) = credit.filter(|_| !listed && !is_known(speaker)) {
                found.push(Step {
                    role: ChainRole::Relay,
                    name: Some(speaker.name.clone()),
                    speaker: self.cast.of(report, speaker.id),
                    report: None,
                    evidence: vec![StoryMark { report, span: mention.span }],
                });
            }
        }
        found
    }

    fn follow(&mut self, report: ReportIndex, figure: &Figure, own: Vec<Step>, further: usize) -> Traced {
        let mut notes = Vec::new();
        let Some(further) = further.checked_sub(1) else { return Traced { steps: own, notes } };
        for at in 1..own.len() {
            let Some(name) = own.get(at).and_then(|s| s.name.clone()) else { continue };
            let cited = self.cited_reports(report, &name);
            if cited.is_empty() {
                continue;
            }
            let found = cited.iter().rev().find_map(|c| Some((*c, self.same_figure(*c, figure)?)));
            let Some((earlier, same)) = found else {
                let other = cited.iter().rev().find_map(|c| Some((*c, self.other_value(*c, figure)?)));
                notes.push(match other {
                    Some((report, value)) => Note::OtherValueInCited { report, value },
                    None => Note::NotInCited { outlet: name, reports: cited },
                });
                continue;
            };
            let theirs = self.trace_on(earlier, &same, further);
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
            notes.push(Note::ConfirmedInCited { report: earlier });
            notes.extend(theirs.notes);
            return Traced { steps: without_loops(steps), notes };
        }
        Traced { steps: own, notes }
    }

    /// Reports of the named outlet published within a month before a report: the newest ones, in chronological order.
    fn cited_reports(&mut self, report: ReportIndex, name: &str) -> Vec<ReportIndex> {
        let all = self.reports_of(name).to_vec();
        let own = self.published(report);
        let before = |other: ReportIndex| match (self.published(other), own) {
            (Some(a), Some(b)) => (0..=CITED_WITHIN).contains(&day::between(a, b)),
            _ => true,
        };
        if all.binary_search(&report).is_ok() {
            return Vec::new();
        }
        let earlier = all.partition_point(|r| *r < report);
        let mut newest: Vec<ReportIndex> = all
            .get(..earlier)
            .unwrap_or_default()
            .iter()
            .rev()
            .take(CITED)
            .copied()
            .filter(|r| before(*r))
            .collect();
        newest.reverse();
        newest
    }

    /// Reports of the named outlet, by index.
    fn reports_of(&mut self, name: &str) -> &[ReportIndex] {
        if !self.cited.contains_key(name) {
            let outlets = self.by_name.find(name);
            let mut all: Vec<ReportIndex> =
                outlets.iter().filter_map(|o| self.of_outlet.get(o)).flatten().copied().collect();
            all.sort_unstable();
            self.cited.insert(name.to_owned(), all);
        }
        self.cited.get(name).map(Vec::as_slice).unwrap_or_default()
    }

    /// True for the name of an outlet with a report here: that report says where the outlet has it from, or names nobody.
    pub(crate) fn is_outlet(&mut self, name: &str) -> bool {
        !self.reports_of(name).is_empty()
    }

    fn published(&self, report: ReportIndex) -> Option<Date> {
        self.entries.get(report)?.reading.report.head.published.as_ref().map(|d| d.value)
    }

    /// A different value of the same count in a cited report, if it is the only one of its category there.
    fn other_value(&self, report: ReportIndex, figure: &Figure) -> Option<Bounds> {
        let mut others = self.entries.get(report)?.reading.figures.iter().filter(|f| {
            f.category == figure.category && f.group == figure.group && !f.retracted && !f.negated
        });
        let only = others.next()?;
        let value = Bounds::of(only);
        others.all(|f| bounds::same(&Bounds::of(f), &value)).then_some(value)
    }

    /// A figure of a report that can be the cited one: same category and value, not retracted.
    fn same_figure(&self, report: ReportIndex, figure: &Figure) -> Option<Figure> {
        let wanted = Bounds::of(figure);
        let alike = |f: &&Figure| -> bool {
            !f.retracted
                && !f.negated
                && alike(&f.category, &figure.category)
                && bounds::same(&Bounds::of(f), &wanted)
        };
        let reading = self.entries.get(report)?.reading;
        let headline = reading.report.head.headline.as_ref().and_then(|h| h.span);
        // The body names the origin; the headline often does not.
        let body = |f: &&Figure| headline.is_none_or(|h| !h.overlaps(f.span));
        let exact = |f: &&Figure| f.category == figure.category;
        let mut found: Vec<&Figure> = reading.figures.iter().filter(alike).collect();
        found.sort_by_key(|f| (!body(f), !exact(f), f.origin.is_none(), f.id));
        found.first().map(|f| (*f).clone())
    }
}

/// True for categories under which two reports may relay the same figure.
fn alike(a: &Category, b: &Category) -> bool {
    let loose = |c: &Category| *c == Category::KILLED_OR_INJURED || *c == Category::CASUALTIES;
    a == b || (loose(a) && loose(b))
}

/// Removes repeated speakers from a chain: a relay stays where it is first named, and the origin is never also a relay.
fn without_loops(steps: Vec<Step>) -> Vec<Step> {
    let origin = steps.last().filter(|s| s.role == ChainRole::Origin && s.name.is_some()).cloned();
    let last = steps.len().saturating_sub(1);
    let mut kept: Vec<Step> = Vec::with_capacity(steps.len());
    for (at, step) in steps.into_iter().enumerate() {
        let again = step.role == ChainRole::Relay
            && step.name.is_some()
            && (kept.iter().any(|k| k.role == ChainRole::Relay && identity(k) == identity(&step))
                || (at < last && origin.as_ref().is_some_and(|o| identity(o) == identity(&step))));
        if !again {
            kept.push(step);
        }
    }
    kept
}

/// What identifies a step's speaker.
fn identity(step: &Step) -> (Option<usize>, Option<&str>) {
    match step.speaker {
        Some(speaker) => (Some(speaker), None),
        None => (None, step.name.as_deref()),
    }
}

/// True if a mention after a figure credits an outlet with the sentence that the figure is in ("..., the Harbour Times
/// reported").
fn is_credited(text: &str, figure_end: usize, mention: Span) -> bool {
    let Some(between) = text.get(figure_end..mention.start) else { return false };
    let after = text.get(mention.end..).unwrap_or("");
    let same_sentence = !between.contains('\n') && !between.contains(['.', '!', '?']);
    same_sentence
        && [" reported", " reports", " said", " says", " wrote"].iter().any(|verb| after.starts_with(verb))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_outlet_is_credited_at_the_end_of_its_sentence_only() {
        let text =
            "Nine people were hurt, a diver said, the Harbour Times reported. The Island Post reported fog.";
        let mention = |name: &str| {
            let at = text.find(name).unwrap();
            Span::new(at, at + name.len())
        };
        assert!(is_credited(text, 16, mention("Harbour Times")));
        assert!(!is_credited(text, 16, mention("Island Post")));
    }
}
