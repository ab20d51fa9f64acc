//! What is new since a day: the stories that a digest tells of.

use std::{cmp::Reverse, collections::BTreeMap};

use sayso_ledger::{Ledger, ReportFilter, StoryId};
use sayso_model::Date;

use crate::{DeskError, catch_up};

/// The stories with reports published since a day, up to another, with how many: the one with the most first.
///
/// # Errors
/// Those of the ledger.
pub fn new_since(
    ledger: &mut Ledger,
    since: Date,
    until: Option<Date>,
) -> Result<Vec<(StoryId, usize)>, DeskError> {
    catch_up(ledger)?;
    let filter = ReportFilter { since: Some(since), until, ..ReportFilter::default() };
    let mut new: BTreeMap<StoryId, usize> = BTreeMap::new();
    for line in ledger.reports(&filter)? {
        if let Some(story) = ledger.story_of(line.id)? {
            *new.entry(story).or_default() += 1;
        }
    }
    let mut stories: Vec<(StoryId, usize)> = new.into_iter().collect();
    stories.sort_by_key(|(story, count)| (Reverse(*count), *story));
    Ok(stories)
}
