//! Stories: what several reports say together. Every entry points back to the reports that it comes from.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    Category, ChainRole, CommentOutcome, Date, Figure, FigureId, Modality, Number, Period, Span, SpeakerId,
    SpeakerKind, StatementId,
};

/// Version of the JSON form of a story. Raised by one whenever a field changes its meaning or is removed.
pub const STORY_SCHEMA_VERSION: u32 = 4;

/// A report of a story: its position in [`Story::reports`].
pub type ReportIndex = usize;
/// A speaker of a story: its position in [`Story::speakers`].
pub type SpeakerIndex = usize;

/// What the reports on one developing event say together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Story {
    /// Version of this form.
    pub schema_version: u32,
    /// Day up to which reports were included; null for all.
    pub as_of: Option<Date>,
    /// Its reports, by day of publication.
    pub reports: Vec<StoryReport>,
    /// Everyone who is quoted or cited, one entry each, whatever names the reports use.
    pub speakers: Vec<StorySpeaker>,
    /// Figures about the same thing, group, place and time.
    pub claims: Vec<Claim>,
    /// Values that cannot all hold, the most consequential first.
    pub conflicts: Vec<Conflict>,
    /// How many more there are.
    pub conflicts_left_out: usize,
    /// Values that add up to others, or that are too many for them.
    pub sums: Vec<Sum>,
    /// Values that look comparable but are not.
    pub mismatches: Vec<Mismatch>,
    /// Corrections and what they correct.
    pub corrections: Vec<CorrectionLink>,
    /// Reports that contradict themselves.
    pub contradictions: Vec<Contradiction>,
    /// Statements that several reports carry.
    pub statements: Vec<SharedStatement>,
    /// Who was asked for comment and did not give it.
    pub unanswered: Vec<Unanswered>,
    /// What is expected next.
    pub expected: Vec<Outlook>,
    /// Reports that are copies of others.
    pub copies: Vec<CopyLink>,
}

/// A report of a story.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct StoryReport {
    /// Its number in the ledger.
    pub key: i64,
    /// Name of its outlet: as some report of the story writes it, otherwise as in its own head.
    pub outlet: Option<String>,
    /// Headline.
    pub headline: Option<String>,
    /// Day of publication.
    pub published: Option<Date>,
    /// URL.
    pub url: Option<String>,
    /// SHA-256 of its text.
    pub text_hash: String,
}

/// A position in a report of the story.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
pub struct StoryMark {
    /// The report.
    pub report: ReportIndex,
    /// Where in its text.
    pub span: Span,
}

/// Why two things are taken to be one, or why one bears on the other.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Evidence {
    /// Name of the rule.
    pub rule: String,
    /// The words that it rests on; empty if it rests on no words.
    pub marks: Vec<StoryMark>,
}

/// A speaker across reports.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct StorySpeaker {
    /// Fullest name in a report; the description for an unnamed speaker.
    pub name: String,
    /// The kind of speaker.
    pub kind: SpeakerKind,
    /// True if described but not named.
    pub anonymous: bool,
    /// Country that some report ties it to.
    pub country: Option<String>,
    /// Names and descriptions that the reports use, in order of first use.
    pub names: Vec<String>,
    /// The speakers in individual reports that are this one, each with the reason.
    pub members: Vec<SpeakerMember>,
    /// Roles in the order of the reports; a later one may have succeeded an earlier one.
    pub roles: Vec<HeldRole>,
    /// Bodies that it speaks for or is part of.
    pub parents: Vec<Parent>,
}

/// A speaker of one report as part of a speaker across reports.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SpeakerMember {
    /// The report.
    pub report: ReportIndex,
    /// The speaker in its reading.
    pub speaker: SpeakerId,
    /// Its name there.
    pub name: String,
    /// Why it is the same; the first member's is its own name.
    pub evidence: Evidence,
}

