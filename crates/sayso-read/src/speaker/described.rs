//! The referents of descriptions: "the two officials", "the agency", "the 44-year-old".

use std::collections::BTreeSet;
use std::ops::Range;

use sayso_model::{MentionForm, Span, SpeakerKind, Upos};

use super::{
    Cast, MEMORY, MemberId,
    description::{self, Description},
    gender,
    name::Name,
};
use crate::{
    lexicon::{self, Kinship, RoleClass},
    words::{self, Set},
};

impl Cast<'_, '_> {
    /// The referent of a description, or a new speaker without a name.
    pub(super) fn described(&mut self, tokens: &Range<u32>, description: Description) -> Option<MemberId> {
        let span = self.tree.document.span_of(tokens.clone())?;
        // The same words, already met as part of another phrase.
        if let Some(&id) = self.mentioned.get(&span.start)
            && let member = &self.members[self.current(id)]
            && (member.mentions.contains_key(&span)
                || member.mention_at(span.start).is_some() && member.is_of_one_noun(&description))
        {
            return Some(self.current(id));
        }
        let alias = self.alias(tokens);
        // "Two officials" are two that have not been mentioned.
        let counted = self.tree.token(tokens.start).is_some_and(|t| t.upos == Upos::Num);
        let plain = description.modifiers.len() == description.complement;
        // "Police said more" in a report that has named the police of a town
        let several = description.plural || words::is(Set::Several, &description.lemma);
        let pointing = description.definite || (several && plain && !counted);
        let found = if pointing {
            self.earlier(span, &description)
                .or_else(|| self.ministry_of_minister(&description))
                .or_else(|| self.elsewhere(span, &description))
                .or_else(|| self.new_to_the_role(tokens, &description))
                .or_else(|| self.company_close_by(span, &description))
        } else {
            None
        };
        let id = match found {
            Some((id, evidence)) => {
                self.mention(id, span, MentionForm::Description, evidence);
                id
            }
            None => {
                let id = self.new_member(kind_of(&description));
                let core = self.tree.span(description.core.clone()).unwrap_or(span);
                let words = core.cut(self.tree.text).split_whitespace().collect::<Vec<_>>().join(" ");
                self.members[id].label = match description.owner {
                    Some(owner) => self
                        .ministry_called(owner, &description)
                        .unwrap_or_else(|| format!("{}'s {words}", self.label(owner))),
                    None => words,
                };
                self.mention(id, span, MentionForm::Description, Vec::new());
                id
            }
        };
        let member = &mut self.members[id];
        member.likely_gender = member.likely_gender.or(gender::of_noun(&description.lemma));
        member.describe(description);
        if let Some(name) = alias {
            if self.members[id].name.is_none() {
                self.merge(id, name, span);
            }
            return Some(self.current(name));
        }
        Some(id)
    }

    /// The latest earlier mention that a description matches, with the words that show it.
    fn earlier(&self, span: Span, description: &Description) -> Option<(MemberId, Vec<Span>)> {
        let mut seen = BTreeSet::new();
        for (&offset, &id) in self.mentioned.range(..span.start).rev().take(MEMORY) {
            let id = self.current(id);
            if seen.insert(id)
                && let Some(evidence) = self.fits(description, id)
            {
                let mention = self.members[id].mention_at(offset);
                let mut spans: Vec<Span> = mention.into_iter().chain(evidence).collect();
                spans.dedup();
                return Some((id, spans));
            }
        }
        None
    }

    /// The only named body anywhere in the report that matches a description with a country or a subject: descriptions may
    /// precede the name.
    fn elsewhere(&self, span: Span, description: &Description) -> Option<(MemberId, Vec<Span>)> {
        if description.modifiers.is_empty() && description.country.is_none() {
            return None;
        }
        let mut found: Option<(MemberId, Vec<Span>)> = None;
        for (&offset, &id) in self.mentioned.range(span.end..).take(MEMORY * 4) {
            let id = self.current(id);
            if found.as_ref().is_some_and(|f| f.0 == id) {
                continue;
            }
            if self.members[id].name.is_some()
                && let Some(evidence) = self.fits(description, id)
            {
                if found.is_some() {
                    return None;
                }
                let mention = self.members[id].mention_at(offset);
                found = Some((id, mention.into_iter().chain(evidence).collect()));
            }
        }
        found
    }

    /// Whether a description can refer to a member; returns the words that show it, if other than a mention.
    pub(super) fn fits(&self, description: &Description, id: MemberId) -> Option<Vec<Span>> {
        let member = &self.members[id];
        if gender::differ(gender::of_noun(&description.lemma), member.any_gender()) {
            return None;
        }
        // "Her office" is the office of her referent, not another body.
        if let Some(owner) = description.owner {
            let same = |d: &Description| d.owner.map(|o| self.current(o)) == Some(self.current(owner));
            return member.descriptions.iter().any(|d| same(d) && description.fits(d)).then(Vec::new);
        }
        if member.descriptions.iter().any(|d| description.fits(d)) {
            return Some(Vec::new());
        }
        let role = description.role?;
        match (role.class, member.kind) {
            (RoleClass::Person, SpeakerKind::Person) if !description.plural => member
                .roles
                .iter()
                .find(|r| {
                    let narrows = description.modifiers.iter().all(|m| r.words.contains(m));
                    let countries = description.country.is_none()
                        || r.country.is_none()
                        || description.country == r.country;
                    r.kins.contains(&role.kin) && narrows && countries
                })
                .map(|r| vec![r.role.span]),
            (
                RoleClass::Body | RoleClass::Outlet,
                SpeakerKind::Organization | SpeakerKind::Outlet | SpeakerKind::Unknown,
            ) => {
                let names: Vec<&Name> = member.name.iter().chain(&member.other_names).collect();
                let fits = names.iter().any(|name| {
                    let last = name.words.last().and_then(|w| lexicon::role_noun(w));
                    let any =
                        name.words.iter().any(|w| lexicon::role_noun(w).is_some_and(|r| r.kin == role.kin));
                    let kin = last.map_or(any, |r| r.kin == role.kin || (r.class == RoleClass::Body && any));
                    let narrows = description
                        .modifiers
                        .iter()
                        .all(|m| name.words.iter().any(|w| description::normal(w) == *m));
                    let countries = description.country.is_none()
                        || name.country.is_none()
                        || description.country == name.country;
                    let own_word = name.words.iter().any(|w| description::normal(w) == description.lemma);
                    (kin || own_word) && narrows && countries
                });
                fits.then(Vec::new)
            }
            _ => None,
        }
    }

