//! Which group of people a figure counts: the country named in its own words, otherwise the kind of people (`data/groups.tsv`).
//!
//! Kinds are either sides of an event ("soldiers", "civilians"), which everybody in a story may belong to, or subsets
//! ("children"), which only some do. A side of which a story gives losses by country ("14 Ostrian soldiers") is identified by its
//! country only, as "soldiers" may be anybody's there.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::OnceLock,
};

use sayso_model::{
    Category, Figure, Modality, Span,
    story::{Bounds, ReportIndex},
};

use crate::{
    Entry, bounds,
    category::{counts_people, is_loss},
    country::Countries,
    data::{fold, rows},
    scope::{self, ends_sentence},
    words::{self, Set},
};

/// One in this many of a category's figures must name a group for the others to be assigned to it.
const NAMED_BY: usize = 3;

/// Number of words after a number that may name the country of the people counted.
const COUNTED: usize = 2;

/// Number of words after "members of" that may name the kind of people.
const MEMBERS_OF: usize = 4;

/// Number of preceding figures that are checked for a figure's group.
const NEIGHBOURS: usize = 8;

/// Groups that the figures of a story name.
pub(crate) struct Groups {
    /// The sides of which losses are given by country.
    by_country: BTreeSet<&'static str>,
    /// The group that the own words of each figure of each report name.
    named: Vec<Vec<Option<String>>>,
    of: BTreeMap<Category, Counted>,
}

/// How many figures a category has, and how many of them name each group that may be all of it.
#[derive(Debug, Default)]
struct Counted {
    figures: usize,
    named: BTreeMap<String, usize>,
    /// True if a report gives a total next to a group's count and they differ: the group is not everybody.
    apart: bool,
}