/// A role at a time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct HeldRole {
    /// Words of the role.
    pub title: String,
    /// Organisation in which it is held.
    pub body: Option<String>,
    /// True for "former", "ex-".
    pub former: bool,
    /// Day of the report that says so.
    pub on: Option<Date>,
    /// Where it says so.
    pub mark: StoryMark,
}

/// A body that a speaker speaks for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Parent {
    /// Name of the body.
    pub name: String,
    /// The body as a speaker, if it is one.
    pub speaker: Option<SpeakerIndex>,
    /// What shows it.
    pub evidence: Evidence,
}

/// The bounds of a figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Bounds {
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
}

impl Bounds {
    /// The bounds of a figure.
    #[must_use]
    pub fn of(figure: &Figure) -> Self {
        Self {
            low: figure.low,
            best: figure.best,
            high: figure.high,
            low_exclusive: figure.low_exclusive,
            high_exclusive: figure.high_exclusive,
            approximate: figure.approximate,
        }
    }
}

/// What a claim's values count, besides category, group and unit.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", tag = "scope")]
#[non_exhaustive]
pub enum Scope {
    /// All so far.
    Total,
    /// What happened during some days.
    During {
        /// These days.
        period: Period,
        /// Places that the figure itself names.
        places: Vec<String>,
    },
    /// What happened at certain places that the story as a whole is not about, or is counted at one institution ("the
    /// hospital").
    At {
        /// The places.
        places: Vec<String>,
    },
    /// An addition to an earlier count ("three more"), or findings one after another ("16 bodies"): not a total.
    Added {
        /// Places that the figure itself names.
        places: Vec<String>,
    },
    /// A part of another value of its report ("four of them").
    Part,
    /// One of several counts in its report, much smaller than another; nothing says what it is part of, so it is not
    /// taken to be the total.
    OneOfSeveral,
}

/// The event that a value belongs to.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", tag = "event")]
#[non_exhaustive]
pub enum EventOf {
    /// The story's.
    #[default]
    This,
    /// An earlier one ("in the quake of 1978").
    Earlier {
        /// Its days, as far as they are stated.
        period: Period,
    },
    /// A longer course of events that the story is part of ("since 2006").
    Wider {
        /// Its days, up to that of the report.
        period: Period,
    },
    /// Another event with a name of its own ("Hurricane Ada" in a story of Hurricane Bert).
    Other {
        /// Its name.
        name: String,
    },
}

/// Figures about the same thing, group, place and time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Claim {
    /// What is counted.
    pub category: Category,
    /// Unit of a measure.
    pub unit: Option<String>,
    /// Group counted.
    pub group: Option<String>,
    /// The event that they belong to.
    pub event: EventOf,
    /// What makes somebody count ("identified", "in intensive care"); null for the category's plain sense.
    pub definition: Option<String>,
    /// Total, period or place.
    pub scope: Scope,
    /// Asserted, or possible ("could reach 40"): a value that may come about is not one of the asserted ones.
    pub modality: Modality,
    /// One series for each origin.
    pub series: Vec<Series>,
    /// Low, best and high over all independent origins.
    pub summary: Summary,
}

/// The values of one origin over time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Series {
    /// On whose word it is; null if reports name nobody, in which case there is no origin.
    pub origin: Option<SpeakerIndex>,
    /// Name of the origin.
    pub name: Option<String>,
    /// Whether it is an independent origin.
    pub independence: Independence,
    /// Its values, in chronological order.
    pub points: Vec<Point>,
}

/// Whether an origin's word counts as independent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", tag = "independence")]
pub enum Independence {
    /// A named origin that shares no body with another of the claim.
    Independent,
    /// No origin: outlets that name nobody, or an outlet at which the chain ends.
    NoOrigin,
    /// An unnamed origin: it cannot be shown to differ from the claim's other unnamed ones.
    NotEstablished,
    /// Speaks for the same body as another origin of the claim.
    SharesParent {
        /// The other origin.
        with: SpeakerIndex,
        /// The body.
        parent: String,
    },
}

