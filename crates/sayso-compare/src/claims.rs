//! Claims: figures about the same thing, group, place and time, with each origin's values over time.

use std::collections::{BTreeMap, BTreeSet};

use sayso_model::{
    Category, Date, Figure, Modality, Number, SpeakerKind,
    story::{
        About, Appearance, Bounds, Claim, EventOf, Independence, Point, ReportIndex, Scope, Series,
        SpeakerIndex, Step, StoryMark, StorySpeaker, Sum, Summary, origin_step,
    },
};

use crate::{
    Entry, about, bounds,
    category::{counts_people, is_loss},
    chain::{Traced, Tracer},
    data::fold,
    day,
    event::{self, Events},
    group::Groups,
    own::{self, Dated, Own, OwnFigure},
    scope::{self, Scopes, ends_sentence},
    speakers::{Cast, is_spokesman},
    sums, word,
    words::{self, Set},
};

/// If one of two reports of the same value by the same origin is undated, they count as one statement within this many days.
const ONE_SAYING: i64 = 14;
/// Bytes within which a count of another origin counts as put next to one.
const BESIDE: usize = 400;
/// Days by which two reports may differ on when something was said.
const SAID_WITHIN: i64 = 2;
/// Smallest count that half of another origin's larger one makes its rival.
const FEW: i64 = 10;
/// Maximum number of words between two counts of a list.
const LISTED_WORDS: usize = 8;
/// A figure that somebody says is wrong.
#[derive(Debug, Clone)]
pub(crate) struct Denial {
    pub(crate) category: Category,
    pub(crate) group: Option<String>,
    pub(crate) value: Bounds,
    /// Whose denial it is; a spokesman's is that of his body.
    pub(crate) by: Option<SpeakerIndex>,
    pub(crate) by_name: Option<String>,
    pub(crate) mark: StoryMark,
}

/// The claims of a story, before anything is said about what became of their values.
#[derive(Debug, Default)]
pub(crate) struct Gathered {
    pub(crate) claims: Vec<Claim>,
    pub(crate) denials: Vec<Denial>,
    pub(crate) sums: Vec<Sum>,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    category: Category,
    unit: Option<String>,
    group: Option<String>,
    event: EventOf,
    definition: Option<String>,
    scope: Scope,
    modality: Modality,
}

/// The part of a key that is equal for all figures of a claim; of scope and event, only the variant.
type Kind = (Category, Option<String>, Option<String>, Option<String>, Modality, u8, u8);

impl Key {
    fn kind(&self) -> Kind {
        let scope = match &self.scope {
            Scope::Total => 0,
            Scope::During { .. } => 1,
            Scope::At { .. } => 2,
            Scope::Added { .. } => 3,
            Scope::Part => 4,
            Scope::OneOfSeveral => 5,
            _ => 6,
        };
        let event = match &self.event {
            EventOf::This => 0,
            EventOf::Earlier { .. } => 1,
            EventOf::Wider { .. } => 2,
            EventOf::Other { .. } => 3,
            _ => 4,
        };
        let (category, unit, group) = (self.category.clone(), self.unit.clone(), self.group.clone());
        (category, unit, group, self.definition.clone(), self.modality, scope, event)
    }

    /// The keys under which compatible claims are looked up; for a scope of places, one for each place.
    fn sorts(&self) -> Vec<(Kind, Option<String>)> {
        let kind = self.kind();
        match &self.scope {
            Scope::At { places } => places.iter().map(|place| (kind.clone(), Some(place.clone()))).collect(),
            _ => vec![(kind, None)],
        }
    }
}

/// Who a series is attributed to.
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

    /// The body that this is or that it speaks for.
    fn body(&self, cast: &Cast) -> Option<SpeakerIndex> {
        let speaker = self.speaker()?;
        Some(cast.get(speaker)?.parents.iter().find_map(|p| p.speaker).unwrap_or(speaker))
    }
}

