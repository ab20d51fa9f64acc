//! Statements: attributions with their speakers, chains, channels, dates and modality.

mod act;
mod apart;
mod carry;
mod chain;
mod channel;
mod measure;
mod modality;
mod order;
mod owned;
mod owner;
mod pointed;
mod repair;
mod said_on;
mod same_words;

use sayso_model::{
    Attribution, Category, ChainRole, ChannelKind, Construction, Figure, Head, Modality, Place, PlaceId,
    Span, SpeakerId, Statement, StatementId, TimeExpression,
};

use self::owner::Owner;
pub(crate) use self::{act::says_nothing, chain::Voices};
use crate::{
    by_sentence::BySentence,
    decide::Decision,
    lexicon,
    speaker::{Cast, MemberId},
    tree::Tree,
    words::{self, Set},
};
use std::{borrow::Cow, collections::BTreeMap};

/// Everything about the report that statements are made from.
pub(crate) struct Sources<'a, 'd> {
    pub(crate) tree: &'a Tree<'d>,
    pub(crate) times: &'a [TimeExpression],
    pub(crate) places: &'a [Place],
}

/// A statement before its members have become speakers.
#[derive(Debug)]
pub(crate) struct Draft {
    pub(crate) statement: Statement,
    pub(crate) speaker: Option<MemberId>,
    /// From the outermost relay to the origin, without the outlet; `None` for a step that names nobody.
    pub(crate) steps: Vec<chain::Step>,
}

/// Turns attributions, in text order of their contents, into statements.
pub(crate) fn draft(
    sources: &Sources<'_, '_>,
    cast: &mut Cast<'_, '_>,
    attributions: &[Attribution],
    figures: &[Figure],
) -> Vec<Draft> {
    let mut voices: Vec<Voices> = attributions.iter().map(|a| chain::voices(sources.tree, a)).collect();
    chain::inherit(sources.tree, attributions, &mut voices);
    let carried = carry::antecedents(attributions);
    let mut parents = chain::parents(sources.tree, attributions);
    for (index, antecedent) in carried.iter().enumerate() {
        if let Some(antecedent) = *antecedent {
            voices[index] = voices[antecedent].clone();
            parents[index] = parents[antecedent];
        }
    }
    for index in 0..attributions.len() {
        let parent = parents[index].filter(|_| {
            chain::is_first_person(sources.tree, &voices[index])
                || chain::is_missing_proof(sources.tree, &attributions[index])
        });
        if let Some(parent) = parent.filter(|&p| voices[p].source.is_some()) {
            voices[index] = voices[parent].clone();
            parents[index] = parents[parent];
        }
    }
    resolve_in_order(cast, &voices);
    let absorbed = chain::absorbed(sources.tree, attributions, &voices);
    let mut place_of = vec![None; attributions.len()];
    let mut drafts = Vec::new();
    for (index, attribution) in attributions.iter().enumerate() {
        if absorbed[index]
            || attribution.content.is_empty()
            || chain::is_said_by_nobody(sources.tree, attribution)
        {
            continue;
        }
        place_of[index] = Some(drafts.len());
        let (modality, polarity, modality_evidence) = modality::of(sources.tree, attribution);
        let occasion = carried[index].map_or(attribution, |antecedent| &attributions[antecedent]);
        let said = said_on::of(sources, occasion);
        let id = StatementId::from(drafts.len());
        drafts.push(Draft {
            speaker: voices[index].source.and_then(|s| cast.meet(s)),
            steps: chain::steps(cast, &parents, &voices, index),
            statement: Statement {
                id,
                kind: attribution.kind,
                construction: attribution.construction,
                source: attribution.source.clone(),
                cue: attribution.cue.clone(),
                content: attribution.content.clone(),
                speaker: None,
                chain: Vec::new(),
                channel: if attribution.construction == Construction::Noun {
                    None
                } else {
                    channel::of(sources.tree, occasion)
                },
                addressee: voices[index].addressee,
                modality,
                polarity,
                modality_evidence,
                said_on: said.and_then(|t| t.start.filter(|s| t.end == Some(*s))),
                said_at: said.map(|t| t.id),
                places: places_in(sources.places, &attribution.content),
                figures: Vec::new(),
                parent: None,
                same_words_as: None,
            },
        });
    }
    for (index, parent) in parents.iter().enumerate() {
        if let (Some(place), Some(parent)) = (place_of[index], parent.and_then(|p| place_of[p])) {
            drafts[place].statement.parent = Some(StatementId::from(parent));
        }
    }
    let contents: Vec<&[Span]> = drafts.iter().map(|d| d.statement.content.as_slice()).collect();
    let additions = carry::additions(sources.tree, &contents, figures);
    chain::carry_on(&mut drafts, &additions);
    chain::keep_hearers(&mut drafts);
    for member in drafts.iter().flat_map(|d| &d.steps).filter_map(|s| s.member) {
        cast.list(member);
    }
    cast.settle();
    same_words::link(sources.tree, cast, &mut drafts);
    drafts
}

