//! Statements: what makes the verdict, and what findings there are.

use std::ops::ControlFlow;

use policyc_ir::Type;

use super::Options;
use super::decision::{Decision, Expected};
use super::locate::Place;
use super::machine::{Exhausted, Machine, Subject};
use super::program::{Condition, Part, Rule, Statement, StatementKind};
use super::scope::Focus;
use super::val::{Val, describe_type};
use super::visit::ElementRef;
use crate::coverage::RuleCoverage;
use crate::trace::Trace;
use crate::verdict::{Finding, InvalidValue, Reason, RuleOutcome, Verdict};

/// How many findings of a rule on a resource are listed; the others are counted.
pub(super) const MAX_FINDINGS: usize = 1_000;

/// How many traces of conditions that hold are kept.
const MAX_TRACES: usize = 100;

/// What describing the findings of a rule on a resource may cost. When it is used up, findings
/// still say which statement failed, for which element.
const DESCRIBE_STEPS: u64 = 2_000_000;

/// The verdict of a rule on a resource that it matches.
pub(super) fn decide<'a>(
    rule: &'a Rule,
    subject: Subject<'a>,
    options: Options,
    coverage: Option<&mut RuleCoverage>,
) -> RuleOutcome {
    let mut machine = Machine::new(rule, subject, options.max_steps, coverage);
    let mut report = Report {
        explain: options.explain,
        quiet: false,
        describe_steps: DESCRIBE_STEPS,
        elements: Vec::new(),
        messages: Vec::new(),
        findings: Vec::new(),
        more_findings: 0,
        traces: Vec::new(),
    };
    let (verdict, reason) = match decided(&mut machine, &mut report, rule) {
        Ok(verdict) => verdict,
        Err(Exhausted) => {
            report.findings.clear();
            report.more_findings = 0;
            let reason = Reason {
                text: format!(
                    "the rule takes more than {} steps on this resource",
                    options.max_steps
                ),
                origin: rule.origin,
                value: None,
            };
            (Verdict::Error, Some(reason))
        }
    };
    RuleOutcome {
        policy: rule.policy,
        rule: rule.rule,
        verdict,
        reason,
        invalid: invalid_values(&mut machine, &mut report),
        findings: report.findings,
        more_findings: report.more_findings,
        traces: report.traces,
    }
}

/// What becomes of the findings while the statements run.
struct Report<'a> {
    explain: bool,
    /// Whether only the verdict is wanted: then the first statement that does not hold ends it.
    quiet: bool,
    describe_steps: u64,
    /// The elements of the enclosing `for` statements.
    elements: Vec<ElementRef<'a>>,
    /// The messages of the enclosing statements that have one.
    messages: Vec<&'a [Part]>,
    findings: Vec<Finding>,
    more_findings: usize,
    traces: Vec<Trace>,
}

fn decided<'a>(
    machine: &mut Machine<'a, '_>,
    report: &mut Report<'a>,
    rule: &'a Rule,
) -> Result<(Verdict, Option<Reason>), Exhausted> {
    if let Some(coverage) = &mut machine.coverage {
        coverage.matched += 1;
    }
    let mut open = false;
    for precondition in &rule.preconditions {
        if !machine.holds(precondition)? {
            if let Some(coverage) = &mut machine.coverage {
                coverage.skipped += 1;
            }
            let decision = report.describing(machine, |machine| machine.decide(precondition));
            let reason = Reason {
                text: decision.map_or_else(
                    || "a precondition does not hold".to_owned(),
                    |decision| decision.message(),
                ),
                origin: precondition.origin,
                value: None,
            };
            return Ok((Verdict::Skip, Some(reason)));
        }
        open = open || machine.is_open(|machine| machine.holds(precondition))?;
    }
    let may_hold = run(machine, report, &rule.statements)?;
    if !machine.open.possible || (!may_hold && !open) {
        let verdict = if may_hold {
            Verdict::Pass
        } else {
            Verdict::Fail
        };
        return Ok((verdict, None));
    }
    // What holds anyway does so whether or not the rule concerns the resource.
    report.quiet = true;
    if machine.surely(|machine| run(machine, report, &rule.statements))? {
        return Ok((Verdict::Pass, None));
    }
    report.findings.clear();
    report.more_findings = 0;
    Ok((Verdict::Unknown, report.unknown(machine, rule)))
}

/// Whether all statements hold; each that does not becomes a finding.
fn run<'a>(
    machine: &mut Machine<'a, '_>,
    report: &mut Report<'a>,
    statements: &'a [Statement],
) -> Result<bool, Exhausted> {
    let mut all = true;
    for statement in statements {
        if let Some(message) = &statement.message {
            report.messages.push(message);
        }
        let holds = run_one(machine, report, statement)?;
        if statement.message.is_some() {
            report.messages.pop();
        }
        if let Some(coverage) = &mut machine.coverage {
            coverage.statement(statement.id.0, holds);
        }
        all &= holds;
        if report.quiet && !all {
            break;
        }
    }
    Ok(all)
}

