//! Web archives (WARC 1.0 and 1.1), read as a stream: no record is held longer than it takes to hand it on.
//!
//! Responses with status 200 and text are pages, `conversion` records (WET) plain text, `resource` records what their media
//! type says. Everything else is skipped. A record whose length lies is counted as failed, and reading goes on at the
//! next line that begins a record.

use std::io::{BufRead, Read};

use sayso_model::{Head, HeadSource};

use crate::{
    Form, IngestError, Item, Limits, Piece, Sink,
    gzip::{self, members::damage},
    head,
    head::stated,
    http::{self, Response},
};

/// Longest head of a record or of a response in it, in bytes.
const HEAD: usize = 64 << 10;

/// Takes an archive apart.
///
/// # Errors
/// [`IngestError::Io`] where the stream cannot be read on; records before that are given.
pub fn read(
    origin: &str,
    reader: &mut impl BufRead,
    limits: &Limits,
    sink: &mut Sink<'_>,
) -> Result<(), IngestError> {
    let reader = &mut Input { back: Vec::new(), at: 0, inner: reader };
    let mut number = 0_u64;
    // The last record failed, and whether that may yet turn out to be the damage of a member.
    let (mut lost, mut unexplained) = (false, false);
    // A record is handed on when its bytes are known to be whole, which the checksum behind it may deny.
    let mut held: Option<Item> = None;
    loop {
        let next = find_record(reader);
        let denied = matches!(next, Ok(Next::Damage { of_last: true, .. })) && !lost;
        if let Some(item) = held.take().filter(|_| !denied)
            && sink(item).is_break()
        {
            return Ok(());
        }
        let skipped = match next? {
            Next::End => break,
            Next::Record(skipped) => skipped,
            // Damage made nonsense of the record first; that was said.
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
            // The record before was longer or shorter than it said.
            let error = malformed(format!("{skipped} bytes stand between two records; a length lies"));
            if sink(Item::Failed { origin: at.clone(), error }).is_break() {
                return Ok(());
            }
        }
        (lost, unexplained) = (false, false);
        held = match record(reader, limits) {
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
}

enum Body {
    Whole(Vec<u8>),
    TooLarge,
}

/// What comes after a record.
enum Next {
    /// A record, behind so many bytes other than line ends.
    Record(u64),
    /// A member of the gzip file that is damaged; whether it gave anything, and whether that was the record before.
    Damage { reason: String, given: bool, of_last: bool },
    /// Nothing.
    End,
}

/// Reads up to and with the version line of the next record.
fn find_record(reader: &mut impl BufRead) -> Result<Next, IngestError> {
    let mut skipped = 0;
    let mut line = Vec::new();
    loop {
        line.clear();
        let read = read_line(reader, &mut line);
        if let Err(IngestError::Io(error)) = &read
            && let Some(damage) = damage(error)
        {
            // Where the member gave something and none of it stands here, it gave the record before.
            let of_last = damage.given > 0 && skipped == 0 && line.trim_ascii().is_empty();
            return Ok(Next::Damage { reason: damage.to_string(), given: damage.given > 0, of_last });
        }
        if read? == 0 {
            return Ok(Next::End);
        }
        if line.starts_with(b"WARC/") {
            return Ok(Next::Record(skipped));
        }
        // Bytes of a binary record may have no line ends for long: a line of theirs comes in pieces.
        skipped += line.trim_ascii().len() as u64;
    }
}

/// At most `HEAD` bytes of a line.
fn read_line(reader: &mut impl BufRead, line: &mut Vec<u8>) -> Result<usize, IngestError> {
    Ok(reader.by_ref().take(HEAD as u64).read_until(b'\n', line)?)
}

/// Header lines up to the blank one; `Err` inside for a record that cannot be used.
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
    if !ends && let Some(swallowed) = next_record(&bytes) {
        // It says that it is longer than it is: what it swallowed comes after all.
        reader.give_back(bytes.split_off(swallowed));
        return Ok(Err(malformed(format!("a record says {length} bytes and another begins in them"))));
    }
    if read < length.min(limit) {
        return Ok(Err(malformed(format!("a record says {length} bytes and has {read}"))));
    }
    if length <= limit {
        return Ok(Ok(Record { headers, body: Body::Whole(bytes) }));
    }
    // What is too large is read past without being kept.
    let rest = std::io::copy(&mut reader.by_ref().take(length - limit), &mut std::io::sink())?;
    if read + rest < length {
        return Ok(Err(malformed(format!("a record says {length} bytes and has {}", read + rest))));
    }
    Ok(Ok(Record { headers, body: Body::TooLarge }))
}

/// Where a record begins in the body of another.
fn next_record(body: &[u8]) -> Option<usize> {
    const BEGINNINGS: [&[u8]; 2] = [b"\r\n\r\nWARC/1.", b"\n\nWARC/1."];
    let at = |what: &[u8]| body.windows(what.len()).position(|w| w == what);
    BEGINNINGS.iter().filter_map(|beginning| at(beginning)).min()
}

/// A stream to which bytes can be given back.
struct Input<'r, R> {
    back: Vec<u8>,
    at: usize,
    inner: &'r mut R,
}

