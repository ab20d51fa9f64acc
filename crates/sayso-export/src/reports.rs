//! Reports with their entries, for the formats that are documents rather than rows.

use std::io::Write;

use sayso_desk::{Loaded, load_placed};
use sayso_ledger::{EntryKind, EntryName, Ledger, ReportFilter, ReportLine, Reviewed, Standing};
use sayso_model::{Reading, Span};

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

    /// The report's own URL, otherwise a name for its text.
    pub(crate) fn iri(&self) -> String {
        iri(self.line.url.as_deref(), &self.line.text_hash)
    }

    /// The name under which people know an entry.
    pub(crate) fn name(&self, kind: EntryKind, index: usize) -> EntryName {
        self.standing.name(kind, index)
    }

    /// An identifier of an entry: that of the text, with the entry's name.
    pub(crate) fn entry_iri(&self, kind: EntryKind, index: usize) -> String {
        format!("urn:sha256:{}:{}", self.line.text_hash, self.name(kind, index))
    }
}

/// The URL of a report if it has one that can be followed, otherwise a name for its text.
pub(crate) fn iri(url: Option<&str>, text_hash: &str) -> String {
    let web = |url: &&str| {
        (url.starts_with("https://") || url.starts_with("http://"))
            && !url.contains(|c: char| c.is_whitespace() || c.is_control() || "<>\"{}|\\^`".contains(c))
    };
    url.filter(web).map_or_else(|| format!("urn:sha256:{text_hash}"), str::to_owned)
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
    ledger: &Ledger,
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

fn lines(ledger: &Ledger, filter: &ReportFilter) -> Result<Vec<ReportLine>, ExportError> {
    let mut lines = ledger.reports(filter)?;
    lines.sort_by_key(|line| line.id);
    Ok(lines)
}

/// A report with its reading; one that has not been read has no entries.
pub(crate) fn document(ledger: &Ledger, line: ReportLine) -> Result<Option<Document>, ExportError> {
    let Some(reviewed) = ledger.reviewed(line.id)? else { return Ok(None) };
    let standing = reviewed.standing();
    let offsets = Offsets::new(&standing.reading.report.text);
    Ok(Some(Document { line, reviewed, standing, offsets }))
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
        report.map_or_else(String::new, |r| iri(r.url.as_deref(), &r.text_hash))
    }

    /// The identifier of a speaker of the story.
    pub(crate) fn speaker(&self, place: usize) -> String {
        format!("urn:sayso:story:{}:speaker:{place}", self.id)
    }

    /// The identifier of an entry of a report of the story.
    pub(crate) fn entry(&self, report: usize, kind: EntryKind, index: usize) -> String {
        let hash = self.loaded.story.reports.get(report).map_or("", |r| r.text_hash.as_str());
        format!("urn:sha256:{hash}:{}", self.loaded.name(report, kind, index))
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

    use super::{Offsets, iri};

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
    fn an_address_that_is_none_is_no_identifier() {
        assert_eq!(iri(Some("https://a.example/x"), "ab"), "https://a.example/x");
        for none in [None, Some("javascript:alert(1)"), Some("https://a.example/a b"), Some("a.txt")] {
            assert_eq!(iri(none, "ab"), "urn:sha256:ab");
        }
    }
}
