//! RSS 0.9 to 2.0, Atom 0.3 and 1.0 and JSON Feed.
//!
//! An entry with full text (`content:encoded`, Atom `content`, `content_html`) is a report; one with an address and at most a
//! summary is a link, to be fetched or, without fetching, to be used with what the feed has.
//!
//! Feeds are decoded before they are parsed, so that no parser depends on what they declare about their charset, and interpreted
//! by the names of their elements (`xml`): no available library keeps the time zone in which a date was written, and those that
//! were tried refuse or misread a feed without a version, in another namespace or in UTF-16.

mod entry;
mod json;
mod xml;

use sayso_model::{Head, HeadSource, Stated};

use self::entry::{Entry, Feed};
use crate::{
    Form, IngestError, Item, Limits, Link, Piece, Sink, charset,
    date::{calendar_date, parse_date},
    head,
    head::{fill, names, publish, stated},
    html,
};

/// Minimum characters of an entry's content that counts as full text; teasers end at about 300.
const FULL_TEXT: usize = 600;

/// Passes a piece or a link for each entry to the sink. `declared` is the charset declared outside the feed.
///
/// # Errors
/// [`IngestError::Malformed`] and the errors of [`charset::decode`]; what precedes damage is passed on first.
pub fn read(
    origin: &str,
    bytes: &[u8],
    declared: Option<&str>,
    known: &Head,
    limits: &Limits,
    sink: &mut Sink<'_>,
) -> Result<(), IngestError> {
    let malformed = |reason: String| IngestError::Malformed { form: "a feed", reason };
    let in_feed = declared.is_none().then(|| charset::declared_in(bytes)).flatten();
    let text = charset::decode(bytes, declared.or(in_feed.as_deref()))?.text;
    let base = known.url.as_ref().map(|u| u.value.as_str());
    let feed = if text.trim_start().starts_with('{') {
        json::read(&text, limits.entries).map_err(malformed)?
    } else {
        xml::read(&text, base, limits.entries)
    };
    for (number, entry) in feed.entries.iter().enumerate() {
        if sink(item(&format!("{origin}#{}", number + 1), entry, &feed)).is_break() {
            return Ok(());
        }
    }
    if feed.beyond > 0 {
        return Err(IngestError::TooLarge {
            what: "the number of entries",
            limit: format!("{} ({} more were left out)", limits.entries, feed.beyond),
            remedy: "split the feed",
        });
    }
    feed.damage.map_or(Ok(()), |reason| {
        Err(malformed(format!("{reason}; {} entries before that were read", feed.entries.len())))
    })
}

/// The title of a feed, as text; `None` if it has none or cannot be read. `declared` is the charset declared outside the feed.
#[must_use]
pub fn title(bytes: &[u8], declared: Option<&str>) -> Option<String> {
    let in_feed = declared.is_none().then(|| charset::declared_in(bytes)).flatten();
    let text = charset::decode(bytes, declared.or(in_feed.as_deref())).ok()?.text;
    let feed = match text.trim_start().starts_with('{') {
        true => json::read(&text, 0).ok()?,
        false => xml::read(&text, None, 0),
    };
    stated(&html::text_of(&feed.title?), &HeadSource::Feed).map(|title| title.value)
}

fn item(origin: &str, entry: &Entry, feed: &Feed) -> Item {
    let head = entry_head(entry, feed);
    let changed = match head.published {
        Some(_) => None,
        None => entry.changed.iter().find_map(|written| parse_date(written)).map(|date| date.date),
    };
    let url = head.url.as_ref().map(|u| u.value.clone());
    let origin = url.as_deref().map_or_else(|| origin.to_owned(), |url| format!("{origin} {url}"));
    let length = |text: &&String| html::text_of(text).chars().count();
    let full = entry.texts.iter().find(|text| length(text) >= FULL_TEXT);
    // If there is nothing else, the headline is the text.
    let any = entry.texts.iter().find(|text| length(text) > 0).or(entry.title.as_ref());
    let piece = |text: &String, known: Head| {
        let unread = entry.unread.clone();
        Box::new(Piece {
            known,
            changed,
            unread,
            ..Piece::new(origin.clone(), Form::Fragment, text.as_bytes().to_vec())
        })
    };
    match (full, url) {
        (Some(text), _) => Item::Piece(piece(text, head)),
        (None, Some(url)) => {
            let entry = any.map(|text| piece(text, head.clone()));
            // The page's own head takes precedence over a link's.
            let known = Head { url: None, ..head };
            Item::Link(Box::new(Link { url, known, is_sitemap: false, modified: None, changed, entry }))
        }
        (None, None) => match (any, &entry.unread) {
            (Some(text), _) => Item::Piece(piece(text, head)),
            (None, Some(reason)) => Item::Skipped { origin, reason: reason.clone() },
            (None, None) => Item::Skipped { origin, reason: "entry without text or address".to_owned() },
        },
    }
}

