//! Event candidates: what casualty recorders make one row of.
//!
//! A candidate is a story's own event if reports count all its dead; if they count them only by place or period, each
//! of these is a candidate. Parts of a count, additions to one, possible values and earlier events are not candidates,
//! because rows for them would count people twice. They are in the sources table (`sources`).

use std::collections::{BTreeMap, BTreeSet};

use sayso_compare::{fold, point};
use sayso_desk::{
    Loaded,
    places::{Places, coordinates},
};
use sayso_model::{
    Category, Date, Figure, FigureId, Modality, Number, Period, PlaceEntry, PlaceLevel,
    story::{Appearance, Bounds, Claim, EventOf, Independence, Point, PointRef, Scope, Status},
};

use crate::{
    country::{self, Country},
    shared_place,
};

/// Maximum number of candidates per story with numbers of their own, before those of the next story begin.
const OF_A_STORY: i64 = 1_000_000;

/// A count of one event's dead, with who gives it.
#[derive(Debug, Clone)]
pub(crate) struct Event<'s> {
    pub(crate) story: i64,
    /// Its position among the candidates of its story.
    pub(crate) nth: usize,
    pub(crate) loaded: &'s Loaded,
    pub(crate) scope: &'s Scope,
    killed: Vec<usize>,
    injured: Vec<usize>,
}

/// What the counted origins of a claim say together: bounds that they state, never an average.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    pub(crate) low: Option<i64>,
    pub(crate) best: Option<i64>,
    pub(crate) high: Option<i64>,
}

/// The candidates of a story, in the order in which it first counts their dead.
pub(crate) fn events(story: i64, loaded: &Loaded) -> Vec<Event<'_>> {
    let counts: Vec<(usize, &Claim)> =
        loaded.story.claims.iter().enumerate().filter(|(_, claim)| is_count(claim)).collect();
    let killed = || counts.iter().map(|(_, claim)| *claim).filter(|c| c.category == Category::KILLED);
    let whole = killed().any(|claim| claim.scope == Scope::Total);
    let mut seen = BTreeSet::new();
    let scopes: Vec<&Scope> = killed()
        .map(|claim| &claim.scope)
        .filter(|scope| (!whole || **scope == Scope::Total) && seen.insert(*scope))
        .collect();
    let of = |scope: &Scope, category: &Category| -> Vec<usize> {
        let of_scope = counts.iter().filter(|(_, c)| c.scope == *scope && c.category == *category);
        of_scope.map(|(place, _)| *place).collect()
    };
    let event = |(nth, scope)| Event {
        story,
        nth,
        loaded,
        scope,
        killed: of(scope, &Category::KILLED),
        injured: of(scope, &Category::INJURED),
    };
    scopes.into_iter().enumerate().map(event).collect()
}

/// A count of what has happened in the story's own event, in the category's plain sense.
fn is_count(claim: &Claim) -> bool {
    is_asserted(claim)
        && matches!(claim.scope, Scope::Total | Scope::During { .. } | Scope::At { .. })
        && claim.series.iter().flat_map(|s| &s.points).any(stands)
}

fn is_asserted(claim: &Claim) -> bool {
    claim.modality == Modality::Asserted
        && claim.event == EventOf::This
        && claim.definition.is_none()
        && claim.unit.is_none()
}

/// True for a value that nobody has taken back.
fn stands(point: &Point) -> bool {
    point.statuses.contains(&Status::Current)
        && !point.statuses.iter().any(|s| matches!(s, Status::Corrected { .. } | Status::Disowned { .. }))
}

impl<'s> Event<'s> {
    /// A number of its own.
    pub(crate) fn id(&self) -> i64 {
        self.story.saturating_mul(OF_A_STORY).saturating_add(i64::try_from(self.nth).unwrap_or(OF_A_STORY))
    }

    /// Its id: the story's, and its position there.
    pub(crate) fn name(&self) -> String {
        format!("sayso-{}-{}", self.story, self.nth)
    }

    /// True if a claim, by its position in the story, is one of the event's.
    pub(crate) fn has(&self, claim: usize) -> bool {
        self.killed.contains(&claim) || self.injured.contains(&claim)
    }

