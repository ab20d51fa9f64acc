//! Nothing that a command writes can cost the ledger, and a ledger that cannot be written or made is said to be so.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot go on should say where"
)]

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
};

use sayso_ledger::{Ledger, ReportFilter};

struct Folder {
    made: tempfile::TempDir,
}

impl Folder {
    /// A folder with a ledger of two reports on one event, `l.db`.
    fn new() -> Self {
        let folder = Self { made: tempfile::tempdir().unwrap() };
        for (name, dead) in [("a", "Nine"), ("b", "Eleven")] {
            let text = format!(
                "title: {dead} dead as ferry strikes pier\npublisher: {name}.test\npublished: 2024-03-05\n\n\
                 LUND — {dead} people were killed on Tuesday when a ferry struck the pier in Lund, the harbour office said.\n"
            );
            fs::write(folder.at(&format!("{name}.txt")), text).unwrap();
            assert_eq!(folder.run(&["add", folder.at(&format!("{name}.txt")).to_str().unwrap()]).0, 0);
        }
        folder
    }

    fn at(&self, name: &str) -> PathBuf {
        self.made.path().join(name)
    }

    fn run(&self, args: &[&str]) -> (i32, String, String) {
        run(args, &self.at("l.db"))
    }

    fn reports(&self) -> usize {
        let ledger = Ledger::open_existing(&self.at("l.db")).unwrap();
        assert!(ledger.damage().unwrap().is_empty());
        ledger.reports(&ReportFilter::default()).unwrap().len()
    }
}

fn sayso() -> Command {
    Command::new(env!("CARGO_BIN_EXE_sayso"))
}

fn run(args: &[&str], ledger: &Path) -> (i32, String, String) {
    read(sayso().args(args).env("SAYSO_LEDGER", ledger).output().unwrap())
}

fn read(output: Output) -> (i32, String, String) {
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap_or(-1), text(output.stdout), text(output.stderr))
}

#[cfg(unix)]
#[test]
fn no_output_replaces_the_ledger() {
    let folder = Folder::new();
    let path = |name: &str| folder.at(name).to_str().unwrap().to_owned();
    std::os::unix::fs::symlink(folder.at("l.db"), folder.at("symbolic.csv")).unwrap();
    fs::hard_link(folder.at("l.db"), folder.at("hard.csv")).unwrap();
    fs::write(folder.at("other.db"), b"SQLite format 3\0 of another program").unwrap();
    for name in ["l.db", "symbolic.csv", "hard.csv", "l.db-wal", "l.db-shm", "other.db", "other.db-journal"] {
        let to = path(name);
        for args in [
            &["export", "--format", "csv", "-o", &to][..],
            &["export", "-o", &to],
            &["figures", "--story", "1", "--category", "killed", "--svg", &to],
        ] {
            let (code, out, err) = folder.run(args);
            assert_eq!((code, out.as_str()), (1, ""), "{args:?}: {err}");
            assert!(err.contains("would be lost"), "{err}");
            assert_eq!(folder.reports(), 2, "{args:?}");
        }
    }
    assert!(fs::read(folder.at("other.db")).unwrap().starts_with(b"SQLite format 3\0 of another"));
    let script = format!("exec '{}' export >> '{}'", env!("CARGO_BIN_EXE_sayso"), path("l.db"));
    let shell = Command::new("sh").args(["-c", &script]).env("SAYSO_LEDGER", folder.at("l.db")).output();
    assert_eq!(read(shell.unwrap()).0, 1);
    assert_eq!(folder.reports(), 2);
    // What may be written is written.
    assert_eq!(folder.run(&["export", "--format", "csv", "-o", &path("out.csv")]).0, 0);
    assert!(fs::read_to_string(folder.at("out.csv")).unwrap().starts_with("report,"));
    assert_eq!(folder.run(&["figures", "--story", "1", "--svg", &path("out.svg")]).0, 0);
    assert!(fs::read_to_string(folder.at("out.svg")).unwrap().starts_with("<svg"));
}

#[test]
fn no_folder_takes_the_place_of_a_journal() {
    let folder = Folder::new();
    for ending in ["-journal", "-wal", "-shm"] {
        let name = format!("l.db{ending}");
        let was = fs::metadata(folder.at(&name)).is_ok();
        let place = folder.at(&name).to_str().unwrap().to_owned();
        for args in [
            &["export", "--format", "datapackage", "-o", &place][..],
            &["export", "--format", "ucdp", "-o", &place],
            &["export", "--format", "gold", "-o", &place],
            &["man", &place],
            &["backup", &place],
        ] {
            let (code, _, said) = folder.run(args);
            assert!(code == 1 && said.contains("name another file to write"), "{args:?}: {code} {said}");
        }
        assert!(!folder.at(&name).is_dir() && folder.at(&name).exists() == was, "{name}");
    }
    assert_eq!(folder.reports(), 2);
}

