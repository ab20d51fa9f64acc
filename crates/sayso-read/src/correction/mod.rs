//! Corrections: what is taken back of what was published before, and what stands instead.

mod admitted;
mod notice;
mod revision;
mod taken_back;

use sayso_model::{Correction, Figure, Report, TimeExpression};

use crate::tree::Tree;

/// The corrections of a report, by its outlet and by those whose numbers it gives; marks the figures taken back.
pub(crate) fn find(
    tree: &Tree<'_>,
    report: &Report,
    figures: &mut [Figure],
    times: &[TimeExpression],
) -> Vec<Correction> {
    let mut found = notice::find(tree, report, figures, times);
    let noticed: Vec<_> = found.iter().map(|c| c.span).collect();
    found.extend(revision::find(tree, figures, &noticed));
    found.extend(taken_back::find(tree, figures));
    found.extend(admitted::find(tree, figures, &found));
    found.sort_by_key(|c| c.span.start);
    found
}
