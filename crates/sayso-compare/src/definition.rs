//! What makes one count, where a report says so ("identified", "in intensive care"): `data/definitions.tsv`.

use std::sync::OnceLock;

use sayso_model::{Figure, Span};

use crate::{Entry, clause, data::rows};

struct Row {
    phrase: &'static str,
    categories: Vec<&'static str>,
    definition: &'static str,
}

fn all() -> &'static [Row] {
    static ROWS: OnceLock<Vec<Row>> = OnceLock::new();
    ROWS.get_or_init(|| {
        rows(sayso_data::DEFINITIONS)
            .filter_map(|row| {
                Some(Row {
                    phrase: row.first()?,
                    categories: row.get(1)?.split(';').collect(),
                    definition: row.get(2)?,
                })
            })
            .collect()
    })
}

/// The definition that a figure's own words give: the one that stands nearest.
pub(crate) fn of(entry: &Entry<'_>, figure: &Figure) -> Option<String> {
    let text = entry.reading.report.text.as_str();
    let mut own = clause::own_words(entry, figure);
    // "Ten of the 26 people who were hurt are critical": what stands behind the 26 is said of the ten.
    let is_of_part = |f: &&Figure| f.span.start < figure.span.start && f.span.contains(figure.number);
    if entry.reading.figures.iter().take(figure.id.index()).any(|f| is_of_part(&f)) {
        own = Span::new(own.start, figure.span.end);
    }
    let words = own.cut(text).to_ascii_lowercase();
    let figure_at = figure.span.start.saturating_sub(own.start)..figure.span.end.saturating_sub(own.start);
    all()
        .iter()
        .filter(|row| row.categories.contains(&figure.category.as_str()))
        .filter_map(|row| {
            let whole = |at: usize| {
                let letter = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
                !letter(words.get(..at).and_then(|w| w.chars().next_back()))
                    && !letter(words.get(at + row.phrase.len()..).and_then(|w| w.chars().next()))
            };
            let at = words.match_indices(row.phrase).map(|(at, _)| at).find(|at| whole(*at))?;
            let end = at + row.phrase.len();
            let away = figure_at.start.saturating_sub(end).max(at.saturating_sub(figure_at.end));
            // A clause of its own tells of something else.
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
