//! Opens an input of any form: determines the form by its first bytes and splits containers into items.

use std::{
    io::{BufRead, BufReader, Cursor, Read},
    ops::ControlFlow,
};

use sayso_model::{Head, Report};

use crate::{
    Form, HeadOverrides, IngestError, Item, Limits, Piece, Sink, charset, feed,
    guard::guarded,
    gzip::{self, members::Members},
    html, jsonl, list, mail, mailbox, newsml, ninjs, opml,
    report::{diagnostic, note_change},
    sitemap, text, warc,
};

/// Form of an input.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// One report.
    One(Form),
    /// RSS, Atom or JSON Feed.
    Feed,
    /// A sitemap or an index of sitemaps.
    Sitemap,
    /// A web archive.
    Warc,
    /// JSON Lines.
    JsonLines,
    /// A mailbox in one file.
    Mailbox,
    /// A list of addresses as plain text.
    Addresses,
}

impl Kind {
    /// True for forms with any number of reports.
    #[must_use]
    pub fn is_container(self) -> bool {
        !matches!(self, Self::One(_))
    }
}

/// Number of bytes examined to determine a form.
const LOOK: usize = 4096;

/// Determines the form of an input by its first bytes and its name or declared media type, either of which may be wrong or
/// missing.
#[must_use]
pub fn kind(start: &[u8], name: &str) -> Kind {
    let name = name.to_lowercase();
    let name = name.split(['?', '#']).next().unwrap_or("");
    let name = name.strip_suffix(".gz").unwrap_or(name);
    if start.starts_with(b"WARC/") {
        return Kind::Warc;
    }
    if name.ends_with(".jsonl") || name.ends_with(".ndjson") {
        return Kind::JsonLines;
    }
    let text = match charset::decode(start, None) {
        Ok(decoded) => decoded.text,
        Err(_) => return Kind::One(Form::Text),
    };
    let text = text.trim_start_matches('\u{FEFF}').trim_start();
    match text.as_bytes().first() {
        Some(b'{' | b'[') => json_kind(text, name),
        Some(b'<') => markup_kind(text),
        _ if mailbox::is_mailbox(text) => Kind::Mailbox,
        _ if list::is_list(text) => Kind::Addresses,
        _ if mail::is_mail(text, name) => Kind::One(Form::Mail),
        _ if name.ends_with(".html") || name.ends_with(".htm") || name.ends_with(".xhtml") => {
            Kind::One(Form::Html)
        }
        _ => Kind::One(Form::Text),
    }
}

fn json_kind(text: &str, name: &str) -> Kind {
    if text.contains("jsonfeed.org/version") {
        return Kind::Feed;
    }
    let has = |key: &str| text.contains(&format!("\"{key}\""));
    let first = text.lines().next().unwrap_or("").trim_end();
    // JSON Lines begin with an object that ends on its own line.
    if first.ends_with('}') && text.trim_end().contains("\n{") {
        return Kind::JsonLines;
    }
    // ninjs 1 as software writes it has a `guid`.
    let is_item = has("uri") && (has("headline") || has("headlines") || has_ninjs_body(text))
        || has("guid") && has_ninjs_body(text) && !is_record(text);
    if is_item {
        return Kind::One(Form::Ninjs);
    }
    if text.starts_with('[') && !name.ends_with(".json") {
        Kind::One(Form::Text)
    } else {
        Kind::One(Form::Record)
    }
}

/// True for JSON with a key under which our records keep the text.
fn is_record(text: &str) -> bool {
    ["text", "body", "html"].iter().any(|key| text.contains(&format!("\"{key}\":")))
}

/// True for JSON with a key under which ninjs keeps an item's text.
fn has_ninjs_body(text: &str) -> bool {
    ["bodies", "body_text", "body_html", "body_xhtml"].iter().any(|key| text.contains(&format!("\"{key}\"")))
}

/// The form of a line of JSON Lines: a news item of ninjs, or one of our records.
pub(crate) fn form_of_line(line: &[u8]) -> Form {
    match std::str::from_utf8(line) {
        Ok(text) if text.contains("\"uri\"") && has_ninjs_body(text) => Form::Ninjs,
        Ok(text) if text.contains("\"guid\"") && has_ninjs_body(text) && !is_record(text) => Form::Ninjs,
        _ => Form::Record,
    }
}

