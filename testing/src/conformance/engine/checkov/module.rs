//! Checkov about modules of Terraform.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::answer::JobAnswer;
use super::{Check, Checkov, Put, Verdict, complete, failed};
use crate::conformance::engine::{OracleError, Silence};

/// The most files and folders of a module.
const MOST_FILES: usize = 1000;

/// A question about a root module.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ModuleJob {
    /// The checks, each id once.
    pub checks: Vec<Check>,
    /// A folder, or one file that is all of the module.
    pub path: PathBuf,
    /// About how many blocks there are.
    pub size: usize,
}

/// What Checkov says of the blocks of a module. Addresses are Checkov's: without `data.`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ModuleRun {
    verdicts: BTreeMap<(String, String), Verdict>,
    exceptions: BTreeMap<String, BTreeSet<Option<String>>>,
    blocks: BTreeMap<String, bool>,
}

impl ModuleRun {
    /// What a check says of the block at an address.
    #[must_use]
    pub fn of(&self, check: &str, address: &str) -> Verdict {
        let pair = (check.to_owned(), address.to_owned());
        self.verdicts.get(&pair).copied().unwrap_or(Verdict::None)
    }

    /// Whether a check raised an exception at the block, or nobody knows where.
    #[must_use]
    pub fn raised(&self, check: &str, address: &str) -> bool {
        let places = self.exceptions.get(check);
        places.is_some_and(|places| {
            places.contains(&None) || places.contains(&Some(address.to_owned()))
        })
    }

    /// Whether Checkov has a block at the address.
    #[must_use]
    pub fn has(&self, address: &str) -> bool {
        self.blocks.contains_key(address)
    }

    /// Whether Checkov has something in the block at the address that Terraform has not.
    #[must_use]
    pub fn is_doubtful(&self, address: &str) -> bool {
        self.blocks.get(address).copied().unwrap_or(false)
    }
}

impl Checkov {
    /// Verdicts about modules of Terraform, in their order, by one process.
    ///
    /// # Errors
    /// Whenever it could be anything but Checkov's complete answer about one of them.
    pub fn run_modules(&self, jobs: &[ModuleJob]) -> Result<Vec<ModuleRun>, OracleError> {
        let put: Vec<Put> = jobs.iter().map(ModuleJob::put).collect();
        let (answers, _) = self.ask(&put)?;
        jobs.iter()
            .zip(answers)
            .map(|(job, answer)| read(job, answer))
            .collect()
    }
}

impl ModuleJob {
    fn put(&self) -> Put<'_> {
        Put {
            checks: &self.checks,
            framework: "terraform",
            write: Box::new(|folder| {
                if self.path.is_dir() {
                    return copy(&self.path, folder, &mut 0);
                }
                let name = self.path.file_name().unwrap_or_default();
                fs::copy(&self.path, folder.join(name)).map(|_| ())
            }),
            size: self.size,
        }
    }
}

fn copy(from: &Path, to: &Path, files: &mut usize) -> io::Result<()> {
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        *files += 1;
        if *files > MOST_FILES {
            return Err(io::Error::other("the module has too many files"));
        }
        let (kind, target) = (entry.file_type()?, to.join(entry.file_name()));
        if kind.is_dir() {
            fs::create_dir_all(&target)?;
            copy(&entry.path(), &target, files)?;
        } else if kind.is_file() {
            fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}

fn read(job: &ModuleJob, answer: JobAnswer) -> Result<ModuleRun, OracleError> {
    let JobAnswer {
        error,
        loaded,
        vertices,
        rows,
        exceptions,
        log,
    } = answer;
    let log = log.join("\n");
    complete(&job.checks, error, &loaded, &log)?;
    let mut run = ModuleRun::default();
    for vertex in vertices {
        if let Some(address) = vertex.vertex {
            let doubtful = run.blocks.entry(address).or_default();
            *doubtful |= vertex.doubtful;
        }
    }
    if run.blocks.is_empty() && !job.checks.is_empty() {
        // What it cannot parse, Checkov leaves out.
        let what = format!("it saw no block in `{}`", job.path.display());
        return Err(failed(Silence::Garbled(what), &log));
    }
    for row in rows {
        let pair = (row.check, row.vertex.unwrap_or_default());
        let verdict: Verdict = row.result.into();
        run.verdicts
            .entry(pair)
            .and_modify(|known| {
                if verdict == Verdict::Failed {
                    *known = verdict;
                }
            })
            .or_insert(verdict);
    }
    for raised in exceptions {
        let checks: Vec<String> = match raised.check {
            Some(check) => vec![check],
            None => job.checks.iter().map(|check| check.id.clone()).collect(),
        };
        for check in checks {
            let places = run.exceptions.entry(check).or_default();
            places.insert(raised.vertex.clone());
        }
    }
    Ok(run)
}
