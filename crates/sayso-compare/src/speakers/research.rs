//! Research by one institution: its study, its researchers and their other names are one origin.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    groups::Groups,
    local::{Local, first_marks},
};
use crate::{
    data::fold,
    words::{self, Set},
};

/// Joins the names of one institution's research, and the institution itself if one body of the story has its name.
pub(super) fn join(locals: &[Local<'_>], groups: &mut Groups) {
    let mut first: BTreeMap<&[String], usize> = BTreeMap::new();
    for (n, local) in locals.iter().enumerate() {
        let Some(name) = local.account.forms.institution.as_deref() else { continue };
        match first.get(name) {
            Some(&other) => {
                groups.join(other, n, "research of one institution", first_marks(locals, &[other, n]));
            }
            None => {
                if let Some(body) = only_institution(locals, groups, name) {
                    groups.join(body, n, "research of one institution", first_marks(locals, &[body, n]));
                }
                first.insert(name, n);
            }
        }
    }
}

/// The name of the institution in a description of its research: "Lakeside University researchers", "a Lakeside study".
pub(super) fn institution(description: &str) -> Option<Vec<String>> {
    let words: Vec<&str> = description.split_whitespace().collect();
    let of_research = |w: &&str| words::is(Set::Research, &fold(w));
    words.iter().any(of_research).then_some(())?;
    let from = words.iter().position(|w| w.starts_with(char::is_uppercase) && !is_article(w))?;
    let name: Vec<String> = words
        .get(from..)?
        .iter()
        .take_while(|w| w.starts_with(char::is_uppercase) && !of_research(w))
        .map(|w| fold(w.trim_end_matches("-led").trim_end_matches("'s").trim_end_matches("’s")))
        .filter(|w| !words::is(Set::Institutions, w))
        .collect();
    (!name.is_empty()).then_some(name)
}

fn is_article(word: &str) -> bool {
    matches!(word, "A" | "An" | "The" | "One")
}

/// The only body of the story whose name begins with that of an institution and says that it is one.
fn only_institution(locals: &[Local<'_>], groups: &Groups, name: &[String]) -> Option<usize> {
    let mut found: BTreeSet<usize> = BTreeSet::new();
    let mut first = None;
    for (n, local) in locals.iter().enumerate().filter(|(_, l)| l.named() && !l.is_person()) {
        let key = local.name.key.as_deref().unwrap_or("");
        let words: Vec<&str> = key.split(' ').collect();
        let next = words.get(name.len());
        if words.iter().zip(name).filter(|(a, b)| a == b).count() == name.len()
            && next.is_some_and(|w| words::is(Set::Institutions, w))
        {
            found.insert(groups.find(n));
            first = first.or(Some(n));
        }
    }
    first.filter(|_| found.len() == 1)
}

#[cfg(test)]
mod tests {
    use super::institution;

    #[test]
    fn research_is_called_after_its_institution() {
        let name = |d: &str| institution(d).map(|n| n.join(" "));
        for description in [
            "Lakeside researchers",
            "a Lakeside University-led research team",
            "Lakeside University public health researchers",
            "The Lakeside study",
        ] {
            assert_eq!(name(description).as_deref(), Some("lakeside"), "{description}");
        }
        assert_eq!(name("Lake State University study").as_deref(), Some("lake state"));
        assert_eq!(name("an independent study"), None);
        assert_eq!(name("Lakeside officials"), None);
    }
}
