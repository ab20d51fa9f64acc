//! Where the reports of a story stood when it was compared before.

use sayso_model::story::{ReportIndex, StoryMark};

/// The places of a story's reports in this comparison and in the one before. A report that was not there, or whose reading is not
/// the very same any more, has none.
#[derive(Debug, Clone, Default)]
pub(crate) struct Moves {
    /// By its place now, where it was.
    pub(crate) was: Vec<Option<ReportIndex>>,
    /// By its place then, where it is.
    is: Vec<Option<ReportIndex>>,
}

impl Moves {
    /// `was`: for each report, its place among the earlier ones, of which there were so many.
    pub(crate) fn new(was: Vec<Option<ReportIndex>>, earlier: usize) -> Self {
        let mut is = vec![None; earlier];
        for (now, then) in was.iter().enumerate() {
            then.and_then(|then| is.get_mut(then)).into_iter().for_each(|place| *place = Some(now));
        }
        Self { was, is }
    }

    /// Of so many reports that were not compared before.
    pub(crate) fn nowhere(reports: usize) -> Self {
        Self::new(vec![None; reports], 0)
    }

    /// Where a report is now.
    pub(crate) fn now(&self, then: ReportIndex) -> Option<ReportIndex> {
        self.is.get(then).copied().flatten()
    }

    /// What is made of each report: as it was made before, otherwise made.
    pub(crate) fn of_each<T>(&self, before: Vec<T>, mut make: impl FnMut(ReportIndex) -> T) -> Vec<T> {
        let mut before: Vec<Option<T>> = before.into_iter().map(Some).collect();
        let mut taken = |was: Option<ReportIndex>| before.get_mut(was?)?.take();
        self.was.iter().enumerate().map(|(now, was)| taken(*was).unwrap_or_else(|| make(now))).collect()
    }

    /// Where a mark is now; `None` if its report has changed.
    pub(crate) fn mark(&self, then: StoryMark) -> Option<StoryMark> {
        Some(StoryMark { report: self.now(then.report)?, span: then.span })
    }
}
