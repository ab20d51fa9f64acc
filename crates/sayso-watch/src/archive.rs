//! What was fetched, archived as evidence: WARC 1.1, one gzip member per record, with digests.
//!
//! A record is on disk before the report made from it is in the ledger, and the ledger records how long each file is. Anything
//! beyond that was written by a watch that was killed before it finished, and is cut off by the next one.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Read, Seek, SeekFrom, Write},
    path::{Path, PathBuf},
};

use flate2::{Compression, bufread::GzDecoder, write::GzEncoder};
use sayso_ingest::{Limits, coding, fetch::Answer, head};
use sayso_ledger::{Instant, Ledger, LedgerError};
use sha2::{Digest, Sha256};

/// Size from which a new file is started.
const FULL: u64 = 1 << 30;
/// Largest record that is read back, in bytes after decompression.
const RECORD: u64 = 256 << 20;

/// Why an archive cannot be written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ArchiveError {
    /// A system error.
    #[error("cannot write the archive {}: {source}; what could not be archived was not added to the ledger either", path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// The system's error.
        source: io::Error,
    },
    /// The ledger.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// The file has been truncated since.
    #[error("{} has {found} bytes and had {known} when it was last written: it was changed from outside; name another folder", path.display())]
    Shortened {
        /// The file.
        path: PathBuf,
        /// Its length.
        found: u64,
        /// Its length according to the ledger.
        known: u64,
    },
}

/// Position of a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) file: String,
    pub(crate) place: u64,
    pub(crate) record: String,
    pub(crate) digest: String,
    /// Length of the file with the record.
    pub(crate) length: u64,
}

/// An archive being written.
#[derive(Debug)]
pub(crate) struct Archive {
    folder: PathBuf,
    file: File,
    name: String,
    length: u64,
}

impl Archive {
    /// Opens the archive in a folder, creating the folder if needed, and continues in the file in which, according to the ledger,
    /// the last watch wrote.
    pub(crate) fn open(folder: &Path, ledger: &Ledger, now: Instant) -> Result<Self, ArchiveError> {
        let failed = |path: &Path| {
            let path = path.to_owned();
            move |source| ArchiveError::Io { path, source }
        };
        fs::create_dir_all(folder).map_err(failed(folder))?;
        let mut names: Vec<String> = fs::read_dir(folder)
            .map_err(failed(folder))?
            .flatten()
            .filter_map(|e| e.file_name().into_string().ok())
            .filter(|name| name.starts_with("sayso-") && name.ends_with(".warc.gz"))
            .collect();
        names.sort();
        for name in names.iter().rev() {
            let Some(known) = ledger.archive_length(name)? else { continue };
            let path = folder.join(name);
            let file = OpenOptions::new().write(true).open(&path).map_err(failed(&path))?;
            let found = file.metadata().map_err(failed(&path))?.len();
            if found < known {
                return Err(ArchiveError::Shortened { path, found, known });
            }
            file.set_len(known).map_err(failed(&path))?;
            let mut archive = Self { folder: folder.to_owned(), file, name: name.clone(), length: known };
            archive.file.seek(SeekFrom::End(0)).map_err(failed(&path))?;
            if known >= FULL {
                archive.begin(now)?;
            }
            return Ok(archive);
        }
        let (name, file) = create(folder, now)?;
        let mut archive = Self { folder: folder.to_owned(), file, name, length: 0 };
        archive.info(now)?;
        Ok(archive)
    }

    fn begin(&mut self, now: Instant) -> Result<(), ArchiveError> {
        (self.name, self.file) = create(&self.folder, now)?;
        self.length = 0;
        self.info(now)
    }

    fn failed(&self) -> impl FnOnce(io::Error) -> ArchiveError + use<> {
        let path = self.folder.join(&self.name);
        move |source| ArchiveError::Io { path, source }
    }

