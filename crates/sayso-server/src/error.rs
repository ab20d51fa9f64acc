use std::{net::SocketAddr, path::PathBuf};

use axum::{
    body::to_bytes,
    extract::Request,
    http::{StatusCode, header},
    middleware::Next,
    response::{Html, IntoResponse, Response},
};
use maud::html;
use sayso_desk::DeskError;
use sayso_export::ExportError;
use sayso_ledger::LedgerError;

use crate::layout;

/// Why the server cannot start.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ServeError {
    /// Other machines could reach it, and no users are named.
    #[error(
        "other machines could reach this address, and no users are named; name them with --users FILE (`sayso user` writes \
         it), or use a loopback address and reach it through an SSH tunnel"
    )]
    Beyond,
    /// An invalid address.
    #[error("'{0}' is not an address of the form https://desk.example.org, without a path")]
    Origin(String),
    /// The users file cannot be used.
    #[error("{}: {why}", path.display())]
    Users {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        why: String,
    },
    /// A password that is not acceptable.
    #[error("this password is not acceptable: {0}")]
    Password(String),
    /// The address is not available.
    #[error("cannot listen on {address}: {source}; name another port with --port")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// What the system said.
        source: std::io::Error,
    },
    /// The server cannot run.
    #[error("cannot serve: {0}")]
    Start(std::io::Error),
    /// No random bytes for tokens are available.
    #[error("the system provides no random bytes: {0}")]
    Random(String),
}

/// Why a page cannot be shown.
#[derive(Debug)]
pub(crate) struct Failed {
    pub(crate) status: StatusCode,
    pub(crate) message: String,
}

impl Failed {
    pub(crate) fn new(status: StatusCode, message: impl Into<String>) -> Self {
        Self { status, message: message.into() }
    }

    /// What was sent cannot be used.
    pub(crate) fn wrong(message: impl Into<String>) -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, message)
    }

    /// The same, for the API.
    pub(crate) fn json(self) -> Response {
        let body = serde_json::json!({"error": self.message});
        (self.status, axum::Json(body)).into_response()
    }
}

impl From<LedgerError> for Failed {
    fn from(error: LedgerError) -> Self {
        let status = match &error {
            LedgerError::NoReport(_) | LedgerError::NoDecision(_) | LedgerError::Missing(_) => {
                StatusCode::NOT_FOUND
            }
            LedgerError::Value(_)
            | LedgerError::Ambiguous(_)
            | LedgerError::TooManyWords { .. }
            | LedgerError::NothingToMatch { .. } => StatusCode::UNPROCESSABLE_ENTITY,
            LedgerError::Undone { .. } | LedgerError::There { .. } => StatusCode::CONFLICT,
            LedgerError::Busy | LedgerError::Full => StatusCode::SERVICE_UNAVAILABLE,
            _ => StatusCode::INTERNAL_SERVER_ERROR,
        };
        Self::new(status, error.to_string())
    }
}

impl From<DeskError> for Failed {
    fn from(error: DeskError) -> Self {
        match error {
            DeskError::Ledger(error) => error.into(),
            DeskError::NoStory(_) => Self::new(StatusCode::NOT_FOUND, error.to_string()),
            DeskError::Nothing(_) => Self::new(StatusCode::UNPROCESSABLE_ENTITY, error.to_string()),
            _ => Self::new(StatusCode::INTERNAL_SERVER_ERROR, error.to_string()),
        }
    }
}

impl From<ExportError> for Failed {
    fn from(error: ExportError) -> Self {
        match error {
            ExportError::Ledger(error) => error.into(),
            ExportError::Desk(error) => error.into(),
            _ => Self::new(StatusCode::INTERNAL_SERVER_ERROR, error.to_string()),
        }
    }
}

impl From<serde_json::Error> for Failed {
    fn from(error: serde_json::Error) -> Self {
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, error.to_string())
    }
}

impl IntoResponse for Failed {
    fn into_response(self) -> Response {
        let page = layout::page(
            "Not done",
            "",
            html! {
                p.failed { (layout::clean(&self.message)) }
                p { a href="/" { "All stories" } }
            },
        );
        let mut response = (self.status, Html(page.into_string())).into_response();
        response.extensions_mut().insert(Why(self.message));
        response
    }
}

/// Why a request failed, next to the page that says so.
#[derive(Debug, Clone)]
struct Why(String);

/// Longest message of a library, in bytes.
const MESSAGE: usize = 4096;

/// Gives every failure the form that its reader expects, whoever made it: JSON under `/api/`, elsewhere a page.
pub(crate) async fn in_form(request: Request, next: Next) -> Response {
    let path = request.uri().path();
    let (api, mcp) = (path.starts_with("/api/"), path.starts_with(crate::mcp::PATH));
    let response = next.run(request).await;
    let status = response.status();
    let kind = response.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or("");
    let fits = kind.starts_with(if api { "application/json" } else { "text/html" });
    if mcp || fits || !(status.is_client_error() || status.is_server_error()) {
        return response;
    }
    let (mut parts, body) = response.into_parts();
    let message = match parts.extensions.remove::<Why>() {
        Some(Why(message)) => message,
        None => to_bytes(body, MESSAGE)
            .await
            .map_or_else(|_| String::new(), |bytes| String::from_utf8_lossy(&bytes).into_owned()),
    };
    let message = if message.is_empty() {
        status.canonical_reason().unwrap_or("this failed").to_lowercase()
    } else {
        message
    };
    let failed = Failed::new(status, message);
    let (form, body) = (if api { failed.json() } else { failed.into_response() }).into_parts();
    parts.headers.remove(header::CONTENT_LENGTH);
    parts.headers.extend(form.headers);
    Response::from_parts(parts, body)
}
