//! Figures: numbers with what they count.
//!
//! A sentence is read in four steps: its quantities ([`quantity`]: numerals, hedges, ranges, units), the noun phrase
//! after each ([`counted`]), the words that show a category ([`category`]), and what one figure takes from the one
//! before it (a group, a category: "100 dead, 1,000 hurt").
//!
//! What a number needs to become a figure: a unit, a counted noun, or words that show a category. Dates, ages, clock
//! times, telephone numbers, scores, names of models, ordinals, addresses, numbers of lists and lengths of time are
//! none.

mod befall;
mod before;
mod category;
mod certainty;
mod counted;
mod digits;
mod ellipsis;
mod exclude;
mod fraction;
mod hedge;
mod lists;
mod measured;
mod numeral;
mod predicate;
mod presence;
mod quantity;
mod table;
mod topic;
mod victims;
mod when;

use std::ops::Range;

use sayso_model::{
    Category, Diagnostic, Document, Figure, FigureId, Number, Place, Span, TimeExpression, Upos,
};

use self::{
    category::{How, Shown},
    counted::Phrase,
    numeral::Unread,
    quantity::{Found, Quantity, Sentence},
    table::Part,
    topic::Topic,
};
use crate::{
    lexicon::{self, CountryWordKind},
    word::Words,
};

/// Finds the figures of a document, in text order. Ids are their places in the list.
///
/// `times` and `places` are those of the same document, in text order. Statement, origin and the day on which a
/// figure was said are left open: they are those of the statement that it stands in. A number that has no value gives a
/// diagnostic (`number_too_long`, `number_not_read`) and no figure. Takes time linear in the document's length.
#[must_use]
pub fn find(
    document: &Document,
    text: &str,
    times: &[TimeExpression],
    places: &[Place],
) -> (Vec<Figure>, Vec<Diagnostic>) {
    let mut words = Words::of(document, text);
    words.decimal_comma = digits::comma_is_decimal(&words.all);
    let mut reader =
        Reader { places, topic: Topic::of(&words), recent: 0, figures: Vec::new(), diagnostics: Vec::new() };
    for (index, within) in words.sentences.iter().enumerate() {
        let sentence = Sentence { document, text, words: &words, times, within: within.clone() };
        let recent = words.sentences.get(index.saturating_sub(RECENT)).and_then(|r| words.get(r.start));
        reader.recent = recent.map_or(0, |word| word.span.start);
        reader.sentence(&sentence);
    }
    (reader.figures, reader.diagnostics)
}

/// Sentences before one in which a number that leaves its noun out finds what it counts.
const RECENT: usize = 3;

/// A figure on its way: what was read of it and where.
struct Draft {
    quantity: Quantity,
    phrase: Phrase,
    shown: Option<Shown>,
    /// Index of the figure of which it is a detail.
    part_of: Option<usize>,
    /// Figure of the same sentence that it takes group and category from.
    from: Option<usize>,
}

struct Reader<'p> {
    places: &'p [Place],
    topic: Topic,
    /// Where the sentences begin to which a number may point back.
    recent: usize,
    figures: Vec<Figure>,
    diagnostics: Vec<Diagnostic>,
}

