//! Claims: figures about the same thing, group, place and time, each with the values of each origin over time.

use std::collections::{BTreeMap, BTreeSet};

use sayso_model::{
    Category, ChainRole, Date, Figure, Modality, Polarity,
    story::{
        Appearance, Bounds, Claim, Independence, Point, ReportIndex, Scope, Series, SpeakerIndex, StoryMark,
        Summary,
    },
};

use crate::{
    Entry, bounds,
    chain::{Traced, Tracer},
    data::{country_in, fold},
    day,
    speakers::Cast,
    word,
};

/// Days within which two reports of one value by one origin are one saying of it, where one of them gives no day.
const ONE_SAYING: i64 = 14;
/// Days by which two reports may differ on when something was said.
const SAID_WITHIN: i64 = 2;

/// A figure that somebody says is not so.
#[derive(Debug, Clone)]
pub(crate) struct Denial {
    pub(crate) category: Category,
    pub(crate) group: Option<String>,
    pub(crate) value: Bounds,
    pub(crate) by: Option<SpeakerIndex>,
    pub(crate) by_name: Option<String>,
    pub(crate) mark: StoryMark,
}

/// Claims of a story, before anything is said of how they fared.
#[derive(Debug, Default)]
pub(crate) struct Gathered {
    pub(crate) claims: Vec<Claim>,
    pub(crate) denials: Vec<Denial>,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    category: Category,
    unit: Option<String>,
    group: Option<String>,
    scope: Scope,
}

/// Whose word a series is.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Origin {
    Speaker(SpeakerIndex),
    Name(String),
    Nobody,
}

/// Categories that count losses: a group named for one of them is the group of the others.
pub(crate) fn is_loss(category: &Category) -> bool {
    [
        Category::KILLED,
        Category::INJURED,
        Category::KILLED_OR_INJURED,
        Category::CASUALTIES,
        Category::MISSING,
        Category::CAPTURED,
    ]
    .contains(category)
}

/// A group's name in one form: its country, else its words.
pub(crate) fn group_key(written: &str) -> Option<String> {
    if let Some(country) = country_in(written) {
        return Some(country.to_owned());
    }
    let folded = fold(written);
    let last = folded.rsplit(' ').next()?;
    let plain =
        folded.strip_suffix('s').filter(|_| last.len() > 3 && !last.ends_with("ss")).unwrap_or(&folded);
    (!plain.is_empty()).then(|| plain.to_owned())
}

pub(crate) fn gather(entries: &[Entry<'_>], cast: &Cast, tracer: &mut Tracer<'_>) -> Gathered {
    let groups = groups(entries);
    let known_places = places_of_the_story(entries);
    let mut gathered = Gathered::default();
    let mut keys: Vec<Key> = Vec::new();
    let mut series: Vec<BTreeMap<Origin, Vec<Point>>> = Vec::new();
    for (report, entry) in entries.iter().enumerate() {
        for figure in &entry.reading.figures {
            if bounds::central(&bounds::of(figure)).is_none()
                || figure.retracted
                || told_in_body(entry, figure).is_some()
            {
                continue;
            }
            let group = group_of(figure, &groups);
            let traced = tracer.trace(report, figure);
            if is_denied(entry, figure) {
                let end = traced.steps.last().filter(|s| s.role == ChainRole::Origin);
                gathered.denials.push(Denial {
                    category: figure.category.clone(),
                    group,
                    value: bounds::of(figure),
                    by: end.and_then(|s| s.speaker),
                    by_name: end.and_then(|s| s.name.clone()),
                    mark: StoryMark { report, span: figure.span },
                });
                continue;
            }
            if matches!(figure.modality, Modality::Expected | Modality::Planned | Modality::Demanded) {
                continue;
            }
            let key = Key {
                category: figure.category.clone(),
                unit: figure.unit.clone().or_else(|| other_thing(entry, figure)),
                group,
                scope: scope_of(entry, figure, &known_places),
            };
            let at = keys.iter().position(|k| same_claim(k, &key)).unwrap_or_else(|| {
                keys.push(key);
                series.push(BTreeMap::new());
                keys.len() - 1
            });
            let origin = origin_of(&traced);
            if let Some(all) = series.get_mut(at) {
                put(all.entry(origin).or_default(), entries, report, &dated(entry, figure), traced);
            }
        }
    }
    for (key, series) in keys.into_iter().zip(series) {
        let mut series: Vec<Series> =
            series.into_iter().map(|(origin, points)| line(origin, points, cast)).collect();
        series.sort_by_key(|s| s.points.first().and_then(|p| p.reports.first()).map(|a| a.mark));
        independence(&mut series, cast);
        gathered.claims.push(Claim {
            category: key.category,
            unit: key.unit,
            group: key.group,
            scope: key.scope,
            series,
            summary: Summary {
                low: None,
                best: None,
                high: None,
                open_above: false,
                independent: 0,
                rule: String::new(),
                inputs: Vec::new(),
            },
        });
    }
    gathered
}

/// The figure of the body that a figure of the headline announces: the headline is no second telling.
fn told_in_body<'e>(entry: &Entry<'e>, figure: &Figure) -> Option<&'e Figure> {
    let headline = entry.reading.report.head.headline.as_ref()?.span?;
    let value = bounds::of(figure);
    headline.overlaps(figure.span).then_some(())?;
    entry.reading.figures.iter().find(|f| {
        !headline.overlaps(f.span)
            && f.category == figure.category
            && bounds::central(&bounds::of(f)) == bounds::central(&value)
    })
}

