//! The word lists in `data/` that compare uses.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::OnceLock,
};

use unicode_normalization::UnicodeNormalization;

pub(crate) fn rows(file: &'static str) -> impl Iterator<Item = Vec<&'static str>> {
    file.lines().filter(|l| !l.is_empty() && !l.starts_with('#')).map(|l| l.split('\t').collect())
}

/// The country that a word or phrase names: by its name, its adjective or people, its capital or a metonym for its government.
pub(crate) fn country(words: &str) -> Option<&'static str> {
    country_of(&fold(words))
}

/// Like `country`, for a folded phrase.
pub(crate) fn country_of(folded: &str) -> Option<&'static str> {
    static COUNTRIES: OnceLock<HashMap<String, &'static str>> = OnceLock::new();
    let countries = COUNTRIES.get_or_init(|| {
        let mut all = HashMap::new();
        for row in rows(sayso_data::COUNTRIES) {
            let mut row = row.into_iter();
            let Some(name) = row.next() else { continue };
            all.insert(fold(name), name);
            for word in row.flat_map(|column| column.split(';')).filter(|word| !word.is_empty()) {
                all.entry(fold(word)).or_insert(name);
            }
        }
        all
    });
    countries.get(folded).copied()
}

fn body_kinds() -> &'static BTreeMap<&'static str, &'static str> {
    static KINDS: OnceLock<BTreeMap<&'static str, &'static str>> = OnceLock::new();
    KINDS.get_or_init(|| {
        rows(sayso_data::BODIES).filter_map(|row| Some((*row.first()?, *row.get(1)?))).collect()
    })
}

/// The kind of public body that a word describes.
pub(crate) fn body_kind(word: &str) -> Option<&'static str> {
    body_kinds().get(word).copied()
}

/// True for a kind of public body.
pub(crate) fn is_body_kind(kind: &str) -> bool {
    body_kinds().values().any(|known| *known == kind)
}

/// True for a word before a person's name that is not part of it.
pub(crate) fn is_title(word: &str) -> bool {
    static TITLES: OnceLock<BTreeSet<&'static str>> = OnceLock::new();
    let titles = TITLES.get_or_init(|| {
        let compared = rows(sayso_data::TITLES).filter(|row| row.get(1) != Some(&"reading"));
        compared.filter_map(|row| row.first().copied()).collect()
    });
    let folded = word.to_lowercase();
    titles.contains(folded.trim_end_matches('.'))
}

/// True for a finite form of a reporting verb ("said", "tells"): `data/cues.tsv`.
pub(crate) fn reports_speech(word: &str) -> bool {
    static VERBS: OnceLock<BTreeSet<&'static str>> = OnceLock::new();
    let verbs = VERBS.get_or_init(|| {
        rows(sayso_data::CUES)
            .filter(|row| {
                row.get(1) == Some(&"verb") && matches!(row.get(2), Some(&("say" | "write" | "deny")))
            })
            .filter_map(|row| row.first().copied())
            .collect()
    });
    let regular = || {
        ["s", "ed", "d", "es"]
            .iter()
            .filter_map(|end| word.strip_suffix(end))
            .any(|stem| verbs.contains(stem))
            || word.strip_suffix("ied").is_some_and(|stem| verbs.contains(format!("{stem}y").as_str()))
    };
    matches!(word, "said" | "told" | "wrote" | "says" | "tells") || (word.len() > 3 && regular())
}

/// What a phrase says about the status of a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Standing {
    NoSource,
    NotVerified,
}

