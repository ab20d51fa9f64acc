//! The centroid of many reports' vectors. Since the cosine is linear in each argument, two centroids give the average similarity
//! of two whole stories at the cost of comparing two reports.

use std::collections::BTreeSet;

use crate::TermVector;

/// The centroid of some vectors, by hash of the term.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Mean {
    terms: Vec<MeanTerm>,
}

#[derive(Debug, Clone, Copy, PartialEq)]
struct MeanTerm {
    hash: u64,
    weight: f64,
    /// Share of the reports in which the term is a rare name.
    rare_name: f64,
}

impl Mean {
    /// The centroid of some vectors, without rare names that are `common` in the ledger.
    pub(crate) fn of<'v>(
        vectors: impl ExactSizeIterator<Item = &'v TermVector>,
        common: &BTreeSet<u64>,
    ) -> Self {
        let share = 1.0 / vectors.len().max(1) as f64;
        let mut terms: Vec<MeanTerm> = vectors
            .flat_map(TermVector::terms)
            .map(|(hash, weight, rare_name)| MeanTerm {
                hash,
                weight: weight * share,
                rare_name: if rare_name && !common.contains(&hash) { share } else { 0.0 },
            })
            .collect();
        terms.sort_by_key(|t| t.hash);
        terms.dedup_by(|next, kept| {
            let same = next.hash == kept.hash;
            if same {
                kept.weight += next.weight;
                kept.rare_name += next.rare_name;
            }
            same
        });
        Self { terms }
    }

    /// What a report of one side and one of the other share on average: the cosine, 0 to 1, and the number of rare names.
    pub(crate) fn shared(&self, other: &Self) -> (f64, f64) {
        let mut rest = other.terms.as_slice();
        self.terms.iter().fold((0.0, 0.0), |(cosine, names), a| {
            rest = rest.split_at(rest.partition_point(|b| b.hash < a.hash)).1;
            match rest.first().filter(|b| b.hash == a.hash) {
                Some(b) => (cosine + a.weight * b.weight, names + a.rare_name * b.rare_name),
                None => (cosine, names),
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mean_shares_what_its_reports_share_on_average() {
        let texts = [
            "Floods in Velgrad drove 300 people from their homes on Monday, mayor Ada Brook said.",
            "In Velgrad, said Ada Brook, 340 people have left their homes since the flood.",
            "Parliament in Kesh rejected the budget of minister Tomas Ilves on Tuesday.",
            "Tomas Ilves of Kesh asked Ada Brook for help with homes on Tuesday.",
        ];
        let vectors: Vec<TermVector> = texts.iter().map(|t| TermVector::of(t)).collect();
        let (left, right) = vectors.split_at(2);
        let none = BTreeSet::new();
        let (cosine, names) = Mean::of(left.iter(), &none).shared(&Mean::of(right.iter(), &none));
        let pairs = || left.iter().flat_map(|a| right.iter().map(|b| a.shared(b)));
        assert!((cosine - pairs().map(|(c, _)| c).sum::<f64>() / 4.0).abs() < 1e-9);
        assert!((names - pairs().map(|(_, n)| n.len() as f64).sum::<f64>() / 4.0).abs() < 1e-9);
        assert!(names > 0.0);

        let all = vectors.iter().flat_map(TermVector::terms).map(|(hash, ..)| hash).collect();
        assert_eq!(Mean::of(left.iter(), &all).shared(&Mean::of(right.iter(), &all)).1, 0.0);
        assert_eq!(Mean::of([].iter(), &none).shared(&Mean::of(right.iter(), &none)), (0.0, 0.0));
    }
}
