//! Adding reports: files that are dropped, text that is pasted, URLs; and the progress.

use std::{
    collections::BTreeMap,
    fs::File,
    io::{ErrorKind, Write},
    path::Path as FilePath,
};

use axum::{
    extract::{Multipart, Path, State, multipart::Field},
    http::StatusCode,
    response::{Html, IntoResponse, Redirect, Response},
};
use maud::{Markup, html};
use sayso_ledger::ReportId;

use super::forms;
use crate::{
    adding::{Came, Ended, Job, LISTED, Progress, Upload},
    error::Failed,
    layout::{self, line},
    state::Desk,
    users::Role,
    visitor::Visitor,
};

/// Largest upload, in bytes.
pub(crate) const UPLOAD: usize = 64 << 20;
/// Maximum number of inputs in an upload.
const INPUTS: usize = 1000;
/// Characters of a file's name that are kept.
const LETTERS: usize = 120;
/// Seconds after which the page of a job is reloaded if there is no script.
const AGAIN: u32 = 2;

pub(crate) async fn page(State(desk): State<Desk>, visitor: Visitor) -> Html<String> {
    let page = layout::page(
        "Add reports",
        "/add",
        html! {
            @if desk.options().program.is_none() {
                p.nothing { "Adding is not available here; use " code { "sayso add" } "." }
            } @else if visitor.role < Role::Reviewer {
                p.nothing { "You may read but not add; ask your administrator." }
            } @else {
                (form(&visitor))
            }
        },
    );
    Html(page.into_string())
}

fn form(visitor: &Visitor) -> Markup {
    html! {
        form.adding method="post" action="/add" enctype="multipart/form-data" data-most=(UPLOAD) {
            (forms::hidden(visitor, "/add", 0))
            div.drop {
                label for="files" { "Files" }
                input #files type="file" name="files" multiple aria-describedby="files-note";
                p #files-note .note {
                    "Drop them anywhere on this page, or choose them. Text, HTML, feeds, archives (WARC), JSON Lines, news emails; \
                     each may be gzipped. " (UPLOAD >> 20) " MB in total; for more, use " code { "sayso add" } "."
                }
                output.chosen for="files" aria-live="polite" {}
            }
            label { span { "Or paste the text of a report" }
                textarea name="text" rows="8" aria-describedby="text-note" {} }
            p #text-note .note {
                "Lines like " code { "title: …" } ", " code { "publisher: …" } ", " code { "published: 2025-06-12" }
                " may come before it, followed by an empty line."
            }
            label { span { "Or URLs, one per line; they are fetched from the network" }
                textarea name="addresses" rows="2" placeholder="https://…" {} }
            fieldset.fields {
                legend { "For reports that do not state it themselves" }
                label { span { "Outlet" } input type="text" name="outlet"; }
                label { span { "Published" } input type="date" name="published"; }
            }
            div.buttons { button { "Add" } }
            p.note { "Adding the same report twice changes nothing." }
        }
    }
}

/// What has been sent so far.
#[derive(Debug, Default)]
struct Sent {
    sources: Vec<String>,
    outlet: String,
    published: String,
    token: String,
}

pub(crate) async fn post(
    State(desk): State<Desk>,
    visitor: Visitor,
    mut form: Multipart,
) -> Result<Response, Failed> {
    let wrong = |why: String| Failed::new(StatusCode::UNPROCESSABLE_ENTITY, why);
    let program = desk.options().program.clone();
    let program =
        program.ok_or_else(|| Failed::new(StatusCode::NOT_FOUND, "adding is not available here"))?;
    let place = desk.jobs().place()?;
    let folder = tempfile::tempdir().map_err(|e| broken(&e))?;
    let mut sent = Sent::default();
    while let Some(field) = form.next_field().await.map_err(|e| Failed::new(e.status(), e.body_text()))? {
        let name = field.name().unwrap_or_default().to_owned();
        // The token comes first in the form: nothing is saved without a valid one.
        if name != "token" {
            visitor.check(&sent.token)?;
        }
        match name.as_str() {
            "token" => sent.token = text(field).await?,
            "outlet" => sent.outlet = line(&text(field).await?),
            "published" => sent.published = text(field).await?,
            "addresses" => sent.sources.extend(addresses(&text(field).await?)?),
            "text" | "files" => sent.sources.extend(save(field, folder.path()).await?),
            _ => {}
        }
        if sent.sources.len() > INPUTS {
            let why = format!("at most {INPUTS} inputs; `sayso add FOLDER` takes any number");
            return Err(Failed::new(StatusCode::PAYLOAD_TOO_LARGE, why));
        }
    }
    visitor.check(&sent.token)?;
    if sent.sources.is_empty() {
        return Err(wrong("there is nothing to add; choose files, paste a text or enter URLs".to_owned()));
    }
    let published = super::export::day(&sent.published)?.map(|day| day.to_string());
    let outlet = Some(sent.outlet).filter(|outlet| !outlet.is_empty());
    let mut ledger = desk.options().ledger.clone();
    if !sayso_ledger::is_postgres(&ledger) {
        ledger = std::path::absolute(&ledger).map_err(|e| broken(&e))?;
    }
    let upload = Upload { folder, sources: sent.sources, outlet, published, place };
    let id = desk.jobs().begin(program, ledger, upload);
    Ok(Redirect::to(&format!("/add/{id}")).into_response())
}

