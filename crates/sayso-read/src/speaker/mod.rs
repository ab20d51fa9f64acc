//! Speakers: who is meant by a name, a description or a pronoun, and the evidence.
//!
//! Names are gathered from the whole report first; then each phrase for a source or relay is resolved in text order: a name to
//! the speaker with that name, a pronoun or a definite description to the last matching mention, anything else to a new speaker
//! without a name. Every link keeps the words that show it.

mod description;
mod name;
mod role;
mod surname;

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use sayso_model::{
    EntityKind, Mention, MentionForm, Span, Speaker, SpeakerId, SpeakerKind, TimeExpression, Upos,
};

pub(crate) use self::name::is_camel;
use self::{
    description::Description,
    name::{Gender, Name, SameName},
    role::FoundRole,
    surname::SharedSurnames,
};
use crate::{
    lexicon::{self, Kinship, RoleClass},
    tree::{Tree, base},
    words::{self, Set},
};

/// How far back, in mentions, a pronoun or description looks for its referent.
const MEMORY: usize = 60;
/// Sentences back within which "the company" may mean one that is named there.
const COMPANY_REACH: usize = 2;

/// Maximum number of other forms of a name that a new name is compared with, besides those spelt the same.
const FORMS: usize = 32;

/// Sentences within which "the statement" is the one that somebody was said to have issued.
const ISSUED_WITHIN: usize = 5;

/// Maximum number of sentences between a pronoun and its referent.
const PRONOUN_REACH: usize = 4;

/// How likely a pronoun refers to a mention: class, sentence, has spoken, is a subject, position.
type Rank = (u8, usize, bool, bool, usize);

/// Somebody in the report, by index in the cast.
pub(crate) type MemberId = usize;

#[derive(Debug)]
struct Member {
    name: Option<Name>,
    /// Other forms of the name in the report.
    other_names: Vec<Name>,
    /// Indexes of those among them, by spelling.
    spelt: BTreeMap<Vec<String>, Vec<usize>>,
    /// How it is described, without duplicates.
    descriptions: Vec<Description>,
    /// Tokens of the nouns that describe it.
    nouns: BTreeSet<(u32, u32)>,
    /// According to titles.
    gender: Option<Gender>,
    kind: SpeakerKind,
    roles: Vec<FoundRole>,
    /// By position.
    mentions: BTreeMap<Span, Mention>,
    label: String,
    /// Some phrase for a source or relay refers to it.
    speaks: bool,
    /// It is in the table of speakers: as a source, a relay, or somebody asked for comment.
    listed: bool,
    merged_into: Option<MemberId>,
    same_as: Option<(MemberId, Vec<Span>)>,
}

impl Member {
    /// Adds another form of the name.
    fn also_named(&mut self, name: Name) {
        self.spelt.entry(name.words.clone()).or_default().push(self.other_names.len());
        self.other_names.push(name);
    }

    /// The forms of its name that a new one can be compared with; a name written in a thousand ways is no longer anybody's.
    fn forms_for(&self, name: &Name) -> impl Iterator<Item = &Name> {
        let newest = self.other_names.len().saturating_sub(FORMS);
        let alike = self.spelt.get(&name.words).into_iter().flatten().copied().filter(move |at| *at < newest);
        let alike = alike.filter_map(|at| self.other_names.get(at));
        self.name.iter().chain(alike).chain(self.other_names.iter().skip(newest))
    }

    /// The mention that begins at a byte offset.
    fn mention_at(&self, offset: usize) -> Option<Span> {
        self.mentions
            .range(Span::new(offset, offset)..)
            .next()
            .map(|(span, _)| *span)
            .filter(|s| s.start == offset)
    }

    /// True if one of its mentions overlaps a span. With few exceptions, mentions are not nested.
    fn is_mentioned_in(&self, span: Span) -> bool {
        const NESTED: usize = 8;
        self.mentions.range(..Span::new(span.end, span.end)).rev().take(NESTED).any(|(m, _)| m.overlaps(span))
    }

    /// Adds a description, unless the member already has it.
    fn describe(&mut self, description: Description) {
        self.nouns.insert((description.core.start, description.core.end));
        if !self.descriptions.iter().any(|known| known.is_as(&description)) {
            self.descriptions.push(description);
        }
    }

    /// True if it was described by the same noun token as a description: one phrase with two boundaries.
    fn is_of_one_noun(&self, description: &Description) -> bool {
        self.nouns.contains(&(description.core.start, description.core.end))
    }
}

/// Everybody whom the report names or describes.
#[derive(Debug)]
pub(crate) struct Cast<'t, 'd> {
    tree: &'t Tree<'d>,
    times: &'t [TimeExpression],
    members: Vec<Member>,
    /// Mentions by their first byte.
    mentioned: BTreeMap<usize, MemberId>,
    /// The member whose name a token is part of.
    bearer: BTreeMap<u32, MemberId>,
    resolved: BTreeMap<Span, Option<MemberId>>,
    /// Names of countries that only the report itself reveals.
    lands: BTreeSet<String>,
    /// Members by the first letters of their names' words: only names that share one are compared.
    by_letter: BTreeMap<char, Vec<MemberId>>,
    /// Positions of the double quotation marks.
    marks: Vec<usize>,
    /// Surnames that several persons of the report have.
    shared: SharedSurnames,
    /// The members named so far with such a surname and more.
    surnames: BTreeMap<String, BTreeSet<MemberId>>,
}

impl<'t, 'd> Cast<'t, 'd> {
    /// Gathers all names in the report.
    pub(crate) fn gather(tree: &'t Tree<'d>, times: &'t [TimeExpression]) -> Self {
        let mut cast = Self {
            tree,
            times,
            members: Vec::new(),
            mentioned: BTreeMap::new(),
            bearer: BTreeMap::new(),
            resolved: BTreeMap::new(),
            lands: BTreeSet::new(),
            by_letter: BTreeMap::new(),
            marks: tree.text.match_indices(['"', '“', '”']).map(|(at, _)| at).collect(),
            shared: SharedSurnames::default(),
            surnames: BTreeMap::new(),
        };
        let mut names = name::names(tree);
        name::recognise_surnames(&mut names);
        cast.shared = SharedSurnames::of(tree, &names);
        cast.lands = name::lands(tree, &names);
        for name in names {
            cast.admit(name);
        }
        // Single proper nouns that the model missed are names if they are part of a name that is known by now.
        for token in 0..tree.document.tokens.len() as u32 {
            if !cast.bearer.contains_key(&token)
                && let Some(name) = name::single(tree, token)
                && (cast.known(&name).is_some() || cast.in_brackets_after(&name).is_some())
            {
                cast.admit(name);
            }
        }
        cast
    }

    /// The member that already has a name, and how the names match. The latest one wins among equals: "Smith" is the Smith last
    /// mentioned.
    fn known(&self, name: &Name) -> Option<(SameName, MemberId)> {
        let near: BTreeSet<MemberId> = letters(name)
            .iter()
            .filter_map(|l| self.by_letter.get(l))
            .flat_map(|ids| ids.iter().rev().take(200).copied())
            .collect();
        let bearers = self.bearers_of(name);
        near.into_iter()
            .rev()
            .filter_map(|id| {
                let member = &self.members[id];
                if name.gender.zip(member.gender).is_some_and(|(a, b)| a != b) {
                    return None;
                }
                let how = member
                    .forms_for(name)
                    .filter(|known| self.shared.may_be_one(known, name, bearers))
                    .filter_map(|known| name::same(known, name))
                    .min()?;
                Some((how, id))
            })
            .min_by_key(|&(how, id)| (how, std::cmp::Reverse(id)))
    }

    /// How many persons mentioned so far have the surname that a name consists of.
    fn bearers_of(&self, name: &Name) -> usize {
        let [surname] = name.words.as_slice() else { return 0 };
        if !self.shared.holds(surname) {
            return 0;
        }
        let ids = self.surnames.get(surname).into_iter().flatten();
        ids.map(|&id| self.current(id)).collect::<BTreeSet<_>>().len()
    }

