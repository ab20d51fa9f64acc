//! Settings: the file, then the environment, then options; the later goes before.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot go on should say where"
)]

use std::{fs, path::Path, process::Command};

use serde_json::Value;

struct Ran {
    code: i32,
    out: String,
    err: String,
}

fn run(folder: &Path, args: &[&str], env: &[(&str, &str)]) -> Ran {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sayso"));
    command.args(args).env("XDG_CONFIG_HOME", folder).env("XDG_DATA_HOME", folder.join("data"));
    for name in
        ["SAYSO_CONFIG", "SAYSO_LEDGER", "SAYSO_BY", "SAYSO_DELAY", "SAYSO_MAX_BYTES", "SAYSO_THREADS"]
    {
        command.env_remove(name);
    }
    let output = command.envs(env.iter().copied()).output().unwrap();
    Ran {
        code: output.status.code().unwrap_or(-1),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

fn folder(config: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("sayso")).unwrap();
    fs::write(folder.path().join("sayso/config.toml"), config).unwrap();
    folder
}

fn setting(folder: &Path, key: &str, env: &[(&str, &str)]) -> (Value, Value) {
    let ran = run(folder, &["config", "--json"], env);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let shown: Value = serde_json::from_str(&ran.out).unwrap();
    let settings = shown["settings"].as_array().unwrap();
    let found = settings.iter().find(|s| s["key"] == key).unwrap();
    (found["value"].clone(), found["from"].clone())
}

#[test]
fn every_command_takes_a_ledger_before_and_after_it() {
    let folder = tempfile::tempdir().unwrap();
    let help = run(folder.path(), &["--help"], &[]).out;
    let list = help.split("Commands:").nth(1).unwrap().split("Options:").next().unwrap();
    let verbs: Vec<&str> = list
        .lines()
        .filter(|line| line.starts_with("  ") && !line.starts_with("   "))
        .filter_map(|line| line.split_whitespace().next())
        .filter(|verb| *verb != "help")
        .collect();
    assert!(verbs.contains(&"schema") && verbs.contains(&"user") && verbs.len() > 30, "{verbs:?}");
    for verb in verbs {
        for args in [["--ledger", "none.db", verb, "--help"], [verb, "--ledger", "none.db", "--help"]] {
            let ran = run(folder.path(), &args, &[]);
            assert_eq!(ran.code, 0, "{args:?}: {}", ran.err);
        }
    }
    for args in [&["schema"][..], &["schema", "story"], &["completions", "bash"]] {
        let plain = run(folder.path(), args, &[]);
        let before = run(folder.path(), &[&["--ledger", "none.db"], args].concat(), &[]);
        let after = run(folder.path(), &[args, &["--ledger", "none.db"]].concat(), &[]);
        assert_eq!((before.code, before.out == plain.out), (0, true), "{args:?}: {}", before.err);
        assert_eq!((after.code, after.out == plain.out), (0, true), "{args:?}: {}", after.err);
    }
}

#[test]
fn each_setting_says_where_it_comes_from() {
    let folder = folder("delay = 5\nby = \"ida\"\n");
    let path = folder.path();
    assert_eq!(setting(path, "delay", &[]), ("5".into(), "file".into()));
    assert_eq!(setting(path, "delay", &[("SAYSO_DELAY", "7")]), ("7".into(), "SAYSO_DELAY".into()));
    assert_eq!(setting(path, "threads", &[]), (Value::Null, "default".into()));
    assert!(run(path, &["config"], &[]).out.contains("config.toml"));
    for args in [&["--ledger", "two.db", "config"][..], &["config", "--ledger", "two.db", "--delay", "9"]] {
        let ran = run(path, args, &[("SAYSO_LEDGER", "one.db")]);
        let line = ran
            .out
            .lines()
            .find(|line| line.trim_start().starts_with("ledger"))
            .unwrap_or_default()
            .to_owned();
        assert!(line.contains("two.db") && line.contains("--ledger"), "{args:?}: {}{}", ran.out, ran.err);
    }
    let ran = run(path, &["config", "--delay", "soon"], &[]);
    assert!(ran.code != 0 && ran.err.contains("--delay takes a number"), "{}", ran.err);
}

#[test]
fn an_invalid_setting_is_reported_with_its_position() {
    for (config, why) in [
        ("delay = -3\n", "`delay` takes a number, 0 or more, not '-3'"),
        ("threads = 0\n", "`threads` takes a whole number, 1 or more, not '0'"),
        ("by = \"ida\"\nledger = \n", "line 2 is not valid TOML"),
    ] {
        let folder = folder(config);
        let ran = run(folder.path(), &["config"], &[]);
        assert!(ran.code == 1 && ran.err.contains(why), "{config}: {}", ran.err);
    }
    let folder = folder("");
    let ran = run(folder.path(), &["config"], &[("SAYSO_DELAY", "soon")]);
    assert!(ran.code == 1 && ran.err.contains("SAYSO_DELAY takes a number"), "{}", ran.err);
    fs::write(folder.path().join("sayso/config.toml"), [0xFF]).unwrap();
    assert!(run(folder.path(), &["config"], &[]).err.contains("is not UTF-8 text"));
}

#[test]
fn the_later_goes_before() {
    let folder = folder("ledger = \"LEDGER\"\nby = \"ida\"\n");
    let path = folder.path();
    let ledger = path.join("file.db");
    let config = path.join("sayso/config.toml");
    let written = fs::read_to_string(&config).unwrap().replace("LEDGER", ledger.to_str().unwrap());
    fs::write(&config, written).unwrap();
    let report = path.join("r.txt");
    fs::write(
        &report,
        "publisher: a.example\npublished: 2025-06-12\n\nNine people were killed, police said.\n",
    )
    .unwrap();
    assert_eq!(run(path, &["add", report.to_str().unwrap()], &[]).code, 0);
    assert!(ledger.is_file(), "the file's ledger");
    let other = path.join("env.db");
    assert_eq!(
        run(path, &["add", report.to_str().unwrap()], &[("SAYSO_LEDGER", other.to_str().unwrap())]).code,
        0
    );
    assert!(other.is_file(), "the environment's ledger");
    let by = |args: &[&str], env: &[(&str, &str)]| {
        let all = [&["decide", "accept", "1:f0"][..], args].concat();
        let ran = run(path, &all, env);
        assert_eq!(ran.code, 0, "{}", ran.err);
        let trail = run(path, &["decide", "--json"], env).out;
        let last: Value = serde_json::from_str(trail.lines().last().unwrap()).unwrap();
        last["by"].as_str().unwrap().to_owned()
    };
    assert_eq!(by(&[], &[]), "ida");
    assert_eq!(by(&[], &[("SAYSO_BY", "per")]), "per");
    assert_eq!(by(&["--by", "ola"], &[("SAYSO_BY", "per")]), "ola");
}

#[test]
fn a_wrong_file_says_what_is_wrong() {
    for (config, said) in [
        ("delya = 5\n", "`delya` is not a setting; the settings are ledger, by"),
        ("delay = [5]\n", "`delay` takes a string or a number, not array"),
        ("delay = \n", "is not valid TOML"),
        ("delay = \"slow\"\n", "`delay` takes a number, 0 or more, not 'slow'"),
        ("threads = 1.5\n", "`threads` takes a whole number, 1 or more, not '1.5'"),
    ] {
        let folder = folder(config);
        let ran = run(folder.path(), &["add", "/nowhere"], &[]);
        assert_ne!(ran.code, 0, "{config}");
        assert!(ran.err.contains(said), "{config}: {}", ran.err);
    }
    let folder = tempfile::tempdir().unwrap();
    let ran = run(folder.path(), &["config"], &[("SAYSO_CONFIG", "/nowhere/c.toml")]);
    assert!(ran.code != 0 && ran.err.contains("/nowhere/c.toml"), "{}", ran.err);
}

#[test]
fn proposals_are_decided_by_the_same_person_as_everything_else() {
    let folder = folder("by = \"ida\"\n");
    let by = |env: &[(&str, &str)]| {
        let help = run(folder.path(), &["propose", "--help"], env);
        assert_eq!(help.code, 0, "{}", help.err);
        let line =
            help.out.lines().skip_while(|l| !l.contains("--by <NAME>")).take(4).collect::<Vec<_>>().join(" ");
        assert!(line.contains("SAYSO_BY"), "{line}");
        line
    };
    assert!(by(&[("USER", "root")]).contains("[default: ida]"), "the file goes before the user name");
    assert!(by(&[("SAYSO_BY", "per")]).contains("SAYSO_BY=per"));
}

#[test]
fn wrong_pairs_of_options_are_wrong_command_lines() {
    let folder = tempfile::tempdir().unwrap();
    let report = folder.path().join("r.txt");
    fs::write(&report, "Nine people were killed, police said.\n").unwrap();
    assert_eq!(run(folder.path(), &["add", report.to_str().unwrap()], &[]).code, 0);
    for args in [
        &["export", "--format", "csv", "--what", "readings"][..],
        &["export", "--format", "ninjs", "--what", "figures"],
        &["export", "--format", "acled", "--side-a", "soldiers"],
        &["export", "--format", "gold"],
        &["import", "x.csv", "--format", "acled", "--as", "ida", "--complete"],
        &["eval", "text", "a", "b"],
    ] {
        let ran = run(folder.path(), args, &[]);
        assert_eq!(ran.code, 2, "{args:?}: {}", ran.err);
    }
    let ran = run(folder.path(), &["export", "--format", "csv", "--since", "2999-01-01"], &[]);
    assert!(ran.code == 0 && ran.err.contains("no reports to export"), "{}", ran.err);
}

#[test]
fn completions_and_manual_pages_are_whole() {
    let folder = tempfile::tempdir().unwrap();
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let ran = run(folder.path(), &["completions", shell], &[]);
        assert_eq!(ran.code, 0);
        assert!(ran.out.contains("reread") && ran.out.contains("with-rejected"), "{shell}");
        // The others complete no values.
        assert!(!matches!(shell, "bash" | "zsh" | "fish") || ran.out.contains("web-annotation"), "{shell}");
    }
    let pages = folder.path().join("man");
    assert_eq!(run(folder.path(), &["man", pages.to_str().unwrap()], &[]).code, 0);
    let page = fs::read_to_string(pages.join("sayso-export.1")).unwrap();
    assert!(page.starts_with(".ie") && page.contains("side\\-a"), "{}", &page[..200]);
    let names: Vec<_> = fs::read_dir(&pages).unwrap().map(|e| e.unwrap().file_name()).collect();
    assert!(names.len() > 20 && names.iter().any(|n| n == "sayso.1"));
    assert!(!names.iter().any(|n| n == "sayso-reference.1"), "what is for us only is no page");
}
