//! Verbs and nouns before the number whose object is counted, either right before it or by the tree.

use sayso_model::{Category, Upos};

use super::{
    category::{How, Shown, together},
    counted::Phrase,
    outcome::{coordinated, goes_to_shelter, held, idiom, is_be, is_sent, outcome},
    quantity::{Quantity, Sentence},
    table::{self, Part},
    topic::Topic,
};
use crate::word::dependents;
use crate::words::{self, Set};

/// A verb or noun right before the number: "killed at least 12", "the deaths of 12", "lost 40 tanks".
pub(super) fn right_before(
    s: &Sentence<'_, '_>,
    quantity: &Quantity,
    phrase: &Phrase,
    topic: Topic,
) -> Option<Shown> {
    let people = phrase.is_person(s) || phrase.head.is_none();
    let mut at = quantity.number.start.checked_sub(1).filter(|i| s.within.contains(i))?;
    let shown = |category, evidence| Some(Shown { category, evidence, how: How::Before });
    // "swept away 14 people", "rounded up 40": an idiom followed by its object.
    if let Some(before) = at.checked_sub(1).filter(|b| people && s.within.contains(b))
        && let Some((category, end)) = idiom(s, before).filter(|i| i.1 == at + 1)
    {
        return shown(category, before..end);
    }
    for _ in 0..3 {
        if matches!(
            s.lower(at),
            "the" | "a" | "all" | "its" | "their" | "another" | "nearby" | "up" | "of" | "\""
        ) && s.lower(at) != "of"
            || (s.tag(at) == Some(Upos::Adv) && !table::is(s.lower(at), Part::Object))
        {
            at = at.checked_sub(1).filter(|i| s.within.contains(i))?;
        }
    }
    // "killed himself and 12 others"
    if s.lower(at) == "and" && matches!(s.back(at, 1), "himself" | "herself" | "themselves" | "itself") {
        at = at.checked_sub(2).filter(|i| s.within.contains(i))?;
    }
    let word = s.lower(at);
    if word == "dead" && words::is(Set::ShotDead, s.back(at, 1)) {
        return shown(Category::KILLED, at - 1..at + 1);
    }
    // "the dead include 14 women", "among the wounded were 14 women"
    let include = words::is(Set::Including, word);
    if include || matches!(word, "were" | "are") {
        let among =
            |i: usize| include && word != "including" || s.back(i, 2) == "among" || s.back(i, 3) == "among";
        let noun = (1..=5).map_while(|n| at.checked_sub(n)).filter(|i| s.within.contains(i)).find(|&i| {
            (s.back(i, 1) == "the" || s.back(i, 2) == "the" && s.tag(i - 1) == Some(Upos::Num))
                && among(i)
                && (table::is(s.lower(i), Part::Noun) || table::is(s.lower(i), Part::State))
        })?;
        let name = s.lower(noun);
        return shown(
            table::category(name, Part::Noun).or_else(|| table::category(name, Part::State))?,
            noun..noun + 1,
        );
    }
    // "of the dead, 14 were tourists"
    if word == "," && s.back(at, 2) == "the" && matches!(s.back(at, 3), "of" | "among") {
        let name = s.back(at, 1);
        let category = table::category(name, Part::Noun).or_else(|| table::category(name, Part::State))?;
        return shown(category, at - 1..at);
    }
    // "found 22 people alive"
    if words::is(Set::Finding, word) && people && s.lower(phrase.end) == "alive" {
        return shown(Category::RESCUED, at..at + 1);
    }
    // People bury their dead; a landslide buries the living.
    if word == "buried" && people {
        let slide = s.within.clone().any(|i| words::is(Set::Slides, s.lower(i)));
        return shown(if slide { Category::MISSING } else { Category::KILLED }, at..at + 1);
    }
    if word == "for" && people && is_search(s, at, phrase) {
        return shown(Category::MISSING, at - 1..at + 1);
    }
    // "contact with 23 miners was lost"
    if word == "with" && people && s.back(at, 1) == "contact" {
        let lost = s.within.clone().find(|&i| words::is(Set::Losing, s.lower(i)))?;
        return shown(Category::MISSING, lost..lost + 1);
    }
    // "the school now houses 11,000"
    let camp = || s.within.clone().any(|i| words::is(Set::Shelters, s.lower(i)));
    if words::is(Set::Housing, word) && people && s.tag(at) != Some(Upos::Num) && camp() {
        return shown(Category::DISPLACED, at..at + 1);
    }
    // "for the loss of two of its men"
    if word == "of" && s.back(at, 1) == "loss" && people {
        return shown(Category::KILLED, at - 1..at);
    }
    if word == "of" {
        let noun = at.checked_sub(1).filter(|i| s.within.contains(i))?;
        let name = s.lower(noun);
        let category = table::category(name, Part::Noun)
            .or_else(|| table::category(name, Part::Measure))
            .or_else(|| table::category(name, Part::Object).filter(|_| name.ends_with("ing")))
            .or_else(|| table::category(name, Part::Action))?;
        return shown(category, noun..noun + 1);
    }
    if people && is_saving(s, at, phrase) {
        return shown(Category::RESCUED, at..at + 1);
    }
    // "claimed nine lives" is read from its noun; a group that claims an attack does not kill anybody by it.
    let lives = phrase.head.is_some_and(|h| words::is(Set::ClaimedLives, s.lower(h)));
    if lives && words::is(Set::Claiming, word) {
        return shown(Category::KILLED, at..at + 1);
    }
    if is_holding(s, at, phrase) {
        return shown(held(s), at..at + 1);
    }
    if people && words::is(Set::Carrying, word) {
        return shown(Category::ABOARD, at..at + 1);
    }
    // "ordered 900 residents to leave"
    let leaving = s.lower(phrase.end) == "to" && words::is(Set::GoingAway, s.lower(phrase.end + 1));
    if people && leaving && (words::is(Set::Helping, word) || words::is(Set::Ordering, word)) {
        return shown(Category::EVACUATED, at..at + 1);
    }
    if people && leaving && words::is(Set::Forcing, word) {
        return shown(Category::DISPLACED, at..at + 1);
    }
    if people && topic.exodus && (words::is(Set::Housing, word) || word == "registered") {
        return shown(Category::DISPLACED, at..at + 1);
    }
    // "were killed by 12 gunmen" has "by" before the number and never gets here.
    if let Some(category) = table::category(word, Part::Object) {
        let passive = at.checked_sub(1).is_some_and(|b| is_be(s.lower(b)));
        if passive && !word.ends_with("ing") {
            return None;
        }
        let mut first = at;
        let mut category = category;
        // "killed or wounded 300", "killing and injuring 12"
        while matches!(s.back(first, 1), "or" | "and") && table::is(s.back(first, 2), Part::Object) {
            category = together(&table::category(s.back(first, 2), Part::Object)?, &category);
            first -= 2;
        }
        return shown(category, first..at + 1);
    }
    // A company moves people too; it is an evacuation only if they are in danger.
    let saved = topic.danger
        || topic.exodus
        || matches!(s.lower(phrase.end), "out" | "away" | "from")
        || goes_to_shelter(s, phrase.end.saturating_sub(1));
    if let Some(category) = table::category(word, Part::Persons).filter(|category| {
        people
            && (*category != Category::EVACUATED || saved)
            && s.tag(at) == Some(Upos::Verb)
            && !at.checked_sub(1).is_some_and(|b| is_be(s.lower(b)) && !word.ends_with("ing"))
    }) {
        return shown(category, at..at + 1);
    }
    if let Some(category) =
        table::category(word, Part::Troops).filter(|_| is_sent(s, at, phrase) && phrase.head.is_some())
    {
        return shown(category, at..at + 1);
    }
    if let Some(category) = table::category(word, Part::Subject).filter(|c| *c == Category::INFECTED) {
        return shown(category, at..at + 1);
    }
    // "cost Mali 40 soldiers", "cost the army 40 soldiers"
    let cost = (0..=3)
        .map_while(|n| at.checked_sub(n))
        .take_while(|&i| i == at || !matches!(s.lower(i), "," | "and" | ";"))
        .find(|&i| words::is(Set::Costing, s.lower(i)));
    if let Some(at) = cost.or_else(|| words::is(Set::Losing, word).then_some(at)) {
        // To "lose" people is to have them killed, as coders of casualties read it; "losses" may be of any kind.
        let of_force = phrase.is_force(s) || phrase.head.is_none() && phrase.group.is_some();
        if of_force || phrase.is_person(s) {
            return shown(Category::KILLED, at..at + 1);
        }
    }
    if words::is(Set::Leaving, word) && table::is(s.lower(phrase.end), Part::State) {
        let category = table::category(s.lower(phrase.end), Part::State)?;
        return shown(category, phrase.end..phrase.end + 1);
    }
    None
}

