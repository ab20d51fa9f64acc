//! What a figure counts: the words around it that show its category.
//!
//! Tried in this order: the counted noun ("200 deaths"); a predicate right after it ("12 were killed", [`predicate`]); a verb or
//! noun right before it ("killed 12", "the deaths of 12", [`before`]); the verb above it in the dependency tree; a predicate
//! further on in the clause; a noun that is being measured ("the toll rose to 45", [`measured`]); where the people counted are
//! (troops in a place, people on a ship, [`presence`]).

use std::ops::Range;

use sayso_model::{Category, Upos};

use super::{
    before::{by_tree, right_before},
    certainty,
    counted::{Phrase, is_person, names_one_person},
    measured::measured,
    outcome,
    predicate::{After, further_on, in_the_main_clause, right_after},
    presence::{aboard, in_strength, standing},
    quantity::{Quantity, Sentence},
    table::{self, Part},
    topic::Topic,
};
use crate::{
    tree::base,
    words::{self, Set},
};

/// A category and the words that show it.
#[derive(Debug, Clone)]
pub(super) struct Shown {
    pub(super) category: Category,
    /// Empty if the counted noun alone shows it.
    pub(super) evidence: Range<usize>,
    pub(super) how: How,
}

/// Where the words are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum How {
    Noun,
    /// After the number.
    After,
    /// A verb before it.
    Before,
    /// A measured noun.
    Measured,
}

impl How {
    /// Id of the rule, as entries name it.
    pub(super) fn rule(self) -> &'static str {
        match self {
            Self::Noun => "figure.counted-noun",
            Self::After => "figure.predicate-after",
            Self::Before => "figure.verb-before",
            Self::Measured => "figure.measured-noun",
        }
    }
}

/// "A bill that would have helped 90,000 tenants was killed": true if the predicate is about what the people counted belong to.
fn is_of_another(s: &Sentence<'_, '_>, phrase: &Phrase, shown: &Shown) -> bool {
    const DEPTH: usize = 12;
    let token = |at: usize| s.words.get(at).filter(|_| s.within.contains(&at)).map(|w| w.token);
    let verb = shown.evidence.end.checked_sub(1).filter(|_| shown.how == How::After).and_then(token);
    let Some((verb, mut at)) = verb.zip(phrase.head.and_then(token)) else { return false };
    let of = |index: u32| s.document.tokens.get(index as usize);
    let is_subject =
        |index: u32| of(index).is_some_and(|t| t.head == Some(verb) && base(t.relation) == "nsubj");
    let mut in_a_clause = false;
    for _ in 0..DEPTH {
        if is_subject(at) {
            return in_a_clause;
        }
        let Some(this) = of(at) else { return false };
        in_a_clause |= base(this.relation) == "acl";
        let Some(above) = this.head else { return false };
        at = above;
    }
    false
}

/// True for a verb of hurting or hitting whose subject is a matter of money or law.
fn is_of_the_economy(s: &Sentence<'_, '_>, verb: usize) -> bool {
    words::is(Set::HittingHard, s.lower(verb))
        && s.tag(verb) != Some(Upos::Noun)
        && s.within
            .clone()
            .take_while(|&at| at < verb)
            .filter(|&at| words::is(Set::Economy, s.lower(at)))
            .any(|at| s.tag(at) == Some(Upos::Noun))
}

