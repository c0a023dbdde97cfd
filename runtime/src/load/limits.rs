//! How much a file may cost. Each limit is far above what real manifests need, and low enough
//! that no file takes more than a few seconds, or more than a few hundred megabytes.

/// Bytes in a file.
pub const MAX_BYTES: usize = 64 << 20;

/// Values in a file; the copies that aliases make count apart.
pub const MAX_NODES: usize = 2_000_000;

/// Values under anchors, each counted where it is anchored and again for each alias.
pub const MAX_ANCHORED_NODES: usize = 500_000;

/// Documents in a file, empty ones included.
pub const MAX_DOCUMENTS: usize = 100_000;

/// Diagnostics for one file; what comes after them is counted, not shown.
pub const MAX_DIAGNOSTICS: usize = 100;

/// What a file has used up.
#[derive(Debug, Default)]
pub(super) struct Budget {
    pub(super) nodes: usize,
    pub(super) anchored: usize,
}
