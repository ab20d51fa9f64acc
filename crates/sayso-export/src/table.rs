//! Tables: columns with what they mean, and rows.

use serde_json::Value;

/// What a column holds. What is not known is null.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Text.
    Text,
    /// A whole number.
    Integer,
    /// A number.
    Number,
    /// True or false.
    Truth,
    /// A day as `YYYY-MM-DD`.
    Day,
    /// An address.
    Url,
}

impl Kind {
    /// The word for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Integer => "whole number",
            Self::Number => "number",
            Self::Truth => "true or false",
            Self::Day => "day",
            Self::Url => "address",
        }
    }
}

/// A column: its name, what it holds and what it means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Column {
    /// The name in the head of the table.
    pub name: &'static str,
    /// What it holds.
    pub kind: Kind,
    /// What it means, in a few words.
    pub about: &'static str,
}

/// A row: a value for each column.
pub type Row = Vec<Value>;

/// A table that is held as a whole.
#[derive(Debug, Clone, PartialEq)]
pub struct Table {
    /// Its name: that of its file or sheet.
    pub name: &'static str,
    /// What a row is.
    pub about: &'static str,
    /// Its columns.
    pub columns: Vec<Column>,
    /// Its rows.
    pub rows: Vec<Row>,
}

pub(crate) const fn text(name: &'static str, about: &'static str) -> Column {
    Column { name, kind: Kind::Text, about }
}

pub(crate) const fn integer(name: &'static str, about: &'static str) -> Column {
    Column { name, kind: Kind::Integer, about }
}

pub(crate) const fn number(name: &'static str, about: &'static str) -> Column {
    Column { name, kind: Kind::Number, about }
}

pub(crate) const fn truth(name: &'static str, about: &'static str) -> Column {
    Column { name, kind: Kind::Truth, about }
}

pub(crate) const fn day(name: &'static str, about: &'static str) -> Column {
    Column { name, kind: Kind::Day, about }
}

pub(crate) const fn url(name: &'static str, about: &'static str) -> Column {
    Column { name, kind: Kind::Url, about }
}
