//! The companies that "the company" and "the shipping firm" may mean.

use std::collections::BTreeMap;

use sayso_model::{Span, SpeakerKind};

use super::{Cast, MEMORY, MemberId, description::Description, name::Name};
use crate::{
    lexicon,
    words::{self, Set},
};

/// Sentences back within which "the company" may mean one that is named there.
const COMPANY_REACH: usize = 2;

impl Cast<'_, '_> {
    /// The company named in the sentences right before "the company" or "the shipping firm": the only body named there that may be
    /// one, or the only one of which somebody is said to be a director.
    pub(super) fn company_close_by(
        &self,
        span: Span,
        description: &Description,
    ) -> Option<(MemberId, Vec<Span>)> {
        if description.plural || description.role.is_none_or(|r| r.kin != "company") {
            return None;
        }
        let here = self.tree.sentence_at(span.start);
        let mut found: BTreeMap<MemberId, usize> = BTreeMap::new();
        for (&offset, &id) in self.mentioned.range(..span.start).rev().take(MEMORY) {
            if here.saturating_sub(self.tree.sentence_at(offset)) > COMPANY_REACH {
                break;
            }
            let id = self.current(id);
            let member = &self.members[id];
            let of_other_kind = |name: &Name| name.words.iter().any(|w| lexicon::role_noun(w).is_some());
            let may_be_one = matches!(member.kind, SpeakerKind::Organization | SpeakerKind::Unknown)
                && member
                    .name
                    .iter()
                    .chain(&member.other_names)
                    .all(|n| !of_other_kind(n) && n.country.is_none())
                && member.descriptions.iter().all(|d| d.role.is_none_or(|r| r.kin == "company"));
            if member.name.is_some() && may_be_one {
                found.entry(id).or_insert(offset);
            }
        }
        if found.len() > 1 {
            found.retain(|id, _| self.has_directors(*id));
        }
        let (id, offset) = found.pop_first().filter(|_| found.is_empty())?;
        Some((id, self.members[id].mention_at(offset).into_iter().collect()))
    }

    /// True for a body of which somebody in the report is a director or the chief executive.
    fn has_directors(&self, body: MemberId) -> bool {
        let body = &self.members[body];
        self.members.iter().flat_map(|m| &m.roles).any(|role| {
            let span = role.role.span;
            // "Norholm Freight's managing director"
            let right_before = || {
                body.mentions.keys().filter(|m| m.end <= span.start).any(|m| {
                    let between = self.tree.document.tokens_in(Span::new(m.end, span.start));
                    between.len() <= 2 && self.tree.ends_possessor(between.start)
                })
            };
            role.words.iter().any(|w| words::is(Set::Directors, w))
                && (role.role.body.as_deref() == Some(body.label.as_str()) || right_before())
        })
    }
}
