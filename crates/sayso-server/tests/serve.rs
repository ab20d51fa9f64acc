//! The real server over loopback: its pages, its forms, and what it refuses.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test that cannot go on should say where"
)]

use std::{
    io::{Read, Write},
    net::{SocketAddr, TcpStream},
    path::{Path, PathBuf},
    time::Duration,
};

use sayso_ingest::HeadOverrides;
use sayso_ledger::{FigureFilter, Ledger, Prepared, Provenance};
use serde_json::Value;
use tempfile::TempDir;

/// What a report may contain: script, ANSI sequences and characters that reverse the writing direction.
const HOSTILE: &str = "<script>alert(1)</script>\u{1b}[31m\u{202e}\"><img src=x onerror=alert(2)>";

struct Server {
    address: SocketAddr,
    ledger: PathBuf,
    _folder: TempDir,
}

struct Answer {
    status: u16,
    head: String,
    body: String,
}

impl Server {
    fn start(reports: &[String]) -> Self {
        Self::start_with(reports, |_, _| ()).0
    }

    fn start_with<T>(
        reports: &[String],
        with: impl FnOnce(&mut sayso_server::Options, &Path) -> T,
    ) -> (Self, T) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ledger.db");
        let mut ledger = Ledger::open(&path).unwrap();
        for (n, text) in reports.iter().enumerate() {
            let report = sayso_ingest::text(text.as_bytes(), &HeadOverrides::default()).unwrap();
            let provenance = Provenance { origin: format!("{n}{HOSTILE}.txt"), ..Provenance::default() };
            ledger.add(&Prepared::read(sayso_read::read(&report), provenance).unwrap()).unwrap();
        }
        drop(ledger);
        let mut options = sayso_server::Options {
            ledger: path.clone(),
            address: ([127, 0, 0, 1], 0).into(),
            name: "desk".to_owned(),
            users: None,
            program: Some("/nothing/of/this/name".into()),
            origins: Vec::new(),
        };
        let given = with(&mut options, folder.path());
        let (send, address) = std::sync::mpsc::channel();
        // It ends with the test process.
        std::thread::spawn(move || sayso_server::serve(options, move |address| send.send(address).unwrap()));
        let address = address.recv_timeout(Duration::from_secs(20)).unwrap();
        (Self { address, ledger: path, _folder: folder }, given)
    }

    fn send(&self, request: &str) -> Answer {
        let mut stream = TcpStream::connect(self.address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).unwrap();
        let answer = String::from_utf8_lossy(&answer).into_owned();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap_or((&answer, ""));
        let status = head.split(' ').nth(1).and_then(|s| s.parse().ok()).unwrap_or(0);
        Answer { status, head: head.to_lowercase(), body: body.to_owned() }
    }

    fn get(&self, path: &str) -> Answer {
        self.send(&format!("GET {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n", self.address))
    }

    fn page(&self, path: &str) -> String {
        let answer = self.get(path);
        assert_eq!(answer.status, 200, "{path}: {}", answer.body);
        answer.body
    }

    fn post(&self, path: &str, more: &str, kind: &str, body: &str) -> Answer {
        self.send(&format!(
            "POST {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\nContent-Type: {kind}\r\n{more}Content-Length: {}\r\n\r\n{body}",
            self.address,
            body.len()
        ))
    }

    fn form(&self, fields: &[(&str, &str)]) -> Answer {
        let body: Vec<String> =
            fields.iter().map(|(k, v)| format!("{}={}", encoded(k), encoded(v))).collect();
        self.post("/decide", "", "application/x-www-form-urlencoded", &body.join("&"))
    }

    /// The token that the server's forms have.
    fn token(&self) -> String {
        let page = self.page("/report/1");
        let after = page.split("name=\"token\" value=\"").nth(1).unwrap();
        after.split('"').next().unwrap().to_owned()
    }
}

fn encoded(text: &str) -> String {
    text.bytes()
        .map(|b| if b.is_ascii_alphanumeric() { char::from(b).to_string() } else { format!("%{b:02X}") })
        .collect()
}

fn example() -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/flood");
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()).collect();
    files.sort();
    files.iter().map(|path| std::fs::read_to_string(path).unwrap()).collect()
}

const PAGES: [&str; 20] = [
    "/add",
    "/",
    "/story/1",
    "/story/1?as_of=2025-06-12",
    "/report/1",
    "/report/1?mark=0-10&rejected=true",
    "/figures",
    "/queue",
    "/search?q=the",
    "/search?q=the&category=killed&since=2025-01-01",
    "/audit",
    "/report/1?correct=f0&add=f",
    "/speakers",
    "/speaker?name=said",
    "/story/1/speakers",
    "/story/1/speakers?find=a&what=split&entry=1%3Ap0&entry=1%3Ap1",
    "/export",
    "/export?what=figures&story=1&since=2025-01-01",
    "/words",
    "/figures?origin=agency&since=2025-01-01&rejected=true",
];

#[test]
fn pages_show_what_the_ledger_has() {
    let server = Server::start(&example());
    for path in PAGES {
        let answer = server.get(path);
        assert_eq!(answer.status, 200, "{path}: {}", answer.body);
        for header in [
            "content-security-policy: default-src 'none'",
            "x-content-type-options: nosniff",
            "x-frame-options: deny",
        ] {
            assert!(answer.head.contains(header), "{path} lacks {header}");
        }
        assert!(
            answer.body.matches("<script").count() == 1
                && answer.body.contains("<script src=\"/app.js\" defer></script>")
                && !answer.body.contains(" style=")
                && !answer.body.contains(" onclick")
        );
    }
    for list in ["/?", "/story/1?"] {
        server.page(&format!("{list}page={}", u64::MAX));
    }
    let story = server.page("/story/1");
    for words in ["Civil Defence Agency", "Who says how many", "<svg", "How the counts moved", "Corrected"] {
        assert!(story.contains(words), "{words}");
    }
    assert!(server.page("/report/1?mark=0-10#mark").contains("id=\"mark\""));
    assert!(server.page("/search?q=dam").contains("<b>dam</b>"));
    for (path, status) in [
        ("/report/99", 404),
        ("/story/99", 404),
        ("/nothing", 404),
        ("/../../etc/passwd", 404),
        ("/%2e%2e/%2e%2e/etc/passwd", 404),
        ("/report/x", 400),
        ("/story/1?as_of=tomorrow", 422),
        ("/report/1?mark=a-b", 422),
        ("/figures?since=x", 422),
    ] {
        assert_eq!(server.get(path).status, status, "{path}");
    }
}

#[test]
fn a_hostile_report_stays_text_on_every_page() {
    let hostile = format!(
        "title: Nine hurt {HOSTILE}\npublisher: Courier {HOSTILE}\nauthor: Ida {HOSTILE}\npublished: 2025-03-04\n\n\
         At least nine people were hurt on Tuesday, Karl {HOSTILE} Lund of the harbour office {HOSTILE} said. \
         \"It was dark {HOSTILE},\" he said. The mayor {HOSTILE} did not respond to a request for comment.\n"
    );
    let server = Server::start(&[hostile]);
    let token = server.token();
    let note = format!("why {HOSTILE}");
    let by = format!("ida {HOSTILE}");
    let sent = server.form(&[
        ("token", &token),
        ("by", &by),
        ("what", "note"),
        ("entry", "1:f0"),
        ("note", &note),
        ("back", "/audit"),
        ("seen", "0"),
    ]);
    assert_eq!(sent.status, 303, "{}", sent.body);
    let search = format!("/search?q={}", encoded(HOSTILE));
    let find = format!("/?find={}", encoded(HOSTILE));
    let wrong = format!("/figures?since={}", encoded(HOSTILE));
    for path in PAGES.iter().copied().chain([search.as_str(), find.as_str(), wrong.as_str()]) {
        let body = server.get(path).body;
        assert!(body.contains("</html>"), "{path}: {body}");
        let body = body.replace("<script src=\"/app.js\" defer></script>", "");
        for bad in ["<script", "<img", "\u{1b}", "\u{202e}"] {
            assert!(!body.contains(bad), "{path} shows {bad:?}");
        }
    }
    for path in
        ["/api/v1/stories", "/api/v1/reports", "/api/v1/reports/1", "/api/v1/figures", "/api/v1/decisions"]
    {
        let answer = server.get(path);
        assert!(answer.head.contains("content-type: application/json"), "{path}");
        serde_json::from_str::<Value>(&answer.body).unwrap_or_else(|e| panic!("{path}: {e}"));
    }
}