    fn admit(&mut self, mut name: Name) -> Option<MemberId> {
        if let [word] = &name.words[..]
            && self.lands.contains(word)
            && !matches!(name.kind, SpeakerKind::Outlet)
        {
            name.kind = SpeakerKind::Government;
        }
        let bare = self.tree.document.span_of(name.tokens.clone())?;
        let whole = self.tree.document.span_of(name::whole(self.tree, &name)).unwrap_or(bare);
        let owned_by_pronoun = self.is_possessive(self.tree.document.tokens_in(whole).start);
        let (span, shown) = if owned_by_pronoun { (whole, bare) } else { (bare, whole) };
        // "His son, George W. Bush" is not the George Bush whose son he is.
        let known = self.known(&name).filter(|&(how, id)| {
            how == SameName::Equal
                || !name::is_relative(self.tree, &name)
                || self.members[id].name.as_ref().is_none_or(|n| n.words.len() < 2 || name.words.len() < 2)
        });
        let in_brackets = self.in_brackets_after(&name);
        let (id, form) = match (known, in_brackets) {
            (Some((how, id)), _) => (
                id,
                match how {
                    SameName::Equal | SameName::Part => MentionForm::Name,
                    SameName::Abbreviation => MentionForm::Abbreviation,
                    SameName::Misspelling => MentionForm::Misspelling,
                },
            ),
            (None, Some(id)) => (id, MentionForm::Abbreviation),
            (None, None) => (self.new_member(name.kind), MentionForm::Name),
        };
        let evidence = match form {
            MentionForm::Name => Vec::new(),
            _ => self.members[id].mentions.keys().next().copied().into_iter().collect(),
        };
        for letter in letters(&name) {
            self.by_letter.entry(letter).or_default().push(id);
        }
        for token in name.tokens.clone() {
            self.bearer.insert(token, id);
        }
        if let [_, .., surname] = name.words.as_slice()
            && self.shared.holds(surname)
        {
            self.surnames.entry(surname.clone()).or_default().insert(id);
        }
        let person = name.kind == SpeakerKind::Person;
        let mut roles = if person { role::roles(self.tree, &name.tokens) } else { Vec::new() };
        for found in &mut roles {
            if found.role.body.is_none() {
                found.role.body = self.body_of(found.role.span);
            }
        }
        self.mention(id, span, form, evidence);
        let other = |m: &Member| {
            m.gender.zip(name.gender).is_some_and(|(a, b)| a != b)
                && m.name.as_ref().is_some_and(|n| n.words == name.words)
        };
        let apart = form == MentionForm::Name
            && name.gender.is_some()
            && self.members.iter().rev().take(MEMORY * 4).any(other);
        let title = apart.then(|| name::title_before(self.tree, &name)).flatten();
        let member = &mut self.members[id];
        member.gender = member.gender.or(name.gender);
        member.roles.extend(roles);
        let longer = form == MentionForm::Name
            && member.name.as_ref().is_none_or(|n| {
                name.words.len() > n.words.len()
                    || (name.words.len() == n.words.len() && n.country.is_none() && name.country.is_some())
            });
        if longer {
            if member.kind == SpeakerKind::Unknown || name.kind == SpeakerKind::Person {
                member.kind = name.kind;
            }
            member.label = shown.cut(self.tree.text).split_whitespace().collect::<Vec<_>>().join(" ");
            // "Mrs Clinton" next to a Mr Clinton: only the title distinguishes them.
            if let Some(title) = title {
                member.label = format!("{title} {}", member.label);
            }
            if let Some(shorter) = member.name.replace(name) {
                member.also_named(shorter);
            }
        } else if form != MentionForm::Name && !member.spelt.contains_key(&name.words) {
            member.also_named(name);
        }
        Some(id)
    }

    /// The member whose name is right before, if this one follows it in brackets: "National Guard (GN)".
    fn in_brackets_after(&self, name: &Name) -> Option<MemberId> {
        let open = name.tokens.start.checked_sub(1)?;
        if self.tree.form(open) != "(" || self.tree.form(name.tokens.end) != ")" || name.tokens.len() != 1 {
            return None;
        }
        let form = self.tree.form(name.tokens.start);
        let capitals = form.chars().filter(|c| c.is_uppercase()).count();
        (capitals >= 2).then(|| self.bearer.get(&open.checked_sub(1)?).copied()).flatten()
    }

    fn new_member(&mut self, kind: SpeakerKind) -> MemberId {
        self.members.push(Member {
            name: None,
            other_names: Vec::new(),
            spelt: BTreeMap::new(),
            descriptions: Vec::new(),
            nouns: BTreeSet::new(),
            gender: None,
            kind,
            roles: Vec::new(),
            mentions: BTreeMap::new(),
            label: String::new(),
            speaks: false,
            listed: false,
            merged_into: None,
            same_as: None,
        });
        self.members.len() - 1
    }

    fn mention(&mut self, id: MemberId, span: Span, form: MentionForm, evidence: Vec<Span>) {
        let id = self.current(id);
        self.members[id].mentions.entry(span).or_insert(Mention { span, form, evidence });
        self.mentioned.insert(span.start, id);
    }

    /// The member that another was merged into.
    fn current(&self, mut id: MemberId) -> MemberId {
        while let Some(next) = self.members[id].merged_into {
            id = next;
        }
        id
    }

    fn merge(&mut self, from: MemberId, into: MemberId, evidence: Span) {
        let (from, into) = (self.current(from), self.current(into));
        if from == into {
            return;
        }
        let mut mentions = std::mem::take(&mut self.members[from].mentions);
        for mention in mentions.values_mut() {
            mention.evidence.push(evidence);
        }
        let descriptions = std::mem::take(&mut self.members[from].descriptions);
        let nouns = std::mem::take(&mut self.members[from].nouns);
        let (speaks, listed) = (self.members[from].speaks, self.members[from].listed);
        self.members[from].merged_into = Some(into);
        let member = &mut self.members[into];
        member.nouns.extend(nouns);
        for (span, mention) in mentions {
            member.mentions.entry(span).or_insert(mention);
        }
        for description in descriptions {
            member.describe(description);
        }
        member.speaks |= speaks;
        member.listed |= listed;
    }

    /// Adds a member to the table of speakers.
    pub(crate) fn list(&mut self, id: MemberId) {
        let id = self.current(id);
        self.members[id].listed = true;
    }

    /// Resolves a phrase to a member, which thereby becomes a speaker. Phrases must come in text order.
    pub(crate) fn resolve(&mut self, span: Span) -> Option<MemberId> {
        let found = self.meet(span)?;
        self.list(found);
        Some(found)
    }

    /// True for a phrase that means a body whose name the report gives.
    pub(crate) fn is_named_body(&mut self, span: Span) -> bool {
        self.meet(span).is_some_and(|id| {
            let member = &self.members[self.current(id)];
            member.name.is_some() && member.kind != SpeakerKind::Person
        })
    }

    /// As [`Self::resolve`], without a place in the table of speakers.
    pub(crate) fn meet(&mut self, span: Span) -> Option<MemberId> {
        if let Some(known) = self.resolved.get(&span) {
            return known.map(|id| self.current(id));
        }
        let found = self.find(span);
        if let Some(id) = found {
            self.members[id].speaks = true;
        }
        self.resolved.insert(span, found);
        found
    }

    fn find(&mut self, span: Span) -> Option<MemberId> {
        let tokens = self.tree.document.tokens_in(span);
        let tokens =
            self.trim(self.without_time(self.without_aside(self.subject_of_what(self.trim(tokens)))));
        let span = self.tree.document.span_of(tokens.clone())?;
        let first = tokens.clone().next()?;
        let head = self.tree.head_of(span).unwrap_or(first);
        // "the WHO", which a tagger may read as a relative pronoun
        let acronym = tokens.end.checked_sub(1).filter(|&t| tokens.len() == 2 && self.is_acronym(t));
        let head = acronym.or_else(|| self.force_of_a_place(&tokens)).unwrap_or(head);
        if tokens.len() <= 2 && self.is_pronoun(head) {
            return self.pronoun(head);
        }
        if tokens.len() > 1 && self.tree.form(first).eq_ignore_ascii_case("whose") {
            return self.body_of_antecedent(first);
        }
        let (tokens, head) = self.document_itself(tokens, head);
        if let Some((id, at)) = self.named(&tokens, head) {
            let evidence = self.tree.document.span_of(at).into_iter().collect::<Vec<_>>();
            if !self.members[id].is_mentioned_in(span) {
                self.mention(id, span, MentionForm::Name, evidence);
            }
            return Some(self.current(id));
        }
        let acronym = || Some(head).filter(|&h| self.is_acronym(h));
        let head = self.noun_head(&tokens, head).or_else(acronym)?;
        if let Some(name) = self.apposed_inside(&tokens, head).or_else(|| self.called(&tokens)) {
            return self.admit(name).map(|id| self.current(id));
        }
        if let Some(id) = self.apposed(&tokens) {
            self.mention(id, span, MentionForm::Description, Vec::new());
            return Some(self.current(id));
        }
        if (self.tree.token(head).is_some_and(|t| t.upos == Upos::Propn) || self.is_acronym(head))
            && lexicon::role_noun(&self.tree.form(head).to_lowercase()).is_none()
            && let Some(name) = self.untagged(&tokens, head)
        {
            return self.admit(name).map(|id| self.current(id));
        }
        let mut tokens = tokens;
        if tokens.end == head + 1 {
            tokens.end = name::with_subject(self.tree, tokens.clone());
        }
        let mut description = description::description(self.tree, tokens.clone(), head)?;
        if let Some(body) = self.body_behind(&tokens, &description) {
            return self.find(body);
        }
        if description.class() == Some(RoleClass::Document)
            && let Some(author) = self.author(&tokens, head)
        {
            return self.find(author);
        }
        if description.class() == Some(RoleClass::Document)
            && description.definite
            && let Some((id, evidence)) = self.issuer(tokens.start, &description)
        {
            self.mention(id, span, MentionForm::Description, evidence);
            return Some(id);
        }
        if description.class() == Some(RoleClass::Body) {
            description.owner = self.owner(&tokens);
        }
        self.described(&tokens, description)
    }

