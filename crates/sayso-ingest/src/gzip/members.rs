//! A gzip file as its members in sequence, so that a damaged one does not affect the others.
//!
//! Archives give each record its own member. If one is damaged, a read fails with [`Damaged`] and the next read continues with
//! the next member that begins a record. A decoder can run past the end of a truncated member into the next before it notices, so
//! the last bytes that it consumed are kept and searched.

use std::{
    error::Error,
    fmt,
    io::{self, BufRead, Read},
};

use flate2::bufread::GzDecoder;

/// Number of consumed bytes that are kept: more than a decoder usually runs on without noticing.
const KEPT: usize = 1 << 20;

/// Number of bytes examined to determine whether a member begins a record.
const LOOK: usize = 4096;

/// Magic number and the only existing compression method.
const MAGIC: &[u8] = &[0x1F, 0x8B, 8];

/// The error of a read in a damaged member.
#[derive(Debug)]
pub(crate) struct Damaged {
    /// Bytes of the member that were returned before.
    pub(crate) given: u64,
    reason: String,
}

impl fmt::Display for Damaged {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a member of the gzip file is damaged ({})", self.reason)
    }
}

impl Error for Damaged {}

/// The damage in an error, if it is a damaged member.
pub(crate) fn damage(error: &io::Error) -> Option<&Damaged> {
    error.get_ref()?.downcast_ref()
}

/// Reads a gzip file.
pub(crate) struct Members<R> {
    state: State<R>,
}

enum State<R> {
    /// Before a member.
    Between(Recorder<R>),
    /// In a member that has returned this many bytes.
    In(Box<GzDecoder<Recorder<R>>>, u64),
    /// The last read failed: the next member must be found.
    Lost(Recorder<R>),
    End,
}

impl<R: BufRead> Members<R> {
    pub(crate) fn new(inner: R) -> Self {
        let input = Recorder { inner, replay: Vec::new(), at: 0, seen: Vec::new(), cut: false };
        Self { state: State::Between(input) }
    }
}

impl<R: BufRead> Read for Members<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if out.is_empty() {
            return Ok(0);
        }
        loop {
            match std::mem::replace(&mut self.state, State::End) {
                State::End => return Ok(0),
                State::Between(mut input) => {
                    if !input.skip_padding()? {
                        return Ok(0);
                    }
                    (input.seen, input.cut) = (Vec::new(), false);
                    self.state = State::In(Box::new(GzDecoder::new(input)), 0);
                }
                State::Lost(mut input) => {
                    if !input.seek_record()? {
                        return Ok(0);
                    }
                    self.state = State::Between(input);
                }
                State::In(mut decoder, given) => match decoder.read(out) {
                    Ok(0) => self.state = State::Between(decoder.into_inner()),
                    Ok(read) => {
                        self.state = State::In(decoder, given + read as u64);
                        return Ok(read);
                    }
                    Err(e) if e.kind() == io::ErrorKind::Interrupted => {
                        self.state = State::In(decoder, given);
                        return Err(e);
                    }
                    Err(e) => {
                        let reason = match e.kind() {
                            io::ErrorKind::UnexpectedEof => "it is truncated".to_owned(),
                            // Not damage but an I/O error.
                            kind if !matches!(
                                kind,
                                io::ErrorKind::InvalidInput
                                    | io::ErrorKind::InvalidData
                                    | io::ErrorKind::Other
                            ) =>
                            {
                                return Err(e);
                            }
                            _ => e.to_string(),
                        };
                        self.state = State::Lost(decoder.into_inner());
                        return Err(io::Error::new(io::ErrorKind::InvalidData, Damaged { given, reason }));
                    }
                },
            }
        }
    }
}

/// Keeps the last bytes that were read from it, and can replay bytes.
struct Recorder<R> {
    inner: R,
    /// Bytes to be returned before those of `inner`, from `at` on.
    replay: Vec<u8>,
    at: usize,
    /// Bytes read since the member began, or the last of them.
    seen: Vec<u8>,
    /// Whether `seen` begins later than the member.
    cut: bool,
}

impl<R: BufRead> Read for Recorder<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let read = self.fill_buf()?.read(out)?;
        self.consume(read);
        Ok(read)
    }
}

impl<R: BufRead> BufRead for Recorder<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.at < self.replay.len() {
            return Ok(self.replay.get(self.at..).unwrap_or(&[]));
        }
        self.inner.fill_buf()
    }

    fn consume(&mut self, amount: usize) {
        if self.at < self.replay.len() {
            let end = (self.at + amount).min(self.replay.len());
            self.seen.extend_from_slice(self.replay.get(self.at..end).unwrap_or(&[]));
            self.at = end;
        } else {
            // The caller has filled it, so this returns what is already there.
            if let Ok(buffer) = self.inner.fill_buf() {
                self.seen.extend_from_slice(buffer.get(..amount).unwrap_or(buffer));
            }
            self.inner.consume(amount);
        }
        if self.seen.len() > 2 * KEPT {
            self.seen.drain(..self.seen.len() - KEPT);
            self.cut = true;
        }
    }
}

