//! Alerts by mail.

use std::{env, time::Duration};

use lettre::{
    Message, SmtpTransport, Transport,
    address::Envelope,
    message::header::{ContentType, MIME_VERSION_1_0},
    transport::smtp::{
        authentication::Credentials,
        client::{Tls as Encryption, TlsParameters},
    },
};
use sayso_ledger::{Instant, KeptAlert};
use serde_json::Value;

use super::{
    super::{Tls, Way, text},
    Failure, Outcome,
    webhook::id_of,
};

/// Timeout of each step of the server.
const TIMEOUT: Duration = Duration::from_secs(30);

/// Sends the alerts of one story as one plain-text mail, to each receiver by itself: a server that refuses one of them would
/// otherwise take the mail for none. Whoever is in `had` has had it before and is left out; whoever gets it is added.
pub(super) fn send(way: &Way, alerts: &[&KeptAlert], now: Instant, had: &mut Vec<String>) -> Outcome {
    let (mail, transport) = prepare(way, alerts, now).map_err(Failure::Alert)?;
    let written = mail.formatted();
    let (mut refused, mut later) = (Vec::new(), Vec::new());
    let receivers = mail.envelope().to();
    for receiver in receivers {
        let address = receiver.to_string();
        if had.contains(&address) {
            continue;
        }
        let envelope = Envelope::new(mail.envelope().from().cloned(), vec![receiver.clone()]);
        let envelope = envelope.map_err(|e| Failure::Alert(e.to_string()))?;
        match transport.send_raw(&envelope, &written) {
            Ok(_) => had.push(address),
            Err(error) if is_of_the_account(&error) => {
                return Err(Failure::Channel(error.to_string(), None));
            }
            Err(error) if error.is_permanent() => refused.push(format!("{receiver}: {error}")),
            Err(error) if error.is_transient() => later.push(format!("{receiver}: {error}")),
            // The server itself cannot be reached or used.
            Err(error) => return Err(Failure::Channel(error.to_string(), None)),
        }
    }
    let problem = [later.as_slice(), &refused].concat().join("; ");
    if !later.is_empty() || refused.len() == receivers.len() {
        return Err(Failure::Alert(problem));
    }
    Ok((!refused.is_empty()).then_some(problem))
}

/// True if the server wants another user or password (RFC 4954): every receiver would be refused, and too many tries lock accounts.
fn is_of_the_account(error: &lettre::transport::smtp::Error) -> bool {
    error.status().is_some_and(|code| matches!(u16::from(code), 530 | 534 | 535 | 538))
}

/// The mail, and the connection to its server.
fn prepare(way: &Way, alerts: &[&KeptAlert], now: Instant) -> Result<(Message, SmtpTransport), String> {
    let Way::Smtp { server, from, to, tls, user, password_env, .. } = way else {
        return Err("it is not a way for mail".to_owned());
    };
    let (host, port) = match server.rsplit_once(':') {
        Some((host, port)) => (host, Some(port.parse().map_err(|_| format!("'{port}' is no port"))?)),
        None => (server.as_str(), None),
    };
    let bodies: Vec<Value> = alerts
        .iter()
        .map(|alert| serde_json::from_str(&alert.body).map_err(|e| e.to_string()))
        .collect::<Result<_, String>>()?;
    let text_of = |name: &str| bodies.first().and_then(|body| body.get(name)).and_then(Value::as_str);
    let label = text_of("label").map(|label| format!(" ({label})")).unwrap_or_default();
    let more = match bodies.len() {
        0 | 1 => String::new(),
        count => format!(", and {} more", count - 1),
    };
    let why = format!("{}{more}{label}", text_of("why").unwrap_or("an alert"));
    let address =
        |written: &str| written.parse().map_err(|e| format!("'{written}' is not a mail address: {e}"));
    let domain = from.rsplit('@').next().unwrap_or("localhost").trim_end_matches('>');
    let mut mail = Message::builder()
        .from(address(from)?)
        .date(std::time::UNIX_EPOCH + Duration::from_secs(now.unsigned_abs()))
        // The same for the same alerts, so that a mail that is sent twice is shown once.
        .message_id(Some(format!("<{}@{domain}>", id_of(alerts))))
        .subject(why.split_whitespace().collect::<Vec<_>>().join(" "))
        .header(MIME_VERSION_1_0)
        .header(ContentType::TEXT_PLAIN);
    // Mails about one story form a thread.
    if let Some(story) = alerts.first().and_then(|alert| alert.story) {
        mail = mail.references(format!("<story-{story}@{domain}>"));
    }
    for receiver in to {
        mail = mail.to(address(receiver)?);
    }
    let body: Vec<String> = bodies.iter().map(text).collect();
    let mail = mail.body(body.join("\n")).map_err(|e| e.to_string())?;
    let parameters = || TlsParameters::new(host.to_owned()).map_err(|e| e.to_string());
    let (encryption, usual) = match tls {
        Tls::Tls => (Encryption::Wrapper(parameters()?), 465),
        Tls::Starttls => (Encryption::Required(parameters()?), 587),
        Tls::None => (Encryption::None, 25),
    };
    let mut transport = SmtpTransport::builder_dangerous(host)
        .port(port.unwrap_or(usual))
        .tls(encryption)
        .timeout(Some(TIMEOUT));
    if let Some(user) = user {
        let name = password_env.as_deref().ok_or("a user needs `password_env`")?;
        let password =
            env::var(name).map_err(|_| format!("the variable {name} with the password is not set"))?;
        transport = transport.credentials(Credentials::new(user.clone(), password));
    }
    Ok((mail, transport.build()))
}
