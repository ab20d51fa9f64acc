//! Bytes to text: byte order marks, declared and detected charsets; recognises other media.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};

use crate::IngestError;

mod rare;

/// A decoded input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decoded {
    /// The text, without a byte order mark.
    pub text: String,
    /// Name of the charset that it was decoded from (WHATWG).
    pub charset: &'static str,
    /// Number of sequences that could not be decoded and were replaced by U+FFFD.
    pub replaced: usize,
}

/// Decodes text, trying in this order: UTF-32 and EBCDIC, which no browser reads, a byte order mark, UTF-8 if the bytes are valid
/// UTF-8, UTF-16 without a mark, the declared charset, a statistical guess.
///
/// Valid UTF-8 takes precedence over a declaration, since text in another charset is hardly ever valid UTF-8 by chance, whereas
/// wrong labels are common.
///
/// # Errors
/// [`IngestError::Empty`] for no bytes, [`IngestError::NotText`] for another medium.
pub fn decode(bytes: &[u8], declared: Option<&str>) -> Result<Decoded, IngestError> {
    if bytes.is_empty() {
        return Err(IngestError::Empty);
    }
    if let Some((text, charset)) = rare::decode(bytes, declared) {
        reject_controls(&text)?;
        let replaced = text.matches('\u{FFFD}').count();
        return Ok(Decoded { text, charset, replaced });
    }
    let marked = Encoding::for_bom(bytes).map(|(encoding, _)| encoding);
    if let Some(kind) = medium(bytes) {
        return Err(IngestError::NotText { kind });
    }
    if marked.is_none()
        && let Ok(text) = std::str::from_utf8(bytes)
        && !text.contains('\0')
    {
        reject_controls(text)?;
        return Ok(Decoded { text: text.to_owned(), charset: UTF_8.name(), replaced: 0 });
    }
    let encoding = marked
        .or_else(|| utf16_without_mark(bytes))
        .or_else(|| declared_charset(bytes, declared))
        .unwrap_or_else(|| guess(bytes));
    let (text, encoding, _) = encoding.decode(bytes);
    reject_controls(&text)?;
    let replaced = text.matches('\u{FFFD}').count();
    Ok(Decoded { text: text.into_owned(), charset: encoding.name(), replaced })
}

/// A declared charset, unless the bytes are so nearly UTF-8 that the declaration must be wrong.
fn declared_charset(bytes: &[u8], declared: Option<&str>) -> Option<&'static Encoding> {
    if nearly_utf8(bytes) {
        return Some(UTF_8);
    }
    let declared = Encoding::for_label(declared?.trim().as_bytes())?;
    // The bytes are neither UTF-8 nor UTF-16, so a declaration of either is wrong.
    (declared != UTF_8 && declared != UTF_16LE && declared != UTF_16BE).then_some(declared)
}

/// True if a few broken sequences are among many good ones: text that was truncated or damaged in transit.
fn nearly_utf8(bytes: &[u8]) -> bool {
    let (mut good, mut bad) = (0_usize, 0_usize);
    for chunk in bytes.utf8_chunks() {
        good += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        bad += usize::from(!chunk.invalid().is_empty());
    }
    bad <= 1 && good >= 1 || good >= 4 * bad.max(1)
}

/// The charset that an HTML page or XML document declares near its start.
pub(crate) fn declared_in(bytes: &[u8]) -> Option<String> {
    let start = bytes.get(..2048).unwrap_or(bytes);
    let start = rare::decode(start, None)
        .map_or_else(|| String::from_utf8_lossy(start).into_owned(), |(text, _)| text)
        .to_lowercase();
    let at = start.find("charset=").or_else(|| start.find("encoding="))?;
    let rest = start.get(at..)?.split_once('=')?.1;
    let label: String = rest
        .trim_start_matches(['"', '\'', ' '])
        .chars()
        .take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | ':'))
        .collect();
    (!label.is_empty()).then_some(label)
}

fn guess(bytes: &[u8]) -> &'static Encoding {
    // The detector is linear; the limit keeps a large page from being read twice just for a label.
    let sample = bytes.get(..64 * 1024).unwrap_or(bytes);
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(sample, sample.len() == bytes.len());
    detector.guess(None, Utf8Detection::Deny)
}

