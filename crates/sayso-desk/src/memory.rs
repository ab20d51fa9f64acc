//! What a process that compares large stories again and again remembers of them: their readings, decoded, and how they were
//! compared last. Nothing of it is written, and it counts only where what it was made from is what the ledger has now: the
//! readings and decisions themselves are compared, not a version or a key that another ledger could have too.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

use sayso_compare::{Compared, Constraints};
use sayso_ledger::{Ledger, StoredReading, StoryId};
use sayso_model::{Reading, story::Story};

use crate::kept::LARGE;

/// Reports in the stories that are remembered.
const REPORTS: usize = 10_000;

/// The large stories that were compared last, for all who have the ledger open in this process.
#[derive(Debug)]
pub struct Memory {
    /// Reports from which on a story is remembered.
    least: usize,
    slots: Mutex<Vec<Slot>>,
}

impl Default for Memory {
    fn default() -> Self {
        Self::of_stories_from(LARGE)
    }
}

/// A story's place in it. Whoever compares the story holds its lock, so that others wait for the result instead of comparing too.
#[derive(Debug)]
struct Slot {
    story: StoryId,
    reports: usize,
    remembered: Arc<Mutex<Remembered>>,
}

/// A story as it was compared last.
#[derive(Debug, Default)]
pub(crate) struct Remembered {
    readings: BTreeMap<i64, Known>,
    told: Option<Compared>,
    /// True if the ledger caches it as it is now.
    pub(crate) is_cached: bool,
}

/// A reading as it stood, with the stored form that it was decoded from; none for one about which people have decided something.
#[derive(Debug)]
pub(crate) struct Known {
    pub(crate) reading: Arc<Reading>,
    pub(crate) body: Option<Arc<[u8]>>,
}

/// Lets everything that is asked of a ledger from now on use a memory and add to it.
pub fn remember(ledger: &mut Ledger, memory: &Arc<Memory>) {
    ledger.carry(Arc::<Memory>::clone(memory));
}

impl Memory {
    /// A memory of stories of at least so many reports.
    #[must_use]
    pub fn of_stories_from(least: usize) -> Self {
        Self { least, slots: Mutex::default() }
    }

    /// What is remembered of a story; nothing at first.
    pub(crate) fn of(&self, story: StoryId) -> Arc<Mutex<Remembered>> {
        let mut slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
        // Those of small stories are dropped when nobody compares them.
        slots.retain(|s| s.story == story || s.reports > 0 || Arc::strong_count(&s.remembered) > 1);
        let known = slots.iter().position(|s| s.story == story).map(|at| slots.remove(at));
        let slot = known.unwrap_or_else(|| Slot { story, reports: 0, remembered: Arc::default() });
        let remembered = Arc::clone(&slot.remembered);
        slots.push(slot);
        remembered
    }

    /// Remembers a story if it is a large one, and forgets those that nobody has asked for longest if it is too much.
    pub(crate) fn keep(
        &self,
        id: StoryId,
        remembered: &mut Remembered,
        readings: impl Iterator<Item = (i64, Known)>,
        compared: Compared,
    ) {
        *remembered = Remembered::default();
        if compared.story().reports.len() >= self.least {
            remembered.readings = readings.collect();
            remembered.told = Some(compared);
        }
        let reports = remembered.readings.len();
        let mut slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
        slots.iter_mut().filter(|s| s.story == id).for_each(|s| s.reports = reports);
        while slots.iter().map(|s| s.reports).sum::<usize>() > REPORTS {
            // Not one that somebody is comparing: others wait for it.
            let idle = |s: &Slot| s.story != id && Arc::strong_count(&s.remembered) == 1;
            let Some(oldest) = slots.iter().position(idle) else { break };
            slots.remove(oldest);
        }
    }
}

impl Remembered {
    pub(crate) fn is_empty(&self) -> bool {
        self.told.is_none()
    }

    /// The reading that was decoded from this before, and the stored form as it is remembered.
    pub(crate) fn decoded(&self, report: i64, stored: &StoredReading) -> Option<(Arc<Reading>, Arc<[u8]>)> {
        let known = self.readings.get(&report)?;
        let body = known.body.as_ref()?;
        stored.is(&known.reading.report, body).then(|| (Arc::clone(&known.reading), Arc::clone(body)))
    }

    /// The reading as it is remembered, if it is the same.
    pub(crate) fn same(&self, report: i64, reading: &Reading) -> Option<Arc<Reading>> {
        let known = self.readings.get(&report).filter(|known| *known.reading == *reading)?;
        Some(Arc::clone(&known.reading))
    }

    /// The story, if it was compared from just this.
    pub(crate) fn story(
        &self,
        readings: &BTreeMap<i64, Arc<Reading>>,
        constraints: &Constraints,
    ) -> Option<Arc<Story>> {
        let compared = self.told.as_ref()?;
        compared.is_of(readings, constraints).then(|| Arc::clone(compared.story()))
    }

    /// Takes out how the story was compared last.
    pub(crate) fn compared(&mut self) -> Option<Compared> {
        self.told.take()
    }
}
