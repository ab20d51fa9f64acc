//! What has happened to values since: superseded, in conflict, corrected, denied, disowned, unverified; and what the
//! claims come to.

use std::collections::{BTreeMap, BTreeSet};

use sayso_model::{
    Category, Date, Number, Span,
    story::{
        Bounds, Claim, Conflict, Contradiction, CorrectionLink, Difference, Independence, Mismatch, Point,
        PointRef, Scope, Status, StoryMark, Summary,
    },
};

use crate::{
    Entry, bounds,
    category::{is_loss, only_grows},
    claims::Denial,
    data::{Standing, standings},
    day, outlet,
    speakers::Cast,
};

/// Days apart at which two totals are still taken to be of one time, the later one the higher.
const SAME_TIME: i64 = 3;
/// The same for counts that go up and down.
const SAME_DAY: i64 = 1;
/// Days after which a total below an earlier one is taken to count something else.
const ONE_EVENT: i64 = 60;
/// The category of those on board of something: one number, whenever it is told.
const ABOARD: &str = "aboard";
/// Mismatches listed for a story; more would bury what matters.
const MISMATCHES: usize = 60;
/// Bytes after a figure in which a report may say that it stands on nobody's word.
const REMARK_WITHIN: usize = 400;

/// The rule by which claims are summed up, in words.
pub const SUMMARY_RULE: &str = "Newest value of each counted origin that is not corrected, denied or disowned; of origins \
that share a body only the first, unnamed origins only where no named one is there. Low: the lowest lower bound or value. \
High: the highest upper bound or value. Best: the value that most origins share, else the newest, else the lower. No average.";

/// The day for which a point holds, as far as it is known.
pub(crate) fn time_of(point: &Point) -> Option<Date> {
    point.as_of.or(point.on).or(point.known_by)
}

fn points(claims: &[Claim]) -> impl Iterator<Item = (PointRef, &Claim, &Point)> {
    claims.iter().enumerate().flat_map(|(claim, c)| {
        c.series.iter().enumerate().flat_map(move |(series, s)| {
            s.points.iter().enumerate().map(move |(point, p)| (PointRef { claim, series, point }, c, p))
        })
    })
}

/// The point that a reference names.
#[must_use]
pub fn point(claims: &[Claim], at: PointRef) -> Option<&Point> {
    claims.get(at.claim)?.series.get(at.series)?.points.get(at.point)
}

