//! Figures: numbers with what they count.
//!
//! A sentence is read in four steps: its quantities ([`quantity`]: numerals, hedges, ranges, units), the noun phrase after each
//! ([`counted`]), the words that show a category ([`category`]), and what a figure inherits from the previous one (a group, a
//! category: "100 dead, 1,000 hurt").
//!
//! To become a figure, a number needs a unit, a counted noun, or words that show a category. Dates, ages, clock times, telephone
//! numbers, scores, model names, ordinals, addresses, list numbers and durations are not figures.

mod above;
mod article;
mod before;
mod candidate;
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
mod none;
mod numeral;
mod outcome;
mod predicate;
mod presence;
mod quantity;
mod sum;
mod table;
mod topic;
mod verdict;
mod victims;
mod when;

pub use candidate::{Candidate, candidates};
use std::ops::Range;

use sayso_model::{
    Category, Choice, Diagnostic, Document, Figure, FigureId, Number, Place, Share, Span, TimeExpression,
    Upos, Why,
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
    decide::{self, Decision},
    lexicon::{self, CountryWordKind},
    tree,
    word::Words,
    words::{self, Set},
};

/// Finds the figures of a document, in text order. Ids are indexes into the list.
///
/// `times` and `places` are those of the same document, in text order. Statement, origin and the day on which a figure was said
/// are left open: they come from the statement that it is in. A number whose value cannot be read gives a diagnostic
/// (`number_too_long`, `number_not_read`) and no figure. Takes time linear in the document's length.
#[must_use]
pub fn find(document: &Document, text: &str, times: &[TimeExpression], places: &[Place]) -> Figures {
    let mut words = Words::of(document, text);
    words.decimal_comma = digits::comma_is_decimal(&words.all);
    let words = words;
    let sentence =
        |within: &Range<usize>| Sentence { document, text, words: &words, times, within: within.clone() };
    let quantities: Vec<Vec<Found>> = words.sentences.iter().map(|w| quantity::find(&sentence(w))).collect();
    let asked: Vec<Option<Asked>> = words
        .sentences
        .iter()
        .zip(&quantities)
        .flat_map(|(within, found)| asked(&sentence(within), found))
        .collect();
    let mut decisions = decisions(text, &asked).into_iter();
    let mut reader = Reader {
        places,
        topic: Topic::of(&words),
        recent: 0,
        figures: Vec::new(),
        decisions: Vec::new(),
        diagnostics: Vec::new(),
    };
    for ((index, within), found) in words.sentences.iter().enumerate().zip(quantities) {
        let recent = words.sentences.get(index.saturating_sub(RECENT)).and_then(|r| words.get(r.start));
        reader.recent = recent.map_or(0, |word| word.span.start);
        reader.sentence(&sentence(within), found, &mut decisions);
    }
    let begins: Vec<usize> =
        words.sentences.iter().filter_map(|w| words.get(w.start)).map(|word| word.span.start).collect();
    sum::share(text, &mut reader.figures, |f| begins.partition_point(|start| *start <= f.number.start));
    Figures { figures: reader.figures, decisions: reader.decisions, diagnostics: reader.diagnostics }
}

/// True for a noun that counts people ("workers", "soldier").
pub(crate) fn names_people(word: &str) -> bool {
    table::is(word, Part::Person) || table::is(word, Part::Force)
}

/// The result of [`find`].
#[derive(Debug, Default)]
pub struct Figures {
    /// The figures, in text order.
    pub figures: Vec<Figure>,
    /// The decider's answer for each figure.
    pub decisions: Vec<Option<Decision>>,
    /// What could not be read.
    pub diagnostics: Vec<Diagnostic>,
}

/// A quantity that the decider is asked about.
struct Asked {
    numeral: Span,
    is_article: bool,
}

/// What the decider is asked about in a sentence; `None` for measures and counts of things, which are left to the rules.
fn asked(s: &Sentence<'_, '_>, found: &[Found]) -> Vec<Option<Asked>> {
    let quantities = found.iter().filter_map(|f| match f {
        Found::Quantity(quantity) => Some(quantity),
        Found::Unread(..) => None,
    });
    let ask = |q: &Quantity| q.is_article || q.unit.is_none() && !is_lifeless(s, &counted::phrase(s, q));
    let asked = |q: &Quantity| {
        let numeral = s.span(&q.numeral).filter(|_| ask(q))?;
        Some(Asked { numeral, is_article: q.is_article })
    };
    quantities.map(|q| asked(q)).collect()
}

