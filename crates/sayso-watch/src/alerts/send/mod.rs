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
        for group in together(due, &ways) {
            let alerts: Vec<&KeptAlert> = group.iter().map(|delivery| &delivery.alert).collect();
            let Some(first) = group.first() else { continue };
            let result = match ways.get(first.way.as_str()) {
                None => Err("there is no such way in the rules any more".to_owned()),
                Some(Way::Terminal { .. }) => show(&first.alert.body),
                Some(Way::Jsonl { path, .. }) => files::append(path, &first.alert),
                Some(Way::Webhook { url, secret_env, secret_file, .. }) => {
                    webhook::post(fetcher, url, secret_env.as_deref(), secret_file.as_deref(), &alerts, now)
                }
                Some(way @ Way::Smtp { .. }) => mail::send(way, &alerts, now),
                // A feed is written once for all its new alerts.
                Some(way @ Way::Atom { .. }) => {
                    feeds.entry(way.name()).or_default().extend(group);
                    continue;
                }
            };
            for delivery in group {
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
                (&first.way, first.alert.story, first.alert.at, first.tries)
                    == (&delivery.way, delivery.alert.story, delivery.alert.at, delivery.tries)
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
                // The same for all that were tried together.
                let about = delivery.alert.story.map(|story| format!("{story} at {}", delivery.alert.at));
                let about = about.as_ref().unwrap_or(&delivery.alert.key);
                Sent::Waiting(Pace::default().retry(about, delivery.tries, None, now))
            }
        }
    };
    let batch = ledger.batch()?;
    batch.set_delivery(&delivery, sent)?;
    batch.commit()
}
