//! Mails (RFC 5322): newsletters and press releases, from a mailbox or an `.eml` file.

use mail_parser::{DateTime, Message, MessageParser, PartType};
use sayso_model::{Head, HeadSource, Report};

use crate::{
    HeadOverrides, IngestError,
    head::{fill, publish, stated},
    html,
    normalise::normalise,
    report::{assemble, diagnostic},
};

/// A plain-text part shorter than this only says where the mail can be read.
const PLAIN: usize = 200;

/// Fields that a mail can begin with but a text does not.
const FIRST: &[&str] = &[
    "return-path",
    "received",
    "delivered-to",
    "mime-version",
    "message-id",
    "dkim-signature",
    "arc-seal",
    "x-original-to",
    "authentication-results",
    "list-id",
    "list-unsubscribe",
];

/// True if an input is a mail, by its name or its first field.
#[must_use]
pub(crate) fn is_mail(start: &str, name: &str) -> bool {
    let field =
        start.lines().next().and_then(|l| l.split_once(':')).map(|(name, _)| name.to_ascii_lowercase());
    name.ends_with(".eml") && field.is_some() || field.is_some_and(|f| FIRST.contains(&f.as_str()))
}

/// The report of a mail: its subject is the headline, its sender the outlet, its text the plain-text part or, if that says
/// nothing, the HTML one. Attachments are not read, which is reported.
///
/// # Errors
/// [`IngestError::Malformed`], [`IngestError::NoText`].
pub fn report(bytes: &[u8], known: &Head, options: &HeadOverrides) -> Result<Report, IngestError> {
    let mail = MessageParser::default()
        .parse(bytes)
        .ok_or_else(|| IngestError::Malformed { form: "a mail", reason: "it has no fields".to_owned() })?;
    let mut all = options.head();
    fill(&mut all, head(&mail));
    fill(&mut all, known.clone());
    let body = normalise(&body(&mail));
    if body.trim().is_empty() {
        return Err(IngestError::NoText { form: "mail" });
    }
    let attached = mail.attachments().count();
    let mut diagnostics = Vec::new();
    if attached > 0 {
        let message = format!("{attached} attached parts of the mail were not read.");
        diagnostics.push(diagnostic("attachments_not_read", &message));
    }
    Ok(assemble(bytes, &body, all, diagnostics))
}

fn head(mail: &Message<'_>) -> Head {
    let from = HeadSource::Record;
    let sender = mail.from().and_then(|a| a.first());
    let name = sender.and_then(|a| a.name.as_deref());
    let address = sender.and_then(|a| a.address.as_deref());
    let mut head = Head {
        headline: mail.subject().and_then(|subject| stated(subject, &from)),
        outlet: name.or(address).and_then(|name| stated(name, &from)),
        ..Head::default()
    };
    // A date that does not exist is ignored.
    if let Some(date) = mail.date().filter(|d| DateTime::is_valid(d)) {
        publish(&mut head, &date.to_rfc3339(), &from);
    }
    head
}

fn body(mail: &Message<'_>) -> String {
    let parts = |wanted: fn(&PartType<'_>) -> Option<String>| -> String {
        let parts = mail.text_bodies().chain(mail.html_bodies());
        let mut texts: Vec<String> = parts.filter_map(|part| wanted(&part.body)).collect();
        texts.dedup();
        texts.join("\n\n")
    };
    let plain = parts(|part| if let PartType::Text(text) = part { Some(text.to_string()) } else { None });
    if plain.trim().chars().count() >= PLAIN {
        return plain;
    }
    let formatted =
        parts(|part| if let PartType::Html(html) = part { Some(html::text_of(html)) } else { None });
    if formatted.trim().is_empty() { plain } else { formatted }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use sayso_model::Head;

    use super::{is_mail, report};
    use crate::{HeadOverrides, IngestError, Limits, source};

    fn read(mail: &[u8]) -> Result<sayso_model::Report, IngestError> {
        report(mail, &Head::default(), &HeadOverrides::default())
    }

    #[test]
    fn newsletters_are_reports() {
        let long = "At least nine people were hurt on Tuesday when a ferry struck the pier, the harbour office said. ".repeat(3);
        let mail = format!(
            "Return-Path: <desk@coast-courier.test>\r\nFrom: =?utf-8?q?Coast_Courier?= <desk@coast-courier.test>\r\n\
             Subject: =?utf-8?b?TmluZSBodXJ0IGFzIGZlcnJ5IHN0cmlrZXMgcGllcg==?=\r\nDate: Tue, 05 Mar 2024 22:30:00 -0500\r\n\
             MIME-Version: 1.0\r\nContent-Type: multipart/alternative; boundary=x\r\n\r\n--x\r\nContent-Type: text/plain\r\n\r\n\
             View this mail in your browser: https://coast-courier.test/1\r\n--x\r\nContent-Type: text/html; charset=utf-8\r\n\
             Content-Transfer-Encoding: quoted-printable\r\n\r\n<style>p {{ color: red }}</style><table><tr><td><p>{long}</p><p>More=20soon.</p></td></tr></table>\r\n--x--\r\n"
        );
        let made = source::one(
            mail.as_bytes(),
            "cur/1700000000.M1.host:2,S",
            &HeadOverrides::default(),
            &Limits::default(),
        )
        .unwrap();
        assert_eq!(made.head.headline.as_ref().unwrap().value, "Nine hurt as ferry strikes pier");
        assert_eq!(made.head.outlet.as_ref().unwrap().value, "Coast Courier");
        assert_eq!(
            made.head.published.as_ref().unwrap().value.to_string(),
            "2024-03-05",
            "the sender's own day"
        );
        assert!(made.text.contains("nine people") && made.text.ends_with("More soon."), "{}", made.text);
        assert!(!made.text.contains("color") && !made.text.contains("browser"), "{}", made.text);
    }

    #[test]
    fn plain_mails_and_attachments() {
        let text = "At least nine people were hurt when a ferry struck the pier, the harbour office said. "
            .repeat(3);
        let mail = format!(
            "From: press@harbour.test\nSubject: Statement\nContent-Type: multipart/mixed; boundary=x\n\n--x\n\n{text}\n--x\n\
             Content-Type: application/pdf; name=a.pdf\nContent-Transfer-Encoding: base64\n\nJVBERg==\n--x--\n"
        );
        let made =
            source::one(mail.as_bytes(), "a.eml", &HeadOverrides::default(), &Limits::default()).unwrap();
        assert_eq!(made.head.outlet.as_ref().unwrap().value, "press@harbour.test");
        assert!(made.diagnostics.iter().any(|d| d.code == "attachments_not_read"));
        assert!(made.head.published.is_none(), "no day is made up");
        assert!(
            is_mail("Received: from a", "x")
                && !is_mail("title: Nine hurt", "x")
                && !is_mail("Nine hurt", "a.eml")
        );
        assert!(matches!(read(b"From: a@b.test\n\n"), Err(IngestError::NoText { .. })));
    }

    proptest! {
        #[test]
        fn no_mail_brings_out_a_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300), inner in ".{0,200}") {
            let _ = read(&bytes);
            let _ = read(format!("Content-Type: multipart/mixed; boundary=x\n\n--x\n{inner}\n--x--").as_bytes());
            let _ = read(format!("Subject: {inner}\nDate: {inner}\nContent-Transfer-Encoding: base64\n\n{inner}").as_bytes());
        }
    }
}
