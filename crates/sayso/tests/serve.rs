//! `sayso serve` as a program: it says where it is, takes reports, and ends when it is asked to.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on should say where")]
#![cfg(unix)]

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

struct Serving {
    child: Child,
    address: String,
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.child.kill();
    }
}

fn serve(ledger: &str) -> Serving {
    let mut child = Command::new(env!("CARGO_BIN_EXE_sayso"))
        .args(["serve", "--port", "0", "--by", "ida", "--ledger", ledger])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let address = line.trim().trim_start_matches("http://").trim_end_matches('/').to_owned();
    Serving { child, address }
}

impl Serving {
    fn ask(&self, request: &str) -> String {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(110))).unwrap();
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).unwrap();
        String::from_utf8_lossy(&answer).into_owned()
    }

    fn get(&self, path: &str) -> String {
        self.ask(&format!("GET {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n", self.address))
    }
}

impl Serving {
    fn send(&self, kind: &str, body: &str) -> String {
        self.ask(&format!(
            "POST /add HTTP/1.1\r\nHost: {}\r\nConnection: close\r\nContent-Type: {kind}\r\nContent-Length: {}\r\n\r\n{body}",
            self.address,
            body.len()
        ))
    }

    /// The page of an upload when it has ended.
    fn ended(&self, job: u32) -> String {
        let until = Instant::now() + Duration::from_secs(100);
        loop {
            let page = self.get(&format!("/add/{job}"));
            if !page.contains("data-running") {
                return page;
            }
            assert!(Instant::now() < until, "{page}");
            std::thread::sleep(Duration::from_millis(50));
        }
    }
}

#[test]
fn reports_are_dropped_and_a_hostile_name_leads_nowhere() {
    let folder = tempfile::tempdir().unwrap();
    let ledger = folder.path().join("ledger.db");
    let serving = serve(ledger.to_str().unwrap());
    let page = serving.get("/add");
    let token = page.split("name=\"token\" value=\"").nth(1).unwrap().split('"').next().unwrap();
    let report = "publisher: Courier\npublished: 2025-03-04\n\nAt least nine people were hurt on Tuesday, police said.\n";
    let kind = "multipart/form-data; boundary=edge";
    let mut body = format!("--edge\r\nContent-Disposition: form-data; name=\"token\"\r\n\r\n{token}\r\n");
    let files = [
        ("../../../evil.txt", report),
        ("evil.txt", "At least four people were killed on Monday, the mayor said.\n"),
        ("--help", "\u{0}\u{1}\u{2}"),
        ("<b>.txt", ""),
    ];
    for (name, text) in files {
        body.push_str(&format!(
            "--edge\r\nContent-Disposition: form-data; name=\"files\"; filename=\"{name}\"\r\n\r\n{text}\r\n"
        ));
    }
    body.push_str("--edge\r\nContent-Disposition: form-data; name=\"text\"\r\n\r\nThe dam holds, the governor said.\r\n");
    body.push_str(
        "--edge\r\nContent-Disposition: form-data; name=\"outlet\"\r\n\r\nEvening Post\r\n--edge--\r\n",
    );
    let answer = serving.send(kind, &body);
    assert!(answer.starts_with("HTTP/1.1 303") && answer.contains("/add/1"), "{answer}");
    let ended = serving.ended(1);
    for words in
        ["3 added, 2 failed", ">evil.txt<", ">2 evil.txt<", ">help<", ">pasted.txt<", "&lt;b&gt;.txt"]
    {
        assert!(ended.contains(words), "{words}: {ended}");
    }
    assert!(serving.get("/report/1").contains("nine people"));
    assert!(serving.get("/report/3").contains("Evening Post"), "the outlet that the form gives");
    assert!(!folder.path().parent().unwrap().join("evil.txt").exists());
    let again = serving.send(kind, &body);
    assert!(again.contains("/add/2"), "{again}");
    assert!(serving.ended(2).contains("3 known, 2 failed"));
    let wrong = body.replace(token, &"0".repeat(token.len()));
    let refused = serving.send(kind, &wrong);
    assert!(refused.starts_with("HTTP/1.1 403"), "{refused}");
}

#[test]
fn it_ends_when_it_is_asked_to_though_somebody_listens() {
    let folder = tempfile::tempdir().unwrap();
    let ledger = folder.path().join("ledger.db");
    let mut serving = serve(ledger.to_str().unwrap());
    let mut listening = TcpStream::connect(&serving.address).unwrap();
    let ask = format!("GET /api/v1/events HTTP/1.1\r\nHost: {}\r\n\r\n", serving.address);
    listening.write_all(ask.as_bytes()).unwrap();
    let mut some = [0_u8; 15];
    listening.read_exact(&mut some).unwrap();
    let begun = Instant::now();
    Command::new("kill").arg(serving.child.id().to_string()).status().unwrap();
    let ended = serving.child.wait().unwrap();
    assert!(
        ended.success() && begun.elapsed() < Duration::from_secs(4),
        "{ended} after {:?}",
        begun.elapsed()
    );
}
