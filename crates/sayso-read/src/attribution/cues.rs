//! The cue lexicon (`data/cues.tsv`).

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::Range,
    sync::OnceLock,
};

use crate::{lexicon::rows, tree::Tree};

/// Part of speech of a cue in the lexicon.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum CueKind {
    Verb,
    Noun,
    Adjective,
    Adverb,
}

/// What a cue can take.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cue {
    /// Class of the cue (say, judge, ask, think, ...), for interpreting the statement.
    pub(super) class: &'static str,
    frames: &'static str,
    prepositions: &'static str,
}

impl Cue {
    /// "that ...", a question, or a clause without either.
    pub(super) fn takes_clause(self) -> bool {
        self.frames.contains('c')
    }

    /// Words in quotation marks.
    pub(super) fn takes_quotation(self) -> bool {
        self.frames.contains('q')
    }

    /// "to ...".
    pub(super) fn takes_infinitive(self) -> bool {
        self.frames.contains('i')
    }

    /// A noun phrase that is the content.
    pub(super) fn takes_object(self) -> bool {
        self.frames.contains('o')
    }

    /// A noun phrase that is the addressee.
    pub(super) fn takes_addressee(self) -> bool {
        self.frames.contains('r')
    }

    /// "it seems": nobody is named.
    pub(super) fn is_impersonal(self) -> bool {
        self.frames.contains('0')
    }

    /// A noun phrase after this preposition is the content.
    pub(super) fn takes_preposition(self, word: &str) -> bool {
        !self.prepositions.is_empty() && self.prepositions.split(',').any(|p| p.eq_ignore_ascii_case(word))
    }
}

/// Looks up a lemma.
pub(super) fn cue(lemma: &str, kind: CueKind) -> Option<Cue> {
    static CUES: OnceLock<BTreeMap<(CueKind, &'static str), Cue>> = OnceLock::new();
    let cues = CUES.get_or_init(|| {
        rows(sayso_data::CUES)
            .filter_map(|row| {
                let [lemma, kind, class, frames] = row[..] else { return None };
                let kind = match kind {
                    "verb" => CueKind::Verb,
                    "noun" => CueKind::Noun,
                    "adjective" => CueKind::Adjective,
                    "adverb" => CueKind::Adverb,
                    _ => return None,
                };
                let (frames, prepositions) = frames.split_once("p:").unwrap_or((frames, ""));
                Some(((kind, lemma), Cue { class, frames, prepositions }))
            })
            .collect()
    });
    cues.get(&(kind, lemma)).copied()
}

/// Phrases of more than one word ("according to"), each as its words.
pub(super) fn phrases() -> &'static [Vec<&'static str>] {
    static PHRASES: OnceLock<Vec<Vec<&'static str>>> = OnceLock::new();
    PHRASES.get_or_init(|| {
        rows(sayso_data::CUES)
            .filter(|row| row.get(1) == Some(&"phrase"))
            .filter_map(|row| row.first().map(|p| p.split(' ').collect()))
            .collect()
    })
}

/// True for words that all belong to such phrases ("according to according to"): they name nobody.
pub(super) fn are_all_of_phrases(tree: &Tree<'_>, pieces: &[Range<u32>]) -> bool {
    static WORDS: OnceLock<BTreeSet<&'static str>> = OnceLock::new();
    let words = WORDS.get_or_init(|| phrases().iter().flatten().copied().collect());
    let all = pieces.iter().cloned().flatten().all(|t| words.contains(tree.form(t).to_lowercase().as_str()));
    all && !pieces.is_empty()
}

#[cfg(test)]
mod tests {
    use super::{CueKind, cue, phrases};

    #[test]
    fn lexicon_is_read() {
        let tell = cue("tell", CueKind::Verb).expect("listed");
        assert!(tell.takes_clause() && tell.takes_addressee() && !tell.takes_object());
        let call = cue("call", CueKind::Verb);
        assert!(call.is_some());
        assert!(cue("push", CueKind::Verb).expect("listed").takes_preposition("for"));
        assert!(cue("table", CueKind::Noun).is_none());
        assert!(phrases().contains(&vec!["according", "to"]));
    }
}