impl<R: BufRead> Input<'_, R> {
    /// True where the stream ends or goes on as it does between records.
    fn at_end_of_record(&mut self) -> Result<bool, IngestError> {
        let next = match self.fill_buf() {
            Err(e) if e.kind() == std::io::ErrorKind::Interrupted => return self.at_end_of_record(),
            other => other?,
        };
        Ok(matches!(next.first(), None | Some(b'\r' | b'\n' | b'W')))
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
            // The archive's own records say nothing to a reader.
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
            ..Piece::new(origin, form, bytes)
        })))
    }
}

/// Form, charset and bytes of a response; `Err` inside for what is no report.
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
    // Some crawlers keep the transfer coding's header and not the coding, and the same with the content's.
    let body = match get(&headers, "transfer-encoding") {
        Some(coding) if coding.eq_ignore_ascii_case("chunked") => {
            http::dechunk(body).unwrap_or_else(|| body.to_vec())
        }
        _ => body.to_vec(),
    };
    let body = match get(&headers, "content-encoding").map(str::to_lowercase).as_deref() {
        None | Some("identity" | "") => body,
        Some("gzip" | "x-gzip") if !gzip::is_gzip(&body) => body,
        Some("gzip" | "x-gzip") => gzip::gunzip(&body, limits.report_bytes, limits)?,
        Some(other) if other != "br" && other != "deflate" && other != "zstd" => body,
        // Text that was decoded when it was kept begins as text does.
        Some(_) if std::str::from_utf8(body.get(..512).unwrap_or(&body)).is_ok() => body,
        Some(other) => return Ok(Err(format!("content coding {other}"))),
    };
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
    use crate::{Form, Item, Limits, jsonl::collect};

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
    fn pages_and_texts_are_given_and_the_rest_skipped() {
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

    #[test]
    fn lying_lengths_cost_one_record() {
        let good = record("conversion", "https://a.test/4", "text/plain", "Nine hurt", 9);
        let short = record("conversion", "https://a.test/s", "text/plain", "Nine hurt on the ferry", 4);
        let long = record("conversion", "https://a.test/l", "text/plain", "Nine hurt", 1 << 40);
        let found = items(&[&good, &short, &good, &good].map(String::as_str).concat());
        let pieces = found.iter().filter(|i| matches!(i, Item::Piece(_))).count();
        let failed = found.iter().filter(|i| matches!(i, Item::Failed { .. })).count();
        assert_eq!((pieces, failed), (4, 1));
        let found = items(&[&good, &long].map(String::as_str).concat());
        assert!(matches!((&found[0], &found[1]), (Item::Piece(_), Item::Failed { .. })));
        // One that says more than it has does not swallow those behind it, however much it says.
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
                    // The checksum says that the text is not what it was.
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
