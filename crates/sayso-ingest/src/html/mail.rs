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
    /// Those around the parts of a mail that is answered: the line that says whose it is or, after a part, the mail's own answer.
    Around,
    /// Those of the mail that is answered, or the line that says whose they are.
    Answered,
    /// A signature.
    Signature,
}

/// Class names of elements that hold the mail that is answered, or say whose it is.
const ANSWERED: &[&str] =
    &["gmail_quote", "gmail_attr", "moz-cite-prefix", "yahoo_quoted", "protonmail_quote", "tutanota_quote"];
/// Those of them that say whose it is.
const INTRODUCES: &[&str] = &["gmail_attr", "moz-cite-prefix"];
/// Class names of signatures.
const SIGNATURE: &[&str] = &["gmail_signature", "moz-signature", "protonmail_signature_block"];

/// How the head of a mail begins that Apple's programs put in front of what they pass on.
const HEAD: &[&str] = &["From:", "Subject:"];

impl Whose {
    /// Whose words are in an element that is among words of `self`.
    pub(super) fn within(self, element: ElementRef<'_>) -> Self {
        let value = element.value();
        let own = if has_class(value, SIGNATURE) {
            Self::Signature
        } else if self >= Self::Answered {
            self
        } else if self == Self::Around {
            // An element is searched for quotations only if no other around it has been, so that each is searched once.
            let is_part = value.name() == "blockquote" && !is_indented(value);
            if is_part || has_class(value, INTRODUCES) { Self::Answered } else { self }
        } else if (has_class(value, ANSWERED) || is_cited(value)) && !is_forwarded(element) {
            let is_around = value.name() != "blockquote" && holds_parts(element);
            if is_around { Self::Around } else { Self::Answered }
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

/// True if an element holds a mail that is answered in parts that are marked as quotations, so that what stands between them is
/// the answer. Yahoo's programs mark no parts.
fn holds_parts(element: ElementRef<'_>) -> bool {
    let is_part = |inner: ElementRef<'_>| {
        let value = inner.value();
        let is_marked = || has_class(value, ANSWERED) || is_cited(value) || inner.parent() == Some(*element);
        value.name() == "blockquote" && !is_indented(value) && is_marked()
    };
    !has_class(element.value(), &["yahoo_quoted"])
        && element.descendants().filter_map(ElementRef::wrap).any(is_part)
}

/// True for a quotation as Gmail indents the writer's own words.
fn is_indented(element: &Element) -> bool {
    element.attr("style").is_some_and(|style| style.replace(' ', "").contains("border:none"))
}

/// True if what an element holds is passed on, not answered: a line of dashes begins it, whatever the language, or the line or the
/// head of a mail with which Apple's programs begin it.
fn is_forwarded(element: ElementRef<'_>) -> bool {
    element.text().map(str::trim_start).find(|text| !text.is_empty()).is_some_and(passes_on)
}

/// True if a mail that is passed on begins with `text`.
pub(crate) fn passes_on(text: &str) -> bool {
    announces(text) || HEAD.iter().any(|mark| text.starts_with(mark))
}

/// True for the line after which a mail follows that is passed on. Outlook's "-----Original Message-----" is answered.
pub(crate) fn announces(line: &str) -> bool {
    line.starts_with("Begin forwarded message")
        || line.starts_with("-----") && line.contains(char::is_alphabetic) && !line.contains("Original")
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