#[test]
fn predictions_do_not_replace_the_gold() {
    let folder = tempfile::tempdir().unwrap();
    let gold = folder.path().join("gold.jsonl");
    fs::write(&gold, "{\"id\": \"a\", \"text\": \"Nine people were hurt.\", \"story\": \"x\"}\n").unwrap();
    let before = fs::read(&gold).unwrap();
    let path = gold.to_str().unwrap();
    let (code, _, err) = run(&["eval", "clusters", path, "--predictions", path], Path::new(""));
    assert_eq!(code, 1, "{err}");
    assert!(err.contains("would be lost"), "{err}");
    assert_eq!(fs::read(&gold).unwrap(), before);
}

#[cfg(unix)]
#[test]
fn a_full_disk_leaves_the_old_file() {
    let folder = Folder::new();
    let out = folder.at("out.jsonl");
    fs::write(&out, "old").unwrap();
    // No file may grow over one block; the signal that would end the program is ignored, as on a full disk.
    let script = format!(
        "trap '' XFSZ; ulimit -f 1; exec '{}' export -o '{}'",
        env!("CARGO_BIN_EXE_sayso"),
        out.display()
    );
    let shell = Command::new("sh").args(["-c", &script]).env("SAYSO_LEDGER", folder.at("l.db")).output();
    let (code, _, err) = read(shell.unwrap());
    assert_eq!(code, 1, "{err}");
    assert_eq!(fs::read_to_string(&out).unwrap(), "old");
    let hidden = |name: &std::ffi::OsString| name.to_string_lossy().starts_with(".sayso");
    assert!(!fs::read_dir(folder.made.path()).unwrap().any(|e| hidden(&e.unwrap().file_name())));
}

#[test]
fn no_ledger_is_created_where_there_is_no_folder() {
    let folder = tempfile::tempdir().unwrap();
    let report = folder.path().join("a.txt");
    fs::write(&report, "Nine people were hurt on Tuesday, the harbour office said.").unwrap();
    let report = report.to_str().unwrap();
    let missing = folder.path().join("mount");
    let (code, _, err) = run(&["add", report], &missing.join("l.db"));
    assert_eq!(code, 1);
    assert!(err.contains("there is no folder") && err.contains("mount"), "{err}");
    assert!(!missing.exists());
    // A folder that is there may be an empty place for a mount: a new ledger is said to be new.
    fs::create_dir(&missing).unwrap();
    let (code, _, err) = run(&["add", report], &missing.join("l.db"));
    assert_eq!(code, 0);
    assert!(err.contains("created a new ledger at"), "{err}");
    let (code, _, err) = run(&["add", report], &missing.join("l.db"));
    assert_eq!((code, err.as_str()), (0, ""));
    // The usual place is made with its folders.
    let home = folder.path().join("home");
    let mut add = sayso();
    add.args(["add", report]).env_remove("SAYSO_LEDGER").env("XDG_DATA_HOME", &home).env("HOME", &home);
    assert_eq!(add.output().unwrap().status.code(), Some(0));
    assert!(home.join("sayso/ledger.db").is_file());
}

#[test]
fn an_empty_file_is_not_an_empty_ledger() {
    let folder = Folder::new();
    fs::write(folder.at("l.db"), "").unwrap();
    let (code, out, err) = folder.run(&["reports"]);
    assert_eq!((code, out.as_str()), (1, ""));
    assert!(err.contains("empty file"), "{err}");
}

#[cfg(unix)]
#[test]
fn no_room_for_a_new_ledger_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let report = folder.path().join("a.txt");
    fs::write(&report, "Nine people were hurt on Tuesday, the harbour office said.").unwrap();
    for blocks in [0, 1, 16, 64, 128] {
        let ledger = folder.path().join(format!("{blocks}.db"));
        let script = format!(
            "trap '' XFSZ; ulimit -f {blocks}; exec '{}' add '{}'",
            env!("CARGO_BIN_EXE_sayso"),
            report.display()
        );
        let shell = Command::new("sh").args(["-c", &script]).env("SAYSO_LEDGER", &ledger).output();
        let (code, _, err) = read(shell.unwrap());
        assert_eq!(code, 1, "{blocks}: {err}");
        assert!(err.contains("the disk is full"), "{blocks}: {err}");
        let (code, _, err) = run(&["add", report.to_str().unwrap()], &ledger);
        assert_eq!(code, 0, "with room again it goes on: {err}");
    }
}

