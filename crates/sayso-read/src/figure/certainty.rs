//! A figure's modality and negation: from the words that have it in their scope, not from any in its sentence. The words are in
//! `data/certainty.tsv`.

use std::{collections::BTreeSet, ops::Range, sync::OnceLock};

use sayso_model::{Category, Modality, Token, Upos};

use super::{
    above,
    category::{How, Shown},
    counted::{Phrase, names_one_person},
    outcome,
    quantity::{Quantity, Sentence},
    table::{self, Part},
};
use crate::{
    lexicon::rows,
    words::{self, Set},
};

/// Words before a figure within which an auxiliary or predicate applies to it.
const REACH: usize = 5;

/// Words before a figure within which a denial, a rumour or a condition applies to it.
const FAR: usize = 12;

/// What a word does to the figure next to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    Word,
    WithTo,
    Governor,
    Denial,
    Proof,
    Proving,
    Unable,
    Report,
    Telling,
    Rumour,
    False,
    True,
    Unreal,
    Near,
    Condition,
    Nobody,
}

fn lists() -> &'static BTreeSet<(&'static str, Kind, u8)> {
    static LISTS: OnceLock<BTreeSet<(&'static str, Kind, u8)>> = OnceLock::new();
    LISTS.get_or_init(|| {
        let mut lists = BTreeSet::new();
        for row in rows(sayso_data::CERTAINTY) {
            let [kind, modality, words] = row[..] else { continue };
            let kind = match kind {
                "word" => Kind::Word,
                "with_to" => Kind::WithTo,
                "governor" => Kind::Governor,
                "denial" => Kind::Denial,
                "proof" => Kind::Proof,
                "proving" => Kind::Proving,
                "unable" => Kind::Unable,
                "report" => Kind::Report,
                "telling" => Kind::Telling,
                "rumour" => Kind::Rumour,
                "false" => Kind::False,
                "true" => Kind::True,
                "unreal" => Kind::Unreal,
                "near" => Kind::Near,
                "condition" => Kind::Condition,
                _ => Kind::Nobody,
            };
            let modality = MODALITIES.iter().position(|(name, _)| *name == modality).unwrap_or(0);
            lists.extend(words.split(';').map(|w| (w, kind, modality as u8)));
        }
        lists
    })
}

/// Modalities by their names in the data.
const MODALITIES: [(&str, Modality); 6] = [
    ("asserted", Modality::Asserted),
    ("possible", Modality::Possible),
    ("expected", Modality::Expected),
    ("planned", Modality::Planned),
    ("demanded", Modality::Demanded),
    ("denied", Modality::Denied),
];

/// The modality that a word of one kind gives.
pub(super) fn given(word: &str, kind: Kind) -> Option<Modality> {
    let found = lists().range::<(&str, Kind, u8), _>((word, kind, 0)..=(word, kind, u8::MAX)).next()?;
    MODALITIES.get(usize::from(found.2)).map(|(_, modality)| *modality)
}

pub(super) fn is(word: &str, kind: Kind) -> bool {
    given(word, kind).is_some()
}

/// "did not kill 12", "none of the 120 was hurt", "nearly died": true if what the figure counts did not happen.
pub(super) fn is_negated(s: &Sentence<'_, '_>, quantity: &Quantity, shown: Option<&Shown>) -> bool {
    let start = quantity.number.start;
    if is_said_not_to_be(s, quantity) || is_not_of_all(s, start) || spared(s, start).is_some() {
        return true;
    }
    let Some(shown) = shown else {
        // "I never said 150"
        return (1..=3).any(|n| s.back(start, n) == "never");
    };
    let evidence = shown.evidence.start;
    // People on board are there, even if nothing happened to them.
    let happens = matches!(shown.how, How::After | How::Before);
    if happens && shown.category != Category::ABOARD && is_said_of_nobody(s, start) {
        return true;
    }
    // "all but 12 were rescued", "everyone except the three pilots was evacuated": they were not
    if happens && is_excepted(s, start) {
        return true;
    }
    let near = is(s.back(evidence, 1), Kind::Near) || s.ends_with(Set::DidNearly, evidence);
    if near && happens && s.tag(evidence) == Some(Upos::Verb) {
        return true;
    }
    let around = match shown.how {
        How::Before => {
            // "The missile, which the air defences did not intercept, killed 11"
            let closes = evidence.checked_sub(1).filter(|&before| s.lower(before) == ",");
            let opens = closes.and_then(|close| (s.within.start..close).rev().find(|&i| s.lower(i) == ","));
            let end = opens.unwrap_or(evidence);
            end.saturating_sub(4).max(s.within.start)..end
        }
        How::After => quantity.end..evidence,
        _ => return false,
    };
    // "Six prisoners who had not been charged were released": that says only who they are.
    let relative = around.clone().find(|&i| matches!(s.lower(i), "who" | "that" | "which"));
    let of_another = |i: usize| {
        relative.is_some_and(|r| r < i && i <= r + 2)
            && (i + 1..around.end).any(|v| s.tag(v) == Some(Upos::Verb))
    };
    outside_of_asides(s, around.clone()).any(|i| {
        let word = s.lower(i);
        let not = matches!(word, "not" | "never") && !words::is(Set::NotOnly, s.lower(i + 1));
        (not || word.ends_with("n't")) && !of_another(i)
    })
}

/// "No one among the 120 passengers", "nobody in the 30-strong crew", "neither of the two", "neither the pilot nor his three
/// passengers": true if only prepositions and the nouns of one phrase, or of two with "nor", come between the word and the
/// number.
fn is_said_of_nobody(s: &Sentence<'_, '_>, start: usize) -> bool {
    for n in 1..=8 {
        let Some(at) = start.checked_sub(n).filter(|at| s.within.contains(at)) else { return false };
        let word = s.lower(at);
        if is(word, Kind::Nobody) || word == "one" && s.back(at, 1) == "no" {
            return true;
        }
        let joins = matches!(
            s.tag(at),
            Some(Upos::Adp | Upos::Det | Upos::Adj | Upos::Noun | Upos::Pron | Upos::Num)
        );
        if !joins && word != "nor" || !s.is_letters(at) {
            return false;
        }
    }
    false
}

/// "Not all of the 25 hostages were freed", "not all 25 hostages".
fn is_not_of_all(s: &Sentence<'_, '_>, start: usize) -> bool {
    let the = usize::from(matches!(s.back(start, 1), "the" | "its" | "their" | "his" | "her"));
    let of = the + usize::from(s.back(start, 1 + the) == "of");
    let not = |n: usize| s.back(start, of + n) == "not";
    match (s.back(start, of + 2), s.back(start, of + 1)) {
        ("every", "one") => not(3),
        (_, "all" | "every") => not(2),
        _ => false,
    }
}

/// "No deaths among the 300 passengers", "without injury to any of the 12": the word for what happened to none of them.
pub(super) fn spared(s: &Sentence<'_, '_>, start: usize) -> Option<usize> {
    for n in 1..=REACH {
        let at = start.checked_sub(n).filter(|at| s.within.contains(at))?;
        if table::is(s.lower(at), Part::Noun) {
            return matches!(s.back(at, 1), "no" | "without" | "zero").then_some(at);
        }
        if !matches!(s.tag(at), Some(Upos::Adp | Upos::Det)) {
            return None;
        }
    }
    None
}

/// "All but 12", "everyone except the three pilots", "all 48 passengers apart from one": true for those left out of everybody.
fn is_excepted(s: &Sentence<'_, '_>, start: usize) -> bool {
    const WHOLE: usize = 7;
    let the = usize::from(matches!(s.back(start, 1), "the" | "its" | "their" | "his" | "her"));
    let length = match (s.back(start, 2 + the), s.back(start, 1 + the)) {
        (_, "but" | "except" | "bar" | "save") => 1,
        ("apart" | "aside", "from") | ("except", "for") | ("other", "than") => 2,
        _ => return false,
    };
    let before = start.saturating_sub(the + length);
    (1..=WHOLE)
        .map_while(|n| before.checked_sub(n))
        .filter(|i| s.within.contains(i))
        .take_while(|&i| s.is_letters(i) && !s.is_verbal(i) || s.tag(i) == Some(Upos::Num))
        .any(|i| matches!(s.lower(i), "all" | "every" | "everyone" | "everybody"))
}

/// "Hardly any of the 300 guests was injured", "not one of the 45 miners", "no passenger among the 214 on board": what is said did
/// not happen to those counted.
pub(super) fn of_hardly_any(s: &Sentence<'_, '_>, start: usize) -> bool {
    let whole = matches!(s.back(start, 1), "the" | "all" | "its" | "their" | "his" | "her" | "these")
        && matches!(s.back(start, 2), "of" | "among");
    let no = s.back(start, 4) == "no" && start.checked_sub(3).is_some_and(|noun| names_one_person(s, noun));
    let hardly = match s.back(start, 3) {
        "none" | "few" => true,
        "any" => words::is(Set::Hardly, s.back(start, 4)),
        "one" => s.back(start, 4) == "not",
        _ => false,
    };
    whole && (no || hardly)
}

/// "Kept 14 children from drowning": true for such a "from".
pub(super) fn is_kept_from(s: &Sentence<'_, '_>, from: usize) -> bool {
    const OBJECT: usize = 6;
    // "from burning buildings"
    let does = s.token(from + 1).is_some_and(|t| t.xpos == "VBG")
        && !matches!(s.tag(from + 2), Some(Upos::Noun | Upos::Adj | Upos::Propn));
    let mut words_before = (1..OBJECT).filter_map(|n| from.checked_sub(n));
    let verb = words_before.find(|&i| words::is(Set::KeepingFrom, s.lower(i)));
    // "failed to stop the gunman from killing 12"
    let in_vain = |verb: usize| {
        (1..OBJECT).map(|n| s.back(verb, n)).any(|word| {
            is(word, Kind::Nobody)
                || is(word, Kind::Unable)
                || matches!(word, "not" | "never" | "nothing")
                || word.ends_with("n't")
        })
    };
    s.lower(from) == "from" && does && verb.is_some_and(|verb| !in_vain(verb))
}

/// "Prevented the deaths of 25 people", "escaped death", "kept 14 children from drowning": the event that the words name did not
/// happen.
pub(super) fn is_averted(s: &Sentence<'_, '_>, event: usize) -> bool {
    if is_kept_from(s, event.saturating_sub(1)) {
        return true;
    }
    let led = matches!(s.back(event, 1), "the" | "a" | "certain" | "their" | "his" | "her" | "being");
    words::is(Set::Averting, s.back(event, 1 + usize::from(led)))
}

/// The words of a stretch, without insertions between two commas, dashes or brackets: "eight people, not counting the gunman,
/// were killed".
fn outside_of_asides<'a>(s: &'a Sentence<'_, '_>, words: Range<usize>) -> impl Iterator<Item = usize> + 'a {
    let mut at = words.start;
    std::iter::from_fn(move || {
        while at < words.end {
            let close = match s.lower(at) {
                "," => Some(","),
                "(" => Some(")"),
                "-" if !s.joined(at) => Some("-"),
                _ => None,
            };
            let Some(end) = close.and_then(|mark| (at + 1..words.end).find(|&i| s.lower(i) == mark)) else {
                break;
            };
            at = end + 1;
        }
        let next = (at < words.end).then_some(at);
        at += 1;
        next
    })
}

