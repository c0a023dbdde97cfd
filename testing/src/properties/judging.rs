//! Verdicts: the evaluator never gives up on a small resource, and says what the reference says.

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::OnceLock;

use policyc_diagnostics::{SourceId, SourceMap};
use policyc_ir::Program;
use policyc_project::{Settings, Sources, compile};
use policyc_runtime::eval::{Compiled, Context};
use policyc_runtime::load::{Format, Resource, load};

use super::sources::schema;
use crate::reference::{Both, Reference, Request, Source, beside, json};

/// How many rules of the library a manifest is judged by, of those that match it.
const RULES: usize = 12;

/// How many objects of a manifest are judged.
const OBJECTS: usize = 8;

/// The library, ready to be asked.
struct Library {
    program: Program,
    compiled: Compiled,
    reference: Reference,
}

/// Any manifest is judged by rules of the library, and both say the same.
pub(super) fn agrees(bytes: &[u8]) -> Result<(), String> {
    static LIBRARY: OnceLock<Result<Library, String>> = OnceLock::new();
    let made = LIBRARY.get_or_init(make).as_ref();
    let library = made.map_err(Clone::clone)?;
    let loaded = load(bytes, SourceId(0), Format::Auto);
    let mut hasher = DefaultHasher::new();
    bytes.hash(&mut hasher);
    let mut chance = hasher.finish();
    for resource in loaded.resources().take(OBJECTS) {
        // Other rules for other inputs: the reference is slow.
        let count = u64::try_from(library.program.policies.len()).unwrap_or(1);
        let mut only = Vec::new();
        for _ in 0..RULES {
            chance = chance
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            only.push(usize::try_from((chance >> 33) % count.max(1)).unwrap_or(0));
        }
        let Library {
            program,
            compiled,
            reference,
        } = library;
        same(program, compiled, reference, resource, &|policy| {
            only.contains(&policy)
        })?;
    }
    Ok(())
}

fn make() -> Result<Library, String> {
    let sources = Sources::of_library(SourceMap::new());
    let (program, _) = compile(&sources, &Settings::default());
    let compiled = Compiled::new(&program).map_err(|error| error.to_string())?;
    let mut roots = library();
    for source in &mut roots {
        source.root = true;
    }
    let reference = Reference::new(&roots, &BTreeMap::new(), schema())?;
    Ok(Library {
        program,
        compiled,
        reference,
    })
}

/// The modules of the library.
pub(super) fn library() -> Vec<Source<'static>> {
    static NAMES: OnceLock<Vec<String>> = OnceLock::new();
    let names = NAMES.get_or_init(|| {
        let names = policyc_stdlib::SOURCES.iter();
        names
            .map(|(name, _)| policyc_project::library_module_name(name))
            .collect()
    });
    let sources = names.iter().zip(policyc_stdlib::SOURCES);
    sources
        .map(|(module, (_, text))| Source {
            module,
            text,
            root: false,
        })
        .collect()
}

/// Some resources of the kinds that most policies are about.
pub(super) fn samples() -> &'static [Resource] {
    static SAMPLES: OnceLock<Vec<Resource>> = OnceLock::new();
    SAMPLES.get_or_init(|| {
        let text = include_str!("samples.yaml");
        let loaded = load(text.as_bytes(), SourceId(0), Format::Yaml);
        loaded.resources().cloned().collect()
    })
}

/// Whether both give the same verdicts on all the resources.
pub(super) fn same_verdicts(
    program: &Program,
    sources: &[Source<'_>],
    resources: &[Resource],
) -> Result<(), String> {
    let compiled = Compiled::new(program).map_err(|error| error.to_string())?;
    let reference = Reference::new(sources, &BTreeMap::new(), schema())?;
    for resource in resources {
        same(program, &compiled, &reference, resource, &|_| true)?;
    }
    Ok(())
}

fn same(
    program: &Program,
    compiled: &Compiled,
    reference: &Reference,
    resource: &Resource,
    asked: &dyn Fn(usize) -> bool,
) -> Result<(), String> {
    let both = beside(
        (program, compiled),
        reference,
        resource,
        &Context::default(),
        &Request::default(),
        asked,
    )?;
    match both.iter().find(|both| !both.agree()) {
        None => Ok(()),
        Some(Both {
            rule,
            evaluator,
            reference,
        }) => Err(format!(
            "{rule}: the evaluator says {evaluator:?}, the reference {reference:?}, of {}",
            json(resource)
        )),
    }
}
