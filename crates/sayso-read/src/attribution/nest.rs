//! Which attribution is nested in which content.

use super::draft::Draft;

/// For each draft, the index of the smallest other draft whose content contains its cue, in time linear in the lengths of the
/// contents.
pub(super) fn parents(drafts: &[Draft], tokens: usize) -> Vec<Option<usize>> {
    let mut order: Vec<usize> = (0..drafts.len()).collect();
    order.sort_by_key(|&i| std::cmp::Reverse((drafts[i].size(), i)));
    let mut owner: Vec<Option<usize>> = vec![None; tokens];
    let mut parent = vec![None; drafts.len()];
    // larger contents are painted first, so that a token shows the smallest content so far that contains it
    for i in order {
        let draft = &drafts[i];
        let at = draft.cue.first().map(|_| draft.anchor).or_else(|| draft.content.first().map(|r| r.start));
        parent[i] = at.and_then(|t| owner.get(t as usize).copied().flatten());
        for piece in &draft.content {
            for slot in owner.iter_mut().take(piece.end as usize).skip(piece.start as usize) {
                *slot = Some(i);
            }
        }
    }
    parent
}
