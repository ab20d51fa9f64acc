//! Sends alerts through their channels: retried with growing delays, finally given up, and then kept for inspection.

mod files;
mod mail;
mod webhook;

use std::collections::BTreeMap;

use sayso_ingest::fetch::{FetchError, Fetcher};
use sayso_ledger::{Delivery, Instant, Ledger, LedgerError, Sent};

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

/// The result of sending.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Delivered {
    /// Number of alerts delivered.
    pub sent: u64,
    /// Number of alerts to be retried.
    pub waiting: u64,
    /// Number of alerts given up.
    pub dead: u64,
    /// The last problem of each channel that failed.
    pub problems: BTreeMap<String, String>,
}

/// Sends what is due. A delivery is recorded at once, so that it is not repeated; if that record is lost with the program, a
/// webhook is sent again with the same id, by which its receiver recognises it. `show` prints an alert on the terminal.
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
    loop {
        let due = ledger.deliveries_due(now, BATCH)?;
        if due.is_empty() {
            return Ok(delivered);
        }
        for delivery in due {
            let result = match ways.get(delivery.way.as_str()) {
                None => Err("there is no such way in the rules any more".to_owned()),
                Some(Way::Terminal { .. }) => show(&delivery.alert.body),
                Some(Way::Jsonl { path, .. }) => files::append(path, &delivery.alert),
                Some(Way::Webhook { url, secret_env, secret_file, .. }) => webhook::post(
                    fetcher,
                    url,
                    secret_env.as_deref(),
                    secret_file.as_deref(),
                    &delivery.alert,
                    now,
                ),
                Some(way @ Way::Smtp { .. }) => mail::send(way, &delivery.alert, now),
                // A feed is written once for all its new alerts.
                Some(way @ Way::Atom { .. }) => {
                    feeds.entry(way.name()).or_default().push(delivery);
                    continue;
                }
            };
            note(ledger, delivery, result, now, &mut delivered)?;
        }
        for (name, waiting) in std::mem::take(&mut feeds) {
            let result = match ways.get(name) {
                Some(Way::Atom { path, title, .. }) => {
                    files::feed(path, title.as_deref().unwrap_or("sayso"), &ledger.alerts(IN_FEED)?)
                }
                _ => continue,
            };
            for delivery in waiting {
                note(ledger, delivery, result.clone(), now, &mut delivered)?;
            }
        }
    }
}

fn note(
    ledger: &mut Ledger,
    mut delivery: Delivery,
    result: Result<(), String>,
    now: Instant,
    delivered: &mut Delivered,
) -> Result<(), LedgerError> {
    delivery.tries += 1;
    let sent = match result {
        Ok(()) => {
            delivered.sent += 1;
            delivery.problem = None;
            Sent::Sent
        }
        Err(problem) => {
            delivered.problems.insert(delivery.way.clone(), problem.clone());
            delivery.problem = Some(problem);
            if delivery.tries >= TRIES {
                delivered.dead += 1;
                Sent::Dead
            } else {
                delivered.waiting += 1;
                Sent::Waiting(Pace::default().retry(&delivery.alert.key, delivery.tries, None, now))
            }
        }
    };
    let batch = ledger.batch()?;
    batch.set_delivery(&delivery, sent)?;
    batch.commit()
}
