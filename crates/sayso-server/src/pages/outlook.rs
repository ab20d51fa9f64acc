//! Who was asked for comment and did not answer, and what is expected.

use maud::{Markup, html};
use sayso_desk::Loaded;
use sayso_model::{
    Date,
    story::{Outlook, OutlookOutcome},
};

use super::story::{LISTED, more, quoted};
use crate::layout::{line, or_dash};

/// Requests for comment, over time.
pub(super) fn asked(loaded: &Loaded) -> Markup {
    let story = &loaded.story;
    let day =
        |report: usize| story.reports.get(report).and_then(|r| r.published).map(|d: Date| d.to_string());
    html! {
        @if !story.unanswered.is_empty() {
            h2 { "Asked for comment" }
            div.wide { table.cards {
                thead { tr { th scope="col" { "Day" } th scope="col" { "Who" } th scope="col" { "Outcome" } th scope="col" { "Words" } } }
                tbody { @for u in story.unanswered.iter().take(LISTED) {
                    tr {
                        td.day data-label="Day" { (or_dash(day(u.mark.report).as_deref())) }
                        td data-label="Who" { (line(&u.asked.join(", "))) }
                        td data-label="Outcome" { (word(u.outcome)) }
                        td data-label="Words" { (quoted(loaded, u.mark)) }
                    }
                } }
            } }
            (more(story.unanswered.len()))
        }
    }
}

/// A value of an enumeration as it is called in JSON, in words.
fn word(value: impl serde::Serialize) -> String {
    let word = serde_json::to_value(value).ok().and_then(|v| v.as_str().map(str::to_owned));
    word.unwrap_or_default().replace('_', " ")
}

/// What is expected: first what is still to come, by day; then what has no day; then what has passed.
pub(super) fn expected(loaded: &Loaded) -> Markup {
    let story = &loaded.story;
    let has_passed = |o: &Outlook| o.passed == Some(true);
    let mut all: Vec<&Outlook> = story.expected.iter().collect();
    all.sort_by_key(|o| (has_passed(o) || o.outcome.is_some(), o.by.is_none(), o.by));
    html! {
        @if !all.is_empty() {
            h2 { "Expected" }
            p.note { "A dash as outcome: no report of this story says whether it happened, and no day is known by which it should have." }
            div.wide { table.cards {
                thead { tr { th scope="col" { "By" } th scope="col" { "On the word of" } th scope="col" { "Words" } th scope="col" { "Outcome" } } }
                tbody { @for o in all.iter().take(LISTED) {
                    @let speaker = o.speaker.and_then(|s| story.speakers.get(s));
                    tr .passed[has_passed(o)] {
                        td.day data-label="By" { (or_dash(o.by.map(|d| d.to_string()).as_deref())) }
                        td data-label="On the word of" { (speaker.map_or_else(|| "the outlet itself".to_owned(), |s| line(&s.name))) ", " (word(o.modality)) }
                        td data-label="Words" { (quoted(loaded, o.mark)) }
                        td data-label="Outcome" {
                            @match &o.outcome {
                                Some(OutlookOutcome::Met { mark }) => { "it happened: " (quoted(loaded, *mark)) }
                                Some(OutlookOutcome::Missed { mark }) => { "it did not happen: " (quoted(loaded, *mark)) }
                                None if has_passed(o) => { span.warn { "that day has passed; no report says what happened" } }
                                None => { "–" }
                            }
                        }
                    }
                } }
            } }
            (more(all.len()))
        }
    }
}
