//! By what a speaker of a report is compared with those of others: everything that its own report decides, worked out once.

use std::collections::BTreeSet;

use sayso_model::{MentionForm, Span, Speaker, SpeakerKind};

use super::{account::Account, beside::body_noun, office, research::institution};
use crate::{
    clause,
    data::{fold, known_body},
    name::{all_initials, describes_people, initials, is_abbreviation, says_what_for},
    words::{self, Set},
};

/// Minimum words of a sentence that counts as copied if two reports have it.
const COPIED: usize = 8;

/// Names and descriptions in the forms in which they are compared.
#[derive(Debug, Clone, Default)]
pub(super) struct Forms {
    /// Its name in the reading, folded.
    pub(super) folded: String,
    /// True if that name is an abbreviation.
    pub(super) is_short: bool,
    /// True if its proper name is an abbreviation.
    pub(super) is_abbreviation: bool,
    /// What those have in common with it that have the same name: for a body its known or squeezed names ("Cal Fire" equals
    /// "CalFire"), for a person those of two words or more.
    pub(super) namesakes: Vec<String>,
    /// The initials of a body's name of several words.
    pub(super) letters: Vec<String>,
    /// The words of its name as one string, which sorts as they do.
    pub(super) words: String,
    /// The same with the words of its town, if these are more than two together.
    pub(super) with_town: Option<String>,
    /// True if its words say more than that it is a body.
    pub(super) says_what_for: bool,
    /// True for what can be one body under several names.
    pub(super) is_body: bool,
    /// True for a body described by what it is responsible for.
    pub(super) is_described_body: bool,
    /// The noun of a body's name; for an unnamed one, what it is called, without the article.
    pub(super) noun: Option<String>,
    /// The body whose people it is, folded, where they speak as one ("the Lake Watch's staff").
    pub(super) people_of: Option<String>,
    /// True if all mentions are pronouns or begin with "the".
    pub(super) is_definite: bool,
    /// The institution that its research is named after.
    pub(super) institution: Option<Vec<String>>,
    /// The sentences that unnamed people are mentioned in, folded, where long enough to be recognised as copied.
    pub(super) sentences: Vec<String>,
    /// What it asks for by describing somebody in an office.
    pub(super) asked: Option<office::Asked>,
}

impl Forms {
    pub(super) fn of(account: &Account, speaker: &Speaker, text: &str) -> Self {
        let named = account.named();
        let person = account.is_person();
        let of_people = describes_people(&speaker.name);
        let proper = account.name.proper.as_deref().unwrap_or("");
        let folded = fold(&speaker.name);
        let the = |span: Span| span.cut(text).to_lowercase().starts_with("the ");
        let joined = |words: &BTreeSet<String>| {
            // What separates them sorts before all letters.
            words.iter().map(String::as_str).collect::<Vec<_>>().join("\0")
        };
        Self {
            is_short: is_abbreviation(&speaker.name),
            is_abbreviation: is_abbreviation(proper),
            namesakes: if named { namesakes(account) } else { Vec::new() },
            letters: if named && !person && proper.contains(' ') {
                let letters = initials(proper).map(|letters| letters.to_lowercase());
                letters.into_iter().chain([all_initials(proper)]).collect()
            } else {
                Vec::new()
            },
            words: joined(&account.name.words),
            with_town: Some(&account.name.with_town).filter(|words| words.len() > 2).map(joined),
            says_what_for: says_what_for(&account.name.words),
            is_body: matches!(
                account.kind,
                SpeakerKind::Organization | SpeakerKind::Unknown | SpeakerKind::Group
            ) && (named || !of_people),
            is_described_body: !named
                && matches!(
                    account.kind,
                    SpeakerKind::Organization | SpeakerKind::Unknown | SpeakerKind::Government
                )
                && !of_people,
            noun: match (person, named) {
                (true, _) => None,
                (_, true) => {
                    account.name.proper.as_deref().and_then(|p| body_noun(known_body(p).unwrap_or(p)))
                }
                (_, false) => Some(folded.strip_prefix("the ").unwrap_or(&folded).to_owned()),
            },
            people_of: if person && named { None } else { people_of(&speaker.name) },
            is_definite: speaker.mentions.iter().all(|m| m.form == MentionForm::Pronoun || the(m.span)),
            institution: if person { None } else { institution(&speaker.name) },
            sentences: if named { Vec::new() } else { sentences(speaker, text) },
            asked: if named { None } else { office::Asked::of(account, speaker, text) },
            folded,
        }
    }
}

/// True for a word that begins what says more about the noun before it.
fn is_link(word: &str) -> bool {
    words::is(Set::DescriptionPrepositions, word) || matches!(word, "that" | "which" | "based" | "by")
}

/// The body in "monitors of the Lake Watch" and "the Lake Watch's staff", folded.
fn people_of(description: &str) -> Option<String> {
    let of_people = |w: &str| words::is(Set::SpeakAsOne, &w.to_lowercase());
    let bare =
        |name: &str| fold(name.strip_prefix("the ").or_else(|| name.strip_prefix("The ")).unwrap_or(name));
    if let Some((head, body)) = description.split_once(" of ").or_else(|| description.split_once(" from ")) {
        let name = body.split(',').next().unwrap_or(body);
        let name_only = bare(name);
        return (of_people(head.rsplit(' ').next()?) && name.contains(char::is_uppercase))
            .then_some(name_only);
    }
    let at =
        description.find("'s ").map(|at| (at, 3)).or_else(|| description.find("’s ").map(|at| (at, 5)))?;
    let (body, people) = (description.get(..at.0)?, description.get(at.0 + at.1..)?);
    let head = people.split_whitespace().take_while(|w| !is_link(w)).last()?;
    (of_people(head)
        && !people.to_lowercase().starts_with("general staff")
        && body.contains(char::is_uppercase))
    .then(|| bare(body))
}

fn namesakes(account: &Account) -> Vec<String> {
    let aliases = account.aliases.iter();
    if account.is_person() {
        // A surname or given name alone is not enough.
        return aliases.filter(|alias| alias.contains(' ')).cloned().collect();
    }
    aliases.map(|alias| known_body(alias).map_or_else(|| alias.replace(' ', ""), fold)).collect()
}

fn sentences(speaker: &Speaker, text: &str) -> Vec<String> {
    let described = speaker.mentions.iter().filter(|m| m.form != MentionForm::Pronoun);
    let sentences = described.map(|m| fold(clause::sentence(text, m.span).cut(text)));
    sentences.filter(|sentence| sentence.split(' ').nth(COPIED - 1).is_some()).collect()
}
