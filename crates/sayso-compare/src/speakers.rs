//! Speakers across reports: one speaker from many names, each merge with its reason.
//!
//! Named speakers are one by their name, an abbreviation, a surname that only one of them bears, or a slip of spelling.
//! A body is one under all orders and spellings of its words ("Ministry of Defence", "the defense ministry"). Bodies of
//! two lands are never one: a name that bodies of two lands bear is, without a land, that of the land from which the
//! report comes, else nobody's. A body that is described and not named ("the country's spy agency") is a named one only
//! where it is of that land and kind, or has those words in its name, and no other body of the story has. Unnamed people
//! are never merged across reports. What people decided (see [`Constraints`]) goes before every rule.

use std::collections::{BTreeMap, BTreeSet};

use sayso_model::{
    MentionForm, Reading, Span, Speaker, SpeakerId, SpeakerKind,
    story::{Evidence, HeldRole, Parent, ReportIndex, SpeakerIndex, SpeakerMember, StoryMark, StorySpeaker},
};

use crate::{
    Entry,
    data::{body_kind, fold, is_title},
    land::Lands,
    name::{Name, all_initials, describes_people, initials, is_abbreviation, misspelt, says_what_for},
    outlet,
};

/// A speaker of a report in the ledger.
pub type Who = (i64, SpeakerId);

/// What people decided about speakers.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Constraints {
    /// Pairs that are one.
    pub together: Vec<(Who, Who)>,
    /// Pairs that are not one.
    pub apart: Vec<(Who, Who)>,
}

/// All speakers of a story.
#[derive(Debug, Clone, Default)]
pub(crate) struct Cast {
    pub(crate) speakers: Vec<StorySpeaker>,
    pub(crate) lands: Lands,
    of: BTreeMap<(ReportIndex, SpeakerId), SpeakerIndex>,
}

impl Cast {
    /// The speaker across reports that a speaker of a report is.
    pub(crate) fn of(&self, report: ReportIndex, speaker: SpeakerId) -> Option<SpeakerIndex> {
        self.of.get(&(report, speaker)).copied()
    }

    /// The speaker whom a report calls so.
    pub(crate) fn called(&self, report: ReportIndex, name: &str) -> Option<SpeakerIndex> {
        let key = fold(name);
        let in_report =
            self.of.range((report, SpeakerId(0))..=(report, SpeakerId(u32::MAX))).map(|(_, s)| *s);
        let bears = |s: &SpeakerIndex| {
            self.speakers
                .get(*s)
                .is_some_and(|s| s.members.iter().any(|m| m.report == report && fold(&m.name) == key))
        };
        let candidates: Vec<SpeakerIndex> = in_report.collect();
        candidates.iter().copied().find(bears).or_else(|| {
            candidates.iter().copied().find(|s| self.speakers.get(*s).is_some_and(|s| goes_by(s, name)))
        })
    }

    pub(crate) fn get(&self, speaker: SpeakerIndex) -> Option<&StorySpeaker> {
        self.speakers.get(speaker)
    }

    /// A speaker and the bodies for which it speaks.
    pub(crate) fn bodies(&self, speaker: SpeakerIndex) -> Vec<SpeakerIndex> {
        let parents = self.get(speaker).into_iter().flat_map(|s| s.parents.iter().filter_map(|p| p.speaker));
        std::iter::once(speaker).chain(parents).collect()
    }
}

/// True where a name or description can mean a speaker: one of the names that reports use for it, an abbreviation of its
/// name, the words of its name in another order, or its country and kind. A name with another country never does.
#[must_use]
pub fn goes_by(speaker: &StorySpeaker, name: &str) -> bool {
    if bears(speaker, name) {
        return true;
    }
    let lands = Lands::only(speaker.country.as_deref());
    let all = || speaker.names.iter().chain([&speaker.name]);
    if is_abbreviation(name) {
        let letters = name.replace('.', "");
        return initials(&speaker.name).is_some_and(|i| i == letters)
            || all_initials(&speaker.name) == letters.to_lowercase();
    }
    // "the observer mission UNOM": a description and the short name.
    if let Some((description, short)) = name.rsplit_once(' ')
        && is_abbreviation(short)
    {
        return goes_by(speaker, short) && goes_by(speaker, description);
    }
    let own = Name::of(&speaker.name, speaker.kind, speaker.anonymous, &lands);
    let asked = Name::of(name, speaker.kind, false, &lands);
    if asked.country.is_some() && speaker.country.is_some() && asked.country != speaker.country {
        return false;
    }
    if asked.key.is_some()
        && (asked.key == own.key
            || all().any(|n| Name::of(n, speaker.kind, speaker.anonymous, &lands).key == asked.key))
    {
        return true;
    }
    if speaker.kind == SpeakerKind::Outlet {
        return outlet::same(name, &speaker.name);
    }
    if speaker.kind == SpeakerKind::Person {
        return speaker.roles.iter().filter(|r| !r.former).any(|role| names_office(role, name));
    }
    if describes_people(name) {
        return false;
    }
    let same_words = !asked.words.is_empty()
        && all().any(|n| Name::of(n, speaker.kind, speaker.anonymous, &lands).words == asked.words);
    let same_kind = asked.key.is_none()
        && asked.country.is_some()
        && asked.country == speaker.country
        && !asked.kinds.is_disjoint(&own.kinds);
    same_words || same_kind
}