    /// "An internal memo dated Sept 14 and seen by the agency": the memo, if the phrase begins with it.
    fn document_itself(&self, tokens: Range<u32>, head: u32) -> (Range<u32>, u32) {
        let noun = |t: u32| {
            self.tree.token(t).is_some_and(|x| matches!(x.upos, Upos::Noun | Upos::Propn | Upos::Adj))
        };
        let before = |t: &u32| noun(*t) || self.tree.token(*t).is_some_and(|x| x.upos == Upos::Det);
        let last = tokens.clone().take_while(before).last();
        let participle = last.map(|l| l + 1).filter(|&p| {
            tokens.contains(&p) && self.tree.token(p).is_some_and(|x| matches!(x.xpos, "VBN" | "VBD"))
        });
        let document = last.filter(|&l| {
            lexicon::role_noun(self.tree.lemma(l)).is_some_and(|r| r.class == RoleClass::Document)
        });
        match (document, participle) {
            (Some(document), Some(participle))
                if tokens
                    .clone()
                    .any(|t| matches!(self.tree.lemma(t), "see" | "obtain" | "review" | "date" | "mark")) =>
            {
                (tokens.start..participle, document)
            }
            _ => (tokens, head),
        }
    }

    /// The named body represented by people who are described only generically: "spies from the Lake Service".
    fn body_behind(&self, tokens: &Range<u32>, description: &Description) -> Option<Span> {
        if !description.plural || description.role.is_some() {
            return None;
        }
        let from = tokens.clone().skip(1).find(|&t| matches!(self.tree.lemma(t), "from" | "at"))?;
        let body = self.tree.span(from + 1..tokens.end)?;
        let named = self.tree.entities_in(from + 1..tokens.end).any(|e| e.kind == EntityKind::Organization);
        named.then_some(body)
    }

    /// The referent of a possessive pronoun at the start of a phrase ("her office"), with the phrase without it.
    fn owner(&mut self, tokens: &Range<u32>) -> Option<MemberId> {
        self.is_possessive(tokens.start).then(|| self.pronoun(tokens.start)).flatten()
    }

    fn is_possessive(&self, token: u32) -> bool {
        matches!(self.tree.form(token).to_lowercase().as_str(), "his" | "her" | "its" | "their")
    }

    /// The subject in "what the agency told the committee".
    fn subject_of_what(&self, tokens: Range<u32>) -> Range<u32> {
        // "..., which the group's director discussed"
        let relative = matches!(self.tree.form(tokens.start), "which" | "that" | "whom");
        if relative
            && tokens.len() > 1
            && self.tree.token(tokens.start + 1).is_some_and(|t| t.upos == Upos::Det)
        {
            return tokens.start + 1..tokens.end;
        }
        if !self.tree.form(tokens.start).eq_ignore_ascii_case("what") {
            return tokens;
        }
        let verb = |t: &u32| self.tree.token(*t).is_some_and(|x| matches!(x.upos, Upos::Verb | Upos::Aux));
        match tokens.clone().skip(1).find(verb) {
            Some(verb) if verb > tokens.start + 1 => tokens.start + 1..verb,
            _ => tokens,
        }
    }

    /// Removes "most of them fishermen," from in front of a source: it is about people named earlier.
    fn without_aside(&self, tokens: Range<u32>) -> Range<u32> {
        let form = |t: u32| self.tree.form(t).to_lowercase();
        let aside =
            form(tokens.start + 1) == "of" && matches!(form(tokens.start + 2).as_str(), "them" | "whom");
        let comma =
            tokens.clone().find(|&t| self.tree.form(t) == ",").filter(|&c| aside && c + 1 < tokens.end);
        comma.map_or(tokens.start, |c| c + 1)..tokens.end
    }

    /// Removes a time from the end of a phrase if it is not part of a name: "the coast guard on Friday".
    fn without_time(&self, mut tokens: Range<u32>) -> Range<u32> {
        while let Some(last) = tokens.end.checked_sub(1).filter(|&l| l > tokens.start) {
            let Some(end) = self.tree.token(last).map(|t| t.span.end) else { break };
            let until = self.times.partition_point(|t| t.span.start < end);
            let Some(time) =
                until.checked_sub(1).and_then(|at| self.times.get(at)).filter(|t| t.span.end >= end)
            else {
                break;
            };
            let start = self.tree.document.tokens_in(time.span).start;
            if start <= tokens.start || start > last || self.bearer.contains_key(&last) {
                break;
            }
            tokens = self.trim(tokens.start..start);
        }
        tokens
    }

    /// The capitalised words after the comma in "a news site, Harbour Watch", if the model did not tag them as a name.
    fn apposed_inside(&self, tokens: &Range<u32>, head: u32) -> Option<Name> {
        let comma = tokens.clone().rev().find(|&t| self.tree.form(t) == ",").filter(|&c| head < c)?;
        let capital = |t: u32| self.tree.form(t).chars().next().is_some_and(char::is_uppercase);
        let described = lexicon::role_noun(self.tree.lemma(head)).is_some();
        // "Officials in Paris, Texas": a location.
        let place = self.tree.entity(comma + 1).is_some_and(|e| e.kind == EntityKind::Location);
        (described && !place && comma + 1 < tokens.end && (comma + 1..tokens.end).all(capital))
            .then(|| name::name(self.tree, comma + 1..tokens.end, None))
            .flatten()
    }

    /// The capitalised words at the end of "the carmaker Valmor", which the model did not tag as a name.
    fn called(&self, tokens: &Range<u32>) -> Option<Name> {
        let capital = |t: u32| self.tree.form(t).starts_with(char::is_uppercase);
        let first = tokens.clone().skip(1).find(|&t| capital(t))?;
        // A tagger takes a rare noun before a name for a part of it.
        let noun = !capital(first - 1)
            && self.tree.token(first - 1).is_some_and(|t| matches!(t.upos, Upos::Noun | Upos::Propn));
        let role = lexicon::role_noun(&self.tree.form(first).to_lowercase()).is_some();
        (noun && !role && (first..tokens.end).all(capital))
            .then(|| name::name(self.tree, first..tokens.end, None))
            .flatten()
    }

    /// The member with a name that follows a description between commas: "a news site, Harbour Watch,".
    fn apposed(&self, tokens: &Range<u32>) -> Option<MemberId> {
        let (comma, first) = (tokens.end, tokens.end + 1);
        let id = *self.bearer.get(&first).filter(|_| self.tree.form(comma) == ",")?;
        let end = (first..first + 12).find(|t| self.bearer.get(t) != Some(&id))?;
        let same = self.tree.sentence(tokens.start).is_some_and(|s| s.tokens.contains(&first));
        // "police in Birmingham, Alabama,": the location of the town.
        let name = tokens.clone().rev().find(|&t| self.tree.token(t).is_none_or(|x| x.upos != Upos::Propn));
        let located = name
            .is_some_and(|t| t + 1 < tokens.end && self.tree.token(t).is_some_and(|x| x.upos == Upos::Adp));
        if located && self.members[self.current(id)].kind != SpeakerKind::Person {
            return None;
        }
        // A list has no comma after its second member, or has an "and".
        (same && matches!(self.tree.form(end), "," | "." | ";")).then(|| self.current(id))
    }

