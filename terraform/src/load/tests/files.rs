use policyc_diagnostics::SourceMap;

use super::run;
use crate::files::MemoryFiles;
use crate::load::{Options, load};

#[test]
fn a_mistake_hides_neither_other_files_nor_other_blocks() {
    let run = run(&[
        (
            "a.tf",
            "resource \"x\" \"a\" {\n  n = 1\n  n = 2\n}\nresource \"x\" \"b\" {\n  n = 3\n}\n",
        ),
        (
            "b.tf",
            "resource \"x\" \"c\" {\n  n = ]\n}\nresource \"x\" \"d\" {\n  n = 4\n}\n",
        ),
        ("c.tf", "resource \"x\" \"e\" {\n  n = 5\n}\n"),
        ("d.tf.json", "{\"resource\": "),
    ]);
    assert_eq!(run.addresses(), ["x.b", "x.d", "x.e"]);
    assert_eq!(run.show("x.d", "n"), "4");
    assert_eq!(run.text("x.d", "n"), "4");
    let codes: Vec<&str> = run
        .loaded
        .diagnostics
        .iter()
        .map(|it| it.code.as_str())
        .collect();
    assert_eq!(codes, ["E0720", "E0720", "E0704"]);
    let place = run.loaded.diagnostics[0].span().unwrap();
    assert_eq!(run.sources.locate(place).unwrap().1.line, 3);
}

#[test]
fn the_syntax_of_terraform_0_11_is_read() {
    let run = run(&[(
        "main.tf",
        r#"
        variable "names" {
          type    = "list"
          default = ["a", "b"]
        }
        variable "tags" {
          type    = "map"
          default = { Env = "dev" }
        }
        variable region { default = "eu" }
        resource aws_instance web {
          count  = "${length(var.names)}"
          name   = "${element(var.names, count.index)}"
          region = "${var.region}"
          tags   = "${merge(var.tags, map("Name", "x"))}"
          ids    = ["${aws_instance.other.*.name}"]
          first  = "${aws_instance.other.0.name}"
        }
        resource "aws_instance" "other" {
          count = 2
          name  = "other-${count.index}"
        }
        "#,
    )]);
    assert_eq!(run.show("aws_instance.web[1]", "name"), r#""b""#);
    assert_eq!(run.show("aws_instance.web[1]", "region"), r#""eu""#);
    assert_eq!(
        run.show("aws_instance.web[1]", "ids"),
        r#"[["other-0", "other-1"]]"#
    );
    assert_eq!(run.show("aws_instance.web[1]", "first"), r#""other-0""#);
    // Terraform has had no `map()` since 0.15.
    assert_eq!(
        run.show("aws_instance.web[1]", "tags"),
        r#"{Env = "dev", Name = "x"}"#
    );
}

#[test]
fn texts_of_all_kinds_are_read() {
    let run = run(&[
        ("bom.tf", "\u{feff}resource \"x\" \"bom\" {\n  a = 1\n}\n"),
        (
            "crlf.tf",
            "resource \"x\" \"crlf\" {\r\n  a = <<EOT\r\none\r\ntwo\r\nEOT\r\n  b = [\r\n    1,\r\n  ]\r\n}\r\n",
        ),
        ("empty.tf", ""),
        ("comments.tf", "# one\n// two\n/* three\n */\n"),
        ("no_newline.tf", "resource \"x\" \"end\" { a = 1 }"),
        ("tabs.tf", "resource\t\"x\"\t\"tabs\"\t{\n\ta\t=\t1\n}\n"),
        (".hidden.tf", "resource \"x\" \"hidden\" {}\n"),
        ("backup.tf~", "resource \"x\" \"backup\" {}\n"),
    ]);
    assert_eq!(run.said(), [""; 0]);
    assert_eq!(run.addresses(), ["x.bom", "x.crlf", "x.end", "x.tabs"]);
    assert_eq!(run.text("x.bom", "a"), "1");
    assert_eq!(run.show("x.crlf", "a"), r#""one\r\ntwo\r\n""#);
    assert_eq!(run.show("x.crlf", "b"), "[1]");
}

#[test]
fn names_are_given_once() {
    let run = run(&[(
        "main.tf",
        r#"
        resource "x" "a" { n = 1 }
        resource "x" "a" { n = 2 }
        locals { l = 1 }
        locals { l = 2 }
        resource "x" {}
        widget "w" {}
        "#,
    )]);
    assert_eq!(
        run.said(),
        [
            "E0725 `x.a` is given twice",
            "E0725 `local.l` is given twice",
            "E0726 a block of type `resource` has 2 labels, but this has 1",
            "E0726 there are no blocks of type `widget`",
        ]
    );
    assert_eq!(run.show("x.a", "n"), "1");
}

#[test]
fn bytes_that_are_no_text_are_said() {
    let mut files = MemoryFiles::new();
    files.add("a.tf", b"resource \"x\" \"a\" { n = \"\xff\" }\n");
    files.add("b.tf", b"resource \"x\" \"b\" { n = \"a\0b\" }\n");
    let mut sources = SourceMap::new();
    let loaded = load(&files, "", &Options::default(), &mut sources);
    assert_eq!(loaded.diagnostics[0].code.as_str(), "E0701");
    assert!(loaded.blocks.iter().all(|block| block.address != "x.a"));
}
