//! Where the people counted are: troops and rescuers in a place, people on a ship or plane.

use sayso_model::{Category, Number, Upos};

use super::{
    category::{How, Shown},
    counted::Phrase,
    outcome::{is_be, is_responder},
    predicate::is_filler,
    quantity::{Quantity, Sentence},
    table::{self, Part},
    topic::Topic,
};
use crate::words::{self, Set};

/// Those on board a craft: "201 people on board", "274 people were on the ferry", "carrying 187 passengers".
pub(super) fn aboard(
    s: &Sentence<'_, '_>,
    quantity: &Quantity,
    phrase: &Phrase,
    topic: Topic,
) -> Option<Shown> {
    let people = phrase.head.is_none() || phrase.is_person(s) && !phrase.is_force(s);
    if !people || quantity.unit.is_some() {
        return None;
    }
    // "the charity's ship took 94 people on board"
    let taken = words::is(Set::TakingAboard, s.back(quantity.number.start, 1));
    let category = if taken { Category::RESCUED } else { Category::ABOARD };
    let shown = |evidence, how| Some(Shown { category: category.clone(), evidence, how });
    let mut from = phrase.end;
    // "more than 80 people, most of them children, were on the boat"
    if s.lower(from) == "," {
        from = (from + 1..from + 12)
            .find(|&i| s.lower(i) == ",")
            .filter(|&i| is_be(s.lower(i + 1)))
            .unwrap_or(from)
            + 1;
    }
    for at in from..from + 8 {
        let word = s.lower(at);
        if word == "aboard" {
            return shown(at..at + 1, How::After);
        }
        if word == "on" && s.lower(at + 1) == "board" {
            return shown(at..at + 2, How::After);
        }
        if matches!(word, "on" | "onto" | "in" | "into") && phrase.head.is_some() {
            if topic.voyage && word.starts_with("on") && matches!(s.lower(at + 1), "it" | "her") {
                return shown(at..at + 2, How::After);
            }
            let from = at + 1 + usize::from(s.lower(at + 1) == "to");
            let craft = (from..from + 5)
                .take_while(|&i| s.is_letters(i) || s.lower(i) == "-")
                .find(|&i| table::is(s.lower(i), Part::Craft) && s.tag(i + 1) != Some(Upos::Noun));
            let name = (from..from + 4)
                .take_while(|&i| s.is_letters(i))
                .find(|&i| s.is_capitalised(i) && s.tag(i) == Some(Upos::Propn) && s.time(i).is_none())
                .filter(|_| topic.voyage && word.starts_with("on") && matches!(s.lower(from), "the" | "a"));
            if let Some(end) = craft.or(name) {
                return shown(at..end + 1, How::After);
            }
            break;
        }
        let crammed = s.tag(at) == Some(Upos::Verb) && s.token(at).is_some_and(|t| t.xpos == "VBN");
        if !is_be(word) && !is_filler(s, at) && !crammed {
            break;
        }
    }
    if !topic.voyage {
        return None;
    }
    if let Some(head) = phrase.head {
        let word = s.lower(head);
        if words::is(Set::Voyagers, word) || matches!(word, "members" | "member") && s.back(head, 1) == "crew"
        {
            return shown(head..head + 1, How::Noun);
        }
    }
    // "there were about 300 of us"
    if s.back(phrase.end, 2) == "of"
        && s.back(phrase.end, 1) == "us"
        && s.back(quantity.number.start, 1) == "been"
    {
        return shown(quantity.number.clone(), How::Noun);
    }
    None
}

/// Smallest number of soldiers that is a count of troops if nothing is said about what happened to them.
const MANY: i64 = 100;

/// Fewer than this in a place are people, not a force that was sent there.
const FEW: i64 = 5;

