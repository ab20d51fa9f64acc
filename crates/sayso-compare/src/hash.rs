//! A hash that is the same on every machine and in every version, because it is stored on disk.

use std::hash::{BuildHasherDefault, Hasher};

/// FNV-1a, 64 bits.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Fnv(u64);

impl Fnv {
    pub(crate) fn new() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }

    pub(crate) fn write(mut self, bytes: &[u8]) -> Self {
        for &byte in bytes {
            self.0 = (self.0 ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
        self
    }

    pub(crate) fn finish(self) -> u64 {
        self.0
    }
}

/// Hashes of places in a story, for maps that are only looked up: the numbers are our own, so that nobody can choose them, and
/// millions are asked for.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Places(u64);

/// Makes the hashes of a map of [`Places`].
pub(crate) type ByPlace = BuildHasherDefault<Places>;

impl Hasher for Places {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|byte| self.write_u64(u64::from(*byte)));
    }

    fn write_u64(&mut self, number: u64) {
        // Knuth's multiplier, with the high bits brought down to where a table looks.
        let mixed = (self.0.rotate_left(26) ^ number).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        self.0 = mixed ^ mixed >> 32;
    }

    fn write_usize(&mut self, number: usize) {
        self.write_u64(number as u64);
    }
}

/// The hash of a term.
pub(crate) fn term(term: &str) -> u64 {
    Fnv::new().write(term.as_bytes()).finish()
}

#[cfg(test)]
mod tests {
    use std::{collections::BTreeSet, hash::BuildHasher};

    use super::ByPlace;

    #[test]
    fn neighbouring_places_have_different_hashes() {
        let places = (0..40_usize).flat_map(|a| (0..40_usize).map(move |b| (a, b)));
        let low = |place| ByPlace::default().hash_one(place) % 4096;
        let met: BTreeSet<u64> = places.map(low).collect();
        // By chance 1,600 of 4,096 would meet 1,325.
        assert!(met.len() > 1_200, "{}", met.len());
    }
}