/// UTF-16 text of mostly Latin script has a zero in nearly every second byte.
fn utf16_without_mark(bytes: &[u8]) -> Option<&'static Encoding> {
    let sample = bytes.get(..4096).unwrap_or(bytes);
    let pairs = sample.chunks_exact(2).len();
    if pairs < 4 {
        return None;
    }
    let zeros = |at: usize| sample.chunks_exact(2).filter(|pair| pair.get(at) == Some(&0)).count();
    match (zeros(0), zeros(1)) {
        (high, low) if high * 10 > pairs * 7 && low * 10 < pairs => Some(UTF_16BE),
        (high, low) if low * 10 > pairs * 7 && high * 10 < pairs => Some(UTF_16LE),
        _ => None,
    }
}

/// The medium of bytes that begin with a known signature.
fn medium(bytes: &[u8]) -> Option<&'static str> {
    const SIGNATURES: &[(&[u8], &str)] = &[
        (b"%PDF-", "a PDF file"),
        (b"PK\x03\x04", "a ZIP archive or office document"),
        (b"\x89PNG", "a PNG image"),
        (b"\xFF\xD8\xFF", "a JPEG image"),
        (b"GIF8", "a GIF image"),
        (b"RIFF", "a RIFF media file"),
        (b"\x1F\x8B", "gzip-compressed"),
        (b"\x28\xB5\x2F\xFD", "zstd-compressed"),
        (b"BZh", "bzip2-compressed"),
        (b"\xFD7zXZ", "xz-compressed"),
        (b"\x7FELF", "a program"),
        (b"OggS", "an Ogg media file"),
        (b"ID3", "an MP3 file"),
        (b"SQLite format 3\0", "an SQLite database"),
        (b"\xD0\xCF\x11\xE0", "an office document"),
        (b"{\\rtf", "an RTF document"),
    ];
    SIGNATURES.iter().find(|(signature, _)| bytes.starts_with(signature)).map(|&(_, kind)| kind)
}

/// Text has next to no control characters; bytes of another medium have them throughout.
fn reject_controls(text: &str) -> Result<(), IngestError> {
    let sample = text.chars().take(8192);
    let (mut all, mut controls) = (0_usize, 0_usize);
    for c in sample {
        all += 1;
        controls += usize::from(c.is_control() && !matches!(c, '\t' | '\n' | '\r' | '\x0C' | '\u{85}'));
    }
    if controls * 20 > all {
        return Err(IngestError::NotText { kind: "binary data" });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{declared_in, decode};
    use crate::IngestError;

    #[test]
    fn charsets_are_distinguished() {
        let german =
            "Der Minister erklärte, für die Brücke fehlten größere Beträge; es müsse später gezählt werden.";
        let latin: Vec<u8> = encoding_rs::WINDOWS_1252.encode(german).0.into_owned();
        assert_eq!(decode(&latin, None).unwrap().text, german);
        // A label that the bytes contradict loses.
        assert_eq!(decode(&latin, Some("utf-8")).unwrap().text, german);
        assert_eq!(decode(german.as_bytes(), Some("iso-8859-1")).unwrap().text, german);
        let utf16: Vec<u8> = german.encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(decode(&utf16, None).unwrap().text, german);
        let mut marked = vec![0xFF, 0xFE];
        marked.extend(&utf16);
        assert_eq!(decode(&marked, None).unwrap().text, german);
        let mut bom = b"\xEF\xBB\xBF".to_vec();
        bom.extend(german.as_bytes());
        assert_eq!(decode(&bom, None).unwrap().text, german);
    }

    #[test]
    fn damaged_utf8_is_repaired_and_counted() {
        let mut bytes = "Die Brücke über die größte Straße wäre schön für Fußgänger.".as_bytes().to_vec();
        bytes.push(0xC3);
        let decoded = decode(&bytes, Some("windows-1252")).unwrap();
        assert_eq!((decoded.charset, decoded.replaced), ("UTF-8", 1));
    }

    #[test]
    fn other_media_are_refused_by_name() {
        assert!(matches!(decode(b"", None), Err(IngestError::Empty)));
        for bytes in [&b"%PDF-1.7 x"[..], b"\x89PNG\r\n", b"\x1F\x8B\x08"] {
            assert!(matches!(decode(bytes, None), Err(IngestError::NotText { .. })));
        }
        let noise: Vec<u8> = (0..4000_u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
        assert!(matches!(decode(&noise, None), Err(IngestError::NotText { .. })));
    }

    #[test]
    fn charsets_are_declared_in_pages() {
        assert_eq!(declared_in(b"<meta charset='ISO-8859-1'>").as_deref(), Some("iso-8859-1"));
        assert_eq!(
            declared_in(b"<meta http-equiv=Content-Type content=\"text/html; charset=windows-1251\">")
                .as_deref(),
            Some("windows-1251")
        );
        assert_eq!(declared_in(b"<html>"), None);
    }
}
