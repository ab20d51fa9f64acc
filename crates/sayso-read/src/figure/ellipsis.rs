//! Numbers that omit what they count, because it was said before: "up from 30", "the opposition counts nine", "put it at 31",
//! "four of them".

use sayso_model::{Category, Number, Upos};

use super::{
    counted::{self, Phrase},
    outcome,
    quantity::{self, Quantity, Sentence},
    table::{self, Part},
};
use crate::words::{self, Set};

/// What a share is a share of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Whole {
    /// "a third of them": what was counted last.
    Last,
    /// "a third of those who fled", "half of the wounded": the last count of a category.
    Category(Category),
}

/// Reads what a share is a share of, from the word after it: "of them", "of those who fled", "of the dead".
pub(super) fn whole(s: &Sentence<'_, '_>, of: usize) -> Option<Whole> {
    let mut at = of + usize::from(s.lower(of) == "of");
    while matches!(s.lower(at), "the" | "all" | "its" | "their" | "these") && s.is_letters(at + 1) {
        at += 1;
    }
    match s.lower(at) {
        "them" | "whom" | "us" | "these" => Some(Whole::Last),
        word if word == "those" || words::is(Set::AnyPeople, word) => {
            let shown = (at + 1..at + 5).find_map(|i| {
                let word = s.lower(i);
                [Part::Subject, Part::State, Part::Object].into_iter().find_map(|p| table::category(word, p))
            });
            shown.map(Whole::Category)
        }
        word => {
            // "half of the wounded", not "half of the injured players".
            let noun = s.tag(at + 1) == Some(Upos::Noun);
            let category = table::category(word, Part::Noun).or_else(|| table::category(word, Part::State));
            category.filter(|_| !noun).map(Whole::Category)
        }
    }
}

/// "up from 30", "compared with 30", "from 30 to 45", "up from the 22 it reported": true for a number next to the one that it is
/// compared with.
pub(super) fn is_compared(s: &Sentence<'_, '_>, quantity: &Quantity) -> bool {
    let mut start = quantity.number.start;
    if matches!(s.back(start, 1), "the" | "its" | "their" | "an" | "a")
        || words::is(Set::GivenBefore, s.back(start, 1))
    {
        start -= 1;
    }
    let (one, two) = (s.back(start, 1), s.back(start, 2));
    match one {
        "from" => two == "," || words::is(Set::ChangedTo, two),
        "to" => (2..10).any(|n| s.back(start, n) == "from" || words::is(Set::Revising, s.back(start, n))),
        "against" if two == "," => true,
        "with" | "against" => matches!(two, "compared" | "up" | "as"),
        "than" => matches!(two, "rather"),
        "not" | "versus" => true,
        // "raising an earlier count of eight"
        "of" => {
            two == "instead"
                || words::is(Set::CountNouns, two) && words::is(Set::GivenBefore, s.back(start, 3))
        }
        _ => false,
    }
}

/// "and at least nine in the next valley", "and four on Sunday", ": 13 in the valley", "including 16 in the valley": true for a number
/// that omits what was said before it in the sentence.
pub(super) fn goes_on(s: &Sentence<'_, '_>, quantity: &Quantity, phrase: &Phrase) -> bool {
    let after_at = phrase.end.max(quantity.end);
    let (before, after) = (s.back(quantity.number.start, 1), s.lower(after_at));
    matches!(before, "and" | "," | ":" | "including")
        && (matches!(after, "in" | "at" | "near" | "on" | "from" | "last" | "this" | "as" | "among")
            || s.time(after_at).is_some() && s.within.contains(&after_at))
}

/// "the opposition counts nine", "witnesses speak of at least ten", "put it at 31", "the government says 11": true for somebody's
/// number for what was counted before. It ends its clause.
pub(super) fn is_told(s: &Sentence<'_, '_>, quantity: &Quantity, phrase: &Phrase) -> bool {
    let start = quantity.number.start;
    let end = phrase.end.max(quantity.end);
    let closed = matches!(s.lower(end), "." | ";" | "," | "" | "\"" | ")" | "-" | "?" | "!")
        || matches!(s.lower(end), "and" | "but" | "while" | "in" | "on" | "so" | "by" | "there" | "here")
        || s.time(end).is_some();
    if !closed {
        return false;
    }
    if s.ends_with(Set::StandingBy, start) {
        return true;
    }
    let (one, two, three) = (s.back(start, 1), s.back(start, 2), s.back(start, 3));
    let verb = |word: &str| words::is(Set::Counting, word);
    match one {
        // "put it at 31", "places that at 31", "the figure is at 31"
        "at" => matches!(two, "it" | "that" | "this" | "them" | "those") && words::is(Set::Putting, three),
        // "the ministry spoke of 41 arrests, the lawyers of more than 130"
        "of" if (3..14).any(|n| words::is(Set::Speaking, s.back(start, n))) => true,
        "of" => words::is(Set::Speaking, two) || words::is(Set::WordOf, two),
        ":" | "only" | "just" => verb(two),
        // "says it was nine", "believes it is nine"
        // "on Monday it was 19", "says there were nine"
        "was" | "is" if two == "it" => true,
        "was" | "were" | "is" | "are" => matches!(two, "there" | "that") && verb(three),
        _ => verb(one) && s.tag(start - 1) != Some(Upos::Noun),
    }
}

