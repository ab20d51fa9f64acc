//! RSS 0.9 to 2.0, Atom 1.0 and JSON Feed.
//!
//! An entry with a full text (`content:encoded`, Atom `content`, `content_html`) is a report; one with an address and no more
//! than a summary is a link, to be fetched or, where nothing is fetched, to be taken with its summary.

use feed_rs::{model, parser};
use sayso_model::{Head, HeadSource, Stated};

use crate::{
    Form, IngestError, Item, Limits, Link, Piece, Sink, head,
    head::{fill, names, publish, stated},
    html,
};

/// An entry's content counts as its full text from this many characters on; teasers end at 300 or so.
const FULL_TEXT: usize = 600;

/// Gives a piece or a link for each entry.
///
/// # Errors
/// [`IngestError::Malformed`].
pub fn read(
    origin: &str,
    bytes: &[u8],
    known: &Head,
    limits: &Limits,
    sink: &mut Sink<'_>,
) -> Result<(), IngestError> {
    let malformed = |reason: String| IngestError::Malformed { form: "a feed", reason };
    check_depth(bytes).map_err(|reason| malformed(reason.to_owned()))?;
    let base = known.url.as_ref().map(|u| u.value.clone());
    let feed = parser::Builder::new()
        .base_uri(base.as_deref())
        .sanitize_content(false)
        .build()
        .parse(bytes)
        .map_err(|e| malformed(e.to_string()))?;
    let outlet = feed.title.as_ref().and_then(|t| stated(&html::text_of(&t.content), &HeadSource::Feed));
    for (number, entry) in feed.entries.iter().take(limits.entries).enumerate() {
        let mut head = entry_head(entry, &feed);
        head.outlet = head.outlet.or_else(|| outlet.clone());
        let url = head.url.as_ref().map(|u| u.value.clone());
        let origin =
            format!("{origin}#{}{}", number + 1, url.as_deref().map(|u| format!(" {u}")).unwrap_or_default());
        let content = entry.content.as_ref().and_then(|c| c.body.as_deref()).unwrap_or("");
        let summary = entry.summary.as_ref().map_or("", |s| s.content.as_str());
        let full =
            [content, summary].into_iter().find(|text| html::text_of(text).chars().count() >= FULL_TEXT);
        let item = match (full, url) {
            (Some(text), _) => piece(origin, text, head),
            (None, Some(url)) => {
                // A link's head gives way to what the page says itself.
                head.url = None;
                Item::Link(Box::new(Link { url, known: head, is_sitemap: false }))
            }
            (None, None) if !content.trim().is_empty() => piece(origin, content, head),
            (None, None) if !summary.trim().is_empty() => piece(origin, summary, head),
            (None, None) => Item::Failed { origin, error: IngestError::NoText { form: "feed entry" } },
        };
        if sink(item).is_break() {
            break;
        }
    }
    Ok(())
}

fn piece(origin: String, text: &str, known: Head) -> Item {
    Item::Piece(Box::new(Piece { known, ..Piece::new(origin, Form::Fragment, text.as_bytes().to_vec()) }))
}

fn entry_head(entry: &model::Entry, feed: &model::Feed) -> Head {
    let from = HeadSource::Feed;
    let url = entry
        .links
        .iter()
        .filter(|l| l.rel.as_deref().is_none_or(|rel| rel == "alternate"))
        .map(|l| l.href.as_str())
        .chain([entry.id.as_str()])
        .find(|u| head::host(u).is_some());
    let mut out = Head {
        headline: entry.title.as_ref().and_then(|t| stated(&html::text_of(&t.content), &from)),
        url: url.and_then(|u| stated(u, &from)),
        byline: entry
            .authors
            .iter()
            // RSS has addresses where the name belongs: "desk@a.test (Ida Holm)".
            .filter_map(|p| p.name.as_deref())
            .map(|name| name.split_once('(').map_or(name, |(_, name)| name.trim_end_matches(')')))
            .filter(|name| !name.contains('@'))
            .flat_map(names)
            .filter_map(|name| stated(&name, &from))
            .collect::<Vec<Stated<String>>>(),
        ..Head::default()
    };
    if let Some(instant) = entry.published.or(entry.updated) {
        publish(&mut out, &instant.to_rfc3339(), &from);
    }
    let feed_language =
        Head { language: feed.language.as_deref().and_then(|l| stated(l, &from)), ..Head::default() };
    fill(&mut out, feed_language);
    out
}

