//! Names: whom a name in the report belongs to, an earlier member or a new one.

use std::collections::BTreeSet;

use sayso_model::{MentionForm, SpeakerKind};

use super::{
    Cast, MEMORY, Member, MemberId, gender,
    name::{self, Name, SameName},
    role,
};

impl Cast<'_, '_> {
    /// The member that already has a name, and how the names match. The latest one wins among equals: "Smith" is the Smith last
    /// mentioned.
    pub(super) fn known(&self, name: &Name) -> Option<(SameName, MemberId)> {
        let near: BTreeSet<MemberId> = letters(name)
            .iter()
            .filter_map(|l| self.by_letter.get(l))
            .flat_map(|ids| ids.iter().rev().take(200).copied())
            .collect();
        let bearers = self.bearers_of(name);
        let shared = name.words.last().is_some_and(|surname| self.shared.holds(surname));
        near.into_iter()
            .rev()
            .filter_map(|id| {
                let member = &self.members[id];
                if !member.may_be_called(name, shared) {
                    return None;
                }
                let how = member
                    .forms_for(name)
                    .filter(|known| self.shared.may_be_one(known, name, bearers))
                    .filter_map(|known| name::same(known, name))
                    .min()?;
                Some((how, id))
            })
            .min_by_key(|&(how, id)| (how, std::cmp::Reverse(id)))
    }

    /// How many persons mentioned so far have the surname that a name consists of, and the gender that it shows.
    fn bearers_of(&self, name: &Name) -> usize {
        let [surname] = name.words.as_slice() else { return 0 };
        if !self.shared.holds(surname) {
            return 0;
        }
        let ids = self.surnames.get(surname).into_iter().flatten();
        let ids = ids.map(|&id| self.current(id)).filter(|&id| self.members[id].may_be_called(name, true));
        ids.collect::<BTreeSet<_>>().len()
    }

    pub(super) fn admit(&mut self, mut name: Name) -> Option<MemberId> {
        if let [word] = &name.words[..]
            && self.countries.contains(word)
            && !matches!(name.kind, SpeakerKind::Outlet)
        {
            name.kind = SpeakerKind::Government;
        }
        let bare = self.tree.document.span_of(name.tokens.clone())?;
        let whole = self.tree.document.span_of(name::whole(self.tree, &name)).unwrap_or(bare);
        let owned_by_pronoun = self.is_possessive(self.tree.document.tokens_in(whole).start);
        let (span, shown) = if owned_by_pronoun { (whole, bare) } else { (bare, whole) };
        // "His son, George W. Bush" is not the George Bush whose son he is.
        let known = self.known(&name).filter(|&(how, id)| {
            how == SameName::Equal
                || !name::is_relative(self.tree, &name)
                || self.members[id].name.as_ref().is_none_or(|n| n.words.len() < 2 || name.words.len() < 2)
        });
        let in_brackets = self.in_brackets_after(&name);
        let (id, form) = match (known, in_brackets) {
            (Some((how, id)), _) => (
                id,
                match how {
                    SameName::Equal | SameName::Part => MentionForm::Name,
                    SameName::Abbreviation => MentionForm::Abbreviation,
                    SameName::Misspelling => MentionForm::Misspelling,
                },
            ),
            (None, Some(id)) => (id, MentionForm::Abbreviation),
            (None, None) => (self.new_member(name.kind), MentionForm::Name),
        };
        let evidence = match form {
            MentionForm::Name => Vec::new(),
            _ => self.members[id].mentions.keys().next().copied().into_iter().collect(),
        };
        for letter in letters(&name) {
            self.by_letter.entry(letter).or_default().push(id);
        }
        for token in name.tokens.clone() {
            self.bearer.insert(token, id);
        }
        if let [_, .., surname] = name.words.as_slice()
            && self.shared.holds(surname)
        {
            self.surnames.entry(surname.clone()).or_default().insert(id);
        }
        let person = name.kind == SpeakerKind::Person;
        let mut roles = if person { role::roles(self.tree, &name.tokens) } else { Vec::new() };
        for found in &mut roles {
            if found.role.body.is_none() {
                found.role.body = self.body_of(found.role.span);
            }
        }
        let of_roles = roles.iter().flat_map(|r| &r.words).find_map(|word| gender::of_noun(word));
        self.mention(id, span, form, evidence);
        let other = |m: &Member| {
            m.gender.zip(name.gender).is_some_and(|(a, b)| a != b)
                && m.name.as_ref().is_some_and(|n| {
                    // "Lady Lund" next to Sir Peter Lund
                    n.words == name.words || name.words.len() == 1 && n.words.last() == name.words.last()
                })
        };
        let apart = form == MentionForm::Name
            && name.gender.is_some()
            && self.members.iter().rev().take(MEMORY * 4).any(other);
        let title = apart.then(|| name::title_before(self.tree, &name)).flatten();
        let member = &mut self.members[id];
        member.gender = member.gender.or(name.gender);
        member.likely_gender = member.likely_gender.or(name.likely_gender).or(of_roles);
        member.roles.extend(roles);
        let longer = form == MentionForm::Name
            && member.name.as_ref().is_none_or(|n| {
                name.words.len() > n.words.len()
                    || (name.words.len() == n.words.len() && n.country.is_none() && name.country.is_some())
            });
        if longer {
            if member.kind == SpeakerKind::Unknown || name.kind == SpeakerKind::Person {
                member.kind = name.kind;
            }
            member.label = shown.cut(self.tree.text).split_whitespace().collect::<Vec<_>>().join(" ");
            // "Mrs Clinton" next to a Mr Clinton: only the title distinguishes them.
            if let Some(title) = title {
                member.label = format!("{title} {}", member.label);
            }
            if let Some(shorter) = member.name.replace(name) {
                member.also_named(shorter);
            }
        } else if form != MentionForm::Name && !member.spelt.contains_key(&name.words) {
            member.also_named(name);
        }
        Some(id)
    }

