//! Every crate that sayso is built from has a licence that lets anybody use, change and pass it on.

#![allow(clippy::expect_used, reason = "a test that cannot go on has failed")]

use std::process::Command;

/// Licences that may stand alone; of an `OR` one must be here, of an `AND` all.
const ALLOWED: [&str; 14] = [
    "MIT",
    "MIT-0",
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "ISC",
    "Zlib",
    "0BSD",
    "CC0-1.0",
    "Unicode-3.0",
    "Unlicense",
    "BSL-1.0",
    "CDLA-Permissive-2.0",
];

/// Crates of the Servo project that the extractors parse pages with: MPL-2.0, a copyleft that ends at their own files,
/// which are used unchanged. Named in NOTICE; nothing else under that licence may come in unseen.
const UNCHANGED_UNDER_MPL: [&str; 4] = ["cssparser", "cssparser-macros", "dtoa-short", "selectors"];

#[test]
fn every_dependency_may_be_used_and_passed_on() {
    let output = Command::new(env!("CARGO"))
        // Only what is built here has been downloaded; crates for other systems are left out.
        .args(["metadata", "--format-version", "1", "--locked", "--offline", "--filter-platform"])
        .arg(host())
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("cargo runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let metadata: serde_json::Value = serde_json::from_slice(&output.stdout).expect("metadata is JSON");
    let packages = metadata["packages"].as_array().expect("packages");
    assert!(packages.len() > 20, "metadata names the dependencies");
    let refused: Vec<String> = packages
        .iter()
        .filter(|p| !is_allowed(p["license"].as_str().unwrap_or("")))
        .filter(|p| {
            let name = p["name"].as_str().unwrap_or("");
            !(p["license"] == "MPL-2.0" && UNCHANGED_UNDER_MPL.contains(&name))
        })
        .map(|p| format!("{} {}: {}", p["name"], p["version"], p["license"]))
        .collect();
    assert!(refused.is_empty(), "licences that are not allowed:\n{}", refused.join("\n"));
}

/// The system that this was built for, as rustc names it.
fn host() -> String {
    let rustc = Command::new("rustc").arg("-vV").output().expect("rustc runs");
    let told = String::from_utf8_lossy(&rustc.stdout).into_owned();
    told.lines().find_map(|l| l.strip_prefix("host: ")).expect("rustc names its host").to_owned()
}

fn is_allowed(licence: &str) -> bool {
    let licence = licence.replace('/', " OR ");
    licence.split(" OR ").any(|choice| {
        choice.split(" AND ").all(|part| ALLOWED.contains(&part.trim().trim_matches(['(', ')'])))
    })
}
