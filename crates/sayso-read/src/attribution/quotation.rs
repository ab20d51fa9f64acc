//! Quotations: stretches of text between quotation marks, and social-network posts, which have none.

use std::ops::Range;

use super::post::{self, Post};
use crate::tree::Tree;

/// One stretch between quotation marks, within one paragraph.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Quotation {
    /// The opening mark, everything inside, and the closing mark if there is one.
    pub(super) tokens: Range<u32>,
    /// What is between the marks.
    pub(super) inner: Range<u32>,
    /// False if the paragraph ends without a closing mark.
    pub(super) closed: bool,
    /// Index of the paragraph.
    pub(super) paragraph: u32,
}

/// All quotations of a document in text order; they do not overlap. A quotation inside a quotation is part of the outer one.
#[derive(Debug, Default)]
pub(super) struct Quotations {
    all: Vec<Quotation>,
    posts: Vec<Post>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Mark {
    Opens,
    Closes,
    Either,
}

fn double(form: &str) -> Option<Mark> {
    match form {
        "\u{201c}" | "``" | "\u{201e}" | "\u{ab}" | "\u{2039}" | "\u{300c}" | "\u{300e}" => Some(Mark::Opens),
        "\u{201d}" | "\u{bb}" | "\u{203a}" | "\u{300d}" | "\u{300f}" => Some(Mark::Closes),
        // two single marks also open a quotation if a newspaper's archive has no others
        "\"" | "''" => Some(Mark::Either),
        _ => None,
    }
}

fn single(form: &str) -> Option<Mark> {
    match form {
        "\u{2018}" | "`" => Some(Mark::Opens),
        "\u{2019}" => Some(Mark::Closes),
        "'" => Some(Mark::Either),
        _ => None,
    }
}

impl Quotations {
    /// Finds the quotations in time linear in the text.
    pub(super) fn new(tree: &Tree<'_>) -> Self {
        let mut all = Vec::new();
        let document = tree.document;
        let mut at = 0;
        for (paragraph, _) in document.paragraphs.iter().enumerate() {
            let first = at;
            while document.sentences.get(at).is_some_and(|s| s.paragraph as usize == paragraph) {
                at += 1;
            }
            let sentences = document.sentences.get(first..at).unwrap_or_default();
            let (Some(start), Some(end)) = (sentences.first(), sentences.last()) else { continue };
            let tokens = start.tokens.start..end.tokens.end;
            // »Like this« or »this»: marks that point inwards, or all one way.
            let guillemet = tokens.clone().find(|&t| matches!(tree.form(t), "\u{ab}" | "\u{bb}"));
            let inward = guillemet.is_some_and(|t| tree.form(t) == "\u{bb}");
            let found = pairs(tree, tokens.clone(), paragraph as u32, |form| match form {
                "\u{bb}" if inward => Some(Mark::Either),
                "\u{ab}" if inward => Some(Mark::Closes),
                _ => double(form),
            });
            // British usage: single marks quote if the paragraph has no double ones, or has them only inside.
            let mut outer = pairs(tree, tokens, paragraph as u32, single);
            outer.retain(|q| q.closed && q.inner.len() > 2);
            let holds =
                |o: &Quotation, q: &Quotation| o.inner.start <= q.tokens.start && q.tokens.end <= o.inner.end;
            outer.retain(|o| found.is_empty() || found.iter().any(|q| holds(o, q)));
            all.extend(found.into_iter().filter(|q| !outer.iter().any(|o| holds(o, q))));
            all.extend(outer);
        }
        all.sort_by_key(|q| q.tokens.start);
        Self { all, posts: post::find(tree) }
    }

    pub(super) fn all(&self) -> &[Quotation] {
        &self.all
    }

    pub(super) fn posts(&self) -> &[Post] {
        &self.posts
    }

    /// The post that a token is in or signs.
    pub(super) fn post(&self, token: u32) -> Option<&Post> {
        let at = self.posts.partition_point(|p| p.name.end <= token);
        self.posts.get(at).filter(|p| p.tokens.start <= token)
    }

    /// True for a quoted token: between quotation marks, or in a post.
    pub(super) fn is_quoted(&self, token: u32) -> bool {
        self.at(token).is_some() || self.post(token).is_some_and(|p| p.tokens.contains(&token))
    }

    /// Index of the quotation that a token is in or is a mark of.
    pub(super) fn at(&self, token: u32) -> Option<usize> {
        let at = self.all.partition_point(|q| q.tokens.end <= token);
        self.all.get(at).is_some_and(|q| q.tokens.contains(&token)).then_some(at)
    }

    /// The quotations that overlap some tokens.
    pub(super) fn touching(&self, tokens: &Range<u32>) -> impl Iterator<Item = (usize, &Quotation)> {
        let from = self.all.partition_point(|q| q.tokens.end <= tokens.start);
        let end = tokens.end;
        self.all.iter().enumerate().skip(from).take_while(move |(_, q)| q.tokens.start < end)
    }

