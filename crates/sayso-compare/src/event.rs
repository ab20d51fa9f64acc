//! Which event a figure belongs to: the story's, an earlier one, or a longer development that the story is part of.
//!
//! A named event ("Hurricane Ada") is another event if the story's has another name. "In 1978, 90 people died" is about an
//! earlier event; "5,000 have been killed since 2006" about a wider one; "56 dead, the most since 1978" about this one, since the
//! year is only a comparison.

use std::collections::{BTreeMap, BTreeSet};

use sayso_model::{
    Date, Figure, Period, Span, SpeakerKind, Statement, TimeExpression, TimeRelation, story::EventOf,
};

use crate::{
    Entry,
    clause::{self, Around},
    day,
    name::describes_body,
    own::Own,
    scope::named_in,
    word,
    words::{self, Set},
};

/// Days before a story's first report beyond which something is another event.
const LONG_BEFORE: i64 = 60;
/// An event is also the story's if at least this many tenths as many reports name it first as name the most frequent one first.
const OWN_TENTHS: usize = 7;
/// An event is not the story's if it is named less than this many tenths as often as the most frequent one.
const NAMED_TENTHS: usize = 3;
/// Words after which another event is only a comparison.
const COMPARED: &[&str] = &["than", "after", "until", "from", "like"];
/// Digits of a year.
const YEAR: usize = 4;

/// How often an event is named.
#[derive(Default)]
struct Named {
    /// Reports that name it before any other.
    first: usize,
    times: usize,
    is_storm: bool,
}

/// The events that a story's reports name.
pub(crate) struct Events {
    /// Words that distinguish named events ("ada" in "Hurricane Ada"), each with whether it is the story's.
    known: BTreeMap<String, bool>,
    /// The words of storms, which are often place names too.
    storms: BTreeSet<String>,
    /// Date of the story's first report.
    begun: Option<Date>,
}

