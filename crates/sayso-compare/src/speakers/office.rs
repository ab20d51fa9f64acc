//! Who is meant by an office: "Turkey's interior minister" is the person whom reports name in that office.

use std::collections::{BTreeMap, BTreeSet};

use sayso_model::{SpeakerKind, story::StoryMark};

use super::{beside::written_out, described::office_words, groups::Groups, local::Local};
use crate::{
    country::Countries,
    data::{fold, is_title},
    name::describes_one,
    words::{self, Set},
};

/// An office or description as a report gives it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Office {
    /// Its words as a set, without country and function words.
    words: BTreeSet<String>,
    /// The country that it names.
    country: Option<String>,
    /// True if its own words say that others hold it too ("another clerk").
    shared: bool,
}

impl Office {
    pub(super) fn of(description: &str, text: &str, countries: &Countries) -> Self {
        // "An HRF spokesman" speaks for the Harbour Rescue Force.
        let whole: Vec<&str> =
            description.split_whitespace().map(|w| written_out(text, w).unwrap_or(w)).collect();
        let description = whole.join(" ");
        let description = description.as_str();
        let country = countries.within(description);
        let of_country: BTreeSet<String> = description
            .split_whitespace()
            .map(|w| w.trim_end_matches("'s").trim_end_matches("’s"))
            .filter(|w| countries.named(w).is_some())
            .map(fold)
            .chain(
                country
                    .iter()
                    .flat_map(|country| fold(country).split(' ').map(str::to_owned).collect::<Vec<_>>()),
            )
            .collect();
        let full = |w: String| {
            words::pairs(Set::ShortTitles)
                .find(|(short, _)| *short == w)
                .map_or(w, |(_, long)| long.to_owned())
        };
        let words =
            office_words(description).into_iter().map(full).filter(|w| !of_country.contains(w)).collect();
        let shared = description.split(' ').next().is_some_and(|w| w.eq_ignore_ascii_case("another"));
        Self { words, country, shared }
    }

    /// True if the other one has everything that this description says.
    fn is_within(&self, other: &Self) -> bool {
        let same_country = match (&self.country, &other.country) {
            (Some(own), Some(theirs)) => own == theirs,
            _ => true,
        };
        same_country && !self.words.is_empty() && self.words.is_subset(&other.words)
    }
}

/// The words of a title, abbreviations expanded.
pub(super) fn title_words(title: &str) -> Vec<String> {
    office_words(title)
        .into_iter()
        .map(|w| {
            words::pairs(Set::ShortTitles)
                .find(|(short, _)| *short == w)
                .map_or(w, |(_, long)| long.to_owned())
        })
        .collect()
}