/// Finds what shows the category of a figure.
pub(super) fn find(
    s: &Sentence<'_, '_>,
    quantity: &Quantity,
    phrase: &Phrase,
    topic: Topic,
) -> Option<Shown> {
    // "shot eight people, three fatally"
    if phrase.head.is_none() && s.lower(phrase.end) == "fatally" {
        let evidence = phrase.end..phrase.end + 1;
        return Some(Shown { category: Category::KILLED, evidence, how: How::After });
    }
    // "a family of five": what happened to the family.
    if let Some(start) = collective(s, quantity, phrase) {
        let whole = Quantity { number: start..quantity.number.end, ..quantity.clone() };
        return happened(s, &whole, phrase, topic).or_else(|| aboard(s, quantity, phrase, topic));
    }
    // "none of the 40 people was hurt": nothing happened to them.
    if certainty::of_hardly_any(s, quantity.number.start) {
        return aboard(s, quantity, phrase, topic);
    }
    let happened = happened(s, quantity, phrase, topic).filter(|shown| !is_of_another(s, phrase, shown));
    let shown = happened.or_else(|| aboard(s, quantity, phrase, topic))?;
    // "Eliminated 12 contestants", "wiped out 4,000 small investors": nobody died.
    let beaten = words::is(Set::Eliminating, s.lower(shown.evidence.start))
        && phrase.head.is_some_and(|head| words::is(Set::Contestants, s.lower(head)));
    if beaten && [Category::KILLED, Category::INJURED, Category::KILLED_OR_INJURED].contains(&shown.category)
    {
        return None;
    }
    // "Lower subsidies will hurt 15,000 farmers"
    if is_of_the_economy(s, shown.evidence.start) {
        return Some(Shown { category: Category::AFFECTED, ..shown });
    }
    // Mail may be missing and files released, but only people are counted like this.
    let thing = phrase.head.is_some_and(|h| {
        !is_person(s, h)
            && !names_one_person(s, h)
            && s.lower(h) != "names"
            && !s.is_capitalised(h)
            && table::category(s.lower(h), Part::Noun).is_none()
    });
    if thing
        && shown.how != How::Noun
        && matches!(shown.category.as_str(), "missing" | "captured" | "released" | "infected" | "arrested")
    {
        return None;
    }
    // "dead and wounded already exceed 900", but not "left 12 dead and wounded 30"
    let at = shown.evidence.start;
    let counted = at.checked_sub(3).is_some_and(|n| s.tag(n) == Some(Upos::Num));
    if shown.category == Category::INJURED
        && matches!(s.back(at, 1), "and" | "or")
        && s.back(at, 2) == "dead"
        && !counted
    {
        return Some(Shown {
            category: Category::KILLED_OR_INJURED,
            evidence: at - 2..shown.evidence.end,
            how: shown.how,
        });
    }
    let first = || s.lower(shown.evidence.start);
    // "burnt 45 people alive"
    if first().starts_with("burn")
        && [phrase.end, shown.evidence.end].iter().any(|&at| s.lower(at) == "alive")
    {
        return Some(Shown { category: Category::KILLED, ..shown });
    }
    let taken = words::is(Set::Seizing, first());
    if topic.policing && taken && matches!(shown.category.as_str(), "captured" | "rescued") {
        return Some(Shown { category: Category::ARRESTED, ..shown });
    }
    let offenders = phrase.head.is_some_and(|h| words::is(Set::Offenders, s.lower(h)));
    if offenders && shown.category == Category::CAPTURED {
        return Some(Shown { category: Category::ARRESTED, ..shown });
    }
    // "commandos freed 13 hostages", but not "the rebels released 13 hostages"
    let freed = s.lower(shown.evidence.start).starts_with("free");
    let stormed = || s.within.clone().any(|i| words::is(Set::Liberators, s.lower(i)));
    if freed && shown.how == How::Before && shown.category == Category::RELEASED && stormed() {
        return Some(Shown { category: Category::RESCUED, ..shown });
    }
    let in_care = || shown.evidence.clone().any(|i| words::is(Set::InCare, s.lower(i)));
    if topic.disease && shown.category == Category::INJURED && in_care() {
        return Some(Shown { category: Category::INFECTED, ..shown });
    }
    Some(shown)
}

/// The first word of a collective noun whose size is a number without its own noun: "a family of five".
pub(super) fn collective(s: &Sentence<'_, '_>, quantity: &Quantity, phrase: &Phrase) -> Option<usize> {
    let start = quantity.number.start;
    let noun = words::is(Set::Collectives, s.back(start, 2));
    (phrase.head.is_none() && s.back(start, 1) == "of" && noun).then(|| start - 2)
}