impl Reader<'_> {
    fn sentence(&mut self, s: &Sentence<'_, '_>) {
        let mut drafts: Vec<Draft> = Vec::new();
        for found in quantity::find(s) {
            match found {
                Found::Unread(span, Unread::TooLong) => self.tell(
                    "number_too_long",
                    "a number of more than 18 digits has no value here; read it in the text",
                    span,
                ),
                Found::Unread(span, Unread::Form(_)) => self.tell(
                    "number_not_read",
                    "it is not known what this number's marks or words mean; read it in the text",
                    span,
                ),
                Found::Quantity(quantity) => drafts.push(self.draft(s, *quantity)),
            }
        }
        lists::share(s, &mut drafts, self.topic);
        victims::add_up(s, &mut drafts, self.topic);
        let before = self.figures.len();
        let ends: Vec<usize> = (0..drafts.len())
            .map(|i| {
                let end = drafts.get(i).map_or(0, |d| d.quantity.number.end);
                let mut later = drafts.iter().skip(i + 1).map(|d| d.quantity.number.start);
                later.find(|&start| start >= end).unwrap_or(s.within.end)
            })
            .collect();
        let mut ids: Vec<Option<usize>> = Vec::new();
        for (mut draft, end) in drafts.into_iter().zip(ends) {
            draft.part_of = draft.part_of.and_then(|i| ids.get(i).copied().flatten());
            draft.from = draft.from.and_then(|i| ids.get(i).copied().flatten());
            let index = self.figures.len();
            let made = self.figure(s, draft, before, end);
            ids.push(made.then_some(index));
        }
        when::share(s, self.figures.get_mut(before..).unwrap_or_default());
    }

    fn tell(&mut self, code: &str, message: &str, span: Span) {
        self.diagnostics.push(Diagnostic {
            code: code.to_owned(),
            message: message.to_owned(),
            span: Some(span),
        });
    }

    fn draft(&self, s: &Sentence<'_, '_>, quantity: Quantity) -> Draft {
        let phrase = if quantity.unit.is_some() && !is_share_of_people(s, &quantity) {
            Phrase { start: quantity.end, end: quantity.end, ..Phrase::default() }
        } else {
            counted::phrase(s, &quantity)
        };
        let nobody = quantity.unit.is_some() && quantity.ratio.is_none() || quantity::is_out_of(s, &quantity);
        let shown = if nobody { None } else { category::find(s, &quantity, &phrase, self.topic) };
        Draft { quantity, phrase, shown, part_of: None, from: None }
    }

    /// Makes a figure of a draft, if it is one.
    fn figure(&mut self, s: &Sentence<'_, '_>, draft: Draft, first: usize, next: usize) -> bool {
        let Draft { mut quantity, phrase, mut shown, part_of, from } = draft;
        let previous = self.figures.len().checked_sub(1);
        let in_sentence = previous.filter(|&p| p >= first);
        let back = from.or(in_sentence).or(previous);
        let mut part_of = part_of;
        let mut evidence = None;
        let mut inherits = None;
        let whole = self.take_part(s, &mut quantity, back);
        if whole.is_none() && quantity.ratio.is_some() {
            shown = None;
        }
        let mut category = match (&quantity.unit, &shown) {
            (Some(unit), _) => named(unit.category),
            (None, Some(shown)) => {
                if !shown.evidence.is_empty() && shown.how != How::Noun {
                    evidence = s.span(&shown.evidence);
                }
                shown.category.clone()
            }
            (None, None) if let Some(whole) = whole => {
                inherits = Some(whole);
                self.figures[whole].category.clone()
            }
            (None, None) => match self.without_words(s, &quantity, &phrase, back, in_sentence) {
                Some((category, source)) => {
                    inherits = source;
                    category
                }
                None => return false,
            },
        };
        let counts_people =
            phrase.head.is_none_or(|h| counted::is_person(s, h) || table::is(s.lower(h), Part::State));
        if phrase.is_thing(s) && category != Category::DEPLOYED && quantity.unit.is_none() {
            category = Category::EQUIPMENT;
            evidence = None;
        }
        // "one of the climbers survived", but not "one of the survivors said"
        if quantity.is_one && phrase.part && shown.as_ref().is_none_or(|shown| shown.how != How::After) {
            return false;
        }
        // "including 12 children", "of whom 12 were": part of the figure before.
        let detail = is_detail(s, quantity.number.start);
        if category == Category::OTHER
            && (quantity.is_one && !(detail && phrase.is_person(s))
                || quantity.definite && is_small(&quantity))
        {
            return false;
        }
        // "The 4,000 include ...": the number said before, not a new one.
        if quantity.definite
            && phrase.head.is_none()
            && shown.as_ref().is_none_or(|s| s.how != How::After)
            && quantity.unit.is_none()
        {
            let same = |f: &Figure| {
                f.best.or(f.high).or(f.low) == quantity.bounds.best && quantity.bounds.best.is_some()
            };
            if self.figures.iter().rev().take(50).any(same) {
                return false;
            }
        }
        let Some(number) = s.span(&quantity.number) else { return false };
        if quantity.unit.is_none() {
            let measured = shown.as_ref().filter(|s| s.how == How::Measured).map(|s| s.evidence.start);
            let whole_of = phrase.head.is_none() && quantity::is_out_of(s, &quantity);
            if whole_of || quantity::is_mean(s, &quantity, measured) {
                return false;
            }
            // There are no parts of people, and a dot that may part thousands must not make 12 of 12,000.
            let people = category != Category::EQUIPMENT && (category != Category::OTHER || counts_people);
            if quantity.unclear || people && !quantity::is_whole(&quantity) {
                self.tell(
                    "number_not_read",
                    "a count of people is whole; read this number in the text",
                    number,
                );
                return false;
            }
        }
        let mut span = number;
        if phrase.end > phrase.start && phrase.end > quantity.number.end {
            span = span.cover(s.span(&(quantity.number.start..phrase.end)).unwrap_or(span));
        }
        if let Some(shown) = shown.as_ref().filter(|s| s.evidence.start >= phrase.end && s.how == How::After)
        {
            span = span.cover(s.span(&(quantity.number.start..shown.evidence.end)).unwrap_or(span));
        }
        let detail = detail || self.follows_detail(s, number, in_sentence);
        let kind = phrase.part
            || inherits.is_some() && (ellipsis::is_kind(s, &phrase) || ellipsis::is_degree(s, &phrase));
        if (detail || kind) && part_of.is_none() {
            let told = back.map(|b| self.figures[b].part_of.filter(|_| detail).map_or(b, FigureId::index));
            part_of = whole.or(told).filter(|&b| counts_people && is_count(&self.figures[b]));
            if let Some(whole) =
                part_of.filter(|_| detail && category == Category::OTHER && phrase.is_person(s))
            {
                category = self.figures[whole].category.clone();
                evidence = self.figures[whole].category_evidence;
            }
        }
        let (group, group_evidence) = self.group(s, &quantity, &phrase, back, inherits, &category, &shown);
        let limit = next.min(s.within.end);
        let clause = clause(s, &phrase, shown.as_ref(), limit);
        let when::Days { as_of, period, said_on } = when::of(s, quantity.number.start, &clause);
        let places = self.places_in(s, &clause);
        let id = FigureId::from(self.figures.len());
        let bounds = quantity.bounds;
        let cumulative = self.cumulative(s, &quantity, &phrase, &category, shown.as_ref(), first);
        self.figures.push(Figure {
            id,
            span,
            number,
            category,
            category_evidence: evidence,
            low: bounds.low,
            best: bounds.best,
            high: bounds.high,
            low_exclusive: bounds.low_exclusive,
            high_exclusive: bounds.high_exclusive,
            approximate: quantity.approximate,
            vague: quantity.vague.clone(),
            unit: quantity.unit.map(|u| u.code.to_owned()),
            counted: phrase.head.and_then(|h| s.span(&(h..h + 1))),
            group,
            group_evidence,
            places,
            said_on,
            as_of,
            period,
            cumulative,
            negated: certainty::is_negated(s, &quantity, shown.as_ref()),
            retracted: false,
            modality: certainty::modality(s, &quantity, &phrase, shown.as_ref()),
            part_of: part_of.map(FigureId::from),
            derived_from: quantity
                .derived_from
                .iter()
                .filter_map(|r| s.span(r))
                .chain(whole.map(|w| self.figures[w].number))
                .collect(),
            statement: None,
            origin: None,
            origin_speaker: None,
            origin_anonymous: false,
            via: Vec::new(),
        });
        true
    }

    /// "including 18 children and 25 women": true where only "and" or a comma parts a number from a detail.
    fn follows_detail(&self, s: &Sentence<'_, '_>, number: Span, in_sentence: Option<usize>) -> bool {
        in_sentence.map(|i| &self.figures[i]).is_some_and(|before| {
            let between = s.text.get(before.span.end..number.start).unwrap_or("").trim();
            before.part_of.is_some() && matches!(between, "and" | "," | ", and")
        })
    }

    /// Works out a part of something counted before ("a third of those who fled"); gives the figure of the whole.
    fn take_part(&self, s: &Sentence<'_, '_>, quantity: &mut Quantity, back: Option<usize>) -> Option<usize> {
        let ratio = quantity.ratio?;
        let index = match ellipsis::whole(s, quantity.end)? {
            ellipsis::Whole::Last => {
                back.filter(|&b| is_count(&self.figures[b]) && self.figures[b].span.start >= self.recent)?
            }
            ellipsis::Whole::Category(category) => {
                let is = |f: &&Figure| f.category == category && f.part_of.is_none() && is_count(f);
                self.figures.iter().rev().take(50).find(is)?.id.index()
            }
        };
        let told = &self.figures[index];
        let part = |n: Option<Number>| n.and_then(|n| fraction::share_of(n, ratio));
        let stated = quantity.bounds;
        if let Some((value, rounded)) = part(told.best) {
            let is = |n: Option<Number>| n.map(|_| value);
            quantity.bounds.low = is(stated.low);
            quantity.bounds.best = is(stated.best);
            quantity.bounds.high = is(stated.high);
            quantity.approximate |= rounded || told.approximate || told.low.is_some() || told.high.is_some();
        } else {
            quantity.bounds.low = part(told.low).map(|p| p.0);
            quantity.bounds.best = None;
            quantity.bounds.high = part(told.high).map(|p| p.0);
            quantity.approximate = true;
        }
        quantity.unit = None;
        Some(index)
    }

    /// The category of a number that no word near it gives one: that of the count that it goes on from, or `other`
    /// where a noun is counted. The second value is the figure that it goes on from.
    fn without_words(
        &self,
        s: &Sentence<'_, '_>,
        quantity: &Quantity,
        phrase: &Phrase,
        back: Option<usize>,
        in_sentence: Option<usize>,
    ) -> Option<(Category, Option<usize>)> {
        if let Some(head) = phrase.head {
            if phrase.state.is_none() && !is_countable(s, quantity, head) {
                return None;
            }
            let told =
                back.filter(|&b| is_count(&self.figures[b]) && self.figures[b].span.start >= self.recent);
            if let Some(told) = told.filter(|_| phrase.is_person(s) && ellipsis::makes_up(s, quantity)) {
                return Some((self.figures[told].category.clone(), Some(told)));
            }
            return Some((Category::OTHER, None));
        }
        // "a third of the 48": what the 48 are.
        if let Some(whole) = quantity.whole {
            let same = |f: &&Figure| is_count(f) && f.best.or(f.low).or(f.high) == Some(whole);
            let index = self.figures.iter().rev().take(50).find(same)?.id.index();
            return Some((self.figures[index].category.clone(), Some(index)));
        }
        let of_people =
            |f: &Figure| is_count(f) && f.category != Category::OTHER && f.category != Category::EQUIPMENT;
        let index = back.filter(|&b| is_count(&self.figures[b]));
        // What is counted beside people ("three bridges") is not what a bare number goes on from.
        let index = index.map(|b| {
            let nearer = self.figures.iter().take(b + 1).rev().take_while(|f| f.span.start >= self.recent);
            nearer.filter(|f| of_people(f)).map(|f| f.id.index()).next().unwrap_or(b)
        });
        let bare = ellipsis::is_bare(s, quantity, phrase);
        // "I never said 150": the number said before.
        let said = || {
            let same = |f: &&Figure| of_people(f) && f.best.or(f.low).or(f.high) == quantity.bounds.best;
            self.figures.iter().rev().take(50).find(same).map(|f| f.id.index())
        };
        let index = match index.filter(|&i| self.figures[i].span.start >= self.recent) {
            Some(index) => index,
            None if bare => said().or(index)?,
            None => index?,
        };
        let told = &self.figures[index];
        let people = of_people(told);
        let recent = people && told.span.start >= self.recent;
        let goes_on = in_sentence.is_some()
            && (ellipsis::is_compared(s, quantity) || people && ellipsis::goes_on(s, quantity, phrase));
        let goes_on = goes_on
            || recent
                && (ellipsis::is_compared(s, quantity)
                    || ellipsis::is_told(s, quantity, phrase)
                    || ellipsis::is_kind(s, phrase)
                    || ellipsis::is_degree(s, phrase)
                    || ellipsis::is_pro_verb(s, phrase)
                    || ellipsis::is_of_them(s, phrase)
                    || bare)
            || bare && said() == Some(index);
        if !goes_on && !ellipsis::points_back(s, quantity) {
            return None;
        }
        // The number goes on from those who came, not from what was counted last.
        if ellipsis::is_of_a_crowd(s, quantity) {
            return Some((Category::OTHER, None));
        }
        // "Among the injured, the ministry said, 96 were police": as many of those of whom it is said.
        if let Some(category) = ellipsis::among(s, quantity) {
            let whole = self.figures.iter().rev().take(50).find(|f| f.category == category);
            return Some((category, whole.map(|f| f.id.index())));
        }
        // "Its own count stood at 31" in a report that began with the dead is of them, whatever was counted last.
        let main =
            self.figures.iter().find(|f| of_people(f)).filter(|m| people && m.category != told.category);
        match main.filter(|_| ellipsis::is_a_count(s, quantity)) {
            Some(main) => Some((main.category.clone(), Some(main.id.index()))),
            None => Some((told.category.clone(), Some(index))),
        }
    }

    /// The group: in the phrase itself, or where the figure leaves its noun out, that of the figure before it or of
    /// the losses that the sentence speaks of.
    #[allow(clippy::too_many_arguments, reason = "the parts of one draft")]
    fn group(
        &self,
        s: &Sentence<'_, '_>,
        quantity: &Quantity,
        phrase: &Phrase,
        back: Option<usize>,
        inherits: Option<usize>,
        category: &Category,
        shown: &Option<Shown>,
    ) -> (Option<String>, Option<Span>) {
        let named = |words: &Range<usize>| (Some(counted::group_name(s, words)), s.span(words));
        if let Some(group) = &phrase.group {
            return named(group);
        }
        if quantity.unit.is_some() || matches!(category.as_str(), "other" | "equipment") {
            return (None, None);
        }
        let bare = phrase.head.is_none_or(|h| {
            table::is(s.lower(h), Part::Force) || table::is(s.lower(h), Part::Noun) || s.lower(h) == "others"
        });
        if !bare {
            return (None, None);
        }
        if let Some((country, words)) = bearer(s, quantity, category, shown.as_ref()) {
            return (table::adjective(country).map(str::to_owned), s.span(&words));
        }
        // "North Korean losses ... more than 200": the group of the noun that is measured, or of the noun of losses.
        let near = s.within.start.max(quantity.number.start.saturating_sub(60))
            ..s.within.end.min(quantity.number.start + 60);
        let nouns =
            near.filter(|&i| matches!(s.lower(i), "losses" | "casualties" | "toll" | "dead" | "deaths"));
        let measured = shown.as_ref().filter(|s| s.how == How::Measured).map(|s| s.evidence.start);
        for noun in measured.into_iter().chain(nouns) {
            let from = noun.saturating_sub(3).max(s.within.start);
            if let Some(group) = counted::group_in(s, from..noun) {
                return named(&group);
            }
        }
        // Only a number that leaves its noun out goes on from the one before.
        let names_noun = phrase.head.is_some_and(|h| s.lower(h) != "others");
        let from =
            inherits.or(back.filter(|_| !names_noun)).map(|b| &self.figures[b]).filter(|f| is_count(f));
        from.map_or((None, None), |f| (f.group.clone(), f.group_evidence))
    }

    /// Places that the figure's clause names after a preposition of place, or in a list after one.
    fn places_in(&self, s: &Sentence<'_, '_>, clause: &Range<usize>) -> Vec<sayso_model::PlaceId> {
        let Some(span) = s.span(clause) else { return Vec::new() };
        let first = self.places.partition_point(|p| p.span.start < span.start);
        let mut found: Vec<sayso_model::PlaceId> = Vec::new();
        for place in self.places.get(first..).unwrap_or(&[]).iter().take_while(|p| p.span.end <= span.end) {
            let at = s.words.inside(place.span).start;
            let located = (1..=4).any(|n| {
                [
                    "in",
                    "at",
                    "near",
                    "around",
                    "inside",
                    "outside",
                    "across",
                    "to",
                    "from",
                    "along",
                    "off",
                    "villages",
                    "towns",
                    "cities",
                    "village",
                    "city",
                    "town",
                    "region",
                    "throughout",
                ]
                .contains(&s.back(at, n))
            });
            let listed = found.last().is_some_and(|l| l.index() + 1 == place.id.index())
                && matches!(s.back(at, 1), "," | "and" | "or");
            if located || listed {
                found.push(place.id);
            }
        }
        found
    }

    fn cumulative(
        &self,
        s: &Sentence<'_, '_>,
        quantity: &Quantity,
        phrase: &Phrase,
        category: &Category,
        shown: Option<&Shown>,
        first: usize,
    ) -> Option<bool> {
        let start = quantity.number.start;
        let after = (phrase.end..(phrase.end + 10).min(s.within.end)).any(|i| {
            matches!(
                (s.lower(i), s.lower(i + 1)),
                ("so", "far") | ("to", "date") | ("in", "total") | ("in", "all")
            )
        });
        let before = s.lower(start) == "a" && s.lower(start + 1) == "total"
            || matches!(s.back(start, 1), "total" | "totalling" | "totaling");
        if before || after || shown.is_some_and(|s| s.how == How::Measured) {
            return Some(true);
        }
        let same =
            self.figures.get(first..).unwrap_or(&[]).iter().any(|f| f.category != *category && is_count(f));
        (phrase.more && !same).then_some(false)
    }
}

