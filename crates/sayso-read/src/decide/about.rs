//! What a report is about: how many of its numbers count people killed, hurt, missing, moved, held or sent there.
//!
//! The decider sees a window at a time. In a report on a disaster most numbers are such counts, in one on an election hardly any
//! is. By Bayes' rule the odds of such a count are multiplied by the odds in the whole report over those in an ordinary one; here by
//! the square root of that, for the window tells the decider half of it already.

use std::ops::RangeInclusive;

use super::Decision;

/// The places in [`CATEGORIES`](super::CATEGORIES) of what happens to people, from killed to mobilised.
pub(super) const OUTCOMES: RangeInclusive<usize> = 1..=12;
/// Share of such counts among the numbers of an ordinary report, and how many numbers that share stands for where a report has
/// few. Both chosen on news and made-up reports that the network had not seen (`training/decide/README.md`).
const ORDINARY: f32 = 0.35;
const WEIGHT: f32 = 2.0;

/// Weighs what the decider says of a report's numbers by what the report is about. A short text does not tell.
pub(crate) fn weigh<'d>(decisions: impl Iterator<Item = &'d mut Decision>) {
    let mut decisions: Vec<&mut Decision> = decisions.filter(|d| !d.short).collect();
    let count = |d: &Decision| d.categories.get(OUTCOMES).unwrap_or_default().iter().sum::<f32>();
    let all = decisions.iter().map(|d| count(d)).sum::<f32>() + ORDINARY * WEIGHT;
    let share = all / (decisions.len() as f32 + WEIGHT);
    let factor = (share / (1.0 - share).max(1e-3) * (1.0 - ORDINARY) / ORDINARY).sqrt();
    for decision in &mut decisions {
        decision.categories.get_mut(OUTCOMES).unwrap_or_default().iter_mut().for_each(|c| *c *= factor);
        let sum: f32 = decision.categories.iter().sum();
        decision.categories.iter_mut().for_each(|c| *c /= sum.max(1e-9));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decide::CATEGORIES;

    /// A decision on one number with the probabilities of "no count of people" and of "killed".
    fn decision(none: f32, killed: f32) -> Decision {
        let mut categories = vec![0.0; CATEGORIES.len()];
        (categories[0], categories[1]) = (none, killed);
        Decision { categories, other_event: 0.0, short: false, nobody: 0.0, points: Vec::new() }
    }

    #[test]
    fn an_outcome_is_likelier_in_a_report_about_such() {
        let weighed = |others: f32| {
            let mut decisions: Vec<Decision> = vec![decision(1.0 - others, others); 20];
            decisions.push(decision(0.5, 0.5));
            weigh(decisions.iter_mut());
            decisions[20].categories[1]
        };
        assert!(weighed(0.9) > 0.7 && weighed(0.05) < 0.35, "{} {}", weighed(0.9), weighed(0.05));
        assert_eq!([OUTCOMES.start(), OUTCOMES.end()].map(|at| CATEGORIES[*at]), ["killed", "mobilised"]);
    }

    #[test]
    fn a_single_number_is_hardly_changed() {
        let mut one = [decision(0.5, 0.5)];
        weigh(one.iter_mut());
        assert!((one[0].categories[1] - 0.55).abs() < 0.05, "{:?}", one[0].categories);
        weigh(std::iter::empty());
    }
}
