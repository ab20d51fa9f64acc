//! Values that cannot all hold: about the same thing, at overlapping times, with disjoint ranges, from different origins, and
//! none of them retracted.
//!
//! A value holds from its day until the same body gives another. For counts that only grow, a higher one on a later day is an
//! update, unless it is three times the other (five times in a story's first days) within a few days and nobody gives one in
//! between; a lower one is a contradiction; two on the same day contradict each other unless the times of the reports show
//! growth. Counts that go up and down are compared from one day to the next. Counts for given days, of an earlier event or of
//! people aboard do not change. A part that is larger than the whole contradicts it. What an outlet says in its own voice
//! contradicts only what its own report puts next to it, or counts that do not change.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet, HashMap},
};

use sayso_model::{
    Category, Date, Modality, Number,
    story::{
        Appearance, Claim, Conflict, EventOf, Independence, Point, PointRef, Scope, Series, Status, Sureness,
        origin_step,
    },
};

use crate::{
    balance::Balance,
    bounds,
    category::{consequence, counts_people, only_grows},
    comparable::is_fixed,
    day, event,
    hash::ByPlace,
    points::{self, bodies, in_one_report, is_taken_back, point, time_of},
};

/// Days after which a total below an earlier one is assumed to count something else.
const ONE_EVENT: i64 = 60;
/// Days within which a count that has jumped contradicts the one before it.
const FEW_DAYS: i64 = 3;
/// The ratio to the earlier count that makes a jump.
const LEAP: i64 = 3;
/// Days from a story's first report within which tolls grow fast, and the ratio that makes a jump then.
const FIRST_DAYS: (i64, i64) = (7, 5);
/// Maximum days apart at which counts that go up and down are compared.
const SAME_DAY: i64 = 1;
/// Bytes within which a report puts two values side by side.
const BESIDE: usize = 400;
/// The ratio from which one count is of something else, even if nothing says so.
const SCALE: i64 = 50;
/// Bytes after a denied count within which its denier may give another.
const INSTEAD: usize = 160;
/// Number of later values that each is compared with.
const NEIGHBOURS: usize = 64;
/// Maximum number of conflicts listed for a story.
const LISTED: usize = 100;

/// A point, its sort key, and what is needed of it for each pair.
struct Said<'c> {
    time: Option<Date>,
    hour: Option<i64>,
    at: PointRef,
    point: &'c Point,
    body: usize,
    own_voice: bool,
    vague: bool,
    range: bounds::Range,
    /// Not superseded.
    current: bool,
}

/// A conflict before it is known whether it will be listed; only then is it put into words.
#[derive(Debug, Clone, Copy)]
struct Found {
    lower: PointRef,
    higher: PointRef,
    time: When,
    of_part: bool,
    sure: Sureness,
    open: bool,
}

/// A conflict of one claim, and between which bodies.
struct Between {
    bodies: [usize; 2],
    /// Days by which the lower value is the later one, if it is.
    fallen: Option<i64>,
    conflict: Found,
}

/// Why two values are treated as being of the same time.
#[derive(Debug, Clone, Copy)]
enum When {
    Fixed,
    OneReport,
    Days(i64, [Option<Date>; 2]),
    Denying,
}

/// The conflicts of a story, the gravest first, and how many are left out. `instants` has one entry per report.
pub(crate) fn conflicts(claims: &mut [Claim], instants: &[Option<i64>]) -> (Vec<Conflict>, usize) {
    let mut found = Vec::new();
    let balance = Balance::of(claims);
    let begun = points::all(claims).filter_map(|(_, _, p)| p.known_by).min();
    for (number, claim) in claims.iter().enumerate() {
        let whole = !matches!(claim.scope, Scope::Added { .. } | Scope::Part | Scope::OneOfSeveral);
        let people = counts_people(&claim.category) && claim.unit.is_none();
        if whole && claim.modality == Modality::Asserted && people {
            within(claims, number, claim, instants, begun, &balance, &mut found);
        }
    }
    parts_and_wholes(claims, instants, &mut found);
    nobody_once(claims, &mut found);
    denied(claims, &mut found);
    told_once(claims, &mut found);
    let left_out = found.len().saturating_sub(LISTED);
    let found: Vec<Conflict> = first_of(claims, found).into_iter().map(listed).collect();
    for conflict in &found {
        for (own, other) in [(conflict.lower, conflict.higher), (conflict.higher, conflict.lower)] {
            let origin =
                claims.get(other.claim).and_then(|c| c.series.get(other.series)).and_then(|s| s.name.clone());
            points::add(claims, own, Status::InConflict { with: other, origin });
        }
    }
    (found, left_out)
}