    /// The member whose name is right before, if this one follows it in brackets: "National Guard (GN)".
    pub(super) fn in_brackets_after(&self, name: &Name) -> Option<MemberId> {
        let open = name.tokens.start.checked_sub(1)?;
        if self.tree.form(open) != "(" || self.tree.form(name.tokens.end) != ")" || name.tokens.len() != 1 {
            return None;
        }
        let form = self.tree.form(name.tokens.start);
        let capitals = form.chars().filter(|c| c.is_uppercase()).count();
        (capitals >= 2).then(|| self.bearer.get(&open.checked_sub(1)?).copied()).flatten()
    }
}

/// First letters of a name's words, and of the letters of an abbreviation's.
fn letters(name: &Name) -> BTreeSet<char> {
    name.words.iter().filter_map(|w| w.chars().next()).collect()
}

#[cfg(test)]
mod tests {
    use crate::speaker::testing::{all_differ, speakers};

    #[test]
    fn two_of_one_name_or_kind_are_two() {
        all_differ("Mr Clinton said 12 died. Mrs Clinton said 14 died.", &["Mr Clinton", "Mrs Clinton"]);
        all_differ(
            "George Bush said 12 people died; his son, George W. Bush, said 14 died.",
            &["George Bush", "George W. Bush"],
        );
        all_differ(
            "The army of Ostria said 12 died. The army of Veldia said 14 died.",
            &["The army of Ostria", "The army of Veldia"],
        );
        all_differ(
            "Police in Tarven said 12 people died. Police in Orrin said 14 people died.",
            &["Police in Tarven", "Police in Orrin"],
        );
        all_differ(
            "Residents of Tarven said 12 people died. Residents of Orrin said 14 people died.",
            &["Residents of Tarven", "Residents of Orrin"],
        );
        let found =
            speakers("Mr Clinton said 12 died. Mrs Clinton said 14 died.", &["Mr Clinton", "Mrs Clinton"]);
        assert!(found[1].ends_with("Mrs Clinton"), "{found:?}");
    }
}
