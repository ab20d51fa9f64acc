//! Predicates after the number: right after the counted noun or further on in the clause.

use sayso_model::{Category, Upos};

use super::{
    category::{How, Shown},
    counted::Phrase,
    fraction::past_exception,
    outcome::{coordinated, idiom, is_be, is_have, is_passive, outcome},
    quantity::Sentence,
    table::{self, Part},
    topic::Topic,
};
use crate::{
    tree::base,
    words::{self, Set},
};

/// Maximum words from the verb of a relative clause to that of the main clause ("who were not wearing helmets were").
const RELATIVE_CLAUSE: usize = 7;

#[derive(Clone)]
pub(super) struct After {
    pub(super) shown: Shown,
    /// A participle without an auxiliary.
    pub(super) bare: bool,
    /// Words that only say where they are: a verb before them says more ("rescued 12 people in the wreck").
    pub(super) weak: bool,
}

/// A predicate right after the phrase: "12 people were killed", "12 still missing", "2,700 wounded".
pub(super) fn right_after(s: &Sentence<'_, '_>, phrase: &Phrase, topic: Topic) -> Option<After> {
    let mut at = past_exception(s, phrase.end);
    let (mut be, mut finite, mut linked) = (false, false, false);
    if matches!(s.lower(at), "who" | "that")
        && let Some(shown) = in_the_end(s, at)
    {
        return Some(After { shown, bare: false, weak: false });
    }
    // "Six prisoners who had not been charged were released": what did not happen to them only says who they are.
    if matches!(s.lower(at), "who" | "that")
        && let Some(not) = (at + 1..at + 4).find(|&i| matches!(s.lower(i), "not" | "n't" | "never"))
        && let Some(verb) = (not + 1..not + 4).find(|&i| s.tag(i) == Some(Upos::Verb))
        && let Some(main) = (verb + 1..verb + RELATIVE_CLAUSE).find(|&i| s.is_verbal(i))
        && (is_be(s.lower(main)) || is_have(s.lower(main)))
        && let Some(shown) =
            further_on(s, main, phrase, topic).filter(|shown| shown.evidence.start <= main + 3)
    {
        return Some(After { shown, bare: false, weak: false });
    }
    for _ in 0..9 {
        if at >= s.within.end {
            return None;
        }
        let word = s.lower(at);
        if s.time(at).is_some() {
            return None;
        }
        // An apposition between commas or dashes: "three sailors, two of them cooks, were hurt".
        if word == "," || is_dash(s, at) {
            let closes = |i: usize| if word == "," { s.lower(i) == "," } else { is_dash(s, i) };
            let close = (at + 1..(at + 14).min(s.within.end)).find(|&i| closes(i))?;
            let next = s.lower(close + 1);
            let predicate = is_be(next)
                || is_have(next)
                || table::is(next, Part::Subject)
                || idiom(s, close + 1).is_some();
            if !predicate {
                return None;
            }
            at = close + 1;
            continue;
        }
        if let Some((category, end)) = idiom(s, at) {
            return Some(After {
                shown: Shown { category, evidence: at..end, how: How::After },
                bare: false,
                weak: !(be || finite || linked),
            });
        }
        if phrase.is_person(s) || phrase.head.is_none() {
            // "escaped with cuts", "were treated for burns"
            let escaped = matches!(word, "escaped" | "escaping") || s.tag(at) == Some(Upos::Verb) && be;
            let harm = bodily_harm(s, at).or_else(|| escaped.then(|| bodily_harm(s, at + 1)).flatten());
            if let Some(end) = harm.filter(|_| !matches!(word, "for" | "from")) {
                let shown = Shown { category: Category::INJURED, evidence: at..end, how: How::After };
                return Some(After {
                    shown,
                    bare: false,
                    weak: !(be || finite || linked || escaped) && word == "with",
                });
            }
        }
        if leaves_home(s, at, phrase) || camps_out(s, at, phrase) {
            let shown = Shown { category: Category::DISPLACED, evidence: at..at + 1, how: How::After };
            return Some(After { shown, bare: false, weak: false });
        }
        if crosses(s, at, phrase, topic) {
            let shown = Shown { category: Category::DISPLACED, evidence: at..at + 1, how: How::After };
            return Some(After { shown, bare: false, weak: false });
        }
        // "thirty-one others were admitted, seven of them in a bad way"
        if word == "admitted" && be && (!s.is_letters(at + 1) || matches!(s.lower(at + 1), "with" | "for")) {
            return Some(made(s, at, Category::INJURED, phrase, false));
        }
        // "another 11 are still being sought"; police say the same of suspects.
        if word == "sought" && be && !topic.policing && s.back(at, 1) == "being" {
            return Some(made(s, at, Category::MISSING, phrase, false));
        }
        // "210 of its soldiers have fallen"
        if word == "fallen"
            && finite
            && (phrase.is_force(s) || topic.war && phrase.head.is_some() && !phrase.is_thing(s))
            && !matches!(s.lower(at + 1), "back" | "ill")
        {
            return Some(made(s, at, Category::KILLED, phrase, false));
        }
        // "the 24 passengers they seized"
        if matches!(word, "they" | "he" | "she" | "it") {
            let verb = at + 1 + usize::from(is_have(s.lower(at + 1)));
            let name = s.lower(verb);
            let category =
                table::category(name, Part::Object).or_else(|| table::category(name, Part::Persons));
            return category.map(|category| made(s, verb, category, phrase, false));
        }
        if is_be(word) {
            (be, finite) = (true, true);
            at += 1;
            continue;
        }
        if is_have(word) {
            finite = true;
        }
        if let Some(category) = table::category(word, Part::Subject)
            .filter(|_| !be || word.ends_with("ing") || word.ends_with("ed"))
            .filter(|c| topic.disease || *c != Category::INFECTED)
        {
            return Some(made(s, at, category, phrase, false));
        }
        if linked && let Some(category) = table::category(word, Part::Noun) {
            return Some(made(s, at, category, phrase, false));
        }
        if let Some(category) = outcome(s, at, phrase) {
            let adjective = table::is(word, Part::State) && !table::is(word, Part::Object);
            if !be && !linked && !adjective && (finite || is_active(s, at)) {
                return None;
            }
            return Some(made(s, at, category, phrase, !(be || linked)));
        }
        if words::is(Set::Linking, word) {
            linked = true;
            at += 1;
            continue;
        }
        // "five had turned up in prison"
        if word == "turned" && s.lower(at + 1) == "up" {
            linked = true;
            at += 2;
            continue;
        }
        if !is_filler(s, at) {
            return None;
        }
        at += 1;
    }
    None
}