#[test]
fn an_export_has_what_its_list_has() {
    let server = Server::start(&example());
    let count = |list: &str, what: &str| {
        let list = encoded(list);
        let csv = server.page(&format!("/export/file?what={what}&format=csv&list={list}"));
        csv.lines().count() - 1
    };
    let figures = Ledger::open(&server.ledger).unwrap().figures(&FigureFilter::default()).unwrap();
    let killed = figures.iter().filter(|f| f.category == "killed").count();
    assert!(killed > 0 && killed < figures.len());
    assert_eq!(count("/figures?category=killed", "figures"), killed);
    let page = server.page("/figures?category=killed");
    let link = "href=\"/export?what=figures&amp;list=%2Ffigures%3Fcategory%3Dkilled\"";
    assert!(page.contains(link), "{page}");
    assert_eq!(count("/figures?category=killed&limit=1", "figures"), killed, "all pages of the list");
    let said = count("/speaker?name=Civil%20Defence%20Agency", "statements");
    assert!(said > 0 && said < count("", "statements"));
    assert_eq!(count("/search?q=dam&outlet=nobody", "reports"), 0);
    assert_eq!(server.get("/export/file?what=figures&format=csv&list=%2Fetc%2Fpasswd").status, 422);
    assert!(server.page("/figures?story=1").contains("Only those of story 1"));
}

#[test]
fn pages_for_stories_and_reviewers() {
    let server = Server::start(&example());
    assert!(server.page("/agreement").contains("Reviewers"));
    let token = server.token();
    let fields =
        [("token", token.as_str()), ("by", "ida"), ("what", "split"), ("reports", "4"), ("back", "/story/1")];
    let body: Vec<String> = fields.iter().map(|(k, v)| format!("{k}={}", encoded(v))).collect();
    let sent = server.post("/regroup", "", "application/x-www-form-urlencoded", &body.join("&"));
    assert_eq!(sent.status, 303, "{}", sent.body);
    assert!(server.page("/story/1").contains("3 reports"));
}

#[test]
fn a_form_decides_and_everything_shows_it() {
    let server = Server::start(&example());
    let token = server.token();
    let before = Ledger::open(&server.ledger).unwrap().figures(&FigureFilter::default()).unwrap();
    let of_body = before.iter().find(|f| f.report.0 == 1 && f.words.contains("2,500")).unwrap();
    let entry = format!("1:{}", of_body.figure);
    let form = |what: &str, more: &[(&str, &str)]| {
        let own = [
            ("token", token.as_str()),
            ("by", "ida"),
            ("what", what),
            ("entry", entry.as_str()),
            ("back", "/report/1"),
        ];
        server.form(&own.iter().copied().chain(more.iter().copied()).collect::<Vec<_>>())
    };
    let sent = form("correct", &[("field.best", "7654"), ("note", "asked again"), ("seen", "0")]);
    assert_eq!(sent.status, 303, "{}", sent.body);
    assert!(
        sent.head.contains("location: /report/1") && sent.head.contains("samesite=strict"),
        "{}",
        sent.head
    );
    let report = server.page("/report/1");
    for words in ["corrected by ida on", "asked again", "7,654"] {
        assert!(report.contains(words), "{words}");
    }
    // The page says what was decided, and has the button that undoes it.
    let said = server.page("/report/1?done=1");
    assert!(said.contains("Done: correct ") && said.contains("Undo decision 1"), "{said}");
    let story = server.page("/story/1");
    assert!(story.contains("corrected by ida on") && story.contains("; the report has “"), "{story}");
    assert!(server.page("/audit").contains(&format!(">{entry}<")), "the audit trail names the entry");
    let negative = form("correct", &[("field.best", "-5"), ("seen", "1")]);
    assert_eq!(negative.status, 422, "{}", negative.body);
    assert!(negative.body.contains("inputmode=\"decimal\" name=\"field.best\""), "{}", negative.body);
    for path in ["/story/1", "/figures", "/story/1/brief?form=txt"] {
        assert!(server.page(path).contains("7,654"), "{path}");
    }
    for path in ["/audit", "/api/v1/figures", "/api/v1/stories/1", "/api/v1/reports/1"] {
        assert!(server.page(path).contains("7654"), "{path}");
    }
    // Nobody decides over something they have not seen.
    let late = form("reject", &[("seen", "0")]);
    assert_eq!((late.status, late.body.contains("ida has decided about")), (409, true), "{}", late.body);
    for (what, more, status) in [
        ("correct", &[("field.best", "many"), ("seen", "1")][..], 422),
        ("correct", &[("field.best", "7654"), ("seen", "1")], 422),
        ("note", &[("seen", "1")], 422),
        ("explode", &[("seen", "1")], 422),
    ] {
        assert_eq!(form(what, more).status, status, "{what} {more:?}");
    }
    let undone = server.form(&[
        ("token", &token),
        ("by", "per"),
        ("what", "undo"),
        ("decision", "1"),
        ("back", "//evil.test"),
    ]);
    assert!(undone.head.contains("location: /\r\n"), "never to another site: {}", undone.head);
    assert!(!server.page("/figures").contains("7,654"));
    // The API keeps a story's answer for as long as nothing changes, and no longer.
    let story = server.page("/api/v1/stories/1");
    assert!(!story.contains("7654"));
    assert_eq!(story, server.page("/api/v1/stories/1"));
    let added = server.form(&[
        ("token", &token),
        ("by", "ida"),
        ("what", "add"),
        ("entry", "1"),
        ("kind", "figure"),
        ("words", "a closed meeting"),
        ("field.category", "trapped"),
        ("field.best", "12"),
        ("field.modality", ""),
        ("back", "/report/1"),
        ("seen", "9"),
    ]);
    assert_eq!(added.status, 303, "{}", added.body);
    assert!(server.page("/figures?category=trapped").contains("added by ida"));
}

