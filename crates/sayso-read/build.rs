//! Works out what the reader is made of: a hash over its rules, the data files and the weights, so that a reading says by
//! which of them it was made and `sayso reread` finds what is stale.

use std::{
    env, fs, io,
    path::{Path, PathBuf},
};

use sha2::{Digest, Sha256};

/// Folders, from the root of the workspace, whose files decide what a report reads as.
const PARTS: [&str; 5] = [
    "crates/sayso-read/src",
    "crates/sayso-read/model",
    "crates/sayso-text/src",
    "crates/sayso-text/model",
    "data",
];

/// Files in them that only test.
const TESTS: [&str; 2] = ["tests.rs", "cases.txt"];

fn main() -> io::Result<()> {
    let root = PathBuf::from(env::var("CARGO_MANIFEST_DIR").map_err(io::Error::other)?).join("../..");
    let mut files = Vec::new();
    for part in PARTS {
        println!("cargo::rerun-if-changed={}", root.join(part).display());
        gather(&root.join(part), part, &mut files)?;
    }
    files.sort();
    let mut hash = Sha256::new();
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

/// All files below a folder, each by its name from the root with slashes, whatever the system.
fn gather(folder: &Path, name: &str, files: &mut Vec<(String, PathBuf)>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let own = entry.file_name().to_string_lossy().into_owned();
        let named = format!("{name}/{own}");
        if entry.file_type()?.is_dir() {
            gather(&entry.path(), &named, files)?;
        } else if !TESTS.contains(&own.as_str()) {
            files.push((named, entry.path()));
        }
    }
    Ok(())
}