    fn claim(&self, place: usize) -> Option<&'s Claim> {
        self.loaded.story.claims.get(place)
    }

    /// The dead: the count of all; if there is none, but one of a single group, that.
    pub(crate) fn killed(&self) -> Option<Tally> {
        self.whole(&self.killed).and_then(|place| self.claim(place)).map(tally)
    }

    /// The injured, by the same rule.
    pub(crate) fn injured(&self) -> Option<Tally> {
        self.whole(&self.injured).and_then(|place| self.claim(place)).map(tally)
    }

    /// The claim that [`Event::killed`] comes from, by its position in the story.
    pub(crate) fn whole_killed(&self) -> Option<usize> {
        self.whole(&self.killed)
    }

    fn whole(&self, places: &[usize]) -> Option<usize> {
        let grouped = |place: &usize| self.claim(*place).is_some_and(|claim| claim.group.is_some());
        let only = if let [one] = places { Some(*one) } else { None };
        places.iter().copied().find(|place| !grouped(place)).or(only)
    }

    /// The dead of a group that reports count by this name, be it as a count of its own or as a part of the count of all.
    pub(crate) fn killed_of(&self, group: &str) -> Option<Tally> {
        let groups = self.groups().into_iter();
        groups.into_iter().find(|(name, _)| name.to_lowercase() == group.to_lowercase()).map(|(_, dead)| dead)
    }

    /// The groups whose dead reports count, each with its dead.
    pub(crate) fn groups(&self) -> Vec<(&'s str, Tally)> {
        let claims = self.killed.iter().filter_map(|place| self.claim(*place));
        let mut groups: Vec<(&str, Tally)> = Vec::new();
        for (claim, group) in claims.filter_map(|claim| Some((claim, claim.group.as_deref()?))) {
            if !groups.iter().any(|(known, _)| *known == group) {
                groups.push((group, tally(claim)));
            }
        }
        for (group, dead) in self.parts() {
            if !groups.iter().any(|(known, _)| *known == group) {
                groups.push((group, dead));
            }
        }
        groups
    }

    /// The groups whose dead reports give as parts of a counted value ("17, including 12 soldiers"), each with its dead.
    fn parts(&self) -> Vec<(&'s str, Tally)> {
        // Where only groups are counted, a part is one of a group, whose dead are counted already.
        if self.whole_killed().is_none() {
            return Vec::new();
        }
        let wholes: BTreeSet<(usize, FigureId)> = self
            .counted_appearances()
            .into_iter()
            .flat_map(|(value, _)| value.reports.iter().map(|a| (a.mark.report, a.figure)))
            .collect();
        let is_part = |a: &Appearance| {
            let whole = self.figure(a).and_then(|figure| figure.part_of);
            whole.is_some_and(|whole| wholes.contains(&(a.mark.report, whole)))
        };
        let claims = self.loaded.story.claims.iter().enumerate().filter(|(_, claim)| {
            claim.category == Category::KILLED && claim.scope == Scope::Part && is_asserted(claim)
        });
        let of = |(place, claim): (usize, &'s Claim)| {
            let values = points(&self.loaded.story.claims, place).map(|(_, value)| value);
            let values = values.filter(|value| stands(value) && value.reports.iter().any(is_part));
            let values: Vec<&Bounds> = values.map(|value| &value.value).collect();
            let only = values.first().filter(|first| values.iter().all(|value| value == *first))?;
            Some((claim.group.as_deref()?, bounds(&values, only.best)))
        };
        claims.filter_map(of).collect()
    }

    /// The counts of the dead, by their positions in the story.
    pub(crate) fn killed_claims(&self) -> Vec<usize> {
        self.killed.clone()
    }

    /// The claims that the count of all the dead rests on: that count alone, or those of the groups where nobody counts
    /// them all.
    fn of_the_dead(&self) -> Vec<usize> {
        self.whole_killed().map_or_else(|| self.killed.clone(), |whole| vec![whole])
    }

    /// How many origins of counts of the dead are independent: origins that share a body or speak for one another count
    /// once. Unnamed origins, and outlets that name nobody, do not count.
    pub(crate) fn independent_origins(&self) -> usize {
        let mut bodies: Vec<BTreeSet<usize>> = Vec::new();
        let series = self.counted().into_iter().filter_map(|at| {
            let series = self.claim(at.claim)?.series.get(at.series)?;
            let named =
                matches!(series.independence, Independence::Independent | Independence::SharesParent { .. });
            series.origin.filter(|_| named)
        });
        for origin in series.collect::<BTreeSet<usize>>() {
            let mut body = self.body(origin);
            let (same, apart): (Vec<_>, Vec<_>) = bodies.into_iter().partition(|b| !b.is_disjoint(&body));
            same.into_iter().for_each(|b| body.extend(b));
            bodies = apart;
            bodies.push(body);
        }
        bodies.len()
    }

    /// A speaker, with those it speaks for.
    fn body(&self, speaker: usize) -> BTreeSet<usize> {
        let parents = self.loaded.story.speakers.get(speaker).into_iter().flat_map(|s| &s.parents);
        parents.filter_map(|parent| parent.speaker).chain([speaker]).collect()
    }

    /// The counted values of the dead: those of the count of all; if there is none, those of the groups.
    pub(crate) fn counted(&self) -> Vec<PointRef> {
        let counted = |place| counted(&self.loaded.story.claims, place);
        self.of_the_dead().into_iter().flat_map(counted).collect()
    }

    /// Every report's value of the dead that nobody has taken back, by claim, series and time.
    pub(crate) fn appearances(&self) -> Vec<(PointRef, &'s Appearance)> {
        self.appearances_of(&self.of_the_dead())
    }

    fn appearances_of(&self, places: &[usize]) -> Vec<(PointRef, &'s Appearance)> {
        let claims = &self.loaded.story.claims;
        let mut found = Vec::new();
        for place in places {
            for (at, value) in points(claims, *place).filter(|(_, value)| stands_or_superseded(value)) {
                found.extend(value.reports.iter().map(|appearance| (at, appearance)));
            }
        }
        found
    }

    /// The counted values, with the first report of each.
    pub(crate) fn counted_appearances(&self) -> Vec<(&'s Point, &'s Appearance)> {
        let of = |at| {
            let point = point(&self.loaded.story.claims, at)?;
            Some((point, point.reports.first()?))
        };
        self.counted().into_iter().filter_map(of).collect()
    }

    /// The origin of a value, if somebody is named.
    pub(crate) fn origin(&self, at: PointRef) -> Option<&'s str> {
        let series = self.claim(at.claim)?.series.get(at.series)?;
        series.name.as_deref().filter(|_| series.independence != Independence::NoOrigin)
    }

    /// The figure of a report.
    pub(crate) fn figure(&self, appearance: &Appearance) -> Option<&'s Figure> {
        let reading = self.loaded.readings.get(appearance.mark.report)?;
        reading.figures.get(appearance.figure.index())
    }

    /// Days of the event, if the figures state some and agree: the counted ones, otherwise the earlier ones, otherwise
    /// those of the injured. Days after the first report of the dead are those of a count and not of the event ("rose to
    /// 31 on Monday").
    pub(crate) fn days(&self) -> Option<(Date, Date)> {
        if let Scope::During { period: Period(first, last), .. } = self.scope {
            return Some((*first, *last));
        }
        let counted = || self.counted_appearances().into_iter().map(|(_, a)| a).collect::<Vec<_>>();
        let all = || alone(self.appearances());
        let injured = || {
            let whole: Vec<usize> = self.whole(&self.injured).into_iter().collect();
            alone(self.appearances_of(&whole))
        };
        let reports = self.all_reports();
        let published = reports.iter().filter_map(|report| self.loaded.story.reports.get(*report)?.published);
        let first = published.min();
        let stated = |appearances: Vec<&'s Appearance>| -> BTreeSet<(Date, Date)> {
            let figures = appearances.into_iter().filter_map(|a| self.figure(a));
            let periods = figures.filter_map(|figure| figure.period.map(|p| (p.0, p.1)));
            periods.filter(|(begin, _)| first.is_none_or(|first| *begin <= first)).collect()
        };
        let ways: [&dyn Fn() -> Vec<&'s Appearance>; 3] = [&counted, &all, &injured];
        let mut stated = ways.iter().map(|way| stated(way())).find(|days| !days.is_empty())?.into_iter();
        stated.next().filter(|_| stated.next().is_none())
    }

    /// The figures whose places are the event's: the counted ones; if they name none, all. A count of a group names the
    /// group's own country as easily as the place where they died, so it names no place of the event.
    fn placed(&self) -> Vec<(String, Option<&'s PlaceEntry>)> {
        let everybody = |at: &PointRef| self.claim(at.claim).is_some_and(|claim| claim.group.is_none());
        let all = self.appearances().into_iter().filter(|(at, _)| everybody(at));
        let counted = self.counted();
        let of = |appearances: Vec<&'s Appearance>| -> Vec<_> {
            appearances.into_iter().flat_map(|a| self.places_of(a)).collect()
        };
        let now = counted.into_iter().filter(everybody).filter_map(|at| {
            let point = point(&self.loaded.story.claims, at)?;
            point.reports.first()
        });
        let now = of(now.collect());
        if now.is_empty() { of(all.map(|(_, appearance)| appearance).collect()) } else { now }
    }

    /// Names of the places that the figures name, as the reports write them.
    pub(crate) fn places(&self) -> Vec<String> {
        if let Scope::At { places } | Scope::During { places, .. } = self.scope
            && !places.is_empty()
        {
            return places.clone();
        }
        let mut names: Vec<String> = Vec::new();
        for (name, _) in self.placed() {
            // A dateline writes it in capitals: "ŁÓDŹ".
            match names.iter_mut().find(|known| fold(known) == fold(&name)) {
                Some(known) if is_in_capitals(known) => *known = name,
                Some(_) => {}
                None => names.push(name),
            }
        }
        names
    }

    fn places_of(&self, appearance: &Appearance) -> Vec<(String, Option<&'s PlaceEntry>)> {
        let Some(reading) = self.loaded.readings.get(appearance.mark.report) else { return Vec::new() };
        let figure = reading.figures.get(appearance.figure.index());
        let ids = figure.map_or(&[][..], |figure| shared_place::places(reading, figure)).iter();
        let place = |id: &sayso_model::PlaceId| reading.places.get(id.index());
        ids.filter_map(place).map(|place| (place.name.clone(), place.resolved.as_ref())).collect()
    }

    /// The gazetteer entry that all places of the figures are; `None` if there are several or it is unknown.
    pub(crate) fn place(&self) -> Option<&'s PlaceEntry> {
        only(self.placed_here()?.into_iter().map(|(_, entry)| entry).collect::<Option<_>>()?)
    }

    /// The country of all places of the figures that the gazetteer has.
    pub(crate) fn country(&self) -> Option<Country> {
        only(
            self.placed_here()?
                .into_iter()
                .filter_map(|(_, entry)| entry)
                .map(country::of)
                .collect::<Option<_>>()?,
        )
    }

    /// The figures' places; `None` if the event is that of some places, and the figures name others.
    fn placed_here(&self) -> Option<Vec<(String, Option<&'s PlaceEntry>)>> {
        let named = self.placed();
        let elsewhere = matches!(self.scope, Scope::At { places }
            if !named.iter().all(|(name, _)| places.contains(name)));
        (!elsewhere).then_some(named)
    }

    /// Latitude and longitude of its place in degrees, by the rule of the map: if it is a town and more than its name says
    /// which one.
    pub(crate) fn coordinates(&self) -> Option<(f64, f64)> {
        let place = self.place()?;
        let at = coordinates(place)?;
        Places::of(self.loaded.readings.iter()).agree(place).then_some(at)
    }

    /// Reports that carry the count of the dead, without repetition, in the story's order.
    pub(crate) fn reports(&self) -> Vec<usize> {
        let reports: BTreeSet<usize> = self.appearances().iter().map(|(_, a)| a.mark.report).collect();
        reports.into_iter().collect()
    }

    /// Reports that carry any count of the dead, be it of all or of a group.
    pub(crate) fn all_reports(&self) -> BTreeSet<usize> {
        self.appearances_of(&self.killed).iter().map(|(_, a)| a.mark.report).collect()
    }

    /// For each report that carries a count, the origins that it names.
    pub(crate) fn origins_of_reports(&self) -> BTreeMap<usize, Vec<&'s str>> {
        let mut origins: BTreeMap<usize, Vec<&str>> = BTreeMap::new();
        for (at, appearance) in self.appearances() {
            let of_report = origins.entry(appearance.mark.report).or_default();
            of_report.extend(
                self.origin(at).filter(|name| !of_report.contains(name)).into_iter().collect::<Vec<_>>(),
            );
        }
        origins
    }
}