/// True where a description names an office by its title and what it is of, in whatever order ("the governor of Hollow
/// Vale", "Hollow Vale's governor", "NRB's director").
fn names_office(role: &HeldRole, description: &str) -> bool {
    let words = |text: &str| -> Vec<String> {
        let plain = text.replace("'s ", " ").replace("’s ", " ");
        let small = |w: &&str| !matches!(*w, "the" | "of" | "for" | "a" | "an" | "in" | "at");
        fold(&plain).split(' ').filter(|w| !w.is_empty()).filter(small).map(str::to_owned).collect()
    };
    let title = words(&role.title);
    let body = role.body.as_deref().unwrap_or("");
    let short = initials(body).map(|letters| letters.to_lowercase());
    let of: Vec<String> = words(body).into_iter().chain(short).collect();
    let asked = words(description);
    asked.len() > 1
        && asked.iter().all(|w| title.contains(w) || of.contains(w))
        && asked.iter().any(|w| title.contains(w) && !of.contains(w))
}

/// True where reports of the story call a speaker just so, articles and case aside.
#[must_use]
pub fn bears(speaker: &StorySpeaker, name: &str) -> bool {
    let plain = |n: &str| {
        let folded = fold(n);
        folded.strip_prefix("the ").map_or(folded.clone(), str::to_owned)
    };
    let asked = plain(name);
    speaker.names.iter().chain([&speaker.name]).any(|n| plain(n) == asked)
}

/// A speaker of one report with what its names say.
struct Local<'r> {
    report: ReportIndex,
    who: Who,
    speaker: &'r Speaker,
    /// Sort of speaker; that of its maker for a document.
    kind: SpeakerKind,
    text: &'r str,
    name: Name,
    /// Names, abbreviations and misspellings, folded, titles and country away.
    aliases: BTreeSet<String>,
    /// Names that stand beside its mentions ("known as the ...").
    written: Vec<String>,
    country: Option<(String, Vec<StoryMark>)>,
    /// The land that its report comes from.
    from: Option<String>,
    kinds: BTreeSet<String>,
    first: Option<StoryMark>,
}

impl<'r> Local<'r> {
    fn of(
        report: ReportIndex,
        key: i64,
        reading: &'r Reading,
        speaker: &'r Speaker,
        lands: &Lands,
        from: Option<&String>,
    ) -> Self {
        let text = reading.report.text.as_str();
        let mut kind = speaker.kind;
        let bare = speaker.name.strip_prefix("the ").unwrap_or(&speaker.name);
        // A short name names, and whose it is the word does not say; a land that speaks is its government.
        if is_abbreviation(bare) && matches!(kind, SpeakerKind::Person | SpeakerKind::Group) {
            kind = SpeakerKind::Organization;
        } else if !speaker.anonymous && lands.named(bare).is_some_and(|land| fold(&land) == fold(bare)) {
            kind = SpeakerKind::Government;
        }
        let anonymous = speaker.anonymous && !is_abbreviation(bare);
        let mut name = Name::of(&speaker.name, kind, anonymous, lands);
        let mark = |span: Span| StoryMark { report, span };
        if name.key.is_none()
            && let Some(given) = speaker.mentions.iter().find_map(|m| name_in_apposition(m.span.cut(text)))
        {
            name = Name { kinds: name.kinds, country: name.country, ..Name::of(given, kind, false, lands) };
        }
        // What a document says is the word of whom it comes from.
        if kind == SpeakerKind::Document
            && name.key.is_none()
            && let Some(maker) = speaker.mentions.iter().find_map(|m| maker(text, m.span.end))
        {
            kind = SpeakerKind::Person;
            name = Name::of(maker, kind, false, lands);
        }
        let mut aliases: BTreeSet<String> = name.key.iter().cloned().collect();
        let mut written: Vec<String> = Vec::new();
        if kind != SpeakerKind::Person
            && let Some((described, short)) = known_by_its_noun(text, &speaker.name)
        {
            aliases.insert(fold(short));
            written.extend([described.to_owned(), short.to_owned()]);
        }
        let seated = name.town.as_deref().and_then(|town| lands.seated(town));
        let mut country = name.country.clone().or(seated).map(|c| (c, Vec::new()));
        let mut kinds = name.kinds.clone();
        for mention in &speaker.mentions {
            let words = mention.span.cut(text);
            let taken = Name::of(words, kind, anonymous, lands);
            let named = matches!(
                mention.form,
                MentionForm::Name | MentionForm::Abbreviation | MentionForm::Misspelling
            );
            if let Some(short) = also_known_as(text, mention.span) {
                aliases.insert(fold(short));
                written.push(short.to_owned());
            }
            if named {
                aliases.extend(taken.key);
            }
            if kind == SpeakerKind::Person || mention.form == MentionForm::Pronoun {
                continue;
            }
            kinds.extend(taken.kinds);
            if country.as_ref().is_none_or(|(_, marks)| marks.is_empty()) {
                let found = taken.country.map(|c| (c, vec![mark(mention.span)])).or_else(|| {
                    country_before(text, mention.span.start, lands)
                        .map(|(c, span)| (c, vec![mark(span), mark(mention.span)]))
                });
                let found = found.or_else(|| {
                    (taken.of_the_country || stands_after_its(text, mention.span.start))
                        .then(|| last_country(text, mention.span.start, lands))
                        .flatten()
                        .map(|(c, span)| (c, vec![mark(span), mark(mention.span)]))
                });
                // A report that names the country twice gives the words; one that names another is not overruled.
                if let Some(found) = found
                    && country.as_ref().is_none_or(|(known, _)| *known == found.0)
                {
                    country = Some(found);
                }
            }
        }
        let first = speaker.mentions.first().map(|m| mark(m.span));
        Self {
            report,
            who: (key, speaker.id),
            speaker,
            kind,
            text,
            name,
            aliases,
            written,
            country,
            from: from.cloned(),
            kinds,
            first,
        }
    }