    /// The record that says who wrote the file.
    fn info(&mut self, now: Instant) -> Result<(), ArchiveError> {
        let body =
            format!("software: sayso {}\r\nformat: WARC file version 1.1\r\n", env!("CARGO_PKG_VERSION"));
        let fields = [("WARC-Filename", self.name.clone())];
        let record = record("warcinfo", now, "application/warc-fields", &fields, body.as_bytes());
        self.write(&record.bytes)
    }

    /// Writes a record; it is on disk when this returns. A new file is started if this one is full.
    pub(crate) fn keep(
        &mut self,
        address: &str,
        answer: &Answer,
        now: Instant,
    ) -> Result<Place, ArchiveError> {
        if self.length >= FULL {
            self.begin(now)?;
        }
        let digest = digest(&answer.body);
        let fields = [("WARC-Target-URI", address.to_owned()), ("WARC-Payload-Digest", digest.clone())];
        let record = record("response", now, "application/http; msgtype=response", &fields, &http(answer));
        let place = self.length;
        self.write(&record.bytes)?;
        self.file.sync_data().map_err(self.failed())?;
        Ok(Place { file: self.name.clone(), place, record: record.id, digest, length: self.length })
    }

    fn write(&mut self, record: &[u8]) -> Result<(), ArchiveError> {
        let mut member = GzEncoder::new(Vec::new(), Compression::default());
        let packed = member.write_all(record).and_then(|()| member.finish()).map_err(self.failed())?;
        if let Err(source) = self.file.write_all(&packed) {
            // Half a record would precede the next one.
            let _ = self.file.set_len(self.length);
            let _ = self.file.seek(SeekFrom::End(0));
            return Err(self.failed()(source));
        }
        self.length += packed.len() as u64;
        Ok(())
    }
}

/// A new file with an unused name.
fn create(folder: &Path, now: Instant) -> Result<(String, File), ArchiveError> {
    let written: String =
        head::instant(now.unsigned_abs()).chars().filter(char::is_ascii_digit).take(14).collect();
    let mut number = 0;
    loop {
        let name = format!("sayso-{written}-{number:05}.warc.gz");
        let path = folder.join(&name);
        match OpenOptions::new().write(true).create_new(true).open(&path) {
            Ok(file) => {
                // The name itself must be on disk too.
                let _ = File::open(folder).and_then(|folder| folder.sync_all());
                return Ok((name, file));
            }
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => number += 1,
            Err(source) => return Err(ArchiveError::Io { path, source }),
        }
    }
}

struct Record {
    id: String,
    bytes: Vec<u8>,
}

fn record(kind: &str, now: Instant, media: &str, fields: &[(&str, String)], block: &[u8]) -> Record {
    let block_digest = digest(block);
    let date = head::instant(now.unsigned_abs());
    let mut hash = Sha256::new();
    for part in [kind, &date, &block_digest].into_iter().chain(fields.iter().map(|(_, value)| value.as_str()))
    {
        hash.update(part);
        hash.update([0]);
    }
    let id = format!("<urn:uuid:{}>", uuid(&hash.finalize()));
    let mut head = format!(
        "WARC/1.1\r\nWARC-Type: {kind}\r\nWARC-Record-ID: {id}\r\nWARC-Date: {date}\r\nContent-Type: {media}\r\n"
    );
    for (name, value) in fields {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    head.push_str(&format!("WARC-Block-Digest: {block_digest}\r\nContent-Length: {}\r\n\r\n", block.len()));
    let bytes = [head.as_bytes(), block, b"\r\n\r\n"].concat();
    Record { id, bytes }
}

/// A UUID from the bytes of a hash (version 8, custom), so that the same record has the same one.
fn uuid(hash: &[u8]) -> String {
    let hex: String = hash.iter().take(16).map(|b| format!("{b:02x}")).collect();
    let part = |from: usize, to: usize| hex.get(from..to).unwrap_or_default();
    format!("{}-{}-8{}-8{}-{}", part(0, 8), part(8, 12), part(13, 16), part(17, 20), part(20, 32))
}

/// The response as received, with the header of its transfer coding renamed, since that coding has been removed.
fn http(answer: &Answer) -> Vec<u8> {
    let mut out = format!("{} {} \r\n", answer.version, answer.status).into_bytes();
    for (name, value) in &answer.headers {
        if name.eq_ignore_ascii_case("transfer-encoding") {
            out.extend_from_slice(b"x-archive-orig-");
        }
        out.extend_from_slice(name.as_bytes());
        out.extend_from_slice(b": ");
        out.extend(value.iter().filter(|b| !matches!(b, b'\r' | b'\n')));
        out.extend_from_slice(b"\r\n");
    }
    out.extend_from_slice(b"\r\n");
    out.extend_from_slice(&answer.body);
    out
}

fn digest(bytes: &[u8]) -> String {
    let hex: String = Sha256::digest(bytes).iter().map(|b| format!("{b:02x}")).collect();
    format!("sha256:{hex}")
}

/// What is wrong with a record.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Damage {
    /// Its file cannot be read there.
    #[error("its record cannot be read: {0}")]
    Unreadable(String),
    /// Another record is there.
    #[error("another record is in its place")]
    Other,
    /// Its bytes do not match its digest.
    #[error("the bytes of its record do not match their digest")]
    Digest,
}