/// True if a number counts things, places or the like.
fn is_lifeless(s: &Sentence<'_, '_>, phrase: &Phrase) -> bool {
    phrase.is_thing(s) || phrase.head.is_some_and(|h| table::is(s.lower(h), Part::Lifeless))
}

/// The decider's answer for each quantity, in text order, weighed by what the report is about.
fn decisions(text: &str, asked: &[Option<Asked>]) -> Vec<Option<Decision>> {
    let numerals: Vec<Span> = asked.iter().flatten().map(|a| a.numeral).collect();
    let mut decided = decide::decide(text, &numerals).into_iter();
    let mut decisions: Vec<Option<Decision>> =
        asked.iter().map(|a| a.as_ref().and_then(|_| decided.next().flatten())).collect();
    let is_number = |asked: &Option<Asked>| asked.as_ref().is_some_and(|a| !a.is_article);
    let numbers = decisions.iter_mut().zip(asked).filter(|(_, asked)| is_number(asked));
    decide::about::weigh(numbers.filter_map(|(decision, _)| decision.as_mut()));
    decisions
}

/// Number of preceding sentences in which a number without a noun may find what it counts.
const RECENT: usize = 3;

/// A figure under construction: what was read and where.
struct Draft {
    quantity: Quantity,
    phrase: Phrase,
    shown: Option<Shown>,
    decision: Option<Decision>,
    /// Index of the figure that it is a detail of.
    part_of: Option<usize>,
    /// Figure of the same sentence that it inherits group and category from.
    from: Option<usize>,
}

/// The rules' proposal for what a number counts.
#[derive(Debug, Clone)]
struct Proposal {
    category: Category,
    /// Words that show it.
    evidence: Option<Span>,
    /// Figure that it continues from.
    inherits: Option<usize>,
    /// Id of the rule.
    rule: &'static str,
}

impl Proposal {
    fn of(category: Category, rule: &'static str) -> Self {
        Self { category, evidence: None, inherits: None, rule }
    }

    /// "Killed or wounded": the words say that it was one of both.
    fn says_either(&self, text: &str) -> bool {
        self.category == Category::KILLED_OR_INJURED
            && self.evidence.is_some_and(|shown| {
                shown.cut(text).contains(" or ")
                    || text[..shown.start].ends_with(" or ")
                    || text[shown.end..].starts_with(" or ")
            })
    }
}

struct Reader<'p> {
    places: &'p [Place],
    topic: Topic,
    /// Index of the first sentence that a number may refer back to.
    recent: usize,
    figures: Vec<Figure>,
    decisions: Vec<Option<Decision>>,
    diagnostics: Vec<Diagnostic>,
}

