//! The words of a document as number and time readers need them: digits, letters and marks separated, whatever the tokeniser did
//! with hyphens and units.

use std::{collections::BTreeMap, ops::Range, sync::OnceLock};

use sayso_model::{Document, Span, Token};

use crate::lexicon::rows;

/// What a word is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum WordKind {
    /// Letters, with inner dots for abbreviations ("U.S.", "Nov.", "a.m.") and inner apostrophes.
    Letters,
    /// Digits of any script with inner commas, dots or colons ("11,000", "1.5", "10:30").
    Digits,
    /// One other character.
    Mark,
}

/// One word.
#[derive(Debug, Clone)]
pub(crate) struct Word<'t> {
    pub(crate) span: Span,
    pub(crate) text: &'t str,
    /// Lower case, with plain apostrophes and dashes, the dot of an abbreviation kept, and digits of other scripts as ASCII.
    pub(crate) lower: String,
    pub(crate) kind: WordKind,
    /// Document index of the token that contains its first byte.
    pub(crate) token: u32,
    /// True if no white space precedes it.
    pub(crate) joined: bool,
}

impl Word<'_> {
    pub(crate) fn is(&self, lower: &str) -> bool {
        self.lower == lower
    }

    pub(crate) fn is_capitalised(&self) -> bool {
        self.text.chars().next().is_some_and(char::is_uppercase)
    }
}

/// The words of a document, sentence by sentence.
#[derive(Debug, Default)]
pub(crate) struct Words<'t> {
    pub(crate) all: Vec<Word<'t>>,
    /// Ranges of `all`, one for each sentence of the document.
    pub(crate) sentences: Vec<Range<usize>>,
    /// The report writes "12.500" for twelve thousand five hundred; false until it has been checked.
    pub(crate) decimal_comma: bool,
}

impl<'t> Words<'t> {
    /// Splits a document's sentences into words.
    pub(crate) fn of(document: &Document, text: &'t str) -> Self {
        let mut words = Self::default();
        let mut token = 0_usize;
        for sentence in &document.sentences {
            let first = words.all.len();
            cut(text, sentence.span, &mut words.all);
            for word in &mut words.all[first..] {
                while document.tokens.get(token).is_some_and(|t| t.span.end <= word.span.start) {
                    token += 1;
                }
                word.token = token.min(document.tokens.len().saturating_sub(1)) as u32;
            }
            words.sentences.push(first..words.all.len());
        }
        words
    }

    /// The words of one sentence without a document.
    #[cfg(test)]
    pub(crate) fn of_sentence(text: &'t str) -> Self {
        let mut words = Self::default();
        cut(text, Span::new(0, text.len()), &mut words.all);
        words.sentences.push(0..words.all.len());
        words
    }

    /// A word by its index.
    pub(crate) fn get(&self, index: usize) -> Option<&Word<'t>> {
        self.all.get(index)
    }

    /// Lower-case form of a word within a sentence; empty outside it.
    pub(crate) fn lower(&self, index: usize, within: &Range<usize>) -> &str {
        if within.contains(&index) { self.all.get(index).map_or("", |w| w.lower.as_str()) } else { "" }
    }

    /// Indices of the words that start inside a span.
    pub(crate) fn inside(&self, span: Span) -> Range<usize> {
        let first = self.all.partition_point(|w| w.span.start < span.start);
        let last = self.all.partition_point(|w| w.span.start < span.end);
        first..last.max(first)
    }
}

/// Direct dependents of a token within 120 tokens of it, so that a sentence of any length takes linear time.
pub(crate) fn dependents(document: &Document, head: u32) -> impl Iterator<Item = &Token> {
    const REACH: u32 = 120;
    let from = (head.saturating_sub(REACH) as usize).min(document.tokens.len());
    let to = (head.saturating_add(REACH) as usize).min(document.tokens.len());
    document.tokens[from..to].iter().filter(move |t| t.head == Some(head))
}

fn cut<'t>(text: &'t str, span: Span, into: &mut Vec<Word<'t>>) {
    let piece = span.cut(text);
    let mut chars = piece.char_indices().peekable();
    let mut last_end = 0;
    while let Some((start, first)) = chars.next() {
        if first.is_whitespace() || is_invisible(first) {
            continue;
        }
        let mut end = start + first.len_utf8();
        let kind = if digit(first).is_some() {
            WordKind::Digits
        } else if first.is_alphabetic() {
            WordKind::Letters
        } else {
            WordKind::Mark
        };
        if kind != WordKind::Mark {
            while let Some(&(at, c)) = chars.peek() {
                let goes_on = match kind {
                    WordKind::Digits => {
                        digit(c).is_some()
                            || (matches!(c, ',' | '.' | ':' | '٬' | '٫')
                                && piece[at + c.len_utf8()..].starts_with(|n: char| digit(n).is_some()))
                    }
                    _ => {
                        c.is_alphabetic()
                            || is_combining(c)
                            || (matches!(c, '\'' | '’')
                                && piece[at + c.len_utf8()..].starts_with(char::is_alphabetic)
                                && !is_possessive(&piece[at + c.len_utf8()..]))
                            || (c == '.' && is_abbreviation(&piece[start..at], &piece[at + 1..]))
                    }
                };
                if !goes_on {
                    break;
                }
                end = at + c.len_utf8();
                chars.next();
            }
        }
        let written = &piece[start..end];
        into.push(Word {
            span: Span::new(span.start + start, span.start + end),
            text: written,
            lower: plain(written),
            kind,
            token: 0,
            joined: start == last_end && !into.is_empty() && start > 0,
        });
        last_end = end;
    }
}

