//! `policyc build`

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use clap::Args;
use policyc_compiler::backend::{
    Action, Artifact, ArtifactRule, Emission, EmitOptions, RuleCost, emit,
};
use policyc_diagnostics::{Code, Diagnostic};
use policyc_ir::{Policy, Target};
use policyc_project::{FailureAction, shown};
use serde::Serialize;

use crate::args::SelectArgs;
use crate::commands::MessageFormat;
use crate::dist;
use crate::exit::{Exit, Failure};
use crate::session::Session;
use crate::terminal::{Terminal, counted};

/// Write the files of every target into the output folder.
#[derive(Debug, Args)]
pub(crate) struct BuildArgs {
    #[command(flatten)]
    select: SelectArgs,

    /// The output folder; `output` of the project, else `dist`, when not given.
    #[arg(long, short, value_name = "FOLDER")]
    output: Option<PathBuf>,

    /// Only these targets.
    #[arg(long, value_delimiter = ',', value_name = "TARGET", value_parser = target)]
    target: Vec<Target>,

    /// Write nothing; fail when the output folder is out of date.
    #[arg(long)]
    check: bool,

    /// How the portability table is written: for people, or as JSON on standard output.
    #[arg(long, value_enum, default_value_t = MessageFormat::Human, value_name = "FORMAT")]
    format: MessageFormat,
}

/// What went where, and why not.
#[derive(Debug, Serialize)]
struct Portability {
    version: u32,
    policies: Vec<Row>,
    written: Vec<String>,
    removed: Vec<String>,
    unchanged: usize,
}

/// A policy in the portability table.
#[derive(Debug, Serialize)]
struct Row {
    policy: String,
    targets: Vec<Cell>,
}

/// A policy for one target.
#[derive(Debug, Serialize)]
struct Cell {
    target: Target,
    /// Files below the output folder; empty when the target cannot say the policy.
    files: Vec<String>,
    /// Why the target cannot say it.
    refused: Vec<Refusal>,
}

/// A construct that a target cannot say.
#[derive(Debug, Serialize)]
struct Refusal {
    rule: String,
    construct: &'static str,
    reason: String,
    file: String,
    line: usize,
    column: usize,
}

pub(crate) fn run(args: &BuildArgs, terminal: &Terminal) -> Result<Exit, Failure> {
    let mut session = Session::open(&args.select)?;
    if session.has_errors() {
        session.show(terminal);
        return Ok(Exit::Mistake);
    }
    let targets = if args.target.is_empty() {
        session.targets()
    } else {
        args.target.clone()
    };
    let mut files = BTreeMap::new();
    let rows = emit_all(&mut session, &targets, &mut files)?;
    session.show(terminal);
    if session.has_errors() {
        return Ok(Exit::Mistake);
    }
    let folder = args.output.as_deref().unwrap_or_else(|| session.output());
    let changes = if args.check {
        dist::compare(folder, &files)?
    } else {
        dist::write(folder, &files)?
    };
    let stale = args.check && !changes.is_empty();
    match args.format {
        MessageFormat::Human => {
            terminal.print(&table(&rows, &targets))?;
            let verb = if args.check { "to write" } else { "written" };
            terminal.say(&format!(
                "{}: {} {verb}, {} removed, {} unchanged\n",
                shown(folder),
                counted(changes.written.len(), "file"),
                changes.removed.len(),
                changes.unchanged
            ));
        }
        MessageFormat::Json => {
            let report = Portability {
                version: 1,
                policies: rows,
                written: changes.written,
                removed: changes.removed,
                unchanged: changes.unchanged,
            };
            let text = serde_json::to_string_pretty(&report)
                .map_err(|error| Failure::new(format!("cannot write the table: {error}")))?;
            terminal.print(&format!("{text}\n"))?;
        }
    }
    if stale {
        let message = format!("`{}` is out of date; run `policyc build`\n", shown(folder));
        terminal.say(&message);
        return Ok(Exit::Findings);
    }
    Ok(Exit::Clean)
}

/// Emits every policy for every target. A policy that names a target it cannot reach gives errors.
fn emit_all(
    session: &mut Session,
    targets: &[Target],
    files: &mut BTreeMap<String, String>,
) -> Result<Vec<Row>, Failure> {
    let mut rows = Vec::new();
    let mut problems = Vec::new();
    for policy in &session.program.policies {
        let options = EmitOptions {
            action: match session.action() {
                FailureAction::Audit => Action::Audit,
                FailureAction::Warn => Action::Warn,
                FailureAction::Enforce => Action::Enforce,
            },
            kyverno_namespace: session.kyverno_namespace().map(str::to_owned),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            source: session.shown_source(policy),
        };
        let mut cells = Vec::new();
        for &target in targets {
            if policy
                .targets
                .as_ref()
                .is_some_and(|named| !named.contains(&target))
            {
                continue;
            }
            let mut cell = Cell {
                target,
                files: Vec::new(),
                refused: Vec::new(),
            };
            match emit(policy, target, &options) {
                Emission::Files(artifacts) => {
                    for artifact in artifacts {
                        problems.extend(costly(policy, target, &artifact));
                        let path = format!("{}/{}", target.as_str(), artifact.path);
                        cell.files.push(path.clone());
                        if files.insert(path.clone(), artifact.contents).is_some() {
                            let message = format!("two policies would write `{path}`");
                            return Err(Failure::new(message).help("rename one of them"));
                        }
                    }
                }
                Emission::Refused(reasons) => {
                    for unportable in reasons {
                        let named = policy.targets.is_some();
                        if named {
                            problems.push(refused(target, &policy.name, &unportable));
                        }
                        let place = session.sources.map.locate(unportable.origin);
                        let (file, position) = place.map_or((String::new(), None), |(file, at)| {
                            (file.to_owned(), Some(at))
                        });
                        cell.refused.push(Refusal {
                            rule: unportable.rule,
                            construct: unportable.construct,
                            reason: unportable.reason,
                            file,
                            line: position.map_or(0, |at| at.line),
                            column: position.map_or(0, |at| at.column),
                        });
                    }
                }
            }
            cells.push(cell);
        }
        rows.push(Row {
            policy: policy.name.clone(),
            targets: cells,
        });
    }
    session.diagnostics.extend(problems);
    Ok(rows)
}

