//! Alerts, each raised once, and their pending deliveries.

use rusqlite::params;
use serde::Serialize;

use crate::{
    Batch, Ledger, LedgerError,
    db::{Optional, Row},
    watch::Instant,
};

/// An alert as stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct KeptAlert {
    /// Number, in the order in which alerts were raised; 0 for one that is not in the ledger yet.
    pub id: i64,
    /// What it is about: a second alert with the same key is not raised.
    pub key: String,
    /// When it was raised.
    pub at: Instant,
    /// Name of the rule.
    pub rule: String,
    /// The story, if it is about one.
    pub story: Option<i64>,
    /// Its full content, as JSON.
    pub body: String,
}

/// A pending delivery of an alert.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Delivery {
    /// The alert.
    pub alert: KeptAlert,
    /// Name of the channel.
    pub way: String,
    /// How often it has been tried.
    pub tries: u32,
    /// What went wrong last time.
    pub problem: Option<String>,
    /// Receivers of a mail that have had it, although others have not.
    pub had: Vec<String>,
}

/// The state of an alert's delivery over a channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sent {
    /// It has been delivered.
    Sent,
    /// It is to be tried again at this time.
    Waiting(Instant),
    /// It will not be tried again.
    Dead,
}

const ALERT: &str = "a.id, a.key, a.at, a.rule, a.story, a.body";

fn alert(row: &Row<'_>) -> rusqlite::Result<KeptAlert> {
    Ok(KeptAlert {
        id: row.get(0)?,
        key: row.get(1)?,
        at: row.get(2)?,
        rule: row.get(3)?,
        story: row.get(4)?,
        body: row.get(5)?,
    })
}

fn delivery(row: &Row<'_>) -> rusqlite::Result<Delivery> {
    let had: String = row.get(9)?;
    Ok(Delivery {
        alert: alert(row)?,
        way: row.get(6)?,
        tries: row.get(7)?,
        problem: row.get(8)?,
        // Without a list everybody gets it again, which is better than nobody.
        had: serde_json::from_str(&had).unwrap_or_default(),
    })
}

impl Ledger {
    /// The newest alerts, newest first.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn alerts(&self, limit: usize) -> Result<Vec<KeptAlert>, LedgerError> {
        let mut query =
            self.db.prepare_cached(&format!("SELECT {ALERT} FROM alert a ORDER BY a.id DESC LIMIT ?1"))?;
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        query.query_map([limit], alert)?.collect()
    }

    /// Alerts that are due for delivery, in the order in which they were raised.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn deliveries_due(&self, now: Instant, limit: usize) -> Result<Vec<Delivery>, LedgerError> {
        let mut query = self.db.prepare_cached(&format!(
            "SELECT {ALERT}, d.way, d.tries, d.problem, d.had FROM delivery d JOIN alert a ON a.id = d.alert
             WHERE d.state = 'waiting' AND d.due_at <= ?1 ORDER BY a.id, d.way LIMIT ?2"
        ))?;
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        query.query_map((now, limit), delivery)?.collect()
    }

    /// Alerts that could not be delivered and will not be tried again.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn deliveries_dead(&self) -> Result<Vec<Delivery>, LedgerError> {
        let mut query = self.db.prepare_cached(&format!(
            "SELECT {ALERT}, d.way, d.tries, d.problem, d.had FROM delivery d JOIN alert a ON a.id = d.alert
             WHERE d.state = 'dead' ORDER BY a.id, d.way"
        ))?;
        query.query_map([], delivery)?.collect()
    }
}

impl Batch<'_> {
    /// Raises an alert for delivery over some channels; false if it was raised before.
    ///
    /// # Errors
    /// [`LedgerError::Full`].
    pub fn raise(&self, new: &KeptAlert, ways: &[String]) -> Result<bool, LedgerError> {
        let id: Option<i64> = self
            .tx
            .prepare_cached(
                "INSERT INTO alert (id, key, at, rule, story, body)
                 VALUES ((SELECT coalesce(max(id), 0) + 1 FROM alert), ?1, ?2, ?3, ?4, ?5)
                 ON CONFLICT DO NOTHING RETURNING id",
            )?
            .query_row(params![new.key, new.at, new.rule, new.story, new.body], |row| row.get(0))
            .optional()?;
        let Some(id) = id else { return Ok(false) };
        for way in ways {
            self.tx
                .prepare_cached(
                    "INSERT INTO delivery (alert, way, state, due_at) VALUES (?1, ?2, 'waiting', ?3) ON CONFLICT DO NOTHING",
                )?
                .execute(params![id, way, new.at])?;
        }
        Ok(true)
    }

    /// Records the state of an alert's delivery over a channel.
    ///
    /// # Errors
    /// [`LedgerError::Full`], [`LedgerError::Json`].
    pub fn set_delivery(&self, delivery: &Delivery, sent: Sent) -> Result<(), LedgerError> {
        let (state, due) = match sent {
            Sent::Sent => ("sent", 0),
            Sent::Waiting(due) => ("waiting", due),
            Sent::Dead => ("dead", 0),
        };
        self.tx
            .prepare_cached(
                "UPDATE delivery SET state = ?3, due_at = ?4, tries = ?5, problem = ?6, had = ?7 WHERE alert = ?1 AND way = ?2",
            )?
            .execute(params![
                delivery.alert.id,
                delivery.way,
                state,
                due,
                delivery.tries,
                delivery.problem,
                serde_json::to_string(&delivery.had)?
            ])?;
        Ok(())
    }

    /// Schedules all that would not be tried again for another try; returns how many.
    ///
    /// # Errors
    /// [`LedgerError::Full`].
    pub fn revive_deliveries(&self, now: Instant) -> Result<usize, LedgerError> {
        let revive = "UPDATE delivery SET state = 'waiting', tries = 0, due_at = ?1 WHERE state = 'dead'";
        self.tx.prepare_cached(revive)?.execute([now])
    }
}
