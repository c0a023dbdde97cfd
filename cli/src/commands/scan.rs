//! `policyc scan`

mod evaluate;
mod files;
mod terraform;

use std::path::{Path, PathBuf};

use clap::Args;
use policyc_runtime::eval::{Compiled, Context};

use crate::args::{ProjectArgs, SelectArgs};
use crate::exit::{Exit, Failure};
use crate::report::model::{ScanReport, Summary, Tool, VERSION};
use crate::report::{self, ScanFormat};
use crate::session::{Inputs, Session};
use crate::terminal::Terminal;

use evaluate::{FileResult, Scanner};

/// Evaluate policies on manifests and Terraform files.
#[derive(Debug, Args)]
pub(crate) struct ScanArgs {
    /// Files, folders with all that lies below (what `.gitignore` names is left out), or `-` for
    /// standard input. A folder with `.tf` files is a module.
    #[arg(value_name = "PATH", required = true)]
    paths: Vec<PathBuf>,

    /// Policy sources or folders; without any, those of the project at or above the working
    /// directory.
    #[arg(long, short, value_name = "PATH")]
    policies: Vec<PathBuf>,

    /// The policies of the embedded library, besides.
    #[arg(long)]
    std: bool,

    /// The form of the report on standard output.
    #[arg(long, value_enum, default_value_t = ScanFormat::Human, value_name = "FORMAT")]
    format: ScanFormat,

    /// Report what passes and what is skipped too.
    #[arg(long)]
    all: bool,

    #[command(flatten)]
    project: ProjectArgs,
}

pub(crate) fn run(args: &ScanArgs, terminal: &Terminal) -> Result<Exit, Failure> {
    let session = session(args)?;
    session.show(terminal);
    if session.has_errors() {
        return Ok(Exit::Mistake);
    }
    if session.program.policies.is_empty() {
        return Err(no_policies());
    }
    let compiled = Compiled::new(&session.program)
        .map_err(|error| Failure::new(format!("the policies cannot be evaluated: {error}")))?;
    let inputs = files::collect(&args.paths)?;
    let scanner = Scanner {
        program: &session.program,
        compiled: &compiled,
        context: Context::default(),
        concerns_terraform: session.program.is_about_terraform(),
        all: args.all,
    };
    let results = scanner.scan(&inputs);
    let report = assemble(&session, results);
    report::print(&report, args.format, terminal)?;
    Ok(if report.summary.unreadable > 0 {
        Exit::Mistake
    } else if report.summary.fail + report.summary.error + report.summary.invalid > 0 {
        Exit::Findings
    } else {
        Exit::Clean
    })
}

fn no_policies() -> Failure {
    let help = "name policies with `--policies PATH`, or take the library with `--std`";
    Failure::new("there are no policies to scan with").help(help)
}

fn session(args: &ScanArgs) -> Result<Session, Failure> {
    let named = !args.policies.is_empty() || args.std || args.project.project.is_some();
    if !named && policyc_project::find(Path::new(".")).is_none() {
        return Err(no_policies());
    }
    let select = SelectArgs {
        paths: args.policies.clone(),
        project: args.project.clone(),
    };
    let library: &[String] = if args.std { &["*".to_owned()] } else { &[] };
    Ok(Inputs::read_with(&select, library)?.compile())
}

fn assemble(session: &Session, results: Vec<FileResult>) -> ScanReport {
    let mut report = ScanReport {
        version: VERSION,
        tool: Tool {
            name: "policyc",
            version: env!("CARGO_PKG_VERSION"),
        },
        summary: Summary {
            files: results.iter().map(|result| result.files).sum(),
            rules: session
                .program
                .policies
                .iter()
                .map(|policy| policy.rules.len())
                .sum(),
            ..Summary::default()
        },
        results: Vec::new(),
        invalid: Vec::new(),
        inputs: Vec::new(),
    };
    for mut file in results {
        report.summary.add(&file.counts);
        report.results.append(&mut file.results);
        report.invalid.append(&mut file.invalid);
        report.inputs.append(&mut file.inputs);
    }
    report.summary.invalid = report.invalid.len();
    report
}
