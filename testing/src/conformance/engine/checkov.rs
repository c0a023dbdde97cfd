//! Checkov with custom checks as an oracle.
//!
//! The command runs all checks at once over one graph that they write to, and throws their exceptions away:
//! verdicts vanish, and not the same ones each time. `testing/engines/checkov/driver.py` runs Checkov's own
//! code for the same input one check after the other and says what became of each; here its answer is checked
//! and put together by resource.
//!
//! Checkov cuts the Pod template out of a workload and judges it as a Pod of its own. Each resource is written
//! to a file of its own, by which all its vertices are known.

mod answer;
mod module;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde_json::json;

use self::answer::{Answer, JobAnswer};
pub use self::module::{ModuleJob, ModuleRun};
use super::process;
use super::{Engine, Missing, OracleError, Resource, ResourceId, Silence};

/// The driver, which is handed to the virtual environment's Python.
const DRIVER: &str = include_str!("../../../engines/checkov/driver.py");

/// One custom check.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Check {
    /// `metadata.id`
    pub id: String,
    /// The document, as it was emitted.
    pub text: String,
}

/// What one question to Checkov consists of: every check sees every resource, and what connects them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Job {
    /// The checks, each id once.
    pub checks: Vec<Check>,
    /// The resources.
    pub resources: Vec<Resource>,
}

/// What one check says of one resource.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Row {
    /// The check's id.
    pub check: String,
    /// Index into the job's resources.
    pub index: usize,
    /// The resource there.
    pub resource: ResourceId,
    /// What Checkov's report says of the resource as a whole.
    pub verdict: Verdict,
    /// What it says of each of its vertices: a workload and its Pod template are two.
    pub vertices: Vec<VertexRow>,
    /// Exceptions while this check was at this resource, or at any if it did not say which. Checkov is silent
    /// about them, and the verdict is what its report shows all the same.
    pub exceptions: Vec<String>,
}

/// What one check says of one vertex.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct VertexRow {
    /// As Checkov names it: `Pod.default.web.app-web`.
    pub vertex: String,
    /// The first line Checkov gives in the resource's text, counted from 1.
    pub line: usize,
    /// What it says.
    pub verdict: Verdict,
}

/// What Checkov says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verdict {
    /// The resource complies: a vertex passed, and none failed.
    Passed,
    /// It does not: a vertex failed.
    Failed,
    /// An annotation of the resource skips the check.
    Skipped,
    /// It depends on something unknown. Checkov's reports leave such verdicts out.
    Unknown,
    /// Checkov says nothing: another kind of resource, or an exception.
    None,
}

impl Verdict {
    /// The verdict on several vertices of one resource.
    fn of(vertices: &[VertexRow]) -> Self {
        let order = [Self::Failed, Self::Passed, Self::Skipped, Self::Unknown];
        order
            .into_iter()
            .find(|verdict| vertices.iter().any(|row| row.verdict == *verdict))
            .unwrap_or(Self::None)
    }
}

/// Verdicts of one job: a row for each check and resource, in this order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Run {
    /// The rows.
    pub rows: Vec<Row>,
}

impl Run {
    /// The row of one check for one resource.
    #[must_use]
    pub fn of(&self, check: &str, index: usize) -> Option<&Row> {
        self.rows
            .iter()
            .find(|row| row.index == index && row.check == check)
    }

    /// Whether a check passed or failed any resource. One that did not proves nothing.
    #[must_use]
    pub fn spoke(&self, check: &str) -> bool {
        self.rows
            .iter()
            .filter(|row| row.check == check)
            .any(|row| match row.verdict {
                Verdict::Passed | Verdict::Failed => true,
                Verdict::Skipped | Verdict::Unknown | Verdict::None => false,
            })
    }
}

type Write<'a> = dyn Fn(&Path) -> std::io::Result<()> + 'a;

/// A question as the driver gets it.
struct Put<'a> {
    checks: &'a [Check],
    framework: &'static str,
    /// Writes what is asked about into a folder.
    write: Box<Write<'a>>,
    /// About how many resources there are.
    size: usize,
}

impl Job {
    fn put(&self) -> Put<'_> {
        Put {
            checks: &self.checks,
            framework: "kubernetes",
            write: Box::new(|folder| {
                for (index, resource) in self.resources.iter().enumerate() {
                    fs::write(file(folder, index), &resource.text)?;
                }
                Ok(())
            }),
            size: self.resources.len(),
        }
    }
}

/// Checkov in its virtual environment.
#[derive(Clone, Debug)]
pub struct Checkov {
    program: PathBuf,
}

impl Checkov {
    /// The `bin/checkov` of a virtual environment with Checkov 3.3.30; its `python` stands beside it.
    pub fn new(program: impl Into<PathBuf>) -> Self {
        Self {
            program: program.into(),
        }
    }

