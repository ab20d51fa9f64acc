//! The digests that records state for their bytes.

use sha1::Sha1;
use sha2::{Digest, Sha256, Sha512};

use super::get;
use crate::http;

/// Checks a record's bytes against the digest that it states; one of an unknown kind is ignored.
///
/// The digest of the whole block is checked first. Some crawlers compute the payload digest from what they received and others
/// from what they stored, so a match with either form will do, and if a crawler says that it stored another form, the digest is
/// not checked.
pub(super) fn check(headers: &[(String, String)], block: &[u8]) -> Result<(), String> {
    if get(headers, "warc-truncated").is_some() {
        return Ok(());
    }
    if let Some(stated) = get(headers, "warc-block-digest") {
        return match of(stated, block) {
            Some(false) => Err(format!("its bytes do not match its digest {stated}")),
            _ => Ok(()),
        };
    }
    let Some(stated) = get(headers, "warc-payload-digest") else { return Ok(()) };
    let payload = match http::parse(block) {
        Ok(response) if response.headers.iter().any(|(name, _)| name.starts_with("x-crawler-")) => {
            return Ok(());
        }
        Ok(response) => response.body,
        Err(_) => block,
    };
    let dechunked = http::dechunk(payload);
    let forms = [Some(payload), dechunked.as_deref(), Some(block)];
    let mut checked = forms.into_iter().flatten().filter_map(|form| of(stated, form)).peekable();
    if checked.peek().is_some() && checked.all(|same| !same) {
        return Err(format!("its content does not match its digest {stated}"));
    }
    Ok(())
}

/// Whether a digest (`sha1:...`, in base32 or hexadecimal) matches the bytes; `None` for an unknown kind.
fn of(stated: &str, bytes: &[u8]) -> Option<bool> {
    let (kind, value) = stated.split_once(':')?;
    let digest = match kind.trim().to_lowercase().replace('-', "").as_str() {
        "sha1" => Sha1::digest(bytes).to_vec(),
        "sha256" => Sha256::digest(bytes).to_vec(),
        "sha512" => Sha512::digest(bytes).to_vec(),
        _ => return None,
    };
    let value = value.trim().trim_end_matches('=').to_lowercase();
    Some(value == hexadecimal(&digest) || value == base32(&digest))
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

/// RFC 4648, in lower case and without padding.
fn base32(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";
    let mut out = String::new();
    let (mut bits, mut held) = (0_u32, 0_u32);
    for byte in bytes {
        bits = bits << 8 | u32::from(*byte);
        held += 8;
        while held >= 5 {
            held -= 5;
            out.extend(LETTERS.get((bits >> held & 31) as usize).map(|l| char::from(*l)));
        }
        bits &= (1 << held) - 1;
    }
    if held > 0 {
        out.extend(LETTERS.get((bits << (5 - held) & 31) as usize).map(|l| char::from(*l)));
    }
    out
}
