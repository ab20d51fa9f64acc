//! Places that two counts of one clause share: "14 killed and 30 injured in Lyon". A reading gives the place to the count next to
//! it; a row about the other count needs it, too.

use sayso_compare::{counts_people, sentence};
use sayso_model::{Figure, PlaceId, Reading, Span};

/// Figures looked at behind one.
const NEAR: usize = 3;
/// Words between two counts of one clause, at most.
const WORDS: usize = 8;

/// Words that begin another clause.
const CLAUSES: &[&str] = &[
    "after", "although", "as", "because", "before", "but", "if", "since", "that", "then", "though", "until",
    "when", "where", "which", "while", "who", "whose",
];
/// The places of a figure: its own; if it has none, those of the count behind it in the same clause. What stands behind a place may
/// be about another ("nine died in Lyon, and 200 have died of the flu").
pub(crate) fn places<'r>(reading: &'r Reading, figure: &'r Figure) -> &'r [PlaceId] {
    if !figure.places.is_empty() {
        return &figure.places;
    }
    let at = figure.id.index();
    let sentence = sentence(&reading.report.text, figure.span);
    let is_near = |other: &&Figure| {
        counts_people(&other.category)
            && !other.places.is_empty()
            && sentence.start <= other.span.start
            && other.span.end <= sentence.end
            && share(reading, figure, other)
    };
    let after = reading.figures.get(at + 1..reading.figures.len().min(at + 1 + NEAR));
    let found = after.unwrap_or_default().iter().find(is_near);
    found.map_or(&[], |other| &other.places)
}

/// True if a figure without a place and one with a place behind it are parts of one clause.
fn share(reading: &Reading, figure: &Figure, other: &Figure) -> bool {
    if figure.span.end > other.span.start {
        return false;
    }
    let between = Span::new(figure.span.end, other.span.start);
    let names_place = reading.places.iter().any(|place| between.contains(place.span));
    let names_time = reading.times.iter().any(|time| between.contains(time.span));
    !names_place && !names_time && joined(between.cut(&reading.report.text))
}

/// True for words that join two counts and begin nothing else.
fn joined(between: &str) -> bool {
    let words: Vec<String> = words(between).collect();
    let joins = words.iter().any(|word| word == "and") || between.trim_start().starts_with(',');
    joins
        && words.len() <= WORDS
        && !between.contains([';', ':', '(', ')', '"', '“', '”', '—'])
        && !words.iter().any(|word| CLAUSES.contains(&word.as_str()))
}

fn words(text: &str) -> impl Iterator<Item = String> {
    text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_lowercase)
}