impl Reader<'_> {
    fn sentence(
        &mut self,
        s: &Sentence<'_, '_>,
        found: Vec<Found>,
        decisions: &mut impl Iterator<Item = Option<Decision>>,
    ) {
        let mut drafts: Vec<Draft> = Vec::new();
        for found in found {
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
                Found::Quantity(quantity) => {
                    let decision = decisions.next().flatten();
                    drafts.push(self.draft(s, *quantity, decision));
                }
            }
        }
        // Articles that may count one are in the lists, but the rules for lists ignore them.
        let (mut articles, mut drafts): (Vec<Draft>, Vec<Draft>) =
            drafts.into_iter().partition(|d| d.quantity.is_article);
        lists::share(s, &mut drafts, self.topic);
        victims::add_up(s, &mut drafts, &mut articles, self.topic);
        let casualty = |d: &Draft| d.decision.as_ref().is_some_and(verdict::is_casualty);
        let mut articles = articles.into_iter().filter(casualty).peekable();
        let before = self.figures.len();
        let ends: Vec<usize> = (0..drafts.len())
            .map(|i| {
                // "14 people, including 3 children, were killed in Orim": the clause goes on behind the aside.
                let end = drafts.get(i).map_or(0, |d| {
                    let after = d.shown.as_ref().filter(|shown| shown.how == How::After);
                    d.quantity.number.end.max(after.map_or(0, |shown| shown.evidence.end))
                });
                let mut later = drafts.iter().skip(i + 1).map(|d| d.quantity.number.start);
                later.find(|&start| start >= end).unwrap_or(s.within.end)
            })
            .collect();
        let mut ids: Vec<Option<usize>> = Vec::new();
        for (mut draft, end) in drafts.into_iter().zip(ends) {
            let start = draft.quantity.number.start;
            while let Some(article) = articles.next_if(|a| a.quantity.number.start < start) {
                self.figure(s, article, before, start);
            }
            draft.part_of = draft.part_of.and_then(|i| ids.get(i).copied().flatten());
            draft.from = draft.from.and_then(|i| ids.get(i).copied().flatten());
            let index = self.figures.len();
            let made = self.figure(s, draft, before, end);
            ids.push(made.then_some(index));
        }
        for article in articles {
            self.figure(s, article, before, s.within.end);
        }
        when::share(s, self.figures.get_mut(before..).unwrap_or_default());
        parts_of_the_next(s, self.figures.get_mut(before..).unwrap_or_default());
        self.nobody(s, before);
    }

    /// Inserts counts of nobody among the other figures of a sentence.
    fn nobody(&mut self, s: &Sentence<'_, '_>, first: usize) {
        let mut counts = none::find(s);
        // "None of the 120 was hurt": the figure of the 120 covers it.
        counts.retain(|nobody| {
            let between = nobody.number.end..nobody.evidence.start;
            let inside = |number: Span| between.contains(&s.words.inside(number).start);
            let mut figures = self.figures.get(first..).unwrap_or_default().iter();
            !figures.any(|f| f.negated && f.category == nobody.category && inside(f.number))
        });
        if counts.is_empty() {
            return;
        }
        for none::Nobody { number, category, evidence, group, days } in counts {
            let (Some(number), Some(evidence)) = (s.span(&number), s.span(&evidence)) else { continue };
            self.figures.push(Figure {
                category_evidence: Some(evidence),
                best: Some(Number::whole(0)),
                group: group.as_ref().map(|words| counted::group_name(s, words)),
                group_evidence: group.as_ref().and_then(|words| s.span(words)),
                said_on: days.said_on,
                as_of: days.as_of,
                period: days.period,
                why: Why {
                    category: Choice { by: vec!["figure.none".into()], ..Choice::default() },
                    origin: Choice::default(),
                },
                ..Figure::of(FigureId::from(self.figures.len()), number.cover(evidence), number, category)
            });
            self.decisions.push(None);
        }
        // In text order, with the references between them.
        let mut order: Vec<usize> = (first..self.figures.len()).collect();
        order.sort_by_key(|&i| (self.figures[i].number.start, i));
        let mut place: Vec<usize> = vec![0; order.len()];
        for (to, &from) in order.iter().enumerate() {
            place[from - first] = first + to;
        }
        let figures = order.iter().map(|&i| self.figures[i].clone()).collect::<Vec<_>>();
        let decisions = order.iter().map(|&i| self.decisions[i].take()).collect::<Vec<_>>();
        self.figures.truncate(first);
        self.decisions.truncate(first);
        for (at, mut figure) in figures.into_iter().enumerate() {
            figure.id = FigureId::from(first + at);
            figure.part_of = figure
                .part_of
                .map(|whole| whole.index().checked_sub(first).map_or(whole, |n| FigureId::from(place[n])));
            self.figures.push(figure);
        }
        self.decisions.extend(decisions);
    }

    fn tell(&mut self, code: &str, message: &str, span: Span) {
        self.diagnostics.push(Diagnostic {
            code: code.to_owned(),
            message: message.to_owned(),
            span: Some(span),
        });
    }

    fn draft(&self, s: &Sentence<'_, '_>, quantity: Quantity, decision: Option<Decision>) -> Draft {
        let phrase = if quantity.unit.is_some() && !is_share_of_people(s, &quantity) {
            Phrase { start: quantity.end, end: quantity.end, ..Phrase::default() }
        } else {
            counted::phrase(s, &quantity)
        };
        let nobody = quantity.is_article
            || quantity.unit.is_some() && quantity.ratio.is_none()
            || quantity::is_out_of(s, &quantity);
        let shown = if nobody { None } else { category::find(s, &quantity, &phrase, self.topic) };
        let shown =
            shown.filter(|shown| !(shown.how == How::After && is_said_of_a_part(s, &quantity, shown)));
        let averted = certainty::is_kept_from(s, phrase.end)
            || shown.as_ref().is_some_and(|shown| certainty::is_averted(s, shown.evidence.start));
        let shown = shown.filter(|_| !averted);
        // What did not happen stays so, whatever the decider says.
        let decision = decision.filter(|_| !averted && !certainty::of_hardly_any(s, quantity.number.start));
        Draft { quantity, phrase, shown, decision, part_of: None, from: None }
    }

    /// Turns a draft into a figure, if it is one.
    fn figure(&mut self, s: &Sentence<'_, '_>, draft: Draft, first: usize, next: usize) -> bool {
        let Draft { mut quantity, phrase, mut shown, decision, part_of, from } = draft;
        let previous = self.figures.len().checked_sub(1);
        let in_sentence = previous.filter(|&p| p >= first);
        let back = from.or(in_sentence).or(previous);
        let mut part_of = part_of;
        let whole = self.take_part(s, &mut quantity, back);
        if whole.is_none() && quantity.ratio.is_some() {
            shown = None;
        }
        let proposal = if quantity.is_article {
            None
        } else {
            self.propose(s, &quantity, &phrase, shown.as_ref(), whole, (back, in_sentence))
        };
        let mut inherits = proposal.as_ref().and_then(|p| p.inherits);
        let Some(number) = s.span(&quantity.number) else { return false };
        // "including 12 children", "of whom 12 were": part of the previous figure.
        let detail = is_detail(s, quantity.number.start) || self.follows_detail(s, number, in_sentence);
        let kind = phrase.part
            || inherits.is_some() && (ellipsis::is_kind(s, &phrase) || ellipsis::is_degree(s, &phrase));
        if (detail || kind) && part_of.is_none() {
            // "52 people in four villages, 23 of them children"
            let here = self.figures.get(first..).unwrap_or_default();
            let names_kind = from.is_none() && phrase.part && phrase.group.is_some();
            let counted = here.iter().rev().find(|f| names_kind && is_of_people(f)).map(|f| f.id.index());
            let told = counted
                .or(back)
                .map(|b| self.figures[b].part_of.filter(|_| detail).map_or(b, FigureId::index));
            let people = quantity.is_article || counts_people(s, &phrase);
            part_of = whole.or(told).filter(|&b| people && is_count(&self.figures[b]));
        }
        // What happened to the whole happened to its part.
        let proposal = match part_of {
            Some(whole)
                if detail
                    && phrase.is_person(s)
                    && proposal.as_ref().is_some_and(|p| p.category == Category::OTHER) =>
            {
                let told = &self.figures[whole];
                let (category, evidence) = (told.category.clone(), told.category_evidence);
                Some(Proposal { category, evidence, inherits, rule: "figure.part" })
            }
            _ => proposal,
        };
        // Measures, shares and things are not people, what happened to a part did not happen to the whole, and a negated event is
        // still the event, whatever the decider says.
        let lifeless = is_lifeless(s, &phrase);
        // "All four were found" says something new about people counted before.
        let all = matches!(s.back(quantity.number.start, 1), "all" | "both");
        let repeats = |f: &Figure, d: &Decision| !all || d.likeliest() == Some(f.category.as_str());
        let decided = decision.as_ref().filter(|d| {
            quantity.unit.is_none()
                && quantity.ratio.is_none()
                && !lifeless
                && (proposal.is_some()
                    || !self.said_before(&quantity, &phrase).is_some_and(|f| repeats(f, d)))
                && !is_doer(s, &phrase)
                && !is_whole(s, &quantity)
                && (proposal.is_some() || !is_hour(s, &quantity, &phrase))
                && !certainty::is_negated(s, &quantity, shown.as_ref())
        });
        let verdict = if quantity.is_article {
            verdict::of_article(decided)
        } else {
            verdict::of(s.text, proposal.as_ref(), phrase.head.is_none(), decided)
        };
        // A toll needs a word in the sentence that reports one, or little doubt.
        let clear = decided.and_then(Decision::clear).and_then(|(at, _)| decide::CATEGORIES.get(at).copied());
        let unshown = verdict.category.as_ref().is_some_and(|category| {
            article::TOLLS.contains(category)
                && proposal.as_ref().is_none_or(|p| p.category != *category)
                && clear != Some(category.as_str())
                && !article::tells_of_casualties(s)
        });
        let verdict = if unshown {
            verdict::of(s.text, proposal.as_ref(), phrase.head.is_none(), None)
        } else {
            verdict
        };
        let (category, evidence) = match (verdict.category, proposal) {
            (Some(category), Some(proposal)) if category == proposal.category => {
                (category, proposal.evidence)
            }
            (Some(category), _) => {
                inherits = None;
                (category, None)
            }
            // People or things are counted, but nothing happened to them.
            (None, Some(_)) if phrase.head.is_some_and(|head| is_countable(s, &quantity, head)) => {
                (Category::OTHER, None)
            }
            (None, _) => return false,
        };
        if quantity.unit.is_none() {
            let measured = shown.as_ref().filter(|s| s.how == How::Measured).map(|s| s.evidence.start);
            let whole_of = phrase.head.is_none() && quantity::is_out_of(s, &quantity);
            let none = quantity::is_mean(s, &quantity, measured)
                || quantity::is_rate(s, phrase.end)
                || quantity::is_difference(s, &quantity)
                || quantity::is_single_member(s, &quantity);
            if whole_of || none {
                return false;
            }
            // There are no fractions of people, and a dot that may separate thousands must not turn 12,000 into 12.
            let people =
                category != Category::EQUIPMENT && (category != Category::OTHER || counts_people(s, &phrase));
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
        let (group, group_evidence) = self.group(s, &quantity, &phrase, back, inherits, &category, &shown);
        let limit = next.min(s.within.end);
        let clause = clause(s, &phrase, shown.as_ref(), limit);
        let event = shown.as_ref().filter(|s| s.how == How::After).map(|s| s.evidence.start);
        let when::Days { as_of, period, said_on } = when::of(s, quantity.number.start, &clause, event);
        let places = self.places_in(s, &clause);
        let id = FigureId::from(self.figures.len());
        let bounds = quantity.bounds;
        let period_of_rate = quantity::period(s, quantity.number.start, phrase.end);
        let cumulative = match period_of_rate {
            // "45 people die on this road each year"
            Some(_) => None,
            None => self.cumulative(s, &quantity, &phrase, &category, shown.as_ref(), first),
        };
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
            // A rate is a measure: it adds up with nothing, and is never compared with a count.
            unit: quantity
                .unit
                .map(|u| u.code.to_owned())
                .or_else(|| period_of_rate.map(|period| format!("per {period}"))),
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
            other_event: decision.as_ref().map(|d| Share::of(d.other_event)),
            why: Why { category: verdict.why, origin: Choice::default() },
        });
        self.decisions.push(decision);
        true
    }

    /// The rules' reading of a number; `None` if they do not take it for a figure.
    fn propose(
        &self,
        s: &Sentence<'_, '_>,
        quantity: &Quantity,
        phrase: &Phrase,
        shown: Option<&Shown>,
        whole: Option<usize>,
        (back, in_sentence): (Option<usize>, Option<usize>),
    ) -> Option<Proposal> {
        let spared = certainty::spared(s, quantity.number.start)
            .and_then(|at| Some((at, table::category(s.lower(at), Part::Noun)?)));
        if let Some((at, category)) = spared {
            return Some(Proposal {
                evidence: s.span(&(at..at + 1)),
                ..Proposal::of(category, "figure.spared")
            });
        }
        let shown = shown.filter(|_| !is_done_to_another(s, phrase));
        let mut proposal = match (&quantity.unit, shown) {
            (Some(unit), _) => Proposal::of(named(unit.category), "figure.unit"),
            (None, Some(shown)) => Proposal {
                evidence: (!shown.evidence.is_empty() && shown.how != How::Noun)
                    .then(|| s.span(&shown.evidence))
                    .flatten(),
                ..Proposal::of(shown.category.clone(), shown.how.rule())
            },
            (None, None) if let Some(whole) = whole => Proposal {
                inherits: Some(whole),
                ..Proposal::of(self.figures[whole].category.clone(), "figure.share-of-a-count")
            },
            (None, None) => {
                let (category, inherits) = self.without_words(s, quantity, phrase, back, in_sentence)?;
                let rule = if inherits.is_some() { "figure.goes-on" } else { "figure.noun-alone" };
                Proposal { inherits, ..Proposal::of(category, rule) }
            }
        };
        if phrase.is_thing(s) && proposal.category != Category::DEPLOYED && quantity.unit.is_none() {
            proposal =
                Proposal { inherits: proposal.inherits, ..Proposal::of(Category::EQUIPMENT, "figure.thing") };
        }
        // "one of the climbers survived", but not "one of the survivors said"
        let after = shown.is_some_and(|shown| shown.how == How::After);
        if quantity.is_one && phrase.part && !after {
            return None;
        }
        let detail = is_detail(s, quantity.number.start) && phrase.is_person(s);
        if proposal.category == Category::OTHER
            && (quantity.is_one && !detail || quantity.definite && is_small(quantity))
        {
            return None;
        }
        if !after && self.said_before(quantity, phrase).is_some() {
            return None;
        }
        Some(proposal)
    }

    /// "The 4,000 include ...": the figure that gave the number before.
    fn said_before(&self, quantity: &Quantity, phrase: &Phrase) -> Option<&Figure> {
        let best = quantity.bounds.best.filter(|_| quantity.definite && quantity.unit.is_none())?;
        let same = |f: &&Figure| f.best.or(f.high).or(f.low) == Some(best);
        self.figures.iter().rev().take(50).find(same).filter(|_| phrase.head.is_none())
    }

    /// "including 18 children and 25 women": true if only "and" or a comma separates a number from a detail.
    fn follows_detail(&self, s: &Sentence<'_, '_>, number: Span, in_sentence: Option<usize>) -> bool {
        in_sentence.map(|i| &self.figures[i]).is_some_and(|before| {
            let between = s.text.get(before.span.end..number.start).unwrap_or("").trim();
            before.part_of.is_some() && matches!(between, "and" | "," | ", and")
        })
    }

    /// Computes a fraction of a previous count ("a third of those who fled"); returns the index of the whole.
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

    /// The category of a number without category words nearby: that of the count that it continues from, or `other` if a noun is
    /// counted. The second value is the figure that it continues from.
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
        // "The dead are nine. Arrivals by sea rose to 300": of another noun.
        if let Some(noun) = ellipsis::measures(s, quantity) {
            return counted::is_person(s, noun).then_some((Category::OTHER, None));
        }
        // "a third of the 48": the category of the 48.
        if let Some(whole) = quantity.whole {
            let same = |f: &&Figure| is_count(f) && f.best.or(f.low).or(f.high) == Some(whole);
            let index = self.figures.iter().rev().take(50).find(same)?.id.index();
            return Some((self.figures[index].category.clone(), Some(index)));
        }
        let index = back.filter(|&b| is_count(&self.figures[b]));
        // A bare number does not continue from things counted next to people ("three bridges").
        let index = index.map(|b| {
            let nearer = self.figures.iter().take(b + 1).rev().take_while(|f| f.span.start >= self.recent);
            nearer.filter(|f| is_of_people(f)).map(|f| f.id.index()).next().unwrap_or(b)
        });
        let bare = ellipsis::is_bare(s, quantity, phrase);
        // "I never said 150": the number said before.
        let said = || {
            let same = |f: &&Figure| is_of_people(f) && f.best.or(f.low).or(f.high) == quantity.bounds.best;
            self.figures.iter().rev().take(50).find(same).map(|f| f.id.index())
        };
        let index = match index.filter(|&i| self.figures[i].span.start >= self.recent) {
            Some(index) => index,
            None if bare => said().or(index)?,
            None => index?,
        };
        let told = &self.figures[index];
        let people = is_of_people(told);
        let recent = people && told.span.start >= self.recent;
        // "Killed 52 people and destroyed 900 houses, including 40 in the valley": houses.
        let opens = matches!(s.back(quantity.number.start, 1), ":" | "including");
        let direct = !opens || in_sentence == Some(index);
        let goes_on = in_sentence.is_some()
            && (ellipsis::is_compared(s, quantity)
                || people && direct && ellipsis::goes_on(s, quantity, phrase));
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
        // The number continues from the crowd, not from what was counted last.
        if ellipsis::is_of_a_crowd(s, quantity) {
            return Some((Category::OTHER, None));
        }
        // "Among the injured, the ministry said, 96 were police": in the category of the injured.
        if let Some(category) = ellipsis::among(s, quantity) {
            let whole = self.figures.iter().rev().take(50).find(|f| f.category == category);
            return Some((category, whole.map(|f| f.id.index())));
        }
        // "Its own count stood at 31" in a report that began with the dead is about them, whatever was counted last.
        let main =
            self.figures.iter().find(|f| is_of_people(f)).filter(|m| people && m.category != told.category);
        match main.filter(|_| ellipsis::is_a_count(s, quantity)) {
            Some(main) => Some((main.category.clone(), Some(main.id.index()))),
            None => Some((told.category.clone(), Some(index))),
        }
    }

    /// The group: from the phrase itself, or if the figure omits its noun, from the previous figure or the losses that the
    /// sentence is about.
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
        // "North Korean losses ... more than 200": the group of the measured noun, or of the noun for losses.
        let near = s.within.start.max(quantity.number.start.saturating_sub(60))
            ..s.within.end.min(quantity.number.start + 60);
        let nouns = near.filter(|&i| words::is(Set::Losses, s.lower(i)));
        let measured = shown.as_ref().filter(|s| s.how == How::Measured).map(|s| s.evidence.start);
        for noun in measured.into_iter().chain(nouns) {
            let from = noun.saturating_sub(3).max(s.within.start);
            if let Some(group) = counted::group_in(s, from..noun) {
                return named(&group);
            }
        }
        // Only a number without a noun continues from the previous one.
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
                let word = s.back(at, n);
                matches!(
                    word,
                    "in" | "at"
                        | "near"
                        | "around"
                        | "inside"
                        | "outside"
                        | "across"
                        | "to"
                        | "from"
                        | "along"
                        | "off"
                        | "throughout"
                ) || words::is(Set::Settlements, word)
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
        let after = (phrase.end..(phrase.end + 10).min(s.within.end)).any(|i| s.starts_with(Set::SoFar, i));
        let before = s.lower(start) == "a" && s.lower(start + 1) == "total"
            || words::is(Set::Totalling, s.back(start, 1));
        let measured = shown.filter(|shown| shown.how == How::Measured).map(|shown| shown.evidence.start);
        // "New cases fell to 38"
        if measured.is_some_and(|noun| words::is(Set::Fresh, s.back(noun, 1))) {
            return Some(false);
        }
        if before || after || measured.is_some() {
            return Some(true);
        }
        let same =
            self.figures.get(first..).unwrap_or(&[]).iter().any(|f| f.category != *category && is_count(f));
        (phrase.more && !same).then_some(false)
    }
}

