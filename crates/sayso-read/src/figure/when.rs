//! When what a figure counts happened, and the day for which it holds: by the times of its clause, otherwise by the one that
//! begins its sentence ("By Wednesday night, ...").

use std::ops::Range;

use sayso_model::{Date, Figure, Granularity, Period, TimeRelation, Upos};

use super::{
    quantity::Sentence,
    table::{self, Part},
};
use crate::{
    tree::base,
    words::{self, Set},
};

/// Maximum words from a day to the relative clause about what it is the day of.
const OWNER: usize = 6;

/// Maximum words from the start of a sentence to a leading time.
const FRONT: usize = 8;

/// The days of a figure.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Days {
    /// The day for which it holds.
    pub(super) as_of: Option<Date>,
    /// The days during which what it counts happened.
    pub(super) period: Option<Period>,
    /// The day on which it was reported, if its sentence gives that instead ("reported 158 deaths on Saturday").
    pub(super) said_on: Option<Date>,
}

/// The days of the figure whose number begins at a word, by its clause. `event` is the word for what it counts, if it comes later.
pub(super) fn of(s: &Sentence<'_, '_>, number: usize, clause: &Range<usize>, event: Option<usize>) -> Days {
    let (mut as_of, mut period, mut said_on) = (None, None, None);
    let told = is_told(s, number);
    // "Saturday's shipwreck, in which 30 people drowned, reached the news on Tuesday"
    let relative = relative_before(s, number);
    let closed = relative.and_then(|_| (number..clause.end).find(|&i| s.lower(i) == ","));
    let clause = &(clause.start..closed.unwrap_or(clause.end));
    // "Sunday's blast" dates the blast, and what it counts only if nothing else does.
    let mut of_owner = relative.and_then(|relative| {
        (s.within.start.max(relative.saturating_sub(OWNER))..relative).rev().find_map(|i| {
            let time = s.time(i)?;
            let owns = s.lower(s.words.inside(time.span).end) == "'";
            Some(Period(time.start?, time.end?)).filter(|_| owns)
        })
    });
    let mut at = clause.start;
    let mut last: Option<usize> = None;
    while at < clause.end {
        let Some(time) = s.time(at) else {
            at += 1;
            continue;
        };
        let first = at;
        at = s.words.inside(time.span).end.max(at + 1);
        // "by noon on Wednesday" is one time.
        let goes_on = last.is_some_and(|l| l == first || l + 1 == first && s.back(first, 1) == "on");
        last = Some(at);
        let (Some(start), end) = (time.start, time.end) else { continue };
        // "Four people shot on Monday died on Tuesday": the first day is that of another event.
        let of_another = event.is_some_and(|event| {
            first < event && (clause.start..first).any(|i| s.tag(i) == Some(Upos::Verb))
        });
        if goes_on || of_another || is_of_speech(s, clause.start, first) {
            continue;
        }
        if let Some((until, next)) = stretch(s, first, at) {
            period = period.or(Some(Period(start, until)));
            (at, last) = (next, Some(next));
            continue;
        }
        let at_a_day = time.relation == TimeRelation::At && !matches!(time.granularity, Granularity::Vague);
        if at_a_day && matches!((s.lower(at), s.lower(at + 1)), ("'", "s")) {
            // "arrested 22 people over Saturday's riot"
            if words::is(Set::OnAccountOf, s.back(first, 1)) {
                continue;
            }
            of_owner = of_owner.or(end.map(|end| Period(start, end)));
            continue;
        }
        // "listed 58 deaths in its second report, published on Friday"
        let on = first - usize::from(s.back(first, 1) == "on");
        let report = s.back(on, 2) == "," || words::is(Set::Papers, s.back(on, 2));
        if at_a_day && report && words::is(Set::Publishing, s.back(on, 1)) {
            said_on = said_on.or(end.filter(|end| *end == start));
            continue;
        }
        let one_day = at_a_day && end == Some(start);
        if one_day && told && !(clause.start..first).any(|i| s.tag(i) == Some(Upos::Verb)) {
            said_on = said_on.or(end);
            continue;
        }
        // "52 deaths, all of them from November"
        let of_then = s.back(first, 1) == "from" && matches!(s.back(first, 2), "them" | "which" | "whom");
        match time.relation {
            _ if of_then => period = period.or(end.map(|end| Period(start, end))),
            TimeRelation::By | TimeRelation::Until => as_of = as_of.or(day(time.granularity, start, end)),
            TimeRelation::Past => period = period.or(end.map(|end| Period(start, end))),
            TimeRelation::At if s.back(first, 2) == "as" && s.back(first, 1) == "of" => as_of = as_of.or(end),
            TimeRelation::At if !matches!(time.granularity, Granularity::Vague) => {
                period = period.or(end.map(|end| Period(start, end)));
            }
            _ => {}
        }
    }
    period = period.or(of_owner);
    if as_of.is_none() && period.is_none() {
        as_of = put_first(s, clause);
        period = if as_of.is_none() { happened_first(s, number, clause) } else { None };
    }
    if as_of.is_none() && period.is_none() {
        period = right_before(s, number).or_else(|| of_the_subject(s, number));
    }
    Days { as_of, period, said_on }
}