/// The only element.
fn only<T>(all: BTreeSet<T>) -> Option<T> {
    let mut all = all.into_iter();
    all.next().filter(|_| all.next().is_none())
}

/// The values of reports that give only one: what a report says of an earlier value beside a new one dates that value
/// and not the event ("23, up from 17 on Tuesday").
fn alone(appearances: Vec<(PointRef, &Appearance)>) -> Vec<&Appearance> {
    let mut values: BTreeMap<usize, BTreeSet<PointRef>> = BTreeMap::new();
    for (at, appearance) in &appearances {
        values.entry(appearance.mark.report).or_default().insert(*at);
    }
    let is_alone = |a: &&Appearance| values.get(&a.mark.report).is_some_and(|values| values.len() == 1);
    appearances.into_iter().map(|(_, appearance)| appearance).filter(is_alone).collect()
}

fn is_in_capitals(name: &str) -> bool {
    !name.chars().any(char::is_lowercase)
}

fn stands_or_superseded(point: &Point) -> bool {
    !point.statuses.iter().any(|s| matches!(s, Status::Corrected { .. } | Status::Disowned { .. }))
}

pub(crate) fn points(claims: &[Claim], claim: usize) -> impl Iterator<Item = (PointRef, &Point)> {
    let series = claims.get(claim).into_iter().flat_map(|c| c.series.iter().enumerate());
    series.flat_map(move |(series, s)| {
        s.points.iter().enumerate().map(move |(point, p)| (PointRef { claim, series, point }, p))
    })
}

