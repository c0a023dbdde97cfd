//! How expressions are printed.

use super::{Jp, Op};

fn path(text: &str) -> Jp {
    text.split('.')
        .fold(Jp::Current, |base, name| base.member(name))
}

fn check(jp: &Jp, expected: &str) {
    assert_eq!(jp.print(), expected);
}

#[test]
fn precedence() {
    let a = || path("a.b").equals(Jp::int(1));
    let list = || path("request.object.list").filter(a());
    check(&a().negated(), "a.b != `1`");
    check(
        &path("a.b").compare(Op::Less, Jp::int(1)).negated(),
        "!(a.b < `1`)",
    );
    check(
        &Jp::and([
            a(),
            Jp::or([path("c").equals(Jp::null()), path("d").of_type("object")]),
        ]),
        "a.b == `1` && (c == `null` || type(d) == 'object')",
    );
    check(
        &list().non_empty(),
        "length(request.object.list[?a.b == `1`] || `[]`) > `0`",
    );
    check(
        &list().non_empty().negated(),
        "length(request.object.list[?a.b == `1`] || `[]`) == `0`",
    );
    check(
        &path("outer").filter(list().non_empty()),
        "outer[?request.object.list[?a.b == `1`]]",
    );
    check(
        &path("outer").filter(list().non_empty().negated()),
        "outer[?!(request.object.list[?a.b == `1`])]",
    );
    let flat = Jp::Flatten(Box::new(Jp::Members(
        Box::new(path("spec")),
        vec!["a".into(), "b".into()],
    )));
    check(&flat.clone().filter(a()), "spec.[a, b][] | [?a.b == `1`]");
    check(
        &Jp::Project(Box::new(flat.filter(a())), Box::new(path("x.y"))),
        "spec.[a, b][] | [?a.b == `1`].x.y",
    );
    check(
        &Jp::Index(Box::new(list()), 0),
        "(request.object.list[?a.b == `1`])[0]",
    );
    check(
        &Jp::Call("starts_with", vec![path("a"), Jp::text("x")]).negated(),
        "!starts_with(a, 'x')",
    );
}

#[test]
fn common_heads_are_written_once() {
    let text = || path("image").of_type("string");
    let starts = |prefix: &str| Jp::Call("starts_with", vec![path("image"), Jp::text(prefix)]);
    let ways = ["a", "b"].map(|prefix| Jp::and([text(), starts(prefix)]));
    check(
        &Jp::or(ways),
        "type(image) == 'string' && (starts_with(image, 'a') || starts_with(image, 'b'))",
    );
}

/// Kyverno looks for `{{`, `}}`, `$(`, `request.object` and `images` in the text; JMESPath for
/// quotes and backslashes.
#[test]
fn texts() {
    for (text, expected) in [
        ("plain", "'plain'"),
        ("it's", r"'it\'s'"),
        (r"back\slash", r"'back\slash'"),
        (r"end\", r#"`"end\\"`"#),
        (r"\'", r"'\\''"),
        ("^[a-z]{1,3}$", "'^[a-z]{1,3}$'"),
        ("{{x}}", r#"`"\u007b\u007bx\u007d\u007d"`"#),
        ("{", r#"`"\u007b"`"#),
        ("$(x)", r#"`"\u0024(x)"`"#),
        ("`", "'`'"),
        ("a\nb", r#"`"a\nb"`"#),
        ("request.object.spec", r#"`"request\u002eobject.spec"`"#),
        ("images", r#"`"\u0069mages"`"#),
    ] {
        check(&Jp::text(text), expected);
    }
}

#[test]
fn names() {
    check(&path("a").member("b/c"), r#"a."b/c""#);
    check(
        &path("a").member("{{x}}"),
        r#"a."\u007b\u007bx\u007d\u007d""#,
    );
    check(&path("a").member("images"), "a.images");
    check(&path("images"), r#""\u0069mages""#);
}