    fn land(&self) -> Option<&String> {
        self.country.as_ref().map(|(land, _)| land)
    }

    /// True for what can be one body under several names.
    fn is_body(&self) -> bool {
        matches!(self.kind, SpeakerKind::Organization | SpeakerKind::Unknown | SpeakerKind::Group)
            && (self.named() || !describes_people(&self.speaker.name))
    }

    fn is_person(&self) -> bool {
        self.kind == SpeakerKind::Person
    }

    fn named(&self) -> bool {
        self.name.key.is_some()
    }

    /// A body described by what it is for.
    fn described_body(&self) -> bool {
        !self.named()
            && matches!(self.kind, SpeakerKind::Organization | SpeakerKind::Unknown | SpeakerKind::Government)
            && !describes_people(&self.speaker.name)
    }

    fn kin(&self, other: &Self) -> bool {
        let sort = |k: SpeakerKind| match k {
            SpeakerKind::Person => 0,
            SpeakerKind::Unknown => 2,
            _ => 1,
        };
        let (a, b) = (sort(self.kind), sort(other.kind));
        a == b || a == 2 || b == 2
    }
}

/// The name in "a fishing daily, Tidewater": what follows the last comma of a description, capitals throughout.
fn name_in_apposition(description: &str) -> Option<&str> {
    let (before, name) = description.rsplit_once(", ")?;
    let article = before
        .split(' ')
        .next()
        .is_some_and(|w| matches!(w.to_lowercase().as_str(), "a" | "an" | "the" | "one"));
    let capitals = !name.is_empty() && name.split(' ').all(|w| w.starts_with(char::is_uppercase));
    (article && capitals).then_some(name)
}

/// Whom a document comes from: the name in "... from the island's harbour master, Ada Brook".
fn maker(text: &str, document_end: usize) -> Option<&str> {
    let after = text.get(document_end..)?;
    let rest = [" from ", " by ", " compiled by ", " released by "]
        .iter()
        .find_map(|lead| after.strip_prefix(lead))?;
    let clause = rest.split(['.', ';', ':', '\n', '"', '“']).next()?;
    let (role, named) = clause.split_once(", ")?;
    let name = named.split(',').next()?.trim();
    let capitals = name.split(' ').count() > 1 && name.split(' ').all(|w| w.starts_with(char::is_uppercase));
    (capitals && describes_people(role)).then_some(name)
}

/// The description and the short name in "the agency, known as the NRB", where the noun is the last of a name.
fn known_by_its_noun<'t>(text: &'t str, name: &str) -> Option<(&'t str, &'t str)> {
    let noun = name.rsplit(' ').next().filter(|n| n.len() > 3)?;
    let wanted = format!("the {noun}, known as ");
    let at = text.find(&wanted)?;
    let described = text.get(at..at + "the ".len() + noun.len())?;
    let short = also_known_as(text, Span::new(at, at + described.len()))?;
    Some((described, short))
}

/// The short name in "the agency, known as the NRB", "the National Rescue Board (NRB)" or "..., or NRB,".
fn also_known_as(text: &str, mention: Span) -> Option<&str> {
    let inside = mention.cut(text);
    let after = text.get(mention.end..)?;
    let rest = inside.split_once(", known as ").map(|(_, rest)| rest).or_else(|| {
        [", known as ", ", also known as ", ", or ", " (", " — "]
            .iter()
            .find_map(|lead| after.strip_prefix(lead).or_else(|| rest_of_name(after)?.strip_prefix(lead)))
    })?;
    let rest = rest.strip_prefix("the ").unwrap_or(rest);
    let word = rest.split(|c: char| !(c.is_alphanumeric() || c == '.' || c == '-')).next()?;
    is_abbreviation(word).then_some(word)
}

/// What follows where a name goes on with " of ..." or " in the ..." and capitals ("Observer Mission in the Orla Valley
/// (OMOV)").
fn rest_of_name(after: &str) -> Option<&str> {
    let on = [" in the ", " of the ", " for the ", " in ", " of ", " for ", " on "]
        .iter()
        .find_map(|lead| after.strip_prefix(lead))?;
    let mut rest = on;
    while rest.starts_with(char::is_uppercase) {
        let end = rest.find(|c: char| !c.is_alphanumeric() && c != '-').unwrap_or(rest.len());
        rest = rest.get(end..)?;
        match rest.strip_prefix(' ') {
            Some(next) if next.starts_with(char::is_uppercase) => rest = next,
            _ => break,
        }
    }
    (rest.len() < on.len()).then_some(rest)
}

/// True where "its" stands before a place in the text.
fn stands_after_its(text: &str, at: usize) -> bool {
    text.get(..at).is_some_and(|before| before.ends_with("Its ") || before.ends_with(" its "))
}

/// A country named as owner or origin right before a place in the text ("South Korea's " or "South Korean ").
fn country_before(text: &str, at: usize, lands: &Lands) -> Option<(String, Span)> {
    let before = text.get(..at)?.trim_end();
    let mut start = before.len();
    for _ in 0..3 {
        start = before.get(..start)?.trim_end().rfind(char::is_whitespace).map_or(0, |i| i + 1);
        let words = before.get(start..)?;
        let bare = words.strip_suffix("'s").or_else(|| words.strip_suffix("’s")).unwrap_or(words);
        if bare.starts_with(char::is_uppercase)
            && let Some(found) = lands.named(bare)
        {
            return Some((found, Span::new(start, before.len())));
        }
        if start == 0 || words.contains(['.', ',', ';']) && !words.contains("U.") {
            return None;
        }
    }
    None
}