/// Read-only storage is played by a folder without write permission, which root is not bound by.
#[cfg(unix)]
#[test]
fn a_ledger_on_read_only_storage_can_be_read() {
    use std::os::unix::fs::PermissionsExt;
    let folder = Folder::new();
    assert_eq!(folder.run(&["stories"]).0, 0);
    let kept = folder.at("kept");
    fs::create_dir(&kept).unwrap();
    fs::copy(folder.at("l.db"), kept.join("l.db")).unwrap();
    let protect = |file: u32, directory: u32| {
        fs::set_permissions(kept.join("l.db"), fs::Permissions::from_mode(file)).unwrap();
        fs::set_permissions(&kept, fs::Permissions::from_mode(directory)).unwrap();
    };
    protect(0o444, 0o555);
    if fs::write(kept.join("probe"), "").is_ok() {
        // Root writes everywhere: only a real read-only mount would do.
        fs::remove_file(kept.join("probe")).unwrap();
        return;
    }
    for args in [&["reports"][..], &["stories"], &["story", "1"], &["brief", "1"], &["figures"], &["export"]]
    {
        let (code, out, err) = run(args, &kept.join("l.db"));
        assert_eq!((code, err.as_str()), (0, ""), "{args:?}");
        assert_eq!(out, folder.run(args).1, "{args:?}");
    }
    let (code, _, err) = run(&["decide", "accept", "1:f0"], &kept.join("l.db"));
    assert_eq!(code, 1);
    assert!(err.contains("the ledger is read-only"), "{err}");
    protect(0o644, 0o755);
}

#[test]
fn the_ledger_is_not_a_report() {
    let folder = Folder::new();
    let (code, out, err) = folder.run(&["add", folder.made.path().to_str().unwrap()]);
    assert_eq!(code, 0, "{err}");
    assert!(out.contains("known 2") && out.contains("it is the ledger itself"), "{out}");
    assert_eq!(folder.run(&["add", folder.at("l.db").to_str().unwrap()]).0, 3);
}

#[test]
fn a_sound_ledger_is_said_to_be_sound() {
    let folder = Folder::new();
    let text = "title: Ferry line stops\npublisher: c.test\npublished: 2024-03-06\n\n\
        LUND — Nine people were killed, police said on Wednesday. \"We are sorry,\" the owner, Ida Holm, told reporters. The \
        harbour office said the ferry was too fast. Holm said that it was not. Police did not respond to questions.\n";
    fs::write(folder.at("c.txt"), text).unwrap();
    assert_eq!(folder.run(&["add", folder.at("c.txt").to_str().unwrap()]).0, 0);
    assert_eq!(folder.run(&["decide", "accept", "1:f0"]).0, 0);
    for args in [
        &["reports"][..],
        &["who", "police"],
        &["who", "Holm"],
        &["who", "harbour office"],
        &["figures", "--category", "killed", "--json"],
        &["figures", "--story", "1"],
        &["search", "ferry"],
        &["show", "3"],
        &["stories"],
        &["story", "1"],
        &["chain", "1:f0"],
        &["brief", "1"],
        &["decide"],
        &["export"],
        &["export", "--format", "csv", "--what", "statements"],
        &["reread", "--all"],
        &["doctor"],
    ] {
        let (code, _, err) = folder.run(args);
        assert_eq!((code, err.as_str()), (0, ""), "{args:?}");
    }
}

#[test]
fn room_that_nothing_holds_is_given_back_and_nothing_else_changes() {
    let folder = Folder::new();
    // What every command prints; what is kept of stories is made by the first.
    let answers = || {
        let commands: [&[&str]; 6] = [
            &["reports"],
            &["story", "1", "--all"],
            &["brief", "1"],
            &["search", "ferry"],
            &["export"],
            &["figures", "--json"],
        ];
        commands.map(|args| folder.run(args))
    };
    let before = answers();
    assert_eq!(folder.run(&["reread", "--all"]).0, 0);
    let (code, out, err) = folder.run(&["vacuum"]);
    assert_eq!((code, err.as_str()), (0, ""));
    assert!(out.contains(", was "), "{out}");
    assert_eq!(answers(), before);
    assert_eq!(folder.run(&["doctor"]).0, 0);
    assert_eq!(folder.reports(), 2);
    let (code, _, err) = run(&["vacuum"], &folder.at("nowhere.db"));
    assert!(code == 1 && err.contains("there is no ledger"), "{err}");
}

