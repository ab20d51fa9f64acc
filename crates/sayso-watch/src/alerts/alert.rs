//! An alert: what happened, in the words of the reports, from which source, what was known before, and why the alert was raised.

use sayso_desk::Loaded;
use sayso_model::{
    Span,
    story::{Appearance, StoryMark},
};
use serde::{Deserialize, Serialize};

use super::On;

/// Something that a user wants to be told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Alert {
    /// Identifies what it is about: a second alert with the same key is dropped.
    pub key: String,
    /// Name of the rule.
    pub rule: String,
    /// What the rule is about.
    pub on: On,
    /// Story.
    pub story: Option<i64>,
    /// Its label.
    pub label: Option<String>,
    /// Why it was raised, in one sentence.
    pub why: String,
    /// What was known before; null if nothing was.
    pub before: Option<String>,
    /// The words that support it.
    pub lines: Vec<Line>,
}

/// A line with its position.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// The sentence.
    pub text: String,
    /// The words that matter.
    pub exact: String,
    /// Start in the report's text, in code points.
    pub start: usize,
    /// End in the report's text.
    pub end: usize,
    /// The report.
    pub report: i64,
    /// Its text's hash.
    pub text_hash: String,
    /// Outlet.
    pub outlet: Option<String>,
    /// Address.
    pub url: Option<String>,
    /// The chain from the outlet to the origin.
    pub chain: Vec<String>,
}

impl Line {
    /// The line for a position in a report of a story.
    pub(crate) fn of(loaded: &Loaded, mark: StoryMark, chain: Vec<String>) -> Option<Self> {
        let report = loaded.story.reports.get(mark.report)?;
        let text = loaded.readings.get(mark.report)?.report.text.as_str();
        let points = |bytes: usize| text.get(..bytes).map_or(0, |t| t.chars().count());
        let exact = text.get(mark.span.start..mark.span.end)?;
        Some(Self {
            text: sentence(text, mark.span).split_whitespace().collect::<Vec<_>>().join(" "),
            exact: exact.to_owned(),
            start: points(mark.span.start),
            end: points(mark.span.end),
            report: report.key,
            text_hash: report.text_hash.clone(),
            outlet: report.outlet.clone(),
            url: report.url.clone(),
            chain,
        })
    }

    /// The line for a figure, with its chain.
    pub(crate) fn of_figure(loaded: &Loaded, appearance: &Appearance) -> Option<Self> {
        let chain =
            appearance.chain.iter().map(|s| s.name.clone().unwrap_or_else(|| "nobody named".to_owned()));
        Self::of(loaded, appearance.mark, chain.collect())
    }
}

/// The sentence around a span.
pub(super) fn sentence(text: &str, span: Span) -> &str {
    let segmentation = sayso_text::segment(text);
    let found = segmentation
        .sentences
        .iter()
        .map(|s| segmentation.span(s))
        .find(|s| s.start <= span.start && span.start < s.end);
    found.map_or_else(|| span.cut(text), |s| s.cut(text))
}
