//! `sayso reference`: the pages of the documentation that are made from the program, so that they say what it does.

use std::{fmt::Write, process::ExitCode};

use clap::{Arg, Command, ValueEnum};
use sayso_export::{Profile, rows, source_columns, table::Column};
use sayso_ledger::export::What;
use sayso_model::Category;
use serde_json::Value;

use crate::{config::KEYS, failure::Failure, output};

/// Print a reference page of the documentation as Markdown.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The page
    #[arg(value_enum)]
    page: Page,
}

/// Pages that are made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Page {
    /// Every command with its arguments and options
    Commands,
    /// Every column of every table
    Columns,
    /// Every category of figures
    Categories,
    /// Every setting
    Config,
    /// Every operation of the JSON API
    Api,
}

/// Prints the page.
pub(crate) fn run(args: &Args, command: &Command) -> Result<ExitCode, Failure> {
    let page = match args.page {
        Page::Commands => commands(command),
        Page::Columns => columns(),
        Page::Categories => categories(),
        Page::Config => config(),
        Page::Api => api(),
    };
    output::text(&format!("<!-- Made by `sayso reference`; do not edit. -->\n\n{}\n", page.trim_end()))?;
    Ok(ExitCode::SUCCESS)
}

fn commands(command: &Command) -> String {
    let mut page = "# Commands\n".to_owned();
    for sub in command.get_subcommands().filter(|sub| !sub.is_hide_set()) {
        let about = sub.get_long_about().or(sub.get_about()).map(ToString::to_string).unwrap_or_default();
        let _ = write!(page, "\n## `sayso {}`\n\n{about}\n", sub.get_name());
        let arguments: Vec<&Arg> = sub.get_arguments().filter(|arg| !arg.is_hide_set()).collect();
        if !arguments.is_empty() {
            page.push_str("\n| argument or option | what it says |\n|---|---|\n");
        }
        for arg in arguments {
            let _ = writeln!(page, "| {} | {} |", name(arg), cell(&help(arg)));
        }
        if let Some(after) = sub.get_after_help() {
            let _ = write!(page, "\n```text\n{}\n```\n", after.to_string().trim_end());
        }
    }
    page
}

/// As it is typed.
fn name(arg: &Arg) -> String {
    let values: Vec<&str> = arg.get_value_names().into_iter().flatten().map(AsRef::as_ref).collect();
    let values = if arg.get_action().takes_values() { values.join(" ") } else { String::new() };
    let option = match (arg.get_short(), arg.get_long()) {
        (Some(short), Some(long)) => format!("-{short}, --{long}"),
        (None, Some(long)) => format!("--{long}"),
        (Some(short), None) => format!("-{short}"),
        (None, None) => String::new(),
    };
    format!("`{}`", format!("{option} {values}").trim())
}

/// What it says, its choices, its variable and what holds without it.
fn help(arg: &Arg) -> String {
    let mut help = arg.get_help().map(ToString::to_string).unwrap_or_default();
    let choices: Vec<String> = arg
        .get_possible_values()
        .iter()
        .filter(|choice| !choice.is_hide_set() && arg.get_action().takes_values())
        .map(|choice| match choice.get_help() {
            Some(about) => format!("`{}`: {about}", choice.get_name()),
            None => format!("`{}`", choice.get_name()),
        })
        .collect();
    if !choices.is_empty() {
        let _ = write!(help, ". {}", choices.join("; "));
    }
    if let Some(variable) = arg.get_env() {
        let _ = write!(help, " (`{}`)", variable.to_string_lossy());
    }
    let default: Vec<String> =
        arg.get_default_values().iter().map(|v| format!("`{}`", v.to_string_lossy())).collect();
    if !default.is_empty() && arg.get_action().takes_values() {
        let _ = write!(help, " [default: {}]", default.join(", "));
    }
    help
}

fn cell(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ").replace('|', "\\|").replace('<', "&lt;")
}

