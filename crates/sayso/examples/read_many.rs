//! Reads the texts of a file of JSON strings, one a line, on all cores and says how long it took: the measure that the Python
//! package is held against (`tests/python/speed.py`).

#![allow(clippy::unwrap_used, reason = "a measurement that cannot go on should say where")]

use std::{
    sync::atomic::{AtomicUsize, Ordering},
    thread,
    time::Instant,
};

use sayso_ingest::{HeadOverrides, Limits, source};

fn main() {
    let path = std::env::args().nth(1).unwrap();
    let lines = std::fs::read_to_string(path).unwrap();
    let texts: Vec<String> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let threads = thread::available_parallelism().map_or(1, usize::from);
    let (next, figures) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let began = Instant::now();
    thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                while let Some(text) = texts.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let options = HeadOverrides::default();
                    let report = source::one(text.as_bytes(), "text", &options, &Limits::default()).unwrap();
                    figures.fetch_add(sayso_read::read(&report).figures.len(), Ordering::Relaxed);
                }
            });
        }
    });
    println!("{:.3} {}", began.elapsed().as_secs_f64(), figures.into_inner());
}