/// "It is not 210", "12, not 21", "at 33 and not at 36", "we do not have 40 dead", "nobody has counted 50": true for a negation right
/// before the number, with at most a verb in between.
fn is_said_not_to_be(s: &Sentence<'_, '_>, quantity: &Quantity) -> bool {
    let start = quantity.number.start;
    let linked = |word: &str| {
        outcome::is_be(word) || outcome::is_have(word) || word == "at" || words::is(Set::Counted, word)
    };
    for back in 1..=3 {
        let Some(at) = start.checked_sub(back).filter(|at| s.within.contains(at)) else { return false };
        let word = s.lower(at);
        let not = word == "not" || word.ends_with("n't") || matches!(word, "nobody" | "never");
        let bounded = words::is(Set::NotOnly, s.lower(at + 1));
        if not {
            return !bounded;
        }
        if !linked(word) {
            return false;
        }
    }
    false
}

/// "12, not 21", "stood at 33 and not at 36": the second number is given only to be denied.
fn is_contrasted(s: &Sentence<'_, '_>, start: usize) -> bool {
    let not = start - usize::from(s.back(start, 1) == "at");
    s.back(not, 1) == "not" && matches!(s.back(not, 2), "," | "and")
}

/// The figure's modality according to the words around it.
pub(super) fn modality(
    s: &Sentence<'_, '_>,
    quantity: &Quantity,
    phrase: &Phrase,
    shown: Option<&Shown>,
) -> Modality {
    let last = match shown {
        Some(shown) if shown.how == How::After => shown.evidence.start,
        Some(shown) if shown.how == How::Before => phrase.end,
        // Even if no verb says what has happened to them, a statement about them may be hedged.
        _ => predicate(s, quantity, phrase).unwrap_or(phrase.end),
    };
    let first = shown.filter(|s| s.how == How::Before).map_or(quantity.number.start, |s| s.evidence.start);
    denied(s, first)
        .or_else(|| is_contrasted(s, quantity.number.start).then_some(Modality::Denied))
        .or_else(|| told_of(s, quantity, first, shown.map_or(phrase.end, |s| s.evidence.end.max(phrase.end))))
        .or_else(|| meant(s, shown.map_or(first, |s| s.evidence.start)))
        .or_else(|| supposed(s, first))
        .or_else(|| in_words(s, quantity, first, last))
        .unwrap_or(Modality::Asserted)
}

