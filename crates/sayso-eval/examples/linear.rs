//! Shows that reading takes time linear in a report's length: `cargo run --release -p sayso-eval --example linear`.

use std::{fmt::Write as _, time::Instant};

use sayso_model::{Head, Report};

/// Ordinary news text of at least `bytes` bytes: the same sentences with different names and numbers.
fn news(bytes: usize) -> String {
    let people = ["Ana Diaz", "Pavel Orsik", "Mara Sandt", "Tomas Reil", "Jana Holt", "Ines Marek"];
    let bodies = ["Civil Defence Agency", "Interior Ministry", "Harbour Authority", "Regional Health Office"];
    let mut text = String::with_capacity(bytes + 1024);
    let mut turn = 0_usize;
    while text.len() < bytes {
        let person = people[turn % people.len()];
        let body = bodies[turn % bodies.len()];
        let number = 10 + turn * 7919 % 9000;
        let _ = write!(
            text,
            "At least {number} people were killed and another {} injured in the floods, the {body} said on Monday. \
             \"The water came within minutes,\" {person} told reporters, citing the agency. He said that more rain was \
             expected by March.\n\nAccording to {person}, some {} residents have been moved to schools. The {body} did \
             not respond to a request for comment.\n\n",
            number * 3,
            number * 11
        );
        turn += 1;
    }
    text
}

fn main() {
    println!("{:>5} {:>9} {:>9} {:>12} {:>10}", "MB", "seconds", "s/MB", "words/s", "entries");
    for megabytes in [1, 2, 4, 8] {
        let text = news(megabytes * 1_000_000);
        let words = text.split_whitespace().count();
        let report = Report {
            raw_hash: String::new(),
            text_hash: String::new(),
            text,
            head: Head::default(),
            diagnostics: Vec::new(),
        };
        let began = Instant::now();
        let reading = sayso_read::read(&report);
        let seconds = began.elapsed().as_secs_f64();
        println!(
            "{megabytes:>5} {seconds:>9.2} {:>9.2} {:>12.0} {:>10}",
            seconds / megabytes as f64,
            words as f64 / seconds,
            reading.statements.len() + reading.figures.len() + reading.speakers.len()
        );
    }
}