/// "the number at about 10,000", "the total could be as high as 12,000": true for a number for what was counted before.
pub(super) fn points_back(s: &Sentence<'_, '_>, quantity: &Quantity) -> bool {
    let start = quantity.number.start;
    let linked = matches!(
        s.back(start, 1),
        "at" | "to"
            | "be"
            | "was"
            | "is"
            | "of"
            | "were"
            | "are"
            | "been"
            | "than"
            | "from"
            | "now"
            | "had"
            | "as"
    ) || words::is(Set::AmountsTo, s.back(start, 1))
        || words::is(Set::Exceeding, s.lower(start));
    linked
        && near_before(s, quantity, 14).any(|i| {
            (words::is(Set::Counts, s.lower(i)) || words::is(Set::Strengths, s.lower(i)))
                && s.tag(i) != Some(Upos::Verb)
                && (s.lower(i + 1) != "of" || i + 2 == start && is_owned(s, i))
                && s.back(i, 1) != "a"
                && !words::is(Set::Telephones, s.back(i, 1))
        })
}

/// "The number of arrivals by sea rose to about 37,000", "hospital visits climbed to 300": the noun whose amount a number gives, if
/// that is neither a pronoun nor a word for a count as such.
pub(super) fn measures(s: &Sentence<'_, '_>, quantity: &Quantity) -> Option<usize> {
    let start = quantity.number.start;
    let verb = start.checked_sub(2).filter(|&i| {
        s.within.contains(&i)
            && (s.lower(i + 1) == "to" && words::is(Set::ChangedTo, s.lower(i))
                || s.lower(i + 1) == "at" && words::is(Set::Holding, s.lower(i)))
    })?;
    let noun = |i: &usize| matches!(s.tag(*i), Some(Upos::Noun | Upos::Propn));
    let above = s.words.get(verb)?.token;
    let of_verb =
        |i: &usize| s.token(*i).is_some_and(|t| t.head == Some(above) && t.relation.starts_with("nsubj"));
    let subject = s.within.clone().find(of_verb)?;
    let is_count = |i: usize| {
        words::is(Set::OwnCounts, s.lower(i))
            || words::is(Set::MeasuredNouns, s.lower(i))
            || words::is(Set::Crowds, s.lower(i))
    };
    if !is_count(subject) {
        return Some(subject).filter(noun);
    }
    let of = subject + 1;
    (s.lower(of) == "of").then(|| (of + 1..verb).find(noun))?.filter(|&i| !is_count(i))
}

/// "the ministry's figure", "its own count"
fn is_owned(s: &Sentence<'_, '_>, noun: usize) -> bool {
    (1..=2).any(|n| matches!(s.back(noun, n), "'s" | "’s" | "s" | "its" | "their" | "'"))
}

/// True if the clause before a number is about a crowd, not about people something happened to ("put the crowd at 15,000",
/// "organisers spoke of 600").
pub(super) fn is_of_a_crowd(s: &Sentence<'_, '_>, quantity: &Quantity) -> bool {
    near_before(s, quantity, 10).any(|i| words::is(Set::Crowds, s.lower(i)))
}

/// The category that some are counted among: "among the injured, 96 were police".
pub(super) fn among(s: &Sentence<'_, '_>, quantity: &Quantity) -> Option<Category> {
    near_before(s, quantity, 10).find_map(|i| {
        let the = s.lower(i) == "among" && s.lower(i + 1) == "the";
        let word = s.lower(i + 2);
        table::category(word, Part::State).or_else(|| table::category(word, Part::Noun)).filter(|_| the)
    })
}

/// True for the value of a count ("its own count stood at 31", "the ministry's figure, which is 11").
pub(super) fn is_a_count(s: &Sentence<'_, '_>, quantity: &Quantity) -> bool {
    near_before(s, quantity, 12).any(|i| {
        words::is(Set::OwnCounts, s.lower(i))
            && s.tag(i) != Some(Upos::Verb)
            && (s.lower(i + 1) != "of" || i + 2 == quantity.number.start)
    })
}

