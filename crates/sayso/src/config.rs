//! Settings: from the configuration file, then the environment, then the command line. The later one wins.

use std::{collections::BTreeMap, env, fs, io, path::PathBuf};

use clap::Command;
use etcetera::BaseStrategy;

use crate::failure::Failure;

/// The variable that names another configuration file.
pub(crate) const FILE: &str = "SAYSO_CONFIG";

/// What kind of value a setting takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Takes {
    Text,
    Number,
    Whole,
}

impl Takes {
    fn holds(self, value: &str) -> bool {
        match self {
            Self::Text => true,
            Self::Number => value.parse::<f64>().is_ok_and(|number| number.is_finite() && number >= 0.0),
            Self::Whole => value.parse::<u64>().is_ok_and(|number| number > 0),
        }
    }

    fn as_str(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Number => "a number, 0 or more",
            Self::Whole => "a whole number, 1 or more",
        }
    }
}

/// A setting.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Key {
    /// Its key in the file.
    pub(crate) name: &'static str,
    /// Its environment variable.
    pub(crate) variable: &'static str,
    /// Its command-line option.
    pub(crate) flag: &'static str,
    /// What kind of value it takes.
    takes: Takes,
    /// What it sets.
    pub(crate) about: &'static str,
    /// The default, in words.
    pub(crate) default: &'static str,
}

impl Key {
    /// Checks a value, and says what is wrong with it.
    fn check(&self, value: &str) -> Result<(), String> {
        if self.takes.holds(value) {
            Ok(())
        } else {
            Err(format!("takes {}, not '{value}'", self.takes.as_str()))
        }
    }
}

/// All settings.
pub(crate) const KEYS: &[Key] = &[
    Key {
        name: "ledger",
        variable: "SAYSO_LEDGER",
        flag: "ledger",
        takes: Takes::Text,
        about: "The ledger",
        default: "sayso/ledger.db in the XDG data folder",
    },
    Key {
        name: "by",
        variable: "SAYSO_BY",
        flag: "by",
        takes: Takes::Text,
        about: "Who decides",
        default: "your user name",
    },
    Key {
        name: "delay",
        variable: "SAYSO_DELAY",
        flag: "delay",
        takes: Takes::Number,
        about: "Minimum time between two requests to the same host, in seconds",
        default: "2",
    },
    Key {
        name: "max_bytes",
        variable: "SAYSO_MAX_BYTES",
        flag: "max-bytes",
        takes: Takes::Whole,
        about: "Maximum size of a report, in bytes",
        default: "33554432",
    },
    Key {
        name: "threads",
        variable: "SAYSO_THREADS",
        flag: "threads",
        takes: Takes::Whole,
        about: "Number of reading threads",
        default: "one per core",
    },
];

/// The name of whoever runs the program: who decides, if no setting says so.
pub(crate) fn user() -> String {
    env::var("USER").ok().filter(|name| !name.is_empty()).unwrap_or_else(|| "unknown".to_owned())
}

/// The contents of the configuration file.
#[derive(Debug, Clone, Default)]
pub(crate) struct Settings {
    /// The file, if there can be one.
    pub(crate) path: Option<PathBuf>,
    /// True if it exists.
    pub(crate) found: bool,
    /// Its values by key.
    values: BTreeMap<&'static str, String>,
}

/// A setting's value, and where it comes from.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub(crate) struct Effective {
    /// The key.
    pub(crate) key: &'static str,
    /// Its value; null if nothing sets it.
    pub(crate) value: Option<String>,
    /// The option, the variable's name, `file`, or `default`.
    pub(crate) from: String,
    /// The variable that overrides the file.
    pub(crate) variable: &'static str,
    /// The option that overrides both.
    pub(crate) flag: String,
    /// The default.
    pub(crate) default: &'static str,
}

impl Settings {
    /// Reads the file: the one that `SAYSO_CONFIG` names, which must exist, otherwise `sayso/config.toml` in the XDG
    /// configuration folder, which need not.
    pub(crate) fn read() -> Result<Self, Failure> {
        let named = env::var_os(FILE).filter(|path| !path.is_empty()).map(PathBuf::from);
        let usual = || {
            let base = etcetera::choose_base_strategy().ok()?;
            Some(base.config_dir().join("sayso").join("config.toml"))
        };
        let Some(path) = named.clone().or_else(usual) else { return Ok(Self::default()) };
        let written = match fs::read_to_string(&path) {
            Ok(written) => written,
            Err(e) if e.kind() == io::ErrorKind::NotFound && named.is_none() => {
                return Ok(Self { path: Some(path), ..Self::default() });
            }
            Err(e) if e.kind() == io::ErrorKind::InvalidData => {
                return Err(Failure::Other(format!("{}: is not UTF-8 text", path.display())));
            }
            Err(source) => return Err(Failure::Open { input: path.display().to_string(), source }),
        };
        let wrong = |why: String| Failure::Other(format!("{}: {why}", path.display()));
        let line = |e: &toml::de::Error| {
            let before = e.span().and_then(|span| written.get(..span.start)).unwrap_or("");
            before.matches('\n').count() + 1
        };
        let table: toml::Table = written
            .parse()
            .map_err(|e| wrong(format!("line {} is not valid TOML: {}", line(&e), e.message())))?;
        let mut values = BTreeMap::new();
        for (name, value) in table {
            let key = KEYS.iter().find(|key| key.name == name).ok_or_else(|| {
                let known: Vec<&str> = KEYS.iter().map(|key| key.name).collect();
                wrong(format!("`{name}` is not a setting; the settings are {}", known.join(", ")))
            })?;
            let value = match value {
                toml::Value::String(text) => text,
                toml::Value::Integer(number) => number.to_string(),
                toml::Value::Float(number) => number.to_string(),
                other => {
                    return Err(wrong(format!(
                        "`{name}` takes a string or a number, not {}",
                        other.type_str()
                    )));
                }
            };
            key.check(&value).map_err(|why| wrong(format!("`{name}` {why}")))?;
            values.insert(key.name, value);
        }
        Ok(Self { path: Some(path), found: true, values })
    }

    /// The command line with the file's values as the defaults of its options, so that the environment and options
    /// override them.
    pub(crate) fn apply(&self, command: Command) -> Command {
        command.mut_subcommands(|sub| {
            sub.mut_args(|arg| {
                let key = KEYS.iter().find(|key| arg.get_long() == Some(key.flag));
                match key.and_then(|key| self.values.get(key.name)) {
                    Some(value) => arg.default_value(value.clone()),
                    None => arg,
                }
            })
        })
    }

    /// Every setting as it is with the values that options give. All are checked here, as those of options are elsewhere.
    pub(crate) fn effective(
        &self,
        option: impl Fn(&str) -> Option<String>,
    ) -> Result<Vec<Effective>, Failure> {
        let of = |key: &Key| {
            let option = option(key.name).map(|value| (value, format!("--{}", key.flag)));
            let variable = || env::var(key.variable).ok().map(|value| (value, key.variable.to_owned()));
            let file = || self.values.get(key.name).map(|value| (value.clone(), "file".to_owned()));
            let found = option.or_else(variable).or_else(file);
            let (value, from) = match found {
                Some((value, from)) => {
                    key.check(&value).map_err(|why| Failure::Other(format!("{from} {why}")))?;
                    (Some(value), from)
                }
                None => (None, "default".to_owned()),
            };
            let flag = format!("--{}", key.flag);
            Ok(Effective { key: key.name, value, from, variable: key.variable, flag, default: key.default })
        };
        KEYS.iter().map(of).collect()
    }
}
