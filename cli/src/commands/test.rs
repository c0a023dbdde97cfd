//! `policyc test`

use clap::{Args, ValueEnum};
use libtest_mimic::{Arguments, ColorSetting};
use policyc_testing::harness::{
    CoverageReport, Selection, measure, run_for_machines, run_for_people,
};
use policyc_testing::suite::plan;
use serde::Serialize;

use crate::args::SelectArgs;
use crate::exit::{Exit, Failure};
use crate::session::Inputs;
use crate::terminal::Terminal;

/// Run the suites of policies.
#[derive(Debug, Args)]
pub(crate) struct TestArgs {
    #[command(flatten)]
    select: SelectArgs,

    /// Only cases whose name contains this; names are `policy/rule::verdict::fixture#resource`.
    #[arg(long, value_name = "TEXT")]
    filter: Option<String>,

    /// List the cases and run none.
    #[arg(long)]
    list: bool,

    /// How results are written to standard output.
    #[arg(long, value_enum, default_value_t = TestFormat::Human, value_name = "FORMAT")]
    format: TestFormat,

    /// How many threads run cases; as many as there are cores when not given.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    threads: Option<u16>,

    /// Only one part of the cases, to share them between machines: `2/4` is the second of four.
    #[arg(long, value_name = "I/N", value_parser = partition)]
    partition: Option<(usize, usize)>,

    /// Show which statements and conditions the suites decided both ways.
    #[arg(long)]
    coverage: bool,

    /// Take warnings, such as rules without a suite, for errors.
    #[arg(long)]
    deny_warnings: bool,
}

/// A format of results.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum TestFormat {
    /// Text for people, as `cargo test` writes it.
    Human,
    /// One JSON object.
    Json,
    /// JUnit XML.
    Junit,
}

/// The JSON report: the run, and the coverage if asked for.
#[derive(Serialize)]
struct Report<'a> {
    #[serde(flatten)]
    run: &'a policyc_testing::harness::RunReport,
    #[serde(skip_serializing_if = "Option::is_none")]
    coverage: Option<&'a CoverageReport>,
}

pub(crate) fn run(args: &TestArgs, terminal: &Terminal) -> Result<Exit, Failure> {
    let inputs = Inputs::read(&args.select)?;
    let plan = plan(
        &inputs.roots,
        &inputs.paths,
        inputs.sources,
        &inputs.settings,
    );
    terminal.diagnostics(&plan.diagnostics, &plan.sources.map);
    if plan.has_errors() || (args.deny_warnings && !plan.diagnostics.is_empty()) {
        return Ok(Exit::Mistake);
    }
    let selection = Selection {
        filter: args.filter.clone(),
        partition: args.partition,
    };
    let cases = selection.of(&plan);
    if args.list {
        let list: String = cases
            .iter()
            .map(|case| format!("{}\n", case.name))
            .collect();
        terminal.print(&list)?;
        return Ok(Exit::Clean);
    }
    if cases.is_empty() && args.partition.is_none() {
        let failure = match &args.filter {
            Some(filter) => Failure::new(format!("no case has `{filter}` in its name"))
                .help("`policyc test --list` shows the names"),
            None => Failure::new("there are no suites to run")
                .help("write a `*.test.yaml` beside the policy; `policyc init` makes an example"),
        };
        return Err(failure);
    }
    let coverage = args.coverage.then(|| measure(&cases, &plan));
    let passed = match args.format {
        TestFormat::Human => {
            let arguments = Arguments {
                test_threads: args.threads.map(usize::from),
                color: Some(if terminal.color_out {
                    ColorSetting::Always
                } else {
                    ColorSetting::Never
                }),
                ..Arguments::default()
            };
            let passed = run_for_people(&cases, &plan.sources.map, &arguments);
            if let Some(coverage) = &coverage {
                terminal.print(&coverage_text(coverage))?;
            }
            passed
        }
        TestFormat::Json | TestFormat::Junit => {
            let report = run_for_machines(&cases, &plan);
            let text = if args.format == TestFormat::Json {
                let report = Report {
                    run: &report,
                    coverage: coverage.as_ref(),
                };
                serde_json::to_string_pretty(&report).map_err(|error| error.to_string())
            } else {
                report.to_junit().map_err(|error| error.to_string())
            };
            let text = text.map_err(|error| Failure::new(format!("cannot report: {error}")))?;
            terminal.print(&format!("{}\n", text.trim_end()))?;
            report.failed == 0
        }
    };
    Ok(if passed { Exit::Clean } else { Exit::Findings })
}

fn coverage_text(report: &CoverageReport) -> String {
    let mut out = String::from("coverage: what the suites decided both ways\n");
    let width = report
        .rules
        .iter()
        .map(|rule| rule.rule.len())
        .max()
        .unwrap_or(0);
    for rule in &report.rules {
        out.push_str(&format!(
            "  {:width$}  statements {}/{}  conditions {}/{}\n",
            rule.rule,
            rule.statements.covered,
            rule.statements.of,
            rule.conditions.covered,
            rule.conditions.of
        ));
        for gap in &rule.gaps {
            out.push_str(&format!(
                "      {}:{}: {}: {}\n",
                gap.file, gap.line, gap.why, gap.text
            ));
        }
    }
    out.push_str(&format!(
        "  statements {}/{}, conditions {}/{}\n",
        report.statements.covered,
        report.statements.of,
        report.conditions.covered,
        report.conditions.of
    ));
    policyc_diagnostics::printable(&out)
}

fn partition(text: &str) -> Result<(usize, usize), String> {
    let parsed = text.split_once('/').and_then(|(part, parts)| {
        Some((part.parse::<usize>().ok()?, parts.parse::<usize>().ok()?))
    });
    match parsed {
        Some((part, parts)) if part >= 1 && part <= parts => Ok((part, parts)),
        _ => Err("write it as `2/4`: the second of four parts".to_owned()),
    }
}
