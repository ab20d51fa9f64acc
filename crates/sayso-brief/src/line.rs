//! The parts of a brief.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use sayso_model::{Date, Span, story::StoryReport};

/// Version of the JSON form of a brief. Incremented whenever a field changes its meaning or is removed.
pub const BRIEF_SCHEMA_VERSION: u32 = 1;

/// A brief: lines under five headings and the reports that they point into.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Brief {
    /// Version of this form.
    pub schema_version: u32,
    /// What it is about.
    pub title: Option<Line>,
    /// The date up to which reports were included; null for a brief of one report.
    pub as_of: Option<Date>,
    /// The five headings in order, including those without lines.
    pub sections: Vec<Section>,
    /// How many claims of a story no line tells of: they are too minor (counts of things, or without a named category, that no
    /// two origins give and nobody contradicts), are about other events, or come after the most lines that a heading has. Absent
    /// if there are none.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub folded: usize,
    /// The reports that marks point into; a mark's `source` is an index into this list.
    pub sources: Vec<Source>,
    /// How the user's own model reworded the lines; absent if none was asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wording: Option<Wording>,
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde asks by reference")]
fn is_zero(count: &usize) -> bool {
    *count == 0
}

/// How the user's own model reworded a brief's lines.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Wording {
    /// The model.
    pub model: String,
    /// SHA-256 of the prompt.
    pub prompt: String,
    /// Lines in the model's words, with their original text.
    pub kept: Vec<Worded>,
    /// Sentences that do not say what their line says; those lines are unchanged.
    pub refused: Vec<Refused>,
}

/// A line in a model's words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Worded {
    /// Its heading.
    pub heading: Heading,
    /// Its index under the heading, from 0.
    pub line: usize,
    /// Its original text.
    pub plain: String,
}

/// A model's sentence that was refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Refused {
    /// The sentence.
    pub sentence: String,
    /// Why.
    pub why: String,
}

impl Brief {
    /// The number by which references name a source: that of its report in the ledger, as on every page and in every list;
    /// without a ledger its place among the sources, from 1.
    #[must_use]
    pub fn number(&self, source: usize) -> i64 {
        let listed = self.sources.get(source).and_then(|source| source.report);
        listed.unwrap_or_else(|| i64::try_from(source).map_or(i64::MAX, |place| place.saturating_add(1)))
    }
}

/// One heading with its lines.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Section {
    /// The heading.
    pub heading: Heading,
    /// Its lines.
    pub lines: Vec<Line>,
    /// How many more quotations, expectations or sentences belong here than are told. Absent if there are none.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub left_out: usize,
}

/// The five headings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Heading {
    /// What's New.
    New,
    /// Why It Matters.
    Matters,
    /// What To Know.
    Know,
    /// What People Are Saying.
    Saying,
    /// What's Next.
    Next,
}

impl Heading {
    /// The headings in order.
    pub const ALL: [Self; 5] = [Self::New, Self::Matters, Self::Know, Self::Saying, Self::Next];

    /// The heading as printed.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::New => "What's New",
            Self::Matters => "Why It Matters",
            Self::Know => "What To Know",
            Self::Saying => "What People Are Saying",
            Self::Next => "What's Next",
        }
    }

    /// The heading that a paragraph prints, if it is one of the five and nothing else.
    #[must_use]
    pub fn of(paragraph: &str) -> Option<Self> {
        let plain = paragraph.trim().trim_end_matches(':').to_lowercase().replace('’', "'");
        Self::ALL.into_iter().find(|h| h.title().to_lowercase() == plain)
    }
}

/// One line of a brief.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Line {
    /// What it says.
    pub text: String,
    /// The source and how certain it is, in the entries' own terms.
    pub note: Option<String>,
    /// The words that support it.
    pub marks: Vec<Mark>,
}

/// The beginning of a note that names a line's source.
pub(crate) const WHOSE: &str = "on the word of ";

impl Line {
    /// The line's source, according to its note.
    #[must_use]
    pub fn whose(&self) -> Option<&str> {
        let named = self.note.as_deref()?.strip_prefix(WHOSE)?;
        named.split([',', ';']).next().map(str::trim).filter(|name| !name.is_empty())
    }
}

/// A pointer from a line to words that support it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Mark {
    /// Index into the brief's list of sources.
    pub source: usize,
    /// First code point in that report's text.
    pub start: usize,
    /// One past the last code point.
    pub end: usize,
    /// The words themselves.
    pub exact: String,
}

impl Mark {
    /// Creates a mark for a span of a report's text.
    #[must_use]
    pub fn new(source: usize, span: Span, text: &str) -> Self {
        let count = |upto: usize| text.get(..upto).map_or(0, |t| t.chars().count());
        Self { source, start: count(span.start), end: count(span.end), exact: span.cut(text).to_owned() }
    }
}

/// A report that marks point into.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Source {
    /// Number in the ledger, by which references name it; null for a report that is in none.
    #[serde(default)]
    pub report: Option<i64>,
    /// SHA-256 of the text.
    pub text_hash: String,
    /// Outlet, if known.
    pub outlet: Option<String>,
    /// Day of publication, if known.
    pub published: Option<Date>,
    /// Headline, if known.
    pub headline: Option<String>,
    /// Address, if known.
    pub url: Option<String>,
}

/// The JSON schema (2020-12) of a printed brief.
#[must_use]
pub fn brief_schema() -> serde_json::Value {
    schemars::schema_for!(Brief).to_value()
}

impl Source {
    /// What a report says about itself.
    #[must_use]
    pub fn of(report: &sayso_model::Report) -> Self {
        let head = &report.head;
        Self {
            report: None,
            text_hash: report.text_hash.clone(),
            outlet: head.outlet.as_ref().map(|o| o.value.clone()),
            published: head.published.as_ref().map(|p| p.value),
            headline: head.headline.as_ref().map(|h| h.value.clone()),
            url: head.url.as_ref().map(|u| u.value.clone()),
        }
    }

    /// A report of a story: under its number in the ledger, and with its outlet called as there.
    #[must_use]
    pub fn in_story(listed: &StoryReport, report: &sayso_model::Report) -> Self {
        Self { report: Some(listed.key), outlet: listed.outlet.clone(), ..Self::of(report) }
    }

    /// One line that identifies the report; what is unknown is marked as such.
    #[must_use]
    pub fn citation(&self) -> String {
        let outlet = self.outlet.as_deref().unwrap_or("outlet not stated");
        let day = self.published.map_or_else(|| "date not stated".to_owned(), |d| d.to_string());
        match &self.headline {
            Some(headline) => format!("{outlet}, {day}: {headline}"),
            None => format!("{outlet}, {day}"),
        }
    }
}

/// Text from a report on one line: each run of white space becomes one space.
pub(crate) fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