fn add(claims: &mut [Claim], at: PointRef, status: Status) {
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

/// The series of the body for which a series speaks, by its place: its own where it shares none with an earlier one.
fn body(claim: &Claim, series: usize) -> usize {
    let mut at = series;
    // Each step leads to an earlier series.
    while let Some(Independence::SharesParent { with, .. }) = claim.series.get(at).map(|s| &s.independence) {
        match claim.series.iter().position(|s| s.origin == Some(*with)).filter(|n| *n < at) {
            Some(earlier) => at = earlier,
            None => break,
        }
    }
    at
}

/// A point with what orders it.
struct Said {
    time: Option<Date>,
    hour: Option<i64>,
    at: PointRef,
    value: Bounds,
    on: Option<Date>,
}

/// A value is superseded by the next other one of the same origin, or of one that speaks for the same body. Within a day
/// the hours of the reports decide, where they are stated (`instants`, for each report); there a count that only grows is
/// not superseded by a lower one, which the later report may only have picked up late.
pub(crate) fn supersede(claims: &mut [Claim], instants: &[Option<i64>]) {
    let hour = |p: &Point| p.reports.first().and_then(|a| instants.get(a.mark.report).copied().flatten());
    for (claim, c) in claims.iter_mut().enumerate() {
        let bodies: Vec<usize> = (0..c.series.len()).map(|series| body(c, series)).collect();
        let grows = only_grows(&c.category);
        let mut said: Vec<Said> = Vec::new();
        for (series, s) in c.series.iter().enumerate() {
            said.extend(s.points.iter().enumerate().map(|(point, p)| Said {
                time: time_of(p),
                hour: hour(p),
                at: PointRef { claim, series, point },
                value: p.value,
                on: p.on.or(p.known_by),
            }));
        }
        said.sort_by_key(|s| (s.time, s.hour, s.at));
        for (series, s) in c.series.iter_mut().enumerate() {
            for p in &mut s.points {
                let (time, own_hour) = (time_of(p), hour(p));
                let newer = said.iter().find(|other| {
                    let later_hour = matches!((other.hour, own_hour), (Some(a), Some(b)) if a > b)
                        && (!grows || bounds::central(&p.value) < bounds::central(&other.value));
                    bodies.get(other.at.series) == bodies.get(series)
                        && (other.at.series == series || s.name.is_some())
                        && !bounds::same(&other.value, &p.value)
                        && match (other.time, time) {
                            (Some(a), Some(b)) => a > b || a == b && later_hour,
                            _ => false,
                        }
                });
                p.statuses.push(match newer {
                    Some(other) => Status::Superseded { on: other.on, by: other.at },
                    None => Status::Current,
                });
            }
        }
    }
}

/// Values of different origins that cannot both hold at one time.
///
/// A value holds from its day until the same body gives another. What happened on given days or in a given place, and
/// how many were aboard, stays what it was, so such values are compared whatever their days. Of totals that only grow, a
/// later one that is lower contradicts an earlier one; a later one that is higher does so within few days only. Counts
/// that go up and down are compared of one day and the next. Additions and parts are compared with nothing.
pub(crate) fn conflicts(claims: &mut [Claim]) -> Vec<Conflict> {
    let mut found = Vec::new();
    for (claim, c) in claims.iter().enumerate() {
        if matches!(c.scope, Scope::Added { .. } | Scope::Part) {
            continue;
        }
        let mut all: Vec<(Date, PointRef, &Point)> = Vec::new();
        for (series, s) in c.series.iter().enumerate().filter(|(_, s)| s.name.is_some()) {
            all.extend(
                s.points
                    .iter()
                    .enumerate()
                    .filter(|(_, p)| !is_taken_back(p))
                    .filter_map(|(point, p)| Some((time_of(p)?, PointRef { claim, series, point }, p))),
            );
        }
        all.sort_by_key(|(time, at, _)| (*time, *at));
        let fixed = c.scope != Scope::Total || c.category.as_str() == ABOARD;
        for (n, (time, at, a)) in all.iter().enumerate() {
            for (later, other, b) in all.iter().skip(n + 1) {
                if body(c, at.series) == body(c, other.series) || !bounds::disjoint(&a.value, &b.value) {
                    continue;
                }
                let apart = day::between(*time, *later);
                let rises = bounds::below(&a.value, &b.value);
                let within = match (only_grows(&c.category), rises) {
                    (true, false) => ONE_EVENT,
                    (true, true) => SAME_TIME,
                    (false, _) => SAME_DAY,
                };
                if !fixed && (apart > within || ended(claims, a).is_some_and(|end| end <= *later)) {
                    continue;
                }
                let (lower, higher) = if rises { (*at, *other) } else { (*other, *at) };
                let time = match (fixed, apart) {
                    (true, _) => "both of the same days or places".to_owned(),
                    (false, 0) => format!("both as of {time}"),
                    (false, 1) => format!("as of {time} and {later}, a day apart"),
                    (false, _) => format!("as of {time} and {later}, {apart} days apart"),
                };
                let open = [a, b].iter().all(|p| p.statuses.contains(&Status::Current));
                found.push(Conflict { lower, higher, time, open });
            }
        }
    }
    for conflict in &found {
        for (own, other) in [(conflict.lower, conflict.higher), (conflict.higher, conflict.lower)] {
            let origin =
                claims.get(other.claim).and_then(|c| c.series.get(other.series)).and_then(|s| s.name.clone());
            add(claims, own, Status::InConflict { with: other, origin });
        }
    }
    found.sort_by_key(|c| (!c.open, c.lower, c.higher));
    found
}

/// The day from which another value of the same body stands in a value's place.
fn ended(claims: &[Claim], p: &Point) -> Option<Date> {
    p.statuses.iter().find_map(|s| match s {
        Status::Superseded { by, .. } => time_of(point(claims, *by)?),
        _ => None,
    })
}

/// True for what its outlet or its origin has taken back. What others deny they contradict.
fn is_taken_back(point: &Point) -> bool {
    point.statuses.iter().any(|s| matches!(s, Status::Corrected { .. } | Status::Disowned { .. }))
}

fn is_withdrawn(point: &Point) -> bool {
    is_taken_back(point) || point.statuses.iter().any(|s| matches!(s, Status::Denied { .. }))
}

/// In what two points differ that keeps them from being compared; `None` for points of one claim at one time.
#[must_use]
pub fn difference(claims: &[Claim], a: PointRef, b: PointRef, apart: Option<i64>) -> Option<Difference> {
    let (Some(x), Some(y)) = (claims.get(a.claim), claims.get(b.claim)) else {
        return Some(Difference::Category);
    };
    if a.claim != b.claim {
        let period = |s: &Scope| matches!(s, Scope::During { .. });
        let part = |s: &Scope| matches!(s, Scope::Part | Scope::Added { .. });
        return Some(if x.category != y.category {
            Difference::Category
        } else if x.modality != y.modality {
            Difference::Modality
        } else if x.unit != y.unit {
            Difference::Unit
        } else if x.group != y.group {
            Difference::Group
        } else if part(&x.scope) || part(&y.scope) {
            Difference::Part
        } else if period(&x.scope) || period(&y.scope) {
            Difference::Period
        } else {
            Difference::Place
        });
    }
    (x.scope == Scope::Total && apart.is_none_or(|days| days.abs() > SAME_TIME)).then_some(Difference::Time)
}

/// Pairs that readers would take for a contradiction and that are none: other origins, near in time, numbers apart, and
/// a difference in what is counted.
pub(crate) fn mismatches(claims: &[Claim]) -> Vec<Mismatch> {
    let mut losses: Vec<(Date, PointRef, &Claim, &Point)> = points(claims)
        .filter(|(_, c, p)| is_loss(&c.category) && !is_withdrawn(p))
        .filter(|(at, c, _)| c.series.get(at.series).is_some_and(|s| s.name.is_some()))
        .filter_map(|(at, c, p)| Some((time_of(p)?, at, c, p)))
        .collect();
    losses.sort_by_key(|(time, at, ..)| (*time, *at));
    let mut found = Vec::new();
    for (n, (time, at, c, p)) in losses.iter().enumerate() {
        for (other_time, other, d, q) in losses.iter().skip(n + 1) {
            if day::between(*time, *other_time) > 2 * SAME_TIME || found.len() >= MISMATCHES {
                break;
            }
            let origin = |at: &PointRef, c: &Claim| c.series.get(at.series).and_then(|s| s.origin);
            if at.claim == other.claim
                || origin(at, c) == origin(other, d)
                || c.group != d.group
                || !bounds::disjoint(&p.value, &q.value)
            {
                continue;
            }
            let overlap = |a: &Category, b: &Category| {
                let hurt = [Category::KILLED, Category::INJURED, Category::KILLED_OR_INJURED];
                let both = *a == Category::KILLED_OR_INJURED || *b == Category::KILLED_OR_INJURED;
                let all = *a == Category::CASUALTIES || *b == Category::CASUALTIES;
                a == b || all || (both && hurt.contains(a) && hurt.contains(b))
            };
            if overlap(&c.category, &d.category)
                && let Some(why) = difference(claims, *at, *other, None)
            {
                found.push(Mismatch { why, a: *at, b: *other });
            }
        }
    }
    found
}

/// Links corrections to what they correct.
///
/// A value falls where the outlet that published it takes it back, and where its origin does.
pub(crate) fn corrections(claims: &mut [Claim], entries: &[Entry<'_>], cast: &Cast) -> Vec<CorrectionLink> {
    let mut links = Vec::new();
    for (report, entry) in entries.iter().enumerate() {
        let reading = entry.reading;
        let own_outlet = reading.report.head.outlet.as_ref().map(|o| o.value.as_str());
        for correction in &reading.corrections {
            let figure = |id: &sayso_model::FigureId| {
                let f = reading.figures.get(id.index())?;
                Some((f.category.clone(), bounds::of(f), StoryMark { report, span: f.span }))
            };
            let retracted: Vec<_> = correction.retracted.iter().filter_map(figure).collect();
            let origins: BTreeSet<usize> = correction
                .retracted
                .iter()
                .filter_map(|id| reading.figures.get(id.index())?.origin_speaker)
                .filter_map(|speaker| cast.of(report, speaker))
                .flat_map(|speaker| cast.bodies(speaker))
                .collect();
            let corrected_to: Vec<_> = correction.corrected_to.iter().filter_map(figure).collect();
            let published =
                correction.published.and_then(|t| reading.times.get(t.index())).and_then(|t| t.start);
            let named = correction.of.as_deref().or(own_outlet);
            let mark = StoryMark { report, span: correction.span };
            let to: Vec<(Category, Bounds)> = corrected_to.iter().map(|(c, b, _)| (c.clone(), *b)).collect();
            // Every value of the corrected outlet that is the one taken back falls with it.
            let mut of = None;
            for (at, c, p) in
                points(claims).map(|(at, c, p)| (at, c.category.clone(), p.clone())).collect::<Vec<_>>()
            {
                let word = claims.get(at.claim).and_then(|c| c.series.get(at.series)).and_then(|s| s.origin);
                let own_word = word.is_some_and(|w| cast.bodies(w).iter().any(|body| origins.contains(body)));
                for appearance in &p.reports {
                    let other = entries.get(appearance.mark.report);
                    let outlet =
                        other.and_then(|e| e.reading.report.head.outlet.as_ref()).map(|o| o.value.as_str());
                    let same_outlet = matches!((outlet, named), (Some(a), Some(b)) if outlet::same(a, b));
                    let taken_back = retracted
                        .iter()
                        .any(|(category, value, _)| *category == c && bounds::same(value, &appearance.value));
                    if appearance.mark.report != report && (same_outlet || own_word) && taken_back {
                        of = of.or(Some(appearance.mark.report));
                        add(claims, at, Status::Corrected { report, to: to.clone(), mark });
                    }
                }
            }
            // Without a number to go by, the outlet's report of the stated day is the one.
            let of = of.or_else(|| {
                let day = published?;
                entries.iter().enumerate().find_map(|(n, e)| {
                    let head = &e.reading.report.head;
                    let outlet = head.outlet.as_ref().map(|o| o.value.as_str())?;
                    (n != report && outlet::same(outlet, named?) && head.published.as_ref()?.value == day)
                        .then_some(n)
                })
            });
            links.push(CorrectionLink {
                mark,
                of,
                corrected: correction.of.clone(),
                published,
                retracted,
                corrected_to,
            });
        }
    }
    links
}

/// Marks values that somebody says are not so; by their alleged origin they are disowned.
pub(crate) fn deny(claims: &mut [Claim], denials: &[Denial]) {
    let mut found: Vec<(PointRef, Status)> = Vec::new();
    for (at, claim, point) in points(claims) {
        for denial in denials {
            let same = claim.category == denial.category
                && (claim.group == denial.group || denial.group.is_none())
                && bounds::same(&point.value, &denial.value);
            if !same {
                continue;
            }
            let origin = claim.series.get(at.series).and_then(|s| s.origin);
            let (by, mark) = (denial.by_name.clone(), denial.mark);
            found.push((
                at,
                if origin.is_some() && origin == denial.by {
                    Status::Disowned { by, mark }
                } else {
                    Status::Denied { by, mark }
                },
            ));
        }
    }
    for (at, status) in found {
        add(claims, at, status);
    }
}

/// Marks values of which a report says that they stand on nobody's word or could not be checked, and those for which
/// outlets name nobody.
pub(crate) fn unverified(claims: &mut [Claim], entries: &[Entry<'_>]) {
    let mut found: Vec<(PointRef, Status)> = Vec::new();
    for (at, claim, point) in points(claims) {
        let nobody = claim.series.get(at.series).is_some_and(|s| s.name.is_none());
        let (mut no_source, mut not_verified, mut evidence) = (nobody, false, Vec::new());
        for appearance in &point.reports {
            let Some(entry) = entries.get(appearance.mark.report) else { continue };
            for (standing, span) in remarks(&entry.reading.report.text, appearance.mark.span) {
                no_source |= standing == Standing::NoSource;
                not_verified |= standing == Standing::NotVerified;
                evidence.push(StoryMark { report: appearance.mark.report, span });
            }
        }
        if !no_source && !not_verified {
            continue;
        }
        let others = claim
            .series
            .iter()
            .enumerate()
            .filter(|(n, s)| *n != at.series && s.name.is_some())
            .any(|(_, s)| s.points.iter().any(|p| !bounds::disjoint(&p.value, &point.value)));
        if nobody && others {
            continue;
        }
        let reasons =
            [(no_source, "no source named"), (not_verified, "not verified"), (!others, "no other origin")];
        let reasons =
            reasons.into_iter().filter(|(holds, _)| *holds).map(|(_, why)| why.to_owned()).collect();
        found.push((at, Status::Unverified { reasons, evidence }));
    }
    for (at, status) in found {
        add(claims, at, status);
    }
}

/// Remarks on a number's standing in its paragraph after it.
fn remarks(text: &str, figure: Span) -> Vec<(Standing, Span)> {
    let mut end = (figure.end + REMARK_WITHIN).min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let after = text.get(figure.end..end).unwrap_or("");
    let paragraph = after.split("\n\n").next().unwrap_or(after);
    // ASCII folding keeps offsets.
    let lower = paragraph.to_ascii_lowercase();
    standings()
        .iter()
        .filter_map(|(phrase, standing)| {
            let at = figure.end + lower.find(phrase)?;
            Some((*standing, Span::new(at, at + phrase.len())))
        })
        .collect()
}

/// Values of one report by one origin, of one day, that cannot both hold.
pub(crate) fn contradictions(claims: &mut [Claim], entries: &[Entry<'_>]) -> Vec<Contradiction> {
    let mut found = Vec::new();
    let mut marks: Vec<(PointRef, StoryMark)> = Vec::new();
    for (claim, c) in claims.iter().enumerate() {
        for (series, s) in c.series.iter().enumerate() {
            let mut by_report: BTreeMap<usize, Vec<(PointRef, &Point, StoryMark)>> = BTreeMap::new();
            for (at, p) in s.points.iter().enumerate() {
                for a in &p.reports {
                    let at = PointRef { claim, series, point: at };
                    by_report.entry(a.mark.report).or_default().push((at, p, a.mark));
                }
            }
            for (report, values) in by_report {
                let Some(entry) = entries.get(report) else { continue };
                for (n, (at, p, mark)) in values.iter().enumerate() {
                    for (other, q, other_mark) in values.iter().skip(n + 1) {
                        let part = |m: &StoryMark| {
                            entry.reading.figures.iter().any(|f| f.span == m.span && f.part_of.is_some())
                        };
                        let same_day = p.on == q.on && p.as_of == q.as_of;
                        if same_day
                            && !part(mark)
                            && !part(other_mark)
                            && bounds::disjoint(&p.value, &q.value)
                        {
                            found.push(Contradiction { a: *mark, b: *other_mark });
                            marks.extend([(*at, *other_mark), (*other, *mark)]);
                        }
                    }
                }
            }
        }
    }
    for (at, mark) in marks {
        add(claims, at, Status::SelfContradicted { mark });
    }
    found
}

/// Sums every claim up by [`SUMMARY_RULE`].
pub(crate) fn summarise(claims: &mut [Claim]) {
    for (claim, c) in claims.iter_mut().enumerate() {
        let newest = |wanted: fn(&Independence) -> bool| -> Vec<(PointRef, &Point)> {
            let counted = c.series.iter().enumerate().filter(|(_, s)| wanted(&s.independence));
            counted
                .filter_map(|(first, _)| {
                    // Who speaks for a body goes on with its count.
                    let of_body = c.series.iter().enumerate().filter(|(n, _)| body(c, *n) == first);
                    of_body
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
        let lows = inputs.iter().filter_map(|(_, p)| p.value.low.or(p.value.best).or(p.value.high));
        let highs = inputs.iter().filter_map(|(_, p)| p.value.high.or(p.value.best).or(p.value.low));
        let summary = Summary {
            low: lows.min(),
            best: best(&inputs),
            high: highs.max(),
            open_above: inputs.iter().any(|(_, p)| p.value.low.is_some() && p.value.high.is_none()),
            independent,
            rule: SUMMARY_RULE.to_owned(),
            inputs: inputs.iter().map(|(at, _)| *at).collect(),
        };
        c.summary = summary;
    }
}

fn best(inputs: &[(PointRef, &Point)]) -> Option<Number> {
    let shared = |value: Number| inputs.iter().filter(|(_, p)| p.value.best == Some(value)).count();
    inputs
        .iter()
        .filter_map(|(_, p)| Some((p.value.best?, time_of(p))))
        .max_by(|(a, x), (b, y)| shared(*a).cmp(&shared(*b)).then(x.cmp(y)).then(b.cmp(a)))
        .map(|(value, _)| value)
}
