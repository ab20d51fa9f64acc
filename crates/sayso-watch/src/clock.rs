//! The clock of a watch.

use std::{
    thread,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use sayso_ledger::Instant;

/// Longest sleep without checking whether the watch is being stopped.
const NAP: Duration = Duration::from_millis(200);

/// A clock in seconds since 1970: the system's, or one that runs faster from some instant on, so that hours of watching can be
/// tested in minutes. Fetching itself always uses real time.
#[derive(Debug, Clone, Copy)]
pub struct Clock {
    origin: f64,
    rate: f64,
}

impl Default for Clock {
    fn default() -> Self {
        Self { origin: 0.0, rate: 1.0 }
    }
}

impl Clock {
    /// A clock that shows `origin` now and runs `rate` times as fast as real time.
    #[must_use]
    pub fn fast(origin: Instant, rate: f64) -> Self {
        Self { origin: origin as f64, rate: if rate.is_finite() { rate.clamp(0.001, 1e6) } else { 1.0 } }
    }

    /// The current time.
    #[must_use]
    pub fn now(&self) -> Instant {
        let real = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0.0, |d| d.as_secs_f64());
        // Whole seconds that have passed.
        ((real - self.origin) * self.rate + self.origin).floor() as Instant
    }

    /// How long to wait until it shows `until`, at most a moment.
    #[must_use]
    pub fn nap(&self, until: Instant) -> Duration {
        let seconds = until.saturating_sub(self.now()).max(0) as f64 / self.rate;
        Duration::try_from_secs_f64(seconds).unwrap_or(NAP).clamp(Duration::from_millis(5), NAP)
    }

    /// Sleeps a moment, or until it shows `until`.
    pub fn sleep(&self, until: Instant) {
        thread::sleep(self.nap(until));
    }
}

#[cfg(test)]
mod tests {
    use super::Clock;

    #[test]
    fn a_fast_clock_begins_at_its_origin() {
        let now = Clock::default().now();
        let fast = Clock::fast(now - 10, 60.0);
        assert!((590..660).contains(&(fast.now() - (now - 10))), "{}", fast.now() - now);
        assert!(fast.nap(fast.now() + 3600) <= super::NAP);
    }
}