impl<R: BufRead> Recorder<R> {
    /// Skips the zeros that pad tape blocks; false at the end of the file.
    fn skip_padding(&mut self) -> io::Result<bool> {
        loop {
            let buffer = match self.fill_buf() {
                Err(e) if e.kind() == io::ErrorKind::Interrupted => continue,
                other => other?,
            };
            let zeros = buffer.iter().take_while(|b| **b == 0).count();
            if buffer.is_empty() || zeros < buffer.len() {
                let more = !buffer.is_empty();
                self.consume(zeros);
                return Ok(more);
            }
            self.consume(zeros);
        }
    }

    /// Moves to the next member that begins a record; false if there is none.
    fn seek_record(&mut self) -> io::Result<bool> {
        let mut bytes = std::mem::take(&mut self.seen);
        bytes.extend_from_slice(self.replay.get(self.at..).unwrap_or(&[]));
        (self.replay, self.at) = (Vec::new(), 0);
        // Not the damaged member again.
        let mut from = usize::from(!self.cut);
        loop {
            let rest = bytes.get(from..).unwrap_or(&[]);
            if let Some(found) = rest.windows(MAGIC.len()).position(|w| w == MAGIC) {
                from += found;
                while bytes.len() < from + LOOK && self.more(&mut bytes)? {}
                if begins_record(bytes.get(from..).unwrap_or(&[])) {
                    self.replay = bytes.split_off(from);
                    return Ok(true);
                }
                from += 1;
            } else {
                // The magic number may be split between what was read and what follows.
                let tail = bytes.len().saturating_sub(MAGIC.len() - 1).max(from.min(bytes.len()));
                bytes.drain(..tail);
                from = 0;
                if !self.more(&mut bytes)? {
                    return Ok(false);
                }
            }
        }
    }

    fn more(&mut self, bytes: &mut Vec<u8>) -> io::Result<bool> {
        loop {
            match self.inner.fill_buf() {
                Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
                Err(e) => return Err(e),
                Ok(buffer) => {
                    let read = buffer.len();
                    bytes.extend_from_slice(buffer);
                    self.inner.consume(read);
                    return Ok(read > 0);
                }
            }
        }
    }
}

fn begins_record(bytes: &[u8]) -> bool {
    let mut start = [0; 5];
    GzDecoder::new(bytes).read_exact(&mut start).is_ok() && &start == b"WARC/"
}

#[cfg(test)]
mod tests {
    use std::io::{BufReader, Read, Write};

    use flate2::{Compression, write::GzEncoder};
    use proptest::prelude::*;

    use super::{Members, damage};

    fn member(text: &str) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(text.as_bytes()).unwrap();
        encoder.finish().unwrap()
    }

    /// What can be read, and how often a read failed.
    fn read(bytes: &[u8], buffer: usize) -> (String, usize) {
        let mut members = Members::new(BufReader::with_capacity(buffer, bytes));
        let (mut out, mut failures) = (Vec::new(), 0);
        loop {
            match members.read_to_end(&mut out) {
                Ok(_) => return (String::from_utf8_lossy(&out).into_owned(), failures),
                Err(e) => {
                    assert!(damage(&e).is_some(), "{e}");
                    failures += 1;
                }
            }
        }
    }

    fn texts(count: usize) -> Vec<String> {
        (0..count).map(|n| format!("WARC/1.0 {n} {}\n", "nine hurt on the ferry ".repeat(n % 5))).collect()
    }

    #[test]
    fn a_damaged_member_costs_no_other() {
        let texts = texts(6);
        let members: Vec<Vec<u8>> = texts.iter().map(|t| member(t)).collect();
        let without = |n: usize| {
            texts.iter().enumerate().filter(|(at, _)| *at != n).map(|(_, t)| t.as_str()).collect::<String>()
        };
        for buffer in [7, 64 << 10] {
            assert_eq!(read(&members.concat(), buffer), (texts.concat(), 0));
            for damaged in 0..members.len() {
                for way in 0..4 {
                    let mut all = members.clone();
                    let bytes = &mut all[damaged];
                    match way {
                        0 => bytes.truncate(bytes.len() / 2),
                        1 => bytes[0] = 0x55,
                        2 => bytes[11] = 0xFF,
                        _ => {
                            let _ = bytes.drain(4..9);
                        }
                    }
                    let (found, failures) = read(&all.concat(), buffer);
                    for (at, text) in texts.iter().enumerate().filter(|(at, _)| *at != damaged) {
                        assert!(found.contains(text), "{at} was lost with {damaged}, way {way}: {found}");
                    }
                    assert_eq!(failures, 1, "{damaged} {way}");
                    if way == 1 {
                        assert_eq!(found, without(damaged));
                    }
                }
            }
        }
        let padded = [members[0].clone(), vec![0; 600], members[1].clone(), vec![0; 9]].concat();
        assert_eq!(read(&padded, 512), (texts[..2].concat(), 0));
        let garbage =
            [members[0].clone(), b"garbage \x1f\x8b\x08 and more".to_vec(), members[1].clone()].concat();
        assert_eq!(read(&garbage, 512), (texts[..2].concat(), 1));
    }

    proptest! {
        #[test]
        fn any_bytes_end(bytes in proptest::collection::vec(any::<u8>(), 0..400), at in 0_usize..400) {
            let mut all = texts(5).iter().map(|t| member(t)).collect::<Vec<_>>().concat();
            let at = at.min(all.len());
            all.splice(at..(at + bytes.len() / 3).min(all.len()), bytes);
            let _ = read(&all, 100);
        }
    }
}
