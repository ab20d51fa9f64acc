//! Places: names of places, read by the gazetteer.

use sayso_model::{Document, Place};

/// Finds the places of a document.
#[must_use]
pub fn find(_document: &Document, _text: &str) -> Vec<Place> {
    Vec::new()
}
