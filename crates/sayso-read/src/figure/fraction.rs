//! Fractions of a number ("a third of the 9,000"), shares ("two-thirds of voters", "one in five") and remainders ("all but 12 of
//! the 120").

use std::ops::Range;

use sayso_model::{Number, Upos};

use super::{
    hedge::{self, Bounds, Hedges},
    numeral::{self, Numeral},
    outcome::{is_be, is_have, is_the},
    quantity::{Quantity, Sentence},
    table::{self, Unit},
};
use crate::{
    word::below_hundred,
    words::{self, Set},
};

/// "a third of the 9,000", "half of the 600 passengers", "two-thirds of them", "one in five".
pub(super) fn fraction(s: &Sentence<'_, '_>, at: usize) -> Option<Quantity> {
    let (part, of, end) = ratio(s, at)?;
    let value = Number::whole(part).divided_by(Number::whole(of))?;
    let mut hedges = Hedges::default();
    let tag = |i: usize| s.tag(i);
    let start = hedge::before(s.words, tag, at, &s.within, &mut hedges);
    let made = |value: Number, whole, unit: Option<Unit>, range: Range<usize>, derived_from, end| {
        let numeral = Numeral {
            low: None,
            best: Some(value),
            high: None,
            vague: None,
            scale: None,
            digits: false,
            grouped: None,
            end,
        };
        Quantity {
            number: range,
            numeral: at..end,
            bounds: hedge::bounds(&numeral, hedges),
            approximate: hedges.approximate,
            vague: None,
            unit,
            derived_from,
            whole,
            ratio: unit.is_some().then_some((part, of)),
            definite: false,
            another: false,
            is_one: false,
            unclear: false,
            is_article: false,
            end,
        }
    };
    let mut base_at = end + usize::from(s.lower(end) == "of");
    while is_the(s.lower(base_at))
        || matches!(s.lower(base_at), "those" | "these" | "about" | "some" | "around")
        || words::is(Set::Roughly, s.lower(base_at))
    {
        base_at += 1;
    }
    if base_at > end
        && let Ok(Some(base)) = numeral::read(s.words, base_at, &s.within)
        && let Some(count) = base.best.filter(|_| s.time(base_at).is_none() && s.lower(base_at) != "one")
    {
        let (value, rounded) = share_of(count, (part, of))?;
        let derived =
            made(value, Some(count), None, start..base.end, vec![at..end, base_at..base.end], base.end);
        return Some(Quantity { approximate: derived.approximate || rounded, ..derived });
    }
    if s.lower(end) != "of" && of != 5 && !matches!(s.lower(end + 1), "of") && s.lower(at + 1) != "in" {
        return None;
    }
    let percent = value.times(Number::whole(100))?;
    let unit = Unit { code: "percent", category: "share" };
    Some(made(percent, None, Some(unit), start..end, vec![at..end], end))
}

/// "all but 12 of the 120 passengers", "of the 120 passengers, all but 12", "all 48 passengers except one", "every one of the 48
/// passengers but one", "with the exception of one, all 48 passengers": the difference of the two.
pub(super) fn remainder(s: &Sentence<'_, '_>, at: usize) -> Option<Quantity> {
    const NOUNS: usize = 4;
    let every = s.lower(at) == "every"
        && s.lower(at + 1) == "one"
        && s.lower(at + 2) == "of"
        && is_the(s.lower(at + 3));
    if s.lower(at) != "all" && !every {
        return None;
    }
    let excepts = |at: usize| excepting(s, at);
    let read = |at: usize| numeral::read(s.words, at, &s.within).ok().flatten();
    let (part, whole, end) = if let Some(left) = excepts(at + 1).filter(|_| !every) {
        let of = read(left)?.end;
        let known = is_the(s.lower(of + 1)) || matches!(s.lower(of + 1), "those" | "these");
        if s.lower(of) == "of" && known {
            let end = read(of + 2)?.end;
            (left..of, of + 2..end, end)
        } else {
            // "Of the 18 climbers, all but five were rescued"
            let first = (at.saturating_sub(NOUNS + 4).max(s.within.start)..at.checked_sub(1)?)
                .find(|&i| s.lower(i) == "of" && is_the(s.lower(i + 1)))
                .filter(|_| s.back(at, 1) == ",")?;
            (left..of, first + 2..read(first + 2)?.end, of)
        }
    } else {
        let first = if every { at + 4 } else { at + 1 };
        let end = read(first)?.end;
        let nouns = (end..end + NOUNS).take_while(|&i| s.is_letters(i) && excepts(i).is_none()).count();
        let behind = excepts(end + nouns).filter(|_| nouns > 0).filter(|&left| read(left).is_some());
        // "With the exception of two, all 31 workers"
        let ahead = || {
            let left = at.checked_sub(2).filter(|_| s.back(at, 1) == ",")?;
            (s.within.start..left).find_map(excepts).filter(|&e| read(e).is_some_and(|n| n.end == left + 1))
        };
        let left = behind.or_else(ahead)?;
        (left..read(left)?.end, first..end, end)
    };
    let count = |range: &Range<usize>| read(range.start)?.best?.to_whole();
    let rest = Number::whole(count(&whole)?.checked_sub(count(&part)?).filter(|rest| *rest > 0)?);
    Some(Quantity {
        number: at..end,
        numeral: at..end,
        bounds: Bounds { best: Some(rest), ..Bounds::default() },
        approximate: false,
        vague: None,
        unit: None,
        derived_from: vec![part, whole],
        whole: None,
        ratio: None,
        definite: false,
        another: false,
        is_one: false,
        is_article: false,
        unclear: false,
        end,
    })
}

