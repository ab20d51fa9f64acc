//! Values without a named source, and reports that contradict themselves.

use std::{collections::BTreeMap, sync::OnceLock};

use sayso_model::{
    Span,
    story::{Claim, Contradiction, Point, PointRef, Scope, Status, StoryMark},
};

use crate::{
    Entry, bounds, clause,
    data::{Standing, standings},
    own::{self, Own},
    phrases::Phrases,
    points,
};

/// Bytes after a figure within which a report may say that it has no named source.
const REMARK_WITHIN: usize = 400;
/// Maximum number of values of other origins that are checked for supporting one.
const OTHERS: usize = 256;

/// Marks values that a report says have no named source or could not be verified, and those for which outlets name nobody.
pub(crate) fn unverified(claims: &mut [Claim], owns: &[Own]) {
    let mut found: Vec<(PointRef, Status)> = Vec::new();
    let mut lines: Vec<(PointRef, &Point)> = Vec::new();
    for (at, claim, point) in points::all(claims) {
        if lines.first().is_none_or(|(first, _)| first.claim != at.claim) {
            lines = named_points(claim, at.claim);
        }
        let nobody = claim.series.get(at.series).is_some_and(|s| s.name.is_none());
        let (mut no_source, mut not_verified, mut evidence) = (nobody, false, Vec::new());
        for appearance in &point.reports {
            for (standing, span) in own::of(owns, appearance).into_iter().flat_map(|own| &own.remarks) {
                no_source |= *standing == Standing::NoSource;
                not_verified |= *standing == Standing::NotVerified;
                evidence.push(StoryMark { report: appearance.mark.report, span: *span });
            }
        }
        if !no_source && !not_verified {
            continue;
        }
        let others = supported(&lines, at, point);
        if nobody && others {
            continue;
        }
        let reasons = [(no_source, NO_SOURCE), (not_verified, "not verified"), (!others, "no other origin")];
        let reasons =
            reasons.into_iter().filter(|(holds, _)| *holds).map(|(_, why)| why.to_owned()).collect();
        found.push((at, Status::Unverified { reasons, evidence }));
    }
    for (at, status) in found {
        points::add(claims, at, status);
    }
}

/// The reason as JSON has it; beside a named origin it would read as if nobody were named.
const NO_SOURCE: &str = "no source named";

/// Why a value is unverified, in words for people.
#[must_use]
pub fn why_unverified(reasons: &[String]) -> String {
    let words = reasons.iter().map(|why| if why == NO_SOURCE { "gives no source" } else { why.as_str() });
    words.collect::<Vec<_>>().join(", ")
}

/// Points of the named series of a claim, equal values of a series only once.
fn named_points(claim: &Claim, number: usize) -> Vec<(PointRef, &Point)> {
    let named = claim.series.iter().enumerate().filter(|(_, s)| s.name.is_some());
    named
        .flat_map(|(series, s)| {
            let points = s.points.iter().enumerate();
            points.map(move |(point, p)| (PointRef { claim: number, series, point }, p))
        })
        .collect()
}

/// True if another named origin of the claim gives a value that is compatible with a point's.
fn supported(named: &[(PointRef, &Point)], at: PointRef, point: &Point) -> bool {
    let others = named.iter().filter(|(other, _)| other.series != at.series).take(OTHERS);
    others.into_iter().any(|(_, p)| !bounds::disjoint(&p.value, &point.value))
}

fn phrases() -> &'static Phrases {
    static PHRASES: OnceLock<Phrases> = OnceLock::new();
    PHRASES.get_or_init(|| Phrases::new(standings().iter().map(|(phrase, _)| *phrase)))
}

/// Remarks about a number's status in its paragraph after it.
pub(crate) fn remarks(text: &str, figure: Span) -> Vec<(Standing, Span)> {
    let mut end = (figure.end + REMARK_WITHIN).min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let after = text.get(figure.end..end).unwrap_or("");
    let paragraph = after.split("\n\n").next().unwrap_or(after);
    // ASCII case folding keeps byte offsets.
    let lower = paragraph.to_ascii_lowercase();
    let mut first: BTreeMap<usize, usize> = BTreeMap::new();
    for (at, n) in phrases().hits(&lower) {
        first.entry(n).or_insert(figure.end + at);
    }
    let remark = |(n, at): (usize, usize)| {
        let (phrase, standing) = standings().get(n)?;
        Some((*standing, Span::new(at, at + phrase.len())))
    };
    first.into_iter().filter_map(remark).collect()
}

/// Incompatible values in one report, by one origin, for one day.
pub(crate) fn contradictions(claims: &mut [Claim], entries: &[Entry<'_>]) -> Vec<Contradiction> {
    let mut found = Vec::new();
    let mut marks: Vec<(PointRef, StoryMark)> = Vec::new();
    let whole = |c: &Claim| !matches!(c.scope, Scope::Added { .. } | Scope::Part | Scope::OneOfSeveral);
    for (claim, c) in claims.iter().enumerate().filter(|(_, c)| whole(c)) {
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
                        let had_been =
                            |m: &StoryMark| clause::is_earlier_value(&entry.reading.report.text, m.span);
                        let same_day =
                            p.on == q.on && p.as_of == q.as_of && !had_been(mark) && !had_been(other_mark);
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
        points::add(claims, at, Status::SelfContradicted { mark });
    }
    found
}
