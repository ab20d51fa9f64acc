//! Places: place names, resolved with the embedded gazetteer (GeoNames).
//!
//! A name becomes a place if the language core tags it as one, or if the gazetteer has it and the words around it suggest a
//! place. How it is resolved follows one of the rules below, which [`Place::rule`] names; if none applies, the place stays
//! unresolved and its candidates are listed.
//!
//! | rule | meaning |
//! |---|---|
//! | `country` | the name is a country's (or a part of the world's) and of nothing else that is as well known |
//! | `containing_place` | the place next to it says which country or division it is in ("Lima, Ohio", "Ohio's Lima") |
//! | `holding_place` | a place next to it is in it ("Lima, Ohio" for Ohio) |
//! | `division_word` | a word next to it says that a division is meant ("Sindh province") |
//! | `city_word` | a word next to it says that a city, town or village is meant ("the city of Lima") |
//! | `only_entry` | the gazetteer has one entry of the name, and the report gives no reason to doubt it |
//! | `country_in_report` | only one of several entries is in a country that the report names |
//! | `country_of_city` | only one of several entries is in the country of a large city that the report names |
//! | `much_larger` | the entry has at least ten times the population of any other, and at least 100,000; or it is a division, and no town of its name has that many |
//! | `same_name_placed` | other mentions in the report say where the name is, and they agree |
//! | `same_name_before` | an earlier mention in the report was resolved |
//! | `ambiguous` | several entries are equally likely; unresolved |
//! | `elsewhere` | the gazetteer's entries are where the report's words rule them out; unresolved |
//! | `not_in_gazetteer` | unresolved |

pub(crate) mod gazetteer;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::OnceLock,
};

use sayso_model::{Document, EntityKind, Place, PlaceEntry, PlaceId, PlaceLevel, Span, Upos};

use crate::{
    lexicon::{self, CountryWordKind},
    word::{Word, WordKind, Words},
    words::{self, Set},
};

/// Minimum population of a city that is taken for the only place of its name whatever else the report names.
const WELL_KNOWN: u64 = 100_000;
const MOST_CANDIDATES: usize = 10;
/// Maximum words from the comma behind a dateline's place to the dash: "TROY, N.C. (AP) -".
const DATELINE: usize = 12;

/// A name that may be a place.
struct Mention {
    span: Span,
    name: String,
    entries: Vec<PlaceEntry>,
    hint: Hint,
    /// Index of the adjacent mention that says where it is.
    within: Option<usize>,
    /// The entry that contains the adjacent place, if only one of its own does.
    holds: Option<PlaceEntry>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Hint {
    None,
    Division,
    City,
}

/// How a state or province is called behind a town.
struct Division {
    short: &'static str,
    name: &'static str,
    country: &'static str,
}

fn divisions() -> &'static [Division] {
    static DIVISIONS: OnceLock<Vec<Division>> = OnceLock::new();
    DIVISIONS.get_or_init(|| {
        let division = |row: Vec<&'static str>| match row[..] {
            [short, name, country] => Some(Division { short, name, country }),
            _ => None,
        };
        lexicon::rows(sayso_data::DIVISIONS).filter_map(division).collect()
    })
}

/// Finds the places of a document, in text order.
///
/// Takes time linear in the document's length. Ids are indexes into the list.
#[must_use]
pub fn find(document: &Document, text: &str) -> Vec<Place> {
    let words = Words::of(document, text);
    let finder = Finder { document, text, words: &words };
    let mut mentions = finder.mentions();
    finder.join(&mut mentions);
    resolve(&mentions, &finder.countries(&mentions))
}

struct Finder<'a, 't> {
    document: &'a Document,
    text: &'t str,
    words: &'a Words<'t>,
}

impl Finder<'_, '_> {
    fn mentions(&self) -> Vec<Mention> {
        let mut mentions: Vec<Mention> = Vec::new();
        let mut at = 0;
        let mut sentence = 0;
        while at < self.words.all.len() {
            while self.words.sentences.get(sentence).is_some_and(|s| s.end <= at) {
                sentence += 1;
            }
            let end = self.words.sentences.get(sentence).map_or(at + 1, |s| s.end);
            match self.mention(at, end, mentions.last()) {
                Some((mention, next)) => {
                    mentions.push(mention);
                    at = next;
                }
                None => at += 1,
            }
        }
        mentions
    }

