//! Embedded social-network posts: "The pier is gone. — Ida Holm (@idaholm) March 5, 2024". Everything before the signature is
//! attributed to its author, without quotation marks.

use std::ops::Range;

use sayso_model::Span;

use crate::tree::Tree;

/// Maximum length of the name, handle and date of a signature, in bytes.
const NAME: usize = 80;
const HANDLE: usize = 80;
const DATE: usize = 40;

/// One post with its signature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Post {
    /// What it says.
    pub(super) tokens: Range<u32>,
    /// The dash before the author.
    pub(super) dash: u32,
    /// The author's name.
    pub(super) name: Range<u32>,
}

/// The posts of a text, in text order. A post is the paragraph before its signature if the signature is a paragraph of its own,
/// otherwise the text before it in the same paragraph.
pub(super) fn find(tree: &Tree<'_>) -> Vec<Post> {
    let document = tree.document;
    let mut found = Vec::new();
    for (at, paragraph) in document.paragraphs.iter().enumerate() {
        let Some((dash, name)) = signature(paragraph.cut(tree.text)) else { continue };
        let from = |start: usize, end: usize| document.tokens_in(Span::new(start, end));
        let within = |offset: usize| paragraph.start + offset;
        let mut tokens = from(paragraph.start, within(dash));
        if tokens.is_empty() {
            // The headline is not a post.
            let Some(before) = at.checked_sub(1).filter(|&b| b > 0).and_then(|b| document.paragraphs.get(b))
            else {
                continue;
            };
            tokens = from(before.start, before.end);
        }
        let name = from(within(name.start), within(name.end));
        let is_free = found.last().is_none_or(|last: &Post| last.name.end <= tokens.start);
        if !tokens.is_empty() && !name.is_empty() && is_free {
            found.push(Post { dash: tokens.end, tokens, name });
        }
    }
    found
}

/// The position of a signature's dash in a paragraph and the name after it: a name, a handle in brackets and a date with its
/// year, and nothing else.
fn signature(paragraph: &str) -> Option<(usize, Range<usize>)> {
    let dash = paragraph.rfind('\u{2014}')?;
    let start = dash + '\u{2014}'.len_utf8();
    let (name, rest) = paragraph.get(start..)?.split_once("(@")?;
    let (handle, date) = rest.split_once(')')?;
    let is_handle = (1..=HANDLE).contains(&handle.len())
        && handle.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.' | b'-' | b'@'));
    let is_year = |n: &str| n.len() == 4 && n.starts_with("20");
    let dated = date.len() <= DATE && date.split(|c: char| !c.is_ascii_digit()).any(is_year);
    let begin = start + name.len() - name.trim_start().len();
    let end = start + name.trim_end().len();
    (is_handle && dated && begin < end && end - begin <= NAME).then_some((dash, begin..end))
}

#[cfg(test)]
mod tests {
    use super::signature;

    #[test]
    fn signatures_are_told_from_other_dashes() {
        let name = |written: &str| signature(written).map(|(_, name)| written.get(name).unwrap().to_owned());
        for (written, author) in [
            ("The pier is gone. — Ida Holm (@idaholm) March 5, 2024", "Ida Holm"),
            ("— Lund Police (@polis_lund) 5 March 2024 at 12:10", "Lund Police"),
            ("Gone —again—— Ida Holm 🌊 (@ida.example.social) 2024-03-05", "Ida Holm 🌊"),
        ] {
            assert_eq!(name(written).as_deref(), Some(author), "{written}");
        }
        for written in [
            "“The pier is gone.” — Ida Holm",
            "— Ida Holm (@idaholm)",
            "LUND — The mayor (@idaholm) wrote on March 5, 2024 that the pier was gone, and that nobody was hurt.",
            "Ida Holm (@idaholm) March 5, 2024",
            "— (@idaholm) March 5, 2024",
            "— Ida Holm (idaholm) March 5, 2024",
        ] {
            assert_eq!(name(written), None, "{written}");
        }
    }
}
