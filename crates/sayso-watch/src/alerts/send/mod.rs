//! Sends alerts on their ways: tried again with growing waits, given up at last, and kept then to be looked at.

mod files;
mod mail;
mod webhook;

use std::collections::BTreeMap;

use sayso_ingest::fetch::{FetchError, Fetcher};
use sayso_ledger::{Delivery, Instant, Ledger, LedgerError, Sent};

use super::{Rules, Way};
use crate::pace::Pace;

/// How often an alert is tried on a way.
const TRIES: u32 = 10;
/// How many are sent at once.
const BATCH: usize = 256;
/// How many alerts the feed of alerts has.
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

/// What came of sending.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Delivered {
    /// How many have arrived.
    pub sent: u64,
    /// How many will be tried again.
    pub waiting: u64,
    /// How many were given up.
    pub dead: u64,
    /// What was last wrong with each way on which something could not be sent.
    pub problems: BTreeMap<String, String>,
}

/// Sends what is due. What has arrived is noted at once, so that it is not sent again; where that note is lost with the
/// program, a webhook is sent again under the same id, by which its receiver knows it. `show` prints an alert on the
/// terminal.
///
/// # Errors
/// [`SendError`]; what is wrong with a way is noted with the alert.
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
                // A feed is written once for all that is new in it.
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