fn markup_kind(text: &str) -> Kind {
    let mut rest = text;
    // The first element decides; prologue, comments and doctype come before it.
    for _ in 0..64 {
        rest = rest.trim_start();
        let end = if rest.starts_with("<?") {
            "?>"
        } else if rest.starts_with("<!--") {
            "-->"
        } else if rest.starts_with("<!") {
            if rest.get(..14).is_some_and(|d| d.eq_ignore_ascii_case("<!doctype html")) {
                return Kind::One(Form::Html);
            }
            // A document type with declarations of its own ends after them.
            let declares = rest.split('>').next().is_some_and(|start| start.contains('['));
            if declares { "]>" } else { ">" }
        } else {
            break;
        };
        match rest.find(end).and_then(|at| rest.get(at + end.len()..)) {
            Some(after) => rest = after,
            None => return Kind::One(Form::Html),
        }
    }
    let name: String = rest
        .trim_start_matches('<')
        .chars()
        .take_while(|c| c.is_alphanumeric() || matches!(c, ':' | '-' | '_'))
        .collect();
    let local = name.rsplit(':').next().unwrap_or("").to_lowercase();
    match local.as_str() {
        "rss" | "feed" | "rdf" | "channel" => Kind::Feed,
        // An Atom entry on its own.
        "entry" if rest.split('>').next().is_some_and(|tag| tag.to_lowercase().contains("/atom")) => {
            Kind::Feed
        }
        "urlset" | "sitemapindex" => Kind::Sitemap,
        "newsmessage" | "newsitem" | "packageitem" => Kind::One(Form::NewsMl),
        _ => Kind::One(Form::Html),
    }
}

/// Splits an input into items. Archives and JSON Lines are streamed; everything else is read whole, up to the limit.
///
/// `known` applies to every report in it (the address it was fetched from).
///
/// Returns the form of the input.
///
/// # Errors
/// What is wrong with the input as a whole; what is wrong with a single report goes to the sink as [`Item::Failed`].
pub fn open(
    origin: &str,
    name: &str,
    reader: impl Read,
    known: &Head,
    charset: Option<&str>,
    limits: &Limits,
    sink: &mut Sink<'_>,
) -> Result<Kind, IngestError> {
    guarded(|| open_unguarded(origin, name, reader, known, charset, limits, sink))
}

fn open_unguarded(
    origin: &str,
    name: &str,
    reader: impl Read,
    known: &Head,
    charset: Option<&str>,
    limits: &Limits,
    sink: &mut Sink<'_>,
) -> Result<Kind, IngestError> {
    let mut reader = BufReader::with_capacity(64 << 10, reader);
    if gzip::is_gzip(fill(&mut reader)?) {
        let mut inner = BufReader::with_capacity(64 << 10, Members::new(reader));
        let start = fill(&mut inner).map_err(damaged)?;
        let kind = kind(start.get(..LOOK).unwrap_or(start), name);
        let (kind, inner) = to_the_end_of_a_line(kind, inner, limits.report_bytes).map_err(damaged)?;
        take_apart(kind, origin, inner, known, charset, limits, sink, true)?;
        return Ok(kind);
    }
    let start = fill(&mut reader)?;
    if start.is_empty() {
        return Err(IngestError::Empty);
    }
    let kind = kind(start.get(..LOOK).unwrap_or(start), name);
    let (kind, reader) = to_the_end_of_a_line(kind, reader, limits.report_bytes)?;
    take_apart(kind, origin, reader, known, charset, limits, sink, false)?;
    Ok(kind)
}

/// What one JSON object turns out to be once its first line is read to its end, which may lie beyond what was examined: JSON
/// Lines if another object follows.
fn to_the_end_of_a_line<R: BufRead>(
    kind: Kind,
    mut reader: R,
    limit: u64,
) -> std::io::Result<(Kind, impl BufRead)> {
    let (mut kind, mut first) = (kind, Vec::new());
    if matches!(kind, Kind::One(Form::Record | Form::Ninjs)) {
        reader.by_ref().take(limit).read_until(b'\n', &mut first)?;
        if first.trim_ascii_end().ends_with(b"}")
            && first.ends_with(b"\n")
            && fill(&mut reader)?.starts_with(b"{")
        {
            kind = Kind::JsonLines;
        }
    }
    Ok((kind, Cursor::new(first).chain(reader)))
}

