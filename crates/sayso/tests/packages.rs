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
