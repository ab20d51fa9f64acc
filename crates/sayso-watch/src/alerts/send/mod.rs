//! Sends alerts through their channels: retried with growing delays, finally given up, and then kept for inspection.

mod files;
mod mail;
mod webhook;

use std::collections::BTreeMap;

use sayso_ingest::fetch::{FetchError, Fetcher};
use sayso_ledger::{Delivery, Instant, KeptAlert, Ledger, LedgerError, Sent};

use super::{Rules, Way};
use crate::pace::Pace;

/// Maximum number of attempts per alert and channel.
const TRIES: u32 = 10;
/// Number of alerts sent at once.
const BATCH: usize = 256;
/// Maximum number of alerts in the feed of alerts.
const IN_FEED: usize = 100;

/// Why alerts cannot be sent at all.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SendError {
    /// The ledger.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// The network.
    #[error(transparent)]
    Fetch(#[from] FetchError),
}

/// Why something could not be delivered.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Failure {
    /// This alert could not be.
    Alert(String),
    /// Nothing can be, for now; with the seconds that the receiver asks to wait.
    Channel(String, Option<u64>),
    /// The receiver no longer exists.
    Gone(String),
}

/// Delivered, with what is to be said about it nevertheless, or not.
type Outcome = Result<Option<String>, Failure>;

/// The result of sending.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Delivered {
    /// Number of alerts delivered.
    pub sent: u64,
    /// Number of alerts to be retried.
    pub waiting: u64,
    /// Number of alerts given up.
    pub dead: u64,
    /// The last problem of each channel that had one.
    pub problems: BTreeMap<String, String>,
}

/// Sends what is due. A delivery is recorded at once, so that it is not repeated; if that record is lost with the program, a
/// webhook is sent again with the same id, by which its receiver recognises it. `show` prints an alert on the terminal. What is due
/// over a channel that has just failed counts as failed too, so that a server that does not answer is waited for once.
///
/// # Errors
/// [`SendError`]; a problem with a channel is recorded with the alert.
pub fn send(
    ledger: &mut Ledger,
    rules: &Rules,
    fetcher: &Fetcher,
    now: Instant,
    show: &mut dyn FnMut(&str) -> Result<(), String>,
) -> Result<Delivered, SendError> {
    let ways: BTreeMap<&str, &Way> = rules.ways.iter().map(|way| (way.name(), way)).collect();
    let mut delivered = Delivered::default();
    let mut feeds: BTreeMap<&str, Vec<Delivery>> = BTreeMap::new();
    let mut failed: BTreeMap<String, Failure> = BTreeMap::new();
    loop {
        let due = ledger.deliveries_due(now, BATCH)?;
        if due.is_empty() {
            return Ok(delivered);
        }
        for group in together(due, &ways) {
            let alerts: Vec<&KeptAlert> = group.iter().map(|delivery| &delivery.alert).collect();
            let Some(first) = group.first() else { continue };
            let mut had = first.had.clone();
            let of_channel = |result: Result<(), String>| match result {
                Ok(()) => Ok(None),
                Err(reason) => Err(Failure::Channel(reason, None)),
            };
            let result = match (failed.get(&first.way), ways.get(first.way.as_str())) {
                (Some(failure), _) => Err(failure.clone()),
                (None, None) => Err(Failure::Alert("there is no such way in the rules any more".to_owned())),
                (None, Some(Way::Terminal { .. })) => of_channel(show(&first.alert.body)),
                (None, Some(Way::Jsonl { path, .. })) => of_channel(files::append(path, &first.alert)),
                (None, Some(Way::Webhook { url, secret_env, secret_file, .. })) => {
                    webhook::post(fetcher, url, secret_env.as_deref(), secret_file.as_deref(), &alerts, now)
                }
                (None, Some(way @ Way::Smtp { .. })) => mail::send(way, &alerts, now, &mut had),
                // A feed is written once for all its new alerts.
                (None, Some(way @ Way::Atom { .. })) => {
                    feeds.entry(way.name()).or_default().extend(group);
                    continue;
                }
            };
            if let Err(failure @ Failure::Channel(..)) = &result {
                failed.entry(first.way.clone()).or_insert_with(|| failure.clone());
            }
            for mut delivery in group {
                delivery.had.clone_from(&had);
                note(ledger, delivery, result.clone(), now, &mut delivered)?;
            }
        }
        for (name, waiting) in std::mem::take(&mut feeds) {
            let result = match ways.get(name) {
                Some(Way::Atom { path, title, .. }) => {
                    files::feed(path, title.as_deref().unwrap_or("sayso"), &ledger.alerts(IN_FEED)?)
                }
                _ => continue,
            };
            let result = result.map(|()| None).map_err(Failure::Alert);
            for delivery in waiting {
                note(ledger, delivery, result.clone(), now, &mut delivered)?;
            }
        }
    }
}

/// Deliveries in order, those of one story over one webhook or by mail together. What is tried again stays with what it was tried
/// with, so that its receiver recognises it.
fn together(due: Vec<Delivery>, ways: &BTreeMap<&str, &Way>) -> Vec<Vec<Delivery>> {
    let mut groups: Vec<Vec<Delivery>> = Vec::new();
    for delivery in due {
        let grouped = matches!(ways.get(delivery.way.as_str()), Some(Way::Webhook { .. } | Way::Smtp { .. }))
            && delivery.alert.story.is_some();
        let is_same = |group: &&mut Vec<Delivery>| {
            group.first().is_some_and(|first| {
                (&first.way, first.alert.story, first.alert.at, first.tries, &first.had)
                    == (&delivery.way, delivery.alert.story, delivery.alert.at, delivery.tries, &delivery.had)
            })
        };
        match groups.iter_mut().find(|group| grouped && is_same(group)) {
            Some(group) => group.push(delivery),
            None => groups.push(vec![delivery]),
        }
    }
    groups
}

