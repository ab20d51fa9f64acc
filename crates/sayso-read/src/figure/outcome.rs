//! What verbs, participles and idioms say has happened to people.

use sayso_model::{Category, Upos};

use super::{
    category::together,
    counted::Phrase,
    quantity::Sentence,
    table::{self, Part},
};
use crate::words::{self, Set};

/// The category that a form shows for the people it happened to.
pub(super) fn outcome(s: &Sentence<'_, '_>, at: usize, phrase: &Phrase) -> Option<Category> {
    let word = s.lower(at);
    let people = phrase.head.is_none() && s.back(phrase.end, 1) != "which" || phrase.is_person(s);
    // "in a dead heat", "were treated as equals"
    let idle = word == "dead" && s.tag(at + 1) == Some(Upos::Noun) && s.time(at + 1).is_none()
        || word == "treated"
            && !matches!(s.lower(at + 1), "for" | "in" | "at" | "by" | "on" | "there" | "after" | "." | "");
    if idle {
        return None;
    }
    table::category(word, Part::State)
        // "resisted arrest": a noun happens to nobody.
        .or_else(|| {
            table::category(word, Part::Object)
                .filter(|_| !word.ends_with("ing") && s.token(at).is_none_or(|t| t.xpos != "NN"))
        })
        .or_else(|| {
            let of_people = table::category(word, Part::Persons).filter(|_| {
                !word.ends_with("ing")
                    && (!words::is(Set::DoneOrSuffered, word) || is_passive(s, at) || goes_to_shelter(s, at))
            });
            of_people.or_else(|| (word == "held").then(|| held(s))).filter(|_| people)
        })
        .or_else(|| {
            table::category(word, Part::Troops).filter(|_| is_sent(s, at, phrase) && !word.ends_with("ing"))
        })
}

pub(super) fn is_passive(s: &Sentence<'_, '_>, at: usize) -> bool {
    (1..=3).any(|n| is_be(s.back(at, n)))
}

/// "moved to a sports hall", "moved to schools"
pub(super) fn goes_to_shelter(s: &Sentence<'_, '_>, at: usize) -> bool {
    s.lower(at + 1) == "to" && (at + 2..at + 6).any(|i| words::is(Set::Shelters, s.lower(i)))
}

/// Whether people who are held are under arrest or prisoners: it depends on whether the police or others hold them.
pub(super) fn held(s: &Sentence<'_, '_>) -> Category {
    if s.within.clone().any(|i| words::is(Set::Law, s.lower(i))) {
        Category::ARRESTED
    } else {
        Category::CAPTURED
    }
}

/// True if a verb of sending or gathering means that the people counted are deployed.
pub(super) fn is_sent(s: &Sentence<'_, '_>, at: usize, phrase: &Phrase) -> bool {
    // "a crowd of 5,000 gathered": only if the sentence is about troops.
    let gathers = words::is(Set::Gathering, s.lower(at));
    if phrase.head.is_none() && gathers && !s.within.clone().any(|i| table::is(s.lower(i), Part::Force)) {
        return false;
    }
    // "a further 1,500 men will be sent": a battalion's
    let men = phrase.head.is_some_and(|h| words::is(Set::Recruits, s.lower(h)))
        && s.within.clone().any(|i| table::is(s.lower(i), Part::Force));
    if phrase.is_force(s) || phrase.head.is_none() || men {
        return !words::is(Set::Homeward, s.lower(at + 1));
    }
    let word = s.lower(at);
    let stationed = words::is(Set::Stationing, word);
    (stationed || is_responder(s, phrase) && word.starts_with("sen")) && phrase.is_person(s)
}

/// True for people who are sent to where something has happened.
pub(super) fn is_responder(s: &Sentence<'_, '_>, phrase: &Phrase) -> bool {
    phrase.head.is_some_and(|h| {
        words::is(Set::Responders, s.lower(h)) || s.lower(h) == "workers" && s.back(h, 1) == "rescue"
    })
}

/// The idiom of two to five words at a word, and the word after it.
pub(super) fn idiom(s: &Sentence<'_, '_>, at: usize) -> Option<(Category, usize)> {
    // "burned to death", "hacked to death"
    if s.lower(at + 1) == "to" && s.lower(at + 2) == "death" && s.is_letters(at) {
        return Some((Category::KILLED, at + 3));
    }
    // "in Norland hands"
    if s.lower(at) == "in" && s.is_capitalised(at + 1) && s.lower(at + 2) == "hands" {
        return Some((Category::CAPTURED, at + 3));
    }
    // "in enemy captivity", "in a military hospital": a modifier.
    let which = matches!(s.tag(at + 1), Some(Upos::Adj | Upos::Propn | Upos::Noun))
        && matches!(s.lower(at), "in" | "into");
    (2..=5).rev().find_map(|count| {
        let end = at + count;
        let words: Vec<&str> = (at..end).map(|i| s.lower(i)).collect();
        let plain = table::category(&words.join(" "), Part::Idiom).map(|category| (category, end));
        plain.or_else(|| {
            let words = format!("{} {}", s.lower(at), s.lower(at + 2));
            let category = table::category(&words, Part::Idiom).filter(|_| which && count == 3);
            // "taken to a local hospital", "rushed to three area hospitals"
            let hospital = || {
                let told = matches!(s.lower(at + 1), "to") && s.lower(end - 1).starts_with("hospital");
                let words = format!("{} to hospital", s.lower(at));
                table::category(&words, Part::Idiom).filter(|_| told && count >= 4)
            };
            Some((category.or_else(hospital)?, end))
        })
    })
}

pub(super) fn is_be(word: &str) -> bool {
    [
        "is", "are", "was", "were", "be", "been", "being", "get", "got", "gets", "getting", "'re", "wasn't",
        "weren't", "aren't",
    ]
    .contains(&word)
}

/// True for a determiner of something known: "put the toll at", "three of their number".
pub(super) fn is_the(word: &str) -> bool {
    matches!(word, "the" | "its" | "their")
}

pub(super) fn is_have(word: &str) -> bool {
    matches!(word, "have" | "has" | "had")
}

/// "killed or wounded", "killed, wounded or missing": the combined category of the forms, and the word after them.
pub(super) fn coordinated(
    s: &Sentence<'_, '_>,
    at: usize,
    mut category: Category,
    phrase: &Phrase,
) -> (Category, usize) {
    // "shot and killed" leaves no doubt about which.
    if category == Category::KILLED_OR_INJURED && s.lower(at + 1) == "and" && s.lower(at + 2) == "killed" {
        return (Category::KILLED, at + 3);
    }
    let mut end = at + 1;
    loop {
        let mut next = end;
        while next < end + 3
            && (matches!(s.lower(next), "and" | "or" | "," | "/" | "either")
                || words::is(Set::HowBadly, s.lower(next)))
        {
            next += 1;
        }
        // "12 killed and wounded 30 others": the second form has an object.
        let object =
            matches!(s.tag(next + 1), Some(Upos::Num | Upos::Det | Upos::Pron)) || s.lower(next + 1) == "at";
        let other = (next > end).then(|| outcome(s, next, phrase)).flatten();
        match other {
            Some(other) if !object => {
                category = together(&category, &other);
                end = next + 1;
            }
            _ => return (category, end),
        }
    }
}
