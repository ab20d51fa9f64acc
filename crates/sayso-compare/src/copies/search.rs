//! Finds the earlier text that each text repeats, and finds it again after a change.
//!
//! Which texts are compared with one depends on the newest earlier texts that have its runs, of which only so many are looked at.
//! So a text that comes in or goes changes nothing for one that has none of its runs, or for which enough others have come in
//! between; what was found for these is taken over.

use std::{cmp::Reverse, collections::HashMap};

use super::{Copied, CopyText, Cut, Likeness, Piece};
use crate::{hash::ByPlace, moves::Moves};

/// Number of texts looked up per run, the newest.
const POSTED: usize = 32;
/// Number of texts that each is compared with, those that share most runs with it.
const CANDIDATES: usize = 8;

/// The copies among some texts, with what the next search needs.
#[derive(Debug, Default)]
pub(crate) struct Searched {
    runs: Runs,
    texts: Vec<Text>,
}

/// A text, and what was found for it.
#[derive(Debug)]
struct Text {
    cut: Cut,
    /// The numbers of its runs.
    runs: Vec<usize>,
    /// The earlier text that it repeats.
    of: Option<Copied>,
    /// True if later texts are looked up among those that have its runs.
    is_posted: bool,
}

/// A number for each run of words, because most runs of a text are looked up again and again. Only looked up.
#[derive(Debug, Default)]
struct Runs(HashMap<u64, usize, ByPlace>);

impl Runs {
    fn of(&mut self, cut: &Cut) -> Vec<usize> {
        let runs = cut.shingles.hashes.iter();
        runs.map(|run| {
            let next = self.0.len();
            *self.0.entry(*run).or_insert(next)
        })
        .collect()
    }
}

impl Searched {
    /// The copies found, in the order of the texts.
    pub(crate) fn copies(&self) -> impl Iterator<Item = Copied> {
        self.texts.iter().filter_map(|text| text.of)
    }

    /// Searches texts. `moves`: where those that were there before were then.
    pub(crate) fn again(before: Self, texts: &[CopyText<'_>], moves: &Moves) -> Self {
        let Self { mut runs, texts: earlier } = before;
        let mut earlier: Vec<Option<Text>> = earlier.into_iter().map(Some).collect();
        // What was found is of use only if the texts have kept their order.
        let in_order = moves.was.iter().flatten().is_sorted();
        let mut found: Vec<Text> = Vec::with_capacity(texts.len());
        let mut is_new: Vec<bool> = Vec::with_capacity(texts.len());
        for (text, was) in texts.iter().zip(&moves.was) {
            let known = was.and_then(|was| earlier.get_mut(was)?.take());
            is_new.push(known.is_none() || !in_order);
            found.push(known.unwrap_or_else(|| {
                let cut = Cut::of(*text);
                Text { runs: runs.of(&cut), cut, of: None, is_posted: false }
            }));
        }
        let mut search = Search::of(&runs, &found);
        let mut gone =
            earlier.iter().enumerate().filter_map(|(place, text)| Some((place, text.as_ref()?))).peekable();
        for place in 0..found.len() {
            let was = moves.was.get(place).copied().flatten();
            while let Some((_, gone)) = gone.next_if(|(then, _)| was.is_some_and(|was| *then < was)) {
                search.has_gone(gone);
            }
            let Some(text) = found.get(place) else { continue };
            let is_new = is_new.get(place).copied().unwrap_or(true);
            if !is_new && !search.may_differ(text) {
                let of = text.of.and_then(|of| of.moved(place, moves));
                let is_posted = text.is_posted;
                // A text of which it is a copy has its runs: it has not gone.
                if let Some(text) = found.get_mut(place) {
                    text.of = of;
                }
                if is_posted {
                    search.post(found.get(place), place);
                }
                continue;
            }
            let (of, is_posted) = search.original(texts, &found, place);
            let was_posted = text.is_posted && !is_new;
            if was_posted && !is_posted {
                search.differs(text);
            }
            if is_posted {
                search.post(Some(text), place);
            }
            if is_posted && !was_posted {
                search.differs(text);
            }
            if let Some(text) = found.get_mut(place) {
                (text.of, text.is_posted) = (of, is_posted);
            }
        }
        // Few texts are aligned again, and what that needs is many times as long as they are.
        found.iter_mut().for_each(|text| text.cut.forget_words());
        // Runs of texts that have gone are forgotten when there are as many as others.
        let live: usize = found.iter().map(|text| text.runs.len()).sum();
        if runs.0.len() > 2 * live {
            runs = Runs::default();
            found.iter_mut().for_each(|text| text.runs = runs.of(&text.cut));
        }
        Self { runs, texts: found }
    }
}

impl Copied {
    fn moved(self, copy: usize, moves: &Moves) -> Option<Self> {
        Some(Self { original: moves.now(self.original)?, copy, ..self })
    }
}

/// The texts that have a run in common, as far as a search has come.
struct Search {
    runs: Vec<Posted>,
    /// The texts of each run in the order in which they were posted, with room for all that have it.
    texts: Vec<usize>,
    /// How many runs the current text shares with each earlier one; 0 between two texts.
    shared: Vec<usize>,
}

/// The texts of a run that have been posted.
#[derive(Clone, Copy, Default)]
struct Posted {
    /// Where they begin.
    first: usize,
    count: usize,
    /// The count from which on the newest ones are what they were in the search before.
    differ_until: usize,
}

impl Search {
    /// With room for all texts, of which none has been posted.
    fn of(runs: &Runs, texts: &[Text]) -> Self {
        let mut posted = vec![Posted::default(); runs.0.len()];
        for run in texts.iter().flat_map(|text| &text.runs) {
            posted.get_mut(*run).into_iter().for_each(|run| run.count += 1);
        }
        let mut room = 0;
        for run in &mut posted {
            run.first = room;
            room += std::mem::take(&mut run.count);
        }
        Self { runs: posted, texts: vec![0; room], shared: vec![0; texts.len()] }
    }

