//! A text as word pieces with the case of the word that each begins in. The counterpart of `training/decide/windows.py`.

use std::ops::Range;

use sayso_model::Span;
use sayso_text::network::{Piece, Vocabulary};

/// A text's pieces with the case class of the word that each begins in.
pub(crate) struct Pieces {
    pub(crate) all: Vec<Piece>,
    cases: Vec<u8>,
}

impl Pieces {
    pub(crate) fn of(vocabulary: &Vocabulary<'_>, text: &str) -> Self {
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

    /// The pieces that a span overlaps; at least one, if the text extends that far.
    pub(crate) fn under(&self, span: Span) -> Range<usize> {
        let first = self.all.partition_point(|p| p.span.end <= span.start);
        let end = self.all.partition_point(|p| p.span.start < span.end);
        first..end.max(first + 1).min(self.all.len())
    }

    /// The id of a piece and its case class; `none` past the end.
    pub(crate) fn id(&self, at: usize, none: u32) -> (u32, u8) {
        let id = self.all.get(at).map_or(none, |p| p.id);
        (id, self.cases.get(at).copied().unwrap_or(0))
    }
}

/// Words and single marks: units with one case class.
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

/// 0 no letter, 1 lower case, 2 capitalised, 3 all capitals, 4 mixed, 5 with digits.
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
    fn cases_are_told() {
        let classes: Vec<u8> = ["-", "flood", "Orla", "A", "UNHCR", "McCoy", "7th"].map(case_class).to_vec();
        assert_eq!(classes, [0, 1, 2, 2, 3, 4, 5]);
        let text = "At 12, UN";
        let cut: Vec<&str> = words(text).map(|s| s.cut(text)).collect();
        assert_eq!(cut, ["At", "12", ",", "UN"]);
    }
}
