//! Hashes the reader's rules, data files and weights, so that each reading records what it was made with and `sayso reread` finds
//! stale readings.

use std::{
    env, fs, io,
    path::{Path, PathBuf},
};

use sha2::{Digest, Sha256};

/// Folders of crates whose files determine how a report is read.
const PARTS: [(&str, &str); 5] = [
    ("sayso-read", "src"),
    ("sayso-read", "model"),
    ("sayso-text", "src"),
    ("sayso-text", "model"),
    ("sayso-data", ""),
];

/// Endings of the relevant files; those of `TESTS` are tests only.
const ENDINGS: [&str; 4] = ["rs", "tsv", "bin", "weights"];
const TESTS: &str = "tests.rs";

fn main() -> io::Result<()> {
    let own = PathBuf::from(env::var("CARGO_MANIFEST_DIR").map_err(io::Error::other)?);
    let version = env::var("CARGO_PKG_VERSION").map_err(io::Error::other)?;
    let mut files = Vec::new();
    let mut hash = Sha256::new();
    for (part, folder) in PARTS {
        match find(&own, part, &version) {
            Some(found) => {
                println!("cargo::rerun-if-changed={}", found.join(folder).display());
                gather(&found.join(folder), &format!("{part}/{folder}"), &mut files)?;
            }
            // An unpacked package elsewhere: what was published under a version never changes.
            None => hash.update(format!("{part} {version}")),
        }
    }
    files.sort();
    for (name, path) in files {
        let bytes = fs::read(path)?;
        hash.update((name.len() as u64).to_le_bytes());
        hash.update(name);
        hash.update((bytes.len() as u64).to_le_bytes());
        hash.update(bytes);
    }
    let hash: String = hash.finalize().iter().take(6).map(|byte| format!("{byte:02x}")).collect();
    println!("cargo::rustc-env=SAYSO_READER_HASH={hash}");
    Ok(())
}

/// The folder of a crate: in the workspace, or next to this one if packages are unpacked.
fn find(own: &Path, part: &str, version: &str) -> Option<PathBuf> {
    let places = [format!("../{part}"), format!("../{part}-{version}"), "../../data".to_owned()];
    if own.ends_with(part) || own.ends_with(format!("{part}-{version}")) {
        return Some(own.to_owned());
    }
    places.iter().map(|place| own.join(place)).find(|place| {
        let manifest = fs::read_to_string(place.join("Cargo.toml")).unwrap_or_default();
        manifest.contains(&format!("name = \"{part}\""))
    })
}

/// Collects all files below a folder, each by its path from the root, with slashes on every system.
fn gather(folder: &Path, name: &str, files: &mut Vec<(String, PathBuf)>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let own = entry.file_name().to_string_lossy().into_owned();
        let named = format!("{name}/{own}");
        if entry.file_type()?.is_dir() {
            gather(&entry.path(), &named, files)?;
        } else if own != TESTS && own.rsplit('.').next().is_some_and(|end| ENDINGS.contains(&end)) {
            files.push((named, entry.path()));
        }
    }
    Ok(())
}