fn broken(error: &std::io::Error) -> Failed {
    Failed::new(StatusCode::INTERNAL_SERVER_ERROR, error.to_string())
}

async fn text(field: Field<'_>) -> Result<String, Failed> {
    field.text().await.map_err(|e| Failed::new(e.status(), e.body_text()))
}

/// URLs, one per line. Anything else would be taken for a file on this machine, and is refused.
fn addresses(written: &str) -> Result<Vec<String>, Failed> {
    let lines = written.lines().map(line).filter(|line| !line.is_empty());
    lines
        .map(|address| {
            let is_web = ["http://", "https://"].iter().any(|scheme| address.starts_with(scheme));
            let why = || format!("'{address}' is not a URL that begins with http:// or https://");
            if is_web { Ok(address) } else { Err(Failed::new(StatusCode::UNPROCESSABLE_ENTITY, why())) }
        })
        .collect()
}

/// Saves a file under a name that leads nowhere else and is not an option; nothing if none was chosen.
async fn save(mut field: Field<'_>, folder: &FilePath) -> Result<Option<String>, Failed> {
    let given = field.file_name().map(str::to_owned);
    let mut file = None;
    if let Some(given) = given.as_deref().filter(|given| !given.is_empty()) {
        file = Some(create(folder, given)?);
    }
    while let Some(bytes) = field.chunk().await.map_err(|e| Failed::new(e.status(), e.body_text()))? {
        if bytes.iter().all(u8::is_ascii_whitespace) && file.is_none() {
            continue;
        }
        if file.is_none() {
            file = Some(create(folder, "pasted.txt")?);
        }
        if let Some((_, file)) = &mut file {
            file.write_all(&bytes).map_err(|e| broken(&e))?;
        }
    }
    Ok(file.map(|(name, _)| name))
}

/// Creates a file with this name, prefixed with a number if it exists already.
fn create(folder: &FilePath, given: &str) -> Result<(String, File), Failed> {
    let own = file_name(given);
    for n in 1..=INPUTS + 1 {
        let name = if n == 1 { own.clone() } else { format!("{n} {own}") };
        match File::create_new(folder.join(&name)) {
            Ok(file) => return Ok((name, file)),
            Err(e) if e.kind() == ErrorKind::AlreadyExists => {}
            Err(e) => return Err(broken(&e)),
        }
    }
    Err(Failed::new(StatusCode::UNPROCESSABLE_ENTITY, format!("too many files named {own}")))
}

/// The last part of a path, without anything that would make it hidden, an option, or special on the command line ("-",
/// a URL).
fn file_name(given: &str) -> String {
    let last = given.rsplit(['/', '\\']).next().unwrap_or_default();
    let kept: String = line(last).chars().filter(|c| !matches!(c, '\0' | ':')).take(LETTERS).collect();
    let kept = kept.trim_start_matches(['-', '.', ' ']).trim_end();
    if kept.is_empty() { "file".to_owned() } else { kept.to_owned() }
}

