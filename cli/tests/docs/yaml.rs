//! Reading the `yaml` blocks with the types of the program.

use policyc_diagnostics::{Diagnostic, SourceId};
use policyc_project::ProjectFile;
use policyc_runtime::load::{Format, load};
use policyc_testing::suite::SuiteFile;
use serde_yaml::Value;

use crate::block::Block;

/// Reads a block; what is wrong with it.
pub(crate) fn check(block: &Block) -> Result<(), String> {
    let text = block.text.as_str();
    match block.get("part") {
        Some("suite") => return suite(&format!("policy: a.policy\n{text}")),
        Some("project") => return project(&format!("name: a\n{text}")),
        Some(other) => return Err(format!("nothing has a part `{other}`")),
        None => {}
    }
    let values: Vec<Value> = serde_yaml::Deserializer::from_str(text)
        .map(<Value as serde::Deserialize>::deserialize)
        .collect::<Result<_, _>>()
        .map_err(|error| error.to_string())?;
    let has = |key: &str| values.iter().all(|value| value.get(key).is_some());
    if values.is_empty() {
        Err("there is nothing in it".to_owned())
    } else if has("apiVersion") {
        manifest(text)
    } else if has("policy") {
        suite(text)
    } else if has("name") && !has("jobs") {
        project(text)
    } else if has("jobs") || values[0].as_mapping().is_some_and(is_gitlab) {
        Ok(())
    } else {
        Err("it is no manifest, suite, project file or CI file".to_owned())
    }
}

fn is_gitlab(map: &serde_yaml::Mapping) -> bool {
    map.values().all(|job| job.get("script").is_some())
}

fn suite(text: &str) -> Result<(), String> {
    let read = serde_yaml::from_str::<SuiteFile>(text);
    read.map(drop).map_err(|error| error.to_string())
}

fn project(text: &str) -> Result<(), String> {
    let read = serde_yaml::from_str::<ProjectFile>(text);
    read.map(drop).map_err(|error| error.to_string())
}

fn manifest(text: &str) -> Result<(), String> {
    let loaded = load(text.as_bytes(), SourceId(0), Format::Auto);
    match loaded
        .diagnostics
        .iter()
        .find(|it| Diagnostic::is_error(it))
    {
        Some(error) => Err(error.message.clone()),
        None => Ok(()),
    }
}
