//! Countries: those in the list, and those that a story's own words reveal.
//!
//! A name and its people in one story ("Ostria", "Ostrian soldiers") are a country and its adjective, whether or not any list has
//! them; so is the owner of a body that only states have ("Ostria's coast guard"). A town from which reports first quote a
//! country's body is where that country's bodies are based.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use sayso_model::{Span, SpeakerKind};

use crate::{
    Entry,
    data::{self, body_kind, country_of, fold},
    word,
    words::{self, Set},
};

/// Endings that turn a country's name into an adjective, and what they may have replaced in it.
const ADJECTIVES: &[(&str, &str)] =
    &[("n", ""), ("an", ""), ("ian", ""), ("ian", "y"), ("ese", ""), ("ese", "a"), ("i", ""), ("ish", "")];
/// Minimum letters of a country's name.
const SHORTEST: usize = 4;
/// The words of one report that may reveal countries.
#[derive(Debug, Clone, Default)]
pub(crate) struct Wording {
    /// Words written as names.
    capitals: Vec<Capital>,
    /// Words of the names of people, folded.
    people: Vec<String>,
}

/// A word written as a name, without its possessive ending.
#[derive(Debug, Clone)]
struct Capital {
    span: Span,
    /// True if another word of the sentence follows it somewhere.
    before_noun: bool,
    /// True if it is the owner of a body that only states have somewhere.
    owner: bool,
}

impl Wording {
    pub(crate) fn of(entry: &Entry<'_>) -> Self {
        let named = entry.reading.speakers.iter().filter(|s| !s.anonymous && s.name.contains(' '));
        // For what may be a person, or a country's body ("Ostria Rescue"), only the last word.
        let people = named.flat_map(|s| match s.kind {
            SpeakerKind::Person => s.name.split_whitespace().map(fold).collect::<Vec<_>>(),
            SpeakerKind::Unknown => s.name.split_whitespace().next_back().map(fold).into_iter().collect(),
            _ => Vec::new(),
        });
        let mut wording = Self { capitals: Vec::new(), people: people.collect() };
        let words: Vec<word::Word<'_>> = word::words(&entry.reading.report.text).collect();
        let mut known: HashMap<&str, usize> = HashMap::new();
        for (at, word) in words.iter().enumerate() {
            let name = unowned(word.text);
            let written_as_name = name.starts_with(char::is_uppercase)
                && name.chars().any(char::is_lowercase)
                && name.chars().count() >= SHORTEST;
            if !written_as_name {
                continue;
            }
            let at_capital = *known.entry(name).or_insert(wording.capitals.len());
            if at_capital == wording.capitals.len() {
                let span = Span::new(word.start, word.start + name.len());
                wording.capitals.push(Capital { span, before_noun: false, owner: false });
            }
            let Some(capital) = wording.capitals.get_mut(at_capital) else { continue };
            let after = words.get(at + 1..).unwrap_or_default();
            capital.before_noun |= after.first().is_some_and(|w| !w.first);
            capital.owner |= name != word.text && after.iter().take(3).any(|w| of_states(w.text));
        }
        wording
    }
}

/// What a story's words for countries mean.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Countries {
    /// Names and adjectives in no list, folded, with their country.
    words: BTreeMap<String, String>,
    /// Towns, folded, with the country whose bodies are based there.
    seats: BTreeMap<String, String>,
}

