//! What qualifies for a count, if a report says so ("identified", "in intensive care"): `data/definitions.tsv`.

use std::{collections::BTreeSet, sync::OnceLock};

use sayso_model::{Figure, Span};

use crate::{Entry, clause::Around, data::rows, phrases::Phrases};

struct Row {
    categories: Vec<&'static str>,
    definition: &'static str,
}

/// Phrases with the definitions that they express.
struct Table {
    phrases: Phrases,
    rows: Vec<Row>,
}

fn table() -> &'static Table {
    static TABLE: OnceLock<Table> = OnceLock::new();
    TABLE.get_or_init(|| {
        let (phrases, rows): (Vec<&str>, Vec<Row>) = rows(sayso_data::DEFINITIONS)
            .filter_map(|row| {
                let categories = row.get(1)?.split(';').collect();
                Some((*row.first()?, Row { categories, definition: row.get(2)? }))
            })
            .unzip();
        Table { phrases: Phrases::new(phrases.into_iter()), rows }
    })
}

/// The definition that a figure's own words give: the one that stands nearest.
pub(crate) fn of(entry: &Entry<'_>, figure: &Figure, around: Around) -> Option<String> {
    let text = entry.reading.report.text.as_str();
    let mut own = around.own;
    // "Ten of the 26 people who were hurt are critical": what follows the 26 is said of the ten.
    let is_of_part = |f: &&Figure| f.span.start < figure.span.start && f.span.contains(figure.number);
    if entry.reading.figures.iter().take(figure.id.index()).any(|f| is_of_part(&f)) {
        own = Span::new(own.start, figure.span.end);
    }
    let words = own.cut(text).to_ascii_lowercase();
    let figure_at = figure.span.start.saturating_sub(own.start)..figure.span.end.saturating_sub(own.start);
    let Table { phrases, rows } = table();
    let mut known: BTreeSet<usize> = BTreeSet::new();
    phrases
        .whole(&words)
        // Only the first occurrence of each phrase.
        .filter(|(_, _, n)| known.insert(*n))
        .filter_map(|(at, end, n)| Some((at, end, rows.get(n)?)))
        .filter(|(_, _, row)| row.categories.contains(&figure.category.as_str()))
        .filter_map(|(at, end, row)| {
            let away = figure_at.start.saturating_sub(end).max(at.saturating_sub(figure_at.end));
            // A separate clause is about something else.
            let between = words.get(end.min(figure_at.end)..at.max(figure_at.start)).unwrap_or("");
            let behind = words.get(figure_at.end..at).unwrap_or("");
            let apart = |w: &str| {
                w.contains(|c: char| matches!(c, ';' | ':') || c.is_ascii_digit())
                    || w.contains(" and ")
                    || w.contains(" while ")
            };
            (!apart(between) && !apart(behind)).then_some((away, row.definition))
        })
        .min()
        .map(|(_, definition)| definition.to_owned())
}
