//! What one report says about its speakers.

use std::collections::{BTreeMap, BTreeSet};

use sayso_model::{Mention, MentionForm, Reading, Span, Speaker, SpeakerKind};

use super::{
    beside::{
        also_known_as, body_noun, called_by_noun, country_before, full_name, known_by_its_noun, last_country,
        maker, maker_before, name_in_apposition, stands_after_its,
    },
    described::{described_as, descriptions, name_after_role, name_beside},
    forms::Forms,
    office::Office,
    parents,
};
use crate::{
    Entry,
    country::Countries,
    data::{fold, known_body, without_description},
    name::{Name, is_abbreviation, is_surname},
};

/// What one report says about its speakers, whatever the others say, as long as the story's countries are the same.
#[derive(Debug, Clone, Default)]
pub(crate) struct Accounts {
    /// The country that the report comes from.
    pub(super) from: Option<String>,
    /// One for each of its speakers.
    pub(super) of: Vec<Account>,
}

impl Accounts {
    pub(super) fn of(entry: &Entry<'_>, countries: &Countries) -> Self {
        let reading = entry.reading;
        let mut of: Vec<Account> =
            reading.speakers.iter().map(|speaker| Account::of(reading, speaker, countries)).collect();
        call_by_noun(&mut of, &reading.report.text);
        for (account, speaker) in of.iter_mut().zip(&reading.speakers) {
            let mut known: BTreeSet<String> = BTreeSet::new();
            account.names.retain(|name| !name.is_empty() && known.insert(name.clone()));
            account.forms = Forms::of(account, speaker, &reading.report.text);
        }
        Self { from: countries.of_dateline(entry), of }
    }
}

/// What one report says about a speaker.
#[derive(Debug, Clone)]
pub(crate) struct Account {
    /// Kind of speaker; for a document, that of its author.
    pub(super) kind: SpeakerKind,
    pub(super) name: Name,
    /// By what it is compared with others.
    pub(super) forms: Forms,
    /// Names, abbreviations and misspellings, folded, without titles and country.
    pub(super) aliases: BTreeSet<String>,
    /// What the report calls it, each name once, in the order of first use, then those next to its mentions ("known as the ...").
    pub(super) names: Vec<String>,
    /// Descriptions of a named person next to its mentions ("owner of the ferry").
    pub(super) described: Vec<Span>,
    /// What an unnamed speaker is called next to its description, folded ("aid worker" for "the witness, an aid worker who ...").
    pub(super) apposed: Vec<String>,
    /// Offices that it holds or is described by.
    pub(super) offices: Vec<Office>,
    /// Its country, with the words that show it.
    pub(super) country: Option<(String, Vec<Span>)>,
    pub(super) kinds: BTreeSet<String>,
    /// Its first mention.
    pub(super) first: Option<Span>,
    /// The body that the report says it belongs to ("the army's Northern Command").
    pub(super) owner: Option<(String, Span)>,
}

