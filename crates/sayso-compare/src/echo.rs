//! Likely echoes: an outlet that gives in its own voice what an earlier report has from a named origin, in much the same
//! words. It is shown and proves nothing; it is never counted as an origin of its own, since nobody is named.

use std::collections::{BTreeMap, BTreeSet};

use sayso_model::{
    Date,
    story::{Claim, Independence, LikelyEcho, ReportIndex, Series, StoryMark},
};

use crate::{Entry, bounds, clause, day, word};

/// Days within which an echo follows.
const WITHIN: i64 = 3;
/// Share of the content words of the shorter sentence, in thousandths.
const SHARED: usize = 400;
/// Words of a sentence that are too few to compare.
const FEWEST: usize = 5;
/// Earlier tellings with which each is compared.
const EARLIER: usize = 16;
/// Letters of a word that says something.
const LETTERS: usize = 4;

/// Marks likely echoes in all claims.
pub(crate) fn mark(claims: &mut [Claim], entries: &[Entry<'_>]) {
    let published = |report: ReportIndex| -> Option<Date> {
        entries.get(report)?.reading.report.head.published.as_ref().map(|d| d.value)
    };
    for claim in claims {
        // What named origins are told to have said, by value.
        let mut told: BTreeMap<bounds::Value, Vec<(StoryMark, String)>> = BTreeMap::new();
        for series in &claim.series {
            let Some(name) = &series.name else { continue };
            for a in series.points.iter().flat_map(|p| &p.reports) {
                if let Some(value) = bounds::value(&a.value) {
                    told.entry(value).or_default().push((a.mark, name.clone()));
                }
            }
        }
        for list in told.values_mut() {
            list.sort();
        }
        // Who is not named is no origin of its own either ("officials").
        let unnamed = |s: &&mut Series| s.name.is_none() || s.independence == Independence::NotEstablished;
        let bare = claim.series.iter_mut().filter(unnamed).flat_map(|s| &mut s.points);
        for a in bare.flat_map(|p| &mut p.reports) {
            let Some(list) = bounds::value(&a.value).and_then(|v| told.get(&v)) else { continue };
            let earlier = list.partition_point(|(m, _)| m.report < a.mark.report);
            let own = words(entries, a.mark);
            let best = list
                .get(..earlier)
                .unwrap_or_default()
                .iter()
                .rev()
                .take(EARLIER)
                .filter_map(|(of, origin)| {
                    let days =
                        published(of.report).zip(published(a.mark.report)).map(|(x, y)| day::between(x, y));
                    if days.is_some_and(|d| !(0..=WITHIN).contains(&d)) {
                        return None;
                    }
                    let theirs = words(entries, *of);
                    let shorter = own.len().min(theirs.len());
                    let shared = own.intersection(&theirs).count() * 1000 / shorter.max(1);
                    (shorter >= FEWEST && shared >= SHARED).then(|| LikelyEcho {
                        of: *of,
                        origin: origin.clone(),
                        shared_per_mille: u16::try_from(shared).unwrap_or(1000),
                        days,
                        verbatim: own == theirs,
                    })
                })
                .max_by_key(|echo| (echo.shared_per_mille, echo.of));
            a.likely_echo = best;
        }
    }
}

/// The words of a figure's sentence that say something.
fn words(entries: &[Entry<'_>], mark: StoryMark) -> BTreeSet<String> {
    let Some(entry) = entries.get(mark.report) else { return BTreeSet::new() };
    let text = entry.reading.report.text.as_str();
    let sentence = clause::sentence(text, mark.span).cut(text);
    word::words(sentence)
        .map(|w| word::fold(w.text).into_owned())
        .filter(|w| w.chars().count() >= LETTERS || w.starts_with(char::is_numeric))
        .collect()
}
