//! The documented schema is the one that the program prints.

use std::path::PathBuf;

#[test]
fn the_documented_schema_is_the_printed_one() {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../docs/reading.schema.json");
    let documented = std::fs::read_to_string(&path).expect("docs/reading.schema.json");
    let printed =
        assert_cmd::Command::new(env!("CARGO_BIN_EXE_sayso")).arg("schema").output().expect("sayso runs");
    assert_eq!(
        documented,
        String::from_utf8_lossy(&printed.stdout),
        "run `sayso schema > docs/reading.schema.json`, and note the change in CHANGELOG.md"
    );
}
