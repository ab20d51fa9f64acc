//! Works out what stories are compared by: a hash over the rules and the word lists, so that what is kept of a story says by which
//! of them it was made, and is made anew where they have changed.

use std::{
    env, fs, io,
    path::{Path, PathBuf},
};

fn main() -> io::Result<()> {
    let own = PathBuf::from(env::var("CARGO_MANIFEST_DIR").map_err(io::Error::other)?);
    let mut files = Vec::new();
    // Where packages are unpacked apart, the word lists are those of this version.
    for folder in [own.join("src"), own.join("../../data")].iter().filter(|folder| folder.is_dir()) {
        println!("cargo::rerun-if-changed={}", folder.display());
        gather(folder, &mut files)?;
    }
    files.sort();
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    for file in files {
        for byte in fs::read(file)? {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
    }
    let version = env::var("CARGO_PKG_VERSION").map_err(io::Error::other)?;
    println!("cargo::rustc-env=SAYSO_COMPARE_RULES={version} {hash:016x}");
    Ok(())
}

/// All sources and word lists below a folder.
fn gather(folder: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            gather(&path, files)?;
        } else if path.extension().is_some_and(|end| end == "rs" || end == "tsv") {
            files.push(path);
        }
    }
    Ok(())
}
