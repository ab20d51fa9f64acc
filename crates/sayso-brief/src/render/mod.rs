//! How a brief looks: plain text, Markdown, HTML, JSON. All are pure functions of the brief.

use std::fmt::Write as _;

use crate::{Brief, Line, Section};

/// What a reader of a brief as of a day is told about reports that have none.
const UNDATED: &str = "; reports without a date are left out";

/// Renders plain text for a terminal; the caller wraps it. Marks are `[report:start-end]` in code points, by [`Brief::number`].
#[must_use]
pub fn text(brief: &Brief) -> String {
    let mut out = String::new();
    if let Some(title) = &brief.title {
        let _ = writeln!(out, "{}{}\n", title.text, marks(brief, title));
    }
    if let Some(day) = brief.as_of {
        let _ = writeln!(out, "As of {day}{UNDATED}\n");
    }
    for section in &brief.sections {
        let _ = writeln!(out, "{}", section.heading.title());
        if section.lines.is_empty() {
            let _ = writeln!(out, "  (nothing found)");
        }
        for line in &section.lines {
            let _ = writeln!(out, "  - {}{}", line.text, marks(brief, line));
            if let Some(note) = &line.note {
                let _ = writeln!(out, "    {note}");
            }
        }
        if let Some(more) = left_out(section) {
            let _ = writeln!(out, "  ({more})");
        }
        let _ = writeln!(out);
    }
    if let Some(folded) = folded(brief) {
        let _ = writeln!(out, "{folded}\n");
    }
    let _ = writeln!(out, "Sources");
    for (index, source) in brief.sources.iter().enumerate() {
        let _ = writeln!(out, "  [{}] {}", brief.number(index), source.citation());
        if let Some(url) = &source.url {
            let _ = writeln!(out, "      {url}");
        }
    }
    if let Some(by) = worded(brief) {
        let _ = writeln!(out, "\n{by}");
    }
    out
}

/// How many claims have no line.
fn folded(brief: &Brief) -> Option<String> {
    match brief.folded {
        0 => None,
        1 => Some("One other count is not told here.".to_owned()),
        many => Some(format!("{many} other counts are not told here.")),
    }
}

/// How many more lines a heading would have.
fn left_out(section: &Section) -> Option<String> {
    match section.left_out {
        0 => None,
        1 => Some("one more is not told here".to_owned()),
        many => Some(format!("{many} more are not told here")),
    }
}

/// How many lines are in a model's words.
fn worded(brief: &Brief) -> Option<String> {
    let wording = brief.wording.as_ref()?;
    let (kept, refused) = (wording.kept.len(), wording.refused.len());
    let lines = if kept == 1 { "line" } else { "lines" };
    let sentences = if refused == 1 { "sentence was" } else { "sentences were" };
    Some(format!("{kept} {lines} worded by model {}; {refused} of its {sentences} refused.", wording.model))
}

/// Renders CommonMark. Text from reports is escaped, so that it cannot form links, headings or HTML.
#[must_use]
pub fn markdown(brief: &Brief) -> String {
    let mut out = String::new();
    if let Some(title) = &brief.title {
        let _ =
            writeln!(out, "# {}{}\n", escape_markdown(&title.text), escape_markdown(&marks(brief, title)));
    }
    if let Some(day) = brief.as_of {
        let _ = writeln!(out, "As of {day}{UNDATED}\n");
    }
    for section in &brief.sections {
        let _ = writeln!(out, "## {}\n", section.heading.title());
        if section.lines.is_empty() {
            let _ = writeln!(out, "*(nothing found)*\n");
        }
        for line in &section.lines {
            let _ = write!(out, "- {}{}", escape_markdown(&line.text), escape_markdown(&marks(brief, line)));
            match &line.note {
                Some(note) => {
                    let _ = writeln!(out, "  \n  *{}*", escape_markdown(note));
                }
                None => out.push('\n'),
            }
        }
        if !section.lines.is_empty() {
            out.push('\n');
        }
        if let Some(more) = left_out(section) {
            let _ = writeln!(out, "*({more})*\n");
        }
    }
    if let Some(folded) = folded(brief) {
        let _ = writeln!(out, "*{folded}*\n");
    }
    let _ = writeln!(out, "## Sources\n");
    for (index, source) in brief.sources.iter().enumerate() {
        let address = source.url.as_deref().map(|u| format!(" {}", escape_markdown(u))).unwrap_or_default();
        let number = escape_markdown(&format!("[{}]", brief.number(index)));
        let _ = writeln!(out, "- {number} {}{address}", escape_markdown(&source.citation()));
    }
    if let Some(by) = worded(brief) {
        let _ = writeln!(out, "\n{}", escape_markdown(&by));
    }
    out
}

/// Renders one HTML page without scripts, external styles or links to addresses that are not http(s).
#[must_use]
pub fn html(brief: &Brief) -> String {
    let title = brief.title.as_ref().map_or("Brief", |t| t.text.as_str());
    let mut out = begin_html(title);
    write_html(&mut out, brief, "");
    out.push_str("</main>\n</html>\n");
    out
}