    /// The longest mention that begins at a word, and the word after it.
    fn mention(&self, at: usize, end: usize, before: Option<&Mention>) -> Option<(Mention, usize)> {
        let first = self.words.get(at)?;
        if first.kind != WordKind::Letters || !first.is_capitalised() {
            return None;
        }
        if let Some(shortened) = before.and_then(|before| self.shortened(at, before)) {
            return Some(shortened);
        }
        if self.ends_a_persons_name(at) || self.is_no_place_with_the_next(at, end) {
            return None;
        }
        let entity = self.entity(first);
        let located =
            entity.is_some_and(|(kind, span)| kind == EntityKind::Location && span.start <= first.span.start);
        let longest = (at..end).take(6).take_while(|&i| self.goes_on(at, i)).count();
        let longest = (1..=longest).rev();
        for count in longest {
            let Some(last) = self.words.get(at + count - 1).filter(|w| w.kind == WordKind::Letters) else {
                continue;
            };
            let span = first.span.cover(last.span);
            let name = span.cut(self.text);
            if count == 1 && words::is(Set::Compass, first.lower.as_str()) {
                // "the West", "the South" are not towns.
                return None;
            }
            if is_demonym(name) {
                // "North Korean" does not contain "North".
                return None;
            }
            let entries = entries(name);
            if entries.is_empty()
                || !self.is_place(at, at + count, end, entity.map(|e| e.0), located, &entries)
            {
                continue;
            }
            let (hint, next) = self.hint(at, at + count, end, before);
            return Some((
                Mention { span, name: name.to_owned(), entries, hint, within: None, holds: None },
                next,
            ));
        }
        if !self::entries(first.text).is_empty() && self.goes_on_as_a_name(at, at + 1, end) {
            return None;
        }
        // Not in the gazetteer: a tagged location, or a name after "the village of".
        let (kind, span) = entity.unzip();
        let name_end = match (kind, span) {
            (Some(EntityKind::Location), Some(span))
                if span.start >= first.span.start || self.starts_name(at) =>
            {
                self.words.inside(Span::new(first.span.start, span.end)).end
            }
            (Some(EntityKind::Person), _) => return None,
            _ if self.after_city_word(at, before) => {
                at + (at..end)
                    .take(4)
                    .take_while(|&i| self.words.get(i).is_some_and(|w| w.is_capitalised()))
                    .count()
            }
            _ => return None,
        };
        let mut last = name_end.min(end).checked_sub(1)?;
        while last > at && self.words.get(last).is_some_and(|w| w.kind != WordKind::Letters || w.is("s")) {
            last -= 1;
        }
        // A possessive separates two names.
        if let Some(cut) = (at..=last).find(|&i| self.words.get(i).is_some_and(|w| w.is("'"))) {
            last = cut.checked_sub(1).filter(|&l| l >= at)?;
        }
        let span = first.span.cover(self.words.get(last)?.span);
        let name = span.cut(self.text);
        if is_demonym(name) || name.chars().count() < 2 || first.is("the") {
            return None;
        }
        // "St. Petersburg": the gazetteer knows names with marks, which the words above have not.
        let entries = entries(name);
        // "Denzel Washington": what goes on a name is not a place of which nothing is known.
        if entries.is_empty() && self.goes_on_from_a_name(at) {
            return None;
        }
        let (hint, next) = self.hint(at, last + 1, end, before);
        // "Jack London", whatever the model takes him for; but "Victoria County"
        let called = self.words.get(last).is_some_and(|w| {
            words::is(Set::DivisionWords, &w.lower) || words::is(Set::AfterCityNames, &w.lower)
        });
        let persons = last > at && !called && lexicon::is_first_name(&first.lower);
        if entries.is_empty() && hint == Hint::None && persons {
            return None;
        }
        Some((Mention { span, name: name.to_owned(), entries, hint, within: None, holds: None }, next))
    }

