//! Mails (RFC 5322): newsletters and press releases, from a mailbox or an `.eml` file.

use std::collections::BTreeSet;

use mail_parser::{DateTime, Message, MessageParser, PartType};
use sayso_model::{Head, HeadSource, Report};

use crate::{
    HeadOverrides, IngestError,
    head::{fill, publish, stated},
    html, mailbox,
    normalise::normalise,
    report::{assemble, diagnostic},
};

/// A plain-text part shorter than this only says where the mail can be read.
const PLAIN: usize = 200;

/// Fields of a mail's head. Two of them show that what begins with fields is a mail.
const FIELDS: &[&str] = &[
    "from",
    "sender",
    "reply-to",
    "to",
    "cc",
    "bcc",
    "date",
    "subject",
    "message-id",
    "in-reply-to",
    "references",
    "return-path",
    "received",
    "received-spf",
    "x-received",
    "delivered-to",
    "envelope-to",
    "x-original-to",
    "mime-version",
    "content-type",
    "content-transfer-encoding",
    "dkim-signature",
    "domainkey-signature",
    "arc-seal",
    "arc-message-signature",
    "arc-authentication-results",
    "authentication-results",
    "list-id",
    "list-unsubscribe",
    "list-post",
];

/// True if an input is a mail: it begins with fields as RFC 5322 writes them, and two of them are those of mails, or its name is
/// that of a mail (`.eml`, or a file in the `cur` or `new` of a mailbox). `start` may end within the head.
#[must_use]
pub(crate) fn is_mail(start: &str, name: &str) -> bool {
    // The last line may have been cut off.
    let whole = start.rfind('\n').map_or(start, |at| start.get(..at).unwrap_or(start));
    let lines = whole.lines().take_while(|line| !line.is_empty());
    let mut known = BTreeSet::<&str>::new();
    let mut fields = 0;
    for line in lines {
        // A folded line continues the one before.
        if fields > 0 && line.starts_with([' ', '\t']) {
            continue;
        }
        if !mailbox::is_field(line.as_bytes()) {
            return false;
        }
        fields += 1;
        let name = line.split(':').next().unwrap_or("").to_ascii_lowercase();
        known.extend(FIELDS.iter().copied().find(|field| *field == name));
    }
    let folder = name.replace('\\', "/");
    let folder = folder.rsplit('/').nth(1);
    // Elsewhere, too, folders are called "new", and texts begin with a word and a colon; a delivered mail is named by its second.
    const SECONDS: usize = 9;
    let file = name.rsplit('/').next().unwrap_or("");
    let second =
        file.split('.').next().is_some_and(|s| s.len() >= SECONDS && s.bytes().all(|b| b.is_ascii_digit()));
    let in_a_mailbox = matches!(folder, Some("cur" | "new")) && (second || !known.is_empty());
    fields > 0 && (known.len() >= 2 || name.ends_with(".eml") || in_a_mailbox)
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
    let body = body(&mail);
    let (own, left_out) = own_words(&body);
    let body = normalise(&own);
    if body.trim().is_empty() {
        return Err(IngestError::NoText { form: "mail" });
    }
    let attached = mail.attachments().count();
    let mut diagnostics = Vec::new();
    if attached > 0 {
        let message = format!("{attached} attached parts of the mail were not read.");
        diagnostics.push(diagnostic("attachments_not_read", &message));
    }
    if left_out > 0 {
        let message = format!(
            "{left_out} lines of the mail were not read: they quote another mail, or are its signature."
        );
        diagnostics.push(diagnostic("quotation_not_read", &message));
    }
    Ok(assemble(bytes, &body, all, diagnostics))
}

