//! What a name says: who it belongs to, and which country and kind of body it means.

use std::{
    collections::{BTreeMap, BTreeSet, HashSet},
    sync::OnceLock,
};

use sayso_model::SpeakerKind;

use crate::{
    country::Countries,
    data::{body_kind, fold, is_body_kind, is_title, rows},
    hash::Fnv,
    words::{self, Set},
};

/// A parsed name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Name {
    /// The proper name as written, without country and titles; `None` for a description.
    pub(crate) proper: Option<String>,
    /// `proper`, folded.
    pub(crate) key: Option<String>,
    /// The country that it names.
    pub(crate) country: Option<String>,
    /// The town where it says the body is based ("the ministry in Riga").
    pub(crate) town: Option<String>,
    /// What the body is responsible for, by its own words.
    pub(crate) kinds: BTreeSet<String>,
    /// The words of a body's name as a set in one spelling, without country and function words: "Ministry of Defence" and
    /// "defense ministry" are equal.
    pub(crate) words: BTreeSet<String>,
    /// `words` and those of the town: "Lake County Office" and "the office in Lake County" are equal.
    pub(crate) with_town: BTreeSet<String>,
    /// True for "the country's ...", which says that there is a country but not which.
    pub(crate) of_the_country: bool,
}

impl Name {
    /// Parses a name. `anonymous`: the reading knows that nobody is named.
    pub(crate) fn of(written: &str, kind: SpeakerKind, anonymous: bool, countries: &Countries) -> Self {
        let (written, town) = if kind == SpeakerKind::Person { (written, None) } else { seat(written) };
        let words: Vec<&str> = written.split_whitespace().collect();
        let (country_words, said) = leading_country(&words, countries);
        let rest: Vec<&str> = words.iter().copied().skip(country_words).collect();
        let of_the_country = || {
            let lower = written.to_lowercase().replace('’', "'");
            lower.contains("country's") || lower.contains("nation's")
        };
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
        let country = said.or_else(|| countries.within(written));
        let person = kind == SpeakerKind::Person;
        let kinds = if person { BTreeSet::new() } else { kinds(written, countries) };
        let body_words =
            if person || whole_is_country { BTreeSet::new() } else { body_words(written, countries) };
        let mut with_town = body_words.clone();
        with_town.extend(town.iter().flat_map(|t| fold(t).split(' ').map(str::to_owned).collect::<Vec<_>>()));
        Self {
            town: town.map(str::to_owned),
            words: body_words,
            with_town,
            key: proper.as_deref().map(fold).filter(|key| !key.is_empty()),
            proper,
            country,
            kinds,
            of_the_country: written.contains(['\'', '’']) && of_the_country(),
        }
    }
}

/// How many leading words name a country as owner or origin ("South Korea's", "the Estonian"), and which country.
fn leading_country(words: &[&str], countries: &Countries) -> (usize, Option<String>) {
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
        if let Some(found) = countries.named(named) {
            // In "Japan Weather Agency" the country is part of the name; "Japan's" and "Japanese" precede a name.
            let inside = owner.is_none() && fold(&found) == fold(named) && words.len() > start + length;
            return if inside { (0, Some(found)) } else { (start + length, Some(found)) };
        }
    }
    (0, None)
}

/// True if all words of a folded name except the last are particles: a surname alone.
pub(crate) fn is_surname(key: &str) -> bool {
    let mut words = key.rsplit(' ').skip(1).peekable();
    words.peek().is_none() || words.all(|w| words::is(Set::Particles, w))
}

/// The last word of a folded name: it identifies a surname whatever particles precede it.
pub(crate) fn surname(key: &str) -> &str {
    key.rsplit(' ').next().unwrap_or(key)
}

