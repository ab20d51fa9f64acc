//! What a count covers, apart from what and whom it counts: all so far, some days, some places, an increment, a part.

use std::collections::{BTreeMap, BTreeSet};

use sayso_model::{
    Category, Date, Figure, Period, Span, SpeakerKind,
    story::{Bounds, EventOf, Scope, SpeakerIndex, StorySpeaker},
};

use crate::{
    Entry, bounds,
    category::{is_loss, is_state},
    data::{fold, is_title},
    day,
    event::Events,
    name::describes_people,
    speakers::Cast,
    words::{self, Set},
};

/// Days before a story's first report within which its event may have begun.
const SHORTLY_BEFORE: i64 = 2;
/// Neighbouring figures on each side that are checked for what a figure covers.
const NEIGHBOURS: usize = 8;
/// Words before a time that are checked for saying that an event happened then.
const DATED: usize = 6;
/// What determines the scopes of a story's figures.
pub(crate) struct Scopes<'s> {
    cast: &'s Cast,
    events: &'s Events,
    /// Places that the story as a whole is about.
    places: BTreeSet<String>,
    /// Words of the place names that half of the reports have.
    main: BTreeSet<String>,
    /// Names that the reports call towns ("the town of Hollow Vale").
    towns: BTreeSet<String>,
    /// Date of the story's first report.
    begun: Option<Date>,
    /// True if bodies responsible for more than one place give counts: those of local offices then cover their own place only.
    beyond: bool,
    /// One entry per speaker of the cast.
    posts: Vec<Posts>,
}

/// Where a speaker's offices are. Computed once per speaker, since one in thousands of reports has as many offices.
struct Posts {
    /// The facility whose staff the speaker belongs to.
    house: Option<String>,
    /// The place that the speaker is responsible for.
    district: Option<String>,
    /// Like `district`, if the speaker's report has a larger count too.
    district_of_part: Option<String>,
}