/// Changes a byte of the ledger's file where some words stand, in every place that has them.
fn damage(ledger: &Path, words: &str) -> usize {
    let mut bytes = fs::read(ledger).unwrap();
    let places: Vec<usize> =
        (0..bytes.len() - words.len()).filter(|&at| bytes[at..].starts_with(words.as_bytes())).collect();
    for at in &places {
        bytes[*at] ^= 0x02;
    }
    fs::write(ledger, bytes).unwrap();
    places.len()
}

#[test]
fn a_damaged_report_is_named_and_the_rest_is_answered() {
    let folder = Folder::new();
    assert_eq!(folder.run(&["stories"]).0, 0);
    let (_, whole, _) = folder.run(&["export"]);
    // The words stand in the text and in the figure that was found in it.
    assert!(damage(&folder.at("l.db"), "Eleven people were killed") >= 1);
    for args in [
        &["export"][..],
        &["export", "--format", "csv", "--what", "statements"],
        &["story", "1"],
        &["brief", "1"],
    ] {
        let (code, out, err) = folder.run(args);
        assert_eq!(code, 3, "{args:?}: {err}");
        assert!(err.contains("the text of report 2 is damaged and was left out"), "{err}");
        assert!(out.contains("Nine"), "{out}");
    }
    let (_, out, _) = folder.run(&["export"]);
    assert_eq!(out.lines().collect::<Vec<_>>(), whole.lines().take(1).collect::<Vec<_>>());
    let (code, _, err) = folder.run(&["reread", "--all"]);
    assert_eq!(code, 3);
    assert!(err.contains("the text of report 2"), "altered text is not read: {err}");
    let (code, out, _) = folder.run(&["doctor"]);
    assert_eq!(code, 3);
    assert!(out.contains("row: the text of report 2"), "{out}");
}

#[test]
fn derived_data_is_rebuilt_and_lost_data_is_named() {
    let folder = Folder::new();
    let note = folder.run(&["decide", "accept", "1:f0", "--note", "counted by hand"]);
    assert_eq!(note.0, 0, "{}", note.2);
    assert_eq!(folder.run(&["stories"]).0, 0);
    let before: Vec<String> =
        ["reports", "stories", "figures", "export", "decide"].iter().map(|v| folder.run(&[v]).1).collect();
    assert_eq!(folder.run(&["repair"]).1, "nothing is damaged; nothing was changed\n");
    // A place name of a figure's row, which stands nowhere else in these words.
    let db = rusqlite::Connection::open(folder.at("l.db")).unwrap();
    db.execute_batch("UPDATE figure SET words = 'Ninety' WHERE report = 1; UPDATE reading SET body = x'00' WHERE report = 2;").unwrap();
    drop(db);
    let (code, out, err) = folder.run(&["figures"]);
    assert_eq!(code, 3, "{err}");
    assert!(!out.contains("Ninety") && err.contains("figure 1:f0 is damaged"), "{out}{err}");
    let (code, out, err) = folder.run(&["repair"]);
    assert_eq!(code, 0, "{out}{err}");
    assert!(out.starts_with("kept 2 reports (1 reread) and 1 decisions"), "{out}");
    assert!(folder.at("l.db.old-1").is_file());
    for (verb, before) in ["reports", "stories", "figures", "export", "decide"].iter().zip(&before) {
        let (code, out, err) = folder.run(&[verb]);
        assert_eq!((code, err.as_str()), (0, ""), "{verb}");
        assert_eq!(&out, before, "{verb}");
    }
    // A report whose text is damaged is lost, and said to be.
    let db = rusqlite::Connection::open(folder.at("l.db")).unwrap();
    db.execute_batch("UPDATE report SET text = text || 'x' WHERE id = 2").unwrap();
    drop(db);
    let (code, out, _) = folder.run(&["repair"]);
    assert_eq!(code, 3);
    assert!(out.contains("lost report 2\n") && out.contains("l.db.old-2"), "{out}");
    assert_eq!(folder.reports(), 1);
    assert_eq!(folder.run(&["doctor"]).0, 0);
}

