//! Input made to break a reader. Each case is small enough for a test, and would not end, or end
//! badly, in a reader without the limit it is about.

use std::fmt::Write;
use std::time::{Duration, Instant};

use super::super::limits::{MAX_BYTES, MAX_DIAGNOSTICS, MAX_DOCUMENTS};
use super::{Format, SOURCE, load};

/// Loads `bytes` and compares the code and a piece of the message of the first diagnostic.
fn refused(name: &str, bytes: &[u8], code: &str, piece: &str) {
    for format in [Format::Auto, Format::Yaml, Format::Json] {
        let start = Instant::now();
        let loaded = load(bytes, SOURCE, format);
        let first = loaded
            .diagnostics
            .first()
            .map(super::line)
            .unwrap_or_default();
        assert!(
            first.starts_with(code) && first.contains(piece),
            "{name} ({format:?}): {first}, not {code} with {piece:?}"
        );
        assert!(loaded.diagnostics.len() <= MAX_DIAGNOSTICS);
        assert!(
            start.elapsed() < Duration::from_secs(20),
            "{name} took {:?}",
            start.elapsed()
        );
        drop(loaded);
    }
}

#[test]
fn depth_is_limited() {
    const LEVELS: usize = 100_000;
    let deep = "lists and maps stand inside each other";
    refused("lists", "[".repeat(LEVELS).as_bytes(), "E0702", deep);
    let closed = format!("{}1{}", "[".repeat(LEVELS), "]".repeat(LEVELS));
    refused("closed lists", closed.as_bytes(), "E0702", deep);
    refused("maps", "{\"a\":".repeat(LEVELS).as_bytes(), "E0702", deep);
    refused(
        "dashes",
        format!("a: 1\nb: {}", "[{b: ".repeat(LEVELS)).as_bytes(),
        "E0702",
        deep,
    );
    refused("block lists", "- ".repeat(LEVELS).as_bytes(), "E0702", deep);
    let mut block = String::new();
    for level in 0..2000 {
        let _ = writeln!(block, "{}a:", " ".repeat(level));
    }
    refused("block maps", block.as_bytes(), "E0702", deep);
    let mut aliases = "a0: &a0 [1]\n".to_owned();
    for n in 1..LEVELS / 100 {
        let _ = writeln!(aliases, "a{n}: &a{n} [*a{}]", n - 1);
    }
    refused("aliases in aliases", aliases.as_bytes(), "E0702", deep);
}

#[test]
fn the_deepest_allowed_is_read() {
    let deepest = format!("{}1{}", "[".repeat(128), "]".repeat(128));
    for format in [Format::Auto, Format::Yaml] {
        let loaded = load(deepest.as_bytes(), SOURCE, format);
        assert!(loaded.diagnostics.is_empty(), "{:?}", loaded.diagnostics);
        assert_eq!(loaded.documents.len(), 1);
    }
}

#[test]
fn aliases_cannot_multiply_without_end() {
    let mut bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
    for n in 1..30 {
        let list = vec![format!("*a{}", n - 1); 10].join(", ");
        let _ = writeln!(bomb, "a{n}: &a{n} [{list}]");
    }
    refused(
        "bomb",
        bomb.as_bytes(),
        "E0702",
        "anchors and aliases stand for more",
    );
    let mut merges = "a0: &a0 {k: [x, x, x, x, x, x, x, x, x, x]}\n".to_owned();
    for n in 1..30 {
        let before = n - 1;
        let entries: Vec<String> = (0..10).map(|key| format!("k{key}: *a{before}")).collect();
        let _ = writeln!(
            merges,
            "a{n}: &a{n} {{<<: *a{before}, {}}}",
            entries.join(", ")
        );
    }
    refused(
        "merges",
        merges.as_bytes(),
        "E0702",
        "anchors and aliases stand for more",
    );
    let nested: String = (0..100).map(|n| format!("&n{n} [")).collect();
    let anchors = format!("{nested}{}{}", "x, ".repeat(20_000), "]".repeat(100));
    refused(
        "anchors around anchors",
        anchors.as_bytes(),
        "E0702",
        "anchors and aliases stand for more",
    );
}

