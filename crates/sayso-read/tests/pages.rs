//! Tests the pages under `tests/pages`: a short report in our own words, the entries that it must give, and why.
//!
//! A page is Markdown: a title, a paragraph that says why, a block ```` ```report ```` with the text (and, before a blank line,
//! `key: value` lines of its head) and a block ```` ```expect ```` with one JSON object per line:
//!
//! - `{"figure": {"text": "12 people", "category": "killed", "best": 12}}`: some figure has these values. The same for
//!   `time`, `place`, `statement`, `speaker`, `comment_request`, `expected`, `correction`, `diagnostic`.
//! - `{"absent": {"figure": {"category": "killed"}}}`: no figure has these values.
//! - `{"none": "figures"}`: the reading's list of that name is empty.
//! - `{"count": {"figures": 2}}`: that list has this many entries.
//!
//! `text` is the text under the entry's span. A span is given by its text, several as a list of texts (or one text if there is
//! only one); an id by what it refers to: a speaker by its name, a figure, time or place by its text. A text that begins or ends
//! with "…" may continue there. An object need only name the fields that matter.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a page that cannot be read fails the test")]

use std::{fs, path::Path, process::ExitCode};

use libtest_mimic::{Arguments, Trial};
use sayso_model::{Date, Head, HeadSource, Reading, Report, Span, Stated, json::with_exact};
use serde_json::{Map, Value};

/// One test for each page, named by its path: `cargo test -p sayso-read --test pages figures/toll`.
fn main() -> ExitCode {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/pages");
    let mut pages = Vec::new();
    gather(&root, &mut pages);
    pages.sort();
    assert!(!pages.is_empty(), "no pages under {}", root.display());
    let tests = pages
        .into_iter()
        .map(|page| {
            let name = page.strip_prefix(&root).unwrap_or(&page).with_extension("");
            let name = name.iter().map(|part| part.to_string_lossy()).collect::<Vec<_>>().join("/");
            Trial::test(name, move || {
                let failures = check(&fs::read_to_string(&page)?);
                if failures.is_empty() { Ok(()) } else { Err(failures.join("\n").into()) }
            })
        })
        .collect();
    libtest_mimic::run(&Arguments::from_args(), tests).exit_code()
}

fn gather(folder: &Path, pages: &mut Vec<std::path::PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            gather(&path, pages);
        } else if path.extension().is_some_and(|e| e == "md") {
            pages.push(path);
        }
    }
}

/// What does not match a page.
fn check(page: &str) -> Vec<String> {
    let (Some(report), Some(expect)) = (block(page, "report"), block(page, "expect")) else {
        return vec!["no ```report or no ```expect block".into()];
    };
    let reading = sayso_read::read(&report_of(&report));
    let whole = with_exact(&reading, &reading.report.text).unwrap();
    let lines: Vec<&str> = expect.lines().filter(|l| !l.trim().is_empty()).collect();
    if lines.is_empty() {
        return vec!["nothing is expected".into()];
    }
    lines
        .into_iter()
        .filter_map(|line| {
            let wanted: Value = match serde_json::from_str(line) {
                Ok(wanted) => wanted,
                Err(error) => return Some(format!("{line}: {error}")),
            };
            holds(&wanted, &reading, &whole).err().map(|why| format!("{line}\n    {why}"))
        })
        .collect()
}

/// The text of the block with an info string.
fn block(page: &str, info: &str) -> Option<String> {
    let start = page.find(&format!("```{info}\n"))? + info.len() + 4;
    let end = page[start..].find("\n```").map_or(page.len(), |n| start + n);
    Some(page[start..end].to_owned())
}

fn report_of(block: &str) -> Report {
    const KEYS: [&str; 5] = ["title", "publisher", "author", "published", "url"];
    let key_of =
        |line: &str| line.split_once(": ").map(|(k, _)| k.to_owned()).filter(|k| KEYS.contains(&k.as_str()));
    let mut head = Head::default();
    let mut body = block;
    if block.lines().next().is_some_and(|l| key_of(l).is_some()) {
        let (keys, rest) = block.split_once("\n\n").unwrap_or((block, ""));
        body = rest;
        for line in keys.lines() {
            let (key, value) = line.split_once(": ").unwrap();
            let stated = Some(Stated { value: value.to_owned(), from: HeadSource::Key, span: None });
            match key {
                "title" => head.headline = stated,
                "publisher" => head.outlet = stated,
                "author" => head.byline.extend(stated),
                "url" => head.url = stated,
                "published" => {
                    let value = Date::parse(value).unwrap_or_else(|| panic!("{value} is no date"));
                    head.published = Some(Stated { value, from: HeadSource::Key, span: None });
                }
                other => panic!("the head has no key {other}"),
            }
        }
    }
    let text = match &mut head.headline {
        Some(headline) => {
            headline.span = Some(Span::new(0, headline.value.len()));
            format!("{}\n\n{}", headline.value, body.trim())
        }
        None => body.trim().to_owned(),
    };
    Report { raw_hash: String::new(), text_hash: String::new(), text, head, diagnostics: Vec::new() }
}