/// The gravest conflicts, in order.
fn first_of(claims: &[Claim], found: Vec<Found>) -> Vec<Found> {
    let of_claim: Vec<u8> = claims.iter().map(|c| consequence(&c.category)).collect();
    let carried = |at| point(claims, at).map_or(0, |p| p.reports.len());
    let mut ranked: Vec<_> = found
        .into_iter()
        .enumerate()
        .map(|(place, c)| {
            let hangs = of_claim.get(c.lower.claim).copied();
            let carried = Reverse(carried(c.lower) + carried(c.higher));
            ((!c.open, hangs, c.sure, carried, c.lower, c.higher, place), c)
        })
        .collect();
    // There may be very many, of which few are listed.
    if ranked.len() > LISTED {
        ranked.select_nth_unstable_by_key(LISTED, |(rank, _)| *rank);
        ranked.truncate(LISTED);
    }
    ranked.sort_unstable_by_key(|(rank, _)| *rank);
    ranked.into_iter().map(|(_, c)| c).collect()
}

fn listed(c: Found) -> Conflict {
    let part = if c.of_part { "a part is more than the whole, " } else { "" };
    Conflict {
        lower: c.lower,
        higher: c.higher,
        time: format!("{part}{}", c.time.words()),
        sure: c.sure,
        open: c.open,
    }
}

/// The points of a claim in chronological order.
fn said<'c>(number: usize, claim: &'c Claim, instants: &[Option<i64>]) -> Vec<Said<'c>> {
    let bodies = bodies(claim);
    let mut all: Vec<Said<'c>> = Vec::new();
    for ((series, s), body) in claim.series.iter().enumerate().zip(bodies) {
        all.extend(s.points.iter().enumerate().filter(|(_, p)| !is_taken_back(p)).map(|(n, p)| Said {
            time: time_of(p),
            hour: p.reports.first().and_then(|a| instants.get(a.mark.report).copied().flatten()),
            at: PointRef { claim: number, series, point: n },
            point: p,
            body,
            own_voice: s.name.is_none(),
            vague: bounds::is_vague(&p.value),
            range: bounds::Range::of(&p.value),
            current: p.statuses.contains(&Status::Current),
        }));
    }
    all.sort_by_key(|s| (s.time, s.at));
    all
}

/// Conflicts between the values of one claim.
fn within(
    claims: &[Claim],
    number: usize,
    claim: &Claim,
    instants: &[Option<i64>],
    begun: Option<Date>,
    balance: &Balance,
    found: &mut Vec<Found>,
) {
    let fixed = is_fixed(claim);
    let grows = only_grows(&claim.category);
    let all = said(number, claim, instants);
    let counting = counting(&all);
    let mut of_claim: Vec<Between> = Vec::new();
    for (n, a) in all.iter().enumerate() {
        for b in all.iter().skip(n + 1).take(NEIGHBOURS) {
            // The cheapest checks come first.
            let rises = a.range.below(&b.range);
            if a.body == b.body || a.vague || b.vague || !(rises || b.range.below(&a.range)) {
                continue;
            }
            let together = in_one_report(a.point, b.point);
            let bare = a.own_voice || b.own_voice;
            if bare && !(is_put_beside(a.point, b.point) || fixed && !together)
                || claim.event == EventOf::This && is_of_another_scale(a.point, b.point)
            {
                continue;
            }
            let apart = a.time.zip(b.time).map(|(x, y)| day::between(x, y));
            let at_one_time = match apart {
                _ if fixed => true,
                None => together,
                Some(0) => together || !(grows && grown_by_the_hour(a, b, rises)),
                Some(days) if grows && rises => days <= FEW_DAYS && has_leapt(&all, a, b, begun),
                // "Nobody" is said of one event soon after it.
                Some(days) if grows && is_nobody(b.point) => days <= FEW_DAYS,
                Some(days) if grows => days <= FEW_DAYS || days <= ONE_EVENT && counting.contains(&b.body),
                // What one report puts side by side is said of one time, unless it dates both.
                Some(days) => days <= SAME_DAY || is_beside(a.point, b.point) && !are_dated(a.point, b.point),
            };
            let given_up = ended(claims, a.point).is_some_and(|end| b.time.is_some_and(|later| end <= later));
            // What does not change is what its origins say in the end.
            let given_up = if fixed { !(a.current && b.current) } else { given_up };
            if !at_one_time || given_up {
                continue;
            }
            let (lower, higher) = if rises { (a, b) } else { (b, a) };
            if !fixed && balance.explains(&claim.category, lower.point, higher.point) {
                continue;
            }
            let bodies = [a.body.min(b.body), a.body.max(b.body)];
            // What one report gives together has not fallen.
            let fallen = apart.filter(|days| *days > 0 && !rises && !together);
            let conflict = conflict(lower, higher, when(a, b, apart, fixed), sure(a, b, apart, fixed));
            of_claim.push(Between { bodies, fallen, conflict });
        }
    }
    if fixed {
        found.extend(one_for_two_values(claims, of_claim));
    } else {
        found.extend(nearest_falls(of_claim));
    }
}

