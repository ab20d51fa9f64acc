//! Descriptions: "the agency", "a senior military official", "the country's spy agency".

use std::ops::Range;

use sayso_model::{EntityKind, Upos};

use super::{MemberId, name::with_second_subject};
use crate::{
    lexicon::{self, CountryWordKind, RoleClass, RoleNoun},
    tree::Tree,
    words::{self, Set},
};

/// A noun phrase that describes somebody.
#[derive(Debug, Clone)]
pub(crate) struct Description {
    /// Head noun.
    pub(crate) lemma: String,
    /// What the head noun is known to describe.
    pub(crate) role: Option<RoleNoun>,
    /// Modifiers of the head noun, normalised, without countries.
    pub(crate) modifiers: Vec<String>,
    /// How many of them follow the noun and name a place or body ("army of Ostria", "police in Tarven").
    pub(crate) complement: usize,
    /// Country of the described speaker.
    pub(crate) country: Option<&'static str>,
    /// True if the phrase refers to somebody known ("the", "its", "'s").
    pub(crate) definite: bool,
    /// True for a plural head.
    pub(crate) plural: bool,
    /// Tokens from the first word after the article to the head and its complements.
    pub(crate) core: Range<u32>,
    /// The owner, if a possessive pronoun gives one ("her office").
    pub(crate) owner: Option<MemberId>,
}

/// Parses a description from some tokens with the given head; `None` if the head is not a noun.
pub(crate) fn description(tree: &Tree<'_>, tokens: Range<u32>, head: u32) -> Option<Description> {
    let token = tree.token(head)?;
    if !matches!(token.upos, Upos::Noun | Upos::Propn | Upos::Adj | Upos::Num | Upos::Det) {
        return None;
    }
    let first = tree.form(tokens.start).to_lowercase();
    let possessor = tokens.clone().take_while(|&t| t < head).find(|&t| tree.ends_possessor(t));
    let definite = matches!(
        first.as_str(),
        "the" | "this" | "that" | "these" | "those" | "its" | "his" | "her" | "their" | "both"
    ) || possessor.is_some();
    let mut start = tokens.start;
    // "so-called" is three tokens.
    let so_called = |t: u32| tree.form(t) == "called" && t > tokens.start && tree.form(t - 1) == "-";
    while start < head
        && (matches!(tree.token(start).map(|t| t.upos), Some(Upos::Det | Upos::Punct | Upos::Adv))
            || so_called(start)
            || words::is(Set::EmptyModifiers, tree.lemma(start))
            || words::is(Set::Possessives, &tree.form(start).to_lowercase()))
    {
        start += 1;
    }
    let mut country = None;
    let mut modifiers = Vec::new();
    let mut at = start;
    while at < head {
        let pair = (at + 1 < head)
            .then(|| tree.document.span_of(at..at + 2))
            .flatten()
            .and_then(|s| lexicon::country(s.cut(tree.text)));
        if let Some(found) = pair {
            country = Some(found.country);
            at += 2;
            continue;
        }
        match lexicon::country(tree.form(at)) {
            Some(found) => country = Some(found.country),
            None if matches!(
                tree.token(at).map(|t| t.upos),
                Some(Upos::Noun | Upos::Adj | Upos::Propn | Upos::Verb)
            ) =>
            {
                modifiers.push(normal(tree.lemma(at)));
            }
            None => {}
        }
        at += 1;
    }
    if country.is_none() && possessor.is_some_and(|p| p > 0 && words::is(Set::Nations, tree.lemma(p - 1))) {
        country = country_nearby(tree, tokens.start);
    }
    let mut end = core_end(tree, head, tokens.end);
    // "the rescue official's warning": the official.
    if tree.ends_possessor(end.saturating_sub(1)) && end > head + 1 {
        end -= 1;
    }
    let mut behind: Vec<String> = Vec::new();
    // "police in Orrin", however the model tags Orrin
    let led = |first: u32| {
        first.checked_sub(1).is_some_and(|b| matches!(tree.form(b), "in" | "of" | "at" | "from" | "near"))
    };
    for entity in tree.entities_in(head + 1..end) {
        match lexicon::country(entity.span.cut(tree.text)) {
            _ if entity.kind == EntityKind::Person && !led(entity.tokens.start) => {}
            Some(found) if found.kind != CountryWordKind::Metonym => {
                country = country.or(Some(found.country))
            }
            _ => behind.extend(entity.tokens.clone().map(|t| normal(tree.lemma(t)))),
        }
    }
    // What the model has not tagged as a name is one if capitalised: "the army of Veldia".
    let untagged = |t: &u32| {
        tree.entity(*t).is_none()
            && tree.form(*t).starts_with(char::is_uppercase)
            && lexicon::country(tree.form(*t)).is_none()
    };
    behind.extend((head + 1..end).filter(untagged).map(|t| normal(tree.lemma(t))));
    behind.extend(belongs_to(tree, head, end).map(|t| normal(tree.lemma(t))));
    let tells = |m: &String| {
        !words::is(Set::EmptyModifiers, m.as_str())
            && !words::is(Set::Nations, m)
            && !matches!(m.as_str(), "the" | "of")
    };
    modifiers.retain(tells);
    behind.retain(tells);
    let complement = behind.len();
    modifiers.extend(behind);
    let plural = matches!(token.xpos, "NNS" | "NNPS") || (token.upos == Upos::Num && token.lemma != "one");
    // "prime minister", "think tank": a noun of two words.
    let pair = (head > tokens.start).then(|| format!("{} {}", tree.lemma(head - 1), token.lemma));
    let role = pair.and_then(|p| lexicon::role_noun(&p)).or_else(|| {
        lexicon::role_noun(&token.lemma)
            .or_else(|| lexicon::role_noun(&token.span.cut(tree.text).to_lowercase()))
    });
    Some(Description {
        lemma: normal(&token.lemma),
        role,
        modifiers,
        complement,
        country,
        definite,
        plural,
        core: start..with_closing_quote(tree, start..end),
        owner: None,
    })
}