fn entry_head(entry: &Entry, feed: &Feed) -> Head {
    let from = HeadSource::Feed;
    let text = |html: &String| stated(&html::text_of(html), &from);
    let authors = if entry.authors.is_empty() { &feed.authors } else { &entry.authors };
    let mut out = Head {
        headline: entry.title.as_ref().and_then(text),
        outlet: entry.source.as_ref().or(feed.title.as_ref()).and_then(text),
        url: entry.urls.iter().find(|u| head::host(u).is_some()).and_then(|u| stated(u, &from)),
        byline: authors
            .iter()
            // RSS has addresses in place of names: "desk@a.test (Ida Holm)".
            .map(|name| name.split_once('(').map_or(name.as_str(), |(_, name)| name.trim_end_matches(')')))
            .filter(|name| !name.contains('@'))
            .flat_map(names)
            .filter_map(|name| stated(&name, &from))
            .collect::<Vec<Stated<String>>>(),
        ..Head::default()
    };
    // The date in the outlet's time zone, with the instant.
    for written in &entry.dates {
        publish(&mut out, &calendar_date(written), &from);
    }
    let language = entry.language.as_ref().or(feed.language.as_ref());
    fill(&mut out, Head { language: language.and_then(|l| stated(l, &from)), ..Head::default() });
    out
}

