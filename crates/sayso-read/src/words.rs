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
    Adding "adding",
    Additional "additional",
    Addressing "addressing",
    Admitting "admitting",
    AfterCityNames "after_city_names",
    AfterCount "after_count",
    AfterDue "after_due",
    AfterSource "after_source",
    Aged "aged",
    AgedPeople "aged_people",
    Ahead "ahead",
    Alleged "alleged",
    AmountsTo "amounts_to",
    Announcing "announcing",
    AnswerDetails "answer_details",
    Answers "answers",
    AnyPeople "any_people",
    Arranging "arranging",
    Arriving "arriving",
    AskedFor "asked_for",
    AskedIn "asked_in",
    Askers "askers",
    Asking "asking",
    AtWork "at_work",
    Attributing "attributing",
    Averting "averting",
    BareObjects "bare_objects",
    BeforeNetworks "before_networks",
    BelowMinisters "below_ministers",
    Bound "bound",
    Briefings "briefings",
    Bringing "bringing",
    Broadcasts "broadcasts",
    ByTelephone "by_telephone",
    Called "called",
    CalledAfterPlaces "called_after_places",
    Calling "calling",
    Calls "calls",
    Carrying "carrying",
    CaseNouns "case_nouns",
    CertainlyAhead "certainly_ahead",
    ChangedTo "changed_to",
    Changing "changing",
    Citing "citing",
    CityWords "city_words",
    CivilOfficers "civil_officers",
    Claimed "claimed",
    ClaimedLives "claimed_lives",
    Claiming "claiming",
    Claims "claims",
    Collectives "collectives",
    Comments "comments",
    CommonBodyWords "common_body_words",
    Compass "compass",
    Consisting "consisting",
    Containing "containing",
    Contestants "contestants",
    Contingents "contingents",
    Correcting "correcting",
    Costing "costing",
    CountChanging "count_changing",
    CountNouns "count_nouns",
    CountVerbs "count_verbs",
    Counted "counted",
    CountedAfterYear "counted_after_year",
    CountedBefore "counted_before",
    Counting "counting",
    Counts "counts",
    Credited "credited",
    Crews "crews",
    Crossing "crossing",
    DecadesOfLife "decades_of_life",
    HittingHard "hitting_hard",
    Economy "economy",
    Eliminating "eliminating",
    Crowds "crowds",
    CurrencyMarks "currency_marks",
    Danger "danger",
    DayParts "day_parts",
    DayWords "day_words",
    DeclinedTo "declined_to",
    Demanding "demanding",
    DeniedBefore "denied_before",
    Denying "denying",
    DidNearly "did_nearly",
    Directions "directions",
    Directors "directors",
    Disclosing "disclosing",
    DivisionWords "division_words",
    DoctorTitles "doctor_titles",
    DoneOrSuffered "done_or_suffered",
    DoneToPeople "done_to_people",
    DoubtfulUnits "doubtful_units",
    Earlier "earlier",
    EmergencyServices "emergency_services",
    EmptyModifiers "empty_modifiers",
    Establishing "establishing",
    Exceeding "exceeding",
    Exodus "exodus",
    Expecting "expecting",
    FemaleTitles "female_titles",
    Fillers "fillers",
    Finding "finding",
    FitToFight "fit_to_fight",
    Folds "folds",
    Forces "forces",
    Forcing "forcing",
    Former "former",
    Found "found",
    Fresh "fresh",
    From "from",
    Gathering "gathering",
    Getting "getting",
    GivenBefore "given_before",
    Giving "giving",
    GivingOut "giving_out",
    GoingAway "going_away",
    GoingUp "going_up",
    Hardly "hardly",
    Harm "harm",
    Heading "heading",
    Hearers "hearers",
    HedgesOfCounts "hedges_of_counts",
    Helping "helping",
    Holding "holding",
    Homes "homes",
    Homeward "homeward",
    Housing "housing",
    HowBadly "how_badly",
    InCare "in_care",
    InTheEnd "in_the_end",
    Including "including",
    Informing "informing",
    Interviews "interviews",
    Judging "judging",
    Keeping "keeping",
    KeepingFrom "keeping_from",
    Known "known",
    Law "law",
    LawmakerTitles "lawmaker_titles",
    Leaving "leaving",
    LeavingHome "leaving_home",
    LengthsOfTime "lengths_of_time",
    Letters "letters",
    Liberators "liberators",
    Likely "likely",
    Linking "linking",
    Lives "lives",
    Locative "locative",
    LookingAhead "looking_ahead",
    Losing "losing",
    Losses "losses",
    MadeBy "made_by",
    MakingAnswers "making_answers",
    MaleTitles "male_titles",
    Manhunt "manhunt",
    May "may",
    Means "means",
    MeasuredNouns "measured_nouns",
    Media "media",
    Members "members",
    Men "men",
    Meridiem "meridiem",
    Mistaken "mistaken",
    MonthsAsNames "months_as_names",
    MonthsAsWords "months_as_words",
    MovingCounts "moving_counts",
    MovingTo "moving_to",
    NameLinks "name_links",
    NamedDays "named_days",
    Naming "naming",
    NamingSources "naming_sources",
    NationalSocieties "national_societies",
    NationalityEndings "nationality_endings",
    Nations "nations",
    Natives "natives",
    Networks "networks",
    NewsConferences "news_conferences",
    Nights "nights",
    NoDoers "no_doers",
    Nobody "nobody",
    NobodyDead "nobody_dead",
    NobodyHurt "nobody_hurt",
    NobodyLost "nobody_lost",
    Noons "noons",
    NotMeasured "not_measured",
    NotOnly "not_only",
    NoticeOpenings "notice_openings",
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
    OfficeModifiers "office_modifiers",
    OfficerTitles "officer_titles",
    Official "official",
    OnADay "on_a_day",
    OneThing "one_thing",
    OnlyDenying "only_denying",
    Ordering "ordering",
    Outside "outside",
    OwnCounts "own_counts",
    OwnedCounts "owned_counts",
    PaperNames "paper_names",
    Papers "papers",
    Passing "passing",
    PeopleEndings "people_endings",
    Perceiving "perceiving",
    Perhaps "perhaps",
    Periods "periods",
    PersonEndings "person_endings",
    PlaceLinks "place_links",
    PlacePrepositions "place_prepositions",
    Planning "planning",
    PlanningAhead "planning_ahead",
    Playing "playing",
    Plurals "plurals",
    Pointers "pointers",
    Policing "policing",
    Possessives "possessives",
    Posts "posts",
    Preparing "preparing",
    Proof "proof",
    Publishing "publishing",
    Pulling "pulling",
    Putting "putting",
    Quakes "quakes",
    Quoting "quoting",
    Ranging "ranging",
    Ranks "ranks",
    Reachable "reachable",
    Reaching "reaching",
    Recruits "recruits",
    Referred "referred",
    Regretting "regretting",
    Relatives "relatives",
    Relaying "relaying",
    Reportedly "reportedly",
    ReportsIt "reports_it",
    RescueServices "rescue_services",
    Resolving "resolving",
    Responders "responders",
    Responding "responding",
    Resulting "resulting",
    Revised "revised",
    Revising "revising",
    Risks "risks",
    Rolls "rolls",
    Roughly "roughly",
    Said "said",
    SaidBefore "said_before",
    SaidBy "said_by",
    SaidRightly "said_rightly",
    SaidTo "said_to",
    SaidWrongly "said_wrongly",
    Saying "saying",
    SayingAlone "saying_alone",
    Scheduled "scheduled",
    Searching "searching",
    SeeingDocuments "seeing_documents",
    Seizing "seizing",
    Senses "senses",
    Settlements "settlements",
    Several "several",
    SeveralInACountry "several_in_a_country",
    Shelters "shelters",
    ShortMonths "short_months",
    ShotDead "shot_dead",
    Slides "slides",
    SoFar "so_far",
    Somewhere "somewhere",
    SoughtOut "sought_out",
    Speaking "speaking",
    SpeakingOf "speaking_of",
    Speech "speech",
    Speeches "speeches",
    Spellings "spellings",
    Standing "standing",
    StandingBy "standing_by",
    Stationing "stationing",
    StoryWorks "story_works",
    Streets "streets",
    Strengths "strengths",
    Suffering "suffering",
    Supplied "supplied",
    Supposed "supposed",
    SurnameParticles "surname_particles",
    Suspecting "suspecting",
    TakingAboard "taking_aboard",
    TakingBack "taking_back",
    Tasks "tasks",
    Teams "teams",
    Telephones "telephones",
    Telling "telling",
    Their "their",
    They "they",
    TimeFronts "time_fronts",
    TimeZones "time_zones",
    ToSafety "to_safety",
    BeforeNames "before_names",
    Recorded "recorded",
    OnAccountOf "on_account_of",
    Told "told",
    Totalling "totalling",
    Totals "totals",
    True "true",
    Turning "turning",
    Unanswered "unanswered",
    Undertaking "undertaking",
    UnitModifiers "unit_modifiers",
    Untrue "untrue",
    VerbsLikeAdjectives "verbs_like_adjectives",
    Vouching "vouching",
    Voyage "voyage",
    Voyagers "voyagers",
    Wanting "wanting",
    WarUnits "war_units",
    WhatIsAttributed "what_is_attributed",
    WhichOne "which_one",
    Will "will",
    Women "women",
    WordOf "word_of",
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
        let mut forms = words.split(';').map(|word| word.split('=').next().unwrap_or(word));
        forms.any(|word| match (word.strip_suffix('*'), word.strip_prefix('*')) {
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
