//! Aligns two texts: which words they share in the same order, and where their numbers differ.
//!
//! Words are matched at anchors, runs of three words that occur once in each text (patience diff), and between two anchors by the
//! longest common subsequence if the gap is small. This takes time linear in the length of the texts.

use std::{cmp::Ordering, ops::Range};

use super::quotations;
use crate::{hash::Fnv, word};

/// Words in an anchor.
const ANCHOR: usize = 3;
/// A gap with more pairs of words than this is left unmatched.
const GAP: usize = 10_000;
/// Maximum number of words on either side of a place where a number was changed.
const CHANGE: usize = 5;
/// Words compared before and after such a place, and the share of them that must be equal.
const AROUND: usize = 8;
const SAME_AROUND: f64 = 0.6;
/// A dateline ends with a dash within this many bytes.
const DATELINE: usize = 60;

/// A word for alignment: a number is one word however it is written.
#[derive(Debug, Clone, Copy)]
struct Token {
    hash: u64,
    number: Option<f64>,
    /// False in quotations and datelines, whose numbers are ignored.
    own: bool,
}

/// The words of a text.
#[derive(Debug, Clone, Default)]
pub(super) struct Words {
    tokens: Vec<Token>,
    /// How many of them are the text's own.
    own: usize,
    /// The runs of words that occur once, in order, each with its index.
    once: Vec<([u64; ANCHOR], usize)>,
}

impl Words {
    pub(super) fn of(text: &str) -> Self {
        let quoted = quotations(text);
        let dateline = dateline(text);
        let mut tokens: Vec<Token> = Vec::new();
        // The number that the last word belongs to.
        let mut open: Option<Numeral> = None;
        let mut end = 0;
        for w in word::words(text) {
            let own = w.start >= dateline && !quoted.iter().any(|q| (q.0..q.1).contains(&w.start));
            let lower = w.text.to_lowercase();
            let joined =
                text.get(end..w.start).is_some_and(|between| matches!(between, " " | "-" | "\u{a0}"));
            end = w.end();
            let part = Part::of(&lower).filter(|_| w.start >= dateline);
            let longer = part.and_then(|part| open.filter(|_| joined)?.with(part));
            if longer.is_some() {
                tokens.pop();
            }
            open = longer.or_else(|| part.map(Numeral::new));
            let number = open.map(|n| n.whole + n.rest);
            let hash = match number {
                Some(value) => Fnv::new().write(b"#").write(&value.to_bits().to_le_bytes()).finish(),
                None => Fnv::new().write(lower.as_bytes()).finish(),
            };
            tokens.push(Token { hash, number, own });
        }
        Self { own: tokens.iter().filter(|t| t.own).count(), once: once(&tokens), tokens }
    }
}

/// The runs that occur once among some words, in order, each with its index.
fn once(tokens: &[Token]) -> Vec<([u64; ANCHOR], usize)> {
    let run = |(at, run): (usize, &[Token])| match run {
        [x, y, z] => Some(([x.hash, y.hash, z.hash], at)),
        _ => None,
    };
    let mut runs: Vec<([u64; ANCHOR], usize)> = tokens.windows(ANCHOR).enumerate().filter_map(run).collect();
    runs.sort_unstable();
    let alone = runs.chunk_by(|a, b| a.0 == b.0).filter(|same| same.len() == 1);
    alone.flatten().copied().collect()
}

/// A word of a number.
#[derive(Debug, Clone, Copy)]
enum Part {
    Digits(f64),
    Unit(f64),
    Ten(f64),
    Scale(f64),
}