    /// The program where [`Engine::locate`] finds it.
    ///
    /// # Errors
    /// If it does not.
    pub fn locate() -> Result<Self, Missing> {
        Engine::Checkov.locate().map(Self::new)
    }

    /// Verdicts of one job.
    ///
    /// # Errors
    /// Whenever the rows could be anything but Checkov's complete answer: a check it did not load, a resource
    /// it did not see, a crash.
    pub fn run(&self, job: &Job) -> Result<Run, OracleError> {
        match self.run_all(std::slice::from_ref(job)).pop() {
            Some(answer) => answer,
            None => Err(failed(Silence::Input("no job".to_owned()), "")),
        }
    }

    /// Verdicts of many jobs, in their order. They share processes, since starting Checkov takes seconds,
    /// but not graphs.
    pub fn run_all(&self, jobs: &[Job]) -> Vec<Result<Run, OracleError>> {
        /// Bounds memory, and what is lost when a process crashes.
        const MOST_PAIRS: usize = 40_000;
        let mut answers = Vec::with_capacity(jobs.len());
        let mut rest = jobs;
        while !rest.is_empty() {
            let mut pairs = 0;
            let fitting = rest.iter().take_while(|job| {
                pairs += job.resources.len().saturating_mul(job.checks.len().max(1));
                pairs <= MOST_PAIRS
            });
            let (batch, later) = rest.split_at(fitting.count().max(1));
            answers.extend(self.batch(batch));
            rest = later;
        }
        answers
    }

    fn batch(&self, jobs: &[Job]) -> Vec<Result<Run, OracleError>> {
        let put: Vec<Put> = jobs.iter().map(Job::put).collect();
        match self.ask(&put) {
            Ok((answers, folders)) => jobs
                .iter()
                .zip(answers)
                .zip(&folders)
                .map(|((job, answer), folder)| read(job, answer, folder))
                .collect(),
            // each by itself, to know whose fault it was
            Err(OracleError {
                silence: Silence::Crashed(_) | Silence::TimedOut(_),
                ..
            }) if jobs.len() > 1 => jobs
                .iter()
                .flat_map(|job| self.batch(std::slice::from_ref(job)))
                .collect(),
            Err(error) => jobs.iter().map(|_| Err(error.clone())).collect(),
        }
    }

    /// Has the driver run jobs in one process; its answers, and the folder each job's resources were in.
    fn ask(&self, jobs: &[Put]) -> Result<(Vec<JobAnswer>, Vec<PathBuf>), OracleError> {
        // not in a hidden folder, where Checkov would look at nothing
        let root = tempfile::Builder::new()
            .prefix("policyc-checkov-")
            .tempdir()
            .map_err(unreachable)?;
        // Checkov reports paths as the file system has them
        let folder = root.path().canonicalize().map_err(unreachable)?;
        let mut manifest = Vec::new();
        let mut folders = Vec::new();
        for (at, job) in jobs.iter().enumerate() {
            let (resources, checks) = (
                folder.join(format!("{at:04}/resources")),
                folder.join(format!("{at:04}/checks")),
            );
            fs::create_dir_all(&resources).map_err(unreachable)?;
            fs::create_dir_all(&checks).map_err(unreachable)?;
            (job.write)(&resources).map_err(unreachable)?;
            for (index, check) in job.checks.iter().enumerate() {
                fs::write(file(&checks, index), &check.text).map_err(unreachable)?;
            }
            manifest.push(json!({
                "resources": resources,
                "checks": checks,
                "framework": job.framework,
            }));
            folders.push(resources);
        }
        let (driver, question, answer) = (
            folder.join("driver.py"),
            folder.join("manifest.json"),
            folder.join("answer.json"),
        );
        fs::write(&driver, DRIVER).map_err(unreachable)?;
        fs::write(&question, json!({"jobs": manifest}).to_string()).map_err(unreachable)?;

        let mut command = process::command(&self.python()?, &folder);
        // dictionaries and sets in one order; folders whose path has a hidden part are folders too
        command
            .env("PYTHONHASHSEED", "0")
            .env("CKV_IGNORE_HIDDEN_DIRECTORIES", "False");
        command.args([&driver, &question, &answer]);
        let pairs: usize = jobs
            .iter()
            .map(|job| job.size * (job.checks.len() + 10))
            .sum();
        let limit = Duration::from_secs(120)
            + Duration::from_millis(20).saturating_mul(u32::try_from(pairs).unwrap_or(u32::MAX));
        let finished =
            process::run(&mut command, limit).map_err(|error| error.of(Engine::Checkov))?;
        if finished.code != Some(0) {
            return Err(failed(Silence::Crashed(finished.code), &finished.stderr));
        }
        let text = fs::read_to_string(&answer).map_err(unreachable)?;
        let Answer {
            version,
            jobs: answers,
        } = serde_json::from_str(&text).map_err(|error| {
            failed(
                Silence::Garbled(format!("the driver's answer: {error}")),
                &finished.stderr,
            )
        })?;
        if version != VERSION {
            let what = format!(
                "version {version} is installed, and {VERSION} is what verdicts are compared with"
            );
            return Err(failed(Silence::Unreachable(what), ""));
        }
        if answers.len() != jobs.len() {
            return Err(failed(
                Silence::Garbled(format!("{} answers to {} jobs", answers.len(), jobs.len())),
                "",
            ));
        }
        Ok((answers, folders))
    }

