//! Victims named one after another: "the driver and two passengers died" means three dead. The sum is a separate figure, derived
//! from all members of the list; those that have a number or "a" are figures too, and its parts.

use std::ops::Range;

use sayso_model::{Category, EntityKind, Number, Upos};

use super::{
    Draft,
    category::{self, How},
    counted::{Phrase, is_person, names_one_person},
    hedge::Bounds,
    quantity::{Quantity, Sentence},
    topic::Topic,
};
use crate::{
    tree::base,
    words::{self, Set},
};

/// Maximum words of one member: an article, modifiers ("4-month-old"), the noun.
const LONGEST_MEMBER: usize = 10;

/// Maximum members of a list.
const MOST_MEMBERS: usize = 12;

/// What may have happened to all members of a list, one like the other.
const ADDED_UP: [Category; 11] = [
    Category::KILLED,
    Category::INJURED,
    Category::KILLED_OR_INJURED,
    Category::MISSING,
    Category::ARRESTED,
    Category::CAPTURED,
    Category::RELEASED,
    Category::RESCUED,
    Category::EVACUATED,
    Category::INFECTED,
    Category::TRAPPED,
];

/// One member of a list.
struct Member {
    words: Range<usize>,
    count: i64,
    /// "At least five": there may be more.
    at_least: bool,
    /// Its index among the drafts, if it has a number.
    draft: Option<usize>,
    /// "A driver": the article counts one, which becomes a part of the sum.
    one: bool,
    /// Named with an age, as in lists of victims.
    aged: bool,
}

/// Adds the sums of a sentence's lists to its drafts. `articles` are the drafts of articles that may count one: "a driver" in a
/// list becomes a part of its sum and is removed from them.
pub(super) fn add_up(s: &Sentence<'_, '_>, drafts: &mut Vec<Draft>, articles: &mut Vec<Draft>, topic: Topic) {
    let mut at = s.within.start;
    while at < s.within.end {
        let members = list(s, at, drafts);
        at = members.last().map_or(at + 1, |last| last.words.end);
        if members.len() > 1
            && let Some(sum) = sum(s, &members, drafts, topic)
        {
            let words = sum.quantity.number.clone();
            let inside = articles.extract_if(.., |a| words.contains(&a.quantity.number.start)).collect();
            insert(drafts, sum, &members, inside);
        }
    }
}

/// The members of the list that begins at a word; it ends with "and" and one more.
fn list(s: &Sentence<'_, '_>, start: usize, drafts: &[Draft]) -> Vec<Member> {
    let mut members: Vec<Member> = Vec::new();
    let mut at = start;
    let mut closed = 0;
    while members.len() < MOST_MEMBERS {
        let Some(mut member) = member(s, at, drafts) else { break };
        at = past_age(s, member.words.end);
        let by_age = |i: usize| s.written(i).bytes().any(|b| b.is_ascii_digit());
        member.aged = at > member.words.end || member.words.clone().any(by_age);
        members.push(member);
        if closed > 0 {
            break;
        }
        let comma = usize::from(s.lower(at) == ",");
        if s.lower(at + comma) == "and" {
            closed = members.len() + 1;
            at += comma + 1;
        } else if comma == 1 {
            at += 1;
        } else {
            break;
        }
    }
    // What follows the last comma without an "and" is an apposition.
    if members.len() < closed || closed == 0 {
        members.clear();
    }
    members
}

/// The word after a member's age: "A nurse, 29, and a porter, 61, were hurt", "Ada Brook (34)", "a man aged 81", "a woman in her 60s".
fn past_age(s: &Sentence<'_, '_>, at: usize) -> usize {
    const OLDEST: usize = 3;
    let years = |i: usize| s.written(i).bytes().all(|b| b.is_ascii_digit()) && !s.written(i).is_empty();
    if s.lower(at) == "(" && years(at + 1) && s.lower(at + 2) == ")" {
        return at + 3;
    }
    if s.lower(at) == "aged" && years(at + 1) {
        return at + 2;
    }
    if s.lower(at) == "in" && matches!(s.lower(at + 1), "his" | "her" | "their") {
        // "50s" is two words.
        let tens = years(at + 2) && s.lower(at + 3) == "s" && s.joined(at + 3);
        if tens || words::is(Set::DecadesOfLife, s.lower(at + 2)) {
            return at + 3 + usize::from(tens);
        }
    }
    let age = at + 1;
    let digits = s.written(age);
    let is_age = s.lower(at) == ","
        && (1..=OLDEST).contains(&digits.len())
        && digits.bytes().all(|b| b.is_ascii_digit())
        && matches!(s.lower(age + 1), "," | "and");
    if is_age { age + 1 } else { at }
}

