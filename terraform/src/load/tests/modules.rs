use super::{run, run_with};
use crate::load::{Assignment, InstanceKey, Mode, Options};

const CHILD: &str = r#"
variable "n" { default = 0 }
resource "aws_instance" "i" { number = var.n }
output "n" { value = var.n + 1 }
"#;

#[test]
fn addresses_go_through_all_instances() {
    let run = run(&[
        (
            "main.tf",
            r#"
            module "m" {
              source   = "./a"
              for_each = { "k.1" = 5 }
              n        = each.value
            }
            output "o" { value = module.m["k.1"].n }
            "#,
        ),
        (
            "a/main.tf",
            r#"
            variable "n" {}
            module "inner" {
              source = "../b"
              count  = 2
              n      = var.n + count.index
            }
            output "n" { value = module.inner[*].n }
            "#,
        ),
        ("b/main.tf", CHILD),
    ]);
    assert_eq!(run.said(), [""; 0]);
    let address = r#"module.m["k.1"].module.inner[1].aws_instance.i"#;
    assert_eq!(run.show(address, "number"), "6");
    assert_eq!(run.show("output.o", "value"), "[6, 7]");
    let block = run.block(address);
    assert_eq!(block.module, r#"module.m["k.1"].module.inner[1]"#);
    assert_eq!(&*block.folder, "b");
    let calls: Vec<&str> = block
        .calls
        .iter()
        .map(|call| run.sources.slice(*call))
        .collect();
    assert_eq!(calls, [r#"module "m""#, r#"module "inner""#]);
    assert_eq!(run.loaded.statistics.modules, 4);
    assert_eq!(run.loaded.called, ["a", "b"]);
    let call = run.block(r#"module.m["k.1"].module.inner[1]"#);
    assert_eq!(
        (call.mode, &call.key),
        (Mode::Module, &InstanceKey::Index(1))
    );
}

#[test]
fn modules_that_are_not_here_are_unknown() {
    let run = run_with(
        &[(
            "live/main.tf",
            r#"
            module "registry" { source = "terraform-aws-modules/vpc/aws" }
            module "git" { source = "git::https://example.com/a.git" }
            module "missing" { source = "./missing" }
            module "outside" { source = "../../shared" }
            module "absolute" { source = "/etc" }
            output "o" {
              value = [module.registry.a, module.git.b, module.missing.c, module.outside.d]
            }
            "#,
        )],
        "live",
        &Options::default(),
    );
    assert_eq!(
        run.said(),
        [
            "W0724 `module.missing` comes from `./missing`, where there is no folder",
            "W0724 `module.outside` comes from `../../shared`, which is outside of the scanned folder",
        ]
    );
    let output = run.show("output.o", "value");
    assert_eq!(output.matches("unknown: `module.").count(), 4, "{output}");
    assert_eq!(run.loaded.statistics.modules_not_loaded, 5);
    let reason = run.block("module.registry").not_loaded.as_deref();
    assert_eq!(
        reason,
        Some("`module.registry` comes from `terraform-aws-modules/vpc/aws`, which is not here")
    );
}

#[test]
fn blocks_of_modules_whose_number_is_unknown_are_uncertain() {
    let run = run(&[
        (
            "main.tf",
            r#"
            variable "v" {}
            module "m" {
              source = "./b"
              count  = var.v ? 1 : 0
            }
            output "o" { value = module.m[0].n }
            "#,
        ),
        ("b/main.tf", CHILD),
    ]);
    assert!(run.block("module.m[*].aws_instance.i").uncertain.is_some());
    assert_eq!(
        run.show("output.o", "value"),
        "unknown: the variable `v` has no value"
    );
}

#[test]
fn arguments_that_are_no_variables_and_missing_ones_are_said() {
    let run = run(&[
        (
            "main.tf",
            "module \"m\" {\n  source = \"./a\"\n  b = 1\n}\n",
        ),
        (
            "a/main.tf",
            "variable \"c\" {}\noutput \"o\" {\n  value = var.c\n}\n",
        ),
    ]);
    assert_eq!(
        run.said(),
        [
            "E0726 `module.m` has no variable `b`",
            "E0727 the call of the module gives no value for `c`",
        ]
    );
}

#[test]
fn later_values_of_variables_win() {
    let files = [
        (
            "main.tf",
            "variable \"a\" {}\nvariable \"b\" {\n  type = list(string)\n}\noutput \"o\" {\n  value = [var.a, var.b]\n}\n",
        ),
        ("terraform.tfvars", "a = \"tfvars\"\nnot_declared = 1\n"),
        ("more/x.tfvars", "a = \"file\"\n"),
    ];
    let show = |options: &Options| {
        let run = run_with(&files, "", options);
        (run.show("output.o", "value"), run.said())
    };
    let mut options = Options {
        environment: vec![
            ("a".to_owned(), "env".to_owned()),
            ("b".to_owned(), "[1]".to_owned()),
        ],
        ..Options::default()
    };
    assert_eq!(show(&options), (r#"["tfvars", ["1"]]"#.to_owned(), vec![]));
    let variable = |name: &str, value: &str| Assignment::Variable {
        name: name.to_owned(),
        value: value.to_owned(),
    };
    options.assignments = vec![
        variable("a", "not [an expression"),
        variable("b", r#"["x", true]"#),
    ];
    let (value, _) = show(&options);
    assert_eq!(value, r#"["not [an expression", ["x", "true"]]"#);
    options
        .assignments
        .push(Assignment::File("more/x.tfvars".to_owned()));
    options.assignments.push(variable("zzz", "1"));
    options
        .assignments
        .push(Assignment::File("../x.tfvars".to_owned()));
    let (value, said) = show(&options);
    assert_eq!(value, r#"["file", ["x", "true"]]"#);
    assert_eq!(
        said,
        [
            "E0727 there is no variable `zzz`",
            "E0720 `../x.tfvars` is outside of the scanned folder",
        ]
    );
}

#[test]
fn values_that_do_not_fit_their_type_are_said() {
    let run = run(&[(
        "main.tf",
        r#"
        variable "ports" {
          type    = list(object({ port = number, name = optional(string, "http") }))
          default = [{ port = 80 }, { port = "x" }]
        }
        variable "typo" { type = strin }
        output "o" { value = var.ports }
        output "p" { value = var.typo }
        "#,
    )]);
    assert_eq!(
        run.said(),
        [
            "E0727 the variable `ports`: `[1].port`: a number is required, but this text is none",
            "E0721 there is no type `strin`",
        ]
    );
    assert!(run.show("output.o", "value").starts_with("unknown: "));
}
