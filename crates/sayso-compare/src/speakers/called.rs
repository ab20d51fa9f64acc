//! Whom a name can refer to.

use std::collections::{BTreeSet, HashMap};

use sayso_model::{
    SpeakerKind,
    story::{HeldRole, StorySpeaker},
};

use super::research::institution;
use crate::{
    country::Countries,
    data::{fold, known_body, without_description},
    name::{
        Name, all_initials, describes_body, describes_people, initials, is_abbreviation, is_surname,
        shortens, surname,
    },
    outlet,
};

/// True if a name or description can refer to a speaker: as one of the names that reports use for it, an abbreviation of its
/// name, the words of its name in another order, or its country and kind. A name with another country never can.
#[must_use]
pub fn goes_by(speaker: &StorySpeaker, name: &str) -> bool {
    Profile::of(speaker).is_called(speaker, name)
}

/// What the names of a speaker say, parsed once.
#[derive(Debug, Clone, Default)]
pub(crate) struct Profile {
    countries: Countries,
    /// Names without article, folded.
    plain: BTreeSet<String>,
    /// Known bodies that its names refer to.
    known: BTreeSet<&'static str>,
    /// Proper names, folded; those of bodies without spaces.
    keys: BTreeSet<String>,
    /// The words of its names, as sets.
    words: BTreeSet<BTreeSet<String>>,
    /// What it is responsible for, by its fullest name.
    kinds: BTreeSet<String>,
    initials: Option<String>,
    all_initials: String,
    /// Institutions that its research is named after.
    institutions: BTreeSet<Vec<String>>,
}

impl Profile {
    pub(crate) fn of(speaker: &StorySpeaker) -> Self {
        let kind = kind(speaker);
        let countries = Countries::only(speaker.country.as_deref());
        let mut profile = Self {
            initials: initials(&speaker.name),
            all_initials: all_initials(&speaker.name),
            ..Self::default()
        };
        let others = speaker.names.iter().filter(|name| **name != speaker.name);
        for written in std::iter::once(&speaker.name).chain(others) {
            let name = Name::of(written, kind, speaker.anonymous, &countries);
            if *written == speaker.name {
                profile.kinds = name.kinds;
            }
            profile.plain.insert(plain(written));
            profile.institutions.extend(institution(written));
            profile.known.extend(known_body(written));
            profile.keys.extend(name.key.map(|key| squeezed(&key, kind)));
            profile.words.insert(name.words);
            profile.words.insert(name.with_town);
        }
        Self { countries, ..profile }
    }

