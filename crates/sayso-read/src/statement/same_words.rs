//! The same quoted words twice: an unnamed expert whose words a named one says later is that person.

use std::collections::BTreeMap;

use sayso_model::{Span, StatementId};

use super::Draft;
use crate::{speaker::Cast, tree::Tree};

/// Minimum number of words of a quotation that count as the same words.
const FEWEST_WORDS: usize = 4;

/// Links statements that share a quotation, and their speakers if one of them is unnamed.
pub(crate) fn link(tree: &Tree<'_>, cast: &mut Cast<'_, '_>, drafts: &mut [Draft]) {
    let words: Vec<Vec<Vec<String>>> = drafts
        .iter()
        .map(|d| d.statement.content.iter().flat_map(|c| quotations(*c, tree.text)).collect())
        .collect();
    let mut by_start: BTreeMap<&[String], Vec<usize>> = BTreeMap::new();
    for (index, quotations) in words.iter().enumerate() {
        for quotation in quotations {
            for window in quotation.windows(FEWEST_WORDS) {
                let holders = by_start.entry(window).or_default();
                if holders.last() != Some(&index) && holders.len() < 16 {
                    holders.push(index);
                }
            }
        }
    }
    let mut pairs: Vec<(usize, usize)> = Vec::new();
    for holders in by_start.values() {
        for (i, &a) in holders.iter().enumerate() {
            pairs.extend(holders[i + 1..].iter().map(|&b| (a, b)));
        }
    }
    pairs.sort_unstable();
    pairs.dedup();
    for (first, second) in pairs {
        if !shares(&words[first], &words[second]) {
            continue;
        }
        if nested(drafts, first, second) {
            continue;
        }
        drafts[second].statement.same_words_as.get_or_insert(StatementId::from(first));
        let (Some(a), Some(b)) = (drafts[first].speaker, drafts[second].speaker) else { continue };
        let evidence: Vec<Span> = drafts[first]
            .statement
            .content
            .iter()
            .chain(&drafts[second].statement.content)
            .copied()
            .collect();
        match (cast.is_anonymous(a), cast.is_anonymous(b)) {
            (true, false) => cast.reveal(a, b, evidence),
            (false, true) => cast.reveal(b, a, evidence),
            _ => {}
        }
    }
}

fn nested(drafts: &[Draft], a: usize, b: usize) -> bool {
    let overlap = |x: &Draft, y: &Draft| {
        x.statement.content.iter().any(|c| y.statement.content.iter().any(|d| c.overlaps(*d)))
    };
    overlap(&drafts[a], &drafts[b])
}

/// True if all words of one quotation occur in one of the other side's, in order.
fn shares(a: &[Vec<String>], b: &[Vec<String>]) -> bool {
    let within = |short: &[String], long: &[String]| {
        short.len() >= FEWEST_WORDS && long.windows(short.len()).any(|w| w == short)
    };
    a.iter().any(|x| b.iter().any(|y| within(x, y) || within(y, x)))
}

/// The words of each quotation in a span, in lower case.
fn quotations(span: Span, text: &str) -> Vec<Vec<String>> {
    let mut found = Vec::new();
    let mut open: Option<usize> = None;
    let before = text.get(..span.start).and_then(|t| t.chars().next_back());
    let body = span.cut(text);
    if before.is_some_and(|c| matches!(c, '"' | '“')) {
        open = Some(0);
    }
    for (at, c) in body.char_indices() {
        match (c, open) {
            ('“', _) | ('"', None) => open = Some(at + c.len_utf8()),
            ('”' | '"', Some(start)) => {
                found.push(body[start..at].to_owned());
                open = None;
            }
            _ => {}
        }
    }
    if let Some(start) = open {
        found.push(body[start..].to_owned());
    }
    found
        .iter()
        .map(|q| {
            q.split(|c: char| !c.is_alphanumeric() && c != '\'' && c != '’')
                .filter(|w| !w.is_empty())
                .map(|w| w.to_lowercase().replace('’', "'"))
                .collect()
        })
        .collect()
}
