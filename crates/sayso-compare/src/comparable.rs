//! Whether two values can be compared, and how they differ if they cannot.
//!
//! Each aspect of what a value is about is checked separately, so that all differences are named.

use std::collections::BTreeSet;

use sayso_model::{
    Category, Date, Period,
    story::{About, Bounds, Claim, Difference, EventOf, Mismatch, Point, PointRef, Scope, Status, Story},
};

use crate::{
    bounds,
    category::is_loss,
    data::fold,
    day, event,
    points::{self, is_withdrawn, point, time_of},
};

/// Maximum number of mismatches listed for a story; more would bury what matters.
const MISMATCHES: usize = 60;
/// Days within which readers would compare two values.
const NEAR: i64 = 6;
/// Number of following values that each value is checked against for a mismatch.
const NEIGHBOURS: usize = 64;

/// How two values differ: first what keeps them from being compared, the broadest aspect first, then what only the words around
/// them say ([`About`]). Empty for two values of one claim and one day.
#[must_use]
pub fn differences(claims: &[Claim], a: PointRef, b: PointRef) -> Vec<Difference> {
    let mut found = set_apart(claims, a, b);
    for what in told_apart(claims, a, b) {
        if !found.contains(&what) {
            found.push(what);
        }
    }
    found
}

/// How the words around two comparable values differ: in place, in how the people were counted, in what happened to them; and in
/// time, if the hour of either is unknown or one of the counts is said to have changed.
fn told_apart(claims: &[Claim], a: PointRef, b: PointRef) -> Vec<Difference> {
    let (Some(p), Some(q)) = (point(claims, a), point(claims, b)) else { return Vec::new() };
    let fixed = [a, b].iter().any(|at| claims.get(at.claim).is_some_and(is_fixed));
    let of = |point: &Point, aspect: fn(&About) -> &Vec<String>| -> BTreeSet<String> {
        point.reports.iter().flat_map(|r| aspect(&r.about)).map(|words| fold(words)).collect()
    };
    let both = |aspect: fn(&About) -> &Vec<String>| (of(p, aspect), of(q, aspect));
    let disjoint =
        |(x, y): (BTreeSet<String>, BTreeSet<String>)| !x.is_empty() && !y.is_empty() && x.is_disjoint(&y);
    let losses = [a, b].iter().all(|at| claims.get(at.claim).is_some_and(|c| is_loss(&c.category)));
    let (x, y) = both(|about| &about.definitions);
    let moved = |point: &Point| point.reports.iter().any(|r| r.about.moved);
    let told_in = |point: &Point| point.reports.iter().map(|r| r.mark.report).collect::<BTreeSet<_>>();
    let stated = |point: &Point| point.as_of.or(point.on).is_some();
    let apart = told_in(p).is_disjoint(&told_in(q)) && !(stated(p) && stated(q));
    let numbers = bounds::central(&p.value) != bounds::central(&q.value);
    [
        (Difference::Event, losses && disjoint(both(|about| &about.events))),
        (Difference::Definition, x != y),
        (Difference::Place, disjoint(both(|about| &about.places))),
        (Difference::Time, !fixed && numbers && (apart || moved(p) || moved(q))),
    ]
    .into_iter()
    .filter(|(_, differ)| *differ)
    .map(|(what, _)| what)
    .collect()
}

/// The differences between two values that keep them from being compared, the broadest aspect first.
fn set_apart(claims: &[Claim], a: PointRef, b: PointRef) -> Vec<Difference> {
    let (Some(x), Some(y)) = (claims.get(a.claim), claims.get(b.claim)) else {
        return vec![Difference::Category];
    };
    let mut found = Vec::new();
    let mut ask = |differ: bool, what: Difference| {
        if differ {
            found.push(what);
        }
    };
    ask(!event::same(&x.event, &y.event), Difference::Event);
    ask(x.category != y.category, Difference::Category);
    ask(x.definition != y.definition, Difference::Definition);
    ask(x.modality != y.modality, Difference::Modality);
    ask(x.unit != y.unit, Difference::Unit);
    ask(x.group != y.group, Difference::Group);
    let one_scope = a.claim == b.claim;
    let part = |s: &Scope| matches!(s, Scope::Part | Scope::Added { .. } | Scope::OneOfSeveral);
    ask((part(&x.scope) || part(&y.scope)) && !(one_scope && x.scope == Scope::Part), Difference::Part);
    let period = |s: &Scope| matches!(s, Scope::During { .. });
    ask(!one_scope && (period(&x.scope) || period(&y.scope)), Difference::Period);
    ask(!one_scope && places(&x.scope) != places(&y.scope), Difference::Place);
    if let (Some(p), Some(q)) = (point(claims, a), point(claims, b)) {
        let fixed = is_fixed(x) && is_fixed(y);
        ask(
            !fixed && (time_of(p).is_none() || time_of(p) != time_of(q) || replaced(p, b, q, a)),
            Difference::Time,
        );
    }
    found
}