    /// See [`goes_by`].
    pub(crate) fn is_called(&self, speaker: &StorySpeaker, name: &str) -> bool {
        if self.plain.contains(&plain(name)) || known_body(name).is_some_and(|k| self.known.contains(k)) {
            return true;
        }
        // "the National Rescue Board (NRB)".
        if let Some((full, _)) = name.strip_suffix(')').and_then(|n| n.rsplit_once(" (")) {
            return self.is_called(speaker, full);
        }
        if is_abbreviation(name) {
            let letters = name.replace('.', "");
            // "Broadcaster LTV" is called LTV.
            let described = |plain: &String| {
                plain.rsplit_once(' ').is_some_and(|(description, short)| {
                    short == letters.to_lowercase()
                        && description.rsplit(' ').next().is_some_and(describes_body)
                })
            };
            return self.initials.as_ref() == Some(&letters)
                || self.all_initials == letters.to_lowercase()
                || speaker.kind != SpeakerKind::Person && self.plain.iter().any(described);
        }
        // "MSF-Holland": a body's branch is called by the body's short name.
        if let Some((short, branch)) = name.split_once('-')
            && is_abbreviation(short)
            && branch.starts_with(char::is_uppercase)
            && speaker.kind != SpeakerKind::Person
            && branch.chars().all(char::is_alphabetic)
        {
            return self.is_called(speaker, short);
        }
        // "the Lakeside study": research is named after its institution.
        if speaker.kind != SpeakerKind::Person
            && let Some(asked) = institution(name)
            && self.institutions.contains(&asked)
        {
            return true;
        }
        // "the observer mission UNOM": a description and the short name, which is all that is known.
        if let Some((description, short)) = name.rsplit_once(' ')
            && is_abbreviation(short)
        {
            let only_short = || {
                self.plain.iter().all(|p| *p == plain(short))
                    && description.rsplit(' ').next().is_some_and(describes_body)
            };
            return self.is_called(speaker, short) && (only_short() || self.is_called(speaker, description));
        }
        // "PM Brook": an office in capitals and a surname.
        if let Some((office, surname)) = name.split_once(' ')
            && is_abbreviation(office)
            && !surname.contains(' ')
            && kind(speaker) == SpeakerKind::Person
        {
            return self.is_called(speaker, surname);
        }
        let kind = kind(speaker);
        let bare = name.strip_prefix("the ").or_else(|| name.strip_prefix("The ")).unwrap_or(name);
        let bare = without_description(bare).filter(|_| kind != SpeakerKind::Person).unwrap_or(name);
        let asked = Name::of(bare, kind, false, &self.countries);
        if asked.country.is_some() && speaker.country.is_some() && asked.country != speaker.country {
            return false;
        }
        if asked.key.as_ref().is_some_and(|key| self.keys.contains(&squeezed(key, kind))) {
            return true;
        }
        if kind == SpeakerKind::Outlet {
            return outlet::same(bare, &speaker.name);
        }
        if kind == SpeakerKind::Person {
            let cut_short = asked.key.as_ref().is_some_and(|asked| {
                let same = |key: &String| {
                    shortens(asked, key)
                        || shortens(key, asked)
                        || is_surname(asked) && surname(asked) == surname(key)
                };
                self.keys.iter().any(same)
            });
            let of_country =
                asked.country.as_ref().filter(|country| speaker.country.as_ref() == Some(*country));
            let office = of_country.and_then(|_| office_of_country(name, &self.countries));
            return cut_short
                || speaker.roles.iter().filter(|r| !r.former).any(|role| {
                    names_office(role, name)
                        || office.as_deref().is_some_and(|office| fold(&role.title) == office)
                });
        }
        // A name alone does not show that it is a person's ("Mari Tamm", "the cook Mari Tamm").
        if speaker.kind == SpeakerKind::Unknown && !speaker.anonymous {
            let person = Name::of(name, SpeakerKind::Person, false, &self.countries).key;
            if person.is_some_and(|key| key.contains(' ') && self.keys.contains(&squeezed(&key, kind))) {
                return true;
            }
        }
        if describes_people(name) {
            return false;
        }
        let words = |words: &BTreeSet<String>| !words.is_empty() && self.words.contains(words);
        let same_words = words(&asked.words) || words(&asked.with_town);
        let same_kind = asked.key.is_none()
            && asked.country.is_some()
            && asked.country == speaker.country
            && !asked.kinds.is_disjoint(&self.kinds);
        same_words || same_kind
    }
}

/// The kind of a speaker: whoever holds an office is a person, whether or not the name shows it.
fn kind(speaker: &StorySpeaker) -> SpeakerKind {
    match speaker.kind {
        SpeakerKind::Unknown if !speaker.anonymous && !speaker.roles.is_empty() => SpeakerKind::Person,
        kind => kind,
    }
}

/// Names that are asked for, by what bodies they can call: finds those that may mean a body, each to be checked with
/// [`Profile::is_called`]. Few names are asked for, and there are many bodies. Only looked up, so that the order of the maps does
/// not matter.
#[derive(Debug, Default)]
pub(super) struct AskedNames {
    plain: HashMap<String, Vec<usize>>,
    letters: HashMap<String, Vec<usize>>,
    keys: HashMap<String, Vec<usize>>,
    words: HashMap<BTreeSet<String>, Vec<usize>>,
    /// By country and kind.
    of_country: HashMap<String, HashMap<String, Vec<usize>>>,
}

impl AskedNames {
    pub(super) fn of(names: &[&str], countries: &Countries) -> Self {
        let mut all = Self::default();
        for (n, name) in names.iter().enumerate() {
            let asked = Name::of(name, SpeakerKind::Organization, false, countries);
            all.plain.entry(plain(name)).or_default().push(n);
            if let Some(short) = name.rsplit(' ').next().filter(|w| is_abbreviation(w)) {
                all.letters.entry(short.replace('.', "").to_lowercase()).or_default().push(n);
            }
            if let Some(key) = &asked.key {
                all.keys.entry(squeezed(key, SpeakerKind::Organization)).or_default().push(n);
            }
            for words in [asked.words, asked.with_town] {
                all.words.entry(words).or_default().push(n);
            }
            if let Some(country) = asked.country {
                let kinds = all.of_country.entry(country).or_default();
                asked.kinds.into_iter().for_each(|kind| kinds.entry(kind).or_default().push(n));
            }
        }
        all
    }

