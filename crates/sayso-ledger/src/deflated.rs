//! Values as deflated JSON: how readings are stored, and what is kept of stories.

use std::{cell::RefCell, io::Write};

use flate2::{Compression, Decompress, FlushDecompress, Status, write::DeflateEncoder};
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
    INFLATER.with_borrow_mut(|inflater| serde_json::from_slice(inflater.inflate(bytes)?).ok())
}

thread_local! {
    /// Kept by each thread, because a large story has thousands of small readings, and allocating the tables and buffers again
    /// costs as much as inflating one.
    static INFLATER: RefCell<Inflater> = RefCell::new(Inflater::new());
}

/// Bytes of room that are kept; what a larger value took is given back.
const KEPT: usize = 1 << 20;
/// Bytes by which the room grows at least.
const MORE: usize = 16 << 10;

struct Inflater {
    state: Decompress,
    room: Vec<u8>,
}

impl Inflater {
    fn new() -> Self {
        Self { state: Decompress::new(false), room: Vec::new() }
    }

    /// The bytes of which these are the deflated form; `None` where they are not, or not all of it.
    fn inflate(&mut self, deflated: &[u8]) -> Option<&[u8]> {
        self.state.reset(false);
        self.room.clear();
        self.room.shrink_to(KEPT);
        loop {
            let before = (self.state.total_in(), self.room.len());
            self.room.reserve(MORE.max(self.room.len()));
            let rest = deflated.get(usize::try_from(before.0).ok()?..)?;
            match self.state.decompress_vec(rest, &mut self.room, FlushDecompress::None).ok()? {
                Status::StreamEnd => return Some(&self.room),
                // It has not ended and does not go on.
                _ if (self.state.total_in(), self.room.len()) == before => return None,
                _ => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{pack, unpack};

    #[test]
    fn what_was_packed_comes_back_and_other_bytes_do_not() {
        let value = vec!["nine were hurt".to_owned(), String::new()];
        let packed = pack(&value).unwrap();
        assert_eq!(unpack(&packed), Some(value.clone()));
        assert_eq!(unpack::<Vec<u32>>(&packed), None);
        assert_eq!(unpack::<Vec<String>>(packed.get(1..).unwrap()), None);
        assert_eq!(unpack::<Vec<String>>(packed.get(..packed.len() - 2).unwrap()), None);
        assert_eq!(unpack::<Vec<String>>(&[]), None);
        assert_eq!(unpack(&packed), Some(value), "what came between leaves nothing behind");
    }

    #[test]
    fn a_value_may_be_larger_than_the_room_that_is_kept() {
        let value: Vec<u32> = (0..400_000).collect();
        assert_eq!(unpack(&pack(&value).unwrap()), Some(value));
        assert_eq!(unpack(&pack(&7).unwrap()), Some(7));
    }
}
