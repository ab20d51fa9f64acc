//! Protection against hostile pages: limits on nesting and attributes before any parser sees them, and a time limit for
//! everything that parses them, in a separate thread (`helper`).

mod helper;

use std::{
    borrow::Cow,
    sync::{Arc, mpsc},
    time::{Duration, Instant},
};

use crate::{IngestError, Limits, guard::guarded};

/// Maximum nesting depth of elements. Pages of real outlets stay below 100.
const DEPTH: usize = 1000;

/// Maximum attributes of an element; parsers compare each with all before it. Pages of real outlets stay below 80.
const ATTRIBUTES: usize = 400;

/// Number of `html` and `body` tags that keep their attributes: parsers merge those of later ones into the first.
const ROOTS: usize = 4;

/// Elements that never contain others, or that the parser closes itself when the next begins.
const FLAT: &[&str] = &[
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track",
    "wbr", "p", "li", "td", "th", "tr", "dt", "dd", "option", "optgroup", "thead", "tbody", "tfoot",
    "colgroup", "html", "head", "body",
];

/// Elements whose content is not markup.
const RAW: &[&str] = &["script", "style", "textarea", "title"];

/// Refuses excessively nested elements.
///
/// # Errors
/// [`IngestError::TooLarge`].
pub(super) fn check_nesting(html: &str) -> Result<(), IngestError> {
    let bytes = html.as_bytes();
    let (mut depth, mut at) = (0_usize, 0_usize);
    while let Some(found) = bytes.get(at..).and_then(|rest| rest.iter().position(|&b| b == b'<')) {
        at += found + 1;
        let rest = bytes.get(at..).unwrap_or(b"");
        let closing = rest.first() == Some(&b'/');
        let name: String = rest
            .iter()
            .skip(usize::from(closing))
            .take(12)
            .take_while(|b| b.is_ascii_alphanumeric())
            .map(|b| b.to_ascii_lowercase() as char)
            .collect();
        if name.is_empty() || FLAT.contains(&name.as_str()) {
            continue;
        }
        if closing {
            depth = depth.saturating_sub(1);
        } else if RAW.contains(&name.as_str()) {
            let end = format!("</{name}");
            at = find_ignoring_case(bytes, at, end.as_bytes()).unwrap_or(bytes.len());
        } else {
            depth += 1;
            if depth > DEPTH {
                return Err(IngestError::TooLarge {
                    what: "the nesting of the page's elements",
                    limit: format!("{DEPTH} levels"),
                    remedy: "give its text as a .txt file",
                });
            }
        }
    }
    Ok(())
}

/// The page without excess attributes, and how many tags lost some.
pub(super) fn without_excess(html: &str) -> (Cow<'_, str>, usize) {
    let bytes = html.as_bytes();
    let mut cuts: Vec<(usize, usize)> = Vec::new();
    let (mut at, mut roots) = (0_usize, 0_usize);
    while let Some(found) = bytes.get(at..).and_then(|rest| rest.iter().position(|&b| b == b'<')) {
        at += found + 1;
        let name = bytes.get(at..).unwrap_or(b"");
        if name.starts_with(b"!--") {
            at = find_ignoring_case(bytes, at, b"-->").unwrap_or(bytes.len());
            continue;
        }
        if !name.first().is_some_and(u8::is_ascii_alphabetic) {
            continue;
        }
        let is = |word: &[u8]| name.get(..word.len()).is_some_and(|n| n.eq_ignore_ascii_case(word));
        let is_root = is(b"html") || is(b"body");
        roots += usize::from(is_root);
        let allowed = if is_root && roots > ROOTS { 0 } else { ATTRIBUTES };
        let (end, cut) = end_of_tag(bytes, at, allowed);
        if let Some(from) = cut.filter(|from| *from < end) {
            cuts.push((from, end));
        }
        at = end;
        // The content of these is not markup.
        if let Some(raw) = RAW.iter().find(|raw| is(raw.as_bytes())) {
            at = find_ignoring_case(bytes, at, format!("</{raw}").as_bytes()).unwrap_or(bytes.len());
        }
    }
    if cuts.is_empty() {
        return (Cow::Borrowed(html), 0);
    }
    let mut out = String::with_capacity(html.len());
    let mut kept = 0;
    for (from, to) in &cuts {
        out.push_str(html.get(kept..*from).unwrap_or(""));
        kept = *to;
    }
    out.push_str(html.get(kept..).unwrap_or(""));
    (Cow::Owned(out), cuts.len())
}

/// Where a tag ends, and where its first excess attribute begins.
fn end_of_tag(bytes: &[u8], from: usize, allowed: usize) -> (usize, Option<usize>) {
    let (mut count, mut cut) = (0, None);
    let (mut quote, mut before) = (None, b' ');
    for (at, &byte) in bytes.iter().enumerate().skip(from) {
        match quote {
            Some(open) if byte == open => quote = None,
            Some(_) => {}
            None if byte == b'>' => return (at, cut),
            None if matches!(byte, b'"' | b'\'') && before == b'=' => quote = Some(byte),
            None => {
                let parts = |b: u8| b.is_ascii_whitespace() || matches!(b, b'/' | b'"' | b'\'');
                if at > from && parts(before) && !parts(byte) && byte != b'=' {
                    count += 1;
                    if count > allowed && cut.is_none() {
                        cut = Some(at);
                    }
                }
            }
        }
        if !(byte.is_ascii_whitespace() && before == b'=') {
            before = byte;
        }
    }
    (bytes.len(), cut)
}