/// The same two values of something that does not change are one conflict, whoever else gives either: that of one report, otherwise
/// that of the first who gave them.
fn one_for_two_values(claims: &[Claim], of_claim: Vec<Between>) -> Vec<Found> {
    let mut by_values: BTreeMap<[Option<bounds::Value>; 2], (bool, Found)> = BTreeMap::new();
    for c in of_claim.into_iter().map(|c| c.conflict) {
        let both = [c.lower, c.higher].map(|at| point(claims, at));
        let [Some(lower), Some(higher)] = both else { continue };
        let this = (!in_one_report(lower, higher), c);
        let known = by_values.entry([lower, higher].map(|p| bounds::value(&p.value))).or_insert(this);
        if (this.0, this.1.lower, this.1.higher) < (known.0, known.1.lower, known.1.higher) {
            *known = this;
        }
    }
    by_values.into_values().map(|(_, c)| c).collect()
}

/// The bodies that keep a count: they give more than one value. A single low number long after a higher one is more often of
/// something smaller.
fn counting(all: &[Said<'_>]) -> BTreeSet<usize> {
    let mut first: BTreeMap<usize, Option<Number>> = BTreeMap::new();
    let number = |s: &Said<'_>| bounds::central(&s.point.value);
    let gives_another = |s: &&Said<'_>| !s.vague && *first.entry(s.body).or_insert(number(s)) != number(s);
    all.iter().filter(gives_another).map(|s| s.body).collect()
}

/// Two bodies that count side by side for days differ at each step, but disagree once: a count below what the other had said
/// days before is listed only if they have no conflict at one time, and then only the pair nearest in time.
fn nearest_falls(of_claim: Vec<Between>) -> impl Iterator<Item = Found> {
    let rank = |c: &Between| (c.fallen.unwrap_or(0), c.conflict.lower, c.conflict.higher);
    let mut nearest: BTreeMap<[usize; 2], (i64, PointRef, PointRef)> = BTreeMap::new();
    for c in &of_claim {
        let known = nearest.entry(c.bodies).or_insert(rank(c));
        *known = (*known).min(rank(c));
    }
    of_claim.into_iter().filter_map(move |c| {
        let is_listed = c.fallen.is_none() || nearest.get(&c.bodies) == Some(&rank(&c));
        is_listed.then_some(c.conflict)
    })
}

/// Parts that are larger than the whole on the same day.
fn parts_and_wholes(claims: &[Claim], instants: &[Option<i64>], found: &mut Vec<Found>) {
    // The identified are some of the dead; those asked about may outnumber the missing.
    let narrower = |c: &Claim| {
        c.definition.is_none() || c.category == Category::KILLED || c.category == Category::INJURED
    };
    let plain = |c: &Claim| {
        c.group.is_none()
            && c.definition.is_none()
            && c.scope == Scope::Total
            && c.modality == Modality::Asserted
            && counts_people(&c.category)
    };
    for (number, whole) in claims.iter().enumerate().filter(|(_, c)| plain(c)) {
        let wholes = said(number, whole, instants);
        let parts = claims.iter().enumerate().filter(|(_, c)| {
            c.category == whole.category
                && c.unit == whole.unit
                && c.modality == whole.modality
                && event::same(&c.event, &whole.event)
                && matches!(c.scope, Scope::Total | Scope::At { .. })
                && !plain(c)
                && narrower(c)
        });
        for (other, part) in parts {
            let exact = |s: &&Said<'_>| !s.own_voice && !s.vague;
            for p in said(other, part, instants).iter().filter(exact) {
                let from = wholes.partition_point(|w| w.time < p.time);
                let later = wholes.iter().skip(from).take(NEIGHBOURS);
                let of_day = later.clone().take_while(|w| w.time == p.time);
                // If somebody counts the whole, "nobody was hurt" contradicts that count.
                let counted = of_day.clone().any(|w| !is_nobody(w.point));
                let near =
                    |w: &Said<'_>| w.time.zip(p.time).is_some_and(|(x, y)| day::between(y, x) <= FEW_DAYS);
                let nobody = later.filter(|w| !counted && w.time != p.time && is_nobody(w.point) && near(w));
                for w in of_day.filter(|w| !(counted && is_nobody(w.point))).chain(nobody).filter(exact) {
                    let speakers = |at: PointRef, c: &Claim| c.series.get(at.series).and_then(|s| s.origin);
                    if w.range.below(&p.range)
                        && is_established(w.point)
                        && speakers(w.at, whole) != speakers(p.at, part)
                        && (w.time.is_some() || in_one_report(w.point, p.point))
                    {
                        let apart = w.time.zip(p.time).map_or(Some(0), |(x, y)| Some(day::between(y, x)));
                        let time = when(w, p, apart, false);
                        let conflict = conflict(w, p, time, sure(w, p, apart, false));
                        found.push(Found { of_part: true, ..conflict });
                    }
                }
            }
        }
    }
}

/// True for a total that two reports give, or that there is nobody: a single one may itself be of a part.
fn is_established(whole: &Point) -> bool {
    let first = whole.reports.first().map(|a| a.mark.report);
    is_nobody(whole) || whole.reports.iter().any(|a| Some(a.mark.report) != first)
}

/// A count that somebody denies and the one given instead right after it ("the board denied that, saying two clerks had been
/// hurt"): they conflict, whatever kind of people the second one counts.
fn denied(claims: &[Claim], found: &mut Vec<Found>) {
    // The values in each report, by category and position in the text.
    type Told<'c> = Vec<(usize, PointRef, &'c Point)>;
    let mut told: BTreeMap<(&str, usize), Told<'_>> = BTreeMap::new();
    let denials: Vec<(PointRef, &Claim, &Point)> = points::all(claims)
        .filter(|(_, _, p)| p.statuses.iter().any(|s| matches!(s, Status::Denied { .. })))
        .collect();
    if denials.is_empty() {
        return;
    }
    let mut instead: Vec<Found> = Vec::new();
    for (at, c, p) in points::all(claims).filter(|(_, c, _)| c.modality == Modality::Asserted) {
        for a in &p.reports {
            let here = told.entry((c.category.as_str(), a.mark.report)).or_default();
            here.push((a.mark.span.start, at, p));
        }
    }
    for (at, c, p) in denials {
        for status in &p.statuses {
            let Status::Denied { by: Some(by), mark } = status else { continue };
            let here = told.get(&(c.category.as_str(), mark.report)).into_iter().flatten();
            // The telling that is denied, not every one of its number; or those of other reports, if this one repeats it only to
            // deny it ("six, but not nine").
            let is_told = p.reports.iter().any(|a| a.mark == *mark);
            let by_somebody = named(claims, at);
            if !is_told && (!by_somebody || here.clone().any(|(start, ..)| *start == mark.span.start)) {
                continue;
            }
            let given = here.filter(|(start, other, q)| {
                let origin = claims.get(other.claim).and_then(|c| c.series.get(other.series));
                let near = |t: Option<Date>| {
                    time_of(p).zip(t).is_some_and(|(x, y)| day::between(x, y).abs() <= FEW_DAYS)
                };
                let held = if is_told {
                    (mark.span.end..mark.span.end + INSTEAD).contains(start)
                        && bounds::disjoint(&p.value, &q.value)
                } else {
                    start.abs_diff(mark.span.start) <= INSTEAD
                        && bounds::central(&p.value) != bounds::central(&q.value)
                        && near(time_of(q))
                };
                held && origin.is_some_and(|s| is_said_by(s, q, by)) && !is_taken_back(q)
            });
            let nearest = given.min_by_key(|(start, other, _)| (start.abs_diff(mark.span.start), *other));
            let Some((_, other, q)) = nearest.filter(|_| is_told || !is_taken_back(p)) else { continue };
            let (lower, higher) = if bounds::central(&p.value) < bounds::central(&q.value) {
                (at, *other)
            } else {
                (*other, at)
            };
            let open = [p, *q].iter().all(|p| p.statuses.contains(&Status::Current));
            let (time, of_part, sure) = (When::Denying, false, Sureness::Sure);
            instead.push(Found { lower, higher, time, of_part, sure, open });
        }
    }
    // An origin's count is listed against another count once, whatever else the origin's reports say about it.
    let count = |at: PointRef| {
        let series = claims.get(at.claim).and_then(|c| c.series.get(at.series));
        (point(claims, at).and_then(|p| bounds::value(&p.value)), series.map(|s| (s.origin, &s.name)))
    };
    let counts = |c: &Found| (count(c.lower), count(c.higher));
    let wanted: BTreeSet<_> = instead.iter().map(counts).collect();
    let mut known: BTreeSet<_> = found.iter().map(counts).filter(|both| wanted.contains(both)).collect();
    found.extend(instead.into_iter().filter(|c| known.insert(counts(c))));
}