impl<'s> Scopes<'s> {
    pub(crate) fn of(entries: &[Entry<'_>], cast: &'s Cast, events: &'s Events, begun: Option<Date>) -> Self {
        let wide: Vec<bool> = cast.speakers.iter().map(is_wide).collect();
        let beyond = entries.iter().enumerate().any(|(report, entry)| {
            let counts = entry.reading.figures.iter().filter(|f| is_loss(&f.category));
            counts
                .filter_map(|f| cast.of(report, f.origin_speaker?))
                .any(|n| wide.get(n).is_some_and(|wide| *wide))
        });
        let mut scopes = Self {
            cast,
            events,
            places: named_in(entries, 3),
            main: named_in(entries, 2)
                .iter()
                .flat_map(|name| name.split(' ').map(str::to_owned).collect::<Vec<_>>())
                .collect(),
            towns: towns(entries),
            begun,
            beyond,
            posts: Vec::new(),
        };
        let posts = |speaker| Posts {
            house: house(speaker),
            district: scopes.district(speaker, false),
            district_of_part: scopes.district(speaker, true),
        };
        let posts = cast.speakers.iter().map(posts).collect();
        scopes.posts = posts;
        scopes
    }

    /// The scope of a figure in a sentence, and whether only the office that counts tells its place. `is_part`: it adds up with
    /// others to one that is next to it.
    pub(crate) fn scope_of(
        &self,
        entry: &Entry<'_>,
        figure: &Figure,
        sentence: Span,
        origin: Option<SpeakerIndex>,
        event: &EventOf,
        is_part: bool,
    ) -> (Scope, bool) {
        use sayso_model::PlaceLevel::{Admin, City, District};
        let figures = &entry.reading.figures;
        let whole = figure.part_of.and_then(|id| figures.get(id.index()));
        if whole.is_some_and(|w| w.category == figure.category) || !figure.derived_from.is_empty() {
            return (Scope::Part, false);
        }
        let mut places: Vec<String> = figure
            .places
            .iter()
            .filter_map(|id| entry.reading.places.get(id.index()))
            .filter(|p| p.resolved.as_ref().is_none_or(|r| matches!(r.level, Admin | City | District)))
            .filter(|p| !is_storm(entry, p.span) && !self.events.is_storm(&p.name))
            .map(|p| p.name.clone())
            .filter(|name| self.is_apart(name) || is_alone(entry, figure, name))
            .collect();
        if places.is_empty() {
            places.extend(self.town_of(entry, sentence));
        }
        let posts = origin.and_then(|speaker| self.posts.get(speaker));
        places.extend(posts.and_then(|p| p.house.clone()).or_else(|| counted_there(entry, figure)));
        // A part with a place of its own is the count for that place.
        if is_part && places.is_empty() {
            return (Scope::Part, false);
        }
        // What an office says about another event is not limited to its own place.
        let of_story = *event == EventOf::This;
        let mut by_office = false;
        if let (true, true, Some(posts)) = (of_story, places.is_empty(), posts) {
            let larger = posts.district_of_part.is_some() && has_larger(entry, figure);
            places.extend(if larger { &posts.district_of_part } else { &posts.district }.clone());
            by_office = !places.is_empty();
        }
        if let (true, Some(other)) = (places.is_empty(), rival(entry, figure)) {
            let other_places = other.places.iter().filter_map(|id| entry.reading.places.get(id.index()));
            places.extend(
                other_places
                    .map(|p| p.name.clone())
                    .filter(|name| self.is_apart(name) && !self.events.is_storm(name)),
            );
        }
        places.sort();
        places.dedup();
        let unsaid = figure.cumulative.is_none();
        if figure.cumulative == Some(false)
            || (unsaid && (counts_bodies(entry, figure) || adds_to_total(entry, figure)))
        {
            return (Scope::Added { places }, false);
        }
        let period = figure
            .period
            .filter(|p| of_story && !is_state(&figure.category) && !self.since_the_beginning(*p))
            .filter(|p| !dates_an_event(entry, sentence, *p));
        let scope = match period {
            Some(period) if figure.cumulative != Some(true) => Scope::During { period, places },
            _ if !places.is_empty() => Scope::At { places },
            _ => Scope::Total,
        };
        (scope, by_office)
    }

    /// The town in a figure's sentence, where that names only one and the story is not about it. Towns are what the reports
    /// of the story call so ("the town of Hollow Vale"), whether the gazetteer knows them or not.
    fn town_of(&self, entry: &Entry<'_>, sentence: Span) -> Option<String> {
        if self.towns.is_empty() {
            return None;
        }
        let sentence = sentence.cut(&entry.reading.report.text);
        let mut named: BTreeSet<&str> = BTreeSet::new();
        for lead in [" in ", " on ", " at ", " near ", " of "] {
            for (at, _) in sentence.match_indices(lead) {
                let name = leading_name(sentence.get(at + lead.len()..).unwrap_or(""));
                named.extend(self.towns.get(name).map(String::as_str));
            }
        }
        let only = named.first().copied().filter(|_| named.len() == 1)?;
        (self.is_apart(only) && !self.is_main(only)).then(|| only.to_owned())
    }

    /// The place in which an origin holds an office ("the mayor of Hollow Vale"): the count covers that place. An office in the
    /// place that the whole story is about counts everything, unless its report has a larger count too.
    fn district(&self, speaker: &StorySpeaker, has_larger: bool) -> Option<String> {
        offices(speaker).find_map(|office| {
            fold(office).split(' ').any(|w| words::is(Set::LocalOffices, w)).then_some(())?;
            let words: Vec<&str> =
                office.split_whitespace().map(|w| w.strip_suffix("'s").unwrap_or(w)).collect();
            let at = words.iter().position(|w| words::is(Set::LocalOffices, &fold(w)))?;
            let name = |w: &&&str| {
                w.starts_with(char::is_uppercase)
                    && !words::is(Set::LocalOffices, &fold(w))
                    // "Deputy governor", but "King County"
                    && (!is_title(w) || words.get(at).is_some_and(|o| o.starts_with(char::is_uppercase)))
                    && !words::is(Set::Ranks, &fold(w))
                    && (speaker.kind != SpeakerKind::Person || !speaker.name.contains(**w))
            };
            // "the mayor of Hollow Vale", "Hollow Vale County officials".
            let after = words.get(at + 1..)?.iter().skip_while(|w| matches!(**w, "of" | "the"));
            let after: Vec<&str> = after.take_while(name).copied().collect();
            let mut before: Vec<&str> = words.get(..at)?.iter().rev().take_while(name).copied().collect();
            before.reverse();
            let place = if before.is_empty() { after } else { before }.join(" ");
            let apart = (self.beyond || self.is_apart(&place)) && (has_larger || !self.is_main(&place));
            (apart && !place.is_empty()).then_some(place)
        })
    }

    /// True if most reports name the place, with each of its words: an office there is responsible for the whole story.
    fn is_main(&self, place: &str) -> bool {
        let words = fold(place);
        words.split(' ').all(|word| self.main.contains(word))
    }

    /// True for a place that the story as a whole is not about.
    fn is_apart(&self, place: &str) -> bool {
        !self.places.contains(&fold(place)) && self.cast.countries.within(place).is_none()
    }

    /// True for days that begin with the story or shortly before, so that nothing of it came earlier.
    fn since_the_beginning(&self, period: Period) -> bool {
        self.begun.is_some_and(|begun| (0..=SHORTLY_BEFORE).contains(&day::between(period.0, begun)))
    }
}

/// True where the days of a figure in a sentence are those on which an event came ("the storm that struck the island in May"),
/// not those during which something was counted.
fn dates_an_event(entry: &Entry<'_>, sentence: Span, period: Period) -> bool {
    let text = entry.reading.report.text.as_str();
    let mut told = entry.reading.times.iter().filter(|t| {
        sentence.contains(t.span) && t.start == Some(period.0) && t.end.is_none_or(|end| end == period.1)
    });
    told.any(|time| {
        let before = text.get(sentence.start..time.span.start).unwrap_or("");
        let own = before.rsplit([',', ';']).next().unwrap_or(before);
        own.split(|c: char| !c.is_alphanumeric())
            .filter(|w| !w.is_empty())
            .rev()
            .take(DATED)
            .any(|w| words::is(Set::DatesEvent, &w.to_lowercase()))
    })
}

/// True if a report asserts a larger count of the same category.
fn has_larger(entry: &Entry<'_>, figure: &Figure) -> bool {
    let own = bounds::central(&Bounds::of(figure));
    entry.reading.figures.iter().any(|f| {
        let said =
            f.category == figure.category && f.modality == figure.modality && !f.negated && !f.retracted;
        said && bounds::central(&Bounds::of(f)) > own
    })
}

/// True if a sentence ends in a stretch of text.
pub(crate) fn ends_sentence(text: Option<&str>) -> bool {
    text.is_none_or(|t| t.contains(['!', '?', '\n']) || t.contains(". "))
}

/// The count of the same category by another origin in the sentence before: a rival count covers the same.
pub(crate) fn rival<'e>(entry: &Entry<'e>, figure: &Figure) -> Option<&'e Figure> {
    let text = entry.reading.report.text.as_str();
    let before = entry.reading.figures.get(..figure.id.index()).unwrap_or_default();
    before.iter().rev().take(NEIGHBOURS).find(|f| {
        let between = text.get(f.span.end..figure.span.start);
        f.category == figure.category
            && f.origin != figure.origin
            && f.origin.is_some()
            && between.is_some_and(|b| !b.contains('\n') && b.matches(". ").count() == 1)
    })
}

