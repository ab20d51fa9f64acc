//! Who is meant by an office: "Turkey's interior minister" is the person whom reports name in that office.

use std::collections::{BTreeSet, HashMap};

use sayso_model::{Speaker, SpeakerKind, story::ReportIndex};

use super::{
    account::Account,
    beside::written_out,
    described::office_words,
    groups::Groups,
    local::{Local, first_marks},
};
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

/// How a report describes somebody unnamed by an office.
#[derive(Debug, Clone, Copy)]
pub(super) struct Asked {
    /// True if it refers to somebody the reader knows: "the mayor", "Ostria's mayor".
    definite: bool,
    /// True if the words say more than a noun for a person does.
    telling: bool,
    /// True for a spokesman.
    speaks: bool,
    /// How many words say which office it is.
    words: usize,
}

impl Asked {
    /// `None` for what describes nobody single.
    pub(super) fn of(account: &Account, speaker: &Speaker, text: &str) -> Option<Self> {
        let own =
            account.offices.first().filter(|_| is_someone(account) && describes_single(&speaker.name))?;
        Some(Self {
            definite: is_definite(speaker, text),
            telling: own.words.len() > 1
                || own.words.iter().any(|w| is_title(w))
                || belongs_to_something(&speaker.name),
            speaks: own.words.iter().any(|w| words::is(Set::Spokesmen, w)),
            words: own.words.iter().filter(|w| !words::is(Set::OfMany, w)).count(),
        })
    }
}

/// Unnamed people described by the office of somebody named: the only holder in the same report, or, across reports, the only
/// holder in the story if the description says what the office belongs to.
pub(super) fn join_holders(locals: &[Local<'_>], groups: &mut Groups) {
    let mut in_report: HashMap<ReportIndex, Vec<(usize, &Office)>> = HashMap::new();
    let mut by_word: HashMap<&str, Vec<(usize, &Office)>> = HashMap::new();
    for (n, local) in locals.iter().enumerate().filter(|(_, l)| l.named() && is_someone(l)) {
        for office in &local.account.offices {
            in_report.entry(local.report).or_default().push((n, office));
            for word in &office.words {
                by_word.entry(word).or_default().push((n, office));
            }
        }
    }
    for (n, local) in locals.iter().enumerate() {
        let Some((asked, own)) = local.forms.asked.zip(local.account.offices.first()) else { continue };
        let here = in_report.get(&local.report).map(Vec::as_slice).unwrap_or_default();
        let same = |office: &Office| {
            if asked.definite {
                asked.telling && own.is_within(office)
            } else {
                own.words.len() > 1 && (&own.words, &own.country) == (&office.words, &office.country)
            }
        };
        let mut found = only(here, groups, &same);
        // A spokesman for a body is the one whom the story names as such, if there is only one.
        if found == Found::Nobody && (asked.definite || asked.speaks) && asked.words > 1 {
            let rarest = own.words.iter().filter_map(|w| by_word.get(w.as_str())).min_by_key(|all| all.len());
            // The owner of the office must be stated on both sides, or on neither.
            let of_country = |office: &Office| {
                own.is_within(office) && (own.country.is_none() || office.country == own.country)
            };
            found = only(rarest.map(Vec::as_slice).unwrap_or_default(), groups, &of_country);
        }
        // "The governor", where the report names the only one of the story without his office.
        if found == Found::Nobody && asked.definite && asked.telling && asked.words == 1 {
            let rarest = own.words.iter().filter_map(|w| by_word.get(w.as_str())).min_by_key(|all| all.len());
            let fits = |office: &Office| own.is_within(office);
            found = only(rarest.map(Vec::as_slice).unwrap_or_default(), groups, &fits);
            if let Found::One(holder) = found
                && !is_named_in(locals, groups, holder, local.report)
            {
                found = Found::Nobody;
            }
        }
        if let Found::One(holder) = found {
            groups.join(holder, n, "the only one in that office", first_marks(locals, &[holder, n]));
        }
    }
}

/// True if a report names the speaker.
fn is_named_in(locals: &[Local<'_>], groups: &Groups, speaker: usize, report: ReportIndex) -> bool {
    let root = groups.find(speaker);
    let from = locals.partition_point(|l| l.report < report);
    let here = locals.iter().enumerate().skip(from).take_while(|(_, l)| l.report == report);
    here.into_iter().any(|(n, l)| l.named() && groups.find(n) == root)
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

fn is_someone(account: &Account) -> bool {
    matches!(account.kind, SpeakerKind::Person | SpeakerKind::Unknown)
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

fn is_definite(speaker: &Speaker, text: &str) -> bool {
    speaker.mentions.iter().any(|m| {
        let first = m.span.cut(text).split(' ').next().unwrap_or("");
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
