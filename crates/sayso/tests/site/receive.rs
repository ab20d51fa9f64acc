//! Servers on loopback that take what is sent: webhooks, mails, questions to a model.
#![allow(dead_code, unreachable_pub, reason = "each test uses a part of it")]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should say where")]

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    sync::{Arc, Mutex},
    thread,
};

/// A request with a body.
#[derive(Clone, Debug)]
pub struct Posted {
    pub path: String,
    /// Names in lower case.
    pub headers: Vec<(String, String)>,
    pub body: String,
}

impl Posted {
    pub fn header(&self, name: &str) -> &str {
        self.headers.iter().find(|(n, _)| n == name).map_or("", |(_, v)| v)
    }
}

/// Answers each request with a status and a body that are made of it.
pub fn posts(
    answer: impl Fn(&Posted, usize) -> (u16, String) + Send + Sync + 'static,
) -> (String, Arc<Mutex<Vec<Posted>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let got: Arc<Mutex<Vec<Posted>>> = Arc::default();
    let (kept, answer) = (Arc::clone(&got), Arc::new(answer));
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let (kept, answer) = (Arc::clone(&kept), Arc::clone(&answer));
            thread::spawn(move || post(stream, &kept, answer.as_ref()));
        }
    });
    (base, got)
}

fn post(
    mut stream: TcpStream,
    kept: &Mutex<Vec<Posted>>,
    answer: &(dyn Fn(&Posted, usize) -> (u16, String) + Sync),
) {
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let mut lines = Vec::new();
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
    let headers: Vec<(String, String)> = lines[1..]
        .iter()
        .filter_map(|l| l.split_once(':'))
        .map(|(n, v)| (n.to_lowercase(), v.trim().to_owned()))
        .collect();
    let length = headers.iter().find(|(n, _)| n == "content-length").map_or(0, |(_, v)| v.parse().unwrap());
    let mut body = vec![0; length];
    reader.read_exact(&mut body).unwrap();
    let path = lines[0].split(' ').nth(1).unwrap().to_owned();
    let posted = Posted { path, headers, body: String::from_utf8(body).unwrap() };
    let number = {
        let mut kept = kept.lock().unwrap();
        kept.push(posted.clone());
        kept.len() - 1
    };
    let (status, body) = answer(&posted, number);
    let head = format!(
        "HTTP/1.1 {status} As asked\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        body.len()
    );
    let _ = stream.write_all((head + &body).as_bytes());
}

/// A mail server (RFC 5321) that takes every mail but the first so many, which it puts off, those to `nobody@`, which it refuses,
/// and the first to `late@`, which it puts off. Each mail is kept with the receiver to whom it was sent in front.
pub fn mails(put_off: usize) -> (String, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let got: Arc<Mutex<Vec<String>>> = Arc::default();
    let kept = Arc::clone(&got);
    thread::spawn(move || {
        let mut left = put_off;
        let mut is_late = true;
        for stream in listener.incoming().flatten() {
            let refuse = left > 0;
            left = left.saturating_sub(1);
            mail(stream, &kept, refuse, &mut is_late);
        }
    });
    (address, got)
}

fn mail(mut stream: TcpStream, kept: &Mutex<Vec<String>>, refuse: bool, is_late: &mut bool) {
    let mut lines = BufReader::new(stream.try_clone().unwrap()).lines();
    let mut say = |text: &str| stream.write_all(format!("{text}\r\n").as_bytes()).unwrap();
    let mut receiver = String::new();
    say("220 mail.test ESMTP");
    while let Some(Ok(line)) = lines.next() {
        match line.split([' ', ':']).next().unwrap_or("").to_uppercase().as_str() {
            "EHLO" => say("250-mail.test\r\n250 8BITMIME"),
            "MAIL" if refuse => say("451 come back later"),
            "RCPT" if line.to_lowercase().contains("nobody@") => say("550 there is nobody of that name"),
            "RCPT" if line.to_lowercase().contains("late@") && std::mem::take(is_late) => {
                say("450 the box is locked");
            }
            "RCPT" => {
                receiver.clone_from(&line);
                say("250 as asked");
            }
            "MAIL" | "RSET" | "NOOP" | "HELO" => say("250 as asked"),
            "DATA" => {
                say("354 go on");
                let mut text = format!("{receiver}\n");
                for line in lines.by_ref().map_while(Result::ok) {
                    if line == "." {
                        break;
                    }
                    text.push_str(line.strip_prefix("..").map_or(line.clone(), |l| format!(".{l}")).as_str());
                    text.push('\n');
                }
                kept.lock().unwrap().push(text);
                say("250 kept");
            }
            "QUIT" => {
                say("221 bye");
                return;
            }
            _ => say("500 what?"),
        }
    }
}
