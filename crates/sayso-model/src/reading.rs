//! Readings: what one report says, each entry with its spans.

use std::borrow::Cow;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    Date, FigureId, Number, Period, PlaceId, Report, Share, Span, SpeakerId, StatementId, StatementKind,
    TimeId, Why, attribution::Construction,
};

/// Version of the JSON form of a reading. Raised by one whenever a field changes its meaning or is removed.
pub const SCHEMA_VERSION: u32 = 1;

/// What one report says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Reading {
    /// Version of this form.
    pub schema_version: u32,
    /// Version of sayso that read the report.
    pub reader: String,
    /// The report that was read; spans point into its `text`.
    pub report: Report,
    /// Who says what, in text order of the content.
    pub statements: Vec<Statement>,
    /// Numbers, and what they count, in text order.
    pub figures: Vec<Figure>,
    /// Everyone who is quoted or cited, or who relays what others said.
    pub speakers: Vec<Speaker>,
    /// Time expressions, in text order.
    pub times: Vec<TimeExpression>,
    /// Places, in text order.
    pub places: Vec<Place>,
    /// Who was asked for comment, and the outcome.
    pub comment_requests: Vec<CommentRequest>,
    /// What is expected, planned or feared next.
    pub expected: Vec<Expectation>,
    /// What the report corrects or takes back.
    pub corrections: Vec<Correction>,
    /// What could not be read, and why.
    pub diagnostics: Vec<Diagnostic>,
}

impl Reading {
    /// The reading of a report in which nothing was read, by the reader of that version.
    #[must_use]
    pub fn without_entries(reader: String, report: Report) -> Self {
        Self {
            schema_version: SCHEMA_VERSION,
            reader,
            report,
            statements: Vec::new(),
            figures: Vec::new(),
            speakers: Vec::new(),
            times: Vec::new(),
            places: Vec::new(),
            comment_requests: Vec::new(),
            expected: Vec::new(),
            corrections: Vec::new(),
            diagnostics: Vec::new(),
        }
    }
}

/// An attribution read: who says what, through whom, and how certainly.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Statement {
    /// Its id.
    pub id: StatementId,
    /// Whether it is in the speaker's own words.
    pub kind: StatementKind,
    /// How it is attributed.
    pub construction: Construction,
    /// Words that name the source; empty if nobody is named.
    pub source: Vec<Span>,
    /// Words that attribute.
    pub cue: Vec<Span>,
    /// What is attributed.
    pub content: Vec<Span>,
    /// Whose statement it is: what the source words resolve to. Null if nobody is named.
    pub speaker: Option<SpeakerId>,
    /// From the outlet to the origin.
    pub chain: Vec<ChainLink>,
    /// Where it was said or written.
    pub channel: Option<Channel>,
    /// To whom it was said ("told reporters"), if stated.
    pub addressee: Option<Span>,
    /// How certain the content is.
    pub modality: Modality,
    /// Whether the content is affirmed or negated.
    pub polarity: Polarity,
    /// Words that show modality or polarity.
    pub modality_evidence: Vec<Span>,
    /// Day on which it was said.
    pub said_on: Option<Date>,
    /// Time expression that says so.
    pub said_at: Option<TimeId>,
    /// Places named in the content.
    pub places: Vec<PlaceId>,
    /// Figures in the content.
    pub figures: Vec<FigureId>,
    /// The statement whose content contains this one.
    pub parent: Option<StatementId>,
    /// An earlier statement of the report with the same quoted words.
    pub same_words_as: Option<StatementId>,
}

/// One step of the path that a statement took.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ChainLink {
    /// Its role in the chain.
    pub role: ChainRole,
    /// Name after resolution; null if the step exists but nobody is named.
    pub name: Option<String>,
    /// The speaker, if it is one of the report's.
    pub speaker: Option<SpeakerId>,
    /// True if the source is described but not named ("a senior official").
    pub anonymous: bool,
    /// Words that show the step; empty for the outlet itself.
    pub evidence: Vec<Span>,
}

