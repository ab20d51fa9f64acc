//! Whom the phrases of a text mean, for the tests.

use super::Cast;
use crate::tree::Tree;

/// The names of those who say something by "X said" in a text, in text order of their sources.
pub(super) fn speakers(text: &str, sources: &[&str]) -> Vec<String> {
    let document = sayso_text::analyze(text);
    let tree = Tree::new(&document, text);
    let mut cast = Cast::gather(&tree, &[]);
    let mut from = 0;
    let mut found = Vec::new();
    for source in sources {
        let at = from + text[from..].find(source).unwrap();
        from = at + source.len();
        let id = cast.resolve(sayso_model::Span::new(at, from)).unwrap();
        found.push(id);
    }
    cast.settle();
    found.into_iter().map(|id| format!("{} {}", cast.settled(id), cast.label(id))).collect()
}

/// Each of some sources is somebody else.
pub(super) fn all_differ(text: &str, sources: &[&str]) {
    let found = speakers(text, sources);
    let distinct: std::collections::BTreeSet<&String> = found.iter().collect();
    assert_eq!(distinct.len(), sources.len(), "{text}: {found:?}");
}