/// What happened to the people counted.
pub(super) fn happened(
    s: &Sentence<'_, '_>,
    quantity: &Quantity,
    phrase: &Phrase,
    topic: Topic,
) -> Option<Shown> {
    if let Some(shown) = by_noun(s, quantity, phrase, topic) {
        return Some(shown);
    }
    if phrase.is_thing(s) || phrase.head.is_some_and(|h| table::is(s.lower(h), Part::Lifeless)) {
        return None;
    }
    if let Some(shown) = on_list(s, phrase).or_else(|| is_found(s, phrase)) {
        return Some(shown);
    }
    // "Two brothers who had fled after killing nine people were arrested": the nine are the object.
    let is_object = is_object_of_the_verb_before(s, quantity, phrase);
    let stands =
        |found: &After| found.bare || found.weak || !is_object || found.shown.category == Category::KILLED;
    let after = right_after(s, phrase, topic).filter(stands);
    // The dead stay dead, whatever else is said about them ("four people killed there might have been saved").
    let later = after.as_ref().filter(|found| found.shown.category != Category::KILLED).and_then(|found| {
        let from = found.shown.evidence.end;
        in_the_main_clause(s, phrase, from).or_else(|| died_after_all(s, phrase, from, topic))
    });
    if let (Some(found), Some(later)) = (&after, later) {
        // "Ten people wounded on Tuesday are still in hospital": the first says when.
        let same = found.shown.category == later.category;
        return Some(if same { found.shown.clone() } else { later });
    }
    if let Some(found) = after.clone().filter(|f| !f.bare) {
        let before = found.weak.then(|| right_before(s, quantity, phrase, topic)).flatten();
        return Some(before.unwrap_or(found.shown));
    }
    let main = by_tree(s, quantity, phrase);
    if let Some(found) = after {
        if found.shown.category == Category::KILLED {
            return Some(found.shown);
        }
        // A participle alone may be a relative clause before the verb ("500 soldiers sent to the valley have died").
        let later = main
            .clone()
            .filter(|m| m.how == How::After && m.evidence.start > found.shown.evidence.end)
            .or_else(|| further_on(s, found.shown.evidence.end, phrase, topic))
            .filter(|later| later.category != found.shown.category);
        return Some(later.unwrap_or(found.shown));
    }
    if let Some(shown) =
        by_state(s, phrase).filter(|f| main.as_ref().is_none_or(|m| m.category == f.category))
    {
        return Some(shown);
    }
    right_before(s, quantity, phrase, topic)
        .or(main)
        .or_else(|| further_on(s, phrase.end, phrase, topic))
        .or_else(|| measured(s, quantity, phrase))
        .or_else(|| standing(s, quantity, phrase))
        .or_else(|| in_strength(s, quantity, phrase, topic))
        .or_else(|| held_of(s, quantity, phrase))
        .or_else(|| announced(s, phrase))
}

/// "After killing nine people": true for the object of a verb of killing or the like right before the number.
fn is_object_of_the_verb_before(s: &Sentence<'_, '_>, quantity: &Quantity, phrase: &Phrase) -> bool {
    let Some(verb) = quantity.number.start.checked_sub(1) else { return false };
    let gerund = s.token(verb).is_some_and(|t| t.xpos == "VBG");
    let object = phrase.head.and_then(|head| s.token(head)).is_some_and(|t| {
        base(t.relation) == "obj" && s.words.get(verb).is_some_and(|word| t.head == Some(word.token))
    });
    gerund && object && table::category(s.lower(verb), Part::Object).is_some()
}

/// "Seven soldiers who were wounded on Saturday died on Tuesday", where the tree does not say whose verb it is.
fn died_after_all(s: &Sentence<'_, '_>, phrase: &Phrase, from: usize, topic: Topic) -> Option<Shown> {
    let relative = matches!(s.lower(phrase.end), "who" | "that");
    let shown = further_on(s, from, phrase, topic).filter(|shown| shown.category == Category::KILLED)?;
    let verb = shown.evidence.start;
    let past = s.token(verb).is_some_and(|t| t.xpos == "VBD");
    let died = table::category(s.lower(verb), Part::Subject).is_some();
    // "who were injured paid tribute to those who died"
    let other = (from..verb).any(|i| {
        s.token(i).is_some_and(|t| t.xpos == "VBD") || matches!(s.lower(i), "who" | "that" | "which")
    });
    (relative && past && died && !other).then_some(shown)
}