/// A value that an origin gave at a time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Point {
    /// Day on which it was said; null if no report says so.
    pub on: Option<Date>,
    /// Day by which it had been said: the publication day of the first report that carries it.
    pub known_by: Option<Date>,
    /// Day for which it holds, if stated.
    pub as_of: Option<Date>,
    /// The value.
    pub value: Bounds,
    /// Reports that carry it, the first one first; all others are echoes.
    pub reports: Vec<Appearance>,
    /// What has happened to it since.
    pub statuses: Vec<Status>,
}

impl Point {
    /// How many different reports carry it.
    #[must_use]
    pub fn distinct_reports(&self) -> usize {
        self.reports.iter().map(|appearance| appearance.mark.report).collect::<BTreeSet<_>>().len()
    }
}

/// A report that carries a value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Appearance {
    /// The position of the figure.
    pub mark: StoryMark,
    /// The figure in the report's reading.
    pub figure: FigureId,
    /// The value as this report gives it.
    pub value: Bounds,
    /// The path from this outlet to the origin, through other reports in the ledger if they are there.
    pub chain: Vec<Step>,
    /// True if the origin has already been counted with an earlier report.
    pub echo: bool,
    /// What is odd about this report's account.
    pub notes: Vec<Note>,
    /// The earlier report that this one probably repeats, if no chain shows it.
    pub likely_echo: Option<LikelyEcho>,
    /// What the words around it say about what it counts, beyond what distinguishes claims.
    #[serde(default)]
    pub about: About,
}

/// What the words around a figure say about what it counts, beyond what distinguishes claims: figures belong to one
/// claim whether or not they share it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct About {
    /// Places named in its own part of its sentence, otherwise in the sentence, otherwise in the paragraph before it.
    pub places: Vec<String>,
    /// How its count came about ("confirmed", "directly").
    pub definitions: Vec<String>,
    /// What happened to those counted ("blast", "fighting").
    pub events: Vec<String>,
    /// True if it is reported as changed ("rose to", "revised").
    pub moved: bool,
}

/// Why a report probably relays an earlier one: the same value in much the same words, or a number so exact that nobody
/// arrives at it twice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct LikelyEcho {
    /// Where the earlier report gives it.
    pub of: StoryMark,
    /// The origin that it names; if it names nobody, the one that the later report names.
    pub origin: String,
    /// Share of the shorter sentence's content words that both have, in thousandths.
    pub shared_per_mille: u16,
    /// Days between the two reports; null if one is undated.
    pub days: Option<i64>,
    /// True if the sentence is the same word for word.
    pub verbatim: bool,
}

/// A step from the outlet to the origin.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Step {
    /// Its role.
    pub role: ChainRole,
    /// Name; null if the step exists but nobody is named.
    pub name: Option<String>,
    /// The speaker.
    pub speaker: Option<SpeakerIndex>,
    /// The report in the ledger that is this step, for outlets whose own report is there.
    pub report: Option<ReportIndex>,
    /// Words that show the step.
    pub evidence: Vec<StoryMark>,
}

/// The last step of a chain if it is an origin, not an outlet or a relay.
#[must_use]
pub fn origin_step(chain: &[Step]) -> Option<&Step> {
    chain.last().filter(|step| step.role == ChainRole::Origin)
}

impl Story {
    /// Who said a value of a series, if the series is somebody else's: a body's, for which several people speak.
    #[must_use]
    pub fn voice(&self, series: &Series, point: &Point) -> Option<&str> {
        let speaker = origin_step(&point.reports.first()?.chain)?.speaker?;
        let is_other = series.origin.is_some_and(|origin| origin != speaker);
        self.speakers.get(speaker).filter(|_| is_other).map(|speaker| speaker.name.as_str())
    }
}

