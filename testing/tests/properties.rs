//! The properties of `src/properties` on inputs made by chance from what the repository has, and on every
//! input that once broke one. The same chance every time: `POLICYC_PROPERTY_CASES` asks for more of it.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that fails panics, in functions beside the tests too"
)]

use std::panic::catch_unwind;
use std::path::{Path, PathBuf};

use policyc_testing::properties::{ALL, Property, Seed, seeds};
use proptest::prelude::{Just, Strategy, any, prop_oneof};
use proptest::sample::Index;
use proptest::test_runner::{Config, TestCaseError, TestError, TestRng, TestRunner};

/// Inputs for each property.
const CASES: u32 = 150;

/// Longest seed: what is changed in a longer one is rarely where it matters.
const MAX_SEED: usize = 4 << 10;

/// Words and characters that mean something in policies, YAML or JSON.
const WORDS: &[&str] = &[
    "policy",
    "rule",
    "match",
    "exclude",
    "when",
    "unless",
    "require",
    "deny",
    "for",
    "if",
    "else",
    "let",
    "fn",
    "const",
    "param",
    "import",
    "message",
    "all",
    "any",
    "none",
    "map",
    "filter",
    "in",
    "not",
    "and",
    "or",
    "exists",
    "absent",
    "within",
    "contains",
    "matches",
    "starts_with",
    "label",
    "annotation",
    "namespace",
    "request.old",
    "resource",
    "spec",
    "metadata",
    "cidr(\"",
    "quantity(\"",
    "r#\"",
    "2Gi",
    "30m",
    "1e999",
    "-",
    "??",
    "==",
    "!=",
    "=~",
    "%",
    "[",
    "]",
    "{",
    "}",
    "(",
    ")",
    "{{",
    "\"",
    "\\",
    "\\u{",
    "//",
    "///",
    ":",
    "? ",
    "- ",
    "&a ",
    "*a",
    "<<: ",
    "|",
    ">-",
    "---\n",
    "...\n",
    "%YAML 1.1\n",
    "!!str ",
    "~",
    "null",
    "true",
    "yes",
    "0x10",
    "0o7",
    "1_000",
    ".inf",
    ".nan",
    "2026-01-01",
    "\t",
    "\r",
    "\u{85}",
    "\u{2028}",
    "\u{feff}",
    "\0",
    "\u{1b}[31m",
    "\u{202e}",
    "é",
    "𝒳",
    ",",
    "#",
    "'",
    "18446744073709551616",
];

/// A change of a text.
#[derive(Debug, Clone)]
enum Edit {
    Insert(Index, Vec<u8>),
    Remove(Index, usize),
    Replace(Index, u8),
    Repeat(Index, usize, usize),
    Take(Index, Index, usize),
}

fn edit() -> impl Strategy<Value = Edit> {
    let word = proptest::sample::select(WORDS).prop_map(|word| word.as_bytes().to_vec());
    let bytes = proptest::collection::vec(any::<u8>(), 1..8);
    prop_oneof![
        4 => (any::<Index>(), word).prop_map(|(at, word)| Edit::Insert(at, word)),
        1 => (any::<Index>(), bytes).prop_map(|(at, bytes)| Edit::Insert(at, bytes)),
        3 => (any::<Index>(), 1_usize..40).prop_map(|(at, count)| Edit::Remove(at, count)),
        2 => (any::<Index>(), any::<u8>()).prop_map(|(at, byte)| Edit::Replace(at, byte)),
        1 => (any::<Index>(), 1_usize..60, prop_oneof![Just(2_usize), Just(300)])
            .prop_map(|(at, length, times)| Edit::Repeat(at, length, times)),
        3 => (any::<Index>(), any::<Index>(), 1_usize..200)
            .prop_map(|(to, from, length)| Edit::Take(to, from, length)),
    ]
}