#[test]
fn size_and_number_are_limited() {
    refused(
        "a long scalar",
        &vec![b'a'; MAX_BYTES + 1],
        "E0702",
        "more than the 64 MiB",
    );
    let documents = "---\n".repeat(MAX_DOCUMENTS + 10);
    refused("documents", documents.as_bytes(), "E0702", "documents");
    let broken = "---\n[1\n".repeat(1000);
    let loaded = load(broken.as_bytes(), SOURCE, Format::Auto);
    assert_eq!(loaded.diagnostics.len(), MAX_DIAGNOSTICS);
    let last = loaded.diagnostics.last().expect("some");
    assert!(last.notes[0].contains("more mistakes"));
    let twice = "a: 1\n".repeat(1000);
    assert_eq!(
        load(twice.as_bytes(), SOURCE, Format::Auto)
            .diagnostics
            .len(),
        MAX_DIAGNOSTICS
    );
}

#[test]
fn bytes_that_are_no_text_are_refused() {
    let utf16: Vec<u8> = "a: 1\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let with_mark: Vec<u8> = [0xFF, 0xFE].into_iter().chain(utf16.clone()).collect();
    let big: Vec<u8> = [0xFE, 0xFF]
        .into_iter()
        .chain("a: 1\n".encode_utf16().flat_map(u16::to_be_bytes))
        .collect();
    for (name, bytes, piece) in [
        ("latin 1", &b"a: \xfc\n"[..], "byte 0xfc at offset 3"),
        ("cut off", b"a: \xc3", "byte 0xc3 at offset 3"),
        ("a surrogate", b"a: \xed\xa0\x80", "byte 0xed at offset 3"),
        ("NUL", b"a: b\0c\n", "NUL byte at offset 4"),
        ("UTF-16 without mark", &utf16, "UTF-16"),
        ("UTF-16", &with_mark, "UTF-16"),
        ("UTF-16, big end first", &big, "UTF-16"),
        ("UTF-32", &[0xFF, 0xFE, 0, 0, b'a', 0, 0, 0], "UTF-32"),
    ] {
        refused(name, bytes, "E0701", piece);
    }
}

/// Time must grow with the text, not with its square; in a debug build a few megabytes would take
/// minutes otherwise.
#[test]
fn awkward_texts_take_linear_time() {
    const TIMES: usize = 10_000;
    for (name, text) in [
        (
            "keys",
            (0..TIMES).map(|n| format!("k{n}: 1\n")).collect::<String>(),
        ),
        (
            "flow keys",
            format!(
                "{{{}}}",
                (0..TIMES).map(|n| format!("k{n}, ")).collect::<String>()
            ),
        ),
        ("question marks", "? a\n".repeat(TIMES)),
        ("quotes", "- \"\\n\"\n".repeat(TIMES)),
        ("open quotes", "--- \"\n".repeat(TIMES)),
        ("templates", "---\n{{ x }}: {{ y }}z\n".repeat(TIMES)),
        (
            "one template",
            format!("{}{{{{ y }}}}z\n", "a: \"{{ x }}\"\n".repeat(TIMES)),
        ),
        ("comments", format!("a:\n{}  b\n", "# c\n".repeat(TIMES))),
        (
            "blank lines",
            format!("a: |\n  x\n{}b: 1\n", "\n".repeat(TIMES)),
        ),
        ("colons", format!("a: {}", "b:".repeat(TIMES))),
        ("ampersands", "- &a\n".repeat(TIMES)),
        ("stars", "- *a\n---\n".repeat(TIMES)),
        ("tags", "- !a\n".repeat(TIMES)),
        ("folded", format!("a: >\n{}", "  x\n\n".repeat(TIMES))),
        ("plain", format!("a:{}", " x\n".repeat(TIMES))),
        (
            "list of objects",
            format!(
                "apiVersion: v1\nkind: List\nitems:\n{}",
                "- {apiVersion: v1, kind: Pod}\n".repeat(TIMES)
            ),
        ),
        ("braces", "{}".repeat(TIMES)),
        ("brackets", format!("[{}", "[],".repeat(TIMES))),
        ("odd breaks", "\u{2028}".repeat(TIMES)),
        ("open braces", "{ \n".repeat(TIMES)),
    ] {
        let start = Instant::now();
        let loaded = load(text.as_bytes(), SOURCE, Format::Auto);
        assert!(
            start.elapsed() < Duration::from_secs(20),
            "{name} took {:?}",
            start.elapsed()
        );
        assert!(loaded.diagnostics.len() <= MAX_DIAGNOSTICS);
    }
}
