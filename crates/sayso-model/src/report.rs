//! Reports: one published text by one outlet at one time.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Date, Span};

/// One published text, and what its head says about it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Report {
    /// SHA-256 of the raw bytes that the report was made from, lower-case hexadecimal.
    pub raw_hash: String,
    /// SHA-256 of `text`, lower-case hexadecimal.
    pub text_hash: String,
    /// Normalised text that every span points into. A headline known only from the head is its first paragraph.
    pub text: String,
    /// What is known about headline, outlet, byline and date.
    pub head: Head,
    /// What went wrong or was left out on the way in.
    pub diagnostics: Vec<crate::Diagnostic>,
}

/// What a report's head says, each value with where it was found.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Head {
    /// Headline.
    pub headline: Option<Stated<String>>,
    /// Outlet: a name or, if nothing else is stated, the host that published it.
    pub outlet: Option<Stated<String>>,
    /// People or desks named in the byline, in order.
    pub byline: Vec<Stated<String>>,
    /// Dateline ("SEOUL").
    pub dateline: Option<Stated<String>>,
    /// Day of publication.
    pub published: Option<Stated<Date>>,
    /// Full instant of publication as written, if more than the day is stated (RFC 3339).
    pub published_at: Option<Stated<String>>,
    /// Canonical URL.
    pub url: Option<Stated<String>>,
    /// Language as a BCP 47 tag.
    pub language: Option<Stated<String>>,
}

/// A value of the head and where it was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Stated<T> {
    /// The value.
    pub value: T,
    /// Where it was found.
    pub from: HeadSource,
    /// Its position in the text, if it is there.
    pub span: Option<Span>,
}

/// Where a value of the head was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum HeadSource {
    /// Given by the user on the command line.
    Option,
    /// A `key: value` line before the text.
    Key,
    /// The text itself.
    Text,
    /// Schema.org JSON-LD.
    JsonLd,
    /// OpenGraph properties.
    OpenGraph,
    /// HTML `meta` elements.
    Meta,
    /// Visible elements of the page (`h1`, `time`, byline classes).
    Page,
    /// The URL of the report.
    Url,
    /// An entry of a feed or sitemap.
    Feed,
    /// A record of a structured format (JSONL, ninjs, NewsML-G2, WARC).
    Record,
    /// The block of a live blog: an address whose fragment tells it from the other blocks of its page.
    Block,
    /// Inferred from the text by a statistical detector.
    Detected,
}
