//! Who is signed in: sessions, the sign-in page, and what is accessible without a session.

use std::{
    collections::HashMap,
    net::{IpAddr, SocketAddr},
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use axum::{
    Form,
    extract::{ConnectInfo, Query, Request, State},
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
    middleware::Next,
    response::{Html, IntoResponse, Redirect, Response},
};
use maud::html;
use serde::Deserialize;

use crate::{
    error::Failed,
    layout::{self, line},
    mcp,
    pages::decide::back,
    state::{Desk, random},
    users::{Known, Role, Users},
    visitor::{Visitor, cookie},
};

const SESSION: &str = "sayso_session";
/// How long a session lasts without being used.
const IDLE: Duration = Duration::from_secs(12 * 3600);
/// Simultaneous sessions; the least recently used one ends for a new one.
const SESSIONS: usize = 10_000;
/// Wrong passwords in a row, for one name or from one address, before further attempts must wait.
const TRIES: u32 = 5;
/// How long they must wait.
const WAIT: Duration = Duration::from_secs(60);
/// Requests that one client may make at once, and per second after that.
const BURST: f64 = 300.0;
const A_SECOND: f64 = 50.0;

/// Who may sign in, and who is signed in.
#[derive(Debug)]
pub(crate) struct Door {
    users: Arc<Users>,
    sessions: Mutex<HashMap<String, Session>>,
    wrong: Mutex<HashMap<String, (u32, Instant)>>,
    rates: Mutex<HashMap<IpAddr, (f64, Instant)>>,
    /// Passwords are checked one at a time: each check takes memory and time by design.
    checking: tokio::sync::Semaphore,
    /// True if browsers reach the server over https.
    secure: bool,
}

#[derive(Debug)]
struct Session {
    known: Known,
    token: String,
    used: Instant,
}

impl Door {
    pub(crate) fn new(users: Users, secure: bool) -> Self {
        Self {
            users: Arc::new(users),
            sessions: Mutex::default(),
            wrong: Mutex::default(),
            rates: Mutex::default(),
            checking: tokio::sync::Semaphore::new(1),
            secure,
        }
    }

    fn signed_in(&self, headers: &HeaderMap) -> Option<Visitor> {
        let id = cookie(headers, SESSION)?;
        let mut sessions = self.sessions.lock().unwrap_or_else(PoisonError::into_inner);
        let session = sessions.get_mut(id).filter(|s| s.used.elapsed() < IDLE)?;
        session.used = Instant::now();
        Some(Visitor::known(&session.known, &session.token))
    }

    fn with_token(&self, headers: &HeaderMap) -> Option<Visitor> {
        let token = headers.get(header::AUTHORIZATION)?.to_str().ok()?.strip_prefix("Bearer ")?;
        self.users.with_token(token.trim()).map(|known| Visitor::known(&known, ""))
    }

    /// Whether a client that has sent this many requests may send one more.
    fn is_slow_enough(&self, from: IpAddr) -> bool {
        let mut rates = self.rates.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();
        if rates.len() > SESSIONS {
            rates.retain(|_, (_, last)| last.elapsed() < WAIT);
        }
        let (left, last) = rates.entry(from).or_insert((BURST, now));
        *left = (*left + last.elapsed().as_secs_f64() * A_SECOND).min(BURST);
        *last = now;
        let enough = *left >= 1.0;
        if enough {
            *left -= 1.0;
        }
        enough
    }

    fn must_wait(&self, whom: &str) -> bool {
        let wrong = self.wrong.lock().unwrap_or_else(PoisonError::into_inner);
        wrong.get(whom).is_some_and(|(count, last)| *count >= TRIES && last.elapsed() < WAIT)
    }

    fn tried(&self, whom: &str, right: bool) {
        let mut wrong = self.wrong.lock().unwrap_or_else(PoisonError::into_inner);
        if right {
            wrong.remove(whom);
            return;
        }
        if wrong.len() > SESSIONS {
            wrong.retain(|_, (_, last)| last.elapsed() < WAIT);
        }
        let (count, last) = wrong.entry(whom.to_owned()).or_insert((0, Instant::now()));
        if last.elapsed() >= WAIT {
            *count = 0;
        }
        *count += 1;
        *last = Instant::now();
    }

    fn begin(&self, known: Known) -> Result<String, Failed> {
        let made = || random().map_err(|e| Failed::new(StatusCode::INTERNAL_SERVER_ERROR, e.to_string()));
        let (id, token) = (made()?, made()?);
        let mut sessions = self.sessions.lock().unwrap_or_else(PoisonError::into_inner);
        sessions.retain(|_, s| s.used.elapsed() < IDLE);
        if sessions.len() >= SESSIONS
            && let Some(oldest) = sessions.iter().min_by_key(|(_, s)| s.used).map(|(id, _)| id.clone())
        {
            sessions.remove(&oldest);
        }
        sessions.insert(id.clone(), Session { known, token, used: Instant::now() });
        Ok(id)
    }

    fn set(&self, id: &str, more: &str) -> Option<HeaderValue> {
        let secure = if self.secure { "; Secure" } else { "" };
        HeaderValue::from_str(&format!("{SESSION}={id}; Path=/; HttpOnly; SameSite=Strict{secure}{more}"))
            .ok()
    }
}

/// Lets in whoever is signed in, and checks who may decide when something is posted. Without users, everybody on this
/// machine may.
pub(crate) async fn admit(State(desk): State<Desk>, mut request: Request, next: Next) -> Response {
    let Some(door) = desk.door() else { return next.run(request).await };
    let from = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|c| c.0.ip());
    if from.is_some_and(|from| !door.is_slow_enough(from)) {
        return Failed::new(StatusCode::TOO_MANY_REQUESTS, "too many requests at once; wait a moment")
            .into_response();
    }
    let path = request.uri().path();
    if matches!(path, "/login" | "/style.css" | "/app.js" | "/favicon.ico") {
        return next.run(request).await;
    }
    let of_api = path.starts_with("/api/") || path == mcp::PATH;
    let Some(visitor) = door.signed_in(request.headers()).or_else(|| door.with_token(request.headers()))
    else {
        if of_api {
            let why = "sign in, or send a token: Authorization: Bearer ...";
            return Failed::new(StatusCode::UNAUTHORIZED, why).json();
        }
        let wanted = request.uri().path_and_query().map_or("/", |p| p.as_str());
        return Redirect::to(&format!("/login?back={}", crate::pages::encoded(wanted))).into_response();
    };
    // Assistants post but only read; and what somebody has seen or saved is that person's own.
    let reads = matches!(*request.method(), Method::GET | Method::HEAD)
        || matches!(path, "/logout" | "/saved" | "/seen")
        || path == mcp::PATH;
    if !reads && visitor.role < Role::Reviewer {
        let why = format!("{} may read but not decide; ask your administrator", line(&visitor.name));
        let failed = Failed::new(StatusCode::FORBIDDEN, why);
        return if of_api { failed.json() } else { failed.into_response() };
    }
    request.extensions_mut().insert(visitor);
    next.run(request).await
}