/// Where the predicate ends whose subject is a phrase ("as many as seven workers may still be under the stones"), or what the
/// phrase is of ("a team of 12 surgeons would reach the camp").
fn predicate(s: &Sentence<'_, '_>, quantity: &Quantity, phrase: &Phrase) -> Option<usize> {
    let above = |token: &Token| s.document.tokens.get(token.head? as usize);
    let mut token = s.token(phrase.head.filter(|_| !phrase.part).or(quantity.end.checked_sub(1))?)?;
    if token.relation == "nmod" {
        token = above(token).filter(|team| words::is(Set::Teams, &team.lemma))?;
    }
    let word = s.words.inside(above(token)?.span).start;
    let subject = token.relation.starts_with("nsubj") && word >= phrase.end && s.within.contains(&word);
    // "Another 40 are expected by the weekend"
    let awaited =
        token.relation == "nsubj:pass" && given(s.lower(word), Kind::Word) == Some(Modality::Expected);
    subject.then_some(word + usize::from(awaited))
}

/// The words before one, in reverse order, up to the end of another clause.
fn before<'a>(s: &'a Sentence<'_, '_>, at: usize, reach: usize) -> impl Iterator<Item = usize> + 'a {
    (s.within.start.max(at.saturating_sub(reach))..at.min(s.within.end))
        .rev()
        .take_while(|&i| !matches!(s.lower(i), ";" | ":" | "," | "\"" | "(" | ")" | "but"))
}

