//! The value by which a story is known: the one that every list, page and brief leads with.

use sayso_model::{
    Modality,
    story::{Claim, EventOf, Point, PointRef, Scope, Status},
};

use crate::points::{is_withdrawn, point, time_of};

/// The value of a category by which a story is known: the best one ([`crate::SUMMARY_RULE`]) of the total that most reports tell
/// of, as its origin gave it. Counts of parts, of other events and by another definition are none, nor are rates, nor what has
/// been superseded, retracted or denied. Where no origin is named for any total, the newest value. `None` if there is none.
#[must_use]
pub fn lead(claims: &[Claim], category: &str) -> Option<PointRef> {
    let whole = |c: &Claim| {
        c.category.as_str() == category
            && c.scope == Scope::Total
            && c.event == EventOf::This
            && c.definition.is_none()
            && c.unit.is_none()
            && c.modality == Modality::Asserted
    };
    let led = claims.iter().enumerate().filter(|(_, c)| whole(c)).filter_map(|(claim, c)| {
        let at = of_claim(claims, claim, c)?;
        let told: usize = c.series.iter().flat_map(|s| &s.points).map(|p| p.reports.len()).sum();
        let some = value(point(claims, at)?).is_some_and(|value| value > 0.0);
        Some(((some, !c.summary.inputs.is_empty(), told, std::cmp::Reverse(claim)), at))
    });
    led.max_by_key(|(weight, _)| *weight).map(|(_, at)| at)
}

/// The point of a claim that gives its best value.
fn of_claim(claims: &[Claim], claim: usize, c: &Claim) -> Option<PointRef> {
    let all = c
        .series
        .iter()
        .enumerate()
        .flat_map(|(series, s)| (0..s.points.len()).map(move |point| PointRef { claim, series, point }));
    let stands = |p: &Point| p.statuses.contains(&Status::Current) && !is_withdrawn(p);
    let weight = |at: &PointRef| {
        let p = point(claims, *at)?;
        let counted = c.summary.inputs.contains(at);
        let best = counted && p.value.best.is_some() && p.value.best == c.summary.best;
        let verified = !p.statuses.iter().any(|s| matches!(s, Status::Unverified { .. }));
        let weight = (best, counted, verified, time_of(p), p.distinct_reports(), std::cmp::Reverse(*at));
        (stands(p) && value(p).is_some()).then_some(weight)
    };
    all.filter(|at| weight(at).is_some()).max_by_key(weight)
}

fn value(p: &Point) -> Option<f64> {
    p.value.best.or(p.value.low).or(p.value.high).map(|n| n.to_f64())
}