/// The name of a person: what follows the last title.
fn person(words: &[&str]) -> Option<String> {
    let of_people = |w: &str| w.starts_with(char::is_lowercase) && describes_one(w);
    let after = words
        .iter()
        .rposition(|w| is_title(w) || is_abbreviated_title(w) || of_people(w))
        .map_or(0, |at| at + 1);
    // "Member of Parliament Ada Brook", "Secretary of State Ada Brook".
    let of = words.iter().rposition(|w| *w == "of").filter(|at| {
        at.checked_sub(1).and_then(|n| words.get(n)).is_some_and(|w| describes_one(w))
            && words.len() > at + 2
            && words.get(at + 1..).is_some_and(|rest| rest.iter().all(|w| w.starts_with(char::is_uppercase)))
    });
    let after = of.map_or(after, |at| after.max(at + 2));
    // An office in capitals before first name and surname ("PM Ada Brook").
    let name_follows = |rest: &[&str]| {
        rest.len() > 1
            && rest.iter().all(|w| w.starts_with(char::is_uppercase) && w.chars().any(char::is_lowercase))
    };
    let office = words.get(after).is_some_and(|w| is_abbreviation(w) && !w.contains('.'))
        && words.get(after + 1..).is_some_and(name_follows);
    let after = after + usize::from(office);
    let name: Vec<&str> = words
        .iter()
        .copied()
        .skip(after)
        .skip_while(|w| {
            !w.starts_with(char::is_uppercase)
                && !w.split('-').next().is_some_and(|p| words::is(Set::Particles, p))
        })
        .map(|w| w.trim_matches(|c: char| matches!(c, ',' | ';' | ':' | '"' | '“' | '”' | '(' | ')')))
        // In "the Brook-ordered raid", the person is Brook.
        .map(|w| match w.rsplit_once('-') {
            Some((name, end)) if words::is(Set::CompoundEnds, end) => name,
            _ => w,
        })
        .filter(|w| !w.is_empty())
        .collect();
    (!name.is_empty()).then(|| strip_owner(&name.join(" ")))
}

fn is_abbreviated_title(word: &str) -> bool {
    word.ends_with('.') && word.len() > 2 && is_title(word)
}

/// The name of a body, from its first capitalised word on.
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

/// What a body is responsible for: the kinds that its words stand for, or the words themselves if no list has them.
fn kinds(name: &str, countries: &Countries) -> BTreeSet<String> {
    fold(name)
        .split(' ')
        .filter(|w| {
            !w.is_empty() && !words::is(Set::GeneralBodyWords, w) && countries.named_folded(w).is_none()
        })
        .map(|w| body_kind(w).map_or_else(|| w.to_owned(), str::to_owned))
        .collect()
}

/// The words of a body's name in one spelling, without country and function words.
fn body_words(name: &str, countries: &Countries) -> BTreeSet<String> {
    let folded = format!(" {} ", fold(name));
    let shortened = words::pairs(Set::Unions).fold(folded, |name, (long, short)| {
        // Few names have any of them.
        if name.contains(long) { name.replace(&format!(" {long} "), &format!(" {short} ")) } else { name }
    });
    let mut words: BTreeSet<String> = shortened
        .split(' ')
        .filter(|w| !w.is_empty() && !words::is(Set::SmallWords, w) && countries.named_folded(w).is_none())
        .map(|w| body_kind(w).map_or_else(|| w.to_owned(), str::to_owned))
        .collect();
    if words.contains("coastguard") {
        words.remove("guard");
    }
    words
}

/// Splits off the town at the end of a name ("the ministry in Riga").
fn seat(written: &str) -> (&str, Option<&str>) {
    match written.rsplit_once(" in ").map(|(body, town)| (body, town.strip_prefix("the ").unwrap_or(town))) {
        Some((body, town))
            if !town.is_empty() && town.split(' ').all(|w| w.starts_with(char::is_uppercase)) =>
        {
            (body, Some(town))
        }
        _ => (written, None),
    }
}