/// "On Saturday alone 61 people were killed": the day right before a number.
fn right_before(s: &Sentence<'_, '_>, number: usize) -> Option<Period> {
    let last = number.checked_sub(1)?;
    let skipped = usize::from(matches!(s.lower(last), "alone" | ","));
    let time = s.time(last.checked_sub(skipped)?)?;
    let start = s.words.inside(time.span).start;
    let led = matches!(s.back(start, 1), "on" | "in" | "during");
    // "The Red Cross said on Tuesday 38 people were killed"
    let said = start.checked_sub(2).is_some_and(|before| s.is_verbal(before));
    if said || is_of_speech(s, s.within.start, start) {
        return None;
    }
    // "So far in 2015, more than 367,000 have crossed" counts until now.
    let plain = time.relation == TimeRelation::At && time.end == time.start;
    Some(Period(time.start?, time.end?)).filter(|_| led && plain)
}

/// "A blast on Monday killed 12", "the bombings of 7 July 2005 killed 52", "August's floods killed 19": the day of what did it, by the
/// tree.
fn of_the_subject(s: &Sentence<'_, '_>, number: usize) -> Option<Period> {
    const VERB: usize = 4;
    const SUBJECT: usize = 12;
    let parts = [Part::Object, Part::Persons, Part::Troops];
    let happens = |verb: usize| parts.into_iter().any(|part| table::category(s.lower(verb), part).is_some());
    let verb = (1..=VERB)
        .filter_map(|n| number.checked_sub(n))
        .take_while(|&i| s.is_letters(i) || s.tag(i) == Some(Upos::Num))
        .find(|&i| s.tag(i) == Some(Upos::Verb))
        .filter(|&verb| happens(verb))?;
    let of = |index: u32| s.document.tokens.get(index as usize);
    let token = |at: usize| s.words.get(at).map(|word| word.token);
    let this = token(verb)?;
    let is_subject =
        |index: u32| of(index).is_some_and(|t| t.head == Some(this) && base(t.relation) == "nsubj");
    // "The man arrested on Monday killed 12", "the rains that began in February have killed 75": that is the day of something else.
    let perfect = (1..=3).any(|n| super::outcome::is_have(s.back(verb, n)));
    let mut belongs = |index: u32| {
        let head = of(index).and_then(|t| t.head);
        let nominal = head.and_then(of).filter(|t| base(t.relation) == "nmod").and_then(|t| t.head);
        head.is_some_and(|h| h == this || is_subject(h)) || nominal.is_some_and(is_subject)
    };
    (s.within.start.max(verb.saturating_sub(SUBJECT))..verb).rev().find_map(|at| {
        let time = s.time(at)?;
        let words = s.words.inside(time.span);
        let plain = time.relation == TimeRelation::At && !matches!(time.granularity, Granularity::Vague);
        let owned_by_paper = s.lower(words.end) == "'" && words::is(Set::Papers, s.lower(words.end + 2));
        let fits = plain && !perfect && !owned_by_paper && words.clone().filter_map(token).any(&mut belongs);
        Some(Period(time.start?, time.end?)).filter(|_| fits)
    })
}

