//! `sayso propose`: asks the user's own language model for entries that the reader missed, and settles its proposals.

use std::{env, fs, path::PathBuf, process::ExitCode, time::Duration};

use sayso_desk::Request;
use sayso_ingest::fetch::{Fetcher, Rules};
use sayso_ledger::{DecisionKind, EntryKind, Ledger, Proposal, ProposalState, View};
use sayso_propose::{Checked, Endpoint, Refusal, ask, check, check_owner};
use serde_json::{Value, json};

use crate::{config, failure::Failure, interrupt, ledger::LedgerArgs, output};

/// Ask your own language model for missed figures and for owners that were left open; list, accept or reject what it
/// proposed.
///
/// A proposal is kept only if the report supports it word for word; all others are refused, counted and shown. What is
/// kept is marked "model NAME", stays separate, and waits for a person.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  sayso propose 12 13 --model http://localhost:11434/v1#llama3.2
  sayso propose                                     what was proposed, and the outcome
  sayso propose --accept 4 --by ida
  sayso propose --reject 5 --by ida --note 'a year, no count'")]
pub(crate) struct Args {
    /// Reports to ask about; without --model, reports whose proposals to list
    #[arg(value_name = "REPORT")]
    reports: Vec<String>,
    /// The model, behind an OpenAI-compatible API (Ollama, llama.cpp, vLLM, hosted ones)
    #[arg(long, value_name = "URL#NAME", value_parser = Endpoint::parse, requires = "reports")]
    model: Option<Endpoint>,
    #[command(flatten)]
    access: Access,
    /// Accept supported proposals at once if the model says it is at least this sure (0 to 1)
    #[arg(long, value_name = "SHARE", value_parser = share, requires = "model")]
    accept_above: Option<f64>,
    /// Accept proposals
    #[arg(long, value_name = "NUMBER", num_args = 1.., conflicts_with_all = ["model", "reject"])]
    accept: Vec<i64>,
    /// Reject proposals
    #[arg(long, value_name = "NUMBER", num_args = 1.., conflicts_with = "model")]
    reject: Vec<i64>,
    /// The reason
    #[arg(long, value_name = "TEXT")]
    note: Option<String>,
    /// Who decides (default: your user name)
    #[arg(long, value_name = "NAME", env = "SAYSO_BY")]
    by: Option<String>,
    #[command(flatten)]
    ledger: LedgerArgs,
    /// Print one JSON object per line
    #[arg(long)]
    json: bool,
}

fn share(written: &str) -> Result<f64, String> {
    let share = written.parse().ok().filter(|share| (0.0..=1.0).contains(share));
    share.ok_or_else(|| format!("'{written}' is not a number from 0 to 1"))
}

/// How to reach a model.
#[derive(Debug, clap::Args)]
pub(crate) struct Access {
    /// Environment variable with the API key
    #[arg(long, value_name = "NAME", conflicts_with = "key_file")]
    key_env: Option<String>,
    /// File with the API key
    #[arg(long, value_name = "FILE")]
    key_file: Option<PathBuf>,
    /// Time limit for one answer, in seconds
    #[arg(long, value_name = "SECONDS", default_value_t = 120.0)]
    timeout: f64,
}

impl Access {
    /// The model with its key, and the client that asks it.
    pub(crate) fn to(&self, endpoint: &Endpoint) -> Result<(Endpoint, Fetcher), Failure> {
        let key = match (&self.key_env, &self.key_file) {
            (Some(name), _) => Some(
                env::var(name)
                    .map_err(|_| Failure::Other(format!("the variable {name} with the key is not set")))?,
            ),
            (None, Some(path)) => {
                let input = path.display().to_string();
                let key = fs::read_to_string(path).map_err(|source| Failure::Open { input, source })?;
                Some(key.trim().to_owned())
            }
            (None, None) => None,
        };
        let timeout = Duration::try_from_secs_f64(self.timeout)
            .map_err(|_| Failure::Usage(format!("--timeout {} is not a number of seconds", self.timeout)))?;
        // The user has named the model's server, which is usually this machine.
        let rules = Rules { allow_private: true, timeout, ..Rules::default() };
        // A model may take minutes to answer, or ask to be asked again later; what it has answered before is in the ledger.
        interrupt::at_once();
        let fetcher = Fetcher::new(rules).map_err(|e| Failure::Other(e.to_string()))?;
        Ok((Endpoint { key, ..endpoint.clone() }, fetcher))
    }
}

