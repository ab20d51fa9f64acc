//! Reports with their entries, for the formats that are documents rather than rows.

use std::io::Write;

use sayso_desk::{Loaded, load_placed};
use sayso_ledger::{EntryKind, EntryName, Ledger, ReportFilter, ReportLine, Reviewed, Standing};
use sayso_model::{Reading, Span, story::StoryReport};
use sha2::{Digest, Sha256};

use crate::{
    ExportError, chosen_stories, citron, conll, ftm, ninjs, prov, prov_o, schema_org, web_annotation,
};

/// The namespace of terms that no vocabulary has.
pub(crate) const TERMS: &str = "https://github.com/sayso/sayso/ns#";

/// The document formats.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Documents {
    /// IPTC ninjs 3, one item per line.
    Ninjs,
    /// schema.org as JSON-LD, one graph.
    SchemaOrg,
    /// W3C PROV-JSON.
    Prov,
    /// W3C PROV-O as JSON-LD.
    ProvO,
    /// W3C Web Annotation, one collection.
    WebAnnotation,
    /// `FollowTheMoney`, one entity per line.
    Ftm,
    /// CoNLL-U with attributions and figures in MISC.
    Conll,
    /// Citron's annotation format, one document per line.
    Citron,
}

/// A report, with its reading as decided.
pub(crate) struct Document {
    pub(crate) line: ReportLine,
    /// The name of its outlet.
    pub(crate) outlet: Option<String>,
    pub(crate) reviewed: Reviewed,
    pub(crate) standing: Standing,
    pub(crate) offsets: Offsets,
}

impl Document {
    pub(crate) fn reading(&self) -> &Reading {
        &self.standing.reading
    }

    pub(crate) fn text(&self) -> &str {
        &self.standing.reading.report.text
    }

    /// The report's own URL, otherwise a name made of its [`Document::key`].
    pub(crate) fn iri(&self) -> String {
        iri(self.line.url.as_deref(), &self.key())
    }

    /// What identifies the report in every export.
    pub(crate) fn key(&self) -> String {
        line_key(&self.line)
    }

    /// The name under which people know an entry.
    pub(crate) fn name(&self, kind: EntryKind, index: usize) -> EntryName {
        self.standing.name(kind, index)
    }

    /// An identifier of an entry: the report's key, with the entry's name.
    pub(crate) fn entry_iri(&self, kind: EntryKind, index: usize) -> String {
        entry_iri(&self.key(), self.name(kind, index))
    }
}

/// What identifies a report in every export: the hash of its text, and one of its outlet, URL and day of publication, because
/// several outlets may print the same text.
pub(crate) fn key(
    text_hash: &str,
    outlet: Option<&str>,
    url: Option<&str>,
    published: Option<&str>,
) -> String {
    /// Bytes of the second hash: reports with one text are few.
    const ABOUT: usize = 8;
    let about = serde_json::json!([outlet, url, published]).to_string();
    let about: String = Sha256::digest(about).iter().take(ABOUT).map(|byte| format!("{byte:02x}")).collect();
    format!("{text_hash}-{about}")
}

pub(crate) fn line_key(line: &ReportLine) -> String {
    key(&line.text_hash, line.outlet.as_deref(), line.url.as_deref(), line.published.as_deref())
}

/// The key of a report of a story, made of what the report states itself: stories call outlets by other names.
fn story_key(report: &StoryReport, reading: &Reading) -> String {
    let published = report.published.map(|day| day.to_string());
    let outlet = reading.report.head.outlet.as_ref().map(|outlet| outlet.value.as_str());
    key(&report.text_hash, outlet, report.url.as_deref(), published.as_deref())
}

fn entry_iri(key: &str, name: EntryName) -> String {
    format!("{REPORT}{key}:{name}")
}

/// The namespace of reports' keys.
pub(crate) const REPORT: &str = "urn:sayso:report:";

/// The URL of a report if it has one that can be followed, otherwise a name made of its key.
fn iri(url: Option<&str>, key: &str) -> String {
    let web = |url: &&str| {
        (url.starts_with("https://") || url.starts_with("http://"))
            && !url.contains(|c: char| c.is_whitespace() || c.is_control() || "<>\"{}|\\^`".contains(c))
    };
    url.filter(web).map_or_else(|| format!("{REPORT}{key}"), str::to_owned)
}

