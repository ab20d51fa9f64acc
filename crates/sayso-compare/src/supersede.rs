//! Which values have been superseded by a later one of the same origin.

use std::collections::BTreeMap;

use sayso_model::{
    Date, Number,
    story::{Claim, Independence, Point, PointRef, Scope, Series, Status},
};

use crate::{
    bounds,
    category::only_grows,
    own::{self, Own},
    points::{bodies, time_of},
};

/// A point and its sort key.
struct Said {
    time: Option<Date>,
    hour: Option<i64>,
    /// Reported as an earlier value.
    had_been: bool,
    at: PointRef,
    value: Option<bounds::Value>,
    number: Option<Number>,
    on: Option<Date>,
}

/// A value is superseded by the next different one of the same origin, or of one that speaks for the same body. Within a day the
/// times of the reports decide, if they are stated (`instants`, one per report); then a count that only grows is not superseded
/// by a lower one, which the later report may merely have picked up late. Increments, parts and counts of an unknown part
/// supersede nothing.
pub(crate) fn supersede(claims: &mut [Claim], owns: &[Own], instants: &[Option<i64>]) {
    // What the first report of a value calls an earlier value.
    let had_been =
        |p: &Point| p.reports.first().and_then(|a| own::of(owns, a)).is_some_and(|own| own.is_earlier);
    let hour = |p: &Point| p.reports.first().and_then(|a| instants.get(a.mark.report).copied().flatten());
    for (claim, c) in claims.iter_mut().enumerate() {
        let replaces = !matches!(c.scope, Scope::Added { .. } | Scope::Part | Scope::OneOfSeveral);
        let grows = only_grows(&c.category);
        // What each body has said, in chronological order; series without a named origin separately.
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

/// Whose value has superseded one of this origin, in words: "the same origin", or another that speaks for the same body.
#[must_use]
pub fn superseded_by(claims: &[Claim], of: Option<&Series>, by: PointRef) -> String {
    let other = claims.get(by.claim).and_then(|c| c.series.get(by.series));
    let body = |s: &Series| match &s.independence {
        Independence::SharesParent { parent, .. } => Some(parent.clone()),
        _ => None,
    };
    let names = of.and_then(|s| s.name.as_deref()).zip(other.and_then(|s| s.name.as_deref()));
    let Some((_, name)) = names.filter(|(own, name)| own != name) else {
        return "the same origin".to_owned();
    };
    // Either of the two may be the one that is said to share the body.
    let shared = of.and_then(body).or_else(|| other.and_then(body));
    match shared.filter(|body| body != name) {
        Some(body) => format!("{name}, also for {body}"),
        None => name.to_owned(),
    }
}
