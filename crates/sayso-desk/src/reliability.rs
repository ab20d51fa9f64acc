//! How likely a choice of the reader is to be right, by the share that the decider gives it (`data/reliability.tsv`): the shares
//! themselves are too confident for categories and too modest for origins.

use std::sync::OnceLock;

/// The chance that a choice is right. `what` is `category` or `origin`, `share` that of the chosen value; the share itself for
/// anything else.
pub(crate) fn chance(what: &str, share: f64) -> f64 {
    let mut rows = rows().iter().filter(|row| row.what == what && row.from <= share);
    rows.next_back().map_or(share, |row| row.right)
}

/// A range of shares, from the lowest of it up to the next row's.
struct Row {
    what: &'static str,
    from: f64,
    right: f64,
}

fn rows() -> &'static [Row] {
    static ROWS: OnceLock<Vec<Row>> = OnceLock::new();
    ROWS.get_or_init(|| {
        let lines = sayso_data::RELIABILITY.lines().filter(|line| !line.starts_with('#'));
        let row = |line: &'static str| match line.split('\t').collect::<Vec<_>>()[..] {
            [what, from, right, _] => {
                Some(Row { what, from: from.parse().ok()?, right: right.parse().ok()? })
            }
            _ => None,
        };
        lines.filter_map(row).collect()
    })
}

#[cfg(test)]
mod tests {
    use super::{chance, rows};

    #[test]
    fn a_higher_share_is_never_less_likely_to_be_right() {
        let lines = sayso_data::RELIABILITY.lines().filter(|line| !line.starts_with('#')).count();
        assert_eq!(rows().len(), lines, "each line is a row");
        for what in ["category", "origin"] {
            let of: Vec<_> = rows().iter().filter(|row| row.what == what).collect();
            assert_eq!(of.first().map(|row| row.from), Some(0.0));
            assert!(of.windows(2).all(|w| w[0].from < w[1].from && w[0].right <= w[1].right), "{what}");
        }
    }

    #[test]
    fn a_middling_share_says_more_for_an_origin_than_for_a_category() {
        assert!(chance("category", 0.9) < 0.8 && chance("origin", 0.9) > 0.9);
        assert_eq!(chance("place", 0.4), 0.4);
    }
}