/// The counted values of a claim: those of the summary; if no origin counts, what outlets say in their own voice.
pub(crate) fn counted(claims: &[Claim], claim: usize) -> Vec<PointRef> {
    let Some(of) = claims.get(claim) else { return Vec::new() };
    if !of.summary.inputs.is_empty() {
        return of.summary.inputs.clone();
    }
    let own = |at: &PointRef| {
        let series = of.series.get(at.series);
        series.is_some_and(|s| s.independence == Independence::NoOrigin)
    };
    points(claims, claim).filter(|(at, value)| stands(value) && own(at)).map(|(at, _)| at).collect()
}

fn tally(claim: &Claim) -> Tally {
    let claims = std::slice::from_ref(claim);
    // The references in the claim are to its position in the story; here it stands alone.
    let values: Vec<&Bounds> = if claim.summary.inputs.is_empty() {
        counted(claims, 0).into_iter().filter_map(|at| point(claims, at)).map(|p| &p.value).collect()
    } else {
        let inputs = claim.summary.inputs.iter();
        inputs.filter_map(|at| claim.series.get(at.series)?.points.get(at.point)).map(|p| &p.value).collect()
    };
    let only = if let [one] = values.as_slice() { one.best } else { None };
    let best = claim.summary.best.or(only);
    bounds(&values, best)
}

