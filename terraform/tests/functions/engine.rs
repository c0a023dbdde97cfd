//! Runs the real Terraform on expressions.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{fmt, fs};

use serde::de::{Deserialize, Deserializer, IgnoredAny, SeqAccess, Visitor};
use serde_json::Value as Json;

use super::golden::{self, Expected};

/// The version whose results are written down.
pub(crate) const VERSION: &str = "1.11.4";

/// Resources whose outputs are unknown in a plan, by what cases call them.
const UNKNOWNS: &[(&str, &str)] = &[
    ("string", "\"x\""),
    ("number", "1"),
    ("bool", "true"),
    ("list", "tolist([\"a\"])"),
    ("set", "toset([\"a\"])"),
    ("map", "tomap({ a = \"b\" })"),
];

/// The program.
pub(crate) struct Terraform(PathBuf);

impl Terraform {
    /// The one that `POLICYC_TERRAFORM` names, else the one on the path, if it is of the version.
    pub(crate) fn find() -> Option<Self> {
        let named = std::env::var_os("POLICYC_TERRAFORM").map(PathBuf::from);
        let terraform = Self(named.unwrap_or_else(|| "terraform".into()));
        let folder = tempfile::tempdir().expect("a folder can be made");
        let version = terraform.command(folder.path()).arg("version").output();
        let version = version.ok()?.stdout;
        let expected = format!("Terraform v{VERSION}");
        let version = String::from_utf8_lossy(&version).lines().next()?.to_owned();
        (version == expected).then_some(terraform)
    }

    /// In a folder, and without what a user has set.
    fn command(&self, folder: &Path) -> Command {
        let mut command = Command::new(&self.0);
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("TF_") {
                command.env_remove(name);
            }
        }
        let settings = folder.join("empty.tfrc");
        fs::write(&settings, "").expect("the file can be written");
        command
            .current_dir(folder)
            .env("CHECKPOINT_DISABLE", "1")
            .env("TF_CLI_CONFIG_FILE", settings);
        command
    }

    fn run(&self, folder: &Path, arguments: &[&str]) -> (bool, String) {
        let output = self.command(folder).args(arguments).output();
        let output = output.expect("Terraform runs");
        let stdout = String::from_utf8(output.stdout).expect("Terraform writes UTF-8");
        (output.status.success(), stdout)
    }

    /// What each expression is when it is applied.
    pub(crate) fn apply(&self, expressions: &[&str]) -> Vec<Expected> {
        let folder = folder();
        let arguments = ["apply", "-auto-approve", "-json", "-no-color"];
        let errors = self.until_fine(folder.path(), expressions, "", &arguments);
        let (_, outputs) = self.run(folder.path(), &["output", "-json"]);
        let outputs: HashMap<String, Output> = serde_json::from_str(&outputs).expect("JSON");
        (0..expressions.len())
            .map(|index| match errors.get(&index) {
                // Only the function that writes the result cannot have it.
                Some(message) if message.contains("infinity as JSON") => Expected::Unknown,
                Some(message) => Expected::Error(message.clone()),
                None => {
                    let of = outputs[&format!("value{index}")].of[1][0].clone();
                    match &outputs[&format!("json{index}")].value.0 {
                        Some(json) => Expected::Value {
                            of,
                            json: json[1..json.len() - 1].to_owned(),
                        },
                        None => Expected::Unknown,
                    }
                }
            })
            .collect()
    }

    /// What each expression is when it is planned.
    pub(crate) fn plan(&self, expressions: &[&str]) -> Vec<Expected> {
        let folder = folder();
        let mut unknowns = String::new();
        for (name, value) in UNKNOWNS {
            unknowns.push_str(&format!(
                "resource \"terraform_data\" \"{name}\" {{\n  input = {value}\n}}\n\
                 locals {{\n  unknown_{name} = terraform_data.{name}.output\n}}\n"
            ));
        }
        let replaced: Vec<String> = expressions
            .iter()
            .map(|expression| expression.replace("unknown.", "local.unknown_"))
            .collect();
        let expressions: Vec<&str> = replaced.iter().map(String::as_str).collect();
        fs::write(folder.path().join("main.tf"), &unknowns).expect("the file can be written");
        self.run(folder.path(), &["init"]);
        let arguments = ["plan", "-out=plan", "-json", "-no-color"];
        let errors = self.until_fine(folder.path(), &expressions, &unknowns, &arguments);
        let (_, plan) = self.run(folder.path(), &["show", "-json", "plan"]);
        let plan: Json = serde_json::from_str(&plan).expect("JSON");
        (0..expressions.len())
            .map(|index| match errors.get(&index) {
                Some(message) => Expected::Error(message.clone()),
                None => {
                    let change = &plan["output_changes"][format!("value{index}")];
                    let value = with_unknowns(&change["after"][0], &change["after_unknown"][0]);
                    Expected::Value {
                        of: Json::from(golden::ANY),
                        json: value.to_string(),
                    }
                }
            })
            .collect()
    }

    /// Leaves out the expressions that are wrong until there are none; those, and why.
    fn until_fine(
        &self,
        folder: &Path,
        expressions: &[&str],
        before: &str,
        arguments: &[&str],
    ) -> HashMap<usize, String> {
        let mut errors = HashMap::new();
        loop {
            let mut source = before.to_owned();
            let mut owners = vec![None; source.lines().count() + 1];
            for (index, expression) in expressions.iter().enumerate() {
                if errors.contains_key(&index) {
                    continue;
                }
                // In a list, so that an output is not `null`.
                let outputs = format!(
                    "output \"value{index}\" {{\n  value     = [{expression}]\n  sensitive = true\n}}\n\
                     output \"json{index}\" {{\n  value     = jsonencode([{expression}])\n  sensitive = true\n}}\n"
                );
                owners.extend(outputs.lines().map(|_| Some(index)));
                source.push_str(&outputs);
            }
            fs::write(folder.join("main.tf"), source).expect("the file can be written");
            let (fine, log) = self.run(folder, arguments);
            if fine {
                return errors;
            }
            let known = errors.len();
            for line in log.lines() {
                let line: Json = serde_json::from_str(line).expect("a line of JSON");
                let diagnostic = &line["diagnostic"];
                let start = &diagnostic["range"]["start"]["line"];
                let owner = start.as_u64().and_then(|line| owners.get(line as usize));
                if diagnostic["severity"] == "error"
                    && let Some(Some(index)) = owner
                {
                    let message = message(diagnostic);
                    errors.entry(*index).or_insert(message);
                }
            }
            assert!(errors.len() > known, "Terraform fails: {log}");
        }
    }
}

