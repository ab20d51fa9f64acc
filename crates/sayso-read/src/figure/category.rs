//! What a figure counts: the words around it that show its category.
//!
//! Looked for in this order: the counted noun ("200 deaths"); a predicate right after it ("12 were killed"); a verb or
//! noun right before it ("killed 12", "the deaths of 12"); the verb that the dependency tree names; a predicate
//! further on in the clause; a noun that is being measured ("the toll rose to 45").

use std::ops::Range;

use sayso_model::{Category, Upos};

use super::{
    counted::Phrase,
    quantity::{Quantity, Sentence},
    table::{self, Part},
};
use crate::word::dependents;

/// A category and the words that show it.
#[derive(Debug, Clone)]
pub(super) struct Shown {
    pub(super) category: Category,
    /// Empty where the counted noun alone shows it.
    pub(super) evidence: Range<usize>,
    pub(super) how: How,
}

/// Where the words stand.
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

/// Finds what shows the category of a figure.
pub(super) fn find(
    s: &Sentence<'_, '_>,
    quantity: &Quantity,
    phrase: &Phrase,
    disease: bool,
) -> Option<Shown> {
    if let Some(shown) = by_noun(s, quantity, phrase, disease) {
        return Some(shown);
    }
    if phrase.is_thing(s) {
        return None;
    }
    let after = right_after(s, phrase);
    if let Some(found) = after.clone().filter(|f| !f.bare) {
        return Some(found.shown);
    }
    let main = by_tree(s, quantity, phrase);
    if let Some(found) = after {
        // A participle alone may be a relative clause before the verb ("500 soldiers sent to the valley have died").
        let later =
            main.clone().filter(|m| m.how == How::After && m.evidence.start > found.shown.evidence.end);
        return Some(
            later.or_else(|| further_on(s, found.shown.evidence.end, phrase)).unwrap_or(found.shown),
        );
    }
    if let Some(state) = phrase.state {
        let word = s.lower(state);
        let category = table::category(word, Part::State).or_else(|| table::category(word, Part::Object));
        if let Some(category) = category.filter(|c| main.as_ref().is_none_or(|m| m.category == *c)) {
            return Some(Shown { category, evidence: state..state + 1, how: How::Noun });
        }
    }
    right_before(s, quantity, phrase)
        .or(main)
        .or_else(|| further_on(s, phrase.end, phrase))
        .or_else(|| measured(s, quantity, phrase))
        .or_else(|| standing(s, phrase))
}

