//! Spans: the position of an entry in a report's text.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A stretch of a report's text, in UTF-8 bytes, end exclusive.
///
/// Inside the program, offsets are bytes and always lie on character boundaries. In printed JSON they are Unicode code
/// points, next to the exact text (see [`crate::json`]).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
pub struct Span {
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
}

impl Span {
    /// A span from `start` to `end`; an end before the start is read as an empty span at `start`.
    #[must_use]
    pub fn new(start: usize, end: usize) -> Self {
        Self { start, end: end.max(start) }
    }

    /// Length in bytes.
    #[must_use]
    pub fn len(self) -> usize {
        self.end - self.start
    }

    /// True if the span is empty.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.start == self.end
    }

    /// The text under the span; empty if the span is not inside `text` on character boundaries.
    #[must_use]
    pub fn cut(self, text: &str) -> &str {
        text.get(self.start..self.end).unwrap_or("")
    }

    /// True if every byte of `other` is in this span.
    #[must_use]
    pub fn contains(self, other: Self) -> bool {
        self.start <= other.start && other.end <= self.end
    }

    /// True if the two share at least one byte.
    #[must_use]
    pub fn overlaps(self, other: Self) -> bool {
        self.start < other.end && other.start < self.end
    }

    /// The smallest span that covers both.
    #[must_use]
    pub fn cover(self, other: Self) -> Self {
        Self { start: self.start.min(other.start), end: self.end.max(other.end) }
    }

    /// The smallest span that covers all of `pieces`; `None` for no pieces.
    #[must_use]
    pub fn hull(pieces: &[Self]) -> Option<Self> {
        pieces.iter().copied().reduce(Self::cover)
    }
}
