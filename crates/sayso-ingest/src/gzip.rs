//! Decompression that is safe against bombs: the output is counted as it is produced.

pub(crate) mod members;

use std::io::{self, Read};

use flate2::read::{DeflateDecoder, MultiGzDecoder, ZlibDecoder};

use crate::{IngestError, Limits};

/// True for bytes with the gzip signature.
#[must_use]
pub fn is_gzip(bytes: &[u8]) -> bool {
    bytes.starts_with(&[0x1F, 0x8B])
}

/// Decompresses a gzip file.
///
/// # Errors
/// [`IngestError::TooLarge`] as soon as the output exceeds `limit` bytes or the ratio allowed by `limits`;
/// [`IngestError::Malformed`] for a damaged or truncated file.
pub fn gunzip(bytes: &[u8], limit: u64, limits: &Limits) -> Result<Vec<u8>, IngestError> {
    expand("gzip", bytes.len(), MultiGzDecoder::new(bytes), limit, limits)
}

/// Decodes a body with the content coding `br`.
///
/// # Errors
/// As for [`gunzip`].
pub(crate) fn unbrotli(bytes: &[u8], limit: u64, limits: &Limits) -> Result<Vec<u8>, IngestError> {
    expand("Brotli", bytes.len(), brotli_decompressor::Decompressor::new(bytes, 4096), limit, limits)
}

/// Decodes a body with the content coding `deflate`, which is zlib by the standard and raw deflate on some servers.
///
/// # Errors
/// As for [`gunzip`].
pub(crate) fn inflate(bytes: &[u8], limit: u64, limits: &Limits) -> Result<Vec<u8>, IngestError> {
    match expand("deflate", bytes.len(), ZlibDecoder::new(bytes), limit, limits) {
        Err(IngestError::Malformed { .. }) => {
            expand("deflate", bytes.len(), DeflateDecoder::new(bytes), limit, limits)
        }
        done => done,
    }
}

fn expand(
    form: &'static str,
    size: usize,
    decoder: impl Read,
    limit: u64,
    limits: &Limits,
) -> Result<Vec<u8>, IngestError> {
    // Small files may have any ratio: a page of spaces is not a bomb.
    let allowed = (size as u64).saturating_mul(limits.ratio).max(1 << 20).min(limit);
    let mut out = Vec::new();
    decoder.take(allowed + 1).read_to_end(&mut out).map_err(|e| damaged(form, &e))?;
    if out.len() as u64 > allowed {
        return Err(IngestError::TooLarge {
            what: "the decompressed content",
            limit: format!("{allowed} bytes"),
            remedy: "decompress it yourself if it really is one report",
        });
    }
    Ok(out)
}

fn damaged(form: &'static str, error: &io::Error) -> IngestError {
    let reason = if error.kind() == io::ErrorKind::UnexpectedEof {
        "it is truncated; fetch it again".to_owned()
    } else {
        error.to_string()
    };
    IngestError::Malformed { form, reason }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::{Compression, write::GzEncoder};

    use super::gunzip;
    use crate::{IngestError, Limits};

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    #[test]
    fn bombs_and_damage_are_refused() {
        let limits = Limits::default();
        assert_eq!(gunzip(&gzip(b"text"), 100, &limits).unwrap(), b"text");
        let bomb = gzip(&vec![0; 8 << 20]);
        assert!(matches!(gunzip(&bomb, u64::MAX, &limits), Err(IngestError::TooLarge { .. })));
        assert!(matches!(gunzip(&gzip(b"text"), 3, &limits), Err(IngestError::TooLarge { .. })));
        let whole = gzip(b"a text that is long enough to be cut in two");
        assert!(matches!(
            gunzip(&whole[..whole.len() / 2], 100, &limits),
            Err(IngestError::Malformed { .. })
        ));
    }
}
