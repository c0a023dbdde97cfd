//! Scanning folders of Terraform files.

use std::collections::BTreeSet;
use std::path::PathBuf;

use policyc_diagnostics::{SourceFile, SourceMap};
use policyc_project::Folder;
use policyc_terraform::{Loaded, Mode, Options, load};
use rayon::prelude::*;

use super::evaluate::{FileResult, Places, Scanner};
use super::files::shown;
use crate::report::model::InputKind;

/// Folders with Terraform files below one path of the command line.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Modules {
    /// What nothing leads out of.
    pub(crate) root: PathBuf,
    /// The folders, relative to the root, with `/`.
    pub(crate) folders: BTreeSet<String>,
    /// Only the blocks in this file of the one folder, if a file was named.
    pub(crate) only: Option<String>,
}

/// A module, loaded as a root module.
struct Module<'f> {
    folder: &'f str,
    sources: SourceMap,
    loaded: Loaded,
}

impl Scanner<'_> {
    /// Scans every folder as a root module, but for those that another one calls: their blocks are
    /// judged with the values of each call.
    pub(super) fn modules(&self, modules: &Modules) -> Vec<FileResult> {
        let all: Vec<Module<'_>> = modules
            .folders
            .par_iter()
            .map(|folder| Module::load(modules, folder))
            .collect();
        let called: BTreeSet<String> = all
            .iter()
            .flat_map(|module| module.loaded.called.iter().cloned())
            .collect();
        let only = modules.only.as_ref();
        let only = only.map(|only| shown(&modules.root.join(only)));
        all.into_par_iter()
            .filter(|module| !called.contains(module.folder))
            .map(|module| self.module(module, only.as_deref()))
            .collect()
    }

    /// Judges the blocks of a module, or only those in one file.
    fn module(&self, module: Module<'_>, only: Option<&str>) -> FileResult {
        let Module {
            folder: _,
            sources,
            loaded,
        } = module;
        let mut places = Places::Sources(&sources);
        let mut result = FileResult {
            files: sources.len(),
            ..FileResult::default()
        };
        for diagnostic in &loaded.diagnostics {
            if diagnostic.is_error() {
                result.counts.unreadable += 1;
                let input = places.input(diagnostic, InputKind::Unreadable);
                result.inputs.push(input);
            }
        }
        for block in loaded.blocks {
            let file = sources.get(block.header.source).map(SourceFile::name);
            if only.is_some_and(|only| file != Some(only)) {
                continue;
            }
            if let Some(reason) = &block.not_loaded {
                let note = places.note(block.header, InputKind::NotLoaded, reason.to_string());
                result.inputs.push(note);
            }
            let is_counted = matches!(block.mode, Mode::Resource | Mode::Data);
            result.counts.resources += usize::from(is_counted);
            if let Some(resource) = block.into_resource() {
                self.resource(&resource, &mut places, &mut result);
            }
        }
        result.sort();
        result
    }
}

impl<'f> Module<'f> {
    fn load(modules: &Modules, folder: &'f str) -> Self {
        let files = Folder::new(&modules.root);
        let mut sources = SourceMap::new();
        let loaded = load(&files, folder, &Options::default(), &mut sources);
        sources.put_below(&shown(&modules.root), 0);
        Self {
            folder,
            sources,
            loaded,
        }
    }
}