/// A figure with the days that stand elsewhere in its report: with the whole that it is part of, or in the headline.
fn dated(entry: &Entry<'_>, figure: &Figure) -> Figure {
    let figures = &entry.reading.figures;
    let whole = figure.part_of.and_then(|id| figures.get(id.index()));
    let announced = figures.iter().find(|f| told_in_body(entry, f).is_some_and(|body| body.id == figure.id));
    let others: Vec<&Figure> = [whole, announced].into_iter().flatten().collect();
    let mut dated = figure.clone();
    dated.as_of = dated.as_of.or_else(|| others.iter().find_map(|f| f.as_of));
    dated.said_on = dated.said_on.or_else(|| whole.and_then(|f| f.said_on));
    dated
}

/// True where the report gives another value of the same count by the same origin: an undated one may be an older one.
fn is_retold(entry: &Entry<'_>, figure: &Figure) -> bool {
    entry.reading.figures.iter().any(|f| {
        f.id != figure.id
            && f.category == figure.category
            && f.origin == figure.origin
            && f.said_on.is_some()
            && !bounds::same(&bounds::of(f), &bounds::of(figure))
    })
}

/// What a figure of no named category counts: without it two of them have nothing in common.
fn other_thing(entry: &Entry<'_>, figure: &Figure) -> Option<String> {
    if figure.category != Category::OTHER {
        return None;
    }
    let words = figure.counted.unwrap_or(figure.span).cut(&entry.reading.report.text);
    Some(word::words(words).map(|w| word::fold(w.text).into_owned()).collect::<Vec<_>>().join(" "))
}

fn is_denied(entry: &Entry<'_>, figure: &Figure) -> bool {
    let statement = figure.statement.and_then(|id| entry.reading.statements.get(id.index()));
    figure.negated
        || figure.modality == Modality::Denied
        || statement.is_some_and(|s| {
            s.modality == Modality::Denied || (s.polarity == Polarity::Negative && figure.negated)
        })
}

