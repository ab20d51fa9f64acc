//! Word pieces as in BERT's uncased vocabularies (Devlin et al. 2019; Wu et al. 2016).

use rustc_hash::FxHashMap;
use sayso_model::Span;
use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

use super::{Weights, WeightsError};
use crate::tokens::is_data;

/// Number of letters beyond which a word is unknown, as in BERT's tokenizer.
const LONGEST_WORD: usize = 100;

/// A vocabulary of word pieces; a piece that continues a word begins with `##`.
#[derive(Debug, Clone)]
pub struct Vocabulary<'w> {
    ids: FxHashMap<&'w str, u32>,
    unknown: u32,
    longest: usize,
}

/// One piece of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Piece {
    /// Row of the vocabulary.
    pub id: u32,
    /// The bytes of the text that it represents.
    pub span: Span,
}

impl<'w> Vocabulary<'w> {
    /// Reads the text tensor `name`, one piece per line; the line number is the id. `[UNK]` must be among them.
    ///
    /// # Errors
    /// [`WeightsError::Tensor`] if the tensor or `[UNK]` is missing.
    pub fn load(weights: &Weights<'w>, name: &str) -> Result<Self, WeightsError> {
        let lines = weights.text(name)?.lines();
        let ids: FxHashMap<&str, u32> = lines.zip(0..).collect();
        let unknown = *ids
            .get("[UNK]")
            .ok_or_else(|| WeightsError::Tensor(format!("{name} has no piece for unknown words")))?;
        let longest = ids.keys().map(|piece| piece.len()).max().unwrap_or(0);
        Ok(Self { ids, unknown, longest })
    }

    /// Row of a piece.
    #[must_use]
    pub fn id(&self, piece: &str) -> Option<u32> {
        self.ids.get(piece).copied()
    }

    /// Splits a text into pieces, in text order, in time linear in its length.
    #[must_use]
    pub fn cut(&self, text: &str) -> Vec<Piece> {
        let mut pieces = Vec::new();
        let mut word = Word::default();
        // The end of encoded data that has been passed over.
        let mut passed = 0;
        let mut in_run = false;
        for (at, c) in text.char_indices() {
            if at < passed {
                continue;
            }
            if !in_run && let Some(data) = data_at(text, at) {
                pieces.push(Piece { id: self.unknown, span: data });
                passed = data.end;
                continue;
            }
            in_run = !c.is_whitespace();
            let span = Span::new(at, at + c.len_utf8());
            if is_dropped(c) {
                continue;
            }
            if c.is_whitespace() {
                self.finish(&mut word, &mut pieces);
            } else if is_alone(c) {
                self.finish(&mut word, &mut pieces);
                word.push(c, span);
                self.finish(&mut word, &mut pieces);
            } else {
                let plain = std::iter::once(c).nfd().filter(|c| !is_combining_mark(*c));
                plain.flat_map(char::to_lowercase).for_each(|c| word.push(c, span));
            }
        }
        self.finish(&mut word, &mut pieces);
        pieces
    }

    /// Splits a word greedily into the longest pieces.
    fn finish(&self, word: &mut Word, pieces: &mut Vec<Piece>) {
        let first = pieces.len();
        let whole = word.span();
        let mut from = 0;
        let mut key = String::new();
        while from < word.letters.len() && word.letters.len() <= LONGEST_WORD {
            key.clear();
            if from > 0 {
                key.push_str("##");
            }
            let mut best = None;
            for (to, (c, _)) in word.letters.iter().enumerate().skip(from) {
                key.push(*c);
                if key.len() > self.longest {
                    break;
                }
                if let Some(id) = self.id(&key) {
                    best = Some((id, to + 1));
                }
            }
            let Some((id, to)) = best else {
                pieces.truncate(first);
                break;
            };
            if let (Some(a), Some(b)) = (word.letters.get(from), word.letters.get(to - 1)) {
                pieces.push(Piece { id, span: a.1.cover(b.1) });
            }
            from = to;
        }
        if pieces.len() == first
            && let Some(span) = whole
        {
            pieces.push(Piece { id: self.unknown, span });
        }
        word.letters.clear();
    }
}

/// The run of encoded data that begins at a byte, if one does.
fn data_at(text: &str, at: usize) -> Option<Span> {
    let run = text.get(at..)?.split(char::is_whitespace).next()?;
    is_data(run).then(|| Span::new(at, at + run.len()))
}

/// The letters of a word, each with the bytes that it comes from.
#[derive(Default)]
struct Word {
    letters: Vec<(char, Span)>,
}

impl Word {
    fn push(&mut self, letter: char, span: Span) {
        self.letters.push((letter, span));
    }

    fn span(&self) -> Option<Span> {
        Some(self.letters.first()?.1.cover(self.letters.last()?.1))
    }
}

/// True for control and format characters, which are dropped.
fn is_dropped(c: char) -> bool {
    c == '\u{fffd}'
        || c.is_control() && !matches!(c, '\t' | '\n' | '\r')
        || matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2064}' | '\u{feff}')
}

/// True for punctuation and ideographs, which are words of their own.
fn is_alone(c: char) -> bool {
    c.is_ascii_punctuation()
        || matches!(c,
            '\u{a1}' | '\u{a7}' | '\u{ab}' | '\u{b6}' | '\u{b7}' | '\u{bb}' | '\u{bf}'
            | '\u{2010}'..='\u{2027}' | '\u{2030}'..='\u{205e}' | '\u{3001}'..='\u{3003}' | '\u{3008}'..='\u{3011}'
            | '\u{4e00}'..='\u{9fff}' | '\u{3400}'..='\u{4dbf}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{2fa1f}')
            && !matches!(c, '\u{2044}' | '\u{2052}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn vocabulary() -> Vocabulary<'static> {
        let lines = ["[UNK]", "flood", "##s", "cafe", ".", "un", "##known"];
        let ids: FxHashMap<&str, u32> = lines.into_iter().zip(0..).collect();
        Vocabulary { ids, unknown: 0, longest: 7 }
    }

    #[test]
    fn pieces_are_greedy_and_keep_their_bytes() {
        let text = "Floods café. zz";
        let pieces = vocabulary().cut(text);
        let got: Vec<(u32, &str)> = pieces.iter().map(|p| (p.id, p.span.cut(text))).collect();
        assert_eq!(got, [(1, "Flood"), (2, "s"), (3, "café"), (4, "."), (0, "zz")]);
    }

    #[test]
    fn encoded_data_is_one_piece() {
        let text = format!("flood data:image/png;base64,{} flood", "Ab+/9".repeat(60));
        let pieces = vocabulary().cut(&text);
        assert_eq!(pieces.iter().map(|p| p.id).collect::<Vec<_>>(), [1, 0, 1]);
        assert_eq!(pieces[1].span.cut(&text).len(), 322);
    }

    #[test]
    fn an_overlong_word_is_unknown() {
        let text = "flood".repeat(60);
        let pieces = vocabulary().cut(&text);
        assert_eq!(pieces, [Piece { id: 0, span: Span::new(0, text.len()) }]);
    }
}
