//! Text that is only in a page's scripts, from which browsers build the page.

use std::sync::LazyLock;

use regex::Regex;
use scraper::{Html, Selector};

use super::{block::Block, text_of};

/// A page with a paragraph of this many characters does not depend on its scripts.
const PARAGRAPH: usize = 200;
/// Minimum letters and digits of a string that is a report.
const SHORTEST: usize = 200;
/// Maximum number of scripts, and of strings in each, that are examined.
const SCRIPTS_READ: usize = 64;
const STRINGS_READ: usize = 64;

/// The longest string in a page's scripts under a name for an article's body, if the page itself shows no paragraph.
pub(super) fn body(document: &Html, blocks: &[Block]) -> Option<String> {
    if blocks.iter().any(|b| b.text.chars().count() >= PARAGRAPH) {
        return None;
    }
    let scripts = document.select(&SCRIPTS).take(SCRIPTS_READ).map(|s| s.text().collect::<String>());
    let mut longest: Option<(usize, String)> = None;
    for script in scripts {
        for found in BODY.captures_iter(&script).take(STRINGS_READ) {
            let written = found.get(1).and_then(|value| serde_json::from_str::<String>(value.as_str()).ok());
            let Some(text) = written.map(|w| text_of(&w)) else { continue };
            let size = text.chars().filter(|c| c.is_alphanumeric()).count();
            if size >= SHORTEST && longest.as_ref().is_none_or(|(other, _)| size > *other) {
                longest = Some((size, text));
            }
        }
    }
    longest.map(|(_, text)| text)
}

#[allow(clippy::unwrap_used, reason = "a constant selector, compiled in the tests")]
static SCRIPTS: LazyLock<Selector> = LazyLock::new(|| Selector::parse("script").unwrap());

#[allow(clippy::unwrap_used, reason = "a constant pattern, compiled in the tests")]
static BODY: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r#""(?i:(?:article_?|content_?|body_?|story_?)(?:html|body|content|text)|content|body)"\s*:\s*("(?:[^"\\]|\\.)*")"#,
    )
    .unwrap()
});

#[cfg(test)]
mod tests {
    use sayso_model::Head;

    use crate::{HeadOverrides, Limits, html};

    fn page(script: &str, shown: &str) -> String {
        format!(
            "<html><head><title>Nine hurt as ferry strikes pier</title></head><body><nav><a href=/>Home</a></nav>{shown}\
             <script>window.state = {{\"menu\": {{\"content\": \"Home\"}}, \"detail\": {script}}};</script></body></html>"
        )
    }

    #[test]
    fn a_report_that_only_scripts_show_is_read_and_reported() {
        let body = "<p>At least nine people were hurt on Tuesday when a ferry struck the pier, the harbour office said.</p>\
            <p>The ship had come from the island with two hundred passengers, most of them on their way to work.</p>\
            <p>A spokesman said that divers would look at the rudder in the afternoon.</p>";
        let script = serde_json::json!({ "contentHtml": body }).to_string().replace('<', "\\u003c");
        let read = |page: &str| {
            html::read(page.as_bytes(), None, &Head::default(), &HeadOverrides::default(), &Limits::default())
        };
        let report = read(&page(&script, "")).unwrap();
        assert!(
            report.text.contains("two hundred passengers") && !report.text.contains('<'),
            "{}",
            report.text
        );
        assert!(report.diagnostics.iter().any(|d| d.code == "text_only_in_data"), "{:?}", report.diagnostics);
        let teaser = r#"{"contentHtml": "<p>Read on.</p>"}"#;
        assert!(read(&page(teaser, "")).is_err());
    }
}
