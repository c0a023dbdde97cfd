//! Fixtures that are modules of Terraform: a `.tf` file on its own, or a folder.

use std::path::Path;
use std::sync::Arc;

use policyc_diagnostics::{Diagnostic, SourceMap};
use policyc_ir::scalar::Glob;
use policyc_ir::{BlockMode, BlockSelector, Scope};
use policyc_project::{Folder, shown};
use policyc_runtime::load::Resource;
use policyc_terraform::files::{Files, Listing, Unreadable};
use policyc_terraform::{Options, load};

use super::fixture::Fixture;

/// Whether a fixture is a module.
pub(super) fn is_module(path: &Path) -> bool {
    let name = path.file_name().and_then(|name| name.to_str());
    let is_file = name.is_some_and(|name| name.ends_with(".tf") || name.ends_with(".tf.json"));
    is_file || path.is_dir()
}

/// One file of a folder, as if there were no other.
struct OneFile<'a> {
    folder: Folder,
    name: &'a str,
}

impl Files for OneFile<'_> {
    fn list(&self, folder: &str) -> Result<Listing, Unreadable> {
        if !folder.is_empty() {
            return Err(Unreadable::Missing);
        }
        Ok(Listing {
            files: vec![self.name.to_owned()],
            folders: Vec::new(),
        })
    }

    fn read(&self, path: &str) -> Result<Arc<[u8]>, Unreadable> {
        if path == self.name {
            self.folder.read(path)
        } else {
            Err(Unreadable::Missing)
        }
    }
}

/// The blocks of a module.
pub(super) fn read(
    path: &Path,
    map: &mut SourceMap,
    diagnostics: &mut Vec<Diagnostic>,
) -> std::io::Result<Vec<Fixture>> {
    std::fs::metadata(path)?;
    let name = path.file_name().and_then(|name| name.to_str());
    let files: Box<dyn Files> = match (path.is_dir(), path.parent(), name) {
        (false, Some(parent), Some(name)) => Box::new(OneFile {
            folder: Folder::new(parent),
            name,
        }),
        (true | false, _, _) => Box::new(Folder::new(path)),
    };
    let folder = if path.is_dir() {
        Some(path)
    } else {
        path.parent()
    };
    let before = map.len();
    let loaded = load(&*files, "", &Options::default(), map);
    map.put_below(&folder.map(shown).unwrap_or_default(), before);
    diagnostics.extend(loaded.diagnostics);
    Ok(loaded
        .blocks
        .into_iter()
        .filter_map(policyc_terraform::Block::into_resource)
        .map(|resource| Fixture {
            path: path.to_owned(),
            resource: Arc::new(resource),
        })
        .collect())
}

/// All blocks of a module, without a word about what is wrong with it.
///
/// # Errors
/// When it cannot be read.
pub fn blocks(path: &Path) -> std::io::Result<Vec<Arc<Resource>>> {
    let fixtures = read(path, &mut SourceMap::new(), &mut Vec::new())?;
    let blocks = fixtures.into_iter().map(|fixture| fixture.resource);
    Ok(blocks.collect())
}

/// Whether a rule is about blocks of this type, whatever else it asks of them.
pub(super) fn is_of_type(scope: &Scope, resource: &Resource) -> bool {
    let Some(block) = resource.block() else {
        return false;
    };
    let (matches, _) = scope.blocks();
    let mut selectors = matches.iter().flat_map(|clause| &clause.blocks);
    selectors.any(|BlockSelector { mode, ty }| {
        let of_type = |glob: &String| {
            let ty = block.ty.as_deref();
            ty.is_some_and(|ty| Glob::new(glob).matches(ty))
        };
        *mode == block.mode && ty.as_ref().is_none_or(of_type)
    })
}

/// Whether a block creates or reads something: what a fixture is made for.
pub(super) fn is_managed(resource: &Resource) -> bool {
    resource.block().is_some_and(|block| match block.mode {
        BlockMode::Resource | BlockMode::Data => true,
        BlockMode::Module | BlockMode::Provider | BlockMode::Variable | BlockMode::Output => false,
    })
}