/// Asks, settles or lists.
pub(crate) fn run(args: &Args) -> Result<ExitCode, Failure> {
    let mut ledger = args.ledger.open()?;
    if let Some(endpoint) = &args.model {
        return propose(&mut ledger, args, endpoint);
    }
    for id in &args.accept {
        let proposal = waiting(&ledger, *id)?;
        accept(&mut ledger, &proposal, &args.by.clone().unwrap_or_else(config::user), args.note.as_deref())?;
    }
    for id in &args.reject {
        waiting(&ledger, *id)?;
        ledger.settle_proposal(*id, ProposalState::Rejected, None, args.note.as_deref())?;
    }
    if args.accept.is_empty() && args.reject.is_empty() {
        list(&ledger, args)?;
    }
    Ok(ExitCode::SUCCESS)
}

fn propose(ledger: &mut Ledger, args: &Args, endpoint: &Endpoint) -> Result<ExitCode, Failure> {
    let (endpoint, fetcher) = args.access.to(endpoint)?;
    let mut failed = 0;
    for meant in &args.reports {
        let id = ledger.find(meant)?;
        let Some(reading) = ledger.reading(id)? else {
            output::complain(&format!("report {id} has not been read; `sayso reread` reads it"));
            failed += 1;
            continue;
        };
        let answer = match ask(&fetcher, &endpoint, &reading) {
            Ok(answer) => answer,
            Err(error) => {
                output::complain(&format!("report {id}: {error}"));
                failed += 1;
                continue;
            }
        };
        if answer.cut {
            output::complain(&format!(
                "report {id} is too long to be sent whole; the model has seen only its beginning"
            ));
        }
        let text = reading.report.text.as_str();
        let proposal = |checked: Result<Checked, Refusal>, quote: &str, said: Value, kind: &str| {
            let (words, value, state, reason) = match checked {
                Ok(checked) => {
                    let words = checked.span.cut(text).to_owned();
                    let confidence = said["confidence"].clone();
                    // A decision says which occurrence of the words is meant.
                    let nth =
                        text.get(..checked.span.start).unwrap_or("").matches(words.as_str()).count() + 1;
                    let fields = Value::from(checked.fields);
                    let value = json!({
                        "kind": kind, "quote": quote, "nth": nth, "start": checked.span.start, "fields": fields, "confidence": confidence
                    });
                    (words, value, ProposalState::Waiting, None)
                }
                Err(refusal) => (quote.to_owned(), said, ProposalState::Refused, Some(refusal.to_string())),
            };
            Proposal {
                id: 0,
                report: id,
                at: String::new(),
                model: endpoint.model.clone(),
                prompt: answer.prompt.clone(),
                words,
                value,
                state,
                reason,
                decision: None,
            }
        };
        let figures = answer.figures.iter().map(|figure| {
            let said = serde_json::to_value(figure).unwrap_or_default();
            proposal(check(&reading, figure), &figure.quote, said, FIGURE)
        });
        let owners = answer.owners.iter().map(|owner| {
            let said = serde_json::to_value(owner).unwrap_or_default();
            proposal(check_owner(&reading, owner), &owner.quote, said, OWNER)
        });
        let proposals: Vec<Proposal> = figures.chain(owners).collect();
        let proposed = proposals.len() + answer.malformed;
        let ids = ledger.propose(&proposals)?;
        let (mut accepted, mut refused) = (0, answer.malformed);
        for (proposal, id) in proposals.into_iter().zip(ids) {
            refused += usize::from(proposal.state == ProposalState::Refused);
            let sure = proposal.value["confidence"].as_f64().unwrap_or(0.0);
            if proposal.state == ProposalState::Waiting
                && args.accept_above.is_some_and(|least| sure >= least)
            {
                let by = format!("model {}", endpoint.model);
                // If it is known from an earlier run, the earlier decision stays.
                if let Ok(proposal) = waiting(ledger, id) {
                    accept(ledger, &proposal, &by, Some("accepted by --accept-above"))?;
                    accepted += 1;
                }
            }
        }
        if answer.malformed > 0 {
            output::complain(&format!(
                "report {id}: {} proposals were refused unread: they lack a field, or are beyond the limit of one answer",
                answer.malformed
            ));
        }
        if args.json {
            output::json_line(&json!({
                "report": id, "model": endpoint.model, "prompt": answer.prompt, "proposed": proposed, "refused": refused,
                "malformed": answer.malformed,
                "accepted": accepted, "tokens_in": answer.tokens_in, "tokens_out": answer.tokens_out,
                "seconds": answer.seconds, "cut": answer.cut
            }))?;
        } else {
            output::text(&format!(
                "report {id}: proposed {proposed}, refused {refused}, accepted {accepted}, waiting {}; {} and {} tokens, {:.1} s\n",
                proposed - refused - accepted,
                answer.tokens_in,
                answer.tokens_out,
                answer.seconds
            ))?;
        }
    }
    Ok(if failed > 0 { ExitCode::from(3) } else { ExitCode::SUCCESS })
}

