//! Web archives (WARC 1.0 and 1.1), read as a stream: no record is kept longer than it takes to pass it on.
//!
//! Responses with status 200 and text are pages, `conversion` records (WET) plain text, `resource` records what their media type
//! says. Everything else is skipped. A record with a wrong length or digest is counted as failed, and reading continues at the
//! next line that begins a record. In an archive whose line endings were converted to LF, lengths include the lost CRs: its
//! records are taken as they are.

mod digest;

use std::io::{BufRead, Read};

use sayso_model::{Head, HeadSource};

use crate::{
    Form, IngestError, Item, Limits, Piece, Sink, coding,
    gzip::members::damage,
    head,
    head::stated,
    http::{self, Response},
    source,
};

/// Maximum length of the head of a record or of a response in it, in bytes.
const HEAD: usize = 64 << 10;

/// Splits an archive into items.
///
/// # Errors
/// [`IngestError::Io`] if the stream cannot be read further; records before that are passed on.
pub fn read(
    origin: &str,
    reader: &mut impl BufRead,
    limits: &Limits,
    sink: &mut Sink<'_>,
) -> Result<(), IngestError> {
    let reader = &mut Input { back: Vec::new(), at: 0, inner: reader };
    let mut number = 0_u64;
    // Whether the last record failed, and whether that may yet turn out to be caused by a damaged member.
    let (mut lost, mut unexplained) = (false, false);
    // A record is passed on only when its bytes are known to be complete, which the checksum after it may contradict.
    let mut held: Option<Item> = None;
    loop {
        let next = find_record(reader);
        let denied = matches!(next, Ok(Next::Damage { of_last: true, .. })) && !lost;
        if let Some(item) = held.take().filter(|_| !denied) {
            let flow = match item {
                Item::Piece(piece) => source::pass_on(*piece, sink),
                item => sink(item),
            };
            if flow.is_break() {
                return Ok(());
            }
        }
        let (skipped, bare_ends) = match next? {
            Next::End => break,
            Next::Record { skipped, bare } => (skipped, bare),
            // The damage first garbled the record, which has been reported.
            Next::Damage { given: true, .. } if unexplained => {
                unexplained = false;
                continue;
            }
            Next::Damage { reason, .. } => {
                number += u64::from(!denied);
                (lost, unexplained) = (true, false);
                held = Some(Item::Failed { origin: format!("{origin}#{number}"), error: malformed(reason) });
                continue;
            }
        };
        number += 1;
        let at = format!("{origin}#{number}");
        if skipped > 0 && !lost {
            // The previous record was longer or shorter than declared.
            let error = malformed(format!("{skipped} bytes between two records: a length is wrong"));
            if sink(Item::Failed { origin: at.clone(), error }).is_break() {
                return Ok(());
            }
        }
        (lost, unexplained) = (false, false);
        held = match record(reader, limits, bare_ends) {
            Ok(Ok(record)) => record.item(&at, limits),
            Ok(Err(error)) => {
                (lost, unexplained) = (true, true);
                Some(Item::Failed { origin: at, error })
            }
            Err(IngestError::Io(error)) if damage(&error).is_some() => {
                lost = true;
                Some(Item::Failed { origin: at, error: malformed(error.to_string()) })
            }
            Err(error) => return Err(error),
        };
    }
    if number == 0 {
        return Err(malformed("no record was found".to_owned()));
    }
    Ok(())
}

fn malformed(reason: String) -> IngestError {
    IngestError::Malformed { form: "WARC", reason }
}

struct Record {
    headers: Vec<(String, String)>,
    body: Body,
    /// Its line endings are not those that its length and digest were computed from.
    changed: bool,
}

enum Body {
    Whole(Vec<u8>),
    TooLarge,
}

/// What comes after a record.
enum Next {
    /// A record, after `skipped` bytes other than line ends; whether its lines end in LF alone.
    Record { skipped: u64, bare: bool },
    /// A damaged gzip member; whether it returned anything, and whether that was the previous record.
    Damage { reason: String, given: bool, of_last: bool },
    /// Nothing.
    End,
}

