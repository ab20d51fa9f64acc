//! The source of a statement by word order, if the tree is wrong: "CONTENT, SOURCE said".

use sayso_model::Span;

use super::owned;
use crate::tree::Tree;

/// The source and the content of a reporting verb that follows both, separated by the first comma at or after `from` that no
/// other finite verb follows. `None` after quotation marks and for what cannot speak.
pub(super) fn source_before(tree: &Tree<'_>, from: u32, verb: u32) -> Option<(Span, Span)> {
    let start = tree.sentence(verb)?.tokens.start;
    let parts = |&c: &u32| tree.form(c) == "," && !(c + 1..verb).any(|t| tree.is_finite(t));
    let comma = (from.max(start)..verb).find(parts)?;
    let quoted = (start..comma).any(|t| matches!(tree.form(t), "\"" | "“" | "”"));
    let source = tree.span(comma + 1..verb)?;
    let content = tree.span(start..comma)?;
    (!quoted && owned::is_speaker(tree, source, true)).then_some((source, content))
}
