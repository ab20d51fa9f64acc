//! The words around a figure: its sentence, and the part of it that is about the figure.
//!
//! The only place where compare splits prose. A reading stores no sentences; here they end at a full stop followed by a capital,
//! a digit or a quotation mark, or at the end of a line.

use sayso_model::{Figure, Span};

use crate::{
    Entry,
    data::is_title,
    words::{self, Set},
};

/// Bytes examined on each side of a figure.
const REACH: usize = 600;

/// The sentence around a span.
#[must_use]
pub fn sentence(text: &str, around: Span) -> Span {
    let mut from = around.start.saturating_sub(REACH);
    while !text.is_char_boundary(from) {
        from += 1;
    }
    let before = text.get(from..around.start).unwrap_or("");
    let mut from_behind = before.char_indices().rev();
    let start = from_behind.find_map(|(at, c)| end_at(before, at, c)).map_or(from, |n| from + n);
    let mut to = (around.end + REACH).min(text.len());
    while !text.is_char_boundary(to) {
        to -= 1;
    }
    let after = text.get(around.end..to).unwrap_or("");
    let end = after.char_indices().find_map(|(at, c)| end_at(after, at, c)).map_or(to, |n| around.end + n);
    Span::new(start, end)
}

/// The end of the sentence if the character `c` at `at` ends one.
fn end_at(text: &str, at: usize, c: char) -> Option<usize> {
    if !matches!(c, '\n' | '!' | '?' | '.') {
        return None;
    }
    let behind = at + c.len_utf8();
    let after = text.get(behind..)?;
    match c {
        '\n' => Some(behind),
        '!' | '?' => after.starts_with(char::is_whitespace).then_some(behind),
        _ => {
            let next = after.strip_prefix(['"', '”', '’', '\'', ')']).unwrap_or(after);
            let begins = next.strip_prefix(' ').is_some_and(|rest| {
                rest.starts_with(|c: char| c.is_uppercase() || c.is_numeric() || "\"“‘'(".contains(c))
            });
            let word = text.get(..at)?.rsplit(|c: char| c.is_whitespace() || c == '(').next()?;
            let letter = || word.chars().count() < 2 && word.chars().all(char::is_alphabetic);
            // "on Nov. 12"
            let dated = || is_month(word) && next.trim_start().starts_with(|c: char| c.is_numeric());
            // A quotation ends with its mark.
            let end = behind + (after.len() - next.len());
            (begins && !(word.contains('.') || letter() || is_title(word) || dated())).then_some(end)
        }
    }
}

/// True for the abbreviation of a month, without its stop.
fn is_month(word: &str) -> bool {
    matches!(
        word,
        "Jan" | "Feb" | "Mar" | "Apr" | "Jun" | "Jul" | "Aug" | "Sep" | "Sept" | "Oct" | "Nov" | "Dec"
    )
}

/// The words around a figure, cut once for all who ask.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Around {
    /// Its sentence.
    pub(crate) sentence: Span,
    /// Its own part of that: see [`own_words`].
    pub(crate) own: Span,
}

impl Around {
    pub(crate) fn of(entry: &Entry<'_>, figure: &Figure) -> Self {
        let sentence = sentence(&entry.reading.report.text, figure.span);
        Self { sentence, own: own_part(entry, figure, sentence) }
    }
}

/// A figure's own part of its sentence: what lies between the figures before and after it.
pub(crate) fn own_words(entry: &Entry<'_>, figure: &Figure) -> Span {
    Around::of(entry, figure).own
}

fn own_part(entry: &Entry<'_>, figure: &Figure, whole: Span) -> Span {
    let figures = &entry.reading.figures;
    let apart = |f: &&Figure| !f.span.overlaps(figure.span);
    let at = figures.iter().position(|f| f.id == figure.id).unwrap_or(0);
    let near = |from: usize, to: usize| figures.get(from..to.min(figures.len())).unwrap_or_default().iter();
    let before = near(at.saturating_sub(6), at).filter(apart).map(|f| f.span.end);
    let after = near(at + 1, at + 7).filter(apart).map(|f| f.span.start);
    let start = before.filter(|end| *end <= figure.span.start).max().unwrap_or(0);
    let end = after.filter(|start| *start >= figure.span.end).min().unwrap_or(usize::MAX);
    Span::new(whole.start.max(start), whole.end.min(end))
}

/// True for a count that its own words call an earlier value.
pub(crate) fn is_earlier_value(text: &str, figure: Span) -> bool {
    let before = text.get(..figure.start).unwrap_or("").trim_end();
    let bare = ["at least", "the", "a", "some", "about"]
        .iter()
        .fold(before, |b, w| b.strip_suffix(w).unwrap_or(b).trim_end());
    let after = text.get(figure.end..).unwrap_or("").trim_start();
    words::of(Set::RaisedFrom).iter().any(|phrase| bare.ends_with(phrase))
        || words::of(Set::TheDayBefore).iter().any(|phrase| after.starts_with(phrase))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_earlier_count_is_told_by_its_words() {
        let text = "30 were hurt, up from at least eight on Monday, against six the day before; nine left.";
        let is = |n: &str| {
            let at = text.find(n).unwrap();
            is_earlier_value(text, Span::new(at, at + n.len()))
        };
        assert!(is("eight") && is("six"));
        assert!(!is("30") && !is("nine"));
    }

    #[test]
    fn a_sentence_ends_before_a_capital_and_not_in_a_title() {
        let text = "It rained. Gen. Ada Brook of the U.S. Army counted 12 dead on May 4. Nobody else did.";
        let at = text.find("12").unwrap();
        assert_eq!(
            sentence(text, Span::new(at, at + 2)).cut(text),
            " Gen. Ada Brook of the U.S. Army counted 12 dead on May 4."
        );
        let text = "It began on Nov. 8 with \"80 homes lost.\" Rain came.";
        let at = text.find("80").unwrap();
        assert_eq!(
            sentence(text, Span::new(at, at + 2)).cut(text),
            "It began on Nov. 8 with \"80 homes lost.\""
        );
    }
}
