//! The parts of a text that are somebody else's words: quotations, and statements printed in full.

/// Longest quotation, in words, that is excluded, so that an unpaired mark does not swallow the rest.
const LONGEST_QUOTATION: usize = 120;
/// Longest paragraph, in words, that announces a statement.
const LONGEST_ANNOUNCEMENT: usize = 40;
/// Words of such a paragraph before its colon.
const ANNOUNCEMENTS: [&str; 10] =
    ["statement", "said", "says", "read", "reads", "wrote", "writes", "letter", "text", "post"];

/// Byte ranges, in order, of what is between quotation marks and of paragraphs after one that announces a statement ("It said in
/// a statement:").
pub(super) fn quotations(text: &str) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    let mut open: Option<(usize, char)> = None;
    let mut before = '\n';
    for (at, c) in text.char_indices() {
        let after = text.get(at + c.len_utf8()..).and_then(|rest| rest.chars().next()).unwrap_or('\n');
        match open {
            Some((start, _)) if c == '\n' && after == '\n' => {
                // A quotation may continue in the next paragraph, which then opens with its own mark.
                found.push((start, at));
                open = None;
            }
            // The apostrophe of "don't" closes nothing.
            Some((start, mark)) if c == mark && !(is_apostrophe(c) && after.is_alphanumeric()) => {
                found.push((start, at + c.len_utf8()));
                open = None;
            }
            Some(_) => {}
            None => {
                open = match c {
                    '"' => Some('"'),
                    '“' => Some('”'),
                    '«' => Some('»'),
                    '„' => Some('“'),
                    '‘' => Some('’'),
                    '\'' if !before.is_alphanumeric() && after.is_alphabetic() => Some('\''),
                    _ => None,
                }
                .map(|close| (at, close));
            }
        }
        before = c;
    }
    let words = |(start, end): &(usize, usize), most: usize| {
        text.get(*start..*end).map_or(0, |t| t.split_whitespace().take(most + 1).count())
    };
    found.retain(|range| words(range, LONGEST_QUOTATION) <= LONGEST_QUOTATION);
    for range in statements(text) {
        found.retain(|(start, end)| *end <= range.0 || *start >= range.1);
        found.push(range);
    }
    found.sort_unstable();
    found
}

fn is_apostrophe(c: char) -> bool {
    matches!(c, '\'' | '’')
}

/// Paragraphs that are a statement printed in full.
fn statements(text: &str) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    let mut at = 0;
    let mut announced = false;
    for paragraph in text.split("\n\n") {
        if announced {
            found.push((at, at + paragraph.len()));
            announced = false;
        } else if let Some(said) = paragraph.trim_end().strip_suffix(':') {
            let lower = said.to_lowercase();
            let words = lower.split_whitespace().take(LONGEST_ANNOUNCEMENT + 1).count();
            announced = words <= LONGEST_ANNOUNCEMENT
                && lower.split(|c: char| !c.is_alphanumeric()).any(|word| ANNOUNCEMENTS.contains(&word));
        }
        at += paragraph.len() + 2;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::quotations;

    fn cut(text: &str) -> Vec<&str> {
        quotations(text).into_iter().filter_map(|(start, end)| text.get(start..end)).collect()
    }

    #[test]
    fn every_kind_of_mark_is_known() {
        let text = "He said “one”. She: «two». 'It isn't three,' they said; the boys' club: ‘four, that’s all’. \"five\"";
        assert_eq!(cut(text), ["“one”", "«two»", "'It isn't three,'", "‘four, that’s all’", "\"five\""]);
    }

    #[test]
    fn an_announced_statement_is_quoted() {
        let text =
            "It rained.\n\nThe port said in a statement:\n\nAll is well. We \"thank\" you.\n\nNobody came.";
        assert_eq!(cut(text), ["All is well. We \"thank\" you."]);
        assert!(cut("What is new:\n\nA bridge.").is_empty());
    }

    #[test]
    fn a_mark_without_a_partner_ends_with_its_paragraph() {
        assert_eq!(cut("“It goes on\n\nand ends here."), ["“It goes on"]);
    }
}
