//! Time for tests of how long something takes, on machines that are busy with other things.

use std::{sync::OnceLock, time::Instant};

/// Processor seconds used by this thread; if the system does not tell, seconds by the clock.
pub(crate) fn processor_seconds() -> f64 {
    static START: OnceLock<Instant> = OnceLock::new();
    let start = START.get_or_init(Instant::now);
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").ok();
    let nanos = told.and_then(|t| t.split_whitespace().next()?.parse::<f64>().ok());
    nanos.map_or_else(|| start.elapsed().as_secs_f64(), |n| n / 1e9)
}