/// "17 of its 58 deaths": the number before is a part of the one behind.
fn parts_of_the_next(s: &Sentence<'_, '_>, figures: &mut [Figure]) {
    for n in 1..figures.len() {
        let Some([part, whole]) = figures.get_mut(n - 1..=n) else { continue };
        let between = s.text.get(part.number.end..whole.number.start).map(str::trim);
        let of = matches!(
            between,
            Some("of" | "of the" | "of its" | "of their" | "of his" | "of her" | "of our" | "of those")
        );
        if of
            && part.category == whole.category
            && is_count(whole)
            && part.best < whole.best
            && part.part_of.is_none()
        {
            part.part_of = Some(whole.id);
        }
    }
}

/// "including 12 children", "of whom 12", "among them are 12": true for a number of some of those counted before.
fn is_detail(s: &Sentence<'_, '_>, number: usize) -> bool {
    let be = usize::from(outcome::is_be(s.back(number, 1)));
    let (one, two) = (s.back(number, 1 + be), s.back(number, 2 + be));
    words::is(Set::Including, s.back(number, 1))
        || two == "among" && matches!(one, "them" | "whom" | "these" | "those")
        || be == 0 && two == "of" && matches!(one, "whom" | "them" | "these" | "those" | "which")
}

/// The country whose troops are counted, because it sends, gathers or loses them ("Chad sent 2,000 soldiers", "cost Chad 40
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
    if let Some(found) = country(start).filter(|c| words::is(Set::Costing, s.back(c.1.start, 1))) {
        return Some(found);
    }
    let lost = words::is(Set::Losing, s.back(start, 1)).then(|| start - 1);
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

