//! Inputs to begin with: what the repository has.

use std::path::Path;

use ignore::WalkBuilder;

/// The folders of the repository with policies, manifests and modules of Terraform.
pub const SEED_FOLDERS: &[&str] = &[
    "stdlib-policies",
    "testing/traps",
    "examples",
    "terraform/tests/fixtures",
];

/// A file to begin with.
#[derive(Debug, Clone)]
pub struct Seed {
    /// The ending of its name.
    pub ending: String,
    /// Its text.
    pub bytes: Vec<u8>,
}

/// The files of the repository at `root`, ordered by path.
#[must_use]
pub fn seeds(root: &Path) -> Vec<Seed> {
    let mut seeds = Vec::new();
    for folder in SEED_FOLDERS {
        let walk = WalkBuilder::new(root.join(folder))
            .sort_by_file_path(Path::cmp)
            .build();
        for entry in walk.flatten() {
            let path = entry.path();
            let ending = path.extension().and_then(|it| it.to_str());
            if let (Some(ending), Ok(bytes)) = (ending, std::fs::read(path)) {
                seeds.push(Seed {
                    ending: ending.to_owned(),
                    bytes,
                });
            }
        }
    }
    seeds
}
