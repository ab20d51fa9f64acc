//! `sayso read --explain`: why each figure counts what it counts, and why it is on whose word.

use std::fmt::Write as _;

use sayso_desk::words::choice;
use sayso_model::{Figure, Reading};

use crate::{failure::Failure, output};

/// Prints each figure with the rules that proposed its category and its origin, how sure the decider is of them, and what
/// came second.
pub(super) fn print(reading: &Reading) -> Result<(), Failure> {
    let mut out = String::new();
    for figure in &reading.figures {
        let text = figure.span.cut(&reading.report.text).replace(char::is_whitespace, " ");
        let _ = writeln!(out, "{}  {text}", figure.id);
        let _ = writeln!(
            out,
            "    counts   {}",
            choice(figure.category.as_str(), &figure.why.category, "no people")
        );
        let origin = figure.origin.as_deref().unwrap_or("the outlet's own voice");
        let _ =
            writeln!(out, "    word of  {}", choice(origin, &figure.why.origin, "the outlet's own voice"));
        if let Some(share) = other_event(figure) {
            let _ = writeln!(out, "    other event  {share:.3}");
        }
    }
    output::text(&out.chars().filter(|c| *c == '\n' || !c.is_control()).collect::<String>())
}

/// The probability that a figure belongs to another event, if that is more likely than not.
fn other_event(figure: &Figure) -> Option<f64> {
    figure.other_event.map(|s| s.value()).filter(|share| *share > 0.5)
}
