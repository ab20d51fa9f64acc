//! Reports, statements and figures as tables: the ledger's rows, and what their columns mean.

use sayso_ledger::{
    Ledger,
    export::{self, Selection, Type, What},
};
use sayso_model::Date;
use serde_json::Value;

use crate::{
    ExportError,
    table::{Column, Kind, Row},
};

/// What each column means, in brief.
const ABOUT: &[(&str, &str)] = &[
    ("report", "Number of the report in the ledger"),
    ("text_hash", "SHA-256 of the report's text, which the offsets point into"),
    (
        "source_office",
        "Outlet, by its name in the ledger: one that some report writes, where its own state only a host",
    ),
    ("source_date", "Day of publication, as stated"),
    ("source_headline", "Headline"),
    ("url", "URL of the report"),
    ("revision", "Which revision of the report it is, from 1"),
    ("language", "Language of the report (BCP 47)"),
    ("origin", "File, URL or archive record that the report was read from"),
    ("fetched_at", "When it was fetched"),
    ("added_at", "When it was added to the ledger"),
    ("archived", "`WARC-Record-ID` of the response that it was made from; empty if no watch has archived it"),
    ("statements", "How many statements were read"),
    ("figures", "How many figures were read"),
    ("statement", "Id of the statement in its report"),
    ("kind", "direct, indirect or mixed"),
    ("speaker", "Whose statement it is"),
    ("source_original", "On whose word it is: the end of the chain; empty if nobody is named"),
    ("via", "Who relayed it, nearest to the origin first"),
    ("modality", "asserted, denied, possible, expected, planned or demanded"),
    ("polarity", "positive or negative"),
    ("said_on", "Day on which it was said, if stated"),
    ("part_of", "The entry that this one is part of"),
    ("content", "What is attributed"),
    ("start", "First code point of the words in the report's text"),
    ("end", "One past their last code point"),
    ("decision", "accepted, corrected, rejected or added; empty if nobody has decided"),
    ("reviewed_by", "Who has decided about it"),
    ("decided_at", "When the effective decision was made"),
    ("decision_note", "The reason, and notes"),
    ("as_read", "Corrected fields as they were read (JSON)"),
    ("figure", "Id of the figure in its report"),
    ("category", "What is counted"),
    ("low", "Lower bound (see `low_exclusive`), as the report gives it"),
    ("best", "The value itself"),
    ("high", "Upper bound, as the report gives it"),
    ("low_exclusive", "The value is above `low`"),
    ("high_exclusive", "The value is below `high`"),
    ("approximate", "\"About\", \"some\", \"roughly\""),
    ("unit", "Unit of a measure"),
    ("group", "Group counted"),
    ("places", "Places named with it"),
    ("as_of", "Day for which it holds, if stated"),
    ("period_start", "First day of the period counted, if stated"),
    ("period_end", "Last day of that period"),
    ("negated", "The figure or statement is negated"),
    ("status", "What has happened to it since, for a statement to which of its figures; empty if it stands"),
    ("status_by", "By what, in the same order"),
    ("additional", "It adds to an earlier count"),
    ("words", "The words of the report"),
];

/// The columns of a kind of row.
#[must_use]
pub fn columns(what: What) -> Vec<Column> {
    let about = |name| ABOUT.iter().find(|(known, _)| *known == name).map_or("", |(_, about)| about);
    let column = |(name, kind): (&'static str, Type)| {
        let kind = match kind {
            Type::Day => Kind::Day,
            Type::Text if name == "url" => Kind::Url,
            Type::Text => Kind::Text,
            Type::Integer => Kind::Integer,
            Type::Number => Kind::Number,
            Type::Truth => Kind::Truth,
        };
        Column { name, kind, about: about(name) }
    };
    export::columns(what).into_iter().map(column).collect()
}

/// The name of a table of such rows.
#[must_use]
pub fn name(what: What) -> &'static str {
    match what {
        What::Reports => "reports",
        What::Statements => "statements",
        What::Figures => "figures",
    }
}

/// The rows that pass a selection, one report at a time.
///
/// # Errors
/// Errors of reading the ledger.
pub fn rows<'l>(
    ledger: &'l Ledger,
    what: What,
    selection: &'l Selection<'_>,
) -> Result<impl Iterator<Item = Result<Vec<Row>, ExportError>> + 'l, ExportError> {
    Ok(export::rows(ledger, what, selection)?.map(|batch| Ok(batch?)))
}

pub(crate) fn day(date: Option<Date>) -> Value {
    date.map(|d| d.to_string()).into()
}

#[cfg(test)]
mod tests {
    use sayso_ledger::export::What;

    use super::columns;

    #[test]
    fn every_column_says_what_it_means() {
        for what in [What::Reports, What::Statements, What::Figures] {
            for column in columns(what) {
                assert!(!column.about.is_empty(), "{} of {what:?}", column.name);
            }
        }
    }
}
