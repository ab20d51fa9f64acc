//! Text that by its beginning does not belong to the report: a label before another article's headline or over a list of them, or
//! an appeal to readers ("Follow us on ...").

use std::sync::LazyLock;

use super::block::Block;

/// Maximum length of a label with its headline, in characters.
const LONGEST: usize = 200;
/// Maximum number of words of a label before a link.
const LABEL: usize = 6;
/// Maximum length of a headline in a list under a label.
const HEADLINE: usize = 160;

/// What such a stretch begins with.
#[derive(Default)]
struct Beginnings {
    labels: Vec<&'static str>,
    appeals: Vec<&'static str>,
    before_links: Vec<&'static str>,
}

static BEGINNINGS: LazyLock<Beginnings> = LazyLock::new(|| {
    let lines = sayso_data::PAGE_LEADS.lines().filter(|line| !line.starts_with('#'));
    let mut out = Beginnings::default();
    for (phrase, kind) in lines.filter_map(|line| line.split_once('\t')) {
        match kind {
            "label" => out.labels.push(phrase),
            "linked" => out.before_links.push(phrase),
            _ => out.appeals.push(phrase),
        }
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

/// True for a label that may also begin a sentence, a colon, and a link from there to the end ("Also on Brenn Post: Sixty arrested").
fn leads_to_link(block: &Block) -> bool {
    let Some((label, linked)) = block.text.split_once(':') else { return false };
    let label = label.to_lowercase();
    let label = label.trim_start_matches(|c: char| !c.is_alphanumeric());
    let is_label = |phrase: &&'static str| {
        label.strip_prefix(*phrase).is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
    };
    let linked = linked.trim().len();
    block.text.chars().count() <= LONGEST
        && label.split_whitespace().count() <= LABEL
        && linked > 0
        && block.linked >= linked
        && BEGINNINGS.before_links.iter().any(is_label)
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
        lead.is_some() || under || leads_to_link(block)
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
    fn labels_that_may_begin_a_sentence_need_a_link() {
        let page = "<p>MORE: <a href=/x>Forty killed in mine</a></p><p>Also on Brenn Post: <a href=/x>Sixty arrested</a></p>\
            <p><b>From the archive: <a href=/x>Six dead</a></b></p><p><a href=/x>In other news: Flood in Vell</a></p>\
            <p>Read: <a href=/x>Ten hurt</a></p><p>Also: nine were hurt.</p><p>More of them came: <a href=/x>nine</a> were hurt.</p>\
            <p>In other news of the day, the office said: <a href=/x>nine hurt</a></p><p>Reading: <a href=/x>nine hurt</a></p>";
        let blocks = block::blocks(&Html::parse_document(page));
        let kept: Vec<&str> = blocks
            .iter()
            .zip(leads(&blocks))
            .filter(|(_, leads)| !leads)
            .map(|(b, _)| b.text.as_str())
            .collect();
        assert_eq!(
            kept,
            [
                "Also: nine were hurt.",
                "More of them came: nine were hurt.",
                "In other news of the day, the office said: nine hurt",
                "Reading: nine hurt"
            ]
        );
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
