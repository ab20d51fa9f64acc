//! Whether somebody can be "he" or "she": by title, first name or noun, and by the pronouns that have meant him or her so far.

use crate::{
    lexicon,
    tree::Tree,
    words::{self, Set},
};

/// What a title, a first name, a noun or a pronoun indicates.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Gender {
    Male,
    Female,
}

/// What the title right before a name indicates: "Mr", "Mrs".
pub(super) fn of_title(tree: &Tree<'_>, first: u32) -> Option<Gender> {
    let title = first.checked_sub(1)?;
    let title = if tree.form(title) == "." { title.checked_sub(1)? } else { title };
    let title = tree.form(title).trim_end_matches('.').to_lowercase();
    in_sets(&title, Set::MaleTitles, Set::FemaleTitles)
}

/// What the first name of a full name in lower case indicates.
pub(super) fn of_first_name(name: &[String]) -> Option<Gender> {
    let [first, _, ..] = name else { return None };
    let woman = lexicon::is_womans_name(first)?;
    Some(if woman { Gender::Female } else { Gender::Male })
}

/// What a noun indicates: "the widow", "a businessman".
pub(super) fn of_noun(lemma: &str) -> Option<Gender> {
    in_sets(lemma, Set::Men, Set::Women)
}

/// What a pronoun in lower case indicates.
pub(super) fn of_pronoun(form: &str) -> Option<Gender> {
    match form {
        "he" | "him" | "his" | "himself" => Some(Gender::Male),
        "she" | "her" | "hers" | "herself" => Some(Gender::Female),
        _ => None,
    }
}

/// True if two persons, as far as is known of both, cannot be one.
pub(super) fn differ(one: Option<Gender>, other: Option<Gender>) -> bool {
    one.zip(other).is_some_and(|(one, other)| one != other)
}

fn in_sets(word: &str, male: Set, female: Set) -> Option<Gender> {
    // "woman" ends in "man".
    let found =
        [(female, Gender::Female), (male, Gender::Male)].into_iter().find(|(set, _)| words::is(*set, word));
    found.map(|(_, gender)| gender)
}

#[cfg(test)]
mod tests {
    use crate::speaker::testing::speakers;

    #[test]
    fn he_and_she_are_two() {
        let text = "An officer in the room said 12 had died. He added that more would. Ruth Brook, the minister, was asked about it. \
                    “He is right,” she said. She said 30 were hurt.";
        let found = speakers(text, &["An officer in the room", "He", "She"]);
        assert!(found[0] == found[1] && found[2].ends_with("Ruth Brook"), "{found:?}");
    }

    #[test]
    fn a_first_name_tells_mr_from_mrs() {
        let text = "John Lund was on deck. Mary Lund was below. Mr Lund said 12 died. Mrs Lund said 14 died.";
        let found = speakers(text, &["Mr Lund", "Mrs Lund"]);
        assert!(found[0].ends_with("John Lund") && found[1].ends_with("Mary Lund"), "{found:?}");
    }
}