/// "prisoners, of whom the army says it holds 22": the antecedent of "whom".
fn held_of(s: &Sentence<'_, '_>, quantity: &Quantity, phrase: &Phrase) -> Option<Shown> {
    let start = quantity.number.start;
    let holds = matches!(s.back(start, 1), "has" | "had" | "counts" | "counted")
        || words::is(Set::Keeping, s.back(start, 1));
    if phrase.head.is_some() || !holds {
        return None;
    }
    let whom =
        (s.within.start..start).rev().take(10).find(|&i| s.lower(i) == "whom" && s.back(i, 1) == "of")?;
    let noun = whom.checked_sub(3).filter(|&n| s.lower(n + 1) == ",")?;
    let category = table::category(s.lower(noun), Part::Noun)?;
    Some(Shown { category, evidence: noun..noun + 1, how: How::Measured })
}

/// "As for the dead, he spoke of 27": the sentence's announced topic.
fn announced(s: &Sentence<'_, '_>, phrase: &Phrase) -> Option<Shown> {
    let at = s.within.start;
    let about = s.lower(at) == "as" && s.lower(at + 1) == "for" && s.lower(at + 2) == "the";
    if phrase.head.is_some() || !about || s.lower(at + 4) != "," {
        return None;
    }
    let word = s.lower(at + 3);
    let category = table::category(word, Part::Noun).or_else(|| table::category(word, Part::State))?;
    Some(Shown { category, evidence: at + 3..at + 4, how: How::Measured })
}

/// An adjective or participle of the counted noun: "12 wounded soldiers".
pub(super) fn by_state(s: &Sentence<'_, '_>, phrase: &Phrase) -> Option<Shown> {
    let state = phrase.state?;
    let word = s.lower(state);
    let category =
        [Part::State, Part::Object, Part::Persons].into_iter().find_map(|p| table::category(word, p))?;
    Some(Shown { category, evidence: state..state + 1, how: How::Noun })
}

/// "70 names on the list of the missing": who the list is of.
fn on_list(s: &Sentence<'_, '_>, phrase: &Phrase) -> Option<Shown> {
    let head = phrase.head.filter(|&h| s.lower(h) == "names" || is_person(s, h))?;
    // "412 names, all of them soldiers killed in the valley"
    if s.lower(head) == "names" && s.lower(head + 1) == "," && matches!(s.lower(head + 2), "all" | "most") {
        let state = (head + 3..head + 9).take_while(|&i| s.is_letters(i)).find_map(|i| {
            let word = s.lower(i);
            let category =
                table::category(word, Part::State).or_else(|| table::category(word, Part::Object))?;
            Some(Shown { category, evidence: i..i + 1, how: How::After })
        });
        if state.is_some() {
            return state;
        }
    }
    let list = (head + 1..head + 6)
        .take_while(|&i| s.is_letters(i) && s.tag(i) != Some(Upos::Verb))
        .find(|&i| words::is(Set::Rolls, s.lower(i)))?;
    if s.lower(list + 1) != "of" {
        return None;
    }
    let of = list + 2 + usize::from(matches!(s.lower(list + 2), "the" | "those"));
    let word = s.lower(of);
    let category = table::category(word, Part::Noun).or_else(|| table::category(word, Part::State))?;
    Some(Shown { category, evidence: head + 1..of + 1, how: How::After })
}

/// "34 of the victims were found in the mill", "nine victims have been buried": such victims are dead.
fn is_found(s: &Sentence<'_, '_>, phrase: &Phrase) -> Option<Shown> {
    let head = phrase.head.filter(|&h| matches!(s.lower(h), "victims" | "victim"))?;
    let verb = (head + 1..head + 5).find(|&i| words::is(Set::Found, s.lower(i)))?;
    let passive = (head + 1..verb).any(|i| outcome::is_be(s.lower(i)));
    let alive = s.lower(verb + 1) == "alive";
    let evidence = verb..verb + 1;
    (passive && !alive).then_some(Shown { category: Category::KILLED, evidence, how: How::After })
}