    /// The name that a phrase headed by a proper noun consists of: up to the first comma, verb or relative pronoun.
    fn untagged(&self, tokens: &Range<u32>, head: u32) -> Option<Name> {
        let end = (head + 1..tokens.end)
            .find(|&t| {
                self.tree.token(t).is_none_or(|x| {
                    matches!(x.upos, Upos::Punct | Upos::Verb | Upos::Pron | Upos::Sconj | Upos::Aux)
                })
            })
            .unwrap_or(tokens.end);
        let starts = |t: &u32| {
            self.tree.form(*t).chars().next().is_some_and(char::is_uppercase)
                && self.tree.token(*t).is_some_and(|x| x.upos != Upos::Det)
        };
        let start = tokens.clone().find(starts).filter(|&s| s <= head)?;
        name::name(self.tree, start..end, None)
    }

    /// Removes quotation marks, commas and lone function words from the ends.
    fn trim(&self, mut tokens: Range<u32>) -> Range<u32> {
        let idle = |t: u32| {
            self.tree.token(t).is_some_and(|x| matches!(x.upos, Upos::Punct | Upos::Cconj))
                || self.tree.token(t).is_some_and(|x| x.upos == Upos::Adp)
                    && self.tree.entity(t).is_none()
                    && !self.is_acronym(t)
        };
        while tokens.start < tokens.end && idle(tokens.start) {
            tokens.start += 1;
        }
        while tokens.start < tokens.end && idle(tokens.end - 1) {
            tokens.end -= 1;
        }
        tokens
    }

    /// True for two or more capitals and nothing else: the WHO is not the pronoun.
    fn is_acronym(&self, token: u32) -> bool {
        let form = self.tree.form(token);
        form.len() > 1 && form.chars().all(|c| c.is_uppercase())
    }

    fn is_pronoun(&self, token: u32) -> bool {
        !self.is_acronym(token)
            && matches!(
                self.tree.form(token).to_lowercase().as_str(),
                "he" | "she"
                    | "it"
                    | "they"
                    | "who"
                    | "which"
                    | "i"
                    | "we"
                    | "him"
                    | "her"
                    | "them"
                    | "himself"
                    | "herself"
                    | "itself"
                    | "this"
                    | "his"
                    | "its"
                    | "their"
            )
            && self.tree.token(token).is_some_and(|t| t.upos == Upos::Pron)
    }

    /// The named speaker that a phrase refers to: a person's name that is neither a possessor nor after a preposition, otherwise
    /// a body's name that contains the head or is in apposition to it.
    fn named(&self, tokens: &Range<u32>, head: u32) -> Option<(MemberId, Range<u32>)> {
        let mut body = None;
        let mut at = tokens.start;
        let mut behind_preposition = false;
        while at < tokens.end {
            let Some(&id) = self.bearer.get(&at) else {
                let token = self.tree.token(at)?;
                let relative =
                    token.upos == Upos::Pron && matches!(token.lemma.as_str(), "who" | "which" | "that");
                if relative || (token.upos == Upos::Verb && at > head && base(token.relation) == "acl") {
                    break;
                }
                behind_preposition |= token.upos == Upos::Adp;
                // A comma opens an apposition, in which a name counts again.
                if self.tree.form(at) == "," {
                    behind_preposition = false;
                }
                at += 1;
                continue;
            };
            let mut end = at;
            while end < tokens.end && self.bearer.get(&end) == Some(&id) {
                end += 1;
            }
            let range = at..end;
            let possessor = matches!(self.tree.form(end), "'s" | "’s" | "'" | "’") && end < tokens.end;
            let id = self.current(id);
            let person = self.members[id].kind == SpeakerKind::Person;
            let covers_head = range.contains(&head);
            let apposed = range
                .clone()
                .any(|t| base(self.tree.relation(t)) == "appos" && self.tree.head(t) == Some(head));
            let alone = range.start == tokens.start
                && !possessor
                && (end == tokens.end || self.tree.form(end) == ",");
            if !possessor && !behind_preposition {
                if person
                    && (covers_head
                        || apposed
                        || alone
                        || self.titled(tokens.start..range.start)
                        || range.start > tokens.start && self.tree.form(range.start - 1) == ",")
                {
                    return Some((id, range));
                }
                if !person && (covers_head || apposed || alone) {
                    body = body.or(Some((id, range.clone())));
                }
            }
            at = end;
        }
        body
    }

    /// "St. Paul police": the noun for a body after a name that makes up the rest of a phrase, whatever the parser makes of it.
    fn force_of_a_place(&self, tokens: &Range<u32>) -> Option<u32> {
        let noun = tokens.end.checked_sub(1).filter(|_| tokens.len() > 1)?;
        let body = |r: &lexicon::RoleNoun| matches!(r.class, RoleClass::Body | RoleClass::Group);
        let lower = self.tree.form(noun).starts_with(char::is_lowercase);
        (lower && lexicon::role_noun(self.tree.lemma(noun)).is_some_and(|r| body(&r))).then_some(())?;
        let capital = |t: u32| self.tree.form(t).starts_with(char::is_uppercase) || self.tree.form(t) == ".";
        let named = (tokens.start..noun).any(|t| self.bearer.contains_key(&t));
        (named && (tokens.start..noun).all(capital)).then_some(noun)
    }

    /// True if some tokens contain a title or a noun for a person.
    fn titled(&self, mut tokens: Range<u32>) -> bool {
        tokens.any(|t| {
            lexicon::is_title(self.tree.form(t))
                || lexicon::role_noun(self.tree.lemma(t))
                    .is_some_and(|r| matches!(r.class, RoleClass::Person))
        })
    }

    /// The noun that a phrase is about, if the tree's head is something else.
    fn noun_head(&self, tokens: &Range<u32>, head: u32) -> Option<u32> {
        let noun = |t: u32| self.tree.token(t).is_some_and(|x| matches!(x.upos, Upos::Noun | Upos::Propn));
        if noun(head) {
            return Some(head);
        }
        let mut last = None;
        for token in tokens.clone() {
            let stops = self
                .tree
                .token(token)
                .is_some_and(|t| matches!(t.upos, Upos::Adp | Upos::Punct | Upos::Pron | Upos::Sconj));
            if stops && last.is_some() {
                break;
            }
            if noun(token) {
                last = Some(token);
            }
        }
        last.or(Some(head))
    }

    /// The author of a document: "a report FROM the agency", "figures released BY the ministry", "the ministry's statement",
    /// "figures the ministry gave lawmakers".
    fn author(&self, tokens: &Range<u32>, head: u32) -> Option<Span> {
        // "The report, published by Harbour Watch on Tuesday"
        let limit = self.tree.sentence(head)?.tokens.end.min(tokens.end.max(head + 1) + 4);
        let made = (head + 1..limit).find(|&t| {
            matches!(
                self.tree.form(t),
                "published" | "released" | "issued" | "compiled" | "prepared" | "written"
            ) && self.tree.form(t + 1) == "by"
                && matches!(self.tree.form(t - 1), "," | "report" | "list")
        });
        if let Some(made) = made {
            let stop = |t: &u32| {
                matches!(self.tree.form(*t), "," | "." | ";" | "on" | "in" | "and" | "this" | "last")
                    || self.tree.token(*t).is_some_and(|x| matches!(x.upos, Upos::Verb | Upos::Aux))
            };
            let sentence = self.tree.sentence(head)?.tokens.end;
            let end = (made + 2..sentence).find(stop).unwrap_or(sentence);
            if self.speaks_for_itself(made + 2..end) {
                return self.tree.span(made + 2..end);
            }
        }
        if let Some(adposition) =
            (head + 1..tokens.end).find(|&t| matches!(self.tree.lemma(t), "from" | "by" | "of"))
        {
            // Whoever has seen a document is not its author.
            let between = (head + 1..adposition).all(|t| {
                !matches!(self.tree.token(t).map(|x| x.upos), Some(Upos::Punct | Upos::Pron))
                    && !matches!(
                        self.tree.lemma(t),
                        "see" | "obtain" | "review" | "view" | "examine" | "read" | "analyse"
                    )
            });
            let end = (adposition + 1..tokens.end)
                .find(|&t| {
                    let token = self.tree.token(t);
                    token.is_some_and(|x| {
                        matches!(x.upos, Upos::Pron | Upos::Sconj)
                            || (x.upos == Upos::Verb && base(x.relation) == "acl")
                    })
                })
                .unwrap_or(tokens.end);
            let maker = self.tree.lemma(adposition) == "by" || self.speaks_for_itself(adposition + 1..end);
            if between && adposition + 1 < end && maker {
                return self.tree.span(adposition + 1..end);
            }
        }
        if let Some(clause) = self.tree.child(head, &["acl"]).filter(|c| tokens.contains(c) && *c > head)
            && self.tree.token(clause).is_some_and(|t| matches!(t.xpos, "VBD" | "VBZ" | "VBP"))
            && let Some(subject) = self.tree.child(clause, &["nsubj"]).filter(|&s| s > head && s < clause)
            && self.speaks_for_itself(self.tree.subtree(subject))
        {
            return self
                .tree
                .span(self.tree.subtree(subject).start..clause.min(self.tree.subtree(subject).end));
        }
        if self.is_possessive(tokens.start) {
            return self.tree.document.span_of(tokens.start..tokens.start + 1);
        }
        let possessor =
            (tokens.start..head).rev().find(|&t| matches!(self.tree.form(t), "'s" | "’s" | "'" | "’"))?;
        (possessor > tokens.start && self.speaks_for_itself(tokens.start..possessor))
            .then(|| self.tree.span(tokens.start..possessor))
            .flatten()
    }

