//! Webhooks according to <https://www.standardwebhooks.com>: id, time and signature in headers, so that the receiver knows who
//! sent it and whether it has received it before.

use std::{env, fs, path::Path};

use base64::{Engine, prelude::BASE64_STANDARD};
use hmac::{Hmac, KeyInit, Mac};
use sayso_ingest::fetch::{FetchError, Fetcher};
use sayso_ledger::{Instant, KeptAlert};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::{Failure, Outcome};

/// Longest response that is read, in bytes; it is ignored.
const ANSWER: u64 = 64 << 10;

/// Posts the alerts of one story together, as `{"story", "label", "alerts": [...]}`; any status other than 2xx is a failure, 410 for
/// good.
pub(super) fn post(
    fetcher: &Fetcher,
    url: &str,
    secret_env: Option<&str>,
    secret_file: Option<&Path>,
    alerts: &[&KeptAlert],
    now: Instant,
) -> Outcome {
    let id = id_of(alerts);
    let body = body(alerts).map_err(Failure::Alert)?;
    let mut headers = vec![
        ("content-type", "application/json".to_owned()),
        ("webhook-id", id.clone()),
        ("webhook-timestamp", now.to_string()),
    ];
    let secret = secret(secret_env, secret_file).map_err(|problem| Failure::Channel(problem, None))?;
    if let Some(secret) = secret {
        headers.push(("webhook-signature", sign(&secret, &id, now, &body)));
    }
    let (status, _) = fetcher.post(url, &headers, body.into_bytes(), ANSWER).map_err(|error| {
        let wait = if let FetchError::Later { seconds, .. } = &error { Some(*seconds) } else { None };
        Failure::Channel(error.to_string(), wait)
    })?;
    let problem = format!("the server answers {status}");
    match status {
        200..300 => Ok(None),
        410 => Err(Failure::Gone(problem)),
        408 | 429 | 500.. => Err(Failure::Channel(problem, None)),
        _ => Err(Failure::Alert(problem)),
    }
}

/// Each alert as it is in the ledger, with the id by which its receiver recognises it.
fn body(alerts: &[&KeptAlert]) -> Result<String, String> {
    let mut bodies = Vec::new();
    for alert in alerts {
        let mut body: Value = serde_json::from_str(&alert.body).map_err(|e| e.to_string())?;
        if let Some(fields) = body.as_object_mut() {
            fields.insert("id".to_owned(), id(alert).into());
        }
        bodies.push(body);
    }
    let first = bodies.first().cloned().unwrap_or_default();
    Ok(json!({"story": first.get("story"), "label": first.get("label"), "alerts": bodies}).to_string())
}

/// The same for the same alert, however often it is sent.
pub(super) fn id(alert: &KeptAlert) -> String {
    id_of(&[alert])
}

/// The same for the same alerts together.
pub(super) fn id_of(alerts: &[&KeptAlert]) -> String {
    let keys: Vec<&str> = alerts.iter().map(|alert| alert.key.as_str()).collect();
    let hash = Sha256::digest(keys.join("\n").as_bytes());
    hash.iter().take(16).map(|b| format!("{b:02x}")).fold("alert_".to_owned(), |id, b| id + &b)
}

fn secret(name: Option<&str>, file: Option<&Path>) -> Result<Option<Vec<u8>>, String> {
    let written = match (name, file) {
        (Some(name), _) => {
            env::var(name).map_err(|_| format!("the variable {name} with the secret is not set"))?
        }
        (None, Some(file)) => fs::read_to_string(file).map_err(|e| format!("{}: {e}", file.display()))?,
        (None, None) => return Ok(None),
    };
    let written = written.trim();
    Ok(Some(match written.strip_prefix("whsec_") {
        Some(coded) => BASE64_STANDARD.decode(coded).map_err(|_| "the secret is not base64".to_owned())?,
        None => written.as_bytes().to_vec(),
    }))
}

fn sign(secret: &[u8], id: &str, at: Instant, body: &str) -> String {
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret) else { return String::new() };
    mac.update(format!("{id}.{at}.{body}").as_bytes());
    format!("v1,{}", BASE64_STANDARD.encode(mac.finalize().into_bytes()))
}

#[cfg(test)]
mod tests {
    use super::sign;

    #[test]
    fn signatures_are_those_of_the_standard() {
        // The example from the standard's own libraries.
        let secret =
            base64::Engine::decode(&base64::prelude::BASE64_STANDARD, "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
                .unwrap();
        let signed = sign(&secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, "{\"test\": 2432232314}");
        assert_eq!(signed, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }
}
