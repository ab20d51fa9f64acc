//! Claims: figures about the same thing, group, place and time, each with the values of each origin over time.

use std::collections::{BTreeMap, BTreeSet};

use sayso_model::{
    Category, ChainRole, Date, Figure, Modality, Polarity, SpeakerKind,
    story::{
        Appearance, Bounds, Claim, Independence, Point, ReportIndex, Scope, Series, SpeakerIndex, StoryMark,
        StorySpeaker, Summary,
    },
};

use crate::{
    Entry, bounds,
    category::is_state,
    chain::{Traced, Tracer},
    data::fold,
    day,
    group::Groups,
    scope::Scopes,
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
    modality: Modality,
}

/// Whose word a series is.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Origin {
    Speaker(SpeakerIndex),
    Name(String),
    Nobody,
}

impl Origin {
    fn speaker(&self) -> Option<SpeakerIndex> {
        match self {
            Self::Speaker(speaker) => Some(*speaker),
            _ => None,
        }
    }

    /// The body that it is or for which it speaks.
    fn body(&self, cast: &Cast) -> Option<SpeakerIndex> {
        let speaker = self.speaker()?;
        Some(cast.get(speaker)?.parents.iter().find_map(|p| p.speaker).unwrap_or(speaker))
    }
}

pub(crate) fn gather(entries: &[Entry<'_>], cast: &Cast, tracer: &mut Tracer<'_>) -> Gathered {
    let begun = entries.iter().enumerate().find_map(|(report, _)| published(entries, report));
    let groups = Groups::of(entries, &cast.lands);
    let scopes = Scopes::of(entries, cast, begun);
    let mut gathered = Gathered::default();
    let mut told: Vec<Told<'_>> = Vec::new();
    for (report, entry) in entries.iter().enumerate() {
        for figure in &entry.reading.figures {
            if bounds::central(&bounds::of(figure)).is_none()
                || figure.retracted
                || told_in_body(entry, figure).is_some()
            {
                continue;
            }
            let traced = tracer.trace(report, figure);
            let origin = origin_of(&traced);
            let land = origin.speaker().and_then(|s| cast.get(s)?.country.clone());
            let group = groups.group_of(entry, figure, land);
            if is_denied(entry, figure) {
                let end = traced.steps.last().filter(|s| s.role == ChainRole::Origin);
                let statement = figure.statement.and_then(|id| entry.reading.statements.get(id.index()));
                let denier = statement.and_then(|s| cast.of(report, s.speaker?));
                gathered.denials.push(Denial {
                    category: figure.category.clone(),
                    group,
                    value: bounds::of(figure),
                    by: end.and_then(|s| s.speaker).or(denier),
                    by_name: end
                        .and_then(|s| s.name.clone())
                        .or_else(|| Some(cast.get(denier?)?.name.clone())),
                    mark: StoryMark { report, span: figure.span },
                });
                continue;
            }
            if matches!(figure.modality, Modality::Expected | Modality::Planned | Modality::Demanded) {
                continue;
            }
            // Somebody denies what the report hands on as another's ("rejected the figure of 31 given by the board").
            for by in deniers(entry, figure).filter_map(|id| cast.of(report, id)) {
                gathered.denials.push(Denial {
                    category: figure.category.clone(),
                    group: group.clone(),
                    value: bounds::of(figure),
                    by: Some(by),
                    by_name: cast.get(by).map(|s| s.name.clone()),
                    mark: StoryMark { report, span: figure.span },
                });
            }
            let scope = scopes.scope_of(entry, figure, origin.speaker());
            told.push(Told { report, figure, traced, origin, group, scope });
        }
    }
    let grouped: Vec<(usize, String)> = ungrouped(&told, cast);
    for (at, group) in grouped {
        if let Some(told) = told.get_mut(at) {
            told.group = Some(group);
        }
    }
    let mut keys: Vec<Key> = Vec::new();
    let mut series: Vec<BTreeMap<Origin, Vec<Point>>> = Vec::new();
    for Told { report, figure, traced, origin, group, scope } in told {
        let Some(entry) = entries.get(report) else { continue };
        let group = group.or_else(|| groups.only_group(figure));
        let unit = figure.unit.clone().or_else(|| other_thing(entry, figure));
        let modality = match figure.modality {
            Modality::Possible => Modality::Possible,
            _ => Modality::Asserted,
        };
        let key = Key { category: figure.category.clone(), unit, group, scope, modality };
        let at = keys.iter().position(|k| same_claim(k, &key)).unwrap_or_else(|| {
            keys.push(key);
            series.push(BTreeMap::new());
            keys.len() - 1
        });
        if let Some(all) = series.get_mut(at) {
            put(all.entry(origin).or_default(), entries, report, &dated(entry, figure), traced);
        }
    }
    for (key, series) in keys.into_iter().zip(series) {
        let mut series: Vec<Series> =
            series.into_iter().map(|(origin, points)| line(origin, points, cast, tracer)).collect();
        series.sort_by_key(|s| s.points.first().and_then(|p| p.reports.first()).map(|a| a.mark));
        independence(&mut series, cast);
        gathered.claims.push(Claim {
            category: key.category,
            unit: key.unit,
            group: key.group,
            scope: key.scope,
            modality: key.modality,
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

/// A figure with whose word it is, before it is known which claim it belongs to.
struct Told<'e> {
    report: ReportIndex,
    figure: &'e Figure,
    traced: Traced,
    origin: Origin,
    group: Option<String>,
    scope: Scope,
}

/// Groups of figures that name none: that under which the same origin, or its body, gives the same value elsewhere.
fn ungrouped(told: &[Told<'_>], cast: &Cast) -> Vec<(usize, String)> {
    let one_word = |a: &Origin, b: &Origin| {
        a == b || matches!((a.body(cast), b.body(cast)), (Some(x), Some(y)) if x == y)
    };
    let missing = told.iter().enumerate().filter(|(_, t)| t.group.is_none() && t.origin != Origin::Nobody);
    missing
        .filter_map(|(at, t)| {
            let groups: BTreeSet<&String> = told
                .iter()
                .filter(|o| o.figure.category == t.figure.category)
                .filter(|o| bounds::same(&bounds::of(o.figure), &bounds::of(t.figure)))
                .filter(|o| one_word(&o.origin, &t.origin))
                .filter_map(|o| o.group.as_ref())
                .collect();
            match (groups.first(), groups.len()) {
                (Some(one), 1) => Some((at, (*one).clone())),
                _ => None,
            }
        })
        .collect()
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
    if is_state(&figure.category) {
        dated.as_of = dated.as_of.or_else(|| figure.period.filter(|p| p.0 == p.1).map(|p| p.1));
    }
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

/// Those who deny a statement around the one that a figure stands in.
fn deniers<'e>(
    entry: &'e Entry<'_>,
    figure: &'e Figure,
) -> impl Iterator<Item = sayso_model::SpeakerId> + 'e {
    let around = entry.reading.statements.iter().filter(|s| {
        s.modality == Modality::Denied
            && Some(s.id) != figure.statement
            && s.content.iter().any(|c| c.contains(figure.number))
    });
    around.filter_map(|s| s.speaker).filter(|s| Some(*s) != figure.origin_speaker)
}

fn same_claim(a: &Key, b: &Key) -> bool {
    let near = |x: Date, y: Date| day::between(x, y).abs() <= 1;
    let scope = match (&a.scope, &b.scope) {
        (Scope::Total, Scope::Total) | (Scope::Part, Scope::Part) => true,
        (Scope::Added { places: a }, Scope::Added { places: b }) => a == b,
        (Scope::During { period: p, places: a }, Scope::During { period: q, places: b }) => {
            near(p.0, q.0) && near(p.1, q.1) && (a == b || a.is_empty() || b.is_empty())
        }
        (Scope::At { places: a }, Scope::At { places: b }) => a.iter().any(|p| b.contains(p)),
        _ => false,
    };
    let same = a.category == b.category && a.unit == b.unit && a.group == b.group;
    same && scope && a.modality == b.modality
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
            known_by: day_of,
            on: figure.said_on,
            as_of: figure.as_of,
            value,
            reports: vec![appearance],
            statuses: Vec::new(),
        }),
    }
}

fn line(origin: Origin, mut points: Vec<Point>, cast: &Cast, tracer: &mut Tracer<'_>) -> Series {
    points.sort_by_key(|p| (p.as_of.or(p.on).or(p.known_by), p.reports.first().map(|a| a.mark)));
    let (origin, name) = match origin {
        Origin::Speaker(speaker) => (Some(speaker), cast.get(speaker).map(|s| s.name.clone())),
        Origin::Name(name) => (None, Some(name)),
        Origin::Nobody => (None, None),
    };
    let anonymous = origin.and_then(|s| cast.get(s)).is_some_and(|s| s.anonymous && !is_known_body(s));
    let outlet = origin.and_then(|s| cast.get(s)).is_some_and(|s| s.kind == SpeakerKind::Outlet)
        || name.as_deref().is_some_and(|name| tracer.is_outlet(name));
    let independence = match (&name, anonymous) {
        (None, _) => Independence::NoOrigin,
        // An outlet hands on. Where the way ends with it, it has named nobody.
        (Some(_), _) if outlet => Independence::NoOrigin,
        (Some(_), true) => Independence::NotEstablished,
        (Some(_), false) => Independence::Independent,
    };
    Series { origin, name, independence, points }
}

/// True for a body that is described and yet can be only one: that of a land, or "the" one ("the interior ministry"), not
/// "an aid group".
fn is_known_body(speaker: &StorySpeaker) -> bool {
    let article = |name: &String| {
        let first = name.split(' ').next().unwrap_or("").to_lowercase();
        matches!(first.as_str(), "a" | "an" | "one" | "another" | "some")
    };
    matches!(speaker.kind, SpeakerKind::Organization | SpeakerKind::Government)
        && (speaker.country.is_some() || !speaker.names.iter().any(article))
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
