//! IPTC NewsML-G2: a news item as XML, its text as inline XHTML, NITF or plain text.

use sayso_model::{Head, HeadSource, Report};

use crate::{
    HeadOverrides, IngestError, charset, head,
    head::{fill, names, publish, stated},
    normalise::{line, normalise},
    report::assemble,
    xml::{Element, Node, Nodes},
};

/// The report of a NewsML-G2 item; of a message with several items, that of the first with text.
///
/// # Errors
/// [`IngestError::Malformed`], [`IngestError::NoText`].
pub fn report(bytes: &[u8], known: &Head, options: &HeadOverrides) -> Result<Report, IngestError> {
    let decoded = charset::decode(bytes, None)?;
    let item = item(&decoded.text)?;
    let mut all = options.head();
    fill(&mut all, item.head());
    fill(&mut all, known.clone());
    let body = normalise(&item.body());
    if body.trim().is_empty() {
        return Err(IngestError::NoText { form: "NewsML-G2 item" });
    }
    Ok(assemble(bytes, &body, all, Vec::new()))
}

/// An item's values as they are read.
#[derive(Default)]
struct NewsItem {
    headline: String,
    by: String,
    dateline: String,
    provider: String,
    language: String,
    url: String,
    created: String,
    first_created: String,
    version_created: String,
    published: String,
    paragraphs: Vec<String>,
    plain: String,
}

fn item(text: &str) -> Result<NewsItem, IngestError> {
    let mut nodes = Nodes::new(text, "NewsML-G2");
    let mut item = NewsItem::default();
    let mut path: Vec<String> = Vec::new();
    let mut value = String::new();
    // Depth at which content began: inside it, only blocks of text matter.
    let mut content: Option<usize> = None;
    while let Some(node) = nodes.next()? {
        match node {
            Node::Start(element) => {
                if content.is_none() {
                    value.clear();
                    item.attributes(&element);
                }
                match element.name.as_str() {
                    "inlinexml" | "inlinedata" if content.is_none() => content = Some(path.len()),
                    name if content.is_some() && is_block(name) => item.end_block(&mut value),
                    "br" => value.push('\n'),
                    _ => {}
                }
                path.push(element.name);
            }
            Node::Text(more) => value.push_str(&more),
            Node::End(name) => {
                path.pop();
                if content == Some(path.len()) {
                    if name == "inlinedata" {
                        item.plain.push_str(&value);
                        value.clear();
                    } else {
                        item.end_block(&mut value);
                    }
                    content = None;
                } else if content.is_some() {
                    // The head of an XHTML or NITF document is not text.
                    if path.iter().any(|p| p == "head" || p == "body.head") {
                        value.clear();
                    } else if is_block(&name) {
                        item.end_block(&mut value);
                    }
                } else {
                    item.field(&name, path.last().map_or("", String::as_str), &value);
                    value.clear();
                }
                // The first item with text is the report.
                if name == "newsitem" && !item.body().trim().is_empty() {
                    break;
                }
            }
        }
    }
    Ok(item)
}

fn is_block(name: &str) -> bool {
    matches!(
        name,
        "p" | "h1"
            | "h2"
            | "h3"
            | "h4"
            | "h5"
            | "h6"
            | "hl1"
            | "hl2"
            | "li"
            | "div"
            | "block"
            | "blockquote"
            | "tr"
            | "body"
            | "body.content"
    )
}

impl NewsItem {
    fn attributes(&mut self, element: &Element) {
        let mut set = |field: fn(&mut Self) -> &mut String, value: Option<&str>| {
            let field = field(self);
            if let Some(value) = value.filter(|_| field.is_empty()) {
                value.clone_into(field);
            }
        };
        match element.name.as_str() {
            "provider" => set(|i| &mut i.provider, element.get("literal")),
            "language" => set(|i| &mut i.language, element.get("tag")),
            "link" => set(|i| &mut i.url, element.get("href").filter(|u| head::host(u).is_some())),
            _ => {}
        }
    }

    fn field(&mut self, name: &str, parent: &str, value: &str) {
        let value = value.trim();
        let field = match name {
            "headline" => &mut self.headline,
            "by" => &mut self.by,
            "dateline" => &mut self.dateline,
            "name" if parent == "provider" => {
                // A name takes precedence over the literal from the start tag.
                self.provider.clear();
                &mut self.provider
            }
            "contentcreated" => &mut self.created,
            "firstcreated" => &mut self.first_created,
            "versioncreated" => &mut self.version_created,
            "published" => &mut self.published,
            _ => return,
        };
        if field.is_empty() {
            value.clone_into(field);
        }
    }

    fn end_block(&mut self, value: &mut String) {
        let paragraph = line(value);
        value.clear();
        if !paragraph.is_empty() {
            self.paragraphs.push(paragraph);
        }
    }

    fn body(&self) -> String {
        if self.paragraphs.is_empty() { self.plain.clone() } else { self.paragraphs.join("\n\n") }
    }

    fn head(&self) -> Head {
        let from = HeadSource::Record;
        let mut out = Head {
            headline: stated(&self.headline, &from),
            outlet: stated(&self.provider, &from),
            byline: names(&self.by).iter().filter_map(|n| stated(n, &from)).collect(),
            dateline: stated(&self.dateline, &from),
            url: stated(&self.url, &from),
            language: stated(&self.language, &from),
            ..Head::default()
        };
        for written in [&self.published, &self.first_created, &self.created, &self.version_created] {
            publish(&mut out, written, &from);
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use sayso_model::Head;

    use super::report;
    use crate::HeadOverrides;

    const ITEM: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
        <newsItem xmlns="http://iptc.org/std/nar/2006-10-01/" guid="urn:x" version="2">
        <itemMeta><provider literal="CW"><name>Coast Wire</name></provider><versionCreated>2024-03-06T08:00:00Z</versionCreated>
        <firstCreated>2024-03-05T07:30:00Z</firstCreated></itemMeta>
        <contentMeta><by>By Ida Holm</by><dateline>LUND</dateline><language tag="en"/><headline>Nine hurt as ferry strikes pier</headline></contentMeta>
        <contentSet><inlineXML contenttype="application/xhtml+xml"><html xmlns="http://www.w3.org/1999/xhtml">
        <head><title>no text</title></head><body><h1>Ferry</h1><p>Nine people <b>were</b> hurt &amp; taken away.</p><p>The ferry is old.</p></body></html>
        </inlineXML></contentSet></newsItem>"#;

    #[test]
    fn an_item_is_read() {
        let read = report(ITEM.as_bytes(), &Head::default(), &HeadOverrides::default()).unwrap();
        assert_eq!(
            read.text,
            "Nine hurt as ferry strikes pier\n\nFerry\n\nNine people were hurt & taken away.\n\nThe ferry is old."
        );
        assert_eq!(read.head.outlet.unwrap().value, "Coast Wire");
        assert_eq!(read.head.byline[0].value, "Ida Holm");
        assert_eq!(read.head.dateline.unwrap().value, "LUND");
        assert_eq!(read.head.published.unwrap().value.to_string(), "2024-03-05");
    }

    #[test]
    fn items_without_text_fail() {
        for bad in ["<newsItem/>", "<newsItem>", "<newsItem><contentSet><inlineXML></contentSet>", "", "<"] {
            assert!(report(bad.as_bytes(), &Head::default(), &HeadOverrides::default()).is_err(), "{bad}");
        }
    }
}
