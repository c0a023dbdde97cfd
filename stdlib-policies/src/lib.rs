//! The policy library, embedded in the binary.
//!
//! Each policy has a folder `<domain>/<category>/<policy>/` with its source, its suite and its
//! fixtures; the folders are the one register.

/// Every source: its path below this folder with `/`, such as
/// `kubernetes/images/no-latest-tag/no-latest-tag.policy`, and its text; ordered by path.
pub static SOURCES: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/sources.rs"));
