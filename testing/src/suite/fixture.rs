//! Fixtures: the resources that expectations name.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use policyc_diagnostics::{Code, Diagnostic, SourceMap};
use policyc_project::{contain, shown};
use policyc_runtime::load::{DocumentKind, Format, Resource, load};

use super::{Suite, terraform};

/// A resource of a fixture.
#[derive(Debug, Clone)]
pub struct Fixture {
    /// The file; of blocks of Terraform the file or folder that is the root module.
    pub path: PathBuf,
    /// The resource; its spans lie in the text of the file, those of a block of Terraform in that of
    /// its own file.
    pub resource: Arc<Resource>,
}

/// The fixtures of a run, each file read once.
#[derive(Debug, Default)]
pub struct Fixtures {
    files: BTreeMap<PathBuf, Vec<Fixture>>,
}

impl Fixtures {
    /// The resources that `reference` of `suite` names: all of a file, or one of them. Empty after
    /// a diagnostic.
    pub fn resolve(
        &mut self,
        suite: &Suite,
        reference: &str,
        map: &mut SourceMap,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Vec<Fixture> {
        let (name, wanted) = match reference.split_once('#') {
            Some((name, wanted)) => (name, Some(wanted)),
            None => (reference, None),
        };
        let path = match contain(&suite.root, suite.folder(), name) {
            Ok(path) => path,
            Err(escape) => {
                let message = format!("the fixture `{name}` is refused: {escape}");
                let span = suite.place_of(map, reference);
                diagnostics.push(Diagnostic::new(Code::E0802, span, message));
                return Vec::new();
            }
        };
        if !self.files.contains_key(&path) {
            match read(&path, map, diagnostics) {
                Ok(fixtures) => {
                    self.files.insert(path.clone(), fixtures);
                }
                Err(error) => {
                    let message = format!("the fixture `{name}` cannot be read: {error}");
                    let span = suite.place_of(map, reference);
                    let help = "paths are relative to the suite";
                    diagnostics.push(Diagnostic::new(Code::E0802, span, message).help(help));
                    self.files.insert(path.clone(), Vec::new());
                    return Vec::new();
                }
            }
        }
        let all = self.files.get(&path).map(Vec::as_slice).unwrap_or_default();
        let Some(wanted) = wanted else {
            return all.to_vec();
        };
        let found: Vec<Fixture> = all
            .iter()
            .filter(|fixture| is_named(&fixture.resource, wanted))
            .cloned()
            .collect();
        let problem = match found.as_slice() {
            [_] => return found,
            [] => format!("`{name}` holds no resource `{wanted}`"),
            _ => format!("`{name}` holds more than one resource `{wanted}`"),
        };
        let ids: Vec<String> = all
            .iter()
            .map(|fixture| format!("`{}`", long_id(&fixture.resource)))
            .collect();
        let span = suite.place_of(map, reference);
        let mut diagnostic = Diagnostic::new(Code::E0802, span, problem);
        if !ids.is_empty() {
            diagnostic = diagnostic.help(format!("it holds {}", ids.join(", ")));
        }
        diagnostics.push(diagnostic);
        Vec::new()
    }

    /// The resources of a file that was read.
    #[must_use]
    pub fn of(&self, path: &Path) -> &[Fixture] {
        self.files.get(path).map(Vec::as_slice).unwrap_or_default()
    }

    /// Every file that was read, with its resources.
    pub fn files(&self) -> impl Iterator<Item = (&Path, &[Fixture])> {
        self.files
            .iter()
            .map(|(path, fixtures)| (path.as_path(), fixtures.as_slice()))
    }
}

fn read(
    path: &Path,
    map: &mut SourceMap,
    diagnostics: &mut Vec<Diagnostic>,
) -> std::io::Result<Vec<Fixture>> {
    if terraform::is_module(path) {
        return terraform::read(path, map, diagnostics);
    }
    let bytes = std::fs::read(path)?;
    let source = map.add(shown(path), String::from_utf8_lossy(&bytes).as_ref());
    let loaded = load(&bytes, source, Format::Auto);
    diagnostics.extend(loaded.diagnostics);
    let mut fixtures: Vec<Fixture> = Vec::new();
    for document in loaded.documents {
        let span = document.span;
        let warning = document.warning();
        let resource = match document.kind {
            DocumentKind::Object(resource) => resource,
            DocumentKind::NotKubernetes { .. } | DocumentKind::Template => {
                let why = warning.map(|warning| warning.message).unwrap_or_default();
                diagnostics.push(Diagnostic::new(Code::E0803, span.at_start(), why));
                continue;
            }
        };
        let id = long_id(&resource);
        if let Some(other) = fixtures.iter().find(|other| {
            long_id(&other.resource) == id && other.resource.group() == resource.group()
        }) {
            diagnostics.push(
                Diagnostic::new(
                    Code::E0803,
                    resource.span(),
                    format!("there are two `{id}`"),
                )
                .also(other.resource.span(), "the other one")
                .help("give each resource of a fixture a name of its own"),
            );
            continue;
        }
        fixtures.push(Fixture {
            path: path.to_owned(),
            resource: Arc::new(resource),
        });
    }
    Ok(fixtures)
}

fn is_named(resource: &Resource, wanted: &str) -> bool {
    if let Some(block) = resource.block() {
        return block.address == wanted;
    }
    let name = resource.name().or(resource.generate_name()).unwrap_or("");
    let mut parts = wanted.split('/');
    let (kind, second, third) = (parts.next(), parts.next(), parts.next());
    if parts.next().is_some() || kind != Some(resource.kind()) {
        return false;
    }
    match (second, third) {
        (Some(only), None) => only == name,
        (Some(namespace), Some(last)) => last == name && resource.namespace() == Some(namespace),
        (None, _) => false,
    }
}

/// `Kind/name`, or `Kind/namespace/name` where the manifest names a namespace; the address of a block
/// of Terraform.
pub(crate) fn long_id(resource: &Resource) -> String {
    if let Some(block) = resource.block() {
        return block.address.clone();
    }
    let name = resource.name().or(resource.generate_name()).unwrap_or("");
    let written = resource
        .metadata()
        .and_then(|metadata| metadata.get("namespace"));
    match written.and_then(|node| node.value.as_str()) {
        Some(namespace) => format!("{}/{namespace}/{name}", resource.kind()),
        None => format!("{}/{name}", resource.kind()),
    }
}
