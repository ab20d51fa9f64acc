//! Text that by its beginning does not belong to the report: a label before another article's headline or over a list of them, or
//! an appeal to readers ("Follow us on ...").

use std::sync::LazyLock;

use super::block::Block;

/// Maximum length of a label with its headline, in characters.
const LONGEST: usize = 200;
/// Maximum length of a headline in a list under a label.
const HEADLINE: usize = 160;

/// What such a stretch begins with.
struct Beginnings {
    labels: Vec<&'static str>,
    appeals: Vec<&'static str>,
}

static BEGINNINGS: LazyLock<Beginnings> = LazyLock::new(|| {
    let lines = sayso_data::PAGE_LEADS.lines().filter(|line| !line.starts_with('#'));
    let mut out = Beginnings { labels: Vec::new(), appeals: Vec::new() };
    for (phrase, kind) in lines.filter_map(|line| line.split_once('\t')) {
        if kind == "label" { out.labels.push(phrase) } else { out.appeals.push(phrase) }
    }
    out
});

/// The kind of a stretch by its beginning.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Lead {
    /// A label with what it leads to.
    Whole,
    /// A label alone.
    Label,
}

fn lead(text: &str) -> Option<Lead> {
    if text.chars().count() > LONGEST {
        return None;
    }
    let folded = text.to_lowercase();
    let folded = folded.trim_start_matches(|c: char| !c.is_alphanumeric());
    let rest_of = |phrase: &&'static str| folded.strip_prefix(*phrase);
    if BEGINNINGS.appeals.iter().any(|phrase| rest_of(phrase).is_some()) {
        return Some(Lead::Whole);
    }
    // The longest label: "more on this story" begins with another.
    let rest = BEGINNINGS.labels.iter().filter_map(rest_of).min_by_key(|rest| rest.len())?;
    // A dash without spaces makes one word: "related-party deals".
    let parted = rest.trim_start().starts_with([':', '|', '•', '>', '»', '→'])
        || [" - ", " – ", " — "].iter().any(|dash| rest.starts_with(dash));
    let named = rest.trim_matches(|c: char| !c.is_alphanumeric());
    match (named.is_empty(), parted) {
        (true, _) => Some(Lead::Label),
        (false, true) => Some(Lead::Whole),
        (false, false) => None,
    }
}

/// For each block, whether it leads to another text or appeals to readers: a label with a headline; or a label alone, with the
/// lines of the following list that are not sentences.
pub(super) fn leads(blocks: &[Block]) -> Vec<bool> {
    let is_headline = |b: &Block| {
        let is_sentence = b.text.ends_with(['.', '!', '”', '"', '’', '…', ';']);
        b.list && !is_sentence && b.text.chars().count() <= HEADLINE
    };
    let mut under = false;
    let decide = |block: &Block| {
        let lead = lead(&block.text);
        under = lead == Some(Lead::Label) || under && is_headline(block);
        lead.is_some() || under
    };
    blocks.iter().map(decide).collect()
}

#[cfg(test)]
mod tests {
    use scraper::Html;

    use super::{Lead, lead, leads};
    use crate::html::block;

    #[test]
    fn labels_and_appeals_are_recognised_by_their_beginning() {
        for text in [
            "Read also: Six dead in mine collapse at Orm",
            "ALSO READ | Court jails 11 over riots",
            "> More on this story – Flood drives 3,000 from homes",
            "Related: 13 things to know",
            "Follow us on our channel, which 300,000 people read.",
        ] {
            assert_eq!(lead(text), Some(Lead::Whole), "{text}");
        }
        for text in ["Read more", "Latest news:", "MORE ON THIS STORY"] {
            assert_eq!(lead(text), Some(Lead::Label), "{text}");
        }
        for text in [
            "Related charges were brought against 12 men.",
            "Trending stocks fell.",
            "Related-party deals came to 12.",
            "Read more than once, the letter named nine victims.",
            "The office said: read more.",
        ] {
            assert_eq!(lead(text), None, "{text}");
        }
    }

    #[test]
    fn a_list_under_a_label_is_left_out_with_it() {
        let page = "<p>Nine were hurt.</p><b>Read more:</b><ul><li>Six dead in mine</li><li>Flood in Vell</li></ul>\
            <p>Divers came.</p><h2>The injured</h2><ul><li>Two pupils</li></ul>";
        let blocks = block::blocks(&Html::parse_document(page));
        let kept: Vec<&str> = blocks
            .iter()
            .zip(leads(&blocks))
            .filter(|(_, leads)| !leads)
            .map(|(block, _)| block.text.as_str())
            .collect();
        assert_eq!(kept, ["Nine were hurt.", "Divers came.", "The injured", "Two pupils"]);
    }
}