impl Part {
    fn of(lower: &str) -> Option<Self> {
        const UNITS: [&str; 20] = [
            "zero",
            "one",
            "two",
            "three",
            "four",
            "five",
            "six",
            "seven",
            "eight",
            "nine",
            "ten",
            "eleven",
            "twelve",
            "thirteen",
            "fourteen",
            "fifteen",
            "sixteen",
            "seventeen",
            "eighteen",
            "nineteen",
        ];
        const TENS: [&str; 8] =
            ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"];
        if lower.starts_with(|c: char| c.is_ascii_digit()) {
            return lower.replace(',', "").parse().ok().map(Self::Digits);
        }
        let place = |words: &[&str]| words.iter().position(|w| *w == lower).map(|n| n as f64);
        let scale = match lower {
            "hundred" => Some(100.0),
            "thousand" => Some(1_000.0),
            "million" => Some(1_000_000.0),
            "billion" => Some(1_000_000_000.0),
            _ => None,
        };
        scale
            .map(Self::Scale)
            .or_else(|| place(&UNITS).map(Self::Unit))
            .or_else(|| place(&TENS).map(|n| Self::Ten(20.0 + 10.0 * n)))
    }
}

/// A number as far as its words have been read: after "two hundred thousand four", `whole` is 200,000 and `rest` is 4.
#[derive(Debug, Clone, Copy)]
struct Numeral {
    whole: f64,
    rest: f64,
    /// True if it is written in words.
    words: bool,
}

impl Numeral {
    fn new(part: Part) -> Self {
        let (Part::Digits(rest) | Part::Unit(rest) | Part::Ten(rest) | Part::Scale(rest)) = part;
        Self { whole: 0.0, rest, words: !matches!(part, Part::Digits(_)) }
    }

    /// The number with one more word; `None` if that word begins another number.
    fn with(self, part: Part) -> Option<Self> {
        let Self { whole, rest, words } = self;
        match part {
            Part::Scale(scale) if rest > 0.0 && rest < scale => {
                let scaled = rest * scale;
                let (whole, rest) = if scale > 100.0 { (whole + scaled, 0.0) } else { (whole, scaled) };
                Some(Self { whole, rest, words })
            }
            Part::Unit(n) if words && n > 0.0 && n < 10.0 && rest % 100.0 >= 20.0 && rest % 10.0 == 0.0 => {
                Some(Self { rest: rest + n, ..self })
            }
            Part::Unit(n) | Part::Ten(n)
                if words && n > 0.0 && whole + rest >= 100.0 && rest % 100.0 == 0.0 =>
            {
                Some(Self { rest: rest + n, ..self })
            }
            _ => None,
        }
    }
}

/// Where the words after the dateline begin; 0 if there is none.
fn dateline(text: &str) -> usize {
    let dash = text.char_indices().take_while(|(at, c)| *at < DATELINE && *c != '\n');
    let place = |(at, c): (usize, char)| {
        let spaced = c == '-' && text.get(..at).is_some_and(|t| t.ends_with([' ', ')']));
        (matches!(c, '—' | '–') || spaced).then(|| at + c.len_utf8())
    };
    let upper = |end: &usize| {
        let first = text.split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
        *end > 0 && first.chars().count() > 1 && first.chars().all(char::is_uppercase)
    };
    dash.filter_map(place).next().filter(upper).unwrap_or(0)
}

/// Two aligned texts.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Aligned {
    /// Share of the shorter text's words, quotations excluded, that both have in the same order; 0 to 1.
    pub(super) share: f64,
    /// Share of the longer text's words, quotations included, that both have in the same order; 0 to 1.
    pub(super) whole: f64,
    /// Numbers that are equal in the same place.
    pub(super) equal: usize,
    /// Places where the numbers differ between the same words.
    pub(super) changed: usize,
}

pub(super) fn align(a: &Words, b: &Words) -> Aligned {
    let shorter = a.own.min(b.own);
    let matched = matches(a, b);
    let (a, b) = (a.tokens.as_slice(), b.tokens.as_slice());
    let mut in_a = vec![false; a.len()];
    for (i, _) in &matched {
        if let Some(seen) = in_a.get_mut(*i) {
            *seen = true;
        }
    }
    let both = |m: &&(usize, usize)| a.get(m.0).is_some_and(|t| t.own) && b.get(m.1).is_some_and(|t| t.own);
    let own = matched.iter().filter(both).count();
    let equal = matched.iter().filter(|m| a.get(m.0).is_some_and(|t| t.number.is_some())).count();
    let changed = gaps(&matched, a.len(), b.len())
        .filter(|(x, y)| is_change(a, b, x, y) && is_known_around(&in_a, x))
        .count();
    let of = |part: usize, all: usize| if all == 0 { 0.0 } else { part as f64 / all as f64 };
    Aligned { share: of(own, shorter), whole: of(matched.len(), a.len().max(b.len())), equal, changed }
}