/// The lowest lower and the highest upper bound of some values. If one of them is open-ended beyond the bounds of the
/// others, that bound is unknown.
fn bounds(values: &[&Bounds], best: Option<Number>) -> Tally {
    let exact = |v: &Bounds| v.best.filter(|_| v.low.is_none() && v.high.is_none());
    let low = values.iter().filter_map(|v| v.low.or(exact(v))).min();
    let high = values.iter().filter_map(|v| v.high.or(exact(v))).max();
    let middle_above = |v: &Bounds| v.best.or(v.high).or(v.low);
    let middle_below = |v: &Bounds| v.best.or(v.low).or(v.high);
    let low = low.filter(|low| values.iter().all(|v| middle_above(v).is_none_or(|m| m >= *low)));
    let high = high.filter(|high| values.iter().all(|v| middle_below(v).is_none_or(|m| m <= *high)));
    let whole = |n: Option<Number>| n.and_then(Number::to_whole);
    Tally { low: whole(low), best: whole(best), high: whole(high) }
}

/// Sums of tallies; a bound that one of them lacks is unknown.
pub(crate) fn sum<'t>(tallies: impl Iterator<Item = &'t Tally> + Clone) -> Tally {
    let add = |of: fn(&Tally) -> Option<i64>| {
        let ends: Option<Vec<i64>> = tallies.clone().map(of).collect();
        ends.filter(|ends| !ends.is_empty()).map(|ends| ends.into_iter().fold(0, i64::saturating_add))
    };
    Tally { low: add(|t| t.low), best: add(|t| t.best), high: add(|t| t.high) }
}

