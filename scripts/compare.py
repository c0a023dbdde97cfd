#!/usr/bin/env python3
"""Measures policyc against its peers on the same files in the same run, and prints ratios.

usage: scripts/compare.py [--rounds N] [--only ROW]...

Builds policyc in release mode. Kyverno's CLI and Checkov come from scripts/engines.sh; cfn-guard 3.2.1
from $POLICYC_CFN_GUARD, from PATH, or from `cargo install` into the cache beside the engines. Runs of
the peers alternate with ours, so that both see the same noise. Needs Python 3.11, nothing else.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FILES = 1000

DEPLOYMENT = """apiVersion: apps/v1
kind: Deployment
metadata:
  name: web-{n}
  namespace: team-{team}
  labels:
    app.kubernetes.io/name: web-{n}
    environment: prod
spec:
  replicas: {replicas}
  selector:
    matchLabels:
      app: web-{n}
  template:
    metadata:
      labels:
        app: web-{n}
    spec:
      serviceAccountName: web
      initContainers:
        - name: migrate
          image: registry.example.com/team/migrate:1.4.{n}
          command: ["/migrate", "--wait"]
      containers:
        - name: web
          image: registry.example.com/team/web:2.{n}.0
          ports:
            - name: http
              containerPort: 8080
          env:
            - name: LOG_LEVEL
              value: info
            - name: REGION
              valueFrom:
                fieldRef:
                  fieldPath: metadata.namespace
          resources:
            requests: {{cpu: 100m, memory: 128Mi}}
            limits: {{memory: 256Mi}}
          securityContext:
            allowPrivilegeEscalation: false
            privileged: {privileged}
            runAsNonRoot: true
            capabilities:
              drop: [ALL]
            seccompProfile:
              type: RuntimeDefault
          livenessProbe:
            httpGet: {{path: /healthz, port: http}}
          readinessProbe:
            httpGet: {{path: /ready, port: http}}
        - name: sidecar
          image: registry.example.com/platform/proxy:0.9
          securityContext:
            allowPrivilegeEscalation: false
            runAsNonRoot: true
      volumes:
        - name: cache
          emptyDir: {{}}
"""

BUCKET = """resource "aws_s3_bucket" "logs_{n}" {{
  bucket              = "${{local.prefix}}-logs-{n}"
  force_destroy       = {destroy}
  object_lock_enabled = var.lock
  tags = merge(local.tags, {{
    name  = "logs-{n}"
    owner = "team-{team}"
  }})
  versioning {{
    enabled = {versioning}
  }}
  server_side_encryption_configuration {{
    rule {{
      bucket_key_enabled = true
      apply_server_side_encryption_by_default {{
        sse_algorithm     = "aws:kms"
        kms_master_key_id = "alias/logs"
      }}
    }}
  }}
  logging {{
    target_bucket = "audit"
    target_prefix = "s3/logs-{n}/"
  }}
  lifecycle_rule {{
    enabled = true
    prefix  = "tmp/"
    expiration {{
      days = {days}
    }}
  }}
}}
"""

VARIABLES = """variable "lock" {
  type    = bool
  default = true
}

variable "stage" {
  default = "prod"
}

locals {
  prefix = "example-${var.stage}"
  tags = {
    environment = var.stage
    cluster     = "main"
  }
}
"""

# Twenty rules that both can say.
BUCKET_RULES = [
    "exists bucket",
    'bucket starts_with "example-"',
    'bucket matches "*-logs-*"',
    "force_destroy == false",
    "object_lock_enabled == true",
    "exists tags.environment",
    "exists tags.cluster",
    'tags.environment in ["dev", "test", "prod"]',
    'tags.owner matches "team-*"',
    'tags.cluster != "old"',
    "versioning.enabled == true",
    "exists server_side_encryption_configuration",
    "exists logging",
    'all l in logging: l.target_bucket == "audit"',
    'all l in logging: l.target_prefix starts_with "s3/"',
    "all r in lifecycle_rule: r.enabled == true",
    "any r in lifecycle_rule: exists r.prefix",
    'none r in lifecycle_rule: r.prefix == "archive/"',
    'absent acl or acl == "private"',
    "absent resource.policy",
]

GUARD = """rule no_privileged_containers when kind == 'Deployment' {
    spec.template.spec.containers[*] {
        securityContext.privileged not exists or securityContext.privileged == false
    }
    when spec.template.spec.initContainers exists {
        spec.template.spec.initContainers[*] {
            securityContext.privileged not exists or securityContext.privileged == false
        }
    }
}
"""


@dataclass
class Figure:
    """Times in seconds and the most memory in MiB of some runs."""

    seconds: list[float]
    memory: float

    @property
    def best(self) -> float:
        return min(self.seconds)

    @property
    def median(self) -> float:
        return statistics.median(self.seconds)


def run(command: list[str], expect: set[int], cwd: Path) -> tuple[float, float]:
    """Seconds and MiB of one run; an exit code that is not expected ends the comparison."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        start = time.perf_counter()
        child = subprocess.Popen(command, stdout=out, stderr=err, stdin=subprocess.DEVNULL, cwd=cwd)
        _, status, usage = os.wait4(child.pid, 0)
        seconds = time.perf_counter() - start
        code = os.waitstatus_to_exitcode(status)
        child.returncode = code
        if code not in expect:
            err.seek(0)
            out.seek(0)
            said = (err.read()[-2000:] + out.read()[-2000:]).decode(errors="replace")
            sys.exit(f"{' '.join(command[:3])} … ended with {code}:\n{said}")
        return seconds, usage.ru_maxrss / 1024


