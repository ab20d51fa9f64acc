//! Figures: numbers with what they count.

use sayso_model::{Diagnostic, Document, Figure, Place, TimeExpression};

/// Finds the figures of a document.
#[must_use]
pub fn find(
    _document: &Document,
    _text: &str,
    _times: &[TimeExpression],
    _places: &[Place],
) -> (Vec<Figure>, Vec<Diagnostic>) {
    (Vec::new(), Vec::new())
}
