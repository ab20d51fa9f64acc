//! One file per page.

pub(crate) mod add;
pub(crate) mod agreement;
pub(crate) mod alerts;
pub(crate) mod audit;
pub(crate) mod brief;
pub(crate) mod decide;
mod entries;
pub(crate) mod export;
pub(crate) mod figures;
pub(crate) mod forms;
pub(crate) mod glossary;
mod graph;
mod map;
pub(crate) mod merge;
mod outlook;
pub(crate) mod queue;
pub(crate) mod report;
pub(crate) mod saved;
pub(crate) mod search;
pub(crate) mod speakers;
pub(crate) mod stories;
pub(crate) mod story;
mod text;

use axum::{
    http::StatusCode,
    response::{IntoResponse, Response},
};

use crate::error::Failed;

/// For every path that does not exist.
pub(crate) async fn not_found() -> Response {
    Failed::new(StatusCode::NOT_FOUND, "there is no such page").into_response()
}

/// Text as part of a URL.
pub(crate) fn encoded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}
