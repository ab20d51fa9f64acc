//! Fetching from a server that misbehaves in every way that the rules guard against.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot go on should say where"
)]
#![cfg(feature = "fetch")]

use std::{
    io::{BufRead, BufReader, Write},
    net::{TcpListener, TcpStream},
    sync::{Arc, Mutex},
    thread,
    time::{Duration, Instant},
};

use flate2::{Compression, write::GzEncoder};
use sayso_ingest::{
    IngestError,
    fetch::{FetchError, Fetched, Fetcher, Rules, Validators},
};

/// A server on a free port; it records requests, with the time.
struct Server {
    base: String,
    asked: Arc<Mutex<Vec<(String, Instant)>>>,
}

fn serve(robots: &'static str) -> Server {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let asked = Arc::new(Mutex::new(Vec::new()));
    let (own, log) = (base.clone(), Arc::clone(&asked));
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let (own, log) = (own.clone(), Arc::clone(&log));
            thread::spawn(move || answer(stream, &own, robots, &log));
        }
    });
    Server { base, asked }
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn answer(mut stream: TcpStream, own: &str, robots: &str, log: &Mutex<Vec<(String, Instant)>>) {
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let mut first = String::new();
    if reader.read_line(&mut first).unwrap_or(0) == 0 {
        return;
    }
    let path = first.split(' ').nth(1).unwrap_or("/").to_owned();
    let mut conditional = false;
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line).unwrap_or(0) == 0 || line.trim().is_empty() {
            break;
        }
        conditional |= line.to_lowercase().starts_with("if-none-match: \"one\"");
    }
    log.lock().unwrap().push((path.clone(), Instant::now()));
    let ok = |head: &str, body: &[u8]| {
        let mut out =
            format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n{head}\r\n", body.len())
                .into_bytes();
        out.extend(body);
        out
    };
    let to = |target: &str| {
        format!("HTTP/1.1 302 Found\r\nLocation: {target}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
            .into_bytes()
    };
    let out = match path.as_str() {
        "/robots.txt" if robots == "fails" => {
            b"HTTP/1.1 503 No\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".to_vec()
        }
        "/robots.txt" => ok("", robots.as_bytes()),
        "/page" if conditional => b"HTTP/1.1 304 Not Modified\r\nConnection: close\r\n\r\n".to_vec(),
        "/page" => ok("ETag: \"one\"\r\nContent-Type: text/html; charset=latin1\r\n", b"<p>page</p>"),
        "/zipped" => ok("Content-Encoding: gzip\r\n", &gzip(b"<p>page</p>")),
        "/brotli" => ok("Content-Encoding: br\r\n", b"\x0B\x05\x80<p>page</p>\x03"),
        "/unknown-coding" => ok("Content-Encoding: zstd\r\n", b"\x28\xB5\x2F\xFD\x00"),
        "/bomb" => ok("Content-Encoding: gzip\r\n", &gzip(&vec![0; 20 << 20])),
        "/broken-gzip" => ok("Content-Encoding: gzip\r\n", &gzip(&[b'x'; 5000])[..20]),
        "/loop" => to("/loop"),
        "/away" => to("/page"),
        path if path.starts_with("/to?") => to(&path[4..]),
        "/to-file" => to("file:///etc/passwd"),
        "/to-nothing" => to("http://"),
        "/large" => b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\nConnection: close\r\n\r\nx".to_vec(),
        "/missing" => b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".to_vec(),
        "/garbage" => b"\x00\x01\x02 no protocol at all\r\n\r\n".to_vec(),
        "/endless" => {
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n");
            while stream.write_all(&[b'x'; 65536]).is_ok() {}
            return;
        }
        "/endless-heads" => {
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\n");
            let lines = "X-More: and more\r\n".repeat(1000);
            while stream.write_all(lines.as_bytes()).is_ok() {}
            return;
        }
        "/endless-head" => {
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nX-Long: ");
            while stream.write_all(&[b'x'; 65536]).is_ok() {}
            return;
        }
        "/drip" => {
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n");
            while stream.write_all(b"x").is_ok() {
                thread::sleep(Duration::from_millis(100));
            }
            return;
        }
        "/silent" => {
            thread::sleep(Duration::from_secs(8));
            return;
        }
        "/short" => b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\nConnection: close\r\n\r\nshort".to_vec(),
        other if other.starts_with("/hop") => {
            let n: usize = other[4..].parse().unwrap_or(0);
            if n == 0 { ok("", b"end") } else { to(&format!("{own}/hop{}", n - 1)) }
        }
        _ => ok("", b"other"),
    };
    let _ = stream.write_all(&out);
}

fn fetcher() -> Fetcher {
    Fetcher::new(Rules {
        delay: Duration::ZERO,
        timeout: Duration::from_millis(1500),
        allow_private: true,
        ..Rules::default()
    })
    .unwrap()
}

const LIMIT: u64 = 1 << 20;

fn get(fetcher: &Fetcher, url: &str) -> Result<Vec<u8>, FetchError> {
    match fetcher.fetch(url, &Validators::default(), LIMIT)? {
        Fetched::Page(page) => Ok(page.body),
        Fetched::NotModified => panic!("nothing was asked about"),
    }
}