/// Reads up to and including the version line of the next record.
fn find_record(reader: &mut impl BufRead) -> Result<Next, IngestError> {
    let mut skipped = 0;
    let mut line = Vec::new();
    loop {
        line.clear();
        let read = read_line(reader, &mut line);
        if let Err(IngestError::Io(error)) = &read
            && let Some(damage) = damage(error)
        {
            // If the member returned something and none of it is here, it was the previous record.
            let of_last = damage.given > 0 && skipped == 0 && line.trim_ascii().is_empty();
            return Ok(Next::Damage { reason: damage.to_string(), given: damage.given > 0, of_last });
        }
        if read? == 0 {
            return Ok(Next::End);
        }
        if line.starts_with(b"WARC/") {
            return Ok(Next::Record { skipped, bare: !line.ends_with(b"\r\n") });
        }
        // A binary record may have no line ends for a long time, so a line of it comes in pieces.
        skipped += line.trim_ascii().len() as u64;
    }
}

/// At most `HEAD` bytes of a line.
fn read_line(reader: &mut impl BufRead, line: &mut Vec<u8>) -> Result<usize, IngestError> {
    Ok(reader.by_ref().take(HEAD as u64).read_until(b'\n', line)?)
}

/// Header lines up to the blank one; an inner `Err` for a record that cannot be used.
fn headers(reader: &mut impl BufRead) -> Result<Result<Vec<(String, String)>, IngestError>, IngestError> {
    let mut headers = Vec::new();
    let mut all = 0;
    let mut line = Vec::new();
    loop {
        line.clear();
        let read = read_line(reader, &mut line)?;
        all += read;
        if read == 0 {
            return Ok(Err(malformed("it ends in the head of a record".to_owned())));
        }
        if all > HEAD {
            return Ok(Err(malformed(format!("the head of a record is longer than {HEAD} bytes"))));
        }
        let text = String::from_utf8_lossy(&line);
        let text = text.trim_end();
        if text.is_empty() {
            return Ok(Ok(headers));
        }
        if let Some((name, value)) = text.split_once(':') {
            headers.push((name.trim().to_lowercase(), value.trim().to_owned()));
        }
    }
}

fn record<R: BufRead>(
    reader: &mut Input<'_, R>,
    limits: &Limits,
    bare_ends: bool,
) -> Result<Result<Record, IngestError>, IngestError> {
    let headers = match headers(reader)? {
        Ok(headers) => headers,
        Err(error) => return Ok(Err(error)),
    };
    let Some(length) = get(&headers, "content-length").and_then(|v| v.parse::<u64>().ok()) else {
        return Ok(Err(malformed("a record has no Content-Length".to_owned())));
    };
    let limit = limits.report_bytes + HEAD as u64;
    let mut bytes = Vec::new();
    let read = reader.by_ref().take(length.min(limit)).read_to_end(&mut bytes)? as u64;
    let ends = read == length && reader.at_end_of_record()?;
    if !ends && bare_ends {
        let beyond = reader.peek(BEGINNING)?;
        let end = next_record(&[bytes.as_slice(), &beyond].concat()).unwrap_or(bytes.len());
        let line_ends = bytes.get(..end).map_or(0, |b| b.iter().filter(|b| **b == b'\n').count());
        // What is missing are the CRs: at most one per line end.
        if end <= bytes.len() && length.saturating_sub(end as u64) <= line_ends as u64 {
            reader.give_back(bytes.split_off(end));
            return Ok(Ok(Record { headers, body: Body::Whole(bytes), changed: true }));
        }
    }
    if !ends && let Some(swallowed) = next_record(&bytes) {
        // The declared length is too long: what was swallowed is put back.
        reader.give_back(bytes.split_off(swallowed));
        return Ok(Err(malformed(format!("a record declares {length} bytes, but another begins in them"))));
    }
    if read < length.min(limit) {
        return Ok(Err(malformed(format!("a record declares {length} bytes and has {read}"))));
    }
    if length <= limit {
        return Ok(Ok(Record { headers, body: Body::Whole(bytes), changed: false }));
    }
    // Oversized content is read past without being kept.
    let rest = std::io::copy(&mut reader.by_ref().take(length - limit), &mut std::io::sink())?;
    if read + rest < length {
        return Ok(Err(malformed(format!("a record declares {length} bytes and has {}", read + rest))));
    }
    Ok(Ok(Record { headers, body: Body::TooLarge, changed: false }))
}

/// Number of bytes that identify the start of a record.
const BEGINNING: usize = 12;