/// "denied that 12 had died", "dismissed reports that ...", "denied killing 12", "no evidence that 12 had died".
fn denied(s: &Sentence<'_, '_>, first: usize) -> Option<Modality> {
    for i in before(s, first, FAR) {
        let word = s.lower(i);
        if is(word, Kind::Denial) && matches!(s.tag(i), Some(Upos::Verb)) {
            let taken_back =
                (1..=2).any(|n| matches!(s.back(i, n), "not" | "never") || s.back(i, n).ends_with("n't"));
            return Some(if taken_back { Modality::Possible } else { Modality::Denied });
        }
        if s.back(i, 1) == "no"
            && let Some(denied) = given(word, Kind::Proof)
        {
            return Some(denied);
        }
        let joins = is(word, Kind::Report)
            || matches!(word, "having" | "being")
            || matches!(s.tag(i), Some(Upos::Det | Upos::Sconj | Upos::Pron | Upos::Adp | Upos::Aux));
        if !joins {
            return None;
        }
    }
    None
}

/// The modality from a clause above, or from what is said about the rumour or report that it is in; a denial takes precedence.
fn told_of(s: &Sentence<'_, '_>, quantity: &Quantity, first: usize, end: usize) -> Option<Modality> {
    let number = s.words.get(quantity.number.start)?.token;
    let (above, rumoured) = (above::modality(s.document, s.text, number), rumoured(s, first, end));
    above.filter(|m| *m == Modality::Denied).or(rumoured).or(above)
}

/// "Rumours that 12 had died", and what is said later about rumours and reports: "... were false".
fn rumoured(s: &Sentence<'_, '_>, first: usize, end: usize) -> Option<Modality> {
    let that = before(s, first, FAR).find(|&i| matches!(s.lower(i), "that" | "of"))?;
    // "reports on local radio that 12 had died"
    let noun = (s.within.start..that)
        .rev()
        .take(5)
        .take_while(|&n| {
            matches!(s.tag(n), Some(Upos::Noun | Upos::Propn | Upos::Adj | Upos::Adp | Upos::Det))
        })
        .find(|&n| is(s.lower(n), Kind::Rumour) || is(s.lower(n), Kind::Report))
        .or_else(|| that.checked_sub(1).filter(|n| s.within.contains(n)))?;
    let rumour = given(s.lower(noun), Kind::Rumour);
    if rumour.is_none() && !is(s.lower(noun), Kind::Report) {
        return None;
    }
    let said = (end..(end + 6).min(s.within.end))
        .take_while(|&i| !matches!(s.lower(i), "," | ";"))
        .find(|&i| outcome::is_be(s.lower(i)));
    let not_so = said.and_then(|be| (be + 1..be + 4).find_map(|i| given(s.lower(i), Kind::False)));
    let so = said.filter(|&be| is(s.lower(be + 1), Kind::True)).map(|_| Modality::Asserted);
    not_so.or(so).or(rumour)
}