/// Two review the same figure apart; each sees what only they have decided, and a third settles what they differ on.
#[test]
fn reviewers_may_work_apart_and_a_third_settles_what_they_differ_on() {
    let server = Server::start(&example());
    let token = server.token();
    let before = Ledger::open(&server.ledger).unwrap().figures(&FigureFilter::default()).unwrap();
    let figure = before.iter().find(|f| f.report.0 == 1 && f.words.contains("2,500")).unwrap();
    let entry = format!("1:{}", figure.figure);
    let send = |path: &str, cookies: &str, fields: &[(&str, &str)]| {
        let own = [("token", token.as_str())];
        let fields = own.iter().chain(fields).map(|(k, v)| format!("{k}={}", encoded(v)));
        let cookies = if cookies.is_empty() { String::new() } else { format!("Cookie: {cookies}\r\n") };
        let body = fields.collect::<Vec<_>>().join("&");
        server.post(path, &cookies, "application/x-www-form-urlencoded", &body)
    };
    let seen = |path: &str, cookies: &str| {
        let host = server.address;
        let request =
            format!("GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\nCookie: {cookies}\r\n\r\n");
        let answer = server.send(&request);
        assert_eq!(answer.status, 200, "{path}: {}", answer.body);
        answer.body
    };
    // Whoever turns it on gets the cookies that say so.
    let apart = |name: &str| {
        let sent = send("/apart", "", &[("by", name), ("on", "true"), ("back", "/report/1")]);
        assert!(sent.status == 303 && sent.head.contains("location: /report/1"), "{}", sent.head);
        let cookies = sent.head.lines().filter_map(|line| line.strip_prefix("set-cookie: "));
        let cookies: Vec<&str> = cookies.filter_map(|cookie| cookie.split(';').next()).collect();
        assert_eq!(cookies.len(), 2, "{}", sent.head);
        cookies.join("; ")
    };
    let (ida, per) = (apart("ida"), apart("per"));
    assert!(server.page("/").contains("Review apart from others"), "every page has the switch");
    let corrected = |cookies: &str, value: &str| {
        let back = [
            ("what", "correct"),
            ("entry", entry.as_str()),
            ("by", "somebody"),
            ("back", "/report/1"),
            ("seen", "0"),
        ];
        let sent = send("/decide", cookies, &[&back[..], &[("field.best", value)]].concat());
        assert_eq!(sent.status, 303, "{}", sent.body);
    };
    corrected(&ida, "7654");
    for path in ["/", "/speakers", "/search?q=the", "/export?what=figures", "/story/1/speakers", "/alerts"] {
        assert!(seen(path, &per).contains("You review apart from others"), "{path}");
    }
    for path in ["/report/1", "/figures", "/story/1", "/audit", "/queue"] {
        let (own, other) = (seen(path, &ida), seen(path, &per));
        assert!(other.contains("You review apart from others"), "{path}");
        assert!(!other.contains("7,654") && !other.contains("7654"), "{path} shows per what ida has decided");
        let shows = own.contains("7,654") || own.contains("7654");
        assert!(shows || path == "/queue", "{path} shows ida her own decision");
    }
    let shows = |page: &str, value: &str| {
        page.contains(value) || page.contains(&format!("{},{}", &value[..1], &value[1..]))
    };
    assert!(shows(&server.page("/report/1"), "7654"), "the others see it");
    // Nobody is told to look again because of a decision that cannot be seen; the name is that of the view.
    corrected(&per, "5432");
    assert!(shows(&seen("/report/1", &ida), "7654") && shows(&seen("/report/1", &per), "5432"));
    let by: Vec<String> =
        Ledger::open(&server.ledger).unwrap().decisions().unwrap().into_iter().map(|d| d.by).collect();
    assert_eq!(by, ["ida", "per"]);
    let page = server.page("/agreement");
    assert!(page.contains("ida: 7654") && page.contains("per: 5432") && page.contains("open"), "{page}");
    let settle = |by: &str, cookies: &str, field: &str, value: &str| {
        let fields = [
            ("reviewers", "ida;per"),
            ("entry", entry.as_str()),
            ("field", field),
            ("value", value),
            ("by", by),
            ("back", "/agreement?names=ida%3Bper"),
        ];
        send("/settle", cookies, &fields)
    };
    let last = || Ledger::open(&server.ledger).unwrap().last_decision().unwrap();
    let before = last();
    for (by, cookies, field, value, why) in [
        ("per", "", "best", "7654", "somebody else has to decide"),
        // Whoever reviews apart settles nothing unseen.
        ("olav", ida.as_str(), "best", "7654", "while you review apart"),
        ("olav", "", "best", "7655", "`best`: none of ida and per gave 7655"),
        ("olav", "", "best", "\"7654\"", "`best`: none of ida and per gave"),
        ("olav", "", "high", "7654", "`high`: ida and per do not differ on it"),
        ("olav", "", "best", "7,654", "`best`: the value is not JSON"),
    ] {
        let sent = settle(by, cookies, field, value);
        assert!(sent.status == 422 && sent.body.contains(why), "{field} {value}: {}", sent.body);
    }
    assert_eq!(last(), before);
    let sent = settle("olav", "", "best", "7654");
    assert!(sent.status == 303 && sent.head.contains("location: /agreement?names=ida"), "{}", sent.body);
    let page = server.page("/agreement?names=ida%3Bper");
    assert!(page.contains("settled by olav") && !page.contains("name=\"reviewers\""), "{page}");
    assert!(shows(&server.page("/report/1"), "7654"));
    let sent = settle("eva", "", "best", "5432");
    assert!(sent.status == 422 && sent.body.contains("olav has settled it"), "{}", sent.body);
    // Whoever reviews apart sees neither what the other gave nor what was settled.
    let made = last();
    let told = |cookies: &str| {
        let pages = [
            "/agreement",
            "/agreement?names=ida%3Bper",
            &format!("/report/1?done={made}"),
            &format!("/queue?done={made}"),
        ]
        .map(|path| seen(path, cookies));
        pages.join("")
    };
    assert!(told("sayso_name=6f6c6176").contains("Done: correct"), "others are told");
    let page = told(&per);
    assert!(page.contains("so it is not shown while you review apart"), "{page}");
    assert!(!page.contains("Done:") && !page.contains("7654") && !page.contains("7,654"), "{page}");
    let off = send("/apart", &ida, &[("on", ""), ("back", "/")]);
    assert!(off.head.contains("sayso_apart=; path=/; httponly; samesite=strict; max-age=0"), "{}", off.head);
}

#[test]
fn another_site_gets_nothing_and_decides_nothing() {
    let server = Server::start(&example());
    let token = server.token();
    let form = format!("token={token}&by=eve&what=reject&entry=1%3Af0&seen=0");
    let kind = "application/x-www-form-urlencoded";
    for more in ["Origin: http://evil.test\r\n", "Origin: null\r\n", "Sec-Fetch-Site: cross-site\r\n"] {
        assert_eq!(server.post("/decide", more, kind, &form).status, 403, "{more}");
    }
    let other = form.replace(&token, &"0".repeat(token.len()));
    assert_eq!(server.post("/decide", "", kind, &other).status, 403, "another token");
    let json = "{\"by\":\"eve\",\"what\":\"reject\",\"entries\":[\"1:f0\"]}";
    assert_eq!(
        server.post("/api/v1/decisions", "", "text/plain", json).status,
        415,
        "as a form of another site could"
    );
    for host in ["evil.test", "localhost", "127.0.0.1:1"] {
        let answer = server.send(&format!("GET / HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"));
        assert_eq!(answer.status, 403, "{host}");
        assert!(!answer.body.contains("flood"));
    }
    assert!(Ledger::open(&server.ledger).unwrap().decisions().unwrap().is_empty());
    let own = format!("Origin: http://{}\r\n", server.address);
    assert_eq!(server.post("/decide", &own, kind, &form).status, 303, "its own page may");
}

#[test]
fn the_api_decides_and_refuses_to_overwrite_unseen() {
    let server = Server::start(&example());
    let send = |more: &str, body: &str| server.post("/api/v1/decisions", more, "application/json", body);
    let report = server.get("/api/v1/reports/1");
    assert!(report.head.contains("etag: \"0."), "{}", report.head);
    let tag = report.head.lines().find_map(|l| l.strip_prefix("etag: ")).unwrap();
    let again = server.send(&format!(
        "GET /api/v1/reports/1 HTTP/1.1\r\nHost: {}\r\nConnection: close\r\nIf-None-Match: {tag}\r\n\r\n",
        server.address
    ));
    assert_eq!((again.status, again.body.as_str()), (304, ""), "{}", again.head);
    let correct = |value: &str| {
        format!("{{\"by\":\"ida\",\"what\":\"correct\",\"entries\":[\"1:f0\"],\"value\":{value}}}")
    };
    let json = correct("{\"best\":7654,\"low\":null}");
    assert_eq!(send("", &json).status, 428, "who has not looked");
    let first = send("If-Match: \"0\"\r\n", &json);
    assert_eq!((first.status, first.body.as_str()), (200, "{\"decisions\":[1]}"));
    assert_eq!(send("If-Match: \"0\"\r\n", &json).status, 412);
    let wrong = send("If-Match: *\r\n", &correct("{\"bst\":1}"));
    assert_eq!(wrong.status, 422);
    assert!(wrong.body.contains("`bst` is not a field of a figure"), "{}", wrong.body);
    let undo = "{\"by\":\"ida\",\"what\":\"undo\",\"entries\":[\"1\"]}";
    assert_eq!(send("", undo).status, 200);
    assert_eq!(send("", undo).status, 409, "twice");
    assert_eq!(send("", "{\"by\":\"ida\"").status, 400);
    let stories: Value = serde_json::from_str(&server.page("/api/v1/stories")).unwrap();
    assert_eq!((&stories["items"][0]["reports"], &stories["next"]), (&Value::from(4), &Value::Null));
}

