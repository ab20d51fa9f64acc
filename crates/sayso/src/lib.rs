//! On whose say-so? Reads news reports: who claims what, and on whose word.
//!
//! This is the entry point for Rust programs; the command line of the same name uses the same crates. `default-features
//! = false` leaves out what only the command line needs. Of the features, `fetch` adds fetching over the network, `serve` the
//! web pages and the API, and `parquet` exports as Parquet files.
//!
//! ```
//! let text = "Nine people were hurt when a ferry hit a pier on Tuesday, the harbour office said.";
//! let known = sayso::Known { published: sayso::model::Date::parse("2024-08-07"), ..sayso::Known::default() };
//! let reading = sayso::read(text.as_bytes(), &known)?;
//! let figure = &reading.figures[0];
//! assert_eq!(figure.category.as_str(), "injured");
//! assert_eq!(figure.origin.as_deref(), Some("harbour office"));
//! assert_eq!(figure.span.cut(&reading.report.text), "Nine people were hurt");
//! # Ok::<(), sayso::ReadError>(())
//! ```
//! | for | use |
//! |---|---|
//! | one report | [`read`] |
//! | files, feeds, archives, URLs | [`ingest`], then [`read_report`] |
//! | storing, finding and deciding about reports | [`Ledger`] |
//! | stories, figures, chains, who said what | [`desk`] |
//! | comparing several readings without a ledger | [`compare`] |
//! | briefs | [`brief`] |
//! | the web pages and the API in your own program | `server`, with the feature `serve` |

#![forbid(unsafe_code)]

pub use sayso_brief as brief;
pub use sayso_compare as compare;
pub use sayso_desk as desk;
pub use sayso_ingest as ingest;
pub use sayso_ledger as ledger;
pub use sayso_model as model;
#[cfg(feature = "serve")]
pub use sayso_server as server;

pub use sayso_ingest::HeadOverrides as Known;
pub use sayso_model::Reading;

/// Reports, readings and people's decisions in one file; [`desk`] has the queries on it.
///
/// ```
/// use sayso::{Known, Ledger, ledger::{FigureFilter, Prepared, Provenance}};
///
/// let mut ledger = Ledger::in_memory()?;
/// let known = Known { outlet: Some("Harbour Post".to_owned()), ..Known::default() };
/// let reading = sayso::read(b"Nine people were hurt when a ferry hit a pier, the harbour office said.", &known)?;
/// let from = Provenance { origin: "ferry.txt".to_owned(), ..Provenance::default() };
/// ledger.add(&Prepared::read(reading, from)?)?;
///
/// let figures = sayso::desk::figures(&mut ledger, &FigureFilter::default())?;
/// assert_eq!(figures[0].name(), "1:f0");
/// let chain = sayso::desk::chain(&mut ledger, "1:f0")?;
/// let names: Vec<_> = chain.iter().filter_map(|step| step.name.as_deref()).collect();
/// assert_eq!(names, ["Harbour Post", "harbour office"]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub use sayso_ledger::Ledger;

/// Why a report could not be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReadError {
    /// The input could not be made into a report.
    #[error(transparent)]
    Input(#[from] sayso_ingest::IngestError),
    /// It is in a language that sayso does not read.
    #[error("the text is in '{0}', and sayso reads English only; nothing was read from it")]
    Language(String),
}

/// Reads one report: plain text, a page or a record in another format, recognised by its content. What is `known` about
/// it overrides what it says about itself.
///
/// # Errors
/// [`ReadError::Input`] for an input that is not a report, or is several, [`ReadError::Language`] for one that is not
/// in English.
///
/// ```
/// assert!(matches!(sayso::read(b"", &sayso::Known::default()), Err(sayso::ReadError::Input(_))));
/// ```
pub fn read(bytes: &[u8], known: &Known) -> Result<Reading, ReadError> {
    read_report(&sayso_ingest::source::one(bytes, "text", known, &sayso_ingest::Limits::default())?)
}

/// Reads a report that has already been made: a pure function, linear in the length of the text.
///
/// # Errors
/// [`ReadError::Language`].
pub fn read_report(report: &model::Report) -> Result<Reading, ReadError> {
    let language = report.head.language.as_ref().map(|l| l.value.as_str());
    match language.filter(|l| !sayso_ingest::language::is_english(l)) {
        Some(language) => Err(ReadError::Language(language.to_owned())),
        None => Ok(sayso_read::read(report)),
    }
}