pub(crate) async fn job(State(desk): State<Desk>, Path(id): Path<u64>) -> Result<Html<String>, Failed> {
    let job = desk.jobs().get(id).ok_or_else(|| {
        let why = "there is no such upload; those of an earlier run of the server are not kept";
        Failed::new(StatusCode::NOT_FOUND, why)
    })?;
    let progress = job.progress();
    let mut stories = BTreeMap::new();
    if progress.ended.is_some() {
        let reports: Vec<i64> = progress.came.iter().filter_map(|came| came.report).collect();
        let found = desk.ask(move |ledger| {
            sayso_desk::catch_up(ledger)?;
            let mut found = BTreeMap::new();
            for report in reports {
                if let Some(story) = ledger.story_of(ReportId(report))? {
                    found.insert(report, story.0);
                }
            }
            Ok(found)
        });
        stories = found.await?;
    }
    let (title, head) = match progress.ended {
        Some(_) => ("Added", html! {}),
        None => ("Adding …", html! { noscript { meta http-equiv="refresh" content=(AGAIN); } }),
    };
    let page = layout::page_with(title, "/add", head, told(&job, &progress, &stories));
    Ok(Html(page.into_string()))
}

fn told(job: &Job, progress: &Progress, stories: &BTreeMap<i64, i64>) -> Markup {
    let done = progress.done();
    let counts = ["added", "revised", "known", "skipped", "failed"];
    let counts: Vec<String> = counts
        .iter()
        .map(|status| (progress.count(status), status))
        .filter(|(count, _)| *count > 0)
        .map(|(count, status)| format!("{count} {status}"))
        .collect();
    html! {
        div #job data-running[progress.ended.is_none()] {
            div role="status" {
                @match &progress.ended {
                    None => {
                        p { label for="progress" { (done) " of " (job.inputs) @if done > job.inputs { " or more" } " processed" } " "
                            progress #progress max=(job.inputs.max(done)) value=(done) {} }
                    }
                    Some(Ended::Done) => {}
                    Some(Ended::Broken(why)) => { p.failed { "It stopped: " (line(why)) ". What is listed below is in the ledger; send the rest again." } }
                }
                p { b { (counts.join(", ")) }
                    @if counts.is_empty() && progress.ended.is_some() { "Nothing was added." } }
                @for (language, count) in &progress.not_read {
                    p.warn { (count) " stored but not read, because of the language: " (line(language)) }
                }
            }
            @if progress.ended.is_some() {
                p.buttons { a href="/" { "Go to the stories" } a href="/add" { "Add more" } }
            }
            @if !progress.came.is_empty() { (table(&progress.came, stories)) }
            @if done > LISTED { p.note { "Only the first " (LISTED) " are listed." } }
        }
    }
}

fn table(came: &[Came], stories: &BTreeMap<i64, i64>) -> Markup {
    // Failures are what somebody has to look at.
    let mut rows: Vec<&Came> = came.iter().collect();
    rows.sort_by_key(|one| one.status != "failed");
    html! {
        div.wide { table {
            thead { tr { th scope="col" { "Input" } th scope="col" { "Result" } th scope="col" { "Report" } th scope="col" { "Story" } } }
            tbody { @for one in rows {
                tr {
                    td { (line(&one.origin)) }
                    td .failed[one.status == "failed"] { (line(&one.status)) @if let Some(why) = &one.reason { ": " (line(why)) } }
                    td { @if let Some(report) = one.report { a href=(format!("/report/{report}")) { "report " (report) } } }
                    td { @if let Some(story) = one.report.and_then(|report| stories.get(&report)) { a href=(format!("/story/{story}")) { "story " (story) } } }
                }
            } }
        } }
    }
}

#[cfg(test)]
mod tests {
    use super::{addresses, file_name};

    #[test]
    fn a_file_name_is_neither_a_path_nor_an_option() {
        for (given, kept) in [
            ("report.txt", "report.txt"),
            ("../../etc/passwd", "passwd"),
            ("C:\\reports\\a.txt", "a.txt"),
            ("--help", "help"),
            ("-", "file"),
            ("..", "file"),
            ("", "file"),
            ("http://evil.test", "evil.test"),
            ("a\u{0}b\u{202e}.txt", "ab.txt"),
        ] {
            assert_eq!(file_name(given), kept, "{given:?}");
        }
        assert_eq!(file_name(&"x".repeat(500)).len(), 120);
    }

    #[test]
    fn only_addresses_of_the_web_are_fetched() {
        let two = addresses("https://example.org/a\n\n  http://example.org/b  \n").unwrap();
        assert_eq!(two, ["https://example.org/a", "http://example.org/b"]);
        for wrong in ["/etc/passwd", "file:///etc/passwd", "-", "--help", "x https://example.org"] {
            assert!(addresses(wrong).is_err(), "{wrong}");
        }
    }
}
