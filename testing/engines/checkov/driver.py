"""Runs custom Checkov checks one at a time over Kubernetes manifests or Terraform configurations, and says what
became of each.

usage: driver.py MANIFEST ANSWER

MANIFEST is JSON: {"jobs": [{"resources": DIR, "checks": DIR, "framework": "kubernetes" or "terraform"}, …]}
with absolute directories. Each job has its own graph and its own checks; one process runs them all, since
starting Checkov takes seconds. ANSWER is
written as JSON: {"version": …, "jobs": [{"error": TEXT or null, "loaded": […], "vertices": […], "rows": […],
"exceptions": […], "log": […]}, …]}.

Why not the command: Checkov runs all checks at once over one graph whose vertices they write to, and drops
the exceptions of its workers, so that verdicts vanish without a word and not always the same ones. Here
everything is Checkov's own code (parser, graph, registry, solvers, report), with three changes:

* its thread pools run each call at once, in order, and keep the exception of a call that raised;
* what a check wrote into a vertex is taken out again after it, so that each check sees the graph as if it
  had been the only one (what `checkov -c ID` shows);
* verdicts UNKNOWN, which no report of Checkov's contains, are kept.
"""

from __future__ import annotations

import concurrent.futures
import json
import logging
import re
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import checkov.common.checks_infra.registry as check_registries
from checkov.common.checks_infra.solvers.attribute_solvers import base_attribute_solver
from checkov.common.checks_infra.solvers.resource_solvers import base_resource_solver
from checkov.common.graph.checks_infra import registry as graph_registry
from checkov.common.graph.checks_infra.base_check import BaseGraphCheck
from checkov.common.graph.graph_builder import CustomAttributes
from checkov.common.models.enums import CheckResult
from checkov.kubernetes.runner import Runner as KubernetesRunner
from checkov.runner_filter import RunnerFilter
from checkov.terraform.runner import Runner as TerraformRunner
from checkov.version import version

Row = dict[str, Any]


class InOrder(concurrent.futures.Executor):
    """Stands in for ThreadPoolExecutor: runs what is submitted at once, and reports what it raised."""

    raised: Callable[[BaseException, tuple[Any, ...]], None] = staticmethod(lambda error, args: None)

    def __init__(self, *_args: Any, **_kwargs: Any) -> None:
        super().__init__()

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> concurrent.futures.Future[Any]:
        future: concurrent.futures.Future[Any] = concurrent.futures.Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as error:
            type(self).raised(error, args)
            future.set_exception(error)
        return future


class SequentialFutures:
    """`concurrent.futures` as the graph registry sees it, with the executor replaced in that module only."""

    ThreadPoolExecutor = InOrder

    def __getattr__(self, name: str) -> Any:
        return getattr(concurrent.futures, name)


