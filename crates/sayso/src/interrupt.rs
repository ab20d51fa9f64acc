//! What an interruption (Ctrl-C) does to a command that writes to a ledger.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

/// A flag that the first interruption raises, so that what is in hand is written; a second one ends at once, which loses
/// nothing acknowledged.
pub(crate) fn flag() -> Arc<AtomicBool> {
    let stop = Arc::new(AtomicBool::new(false));
    let raised = Arc::clone(&stop);
    let _ = ctrlc::set_handler(move || {
        if raised.swap(true, Ordering::SeqCst) {
            std::process::exit(130);
        }
    });
    stop
}