/// What the main clause says of people whom a clause or participle only identifies, by the tree: "seven soldiers who were wounded on
/// Saturday died on Tuesday", "six hostages captured on Sunday were released". `from`: the word after what identifies them.
pub(super) fn in_the_main_clause(s: &Sentence<'_, '_>, phrase: &Phrase, from: usize) -> Option<Shown> {
    const REACH: usize = 16;
    let mut subject = s.token(phrase.head?)?;
    // "Twelve of the tourists evacuated on Friday tested positive": the twelve.
    if phrase.part && base(subject.relation) == "nmod" {
        subject = s.document.tokens.get(subject.head? as usize)?;
    }
    let verb = subject.head.filter(|_| base(subject.relation) == "nsubj")?;
    let is_verb = |at: &usize| s.words.get(*at).is_some_and(|word| word.token == verb);
    let at = (from..s.within.end.min(from + REACH)).find(is_verb)?;
    // "did not survive"
    let negated = at.checked_sub(2).and_then(|did| Some((did, idiom(s, did)?)));
    if let Some((did, (category, end))) = negated.filter(|(_, (category, _))| *category == Category::KILLED) {
        return Some(Shown { category, evidence: did..end, how: How::After });
    }
    // "Nine men who were taken prisoner there have not been exchanged": nothing else has happened to them yet.
    if (from..at).any(|i| matches!(s.lower(i), "not" | "never" | "yet") || s.lower(i).ends_with("n't")) {
        return None;
    }
    // "Five officers who were taken hostage killed their captors": the auxiliary is the modifier's.
    let passive = (from.max(at.saturating_sub(3))..at).any(|i| is_be(s.lower(i)));
    let told = idiom(s, at).or_else(|| {
        let category = table::category(s.lower(at), Part::Subject)
            .or_else(|| outcome(s, at, phrase).filter(|_| passive))?;
        Some(coordinated(s, at, category, phrase))
    });
    told.map(|(category, end)| Shown { category, evidence: at..end, how: How::After })
}

