//! Disagreements that are known, with a reason each. The list should be empty.

use std::path::Path;

use serde::Deserialize;

use super::compare::Disagreement;

/// The list.
#[derive(Debug, Default)]
pub struct Known {
    entries: Vec<(KnownDisagreement, bool)>,
}

/// An entry.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KnownDisagreement {
    /// Name of the target.
    pub target: String,
    /// `policy/rule`
    pub rule: String,
    /// Where the resource comes from.
    pub resource: String,
    /// Why it is not mended.
    pub reason: String,
}

impl Known {
    /// Reads the list.
    ///
    /// # Errors
    /// Says what is wrong with the file.
    pub fn read(path: &Path) -> Result<Self, String> {
        let text = std::fs::read_to_string(path)
            .map_err(|error| format!("cannot read `{}`: {error}", path.display()))?;
        let entries: Vec<KnownDisagreement> = serde_yaml::from_str(&text)
            .map_err(|error| format!("`{}`: {error}", path.display()))?;
        Ok(Self {
            entries: entries.into_iter().map(|entry| (entry, false)).collect(),
        })
    }

    /// Whether a disagreement is on the list; the entry then counts as used.
    pub fn has(&mut self, found: &Disagreement) -> bool {
        let mut any = false;
        for (entry, used) in &mut self.entries {
            if entry.target == found.target.as_str()
                && entry.rule == found.rule
                && entry.resource == found.resource
            {
                *used = true;
                any = true;
            }
        }
        any
    }

    /// Entries that no disagreement used: they are to be deleted.
    pub fn stale(&self) -> impl Iterator<Item = &KnownDisagreement> {
        self.entries
            .iter()
            .filter(|(_, used)| !used)
            .map(|(entry, _)| entry)
    }
}
