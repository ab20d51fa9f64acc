//! The documentation says what the program does: the reference pages are generated from it, and the tutorial's commands
//! work.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot go on should say where"
)]

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

fn book(page: &str) -> PathBuf {
    root().join("docs/book/src").join(page)
}

fn made(page: &str) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_sayso"))
        .args(["reference", page])
        .env_remove("SAYSO_CONFIG")
        .env("XDG_CONFIG_HOME", "/nowhere")
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// A page without the commands that only a program with the feature `queue` has; docs/queue.md is about them.
fn of_default_features(page: &str) -> String {
    let mut sections = page.split("\n## ");
    let mut kept = sections.next().unwrap_or_default().to_owned();
    for section in sections {
        let more = ["`sayso feed`\n", "`sayso worker`\n"].iter().any(|command| section.starts_with(command));
        if !(cfg!(feature = "queue") && more) {
            kept.push_str("\n## ");
            kept.push_str(section);
        }
    }
    kept
}

/// Every command, option, column, category and setting is documented, because the pages are generated from the program.
/// After a change: `for p in commands columns categories config api schemas; do sayso reference $p >
/// docs/book/src/reference/$p.md; done`
#[test]
fn reference_pages_are_those_of_the_program() {
    for page in ["commands", "columns", "categories", "config", "api", "schemas"] {
        let path = book(&format!("reference/{page}.md"));
        let committed = fs::read_to_string(&path).unwrap_or_default();
        assert!(
            committed == of_default_features(&made(page)),
            "{} does not match the program; run `sayso reference {page} > docs/book/src/reference/{page}.md`",
            path.display()
        );
    }
}

#[test]
fn everything_is_documented_by_more_than_its_name() {
    for page in ["commands", "columns", "categories", "config", "api", "schemas"] {
        for line in made(page).lines().filter(|line| line.starts_with("| `")) {
            let cells: Vec<&str> = line.trim_matches('|').split(" | ").map(str::trim).collect();
            assert!(cells.iter().all(|cell| !cell.is_empty()), "{page}: {line}");
        }
    }
}

#[test]
fn every_category_of_the_data_is_documented() {
    let page = made("categories");
    let column = |file: &str, at: usize| -> BTreeSet<String> {
        let data = fs::read_to_string(root().join("data").join(file)).unwrap();
        let lines = data.lines().filter(|line| !line.starts_with('#'));
        lines.filter_map(|line| line.split('\t').nth(at)).map(str::to_owned).collect()
    };
    let mut categories = column("figure_categories.tsv", 0);
    categories.extend(column("units.tsv", 1));
    // The rules give it to the strength of a quake, which has no unit.
    categories.insert("magnitude".to_owned());
    categories.remove("-");
    for category in categories {
        assert!(
            page.contains(&format!("| `{category}` |")),
            "{category} is not in the categories of the reference"
        );
    }
}

#[test]
fn every_format_is_documented() {
    let formats = fs::read_to_string(book("reference/formats.md")).unwrap();
    let commands = made("commands");
    let line = commands.lines().find(|line| line.contains("Format of the output")).unwrap();
    // Each is followed by a colon and a description.
    let mut names: Vec<&str> = line.split("`: ").filter_map(|before| before.rsplit('`').next()).collect();
    names.pop();
    assert!(names.contains(&"web-annotation"), "{names:?}");
    for name in names {
        assert!(
            formats.contains(&format!("`{name}`")),
            "{name} is not in docs/book/src/reference/formats.md"
        );
    }
}

/// Runs each `$ sayso` line of the tutorial, in a folder with the examples.
#[test]
fn the_tutorial_works() {
    let folder = tempfile::tempdir().unwrap();
    let (from, to) = (root().join("examples/flood"), folder.path().join("examples/flood"));
    fs::create_dir_all(&to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        fs::copy(&path, to.join(path.file_name().unwrap())).unwrap();
    }
    let binaries = Path::new(env!("CARGO_BIN_EXE_sayso")).parent().unwrap();
    let path = format!("{}:{}", binaries.display(), std::env::var("PATH").unwrap());
    let tutorial = fs::read_to_string(book("tutorial.md")).unwrap();
    let mut ran = 0;
    let mut printed = String::new();
    for command in tutorial.lines().filter_map(|line| line.strip_prefix("$ ")) {
        let output = Command::new("sh")
            .args(["-c", command])
            .current_dir(folder.path())
            .env("PATH", &path)
            .env("SAYSO_LEDGER", folder.path().join("ledger.db"))
            .env("XDG_CONFIG_HOME", folder.path())
            .env_remove("SAYSO_CONFIG")
            .output()
            .unwrap();
        assert!(output.status.success(), "{command}: {}", String::from_utf8_lossy(&output.stderr));
        printed.push_str(&String::from_utf8_lossy(&output.stdout));
        ran += 1;
    }
    assert!(ran > 12, "{ran}");
    for said in ["coded 45, the sources say 57 to 90", "Mara Sandt", "Civil Defence Agency"] {
        assert!(printed.contains(said), "{said}");
    }
    assert!(folder.path().join("ged/datapackage.json").is_file());
}