impl Edit {
    fn apply(&self, bytes: &mut Vec<u8>, other: &[u8]) {
        let place = |at: &Index, length: usize| at.index(length + 1);
        match self {
            Self::Insert(at, inserted) => {
                let at = place(at, bytes.len());
                bytes.splice(at..at, inserted.iter().copied());
            }
            Self::Remove(at, count) => {
                let at = place(at, bytes.len());
                bytes.drain(at..(at + count).min(bytes.len()));
            }
            Self::Replace(at, byte) => {
                let at = place(at, bytes.len());
                if let Some(replaced) = bytes.get_mut(at) {
                    *replaced = *byte;
                }
            }
            Self::Repeat(at, length, times) => {
                let at = place(at, bytes.len());
                let piece = bytes
                    .get(at..(at + length).min(bytes.len()))
                    .unwrap()
                    .repeat(*times);
                bytes.splice(at..at, piece);
            }
            Self::Take(to, from, length) => {
                let (to, from) = (place(to, bytes.len()), place(from, other.len()));
                let piece = other.get(from..(from + length).min(other.len())).unwrap();
                bytes.splice(to..to, piece.iter().copied());
            }
        }
    }
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("..")
        .canonicalize()
        .unwrap()
}

fn seeds_of(property: Property) -> Vec<Seed> {
    let mut all = seeds(&root());
    all.retain(|seed| property.seeds.contains(&seed.ending.as_str()));
    assert!(all.len() > 10, "{} seeds of `{}`", all.len(), property.name);
    all
}

fn holds(property: Property, bytes: &[u8]) -> Result<(), String> {
    catch_unwind(|| property.check(bytes)).unwrap_or_else(|_| Err("it panicked".to_owned()))
}

fn by_chance(name: &str) {
    let property = Property::named(name).unwrap();
    let seeds = seeds_of(property);
    let cases = std::env::var("POLICYC_PROPERTY_CASES").ok();
    let config = Config {
        cases: cases.map_or(CASES, |cases| cases.parse().unwrap()),
        failure_persistence: None,
        max_shrink_time: 20_000,
        ..Config::default()
    };
    let rng = TestRng::deterministic_rng(config.rng_algorithm);
    let input = (
        any::<Index>(),
        any::<Index>(),
        proptest::collection::vec(edit(), 0..10),
    );
    let input = input.prop_map(move |(seed, other, edits)| {
        let cut = |seed: &Seed| seed.bytes.get(..MAX_SEED).unwrap_or(&seed.bytes).to_vec();
        let mut bytes = cut(seed.get(&seeds));
        let other = cut(other.get(&seeds));
        for edit in edits {
            edit.apply(&mut bytes, &other);
        }
        bytes
    });
    let result = TestRunner::new_with_rng(config, rng).run(&input, |bytes| {
        holds(property, &bytes).map_err(TestCaseError::fail)
    });
    if let Err(error) = result {
        match error {
            TestError::Fail(reason, bytes) => panic!("{name}: {reason}\n{}", bytes.escape_ascii()),
            TestError::Abort(reason) => panic!("{name}: {reason}"),
        }
    }
}

#[test]
fn compile() {
    by_chance("compile");
}

#[test]
fn load() {
    by_chance("load");
}

#[test]
fn files() {
    by_chance("files");
}

#[test]
fn pipeline() {
    by_chance("pipeline");
}

#[test]
fn evaluate() {
    by_chance("evaluate");
}

/// `fuzz-regressions/PROPERTY/*`: each once broke something.
#[test]
fn regressions() {
    let folder = root().join("testing/fuzz-regressions");
    let mut count = 0;
    for property in ALL {
        let Ok(entries) = std::fs::read_dir(folder.join(property.name)) else {
            continue;
        };
        for entry in entries {
            let path = entry.unwrap().path();
            let bytes = std::fs::read(&path).unwrap();
            if let Err(problem) = holds(*property, &bytes) {
                panic!("{}: {problem}", path.display());
            }
            count += 1;
        }
    }
    assert!(count > 0, "no regressions in {}", folder.display());
}
