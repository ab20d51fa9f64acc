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
    topic::Topic,
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
    topic: Topic,
) -> Option<Shown> {
    // "a family of five": what befell the family.
    if let Some(start) = collective(s, quantity, phrase) {
        let whole = Quantity { number: start..quantity.number.end, ..quantity.clone() };
        return befallen(s, &whole, phrase, topic).or_else(|| aboard(s, quantity, phrase, topic));
    }
    // "none of the 40 people was hurt": it befell nobody.
    if s.back(quantity.number.start, 1) == "the" && s.back(quantity.number.start, 3) == "none" {
        return aboard(s, quantity, phrase, topic);
    }
    let shown = befallen(s, quantity, phrase, topic).or_else(|| aboard(s, quantity, phrase, topic))?;
    let hospital = || shown.evidence.clone().any(|i| HOSPITAL.iter().any(|h| s.lower(i).starts_with(h)));
    if topic.disease && shown.category == Category::INJURED && hospital() {
        return Some(Shown { category: Category::INFECTED, ..shown });
    }
    Some(shown)
}

/// Where these show that somebody is hurt, they show in an epidemic that he is ill.
const HOSPITAL: [&str; 7] = ["hospital", "treat", "care", "condition", "admitted", "intensive", "critical"];

/// The first word of a collective noun that a number without a noun sizes: "a family of five".
fn collective(s: &Sentence<'_, '_>, quantity: &Quantity, phrase: &Phrase) -> Option<usize> {
    let start = quantity.number.start;
    let noun = matches!(s.back(start, 2), "family" | "group" | "party" | "crew" | "team" | "gang" | "convoy");
    (phrase.head.is_none() && s.back(start, 1) == "of" && noun).then(|| start - 2)
}

