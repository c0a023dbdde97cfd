//! The generated pages of docs/ say what the program says now.

use std::path::Path;

use policyc_testing::generate::{pages, stale, write};

#[test]
fn generated_pages_are_up_to_date() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let pages = pages(&root, Path::new(env!("CARGO_BIN_EXE_policyc"))).unwrap();
    let stale = stale(&root, &pages).unwrap();
    assert!(stale.is_empty(), "`just docs` writes {stale:#?}");
}

#[test]
fn stale_pages_are_found_and_written() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let pages = pages(&root, Path::new(env!("CARGO_BIN_EXE_policyc"))).unwrap();
    assert!(pages.len() > 20, "{}", pages.len());
    let copy = tempfile::tempdir().unwrap();
    let copy = copy.path();
    let missing = stale(copy, &pages).unwrap();
    assert_eq!(missing.len(), pages.len());
    write(copy, &pages).unwrap();
    assert!(stale(copy, &pages).unwrap().is_empty());
    let changed = "docs/reference/portability.md";
    let left_over = "docs/library/gone.md";
    std::fs::write(copy.join(changed), "").unwrap();
    std::fs::write(copy.join(left_over), "").unwrap();
    assert_eq!(stale(copy, &pages).unwrap(), [left_over, changed]);
    write(copy, &pages).unwrap();
    assert!(!copy.join(left_over).exists());
    assert!(stale(copy, &pages).unwrap().is_empty());
}
