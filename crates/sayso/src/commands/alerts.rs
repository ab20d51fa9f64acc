//! `sayso alerts`: applies rules to what has come in, or to the past, and delivers the alerts they raise.

use std::{fs, path::PathBuf, process::ExitCode, time::Duration};

use sayso_ingest::fetch::{self, Fetcher};
use sayso_ledger::Ledger;
use sayso_model::Date;
use sayso_watch::{
    Clock,
    alerts::{self, Rules},
};
use serde_json::Value;

use crate::{
    failure::Failure,
    ledger::{LedgerArgs, day},
    output,
};

/// Raise alerts by rules: apply them to what has come in, or try them on the past.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Rules and delivery channels are in one TOML file (docs/alerts.md). Each alert is raised once.
`sayso watch --alerts FILE` does the same continuously."
)]
pub(crate) struct Args {
    #[command(flatten)]
    ledger: LedgerArgs,
    /// The file with the rules
    #[arg(long, value_name = "FILE", required_unless_present_any = ["list", "dead"])]
    rules: Option<PathBuf>,
    /// Try the rules on past days: print what they would have raised; keep and send nothing
    #[arg(long, value_name = "DAY..DAY", value_parser = days, conflicts_with_all = ["list", "dead", "retry"])]
    replay: Option<(Date, Date)>,
    /// Print the alerts that were raised, newest first
    #[arg(long, conflicts_with = "dead")]
    list: bool,
    /// Print those that could not be delivered and will not be tried again
    #[arg(long)]
    dead: bool,
    /// Try those again
    #[arg(long, requires = "rules")]
    retry: bool,
    /// Print one JSON object per line
    #[arg(long)]
    json: bool,
}

fn days(written: &str) -> Result<(Date, Date), String> {
    let (from, to) = written.split_once("..").unwrap_or((written, written));
    let (from, to) = (day(from)?, day(to)?);
    if from > to { Err(format!("'{written}' ends before it begins")) } else { Ok((from, to)) }
}

/// Applies, replays or lists.
pub(crate) fn run(args: &Args) -> Result<ExitCode, Failure> {
    let mut ledger = args.ledger.open()?;
    if args.list {
        for alert in ledger.alerts(1000)? {
            show(&alert.body, args.json)?;
        }
        return Ok(ExitCode::SUCCESS);
    }
    if args.dead {
        for delivery in ledger.deliveries_dead()? {
            if args.json {
                output::json_line(&serde_json::to_value(&delivery)?)?;
                continue;
            }
            let problem = delivery.problem.unwrap_or_default();
            let line =
                format!("{} on {}: {problem} ({} tries)", delivery.alert.key, delivery.way, delivery.tries);
            output::text(&format!("{}\n", output::printable(&line)))?;
        }
        return Ok(ExitCode::SUCCESS);
    }
    let Some(path) = &args.rules else { return Ok(ExitCode::SUCCESS) };
    let rules = rules(path)?;
    if let Some((from, to)) = args.replay {
        let mut closed = None;
        alerts::replay(&mut ledger, &rules, from, to, &mut |day, alert| {
            let printed = serde_json::to_value(&alert).map_err(Failure::from).and_then(|mut value| {
                if args.json {
                    value["day"] = day.to_string().into();
                    output::json_line(&value)
                } else {
                    output::text(&output::printable_lines(&format!("{day}  {}", alerts::text(&value))))
                }
            });
            closed = closed.take().or(printed.err());
        })?;
        return closed.map_or(Ok(ExitCode::SUCCESS), Err);
    }
    let now = Clock::default().now();
    if args.retry {
        let batch = ledger.batch()?;
        batch.revive_deliveries(now)?;
        batch.commit()?;
    }
    let sender = Sender::new(rules, args.json)?;
    let failed = sender.tell(&mut ledger, now)?;
    Ok(if failed > 0 { ExitCode::from(3) } else { ExitCode::SUCCESS })
}

/// Reads a rules file.
pub(crate) fn rules(path: &std::path::Path) -> Result<Rules, Failure> {
    let input = path.display().to_string();
    let text = fs::read_to_string(path).map_err(|source| Failure::Open { input: input.clone(), source })?;
    let rules = Rules::read(&text).map_err(|e| Failure::Other(format!("{input}: {e}")))?;
    for doubt in rules.doubts() {
        output::complain(&format!("{input}: {doubt}"));
    }
    Ok(rules)
}

/// Rules, with what is needed to deliver their alerts.
pub(crate) struct Sender {
    rules: Rules,
    fetcher: Fetcher,
    json: bool,
}

impl Sender {
    /// Whatever the rules name may be on a private network.
    pub(crate) fn new(rules: Rules, json: bool) -> Result<Self, Failure> {
        let to =
            fetch::Rules { allow_private: true, timeout: Duration::from_secs(20), ..fetch::Rules::default() };
        let fetcher = Fetcher::new(to).map_err(|e| Failure::Other(e.to_string()))?;
        Ok(Self { rules, fetcher, json })
    }

    /// Raises and delivers alerts; returns how many could not be delivered yet.
    pub(crate) fn tell(&self, ledger: &mut Ledger, now: i64) -> Result<u64, Failure> {
        self.raise(ledger, now)?;
        self.send(ledger, now)
    }

    /// Raises alerts.
    pub(crate) fn raise(&self, ledger: &mut Ledger, now: i64) -> Result<(), Failure> {
        let raised = alerts::raise(ledger, &self.rules, now)?;
        if raised.begun {
            output::complain(
                "the rules take effect from now on; `sayso alerts --replay DAY..DAY` tries them on the past",
            );
        }
        Ok(())
    }

    /// Delivers what is due; returns how many could not be delivered yet.
    pub(crate) fn send(&self, ledger: &mut Ledger, now: i64) -> Result<u64, Failure> {
        let sent = alerts::send(ledger, &self.rules, &self.fetcher, now, &mut |body| {
            show(body, self.json).map_err(|e| e.to_string())
        });
        let sent = sent.map_err(|e| Failure::Other(e.to_string()))?;
        if sent.waiting + sent.dead > 0 {
            output::complain(&format!(
                "{} alerts could not be delivered and will be tried again, {} were given up (`sayso alerts --dead`)",
                sent.waiting, sent.dead
            ));
        }
        for (way, problem) in &sent.problems {
            output::complain(&format!("  channel {way}: {problem}"));
        }
        Ok(sent.waiting + sent.dead)
    }
}

fn show(body: &str, json: bool) -> Result<(), Failure> {
    let value: Value = serde_json::from_str(body)?;
    if json {
        output::json_line(&value)
    } else {
        output::text(&output::printable_lines(&alerts::text(&value)))
    }
}
