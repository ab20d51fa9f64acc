//! Transcripts: paragraphs that begin with who speaks ("PRESENTER: ...", "Deputy spokesperson: ...").

use std::{collections::BTreeMap, ops::Range};

use sayso_model::{Construction, Sentence, Upos};

use super::Scene;
use crate::{
    attribution::draft::Draft,
    words::{self, Set},
};

/// Words of a label, at most.
const LONGEST: u32 = 4;
/// Turns of a transcript, at least. Two labels take part in it, and one of them twice.
const FEWEST: usize = 3;

/// Who speaks in a document that is a transcript: the labels before the colons, in lower case.
#[derive(Debug, Default)]
pub(super) struct Turns(Vec<String>);

impl Turns {
    /// Those of a document; none where it is no transcript.
    pub(super) fn of(scene: &Scene<'_>) -> Self {
        let mut counts: BTreeMap<String, usize> = BTreeMap::new();
        let sentences = &scene.tree.document.sentences;
        for sentence in sentences.iter().filter(|s| scene.begins_paragraph(s.tokens.start)) {
            if let Some(label) = label(scene, sentence) {
                *counts.entry(lower(scene, &label)).or_default() += 1;
            }
        }
        let is_transcript = counts.len() > 1
            && counts.values().sum::<usize>() >= FEWEST
            && counts.values().any(|turns| *turns > 1);
        Self(if is_transcript { counts.into_keys().collect() } else { Vec::new() })
    }

    /// Who speaks in the turn that begins with a sentence.
    pub(super) fn speaker(&self, scene: &Scene<'_>, sentence: &Sentence) -> Option<Range<u32>> {
        if self.0.is_empty() || !scene.begins_paragraph(sentence.tokens.start) {
            return None;
        }
        let label = label(scene, sentence)?;
        self.0.binary_search(&lower(scene, &label)).is_ok().then_some(label)
    }
}

/// True for the label of who asks for the outlet: what is said there is in the outlet's own voice.
pub(super) fn asks(scene: &Scene<'_>, label: &Range<u32>) -> bool {
    label.len() == 1 && words::is(Set::Askers, &lower(scene, label))
}

/// What somebody says in a turn: all that follows the name in its paragraph.
pub(super) fn turn(scene: &Scene<'_>, speaker: Range<u32>) -> Draft {
    let colon = speaker.end;
    let end = scene.paragraph_end(colon).min(colon.saturating_add(super::REACH));
    Draft {
        source: vec![speaker],
        cue: vec![colon..colon + 1],
        content: vec![colon + 1..end],
        anchor: colon,
        construction: Construction::Colon,
    }
}

/// True for a label that shows by itself that a turn begins, whatever the rest of the document is: a surname in capitals at the
/// beginning of a paragraph after the headline ("LARSEN: Good evening.").
pub(super) fn opens(scene: &Scene<'_>, sentence: &Sentence, label: &Range<u32>) -> bool {
    let name = |i: u32| scene.upos(i) == Upos::Propn && is_word(scene, i) && in_capitals(scene, i);
    sentence.paragraph > 0
        && scene.begins_paragraph(sentence.tokens.start)
        && (1..=3).contains(&label.len())
        && label.clone().all(name)
}

/// The words before a colon that may name a speaker: a name in capitals, somebody's role, one who asks.
fn label(scene: &Scene<'_>, sentence: &Sentence) -> Option<Range<u32>> {
    let start = sentence.tokens.start;
    let colon = (start + 1..sentence.tokens.end.min(start + LONGEST + 1)).find(|&i| scene.is(i, &[":"]))?;
    let label = start..colon;
    let begins = scene.tree.form(start).starts_with(char::is_uppercase) && colon + 1 < sentence.tokens.end;
    let names = begins
        && label.clone().all(|i| is_word(scene, i))
        && (label.clone().all(|i| in_capitals(scene, i))
            || asks(scene, &label)
            || super::colon::names_somebody(scene, &label));
    names.then_some(label)
}

fn is_word(scene: &Scene<'_>, token: u32) -> bool {
    let form = scene.tree.form(token);
    form.chars().all(|c| c.is_alphabetic() || matches!(c, '.' | '-' | '\'' | '’')) && form.chars().count() > 1
}

fn in_capitals(scene: &Scene<'_>, token: u32) -> bool {
    !scene.tree.form(token).chars().any(char::is_lowercase)
}

fn lower(scene: &Scene<'_>, label: &Range<u32>) -> String {
    label.clone().map(|i| scene.tree.form(i).to_lowercase()).collect::<Vec<_>>().join(" ")
}