#[test]
fn requests_that_are_too_large_or_slow_keep_nobody_waiting() {
    let server = Server::start(&example());
    let mut large = TcpStream::connect(server.address).unwrap();
    let head = format!(
        "POST /decide HTTP/1.1\r\nHost: {}\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 1073741824\r\nConnection: close\r\n\r\n",
        server.address
    );
    large.write_all(head.as_bytes()).unwrap();
    large.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    let mut answer = [0_u8; 16];
    large.read_exact(&mut answer).unwrap();
    assert!(answer.starts_with(b"HTTP/1.1 413"), "{}", String::from_utf8_lossy(&answer));
    let upload = head.replace("/decide", "/add");
    let mut large = TcpStream::connect(server.address).unwrap();
    large.write_all(upload.as_bytes()).unwrap();
    large.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    large.read_exact(&mut answer).unwrap();
    assert!(answer.starts_with(b"HTTP/1.1 413"), "{}", String::from_utf8_lossy(&answer));
    // Two hundred clients that begin a request and never finish it.
    let slow: Vec<TcpStream> = (0..200)
        .map(|_| {
            let mut stream = TcpStream::connect(server.address).unwrap();
            stream.write_all(b"GET / HTTP/1.1\r\nHost: ").unwrap();
            stream
        })
        .collect();
    server.page("/");
    drop(slow);
}

#[test]
fn beyond_loopback_is_refused() {
    let options = sayso_server::Options {
        ledger: PathBuf::from("none"),
        address: ([0, 0, 0, 0], 0).into(),
        name: "desk".to_owned(),
        users: None,
        program: None,
        origins: Vec::new(),
    };
    let error = sayso_server::serve(options, |_| panic!("it listens")).unwrap_err();
    assert!(error.to_string().contains("loopback"), "{error}");
}

#[test]
fn pages_of_a_list_follow_on_each_other() {
    let server = Server::start(&example());
    let all: Value = serde_json::from_str(&server.page("/api/v1/figures")).unwrap();
    let all = all["items"].as_array().unwrap();
    assert!(all.len() > 7 && all.iter().all(|f| f["entry"]["span"]["exact"].is_string()));
    for path in ["figures?limit=3", "reports?limit=1", "decisions?limit=2", "stories?limit=1"] {
        let (mut after, mut found) = (String::new(), Vec::new());
        loop {
            let page = server.page(&format!("/api/v1/{path}&after={}", encoded(&after)));
            let page: Value = serde_json::from_str(&page).unwrap();
            found.extend(page["items"].as_array().unwrap().iter().cloned());
            match page["next"].as_str() {
                Some(next) => after = next.to_owned(),
                None => break,
            }
        }
        if path.starts_with("figures") {
            assert_eq!(&found, all, "every figure once");
        }
        if path.starts_with("reports") {
            assert_eq!(found.len(), 4);
        }
    }
    for wrong in ["figures?after=x", "reports?after=x", "reports?limit=x"] {
        assert_eq!(server.get(&format!("/api/v1/{wrong}")).status, 422, "{wrong}");
    }
    let chain: Value = serde_json::from_str(&server.page("/api/v1/chains/1:f0")).unwrap();
    assert_eq!(chain[0]["role"], "outlet");
    let document: Value = serde_json::from_str(&server.page("/api/v1/openapi.json")).unwrap();
    assert_eq!(document["openapi"], "3.1.0");
}

