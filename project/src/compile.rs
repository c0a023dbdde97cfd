//! Compiling the sources of a project.

use std::sync::{Arc, OnceLock};

use indexmap::IndexMap;
use policyc_compiler::schema::{CrdSource, KubernetesVersion, Schema};
use policyc_compiler::{CompileOptions, ParamOverride, ParamValue, SourceInput};
use policyc_diagnostics::{Code, Diagnostic};
use policyc_ir::Program;

use crate::file::Value;
use crate::load::Sources;

/// What a compilation needs besides the sources.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    /// Version of the Kubernetes API; the default one of the compiler when not given.
    pub kubernetes: Option<String>,
    /// Texts with CustomResourceDefinitions, with their names.
    pub crds: Vec<(String, String)>,
    /// Values of parameters, by `policy.parameter` or `module.parameter`.
    pub params: IndexMap<String, Value>,
    /// The schema of the two fields above, made when it is first needed.
    pub schema: SchemaCell,
}

/// A schema that is made once; clones share it.
#[derive(Debug, Clone, Default)]
pub struct SchemaCell(Arc<OnceLock<Result<Arc<Schema>, Vec<Diagnostic>>>>);

impl Settings {
    /// The kinds that policies are about.
    ///
    /// # Errors
    /// When the version is not known, or a CRD is no CRD.
    fn schema(&self) -> Result<Arc<Schema>, Vec<Diagnostic>> {
        self.schema.0.get_or_init(|| self.make_schema()).clone()
    }

    fn make_schema(&self) -> Result<Arc<Schema>, Vec<Diagnostic>> {
        let version = match &self.kubernetes {
            None => KubernetesVersion::DEFAULT,
            Some(text) => text.parse().map_err(|_| {
                let known: Vec<String> = KubernetesVersion::ALL
                    .iter()
                    .map(|v| format!("`{}`", v.as_str()))
                    .collect();
                let message = format!("the Kubernetes version `{text}` is not known");
                let help = format!("write one of {}", known.join(", "));
                vec![Diagnostic::global(Code::E0501, message).help(help)]
            })?,
        };
        let schema = Schema::kubernetes(version);
        if self.crds.is_empty() {
            return Ok(schema);
        }
        let sources: Vec<CrdSource<'_>> = self
            .crds
            .iter()
            .map(|(name, text)| CrdSource { name, text })
            .collect();
        schema.with_crds(&sources).map(Arc::new).map_err(|errors| {
            let diagnostic =
                |error: &dyn std::fmt::Display| Diagnostic::global(Code::E0504, error.to_string());
            errors.iter().map(|error| diagnostic(error)).collect()
        })
    }
}

/// Compiles the root modules of `sources`: the program, and what is wrong with it.
#[must_use]
pub fn compile(sources: &Sources, settings: &Settings) -> (Program, Vec<Diagnostic>) {
    let schema = match settings.schema() {
        Ok(schema) => schema,
        Err(diagnostics) => return (Program::default(), diagnostics),
    };
    let inputs: Vec<SourceInput<'_>> = sources
        .modules
        .iter()
        .filter_map(|module| {
            Some(SourceInput {
                module: module.name.clone(),
                source: module.source,
                text: sources.map.get(module.source)?.text(),
                root: module.root,
            })
        })
        .collect();
    let over = |(name, value): (&String, &Value)| {
        (
            name.clone(),
            ParamOverride {
                value: param_value(value),
                span: None,
            },
        )
    };
    let options = CompileOptions {
        schema: &schema,
        params: settings.params.iter().map(over).collect(),
    };
    let mut diagnostics = Vec::new();
    let program = policyc_compiler::compile(&inputs, &options, &mut diagnostics);
    (program, diagnostics)
}

fn param_value(value: &Value) -> ParamValue {
    match value {
        Value::Bool(value) => ParamValue::Bool(*value),
        Value::Int(value) => ParamValue::Int(*value),
        Value::Float(value) => ParamValue::Float(*value),
        Value::String(value) => ParamValue::String(value.clone()),
        Value::List(values) => ParamValue::List(values.iter().map(param_value).collect()),
        Value::Map(values) => ParamValue::Map(
            values
                .iter()
                .map(|(key, value)| (key.clone(), param_value(value)))
                .collect(),
        ),
    }
}
