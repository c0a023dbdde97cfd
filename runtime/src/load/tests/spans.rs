use super::{Format, SOURCE, read, values};
use crate::value::{Node, Value};

/// Every key and value with the text its span covers, as `path=text`.
fn pieces(text: &str) -> Vec<String> {
    let (nodes, diagnostics) = values(text.as_bytes(), SOURCE, Format::Auto);
    assert!(diagnostics.is_empty(), "{diagnostics:?}");
    let mut out = Vec::new();
    for node in &nodes {
        walk(text, "", node, &mut out);
    }
    out
}

/// The text of a range, which must begin and end between characters.
fn piece(text: &str, start: u32, end: u32) -> &str {
    text.get(start as usize..end as usize)
        .expect("a range of the text")
}

fn walk(text: &str, path: &str, node: &Node, out: &mut Vec<String>) {
    let slice = piece(text, node.start, node.end);
    out.push(format!("{path}={slice}"));
    match &node.value {
        Value::List(items) => {
            for (place, item) in items.iter().enumerate() {
                walk(text, &format!("{path}/{place}"), item, out);
            }
        }
        Value::Map(map) => {
            for entry in map.entries() {
                let key = piece(text, entry.key_start, entry.key_end);
                walk(text, &format!("{path}/{key}"), &entry.node, out);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Unknown(_) => {}
    }
}

#[test]
fn spans_cover_what_was_written() {
    let table: [(&str, &[&str]); 7] = [
        (
            "a: x\nb:\n  c: 'é'\n  d: [1, {e: f}]\n\n# end\n",
            &[
                "=a: x\nb:\n  c: 'é'\n  d: [1, {e: f}]",
                "/a=x",
                "/b=c: 'é'\n  d: [1, {e: f}]",
                "/b/c='é'",
                "/b/d=[1, {e: f}]",
                "/b/d/0=1",
                "/b/d/1={e: f}",
                "/b/d/1/e=f",
            ],
        ),
        (
            "a: |\n  x\n  y\n\nb: 1\n",
            &["=a: |\n  x\n  y\n\nb: 1", "/a=x\n  y", "/b=1"],
        ),
        ("a:\nb: 1", &["=a:\nb: 1", "/a=", "/b=1"]),
        (
            "a:\n  - x\n  - y: 1\n",
            &[
                "=a:\n  - x\n  - y: 1",
                "/a=- x\n  - y: 1",
                "/a/0=x",
                "/a/1=y: 1",
                "/a/1/y=1",
            ],
        ),
        (
            "a: &x {b: 1}\nc: *x\n",
            &[
                "=a: &x {b: 1}\nc: *x",
                "/a={b: 1}",
                "/a/b=1",
                "/c=*x",
                "/c/b=1",
            ],
        ),
        (
            "\u{feff}é: ü\r\nb: \"c\"\r\n",
            &["=é: ü\r\nb: \"c\"", "/é=ü", "/b=\"c\""],
        ),
        (
            "{\"a\": [1, \"é\\n\"], \"b\": null}",
            &[
                "={\"a\": [1, \"é\\n\"], \"b\": null}",
                "/\"a\"=[1, \"é\\n\"]",
                "/\"a\"/0=1",
                "/\"a\"/1=\"é\\n\"",
                "/\"b\"=null",
            ],
        ),
    ];
    for (text, expected) in table {
        similar_asserts::assert_eq!(pieces(text), expected);
    }
}

#[test]
fn an_absent_value_has_a_nearest_parent() {
    let text = "apiVersion: v1\nkind: Pod\nspec:\n  securityContext: {}\n";
    let loaded = read(text);
    let resource = loaded.resources().next().expect("an object");
    for (path, expected) in [
        (["spec", "securityContext", "privileged"], "{}"),
        (["spec", "hostNetwork", "x"], "securityContext: {}"),
        (["kind", "x", "y"], "Pod"),
    ] {
        let node = resource.node.nearest(&path);
        assert_eq!(piece(text, node.start, node.end), expected);
    }
    assert_eq!(resource.span().source, SOURCE);
}

#[test]
fn mistakes_are_at_their_place() {
    for (text, expected) in [
        ("a: 1\nb: .inf\n", ".inf"),
        ("a: 1\nb: *nope\n", "*"),
        ("a: 1\nb: !!int x\n", "x"),
        ("ok: 1\n? [a]\n: 1\n", "["),
        ("{\"a\": 1, \"b\": 1e999}", "1e999"),
        ("a: 1\nb: c: d\n", ":"),
    ] {
        let (_, diagnostics) = values(text.as_bytes(), SOURCE, Format::Auto);
        let span = diagnostics[0].span().expect("a place");
        assert_eq!(
            piece(text, span.start, span.end),
            expected,
            "{text:?}: {}",
            diagnostics[0].message
        );
    }
}
