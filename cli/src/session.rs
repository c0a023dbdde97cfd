//! What every command that needs policies begins with: the project, the sources, the program.

use std::path::{Path, PathBuf};

use policyc_diagnostics::{Diagnostic, SourceMap};
use policyc_ir::{Policy, Program, Target};
use policyc_project::{
    Environment, FailureAction, Module, Project, Settings, Sources, compile, find, roots_of,
};

use crate::args::{ProjectArgs, SelectArgs};
use crate::exit::Failure;
use crate::terminal::Terminal;

/// Where the sources of a run come from, before they are compiled.
pub(crate) struct Inputs {
    /// The project, if there is one.
    pub(crate) project: Option<Project>,
    /// The environment of the project.
    pub(crate) environment: Environment,
    /// The folders in which what is named must lie.
    pub(crate) roots: Vec<PathBuf>,
    /// Where sources and suites are looked for.
    pub(crate) paths: Vec<PathBuf>,
    /// The sources.
    pub(crate) sources: Sources,
    /// What else the compilation needs.
    pub(crate) settings: Settings,
    /// The output folder of the project, or `dist`.
    output: PathBuf,
}

/// A compiled run.
pub(crate) struct Session {
    /// The sources.
    pub(crate) sources: Sources,
    /// The policies.
    pub(crate) program: Program,
    /// What is wrong with them.
    pub(crate) diagnostics: Vec<Diagnostic>,
    project: Option<Project>,
    environment: Environment,
    output: PathBuf,
}

impl Inputs {
    /// Reads the sources that `select` names.
    ///
    /// # Errors
    /// When there is no project and no path, or an environment does not exist.
    pub(crate) fn read(select: &SelectArgs) -> Result<Self, Failure> {
        Self::read_with(select, &[])
    }

    /// As [`read`](Self::read), with modules of the library (as globs) besides.
    pub(crate) fn read_with(select: &SelectArgs, library: &[String]) -> Result<Self, Failure> {
        let mut map = SourceMap::new();
        let mut problems = Vec::new();
        let start = select
            .paths
            .first()
            .map_or(Path::new("."), PathBuf::as_path);
        let project = match project_file(&select.project, start)? {
            None => None,
            Some(path) => match Project::open(&path, &mut map) {
                Ok(project) => Some(project),
                Err(problem) => {
                    problems.push(*problem);
                    None
                }
            },
        };
        let environment = environment(project.as_ref(), select.project.env.as_deref())?;
        let mut output = PathBuf::from("dist");
        let mut settings = Settings::default();
        if let Some(project) = &project {
            settings.kubernetes.clone_from(&project.file.kubernetes);
            settings.params = project.file.params.clone();
            settings.params.extend(environment.params.clone());
            match project.crds() {
                Ok(crds) => settings.crds = crds,
                Err(errors) => problems.extend(errors),
            }
            match project.output() {
                Ok(folder) => output = folder,
                Err(problem) => problems.push(*problem),
            }
        }
        let paths = select
            .paths
            .iter()
            .map(|path| absolute(path))
            .collect::<Vec<_>>();
        let project_root = project.as_ref().map(|project| absolute(&project.root));
        let roots = roots_of(project_root.as_deref(), &paths);
        let (paths, mut sources) = match &project {
            Some(project) if paths.is_empty() => {
                let inside = |entry: &String| project.root.join(entry);
                let paths = project.file.sources.iter().map(inside).collect();
                (paths, Sources::of_project(project, library, map))
            }
            None if paths.is_empty() && library.is_empty() && problems.is_empty() => {
                let help = "name a file or folder, or create a project with `policyc init FOLDER`";
                return Err(Failure::new("there is no policyc.yaml here or above").help(help));
            }
            Some(_) | None => {
                let sources = Sources::of_paths(&roots, &paths, library, map);
                (paths, sources)
            }
        };
        sources.diagnostics.splice(0..0, problems);
        Ok(Self {
            project,
            environment,
            roots,
            paths,
            sources,
            settings,
            output,
        })
    }

    /// Compiles the sources.
    pub(crate) fn compile(mut self) -> Session {
        let mut diagnostics = std::mem::take(&mut self.sources.diagnostics);
        let (program, more) = compile(&self.sources, &self.settings);
        diagnostics.extend(more);
        Session {
            sources: self.sources,
            program,
            diagnostics,
            project: self.project,
            environment: self.environment,
            output: self.output,
        }
    }
}

