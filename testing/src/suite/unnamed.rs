//! What no expectation names: resources and files of fixtures, and rules.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use policyc_diagnostics::{Code, Diagnostic};
use policyc_project::shown;

use super::Suite;
use super::fixture::{Fixture, long_id};
use super::plan::{Plan, Planner};

/// Names of the folders beside a suite in which every file must be named by an expectation.
const FIXTURE_FOLDERS: &[&str] = &["pass", "fail", "skip", "unknown", "unmatched", "fixtures"];

/// Endings of the names of fixtures.
const ENDINGS: &[&str] = &["yaml", "yml", "json", "tf"];

/// A resource of a fixture: file, place in it, and what it is called.
pub(super) type Named = (PathBuf, u32, String);

pub(super) fn named(fixture: &Fixture) -> Named {
    (
        fixture.path.clone(),
        fixture.resource.span().start,
        long_id(&fixture.resource),
    )
}

impl Planner<'_> {
    /// The plan, with what is wrong with it as a whole.
    pub(super) fn finish(mut self) -> Plan {
        if self.incomplete {
            return self.plan;
        }
        self.unnamed_resources();
        self.unnamed_files();
        for policy in &self.main.program.policies {
            // The library is tested where it lies.
            if self.plan.sources.is_library(policy.origin.source) {
                continue;
            }
            for rule in &policy.rules {
                if !self.tested.contains(&rule.origin) {
                    let message =
                        format!("no suite tests the rule `{}/{}`", policy.name, rule.name);
                    let diagnostic = Diagnostic::new(Code::W0801, rule.origin.at_start(), message);
                    self.plan.diagnostics.push(diagnostic);
                }
            }
        }
        self.plan
    }

    /// Resources of fixtures that no expectation names.
    fn unnamed_resources(&mut self) {
        for (_, fixtures) in self.fixtures.files() {
            for fixture in fixtures {
                let span = fixture.resource.span();
                let name = named(fixture);
                let is_owed = fixture.resource.block().is_none() || self.owed.contains(&name);
                if self.named.contains(&name) || !is_owed {
                    continue;
                }
                let message = format!("no expectation names `{}`", long_id(&fixture.resource));
                let help = "name it in the suite, or delete it";
                let diagnostic = Diagnostic::new(Code::E0804, span.at_start(), message).help(help);
                self.plan.diagnostics.push(diagnostic);
            }
        }
    }

    /// Files beside named fixtures, and in the folders of fixtures of suites, that no expectation
    /// names.
    fn unnamed_files(&mut self) {
        let read: BTreeSet<&Path> = self.fixtures.files().map(|(path, _)| path).collect();
        let suite_folders: BTreeSet<&Path> = self.plan.suites.iter().map(Suite::folder).collect();
        let mut folders: BTreeSet<PathBuf> = read
            .iter()
            .filter_map(|path| path.parent())
            .filter(|folder| !suite_folders.contains(folder))
            .map(Path::to_owned)
            .collect();
        for folder in &suite_folders {
            folders.extend(FIXTURE_FOLDERS.iter().map(|name| folder.join(name)));
        }
        let mut unnamed = Vec::new();
        for folder in folders {
            let Ok(entries) = std::fs::read_dir(&folder) else {
                continue;
            };
            for path in entries.flatten().map(|entry| entry.path()) {
                let is_manifest = path
                    .extension()
                    .is_some_and(|ext| ENDINGS.iter().any(|ending| ext == *ending));
                if is_manifest && !read.contains(path.as_path()) {
                    unnamed.push(path);
                }
            }
        }
        unnamed.sort();
        for path in unnamed {
            let message = format!("no expectation names `{}`", shown(&path));
            let help = "name it in the suite, or delete it";
            self.plan
                .diagnostics
                .push(Diagnostic::global(Code::E0804, message).help(help));
        }
    }
}