/// An output after an apply.
#[derive(serde::Deserialize)]
struct Output {
    #[serde(rename = "type")]
    of: Json,
    value: Text,
}

/// The value of an output if it is a text. Others are skipped, since they may have numbers that are
/// too large to be read.
struct Text(Option<String>);

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Reader;
        impl<'de> Visitor<'de> for Reader {
            type Value = Text;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a text, a list or null")
            }

            fn visit_str<E>(self, text: &str) -> Result<Text, E> {
                Ok(Text(Some(text.to_owned())))
            }

            fn visit_unit<E>(self) -> Result<Text, E> {
                Ok(Text(None))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Text, A::Error> {
                while items.next_element::<IgnoredAny>()?.is_some() {}
                Ok(Text(None))
            }
        }
        deserializer.deserialize_any(Reader)
    }
}

fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder can be made");
    for (path, text) in golden::FILES {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder can be made");
        fs::write(path, text).expect("a file can be written");
    }
    folder
}

/// On one line, and without the traces of internal errors.
fn message(diagnostic: &Json) -> String {
    let detail = diagnostic["detail"].as_str().unwrap_or_default();
    let text = if detail.is_empty() {
        diagnostic["summary"].as_str().unwrap_or_default()
    } else {
        detail
    };
    let text = text.split("goroutine").next().unwrap_or_default();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The planned value, with a text in the place of each unknown one.
fn with_unknowns(value: &Json, unknown: &Json) -> Json {
    match unknown {
        Json::Bool(true) => Json::from(golden::UNKNOWN),
        Json::Array(unknowns) => unknowns
            .iter()
            .enumerate()
            .map(|(index, unknown)| with_unknowns(&value[index], unknown))
            .collect(),
        Json::Object(unknowns) => {
            let mut object = value.as_object().cloned().unwrap_or_default();
            for (key, unknown) in unknowns {
                object.insert(key.clone(), with_unknowns(&value[key], unknown));
            }
            object.sort_keys();
            Json::Object(object)
        }
        _ => value.clone(),
    }
}
