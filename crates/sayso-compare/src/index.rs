//! Stories in memory: places reports one after another, as a ledger does.

use std::{
    collections::{BTreeMap, HashMap},
    convert::Infallible,
};

use crate::place::{
    Candidates, Member, Neighbourhood, ReportKey, StoryKey, StoryStore, around, neighbourhood, place,
};

/// Reports and their stories.
#[derive(Debug, Clone, Default)]
pub struct StoryIndex {
    members: BTreeMap<ReportKey, (Member, StoryKey)>,
    stories: BTreeMap<StoryKey, Vec<ReportKey>>,
    /// Reports by anchor, in order of arrival. Only looked up, so the map's order does not matter.
    postings: HashMap<u64, Vec<(ReportKey, f32)>>,
}

impl StoryIndex {
    /// Places a report and returns its story.
    pub fn add(&mut self, new: Member) -> StoryKey {
        let around = neighbourhood(self, &new.vector).unwrap_or_else(|never| match never {});
        for (term, weight) in new.vector.anchors() {
            self.postings.entry(term).or_default().push((new.report, weight));
        }
        self.add_in(new, around)
    }

    /// Like `add`, given the earlier reports that are candidates; the index then neither looks up nor stores the terms by which
    /// reports are found.
    pub fn add_among(&mut self, new: Member, candidates: &Candidates) -> StoryKey {
        let around = around(self, candidates).unwrap_or_else(|never| match never {});
        self.add_in(new, around)
    }

    fn add_in(&mut self, new: Member, around: Neighbourhood) -> StoryKey {
        let placement = place(&new, around);
        for (keep, end) in placement.merged {
            for report in self.stories.remove(&end).unwrap_or_default() {
                self.put(report, keep);
            }
        }
        let story = placement.story.unwrap_or(new.report);
        for (report, from) in placement.moved {
            if let Some(reports) = self.stories.get_mut(&from) {
                reports.retain(|r| *r != report);
                if reports.is_empty() {
                    self.stories.remove(&from);
                }
            }
            self.put(report, story);
        }
        let report = new.report;
        self.members.insert(report, (new, story));
        self.put(report, story);
        story
    }

    /// The stories with their reports, by key.
    #[must_use]
    pub fn stories(&self) -> &BTreeMap<StoryKey, Vec<ReportKey>> {
        &self.stories
    }

    fn put(&mut self, report: ReportKey, story: StoryKey) {
        if let Some((_, of)) = self.members.get_mut(&report) {
            *of = story;
        }
        let reports = self.stories.entry(story).or_default();
        if let Err(at) = reports.binary_search(&report) {
            reports.insert(at, report);
        }
    }
}

impl StoryStore for StoryIndex {
    type Error = Infallible;

    fn postings(&self, term: u64, limit: usize) -> Result<Vec<(ReportKey, f32)>, Infallible> {
        Ok(self
            .postings
            .get(&term)
            .map_or_else(Vec::new, |found| found.iter().rev().take(limit).copied().collect()))
    }

    fn member(&self, report: ReportKey) -> Result<Option<Member>, Infallible> {
        Ok(self.members.get(&report).map(|(member, _)| member.clone()))
    }

    fn story_of(&self, report: ReportKey) -> Result<Option<StoryKey>, Infallible> {
        Ok(self.members.get(&report).map(|(_, story)| *story))
    }

    fn reports_of(&self, story: StoryKey, limit: usize) -> Result<Vec<ReportKey>, Infallible> {
        Ok(self
            .stories
            .get(&story)
            .map_or_else(Vec::new, |reports| reports.iter().rev().take(limit).copied().collect()))
    }
}
