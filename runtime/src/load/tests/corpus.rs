//! Real manifests, where there are some: `POLICYC_CORPORA`, else `../shared/corpora` beside the
//! workspace.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::super::DocumentKind;
use super::{Format, SOURCE, load};

fn corpus() -> Option<PathBuf> {
    let folder = match std::env::var_os("POLICYC_CORPORA") {
        Some(folder) => PathBuf::from(folder),
        None => Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/corpora"),
    };
    let folder = folder.join("real");
    folder.is_dir().then_some(folder)
}

fn files(folder: &Path, out: &mut Vec<PathBuf>) {
    let mut entries: Vec<_> = std::fs::read_dir(folder)
        .expect("a readable folder")
        .map(|entry| entry.expect("an entry").path())
        .collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            files(&path, out);
        } else if path
            .extension()
            .is_some_and(|extension| matches!(extension.to_str(), Some("yaml" | "yml" | "json")))
        {
            out.push(path);
        }
    }
}

#[test]
fn real_manifests_are_read() {
    let Some(folder) = corpus() else {
        assert!(
            std::env::var_os("CI").is_none_or(|ci| ci != "true"),
            "the corpora are missing"
        );
        eprintln!("skipped: no corpora (set POLICYC_CORPORA)");
        return;
    };
    let mut paths = Vec::new();
    files(&folder, &mut paths);
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    let mut mistakes: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for path in &paths {
        let bytes = std::fs::read(path).expect("a readable file");
        let format = match path.extension().and_then(|extension| extension.to_str()) {
            Some("json") => Format::Json,
            Some(_) | None => Format::Yaml,
        };
        let loaded = load(&bytes, SOURCE, format);
        for document in &loaded.documents {
            *counts
                .entry(match document.kind {
                    DocumentKind::Object(_) => "objects",
                    DocumentKind::NotKubernetes { .. } => "not Kubernetes",
                    DocumentKind::Template => "templates",
                })
                .or_default() += 1;
        }
        let name = path
            .strip_prefix(&folder)
            .expect("inside")
            .to_string_lossy()
            .into_owned();
        for diagnostic in &loaded.diagnostics {
            let span = diagnostic.span().expect("a place");
            assert!(
                span.start <= span.end && span.end as usize <= bytes.len(),
                "{name}: {diagnostic:?}"
            );
            mistakes
                .entry(diagnostic.code.to_string())
                .or_default()
                .push(format!("{name}: {}", diagnostic.message));
        }
    }
    eprintln!("{} files: {counts:?}, mistakes: {mistakes:#?}", paths.len());
    assert!(counts["objects"] > 1500, "{counts:?}");
    // What the corpus is known to hold: one file with a placeholder `{NAME}.16`, one with broken
    // indentation (its templates are all in quotes), and one whose labels and annotations have four
    // duplicate keys. Everything else that does not parse is a template.
    let found: BTreeMap<&str, usize> = mistakes
        .iter()
        .map(|(code, messages)| (code.as_str(), messages.len()))
        .collect();
    assert_eq!(
        found,
        BTreeMap::from([("E0703", 2), ("E0705", 4)]),
        "{mistakes:#?}"
    );
    for (index, name) in [
        "bind/service.yaml",
        "alertmanager-config-with-template.yaml",
    ]
    .iter()
    .enumerate()
    {
        assert!(mistakes["E0703"][index].contains(name), "{mistakes:#?}");
    }
    assert!(
        mistakes["E0705"]
            .iter()
            .all(|message| message.contains("kubeflow-katib.yaml"))
    );
}
