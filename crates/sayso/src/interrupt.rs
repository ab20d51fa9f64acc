//! How commands that write to a ledger handle an interruption (Ctrl-C).

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

/// A flag that the first interruption sets, so that work in progress is written; a second one ends at once, which loses
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