/// Zero-width and direction marks.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}' | '\u{FEFF}' | '\u{00AD}')
}

fn is_combining(c: char) -> bool {
    matches!(c, '\u{0300}'..='\u{036F}')
}

/// True if what follows an apostrophe is the possessive s.
fn is_possessive(rest: &str) -> bool {
    let mut chars = rest.chars();
    matches!(chars.next(), Some('s' | 'S')) && !chars.next().is_some_and(char::is_alphabetic)
}

/// True if a dot after `before` belongs to an abbreviation: single letters ("U.S.", "p.m.") and the short forms of months,
/// weekdays, numbers and titles.
fn is_abbreviation(before: &str, after: &str) -> bool {
    const SHORT: [&str; 38] = [
        "jan", "feb", "mar", "apr", "jun", "jul", "aug", "sept", "sep", "oct", "nov", "dec", "mon", "tue",
        "tues", "wed", "thu", "thur", "thurs", "fri", "sat", "sun", "no", "nos", "approx", "ca", "est", "sq",
        "gen", "col", "lt", "maj", "capt", "sgt", "dr", "mr", "mrs", "ms",
    ];
    let last = before.rsplit('.').next().unwrap_or(before);
    let single = last.chars().count() == 1;
    if single && (before.contains('.') || after.starts_with(char::is_alphabetic)) {
        return true;
    }
    let lower = before.to_ascii_lowercase();
    if !SHORT.contains(&lower.as_str()) {
        return false;
    }
    let mut next = after.chars().skip_while(|c| c.is_whitespace());
    match lower.as_str() {
        // Also words in their own right: the dot belongs to them only before a number.
        "no" | "nos" | "mar" | "sat" | "sun" | "est" | "wed" | "mon" => {
            next.next().is_some_and(|c| c.is_ascii_digit())
        }
        _ => next.next().is_some_and(|c| c != '\n'),
    }
}

fn plain(written: &str) -> String {
    if written.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit()) {
        return written.to_owned();
    }
    written
        .chars()
        .flat_map(char::to_lowercase)
        .map(|c| match c {
            '’' | '‘' => '\'',
            '–' | '—' | '―' | '‑' | '−' | '‒' => '-',
            '“' | '”' => '"',
            '٬' => ',',
            '٫' => '.',
            c => digit(c).map_or(c, |d| (b'0' + d) as char),
        })
        .collect()
}

/// The value of a decimal digit of any script.
fn digit(c: char) -> Option<u8> {
    if c.is_ascii() {
        return c.is_ascii_digit().then(|| c as u8 - b'0');
    }
    /// The zeros of other scripts, each followed by the script's digits in order.
    const NOUGHTS: [char; 19] = [
        '\u{0660}', '\u{06F0}', '\u{07C0}', '\u{0966}', '\u{09E6}', '\u{0A66}', '\u{0AE6}', '\u{0B66}',
        '\u{0BE6}', '\u{0C66}', '\u{0CE6}', '\u{0D66}', '\u{0E50}', '\u{0ED0}', '\u{0F20}', '\u{1040}',
        '\u{17E0}', '\u{1810}', '\u{FF10}',
    ];
    let at = |nought: char| u8::try_from((c as u32).checked_sub(nought as u32)?).ok().filter(|d| *d < 10);
    NOUGHTS.into_iter().find_map(at)
}

/// Units, teens and tens (`data/numbers.tsv`).
pub(crate) fn below_hundred(word: &str) -> Option<i64> {
    static NUMBERS: OnceLock<BTreeMap<&'static str, i64>> = OnceLock::new();
    let numbers = NUMBERS.get_or_init(|| {
        let small = rows(sayso_data::NUMBERS).filter(|row| row.first() == Some(&"small"));
        small.filter_map(|row| Some((*row.get(2)?, row.get(1)?.parse().ok()?))).collect()
    });
    numbers.get(word).copied()
}

#[cfg(test)]
mod tests {
    use sayso_model::Span;

    use super::{Word, cut};

    fn words(text: &str) -> Vec<String> {
        let mut all: Vec<Word<'_>> = Vec::new();
        cut(text, Span::new(0, text.len()), &mut all);
        all.into_iter().map(|w| w.text.to_owned()).collect()
    }

    #[test]
    fn digits_letters_and_marks_part() {
        assert_eq!(
            words("$1.5bn, 10-km F-16s"),
            ["$", "1.5", "bn", ",", "10", "-", "km", "F", "-", "16", "s"]
        );
        assert_eq!(words("on Nov. 20 at 10:30 p.m."), ["on", "Nov.", "20", "at", "10:30", "p.m."]);
        assert_eq!(words("the U.S. lost 11,000."), ["the", "U.S.", "lost", "11,000", "."]);
        assert_eq!(words("didn't Russia’s"), ["didn't", "Russia", "’", "s"]);
        assert_eq!(words("No. 5 and no."), ["No.", "5", "and", "no", "."]);
    }

    #[test]
    fn anything_cuts_on_boundaries() {
        for text in ["", "’", "1’", "é́x", "\u{200B}12\u{200B}", "a.b.c.", "1.", "١٢"] {
            let mut all: Vec<Word<'_>> = Vec::new();
            cut(text, Span::new(0, text.len()), &mut all);
            assert!(all.iter().all(|w| w.span.cut(text) == w.text && !w.text.is_empty()));
        }
    }
}