/// Common nouns behind the head that say what it belongs to, and their adjectives: the ministry of health is not that of defence,
/// officials at the port are not those at the airport, and the governor of the northern province is not that of the southern.
fn belongs_to<'t>(tree: &'t Tree<'_>, head: u32, end: u32) -> impl Iterator<Item = u32> + 't {
    let mut led = false;
    (head + 1..end).filter(move |&t| {
        // An adjective goes with its noun: not "the government for the first time".
        let upos = |t: u32| tree.token(t).map(|t| t.upos);
        let noun = if upos(t) == Some(Upos::Adj) { tree.head(t) } else { Some(t) };
        let common = noun.is_some_and(|n| upos(n) == Some(Upos::Noun) && tree.lemma(n) != "time");
        match tree.form(t) {
            "of" | "for" | "at" | "from" => led = true,
            _ if tree.token(t).is_some_and(|t| t.upos == Upos::Adp) => led = false,
            _ => {}
        }
        led && common && tree.entity(t).is_none() && !tree.form(t).starts_with(char::is_uppercase)
    })
}

/// The end of a description that ends in a quotation, with its closing mark: `the rebels' "defence ministry"`.
fn with_closing_quote(tree: &Tree<'_>, core: Range<u32>) -> u32 {
    let opens = core.clone().filter(|&t| matches!(tree.form(t), "\"" | "“" | "”")).count() % 2 == 1;
    core.end + u32::from(opens && matches!(tree.form(core.end), "\"" | "”"))
}

