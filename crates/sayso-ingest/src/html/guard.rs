//! What keeps a page from doing harm: a limit on nesting before anything recursive sees it, and a limit on time for the
//! extractors, which run on a thread of their own.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
        mpsc,
    },
    thread,
    time::{Duration, Instant},
};

use crate::{IngestError, Limits};

/// How deep elements may be nested. Pages of real outlets stay below 100.
const DEPTH: usize = 1000;

/// Stack of the extractors' thread, in bytes: they recurse once or a few times for each level.
const STACK: usize = 64 << 20;

/// How many late extractors may be left running; a thread cannot be stopped from outside.
const LATE: usize = 8;

/// Extractors that were given up and have not ended yet.
static RUNNING_LATE: AtomicUsize = AtomicUsize::new(0);

/// Elements that never hold others, or that the parser closes itself when the next begins.
const FLAT: &[&str] = &[
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track",
    "wbr", "p", "li", "td", "th", "tr", "dt", "dd", "option", "optgroup", "thead", "tbody", "tfoot",
    "colgroup", "html", "head", "body",
];

/// Refuses towers of elements.
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
        } else if matches!(name.as_str(), "script" | "style" | "textarea" | "title") {
            // Their content is no markup.
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

fn find_ignoring_case(bytes: &[u8], from: usize, what: &[u8]) -> Option<usize> {
    let rest = bytes.get(from..)?;
    rest.windows(what.len()).position(|w| w.eq_ignore_ascii_case(what)).map(|at| from + at)
}

/// What the extractors found.
#[derive(Debug, Default)]
pub(super) struct Voices {
    /// Main text by `trafilatura`.
    pub(super) trafilatura: Option<String>,
    /// Main text by `dom_smoothie`.
    pub(super) smoothie: Option<String>,
    /// How many gave nothing because they were late or failed.
    pub(super) late: usize,
}

enum Voice {
    Smoothie(Option<String>),
    Trafilatura(Option<String>),
}

/// Runs the extractors, at most as long as the limits allow.
///
/// # Errors
/// [`IngestError::TooSlow`] where no extractor came to an end in time or too many of earlier pages are still running.
pub(super) fn extract(html: &str, _url: Option<&str>, limits: &Limits) -> Result<Voices, IngestError> {
    let too_slow = || IngestError::TooSlow { form: "page", seconds: limits.page_seconds };
    if RUNNING_LATE.load(Ordering::Relaxed) >= LATE {
        return Err(too_slow());
    }
    let (send, receive) = mpsc::channel();
    let page: Arc<str> = Arc::from(html);
    let worker = thread::Builder::new().name("extract".to_owned()).stack_size(STACK).spawn(move || {
        // The quicker one first, so that there is a voice even where the other is late.
        let _ = send.send(Voice::Smoothie(smoothie(&page)));
        let _ = send.send(Voice::Trafilatura(trafilatura(&page)));
    })?;
    let end = Instant::now() + Duration::from_secs(limits.page_seconds);
    let mut voices = Voices { late: 2, ..Voices::default() };
    let mut timed_out = false;
    while voices.late > 0 {
        match receive.recv_timeout(end.saturating_duration_since(Instant::now())) {
            Ok(Voice::Smoothie(text)) => voices.smoothie = text,
            Ok(Voice::Trafilatura(text)) => voices.trafilatura = text,
            Err(mpsc::RecvTimeoutError::Timeout) => {
                timed_out = true;
                break;
            }
            // It panicked.
            Err(mpsc::RecvTimeoutError::Disconnected) => break,
        }
        voices.late -= 1;
    }
    if timed_out {
        RUNNING_LATE.fetch_add(1, Ordering::Relaxed);
        // Somebody has to notice when it ends.
        let _ = thread::Builder::new().name("late".to_owned()).spawn(move || {
            let _ = worker.join();
            RUNNING_LATE.fetch_sub(1, Ordering::Relaxed);
        });
        if voices.late == 2 {
            return Err(too_slow());
        }
    }
    Ok(voices)
}

fn smoothie(html: &str) -> Option<String> {
    let config = dom_smoothie::Config {
        text_mode: dom_smoothie::TextMode::Formatted,
        ..dom_smoothie::Config::default()
    };
    // No address is given: it is used for links only, and some are refused.
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
