//! What a report is about as a whole, if a word counts differently there: "cases" in an epidemic, "passengers" in a shipwreck,
//! "arrivals" among people who flee.

use super::table::{self, Part};
use crate::word::Words;
use crate::words::{self, Set};

/// The topics that the words of a report indicate.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Topic {
    /// A disease: "cases" are infections.
    pub(super) disease: bool,
    /// An accident or attack on a ship, plane or other craft: passengers and crew are those aboard.
    pub(super) voyage: bool,
    /// People flee: those who cross, arrive or are registered are displaced.
    pub(super) exodus: bool,
    /// Police act against people: those who are seized or picked up are arrested.
    pub(super) policing: bool,
    /// Something endangers where people live: those who are moved are evacuated.
    pub(super) danger: bool,
    /// Troops fight or move: "men" are soldiers, and those who cross a border are sent there.
    pub(super) war: bool,
}

/// Number of words for troops from which a report is about them.
const TROOPS: usize = 3;

fn of_war(words: &Words<'_>) -> bool {
    words.all.iter().filter(|w| words::is(Set::WarUnits, w.lower.as_str())).nth(TROOPS - 1).is_some()
}

/// Words from the top within which a single word for a disease makes it the topic; further down it takes two.
const TOP: usize = 80;

fn of_disease(words: &Words<'_>) -> bool {
    let mut named =
        words.all.iter().enumerate().filter(|(_, w)| table::is(&w.lower, Part::Disease)).map(|(n, _)| n);
    named.next().is_some_and(|first| first < TOP || named.next().is_some())
}

fn on_board(words: &Words<'_>) -> bool {
    words.all.windows(2).any(|pair| pair[0].is("on") && pair[1].is("board"))
}

impl Topic {
    pub(super) fn of(words: &Words<'_>) -> Self {
        let has = |set: Set| words.all.iter().any(|w| words::is(set, w.lower.as_str()));
        Self {
            disease: of_disease(words),
            war: of_war(words),
            voyage: on_board(words) || has(Set::Voyage),
            policing: has(Set::Policing),
            danger: has(Set::Danger),
            exodus: has(Set::Exodus),
        }
    }
}
