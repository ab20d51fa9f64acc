//! The data files of figures: vague quantities, units and category words.

use std::{collections::BTreeMap, sync::OnceLock};

use sayso_model::{Category, Number};

use super::quantity::Sentence;
use crate::lexicon::rows;

/// What a word says of a figure's category. The parts are those of `data/figure_categories.tsv`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Part {
    Noun,
    Measure,
    Object,
    Subject,
    State,
    Persons,
    Troops,
    Stands,
    Force,
    Person,
    Thing,
    Idiom,
    Craft,
    Lifeless,
    Disease,
}

struct Tables {
    categories: BTreeMap<(&'static str, Part), &'static str>,
    units: BTreeMap<&'static str, Unit>,
    vague: BTreeMap<&'static str, Vague>,
    adjectives: BTreeMap<&'static str, &'static str>,
    /// Words and signs of numbers by kind (`data/numbers.tsv`).
    numbers: BTreeMap<(&'static str, &'static str), Option<Number>>,
}

/// A unit of measure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Unit {
    pub(super) code: &'static str,
    pub(super) category: &'static str,
}

/// The range of a vague word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Vague {
    pub(super) low: Number,
    pub(super) high: Option<Number>,
}

fn tables() -> &'static Tables {
    static TABLES: OnceLock<Tables> = OnceLock::new();
    TABLES.get_or_init(|| {
        let mut categories = BTreeMap::new();
        for row in rows(sayso_data::FIGURE_CATEGORIES) {
            let [category, part, forms] = row[..] else { continue };
            let part = match part {
                "noun" => Part::Noun,
                "measure" => Part::Measure,
                "object" => Part::Object,
                "subject" => Part::Subject,
                "state" => Part::State,
                "persons" => Part::Persons,
                "troops" => Part::Troops,
                "stands" => Part::Stands,
                "force" => Part::Force,
                "person" => Part::Person,
                "thing" => Part::Thing,
                "idiom" => Part::Idiom,
                "craft" => Part::Craft,
                "lifeless" => Part::Lifeless,
                _ => Part::Disease,
            };
            categories.extend(forms.split(';').map(|f| ((f, part), category)));
        }
        let mut units = BTreeMap::new();
        for row in rows(sayso_data::UNITS) {
            let [code, category, forms] = row[..] else { continue };
            units.extend(forms.split(';').map(|f| (f, Unit { code, category })));
        }
        let mut vague = BTreeMap::new();
        for row in rows(sayso_data::VAGUE_QUANTITIES) {
            let [word, low, high, _] = row[..] else { continue };
            if let Some(low) = Number::parse(low) {
                vague.insert(word, Vague { low, high: Number::parse(high) });
            }
        }
        let adjectives = rows(sayso_data::COUNTRIES)
            .filter_map(|row| Some((*row.first()?, row.get(1)?.split(';').next()?)))
            .collect();
        let mut numbers = BTreeMap::new();
        for row in rows(sayso_data::NUMBERS) {
            let [kind, value, forms] = row[..] else { continue };
            numbers.extend(forms.split(';').map(|f| ((kind, f), Number::parse(value))));
        }
        Tables { categories, units, vague, adjectives, numbers }
    })
}

/// The category that a word (lower case) shows in some part.
pub(super) fn category(word: &str, part: Part) -> Option<Category> {
    // The map's keys live as long as the program, the word does not: a range finds it without a copy.
    let found = tables().categories.range::<(&str, Part), _>((word, part)..=(word, part)).next();
    found.map(|(_, name)| Category(std::borrow::Cow::Borrowed(name)))
}

/// True where the tables name a word in some part.
pub(super) fn is(word: &str, part: Part) -> bool {
    category(word, part).is_some()
}

/// Parts whose words say on their own that something befell somebody.
const TELLING: [Part; 4] = [Part::Noun, Part::Object, Part::Subject, Part::State];

/// The categories that a sentence's words tell of.
pub(super) fn told<'a>(s: &'a Sentence<'_, '_>) -> impl Iterator<Item = Category> + 'a {
    s.within.clone().flat_map(move |at| told_by(s.lower(at)))
}

/// The categories that a word (lower case) tells of on its own.
pub(super) fn told_by(word: &str) -> impl Iterator<Item = Category> + '_ {
    TELLING.into_iter().filter_map(move |part| category(word, part))
}

/// The unit of some words (lower case, blanks between).
pub(super) fn unit(words: &str) -> Option<Unit> {
    tables().units.get(words).copied()
}

/// The adjective of a country ("North Korean").
pub(super) fn adjective(country: &str) -> Option<&'static str> {
    tables().adjectives.get(country).copied()
}

/// The range of a vague word.
pub(super) fn vague(word: &str) -> Option<Vague> {
    tables().vague.get(word).copied()
}

/// What a word ("million", "lakh") multiplies the number before it by.
pub(super) fn scale(word: &str) -> Option<Number> {
    number("scale", word)
}

/// What a short form ("mln", "bn") multiplies the digits before it by.
pub(super) fn short(word: &str) -> Option<Number> {
    number("short", word)
}

/// What a letter ("k") multiplies the digits that it touches by.
pub(super) fn letter(word: &str) -> Option<Number> {
    number("letter", word)
}

/// The fraction that a sign ("½") stands for.
pub(super) fn sign(word: &str) -> Option<Number> {
    number("fraction", word)
}

/// True for a word of number that has no value.
pub(super) fn is_unread(word: &str) -> bool {
    tables().numbers.range::<(&str, &str), _>(("unread", word)..=("unread", word)).next().is_some()
}

fn number(kind: &str, word: &str) -> Option<Number> {
    let found = tables().numbers.range::<(&str, &str), _>((kind, word)..=(kind, word)).next();
    found.and_then(|(_, value)| *value)
}

#[cfg(test)]
mod tests {
    use sayso_model::Category;

    use super::{Part, category, unit, vague};

    #[test]
    fn tables_are_read() {
        assert_eq!(category("perished", Part::Subject), Some(Category::KILLED));
        assert_eq!(category("perished", Part::Object), None);
        assert_eq!(unit("square miles").map(|u| u.code), Some("mi2"));
        assert_eq!(vague("dozens").and_then(|v| v.low.to_whole()), Some(24));
        assert_eq!(vague("several").map(|v| (v.low.to_whole(), v.high)), Some((Some(3), None)));
    }
}
