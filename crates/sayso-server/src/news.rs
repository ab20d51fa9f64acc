//! Notices new reports, decisions and alerts, whoever wrote them.

use std::time::Duration;

use tokio::sync::watch;

use crate::state::{Desk, News};

/// How often it looks.
const EVERY: Duration = Duration::from_secs(2);

/// Looks until nobody is listening or it is stopped.
pub(crate) async fn watch(desk: Desk, tell: watch::Sender<News>) {
    loop {
        let now = desk.ask(|ledger| {
            let report = ledger.last_report()?.0;
            let alert = ledger.alerts(1)?.first().map_or(0, |alert| alert.id);
            Ok(News { report, decision: ledger.last_decision()?, alert })
        });
        // If the ledger cannot be queried now, it is tried again.
        if let Ok(now) = now.await
            && tell.send_if_modified(|told| std::mem::replace(told, now) != now)
        {
            let desk = desk.clone();
            tokio::spawn(async move { desk.keep_up().await });
        }
        tokio::time::sleep(EVERY).await;
    }
}
