//! What kind of count a category is.

use sayso_model::{
    Category,
    story::{Claim, Status},
};

/// Categories that count losses; a group stated for one of them applies to the others.
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

/// Categories that count how many are in a state on a given day, as opposed to how many something happened to over a period.
pub(crate) fn is_state(category: &Category) -> bool {
    [Category::MISSING, Category::CAPTURED, Category::DEPLOYED].contains(category)
}

/// Categories whose totals only grow: a later, lower count contradicts an earlier one.
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
#[must_use]
pub fn counts_people(category: &Category) -> bool {
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

/// A count's rank by severity: 0 for the dead, then those who may be dead, then the hurt, then all others.
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

/// Which claims of a story are minor: those of things or of an unnamed category that no two origins give and nobody contradicts.
/// If a story has no other claims, none is minor, since they are what it is about.
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
