//! What must hold of any input, however broken: no panic, bounded time, and what is written reads
//! back the same.
//!
//! Each property takes bytes and says what is wrong. The fuzz targets of `fuzz/` and the test
//! `properties` call the same ones; a panic is found by whoever calls.

mod documents;
mod files;
mod judging;
mod manifests;
mod seeds;
mod sources;
mod terraform;

use std::time::{Duration, Instant};

pub use seeds::{SEED_FOLDERS, Seed, seeds};

/// The longest that a property may take for one input, on a busy machine and without optimization.
pub const MAX_TIME: Duration = Duration::from_secs(if cfg!(debug_assertions) { 60 } else { 10 });

/// Longest input, in bytes: what a target takes of a longer one is enough.
pub const MAX_INPUT: usize = 64 << 10;

/// A property of all inputs.
#[derive(Debug, Clone, Copy)]
pub struct Property {
    /// The name of its fuzz target.
    pub name: &'static str,
    /// The endings of files that are good to begin with.
    pub seeds: &'static [&'static str],
    check: fn(&[u8]) -> Result<(), String>,
}

/// Every property.
pub const ALL: &[Property] = &[
    Property {
        name: "compile",
        seeds: &["policy"],
        check: sources::compiles,
    },
    Property {
        name: "load",
        seeds: &["yaml", "yml", "json"],
        check: manifests::loads,
    },
    Property {
        name: "files",
        seeds: &["yaml", "yml"],
        check: files::loads,
    },
    Property {
        name: "pipeline",
        seeds: &["policy"],
        check: documents::reads_back,
    },
    Property {
        name: "evaluate",
        seeds: &["yaml", "yml", "json"],
        check: judging::agrees,
    },
    Property {
        name: "terraform",
        seeds: &["tf"],
        check: terraform::loads,
    },
];

impl Property {
    /// The property of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        ALL.iter().find(|property| property.name == name).copied()
    }

    /// Whether it holds of an input.
    ///
    /// # Errors
    /// What does not hold.
    pub fn check(&self, bytes: &[u8]) -> Result<(), String> {
        let started = Instant::now();
        (self.check)(bytes.get(..MAX_INPUT).unwrap_or(bytes))?;
        let elapsed = started.elapsed();
        if elapsed > MAX_TIME {
            return Err(format!("it took {elapsed:?}"));
        }
        Ok(())
    }
}

/// Bytes as a source: what is no UTF-8 is replaced, as nobody can give it to the compiler.
fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
