//! `sayso completions` and `sayso man`: shell completions and manual pages, generated from the command line itself.

use std::{
    io::{self, Write},
    path::{Path, PathBuf},
    process::ExitCode,
};

use clap::Command;
use clap_complete::Shell;
use clap_mangen::{
    Man,
    roff::{Roff, roman},
};

use crate::{failure::Failure, output};

/// Print shell completions.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  sayso completions bash > ~/.local/share/bash-completion/completions/sayso
  sayso completions zsh > ~/.zfunc/_sayso
  sayso completions fish > ~/.config/fish/completions/sayso.fish")]
pub(crate) struct CompletionsArgs {
    /// The shell
    #[arg(value_enum)]
    shell: Shell,
}

/// Write manual pages: `sayso.1` and one per command.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:
  sayso man ~/.local/share/man/man1 && man sayso-export")]
pub(crate) struct ManArgs {
    /// Folder to write to, created if needed; if left out, the page of sayso itself goes to stdout
    #[arg(value_name = "FOLDER")]
    folder: Option<PathBuf>,
}

/// Prints completions.
pub(crate) fn completions(args: &CompletionsArgs, mut command: Command) -> Result<ExitCode, Failure> {
    let mut out = Vec::new();
    clap_complete::generate(args.shell, &mut command, "sayso", &mut out);
    io::stdout().lock().write_all(&out)?;
    Ok(ExitCode::SUCCESS)
}

/// Writes manual pages.
pub(crate) fn man(args: &ManArgs, command: Command) -> Result<ExitCode, Failure> {
    let Some(folder) = &args.folder else {
        io::stdout().lock().write_all(&page(command)?)?;
        return Ok(ExitCode::SUCCESS);
    };
    let failed = |path: &Path, source| Failure::Write { path: path.to_owned(), source };
    output::refuse(folder, &[])?;
    std::fs::create_dir_all(folder).map_err(|e| failed(folder, e))?;
    let write = |name: String, command: Command| {
        let path = folder.join(format!("{name}.1"));
        std::fs::write(&path, page(command)?).map_err(|e| failed(&path, e))
    };
    for sub in command.get_subcommands().filter(|sub| !sub.is_hide_set()) {
        let name = sub.get_name().to_owned();
        let page = sub.clone().bin_name(format!("sayso {name}")).display_name(format!("sayso-{name}"));
        write(format!("sayso-{name}"), page)?;
    }
    write("sayso".to_owned(), command)?;
    Ok(ExitCode::SUCCESS)
}

/// A page: what clap generates for a command, with its examples and notes line by line as in `--help`.
fn page(command: Command) -> io::Result<Vec<u8>> {
    let told = command
        .get_after_long_help()
        .or(command.get_after_help())
        .map(ToString::to_string)
        .unwrap_or_default();
    let name = command.get_bin_name().unwrap_or(command.get_name()).replace(' ', "-");
    let has_subcommands = command.get_subcommands().any(|sub| !sub.is_hide_set());
    let man = Man::new(command.disable_help_subcommand(true)).title(name);
    let mut out = Vec::new();
    man.render_title(&mut out)?;
    man.render_name_section(&mut out)?;
    man.render_synopsis_section(&mut out)?;
    man.render_description_section(&mut out)?;
    man.render_options_section(&mut out)?;
    if has_subcommands {
        man.render_subcommands_section(&mut out)?;
    }
    let mut roff = Roff::new();
    for (heading, lines) in sections(&told) {
        roff.control("SH", [heading]).control("nf", []);
        for line in lines {
            roff.text([roman(line)]);
        }
        roff.control("fi", []);
    }
    roff.to_writer(&mut out)?;
    Ok(out)
}

/// The paragraphs of a text under headings: those that begin with "Examples:" or "Exit codes:" under those, the others
/// under "NOTES".
fn sections(told: &str) -> Vec<(&'static str, Vec<&str>)> {
    let mut found: Vec<(&str, Vec<&str>)> = Vec::new();
    for line in told.lines() {
        let heading = match line.trim_end() {
            "Examples:" | "Example:" => Some("EXAMPLES"),
            "Exit codes:" => Some("EXIT STATUS"),
            _ => None,
        };
        match (heading, found.last_mut()) {
            (Some(heading), _) => found.push((heading, Vec::new())),
            (None, Some((_, lines))) => lines.push(line),
            (None, None) => found.push(("NOTES", vec![line])),
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::page;
    use crate::{Cli, examples};

    #[test]
    fn a_manual_page_has_the_command_as_it_is_typed_and_its_examples_line_by_line() {
        let command = examples::add(Cli::command());
        let export = command.get_subcommands().find(|sub| sub.get_name() == "export").unwrap().clone();
        let text = String::from_utf8(page(export.bin_name("sayso export")).unwrap()).unwrap();
        assert!(text.contains("\\fBsayso export\\fR"), "{text}");
        assert!(text.contains(".SH EXAMPLES\n.nf\n"), "{text}");
        assert!(text.contains("\n  sayso export \\-\\-format ninjs > items.jsonl\n"), "{text}");
        let whole = String::from_utf8(page(command).unwrap()).unwrap();
        assert!(whole.contains(".SH \"EXIT STATUS\"\n.nf\n") && !whole.contains("sayso\\-help"), "{whole}");
    }
}
