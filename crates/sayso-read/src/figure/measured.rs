//! Nouns whose amount a number gives.

use sayso_model::{Category, Upos};

use super::{
    category::{How, Shown, together},
    counted::Phrase,
    outcome::{idiom, is_the},
    quantity::{Quantity, Sentence},
    table::{self, Part},
};
use crate::words::{self, Set};

/// The noun whose amount the number gives: "the toll rose to 45", "put the losses at more than 200".
pub(super) fn measured(s: &Sentence<'_, '_>, quantity: &Quantity, phrase: &Phrase) -> Option<Shown> {
    if phrase.head.is_some() && !phrase.is_person(s) && !phrase.is_force(s) || quantity.unit.is_some() {
        return None;
    }
    let start = quantity.number.start;
    if let Some(shown) = measured_after(s, quantity) {
        return Some(shown);
    }
    let mut last = start.checked_sub(1).filter(|i| s.within.contains(i))?;
    // put the toll at "no more than 15"; it lies somewhere between 650 and 900
    // casualties were "in the low thousands"
    // the toll is still 412
    let loose = |word: &str| {
        word == "\""
            || words::is(Set::Somewhere, word)
            || quantity.vague.is_some() && matches!(word, "in" | "the" | "low" | "high")
    };
    while loose(s.lower(last)) {
        last = last.checked_sub(1).filter(|i| s.within.contains(i))?;
    }
    let before = s.lower(last);
    let links = matches!(
        before,
        "to" | "at"
            | "is"
            | "was"
            | "of"
            | "be"
            | "been"
            | "by"
            | ":"
            | "from"
            | "near"
            | "-"
            | "as"
            | "than"
            | "were"
            | "are"
    ) || words::is(Set::AmountsTo, before)
        || words::is(Set::Ranging, before)
        || words::is(Set::Exceeding, s.lower(quantity.number.start));
    // "the toll rose by 12", but not "a death sentence urged by three jurors"
    if !links || before == "by" && !words::is(Set::Changing, s.back(last, 1)) {
        return None;
    }
    // "Dead: 138"
    if before == ":" {
        let label = last.checked_sub(1).filter(|i| s.within.contains(i))?;
        let word = s.lower(label);
        let category = table::category(word, Part::Noun).or_else(|| table::category(word, Part::State));
        if let Some(category) = category {
            return Some(Shown { category, evidence: label..label + 1, how: How::Measured });
        }
    }
    for at in (s.within.start.max(start.saturating_sub(16))..last + 1).rev() {
        let word = s.lower(at);
        if matches!(word, ";" | "\"" | "but" | "while") || words::is(Set::Said, word) {
            return None;
        }
        // "the number of dead", "the number of people killed", "its count of missing people"
        let of = (1..=4)
            .filter_map(|n| at.checked_sub(n))
            .find(|&i| s.lower(i) == "of" && words::is(Set::Counts, s.back(i, 1)));
        let numbered = of.is_some();
        // "put the force at around 4,000"
        let force = words::is(Set::Contingents, word) && s.back(at, 1) == "the";
        if force
            && before == "at"
            && words::is(Set::MovingTo, s.back(at, 2))
            && (phrase.head.is_none() || phrase.is_force(s))
        {
            return Some(Shown { category: Category::DEPLOYED, evidence: at..at + 1, how: How::Measured });
        }
        let stated_before = of.is_some_and(|of| {
            (of + 1..at).any(|i| table::is(s.lower(i), Part::State) || table::is(s.lower(i), Part::Object))
        });
        if numbered && phrase.head.is_none() && table::is(word, Part::Force) && !stated_before {
            return Some(Shown { category: Category::DEPLOYED, evidence: at..at + 1, how: How::Measured });
        }
        // "the number of people killed", "the number evacuated"
        let numbered = numbered || s.back(at, 1) == "number" && table::is(word, Part::State);
        let stated = table::category(word, Part::Noun)
            .or_else(|| table::category(word, Part::State))
            .filter(|_| numbered);
        // "the number of people in hospital fell to 310"
        let phrased = || idiom(s, at.checked_sub(1)?).filter(|i| numbered && i.1 == at + 1).map(|i| i.0);
        let stated = stated.or_else(phrased);
        // "the dead numbered 14", "takes the confirmed dead to 87", "put the dead at 118"
        let the = 1 + usize::from(words::is(Set::Official, s.back(at, 1)));
        let moved = matches!(before, "to" | "at" | "past" | "above" | "beyond")
            && words::is(Set::MovingTo, s.back(at, the + 1));
        let numbering = s.back(at, the) == "the" && (matches!(before, "numbered" | "number") || moved);
        let stated = stated.or_else(|| table::category(word, Part::Noun).filter(|_| numbering));
        let category = stated.or_else(|| table::category(word, Part::Measure)).or_else(|| {
            table::category(word, Part::Noun)
                .filter(|_| matches!(s.tag(at), Some(Upos::Noun)) && !words::is(Set::NotMeasured, word))
        });
        // "the dead and wounded already exceed 900"
        let category = category.map(|category| {
            let other = matches!(s.back(at, 1), "and" | "or").then(|| s.back(at, 2)).and_then(|other| {
                table::category(other, Part::Noun).or_else(|| table::category(other, Part::State))
            });
            other.map_or(category.clone(), |other| together(&other, &category))
        });
        if let Some(category) = category {
            // A noun that another number counts has no other amount.
            let counted =
                at.checked_sub(1).is_some_and(|b| s.tag(b) == Some(Upos::Num) && s.time(b).is_none());
            if counted {
                return None;
            }
            return Some(Shown { category, evidence: at..at + 1, how: How::Measured });
        }
    }
    None
}

/// "bring to 23 the number of people killed", "put at 210 the number of wounded": the noun follows.
fn measured_after(s: &Sentence<'_, '_>, quantity: &Quantity) -> Option<Shown> {
    let start = quantity.number.start;
    let verb = matches!(s.back(start, 1), "to" | "at") && words::is(Set::MovingTo, s.back(start, 2));
    let noun = (quantity.end + 1..quantity.end + 4).find(|&i| words::is(Set::MeasuredNouns, s.lower(i)))?;
    if !verb || !is_the(s.lower(quantity.end)) {
        return None;
    }
    let stop = (noun..s.within.end.min(noun + 8))
        .find(|&i| matches!(s.lower(i), "," | ";" | "." | "and" | "since" | "in" | "on"))
        .unwrap_or(s.within.end.min(noun + 8));
    (noun..stop).find_map(|at| {
        let word = s.lower(at);
        let category = [Part::Measure, Part::Noun, Part::State, Part::Object]
            .into_iter()
            .find_map(|part| table::category(word, part))?;
        Some(Shown { category, evidence: at..at + 1, how: How::Measured })
    })
}
