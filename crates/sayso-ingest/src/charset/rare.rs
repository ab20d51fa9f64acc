//! Charsets that browsers do not support but that occur in feeds and dumps: UTF-32, and EBCDIC declared in an XML declaration or
//! outside.

/// Text of UTF-32 or EBCDIC, with the charset's name; `None` for anything else.
pub(super) fn decode(bytes: &[u8], declared: Option<&str>) -> Option<(String, &'static str)> {
    if let Some(big) = utf32(bytes) {
        let text = bytes.chunks_exact(4).filter_map(|c| <[u8; 4]>::try_from(c).ok()).map(|unit| {
            let number = if big { u32::from_be_bytes(unit) } else { u32::from_le_bytes(unit) };
            char::from_u32(number).unwrap_or('\u{FFFD}')
        });
        let text = text.skip_while(|c| *c == '\u{FEFF}').collect();
        return Some((text, if big { "UTF-32BE" } else { "UTF-32LE" }));
    }
    // "<?xm" in every EBCDIC code page.
    let marked = bytes.starts_with(&[0x4C, 0x6F, 0xA7, 0x94]);
    // A declaration of EBCDIC for ASCII bytes is wrong.
    let named = declared.and_then(page).filter(|_| !bytes.is_ascii() && std::str::from_utf8(bytes).is_err());
    if named.is_none() && !marked {
        return None;
    }
    // An XML declaration uses letters that all code pages share.
    let start: String = bytes.iter().take(200).map(|b| letter(*b, Page::Us)).collect();
    let within = start.split_once("encoding=").map(|(_, rest)| rest.trim_start_matches(['"', '\'']));
    let page = named.or_else(|| page(within?.split(['"', '\'']).next()?)).unwrap_or(Page::Us);
    Some((bytes.iter().map(|b| letter(*b, page)).collect(), "EBCDIC"))
}

/// Whether text is big-endian UTF-32, by its mark or by the zeros of its first letters.
fn utf32(bytes: &[u8]) -> Option<bool> {
    if bytes.len() < 8 {
        return None;
    }
    if bytes.starts_with(&[0, 0, 0xFE, 0xFF]) {
        return Some(true);
    }
    if bytes.starts_with(&[0xFF, 0xFE, 0, 0]) {
        return Some(false);
    }
    let units = || bytes.chunks_exact(4).take(16);
    if units().all(|u| matches!(u, [0, 0, _, c] if *c != 0)) {
        return Some(true);
    }
    units().all(|u| matches!(u, [c, _, 0, 0] if *c != 0)).then_some(false)
}

/// The EBCDIC code pages for Latin letters; they differ in a few symbols.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Page {
    /// 037: United States, Canada.
    Us,
    /// 1140: the same with the euro.
    Euro,
    /// 500: international.
    International,
}

fn page(label: &str) -> Option<Page> {
    let label: String = label.to_lowercase().chars().filter(char::is_ascii_alphanumeric).collect();
    match label.as_str() {
        "ebcdicus" | "ebcdiccpus" | "ebcdiccpca" | "ebcdiccpnl" | "ebcdiccpwt" | "ibm037" | "cp037"
        | "csibm037" => Some(Page::Us),
        "ibm1140" | "cp1140" | "ibm01140" | "cp01140" | "ccsid01140" => Some(Page::Euro),
        "ibm500" | "cp500" | "ebcdiccpbe" | "ebcdiccpch" | "csibm500" => Some(Page::International),
        _ => None,
    }
}