/// UCDP's place precision, by the level of the entry: 1 exact, 3 district, 4 province, 6 country.
pub(crate) fn place_precision(level: PlaceLevel) -> Option<i64> {
    match level {
        PlaceLevel::City => Some(1),
        PlaceLevel::District => Some(3),
        PlaceLevel::Admin => Some(4),
        PlaceLevel::Country => Some(6),
        PlaceLevel::Region => None,
    }
}

/// Days from the first to the last, inclusive.
pub(crate) fn length((first, last): (Date, Date)) -> i64 {
    let day = |d: Date| jiff::civil::Date::new(d.year(), d.month(), d.day()).ok();
    let days = day(first).zip(day(last)).and_then(|(a, b)| a.until(b).ok()).map(|span| span.get_days());
    i64::from(days.unwrap_or(0)).saturating_add(1)
}

#[cfg(test)]
mod tests {
    use sayso_model::{Number, story::Bounds};

    use super::{Tally, bounds, sum};

    fn value(low: Option<i64>, best: Option<i64>, high: Option<i64>) -> Bounds {
        let number = |n: Option<i64>| n.map(Number::whole);
        Bounds {
            low: number(low),
            best: number(best),
            high: number(high),
            low_exclusive: false,
            high_exclusive: false,
            approximate: false,
        }
    }

    fn of(values: &[Bounds], best: Option<i64>) -> (Option<i64>, Option<i64>, Option<i64>) {
        let Tally { low, best, high } = bounds(&values.iter().collect::<Vec<_>>(), best.map(Number::whole));
        (low, best, high)
    }

    #[test]
    fn ends_are_those_that_reports_state() {
        let exact = |n| value(None, Some(n), None);
        assert_eq!(of(&[exact(57), exact(90)], Some(57)), (Some(57), Some(57), Some(90)));
        let at_least = value(Some(40), Some(40), None);
        assert_eq!(of(&[at_least], Some(40)), (Some(40), Some(40), None), "no upper end is stated");
        assert_eq!(of(&[at_least, exact(57)], Some(57)), (Some(40), Some(57), Some(57)));
        assert_eq!(
            of(&[exact(30), at_least], Some(30)),
            (Some(30), Some(30), None),
            "the higher one is open"
        );
        let nearly = value(None, Some(300), Some(300));
        assert_eq!(of(&[nearly, exact(320)], Some(320)), (None, Some(320), Some(320)));
        assert_eq!(of(&[value(Some(150), None, Some(200))], None), (Some(150), None, Some(200)));
        assert_eq!(of(&[], None), (None, None, None));
    }

    #[test]
    fn a_sum_knows_only_what_all_of_its_parts_know() {
        let a = Tally { low: Some(2), best: Some(3), high: None };
        let b = Tally { low: Some(10), best: Some(10), high: Some(12) };
        assert_eq!(sum([&a, &b].into_iter()), Tally { low: Some(12), best: Some(13), high: None });
        assert_eq!(sum([].into_iter()), Tally::default());
    }
}