/// Where a record begins in the body of another.
fn next_record(body: &[u8]) -> Option<usize> {
    const BEGINNINGS: [&[u8]; 2] = [b"\r\n\r\nWARC/1.", b"\n\nWARC/1."];
    let at = |what: &[u8]| body.windows(what.len()).position(|w| w == what);
    BEGINNINGS.iter().filter_map(|beginning| at(beginning)).min()
}

/// A stream that bytes can be put back into.
struct Input<'r, R> {
    back: Vec<u8>,
    at: usize,
    inner: &'r mut R,
}

impl<R: BufRead> Input<'_, R> {
    /// True if the stream ends or continues as it does between records.
    fn at_end_of_record(&mut self) -> Result<bool, IngestError> {
        let next = match self.fill_buf() {
            Err(e) if e.kind() == std::io::ErrorKind::Interrupted => return self.at_end_of_record(),
            other => other?,
        };
        Ok(matches!(next.first(), None | Some(b'\r' | b'\n' | b'W')))
    }

    /// The next bytes, at most `count`, without consuming them.
    fn peek(&mut self, count: usize) -> Result<Vec<u8>, IngestError> {
        let mut next = Vec::new();
        self.by_ref().take(count as u64).read_to_end(&mut next)?;
        self.give_back(next.clone());
        Ok(next)
    }

    fn give_back(&mut self, mut bytes: Vec<u8>) {
        bytes.extend_from_slice(self.back.get(self.at..).unwrap_or(&[]));
        (self.back, self.at) = (bytes, 0);
    }
}

impl<R: BufRead> Read for Input<'_, R> {
    fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
        let read = self.fill_buf()?.read(out)?;
        self.consume(read);
        Ok(read)
    }
}

impl<R: BufRead> BufRead for Input<'_, R> {
    fn fill_buf(&mut self) -> std::io::Result<&[u8]> {
        if self.at < self.back.len() {
            return Ok(self.back.get(self.at..).unwrap_or(&[]));
        }
        self.inner.fill_buf()
    }

    fn consume(&mut self, amount: usize) {
        if self.at < self.back.len() {
            self.at = (self.at + amount).min(self.back.len());
        } else {
            self.inner.consume(amount);
        }
    }
}

fn get<'h>(headers: &'h [(String, String)], name: &str) -> Option<&'h str> {
    headers.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_str())
}

impl Record {
    fn item(self, at: &str, limits: &Limits) -> Option<Item> {
        let url = get(&self.headers, "warc-target-uri").unwrap_or("").trim_matches(['<', '>']).to_owned();
        let origin = if url.is_empty() { at.to_owned() } else { format!("{at} {url}") };
        let kind = get(&self.headers, "warc-type").unwrap_or("");
        let media = get(&self.headers, "content-type").unwrap_or("").to_lowercase();
        let skipped = |reason: String| Some(Item::Skipped { origin: origin.clone(), reason });
        match kind {
            "response" | "conversion" | "resource" => {}
            // The archive's own records are of no use to readers.
            _ => return None,
        }
        if kind == "response" && !media.is_empty() && !media.starts_with("application/http") {
            return skipped(media);
        }
        let bytes = match self.body {
            Body::Whole(bytes) => bytes,
            Body::TooLarge => {
                let error = IngestError::TooLarge {
                    what: "a record",
                    limit: format!("{} bytes", limits.report_bytes),
                    remedy: "raise --max-bytes if it really is one report",
                };
                return Some(Item::Failed { origin, error });
            }
        };
        if !self.changed
            && let Err(reason) = digest::check(&self.headers, &bytes)
        {
            return Some(Item::Failed { origin, error: malformed(reason) });
        }
        let (form, charset, bytes) = match kind {
            "response" => match response(&bytes, limits) {
                Ok(Ok(found)) => found,
                Ok(Err(reason)) => return skipped(reason),
                Err(error) => return Some(Item::Failed { origin, error }),
            },
            "conversion" => (Form::Text, None, bytes),
            _ => match http::form(&media, &bytes) {
                Some(form) => (form, http::charset(&media), bytes),
                None => return skipped(media),
            },
        };
        let mut known = Head::default();
        if head::host(&url).is_some() {
            known.url = stated(&url, &HeadSource::Record);
        }
        Some(Item::Piece(Box::new(Piece {
            known,
            fetched_at: get(&self.headers, "warc-date").map(str::to_owned),
            charset,
            unread: get(&self.headers, "warc-truncated")
                .map(|why| format!("what the archive has cut off (WARC-Truncated: {why})")),
            ..Piece::new(origin, form, bytes)
        })))
    }
}