/// Role in a chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ChainRole {
    /// The outlet of the report.
    Outlet,
    /// Somebody who relays it.
    Relay,
    /// The end of the chain: on whose word it is.
    Origin,
}

/// Where a statement was made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Channel {
    /// The kind of occasion or medium.
    pub kind: ChannelKind,
    /// Name of the network, programme or outlet, as written.
    pub name: Option<String>,
    /// Words that say so.
    pub span: Span,
}

/// Kind of channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ChannelKind {
    /// A social network or messenger.
    Network,
    /// A written statement, release or report.
    Written,
    /// A letter or an e-mail.
    Mail,
    /// An interview.
    Interview,
    /// A briefing or news conference.
    Briefing,
    /// A speech, address or hearing.
    Speech,
    /// A broadcast.
    Broadcast,
    /// A telephone call.
    Telephone,
}

/// How certain a content is (after FactBank), with the kinds of speech act that news desks distinguish.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Modality {
    /// Stated as fact.
    Asserted,
    /// Stated not to be so.
    Denied,
    /// Stated to be possible.
    Possible,
    /// Stated to be expected.
    Expected,
    /// Stated to be intended.
    Planned,
    /// Demanded.
    Demanded,
}

/// Affirmed or negated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Polarity {
    /// Affirmed.
    Positive,
    /// Negated.
    Negative,
}

/// What a figure counts: an open list of lower-case words with a closed core (after PLOVER, UCDP and ACLED).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct Category(pub Cow<'static, str>);

impl Category {
    /// Dead.
    pub const KILLED: Self = Self(Cow::Borrowed("killed"));
    /// Hurt but not dead.
    pub const INJURED: Self = Self(Cow::Borrowed("injured"));
    /// Dead or hurt, not distinguished.
    pub const KILLED_OR_INJURED: Self = Self(Cow::Borrowed("killed_or_injured"));
    /// Losses of all kinds, including missing and captured.
    pub const CASUALTIES: Self = Self(Cow::Borrowed("casualties"));
    /// Not found.
    pub const MISSING: Self = Self(Cow::Borrowed("missing"));
    /// Prisoners.
    pub const CAPTURED: Self = Self(Cow::Borrowed("captured"));
    /// Driven from their homes.
    pub const DISPLACED: Self = Self(Cow::Borrowed("displaced"));
    /// Moved out of danger.
    pub const EVACUATED: Self = Self(Cow::Borrowed("evacuated"));
    /// Saved.
    pub const RESCUED: Self = Self(Cow::Borrowed("rescued"));
    /// Freed: captives, prisoners.
    pub const RELEASED: Self = Self(Cow::Borrowed("released"));
    /// Alive but not yet rescued.
    pub const TRAPPED: Self = Self(Cow::Borrowed("trapped"));
    /// On a ship, plane or other craft.
    pub const ABOARD: Self = Self(Cow::Borrowed("aboard"));
    /// Taken into custody.
    pub const ARRESTED: Self = Self(Cow::Borrowed("arrested"));
    /// Ill with a contagious disease.
    pub const INFECTED: Self = Self(Cow::Borrowed("infected"));
    /// Affected in any way.
    pub const AFFECTED: Self = Self(Cow::Borrowed("affected"));
    /// Forces stationed somewhere.
    pub const DEPLOYED: Self = Self(Cow::Borrowed("deployed"));
    /// Forces called up or gathered.
    pub const MOBILISED: Self = Self(Cow::Borrowed("mobilised"));
    /// Sums of money.
    pub const MONEY: Self = Self(Cow::Borrowed("money"));
    /// Areas.
    pub const AREA: Self = Self(Cow::Borrowed("area"));
    /// Lengths and distances.
    pub const DISTANCE: Self = Self(Cow::Borrowed("distance"));
    /// Shares and percentages.
    pub const SHARE: Self = Self(Cow::Borrowed("share"));
    /// Things: vehicles, weapons, buildings.
    pub const EQUIPMENT: Self = Self(Cow::Borrowed("equipment"));
    /// Something counted that no other category covers.
    pub const OTHER: Self = Self(Cow::Borrowed("other"));

