//! What sayso knows about language and the world, as word lists: the files of this folder, each with its meaning, source and
//! licence in its header. This crate only embeds them; the crates that use them parse them.
#![forbid(unsafe_code)]

/// Embeds a file of this folder.
macro_rules! file {
    ($name:ident, $path:literal) => {
        #[doc = concat!("`data/", $path, "`.")]
        pub static $name: &str = include_str!($path);
    };
}

file!(ACLED_VAGUE, "acled_vague.tsv");
file!(BODIES, "bodies.tsv");
file!(CALENDAR, "calendar.tsv");
file!(CERTAINTY, "certainty.tsv");
file!(CITY_COORDINATES, "city_coordinates.tsv");
file!(CORRECTION_NOTES, "correction_notes.tsv");
file!(COUNTRIES, "countries.tsv");
file!(CUES, "cues.tsv");
file!(DEFINITIONS, "definitions.tsv");
file!(DIVISIONS, "divisions.tsv");
file!(FIGURE_CATEGORIES, "figure_categories.tsv");
file!(FIRST_NAMES, "first_names.tsv");
file!(GAZETTEER, "gazetteer.tsv");
file!(GLOSSARY, "glossary.tsv");
file!(GROUPS, "groups.tsv");
file!(HEDGES, "hedges.tsv");
file!(ISO_3166, "iso_3166.tsv");
file!(KINSHIP, "kinship.tsv");
file!(KNOWN_BODIES, "known_bodies.tsv");
file!(NAME_DESCRIPTIONS, "name_descriptions.tsv");
file!(NUMBERS, "numbers.tsv");
file!(OUTLETS, "outlets.tsv");
file!(PAGE_FURNITURE, "page-furniture.tsv");
file!(PAGE_LEADS, "page-leads.tsv");
file!(PAGE_PAYWALLS, "page-paywalls.tsv");
file!(PEOPLE, "people.tsv");
file!(PEOPLE_WORDNET, "people_wordnet.tsv");
file!(RELIABILITY, "reliability.tsv");
file!(ROLES, "roles.tsv");
file!(RULE_TRUST, "rule_trust.tsv");
file!(TERM_FREQUENCY, "term-frequency.tsv");
file!(TITLES, "titles.tsv");
file!(TOLD_AS, "told_as.tsv");
file!(UNITS, "units.tsv");
file!(UNVERIFIED, "unverified.tsv");
file!(VAGUE_QUANTITIES, "vague_quantities.tsv");

/// `data/word_pieces.weights`: the word pieces of the encoder in `sayso-read` and their embeddings. They belong to that crate's
/// weights and are trained with them, but a package of both would exceed the size limit of crates.io.
pub static WORD_PIECES: &[u8] = include_bytes!("word_pieces.weights");

/// The small sets that a single rule each uses.
pub mod words {
    file!(COMPARISON, "words/comparison.tsv");
    file!(CORRECTIONS, "words/corrections.tsv");
    file!(FIGURES, "words/figures.tsv");
    file!(FORECASTS, "words/forecasts.tsv");
    file!(PLACES, "words/places.tsv");
    file!(REQUESTS, "words/requests.tsv");
    file!(SPEAKERS, "words/speakers.tsv");
    file!(STATEMENTS, "words/statements.tsv");
    file!(TIMES, "words/times.tsv");
    file!(WORDING, "words/wording.tsv");
}