/// True for words of a body's name that say more than that it is a body: two words, or one that says what it is responsible for.
pub(crate) fn says_what_for(words: &BTreeSet<String>) -> bool {
    words.len() > 1 || words.iter().any(|w| is_body_kind(w))
}

/// Initials of a name's capitalised words ("NIS"); `None` for fewer than two.
pub(crate) fn initials(name: &str) -> Option<String> {
    let letters: String = name
        .split(|c: char| c.is_whitespace() || c == '-')
        .filter_map(|w| w.chars().next().filter(|c| c.is_uppercase()))
        .collect();
    (letters.chars().count() > 1).then_some(letters)
}

/// Initials of all words of a name except articles, in lower case: "mod" for "Ministry of Defence".
pub(crate) fn all_initials(name: &str) -> String {
    name.split(|c: char| c.is_whitespace() || c == '-')
        .filter(|w| !matches!(w.to_lowercase().as_str(), "the" | "a" | "an"))
        .filter_map(|w| w.chars().find(|c| c.is_alphanumeric()))
        .flat_map(char::to_lowercase)
        .collect()
}

/// True for a single word in capitals, as abbreviations are written, allowing for one lower-case letter inside ("MoD").
pub(crate) fn is_abbreviation(name: &str) -> bool {
    let letters: Vec<char> = name.chars().filter(|c| *c != '.').collect();
    let capital = |c: &char| c.is_uppercase() || c.is_numeric();
    (2..=8).contains(&letters.len())
        && letters.first().is_some_and(capital)
        && letters.last().is_some_and(capital)
        && letters.iter().filter(|c| !capital(c)).count() <= usize::from(letters.len() > 2)
        && letters.iter().all(|c| c.is_alphanumeric())
}

/// The nouns of `data/roles.tsv` with their class.
fn role_nouns() -> &'static BTreeMap<&'static str, &'static str> {
    static NOUNS: OnceLock<BTreeMap<&'static str, &'static str>> = OnceLock::new();
    NOUNS.get_or_init(|| {
        rows(sayso_data::ROLES).filter_map(|row| Some((*row.first()?, *row.get(1)?))).collect()
    })
}

/// True for a noun for one person, as it occurs next to a name ("owner", "chief").
pub(crate) fn describes_one(word: &str) -> bool {
    static OTHERS: OnceLock<HashSet<&'static str>> = OnceLock::new();
    let others =
        OTHERS.get_or_init(|| rows(sayso_data::PEOPLE).filter_map(|row| row.first().copied()).collect());
    let folded = word.to_lowercase();
    role_nouns().get(folded.as_str()) == Some(&"person")
        || others.contains(folded.as_str())
        || is_title(&folded)
}

/// True for a noun for a body ("agency", "hospital").
pub(crate) fn describes_body(word: &str) -> bool {
    matches!(role_nouns().get(word.to_lowercase().as_str()), Some(&("body" | "outlet")))
}

/// True if the last word of a description means a person, not a body.
pub(crate) fn describes_people(name: &str) -> bool {
    static PEOPLE: OnceLock<HashSet<&'static str>> = OnceLock::new();
    let people = PEOPLE.get_or_init(|| {
        role_nouns()
            .iter()
            .filter(|(_, class)| matches!(**class, "person" | "group"))
            .map(|(word, _)| *word)
            .collect()
    });
    let folded = fold(name);
    let last = folded.rsplit(' ').next().unwrap_or("");
    people.contains(last) || last.strip_suffix('s').is_some_and(|one| people.contains(one)) || is_title(last)
}

/// True if two persons' names differ only by misspellings: equally many words, each within one letter of the other (two for words
/// of eight letters or more).
pub(crate) fn misspelt(a: &str, b: &str) -> bool {
    let words = |name: &str| name.split(' ').count();
    let near = |x: &str, y: &str| {
        let (m, n) = (x.chars().count(), y.chars().count());
        let slips = if m.min(n) >= 8 { 2 } else { 1 };
        x == y || (m.min(n) >= 4 && m.abs_diff(n) <= slips && distance(x, y) <= slips)
    };
    a != b && words(a) == words(b) && words(a) > 1 && a.split(' ').zip(b.split(' ')).all(|(x, y)| near(x, y))
}

