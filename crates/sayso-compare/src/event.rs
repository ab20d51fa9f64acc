//! Which event a figure is of: the story's, an earlier one, or a longer course of which the story is a part.
//!
//! "In 1978, 90 people died" is of an earlier event; "5,000 have been killed since 2006" of a wider one; "56 dead, the most
//! since 1978" is of this one: there the year only dates the comparison.

use sayso_model::{Date, Figure, Period, TimeExpression, TimeRelation, story::EventOf};

use crate::{Entry, clause, day};

/// Days before a story's first report from which something is another event.
const LONG_BEFORE: i64 = 60;
/// Words between a comparison's year and a figure that show that the figure belongs to that year.
const RELATIVE: &[&str] = &["which", "that", "when", "where", "killed", "killing", "left", "with"];
/// Words that compare this event with earlier ones.
const SUPERLATIVE: &[&str] = &[
    "worst",
    "deadliest",
    "biggest",
    "largest",
    "strongest",
    "heaviest",
    "highest",
    "most",
    "first",
    "bloodiest",
    "record",
    "severe",
    "powerful",
    "costliest",
    "lowest",
    "fewest",
    "serious",
];

/// The event that a figure is of. `begun`: the day of the story's first report.
pub(crate) fn event_of(entry: &Entry<'_>, figure: &Figure, begun: Option<Date>) -> EventOf {
    let published = entry.reading.report.head.published.as_ref().map(|d| d.value);
    let Some(begun) = begun.or(published) else { return EventOf::This };
    let long_ago = |end: Date| day::between(end, begun) > LONG_BEFORE;
    if let Some(period) = figure.period.filter(|p| long_ago(p.1)) {
        return EventOf::Earlier { period };
    }
    if let Some(day) = figure.as_of.filter(|d| long_ago(*d)) {
        return EventOf::Earlier { period: Period(day, day) };
    }
    if let Some(period) = figure.period.filter(|p| long_ago(p.0)) {
        return EventOf::Wider { period };
    }
    let text = entry.reading.report.text.as_str();
    let own = clause::own_words(entry, figure);
    let words = own.cut(text).to_lowercase();
    let compares = words.split(|c: char| !c.is_alphanumeric()).any(|w| SUPERLATIVE.contains(&w));
    for time in entry.reading.times.iter().filter(|t| own.contains(t.span)) {
        let (Some(start), end) = (time.start, time.end) else { continue };
        let since = time.relation == TimeRelation::Since || follows(text, time, &["since"]);
        if since && long_ago(start) && time.span.start >= figure.span.end {
            if compares {
                continue;
            }
            return EventOf::Wider { period: Period(start, published.unwrap_or(begun)) };
        }
        let Some(end) = end.or(Some(start)).filter(|end| long_ago(*end)) else { continue };
        let compared = since || follows(text, time, &["than", "after", "until", "from", "like"]);
        if compared {
            let between = text.get(time.span.end..figure.span.end).unwrap_or("");
            let relative = between
                .split(|c: char| !c.is_alphanumeric())
                .any(|w| RELATIVE.contains(&w.to_lowercase().as_str()));
            if !relative {
                continue;
            }
        }
        return EventOf::Earlier { period: Period(start, end) };
    }
    EventOf::This
}

/// True where one of these words stands right before a time.
fn follows(text: &str, time: &TimeExpression, words: &[&str]) -> bool {
    let before = text.get(..time.span.start).unwrap_or("");
    let last = before.split_whitespace().rev().find(|w| !matches!(*w, "the" | "in" | "of"));
    words.iter().any(|w| {
        last.is_some_and(|l| l.eq_ignore_ascii_case(w))
            || time.span.cut(text).to_lowercase().split_whitespace().next() == Some(w)
    })
}

/// True where two figures are of one event: earlier ones whose days meet.
pub(crate) fn same(a: &EventOf, b: &EventOf) -> bool {
    let meet = |p: &Period, q: &Period| p.0 <= q.1 && q.0 <= p.1;
    match (a, b) {
        (EventOf::This, EventOf::This) => true,
        (EventOf::Earlier { period: p }, EventOf::Earlier { period: q }) => meet(p, q),
        (EventOf::Wider { period: p }, EventOf::Wider { period: q }) => p.0 == q.0,
        _ => false,
    }
}
