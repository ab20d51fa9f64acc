//! The referents of "he", "it", "they" and "her".

use std::ops::Range;

use sayso_model::{MentionForm, SpeakerKind, Upos};

use super::{Cast, MEMORY, MemberId, gender};
use crate::{
    tree::base,
    words::{self, Set},
};

/// Maximum number of sentences between a pronoun and its referent.
const PRONOUN_REACH: usize = 4;

/// How likely a pronoun refers to a mention: its likely gender, class, sentence, has spoken, is a subject, position.
type Rank = (bool, u8, usize, bool, bool, usize);

impl Cast<'_, '_> {
    /// The latest mention before a token that a pronoun can refer to, subjects first within a sentence.
    pub(super) fn pronoun(&mut self, token: u32) -> Option<MemberId> {
        let span = self.tree.token(token)?.span;
        let form = self.tree.form(token).to_lowercase();
        if matches!(form.as_str(), "who" | "which") {
            let id = self.antecedent_of_relative(token)?;
            self.mention(id, span, MentionForm::Pronoun, vec![]);
            return Some(id);
        }
        // "The ministry had sent 300 soldiers, it said": the body that the sentence is about, even if nothing else names it.
        if form == "it"
            && self.tree.sentence(token).is_some_and(|s| s.tokens.start < token)
            && base(self.tree.relation(token)) == "nsubj"
            && let Some(body) = self.body_as_subject(token)
            // The body of a dead man is none that says anything, and several are "they".
            && self.tree.head_of(body).is_some_and(|head| {
                self.tree.token(head).is_some_and(|t| matches!(t.xpos, "NN" | "NNP") && t.lemma != "body")
            })
            && let Some(id) = self.find(body)
        {
            self.mention(id, span, MentionForm::Pronoun, vec![body]);
            return Some(id);
        }
        let wanted = |kind: SpeakerKind, plural: bool| match form.as_str() {
            "he" | "she" | "him" | "her" | "his" | "himself" | "herself" => kind == SpeakerKind::Person,
            "it" | "its" | "itself" => {
                matches!(
                    kind,
                    SpeakerKind::Organization
                        | SpeakerKind::Government
                        | SpeakerKind::Outlet
                        | SpeakerKind::Document
                )
            }
            "they" | "them" | "their" => {
                plural || matches!(kind, SpeakerKind::Group | SpeakerKind::Organization)
            }
            _ => false,
        };
        let gender = gender::of_pronoun(&form);
        let here = self.tree.sentence_at(span.start);
        let paragraph = self.tree.paragraph_at(span.start);
        // Most likely is somebody who has already spoken in this paragraph, then the subject of one of its sentences, then
        // somebody who spoke before it; among equals the later sentence, its subject, the later mention.
        let mut best: Option<(Rank, MemberId)> = None;
        for (&offset, &id) in self.mentioned.range(..span.start).rev().take(MEMORY) {
            let id = self.current(id);
            let sentence = self.tree.sentence_at(offset);
            if here.saturating_sub(sentence) > PRONOUN_REACH {
                break;
            }
            let member = &self.members[id];
            let plural = member.descriptions.iter().any(|d| d.plural);
            // What the sentence before is about, whose name does not say what it is: "Veldwater denies it. It did not answer."
            let unknown = form == "it" && member.kind == SpeakerKind::Unknown && member.name.is_some();
            // "Harbour Doctors", a body with a plural for its name
            let named = matches!(form.as_str(), "it" | "its")
                && member.kind == SpeakerKind::Group
                && member.name.is_some();
            if !(unknown && sentence + 1 >= here || named || wanted(member.kind, plural))
                || gender::differ(gender, member.gender)
            {
                continue;
            }
            let subject = self.is_subject_at(offset);
            let near = self.tree.paragraph_at(offset) == paragraph;
            if (unknown || named) && !(subject && near) {
                continue;
            }
            // A person's own name before "he said" is somebody else's; a body's before "it said" is its own.
            let apart = sentence < here || member.kind != SpeakerKind::Person;
            let told_of = near && subject && apart && !self.is_quoted(offset);
            let class = match (member.speaks, told_of) {
                (true, _) if near => 3,
                // "Ana Diaz watched from the mole. She reckons ...": the previous sentence is about her.
                (_, true) if member.kind == SpeakerKind::Person && sentence + 1 == here => 3,
                (_, true) => 2,
                (true, _) => 1,
                _ => 0,
            };
            // A first name or a noun is only probably that of a woman.
            let fits = !gender::differ(gender, member.likely_gender);
            let rank = (fits, class, sentence, member.speaks, subject, offset);
            if best.is_none_or(|(known, _)| rank > known) {
                best = Some((rank, id));
            }
        }
        let ((.., offset), id) = best?;
        let member = &mut self.members[id];
        // From here on it is known that "she" is somebody else.
        member.likely_gender = member.likely_gender.or(gender);
        let evidence = member.mention_at(offset);
        self.mention(id, span, MentionForm::Pronoun, evidence.into_iter().collect());
        Some(id)
    }