    /// Categories that the program assigns, and what they mean. The list is open: people can add others.
    pub const KNOWN: &[(&str, &str)] = &[
        ("killed", "dead"),
        ("injured", "hurt but not dead"),
        ("killed_or_injured", "dead or hurt, not distinguished"),
        ("casualties", "losses of all kinds, including missing and captured"),
        ("missing", "not found"),
        ("captured", "prisoners"),
        ("displaced", "driven from their homes"),
        ("evacuated", "moved out of danger"),
        ("rescued", "saved"),
        ("released", "freed: captives, prisoners"),
        ("trapped", "alive but not yet rescued"),
        ("stranded", "unable to continue their journey"),
        ("aboard", "on a ship, plane or other craft"),
        ("arrested", "taken into custody"),
        ("infected", "ill with a contagious disease"),
        ("deployed", "forces stationed somewhere"),
        ("mobilised", "forces called up or gathered"),
        ("attending", "crowds and participants"),
        ("residents", "people who live in a place"),
        ("affected", "affected by the event in any way"),
        ("money", "sums of money"),
        ("area", "areas"),
        ("distance", "lengths and distances"),
        ("share", "shares and percentages"),
        ("magnitude", "strengths of earthquakes"),
        ("temperature", "temperatures"),
        ("speed", "speeds"),
        ("mass", "weights"),
        ("volume", "volumes"),
        ("energy", "amounts of energy"),
        ("power", "electrical and other power"),
        ("equipment", "things: vehicles, weapons, buildings"),
        ("other", "something counted that no other category covers"),
    ];

    /// The word as printed.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A number, and what it counts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Figure {
    /// Its id.
    pub id: FigureId,
    /// Number, hedge and the words for what is counted.
    pub span: Span,
    /// The number itself with its hedges ("at least 100").
    pub number: Span,
    /// What is counted, as a category.
    pub category: Category,
    /// Words that show the category ("killed"); null if the noun alone does.
    pub category_evidence: Option<Span>,
    /// Lower bound (see `low_exclusive`).
    pub low: Option<Number>,
    /// The value itself.
    pub best: Option<Number>,
    /// Upper bound.
    pub high: Option<Number>,
    /// True if the value is strictly above `low`.
    pub low_exclusive: bool,
    /// True if the value is strictly below `high`.
    pub high_exclusive: bool,
    /// "About", "roughly", "some".
    pub approximate: bool,
    /// The vague word that the bounds come from ("several hundred").
    pub vague: Option<String>,
    /// Unit of a measure ("km", "USD", "percent"), or the period of a rate ("per year"); null for counts.
    pub unit: Option<String>,
    /// Noun counted, as written ("soldiers").
    pub counted: Option<Span>,
    /// Group counted ("North Korean"), as written or, if it is elsewhere in the sentence, resolved.
    pub group: Option<String>,
    /// Words that name the group.
    pub group_evidence: Option<Span>,
    /// Places where what is counted happened.
    pub places: Vec<PlaceId>,
    /// Day on which it was said.
    pub said_on: Option<Date>,
    /// Day for which it holds.
    pub as_of: Option<Date>,
    /// Days during which what is counted happened.
    pub period: Option<Period>,
    /// True for a total so far, false for an addition ("three more"), null if not stated.
    pub cumulative: Option<bool>,
    /// True if the figure is negated ("did not kill 100").
    pub negated: bool,
    /// True if the report takes it back.
    pub retracted: bool,
    /// How certain it is.
    pub modality: Modality,
    /// Figure that this one is a share or part of ("a third of the 9,000", "of whom 1,000").
    pub part_of: Option<FigureId>,
    /// Words that a derived value was computed from; empty for a value as written.
    pub derived_from: Vec<Span>,
    /// Statement that it is in; null in the outlet's own voice.
    pub statement: Option<StatementId>,
    /// On whose word it is: the name at the end of the chain; null in the outlet's own voice.
    pub origin: Option<String>,
    /// That speaker.
    pub origin_speaker: Option<SpeakerId>,
    /// True if the origin is described but not named.
    pub origin_anonymous: bool,
    /// Who relayed it, nearest to the origin first.
    pub via: Vec<String>,
    /// The decider's probability that it belongs to another event than the one reported; null if it was not asked.
    #[serde(default)]
    pub other_event: Option<Share>,
    /// By which rules, and with what certainty, its category and its origin were chosen.
    #[serde(default)]
    pub why: Why,
}

