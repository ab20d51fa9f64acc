//! What a name says: whose it is, of which country and of which kind of body.

use std::{
    collections::{BTreeSet, HashSet},
    sync::OnceLock,
};

use sayso_model::SpeakerKind;

use crate::data::{body_kind, country, country_in, fold, is_title};

/// Words of body names that tell nothing of what a body is for.
const GENERAL: &[&str] = &[
    "the",
    "of",
    "for",
    "and",
    "on",
    "in",
    "a",
    "an",
    "its",
    "their",
    "national",
    "federal",
    "state",
    "central",
    "public",
    "royal",
    "general",
    "agency",
    "agencies",
    "service",
    "services",
    "office",
    "bureau",
    "department",
    "ministry",
    "authority",
    "authorities",
    "administration",
    "commission",
    "committee",
    "council",
    "board",
    "institute",
    "center",
    "centre",
    "organisation",
    "organization",
    "group",
    "union",
    "body",
    "country",
    "countrys",
    "government",
    "staff",
    "branch",
    "headquarters",
    "main",
    "top",
    "own",
];

/// A name taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Name {
    /// The proper name as written, without country and titles; `None` for a description.
    pub(crate) proper: Option<String>,
    /// It, folded.
    pub(crate) key: Option<String>,
    /// Country that the name says.
    pub(crate) country: Option<&'static str>,
    /// What the body is for, by its own words.
    pub(crate) kinds: BTreeSet<String>,
    /// True for "the country's ...", which says that there is a country and not which.
    pub(crate) of_the_country: bool,
}

impl Name {
    /// Takes a name apart. `anonymous`: the reading knows that nobody is named.
    pub(crate) fn of(written: &str, kind: SpeakerKind, anonymous: bool) -> Self {
        let words: Vec<&str> = written.split_whitespace().collect();
        let (country_words, said) = leading_country(&words);
        let rest: Vec<&str> = words.iter().copied().skip(country_words).collect();
        let lower = written.to_lowercase().replace('’', "'");
        let whole_is_country = rest.is_empty() && country_words > 0;
        let proper: Option<String> = if anonymous {
            None
        } else if whole_is_country {
            Some(written.to_owned())
        } else if kind == SpeakerKind::Person {
            person(&rest)
        } else {
            body(&rest)
        };
        let country = said.or_else(|| country_in(written));
        let kinds = if kind == SpeakerKind::Person { BTreeSet::new() } else { kinds(written) };
        Self {
            key: proper.as_deref().map(fold).filter(|key| !key.is_empty()),
            proper,
            country,
            kinds,
            of_the_country: lower.contains("country's") || lower.contains("nation's"),
        }
    }
}

/// How many leading words name a country as owner or origin ("South Korea's", "the Estonian"), and which.
fn leading_country(words: &[&str]) -> (usize, Option<&'static str>) {
    let start =
        usize::from(words.first().is_some_and(|w| matches!(w.to_lowercase().as_str(), "the" | "a" | "an")));
    for length in (1..=3).rev() {
        let Some(window) = words.get(start..start + length) else { continue };
        let joined = window.join(" ");
        let owner = joined
            .strip_suffix("'s")
            .or_else(|| joined.strip_suffix("’s"))
            .or_else(|| joined.strip_suffix(['\'', '’']).filter(|name| name.ends_with('s')));
        let named = owner.unwrap_or(&joined);
        if let Some(found) = country(named) {
            // "Japan Weather Agency" bears its country in its name; "Japan's" and "Japanese" stand before one.
            let inside = owner.is_none() && fold(found) == fold(named) && words.len() > start + length;
            return if inside { (0, Some(found)) } else { (start + length, Some(found)) };
        }
    }
    (0, None)
}

/// The name of a person: what stands after the last title.
fn person(words: &[&str]) -> Option<String> {
    let after = words.iter().rposition(|w| is_title(w) || is_abbreviated_title(w)).map_or(0, |at| at + 1);
    let name: Vec<&str> = words
        .iter()
        .copied()
        .skip(after)
        .skip_while(|w| !w.starts_with(char::is_uppercase))
        .map(|w| w.trim_matches(|c: char| matches!(c, ',' | ';' | ':' | '"' | '“' | '”' | '(' | ')')))
        .filter(|w| !w.is_empty())
        .collect();
    (!name.is_empty()).then(|| strip_owner(&name.join(" ")))
}

fn is_abbreviated_title(word: &str) -> bool {
    word.ends_with('.') && word.len() > 2 && is_title(word)
}

/// The name of a body: from its first capital on.
fn body(words: &[&str]) -> Option<String> {
    let words: Vec<&str> = words
        .iter()
        .copied()
        .skip_while(|w| {
            let head = w.trim_start_matches(['"', '“', '(']);
            !head.starts_with(|c: char| c.is_uppercase() || c.is_numeric()) || head == "The" || head == "A"
        })
        .collect();
    (!words.is_empty()).then(|| strip_owner(&words.join(" ")))
}

