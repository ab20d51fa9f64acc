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
    Adding "adding",
    Addressing "addressing",
    Admitting "admitting",
    AfterCityNames "after_city_names",
    AfterCount "after_count",
    AfterDue "after_due",
    AfterSource "after_source",
    Ahead "ahead",
    Announcing "announcing",
    AnswerDetails "answer_details",
    Answers "answers",
    Arranging "arranging",
    AskedFor "asked_for",
    AskedIn "asked_in",
    Askers "askers",
    Asking "asking",
    AtWork "at_work",
    Attributing "attributing",
    BeforeNetworks "before_networks",
    BelowMinisters "below_ministers",
    Bodies "bodies",
    Bound "bound",
    Briefings "briefings",
    Broadcasts "broadcasts",
    Called "called",
    Calling "calling",
    Calls "calls",
    CertainlyAhead "certainly_ahead",
    Changing "changing",
    Citing "citing",
    CityWords "city_words",
    Claimed "claimed",
    Claims "claims",
    Comments "comments",
    CommonBodyWords "common_body_words",
    Compass "compass",
    Containing "containing",
    Contingents "contingents",
    Correcting "correcting",
    CountChanging "count_changing",
    CountNouns "count_nouns",
    CountVerbs "count_verbs",
    CountedAfterYear "counted_after_year",
    CountedBefore "counted_before",
    Credited "credited",
    Crowds "crowds",
    DayParts "day_parts",
    DayWords "day_words",
    DeclinedTo "declined_to",
    Demanding "demanding",
    DeniedBefore "denied_before",
    Denying "denying",
    Directions "directions",
    Directors "directors",
    Disclosing "disclosing",
    DivisionWords "division_words",
    DoctorTitles "doctor_titles",
    DoneToPeople "done_to_people",
    Earlier "earlier",
    EmergencyServices "emergency_services",
    EmptyModifiers "empty_modifiers",
    Establishing "establishing",
    Expecting "expecting",
    FemaleTitles "female_titles",
    Fillers "fillers",
    Forces "forces",
    Former "former",
    Found "found",
    From "from",
    Getting "getting",
    Giving "giving",
    GivingOut "giving_out",
    Harm "harm",
    Heading "heading",
    Hearers "hearers",
    Holding "holding",
    Homes "homes",
    Informing "informing",
    Interviews "interviews",
    Judging "judging",
    Known "known",
    Law "law",
    LawmakerTitles "lawmaker_titles",
    Letters "letters",
    Liberators "liberators",
    Likely "likely",
    Lives "lives",
    Locative "locative",
    LookingAhead "looking_ahead",
    MadeBy "made_by",
    MakingAnswers "making_answers",
    MaleTitles "male_titles",
    May "may",
    MeasuredNouns "measured_nouns",
    Media "media",
    Meridiem "meridiem",
    Mistaken "mistaken",
    MonthsAsNames "months_as_names",
    MonthsAsWords "months_as_words",
    NameLinks "name_links",
    NamedDays "named_days",
    Naming "naming",
    NamingSources "naming_sources",
    NationalSocieties "national_societies",
    Nations "nations",
    Networks "networks",
    NewsConferences "news_conferences",
    Nights "nights",
    NoDoers "no_doers",
    Nobody "nobody",
    NobodyDead "nobody_dead",
    NobodyHurt "nobody_hurt",
    NobodyLost "nobody_lost",
    Noons "noons",
    NoticeOpenings "notice_openings",
    Notices "notices",
    Numbered "numbered",
    NumberedBodies "numbered_bodies",
    Offenders "offenders",
    OfficeModifiers "office_modifiers",
    OfficerTitles "officer_titles",
    OnADay "on_a_day",
    OnlyDenying "only_denying",
    Outside "outside",
    OwnCounts "own_counts",
    OwnedCounts "owned_counts",
    PaperNames "paper_names",
    Papers "papers",
    Passing "passing",
    Perceiving "perceiving",
    Perhaps "perhaps",
    PlaceLinks "place_links",
    PlacePrepositions "place_prepositions",
    Planning "planning",
    PlanningAhead "planning_ahead",
    Pointers "pointers",
    Possessives "possessives",
    Posts "posts",
    Preparing "preparing",
    Proof "proof",
    Publishing "publishing",
    Pulling "pulling",
    Quoting "quoting",
    Ranks "ranks",
    Reachable "reachable",
    Reaching "reaching",
    Referred "referred",
    Regretting "regretting",
    Relatives "relatives",
    Relaying "relaying",
    ReportsIt "reports_it",
    RescueServices "rescue_services",
    Resolving "resolving",
    Responders "responders",
    Responding "responding",
    Revised "revised",
    Risks "risks",
    SaidBefore "said_before",
    SaidBy "said_by",
    SaidRightly "said_rightly",
    SaidTo "said_to",
    SaidWrongly "said_wrongly",
    Saying "saying",
    SayingAlone "saying_alone",
    Scheduled "scheduled",
    SeeingDocuments "seeing_documents",
    Senses "senses",
    SeveralInACountry "several_in_a_country",
    Shelters "shelters",
    ShortMonths "short_months",
    Slides "slides",
    SoughtOut "sought_out",
    SpeakingOf "speaking_of",
    Speeches "speeches",
    Spellings "spellings",
    Standing "standing",
    Streets "streets",
    Supplied "supplied",
    Supposed "supposed",
    Suspecting "suspecting",
    TakingBack "taking_back",
    Tasks "tasks",
    Teams "teams",
    Telephones "telephones",
    Telling "telling",
    Their "their",
    They "they",
    TimeFronts "time_fronts",
    TimeZones "time_zones",
    Told "told",
    Totals "totals",
    True "true",
    Unanswered "unanswered",
    Undertaking "undertaking",
    UnitModifiers "unit_modifiers",
    Untrue "untrue",
    VerbsLikeAdjectives "verbs_like_adjectives",
    Vouching "vouching",
    Wanting "wanting",
    WarUnits "war_units",
    WhatIsAttributed "what_is_attributed",
    Will "will",
    Writings "writings",
}

