//! Reviewing apart from others: to whoever has chosen it, every page shows the ledger with that person's own decisions and without
//! anybody else's, and what is decided is said about entries as they are there.
//!
//! The API and assistants always have the common view, with everybody's decisions.

use axum::{
    Form,
    extract::{FromRequestParts, Request, State},
    http::{HeaderMap, HeaderValue, Method, header},
    middleware::Next,
    response::{IntoResponse, Redirect, Response},
};
use maud::{Markup, html};

use crate::{
    error::Failed,
    layout::line,
    mcp,
    pages::{decide::back, forms::Sent},
    state::Desk,
    users::Role,
    visitor::{Visitor, cookie, remember},
};

/// Cookie of whoever reviews apart.
const APART: &str = "sayso_apart";

tokio::task_local! {
    static HERE: Here;
}

/// Who looks at a page, and how.
struct Here {
    visitor: Visitor,
    apart: bool,
    /// The page itself, to come back to.
    address: String,
}

/// Notes how the visitor looks at things while a page is made.
pub(crate) async fn see(State(desk): State<Desk>, request: Request, next: Next) -> Response {
    let path = request.uri().path();
    let stranger = desk.door().is_some() && request.extensions().get::<Visitor>().is_none();
    if stranger || path.starts_with("/api/") || path == mcp::PATH {
        return next.run(request).await;
    }
    let (mut parts, body) = request.into_parts();
    let Ok(visitor) = Visitor::from_request_parts(&mut parts, &desk).await;
    let address = match parts.method {
        Method::GET => parts.uri.path_and_query().map_or("/", |address| address.as_str()).to_owned(),
        _ => "/".to_owned(),
    };
    let apart = chosen(&parts.headers) && visitor.role >= Role::Reviewer;
    let here = Here { visitor, apart, address };
    HERE.scope(here, next.run(Request::from_parts(parts, body))).await
}

fn chosen(headers: &HeaderMap) -> bool {
    cookie(headers, APART) == Some("1")
}

/// The name of the visitor who looks at this page apart from others.
pub(crate) fn name() -> Option<String> {
    HERE.try_with(|here| here.apart.then(|| here.visitor.name.clone())).ok().flatten()
}

/// The name under which a form's decision is made.
pub(crate) fn decides_as(visitor: &Visitor, written: &str) -> Result<String, Failed> {
    name().map_or_else(|| visitor.decides_as(written), Ok)
}

/// Says that a page shows only the visitor's own decisions.
pub(crate) fn banner() -> Markup {
    let shown = |here: &Here| {
        html! {
            @if here.apart {
                form.apart method="post" action="/apart" {
                    (hidden(here))
                    span { "You review apart from others: only the decisions of " b { (line(&here.visitor.name)) } " count on these pages." }
                    " " button name="on" value="" { "Show everybody's" }
                }
            }
        }
    };
    HERE.try_with(shown).unwrap_or_else(|_| html! {})
}

/// The switch at the end of every page.
pub(crate) fn switch() -> Markup {
    let shown = |here: &Here| {
        html! {
            @if !here.apart && here.visitor.role >= Role::Reviewer {
                form.apart method="post" action="/apart" {
                    (hidden(here))
                    @if !here.visitor.signed_in {
                        label for="apart-by" { "Your name" }
                        input #apart-by type="text" name="by" value=(line(&here.visitor.name)) required;
                        " "
                    }
                    button name="on" value="true" { "Review apart from others" }
                }
            }
        }
    };
    HERE.try_with(shown).unwrap_or_else(|_| html! {})
}

fn hidden(here: &Here) -> Markup {
    html! {
        input type="hidden" name="token" value=(here.visitor.token);
        input type="hidden" name="back" value=(here.address);
    }
}

/// Turns it on or off.
pub(crate) async fn post(
    visitor: Visitor,
    Form(sent): Form<Vec<(String, String)>>,
) -> Result<Response, Failed> {
    let sent = Sent(sent);
    visitor.check(sent.get("token"))?;
    let mut response = Redirect::to(&back(sent.get("back"))).into_response();
    let mut set = |cookie: &str| {
        if let Ok(value) = HeaderValue::from_str(cookie) {
            response.headers_mut().append(header::SET_COOKIE, value);
        }
    };
    if sent.get("on").is_empty() {
        set(&format!("{APART}=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0"));
    } else {
        set(&remember(&visitor.decides_as(sent.get("by"))?));
        set(&format!("{APART}=1; Path=/; HttpOnly; SameSite=Strict"));
    }
    Ok(response)
}
