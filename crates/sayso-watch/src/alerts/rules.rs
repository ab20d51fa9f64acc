//! Rules and channels, from one TOML file.

use std::{collections::BTreeSet, path::PathBuf};

use lettre::message::Mailbox;
use sayso_ingest::address::is_web;
use sayso_model::Category;
use serde::Deserialize;

use crate::pace::seconds;

/// What is wrong with a rules file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RulesError {
    /// It is not TOML, or has unknown fields.
    #[error("the rules cannot be read: {0}")]
    Toml(String),
    /// A channel over which nothing can be sent.
    #[error("channel '{channel}': {reason}")]
    Channel {
        /// Its name.
        channel: String,
        /// What is wrong.
        reason: String,
    },
    /// A rule with missing or excess fields.
    #[error("rule '{rule}': {reason}")]
    Rule {
        /// Its name.
        rule: String,
        /// What is wrong.
        reason: String,
    },
}

/// Rules and the channels that alerts are sent through.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rules {
    /// Rules.
    #[serde(default, rename = "rule")]
    pub rules: Vec<Rule>,
    /// Channels.
    #[serde(default, rename = "channel", alias = "way")]
    pub ways: Vec<Way>,
}

/// When to raise an alert.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// Its name.
    pub name: String,
    /// What it is about.
    pub on: On,
    /// Only stories with this word or these words in a headline.
    #[serde(default)]
    pub words: Option<String>,
    /// Only this story.
    #[serde(default)]
    pub story: Option<i64>,
    /// Only figures of this category.
    #[serde(default)]
    pub category: Option<String>,
    /// For figures: when one reaches this value.
    #[serde(default)]
    pub passes: Option<f64>,
    /// For figures: when one changes by this many percent.
    #[serde(default)]
    pub moves_percent: Option<f64>,
    /// For speakers: who.
    #[serde(default)]
    pub speaker: Option<String>,
    /// For growth: how many outlets.
    #[serde(default)]
    pub outlets: Option<usize>,
    /// For growth: within how many days.
    #[serde(default)]
    pub days: Option<i64>,
    /// For silence: for how long ("12h").
    #[serde(default)]
    pub after: Option<String>,
    /// Only this source.
    #[serde(default)]
    pub source: Option<String>,
    /// Names of channels; all if absent.
    #[serde(default)]
    pub to: Option<Vec<String>>,
}

/// What a rule is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum On {
    /// A figure passes a value or changes.
    Figure,
    /// A new independent origin gives a figure.
    Origin,
    /// A conflict opens or closes.
    Conflict,
    /// An outlet corrects itself or another.
    Correction,
    /// Somebody denies a figure, or disowns it.
    Denial,
    /// An article was changed without a note.
    SilentEdit,
    /// Somebody speaks.
    Speaker,
    /// Somebody who was asked for comment has spoken.
    Answer,
    /// The day has passed by which something was expected.
    Deadline,
    /// Many outlets report within a short time.
    Growth,
    /// A source has had nothing new for long.
    Silence,
}

/// A channel.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, tag = "kind", rename_all = "snake_case")]
pub enum Way {
    /// Lines on standard output.
    Terminal {
        /// Its name.
        name: String,
    },
    /// A file with one JSON object per line.
    Jsonl {
        /// Its name.
        name: String,
        /// The file.
        path: PathBuf,
    },
    /// An Atom feed file.
    Atom {
        /// Its name.
        name: String,
        /// The file.
        path: PathBuf,
        /// Title of the feed.
        #[serde(default)]
        title: Option<String>,
    },
    /// A POST with a signed body.
    Webhook {
        /// Its name.
        name: String,
        /// The address.
        url: String,
        /// Environment variable with the signing secret.
        #[serde(default)]
        secret_env: Option<String>,
        /// File with the signing secret.
        #[serde(default)]
        secret_file: Option<PathBuf>,
    },
    /// A mail.
    Smtp {
        /// Its name.
        name: String,
        /// Host, or host and port.
        server: String,
        /// Sender.
        from: String,
        /// Recipients.
        to: Vec<String>,
        /// How the connection is encrypted.
        #[serde(default)]
        tls: Tls,
        /// User.
        #[serde(default)]
        user: Option<String>,
        /// Environment variable with the password.
        #[serde(default)]
        password_env: Option<String>,
    },
}

/// How a connection to a mail server is encrypted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Tls {
    /// From the start.
    #[default]
    Tls,
    /// By STARTTLS, which the server must offer.
    Starttls,
    /// Not at all: for a server on this machine.
    None,
}

