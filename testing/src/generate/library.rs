//! `docs/library/`: one page a policy of the library, and their list.

use std::collections::BTreeMap;
use std::path::Path;

use policyc_compiler::syntax::{ast, parse};
use policyc_diagnostics::{SourceMap, to_text};
use policyc_ir::{BlockMode, BlockSelector, Policy, Scope, Target};
use policyc_project::{Settings, Sources, library_module_name};

use super::Page;
use super::markdown::{NOTE, block, cell, code, paragraph};
use super::portability::answer;
use crate::harness::run;
use crate::suite::{Case, Expected, Plan, plan};

/// A policy with what its page needs besides.
struct Entry<'a> {
    policy: &'a Policy,
    /// Its place in the program.
    index: usize,
    /// What `library` of a project file calls its module.
    module: String,
    /// The text of its source.
    text: &'a str,
    /// Its parameters.
    params: Vec<ast::Param>,
}

pub(super) fn pages(folder: &Path) -> Result<Vec<Page>, String> {
    let folder = folder
        .canonicalize()
        .map_err(|error| format!("cannot read `{}`: {error}", folder.display()))?;
    let paths = [folder.clone()];
    let sources = Sources::of_paths(&paths, &paths, &[], SourceMap::new());
    let plan = plan(&paths, &paths, sources, &Settings::default());
    if plan.has_errors() {
        return Err(to_text(&plan.diagnostics, &plan.sources.map, false));
    }
    let entries = entries(&folder, &plan)?;
    let mut pages = Vec::new();
    for entry in &entries {
        let path = format!("docs/library/{}.md", entry.policy.name);
        pages.push(Page::new(path, page(entry, &plan)?));
    }
    pages.push(Page::new("docs/library/README.md", list(&entries)));
    Ok(pages)
}

fn entries<'a>(folder: &Path, plan: &'a Plan) -> Result<Vec<Entry<'a>>, String> {
    let main = plan.main.as_ref().ok_or("the library has no policies")?;
    let entry = |(index, policy): (usize, &'a Policy)| {
        let source = policy.origin.source;
        let module = plan.sources.modules.iter().find(|it| it.source == source)?;
        let relative = module.path.as_ref()?.strip_prefix(folder).ok()?;
        let text = plan.sources.map.get(source)?.text();
        let items = parse(text, source).file.items;
        let ast = items.into_iter().find_map(|item| match item {
            ast::Item::Policy(found) => Some(found).filter(|it| it.name.text == policy.name),
            ast::Item::Import(_)
            | ast::Item::Param(_)
            | ast::Item::Const(_)
            | ast::Item::Function(_)
            | ast::Item::Reserved(_) => None,
        })?;
        let params = ast.members.into_iter().filter_map(|member| match member {
            ast::PolicyMember::Param(param) => Some(param),
            ast::PolicyMember::Field(_)
            | ast::PolicyMember::Const(_)
            | ast::PolicyMember::Let(_)
            | ast::PolicyMember::Function(_)
            | ast::PolicyMember::Rule(_) => None,
        });
        Some(Entry {
            policy,
            index,
            module: library_module_name(&relative.to_string_lossy()),
            text,
            params: params.collect(),
        })
    };
    let policies = main.program.policies.iter().enumerate();
    policies
        .map(|(index, policy)| {
            entry((index, policy)).ok_or_else(|| format!("`{}` has no source", policy.name))
        })
        .collect()
}

