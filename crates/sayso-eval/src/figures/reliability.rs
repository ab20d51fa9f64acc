//! How often the decider's choices are right, by the share that it gives them: a reliability table (DeGroot and Fienberg 1983) with
//! the expected calibration error (Naeini, Cooper and Hauskrecht 2015).

use std::fmt;

use serde::Serialize;

/// Lower ends of the bins; the last one ends with 1.
const FROM: [f64; 9] = [0.0, 0.3, 0.5, 0.7, 0.8, 0.9, 0.95, 0.98, 0.995];

/// Choices with a share in one range.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Bin {
    /// Lowest share of the range.
    pub from: f64,
    /// Number of choices.
    pub count: usize,
    /// Mean of their shares; null if there are none.
    pub mean: Option<f64>,
    /// The part of them that is right; null if there are none.
    pub right: Option<f64>,
}

/// A reliability table.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Reliability {
    /// By share, from low to high.
    pub bins: Vec<Bin>,
    /// Expected calibration error: the mean difference between share and what is right, weighted by the choices of each bin.
    pub error: f64,
}

/// Shares of choices, with whether each is right.
#[derive(Debug, Clone, Default)]
pub(super) struct Choices([Counted; FROM.len()]);

#[derive(Debug, Clone, Copy, Default)]
struct Counted {
    count: usize,
    right: usize,
    shares: f64,
}

impl Choices {
    pub(super) fn add(&mut self, share: f64, is_right: bool) {
        let at = FROM.iter().rposition(|from| share >= *from).unwrap_or(0);
        let Some(bin) = self.0.get_mut(at) else { return };
        bin.count += 1;
        bin.right += usize::from(is_right);
        bin.shares += share;
    }

    pub(super) fn join(&mut self, other: &Self) {
        for (bin, more) in self.0.iter_mut().zip(&other.0) {
            bin.count += more.count;
            bin.right += more.right;
            bin.shares += more.shares;
        }
    }

    pub(super) fn table(&self) -> Reliability {
        let all: usize = self.0.iter().map(|bin| bin.count).sum();
        let part = |of: f64, bin: &Counted| (bin.count > 0).then(|| of / bin.count as f64);
        let bins: Vec<Bin> = FROM
            .iter()
            .zip(&self.0)
            .map(|(&from, bin)| Bin {
                from,
                count: bin.count,
                mean: part(bin.shares, bin),
                right: part(bin.right as f64, bin),
            })
            .collect();
        let apart = self.0.iter().map(|bin| (bin.shares - bin.right as f64).abs()).sum::<f64>();
        Reliability { bins, error: if all == 0 { 0.0 } else { apart / all as f64 } }
    }
}

impl fmt::Display for Reliability {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for bin in &self.bins {
            if let (Some(mean), Some(right)) = (bin.mean, bin.right) {
                writeln!(f, "  from {:5.3} {:5}  {mean:.3} {right:.3}", bin.from, bin.count)?;
            }
        }
        writeln!(f, "  expected calibration error {:.3}", self.error)
    }
}

#[cfg(test)]
mod tests {
    use super::Choices;

    #[test]
    fn shares_are_set_against_what_is_right() {
        let mut choices = Choices::default();
        for (share, right) in [(0.6, true), (0.6, false), (0.9, true), (1.0, true)] {
            choices.add(share, right);
        }
        let mut twice = choices.clone();
        twice.join(&choices);
        let table = twice.table();
        let bin = |from: f64| *table.bins.iter().find(|bin| bin.from == from).unwrap();
        assert_eq!((bin(0.5).count, bin(0.5).right), (4, Some(0.5)));
        assert_eq!((bin(0.9).count, bin(0.9).mean, bin(0.9).right), (2, Some(0.9), Some(1.0)));
        assert_eq!(bin(0.7).mean, None);
        // Four of .6 of which half are right, two of .9 and two of 1 that all are: (.4 + .2 + 0) / 8.
        assert!((table.error - 0.075).abs() < 1e-9, "{}", table.error);
    }
}
