//! What is retracted, and by whom: corrections by outlets and origins, denials by others.

use std::collections::{BTreeMap, BTreeSet};

use sayso_model::{
    Category, FigureId,
    story::{Bounds, Claim, CorrectionLink, Point, PointRef, Status, StoryMark},
};

use crate::{
    Entry, bounds,
    claims::Denial,
    outlet,
    own::Own,
    points::{self, point},
    speakers::Cast,
};

/// Links corrections to what they correct.
///
/// A value is retracted if the outlet that published it, or its origin, withdraws it.
pub(crate) fn corrections(
    claims: &mut [Claim],
    entries: &[Entry<'_>],
    owns: &[Own],
    cast: &Cast,
) -> Vec<CorrectionLink> {
    let mut links = Vec::new();
    let by_value = by_value(claims);
    for (report, entry) in entries.iter().enumerate() {
        let reading = entry.reading;
        let own_outlet = reading.report.head.outlet.as_ref().map(|o| o.value.as_str());
        for correction in &reading.corrections {
            let figure = |id: &FigureId| {
                let f = reading.figures.get(id.index())?;
                Some((f.category.clone(), Bounds::of(f), StoryMark { report, span: f.span }))
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
            // Every value of the corrected outlet that equals the retracted one is retracted with it.
            let mut of = None;
            let alike: Vec<(PointRef, Category, Point)> = retracted
                .iter()
                .filter_map(|(category, value, _)| by_value.get(&(category.clone(), bounds::value(value)?)))
                .flatten()
                .filter_map(|at| {
                    Some((*at, claims.get(at.claim)?.category.clone(), point(claims, *at)?.clone()))
                })
                .collect();
            for (at, c, p) in alike {
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
                        points::add(claims, at, Status::Corrected { report, to: to.clone(), mark });
                    }
                }
            }
            // Without a number to match, the outlet's report of the stated day is the corrected one.
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
    revise(claims, entries, owns, cast, &by_value, &mut links);
    links
}

/// Adds revisions that reports mention in passing. An earlier count is retracted if its origin revises it.
fn revise(
    claims: &mut [Claim],
    entries: &[Entry<'_>],
    owns: &[Own],
    cast: &Cast,
    by_value: &BTreeMap<(Category, bounds::Value), BTreeSet<PointRef>>,
    links: &mut Vec<CorrectionLink>,
) {
    for (report, (entry, own)) in entries.iter().zip(owns).enumerate() {
        for revision in &own.revisions {
            let mark = StoryMark { report, span: revision.span };
            let known = links.iter().any(|l| l.mark.report == report && l.mark.span.overlaps(revision.span));
            if known {
                continue;
            }
            let figure = |id: &FigureId| entry.reading.figures.get(id.index());
            let told = |id: &FigureId| {
                let f = figure(id)?;
                Some((f.category.clone(), Bounds::of(f), StoryMark { report, span: f.span }))
            };
            let retracted: Vec<_> = revision.retracted.iter().filter_map(told).collect();
            let corrected_to: Vec<_> = revision.corrected_to.iter().filter_map(told).collect();
            let to: Vec<(Category, Bounds)> = corrected_to.iter().map(|(c, b, _)| (c.clone(), *b)).collect();
            let body = |id: &FigureId| Some(cast.bodies(cast.of(report, figure(id)?.origin_speaker?)?));
            let who: BTreeSet<usize> =
                revision.retracted.iter().chain(&revision.corrected_to).filter_map(body).flatten().collect();
            for (category, value, told) in retracted.iter().filter(|_| !to.is_empty()) {
                let Some(value) = bounds::value(value) else { continue };
                for at in by_value.get(&(category.clone(), value)).into_iter().flatten() {
                    let origin =
                        claims.get(at.claim).and_then(|c| c.series.get(at.series)).and_then(|s| s.origin);
                    // Only the telling that the words after it retract.
                    let only_telling = point(claims, *at)
                        .is_some_and(|p| p.reports.iter().all(|a| a.mark == *told) && !p.reports.is_empty());
                    if only_telling || origin.is_some_and(|o| cast.bodies(o).iter().any(|b| who.contains(b)))
                    {
                        points::add(claims, *at, Status::Corrected { report, to: to.clone(), mark });
                    }
                }
            }
            links.push(CorrectionLink {
                mark,
                of: None,
                corrected: None,
                published: None,
                retracted,
                corrected_to,
            });
        }
    }
}

/// Points by category and by the values given for them.
fn by_value(claims: &[Claim]) -> BTreeMap<(Category, bounds::Value), BTreeSet<PointRef>> {
    let mut found: BTreeMap<(Category, bounds::Value), BTreeSet<PointRef>> = BTreeMap::new();
    for (at, c, p) in points::all(claims) {
        for value in p.reports.iter().map(|a| &a.value).chain([&p.value]).filter_map(bounds::value) {
            found.entry((c.category.clone(), value)).or_default().insert(at);
        }
    }
    found
}

/// Marks values that somebody says are wrong; if their alleged origin says so, they are disowned. Whoever gives a value that he
/// denied before has ended his denial. `instants`: when each report was published, if known.
pub(crate) fn deny(
    claims: &mut [Claim],
    denials: &[Denial],
    entries: &[Entry<'_>],
    instants: &[Option<i64>],
) {
    if denials.is_empty() {
        return;
    }
    let by_value = by_value(claims);
    let day = |report: usize| entries.get(report)?.reading.report.head.published.as_ref().map(|d| d.value);
    let hour = |report: usize| instants.get(report).copied().flatten();
    let is_later = |report: usize, than: usize| match (day(report), day(than)) {
        (Some(a), Some(b)) if a == b => hour(report).zip(hour(than)).is_some_and(|(a, b)| a > b),
        (Some(a), Some(b)) => a > b,
        _ => false,
    };
    for denial in denials {
        let Some(value) = bounds::value(&denial.value) else { continue };
        for at in by_value.get(&(denial.category.clone(), value)).into_iter().flatten() {
            let Some(claim) = claims.get(at.claim) else { continue };
            let same = point(claims, *at).is_some_and(|p| bounds::same(&p.value, &denial.value));
            if !same || denial.group.is_some() && claim.group != denial.group {
                continue;
            }
            // Since then its author has given the value himself.
            let given = |p: &Point| {
                bounds::same(&p.value, &denial.value)
                    && p.reports.first().is_some_and(|a| is_later(a.mark.report, denial.mark.report))
            };
            let by = denial.by;
            // What its words count may be told apart from what was denied, as a total from a place's.
            let alike = claims.iter().filter(|c| c.category == denial.category);
            let own = alike.flat_map(|c| &c.series).filter(|s| by.is_some() && s.origin == by);
            if own.flat_map(|s| &s.points).any(given) {
                continue;
            }
            let origin = claim.series.get(at.series).and_then(|s| s.origin);
            let (by, mark) = (denial.by_name.clone(), denial.mark);
            let disowned = origin.is_some() && origin == denial.by;
            points::add(
                claims,
                *at,
                if disowned { Status::Disowned { by, mark } } else { Status::Denied { by, mark } },
            );
        }
    }
}