fn fill<R: BufRead>(reader: &mut R) -> std::io::Result<&[u8]> {
    loop {
        match reader.fill_buf() {
            Err(e) if e.kind() == std::io::ErrorKind::Interrupted => {}
            Err(e) => return Err(e),
            Ok(_) => break,
        }
    }
    reader.fill_buf()
}

fn damaged(error: std::io::Error) -> IngestError {
    IngestError::Malformed { form: "gzip", reason: error.to_string() }
}

#[allow(
    clippy::too_many_arguments,
    reason = "the one place where all that is known of an input comes together"
)]
fn take_apart(
    kind: Kind,
    origin: &str,
    mut reader: impl BufRead,
    known: &Head,
    charset: Option<&str>,
    limits: &Limits,
    sink: &mut Sink<'_>,
    compressed: bool,
) -> Result<(), IngestError> {
    match kind {
        Kind::Warc => warc::read(origin, &mut reader, limits, sink),
        Kind::JsonLines => jsonl::read(origin, &mut reader, limits, sink),
        Kind::Mailbox => mailbox::read(origin, &mut reader, limits, sink),
        Kind::Feed => {
            let bytes = whole(reader, limits.feed_bytes, compressed)?;
            feed::read(origin, &bytes, charset, known, limits, sink)
        }
        Kind::Addresses => {
            list::read(origin, &whole(reader, limits.feed_bytes, compressed)?, charset, limits, sink)
        }
        Kind::Sitemap => {
            let base = known.url.as_ref().map(|url| url.value.as_str());
            sitemap::read(origin, &whole(reader, limits.feed_bytes, compressed)?, base, limits, sink)
        }
        Kind::One(form) => {
            let bytes = whole(reader, limits.report_bytes, compressed)?;
            if form == Form::Html && opml::is_opml(&bytes) {
                return Err(IngestError::ListOfFeeds);
            }
            let piece = Piece {
                known: known.clone(),
                charset: charset.map(str::to_owned),
                ..Piece::new(origin, form, bytes)
            };
            let _: ControlFlow<()> = pass_on(piece, sink);
            Ok(())
        }
    }
}

/// Passes on a piece: one for each block of a live blog, otherwise the piece itself.
pub(crate) fn pass_on(piece: Piece, sink: &mut Sink<'_>) -> ControlFlow<()> {
    if piece.form == Form::Html {
        // A page that triggers a defect here is passed on whole, so that what is wrong with it is reported as its own.
        let blocks = guarded(|| {
            Ok(html::live::pieces(&piece.bytes, piece.charset.as_deref(), &piece.known, &piece.origin))
        });
        let blocks = blocks.unwrap_or_default();
        if !blocks.is_empty() {
            return blocks.into_iter().try_for_each(|block| {
                sink(Item::Piece(Box::new(Piece {
                    fetched_at: piece.fetched_at.clone(),
                    unread: piece.unread.clone(),
                    changed: block.changed.or(piece.changed),
                    ..block
                })))
            });
        }
    }
    sink(Item::Piece(Box::new(piece)))
}

fn whole(reader: impl Read, limit: u64, compressed: bool) -> Result<Vec<u8>, IngestError> {
    let mut bytes = Vec::new();
    let read = reader.take(limit.saturating_add(1)).read_to_end(&mut bytes);
    read.map_err(|e| if compressed { damaged(e) } else { IngestError::Io(e) })?;
    if bytes.len() as u64 > limit {
        return Err(IngestError::TooLarge {
            what: "the input",
            limit: format!("{limit} bytes"),
            remedy: "raise --max-bytes if it really is one report",
        });
    }
    Ok(bytes)
}

/// Makes the report of a piece.
///
/// # Errors
/// Why there is none.
pub fn report(piece: &Piece, options: &HeadOverrides, limits: &Limits) -> Result<Report, IngestError> {
    let mut report = guarded(|| report_unguarded(piece, options, limits))?;
    if let Some(day) = piece.changed {
        note_change(&mut report, day);
    }
    Ok(report)
}