/// What befell those counted.
fn befallen(s: &Sentence<'_, '_>, quantity: &Quantity, phrase: &Phrase, topic: Topic) -> Option<Shown> {
    if let Some(shown) = by_noun(s, quantity, phrase, topic) {
        return Some(shown);
    }
    if phrase.is_thing(s) {
        return None;
    }
    let after = right_after(s, phrase, topic);
    if let Some(found) = after.clone().filter(|f| !f.bare) {
        let before = found.weak.then(|| right_before(s, quantity, phrase, topic)).flatten();
        return Some(before.unwrap_or(found.shown));
    }
    let main = by_tree(s, quantity, phrase);
    if let Some(found) = after {
        // A participle alone may be a relative clause before the verb ("500 soldiers sent to the valley have died").
        let later =
            main.clone().filter(|m| m.how == How::After && m.evidence.start > found.shown.evidence.end);
        return Some(
            later.or_else(|| further_on(s, found.shown.evidence.end, phrase, topic)).unwrap_or(found.shown),
        );
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
        .or_else(|| standing(s, phrase))
}

/// An adjective or participle of the counted noun: "12 wounded soldiers".
pub(super) fn by_state(s: &Sentence<'_, '_>, phrase: &Phrase) -> Option<Shown> {
    let state = phrase.state?;
    let word = s.lower(state);
    let category = table::category(word, Part::State).or_else(|| table::category(word, Part::Object))?;
    Some(Shown { category, evidence: state..state + 1, how: How::Noun })
}

/// The counted noun: "200 deaths", "three prisoners of war", "40 cases of cholera".
fn by_noun(s: &Sentence<'_, '_>, quantity: &Quantity, phrase: &Phrase, topic: Topic) -> Option<Shown> {
    let head = phrase.head?;
    let shown = |category, evidence| Some(Shown { category, evidence, how: How::Noun });
    let word = s.lower(head);
    let confirmed = matches!(s.back(head, 1), "confirmed" | "suspected" | "active" | "probable");
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
    // "two losses and a draw", "12 survivors died": the plain noun decides but for what befell survivors and captives.
    if matches!(category.as_str(), "rescued" | "captured" | "displaced" | "evacuated" | "arrested" | "aboard")
    {
        let whole = Phrase { end: end.max(phrase.end), ..phrase.clone() };
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
    /// Words that only tell where they are: a verb before them says more ("rescued 12 people in the wreck").
    weak: bool,
}

/// The category that a form shows of those whom it befell.
fn befalls(s: &Sentence<'_, '_>, at: usize, phrase: &Phrase) -> Option<Category> {
    let word = s.lower(at);
    let people = phrase.head.is_none() || phrase.is_person(s);
    table::category(word, Part::State)
        .or_else(|| table::category(word, Part::Object).filter(|_| !word.ends_with("ing")))
        .or_else(|| {
            let of_people = table::category(word, Part::Persons).filter(|_| {
                !word.ends_with("ing") && (!is_motion(word) || is_passive(s, at) || goes_to_shelter(s, at))
            });
            of_people.or_else(|| (word == "held").then(|| held(s))).filter(|_| people)
        })
        .or_else(|| {
            table::category(word, Part::Troops).filter(|_| is_sent(s, at, phrase) && !word.ends_with("ing"))
        })
}

/// Verbs that people do as well as suffer: "two men moved to the coast", "the soldiers hit the bridge".
fn is_motion(word: &str) -> bool {
    ["moved", "move", "moves", "hit", "hits", "struck"].contains(&word)
}

fn is_passive(s: &Sentence<'_, '_>, at: usize) -> bool {
    (1..=3).any(|n| is_be(s.back(at, n)))
}

/// "moved to a sports hall", "moved to schools"
fn goes_to_shelter(s: &Sentence<'_, '_>, at: usize) -> bool {
    const SHELTERS: [&str; 15] = [
        "hall", "halls", "school", "schools", "shelter", "shelters", "camp", "camps", "centre", "centres",
        "center", "centers", "safety", "ground", "hotels",
    ];
    s.lower(at + 1) == "to" && (at + 2..at + 6).any(|i| SHELTERS.contains(&s.lower(i)))
}

/// Whether those who are held are under arrest or prisoners: who holds them is of the law, or not.
fn held(s: &Sentence<'_, '_>) -> Category {
    const LAW: [&str; 12] = [
        "police",
        "custody",
        "officers",
        "court",
        "prosecutors",
        "jail",
        "prison",
        "detention",
        "charges",
        "charged",
        "arrested",
        "suspicion",
    ];
    if s.within.clone().any(|i| LAW.contains(&s.lower(i))) { Category::ARRESTED } else { Category::CAPTURED }
}

/// "hold eight soldiers": true where holding is keeping prisoner, not having room.
fn is_holding(s: &Sentence<'_, '_>, at: usize, phrase: &Phrase) -> bool {
    let room = (1..4).any(|n| matches!(s.back(at, n), "can" | "could" | "room"));
    let verb = matches!(s.lower(at), "hold" | "holds" | "held" | "holding") && s.tag(at) != Some(Upos::Noun);
    let nation = phrase.head.is_some_and(|h| s.is_capitalised(h) && s.lower(h).ends_with('s'));
    let kept = s.back(at, 1) == "still" || s.lower(at) == "holding";
    verb && !room
        && (phrase.is_force(s) || nation || phrase.is_person(s) && kept || phrase.head.is_none() && kept)
}

/// "left the village", "left Brenn and Upper Tal", "abandoned their houses": people who go from where they live.
fn leaves_home(s: &Sentence<'_, '_>, at: usize, phrase: &Phrase) -> bool {
    const HOME: [&str; 22] = [
        "home",
        "homes",
        "house",
        "houses",
        "village",
        "villages",
        "town",
        "towns",
        "city",
        "cities",
        "valley",
        "island",
        "islands",
        "area",
        "areas",
        "region",
        "country",
        "district",
        "neighbourhood",
        "neighborhood",
        "coast",
        "settlement",
    ];
    if !matches!(s.lower(at), "left" | "leave" | "leaving" | "abandoned" | "abandoning" | "deserted")
        || !phrase.is_person(s)
        || phrase.is_force(s)
    {
        return false;
    }
    let named = s.is_capitalised(at + 1) && s.tag(at + 1) == Some(Upos::Propn) && s.time(at + 1).is_none();
    named || (at + 1..at + 5).any(|i| HOME.contains(&s.lower(i)))
}

/// "suffered burns", "with serious injuries", "escaped with minor cuts": what harm was done to the body; the word after.
fn bodily_harm(s: &Sentence<'_, '_>, at: usize) -> Option<usize> {
    const HARM: [&str; 16] = [
        "injuries",
        "injury",
        "wounds",
        "wound",
        "burns",
        "fractures",
        "bruises",
        "cuts",
        "concussion",
        "hypothermia",
        "inhalation",
        "lacerations",
        "trauma",
        "dehydration",
        "poisoning",
        "exhaustion",
    ];
    let takes = matches!(
        s.lower(at),
        "sustained"
            | "sustaining"
            | "suffered"
            | "suffering"
            | "suffer"
            | "received"
            | "with"
            | "from"
            | "for"
    );
    if !takes {
        return None;
    }
    let harm = (at + 1..at + 6).take_while(|&i| s.is_letters(i)).find(|&i| HARM.contains(&s.lower(i)))?;
    Some(harm + 1)
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

/// The idiom of two to five words that begins at a word, and the word after it.
fn idiom(s: &Sentence<'_, '_>, at: usize) -> Option<(Category, usize)> {
    // "burned to death", "hacked to death"
    if s.lower(at + 1) == "to" && s.lower(at + 2) == "death" && s.is_letters(at) {
        return Some((Category::KILLED, at + 3));
    }
    (2..=5).rev().find_map(|count| {
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
fn right_after(s: &Sentence<'_, '_>, phrase: &Phrase, topic: Topic) -> Option<After> {
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
        if leaves_home(s, at, phrase) {
            let shown = Shown { category: Category::DISPLACED, evidence: at..at + 1, how: How::After };
            return Some(After { shown, bare: false, weak: false });
        }
        if crosses(s, at, phrase, topic) {
            let shown = Shown { category: Category::DISPLACED, evidence: at..at + 1, how: How::After };
            return Some(After { shown, bare: false, weak: false });
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

/// People who flee and cross a border, arrive or are registered.
fn crosses(s: &Sentence<'_, '_>, at: usize, phrase: &Phrase, topic: Topic) -> bool {
    let people = phrase.head.is_none() || phrase.is_person(s) && !phrase.is_force(s);
    let verb = match s.lower(at) {
        "crossed" | "crossing" | "cross" => {
            topic.exodus
                || s.lower(at + 1) == "into"
                || (at + 1..at + 4).any(|i| matches!(s.lower(i), "border" | "frontier"))
        }
        "arrived" | "registered" | "reached" => topic.exodus,
        _ => false,
    };
    people && verb
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
    After { shown: Shown { category, evidence: at..end, how: How::After }, bare, weak: false }
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
fn right_before(s: &Sentence<'_, '_>, quantity: &Quantity, phrase: &Phrase, topic: Topic) -> Option<Shown> {
    let people = phrase.is_person(s) || phrase.head.is_none();
    let mut at = quantity.number.start.checked_sub(1).filter(|i| s.within.contains(i))?;
    let shown = |category, evidence| Some(Shown { category, evidence, how: How::Before });
    // "swept away 14 people", "rounded up 40": an idiom with its object behind it.
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
    if word == "for" && people && is_search(s, at, phrase) {
        return shown(Category::MISSING, at - 1..at + 1);
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
    if people && is_saving(s, at, phrase) {
        return shown(Category::RESCUED, at..at + 1);
    }
    // "claimed nine lives" is read by its noun; a group that claims an attack kills nobody by it.
    let claim = matches!(word, "claimed" | "claims" | "claiming" | "claim");
    if claim && phrase.head.is_some_and(|h| matches!(s.lower(h), "victims" | "people" | "dead")) {
        return shown(Category::KILLED, at..at + 1);
    }
    if is_holding(s, at, phrase) {
        return shown(held(s), at..at + 1);
    }
    if people && matches!(word, "carry" | "carries" | "carried" | "carrying" | "transporting") {
        return shown(Category::ABOARD, at..at + 1);
    }
    // "ordered 900 residents to leave"
    let leaving = s.lower(phrase.end) == "to"
        && matches!(s.lower(phrase.end + 1), "leave" | "evacuate" | "go" | "move");
    if people
        && leaving
        && matches!(word, "ordered" | "told" | "urged" | "asked" | "advised" | "instructed" | "warned")
    {
        return shown(Category::EVACUATED, at..at + 1);
    }
    if people
        && leaving
        && matches!(word, "forced" | "forcing" | "forces" | "drove" | "driving" | "compelled")
    {
        return shown(Category::DISPLACED, at..at + 1);
    }
    if people
        && topic.exodus
        && matches!(word, "registered" | "hosts" | "hosting" | "accommodates" | "sheltering")
    {
        return shown(Category::DISPLACED, at..at + 1);
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
    if let Some(category) = table::category(word, Part::Persons).filter(|_| {
        people
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

/// "searching for 22 others", "a search for nine people": true where those looked for are lost, not wanted.
fn is_search(s: &Sentence<'_, '_>, at: usize, phrase: &Phrase) -> bool {
    let searching = (1..=3).any(|n| {
        matches!(s.back(at, n), "search" | "searched" | "searching" | "looking" | "searches")
            || s.back(at, n) == "hunt" && s.back(at, n + 1) == "the"
    });
    let wanted = s.within.clone().any(|i| matches!(s.lower(i), "police" | "manhunt" | "arrest"))
        || phrase.head.is_some_and(|h| {
            matches!(
                s.lower(h),
                "suspects" | "gunmen" | "attackers" | "robbers" | "fugitives" | "assailants" | "militants"
            )
        });
    searching && !wanted
}

/// "pulled nine people from the rubble", "hauled him into the boat": true where the verb saves its object.
fn is_saving(s: &Sentence<'_, '_>, at: usize, phrase: &Phrase) -> bool {
    const VERBS: [&str; 16] = [
        "pull", "pulls", "pulled", "pulling", "haul", "hauls", "hauled", "hauling", "lift", "lifted",
        "lifting", "drag", "dragged", "fished", "dug", "hoisted",
    ];
    VERBS.contains(&s.lower(at))
        && (phrase.end..phrase.end + 7).take_while(|&i| !matches!(s.lower(i), "," | "." | ";" | "")).any(
            |i| {
                let word = s.lower(i);
                matches!(word, "from" | "out" | "off" | "alive" | "aboard" | "ashore" | "safety")
                    || table::is(word, Part::Craft)
                        && (1..7).any(|n| matches!(s.back(i, n), "into" | "onto" | "to"))
            },
        )
}

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
    let shown = |evidence, how| Some(Shown { category: Category::ABOARD, evidence, how });
    for at in phrase.end..phrase.end + 6 {
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
            return None;
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
        if matches!(
            word,
            "passengers" | "passenger" | "crew" | "crewmen" | "crewmembers" | "occupants" | "stowaways"
        ) || matches!(word, "members" | "member") && s.back(head, 1) == "crew"
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
    // "the ministry insists on 201 people, the total on the manifest"
    let listed = s
        .within
        .clone()
        .find(|&i| s.lower(i) == "manifest" || s.lower(i) == "list" && s.back(i, 1) == "passenger");
    listed.and_then(|i| shown(i..i + 1, How::Measured))
}

/// Nouns of action that the table of nouns leaves out because they are not counted.
fn nominal(word: &str) -> Option<Category> {
    Some(match word {
        "capture" => Category::CAPTURED,
        "rescue" => Category::RESCUED,
        "displacement" | "eviction" => Category::DISPLACED,
        "assassination" | "massacre" | "murder" | "killing" => Category::KILLED,
        "abduction" | "kidnapping" => Category::CAPTURED,
        "fate" | "whereabouts" => Category::MISSING,
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
            // "injuring dozens and damaging 40 villages": the verb right before it is its own.
            "obj" if follows_verb(s, quantity) && word + 1 != quantity.number.start => return None,
            "obj" if how == How::Before => {
                let category = table::category(name, Part::Object)
                    .or_else(|| table::category(name, Part::Troops).filter(|_| is_sent(s, word, phrase)))?;
                return Some(Shown { category, evidence: word..word + 1, how });
            }
            // "killed 200 people and flattened 40 villages": the second has a verb of its own.
            "conj" if follows_verb(s, quantity) => return None,
            "conj" | "appos" | "nummod" | "flat" | "compound" | "nmod:unmarked" | "dep" => at = head,
            _ => return None,
        }
    }
    None
}

fn follows_verb(s: &Sentence<'_, '_>, quantity: &Quantity) -> bool {
    quantity.number.start.checked_sub(1).is_some_and(|b| s.tag(b) == Some(Upos::Verb))
}

/// A predicate further on in the clause: "12 people in two districts of the city were killed".
fn further_on(s: &Sentence<'_, '_>, from: usize, phrase: &Phrase, topic: Topic) -> Option<Shown> {
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
        // "on board are presumed to have died"
        if s.tag(at) == Some(Upos::Verb) && finite && !(be && is_linking(word)) {
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
        || matches!(s.lower(quantity.number.start), "passed" | "passes" | "passing" | "past")
        || s.lower(quantity.number.start) == "beyond";
    // "the toll rose by 12", but not "a death sentence urged by three jurors"
    const CHANGES: [&str; 14] = [
        "rose",
        "risen",
        "rise",
        "rises",
        "rising",
        "fell",
        "fallen",
        "grew",
        "grown",
        "increased",
        "up",
        "jumped",
        "climbed",
        "dropped",
    ];
    if !links || before == "by" && !CHANGES.contains(&s.back(last, 1)) {
        return None;
    }
    for at in (s.within.start.max(start.saturating_sub(16))..start).rev() {
        let word = s.lower(at);
        if matches!(word, ";" | "\"" | "but" | "while" | "said" | "says" | "told") {
            return None;
        }
        // "the number of dead", "the number of people killed", "its count of missing people"
        let of = (1..=4).filter_map(|n| at.checked_sub(n)).find(|&i| {
            s.lower(i) == "of"
                && matches!(s.back(i, 1), "number" | "count" | "tally" | "total" | "estimate" | "numbers")
        });
        let numbered = of.is_some();
        let stated_before = of.is_some_and(|of| {
            (of + 1..at).any(|i| table::is(s.lower(i), Part::State) || table::is(s.lower(i), Part::Object))
        });
        if numbered && phrase.head.is_none() && table::is(word, Part::Force) && !stated_before {
            return Some(Shown { category: Category::DEPLOYED, evidence: at..at + 1, how: How::Measured });
        }
        let stated = table::category(word, Part::Noun)
            .or_else(|| table::category(word, Part::State))
            .filter(|_| numbered);
        // "the dead numbered 14"
        let numbering = matches!(before, "numbered" | "number") && s.back(at, 1) == "the";
        let stated = stated.or_else(|| table::category(word, Part::Noun).filter(|_| numbering));
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
            // A bare noun is a state, not a place: "in danger", "in uniform".
            let state = s.tag(at + 1) == Some(Upos::Noun) && s.tag(at + 2) != Some(Upos::Noun);
            let place = s.time(at + 1).is_none() && !state && s.lower(at + 1) != "all";
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
