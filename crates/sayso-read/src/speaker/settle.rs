//! Links that need all speakers to be known.

use std::ops::Range;

use sayso_model::{Span, SpeakerKind};

use super::{Cast, MEMORY, MemberId, description};

impl Cast<'_, '_> {
    /// Adds links that need all speakers to be known: "The lawmaker, Ana Diaz," names the lawmaker above.
    pub(crate) fn settle(&mut self) {
        self.name_the_first();
        for id in 0..self.members.len() {
            if self.members[id].merged_into.is_some() || self.members[id].name.is_none() {
                continue;
            }
            let presented: Vec<Range<u32>> =
                self.members[id].roles.iter().filter_map(|r| r.presents.clone()).collect();
            for tokens in presented {
                let Some(comma) = tokens.clone().rev().find(|&t| self.tree.form(t) == ",") else { continue };
                let Some(span) = self.tree.document.span_of(tokens.clone()) else { continue };
                let head = self.tree.document.span_of(tokens.start..comma).and_then(|s| self.tree.head_of(s));
                let head = head.and_then(|h| self.noun_head(&(tokens.start..comma), h));
                let description =
                    head.and_then(|h| description::description(self.tree, tokens.start..comma, h));
                let Some(description) = description else { continue };
                let met = self
                    .mentioned
                    .range(..span.start)
                    .rev()
                    .take(MEMORY)
                    .map(|(_, &m)| self.current(m))
                    .find(|&m| {
                        self.members[m].name.is_none()
                            && self.members[m].descriptions.iter().any(|d| description.fits(d))
                    });
                if let Some(met) = met {
                    self.merge(met, id, span);
                }
            }
        }
    }

    /// Finds the name of a speaker left unnamed in the first paragraph ("A lawmaker said ...") at the start of the next: a person
    /// with a clause that says who that is, and without a role of another kind.
    fn name_the_first(&mut self) {
        let Some(first) = (0..self.members.len()).find(|&m| {
            let member = &self.members[m];
            let lone = member.descriptions.len() == 1
                && member.descriptions.iter().all(|d| !d.definite && !d.plural);
            member.speaks
                && member.name.is_none()
                && member.kind == SpeakerKind::Person
                && member.merged_into.is_none()
                && lone
        }) else {
            return;
        };
        let (Some(mention), Some(role)) = (
            self.members[first].mentions.keys().next().copied(),
            self.members[first].descriptions.first().and_then(|d| d.role),
        ) else {
            return;
        };
        let next = self.tree.paragraph_at(mention.start) + 1;
        let Some(start) = self.tree.document.paragraphs.get(next).map(|p| p.start) else { return };
        let Some(id) = self.mentioned.get(&start).map(|&id| self.current(id)) else { return };
        let named = &self.members[id];
        let kin = named.roles.is_empty() || named.roles.iter().any(|r| r.kins.contains(&role.kin));
        let Some(span) = named.mention_at(start) else { return };
        let after = self.tree.document.tokens_in(span).end;
        let presented = matches!(self.tree.form(after), "of" | "from")
            || self.tree.form(after) == "," && matches!(self.tree.form(after + 1), "who" | "whose")
            || named.roles.iter().any(|r| r.kins.contains(&role.kin));
        let earlier = named.mentions.keys().any(|m| m.start > self.headline_end() && m.start < mention.start);
        if named.kind == SpeakerKind::Person && named.name.is_some() && kin && presented && !earlier {
            self.merge(first, id, span);
        }
    }

    /// The end of the first paragraph.
    fn headline_end(&self) -> usize {
        self.tree.document.paragraphs.first().map_or(0, |p| p.end)
    }

    /// Records that an unnamed speaker turns out to be a named one.
    pub(crate) fn reveal(&mut self, unnamed: MemberId, named: MemberId, evidence: Vec<Span>) {
        let (unnamed, named) = (self.current(unnamed), self.current(named));
        if unnamed != named && self.members[unnamed].same_as.is_none() {
            self.members[unnamed].same_as = Some((named, evidence));
        }
    }
}