    /// The referent of a possessive pronoun at the start of a phrase ("her office"), with the phrase without it.
    pub(super) fn owner(&mut self, tokens: &Range<u32>) -> Option<MemberId> {
        self.is_possessive(tokens.start).then(|| self.pronoun(tokens.start)).flatten()
    }

    pub(super) fn is_pronoun(&self, token: u32) -> bool {
        !self.is_acronym(token)
            && matches!(
                self.tree.form(token).to_lowercase().as_str(),
                "he" | "she"
                    | "it"
                    | "they"
                    | "who"
                    | "which"
                    | "i"
                    | "we"
                    | "him"
                    | "her"
                    | "them"
                    | "himself"
                    | "herself"
                    | "itself"
                    | "this"
                    | "his"
                    | "its"
                    | "their"
            )
            && self.tree.token(token).is_some_and(|t| t.upos == Upos::Pron)
    }

    pub(super) fn is_possessive(&self, token: u32) -> bool {
        words::is(Set::Their, &self.tree.form(token).to_lowercase())
    }

    /// True if a byte offset is inside quotation marks of its paragraph.
    fn is_quoted(&self, offset: usize) -> bool {
        let start =
            self.tree.document.paragraphs.get(self.tree.paragraph_at(offset)).map_or(offset, |p| p.start);
        let marks = |until: usize| self.marks.partition_point(|&mark| mark < until);
        marks(offset).saturating_sub(marks(start)) % 2 == 1
    }

    pub(super) fn is_subject_at(&self, offset: usize) -> bool {
        let at = self.tree.document.tokens.partition_point(|t| t.span.end <= offset) as u32;
        let mut token = Some(at);
        for _ in 0..4 {
            let Some(t) = token else { return false };
            match base(self.tree.relation(t)) {
                "nsubj" => return true,
                "flat" | "compound" | "det" | "amod" | "appos" | "nmod" => token = self.tree.head(t),
                _ => return false,
            }
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use crate::{clock::processor_seconds, speaker::Cast, tree::Tree};

    /// Seconds it takes to resolve all pronouns of one long paragraph.
    fn seconds(sentences: usize) -> f64 {
        let text = "Ada Brook said that she was tired, and \"he\" said he would go. ".repeat(sentences);
        let document = sayso_text::analyze(&text);
        let tree = Tree::new(&document, &text);
        let pronouns: Vec<_> = document
            .tokens
            .iter()
            .filter(|t| matches!(t.span.cut(&text), "she" | "he"))
            .map(|t| t.span)
            .collect();
        let run = || {
            let start = processor_seconds();
            let mut cast = Cast::gather(&tree, &[]);
            for &pronoun in &pronouns {
                cast.resolve(pronoun);
            }
            processor_seconds() - start
        };
        (0..6).map(|_| run()).fold(f64::INFINITY, f64::min)
    }

    /// Twice the text takes about twice the time: looking back is bounded.
    #[test]
    fn pronouns_take_linear_time() {
        let (one, two) = (seconds(3_000), seconds(6_000));
        assert!(two < one * 3.0, "{one} s for half of what takes {two} s");
    }
}
