//! Attributions under construction, in tokens.

use std::ops::Range;

use sayso_model::{Attribution, Construction, Span, StatementKind, Upos};

use super::quotation::Quotations;
use crate::tree::Tree;

/// Some tokens, as ranges in text order.
pub(super) type Pieces = Vec<Range<u32>>;

/// An attribution as tokens.
#[derive(Debug, Clone)]
pub(super) struct Draft {
    pub(super) source: Pieces,
    pub(super) cue: Pieces,
    pub(super) content: Pieces,
    /// The token that represents the cue.
    pub(super) anchor: u32,
    pub(super) construction: Construction,
}

impl Draft {
    /// Number of tokens in the content.
    pub(super) fn size(&self) -> u32 {
        self.content.iter().map(|r| r.end - r.start).sum()
    }

    /// The start of a content that may not begin inside a word, or between an article and its noun: "A 16-year-old boy".
    fn with_first_word(&self, tree: &Tree<'_>, mut start: u32) -> u32 {
        let free = |t: u32| !holds(&self.source, t) && !holds(&self.cue, t);
        let word = |t: u32| tree.form(t) == "-" || tree.form(t).starts_with(char::is_alphanumeric);
        let from = start;
        while let Some(before) = start.checked_sub(1).filter(|&b| free(b) && word(b) && word(start)) {
            let touches =
                tree.token(before).zip(tree.token(start)).is_some_and(|(a, b)| a.span.end == b.span.start);
            if !touches {
                break;
            }
            start = before;
        }
        let article = start.checked_sub(1).filter(|&a| {
            let heads = tree.head(a).is_some_and(|h| h >= start);
            free(a) && tree.token(a).is_some_and(|t| t.upos == Upos::Det) && heads
        });
        match article {
            Some(article) if start < from => article,
            _ => start,
        }
    }

    /// The attribution with its pieces as spans; `None` if nothing is left of the content.
    pub(super) fn finish(&self, tree: &Tree<'_>, quotations: &Quotations) -> Option<Attribution> {
        let mut whole = self.content.clone();
        if let Some(first) = whole.first_mut() {
            first.start = self.with_first_word(tree, first.start);
        }
        let content = spans(tree, &whole, true);
        if content.is_empty() {
            return None;
        }
        let source = spans(tree, &self.source, false);
        let cue = spans(tree, &self.cue, false);
        Some(Attribution {
            source_head: source.first().and_then(|&s| tree.head_of(s)),
            cue_head: Some(self.anchor).filter(|_| !cue.is_empty()),
            source,
            cue,
            content,
            kind: kind(tree, quotations, &self.content),
            construction: self.construction,
            parent: None,
        })
    }
}

/// Sorts pieces and joins adjacent ones.
pub(super) fn tidy(mut pieces: Pieces) -> Pieces {
    pieces.retain(|r| r.start < r.end);
    pieces.sort_by_key(|r| (r.start, r.end));
    let mut out: Pieces = Vec::with_capacity(pieces.len());
    for piece in pieces {
        match out.last_mut() {
            Some(last) if piece.start <= last.end => last.end = last.end.max(piece.end),
            _ => out.push(piece),
        }
    }
    out
}

/// What is left of a range after removing another.
pub(super) fn without(whole: &Range<u32>, cut: &Range<u32>) -> Pieces {
    if cut.start >= whole.end || cut.end <= whole.start {
        return vec![whole.clone()];
    }
    tidy(vec![whole.start..cut.start.max(whole.start), cut.end.min(whole.end)..whole.end])
}

/// What is left of pieces after removing a range.
pub(super) fn cut_out(pieces: &Pieces, cut: &Range<u32>) -> Pieces {
    tidy(pieces.iter().flat_map(|p| without(p, cut)).collect())
}

/// True if any piece contains the token.
pub(super) fn holds(pieces: &Pieces, token: u32) -> bool {
    pieces.iter().any(|r| r.contains(&token))
}

fn is_mark(tree: &Tree<'_>, i: u32) -> bool {
    tree.token(i).is_none_or(|t| t.upos == Upos::Punct) && !tree.form(i).starts_with(char::is_alphanumeric)
}

fn is_quotation_mark(form: &str) -> bool {
    matches!(
        form,
        "\u{201c}"
            | "\u{201d}"
            | "\u{201e}"
            | "\u{ab}"
            | "\u{bb}"
            | "\""
            | "``"
            | "''"
            | "\u{2018}"
            | "\u{2019}"
            | "'"
    )
}

/// True for a closing bracket whose opening one is in the piece too.
fn closes_bracket(tree: &Tree<'_>, piece: &Range<u32>, i: u32) -> bool {
    let opening = match tree.form(i) {
        ")" => "(",
        "]" => "[",
        _ => return false,
    };
    let open =
        (piece.start..i).rev().take(40).find(|&j| tree.form(j) == opening || tree.form(j) == tree.form(i));
    open.is_some_and(|j| tree.form(j) == opening)
}

/// Converts pieces to spans, without stray marks at their ends; a content keeps its quotation marks and the full stop before a
/// closing one.
fn spans(tree: &Tree<'_>, pieces: &Pieces, keep_quotation_marks: bool) -> Vec<Span> {
    let mut out = Vec::with_capacity(pieces.len());
    for piece in pieces {
        let (mut start, mut end) = (piece.start, piece.end);
        let stray = |i: u32| is_mark(tree, i) && !(keep_quotation_marks && is_quotation_mark(tree.form(i)));
        while start < end && stray(start) {
            start += 1;
        }
        while start < end && stray(end - 1) && !closes_bracket(tree, &(start..end), end - 1) {
            end -= 1;
        }
        // a cue may be a mark alone (a colon)
        if start == end && !keep_quotation_marks {
            (start, end) = (piece.start, piece.end);
        }
        let words = keep_quotation_marks && (start..end).all(|i| is_mark(tree, i));
        if start < end && !words {
            out.extend(tree.document.span_of(start..end));
        }
    }
    out
}

/// To what extent a content is quoted.
fn kind(tree: &Tree<'_>, quotations: &Quotations, content: &Pieces) -> StatementKind {
    let (mut inside, mut words) = (0, 0);
    for piece in content {
        for i in piece.clone().filter(|&i| !is_mark(tree, i)) {
            words += 1;
            inside += u32::from(quotations.is_quoted(i));
        }
    }
    match inside {
        0 => StatementKind::Indirect,
        n if n * 10 >= words * 9 => StatementKind::Direct,
        _ => StatementKind::Mixed,
    }
}