/// True for a dash between words, not inside one.
fn is_dash(s: &Sentence<'_, '_>, at: usize) -> bool {
    matches!(s.lower(at), "-" | "–" | "—" | "--") && !(s.joined(at) && s.joined(at + 1))
}

/// What became of people who "had been missing" or trapped: the idiom after the relative clause ("... were found alive", "...
/// have been found dead").
pub(super) fn in_the_end(s: &Sentence<'_, '_>, relative: usize) -> Option<Shown> {
    let end = s.within.end.min(relative + 16);
    (relative + 1..end).take_while(|&i| !matches!(s.lower(i), "," | ";" | "and" | "but")).find_map(|at| {
        let (category, until) = idiom(s, at)?;
        (is_passive(s, at) && (category == Category::RESCUED || category == Category::KILLED))
            .then_some(Shown { category, evidence: at..until, how: How::After })
    })
}

pub(super) fn made(
    s: &Sentence<'_, '_>,
    at: usize,
    category: Category,
    phrase: &Phrase,
    bare: bool,
) -> After {
    let (category, end) = coordinated(s, at, category, phrase);
    After { shown: Shown { category, evidence: at..end, how: How::After }, bare, weak: false }
}

/// True for a word that may come between a subject and its predicate without changing it.
pub(super) fn is_filler(s: &Sentence<'_, '_>, at: usize) -> bool {
    let word = s.lower(at);
    words::is(Set::Fillers, word)
        || word == "can" && s.lower(at + 1) == "not"
        || matches!(word, "them" | "whom")
        || matches!(word, "to" | "of" | "'") && matches!(s.lower(at + 1), "have" | "be" | "whom" | "them")
        || s.tag(at) == Some(Upos::Adv) && s.is_letters(at)
}

/// "left the village", "left Brenn and Upper Tal", "abandoned their houses": true for people who leave where they live.
pub(super) fn leaves_home(s: &Sentence<'_, '_>, at: usize, phrase: &Phrase) -> bool {
    if !words::is(Set::LeavingHome, s.lower(at)) || !phrase.is_person(s) || phrase.is_force(s) {
        return false;
    }
    // "four fifths of the inhabitants have left"
    let native = phrase.head.is_some_and(|h| words::is(Set::Natives, s.lower(h)));
    if native && matches!(s.lower(at + 1), "." | "," | ";" | "" | "and" | "since") {
        return true;
    }
    let named = s.is_capitalised(at + 1) && s.tag(at + 1) == Some(Upos::Propn) && s.time(at + 1).is_none();
    named || (at + 1..at + 5).any(|i| words::is(Set::Homes, s.lower(i)))
}

/// "spent a second night outdoors", "are sleeping in tents": true for people without their homes.
pub(super) fn camps_out(s: &Sentence<'_, '_>, at: usize, phrase: &Phrase) -> bool {
    phrase.is_person(s)
        && !phrase.is_force(s)
        && words::is(Set::Nights, s.lower(at))
        && (at + 1..at + 8).take_while(|&i| s.is_letters(i)).any(|i| words::is(Set::Outside, s.lower(i)))
}

/// "suffered burns", "with serious injuries", "escaped with minor cuts": bodily harm; returns the word after it.
pub(super) fn bodily_harm(s: &Sentence<'_, '_>, at: usize) -> Option<usize> {
    let takes = words::is(Set::Suffering, s.lower(at)) || matches!(s.lower(at), "with" | "from" | "for");
    if !takes {
        return None;
    }
    let harm =
        (at + 1..at + 6).take_while(|&i| s.is_letters(i)).find(|&i| words::is(Set::Harm, s.lower(i)))?;
    Some(harm + 1)
}

