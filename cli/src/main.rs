//! The binary `policyc`.
fn main() {}
