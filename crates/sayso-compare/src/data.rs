//! The word lists of `data/` that compare reads.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::OnceLock,
};

pub(crate) fn rows(file: &'static str) -> impl Iterator<Item = Vec<&'static str>> {
    file.lines().filter(|l| !l.is_empty() && !l.starts_with('#')).map(|l| l.split('\t').collect())
}

/// Country that a word or phrase names: its name, its adjective or people, its capital or by-name of its government.
pub(crate) fn country(words: &str) -> Option<&'static str> {
    static COUNTRIES: OnceLock<BTreeMap<String, &'static str>> = OnceLock::new();
    let countries = COUNTRIES.get_or_init(|| {
        let mut all = BTreeMap::new();
        for row in rows(include_str!("../../../data/countries.tsv")) {
            let mut row = row.into_iter();
            let Some(name) = row.next() else { continue };
            all.insert(fold(name), name);
            for word in row.flat_map(|column| column.split(';')).filter(|word| !word.is_empty()) {
                all.entry(fold(word)).or_insert(name);
            }
        }
        all
    });
    countries.get(&fold(words)).copied()
}

fn body_kinds() -> &'static BTreeMap<&'static str, &'static str> {
    static KINDS: OnceLock<BTreeMap<&'static str, &'static str>> = OnceLock::new();
    KINDS.get_or_init(|| {
        rows(include_str!("../../../data/bodies.tsv"))
            .filter_map(|row| Some((*row.first()?, *row.get(1)?)))
            .collect()
    })
}

/// Kind of public body that a word describes.
pub(crate) fn body_kind(word: &str) -> Option<&'static str> {
    body_kinds().get(word).copied()
}

/// True for a kind of public body.
pub(crate) fn is_body_kind(kind: &str) -> bool {
    body_kinds().values().any(|known| *known == kind)
}

/// True for a word before a person's name that is no part of it.
pub(crate) fn is_title(word: &str) -> bool {
    static TITLES: OnceLock<BTreeSet<&'static str>> = OnceLock::new();
    let titles = TITLES.get_or_init(|| {
        rows(include_str!("../../../data/titles.tsv")).filter_map(|row| row.first().copied()).collect()
    });
    let folded = word.to_lowercase();
    titles.contains(folded.trim_end_matches('.'))
}

/// What a phrase says of the standing of a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Standing {
    NoSource,
    NotVerified,
}

/// Phrases that say that a number stands on nobody's word or could not be checked.
pub(crate) fn standings() -> &'static [(&'static str, Standing)] {
    static STANDINGS: OnceLock<Vec<(&'static str, Standing)>> = OnceLock::new();
    STANDINGS.get_or_init(|| {
        rows(include_str!("../../../data/unverified.tsv"))
            .filter_map(|row| {
                let standing = match *row.get(1)? {
                    "no_source" => Standing::NoSource,
                    _ => Standing::NotVerified,
                };
                Some((*row.first()?, standing))
            })
            .collect()
    })
}

/// Lower case, letters and digits, single blanks; points and apostrophes inside a word go away.
pub(crate) fn fold(name: &str) -> String {
    let mut folded = String::with_capacity(name.len());
    for c in name.chars() {
        if c.is_alphanumeric() {
            folded.extend(c.to_lowercase());
        } else if !matches!(c, '.' | '\'' | '’') && !folded.ends_with(' ') {
            folded.push(' ');
        }
    }
    folded.trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn countries_are_found() {
        assert_eq!(country("Estonian"), Some("Estonia"));
        assert_eq!(country("U.S."), country("United States"));
    }

    #[test]
    fn lists_are_read() {
        assert_eq!(body_kind("spy"), Some("intelligence"));
        assert!(is_title("Gen."));
        assert!(standings().contains(&("named no source", Standing::NoSource)));
    }
}
