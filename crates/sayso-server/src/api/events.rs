//! Announces what is new as it comes in (server-sent events).

use std::{convert::Infallible, time::Duration};

use axum::{
    extract::State,
    http::HeaderMap,
    response::sse::{Event, KeepAlive, Sse},
};
use futures_util::{Stream, stream::unfold};

use crate::state::{Desk, News};

/// How often a keep-alive is sent while nothing happens.
const ALIVE: Duration = Duration::from_secs(20);

/// An event `news` for each change, with the numbers of the newest report, decision and alert. A client that reconnects
/// with the id of the last event it received is told at once what it has missed.
pub(crate) async fn stream(
    State(desk): State<Desk>,
    headers: HeaderMap,
) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let had = headers.get("last-event-id").and_then(|v| v.to_str().ok()).map(str::to_owned);
    let mut news = desk.news();
    let now = id(&news.borrow_and_update());
    let missed = had.is_some_and(|had| had != now);
    let events = unfold((news, missed), |(mut news, missed)| async move {
        if !missed {
            // It ends with the server.
            news.changed().await.ok()?;
        }
        let now = *news.borrow_and_update();
        let event = Event::default().event("news").id(id(&now)).json_data(now).ok()?;
        Some((Ok(event), (news, false)))
    });
    Sse::new(events).keep_alive(KeepAlive::new().interval(ALIVE))
}

fn id(news: &News) -> String {
    format!("{}-{}-{}", news.report, news.decision, news.alert)
}
