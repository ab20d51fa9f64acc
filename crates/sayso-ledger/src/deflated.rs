//! Values as deflated JSON: how readings are stored, and what is kept of stories.

use std::io::{Read, Write};

use flate2::{Compression, read::DeflateDecoder, write::DeflateEncoder};
use serde::{Serialize, de::DeserializeOwned};

/// A value as deflated JSON. Level 1: JSON is mostly repeated keys, which any level finds, and writing must not wait for more.
///
/// # Errors
/// Those of writing the value as JSON.
pub fn pack(value: &impl Serialize) -> Result<Vec<u8>, serde_json::Error> {
    let mut body = DeflateEncoder::new(Vec::new(), Compression::fast());
    body.write_all(&serde_json::to_vec(value)?).map_err(serde_json::Error::io)?;
    body.finish().map_err(serde_json::Error::io)
}

/// A value of its deflated JSON; `None` for bytes that are none, or those of a value of another kind.
#[must_use]
pub fn unpack<T: DeserializeOwned>(bytes: &[u8]) -> Option<T> {
    let mut json = Vec::new();
    DeflateDecoder::new(bytes).read_to_end(&mut json).ok()?;
    serde_json::from_slice(&json).ok()
}

#[cfg(test)]
mod tests {
    use super::{pack, unpack};

    #[test]
    fn what_was_packed_comes_back_and_other_bytes_do_not() {
        let value = vec!["nine were hurt".to_owned(), String::new()];
        let packed = pack(&value).unwrap();
        assert_eq!(unpack(&packed), Some(value));
        assert_eq!(unpack::<Vec<u32>>(&packed), None);
        assert_eq!(unpack::<Vec<String>>(packed.get(1..).unwrap()), None);
    }
}