/// True if a number of one text is aligned with a different number of the other, with little else around it.
fn is_change(a: &[Token], b: &[Token], x: &Range<usize>, y: &Range<usize>) -> bool {
    let numbers = |tokens: &[Token], range: &Range<usize>| -> Vec<f64> {
        tokens.get(range.clone()).unwrap_or_default().iter().filter_map(|t| t.number).collect()
    };
    if x.len() > CHANGE || y.len() > CHANGE {
        return false;
    }
    let (m, n) = (numbers(a, x), numbers(b, y));
    !m.is_empty() && !n.is_empty() && !m.iter().any(|n1| n.contains(n1))
}

fn is_known_around(matched: &[bool], gap: &Range<usize>) -> bool {
    let before = matched.get(gap.start.saturating_sub(AROUND)..gap.start).unwrap_or_default();
    let after = matched.get(gap.end..(gap.end + AROUND).min(matched.len())).unwrap_or_default();
    let (all, same) =
        (before.len() + after.len(), before.iter().chain(after).filter(|matched| **matched).count());
    all > 0 && same as f64 >= SAME_AROUND * all as f64
}

/// The stretches between matched words, at least one of each pair non-empty.
fn gaps(
    matched: &[(usize, usize)],
    a: usize,
    b: usize,
) -> impl Iterator<Item = (Range<usize>, Range<usize>)> {
    let mut at = (0, 0);
    matched.iter().copied().chain([(a, b)]).filter_map(move |(i, j)| {
        let gap = (at.0..i, at.1..j);
        at = (i + 1, j + 1);
        (!gap.0.is_empty() || !gap.1.is_empty()).then_some(gap)
    })
}

/// Pairs of indexes of equal words, increasing in both texts.
fn matches(a: &Words, b: &Words) -> Vec<(usize, usize)> {
    let anchors = anchors(&a.once, &b.once);
    let (a, b) = (a.tokens.as_slice(), b.tokens.as_slice());
    let mut matched = Vec::new();
    let mut at = (0, 0);
    for (i, j) in anchors.into_iter().chain([(a.len(), b.len())]) {
        subsequence(a, b, at.0..i, at.1..j, &mut matched);
        if i < a.len() {
            matched.push((i, j));
        }
        at = (i + 1, j + 1);
    }
    matched
}

/// First words of the runs that occur once in each text: the longest sequence of them in the same order in both.
fn anchors(a: &[([u64; ANCHOR], usize)], b: &[([u64; ANCHOR], usize)]) -> Vec<(usize, usize)> {
    let (mut a, mut b) = (a, b);
    let mut both: Vec<(usize, usize)> = Vec::new();
    while let ([(x, i), rest_a @ ..], [(y, j), rest_b @ ..]) = (a, b) {
        let order = x.cmp(y);
        if order == Ordering::Equal {
            both.push((*i, *j));
        }
        if order != Ordering::Greater {
            a = rest_a;
        }
        if order != Ordering::Less {
            b = rest_b;
        }
    }
    both.sort_unstable();
    // Longest increasing subsequence: `ends[n]` is the pair with the smallest index that ends a sequence of n + 1.
    let mut ends: Vec<usize> = Vec::new();
    let mut before: Vec<Option<usize>> = Vec::with_capacity(both.len());
    let place = |n: usize| both.get(n).map_or(0, |p| p.1);
    for n in 0..both.len() {
        let length = ends.partition_point(|end| place(*end) < place(n));
        before.push(length.checked_sub(1).and_then(|l| ends.get(l).copied()));
        match ends.get_mut(length) {
            Some(end) => *end = n,
            None => ends.push(n),
        }
    }
    let mut row = Vec::with_capacity(ends.len());
    let mut next = ends.last().copied();
    while let Some(n) = next {
        row.extend(both.get(n));
        next = before.get(n).copied().flatten();
    }
    row.reverse();
    row
}

