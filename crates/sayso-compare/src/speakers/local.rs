//! A speaker of one report of a story.

use std::ops::Deref;

use sayso_model::{
    Speaker, SpeakerKind,
    story::{ReportIndex, StoryMark},
};

use super::account::Account;

/// A speaker of one report of a story, with what that report says about it.
#[derive(Clone, Copy)]
pub(super) struct Local<'r> {
    pub(super) report: ReportIndex,
    pub(super) speaker: &'r Speaker,
    /// The country that its report comes from.
    pub(super) from: Option<&'r String>,
    pub(super) account: &'r Account,
}

impl Deref for Local<'_> {
    type Target = Account;

    fn deref(&self) -> &Account {
        self.account
    }
}

impl<'r> Local<'r> {
    /// Its name, folded; empty for one that is not named.
    pub(super) fn key(&self) -> &'r str {
        self.account.name.key.as_deref().unwrap_or("")
    }

    /// Its first mention.
    pub(super) fn first(&self) -> Option<StoryMark> {
        self.account.first.map(|span| StoryMark { report: self.report, span })
    }

    /// The words that show its country.
    pub(super) fn country_marks(&self) -> impl Iterator<Item = StoryMark> {
        let spans = self.account.country.iter().flat_map(|(_, spans)| spans);
        spans.map(|span| StoryMark { report: self.report, span: *span })
    }

    pub(super) fn kin(&self, other: &Self) -> bool {
        let sort = |k: SpeakerKind| match k {
            SpeakerKind::Person => 0,
            SpeakerKind::Unknown => 2,
            _ => 1,
        };
        let (a, b) = (sort(self.kind), sort(other.kind));
        a == b || a == 2 || b == 2
    }
}

/// The first mentions of some speakers.
pub(super) fn first_marks(locals: &[Local<'_>], of: &[usize]) -> Vec<StoryMark> {
    of.iter().filter_map(|n| locals.get(*n)?.first()).collect()
}
