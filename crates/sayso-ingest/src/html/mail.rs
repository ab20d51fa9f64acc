//! Mails in HTML: which blocks quote the mail that is answered, by the marks that mail programs put around it.

use scraper::{ElementRef, Html, node::Element};

use super::{block, guard};

/// Whose words a block of a mail has.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Whose {
    /// The mail's own.
    #[default]
    Own,
    /// Those in a quotation that no mail program has marked: newsletters quote people so.
    Quotation,
    /// Those of the mail that is answered, or the line that says whose they are.
    Answered,
    /// A signature.
    Signature,
}

/// Class names of elements that hold the mail that is answered, or say whose it is.
const ANSWERED: &[&str] =
    &["gmail_quote", "gmail_attr", "moz-cite-prefix", "yahoo_quoted", "protonmail_quote", "tutanota_quote"];
/// Class names of signatures.
const SIGNATURE: &[&str] = &["gmail_signature", "moz-signature", "protonmail_signature_block"];

/// How what is passed on begins.
const FORWARDED: &[&str] = &["-----", "Begin forwarded message", "From:", "Subject:"];

impl Whose {
    /// Whose words are in an element that is among words of `self`.
    pub(super) fn within(self, element: ElementRef<'_>) -> Self {
        let value = element.value();
        let own = if has_class(value, SIGNATURE) {
            Self::Signature
        } else if (has_class(value, ANSWERED) || is_cited(value)) && !is_forwarded(element) {
            Self::Answered
        } else if value.name() == "blockquote" {
            Self::Quotation
        } else {
            Self::Own
        };
        self.max(own)
    }
}

fn has_class(element: &Element, names: &[&str]) -> bool {
    element.attr("class").is_some_and(|class| class.split_whitespace().any(|name| names.contains(&name)))
}

/// `<blockquote type="cite">`, as most programs write it.
fn is_cited(element: &Element) -> bool {
    element.name() == "blockquote"
        && element.attr("type").is_some_and(|kind| kind.trim().eq_ignore_ascii_case("cite"))
}

/// True if what an element holds is passed on, not answered: a line of dashes begins it, whatever the language, or the line or the
/// head of a mail with which Apple's programs begin it.
fn is_forwarded(element: ElementRef<'_>) -> bool {
    element
        .text()
        .map(str::trim_start)
        .find(|text| !text.is_empty())
        .is_some_and(|text| FORWARDED.iter().any(|mark| text.starts_with(mark)))
}

/// The blocks of a mail's HTML.
pub(crate) fn blocks_of_mail(html: &str) -> Vec<(String, Whose)> {
    if !html.contains(['<', '&']) {
        return vec![(html.to_owned(), Whose::Own)];
    }
    if guard::check_nesting(html).is_err() {
        return Vec::new();
    }
    let document = Html::parse_fragment(&guard::without_excess(html).0);
    block::blocks(&document).into_iter().map(|block| (block.text, block.whose)).collect()
}