/// The payload of a record, decoded; `Err` if it is not what was written.
pub(crate) fn payload(
    folder: &Path,
    file: &str,
    place: u64,
    id: &str,
    stated: &str,
    limits: &Limits,
) -> Result<Vec<u8>, Damage> {
    let unreadable = |reason: String| Damage::Unreadable(reason);
    // Must be a file name, not a path to another folder.
    if Path::new(file).file_name().is_none_or(|name| name != file) {
        return Err(unreadable(format!("'{file}' is not a file name")));
    }
    let mut at = File::open(folder.join(file)).map_err(|e| unreadable(format!("{file}: {e}")))?;
    at.seek(SeekFrom::Start(place)).map_err(|e| unreadable(e.to_string()))?;
    let mut bytes = Vec::new();
    GzDecoder::new(io::BufReader::new(at))
        .take(RECORD + 1)
        .read_to_end(&mut bytes)
        .map_err(|e| unreadable(format!("{file} at {place}: {e}")))?;
    let (head, rest) = split(&bytes).ok_or_else(|| unreadable("it has no head".to_owned()))?;
    let get = |head: &str, name: &str| {
        head.lines().find_map(|line| {
            let (n, value) = line.split_once(':')?;
            n.trim().eq_ignore_ascii_case(name).then(|| value.trim().to_owned())
        })
    };
    if get(&head, "warc-record-id").as_deref() != Some(id) {
        return Err(Damage::Other);
    }
    let length = get(&head, "content-length").and_then(|l| l.parse::<usize>().ok());
    let block = length.and_then(|l| rest.get(..l)).ok_or_else(|| unreadable("its length lies".to_owned()))?;
    let (http, body) = split(block).ok_or_else(|| unreadable("it is not a response".to_owned()))?;
    if get(&head, "warc-block-digest").as_deref() != Some(digest(block).as_str())
        || get(&head, "warc-payload-digest").as_deref() != Some(stated)
        || digest(body) != stated
    {
        return Err(Damage::Digest);
    }
    let coded = get(&http, "content-encoding").unwrap_or_default();
    let limit = limits.report_bytes.max(limits.feed_bytes);
    coding::decoded(&coded, body.to_vec(), limit, limits).map_err(|e| unreadable(e.to_string()))
}

