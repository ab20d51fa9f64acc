//! Work on several threads whose results are taken in the order of the items.

use std::{
    collections::VecDeque,
    sync::{
        Mutex, PoisonError,
        mpsc::{self, Receiver, TryRecvError},
    },
    thread,
};

/// Items ahead of the one whose result is awaited, per thread: enough that nobody waits, and few in memory.
const AHEAD: usize = 2;

/// Does the work on each item, and takes the results in the order of the items, each as soon as those before it are
/// taken; stops at the first error of `take`. Items are made and results taken on this thread.
///
/// # Errors
/// Those of `take`.
pub(super) fn map<T: Send, R: Send, E>(
    items: impl Iterator<Item = T>,
    threads: usize,
    work: impl Fn(T) -> R + Sync,
    mut take: impl FnMut(R) -> Result<(), E>,
) -> Result<(), E> {
    let (jobs, queue) = mpsc::channel::<(T, mpsc::Sender<R>)>();
    let (queue, work) = (Mutex::new(queue), &work);
    thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                loop {
                    let next = queue.lock().unwrap_or_else(PoisonError::into_inner).recv();
                    let Ok((item, done)) = next else { return };
                    // Nobody takes it any more after an error.
                    let _ = done.send(work(item));
                }
            });
        }
        // Owned here, so that the threads end when this is left, whatever the reason. A result that never comes is that of a
        // thread that panicked, and the scope passes the panic on.
        let jobs = jobs;
        let mut waiting: VecDeque<Receiver<R>> = VecDeque::new();
        for item in items {
            let (done, result) = mpsc::channel();
            if jobs.send((item, done)).is_err() {
                break;
            }
            waiting.push_back(result);
            while let Some(first) = waiting.front() {
                let result = match first.try_recv() {
                    Ok(result) => result,
                    Err(TryRecvError::Empty) if waiting.len() < threads * AHEAD => break,
                    Err(TryRecvError::Empty) => match first.recv() {
                        Ok(result) => result,
                        Err(_) => return Ok(()),
                    },
                    Err(TryRecvError::Disconnected) => return Ok(()),
                };
                waiting.pop_front();
                take(result)?;
            }
        }
        for result in waiting {
            let Ok(result) = result.recv() else { return Ok(()) };
            take(result)?;
        }
        Ok(())
    })
}

#[cfg(test)]
mod tests {
    use std::{
        sync::atomic::{AtomicUsize, Ordering},
        time::Duration,
    };

    use super::map;

    #[test]
    fn results_come_in_order_and_several_are_worked_on_at_once() {
        let (now, most) = (AtomicUsize::new(0), AtomicUsize::new(0));
        let mut taken = Vec::new();
        let slow = |n: u64| {
            most.fetch_max(now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
            // The earlier ones take longer.
            std::thread::sleep(Duration::from_millis(20 - n));
            now.fetch_sub(1, Ordering::SeqCst);
            n
        };
        let done: Result<(), ()> = map(0..20, 4, slow, |n| {
            taken.push(n);
            Ok(())
        });
        assert_eq!((done, taken), (Ok(()), (0..20).collect::<Vec<_>>()));
        assert!(most.into_inner() > 1);
    }

    #[test]
    fn an_error_ends_it() {
        let mut taken = 0;
        let stopped = map(
            0..1000,
            2,
            |n| n,
            |n| {
                taken += 1;
                if n == 3 { Err("closed") } else { Ok(()) }
            },
        );
        assert_eq!((stopped, taken), (Err("closed"), 4));
    }
}
