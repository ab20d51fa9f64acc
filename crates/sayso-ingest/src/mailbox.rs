//! Mailboxes in one file (mbox; `>From ` in bodies as mboxrd escapes it): each mail is a report.

use std::io::{BufRead, Read as _};

use crate::{Form, IngestError, Item, Limits, Piece, Sink};

/// True for an input that begins like a mailbox: a "From " line, then a field of a mail.
#[must_use]
pub(crate) fn is_mailbox(start: &str) -> bool {
    let mut lines = start.lines();
    lines.next().is_some_and(|l| l.starts_with("From "))
        && lines.next().is_some_and(|l| is_field(l.as_bytes()))
}

/// Splits a mailbox into its mails, in order; one that is over the limit is reported as failed.
///
/// # Errors
/// [`IngestError::Io`].
pub fn read(
    origin: &str,
    reader: &mut impl BufRead,
    limits: &Limits,
    sink: &mut Sink<'_>,
) -> Result<(), IngestError> {
    let mut mail = Mail::default();
    let mut number = 0_u64;
    // A line that begins a mail if a field follows it: some programs leave such lines in bodies as they are.
    let mut held: Option<Vec<u8>> = None;
    let mut after_blank = true;
    let mut line = Vec::new();
    loop {
        line.clear();
        let limit = limits.report_bytes.saturating_add(1);
        if reader.by_ref().take(limit).read_until(b'\n', &mut line)? == 0 {
            break;
        }
        if let Some(separator) = held.take() {
            if is_field(&line) {
                if number > 0 && sink(std::mem::take(&mut mail).item(origin, number, limits)).is_break() {
                    return Ok(());
                }
                number += 1;
            } else {
                mail.push(&separator, limits);
            }
        }
        if after_blank && line.starts_with(b"From ") {
            held = Some(line.clone());
            after_blank = false;
            continue;
        }
        after_blank = line.trim_ascii().is_empty();
        mail.push(unescaped(&line), limits);
    }
    if let Some(last) = held {
        mail.push(&last, limits);
    }
    let _ = sink(mail.item(origin, number, limits));
    Ok(())
}

#[derive(Default)]
struct Mail {
    bytes: Vec<u8>,
    too_large: bool,
}

impl Mail {
    fn push(&mut self, line: &[u8], limits: &Limits) {
        self.too_large |= (self.bytes.len() + line.len()) as u64 > limits.report_bytes;
        if self.too_large {
            self.bytes = Vec::new();
        } else {
            self.bytes.extend_from_slice(line);
        }
    }

    fn item(self, origin: &str, number: u64, limits: &Limits) -> Item {
        let origin = format!("{origin}#{number}");
        if self.too_large {
            let error = IngestError::TooLarge {
                what: "a mail",
                limit: format!("{} bytes", limits.report_bytes),
                remedy: "raise --max-bytes if it really is one report",
            };
            return Item::Failed { origin, error };
        }
        Item::Piece(Box::new(Piece::new(origin, Form::Mail, self.bytes)))
    }
}

/// A line as it was before it was put into the mailbox.
fn unescaped(line: &[u8]) -> &[u8] {
    let quoted = line.iter().take_while(|b| **b == b'>').count();
    let rest = line.get(quoted..).unwrap_or_default();
    if quoted > 0 && rest.starts_with(b"From ") { line.get(1..).unwrap_or(line) } else { line }
}

/// True for a line that is a field of a mail's head.
pub(crate) fn is_field(line: &[u8]) -> bool {
    let name = line.split(|b| *b == b':').next().unwrap_or_default();
    (1..=76).contains(&name.len())
        && name.len() < line.len()
        && name.iter().all(|b| b.is_ascii_alphanumeric() || *b == b'-')
}

#[cfg(test)]
mod tests {
    use super::read;
    use crate::{HeadOverrides, IngestError, Item, Limits, jsonl::collect, source};

    const BOX: &str = "From desk@coast.test Tue Mar  5 08:00:00 2024\nFrom: Coast Courier <desk@coast.test>\n\
        Subject: Nine hurt\nDate: Tue, 05 Mar 2024 08:00:00 +0100\n\n\
        At least nine people were hurt when a ferry struck the pier.\n\nFrom here the coast guard took over.\n\n\
        >From the harbour office no word came.\n\n\
        From desk@coast.test Wed Mar  6 08:00:00 2024\r\nSubject: Ten hurt\r\nFrom: Coast Courier <desk@coast.test>\r\n\
        Date: Wed, 06 Mar 2024 08:00:00 +0100\r\n\r\nAt least ten people were hurt, the harbour office said.\r\n";

    #[test]
    fn each_mail_of_a_mailbox_is_a_report() {
        let found =
            source::reports(BOX.as_bytes(), "desk.mbox", &HeadOverrides::default(), &Limits::default())
                .unwrap();
        let found: Vec<_> = found.into_iter().map(Result::unwrap).collect();
        let headlines: Vec<&str> =
            found.iter().map(|r| r.head.headline.as_ref().unwrap().value.as_str()).collect();
        assert_eq!(headlines, ["Nine hurt", "Ten hurt"]);
        assert_eq!(found[1].head.published.as_ref().unwrap().value.to_string(), "2024-03-06");
        assert!(found[0].text.contains("\n\nFrom here the coast guard"), "{}", found[0].text);
        assert!(found[0].text.ends_with("\n\nFrom the harbour office no word came."), "{}", found[0].text);
        // A text that begins like this is not a mailbox.
        let text = "From the harbour\n\nNine people were hurt, the harbour office said.\n";
        let one = source::reports(text.as_bytes(), "a.txt", &HeadOverrides::default(), &Limits::default());
        assert_eq!(one.unwrap().len(), 1);
    }

    #[test]
    fn a_mail_that_is_too_large_is_named() {
        let limits = Limits { report_bytes: 220, ..Limits::default() };
        let items = collect(|sink| read("desk.mbox", &mut BOX.as_bytes(), &limits, sink).unwrap());
        assert!(
            matches!(&items[0], Item::Failed { origin, error: IngestError::TooLarge { .. } } if origin == "desk.mbox#1")
        );
        assert!(matches!(&items[1], Item::Piece(p) if p.origin == "desk.mbox#2"), "{items:?}");
    }
}
