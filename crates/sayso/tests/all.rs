//! All tests of the program, in one program: `cargo test -p sayso --test all watch::` runs those of a file.

mod alerts;
mod baseline;
mod config;
mod corpus;
mod decisions;
mod docs;
mod durable;
mod exports;
mod failures;
mod ledger;
mod licences;
mod packages;
mod propose;
mod read;
mod released;
mod schema;
mod serve;
mod site;
mod soak;
mod sources;
mod stories;
mod watch;

/// A file that is not named above would not be run.
#[test]
fn every_file_is_part_of_this() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
    let this = include_str!("all.rs");
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        if let Some(name) = name.strip_suffix(".rs").filter(|name| *name != "all") {
            assert!(this.contains(&format!("\nmod {name};\n")), "tests/all.rs lacks `mod {name};`");
        }
    }
}
