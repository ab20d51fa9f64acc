//! Sums within a report: "187 passengers and 14 crew" are its 201 aboard; 11 of 64 are a part; parts may not exceed the whole.

use std::collections::{BTreeMap, BTreeSet};

use sayso_model::{
    Figure, FigureId, Modality, Number,
    story::{Bounds, StoryMark, Sum, SumFinding},
};

use crate::{Entry, bounds, category::counts_people};

/// Bytes within which parts must be near their total if only the sum shows that they belong together.
const BESIDE: usize = 300;
/// Maximum number of parts tried for a sum.
const PARTS: usize = 5;
/// Total below which numbers add up by chance.
const LEAST: i64 = 5;

/// A total and its parts, by their indexes among a report's figures.
#[derive(Debug)]
pub(crate) struct Summed {
    whole: usize,
    parts: Vec<usize>,
}

fn counts(figure: &Figure) -> bool {
    counts_people(&figure.category)
        && !figure.negated
        && !figure.retracted
        && figure.modality == Modality::Asserted
        && bounds::central(&Bounds::of(figure)).is_some()
}

fn amount(figure: &Figure) -> Option<i64> {
    bounds::central(&Bounds::of(figure))?.to_whole()
}

/// The sums of a report: adjacent figures that add up to another one nearby.
pub(crate) fn of(entry: &Entry<'_>) -> Vec<Summed> {
    let figures = &entry.reading.figures;
    let mut found = Vec::new();
    let mut taken: BTreeSet<usize> = BTreeSet::new();
    for (whole, w) in figures.iter().enumerate().filter(|(_, f)| counts(f)) {
        let Some(wanted) = amount(w).filter(|n| *n >= LEAST) else { continue };
        let near = |f: &Figure| {
            f.span.start.saturating_sub(w.span.end) <= BESIDE
                && w.span.start.saturating_sub(f.span.end) <= BESIDE
        };
        let beside: Vec<(usize, i64)> = figures
            .iter()
            .enumerate()
            .skip(whole.saturating_sub(2 * PARTS))
            .take(4 * PARTS)
            .filter(|(n, f)| *n != whole && counts(f) && f.category == w.category && near(f))
            .filter(|(n, f)| !f.span.overlaps(w.span) && !taken.contains(n))
            .filter_map(|(n, f)| Some((n, amount(f).filter(|n| *n < wanted && *n > 0)?)))
            .collect();
        let run = (2..=PARTS).find_map(|length| {
            let run = beside.windows(length).find(|run| run.iter().map(|(_, n)| n).sum::<i64>() == wanted)?;
            Some(run.iter().map(|(n, _)| *n).collect::<Vec<usize>>())
        });
        if let Some(parts) = run {
            taken.extend(&parts);
            found.push(Summed { whole, parts });
        }
    }
    found
}

/// The figures that are parts of such a sum. A count by somebody other than the source of the total is independent of it.
pub(crate) fn parts(entry: &Entry<'_>, sums: &[Summed]) -> BTreeSet<FigureId> {
    let figures = &entry.reading.figures;
    let of = |s: &Summed| {
        let whole = figures.get(s.whole).and_then(|w| w.origin.as_deref());
        let parts: Vec<&Figure> = s.parts.iter().filter_map(|n| figures.get(*n)).collect();
        let rival = |f: &&Figure| f.origin.as_deref().zip(whole).is_some_and(|(own, whole)| own != whole);
        parts.into_iter().filter(|f| !rival(f)).map(|f| f.id).collect::<Vec<_>>()
    };
    sums.iter().flat_map(of).collect()
}

/// What the sums of a report show: some only add up, others consist of parts that the report calls parts.
pub(crate) fn findings(report: usize, entry: &Entry<'_>, sums: &[Summed]) -> Vec<Sum> {
    let figures = &entry.reading.figures;
    let mut said: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (n, part) in figures.iter().enumerate().filter(|(_, f)| counts(f)) {
        let whole = part.part_of.map(|id| id.index());
        if let Some(whole) = whole
            && figures.get(whole).is_some_and(|w| w.category == part.category && counts(w))
        {
            said.entry(whole).or_default().push(n);
        }
    }
    let adding = sums.iter().map(|s| (s.whole, s.parts.clone()));
    let both = adding.chain(said.into_iter().filter(|(whole, _)| !sums.iter().any(|s| s.whole == *whole)));
    both.filter_map(|(whole, parts)| {
        let whole = figures.get(whole)?;
        let parts: Vec<&Figure> = parts.iter().filter_map(|n| figures.get(*n)).collect();
        let sum = parts.iter().filter_map(|p| amount(p)).sum::<i64>();
        let mark = |f: &Figure| StoryMark { report, span: f.span };
        let of = Bounds::of(whole);
        let exact = sayso_model::story::Bounds {
            low: None,
            best: Some(Number::whole(sum)),
            high: None,
            low_exclusive: false,
            high_exclusive: false,
            approximate: false,
        };
        let finding = if Some(sum) == amount(whole) {
            SumFinding::Supports
        } else if bounds::below(&of, &exact) {
            SumFinding::Exceeds
        } else {
            SumFinding::Fewer
        };
        Some(Sum {
            whole: mark(whole),
            of,
            parts: parts.into_iter().map(mark).collect(),
            sum: Number::whole(sum),
            finding,
        })
    })
    .collect()
}