/// The counted noun: "200 deaths", "three prisoners of war", "40 cases of cholera".
fn by_noun(s: &Sentence<'_, '_>, quantity: &Quantity, phrase: &Phrase, disease: bool) -> Option<Shown> {
    let head = phrase.head?;
    let shown = |category, evidence| Some(Shown { category, evidence, how: How::Noun });
    let word = s.lower(head);
    let confirmed = matches!(s.back(head, 1), "confirmed" | "suspected" | "active" | "probable");
    if matches!(word, "cases" | "case") && (disease || confirmed) {
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
    if let Some(category) = table::category(&long, Part::Noun) {
        return shown(category, head..head + 3);
    }
    let category = table::category(word, Part::Noun)?;
    // "two losses and a draw", "12 survivors died": the plain noun decides but for what befell survivors and captives.
    if matches!(category.as_str(), "rescued" | "captured" | "displaced" | "evacuated" | "arrested") {
        if let Some(found) = right_after(s, phrase) {
            return Some(found.shown);
        }
        if let Some(found) = right_before(s, quantity, phrase) {
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
    shown(category, head..head + 1)
}

fn joined_noun(s: &Sentence<'_, '_>, head: usize) -> Option<(Category, usize)> {
    if !matches!(s.lower(head + 1), "and" | "or") {
        return None;
    }
    let word = s.lower(head + 2);
    let category = table::category(word, Part::Noun).or_else(|| table::category(word, Part::State))?;
    Some((category, head + 3))
}

/// What two coordinated categories make.
fn together(a: &Category, b: &Category) -> Category {
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

#[derive(Clone)]
struct After {
    shown: Shown,
    /// A participle without an auxiliary.
    bare: bool,
}

/// The category that a form shows of those whom it befell.
fn befalls(s: &Sentence<'_, '_>, at: usize, phrase: &Phrase) -> Option<Category> {
    let word = s.lower(at);
    table::category(word, Part::State)
        .or_else(|| table::category(word, Part::Object).filter(|_| !word.ends_with("ing")))
        .or_else(|| {
            table::category(word, Part::Troops).filter(|_| is_sent(s, at, phrase) && !word.ends_with("ing"))
        })
}

/// True where a verb of sending or gathering is said of people whom it deploys.
fn is_sent(s: &Sentence<'_, '_>, at: usize, phrase: &Phrase) -> bool {
    if phrase.is_force(s) || phrase.head.is_none() {
        return !matches!(s.lower(at + 1), "home" | "back");
    }
    let word = s.lower(at);
    let stationed = ["deploy", "dispatch", "station", "mobili", "conscript", "draft", "recruit"]
        .iter()
        .any(|p| word.starts_with(p));
    stationed && phrase.is_person(s)
}

/// The idiom of two to four words that begins at a word, and the word after it.
fn idiom(s: &Sentence<'_, '_>, at: usize) -> Option<(Category, usize)> {
    (2..=4).rev().find_map(|count| {
        let end = at + count;
        let words: Vec<&str> = (at..end).map(|i| s.lower(i)).collect();
        table::category(&words.join(" "), Part::Idiom).map(|category| (category, end))
    })
}

/// Words that stand between a subject and its predicate without changing it.
fn is_filler(s: &Sentence<'_, '_>, at: usize) -> bool {
    const FILLERS: [&str; 32] = [
        "have", "has", "had", "'ve", "who", "that", "which", "also", "still", "all", "both", "either", "now",
        "already", "so", "far", "then", "may", "might", "could", "must", "would", "will", "should", "not",
        "never", "yet", "more", "else", "alone", "others", "people",
    ];
    let word = s.lower(at);
    FILLERS.contains(&word)
        || matches!(word, "them" | "whom")
        || matches!(word, "to" | "of" | "'") && matches!(s.lower(at + 1), "have" | "be" | "whom" | "them")
        || s.tag(at) == Some(Upos::Adv) && s.is_letters(at)
}

fn is_be(word: &str) -> bool {
    [
        "is", "are", "was", "were", "be", "been", "being", "get", "got", "gets", "getting", "'re", "wasn't",
        "weren't", "aren't",
    ]
    .contains(&word)
}

/// Verbs that a state follows: "went missing", "left homeless", "feared dead".
fn is_linking(word: &str) -> bool {
    [
        "go",
        "goes",
        "went",
        "gone",
        "going",
        "become",
        "becomes",
        "became",
        "remain",
        "remains",
        "remained",
        "remaining",
        "left",
        "leave",
        "listed",
        "declared",
        "pronounced",
        "confirmed",
        "feared",
        "presumed",
        "believed",
        "reported",
        "thought",
        "considered",
        "found",
        "stay",
        "stayed",
        "known",
        "said",
        "estimated",
        "reportedly",
        "fell",
        "falls",
        "taken",
        "lie",
        "lay",
    ]
    .contains(&word)
}

/// A predicate right after the phrase: "12 people were killed", "12 still missing", "2,700 wounded".
fn right_after(s: &Sentence<'_, '_>, phrase: &Phrase) -> Option<After> {
    let mut at = phrase.end;
    let (mut be, mut finite, mut linked) = (false, false, false);
    for _ in 0..9 {
        if at >= s.within.end {
            return None;
        }
        let word = s.lower(at);
        if s.time(at).is_some() {
            return None;
        }
        // An apposition between commas: "three sailors, two of them cooks, were hurt".
        if word == "," {
            let close = (at + 1..(at + 14).min(s.within.end)).find(|&i| s.lower(i) == ",")?;
            let next = s.lower(close + 1);
            if !(is_be(next) || matches!(next, "have" | "has" | "had") || table::is(next, Part::Subject)) {
                return None;
            }
            at = close + 1;
            continue;
        }
        if let Some((category, end)) = idiom(s, at) {
            return Some(After {
                shown: Shown { category, evidence: at..end, how: How::After },
                bare: false,
            });
        }
        if is_be(word) {
            (be, finite) = (true, true);
            at += 1;
            continue;
        }
        if matches!(word, "have" | "has" | "had") {
            finite = true;
        }
        if let Some(category) = table::category(word, Part::Subject)
            .filter(|_| !be || word.ends_with("ing") || word.ends_with("ed"))
        {
            return Some(made(s, at, category, phrase, false));
        }
        if linked && let Some(category) = table::category(word, Part::Noun) {
            return Some(made(s, at, category, phrase, false));
        }
        if let Some(category) = befalls(s, at, phrase) {
            let adjective = table::is(word, Part::State) && !table::is(word, Part::Object);
            if !be && !linked && !adjective && (finite || is_active(s, at)) {
                return None;
            }
            return Some(made(s, at, category, phrase, !(be || linked)));
        }
        if is_linking(word) {
            linked = true;
            at += 1;
            continue;
        }
        if !is_filler(s, at) {
            return None;
        }
        at += 1;
    }
    None
}

/// True where a form is an active past tense with an object of its own ("12 soldiers killed three men").
fn is_active(s: &Sentence<'_, '_>, at: usize) -> bool {
    let next = at + 1;
    if s.time(next).is_some() || !s.within.contains(&next) {
        return false;
    }
    matches!(s.tag(next), Some(Upos::Det | Upos::Num | Upos::Pron | Upos::Propn | Upos::Noun | Upos::Adj))
        && !matches!(s.lower(next), "that" | "this" | "dead" | "near" | "there" | "who" | "which")
        && !(s.tag(next) == Some(Upos::Det) && matches!(s.lower(next), "some" | "all"))
}

fn made(s: &Sentence<'_, '_>, at: usize, category: Category, phrase: &Phrase, bare: bool) -> After {
    let (category, end) = coordinated(s, at, category, phrase);
    After { shown: Shown { category, evidence: at..end, how: How::After }, bare }
}

/// "killed or wounded", "killed, wounded or missing": what the forms say together, and the word after them.
fn coordinated(
    s: &Sentence<'_, '_>,
    at: usize,
    mut category: Category,
    phrase: &Phrase,
) -> (Category, usize) {
    let mut end = at + 1;
    loop {
        let mut next = end;
        while matches!(s.lower(next), "and" | "or" | "," | "/" | "either" | "seriously" | "severely")
            && next < end + 3
        {
            next += 1;
        }
        // "12 killed and wounded 30 others": the second form has an object.
        let object =
            matches!(s.tag(next + 1), Some(Upos::Num | Upos::Det | Upos::Pron)) || s.lower(next + 1) == "at";
        let other = (next > end).then(|| befalls(s, next, phrase)).flatten();
        match other {
            Some(other) if !object => {
                category = together(&category, &other);
                end = next + 1;
            }
            _ => return (category, end),
        }
    }
}

/// A verb or noun right before the number: "killed at least 12", "the deaths of 12", "lost 40 tanks".
fn right_before(s: &Sentence<'_, '_>, quantity: &Quantity, phrase: &Phrase) -> Option<Shown> {
    let mut at = quantity.number.start.checked_sub(1).filter(|i| s.within.contains(i))?;
    let shown = |category, evidence| Some(Shown { category, evidence, how: How::Before });
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
    if word == "dead" && matches!(s.back(at, 1), "shot" | "shoot" | "shooting" | "shoots" | "found") {
        return shown(Category::KILLED, at - 1..at + 1);
    }
    // "the dead include 14 women", "among the wounded were 14 women"
    if matches!(word, "include" | "included" | "includes" | "including" | "were" | "are") {
        let among = |i: usize| matches!(word, "include" | "included" | "includes") || s.back(i, 2) == "among";
        let noun = (1..=5).map_while(|n| at.checked_sub(n)).filter(|i| s.within.contains(i)).find(|&i| {
            s.back(i, 1) == "the"
                && among(i)
                && (table::is(s.lower(i), Part::Noun) || table::is(s.lower(i), Part::State))
        })?;
        let name = s.lower(noun);
        return shown(
            table::category(name, Part::Noun).or_else(|| table::category(name, Part::State))?,
            noun..noun + 1,
        );
    }
    if word == "of" {
        let noun = at.checked_sub(1).filter(|i| s.within.contains(i))?;
        let name = s.lower(noun);
        let category = table::category(name, Part::Noun)
            .or_else(|| table::category(name, Part::Measure))
            .or_else(|| table::category(name, Part::Object).filter(|_| name.ends_with("ing")))
            .or_else(|| nominal(name))?;
        return shown(category, noun..noun + 1);
    }
    // "were killed by 12 gunmen" has "by" before the number and never comes here.
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
        .find(|&i| matches!(s.lower(i), "cost" | "costs" | "costing"));
    if let Some(at) = cost.or_else(|| matches!(word, "lost" | "lose" | "loses" | "losing").then_some(at)) {
        if phrase.is_force(s) || phrase.head.is_none() && phrase.group.is_some() {
            return shown(Category::KILLED_OR_INJURED, at..at + 1);
        }
        if phrase.is_person(s) {
            return shown(Category::KILLED, at..at + 1);
        }
    }
    if matches!(word, "left" | "leaves" | "leaving") && table::is(s.lower(phrase.end), Part::State) {
        let category = table::category(s.lower(phrase.end), Part::State)?;
        return shown(category, phrase.end..phrase.end + 1);
    }
    None
}

/// Nouns of action that the table of nouns leaves out because they are not counted.
fn nominal(word: &str) -> Option<Category> {
    Some(match word {
        "capture" => Category::CAPTURED,
        "rescue" => Category::RESCUED,
        "displacement" | "eviction" => Category::DISPLACED,
        "assassination" | "massacre" | "murder" | "killing" => Category::KILLED,
        "abduction" | "kidnapping" => Category::CAPTURED,
        "dispatch" | "sending" => Category::DEPLOYED,
        _ => return None,
    })
}

/// The verb that the dependency tree puts above the counted noun.
fn by_tree(s: &Sentence<'_, '_>, quantity: &Quantity, phrase: &Phrase) -> Option<Shown> {
    let token_of = |word: usize| s.words.get(word).map(|w| w.token);
    let mut at = token_of(phrase.head.unwrap_or(quantity.end.checked_sub(1)?))?;
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
            "nsubj:pass" => return befalls(s, word, phrase).and_then(shown),
            "nsubj" => {
                if let Some(category) = table::category(name, Part::Subject) {
                    return shown(category);
                }
                if passive || above.xpos == "VBN" && !has_object && !children().any(|c| c.relation == "aux") {
                    return befalls(s, word, phrase).and_then(shown);
                }
                return table::category(name, Part::State)
                    .filter(|_| matches!(above.upos, Upos::Adj) || children().any(|c| c.relation == "cop"))
                    .and_then(shown);
            }
            "obj" if how == How::Before => {
                let category = table::category(name, Part::Object)
                    .or_else(|| table::category(name, Part::Troops).filter(|_| is_sent(s, word, phrase)))?;
                return Some(Shown { category, evidence: word..word + 1, how });
            }
            "conj" | "appos" | "nummod" | "flat" | "compound" | "nmod:unmarked" | "dep" => at = head,
            _ => return None,
        }
    }
    None
}

/// A predicate further on in the clause: "12 people in two districts of the city were killed".
fn further_on(s: &Sentence<'_, '_>, from: usize, phrase: &Phrase) -> Option<Shown> {
    let mut be = false;
    let mut finite = false;
    let mut depth = 0;
    for at in from..(from + 22).min(s.within.end) {
        let word = s.lower(at);
        if matches!(
            word,
            ";" | ":"
                | "\""
                | "-"
                | "said"
                | "says"
                | "told"
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
        ) && !(word == "-" && s.joined(at))
        {
            return None;
        }
        if s.tag(at) == Some(Upos::Num) && s.time(at).is_none() {
            return None;
        }
        if word == "," {
            // A clause between commas is stepped over, a new one is not entered.
            depth += 1;
            if depth > 2 {
                return None;
            }
        }
        if let Some((category, end)) = idiom(s, at) {
            return Some(Shown { category, evidence: at..end, how: How::After });
        }
        if is_be(word) {
            (be, finite) = (true, true);
            continue;
        }
        if matches!(word, "have" | "has" | "had") {
            finite = true;
            continue;
        }
        let category = table::category(word, Part::Subject)
            .filter(|_| finite || s.token(at).is_some_and(|t| t.xpos == "VBD"))
            .or_else(|| befalls(s, at, phrase).filter(|_| be));
        if let Some(category) = category {
            return Some(made(s, at, category, phrase, false).shown);
        }
        // A finite verb of another kind ends the hunt.
        if s.tag(at) == Some(Upos::Verb)
            && s.token(at).is_some_and(|t| matches!(t.xpos, "VBZ" | "VBP"))
            && depth == 0
        {
            return None;
        }
        if s.tag(at) == Some(Upos::Verb) && finite {
            return None;
        }
    }
    None
}

/// A noun that the number measures: "the toll rose to 45", "put the losses at more than 200".
fn measured(s: &Sentence<'_, '_>, quantity: &Quantity, phrase: &Phrase) -> Option<Shown> {
    if phrase.head.is_some() && !phrase.is_person(s) || quantity.unit.is_some() {
        return None;
    }
    let start = quantity.number.start;
    let last = start.checked_sub(1).filter(|i| s.within.contains(i))?;
    let before = s.lower(last);
    let links = [
        "to", "at", "is", "was", "of", "reached", "reaches", "hit", "hits", "be", "been", "by", ":", "from",
        "passed", "passes", "totalled", "totaled", "numbered", "stands", "stood", "near", "-", "as",
        "remained", "remains", "becomes", "became", "nears", "neared", "exceeds", "climbs", "rises", "total",
        "number", "hitting", "reaching", "than", "were", "are",
    ]
    .contains(&before)
        || s.lower(quantity.number.start).starts_with("exceed")
        || s.lower(quantity.number.start).starts_with("surpass")
        || s.lower(quantity.number.start).starts_with("top")
        || s.lower(quantity.number.start).starts_with("pass");
    if !links {
        return None;
    }
    for at in (s.within.start.max(start.saturating_sub(16))..start).rev() {
        let word = s.lower(at);
        if matches!(word, ";" | "\"" | "but" | "while" | "said" | "says" | "told") {
            return None;
        }
        // "the number of dead", "the number of people killed"
        let numbered = (2..=4).any(|n| s.back(at, n) == "number" && s.back(at, n - 1) == "of");
        if numbered && phrase.head.is_none() && table::is(word, Part::Force) {
            return Some(Shown { category: Category::DEPLOYED, evidence: at..at + 1, how: How::Measured });
        }
        let stated = table::category(word, Part::Noun)
            .or_else(|| table::category(word, Part::State))
            .filter(|_| numbered);
        let category = stated.or_else(|| table::category(word, Part::Measure)).or_else(|| {
            table::category(word, Part::Noun).filter(|_| {
                matches!(s.tag(at), Some(Upos::Noun)) && !matches!(word, "dead" | "lives" | "bodies")
            })
        });
        if let Some(category) = category {
            // A noun that another number counts is not measured here.
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

/// Troops that are somewhere: "10,000 soldiers are in the valley", "10,000 soldiers in the valley".
fn standing(s: &Sentence<'_, '_>, phrase: &Phrase) -> Option<Shown> {
    if !phrase.is_force(s) {
        return None;
    }
    let mut at = phrase.end;
    let mut verb = None;
    while at < phrase.end + 5 {
        let word = s.lower(at);
        if matches!(word, "in" | "inside" | "along" | "near" | "across" | "on" | "at" | "around" | "there") {
            let place = s.time(at + 1).is_none() && s.lower(at + 1) != "all" && s.lower(at + 1) != "total";
            let evidence = verb.unwrap_or(at..at + 1);
            return place.then_some(Shown { category: Category::DEPLOYED, evidence, how: How::After });
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
