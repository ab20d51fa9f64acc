//! A web site on loopback for tests: pages that can be changed while it is up, answers that misbehave, and what was asked.
#![allow(dead_code, unreachable_pub, reason = "each test uses a part of it")]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should say where")]

pub mod receive;

use std::{
    collections::BTreeMap,
    io::{BufRead, BufReader, Write},
    net::{TcpListener, TcpStream},
    sync::{Arc, Mutex},
    thread,
    time::Duration,
};

/// How a path is answered.
#[derive(Clone)]
pub enum Page {
    /// With a body; a validator that is the body's length and hash, and 304 where it is sent back.
    Body(&'static str, String),
    /// With a status and header lines.
    Status(u16, String),
    /// Never.
    Hang,
}

/// A request: method line and header lines, names in lower case.
#[derive(Clone, Debug)]
pub struct Asked {
    pub path: String,
    pub headers: Vec<String>,
    pub status: u16,
}

/// A site.
#[derive(Clone)]
pub struct Site {
    pub base: String,
    pages: Arc<Mutex<BTreeMap<String, Page>>>,
    asked: Arc<Mutex<Vec<Asked>>>,
}

impl Site {
    /// A site without pages.
    pub fn new() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let site = Self {
            base: format!("http://{}", listener.local_addr().unwrap()),
            pages: Arc::default(),
            asked: Arc::default(),
        };
        let own = site.clone();
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let own = own.clone();
                thread::spawn(move || own.answer(stream));
            }
        });
        site
    }

    /// Puts a page in its place.
    pub fn put(&self, path: &str, page: Page) {
        self.pages.lock().unwrap().insert(path.to_owned(), page);
    }

    /// Puts an article in its place.
    pub fn article(&self, path: &str, headline: &str, paragraphs: &[&str]) {
        self.put(path, Page::Body("text/html; charset=utf-8", article(headline, paragraphs)));
    }

    /// Puts a feed with links to articles in its place.
    pub fn feed(&self, path: &str, items: &[(&str, &str)]) {
        let items: String = items
            .iter()
            .map(|(path, title)| {
                format!("<item><title>{title}</title><link>{}{path}</link><description>{title}, the harbour office said.</description></item>", self.base)
            })
            .collect();
        let feed = format!("<rss version='2.0'><channel><title>Coast Courier</title>{items}</channel></rss>");
        self.put(path, Page::Body("application/rss+xml", feed));
    }

    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }

    /// What was asked so far, robots.txt left out.
    pub fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap().iter().filter(|a| a.path != "/robots.txt").cloned().collect()
    }

    /// How often a path was asked for.
    pub fn count(&self, path: &str) -> usize {
        self.asked.lock().unwrap().iter().filter(|a| a.path == path).count()
    }

    fn answer(&self, mut stream: TcpStream) {
        let mut reader = BufReader::new(stream.try_clone().unwrap());
        let mut lines: Vec<String> = Vec::new();
        loop {
            let mut line = String::new();
            if reader.read_line(&mut line).unwrap_or(0) == 0 {
                return;
            }
            if line.trim().is_empty() {
                break;
            }
            lines.push(line.trim().to_owned());
        }
        let Some(path) = lines.first().and_then(|l| l.split(' ').nth(1)).map(str::to_owned) else { return };
        let page = self.pages.lock().unwrap().get(&path).cloned();
        let headers: Vec<String> = lines[1..].iter().map(|l| l.to_lowercase()).collect();
        let (status, out) = match page {
            Some(Page::Body(media, body)) => {
                let hash = body.bytes().fold(7_u64, |h, b| h.wrapping_mul(31).wrapping_add(u64::from(b)));
                let etag = format!("\"{hash:x}\"");
                if headers.iter().any(|h| *h == format!("if-none-match: {etag}")) {
                    (304, format!("HTTP/1.1 304 Not Modified\r\nETag: {etag}\r\nConnection: close\r\n\r\n"))
                } else {
                    let head = format!(
                        "HTTP/1.1 200 OK\r\nContent-Type: {media}\r\nETag: {etag}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
                        body.len()
                    );
                    (200, head + &body)
                }
            }
            Some(Page::Status(status, lines)) => (
                status,
                format!(
                    "HTTP/1.1 {status} As asked\r\n{lines}Content-Length: 0\r\nConnection: close\r\n\r\n"
                ),
            ),
            Some(Page::Hang) => {
                self.asked.lock().unwrap().push(Asked { path, headers, status: 0 });
                thread::sleep(Duration::from_secs(20));
                return;
            }
            None => {
                (404, "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".to_owned())
            }
        };
        self.asked.lock().unwrap().push(Asked { path, headers, status });
        let _ = stream.write_all(out.as_bytes());
    }
}

/// The page of an article.
pub fn article(headline: &str, paragraphs: &[&str]) -> String {
    let body: String = paragraphs.iter().map(|p| format!("<p>{p}</p>")).collect();
    format!(
        "<!DOCTYPE html><html lang=en><head><title>{headline}</title><meta property='og:site_name' content='Coast Courier'>\
         <meta property='article:published_time' content='2024-03-05T08:00:00Z'></head>\
         <body><article><h1>{headline}</h1>{body}</article></body></html>"
    )
}