/// True for people who flee and cross a border, arrive or are registered.
pub(super) fn crosses(s: &Sentence<'_, '_>, at: usize, phrase: &Phrase, topic: Topic) -> bool {
    let people = phrase.head.is_none() || phrase.is_person(s) && !phrase.is_force(s);
    let men = phrase.head.is_some_and(|h| s.lower(h) == "men");
    let people = people && !(topic.war && (men || phrase.head.is_none()));
    let over_border =
        || s.lower(at + 1) == "into" || (at + 1..at + 4).any(|i| matches!(s.lower(i), "border" | "frontier"));
    let verb = words::is(Set::Crossing, s.lower(at)) && (topic.exodus || over_border())
        || words::is(Set::Arriving, s.lower(at)) && topic.exodus && !is_passive(s, at);
    people && verb && s.lower(phrase.end) != "strong"
}

/// True for an active past tense with an object of its own ("12 soldiers killed three men").
pub(super) fn is_active(s: &Sentence<'_, '_>, at: usize) -> bool {
    let next = at + 1;
    if s.time(next).is_some() || !s.within.contains(&next) {
        return false;
    }
    matches!(s.tag(next), Some(Upos::Det | Upos::Num | Upos::Pron | Upos::Propn | Upos::Noun | Upos::Adj))
        && !matches!(s.lower(next), "that" | "this" | "dead" | "near" | "there" | "who" | "which")
        && !(s.tag(next) == Some(Upos::Det) && matches!(s.lower(next), "some" | "all"))
}

/// A predicate further on in the clause: "12 people in two districts of the city were killed".
pub(super) fn further_on(s: &Sentence<'_, '_>, from: usize, phrase: &Phrase, topic: Topic) -> Option<Shown> {
    let mut be = false;
    let mut finite = false;
    let mut depth = 0;
    for at in from..(from + 22).min(s.within.end) {
        let word = s.lower(at);
        let ends = matches!(
            word,
            ";" | ":"
                | "\""
                | "-"
                | "but"
                | "while"
                | "after"
                | "when"
                | "because"
                | "and"
                | "as"
                | "before"
                | "since"
                | "until"
                | "although"
        ) || words::is(Set::Said, word);
        if ends && !(word == "-" && s.joined(at)) {
            return None;
        }
        if s.tag(at) == Some(Upos::Num) && s.time(at).is_none() && !counts_places(s, at) {
            return None;
        }
        if word == "," {
            // A clause between commas is skipped, a new one is not entered.
            depth += 1;
            if depth > 2 {
                return None;
            }
        }
        if let Some((category, end)) = idiom(s, at).filter(|_| finite) {
            return Some(Shown { category, evidence: at..end, how: How::After });
        }
        if leaves_home(s, at, phrase) || crosses(s, at, phrase, topic) {
            return Some(Shown { category: Category::DISPLACED, evidence: at..at + 1, how: How::After });
        }
        if is_be(word) {
            (be, finite) = (true, true);
            continue;
        }
        if is_have(word) || matches!(word, "could" | "can" | "cannot") {
            finite = true;
            continue;
        }
        let category = table::category(word, Part::Subject)
            .filter(|_| finite || s.token(at).is_some_and(|t| t.xpos == "VBD"))
            .or_else(|| outcome(s, at, phrase).filter(|_| be));
        if let Some(category) = category {
            return Some(made(s, at, category, phrase, false).shown);
        }
        // A finite verb of another kind ends the search.
        if s.tag(at) == Some(Upos::Verb)
            && s.token(at).is_some_and(|t| matches!(t.xpos, "VBZ" | "VBP"))
            && depth == 0
        {
            return None;
        }
        if word == "turned" && s.lower(at + 1) == "up" {
            continue;
        }
        // "on board are presumed to have died"
        if s.tag(at) == Some(Upos::Verb) && finite && !(be && words::is(Set::Linking, word)) {
            return None;
        }
    }
    None
}

/// "(7,000 people) in 14 villages": true for a number of places.
pub(super) fn counts_places(s: &Sentence<'_, '_>, at: usize) -> bool {
    says_where(s.back(at, 1)) && (at + 1..at + 4).any(|i| table::is(s.lower(i), Part::Lifeless))
}

/// True for a preposition between people and where they are or come from.
pub(super) fn says_where(word: &str) -> bool {
    matches!(word, "in" | "from" | "across" | "at" | "near" | "around" | "on")
}
