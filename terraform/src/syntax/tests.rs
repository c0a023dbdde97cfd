use policyc_diagnostics::SourceId;

use super::tree::{Kind, Range};
use super::{parse, parse_expr, parse_template, plain};
use crate::value::Value;

#[test]
fn the_text_for_the_parser_has_each_byte_at_its_place() {
    for (text, expected) in [
        ("a = <<-EOT\n  x\n  EOT\n", "a =  <<EOT\n  x\n  EOT\n"),
        ("a = <<EOT\nEOT\nb = 1\n", "a = \"\"   \n   \nb = 1\n"),
        (
            "a = <<-EOT\r\n  EOT\r\nb = 1\n",
            "a = \"\"     \n      \nb = 1\n",
        ),
        ("a = 1 << 2\n", "a = 1 << 2\n"),
        ("# <<-", "# <<-"),
        ("a = \"<<\"\n", "a = \"<<\"\n"),
    ] {
        let plain = plain(text);
        assert_eq!(plain.len(), text.len(), "{text:?}");
        assert_eq!(
            plain.replace('\r', ""),
            expected.replace('\r', ""),
            "{text:?}"
        );
    }
}

#[test]
fn numbers_are_exact() {
    for (text, shown) in [
        (
            "123456789012345678901234567890",
            "123456789012345678901234567890",
        ),
        ("-1.50", "-1.5"),
        ("- 3", "-3"),
        ("0.1234567890123456789", "0.1234567890123456789"),
    ] {
        let expr = parse_expr(text, SourceId(0)).unwrap();
        let Kind::Literal(Value::Number(number)) = expr.kind else {
            panic!("{text}")
        };
        assert_eq!(number.to_string(), shown);
    }
}

#[test]
fn mistakes_have_their_place() {
    let text = "a {\n  b = 1\n}\nc {\n  d = *\n}\n";
    let parsed = parse(text, SourceId(0));
    let error = parsed.error.unwrap();
    assert_eq!(text.as_bytes()[error.range.start as usize], b'*');
    assert_eq!(parsed.body.blocks.len(), 1);
    assert!(parse_expr("1 +", SourceId(0)).is_err());
    assert!(parse_template("${", SourceId(0), Range::default()).is_err());
}
