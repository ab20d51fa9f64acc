//! What sayso's words mean: one list for help and pages.

use std::sync::LazyLock;

/// A word and its meaning.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Word {
    /// The key for looking it up.
    pub id: &'static str,
    /// The word.
    pub word: &'static str,
    /// Its meaning.
    pub meaning: &'static str,
}

static WORDS: LazyLock<Vec<Word>> = LazyLock::new(|| {
    let lines = sayso_data::GLOSSARY.lines().filter(|line| !line.starts_with('#'));
    lines
        .filter_map(|line| {
            let mut columns = line.split('\t');
            Some(Word { id: columns.next()?, word: columns.next()?, meaning: columns.next()? })
        })
        .collect()
});

/// All words, in the best order for reading.
#[must_use]
pub fn words() -> &'static [Word] {
    &WORDS
}

/// What a word means.
#[must_use]
pub fn meaning(id: &str) -> Option<&'static str> {
    WORDS.iter().find(|word| word.id == id).map(|word| word.meaning)
}

#[cfg(test)]
mod tests {
    use super::{meaning, words};

    #[test]
    fn every_line_is_a_word_with_its_meaning() {
        let lines = sayso_data::GLOSSARY.lines().filter(|l| !l.starts_with('#')).count();
        assert_eq!(words().len(), lines);
        assert!(words().iter().all(|w| w.meaning.ends_with('.')));
        assert!(meaning("echo").is_some() && meaning("none").is_none());
    }
}