/// The word after "except", "but", "apart from", "with the exception of".
fn excepting(s: &Sentence<'_, '_>, at: usize) -> Option<usize> {
    match (s.lower(at), s.lower(at + 1)) {
        ("apart" | "aside", "from") | ("except" | "save", "for") => Some(at + 2),
        ("with", "the") if s.lower(at + 2) == "exception" && s.lower(at + 3) == "of" => Some(at + 4),
        ("but" | "except" | "bar" | "save" | "excluding", _) => Some(at + 1),
        _ => None,
    }
}

/// The word after "but two" behind all of whom two are left out, if their predicate follows: "every one of the 40 sailors but two
/// was rescued". "25 sailors but three were killed" leaves nobody out.
pub(super) fn past_exception(s: &Sentence<'_, '_>, at: usize) -> usize {
    const WHOLE: usize = 9;
    let phrase = (s.within.start.max(at.saturating_sub(WHOLE))..at).rev();
    let mut phrase =
        phrase.take_while(|&i| s.is_letters(i) && !s.is_verbal(i) || s.tag(i) == Some(Upos::Num));
    if !phrase.any(|i| matches!(s.lower(i), "all" | "every")) {
        return at;
    }
    let left = excepting(s, at).and_then(|left| numeral::read(s.words, left, &s.within).ok().flatten());
    let follows = |end: &usize| is_be(s.lower(*end)) || is_have(s.lower(*end));
    left.map(|numeral| numeral.end).filter(follows).unwrap_or(at)
}

/// A fraction of a number, and whether it had to be rounded: a third of 9,000 is 3,000. Multiplies first; a fraction of a whole
/// number is rounded to a whole number.
pub(super) fn share_of(count: Number, (part, of): (i64, i64)) -> Option<(Number, bool)> {
    let product = count.times(Number::whole(part))?;
    let Some(whole) = product.to_whole() else {
        return Some((product.divided_by(Number::whole(of))?, false));
    };
    Some((Number::whole(whole.checked_add(of / 2)? / of), whole % of != 0))
}

/// Denominators of a share in words ("one in five").
const COMMON: [i64; 6] = [3, 4, 5, 6, 8, 10];

/// A ratio in words: numerator, denominator and the word after it.
fn ratio(s: &Sentence<'_, '_>, at: usize) -> Option<(i64, i64, usize)> {
    let count = |word: &str| match word {
        "a" | "1" => Some(1),
        word => below_hundred(word).filter(|n| (1..10).contains(n)),
    };
    if s.lower(at) == "half" && (s.lower(at + 1) == "of" || is_the(s.lower(at + 1))) {
        return Some((1, 2, at + 1));
    }
    let part = count(s.lower(at))?;
    let next = at + 1 + usize::from(s.lower(at + 1) == "-");
    if let Some(whole) = table::denominator(s.lower(next)) {
        let plural = s.lower(next).ends_with('s');
        let of = s.lower(next + 1) == "of";
        let scaled = matches!(s.lower(next + 2), "a" | "an") && table::scale(s.lower(next + 3)).is_some();
        return ((plural || part == 1) && of && !scaled).then_some((part, whole, next + 1));
    }
    // "one in five", "three in ten", "1 in 3"
    if s.lower(at + 1) == "in" && part >= 1 && s.lower(at) != "a" {
        let word = s.lower(at + 2);
        let digits =
            word.parse::<i64>().ok().filter(|of| *of == 10 || s.lower(at) == "1" && (2..=10).contains(of));
        let of = digits.or_else(|| below_hundred(word).filter(|of| COMMON.contains(of)))?;
        return (part < of).then_some((part, of, at + 3));
    }
    None
}