    /// The numbers of the names that may refer to a body.
    pub(super) fn that_may_mean(&self, speaker: &StorySpeaker, profile: &Profile) -> BTreeSet<usize> {
        let letters = profile.initials.iter().map(|i| i.to_lowercase()).chain([profile.all_initials.clone()]);
        let of_country = speaker.country.as_ref().and_then(|country| self.of_country.get(country));
        let plain = profile.plain.iter().filter_map(|way| self.plain.get(way));
        plain
            .chain(letters.filter_map(|way| self.letters.get(&way)))
            .chain(profile.keys.iter().filter_map(|way| self.keys.get(way)))
            .chain(profile.words.iter().filter_map(|way| self.words.get(way)))
            .chain(of_country.into_iter().flat_map(|k| profile.kinds.iter().filter_map(|kind| k.get(kind))))
            .flatten()
            .copied()
            .collect()
    }
}

/// The office in "Ostria's prime minister" and "the Ostrian prime minister", folded.
fn office_of_country(name: &str, countries: &Countries) -> Option<String> {
    let words: Vec<&str> = name.split_whitespace().filter(|w| !w.eq_ignore_ascii_case("the")).collect();
    (1..=3.min(words.len())).rev().find_map(|n| {
        let country = words.get(..n)?.join(" ");
        let owner = country.strip_suffix("'s").or_else(|| country.strip_suffix("’s")).unwrap_or(&country);
        countries.named(owner)?;
        Some(fold(&words.get(n..)?.join(" "))).filter(|office| !office.is_empty())
    })
}

/// A folded name, without spaces if it is a body's: "Cal Fire" equals "CalFire".
fn squeezed(key: &str, kind: SpeakerKind) -> String {
    if kind == SpeakerKind::Person { key.to_owned() } else { key.replace(' ', "") }
}

/// A name without article, folded.
fn plain(name: &str) -> String {
    let folded = fold(name);
    folded.strip_prefix("the ").map_or(folded.clone(), str::to_owned)
}

/// True if a description names an office by its title and what it is an office of, in any order ("the governor of Hollow Vale",
/// "Hollow Vale's governor", "NRB's director").
fn names_office(role: &HeldRole, description: &str) -> bool {
    let words = |text: &str| -> Vec<String> {
        let plain = text.replace("'s ", " ").replace("’s ", " ");
        let small = |w: &&str| !matches!(*w, "the" | "of" | "for" | "a" | "an" | "in" | "at");
        fold(&plain).split(' ').filter(|w| !w.is_empty()).filter(small).map(str::to_owned).collect()
    };
    let title = words(&role.title);
    let body = role.body.as_deref().unwrap_or("");
    let short = initials(body).map(|letters| letters.to_lowercase());
    let of: Vec<String> = words(body).into_iter().chain(short).collect();
    let asked = words(description);
    asked.len() > 1
        && asked.iter().all(|w| title.contains(w) || of.contains(w))
        && asked.iter().any(|w| title.contains(w) && !of.contains(w))
}

/// True if reports of the story call a speaker exactly this, ignoring articles and case.
#[must_use]
pub fn bears(speaker: &StorySpeaker, name: &str) -> bool {
    let asked = plain(name);
    speaker.names.iter().chain([&speaker.name]).any(|n| plain(n) == asked)
}

#[cfg(test)]
mod tests {
    use sayso_model::{Span, story::StoryMark};

    use super::*;

    #[test]
    fn an_office_is_named_by_title_and_body() {
        let mark = StoryMark { report: 0, span: Span::new(0, 1) };
        let role = |title: &str, body: Option<&str>| HeldRole {
            title: title.to_owned(),
            body: body.map(str::to_owned),
            former: false,
            on: None,
            mark,
        };
        let governor = role("governor of Hollow Vale", Some("Hollow Vale"));
        assert!(names_office(&governor, "Hollow Vale's governor"));
        assert!(names_office(&governor, "the governor of Hollow Vale"));
        assert!(!names_office(&governor, "the governor"));
        assert!(!names_office(&governor, "the governor of Kesh"));
        assert!(!names_office(&governor, "Hollow Vale"));
        let director = role("director", Some("National Rescue Board"));
        assert!(names_office(&director, "NRB's director"));
    }
}