/// The letters of a word that do not depend on how a name is transliterated: without article, vowels (except an initial one) and
/// doubled letters, with `q` and `c` as `k`.
fn skeleton(word: &str) -> String {
    let mut letters = String::new();
    for (at, c) in word.chars().enumerate() {
        let c = match c {
            'q' | 'c' => 'k',
            c => c,
        };
        let vowel = matches!(c, 'a' | 'e' | 'i' | 'o' | 'u' | 'y');
        if (at == 0 || !vowel) && !letters.ends_with(c) {
            letters.push(c);
        }
    }
    letters
}

/// A person's name, folded, with the letters of its words by which spellings of one name are recognised.
pub(crate) struct Spelt<'n> {
    /// Its words and their [`skeleton`]s.
    words: Vec<(&'n str, String)>,
}

impl<'n> Spelt<'n> {
    pub(crate) fn of(name: &'n str) -> Self {
        let words = name.split(' ').filter(|w| !matches!(*w, "al" | "el"));
        Self { words: words.map(|w| (w, skeleton(w))).collect() }
    }

    /// True if a name of two words or more is a shortened form of another ("Ada Brook", "Ada Maria Brook"): its words in the same
    /// order, each equal or with the same consonants ("Khalid", "Khaled").
    pub(crate) fn shortens(&self, long: &Self) -> bool {
        let same = |(a, x): &(&str, String), (b, y): &(&str, String)| a == b || x == y && tells(x);
        // Father and son are different people.
        let of_two = |w: &str| matches!(w, "jr" | "sr" | "junior" | "senior" | "ii" | "iii");
        let mut rest = long.words.iter();
        (2..=long.words.len()).contains(&self.words.len())
            && self.words.iter().all(|w| rest.any(|l| same(w, l)))
            && !long.words.iter().any(|(w, _)| of_two(w))
    }

    /// Keys such that a name and one that shortens it have one in common for one of their words.
    pub(crate) fn keys(&self) -> BTreeSet<&str> {
        self.words.iter().map(|(_, letters)| letters.as_str()).filter(|letters| tells(letters)).collect()
    }
}

/// True for a skeleton of more than two letters: shorter ones are those of many names.
fn tells(skeleton: &str) -> bool {
    skeleton.chars().count() > 2
}

/// See [`Spelt::shortens`].
pub(crate) fn shortens(short: &str, long: &str) -> bool {
    Spelt::of(short).shortens(&Spelt::of(long))
}

/// True if two names of three words or more may be transliterations of one: equally many words, the last equal, the first with
/// the same consonants, those in between with the same initial ("naim asraf brook", "nayeem ashfaq brook").
pub(crate) fn transcribes(a: &str, b: &str) -> bool {
    let (a, b): (Vec<&str>, Vec<&str>) = (a.split(' ').collect(), b.split(' ').collect());
    let first = |w: &&str| w.chars().next();
    let (Some((x, xs)), Some((y, ys))) = (a.split_first(), b.split_first()) else { return false };
    a.len() == b.len()
        && a.len() > 2
        && a != b
        && skeleton(x) == skeleton(y)
        && skeleton(x).chars().count() > 1
        && xs.last() == ys.last()
        && xs.iter().zip(ys).all(|(v, w)| first(v) == first(w))
}

/// Last words with which each is compared that have nearly its letters, and names with which each is compared that end in one
/// of these.
const NEAR: usize = 64;