/// "including 12 children", "of whom 12", "among them are 12": true for a number that tells of some of those before it.
fn is_detail(s: &Sentence<'_, '_>, number: usize) -> bool {
    let be = usize::from(befall::is_be(s.back(number, 1)));
    let (one, two) = (s.back(number, 1 + be), s.back(number, 2 + be));
    matches!(s.back(number, 1), "including" | "include" | "includes" | "included")
        || two == "among" && matches!(one, "them" | "whom" | "these" | "those")
        || be == 0 && two == "of" && matches!(one, "whom" | "them" | "these" | "those" | "which")
}

/// The country whose troops are counted: it sends, gathers or loses them ("Chad sent 2,000 soldiers", "cost Chad 40
/// soldiers").
fn bearer(
    s: &Sentence<'_, '_>,
    quantity: &Quantity,
    category: &Category,
    shown: Option<&Shown>,
) -> Option<(&'static str, Range<usize>)> {
    let start = quantity.number.start;
    let country = |end: usize| {
        (1..=3).rev().find_map(|count| {
            let first = end.checked_sub(count).filter(|i| s.within.contains(i) && s.is_capitalised(*i))?;
            let span = s.span(&(first..end))?;
            let found =
                lexicon::country(span.cut(s.text)).filter(|c| c.kind != CountryWordKind::Adjective)?;
            Some((found.country, first..end))
        })
    };
    if let Some((name, words)) =
        country(start).filter(|c| matches!(s.back(c.1.start, 1), "cost" | "costs" | "costing"))
    {
        return Some((name, words));
    }
    let lost = matches!(s.back(start, 1), "lost" | "loses" | "lose").then(|| start - 1);
    let sends = (*category == Category::DEPLOYED || *category == Category::MOBILISED)
        .then(|| shown.filter(|shown| shown.how == How::Before).map(|shown| shown.evidence.start))
        .flatten();
    let mut verb = lost.or(sends)?;
    for _ in 0..3 {
        let before = verb.checked_sub(1)?;
        if !matches!(s.tag(before), Some(Upos::Aux | Upos::Adv | Upos::Part)) {
            break;
        }
        verb = before;
    }
    country(verb)
}

