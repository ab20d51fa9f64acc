//! A story compared again: only what the change can have affected is worked out anew.
//!
//! The parts of a comparison are pure functions, and each looks only at some of what is in the readings: who the speakers are
//! does not depend on the figures, copies depend on the texts alone. A part whose input is what it was is taken over from the
//! comparison before. Inputs are compared themselves, not by a key that could be the same for two of them.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use sayso_model::{
    Reading,
    story::{ReportIndex, Story},
};

use crate::{
    Constraints, Entry,
    moves::Moves,
    story::{Known, WorkedOut, assemble, in_order},
};

/// A story, and what was worked out when it was compared, from what.
#[derive(Debug)]
pub struct Compared {
    /// The reports in the story's order, by their number in the ledger.
    reports: Vec<(i64, Arc<Reading>)>,
    constraints: Constraints,
    worked_out: WorkedOut,
    story: Arc<Story>,
}

/// Compares all reports of a story, by their number in the ledger, like [`crate::story`]. `before`: how it was compared last; the
/// result does not depend on it. A reading that has not changed is recognised at no cost if it is the same [`Arc`].
#[must_use]
pub fn story_again(
    before: Option<Compared>,
    reports: &BTreeMap<i64, Arc<Reading>>,
    constraints: &Constraints,
) -> Compared {
    let entries: Vec<Entry<'_>> = reports.iter().map(|(key, reading)| Entry { key: *key, reading }).collect();
    let entries = in_order(&entries, None);
    let known = match before {
        Some(before) => before.still_true(&entries, constraints),
        None => Known::nothing(entries.len()),
    };
    let (story, worked_out) = assemble(&entries, constraints, None, known);
    let in_order = entries.iter().filter_map(|e| Some((e.key, Arc::clone(reports.get(&e.key)?))));
    Compared {
        reports: in_order.collect(),
        constraints: constraints.clone(),
        worked_out,
        story: Arc::new(story),
    }
}

impl Compared {
    /// What the reports say together.
    #[must_use]
    pub fn story(&self) -> &Arc<Story> {
        &self.story
    }

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
        let of_texts = same(|a, b| a.report == b.report);
        // `speakers` sees nothing of a reading but its speakers.
        let of_speakers =
            of_texts && *constraints == self.constraints && same(|a, b| a.speakers == b.speakers);
        let of_statements = of_speakers && same(|a, b| a.statements == b.statements);
        let of_outlooks = of_statements && same(|a, b| a.expected == b.expected && a.times == b.times);
        let was: HashMap<i64, (ReportIndex, &Arc<Reading>)> =
            self.reports.iter().enumerate().map(|(place, (key, reading))| (*key, (place, reading))).collect();
        let moves = |part: fn(&Reading, &Reading) -> bool| {
            let place = |e: &Entry<'_>| {
                let (place, old) = was.get(&e.key)?;
                (std::ptr::eq(Arc::as_ptr(old), e.reading) || part(old, e.reading)).then_some(*place)
            };
            Moves::new(entries.iter().map(place).collect(), self.reports.len())
        };
        let (reports, texts) = (moves(|_, _| false), moves(|a, b| a.report == b.report));
        // Somebody may still be looking at the story as it was.
        let (speakers, said, outlooks) = match Arc::try_unwrap(self.story) {
            Ok(story) => (story.speakers, story.statements, story.expected),
            Err(story) => (story.speakers.clone(), story.statements.clone(), story.expected.clone()),
        };
        let mut worked_out = self.worked_out;
        worked_out.cast.speakers = speakers;
        Known {
            reports,
            texts,
            worked_out,
            is_same_cast: of_speakers,
            statements: of_statements.then_some(said),
            expected: of_outlooks.then_some(outlooks),
        }
    }
}
