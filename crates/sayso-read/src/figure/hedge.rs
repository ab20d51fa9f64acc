//! Hedges: the words around a number that bound it.
//!
//! Bounds follow UCDP's low, best and high. "At least N": low and best are N. "More than N": the same, low exclusive.
//! "Nearly N": best and high are N, high exclusive. "Up to N": high is N, best not stated. "About N": best is N,
//! approximate.

use std::{ops::Range, sync::OnceLock};

use sayso_model::{Number, Upos};

use super::numeral::Numeral;
use crate::{
    lexicon::rows,
    word::Words,
    words::{self, Set},
};

/// How a hedge bounds the number next to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Hedge {
    AtLeast,
    MoreThan,
    Nearly,
    LessThan,
    UpTo,
    About,
    /// Belongs to the number but does not bound it ("a total of", "only", "another").
    Neutral,
    /// An addition ("another").
    Another,
}

use Hedge::{About, Another, AtLeast, LessThan, MoreThan, Nearly, Neutral, UpTo};

/// The phrases of `data/hedges.tsv`.
#[derive(Debug, Default)]
struct Phrases {
    before: Vec<(&'static str, Hedge)>,
    after: Vec<(&'static str, Hedge)>,
}

fn phrases() -> &'static Phrases {
    static PHRASES: OnceLock<Phrases> = OnceLock::new();
    PHRASES.get_or_init(|| {
        let mut phrases = Phrases::default();
        for row in rows(sayso_data::HEDGES) {
            let [place, bound, words] = row[..] else { continue };
            let hedge = match bound {
                "at_least" => AtLeast,
                "more_than" => MoreThan,
                "nearly" => Nearly,
                "less_than" => LessThan,
                "up_to" => UpTo,
                "about" => About,
                "another" => Another,
                _ => Neutral,
            };
            let list = if place == "before" { &mut phrases.before } else { &mut phrases.after };
            list.extend(words.split(';').map(|phrase| (phrase, hedge)));
        }
        phrases
    })
}

/// The combined meaning of the hedges around a number.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Hedges {
    pub(super) bound: Option<Hedge>,
    pub(super) approximate: bool,
    pub(super) another: bool,
}

impl Hedges {
    fn add(&mut self, hedge: Hedge) {
        match hedge {
            About => self.approximate = true,
            Another => self.another = true,
            Neutral => {}
            hedge => self.bound = Some(hedge),
        }
    }
}

/// Reads the hedges before a number that begins at a word; returns the index of their first word.
pub(super) fn before(
    words: &Words<'_>,
    tag: impl Fn(usize) -> Option<Upos>,
    at: usize,
    within: &Range<usize>,
    hedges: &mut Hedges,
) -> usize {
    let mut start = at;
    // Hedges stack at most three deep ("another at least about").
    for _ in 0..3 {
        let found = phrases()
            .before
            .iter()
            .filter(|(phrase, _)| allowed(words, &tag, start, within, phrase))
            .filter_map(|&(phrase, hedge)| Some((ends_with(words, start, within, phrase)?, hedge)))
            .min_by_key(|f| f.0);
        let Some((first, hedge)) = found else { break };
        hedges.add(hedge);
        start = first;
    }
    start
}

/// Checks prepositions and verbs that are only sometimes hedges.
fn allowed(
    words: &Words<'_>,
    tag: &impl Fn(usize) -> Option<Upos>,
    start: usize,
    within: &Range<usize>,
    phrase: &str,
) -> bool {
    let back = |n: usize| start.checked_sub(n).filter(|i| within.contains(i));
    match phrase {
        // "control over 12 villages", "plans under 12 laws"
        "over" | "under" | "above" | "below" => {
            back(2).is_none_or(|i| tag(i) != Some(Upos::Noun) || is_time(words, i))
        }
        // "the toll has gone up to five"
        "up to" => !back(3).is_some_and(|i| words::is(Set::GoingUp, words.lower(i, within))),
        // "passed 12 laws": a hedge only with a count ("the toll passed 100")
        _ if words::is(Set::HedgesOfCounts, phrase) => (2..8).filter_map(back).any(|i| {
            let word = words.lower(i, within);
            [Set::CountNouns, Set::Losses, Set::CaseNouns].into_iter().any(|set| words::is(set, word))
        }),
        _ => true,
    }
}

fn is_time(words: &Words<'_>, at: usize) -> bool {
    words.get(at).is_some_and(|w| words::is(Set::LengthsOfTime, w.lower.as_str()))
}

/// The first word of a phrase that ends before a word.
fn ends_with(words: &Words<'_>, end: usize, within: &Range<usize>, phrase: &str) -> Option<usize> {
    let mut at = end;
    for part in phrase.rsplit(' ') {
        at = at.checked_sub(1).filter(|i| within.contains(i))?;
        if words.lower(at, within) != part {
            return None;
        }
    }
    Some(at)
}

/// Reads a hedge after a number; returns the word after it.
pub(super) fn after(words: &Words<'_>, at: usize, within: &Range<usize>, hedges: &mut Hedges) -> usize {
    for &(phrase, hedge) in &phrases().after {
        let mut end = at;
        let mut fits = true;
        for part in phrase.split_inclusive('-').flat_map(|p| p.split(' ')) {
            fits &= words.lower(end, within) == part;
            end += 1;
        }
        // "100 plus 20" is a sum.
        let joined = words.get(at).is_some_and(|w| w.joined);
        let sum = matches!(phrase, "plus")
            && words.get(end).is_some_and(|w| w.text.starts_with(|c: char| c.is_ascii_digit()));
        if fits && !sum && (joined || !matches!(phrase, "-plus" | "+")) {
            hedges.add(hedge);
            return end;
        }
    }
    at
}

/// Low, best and high, each bound inclusive or exclusive.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Bounds {
    pub(super) low: Option<Number>,
    pub(super) best: Option<Number>,
    pub(super) high: Option<Number>,
    pub(super) low_exclusive: bool,
    pub(super) high_exclusive: bool,
}

/// The bounds of a numeral with its hedges.
pub(super) fn bounds(numeral: &Numeral, hedges: Hedges) -> Bounds {
    let Some(value) = numeral.best else {
        // A vague word or a range has its own bounds; a hedge can only remove one or make it exclusive.
        let mut bounds = Bounds { low: numeral.low, high: numeral.high, ..Bounds::default() };
        match hedges.bound {
            Some(AtLeast) => bounds.high = None,
            Some(MoreThan) => (bounds.high, bounds.low_exclusive) = (None, true),
            Some(UpTo) if numeral.high.is_some() => bounds.low = None,
            Some(Nearly | LessThan) if numeral.high.is_some() => bounds.high_exclusive = true,
            _ => {}
        }
        return bounds;
    };
    let value = Some(value);
    match hedges.bound {
        Some(AtLeast) => Bounds { low: value, best: value, ..Bounds::default() },
        Some(MoreThan) => Bounds { low: value, best: value, low_exclusive: true, ..Bounds::default() },
        Some(Nearly | LessThan) => {
            Bounds { best: value, high: value, high_exclusive: true, ..Bounds::default() }
        }
        Some(UpTo) => Bounds { high: value, ..Bounds::default() },
        _ => Bounds { best: value, ..Bounds::default() },
    }
}