/// The facility last named in a figure's paragraph before it, if it is counted "there".
fn counted_there(entry: &Entry<'_>, figure: &Figure) -> Option<String> {
    let text = entry.reading.report.text.as_str();
    let before = text.get(..figure.number.start)?;
    let clause = before.rsplit([',', '.', ';', '\n']).next().unwrap_or(before);
    let after = text.get(figure.number.end..)?.split([',', '.', ';', '\n']).next()?;
    // "There are 15 dead" refers to no place.
    let there = |clause: &str| {
        let words: Vec<&str> = clause.split_whitespace().collect();
        words
            .iter()
            .enumerate()
            .any(|(n, w)| *w == "there" && !words.get(n + 1).is_some_and(|w| words::is(Set::Be, w)))
    };
    if !(there(clause) || there(after)) {
        return None;
    }
    let paragraph = before.rsplit('\n').next().unwrap_or(before);
    let names = paragraph.split(|c: char| !c.is_alphanumeric() && c != ' ');
    let house = names.rev().find_map(|phrase| {
        let words: Vec<&str> = phrase.split_whitespace().collect();
        let at = words.iter().rposition(|w| words::is(Set::Houses, &w.to_lowercase()))?;
        let first =
            words.get(..at)?.iter().rposition(|w| !w.starts_with(char::is_uppercase)).map_or(0, |n| n + 1);
        words.get(first..=at).map(|name| name.join(" "))
    });
    Some(house.unwrap_or_else(|| "there".to_owned()))
}

/// True if a count's words limit it to one place ("in Hollow Vale alone", "Hollow Vale by itself").
fn is_alone(entry: &Entry<'_>, figure: &Figure, place: &str) -> bool {
    let text = entry.reading.report.text.as_str();
    let start = text.get(..figure.span.start).and_then(|t| t.rfind(['.', '\n'])).map_or(0, |n| n + 1);
    let end = text
        .get(figure.span.end..)
        .and_then(|t| t.find(['.', '\n']))
        .map_or(text.len(), |n| figure.span.end + n);
    let Some((_, behind)) = text.get(start..end).and_then(|sentence| sentence.split_once(place)) else {
        return false;
    };
    let next: Vec<&str> = behind.split_whitespace().take(3).collect();
    next.iter().any(|w| matches!(w.trim_matches(','), "alone" | "only"))
        || next.starts_with(&["by", "itself"])
}