/// "hold eight soldiers": true if holding means keeping prisoner, not having room.
pub(super) fn is_holding(s: &Sentence<'_, '_>, at: usize, phrase: &Phrase) -> bool {
    let room = (1..4).any(|n| matches!(s.back(at, n), "can" | "could" | "room"));
    let verb = words::is(Set::Keeping, s.lower(at)) && s.tag(at) != Some(Upos::Noun);
    let nation = phrase.head.is_some_and(|h| s.is_capitalised(h) && s.lower(h).ends_with('s'));
    let kept = matches!(s.back(at, 1), "still" | "now") || s.lower(at) == "holding";
    verb && !room
        && (phrase.is_force(s) || nation || phrase.is_person(s) && kept || phrase.head.is_none() && kept)
}

/// "searching for 22 others", "a search was under way for nine people": true if the people are missing, not wanted.
pub(super) fn is_search(s: &Sentence<'_, '_>, at: usize, phrase: &Phrase) -> bool {
    // Only a verb and no other noun may come between a search and "for".
    let near = |n: usize| n <= 3 || (1..n).all(|m| s.is_letters(at - m) && !is_noun(s, at - m));
    let searching = (1..=5).take_while(|&n| n <= at && near(n)).any(|n| {
        words::is(Set::Searching, s.back(at, n)) || s.back(at, n) == "hunt" && s.back(at, n + 1) == "the"
    });
    let wanted = s.within.clone().any(|i| words::is(Set::Manhunt, s.lower(i)))
        || phrase.head.is_some_and(|h| {
            words::is(Set::Offenders, s.lower(h)) || matches!(s.lower(h), "gunmen" | "militants")
        });
    searching && !wanted
}