    /// The author of "the statement": shortly before, somebody said something "in a statement", or issued one.
    fn issuer(&mut self, at: u32, description: &Description) -> Option<(MemberId, Vec<Span>)> {
        let here = self.tree.sentence_at(self.tree.token(at)?.span.start);
        for index in (here.saturating_sub(ISSUED_WITHIN)..here).rev() {
            let sentence = self.tree.document.sentences.get(index)?.clone();
            let Some(noun) = sentence.tokens.clone().find(|&t| {
                description::normal(self.tree.lemma(t)) == description.lemma
                    && self.tree.token(t).is_some_and(|x| x.upos == Upos::Noun)
            }) else {
                continue;
            };
            let evidence = self.tree.token(noun).map(|t| t.span).into_iter().collect();
            let phrase = self.tree.subtree(noun);
            if let Some(author) = self.author(&phrase, noun) {
                return self.find(author).map(|id| (id, evidence));
            }
            // The speaker in that sentence, if there is only one.
            let mut speaking: Vec<MemberId> = self
                .mentioned
                .range(sentence.span.start..sentence.span.end)
                .map(|(_, &id)| self.current(id))
                .filter(|&id| self.members[id].speaks && self.members[id].kind != SpeakerKind::Document)
                .collect();
            speaking.dedup();
            return match speaking[..] {
                [one] => Some((one, evidence)),
                _ => None,
            };
        }
        None
    }

    /// True if a phrase contains a name or a noun for those who speak.
    fn speaks_for_itself(&self, mut tokens: Range<u32>) -> bool {
        tokens.any(|t| {
            self.bearer.contains_key(&t)
                || lexicon::role_noun(self.tree.lemma(t)).is_some_and(|r| r.class != RoleClass::Document)
                || lexicon::country(self.tree.form(t)).is_some()
        })
    }

    /// The latest mention before a token that a pronoun can refer to, subjects first within a sentence.
    fn pronoun(&mut self, token: u32) -> Option<MemberId> {
        let span = self.tree.token(token)?.span;
        let form = self.tree.form(token).to_lowercase();
        if matches!(form.as_str(), "who" | "which") {
            let id = self.antecedent_of_relative(token)?;
            self.mention(id, span, MentionForm::Pronoun, vec![]);
            return Some(id);
        }
        let wanted = |kind: SpeakerKind, plural: bool| match form.as_str() {
            "he" | "she" | "him" | "her" | "his" | "himself" | "herself" => kind == SpeakerKind::Person,
            "it" | "its" | "itself" => {
                matches!(
                    kind,
                    SpeakerKind::Organization
                        | SpeakerKind::Government
                        | SpeakerKind::Outlet
                        | SpeakerKind::Document
                )
            }
            "they" | "them" | "their" => {
                plural || matches!(kind, SpeakerKind::Group | SpeakerKind::Organization)
            }
            _ => false,
        };
        let here = self.tree.sentence_at(span.start);
        let paragraph = self.tree.paragraph_at(span.start);
        // Most likely is somebody who has already spoken in this paragraph, then the subject of one of its sentences, then
        // somebody who spoke before it; among equals the later sentence, its subject, the later mention.
        let mut best: Option<(Rank, MemberId)> = None;
        for (&offset, &id) in self.mentioned.range(..span.start).rev().take(MEMORY) {
            let id = self.current(id);
            let sentence = self.tree.sentence_at(offset);
            if here.saturating_sub(sentence) > PRONOUN_REACH {
                break;
            }
            let member = &self.members[id];
            let plural = member.descriptions.iter().any(|d| d.plural);
            // What the sentence before is about, whose name does not say what it is: "Veldwater denies it. It did not answer."
            let unknown = form == "it" && member.kind == SpeakerKind::Unknown && member.name.is_some();
            if !(unknown && sentence + 1 >= here || wanted(member.kind, plural)) {
                continue;
            }
            let subject = self.is_subject_at(offset);
            let near = self.tree.paragraph_at(offset) == paragraph;
            if unknown && !(subject && near) {
                continue;
            }
            // A person's own name before "he said" is somebody else's; a body's before "it said" is its own.
            let apart = sentence < here || member.kind != SpeakerKind::Person;
            let told_of = near && subject && apart && !self.is_quoted(offset);
            let class = match (member.speaks, told_of) {
                (true, _) if near => 3,
                // "Ana Diaz watched from the mole. She reckons ...": the previous sentence is about her.
                (_, true) if member.kind == SpeakerKind::Person && sentence + 1 == here => 3,
                (_, true) => 2,
                (true, _) => 1,
                _ => 0,
            };
            let rank = (class, sentence, member.speaks, subject, offset);
            if best.is_none_or(|(known, _)| rank > known) {
                best = Some((rank, id));
            }
        }
        let ((.., offset), id) = best?;
        let evidence = self.members[id].mention_at(offset);
        self.mention(id, span, MentionForm::Pronoun, evidence.into_iter().collect());
        Some(id)
    }

    /// True if a byte offset is inside quotation marks of its paragraph.
    fn is_quoted(&self, offset: usize) -> bool {
        let start =
            self.tree.document.paragraphs.get(self.tree.paragraph_at(offset)).map_or(offset, |p| p.start);
        let marks = |until: usize| self.marks.partition_point(|&mark| mark < until);
        marks(offset).saturating_sub(marks(start)) % 2 == 1
    }

    fn is_subject_at(&self, offset: usize) -> bool {
        let at = self.tree.document.tokens.partition_point(|t| t.span.end <= offset) as u32;
        let mut token = Some(at);
        for _ in 0..4 {
            let Some(t) = token else { return false };
            match base(self.tree.relation(t)) {
                "nsubj" => return true,
                "flat" | "compound" | "det" | "amod" | "appos" | "nmod" => token = self.tree.head(t),
                _ => return false,
            }
        }
        false
    }

    /// The referent of a relative pronoun: the phrase that its clause is attached to, otherwise the last one named before it.
    fn antecedent_of_relative(&mut self, token: u32) -> Option<MemberId> {
        let sentence = self.tree.sentence(token)?;
        let span = self.tree.token(token)?.span;
        if let Some(phrase) = self.people_before(token) {
            return self.find(phrase);
        }
        let noun = (sentence.tokens.start..token)
            .rev()
            .find(|&t| self.tree.token(t).is_some_and(|x| matches!(x.upos, Upos::Noun | Upos::Propn)))?;
        let part = |t: u32| {
            self.tree.token(t).is_some_and(|x| {
                matches!(x.upos, Upos::Noun | Upos::Propn | Upos::Adj | Upos::Det | Upos::Num | Upos::Part)
                    || matches!(x.lemma.as_str(), "of" | "for" | "-")
            })
        };
        let start = (sentence.tokens.start..noun).rev().take_while(|&t| part(t)).last().unwrap_or(noun);
        if let Some(phrase) = self.tree.span(start..noun + 1).filter(|p| p.end <= span.start) {
            return self.find(phrase);
        }
        let (_, &id) = self.mentioned.range(sentence.span.start..span.start).next_back()?;
        Some(self.current(id))
    }

