//! The thread that parses pages for another one, which can stop waiting for it.
//!
//! It is reused from page to page. Regular expressions keep a cache for each thread that uses them, up to megabytes per
//! expression; with a new thread for each page, that grew for as long as the program ran.

use std::{
    cell::RefCell,
    io,
    sync::{
        Arc,
        atomic::{AtomicU8, AtomicUsize, Ordering},
        mpsc,
    },
    thread,
};

/// Stack of the thread, in bytes: extractors recurse once or a few times for each level of a page.
const STACK: usize = 64 << 20;

/// Maximum number of late extractors left running; a thread cannot be stopped from outside.
const LATE: usize = 8;

/// Extractors that were given up and have not finished yet.
static RUNNING_LATE: AtomicUsize = AtomicUsize::new(0);

type Task = Box<dyn FnOnce() + Send>;

thread_local! {
    /// The helper of this thread; it ends when this is dropped.
    static HELPER: RefCell<Option<mpsc::Sender<Task>>> = const { RefCell::new(None) };
}

/// States of a job.
const RUNNING: u8 = 0;
const DONE: u8 = 1;
const GIVEN_UP: u8 = 2;

/// A job that a helper is running.
pub(super) struct Work {
    state: Arc<AtomicU8>,
}

/// True if so many abandoned jobs are unfinished that no more should be started.
pub(super) fn too_many_are_late() -> bool {
    RUNNING_LATE.load(Ordering::Relaxed) >= LATE
}

/// Runs a task on this thread's helper.
pub(super) fn run(task: impl FnOnce() + Send + 'static) -> io::Result<Work> {
    let state = Arc::new(AtomicU8::new(RUNNING));
    let own = Arc::clone(&state);
    hand_over(Box::new(move || {
        task();
        if own.swap(DONE, Ordering::AcqRel) == GIVEN_UP {
            RUNNING_LATE.fetch_sub(1, Ordering::Relaxed);
        }
    }))?;
    Ok(Work { state })
}

impl Work {
    /// Abandons it; the next job is done by another helper.
    pub(super) fn give_up(self) {
        // Before the state changes, so that whoever decrements it finds it.
        RUNNING_LATE.fetch_add(1, Ordering::Relaxed);
        if self.state.swap(GIVEN_UP, Ordering::AcqRel) == DONE {
            RUNNING_LATE.fetch_sub(1, Ordering::Relaxed);
        }
        HELPER.set(None);
    }
}

fn hand_over(mut task: Task) -> io::Result<()> {
    HELPER.with_borrow_mut(|helper| {
        if let Some(helper) = helper {
            match helper.send(task) {
                Ok(()) => return Ok(()),
                // A panic has ended it.
                Err(mpsc::SendError(back)) => task = back,
            }
        }
        let (send, tasks) = mpsc::channel::<Task>();
        let thread = thread::Builder::new().name("extract".to_owned()).stack_size(STACK);
        thread.spawn(move || tasks.into_iter().for_each(|task| task()))?;
        // It waits for tasks as long as this sender exists.
        let _ = send.send(task);
        *helper = Some(send);
        Ok(())
    })
}

#[cfg(test)]
mod tests {
    use std::{
        sync::mpsc,
        thread::{self, ThreadId},
        time::Duration,
    };

    use super::{RUNNING_LATE, run};

    fn on_which_thread() -> ThreadId {
        let (send, receive) = mpsc::channel();
        run(move || send.send(thread::current().id()).unwrap()).unwrap();
        receive.recv().unwrap()
    }

    #[test]
    fn one_helper_does_everything_until_it_is_late() {
        let first = on_which_thread();
        assert_eq!(on_which_thread(), first);
        let (go_on, waits) = mpsc::channel::<()>();
        let late = run(move || {
            let _ = waits.recv();
        })
        .unwrap();
        late.give_up();
        assert!(RUNNING_LATE.load(super::Ordering::Relaxed) >= 1);
        let second = on_which_thread();
        assert_ne!(second, first);
        drop(go_on);
        let is_over = || RUNNING_LATE.load(super::Ordering::Relaxed) == 0;
        assert!((0..500).any(|_| is_over() || {
            thread::sleep(Duration::from_millis(10));
            false
        }));
        assert_eq!(on_which_thread(), second);
    }
}
