//! Counts of nobody: "no casualties", "nobody was hurt", "had not killed or injured any soldiers".
//!
//! Only a statement that there was nobody counts: not that none is known ("no reports of casualties"), not that there were no
//! others ("nobody else was hurt"), and not what is future or conditional ("nobody will be hurt").

use std::ops::Range;

use sayso_model::{Category, Upos};

use super::{
    counted,
    outcome::{is_be, is_have},
    quantity::Sentence,
    when::{self, Days},
};
use crate::words::{self, Set};

/// Maximum words of the noun phrase after "no" ("no American service members were hurt").
const PHRASE: usize = 4;
/// Maximum words between "nobody" and the event ("nobody is thought to have been hurt").
const BETWEEN: usize = 6;
/// Words on each side that are checked for saying that it has not happened yet.
const AROUND: usize = 8;

/// A count of nobody.
pub(super) struct Nobody {
    /// The words in place of a number.
    pub(super) number: Range<usize>,
    /// What happened to nobody.
    pub(super) category: Category,
    /// The words that show it.
    pub(super) evidence: Range<usize>,
    pub(super) group: Option<Range<usize>>,
    pub(super) days: Days,
}

/// The counts of nobody in a sentence, in text order; two kinds of event give two.
pub(super) fn find(s: &Sentence<'_, '_>) -> Vec<Nobody> {
    let mut found = Vec::new();
    for at in s.within.clone() {
        let Some((number, first, group)) = denied(s, at) else { continue };
        let around = at.saturating_sub(AROUND).max(s.within.start)..(first + AROUND).min(s.within.end);
        if around.clone().any(|i| words::is(Set::Supposed, s.lower(i))) {
            continue;
        }
        // "killed or injured", "dead or wounded".
        let second = (first + 2 < s.within.end && matches!(s.lower(first + 1), "or" | "and" | "nor"))
            .then_some(first + 2);
        for word in [Some(first), second].into_iter().flatten() {
            for category in outcomes(s.lower(word)) {
                let days = when::of(s, at, &(word + 1..(word + AROUND).min(s.within.end)), None);
                found.push(Nobody {
                    number: number.clone(),
                    category,
                    evidence: word..word + 1,
                    group: group.clone(),
                    days,
                });
            }
        }
    }
    found
}

/// The categories of what a word says happened to people.
fn outcomes(word: &str) -> Vec<Category> {
    let mut found = Vec::new();
    if words::is(Set::NobodyDead, word) || words::is(Set::NobodyLost, word) {
        found.push(Category::KILLED);
    }
    if words::is(Set::NobodyHurt, word) || words::is(Set::NobodyLost, word) {
        found.push(Category::INJURED);
    }
    found
}

/// "almost none": a few.
fn is_nearly(word: &str) -> bool {
    matches!(word, "almost" | "nearly" | "virtually" | "practically")
}

fn is_loss(word: &str) -> bool {
    !outcomes(word).is_empty()
}

/// The words in place of a number, the word for the event, and the people it did not happen to.
type Denied = (Range<usize>, usize, Option<Range<usize>>);

fn denied(s: &Sentence<'_, '_>, at: usize) -> Option<Denied> {
    match s.lower(at) {
        "no" if matches!(s.lower(at + 1), "one" | "body") => subject(s, at..at + 2),
        "nobody" => subject(s, at..at + 1),
        "none" if !is_nearly(s.back(at, 1)) => subject(s, at..at + 1),
        "not" if s.lower(at + 1) == "one" && s.lower(at + 2) == "of" => subject(s, at..at + 2),
        "no" => noun(s, at).or_else(|| phrase(s, at)),
        "not" | "n't" => object(s, at),
        _ => None,
    }
}

/// "no casualties", but not "no casualty figures"; for "no deaths among the 90", the figure of the 90 covers it.
fn noun(s: &Sentence<'_, '_>, at: usize) -> Option<Denied> {
    let is_noun =
        is_loss(s.lower(at + 1)) && !matches!(s.tag(at + 2), Some(Upos::Noun)) && s.lower(at + 2) != "among";
    is_noun.then_some((at..at + 1, at + 1, None))
}

/// "nobody was hurt", "none of the passengers had been killed".
fn subject(s: &Sentence<'_, '_>, number: Range<usize>) -> Option<Denied> {
    predicate(s, number.end).map(|word| (number, word, None))
}

/// "No Americans were harmed".
fn phrase(s: &Sentence<'_, '_>, at: usize) -> Option<Denied> {
    let named = |i: usize| matches!(s.tag(i), Some(Upos::Noun | Upos::Propn | Upos::Adj | Upos::Punct));
    let noun = (at + 1..at + 2 + PHRASE).find(|&i| !named(i))?;
    let group = counted::group_in(s, at + 1..noun);
    let last = noun.checked_sub(1)?;
    let people = group.is_some() || counted::is_person(s, last) || counted::names_one_person(s, last);
    // "no passenger among the 214 on the flight was injured"
    let end = if matches!(s.lower(noun), "of" | "among") { after_whole(s, noun) } else { noun };
    let verb = is_be(s.lower(end)) || is_have(s.lower(end)) || s.lower(end) == "died";
    let word = predicate(s, end).filter(|_| verb && people && noun > at + 1)?;
    Some((at..at + 1, word, group))
}

/// The event that did not happen to the subject ending at a word, skipping a total after it ("of the 120 people on board").
/// Another noun, a number or a qualification ("seriously") ends the search.
fn predicate(s: &Sentence<'_, '_>, subject: usize) -> Option<usize> {
    let mut be = false;
    let from = if s.lower(subject) == "of" { after_whole(s, subject) } else { subject };
    for at in from..(from + BETWEEN).min(s.within.end) {
        let word = s.lower(at);
        if is_loss(word) {
            return (be || words::is(Set::NobodyDead, word) && word == "died").then_some(at);
        }
        be |= is_be(word);
        let passes = matches!(
            s.tag(at),
            Some(Upos::Aux | Upos::Part | Upos::Det | Upos::Adp | Upos::Verb | Upos::Pron)
        ) || words::is(Set::Reportedly, word);
        if !passes || matches!(word, "else" | "not") {
            return None;
        }
    }
    None
}

/// The word after "of the passengers", "of the 120 people on board": its verb, or whatever else ends the phrase.
fn after_whole(s: &Sentence<'_, '_>, of: usize) -> usize {
    const LONGEST: usize = 9;
    let within = |i: &usize| {
        let tag = s.tag(*i);
        let noun = matches!(tag, Some(Upos::Noun | Upos::Propn | Upos::Adj | Upos::Num));
        !is_loss(s.lower(*i)) && (noun || matches!(tag, Some(Upos::Det | Upos::Adp | Upos::Pron)))
    };
    (of..(of + LONGEST).min(s.within.end)).take_while(within).last().map_or(of, |last| last + 1)
}

/// "had not killed or injured any soldiers", "did not hurt anybody".
fn object(s: &Sentence<'_, '_>, at: usize) -> Option<Denied> {
    let word = at + 1;
    let verb = matches!(s.tag(word), Some(Upos::Verb)) && is_loss(s.lower(word));
    let after = word + 1..(word + 5).min(s.within.end);
    let any = after.clone().find(|&i| matches!(s.lower(i), "any" | "anyone" | "anybody"))?;
    let group = counted::group_in(s, any + 1..(any + PHRASE).min(s.within.end));
    verb.then_some((at..at + 1, word, group))
}