    /// A state or province in short behind a place ("Naples, Fla."), and the word after it.
    fn shortened(&self, at: usize, before: &Mention) -> Option<(Mention, usize)> {
        let start = self.words.get(at)?.span.start;
        let gap = self.text.get(before.span.end..start)?;
        let rest = self.text.get(start..).filter(|_| gap.trim_end() == "," && gap.len() < 3)?;
        let division = divisions()
            .iter()
            .filter(|d| rest.strip_prefix(d.short).is_some_and(|r| !r.starts_with(char::is_alphanumeric)))
            .max_by_key(|d| d.short.len())?;
        let is_it =
            |e: &PlaceEntry| e.level == PlaceLevel::Admin && e.country.as_deref() == Some(division.country);
        let entries: Vec<PlaceEntry> = entries(division.name).into_iter().filter(is_it).collect();
        let span = Span::new(start, start + division.short.len());
        let next = self.words.inside(span).end.max(at + 1);
        let name = division.short.to_owned();
        Some((Mention { span, name, entries, hint: Hint::Division, within: None, holds: None }, next))
    }

    /// True if a word may belong to a name that begins at `at`.
    fn goes_on(&self, at: usize, index: usize) -> bool {
        let Some(word) = self.words.get(index) else { return false };
        match word.kind {
            WordKind::Letters => {
                index == at || word.is_capitalised() || words::is(Set::PlaceLinks, &word.lower)
            }
            WordKind::Mark => word.is("-") && word.joined,
            WordKind::Digits => false,
        }
    }

    fn entity(&self, word: &Word<'_>) -> Option<(EntityKind, Span)> {
        let entities = &self.document.entities;
        let at = entities.partition_point(|e| e.span.end <= word.span.start);
        entities.get(at).filter(|e| e.span.start < word.span.end).map(|e| (e.kind, e.span))
    }

    fn starts_name(&self, at: usize) -> bool {
        at.checked_sub(1).and_then(|i| self.words.get(i)).is_none_or(|w| !w.is_capitalised())
    }

    /// True if a name in the gazetteer is meant as a place.
    fn is_place(
        &self,
        at: usize,
        next: usize,
        end: usize,
        kind: Option<EntityKind>,
        located: bool,
        entries: &[PlaceEntry],
    ) -> bool {
        let Some(first) = self.words.get(at) else { return false };
        let level = entries.iter().map(|e| e.level).min().unwrap_or(PlaceLevel::City);
        let short = first.text.chars().count() <= 3 && next == at + 1;
        if short && level != PlaceLevel::City && !first.text.chars().all(|c| c.is_uppercase() || c == '.') {
            let known = lexicon::country(first.text).is_some_and(|c| c.country.len() == first.text.len());
            if !known {
                return false;
            }
        }
        // "Kenya Barris", whatever the model takes her for
        let named_after = || lexicon::is_first_name(&first.lower);
        if (located || named_after()) && self.goes_on_as_a_name(at, next, end) {
            return false;
        }
        if located {
            return !(short && first.text.chars().count() < 3 && level == PlaceLevel::City);
        }
        let after = |offset: usize| if next + offset < end { self.words.get(next + offset) } else { None };
        let capital_after = after(0).is_some_and(|w| w.kind == WordKind::Letters && w.is_capitalised());
        let before = at.checked_sub(1).and_then(|i| self.words.get(i));
        let capital_before = before.is_some_and(|w| {
            w.kind == WordKind::Letters
                && w.is_capitalised()
                && !is_demonym(w.text)
                && self.words_touch(w, first)
        });
        let preposition = before.is_some_and(|w| words::is(Set::PlacePrepositions, w.lower.as_str()));
        let proper = self.document.tokens.get(first.token as usize).is_none_or(|t| t.upos == Upos::Propn);
        let population = entries.iter().filter_map(|e| e.population).max().unwrap_or(0);
        match kind {
            Some(EntityKind::Person) => return false,
            Some(EntityKind::Organization) => {
                // A body named after a place is not a place ("Bank of Japan"); a government is ("Japan said").
                let (_, span) = match self.entity(first) {
                    Some(found) => found,
                    None => return false,
                };
                let last = self.words.get(next - 1).map_or(first.span.end, |w| w.span.end);
                if span.start != first.span.start || span.end != last {
                    return false;
                }
            }
            _ => {}
        }
        if self.is_dateline(at, next, end) {
            return true;
        }
        if self.hint(at, next, end, None).0 != Hint::None && !capital_before {
            return proper;
        }
        if level <= PlaceLevel::Country {
            return proper && !(capital_before && kind.is_none() && next == at + 1 && !preposition);
        }
        let beside = after(0).is_some_and(|w| w.is(","))
            && after(1).is_some_and(|w| {
                w.is_capitalised()
                    && lexicon::country(w.text).is_some_and(|c| c.kind == CountryWordKind::Name)
            });
        if !proper || capital_before || capital_after || short {
            return beside && proper;
        }
        beside
            || (preposition && (level == PlaceLevel::Admin || population >= 50_000))
            || population >= 1_000_000
    }