impl Figure {
    /// A figure of which only the number and its category are known: asserted, on nobody's word, everything else null.
    #[must_use]
    pub fn of(id: FigureId, span: Span, number: Span, category: Category) -> Self {
        Self {
            id,
            span,
            number,
            category,
            category_evidence: None,
            low: None,
            best: None,
            high: None,
            low_exclusive: false,
            high_exclusive: false,
            approximate: false,
            vague: None,
            unit: None,
            counted: None,
            group: None,
            group_evidence: None,
            places: Vec::new(),
            said_on: None,
            as_of: None,
            period: None,
            cumulative: None,
            negated: false,
            retracted: false,
            modality: Modality::Asserted,
            part_of: None,
            derived_from: Vec::new(),
            statement: None,
            origin: None,
            origin_speaker: None,
            origin_anonymous: false,
            via: Vec::new(),
            other_event: None,
            why: Why::default(),
        }
    }
}

/// Somebody who is quoted or cited, or who relays what others said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Speaker {
    /// Its id.
    pub id: SpeakerId,
    /// Fullest name in the report; the description for an unnamed speaker.
    pub name: String,
    /// The kind of speaker.
    pub kind: SpeakerKind,
    /// True if described but not named.
    pub anonymous: bool,
    /// Roles that the report gives.
    pub roles: Vec<Role>,
    /// Every mention, with the reason why it is this speaker.
    pub mentions: Vec<Mention>,
    /// A named speaker that this unnamed one turns out to be.
    pub same_as: Option<SpeakerId>,
    /// Words that show it.
    pub same_as_evidence: Vec<Span>,
}

/// Kind of speaker.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SpeakerKind {
    /// One human being.
    Person,
    /// A body: ministry, agency, company, army.
    Organization,
    /// A country or place speaking for its government ("Seoul").
    Government,
    /// News outlet or wire agency.
    Outlet,
    /// Several people ("Western officials").
    Group,
    /// A report, letter or other document.
    Document,
    /// Not known.
    Unknown,
}

/// A role of a speaker, as the report gives it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Role {
    /// Words of the role ("press secretary").
    pub title: String,
    /// Organisation in which it is held ("Pentagon").
    pub body: Option<String>,
    /// Where the role is in the text.
    pub span: Span,
    /// True for "former", "ex-".
    pub former: bool,
}

/// A place in the text where a speaker is named.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Mention {
    /// Where.
    pub span: Span,
    /// The form of the mention.
    pub form: MentionForm,
    /// Words that show who is meant; empty if the mention is the name itself.
    pub evidence: Vec<Span>,
}

/// Form of a mention.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum MentionForm {
    /// The name or a part of it.
    Name,
    /// An abbreviation.
    Abbreviation,
    /// A name close to the speaker's in spelling.
    Misspelling,
    /// A description ("the agency").
    Description,
    /// A pronoun.
    Pronoun,
}

/// A time expression, resolved against the day of publication.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct TimeExpression {
    /// Its id.
    pub id: TimeId,
    /// Its position.
    pub span: Span,
    /// First day; null if it could not be resolved.
    pub start: Option<Date>,
    /// Last day; null if it could not be resolved or is open.
    pub end: Option<Date>,
    /// Its granularity.
    pub granularity: Granularity,
    /// How it relates to what it dates.
    pub relation: TimeRelation,
    /// Name of the rule that resolved it, or the reason why none could.
    pub rule: String,
}