fn find_ignoring_case(bytes: &[u8], from: usize, what: &[u8]) -> Option<usize> {
    let rest = bytes.get(from..)?;
    rest.windows(what.len()).position(|w| w.eq_ignore_ascii_case(what)).map(|at| from + at)
}

/// The extractors' results.
#[derive(Debug, Default)]
pub(super) struct Voices {
    /// Main text by `trafilatura`.
    pub(super) trafilatura: Option<String>,
    /// Main text by `dom_smoothie`.
    pub(super) smoothie: Option<String>,
    /// How many returned nothing because they were late or failed.
    pub(super) late: usize,
}

enum Voice<T> {
    Own(Box<Result<T, IngestError>>),
    Smoothie(Option<String>),
    Trafilatura(Option<String>),
}

/// Runs our own parser and the extractors within the time limits. Our own parser also returns the page as the extractors should
/// see it, if that differs.
///
/// # Errors
/// The errors of `own`, and [`IngestError::TooSlow`] if it did not finish in time, no extractor did, or too many for earlier
/// pages are still running.
pub(super) fn extract<T: Send + 'static>(
    html: &str,
    limits: &Limits,
    own: impl FnOnce(&str) -> (T, Option<String>) + Send + 'static,
) -> Result<(T, Voices), IngestError> {
    let too_slow = || IngestError::TooSlow { form: "page", seconds: limits.page_seconds };
    if helper::too_many_are_late() {
        return Err(too_slow());
    }
    let (send, receive) = mpsc::channel();
    let page: Arc<str> = Arc::from(html);
    let work = helper::run(move || {
        let mut cleared = None;
        let found = guarded(|| {
            let (found, page) = own(&page);
            cleared = page;
            Ok(found)
        });
        let _ = send.send(Voice::Own(Box::new(found)));
        let page = cleared.as_deref().unwrap_or(&page);
        // The faster one first, so that there is a result even if the other is late.
        let _ = guarded(|| Ok(smoothie(page))).map(|text| send.send(Voice::Smoothie(text)));
        let _ = guarded(|| Ok(trafilatura(page))).map(|text| send.send(Voice::Trafilatura(text)));
    })?;
    let mut end = Instant::now() + Duration::from_secs(limits.page_seconds);
    let mut voices = Voices { late: 2, ..Voices::default() };
    let mut parsed = None;
    let mut timed_out = false;
    while voices.late > 0 {
        match receive.recv_timeout(end.saturating_duration_since(Instant::now())) {
            Ok(Voice::Own(found)) => {
                parsed = Some(*found);
                // The extractors have the same time again.
                end = Instant::now() + Duration::from_secs(limits.page_seconds);
                continue;
            }
            Ok(Voice::Smoothie(text)) => voices.smoothie = text,
            Ok(Voice::Trafilatura(text)) => voices.trafilatura = text,
            Err(mpsc::RecvTimeoutError::Timeout) => {
                timed_out = true;
                break;
            }
            // One of them panicked.
            Err(mpsc::RecvTimeoutError::Disconnected) => break,
        }
        voices.late -= 1;
    }
    if timed_out {
        work.give_up();
        if voices.late == 2 {
            return Err(too_slow());
        }
    }
    Ok((parsed.ok_or_else(too_slow)??, voices))
}

fn smoothie(html: &str) -> Option<String> {
    let config = dom_smoothie::Config {
        text_mode: dom_smoothie::TextMode::Formatted,
        ..dom_smoothie::Config::default()
    };
    // No address is passed: it is used only for links, and some are refused.
    let mut reader = dom_smoothie::Readability::new(html, None, Some(config)).ok()?;
    Some(reader.parse().ok()?.text_content.to_string())
}

fn trafilatura(html: &str) -> Option<String> {
    let options = trafilatura::Options::default()
        .with_fallback(true)
        .with_exclude_comments(true)
        .with_html_date_mode(trafilatura::HtmlDateMode::Disabled);
    Some(trafilatura::extract(html, &options).ok()?.content_text)
}

#[cfg(test)]
mod tests {
    use super::without_excess;

    fn without_excess_of(page: &str) -> (String, usize) {
        let (thin, tags) = without_excess(page);
        (thin.into_owned(), tags)
    }

    #[test]
    fn excess_attributes_are_cut_off() {
        let page = "<p class=\"a > b\" id=c>Nine <br/> hurt</p>";
        assert_eq!(without_excess(page), (page.into(), 0));
        let many: String = (0..44_000).map(|n| format!(" a{n}=\"x y\"")).collect();
        let (thin, tags) = without_excess_of(&format!("<div{many}><p id=x>Nine hurt</p></div>"));
        assert_eq!(tags, 1);
        assert!(
            thin.contains(" a399=\"x y\"")
                && !thin.contains(" a400=")
                && thin.ends_with("><p id=x>Nine hurt</p></div>")
        );
        let roots: String = (0..100).map(|n| format!("<body a{n}=1>")).collect();
        assert_eq!(without_excess(&roots).1, 96);
        assert_eq!(without_excess("<p a='").1, 0);
        // What looks like a tag inside a script is not one.
        let script =
            format!("<script>for (i=0; i<n; i++) {{ {} }}</script><p>Nine hurt</p>", "a b; ".repeat(500));
        assert_eq!(without_excess(&script).1, 0);
    }
}
