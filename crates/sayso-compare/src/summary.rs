//! Summarises the values of a claim.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet},
};

use sayso_model::{
    Number,
    story::{Claim, Independence, Point, PointRef, Status, Summary},
};

use crate::points::{bodies, is_withdrawn, time_of};

/// The summary rule, in words.
pub const SUMMARY_RULE: &str = "Newest value of each counted origin that is not corrected, denied or disowned; of origins \
that share a body only the first, unnamed origins only where no named one is there. Low: the lowest lower bound or value; none \
if an open-ended value ('nearly 300') may be lower. High: the highest upper bound or value. Best: the value that most origins \
share, else the newest; of several of one day that of the origin that most reports tell of, else the nearest to what such an \
origin gave, else the lower. No average.";

/// Summarises every claim by [`SUMMARY_RULE`].
pub(crate) fn summarise(claims: &mut [Claim]) {
    for (claim, c) in claims.iter_mut().enumerate() {
        let bodies = bodies(c);
        let mut of_body: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for (series, body) in bodies.iter().enumerate() {
            of_body.entry(*body).or_default().push(series);
        }
        let newest = |wanted: fn(&Independence) -> bool| -> Vec<(PointRef, &Point)> {
            let counted = c.series.iter().enumerate().filter(|(_, s)| wanted(&s.independence));
            counted
                .filter_map(|(first, _)| {
                    // Another speaker for the same body continues its count.
                    let series = of_body.get(&first)?.iter();
                    series
                        .filter_map(|series| Some((*series, c.series.get(*series)?)))
                        .flat_map(|(series, s)| {
                            let points = s.points.iter().enumerate();
                            points.map(move |(point, p)| (PointRef { claim, series, point }, p))
                        })
                        .filter(|(_, p)| p.statuses.contains(&Status::Current) && !is_withdrawn(p))
                        .max_by_key(|(at, p)| (time_of(p), *at))
                })
                .collect()
        };
        let named = newest(|i| *i == Independence::Independent);
        let independent = named.len();
        let inputs = if named.is_empty() { newest(|i| *i == Independence::NotEstablished) } else { named };
        let lows = inputs.iter().filter_map(|(_, p)| {
            let value = &p.value;
            // The number in "nearly 300" is an upper end only.
            value.low.or(value.best.or(value.high).filter(|_| !value.high_exclusive))
        });
        let highs = inputs.iter().filter_map(|(_, p)| p.value.high.or(p.value.best).or(p.value.low));
        let summary = Summary {
            low: lows.min().filter(|low| at_least(&inputs, *low)),
            best: best(c, &inputs),
            high: highs.max(),
            open_above: inputs.iter().any(|(_, p)| p.value.low.is_some() && p.value.high.is_none()),
            independent,
            rule: SUMMARY_RULE.to_owned(),
            inputs: inputs.iter().map(|(at, _)| *at).collect(),
        };
        c.summary = summary;
    }
}

/// True if no value may lie below a lower bound, as "nearly 300" may below 320.
fn at_least(inputs: &[(PointRef, &Point)], low: Number) -> bool {
    let middle = |p: &Point| p.value.best.or(p.value.high).or(p.value.low);
    inputs.iter().all(|(_, p)| middle(p).is_none_or(|middle| middle >= low))
}

fn best(claim: &Claim, inputs: &[(PointRef, &Point)]) -> Option<Number> {
    let given = || inputs.iter().filter_map(|(at, p)| Some((p.value.best?, time_of(p), told(claim, *at))));
    let mut shared: BTreeMap<Number, usize> = BTreeMap::new();
    for (value, ..) in given() {
        *shared.entry(value).or_default() += 1;
    }
    let most_told = given().max_by_key(|(value, day, told)| (*told, *day, Reverse(*value)));
    let far = |value: Number| most_told.map(|(most, ..)| (value.to_f64() - most.to_f64()).abs());
    given()
        .max_by(|(a, x, many), (b, y, more)| {
            let support = shared.get(a).cmp(&shared.get(b)).then(x.cmp(y)).then(many.cmp(more));
            let (far_a, far_b) = (far(*a).unwrap_or(0.0), far(*b).unwrap_or(0.0));
            support.then(far_b.total_cmp(&far_a)).then(b.cmp(a))
        })
        .map(|(value, ..)| value)
}

/// How many reports tell of the series that a point belongs to.
fn told(claim: &Claim, at: PointRef) -> usize {
    let points = claim.series.get(at.series).map(|s| s.points.as_slice()).unwrap_or_default();
    let reports = points.iter().flat_map(|p| &p.reports).map(|a| a.mark.report);
    reports.collect::<BTreeSet<_>>().len()
}
