//! A fetching thread: fetches what a job names and passes it on to the reading threads.

use std::sync::{
    Mutex, PoisonError,
    mpsc::{Receiver, SyncSender},
};

use sayso_ingest::{
    Limits, address,
    fetch::{Fetched, Fetcher, Validators},
};

use crate::job::{Job, Problem, Response, Work};

/// What the fetching threads share.
pub(crate) struct Asker<'w> {
    pub(crate) fetcher: &'w Fetcher,
    pub(crate) limits: Limits,
}

impl Asker<'_> {
    /// Fetches until there are no more jobs, or nobody to pass results to.
    pub(crate) fn run(&self, jobs: &Mutex<Receiver<(u64, Job)>>, works: &SyncSender<(u64, Work)>) {
        loop {
            let next = jobs.lock().unwrap_or_else(PoisonError::into_inner).recv();
            let Ok((number, job)) = next else { return };
            let work = match job {
                Job::Poll(source) if address::is_web(&source.address) => {
                    let response = self.ask(&source.address, &source.etag, &source.last_modified);
                    Work::Poll(source, response)
                }
                // What came over the network names nothing on this machine, whatever an earlier version recorded.
                Job::Poll(source) if source.via.as_deref().is_some_and(address::is_web) => {
                    let via = source.via.as_deref().unwrap_or_default();
                    let reason = format!(
                        "it was named by {via}, which may name only http and https addresses; \
                         to watch it, name it on the command line"
                    );
                    Work::Poll(source, Err(Problem::lasting(reason)))
                }
                Job::Poll(source) => Work::Scan(source),
                Job::Look(item) => {
                    let response = self.ask(&item.address, &item.etag, &item.last_modified);
                    Work::Look(item, response)
                }
            };
            if works.send((number, work)).is_err() {
                return;
            }
        }
    }

    fn ask(&self, address: &str, etag: &Option<String>, last_modified: &Option<String>) -> Response {
        let known = Validators { etag: etag.clone(), last_modified: last_modified.clone() };
        let limit = self.limits.report_bytes.max(self.limits.feed_bytes);
        match self.fetcher.fetch(address, &known, limit)? {
            Fetched::Page(page) => Ok(Some(*page)),
            Fetched::NotModified => Ok(None),
        }
    }
}
