//! The command line from outside: what it prints, writes and exits with.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod build;
mod check;
mod folder;
mod scan;
mod scan_terraform;
mod test;
mod test_terraform;
