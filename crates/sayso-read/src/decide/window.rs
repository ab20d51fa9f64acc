//! The windows in which a text's numerals are decided. The counterpart of `training/decide/windows.py`.

use std::ops::Range;

use crate::encode::Pieces;

/// Pieces in one window.
const SIZE: usize = 128;
/// Pieces before the first numeral that a window decides.
const LEFT: usize = 56;
/// Minimum pieces after a numeral, unless the text ends.
const RIGHT: usize = 30;
/// Pieces from the report's beginning that are prepended to later windows: they say what the report is about.
const LEDE: usize = 16;

/// A window: pieces of the text, and which of the numerals it decides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Window {
    pub(super) pieces: Range<usize>,
    pub(super) numerals: Range<usize>,
}

/// A window's rows: the piece of the text that each represents (none for markers), its id and its case class.
pub(super) fn rows(
    pieces: &Pieces,
    window: &Range<usize>,
    begin: u32,
    part: u32,
) -> Vec<(Option<usize>, (u32, u8))> {
    let row = |at: usize| (Some(at), pieces.id(at, part));
    let mut rows = vec![(None, (begin, 0))];
    if window.start > 0 {
        rows.extend((0..LEDE.min(window.start)).map(row));
        rows.push((None, (part, 0)));
    }
    rows.extend(window.clone().map(row));
    rows.push((None, (part, 0)));
    rows
}

/// Windows over a text of `count` pieces that decide all numerals, which are given by their first pieces in order.
pub(super) fn windows(count: usize, numerals: &[usize]) -> Vec<Window> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(first) = numerals.get(at) {
        let start = first.saturating_sub(LEFT);
        let end = (start + SIZE).min(count);
        let limit = if end == count { count } else { end - RIGHT };
        let more = numerals.iter().skip(at + 1).take_while(|n| **n < limit).count();
        // What is further after the last numeral adds little and costs as much.
        let last = numerals.get(at + more).copied().unwrap_or(*first);
        let end = end.min(last + RIGHT + 10);
        found.push(Window { pieces: start..end, numerals: at..at + 1 + more });
        at += 1 + more;
    }
    found
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
}