    /// The Python of the environment that the program belongs to.
    fn python(&self) -> Result<PathBuf, OracleError> {
        let python = self.program.with_file_name("python");
        if python.is_file() {
            return Ok(python);
        }
        let what = format!(
            "`{}` is not there; name `bin/checkov` of a virtual environment",
            python.display()
        );
        Err(failed(Silence::Unreachable(what), ""))
    }
}

/// The version that the reference describes and the requirements pin.
const VERSION: &str = "3.3.30";

fn file(folder: &Path, index: usize) -> PathBuf {
    folder.join(format!("{index:05}.yaml"))
}

fn unreachable(error: std::io::Error) -> OracleError {
    failed(
        Silence::Unreachable(format!("cannot read or write a file for it: {error}")),
        "",
    )
}

fn failed(silence: Silence, said: &str) -> OracleError {
    OracleError::new(Engine::Checkov, silence, said)
}

/// Whether Checkov took all checks and came to an end.
fn complete(
    checks: &[Check],
    error: Option<String>,
    loaded: &[answer::Loaded],
    log: &str,
) -> Result<(), OracleError> {
    let ids: BTreeSet<&str> = checks.iter().map(|check| check.id.as_str()).collect();
    if ids.len() < checks.len() {
        return Err(failed(
            Silence::Input("a check's id is there twice, and Checkov takes only one".to_owned()),
            "",
        ));
    }
    if let Some(error) = error {
        return Err(failed(Silence::Crashed(None), &error));
    }
    let loaded: BTreeSet<&str> = loaded.iter().map(|check| check.check.as_str()).collect();
    let dropped: Vec<String> = ids.difference(&loaded).map(|id| (*id).to_owned()).collect();
    if dropped.is_empty() {
        Ok(())
    } else {
        Err(failed(Silence::Refused(dropped), log))
    }
}

/// The rows of a job, from the driver's answer.
fn read(job: &Job, answer: JobAnswer, folder: &Path) -> Result<Run, OracleError> {
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

    let index: BTreeMap<PathBuf, usize> = (0..job.resources.len())
        .map(|at| (file(folder, at), at))
        .collect();
    let place = |path: Option<&str>| path.and_then(|path| index.get(Path::new(path)).copied());
    let seen: BTreeSet<usize> = vertices
        .iter()
        .filter_map(|vertex| place(vertex.file.as_deref()))
        .collect();
    let unseen = job
        .resources
        .iter()
        .enumerate()
        .filter(|(at, _)| !seen.contains(at));
    let unseen: Vec<ResourceId> = unseen.map(|(_, resource)| resource.id.clone()).collect();
    if !unseen.is_empty() && !job.checks.is_empty() {
        return Err(failed(Silence::Unseen(unseen), &log));
    }

    let mut by_pair: BTreeMap<(String, usize), Vec<VertexRow>> = BTreeMap::new();
    for row in rows {
        let Some(at) = place(row.file.as_deref()) else {
            let what = format!(
                "a row for `{}`, which was not asked about",
                row.file.unwrap_or_default()
            );
            return Err(failed(Silence::Garbled(what), &log));
        };
        let row_of_vertex = VertexRow {
            vertex: row.vertex.unwrap_or_default(),
            line: row.line.unwrap_or_default(),
            verdict: row.result.into(),
        };
        by_pair
            .entry((row.check, at))
            .or_default()
            .push(row_of_vertex);
    }
    let mut run = Run::default();
    for check in &job.checks {
        for (at, resource) in job.resources.iter().enumerate() {
            let mut vertices = by_pair.remove(&(check.id.clone(), at)).unwrap_or_default();
            vertices.sort();
            // a connection names a vertex once for each of its edges
            vertices.dedup();
            let exceptions = exceptions.iter().filter(|exception| {
                let here = exception.file.is_none() || place(exception.file.as_deref()) == Some(at);
                here && exception.check.as_ref().is_none_or(|id| *id == check.id)
            });
            run.rows.push(Row {
                check: check.id.clone(),
                index: at,
                resource: resource.id.clone(),
                verdict: Verdict::of(&vertices),
                vertices,
                exceptions: exceptions
                    .map(|exception| exception.error.clone())
                    .collect(),
            });
        }
    }
    match by_pair.into_keys().next() {
        Some((check, _)) => Err(failed(
            Silence::Garbled(format!(
                "a row for check `{check}`, which was not asked about"
            )),
            "",
        )),
        None => Ok(run),
    }
}