def measure(commands: dict[str, list[str]], rounds: int, expect: set[int], cwd: Path) -> dict[str, Figure]:
    figures = {name: Figure([], 0.0) for name in commands}
    warm = 1 if rounds > 1 else 0  # a first run fills the caches
    for round_ in range(rounds + warm):
        for name, command in commands.items():
            seconds, memory = run(command, expect, cwd)
            if round_ < warm:
                continue
            figures[name].seconds.append(seconds)
            figures[name].memory = max(figures[name].memory, memory)
    return figures


def guard_path() -> str | None:
    named = os.environ.get("POLICYC_CFN_GUARD") or shutil.which("cfn-guard")
    if named:
        return named
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "policyc" / "peers"
    binary = cache / "bin" / "cfn-guard"
    if not binary.exists():
        print("installing cfn-guard 3.2.1 …", file=sys.stderr)
        command = ["cargo", "install", "--locked", "--quiet", "cfn-guard", "--version", "3.2.1"]
        if subprocess.run([*command, "--root", str(cache)], check=False).returncode != 0:
            return None
    return str(binary)


def engines() -> dict[str, str]:
    said = subprocess.run(
        [ROOT / "scripts" / "engines.sh"], check=True, capture_output=True, text=True
    ).stdout
    return dict(line.split("=", 1) for line in said.splitlines() if "=" in line)


def show(row: str, figures: dict[str, Figure]) -> None:
    ours = figures["policyc"]
    print(f"\n{row}")
    for name, figure in figures.items():
        ratio = "" if name == "policyc" else f"   policyc is {figure.best / ours.best:.1f} × faster"
        print(
            f"  {name:10} best {figure.best * 1000:9.1f} ms   median {figure.median * 1000:9.1f} ms"
            f"   {figure.memory:7.1f} MiB{ratio}"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5, help="rounds of the quick rows (default 5)")
    parser.add_argument("--only", action="append", help="rows to measure: start, one, twenty, buckets, test, build")
    args = parser.parse_args()
    rows = args.only or ["start", "one", "twenty", "buckets", "test", "build"]

    subprocess.run(["cargo", "build", "--release", "--quiet", "-p", "policyc"], check=True, cwd=ROOT)
    target = Path(os.environ.get("CARGO_TARGET_DIR") or ROOT / "target")
    policyc = str((target / "release" / "policyc").resolve())
    library = ROOT / "stdlib-policies"
    security = [
        str(library / "kubernetes" / name) for name in ("pod-security-baseline", "pod-security-restricted")
    ]
    with tempfile.TemporaryDirectory(prefix="policyc-compare-") as temporary:
        work = Path(temporary)
        files = work / "files"
        files.mkdir()
        for n in range(FILES):
            text = DEPLOYMENT.format(
                n=n, team=n % 20, replicas=1 + n % 4, privileged="true" if n % 50 == 0 else "false"
            )
            (files / f"web-{n}.yaml").write_text(text)
        if "start" in rows:
            show(
                "start: policyc --version",
                measure({"policyc": [policyc, "--version"]}, args.rounds * 4, {0}, work),
            )
        if "one" in rows:
            rule = work / "privileged.guard"
            rule.write_text(GUARD)
            policy = Path(security[0]) / "disallow-privileged-containers"
            commands = {"policyc": [policyc, "scan", "-p", str(policy), str(files)]}
            guard = guard_path()
            if guard:
                commands["cfn-guard"] = [guard, "validate", "-d", str(files), "-r", str(rule)]
            else:
                print("left out: cfn-guard cannot be installed", file=sys.stderr)
            show(
                f"{FILES} Deployment files × 1 rule",
                measure(commands, args.rounds, {0, 1, 19}, work),
            )
        if "twenty" in rows:
            twenty(policyc, security, files, work, args.rounds)
        if "buckets" in rows:
            buckets(policyc, work, args.rounds)
        if "test" in rows:
            show(
                "policyc test stdlib-policies",
                measure({"policyc": [policyc, "test", str(library)]}, args.rounds, {0}, work),
            )
        if "build" in rows:
            out = work / "library"

            def fresh() -> Figure:
                figure = Figure([], 0.0)
                for _ in range(args.rounds):
                    shutil.rmtree(out, ignore_errors=True)
                    seconds, memory = run([policyc, "build", str(library), "-o", str(out)], {0}, work)
                    figure.seconds.append(seconds)
                    figure.memory = max(figure.memory, memory)
                return figure

            show("policyc build of the library, every target, into an empty folder", {"policyc": fresh()})


