//! A text as word pieces, and the windows in which its numerals are looked at. The twin of `training/decide/windows.py`.

use std::ops::Range;

use sayso_model::Span;
use sayso_text::network::{Piece, Vocabulary};

/// Pieces of one window.
const SIZE: usize = 128;
/// Pieces before the first numeral that a window decides.
const LEFT: usize = 56;
/// Pieces that stand at least behind a numeral, unless the text ends.
const RIGHT: usize = 30;
/// Pieces of the report's beginning that stand before a window further down: they tell what the report is about.
const LEDE: usize = 16;

/// A text's pieces with the case class of the word that each begins in.
pub(super) struct Pieces {
    pub(super) all: Vec<Piece>,
    cases: Vec<u8>,
}

/// A window: pieces of the text, and which of the numerals asked about it decides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Window {
    pub(super) pieces: Range<usize>,
    pub(super) numerals: Range<usize>,
}

impl Pieces {
    pub(super) fn of(vocabulary: &Vocabulary<'_>, text: &str) -> Self {
        let all = vocabulary.cut(text);
        let mut cases = Vec::with_capacity(all.len());
        let mut words = words(text).peekable();
        for piece in &all {
            while words.next_if(|w| w.end <= piece.span.start).is_some() {}
            let inside = words.peek().filter(|w| w.start <= piece.span.start);
            cases.push(inside.map_or(0, |w| case_class(w.cut(text))));
        }
        Self { all, cases }
    }

    /// The pieces that a span touches; one at least, where the text goes on so far.
    pub(super) fn under(&self, span: Span) -> Range<usize> {
        let first = self.all.partition_point(|p| p.span.end <= span.start);
        let end = self.all.partition_point(|p| p.span.start < span.end);
        first..end.max(first + 1).min(self.all.len())
    }

    /// A window's rows: the piece of the text that each stands for (none for marks), its id and its case class.
    pub(super) fn rows(
        &self,
        window: &Range<usize>,
        begin: u32,
        part: u32,
    ) -> Vec<(Option<usize>, (u32, u8))> {
        let row = |at: usize| {
            let id = self.all.get(at).map_or(part, |p| p.id);
            (Some(at), (id, self.cases.get(at).copied().unwrap_or(0)))
        };
        let mut rows = vec![(None, (begin, 0))];
        if window.start > 0 {
            rows.extend((0..LEDE.min(window.start)).map(row));
            rows.push((None, (part, 0)));
        }
        rows.extend(window.clone().map(row));
        rows.push((None, (part, 0)));
        rows
    }
}

/// Windows over a text of so many pieces that decide all numerals, which are given by their first pieces in order.
pub(super) fn windows(count: usize, numerals: &[usize]) -> Vec<Window> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(first) = numerals.get(at) {
        let start = first.saturating_sub(LEFT);
        let end = (start + SIZE).min(count);
        let limit = if end == count { count } else { end - RIGHT };
        let more = numerals.iter().skip(at + 1).take_while(|n| **n < limit).count();
        // What stands further behind the last numeral says little of it and costs as much.
        let last = numerals.get(at + more).copied().unwrap_or(*first);
        let end = end.min(last + RIGHT + 10);
        found.push(Window { pieces: start..end, numerals: at..at + 1 + more });
        at += 1 + more;
    }
    found
}

/// Words and single marks: what has one case.
fn words(text: &str) -> impl Iterator<Item = Span> {
    let mut chars = text.char_indices().peekable();
    std::iter::from_fn(move || {
        let is_word = |c: char| c.is_alphanumeric() || c == '_';
        let (start, first) = chars.find(|(_, c)| !c.is_whitespace())?;
        let mut end = start + first.len_utf8();
        while is_word(first)
            && let Some((at, c)) = chars.next_if(|(_, c)| is_word(*c))
        {
            end = at + c.len_utf8();
        }
        Some(Span::new(start, end))
    })
}

/// 0 no letter, 1 small letters, 2 capitalised, 3 capitals, 4 mixed, 5 with digits.
fn case_class(word: &str) -> u8 {
    let letters = || word.chars().filter(|c| c.is_alphabetic());
    let (upper, lower) = (letters().any(char::is_uppercase), letters().any(char::is_lowercase));
    let capitalised = word.chars().next().is_some_and(char::is_uppercase)
        && !word.chars().skip(1).any(char::is_uppercase)
        && lower;
    if !word.chars().any(char::is_alphanumeric) {
        0
    } else if word.chars().any(char::is_numeric) {
        5
    } else if lower && !upper {
        1
    } else if upper && !lower {
        if word.chars().nth(1).is_some() { 3 } else { 2 }
    } else if capitalised {
        2
    } else {
        4
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_numeral_is_decided_once_with_text_on_both_sides() {
        let numerals: Vec<usize> = (0..40).map(|n| n * 23).collect();
        let found = windows(1000, &numerals);
        let decided: Vec<usize> = found.iter().flat_map(|w| w.numerals.clone()).collect();
        assert_eq!(decided, (0..40).collect::<Vec<_>>());
        for window in &found {
            assert!(window.pieces.len() <= SIZE);
            for n in window.numerals.clone() {
                assert!(numerals[n] >= window.pieces.start);
                assert!(numerals[n] + RIGHT <= window.pieces.end || window.pieces.end == 1000);
            }
        }
    }

    #[test]
    fn cases_are_told() {
        let classes: Vec<u8> = ["-", "flood", "Orla", "A", "UNHCR", "McCoy", "7th"].map(case_class).to_vec();
        assert_eq!(classes, [0, 1, 2, 2, 3, 4, 5]);
        let text = "At 12, UN";
        let cut: Vec<&str> = words(text).map(|s| s.cut(text)).collect();
        assert_eq!(cut, ["At", "12", ",", "UN"]);
    }
}