/// The files, one for each subject.
const FILES: [&str; 8] = [
    sayso_data::words::FIGURES,
    sayso_data::words::TIMES,
    sayso_data::words::STATEMENTS,
    sayso_data::words::REQUESTS,
    sayso_data::words::CORRECTIONS,
    sayso_data::words::FORECASTS,
    sayso_data::words::SPEAKERS,
    sayso_data::words::PLACES,
];

fn sets() -> &'static BTreeSet<(Set, &'static str)> {
    static SETS: OnceLock<BTreeSet<(Set, &'static str)>> = OnceLock::new();
    SETS.get_or_init(|| {
        let mut sets = BTreeSet::new();
        for row in FILES.into_iter().flat_map(rows) {
            let [name, _, words, ..] = row[..] else { continue };
            let Some((_, set)) = NAMES.iter().find(|(known, _)| *known == name) else { continue };
            sets.extend(words.split(';').map(|word| (*set, word)));
        }
        sets
    })
}

/// The words and phrases of a set, in alphabetical order.
pub(crate) fn of(set: Set) -> impl Iterator<Item = &'static str> {
    sets().range((set, "")..).take_while(move |(known, _)| *known == set).map(|(_, word)| *word)
}

/// True for a word of a set.
pub(crate) fn is(set: Set, word: &str) -> bool {
    // A range lookup finds a word without copying it to 'static.
    sets().range::<(Set, &str), _>((set, word)..=(set, word)).next().is_some()
}

#[cfg(test)]
mod tests {
    use super::{FILES, NAMES, Set, is, of, sets};
    use crate::lexicon::rows;

    /// True if a text contains a word or phrase of a set as a whole.
    fn has(text: &str, set: Set) -> bool {
        let plain = |text: &str| {
            let letters =
                text.to_lowercase().replace(|c: char| !c.is_alphanumeric() && !"'’.".contains(c), " ");
            let bare = |w: &str| w.trim_matches('.').trim_end_matches("'s").trim_end_matches("’s").to_owned();
            let words: Vec<String> = letters.split_whitespace().map(bare).collect();
            format!(" {} ", words.join(" "))
        };
        let text = plain(text);
        of(set).map(|word| word.split('=').next().unwrap_or(word)).any(|word| text.contains(&plain(word)))
    }

    #[test]
    fn every_set_with_examples_matches_what_it_must_and_nothing_that_it_must_not() {
        for row in FILES.into_iter().flat_map(rows) {
            let [name, _, _, yes, no] = row[..] else { continue };
            let (_, set) = NAMES.iter().find(|(known, _)| *known == name).expect(name);
            for text in yes.split('|') {
                assert!(has(text, *set), "{name} must match \"{text}\"");
            }
            for text in no.split('|') {
                assert!(!has(text, *set), "{name} must not match \"{text}\"");
            }
        }
    }

    #[test]
    fn every_set_has_words_and_every_row_a_set() {
        for (name, set) in NAMES {
            assert!(sets().iter().any(|(known, _)| known == set), "{name} has no words");
        }
        for row in FILES.into_iter().flat_map(rows) {
            assert!(matches!(row.len(), 3 | 5), "{row:?}");
            assert!(NAMES.iter().any(|(name, _)| *name == row[0]), "{} is no set", row[0]);
        }
    }

    #[test]
    fn words_are_looked_up_in_their_set() {
        assert!(is(Set::Streets, "avenue") && !is(Set::Streets, "article") && is(Set::Numbered, "article"));
    }
}