/// Unnamed people described by the office of somebody named: the only holder in the same report, or, across reports, the only
/// holder in the story if the description says what the office belongs to.
pub(super) fn join_holders(locals: &[Local<'_>], groups: &mut Groups) {
    let mut in_report: BTreeMap<usize, Vec<(usize, &Office)>> = BTreeMap::new();
    let mut by_word: BTreeMap<&str, Vec<(usize, &Office)>> = BTreeMap::new();
    for (n, local) in locals.iter().enumerate().filter(|(_, l)| l.named() && is_someone(l)) {
        for office in &local.offices {
            in_report.entry(local.report).or_default().push((n, office));
            for word in &office.words {
                by_word.entry(word).or_default().push((n, office));
            }
        }
    }
    for (n, local) in locals.iter().enumerate().filter(|(_, l)| !l.named() && is_someone(l)) {
        let Some(own) = local.offices.first().filter(|_| describes_single(&local.speaker.name)) else {
            continue;
        };
        let definite = is_definite(local);
        let here = in_report.get(&local.report).map(Vec::as_slice).unwrap_or_default();
        let telling = own.words.len() > 1
            || own.words.iter().any(|w| is_title(w))
            || belongs_to_something(&local.speaker.name);
        let same = |office: &Office| {
            if definite {
                telling && own.is_within(office)
            } else {
                own.words.len() > 1 && (&own.words, &own.country) == (&office.words, &office.country)
            }
        };
        let mut found = only(here, groups, &same);
        // A spokesman for a body is the one whom the story names as such, if there is only one.
        let speaks = own.words.iter().any(|w| words::is(Set::Spokesmen, w));
        if found == Found::Nobody
            && (definite || speaks)
            && own.words.iter().filter(|w| !words::is(Set::OfMany, w)).count() > 1
        {
            let rarest = own.words.iter().filter_map(|w| by_word.get(w.as_str())).min_by_key(|all| all.len());
            // The owner of the office must be stated on both sides, or on neither.
            let of_country = |office: &Office| {
                own.is_within(office) && (own.country.is_none() || office.country == own.country)
            };
            found = only(rarest.map(Vec::as_slice).unwrap_or_default(), groups, &of_country);
        }
        if let Found::One(holder) = found {
            let marks: Vec<StoryMark> = [holder, n].iter().filter_map(|at| locals.get(*at)?.first).collect();
            groups.join(holder, n, "the only one in that office", marks);
        }
    }
}

/// True for "the ship's owner": the owner of the one ship that the report is about.
fn belongs_to_something(description: &str) -> bool {
    description.split(' ').any(|w| {
        let owner = w.strip_suffix("'s").or_else(|| w.strip_suffix("’s"));
        owner.is_some_and(|owner| words::is(Set::GeneralOwners, &owner.to_lowercase()))
    })
}

/// Who matches.
#[derive(Debug, PartialEq, Eq)]
enum Found {
    Nobody,
    One(usize),
    Several,
}

fn only(holders: &[(usize, &Office)], groups: &Groups, fits: &dyn Fn(&Office) -> bool) -> Found {
    let mut found: Option<(usize, usize)> = None;
    for (n, office) in holders.iter().filter(|(_, office)| fits(office)) {
        if office.shared {
            return Found::Several;
        }
        let root = groups.find(*n);
        match found {
            Some((known, _)) if known != root => return Found::Several,
            Some(_) => {}
            None => found = Some((root, *n)),
        }
    }
    found.map_or(Found::Nobody, |(_, n)| Found::One(n))
}

fn is_someone(local: &Local<'_>) -> bool {
    matches!(local.kind, SpeakerKind::Person | SpeakerKind::Unknown)
}

/// True if the head of a description means one person.
fn describes_single(description: &str) -> bool {
    let head = description.split([',', '(']).next().unwrap_or(description);
    let noun = [" of ", " for ", " at ", " in ", " from ", " who "]
        .iter()
        .filter_map(|p| head.find(p))
        .min()
        .and_then(|at| head.get(..at))
        .unwrap_or(head);
    noun.rsplit(' ').next().is_some_and(describes_one)
}

/// True if the report refers to somebody the reader knows: "the mayor", "Ostria's mayor".
fn is_definite(local: &Local<'_>) -> bool {
    local.speaker.mentions.iter().any(|m| {
        let first = m.span.cut(local.text).split(' ').next().unwrap_or("");
        first.eq_ignore_ascii_case("the")
            || first.ends_with("'s")
            || first.ends_with("’s")
            || first.ends_with("s'")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_office_is_within_a_fuller_one() {
        let office =
            |words: &str| Office::of(words, "The Harbour Rescue Force, or HRF, came.", &Countries::default());
        assert!(office("Estonia's interior minister").is_within(&office("Estonian Interior Minister")));
        assert!(office("the interior minister").is_within(&office("Estonian Interior Minister")));
        assert!(!office("Latvia's interior minister").is_within(&office("Estonian Interior Minister")));
        assert!(!office("the prime minister").is_within(&office("Estonian Interior Minister")));
        assert!(office("the governor").is_within(&office("Gov. of Hollow Vale")));
        assert!(office("an HRF spokesman").is_within(&office("spokesman for the Harbour Rescue Force")));
    }

    #[test]
    fn one_person_is_described_by_the_head() {
        assert!(describes_single("the chief of the harbour officials"));
        assert!(!describes_single("officials of the harbour"));
        assert!(!describes_single("the harbour board"));
    }
}
