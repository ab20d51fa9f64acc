//! Sitemaps, news sitemaps and their indexes (sitemaps.org 0.9, Google News 0.9).

use sayso_model::{Head, HeadSource};

use crate::{
    IngestError, Item, Limits, Link, Sink, address, charset,
    head::{publish, stated},
    xml::{Node, Nodes},
};

/// Passes on a link for each address of a sitemap, up to the limit; entries without an address that can be fetched, and those
/// over the limit, are passed on as skipped. `base` is the sitemap's own address.
///
/// # Errors
/// [`IngestError::Malformed`]; links before the damage are passed on.
pub fn read(
    origin: &str,
    bytes: &[u8],
    base: Option<&str>,
    limits: &Limits,
    sink: &mut Sink<'_>,
) -> Result<(), IngestError> {
    let decoded = charset::decode(bytes, None)?;
    let mut nodes = Nodes::new(&decoded.text, "sitemap");
    let (mut is_sitemap, mut seen, mut given) = (false, 0_u64, 0);
    let mut link: Option<Link> = None;
    let mut text = String::new();
    let mut inside_image = false;
    while let Some(node) = nodes.next()? {
        match node {
            Node::Start(element) => {
                text.clear();
                match element.name.as_str() {
                    "sitemapindex" => is_sitemap = true,
                    "image" | "video" => inside_image = true,
                    "url" | "sitemap" => {
                        link = Some(Link {
                            url: String::new(),
                            known: Head::default(),
                            is_sitemap,
                            modified: None,
                            changed: None,
                            entry: None,
                        });
                    }
                    _ => {}
                }
            }
            // No value of a sitemap is longer than an address may be.
            Node::Text(more) if text.len() < 4096 => text.push_str(&more),
            Node::Text(_) => {}
            Node::End(name) => match name.as_str() {
                "image" | "video" => inside_image = false,
                "url" | "sitemap" => {
                    let Some(mut done) = link.take() else { continue };
                    seen += 1;
                    let item = match address::resolve(&done.url, base).filter(|_| !done.url.is_empty()) {
                        Some(url) if given >= limits.entries => Item::Skipped {
                            origin: format!("{origin}#{seen} {url}"),
                            reason: format!("over the limit of {} entries of one sitemap", limits.entries),
                        },
                        Some(url) => {
                            given += 1;
                            done.url = url;
                            Item::Link(Box::new(done))
                        }
                        None => Item::Skipped {
                            origin: format!("{origin}#{seen} {}", done.url).trim_end().to_owned(),
                            reason: "no address that can be fetched".to_owned(),
                        },
                    };
                    if sink(item).is_break() {
                        return Ok(());
                    }
                }
                field => {
                    if let Some(link) = link.as_mut().filter(|_| !inside_image) {
                        set(link, field, text.trim());
                    }
                }
            },
        }
    }
    Ok(())
}

fn set(link: &mut Link, field: &str, value: &str) {
    let from = HeadSource::Feed;
    let known = &mut link.known;
    if matches!(field, "lastmod" | "publication_date") {
        link.modified = link.modified.max(crate::parse_date(value).map(|d| d.date));
    }
    match field {
        "loc" => value.clone_into(&mut link.url),
        "publication_date" => publish(known, value, &from),
        "title" => known.headline = known.headline.take().or_else(|| stated(value, &from)),
        "name" => known.outlet = known.outlet.take().or_else(|| stated(value, &from)),
        "language" => known.language = known.language.take().or_else(|| stated(value, &from)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::read;
    use crate::{IngestError, Item, Limits, jsonl::collect};

    #[test]
    fn news_sitemaps_give_links_with_heads() {
        let map = r#"<?xml version="1.0"?><urlset xmlns:news="x" xmlns:image="y"><url><loc>https://coast-courier.test/a?x=1&amp;y=2</loc>
            <image:image><image:loc>https://coast-courier.test/a.jpg</image:loc></image:image>
            <news:news><news:publication><news:name>Coast Courier</news:name><news:language>en</news:language></news:publication>
            <news:publication_date>2024-03-05T07:30:00Z</news:publication_date><news:title>Nine hurt</news:title></news:news></url>
            <url><loc>no address</loc></url></urlset>"#;
        let items = collect(|sink| read("map.xml", map.as_bytes(), None, &Limits::default(), sink).unwrap());
        let [Item::Link(link), Item::Skipped { origin, .. }] = items.as_slice() else { panic!("{items:?}") };
        assert_eq!(origin, "map.xml#2 no address");
        assert_eq!(link.url, "https://coast-courier.test/a?x=1&y=2");
        assert_eq!(link.known.headline.as_ref().unwrap().value, "Nine hurt");
        assert_eq!(link.known.outlet.as_ref().unwrap().value, "Coast Courier");
        assert_eq!(link.modified.unwrap().to_string(), "2024-03-05");
        let index =
            "<sitemapindex><sitemap><loc>https://coast-courier.test/b.xml</loc></sitemap></sitemapindex>";
        let items =
            collect(|sink| read("map.xml", index.as_bytes(), None, &Limits::default(), sink).unwrap());
        assert!(matches!(&items[0], Item::Link(link) if link.is_sitemap));
    }

    #[test]
    fn bombs_do_not_go_off() {
        let mut bomb = String::from("<!DOCTYPE x [<!ENTITY a \"aaaaaaaaaa\">");
        for n in 1..10 {
            bomb.push_str(&format!("<!ENTITY a{n} \"{}\">", format!("&a{};", n - 1).repeat(10)));
        }
        bomb.push_str("]><urlset><url><loc>https://a.test/&a9;</loc></url></urlset>");
        let items = collect(|sink| drop(read("map.xml", bomb.as_bytes(), None, &Limits::default(), sink)));
        for item in items {
            assert!(matches!(item, Item::Link(link) if link.url.len() < 100));
        }
        let deep = format!("<urlset>{}", "<url>".repeat(100_000));
        let mut sink = |_| std::ops::ControlFlow::Continue(());
        assert!(matches!(
            read("map.xml", deep.as_bytes(), None, &Limits::default(), &mut sink),
            Err(IngestError::Malformed { .. })
        ));
        let many = format!("<urlset>{}</urlset>", "<url><loc>https://a.test/b</loc></url>".repeat(100));
        let few = Limits { entries: 10, ..Limits::default() };
        let items = collect(|sink| read("map.xml", many.as_bytes(), None, &few, sink).unwrap());
        let skipped = items.iter().filter(|i| matches!(i, Item::Skipped { .. })).count();
        assert_eq!((items.len(), skipped), (100, 90));
    }

    #[test]
    fn no_entry_is_lost_without_a_word() {
        let map = "<urlset><url><loc>/relative</loc></url><url><loc></loc></url><url></url><url><loc>ftp://a.test/b</loc></url>
            <url><loc>http://localhost:8080/c</loc></url></urlset>";
        let items = collect(|sink| {
            read("map.xml", map.as_bytes(), Some("https://a.test/maps/1.xml"), &Limits::default(), sink)
                .unwrap();
        });
        let links: Vec<&str> = items
            .iter()
            .filter_map(|i| if let Item::Link(l) = i { Some(l.url.as_str()) } else { None })
            .collect();
        assert_eq!(links, ["https://a.test/relative", "http://localhost:8080/c"]);
        let skipped: Vec<&str> = items
            .iter()
            .filter_map(|i| if let Item::Skipped { origin, .. } = i { Some(origin.as_str()) } else { None })
            .collect();
        assert_eq!(skipped, ["map.xml#2", "map.xml#3", "map.xml#4 ftp://a.test/b"]);
    }
}