fn member(s: &Sentence<'_, '_>, at: usize, drafts: &[Draft]) -> Option<Member> {
    // "her two children", "the two pilots", "all four passengers"
    let led = usize::from(matches!(s.lower(at), "his" | "her" | "their" | "its" | "the" | "all"));
    let at_number = |place: usize| drafts.iter().position(|d| d.quantity.number.start == place);
    if let Some(index) = at_number(at).or_else(|| at_number(at + led)) {
        let Draft { quantity, phrase, part_of, .. } = drafts.get(index)?;
        let bounds = quantity.bounds;
        let at_least = bounds.low.is_some();
        let exact = (!at_least || bounds.low == bounds.best && !bounds.low_exclusive)
            && bounds.high.is_none()
            && !quantity.approximate;
        let others = phrase.head.is_none() && phrase.end > quantity.end && s.back(phrase.end, 1) == "others";
        // "nine of his followers", but not "nine of the passengers"
        let of_somebody = s.lower(quantity.end) == "of"
            && matches!(s.lower(quantity.end + 1), "his" | "her" | "their" | "its");
        let people = phrase.is_person(s) && (!phrase.part || of_somebody) || others;
        let plain = exact
            && people
            && quantity.unit.is_none()
            && part_of.is_none()
            && quantity.derived_from.is_empty();
        let count = bounds.best.filter(|_| plain)?.to_whole()?;
        return Some(Member {
            words: at..phrase.end,
            count,
            at_least,
            draft: Some(index),
            one: false,
            aged: false,
        });
    }
    // "a family of four"
    let of = at + 2;
    if matches!(s.lower(at), "a" | "the")
        && words::is(Set::Collectives, s.lower(at + 1))
        && s.lower(of) == "of"
    {
        let index = at_number(of + 1)?;
        let Draft { quantity, phrase, .. } = drafts.get(index)?;
        let alone = phrase.head.is_none() && quantity.bounds.low.is_none() && quantity.bounds.high.is_none();
        let count = quantity.bounds.best.filter(|_| alone)?.to_whole()?;
        return Some(Member {
            words: at..quantity.end,
            count,
            at_least: false,
            draft: Some(index),
            one: false,
            aged: false,
        });
    }
    if let Some(end) = named(s, at) {
        return Some(Member {
            words: at..end,
            count: 1,
            at_least: false,
            draft: None,
            one: false,
            aged: false,
        });
    }
    let both = s.lower(at) == "both";
    let single = matches!(s.lower(at), "a" | "an" | "the" | "his" | "her" | "their" | "its" | "one");
    if !both && !single {
        return None;
    }
    let (mut head, mut noun) = (None, None);
    for i in at + 1..at + LONGEST_MEMBER {
        match s.tag(i) {
            Some(Upos::Noun | Upos::Propn) if s.is_letters(i) => {
                head = Some(i);
                noun = noun.or(head.filter(|_| s.tag(i) == Some(Upos::Noun) && names_one_person(s, i)));
            }
            Some(Upos::Adj | Upos::Num) if head.is_none() || s.lower(i + 1) == "-" => {}
            _ if s.lower(i) == "-" && s.joined(i) => {}
            // "a 16-year-old boy", whatever the tagger makes of "old"
            _ if s.lower(i) == "old" && s.joined(i) => {}
            // "the club's owner"
            _ if s.lower(i) == "'" && s.lower(i + 1) == "s" || s.lower(i) == "s" && s.back(i, 1) == "'" => {}
            _ => break,
        }
    }
    let head = head?;
    // "an 11-year-old", without a noun
    let by_age = |at: usize| {
        let year = s.lower(at) == "-" && s.lower(at + 1) == "old";
        s.lower(head) == "year" && (year || s.lower(at) == "old")
    };
    if single && by_age(head + 1) {
        let end = head + 2 + usize::from(s.lower(head + 1) == "-");
        let one = matches!(s.lower(at), "a" | "an");
        return Some(Member { words: at..end, count: 1, at_least: false, draft: None, one, aged: true });
    }
    let plural = s.token(head).is_some_and(|t| matches!(t.xpos, "NNS" | "NNPS"));
    // "her son Tim"
    let called = s.tag(head) == Some(Upos::Propn) && noun.is_some();
    let one_person = names_one_person(s, head) || called;
    let fits = if both { plural && is_person(s, head) } else { !plural && one_person };
    // "the police and two passers-by": the number of police is unknown.
    let several = words::is(Set::Several, s.lower(head));
    let two = both || s.lower(head) == "couple";
    (fits && !several).then_some(Member {
        words: at..head + 1,
        count: if two { 2 } else { 1 },
        at_least: false,
        draft: None,
        one: matches!(s.lower(at), "a" | "an") && !two,
        aged: false,
    })
}

/// The word after a person's name, including an age after a comma ("Ada Brook, 34,").
fn named(s: &Sentence<'_, '_>, at: usize) -> Option<usize> {
    let word = s.words.get(at)?;
    let index = s.document.entities.partition_point(|e| e.span.end <= word.span.start);
    let entity = s.document.entities.get(index)?;
    let person = entity.kind == EntityKind::Person && entity.span.start == word.span.start;
    person.then(|| s.words.inside(entity.span).end)
}