class Log(logging.Handler):
    """Keeps what Checkov warns about: it is how a check that could not be loaded makes itself known."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(f"{record.levelname}: {record.getMessage()}")


RUNNERS = {"kubernetes": KubernetesRunner, "terraform": TerraformRunner}


def place(vertex: dict[str, Any]) -> Row:
    """Where a vertex came from. What Terraform calls a block is its address."""
    return {
        "vertex": vertex.get(CustomAttributes.TF_RESOURCE_ADDRESS) or vertex.get(CustomAttributes.ID),
        "file": vertex.get(CustomAttributes.FILE_PATH),
        "line": vertex.get("__startline__"),
    }


EXPRESSION = re.compile(r"^!|[(\[{?]|^(each|count|var|local|module|data|path|terraform|[a-z0-9]+_\w+)\.")


def is_doubtful(vertex: dict[str, Any]) -> bool:
    """Whether Checkov may have something else in a block than Terraform: a `dynamic` block, the text of an
    expression, or what rendering made empty, text or a set."""
    rendered = f"{vertex.get(CustomAttributes.RENDERING_BREADCRUMBS)} {vertex.get(CustomAttributes.FOREACH_ATTRS)}"
    for key, value in vertex.items():
        if key == "dynamic" or key.endswith(".dynamic"):
            return True
        if key.endswith("_") or key.startswith(("__", "for_each", "count")):
            continue
        if f"'{key}'" in rendered and (value in (None, [], {}) or isinstance(value, str)):
            return True
        if isinstance(value, set) or isinstance(value, str) and EXPRESSION.search(value):
            return True
    return False


class Job:
    """One directory of checks over one directory of resources."""

    def __init__(self, resources: str, checks: str, framework: str) -> None:
        self.resources = resources
        self.framework = framework
        self.checks = checks
        self.answer: Row = {"error": None, "loaded": [], "vertices": [], "rows": [], "exceptions": [], "log": []}
        self.current: BaseGraphCheck | None = None

    def raised(self, error: BaseException, args: tuple[Any, ...]) -> None:
        """Notes an exception: of one vertex if the call was for one, else of the whole check."""
        vertex = args[0] if args and isinstance(args[0], dict) else {}
        check = self.current or next((arg for arg in args if isinstance(arg, BaseGraphCheck)), None)
        self.answer["exceptions"].append(
            {"check": check.id if check else None, "error": f"{type(error).__name__}: {error}", **place(vertex)}
        )

    def alone(self, run: Callable[..., None]) -> Callable[..., None]:
        """Wraps `run_check_parallel`: tells which check runs, keeps UNKNOWN, and cleans the graph after it."""

        def run_check(
            registry: graph_registry.BaseRegistry,
            check: BaseGraphCheck,
            results: dict[BaseGraphCheck, list[Row]],
            graph: Any,
        ) -> None:
            vertices = [vertex for _, vertex in graph.nodes()]
            sizes = [len(vertex) for vertex in vertices]
            self.current = check
            try:
                run(registry, check, results, graph)
            except Exception as error:
                self.raised(error, ())
            finally:
                self.current = None
                for vertex, size in zip(vertices, sizes):
                    while len(vertex) > size:  # a dict keeps its order: what came last goes first
                        vertex.popitem()
            for result in results.get(check, []):
                if result["result"] == CheckResult.UNKNOWN:
                    self.answer["rows"].append({"check": check.id, "result": "UNKNOWN", **place(result["entity"])})

        return run_check

    def run(self, run_check: Callable[..., None]) -> Row:
        """Runs the job; what stops it altogether becomes `error`."""
        log = Log()
        logging.getLogger().addHandler(log)
        InOrder.raised = self.raised
        graph_registry.BaseRegistry.run_check_parallel = self.alone(run_check)  # type: ignore[method-assign]
        try:
            self.scan()
        except Exception:
            self.answer["error"] = traceback.format_exc()
        finally:
            logging.getLogger().removeHandler(log)
        self.answer["log"] = log.lines
        return self.answer

    def scan(self) -> None:
        """Loads the checks and runs them, as the runner of `checkov -d … --external-checks-dir …`."""
        check_registries._registry_instances.clear()
        getattr(RunnerFilter, "_RunnerFilter__EXTERNAL_CHECK_IDS").clear()
        runner = RUNNERS[self.framework]()
        registry = runner.graph_registry
        assert registry is not None, "a runner always has one"
        registry.load_external_checks(self.checks)
        mine = list(registry.checks)
        self.answer["loaded"] = [{"check": check.id, "file": check.check_path} for check in mine]
        if not mine:
            return  # an empty list of checks would mean all of Checkov's own
        runner_filter = RunnerFilter(
            framework=[self.framework], checks=[check.id for check in mine], show_progress_bar=False
        )
        report = runner.run(root_folder=self.resources, runner_filter=runner_filter)
        assert not isinstance(report, list), "a second report, of images, was not asked for"
        graph = runner.graph_manager.get_reader_endpoint() if runner.graph_manager else None
        for _, vertex in graph.nodes() if graph is not None else []:
            self.answer["vertices"].append({"doubtful": is_doubtful(vertex), **place(vertex)})
        for result, records in (
            ("PASSED", report.passed_checks),
            ("FAILED", report.failed_checks),
            ("SKIPPED", report.skipped_checks),
        ):
            for record in records:
                self.answer["rows"].append(
                    {
                        "check": record.check_id,
                        "result": result,
                        "vertex": record.resource,
                        "file": record.file_abs_path,
                        "line": record.file_line_range[0],
                    }
                )


def replace(module: ModuleType, name: str, value: Any) -> None:
    """Replaces what a module imported."""
    getattr(module, name)
    setattr(module, name, value)


def main() -> None:
    manifest = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    # by name, so that a module that no longer has what is replaced stops the driver
    replace(base_attribute_solver, "ThreadPoolExecutor", InOrder)
    replace(base_resource_solver, "ThreadPoolExecutor", InOrder)
    replace(graph_registry, "concurrent", SimpleNamespace(futures=SequentialFutures()))
    run_check = graph_registry.BaseRegistry.run_check_parallel
    jobs = [Job(job["resources"], job["checks"], job["framework"]).run(run_check) for job in manifest["jobs"]]
    answer = {"version": version, "jobs": jobs}
    Path(sys.argv[2]).write_text(json.dumps(answer, ensure_ascii=True), encoding="utf-8")


if __name__ == "__main__":
    main()