fn columns() -> String {
    let mut page = "# Columns\n".to_owned();
    let mut table = |title: &str, about: &str, columns: &[Column]| {
        let _ =
            write!(page, "\n## {title}\n\n{about}\n\n| column | holds | what it means |\n|---|---|---|\n");
        for column in columns {
            let _ =
                writeln!(page, "| `{}` | {} | {} |", column.name, column.kind.as_str(), cell(column.about));
        }
    };
    for (what, about) in [
        (What::Reports, "`sayso export --what reports`: a row for each report."),
        (What::Statements, "`sayso export --what statements`: a row for each statement."),
        (What::Figures, "`sayso export --what figures`: a row for each figure."),
    ] {
        table(rows::name(what), about, &rows::columns(what));
    }
    for (profile, about) in [
        (Profile::Ucdp, "`sayso export --format ucdp`: a row for each event candidate."),
        (Profile::Acled, "`sayso export --format acled`: a row for each event candidate."),
        (Profile::EveryCasualty, "`sayso export --format ibc`: a row for each incident."),
    ] {
        table(profile.name(), about, profile.columns());
    }
    table(
        "sources",
        "Beside each of these three: a row for each report's value of each count.",
        source_columns(),
    );
    page
}

fn categories() -> String {
    let mut page = "# Categories of figures\n\nWhat a figure counts. The words that lead to a category are in `data/figure_categories.tsv`.\n\n| category | what it counts |\n|---|---|\n".to_owned();
    for (category, about) in Category::KNOWN {
        let _ = writeln!(page, "| `{category}` | {about} |");
    }
    page
}

/// The operations of the JSON API, from its own description.
fn api() -> String {
    let document = sayso_server::openapi();
    let mut page = "# JSON API\n\nWhat `sayso serve` answers, from the description that it gives at `/api/v1/openapi.json`, where the \
         schemas of all answers are. Lists come in pages: `next` of one is `after` of the next. What is refused is answered with \
         `{\"error\": ...}` and the status 4xx. How it is reached and by whom: `docs/serve.md`.\n"
        .to_owned();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    for (path, operations) in document["paths"].as_object().into_iter().flatten() {
        for (method, operation) in operations.as_object().into_iter().flatten() {
            let _ =
                write!(page, "\n## `{} {path}`\n\n{}.\n", method.to_uppercase(), text(&operation["summary"]));
            let parameters = operation["parameters"].as_array().map_or(&[][..], Vec::as_slice);
            if !parameters.is_empty() {
                page.push_str("\n| parameter | in | what it says |\n|---|---|---|\n");
            }
            for parameter in parameters {
                let meaning = cell(&text(&parameter["description"]));
                let _ = writeln!(
                    page,
                    "| `{}` | {} | {meaning} |",
                    text(&parameter["name"]),
                    text(&parameter["in"])
                );
            }
            let sent = operation.pointer("/requestBody/content/application~1json/schema");
            let sent =
                sent.map(|schema| schema["$ref"].as_str().map_or(schema, |to| resolved(&document, to)));
            let Some(fields) = sent.and_then(|schema| schema["properties"].as_object()) else { continue };
            page.push_str("\n| field of the body | what it says |\n|---|---|\n");
            for (field, schema) in fields {
                let _ = writeln!(page, "| `{field}` | {} |", cell(&text(&schema["description"])));
            }
        }
    }
    page
}

/// What a reference within a document leads to.
fn resolved<'d>(document: &'d Value, reference: &str) -> &'d Value {
    document.pointer(reference.trim_start_matches('#')).unwrap_or(&Value::Null)
}

fn config() -> String {
    let mut page = "# Settings\n\n`sayso config` shows which hold. Of the file, the environment and options the later goes before. The file is `sayso/config.toml` in the XDG configuration folder, or the one that `SAYSO_CONFIG` names.\n\n| key in the file | variable | option | what it sets | without it |\n|---|---|---|---|---|\n".to_owned();
    for key in KEYS {
        let _ = writeln!(
            page,
            "| `{}` | `{}` | `--{}` | {} | {} |",
            key.name, key.variable, key.flag, key.about, key.default
        );
    }
    page
}
