//! The documented schemas are those that the program prints.

#![allow(clippy::expect_used, reason = "a test that cannot go on has failed")]

use std::path::PathBuf;

#[test]
fn the_documented_schemas_are_the_printed_ones() {
    for form in ["reading", "story", "brief"] {
        let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(format!("../../docs/{form}.schema.json"));
        let documented = std::fs::read_to_string(&path).expect("the documented schema");
        let printed = assert_cmd::Command::new(env!("CARGO_BIN_EXE_sayso"))
            .args(["schema", form])
            .output()
            .expect("sayso runs");
        assert_eq!(
            documented,
            String::from_utf8_lossy(&printed.stdout),
            "run `sayso schema {form} > docs/{form}.schema.json`, and note the change in CHANGELOG.md"
        );
    }
}