#[derive(Debug, Deserialize)]
pub(crate) struct Asked {
    #[serde(default)]
    back: String,
}

/// The sign-in page.
pub(crate) async fn page(Query(asked): Query<Asked>) -> Html<String> {
    Html(form(&asked.back, None).into_string())
}

fn form(back: &str, wrong: Option<&str>) -> maud::Markup {
    layout::page(
        "Sign in",
        "",
        html! {
            @if let Some(wrong) = wrong { p.failed role="alert" { (wrong) } }
            form.fields method="post" action="/login" {
                input type="hidden" name="back" value=(line(back));
                label { span { "Name" } input type="text" name="name" autocomplete="username" required; }
                label { span { "Password" } input type="password" name="password" autocomplete="current-password" required; }
                div.buttons { button { "Sign in" } }
            }
        },
    )
}

#[derive(Debug, Deserialize)]
pub(crate) struct Given {
    name: String,
    password: String,
    #[serde(default)]
    back: String,
}

/// Starts a session.
pub(crate) async fn sign_in(
    State(desk): State<Desk>,
    ConnectInfo(from): ConnectInfo<SocketAddr>,
    Form(given): Form<Given>,
) -> Result<Response, Failed> {
    let Some(door) = desk.door() else { return Ok(Redirect::to("/").into_response()) };
    let whom = [format!("name {}", given.name), format!("from {}", from.ip())];
    let refused = |status: StatusCode, why: &str| {
        Ok((status, Html(form(&given.back, Some(why)).into_string())).into_response())
    };
    if whom.iter().any(|w| door.must_wait(w)) {
        return refused(StatusCode::TOO_MANY_REQUESTS, "Too many wrong passwords; wait a minute.");
    }
    let broken = |e: String| Failed::new(StatusCode::INTERNAL_SERVER_ERROR, e);
    let turn = door.checking.acquire().await.map_err(|e| broken(e.to_string()))?;
    let (users, name, password) = (Arc::clone(&door.users), given.name.clone(), given.password.clone());
    let checked = tokio::task::spawn_blocking(move || users.with_password(&name, &password)).await;
    drop(turn);
    let known = checked.map_err(|e| broken(e.to_string()))?;
    for one in &whom {
        door.tried(one, known.is_some());
    }
    let Some(known) = known else {
        return refused(StatusCode::UNAUTHORIZED, "Wrong name or password.");
    };
    let id = door.begin(known)?;
    let mut response = Redirect::to(&back(&given.back)).into_response();
    response.headers_mut().extend(door.set(&id, "").map(|value| (header::SET_COOKIE, value)));
    Ok(response)
}

/// Ends a session.
pub(crate) async fn sign_out(
    State(desk): State<Desk>,
    visitor: Visitor,
    headers: HeaderMap,
    Form(sent): Form<Vec<(String, String)>>,
) -> Result<Response, Failed> {
    let token = sent.iter().find(|(name, _)| name == "token").map_or("", |(_, value)| value.as_str());
    visitor.check(token)?;
    let mut response = Redirect::to("/login").into_response();
    if let Some(door) = desk.door() {
        if let Some(id) = cookie(&headers, SESSION) {
            door.sessions.lock().unwrap_or_else(PoisonError::into_inner).remove(id);
        }
        response.headers_mut().extend(door.set("", "; Max-Age=0").map(|value| (header::SET_COOKIE, value)));
    }
    Ok(response)
}