fn report_unguarded(piece: &Piece, options: &HeadOverrides, limits: &Limits) -> Result<Report, IngestError> {
    let mut report = report_of(piece, options, limits)?;
    if let Some(unread) = &piece.unread {
        let message = format!("Not read: {unread}.");
        report.diagnostics.push(diagnostic("content_not_read", &message));
    }
    Ok(report)
}

fn report_of(piece: &Piece, options: &HeadOverrides, limits: &Limits) -> Result<Report, IngestError> {
    match piece.form {
        Form::Text => text::read(&piece.bytes, piece.charset.as_deref(), &piece.known, options),
        Form::Html => html::read(&piece.bytes, piece.charset.as_deref(), &piece.known, options, limits),
        Form::Fragment => html::fragment(&piece.bytes, &piece.known, options),
        Form::Record => jsonl::report(&piece.bytes, &piece.known, options, limits),
        Form::Ninjs => ninjs::report(&piece.bytes, &piece.known, options),
        Form::NewsMl => newsml::report(&piece.bytes, &piece.known, options),
        Form::Mail => mail::report(&piece.bytes, &piece.known, options),
    }
}

/// All reports of an input of any form, in order: one for most forms, several for feeds, archives and live blogs. Links are not
/// followed.
///
/// # Errors
/// Why there is none. An error in one of several reports is in its place, and one in the rest of the input at the end.
pub fn reports(
    bytes: &[u8],
    name: &str,
    options: &HeadOverrides,
    limits: &Limits,
) -> Result<Vec<Result<Report, IngestError>>, IngestError> {
    reports_of(bytes, name, &Head::default(), None, options, limits)
}

/// Like [`reports`], for an input about which something is known: the address from which it was fetched, the charset that its
/// server declares.
///
/// # Errors
/// As for [`reports`].
pub fn reports_of(
    bytes: &[u8],
    name: &str,
    known: &Head,
    charset: Option<&str>,
    options: &HeadOverrides,
    limits: &Limits,
) -> Result<Vec<Result<Report, IngestError>>, IngestError> {
    let mut found: Vec<Result<Report, IngestError>> = Vec::new();
    let opened = open(name, name, bytes, known, charset, limits, &mut |item| {
        match item {
            Item::Piece(piece) => found.push(report(&piece, options, limits)),
            Item::Failed { error, .. } => found.push(Err(error)),
            Item::Link(link) => found.extend(link.entry.map(|entry| report(&entry, options, limits))),
            Item::Skipped { .. } => {}
        }
        ControlFlow::Continue(())
    });
    match opened {
        // What precedes damage is read.
        Err(error) if !found.is_empty() => found.push(Err(error)),
        opened => drop(opened?),
    }
    if found.is_empty() {
        return Err(IngestError::NoText { form: "input" });
    }
    Ok(found)
}