/// True for a value of somebody's own series, or given by him for his body.
fn is_said_by(series: &Series, point: &Point, name: &str) -> bool {
    let voice = |a: &Appearance| origin_step(&a.chain).is_some_and(|step| step.name.as_deref() == Some(name));
    series.name.as_deref() == Some(name) || point.reports.iter().any(voice)
}

fn conflict(lower: &Said<'_>, higher: &Said<'_>, time: When, sure: Sureness) -> Found {
    let open = lower.current && higher.current;
    Found { lower: lower.at, higher: higher.at, time, of_part: false, sure, open }
}

/// True if a later count is so much higher that it is unlikely to be the earlier one grown, and nobody gives one in between.
fn has_leapt(all: &[Said<'_>], a: &Said<'_>, b: &Said<'_>, begun: Option<Date>) -> bool {
    let (days, at_first) = FIRST_DAYS;
    let is_first = begun.zip(b.time).is_some_and(|(begun, day)| day::between(begun, day) <= days);
    let leap = Number::whole(if is_first { at_first } else { LEAP });
    let grown = bounds::central(&a.point.value).and_then(|n| n.times(leap));
    let from = all.partition_point(|c| c.time < a.time);
    let mut between = all.iter().skip(from).take(2 * NEIGHBOURS).take_while(|c| c.time <= b.time);
    // "Nobody hurt" so far may be followed by any count.
    grown.is_some_and(|n| {
        n > Number::whole(0) && bounds::central(&b.point.value).is_some_and(|higher| higher >= n)
    }) && !between.any(|c| {
        bounds::below(&a.point.value, &c.point.value) && bounds::below(&c.point.value, &b.point.value)
    })
}

/// True if the times of two reports of the same day show that the higher count is the later one.
fn grown_by_the_hour(a: &Said<'_>, b: &Said<'_>, rises: bool) -> bool {
    if a.point.known_by != b.point.known_by {
        return false;
    }
    match (a.hour, b.hour) {
        (Some(x), Some(y)) => {
            if rises {
                x < y
            } else {
                y < x
            }
        }
        _ => false,
    }
}

/// True if somebody says that there was nobody.
fn is_nobody(p: &Point) -> bool {
    bounds::central(&p.value) == Some(Number::whole(0))
}

/// "Nobody" contradicts every count. What one origin says about it within a few days is listed against one count per category:
/// the one that a report puts next to it, otherwise the one of the nearest day, otherwise the first.
fn nobody_once(claims: &[Claim], found: &mut Vec<Found>) {
    struct Nearest {
        day: Option<Date>,
        by: (bool, Option<i64>, PointRef),
    }
    let of_nobody = |c: &Found| {
        let p = point(claims, c.lower).filter(|p| is_nobody(p))?;
        let q = point(claims, c.higher)?;
        let claim = claims.get(c.lower.claim)?;
        let series = claim.series.get(c.lower.series)?;
        let apart = time_of(p).zip(time_of(q)).map(|(x, y)| day::between(x, y).abs());
        let near = Nearest { day: time_of(p), by: (!is_beside(p, q), apart, c.higher) };
        Some(((series.origin, &series.name, &claim.category), near))
    };
    let mut told: BTreeMap<_, Vec<Nearest>> = BTreeMap::new();
    for (who, near) in found.iter().filter_map(of_nobody) {
        told.entry(who).or_default().push(near);
    }
    let at_once = |x: Option<Date>, y: Option<Date>| {
        x == y || x.zip(y).is_some_and(|(x, y)| day::between(x, y).abs() <= FEW_DAYS)
    };
    found.retain(|c| {
        of_nobody(c).is_none_or(|(who, near)| {
            let others = told.get(&who).into_iter().flatten().take(NEIGHBOURS);
            others.into_iter().all(|other| near.by <= other.by || !at_once(near.day, other.day))
        })
    });
}

/// True if one report gives both values near each other.
fn is_beside(a: &Point, b: &Point) -> bool {
    points::together(a, b).any(|(x, y)| {
        let (p, q) = (x.mark.span, y.mark.span);
        p.start.saturating_sub(q.end).max(q.start.saturating_sub(p.end)) <= BESIDE
    })
}

/// True if it is known when each of two values was said or counted.
fn are_dated(a: &Point, b: &Point) -> bool {
    [a, b].iter().all(|p| p.as_of.or(p.on).is_some())
}

/// True if one report puts both values side by side: near each other, with neither twice the other, or two that differ by less
/// than a tenth.
fn is_put_beside(a: &Point, b: &Point) -> bool {
    in_one_report(a, b) && is_within(a, b, 11) || is_beside(a, b) && is_within(a, b, 20)
}

/// True if neither of two values is as much as `tenths` tenths of the other.
fn is_within(a: &Point, b: &Point, tenths: i64) -> bool {
    let grown = |n: Option<Number>| n.and_then(|n| n.times(Number::new(tenths, 1)?));
    let (x, y) = (bounds::central(&a.value), bounds::central(&b.value));
    x < grown(y) && y < grown(x)
}

/// True if one count is so many times the other that they are of different things: 150 in a hall, 400,000 on a continent.
fn is_of_another_scale(a: &Point, b: &Point) -> bool {
    let (x, y) = (bounds::central(&a.value), bounds::central(&b.value));
    let much = |low: Option<Number>, high: Option<Number>| {
        let some = low.filter(|n| *n > Number::whole(0));
        some.and_then(|n| n.times(Number::whole(SCALE))).zip(high).is_some_and(|(scaled, high)| scaled < high)
    };
    much(x, y) || much(y, x)
}

/// Drops conflicts that add nothing: the same two numbers of a claim again, if a named origin gives one of them and the same or a
/// later report repeats it from nobody or somebody unnamed; all but one if none of them is from a named origin; and a rounded
/// number if the exact one is listed ("nearly 3,000" and 2,975).
fn told_once(claims: &[Claim], found: &mut Vec<Found>) {
    let mut tellings: HashMap<PointRef, Telling<'_>, ByPlace> = HashMap::default();
    let mut alike: HashMap<(usize, usize), Alike<'_>, ByPlace> = HashMap::default();
    for c in found.iter() {
        let both =
            [c.lower, c.higher].map(|at| *tellings.entry(at).or_insert_with(|| Telling::of(claims, at)));
        alike.entry((c.lower.claim, c.higher.claim)).or_default().add(both);
    }
    found.retain(|c| {
        let told = tellings.get(&c.lower).zip(tellings.get(&c.higher));
        let alike = alike.get_mut(&(c.lower.claim, c.higher.claim));
        told.zip(alike).is_none_or(|((lower, higher), alike)| {
            let ((less, this_lower), (more, this_higher)) = (alike.less(0, lower), alike.less(1, higher));
            less & more & !(this_lower & this_higher) == 0
        })
    });
}

/// The first conflicts between two claims, which all others are compared with.
#[derive(Default)]
struct Alike<'c> {
    first: [Vec<Telling<'c>>; 2],
    /// For each point which of the first ones say more, and which are it: a bit for each.
    asked: [HashMap<PointRef, (u64, u64), ByPlace>; 2],
}

impl<'c> Alike<'c> {
    fn add(&mut self, both: [Telling<'c>; 2]) {
        for (first, told) in self.first.iter_mut().zip(both) {
            if first.len() < NEIGHBOURS {
                first.push(told);
            }
        }
    }

    /// Which of the first conflicts say at least as much on this side as a telling does, and which contain it.
    fn less(&mut self, side: usize, own: &Telling<'c>) -> (u64, u64) {
        let (Some(first), Some(asked)) = (self.first.get(side), self.asked.get_mut(side)) else {
            return (0, 0);
        };
        *asked.entry(own.at).or_insert_with(|| {
            first.iter().enumerate().fold((0, 0), |(more, own_place), (n, other)| {
                (
                    more | u64::from(other.says_more_than(own)) << n,
                    own_place | u64::from(other.at == own.at) << n,
                )
            })
        })
    }
}

/// A value as reported, with what each comparison needs.
#[derive(Clone, Copy)]
struct Telling<'c> {
    at: PointRef,
    point: Option<&'c Point>,
    named: bool,
    exact: bool,
}

impl<'c> Telling<'c> {
    fn of(claims: &'c [Claim], at: PointRef) -> Self {
        let point = point(claims, at);
        Self { at, point, named: named(claims, at), exact: point.is_some_and(is_exact) }
    }

    /// True if another telling adds nothing to this one.
    fn says_more_than(&self, own: &Self) -> bool {
        let Some((p, q)) = own.point.zip(self.point) else { return false };
        let told_first =
            || p.reports.first().map(|a| a.mark.report) >= q.reports.first().map(|a| a.mark.report);
        own.at == self.at
            || !own.exact && self.exact && rounds(p, q)
            || !own.named
                && bounds::same(&p.value, &q.value)
                && (self.named && (in_one_report(p, q) || told_first()) || !self.named && self.at < own.at)
    }
}

/// True for what a named speaker says.
fn named(claims: &[Claim], at: PointRef) -> bool {
    let series = claims.get(at.claim).and_then(|c| c.series.get(at.series));
    series.is_some_and(|s| {
        matches!(s.independence, Independence::Independent | Independence::SharesParent { .. })
    })
}

/// True for a number that somebody gives exactly.
fn is_exact(p: &Point) -> bool {
    p.value.low.is_none() && p.reports.iter().any(|a| bounds::is_exact(&a.value))
}

/// True if a value that nobody gives exactly is a rounded form of an exact one, or a bound that it just meets ("over 130" and
/// 131).
fn rounds(rounded: &Point, exact: &Point) -> bool {
    rounded.value.best.is_some()
        && !bounds::disjoint(&rounded.value, &exact.value)
        && is_within(rounded, exact, 11)
}

/// Why two values are treated as being of the same time.
fn when(a: &Said<'_>, b: &Said<'_>, apart: Option<i64>, fixed: bool) -> When {
    match apart {
        _ if fixed => When::Fixed,
        None => When::OneReport,
        Some(days) => When::Days(days, [a.time, b.time]),
    }
}

impl When {
    fn words(self) -> String {
        let day = |time: Option<Date>| time.map_or_else(|| "no day".to_owned(), |d| d.to_string());
        match self {
            Self::Fixed => "both of the same days or event".to_owned(),
            Self::OneReport => "both in one report".to_owned(),
            Self::Days(0, [a, _]) => format!("both as of {}", day(a)),
            Self::Days(1, [a, b]) => format!("as of {} and {}, a day apart", day(a), day(b)),
            Self::Days(days, [a, b]) => format!("as of {} and {}, {days} days apart", day(a), day(b)),
            Self::Denying => "one is given in denying the other".to_owned(),
        }
    }
}

fn sure(a: &Said<'_>, b: &Said<'_>, apart: Option<i64>, fixed: bool) -> Sureness {
    let stated = |s: &Said<'_>| s.point.as_of.or(s.point.on);
    if fixed || in_one_report(a.point, b.point) || stated(a).is_some() && stated(a) == stated(b) {
        Sureness::Sure
    } else if apart == Some(0) {
        Sureness::Likely
    } else {
        Sureness::Possible
    }
}

/// The day from which another value of the same body replaces this one.
fn ended(claims: &[Claim], p: &Point) -> Option<Date> {
    p.statuses.iter().find_map(|s| match s {
        Status::Superseded { by, .. } => time_of(point(claims, *by)?),
        _ => None,
    })
}