    /// True if a possible place name continues as the name of a person or body: "Paris Hilton", "Jordan Industries". After a
    /// preposition of place, the next name is separate ("in London Ada Brook said").
    fn goes_on_as_a_name(&self, at: usize, next: usize, end: usize) -> bool {
        let before = at.checked_sub(1).and_then(|i| self.words.get(i));
        if before.is_some_and(|w| words::is(Set::Locative, w.lower.as_str())) || next >= end {
            return false;
        }
        let Some(word) = self.words.get(next).filter(|w| w.kind == WordKind::Letters && w.is_capitalised())
        else {
            return false;
        };
        let tag = |w: &Word<'_>| self.document.tokens.get(w.token as usize).map(|t| t.upos);
        // "Berlin Packaging will close": a noun with a capital in running text
        let runs_on = self
            .words
            .get(next + 1)
            .filter(|_| next + 1 < end)
            .is_some_and(|w| !w.is_capitalised() && matches!(tag(w), Some(Upos::Verb | Upos::Aux)));
        let proper = tag(word) == Some(Upos::Propn) || runs_on && tag(word) == Some(Upos::Noun);
        let lower = word.lower.as_str();
        // A surname that is tagged alone goes on ("Brooklyn Beckham"), a full name is somebody else's.
        let surname = |kind, span: Span| kind == EntityKind::Person && span.end <= word.span.end;
        let other = self
            .entity(word)
            .is_some_and(|(kind, span)| span.start >= word.span.start && !surname(kind, span))
            || is_demonym(word.text)
            || lexicon::is_title(word.text)
            || lexicon::role_noun(lower).is_some()
            || lexicon::is_outlet(word.text)
            || words::is(Set::DivisionWords, lower)
            || words::is(Set::CityWords, lower)
            || lower.ends_with("day");
        // In a headline, every word is capitalised.
        let mixed = word.text.chars().skip(1).any(char::is_lowercase);
        proper && !other && mixed
    }

    /// True for a word right behind another one of a name, which no preposition, title or nationality parts from it.
    fn goes_on_from_a_name(&self, at: usize) -> bool {
        let (Some(before), Some(word)) =
            (at.checked_sub(1).and_then(|i| self.words.get(i)), self.words.get(at))
        else {
            return false;
        };
        let proper = self.document.tokens.get(before.token as usize).is_some_and(|t| t.upos == Upos::Propn);
        let name = before.kind == WordKind::Letters && before.is_capitalised() && proper;
        name && self.words_touch(before, word)
            && !is_demonym(before.text)
            && !lexicon::is_title(before.text)
            && !words::is(Set::CityWords, &before.lower)
            && !words::is(Set::DivisionWords, &before.lower)
    }

    /// "Jack London", "Irving Berlin": true for a word right behind a first name that is not also a country or state ("Georgia
    /// Ukraine talks").
    fn ends_a_persons_name(&self, at: usize) -> bool {
        let Some((before, word)) = at.checked_sub(1).and_then(|i| self.words.get(i)).zip(self.words.get(at))
        else {
            return false;
        };
        before.is_capitalised()
            && self.words_touch(before, word)
            && lexicon::is_first_name(&before.lower)
            && (entries(before.text).is_empty() || is_only_a_town(&entries(word.text)))
    }

