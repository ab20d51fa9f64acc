//! A story's claims, and what has happened to their values, in words.

use std::fmt::Write;

use sayso_model::{
    Choice,
    story::{Bounds, Claim, EventOf, Scope, Series, Status, Story},
};

/// Text from a report on one line, without characters that could control a terminal or reorder the text around it.
#[must_use]
pub fn plain(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ").chars().filter(|c| !steers(*c)).collect()
}

/// The same for multi-line text.
#[must_use]
pub fn plain_lines(text: &str) -> String {
    text.chars().filter(|c| *c == '\n' || !steers(*c)).collect()
}

/// Control characters, and those that change the writing direction.
fn steers(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{061c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Category, group and scope of a claim.
#[must_use]
pub fn what(claim: &Claim) -> String {
    let mut what = claim.category.as_str().replace('_', " ");
    if claim.modality == sayso_model::Modality::Possible {
        what.push_str(", possible");
    }
    // The strength of a quake has no other unit than itself.
    if let Some(unit) = claim.unit.as_deref().filter(|unit| *unit != claim.category.as_str()) {
        let _ = write!(
            what,
            ", {}",
            match unit {
                "Cel" => "°C",
                "Fah" => "°F",
                other => other,
            }
        );
    }
    if let Some(group) = &claim.group {
        let _ = write!(what, ", {}", plain(group));
    }
    match &claim.scope {
        Scope::Total => {}
        Scope::During { period, places } => {
            let _ = write!(what, ", {} to {}", period.0, period.1);
            if !places.is_empty() {
                let _ = write!(what, ", {}", plain(&places.join(", ")));
            }
        }
        Scope::At { places } => {
            let _ = write!(what, ", {}", plain(&places.join(", ")));
        }
        Scope::Added { places } => {
            what.push_str(", on top of an earlier count");
            if !places.is_empty() {
                let _ = write!(what, ", {}", plain(&places.join(", ")));
            }
        }
        Scope::Part => what.push_str(", part of another count"),
        Scope::OneOfSeveral => what.push_str(", one of several counts"),
        _ => {}
    }
    match &claim.event {
        EventOf::This => {}
        EventOf::Earlier { period } => {
            let _ = write!(what, ", in an earlier event ({} to {})", period.0, period.1);
        }
        EventOf::Wider { period } => {
            let _ = write!(what, ", since {}", period.0);
        }
        EventOf::Other { name } => {
            let _ = write!(what, ", in another event ({})", plain(name));
        }
        _ => {}
    }
    if let Some(definition) = &claim.definition {
        let _ = write!(what, ", {definition}");
    }
    what
}

/// What has happened to a value of an origin.
#[must_use]
pub fn status(story: &Story, of: Option<&Series>, status: &Status) -> String {
    let key = |report: usize| story.reports.get(report).map_or(0, |r| r.key);
    match status {
        Status::Current => "current for this origin".to_owned(),
        Status::Superseded { on, by } => {
            let whom = plain(&sayso_compare::superseded_by(&story.claims, of, *by));
            format!("superseded by {whom}{}", on.map(|d| format!(" on {d}")).unwrap_or_default())
        }
        Status::InConflict { origin, .. } => {
            format!("in conflict with {}", plain(origin.as_deref().unwrap_or("an unattributed value")))
        }
        Status::Unverified { reasons, .. } => {
            format!("unverified, {}", sayso_compare::why_unverified(reasons))
        }
        Status::Corrected { report, .. } => format!("corrected in report {}", key(*report)),
        Status::Denied { by, .. } => {
            format!("denied by {}", plain(by.as_deref().unwrap_or("an unnamed source")))
        }
        Status::Disowned { by, .. } => {
            format!("disowned by {}", plain(by.as_deref().unwrap_or("its alleged origin")))
        }
        Status::SelfContradicted { .. } => "contradicted in the same report".to_owned(),
        _ => "changed".to_owned(),
    }
}

/// What has happened to a value, each thing once.
#[must_use]
pub fn statuses<'s>(
    story: &Story,
    of: Option<&Series>,
    statuses: impl IntoIterator<Item = &'s Status>,
) -> Vec<String> {
    let mut said: Vec<String> = Vec::new();
    for words in statuses.into_iter().map(|s| status(story, of, s)) {
        if !said.contains(&words) {
            said.push(words);
        }
    }
    said
}

/// A value with its bounds: `300`, `100 or more`, `up to 1000`, `300 (200 to 400)`.
#[must_use]
pub fn amount(value: &Bounds) -> String {
    let about = if value.approximate { "about " } else { "" };
    let over = if value.low_exclusive { "more than " } else { "" };
    let under = if value.high_exclusive { "under " } else { "up to " };
    match (value.low, value.best, value.high) {
        (None, Some(best), None) => format!("{about}{best}"),
        (Some(low), None, None) if value.low_exclusive => format!("{over}{low}"),
        (Some(low), None, None) => format!("{low} or more"),
        (None, None, Some(high)) => format!("{under}{high}"),
        (Some(low), None, Some(high)) => format!("{low} to {high}"),
        (Some(low), Some(best), None) if low == best && value.low_exclusive => format!("{over}{low}"),
        (Some(low), Some(best), None) if low == best => format!("{low} or more"),
        (None, Some(best), Some(high)) if high == best => format!("{under}{high}"),
        (Some(low), Some(best), Some(high)) => format!("{about}{best} ({low} to {high})"),
        (Some(low), Some(best), None) if value.low_exclusive => format!("{about}{best} ({over}{low})"),
        (Some(low), Some(best), None) => format!("{about}{best} ({low} or more)"),
        (None, Some(best), Some(high)) => format!("{about}{best} ({under}{high})"),
        (None, None, None) => "–".to_owned(),
    }
}

/// Adds thousands separators to every number of a text that contains only numbers and words about them.
#[must_use]
pub fn grouped(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 4);
    let mut rest = text;
    let mut fraction = false;
    while let Some(first) = rest.chars().next() {
        let digits = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
        if digits == 0 {
            out.push(first);
            fraction = first == '.';
            rest = rest.get(first.len_utf8()..).unwrap_or_default();
            continue;
        }
        let (number, behind) = rest.split_at(digits);
        for (n, digit) in number.chars().enumerate() {
            if n > 0 && !fraction && (number.len() - n).is_multiple_of(3) {
                out.push(',');
            }
            out.push(digit);
        }
        fraction = false;
        rest = behind;
    }
    out
}

