//! Floors of accuracy (`eval/baseline.json`) on small fixed samples of gold: nothing gets worse unseen.
//!
//! Our own stories (`tests/stories`) are always scored, the public gold where `SAYSO_GOLD` names its folder. `SAYSO_BASELINE=raise cargo test -p sayso --test all baseline::`
//! lifts the floors to what is measured; it never lowers one: that is done by hand, with the reason in the commit.

#![allow(clippy::expect_used, clippy::panic, reason = "a test that cannot go on has failed")]

use std::{
    fs,
    path::{Path, PathBuf},
};

use assert_cmd::Command;
use serde::{Deserialize, Serialize};
use serde_json::Value;

#[derive(Deserialize, Serialize)]
struct Baseline {
    about: String,
    checks: Vec<Check>,
}

#[derive(Deserialize, Serialize)]
struct Check {
    /// Kind of `sayso eval`.
    kind: String,
    /// Gold: below `tests` of this project, else below the folder that `SAYSO_GOLD` names.
    gold: PathBuf,
    /// Of the gold's records each so many-th is scored.
    every: usize,
    /// Least value at each JSON pointer into the scores.
    floors: serde_json::Map<String, Value>,
}

#[test]
fn no_score_falls_below_its_floor() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let given = std::env::var_os("SAYSO_GOLD").map(PathBuf::from);
    let path = root.join("eval/baseline.json");
    let mut baseline: Baseline =
        serde_json::from_str(&fs::read_to_string(&path).expect("eval/baseline.json")).expect("its form");
    let raise = std::env::var("SAYSO_BASELINE").is_ok_and(|v| v == "raise");
    let folder = tempfile::tempdir().expect("a folder");
    let mut low = Vec::new();
    for check in &mut baseline.checks {
        let own = check.gold.starts_with("tests");
        let Some(gold) = (if own { Some(&root) } else { given.as_ref() }) else {
            println!("{} is not scored: SAYSO_GOLD is not set", check.gold.display());
            continue;
        };
        let scores = scores(check, gold, folder.path());
        for (pointer, floor) in &mut check.floors {
            let name = format!("{} {} {pointer}", check.kind, check.gold.display());
            let value = scores.pointer(pointer).and_then(Value::as_f64);
            let value = value.unwrap_or_else(|| panic!("{name}: no such score"));
            let least = floor.as_f64().expect("a number");
            println!("{name}: {value:.4} (floor {least})");
            if value < least {
                low.push(format!("{name}: {value:.4} is below {least}"));
            } else if raise {
                *floor = Value::from((value * 1000.0).floor() / 1000.0);
            }
        }
    }
    if raise {
        let text = serde_json::to_string_pretty(&baseline).expect("JSON");
        fs::write(&path, text + "\n").expect("eval/baseline.json");
    }
    assert!(low.is_empty(), "{}", low.join("\n"));
}

/// What `sayso eval --json` gives on the check's sample.
fn scores(check: &Check, gold: &Path, folder: &Path) -> Value {
    let whole = gold.join(&check.gold);
    let sample = if check.every > 1 { sample(&whole, check.every, folder) } else { whole };
    let output = Command::cargo_bin("sayso")
        .expect("the program")
        .args(["eval", &check.kind, "--json"])
        .arg(&sample)
        .output()
        .expect("it runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).expect("scores in JSON")
}

/// Each so many-th record of a file: a sentence of CoNLL-U, a line of JSONL. Pages that lines name are linked to.
fn sample(gold: &Path, every: usize, folder: &Path) -> PathBuf {
    let text = fs::read_to_string(gold).expect("gold");
    let conllu = gold.extension().is_some_and(|e| e == "conllu");
    let (from, between) = if conllu { ("\n\n", "\n\n") } else { ("\n", "\n") };
    let kept: Vec<&str> = text.split(from).filter(|r| !r.trim().is_empty()).step_by(every).collect();
    let path = folder.join(gold.file_name().expect("a file"));
    fs::write(&path, kept.join(between) + between).expect("the sample");
    let (pages, link) = (gold.with_file_name("html"), folder.join("html"));
    if pages.is_dir() && !link.exists() {
        #[cfg(unix)]
        std::os::unix::fs::symlink(pages, link).expect("a link to the pages");
    }
    path
}