fn strip_owner(name: &str) -> String {
    name.strip_suffix("'s").or_else(|| name.strip_suffix("’s")).unwrap_or(name).to_owned()
}

/// What a body is for: the kinds that its words stand for, or these words where no list knows them.
fn kinds(name: &str) -> BTreeSet<String> {
    fold(name)
        .split(' ')
        .filter(|w| !w.is_empty() && !GENERAL.contains(w) && country(w).is_none())
        .map(|w| body_kind(w).map_or_else(|| w.to_owned(), str::to_owned))
        .collect()
}

/// Initials of a name's capitalised words ("NIS"); `None` for fewer than two.
pub(crate) fn initials(name: &str) -> Option<String> {
    let letters: String = name
        .split(|c: char| c.is_whitespace() || c == '-')
        .filter_map(|w| w.chars().next().filter(|c| c.is_uppercase()))
        .collect();
    (letters.chars().count() > 1).then_some(letters)
}

/// True for a single word in capitals, as abbreviations are written.
pub(crate) fn is_abbreviation(name: &str) -> bool {
    let letters: Vec<char> = name.chars().filter(|c| *c != '.').collect();
    (2..=6).contains(&letters.len()) && letters.iter().all(|c| c.is_uppercase() || c.is_numeric())
}

/// True where the last word of a description is somebody, not some body.
pub(crate) fn describes_people(name: &str) -> bool {
    static PEOPLE: OnceLock<HashSet<&'static str>> = OnceLock::new();
    let people = PEOPLE.get_or_init(|| {
        include_str!("../../../data/roles.tsv")
            .lines()
            .filter(|l| !l.starts_with('#'))
            .filter_map(|l| {
                let mut columns = l.split('\t');
                let (word, class) = (columns.next()?, columns.next()?);
                matches!(class, "person" | "group").then_some(word)
            })
            .collect()
    });
    let folded = fold(name);
    let last = folded.rsplit(' ').next().unwrap_or("");
    people.contains(last) || last.strip_suffix('s').is_some_and(|one| people.contains(one)) || is_title(last)
}

/// True where two names of persons differ by slips of spelling only: as many words, each within one letter of the other
/// (two for words of eight letters and more).
pub(crate) fn misspelt(a: &str, b: &str) -> bool {
    let (a, b): (Vec<&str>, Vec<&str>) = (a.split(' ').collect(), b.split(' ').collect());
    a.len() == b.len()
        && a.len() > 1
        && a != b
        && a.iter().zip(&b).all(|(x, y)| {
            let length = x.chars().count().min(y.chars().count());
            x == y || (length >= 4 && distance(x, y) <= if length >= 8 { 2 } else { 1 })
        })
}

/// Levenshtein distance.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut next = vec![i + 1];
        for (j, (y, above)) in b.iter().zip(row.windows(2)).enumerate() {
            let left = next.get(j).copied().unwrap_or(usize::MAX - 1);
            let (diagonal, up) = match above {
                [diagonal, up] => (*diagonal, *up),
                _ => continue,
            };
            next.push((diagonal + usize::from(x != *y)).min(up + 1).min(left + 1));
        }
        row = next;
    }
    row.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn body_name(written: &str) -> Name {
        Name::of(written, SpeakerKind::Organization, false)
    }

    #[test]
    fn names_are_taken_apart() {
        let named = body_name("Estonia's Rescue Board");
        assert_eq!((named.key.as_deref(), named.country), (Some("rescue board"), Some("Estonia")));
        assert!(named.kinds.contains("emergency"));
        let described = body_name("the Estonian disaster agency");
        assert_eq!((described.key, described.country), (None, Some("Estonia")));
        assert!(described.kinds.contains("emergency"));
        assert!(body_name("the country's disaster agency").of_the_country);
        let person = Name::of("Rescue Board spokeswoman Col. Mari Tamm", SpeakerKind::Person, false);
        assert_eq!(person.key.as_deref(), Some("mari tamm"));
        assert_eq!(
            body_name("Japan Meteorological Agency").key.as_deref(),
            Some("japan meteorological agency")
        );
    }

    #[test]
    fn slips_of_spelling_are_known() {
        assert!(misspelt("mari tamm", "mary tamm"));
        assert!(!misspelt("mari tamm", "juri tamm"));
        assert!(!misspelt("tamm", "tam"));
        assert_eq!(distance("kitten", "sitting"), 3);
    }

    #[test]
    fn abbreviations_have_initials() {
        assert_eq!(initials("National Rescue Board").as_deref(), Some("NRB"));
        assert!(is_abbreviation("NRB") && is_abbreviation("U.N.") && !is_abbreviation("Board"));
        assert!(describes_people("senior officials") && !describes_people("spy agency"));
    }
}