/// One choice made for a figure: what was chosen, how certainly, by what, and what came second. `nothing` is used if
/// nothing named came second.
#[must_use]
pub fn choice(chosen: &str, choice: &Choice, nothing: &str) -> String {
    let share = choice.share.map_or_else(String::new, |s| format!(" {:.3}", s.value()));
    let by = if choice.by.is_empty() { "no rule".to_owned() } else { choice.by.join(", ") };
    let second = choice.runner_up.as_ref().filter(|r| r.share.value() >= 0.0005);
    let second = second.map_or_else(String::new, |r| {
        format!("; runner-up: {} {:.3}", r.value.as_deref().unwrap_or(nothing), r.share.value())
    });
    format!("{chosen}{share} ({by}){second}")
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use sayso_model::{
        Choice, RunnerUp, Share,
        story::{Status, Story},
    };

    use super::{choice, grouped, plain, plain_lines, statuses};

    #[test]
    fn nothing_steers() {
        let hostile = "a\u{1b}[31m \u{202e}b\r\n\tc\u{200f}";
        assert_eq!(plain(hostile), "a[31m b c");
        assert_eq!(plain_lines(hostile), "a[31m b\nc");
    }

    #[test]
    fn a_status_that_a_value_has_twice_is_said_once() {
        let story: Story = serde_json::from_value(serde_json::json!({
            "schema_version": 1, "as_of": null, "reports": [], "speakers": [], "claims": [], "conflicts": [],
            "conflicts_left_out": 0, "sums": [], "mismatches": [], "corrections": [], "contradictions": [], "statements": [],
            "unanswered": [], "expected": [], "copies": []
        }))
        .unwrap();
        let unverified =
            |why: &str| Status::Unverified { reasons: vec![why.to_owned()], evidence: Vec::new() };
        let given = [
            Status::Current,
            unverified("not verified"),
            unverified("no source named"),
            unverified("not verified"),
        ];
        assert_eq!(
            statuses(&story, None, &given),
            ["current for this origin", "unverified, not verified", "unverified, gives no source"]
        );
    }

    #[test]
    fn a_choice_is_told_in_one_line() {
        let made = Choice {
            by: vec![Cow::Borrowed("figure.verb-before"), Cow::Borrowed("decider")],
            share: Some(Share::of(0.93)),
            runner_up: Some(RunnerUp { value: None, share: Share::of(0.05) }),
        };
        let told = choice("killed", &made, "no people");
        assert_eq!(told, "killed 0.930 (figure.verb-before, decider); runner-up: no people 0.050");
        assert_eq!(choice("other", &Choice::default(), "no people"), "other (no rule)");
        let sure = Choice { runner_up: Some(RunnerUp { value: None, share: Share::of(0.0001) }), ..made };
        assert_eq!(choice("killed", &sure, "no people"), "killed 0.930 (figure.verb-before, decider)");
    }

    #[test]
    fn thousands_are_parted() {
        for (plain, written) in [
            ("12000000", "12,000,000"),
            ("999", "999"),
            ("about 2500", "about 2,500"),
            ("1000 to 20000", "1,000 to 20,000"),
            ("1234.56789", "1,234.56789"),
            ("-1200.5", "-1,200.5"),
            ("–", "–"),
        ] {
            assert_eq!(grouped(plain), written);
        }
    }
}