/// The last country named before a place in the text, at most 600 bytes back.
fn last_country(text: &str, at: usize, lands: &Lands) -> Option<(String, Span)> {
    let mut from = at.saturating_sub(600);
    while !text.is_char_boundary(from) {
        from += 1;
    }
    let before = text.get(from..at)?;
    let words: Vec<crate::word::Word<'_>> = crate::word::words(before).collect();
    for last in (0..words.len()).rev() {
        for length in (1..=3).rev() {
            let Some(window) = (last + 1).checked_sub(length).and_then(|first| words.get(first..=last))
            else {
                continue;
            };
            let (Some(first), Some(end)) = (window.first(), window.last()) else { continue };
            let phrase = before.get(first.start..end.end()).unwrap_or("");
            let bare = phrase.strip_suffix("'s").or_else(|| phrase.strip_suffix("’s")).unwrap_or(phrase);
            if bare.starts_with(char::is_uppercase)
                && let Some(found) = lands.named(bare)
            {
                return Some((found, Span::new(from + first.start, from + end.end())));
            }
        }
    }
    None
}

/// Groups of locals, with the reason why each joined.
struct Groups {
    root: Vec<usize>,
    reason: Vec<Option<Evidence>>,
    /// Land of each root.
    land: Vec<Option<String>>,
    apart: Vec<(usize, usize)>,
}

impl Groups {
    fn find(&self, mut at: usize) -> usize {
        while let Some(&up) = self.root.get(at) {
            if up == at {
                break;
            }
            at = up;
        }
        at
    }

    /// The land that the reports tie a group to.
    fn land_of(&self, at: usize) -> Option<&String> {
        self.land.get(self.find(at)).and_then(Option::as_ref)
    }

    /// Joins two groups unless people decided otherwise or they are of two lands. The reason goes to the later one.
    fn join(&mut self, a: usize, b: usize, rule: &str, marks: Vec<StoryMark>) -> bool {
        let (x, y) = (self.find(a), self.find(b));
        if x == y || matches!((self.land_of(x), self.land_of(y)), (Some(p), Some(q)) if p != q) {
            return false;
        }
        let parted = self.apart.iter().any(|(p, q)| {
            let (p, q) = (self.find(*p), self.find(*q));
            (p, q) == (x, y) || (p, q) == (y, x)
        });
        if parted {
            return false;
        }
        let (keep, gone) = (x.min(y), x.max(y));
        let land = self.land_of(keep).or_else(|| self.land_of(gone)).cloned();
        if let Some(kept) = self.land.get_mut(keep) {
            *kept = land;
        }
        if let Some(up) = self.root.get_mut(gone) {
            *up = keep;
        }
        let later = if self.reason.get(a.max(b)).is_some_and(Option::is_none) { a.max(b) } else { gone };
        if let Some(reason) = self.reason.get_mut(later) {
            reason.get_or_insert(Evidence { rule: rule.to_owned(), marks });
        }
        true
    }
}

