//! Entries of readings: their kinds, their names, and how an entry is found again in another reading of its report.

use sayso_model::{Reading, Span};
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};

use crate::ReportId;

/// Kind of entry in a reading.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EntryKind {
    /// A statement.
    Statement,
    /// A figure.
    Figure,
    /// A speaker.
    Speaker,
    /// A request for comment.
    CommentRequest,
    /// Something expected.
    Expectation,
    /// A correction.
    Correction,
}

impl EntryKind {
    /// All kinds, in the order in which they are listed.
    pub const ALL: [Self; 6] = [
        Self::Statement,
        Self::Figure,
        Self::Speaker,
        Self::CommentRequest,
        Self::Expectation,
        Self::Correction,
    ];

    /// How many entries of the kind a reading has.
    #[must_use]
    pub fn count(self, reading: &Reading) -> usize {
        match self {
            Self::Statement => reading.statements.len(),
            Self::Figure => reading.figures.len(),
            Self::Speaker => reading.speakers.len(),
            Self::CommentRequest => reading.comment_requests.len(),
            Self::Expectation => reading.expected.len(),
            Self::Correction => reading.corrections.len(),
        }
    }

    /// The words that represent an entry: a statement's content, a speaker's first mention, otherwise the entry's span.
    #[must_use]
    pub fn span(self, reading: &Reading, index: usize) -> Option<Span> {
        match self {
            Self::Statement => reading.statements.get(index).and_then(|s| Span::hull(&s.content)),
            Self::Figure => reading.figures.get(index).map(|f| f.span),
            Self::Speaker => reading.speakers.get(index).and_then(|s| s.mentions.first().map(|m| m.span)),
            Self::CommentRequest => reading.comment_requests.get(index).map(|c| c.span),
            Self::Expectation => reading.expected.get(index).map(|e| e.span),
            Self::Correction => reading.corrections.get(index).map(|c| c.span),
        }
    }

    /// The name of the kind in lists.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Statement => "statement",
            Self::Figure => "figure",
            Self::Speaker => "speaker",
            Self::CommentRequest => "request for comment",
            Self::Expectation => "expectation",
            Self::Correction => "correction",
        }
    }

    /// The letter that the names of its entries begin with.
    #[must_use]
    pub fn letter(self) -> char {
        match self {
            Self::Statement => 's',
            Self::Figure => 'f',
            Self::Speaker => 'p',
            Self::CommentRequest => 'c',
            Self::Expectation => 'e',
            Self::Correction => 'x',
        }
    }

    /// The kind whose entries' names begin with this letter.
    #[must_use]
    pub fn of_letter(letter: char) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.letter() == letter)
    }
}

/// An entry's name within its report (`f3`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, JsonSchema)]
#[schemars(with = "String")]
pub struct EntryName {
    /// The kind of entry.
    pub kind: EntryKind,
    /// Its position in the list of its kind.
    pub index: usize,
}

impl EntryName {
    /// Parses `f3`; `None` for anything else.
    #[must_use]
    pub fn parse(written: &str) -> Option<Self> {
        let mut letters = written.chars();
        let kind = EntryKind::of_letter(letters.next()?)?;
        let digits = letters.as_str();
        let plain = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
        Some(Self { kind, index: plain.then(|| digits.parse().ok())?? })
    }
}

impl std::fmt::Display for EntryName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}{}", self.kind.letter(), self.index)
    }
}

impl<'de> Deserialize<'de> for EntryName {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let written = String::deserialize(deserializer)?;
        Self::parse(&written)
            .ok_or_else(|| D::Error::custom(format!("'{written}' is not the name of an entry")))
    }
}

impl Serialize for EntryName {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// An entry identified by its words, so that it can be found again in another reading of the report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema, Deserialize)]
pub struct Anchored {
    /// The report.
    pub report: i64,
    /// The kind of entry.
    pub kind: EntryKind,
    /// First byte of its words in the report's text.
    pub start: usize,
    /// One past their last byte.
    pub end: usize,
    /// The words.
    pub exact: String,
    /// For a figure, the bytes of its number: they stay in place when another reader delimits the words around them
    /// differently.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<(usize, usize)>,
    /// Its position among the entries of its kind with the same words.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub nth: usize,
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "the form that serde calls")]
fn is_zero(n: &usize) -> bool {
    *n == 0
}

impl Anchored {
    /// The anchor of an entry of a kind at a position; `None` if there is none or it has no words.
    #[must_use]
    pub fn new(report: ReportId, reading: &Reading, kind: EntryKind, index: usize) -> Option<Self> {
        let span = kind.span(reading, index)?;
        let nth = (0..index).filter(|i| kind.span(reading, *i) == Some(span)).count();
        Some(Self { number: number(kind, reading, index), nth, ..Self::at(report, reading, kind, span) })
    }

    /// Makes an anchor for words of a report as an entry of a kind, whether or not a reading has it.
    #[must_use]
    pub fn at(report: ReportId, reading: &Reading, kind: EntryKind, span: Span) -> Self {
        Self {
            report: report.0,
            kind,
            start: span.start,
            end: span.end,
            exact: span.cut(&reading.report.text).to_owned(),
            number: None,
            nth: 0,
        }
    }

    /// The position of the words.
    #[must_use]
    pub fn span(&self) -> Span {
        Span::new(self.start, self.end)
    }

    /// The position of the entry in another reading of its report: the one of its kind with the same words in the same
    /// place, otherwise a figure with the same number, otherwise the one with the largest overlap, if that is at least
    /// half of their union; `None` if there is no such entry any more.
    #[must_use]
    pub fn place(&self, reading: &Reading) -> Option<usize> {
        let wanted = self.span();
        let same: Vec<usize> = (0..self.kind.count(reading))
            .filter(|index| self.kind.span(reading, *index) == Some(wanted))
            .collect();
        if let Some(found) = same.get(self.nth).or(same.last()) {
            return Some(*found);
        }
        if let Some((start, end)) = self.number {
            let number = Span::new(start, end);
            let found = reading.figures.iter().position(|f| f.number == number);
            if found.is_some() {
                return found;
            }
        }
        (0..self.kind.count(reading))
            .filter_map(|index| Some((index, shared(wanted, self.kind.span(reading, index)?)?)))
            .min_by_key(|&(index, shared)| (usize::MAX - shared, index))
            .map(|(index, _)| index)
    }
}

/// Bytes that two spans share, if these are at least half of their union.
fn shared(a: Span, b: Span) -> Option<usize> {
    let shared = a.end.min(b.end).saturating_sub(a.start.max(b.start));
    (shared > 0 && shared * 2 >= a.cover(b).len()).then_some(shared)
}

fn number(kind: EntryKind, reading: &Reading, index: usize) -> Option<(usize, usize)> {
    let figure = reading.figures.get(index).filter(|_| kind == EntryKind::Figure)?;
    Some((figure.number.start, figure.number.end))
}

#[cfg(test)]
mod tests {
    use super::{EntryKind, EntryName};

    #[test]
    fn names_are_read_as_they_are_written() {
        for kind in EntryKind::ALL {
            let name = EntryName { kind, index: 12 };
            assert_eq!(EntryName::parse(&name.to_string()), Some(name));
        }
        for wrong in ["", "f", "f-1", "f+1", "12", "q3", "f1x", "é1", "f99999999999999999999999"] {
            assert_eq!(EntryName::parse(wrong), None, "{wrong}");
        }
    }
}