/// Refuses nesting that no feed has before a recursive reader sees it.
fn check_depth(bytes: &[u8]) -> Result<(), &'static str> {
    const DEEP: &str = "its elements are nested too deep";
    if bytes.trim_ascii_start().starts_with(b"{") {
        // serde_json has a limit of its own.
        return Ok(());
    }
    let (mut depth, mut at) = (0_i64, 0);
    while let Some(found) = bytes.get(at..).and_then(|rest| rest.iter().position(|&b| b == b'<')) {
        at += found + 1;
        let rest = bytes.get(at..).unwrap_or(b"");
        if rest.starts_with(b"![CDATA[") {
            at += rest.windows(3).position(|w| w == b"]]>").unwrap_or(rest.len());
        } else if rest.starts_with(b"!--") {
            at += rest.windows(3).position(|w| w == b"-->").unwrap_or(rest.len());
        } else if rest.starts_with(b"/") {
            depth -= 1;
        } else if rest.first().is_some_and(u8::is_ascii_alphabetic) {
            let end = rest.iter().position(|&b| b == b'>').unwrap_or(rest.len());
            if end == 0 || rest.get(end - 1) != Some(&b'/') {
                depth += 1;
            }
            at += end;
        }
        if depth > 200 {
            return Err(DEEP);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use sayso_model::Head;

    use super::read;
    use crate::{Item, Limits, jsonl::collect};

    fn items(feed: &str) -> Vec<Item> {
        collect(|sink| drop(read("f", feed.as_bytes(), &Head::default(), &Limits::default(), sink)))
    }

    #[test]
    fn full_texts_are_pieces_and_summaries_links() {
        let long = "Nine people were hurt when a ferry struck the pier. ".repeat(15);
        let rss = format!(
            r#"<?xml version="1.0"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/">
            <channel><title>Coast Courier</title><link>https://a.test</link><description>x</description>
            <item><title>Nine hurt</title><link>https://a.test/1</link><pubDate>Tue, 05 Mar 2024 07:30:00 GMT</pubDate><dc:creator>Ida Holm</dc:creator>
            <content:encoded><![CDATA[<p>{long}</p>]]></content:encoded></item>
            <item><title>Later</title><link>https://a.test/2</link><description>More soon.</description></item></channel></rss>"#
        );
        let found = items(&rss);
        let Item::Piece(piece) = &found[0] else { panic!("{found:?}") };
        assert_eq!(piece.known.outlet.as_ref().unwrap().value, "Coast Courier");
        assert_eq!(piece.known.byline[0].value, "Ida Holm");
        assert_eq!(piece.known.published.as_ref().unwrap().value.to_string(), "2024-03-05");
        assert!(matches!(&found[1], Item::Link(link) if link.url == "https://a.test/2" && !link.is_sitemap));
        let json = r#"{"version": "https://jsonfeed.org/version/1.1", "title": "Coast Courier", "items": [
            {"id": "1", "url": "https://a.test/3", "title": "Nine hurt", "content_text": "short"}]}"#;
        assert!(matches!(&items(json)[0], Item::Link(link) if link.url == "https://a.test/3"));
        let atom = r#"<feed xmlns="http://www.w3.org/2005/Atom"><title>C</title><id>x</id><updated>2024-03-05T07:30:00Z</updated>
            <entry><id>y</id><title>t</title><updated>2024-03-05T07:30:00Z</updated><summary>Only this.</summary></entry></feed>"#;
        assert!(matches!(&items(atom)[0], Item::Piece(_)));
    }

    #[test]
    fn bombs_and_towers_are_refused() {
        let deep = format!("<rss><channel>{}", "<item><a>".repeat(60_000));
        assert!(items(&deep).is_empty());
        let mut bomb = String::from("<!DOCTYPE x [<!ENTITY a \"aaaaaaaaaa\">");
        for n in 1..10 {
            bomb.push_str(&format!("<!ENTITY a{n} \"{}\">", format!("&a{};", n - 1).repeat(10)));
        }
        bomb.push_str("]><rss version=\"2.0\"><channel><title>x</title><item><title>&a9;</title><link>https://a.test/1</link></item></channel></rss>");
        for item in items(&bomb) {
            assert!(format!("{item:?}").len() < 2000);
        }
    }

    proptest! {
        #[test]
        fn damaged_feeds_never_panic(pieces in proptest::collection::vec(
            prop_oneof![proptest::sample::select(vec!["<rss version=\"2.0\">", "<channel>", "<item>", "</item>", "<title>", "</title>", "<link>https://a.test", "</link>",
                "&amp;", "&x;", "<feed xmlns=\"http://www.w3.org/2005/Atom\">", "<entry>", "<![CDATA[", "]]>", "<pubDate>"]).prop_map(String::from), "[ -~]{0,9}"], 0..24)) {
            items(&pieces.concat());
        }
    }
}
