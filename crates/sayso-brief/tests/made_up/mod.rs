//! Made-up stories of any length: reports by many outlets on one flood, with agencies, officials and rising counts.

use sayso_model::{
    Category, Date, Figure, FigureId, Head, HeadSource, Mention, MentionForm, Number, Reading, Report, Role,
    Span, Speaker, SpeakerId, SpeakerKind, Stated,
};

const OFFICES: &[&str] = &["Rescue", "Harbour", "Water", "Road", "Health", "Border", "Forest", "Weather"];
const BODIES: &[&str] = &["Board", "Agency", "Office", "Service"];
const TOWNS: &[&str] =
    &["Tarven", "Lakeside", "Brenn", "Kesh", "Orla", "Hollow Vale", "Port Anselm", "Mill End"];
const GIVEN: &[&str] = &["Ada", "Ivo", "Mari", "Tomas", "Pavel", "Jana", "Juri", "Lena"];

/// An unbounded supply of three-syllable surnames.
fn surname(n: usize) -> String {
    const SYLLABLES: &[&str] =
        &["bra", "kel", "mon", "tar", "sil", "dov", "ren", "hul", "pas", "gri", "von", "eck"];
    let syllable = |n: usize| SYLLABLES.get(n % SYLLABLES.len()).copied().unwrap_or("bra");
    let name = format!("{}{}{}", syllable(n), syllable(n / 12), syllable(n / 144));
    let mut letters = name.chars();
    letters.next().map(|c| c.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

fn pick<'w>(words: &[&'w str], n: usize) -> &'w str {
    words.get(n % words.len()).copied().unwrap_or("")
}

fn stated<T>(value: T) -> Option<Stated<T>> {
    Some(Stated { value, from: HeadSource::Key, span: None })
}

/// The report with a number, in a story that goes on for `days`.
pub(crate) fn report(n: usize, days: usize) -> Reading {
    let day = n % days.max(1);
    let date = Date::new(
        2025,
        1 + i8::try_from(day / 28).unwrap_or(0) % 12,
        1 + i8::try_from(day % 28).unwrap_or(0),
    );
    let body = format!("{} {} {}", pick(TOWNS, n / 32), pick(OFFICES, n), pick(BODIES, n / 8));
    let person = format!("{} {}", pick(GIVEN, n), surname(n / 3));
    let rival = format!("the {} {}", pick(OFFICES, n / 5).to_lowercase(), pick(BODIES, n / 7).to_lowercase());
    let (killed, hurt) = (20 + day * 3 + n % 7, 100 + day * 9 + n % 31);
    let text = format!(
        "At least {killed} people were killed in {}, the {body} said. {} {} spokesman {person} said {hurt} were hurt. \
         “The water came within {} minutes and nobody had told us,” {person} said. {} said {} were missing.",
        pick(TOWNS, n),
        pick(OFFICES, n),
        pick(BODIES, n / 8),
        n % 60,
        rival,
        hurt / 2
    );
    let head = Head {
        headline: stated(format!("At least {killed} dead in the floods, {body} says")),
        outlet: stated(format!("paper-{}.example", n % 997)),
        published: date.and_then(stated),
        ..Head::default()
    };
    let report =
        Report { raw_hash: String::new(), text_hash: format!("{n:08}"), text, head, diagnostics: Vec::new() };
    let mut reading = Reading::without_entries("made up".into(), report);
    let office = format!("{} {}", pick(OFFICES, n), pick(BODIES, n / 8));
    speaker(&mut reading, &body, SpeakerKind::Organization, None);
    speaker(&mut reading, &person, SpeakerKind::Person, Some((&format!("{office} spokesman"), &office)));
    speaker(&mut reading, &rival, SpeakerKind::Organization, None);
    count(&mut reading, &format!("At least {killed} people were killed"), Category::KILLED, killed, 0);
    count(&mut reading, &format!("{hurt} were hurt"), Category::INJURED, hurt, 1);
    count(&mut reading, &format!("{} were missing", hurt / 2), Category::MISSING, hurt / 2, 2);
    reading
}

fn find(reading: &Reading, words: &str) -> Span {
    let at = reading.report.text.find(words).unwrap_or(0);
    Span::new(at, at + words.len())
}

fn speaker(reading: &mut Reading, name: &str, kind: SpeakerKind, role: Option<(&str, &str)>) {
    let span = find(reading, name);
    let role = role.map(|(title, body)| Role {
        title: title.to_owned(),
        body: Some(body.to_owned()),
        span: find(reading, title),
        former: false,
    });
    reading.speakers.push(Speaker {
        id: SpeakerId::from(reading.speakers.len()),
        name: name.to_owned(),
        kind,
        anonymous: name.starts_with("the "),
        roles: role.into_iter().collect(),
        mentions: vec![Mention { span, form: MentionForm::Name, evidence: Vec::new() }],
        same_as: None,
        same_as_evidence: Vec::new(),
    });
}

fn count(reading: &mut Reading, words: &str, category: Category, number: usize, origin: usize) {
    let span = find(reading, words);
    let said_by = reading.speakers.get(origin);
    reading.figures.push(Figure {
        best: Some(Number::whole(i64::try_from(number).unwrap_or(0))),
        origin: said_by.map(|s| s.name.clone()),
        origin_speaker: said_by.map(|s| s.id),
        origin_anonymous: said_by.is_some_and(|s| s.anonymous),
        ..Figure::of(FigureId::from(reading.figures.len()), span, span, category)
    });
}

/// Processor time used by this thread, in nanoseconds (a test runs in its own thread); wall-clock time if the system does not
/// provide it.
pub(crate) fn processor_time() -> u64 {
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").ok();
    told.and_then(|t| t.split(' ').next()?.parse().ok()).unwrap_or_else(|| {
        let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
        now.map_or(0, |d| u64::try_from(d.as_nanos()).unwrap_or(u64::MAX))
    })
}