/// A category of the tables by its name.
fn named(name: &'static str) -> Category {
    Category(std::borrow::Cow::Borrowed(name))
}

/// True where a figure counts rather than measures.
fn is_count(figure: &Figure) -> bool {
    figure.unit.is_none()
}

fn is_small(quantity: &Quantity) -> bool {
    quantity.bounds.best.is_some_and(|n| n <= sayso_model::Number::whole(10))
}

/// "40 per cent of voters": a share is said of a noun too.
fn is_share_of_people(s: &Sentence<'_, '_>, quantity: &Quantity) -> bool {
    quantity.unit.is_some_and(|u| u.category == "share") && s.lower(quantity.end) == "of"
}

/// True where a number before a noun counts it: a plural, or a word that is the same in both.
fn is_countable(s: &Sentence<'_, '_>, quantity: &Quantity, head: usize) -> bool {
    let word = s.lower(head);
    let plural = s.token(head).is_some_and(|t| matches!(t.xpos, "NNS" | "NNPS")) || word.ends_with('s');
    let known = table::is(word, Part::Person) || table::is(word, Part::Force) || table::is(word, Part::Thing);
    plural || known || quantity::is_bounded(quantity) || quantity.vague.is_some()
}

/// The words that speak of a figure: from its number to the end of its clause.
fn clause(s: &Sentence<'_, '_>, phrase: &Phrase, shown: Option<&Shown>, limit: usize) -> Range<usize> {
    let from = phrase.end;
    let passed = shown.filter(|s| s.how == How::After).map_or(from, |s| s.evidence.end);
    let end = (passed..limit.min(passed + 40))
        .find(|&i| {
            matches!(
                s.lower(i),
                ";" | "\"" | "which" | "who" | "where" | "since" | "because" | "but" | "although"
            ) || (s.lower(i) == "," && (i + 1..i + 8).any(|j| is_speech(s.lower(j))))
        })
        .unwrap_or(limit.min(passed + 40));
    from..end.max(from)
}

fn is_speech(word: &str) -> bool {
    [
        "said",
        "says",
        "say",
        "told",
        "tells",
        "reported",
        "reports",
        "according",
        "announced",
        "claimed",
        "wrote",
        "stated",
        "added",
        "citing",
        "quoted",
        "estimated",
        "posted",
    ]
    .contains(&word)
}

#[cfg(test)]
mod tests;
