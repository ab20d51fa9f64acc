//! Tables: columns and what they mean, and rows.

use serde_json::Value;

/// The type of a column. What is not known is null.
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
    /// A URL.
    Url,
}

impl Kind {
    /// The name of the type.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Integer => "whole number",
            Self::Number => "number",
            Self::Truth => "true or false",
            Self::Day => "day",
            Self::Url => "URL",
        }
    }
}

/// A column: its name, type and meaning.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Column {
    /// The name in the table's header.
    pub name: &'static str,
    /// Its type.
    pub kind: Kind,
    /// What it means, in brief.
    pub about: &'static str,
}

/// A row: one value per column.
pub type Row = Vec<Value>;

/// A table that is held in memory.
#[derive(Debug, Clone, PartialEq)]
pub struct Table {
    /// Its name, which is that of its file or sheet.
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
