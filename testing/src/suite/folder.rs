//! The suites of a folder, as the commands find them.

use std::path::Path;

use policyc_diagnostics::SourceMap;
use policyc_project::{FILE_NAME, Project, Settings, Sources};

use super::{Plan, plan};

/// The plan of a folder and the settings it was made with: those of its project file, or none where
/// there is no such file.
///
/// # Errors
/// When the folder, its project file or a CustomResourceDefinition cannot be read. What is wrong with
/// policies and suites stands in the plan.
pub fn folder(path: &Path) -> Result<(Plan, Settings), String> {
    let path = path
        .canonicalize()
        .map_err(|error| format!("{}: {error}", path.display()))?;
    let paths = std::slice::from_ref(&path);
    let file = path.join(FILE_NAME);
    let mut map = SourceMap::new();
    let (settings, sources) = if file.is_file() {
        let project = Project::open(&file, &mut map).map_err(|problem| problem.message)?;
        let settings = Settings {
            kubernetes: project.file.kubernetes.clone(),
            crds: project.crds().map_err(|problems| format!("{problems:?}"))?,
            params: project.file.params.clone(),
            ..Settings::default()
        };
        (settings, Sources::of_project(&project, &[], map))
    } else {
        let sources = Sources::of_paths(paths, paths, &[], map);
        (Settings::default(), sources)
    };
    Ok((plan(paths, paths, sources, &settings), settings))
}