/// Renders several briefs as one HTML page.
#[must_use]
pub fn html_of_several(title: &str, briefs: &[Brief]) -> String {
    let mut out = begin_html(title);
    for (number, brief) in briefs.iter().enumerate() {
        out.push_str("<section>\n");
        write_html(&mut out, brief, &format!("story-{}-", number + 1));
        out.push_str("</section>\n");
    }
    out.push_str("</main>\n</html>\n");
    out
}

/// The page up to its content.
fn begin_html(title: &str) -> String {
    let mut out = String::from(
        "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width\">\n",
    );
    let _ = writeln!(out, "<title>{}</title>", escape_html(title));
    out.push_str(
        "<style>body{max-width:46rem;margin:2rem auto;padding:0 1rem;font:1rem/1.5 system-ui,sans-serif}\
         .note{color:#555;font-size:.875rem}.mark{font-size:.75rem;white-space:nowrap}\
         @media(prefers-color-scheme:dark){body{background:#111;color:#eee}.note{color:#aaa}a{color:#9cf}}</style>\n<main>\n",
    );
    out
}

/// The brief itself; `prefix` tells its sources from those of others on the page.
fn write_html(out: &mut String, brief: &Brief, prefix: &str) {
    let title = brief.title.as_ref().map_or("Brief", |t| t.text.as_str());
    let _ = writeln!(out, "<h1>{}</h1>", escape_html(title));
    if let Some(day) = brief.as_of {
        let _ = writeln!(out, "<p>As of <time>{day}</time>{UNDATED}</p>");
    }
    for section in &brief.sections {
        let _ = writeln!(out, "<h2>{}</h2>\n<ul>", escape_html(section.heading.title()));
        if section.lines.is_empty() {
            out.push_str("<li class=\"note\">(nothing found)</li>\n");
        }
        for line in &section.lines {
            let _ = write!(out, "<li>{}", escape_html(&line.text));
            for mark in &line.marks {
                let _ = write!(
                    out,
                    " <a class=\"mark\" href=\"#{prefix}source-{}\" title=\"{}\">[{}:{}-{}]</a>",
                    mark.source + 1,
                    escape_html(&mark.exact),
                    brief.number(mark.source),
                    mark.start,
                    mark.end
                );
            }
            if let Some(note) = &line.note {
                let _ = write!(out, "<br><span class=\"note\">{}</span>", escape_html(note));
            }
            out.push_str("</li>\n");
        }
        out.push_str("</ul>\n");
        if let Some(more) = left_out(section) {
            let _ = writeln!(out, "<p class=\"note\">{more}</p>");
        }
    }
    if let Some(folded) = folded(brief) {
        let _ = writeln!(out, "<p class=\"note\">{folded}</p>");
    }
    out.push_str("<h2>Sources</h2>\n<ul>\n");
    for (index, source) in brief.sources.iter().enumerate() {
        let citation = escape_html(&source.citation());
        let body =
            match source.url.as_deref().filter(|u| u.starts_with("https://") || u.starts_with("http://")) {
                Some(url) => {
                    format!("<a href=\"{}\" rel=\"nofollow noreferrer\">{citation}</a>", escape_html(url))
                }
                None => citation,
            };
        let _ =
            writeln!(out, "<li id=\"{prefix}source-{}\">[{}] {body}</li>", index + 1, brief.number(index));
    }
    out.push_str("</ul>\n");
    if let Some(by) = worded(brief) {
        let _ = writeln!(out, "<p class=\"note\">{}</p>", escape_html(&by));
    }
}

/// Renders the brief as a JSON value.
///
/// # Errors
/// Fails only if the value cannot be serialised.
pub fn json(brief: &Brief) -> serde_json::Result<serde_json::Value> {
    serde_json::to_value(brief)
}

fn marks(brief: &Brief, line: &Line) -> String {
    let mut out = String::new();
    for mark in &line.marks {
        let _ = write!(out, " [{}:{}-{}]", brief.number(mark.source), mark.start, mark.end);
    }
    out
}

fn escape_html(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
        .replace('\'', "&#39;")
}

fn escape_markdown(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if matches!(c, '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '#' | '|' | '~' | '!') {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

#[cfg(test)]
mod tests {
    use crate::{Brief, Heading, Line, Section, render};

    fn brief(text: &str) -> Brief {
        let line = Line { text: text.to_owned(), note: Some("<b>".to_owned()), marks: Vec::new() };
        let sections = vec![Section { heading: Heading::New, lines: vec![line], left_out: 0 }];
        Brief {
            schema_version: crate::BRIEF_SCHEMA_VERSION,
            title: None,
            as_of: None,
            sections,
            folded: 0,
            sources: Vec::new(),
            wording: None,
        }
    }

    #[test]
    fn what_a_report_says_cannot_form_markup() {
        let hostile = "<script>alert(1)</script> [x](javascript:1) \"q\"";
        let html = render::html(&brief(hostile));
        assert!(!html.contains("<script>") && html.contains("&lt;script&gt;") && html.contains("&lt;b&gt;"));
        let markdown = render::markdown(&brief(hostile));
        assert!(!markdown.contains("[x](") && !markdown.contains("<script>"));
    }
}
