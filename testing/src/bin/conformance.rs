//! Compares every verdict of the evaluator with the real engines.
//!
//! Every policy of the library, of the examples and of the traps is emitted for each target and
//! asked about every fixture, and the library about every object of a corpus of real manifests.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Instant;

use clap::Parser;
use policyc_diagnostics::to_text;
use policyc_ir::Target;
use policyc_project::FILE_NAME;
use policyc_testing::conformance::engine::Missing;
use policyc_testing::conformance::{
    Comparison, Known, Question, Tally, Unasked, ask, compare, of_corpus, of_plan,
};
use policyc_testing::suite::{Plan, folder};

/// Most disagreements that are shown for a target.
const MAX_SHOWN: usize = 40;

/// Compare the evaluator with the real engines.
#[derive(Debug, Parser)]
struct Args {
    /// Folders with policies and suites; the library, the examples and the traps when none is
    /// given.
    paths: Vec<PathBuf>,

    /// Only these targets.
    #[arg(long, value_delimiter = ',', value_name = "TARGET", value_parser = target)]
    target: Vec<Target>,

    /// Ask every engine about every pair: also about the real manifests those that judge CEL, and
    /// Kyverno about CEL policies and resources of other kinds. Hours.
    #[arg(long)]
    thorough: bool,

    /// Leave the corpus of real manifests out.
    #[arg(long)]
    no_corpus: bool,

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

fn run(args: &Args) -> Result<bool, String> {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let workspace = workspace
        .canonicalize()
        .map_err(|error| error.to_string())?;
    let questions = questions(args, &workspace)?;
    let mut known = Known::read(&workspace.join("testing/known-disagreements.yaml"))?;
    let mut good = true;
    let mut total = Tally::default();
    let mut rows = Vec::new();
    for &target in &targets(args) {
        let mut sum = Tally::default();
        let mut left_out = false;
        for question in questions.iter().filter(|question| question.is_for(target)) {
            let is_slow = matches!(target, Target::KyvernoCel | Target::Vap);
            if question.is_corpus && is_slow && !args.thorough {
                println!(
                    "{}: {}: left out; `--thorough` asks",
                    target.as_str(),
                    question.name
                );
                continue;
            }
            let started = Instant::now();
            let emitted = question.emit(target);
            let verdicts = question.verdicts();
            let answers = match ask(question, target, &emitted, args.thorough) {
                Ok(Some(answers)) => answers,
                Ok(None) => {
                    println!(
                        "{}: {}: cannot be asked about this request",
                        target.as_str(),
                        question.name
                    );
                    continue;
                }
                Err(Unasked::Missing(missing)) if !Missing::is_failure() => {
                    println!("LEFT OUT: {missing}");
                    left_out = true;
                    break;
                }
                Err(problem) => {
                    println!("{}: {}: {problem}", target.as_str(), question.name);
                    good = false;
                    continue;
                }
            };
            let Comparison {
                tally,
                disagreements,
            } = compare(question, target, &emitted, &verdicts, &answers);
            println!(
                "{}: {}: {} rules × {} resources: {} agree, {} disagree, {} rules unportable ({:.0?})",
                target.as_str(),
                question.name,
                tally.rules,
                question.resources.len(),
                tally.agree,
                tally.disagree,
                tally.unportable,
                started.elapsed()
            );
            for (policy, why) in answers.refused() {
                println!("  REFUSED {policy}: {why}");
                good = false;
            }
            let unheard = answers.unheard();
            for (resource, why) in unheard.iter().take(MAX_SHOWN) {
                let origin = question.resources.get(*resource);
                let origin = origin.map_or("", |(origin, _)| origin.as_str());
                println!("  NOT COMPARED {origin}: {why}");
            }
            if unheard.len() > MAX_SHOWN {
                println!("  and {} more", unheard.len() - MAX_SHOWN);
            }
            let unknown: Vec<_> = disagreements
                .iter()
                .filter(|found| !known.has(found))
                .collect();
            for found in unknown.iter().take(MAX_SHOWN) {
                println!(
                    "  DISAGREE {} on {}: evaluator {}, {} {}",
                    found.rule,
                    found.resource,
                    found.expected,
                    target.as_str(),
                    found.found
                );
            }
            if unknown.len() > MAX_SHOWN {
                println!("  and {} more", unknown.len() - MAX_SHOWN);
            }
            good &= unknown.is_empty();
            sum.add(&tally);
        }
        if !left_out {
            println!(
                "{}: {} agree ({} with a verdict), {} disagree, not compared: {} invalid, {} suppressed, {} not seen, {} not served, {} undecided, {} not asked",
                target.as_str(),
                sum.agree,
                sum.decided,
                sum.disagree,
                sum.invalid,
                sum.suppressed,
                sum.unseen,
                sum.unserved,
                sum.undecided,
                sum.unasked
            );
            rows.push((target.as_str(), sum));
            total.add(&sum);
        }
    }
    for stale in known
        .stale()
        .filter(|_| args.paths.is_empty() && args.target.is_empty())
    {
        println!(
            "STALE: {} {} {}: it agrees now",
            stale.target, stale.rule, stale.resource
        );
        good = false;
    }
    if let Some(path) = &args.json {
        let rows: std::collections::BTreeMap<_, _> = rows.into_iter().collect();
        let text = serde_json::to_string_pretty(&rows).map_err(|error| error.to_string())?;
        std::fs::write(path, text + "\n").map_err(|error| error.to_string())?;
    }
    println!(
        "conformance: {} agree, {} disagree",
        total.agree, total.disagree
    );
    Ok(good)
}

fn target(name: &str) -> Result<Target, String> {
    let found = Target::ALL.iter().find(|target| target.as_str() == name);
    found.copied().ok_or_else(|| "no target".to_owned())
}

fn targets(args: &Args) -> Vec<Target> {
    let chosen = |target: &Target| args.target.is_empty() || args.target.contains(target);
    Target::ALL.iter().copied().filter(chosen).collect()
}

fn questions(args: &Args, workspace: &Path) -> Result<Vec<Question>, String> {
    let mut paths: Vec<PathBuf> = args.paths.clone();
    if paths.is_empty() {
        paths.push(workspace.join("stdlib-policies"));
        paths.push(workspace.join("testing/traps"));
        paths.push(workspace.join("testing/regressions"));
        let examples = std::fs::read_dir(workspace.join("examples"));
        let mut examples: Vec<PathBuf> = examples
            .into_iter()
            .flatten()
            .flatten()
            .map(|entry| entry.path())
            .collect();
        examples.sort();
        paths.extend(
            examples
                .into_iter()
                .filter(|path| path.join(FILE_NAME).is_file()),
        );
    }
    let mut questions = Vec::new();
    for (index, path) in paths.iter().enumerate() {
        let (plan, crds) = load(path)?;
        let name = policyc_project::shown(path);
        let of_plan = of_plan(&name, &plan).into_iter();
        questions.extend(of_plan.map(|question| Question {
            crds: Arc::clone(&crds),
            ..question
        }));
        if let (0, true, false, Some(unit)) =
            (index, args.paths.is_empty(), args.no_corpus, &plan.main)
        {
            let corpora = std::env::var_os("POLICYC_CORPORA")
                .map_or_else(|| workspace.join("../shared/corpora"), PathBuf::from);
            let real = corpora.join("real");
            if real.is_dir() {
                questions.push(of_corpus("real manifests", unit, &real));
            } else if Missing::is_failure() {
                return Err(format!("the corpus `{}` is missing", real.display()));
            } else {
                println!(
                    "LEFT OUT: the corpus of real manifests is not at {}",
                    real.display()
                );
            }
        }
    }
    Ok(questions)
}

/// The plan of a folder, and the texts of its CustomResourceDefinitions.
fn load(path: &Path) -> Result<(Plan, Arc<[String]>), String> {
    let (plan, settings) = folder(path)?;
    if plan.has_errors() {
        return Err(to_text(&plan.diagnostics, &plan.sources.map, false));
    }
    let crds = settings.crds.into_iter().map(|(_, text)| text);
    Ok((plan, crds.collect()))
}
