//! Which values a later one of the same origin has taken the place of.

use std::collections::BTreeMap;

use sayso_model::{
    Date, Number,
    story::{Claim, Point, PointRef, Scope, Status},
};

use crate::{
    Entry, bounds,
    category::only_grows,
    clause,
    points::{bodies, time_of},
};

/// A point with what orders it.
struct Said {
    time: Option<Date>,
    hour: Option<i64>,
    /// Told as what it had been before.
    had_been: bool,
    at: PointRef,
    value: Option<bounds::Value>,
    number: Option<Number>,
    on: Option<Date>,
}

/// A value is superseded by the next other one of the same origin, or of one that speaks for the same body. Within a day
/// the hours of the reports decide, where they are stated (`instants`, for each report); there a count that only grows is
/// not superseded by a lower one, which the later report may only have picked up late. Additions, parts and counts of which
/// nothing says what they are of take nothing's place.
pub(crate) fn supersede(claims: &mut [Claim], entries: &[Entry<'_>], instants: &[Option<i64>]) {
    // What the first report of a value tells as having been before.
    let had_been = |p: &Point| {
        let first = p.reports.first().and_then(|a| Some((entries.get(a.mark.report)?, a.mark.span)));
        first.is_some_and(|(entry, span)| clause::is_earlier_value(&entry.reading.report.text, span))
    };
    let hour = |p: &Point| p.reports.first().and_then(|a| instants.get(a.mark.report).copied().flatten());
    for (claim, c) in claims.iter_mut().enumerate() {
        let replaces = !matches!(c.scope, Scope::Added { .. } | Scope::Part | Scope::OneOfSeveral);
        let grows = only_grows(&c.category);
        // What each body has said in the order of time; of nobody named each outlet-less line for itself.
        let mut said: BTreeMap<usize, Vec<Said>> = BTreeMap::new();
        for ((series, s), body) in c.series.iter().enumerate().zip(bodies(c)) {
            said.entry(body).or_default().extend(s.points.iter().enumerate().map(|(point, p)| Said {
                time: time_of(p),
                hour: hour(p),
                had_been: had_been(p),
                at: PointRef { claim, series, point },
                value: bounds::value(&p.value),
                number: bounds::central(&p.value),
                on: p.on.or(p.known_by),
            }));
        }
        let mut newer: BTreeMap<PointRef, (Option<Date>, PointRef)> = BTreeMap::new();
        for mut line in said.into_values().filter(|_| replaces) {
            line.sort_by_key(|s| (s.time, s.hour, !s.had_been, s.at));
            for (n, this) in line.iter().enumerate().filter(|(_, s)| s.time.is_some()) {
                let later = |other: &&Said| {
                    let by_the_hour = matches!((other.hour, this.hour), (Some(a), Some(b)) if a > b)
                        && (!grows || this.number < other.number);
                    other.value != this.value
                        && (other.time > this.time
                            || other.time == this.time && (by_the_hour || this.had_been && !other.had_been))
                };
                if let Some(other) = line.iter().skip(n + 1).find(later) {
                    newer.insert(this.at, (other.on, other.at));
                }
            }
        }
        for (series, s) in c.series.iter_mut().enumerate() {
            for (point, p) in s.points.iter_mut().enumerate() {
                p.statuses.push(match newer.get(&PointRef { claim, series, point }) {
                    Some((on, by)) => Status::Superseded { on: *on, by: *by },
                    None => Status::Current,
                });
            }
        }
    }
}
