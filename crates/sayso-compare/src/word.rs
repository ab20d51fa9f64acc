//! Words as stories and copies compare them: letters with inner apostrophes, or digits with inner points and commas.

use std::borrow::Cow;

/// A word and whether it may begin a sentence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Word<'t> {
    /// As written.
    pub(crate) text: &'t str,
    /// Offset of the first byte in the text.
    pub(crate) start: usize,
    /// True at the start of the text and after a full stop, question mark or exclamation mark.
    pub(crate) first: bool,
}

impl Word<'_> {
    /// Offset one past the last byte.
    pub(crate) fn end(&self) -> usize {
        self.start + self.text.len()
    }
}

/// Splits a text into words.
pub(crate) fn words(text: &str) -> impl Iterator<Item = Word<'_>> {
    let mut rest = text;
    let mut first = true;
    std::iter::from_fn(move || {
        loop {
            let start = rest.find(|c: char| c.is_alphanumeric() || matches!(c, '.' | '!' | '?'))?;
            rest = rest.get(start..)?;
            let head = rest.chars().next()?;
            if !head.is_alphanumeric() {
                first = true;
                rest = rest.get(1..)?;
                continue;
            }
            let at = text.len() - rest.len();
            let length = if head.is_numeric() {
                run(rest, char::is_numeric, &['.', ','])
            } else {
                run(rest, is_letter, &['\'', '’'])
            };
            let (word, after) = rest.split_at_checked(length)?;
            rest = after;
            let word = Word { text: word, start: at, first };
            first = false;
            return Some(word);
        }
    })
}

fn is_letter(c: char) -> bool {
    c.is_alphanumeric() && !c.is_numeric()
}

/// Length in bytes of a run of characters of one kind, with single joiners between two of them; the first character always
/// belongs to it.
fn run(text: &str, kind: impl Fn(char) -> bool, joints: &[char]) -> usize {
    let mut end = 0;
    let mut joint = false;
    for (at, c) in text.char_indices() {
        if at == 0 || kind(c) {
            end = at + c.len_utf8();
            joint = false;
        } else if joints.contains(&c) && !joint {
            joint = true;
        } else {
            break;
        }
    }
    end
}

/// Folds a word so that most of its inflected forms coincide. This is not a full stemmer: only inflectional endings of English
/// are removed. `training/stories/term_frequency.py` folds the same way.
pub(crate) fn fold(word: &str) -> Cow<'_, str> {
    if word.starts_with(char::is_numeric) {
        return Cow::Owned(format!("#{}", word.replace(',', "")));
    }
    let mut folded =
        if word.is_ascii() { word.to_ascii_lowercase() } else { word.to_lowercase().replace('’', "'") };
    if folded.ends_with("'s") {
        folded.truncate(folded.len() - 2);
    }
    let length = folded.chars().count();
    if length > 4 && folded.ends_with("ies") {
        folded.truncate(folded.len() - 3);
        folded.push('y');
    } else if length > 3
        && folded.ends_with('s')
        && !["ss", "us", "is"].iter().any(|end| folded.ends_with(end))
    {
        folded.pop();
    }
    for suffix in ["ing", "ed"] {
        if folded.ends_with(suffix) && folded.chars().count() > suffix.len() + 3 {
            folded.truncate(folded.len() - suffix.len());
            let mut last = folded.chars().rev();
            if let (Some(a), Some(b)) = (last.next(), last.next())
                && a == b
                && !matches!(a, 'l' | 's' | 'z')
                && folded.chars().count() > 3
            {
                folded.pop();
            }
            break;
        }
    }
    if folded.ends_with('e') && folded.chars().count() > 4 {
        folded.pop();
    }
    Cow::Owned(folded)
}

#[cfg(test)]
mod tests {
    use super::{fold, words};

    #[test]
    fn words_are_cut() {
        let cut: Vec<_> = words("It's 1,100 — not 3.5. Rain’s end?").map(|w| (w.text, w.first)).collect();
        assert_eq!(
            cut,
            [
                ("It's", true),
                ("1,100", false),
                ("not", false),
                ("3.5", false),
                ("Rain’s", true),
                ("end", false)
            ]
        );
    }

    #[test]
    fn a_number_next_to_letters_is_its_own_word() {
        assert_eq!(words("12km x2").map(|w| w.text).collect::<Vec<_>>(), ["12", "km", "x", "2"]);
    }

    #[test]
    fn forms_of_a_word_meet() {
        for (a, b) in [
            ("parties", "party"),
            ("killed", "kill"),
            ("Rivers", "river’s"),
            ("planned", "plan"),
            ("rescued", "rescue"),
        ] {
            assert_eq!(fold(a), fold(b), "{a} {b}");
        }
        assert_eq!(fold("crisis"), "crisis");
        assert_eq!(fold("1,100"), "#1100");
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_cut_at_its_own_words(text in "\\PC{0,80}") {
            for word in words(&text) {
                proptest::prop_assert_eq!(text.get(word.start..word.end()), Some(word.text));
                let _ = fold(word.text);
            }
        }
    }
}