/// The places in some spans. Places come in text order.
fn places_in(places: &[Place], spans: &[Span]) -> Vec<PlaceId> {
    let within = |span: &Span| {
        let (from, end) = (places.partition_point(|p| p.span.start < span.start), span.end);
        places[from..].iter().take_while(move |p| p.span.end <= end).map(|p| p.id)
    };
    spans.iter().flat_map(within).collect()
}

/// Resolves every phrase in text order, so that "the agency" finds the agency mentioned before.
fn resolve_in_order(cast: &mut Cast<'_, '_>, voices: &[Voices]) {
    let mut phrases: Vec<Span> = voices
        .iter()
        .flat_map(|v| {
            v.source.into_iter().chain(v.deeper.iter().copied()).chain(v.relay_addressee()).chain(v.outer)
        })
        .collect();
    phrases.sort_unstable();
    phrases.dedup();
    for phrase in phrases {
        cast.meet(phrase);
    }
}

/// Writes the speakers' ids into the statements.
pub(crate) fn finish(
    drafts: Vec<Draft>,
    cast: &Cast<'_, '_>,
    head: &Head,
    ids: &BTreeMap<MemberId, SpeakerId>,
) -> Vec<Statement> {
    drafts
        .into_iter()
        .map(|draft| {
            let mut statement = draft.statement;
            statement.speaker = draft.speaker.and_then(|m| ids.get(&m).copied());
            statement.chain = chain::links(&draft.steps, cast, head, ids);
            statement
        })
        .collect()
}

/// Repairs contents where a cue's grammar or the sentence's shape leaves no doubt.
pub(crate) fn mend(tree: &Tree<'_>, attributions: &mut Vec<Attribution>, times: &[TimeExpression]) {
    repair::no_time_speaks(attributions, times);
    repair::contents(tree, attributions);
    apart::keep(tree, attributions);
    repair::denied_before(tree, attributions);
}

/// Adds attributions for figures without a cue of speech ("the ministry put the toll at 40"), and extends each to the parts of
/// what it counts.
pub(crate) fn add_measures(tree: &Tree<'_>, attributions: &mut Vec<Attribution>, figures: &[Figure]) {
    let found = measure::find(tree, attributions, figures);
    // The same verb without its source says less.
    let overlap =
        |a: &Attribution, b: &Attribution| b.cue.iter().any(|c| a.cue.iter().any(|d| d.overlaps(*c)));
    attributions.retain(|a| !a.source.is_empty() || !found.iter().any(|f| overlap(a, f)));
    attributions.extend(found);
    repair::not_backwards(tree, attributions);
    measure::go_on_to_parts(tree, attributions, figures);
}

/// Attributions of figures to sources that the decider points to and no rule finds.
pub(crate) fn pointed(
    tree: &Tree<'_>,
    attributions: &[Attribution],
    figures: &[Figure],
    decisions: &[Option<Decision>],
) -> Vec<Attribution> {
    pointed::find(tree, attributions, figures, decisions)
}

/// Attributions of figures in sentences that continue what the sentence before attributes.
pub(crate) fn carried(
    tree: &Tree<'_>,
    attributions: &[Attribution],
    figures: &[Figure],
    times: &[TimeExpression],
) -> Vec<Attribution> {
    carry::find(tree, attributions, figures, times)
}

