//! Analysis of a report's text, with datelines ("SEOUL — ", "KYIV, Ukraine (AP) - ") split off as separate sentences.
//!
//! A dateline is not part of the sentence after it; if left there, it would become a source or a subject.

use std::ops::Range;

use sayso_model::Document;
use sayso_text::Segmentation;

/// Maximum tokens of a dateline, including its dash.
const MOST_TOKENS: u32 = 14;

/// The document that readers work on.
#[must_use]
pub fn analyze(text: &str) -> Document {
    let mut segmentation = sayso_text::segment(text);
    let cuts: Vec<u32> =
        segmentation.paragraphs.iter().take(4).filter_map(|p| end(text, &segmentation, p.clone())).collect();
    for cut in cuts {
        if let Some(at) = segmentation.sentences.iter().position(|s| s.start < cut && cut < s.end) {
            let whole = segmentation.sentences[at].clone();
            segmentation.sentences[at] = whole.start..cut;
            segmentation.sentences.insert(at + 1, cut..whole.end);
        }
    }
    sayso_text::analyze_segmented(text, segmentation)
}

/// The token after the dateline at the start of a paragraph.
fn end(text: &str, segmentation: &Segmentation, paragraph: Range<u32>) -> Option<u32> {
    let form = |t: u32| segmentation.tokens.get(t as usize).map_or("", |x| x.span.cut(text));
    let letters = |word: &str| word.chars().filter(|c| c.is_alphabetic()).count();
    let upper = |word: &str| letters(word) >= 2 && !word.chars().any(char::is_lowercase);
    if !upper(form(paragraph.start)) {
        return None;
    }
    let limit = paragraph.end.min(paragraph.start + MOST_TOKENS);
    let dash = (paragraph.start + 1..limit)
        .find(|&t| matches!(form(t), "—" | "–" | "--" | "-") && spaced(segmentation, t))?;
    // Only names, commas, full stops and brackets may precede the dash.
    let name = |t: u32| {
        let word = form(t);
        word.chars().next().is_some_and(char::is_uppercase)
            || matches!(word, "," | "." | "(" | ")" | "/" | "of" | "the" | "and" | "-")
            || word.chars().all(|c| c.is_ascii_digit())
    };
    ((paragraph.start..dash).all(name) && dash + 1 < paragraph.end).then_some(dash + 1)
}

/// True if a token is preceded by a space.
fn spaced(segmentation: &Segmentation, token: u32) -> bool {
    let at = |t: u32| segmentation.tokens.get(t as usize).map(|x| x.span);
    token.checked_sub(1).and_then(at).zip(at(token)).is_some_and(|(a, b)| a.end < b.start)
}

#[cfg(test)]
mod tests {
    use super::analyze;

    fn first(text: &str) -> String {
        let document = analyze(text);
        document.sentences.first().map(|s| s.span.cut(text).to_owned()).unwrap_or_default()
    }

    #[test]
    fn datelines_are_sentences_of_their_own() {
        assert_eq!(first("TARVEN — The dam broke on Monday."), "TARVEN —");
        assert_eq!(first("LOWER BRENN, Orla (AP) – The dam broke."), "LOWER BRENN, Orla (AP) –");
    }

    #[test]
    fn other_dashes_stay() {
        assert_eq!(
            first("NATO and others — all of them — agreed."),
            "NATO and others — all of them — agreed."
        );
        assert_eq!(first("Rain fell — again."), "Rain fell — again.");
    }
}