/// Form, charset and bytes of a response; an inner `Err` for what is not a report.
#[allow(clippy::type_complexity, reason = "used once, just above")]
fn response(
    bytes: &[u8],
    limits: &Limits,
) -> Result<Result<(Form, Option<String>, Vec<u8>), String>, IngestError> {
    let Response { status, headers, body } = http::parse(bytes)?;
    if status != 200 {
        return Ok(Err(format!("status {status}")));
    }
    let media = get(&headers, "content-type").unwrap_or("").to_lowercase();
    // Some crawlers keep the header but not the transfer coding.
    let body = match get(&headers, "transfer-encoding") {
        Some(coding) if coding.eq_ignore_ascii_case("chunked") => {
            http::dechunk(body).unwrap_or_else(|| body.to_vec())
        }
        _ => body.to_vec(),
    };
    let coded = get(&headers, "content-encoding").unwrap_or("");
    let body = coding::decoded(coded, body, limits.report_bytes, limits)?;
    Ok(match http::form(&media, &body) {
        Some(form) => Ok((form, http::charset(&media), body)),
        None => Err(media),
    })
}

#[cfg(test)]
mod tests {
    use std::io::{BufReader, Write};

    use proptest::prelude::*;

    use super::read;
    use crate::{Form, IngestError, Item, Limits, jsonl::collect};

    fn record(kind: &str, url: &str, media: &str, body: &str, length: usize) -> String {
        format!(
            "WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Target-URI: {url}\r\nWARC-Date: 2024-03-05T08:00:00Z\r\nContent-Type: {media}\r\n\
             Content-Length: {length}\r\n\r\n{body}\r\n\r\n"
        )
    }

    fn response(url: &str, head: &str, body: &str) -> String {
        let http = format!("HTTP/1.1 200 OK\r\n{head}\r\n\r\n{body}");
        record("response", url, "application/http; msgtype=response", &http, http.len())
    }

    fn items(archive: &str) -> Vec<Item> {
        collect(|sink| {
            drop(read("a.warc", &mut BufReader::new(archive.as_bytes()), &Limits::default(), sink))
        })
    }

    #[test]
    fn pages_and_texts_are_returned_and_the_rest_is_skipped() {
        let archive = [
            record("warcinfo", "", "application/warc-fields", "software: x", 11),
            response("https://a.test/1", "Content-Type: text/html; charset=iso-8859-1", "<p>x</p>"),
            response("https://a.test/2", "Content-Type: image/png", "x"),
            response(
                "https://a.test/3",
                "Content-Type: text/html\r\nTransfer-Encoding: chunked",
                "8\r\n<p>x</p>\r\n0\r\n\r\n",
            ),
            record("conversion", "https://a.test/4", "text/plain", "Nine hurt", 9),
        ]
        .concat();
        let found = items(&archive);
        assert_eq!(found.len(), 4);
        let Item::Piece(page) = &found[0] else { panic!() };
        assert_eq!(
            (page.form, page.charset.as_deref(), page.bytes.as_slice()),
            (Form::Html, Some("iso-8859-1"), &b"<p>x</p>"[..])
        );
        assert_eq!(page.known.url.as_ref().unwrap().value, "https://a.test/1");
        assert_eq!(page.fetched_at.as_deref(), Some("2024-03-05T08:00:00Z"));
        assert!(matches!(&found[1], Item::Skipped { reason, .. } if reason == "image/png"));
        assert!(matches!(&found[2], Item::Piece(p) if p.bytes == b"<p>x</p>"));
        assert!(matches!(&found[3], Item::Piece(p) if p.form == Form::Text));
    }

    fn urls(items: &[Item]) -> Vec<String> {
        let url = |i: &Item| {
            if let Item::Piece(p) = i { Some(p.known.url.as_ref()?.value.clone()) } else { None }
        };
        items.iter().filter_map(url).collect()
    }

