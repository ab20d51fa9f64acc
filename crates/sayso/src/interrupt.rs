//! How commands handle an interruption: Ctrl-C (SIGINT), or a request to end (SIGTERM) by whatever has started them.

use std::{
    process::ExitCode,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU8, Ordering},
        mpsc,
    },
    thread,
};

/// Exit codes after SIGINT and SIGTERM, as shells give them for a program that a signal ends: 128 and the signal's number.
const INTERRUPTED: u8 = 130;
#[cfg(unix)]
const TERMINATED: u8 = 143;

/// The exit code after the last interruption.
static CODE: AtomicU8 = AtomicU8::new(INTERRUPTED);
/// True once interruptions are handled; the first handler stays.
static IS_HANDLED: AtomicBool = AtomicBool::new(false);

/// Lets the first interruption end the program at once, with the exit code that says so: for commands that wait for a server, by
/// request or because it asked for patience, and have nothing in progress that is not on disk.
pub(crate) fn at_once() {
    after(|| {});
}

/// Lets the first interruption end the program, after `last` has been done.
pub(crate) fn after(last: impl Fn() + Send + 'static) {
    at_each(move || {
        last();
        end()
    });
}

/// A flag that the first interruption sets, so that work in progress is written; a second one ends at once, which loses
/// nothing acknowledged.
pub(crate) fn flag() -> Arc<AtomicBool> {
    let stop = Arc::new(AtomicBool::new(false));
    let raised = Arc::clone(&stop);
    at_each(move || {
        if raised.swap(true, Ordering::SeqCst) {
            end();
        }
    });
    stop
}

/// The exit code of a command that has ended because it was interrupted.
pub(crate) fn code() -> ExitCode {
    ExitCode::from(CODE.load(Ordering::SeqCst))
}

fn end() -> ! {
    std::process::exit(i32::from(CODE.load(Ordering::SeqCst)))
}

/// Calls `then` at each interruption from now on. If the system gives no thread or no signals, an interruption ends the program as
/// it would have without this.
fn at_each(then: impl Fn() + Send + 'static) {
    if IS_HANDLED.swap(true, Ordering::SeqCst) {
        return;
    }
    let (ready_in, ready) = mpsc::channel();
    let listening = thread::Builder::new().name("signals".to_owned()).spawn(move || {
        let Ok(runtime) = tokio::runtime::Builder::new_current_thread().enable_io().build() else { return };
        runtime.block_on(async move {
            let Ok(mut signals) = Signals::new() else { return };
            let _ = ready_in.send(());
            while let Some(code) = signals.next().await {
                CODE.store(code, Ordering::SeqCst);
                then();
            }
        });
    });
    // From here on nothing is lost to a signal that comes before the thread listens.
    if listening.is_ok() {
        let _ = ready.recv();
    }
}

#[cfg(unix)]
struct Signals {
    interrupt: tokio::signal::unix::Signal,
    terminate: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Signals {
    fn new() -> std::io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self { interrupt: signal(SignalKind::interrupt())?, terminate: signal(SignalKind::terminate())? })
    }

    /// The exit code of the next signal.
    async fn next(&mut self) -> Option<u8> {
        tokio::select! {
            signal = self.interrupt.recv() => signal.map(|()| INTERRUPTED),
            signal = self.terminate.recv() => signal.map(|()| TERMINATED),
        }
    }
}

#[cfg(windows)]
struct Signals(tokio::signal::windows::CtrlC);

#[cfg(windows)]
impl Signals {
    fn new() -> std::io::Result<Self> {
        tokio::signal::windows::ctrl_c().map(Self)
    }

    /// The exit code of the next signal.
    async fn next(&mut self) -> Option<u8> {
        self.0.recv().await.map(|()| INTERRUPTED)
    }
}
