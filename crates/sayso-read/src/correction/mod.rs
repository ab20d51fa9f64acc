//! Corrections: what is retracted of what was published before, and what replaces it.

mod admitted;
mod notice;
mod revision;
mod taken_back;

use sayso_model::{Correction, Figure, Report, TimeExpression};

pub(crate) use self::notice::opens_notice;
use crate::tree::Tree;

/// The corrections in a report, by its outlet and by the sources of its numbers; marks the retracted figures.
pub(crate) fn find(
    tree: &Tree<'_>,
    report: &Report,
    figures: &mut [Figure],
    times: &[TimeExpression],
) -> Vec<Correction> {
    let mut found = notice::find(tree, report, figures, times);
    let noticed: Vec<_> = found.iter().map(|c| c.span).collect();
    found.extend(revision::find(tree, figures, &noticed));
    found.extend(revision::given_before(tree, figures));
    found.extend(taken_back::find(tree, figures));
    found.extend(admitted::find(tree, figures, &found));
    found.sort_by_key(|c| c.span.start);
    found
}