/// A damaged letter in the SQL of a table or index makes the file unreadable, and costs nothing.
#[test]
fn a_damaged_table_of_contents_is_set_right() {
    let folder = Folder::new();
    let (path, sound) = (folder.at("l.db"), folder.at("sound.db"));
    Ledger::open_existing(&path).unwrap().back_up(&sound).unwrap();
    let before = folder.run(&["figures"]).1;
    for (words, at, bit) in [
        ("CREATE TABLE report (", 5, 1),
        ("CREATE TABLE watch_item (\n    id            INTEGER PRIMARY", 44, 1),
        ("CREATE TABLE figure (", 9, 64),
        ("said_on  TEXT,\n    content", 3, 128),
    ] {
        let mut bytes = fs::read(&sound).unwrap();
        // Also where SQLite has left it behind.
        let all: Vec<usize> =
            (0..bytes.len()).filter(|from| bytes[*from..].starts_with(words.as_bytes())).collect();
        assert!(!all.is_empty(), "{words} is not in the file");
        all.iter().for_each(|found| bytes[found + at] ^= bit);
        for ending in ["-wal", "-shm"] {
            let _ = fs::remove_file(folder.at(&format!("l.db{ending}")));
        }
        fs::write(&path, bytes).unwrap();
        let (code, out, _) = folder.run(&["doctor"]);
        assert!(
            code == 3 && out.contains("the file's table of contents is damaged"),
            "{words}: {code} {out}"
        );
        let (code, _, said) = folder.run(&["figures"]);
        assert!(code == 1 && said.contains("`sayso repair` sets it right"), "{words}: {code} {said}");
        let (code, out, said) = folder.run(&["repair"]);
        assert!(code == 0 && out.contains("kept 2 reports (0 reread)"), "{words}: {code} {out} {said}");
        assert_eq!(folder.run(&["figures"]).1, before, "{words}");
        assert_eq!(folder.run(&["doctor"]).0, 0, "{words}");
    }
}

/// A copy that was broken off: `doctor` says so, and `repair` saves what was copied or says that nothing was.
#[test]
fn a_file_that_ends_early_is_said_to_and_repaired() {
    let folder = Folder::new();
    let (path, sound) = (folder.at("l.db"), folder.at("sound.db"));
    // In a ledger as small as this one, the file ends with a page of the table of contents, without which nothing is found.
    let db = rusqlite::Connection::open(&path).unwrap();
    db.execute_batch("CREATE TABLE more (bytes); INSERT INTO more VALUES (zeroblob(100000));").unwrap();
    drop(db);
    Ledger::open_existing(&path).unwrap().back_up(&sound).unwrap();
    let whole = fs::read(&sound).unwrap();
    let cut_to = |length: usize| {
        for ending in ["-wal", "-shm"] {
            let _ = fs::remove_file(folder.at(&format!("l.db{ending}")));
        }
        fs::write(&path, &whole[..length]).unwrap();
        let (code, out, said) = folder.run(&["doctor"]);
        assert!(code == 3 && out.contains("the file ends early"), "{length}: {code} {out}{said}");
        let (code, out, said) = folder.run(&["doctor", "--json"]);
        assert!(code == 3 && out.contains("the file ends early"), "{length}: {code} {out}{said}");
    };
    cut_to(whole.len() - 5000);
    let (code, out, said) = folder.run(&["repair"]);
    assert!(code == 3 && out.contains("kept 2 reports"), "{code} {out}{said}");
    assert!(out.contains("lost what was in the last 5000 bytes of the file"), "{out}");
    assert_eq!(folder.run(&["doctor"]).0, 0);
    cut_to(5000);
    let (code, out, said) = folder.run(&["repair"]);
    assert!(code == 1 && said.contains("`sayso restore BACKUP`"), "{code} {out}{said}");
    assert_eq!(fs::read(&path).unwrap().len(), 5000, "nothing was changed");
}

#[test]
fn doctor_tells_programs_all_that_it_tells_people() {
    let folder = Folder::new();
    let found: serde_json::Value = serde_json::from_str(&folder.run(&["doctor", "--json"]).1).unwrap();
    assert_eq!(found["version"], env!("CARGO_PKG_VERSION"));
    assert!(found["disk_free_bytes"].as_u64().is_some_and(|free| free > 0), "{found}");
    assert_eq!(found["writable"], true);
    let size = |name: &str| fs::metadata(folder.at(name)).map_or(0, |meta| meta.len());
    assert_eq!(found["bytes"], size("l.db") + size("l.db-wal"), "{found}");
    assert!(found.get("unused_bytes").is_some() && found.get("free_bytes").is_none(), "{found}");
}

