//! Examples that `--help` shows for commands without examples of their own; a test parses every one of them.

use clap::Command;

/// A command with its examples.
const EXAMPLES: &[(&str, &str)] = &[
    ("read", "  sayso read report.txt --published 2025-06-12\n  sayso read report.txt --table figures"),
    ("add", "  sayso add reports feed.xml archive.warc.gz\n  sayso add https://example.org/news.xml"),
    ("watch", "  sayso watch feeds.opml --every 10m\n  sayso watch feeds.opml --once --archive kept"),
    (
        "sources",
        "  sayso sources\n  sayso sources --format opml\n  sayso sources --events --since 2025-06-01",
    ),
    ("verify", "  sayso verify --archive kept"),
    ("alerts", "  sayso alerts --rules alerts.toml --replay 2025-06-01..2025-06-30\n  sayso alerts --list"),
    ("reports", "  sayso reports --since 2025-06-01 --outlet valley-news\n  sayso reports --story 1 --json"),
    ("who", "  sayso who \"Civil Defence Agency\"\n  sayso who NIS --json"),
    (
        "figures",
        "  sayso figures --category killed --since 2025-06-01\n  sayso figures --story 1 --category killed --chart",
    ),
    ("search", "  sayso search flood dam\n  sayso search '\"spy agency\" dron*' --limit 5"),
    ("show", "  sayso show 12\n  sayso show 12 --changes"),
    ("stories", "  sayso stories --least 3\n  sayso stories --limit 50 --json"),
    ("story", "  sayso story 1\n  sayso story 1 --as-of 2025-06-13\n  sayso story 1 --explain 1:f0 2:f1"),
    ("chain", "  sayso chain 1:f1"),
    (
        "brief",
        "  sayso brief 1\n  sayso brief 1 --format md --as-of 2025-06-13\n  sayso brief 1 --model http://localhost:11434/v1#llama3.2",
    ),
    ("digest", "  sayso digest --since 2025-06-12 --format text"),
    ("agreement", "  sayso agreement ida per"),
    ("mcp", "  sayso mcp\n  sayso mcp --ledger desk.db"),
    ("reread", "  sayso reread\n  sayso reread --all"),
    ("doctor", "  sayso doctor"),
    ("backup", "  sayso backup ledger-2025.db"),
    ("restore", "  sayso restore ledger-2025.db"),
    ("repair", "  sayso repair"),
    ("vacuum", "  sayso vacuum\n  sayso vacuum --ledger desk.db"),
    ("eval", "  sayso eval figures stories/kursk\n  sayso eval attribution polnear/test.jsonl --json"),
    ("schema", "  sayso schema\n  sayso schema story"),
    ("config", "  sayso config"),
];

/// The command line with its examples.
pub(crate) fn add(command: Command) -> Command {
    command.mut_subcommands(|sub| {
        let Some((_, examples)) = EXAMPLES.iter().find(|(name, _)| *name == sub.get_name()) else {
            return sub;
        };
        let told = sub.get_after_help().map(ToString::to_string).unwrap_or_default();
        if told.contains("Example") {
            return sub;
        }
        let gap = if told.is_empty() { "" } else { "\n\n" };
        sub.after_help(format!("{}{gap}Examples:\n{examples}", told.trim_end()))
    })
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::add;
    use crate::Cli;

    /// The words of a line as a shell splits them; what follows two spaces is an explanation.
    fn words(line: &str) -> Vec<String> {
        let (mut words, mut word, mut quote) = (Vec::new(), String::new(), None);
        for letter in line.split("  ").next().unwrap_or("").chars() {
            match (letter, quote) {
                ('"' | '\'', None) => quote = Some(letter),
                (_, Some(open)) if letter == open => quote = None,
                (' ', None) => words.push(std::mem::take(&mut word)),
                _ => word.push(letter),
            }
        }
        words.push(word);
        words
    }

    #[test]
    fn every_command_has_examples_and_they_parse() {
        let command = add(Cli::command());
        for sub in command.get_subcommands().filter(|sub| !sub.is_hide_set()) {
            let name = sub.get_name();
            let help = sub.clone().render_long_help().to_string();
            assert!(help.contains("Example"), "`sayso {name} --help` has no example");
            let of = |line: &&str| line.starts_with(&format!("sayso {name}"));
            for line in help
                .lines()
                .map(str::trim)
                .filter(of)
                .filter(|line| !line.contains(['|', '\\', '>', '<', '&', '$']))
            {
                let parsed = command.clone().try_get_matches_from(words(line));
                assert!(
                    parsed.is_ok(),
                    "`{line}`: {}",
                    parsed.err().map(|e| e.to_string()).unwrap_or_default()
                );
            }
        }
    }
}