    /// "Ada Brook, director of Harbour Watch, whose group": the body in which the person has a role, if the report names one,
    /// otherwise the person.
    fn body_of_antecedent(&mut self, whose: u32) -> Option<MemberId> {
        // "says Ada Brook, its director, whose group": the name before the apposition.
        let from = self.tree.sentence(whose)?.tokens.start;
        let commas = (from..whose.saturating_sub(1)).rev().filter(|&t| self.tree.form(t) == ",");
        let apposed = commas.take(1).find_map(|c| self.bearer.get(&c.checked_sub(1)?).copied());
        let person = match apposed.map(|id| self.current(id)) {
            Some(id) if self.members[id].kind == SpeakerKind::Person => id,
            _ => self.antecedent_of_relative(whose)?,
        };
        let roles: Vec<(Span, Option<String>)> =
            self.members[person].roles.iter().map(|r| (r.role.span, r.role.body.clone())).collect();
        let named = roles.into_iter().find_map(|(span, body)| {
            let inside = self.tree.document.tokens_in(span).find_map(|t| self.bearer.get(&t).copied());
            let called = || (0..self.members.len()).find(|&m| body.as_ref() == Some(&self.members[m].label));
            inside
                .or_else(called)
                .map(|m| self.current(m))
                .filter(|&m| self.members[m].kind != SpeakerKind::Person)
                .or_else(|| {
                    // "director of Harbour Watch", which the model did not tag as a name
                    let tokens = self.tree.document.tokens_in(span);
                    let of = tokens.clone().find(|&t| matches!(self.tree.form(t), "of" | "at"))?;
                    let capital = |t: u32| self.tree.form(t).starts_with(char::is_uppercase);
                    let all = of + 1 < tokens.end && (of + 1..tokens.end).all(capital);
                    let name = all.then(|| name::name(self.tree, of + 1..tokens.end, None)).flatten()?;
                    self.admit(name).map(|m| self.current(m))
                })
        });
        Some(named.unwrap_or(person))
    }

    /// The phrase for people that "who" refers to, past a place or body that they are said to be of: "a doctor at the clinic, who
    /// ...". `None` if the noun right before it is one for people.
    fn people_before(&self, who: u32) -> Option<Span> {
        if self.tree.lemma(who) != "who" {
            return None;
        }
        let from = self.tree.sentence(who)?.tokens.start;
        let class = |t: u32| lexicon::role_noun(self.tree.lemma(t)).map(|r| r.class);
        let noun = |t: &u32| self.tree.token(*t).is_some_and(|x| matches!(x.upos, Upos::Noun | Upos::Propn));
        let nearest = (from..who).rev().find(noun).filter(|&t| class(t) == Some(RoleClass::Body))?;
        let joined = |t: &u32| {
            self.tree.token(*t).is_some_and(|x| {
                matches!(
                    x.upos,
                    Upos::Noun | Upos::Propn | Upos::Adj | Upos::Det | Upos::Num | Upos::Part | Upos::Adp
                )
            })
        };
        let mut before = (from..nearest).rev().take_while(joined);
        let people =
            before.find(|&t| noun(&t) && matches!(class(t), Some(RoleClass::Person | RoleClass::Group)))?;
        let part = |t: &u32| {
            self.tree.token(*t).is_some_and(|x| {
                matches!(x.upos, Upos::Noun | Upos::Propn | Upos::Adj | Upos::Det | Upos::Num)
            })
        };
        let start = (from..people).rev().take_while(part).last().unwrap_or(people);
        self.tree.span(start..nearest + 1)
    }

    /// The referent of a description, or a new speaker without a name.
    fn described(&mut self, tokens: &Range<u32>, description: Description) -> Option<MemberId> {
        let span = self.tree.document.span_of(tokens.clone())?;
        // The same words, already met as part of another phrase.
        if let Some(&id) = self.mentioned.get(&span.start)
            && let member = &self.members[self.current(id)]
            && (member.mentions.contains_key(&span)
                || member.mention_at(span.start).is_some() && member.is_of_one_noun(&description))
        {
            return Some(self.current(id));
        }
        let alias = self.alias(tokens);
        // "Two officials" are two that have not been mentioned.
        let counted = self.tree.token(tokens.start).is_some_and(|t| t.upos == Upos::Num);
        let plain = description.modifiers.len() == description.complement;
        let pointing = description.definite || (description.plural && plain && !counted);
        let found = if pointing {
            self.earlier(span, &description)
                .or_else(|| self.ministry_of_minister(&description))
                .or_else(|| self.elsewhere(span, &description))
                .or_else(|| self.new_to_the_role(tokens, &description))
                .or_else(|| self.company_close_by(span, &description))
        } else {
            None
        };
        let id = match found {
            Some((id, evidence)) => {
                self.mention(id, span, MentionForm::Description, evidence);
                id
            }
            None => {
                let id = self.new_member(kind_of(&description));
                let core = self.tree.span(description.core.clone()).unwrap_or(span);
                let words = core.cut(self.tree.text).split_whitespace().collect::<Vec<_>>().join(" ");
                self.members[id].label = match description.owner {
                    Some(owner) => self
                        .ministry_called(owner, &description)
                        .unwrap_or_else(|| format!("{}'s {words}", self.label(owner))),
                    None => words,
                };
                self.mention(id, span, MentionForm::Description, Vec::new());
                id
            }
        };
        self.members[id].describe(description);
        if let Some(name) = alias {
            if self.members[id].name.is_none() {
                self.merge(id, name, span);
            }
            return Some(self.current(name));
        }
        Some(id)
    }

    /// The company named in the sentences right before "the company" or "the shipping firm": the only body named there that may be
    /// one, or the only one of which somebody is said to be a director.
    fn company_close_by(&self, span: Span, description: &Description) -> Option<(MemberId, Vec<Span>)> {
        if description.plural || description.role.is_none_or(|r| r.kin != "company") {
            return None;
        }
        let here = self.tree.sentence_at(span.start);
        let mut found: BTreeMap<MemberId, usize> = BTreeMap::new();
        for (&offset, &id) in self.mentioned.range(..span.start).rev().take(MEMORY) {
            if here.saturating_sub(self.tree.sentence_at(offset)) > COMPANY_REACH {
                break;
            }
            let id = self.current(id);
            let member = &self.members[id];
            let of_other_kind = |name: &Name| name.words.iter().any(|w| lexicon::role_noun(w).is_some());
            let may_be_one = matches!(member.kind, SpeakerKind::Organization | SpeakerKind::Unknown)
                && member
                    .name
                    .iter()
                    .chain(&member.other_names)
                    .all(|n| !of_other_kind(n) && n.country.is_none())
                && member.descriptions.iter().all(|d| d.role.is_none_or(|r| r.kin == "company"));
            if member.name.is_some() && may_be_one {
                found.entry(id).or_insert(offset);
            }
        }
        if found.len() > 1 {
            found.retain(|id, _| self.has_directors(*id));
        }
        let (id, offset) = found.pop_first().filter(|_| found.is_empty())?;
        Some((id, self.members[id].mention_at(offset).into_iter().collect()))
    }

    /// True for a body of which somebody in the report is a director or the chief executive.
    fn has_directors(&self, body: MemberId) -> bool {
        let body = &self.members[body];
        self.members.iter().flat_map(|m| &m.roles).any(|role| {
            let span = role.role.span;
            // "Norholm Freight's managing director"
            let right_before = || {
                body.mentions.keys().filter(|m| m.end <= span.start).any(|m| {
                    let between = self.tree.document.tokens_in(Span::new(m.end, span.start));
                    between.len() <= 2 && matches!(self.tree.form(between.start), "'s" | "’s" | "'" | "’")
                })
            };
            role.words.iter().any(|w| words::is(Set::Directors, w))
                && (role.role.body.as_deref() == Some(body.label.as_str()) || right_before())
        })
    }

    /// The words for the body of somebody's office: "Defence Minister Ada Brook" heads the "Defence Ministry".
    fn ministry_called(&self, owner: MemberId, description: &Description) -> Option<String> {
        if description.lemma != "ministry" || !description.modifiers.is_empty() {
            return None;
        }
        self.members[self.current(owner)].roles.iter().find_map(|role| {
            let title = role.role.span.cut(self.tree.text);
            let before = title.get(..title.to_lowercase().find("minister")?)?.trim();
            let before =
                before.strip_prefix("the ").or_else(|| before.strip_prefix("The ")).unwrap_or(before);
            let plain = !before.is_empty() && before.chars().all(|c| c.is_alphabetic() || c == ' ');
            let above = ["prime", "deputy", "first", "junior", "former"];
            let head = !before.split(' ').any(|w| above.contains(&w.to_lowercase().as_str()));
            (plain && head && !role.role.former).then(|| format!("{before} Ministry"))
        })
    }

    /// The ministry that somebody heads, where the report names it elsewhere.
    fn ministry_of_minister(&self, description: &Description) -> Option<(MemberId, Vec<Span>)> {
        let called = self.ministry_called(description.owner?, description)?;
        let words: BTreeSet<String> = called.split(' ').map(description::normal).collect();
        let id = (0..self.members.len()).find(|&m| {
            self.members[m].name.iter().any(|n| {
                let name: BTreeSet<String> = n.words.iter().map(|w| description::normal(w)).collect();
                name.iter().filter(|w| *w != "of").eq(words.iter())
            })
        })?;
        let id = self.current(id);
        Some((id, self.members[id].mentions.keys().take(1).copied().collect()))
    }