    #[test]
    fn archives_with_converted_line_endings_lose_nothing() {
        let page = |n: usize, head: &str| {
            let body = format!("<p>Ferry {n}</p>\r\n<p>Nine hurt</p>\r\n");
            response(&format!("https://a.test/{n}"), head, &body)
        };
        let crlf = [
            page(1, "Content-Type: text/html"),
            page(2, "Content-Type: text/html\r\nServer: x\r\nVia: y"),
            page(3, "Content-Type: text/html"),
        ];
        let lf = crlf.concat().replace("\r\n", "\n");
        let found = items(&lf);
        assert_eq!(urls(&found), ["https://a.test/1", "https://a.test/2", "https://a.test/3"], "{found:?}");
        assert_eq!(found.len(), 3);
        let Item::Piece(second) = &found[1] else { panic!() };
        assert_eq!(second.bytes.trim_ascii(), b"<p>Ferry 2</p>\n<p>Nine hurt</p>");
        // Recomputed lengths are trusted.
        let text = "Nine hurt\n\nWARC/1.0 is how an archive begins";
        let counted =
            record("conversion", "https://a.test/4", "text/plain", text, text.len()).replace("\r\n", "\n");
        let found = items(&[counted.as_str(), &counted].concat());
        assert!(
            matches!(found.as_slice(), [Item::Piece(a), Item::Piece(_)] if a.bytes == text.as_bytes()),
            "{found:?}"
        );
    }

    #[test]
    fn digests_are_checked() {
        let with = |name: &str, value: &str, body: &str| {
            record(
                "conversion",
                "https://a.test/4",
                &format!("text/plain\r\n{name}: {value}"),
                body,
                body.len(),
            )
        };
        let block = "WARC-Block-Digest";
        for (value, good) in [
            // The SHA-1 and SHA-256 of "Nine hurt" as archives write them.
            ("sha1:WDQICBO6L2H4ZDMZUOO2IFCRML5D2PXA", true),
            ("sha1:b0e08105de5e8fcc8d99a39da4145162fa3d3ee0", true),
            ("sha256:677fdfd2f39d0224165bcb8c427f0f781dd83f91277938493b36dfcdd5ebfbb7", true),
            ("sha1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", false),
            ("sha256:0000", false),
            // A digest of an unknown kind is not checked.
            ("blake9:0000", true),
        ] {
            let found = items(&with(block, value, "Nine hurt"));
            assert_eq!(matches!(found.as_slice(), [Item::Piece(_)]), good, "{value} {found:?}");
            assert_eq!(matches!(found.as_slice(), [Item::Failed { .. }]), !good, "{value}");
        }
        let whole = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\nNine hurt";
        let answer = |digest: &str| {
            let media = format!("application/http\r\nWARC-Payload-Digest: {digest}");
            items(&record("response", "https://a.test/5", &media, whole, whole.len()))
        };
        assert!(matches!(answer("sha1:WDQICBO6L2H4ZDMZUOO2IFCRML5D2PXA").as_slice(), [Item::Piece(_)]));
        assert!(matches!(answer("sha1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA").as_slice(), [Item::Failed { .. }]));
    }

    #[test]
    fn bodies_are_decompressed() {
        let page = b"<p>page</p>";
        let brotli = b"\x0B\x05\x80<p>page</p>\x03";
        let read = |coding: &str, body: &[u8]| {
            let http =
                format!("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Encoding: {coding}\r\n\r\n");
            let block = [http.as_bytes(), body].concat();
            let head = format!("WARC/1.0\r\nWARC-Type: response\r\nContent-Length: {}\r\n\r\n", block.len());
            let archive = [head.as_bytes(), &block, b"\r\n\r\n"].concat();
            collect(|sink| {
                read("a", &mut BufReader::new(archive.as_slice()), &Limits::default(), sink).unwrap();
            })
        };
        for body in [&brotli[..], page] {
            let found = read("br", body);
            assert!(matches!(found.as_slice(), [Item::Piece(p)] if p.bytes == page), "{found:?}");
        }
        let unknown = read("zstd", b"\x28\xB5\x2F\xFD\x00");
        assert!(
            matches!(unknown.as_slice(), [Item::Failed { error: IngestError::Coding(_), .. }]),
            "{unknown:?}"
        );
    }

