//! Lines by which an article says that it was corrected, amended or clarified.

use std::{collections::BTreeSet, sync::LazyLock};

/// A step of a pattern.
enum Step {
    /// The beginning of a line.
    Start,
    /// Up to [`GAP`] words.
    Gap,
    /// One of these words.
    Word(Vec<&'static str>),
}

/// Maximum number of words that a gap of a pattern stands for.
const GAP: usize = 6;
/// Maximum number of words of a line that are looked at: notes are short.
const LONGEST: usize = 120;

/// True if a text has a note that an earlier one did not have.
pub(super) fn came(before: &str, now: &str) -> bool {
    let known: BTreeSet<&str> = before.lines().map(str::trim).collect();
    now.lines().map(str::trim).any(|line| !known.contains(line) && is_note(line))
}

fn is_note(line: &str) -> bool {
    let words = words(line);
    PATTERNS.iter().any(|pattern| (0..words.len()).any(|at| matches(pattern, &words, at)))
}

fn matches(pattern: &[Step], words: &[String], at: usize) -> bool {
    match pattern.split_first() {
        None => true,
        Some((Step::Start, rest)) => {
            words.iter().take(at).all(|word| word == "(" || word == ":") && matches(rest, words, at)
        }
        Some((Step::Gap, rest)) => (at..=at + GAP).any(|at| matches(rest, words, at)),
        Some((Step::Word(any), rest)) => {
            words.get(at).is_some_and(|word| any.contains(&word.as_str())) && matches(rest, words, at + 1)
        }
    }
}

/// Words in lower case, with `:` for colons and dashes, and `(`.
fn words(line: &str) -> Vec<String> {
    let line = line.to_lowercase().replace('’', "'").replace(['—', '–', ':'], " : ").replace('(', " ( ");
    line.split(|c: char| !(c.is_alphanumeric() || matches!(c, '\'' | ':' | '(')))
        .filter(|word| !word.is_empty())
        .take(LONGEST)
        .map(str::to_owned)
        .collect()
}

static PATTERNS: LazyLock<Vec<Vec<Step>>> = LazyLock::new(|| {
    let step = |written: &'static str| match written {
        "^" => Step::Start,
        "..." => Step::Gap,
        words => Step::Word(words.split('/').collect()),
    };
    rows().filter_map(|row| Some(row.split('\t').next()?.split(' ').map(step).collect())).collect()
});

fn rows() -> impl Iterator<Item = &'static str> {
    sayso_data::CORRECTION_NOTES.lines().filter(|line| !line.starts_with('#'))
}

#[cfg(test)]
mod tests {
    use super::{PATTERNS, came, is_note, matches, rows, words};

    #[test]
    fn every_pattern_matches_the_notes_beside_it_and_no_other_line() {
        for (row, pattern) in rows().zip(PATTERNS.iter()) {
            let [written, yes, no] = row.split('\t').collect::<Vec<_>>()[..] else {
                panic!("three columns: {row}")
            };
            for line in yes.split('|') {
                let words = words(line);
                let found = (0..words.len()).any(|at| matches(pattern, &words, at));
                assert!(found, "{written} must match \"{line}\"");
            }
            for line in no.split('|') {
                assert!(!is_note(line), "no note: \"{line}\"");
            }
        }
    }

    #[test]
    fn only_a_note_that_was_not_there_before_counts() {
        let (plain, noted) = ("Nine died.\n", "Eight died.\n\nCorrection: eight people died, not nine.\n");
        assert!(came(plain, noted) && !came(noted, noted) && !came(noted, plain));
        assert!(came(noted, &format!("{noted}\nThis story has been amended.")));
    }
}
