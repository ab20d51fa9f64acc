//! The parts of HTTP shared by archives and the fetcher: responses as bytes, media types.

use crate::{Form, IngestError};

/// A response as stored in an archive.
pub(crate) struct Response<'b> {
    pub(crate) status: u16,
    /// Names in lower case.
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: &'b [u8],
}

/// Parses a response.
pub(crate) fn parse(bytes: &[u8]) -> Result<Response<'_>, IngestError> {
    let malformed =
        |reason: &str| IngestError::Malformed { form: "an HTTP response", reason: reason.to_owned() };
    let limit = bytes.get(..64 << 10).unwrap_or(bytes);
    // A body may have the other kind of line endings: the first blank line counts.
    let ends = [find(limit, b"\r\n\r\n").map(|at| (at, 4)), find(limit, b"\n\n").map(|at| (at, 2))];
    let (end, gap) = ends.into_iter().flatten().min().ok_or_else(|| malformed("its head does not end"))?;
    let head = String::from_utf8_lossy(bytes.get(..end).unwrap_or(b""));
    let mut lines = head.lines();
    let first = lines.next().unwrap_or("");
    if !first.starts_with("HTTP/") {
        return Err(malformed("it does not begin with HTTP/"));
    }
    let status = first
        .split_whitespace()
        .nth(1)
        .and_then(|s| s.parse().ok())
        .ok_or_else(|| malformed("it has no status"))?;
    let headers = lines
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.trim().to_lowercase(), value.trim().to_owned()))
        .collect();
    Ok(Response { status, headers, body: bytes.get(end + gap..).unwrap_or(b"") })
}

fn find(bytes: &[u8], what: &[u8]) -> Option<usize> {
    bytes.windows(what.len()).position(|w| w == what)
}

/// Removes the chunked transfer coding; `None` if it is absent or broken.
pub(crate) fn dechunk(mut bytes: &[u8]) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(bytes.len());
    loop {
        // Archives whose line endings were changed have LF alone.
        let end = find(bytes.get(..64).unwrap_or(bytes), b"\n")?;
        let size = std::str::from_utf8(bytes.get(..end)?).ok()?;
        let size = usize::from_str_radix(size.split(';').next()?.trim(), 16).ok()?;
        bytes = bytes.get(end + 1..)?;
        if size == 0 {
            return Some(out);
        }
        out.extend_from_slice(bytes.get(..size)?);
        bytes = bytes.get(size..)?;
        bytes = bytes.strip_prefix(b"\r\n").or_else(|| bytes.strip_prefix(b"\n"))?;
    }
}

/// How bytes of a media type are to be read; `None` for what is not a report. A missing type is inferred from the bytes.
pub(crate) fn form(media: &str, bytes: &[u8]) -> Option<Form> {
    let essence = media.split(';').next().unwrap_or("").trim();
    match essence {
        "text/html" | "application/xhtml+xml" => Some(Form::Html),
        "text/plain" => Some(Form::Text),
        "application/json"
        | "text/json"
        | "application/xml"
        | "text/xml"
        | ""
        | "application/octet-stream"
        | "binary/octet-stream" => match crate::source::kind(bytes.get(..4096).unwrap_or(bytes), "") {
            crate::source::Kind::One(Form::Record) if essence.is_empty() => None,
            crate::source::Kind::One(form) => Some(form),
            _ => None,
        },
        other if other.ends_with("+json") && other.contains("ninjs") => Some(Form::Ninjs),
        other if other.contains("newsml-g2") => Some(Form::NewsMl),
        _ => None,
    }
}

/// The charset that a media type declares.
pub(crate) fn charset(media: &str) -> Option<String> {
    media.split(';').skip(1).find_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        name.trim().eq_ignore_ascii_case("charset").then(|| value.trim().trim_matches(['"', '\'']).to_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::{charset, dechunk, parse};

    #[test]
    fn chunks_and_heads() {
        assert_eq!(dechunk(b"3\r\nabc\r\n2;x=y\r\nde\r\n0\r\n\r\n").as_deref(), Some(&b"abcde"[..]));
        assert_eq!(dechunk(b"ffffffffffffffff\r\nabc"), None);
        assert_eq!(dechunk(b"3\nabc\n0\n\n").as_deref(), Some(&b"abc"[..]));
        assert_eq!(dechunk(b"plain"), None);
        let mixed = parse(b"HTTP/1.1 200 OK\nA: b\n\nNine\r\n\r\nhurt").ok().map(|r| r.body.to_vec());
        assert_eq!(mixed.as_deref(), Some(&b"Nine\r\n\r\nhurt"[..]));
        let response =
            parse(b"HTTP/1.1 404 Not Found\nA: b\n\nbody").ok().map(|r| (r.status, r.body.to_vec()));
        assert_eq!(response, Some((404, b"body".to_vec())));
        assert_eq!(charset("text/html; Charset=\"ISO-8859-1\"").as_deref(), Some("ISO-8859-1"));
    }
}
