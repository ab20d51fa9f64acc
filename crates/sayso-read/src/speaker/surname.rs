//! Surnames shared by several persons of one report: which of them a bare surname means, if that can be determined.

use std::collections::BTreeMap;

use sayso_model::SpeakerKind;

use super::{
    name::{self, Name},
    role,
};
use crate::tree::Tree;

/// For each such surname, the words of the only person with an office; `None` if several have one or nobody does.
#[derive(Debug, Default)]
pub(super) struct SharedSurnames(BTreeMap<String, Option<Vec<String>>>);

/// Number of persons with one surname that are compared: no report has more.
const MOST_BEARERS: usize = 24;

impl SharedSurnames {
    /// Determines from all names of a report which surnames are shared.
    pub(super) fn of(tree: &Tree<'_>, names: &[Name]) -> Self {
        let mut by_surname: BTreeMap<&str, Vec<&Name>> = BTreeMap::new();
        for name in names.iter().filter(|n| n.words.len() > 1) {
            if let (SpeakerKind::Person | SpeakerKind::Unknown, Some(surname)) =
                (name.kind, name.words.last())
            {
                by_surname.entry(surname).or_default().push(name);
            }
        }
        let shared = by_surname.into_iter().filter(|(_, names)| are_several(tree, names));
        Self(shared.map(|(surname, names)| (surname.to_owned(), in_office(tree, &names))).collect())
    }

    /// True for a shared surname.
    pub(super) fn holds(&self, surname: &str) -> bool {
        self.0.contains_key(surname)
    }

    /// True unless one of two names is a bare shared surname and nothing determines which person it means: neither that only one
    /// has an office, nor that only one has been named before.
    pub(super) fn may_be_one(&self, known: &Name, new: &Name, bearers: usize) -> bool {
        let (bare, full, met) = match (known.words.as_slice(), new.words.as_slice()) {
            ([bare], [_, .., last]) if bare == last => (bare, new, false),
            ([_, .., last], [bare]) if bare == last => (bare, known, true),
            _ => return true,
        };
        match self.0.get(bare) {
            None => true,
            Some(Some(main)) => *main == full.words,
            Some(None) => met && bearers == 1,
        }
    }
}

/// True if names with one surname belong to different people, at least one of them certainly a person.
fn are_several(tree: &Tree<'_>, names: &[&Name]) -> bool {
    let mut distinct: Vec<&Name> = Vec::new();
    for name in names {
        if distinct.len() < MOST_BEARERS && distinct.iter().all(|d| d.words != name.words) {
            distinct.push(name);
        }
    }
    let apart = |a: &Name, b: &Name| {
        name::same(a, b).is_none() || name::is_relative(tree, a) || name::is_relative(tree, b)
    };
    let mut pairs =
        distinct.iter().enumerate().flat_map(|(i, a)| distinct.iter().skip(i + 1).map(move |b| (a, b)));
    distinct.iter().any(|n| n.kind == SpeakerKind::Person) && pairs.any(|(a, b)| apart(a, b))
}

/// The words of the only one of some names with an office.
fn in_office(tree: &Tree<'_>, names: &[&Name]) -> Option<Vec<String>> {
    let mut found: Option<&Vec<String>> = None;
    for name in names.iter().filter(|n| !role::roles(tree, &n.tokens).is_empty()) {
        match found {
            Some(words) if *words != name.words => return None,
            _ => found = Some(&name.words),
        }
    }
    found.cloned()
}

#[cfg(test)]
mod tests {
    use crate::speaker::testing::speakers;

    #[test]
    fn a_surname_that_two_share_means_neither_unless_something_tells_them_apart() {
        let found = speakers(
            "Ada Holt said 12 died. Peter Holt said 14 died. Holt said 16 died.",
            &["Ada Holt", "Peter Holt", "Holt said"].map(|s| s.trim_end_matches(" said")),
        );
        assert!(found[0] != found[1] && found[2] != found[0] && found[2] != found[1], "{found:?}");
        let found = speakers(
            "President Ada Holt said 12 died. Peter Holt listened. Holt said 16 died.",
            &["Ada Holt", "Peter Holt", "Holt"],
        );
        assert!(found[2] == found[0] && found[1] != found[0], "{found:?}");
    }
}
