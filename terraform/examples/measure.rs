//! How fast a configuration of a thousand buckets is parsed and evaluated:
//! `cargo run --release -p policyc-terraform --example measure`.

use std::fmt::Write as _;
use std::time::Instant;

use policyc_diagnostics::SourceMap;
use policyc_terraform::files::MemoryFiles;
use policyc_terraform::{Options, load};

fn main() {
    let mut text = String::from(
        "variable \"env\" {\n  default = \"prod\"\n}\n\nvariable \"public\" {\n  type    = bool\n  default = false\n}\n\n\
         locals {\n  environment = upper(var.env)\n}\n\n",
    );
    for index in 0..1_000 {
        let _ = write!(
            text,
            "resource \"aws_s3_bucket\" \"b{index}\" {{\n  bucket = \"bucket-${{var.env}}-{index}\"\n  \
             acl    = var.public ? \"public-read\" : \"private\"\n\n  versioning {{\n    enabled = true\n  }}\n\n  \
             server_side_encryption_configuration {{\n    rule {{\n      apply_server_side_encryption_by_default {{\n        \
             sse_algorithm = \"aws:kms\"\n      }}\n    }}\n  }}\n\n  tags = {{\n    Name        = \"bucket-{index}\"\n    \
             Environment = local.environment\n  }}\n}}\n\n",
        );
    }
    let files: MemoryFiles = [("main.tf", &text)].into_iter().collect();
    let mut best = f64::INFINITY;
    for _ in 0..20 {
        let mut sources = SourceMap::new();
        let start = Instant::now();
        let loaded = load(&files, "", &Options::default(), &mut sources);
        best = best.min(start.elapsed().as_secs_f64());
        assert_eq!(
            (loaded.statistics.resources, loaded.diagnostics.len()),
            (1_000, 0)
        );
    }
    println!(
        "{} bytes, the best of 20 runs: {:.1} ms, {:.1} MB/s",
        text.len(),
        best * 1e3,
        text.len() as f64 / best / 1e6,
    );
}