/// Puts the speakers of all reports together.
pub(crate) fn gather(entries: &[Entry<'_>], constraints: &Constraints) -> Cast {
    let lands = Lands::of(entries);
    let locals: Vec<Local<'_>> = entries
        .iter()
        .enumerate()
        .flat_map(|(report, entry)| {
            let from = lands.of_dateline(entry);
            let lands = &lands;
            entry
                .reading
                .speakers
                .iter()
                .map(move |s| Local::of(report, entry.key, entry.reading, s, lands, from.as_ref()))
        })
        .collect();
    let at: BTreeMap<Who, usize> = locals.iter().enumerate().map(|(n, l)| (l.who, n)).collect();
    let pairs = |pairs: &[(Who, Who)]| -> Vec<(usize, usize)> {
        pairs.iter().filter_map(|(a, b)| Some((*at.get(a)?, *at.get(b)?))).collect()
    };
    let body_land = |l: &Local<'_>| l.land().filter(|_| !l.is_person()).cloned();
    let mut groups = Groups {
        root: (0..locals.len()).collect(),
        reason: vec![None; locals.len()],
        land: vec![None; locals.len()],
        apart: pairs(&constraints.apart),
    };
    // What people decide is asked before lands are.
    for (a, b) in pairs(&constraints.together) {
        groups.join(a, b, "decided by a person", Vec::new());
    }
    for (n, local) in locals.iter().enumerate() {
        let root = groups.find(n);
        if let Some(land) = groups.land.get_mut(root) {
            *land = land.take().or_else(|| body_land(local));
        }
    }
    for (n, local) in locals.iter().enumerate() {
        if let Some(other) = local.speaker.same_as.and_then(|id| at.get(&(local.who.0, id))) {
            let marks = local
                .speaker
                .same_as_evidence
                .iter()
                .map(|s| StoryMark { report: local.report, span: *s })
                .collect();
            groups.join(*other, n, "shown by the report", marks);
        }
    }
    alike_in_one_report(&locals, &mut groups);
    by_name(&locals, &mut groups);
    by_surname(&locals, &mut groups);
    by_words(&locals, &mut groups);
    by_description(&locals, &mut groups);
    by_part_of_name(&locals, &mut groups);
    build(entries, &locals, &groups, lands)
}

/// One description of unnamed people or documents, used twice by one report.
fn alike_in_one_report(locals: &[Local<'_>], groups: &mut Groups) {
    let mut first: BTreeMap<(ReportIndex, String), usize> = BTreeMap::new();
    for (n, local) in locals.iter().enumerate().filter(|(_, l)| !l.named()) {
        match first.get(&(local.report, fold(&local.speaker.name))) {
            Some(&other) => {
                groups.join(other, n, "described alike in one report", local.first.into_iter().collect());
            }
            None => {
                first.insert((local.report, fold(&local.speaker.name)), n);
            }
        }
    }
}

/// Joins what bears one name. Bodies of two lands stay two; what bears the name without a land is that of the land from
/// which its report comes, if one of them is.
fn join_namesakes(locals: &[Local<'_>], groups: &mut Groups, namesakes: &[usize], rule: &str) {
    let lands: BTreeSet<String> = namesakes.iter().filter_map(|n| groups.land_of(*n).cloned()).collect();
    let mut first: BTreeMap<Option<String>, usize> = BTreeMap::new();
    for &n in namesakes {
        let Some(local) = locals.get(n) else { continue };
        let own = groups.land_of(n).cloned();
        let from = || local.from.clone().filter(|land| lands.contains(land));
        let land = if lands.len() > 1 { own.or_else(from) } else { None };
        if lands.len() > 1 && land.is_none() {
            continue;
        }
        match first.get(&land) {
            Some(&other) if locals.get(other).is_some_and(|o| o.kin(local)) => {
                groups.join(other, n, rule, local.first.into_iter().collect());
            }
            Some(_) => {}
            None => {
                first.insert(land, n);
            }
        }
    }
}

/// A body named or described in the same words, in whatever order and spelling.
fn by_words(locals: &[Local<'_>], groups: &mut Groups) {
    let mut namesakes: BTreeMap<&BTreeSet<String>, Vec<usize>> = BTreeMap::new();
    for (n, local) in locals.iter().enumerate().filter(|(_, l)| l.is_body()) {
        if says_what_for(&local.name.words) {
            namesakes.entry(&local.name.words).or_default().push(n);
        }
    }
    for all in namesakes.values() {
        join_namesakes(locals, groups, all, "the same words of a body's name");
    }
}

/// A body described by a part of a name that only one body of the story has ("the rescue board").
fn by_part_of_name(locals: &[Local<'_>], groups: &mut Groups) {
    for (n, local) in locals.iter().enumerate().filter(|(_, l)| l.is_body()) {
        let words = &local.name.words;
        if !says_what_for(words) {
            continue;
        }
        let own = groups.land_of(n);
        let holders: BTreeMap<usize, &Local<'_>> = locals
            .iter()
            .enumerate()
            .filter(|(_, l)| l.is_body() && l.named() && l.name.words.len() > words.len())
            .filter(|(_, l)| l.name.words.is_superset(words))
            .filter(|(m, _)| own.is_none() || groups.land_of(*m).is_none_or(|land| Some(land) == own))
            .map(|(m, l)| (groups.find(m), l))
            .collect();
        if let (Some((root, holder)), 1) = (holders.first_key_value(), holders.len()) {
            let marks = local.first.into_iter().chain(holder.first).collect();
            groups.join(*root, n, "the only body whose name holds these words", marks);
        }
    }
}

/// The same name, abbreviation, masthead, government or misspelt name.
fn by_name(locals: &[Local<'_>], groups: &mut Groups) {
    let mut namesakes: BTreeMap<(&str, bool), Vec<usize>> = BTreeMap::new();
    let mut by_initials: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    let mut persons: Vec<(usize, &str)> = Vec::new();
    let mut governments: BTreeMap<&str, usize> = BTreeMap::new();
    let mut outlets: Vec<usize> = Vec::new();
    for (n, local) in locals.iter().enumerate().filter(|(_, l)| l.named()) {
        for alias in &local.aliases {
            // A surname or a given name alone is not yet a name; see by_surname.
            if !local.is_person() || alias.contains(' ') {
                namesakes.entry((alias.as_str(), local.is_person())).or_default().push(n);
            }
        }
        if local.is_person() {
            persons.extend(local.name.key.as_deref().map(|key| (n, key)));
        } else if let Some(proper) = local.name.proper.as_deref().filter(|p| p.contains(' ')) {
            let letters = initials(proper).map(|letters| letters.to_lowercase());
            for letters in letters.into_iter().chain([all_initials(proper)]) {
                by_initials.entry(letters).or_default().push(n);
            }
        }
        if local.kind == SpeakerKind::Government
            && let Some(country) = local.land()
        {
            match governments.get(country.as_str()) {
                Some(&other) => {
                    groups.join(other, n, "names of one government", local.first.into_iter().collect());
                }
                None => {
                    governments.insert(country, n);
                }
            }
        }
        if local.kind == SpeakerKind::Outlet {
            outlets.push(n);
        }
    }
    for all in namesakes.values() {
        let short = |n: &usize| locals.get(*n).is_some_and(|l| is_abbreviation(&l.speaker.name));
        let rule = if all.iter().all(short) { "same abbreviation" } else { "same name" };
        join_namesakes(locals, groups, all, rule);
    }
    for (n, local) in locals.iter().enumerate().filter(|(_, l)| l.named() && !l.is_person()) {
        let key = local.name.key.as_deref().unwrap_or("");
        if is_abbreviation(local.name.proper.as_deref().unwrap_or(""))
            && let Some(full) = by_initials.get(key)
        {
            let roots: BTreeSet<usize> =
                full.iter().map(|f| groups.find(*f)).filter(|r| *r != groups.find(n)).collect();
            if let (Some(one), 1) = (roots.first(), roots.len()) {
                groups.join(*one, n, "abbreviation of the name", local.first.into_iter().collect());
            }
        }
    }
    for (i, a) in outlets.iter().enumerate() {
        for b in outlets.iter().skip(i + 1) {
            if let (Some(x), Some(y)) = (locals.get(*a), locals.get(*b))
                && outlet::same(&x.speaker.name, &y.speaker.name)
            {
                groups.join(*a, *b, "same masthead", y.first.into_iter().collect());
            }
        }
    }
    for (i, (a, x)) in persons.iter().enumerate() {
        for (b, y) in persons.iter().skip(i + 1) {
            if misspelt(x, y) {
                let marks =
                    [locals.get(*a), locals.get(*b)].into_iter().flatten().filter_map(|l| l.first).collect();
                groups.join(*a, *b, "slip of spelling", marks);
            }
        }
    }
}

/// A single word that is part of the name of exactly one person.
fn by_surname(locals: &[Local<'_>], groups: &mut Groups) {
    let mut bearers: BTreeMap<&str, BTreeSet<usize>> = BTreeMap::new();
    for (n, local) in locals.iter().enumerate().filter(|(_, l)| l.is_person() && l.named()) {
        let Some(key) = local.name.key.as_deref().filter(|k| k.contains(' ')) else { continue };
        let root = groups.find(n);
        bearers.entry(key.rsplit(' ').next().unwrap_or(key)).or_default().insert(root);
        for alias in local.aliases.iter().filter(|a| !a.contains(' ')) {
            bearers.entry(alias).or_default().insert(root);
        }
    }
    for (n, local) in locals.iter().enumerate().filter(|(_, l)| l.named()) {
        let Some(key) = local.name.key.as_deref().filter(|k| !k.contains(' ')) else { continue };
        if !matches!(local.kind, SpeakerKind::Person | SpeakerKind::Unknown) {
            continue;
        }
        if let Some(roots) = bearers.get(key)
            && let (Some(one), 1) = (roots.first(), roots.len())
        {
            groups.join(*one, n, "surname that only one speaker bears", local.first.into_iter().collect());
        }
    }
}

/// Countries and kinds of a named body, with the words that tie it to a country.
type Known<'a> = (BTreeSet<&'a str>, BTreeSet<&'a str>, Vec<StoryMark>);

/// A body that is described by country and kind.
fn by_description(locals: &[Local<'_>], groups: &mut Groups) {
    // What all reports together say of each group of named bodies.
    let mut bodies: BTreeMap<usize, Known<'_>> = BTreeMap::new();
    let named = |l: &Local<'_>| {
        l.named()
            && !l.is_person()
            && !matches!(l.kind, SpeakerKind::Outlet | SpeakerKind::Government | SpeakerKind::Document)
    };
    for (n, local) in locals.iter().enumerate().filter(|(_, l)| named(l)) {
        let body = bodies.entry(groups.find(n)).or_default();
        body.1.extend(local.kinds.iter().map(String::as_str));
        if let Some((country, marks)) = &local.country {
            body.0.insert(country);
            if body.2.is_empty() {
                body.2.extend(marks);
            }
        }
    }
    let mut described: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for (n, local) in locals.iter().enumerate().filter(|(_, l)| l.described_body()) {
        let Some((country, marks)) = &local.country else { continue };
        let fitting: Vec<(&usize, &Vec<StoryMark>)> = bodies
            .iter()
            .filter(|(_, (countries, kinds, _))| {
                countries.contains(country.as_str()) && local.kinds.iter().any(|k| kinds.contains(k.as_str()))
            })
            .map(|(root, (_, _, marks))| (root, marks))
            .collect();
        let mut words: Vec<StoryMark> = marks.iter().copied().chain(local.first).collect();
        match fitting.as_slice() {
            [(root, shown)] => {
                words.extend(shown.iter());
                words.dedup();
                groups.join(**root, n, "the only body of that country and kind", words);
            }
            [] => {
                for kind in &local.kinds {
                    match described.get(&(country.as_str(), kind.as_str())) {
                        Some(&other) => {
                            groups.join(other, n, "described alike: country and kind", words.clone());
                        }
                        None => {
                            described.insert((country, kind), n);
                        }
                    }
                }
            }
            _ => {}
        }
    }
}

fn build(entries: &[Entry<'_>], locals: &[Local<'_>], groups: &Groups, lands: Lands) -> Cast {
    let mut cast = Cast { lands, ..Cast::default() };
    let mut at: BTreeMap<usize, SpeakerIndex> = BTreeMap::new();
    for (n, local) in locals.iter().enumerate() {
        let next = cast.speakers.len();
        let index = *at.entry(groups.find(n)).or_insert(next);
        if index == next {
            cast.speakers.push(StorySpeaker {
                name: local.name.proper.clone().unwrap_or_else(|| local.speaker.name.clone()),
                kind: local.kind,
                anonymous: !local.named(),
                country: None,
                names: Vec::new(),
                members: Vec::new(),
                roles: Vec::new(),
                parents: Vec::new(),
            });
        }
        cast.of.insert((local.report, local.speaker.id), index);
        let Some(speaker) = cast.speakers.get_mut(index) else { continue };
        if let Some(proper) = &local.name.proper {
            let known = (!speaker.anonymous).then(|| speaker.name.chars().count());
            let abbreviated = is_abbreviation(&speaker.name);
            if known.is_none_or(|length| {
                (proper.chars().count() > length && !is_abbreviation(proper))
                    || abbreviated && !is_abbreviation(proper)
            }) {
                speaker.name.clone_from(proper);
            }
            if speaker.anonymous || speaker.kind == SpeakerKind::Unknown {
                speaker.kind = local.kind;
            }
            speaker.anonymous = false;
        }
        if speaker.country.is_none() {
            speaker.country = local.land().cloned();
        }
        let written = local
            .speaker
            .mentions
            .iter()
            .filter(|m| m.form != MentionForm::Pronoun)
            .map(|m| m.span.cut(local.text));
        for name in [local.speaker.name.as_str()].into_iter().chain(written) {
            if !name.is_empty() && !speaker.names.iter().any(|n| n == name) {
                speaker.names.push(name.to_owned());
            }
        }
        for name in &local.written {
            if !speaker.names.contains(name) {
                speaker.names.push(name.clone());
            }
        }
        let published =
            entries.get(local.report).and_then(|e| e.reading.report.head.published.as_ref()).map(|d| d.value);
        speaker.roles.extend(local.speaker.roles.iter().map(|role| HeldRole {
            title: role.title.clone(),
            body: role.body.clone(),
            former: role.former,
            on: published,
            mark: StoryMark { report: local.report, span: role.span },
        }));
        let evidence = groups.reason.get(n).cloned().flatten().unwrap_or_else(|| Evidence {
            rule: "its own name".to_owned(),
            marks: local.first.into_iter().collect(),
        });
        speaker.members.push(SpeakerMember {
            report: local.report,
            speaker: local.speaker.id,
            name: local.speaker.name.clone(),
            evidence,
        });
    }
    name_outlets(entries, &mut cast);
    for speaker in &mut cast.speakers {
        if let Some(full) = named_with_its_land(speaker, &cast.lands) {
            speaker.name = full;
        }
    }
    for speaker in cast.speakers.iter_mut().filter(|s| s.kind == SpeakerKind::Person && !s.anonymous) {
        if speaker.country.is_none() && speaker.name.contains(' ') {
            speaker.country = land_before_name(entries, &speaker.name, &cast.lands);
        }
    }
    parents(&mut cast);
    cast
}

/// What bears the name of an outlet whose report is here is that outlet, under its masthead.
fn name_outlets(entries: &[Entry<'_>], cast: &mut Cast) {
    for speaker in cast.speakers.iter_mut().filter(|s| s.kind != SpeakerKind::Person) {
        let head = entries.iter().map(|e| &e.reading.report.head).find(|head| {
            speaker.names.iter().any(|n| outlet::is_of(head, n.strip_prefix("the ").unwrap_or(n)))
        });
        let Some(head) = head else { continue };
        speaker.kind = SpeakerKind::Outlet;
        speaker.anonymous = false;
        if let Some(masthead) = outlet::masthead(head) {
            if !speaker.names.iter().any(|n| n == masthead) {
                speaker.names.push(masthead.to_owned());
            }
            if is_abbreviation(&speaker.name) {
                masthead.clone_into(&mut speaker.name);
            }
        }
    }
}

/// The name of a body that without its land could be any land's ("Ostrian Defence Ministry"), as a report writes it.
fn named_with_its_land(speaker: &StorySpeaker, lands: &Lands) -> Option<String> {
    let of_a_body = matches!(speaker.kind, SpeakerKind::Organization | SpeakerKind::Unknown);
    let name = Name::of(&speaker.name, speaker.kind, speaker.anonymous, lands);
    if !of_a_body || name.words.is_empty() || name.words.len() > 2 || name.country.is_some() {
        return None;
    }
    let land = speaker.country.as_ref()?;
    let full =
        speaker.members.iter().map(|m| m.name.strip_prefix("the ").unwrap_or(&m.name)).find(|written| {
            let taken = Name::of(written, speaker.kind, false, lands);
            taken.words == name.words && taken.country.as_ref() == Some(land) && taken.town.is_none()
        })?;
    Some(full.to_owned())
}

/// Roles in which nobody speaks for the body.
const OF_NO_BODY: &[&str] = &[
    "member",
    "lawmaker",
    "legislator",
    "mp",
    "senator",
    "deputy",
    "congressman",
    "congresswoman",
    "candidate",
];
/// Roles that follow on the name of their body ("coast guard spokesman").
const FOR_BODY: &[&str] = &[
    "spokesman",
    "spokeswoman",
    "spokesperson",
    "chief",
    "director",
    "head",
    "commander",
    "chairman",
    "chairwoman",
];

/// The body in which a role is held: as the reading has it, else as the title says it ("coast guard spokesman", "Interior
/// Minister", "spokesman for the ports authority"). `None` where nobody speaks for the body in that role.
fn body_of_role(role: &HeldRole) -> Option<String> {
    let title: Vec<&str> = role
        .title
        .split_whitespace()
        .map(|w| w.strip_suffix("'s").or_else(|| w.strip_suffix("’s")).unwrap_or(w))
        .collect();
    let place = |list: &[&str]| title.iter().position(|w| list.contains(&w.to_lowercase().as_str()));
    if place(OF_NO_BODY).is_some() {
        return None;
    }
    if let Some(field) = place(&["minister"]).and_then(|at| title.get(..at)).filter(|f| !f.is_empty())
        && !["prime", "first", "chief"].contains(&field.last()?.to_lowercase().as_str())
    {
        return Some(format!("{} ministry", field.join(" ")));
    }
    if role.body.is_some() {
        return role.body.clone();
    }
    let at = place(FOR_BODY)?;
    let after = title.get(at + 1..).filter(|after| matches!(after.first(), Some(&("for" | "of"))));
    let named = after.and_then(|after| after.get(1..)).or_else(|| title.get(..at))?.join(" ");
    (!named.is_empty()).then_some(named)
}

/// The land that some report names before a person's name ("Ostrian Defence Minister Ada Brook").
fn land_before_name(entries: &[Entry<'_>], name: &str, lands: &Lands) -> Option<String> {
    entries.iter().find_map(|entry| {
        let text = entry.reading.report.text.as_str();
        text.match_indices(name).find_map(|(at, _)| {
            let clause = text.get(..at)?.rsplit([',', '.', ';', ':', '\n', '“', '"', '—']).next()?;
            let words: Vec<&str> = clause.split_whitespace().rev().take(5).collect();
            // Only the words of a role stand between.
            let of_role = |w: &str| {
                let lower = w.to_lowercase();
                w.starts_with(char::is_uppercase) || is_title(&lower) || body_kind(&lower).is_some()
            };
            words.iter().take_while(|w| of_role(w)).find_map(|w| lands.within(w))
        })
    })
}

/// Bodies for which speakers speak, as speakers where they are some.
fn parents(cast: &mut Cast) {
    let bodies: Vec<(SpeakerIndex, &StorySpeaker)> = cast
        .speakers
        .iter()
        .enumerate()
        .filter(|(_, s)| s.kind != SpeakerKind::Person && s.kind != SpeakerKind::Outlet)
        .collect();
    let mut found: Vec<Vec<Parent>> = Vec::with_capacity(cast.speakers.len());
    for speaker in &cast.speakers {
        let mut parents: Vec<Parent> = Vec::new();
        for role in speaker.roles.iter().filter(|r| !r.former) {
            let Some(body) = body_of_role(role) else { continue };
            let mut fitting = bodies.iter().filter(|(_, s)| {
                goes_by(s, &body)
                    && (speaker.country.is_none() || s.country.is_none() || s.country == speaker.country)
            });
            // A body's name that two of the story's bodies bear tells neither.
            let named = fitting.next().map(|(n, _)| *n).filter(|_| fitting.next().is_none());
            let known = parents
                .iter()
                .any(|p| fold(&p.name) == fold(&body) || (named.is_some() && p.speaker == named));
            if !known {
                parents.push(Parent {
                    name: body,
                    speaker: named,
                    evidence: Evidence { rule: "role in the body".to_owned(), marks: vec![role.mark] },
                });
            }
        }
        found.push(parents);
    }
    for (speaker, parents) in cast.speakers.iter_mut().zip(found) {
        speaker.parents = parents;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_beside_a_mention_are_found() {
        assert_eq!(name_in_apposition("A fishing daily, Tidewater"), Some("Tidewater"));
        assert_eq!(name_in_apposition("the mayor, who spoke on Friday"), None);
        let text = "the agency (NRB) said so";
        assert_eq!(also_known_as(text, Span::new(0, 10)), Some("NRB"));
        assert_eq!(also_known_as("the agency, known as the NRB", Span::new(0, 28)), Some("NRB"));
        assert_eq!(also_known_as("the agency (see below)", Span::new(0, 10)), None);
        let text = "The Observer Mission in the Orla Valley (OMOV) said so.";
        assert_eq!(also_known_as(text, Span::new(4, 20)), Some("OMOV"));
        let text = "Estonia's rescue board came. Nobody drowned, the board, known as the ERB, said.";
        assert_eq!(known_by_its_noun(text, "Estonia's rescue board"), Some(("the board", "ERB")));
    }

    #[test]
    fn an_office_is_named_by_title_and_body() {
        let mark = StoryMark { report: 0, span: Span::new(0, 1) };
        let role = |title: &str, body: Option<&str>| HeldRole {
            title: title.to_owned(),
            body: body.map(str::to_owned),
            former: false,
            on: None,
            mark,
        };
        let governor = role("governor of Hollow Vale", Some("Hollow Vale"));
        assert!(names_office(&governor, "Hollow Vale's governor"));
        assert!(names_office(&governor, "the governor of Hollow Vale"));
        assert!(!names_office(&governor, "the governor"));
        assert!(!names_office(&governor, "the governor of Kesh"));
        assert!(!names_office(&governor, "Hollow Vale"));
        let director = role("director", Some("National Rescue Board"));
        assert!(names_office(&director, "NRB's director"));
    }

    #[test]
    fn a_document_speaks_for_its_maker() {
        let text = "first counts from the port's top commander, Ada Brook.";
        assert_eq!(maker(text, "first counts".len()), Some("Ada Brook"));
        assert_eq!(maker("first counts from the port, Ada Brook said", 12), None);
        assert_eq!(maker("first counts of fog", 12), None);
    }

    #[test]
    fn a_country_before_a_name_is_found() {
        let text = "On Friday Estonia's Rescue Board said so.";
        let at = text.find("Rescue").unwrap();
        let lands = Lands::default();
        let before = country_before(text, at, &lands).map(|(c, s)| (c, s.cut(text)));
        assert_eq!(before, Some(("Estonia".to_owned(), "Estonia's")));
        let text = "An Estonian diver was hurt. The country's rescuers came.";
        let at = text.find("The country").unwrap();
        assert_eq!(last_country(text, at, &lands).map(|(c, _)| c).as_deref(), Some("Estonia"));
    }
}