/// Something odd about a report's account of a value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", tag = "note")]
#[non_exhaustive]
pub enum Note {
    /// The cited outlet has reports in the ledger, and none of them contains the number.
    NotInCited {
        /// The outlet cited.
        outlet: String,
        /// Its reports.
        reports: Vec<ReportIndex>,
    },
    /// The cited report gives another value for the same count.
    OtherValueInCited {
        /// The report cited.
        report: ReportIndex,
        /// Its value.
        value: Bounds,
    },
    /// The cited report contains the number.
    ConfirmedInCited {
        /// The report cited.
        report: ReportIndex,
    },
    /// The cited report names another origin.
    OtherOriginInCited {
        /// The report cited.
        report: ReportIndex,
        /// The origin that it names.
        origin: Option<String>,
    },
}

/// Identifies a point: claim, series and point, by position.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
pub struct PointRef {
    /// Position in the story's `claims`.
    pub claim: usize,
    /// Position in the claim's `series`.
    pub series: usize,
    /// Position in the series' `points`.
    pub point: usize,
}

/// What may have happened to a value since.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", tag = "status")]
#[non_exhaustive]
pub enum Status {
    /// The newest of its origin.
    Current,
    /// The same origin has given a newer one.
    Superseded {
        /// When.
        on: Option<Date>,
        /// The newer one.
        by: PointRef,
    },
    /// Another origin gives a value that is incompatible with it.
    InConflict {
        /// The other value.
        with: PointRef,
        /// Who gives it.
        origin: Option<String>,
    },
    /// Nobody is shown to stand behind it.
    Unverified {
        /// Why: no source named, not verified, no other origin.
        reasons: Vec<String>,
        /// Words that say so.
        evidence: Vec<StoryMark>,
    },
    /// Taken back by the outlet that published it.
    Corrected {
        /// The report that corrects.
        report: ReportIndex,
        /// What replaces it.
        to: Vec<(Category, Bounds)>,
        /// The words that correct.
        mark: StoryMark,
    },
    /// Somebody else says that it is not true.
    Denied {
        /// Who.
        by: Option<String>,
        /// The words.
        mark: StoryMark,
    },
    /// Its alleged origin disowns it.
    Disowned {
        /// Who.
        by: Option<String>,
        /// The words.
        mark: StoryMark,
    },
    /// Contradicted by the report that carries it.
    SelfContradicted {
        /// The other value.
        mark: StoryMark,
    },
}

/// Low, best and high of a claim, never an average.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Summary {
    /// Lowest value that a counted origin gives.
    pub low: Option<Number>,
    /// The value that most independent origins share, otherwise the newest.
    pub best: Option<Number>,
    /// Highest value that a counted origin gives.
    pub high: Option<Number>,
    /// True if a counted origin gives only a lower bound, so that more is possible.
    pub open_above: bool,
    /// How many independent origins were counted.
    pub independent: usize,
    /// The rule in words.
    pub rule: String,
    /// The values that went in.
    pub inputs: Vec<PointRef>,
}

/// Values that cannot all hold: same claim, overlapping time, disjoint ranges, different origins, neither corrected.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Conflict {
    /// The lower value.
    pub lower: PointRef,
    /// The higher value.
    pub higher: PointRef,
    /// Why their times are taken to overlap.
    pub time: String,
    /// How certain it is.
    pub sure: Sureness,
    /// True while neither has been superseded.
    pub open: bool,
}

/// How certain a conflict is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Sureness {
    /// One report gives both, or both are for the same stated days or places.
    Sure,
    /// Both were published on the same day.
    Likely,
    /// A count that only grows has fallen: the later one may count something smaller.
    Possible,
}

/// Values of one report that make up another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Sum {
    /// The whole.
    pub whole: StoryMark,
    /// Its value.
    pub of: Bounds,
    /// The parts.
    pub parts: Vec<StoryMark>,
    /// What they add up to.
    pub sum: Number,
    /// Whether that is the whole.
    pub finding: SumFinding,
}