fn is_noun(s: &Sentence<'_, '_>, at: usize) -> bool {
    matches!(s.tag(at), Some(Upos::Noun | Upos::Propn | Upos::Num))
}

/// "pulled nine people from the rubble", "hauled him into the boat": true if the verb means that its object is rescued.
pub(super) fn is_saving(s: &Sentence<'_, '_>, at: usize, phrase: &Phrase) -> bool {
    let mut after = (phrase.end..phrase.end + 7).take_while(|&i| !matches!(s.lower(i), "," | "." | ";" | ""));
    if words::is(Set::Bringing, s.lower(at)) {
        return after.any(|i| words::is(Set::ToSafety, s.lower(i)));
    }
    words::is(Set::Pulling, s.lower(at))
        && after.any(|i| {
            let word = s.lower(i);
            words::is(Set::ToSafety, word)
                || matches!(word, "from" | "out" | "off" | "aboard")
                || table::is(word, Part::Craft)
                    && (1..7).any(|n| matches!(s.back(i, n), "into" | "onto" | "to"))
        })
}

/// The verb above the counted noun in the dependency tree.
pub(super) fn by_tree(s: &Sentence<'_, '_>, quantity: &Quantity, phrase: &Phrase) -> Option<Shown> {
    let token_of = |word: usize| s.words.get(word).map(|w| w.token);
    // "three of his guards": the number is the verb's object.
    let noun = phrase.head.filter(|_| !phrase.part);
    let mut at = token_of(noun.unwrap_or(quantity.end.checked_sub(1)?))?;
    for _ in 0..4 {
        let token = s.document.tokens.get(at as usize)?;
        let head = token.head?;
        let above = s.document.tokens.get(head as usize)?;
        let word = s.words.inside(above.span).start;
        if !s.within.contains(&word) {
            return None;
        }
        let name = s.lower(word);
        let children = || dependents(s.document, head);
        let passive = children().any(|c| c.relation == "aux:pass");
        let has_object = children().any(|c| c.relation == "obj");
        let how = if word >= phrase.end { How::After } else { How::Before };
        let shown = |category: Category| {
            let (category, end) = coordinated(s, word, category, phrase);
            Some(Shown { category, evidence: word..end, how })
        };
        match token.relation {
            "nsubj:pass" => return outcome(s, word, phrase).and_then(shown),
            "nsubj" => {
                if let Some(category) = table::category(name, Part::Subject) {
                    return shown(category);
                }
                if passive || above.xpos == "VBN" && !has_object && !children().any(|c| c.relation == "aux") {
                    return outcome(s, word, phrase).and_then(shown);
                }
                return table::category(name, Part::State)
                    .filter(|_| matches!(above.upos, Upos::Adj) || children().any(|c| c.relation == "cop"))
                    .and_then(shown);
            }
            // "injuring dozens and damaging 40 villages": the verb right before it belongs to it.
            "obj" if follows_verb(s, quantity) && word + 1 != quantity.number.start => return None,
            "obj" if how == How::Before => {
                let people = phrase.is_person(s) || phrase.head.is_none();
                // "dug out a girl and two boys"
                let phrasal = idiom(s, word).filter(|i| people && i.1 == word + 2).map(|i| i.0);
                let category = table::category(name, Part::Object)
                    .or_else(|| table::category(name, Part::Troops).filter(|_| is_sent(s, word, phrase)))
                    .or_else(|| {
                        table::category(name, Part::Persons)
                            .filter(|category| people && *category != Category::EVACUATED)
                    })
                    .or(phrasal)?;
                return Some(Shown { category, evidence: word..word + 1, how });
            }
            // "killed 200 people and flattened 40 villages": the second number has its own verb.
            "conj" if follows_verb(s, quantity) => return None,
            "conj" | "appos" | "nummod" | "flat" | "compound" | "nmod:unmarked" | "dep" => at = head,
            _ => return None,
        }
    }
    None
}

pub(super) fn follows_verb(s: &Sentence<'_, '_>, quantity: &Quantity) -> bool {
    quantity.number.start.checked_sub(1).is_some_and(|b| s.tag(b) == Some(Upos::Verb))
}
