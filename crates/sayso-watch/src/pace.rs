//! When to ask again: politely, and spread out so that not everything is requested at once.

use sayso_ledger::Instant;
use sha2::{Digest, Sha256};

/// Longest interval between two attempts at a failing source.
const LONGEST_BACKOFF: i64 = 24 * 3600;
/// First interval between two attempts at a failing page.
const RETRY: i64 = 60;
/// Longest interval between two attempts at a failing page.
const LONGEST_RETRY: i64 = 6 * 3600;

/// When to ask again. Deterministic for a given seed: jitter is derived from the address, so that a run can be repeated and
/// sources still do not move in step.
#[derive(Debug, Clone)]
pub struct Pace {
    /// Seconds between two polls of a source.
    pub every: i64,
    /// Seconds between two looks at a page, counted from the first; no more looks after the last.
    pub looks: Vec<i64>,
    /// Distinguishes this watch from others that use the same servers.
    pub seed: u64,
}

impl Default for Pace {
    fn default() -> Self {
        const HOUR: i64 = 3600;
        Self {
            every: 600,
            looks: vec![900, HOUR, 3 * HOUR, 12 * HOUR, 24 * HOUR, 72 * HOUR, 168 * HOUR],
            seed: 0,
        }
    }
}

impl Pace {
    /// When to poll a source that has answered.
    #[must_use]
    pub fn next_poll(&self, address: &str, now: Instant) -> Instant {
        now + self.every + self.part(address, 0, self.every / 10)
    }

    /// When to poll a source after `failures` consecutive failures; `asked` is a wait that it asked for.
    #[must_use]
    pub fn after_failure(&self, address: &str, failures: u32, asked: Option<u64>, now: Instant) -> Instant {
        let base = self.every.clamp(RETRY, LONGEST_BACKOFF);
        let wait = doubled(base, failures, LONGEST_BACKOFF);
        let wait = wait + self.part(address, u64::from(failures), wait / 2) - wait / 4;
        now + wait.max(asked.map_or(0, |s| i64::try_from(s).unwrap_or(i64::MAX / 4)))
    }

    /// When to look again at a page that has been looked at `looks` times; `None` for never.
    #[must_use]
    pub fn next_look(&self, address: &str, looks: u32, now: Instant) -> Option<Instant> {
        let wait = *self.looks.get(usize::try_from(looks.checked_sub(1)?).ok()?)?;
        Some(now + wait + self.part(address, u64::from(looks), wait / 10))
    }

    /// When to retry a page after `failures` consecutive failures.
    #[must_use]
    pub fn retry(&self, address: &str, failures: u32, asked: Option<u64>, now: Instant) -> Instant {
        let wait = doubled(RETRY, failures, LONGEST_RETRY);
        let wait = wait + self.part(address, u64::from(failures), wait / 4);
        now + wait.max(asked.map_or(0, |s| i64::try_from(s).unwrap_or(i64::MAX / 4)))
    }

    /// A part of `whole` that is always the same for an address and a turn.
    fn part(&self, address: &str, turn: u64, whole: i64) -> i64 {
        let mut hash = Sha256::new();
        hash.update(self.seed.to_le_bytes());
        hash.update(turn.to_le_bytes());
        hash.update(address);
        let bytes = hash.finalize();
        let number = bytes.iter().take(6).fold(0_i64, |n, b| n << 8 | i64::from(*b));
        if whole > 0 { number % whole } else { 0 }
    }
}

fn doubled(base: i64, failures: u32, longest: i64) -> i64 {
    base.saturating_mul(1 << failures.saturating_sub(1).min(20)).min(longest)
}

/// Seconds as people write them: "90s", "10m", "2h", "1d", or a number of seconds.
///
/// # Errors
/// What is wrong with it.
pub fn seconds(written: &str) -> Result<i64, String> {
    let wrong = || format!("'{written}' is not a duration such as 90s, 10m, 2h or 1d");
    let written = written.trim();
    let (number, unit) = written.split_at(written.trim_end_matches(char::is_alphabetic).len());
    let unit = match unit {
        "" | "s" => 1,
        "m" | "min" => 60,
        "h" => 3600,
        "d" => 24 * 3600,
        "w" => 7 * 24 * 3600,
        _ => return Err(wrong()),
    };
    let number: i64 = number.trim().parse().map_err(|_| wrong())?;
    number.checked_mul(unit).filter(|s| (1..=366 * 24 * 3600).contains(s)).ok_or_else(wrong)
}

#[cfg(test)]
mod tests {
    use super::{Pace, seconds};

    #[test]
    fn failing_sources_are_polled_less_and_less_often() {
        let pace = Pace::default();
        let waits: Vec<i64> =
            (1..12).map(|n| pace.after_failure("https://a.test/feed", n, None, 0)).collect();
        assert!(waits.windows(2).take(6).all(|w| w[1] > w[0]), "{waits:?}");
        assert!(waits.iter().all(|w| (450..=108_000).contains(w)), "{waits:?}");
        assert_eq!(pace.after_failure("a", 1, Some(7200), 10), 7210, "what a server asks for is kept");
        assert_eq!(waits[3], pace.after_failure("https://a.test/feed", 4, None, 0), "the same again");
        assert_ne!(waits[3], pace.after_failure("https://b.test/feed", 4, None, 0));
        let other = Pace { seed: 1, ..Pace::default() };
        assert_ne!(waits[3], other.after_failure("https://a.test/feed", 4, None, 0));
        assert!((600..660).contains(&pace.next_poll("a", 0)));
    }

    #[test]
    fn looks_become_rarer_and_end() {
        let pace = Pace::default();
        let looks: Vec<Option<i64>> = (0..10).map(|n| pace.next_look("a", n, 0)).collect();
        assert_eq!(looks.iter().flatten().count(), 7);
        assert!(looks[1] < looks[2] && looks[7].is_some() && looks[8].is_none());
    }

    #[test]
    fn durations_are_parsed() {
        assert_eq!(
            (seconds("90"), seconds("10m"), seconds(" 2 h"), seconds("1d")),
            (Ok(90), Ok(600), Ok(7200), Ok(86400))
        );
        for wrong in ["", "m", "0", "-5m", "1y", "99999999999999d", "ten"] {
            assert!(seconds(wrong).is_err(), "{wrong}");
        }
    }
}