impl Groups {
    pub(crate) fn of(entries: &[Entry<'_>], countries: &Countries) -> Self {
        let countries_of =
            |e: &Entry<'_>| e.reading.figures.iter().map(|f| named_country(e, f, countries)).collect();
        let mut named: Vec<Vec<Option<String>>> = entries.iter().map(countries_of).collect();
        let by_country: BTreeSet<&'static str> = entries
            .iter()
            .zip(&named)
            .flat_map(|(e, countries)| e.reading.figures.iter().zip(countries).map(move |(f, c)| (e, f, c)))
            .filter(|(_, f, country)| is_loss(&f.category) && country.is_some())
            .filter_map(|(e, f, _)| counted_sort(e, f))
            .map(|sort| sort.name)
            .collect();
        let mut of: BTreeMap<Category, Counted> = BTreeMap::new();
        for (entry, named) in entries.iter().zip(&mut named) {
            for (figure, name) in entry.reading.figures.iter().zip(named.iter_mut()) {
                *name = name.take().or_else(|| named_sort(entry, figure, &by_country, countries));
                let counted = of.entry(figure.category.clone()).or_default();
                counted.figures += 1;
                if let Some(group) = name.as_ref().filter(|name| !is_part(name)) {
                    *counted.named.entry(group.clone()).or_default() += 1;
                }
            }
            for category in apart_in(entry, named) {
                of.entry(category).or_default().apart = true;
            }
        }
        Self { by_country, named, of }
    }

    /// The group of a figure of a report. `country`: that of its origin.
    pub(crate) fn group_of(
        &self,
        report: ReportIndex,
        entry: &Entry<'_>,
        figure: &Figure,
        country: Option<String>,
    ) -> Option<String> {
        let of_report = self.named.get(report);
        let named = |f: &Figure| of_report?.get(f.id.index()).cloned().flatten();
        let figures = &entry.reading.figures;
        let text = entry.reading.report.text.as_str();
        named(figure).or_else(|| {
            if !is_loss(&figure.category) {
                return None;
            }
            let whole = figure.part_of.and_then(|id| figures.get(id.index()));
            // In "nine tourists and six gunmen" the six are not tourists; in "nine tourists, six of them dead" they are.
            let open = figure.counted.is_none_or(|counted| {
                fold(counted.cut(text)).split(' ').next_back().is_none_or(|w| words::is(Set::Anybody, w))
            });
            // "Twelve others were missing" continues the sentence before.
            let others = fold(figure.span.cut(text)).split(' ').any(|w| matches!(w, "other" | "others"));
            let earlier = figures.get(..figure.id.index()).unwrap_or_default();
            let before = earlier.iter().rev().take(NEIGHBOURS).filter(|f| {
                let between = text.get(f.span.end..figure.span.start);
                open && is_loss(&f.category)
                    && between.is_some_and(|b| !b.contains('\n'))
                    && (others || (f.origin == figure.origin && !ends_sentence(between)))
            });
            let own = || counts_its_own(text, figure).then_some(country).flatten();
            let lost =
                || lost_by(text, figure).filter(|sort| !self.by_country.contains(sort)).map(str::to_owned);
            // "Nine soldiers died, the army said. The rebels put it at 30."
            let rival = || scope::rival(entry, figure).filter(|_| figure.counted.is_none()).and_then(named);
            whole.into_iter().chain(before).find_map(named).or_else(own).or_else(lost).or_else(rival)
        })
    }

    /// The only group in which the story counts this, if enough of the counts name it.
    pub(crate) fn only_group(&self, figure: &Figure) -> Option<String> {
        let only = |counted: &[&Counted]| {
            let figures: usize = counted.iter().map(|c| c.figures).sum();
            let named: BTreeSet<&String> = counted.iter().flat_map(|c| c.named.keys()).collect();
            let times: usize = counted.iter().flat_map(|c| c.named.values()).sum();
            (named.len() == 1 && times * NAMED_BY >= figures && !counted.iter().any(|c| c.apart))
                .then(|| named.first().map(|n| (*n).clone()))
                .flatten()
        };
        // Passengers are not everybody aboard.
        if figure.category == Category::ABOARD {
            return None;
        }
        if let Some(own) = self.of.get(&figure.category).filter(|c| !c.named.is_empty()) {
            return only(&[own]);
        }
        if !is_loss(&figure.category) {
            return None;
        }
        only(&self.of.iter().filter(|(c, _)| is_loss(c)).map(|(_, counted)| counted).collect::<Vec<_>>())
    }
}

/// Categories of which a report counts all as well as a group, and more. `named`: the group that each of its figures names.
fn apart_in(entry: &Entry<'_>, named: &[Option<String>]) -> BTreeSet<Category> {
    let mut most: BTreeMap<(&Category, bool), sayso_model::Number> = BTreeMap::new();
    for (figure, group) in entry.reading.figures.iter().zip(named) {
        let said = figure.modality == Modality::Asserted && !figure.negated && !figure.retracted;
        let Some(value) = bounds::central(&Bounds::of(figure)).filter(|_| said) else { continue };
        let known = most.entry((&figure.category, group.is_some())).or_insert(value);
        *known = (*known).max(value);
    }
    let of_group = most.iter().filter(|((_, grouped), _)| *grouped);
    of_group
        .filter(|((category, _), value)| most.get(&(*category, false)).is_some_and(|all| all > *value))
        .map(|((category, _), _)| (*category).clone())
        .collect()
}

/// The group that the own words of a figure name, where they name no country. `by_country`: sides identified by their country.
fn named_sort(
    entry: &Entry<'_>,
    figure: &Figure,
    by_country: &BTreeSet<&'static str>,
    countries: &Countries,
) -> Option<String> {
    let of_sort = || {
        let sort = counted_sort(entry, figure)?;
        let sides = figure.category == Category::ABOARD
            || is_loss(&figure.category) && !by_country.contains(sort.name);
        (sort.is_part || sides).then(|| sort.name.to_owned())
    };
    of_sort().or_else(|| group_key(figure.group.as_deref()?, countries))
}

/// The kind of people that a figure counts.
fn counted_sort(entry: &Entry<'_>, figure: &Figure) -> Option<Sort> {
    let counted = figure.counted?;
    let text = entry.reading.report.text.as_str();
    sort_of(counted.cut(text)).or_else(|| of_members(text, counted))
}

/// A sort of people.
#[derive(Debug, Clone, Copy)]
struct Sort {
    name: &'static str,
    is_part: bool,
}

fn sorts() -> &'static BTreeMap<&'static str, Sort> {
    static SORTS: OnceLock<BTreeMap<&'static str, Sort>> = OnceLock::new();
    SORTS.get_or_init(|| {
        rows(sayso_data::GROUPS)
            .filter_map(|row| {
                Some((*row.first()?, Sort { name: row.get(1)?, is_part: *row.get(2)? == "part" }))
            })
            .collect()
    })
}

/// The kind of people named by the last words of what is counted ("four wounded aid workers").
fn sort_of(counted: &str) -> Option<Sort> {
    let folded = fold(counted);
    let words: Vec<&str> = folded.split(' ').collect();
    let one = |last: &str| {
        let singular = last.strip_suffix('s').filter(|w| !w.ends_with('s')).unwrap_or(last);
        sorts().get(last).or_else(|| sorts().get(singular)).copied()
    };
    let pair = words.len().checked_sub(2).and_then(|from| words.get(from..)).map(|pair| pair.join(" "));
    pair.and_then(|pair| one(&pair)).or_else(|| one(words.last()?))
}

/// The kind of people that some are members of ("six members of the same family").
fn of_members(text: &str, counted: Span) -> Option<Sort> {
    let last = counted.cut(text).rsplit(' ').next()?;
    let behind =
        text.get(counted.end..)?.strip_prefix(" of ").filter(|_| matches!(last, "member" | "members"))?;
    let end = behind.find(|c: char| !c.is_alphanumeric() && !" -'’".contains(c)).unwrap_or(behind.len());
    let words: Vec<&str> = behind.get(..end)?.split(' ').take(MEMBERS_OF).collect();
    (1..=words.len()).find_map(|count| sort_of(&words.get(..count)?.join(" ")))
}

/// How a group of people relates to others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum GroupKind {
    /// A kind of people that is a side of an event, which everybody in one may belong to: soldiers, civilians.
    Side,
    /// A kind that people of any other group may belong to as well: children, police.
    Part,
    /// A country, or what a person has entered.
    Named,
}

