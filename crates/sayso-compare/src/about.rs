//! What the words around a figure say about the count, beyond what keeps claims apart: where it was, how it was counted, and what
//! happened to the people counted (`data/told_as.tsv`).
//!
//! If one report says "confirmed" and the next does not, the two still belong to one claim. But where two counts differ, readers
//! ask why, and these words are the answer.

use std::sync::OnceLock;

use sayso_model::{Figure, Span, story::About};

use crate::{
    Entry,
    clause::{self, Around},
    data::rows,
    event::Events,
    phrases::Phrases,
    words::{self, Set},
};

/// Bytes before a sentence within which its paragraph may name the place.
const PARAGRAPH: usize = 400;

/// Phrases of one kind and their meanings.
struct Table {
    phrases: Phrases,
    values: Vec<&'static str>,
}

/// Returns the phrases that say what happened to people, or those that say how something was counted.
fn table(events: bool) -> &'static Table {
    static TABLES: OnceLock<[Table; 2]> = OnceLock::new();
    let [of_counts, of_events] = TABLES.get_or_init(|| {
        [false, true].map(|events| {
            let of_kind = rows(sayso_data::TOLD_AS).filter(|row| (row.get(1) == Some(&"event")) == events);
            let (phrases, values): (Vec<&str>, Vec<&str>) =
                of_kind.filter_map(|row| Some((*row.first()?, *row.get(2)?))).unzip();
            Table { phrases: Phrases::new(phrases.into_iter()), values }
        })
    });
    if events { of_events } else { of_counts }
}

/// What the words around a figure say, whatever the events of its story are called.
#[derive(Debug)]
pub(crate) struct Told {
    definitions: Vec<String>,
    events: Vec<String>,
    moved: bool,
}

impl Told {
    pub(crate) fn of(text: &str, figure: &Figure, around: Around) -> Self {
        let own_words = around.own.cut(text).to_ascii_lowercase();
        let mut words = own_words.split(|c: char| !c.is_alphanumeric());
        Self {
            moved: words.any(|word| words::is(Set::Moved, word))
                || clause::is_earlier_value(text, figure.span),
            definitions: told(&own_words, false),
            events: told(&around.sentence.cut(text).to_ascii_lowercase(), true),
        }
    }
}

/// The same with the places around it.
pub(crate) fn of(entry: &Entry<'_>, around: Around, told: &Told, events: &Events) -> About {
    About {
        places: places(entry, events, around.own, around.sentence),
        definitions: told.definitions.clone(),
        events: told.events.clone(),
        moved: told.moved,
    }
}

/// The places named in the figure's own part of its sentence; failing that, in the whole sentence; failing that, the last one in
/// the paragraph before it.
fn places(entry: &Entry<'_>, events: &Events, own: Span, sentence: Span) -> Vec<String> {
    let text = entry.reading.report.text.as_str();
    let within = |span: Span| -> Vec<String> {
        let mut found: Vec<String> = entry
            .reading
            .places
            .iter()
            .filter(|p| span.contains(p.span) && !events.is_storm(&p.name))
            .map(|p| p.name.clone())
            .collect();
        found.sort();
        found.dedup();
        found
    };
    for span in [own, sentence] {
        let found = within(span);
        if !found.is_empty() {
            return found;
        }
    }
    let paragraph = text.get(..sentence.start).and_then(|t| t.rfind('\n')).map_or(0, |n| n + 1);
    let from = paragraph.max(sentence.start.saturating_sub(PARAGRAPH));
    let before = Span::new(from, sentence.start.max(from));
    let last =
        entry.reading.places.iter().rev().find(|p| before.contains(p.span) && !events.is_storm(&p.name));
    last.map(|p| p.name.clone()).into_iter().collect()
}

/// The meanings of one kind of phrase in a text. Of two overlapping phrases, the longer wins ("directly or indirectly").
fn told(lower: &str, events: bool) -> Vec<String> {
    let Table { phrases, values } = table(events);
    let found = phrases.whole(lower).filter_map(|(at, end, n)| Some((at, end, *values.get(n)?)));
    let hits: Vec<(usize, usize, &'static str)> = found.collect();
    let longest = |(at, end, _): &&(usize, usize, &str)| {
        !hits.iter().any(|(a, e, _)| (a, e) != (at, end) && a <= at && end <= e)
    };
    let mut found: Vec<String> =
        hits.iter().filter(longest).map(|(_, _, value)| (*value).to_owned()).collect();
    found.sort();
    found.dedup();
    found
}

#[cfg(test)]
mod tests {
    use super::told;

    #[test]
    fn words_say_how_a_count_came_about() {
        assert_eq!(told("two deaths have been confirmed", false), ["confirmed"]);
        assert_eq!(told("deaths caused directly or indirectly by rain", false), ["directly and indirectly"]);
        assert_eq!(told("the storm killed 64 directly", false), ["directly"]);
        assert_eq!(told("the unconfirmed toll", false), ["unconfirmed"]);
        assert_eq!(told("nine died of thirst", false), Vec::<String>::new());
    }

    #[test]
    fn words_say_what_happened_to_people() {
        assert_eq!(told("killed in clashes near hollow vale", true), ["fighting"]);
        assert_eq!(told("hurt when bombs fell", true), ["blast"]);
        assert_eq!(told("a bombastic speech", true), Vec::<String>::new());
    }
}
