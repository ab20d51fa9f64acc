//! Whether a page says in words that its text is for subscribers only.

use super::block::Block;

/// Longest stretch of text that says so, in characters; a report may be about subscriptions.
const LONGEST: usize = 300;

/// True if a block other than the page's header, footer and asides says so.
pub(super) fn says_closed(blocks: &[Block]) -> bool {
    blocks.iter().filter(|block| !block.outside).any(|block| says(&block.text))
}

fn says(text: &str) -> bool {
    text.len() <= LONGEST * 4 && text.chars().count() <= LONGEST && {
        let text = text.to_lowercase();
        rows().any(|row| row.split('\t').next().is_some_and(|phrase| text.contains(phrase)))
    }
}

fn rows() -> impl Iterator<Item = &'static str> {
    sayso_data::PAGE_PAYWALLS.lines().filter(|line| !line.starts_with('#'))
}

#[cfg(test)]
mod tests {
    use super::{rows, says};

    #[test]
    fn every_phrase_is_in_the_texts_beside_it_and_in_no_other() {
        for row in rows() {
            let [phrase, yes, no] = row.split('\t').collect::<Vec<_>>()[..] else {
                panic!("three columns: {row}")
            };
            for text in yes.split('|') {
                assert!(text.to_lowercase().contains(phrase) && says(text), "{phrase} must match \"{text}\"");
            }
            for text in no.split('|') {
                assert!(!says(text), "no phrase must match \"{text}\"");
            }
        }
    }
}
