//! Every crate can be packaged: what it is built of lies inside it.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should say where")]

use std::{
    fs,
    path::{Path, PathBuf},
};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

/// All files below a folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

#[test]
fn no_file_outside_a_crate_is_compiled_into_it() {
    let mut seen = 0;
    for entry in fs::read_dir(root().join("crates")).unwrap() {
        let own = entry.unwrap().path();
        for source in files(&own.join("src")).into_iter().filter(|p| p.extension().is_some_and(|e| e == "rs"))
        {
            let text = fs::read_to_string(&source).unwrap();
            for start in ["include_str!(\"", "include_bytes!(\"", "include!(\""] {
                for name in text.split(start).skip(1).filter_map(|rest| rest.split('"').next()) {
                    seen += 1;
                    let file = source.parent().unwrap().join(name).canonicalize();
                    let inside = file.as_ref().is_ok_and(|file| file.starts_with(&own));
                    assert!(inside, "{}: {name} is not in the package", source.display());
                }
            }
        }
    }
    assert!(seen > 8, "{seen}");
}

/// Every list of `data/` can be had by the crates that need it.
#[test]
fn every_file_of_the_data_is_in_its_crate() {
    let crate_of_data = fs::read_to_string(root().join("data/lib.rs")).unwrap();
    for file in files(&root().join("data")).into_iter().filter(|p| p.extension().is_some_and(|e| e == "tsv"))
    {
        let name = file.strip_prefix(root().join("data")).unwrap().to_str().unwrap().to_owned();
        assert!(crate_of_data.contains(&format!("\"{name}\"")), "data/lib.rs lacks {name}");
    }
}

/// The oldest Rust that is promised is one number, wherever it stands. `.ci/oldest` builds with it.
#[test]
fn the_oldest_rust_is_the_same_everywhere() {
    let read = |file: &str| fs::read_to_string(root().join(file)).unwrap();
    let manifest = read("Cargo.toml");
    let version =
        manifest.lines().find_map(|line| line.strip_prefix("rust-version = \"")?.strip_suffix('"')).unwrap();
    assert!(read("README.md").contains(&format!("Rust {version} or newer")), "README.md");
    assert!(read("clippy.toml").contains(&format!("msrv = \"{version}\"")), "clippy.toml");
    for member in ["crates", "."].iter().flat_map(|folder| fs::read_dir(root().join(folder)).unwrap()) {
        let manifest = member.unwrap().path().join("Cargo.toml");
        let Ok(text) = fs::read_to_string(&manifest) else { continue };
        if text.contains("version.workspace") {
            assert!(text.contains("rust-version.workspace = true"), "{}", manifest.display());
        }
    }
}

/// Examples in the docs of a crate whose examples are not run would say what was once so.
#[test]
fn examples_are_where_they_are_run() {
    for entry in fs::read_dir(root().join("crates")).unwrap() {
        let own = entry.unwrap().path();
        if !fs::read_to_string(own.join("Cargo.toml")).unwrap().contains("doctest = false") {
            continue;
        }
        for source in files(&own.join("src")).into_iter().filter(|p| p.extension().is_some_and(|e| e == "rs"))
        {
            let text = fs::read_to_string(&source).unwrap();
            let docs = text
                .lines()
                .map(str::trim_start)
                .filter(|line| line.starts_with("///") || line.starts_with("//!"));
            let example = docs
                .map(|line| line[3..].trim())
                .filter(|line| line.starts_with("```"))
                .step_by(2)
                .find(|l| *l != "```text");
            assert!(example.is_none(), "{}: put it into the docs of crates/sayso", source.display());
        }
    }
}