/// How many troops there are or have moved, if nothing else is said about them: "a battalion of about 500", "a contingent 3,000
/// strong", "3,500 soldiers had passed through the junction", "9,000 were still fit to fight".
pub(super) fn in_strength(
    s: &Sentence<'_, '_>,
    quantity: &Quantity,
    phrase: &Phrase,
    topic: Topic,
) -> Option<Shown> {
    let men = topic.war && phrase.head.is_some_and(|h| words::is(Set::Recruits, s.lower(h)));
    let force = phrase.is_force(s) || men;
    let shown = |evidence, how| Some(Shown { category: Category::DEPLOYED, evidence, how });
    let start = quantity.number.start;
    let unit =
        start.checked_sub(2).filter(|&u| s.back(start, 1) == "of" && words::is(Set::Contingents, s.lower(u)));
    if let Some(unit) = unit.filter(|_| phrase.head.is_none() || force || phrase.is_person(s)) {
        return shown(unit..unit + 1, How::Measured);
    }
    if !(force || phrase.head.is_none()) || quantity.unit.is_some() {
        return None;
    }
    let end = phrase.end.max(quantity.end);
    let strong = |at: usize| s.lower(at) == "strong";
    if topic.war && phrase.head.is_none() && (strong(end) || strong(end.saturating_sub(1))) {
        let at = if strong(end) { end } else { end - 1 };
        return shown(at..at + 1, How::After);
    }
    let clause = (end..end + 8).take_while(|&i| s.is_letters(i) && !matches!(s.lower(i), "and" | "but"));
    for at in clause {
        if topic.war && s.starts_with(Set::FitToFight, at) {
            return shown(at..at + 3, How::After);
        }
        if force && words::is(Set::Passing, s.lower(at)) && !words::is(Set::Homeward, s.lower(at + 1)) {
            return shown(at..at + 1, How::After);
        }
        // "9,500 soldiers whom the agency believes to be in the valley"
        if force && matches!(s.lower(at), "whom" | "who") {
            let there = (at + 1..at + 9).find(|&i| {
                s.lower(i) == "be" && matches!(s.lower(i + 1), "in" | "at" | "on" | "near" | "there")
            });
            if let Some(there) = there {
                return shown(there..there + 1, How::After);
            }
        }
    }
    // "spoke of 5,000 men", "brought 1,200 troops": this many count as troops that are there.
    let many = quantity.bounds.best.or(quantity.bounds.low).is_some_and(|n| n >= Number::whole(MANY));
    let head = phrase.head.filter(|_| topic.war && force && many && !phrase.part)?;
    shown(head..head + 1, How::Noun)
}

/// Troops in a place: "10,000 soldiers are in the valley", "10,000 soldiers in the valley".
pub(super) fn standing(s: &Sentence<'_, '_>, quantity: &Quantity, phrase: &Phrase) -> Option<Shown> {
    let known = quantity.bounds.best.or(quantity.bounds.low).or(quantity.bounds.high);
    if known.is_some_and(|n| n < Number::whole(FEW)) {
        return None;
    }
    if !phrase.is_force(s) && !is_responder(s, phrase) {
        return None;
    }
    if let Some(at) = at_work(s, phrase) {
        return Some(Shown { category: Category::DEPLOYED, evidence: at..at + 1, how: How::After });
    }
    if let Some(head) = phrase.head.filter(|&h| words::is(Set::RescueServices, s.lower(h)) && !phrase.part) {
        return Some(Shown { category: Category::DEPLOYED, evidence: head..head + 1, how: How::Noun });
    }
    if !phrase.is_force(s) {
        return None;
    }
    let mut at = phrase.end;
    let mut verb = None;
    // "1,200 peacekeepers from nine countries are serving"
    if s.lower(at) == "from" {
        at = (at + 1..at + 6)
            .find(|&i| is_be(s.lower(i)) || s.lower(i) == "have" || table::is(s.lower(i), Part::Stands))?;
    }
    let first = at;
    while at < first + 5 {
        let word = s.lower(at);
        if matches!(word, "in" | "inside" | "along" | "near" | "across" | "on" | "at" | "around" | "there") {
            // A bare noun is a state, not a place: "in danger", "in uniform".
            let state = s.tag(at + 1) == Some(Upos::Noun) && s.tag(at + 2) != Some(Upos::Noun);
            let place = s.time(at + 1).is_none() && !state && s.lower(at + 1) != "all";
            let evidence = verb.unwrap_or(at..at + 1);
            return place.then_some(Shown { category: Category::DEPLOYED, evidence, how: How::After });
        }
        let takes_up = word == "taken" && s.lower(at + 1) == "up" && s.lower(at + 2).starts_with("position");
        let reaches = matches!(word, "reached" | "entered") && matches!(s.lower(at + 1), "the" | "their");
        if takes_up || reaches {
            return Some(Shown { category: Category::DEPLOYED, evidence: at..at + 1, how: How::After });
        }
        if is_be(word) || table::is(word, Part::Stands) {
            verb = Some(at..at + 1);
        } else if !is_filler(s, at) || word == "of" || word == "to" {
            return None;
        }
        at += 1;
    }
    None
}

/// "900 firefighters are battling the flames", "another 200 soldiers have joined the search": the verb.
pub(super) fn at_work(s: &Sentence<'_, '_>, phrase: &Phrase) -> Option<usize> {
    let verb = (phrase.end..phrase.end + 10)
        .take_while(|&i| !matches!(s.lower(i), "." | ";" | "and" | "but" | ""))
        .find(|&i| words::is(Set::AtWork, s.lower(i)))?;
    (verb + 1..verb + 7).any(|i| words::is(Set::Tasks, s.lower(i))).then_some(verb)
}
