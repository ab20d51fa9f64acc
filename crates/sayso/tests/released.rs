//! JSON that earlier versions have written can still be read, or is documented as what cannot: `tests/released/FORM-VERSION.json`,
//! each as a program of its day printed it of `examples/flood`. When a version grows, what the new one prints is added and the old
//! stays.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on should say where")]

use std::{
    fs,
    path::{Path, PathBuf},
};

use sayso::{
    brief::{BRIEF_SCHEMA_VERSION, Brief},
    model::{
        Reading, SCHEMA_VERSION,
        story::{STORY_SCHEMA_VERSION, Story},
    },
};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/released")
}

/// Reads it as today's type and gives it as it would be printed today.
fn reread<T: DeserializeOwned + Serialize>(json: &str) -> Value {
    let read: T = serde_json::from_str(json).unwrap();
    serde_json::to_value(read).unwrap()
}

/// Nothing that the old form says is lost in the new one. The words of a span (`exact`) are printed and not read: they are cut from
/// the text.
fn keeps(old: &Value, new: &Value, at: &str) {
    match (old, new) {
        (Value::Object(old), Value::Object(new)) => {
            for (key, value) in old.iter().filter(|(key, _)| *key != "exact") {
                keeps(value, new.get(key).unwrap_or(&Value::Null), &format!("{at}.{key}"));
            }
        }
        (Value::Array(old), Value::Array(new)) => {
            assert_eq!(old.len(), new.len(), "{at}");
            for (place, (old, new)) in old.iter().zip(new).enumerate() {
                keeps(old, new, &format!("{at}[{place}]"));
            }
        }
        _ => assert_eq!(old, new, "{at}"),
    }
}

/// Forms of which today's types need what they did not say yet. They are listed in `docs/stories.md`.
const NOT_READ: &[&str] = &["story-1", "story-2"];

#[test]
fn what_cannot_be_read_any_more_is_refused_and_documented() {
    let manual = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/stories.md");
    let manual = fs::read_to_string(manual).unwrap();
    for name in NOT_READ {
        let json = fs::read_to_string(folder().join(format!("{name}.json"))).unwrap();
        // Nothing is made up for what an old story does not say: neither which event a claim is of, nor how sure it is.
        let refused = serde_json::from_str::<Story>(&json).unwrap_err().to_string();
        assert!(refused.starts_with("missing field `"), "{name}: {refused}");
        let version = name.rsplit('-').next().unwrap();
        assert!(
            manual.contains(&format!("| {version} | no |")),
            "docs/stories.md does not say that {name} is not read"
        );
    }
}

#[test]
fn what_earlier_versions_wrote_is_read() {
    let mut seen = 0;
    for entry in fs::read_dir(folder()).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        if NOT_READ.contains(&name.as_str()) {
            continue;
        }
        let json = fs::read_to_string(&path).unwrap();
        let old: Value = serde_json::from_str(&json).unwrap();
        let (form, version) = name.split_once('-').unwrap();
        assert_eq!(old["schema_version"].to_string(), version, "{name}");
        let new = match form {
            "reading" => reread::<Reading>(&json),
            "story" => reread::<Story>(&json),
            "brief" => reread::<Brief>(&json),
            _ => panic!("{name} is of no form"),
        };
        keeps(&old, &new, &name);
        seen += 1;
    }
    assert!(seen >= 4, "{seen}");
}

#[test]
fn every_present_version_is_kept() {
    for (form, version) in
        [("reading", SCHEMA_VERSION), ("story", STORY_SCHEMA_VERSION), ("brief", BRIEF_SCHEMA_VERSION)]
    {
        let file = folder().join(format!("{form}-{version}.json"));
        assert!(file.is_file(), "keep what the program prints now as {}", file.display());
    }
}
