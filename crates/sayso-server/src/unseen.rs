//! How many alerts the visitor has not seen, for the badge on every page.

use axum::{
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, header},
    middleware::Next,
    response::Response,
};

use crate::{state::Desk, visitor::cookie};

/// Cookie with the number of the newest alert that the visitor has seen.
const SEEN: &str = "sayso_alerts";

tokio::task_local! {
    static ALERTS: i64;
}

/// Counts them while the page is made.
pub(crate) async fn count(State(desk): State<Desk>, request: Request, next: Next) -> Response {
    // Alerts are numbered as they are raised, and none is ever removed.
    let newest = desk.news().borrow().alert;
    let unseen = newest.saturating_sub(seen(request.headers())).max(0);
    ALERTS.scope(unseen, next.run(request)).await
}

/// Alerts that the visitor has not seen.
pub(crate) fn alerts() -> i64 {
    ALERTS.try_with(|count| *count).unwrap_or(0)
}

/// Number of the newest alert that the visitor has seen; 0 if none.
pub(crate) fn seen(headers: &HeaderMap) -> i64 {
    cookie(headers, SEEN).and_then(|n| n.parse().ok()).unwrap_or(0)
}

/// Remembers up to which alert the visitor has seen; nothing is written to the ledger.
pub(crate) fn remember(response: &mut Response, newest: i64) {
    let cookie = format!("{SEEN}={newest}; Path=/; HttpOnly; SameSite=Strict; Max-Age=31536000");
    if let Ok(value) = HeaderValue::from_str(&cookie) {
        response.headers_mut().append(header::SET_COOKIE, value);
    }
}
