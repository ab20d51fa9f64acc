//! Content codings: how servers compress what they send, and how archives keep it.

use crate::{IngestError, Limits, gzip};

/// The codings that are asked for, as a value of `Accept-Encoding`.
pub const ACCEPTED: &str = "gzip, br";

/// Bytes by which text is recognised.
const START: usize = 512;

/// A body without its content coding (the value of `Content-Encoding`). Some servers name a coding that they have not
/// applied, and some crawlers keep the name of one that they have removed: a body that is not compressed stays as it is.
///
/// # Errors
/// [`IngestError::Coding`] for a coding that is not known, and those of [`gzip::gunzip`].
pub fn decoded(coding: &str, body: Vec<u8>, limit: u64, limits: &Limits) -> Result<Vec<u8>, IngestError> {
    match coding.trim().to_ascii_lowercase().as_str() {
        "" | "identity" => Ok(body),
        "gzip" | "x-gzip" if gzip::is_gzip(&body) => gzip::gunzip(&body, limit, limits),
        "gzip" | "x-gzip" => Ok(body),
        _ if is_text(&body) => Ok(body),
        "br" => gzip::unbrotli(&body, limit, limits),
        "deflate" => gzip::inflate(&body, limit, limits),
        other => Err(IngestError::Coding(other.to_owned())),
    }
}

/// True for what begins like text in UTF-8; neither Brotli nor deflate has a signature, and both decode some texts to
/// nothing.
fn is_text(body: &[u8]) -> bool {
    let start = body.get(..START).unwrap_or(body);
    let text = match std::str::from_utf8(start) {
        Ok(text) => text,
        // The last character may be cut.
        Err(cut) if cut.error_len().is_none() && start.len() < body.len() => {
            start.get(..cut.valid_up_to()).and_then(|s| std::str::from_utf8(s).ok()).unwrap_or_default()
        }
        Err(_) => return false,
    };
    !text.chars().any(|c| c.is_control() && !c.is_whitespace())
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::{
        Compression,
        write::{DeflateEncoder, GzEncoder, ZlibEncoder},
    };

    use super::decoded;
    use crate::{IngestError, Limits};

    const PAGE: &[u8] = b"<p>Nine people were hurt when the ferry struck the pier.</p>";
    /// The same in Brotli, by its reference implementation.
    const BROTLI: &[u8] = &[
        0x1B, 0x3B, 0x00, 0xF8, 0x05, 0xCA, 0x6D, 0xA9, 0x5E, 0x0A, 0xC3, 0x10, 0x2D, 0xED, 0xC5, 0x15, 0x19,
        0xAF, 0x22, 0xB6, 0x28, 0xB3, 0xF0, 0x72, 0x90, 0xCC, 0xE2, 0x1F, 0x96, 0x12, 0xD5, 0x7A, 0x2E, 0xE1,
        0x78, 0xB2, 0x98, 0xD7, 0x07, 0x1E, 0xB2, 0x3F, 0xBB, 0x56, 0x2A, 0xE5, 0x8F, 0x00,
    ];

    fn of(coding: &str, body: &[u8]) -> Result<Vec<u8>, IngestError> {
        decoded(coding, body.to_vec(), 1 << 20, &Limits::default())
    }

    #[test]
    fn codings_are_undone() {
        let (mut gzip, mut zlib, mut raw) = (
            GzEncoder::new(Vec::new(), Compression::best()),
            ZlibEncoder::new(Vec::new(), Compression::best()),
            DeflateEncoder::new(Vec::new(), Compression::best()),
        );
        for encoder in [&mut gzip as &mut dyn Write, &mut zlib, &mut raw] {
            encoder.write_all(PAGE).unwrap();
        }
        let (gzip, zlib, raw) = (gzip.finish().unwrap(), zlib.finish().unwrap(), raw.finish().unwrap());
        let all: [(&str, &[u8]); 7] = [
            ("", PAGE),
            ("identity", PAGE),
            ("gzip", &gzip),
            (" X-GZIP", &gzip),
            ("br", BROTLI),
            ("deflate", &zlib),
            ("deflate", &raw),
        ];
        for (coding, body) in all {
            assert_eq!(of(coding, body).unwrap(), PAGE, "{coding}");
        }
        assert!(
            matches!(of("zstd", b"\x28\xB5\x2F\xFD\x00"), Err(IngestError::Coding(named)) if named == "zstd")
        );
        assert!(matches!(of("br", &BROTLI[..20]), Err(IngestError::Malformed { .. })));
    }

    #[test]
    fn what_is_not_compressed_stays_as_it_is() {
        // A text that begins with "n" is an empty stream in Brotli.
        let long = format!("nine{}", "ö".repeat(600));
        for coding in ["gzip", "br", "deflate", "zstd", "utf-8"] {
            for text in ["nine hurt", &long, &long[1..], &long[2..], "a line\r\n\tand another"] {
                assert_eq!(of(coding, text.as_bytes()).unwrap(), text.as_bytes(), "{coding}");
            }
        }
        // What Brotli stores without compressing it may consist of ASCII characters alone.
        assert_eq!(of("br", b"\x10\x00\x10ab\x03").unwrap(), b"ab");
    }

    #[test]
    fn bombs_are_refused() {
        // 16 MiB of one byte, by the reference implementation at its best.
        let bomb = [
            0xCB, 0xFF, 0xFF, 0x3F, 0xF8, 0x25, 0xF0, 0xE2, 0xB1, 0x40, 0x20, 0xF7, 0xFE, 0x8F, 0xFF, 0xFF,
            0x7F, 0xF0, 0x4B, 0x00, 0xC4, 0x61, 0x11, 0x80, 0xEE, 0xFD, 0xDF,
        ];
        assert!(matches!(of("br", &bomb), Err(IngestError::TooLarge { .. })));
    }
}