    /// The body that a role's words name by a pronoun or a description ("its chief of staff", "the agency's director").
    fn body_of(&mut self, role: Span) -> Option<String> {
        let tokens = self.tree.document.tokens_in(role);
        let before = tokens.start.checked_sub(1).filter(|&b| self.is_possessive(b));
        let owner = match before {
            Some(pronoun) => match self.body_as_subject(pronoun) {
                Some(body) => self.find(body)?,
                None => self.pronoun(pronoun)?,
            },
            None => {
                let mark = tokens.clone().find(|&t| matches!(self.tree.form(t), "'s" | "’s"))?;
                let body = mark.checked_sub(1).filter(|&b| tokens.contains(&b) && self.is_body_noun(b))?;
                let before = tokens.start.checked_sub(1).filter(|&b| self.tree.form(b) == "the");
                let linked =
                    (tokens.start..body).any(|t| self.tree.token(t).is_some_and(|x| x.upos == Upos::Adp));
                self.find(self.tree.span(before.unwrap_or(tokens.start)..mark).filter(|_| !linked)?)?
            }
        };
        let owner = &self.members[self.current(owner)];
        (owner.kind != SpeakerKind::Person).then(|| owner.label.clone())
    }

    fn is_body_noun(&self, token: u32) -> bool {
        lexicon::role_noun(self.tree.lemma(token)).is_some_and(|r| r.class == RoleClass::Body)
    }

    /// The body that is the subject of the clause before "its" in one sentence.
    fn body_as_subject(&self, pronoun: u32) -> Option<Span> {
        let mut from = self.tree.sentence(pronoun)?.tokens.start;
        // At the start of a sentence it refers to the previous one.
        if from == pronoun {
            from = self.tree.sentence(from.checked_sub(1)?)?.tokens.start;
        }
        let subject = (from..pronoun).find(|&t| base(self.tree.relation(t)) == "nsubj")?;
        let reach = self.tree.subtree(subject);
        let body = self.is_body_noun(subject) && reach.end <= pronoun;
        self.tree.span(reach.start..(subject + 1).max(reach.start)).filter(|_| body)
    }

    /// The person last named before "the 44-year-old", "the father of two" or "the lawmaker", as the subject of a nearby
    /// sentence, if the report has given no role for that person.
    fn new_to_the_role(
        &self,
        tokens: &Range<u32>,
        description: &Description,
    ) -> Option<(MemberId, Vec<Span>)> {
        let span = self.tree.document.span_of(tokens.clone())?;
        let private = is_private(span.cut(self.tree.text));
        let role = description.class() == Some(RoleClass::Person) && description.modifiers.is_empty();
        if !private && (description.plural || !role) {
            return None;
        }
        let here = self.tree.sentence_at(span.start);
        let mut met: Option<((usize, bool, usize), MemberId)> = None;
        for (&offset, &id) in self.mentioned.range(..span.start).rev().take(MEMORY) {
            let id = self.current(id);
            let sentence = self.tree.sentence_at(offset);
            if here.saturating_sub(sentence) > 2 {
                break;
            }
            // "Ade fell, the lawmaker said": the lawmaker is speaking about somebody else.
            if !private && sentence == here {
                continue;
            }
            let member = &self.members[id];
            let fits = member.kind == SpeakerKind::Person
                && member.name.is_some()
                && (private || member.roles.is_empty() && member.descriptions.is_empty());
            let rank = (sentence, self.is_subject_at(offset), offset);
            if fits && met.is_none_or(|(known, _)| rank > known) {
                met = Some((rank, id));
            }
        }
        let ((_, subject, offset), id) = met?;
        let evidence = self.members[id].mention_at(offset);
        (subject || private).then(|| (id, evidence.into_iter().collect()))
    }

    /// The member with a name that the phrase itself gives: "the agency, KNOWN AS the HUR".
    fn alias(&mut self, tokens: &Range<u32>) -> Option<MemberId> {
        let sentence = self.tree.sentence(tokens.start)?;
        let limit = sentence.tokens.end.min(tokens.end + 3);
        let known = (tokens.start..limit).find(|&t| {
            matches!(self.tree.form(t).to_lowercase().as_str(), "known" | "called" | "named" | "dubbed")
        })?;
        let until = sentence.tokens.end.min(known + 6);
        let first = (known + 1..until)
            .take_while(|&t| self.tree.form(t) != ",")
            .find(|&t| self.tree.form(t).chars().next().is_some_and(char::is_uppercase))?;
        if let Some(&id) = self.bearer.get(&first) {
            return Some(self.current(id));
        }
        let end = (first..until)
            .find(|&t| self.tree.token(t).is_none_or(|x| x.upos != Upos::Propn))
            .unwrap_or(until);
        let mut name = name::name(self.tree, first..end.max(first + 1), None)?;
        name.kind = SpeakerKind::Organization;
        self.admit(name).map(|id| self.current(id))
    }

    /// The latest earlier mention that a description matches, with the words that show it.
    fn earlier(&self, span: Span, description: &Description) -> Option<(MemberId, Vec<Span>)> {
        let mut seen = BTreeSet::new();
        for (&offset, &id) in self.mentioned.range(..span.start).rev().take(MEMORY) {
            let id = self.current(id);
            if seen.insert(id)
                && let Some(evidence) = self.fits(description, id)
            {
                let mention = self.members[id].mention_at(offset);
                let mut spans: Vec<Span> = mention.into_iter().chain(evidence).collect();
                spans.dedup();
                return Some((id, spans));
            }
        }
        None
    }

    /// The only named body anywhere in the report that matches a description with a country or a subject: descriptions may
    /// precede the name.
    fn elsewhere(&self, span: Span, description: &Description) -> Option<(MemberId, Vec<Span>)> {
        if description.modifiers.is_empty() && description.country.is_none() {
            return None;
        }
        let mut found: Option<(MemberId, Vec<Span>)> = None;
        for (&offset, &id) in self.mentioned.range(span.end..).take(MEMORY * 4) {
            let id = self.current(id);
            if found.as_ref().is_some_and(|f| f.0 == id) {
                continue;
            }
            if self.members[id].name.is_some()
                && let Some(evidence) = self.fits(description, id)
            {
                if found.is_some() {
                    return None;
                }
                let mention = self.members[id].mention_at(offset);
                found = Some((id, mention.into_iter().chain(evidence).collect()));
            }
        }
        found
    }

    /// Whether a description can refer to a member; returns the words that show it, if other than a mention.
    fn fits(&self, description: &Description, id: MemberId) -> Option<Vec<Span>> {
        let member = &self.members[id];
        // "Her office" is the office of her referent, not another body.
        if let Some(owner) = description.owner {
            let same = |d: &Description| d.owner.map(|o| self.current(o)) == Some(self.current(owner));
            return member.descriptions.iter().any(|d| same(d) && description.fits(d)).then(Vec::new);
        }
        if member.descriptions.iter().any(|d| description.fits(d)) {
            return Some(Vec::new());
        }
        let role = description.role?;
        match (role.class, member.kind) {
            (RoleClass::Person, SpeakerKind::Person) if !description.plural => member
                .roles
                .iter()
                .find(|r| {
                    let narrows = description.modifiers.iter().all(|m| r.words.contains(m));
                    let countries = description.country.is_none()
                        || r.country.is_none()
                        || description.country == r.country;
                    r.kins.contains(&role.kin) && narrows && countries
                })
                .map(|r| vec![r.role.span]),
            (
                RoleClass::Body | RoleClass::Outlet,
                SpeakerKind::Organization | SpeakerKind::Outlet | SpeakerKind::Unknown,
            ) => {
                let names: Vec<&Name> = member.name.iter().chain(&member.other_names).collect();
                let fits = names.iter().any(|name| {
                    let last = name.words.last().and_then(|w| lexicon::role_noun(w));
                    let any =
                        name.words.iter().any(|w| lexicon::role_noun(w).is_some_and(|r| r.kin == role.kin));
                    let kin = last.map_or(any, |r| r.kin == role.kin || (r.class == RoleClass::Body && any));
                    let narrows = description
                        .modifiers
                        .iter()
                        .all(|m| name.words.iter().any(|w| description::normal(w) == *m));
                    let countries = description.country.is_none()
                        || name.country.is_none()
                        || description.country == name.country;
                    let own_word = name.words.iter().any(|w| description::normal(w) == description.lemma);
                    (kin || own_word) && narrows && countries
                });
                fits.then(Vec::new)
            }
            _ => None,
        }
    }

