//! Times: time expressions, resolved against the day of publication.

use sayso_model::{Date, Document, TimeExpression};

/// Finds the time expressions of a document.
#[must_use]
pub fn find(_document: &Document, _text: &str, _published: Option<Date>) -> Vec<TimeExpression> {
    Vec::new()
}