    /// "Panama hats", "Brazil nuts": true for a word that is no place with the next one.
    fn is_no_place_with_the_next(&self, at: usize, end: usize) -> bool {
        let Some((word, next)) = self.words.get(at).zip(self.words.get(at + 1).filter(|_| at + 1 < end))
        else {
            return false;
        };
        let noun = self.document.tokens.get(next.token as usize).is_some_and(|t| t.upos == Upos::Noun);
        noun && words::is(Set::CalledAfterPlaces, &format!("{} {}", word.lower, next.lower))
    }

    fn words_touch(&self, before: &Word<'_>, word: &Word<'_>) -> bool {
        self.text.get(before.span.end..word.span.start).is_some_and(|gap| gap.len() <= 1)
    }

    /// True for a name at the start of a paragraph before a dash or a bracket with an agency's name ("LIMA (AFP) - ").
    fn is_dateline(&self, at: usize, next: usize, end: usize) -> bool {
        let Some(first) = self.words.get(at) else { return false };
        let paragraph = self.document.paragraphs.get(self.document.paragraph_at(first.span.start));
        let starts = paragraph.is_some_and(|p| p.start == first.span.start);
        let dash = |i: usize| self.words.get(i).is_some_and(|w| w.is("-") && !w.joined);
        starts
            && next < end
            && (dash(next)
                || (self.words.get(next).is_some_and(|w| w.is("(")) && (next..end.min(next + 8)).any(dash))
                || (self.words.get(next).is_some_and(|w| w.is(","))
                    && (next..end.min(next + DATELINE)).any(dash)))
    }

    /// True if the words before a name are "the village of" or continue such a list ("the villages of A, B and").
    fn after_city_word(&self, at: usize, before: Option<&Mention>) -> bool {
        let lower = |back: usize| {
            at.checked_sub(back).and_then(|i| self.words.get(i)).map_or("", |w| w.lower.as_str())
        };
        if lower(1) == "of" && words::is(Set::CityWords, lower(2)) {
            return self.words.get(at).is_some_and(|w| !is_demonym(w.text));
        }
        let Some(before) = before.filter(|m| m.hint == Hint::City) else { return false };
        let gap =
            self.words.get(at).and_then(|w| self.text.get(before.span.end..w.span.start)).unwrap_or("-");
        matches!(gap.trim(), "," | "and" | ", and" | "or")
    }

    /// What the adjacent words say that a name is, and the word after them.
    fn hint(&self, at: usize, next: usize, end: usize, before: Option<&Mention>) -> (Hint, usize) {
        let follows = if next < end { self.words.get(next) } else { None };
        if follows.is_some_and(|w| words::is(Set::DivisionWords, w.lower.as_str())) {
            return (Hint::Division, next);
        }
        if follows.is_some_and(|w| words::is(Set::AfterCityNames, &w.lower))
            || self.after_city_word(at, before)
        {
            return (Hint::City, next);
        }
        let lower = |back: usize| {
            at.checked_sub(back).and_then(|i| self.words.get(i)).map_or("", |w| w.lower.as_str())
        };
        if lower(1) == "of" && words::is(Set::DivisionWords, lower(2)) {
            return (Hint::Division, next);
        }
        (Hint::None, next)
    }

    /// Links each mention to the adjacent one that says where it is: "A, B", "A in B", "B's A".
    fn join(&self, mentions: &mut [Mention]) {
        for i in 0..mentions.len().saturating_sub(1) {
            let gap = self.text.get(mentions[i].span.end..mentions[i + 1].span.start).unwrap_or("");
            let gap = gap.trim();
            let inward = matches!(gap, "," | "in" | ", in" | "in the" | "(") || is_within(gap);
            let holding = holding(&mentions[i], &mentions[i + 1]);
            let holds = level(&mentions[i + 1]) <= PlaceLevel::Admin || holding.is_some();
            if inward && mentions[i].within.is_none() && holds {
                mentions[i].within = Some(i + 1);
                mentions[i + 1].holds = holding;
            } else if matches!(gap, "'s" | "’s" | "'" | "’") && level(&mentions[i]) <= PlaceLevel::Admin {
                mentions[i + 1].within = Some(i);
            }
        }
    }