/// Text escaped for HTML.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use sayso_model::Head;

    use super::{read, title};
    use crate::{HeadOverrides, IngestError, Item, Limits, Piece, jsonl::collect, source};

    fn items(feed: &str) -> Vec<Item> {
        of_bytes(feed.as_bytes())
    }

    fn of_bytes(feed: &[u8]) -> Vec<Item> {
        collect(|sink| drop(read("f", feed, None, &Head::default(), &Limits::default(), sink)))
    }

    /// What is wrong with a feed; empty if nothing is.
    fn damage(feed: &str) -> String {
        let mut sink = |_| std::ops::ControlFlow::Continue(());
        let result = read("f", feed.as_bytes(), None, &Head::default(), &Limits::default(), &mut sink);
        result.map_or_else(|error| error.to_string(), |()| String::new())
    }

    /// An item as a report without fetching: day, instant, text.
    fn report(item: &Item) -> (String, Option<String>, String) {
        let piece: &Piece = match item {
            Item::Piece(piece) => piece,
            Item::Link(link) => link.entry.as_ref().unwrap(),
            other => panic!("{other:?}"),
        };
        let report = source::report(piece, &HeadOverrides::default(), &Limits::default()).unwrap();
        let day = report.head.published.map(|d| d.value.to_string()).unwrap_or_default();
        (day, report.head.published_at.map(|i| i.value), report.text)
    }

    const RSS: &str = "<rss><channel><title>Coast Courier</title><item><title>Nine hurt</title><link>https://a.test/1</link>\
        <pubDate>Tue, 05 Mar 2024 22:30:00 EST</pubDate><description>Nine people were hurt.</description></item></channel></rss>";

    #[test]
    fn malformed_feeds_are_read() {
        for feed in [
            RSS.to_owned(),
            RSS.replace("<rss>", "<rss xmlns=\"http://backend.userland.com/rss2\">"),
            RSS.replace("<rss>", "<rss xmlns=\"http://nobody.test/knows\" version=\"7\">"),
            RSS.replace("<rss>", "<r:rss xmlns:r=\"http://my.netscape.com/rdf/simple/0.9/\">")
                .replace("</rss>", "</r:rss>"),
        ] {
            let found = items(&feed);
            assert_eq!(found.len(), 1, "{feed}");
            let (day, instant, text) = report(&found[0]);
            assert_eq!(
                (day.as_str(), text.as_str()),
                ("2024-03-05", "Nine hurt\n\nNine people were hurt."),
                "{feed}"
            );
            assert_eq!(instant.as_deref(), Some("2024-03-05T22:30:00-05:00"));
        }
        let unclosed = items("<rss><item><title>One hurt</title><item><title>Two hurt</title></rss>");
        assert_eq!(unclosed.len(), 2, "{unclosed:?}");
    }

    #[test]
    fn an_entry_that_is_cut_off_is_left_out_and_reported() {
        let two = RSS.replace(
            "</channel></rss>",
            "<item><title>Ten hurt</title><link>https://a.test/2</link><description>Ten people w",
        );
        // In the middle of a text, between two fields, right after the first of them.
        for end in
            ["w", "<description>Ten people w", "<link>https://a.test/2</link><description>Ten people w"]
        {
            let cut = two.strip_suffix(end).unwrap();
            assert_eq!(items(cut).len(), 1, "{cut}");
            let reason = damage(cut);
            assert!(reason.contains("cut off in the middle"), "{reason}");
        }
        // In the middle of a tag, which no parser reads on from.
        let in_tag = two.replace("<description>Ten people w", "<descr");
        assert_eq!(items(&in_tag).len(), 1);
        assert!(damage(&in_tag).contains("1 entries before that were read"));
        let between = RSS.replace("</channel></rss>", "");
        assert_eq!(items(&between).len(), 1);
        assert!(damage(&between).contains("before its last tag"));
        // In RSS 1.0 the entries follow the channel.
        let rdf = "<rdf:RDF><channel><title>C</title></channel><item><title>Nine hurt</title></item>";
        assert!(damage(rdf).contains("before its last tag"));
        // What is only unclosed is whole.
        assert_eq!(damage(&RSS.replace("</rss>", "")), "");
        assert_eq!(damage("<rss><item><title>One hurt</title></rss>"), "");
    }

    #[test]
    fn an_entry_on_its_own_is_a_feed_of_one() {
        let text = "Nine people were hurt when a ferry struck the pier. ".repeat(15);
        let entry = format!(
            "<entry xmlns=\"http://www.w3.org/2005/Atom\"><title>Nine hurt</title><id>1</id>\
             <published>2026-03-04T22:30:00-05:00</published><content type=\"html\">&lt;p>{text}&lt;/p></content></entry>"
        );
        let made = source::one(entry.as_bytes(), "x", &HeadOverrides::default(), &Limits::default()).unwrap();
        assert_eq!(made.head.headline.as_ref().unwrap().value, "Nine hurt");
        assert_eq!(made.head.published.as_ref().unwrap().value.to_string(), "2026-03-04");
        assert_eq!(made.text, format!("Nine hurt\n\n{}", text.trim()));
        assert_eq!(damage(&entry), "");
    }

    #[test]
    fn a_feeds_title_is_decoded_like_that_of_an_entry() {
        let feed =
            |title: &str| format!("<feed version=\"0.3\" xmlns=\"http://purl.org/atom/ns#\">{title}</feed>");
        for written in [
            "<title mode=\"base64\">QnJlbm4gUG9zdA==</title>",
            "<title> Brenn Post </title>",
            "<title type=\"html\">&lt;b>Brenn&lt;/b> Post</title>",
        ] {
            assert_eq!(title(feed(written).as_bytes(), None).as_deref(), Some("Brenn Post"), "{written}");
        }
        let json =
            "{\"version\": \"https://jsonfeed.org/version/1.1\", \"title\": \"Brenn Post\", \"items\": []}";
        assert_eq!(title(json.as_bytes(), None).as_deref(), Some("Brenn Post"));
        assert_eq!(title(b"<rss><channel/></rss>", None), None);
    }

    #[test]
    fn doubly_escaped_markup_is_text() {
        let twice = "<rss><item><title>a</title><description><![CDATA[&lt;p&gt;Nine hurt.&lt;/p&gt;&lt;p&gt;Ten came.&lt;/p&gt;]]></description></item></rss>";
        assert_eq!(report(&items(twice)[0]).2, "a\n\nNine hurt.\n\nTen came.");
    }

    #[test]
    fn texts_are_found_wherever_they_are() {
        let rss =
            |inner: &str| format!("<rss><channel><item><title>Ferry</title>{inner}</item></channel></rss>");
        let atom = |inner: &str| {
            format!(
                "<feed xmlns=\"http://www.w3.org/2005/Atom\"><entry><title>Ferry</title>{inner}</entry></feed>"
            )
        };
        let old = |inner: &str| {
            format!(
                "<feed version=\"0.3\" xmlns=\"http://purl.org/atom/ns#\"><entry><title mode=\"escaped\" type=\"text/html\">Ferry</title>{inner}</entry></feed>"
            )
        };
        for feed in [
            rss("<body xmlns=\"http://www.w3.org/1999/xhtml\"><p>Nine &amp; ten</p><p>hurt</p></body>"),
            rss(
                "<x:body xmlns:x=\"http://www.w3.org/1999/xhtml\"><x:p>Nine &amp; ten</x:p><x:p>hurt</x:p></x:body>",
            ),
            rss("<fullitem>&lt;p>Nine &amp;amp; ten&lt;/p>&lt;p>hurt&lt;/p></fullitem>"),
            rss(
                "<c:encoded xmlns:c=\"http://purl.org/rss/1.0/modules/content/\"><![CDATA[<p>Nine &amp; ten</p><p>hurt]]></c:encoded>",
            ),
            rss("<description><p>Nine &amp;amp; ten</p><p>hurt</p></description>"),
            atom(
                "<content type=\"xhtml\"><div xmlns=\"http://www.w3.org/1999/xhtml\"><p>Nine &amp; ten</p><p>hurt</p></div></content>",
            ),
            atom("<content type=\"html\">&lt;p>Nine &amp;amp; ten&lt;/p>&lt;p>hurt&lt;/p></content>"),
            atom(
                "<content type=\"application/octet-stream\">PHA+TmluZSAmYW1wOyB0ZW48L3A+\nPHA+aHVydDwvcD4=</content>",
            ),
            old(
                "<content type=\"text/html\" mode=\"escaped\">&lt;p>Nine &amp;amp; ten&lt;/p>&lt;p>hurt</content>",
            ),
            old(
                "<content type=\"application/xhtml+xml\" mode=\"xml\"><p>Nine &amp; ten</p><p>hurt</p></content>",
            ),
            old(
                "<content type=\"text/html\" mode=\"base64\">PHA+TmluZSAmYW1wOyB0ZW48L3A+PHA+aHVydDwvcD4=</content>",
            ),
        ] {
            assert_eq!(report(&items(&feed)[0]).2, "Ferry\n\nNine & ten\n\nhurt", "{feed}");
        }
        let plain = atom("<summary>Nine &lt; ten</summary>");
        assert_eq!(report(&items(&plain)[0]).2, "Ferry\n\nNine < ten");
        // What is not text is reported as such; a headline is the text if there is no other.
        let picture = items("<feed><entry><content type=\"image/png\">iVBORw0KGgo=</content></entry></feed>");
        assert!(
            matches!(&picture[0], Item::Skipped { reason, .. } if reason.contains("image/png")),
            "{picture:?}"
        );
        let titled = atom("<content type=\"image/png\">iVBORw0KGgo=</content>");
        let Item::Piece(piece) = &items(&titled)[0] else { panic!("{titled}") };
        let made = source::report(piece, &HeadOverrides::default(), &Limits::default()).unwrap();
        let noted = made.diagnostics.iter().find(|d| d.code == "content_not_read").unwrap();
        assert!(made.text == "Ferry" && noted.message.contains("image/png"), "{noted:?}");
        assert_eq!(report(&items(&rss(""))[0]).2, "Ferry");
        assert!(matches!(&items("<rss><item/></rss>")[0], Item::Skipped { .. }));
    }

    #[test]
    fn feeds_of_any_charset_are_decoded_first() {
        let declared = |name: &str| {
            format!(
                "<?xml version=\"1.0\" encoding=\"{name}\"?>{}",
                RSS.replace("Nine people", "Neun – nine – people")
            )
        };
        for name in ["UTF-16", "utf-16le", "ISO-10646-UCS-2", "UCS-2", "csUnicode", "UTF-32", "nonsense"] {
            let text = declared(name);
            let little: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
            let big: Vec<u8> =
                "\u{FEFF}".encode_utf16().chain(text.encode_utf16()).flat_map(u16::to_be_bytes).collect();
            let wide: Vec<u8> = text.chars().flat_map(|c| u32::from(c).to_be_bytes()).collect();
            for bytes in [text.into_bytes(), little, big, wide] {
                let found = of_bytes(&bytes);
                assert_eq!(found.len(), 1, "{name}");
                assert_eq!(report(&found[0]).2, "Nine hurt\n\nNeun – nine – people were hurt.", "{name}");
            }
        }
        let latin = encoding_rs::WINDOWS_1252.encode(&declared("windows-1252")).0.into_owned();
        assert_eq!(report(&of_bytes(&latin)[0]).2, "Nine hurt\n\nNeun – nine – people were hurt.");
    }

    #[test]
    fn the_day_is_the_outlets_own_in_every_form() {
        let written = "2015-04-30T22:57:00-05:00";
        for feed in [
            "<rss><item><title>a</title><pubDate>Thu, 30 Apr 2015 22:57:00 -0500</pubDate></item></rss>"
                .to_owned(),
            format!("<rdf:RDF><item><title>a</title><dc:date>{written}</dc:date></item></rdf:RDF>"),
            format!(
                "<feed><entry><title>a</title><updated>2016-01-01T00:00:00Z</updated><published>{written}</published></entry></feed>"
            ),
            format!("<feed><entry><title>a</title><issued>{written}</issued></entry></feed>"),
            format!(
                "{{\"version\": \"https://jsonfeed.org/version/1\", \"items\": [{{\"id\": \"1\", \"content_text\": \"a\", \"date_published\": \"{written}\"}}]}}"
            ),
        ] {
            let (day, instant, _) = report(&items(&feed)[0]);
            assert_eq!((day.as_str(), instant.as_deref()), ("2015-04-30", Some(written)), "{feed}");
        }
        // Days of the year and of the week, which feeds may have and pages hardly ever do; without a zone there is no instant.
        for written in [
            "2024-065",
            "2024-W10-2",
            "2024065T22:30:00",
            "2024W102",
            "Tue Mar  5 22:30:00 2024",
            "Di, 05 Mär 2024",
        ] {
            let feed =
                format!("<feed><entry><title>a</title><published>{written}</published></entry></feed>");
            assert_eq!(report(&items(&feed)[0]).0, "2024-03-05", "{written}");
        }
        let late = RSS.replace("22:30:00 EST", "23:30:00 AEDT");
        assert_eq!(
            report(&items(&late)[0]).0,
            "2024-03-05",
            "a zone that is not known does not cost the day"
        );
    }

    #[test]
    fn the_day_of_a_change_is_not_that_of_publication_and_is_reported() {
        let written = "2024-03-05T22:57:00-05:00";
        for feed in [
            format!(
                "<feed xmlns='http://www.w3.org/2005/Atom'><entry><title>a</title><updated>{written}</updated></entry></feed>"
            ),
            format!(
                "<feed version='0.3'><entry><title>a</title><modified>{written}</modified></entry></feed>"
            ),
            format!(
                "{{\"version\": \"https://jsonfeed.org/version/1\", \"items\": [{{\"id\": \"1\", \"content_text\": \"a\", \"date_modified\": \"{written}\"}}]}}"
            ),
        ] {
            let found = items(&feed);
            let Item::Piece(piece) = &found[0] else { panic!("{found:?}") };
            assert_eq!(piece.changed.map(|day| day.to_string()).as_deref(), Some("2024-03-05"), "{feed}");
            let read = |options: &HeadOverrides| source::report(piece, options, &Limits::default()).unwrap();
            let report = read(&HeadOverrides::default());
            assert_eq!(report.head.published, None, "{feed}");
            let said = report.diagnostics.iter().find(|d| d.code == "only_change_dated").unwrap();
            assert!(said.message.contains("changed on 2024-03-05"), "{}", said.message);
            let known = HeadOverrides { published: piece.changed, ..HeadOverrides::default() };
            assert!(read(&known).diagnostics.iter().all(|d| d.code != "only_change_dated"));
        }
        let both = format!(
            "<feed><entry><title>a</title><updated>{written}</updated><published>2024-03-01</published></entry></feed>"
        );
        let Item::Piece(piece) = &items(&both)[0] else { panic!("{both}") };
        assert_eq!(piece.changed, None);
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
    fn bombs_and_excessive_nesting_are_refused() {
        let deep = format!("<rss><channel>{}", "<item><a>".repeat(60_000));
        let mut sink = |_| std::ops::ControlFlow::Continue(());
        let towers = read("f", deep.as_bytes(), None, &Head::default(), &Limits::default(), &mut sink);
        assert!(matches!(towers, Err(IngestError::Malformed { .. })));
        let mut bomb = String::from("<!DOCTYPE x [<!ENTITY a \"aaaaaaaaaa\">");
        for n in 1..10 {
            bomb.push_str(&format!("<!ENTITY a{n} \"{}\">", format!("&a{};", n - 1).repeat(10)));
        }
        bomb.push_str("]><rss version=\"2.0\"><channel><title>x</title><item><title>&a9;</title><link>https://a.test/1</link></item></channel></rss>");
        // An entity of the feed's own is not expanded, and not lost without a word either.
        for item in items(&bomb) {
            assert!(format!("{item:?}").len() < 2000);
            assert_eq!(report(&item).2, "&a9;");
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