#[test]
fn listeners_are_told_of_new_reports() {
    let server = Server::start(&example());
    let mut stream = TcpStream::connect(server.address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
    let ask = format!(
        "GET /api/v1/events HTTP/1.1\r\nHost: {}\r\nLast-Event-ID: 0-0\r\nConnection: close\r\n\r\n",
        server.address
    );
    stream.write_all(ask.as_bytes()).unwrap();
    let mut heard = String::new();
    let mut until = |words: &str| {
        while !heard.contains(words) {
            let mut some = [0_u8; 512];
            let read = stream.read(&mut some).unwrap();
            assert!(read > 0, "it ended: {heard}");
            heard.push_str(&String::from_utf8_lossy(&some[..read]));
        }
    };
    until("\"report\":4,\"decision\":0");
    let token = server.token();
    let form = [("token", token.as_str()), ("by", "ida"), ("what", "accept"), ("entry", "1:f0")];
    assert_eq!(server.form(&form).status, 303);
    until("\"report\":4,\"decision\":1");
}

#[test]
fn speakers_are_merged_after_a_look_at_what_would_change() {
    let server = Server::start(&example());
    let page = server.page("/story/1/speakers");
    let boxes: Vec<&str> =
        page.split("name=\"entry\" value=\"").skip(1).map(|part| part.split('"').next().unwrap()).collect();
    let (first, other) = (
        boxes[0],
        boxes.iter().find(|b| b.split(':').next() == boxes[0].split(':').next() && **b != boxes[0]),
    );
    let other = other.expect("two speakers of one report");
    let query = format!("entry={}&entry={}", encoded(first), encoded(other));
    let preview = server.page(&format!("/story/1/speakers?what=merge&{query}"));
    assert!(preview.contains("What would change") && preview.contains("Then"), "{preview}");
    assert!(Ledger::open(&server.ledger).unwrap().decisions().unwrap().is_empty(), "a look decides nothing");
    let body = format!("token={}&by=ida&what=merge&back=%2F&{query}", server.token());
    assert_eq!(server.post("/merge", "", "application/x-www-form-urlencoded", &body).status, 303);
    let decisions = Ledger::open(&server.ledger).unwrap().decisions().unwrap();
    assert_eq!(decisions.len(), 1);
    let one = format!("token={}&by=ida&what=merge&entry={}", server.token(), encoded(first));
    assert_eq!(
        server.post("/merge", "", "application/x-www-form-urlencoded", &one).status,
        422,
        "one is no two"
    );
}

#[test]
fn lists_are_saved_as_files() {
    let server = Server::start(&example());
    let csv = server.get("/export/file?what=figures&format=csv&story=1");
    assert!(
        csv.head.contains("content-disposition: attachment; filename=\"sayso-figures.csv\""),
        "{}",
        csv.head
    );
    assert!(csv.body.starts_with("report,") && csv.body.contains("killed"), "{}", csv.body);
    assert!(server.get("/export/file?what=reports&format=parquet").status == 200);
    assert_eq!(server.get("/export/file?what=none&format=csv").status, 422);
    assert_eq!(server.get("/export/file?what=figures&format=none").status, 422);
}

/// What the pages offer is what `sayso export` offers.
#[test]
fn every_format_can_be_saved_from_the_pages() {
    let server = Server::start(&example());
    let page = server.get("/export").body;
    for format in [
        "csv",
        "jsonl",
        "parquet",
        "xlsx",
        "readings",
        "datapackage",
        "ucdp",
        "acled",
        "ibc",
        "ninjs",
        "schema-org",
        "prov",
        "prov-o",
        "web-annotation",
        "ftm",
        "conll",
        "citron",
    ] {
        assert!(page.contains(&format!("value=\"{format}\"")), "{format} is not offered");
        let saved = server.get(&format!("/export/file?what=figures&format={format}&story=1"));
        assert!(saved.status == 200 && !saved.body.is_empty(), "{format}: {}", saved.status);
        let folder = matches!(format, "datapackage" | "ucdp" | "acled" | "ibc");
        assert_eq!(saved.head.contains("application/zip"), folder, "{format}: {}", saved.head);
        assert_eq!(saved.body.starts_with("PK"), folder || format == "xlsx", "{format}");
    }
    // Nobody has reviewed everything.
    assert_eq!(server.get("/export/file?format=gold").status, 422);
    for (path, link) in [
        ("/figures?since=2025-06-12", "/export?what=figures&amp;list=%2Ffigures%3Fsince%3D2025-06-12"),
        (
            "/search?q=flood&outlet=Valley",
            "/export?what=reports&amp;list=%2Fsearch%3Fq%3Dflood%26outlet%3DValley",
        ),
        ("/", "/export?what=reports"),
        ("/audit", "/export?what=figures"),
        ("/speakers", "/export?what=statements"),
        ("/report/1", "/export?what=figures&amp;since=2025-06-12&amp;until=2025-06-12"),
    ] {
        assert!(server.get(path).body.contains(link), "{path} has no link to its export");
    }
}

const ASSISTANTS: &str = "Accept: application/json, text/event-stream\r\n";

/// A request of an assistant, as JSON-RPC.
fn asked(method: &str, params: &str) -> String {
    format!("{{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"{method}\",\"params\":{params}}}")
}

#[test]
fn assistants_ask_and_write_nothing() {
    let server = Server::start(&example());
    let ask = |more: &str, body: &str| {
        server.post("/mcp", &format!("{ASSISTANTS}{more}"), "application/json", body)
    };
    let chain = asked("tools/call", "{\"name\":\"chain\",\"arguments\":{\"entry\":\"1:f0\"}}");
    let answer = ask("", &chain);
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert!(answer.head.contains("content-security-policy"), "the headers of every answer: {}", answer.head);
    assert!(answer.body.contains("Civil Defence Agency") && answer.body.contains("untrusted"));
    let tools = ask("", &asked("tools/list", "{}")).body;
    assert!(tools.contains("\"figures\"") && !tools.contains("\"decide\""), "{tools}");
    let decided = asked(
        "tools/call",
        "{\"name\":\"decide\",\"arguments\":{\"decision\":\"accept\",\"entries\":[\"1:f0\"]}}",
    );
    assert!(ask("", &decided).body.contains("no tool"));
    assert_eq!(Ledger::open(&server.ledger).unwrap().last_decision().unwrap(), 0);
    for other in ["Origin: https://evil.test\r\n", "Sec-Fetch-Site: cross-site\r\n"] {
        assert_eq!(ask(other, &chain).status, 403, "{other}");
    }
    let renamed = format!(
        "POST /mcp HTTP/1.1\r\nHost: evil.test\r\nConnection: close\r\nContent-Length: {}\r\n\r\n{chain}",
        chain.len()
    );
    assert_eq!(server.send(&renamed).status, 403);
    assert_eq!(ask("", &format!("{{\"x\":\"{}\"}}", "x".repeat(300_000))).status, 413);
    assert!((400..500).contains(&ask("", "not json").status));
    assert_eq!(server.get("/mcp").status, 405, "there is nothing that the server would tell of itself");
}

/// Users ida (reviewer), per (admin) and robot (reader), whose token is returned.
fn with_users(folder: &Path) -> (PathBuf, String) {
    use sayso_server::{NewSecret, Role, add_user};
    let users = folder.join("users.tsv");
    for (name, role) in [("ida", Role::Reviewer), ("per", Role::Admin)] {
        add_user(&users, name, role, &NewSecret::Password(format!("password of {name}"))).unwrap();
    }
    let token = add_user(&users, "robot", Role::Reader, &NewSecret::Token).unwrap().unwrap();
    (users, token)
}

#[test]
fn only_listed_users_get_in() {
    let (server, token) = Server::start_with(&example(), |options, folder| {
        let (users, token) = with_users(folder);
        options.users = Some(users);
        options.origins = vec!["https://desk.example.org".to_owned()];
        token
    });
    let get = |path: &str, more: &str| {
        server.send(&format!(
            "GET {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n{more}\r\n",
            server.address
        ))
    };
    assert!(get("/story/1", "").head.contains("location: /login?back=%2fstory%2f1"));
    assert_eq!(get("/api/v1/stories", "").status, 401);
    assert_eq!(get("/login", "").status, 200);
    let bearer = format!("Authorization: Bearer {token}\r\n");
    assert_eq!(get("/api/v1/stories", &bearer).status, 200);
    let tools = asked("tools/list", "{}");
    let refused = server.post("/mcp", ASSISTANTS, "application/json", &tools);
    assert!(refused.status == 401 && refused.body.contains("token"), "{}", refused.body);
    let more = format!("{ASSISTANTS}{bearer}");
    assert_eq!(server.post("/mcp", &more, "application/json", &tools).status, 200, "a reader may ask");
    let json = "{\"by\":\"x\",\"what\":\"accept\",\"entries\":[\"1:f0\"]}";
    let refused =
        server.post("/api/v1/decisions", &format!("{bearer}If-Match: *\r\n"), "application/json", json);
    assert_eq!(refused.status, 403, "a reader decides nothing");
    let (form, body) = multipart(&[("token", "", ""), ("text", "", "At least nine people were hurt.")]);
    let refused = server.post("/add", &bearer, &form, &body);
    assert_eq!(refused.status, 403, "and adds nothing");
    assert!(get("/add", &bearer).body.contains("You may read but not add"));
    let kind = "application/x-www-form-urlencoded";
    let sign_in = |name: &str, password: &str| {
        let body = format!("name={name}&password={}&back=%2Freport%2F1", encoded(password));
        server.post("/login", "", kind, &body)
    };
    assert_eq!(sign_in("ida", "guess").status, 401);
    let cookie_of = |name: &str| {
        let answer = sign_in(name, &format!("password of {name}"));
        assert_eq!(answer.status, 303, "{}", answer.body);
        assert!(answer.head.contains("httponly; samesite=strict; secure"), "{}", answer.head);
        let cookie = answer.head.split("set-cookie: ").nth(1).unwrap().split(';').next().unwrap().to_owned();
        let page = get("/report/1", &format!("Cookie: {cookie}\r\n")).body;
        let token =
            page.split("name=\"token\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
        (format!("Cookie: {cookie}\r\n"), token)
    };
    let (ida, her_token) = cookie_of("ida");
    let (per, his_token) = cookie_of("per");
    let decide = |cookie: &str, token: &str, more: &str| {
        server.post("/decide", cookie, kind, &format!("token={token}&by=somebody&back=%2F&{more}")).status
    };
    assert_eq!(decide(&ida, &his_token, "what=accept&entry=1:f0"), 403, "the token of another's session");
    assert_eq!(decide(&per, &his_token, "what=accept&entry=1:f0"), 303);
    let decisions = Ledger::open(&server.ledger).unwrap().decisions().unwrap();
    assert_eq!(decisions[0].by, "per", "whatever name the form says");
    assert_eq!(decide(&ida, &her_token, "what=undo&decision=1"), 403, "only he or an admin");
    assert_eq!(decide(&per, &his_token, "what=undo&decision=1"), 303);
    let out = server.post("/logout", &ida, kind, &format!("token={her_token}"));
    assert_eq!(out.status, 303);
    assert_eq!(get("/audit", &ida).status, 303, "signed out");
    for _ in 0..5 {
        sign_in("per", "guess");
    }
    assert_eq!(sign_in("per", "password of per").status, 429, "whoever guesses waits");
}

/// A form with files, as a browser sends it: field name, file name, text.
fn multipart(fields: &[(&str, &str, &str)]) -> (String, String) {
    let mut body = String::new();
    for (name, file, text) in fields {
        let file = if file.is_empty() { String::new() } else { format!("; filename=\"{file}\"") };
        body.push_str(&format!(
            "--edge\r\nContent-Disposition: form-data; name=\"{name}\"{file}\r\n\r\n{text}\r\n"
        ));
    }
    body.push_str("--edge--\r\n");
    ("multipart/form-data; boundary=edge".to_owned(), body)
}

#[test]
fn an_upload_of_another_site_or_without_anything_is_refused() {
    let server = Server::start(&example());
    let token = server.token();
    let text = ("text", "", "At least nine people were hurt.");
    let send = |more: &str, fields: &[(&str, &str, &str)]| {
        let (kind, body) = multipart(fields);
        server.post("/add", more, &kind, &body)
    };
    let own = ("token", "", token.as_str());
    assert_eq!(send("Origin: http://evil.test\r\n", &[own, text]).status, 403, "another site");
    assert_eq!(send("", &[("token", "", "0"), text]).status, 403, "another token");
    assert_eq!(send("", &[text, own]).status, 403, "nothing is saved before the token is seen");
    for (fields, why) in [
        (&[own][..], "there is nothing to add"),
        (&[own, ("files", "", ""), ("text", "", " \r\n")], "there is nothing to add"),
        (&[own, ("addresses", "", "/etc/passwd")], "is not a URL"),
        (&[own, text, ("published", "", "tomorrow")], "not a date"),
    ] {
        let answer = send("", fields);
        assert_eq!(answer.status, 422, "{}", answer.body);
        assert!(answer.body.contains(why), "{}", answer.body);
    }
    assert_eq!(server.get("/add/1").status, 404, "nothing has begun");
    // A request that does not declare its length is abandoned once it is too long.
    let mut stream = TcpStream::connect(server.address).unwrap();
    stream.set_write_timeout(Some(Duration::from_secs(20))).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    let head = format!(
        "POST /add HTTP/1.1\r\nHost: {}\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\
         Content-Type: multipart/form-data; boundary=edge\r\n\r\n",
        server.address
    );
    stream.write_all(head.as_bytes()).unwrap();
    let begin = format!(
        "--edge\r\nContent-Disposition: form-data; name=\"token\"\r\n\r\n{token}\r\n\
         --edge\r\nContent-Disposition: form-data; name=\"files\"; filename=\"a\"\r\n\r\n"
    );
    stream.write_all(format!("{:x}\r\n{begin}\r\n", begin.len()).as_bytes()).unwrap();
    let chunk = [format!("{:x}\r\n", 1 << 20).into_bytes(), vec![b'a'; 1 << 20], b"\r\n".to_vec()].concat();
    let sent = (0..1024).take_while(|_| stream.write_all(&chunk).is_ok()).count();
    assert!((63..200).contains(&sent), "{sent} MB of 1024 were taken");
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    let answer = String::from_utf8_lossy(&answer);
    assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 413"), "{answer}");
}

#[test]
fn an_upload_whose_program_cannot_run_says_so() {
    let server = Server::start(&example());
    let token = server.token();
    let (kind, body) = multipart(&[("token", "", &token), ("text", "", "At least nine people were hurt.")]);
    let answer = server.post("/add", "", &kind, &body);
    assert_eq!(answer.status, 303, "{}", answer.body);
    assert!(answer.head.contains("location: /add/1"), "{}", answer.head);
    let until = std::time::Instant::now() + Duration::from_secs(20);
    while !server.page("/add/1").contains("It stopped") {
        assert!(std::time::Instant::now() < until, "{}", server.page("/add/1"));
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn a_brief_is_saved_as_a_file() {
    let server = Server::start(&example());
    for (form, begins) in [("md", "# "), ("txt", ""), ("html", "<!DOCTYPE html>"), ("json", "{")] {
        let answer = server.get(&format!("/story/1/brief?form={form}"));
        assert_eq!(answer.status, 200, "{}", answer.body);
        let disposition = format!("content-disposition: attachment; filename=\"sayso-story-1.{form}\"");
        assert!(answer.head.contains(&disposition), "{}", answer.head);
        assert!(answer.body.to_lowercase().starts_with(&begins.to_lowercase()), "{}", answer.body);
        assert!(answer.body.contains("Civil Defence Agency"), "{}", answer.body);
    }
    assert_eq!(server.get("/story/1/brief?form=exe").status, 422);
    assert_eq!(server.get("/story/9/brief?form=md").status, 404);
}

#[test]
fn a_search_is_narrowed_by_what_reports_have() {
    let server = Server::start(&example());
    let found = |more: &str| {
        let page = server.page(&format!("/search?q=the{more}"));
        page.matches("class=\"hit\"").count()
    };
    let all = found("");
    assert!(all >= 3, "{all}");
    let evacuated = found("&category=evacuated");
    assert!(evacuated > 0 && evacuated < all, "{evacuated} of {all}");
    assert!(server.page("/search?q=the").contains("<option value=\"evacuated\">evacuated (1)</option>"));
    let outlet = found("&outlet=northern-post.example");
    assert!(outlet > 0 && outlet < all, "{outlet} of {all}");
    assert_eq!(found("&outlet=northern-post.example&category=evacuated"), 0);
    assert_eq!(found("&speaker=Mara+Sandt"), 1);
    assert_eq!(found("&since=2025-06-15"), 1);
    assert_eq!(found("&status=accepted"), 0);
    let sent = server.form(&[
        ("token", &server.token()),
        ("by", "ida"),
        ("what", "accept"),
        ("entry", "1:f0"),
        ("back", "/"),
        ("seen", "0"),
    ]);
    assert_eq!(sent.status, 303, "{}", sent.body);
    assert_eq!(found("&status=accepted"), 1);
    assert_eq!(server.get("/search?q=the&since=x").status, 422);
}

#[test]
fn alerts_have_a_page_and_a_badge_until_they_are_seen() {
    let (server, ()) = Server::start_with(
        &["title: Nine hurt\npublished: 2024-03-05\n\nNine people were hurt, the office said.\n".to_owned()],
        |options, _| {
            let mut ledger = Ledger::open(&options.ledger).unwrap();
            let batch = ledger.batch().unwrap();
            let body = serde_json::json!({
                "why": format!("the figure of injured has reached 9{HOSTILE}"), "label": "Nine hurt", "before": "nothing",
                "lines": [{"text": "Nine people were hurt", "report": 1, "start": 11, "end": 32, "outlet": "Coast Courier", "chain": ["Coast Courier", "office"]}],
            });
            for n in 0..2 {
                let alert = sayso_ledger::KeptAlert {
                    id: 0,
                    key: format!("k{n}"),
                    at: 1_709_600_000,
                    rule: "toll".to_owned(),
                    story: Some(1),
                    body: body.to_string(),
                };
                assert!(batch.raise(&alert, &[]).unwrap());
            }
            let gone = sayso_ledger::WatchEvent {
                id: 0,
                at: 1_709_600_000,
                kind: sayso_ledger::EventKind::Gone,
                source: Some("https://coast-courier.test/feed".to_owned()),
                report: Some(sayso_ledger::ReportId(1)),
                previous: None,
                note: Some(format!("the server answers 404{HOSTILE}")),
            };
            batch.note_watch_event(&gone).unwrap();
            batch.commit().unwrap();
        },
    );
    // The badge appears as soon as the server has looked.
    let badge = "<b class=\"new\">2<span class=\"hidden\"> new";
    let mut front = server.get("/figures").body;
    for _ in 0..100 {
        if front.contains(badge) {
            break;
        }
        std::thread::sleep(Duration::from_millis(100));
        front = server.get("/figures").body;
    }
    assert!(front.contains(badge), "{front}");
    let page = server.get("/alerts");
    assert_eq!(page.status, 200);
    assert!(
        page.body.contains("/report/1?mark=11-32#mark") && page.body.contains("office &lt; Coast Courier"),
        "{}",
        page.body
    );
    assert!(page.body.contains("(2 alerts)"), "one section for a story: {}", page.body);
    assert!(page.body.contains("Gone: ") && page.body.contains("the server answers 404"), "{}", page.body);
    assert!(page.body.contains("2024-03-05 00:53") && !page.body.contains("<script>alert"), "{}", page.body);
    assert!(page.head.contains("set-cookie: sayso_alerts=2;"), "{}", page.head);
    let host = server.address;
    let again = server.send(&format!(
        "GET /figures HTTP/1.1\r\nHost: {host}\r\nCookie: sayso_alerts=2\r\nConnection: close\r\n\r\n"
    ));
    assert!(again.status == 200 && !again.body.contains("class=\"new\""), "{}", again.body);
}

impl Server {
    fn send_form(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let token = self.token();
        let body: Vec<String> = [("token", token.as_str())]
            .iter()
            .chain(fields)
            .map(|(k, v)| format!("{}={}", encoded(k), encoded(v)))
            .collect();
        self.post(path, "", "application/x-www-form-urlencoded", &body.join("&"))
    }

    fn add(&self, text: &str) {
        let report = sayso_ingest::text(text.as_bytes(), &HeadOverrides::default()).unwrap();
        let provenance = Provenance { origin: text.to_owned(), ..Provenance::default() };
        let mut ledger = Ledger::open(&self.ledger).unwrap();
        ledger.add(&Prepared::read(sayso_read::read(&report), provenance).unwrap()).unwrap();
    }
}

#[test]
fn a_saved_search_says_what_is_new() {
    let server = Server::start(&example());
    assert!(server.page("/search?q=mill").contains("Save this search"));
    let save = |value: &str| {
        server.send_form("/saved", &[("what", "save"), ("value", value), ("back", "/search?q=mill")])
    };
    assert_eq!(save("q=mill").status, 303);
    assert_eq!(save("q=mill&page=9").status, 303, "the same written otherwise");
    assert_eq!(save("").status, 422);
    assert_eq!(save(&format!("q={}", "x".repeat(2000))).status, 422);
    let list = server.page("/search");
    assert_eq!(list.matches("href=\"/search?q=mill\"").count(), 1, "{list}");
    assert!(list.contains("Saved searches of desk") && !list.contains("1 new"), "{list}");
    server.add("published: 2025-07-01\n\nTwo people were hurt at the mill on Monday, police said.");
    let list = server.page("/search");
    assert!(list.contains("1 new</b>"), "{list}");
    let page = server.page("/search?q=mill");
    assert!(
        page.contains("1 new since you last looked") && page.contains("<b class=\"new\">new</b>"),
        "{page}"
    );
    let id = list.split("name=\"id\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let newest = Ledger::open(&server.ledger).unwrap().last_report().unwrap().to_string();
    assert_eq!(server.send_form("/saved", &[("what", "seen"), ("id", &id), ("value", &newest)]).status, 303);
    assert!(server.page("/search?q=mill").contains("nothing new since you last looked"));
    assert_eq!(server.send_form("/saved", &[("what", "forget"), ("id", &id)]).status, 303);
    assert!(!server.page("/search").contains("Saved searches"));
    let foreign =
        server.post("/saved", "", "application/x-www-form-urlencoded", "token=x&what=save&value=q%3Da");
    assert_eq!(foreign.status, 403, "another site saves nothing");
}

#[test]
fn the_list_of_stories_says_what_is_new_to_whom() {
    let server = Server::start(&example());
    let front = server.page("/");
    assert!(front.contains("Mark all as seen") && !front.contains("<b class=\"new\">new</b>"), "{front}");
    let newest = Ledger::open(&server.ledger).unwrap().last_report().unwrap().to_string();
    assert_eq!(server.send_form("/seen", &[("report", &newest)]).status, 303);
    assert!(!server.page("/").contains("Mark all as seen"));
    server.add("published: 2025-07-01\n\nTwo people were hurt at the mill on Monday, police said.");
    let front = server.page("/");
    assert!(
        front.contains("1 with something new since your last visit, desk")
            && front.contains("<b class=\"new\">new</b>"),
        "{front}"
    );
    // Somebody else has not been here.
    let cookie = format!("sayso_name={}", "per".bytes().map(|b| format!("{b:02x}")).collect::<String>());
    let host = server.address;
    let other = server
        .send(&format!("GET / HTTP/1.1\r\nHost: {host}\r\nCookie: {cookie}\r\nConnection: close\r\n\r\n"));
    assert!(
        other.body.contains("Mark all as seen") && !other.body.contains("since your last visit"),
        "{}",
        other.body
    );
}

#[test]
fn a_story_has_a_map_where_its_places_are_known() {
    let text = "title: Shelling hits two cities\npublisher: post.example\npublished: 2025-07-01\n\n\
        Two people were killed in Kharkiv and nine injured in Odesa on Monday, the emergency service said.\n";
    let server = Server::start(&[text.to_owned()]);
    let page = server.page("/story/1");
    assert!(
        page.contains("<svg class=\"map\"")
            && page.contains(">Kharkiv (")
            && page.contains("href=\"#place-0\""),
        "{page}"
    );
    assert!(page.len() < 200_000, "{}", page.len());
    assert!(!page.contains(" style="), "the policy lets no style of a page's own through");
    let server = Server::start(&[
        "title: Nine hurt\npublished: 2024-03-05\n\nNine people were hurt, the office said.\n".to_owned(),
    ]);
    assert!(!server.page("/story/1").contains("class=\"map\""), "no place, no map");
    // Kora is a town in central Africa; here it is an island of an invented archipelago.
    let server = Server::start(&[
        "title: Ferry sinks off Kora\npublished: 2025-08-04\n\n\
         Nine people were killed in Kora and twelve injured in Velamar on Sunday, the Talaura Coast Guard said.\n"
            .to_owned(),
    ]);
    let page = server.page("/story/1");
    assert!(!page.contains("class=\"map\""), "nothing but a name says where it is");
    let listed = page.split("Not drawn").nth(1).unwrap().split("</p>").next().unwrap().to_owned();
    assert!(listed.contains("Kora"), "{listed}");
}

/// A report on one event, with a toll on somebody's word.
fn toll(outlet: &str, day: u32, sentence: &str) -> String {
    format!(
        "title: Ferry sinks off Talaura\npublisher: {outlet}.example\npublished: 2025-08-{day:02}\n\n\
         TALAURA — {sentence} The ferry sank off the harbour of Talaura in a storm on Friday night.\n"
    )
}

#[test]
fn the_list_of_stories_shows_the_claims_best_value_and_one_origins_line() {
    let server = Server::start(&[
        toll(
            "post",
            2,
            "At least 49 people were killed when a ferry sank, the Coast Guard said on Saturday.",
        ),
        toll("wire", 3, "51 people were killed when a ferry sank, the Coast Guard said on Sunday."),
        toll("courier", 3, "51 people were killed when a ferry sank, the Coast Guard said on Sunday."),
        toll(
            "herald",
            3,
            "At least 1,100 people were killed when a ferry sank, opposition leader Mara Sandt said on Sunday.",
        ),
    ]);
    let story: Value = serde_json::from_str(&server.page("/api/v1/stories/1")).unwrap();
    let claim = story["claims"].as_array().unwrap().iter().find(|c| c["category"] == "killed").unwrap();
    assert_eq!(claim["summary"]["best"], 51, "{}", claim["summary"]);
    let list = server.page("/");
    let spark = list.split("class=\"spark\"").nth(1).unwrap().split("</td>").next().unwrap().to_owned();
    assert!(spark.contains("51 (") && spark.contains("1,100"), "{spark}");
    assert!(spark.contains("49 on 2025-08-02, 51 on 2025-08-03, 2 values"), "{spark}");
}

/// The list, the story's page and its brief lead with the same toll: the newest that stands, however often older ones are told.
#[test]
fn every_place_leads_with_the_same_toll() {
    let server = Server::start(&[
        toll(
            "post",
            2,
            "The prime minister, Ada Brook, said on Saturday that 17 people were killed when a ferry sank.",
        ),
        toll(
            "wire",
            2,
            "Prime minister Ada Brook said on Saturday that 17 people were killed when a ferry sank.",
        ),
        toll(
            "herald",
            2,
            "Prime minister Ada Brook said that 17 people were killed on Saturday when a ferry sank.",
        ),
        toll("courier", 4, "29 people were killed when a ferry sank, the Coast Guard said on Monday."),
    ]);
    let story: Value = serde_json::from_str(&server.page("/api/v1/stories/1")).unwrap();
    let claim = story["claims"].as_array().unwrap().iter().find(|c| c["category"] == "killed").unwrap();
    assert_eq!(claim["summary"]["best"], 29, "{}", claim["summary"]);
    let list = server.page("/");
    let cell = list.split("class=\"spark\"").nth(1).unwrap().split("</td>").next().unwrap().to_owned();
    assert!(cell.contains("29 (17 to 29)") && cell.contains("2 origins"), "{cell}");
    let brief = server.page("/story/1/brief?form=txt");
    let first = brief.lines().find(|line| line.trim_start().starts_with("- ")).unwrap();
    assert!(first.contains("29 people were killed"), "{brief}");
}

#[test]
fn every_kind_of_entry_can_be_added_in_the_browser_and_by_a_program() {
    let server = Server::start(&example());
    let token = server.token();
    let page = server.page("/report/1?add=e");
    for letter in ['f', 's', 'p', 'c', 'e', 'x'] {
        assert!(page.contains(&format!("name=\"kind\" value=\"{letter}\"")), "{letter}");
    }
    assert!(page.contains("open data-kind=\"e\""), "the form that was asked for is open");
    let own = |kind: &'static str, words: &'static str| {
        [
            ("token", token.clone()),
            ("by", "ida".to_owned()),
            ("what", "add".to_owned()),
            ("entry", "1".to_owned()),
            ("kind", kind.to_owned()),
            ("words", words.to_owned()),
            ("back", "/report/1".to_owned()),
        ]
    };
    let form = |kind, words, more: &[(&str, &str)]| {
        let own = own(kind, words);
        let all: Vec<(&str, &str)> =
            own.iter().map(|(k, v)| (*k, v.as_str())).chain(more.iter().copied()).collect();
        server.form(&all)
    };
    let words = "a closed meeting";
    for (kind, more) in [
        ("p", &[][..]),
        ("e", &[]),
        ("x", &[]),
        ("c", &[("field.asked", "Jana Holt")]),
        ("s", &[("field.speaker", "Jana Holt")]),
        ("f", &[("field.category", "trapped"), ("field.best", "7")]),
    ] {
        let sent = form(kind, words, more);
        assert_eq!(sent.status, 303, "{kind}: {}", sent.body);
    }
    for (kind, field) in [("f", "category"), ("s", "speaker"), ("c", "asked")] {
        let sent = form(kind, "Interior Ministry", &[]);
        assert_eq!(sent.status, 422, "{kind}: {}", sent.body);
        assert!(sent.body.contains(&format!("`{field}`: has to be given")), "{}", sent.body);
    }
    let slip = form("f", "Interior Ministry", &[("field.category", "kiled"), ("field.best", "7")]);
    assert_eq!(slip.status, 422, "{}", slip.body);
    for (kind, status) in [('p', 200), ('e', 200), ('x', 200), ('f', 422), ('s', 422), ('c', 422)] {
        let body = format!(
            "{{\"by\":\"ida\",\"what\":\"add\",\"entries\":[\"1\"],\"kind\":\"{kind}\",\"words\":\"Some 2,500 residents\"}}"
        );
        let sent = server.post("/api/v1/decisions", "", "application/json", &body);
        assert_eq!(sent.status, status, "{kind}: {}", sent.body);
    }
    let report: Value = serde_json::from_str(&server.page("/api/v1/reports/1")).unwrap();
    assert_eq!(report["lost"], serde_json::json!([]));
    let added = |d: &&Value| d["decision"]["what"] == "added";
    assert_eq!(
        report["decided"].as_array().unwrap().iter().filter(added).count(),
        9,
        "{}",
        report["decided"]
    );
    assert!(!server.page("/audit").contains("no longer read"));
}

#[test]
fn what_was_typed_is_kept_when_nothing_was_decided() {
    let server = Server::start(&example());
    let token = server.token();
    let form = |what: &str, seen: &str, note: &str| {
        server.form(&[
            ("token", token.as_str()),
            ("by", "ida"),
            ("what", what),
            ("entry", "1:f1"),
            ("seen", seen),
            ("field.best", "52"),
            ("note", note),
            ("back", "/report/1?correct=f1#f1"),
        ])
    };
    assert_eq!(form("correct", "0", "asked").status, 303);
    let late = form("correct", "0", "read it <b>twice</b>");
    assert_eq!(late.status, 409);
    for words in [
        "ida has decided about",
        "href=\"/report/1?correct=f1#f1\"",
        "name=\"field.best\" id=\"again.best\" value=\"52\"",
        "value=\"read it &lt;b&gt;twice&lt;/b&gt;\"",
        "name=\"seen\" value=\"1\"",
    ] {
        assert!(late.body.contains(words), "{words}: {}", late.body);
    }
}

#[test]
fn failures_have_the_form_of_what_was_asked() {
    let server = Server::start(&example());
    let many = format!("/api/v1/search?q={}", vec!["word"; 65].join("+"));
    for (path, status, words) in [
        (many.as_str(), 422, "65"),
        ("/api/v1/nothing", 404, "openapi.json"),
        ("/api/v1/stories/x", 400, "x"),
        ("/api/v1/stories/99", 404, "99"),
        ("/api/v1/reports?limit=0", 422, "from 1 to 500, not '0'"),
        ("/api/v1/figures?limit=9999", 422, "from 1 to 500, not '9999'"),
        ("/api/v1/stories?limit=x", 422, "not 'x'"),
        (
            "/api/v1/figures?catgory=killed",
            422,
            "`catgory` is not a parameter of this operation; it takes category, ",
        ),
        ("/api/v1/stories/1?asof=2025-06-12", 422, "it takes as_of"),
        ("/api/v1/figures?rejected=maybe", 400, "rejected"),
    ] {
        let answer = server.get(path);
        assert_eq!(answer.status, status, "{path}: {}", answer.body);
        assert!(answer.head.contains("content-type: application/json"), "{path}: {}", answer.head);
        let json: Value =
            serde_json::from_str(&answer.body).unwrap_or_else(|e| panic!("{path}: {e}: {}", answer.body));
        assert!(json["error"].as_str().unwrap().contains(words), "{path}: {json}");
    }
    let other = server.send("GET /api/v1/stories HTTP/1.1\r\nHost: evil.test\r\nConnection: close\r\n\r\n");
    assert_eq!(other.status, 403);
    let json: Value = serde_json::from_str(&other.body).unwrap();
    assert!(json["error"].as_str().unwrap().contains("--origin http://evil.test"), "{json}");
    let many = format!("/search?q={}", vec!["word"; 65].join("+"));
    for (path, status) in [(many.as_str(), 422), ("/report/x", 400), ("/nothing", 404)] {
        let answer = server.get(path);
        assert_eq!(answer.status, status, "{path}: {}", answer.body);
        assert!(answer.body.contains("</html>"), "{path}: {}", answer.body);
    }
}

#[test]
fn the_claims_of_a_story_come_in_pages() {
    let server = Server::start(&example());
    let get = |path: &str| -> Value { serde_json::from_str(&server.page(path)).unwrap() };
    let whole = get("/api/v1/stories/1")["claims"].as_array().unwrap().clone();
    assert!(whole.len() > 2);
    let (mut all, mut after) = (Vec::new(), String::new());
    loop {
        let page = get(&format!("/api/v1/stories/1/claims?limit=2&after={after}"));
        all.extend(page["items"].as_array().unwrap().clone());
        match page["next"].as_str() {
            Some(next) => after = next.to_owned(),
            None => break,
        }
    }
    assert_eq!(all, whole);
}