def twenty(policyc: str, security: list[str], files: Path, work: Path, rounds: int) -> None:
    """The Pod Security rules on the same files in each engine."""
    dist = work / "dist"
    run([policyc, "build", *security, "-o", str(dist)], {0}, work)
    checks = sorted((dist / "checkov").glob("*.yaml"))
    ids = [line.split()[1] for c in checks for line in c.read_text().splitlines() if line.startswith("  id:")]
    found = engines()
    ours = [policyc, "scan"]
    for folder in security:
        ours += ["-p", folder]
    quick = measure({"policyc": [*ours, str(files)]}, rounds, {1}, work)
    slow = measure(
        {
            "kyverno": [found["KYVERNO"], "apply", str(dist / "kyverno"), "-r", str(files), "-v", "0",
                        "--policy-report", "--output-format", "json"],
            "checkov": [found["CHECKOV"], "-d", str(files), "--external-checks-dir", str(dist / "checkov"),
                        "--skip-download", "--framework", "kubernetes", "-o", "json", "--compact",
                        "--quiet", "-c", ",".join(ids)],
        },
        1,
        {0, 1},
        work,
    )
    rules = len(ids)
    show(f"{FILES} Deployment files × the Pod Security rules ({rules} of them)", quick | slow)


def buckets(policyc: str, work: Path, rounds: int) -> None:
    """Rules about buckets on a module of Terraform, in both."""
    module, dist, policy = work / "module", work / "buckets", work / "buckets.policy"
    module.mkdir()
    (module / "variables.tf").write_text(VARIABLES)
    for file in range(20):
        numbers = range(file * FILES // 20, (file + 1) * FILES // 20)
        text = "\n".join(
            BUCKET.format(
                n=n, team=n % 20, days=n % 40 + 1,
                destroy="true" if n % 50 == 0 else "false",
                versioning="false" if n % 30 == 0 else "true",
            )
            for n in numbers
        )
        (module / f"buckets_{file}.tf").write_text(text)
    rules = "\n".join(
        f"  rule r{n} {{\n    match terraform aws_s3_bucket\n    require {condition}\n  }}"
        for n, condition in enumerate(BUCKET_RULES)
    )
    policy.write_text(f'policy buckets {{\n  title "Buckets"\n  severity low\n{rules}\n}}\n')
    run([policyc, "build", str(policy), "--target", "checkov", "-o", str(dist)], {0}, work)
    ids = ",".join(f"CKV2_POLICYC_BUCKETS__R{n}" for n in range(len(BUCKET_RULES)))
    quick = measure({"policyc": [policyc, "scan", "-p", str(policy), str(module)]}, rounds, {1}, work)
    checkov = [engines()["CHECKOV"], "-d", str(module), "--external-checks-dir", str(dist / "checkov"),
               "--skip-download", "--framework", "terraform", "-o", "json", "--compact", "--quiet", "-c", ids]
    slow = measure({"checkov": checkov}, 1, {0, 1}, work)
    size = sum(file.stat().st_size for file in module.iterdir())
    show(f"{FILES} aws_s3_bucket ({size / 1e6:.1f} MB) × {len(BUCKET_RULES)} rules", quick | slow)


if __name__ == "__main__":
    main()
