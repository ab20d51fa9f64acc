//! The source of what is said by the order of words, where the tree has it wrong: "CONTENT, SOURCE said".

use sayso_model::Span;

use super::owned;
use crate::tree::Tree;

/// The source and the content of a verb of speech that stands behind both: of the commas at or behind `from`, the first
/// behind which no other finite verb stands parts them. `None` behind quotation marks and for what cannot speak.
pub(super) fn source_before(tree: &Tree<'_>, from: u32, verb: u32) -> Option<(Span, Span)> {
    let start = tree.sentence(verb)?.tokens.start;
    let parts = |&c: &u32| tree.form(c) == "," && !(c + 1..verb).any(|t| tree.is_finite(t));
    let comma = (from.max(start)..verb).find(parts)?;
    let quoted = (start..comma).any(|t| matches!(tree.form(t), "\"" | "“" | "”"));
    let source = tree.span(comma + 1..verb)?;
    let content = tree.span(start..comma)?;
    (!quoted && owned::is_speaker(tree, source, true)).then_some((source, content))
}