/// The first word of the relative clause that a number begins: "in which 30 people drowned", "which killed at least 30".
fn relative_before(s: &Sentence<'_, '_>, number: usize) -> Option<usize> {
    const HEDGES: usize = 4;
    let which = (1..=HEDGES).filter_map(|n| number.checked_sub(n)).find(|&i| s.lower(i) == "which")?;
    let first = which - usize::from(matches!(s.back(which, 1), "in" | "during" | "for"));
    (s.back(first, 1) == ",").then_some(first)
}

/// True if a count is divided by when its parts happened, so that its own day is that of the count: "recorded 31 deaths on Tuesday,
/// 28 of which date back to November".
fn is_divided(s: &Sentence<'_, '_>, verb: usize) -> bool {
    let parts =
        |i: usize| s.lower(i) == "of" && matches!(s.lower(i + 1), "which" | "whom" | "them" | "these");
    let part = (verb..s.within.end).find(|&i| parts(i));
    part.is_some_and(|part| (part..s.within.end).any(|i| s.time(i).is_some()))
}

/// True for a number that is the object of a reporting verb: "reported 158 deaths".
fn is_told(s: &Sentence<'_, '_>, number: usize) -> bool {
    let before = (s.within.start.max(number.saturating_sub(4))..number).rev();
    let verb = before.take_while(|&i| s.is_letters(i)).find(|&i| s.tag(i) == Some(Upos::Verb));
    verb.is_some_and(|v| {
        let told = words::is(Set::Told, s.lower(v));
        told && !super::outcome::is_be(s.back(v, 1))
            || words::is(Set::Recorded, s.lower(v)) && is_divided(s, v)
    })
}

/// "31 killed and almost 70 wounded by noon": the day after the last of several counts applies to all, as does the day on which their
/// report came out. "Killed 14 people, including three children, on Monday": what follows the aside is about the whole. A place
/// behind them is left to the last: what has one is compared as a count of that place only, and it is often the event's.
pub(super) fn share(s: &Sentence<'_, '_>, figures: &mut [Figure]) {
    for n in (1..figures.len()).rev() {
        let Some([one, next]) = figures.get_mut(n - 1..=n) else { continue };
        let between = s.words.inside(one.span).end..s.words.inside(next.number).start;
        let listed = !between.is_empty() && between.clone().all(|i| matches!(s.lower(i), "and" | ","));
        let aside = next.part_of == Some(one.id) && s.lower(s.words.inside(next.span).end) == ",";
        let parted =
            |i: usize| matches!(s.tag(i), Some(Upos::Verb | Upos::Aux | Upos::Sconj)) || s.lower(i) == ";";
        let joined = between.len() <= 6 && !between.clone().any(parted);
        if joined && one.as_of.is_none() && one.period.is_none() && one.category != next.category {
            one.as_of = next.as_of;
            one.said_on = one.said_on.or(next.said_on);
        }
        let shown = next.category_evidence.is_some_and(|evidence| evidence.start >= next.number.start);
        let open = one.as_of.is_none() && one.period.is_none() && one.said_on.is_none();
        if open && (aside || (listed || joined && one.category != next.category) && shown) {
            one.period = next.period;
        }
    }
}

fn day(granularity: Granularity, start: Date, end: Option<Date>) -> Option<Date> {
    match (granularity, end) {
        (Granularity::MonthPart, Some(end)) => middle(start, end),
        (_, end) => end,
    }
}

