//! Word sets that the readers use by name. The words are in `data/words/`, one file per subject, each set with its meaning and,
//! in most files, with words that it must and must not match.

use std::sync::OnceLock;

use crate::lexicon::rows;

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
    ActsOnPeople "acts_on_people",
    Additional "additional",
    Admitting "admitting",
    Addressing "addressing",
    Aged "aged",
    AgedPeople "aged_people",
    Alleged "alleged",
    AmountsTo "amounts_to",
    AnyPeople "any_people",
    Arriving "arriving",
    Askers "askers",
    AnswerDetails "answer_details",
    Arranging "arranging",
    AskedFor "asked_for",
    AskedIn "asked_in",
    Asking "asking",
    AtWork "at_work",
    BareObjects "bare_objects",
    Bringing "bringing",
    Calling "calling",
    Carrying "carrying",
    CaseNouns "case_nouns",
    ChangedTo "changed_to",
    Changing "changing",
    CityWords "city_words",
    CivilOfficers "civil_officers",
    Claimed "claimed",
    ClaimedLives "claimed_lives",
    Claiming "claiming",
    Claims "claims",
    Collectives "collectives",
    CommonBodyWords "common_body_words",
    Compass "compass",
    Consisting "consisting",
    Contingents "contingents",
    Costing "costing",
    CountChanging "count_changing",
    CountNouns "count_nouns",
    Counted "counted",
    Counting "counting",
    Counts "counts",
    Crews "crews",
    Crossing "crossing",
    Crowds "crowds",
    Danger "danger",
    DayWords "day_words",
    DidNearly "did_nearly",
    Directors "directors",
    DivisionWords "division_words",
    DoneOrSuffered "done_or_suffered",
    DoubtfulUnits "doubtful_units",
    Earlier "earlier",
    DoneToPeople "done_to_people",
    EmptyModifiers "empty_modifiers",
    Exceeding "exceeding",
    Exodus "exodus",
    Fillers "fillers",
    Finding "finding",
    FitToFight "fit_to_fight",
    Folds "folds",
    Forcing "forcing",
    Found "found",
    Fresh "fresh",
    Gathering "gathering",
    GivenBefore "given_before",
    Giving "giving",
    GoingAway "going_away",
    Harm "harm",
    HedgesOfCounts "hedges_of_counts",
    Helping "helping",
    Holding "holding",
    Homes "homes",
    Homeward "homeward",
    Housing "housing",
    HowBadly "how_badly",
    InCare "in_care",
    Including "including",
    Keeping "keeping",
    Known "known",
    Law "law",
    Leaving "leaving",
    LeavingHome "leaving_home",
    LengthsOfTime "lengths_of_time",
    Liberators "liberators",
    Linking "linking",
    Locative "locative",
    Losing "losing",
    Losses "losses",
    Manhunt "manhunt",
    Means "means",
    MeasuredNouns "measured_nouns",
    Members "members",
    Mistaken "mistaken",
    MovingTo "moving_to",
    NameLinks "name_links",
    NationalSocieties "national_societies",
    Naming "naming",
    NameTitles "name_titles",
    NationalityEndings "nationality_endings",
    Natives "natives",
    Networks "networks",
    Nights "nights",
    NoDoers "no_doers",
    NobodyDead "nobody_dead",
    NobodyHurt "nobody_hurt",
    NobodyLost "nobody_lost",
    NotMeasured "not_measured",
    NotOnly "not_only",
    Notices "notices",
    NumberIn "number_in",
    Numbered "numbered",
    NumberedAlways "numbered_always",
    NumberedBodies "numbered_bodies",
    Numbering "numbering",
    Odd "odd",
    OfCases "of_cases",
    OfTheDead "of_the_dead",
    Offenders "offenders",
    Official "official",
    OnADay "on_a_day",
    OneThing "one_thing",
    Ordering "ordering",
    Outside "outside",
    OwnCounts "own_counts",
    OwnedCounts "owned_counts",
    Papers "papers",
    Passing "passing",
    PeopleEndings "people_endings",
    PersonEndings "person_endings",
    PlacePrepositions "place_prepositions",
    Plurals "plurals",
    Policing "policing",
    Publishing "publishing",
    Pulling "pulling",
    Putting "putting",
    Quakes "quakes",
    Ranging "ranging",
    Ranks "ranks",
    Recruits "recruits",
    Regretting "regretting",
    Reportedly "reportedly",
    RescueServices "rescue_services",
    Responders "responders",
    Revised "revised",
    Revising "revising",
    Rolls "rolls",
    Roughly "roughly",
    Said "said",
    Searching "searching",
    Seizing "seizing",
    Senses "senses",
    Settlements "settlements",
    Several "several",
    Shelters "shelters",
    ShotDead "shot_dead",
    Slides "slides",
    SoFar "so_far",
    Somewhere "somewhere",
    Speaking "speaking",
    Speech "speech",
    StandingBy "standing_by",
    Stationing "stationing",
    Streets "streets",
    Strengths "strengths",
    Suffering "suffering",
    Supposed "supposed",
    TakingAboard "taking_aboard",
    TakingBack "taking_back",
    Tasks "tasks",
    Teams "teams",
    Telephones "telephones",
    TimeFronts "time_fronts",
    ToSafety "to_safety",
    Told "told",
    Totalling "totalling",
    True "true",
    Turning "turning",
    Untrue "untrue",
    Vouching "vouching",
    Voyage "voyage",
    Voyagers "voyagers",
    WarUnits "war_units",
    WhichOne "which_one",
    WordOf "word_of",
}

