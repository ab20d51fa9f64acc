//! Where sentences end.

use crate::tokens::{Gap, RawToken};

/// For each token, whether a sentence ends after it.
pub(crate) fn sentence_ends(text: &str, tokens: &[RawToken]) -> Vec<bool> {
    let form = |i: usize| tokens.get(i).map_or("", |t| t.span.cut(text));
    let mut ends = vec![false; tokens.len()];
    let mut line_start = 0;
    for (i, token) in tokens.iter().enumerate() {
        let (this, next) = (form(i), form(i + 1));
        let next_lower = next.starts_with(char::is_lowercase);
        ends[i] = match token.gap {
            Gap::Paragraph => true,
            Gap::None | Gap::Space => closes(&form, tokens, i) && !next_lower && !is_closer(next),
            Gap::Line => {
                let width = token.span.end - line_start;
                (closes(&form, tokens, i) || this == ":" || width < 50) && !next_lower
            }
        };
        if token.gap >= Gap::Line {
            line_start = tokens.get(i + 1).map_or(0, |t| t.span.start);
        }
    }
    ends
}

/// Does a final mark stand here, perhaps behind closing quotes?
fn closes<'t>(form: &impl Fn(usize) -> &'t str, tokens: &[RawToken], at: usize) -> bool {
    let mut i = at;
    for _ in 0..3 {
        let f = form(i);
        if matches!(f, "." | "\u{2026}") || f.starts_with(['!', '?']) || (f.starts_with("...")) {
            return true;
        }
        if !is_closer(f) || i == 0 || tokens.get(i - 1).is_none_or(|t| t.gap != Gap::None) {
            return false;
        }
        i -= 1;
    }
    false
}

fn is_closer(f: &str) -> bool {
    matches!(f, "\"" | "'" | "''" | "\u{201d}" | "\u{2019}" | ")" | "]" | "\u{bb}")
}