/// The last day of "between March 2 and March 11" and "from March 2 to March 8", and the word after it.
fn stretch(s: &Sentence<'_, '_>, first: usize, after: usize) -> Option<(Date, usize)> {
    let links: &[&str] = match s.back(first, 1) {
        "between" => &["and"],
        "from" => &["to", "until", "till", "through"],
        _ => return None,
    };
    let other = after + 1;
    let time = s.time(other).filter(|_| links.contains(&s.lower(after)))?;
    Some((time.end?, s.words.inside(time.span).end.max(other + 1)))
}

/// The day of "By Wednesday night, ..." and "As of noon on Friday ..." at the start of the sentence, for what follows it.
fn put_first(s: &Sentence<'_, '_>, clause: &Range<usize>) -> Option<Date> {
    let top = s.within.start;
    if !matches!(s.lower(top), "by" | "as" | "until" | "up") {
        return None;
    }
    let at = (top + 1..(top + FRONT).min(clause.end)).find(|&i| s.time(i).is_some())?;
    let led = (top + 1..at).all(|i| words::is(Set::TimeFronts, s.lower(i)) || s.tag(i) == Some(Upos::Num));
    let mut time = s.time(at).filter(|_| led)?;
    // "noon on Wednesday": the day is in the last of several.
    let behind = s.words.inside(time.span).end;
    if s.lower(behind) == "on"
        && let Some(later) = s.time(behind + 1)
    {
        time = later;
    }
    day(time.granularity, time.start?, time.end)
}

/// The days of "In 1978, ...", "On Monday, ...", "Yesterday ..." at the start of the sentence, for what its first clauses report:
/// there is no speaker and no other time between the time and the number. A count that "stands at" a value holds then; it did not
/// all happen then.
fn happened_first(s: &Sentence<'_, '_>, number: usize, clause: &Range<usize>) -> Option<Period> {
    let top = s.within.start;
    let at = (top..(top + FRONT).min(number)).find(|&i| s.time(i).is_some())?;
    let front = |i: usize| {
        matches!(s.lower(i), "in" | "on" | "during" | "early" | "late" | "the" | "from" | "between")
    };
    let led = (top..at).all(front);
    let time = s.time(at).filter(|_| led)?;
    let plain = matches!(time.relation, TimeRelation::At | TimeRelation::Past)
        && !matches!(time.granularity, Granularity::Vague);
    let mut behind = s.words.inside(time.span).end;
    let mut until = time.end?;
    // "Between 27 February and 2 March, 418 migrants were rescued"
    if let Some((last, end)) = stretch(s, at, behind) {
        (until, behind) = (last, end);
    } else if s.back(at, 1) == "between" || s.back(at, 1) == "from" && time.end == time.start {
        return None;
    }
    // "Monday's bulletin listed 52 deaths"
    let of_paper = s.lower(behind) == "'" && words::is(Set::Papers, s.lower(behind + 2));
    let apart = |i: usize| {
        s.time(i).is_some()
            || words::is(Set::Speech, s.lower(i))
            || words::is(Set::Told, s.lower(i))
            || words::is(Set::CountNouns, s.lower(i))
            || matches!(s.lower(i), ";" | ":" | "\"" | "but" | "stood" | "stands")
    };
    let period = Period(time.start?, until);
    (plain && !of_paper && !(behind..number.max(behind)).any(apart) && clause.start >= behind)
        .then_some(period)
}

/// True if a time belongs to a reporting verb ("officials said on Monday").
fn is_of_speech(s: &Sentence<'_, '_>, from: usize, at: usize) -> bool {
    let from = from.max(at.saturating_sub(8));
    let verb = (from..at).rev().find(|&i| matches!(s.tag(i), Some(Upos::Verb)));
    verb.is_some_and(|i| words::is(Set::Speech, s.lower(i)))
}

/// The day in the middle of a period within one month.
fn middle(start: Date, end: Date) -> Option<Date> {
    Date::new(start.year(), start.month(), (start.day() + end.day()) / 2)
}
