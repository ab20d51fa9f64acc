//! The visitor: the name under which somebody decides, and the token of the forms that are shown.

use std::convert::Infallible;

use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, StatusCode, header, request::Parts},
};

use crate::{
    error::Failed,
    layout::line,
    state::{Desk, same},
    users::{Known, Role},
};

/// Cookie that remembers the name under which the visitor decides.
const NAME: &str = "sayso_name";
/// Maximum length of a name, in characters.
const LETTERS: usize = 80;

/// Whoever requests a page or sends a form.
#[derive(Debug, Clone)]
pub(crate) struct Visitor {
    /// The name under which decisions are made.
    pub(crate) name: String,
    /// The token in all of the visitor's forms.
    pub(crate) token: String,
    /// What the visitor may do.
    pub(crate) role: Role,
    /// True if the visitor has signed in and cannot decide under another name.
    pub(crate) signed_in: bool,
}

impl FromRequestParts<Desk> for Visitor {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, desk: &Desk) -> Result<Self, Infallible> {
        if let Some(visitor) = parts.extensions.get::<Self>() {
            return Ok(visitor.clone());
        }
        let remembered = remembered(&parts.headers).filter(|name| !name.is_empty());
        let name = remembered.unwrap_or_else(|| line(&desk.options().name));
        Ok(Self { name, token: desk.token().to_owned(), role: Role::Admin, signed_in: false })
    }
}

impl Visitor {
    /// A visitor who has signed in. A token for programs has no forms.
    pub(crate) fn known(known: &Known, token: &str) -> Self {
        Self { name: known.name.clone(), token: token.to_owned(), role: known.role, signed_in: true }
    }

    /// Refuses to undo somebody else's decision, if there are users and the visitor is not an admin.
    pub(crate) fn may_undo(&self, by: &str) -> Result<(), Failed> {
        if self.role >= Role::Admin || by == self.name {
            return Ok(());
        }
        let why = format!("{} made this decision; only they or an admin can undo it", line(by));
        Err(Failed::new(StatusCode::FORBIDDEN, why))
    }

    /// Refuses a form that is not one of ours.
    pub(crate) fn check(&self, token: &str) -> Result<(), Failed> {
        if !self.token.is_empty() && same(&self.token, token) {
            return Ok(());
        }
        let why = "this form is from an earlier run of the server; go back, reload the page and decide again";
        Err(Failed::new(StatusCode::FORBIDDEN, why))
    }

    /// The name under which a form's decision is made.
    pub(crate) fn decides_as(&self, written: &str) -> Result<String, Failed> {
        if self.signed_in {
            return Ok(self.name.clone());
        }
        let by = line(written);
        if by.is_empty() || by.chars().count() > LETTERS {
            let why = format!("say who decides, in at most {LETTERS} characters");
            return Err(Failed::new(StatusCode::UNPROCESSABLE_ENTITY, why));
        }
        Ok(by)
    }
}

/// The cookie that remembers a name. A name may contain any character; a cookie only a few.
pub(crate) fn remember(name: &str) -> String {
    let hex: String = name.bytes().map(|byte| format!("{byte:02x}")).collect();
    format!("{NAME}={hex}; Path=/; HttpOnly; SameSite=Strict")
}

fn remembered(headers: &HeaderMap) -> Option<String> {
    let hex = cookie(headers, NAME)?;
    let bytes = (0..hex.len() / 2).map(|n| u8::from_str_radix(hex.get(2 * n..2 * n + 2)?, 16).ok());
    String::from_utf8(bytes.collect::<Option<Vec<u8>>>()?).ok().map(|name| line(&name))
}

/// A cookie's value.
pub(crate) fn cookie<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    let cookies = headers.get_all(header::COOKIE).iter().filter_map(|v| v.to_str().ok());
    cookies.flat_map(|all| all.split(';')).find_map(|c| c.trim().strip_prefix(name)?.strip_prefix('='))
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderMap, HeaderValue, header};

    use super::{remember, remembered};

    #[test]
    fn a_name_of_any_letters_is_remembered() {
        let cookie = remember("Žofie; \"x\"");
        let mut headers = HeaderMap::new();
        let sent = format!("other=1; {}", cookie.split(';').next().unwrap());
        headers.insert(header::COOKIE, HeaderValue::from_str(&sent).unwrap());
        assert_eq!(remembered(&headers).as_deref(), Some("Žofie; \"x\""));
        headers.insert(header::COOKIE, HeaderValue::from_static("sayso_name=zz"));
        assert_eq!(remembered(&headers), None);
    }
}
