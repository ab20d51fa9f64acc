//! Numbers as people write them.

use sayso_desk::{FigureLine, bounds, words};
use sayso_model::story::Bounds;
use serde::Deserialize;

pub(crate) use sayso_desk::words::grouped;

/// A value with its bounds in words: `1,200 or more`.
pub(crate) fn amount(value: &Bounds) -> String {
    grouped(&words::amount(value))
}

/// The same, for a figure in a list.
pub(crate) fn of_figure(figure: &FigureLine) -> String {
    match Bounds::deserialize(&figure.entry) {
        Ok(value) => amount(&value),
        Err(_) => grouped(&bounds(&figure.found.numbers)),
    }
}