/// Code page 037 from 0x40 on, as published by IBM.
const GRAPHIC: [char; 192] = [
    ' ', '\u{A0}', 'â', 'ä', 'à', 'á', 'ã', 'å', 'ç', 'ñ', '¢', '.', '<', '(', '+', '|', '&', 'é', 'ê', 'ë',
    'è', 'í', 'î', 'ï', 'ì', 'ß', '!', '$', '*', ')', ';', '¬', '-', '/', 'Â', 'Ä', 'À', 'Á', 'Ã', 'Å', 'Ç',
    'Ñ', '¦', ',', '%', '_', '>', '?', 'ø', 'É', 'Ê', 'Ë', 'È', 'Í', 'Î', 'Ï', 'Ì', '`', ':', '#', '@', '\'',
    '=', '"', 'Ø', 'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', '«', '»', 'ð', 'ý', 'þ', '±', '°', 'j', 'k',
    'l', 'm', 'n', 'o', 'p', 'q', 'r', 'ª', 'º', 'æ', '¸', 'Æ', '¤', 'µ', '~', 's', 't', 'u', 'v', 'w', 'x',
    'y', 'z', '¡', '¿', 'Ð', 'Ý', 'Þ', '®', '^', '£', '¥', '·', '©', '§', '¶', '¼', '½', '¾', '[', ']', '¯',
    '¨', '´', '×', '{', 'A', 'B', 'C', 'D', 'E', 'F', 'G', 'H', 'I', '\u{AD}', 'ô', 'ö', 'ò', 'ó', 'õ', '}',
    'J', 'K', 'L', 'M', 'N', 'O', 'P', 'Q', 'R', '¹', 'û', 'ü', 'ù', 'ú', 'ÿ', '\\', '÷', 'S', 'T', 'U', 'V',
    'W', 'X', 'Y', 'Z', '²', 'Ô', 'Ö', 'Ò', 'Ó', 'Õ', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', '³',
    'Û', 'Ü', 'Ù', 'Ú', '\u{9F}',
];

fn letter(byte: u8, page: Page) -> char {
    match (page, byte) {
        (_, 0x05) => '\t',
        (_, 0x0D) => '\r',
        (_, 0x15 | 0x25) => '\n',
        (Page::Euro, 0x9F) => '€',
        (Page::International, 0x4A) => '[',
        (Page::International, 0x4F) => '!',
        (Page::International, 0x5A) => ']',
        (Page::International, 0x5F) => '^',
        (Page::International, 0xB0) => '¢',
        (Page::International, 0xBA) => '¬',
        (Page::International, 0xBB) => '|',
        _ => byte.checked_sub(0x40).and_then(|at| GRAPHIC.get(usize::from(at))).copied().unwrap_or(' '),
    }
}

#[cfg(test)]
mod tests {
    use super::decode;

    #[test]
    fn charsets_that_browsers_do_not_support_are_read() {
        let text = "<?xml version='1.0'?>Brücke";
        let utf32 = |big: bool, mark: bool| -> Vec<u8> {
            let chars = mark.then_some('\u{FEFF}').into_iter().chain(text.chars()).map(u32::from);
            chars.flat_map(|c| if big { c.to_be_bytes() } else { c.to_le_bytes() }).collect()
        };
        for (big, mark) in [(true, true), (true, false), (false, true), (false, false)] {
            assert_eq!(decode(&utf32(big, mark), None).map(|d| d.0).as_deref(), Some(text), "{big} {mark}");
        }
        // <?xml version='1.0' encoding='cp500'?>!
        let ebcdic = [
            0x4C, 0x6F, 0xA7, 0x94, 0x93, 0x40, 0xA5, 0x85, 0x99, 0xA2, 0x89, 0x96, 0x95, 0x7E, 0x7D, 0xF1,
            0x4B, 0xF0, 0x7D, 0x40, 0x85, 0x95, 0x83, 0x96, 0x84, 0x89, 0x95, 0x87, 0x7E, 0x7D, 0x83, 0x97,
            0xF5, 0xF0, 0xF0, 0x7D, 0x6F, 0x6E, 0x4F,
        ];
        let read = decode(&ebcdic, None).map(|d| d.0);
        assert_eq!(read.as_deref(), Some("<?xml version='1.0' encoding='cp500'?>!"));
        assert_eq!(decode(&[0xC2, 0x99, 0xFF], Some("cp037")).map(|d| d.0.starts_with("Br")), Some(true));
        assert_eq!(decode(b"Br\0\0\0", None), None);
        assert_eq!(decode(b"plain", Some("cp037")), None);
    }
}