/// "14 of the 46 on board", "Of 90 people who drank the water, 52 fell ill": true for a total with a counted part, unless its own
/// words say what happened to the total ("ten of the 26 people who were wounded").
fn is_whole(s: &Sentence<'_, '_>, quantity: &Quantity) -> bool {
    const REACH: usize = 12;
    let behind = quantity.end..s.within.end.min(quantity.end + REACH);
    let mut relative = false;
    let mut own = behind.take_while(|&at| {
        relative |= is_relative(s.lower(at));
        !matches!(s.lower(at), "," | ";" | ":") && (relative || !is_finite(s, at))
    });
    has_a_part(s, quantity) && !own.any(|at| table::told_by(s.lower(at)).next().is_some())
}

fn is_relative(word: &str) -> bool {
    matches!(word, "who" | "whom" | "which" | "that")
}

fn is_finite(s: &Sentence<'_, '_>, at: usize) -> bool {
    s.token(at).is_some_and(tree::is_finite)
}

/// "Three of the five climbers died": true if what follows the total happened to the part alone, because it is not a relative
/// clause of the total ("three of the five climbers who died").
fn is_said_of_a_part(s: &Sentence<'_, '_>, quantity: &Quantity, shown: &Shown) -> bool {
    let between = quantity.end..shown.evidence.start;
    has_a_part(s, quantity)
        && !between.clone().any(|at| is_relative(s.lower(at)) || matches!(s.lower(at), "," | "-"))
        && (between.start..=shown.evidence.start).any(|at| is_finite(s, at))
}