fn holds(wanted: &Value, reading: &Reading, whole: &Value) -> Result<(), String> {
    let Some((key, value)) = wanted.as_object().and_then(|o| o.iter().next()) else {
        return Err("not an object with one key".into());
    };
    match key.as_str() {
        "none" => {
            let list = list(whole, value.as_str().unwrap_or(""))?;
            if list.is_empty() { Ok(()) } else { Err(format!("there are {}", shown(list))) }
        }
        "count" => {
            for (name, count) in value.as_object().into_iter().flatten() {
                let list = list(whole, name)?;
                if Some(list.len() as u64) != count.as_u64() {
                    return Err(format!("there are {}: {}", list.len(), shown(list)));
                }
            }
            Ok(())
        }
        "absent" => match holds(value, reading, whole) {
            Ok(()) => Err("there is one".into()),
            Err(_) => Ok(()),
        },
        kind => {
            let name = match kind {
                "expected" => "expected".to_owned(),
                kind => format!("{kind}s"),
            };
            let list = list(whole, &name)?;
            let fields = value.as_object().ok_or("the value is no object")?;
            if list.iter().any(|entry| fits(fields, entry, reading)) {
                Ok(())
            } else {
                Err(format!("there are {}", shown(list)))
            }
        }
    }
}

fn list<'v>(whole: &'v Value, name: &str) -> Result<&'v Vec<Value>, String> {
    whole[name].as_array().ok_or_else(|| format!("a reading has no list '{name}'"))
}

/// The entries in short form: what is empty or false is left out.
fn shown(list: &[Value]) -> String {
    let short = |entry: &Value| -> String {
        let fields = entry.as_object().into_iter().flatten();
        let kept = fields.filter(|(_, v)| {
            !v.is_null() && **v != Value::Bool(false) && v.as_array().is_none_or(|a| !a.is_empty())
        });
        let fields: Vec<String> = kept.map(|(k, v)| format!("{k}={}", brief(v))).collect();
        fields.join(" ")
    };
    if list.is_empty() { "none".into() } else { list.iter().map(short).collect::<Vec<_>>().join("\n      ") }
}

fn brief(value: &Value) -> String {
    match value {
        Value::Object(map) => map.get("exact").or(map.get("name")).map_or_else(|| value.to_string(), brief),
        Value::Array(items) => format!("[{}]", items.iter().map(brief).collect::<Vec<_>>().join(", ")),
        Value::String(word) => word.clone(),
        other => other.to_string(),
    }
}

fn fits(wanted: &Map<String, Value>, entry: &Value, reading: &Reading) -> bool {
    wanted.iter().all(|(key, value)| {
        let found = if key == "text" { &entry["span"] } else { &entry[key.as_str()] };
        (key == "text" || entry.get(key).is_some()) && is(value, found, reading)
    })
}

/// True if a value of an entry is what a page says.
fn is(wanted: &Value, found: &Value, reading: &Reading) -> bool {
    match (wanted, found) {
        (Value::String(wanted), Value::Object(map)) => {
            map.get("exact").or(map.get("name")).and_then(Value::as_str).is_some_and(|f| is_text(wanted, f))
        }
        (Value::String(wanted), Value::String(found)) => {
            is_text(wanted, found) || meant(found, reading).is_some_and(|f| is_text(wanted, &f))
        }
        (Value::Number(a), Value::Number(b)) => a.as_f64() == b.as_f64(),
        (Value::Object(wanted), Value::Object(_)) => {
            wanted.iter().all(|(k, v)| found.get(k).is_some_and(|f| is(v, f, reading)))
        }
        (Value::Array(wanted), Value::Array(found)) => {
            wanted.len() == found.len() && wanted.iter().zip(found).all(|(w, f)| is(w, f, reading))
        }
        (wanted, Value::Array(found)) if !wanted.is_null() => {
            matches!(&found[..], [one] if is(wanted, one, reading))
        }
        (wanted, found) => wanted == found,
    }
}

fn is_text(wanted: &str, found: &str) -> bool {
    match (wanted.strip_prefix('…'), wanted.strip_suffix('…')) {
        (Some(_), Some(_)) => found.contains(wanted.trim_matches('…')),
        (Some(end), None) => found.ends_with(end),
        (None, Some(start)) => found.starts_with(start),
        (None, None) => found == wanted,
    }
}

/// What an id refers to.
fn meant(id: &str, reading: &Reading) -> Option<String> {
    let text = &reading.report.text;
    let index: usize = id.get(1..)?.parse().ok()?;
    match id.as_bytes().first()? {
        b'p' => reading.speakers.get(index).map(|s| s.name.clone()),
        b'f' => reading.figures.get(index).map(|f| f.span.cut(text).to_owned()),
        b't' => reading.times.get(index).map(|t| t.span.cut(text).to_owned()),
        b'l' => reading.places.get(index).map(|p| p.name.clone()),
        b's' => reading
            .statements
            .get(index)
            .map(|s| s.content.iter().map(|c| c.cut(text)).collect::<Vec<_>>().join(" ")),
        _ => None,
    }
}
