//! From arc scores to a tree: the best head of each word if these form a tree, otherwise the best tree.

/// Scores of one sentence of `n` words: `score(word, head)`; head 0 is the root and head `h` the word `h - 1`.
pub(crate) struct Scores<'s> {
    pub(crate) n: usize,
    /// `n` rows of `n + 1`.
    pub(crate) values: &'s [i32],
}

impl Scores<'_> {
    fn get(&self, word: usize, head: usize) -> i64 {
        if head == word + 1 {
            return i64::MIN / 4;
        }
        self.values.get(word * (self.n + 1) + head).map_or(i64::MIN / 4, |v| i64::from(*v))
    }

    /// The head of each word, in the numbering of the scores. Exactly one word has head 0 and there is no cycle.
    pub(crate) fn tree(&self) -> Vec<usize> {
        let n = self.n;
        if n <= 1 {
            return vec![0; n];
        }
        // The root is the word that gains most from being it.
        let mut best = vec![0usize; n];
        let mut root = (i64::MIN, 0);
        for (word, slot) in best.iter_mut().enumerate() {
            let head = (1..=n)
                .filter(|h| *h != word + 1)
                .max_by_key(|h| (self.get(word, *h), std::cmp::Reverse(*h)))
                .unwrap_or(0);
            *slot = head;
            let gain = self.get(word, 0) - self.get(word, head);
            if gain > root.0 {
                root = (gain, word);
            }
        }
        let root = root.1;
        if let Some(slot) = best.get_mut(root) {
            *slot = 0;
        }
        if is_tree(&best) {
            return best;
        }
        self.maximum(root)
    }

    /// The Chu-Liu/Edmonds algorithm, contracting cycles in place: `O(n^3)` at worst; the caller caps `n`.
    fn maximum(&self, root: usize) -> Vec<usize> {
        let n = self.n;
        // Node `i` is word `i`; the root word is the arborescence's root.
        let mut weight: Vec<Vec<i64>> = (0..n)
            .map(|d| (0..n).map(|h| if d == h { i64::MIN / 4 } else { self.get(d, h + 1) }).collect())
            .collect();
        // The real arc (dependent, head) that an arc between current nodes represents.
        let mut arc: Vec<Vec<(usize, usize)>> = (0..n).map(|d| (0..n).map(|h| (d, h)).collect()).collect();
        let mut alive = vec![true; n];
        let mut members: Vec<Vec<usize>> = (0..n).map(|i| vec![i]).collect();
        let mut heads = vec![0usize; n];
        contract(&mut weight, &mut arc, &mut alive, &mut members, root, &mut heads);
        (0..n).map(|w| if w == root { 0 } else { heads.get(w).map_or(0, |h| h + 1) }).collect()
    }
}

/// A dependent and its head.
type Arc = (usize, usize);

