//! Hedges: the words around a number that bound it.
//!
//! Bounds follow UCDP's low, best and high. "At least N": low and best are N. "More than N": the same, low exclusive.
//! "Nearly N": best and high are N, high exclusive. "Up to N": high is N, best not stated. "About N": best is N,
//! approximate.

use std::ops::Range;

use sayso_model::{Number, Upos};

use super::numeral::Numeral;
use crate::word::Words;

/// How a hedge bounds the number beside it.
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

/// Hedges before a number, longest first where one ends another.
const BEFORE: [(&str, Hedge); 102] = [
    ("at the very least", AtLeast),
    ("at least", AtLeast),
    ("no fewer than", AtLeast),
    ("no less than", AtLeast),
    ("not less than", AtLeast),
    ("not fewer than", AtLeast),
    ("a minimum of", AtLeast),
    ("minimum of", AtLeast),
    ("no more than", UpTo),
    ("not more than", UpTo),
    ("at most", UpTo),
    ("at the most", UpTo),
    ("a maximum of", UpTo),
    ("maximum of", UpTo),
    ("up to", UpTo),
    ("as many as", UpTo),
    ("as much as", UpTo),
    ("as high as", UpTo),
    ("as large as", UpTo),
    ("many more than", MoreThan),
    ("far more than", MoreThan),
    ("well more than", MoreThan),
    ("slightly more than", MoreThan),
    ("just more than", MoreThan),
    ("more than", MoreThan),
    ("well over", MoreThan),
    ("just over", MoreThan),
    ("well above", MoreThan),
    ("just above", MoreThan),
    ("slightly over", MoreThan),
    ("a little over", MoreThan),
    ("over", MoreThan),
    ("above", MoreThan),
    ("in excess of", MoreThan),
    ("upwards of", MoreThan),
    ("upward of", MoreThan),
    ("greater than", MoreThan),
    ("higher than", MoreThan),
    ("north of", MoreThan),
    ("exceeding", MoreThan),
    ("exceeded", MoreThan),
    ("exceeds", MoreThan),
    ("exceed", MoreThan),
    ("topped", MoreThan),
    ("tops", MoreThan),
    ("surpassed", MoreThan),
    ("surpasses", MoreThan),
    ("surpass", MoreThan),
    ("passes", MoreThan),
    ("passed", MoreThan),
    ("topping", MoreThan),
    ("surpassing", MoreThan),
    ("passing", MoreThan),
    ("pass", MoreThan),
    ("top", MoreThan),
    ("past", MoreThan),
    ("beyond", MoreThan),
    ("as few as", AtLeast),
    ("less than", LessThan),
    ("fewer than", LessThan),
    ("lower than", LessThan),
    ("well under", LessThan),
    ("just under", Nearly),
    ("just below", Nearly),
    ("just short of", Nearly),
    ("slightly less than", Nearly),
    ("slightly fewer than", Nearly),
    ("just shy of", Nearly),
    ("close to", Nearly),
    ("nearly", Nearly),
    ("almost", Nearly),
    ("approaching", Nearly),
    ("nearing", Nearly),
    ("under", LessThan),
    ("below", LessThan),
    ("somewhere around", About),
    ("in the region of", About),
    ("in the order of", About),
    ("on the order of", About),
    ("an estimated", About),
    ("estimated", About),
    ("roughly", About),
    ("around", About),
    ("about", About),
    ("some", About),
    ("approximately", About),
    ("approx.", About),
    ("approx", About),
    ("circa", About),
    ("ca.", About),
    ("perhaps", About),
    ("maybe", About),
    ("possibly", About),
    ("a little under", Nearly),
    ("~", About),
    ("a further", Another),
    ("an additional", Another),
    ("another", Another),
    ("a total of", Neutral),
    ("only", Neutral),
    ("exactly", Neutral),
    ("just", Neutral),
];

/// Hedges after a number.
const AFTER: [(&str, Hedge); 12] = [
    ("or more", AtLeast),
    ("or so", About),
    ("or thereabouts", About),
    ("or fewer", UpTo),
    ("or less", UpTo),
    ("at the very least", AtLeast),
    ("at least", AtLeast),
    ("at a minimum", AtLeast),
    ("at most", UpTo),
    ("-plus", AtLeast),
    ("plus", AtLeast),
    ("+", AtLeast),
];

/// What the hedges around a number say together.
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

/// Reads the hedges before a number that begins at a word; gives the first word of them.
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
        let found = BEFORE
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

/// Prepositions and verbs that are hedges only sometimes.
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
        // "passed 12 laws": only of a count ("the toll passed 100")
        "passed" | "passes" | "passing" | "pass" | "top" | "past" | "beyond" => {
            (2..8).filter_map(back).any(|i| {
                matches!(
                    words.lower(i, within),
                    "toll"
                        | "number"
                        | "count"
                        | "total"
                        | "tally"
                        | "deaths"
                        | "cases"
                        | "figure"
                        | "losses"
                        | "casualties"
                        | "dead"
                        | "infections"
                        | "arrests"
                )
            })
        }
        _ => true,
    }
}

fn is_time(words: &Words<'_>, at: usize) -> bool {
    words
        .get(at)
        .is_some_and(|w| matches!(w.lower.as_str(), "week" | "month" | "year" | "day" | "weekend" | "night"))
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

/// Reads a hedge after a number; gives the word after it.
pub(super) fn after(words: &Words<'_>, at: usize, within: &Range<usize>, hedges: &mut Hedges) -> usize {
    for (phrase, hedge) in AFTER {
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

/// Low, best and high with their exclusivity.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Bounds {
    pub(super) low: Option<Number>,
    pub(super) best: Option<Number>,
    pub(super) high: Option<Number>,
    pub(super) low_exclusive: bool,
    pub(super) high_exclusive: bool,
}

/// The bounds of a numeral under its hedges.
pub(super) fn bounds(numeral: &Numeral, hedges: Hedges) -> Bounds {
    let Some(value) = numeral.best else {
        // A vague word or a range has bounds of its own; a hedge can only take one away or make it strict.
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
