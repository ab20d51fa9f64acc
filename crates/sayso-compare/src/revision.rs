//! Revisions mentioned in passing: "revising his initial figure of nine dead, she said six were killed", "earlier reports of up
//! to 13 dead were inaccurate".
//!
//! A reading has the corrections that an outlet or origin publishes as such. Here, a sentence is a revision if it has a word for
//! revising and a count of people, or says what was said instead. The earlier count's own words must identify it.

use sayso_model::{Figure, FigureId, Modality, Reading, Span, story::Bounds};

use crate::{
    bounds,
    category::counts_people,
    clause,
    words::{self, Set},
};

/// Words before a count that are checked for saying that it is the earlier one.
const REACH: usize = 10;
/// Bytes after a revision within which the earlier count may be.
const BEHIND: usize = 300;

/// A sentence that revises figures, with those that it retracts and their replacements.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Revision {
    pub(crate) span: Span,
    pub(crate) retracted: Vec<FigureId>,
    pub(crate) corrected_to: Vec<FigureId>,
}

/// The revisions in a report.
pub(crate) fn revisions(reading: &Reading) -> Vec<Revision> {
    let text = reading.report.text.as_str();
    let mut found: Vec<Revision> = Vec::new();
    for trigger in
        words::of(Set::Revises).iter().chain(words::of(Set::Wrong)).map(|w| w.trim_end_matches('*'))
    {
        for (at, _) in capital_or_not(text, trigger) {
            let begins =
                text.get(..at).and_then(|t| t.chars().next_back()).is_none_or(|c| !c.is_alphanumeric());
            let span = clause::sentence(text, Span::new(at, at + trigger.len()));
            if !begins || found.iter().any(|r| r.span == span) {
                continue;
            }
            let told: Vec<&Figure> = reading
                .figures
                .iter()
                .filter(|f| {
                    span.contains(f.span) && counts_people(&f.category) && f.modality != Modality::Expected
                })
                .filter(|f| bounds::central(&Bounds::of(f)).is_some())
                .collect();
            let wrong = words::is(Set::Wrong, trigger);
            let (mut retracted, corrected_to): (Vec<&Figure>, Vec<&Figure>) =
                told.into_iter().partition(|f| wrong || is_earlier(text, span, f));
            if retracted.is_empty() {
                retracted.extend(corrected_to.iter().find_map(|new| said_first(reading, span, new)));
            }
            let says = || {
                let words = span.cut(text);
                !wrong && (words.contains(" saying ") || words.contains(" said "))
            };
            if !retracted.is_empty() || !wrong && (!corrected_to.is_empty() || says()) {
                let ids = |figures: Vec<&Figure>| figures.into_iter().map(|f| f.id).collect();
                found.push(Revision { span, retracted: ids(retracted), corrected_to: ids(corrected_to) });
            }
        }
    }
    found.sort_by_key(|r| r.span);
    found
}

/// Where a word occurs, with or without an initial capital.
fn capital_or_not<'t>(text: &'t str, word: &'t str) -> impl Iterator<Item = (usize, &'t str)> {
    let rest = word.get(1..).unwrap_or("");
    let first = word.chars().next();
    text.match_indices(rest).filter_map(move |(at, found)| {
        let before = text.get(..at)?.chars().next_back()?;
        (Some(before.to_ascii_lowercase()) == first).then_some((at - before.len_utf8(), found))
    })
}

/// The count after a revision that its own sentence says was given first.
fn said_first<'r>(reading: &'r Reading, revision: Span, new: &Figure) -> Option<&'r Figure> {
    let text = reading.report.text.as_str();
    let behind = |f: &&Figure| (revision.end..=revision.end + BEHIND).contains(&f.span.start);
    reading.figures.iter().filter(behind).find(|f| {
        let sentence = clause::sentence(text, f.span).cut(text);
        let told_first = sentence.split_whitespace().any(|w| words::is(Set::SaidFirst, &w.to_lowercase()));
        f.category == new.category && f.group == new.group && told_first
    })
}

/// True for a count that its own words call an earlier one.
fn is_earlier(text: &str, sentence: Span, figure: &Figure) -> bool {
    let before = text.get(sentence.start..figure.span.start).unwrap_or("");
    let clause = before.rsplit([',', ';', ':']).next().unwrap_or(before);
    // "The toll from the flood is revised to 49": what a count goes to is the later one.
    if clause.split_whitespace().next_back() == Some("to") {
        return false;
    }
    clause.split_whitespace().rev().take(REACH).any(|w| words::is(Set::EarlierCount, &w.to_lowercase()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_found_with_small_and_capital_letters() {
        let at: Vec<usize> =
            capital_or_not("Revising it, they revised.", "revis").map(|(at, _)| at).collect();
        assert_eq!(at, [0, 18]);
    }
}