/// True for a number after "of" if another number counts a part of it.
fn has_a_part(s: &Sentence<'_, '_>, quantity: &Quantity) -> bool {
    let number = quantity.number.start;
    let the = usize::from(matches!(s.back(number, 1), "the" | "its" | "their" | "those" | "these" | "all"));
    let Some(of) = number.checked_sub(1 + the).filter(|of| s.lower(*of) == "of") else { return false };
    let counts =
        |at: usize| s.tag(at) == Some(Upos::Num) || matches!(s.lower(at), "none" | "some" | "many" | "most");
    of == s.within.start
        || of.checked_sub(1).is_some_and(|before| s.within.contains(&before) && counts(before))
}

/// "the headlines at six": true for a number that may be a time of day.
fn is_hour(s: &Sentence<'_, '_>, quantity: &Quantity, phrase: &Phrase) -> bool {
    let hour = quantity.bounds.best.is_none_or(|n| n <= Number::whole(24));
    hour && phrase.head.is_none() && s.back(quantity.number.start, 1) == "at"
}

/// "300 officers arrested the leaders": true if the people counted do to others what would otherwise put them in a toll.
fn is_doer(s: &Sentence<'_, '_>, phrase: &Phrase) -> bool {
    let verb = verb_after(s, phrase);
    let active =
        s.token(verb).is_some_and(|t| matches!(t.xpos, "VBD" | "VBP" | "VBZ")) || has_object(s, verb);
    let does = [Part::Object, Part::Persons].iter().any(|part| table::is(s.lower(verb), *part));
    phrase.head.is_some() && active && does
}