fn list(entries: &[Entry<'_>]) -> String {
    let mut categories: BTreeMap<&str, Vec<&Entry<'_>>> = BTreeMap::new();
    for entry in entries {
        let category = entry.policy.metadata.category.as_deref();
        categories
            .entry(category.unwrap_or("Other"))
            .or_default()
            .push(entry);
    }
    let mut text = format!(
        "{NOTE}# The policy library\n\n{} policies, part of the program: `policyc list --std` lists \
         them, `library` of the [project file](../project-file.md) builds them, and \
         `policyc scan --std` evaluates them all.\n",
        entries.len()
    );
    let names: Vec<&str> = Target::ALL.iter().map(|target| target.as_str()).collect();
    for (category, entries) in categories {
        text.push_str(&format!(
            "\n## {}\n\n| policy | severity | {} |\n|---|---|{}\n",
            paragraph(category),
            names.join(" | "),
            "---|".repeat(names.len())
        ));
        for entry in entries {
            let policy = entry.policy;
            text.push_str(&format!(
                "| [{}]({}.md) | {} |",
                cell(&policy.metadata.title),
                policy.name,
                policy.metadata.severity.as_str()
            ));
            for target in Target::ALL {
                let answer = answer(policy, *target);
                let word = if answer == "yes" { "yes" } else { "no" };
                text.push_str(&format!(" {word} |"));
            }
            text.push('\n');
        }
    }
    text
}

fn page(entry: &Entry<'_>, plan: &Plan) -> Result<String, String> {
    let Policy {
        name,
        metadata,
        rules,
        ..
    } = entry.policy;
    let mut text = format!("{NOTE}# {}\n\n", paragraph(&metadata.title));
    if let Some(description) = &metadata.description {
        text.push_str(&format!("{}\n\n", paragraph(description)));
    }
    if let Some(remediation) = &metadata.remediation {
        text.push_str(&format!("**What to do:** {}\n\n", paragraph(remediation)));
    }
    text.push_str("| | |\n|---|---|\n");
    let mut row = |key: &str, value: &str| text.push_str(&format!("| {key} | {value} |\n"));
    row("policy", &code(name));
    row("module", &code(&entry.module));
    row("severity", metadata.severity.as_str());
    if let Some(category) = &metadata.category {
        row("category", &cell(category));
    }
    if !metadata.controls.is_empty() {
        row("controls", &cell(&metadata.controls.join(", ")));
    }
    for target in Target::ALL {
        row(target.as_str(), &cell(&answer(entry.policy, *target)));
    }
    text.push_str(&format!(
        "\n{}",
        block("yaml", &format!("library: [\"{}\"]", entry.module))
    ));
    if !entry.params.is_empty() {
        text.push_str("\n## Parameters\n\n| parameter | default | |\n|---|---|---|\n");
        for param in &entry.params {
            let ty = param.ty.as_ref().map(|ty| plan.sources.map.slice(ty.span));
            let written = match ty {
                Some(ty) => format!("{name}.{}: {ty}", param.name.text),
                None => format!("{name}.{}", param.name.text),
            };
            let default = param.default.as_ref();
            let default = default.map(|it| code(plan.sources.map.slice(it.span)));
            text.push_str(&format!(
                "| {} | {} | {} |\n",
                code(&written),
                default.unwrap_or_else(|| "must be set".to_owned()),
                param
                    .doc
                    .as_ref()
                    .map_or(String::new(), |doc| cell(&doc.text))
            ));
        }
    }
    text.push_str("\n## Rules\n\n| rule | about | |\n|---|---|---|\n");
    for rule in rules {
        text.push_str(&format!(
            "| {} | {} | {} |\n",
            code(&rule.name),
            kinds(&rule.scope),
            rule.description.as_deref().map_or(String::new(), cell)
        ));
    }
    text.push_str(&format!("\n{}", block("", entry.text)));
    let example = example(entry, plan)
        .ok_or_else(|| format!("no suite has a resource that `{name}` refuses"))?;
    text.push_str(&format!("\n## A resource that it refuses\n\n{example}"));
    Ok(text)
}

/// The kinds of a scope.
fn kinds(scope: &Scope) -> String {
    let mut names: Vec<String> = Vec::new();
    let (blocks, _) = scope.blocks();
    for BlockSelector { mode, ty } in blocks.iter().flat_map(|clause| &clause.blocks) {
        let name = match ty {
            Some(ty) if *mode == BlockMode::Resource => code(ty),
            Some(ty) => code(&format!("{}.{ty}", mode.as_str())),
            None => code(mode.as_str()),
        };
        if !names.contains(&name) {
            names.push(name);
        }
    }
    let (matches, _) = scope.objects();
    for kind in matches.iter().flat_map(|clause| &clause.kinds) {
        let name = match &kind.subresource {
            Some(subresource) => format!("{}/{subresource}", kind.kind),
            None => kind.kind.clone(),
        };
        let name = if kind.templates {
            format!("{} and pod templates", code(&name))
        } else {
            code(&name)
        };
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names.join(", ")
}

/// The shortest resource that the suites expect the policy to refuse, and what it then says.
fn example(entry: &Entry<'_>, plan: &Plan) -> Option<String> {
    let suites: Vec<bool> = plan
        .suites
        .iter()
        // Parameters of a suite would have to be explained.
        .map(|suite| suite.file.params.is_empty())
        .collect();
    let text_of = |case: &Case| {
        plan.sources
            .map
            .slice(case.fixture.resource.span())
            .to_owned()
    };
    let refused = |case: &&Case| case.policy == entry.index && case.expected == Expected::Fail;
    let of_policy = plan.cases.iter().filter(refused);
    let case = of_policy.min_by_key(|case| {
        let own_params = suites.get(case.suite) != Some(&true);
        (own_params, text_of(case).len(), case.name.clone())
    })?;
    let found = run(case).found?;
    let messages: Vec<String> = found
        .findings
        .iter()
        .map(|finding| {
            let message = paragraph(&finding.message);
            if finding.path.is_empty() {
                format!("- {message}\n")
            } else {
                format!("- {}: {message}\n", code(&finding.path))
            }
        })
        .collect();
    Some(format!(
        "{}\n{}",
        block("yaml", &text_of(case)),
        messages.concat()
    ))
}
