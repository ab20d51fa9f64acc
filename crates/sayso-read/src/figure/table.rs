//! The data files of figures: vague quantities, units and category words.

use std::{collections::BTreeMap, sync::OnceLock};

use sayso_model::{Category, Number};

use super::quantity::Sentence;
use crate::lexicon::rows;

/// What a word says about a figure's category. The parts are those of `data/figure_categories.tsv`.
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
    Action,
}

struct Tables {
    categories: BTreeMap<(&'static str, Part), &'static str>,
    units: BTreeMap<&'static str, Unit>,
    vague: BTreeMap<&'static str, Vague>,
    adjectives: BTreeMap<&'static str, &'static str>,
    /// Number words and signs by kind (`data/numbers.tsv`).
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
                "action" => Part::Action,
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

/// The category that a word (lower case) indicates as some part.
pub(super) fn category(word: &str, part: Part) -> Option<Category> {
    // The map's keys are 'static, the word is not: a range lookup avoids a copy.
    let found = tables().categories.range::<(&str, Part), _>((word, part)..=(word, part)).next();
    found.map(|(_, name)| Category(std::borrow::Cow::Borrowed(name)))
}

/// True if the tables have a word as some part.
pub(super) fn is(word: &str, part: Part) -> bool {
    category(word, part).is_some()
}

/// Parts whose words say on their own that something happened to somebody.
const TELLING: [Part; 4] = [Part::Noun, Part::Object, Part::Subject, Part::State];

/// The categories that a sentence's words indicate.
pub(super) fn told<'a>(s: &'a Sentence<'_, '_>) -> impl Iterator<Item = Category> + 'a {
    s.within.clone().flat_map(move |at| told_by(s.lower(at)))
}

/// The categories that a word (lower case) indicates on its own.
pub(super) fn told_by(word: &str) -> impl Iterator<Item = Category> + '_ {
    TELLING.into_iter().filter_map(move |part| category(word, part))
}

/// The unit of some words (lower case, separated by spaces).
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

/// The multiplier that a word ("million", "lakh") applies to the number before it.
pub(super) fn scale(word: &str) -> Option<Number> {
    number("scale", word)
}

/// The multiplier that an abbreviation ("mln", "bn") applies to the digits before it.
pub(super) fn short(word: &str) -> Option<Number> {
    number("short", word)
}

/// The multiplier that a letter ("k") applies to the digits that it touches.
pub(super) fn letter(word: &str) -> Option<Number> {
    number("letter", word)
}

/// The fraction that a sign ("½") stands for.
pub(super) fn sign(word: &str) -> Option<Number> {
    number("fraction", word)
}

/// What a word for a part ("third", "quarters") divides by.
pub(super) fn denominator(word: &str) -> Option<i64> {
    number("part", word)?.to_whole()
}

/// True for a number word without a value.
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
