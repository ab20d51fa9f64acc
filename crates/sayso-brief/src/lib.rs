//! Composes briefs: five headings, every line with the spans that support it.
//!
//! A line is cut from the reports or built from words of the entries that it cites; nothing else is said. The composers
//! ([`report::compose`], [`story::compose`]) decide what goes into a brief, [`render`] how it looks.

#![forbid(unsafe_code)]

pub mod line;
pub mod render;
pub mod report;
pub mod story;

pub use line::{
    BRIEF_SCHEMA_VERSION, Brief, Heading, Line, Mark, Refused, Section, Source, Worded, Wording, brief_schema,
};
