//! What sort of count a category is.

use sayso_model::{
    Category,
    story::{Claim, Status},
};

/// Categories that count losses: a group named for one of them is the group of the others.
pub(crate) fn is_loss(category: &Category) -> bool {
    [
        Category::KILLED,
        Category::INJURED,
        Category::KILLED_OR_INJURED,
        Category::CASUALTIES,
        Category::MISSING,
        Category::CAPTURED,
    ]
    .contains(category)
}

/// Categories that count how many are something on a day, not to how many something happened during days.
pub(crate) fn is_state(category: &Category) -> bool {
    [Category::MISSING, Category::CAPTURED, Category::DEPLOYED].contains(category)
}

/// Categories whose totals only grow: a later count below an earlier one contradicts it.
pub(crate) fn only_grows(category: &Category) -> bool {
    [
        Category::KILLED,
        Category::INJURED,
        Category::KILLED_OR_INJURED,
        Category::CASUALTIES,
        Category::RESCUED,
        Category::EVACUATED,
        Category::ARRESTED,
    ]
    .contains(category)
}

/// Categories that count people.
pub(crate) fn counts_people(category: &Category) -> bool {
    let things = [
        Category::MONEY,
        Category::AREA,
        Category::DISTANCE,
        Category::SHARE,
        Category::EQUIPMENT,
        Category::OTHER,
    ];
    !things.contains(category)
}

/// The place of a count by what hangs on it: 0 for the dead, then those who may be, the hurt, at last all others.
#[must_use]
pub fn consequence(category: &Category) -> u8 {
    let order = [
        Category::KILLED,
        Category::MISSING,
        Category::KILLED_OR_INJURED,
        Category::CASUALTIES,
        Category::INJURED,
        Category::TRAPPED,
        Category::CAPTURED,
    ];
    order.iter().position(|c| c == category).map_or(u8::MAX, |n| n as u8)
}

/// Which claims of a story are small: they count things, or what no category has a name for, no two origins give them and nobody
/// contradicts them. Where a story has no others, none is: then they are what it is about.
#[must_use]
pub fn small(claims: &[Claim]) -> Vec<bool> {
    let contradicted = |claim: &Claim| {
        let mut statuses = claim.series.iter().flat_map(|s| &s.points).flat_map(|p| &p.statuses);
        statuses.any(|status| matches!(status, Status::InConflict { .. }))
    };
    let of_things = |claim: &Claim| !counts_people(&claim.category) || claim.unit.is_some();
    let all: Vec<bool> =
        claims.iter().map(|c| of_things(c) && c.summary.independent < 2 && !contradicted(c)).collect();
    if all.iter().all(|small| *small) { vec![false; claims.len()] } else { all }
}
