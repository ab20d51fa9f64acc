//! OPML: the lists of feeds that feed readers import and export.

use crate::{
    IngestError, Limits, charset,
    xml::{Node, Nodes},
};

/// A feed of a list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Outline {
    /// Address of the feed.
    pub address: String,
    /// Its title, if the list has one.
    pub title: Option<String>,
}

/// True for bytes that begin like OPML.
#[must_use]
pub fn is_opml(bytes: &[u8]) -> bool {
    let start = bytes.get(..2048).unwrap_or(bytes);
    let Ok(start) = charset::decode(start, charset::declared_in(start).as_deref()) else { return false };
    let start = start.text.trim_start().to_lowercase();
    start.starts_with('<') && start.contains("<opml")
}

/// The feeds of a list, whatever folders they are in, without duplicates, in the list's order. Outlines without a feed address
/// are folders or links, and are skipped.
///
/// # Errors
/// [`IngestError::Malformed`], and [`IngestError::TooLarge`] for more feeds than the limits allow.
pub fn read(bytes: &[u8], limits: &Limits) -> Result<Vec<Outline>, IngestError> {
    let decoded = charset::decode(bytes, charset::declared_in(bytes).as_deref())?;
    let mut nodes = Nodes::new(&decoded.text, "OPML");
    let mut found: Vec<Outline> = Vec::new();
    let mut seen = std::collections::BTreeSet::new();
    while let Some(node) = nodes.next()? {
        let Node::Start(element) = node else { continue };
        if element.name != "outline" {
            continue;
        }
        let get = |name: &str| element.get(name).map(str::trim).filter(|v| !v.is_empty()).map(str::to_owned);
        let Some(address) = get("xmlurl") else { continue };
        if !seen.insert(address.clone()) {
            continue;
        }
        if found.len() >= limits.entries {
            return Err(IngestError::TooLarge {
                what: "the number of feeds",
                limit: limits.entries.to_string(),
                remedy: "split the list",
            });
        }
        found.push(Outline { address, title: get("title").or_else(|| get("text")) });
    }
    Ok(found)
}

/// Writes a list that any feed reader can import.
#[must_use]
pub fn write(title: &str, feeds: &[Outline]) -> String {
    let mut out = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<opml version=\"2.0\">\n  <head><title>{}</title></head>\n  <body>\n",
        escaped(title)
    );
    for feed in feeds {
        let title = escaped(feed.title.as_deref().unwrap_or(&feed.address));
        let address = escaped(&feed.address);
        out.push_str(&format!(
            "    <outline type=\"rss\" text=\"{title}\" title=\"{title}\" xmlUrl=\"{address}\"/>\n"
        ));
    }
    out.push_str("  </body>\n</opml>\n");
    out
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            // Not allowed in XML.
            c if c.is_control() => {}
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{Outline, is_opml, read, write};
    use crate::Limits;

    #[test]
    fn lists_are_read_through_folders_and_written_again() {
        let list = r#"<?xml version="1.0"?><opml version="1.0"><head><title>x</title></head><body>
            <outline text="News"><outline type="rss" text="Coast &amp; Courier" xmlUrl="https://a.test/feed?a=1&amp;b=2" htmlUrl="https://a.test"/>
            <outline text="no feed" url="https://b.test"/><outline XMLURL=" https://c.test/rss "/></outline>
            <outline xmlUrl="https://a.test/feed?a=1&amp;b=2"/></body></opml>"#;
        assert!(is_opml(list.as_bytes()) && !is_opml(b"<rss/>") && !is_opml(b"opml"));
        let feeds = read(list.as_bytes(), &Limits::default()).unwrap();
        assert_eq!(feeds.len(), 2);
        assert_eq!(feeds[0].title.as_deref(), Some("Coast & Courier"));
        assert_eq!(feeds[1].address, "https://c.test/rss");
        let nasty =
            vec![Outline { address: "https://a.test/\"><x".to_owned(), title: Some("a\u{1}<b>".to_owned()) }];
        let back = read(write("t", &nasty).as_bytes(), &Limits::default()).unwrap();
        assert_eq!(
            (back[0].address.as_str(), back[0].title.as_deref()),
            ("https://a.test/\"><x", Some("a<b>"))
        );
        assert!(read(b"<opml><outline xmlUrl='a'", &Limits::default()).is_err());
        let wide: Vec<u8> =
            "\u{FEFF}".encode_utf16().chain(list.encode_utf16()).flat_map(u16::to_le_bytes).collect();
        assert!(is_opml(&wide));
        assert_eq!(read(&wide, &Limits::default()).unwrap(), feeds);
    }
}
