//! Creates a ledger of synthetic reports for measuring, or adds to it: one large story, and many of ten reports.
//!
//! ```text
//! cargo run --release -p sayso-desk --example grow -- LEDGER 0 50000 5000
//! ```
//!
//! Adds the reports from the first number up to the second; those below the third belong to one story. They are not
//! placed into stories; the next command that queries stories does that. One report is read; the others are the same
//! reading with other words of the same length, so that every span stays where it was. This measures how the ledger,
//! the stories and the pages cope with the number of reports, not how well anything was read. `eval/limits.py` uses it.

use std::{
    env,
    error::Error,
    hash::{DefaultHasher, Hash, Hasher},
    path::Path,
};

use sayso_ingest::HeadOverrides;
use sayso_ledger::{Ledger, Prepared, Provenance};
use sayso_model::{Date, Reading};
use sha2::{Digest, Sha256};

const TEMPLATE: &str = "title: Floods reach upper valley towns and kill dozens, agency reports\n\
publisher: valley-news.example\npublished: 2025-06-12\n\n\
At least 40 people were killed and nearly 300 injured when the northern river burst its banks, the Civil Defence Agency said on \
Thursday. Some 2,500 residents have been moved to schools and a sports hall.\n\n\
\"The water came within minutes,\" the agency's director, Pavel Orsik, told reporters. He said that three more people were missing.\n\n\
Regional officials put the number of destroyed houses at 120. The Interior Ministry did not immediately respond to a request for \
comment. The governor, Tomas Reil, is expected to visit the valley on Friday.\n";

const A_STORY: usize = 10;
const BATCH: usize = 500;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [path, first, end, large] = arguments.as_slice() else {
        return Err("expected LEDGER FROM TO LARGE".into());
    };
    let (first, end, large): (usize, usize, usize) = (first.parse()?, end.parse()?, large.parse()?);
    let report = sayso_ingest::text(TEMPLATE.as_bytes(), &HeadOverrides::default())?;
    let template = sayso_read::read(&report);
    let mut ledger = Ledger::open(Path::new(path))?;
    for begin in (first..end).step_by(BATCH) {
        let batch = ledger.batch()?;
        for n in begin..(begin + BATCH).min(end) {
            let story = if n < large { 0 } else { 1 + (n - large) / A_STORY };
            let reading = variant(&template, story, n);
            let provenance = Provenance { origin: format!("{n}.txt"), ..Provenance::default() };
            batch.add(&Prepared::read(reading, provenance)?)?;
        }
        batch.commit()?;
    }
    Ok(())
}

/// The reading with another text, outlet and day.
fn variant(template: &Reading, story: usize, n: usize) -> Reading {
    let mut reading = template.clone();
    let report = &mut reading.report;
    report.text = words(&template.report.text, story, n);
    report.text_hash = Sha256::digest(&report.text).iter().map(|byte| format!("{byte:02x}")).collect();
    report.raw_hash.clone_from(&report.text_hash);
    if let Some(headline) = &mut report.head.headline {
        headline.value = words(&headline.value, story, n);
    }
    if let Some(outlet) = &mut report.head.outlet {
        outlet.value = format!("outlet-{}.example", n % 40);
    }
    let day = Date::new(2025, 1 + (story % 12) as i8, 1 + (n % 28) as i8);
    if let (Some(published), Some(day)) = (&mut report.head.published, day) {
        published.value = day;
    }
    for speaker in &mut reading.speakers {
        speaker.name = words(&speaker.name, story, n);
    }
    for origin in reading.figures.iter_mut().filter_map(|figure| figure.origin.as_mut()) {
        *origin = words(origin, story, n);
    }
    reading
}

/// Each longer word is replaced by one of its story, every fourth by one of its report, of the same length.
fn words(text: &str, story: usize, n: usize) -> String {
    let mut out = String::with_capacity(text.len());
    let mut word = String::new();
    let end = |word: &mut String, out: &mut String| {
        if word.len() >= 4 {
            let own = hash(&(&*word, n)).is_multiple_of(4);
            let mut seed = if own { hash(&(&*word, "report", n)) } else { hash(&(&*word, "story", story)) };
            for (at, letter) in word.chars().enumerate() {
                let new = char::from(b'a' + (seed % 26) as u8);
                seed = hash(&(seed, at));
                out.push(if letter.is_ascii_uppercase() { new.to_ascii_uppercase() } else { new });
            }
        } else {
            out.push_str(word);
        }
        word.clear();
    };
    for letter in text.chars() {
        if letter.is_ascii_alphabetic() {
            word.push(letter);
        } else {
            end(&mut word, &mut out);
            out.push(letter);
        }
    }
    end(&mut word, &mut out);
    out
}

fn hash(of: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    of.hash(&mut hasher);
    hasher.finish()
}
