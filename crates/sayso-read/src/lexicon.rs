//! The word lists of `data/` that readers share, read once.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::OnceLock,
};

/// The rows of a tab-separated data file without comments.
pub(crate) fn rows(file: &'static str) -> impl Iterator<Item = Vec<&'static str>> {
    file.lines().filter(|l| !l.is_empty() && !l.starts_with('#')).map(|l| l.split('\t').collect())
}

/// The kind of speaker that a noun describes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RoleClass {
    Person,
    Group,
    Body,
    Outlet,
    Document,
}

/// A noun that describes speakers.
#[derive(Debug, Clone, Copy)]
pub(crate) struct RoleNoun {
    pub(crate) class: RoleClass,
    /// Nouns of one kin may replace each other.
    pub(crate) kin: &'static str,
}

/// Looks up a lemma among the nouns that describe speakers (`data/roles.tsv`).
pub(crate) fn role_noun(lemma: &str) -> Option<RoleNoun> {
    static ROLES: OnceLock<BTreeMap<&'static str, RoleNoun>> = OnceLock::new();
    let roles = ROLES.get_or_init(|| {
        rows(sayso_data::ROLES)
            .filter_map(|row| {
                let class = match *row.get(1)? {
                    "person" => RoleClass::Person,
                    "group" => RoleClass::Group,
                    "body" => RoleClass::Body,
                    "outlet" => RoleClass::Outlet,
                    _ => RoleClass::Document,
                };
                Some((*row.first()?, RoleNoun { class, kin: row.get(2)? }))
            })
            .collect()
    });
    roles.get(lemma).or_else(|| roles.get(lemma.to_lowercase().as_str())).copied()
}

/// Class of a word that links a source with what it says, thinks or finds (`data/cues.tsv`), whatever its part of speech.
pub(crate) fn cue_class(lemma: &str) -> Option<&'static str> {
    static CUES: OnceLock<BTreeMap<&'static str, &'static str>> = OnceLock::new();
    let cues = CUES.get_or_init(|| {
        rows(sayso_data::CUES).filter_map(|row| Some((row.first()?.split(' ').next()?, *row.get(2)?))).fold(
            BTreeMap::new(),
            |mut cues, (lemma, class)| {
                // A verb's class takes precedence over that of a noun, which has none.
                let known = cues.entry(lemma).or_insert(class);
                if *known == "-" {
                    *known = class;
                }
                cues
            },
        )
    });
    cues.get(lemma).copied()
}

/// The country that a word names: by its name, its adjective or people, its capital or a metonym for its government
/// (`data/countries.tsv`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct CountryWord {
    pub(crate) country: &'static str,
    pub(crate) kind: CountryWordKind,
}

/// How a word names a country.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CountryWordKind {
    Name,
    Adjective,
    Metonym,
}

/// Looks up a name or adjective of one or more words among the countries.
pub(crate) fn country(word: &str) -> Option<CountryWord> {
    static COUNTRIES: OnceLock<BTreeMap<String, CountryWord>> = OnceLock::new();
    let countries = COUNTRIES.get_or_init(|| {
        let mut map = BTreeMap::new();
        for row in rows(sayso_data::COUNTRIES) {
            let [country, adjectives, metonyms] = row[..] else { continue };
            map.insert(country.to_lowercase(), CountryWord { country, kind: CountryWordKind::Name });
            for (words, kind) in
                [(adjectives, CountryWordKind::Adjective), (metonyms, CountryWordKind::Metonym)]
            {
                for word in words.split(';') {
                    map.entry(word.to_lowercase()).or_insert(CountryWord { country, kind });
                }
            }
        }
        map
    });
    countries.get(&word.to_lowercase()).copied()
}

/// What a noun says about somebody's family or private life.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kinship {
    Parent,
    Relative,
    Private,
}

/// Looks up a noun among those for personal relationships (`data/kinship.tsv`).
pub(crate) fn kinship(word: &str) -> Option<Kinship> {
    static KIN: OnceLock<BTreeMap<&'static str, Kinship>> = OnceLock::new();
    let kin = KIN.get_or_init(|| {
        rows(sayso_data::KINSHIP)
            .filter_map(|row| {
                let class = match *row.get(1)? {
                    "parent" => Kinship::Parent,
                    "relative" => Kinship::Relative,
                    _ => Kinship::Private,
                };
                Some((*row.first()?, class))
            })
            .collect()
    });
    kin.get(word).copied()
}

/// True for a noun, in lower case, for a body ("ministry").
pub(crate) fn is_body(noun: &str) -> bool {
    role_noun(noun).is_some_and(|r| r.class == RoleClass::Body)
}

