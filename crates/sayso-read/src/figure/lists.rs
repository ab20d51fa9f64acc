//! What figures of one sentence share: lists with one predicate, totals and their parts, appositions.

use sayso_model::{Category, Upos};

use super::{
    Draft,
    category::{self, How, Shown},
    outcome::is_the,
    predicate::{further_on, says_where},
    presence,
    quantity::Sentence,
    table::{self, Part},
    topic::Topic,
};
use crate::words::{self, Set};

/// Maximum words of a relative clause up to its verb ("who have since been").
const RELATIVE: usize = 5;

/// Gives figures of one list the category that one of them shows: "12 soldiers and three nurses were killed".
pub(super) fn share(s: &Sentence<'_, '_>, drafts: &mut [Draft], topic: Topic) {
    let gap = |a: &Draft, b: &Draft| -> Option<bool> {
        let between = a.phrase.end.max(a.quantity.end)..b.quantity.number.start;
        if between.len() > 3 || between.is_empty() {
            return None;
        }
        let mut marks = between.clone().map(|i| s.lower(i));
        let comma_only = between.len() == 1 && s.lower(between.start) == ",";
        marks
            .all(|m| {
                matches!(
                    m,
                    "," | "and" | "or" | "as" | "well" | "plus" | "including" | "all" | "both" | "the"
                )
            })
            .then_some(comma_only)
    };
    for i in 1..drafts.len() {
        let (before, after) = drafts.split_at_mut(i);
        let (Some(a), Some(b)) = (before.last_mut(), after.first_mut()) else { continue };
        // "three of the five suspects were detained", "three out of five": the total is only a count, nothing happened to it.
        let out = usize::from(s.lower(a.quantity.end) == "out");
        let of = a.quantity.end + out;
        let the = usize::from(is_the(s.lower(of + 1)));
        let whole = s.lower(of) == "of" && out + the > 0 && b.quantity.number.start == of + 1 + the;
        if whole && out == 1 || a.phrase.part && (a.phrase.end > b.quantity.number.start || whole) {
            // "ten of the 26 people who were wounded are critical": the relative clause is about the total, the main verb about
            // the part.
            let clause = b.shown.as_ref().filter(|shown| {
                shown.how == How::After
                    && matches!(s.lower(b.phrase.end), "who" | "that")
                    && shown.evidence.start <= b.phrase.end + RELATIVE
            });
            if let Some(clause) = clause.map(|shown| shown.evidence.end) {
                a.shown = further_on(s, clause, &a.phrase, topic).or(a.shown.take());
                continue;
            }
            let noun = b.shown.take().filter(|shown| shown.how == How::Noun);
            b.shown = noun
                .or_else(|| category::by_state(s, &b.phrase))
                .or_else(|| category::by_name(s, &b.phrase))
                .or_else(|| presence::aboard(s, &b.quantity, &b.phrase, topic));
            continue;
        }
        // "7,000 people in 14 villages were cut off": it happened to the people.
        if is_place_of(s, a, b) && b.shown.as_ref().is_some_and(|shown| shown.how == How::After) {
            let shown = b.shown.take();
            a.shown = a.shown.take().or(shown);
            continue;
        }
        let Some(comma_only) = gap(a, b) else { continue };
        if a.quantity.unit.is_some() || b.quantity.unit.is_some() {
            continue;
        }
        // An apposition says who they are: "three sailors, two cooks and a boy, were hurt".
        if comma_only && a.shown.is_some() && b.phrase.head.is_some() && is_apposition(s, a, b) {
            b.part_of = Some(i - 1);
            b.shown = None;
            continue;
        }
        // "the bodies of 16 men and five women were brought ashore"
        let bodies = |shown: &Shown| words::is(Set::OfTheDead, s.lower(shown.evidence.start));
        if b.phrase.is_person(s)
            && let Some(shown) = a.shown.clone().filter(|shown| {
                shown.how == How::Before && (b.shown.is_none() || bodies(shown))
                    || shown.how == How::Measured && b.shown.is_none() && a.phrase.is_person(s)
            })
        {
            b.shown = Some(shown);
            b.from = Some(i - 1);
        }
    }
    for i in (1..drafts.len()).rev() {
        let (before, after) = drafts.split_at_mut(i);
        let (Some(a), Some(b)) = (before.last_mut(), after.first()) else { continue };
        if gap(a, b) != Some(false) || a.quantity.unit.is_some() {
            continue;
        }
        // Survivors and captives keep the category of their noun only until something happens to them.
        let open = a.shown.as_ref().is_none_or(|shown| {
            shown.how == How::Noun && matches!(shown.category.as_str(), "captured" | "rescued" | "displaced")
        });
        if open && a.phrase.is_person(s) && b.part_of.is_none() {
            let predicate = |shown: &Shown| {
                shown.category == Category::ABOARD && shown.how != How::Noun
                    || shown.how == How::After
                        && (words::is(Set::Leaving, s.back(a.quantity.number.start, 1))
                            || s.tag(shown.evidence.start.saturating_sub(1)) == Some(Upos::Aux)
                            || table::is(s.lower(shown.evidence.start), Part::Subject))
            };
            a.shown = b.shown.clone().filter(predicate).or(a.shown.take());
        }
    }
}

/// True if the second of two numbers says where the people counted by the first are or come from.
fn is_place_of(s: &Sentence<'_, '_>, a: &Draft, b: &Draft) -> bool {
    let place = b
        .quantity
        .number
        .start
        .checked_sub(1)
        .is_some_and(|at| at == a.phrase.end && says_where(s.lower(at)));
    place && a.phrase.is_person(s) && b.phrase.head.is_some() && !b.phrase.is_person(s)
}

/// True if the second of two figures describes the people counted by the first: it is between commas before their predicate.
fn is_apposition(s: &Sentence<'_, '_>, a: &Draft, b: &Draft) -> bool {
    let Some(shown) = a.shown.as_ref().filter(|shown| shown.how == How::After) else { return false };
    let between = b.phrase.end..shown.evidence.start;
    b.quantity.number.start < shown.evidence.start && between.clone().any(|i| s.lower(i) == ",")
}