/// The files, one for each subject.
const FILES: [&str; 5] = [
    sayso_data::words::FIGURES,
    sayso_data::words::TIMES,
    sayso_data::words::STATEMENTS,
    sayso_data::words::SPEAKERS,
    sayso_data::words::PLACES,
];

/// The words of a set, and their lengths, which rule out most words that are looked up.
#[derive(Default)]
struct Words {
    all: Vec<&'static str>,
    /// One bit per length in bytes, the last for all longer ones.
    lengths: u64,
    /// What words of the set may begin and end with.
    beginnings: Vec<&'static str>,
    endings: Vec<&'static str>,
}

fn length_of(word: &str) -> u64 {
    1 << word.len().min(63)
}

fn known(set: Set) -> Option<&'static Words> {
    // Indexed by set: every word of a report is looked up in many of them.
    static SETS: OnceLock<Vec<Words>> = OnceLock::new();
    let sets = SETS.get_or_init(|| {
        let mut sets: Vec<Words> = NAMES.iter().map(|_| Words::default()).collect();
        for row in FILES.into_iter().flat_map(rows) {
            let [name, _, forms, ..] = row[..] else { continue };
            let Some((_, set)) = NAMES.iter().find(|(known, _)| *known == name) else { continue };
            let Some(words) = sets.get_mut(*set as usize) else { continue };
            for word in forms.split(';') {
                if let Some(beginning) = word.strip_suffix('*') {
                    words.beginnings.push(beginning);
                } else if let Some(ending) = word.strip_prefix('*') {
                    words.endings.push(ending);
                } else {
                    words.lengths |= length_of(word);
                    words.all.push(word);
                }
            }
        }
        sets
    });
    sets.get(set as usize)
}

/// The words and phrases of a set, in the order of the data, without beginnings and endings.
pub(crate) fn of(set: Set) -> &'static [&'static str] {
    known(set).map(|words| words.all.as_slice()).unwrap_or_default()
}

/// True for a word of a set.
pub(crate) fn is(set: Set, word: &str) -> bool {
    known(set).is_some_and(|words| {
        words.lengths & length_of(word) != 0 && words.all.contains(&word)
            || words.beginnings.iter().any(|beginning| word.starts_with(beginning))
            || words.endings.iter().any(|ending| word.ends_with(ending))
    })
}

#[cfg(test)]
mod tests {
    use super::{FILES, NAMES, Set, is};
    use crate::lexicon::rows;

    /// Columns with examples and without.
    const COLUMNS: [usize; 2] = [5, 3];

    /// True if a text contains a word or phrase of a row as a whole, or a word with such a beginning or ending.
    fn has(text: &str, words: &str) -> bool {
        let plain = |text: &str| {
            let letters =
                text.to_lowercase().replace(|c: char| !c.is_alphanumeric() && !"'’.".contains(c), " ");
            let bare = |w: &str| w.trim_matches('.').trim_end_matches("'s").trim_end_matches("’s").to_owned();
            let words: Vec<String> = letters.split_whitespace().map(bare).collect();
            format!(" {} ", words.join(" "))
        };
        let text = plain(text);
        words.split(';').any(|word| match (word.strip_suffix('*'), word.strip_prefix('*')) {
            (Some(beginning), _) => text.contains(&format!(" {beginning}")),
            (_, Some(ending)) => text.contains(&format!("{ending} ")),
            _ => text.contains(&plain(word)),
        })
    }

    #[test]
    fn every_set_has_a_row_and_every_row_a_set() {
        for (name, _) in NAMES {
            let rows = FILES.into_iter().flat_map(rows).filter(|row| row.first() == Some(name)).count();
            assert_eq!(rows, 1, "{name}");
        }
        for row in FILES.into_iter().flat_map(rows) {
            assert!(COLUMNS.contains(&row.len()), "{row:?}");
            assert!(NAMES.iter().any(|(name, _)| *name == row[0]), "{} is no set", row[0]);
            assert!(!row[1].is_empty() && !row[2].is_empty(), "{}", row[0]);
        }
    }

    #[test]
    fn every_set_matches_its_examples_and_nothing_that_it_must_not() {
        for row in FILES.into_iter().flat_map(rows) {
            let [name, _, words, yes, no] = row[..] else { continue };
            for text in yes.split('|') {
                assert!(has(text, words), "{name} must match \"{text}\"");
            }
            for text in no.split('|') {
                assert!(!has(text, words), "{name} must not match \"{text}\"");
            }
        }
    }

    #[test]
    fn the_words_of_figures_all_have_examples() {
        for row in rows(sayso_data::words::FIGURES) {
            assert_eq!(row.len(), 5, "{row:?}");
        }
    }

    #[test]
    fn words_are_looked_up_in_their_set() {
        assert!(is(Set::Streets, "avenue") && !is(Set::Streets, "article") && is(Set::Numbered, "article"));
    }

    #[test]
    fn words_are_looked_up_by_beginning_and_ending() {
        assert!(is(Set::PersonEndings, "diver") && !is(Set::PersonEndings, "dive"));
        assert!(is(Set::ChangedTo, "climbed") && is(Set::ChangedTo, "fell") && !is(Set::ChangedTo, "fellow"));
    }
}
