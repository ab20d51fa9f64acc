//! Word sets for comparing reports: `data/words/comparison.tsv`, each with its meaning and with words that it must and must not
//! match.

use std::{collections::BTreeMap, sync::OnceLock};

use crate::data::rows;

/// Declares every set once: as a variant and as its name in the data.
macro_rules! sets {
    ($($set:ident $name:literal),* $(,)?) => {
        /// A set of words; its meaning is documented next to its words in the data.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub(crate) enum Set {
            $($set),*
        }

        /// Every set by its name in the data.
        const NAMES: &[(&str, Set)] = &[$(($name, Set::$set)),*];
    };
}

sets! {
    Ahead "ahead",
    Anybody "anybody",
    Be "be",
    BodiesOfStates "bodies_of_states",
    BodyNouns "body_nouns",
    Brings "brings",
    CompoundEnds "compound_ends",
    DatesEvent "dates_event",
    DescriptionPrepositions "description_prepositions",
    Desks "desks",
    Determiners "determiners",
    DueTo "due_to",
    EarlierCount "earlier_count",
    ForBody "for_body",
    GeneralBodyWords "general_body_words",
    GeneralOwners "general_owners",
    Houses "houses",
    Incomplete "incomplete",
    Institutions "institutions",
    LocalOffices "local_offices",
    LoseFighters "lose_fighters",
    LoseSoldiers "lose_soldiers",
    Moved "moved",
    NamedEvents "named_events",
    NotListed "not_listed",
    NotSo "not_so",
    OfMany "of_many",
    OfNoBody "of_no_body",
    OfWhichMany "of_which_many",
    Particles "particles",
    Past "past",
    PointsBack "points_back",
    Powers "powers",
    RaisedFrom "raised_from",
    Ranks "ranks",
    Relative "relative",
    Research "research",
    Revises "revises",
    SaidFirst "said_first",
    ShortTitles "short_titles",
    SmallWords "small_words",
    SpeakAsOne "speak_as_one",
    Spokesmen "spokesmen",
    Storms "storms",
    Superlative "superlative",
    TheDayBefore "the_day_before",
    Totals "totals",
    Towns "towns",
    Unions "unions",
    Wrong "wrong",
}

/// The words of a set, and their lengths, which rule out most words that are looked up.
#[derive(Default)]
struct Words {
    all: Vec<&'static str>,
    /// One bit per length in bytes, the last for all longer ones.
    lengths: u64,
}

fn length_of(word: &str) -> u64 {
    1 << word.len().min(63)
}

fn known(set: Set) -> Option<&'static Words> {
    // Indexed by set: every word of a story is looked up.
    static SETS: OnceLock<Vec<Words>> = OnceLock::new();
    let sets = SETS.get_or_init(|| {
        let rows: BTreeMap<&str, &str> = rows(sayso_data::words::COMPARISON)
            .filter_map(|row| Some((*row.first()?, *row.get(2)?)))
            .collect();
        let words = |name: &str| {
            let all: Vec<&str> = rows.get(name).map(|words| words.split(';').collect()).unwrap_or_default();
            Words { lengths: all.iter().fold(0, |lengths, word| lengths | length_of(word)), all }
        };
        NAMES.iter().map(|(name, _)| words(name)).collect()
    });
    sets.get(set as usize)
}

/// The words and phrases of a set, in the order of the data.
pub(crate) fn of(set: Set) -> &'static [&'static str] {
    known(set).map(|words| words.all.as_slice()).unwrap_or_default()
}

/// True for a word of a set.
pub(crate) fn is(set: Set, word: &str) -> bool {
    known(set).is_some_and(|words| words.lengths & length_of(word) != 0 && words.all.contains(&word))
}

/// The pairs of a set that has pairs: a short form and its long form, or vice versa.
pub(crate) fn pairs(set: Set) -> impl Iterator<Item = (&'static str, &'static str)> {
    of(set).iter().filter_map(|pair| pair.split_once('='))
}

#[cfg(test)]
mod tests {
    use super::{NAMES, of};
    use crate::data::rows;

    /// True if a text contains a word or phrase of a set as a whole, or a word with such a beginning.
    fn has(text: &str, words: &[&str]) -> bool {
        let plain = |text: &str| {
            let letters =
                text.to_lowercase().replace(|c: char| !c.is_alphanumeric() && !"'’.".contains(c), " ");
            let bare = |w: &str| w.trim_matches('.').trim_end_matches("'s").trim_end_matches("’s").to_owned();
            let words: Vec<String> = letters.split_whitespace().map(bare).collect();
            format!(" {} ", words.join(" "))
        };
        let text = plain(text);
        words.iter().map(|w| w.split('=').next().unwrap_or(w)).any(|word| match word.strip_suffix('*') {
            Some(beginning) => text.contains(&format!(" {beginning}")),
            None => text.contains(&plain(word)),
        })
    }

    #[test]
    fn every_set_matches_what_it_must_and_nothing_that_it_must_not() {
        let all: Vec<Vec<&str>> = rows(sayso_data::words::COMPARISON).collect();
        assert_eq!(all.len(), NAMES.len());
        for row in all {
            let [name, meaning, _, yes, no] = row[..] else { panic!("five columns: {row:?}") };
            assert!(!meaning.is_empty(), "{name}");
            let (_, set) = NAMES.iter().find(|(known, _)| *known == name).expect(name);
            for text in yes.split('|') {
                assert!(has(text, of(*set)), "{name} must match \"{text}\"");
            }
            for text in no.split('|') {
                assert!(!has(text, of(*set)), "{name} must not match \"{text}\"");
            }
        }
    }
}