    /// The first quotation that begins at or after a token.
    pub(super) fn after(&self, token: u32) -> Option<(usize, &Quotation)> {
        let at = self.all.partition_point(|q| q.tokens.start < token);
        self.all.get(at).map(|q| (at, q))
    }

    /// The last quotation that ends at or before a token.
    pub(super) fn before(&self, token: u32) -> Option<(usize, &Quotation)> {
        let at = self.all.partition_point(|q| q.tokens.end <= token).checked_sub(1)?;
        self.all.get(at).map(|q| (at, q))
    }
}

/// True for a stretch that looks like a title rather than speech: each longer word is capitalised, not everything is in capitals,
/// and no sentence ends in it.
pub(super) fn is_title(tree: &Tree<'_>, quotation: &Quotation) -> bool {
    let mut first = true;
    let mut lower = false;
    for form in quotation.inner.clone().map(|i| tree.form(i)) {
        if matches!(form, "." | "!" | "?" | ";") {
            return false;
        }
        let letters = form.chars().filter(|c| c.is_alphabetic()).count();
        let capital = form.starts_with(|c: char| c.is_uppercase() || c.is_ascii_digit());
        if letters > 0 && !capital && (first || letters > 3) {
            return false;
        }
        lower |= form.chars().any(char::is_lowercase);
        first &= letters == 0;
    }
    quotation.closed && lower
}

fn pairs(
    tree: &Tree<'_>,
    tokens: Range<u32>,
    paragraph: u32,
    mark: impl Fn(&str) -> Option<Mark>,
) -> Vec<Quotation> {
    let mut found = Vec::new();
    let mut open: Option<u32> = None;
    let mut depth = 0_u32;
    for i in tokens.clone() {
        let Some(kind) = mark(tree.form(i)) else { continue };
        if open.is_some() && is_owners(tree, i, &tokens) {
            continue;
        }
        let kind = if kind == Mark::Either {
            if open.is_some() {
                // a straight single mark closes only at the end of a word
                if glued(tree, i, &tokens) { continue } else { Mark::Closes }
            } else {
                Mark::Opens
            }
        } else {
            kind
        };
        // „Like this“: a mark that elsewhere opens closes a low opening mark.
        let low = open.is_some_and(|o| tree.form(o) == "\u{201e}");
        let kind = if low && tree.form(i) == "\u{201c}" { Mark::Closes } else { kind };
        match (kind, open) {
            (Mark::Opens, None) => {
                open = Some(i);
                depth = 0;
            }
            (Mark::Opens, Some(_)) => depth += 1,
            (_, Some(_)) if depth > 0 && mark_is_single_pair(tree, i) => depth -= 1,
            (_, Some(start)) => {
                found.push(Quotation { tokens: start..i + 1, inner: start + 1..i, closed: true, paragraph });
                open = None;
            }
            // a paragraph does not begin with a closing mark: the wrong one was typed
            (_, None) if i == tokens.start => open = Some(i),
            (_, None) => {}
        }
    }
    if let Some(start) = open.filter(|s| s + 1 < tokens.end) {
        found.push(Quotation {
            tokens: start..tokens.end,
            inner: start + 1..tokens.end,
            closed: false,
            paragraph,
        });
    }
    found.retain(|q| !q.inner.is_empty());
    found
}

/// An inner pair is accepted only if the mark after it closes too: “a “b” c” but not “a “b c”.
fn mark_is_single_pair(tree: &Tree<'_>, i: u32) -> bool {
    (i + 1..i + 80).take_while(|&j| tree.token(j).is_some()).find_map(|j| double(tree.form(j)))
        == Some(Mark::Closes)
}

/// True for a plural possessive apostrophe ("the miners’ families"): after an s and before a word, if a mark further on closes
/// what is open.
fn is_owners(tree: &Tree<'_>, i: u32, tokens: &Range<u32>) -> bool {
    let single = |form: &str| matches!(form, "\u{2019}" | "'");
    let Some(before) = i.checked_sub(1).filter(|b| tokens.contains(b)) else { return false };
    let touches = tree.token(before).zip(tree.token(i)).is_some_and(|(a, b)| a.span.end == b.span.start);
    let word_next = i + 1 < tokens.end && tree.form(i + 1).starts_with(char::is_lowercase);
    if !single(tree.form(i)) || !touches || !tree.form(before).ends_with(['s', 'S']) || !word_next {
        return false;
    }
    (i + 1..tokens.end)
        .take_while(|&j| tree.form(j) != "\u{2018}")
        .any(|j| single(tree.form(j)) && matches!(tree.form(j - 1), "," | "." | "!" | "?"))
}

/// True for a mark between letters, or an apostrophe before a letter of the following word ("'s").
fn glued(tree: &Tree<'_>, i: u32, tokens: &Range<u32>) -> bool {
    if tree.form(i) != "'" {
        return false;
    }
    let next = (i + 1 < tokens.end).then(|| tree.token(i + 1)).flatten();
    let here = tree.token(i);
    next.zip(here).is_some_and(|(n, h)| {
        n.span.start == h.span.end && tree.form(i + 1).starts_with(char::is_alphanumeric)
    })
}