/// Adds the longest common subsequence of two stretches if they are not too long.
fn subsequence(
    a: &[Token],
    b: &[Token],
    x: Range<usize>,
    y: Range<usize>,
    matched: &mut Vec<(usize, usize)>,
) {
    let (offset_a, offset_b) = (x.start, y.start);
    let (a, b) = (a.get(x).unwrap_or_default(), b.get(y).unwrap_or_default());
    if a.is_empty() || b.is_empty() || a.len().saturating_mul(b.len()) > GAP {
        return;
    }
    let width = b.len() + 1;
    // `best[i * width + j]`: length for a[i..] and b[j..].
    let mut best = vec![0_u16; (a.len() + 1) * width];
    let get = |best: &[u16], i: usize, j: usize| best.get(i * width + j).copied().unwrap_or(0);
    for (i, s) in a.iter().enumerate().rev() {
        for (j, t) in b.iter().enumerate().rev() {
            let value = if s.hash == t.hash {
                get(&best, i + 1, j + 1) + 1
            } else {
                get(&best, i + 1, j).max(get(&best, i, j + 1))
            };
            if let Some(cell) = best.get_mut(i * width + j) {
                *cell = value;
            }
        }
    }
    let (mut i, mut j) = (0, 0);
    while let (Some(s), Some(t)) = (a.get(i), b.get(j)) {
        if s.hash == t.hash {
            matched.push((offset_a + i, offset_b + j));
            (i, j) = (i + 1, j + 1);
        } else if get(&best, i + 1, j) >= get(&best, i, j + 1) {
            i += 1;
        } else {
            j += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Words, align, dateline};

    fn of(a: &str, b: &str) -> (f64, usize, usize) {
        let aligned = align(&Words::of(a), &Words::of(b));
        ((aligned.share * 100.0).round() / 100.0, aligned.equal, aligned.changed)
    }

    #[test]
    fn a_number_is_one_word_however_it_is_written() {
        assert_eq!(
            of("Forty-two boats and 1,200 men left.", "42 boats and one thousand two hundred men left."),
            (1.0, 2, 0)
        );
        assert_eq!(of("It cost 4.2 million.", "It cost 4,200,000."), (1.0, 1, 0));
    }

    #[test]
    fn a_changed_number_is_found_between_the_same_words() {
        assert_eq!(
            of(
                "Seven people were hurt on the quay, two badly.",
                "Nine people have been hurt on the quay, two badly."
            ),
            (0.78, 1, 1)
        );
        // Two sentences about different things are not a change of number.
        let (_, _, changed) =
            of("Seven people were hurt on the quay.", "The town of Venn has 12 wells and no water at all.");
        assert_eq!(changed, 0);
    }

    #[test]
    fn a_dateline_is_not_of_the_text() {
        assert_eq!(dateline("VENN, Oct 6 — A silo burst."), "VENN, Oct 6 —".len());
        assert_eq!(dateline("A silo — the last — burst."), 0);
        let (share, _, changed) = of("VENN, Oct 6 — A silo burst here.", "VENN, Oct 7 — A silo burst here.");
        assert_eq!((share, changed), (1.0, 0));
    }

    proptest::proptest! {
        #[test]
        fn a_text_is_aligned_with_itself(text in "[a-e ]{0,300}") {
            let words = Words::of(&text);
            let own = words.own;
            let aligned = align(&words, &words);
            proptest::prop_assert_eq!(aligned.share, if own == 0 { 0.0 } else { 1.0 });
            proptest::prop_assert_eq!(aligned.changed, 0);
        }

        #[test]
        fn matched_places_grow_in_both(a in "[a-c ]{0,120}", b in "[a-c ]{0,120}") {
            let (a, b) = (Words::of(&a), Words::of(&b));
            let matched = super::matches(&a, &b);
            for pair in matched.windows(2) {
                proptest::prop_assert!(pair[0].0 < pair[1].0 && pair[0].1 < pair[1].1);
            }
            for (i, j) in matched {
                proptest::prop_assert_eq!(a.tokens[i].hash, b.tokens[j].hash);
            }
        }
    }
}
