//! Word sets that the readers use by name. The words are in `data/words/`, one file per subject.

use std::{collections::BTreeSet, sync::OnceLock};

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
    Admitting "admitting",
    Addressing "addressing",
    Askers "askers",
    AnswerDetails "answer_details",
    Arranging "arranging",
    AskedFor "asked_for",
    AskedIn "asked_in",
    Asking "asking",
    Averting "averting",
    AtWork "at_work",
    Bodies "bodies",
    Calling "calling",
    Changing "changing",
    CityWords "city_words",
    Claimed "claimed",
    Claims "claims",
    CommonBodyWords "common_body_words",
    Compass "compass",
    Contingents "contingents",
    CountChanging "count_changing",
    CountNouns "count_nouns",
    Crowds "crowds",
    CurrencyMarks "currency_marks",
    DayWords "day_words",
    Directors "directors",
    DivisionWords "division_words",
    Earlier "earlier",
    DoneToPeople "done_to_people",
    EmptyModifiers "empty_modifiers",
    Fillers "fillers",
    Found "found",
    Giving "giving",
    Hardly "hardly",
    Harm "harm",
    Holding "holding",
    Homes "homes",
    Known "known",
    Law "law",
    Liberators "liberators",
    Locative "locative",
    MeasuredNouns "measured_nouns",
    Mistaken "mistaken",
    MovingCounts "moving_counts",
    NameLinks "name_links",
    NationalSocieties "national_societies",
    Naming "naming",
    NameTitles "name_titles",
    Networks "networks",
    Nights "nights",
    NoDoers "no_doers",
    NobodyDead "nobody_dead",
    NobodyHurt "nobody_hurt",
    NobodyLost "nobody_lost",
    Notices "notices",
    Numbered "numbered",
    NumberedBodies "numbered_bodies",
    Offenders "offenders",
    OnADay "on_a_day",
    Outside "outside",
    OwnCounts "own_counts",
    OwnedCounts "owned_counts",
    Papers "papers",
    Passing "passing",
    Periods "periods",
    PlacePrepositions "place_prepositions",
    Publishing "publishing",
    Pulling "pulling",
    Ranks "ranks",
    Regretting "regretting",
    RescueServices "rescue_services",
    Responders "responders",
    Revised "revised",
    Senses "senses",
    Shelters "shelters",
    Slides "slides",
    Streets "streets",
    Supposed "supposed",
    TakingBack "taking_back",
    Tasks "tasks",
    Teams "teams",
    TimeFronts "time_fronts",
    Told "told",
    True "true",
    Untrue "untrue",
    Vouching "vouching",
    WarUnits "war_units",
}

/// The files, one for each subject.
const FILES: [&str; 5] = [
    sayso_data::words::FIGURES,
    sayso_data::words::TIMES,
    sayso_data::words::STATEMENTS,
    sayso_data::words::SPEAKERS,
    sayso_data::words::PLACES,
];

fn sets() -> &'static BTreeSet<(Set, &'static str)> {
    static SETS: OnceLock<BTreeSet<(Set, &'static str)>> = OnceLock::new();
    SETS.get_or_init(|| {
        let mut sets = BTreeSet::new();
        for row in FILES.into_iter().flat_map(rows) {
            let [name, _, words] = row[..] else { continue };
            let Some((_, set)) = NAMES.iter().find(|(known, _)| *known == name) else { continue };
            sets.extend(words.split(';').map(|word| (*set, word)));
        }
        sets
    })
}

/// True for a word of a set.
pub(crate) fn is(set: Set, word: &str) -> bool {
    // A range lookup finds a word without copying it to 'static.
    sets().range::<(Set, &str), _>((set, word)..=(set, word)).next().is_some()
}

#[cfg(test)]
mod tests {
    use super::{FILES, NAMES, Set, is, sets};
    use crate::lexicon::rows;

    #[test]
    fn every_set_has_words_and_every_row_a_set() {
        for (name, set) in NAMES {
            assert!(sets().iter().any(|(known, _)| known == set), "{name} has no words");
        }
        for row in FILES.into_iter().flat_map(rows) {
            assert_eq!(row.len(), 3, "{row:?}");
            assert!(NAMES.iter().any(|(name, _)| *name == row[0]), "{} is no set", row[0]);
        }
    }

    #[test]
    fn words_are_looked_up_in_their_set() {
        assert!(is(Set::Streets, "avenue") && !is(Set::Streets, "article") && is(Set::Numbered, "article"));
    }
}