/// The head and what follows the blank line.
fn split(bytes: &[u8]) -> Option<(String, &[u8])> {
    let end = bytes.windows(4).position(|w| w == b"\r\n\r\n")?;
    Some((String::from_utf8_lossy(bytes.get(..end)?).into_owned(), bytes.get(end + 4..)?))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use sayso_ingest::{Item, Limits, fetch::Answer, source};
    use sayso_ledger::Ledger;
    use sayso_model::Head;

    use super::{Archive, Damage, payload};

    fn answer(body: &str) -> Answer {
        Answer {
            version: "HTTP/1.1".to_owned(),
            status: 200,
            headers: vec![
                ("content-type".to_owned(), b"text/html".to_vec()),
                ("transfer-encoding".to_owned(), b"chunked".to_vec()),
            ],
            body: body.as_bytes().to_vec(),
        }
    }

    #[test]
    fn bodies_are_kept_as_they_came_and_decoded_when_read() {
        let folder = tempfile::tempdir().unwrap();
        let ledger = Ledger::in_memory().unwrap();
        let mut archive = Archive::open(folder.path(), &ledger, 1_700_000_000).unwrap();
        let mut brotli = answer("");
        brotli.headers.push(("content-encoding".to_owned(), b"br".to_vec()));
        brotli.body = b"\x0B\x05\x80<p>page</p>\x03".to_vec();
        let kept = archive.keep("https://a.test/1", &brotli, 1_700_000_001).unwrap();
        assert_eq!(kept.digest, super::digest(&brotli.body));
        let read =
            payload(folder.path(), &kept.file, kept.place, &kept.record, &kept.digest, &Limits::default());
        assert_eq!(read.unwrap(), b"<p>page</p>");
    }

    #[test]
    fn records_are_found_again_and_any_reader_reads_them() {
        let folder = tempfile::tempdir().unwrap();
        let mut ledger = Ledger::in_memory().unwrap();
        let mut archive = Archive::open(folder.path(), &ledger, 1_700_000_000).unwrap();
        let first = archive.keep("https://a.test/1", &answer("<p>Nine hurt</p>"), 1_700_000_001).unwrap();
        let second = archive.keep("https://a.test/2", &answer("<p>Ten hurt</p>"), 1_700_000_002).unwrap();
        let batch = ledger.batch().unwrap();
        batch.set_archive_length(&second.file, second.length).unwrap();
        batch.commit().unwrap();
        // Killed while writing further.
        let path = folder.path().join(&second.file);
        fs::write(&path, [fs::read(&path).unwrap(), b"\x1f\x8bhalf".to_vec()].concat()).unwrap();
        drop(archive);
        let mut archive = Archive::open(folder.path(), &ledger, 1_700_000_003).unwrap();
        let third = archive.keep("https://a.test/3", &answer("<p>Eleven hurt</p>"), 1_700_000_004).unwrap();
        assert_eq!((third.file.as_str(), third.place), (second.file.as_str(), second.length));
        for (place, body) in
            [(&first, "<p>Nine hurt</p>"), (&second, "<p>Ten hurt</p>"), (&third, "<p>Eleven hurt</p>")]
        {
            let read = payload(
                folder.path(),
                &place.file,
                place.place,
                &place.record,
                &place.digest,
                &Limits::default(),
            );
            assert_eq!(read.unwrap(), body.as_bytes());
        }
        // Our own archive reader checks the digests too.
        let mut urls = Vec::new();
        let file = fs::File::open(&path).unwrap();
        source::open("a", "a.warc.gz", file, &Head::default(), None, &Limits::default(), &mut |item| {
            match item {
                Item::Piece(piece) => urls.push(piece.known.url.unwrap().value),
                other => panic!("{other:?}"),
            }
            std::ops::ControlFlow::Continue(())
        })
        .unwrap();
        assert_eq!(urls, ["https://a.test/1", "https://a.test/2", "https://a.test/3"]);
        // Changed from outside.
        let read = |record: &str, digest: &str, place| {
            payload(folder.path(), &first.file, place, record, digest, &Limits::default())
        };
        assert_eq!(read(&first.record, &second.digest, first.place), Err(Damage::Digest));
        assert_eq!(read(&first.record, &first.digest, second.place), Err(Damage::Other));
        assert!(matches!(read(&first.record, &first.digest, 7), Err(Damage::Unreadable(_))));
        assert!(matches!(
            payload(folder.path(), "../x", 0, "", "", &Limits::default()),
            Err(Damage::Unreadable(_))
        ));
        fs::write(&path, b"short").unwrap();
        assert!(Archive::open(folder.path(), &ledger, 0).is_err());
    }
}