/// The figure of all members together, if the same happened to all of them.
fn sum(s: &Sentence<'_, '_>, members: &[Member], drafts: &[Draft], topic: Topic) -> Option<Draft> {
    let (first, last) = (members.first()?, members.last()?);
    // If each member has its own number, the report gives no total and needs none; if none has, it counts nobody but names them.
    let counted = members.iter().filter(|m| m.draft.is_some() || m.one || m.count > 1).count();
    // "Three people, including a 12-year-old and her mother": they are among the three.
    let included = s.back(first.words.start, 1) == "including";
    let only_names = counted == 0 && !members.iter().all(|m| m.aged);
    if included && members.iter().all(|m| m.draft.is_none())
        || only_names
        || members.iter().all(|m| m.draft.is_some())
    {
        return None;
    }
    // "Three people, a man and two women, were killed": the others say who they are.
    let rest: i64 = members.iter().skip(1).map(|m| m.count).fold(0, i64::saturating_add);
    let people =
        first.words.end.checked_sub(1).is_some_and(|head| matches!(s.lower(head), "people" | "persons"));
    if people && first.count == rest {
        return None;
    }
    let words = first.words.start..last.words.end;
    let total = members.iter().try_fold(0_i64, |sum, m| sum.checked_add(m.count))?;
    let total = Some(Number::whole(total));
    let low = total.filter(|_| members.iter().any(|m| m.at_least));
    let quantity = Quantity {
        number: words.clone(),
        numeral: 0..0,
        bounds: Bounds { low, best: total, ..Bounds::default() },
        approximate: false,
        vague: None,
        unit: None,
        derived_from: members.iter().map(|m| m.words.clone()).collect(),
        whole: None,
        ratio: None,
        definite: false,
        another: members.iter().filter_map(|m| drafts.get(m.draft?)).any(|d| d.quantity.another),
        is_one: false,
        is_article: false,
        unclear: false,
        end: words.end,
    };
    // The last may be named by an age alone.
    let head = words.end.checked_sub(1).filter(|&last| s.lower(last) != "old");
    // "... and her son, 9, were killed"
    let end = past_age(s, words.end);
    let phrase = Phrase { head, start: words.start, end, ..Phrase::default() };
    let shown = category::find(s, &quantity, &phrase, topic)?;
    // What the last noun alone says applies to the last one alone.
    if !ADDED_UP.contains(&shown.category) || !matches!(shown.how, How::After | How::Before) {
        return None;
    }
    if shown.how == How::After && members.iter().any(|m| is_acted_on(s, m, first.words.start)) {
        return None;
    }
    let same = members.iter().filter_map(|m| drafts.get(m.draft?)?.shown.as_ref());
    for other in same {
        if other.category != shown.category {
            return None;
        }
    }
    Some(Draft { quantity, phrase, shown: Some(shown), decision: None, part_of: None, from: None })
}

/// True for the object of a verb before the list, so that the verb after it is only about the others: "the barge struck a pier
/// and six people were hurt".
fn is_acted_on(s: &Sentence<'_, '_>, member: &Member, first: usize) -> bool {
    let Some(token) = member.words.end.checked_sub(1).and_then(|last| s.token(last)) else { return false };
    let verb = token.head.and_then(|head| s.document.tokens.get(head as usize));
    let before = s.words.get(first).is_some_and(|word| verb.is_some_and(|v| v.span.end <= word.span.start));
    before && matches!(base(token.relation), "obj" | "obl")
}

/// Inserts a sum before its parts and links these to it; "a driver" becomes a part that counts one.
fn insert(drafts: &mut Vec<Draft>, sum: Draft, members: &[Member], articles: Vec<Draft>) {
    let shown = sum.shown.clone();
    let whole = drafts.partition_point(|d| d.quantity.number.start < sum.quantity.number.start);
    put(drafts, whole, sum);
    for part in members.iter().filter_map(|m| m.draft) {
        if let Some(draft) = drafts.get_mut(part + usize::from(part >= whole)) {
            draft.part_of = Some(whole);
            draft.shown = draft.shown.take().or_else(|| shown.clone());
        }
    }
    for mut part in articles {
        let start = part.quantity.number.start;
        let Some(member) = members.iter().find(|m| m.one && m.words.start == start) else { continue };
        let (start, end) = (part.quantity.end, member.words.end);
        part.quantity.is_article = false;
        part.phrase = Phrase { head: end.checked_sub(1), start, end, ..Phrase::default() };
        (part.shown, part.part_of) = (shown.clone(), Some(whole));
        let place = drafts.partition_point(|d| d.quantity.number.start <= member.words.start);
        put(drafts, place, part);
    }
}

/// Inserts a draft and updates indexes that point past it.
fn put(drafts: &mut Vec<Draft>, place: usize, draft: Draft) {
    for other in drafts.iter_mut() {
        for index in [&mut other.part_of, &mut other.from].into_iter().flatten() {
            *index += usize::from(*index >= place);
        }
    }
    drafts.insert(place, draft);
}