/// Converts byte offsets of a text to code points.
pub(crate) struct Offsets {
    /// Code points before every [`STEP`]th byte.
    before: Vec<usize>,
}

const STEP: usize = 256;

impl Offsets {
    pub(crate) fn new(text: &str) -> Self {
        let mut count = 0;
        let chunks = text.as_bytes().chunks(STEP).map(|chunk| {
            let before = count;
            count += starts(chunk);
            before
        });
        let before = chunks.collect();
        Self { before }
    }

    /// A span in code points.
    pub(crate) fn of(&self, text: &str, span: Span) -> (usize, usize) {
        (self.at(text, span.start), self.at(text, span.end))
    }

    fn at(&self, text: &str, byte: usize) -> usize {
        let byte = byte.min(text.len());
        let block = (byte / STEP).min(self.before.len().saturating_sub(1));
        let rest = text.as_bytes().get(block * STEP..byte).unwrap_or_default();
        self.before.get(block).copied().unwrap_or(0) + starts(rest)
    }
}

/// How many characters start in these bytes.
fn starts(bytes: &[u8]) -> usize {
    bytes.iter().filter(|byte| **byte & 0xC0 != 0x80).count()
}

/// Writes reports in a document format; returns their number. Formats that combine reports (schema.org, PROV,
/// `FollowTheMoney`) take whole stories, each with its reports up to the filter's last day.
///
/// # Errors
/// Those of the ledger and of the writer.
pub fn documents(
    ledger: &mut Ledger,
    format: Documents,
    filter: &ReportFilter,
    out: &mut (dyn Write + Send),
) -> Result<usize, ExportError> {
    let mut told = || stories(ledger, filter);
    match format {
        Documents::SchemaOrg => {
            let told = told()?;
            schema_org::write(ledger, &told, out)
        }
        Documents::Prov => {
            let told = told()?;
            prov::write(&prov::Provenance::of(ledger, &told)?, out)
        }
        Documents::ProvO => {
            let told = told()?;
            prov_o::write(&prov::Provenance::of(ledger, &told)?, out)
        }
        Documents::Ftm => {
            let told = told()?;
            ftm::write(ledger, &told, out)
        }
        Documents::Ninjs => each(ledger, filter, out, ninjs::item),
        Documents::Citron => each(ledger, filter, out, citron::document),
        Documents::Conll => {
            let mut count = 0;
            for line in lines(ledger, filter)? {
                let Some(document) = document(ledger, line)? else { continue };
                conll::write(&document, out)?;
                count += 1;
            }
            Ok(count)
        }
        Documents::WebAnnotation => {
            let mut collection = web_annotation::Collection::begin(out)?;
            let mut count = 0;
            for line in lines(ledger, filter)? {
                let Some(document) = document(ledger, line)? else { continue };
                collection.add(&document)?;
                count += 1;
            }
            collection.finish()?;
            Ok(count)
        }
    }
}

/// One JSON value per line for each report.
fn each(
    ledger: &mut Ledger,
    filter: &ReportFilter,
    out: &mut (dyn Write + Send),
    of: fn(&Document) -> serde_json::Value,
) -> Result<usize, ExportError> {
    let mut count = 0;
    for line in lines(ledger, filter)? {
        let Some(document) = document(ledger, line)? else { continue };
        writeln!(out, "{}", of(&document))?;
        count += 1;
    }
    Ok(count)
}

/// The reports that pass a filter, with the names of their outlets.
fn lines(
    ledger: &mut Ledger,
    filter: &ReportFilter,
) -> Result<impl Iterator<Item = (ReportLine, Option<String>)> + use<>, ExportError> {
    let mut lines = ledger.reports(filter)?;
    lines.sort_by_key(|line| line.id);
    sayso_desk::catch_up(ledger)?;
    let names = sayso_desk::outlet_names(ledger)?;
    Ok(lines.into_iter().map(move |line| {
        let mut outlet = line.outlet.clone();
        names.put(&mut outlet);
        (line, outlet)
    }))
}