/// True if one of two values has replaced the other.
fn replaced(p: &Point, b: PointRef, q: &Point, a: PointRef) -> bool {
    let by = |point: &Point, other: PointRef| {
        point.statuses.iter().any(|s| match s {
            Status::Superseded { by, .. } => *by == other,
            Status::Corrected { .. } => true,
            _ => false,
        })
    };
    by(p, b) || by(q, a)
}

/// True for counts that do not change whenever they are reported: of an earlier event, of given days, of those aboard.
pub(crate) fn is_fixed(claim: &Claim) -> bool {
    matches!(claim.event, EventOf::Earlier { .. } | EventOf::Wider { .. })
        || matches!(claim.scope, Scope::During { .. })
        || claim.category == Category::ABOARD
}

fn places(scope: &Scope) -> &[String] {
    match scope {
        Scope::At { places } | Scope::During { places, .. } | Scope::Added { places } => places,
        _ => &[],
    }
}

/// The comparison of two values: what each is about, how they differ, and what follows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comparison {
    /// What the first value is about.
    pub a: String,
    /// What the second value is about.
    pub b: String,
    /// The differences, with the words for both values.
    pub differ: Vec<(Difference, String)>,
    /// The conclusion.
    pub verdict: String,
}

/// Compares two values aspect by aspect.
#[must_use]
pub fn compare(story: &Story, a: PointRef, b: PointRef) -> Option<Comparison> {
    let claims = &story.claims;
    let (x, y) = (claims.get(a.claim)?, claims.get(b.claim)?);
    let (p, q) = (point(claims, a)?, point(claims, b)?);
    let found = differences(claims, a, b);
    let set_apart = set_apart(claims, a, b);
    let differ: Vec<(Difference, String)> =
        found.iter().map(|d| (*d, format!("{} against {}", words(*d, x, p), words(*d, y, q)))).collect();
    let in_conflict =
        story.conflicts.iter().find(|c| (c.lower, c.higher) == (a, b) || (c.lower, c.higher) == (b, a));
    let origin = |at: PointRef| claims.get(at.claim).and_then(|c| c.series.get(at.series)).map(|s| s.origin);
    let verdict = if let Some(conflict) = in_conflict {
        format!("in conflict: {}", conflict.time)
    } else if set_apart.iter().any(|d| *d != Difference::Time) {
        let aspects: Vec<&str> = set_apart.iter().map(|d| aspect(*d)).collect();
        format!("not compared: other {}", aspects.join(", other "))
    } else if !bounds::disjoint(&p.value, &q.value) {
        "both can hold: their ranges meet".to_owned()
    } else if origin(a) == origin(b) {
        "one origin: the later value supersedes the earlier".to_owned()
    } else if set_apart.is_empty() {
        "about the same thing and day, but no conflict: both come from one body, or one was taken back"
            .to_owned()
    } else {
        "for different days: one may have become the other".to_owned()
    };
    Some(Comparison { a: about(x, p), b: about(y, q), differ, verdict })
}

/// Describes what a value is about.
fn about(claim: &Claim, p: &Point) -> String {
    let asked = [
        Difference::Category,
        Difference::Group,
        Difference::Event,
        Difference::Definition,
        Difference::Part,
        Difference::Period,
        Difference::Place,
        Difference::Modality,
        Difference::Time,
    ];
    asked.map(|d| words(d, claim, p)).join("; ")
}

/// The name of an aspect.
#[must_use]
pub fn aspect(difference: Difference) -> &'static str {
    match difference {
        Difference::Category => "category",
        Difference::Event => "event",
        Difference::Definition => "definition",
        Difference::Period => "period",
        Difference::Part => "part",
        Difference::Place => "place",
        Difference::Group => "group",
        Difference::Unit => "unit",
        Difference::Modality => "modality",
        Difference::Time => "time",
        _ => "something else",
    }
}

