//! Iterates over the values of claims, finds them and marks them.

use sayso_model::{
    Date,
    story::{Appearance, Claim, Independence, Point, PointRef, Status},
};

/// The date for which a point holds, if known.
pub(crate) fn time_of(point: &Point) -> Option<Date> {
    point.as_of.or(point.on).or(point.known_by)
}

/// All points of claims, with references to them.
pub(crate) fn all(claims: &[Claim]) -> impl Iterator<Item = (PointRef, &Claim, &Point)> {
    claims.iter().enumerate().flat_map(|(claim, c)| {
        c.series.iter().enumerate().flat_map(move |(series, s)| {
            s.points.iter().enumerate().map(move |(point, p)| (PointRef { claim, series, point }, c, p))
        })
    })
}

/// The point that a reference refers to.
#[must_use]
pub fn point(claims: &[Claim], at: PointRef) -> Option<&Point> {
    claims.get(at.claim)?.series.get(at.series)?.points.get(at.point)
}

/// Pairs of tellings of two points in the same report. A point's tellings are in the order of the reports.
pub(crate) fn together<'p>(
    a: &'p Point,
    b: &'p Point,
) -> impl Iterator<Item = (&'p Appearance, &'p Appearance)> {
    let (few, many) = if a.reports.len() <= b.reports.len() { (a, b) } else { (b, a) };
    few.reports.iter().flat_map(move |x| {
        let from = many.reports.partition_point(|y| y.mark.report < x.mark.report);
        let rest = many.reports.get(from..).unwrap_or_default();
        rest.iter().take_while(|y| y.mark.report == x.mark.report).map(move |y| (x, y))
    })
}

/// True if one report gives both points.
pub(crate) fn in_one_report(a: &Point, b: &Point) -> bool {
    together(a, b).next().is_some()
}

/// Adds a status to a point.
pub(crate) fn add(claims: &mut [Claim], at: PointRef, status: Status) {
    let found = claims
        .get_mut(at.claim)
        .and_then(|c| c.series.get_mut(at.series))
        .and_then(|s| s.points.get_mut(at.point));
    if let Some(point) = found
        && !point.statuses.contains(&status)
    {
        point.statuses.push(status);
    }
}

/// For each series of a claim, the index of the first series that speaks for the same body; its own if none does.
pub(crate) fn bodies(claim: &Claim) -> Vec<usize> {
    let mut by_origin = std::collections::BTreeMap::new();
    let mut bodies: Vec<usize> = Vec::with_capacity(claim.series.len());
    for (at, series) in claim.series.iter().enumerate() {
        let with = match &series.independence {
            Independence::SharesParent { with, .. } => by_origin.get(with).copied(),
            _ => None,
        };
        // The other series is an earlier one, whose body is known.
        bodies.push(with.and_then(|n: usize| bodies.get(n).copied()).unwrap_or(at));
        if let Some(origin) = series.origin {
            by_origin.entry(origin).or_insert(at);
        }
    }
    bodies
}

/// True for what its outlet or its origin has retracted. What others deny is a contradiction.
pub(crate) fn is_taken_back(point: &Point) -> bool {
    point.statuses.iter().any(|s| matches!(s, Status::Corrected { .. } | Status::Disowned { .. }))
}

/// True for what is retracted or denied.
pub(crate) fn is_withdrawn(point: &Point) -> bool {
    is_taken_back(point) || point.statuses.iter().any(|s| matches!(s, Status::Denied { .. }))
}