/// "a plot to kill 12", "charged with attempting to murder 12", "the attempted murder of 12": intended or attempted, not done.
fn meant(s: &Sentence<'_, '_>, evidence: usize) -> Option<Modality> {
    let open = s.token(evidence).is_some_and(|t| matches!(t.xpos, "VB" | "VBG" | "VBP" | "NN" | "NNS"));
    if !open {
        return None;
    }
    for i in before(s, evidence, REACH) {
        let word = s.lower(i);
        let verb_itself = i + 1 == evidence && s.token(evidence).is_some_and(|t| t.xpos == "VBP");
        if is(word, Kind::Governor) && !verb_itself {
            // "the man wanted for killing 12", "working to": a noun or verb that governs what follows.
            let linked = i + 1 == evidence || matches!(s.lower(i + 1), "to" | "at" | "of");
            return linked.then(|| given(word, Kind::Governor)).flatten();
        }
        let joins = matches!(word, "to" | "of" | "at" | "and" | "mass" | "help")
            || matches!(s.tag(i), Some(Upos::Det | Upos::Adv));
        if !joins {
            return None;
        }
    }
    None
}

/// What is in a condition, or only an exercise.
fn supposed(s: &Sentence<'_, '_>, first: usize) -> Option<Modality> {
    // "Assuming that 2,000 were infected", but not "assumed office after 40 were killed"
    let opens = |i: &usize| s.tag(*i) != Some(Upos::Verb) || s.lower(i + 1) == "that";
    before(s, first, FAR).filter(opens).find_map(|i| given(s.lower(i), Kind::Condition)).or_else(|| {
        // "The play, in which 12 people are killed"
        let is_work = |i: usize| words::is(Set::StoryWorks, s.back(i, 1 + usize::from(s.back(i, 1) == ",")));
        let told_in = |i: usize| s.lower(i) == "in" && s.lower(i + 1) == "which" && is_work(i);
        let in_work = || (s.within.start..first).any(told_in).then_some(Modality::Possible);
        // "Volunteers played the part of 40 injured passengers"
        if s.ends_with(Set::Playing, first) {
            return Some(Modality::Possible);
        }
        // "In the drill, 12 people were killed", "a mock attack"
        let top = s.within.start..(s.within.start + 6).min(first);
        top.clone()
            .find_map(|i| {
                let led = s.tag(i) == Some(Upos::Adj)
                    || (top.start..i).any(|b| matches!(s.lower(b), "in" | "during"));
                given(s.lower(i), Kind::Unreal).filter(|_| led)
            })
            .or_else(in_work)
    })
}

/// Auxiliaries and predicates next to the figure.
fn in_words(s: &Sentence<'_, '_>, quantity: &Quantity, first: usize, last: usize) -> Option<Modality> {
    let left: Vec<usize> = before(s, first, REACH)
        .take_while(|&i| {
            !matches!(
                s.lower(i),
                "who" | "which" | "where" | "while" | "because" | "after" | "since" | "why" | "how"
            )
        })
        .collect();
    let inside = (first..last.min(s.within.end))
        .filter(|i| !quantity.number.contains(i) && *i < quantity.number.start);
    let right = outside_of_asides(s, quantity.end..last.min(s.within.end).max(quantity.end));
    left.into_iter().rev().chain(inside).chain(right).find_map(|i| {
        let word = s.lower(i);
        // "May", "Will" and "Can" are names too.
        if s.time(i).is_some() || s.tag(i) == Some(Upos::Propn) {
            return None;
        }
        if word == "would" {
            // What would happen under a condition is possible, what was to happen later is expected.
            let unreal =
                s.lower(i + 1) == "have" || s.within.clone().any(|i| is(s.lower(i), Kind::Condition));
            // "Three would later die in hospital": they did.
            let dies = |at: usize| matches!(s.lower(at), "die" | "succumb" | "perish");
            if !unreal && s.starts_with(Set::InTheEnd, i + 1) && (i + 2..i + 6).any(dies) {
                return Some(Modality::Asserted);
            }
            return Some(if unreal { Modality::Possible } else { Modality::Expected });
        }
        // "About 50 divers are to join the search"; but those who "are to blame" are so already.
        let arranged = outcome::is_be(word) && s.lower(i + 1) == "to" && s.lower(i + 2) != "blame";
        let own = i >= quantity.end || i + 2 == first;
        if arranged && own && s.token(i + 2).is_some_and(|t| t.xpos == "VB") {
            return Some(Modality::Expected);
        }
        let could_not = matches!(word, "could" | "can") && matches!(s.lower(i + 1), "not" | "n't");
        given(word, Kind::Word)
            .filter(|_| !could_not)
            .or_else(|| given(word, Kind::WithTo).filter(|_| s.lower(i + 1) == "to"))
    })
}
