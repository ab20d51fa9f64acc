//! Ranges of figures, and which of them are compatible.

use std::cmp::Ordering;

use sayso_model::{Number, story::Bounds};

/// How far "about" reaches on each side, in tenths of the value. Reports round by as much, so a smaller gap is not a conflict.
const ABOUT_TENTHS: i64 = 1;

/// The number that a value is known by: the best, otherwise the lower bound, otherwise the upper.
pub(crate) fn central(bounds: &Bounds) -> Option<Number> {
    bounds.best.or(bounds.low).or(bounds.high)
}

/// True for what a word without a number says ("scores", "dozens"): a lower bound without a best value, alone or with an upper
/// bound at the next power of ten.
pub(crate) fn is_vague(bounds: &Bounds) -> bool {
    let ends_at_a_step = |high: Number| {
        let mut step = 10;
        while step <= 1_000_000_000 {
            if high == Number::whole(step - 1) {
                return true;
            }
            step *= 10;
        }
        false
    };
    bounds.best.is_none() && bounds.low.is_some() && bounds.high.is_none_or(ends_at_a_step)
}

/// True for a number that two sources are unlikely to arrive at by coincidence: ten or more, with at least two significant digits
/// ("42", "2,975"; not "8", "5,000"); with at least three if it is an estimate ("an estimated 2,975", not "about 42").
pub(crate) fn is_exact(x: &Bounds) -> bool {
    let Some(best) = x.best.filter(|_| !x.high_exclusive).and_then(Number::to_whole) else { return false };
    let mut digits = best;
    while digits > 0 && digits % 10 == 0 {
        digits /= 10;
    }
    digits >= if x.approximate { 100 } else { 10 }
}

/// A key that is equal for values that are the same apart from hedging; `None` for a value without a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Value {
    One(Number),
    Range(Number, Number),
}

pub(crate) fn value(x: &Bounds) -> Option<Value> {
    match (x.best, x.low, x.high) {
        (None, Some(low), Some(high)) => Some(Value::Range(low, high)),
        _ => central(x).map(Value::One),
    }
}

/// True if two values are the same apart from hedging.
pub(crate) fn same(a: &Bounds, b: &Bounds) -> bool {
    value(a).is_some() && value(a) == value(b)
}

/// The smallest value that can be meant, and whether it is itself excluded; `None` if there is no lower bound.
fn floor(x: &Bounds) -> Option<(Number, bool)> {
    match (x.low, x.best, x.high) {
        (Some(low), _, _) => Some((low, x.low_exclusive)),
        (None, Some(best), high) if x.approximate || (high == Some(best) && x.high_exclusive) => {
            Some((tenths(best, 10 - ABOUT_TENTHS)?, false))
        }
        (None, Some(best), _) => Some((best, false)),
        _ => None,
    }
}

/// The largest value that can be meant, and whether it is itself excluded; `None` if there is no upper bound.
fn ceiling(x: &Bounds) -> Option<(Number, bool)> {
    match (x.high, x.best, x.low) {
        (Some(high), _, _) => Some((high, x.high_exclusive)),
        // "At least" and "more than" leave the upper end open.
        (None, _, Some(_)) => None,
        (None, Some(best), None) if x.approximate => Some((tenths(best, 10 + ABOUT_TENTHS)?, false)),
        (None, Some(best), None) => Some((best, false)),
        (None, None, None) => None,
    }
}

fn tenths(value: Number, tenths: i64) -> Option<Number> {
    value.times(Number::new(tenths, 1)?)
}

/// The range that a value can mean, precomputed for many comparisons: its ends, each with whether it is itself excluded; `None`
/// if open.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Range {
    floor: Option<(Number, bool)>,
    ceiling: Option<(Number, bool)>,
}

impl Range {
    pub(crate) fn of(x: &Bounds) -> Self {
        Self { floor: floor(x), ceiling: ceiling(x) }
    }

    /// True if this whole range lies below the whole other range.
    pub(crate) fn below(&self, other: &Self) -> bool {
        match (self.ceiling, other.floor) {
            (Some((top, top_out)), Some((bottom, bottom_out))) => match top.cmp(&bottom) {
                Ordering::Less => true,
                Ordering::Equal => top_out || bottom_out,
                Ordering::Greater => false,
            },
            _ => false,
        }
    }
}

/// True if the whole range of `a` lies below the whole range of `b`.
pub(crate) fn below(a: &Bounds, b: &Bounds) -> bool {
    Range { floor: None, ceiling: ceiling(a) }.below(&Range { floor: floor(b), ceiling: None })
}

/// True if two values cannot both hold.
pub(crate) fn disjoint(a: &Bounds, b: &Bounds) -> bool {
    below(a, b) || below(b, a)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(low: Option<i64>, best: Option<i64>, high: Option<i64>) -> Bounds {
        let number = |n: Option<i64>| n.map(Number::whole);
        Bounds {
            low: number(low),
            best: number(best),
            high: number(high),
            low_exclusive: false,
            high_exclusive: false,
            approximate: false,
        }
    }

    #[test]
    fn ranges_are_told_apart() {
        let at_least_40 = value(Some(40), Some(40), None);
        let exactly_30 = value(None, Some(30), None);
        let about_38 = Bounds { approximate: true, ..value(None, Some(38), None) };
        let up_to_90 = value(None, None, Some(90));
        assert!(disjoint(&exactly_30, &at_least_40));
        assert!(!disjoint(&about_38, &at_least_40));
        assert!(!disjoint(&up_to_90, &at_least_40));
        assert!(disjoint(&up_to_90, &value(Some(120), Some(120), None)));
        let more_than_90 = Bounds { low_exclusive: true, ..value(Some(90), Some(90), None) };
        assert!(disjoint(&up_to_90, &more_than_90));
        assert!(!disjoint(&up_to_90, &value(Some(90), Some(90), None)));
    }

    #[test]
    fn numbers_of_two_figures_are_exact() {
        let exact = |n| is_exact(&value(None, Some(n), None));
        assert!(exact(42) && exact(2975) && exact(120));
        assert!(!exact(8) && !exact(40) && !exact(5000) && !exact(0));
        let about = |n| is_exact(&Bounds { approximate: true, ..value(None, Some(n), None) });
        assert!(!about(42) && about(2975) && !about(2900));
        assert!(!is_exact(&value(Some(24), None, Some(99))));
    }

    #[test]
    fn the_same_value_is_known_under_its_hedges() {
        assert!(same(&value(Some(40), Some(40), None), &value(None, Some(40), None)));
        assert!(!same(&value(Some(200), None, Some(999)), &value(Some(200), Some(200), None)));
        assert!(!same(&value(None, None, None), &value(None, None, None)));
    }
}