/// A report with its reading, and the name of its outlet; one that has not been read has no entries.
fn document(
    ledger: &Ledger,
    (line, outlet): (ReportLine, Option<String>),
) -> Result<Option<Document>, ExportError> {
    let Some(reviewed) = ledger.reviewed(line.id)? else { return Ok(None) };
    let standing = reviewed.standing();
    let offsets = Offsets::new(&standing.reading.report.text);
    Ok(Some(Document { line, outlet, reviewed, standing, offsets }))
}

/// A story with its number.
pub(crate) struct Told {
    pub(crate) id: i64,
    pub(crate) loaded: Loaded,
}

impl Told {
    /// The identifier of a report of the story.
    pub(crate) fn report(&self, place: usize) -> String {
        let report = self.loaded.story.reports.get(place);
        report.map_or_else(String::new, |r| iri(r.url.as_deref(), &self.key(place)))
    }

    /// The identifier of a speaker of the story.
    pub(crate) fn speaker(&self, place: usize) -> String {
        format!("urn:sayso:story:{}:speaker:{place}", self.id)
    }

    /// The identifier of an entry of a report of the story.
    pub(crate) fn entry(&self, report: usize, kind: EntryKind, index: usize) -> String {
        entry_iri(&self.key(report), self.loaded.name(report, kind, index))
    }

    /// What identifies a report of the story in every export.
    pub(crate) fn key(&self, report: usize) -> String {
        let known = self.loaded.story.reports.get(report).zip(self.loaded.readings.get(report));
        known.map(|(report, reading)| story_key(report, reading)).unwrap_or_default()
    }

    /// The words of a mark.
    pub(crate) fn words(&self, report: usize, span: Span) -> &str {
        span.cut(self.loaded.readings.text(report))
    }

    /// The story's speaker for a speaker of a report.
    pub(crate) fn speaker_of(&self, report: usize, speaker: sayso_model::SpeakerId) -> Option<usize> {
        let is = |m: &sayso_model::story::SpeakerMember| m.report == report && m.speaker == speaker;
        self.loaded.story.speakers.iter().position(|s| s.members.iter().any(is))
    }
}

fn stories(ledger: &mut Ledger, filter: &ReportFilter) -> Result<Vec<Told>, ExportError> {
    let ids = chosen_stories(ledger, filter)?;
    let told =
        |id: sayso_ledger::StoryId| Ok(Told { id: id.0, loaded: load_placed(ledger, id.0, filter.until)? });
    ids.into_iter().map(told).collect()
}

#[cfg(test)]
mod tests {
    use sayso_model::Span;

    use super::{Offsets, iri, key};

    #[test]
    fn offsets_are_code_points() {
        let text = format!("{}x", "é".repeat(400));
        let offsets = Offsets::new(&text);
        assert_eq!(offsets.of(&text, Span::new(0, 2)), (0, 1));
        assert_eq!(offsets.of(&text, Span::new(510, 514)), (255, 257));
        assert_eq!(offsets.of(&text, Span::new(800, 801)), (400, 401));
        assert_eq!(Offsets::new("").of("", Span::new(0, 0)), (0, 0));
        let even = "a".repeat(512);
        assert_eq!(Offsets::new(&even).of(&even, Span::new(511, 512)), (511, 512));
    }

    #[test]
    fn reports_with_one_text_have_keys_of_their_own() {
        let known = [
            key("ab", Some("Valley News"), None, None),
            key("ab", Some("Northern Post"), None, None),
            key("ab", None, Some("Valley News"), None),
            key("ab", Some("Valley News"), None, Some("2025-06-12")),
            key("ab", Some("Valley News"), Some("https://a.example/x"), Some("2025-06-12")),
        ];
        assert!(known.iter().all(|key| key.starts_with("ab-") && key.len() == 19), "{known:?}");
        let different: std::collections::BTreeSet<&String> = known.iter().collect();
        assert_eq!(different.len(), known.len());
    }

    #[test]
    fn an_address_that_is_none_is_no_identifier() {
        assert_eq!(iri(Some("https://a.example/x"), "ab"), "https://a.example/x");
        for none in [None, Some("javascript:alert(1)"), Some("https://a.example/a b"), Some("a.txt")] {
            assert_eq!(iri(none, "ab"), "urn:sayso:report:ab");
        }
    }
}