/// The text without the lines that quote another mail (`>`, with the line that says whose they are) and without the signature
/// after `-- `, and the number of those left out. A mail that has nothing else, a forwarded one, is read whole.
fn own_words(text: &str) -> (String, usize) {
    let lines: Vec<&str> = text.lines().collect();
    let end = lines
        .iter()
        // With its space, as RFC 3676 has it: newsletters put "--" between their items.
        .position(|line| line.trim_end_matches('\r') == "-- ")
        .unwrap_or(lines.len());
    let is_quoted = |at: usize| lines.get(at).is_some_and(|line| line.starts_with('>'));
    let introduces = |at: usize| {
        let line = lines.get(at).map_or("", |line| line.trim_end());
        let next = |at: &usize| lines.get(*at).is_some_and(|line| !line.trim().is_empty());
        line.ends_with(':')
            && (line.contains("wrote") || line.contains('@'))
            && (at + 1..end.min(at + 4)).find(next).is_some_and(is_quoted)
    };
    let own: Vec<&str> = (0..end)
        .filter(|at| !is_quoted(*at) && !introduces(*at))
        .filter_map(|at| lines.get(at).copied())
        .collect();
    if own.iter().all(|line| line.trim().is_empty()) {
        return (text.to_owned(), 0);
    }
    (own.join("\n"), lines.len() - own.len())
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
    // As written if it can be read so, since mails also have names of zones, or none; a date that does not exist is ignored.
    if let Some(written) = mail.header_raw("Date") {
        publish(&mut head, written, &from);
    }
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
            is_mail("Received: from a\nX-Spam: no\n\tat all\nFrom: b\n\nNine hurt: two more", "x")
                && is_mail(
                    "X-Mozilla-Status: 0001\nX-Other: 1\n\nNine hurt",
                    "md/cur/1700000000.m1.host:2,s"
                )
                && is_mail("From: a@b.test\n\nx", "a.eml")
                && !is_mail("NORDHAVEN: Nine people were hurt.\n\nMore", "new/wire.txt")
                && !is_mail("Received: from a\n\nNine hurt", "x")
                && !is_mail("title: Nine hurt\ndate: 2024-03-05\n\nNine were hurt.", "x")
                && !is_mail("From: a\nTo: b\nNine were hurt, they said.\n", "x")
                && !is_mail("Nine hurt", "a.eml")
                && !is_mail("", "new/a")
        );
        assert!(matches!(read(b"From: a@b.test\n\n"), Err(IngestError::NoText { .. })));
    }

    #[test]
    fn dates_are_read_as_mails_write_them() {
        for (written, instant) in [
            ("Tue, 05 Mar 2024 22:30:00 -0500", Some("2024-03-05T22:30:00-05:00")),
            ("5 Mar 2024 22:30 EST", Some("2024-03-05T22:30:00-05:00")),
            ("Tue, 5 Mar 2024 22:30:00", None),
            ("Tue Mar  5 22:30:00 2024", None),
            ("Tue, 5 Mar 24 22:30:00 +0100 (CET)", Some("2024-03-05T22:30:00+01:00")),
        ] {
            let mail = format!("From: a@b.test\nDate: {written}\n\nNine people were hurt.\n");
            let head = read(mail.as_bytes()).unwrap().head;
            assert_eq!(head.published.unwrap().value.to_string(), "2024-03-05", "{written}");
            assert_eq!(head.published_at.map(|at| at.value).as_deref(), instant, "{written}");
        }
    }

    #[test]
    fn what_a_mail_quotes_and_its_signature_are_not_its_own_words() {
        let mail = "From: a@b.test\nSubject: Re: Toll\n\nNine people were hurt.\n\n\
            On Tue, 5 Mar 2024, Ida Holm wrote:\n\n> Twelve people were hurt.\n> Ask the harbour office.\n\nMore soon.\n\n\
            -- \nIda Holm, 40 Quay Street\n";
        let made = read(mail.as_bytes()).unwrap();
        assert_eq!(made.text, "Re: Toll\n\nNine people were hurt.\n\nMore soon.");
        assert!(made.diagnostics.iter().any(|d| d.code == "quotation_not_read"));
        let forwarded = "From: a@b.test\n\n> Twelve people were hurt.\n";
        let made = read(forwarded.as_bytes()).unwrap();
        assert!(
            made.text.contains("Twelve") && made.diagnostics.iter().all(|d| d.code != "quotation_not_read")
        );
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