/// What a sum shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SumFinding {
    /// The parts add up to the whole: they support it.
    Supports,
    /// The parts are less than the whole: there are others.
    Fewer,
    /// The parts exceed the whole: one of the numbers is wrong, or they are not parts of it.
    Exceeds,
}

/// Values that look comparable but are not, because they count different things.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Mismatch {
    /// In what respect they differ.
    pub why: Difference,
    /// One value.
    pub a: PointRef,
    /// The other.
    pub b: PointRef,
}

/// In what respect two values differ that look comparable.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Difference {
    /// They count different things ("killed" is not "killed or wounded").
    Category,
    /// They belong to different events (a quake of 1978 is not today's).
    Event,
    /// They count by different definitions (the identified are not all the dead).
    Definition,
    /// They count different days (a week is not the total).
    Period,
    /// One is part of a total, or an addition to it.
    Part,
    /// They count different places.
    Place,
    /// They count different people.
    Group,
    /// They are measured in different units.
    Unit,
    /// One is asserted, the other possible.
    Modality,
    /// They are from different times: one may have become the other.
    Time,
}

/// A correction and what it corrects.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CorrectionLink {
    /// The words that correct.
    pub mark: StoryMark,
    /// The report corrected, if it is in the ledger.
    pub of: Option<ReportIndex>,
    /// Outlet or speaker corrected, if stated.
    pub corrected: Option<String>,
    /// Day on which what is corrected was published, if stated.
    pub published: Option<Date>,
    /// What is taken back.
    pub retracted: Vec<(Category, Bounds, StoryMark)>,
    /// What replaces it.
    pub corrected_to: Vec<(Category, Bounds, StoryMark)>,
}

/// Two values in one report that cannot both hold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Contradiction {
    /// One figure.
    pub a: StoryMark,
    /// The other.
    pub b: StoryMark,
}

/// A statement that several reports carry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SharedStatement {
    /// Who said it.
    pub speaker: Option<SpeakerIndex>,
    /// Where it is, the first report first.
    pub appearances: Vec<StatementAppearance>,
}

/// A statement in one report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct StatementAppearance {
    /// Its words.
    pub mark: StoryMark,
    /// The statement in the report's reading.
    pub statement: StatementId,
}

/// A request for comment without an answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Unanswered {
    /// Who was asked.
    pub asked: Vec<String>,
    /// The words that report it.
    pub mark: StoryMark,
    /// The outcome.
    pub outcome: CommentOutcome,
}

/// Something that is expected next.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Outlook {
    /// The words that say what.
    pub mark: StoryMark,
    /// On whose word; null in the outlet's own voice.
    pub speaker: Option<SpeakerIndex>,
    /// Expected, planned, possible or demanded.
    pub modality: Modality,
    /// Last day on which it should have happened; null if not stated.
    pub by: Option<Date>,
    /// Words that give the time.
    pub time: Option<StoryMark>,
    /// Whether that day has passed by the day up to which the story is told; null if either is unknown.
    pub passed: Option<bool>,
    /// The outcome, according to a later report; null if none says.
    pub outcome: Option<OutlookOutcome>,
}

/// The outcome of something that was expected.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", tag = "outcome")]
pub enum OutlookOutcome {
    /// A later report says that it has happened.
    Met {
        /// The words.
        mark: StoryMark,
    },
    /// A later report says that it did not happen, or not yet.
    Missed {
        /// The words.
        mark: StoryMark,
    },
}

/// A report that repeats another's text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CopyLink {
    /// The earlier report.
    pub original: ReportIndex,
    /// The later one.
    pub copy: ReportIndex,
    /// Share of the shorter text's unquoted five-word runs that the other has, in thousandths.
    pub shared_per_mille: u16,
    /// True if the text is the same except for figures or a notice that corrects it.
    pub corrected: bool,
}
