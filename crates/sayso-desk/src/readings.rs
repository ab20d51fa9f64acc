//! The readings of a story's reports, each decoded when it is asked for: a page of a large story shows the words of a few.

use std::sync::{Arc, OnceLock};

use sayso_ledger::StoredReading;
use sayso_model::Reading;

/// Readings of a story's reports as they stand, in the story's order.
#[derive(Debug, Clone, Default)]
pub struct Readings(Vec<One>);

#[derive(Debug, Clone)]
enum One {
    Decoded(Arc<Reading>),
    Stored(Box<StoredReading>, OnceLock<Box<Reading>>),
}

impl Readings {
    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// True where there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The reading of a report of the story.
    #[must_use]
    pub fn get(&self, report: usize) -> Option<&Reading> {
        self.0.get(report).map(One::reading)
    }

    /// The text of a report of the story; empty where there is no such report.
    #[must_use]
    pub fn text(&self, report: usize) -> &str {
        self.0.get(report).map_or("", One::text)
    }

    /// All readings.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &Reading> + ExactSizeIterator {
        self.0.iter().map(One::reading)
    }

    /// All texts.
    pub fn texts(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(One::text)
    }

    pub(crate) fn push(&mut self, reading: Arc<Reading>) {
        self.0.push(One::Decoded(reading));
    }

    pub(crate) fn push_stored(&mut self, stored: StoredReading) {
        self.0.push(One::Stored(Box::new(stored), OnceLock::new()));
    }
}

impl One {
    fn reading(&self) -> &Reading {
        match self {
            Self::Decoded(reading) => reading,
            Self::Stored(stored, reading) => reading.get_or_init(|| Box::new(stored.decode())),
        }
    }

    fn text(&self) -> &str {
        match self {
            Self::Decoded(reading) => reading.report.text.as_str(),
            Self::Stored(stored, _) => stored.text(),
        }
    }
}