impl Way {
    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::Terminal { name }
            | Self::Jsonl { name, .. }
            | Self::Atom { name, .. }
            | Self::Webhook { name, .. }
            | Self::Smtp { name, .. } => name,
        }
    }

    /// Why nothing can be sent over it, as far as its fields show.
    fn fault(&self) -> Option<String> {
        let mailbox = |written: &String| {
            let fault = written.parse::<Mailbox>().err()?;
            Some(format!("'{written}' is not a mail address: {fault}"))
        };
        match self {
            Self::Terminal { .. } => None,
            Self::Jsonl { path, .. } | Self::Atom { path, .. } => {
                path.as_os_str().is_empty().then(|| "`path` is empty".to_owned())
            }
            Self::Webhook { url, .. } => {
                (!is_web(url)).then(|| format!("'{url}' is not an http or https address"))
            }
            Self::Smtp { server, from, to, user, password_env, .. } => {
                let (host, port) =
                    server.rsplit_once(':').map_or((server.as_str(), None), |(h, p)| (h, Some(p)));
                if host.trim().is_empty() || port.is_some_and(|port| port.parse::<u16>().is_err()) {
                    return Some(format!("`server = \"{server}\"` is not a host, or a host and a port"));
                }
                if to.is_empty() {
                    return Some("`to` names nobody".to_owned());
                }
                if user.is_some() && password_env.is_none() {
                    return Some("a `user` needs `password_env`".to_owned());
                }
                mailbox(from).or_else(|| to.iter().find_map(mailbox))
            }
        }
    }
}

impl Rules {
    /// Parses rules.
    ///
    /// # Errors
    /// [`RulesError`], which says what is wrong with which rule.
    pub fn read(text: &str) -> Result<Self, RulesError> {
        let rules: Self = toml::from_str(text).map_err(|e| RulesError::Toml(e.to_string()))?;
        let mut names = BTreeSet::new();
        let ways: BTreeSet<&str> = rules.ways.iter().map(Way::name).collect();
        if ways.len() < rules.ways.len() {
            return Err(RulesError::Toml("two channels have the same name".to_owned()));
        }
        for way in &rules.ways {
            if let Some(reason) = way.fault() {
                return Err(RulesError::Channel { channel: way.name().to_owned(), reason });
            }
        }
        for rule in &rules.rules {
            let wrong = |reason: String| Err(RulesError::Rule { rule: rule.name.clone(), reason });
            if !names.insert(rule.name.as_str()) {
                return wrong("two rules have this name".to_owned());
            }
            if rule.to.as_ref().is_some_and(Vec::is_empty) {
                return wrong("`to` names no channel; leave it out for every channel".to_owned());
            }
            let texts = [
                ("words", &rule.words),
                ("speaker", &rule.speaker),
                ("category", &rule.category),
                ("source", &rule.source),
            ];
            if let Some((field, _)) = texts
                .iter()
                .find(|(_, text)| text.as_ref().is_some_and(|t| !t.contains(char::is_alphanumeric)))
            {
                return wrong(format!(
                    "`{field}` has no letter or digit, so that nothing matches; leave it out"
                ));
            }
            if rule.outlets == Some(0) || rule.days.is_some_and(|days| days < 1) {
                return wrong("`outlets` and `days` must be at least 1".to_owned());
            }
            if let Some(missing) = rule.to.iter().flatten().find(|to| !ways.contains(to.as_str())) {
                return wrong(format!("there is no channel '{missing}'"));
            }
            let needs = match rule.on {
                On::Figure if rule.passes.is_none() && rule.moves_percent.is_none() => {
                    Some("a figure needs `passes = 100` or `moves_percent = 20`")
                }
                On::Speaker if rule.speaker.is_none() => Some("say who with `speaker = \"NAME\"`"),
                On::Growth if rule.outlets.is_none() => Some("say how many with `outlets = 5`"),
                On::Silence if rule.after.is_none() => Some("say how long with `after = \"12h\"`"),
                _ => None,
            };
            if let Some(needs) = needs {
                return wrong(needs.to_owned());
            }
            // A field that this kind of rule ignores would seem to narrow it.
            let is_of_claims =
                matches!(rule.on, On::Figure | On::Origin | On::Conflict | On::Denial | On::SilentEdit);
            let given = [
                ("category", rule.category.is_some(), is_of_claims),
                ("passes", rule.passes.is_some(), rule.on == On::Figure),
                ("moves_percent", rule.moves_percent.is_some(), rule.on == On::Figure),
                ("speaker", rule.speaker.is_some(), rule.on == On::Speaker),
                ("outlets", rule.outlets.is_some(), rule.on == On::Growth),
                ("days", rule.days.is_some(), rule.on == On::Growth),
                ("after", rule.after.is_some(), rule.on == On::Silence),
                ("source", rule.source.is_some(), rule.on == On::Silence),
                ("words", rule.words.is_some(), rule.on != On::Silence),
                ("story", rule.story.is_some(), rule.on != On::Silence),
            ];
            if let Some((field, ..)) = given.iter().find(|(_, given, taken)| *given && !taken) {
                return wrong(format!("`{field}` has no effect in a rule of this kind"));
            }
            if rule.moves_percent.is_some_and(|p| p.is_nan() || p <= 0.0)
                || rule.passes.is_some_and(f64::is_nan)
            {
                return wrong("its number cannot be compared with".to_owned());
            }
            if let Some(reason) = rule.after.as_deref().and_then(|after| seconds(after).err()) {
                return wrong(reason);
            }
        }
        Ok(rules)
    }

