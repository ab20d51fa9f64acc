//! What a process that compares stories again and again remembers of them: their readings, decoded, and how they were compared
//! last. Nothing of it is written, and nothing of it is taken for true unless what it was made from is what the ledger has now.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

use sayso_compare::Compared;
use sayso_ledger::{Ledger, StoredReading, StoryId};
use sayso_model::Reading;

/// Reports in the stories that are remembered.
const REPORTS: usize = 10_000;

/// The stories that were compared last, for all who have the ledger open in this process.
#[derive(Debug, Default)]
pub struct Memory(Mutex<Vec<(StoryId, Remembered)>>);

/// A story as it was compared last.
#[derive(Debug, Default)]
pub(crate) struct Remembered {
    pub(crate) readings: BTreeMap<i64, Known>,
    pub(crate) compared: Option<Compared>,
}

/// A reading as it stood, with the stored form that it was decoded from; none for one about which people have decided something.
#[derive(Debug)]
pub(crate) struct Known {
    pub(crate) reading: Arc<Reading>,
    pub(crate) body: Option<Vec<u8>>,
}

/// Lets everything that is asked of a ledger from now on use a memory and add to it.
pub fn remember(ledger: &mut Ledger, memory: &Arc<Memory>) {
    ledger.carry(Arc::<Memory>::clone(memory));
}

impl Memory {
    /// Takes out what is remembered of a story: whoever compares it puts it back.
    pub(crate) fn take(&self, story: StoryId) -> Remembered {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let at = all.iter().position(|(known, _)| *known == story);
        at.map(|at| all.remove(at).1).unwrap_or_default()
    }

    /// Puts a story into it, and forgets those that were put into it first where it becomes too full.
    pub(crate) fn put(&self, story: StoryId, remembered: Remembered) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.retain(|(known, _)| *known != story);
        all.push((story, remembered));
        while all.len() > 1 && all.iter().map(|(_, r)| r.readings.len()).sum::<usize>() > REPORTS {
            all.remove(0);
        }
    }
}

impl Remembered {
    /// The reading that was decoded from this before.
    pub(crate) fn decoded(&self, report: i64, stored: &StoredReading) -> Option<Arc<Reading>> {
        let known = self.readings.get(&report)?;
        let same = stored.is(&known.reading.report, known.body.as_deref()?);
        same.then(|| Arc::clone(&known.reading))
    }

    /// The reading as it is remembered, if it is the same.
    pub(crate) fn same(&self, report: i64, reading: &Reading) -> Option<Arc<Reading>> {
        let known = self.readings.get(&report).filter(|known| *known.reading == *reading)?;
        Some(Arc::clone(&known.reading))
    }
}