impl Session {
    /// Compiles the sources that `select` names.
    ///
    /// # Errors
    /// As [`Inputs::read`].
    pub(crate) fn open(select: &SelectArgs) -> Result<Self, Failure> {
        Ok(Inputs::read(select)?.compile())
    }

    /// Compiles the library.
    pub(crate) fn library() -> Self {
        let mut sources = Sources::of_library(SourceMap::new());
        let mut diagnostics = std::mem::take(&mut sources.diagnostics);
        let (program, more) = compile(&sources, &Settings::default());
        diagnostics.extend(more);
        Self {
            sources,
            program,
            diagnostics,
            project: None,
            environment: Environment::default(),
            output: PathBuf::from("dist"),
        }
    }

    /// Whether something does not compile.
    pub(crate) fn has_errors(&self) -> bool {
        self.diagnostics.iter().any(Diagnostic::is_error)
    }

    /// Shows what is wrong.
    pub(crate) fn show(&self, terminal: &Terminal) {
        terminal.diagnostics(&self.diagnostics, &self.sources.map);
    }

    /// The targets of the project, or all.
    pub(crate) fn targets(&self) -> Vec<Target> {
        match &self.project {
            Some(project) => project.file.targets.clone(),
            None => Target::ALL.to_vec(),
        }
    }

    /// What a violation leads to in the environment.
    pub(crate) fn action(&self) -> FailureAction {
        self.environment.action
    }

    /// The namespace that Kyverno ValidatingPolicies are for; `None` for the whole cluster.
    pub(crate) fn kyverno_namespace(&self) -> Option<&str> {
        let project = self.project.as_ref();
        let project = project.and_then(|project| project.file.kyverno_cel.as_ref());
        let settings = self.environment.kyverno_cel.as_ref().or(project)?;
        Some(settings.namespace.as_ref()?.as_str())
    }

    /// The output folder of the project, or `dist`.
    pub(crate) fn output(&self) -> &Path {
        &self.output
    }

    /// The module of a policy.
    pub(crate) fn module_of(&self, policy: &Policy) -> Option<&Module> {
        self.sources
            .modules
            .iter()
            .find(|module| module.source == policy.origin.source)
    }

    /// The source file of a policy as the header of what is built names it: the same wherever the
    /// project lies.
    pub(crate) fn shown_source(&self, policy: &Policy) -> String {
        let Some(module) = self.module_of(policy) else {
            return String::new();
        };
        let root = self.project.as_ref().map(|project| project.root.as_path());
        match &module.path {
            None => self
                .sources
                .map
                .get(module.source)
                .map_or_else(String::new, |file| file.name().to_owned()),
            Some(path) => {
                let relative = root.and_then(|root| path.strip_prefix(root).ok());
                let name = relative
                    .or_else(|| path.file_name().map(Path::new))
                    .unwrap_or(path);
                name.display().to_string().replace('\\', "/")
            }
        }
    }
}

fn project_file(args: &ProjectArgs, start: &Path) -> Result<Option<PathBuf>, Failure> {
    match &args.project {
        None => Ok(find(start)),
        Some(path) if path.is_file() => Ok(Some(absolute(path))),
        Some(path) => {
            let message = format!("the project file `{}` does not exist", path.display());
            Err(Failure::new(message).help("create one with `policyc init`"))
        }
    }
}

fn environment(project: Option<&Project>, name: Option<&str>) -> Result<Environment, Failure> {
    let Some(name) = name else {
        return Ok(Environment::default());
    };
    let known = project.map(|project| &project.file.environments);
    if let Some(found) = known.and_then(|environments| environments.get(name)) {
        return Ok(found.clone());
    }
    let names: Vec<String> = known
        .into_iter()
        .flatten()
        .map(|(name, _)| format!("`{name}`"))
        .collect();
    let failure = Failure::new(format!("the project has no environment `{name}`"));
    Err(if names.is_empty() {
        failure.help("list it under `environments` in policyc.yaml")
    } else {
        failure.help(format!("it has {}", names.join(", ")))
    })
}

fn absolute(path: &Path) -> PathBuf {
    path.canonicalize()
        .or_else(|_| std::path::absolute(path))
        .unwrap_or_else(|_| path.to_owned())
}