/// "Two officers fatally shot the driver": true if the event happened to somebody else.
fn is_done_to_another(s: &Sentence<'_, '_>, phrase: &Phrase) -> bool {
    let verb = verb_after(s, phrase);
    verb > phrase.end && has_object(s, verb) && is_doer(s, phrase)
}

/// The word after a phrase or, if that is an adverb, the next one: "fatally shot".
fn verb_after(s: &Sentence<'_, '_>, phrase: &Phrase) -> usize {
    phrase.end + usize::from(s.tag(phrase.end) == Some(Upos::Adv))
}

fn has_object(s: &Sentence<'_, '_>, verb: usize) -> bool {
    matches!(s.lower(verb + 1), "the" | "a" | "an" | "his" | "her" | "its" | "their")
}

/// True if people are counted, by a noun for them or an omitted one.
fn counts_people(s: &Sentence<'_, '_>, phrase: &Phrase) -> bool {
    phrase.head.is_none_or(|h| counted::is_person(s, h) || table::is(s.lower(h), Part::State))
}

/// A category of the tables, by name.
fn named(name: &'static str) -> Category {
    Category(std::borrow::Cow::Borrowed(name))
}

/// True if a figure counts rather than measures.
fn is_count(figure: &Figure) -> bool {
    figure.unit.is_none()
}