/// What a proposal is about: a missed figure, or the owner of one that was read.
const FIGURE: &str = "figure";
const OWNER: &str = "owner";

fn waiting(ledger: &Ledger, id: i64) -> Result<Proposal, Failure> {
    match ledger.proposal(id)? {
        Some(proposal) if proposal.state == ProposalState::Waiting => Ok(proposal),
        Some(proposal) => Err(Failure::Other(format!(
            "proposal {id} has already been decided: it is {}",
            proposal.state.as_str()
        ))),
        None => Err(Failure::Other(format!("there is no proposal {id}; `sayso propose` lists them"))),
    }
}

/// Turns a proposal into a decision.
fn accept(ledger: &mut Ledger, proposal: &Proposal, by: &str, reason: Option<&str>) -> Result<(), Failure> {
    let said =
        format!("proposed by model {} (prompt {})", proposal.model, proposal.prompt.get(..12).unwrap_or(""));
    let note = reason.map_or_else(|| said.clone(), |note| format!("{note}; {said}"));
    let fields = Some(proposal.value["fields"].clone());
    let number = |name: &str| proposal.value[name].as_u64().and_then(|n| usize::try_from(n).ok());
    let request = if proposal.value["kind"] == OWNER {
        Request {
            by: by.to_owned(),
            kind: DecisionKind::Correct,
            entries: vec![entry_of(ledger, proposal, number("start"))?],
            value: fields,
            note: Some(note),
            added: None,
            words: None,
            nth: None,
            new_category: true,
        }
    } else {
        Request {
            by: by.to_owned(),
            kind: DecisionKind::Add,
            entries: vec![proposal.report.to_string()],
            value: fields,
            note: Some(note),
            added: Some(EntryKind::Figure),
            words: Some(proposal.words.clone()),
            nth: number("nth"),
            new_category: true,
        }
    };
    let made = sayso_desk::decide(ledger, &request, View::Common)?;
    ledger.settle_proposal(proposal.id, ProposalState::Accepted, made.first().copied(), reason)?;
    Ok(())
}

/// The name of the figure that a proposal is about, if it is still in the same place with the same words.
fn entry_of(ledger: &Ledger, proposal: &Proposal, start: Option<usize>) -> Result<String, Failure> {
    let standing = ledger.reviewed(proposal.report)?.map(|reviewed| reviewed.standing());
    let name = standing.and_then(|standing| {
        let text = standing.reading.report.text.as_str();
        let is_meant =
            |f: &sayso_model::Figure| Some(f.span.start) == start && f.span.cut(text) == proposal.words;
        let index = standing.reading.figures.iter().position(is_meant)?;
        Some(standing.name(EntryKind::Figure, index))
    });
    name.map(|name| format!("{}:{name}", proposal.report)).ok_or_else(|| {
        Failure::Other(format!(
            "report {} has been reread with a different result since proposal {} was made; ask the model again",
            proposal.report, proposal.id
        ))
    })
}

fn list(ledger: &Ledger, args: &Args) -> Result<(), Failure> {
    let mut found = Vec::new();
    if args.reports.is_empty() {
        found = ledger.proposals(None)?;
    }
    for meant in &args.reports {
        found.extend(ledger.proposals(Some(ledger.find(meant)?))?);
    }
    if args.json {
        return found.iter().try_for_each(|p| output::json_line(&serde_json::to_value(p)?));
    }
    let rows = found
        .into_iter()
        .map(|p| {
            let fields = &p.value["fields"];
            let number = |name: &str| fields[name].as_f64().map(|n| format!("{name} {n}"));
            let bounds: Vec<String> = ["low", "best", "high"].into_iter().filter_map(number).collect();
            let what = fields["category"].as_str().map(|c| format!("{c} {}", bounds.join(", ")));
            let what = what.or_else(|| (p.value["kind"] == OWNER).then(|| "its owner".to_owned()));
            vec![
                p.id.to_string(),
                p.report.to_string(),
                p.words,
                what.unwrap_or_default(),
                fields["origin"].as_str().unwrap_or("-").to_owned(),
                format!("model {}", p.model),
                p.state.as_str().to_owned(),
                p.reason.unwrap_or_default(),
            ]
        })
        .collect();
    let header = ["proposal", "report", "words", "figure", "origin", "by", "state", "why"];
    output::found(&header, rows, "nothing has been proposed")
}
