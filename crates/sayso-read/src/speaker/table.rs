//! The table of speakers, in the order of their first mention.

use std::collections::BTreeMap;

use sayso_model::{Speaker, SpeakerId};

use super::{Cast, MemberId};

impl Cast<'_, '_> {
    /// The order of the speakers: those who speak or are revealed, by first mention.
    fn order(&self) -> Vec<MemberId> {
        let speaking = (0..self.members.len())
            .filter(|&id| self.members[id].listed && self.members[id].merged_into.is_none());
        let revealed = self
            .members
            .iter()
            .filter(|m| m.listed)
            .filter_map(|m| m.same_as.as_ref())
            .map(|(n, _)| self.current(*n));
        let mut order: Vec<MemberId> = speaking.chain(revealed).collect();
        let first = |id: &MemberId| self.members[*id].mentions.keys().next().map_or(usize::MAX, |m| m.start);
        order.sort_by_key(|id| (first(id), *id));
        order.dedup();
        order
    }

    /// The id that each member has among the speakers.
    pub(crate) fn ids(&self) -> BTreeMap<MemberId, SpeakerId> {
        let places: BTreeMap<MemberId, SpeakerId> =
            self.order().into_iter().enumerate().map(|(i, id)| (id, SpeakerId::from(i))).collect();
        (0..self.members.len()).filter_map(|id| Some((id, *places.get(&self.current(id))?))).collect()
    }

    /// The speakers of the report in order of their first mention.
    pub(crate) fn finish(self) -> Vec<Speaker> {
        let ids = self.ids();
        self.order()
            .into_iter()
            .filter_map(|id| {
                let member = &self.members[id];
                let mentions = member.mentions.values().cloned().collect();
                let mut roles: Vec<_> = member.roles.iter().map(|r| r.role.clone()).collect();
                roles.sort_by_key(|r| r.span);
                roles.dedup_by(|a, b| a.title == b.title && a.body == b.body);
                let (same_as, same_as_evidence) = match &member.same_as {
                    Some((named, evidence)) => (ids.get(named).copied(), evidence.clone()),
                    None => (None, Vec::new()),
                };
                Some(Speaker {
                    id: *ids.get(&id)?,
                    name: member.label.clone(),
                    kind: member.kind,
                    anonymous: member.name.is_none(),
                    roles,
                    mentions,
                    same_as,
                    same_as_evidence,
                })
            })
            .collect()
    }
}
