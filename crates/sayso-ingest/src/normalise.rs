//! The normalisation applied to every report's text; the rules are in the crate documentation.

/// Normalises a text: line endings, invisible characters, spaces at the ends of lines, blank lines.
///
/// The function is idempotent.
#[must_use]
pub fn normalise(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut blank_lines = 0;
    for line in lines(text) {
        let before = out.len();
        if before > 0 {
            out.push('\n');
            if blank_lines > 0 {
                out.push('\n');
            }
        }
        let start = out.len();
        visible(line, &mut out);
        let kept = out.get(start..).map_or(0, |s| s.trim_end().len());
        out.truncate(start + kept);
        if kept == 0 {
            out.truncate(before);
            blank_lines += 1;
        } else {
            blank_lines = 0;
        }
    }
    out
}

/// Splits at any of Unicode's line endings, with CR LF as one.
fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.split_inclusive(is_line_end)
        .scan(false, |after_cr, line| {
            // The LF of a CR LF would otherwise count as a line of its own.
            let joined = *after_cr && line == "\n";
            *after_cr = line.ends_with('\r');
            Some((!joined).then(|| line.trim_end_matches(is_line_end)))
        })
        .flatten()
}

/// Includes page breaks: words on two pages are two words.
fn is_line_end(c: char) -> bool {
    matches!(c, '\n' | '\u{0B}' | '\u{0C}' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// Appends a line without invisible characters. Whether a joiner stays is known only at the next letter.
fn visible(line: &str, out: &mut String) {
    let (mut before, mut joiner) = (None, None);
    for c in line.chars().filter(|&c| !is_invisible(c)) {
        if is_joiner(c) {
            joiner = joiner.or(Some(c));
            continue;
        }
        out.extend(joiner.take().filter(|_| before.is_some_and(joins) && joins(c)));
        out.push(c);
        before = Some(c);
    }
}

/// True for characters that say whether two letters are joined.
fn is_joiner(c: char) -> bool {
    matches!(c, '\u{200C}' | '\u{200D}')
}

/// Whether a character can be joined to the next in more than one way: those of Persian, of Indian scripts and emoji, but not
/// Latin, where a joiner only splits a name in two.
fn joins(c: char) -> bool {
    c > '\u{24F}' && !matches!(c, '\u{1E00}'..='\u{20FF}')
}

/// True for characters that readers do not see but that break words, spans or terminals.
fn is_invisible(c: char) -> bool {
    match c {
        '\t' => false,
        '\u{AD}' | '\u{200B}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' => true,
        '\u{2060}'..='\u{2069}' | '\u{FEFF}' => true,
        c => c.is_control(),
    }
}

/// Reduces a text to one line: all white space, including line ends, becomes single spaces; invisible characters are removed.
#[must_use]
pub fn line(text: &str) -> String {
    let blanks: String = text.chars().map(|c| if c.is_whitespace() { ' ' } else { c }).collect();
    let mut shown = String::with_capacity(blanks.len());
    visible(&blanks, &mut shown);
    shown.split(' ').filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::normalise;

    #[test]
    fn line_ends_and_invisible_characters() {
        assert_eq!(normalise("a\r\nb\rc\u{2028}d"), "a\nb\nc\nd");
        assert_eq!(normalise("\n\n a  \r\n\r\n\r\n\r\nb\t\n\n"), " a\n\nb");
        assert_eq!(normalise("zero\u{200B}width so\u{AD}ft \u{202E}x\u{202C}\0"), "zerowidth soft x");
        assert_eq!(normalise("no\u{A0}break “quotes” — stay"), "no\u{A0}break “quotes” — stay");
        assert_eq!(normalise("\u{200B}\n \n"), "");
        assert_eq!(normalise("the office\u{0C}said\u{0B}so"), "the office\nsaid\nso");
    }

    #[test]
    fn joiners_are_kept_if_they_have_a_meaning() {
        assert_eq!(normalise("Ma\u{200D}ra Vo\u{200C}\u{200D}ss\u{200D}, É\u{200D}va"), "Mara Voss, Éva");
        assert_eq!(super::line("Ma\u{200D}ra\u{0C}Voss"), "Mara Voss");
        let persian = "می\u{200C}خواهم";
        assert_eq!(normalise(persian), persian);
        let family = "\u{1F468}\u{200D}\u{1F469}";
        assert_eq!(normalise(family), family);
    }

    proptest! {
        #[test]
        fn normalising_is_idempotent(text in "[a \t\r\n\u{0C}\u{200B}-\u{200D}\u{85}\u{2028}\u{FEFF}éमی]{0,60}") {
            let once = normalise(&text);
            prop_assert_eq!(normalise(&once), once);
        }
    }
}