    /// ISO codes of the countries that the report names, directly or by their adjectives.
    fn countries(&self, mentions: &[Mention]) -> BTreeSet<String> {
        let mut codes: BTreeSet<String> = BTreeSet::new();
        let named = mentions.iter().filter(|m| level(m) == PlaceLevel::Country && m.entries.len() == 1);
        codes.extend(named.filter_map(|m| m.entries.first()?.country.clone()));
        for (i, word) in self.words.all.iter().enumerate() {
            if !word.is_capitalised() {
                continue;
            }
            let pair = self.words.get(i + 1).and_then(|n| self.text.get(word.span.start..n.span.end));
            let country = pair
                .filter(|p| p.len() < 40)
                .and_then(lexicon::country)
                .or_else(|| lexicon::country(word.text));
            if let Some(country) = country.filter(|c| c.kind == CountryWordKind::Adjective) {
                codes.extend(country_entry(country.country).and_then(|e| e.country));
            }
        }
        codes
    }
}

/// "in Russia's", "in southern": true for a gap between a place and the larger one that contains it.
fn is_within(gap: &str) -> bool {
    let mut parts = gap.split_whitespace();
    parts.next() == Some("in") && parts.all(|p| p == "the" || words::is(Set::Directions, p))
}

/// True for the entries of a name that no country has, and no division but the one around the city itself ("Berlin").
fn is_only_a_town(entries: &[PlaceEntry]) -> bool {
    let larger = |e: &PlaceEntry| {
        e.level <= PlaceLevel::Country || e.level == PlaceLevel::Admin && e.geonames.is_some()
    };
    !entries.is_empty() && !entries.iter().any(larger)
}

fn is_demonym(name: &str) -> bool {
    lexicon::country(name).is_some_and(|c| c.kind == CountryWordKind::Adjective)
}

fn country_entry(name: &str) -> Option<PlaceEntry> {
    gazetteer::look_up(name).into_iter().find(|e| e.level == PlaceLevel::Country)
}

/// The only entry of a larger place, a division or country, that contains some entry of a smaller one.
fn holding(inner: &Mention, outer: &Mention) -> Option<PlaceEntry> {
    let mut holding = outer.entries.iter().filter(|holder| {
        holder.level <= PlaceLevel::Admin && inner.entries.iter().any(|e| lies_in(e, holder))
    });
    holding.next().filter(|_| holding.next().is_none()).cloned()
}

/// True if an entry is in another, by country and division.
fn lies_in(entry: &PlaceEntry, holder: &PlaceEntry) -> bool {
    holder.country.is_some()
        && entry.country == holder.country
        && entry.level > holder.level
        && (holder.level != PlaceLevel::Admin || entry.admin == holder.admin)
}

fn level(mention: &Mention) -> PlaceLevel {
    mention.entries.first().map_or(PlaceLevel::City, |e| e.level)
}

/// The entries of a name, best first: larger levels, then larger population, then the gazetteer's order.
fn entries(name: &str) -> Vec<PlaceEntry> {
    let mut entries = gazetteer::look_up(name);
    if let Some(rest) = ["St. ", "St "].iter().find_map(|st| name.strip_prefix(st)) {
        entries.extend(gazetteer::look_up(&format!("Saint {rest}")));
    }
    entries.sort_by(|a, b| {
        let rank =
            |e: &PlaceEntry| (e.level > PlaceLevel::Country, std::cmp::Reverse(e.population.unwrap_or(0)));
        rank(a).cmp(&rank(b)).then_with(|| a.level.cmp(&b.level)).then_with(|| a.cmp(b))
    });
    entries.dedup();
    entries
}