/// The end of a description: before the first comma, relative clause or verb after its head.
fn core_end(tree: &Tree<'_>, head: u32, limit: u32) -> u32 {
    (head + 1..limit)
        .find(|&t| {
            let upos = tree.token(t).map(|t| t.upos);
            !joins_names(tree, t)
                && matches!(
                    upos,
                    Some(Upos::Punct | Upos::Verb | Upos::Sconj | Upos::Pron | Upos::Aux | Upos::Cconj)
                )
                && !matches!(tree.form(t), "-" | "'s" | "’s")
        })
        .unwrap_or(limit)
}

/// True for the "and" of a body's name that no model knows: "Provincial Disaster Risk Reduction and Management Office".
fn joins_names(tree: &Tree<'_>, at: u32) -> bool {
    let before = at.checked_sub(1).filter(|&b| tree.form(b).starts_with(char::is_uppercase));
    before.is_some_and(|before| with_second_subject(tree, &(before..at)) > at)
}

/// The country last named before a token in its own or the previous sentence.
fn country_nearby(tree: &Tree<'_>, token: u32) -> Option<&'static str> {
    let from = tree.sentence(token).map_or(0, |s| s.tokens.start).saturating_sub(60);
    (from..token).rev().find_map(|t| {
        let pair = (t > from)
            .then(|| tree.document.span_of(t - 1..t + 1))
            .flatten()
            .and_then(|s| lexicon::country(s.cut(tree.text)));
        pair.or_else(|| lexicon::country(tree.form(t))).map(|c| c.country)
    })
}

/// One spelling for spelling variants, and one word for synonyms among bodies.
pub(crate) fn normal(lemma: &str) -> String {
    let lemma = lemma.to_lowercase();
    let mut pairs = words::of(Set::Spellings).iter().filter_map(|pair| pair.split_once('='));
    let other = pairs.find(|(word, _)| *word == lemma).map(|(_, other)| other.to_owned());
    other.unwrap_or(lemma)
}

/// Nouns of one kin with different meanings: nobody is two of one set.
const APART: [Set; 3] = [Set::Forces, Set::Media, Set::EmergencyServices];

fn are_apart(a: &str, b: &str) -> bool {
    a != b && APART.iter().any(|set| words::is(*set, a) && words::is(*set, b))
}

impl Description {
    /// True if this phrase may refer to somebody described by the other, with the given head noun.
    pub(crate) fn fits(&self, other: &Self) -> bool {
        // "the document" may be any kind of document.
        let document = |d: &Self| d.class() == Some(RoleClass::Document);
        let same_head = self.lemma == other.lemma
            || (self.lemma == "document" && document(other))
            || self.role.zip(other.role).is_some_and(|(a, b)| a.kin == b.kin)
                && !are_apart(&self.noun(), &other.noun());
        let countries = self.country.is_none() || other.country.is_none() || self.country == other.country;
        // The ministry in Gaza is not that of Israel, whichever of them counts as a country.
        let elsewhere = self.country.is_some() && other.country.is_none() && other.complement > 0;
        same_head
            && countries
            && !elsewhere
            // "Police" is tagged as one or as several.
            && (self.plural == other.plural || words::is(Set::Several, &self.lemma))
            && self.modifiers.iter().all(|m| other.modifiers.contains(m) || *m == other.lemma)
    }

    /// True if another phrase gives the same description.
    pub(crate) fn is_as(&self, other: &Self) -> bool {
        self.lemma == other.lemma
            && self.modifiers == other.modifiers
            && self.country == other.country
            && (self.definite, self.plural, self.owner) == (other.definite, other.plural, other.owner)
    }

    /// The head noun, with the word before it if both form one noun ("air force").
    fn noun(&self) -> String {
        let pair = self.modifiers.last().map(|first| format!("{first} {}", self.lemma));
        pair.filter(|pair| APART.iter().any(|set| words::is(*set, pair)))
            .unwrap_or_else(|| self.lemma.clone())
    }

    /// Class of the head noun.
    pub(crate) fn class(&self) -> Option<RoleClass> {
        self.role.map(|r| r.class)
    }
}
