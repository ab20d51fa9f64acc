//! A story compared again: only what the change can have affected is worked out anew.
//!
//! The parts of a comparison are pure functions, and each looks only at some of what is in the readings: who the speakers are
//! does not depend on the figures, copies depend on the texts alone. A part whose input is what it was is taken over from the
//! comparison before. Inputs are compared themselves, not by a key that could be the same for two of them.

use std::{collections::BTreeMap, sync::Arc};

use sayso_model::{
    Reading,
    story::{CopyLink, Outlook, SharedStatement, Story},
};

use crate::{
    Constraints, Entry,
    speakers::Cast,
    story::{Known, assemble, in_order},
};

/// What was worked out when a story was compared, and from what.
#[derive(Debug)]
pub struct Compared {
    /// The reports in the story's order, by their number in the ledger.
    reports: Vec<(i64, Arc<Reading>)>,
    constraints: Constraints,
    cast: Cast,
    statements: Vec<SharedStatement>,
    expected: Vec<Outlook>,
    copies: Vec<CopyLink>,
}

/// Compares all reports of a story, by their number in the ledger, like [`crate::story`]. `before`: how it was compared last; the
/// result does not depend on it. A reading that has not changed is recognised at no cost if it is the same [`Arc`].
#[must_use]
pub fn story_again(
    before: Option<Compared>,
    reports: &BTreeMap<i64, Arc<Reading>>,
    constraints: &Constraints,
) -> (Story, Compared) {
    let entries: Vec<Entry<'_>> = reports.iter().map(|(key, reading)| Entry { key: *key, reading }).collect();
    let entries = in_order(&entries, None);
    let known = before.map(|before| before.still_true(&entries, constraints)).unwrap_or_default();
    let (mut story, cast) = assemble(&entries, constraints, None, known);
    story.speakers.clone_from(&cast.speakers);
    let in_order = entries.iter().filter_map(|e| Some((e.key, Arc::clone(reports.get(&e.key)?))));
    let compared = Compared {
        reports: in_order.collect(),
        constraints: constraints.clone(),
        cast,
        statements: story.statements.clone(),
        expected: story.expected.clone(),
        copies: story.copies.clone(),
    };
    (story, compared)
}

impl Compared {
    /// True if these very readings, and these decisions, were compared.
    #[must_use]
    pub fn is_of(&self, reports: &BTreeMap<i64, Arc<Reading>>, constraints: &Constraints) -> bool {
        let is_same = |(key, reading): &(i64, Arc<Reading>)| {
            reports.get(key).is_some_and(|other| Arc::ptr_eq(reading, other))
        };
        self.constraints == *constraints
            && self.reports.len() == reports.len()
            && self.reports.iter().all(is_same)
    }

    /// What holds for these reports too.
    fn still_true(self, entries: &[Entry<'_>], constraints: &Constraints) -> Known {
        let same = |part: fn(&Reading, &Reading) -> bool| {
            let pairs = || self.reports.iter().zip(entries);
            let is_same = |((_, old), new): (&(i64, Arc<Reading>), &Entry<'_>)| {
                std::ptr::eq(Arc::as_ptr(old), new.reading) || part(old, new.reading)
            };
            self.reports.len() == entries.len()
                && pairs().all(|((key, _), e)| *key == e.key)
                && pairs().all(is_same)
        };
        if !same(|a, b| a.report == b.report) {
            return Known::default();
        }
        // `speakers` sees nothing of a reading but its speakers.
        let of_speakers = *constraints == self.constraints && same(|a, b| a.speakers == b.speakers);
        let of_statements = of_speakers && same(|a, b| a.statements == b.statements);
        let of_outlooks = of_statements && same(|a, b| a.expected == b.expected && a.times == b.times);
        Known {
            cast: of_speakers.then_some(self.cast),
            statements: of_statements.then_some(self.statements),
            expected: of_outlooks.then_some(self.expected),
            copies: Some(self.copies),
        }
    }
}