fn run_one<'a>(
    machine: &mut Machine<'a, '_>,
    report: &mut Report<'a>,
    statement: &'a Statement,
) -> Result<bool, Exhausted> {
    match &statement.kind {
        StatementKind::Require(condition) => {
            let holds = machine.holds(condition)?;
            if report.quiet {
                return Ok(holds);
            }
            if !holds {
                report.fail(machine, statement, condition);
            } else if report.explain && report.traces.len() < MAX_TRACES {
                let trace = report.describing(machine, |machine| machine.trace(condition));
                report.traces.extend(trace);
            }
            Ok(holds)
        }
        StatementKind::ForEach {
            bindings,
            over,
            body,
        } => {
            let mut all = true;
            machine.visit::<()>(*bindings, over, &mut |machine, element| {
                report.elements.push(element.clone());
                all &= run(machine, report, body)?;
                report.elements.pop();
                Ok(if report.quiet && !all {
                    ControlFlow::Break(())
                } else {
                    ControlFlow::Continue(())
                })
            })?;
            Ok(match machine.unknown_list(over, !all)? {
                Some(unknown) if report.quiet => machine.leave_open(unknown),
                Some(_) | None => all,
            })
        }
        StatementKind::If {
            condition,
            then,
            otherwise,
        } => {
            if machine.is_open(|machine| machine.holds(condition))? {
                // It is found to hold unless it must be certain: then both branches hold.
                return Ok(!report.quiet
                    || run(machine, report, then)? && run(machine, report, otherwise)?);
            }
            let branch = if machine.holds(condition)? {
                then
            } else {
                otherwise
            };
            run(machine, report, branch)
        }
    }
}

impl<'a> Report<'a> {
    fn fail(
        &mut self,
        machine: &mut Machine<'a, '_>,
        statement: &'a Statement,
        condition: &'a Condition,
    ) {
        if self.findings.len() >= MAX_FINDINGS {
            self.more_findings += 1;
            return;
        }
        let decision = self.describing(machine, |machine| machine.decide(condition));
        let message = self.messages.last().copied();
        let message =
            message.and_then(|parts| self.describing(machine, |machine| machine.render(parts)));
        let elements = std::mem::take(&mut self.elements);
        let described = elements
            .iter()
            .map(|element| {
                self.describing(machine, |machine| machine.element(element))
                    .unwrap_or_else(|| element.position_only())
            })
            .collect();
        let decision = decision.unwrap_or_else(|| Decision::unknown(condition));
        let place = match &decision.place {
            Some(place) => Some(place.clone()),
            // The condition looks at nothing, such as `ip in []`: the element is what is wrong.
            None => self.place_of_innermost(machine, &elements),
        };
        self.elements = elements;
        let trace = if self.explain {
            self.describing(machine, |machine| machine.trace(condition))
        } else {
            None
        };
        let place = place.as_ref();
        self.findings.push(Finding {
            message: message.unwrap_or_else(|| decision.message()),
            path: place.map(Place::path).unwrap_or_default(),
            span: place.map_or_else(|| machine.subject.resource.span(), |place| place.span),
            absent: place.is_some_and(|place| place.absent),
            expected: decision.expected.as_ref().map(Expected::plain),
            found: decision.found.clone(),
            statement: statement.id,
            origin: statement.origin,
            condition: decision.origin,
            elements: described,
            trace,
        });
    }

    /// The place of the innermost element that stands in a resource.
    fn place_of_innermost(
        &mut self,
        machine: &mut Machine<'a, '_>,
        elements: &[ElementRef<'a>],
    ) -> Option<Place<'a>> {
        let node = elements
            .iter()
            .rev()
            .find_map(|element| match element.value {
                Val::Node(node) => Some(node),
                Val::Absent | Val::Constant(_) | Val::Number(_) | Val::Text(_) | Val::List(_) => {
                    None
                }
            })?;
        self.describing(machine, |machine| machine.place_of_node(node))
            .flatten()
    }

    /// Why nobody can say whether the rule holds.
    fn unknown(&mut self, machine: &mut Machine<'a, '_>, rule: &'a Rule) -> Option<Reason> {
        let node = machine.open.first?;
        let unknown = node.value.as_unknown()?;
        let place = self
            .describing(machine, |machine| machine.place_of_node(node))
            .flatten();
        let text = match &place {
            Some(place) => format!("`{}` is not known: {}", place.path(), unknown.reason),
            None => unknown.reason.clone(),
        };
        Some(Reason {
            text,
            origin: rule.origin,
            value: place.map(|place| place.span),
        })
    }

    /// Runs what describes, at its own expense and uncounted; none when that gets too expensive.
    fn describing<'m, T>(
        &mut self,
        machine: &mut Machine<'a, 'm>,
        describe: impl FnOnce(&mut Machine<'a, 'm>) -> Result<T, Exhausted>,
    ) -> Option<T> {
        let coverage = machine.coverage.take();
        std::mem::swap(&mut machine.steps, &mut self.describe_steps);
        let assumed = machine.open.assumed;
        let result = describe(machine);
        machine.open.assumed = assumed;
        std::mem::swap(&mut machine.steps, &mut self.describe_steps);
        machine.coverage = coverage;
        result.ok()
    }
}

fn invalid_values<'a>(machine: &mut Machine<'a, '_>, report: &mut Report<'a>) -> Vec<InvalidValue> {
    let mut values = Vec::new();
    for (node, ty) in std::mem::take(&mut machine.invalid) {
        let place = report
            .describing(machine, |machine| machine.place_of_node(node))
            .flatten();
        // What stands in no resource was not written by its author.
        if let Some(place) = place {
            values.push(InvalidValue {
                path: place.path(),
                span: place.span,
                expected: describe_type(ty),
                found: node.value.type_name(),
            });
        }
    }
    values.extend(missing_template(&machine.subject));
    values
}

/// A workload without its pod template: no API server admits one, so no verdict on it says
/// anything. It is what a patch of kustomize looks like.
fn missing_template(subject: &Subject<'_>) -> Option<InvalidValue> {
    let Focus::Template(path) = subject.focus else {
        return None;
    };
    let root = &subject.resource.node;
    let template = root.path(path).map(|node| &node.value);
    if template.is_some_and(|value| !value.is_null()) {
        return None;
    }
    Some(InvalidValue {
        path: path.join("."),
        span: root.nearest(path).span(subject.resource.source),
        expected: describe_type(&Type::Object),
        found: InvalidValue::MISSING,
    })
}