impl Account {
    fn of(reading: &Reading, speaker: &Speaker, countries: &Countries) -> Self {
        let text = reading.report.text.as_str();
        let mut kind = speaker.kind;
        let bare = speaker.name.strip_prefix("the ").unwrap_or(&speaker.name);
        // An abbreviation is a name, though it does not say whose; a country that speaks is its government.
        let short = is_abbreviation(bare) && matches!(kind, SpeakerKind::Person | SpeakerKind::Group);
        if short || known_body(bare).is_some() && kind != SpeakerKind::Outlet {
            kind = SpeakerKind::Organization;
        } else if !speaker.anonymous
            && (countries.named(bare).is_some_and(|country| fold(&country) == fold(bare))
                || !matches!(kind, SpeakerKind::Person | SpeakerKind::Outlet) && countries.is_seat(bare))
        {
            kind = SpeakerKind::Government;
        }
        // "The state-run Tidewater news agency" names the speaker.
        let described = without_description(bare).filter(|core| {
            !matches!(kind, SpeakerKind::Person | SpeakerKind::Group) && countries.named(core).is_none()
        });
        let written = described.unwrap_or(&speaker.name);
        let anonymous =
            speaker.anonymous && !is_abbreviation(bare) && described.is_none() && known_body(bare).is_none();
        let mut name = Name::of(written, kind, anonymous, countries);
        if name.key.is_none()
            && let Some(given) = speaker.mentions.iter().find_map(|m| name_in_apposition(m.span.cut(text)))
        {
            name =
                Name { kinds: name.kinds, country: name.country, ..Name::of(given, kind, false, countries) };
        }
        // What a document says is attributed to its author.
        if kind == SpeakerKind::Document
            && name.key.is_none()
            && let Some(maker) = speaker.mentions.iter().find_map(|m| maker(text, m.span.end))
        {
            kind = SpeakerKind::Person;
            name = Name::of(maker, kind, false, countries);
        }
        // "Harbour Office data", "a Harbour Office statement".
        if kind == SpeakerKind::Document
            && name.key.is_none()
            && let Some(maker) = maker_before(bare).filter(|maker| countries.named(maker).is_none())
        {
            kind = SpeakerKind::Organization;
            name = Name::of(maker, kind, false, countries);
        }
        // "Ada Brook, the chief of police, said".
        let beside = || speaker.mentions.iter().find_map(|m| name_beside(text, m.span));
        if name.key.is_none()
            && kind == SpeakerKind::Person
            && let Some(given) = beside().map(|span| span.cut(text))
        {
            name = Name::of(given, kind, false, countries);
        }
        // "Harbour clerk Mari Tamm, who saw the fire": a description that ends in a name.
        if name.key.is_none()
            && matches!(kind, SpeakerKind::Person | SpeakerKind::Unknown)
            && let Some(given) = name_after_role(&speaker.name)
        {
            kind = SpeakerKind::Person;
            name = Name::of(given, kind, false, countries);
        }
        // "Mari Tamm, the chief of police, said": whoever is described as one person is one.
        if kind == SpeakerKind::Unknown && name.key.is_some() {
            let of_person =
                |m: &Mention| m.form == MentionForm::Name && !descriptions(text, m.span, false).is_empty();
            if speaker.mentions.iter().any(of_person) {
                kind = SpeakerKind::Person;
                name = Name::of(written, kind, false, countries);
            }
        }
        // A surname alone, if the report gives the full name elsewhere.
        if name.key.as_deref().is_some_and(is_surname)
            && kind != SpeakerKind::Outlet
            && let Some(given) = name.proper.as_deref().and_then(|n| full_name(text, n, kind, countries))
        {
            kind = SpeakerKind::Person;
            name = Name::of(given, kind, false, countries);
        }
        let mut aliases: BTreeSet<String> = name.key.iter().cloned().collect();
        let mut written: Vec<String> = Vec::new();
        if kind != SpeakerKind::Person
            && let Some((described, short)) = known_by_its_noun(text, &speaker.name)
        {
            aliases.insert(fold(short));
            written.extend([described.to_owned(), short.to_owned()]);
        }
        // "The ministry in Kesh"; a seat of government that speaks is the government ("Kesh denied it").
        let seat = name.town.as_deref().or_else(|| countries.is_seat(bare).then_some(bare));
        let seated = seat.filter(|_| kind != SpeakerKind::Person).and_then(|town| countries.seated(town));
        let mut country = name.country.clone().or(seated).map(|c| (c, Vec::new()));
        let mut kinds = name.kinds.clone();
        // Most mentions of a speaker are alike.
        let mut names: Vec<(&str, Name)> = Vec::new();
        for mention in &speaker.mentions {
            let named = matches!(
                mention.form,
                MentionForm::Name | MentionForm::Abbreviation | MentionForm::Misspelling
            );
            if let Some(short) = also_known_as(text, mention.span) {
                aliases.insert(fold(short));
                written.push(short.to_owned());
            }
            let tells_no_country = kind == SpeakerKind::Person || mention.form == MentionForm::Pronoun;
            if tells_no_country && !named {
                continue;
            }
            let words = mention.span.cut(text);
            let known = names.iter().position(|(name, _)| *name == words).unwrap_or_else(|| {
                names.push((words, Name::of(words, kind, anonymous, countries)));
                names.len() - 1
            });
            let Some((_, taken)) = names.get(known) else { continue };
            if named {
                aliases.extend(taken.key.clone());
            }
            if tells_no_country {
                continue;
            }
            kinds.extend(taken.kinds.iter().cloned());
            if country.as_ref().is_none_or(|(_, marks)| marks.is_empty()) {
                let found = taken.country.clone().map(|c| (c, vec![mention.span])).or_else(|| {
                    country_before(text, mention.span.start, countries)
                        .map(|(c, span)| (c, vec![span, mention.span]))
                });
                let found = found.or_else(|| {
                    (taken.of_the_country || stands_after_its(text, mention.span.start))
                        .then(|| last_country(text, mention.span.start, countries))
                        .flatten()
                        .map(|(c, span)| (c, vec![span, mention.span]))
                });
                // A report that names the country twice supplies the evidence; one that names another country is not overruled.
                if let Some(found) = found
                    && country.as_ref().is_none_or(|(known, _)| *known == found.0)
                {
                    country = Some(found);
                }
            }
        }
        let first = speaker.mentions.first().map(|m| m.span);
        let mut described: Vec<Span> = Vec::new();
        for mention in speaker.mentions.iter().filter(|m| m.form == MentionForm::Name && name.key.is_some()) {
            described.extend(descriptions(text, mention.span, kind != SpeakerKind::Person));
        }
        if name.proper.is_some() && kind == SpeakerKind::Person {
            written.extend(name.proper.clone());
        }
        let mut apposed: Vec<String> = Vec::new();
        if name.key.is_none() && kind == SpeakerKind::Person {
            for mention in speaker.mentions.iter().filter(|m| m.form == MentionForm::Description) {
                let length = mention.span.cut(text).find(", ").unwrap_or(mention.span.len());
                let head = Span::new(mention.span.start, mention.span.start + length);
                for beside in descriptions(text, head, false).into_iter().filter(|d| d.start > head.end) {
                    written.push(beside.cut(text).to_owned());
                    apposed.push(fold(described_as(beside.cut(text))));
                }
            }
        }
        written.extend(described.iter().map(|span| span.cut(text).to_owned()));
        let told = speaker.roles.iter().filter(|r| !r.former).map(|role| {
            Office::of(&format!("{} {}", role.title, role.body.as_deref().unwrap_or("")), text, countries)
        });
        let beside = described.iter().map(|span| Office::of(span.cut(text), text, countries));
        let mut offices: Vec<Office> = told.chain(beside).collect();
        if name.key.is_none() {
            offices.insert(0, Office::of(&speaker.name, text, countries));
        }
        if kind != SpeakerKind::Person {
            described.clear();
        }
        let mentioned = speaker.mentions.iter().filter(|m| m.form != MentionForm::Pronoun);
        let mut names = vec![speaker.name.clone()];
        names.extend(mentioned.map(|m| m.span.cut(text).to_owned()));
        names.extend(written);
        let owner = parents::owner(text, speaker);
        Self {
            kind,
            name,
            forms: Forms::default(),
            aliases,
            names,
            described,
            apposed,
            offices,
            country,
            kinds,
            first,
            owner,
        }
    }

    pub(super) fn country_name(&self) -> Option<&String> {
        self.country.as_ref().map(|(country, _)| country)
    }

    pub(super) fn is_person(&self) -> bool {
        self.kind == SpeakerKind::Person
    }

    pub(super) fn named(&self) -> bool {
        self.name.key.is_some()
    }
}

/// Adds a noun as a name of the only body in the report with that noun in its name, if the report calls it so.
fn call_by_noun(accounts: &mut [Account], text: &str) {
    let mut bodies: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (n, account) in accounts.iter().enumerate().filter(|(_, a)| a.named() && !a.is_person()) {
        if let Some(noun) = account.name.proper.as_deref().and_then(body_noun) {
            bodies.entry(noun).or_default().push(n);
        }
    }
    for (noun, all) in bodies {
        let [only] = all.as_slice() else { continue };
        if let Some(account) = accounts.get_mut(*only) {
            account.names.extend(called_by_noun(text, &noun).into_iter().map(str::to_owned));
        }
    }
}