/// Granularity of a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Granularity {
    /// A time of day.
    Time,
    /// A day.
    Day,
    /// A weekend.
    Weekend,
    /// A week.
    Week,
    /// A part of a month ("mid-January").
    MonthPart,
    /// A month.
    Month,
    /// A quarter or half of a year.
    YearPart,
    /// A season.
    Season,
    /// A year.
    Year,
    /// Longer than a year.
    Longer,
    /// A period without stated ends ("in recent days").
    Vague,
}

/// How a time relates to what it dates.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum TimeRelation {
    /// At or during it.
    At,
    /// Not later than it.
    By,
    /// Before it.
    Before,
    /// After it.
    After,
    /// From it on.
    Since,
    /// Up to it.
    Until,
    /// A period that ends with the time of writing or speaking ("in the past week").
    Past,
    /// A period that begins with it ("in the coming days").
    Coming,
}

/// A place named in the text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Place {
    /// Its id.
    pub id: PlaceId,
    /// Its position.
    pub span: Span,
    /// The name as written.
    pub name: String,
    /// The entry that it is read as; null if unknown, or if several are equally good.
    pub resolved: Option<PlaceEntry>,
    /// Other entries with that name, best first, at most ten.
    pub candidates: Vec<PlaceEntry>,
    /// Why `resolved` is what it is.
    pub rule: String,
}

/// A gazetteer entry.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct PlaceEntry {
    /// GeoNames id; null for an entry without one.
    pub geonames: Option<u32>,
    /// Name in the gazetteer.
    pub name: String,
    /// What it is.
    pub level: PlaceLevel,
    /// ISO 3166-1 alpha-2 code of its country.
    pub country: Option<String>,
    /// Code of its first-level division, according to the gazetteer.
    pub admin: Option<String>,
    /// Population, according to the gazetteer.
    pub population: Option<u64>,
}

/// Level of a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum PlaceLevel {
    /// A continent or part of the world.
    Region,
    /// A country.
    Country,
    /// A first-level division.
    Admin,
    /// A second-level division.
    District,
    /// A populated place.
    City,
}

/// A request for comment and its outcome.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CommentRequest {
    /// The words that report it.
    pub span: Span,
    /// Who was asked.
    pub asked: Vec<Asked>,
    /// Who asked, if stated.
    pub asked_by: Option<Span>,
    /// The outcome.
    pub outcome: CommentOutcome,
    /// Words that say so.
    pub outcome_evidence: Option<Span>,
}

/// Somebody who was asked for comment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Asked {
    /// Words that name who was asked.
    pub span: Span,
    /// The name.
    pub name: String,
    /// The speaker, if it is one of the report's.
    pub speaker: Option<SpeakerId>,
}

/// Outcome of a request for comment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum CommentOutcome {
    /// Nothing stated yet.
    Open,
    /// No answer.
    NoResponse,
    /// Declined.
    Declined,
    /// Referred to somebody else.
    Referred,
    /// Could not be reached.
    Unreachable,
    /// Answered.
    Answered,
}

/// Something that is expected, planned or feared.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Expectation {
    /// The words that say what.
    pub span: Span,
    /// Words that show that it is in the future ("will", "is preparing to").
    pub cue: Span,
    /// Expected, planned, possible or demanded.
    pub modality: Modality,
    /// The statement that it is in; null in the outlet's own voice.
    pub statement: Option<StatementId>,
    /// When.
    pub time: Option<TimeId>,
    /// Last day on which it should have happened; null if not stated.
    pub by: Option<Date>,
}

/// A correction, retraction or denial of something published.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Correction {
    /// The words that correct.
    pub span: Span,
    /// What is taken back, as figures of this reading.
    pub retracted: Vec<FigureId>,
    /// What replaces it.
    pub corrected_to: Vec<FigureId>,
    /// Name of the outlet or speaker corrected, if stated.
    pub of: Option<String>,
    /// When what is corrected was published.
    pub published: Option<TimeId>,
}

/// Something that could not be read, or a warning about what was.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Diagnostic {
    /// Stable name ("no_publication_date").
    pub code: String,
    /// What is wrong and what to do about it.
    pub message: String,
    /// Where, if it is in the text.
    pub span: Option<Span>,
}