/// Warnings of rules that the engine may stop.
fn costly(policy: &Policy, target: Target, artifact: &Artifact) -> Vec<Diagnostic> {
    let too_much = |rule: &&ArtifactRule| rule.cost.is_some_and(RuleCost::is_too_much);
    let of_rule = |rule: &ArtifactRule| {
        let cost = rule.cost?;
        let origin = policy.rules.iter().find(|it| it.name == rule.rule)?.origin;
        let message = format!(
            "rule `{}` may be too expensive for the target `{}`",
            rule.rule,
            target.as_str()
        );
        let note = format!(
            "its dearest expression is estimated at {} units of CEL for a resource with long lists; \
             an engine stops at {}",
            cost.dearest,
            RuleCost::EXPRESSION_LIMIT
        );
        Some(
            Diagnostic::new(Code::W0602, origin, message)
                .note(note)
                .help("nest fewer loops, or test first what is true of few elements"),
        )
    };
    artifact
        .rules
        .iter()
        .filter(too_much)
        .filter_map(of_rule)
        .collect()
}

fn refused(
    target: Target,
    policy: &str,
    unportable: &policyc_compiler::backend::Unportable,
) -> Diagnostic {
    let message = format!(
        "policy `{policy}` names the target `{}`, which cannot say its rule `{}`",
        target.as_str(),
        unportable.rule
    );
    Diagnostic::new(Code::E0601, unportable.origin, message)
        .label(unportable.construct)
        .note(unportable.reason.clone())
        .help(format!(
            "leave `{}` out of `targets`, or write the rule without it",
            target.as_str()
        ))
}

/// What stands in the way of a rule about blocks of Terraform where a target judges objects only.
const TERRAFORM: &str = "Terraform";

/// The portability table for people.
fn table(rows: &[Row], targets: &[Target]) -> String {
    let width = rows
        .iter()
        .map(|row| row.policy.len())
        .max()
        .unwrap_or(0)
        .max("policy".len());
    let mut out = format!("{:width$}", "policy");
    for target in targets {
        out.push_str(&format!("  {:8}", target.as_str()));
    }
    out.push('\n');
    let mut reasons = String::new();
    let mut foreign = BTreeSet::new();
    for row in rows {
        out.push_str(&format!("{:width$}", row.policy));
        for target in targets {
            let cell = row.targets.iter().find(|cell| cell.target == *target);
            let word = match cell {
                None => "-",
                Some(cell) if cell.refused.is_empty() => "yes",
                Some(_) => "no",
            };
            let column = target.as_str().len().max(8);
            out.push_str(&format!("  {word:column$}"));
            for refusal in cell.map(|cell| cell.refused.as_slice()).unwrap_or_default() {
                // One line says it of all of them: there is one for each rule.
                if refusal.construct == TERRAFORM {
                    foreign.insert((target.as_str(), refusal.reason.as_str()));
                    continue;
                }
                reasons.push_str(&format!(
                    "{} not for {}: {} ({}, {}:{}:{})\n",
                    row.policy,
                    target.as_str(),
                    refusal.reason,
                    refusal.construct,
                    refusal.file,
                    refusal.line,
                    refusal.column
                ));
            }
        }
        out.truncate(out.trim_end().len());
        out.push('\n');
    }
    for (target, reason) in foreign {
        reasons.push_str(&format!(
            "rules about Terraform not for {target}: {reason}\n"
        ));
    }
    if !reasons.is_empty() {
        out.push('\n');
        out.push_str(&reasons);
    }
    policyc_diagnostics::printable(&out)
}

fn target(text: &str) -> Result<Target, String> {
    Target::ALL
        .iter()
        .copied()
        .find(|target| target.as_str() == text)
        .ok_or_else(|| {
            let names: Vec<&str> = Target::ALL.iter().map(|target| target.as_str()).collect();
            match names.split_last() {
                Some((last, rest)) => format!("the targets are {} and {last}", rest.join(", ")),
                None => "there are no targets".to_owned(),
            }
        })
}
