//! How commands handle an interruption (Ctrl-C).

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

/// Lets the first interruption end the program at once, with the exit code that says so: for commands that wait for a server, by
/// request or because it asked for patience, and have nothing in progress that is not on disk.
pub(crate) fn at_once() {
    let _ = ctrlc::set_handler(|| std::process::exit(130));
}

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