    #[test]
    fn wrong_lengths_cost_one_record() {
        let good = record("conversion", "https://a.test/4", "text/plain", "Nine hurt", 9);
        let short = record("conversion", "https://a.test/s", "text/plain", "Nine hurt on the ferry", 4);
        let long = record("conversion", "https://a.test/l", "text/plain", "Nine hurt", 1 << 40);
        let found = items(&[&good, &short, &good, &good].map(String::as_str).concat());
        let pieces = found.iter().filter(|i| matches!(i, Item::Piece(_))).count();
        let failed = found.iter().filter(|i| matches!(i, Item::Failed { .. })).count();
        assert_eq!((pieces, failed), (4, 1));
        let found = items(&[&good, &long].map(String::as_str).concat());
        assert!(matches!((&found[0], &found[1]), (Item::Piece(_), Item::Failed { .. })));
        // One that declares too great a length does not swallow those after it, however great.
        let info = "WARC/1.0\r\nWARC-Type: metadata\r\nContent-Length: 500\r\n\r\nx\r\n\r\n";
        let little = record("conversion", "https://a.test/l", "text/plain", "Nine hurt", 40);
        for lying in [long.as_str(), info, &little] {
            let found = items(&[&good, lying, &good, &good].concat());
            let kinds: Vec<bool> = found.iter().map(|i| matches!(i, Item::Piece(_))).collect();
            assert_eq!(kinds, [true, false, true, true], "{lying}");
        }
        let quoting = record(
            "conversion",
            "https://a.test/q",
            "text/plain",
            &format!("As it stands:\r\n\r\n{good}"),
            good.len() + 17,
        );
        let found = items(&[&quoting, &good].map(String::as_str).concat());
        assert!(
            matches!(found.as_slice(), [Item::Piece(_), Item::Piece(_)]),
            "an archive in an archive is none of ours"
        );
        assert!(matches!(items("no archive").as_slice(), []));
    }

    fn gzip(text: &str) -> Vec<u8> {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        encoder.write_all(text.as_bytes()).unwrap();
        encoder.finish().unwrap()
    }

    #[test]
    fn a_damaged_member_costs_its_own_record() {
        let record = |n: usize| {
            let text =
                format!("Nine people were hurt on ferry {n}, the harbour office of Lund said on Tuesday.");
            record("conversion", &format!("https://a.test/{n}"), "text/plain", &text, text.len())
        };
        let members: Vec<Vec<u8>> = (0..5).map(|n| gzip(&record(n))).collect();
        let info = gzip("WARC/1.0\r\nWARC-Type: warcinfo\r\nContent-Length: 2\r\n\r\nx:\r\n\r\n");
        for damaged in 0..members.len() {
            for way in 0..5 {
                let mut all = members.clone();
                let bytes = &mut all[damaged];
                let middle = bytes.len() / 2;
                match way {
                    0 => bytes.truncate(middle),
                    1 => bytes[middle] ^= 0x10,
                    2 => bytes[1] = 0,
                    // The checksum says that the text has been altered.
                    3 => {
                        let at = bytes.len() - 6;
                        bytes[at] ^= 1;
                    }
                    _ => bytes.clear(),
                }
                let archive = [&info, &all.concat()].map(Vec::as_slice).concat();
                let mut reader = BufReader::new(crate::gzip::members::Members::new(archive.as_slice()));
                let found = collect(|sink| read("a.warc.gz", &mut reader, &Limits::default(), sink).unwrap());
                let urls: Vec<String> = found
                    .iter()
                    .filter_map(|i| {
                        if let Item::Piece(p) = i { Some(p.known.url.as_ref()?.value.clone()) } else { None }
                    })
                    .collect();
                let expected: Vec<String> =
                    (0..5).filter(|n| *n != damaged).map(|n| format!("https://a.test/{n}")).collect();
                assert_eq!(urls, expected, "{damaged} {way}");
                let failed = found.iter().filter(|i| matches!(i, Item::Failed { .. })).count();
                assert_eq!(failed, usize::from(way != 4), "{damaged} {way}: {found:?}");
            }
        }
    }

    proptest! {
        #[test]
        fn damaged_archives_never_panic(cuts in proptest::collection::vec((0_usize..900, any::<u8>()), 0..8), end in 0_usize..900) {
            let mut bytes = [
                response("https://a.test/1", "Content-Type: text/html\r\nTransfer-Encoding: chunked", "8\r\n<p>x</p>\r\n0\r\n\r\n"),
                record("conversion", "https://a.test/4", "text/plain", "Nine hurt", 9),
            ].concat().into_bytes();
            for (at, byte) in cuts {
                if let Some(b) = bytes.get_mut(at) { *b = byte; }
            }
            bytes.truncate(end);
            collect(|sink| drop(read("a", &mut BufReader::new(bytes.as_slice()), &Limits::default(), sink)));
        }
    }
}
