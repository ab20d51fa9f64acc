//! "A", "another", "multiple" in a sentence about casualties: each may count one of them ("a man and two women were killed",
//! "multiple people are injured"). No rule proposes anything for them; only the decider can take one for a count.

use sayso_model::{Category, Number, Upos};

use super::{
    hedge::Bounds,
    quantity::{Quantity, Sentence},
    table,
};

/// The categories that make up a toll.
pub(super) const TOLLS: [Category; 4] =
    [Category::KILLED, Category::INJURED, Category::MISSING, Category::ARRESTED];

/// True if a sentence is about people killed, hurt, missing or arrested.
pub(super) fn tells_of_casualties(s: &Sentence<'_, '_>) -> bool {
    table::told(s).any(|category| TOLLS.contains(&category))
}

/// The quantity at a word that may count somebody.
pub(super) fn article(s: &Sentence<'_, '_>, at: usize) -> Option<Quantity> {
    let several = match s.lower(at) {
        "a" | "an" | "another" => false,
        "multiple" => true,
        _ => return None,
    };
    // "Another 60" counts sixty.
    if s.tag(at + 1) == Some(Upos::Num) && s.lower(at + 2) != "-" {
        return None;
    }
    let whole = Number::whole;
    Some(Quantity {
        number: at..at + 1,
        numeral: at..at + 1,
        bounds: Bounds {
            low: several.then(|| whole(2)),
            best: (!several).then(|| whole(1)),
            ..Bounds::default()
        },
        approximate: false,
        vague: several.then(|| s.written(at).to_owned()),
        unit: None,
        derived_from: Vec::new(),
        whole: None,
        ratio: None,
        definite: false,
        another: s.lower(at) == "another",
        is_one: false,
        unclear: false,
        is_article: true,
        end: at + 1,
    })
}