/// Phrases that say that a number has no named source or could not be verified.
pub(crate) fn standings() -> &'static [(&'static str, Standing)] {
    static STANDINGS: OnceLock<Vec<(&'static str, Standing)>> = OnceLock::new();
    STANDINGS.get_or_init(|| {
        rows(sayso_data::UNVERIFIED)
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

/// The fullest known name of a body, folded, by any of its names; without the article.
pub(crate) fn known_body(name: &str) -> Option<&'static str> {
    static KNOWN: OnceLock<HashMap<String, &'static str>> = OnceLock::new();
    let known = KNOWN.get_or_init(|| {
        let lines = rows(sayso_data::KNOWN_BODIES).filter_map(|row| row.first().copied());
        lines
            .flat_map(|line| {
                let fullest = line.split(';').next().unwrap_or(line);
                line.split(';').map(move |name| (fold(name), fullest))
            })
            .collect()
    });
    let folded = fold(name);
    known.get(folded.strip_prefix("the ").unwrap_or(&folded)).copied()
}

/// A body's name without the description after it ("the Tidewater newspaper"), if all words of the name begin with capitals;
/// `None` if there is no such description.
pub(crate) fn without_description(name: &str) -> Option<&str> {
    static DESCRIPTIONS: OnceLock<BTreeSet<&'static str>> = OnceLock::new();
    let known = DESCRIPTIONS
        .get_or_init(|| rows(sayso_data::NAME_DESCRIPTIONS).filter_map(|row| row.first().copied()).collect());
    let mut at = 0;
    let cut = name.match_indices(' ').find(|(n, _)| {
        at = *n;
        known.contains(name.get(n + 1..).unwrap_or(""))
    });
    cut?;
    let mut bare = name.get(..at)?;
    // Words before the description that are not part of the name either ("state-run").
    while let Some((_, rest)) =
        bare.split_once(' ').filter(|(first, _)| !first.starts_with(char::is_uppercase))
    {
        bare = rest;
    }
    let small = |w: &str| matches!(w, "of" | "for" | "the" | "and" | "in" | "on");
    let names = bare.split(' ').all(|w| w.starts_with(char::is_uppercase) || small(w));
    (names && bare.starts_with(char::is_uppercase) && bare != "The").then_some(bare)
}

/// A letter without its accents; other characters unchanged.
fn without_accent(c: char) -> impl Iterator<Item = char> {
    let plain = match c {
        'ø' | 'Ø' => Some('o'),
        'ł' | 'Ł' => Some('l'),
        'đ' | 'Đ' => Some('d'),
        'ı' | 'İ' => Some('i'),
        _ => None,
    };
    std::iter::once(plain.unwrap_or(c)).nfd().filter(|c| !('\u{300}'..='\u{36f}').contains(c))
}

/// Lower-cases, removes accents, keeps letters and digits with single spaces; drops full stops and apostrophes inside words.
#[must_use]
pub fn fold(name: &str) -> String {
    let mut folded = String::with_capacity(name.len());
    for c in name.chars() {
        if c.is_ascii_alphanumeric() {
            folded.push(c.to_ascii_lowercase());
        } else if c.is_alphanumeric() {
            folded.extend(without_accent(c).flat_map(char::to_lowercase));
        } else if !matches!(c, '.' | '\'' | '’') && !folded.is_empty() && !folded.ends_with(' ') {
            folded.push(' ');
        }
    }
    folded.truncate(folded.trim_end().len());
    folded
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
    fn accents_do_not_make_another_name() {
        assert_eq!(fold("Peña  Nieto"), fold("Pena Nieto"));
        assert_eq!(fold("Yıldırım"), "yildirim");
    }

    #[test]
    fn bodies_are_known_by_their_other_names() {
        assert_eq!(known_body("the U.N."), known_body("United Nations"));
        assert_eq!(known_body("the harbour board"), None);
        assert_eq!(without_description("state-run Tidewater news agency"), Some("Tidewater"));
        assert_eq!(
            without_description("the Lake Watch for Boats monitoring group"),
            Some("Lake Watch for Boats")
        );
        assert_eq!(without_description("an Ostrian rebel group"), Some("Ostrian"));
        assert_eq!(without_description("the rebel group"), None);
    }

    #[test]
    fn lists_are_read() {
        assert_eq!(body_kind("spy"), Some("intelligence"));
        assert!(is_title("Gen."));
        assert!(reports_speech("said") && reports_speech("announced") && reports_speech("denied"));
        assert!(!reports_speech("killed") && !reports_speech("say"));
        assert!(standings().contains(&("named no source", Standing::NoSource)));
    }
}
