//! `sayso read --explain`: why each figure counts what it counts and is whose word it is.

use std::fmt::Write as _;

use sayso_model::{Choice, Figure, Reading};

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
            line(figure.category.as_str(), &figure.why.category, "no people")
        );
        let origin = figure.origin.as_deref().unwrap_or("the outlet's own voice");
        let _ = writeln!(out, "    word of  {}", line(origin, &figure.why.origin, "the outlet's own voice"));
        if let Some(share) = other_event(figure) {
            let _ = writeln!(out, "    other event  {share:.3}");
        }
    }
    output::text(&out.chars().filter(|c| *c == '\n' || !c.is_control()).collect::<String>())
}

/// One choice: what was chosen, how sure, by what, and the runner-up.
fn line(chosen: &str, choice: &Choice, nothing: &str) -> String {
    let share = choice.share.map_or_else(String::new, |s| format!(" {:.3}", s.value()));
    let by = if choice.by.is_empty() { "no rule".to_owned() } else { choice.by.join(", ") };
    let second = choice.runner_up.as_ref().map_or_else(String::new, |r| {
        format!("; next {} {:.3}", r.value.as_deref().unwrap_or(nothing), r.share.value())
    });
    format!("{chosen}{share} ({by}){second}")
}

/// The probability that a figure is of another event, where that is more likely than not.
fn other_event(figure: &Figure) -> Option<f64> {
    figure.other_event.map(|s| s.value()).filter(|share| *share > 0.5)
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use sayso_model::{RunnerUp, Share};

    use super::*;

    #[test]
    fn a_choice_is_told_in_one_line() {
        let choice = Choice {
            by: vec![Cow::Borrowed("figure.verb-before"), Cow::Borrowed("decider")],
            share: Some(Share::of(0.93)),
            runner_up: Some(RunnerUp { value: None, share: Share::of(0.05) }),
        };
        let told = line("killed", &choice, "no people");
        assert_eq!(told, "killed 0.930 (figure.verb-before, decider); next no people 0.050");
        assert_eq!(line("other", &Choice::default(), "no people"), "other (no rule)");
    }
}