#[allow(clippy::indexing_slicing, reason = "all tables are n by n and all indices below n")]
fn contract(
    weight: &mut [Vec<i64>],
    arc: &mut [Vec<Arc>],
    alive: &mut [bool],
    members: &mut [Vec<usize>],
    root: usize,
    heads: &mut [usize],
) {
    let n = weight.len();
    // Contractions are remembered and undone from the last to the first.
    let mut history: Vec<Vec<(Vec<usize>, Arc)>> = Vec::new();
    let mut parent = vec![usize::MAX; n];
    loop {
        for d in 0..n {
            if alive[d] && d != root {
                parent[d] = (0..n)
                    .filter(|h| alive[*h] && *h != d)
                    .max_by_key(|h| (weight[d][*h], std::cmp::Reverse(*h)))
                    .unwrap_or(root);
            }
        }
        let Some(cycle) = find_cycle(&parent, alive, root) else { break };
        let kept = cycle[0];
        let internal = cycle.iter().map(|d| (members[*d].clone(), arc[*d][parent[*d]])).collect();
        let lost: Vec<i64> = cycle.iter().map(|d| weight[*d][parent[*d]]).collect();
        for other in 0..n {
            if !alive[other] || cycle.contains(&other) {
                continue;
            }
            // Into the cycle: an arc that replaces one inside.
            let (mut into, mut into_arc) = (i64::MIN, (0, 0));
            let (mut from, mut from_arc) = (i64::MIN, (0, 0));
            for (k, d) in cycle.iter().enumerate() {
                let gain = weight[*d][other].saturating_sub(lost[k]);
                if gain > into {
                    (into, into_arc) = (gain, arc[*d][other]);
                }
                if weight[other][*d] > from {
                    (from, from_arc) = (weight[other][*d], arc[other][*d]);
                }
            }
            weight[kept][other] = into;
            arc[kept][other] = into_arc;
            weight[other][kept] = from;
            arc[other][kept] = from_arc;
        }
        for d in cycle.iter().skip(1) {
            alive[*d] = false;
            let moved = std::mem::take(&mut members[*d]);
            members[kept].extend(moved);
        }
        history.push(internal);
    }
    // Arcs of the contracted graph first; then, in each cycle, all arcs except the one into the node that an arc from outside has
    // entered: only one of its words has a head by then.
    let mut settled = vec![false; n];
    for d in 0..n {
        if alive[d] && d != root {
            let (word, head) = arc[d][parent[d]];
            heads[word] = head;
            settled[word] = true;
        }
    }
    for internal in history.iter().rev() {
        for (inside, (word, head)) in internal {
            if !inside.iter().any(|w| settled[*w]) {
                heads[*word] = *head;
                settled[*word] = true;
            }
        }
    }
}

#[allow(clippy::indexing_slicing, reason = "parents of living nodes are nodes")]
fn find_cycle(parent: &[usize], alive: &[bool], root: usize) -> Option<Vec<usize>> {
    let n = parent.len();
    let mut mark = vec![usize::MAX; n];
    for start in 0..n {
        let mut at = start;
        while alive[at] && at != root && mark[at] == usize::MAX {
            mark[at] = start;
            at = parent[at];
        }
        if alive[at] && at != root && mark[at] == start {
            let mut cycle = vec![at];
            let mut next = parent[at];
            while next != at {
                cycle.push(next);
                next = parent[next];
            }
            return Some(cycle);
        }
    }
    None
}

/// Whether every word reaches the root.
fn is_tree(heads: &[usize]) -> bool {
    let mut seen = vec![0usize; heads.len()];
    for start in 0..heads.len() {
        let mut at = start;
        loop {
            match seen.get_mut(at) {
                Some(s) if *s == 0 => *s = start + 1,
                Some(s) if *s == start + 1 => return false,
                _ => break,
            }
            match heads.get(at) {
                Some(0) | None => break,
                Some(h) => at = h - 1,
            }
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    fn best_by_hand(s: &Scores<'_>, root: usize) -> i64 {
        let n = s.n;
        let mut best = i64::MIN;
        for code in 0..(n + 1).pow(n as u32) {
            let mut c = code;
            let heads: Vec<usize> = (0..n)
                .map(|_| {
                    let h = c % (n + 1);
                    c /= n + 1;
                    h
                })
                .collect();
            if heads.iter().filter(|h| **h == 0).count() == 1 && heads[root] == 0 && is_tree(&heads) {
                best = best.max((0..n).map(|w| s.get(w, heads[w])).sum());
            }
        }
        best
    }

    #[test]
    fn finds_the_best_tree() {
        let mut seed = 7u64;
        for round in 0..300 {
            let n = 2 + round % 4;
            let values: Vec<i32> = (0..n * (n + 1))
                .map(|_| {
                    seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                    (seed >> 40) as i32 % 1000
                })
                .collect();
            let s = Scores { n, values: &values };
            let tree = s.tree();
            assert!(is_tree(&tree), "{tree:?}");
            let root = tree.iter().position(|h| *h == 0).unwrap();
            let found: i64 = (0..n).map(|w| s.get(w, tree[w])).sum();
            assert_eq!(found, best_by_hand(&s, root), "{values:?}");
        }
    }
}
