//! The current entries of a reading: those that nobody has rejected, renumbered.

use sayso_model::{FigureId, Reading, SpeakerId, StatementId};

use super::Reviewed;
use crate::{EntryKind, EntryName};

/// A reading without what was rejected. Its entries have their own numbers; [`Standing::name`] leads back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// The reading.
    pub reading: Reading,
    names: Names,
}

/// The names under which people know the current entries: for each kind, the positions of its entries among all of
/// them, in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Names([Vec<usize>; EntryKind::ALL.len()]);

impl Standing {
    /// The name under which people know an entry.
    #[must_use]
    pub fn name(&self, kind: EntryKind, index: usize) -> EntryName {
        self.names.name(kind, index)
    }

    /// The position here of an entry by its name; `None` for one that was rejected.
    #[must_use]
    pub fn index(&self, name: EntryName) -> Option<usize> {
        self.names.index(name)
    }

    /// Separates the reading from its entries' names.
    #[must_use]
    pub fn split(self) -> (Reading, Names) {
        (self.reading, self.names)
    }
}

impl Names {
    /// The name under which people know an entry.
    #[must_use]
    pub fn name(&self, kind: EntryKind, index: usize) -> EntryName {
        let known = self.places(kind).get(index).copied();
        EntryName { kind, index: known.unwrap_or(index) }
    }

    /// The position here of an entry by its name; `None` for one that was rejected.
    #[must_use]
    pub fn index(&self, name: EntryName) -> Option<usize> {
        self.places(name.kind).binary_search(&name.index).ok()
    }

    fn places(&self, kind: EntryKind) -> &[usize] {
        EntryKind::ALL.iter().position(|k| *k == kind).and_then(|n| self.0.get(n)).map_or(&[], Vec::as_slice)
    }
}

pub(super) fn of(reviewed: Reviewed) -> Standing {
    let names = Names(EntryKind::ALL.map(|kind| {
        let places = 0..kind.count(&reviewed.reading);
        places.filter(|index| !reviewed.is_rejected(EntryName { kind, index: *index })).collect()
    }));
    let reading = reviewed.reading;
    let all_stand = EntryKind::ALL.iter().all(|kind| names.places(*kind).len() == kind.count(&reading));
    let standing = Standing { reading, names };
    if all_stand { standing } else { prune(standing) }
}

/// Removes what is not kept and renumbers the rest; references to a removed entry become null.
fn prune(mut standing: Standing) -> Standing {
    let [statements, figures, speakers, requests, expected, corrections] = standing.names.0.each_ref();
    let statement = |id: StatementId| statements.binary_search(&id.index()).ok().map(StatementId::from);
    let figure = |id: FigureId| figures.binary_search(&id.index()).ok().map(FigureId::from);
    let speaker = |id: SpeakerId| speakers.binary_search(&id.index()).ok().map(SpeakerId::from);
    let reading = &mut standing.reading;
    keep(&mut reading.statements, statements);
    for (index, s) in reading.statements.iter_mut().enumerate() {
        s.id = index.into();
        s.speaker = s.speaker.and_then(speaker);
        s.chain.iter_mut().for_each(|link| link.speaker = link.speaker.and_then(speaker));
        s.figures = s.figures.iter().copied().filter_map(figure).collect();
        s.parent = s.parent.and_then(statement);
        s.same_words_as = s.same_words_as.and_then(statement);
    }
    keep(&mut reading.figures, figures);
    for (index, f) in reading.figures.iter_mut().enumerate() {
        f.id = index.into();
        f.part_of = f.part_of.and_then(figure);
        f.statement = f.statement.and_then(statement);
        f.origin_speaker = f.origin_speaker.and_then(speaker);
    }
    keep(&mut reading.speakers, speakers);
    for (index, p) in reading.speakers.iter_mut().enumerate() {
        p.id = index.into();
        p.same_as = p.same_as.and_then(speaker);
    }
    keep(&mut reading.comment_requests, requests);
    for asked in reading.comment_requests.iter_mut().flat_map(|r| &mut r.asked) {
        asked.speaker = asked.speaker.and_then(speaker);
    }
    keep(&mut reading.expected, expected);
    reading.expected.iter_mut().for_each(|e| e.statement = e.statement.and_then(statement));
    keep(&mut reading.corrections, corrections);
    for correction in &mut reading.corrections {
        for list in [&mut correction.retracted, &mut correction.corrected_to] {
            *list = list.iter().copied().filter_map(figure).collect();
        }
    }
    standing
}

/// Keeps the items at these positions, which are ascending.
fn keep<T>(items: &mut Vec<T>, places: &[usize]) {
    let mut at = 0;
    items.retain(|_| {
        at += 1;
        places.binary_search(&(at - 1)).is_ok()
    });
}