impl Countries {
    /// The countries of a story. `wordings`: one for each of its reports.
    pub(crate) fn of(entries: &[Entry<'_>], wordings: &[Wording]) -> Self {
        let mut capitals: HashSet<&str> = HashSet::new();
        let mut before_noun: HashSet<&str> = HashSet::new();
        let mut owners: BTreeSet<&str> = BTreeSet::new();
        for (entry, wording) in entries.iter().zip(wordings) {
            let text = entry.reading.report.text.as_str();
            for capital in &wording.capitals {
                let name = capital.span.cut(text);
                capitals.insert(name);
                if capital.before_noun {
                    before_noun.insert(name);
                }
                if capital.owner {
                    owners.insert(name);
                }
            }
        }
        let people: HashSet<&str> = wordings.iter().flat_map(|w| &w.people).map(String::as_str).collect();
        let may_be_country = |name: &str| {
            let folded = fold(name);
            !people.contains(folded.as_str()) && country_of(&folded).is_none()
        };
        // Few words are both written without the ending of an adjective somewhere.
        let mut adjectives: Vec<(&str, &str, &str)> = Vec::new();
        for adjective in before_noun {
            let one = adjective.strip_suffix('s').unwrap_or(adjective);
            let mut found = ADJECTIVES.iter().filter_map(|(end, taken)| {
                let stem = one.strip_suffix(end)?;
                let after_vowel = *end != "n" || stem.ends_with(['a', 'e', 'i', 'o', 'u']);
                (after_vowel && stem.chars().count() + 1 >= SHORTEST).then_some(())?;
                let country = match *taken {
                    "" => capitals.get(stem),
                    taken => capitals.get(format!("{stem}{taken}").as_str()),
                };
                country.copied().filter(|country| may_be_country(country))
            });
            if let Some(country) = found.next().filter(|_| may_be_country(adjective)) {
                adjectives.push((adjective, one, country));
            }
        }
        adjectives.sort_unstable();
        let mut countries = Self::default();
        for (_, one, country) in adjectives {
            for word in [country, one] {
                countries.words.insert(fold(word), country.to_owned());
            }
        }
        owners.retain(|owner| may_be_country(owner));
        for owner in owners {
            countries.words.entry(fold(owner)).or_insert_with(|| owner.to_owned());
        }
        countries.find_seats(entries);
        countries
    }

    /// A single country, by name: for names compared outside their story.
    pub(crate) fn only(country: Option<&str>) -> Self {
        let mut countries = Self::default();
        if let Some(country) = country.filter(|c| data::country(c).is_none()) {
            countries.words.insert(fold(country), country.to_owned());
            for (end, taken) in ADJECTIVES {
                if let Some(stem) = country.strip_suffix(taken) {
                    countries.words.insert(fold(&format!("{stem}{end}")), country.to_owned());
                }
            }
        }
        countries
    }

    /// Finds the towns of datelines: the country of the first body that the report's first paragraph attributes something to, if
    /// all reports from there agree.
    fn find_seats(&mut self, entries: &[Entry<'_>]) {
        let mut found: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for entry in entries {
            let Some(town) = town(entry) else { continue };
            let text = entry.reading.report.text.as_str();
            let body =
                entry.reading.report.head.dateline.as_ref().and_then(|d| d.span).map_or(0, |s| s.start);
            let end = text.get(body..).and_then(|t| t.find("\n\n")).map_or(text.len(), |n| body + n);
            let country = entry
                .reading
                .speakers
                .iter()
                .filter(|s| s.kind == SpeakerKind::Organization && self.named(&s.name).is_none())
                .flat_map(|s| s.mentions.iter().map(|m| m.span))
                .filter(|span| (body..end).contains(&span.start))
                .filter_map(|span| Some((span.start, self.leading(span.cut(text))?)))
                .min();
            if let Some((_, country)) = country {
                found.entry(town).or_default().insert(country);
            }
        }
        for (town, countries) in found {
            if let (Some(country), 1) = (countries.first(), countries.len()) {
                self.seats.insert(town, country.clone());
            }
        }
    }

    /// The country that a name, adjective, capital or metonym means.
    pub(crate) fn named(&self, words: &str) -> Option<String> {
        self.named_folded(&fold(words))
    }

    /// The same for words that are folded.
    pub(crate) fn named_folded(&self, folded: &str) -> Option<String> {
        country_of(folded)
            .map(str::to_owned)
            .or_else(|| self.words.get(folded).cloned())
            .or_else(|| self.words.get(folded.strip_suffix('s')?).cloned())
    }

    /// The country whose bodies are based in a town.
    pub(crate) fn seated(&self, town: &str) -> Option<String> {
        let folded = fold(town);
        country_of(&folded).map(str::to_owned).or_else(|| self.seats.get(&folded).cloned())
    }

    /// True for a town from which reports first quote a body of an invented or unlisted country.
    pub(crate) fn is_seat(&self, town: &str) -> bool {
        self.seats.contains_key(&fold(town))
    }

    /// The country that a report comes from, by the town of its dateline.
    pub(crate) fn of_dateline(&self, entry: &Entry<'_>) -> Option<String> {
        self.seated(&town(entry)?)
    }

    /// The first country that a phrase names, longest name first ("South Korea's spy agency").
    pub(crate) fn within(&self, phrase: &str) -> Option<String> {
        let words: Vec<&str> = phrase
            .split_whitespace()
            .map(|w| unowned(w.trim_matches(|c: char| !c.is_alphanumeric() && c != '.')))
            .collect();
        (1..=3).rev().find_map(|length| {
            let capital = |w: &&[&str]| w.first().is_some_and(|first| first.starts_with(char::is_uppercase));
            words.windows(length).filter(capital).find_map(|window| self.named(&window.join(" ")))
        })
    }

    /// The country that a phrase begins with.
    fn leading(&self, phrase: &str) -> Option<String> {
        let bare = phrase.strip_prefix("the ").or_else(|| phrase.strip_prefix("The ")).unwrap_or(phrase);
        let words: Vec<&str> = bare.split_whitespace().take(3).collect();
        (1..=words.len()).rev().find_map(|n| self.named(unowned(&words.get(..n)?.join(" "))))
    }
}

/// The town of a report's dateline, folded.
fn town(entry: &Entry<'_>) -> Option<String> {
    let dateline = entry.reading.report.head.dateline.as_ref()?;
    let town = fold(dateline.value.split([',', '(']).next()?);
    (!town.is_empty()).then_some(town)
}

fn of_states(word: &str) -> bool {
    let folded = fold(word);
    words::is(Set::Powers, &folded)
        || body_kind(&folded).is_some_and(|kind| words::is(Set::BodiesOfStates, kind))
}

fn unowned(word: &str) -> &str {
    word.strip_suffix("'s").or_else(|| word.strip_suffix("’s")).unwrap_or(word)
}

#[cfg(test)]
mod tests {
    use super::Countries;

    #[test]
    fn one_country_is_known_by_its_adjective() {
        let countries = Countries::only(Some("Ostria"));
        assert_eq!(countries.within("the Ostrian navy"), Some("Ostria".to_owned()));
        assert_eq!(countries.within("the Estonian navy"), Some("Estonia".to_owned()));
        assert_eq!(countries.within("the navy"), None);
    }
}
