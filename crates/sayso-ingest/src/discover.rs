//! Feeds that a page declares as its own.

use std::{collections::BTreeSet, sync::LazyLock};

use scraper::{Html, Selector};
use url::Url;

use crate::{charset, guard::guarded, opml::Outline};

/// Maximum number of feeds taken from one page.
const FEEDS: usize = 64;

#[allow(clippy::unwrap_used, reason = "constants, tested")]
static LINKS: LazyLock<Selector> = LazyLock::new(|| Selector::parse("link[rel][href], base[href]").unwrap());

/// The feeds declared in a page's head (`link rel="alternate"` with a feed's media type), without duplicates, in order, with
/// comment feeds last. `address` is the page's own.
#[must_use]
pub fn feeds(bytes: &[u8], declared: Option<&str>, address: &str) -> Vec<Outline> {
    // A page that triggers a defect declares no feeds.
    guarded(|| Ok(found(bytes, declared, address))).unwrap_or_default()
}

fn found(bytes: &[u8], declared: Option<&str>, address: &str) -> Vec<Outline> {
    let in_page = declared.is_none().then(|| charset::declared_in(bytes)).flatten();
    let (Ok(page), Ok(mut base)) =
        (charset::decode(bytes, declared.or(in_page.as_deref())), Url::parse(address))
    else {
        return Vec::new();
    };
    let html = Html::parse_document(&page.text);
    let mut seen = BTreeSet::new();
    let (mut out, mut of_comments) = (Vec::new(), Vec::new());
    for link in html.select(&LINKS) {
        let get = |name: &str| link.value().attr(name).unwrap_or("").trim();
        if link.value().name() == "base" {
            base = base.join(get("href")).unwrap_or(base);
            continue;
        }
        let is_alternate = get("rel").split_ascii_whitespace().any(|r| r.eq_ignore_ascii_case("alternate"));
        let media = get("type").split(';').next().unwrap_or("").trim().to_ascii_lowercase();
        let is_feed = matches!(
            media.as_str(),
            "application/rss+xml" | "application/atom+xml" | "application/feed+json" | "application/rdf+xml"
        );
        let Some(target) = base.join(get("href")).ok().filter(|_| is_alternate && is_feed) else { continue };
        if !matches!(target.scheme(), "http" | "https") || !seen.insert(target.to_string()) {
            continue;
        }
        let title = Some(get("title").to_owned()).filter(|t| !t.is_empty());
        let says_comments = |text: &str| text.to_ascii_lowercase().contains("comment");
        let comments = says_comments(target.path()) || title.as_deref().is_some_and(says_comments);
        let feed = Outline { address: target.to_string(), title };
        if comments { of_comments.push(feed) } else { out.push(feed) }
    }
    out.append(&mut of_comments);
    out.truncate(FEEDS);
    out
}

#[cfg(test)]
mod tests {
    use super::feeds;

    #[test]
    fn feeds_are_found_in_the_head() {
        let page = br#"<html><head><base href="/news/"><link rel="alternate" type="application/rss+xml" title="Comments" href="/comments/feed">
            <link rel="alternate feed" type="application/atom+xml; charset=utf-8" href="atom.xml"><link rel=alternate type="text/html" href="/en">
            <link rel="alternate" type="application/rss+xml" href="javascript:x"><link rel="alternate" type="application/rss+xml" href="https://b.test/rss" title=Main>
            </head><body><a href="x.rss">feed</a>"#;
        let found = feeds(page, None, "https://a.test/x/");
        let addresses: Vec<&str> = found.iter().map(|f| f.address.as_str()).collect();
        assert_eq!(
            addresses,
            ["https://a.test/news/atom.xml", "https://b.test/rss", "https://a.test/comments/feed"]
        );
        assert!(feeds(b"plain", None, "no address").is_empty());
    }
}