/// Gathers the claims. `owns`: what each report says about its figures.
pub(crate) fn gather(entries: &[Entry<'_>], owns: &[Own], cast: &Cast, tracer: &mut Tracer<'_>) -> Gathered {
    let begun = entries.iter().enumerate().find_map(|(report, _)| published(entries, report));
    let groups = Groups::of(entries, &cast.countries);
    let events = Events::of(entries, owns, begun);
    let scopes = Scopes::of(entries, cast, &events, begun);
    let mut gathered = Gathered::default();
    let mut told: Vec<Told<'_>> = Vec::new();
    for (report, (entry, of_report)) in entries.iter().zip(owns).enumerate() {
        gathered.sums.extend(sums::findings(report, entry, &of_report.sums));
        let first = told.len();
        for (figure, own) in entry.reading.figures.iter().zip(&of_report.figures) {
            if bounds::central(&Bounds::of(figure)).is_none() || figure.retracted || own.is_announced {
                continue;
            }
            let traced = tracer.trace(report, figure);
            let origin = origin_of(&traced, cast);
            let country = origin.speaker().and_then(|s| cast.get(s)?.country.clone());
            let group = groups.group_of(report, entry, figure, country);
            if own.is_denied {
                let end = origin_step(&traced.steps);
                let statement = figure.statement.and_then(|id| entry.reading.statements.get(id.index()));
                let denier = statement.and_then(|s| cast.of(report, s.speaker?));
                gathered.denials.push(Denial {
                    category: figure.category.clone(),
                    group,
                    value: Bounds::of(figure),
                    by: end.and_then(|s| s.speaker).or(denier).map(|by| cast.voice(by)),
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
            // Somebody denies what the report relays from another ("rejected the figure of 31 given by the board").
            for by in own.deniers.iter().filter_map(|id| cast.of(report, *id)) {
                gathered.denials.push(Denial {
                    category: figure.category.clone(),
                    group: group.clone(),
                    value: Bounds::of(figure),
                    by: Some(cast.voice(by)),
                    by_name: cast.get(by).map(|s| s.name.clone()),
                    mark: StoryMark { report, span: figure.span },
                });
            }
            let around = own.around;
            let mut event = events.of_figure(entry, figure, around);
            // "Fires it started have killed 31 since 2005, the group says. The company acknowledges 25."
            if event == EventOf::This
                && figure.part_of.is_none()
                && figure.counted.is_none()
                && figure.period.is_none()
                && figure.as_of.is_none()
                && let Some(rival) = scope::rival(entry, figure)
                && let Some(of_rival) = of_report.figures.get(rival.id.index())
            {
                event = events.of_figure(entry, rival, of_rival.around);
            }
            let is_part = of_report.parts.contains(&figure.id);
            let speaker = origin.speaker();
            let (scope, by_office) =
                scopes.scope_of(entry, figure, around.sentence, speaker, &event, is_part);
            let about = about::of(entry, around, &own.told, &events);
            told.push(Told {
                report,
                figure,
                own,
                traced,
                origin,
                group,
                event,
                definition: own.definition.clone(),
                scope,
                by_office,
                about,
                modality: match figure.modality {
                    Modality::Possible => Modality::Possible,
                    _ => Modality::Asserted,
                },
            });
        }
        let of_report = told.get_mut(first..).unwrap_or_default();
        same_series(entry, of_report);
        enumerated(entry, of_report);
        one_of_several(entry, of_report, &events, cast);
    }
    of_a_line(entries, &mut told);
    one_number(&mut told);
    of_the_whole(&mut told);
    let grouped: Vec<(usize, String)> = ungrouped(&told, cast);
    for (at, group) in grouped {
        if let Some(told) = told.get_mut(at) {
            told.group = Some(group);
        }
    }
    let mut keys: Vec<Key> = Vec::new();
    let mut by_sort: BTreeMap<(Kind, Option<String>), Vec<usize>> = BTreeMap::new();
    let mut series: Vec<BTreeMap<Origin, Sayings>> = Vec::new();
    // What figures of no named category count: word stems, by which they are compared, with the first words for each.
    let mut things: BTreeMap<String, String> = BTreeMap::new();
    for told in told {
        let Told {
            report,
            figure,
            own,
            traced,
            origin,
            group,
            event,
            definition,
            scope,
            about,
            modality,
            ..
        } = told;
        let Some(entry) = entries.get(report) else { continue };
        let group = group.or_else(|| groups.only_group(figure));
        let unit = figure.unit.clone().or_else(|| {
            let words = other_thing(entry, figure)?;
            let stem =
                word::words(words).map(|w| word::fold(w.text).into_owned()).collect::<Vec<_>>().join(" ");
            things.entry(stem.clone()).or_insert_with(|| {
                word::words(words).map(|w| w.text.to_lowercase()).collect::<Vec<_>>().join(" ")
            });
            Some(stem)
        });
        let key = Key { category: figure.category.clone(), unit, group, event, definition, scope, modality };
        let sorts = key.sorts();
        let is_same = |k: &usize| keys.get(*k).is_some_and(|k| same_claim(k, &key));
        let first = |sort| by_sort.get(sort).and_then(|alike| alike.iter().copied().find(is_same));
        let at = sorts.iter().filter_map(first).min().unwrap_or_else(|| {
            sorts.into_iter().for_each(|sort| by_sort.entry(sort).or_default().push(keys.len()));
            keys.push(key);
            series.push(BTreeMap::new());
            keys.len() - 1
        });
        if let Some(all) = series.get_mut(at) {
            let said = Said { report, figure, own, traced, about };
            all.entry(origin).or_default().put(entries, cast, said);
        }
    }
    for (key, series) in keys.into_iter().zip(series) {
        let mut series: Vec<Series> =
            series.into_iter().map(|(origin, said)| line(origin, said.points, cast, tracer)).collect();
        series.sort_by_key(|s| s.points.first().and_then(|p| p.reports.first()).map(|a| a.mark));
        independence(&mut series, cast);
        gathered.claims.push(Claim {
            category: key.category,
            unit: key.unit.map(|unit| things.get(&unit).cloned().unwrap_or(unit)),
            group: key.group,
            event: key.event,
            definition: key.definition,
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

/// A figure and its origin, before its claim is known.
struct Told<'e> {
    report: ReportIndex,
    figure: &'e Figure,
    own: &'e OwnFigure,
    traced: Traced,
    origin: Origin,
    group: Option<String>,
    event: EventOf,
    definition: Option<String>,
    scope: Scope,
    /// True if only the office that counts indicates which place the count is about.
    by_office: bool,
    about: About,
    /// Asserted or possible.
    modality: Modality,
}

/// What a figure takes over from others with its exact number.
struct Shared {
    at: usize,
    group: Option<String>,
    definition: Option<String>,
    whole: bool,
    modality: Modality,
}

/// Treats one exact number in several reports as one claim: a definition or a kind of people that only some of them mention does
/// not keep it apart, a number that some give as the total is not a partial count in the others, and one that some assert is more
/// than possible ("an estimated 2,975 could be due to it" next to "2,975 died").
fn one_number(told: &mut [Told<'_>]) {
    type Sort<'t> = (&'t Category, bounds::Value, &'t EventOf);
    fn sort<'t>(t: &'t Told<'_>) -> Option<Sort<'t>> {
        let value = Bounds::of(t.figure);
        let exact = bounds::is_exact(&value) && counts_people(&t.figure.category);
        Some((&t.figure.category, bounds::value(&value).filter(|_| exact)?, &t.event))
    }
    let mut alike: BTreeMap<Sort<'_>, Vec<usize>> = BTreeMap::new();
    for (n, t) in told.iter().enumerate() {
        if let Some(sort) = sort(t) {
            alike.entry(sort).or_default().push(n);
        }
    }
    let mut changes: Vec<Shared> = Vec::new();
    for all in alike.into_values().filter(|all| all.len() > 1) {
        let of = |n: &usize| told.get(*n);
        // A part says nothing about who the whole is.
        let wholes = all.iter().filter_map(of).filter(|t| t.scope != Scope::Part);
        let groups: BTreeSet<&Option<String>> = wholes.map(|t| &t.group).collect();
        // If one kind of people is the only one named and some reports name none, that kind is everybody.
        let named: Vec<&String> = groups.iter().filter_map(|g| g.as_ref()).collect();
        let ungrouped = groups.contains(&None);
        let group = match named.as_slice() {
            [one] if ungrouped => Some((*one).clone()),
            _ => None,
        };
        let defined = all.iter().filter_map(of).any(|t| t.definition.is_none());
        let whole = all.iter().filter_map(of).any(|t| t.scope == Scope::Total);
        let asserted = all.iter().filter_map(of).any(|t| t.modality == Modality::Asserted);
        changes.extend(all.iter().filter_map(|n| {
            let t = told.get(*n)?;
            let modality = if asserted { Modality::Asserted } else { t.modality };
            let group = t.group.clone().or_else(|| group.clone());
            let definition = t.definition.clone().filter(|_| !defined);
            let whole = whole && t.scope == Scope::OneOfSeveral;
            Some(Shared { at: *n, group, definition, whole, modality })
        }));
    }
    for Shared { at, group, definition, whole, modality } in changes {
        let Some(t) = told.get_mut(at) else { continue };
        t.modality = modality;
        if let Some(dropped) = t.definition.take().filter(|d| definition.as_ref() != Some(d)) {
            t.about.definitions.push(dropped);
        } else {
            t.definition = definition;
        }
        t.group = group;
        if whole {
            t.scope = Scope::Total;
        }
    }
}

/// Treats a small count that nothing in its report calls a total as one, if its origin gives totals of the same people in other
/// reports and it fits between them: it is a step of that series.
fn of_a_line(entries: &[Entry<'_>], told: &mut [Told<'_>]) {
    type Line<'t> = (&'t Category, &'t Origin, &'t Option<String>, &'t EventOf, &'t Option<String>);
    fn line<'t>(t: &'t Told<'_>) -> Line<'t> {
        (&t.figure.category, &t.origin, &t.group, &t.event, &t.definition)
    }
    /// A total with its day and its report.
    type Total = (Option<Date>, Option<Number>, ReportIndex);
    let day = |t: &Told<'_>| t.figure.as_of.or(t.figure.said_on).or_else(|| published(entries, t.report));
    // The totals of each line in order of their days.
    let mut totals: BTreeMap<Line<'_>, BTreeSet<Total>> = BTreeMap::new();
    for t in told.iter().filter(|t| t.scope == Scope::Total && t.origin != Origin::Nobody) {
        totals.entry(line(t)).or_default().insert((day(t), amount(t.figure), t.report));
    }
    let is_step = |t: &Told<'_>| {
        let Some(line) = totals.get(&line(t)) else { return false };
        let own = (day(t), amount(t.figure), t.report);
        let (before, after) = (line.range(..own).next_back(), line.range(own..).next());
        let fits = before.is_none_or(|b| b.1 <= own.1) && after.is_none_or(|a| own.1 <= a.1);
        // Next to a total of the same origin it is something else.
        fits && [before, after].into_iter().flatten().all(|other| other.2 != own.2)
    };
    let small = told.iter().enumerate().filter(|(_, t)| t.scope == Scope::OneOfSeveral && is_step(t));
    let small: Vec<usize> = small.map(|(n, _)| n).collect();
    for n in small {
        if let Some(t) = told.get_mut(n) {
            t.scope = Scope::Total;
        }
    }
}

/// Treats a count that is limited to a place only because that place's office gives it as the total, if somebody gives the same
/// number as the total.
fn of_the_whole(told: &mut [Told<'_>]) {
    type Said<'t> = (&'t Category, Option<bounds::Value>, Option<&'t String>, Option<&'t String>);
    fn said<'t>(t: &'t Told<'_>) -> Said<'t> {
        let value = bounds::value(&Bounds::of(t.figure));
        (&t.figure.category, value, t.group.as_ref(), t.definition.as_ref())
    }
    let wholes: BTreeSet<Said<'_>> = told
        .iter()
        .filter(|t| t.scope == Scope::Total && t.event == EventOf::This && !t.by_office)
        .map(said)
        .collect();
    let whole: Vec<usize> = told
        .iter()
        .enumerate()
        .filter(|(_, t)| t.by_office && matches!(t.scope, Scope::At { .. }) && wholes.contains(&said(t)))
        .map(|(n, _)| n)
        .collect();
    for n in whole {
        if let Some(t) = told.get_mut(n) {
            t.scope = Scope::Total;
        }
    }
}

/// Gives an earlier count ("up from eight") the group and scope of the count before it in its sentence, otherwise of the nearest
/// one, and that count's origin if it has none of its own.
fn same_series(entry: &Entry<'_>, told: &mut [Told<'_>]) {
    let text = entry.reading.report.text.as_str();
    for n in 1..told.len() {
        let (before, rest) = told.split_at_mut(n);
        let Some(this) = rest.first_mut() else { continue };
        if !this.own.is_earlier {
            continue;
        }
        let alike = |t: &&Told<'_>| {
            t.figure.category == this.figure.category && t.figure.modality == this.figure.modality
        };
        let in_sentence = |t: &&Told<'_>| !ends_sentence(text.get(t.figure.span.end..this.figure.span.start));
        let of_sentence = before.iter().rev().filter(alike).find(in_sentence);
        let beside = || before.iter().rev().filter(alike).find(|t| is_beside(t.figure, this.figure));
        let Some(newer) = of_sentence.or_else(beside) else { continue };
        if this.origin == Origin::Nobody && of_sentence.is_some() {
            this.origin = newer.origin.clone();
            this.traced = newer.traced.clone();
        }
        this.group.clone_from(&newer.group);
        this.scope.clone_from(&newer.scope);
        this.event.clone_from(&newer.event);
    }
}

/// Treats counts of one kind of loss in one list, from one origin, as parts of a sum that the list does not state ("two soldiers,
/// one clerk and one driver were killed"), if they name no group by which they can be compared.
fn enumerated(entry: &Entry<'_>, told: &mut [Told<'_>]) {
    let text = entry.reading.report.text.as_str();
    let in_list = |a: &Told<'_>, b: &Told<'_>| {
        let one = a.figure.category == b.figure.category
            && a.figure.modality == b.figure.modality
            && a.origin == b.origin
            && a.event == b.event
            && is_loss(&a.figure.category);
        let between = text.get(a.figure.number.end..b.figure.number.start).unwrap_or(".").trim();
        let listed = between.strip_suffix("and").unwrap_or(between).trim_end();
        let ends = listed.ends_with(',') || listed.len() < between.len();
        one && ends
            && listed.split_whitespace().count() <= LISTED_WORDS
            && !listed.trim_end_matches(',').contains([',', ';', ':', '.', '(', '“', '"'])
            && !listed.split_whitespace().any(|w| words::is(Set::NotListed, w.trim_end_matches(',')))
            && b.figure.counted.is_some()
    };
    let pairs: Vec<usize> = (1..told.len())
        .filter(|n| told.get(n - 1).zip(told.get(*n)).is_some_and(|(a, b)| in_list(a, b)))
        .collect();
    for n in pairs {
        for at in [n - 1, n] {
            if let Some(t) = told.get_mut(at).filter(|t| t.group.is_none() && t.scope == Scope::Total) {
                t.scope = Scope::Part;
            }
        }
    }
}

/// Does not treat counts of a report that are much smaller than another of the same kind as totals, since nothing says what they
/// are a part of. Exceptions are a rival count by another named origin in the same or the next sentence, and an earlier value
/// ("up from nine on Monday").
fn one_of_several(entry: &Entry<'_>, told: &mut [Told<'_>], events: &Events, cast: &Cast) {
    type Sort<'t> = (&'t Category, &'t Option<String>, &'t EventOf, &'t Option<String>, Modality);
    fn sort<'t>(t: &'t Told<'_>) -> Sort<'t> {
        (&t.figure.category, &t.group, &t.event, &t.definition, t.figure.modality)
    }
    let whole = |t: &Told<'_>| t.scope == Scope::Total && counts_people(&t.figure.category);
    let mut largest: BTreeMap<Sort<'_>, (&Figure, &Origin)> = BTreeMap::new();
    // What used to be the count is no whole that others are a part of.
    for t in told.iter().filter(|t| whole(t) && !t.own.is_called_earlier) {
        let known = largest.entry(sort(t)).or_insert((t.figure, &t.origin));
        if amount(t.figure) > amount(known.0) {
            *known = (t.figure, &t.origin);
        }
    }
    // The largest count that each origin gives: another origin's largest is its own total.
    let mut most_of: BTreeMap<(Sort<'_>, &Origin), Option<Number>> = BTreeMap::new();
    for t in told.iter().filter(|t| whole(t)) {
        let known = most_of.entry((sort(t), &t.origin)).or_default();
        *known = (*known).max(amount(t.figure));
    }
    let is_its_most =
        |t: &Told<'_>| most_of.get(&(sort(t), &t.origin)).is_some_and(|most| *most == amount(t.figure));
    // A few may be a part by chance.
    let is_half = |a: &Figure, b: &Figure| {
        amount(a) >= Some(Number::whole(FEW))
            && amount(a).and_then(|n| n.times(Number::whole(2))) >= amount(b)
    };
    // Each of two countries counts its own people.
    let country = |origin: &Origin| origin.speaker().and_then(|s| cast.get(s)?.country.clone());
    let are_two_sides = |a: &Origin, b: &Origin| country(a).zip(country(b)).is_some_and(|(a, b)| a != b);
    let small: Vec<usize> = told
        .iter()
        .enumerate()
        .filter(|(_, t)| whole(t))
        .filter(|(_, t)| {
            largest.get(&sort(t)).is_some_and(|(most, origin)| {
                let much = || {
                    let (three, two) = (Number::whole(3), Number::whole(2));
                    amount(t.figure).and_then(|n| n.times(three)) <= amount(most).and_then(|n| n.times(two))
                };
                let named = t.origin != Origin::Nobody && **origin != Origin::Nobody;
                let rival = named
                    && t.origin != **origin
                    && (is_beside(t.figure, most)
                        || is_half(t.figure, most) && is_its_most(t) && !are_two_sides(&t.origin, origin));
                let day = |f: &Figure| f.as_of.or(f.said_on);
                let earlier = day(t.figure).is_some() && day(t.figure) < day(most) || t.own.is_earlier;
                // "Nobody" is not a partial count.
                let nobody = amount(t.figure) == Some(Number::whole(0));
                t.figure.id != most.id
                    && much()
                    && !nobody
                    && !rival
                    && !earlier
                    && !is_called_whole(entry, t, events)
            })
        })
        .map(|(n, _)| n)
        .collect();
    for n in small {
        if let Some(t) = told.get_mut(n) {
            t.scope = Scope::OneOfSeveral;
        }
    }
}

/// True for a count that its own words call a total ("the toll stands at nine", "19 in all") or the count of the event by its
/// name; not for what used to be the toll.
fn is_called_whole(entry: &Entry<'_>, told: &Told<'_>, events: &Events) -> bool {
    let Told { figure, own, .. } = told;
    let total = own.is_called_total && !own.is_called_earlier;
    figure.cumulative == Some(true) || total || events.is_due_to_it(entry, figure)
}

fn amount(figure: &Figure) -> Option<Number> {
    bounds::central(&Bounds::of(figure))
}

/// True for two figures in the same sentence or in two consecutive ones, judged by their distance.
fn is_beside(a: &Figure, b: &Figure) -> bool {
    let apart = a.span.start.saturating_sub(b.span.end).max(b.span.start.saturating_sub(a.span.end));
    apart <= BESIDE
}

/// Figures that name no group, with the group under which the same origin, or its body, gives the same value elsewhere.
fn ungrouped(told: &[Told<'_>], cast: &Cast) -> Vec<(usize, String)> {
    type Said<'t> = (&'t Category, Option<bounds::Value>, &'t Origin);
    let body = |origin: &Origin| origin.body(cast).map_or_else(|| origin.clone(), Origin::Speaker);
    let words: Vec<Origin> = told.iter().map(|t| body(&t.origin)).collect();
    let mut grouped: BTreeMap<Said<'_>, BTreeSet<&String>> = BTreeMap::new();
    for (t, word) in told.iter().zip(&words) {
        let said = (&t.figure.category, bounds::value(&Bounds::of(t.figure)), word);
        grouped.entry(said).or_default().extend(&t.group);
    }
    let missing = told.iter().zip(&words).enumerate();
    missing
        .filter(|(_, (t, _))| t.group.is_none() && t.origin != Origin::Nobody)
        .filter_map(|(at, (t, word))| {
            let said = (&t.figure.category, bounds::value(&Bounds::of(t.figure)), word);
            let groups = grouped.get(&said)?;
            match (groups.first(), groups.len()) {
                (Some(one), 1) => Some((at, (*one).clone())),
                _ => None,
            }
        })
        .collect()
}

/// The words for what a figure without a named category counts; without them, two such figures have nothing in common.
fn other_thing<'e>(entry: &'e Entry<'_>, figure: &Figure) -> Option<&'e str> {
    let words = figure.counted.unwrap_or(figure.span);
    (figure.category == Category::OTHER).then(|| words.cut(&entry.reading.report.text))
}

fn same_claim(a: &Key, b: &Key) -> bool {
    let near = |x: Date, y: Date| day::between(x, y).abs() <= 1;
    let scope = match (&a.scope, &b.scope) {
        (Scope::Total, Scope::Total)
        | (Scope::Part, Scope::Part)
        | (Scope::OneOfSeveral, Scope::OneOfSeveral) => true,
        (Scope::Added { places: a }, Scope::Added { places: b }) => a == b || a.is_empty() || b.is_empty(),
        (Scope::During { period: p, places: a }, Scope::During { period: q, places: b }) => {
            near(p.0, q.0) && near(p.1, q.1) && (a == b || a.is_empty() || b.is_empty())
        }
        (Scope::At { places: a }, Scope::At { places: b }) => a.iter().any(|p| b.contains(p)),
        _ => false,
    };
    let same = a.category == b.category && a.unit == b.unit && a.group == b.group;
    same && scope
        && a.modality == b.modality
        && a.definition == b.definition
        && event::same(&a.event, &b.event)
}

/// The origin at the end of a chain; for a spokesman, the body that he speaks for.
fn origin_of(traced: &Traced, cast: &Cast) -> Origin {
    match origin_step(&traced.steps) {
        Some(step) => match (step.speaker, &step.name) {
            (Some(speaker), _) => Origin::Speaker(cast.voice(speaker)),
            (None, Some(name)) => Origin::Name(name.clone()),
            (None, None) => Origin::Nobody,
        },
        None => Origin::Nobody,
    }
}

fn published(entries: &[Entry<'_>], report: ReportIndex) -> Option<Date> {
    entries.get(report).and_then(own::day_of)
}

/// A figure as one telling of a value.
struct Said<'e> {
    report: ReportIndex,
    figure: &'e Figure,
    own: &'e OwnFigure,
    traced: Traced,
    about: About,
}

/// The values given by one origin.
#[derive(Debug, Default)]
struct Sayings {
    points: Vec<Point>,
    /// Indexes into `points`, by value.
    by_value: BTreeMap<bounds::Value, Vec<usize>>,
}

impl Sayings {
    /// Adds a figure to the point that it repeats, or as a new point.
    fn put(&mut self, entries: &[Entry<'_>], cast: &Cast, said: Said<'_>) {
        let Said { report, figure, own: OwnFigure { dated, is_retold, .. }, traced, about } = said;
        let Dated { said_on, as_of, value } = *dated;
        let day_of = published(entries, report);
        let retold = said_on.is_none() && *is_retold;
        // Two people of a body say it on two occasions.
        let person = |steps: &[Step]| {
            let speaker = origin_step(steps)?.speaker?;
            let named = cast.get(speaker).is_some_and(|s| !s.anonymous);
            (named && cast.voice(speaker) != speaker).then_some(speaker)
        };
        let own = person(&traced.steps);
        let by_another = |p: &Point| {
            let first = p.reports.first().filter(|_| own.is_some());
            first.and_then(|a| person(&a.chain)).is_some_and(|other| Some(other) != own)
        };
        let one = |p: &Point| {
            if p.as_of.is_some() && as_of.is_some() && p.as_of != as_of || by_another(p) {
                return false;
            }
            match (p.on, said_on) {
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
            likely_echo: None,
            about,
        };
        let Some(key) = bounds::value(&value) else { return };
        let alike = self.by_value.entry(key).or_default();
        match alike.iter().copied().find(|n| self.points.get(*n).is_some_and(one)) {
            Some(known) => {
                let Some(point) = self.points.get_mut(known) else { return };
                // Nobody can have said for the first time later what a report had before.
                let known_by = point.known_by;
                point.on = point.on.or(said_on.filter(|day| known_by.is_none_or(|known| *day <= known)));
                point.as_of = point.as_of.or(as_of);
                // The strictest account stands for the value: bounds say more than a bare number.
                if point.value.low.is_none() && value.low.is_some() {
                    point.value = value;
                }
                // A report that says it twice does not echo itself.
                let here = point.reports.iter().find(|a| a.mark.report == report);
                let echo = here.is_none_or(|first| first.echo);
                point.reports.push(Appearance { echo, ..appearance });
            }
            None => {
                alike.push(self.points.len());
                self.points.push(Point {
                    known_by: day_of,
                    on: said_on,
                    as_of,
                    value,
                    reports: vec![appearance],
                    statuses: Vec::new(),
                });
            }
        }
    }
}

fn line(origin: Origin, mut points: Vec<Point>, cast: &Cast, tracer: &mut Tracer<'_>) -> Series {
    points.sort_by_key(|p| (p.as_of.or(p.on).or(p.known_by), p.reports.first().map(|a| a.mark)));
    let (origin, name) = match origin {
        Origin::Speaker(speaker) => (Some(speaker), cast.get(speaker).map(|s| s.name.clone())),
        Origin::Name(name) => (None, Some(name)),
        Origin::Nobody => (None, None),
    };
    let anonymous = origin
        .and_then(|s| cast.get(s))
        .is_some_and(|s| s.anonymous && !is_known_body(s) && !speaks_for_a_body(s));
    let outlet = origin.and_then(|s| cast.get(s)).is_some_and(|s| s.kind == SpeakerKind::Outlet)
        || name.as_deref().is_some_and(|name| tracer.is_outlet(name));
    let independence = match (&name, anonymous) {
        (None, _) => Independence::NoOrigin,
        // An outlet only relays. If the chain ends with it, it has named nobody.
        (Some(_), _) if outlet => Independence::NoOrigin,
        (Some(_), true) => Independence::NotEstablished,
        (Some(_), false) => Independence::Independent,
    };
    Series { origin, name, independence, points }
}

/// True for a body that is only described but can be only one: a country's, or one with "the" ("the interior ministry"), not "an
/// aid group".
fn is_known_body(speaker: &StorySpeaker) -> bool {
    let article = |name: &String| {
        let first = name.split(' ').next().unwrap_or("").to_lowercase();
        matches!(first.as_str(), "a" | "an" | "one" | "another" | "some")
    };
    matches!(speaker.kind, SpeakerKind::Organization | SpeakerKind::Government)
        && !speaker.names.iter().any(|name| {
            let of_many = fold(name).split(' ').any(|w| words::is(Set::OfWhichMany, w));
            article(name) && (speaker.country.is_none() || of_many)
        })
}

/// True for an unnamed speaker for a named body ("a Japanese government spokesman").
fn speaks_for_a_body(speaker: &StorySpeaker) -> bool {
    is_spokesman(speaker) && (speaker.country.is_some() || !speaker.parents.is_empty())
}

/// Marks origins that speak for the same body as an earlier origin of the claim.
fn independence(series: &mut [Series], cast: &Cast) {
    // The first independent origin of each body, which is the speaker itself or a body it speaks for, by index and by name.
    let mut first: BTreeMap<SpeakerIndex, SpeakerIndex> = BTreeMap::new();
    let mut by_name: BTreeMap<String, SpeakerIndex> = BTreeMap::new();
    for this in series.iter_mut().filter(|s| s.independence == Independence::Independent) {
        let Some((own, speaker)) = this.origin.and_then(|o| Some((o, cast.get(o)?))) else { continue };
        let bodies: Vec<(Option<SpeakerIndex>, &str)> = std::iter::once((Some(own), speaker.name.as_str()))
            .chain(speaker.parents.iter().map(|p| (p.speaker, p.name.as_str())))
            .collect();
        let shared = bodies.iter().find_map(|(body, name)| {
            let with = body.and_then(|b| first.get(&b)).or_else(|| by_name.get(&fold(name)))?;
            Some((*with, (*name).to_owned()))
        });
        match shared {
            Some((with, parent)) => this.independence = Independence::SharesParent { with, parent },
            None => {
                for (body, name) in bodies {
                    if let Some(body) = body {
                        first.entry(body).or_insert(own);
                    }
                    by_name.entry(fold(name)).or_insert(own);
                }
            }
        }
    }
}