/// True if a cue's modality applies to a number in its content: nothing but the words of one clause is in between ("called for
/// 1,000 troops", "expected to house 5,000"). Denials are read from the figure's own words, and a presupposition ("denied bombing
/// the camp where 21,000 live") is not denied at all.
fn is_made_so(statement: &Statement, number: Span, tree: &Tree<'_>) -> bool {
    const REACH: usize = 8;
    if matches!(statement.modality, Modality::Asserted | Modality::Denied)
        || statement.construction == Construction::Adverb
    {
        return false;
    }
    let by_cue = |cue: &&Span| statement.modality_evidence.iter().any(|e| e.overlaps(**cue));
    let cues = statement.cue.iter().filter(by_cue).filter(|cue| cue.end <= number.start);
    cues.map(|cue| tree.document.tokens_in(Span::new(cue.end, number.start))).any(|between| {
        between.len() <= REACH
            && between.into_iter().all(|t| {
                tree.token(t).is_some_and(|x| {
                    !matches!(x.xpos, "VBD" | "VBZ" | "VBP" | "WDT" | "WP" | "WRB")
                        && !matches!(tree.form(t), ";" | ":")
                })
            })
    })
}

/// True if a separate clause says what has happened to the people counted ("requests to look for 15 people who had not been heard
/// from"): that is a fact, whatever is requested.
fn is_told_in_a_clause(figure: &Figure, tree: &Tree<'_>) -> bool {
    let Some(shown) = figure.category_evidence.filter(|e| e.start > figure.number.end) else { return false };
    let words = tree.document.tokens_in(Span::new(figure.number.end, shown.end));
    let relative =
        words.clone().into_iter().any(|t| words::is(Set::Relatives, tree.form(t)) || tree.form(t) == "that");
    let past = |t: u32| matches!(tree.form(t), "had" | "has" | "have" | "was" | "were");
    relative && words.into_iter().any(past)
}

/// Links each figure to the innermost statement of speech that contains it, or to the one that the decider points to, and takes
/// origin, relays and dates from it.
pub(crate) fn link_figures(
    statements: &mut [Statement],
    figures: &mut [Figure],
    decisions: &[Option<Decision>],
    tree: &Tree<'_>,
) {
    spare_speakers(statements, figures, tree);
    let near = BySentence::new(tree, statements.iter().map(|s| s.content.as_slice()));
    let owners = owner::Owners::of(tree, statements);
    for figure in figures.iter_mut() {
        let holder = near
            .at(tree, figure.number.start)
            .map(|place| (place, &statements[place]))
            .filter(|(_, s)| s.content.iter().any(|c| c.contains(figure.number)))
            .filter(|(_, s)| s.construction != Construction::Adverb || s.parent.is_none())
            .filter(|(_, s)| s.parent.is_none() || !is_count_without_counter(s, tree))
            .filter(|(_, s)| s.chain.len() > 1)
            .min_by_key(|(index, s)| (s.content.iter().map(|c| c.len()).sum::<usize>(), usize::MAX - index))
            .map(|(index, _)| index);
        // Only the form shows who wrote a post and who speaks in a transcript.
        let is_formal =
            holder.and_then(|h| statements.get(h)).is_some_and(|s| channel::is_post(s) || is_turn(s, tree));
        let holder = match decisions.get(figure.id.index()) {
            Some(Some(decision)) if !is_formal => {
                let (chosen, why) = owners.choose(tree, statements, figure.number, decision, holder);
                figure.why.origin = why;
                chosen
            }
            _ => {
                let rule = holder.and_then(|h| statements.get(h)).map(|s| owner::rule_id(s.construction));
                figure.why.origin.by = rule.map(Cow::Borrowed).into_iter().collect();
                holder.map(|h| Owner::whole(statements, h))
            }
        };
        let Some(Owner { statement: index, links }) = holder else { continue };
        let said_on = dates_up(statements, index);
        let statement = &mut statements[index];
        statement.figures.push(figure.id);
        figure.statement = Some(statement.id);
        figure.said_on = figure.said_on.or(said_on);
        if figure.modality == Modality::Asserted
            && !is_told_in_a_clause(figure, tree)
            && is_made_so(statement, figure.number, tree)
        {
            figure.modality = statement.modality;
        }
        let chain = statement.chain.get(..links).unwrap_or_default();
        let Some((origin, relays)) = chain.split_last() else { continue };
        if origin.role == ChainRole::Outlet {
            continue;
        }
        figure.origin = origin.name.clone();
        figure.origin_speaker = origin.speaker;
        figure.origin_anonymous = origin.anonymous;
        // The network on which the origin wrote is the first relay.
        let network = statement.channel.as_ref().filter(|c| c.kind == ChannelKind::Network);
        figure.via = network
            .and_then(|c| c.name.clone())
            .into_iter()
            .chain(relays.iter().rev().filter(|l| l.role == ChainRole::Relay).filter_map(|l| l.name.clone()))
            .collect();
    }
}