/// True for a count of people to whom something has happened.
fn is_of_people(figure: &Figure) -> bool {
    is_count(figure) && figure.category != Category::OTHER && figure.category != Category::EQUIPMENT
}

fn is_small(quantity: &Quantity) -> bool {
    quantity.bounds.best.is_some_and(|n| n <= sayso_model::Number::whole(10))
}

/// "40 per cent of voters": a share has a noun too.
fn is_share_of_people(s: &Sentence<'_, '_>, quantity: &Quantity) -> bool {
    quantity.unit.is_some_and(|u| u.category == "share") && s.lower(quantity.end) == "of"
}

/// True if a number before a noun counts it: a plural, or a noun with the same form in singular and plural.
fn is_countable(s: &Sentence<'_, '_>, quantity: &Quantity, head: usize) -> bool {
    let word = s.lower(head);
    let plural = s.token(head).is_some_and(|t| matches!(t.xpos, "NNS" | "NNPS")) || word.ends_with('s');
    let known = names_people(word) || table::is(word, Part::Thing);
    plural || known || quantity::is_bounded(quantity) || quantity.vague.is_some()
}

/// True for the comma before "police said"; not for that of ", in Orim on Monday, police said", which goes on with the clause.
fn is_before_speech(s: &Sentence<'_, '_>, comma: usize) -> bool {
    let said = (comma + 1..comma + 8).find(|&i| words::is(Set::Speech, s.lower(i)));
    let goes_on = words::is(Set::Locative, s.lower(comma + 1)) || matches!(s.lower(comma + 1), "on" | "in");
    said.is_some_and(|said| !goes_on || !(comma + 1..said).any(|i| s.lower(i) == ","))
}

/// The words about a figure: from its number to the end of its clause.
fn clause(s: &Sentence<'_, '_>, phrase: &Phrase, shown: Option<&Shown>, limit: usize) -> Range<usize> {
    let from = phrase.end;
    let passed = shown.filter(|s| s.how == How::After).map_or(from, |s| s.evidence.end);
    let end = (passed..limit.min(passed + 40))
        .find(|&i| {
            matches!(
                s.lower(i),
                ";" | "\"" | "which" | "who" | "where" | "since" | "because" | "but" | "although"
            ) || s.lower(i) == "," && is_before_speech(s, i)
        })
        .unwrap_or(limit.min(passed + 40));
    from..end.max(from)
}

#[cfg(test)]
mod tests;