    /// Possible mistakes: categories that no figure is read with. Reviewers may still assign them.
    #[must_use]
    pub fn doubts(&self) -> Vec<String> {
        let unknown = |rule: &&Rule| {
            let wanted = rule.category.as_deref();
            wanted.is_some_and(|wanted| Category::KNOWN.iter().all(|(known, _)| *known != wanted))
        };
        let known: Vec<&str> = Category::KNOWN.iter().map(|(name, _)| *name).collect();
        let doubt = |rule: &Rule| {
            format!(
                "rule '{}': no figure is read with the category '{}'; there are {}",
                rule.name,
                rule.category.as_deref().unwrap_or_default(),
                known.join(", ")
            )
        };
        self.rules.iter().filter(unknown).map(doubt).collect()
    }

    /// The channels of a rule.
    #[must_use]
    pub fn ways_of(&self, rule: &Rule) -> Vec<String> {
        match &rule.to {
            Some(to) => to.clone(),
            None => self.ways.iter().map(|way| way.name().to_owned()).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{On, Rules, RulesError};

    #[test]
    fn rules_say_what_is_wrong_with_them() {
        let read = |text: &str| Rules::read(text);
        let rules = read(
            "[[rule]]\nname = \"toll\"\non = \"figure\"\ncategory = \"killed\"\npasses = 100\nto = [\"hook\"]\n\
             [[rule]]\nname = \"edits\"\non = \"silent_edit\"\n\
             [[channel]]\nkind = \"webhook\"\nname = \"hook\"\nurl = \"https://a.test/\"\nsecret_env = \"S\"\n",
        )
        .unwrap();
        assert_eq!(
            (rules.rules[0].on, rules.ways_of(&rules.rules[1])),
            (On::Figure, vec!["hook".to_owned()])
        );
        let doubts = |category: &str| {
            read(&format!("[[rule]]\nname = \"a\"\non = \"origin\"\ncategory = \"{category}\""))
                .unwrap()
                .doubts()
        };
        assert!(doubts("injured").is_empty() && doubts("kiled")[0].contains("'kiled'; there are killed, "));
        for (wrong, says) in [
            ("[[rule]]\nname = \"a\"\non = \"figure\"", "passes"),
            ("[[rule]]\nname = \"a\"\non = \"speaker\"", "speaker"),
            ("[[rule]]\nname = \"a\"\non = \"conflict\"\nto = [\"x\"]", "no channel 'x'"),
            ("[[rule]]\nname = \"a\"\non = \"silence\"\nafter = \"soon\"", "not a duration"),
            ("[[rule]]\nname = \"a\"\non = \"figure\"\npasses = nan", "cannot be compared"),
            ("[[rule]]\nname = \"a\"\non = \"growth\"\noutlets = 0", "at least 1"),
            ("[[rule]]\nname = \"a\"\non = \"growth\"\noutlets = 2\ndays = 0", "at least 1"),
            ("[[rule]]\nname = \"a\"\non = \"speaker\"\nspeaker = \" \"", "`speaker` has no letter"),
            ("[[rule]]\nname = \"a\"\non = \"origin\"\nwords = \"-\"", "`words` has no letter"),
            ("[[rule]]\nname = \"a\"\non = \"origin\"\nto = []", "names no channel"),
            (
                "[[rule]]\nname = \"a\"\non = \"speaker\"\nspeaker = \"Holm\"\npasses = 3",
                "`passes` has no effect",
            ),
            (
                "[[rule]]\nname = \"a\"\non = \"correction\"\ncategory = \"killed\"",
                "`category` has no effect",
            ),
        ] {
            let error = read(wrong).unwrap_err();
            assert!(matches!(&error, RulesError::Rule { .. }) && error.to_string().contains(says), "{error}");
        }
        let mail = |server: &str, from: &str, to: &str| {
            format!(
                "[[channel]]\nkind = \"smtp\"\nname = \"m\"\nserver = \"{server}\"\nfrom = \"{from}\"\nto = {to}\n"
            )
        };
        assert!(read(&mail("localhost:25", "Desk <a@b.test>", "[\"c@d.test\"]")).is_ok());
        for (wrong, says) in [
            (mail("", "a@b.test", "[\"c@d.test\"]"), "not a host"),
            (mail("localhost:x", "a@b.test", "[\"c@d.test\"]"), "not a host"),
            (mail("localhost", "nonsense", "[\"c@d.test\"]"), "'nonsense' is not a mail address"),
            (mail("localhost", "a@b.test", "[\"nobody\"]"), "'nobody' is not a mail address"),
            (mail("localhost", "a@b.test", "[]"), "names nobody"),
            ("[[channel]]\nkind = \"webhook\"\nname = \"h\"\nurl = \"desk\"".to_owned(), "not an http"),
        ] {
            let error = read(&wrong).unwrap_err();
            assert!(
                matches!(&error, RulesError::Channel { .. }) && error.to_string().contains(says),
                "{error}"
            );
        }
        for wrong in [
            "[[rule]]\nname = 3",
            "[[rule]]\nname = \"a\"\non = \"moon\"",
            "x = 1",
            "[[way]]\nkind = \"pigeon\"",
        ] {
            assert!(matches!(read(wrong), Err(RulesError::Toml(_))), "{wrong}");
        }
    }
}