#[test]
fn a_backup_is_put_back() {
    let folder = Folder::new();
    let backup = folder.at("backup.db");
    let backup = backup.to_str().unwrap();
    assert_eq!(folder.run(&["backup", backup]).0, 0);
    let (code, _, err) = folder.run(&["backup", backup]);
    assert_eq!(code, 1);
    assert!(err.contains("exists"), "{err}");
    fs::write(folder.at("c.txt"), "Twelve people were killed in Lund on Friday, the harbour office said.")
        .unwrap();
    assert_eq!(folder.run(&["add", folder.at("c.txt").to_str().unwrap()]).0, 0);
    assert_eq!(folder.reports(), 3);
    let (code, out, err) = folder.run(&["restore", backup]);
    assert_eq!(code, 0, "{err}");
    assert!(out.contains("l.db.old-1"), "{out}");
    assert_eq!(folder.reports(), 2);
    assert_eq!(Ledger::open_existing(&folder.at("l.db.old-1")).unwrap().count().unwrap(), 3);
    // A damaged backup is refused, and the ledger stays.
    let db = rusqlite::Connection::open(backup).unwrap();
    db.execute_batch("UPDATE report SET headline = 'x' WHERE id = 1").unwrap();
    drop(db);
    let (code, _, err) = folder.run(&["restore", backup]);
    assert_eq!(code, 1);
    assert!(err.contains("is damaged"), "{err}");
    assert_eq!(folder.reports(), 2);
    // Where there is no ledger any more, the backup is the ledger.
    assert_eq!(
        folder
            .run(&[
                "restore",
                folder.at("l.db.old-1").to_str().unwrap(),
                "--ledger",
                folder.at("n.db").to_str().unwrap()
            ])
            .0,
        0
    );
    assert_eq!(Ledger::open_existing(&folder.at("n.db")).unwrap().count().unwrap(), 3);
}

/// A byte of the file that is not what it was never changes what is printed without a word and exit code 0.
#[test]
fn no_flipped_byte_changes_what_is_printed_in_silence() {
    let folder = Folder::new();
    for n in 0..12 {
        let text = format!(
            "title: Storm {n} cuts off the island of Brenn\npublisher: post{n}.test\npublished: 2024-04-{:02}\n\n\
             BRENN — At least {} people were injured and {} were missing after storm {n} hit the island of Brenn, the Coast \
             Guard said on Monday. \"We have not reached the northern villages,\" its spokesman, Jon Lind, said. According to \
             a minister, some {} houses had lost power, and the ferry to Lund would not sail before Thursday.\n",
            n + 1,
            n * 7 + 3,
            n + 2,
            n * 100 + 50
        );
        fs::write(folder.at(&format!("s{n}.txt")), text).unwrap();
        assert_eq!(folder.run(&["add", folder.at(&format!("s{n}.txt")).to_str().unwrap()]).0, 0);
    }
    let asked = [&["reports", "--json"][..], &["stories", "--json"], &["figures"], &["export"]];
    let answers = |ledger: &Path| asked.map(|args| run(args, ledger));
    let whole = answers(&folder.at("l.db"));
    let bytes = fs::read(folder.at("l.db")).unwrap();
    let mut random = 0x9E37_79B9_7F4A_7C15_u64;
    let mut next = |below: usize| {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        usize::try_from(random % below as u64).unwrap()
    };
    let (mut silent, mut seen) = (Vec::new(), 0);
    for round in 0..100 {
        let at = next(bytes.len());
        let bit = 1_u8 << next(8);
        let ledger = folder.at(&format!("flip{round}.db"));
        let mut damaged = bytes.clone();
        damaged[at] ^= bit;
        fs::write(&ledger, damaged).unwrap();
        for ((answer, whole), args) in answers(&ledger).iter().zip(&whole).zip(asked) {
            if answer.1 != whole.1 && answer.0 == 0 {
                silent.push(format!("byte {at} (page {}), bit {bit}: {args:?}", at / 4096 + 1));
            }
            seen += usize::from(answer.0 != 0);
            assert!(answer.0 != 101, "a crash at byte {at}: {}", answer.2);
        }
        for end in ["", "-wal", "-shm"] {
            let _ = fs::remove_file(folder.at(&format!("flip{round}.db{end}")));
        }
    }
    assert!(silent.is_empty(), "changed in silence, {seen} answers said so: {silent:#?}");
}
