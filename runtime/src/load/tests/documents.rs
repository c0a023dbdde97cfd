use super::{read, summary};

/// Compares the documents of each text: `INDEX[.ITEM] SUMMARY`, and how many diagnostics.
#[test]
fn documents_are_what_kubernetes_takes_them_for() {
    let table: [(&str, &[&str]); 15] = [
        (
            "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web, namespace: prod}\n",
            &["0 Deployment/prod/web"],
        ),
        (
            "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\n",
            &["0 Pod/default/a"],
        ),
        (
            "apiVersion: v1\nkind: Pod\nmetadata: {name: a, namespace: ''}\n",
            &["0 Pod/default/a"],
        ),
        (
            "apiVersion: v1\nkind: Namespace\nmetadata: {name: a, namespace: x}\n",
            &["0 Namespace/a"],
        ),
        (
            "apiVersion: batch/v1\nkind: Job\nmetadata: {generateName: migrate-}\n",
            &["0 Job/default/migrate-*"],
        ),
        (
            "apiVersion: v1\nkind: Pod\nmetadata: {name: y}\n",
            &["0 Pod/default/(no name)"],
        ),
        ("apiVersion: v1\nkind: Pod\n", &["0 Pod/default/(no name)"]),
        (
            "a: 1\n---\n- 1\n---\ntext\n---\nkind: Pod\n---\napiVersion: v2\nname: chart\n---\nkind: 5\napiVersion: v1\n",
            &[
                "0 not: it has neither `apiVersion` nor `kind`",
                "1 not: it is a list",
                "2 not: it is a scalar",
                "3 not: it has no `apiVersion`",
                "4 not: it has no `kind`",
                "5 not: it has no `kind`",
            ],
        ),
        (
            "# c\n---\napiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: Pod, metadata: {name: a}}\n- {x: 1}\n\
             - apiVersion: v1\n  kind: List\n  items: [{apiVersion: v1, kind: Node, metadata: {name: one}}]\n---\n\
             apiVersion: v1\nkind: Pod\nmetadata: {name: b}\n",
            &[
                "0.0 Pod/default/a",
                "0.1 not: it has neither `apiVersion` nor `kind`",
                "0.2 Node/one",
                "1 Pod/default/b",
            ],
        ),
        (
            "apiVersion: v1\nkind: ConfigMapList\nitems: [{metadata: {name: a}}, {metadata: {name: b, namespace: prod}}]\n",
            &["0.0 ConfigMap/default/a", "0.1 ConfigMap/prod/b"],
        ),
        ("apiVersion: v1\nkind: List\n", &[]),
        ("apiVersion: v1\nkind: List\nitems: null\n", &[]),
        (
            "apiVersion: example.org/v1\nkind: AllowList\nmetadata: {name: a}\nspec: {items: [1]}\n",
            &["0 AllowList/default/a"],
        ),
        (
            "apiVersion: v1\nkind: List\nitems: {a: 1}\n",
            &["0 List/default/(no name)"],
        ),
        (
            "{\"apiVersion\":\"v1\",\"kind\":\"List\",\"items\":[{\"apiVersion\":\"v1\",\"kind\":\"Pod\",\"metadata\":{\"name\":\"a\"}}]}",
            &["0.0 Pod/default/a"],
        ),
    ];
    for (text, expected) in table {
        let loaded = read(text);
        let found: Vec<String> = loaded
            .documents
            .iter()
            .map(|document| match document.item {
                Some(item) => format!("{}.{item} {}", document.index, summary(document)),
                None => format!("{} {}", document.index, summary(document)),
            })
            .collect();
        similar_asserts::assert_eq!(found, expected, "reading {text:?}");
        assert!(
            loaded.diagnostics.is_empty(),
            "{text:?}: {:?}",
            loaded.diagnostics
        );
    }
}

#[test]
fn a_resource_knows_its_type() {
    let loaded = read("apiVersion: apps/v1\nkind: Deployment\n---\napiVersion: v1\nkind: Pod\n");
    let types: Vec<_> = loaded
        .resources()
        .map(|resource| {
            (
                resource.api_version(),
                resource.group(),
                resource.version(),
                resource.kind(),
            )
        })
        .collect();
    assert_eq!(
        types,
        [
            ("apps/v1", "apps", "v1", "Deployment"),
            ("v1", "", "v1", "Pod")
        ]
    );
    let id: Vec<_> = loaded.resources().map(super::super::Resource::id).collect();
    assert_eq!(id, ["Deployment/(no name)", "Pod/(no name)"]);
}

#[test]
fn items_of_a_typed_list_get_the_type_they_lack() {
    let loaded =
        read("apiVersion: apps/v1\nkind: DeploymentList\nitems: [{metadata: {name: a}}]\n");
    let resource = loaded.resources().next().expect("an object");
    assert_eq!(
        resource.node.get("kind").expect("filled in").value,
        "Deployment".into()
    );
    assert_eq!(
        resource.node.get("apiVersion").expect("filled in").value,
        "apps/v1".into()
    );
}

#[test]
fn templates_are_told_from_broken_yaml() {
    let table: [(&str, &[&str]); 17] = [
        (
            "---\n{{ x }}y\n---\n{{ x }}\ny: 1\n---\na: 1\n",
            &["template", "template", "not"],
        ),
        ("name: {{ .Release.Name }}-web\n", &["template"]),
        ("name: {{ .Release.Name }}\n", &["template"]),
        ("{{- if .Values.x }}\na: 1\n{{- end }}\n", &["template"]),
        (
            "a: 1\n{{- include \"x\" . | nindent 2 }}\nb: 2\n",
            &["template"],
        ),
        ("{{ .x }}\n", &["template"]),
        (
            "labels:\n  {{- toYaml . | nindent 4 }}\nname: x\n",
            &["template"],
        ),
        ("{% if x %}\na: 1\n{% endif %}\n", &["template"]),
        ("{\"a\": {{ .x }} }", &["template"]),
        ("a: \"{{ .x }}\"\nb: c: d\n", &["E0703"]),
        ("a: |\n  {{ .x }}\nb: c: d\n", &["E0703"]),
        ("# {{ .x }}\nb: c: d\n", &["E0703"]),
        ("b: c: d\ne: {{ .x }}\n", &["E0703"]),
        ("b: c: d \"{{ .x }}\"\n", &["E0703"]),
        ("a: {NAME}.16\n", &["E0703"]),
        (
            "a: 1\n---\nb: {{ .x }}-c\n---\nd: 1\n",
            &["not", "template", "not"],
        ),
        ("a: \"{{ .x }}\"\nb: foo-{{ .y }}\n", &["not"]),
    ];
    for (text, expected) in table {
        let loaded = read(text);
        let mut found: Vec<String> = loaded
            .documents
            .iter()
            .map(|document| {
                summary(document)
                    .split(':')
                    .next()
                    .unwrap_or_default()
                    .to_owned()
            })
            .collect();
        found.extend(
            loaded
                .diagnostics
                .iter()
                .map(|diagnostic| diagnostic.code.to_string()),
        );
        similar_asserts::assert_eq!(found, expected, "reading {text:?}");
    }
}

#[test]
fn what_is_no_object_can_be_said() {
    let loaded = read("name: {{ .x }}-y\n---\n- a\n---\napiVersion: v1\nkind: Pod\n");
    let codes: Vec<_> = loaded
        .documents
        .iter()
        .map(|document| document.warning().map(|warning| warning.code.to_string()))
        .collect();
    assert_eq!(
        codes,
        [Some("W0711".to_owned()), Some("W0712".to_owned()), None]
    );
}