/// The commands of a page: lines of code that begin with one, and commands in running text.
fn commands_of(page: &str) -> Vec<String> {
    let joined = page.replace("\\\n", " ");
    let in_code = joined.lines().map(str::trim).filter(|line| line.starts_with("sayso "));
    let mut commands: Vec<String> = in_code.map(str::to_owned).collect();
    let prose: String = joined.split("```").step_by(2).collect::<Vec<_>>().join(" ").replace('\n', " ");
    let spans = prose.split('`').skip(1).step_by(2).map(str::trim).filter(|span| span.starts_with("sayso "));
    commands.extend(spans.map(str::to_owned));
    commands
}

/// Runs each command of the how-to guides on the example story. One that is only named (`sayso restore`) has help.
#[test]
fn the_how_tos_work() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    let binaries = Path::new(env!("CARGO_BIN_EXE_sayso")).parent().unwrap();
    let path = format!("{}:{}", binaries.display(), std::env::var("PATH").unwrap());
    let run = |command: &str| {
        let mut shell = Command::new("sh");
        shell.args(["-c", command]).current_dir(at).env("PATH", &path).env("XDG_CONFIG_HOME", at);
        shell.env("SAYSO_LEDGER", at.join("ledger.db")).env_remove("SAYSO_CONFIG");
        shell.output().unwrap()
    };
    for command in [
        &format!("sayso add {}/*.txt", root().join("examples/flood").display()),
        "sayso decide accept '1:f*' '2:f*' '3:f*' '4:f*' --by ida",
        "sayso decide accept '1:f*' '2:f*' '3:f*' '4:f*' --by per",
        "sayso export --format ucdp > coded.csv",
        "sayso export --format citron > docs.jsonl",
        "sayso export --format gold -o gold",
    ] {
        let output = run(command);
        assert!(output.status.success(), "{command}: {}", String::from_utf8_lossy(&output.stderr));
    }
    let mut ran = 0;
    for guide in ["casualty-recorder", "fact-checker", "desk-editor", "researcher"] {
        let page = fs::read_to_string(book(&format!("how-to/{guide}.md"))).unwrap();
        let commands = commands_of(&page);
        assert!(commands.len() > 3, "{guide}: {commands:?}");
        // What is on the web is not there for a test.
        for command in commands.iter().filter(|command| !command.contains("://")) {
            let only_named = command.split_whitespace().count() == 2 && run(command).status.code() == Some(2);
            let output = if only_named { run(&format!("{command} --help")) } else { run(command) };
            assert!(
                output.status.success(),
                "{guide}: `{command}`: {}",
                String::from_utf8_lossy(&output.stderr)
            );
            ran += 1;
        }
    }
    assert!(ran > 25, "{ran}");
}

/// The tables of `eval/README.md` that are marked are those of the book.
#[test]
fn the_measured_numbers_of_the_book_are_those_of_the_evaluation() {
    let table = |page: &str, name: &str| {
        let (begin, end) = (format!("<!-- measured: {name} -->"), "<!-- /measured -->");
        let rest = page.split(&begin).nth(1).unwrap_or_else(|| panic!("{begin} is missing"));
        rest.split(end).next().unwrap().trim().to_owned()
    };
    let book = fs::read_to_string(book("explanation/quality.md")).unwrap();
    let measured = fs::read_to_string(root().join("eval/README.md")).unwrap();
    for name in ["attribution", "figures", "unseen"] {
        assert_eq!(table(&book, name), table(&measured, name), "{name}: copy the table from eval/README.md");
    }
}

/// Links between the pages are not broken.
#[test]
fn links_of_the_book_lead_somewhere() {
    let mut pages = vec![book("")];
    let mut checked = 0;
    while let Some(path) = pages.pop() {
        if path.is_dir() {
            pages.extend(fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()));
            continue;
        }
        let text = fs::read_to_string(&path).unwrap();
        for link in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            let file = link.split('#').next().unwrap_or("");
            if file.is_empty() || file.starts_with("http") {
                continue;
            }
            checked += 1;
            assert!(path.parent().unwrap().join(file).is_file(), "{}: {link}", path.display());
        }
    }
    assert!(checked > 15, "{checked}");
}