fn note(
    ledger: &mut Ledger,
    mut delivery: Delivery,
    outcome: Outcome,
    now: Instant,
    delivered: &mut Delivered,
) -> Result<(), LedgerError> {
    delivery.tries += 1;
    let (problem, wait, gone) = match &outcome {
        Ok(problem) => (problem.clone(), None, false),
        Err(Failure::Alert(problem)) => (Some(problem.clone()), None, false),
        Err(Failure::Channel(problem, wait)) => (Some(problem.clone()), *wait, false),
        Err(Failure::Gone(problem)) => (Some(problem.clone()), None, true),
    };
    delivered.problems.extend(problem.clone().map(|problem| (delivery.way.clone(), problem)));
    delivery.problem = problem;
    let sent = match outcome {
        Ok(_) => {
            delivered.sent += 1;
            Sent::Sent
        }
        Err(_) => {
            if gone || delivery.tries >= TRIES {
                delivered.dead += 1;
                Sent::Dead
            } else {
                delivered.waiting += 1;
                // The same for all that were tried together.
                let about = delivery.alert.story.map(|story| format!("{story} at {}", delivery.alert.at));
                let about = about.as_ref().unwrap_or(&delivery.alert.key);
                Sent::Waiting(Pace::default().retry(about, delivery.tries, wait, now))
            }
        }
    };
    let batch = ledger.batch()?;
    batch.set_delivery(&delivery, sent)?;
    batch.commit()
}

#[cfg(test)]
mod tests {
    use std::{
        io::{Read, Write},
        net::TcpListener,
        sync::{
            Arc,
            atomic::{AtomicUsize, Ordering},
        },
        thread,
        time::Duration,
    };

    use sayso_ingest::fetch::{self, Fetcher};
    use sayso_ledger::{KeptAlert, Ledger};
    use tempfile::TempDir;

    use super::{super::Rules, send};

    /// A server that gives each request the same response, or none; its address and the number of requests.
    fn server(response: Option<&'static str>) -> (String, Arc<AtomicUsize>) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}/", listener.local_addr().unwrap());
        let asked = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&asked);
        thread::spawn(move || {
            let mut open = Vec::new();
            for mut stream in listener.incoming().flatten() {
                count.fetch_add(1, Ordering::SeqCst);
                let _ = stream.read(&mut [0; 4096]);
                if let Some(response) = response {
                    let _ = stream.write_all(response.as_bytes());
                } else {
                    open.push(stream);
                }
            }
        });
        (address, asked)
    }

    /// Sends alerts about three stories over a webhook and to a file, at the second 1000.
    fn sent_to(url: &str) -> (super::Delivered, Ledger, String, TempDir) {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("alerts.jsonl");
        let rules = format!(
            "[[channel]]\nkind = \"webhook\"\nname = \"hook\"\nurl = \"{url}\"\n\
             [[channel]]\nkind = \"jsonl\"\nname = \"file\"\npath = '{}'\n",
            file.display()
        );
        let rules = Rules::read(&rules).unwrap();
        let mut ledger = Ledger::open(&folder.path().join("l.db")).unwrap();
        let batch = ledger.batch().unwrap();
        for story in 1..=3 {
            let alert = KeptAlert {
                id: 0,
                key: format!("toll|story {story}"),
                at: 900,
                rule: "toll".to_owned(),
                story: Some(story),
                body: format!("{{\"why\": \"x\", \"story\": {story}}}"),
            };
            assert!(batch.raise(&alert, &["hook".to_owned(), "file".to_owned()]).unwrap());
        }
        batch.commit().unwrap();
        let to = fetch::Rules {
            allow_private: true,
            timeout: Duration::from_millis(300),
            ..fetch::Rules::default()
        };
        let fetcher = Fetcher::new(to).unwrap();
        let delivered = send(&mut ledger, &rules, &fetcher, 1000, &mut |_| Ok(())).unwrap();
        let lines = std::fs::read_to_string(&file).unwrap();
        (delivered, ledger, lines, folder)
    }

    #[test]
    fn a_channel_that_does_not_answer_is_waited_for_once() {
        let (url, asked) = server(None);
        let (delivered, ledger, lines, _folder) = sent_to(&url);
        assert_eq!((delivered.sent, delivered.waiting, delivered.dead), (3, 3, 0));
        assert_eq!((lines.lines().count(), asked.load(Ordering::SeqCst)), (3, 1));
        let later = ledger.deliveries_due(10_000, 10).unwrap();
        let tries: Vec<u32> = later.iter().map(|d| d.tries).collect();
        assert_eq!(tries, [1, 1, 1]);
    }

    #[test]
    fn a_receiver_says_when_to_come_back_and_when_not_to() {
        let (url, asked) = server(Some(
            "HTTP/1.1 429 Slow\r\nRetry-After: 7200\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
        ));
        let (delivered, ledger, _, _folder) = sent_to(&url);
        assert_eq!((delivered.waiting, asked.load(Ordering::SeqCst)), (3, 1));
        assert_eq!(ledger.deliveries_due(8199, 10).unwrap().len(), 0);
        assert_eq!(ledger.deliveries_due(8200, 10).unwrap().len(), 3);
        let (url, asked) =
            server(Some("HTTP/1.1 410 Gone\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"));
        let (delivered, ..) = sent_to(&url);
        assert_eq!((delivered.dead, asked.load(Ordering::SeqCst)), (3, 3));
    }
}