fn resolve(mentions: &[Mention], countries: &BTreeSet<String>) -> Vec<Place> {
    let mut before: BTreeMap<String, PlaceEntry> = BTreeMap::new();
    let mut places: Vec<Place> = Vec::with_capacity(mentions.len());
    // Places that contain others come first, so that the latter can refer to them.
    let mut found: Vec<Option<(Option<PlaceEntry>, &'static str)>> = vec![None; mentions.len()];
    for pass in 0..3 {
        for (i, mention) in mentions.iter().enumerate() {
            let turn = match mention.within {
                None => 0,
                Some(w) if mentions.get(w).is_some_and(|m| m.within.is_none()) => 1,
                Some(_) => 2,
            };
            if turn == pass {
                let holder = mention
                    .within
                    .and_then(|w| found.get(w))
                    .and_then(|f| f.as_ref())
                    .and_then(|f| f.0.as_ref());
                found[i] = Some(read(mention, holder, mention.within.is_some(), countries));
            }
        }
    }
    // "Georgia" in a report of Tbilisi
    let of_cities = countries_of_cities(&found);
    for (mention, found) in mentions.iter().zip(&mut found) {
        if matches!(found, Some((None, "ambiguous")))
            && let Some(entry) = only_in(mention.entries.iter(), &of_cities)
        {
            *found = Some((Some(entry.clone()), "country_of_city"));
        }
        let plain = mention.hint == Hint::None && mention.within.is_none();
        if matches!(found, Some((None, "ambiguous")))
            && plain
            && let Some(division) = division_among_towns(mention)
        {
            *found = Some((Some(division.clone()), "much_larger"));
        }
    }
    let placed = placed(mentions, &found);
    for (mention, found) in mentions.iter().zip(&found) {
        let (mut resolved, mut rule) = found.clone().unwrap_or((None, "not_in_gazetteer"));
        let key = gazetteer::fold(&mention.name);
        let plain = mention.within.is_none() && mention.hint == Hint::None;
        if let Some(entry) = placed.get(&key).filter(|_| plain)
            && resolved.as_ref() != Some(*entry)
            && mention.entries.contains(entry)
        {
            (resolved, rule) = (Some((*entry).clone()), "same_name_placed");
        }
        match &resolved {
            Some(entry) => {
                before.entry(key).or_insert_with(|| entry.clone());
            }
            None if rule == "ambiguous" => {
                if let Some(entry) = before.get(&key).filter(|e| mention.entries.contains(e)) {
                    (resolved, rule) = (Some(entry.clone()), "same_name_before");
                }
            }
            None => {}
        }
        let candidates =
            mention.entries.iter().filter(|e| Some(*e) != resolved.as_ref()).take(MOST_CANDIDATES);
        places.push(Place {
            id: PlaceId::from(places.len()),
            span: mention.span,
            name: mention.name.clone(),
            candidates: candidates.cloned().collect(),
            resolved,
            rule: rule.to_owned(),
        });
    }
    places
}

/// The countries of large cities that are resolved without the help of other places.
fn countries_of_cities(found: &[Option<(Option<PlaceEntry>, &'static str)>]) -> BTreeSet<String> {
    let city = |found: &Option<(Option<PlaceEntry>, &'static str)>| match found {
        Some((Some(entry), "only_entry" | "much_larger"))
            if entry.level == PlaceLevel::City && entry.population.unwrap_or(0) >= WELL_KNOWN =>
        {
            entry.country.clone()
        }
        _ => None,
    };
    found.iter().filter_map(city).collect()
}

/// The only one of some entries that is in one of the countries.
fn only_in<'e>(
    entries: impl Iterator<Item = &'e PlaceEntry>,
    countries: &BTreeSet<String>,
) -> Option<&'e PlaceEntry> {
    let mut here = entries.filter(|e| e.country.as_ref().is_some_and(|c| countries.contains(c)));
    here.next().filter(|_| here.next().is_none())
}

/// Names that have mentions with a larger place next to them, each with the entry that all of these mean.
fn placed<'f>(
    mentions: &[Mention],
    found: &'f [Option<(Option<PlaceEntry>, &'static str)>],
) -> BTreeMap<String, &'f PlaceEntry> {
    let mut placed: BTreeMap<String, BTreeSet<&PlaceEntry>> = BTreeMap::new();
    for (mention, found) in mentions.iter().zip(found) {
        if let Some((Some(entry), "containing_place")) = found {
            placed.entry(gazetteer::fold(&mention.name)).or_default().insert(entry);
        }
    }
    placed
        .into_iter()
        .filter_map(|(name, entries)| match entries.into_iter().collect::<Vec<_>>()[..] {
            [one] => Some((name, one)),
            _ => None,
        })
        .collect()
}