/// The only report of an input of any form.
///
/// # Errors
/// Why there is none; [`IngestError::Malformed`] for an input that holds several.
pub fn one(
    bytes: &[u8],
    name: &str,
    options: &HeadOverrides,
    limits: &Limits,
) -> Result<Report, IngestError> {
    let mut found = reports(bytes, name, options, limits)?;
    match found.pop() {
        Some(last) if found.is_empty() => last,
        _ => Err(IngestError::Malformed {
            form: "one report",
            reason: "it holds several; `sayso add` takes them all".to_owned(),
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::{Kind, kind, one};
    use crate::{Form, HeadOverrides, IngestError, Limits};

    #[test]
    fn one_report_of_any_form() {
        let read = |bytes: &str| one(bytes.as_bytes(), "x", &HeadOverrides::default(), &Limits::default());
        assert!(read("Nine people were hurt, the harbour office said.").is_ok());
        assert!(read("{\"text\": \"Nine people were hurt.\"}").is_ok());
        assert!(matches!(read("{\"text\": \"a\"}\n{\"text\": \"b\"}\n"), Err(IngestError::Malformed { .. })));
        assert!(matches!(read(""), Err(IngestError::Empty)));
    }

    #[test]
    fn a_line_can_be_a_news_item() {
        let item = |long: usize| {
            let text = "Nine people were hurt, the harbour office said. ".repeat(long);
            let body = format!("[{{\"role\": \"main\", \"value\": \"{text}\"}}]");
            format!(
                "{{\"uri\": \"https://wire.test/{long}\", \"headlines\": [{{\"value\": \"Hurt\"}}], \"bodies\": {body}}}\n"
            )
        };
        // A first line may be longer than what shows the form.
        for first in [1, 500] {
            let lines = item(first) + &item(2);
            for name in ["two.ninjs", "two.jsonl", "-"] {
                let found =
                    super::reports(lines.as_bytes(), name, &HeadOverrides::default(), &Limits::default());
                let found: Vec<_> = found.unwrap().into_iter().map(Result::unwrap).collect();
                assert_eq!(found.len(), 2, "{name}");
                assert!(found.iter().all(|report| report.head.headline.is_some()), "{name}");
            }
        }
        let record = "{\"uri\": \"a\", \"headline\": \"Hurt\", \"text\": \"Nine people were hurt.\"}\n";
        let found =
            super::reports(record.as_bytes(), "a.jsonl", &HeadOverrides::default(), &Limits::default());
        assert!(found.unwrap().iter().all(Result::is_ok), "a record may have a key `uri`, too");
    }

    #[test]
    #[allow(clippy::panic, reason = "that is what is tested")]
    fn a_panic_costs_its_own_input() {
        let text = "Nine people were hurt, the harbour office said.";
        let opened = super::open(
            "x",
            "x",
            text.as_bytes(),
            &sayso_model::Head::default(),
            None,
            &Limits::default(),
            &mut |_| panic!("somewhere below"),
        );
        assert!(matches!(opened, Err(IngestError::Defect { reason }) if reason == "somewhere below"));
    }

    #[test]
    fn forms_are_determined_by_their_first_bytes() {
        for (start, name, expected) in [
            ("WARC/1.0\r\n", "x", Kind::Warc),
            ("<!DOCTYPE html><html>", "x.txt", Kind::One(Form::Html)),
            ("<?xml version=\"1.0\"?><!-- x --><rss version=\"2.0\">", "", Kind::Feed),
            ("<feed xmlns=\"http://www.w3.org/2005/Atom\">", "", Kind::Feed),
            ("<rdf:RDF>", "", Kind::Feed),
            ("<entry xmlns=\"http://www.w3.org/2005/Atom\">", "", Kind::Feed),
            ("<entry><p>Nine hurt</p></entry>", "", Kind::One(Form::Html)),
            ("<!DOCTYPE rdf:RDF [<!ENTITY a \"b\">]>\n<rdf:RDF>", "", Kind::Feed),
            ("<?xml version=\"1.0\"?>\n<urlset>", "", Kind::Sitemap),
            ("<sitemapindex>", "", Kind::Sitemap),
            ("<newsItem xmlns=\"http://iptc.org/std/nar/2006-10-01/\">", "", Kind::One(Form::NewsMl)),
            ("<p>Nine hurt</p>", "", Kind::One(Form::Html)),
            ("{\"version\": \"https://jsonfeed.org/version/1.1\"}", "", Kind::Feed),
            ("{\"uri\": \"a\", \"headlines\": []}", "a.json", Kind::One(Form::Ninjs)),
            ("{\"text\": \"a\"}\n{\"text\": \"b\"}\n", "dump", Kind::JsonLines),
            ("{\"text\": \"a\"}", "dump.jsonl.gz", Kind::JsonLines),
            ("{\"text\": \"a\"}", "one.json", Kind::One(Form::Record)),
            ("Nine people were hurt", "a.txt", Kind::One(Form::Text)),
            ("title: Nine hurt\n", "", Kind::One(Form::Text)),
            ("https://a.test/1\nhttps://a.test/2\n", "sitemap.txt", Kind::Addresses),
            ("Received: from a.test\nFrom: b\n", "", Kind::One(Form::Mail)),
            ("From: a@b.test\nSubject: x\n", "a.eml", Kind::One(Form::Mail)),
        ] {
            assert_eq!(kind(start.as_bytes(), name), expected, "{start}");
        }
    }
}