/// Pairs of names that are [`misspelt`], found by the letters of their last words with one or two left out, so that not
/// each is compared with each. Many have one surname, which is looked up once.
pub(crate) fn near_in_spelling<'n>(names: &[&'n str]) -> BTreeSet<(&'n str, &'n str)> {
    let mut bearers: BTreeMap<(usize, &'n str), Vec<&'n str>> = BTreeMap::new();
    for name in names.iter().copied().filter(|n| n.contains(' ')) {
        bearers.entry((name.split(' ').count(), surname(name))).or_default().push(name);
    }
    let bearers: Vec<((usize, &'n str), Vec<&'n str>)> = bearers.into_iter().collect();
    // By a hash of the letters: those that meet by chance are told apart when they are compared.
    let mut alike: Vec<(u64, usize)> = Vec::new();
    for (n, ((count, last), _)) in bearers.iter().enumerate() {
        let words = Fnv::new().write(&count.to_le_bytes());
        with_letters_left_out(last, |letters| alike.push((letters.fold(words, letter).finish(), n)));
    }
    keep_met(&mut alike);
    alike.sort_unstable();
    alike.dedup();
    let mut near: Vec<(usize, usize)> = (0..bearers.len()).map(|n| (n, n)).collect();
    for group in alike.chunk_by(|a, b| a.0 == b.0) {
        for (n, (_, a)) in group.iter().enumerate() {
            near.extend(group.iter().skip(n + 1).take(NEAR).map(|(_, b)| (*a, *b)));
        }
    }
    near.sort_unstable();
    near.dedup();
    let mut pairs = BTreeSet::new();
    for (one, other) in near {
        let (Some((_, first)), Some((_, second))) = (bearers.get(one), bearers.get(other)) else { continue };
        for (n, a) in first.iter().copied().enumerate() {
            let from = if one == other { n + 1 } else { 0 };
            let others = second.iter().copied().skip(from).take(NEAR);
            pairs.extend(others.filter(|b| misspelt(a, b)).map(|b| (a.min(b), a.max(b))));
        }
    }
    pairs
}

fn letter(hash: Fnv, letter: char) -> Fnv {
    hash.write(letter.encode_utf8(&mut [0; 4]).as_bytes())
}

/// Leaves out what nothing else has the hash of, which is nearly all, so that the rest is soon sorted. A few of them are left in:
/// hashes are told apart by their last bits.
fn keep_met(hashes: &mut Vec<(u64, usize)>) {
    let places = (hashes.len() * 8).next_power_of_two();
    // For each place: 0 for no hash, 1 for one, 2 for several.
    let mut met: Vec<u8> = vec![0; places];
    let place = |hash: u64| usize::try_from(hash & (places as u64 - 1)).unwrap_or(0);
    for (hash, _) in hashes.iter() {
        met.get_mut(place(*hash)).into_iter().for_each(|times| *times = (*times + 1).min(2));
    }
    hashes.retain(|(hash, _)| met.get(place(*hash)).is_none_or(|times| *times > 1));
}

/// Passes on the letters of a word, and what is left of them without any one (any two from eight letters on).
fn with_letters_left_out(word: &str, mut give: impl FnMut(&mut dyn Iterator<Item = char>)) {
    let letters: Vec<char> = word.chars().collect();
    let mut without = |a: usize, b: usize| {
        let left = letters.iter().enumerate().filter(|(n, _)| *n != a && *n != b);
        give(&mut left.map(|(_, c)| *c));
    };
    let none = letters.len();
    without(none, none);
    if letters.len() >= 4 {
        (0..letters.len()).for_each(|at| without(at, none));
    }
    if letters.len() >= 8 {
        (0..letters.len()).for_each(|a| (a + 1..letters.len()).for_each(|b| without(a, b)));
    }
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
        Name::of(written, SpeakerKind::Organization, false, &Countries::default())
    }

    #[test]
    fn names_are_taken_apart() {
        let named = body_name("Estonia's Rescue Board");
        assert_eq!((named.key.as_deref(), named.country.as_deref()), (Some("rescue board"), Some("Estonia")));
        assert!(named.kinds.contains("emergency"));
        let described = body_name("the Estonian disaster agency");
        assert_eq!((described.key, described.country.as_deref()), (None, Some("Estonia")));
        assert!(described.kinds.contains("emergency"));
        assert!(body_name("the country's disaster agency").of_the_country);
        let person = Name::of(
            "Rescue Board spokeswoman Col. Mari Tamm",
            SpeakerKind::Person,
            false,
            &Countries::default(),
        );
        assert_eq!(person.key.as_deref(), Some("mari tamm"));
        let person = Name::of("Brook-ordered", SpeakerKind::Person, false, &Countries::default());
        assert_eq!(person.key.as_deref(), Some("brook"));
        let person = Name::of("PM Mari Tamm", SpeakerKind::Person, false, &Countries::default());
        assert_eq!(person.key.as_deref(), Some("mari tamm"));
        assert_eq!(
            body_name("Japan Meteorological Agency").key.as_deref(),
            Some("japan meteorological agency")
        );
    }

    #[test]
    fn one_body_in_other_words() {
        let words = |written: &str| body_name(written).words;
        assert_eq!(words("Ministry of Defence"), words("the defense ministry in Riga"));
        assert_eq!(words("the U.N. observer mission"), words("United Nations Observer Mission"));
        assert_ne!(words("the defence ministry"), words("the foreign ministry"));
        assert!(says_what_for(&words("the coast guard")) && !says_what_for(&words("the ministry")));
    }

    #[test]
    fn slips_of_spelling_are_known() {
        assert!(misspelt("mari tamm", "mary tamm"));
        assert!(!misspelt("mari tamm", "juri tamm"));
        assert!(!misspelt("tamm", "tam"));
        assert_eq!(distance("kitten", "sitting"), 3);
        let names = ["ada brook", "ada broek", "mari tamm", "mary tamm", "ada brookes", "tamm"];
        let compared: BTreeSet<(&str, &str)> = names
            .iter()
            .flat_map(|a| names.iter().map(move |b| (*a, *b)))
            .filter(|(a, b)| a < b && misspelt(a, b))
            .collect();
        assert_eq!(near_in_spelling(&names), compared);
    }

    #[test]
    fn slips_in_other_names_of_those_of_one_surname_are_found() {
        let names = ["mary tamm", "juri tamm", "mari tamm", "mari ann tamm", "marja tamn", "mary ann tamn"];
        let expected = [("mari ann tamm", "mary ann tamn"), ("mari tamm", "mary tamm")];
        assert_eq!(near_in_spelling(&names), expected.into_iter().collect());
    }

    #[test]
    fn a_name_may_be_written_in_other_letters() {
        assert!(transcribes("naim asraf brook", "nayeem ashfaq brook"));
        assert!(!transcribes("naim brook", "nayeem brook"));
        assert!(!transcribes("naim asraf brook", "nayeem ashfaq stone"));
        assert!(!transcribes("naim asraf brook", "tarek ashfaq brook"));
    }

    #[test]
    fn a_name_may_be_cut_short_and_written_otherwise() {
        assert!(shortens("tayo erdem", "rece tayo erdem"));
        assert!(shortens("al sawarmi khalid", "sawarmi khaled saad"));
        assert!(!shortens("ada brook", "ada mary stone") && !shortens("brook", "ada brook"));
        assert!(!shortens("brook ada", "ada brook") && !shortens("ada brook", "ada brook jr"));
    }

    #[test]
    fn abbreviations_have_initials() {
        assert_eq!(initials("National Rescue Board").as_deref(), Some("NRB"));
        assert!(is_abbreviation("NRB") && is_abbreviation("U.N.") && !is_abbreviation("Board"));
        assert!(is_abbreviation("MoD") && !is_abbreviation("McD-e") && !is_abbreviation("Noor"));
        assert_eq!(all_initials("the Ministry of Defence"), "mod");
        assert!(describes_people("senior officials") && !describes_people("spy agency"));
    }
}
