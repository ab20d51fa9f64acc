//! Mails (RFC 5322): newsletters and press releases, from a mailbox or an `.eml` file.

use std::collections::BTreeSet;

use mail_parser::{DateTime, Message, MessageParser, PartType};
use sayso_model::{Head, HeadSource, Report};

use crate::{
    HeadOverrides, IngestError,
    head::{fill, publish, stated},
    html::mail::{Whose, announces, blocks_of_mail, passes_on},
    mailbox,
    normalise::normalise,
    report::{assemble, diagnostic},
};

/// A plain-text part shorter than this only says where the mail can be read.
const PLAIN: usize = 200;

/// Lines before the last of the sentence that says whose words follow.
const BROKEN: usize = 2;

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
    settle(lines);
    for at in 0..lines.len() {
        if of(lines, at) == Whose::Own && introduces(lines, at) {
            let quoted = next(lines, at);
            for at in beginning(lines, at)..=at {
                set(lines, at, Whose::Answered);
            }
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

/// Decides on the lines around the parts of a mail that is answered: they are the answer, but for one before the first part that
/// says whose it is.
fn settle(lines: &mut [Line]) {
    let mut has_begun = false;
    for at in 0..lines.len() {
        match of(lines, at) {
            Whose::Answered => has_begun = true,
            Whose::Signature => {}
            Whose::Own | Whose::Quotation => has_begun = false,
            Whose::Around => {
                let says_whose = !has_begun && says_whose(lines, at);
                set(lines, at, if says_whose { Whose::Answered } else { Whose::Own });
            }
        }
    }
}

/// True for the line before the mail that is answered, in any language: it has an address or a time of day, or "wrote".
fn says_whose(lines: &[Line], at: usize) -> bool {
    let line = lines.get(at).map_or("", |(line, _)| line.trim_end());
    let is_before = next(lines, at).is_some_and(|next| of(lines, next) == Whose::Answered);
    is_before
        && line.ends_with(':')
        && (line.contains("wrote") || line.contains('@') || has_time_of_day(line))
}

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

/// Where the sentence begins that ends in a line "wrote:": programs break it into lines.
fn beginning(lines: &[Line], at: usize) -> usize {
    let text =
        |at: usize| lines.get(at).filter(|(_, whose)| *whose == Whose::Own).map(|(line, _)| line.as_str());
    let before = (at.saturating_sub(BROKEN)..=at).rev();
    let mut sentence = before.take_while(|at| text(*at).is_some_and(|line| !line.trim().is_empty()));
    sentence.find(|at| text(*at).is_some_and(|line| line.starts_with("On "))).unwrap_or(at)
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

/// The lines of a plain text: those that begin with `>` quote another mail unless it is passed on, those from `-- ` up to the next
/// such line are the signature.
fn plain_lines(text: &str) -> Vec<Line> {
    let (mut is_over, mut is_passed_on) = (false, false);
    let mut lines: Vec<Line> = Vec::new();
    // The last line that is not blank and not quoted, if no quoted one has come since.
    let mut before = "";
    for line in text.lines().map(|line| line.trim_end_matches('\r')) {
        if let Some(quoted) = line.strip_prefix('>') {
            let quoted = quoted.strip_prefix(' ').unwrap_or(quoted);
            is_passed_on |= announces(before)
                || lines.last().is_none_or(|(_, of)| *of != Whose::Answered) && passes_on(quoted);
            (is_over, before) = (false, "");
            lines.push(if is_passed_on && !quoted.starts_with('>') {
                (quoted.to_owned(), Whose::Own)
            } else {
                (line.to_owned(), Whose::Answered)
            });
            continue;
        }
        // With its space, as RFC 3676 has it: newsletters put "--" between their items.
        is_over |= line == "-- ";
        if !line.trim().is_empty() {
            before = line;
        }
        lines.push((line.to_owned(), if is_over { Whose::Signature } else { Whose::Own }));
    }
    lines
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

    #[test]
    fn answers_between_the_parts_of_a_quoted_mail_are_the_senders_own_words() {
        let part =
            |words: &str| format!("<blockquote class=gmail_quote style='margin:0px'>{words}</blockquote>");
        let (first, second) = (part("<div>Twelve people were hurt.</div><br>"), part("Ask the office.<br>"));
        let attr = "<div dir=ltr class=gmail_attr>Am Di., 5. Maerz 2024 um 10:22 Uhr schrieb Ida Holm &lt;<a href=x>ida@c.test</a>&gt;:<br></div>";
        let answers = "<div><br></div><div>Nine people were hurt.</div><div><br></div>";
        for (html, own) in [
            (format!("<div dir=ltr>Hi<div class=gmail_quote>{attr}{first}{answers}{second}<div>More soon.</div></div></div>"), "Hi\n\nNine people were hurt.\n\nMore soon."),
            (format!("<div dir=ltr><div dir=ltr>Hi</div><div class=gmail_quote><div>Two answers.</div>{first}{answers}{second}</div></div>"), "Hi\n\nTwo answers.\n\nNine people were hurt."),
            // Nested: what others have answered inside the quotation is quoted as well.
            (
                format!("<div>Hi</div><div class=gmail_quote>{attr}{}{answers}</div>", part(&format!("<div>No.</div><div class=gmail_quote>{attr}{first}<div>Eleven were hurt.</div></div>"))),
                "Hi\n\nNine people were hurt.",
            ),
            // Gmail's indentation is not a quotation.
            (format!("<div>Hi</div><div class=gmail_quote>{attr}{first}<blockquote style='margin:0 0 0 40px;border: none;padding:0px'>{answers}</blockquote></div>"), "Hi\n\nNine people were hurt."),
            (format!("<div>Hi</div><div class=protonmail_quote>On Tuesday, Ida Holm wrote:<br><blockquote class=protonmail_quote type=cite>Twelve.</blockquote>{answers}<blockquote type=cite>More.</blockquote></div>"), "Hi\n\nNine people were hurt."),
            (format!("<p>Hi</p><p>On 5 March, Ida Holm wrote:</p><blockquote type=cite>Twelve.</blockquote>{answers}<blockquote type=cite>More.</blockquote>"), "Hi\n\nNine people were hurt."),
            // A program that marks no parts: all of it is the mail that is answered, also what stands around its own quotations.
            ("<p>Hi</p><div class=yahoo_quoted><div>On Tuesday, Ida Holm wrote:</div><blockquote>Dear all</blockquote><div>Twelve people were hurt.</div></div>".to_owned(), "Hi"),
            ("<p>Hi</p><div class=gmail_quote><div>On Tuesday, Ida Holm wrote:</div><div><blockquote>Dear all</blockquote><div>Twelve people were hurt.</div></div></div>".to_owned(), "Hi"),
        ] {
            assert_eq!(formatted(&html).text, format!("Re: Toll\n\n{own}"), "{html}");
        }
    }

    #[test]
    fn answers_between_quoted_lines_are_the_senders_own_words() {
        for (body, own) in [
            (
                "Hi\n\nOn Tue, Mar 5, 2024 at 10:22 AM Ida Holm of the Coast Courier\n<ida@c.test> wrote:\n\n> Twelve people were hurt.\n>\n\nNine people were hurt.\n\n> > Ask.\n> The office.\n\nMore soon.",
                "Hi\n\nNine people were hurt.\n\nMore soon.",
            ),
            // A signature above the quotation ends with it.
            (
                "Hi\n\n-- \nIda, 40 Quay Street\n\nOn 5 March, Ida wrote:\n> Twelve people were hurt.\nNine people were hurt.",
                "Hi\n\nNine people were hurt.",
            ),
            // Passed on, as Apple's programs do it; and answered, as Outlook does.
            (
                "Hi\n\nBegin forwarded message:\n\n> From: Ida Holm\n> Subject: Toll\n>\n> Nine people were hurt.\n> > Twelve?\n",
                "Hi\n\nBegin forwarded message:\n\nFrom: Ida Holm\nSubject: Toll\n\nNine people were hurt.",
            ),
            (
                "Hi\n\n> From: Ida Holm\n> Nine people were hurt.\n",
                "Hi\n\nFrom: Ida Holm\nNine people were hurt.",
            ),
            (
                "Hi\n\n-----Original Message-----\n> Twelve people were hurt.\n",
                "Hi\n\n-----Original Message-----",
            ),
            ("Hi\n-----\n> Twelve people were hurt.\n", "Hi\n-----"),
        ] {
            let made = read(format!("From: a@b.test\nSubject: Re: Toll\n\n{body}\n").as_bytes()).unwrap();
            assert_eq!(made.text, format!("Re: Toll\n\n{own}"), "{body}");
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