/// Describes one aspect of a value.
fn words(difference: Difference, claim: &Claim, p: &Point) -> String {
    let days = |period: &Period| format!("{} to {}", period.0, period.1);
    match difference {
        Difference::Category => claim.category.as_str().replace('_', " "),
        Difference::Event => match &claim.event {
            EventOf::This => told("this event", p, |about| &about.events),
            EventOf::Earlier { period } => format!("an earlier event, {}", days(period)),
            EventOf::Wider { period } => format!("a longer course of events, {}", days(period)),
            EventOf::Other { name } => format!("another event, {name}"),
            _ => "another event".to_owned(),
        },
        Difference::Definition => claim
            .definition
            .clone()
            .unwrap_or_else(|| told("no definition given", p, |about| &about.definitions)),
        Difference::Period => match &claim.scope {
            Scope::During { period, .. } => days(period),
            _ => "all so far".to_owned(),
        },
        Difference::Part => match &claim.scope {
            Scope::Part => "a part of another count".to_owned(),
            Scope::Added { .. } => "on top of an earlier count".to_owned(),
            Scope::OneOfSeveral => "one of several counts of its report".to_owned(),
            _ => "a whole".to_owned(),
        },
        Difference::Place => match places(&claim.scope) {
            [] => told("no place of its own", p, |about| &about.places),
            places => places.join(", "),
        },
        Difference::Group => claim.group.clone().unwrap_or_else(|| "all".to_owned()),
        Difference::Unit => claim.unit.clone().unwrap_or_else(|| "no unit".to_owned()),
        Difference::Modality => format!("{:?}", claim.modality).to_lowercase(),
        Difference::Time => time_of(p).map_or_else(|| "no day known".to_owned(), |d| d.to_string()),
        _ => String::new(),
    }
}

/// Describes an aspect that does not keep values apart, with the words around the value that express it.
fn told(plain: &str, p: &Point, aspect: fn(&About) -> &Vec<String>) -> String {
    let words: BTreeSet<&str> = p.reports.iter().flat_map(|r| aspect(&r.about)).map(String::as_str).collect();
    if words.is_empty() {
        return plain.to_owned();
    }
    format!("{plain} (told of: {})", words.into_iter().collect::<Vec<_>>().join(", "))
}

/// Pairs that readers could take for a contradiction although they are none: from different origins, close in time, with disjoint
/// ranges, and different in what is counted.
pub(crate) fn mismatches(claims: &[Claim]) -> Vec<Mismatch> {
    let mut losses: Vec<(Date, PointRef, &Claim, &Point)> = points::all(claims)
        .filter(|(_, c, p)| is_loss(&c.category) && !is_withdrawn(p))
        .filter(|(at, c, _)| c.series.get(at.series).is_some_and(|s| s.name.is_some()))
        .filter_map(|(at, c, p)| Some((time_of(p)?, at, c, p)))
        .collect();
    losses.sort_by_key(|(time, at, ..)| (*time, *at));
    let mut found = Vec::new();
    let mut seen: BTreeSet<(Value, Value)> = BTreeSet::new();
    for (n, (time, at, c, p)) in losses.iter().enumerate() {
        if found.len() >= MISMATCHES {
            break;
        }
        for (other_time, other, d, q) in losses.iter().skip(n + 1).take(NEIGHBOURS) {
            if day::between(*time, *other_time) > NEAR || found.len() >= MISMATCHES {
                break;
            }
            let origin = |at: &PointRef, c: &Claim| c.series.get(at.series).and_then(|s| s.origin);
            if at.claim == other.claim
                || origin(at, c) == origin(other, d)
                || !bounds::disjoint(&p.value, &q.value)
            {
                continue;
            }
            let why = set_apart(claims, *at, *other).into_iter().find(|d| *d != Difference::Time);
            // The same pair of numbers is listed once.
            if overlap(&c.category, &d.category)
                && let Some(why) = why
                && seen.insert((bounds_key(at.claim, &p.value), bounds_key(other.claim, &q.value)))
            {
                found.push(Mismatch { why, a: *at, b: *other });
            }
        }
    }
    found
}

type Value = (usize, Option<bounds::Value>);

fn bounds_key(claim: usize, value: &Bounds) -> Value {
    (claim, bounds::value(value))
}

/// True for two categories that may be mistaken for each other.
fn overlap(a: &Category, b: &Category) -> bool {
    let hurt = [Category::KILLED, Category::INJURED, Category::KILLED_OR_INJURED];
    let both = *a == Category::KILLED_OR_INJURED || *b == Category::KILLED_OR_INJURED;
    let all = *a == Category::CASUALTIES || *b == Category::CASUALTIES;
    a == b || all || (both && hurt.contains(a) && hurt.contains(b))
}