/// Words before a number in its own part of the sentence, the nearest first.
fn near_before<'s>(
    s: &'s Sentence<'_, '_>,
    quantity: &Quantity,
    count: usize,
) -> impl Iterator<Item = usize> + 's {
    let start = quantity.number.start;
    (1..=count)
        .map_while(move |n| start.checked_sub(n).filter(|i| s.within.contains(i)))
        .take_while(|&i| !matches!(s.lower(i), ";" | "but" | "while" | "\""))
}

/// "It may be as many as 120", "I know of 12 myself", "the 63 confirmed by the agency", "I never said 150": true for a number in
/// the position of a noun, without one of its own.
pub(super) fn is_bare(s: &Sentence<'_, '_>, quantity: &Quantity, phrase: &Phrase) -> bool {
    let (start, end) = (quantity.number.start, quantity.end);
    let bounds = quantity.bounds;
    let many = bounds.best.or(bounds.high).or(bounds.low).is_some_and(|n| n >= Number::whole(2));
    if quantity.is_one || phrase.part || phrase.end > end || !many {
        return false;
    }
    let known = words::is(Set::Known, s.lower(end));
    if quantity.definite {
        return known;
    }
    // What follows is not a noun that it could count, a verb of its own or half of another number.
    let closed = !(s.is_letters(end) || s.lower(end) == "-" && s.joined(end))
        || matches!(s.tag(end), Some(Upos::Adp | Upos::Cconj | Upos::Sconj | Upos::Adv | Upos::Pron));
    let (one, two) = (s.back(start, 1), s.back(start, 2));
    // "a quarter were under 10", "his mother is 51": an age.
    let age = outcome::is_be(one) && matches!(s.lower(start), "under" | "over" | "below" | "above");
    let led = outcome::is_be(one) && matches!(two, "it" | "that" | "there" | "this")
        || one == "at" && (2..5).any(|n| words::is(Set::Holding, s.back(start, n)))
        || matches!(one, "and" | "only" | "just" | "never")
        || words::is(Set::BareObjects, one)
        || matches!(one, "numbers" | "numbered") && matches!(two, "it" | "they" | "force")
        || one == "of" && start.checked_sub(2).is_some_and(|verb| s.tag(verb) == Some(Upos::Verb));
    let hedged = quantity::is_bounded(quantity) || quantity.approximate;
    !age && (known || closed && (hedged || led))
}

/// "the list consists of 84 protesters and seven officers", "made up of 15 civilians and three soldiers": true for the
/// composition of a previous count.
pub(super) fn makes_up(s: &Sentence<'_, '_>, quantity: &Quantity) -> bool {
    let start = quantity.number.start;
    (2..14).map_while(|n| start.checked_sub(n)).filter(|i| s.within.contains(i)).any(|i| {
        let of = s.lower(i + 1) == "of" || s.lower(i + 2) == "of";
        words::is(Set::Consisting, s.lower(i)) && of
    })
}

/// "five were children", "two are foreigners": true for a subset of a previous count.
pub(super) fn is_kind(s: &Sentence<'_, '_>, phrase: &Phrase) -> bool {
    let at = phrase.end;
    phrase.head.is_none()
        && matches!(s.lower(at), "were" | "are" | "was" | "is")
        && (at + 1..at + 4)
            .take_while(|&i| s.is_letters(i))
            .find(|&i| !matches!(s.tag(i), Some(Upos::Adj | Upos::Det | Upos::Adv)))
            .is_some_and(|i| counted::is_person(s, i) && s.tag(i) == Some(Upos::Noun))
}

/// "the rebels say only two did", "officials say nine were": true for a verb that stands for the previous one.
pub(super) fn is_pro_verb(s: &Sentence<'_, '_>, phrase: &Phrase) -> bool {
    phrase.head.is_none()
        && matches!(s.lower(phrase.end), "did" | "were" | "was" | "had" | "have" | "are" | "do")
        && !s.is_letters(phrase.end + 1)
}

/// "87 injured, eight critically": true for how badly some of a previous count are hurt.
pub(super) fn is_degree(s: &Sentence<'_, '_>, phrase: &Phrase) -> bool {
    phrase.head.is_none() && words::is(Set::HowBadly, s.lower(phrase.end)) && !s.is_letters(phrase.end + 1)
}

/// "four of them in intensive care", "about 300 of us": true for some or all of a previous count.
pub(super) fn is_of_them(s: &Sentence<'_, '_>, phrase: &Phrase) -> bool {
    phrase.part
        && phrase.head.is_none()
        && phrase.end.checked_sub(2).is_some_and(|of| s.lower(of) == "of")
        && matches!(s.back(phrase.end, 1), "them" | "whom" | "these" | "those" | "us")
}
