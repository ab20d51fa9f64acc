//! Parts that add up to a count of their report: "23 pirates were arrested ... 12 are Ostrian and 11 Estonian".

use std::collections::BTreeMap;

use sayso_model::{Category, Figure, Number, Share};

use super::is_count;
use crate::decide::CLEAR;

/// Maximum bytes between two parts.
const BESIDE: usize = 60;
/// Total below which numbers add up by chance.
const LEAST: i64 = 10;

/// Gives neighbouring figures of a sentence without a category of their own, whose sum is a count of the report, that count's
/// category. `sentence` returns the sentence of a figure.
pub(super) fn share(text: &str, figures: &mut [Figure], sentence: impl Fn(&Figure) -> usize) {
    let mut counts: BTreeMap<i64, Vec<usize>> = BTreeMap::new();
    for (at, figure) in figures.iter().enumerate() {
        if let Some(count) = whole(figure) {
            counts.entry(count).or_default().push(at);
        }
    }
    for at in 1..figures.len() {
        let (Some(a), Some(b)) = (figures.get(at - 1), figures.get(at)) else { continue };
        let open = |f: &Figure| is_count(f) && is_undecided(f) && f.low.or(f.high).is_none();
        let (Some(x), Some(y)) = (whole(a), whole(b)) else { continue };
        let between = text.get(a.number.end..b.number.start).unwrap_or("");
        if x + y < LEAST
            || !(open(a) || open(b))
            || sentence(a) != sentence(b)
            || between.len() > BESIDE
            || between.contains(';')
        {
            continue;
        }
        let of_outcome = |f: &&Figure| {
            is_count(f) && !f.approximate && !matches!(f.category.as_str(), "other" | "equipment")
        };
        // Both count what the total counts, or omit it.
        let noun = |f: &Figure| {
            let named = f.counted.filter(|c| f.group_evidence.is_none_or(|group| !group.overlaps(*c)));
            named.map(|c| c.cut(text).to_lowercase())
        };
        let of_one =
            |f: &&Figure| [a, b].into_iter().all(|part| noun(part).is_none_or(|n| noun(f) == Some(n)));
        let totals = counts.get(&(x + y)).into_iter().flatten().filter_map(|at| figures.get(*at));
        let Some(total) = totals.filter(of_outcome).find(of_one) else { continue };
        let (category, evidence) = (total.category.clone(), total.category_evidence);
        if ![a, b].into_iter().all(|f| open(f) || f.category == category) {
            continue;
        }
        for part in [at - 1, at] {
            let Some(figure) = figures.get_mut(part).filter(|f| is_undecided(f)) else { continue };
            figure.category = category.clone();
            figure.category_evidence = evidence;
            figure.why.category.by = vec!["figure.sum".into()];
        }
    }
}

/// True if no rule sees what happened to the people counted and the decider is in doubt.
fn is_undecided(figure: &Figure) -> bool {
    let by = &figure.why.category;
    let doubtful = by.share.is_some_and(|share| share < Share::of(CLEAR));
    figure.category == Category::OTHER || by.by.iter().all(|rule| rule == "decider") && doubtful
}

fn whole(figure: &Figure) -> Option<i64> {
    figure.best.and_then(Number::to_whole)
}