#[test]
fn pages_come_with_their_validators_and_are_not_sent_twice() {
    let server = serve("");
    let fetcher = fetcher();
    let url = format!("{}/page", server.base);
    let Fetched::Page(page) = fetcher.fetch(&url, &Validators::default(), LIMIT).unwrap() else { panic!() };
    assert_eq!((page.body.as_slice(), page.charset().as_deref()), (&b"<p>page</p>"[..], Some("latin1")));
    assert_eq!(fetcher.fetch(&url, &page.validators, LIMIT).unwrap(), Fetched::NotModified);
    for path in ["zipped", "brotli"] {
        assert_eq!(get(&fetcher, &format!("{}/{path}", server.base)).unwrap(), b"<p>page</p>");
    }
    assert_eq!(get(&fetcher, &format!("{}/away", server.base)).unwrap(), b"<p>page</p>");
    let robots = server.asked.lock().unwrap().iter().filter(|(p, _)| p == "/robots.txt").count();
    assert_eq!(robots, 1);
}

#[test]
fn bombs_floods_and_silence_end() {
    let server = serve("");
    let fetcher = fetcher();
    let get = |path: &str| get(&fetcher, &format!("{}{path}", server.base));
    assert!(matches!(get("/bomb"), Err(FetchError::Content(IngestError::TooLarge { .. }))));
    assert!(matches!(get("/broken-gzip"), Err(FetchError::Content(IngestError::Malformed { .. }))));
    assert!(matches!(get("/unknown-coding"), Err(FetchError::Content(IngestError::Coding(_)))));
    assert!(matches!(get("/large"), Err(FetchError::Content(IngestError::TooLarge { .. }))));
    assert!(matches!(get("/endless"), Err(FetchError::Content(IngestError::TooLarge { .. }))));
    // Heads are cut off long before the time limit, so that memory is bounded too.
    let begun = Instant::now();
    for path in ["/endless-heads", "/endless-head"] {
        let got = get(path);
        assert!(matches!(got, Err(FetchError::Connection(_))), "{path}: {got:?}");
    }
    assert!(begun.elapsed() < Duration::from_millis(1500), "{:?}", begun.elapsed());
    assert!(matches!(get("/drip"), Err(FetchError::TooSlow(_))));
    assert!(matches!(get("/silent"), Err(FetchError::TooSlow(_))));
    assert!(matches!(get("/garbage"), Err(FetchError::Connection(_))));
    assert!(matches!(get("/short"), Err(FetchError::Connection(_))));
    assert!(matches!(get("/missing"), Err(FetchError::Status(404))));
}

#[test]
fn redirects_are_few_and_checked() {
    let server = serve("");
    let fetcher = fetcher();
    assert_eq!(get(&fetcher, &format!("{}/hop5", server.base)).unwrap(), b"end");
    assert!(matches!(get(&fetcher, &format!("{}/hop6", server.base)), Err(FetchError::Redirects)));
    assert!(matches!(get(&fetcher, &format!("{}/loop", server.base)), Err(FetchError::Redirects)));
    assert!(matches!(get(&fetcher, &format!("{}/to-file", server.base)), Err(FetchError::Address(_))));
    assert!(matches!(
        get(&fetcher, &format!("{}/to-nothing", server.base)),
        Err(FetchError::RedirectTarget(_) | FetchError::Address(_))
    ));
}

#[test]
fn private_addresses_are_not_fetched_however_they_are_written() {
    let server = serve("");
    let port = server.base.rsplit(':').next().unwrap();
    let fetcher = Fetcher::new(Rules { delay: Duration::ZERO, ..Rules::default() }).unwrap();
    for host in [
        "127.0.0.1",
        "localhost",
        "127.1",
        "0x7f000001",
        "2130706433",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "0.0.0.0",
        "10.0.0.1",
        "169.254.169.254",
    ] {
        let found = fetcher.fetch(&format!("http://{host}:{port}/page"), &Validators::default(), LIMIT);
        assert!(matches!(found, Err(FetchError::Private(_))), "{host}: {found:?}");
    }
    assert!(server.asked.lock().unwrap().is_empty(), "nobody was asked");
    for address in
        ["ftp://a.test/", "file:///etc/passwd", "gopher://a.test", "a.test", "javascript:1", "http://"]
    {
        assert!(
            matches!(fetcher.fetch(address, &Validators::default(), LIMIT), Err(FetchError::Address(_))),
            "{address}"
        );
    }
}

#[test]
fn robots_are_obeyed() {
    let server = serve("User-agent: sayso\nDisallow: /page\nCrawl-delay: 0.3\n");
    let own = fetcher();
    assert!(matches!(get(&own, &format!("{}/page", server.base)), Err(FetchError::Robots(_))));
    get(&own, &format!("{}/a", server.base)).unwrap();
    get(&own, &format!("{}/b", server.base)).unwrap();
    let asked = server.asked.lock().unwrap();
    let time = |path: &str| asked.iter().find(|(p, _)| p == path).unwrap().1;
    assert!(time("/b") - time("/a") >= Duration::from_millis(290), "the delay that it asks for is kept");
    let failing = serve("fails");
    assert!(matches!(get(&fetcher(), &format!("{}/page", failing.base)), Err(FetchError::NoRobots(_))));
}

#[test]
fn one_hosts_validators_are_not_sent_to_another() {
    let (first, second) = (serve(""), serve(""));
    let fetcher = fetcher();
    let url = format!("{}/to?{}/page", first.base, second.base);
    let known = Validators { etag: Some("\"one\"".to_owned()), last_modified: None };
    // Whoever is asked with the validator answers that nothing has changed.
    let Fetched::Page(page) = fetcher.fetch(&url, &known, LIMIT).unwrap() else { panic!("it was told") };
    assert_eq!(page.validators, Validators::default(), "nor is the first host told what the second said");
    let own = format!("{}/to?{}/page", first.base, first.base);
    assert_eq!(fetcher.fetch(&own, &known, LIMIT).unwrap(), Fetched::NotModified);
}