/// Groups that the story's figures name, by category.
fn groups(entries: &[Entry<'_>]) -> BTreeMap<Category, BTreeSet<String>> {
    let mut groups: BTreeMap<Category, BTreeSet<String>> = BTreeMap::new();
    for figure in entries.iter().flat_map(|e| &e.reading.figures) {
        if let Some(key) = figure.group.as_deref().and_then(group_key) {
            groups.entry(figure.category.clone()).or_default().insert(key);
        }
    }
    groups
}

/// The group counted; where the report does not say, the only group of which the story counts such things.
fn group_of(figure: &Figure, groups: &BTreeMap<Category, BTreeSet<String>>) -> Option<String> {
    if let Some(key) = figure.group.as_deref().and_then(group_key) {
        return Some(key);
    }
    let only = |set: &BTreeSet<String>| (set.len() == 1).then(|| set.first().cloned()).flatten();
    if let Some(set) = groups.get(&figure.category) {
        return only(set);
    }
    if !is_loss(&figure.category) {
        return None;
    }
    let all: BTreeSet<String> =
        groups.iter().filter(|(c, _)| is_loss(c)).flat_map(|(_, set)| set.iter().cloned()).collect();
    only(&all)
}

/// Names of places in how many reports they stand.
fn places_of_the_story(entries: &[Entry<'_>]) -> BTreeSet<String> {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for entry in entries {
        let names: BTreeSet<String> = entry.reading.places.iter().map(|p| fold(&p.name)).collect();
        for name in names {
            *counts.entry(name).or_default() += 1;
        }
    }
    // What a third of the reports name is what the story is about, not a part of it.
    counts.into_iter().filter(|(_, n)| n * 3 >= entries.len().max(4)).map(|(name, _)| name).collect()
}

fn scope_of(entry: &Entry<'_>, figure: &Figure, known: &BTreeSet<String>) -> Scope {
    use sayso_model::PlaceLevel::{City, District};
    let mut places: Vec<String> = figure
        .places
        .iter()
        .filter_map(|id| entry.reading.places.get(id.index()))
        .filter(|p| p.resolved.as_ref().is_none_or(|r| matches!(r.level, City | District)))
        .map(|p| p.name.clone())
        .filter(|name| !known.contains(&fold(name)) && country_in(name).is_none())
        .collect();
    places.sort();
    places.dedup();
    match figure.period {
        Some(period) if figure.cumulative != Some(true) => Scope::During { period, places },
        _ if !places.is_empty() => Scope::At { places },
        _ => Scope::Total,
    }
}

fn same_claim(a: &Key, b: &Key) -> bool {
    let near = |x: Date, y: Date| day::between(x, y).abs() <= 1;
    let scope = match (&a.scope, &b.scope) {
        (Scope::Total, Scope::Total) => true,
        (Scope::During { period: p, places: a }, Scope::During { period: q, places: b }) => {
            near(p.0, q.0) && near(p.1, q.1) && (a == b || a.is_empty() || b.is_empty())
        }
        (Scope::At { places: a }, Scope::At { places: b }) => a.iter().any(|p| b.contains(p)),
        _ => false,
    };
    scope && a.category == b.category && a.unit == b.unit && a.group == b.group
}

fn origin_of(traced: &Traced) -> Origin {
    match traced.steps.last().filter(|s| s.role == ChainRole::Origin) {
        Some(step) => match (step.speaker, &step.name) {
            (Some(speaker), _) => Origin::Speaker(speaker),
            (None, Some(name)) => Origin::Name(name.clone()),
            (None, None) => Origin::Nobody,
        },
        None => Origin::Nobody,
    }
}

fn published(entries: &[Entry<'_>], report: ReportIndex) -> Option<Date> {
    entries.get(report)?.reading.report.head.published.as_ref().map(|d| d.value)
}

/// Puts a figure with the saying of it that is already there, or makes it a new one.
fn put(points: &mut Vec<Point>, entries: &[Entry<'_>], report: ReportIndex, figure: &Figure, traced: Traced) {
    let value = bounds::of(figure);
    let day_of = published(entries, report);
    let retold = figure.said_on.is_none() && entries.get(report).is_some_and(|e| is_retold(e, figure));
    let one = |p: &&mut Point| {
        if !bounds::same(&p.value, &value)
            || (p.as_of.is_some() && figure.as_of.is_some() && p.as_of != figure.as_of)
        {
            return false;
        }
        match (p.on, figure.said_on) {
            (Some(a), Some(b)) => day::between(a, b).abs() <= SAID_WITHIN,
            _ if retold => true,
            (Some(a), None) => {
                day_of.is_none_or(|d| (-SAID_WITHIN..=ONE_SAYING).contains(&day::between(a, d)))
            }
            (None, _) => p
                .reports
                .last()
                .and_then(|a| Some(day::between(published(entries, a.mark.report)?, day_of?)))
                .is_none_or(|days| days.abs() <= ONE_SAYING),
        }
    };
    let appearance = Appearance {
        mark: StoryMark { report, span: figure.span },
        figure: figure.id,
        value,
        chain: traced.steps,
        echo: false,
        notes: traced.notes,
    };
    match points.iter_mut().find(one) {
        Some(point) => {
            point.on = point.on.or(figure.said_on);
            point.as_of = point.as_of.or(figure.as_of);
            // The strictest account stands for the value: bounds say more than a bare number.
            if point.value.low.is_none() && value.low.is_some() {
                point.value = value;
            }
            point.reports.push(Appearance { echo: true, ..appearance });
        }
        None => points.push(Point {
            on: figure.said_on,
            as_of: figure.as_of,
            value,
            reports: vec![appearance],
            statuses: Vec::new(),
        }),
    }
}

fn line(origin: Origin, mut points: Vec<Point>, cast: &Cast) -> Series {
    points.sort_by_key(|p| (p.as_of.max(p.on), p.reports.first().map(|a| a.mark)));
    let (origin, name) = match origin {
        Origin::Speaker(speaker) => (Some(speaker), cast.get(speaker).map(|s| s.name.clone())),
        Origin::Name(name) => (None, Some(name)),
        Origin::Nobody => (None, None),
    };
    let anonymous = origin.and_then(|s| cast.get(s)).is_some_and(|s| s.anonymous);
    let independence = match (&name, anonymous) {
        (None, _) => Independence::NoOrigin,
        (Some(_), true) => Independence::NotEstablished,
        (Some(_), false) => Independence::Independent,
    };
    Series { origin, name, independence, points }
}

/// Marks origins that speak for the same body as an earlier one of the claim.
fn independence(series: &mut [Series], cast: &Cast) {
    let bodies = |speaker: SpeakerIndex| -> Vec<(Option<SpeakerIndex>, String)> {
        let Some(s) = cast.get(speaker) else { return Vec::new() };
        let own = (Some(speaker), s.name.clone());
        std::iter::once(own).chain(s.parents.iter().map(|p| (p.speaker, p.name.clone()))).collect()
    };
    for at in 1..series.len() {
        let (before, rest) = series.split_at_mut(at);
        let Some(this) = rest.first_mut().filter(|s| s.independence == Independence::Independent) else {
            continue;
        };
        let Some(own) = this.origin else { continue };
        let mine = bodies(own);
        let shared = before.iter().filter(|s| s.independence == Independence::Independent).find_map(|s| {
            let other = s.origin?;
            let theirs = bodies(other);
            let parent = mine.iter().find(|(speaker, name)| {
                theirs.iter().any(|(s, n)| (speaker.is_some() && s == speaker) || fold(n) == fold(name))
            })?;
            Some((other, parent.1.clone()))
        });
        if let Some((with, parent)) = shared {
            this.independence = Independence::SharesParent { with, parent };
        }
    }
}
