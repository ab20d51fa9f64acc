//! The language of a text.

use whatlang::{Lang, detect};

/// The language of a text as a BCP 47 tag; `None` for a text too short or too mixed to determine.
///
/// Texts of a few words that contain English function words count as English, since the detector only guesses there.
#[must_use]
pub fn language(text: &str) -> Option<&'static str> {
    // The start of a text is enough to determine its language; the limit keeps long texts cheap.
    let end = text.char_indices().nth(4000).map_or(text.len(), |(at, _)| at);
    let sample = text.get(..end).unwrap_or(text);
    let info = detect(sample)?;
    let letters = sample.chars().filter(|c| c.is_alphabetic()).count();
    if info.lang() == Lang::Eng || info.is_reliable() && letters >= 200 {
        return Some(tag(info.lang()));
    }
    let words = || sample.split(|c: char| !c.is_alphabetic()).filter(|w| !w.is_empty());
    let english = words().filter(|w| ENGLISH.contains(&w.to_lowercase().as_str())).count();
    if english * 8 >= words().count().max(1) {
        return Some("en");
    }
    info.is_reliable().then(|| tag(info.lang()))
}

/// True for a tag of English in any of its varieties.
#[must_use]
pub fn is_english(tag: &str) -> bool {
    let primary = tag.split(['-', '_']).next().unwrap_or_default();
    primary.eq_ignore_ascii_case("en")
        || primary.eq_ignore_ascii_case("eng")
        || primary.eq_ignore_ascii_case("english")
}

/// The most frequent English words that are not also words of other European languages.
const ENGLISH: &[&str] = &[
    "the", "of", "and", "to", "that", "with", "said", "says", "has", "have", "been", "were", "from", "by",
    "which", "their", "would", "after", "this", "more", "than", "about", "who", "its", "had",
];

/// ISO 639-1 if there is a code, otherwise 639-3, as BCP 47 requires.
fn tag(lang: Lang) -> &'static str {
    match lang.code() {
        "afr" => "af",
        "aka" => "ak",
        "amh" => "am",
        "ara" => "ar",
        "aze" => "az",
        "bel" => "be",
        "ben" => "bn",
        "bul" => "bg",
        "cat" => "ca",
        "ces" => "cs",
        "cmn" => "zh",
        "cym" => "cy",
        "dan" => "da",
        "deu" => "de",
        "ell" => "el",
        "eng" => "en",
        "epo" => "eo",
        "est" => "et",
        "fin" => "fi",
        "fra" => "fr",
        "guj" => "gu",
        "heb" => "he",
        "hin" => "hi",
        "hrv" => "hr",
        "hun" => "hu",
        "hye" => "hy",
        "ind" => "id",
        "ita" => "it",
        "jav" => "jv",
        "jpn" => "ja",
        "kan" => "kn",
        "kat" => "ka",
        "khm" => "km",
        "kor" => "ko",
        "lat" => "la",
        "lav" => "lv",
        "lit" => "lt",
        "mal" => "ml",
        "mar" => "mr",
        "mkd" => "mk",
        "mya" => "my",
        "nep" => "ne",
        "nld" => "nl",
        "nob" => "nb",
        "ori" => "or",
        "pan" => "pa",
        "pes" => "fa",
        "pol" => "pl",
        "por" => "pt",
        "ron" => "ro",
        "rus" => "ru",
        "sin" => "si",
        "slk" => "sk",
        "slv" => "sl",
        "sna" => "sn",
        "spa" => "es",
        "srp" => "sr",
        "swe" => "sv",
        "tam" => "ta",
        "tel" => "te",
        "tgl" => "tl",
        "tha" => "th",
        "tuk" => "tk",
        "tur" => "tr",
        "ukr" => "uk",
        "urd" => "ur",
        "uzb" => "uz",
        "vie" => "vi",
        "yid" => "yi",
        "zul" => "zu",
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::language;

    #[test]
    fn english_and_others() {
        assert_eq!(
            language(
                "At least nine people were hurt when the ferry struck the pier, the harbour office said."
            ),
            Some("en")
        );
        assert_eq!(language("Nine hurt, harbour office says after ferry accident"), Some("en"));
        let german = "Bei dem Unglück sind nach Angaben der Behörde mindestens neun Menschen verletzt worden. Die Fähre war am \
            Morgen gegen die Mole gefahren, sagte ein Sprecher. Warum das Schiff nicht rechtzeitig bremste, sei noch nicht bekannt.";
        assert_eq!(language(german), Some("de"));
        assert_eq!(language(""), None);
    }
}
