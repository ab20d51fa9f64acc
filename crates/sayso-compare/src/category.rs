//! What sort of count a category is.

use sayso_model::Category;

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