/// "Two people familiar with it said that 19 had died", "two nurses said they had treated 14": nothing happened to the speakers
/// except what their own phrase or a passive about them says ("three men said they had been shot").
fn spare_speakers(statements: &[Statement], figures: &mut [Figure], tree: &Tree<'_>) {
    let near = BySentence::new(tree, statements.iter().map(|s| s.source.as_slice()));
    for figure in figures.iter_mut().filter(|f| f.category != Category::OTHER && f.unit.is_none()) {
        let speaking = near
            .at(tree, figure.number.start)
            .filter_map(|place| statements.get(place))
            .flat_map(|s| s.source.iter().map(move |source| (s, source)))
            .find(|(_, source)| source.contains(figure.number));
        let Some((statement, source)) = speaking else { continue };
        let said = |shown: Span| statement.content.iter().any(|c| c.contains(shown));
        let own = figure.category_evidence.is_some_and(|shown| source.contains(shown))
            || figure.why.category.by.iter().any(|by| by == "figure.counted-noun")
            || tree.document.tokens_in(*source).any(|t| tree.is_finite(t));
        let does = figure.category_evidence.is_some_and(|shown| said(shown) && !is_done_to(tree, shown));
        if !own && (figure.span.end <= source.end || does) {
            figure.span.end = figure.span.end.min(source.end);
            figure.category = Category::OTHER;
            figure.category_evidence = None;
        }
    }
}

/// True for a verb of saying or writing.
fn says(tree: &Tree<'_>, verb: u32) -> bool {
    matches!(lexicon::cue_class(tree.lemma(verb)), Some("say" | "write"))
}

/// The same or a verb of telling somebody.
fn tells(tree: &Tree<'_>, verb: u32) -> bool {
    says(tree, verb) || lexicon::cue_class(tree.lemma(verb)) == Some("tell")
}

/// True for a verb in the passive.
fn is_done_to(tree: &Tree<'_>, verb: Span) -> bool {
    let first = tree.document.tokens_in(verb).start;
    (first.saturating_sub(3)..first).any(|t| tree.lemma(t) == "be")
}

/// "98 deaths had been confirmed, he said": true if it is not said who counted, so that the speaker is the source.
fn is_count_without_counter(statement: &Statement, tree: &Tree<'_>) -> bool {
    let counts = |t: u32| words::is(Set::Establishing, tree.lemma(t));
    statement.construction == Construction::Agentless
        && statement.cue.iter().any(|c| tree.document.tokens_in(*c).any(counts))
}

/// True for a transcript turn, which gives the speaker in capitals or fills its paragraph: "MARTA HOLT: Twelve people died."
fn is_turn(statement: &Statement, tree: &Tree<'_>) -> bool {
    let capitals = |span: &Span| !span.cut(tree.text).chars().any(char::is_lowercase);
    let fills_paragraph = || {
        let (Some(source), Some(content)) = (statement.source.first(), statement.content.last()) else {
            return false;
        };
        tree.document.paragraphs.get(tree.paragraph_at(source.start)).is_some_and(|paragraph| {
            let rest = tree.text.get(content.end..paragraph.end).unwrap_or_default();
            paragraph.start == source.start && !rest.contains(char::is_alphanumeric)
        })
    };
    statement.construction == Construction::Colon
        && (statement.source.iter().all(capitals) || fills_paragraph())
}

/// The day of a statement or, if it has none, of the enclosing statement.
fn dates_up(statements: &[Statement], index: usize) -> Option<sayso_model::Date> {
    let mut at = Some(index);
    for _ in 0..16 {
        let statement = statements.get(at?)?;
        if statement.said_on.is_some() {
            return statement.said_on;
        }
        at = statement.parent.map(StatementId::index);
    }
    None
}
