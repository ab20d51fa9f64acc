//! Indexes entries by the sentences that their spans overlap, so that finding those around a span stays linear.

use sayso_model::Span;

use crate::tree::Tree;

/// Maximum number of entries examined per sentence; sentences of real text have far fewer.
const MOST: usize = 256;

/// Indexes of entries in their list, for each sentence.
pub(crate) struct BySentence(Vec<Vec<u32>>);

impl BySentence {
    /// Files each entry under every sentence that one of its spans overlaps.
    pub(crate) fn new<'a>(tree: &Tree<'_>, entries: impl IntoIterator<Item = &'a [Span]>) -> Self {
        let mut lists = vec![Vec::new(); tree.document.sentences.len()];
        for (place, spans) in entries.into_iter().enumerate() {
            for span in spans {
                let first = tree.sentence_at(span.start);
                let last = tree.sentence_at(span.end.saturating_sub(1).max(span.start));
                for list in lists.iter_mut().take(last.saturating_add(1)).skip(first) {
                    if list.last() != Some(&(place as u32)) && list.len() < MOST {
                        list.push(place as u32);
                    }
                }
            }
        }
        Self(lists)
    }

    /// Entries that overlap the sentence at a byte offset, in list order.
    pub(crate) fn at(&self, tree: &Tree<'_>, offset: usize) -> impl Iterator<Item = usize> {
        self.0.get(tree.sentence_at(offset)).into_iter().flatten().map(|&p| p as usize)
    }
}