impl Events {
    pub(crate) fn of(entries: &[Entry<'_>], owns: &[Own], begun: Option<Date>) -> Self {
        let bodies = bodies(entries);
        let mut named: BTreeMap<String, Named> = BTreeMap::new();
        for (entry, own) in entries.iter().zip(owns) {
            let all = own.events.iter().map(|span| span.cut(&entry.reading.report.text));
            for (at, name) in all.filter(|n| !is_of_body(n, &bodies)).enumerate() {
                let event = named.entry(telling(name)).or_default();
                event.first += usize::from(at == 0);
                event.is_storm |= words::of(Set::Storms).iter().any(|storm| name.starts_with(storm));
            }
        }
        // The story's event is also called by its bare name.
        if named.len() > 1 {
            for entry in entries {
                for word in word::words(&entry.reading.report.text).filter(|w| is_name(w)) {
                    if let Some(event) = named.get_mut(&unowned(word.text).to_lowercase()) {
                        event.times += 1;
                    }
                }
            }
        }
        let first = named.values().map(|e| e.first).max().unwrap_or(0);
        let most = named.values().filter(|e| e.first * 10 >= first * OWN_TENTHS).map(|e| e.times).max();
        // Reports also name an event after the place that they are about ("the Kesh floods").
        let places: BTreeSet<String> = if named.len() > 1 { named_in(entries, 2) } else { BTreeSet::new() };
        let is_own = |word: &String, e: &Named| {
            e.first * 10 >= first * OWN_TENTHS && e.times * 10 >= most.unwrap_or(0) * NAMED_TENTHS
                || !e.is_storm && places.contains(word)
        };
        let storms = named.iter().filter(|(_, e)| e.is_storm).map(|(word, _)| word.clone()).collect();
        let known = named
            .into_iter()
            .map(|(word, event)| (is_own(&word, &event), word))
            .map(|(own, word)| (word, own))
            .collect();
        Self { known, storms, begun }
    }

    /// The event that a figure is of: by its days, else by the name of another event in its own words, in its sentence where
    /// that names none of the story's, or in the sentence before to which it points back.
    pub(crate) fn of_figure(&self, entry: &Entry<'_>, figure: &Figure, around: Around) -> EventOf {
        let by_days = event_of(entry, figure, around.own, self.begun);
        if by_days != EventOf::This || self.known.values().all(|own| *own) {
            return by_days;
        }
        let text = entry.reading.report.text.as_str();
        let Around { sentence, own } = around;
        let before = || {
            let words = sentence.cut(text).to_lowercase();
            let start = text.get(..sentence.start)?.trim_end().len();
            let back = words::of(Set::PointsBack).iter().any(|p| words.contains(p)) && start > 0;
            let same_paragraph = text.get(start..sentence.start).is_some_and(|gap| !gap.contains('\n'));
            (back && same_paragraph).then(|| clause::sentence(text, Span::new(start - 1, start - 1)))
        };
        // Words that describe the speaker name no event ("Brook, who leads the work after Hurricane Bert, said").
        let statement = figure.statement.and_then(|id| entry.reading.statements.get(id.index()));
        let speaks = statement.and_then(speaks);
        let named = self
            .other(&without(text, own, speaks))
            .or_else(|| self.other(&without(text, sentence, speaks)))
            .or_else(|| self.other(before()?.cut(text)));
        named.flatten().map_or(EventOf::This, |name| EventOf::Other { name })
    }

    /// True if a figure's own words say that the people counted died or were hurt because of the story's event, by name.
    pub(crate) fn is_due_to_it(&self, entry: &Entry<'_>, figure: &Figure) -> bool {
        let words = clause::own_words(entry, figure).cut(&entry.reading.report.text);
        let lower = words.to_ascii_lowercase();
        words::of(Set::DueTo).iter().any(|phrase| {
            let behind = lower.find(phrase).and_then(|at| words.get(at + phrase.len()..));
            behind.is_some_and(|behind| {
                word::words(behind)
                    .filter(is_name)
                    .any(|w| self.known.get(&unowned(w.text).to_lowercase()).copied().unwrap_or(false))
            })
        })
    }

    /// True for the name of a storm, which is then not a place.
    pub(crate) fn is_storm(&self, name: &str) -> bool {
        self.storms.contains(&name.to_lowercase())
    }

    /// The other event that a stretch of text names; `Some(None)` if it names the story's.
    fn other(&self, words: &str) -> Option<Option<String>> {
        let known = |n: &&str| self.known.contains_key(&telling(n));
        let names: Vec<Span> = names(words);
        let names = names.iter().map(|span| span.cut(words));
        let mut named = names.filter(known).map(|n| (telling(n), unowned(n).to_owned())).peekable();
        let mut bare = word::words(words)
            .filter(is_name)
            .map(|w| (unowned(w.text).to_lowercase(), unowned(w.text).to_owned()))
            .filter(|(word, _)| self.known.contains_key(word))
            .peekable();
        let found: Vec<(String, String)> = if named.peek().is_some() {
            named.collect()
        } else {
            bare.peek()?;
            bare.collect()
        };
        let own = found.iter().any(|(word, _)| self.known.get(word).copied().unwrap_or(false));
        Some(found.into_iter().next().map(|(_, name)| name).filter(|_| !own))
    }
}

/// The part of a statement that describes the speaker, from the name to the verb.
fn speaks(statement: &Statement) -> Option<Span> {
    let spans: Vec<Span> = statement.source.iter().chain(&statement.cue).copied().collect();
    Span::hull(&spans).filter(|hull| !statement.content.iter().any(|c| c.overlaps(*hull)))
}

/// The text of a span without what another covers of it.
fn without(text: &str, span: Span, other: Option<Span>) -> String {
    match other.filter(|o| o.overlaps(span)) {
        Some(other) => {
            let before = Span::new(span.start, other.start).cut(text);
            format!("{before} {}", Span::new(other.end.max(span.start), span.end).cut(text))
        }
        None => span.cut(text).to_owned(),
    }
}

/// The names of bodies that some report attributes words to and that contain a word from event names ("National Hurricane
/// Center", "Cal Fire").
fn bodies(entries: &[Entry<'_>]) -> BTreeSet<String> {
    let of_event = |w: &str| words::is(Set::Storms, w) || words::is(Set::NamedEvents, w);
    // A storm that has words attributed to it is not one ("Hurricane Ada tells us ...").
    let is_event = |name: &str| {
        name.split_once(' ').is_some_and(|(first, rest)| words::is(Set::Storms, first) && !rest.contains(' '))
    };
    entries
        .iter()
        .flat_map(|e| &e.reading.speakers)
        .filter(|s| s.kind != SpeakerKind::Person && !s.anonymous && s.name.split(' ').any(of_event))
        .filter(|s| !is_event(&s.name))
        .map(|s| format!(" {} ", s.name))
        .collect()
}

/// True for the name of a body, or part of one, rather than of an event.
fn is_of_body(name: &str, bodies: &BTreeSet<String>) -> bool {
    let last = name.rsplit(' ').next().unwrap_or(name);
    let words = format!(" {name} ");
    describes_body(last) || bodies.iter().any(|body| body.contains(&words))
}

/// A word without its possessive ending.
fn unowned(word: &str) -> &str {
    word.strip_suffix("'s").or_else(|| word.strip_suffix("’s")).unwrap_or(word)
}

/// The word that distinguishes a named event from others of its kind, folded.
fn telling(name: &str) -> String {
    let name = unowned(name);
    let last = name.rsplit(' ').next().unwrap_or(name);
    let word = if words::is(Set::NamedEvents, last) { name.split(' ').next().unwrap_or(name) } else { last };
    word.to_lowercase()
}

fn is_name(w: &word::Word<'_>) -> bool {
    w.text.starts_with(char::is_uppercase) && w.text.chars().skip(1).any(char::is_lowercase)
}

/// The names of events in a text: "Hurricane Ada", "Brook Fire".
pub(crate) fn names(text: &str) -> Vec<Span> {
    let words: Vec<word::Word<'_>> = word::words(text).collect();
    words
        .windows(2)
        .filter_map(|pair| {
            let [first, second] = pair else { return None };
            let beside = text.get(first.end()..second.start) == Some(" ");
            let name = is_name;
            let storm = words::is(Set::Storms, first.text) && name(second);
            let named = words::is(Set::NamedEvents, second.text)
                && name(first)
                && !first.first
                && !matches!(first.text, "The" | "This" | "A" | "That");
            (beside && (storm || named)).then(|| Span::new(first.start, second.end()))
        })
        .collect()
}

/// The event that a figure is of, by its days. `own`: its own part of its sentence; `begun`: the day of the story's first report.
fn event_of(entry: &Entry<'_>, figure: &Figure, own: Span, begun: Option<Date>) -> EventOf {
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
    let words = own.cut(text).to_lowercase();
    let compares = words.split(|c: char| !c.is_alphanumeric()).any(|w| words::is(Set::Superlative, w));
    for time in entry.reading.times.iter().filter(|t| own.contains(t.span)) {
        let (Some(start), end) = (time.start, time.end) else { continue };
        let since = time.relation == TimeRelation::Since
            || follows(text, time, &["since"])
            || is_since(text.get(figure.span.end..time.span.start).unwrap_or(""));
        if since && long_ago(start) && time.span.start >= figure.span.end {
            if compares {
                continue;
            }
            return EventOf::Wider { period: Period(start, published.unwrap_or(begun)) };
        }
        let Some(end) = end.or(Some(start)).filter(|end| long_ago(*end)) else { continue };
        let compared = since || follows(text, time, COMPARED);
        if compared {
            let between = text.get(time.span.end..figure.span.end).unwrap_or("");
            let relative = between
                .split(|c: char| !c.is_alphanumeric())
                .any(|w| words::is(Set::Relative, &w.to_lowercase()));
            if !relative {
                continue;
            }
        }
        return EventOf::Earlier { period: Period(start, end) };
    }
    let year = year_of_event(entry, text, own).filter(|(_, end)| long_ago(*end) && !compares);
    year.map_or(EventOf::This, |(start, end)| EventOf::Earlier { period: Period(start, end) })
}

/// The year by which the event at the start of a figure's own words is named ("the flood of 1978 killed 90 people"), if the
/// reading has no time there.
fn year_of_event(entry: &Entry<'_>, text: &str, own: Span) -> Option<(Date, Date)> {
    let words = own.cut(text);
    words.match_indices(" of ").find_map(|(at, of)| {
        let from = own.start + at + of.len();
        let year = text.get(from..from + YEAR)?;
        let span = Span::new(from, from + YEAR);
        let ends = text.get(span.end..)?.chars().next().is_none_or(|c| !c.is_alphanumeric() && c != ',');
        let number = entry.reading.figures.iter().any(|f| f.number.overlaps(span));
        let compared =
            words.get(..at)?.split_whitespace().any(|w| COMPARED.contains(&w.to_lowercase().as_str()));
        (ends && !number && !compared && year.starts_with(['1', '2'])).then_some(())?;
        Some((Date::parse(&format!("{year}-01-01"))?, Date::parse(&format!("{year}-12-31"))?))
    })
}

/// True if one of these words is right before a time.
fn follows(text: &str, time: &TimeExpression, words: &[&str]) -> bool {
    let before = text.get(..time.span.start).unwrap_or("");
    let last = before.split_whitespace().rev().find(|w| !matches!(*w, "the" | "in" | "of"));
    words.iter().any(|w| {
        last.is_some_and(|l| l.eq_ignore_ascii_case(w))
            || time.span.cut(text).to_lowercase().split_whitespace().next() == Some(w)
    })
}

/// True if the words between a figure and a time begin to say since what the figure, or what it is compared with, is: "the worst since
/// the two signed a truce in (1994)".
fn is_since(between: &str) -> bool {
    let clause = between.rsplit([',', ';', '.']).next().unwrap_or(between);
    clause.split_whitespace().any(|word| word.eq_ignore_ascii_case("since"))
}

/// True if two figures are about one event; earlier ones must overlap in time.
pub(crate) fn same(a: &EventOf, b: &EventOf) -> bool {
    let meet = |p: &Period, q: &Period| p.0 <= q.1 && q.0 <= p.1;
    match (a, b) {
        (EventOf::This, EventOf::This) => true,
        (EventOf::Earlier { period: p }, EventOf::Earlier { period: q }) => meet(p, q),
        (EventOf::Wider { period: p }, EventOf::Wider { period: q }) => p.0 == q.0,
        (EventOf::Other { name: a }, EventOf::Other { name: b }) => telling(a) == telling(b),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_have_names() {
        let text = "Hurricane Ada came after Tropical Storm Bert. The Brook Fire burns; fire crews left. Fire Brigade.";
        assert_eq!(
            names(text).iter().map(|span| span.cut(text)).collect::<Vec<_>>(),
            ["Hurricane Ada", "Storm Bert", "Brook Fire"]
        );
    }
}