/// True for a country's body, as opposed to a local office or a facility.
fn is_wide(speaker: &StorySpeaker) -> bool {
    let local = || {
        offices(speaker)
            .any(|o| fold(o).split(' ').any(|w| words::is(Set::LocalOffices, w) || words::is(Set::Houses, w)))
    };
    matches!(speaker.kind, SpeakerKind::Organization | SpeakerKind::Government) && !local()
}

/// Names and roles of a speaker and of the bodies that it speaks for.
fn offices(speaker: &StorySpeaker) -> impl Iterator<Item = &str> {
    let roles = speaker.roles.iter().map(|r| r.title.as_str());
    let of_roles = speaker.roles.iter().filter_map(|r| r.body.as_deref());
    let bodies = speaker.parents.iter().map(|p| p.name.as_str()).chain(of_roles);
    std::iter::once(speaker.name.as_str()).chain(bodies).chain(roles)
}

/// The facility whose staff count the people in it: the origin itself or the one where it works. "Hospital sources" and "hospital
/// staff" belong to no particular one.
fn house(speaker: &StorySpeaker) -> Option<String> {
    let is_house = |word: &str| words::is(Set::Houses, &fold(word));
    let one = |name: &&str| {
        let (first, last) = (name.split(' ').next().unwrap_or(name), name.rsplit(' ').next().unwrap_or(name));
        // "Hospital staff", "hospital sources".
        let of_any = is_house(first)
            && !is_house(last)
            && (describes_people(name) || last.starts_with(char::is_lowercase));
        name.split(' ').any(is_house) && !of_any
    };
    offices(speaker).find(one).map(str::to_owned)
}

/// True for the name of a storm that is also a place name ("Hurricane Maria").
fn is_storm(entry: &Entry<'_>, place: Span) -> bool {
    let before = entry.reading.report.text.get(..place.start).unwrap_or("").trim_end();
    ["urricane", "yphoon", "yclone", "torm"].iter().any(|word| before.ends_with(word))
}

/// The capitalised words at the start of a text.
fn leading_name(text: &str) -> &str {
    let end = text
        .char_indices()
        .find(|(n, c)| {
            let next = text.get(n + 1..).unwrap_or("");
            !(c.is_alphabetic() || *c == '-' || *c == ' ' && next.starts_with(char::is_uppercase))
        })
        .map_or(text.len(), |(n, _)| n);
    text.get(..end).unwrap_or("").trim_end()
}

/// Names that reports call towns.
fn towns(entries: &[Entry<'_>]) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for entry in entries {
        let text = entry.reading.report.text.as_str();
        for (at, _) in text.match_indices(" of ") {
            let word = text.get(..at).and_then(|t| t.rsplit(|c: char| !c.is_alphanumeric()).next());
            if !word.is_some_and(|w| words::is(Set::Towns, w)) {
                continue;
            }
            let name = leading_name(text.get(at + " of ".len()..).unwrap_or(""));
            if name.starts_with(char::is_uppercase) {
                found.insert(name.to_owned());
            }
        }
    }
    found
}

/// True if bodies are counted; they are found one after another and are not the toll.
fn counts_bodies(entry: &Entry<'_>, figure: &Figure) -> bool {
    // "Seven of the bodies were found in the valley": of all that were.
    let of_all =
        entry.reading.report.text.get(figure.number.end..).is_some_and(|t| t.starts_with(" of the "));
    figure.category == Category::KILLED
        && !of_all
        && figure.counted.is_some_and(|counted| {
            let noun = fold(counted.cut(&entry.reading.report.text));
            noun.split(' ').any(|w| ["bodies", "corpses", "remains"].contains(&w))
        })
}

/// True for what brings a total to its present value ("two of the wounded have died, raising the toll to 29").
fn adds_to_total(entry: &Entry<'_>, figure: &Figure) -> bool {
    let text = entry.reading.report.text.as_str();
    let after = entry.reading.figures.iter().skip(figure.id.index() + 1).take(NEIGHBOURS);
    after.into_iter().any(|total| {
        let between = text.get(figure.span.end..total.span.start);
        total.category == figure.category
            && bounds::below(&Bounds::of(figure), &Bounds::of(total))
            && !ends_sentence(between)
            && between.is_some_and(|b| b.split_whitespace().any(|w| words::is(Set::Brings, w)))
    })
}

/// Place names that at least one in `share` reports has: they are what the story is about, not a part of it.
pub(crate) fn named_in(entries: &[Entry<'_>], share: usize) -> BTreeSet<String> {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for entry in entries {
        let names: BTreeSet<String> = entry.reading.places.iter().map(|p| fold(&p.name)).collect();
        for name in names {
            *counts.entry(name).or_default() += 1;
        }
    }
    counts.into_iter().filter(|(_, n)| n * share >= entries.len().max(4)).map(|(name, _)| name).collect()
}