    /// The person last named before "the 44-year-old", "the father of two" or "the lawmaker", as the subject of a nearby
    /// sentence, if the report has given no role for that person.
    fn new_to_the_role(
        &self,
        tokens: &Range<u32>,
        description: &Description,
    ) -> Option<(MemberId, Vec<Span>)> {
        let span = self.tree.document.span_of(tokens.clone())?;
        let private = is_private(span.cut(self.tree.text));
        let role = description.class() == Some(RoleClass::Person) && description.modifiers.is_empty();
        if !private && (description.plural || !role) {
            return None;
        }
        let here = self.tree.sentence_at(span.start);
        let mut met: Option<((usize, bool, usize), MemberId)> = None;
        for (&offset, &id) in self.mentioned.range(..span.start).rev().take(MEMORY) {
            let id = self.current(id);
            let sentence = self.tree.sentence_at(offset);
            if here.saturating_sub(sentence) > 2 {
                break;
            }
            // "Ade fell, the lawmaker said": the lawmaker is speaking about somebody else.
            if !private && sentence == here {
                continue;
            }
            let member = &self.members[id];
            let fits = member.kind == SpeakerKind::Person
                && member.name.is_some()
                && (private || member.roles.is_empty() && member.descriptions.is_empty());
            let rank = (sentence, self.is_subject_at(offset), offset);
            if fits && met.is_none_or(|(known, _)| rank > known) {
                met = Some((rank, id));
            }
        }
        let ((_, subject, offset), id) = met?;
        let evidence = self.members[id].mention_at(offset);
        (subject || private).then(|| (id, evidence.into_iter().collect()))
    }
}

/// True for words about somebody's age or family rather than a role: "the 44-year-old", "the mother of three".
fn is_private(phrase: &str) -> bool {
    let phrase = phrase.to_lowercase();
    phrase.contains("-year-old")
        || phrase
            .split(|c: char| !c.is_alphabetic())
            .any(|w| matches!(lexicon::kinship(w), Some(Kinship::Parent | Kinship::Private)))
}

fn kind_of(description: &Description) -> SpeakerKind {
    match description.class() {
        Some(RoleClass::Person | RoleClass::Group) if description.plural => SpeakerKind::Group,
        Some(RoleClass::Person) => SpeakerKind::Person,
        Some(RoleClass::Group) => SpeakerKind::Group,
        Some(RoleClass::Body) if description.plural => SpeakerKind::Group,
        Some(RoleClass::Body) => SpeakerKind::Organization,
        Some(RoleClass::Outlet) => SpeakerKind::Outlet,
        Some(RoleClass::Document) => SpeakerKind::Document,
        None if description.plural => SpeakerKind::Group,
        None if lexicon::is_one_person(&description.lemma) => SpeakerKind::Person,
        None => SpeakerKind::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use crate::speaker::testing::{all_differ, speakers};

    #[test]
    fn the_same_police_stay_the_same() {
        let found = speakers(
            "Police in Tarven said 12 people died. Police in Tarven said 14 people were hurt.",
            &["Police in Tarven", "Police in Tarven"],
        );
        assert_eq!(found[0], found[1]);
    }

    #[test]
    fn the_police_of_a_town_are_the_police_of_the_report() {
        let found = speakers(
            "Police in Tarven said 12 people died. Police said another 14 people were hurt.",
            &["Police in Tarven", "Police"],
        );
        assert_eq!(found[0], found[1]);
    }

    #[test]
    fn what_a_description_belongs_to_tells_two_apart() {
        for (first, second) in [
            ("The health ministry in Gaza", "The health ministry in Israel"),
            ("The ministry of health", "The ministry of defence"),
            ("The head of the army", "The head of the police"),
            ("The president of Ostria", "The president of the court"),
            ("Officials at the airport", "Officials at the port"),
        ] {
            all_differ(
                &format!("{first} said 9 people died. {second} said 12 people died."),
                &[first, second],
            );
        }
        let same = speakers(
            "The ministry of health said 9 people died. The health ministry said 12 were hurt. The ministry said more.",
            &["The ministry of health", "The health ministry", "The ministry"],
        );
        assert!(same.iter().all(|s| *s == same[0]));
    }

    #[test]
    fn a_body_may_be_called_by_its_one_noun() {
        let found = speakers(
            "The Keldran Observatory for Civil Rights said 12 people died. The Norrin-based Observatory said 14 were hurt.",
            &["The Keldran Observatory for Civil Rights", "The Norrin-based Observatory"],
        );
        assert_eq!(found[0], found[1]);
        all_differ(
            "The Defence Ministry of Ostria said 12 died. The Health Ministry said 14 died. The Ministry of Labour said 3 died.",
            &["The Defence Ministry of Ostria", "The Health Ministry", "The Ministry of Labour"],
        );
    }
}
