//! Counts that differ by what has happened between them: a report tells how many, and the sum comes out.
//!
//! "Four more bodies were found, taking the toll to 13" says that it was nine before; six missing beside three dead are four
//! missing beside five dead, two of them found; 36 hurt, "after one died of his wounds", were 37.

use std::collections::BTreeMap;

use sayso_model::{
    Category, Modality, Span,
    story::{Claim, EventOf, Point, ReportIndex, Scope},
};

use crate::{bounds, points};

/// Bytes within which a report tells of what has come or gone beside a count.
const BESIDE: usize = 200;
/// Counts of a report that are tried.
const TRIED: usize = 64;

/// A count of a report.
struct Count {
    span: Span,
    amount: i64,
    scope: Scope,
}

/// What each report counts of the dead, the hurt and others.
pub(crate) struct Balance {
    counts: BTreeMap<(ReportIndex, Category), Vec<Count>>,
}

impl Balance {
    pub(crate) fn of(claims: &[Claim]) -> Self {
        let mut counts: BTreeMap<(ReportIndex, Category), Vec<Count>> = BTreeMap::new();
        let of_story = |c: &Claim| c.event == EventOf::This && c.modality == Modality::Asserted;
        for (_, claim, point) in points::all(claims).filter(|(_, c, _)| of_story(c)) {
            for told in &point.reports {
                let Some(amount) = amount(point) else { continue };
                let here = counts.entry((told.mark.report, claim.category.clone())).or_default();
                here.push(Count { span: told.mark.span, amount, scope: claim.scope.clone() });
            }
        }
        Self { counts }
    }

    /// True where what reports tell beside two counts makes one of the other.
    pub(crate) fn explains(&self, category: &Category, lower: &Point, higher: &Point) -> bool {
        let Some((less, more)) = amount(lower).zip(amount(higher)) else { return false };
        let gap = more - less;
        // "Taking the toll to": what came on top stands beside the higher count.
        let is_added = |scope: &Scope| matches!(scope, Scope::Added { .. });
        let has_come = self.beside(higher, category).any(|c| c.amount == gap && is_added(&c.scope));
        // Of the hurt, those who have died since stand beside the lower one; they are not its toll.
        let is_loose = |scope: &Scope| is_added(scope) || *scope == Scope::OneOfSeveral;
        let mut dead = self.beside(lower, &Category::KILLED).filter(|c| is_loose(&c.scope));
        let has_died = *category == Category::INJURED && dead.any(|c| c.amount == gap);
        has_come || has_died || *category == Category::MISSING && self.found(lower, higher, gap)
    }

    /// Counts of a category that stand beside a value.
    fn beside<'b>(&'b self, value: &'b Point, category: &'b Category) -> impl Iterator<Item = &'b Count> {
        value.reports.iter().flat_map(move |told| {
            let near = move |c: &&Count| {
                let span = told.mark.span;
                c.span.start.saturating_sub(span.end).max(span.start.saturating_sub(c.span.end)) <= BESIDE
            };
            self.of_report(told.mark.report, category).filter(near)
        })
    }

    /// True where the reports of fewer missing have so many more dead or rescued.
    fn found(&self, fewer: &Point, more: &Point, gap: i64) -> bool {
        let reports = |p: &Point| p.reports.iter().map(|a| a.mark.report).collect::<Vec<_>>();
        [Category::KILLED, Category::RESCUED].iter().any(|category| {
            let counts = |p: &Point| -> Vec<i64> {
                let all = reports(p).into_iter().flat_map(|r| self.of_report(r, category));
                all.map(|c| c.amount).take(TRIED).collect()
            };
            let before = counts(more);
            counts(fewer).into_iter().any(|found| before.contains(&(found - gap)))
        })
    }

    fn of_report(&self, report: ReportIndex, category: &Category) -> impl Iterator<Item = &Count> {
        self.counts.get(&(report, category.clone())).into_iter().flatten().take(TRIED)
    }
}

fn amount(point: &Point) -> Option<i64> {
    bounds::central(&point.value)?.to_whole()
}
