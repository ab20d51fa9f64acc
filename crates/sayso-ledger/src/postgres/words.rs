//! The full-text index on PostgreSQL. Words are folded here as SQLite's tokenizer does it, so that neither the
//! database's locale nor its parser's ideas of URLs and hyphens decide what is found.

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// Bytes of a piece: its words and their positions fit in a tsvector's megabyte however they are distributed.
const PIECE: usize = 200_000;

/// Maximum bytes of a word: anything longer is not a word, and PostgreSQL refuses it.
const WORD: usize = 1_000;

/// The words of a text: letters and digits, lower-case, without accents.
pub(super) fn words(text: &str) -> impl Iterator<Item = String> {
    text.split(|c: char| !c.is_alphanumeric() && !is_combining_mark(c)).filter_map(|word| {
        let plain = word.nfd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase);
        let plain: String = plain.collect();
        (!plain.is_empty() && plain.len() <= WORD).then_some(plain)
    })
}

/// The words of a text in pieces, separated by spaces; at least one piece.
pub(super) fn pieces(text: &str) -> Vec<String> {
    let mut pieces = vec![String::new()];
    for word in words(text) {
        if pieces.last().is_some_and(|piece| piece.len() + word.len() >= PIECE) {
            pieces.push(String::new());
        }
        if let Some(piece) = pieces.last_mut() {
            if !piece.is_empty() {
                piece.push(' ');
            }
            piece.push_str(&word);
        }
    }
    pieces
}

/// What a person typed, as one PostgreSQL query per word or phrase, all of which a report must match. Nothing typed is
/// an operator.
pub(super) fn queries(typed: &str) -> Vec<String> {
    let mut out = Vec::new();
    for (at, part) in typed.split('"').enumerate() {
        let quoted = at % 2 == 1;
        let wanted: Vec<&str> = if quoted { vec![part] } else { part.split_whitespace().collect() };
        for piece in wanted {
            let begins = !quoted && piece.ends_with('*');
            // Words contain only letters and digits, so quotation marks are all they need.
            let words: Vec<String> = words(piece).map(|word| format!("'{word}'")).collect();
            if !words.is_empty() {
                out.push(format!("{}{}", words.join(" <-> "), if begins { ":*" } else { "" }));
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{PIECE, pieces, queries};

    #[test]
    fn nothing_typed_is_an_operator() {
        assert_eq!(queries("drone NOT (x & !"), ["'drone'", "'not'", "'x'"]);
        assert_eq!(queries("\"spy agency\" dron*"), ["'spy' <-> 'agency'", "'dron':*"]);
        assert_eq!(queries("Lee Seong-kweun's"), ["'lee'", "'seong' <-> 'kweun' <-> 's'"]);
        assert!(queries(" \" -- ").is_empty());
    }

    #[test]
    fn accents_and_case_are_folded() {
        assert_eq!(pieces("Żółć, CAFÉ\u{301}\nÉcole"), ["zołc cafe ecole"]);
    }

    #[test]
    fn a_long_text_has_pieces_that_fit() {
        let text = (0..200_000).map(|n| format!("w{n} ")).collect::<String>();
        let pieces = pieces(&text);
        assert!(pieces.len() > 1 && pieces.iter().all(|piece| piece.len() <= PIECE));
        assert_eq!(pieces.iter().map(|piece| piece.split(' ').count()).sum::<usize>(), 200_000);
        assert_eq!(super::pieces("").len(), 1, "a report without words is in the index too");
    }
}