    /// Adds links that need all speakers to be known: "The lawmaker, Ana Diaz," names the lawmaker above.
    pub(crate) fn settle(&mut self) {
        self.name_the_first();
        for id in 0..self.members.len() {
            if self.members[id].merged_into.is_some() || self.members[id].name.is_none() {
                continue;
            }
            let presented: Vec<Range<u32>> =
                self.members[id].roles.iter().filter_map(|r| r.presents.clone()).collect();
            for tokens in presented {
                let Some(comma) = tokens.clone().rev().find(|&t| self.tree.form(t) == ",") else { continue };
                let Some(span) = self.tree.document.span_of(tokens.clone()) else { continue };
                let head = self.tree.document.span_of(tokens.start..comma).and_then(|s| self.tree.head_of(s));
                let head = head.and_then(|h| self.noun_head(&(tokens.start..comma), h));
                let description =
                    head.and_then(|h| description::description(self.tree, tokens.start..comma, h));
                let Some(description) = description else { continue };
                let met = self
                    .mentioned
                    .range(..span.start)
                    .rev()
                    .take(MEMORY)
                    .map(|(_, &m)| self.current(m))
                    .find(|&m| {
                        self.members[m].name.is_none()
                            && self.members[m].descriptions.iter().any(|d| description.fits(d))
                    });
                if let Some(met) = met {
                    self.merge(met, id, span);
                }
            }
        }
    }

    /// Finds the name of a speaker left unnamed in the first paragraph ("A lawmaker said ...") at the start of the next: a person
    /// with a clause that says who that is, and without a role of another kind.
    fn name_the_first(&mut self) {
        let Some(first) = (0..self.members.len()).find(|&m| {
            let member = &self.members[m];
            let lone = member.descriptions.len() == 1
                && member.descriptions.iter().all(|d| !d.definite && !d.plural);
            member.speaks
                && member.name.is_none()
                && member.kind == SpeakerKind::Person
                && member.merged_into.is_none()
                && lone
        }) else {
            return;
        };
        let (Some(mention), Some(role)) = (
            self.members[first].mentions.keys().next().copied(),
            self.members[first].descriptions.first().and_then(|d| d.role),
        ) else {
            return;
        };
        let next = self.tree.paragraph_at(mention.start) + 1;
        let Some(start) = self.tree.document.paragraphs.get(next).map(|p| p.start) else { return };
        let Some(id) = self.mentioned.get(&start).map(|&id| self.current(id)) else { return };
        let named = &self.members[id];
        let kin = named.roles.is_empty() || named.roles.iter().any(|r| r.kins.contains(&role.kin));
        let Some(span) = named.mention_at(start) else { return };
        let after = self.tree.document.tokens_in(span).end;
        let presented = matches!(self.tree.form(after), "of" | "from")
            || self.tree.form(after) == "," && matches!(self.tree.form(after + 1), "who" | "whose")
            || named.roles.iter().any(|r| r.kins.contains(&role.kin));
        let earlier = named.mentions.keys().any(|m| m.start > self.headline_end() && m.start < mention.start);
        if named.kind == SpeakerKind::Person && named.name.is_some() && kin && presented && !earlier {
            self.merge(first, id, span);
        }
    }

    /// The end of the first paragraph.
    fn headline_end(&self) -> usize {
        self.tree.document.paragraphs.first().map_or(0, |p| p.end)
    }

    /// Records that an unnamed speaker turns out to be a named one.
    pub(crate) fn reveal(&mut self, unnamed: MemberId, named: MemberId, evidence: Vec<Span>) {
        let (unnamed, named) = (self.current(unnamed), self.current(named));
        if unnamed != named && self.members[unnamed].same_as.is_none() {
            self.members[unnamed].same_as = Some((named, evidence));
        }
    }

    /// The name of a member, or its description if it has none.
    pub(crate) fn label(&self, id: MemberId) -> &str {
        &self.members[self.current(id)].label
    }

    /// The first name in the report that matches the outlet's own.
    pub(crate) fn masthead(&self, fits: impl Fn(&str) -> bool) -> Option<&str> {
        self.members.iter().map(|m| m.label.as_str()).find(|label| fits(label))
    }

    /// The kind of speaker that a member is.
    pub(crate) fn kind(&self, id: MemberId) -> SpeakerKind {
        self.members[self.current(id)].kind
    }

    /// True for a member that is described but not named.
    pub(crate) fn is_anonymous(&self, id: MemberId) -> bool {
        self.members[self.current(id)].name.is_none()
    }

    /// The member itself after merging.
    pub(crate) fn settled(&self, id: MemberId) -> MemberId {
        self.current(id)
    }

    /// The member whose name a span covers, if it covers one; does not make it a speaker.
    pub(crate) fn bearer_in(&self, span: Span) -> Option<MemberId> {
        let tokens = self.tree.document.tokens_in(span);
        let (_, &id) = self.bearer.range(tokens).next()?;
        Some(self.current(id))
    }

    /// The order of the speakers: those who speak or are revealed, by first mention.
    fn order(&self) -> Vec<MemberId> {
        let speaking = (0..self.members.len())
            .filter(|&id| self.members[id].listed && self.members[id].merged_into.is_none());
        let revealed = self
            .members
            .iter()
            .filter(|m| m.listed)
            .filter_map(|m| m.same_as.as_ref())
            .map(|(n, _)| self.current(*n));
        let mut order: Vec<MemberId> = speaking.chain(revealed).collect();
        let first = |id: &MemberId| self.members[*id].mentions.keys().next().map_or(usize::MAX, |m| m.start);
        order.sort_by_key(|id| (first(id), *id));
        order.dedup();
        order
    }

    /// The id that each member has among the speakers.
    pub(crate) fn ids(&self) -> BTreeMap<MemberId, SpeakerId> {
        let places: BTreeMap<MemberId, SpeakerId> =
            self.order().into_iter().enumerate().map(|(i, id)| (id, SpeakerId::from(i))).collect();
        (0..self.members.len()).filter_map(|id| Some((id, *places.get(&self.current(id))?))).collect()
    }

    /// The speakers of the report in order of their first mention.
    pub(crate) fn finish(self) -> Vec<Speaker> {
        let ids = self.ids();
        self.order()
            .into_iter()
            .filter_map(|id| {
                let member = &self.members[id];
                let mentions = member.mentions.values().cloned().collect();
                let mut roles: Vec<_> = member.roles.iter().map(|r| r.role.clone()).collect();
                roles.sort_by_key(|r| r.span);
                roles.dedup_by(|a, b| a.title == b.title && a.body == b.body);
                let (same_as, same_as_evidence) = match &member.same_as {
                    Some((named, evidence)) => (ids.get(named).copied(), evidence.clone()),
                    None => (None, Vec::new()),
                };
                Some(Speaker {
                    id: *ids.get(&id)?,
                    name: member.label.clone(),
                    kind: member.kind,
                    anonymous: member.name.is_none(),
                    roles,
                    mentions,
                    same_as,
                    same_as_evidence,
                })
            })
            .collect()
    }
}

/// True for words about somebody's age or family rather than a role: "the 44-year-old", "the mother of three".
fn is_private(phrase: &str) -> bool {
    let phrase = phrase.to_lowercase();
    phrase.contains("-year-old")
        || phrase
            .split(|c: char| !c.is_alphabetic())
            .any(|w| matches!(lexicon::kinship(w), Some(Kinship::Parent | Kinship::Private)))
}

/// First letters of a name's words, and of the letters of an abbreviation's.
fn letters(name: &Name) -> BTreeSet<char> {
    name.words.iter().filter_map(|w| w.chars().next()).collect()
}

fn kind_of(description: &Description) -> SpeakerKind {
    match description.class() {
        Some(RoleClass::Person | RoleClass::Group) if description.plural => SpeakerKind::Group,
        Some(RoleClass::Person) => SpeakerKind::Person,
        Some(RoleClass::Group) => SpeakerKind::Group,
        Some(RoleClass::Body) if description.plural => SpeakerKind::Group,
        Some(RoleClass::Body) => SpeakerKind::Organization,
        Some(RoleClass::Outlet) => SpeakerKind::Outlet,
        Some(RoleClass::Document) => SpeakerKind::Document,
        None if description.plural => SpeakerKind::Group,
        None => SpeakerKind::Unknown,
    }
}

#[cfg(test)]
mod tests;
