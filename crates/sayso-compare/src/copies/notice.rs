//! Notices in which a report says that it corrects an earlier version of itself.

/// Words that open a correction headline or paragraph.
const OPENINGS: [&str; 7] =
    ["correction", "corrections", "corrected", "corrects", "clarification", "amendment", "editor's note"];

/// Nouns by which a paragraph refers to the text that it is in.
const TEXTS: [&str; 6] = ["story", "report", "article", "version", "item", "post"];

/// True if the headline or a paragraph of the text is such a notice.
pub(super) fn has_notice(headline: Option<&str>, text: &str) -> bool {
    headline.is_some_and(opens) || text.split('\n').any(is_notice)
}

fn is_notice(paragraph: &str) -> bool {
    let lower = paragraph.to_lowercase().replace('’', "'");
    if opens(&lower) {
        return !lower.contains("editor's note") || lower.contains("correct");
    }
    let of_the_text = |words: &str| TEXTS.iter().any(|text| lower.contains(&format!("{words} {text}")));
    let earlier = of_the_text("an earlier") || of_the_text("a previous") || of_the_text("an original");
    let wrong =
        ["incorrect", "wrong", "mistaken", "erroneous", "misstated", "misidentified", "misspel", "in error"];
    let this = of_the_text("this");
    (earlier
        && (lower.contains("correct")
            || wrong.iter().any(|w| lower.contains(w))
            || lower.contains("of this")))
        || (this
            && ["been corrected", "was corrected", "been amended", "this version corrects"]
                .iter()
                .any(|w| lower.contains(w)))
}

/// True if the words begin as notices do: "Correction:", "CORRECTED-Seven hurt", "(Corrects day in first paragraph)".
fn opens(words: &str) -> bool {
    let lower = words.trim_start_matches(|c: char| !c.is_alphanumeric()).to_lowercase().replace('’', "'");
    OPENINGS.iter().any(|opening| {
        let Some(rest) = lower.strip_prefix(opening) else { return false };
        // "Corrections officers went on strike" is not a notice.
        let mark = rest.trim_start().starts_with([':', '-', '–', '—', '(', '/', ',', '.']) || rest.is_empty();
        mark || *opening == "corrects" && rest.starts_with(' ')
    })
}

#[cfg(test)]
mod tests {
    use super::has_notice;

    #[test]
    fn notices_are_known() {
        for notice in [
            "Correction: the chief's name is Inga.",
            "(Corrects spelling of name in paragraph 4)",
            "This version corrects the first name of the fire chief, which an earlier version gave as Ines.",
            "An earlier version of this article gave the wrong day.",
            "This story has been corrected to say that two barges were loaded.",
            "Editor’s note: corrected to show that seven were hurt.",
        ] {
            assert!(has_notice(None, &format!("A silo burst.\n\n{notice}")), "{notice}");
        }
        assert!(has_notice(Some("CORRECTED-Seven hurt"), "A silo burst."));
    }

    #[test]
    fn a_correction_by_others_is_not_a_notice() {
        for text in [
            "The ministry corrected its toll on Friday.",
            "Corrections officers went on strike.",
            "This story has been updated with the union's answer.",
            "An earlier report by the board put it at nine metres.",
            "Editor's note: the names of the workers have been changed.",
        ] {
            assert!(!has_notice(None, text), "{text}");
        }
    }
}