/// What the counted noun alone says, whatever happened to the people: "70 hostages".
pub(super) fn by_name(s: &Sentence<'_, '_>, phrase: &Phrase) -> Option<Shown> {
    let head = phrase.head?;
    let category = table::category(s.lower(head), Part::Noun)?;
    Some(Shown { category, evidence: head..head + 1, how: How::Noun })
}

/// The counted noun: "200 deaths", "three prisoners of war", "40 cases of cholera".
pub(super) fn by_noun(
    s: &Sentence<'_, '_>,
    quantity: &Quantity,
    phrase: &Phrase,
    topic: Topic,
) -> Option<Shown> {
    let head = phrase.head?;
    let shown = |category, evidence| Some(Shown { category, evidence, how: How::Noun });
    let word = s.lower(head);
    let confirmed = words::is(Set::OfCases, s.back(head, 1));
    if matches!(word, "cases" | "case") && (topic.disease || confirmed) {
        return shown(Category::INFECTED, head..head + 1);
    }
    if word == "lives" {
        let saved = (1..4).any(|n| {
            table::category(s.back(quantity.number.start, n), Part::Object) == Some(Category::RESCUED)
        });
        let category = if saved { Category::RESCUED } else { Category::KILLED };
        return shown(category, head..head + 1);
    }
    let long = format!("{word} {} {}", s.lower(head + 1), s.lower(head + 2));
    let (category, end) = match table::category(&long, Part::Noun) {
        Some(category) => (category, head + 3),
        None if topic.exodus && matches!(word, "arrivals" | "migrants") => (Category::DISPLACED, head + 1),
        // "4,100 of the displaced"
        None if phrase.part && table::is(word, Part::State) => {
            (table::category(word, Part::State)?, head + 1)
        }
        None => (table::category(word, Part::Noun)?, head + 1),
    };
    // "two losses and a draw", "12 survivors died": the plain noun decides, unless something happened to survivors or captives.
    if phrase.part
        || matches!(
            category.as_str(),
            "rescued" | "captured" | "displaced" | "evacuated" | "arrested" | "aboard"
        )
    {
        let whole = Phrase { end: end.max(phrase.end), ..phrase.clone() };
        if let Some(found) = in_the_main_clause(s, &whole, whole.end) {
            return Some(found);
        }
        if let Some(found) = right_after(s, &whole, topic) {
            return Some(found.shown);
        }
        if let Some(found) = right_before(s, quantity, &whole, topic) {
            return Some(found);
        }
    }
    if category == Category::KILLED && matches!(word, "bodies") && matches!(s.lower(head + 1), "of") {
        return None;
    }
    // "deaths and injuries", "dead and wounded"
    if let Some((other, end)) = joined_noun(s, head) {
        return Some(Shown { category: together(&category, &other), evidence: head..end, how: How::Noun });
    }
    shown(category, head..end)
}

pub(super) fn joined_noun(s: &Sentence<'_, '_>, head: usize) -> Option<(Category, usize)> {
    if !matches!(s.lower(head + 1), "and" | "or") {
        return None;
    }
    let word = s.lower(head + 2);
    let category = table::category(word, Part::Noun).or_else(|| table::category(word, Part::State))?;
    Some((category, head + 3))
}

/// The combination of two coordinated categories.
pub(super) fn together(a: &Category, b: &Category) -> Category {
    let health =
        |c: &Category| *c == Category::KILLED || *c == Category::INJURED || *c == Category::KILLED_OR_INJURED;
    let lost = |c: &Category| {
        health(c) || *c == Category::MISSING || *c == Category::CAPTURED || *c == Category::CASUALTIES
    };
    if a == b {
        a.clone()
    } else if health(a) && health(b) {
        Category::KILLED_OR_INJURED
    } else if lost(a) && lost(b) {
        Category::CASUALTIES
    } else {
        a.clone()
    }
}
