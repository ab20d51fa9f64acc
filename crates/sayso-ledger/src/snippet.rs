//! Snippets from long texts. FTS5's own function compares every match with every other. Here the text is cut into
//! pieces, the piece with most of the words is found, and the function is applied to that piece alone, so that the cost
//! is linear in the length of the text.

use rusqlite::{Connection, OptionalExtension};

use crate::LedgerError;

/// Bytes of a piece, up to the end of a word.
const PIECE: usize = 1500;
/// Pieces that are searched at once: most words are near the beginning.
const AT_ONCE: usize = 64;
/// Words that are shown if no piece has a match: a phrase can cross the end of one.
const WORDS: usize = 24;

/// A table in the connection with the tokenizer of `report_words`.
const TABLE: &str = "CREATE VIRTUAL TABLE IF NOT EXISTS temp.piece
    USING fts5 (text, tokenize = 'porter unicode61 remove_diacritics 2')";

/// A snippet with these words and phrases, with the matches between `[` and `]`.
pub(crate) fn of_long(
    db: &Connection,
    wanted: &[String],
    headline: &str,
    text: &str,
) -> Result<String, LedgerError> {
    db.execute_batch(TABLE)?;
    let wanted = wanted.join(" OR ");
    let all: Vec<&str> = [headline].into_iter().chain(pieces(text)).collect();
    for some in all.chunks(AT_ONCE) {
        db.prepare_cached("INSERT INTO temp.piece (text) SELECT value FROM json_each(?1)")?
            .execute([serde_json::to_string(some)?])?;
        let found = db
            .prepare_cached(
                "SELECT snippet(piece, 0, '[', ']', ' … ', 24) FROM temp.piece WHERE piece MATCH ?1
                 ORDER BY bm25(piece), rowid LIMIT 1",
            )?
            .query_row([&wanted], |row| row.get(0))
            .optional()?;
        db.execute_batch("DELETE FROM temp.piece")?;
        if let Some(found) = found {
            return Ok(found);
        }
    }
    Ok(text.split_whitespace().take(WORDS).collect::<Vec<_>>().join(" ") + " … ")
}

/// The text in pieces that end between words; a word longer than a piece is cut.
fn pieces(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let whole = (0..=PIECE.min(rest.len())).rev().find(|at| rest.is_char_boundary(*at))?;
        let before = rest.get(..whole)?;
        let blank = before.rfind(char::is_whitespace).filter(|_| whole < rest.len());
        let (piece, behind) = rest.split_at(blank.filter(|at| *at > 0).unwrap_or(whole));
        rest = behind;
        Some(piece)
    })
}

#[cfg(test)]
mod tests {
    use super::{PIECE, pieces};

    #[test]
    fn pieces_are_the_text_and_end_between_words() {
        let text = "Zwölf Boote kenterten. ".repeat(300);
        let all: Vec<&str> = pieces(&text).collect();
        assert_eq!(all.concat(), text);
        assert!(all.iter().all(|piece| piece.len() <= PIECE));
        assert!(all.iter().skip(1).all(|piece| piece.starts_with(' ')));
        let one_word = "ö".repeat(PIECE);
        assert_eq!(pieces(&one_word).collect::<Vec<_>>().concat(), one_word);
        assert_eq!(pieces("").count(), 0);
    }
}
