//! Mails (RFC 5322): newsletters and press releases, from a mailbox or an `.eml` file.

use std::collections::BTreeSet;

use mail_parser::{DateTime, Message, MessageParser, PartType};
use sayso_model::{Head, HeadSource, Report};

use crate::{
    HeadOverrides, IngestError,
    head::{fill, publish, stated},
    html::mail::{Whose, blocks_of_mail},
    mailbox,
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
    let (own, left_out) = own_words(body(&mail));
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

/// The text of a mail without the lines of another mail that it quotes, with the line that says whose they are, and without the
/// signature; and the number of those left out. A mail that has nothing else, a forwarded one, is read whole.
fn own_words(mut body: Body) -> (String, usize) {
    let lines = &mut body.lines;
    for at in 0..lines.len() {
        if of(lines, at) == Whose::Own && introduces(lines, at) {
            let quoted = next(lines, at);
            set(lines, at, Whose::Answered);
            // A quotation without marks is another mail's if it is introduced as one.
            for at in quoted.into_iter().flat_map(|first| first..) {
                if of(lines, at) != Whose::Quotation {
                    break;
                }
                set(lines, at, Whose::Answered);
            }
        }
    }
    let is_own = |whose: Whose| matches!(whose, Whose::Own | Whose::Quotation);
    let own: Vec<&str> =
        lines.iter().filter(|(_, whose)| is_own(*whose)).map(|(line, _)| line.as_str()).collect();
    if own.iter().all(|line| line.trim().is_empty()) {
        let all: Vec<&str> = lines.iter().map(|(line, _)| line.as_str()).collect();
        return (all.join(body.joint), 0);
    }
    (own.join(body.joint), lines.len() - own.len())
}

type Line = (String, Whose);

fn of(lines: &[Line], at: usize) -> Whose {
    lines.get(at).map_or(Whose::Own, |(_, whose)| *whose)
}

fn set(lines: &mut [Line], at: usize, to: Whose) {
    if let Some((_, whose)) = lines.get_mut(at) {
        *whose = to;
    }
}

/// The next line that is not blank, at most three further on.
fn next(lines: &[Line], at: usize) -> Option<usize> {
    (at + 1..at + 4).find(|at| lines.get(*at).is_some_and(|(line, _)| !line.trim().is_empty()))
}

/// True for the line that says whose words follow: "On Tue, 5 Mar 2024, Ida Holm wrote:".
fn introduces(lines: &[Line], at: usize) -> bool {
    let line = lines.get(at).map_or("", |(line, _)| line.trim_end());
    if !line.ends_with(':') {
        return false;
    }
    match next(lines, at).map(|next| of(lines, next)) {
        Some(Whose::Answered) => line.contains("wrote") || line.contains('@'),
        // Newsletters introduce what people have written, too ("The ministry (@MoH) posted:"), but not by an address, nor by day
        // and minute.
        Some(Whose::Quotation) => {
            has_address(line) || line.starts_with("On ") && line.contains("wrote") && has_time_of_day(line)
        }
        _ => false,
    }
}

/// True for a line with an address ("ida@example.org").
fn has_address(line: &str) -> bool {
    let words = line.split(|c: char| c.is_whitespace() || "<>()[],;:".contains(c));
    words.filter_map(|word| word.split_once('@')).any(|(name, host)| !name.is_empty() && host.contains('.'))
}

/// True for a line with a time of day ("at 10:22").
fn has_time_of_day(line: &str) -> bool {
    line.as_bytes().windows(4).any(
        |w| matches!(w, [h, b':', m, n] if h.is_ascii_digit() && m.is_ascii_digit() && n.is_ascii_digit()),
    )
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

/// The lines of a mail's text, and what is between them.
struct Body {
    lines: Vec<Line>,
    joint: &'static str,
}

fn body(mail: &Message<'_>) -> Body {
    let parts = |wanted: fn(&PartType<'_>) -> Option<String>| -> Vec<String> {
        let parts = mail.text_bodies().chain(mail.html_bodies());
        let mut texts: Vec<String> = parts.filter_map(|part| wanted(&part.body)).collect();
        texts.dedup();
        texts
    };
    let plain = parts(|part| if let PartType::Text(text) = part { Some(text.to_string()) } else { None });
    let plain = plain.join("\n\n");
    if plain.trim().chars().count() < PLAIN {
        let formatted =
            parts(|part| if let PartType::Html(html) = part { Some(html.to_string()) } else { None });
        let lines = formatted.iter().flat_map(|html| blocks_of_mail(html)).map(|(line, whose)| {
            // What was plain text before a program put it into HTML.
            let quotes = whose == Whose::Own && line.starts_with('>');
            (line, if quotes { Whose::Answered } else { whose })
        });
        let lines: Vec<Line> = lines.collect();
        if lines.iter().any(|(line, _)| !line.trim().is_empty()) {
            return Body { lines, joint: "\n\n" };
        }
    }
    Body { lines: plain_lines(&plain), joint: "\n" }
}

/// The lines of a plain text: those that begin with `>` quote another mail, those from `-- ` on are the signature.
fn plain_lines(text: &str) -> Vec<Line> {
    let mut is_over = false;
    let lines = text.lines().map(|line| {
        // With its space, as RFC 3676 has it: newsletters put "--" between their items.
        is_over |= line.trim_end_matches('\r') == "-- ";
        let whose = match line {
            _ if is_over => Whose::Signature,
            line if line.starts_with('>') => Whose::Answered,
            _ => Whose::Own,
        };
        (line.to_owned(), whose)
    });
    lines.collect()
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

    fn formatted(html: &str) -> sayso_model::Report {
        let mail =
            format!("From: a@b.test\nSubject: Re: Toll\nContent-Type: text/html; charset=utf-8\n\n{html}\n");
        read(mail.as_bytes()).unwrap()
    }

    #[test]
    fn what_a_formatted_mail_quotes_is_not_its_own_words_either() {
        let own = "<p>Nine people were hurt.</p>";
        for quoted in [
            // Gmail, Thunderbird, Apple Mail, Proton Mail, and a program without marks of its own.
            "<div class=\"gmail_quote gmail_quote_container\"><div dir=ltr class=gmail_attr>On Tue, Mar 5, 2024 at 10:22 AM Ida Holm \
             &lt;<a href=\"mailto:ida@c.test\">ida@c.test</a>&gt; wrote:<br></div><blockquote class=gmail_quote><div>Twelve people were hurt.</div></blockquote></div>",
            "<div class=moz-cite-prefix>On 05.03.24 10:22, Ida Holm wrote:<br></div><blockquote type=cite cite=\"mid:1@c.test\"><p>Twelve people were hurt.</p></blockquote>",
            "<div><br><blockquote type=\"cite\"><div>On 5 Mar 2024, at 10:22, Ida Holm &lt;ida@c.test&gt; wrote:</div><br><div>Twelve people were hurt.</div></blockquote></div>",
            "<div class=\"protonmail_quote\">On Tuesday, Ida Holm wrote:<br><blockquote>Twelve people were hurt.</blockquote></div>",
            "<p>On Tue, Mar 5, 2024 at 10:22 AM Ida Holm wrote:</p><blockquote><p>Twelve people were hurt.</p><p>Ask the office.</p></blockquote>",
            "<p>On 5 March, Ida Holm &lt;ida@c.test&gt; wrote:</p><blockquote type=cite>Twelve people were hurt.</blockquote>",
            "<div>On 5 March, Ida Holm wrote:<br>&gt; Twelve people were hurt.<br>&gt; Ask the office.</div>",
        ] {
            let made = formatted(&format!(
                "{own}{quoted}<p>More soon.</p><div class=gmail_signature>40 Quay Street</div>"
            ));
            assert_eq!(made.text, "Re: Toll\n\nNine people were hurt.\n\nMore soon.", "{quoted}");
            assert!(made.diagnostics.iter().any(|d| d.code == "quotation_not_read"), "{quoted}");
        }
        for kept in [
            // A newsletter quotes a speech; a mail is passed on; there is nothing else.
            "<p>Nine people were hurt.</p><p>On 5 March, Ida Holm wrote:</p><blockquote><p>Twelve people were hurt.</p></blockquote>",
            "<p>Nine people were hurt.</p><div class=gmail_quote><div class=gmail_attr>---------- Forwarded message ---------</div><p>Twelve people were hurt.</p></div>",
            "<blockquote type=cite>Twelve people were hurt.</blockquote>",
        ] {
            let made = formatted(kept);
            assert!(made.text.contains("Twelve"), "{kept}: {}", made.text);
            assert!(made.diagnostics.iter().all(|d| d.code != "quotation_not_read"), "{kept}");
        }
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
