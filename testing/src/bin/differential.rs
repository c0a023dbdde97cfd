//! Compares the evaluator with the real engines on rules and resources made by chance.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use clap::Parser;
use policyc_testing::conformance::Unasked;
use policyc_testing::differential::{
    Against, Batch, Case, Finding, Judged, judge, must_be_there, policy, shrink, write_regression,
};

/// Compare the evaluator with the real engines on rules and resources made by chance.
#[derive(Debug, Parser)]
struct Args {
    /// What the rules and resources are made from; the same seed makes the same ones.
    #[arg(long, default_value_t = 1)]
    seed: u64,

    /// The first batch.
    #[arg(long, default_value_t = 0, value_name = "N")]
    batch: u64,

    /// Most batches; no bound when not given.
    #[arg(long, value_name = "N")]
    batches: Option<u64>,

    /// Rules in a batch.
    #[arg(long, default_value_t = 25)]
    rules: usize,

    /// Resources in a batch.
    #[arg(long, default_value_t = 120)]
    resources: usize,

    /// Who is asked.
    #[arg(long, value_delimiter = ',', value_name = "WHOM", value_parser = against,
          default_value = "reference,kyverno,kyverno-cel,checkov")]
    against: Vec<Against>,

    /// Make resources that an API server mostly admits, for `vap`.
    #[arg(long)]
    valid: bool,

    /// Start no batch after this many minutes.
    #[arg(long, value_name = "M")]
    minutes: Option<u64>,

    /// Make so many disagreements smaller.
    #[arg(long, default_value_t = 5, value_name = "N")]
    shrink: usize,

    /// Write what was made smaller to this folder, as cases of `testing/regressions`.
    #[arg(long, value_name = "FOLDER")]
    keep: Option<PathBuf>,

    /// Write the numbers to this file, as JSON.
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
}

fn main() -> ExitCode {
    match run(&Args::parse()) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(problem) => {
            eprintln!("error: {problem}");
            ExitCode::from(2)
        }
    }
}

fn against(name: &str) -> Result<Against, String> {
    Against::named(name).ok_or_else(|| "neither `reference` nor a target".to_owned())
}

fn run(args: &Args) -> Result<bool, String> {
    let started = Instant::now();
    let limit = args
        .minutes
        .map(|minutes| Duration::from_secs(minutes * 60));
    let mut sums: BTreeMap<&str, Judged> = BTreeMap::new();
    let mut missing = Vec::new();
    let mut small = 0;
    let mut number = args.batch;
    let last = args.batches.map(|count| args.batch + count);
    while last.is_none_or(|last| number < last)
        && limit.is_none_or(|limit| started.elapsed() < limit)
    {
        let make = if args.valid { Batch::valid } else { Batch::new };
        let batch = make(args.seed, number, args.rules, args.resources);
        let name = format!("seed {} batch {number}", args.seed);
        let mut question = match batch.question(&name) {
            Ok(question) => question,
            Err(malformed) => {
                return Err(format!(
                    "{name}: a rule does not compile\n{}\n{}",
                    malformed.source, malformed.said
                ));
            }
        };
        for &against in &args.against {
            if missing.contains(&against) {
                continue;
            }
            let judged = match judge(&batch, &mut question, against) {
                Ok(judged) => judged,
                Err(Unasked::Missing(absent)) if !must_be_there() => {
                    println!("LEFT OUT: {absent}");
                    missing.push(against);
                    continue;
                }
                Err(problem) => return Err(format!("{name}: {}: {problem}", against.as_str())),
            };
            let mut shown = None;
            for finding in &judged.findings {
                // Of one rule one difference is shown, and made smaller.
                if shown.replace(finding.rule) != Some(finding.rule) {
                    show(&name, &batch, finding);
                    small += usize::from(small < args.shrink);
                    if small <= args.shrink && args.shrink > 0 {
                        make_smaller(args, number, &batch, finding)?;
                    }
                }
            }
            sums.entry(against.as_str()).or_default().add(judged);
        }
        number += 1;
    }
    let mut good = true;
    for (target, sum) in &sums {
        good &= sum.findings.is_empty();
        let pairs = &sum.pairs;
        println!(
            "{target}: {} batches: {} rules, {} refused: {} agree ({} with a verdict), {} disagree, not compared: {} invalid, {} suppressed, {} not seen, {} unasked",
            number - args.batch,
            pairs.rules,
            pairs.unportable,
            pairs.agree,
            pairs.decided,
            pairs.disagree,
            pairs.invalid,
            pairs.suppressed,
            pairs.unseen,
            pairs.unasked
        );
        for (form, count) in &sum.forms {
            println!("  {form}: {count} pairs with a verdict");
        }
        let refused: Vec<String> = sum
            .refused
            .iter()
            .map(|(construct, count)| format!("{construct} {count}"))
            .collect();
        println!("  refused: {}", refused.join(", "));
    }
    if let Some(path) = &args.json {
        let text = serde_json::to_string_pretty(&sums).map_err(|error| error.to_string())?;
        std::fs::write(path, text + "\n").map_err(|error| error.to_string())?;
    }
    Ok(good)
}

fn show(name: &str, batch: &Batch, finding: &Finding) {
    println!(
        "DISAGREE {name} rule {} resource {:?}: evaluator {}, {} {}",
        finding.rule,
        finding.resource,
        finding.expected,
        finding.against.as_str(),
        finding.found
    );
    if !batch.given.is_empty() {
        println!("given {:?}", batch.given);
    }
    if let Some(rule) = batch.rules.get(finding.rule) {
        print!("{}", policy("p", rule));
    }
    if let Some(resource) = finding.resource.and_then(|at| batch.resources.get(at)) {
        println!("{resource}");
    }
}

/// Shows the least rule and resource that make the same difference, and keeps them.
fn make_smaller(args: &Args, number: u64, batch: &Batch, finding: &Finding) -> Result<(), String> {
    let (Some(rule), Some(resource)) = (
        batch.rules.get(finding.rule),
        batch.resources.get(finding.resource.unwrap_or_default()),
    ) else {
        return Ok(());
    };
    let case = Case {
        rule: rule.clone(),
        resource: resource.clone(),
        given: batch.given.clone(),
        finding: finding.clone(),
    };
    let case = shrink(case, finding.against);
    println!(
        "SMALLER: evaluator {}, {} {}",
        case.finding.expected,
        finding.against.as_str(),
        case.finding.found
    );
    print!("{}", policy("p", &case.rule));
    println!("{}", case.resource);
    if let Some(folder) = &args.keep {
        let name = format!(
            "{}-{}-{number}-{}",
            finding.against.as_str(),
            args.seed,
            finding.rule
        );
        write_regression(&case, &name, folder).map_err(|error| error.to_string())?;
    }
    Ok(())
}
