//! Scanning folders of Terraform files.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use policyc_diagnostics::SourceMap;
use policyc_project::Folder;
use policyc_terraform::{Mode, Options, load};
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

/// What a module gave, and which others it calls.
struct Loaded {
    folder: String,
    called: BTreeSet<String>,
    result: FileResult,
}

impl Scanner<'_> {
    /// Scans every folder as a root module, but for those that another one calls: their blocks are
    /// judged with the values of each call.
    pub(super) fn modules(&self, modules: &Modules) -> Vec<FileResult> {
        let loaded: Vec<Loaded> = modules
            .folders
            .par_iter()
            .map(|folder| self.module(modules, folder))
            .collect();
        let called: BTreeSet<&String> = loaded.iter().flat_map(|module| &module.called).collect();
        let is_root: Vec<bool> = loaded
            .iter()
            .map(|module| !called.contains(&module.folder))
            .collect();
        loaded
            .into_iter()
            .zip(is_root)
            .filter_map(|(module, is_root)| is_root.then_some(module.result))
            .collect()
    }

    fn module(&self, modules: &Modules, folder: &str) -> Loaded {
        let files = Folder::new(&modules.root);
        let mut sources = SourceMap::new();
        let loaded = load(&files, folder, &Options::default(), &mut sources);
        sources.put_below(&shown(&modules.root), 0);
        let only = modules.only.as_ref();
        let only = only.map(|only| shown(&modules.root.join(only)));
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
        for block in &loaded.blocks {
            let named = sources.get(block.header.source).map(|file| file.name());
            let wanted = only
                .as_deref()
                .is_none_or(|only| named.is_some_and(|name| Path::new(name) == Path::new(only)));
            if let (true, Some(reason)) = (wanted, &block.not_loaded) {
                let note = places.note(block.header, InputKind::NotLoaded, reason.to_string());
                result.inputs.push(note);
            }
            if let (true, Some(resource)) = (wanted, block.to_resource()) {
                let is_counted = matches!(block.mode, Mode::Resource | Mode::Data);
                result.counts.resources += usize::from(is_counted);
                self.resource(&resource, &mut places, &mut result);
            }
        }
        result.sort();
        Loaded {
            folder: folder.to_owned(),
            called: loaded.called.into_iter().collect(),
            result,
        }
    }
}