/// True for a noun, in lower case, for a person's role ("minister").
pub(crate) fn is_role(noun: &str) -> bool {
    role_noun(noun).is_some_and(|r| r.class == RoleClass::Person)
}

/// True for a noun, in lower case, for one person who has no role of `data/roles.tsv`: "trader", "widow" (`data/people.tsv`,
/// `data/people_wordnet.tsv`, `data/kinship.tsv`).
pub(crate) fn is_one_person(noun: &str) -> bool {
    static PEOPLE: OnceLock<BTreeSet<&'static str>> = OnceLock::new();
    let people = PEOPLE.get_or_init(|| {
        let lists = [sayso_data::PEOPLE, sayso_data::PEOPLE_WORDNET];
        lists.into_iter().flat_map(rows).filter_map(|r| r.first().copied()).collect()
    });
    people.contains(noun) || kinship(noun).is_some()
}

/// True for the plural, in lower case, of such a noun: "widows", "skippers".
pub(crate) fn are_people(noun: &str) -> bool {
    let Some(stem) = noun.strip_suffix('s') else { return false };
    let changed = stem.strip_suffix("ie").map(|stem| format!("{stem}y"));
    is_one_person(stem)
        || changed.is_some_and(|one| is_one_person(&one))
        || stem.strip_suffix('e').is_some_and(is_one_person)
}

/// True for a first name, in lower case, that nearly always belongs to a woman, or to a man (`data/first_names.tsv`).
pub(crate) fn is_first_name(word: &str) -> bool {
    is_womans_name(word).is_some()
}

/// Whether such a name belongs to a woman.
pub(crate) fn is_womans_name(first: &str) -> Option<bool> {
    static NAMES: OnceLock<BTreeMap<&'static str, bool>> = OnceLock::new();
    let names = NAMES.get_or_init(|| {
        rows(sayso_data::FIRST_NAMES).filter_map(|r| Some((*r.first()?, *r.get(1)? == "f"))).collect()
    });
    names.get(first).copied()
}

/// True for the name of a generally known body ("NATO").
pub(crate) fn is_known_body(name: &str) -> bool {
    static BODIES: OnceLock<BTreeSet<&'static str>> = OnceLock::new();
    let names =
        || rows(sayso_data::KNOWN_BODIES).flat_map(|r| r.first().copied().unwrap_or("").split(';')).collect();
    BODIES.get_or_init(names).contains(name)
}

/// True for the name of a news outlet (`data/outlets.tsv`).
pub(crate) fn is_outlet(name: &str) -> bool {
    static OUTLETS: OnceLock<BTreeMap<String, &'static str>> = OnceLock::new();
    // "Agence France-Presse" and "Al-Jazeera" are written with and without hyphens.
    let plain = |name: &str| name.replace('-', " ");
    let outlets = OUTLETS.get_or_init(|| {
        rows(sayso_data::OUTLETS).filter_map(|r| Some((plain(r.first()?), *r.get(1)?))).collect()
    });
    let name = plain(name.trim().trim_start_matches("the ").trim_start_matches("The "));
    if outlets.get(&name).is_some_and(|m| *m == "full" || *m == "word") {
        return true;
    }
    let words: Vec<&str> = name.split_whitespace().collect();
    let last_is =
        words.last().is_some_and(|w| words.len() > 1 && outlets.get(*w).is_some_and(|m| *m == "last"));
    let pair_is =
        words.len() > 2 && outlets.get(&words[words.len() - 2..].join(" ")).is_some_and(|m| *m == "last");
    last_is || pair_is || words.iter().any(|w| outlets.get(*w).is_some_and(|m| *m == "word"))
}

/// True for a title that precedes a name and is not part of it ("Mr.", "President", "Maj."): `data/titles.tsv`.
pub(crate) fn is_title(word: &str) -> bool {
    static TITLES: OnceLock<BTreeSet<&'static str>> = OnceLock::new();
    let titles = TITLES.get_or_init(|| {
        let read = rows(sayso_data::TITLES).filter(|row| row.get(1) != Some(&"comparing"));
        read.filter_map(|row| row.first().copied()).collect()
    });
    titles.contains(word.trim_end_matches('.').to_lowercase().as_str())
}

#[cfg(test)]
mod tests {
    use super::{country, is_outlet, role_noun};

    #[test]
    fn tables_are_read() {
        assert_eq!(country("Seoul").map(|c| c.country), Some("South Korea"));
        assert_eq!(country("north korean").map(|c| c.country), Some("North Korea"));
        assert!(is_outlet("the Baltic Observer") && is_outlet("BBC") && is_outlet("Yonhap News Agency"));
        assert!(!is_outlet("Lunar Institute") && !is_outlet("Post"));
        assert_eq!(role_noun("legislator").map(|r| r.kin), role_noun("MP").map(|r| r.kin));
    }
}
