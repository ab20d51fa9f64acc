//! The list of stories that is kept: it says what would be worked out, whatever has changed since.

#![allow(clippy::panic, clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

use sayso_ledger::{Ledger, Prepared, Provenance, ReportId, StoryCursor, StoryId};
use sayso_model::{Date, Head, HeadSource, Report, Stated};
use sha2::{Digest, Sha256};

fn stated<T>(value: T) -> Option<Stated<T>> {
    Some(Stated { value, from: HeadSource::Key, span: None })
}

fn add(ledger: &mut Ledger, n: usize, day: Option<&str>, outlet: &str) -> ReportId {
    let head = Head {
        outlet: stated(outlet.to_owned()),
        published: day.and_then(Date::parse).and_then(stated),
        ..Head::default()
    };
    let text = format!("Report number {n} tells of fog on the lake.");
    let report =
        Report { raw_hash: format!("raw {n}"), text_hash: hash(&text), text, head, diagnostics: Vec::new() };
    let provenance = Provenance { origin: format!("file {n}"), ..Provenance::default() };
    ledger.add(&Prepared::unread(report, provenance).unwrap()).unwrap().id()
}

fn hash(text: &str) -> String {
    Sha256::digest(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}

fn put(ledger: &mut Ledger, report: ReportId, story: StoryId) {
    let write = ledger.derived().unwrap();
    write.put_report(report, story).unwrap();
    write.commit().unwrap();
}

#[test]
fn what_is_kept_follows_every_change() {
    let mut ledger = Ledger::in_memory().unwrap();
    let reports: Vec<ReportId> = [Some("2025-03-01"), Some("2025-03-05"), Some("2025-03-03"), None]
        .into_iter()
        .enumerate()
        .map(|(n, day)| add(&mut ledger, n, day, if n == 0 { "Tidewater" } else { "Harbour Times" }))
        .collect();
    let write = ledger.derived().unwrap();
    for story in 1..=3 {
        write.put_story(StoryId(story), &format!("story {story}"), None).unwrap();
    }
    for (report, story) in reports.iter().zip([1, 2, 1, 3]) {
        write.put_report(*report, StoryId(story)).unwrap();
    }
    write.commit().unwrap();
    let list = |ledger: &mut Ledger| -> Vec<(i64, usize, Option<String>)> {
        ledger.story_lines(1, None, None).unwrap().into_iter().map(|l| (l.id.0, l.reports, l.last)).collect()
    };
    let day = |d: &str| Some(d.to_owned());
    assert_eq!(list(&mut ledger), [(2, 1, day("2025-03-05")), (1, 2, day("2025-03-03")), (3, 1, None)]);
    let first = ledger.story_lines(1, None, None).unwrap().remove(1);
    assert_eq!(first.outlets.into_iter().collect::<Vec<_>>(), ["Harbour Times", "Tidewater"]);
    // A report that moves takes both stories along; one that is left empty goes from the list.
    put(&mut ledger, reports[1], StoryId(1));
    assert_eq!(list(&mut ledger), [(1, 3, day("2025-03-05")), (3, 1, None)]);
    let write = ledger.derived().unwrap();
    write.remove_story(StoryId(3)).unwrap();
    write.commit().unwrap();
    assert_eq!(list(&mut ledger), [(1, 3, day("2025-03-05"))]);
    assert_eq!(ledger.story_lines(4, None, None).unwrap(), []);
}

#[test]
fn pages_follow_on_each_other() {
    let mut ledger = Ledger::in_memory().unwrap();
    let days = [Some("2025-03-02"), Some("2025-03-02"), Some("2025-03-01"), None, None];
    for (n, day) in days.into_iter().enumerate() {
        let report = add(&mut ledger, n, day, "Tidewater");
        let write = ledger.derived().unwrap();
        write.put_story(StoryId(report.0), "fog", None).unwrap();
        write.put_report(report, StoryId(report.0)).unwrap();
        write.commit().unwrap();
    }
    let all: Vec<StoryId> = ledger.story_lines(1, None, None).unwrap().iter().map(|l| l.id).collect();
    let mut paged: Vec<StoryId> = Vec::new();
    let mut after: Option<StoryCursor> = None;
    loop {
        let page = ledger.story_lines(1, after.as_ref(), Some(2)).unwrap();
        let Some(last) = page.last() else { break };
        after = Some(StoryCursor { last: last.last.clone(), id: last.id });
        paged.extend(page.iter().map(|l| l.id));
    }
    assert_eq!(all.len(), 5);
    assert_eq!(paged, all);
}
