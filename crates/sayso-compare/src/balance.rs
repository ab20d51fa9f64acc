//! Explains why two counts differ, where reports state what happened in between and the sum works out.
//!
//! "Four more bodies were found, taking the toll to 13" says that it was nine before; six missing and three dead agree with four
//! missing and five dead if two of the missing were found dead; 36 hurt, "after one died of his wounds", were 37.

use std::collections::BTreeMap;

use sayso_model::{
    Category, Modality, Span,
    story::{Claim, EventOf, Point, ReportIndex, Scope},
};

use crate::{bounds, points};

/// Bytes around a count within which a report may state what was added or subtracted.
const BESIDE: usize = 200;
/// Maximum number of counts tried per report.
const TRIED: usize = 64;

/// A count in a report.
struct Count {
    span: Span,
    amount: i64,
}

/// The first counts of one category in each report, up to the limit.
type ByReport<T> = BTreeMap<ReportIndex, Vec<T>>;

/// What each report counts: the dead, the hurt and others.
#[derive(Default)]
pub(crate) struct Balance {
    /// Increments to another count, by category.
    added: BTreeMap<Category, ByReport<Count>>,
    /// The dead that are such increments, or are few compared with the others.
    dead: ByReport<Count>,
    /// Those no longer missing: the dead, the rescued.
    found: [ByReport<i64>; 2],
}

impl Balance {
    pub(crate) fn of(claims: &[Claim]) -> Self {
        let mut tried: BTreeMap<(&Category, ReportIndex), usize> = BTreeMap::new();
        let mut balance = Self::default();
        let of_story = |c: &Claim| c.event == EventOf::This && c.modality == Modality::Asserted;
        for (_, claim, point) in points::all(claims).filter(|(_, c, _)| of_story(c)) {
            let Some(amount) = amount(point) else { continue };
            for told in &point.reports {
                let (report, span) = (told.mark.report, told.mark.span);
                let so_far = tried.entry((&claim.category, report)).or_default();
                *so_far += 1;
                if *so_far <= TRIED {
                    balance.put(claim, report, Count { span, amount });
                }
            }
        }
        balance
    }

    fn put(&mut self, claim: &Claim, report: ReportIndex, count: Count) {
        let places = [Category::KILLED, Category::RESCUED].into_iter().zip(&mut self.found);
        for (_, found) in places.filter(|(category, _)| *category == claim.category) {
            found.entry(report).or_default().push(count.amount);
        }
        let Count { span, amount } = count;
        let is_added = matches!(claim.scope, Scope::Added { .. });
        if claim.category == Category::KILLED && (is_added || claim.scope == Scope::OneOfSeveral) {
            self.dead.entry(report).or_default().push(Count { span, amount });
        }
        if is_added {
            let added = self.added.entry(claim.category.clone()).or_default();
            added.entry(report).or_default().push(count);
        }
    }

    /// True if what reports state next to two counts turns one into the other.
    pub(crate) fn explains(&self, category: &Category, lower: &Point, higher: &Point) -> bool {
        let Some((less, more)) = amount(lower).zip(amount(higher)) else { return false };
        let gap = more - less;
        // "Taking the toll to": the increment is stated next to the higher count.
        let has_come = || self.added.get(category).is_some_and(|added| is_beside(higher, added, gap));
        // Those of the hurt who have since died are stated next to the lower count; they are not the total toll.
        let has_died = || *category == Category::INJURED && is_beside(lower, &self.dead, gap);
        has_come() || has_died() || *category == Category::MISSING && self.found(lower, higher, gap)
    }

    /// True if the reports with fewer missing have correspondingly more dead or rescued.
    fn found(&self, fewer: &Point, more: &Point, gap: i64) -> bool {
        self.found.iter().any(|found| {
            let counts = |p: &Point| -> Vec<i64> {
                let all = p.reports.iter().filter_map(|a| found.get(&a.mark.report)).flatten();
                all.copied().take(TRIED).collect()
            };
            let before = counts(more);
            counts(fewer).into_iter().any(|found| before.contains(&(found - gap)))
        })
    }
}

/// True if a count of this amount is next to a value.
fn is_beside(value: &Point, counts: &ByReport<Count>, amount: i64) -> bool {
    value.reports.iter().any(|told| {
        let near = |c: &Count| {
            let span = told.mark.span;
            c.span.start.saturating_sub(span.end).max(span.start.saturating_sub(c.span.end)) <= BESIDE
        };
        let here = counts.get(&told.mark.report).into_iter().flatten();
        here.into_iter().any(|c| c.amount == amount && near(c))
    })
}

fn amount(point: &Point) -> Option<i64> {
    bounds::central(&point.value)?.to_whole()
}