/// How a group relates to others, by its name in a claim.
#[must_use]
pub fn group_kind(group: &str) -> GroupKind {
    if is_part(group) {
        GroupKind::Part
    } else if sorts().values().any(|sort| sort.name == group) {
        GroupKind::Side
    } else {
        GroupKind::Named
    }
}

fn is_part(group: &str) -> bool {
    static PARTS: OnceLock<BTreeSet<&'static str>> = OnceLock::new();
    let parts = || sorts().values().filter(|sort| sort.is_part).map(|sort| sort.name).collect();
    PARTS.get_or_init(parts).contains(group)
}

/// The canonical form of a group's name: its country, otherwise its words.
fn group_key(written: &str, countries: &Countries) -> Option<String> {
    if let Some(country) = countries.within(written) {
        return Some(country);
    }
    let folded = fold(written);
    let last = folded.rsplit(' ').next()?;
    let plain =
        folded.strip_suffix('s').filter(|_| last.len() > 3 && !last.ends_with("ss")).unwrap_or(&folded);
    (!plain.is_empty()).then(|| plain.to_owned())
}

/// The country that a figure's own words name.
fn named_country(entry: &Entry<'_>, figure: &Figure, countries: &Countries) -> Option<String> {
    let text = entry.reading.report.text.as_str();
    // What comes right after the number takes precedence ("nine Italians, seven Japanese").
    let mut behind = text.get(figure.number.end..figure.span.end).unwrap_or("");
    if behind.is_empty() {
        behind = text.get(figure.number.end..).and_then(next_word).unwrap_or("");
    }
    let own = behind.split([',', ';']).next().and_then(|words| words.split(" and ").next());
    let counted = own.and_then(|words| {
        let first: Vec<&str> = words.split_whitespace().take(COUNTED).collect();
        countries.within(&first.join(" ")).filter(|_| counts_people(&figure.category))
    });
    let in_group = || figure.group.as_deref().and_then(|group| countries.within(group));
    counted
        .or_else(in_group)
        .or_else(|| countries.within(figure.span.cut(text)).filter(|_| is_loss(&figure.category)))
}

/// The first word of a text that starts with a space.
fn next_word(text: &str) -> Option<&str> {
    let word = text.strip_prefix(' ')?;
    word.get(..word.find(|c: char| !c.is_alphabetic()).unwrap_or(word.len()))
}

/// The kind of people of a body that has suffered losses ("the army's losses at 29 dead", "the rebels had lost nine").
fn lost_by(text: &str, figure: &Figure) -> Option<&'static str> {
    let before = text.get(..figure.span.start)?;
    let clause = before.rsplit([',', '.', ';', '\n', '“', '"']).next()?;
    let folded: Vec<String> = clause.split_whitespace().map(|w| w.to_lowercase()).collect();
    let losses =
        folded.iter().rposition(|w| matches!(w.as_str(), "losses" | "casualties" | "dead" | "lost"))?;
    let has =
        |w: &&String| !matches!(w.as_str(), "has" | "have" | "had" | "own" | "total" | "combat" | "also");
    let body = folded.get(..losses)?.iter().rev().find(has)?;
    let owner = body.trim_end_matches("'s").trim_end_matches("’s").trim_end_matches(['\'', '’']);
    let owns = owner.len() < body.len() || folded.get(losses).is_some_and(|w| w == "lost");
    let sorts = [("soldiers", Set::LoseSoldiers), ("fighters", Set::LoseFighters)];
    sorts.into_iter().find(|(_, bodies)| owns && words::is(*bodies, owner)).map(|(sort, _)| sort)
}

/// True if the origin counts its own people ("two of its own men").
fn counts_its_own(text: &str, figure: &Figure) -> bool {
    let end = (figure.span.end + " of its own".len()).min(text.len());
    text.get(figure.span.start..end)
        .is_some_and(|words| [" its own", " their own"].iter().any(|own| words.contains(own)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sorts_are_known_by_their_last_words() {
        let name = |counted: &str| sort_of(counted).map(|s| s.name);
        assert_eq!(name("wounded Ostrian soldiers"), Some("soldiers"));
        assert_eq!(name("aid workers"), Some("aid workers"));
        assert_eq!(name("workers"), None);
        assert_eq!(name("people"), None);
        assert!(is_part("children") && !is_part("soldiers"));
    }
}
