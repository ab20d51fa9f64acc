//! Web pages and a JSON API for a ledger: read, check and decide in the browser.
//!
//! Pages are made only from what `sayso-desk` answers, and they work without script. Reports are hostile text: the
//! templates escape everything, no page runs a script from its own text, and another site's page can neither read nor
//! post ([`guard`]).

#![forbid(unsafe_code)]

mod adding;
mod apart;
mod api;
mod error;
mod guard;
mod layout;
mod listen;
mod mcp;
mod news;
mod number;
mod pages;
mod session;
mod state;
mod unseen;
mod users;
mod visitor;

use std::{net::SocketAddr, path::PathBuf, time::Duration};

use axum::{
    Router,
    extract::DefaultBodyLimit,
    http::header,
    middleware,
    response::IntoResponse,
    routing::{get, post},
};
use tokio::net::TcpListener;

pub use api::described as openapi;
pub use error::ServeError;
use state::Desk;
pub use users::{NewSecret, Role, add_user};

/// Largest request that is accepted, in bytes: decisions are small.
const BODY: usize = 256 * 1024;
/// How long a request may take to arrive and be answered.
const ANSWER: Duration = Duration::from_secs(120);

/// How long a stopping server waits for reports that are being added.
const SETTLE: Duration = Duration::from_secs(5);

/// What to serve, and where.
#[derive(Debug, Clone)]
pub struct Options {
    /// The ledger's path.
    pub ledger: PathBuf,
    /// Address and port; port 0 picks a free one.
    pub address: SocketAddr,
    /// Name under which decisions are made, unless a page names somebody else.
    pub name: String,
    /// The users file; without it everybody on this machine may decide, and nobody else can connect.
    pub users: Option<PathBuf>,
    /// The program whose `add` adds reports; without it none can be added in the browser.
    pub program: Option<PathBuf>,
    /// Other origins under which browsers reach it: `https://desk.example.org`.
    pub origins: Vec<String>,
}

/// Serves until the process is asked to stop (SIGTERM, SIGINT). `ready` is called with the address before the first
/// response.
///
/// # Errors
/// [`ServeError`] if the address is not available, or if others could reach it and no users are named.
pub fn serve(options: Options, ready: impl FnOnce(SocketAddr)) -> Result<(), ServeError> {
    if options.users.is_none() && !(options.address.ip().is_loopback() && options.origins.is_empty()) {
        return Err(ServeError::Beyond);
    }
    let origins = guard::Origins::named(&options.origins)?;
    let runtime =
        tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(ServeError::Start)?;
    runtime.block_on(async {
        let failed = |source| ServeError::Listen { address: options.address, source };
        let listener = TcpListener::bind(options.address).await.map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        let (tell, told) = tokio::sync::watch::channel(state::News::default());
        let desk = Desk::new(options.clone(), told)?;
        let watching = tokio::spawn(news::watch(desk.clone(), tell));
        let app = router(desk.clone(), origins.at(address));
        // Whoever is told that the server is ready may ask it to stop at once.
        let asked_to_end = asked_to_end().map_err(ServeError::Start)?;
        ready(address);
        listen::run(listener, app, async {
            asked_to_end.await;
            // Clients waiting for events are told that there will be no more.
            watching.abort();
        })
        .await;
        desk.jobs().settle(SETTLE).await;
        Ok(())
    })
}

/// Listens for stop requests from now on; the returned future waits for one.
fn asked_to_end() -> std::io::Result<impl Future<Output = ()>> {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let (mut interrupted, mut terminated) =
            (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
        Ok(async move {
            tokio::select! {
                _ = interrupted.recv() => {}
                _ = terminated.recv() => {}
            }
        })
    }
    #[cfg(windows)]
    {
        let mut interrupted = tokio::signal::windows::ctrl_c()?;
        Ok(async move {
            let _ = interrupted.recv().await;
        })
    }
}

/// The pages and the API of a ledger, for a server that answers to these host names.
fn router(desk: Desk, origins: guard::Origins) -> Router {
    Router::new()
        .route("/", get(pages::stories::page))
        .route("/seen", post(pages::stories::seen))
        .route("/story/{id}", get(pages::story::page))
        .route("/story/{id}/speakers", get(pages::merge::page))
        .route("/story/{id}/brief", get(pages::brief::file))
        .route("/report/{id}", get(pages::report::page))
        .route("/figures", get(pages::figures::page))
        .route("/queue", get(pages::queue::page))
        .route("/speakers", get(pages::speakers::list))
        .route("/speaker", get(pages::speakers::one))
        .route("/search", get(pages::search::page))
        .route("/saved", post(pages::saved::post))
        .route("/alerts", get(pages::alerts::page))
        .route("/audit", get(pages::audit::page))
        .route("/agreement", get(pages::agreement::page))
        .route("/export", get(pages::export::page))
        .route("/export/file", get(pages::export::file))
        .route("/words", get(pages::glossary::page))
        .route(
            "/add",
            get(pages::add::page).post(pages::add::post).layer(DefaultBodyLimit::max(pages::add::UPLOAD)),
        )
        .route("/add/{job}", get(pages::add::job))
        .route("/decide", post(pages::decide::post))
        .route("/settle", post(pages::agreement::settle))
        .route("/apart", post(apart::post))
        .route("/merge", post(pages::merge::post))
        .route("/regroup", post(pages::merge::regroup))
        .nest("/api/v1", api::routes())
        .route_service(mcp::PATH, mcp::service(&desk))
        .route("/login", get(session::page).post(session::sign_in))
        .route("/logout", post(session::sign_out))
        .route("/style.css", get(style))
        .route("/app.js", get(script))
        .route("/favicon.ico", get(|| async { axum::http::StatusCode::NO_CONTENT }))
        .fallback(pages::not_found)
        .layer(DefaultBodyLimit::max(BODY))
        .layer(middleware::from_fn(guard::in_time))
        .layer(middleware::from_fn(guard::refuse_large))
        .layer(middleware::from_fn_with_state(desk.clone(), unseen::count))
        .layer(middleware::from_fn_with_state(desk.clone(), apart::see))
        .layer(middleware::from_fn_with_state(desk.clone(), session::admit))
        .layer(middleware::from_fn_with_state(origins, guard::check))
        .layer(middleware::from_fn(error::in_form))
        .layer(middleware::from_fn(guard::headers))
        .with_state(desk)
}

async fn style() -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "text/css; charset=utf-8")], include_str!("../assets/style.css"))
}

async fn script() -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "text/javascript; charset=utf-8")], include_str!("../assets/app.js"))
}
