//! Transcripts: paragraphs that begin with who speaks ("PRESENTER: ...", "Deputy spokesperson: ...").

use std::{collections::BTreeMap, ops::Range};

use sayso_model::Sentence;

use super::Scene;
use crate::words::{self, Set};

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

/// The words before a colon that may name a speaker: a name in capitals, somebody's role, one who asks.
fn label(scene: &Scene<'_>, sentence: &Sentence) -> Option<Range<u32>> {
    let start = sentence.tokens.start;
    let colon = (start + 1..sentence.tokens.end.min(start + LONGEST + 1)).find(|&i| scene.is(i, &[":"]))?;
    let label = start..colon;
    let is_word = |i: u32| {
        let form = scene.tree.form(i);
        form.chars().all(|c| c.is_alphabetic() || matches!(c, '.' | '-' | '\'' | '’'))
            && form.chars().count() > 1
    };
    let capitals = || !label.clone().any(|i| scene.tree.form(i).chars().any(char::is_lowercase));
    let begins = scene.tree.form(start).starts_with(char::is_uppercase) && colon + 1 < sentence.tokens.end;
    let names = begins
        && label.clone().all(is_word)
        && (capitals() || asks(scene, &label) || super::colon::names_somebody(scene, &label));
    names.then_some(label)
}

fn lower(scene: &Scene<'_>, label: &Range<u32>) -> String {
    label.clone().map(|i| scene.tree.form(i).to_lowercase()).collect::<Vec<_>>().join(" ")
}
