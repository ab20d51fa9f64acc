//! How reliable each rule is for each category: the log odds that its proposal is right, counted on annotated reports
//! (`data/rule_trust.tsv`, written by `training/decide/trust.py`).

use std::{collections::BTreeMap, sync::OnceLock};

use crate::lexicon::rows;

/// Number of proposals at the rule's overall mean that are added to those counted for one category, so that a few do not decide.
const PRIOR: f32 = 4.0;
/// The share of right proposals assumed for a rule that was never seen.
const UNSEEN: f32 = 0.5;

#[derive(Default)]
struct Table {
    /// Right and total proposals by rule and category.
    counts: BTreeMap<(&'static str, &'static str), (f32, f32)>,
    /// The same by rule.
    rules: BTreeMap<&'static str, (f32, f32)>,
}

/// The log odds that a rule's proposal of a category is right; if no rule proposes anything, the rule is `-` and the category
/// `none`.
pub(crate) fn log_odds(rule: &str, category: &str) -> f32 {
    static TABLE: OnceLock<Table> = OnceLock::new();
    let file = || crate::foreign::file("SAYSO_TRUST", SHIPPED.as_bytes());
    let read = || Table::of(str::from_utf8(file()).unwrap_or_default());
    TABLE.get_or_init(read).log_odds(rule, category)
}

/// The pseudo-category for a rule's proposal of an origin.
pub(crate) const ORIGIN: &str = "origin";

const SHIPPED: &str = sayso_data::RULE_TRUST;

impl Table {
    fn of(file: &'static str) -> Self {
        let mut table = Self::default();
        for row in rows(file) {
            let [rule, category, right, all] = row[..] else { continue };
            let (Ok(right), Ok(all)) = (right.parse::<f32>(), all.parse::<f32>()) else { continue };
            table.counts.insert((rule, category), (right, all));
            let sum = table.rules.entry(rule).or_default();
            *sum = (sum.0 + right, sum.1 + all);
        }
        table
    }

    fn log_odds(&self, rule: &str, category: &str) -> f32 {
        let (right, all) = self.rules.get(rule).copied().unwrap_or_default();
        let mean = (right + UNSEEN * PRIOR) / (all + PRIOR);
        let (right, all) = self.counts.get(&(rule, category)).copied().unwrap_or_default();
        let share = (right + mean * PRIOR) / (all + PRIOR);
        super::log(share.clamp(0.01, 0.995) / (1.0 - share.clamp(0.01, 0.995)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_can_be_read() {
        for row in rows(SHIPPED) {
            let [_, category, right, all] = row[..] else { panic!("{row:?}") };
            assert!(category == ORIGIN || crate::decide::CATEGORIES.contains(&category), "{category}");
            assert!(right.parse::<u32>().unwrap() <= all.parse::<u32>().unwrap(), "{row:?}");
        }
    }

    #[test]
    fn a_rule_that_was_right_is_trusted_and_one_that_was_seldom_seen_as_its_rule_is() {
        let table = Table::of("verb\tkilled\t990\t1000\nnoun\tother\t20\t100\nnoun\taboard\t1\t1\n");
        assert!(table.log_odds("verb", "killed") > 4.0);
        assert!(table.log_odds("verb", "missing") > 2.0);
        assert!(table.log_odds("noun", "other") < -1.0);
        assert!(table.log_odds("noun", "aboard") < 0.0, "{}", table.log_odds("noun", "aboard"));
        assert!(table.log_odds("unheard", "killed").abs() < 0.1);
    }
}