    fn post(&mut self, text: Option<&Text>, place: usize) {
        for run in text.into_iter().flat_map(|text| &text.runs) {
            let Some(run) = self.runs.get_mut(*run) else { continue };
            self.texts.get_mut(run.first + run.count).into_iter().for_each(|at| *at = place);
            run.count += 1;
        }
    }

    /// From here on the texts that have the runs of this one are others than before, until enough have come in after them.
    fn differs(&mut self, text: &Text) {
        for run in &text.runs {
            if let Some(run) = self.runs.get_mut(*run) {
                run.differ_until = run.count + POSTED;
            }
        }
    }

    fn has_gone(&mut self, text: &Text) {
        if text.is_posted {
            self.differs(text);
        }
    }

    /// True if other texts may be looked at for this one than before.
    fn may_differ(&self, text: &Text) -> bool {
        let mut runs = text.runs.iter().filter_map(|run| self.runs.get(*run));
        runs.any(|run| run.count < run.differ_until)
    }

    /// The earlier text that one repeats, and whether the text is to be found by its runs itself.
    fn original(&mut self, texts: &[CopyText<'_>], found: &[Text], copy: usize) -> (Option<Copied>, bool) {
        let piece = |at: usize| Some(Piece { of: *texts.get(at)?, cut: &found.get(at)?.cut });
        let Some((own, text)) = piece(copy).zip(found.get(copy)) else { return (None, false) };
        let mut most: Vec<usize> = Vec::new();
        for run in text.runs.iter().filter_map(|run| self.runs.get(*run)) {
            let posted = self.texts.get(run.first..run.first + run.count).unwrap_or_default();
            for other in posted.iter().rev().take(POSTED) {
                if let Some(n) = self.shared.get_mut(*other) {
                    if *n == 0 {
                        most.push(*other);
                    }
                    *n += 1;
                }
            }
        }
        let shared = &mut self.shared;
        let by_share = |other: &usize| (Reverse(shared.get(*other).copied()), *other);
        if most.len() > CANDIDATES {
            most.select_nth_unstable_by_key(CANDIDATES, by_share);
        }
        let reset = most.clone();
        most.truncate(CANDIDATES);
        reset.iter().for_each(|other| shared.get_mut(*other).into_iter().for_each(|n| *n = 0));
        let share =
            |other: usize| piece(other).map_or(0.0, |p| p.cut.shingles.containment(&own.cut.shingles));
        let mut candidates: Vec<(f64, usize)> = most.into_iter().map(|other| (share(other), other)).collect();
        // Sorted by share, so the first one that qualifies shares most.
        candidates.sort_unstable_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        let like = |(share, other): (f64, usize)| Some((other, piece(other)?.likeness_of(&own, share)?));
        let best = candidates.into_iter().find_map(like);
        // A text that resembles a verbatim copy of another also resembles that other: it need not be found twice.
        let same = best.is_some_and(|(original, likeness)| {
            !likeness.corrected && piece(original).is_some_and(|o| o.cut.shingles == own.cut.shingles)
        });
        let of =
            best.map(|(original, Likeness { share, corrected })| Copied { original, copy, share, corrected });
        (of, !same)
    }
}