/// Resolves one mention by the first rule that applies.
fn read(
    mention: &Mention,
    holder: Option<&PlaceEntry>,
    is_held: bool,
    countries: &BTreeSet<String>,
) -> (Option<PlaceEntry>, &'static str) {
    let entries = &mention.entries;
    if entries.is_empty() {
        return (None, "not_in_gazetteer");
    }
    if let Some(entry) = &mention.holds {
        return (Some(entry.clone()), "holding_place");
    }
    let mut fitting: Vec<&PlaceEntry> = entries.iter().collect();
    let mut rule = None;
    if let Some(holder) = holder.filter(|h| h.country.is_some()) {
        fitting.retain(|e| lies_in(e, holder));
        if fitting.is_empty() {
            return (None, "elsewhere");
        }
        rule = Some("containing_place");
    }
    match mention.hint {
        Hint::Division => {
            let divisions: Vec<_> = fitting
                .iter()
                .copied()
                .filter(|e| matches!(e.level, PlaceLevel::Admin | PlaceLevel::District))
                .collect();
            if divisions.is_empty() {
                return (None, "elsewhere");
            }
            fitting = divisions;
            rule = rule.or(Some("division_word"));
        }
        Hint::City => {
            fitting.retain(|e| e.level == PlaceLevel::City);
            if fitting.is_empty() {
                return (None, "elsewhere");
            }
            rule = rule.or(Some("city_word"));
        }
        Hint::None => {}
    }
    // A city and the division named after it: the plain name means the city.
    if mention.hint == Hint::None && fitting.iter().any(|e| e.level == PlaceLevel::City) {
        let cities: Vec<_> = fitting.iter().copied().filter(|e| e.level == PlaceLevel::City).collect();
        fitting.retain(|e| {
            !matches!(e.level, PlaceLevel::Admin | PlaceLevel::District)
                || e.geonames.is_some()
                || !cities.iter().any(|c| c.country == e.country)
        });
    }
    if let [only] = fitting[..] {
        if let Some(rule) = rule {
            return (Some(only.clone()), rule);
        }
        if only.level <= PlaceLevel::Country {
            return (Some(only.clone()), "country");
        }
        let named = only.country.as_ref().is_some_and(|c| countries.contains(c));
        let known = only.level == PlaceLevel::Admin || only.population.unwrap_or(0) >= WELL_KNOWN;
        return if named || known || (countries.is_empty() && !is_held) {
            (Some(only.clone()), "only_entry")
        } else {
            (None, "elsewhere")
        };
    }
    if let [country] = fitting.iter().filter(|e| e.level <= PlaceLevel::Country).collect::<Vec<_>>()[..] {
        let rival = fitting.iter().any(|e| e.level == PlaceLevel::Admin && e.geonames.is_some());
        if !rival {
            return (Some((*country).clone()), "country");
        }
    }
    let mut by_people = fitting.clone();
    by_people.sort_by_key(|e| std::cmp::Reverse(e.population.unwrap_or(0)));
    if let [first, second, ..] = by_people[..] {
        let (first_people, second_people) = (first.population.unwrap_or(0), second.population.unwrap_or(0));
        let has_division = fitting.iter().any(|e| e.level == PlaceLevel::Admin && e.geonames.is_some());
        if !has_division && first_people >= WELL_KNOWN && first_people >= second_people.saturating_mul(10) {
            return (Some(first.clone()), "much_larger");
        }
    }
    if let Some(only) = only_in(fitting.iter().copied(), countries) {
        return (Some(only.clone()), "country_in_report");
    }
    (None, "ambiguous")
}

/// The only division of a name that no country has and only small towns share ("Florida").
fn division_among_towns(mention: &Mention) -> Option<&PlaceEntry> {
    let name = gazetteer::fold(&mention.name);
    let mut namesakes = mention.entries.iter().filter(|e| gazetteer::fold(&e.name) == name);
    let is_division = |e: &PlaceEntry| e.level == PlaceLevel::Admin && e.geonames.is_some();
    let small = |e: &PlaceEntry| {
        matches!(e.level, PlaceLevel::City | PlaceLevel::District) && e.population.unwrap_or(0) < WELL_KNOWN
    };
    let division = namesakes.clone().find(|e| is_division(e))?;
    namesakes.all(|e| e == division || small(e)).then_some(division)
}

#[cfg(test)]
mod tests;
