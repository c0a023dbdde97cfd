//! The embedded schemas.

use super::*;

fn check(version: KubernetesVersion, rows: &[(&str, &str, &str)]) {
    let schema = Schema::kubernetes(version);
    for (kind, path, expected) in rows {
        assert_eq!(
            at(&schema, kind, path),
            *expected,
            "{version}: {kind} {path}"
        );
    }
}

#[test]
fn paths_have_types() {
    check(
        KubernetesVersion::DEFAULT,
        &[
            ("Pod", "", "Pod!"),
            ("Pod", "apiVersion", "v1!"),
            ("Pod", "kind", "Pod!"),
            ("Pod", "metadata", "ObjectMeta!"),
            ("Pod/exec", "kind", "PodExecOptions!"),
            (
                "StatefulSet",
                "spec.volumeClaimTemplates[].kind",
                "PersistentVolumeClaim",
            ),
            ("Pod", "metadata.name", "string"),
            ("Pod", "metadata.labels", "map<string>"),
            ("Pod", "metadata.labels.app", "string"),
            ("Pod", "metadata.creationTimestamp", "date-time"),
            ("Pod", "metadata.managedFields[].time", "date-time"),
            ("Pod", "metadata.managedFields[].fieldsV1.anything", "any"),
            ("Pod", "spec.containers", "list<Container>"),
            (
                "Pod",
                "spec.containers[].securityContext.privileged",
                "boolean",
            ),
            ("Pod", "spec.containers[].resources.limits", "map<quantity>"),
            (
                "Pod",
                "spec.containers[].resources.limits.memory",
                "quantity",
            ),
            (
                "Pod",
                "spec.containers[].livenessProbe.httpGet.port",
                "int-or-string",
            ),
            (
                "Pod",
                "spec.containers[].imagePullPolicy",
                "Always|Never|IfNotPresent",
            ),
            ("Pod", "spec.containers[].ports[].protocol", "TCP|UDP|SCTP"),
            ("Pod", "spec.containers[].ports[].containerPort", "integer"),
            ("Pod", "spec.restartPolicy", "Always|OnFailure|Never"),
            (
                "Pod",
                "spec.dnsPolicy",
                "ClusterFirstWithHostNet|ClusterFirst|Default|None",
            ),
            ("Pod", "spec.volumes[].emptyDir.sizeLimit", "quantity"),
            ("Pod", "spec.overhead.cpu", "quantity"),
            ("Pod/exec", "command", "list<string>"),
            ("Pod/exec", "container", "string"),
            ("Pod/portforward", "ports[]", "integer"),
            (
                "Pod/eviction",
                "deleteOptions.gracePeriodSeconds",
                "integer",
            ),
            ("Pod/status", "status.phase", "string"),
            ("Deployment/scale", "spec.replicas", "integer"),
            ("ServiceAccount/token", "spec.audiences", "list<string>"),
            ("Deployment", "spec.replicas", "integer"),
            (
                "Deployment",
                "spec.template.spec.containers[].image",
                "string",
            ),
            (
                "Deployment",
                "spec.strategy.rollingUpdate.maxSurge",
                "int-or-string",
            ),
            ("Secret", "data", "map<byte>"),
            ("ConfigMap", "data.key", "string"),
            (
                "Service",
                "spec.type",
                "ExternalName|ClusterIP|NodePort|LoadBalancer",
            ),
            ("Service", "spec.selector.app", "string"),
            (
                "Ingress",
                "spec.rules[].http.paths[].pathType",
                "Exact|Prefix|ImplementationSpecific",
            ),
            ("NetworkPolicy", "spec.policyTypes", "list<Ingress|Egress>"),
            (
                "PersistentVolumeClaim",
                "spec.resources.requests.storage",
                "quantity",
            ),
            ("HorizontalPodAutoscaler", "spec.metrics[].type", "string"),
            ("RoleBinding", "roleRef.name", "string!"),
            ("Role", "rules[].verbs", "list<string>"),
            // A type that contains itself, and values of any type.
            (
                "CustomResourceDefinition",
                "spec.versions[].schema.openAPIV3Schema.properties.a.properties.b.items",
                "any",
            ),
            (
                "CustomResourceDefinition",
                "spec.versions[].schema.openAPIV3Schema.not.not.not.maxLength",
                "integer",
            ),
            (
                "CustomResourceDefinition",
                "spec.versions[].schema.openAPIV3Schema.default.a.b",
                "any",
            ),
            ("ControllerRevision", "data.a.b[].c", "any"),
        ],
    );
}

#[test]
fn wrong_paths_say_what_is_there() {
    check(
        KubernetesVersion::DEFAULT,
        &[
            (
                "Pod",
                "spec.container",
                "NoField `container` of PodSpec (containers)",
            ),
            (
                "Pod",
                "spec.initcontainers",
                "NoField `initcontainers` of PodSpec (initContainers)",
            ),
            ("Pod", "spce", "NoField `spce` of Pod (spec)"),
            ("Pod", "spec.zzzzzzzz", "NoField `zzzzzzzz` of PodSpec ()"),
            (
                "Pod",
                "spec.containers.image",
                "MemberOfList `image` of list<Container> ()",
            ),
            ("Pod", "spec.nodeName.x", "MemberOfScalar `x` of string ()"),
            (
                "Pod",
                "spec.containers[].resources.limits.cpu.x",
                "MemberOfScalar `x` of quantity ()",
            ),
            ("Pod", "spec.nodeName[]", "ItemsOfOther"),
            ("Pod", "spec[]", "ItemsOfOther"),
        ],
    );
}

#[test]
fn deeper_fields_are_found() {
    let schema = Schema::kubernetes(KubernetesVersion::DEFAULT);
    for (kind, within, name, expected) in [
        (
            "Deployment",
            "spec",
            "containers",
            Some("template.spec.containers"),
        ),
        (
            "CronJob",
            "spec",
            "containers",
            Some("jobTemplate.spec.template.spec.containers"),
        ),
        ("Pod", "spec", "containers", Some("containers")),
        ("Pod", "", "hostNetwork", Some("spec.hostNetwork")),
        ("Deployment", "spec", "nothing", None),
        ("CustomResourceDefinition", "", "nothing", None),
    ] {
        let root = schema.kinds(kind)[0].ty;
        let from = if within.is_empty() {
            root
        } else {
            schema.field(root, within).unwrap().ty
        };
        let found = schema.nested(from, name).map(|path| path.join("."));
        assert_eq!(found.as_deref(), expected, "{kind} {within} {name}");
    }
}

#[test]
fn names_stand_for_kinds() {
    let schema = Schema::kubernetes(KubernetesVersion::DEFAULT);
    for (name, expected) in [
        ("Pod", "v1/Pod pods namespaced"),
        ("v1/Pod", "v1/Pod pods namespaced"),
        ("Pod/exec", "v1/Pod pods namespaced"),
        ("v1/Pod/exec", "v1/Pod pods namespaced"),
        ("Pod/*", "v1/Pod pods namespaced"),
        ("Namespace", "v1/Namespace namespaces cluster"),
        ("Deployment", "apps/v1/Deployment deployments namespaced"),
        (
            "apps/v1/Deployment",
            "apps/v1/Deployment deployments namespaced",
        ),
        (
            "apps/*/Deployment",
            "apps/v1/Deployment deployments namespaced",
        ),
        (
            "*/*/Deployment",
            "apps/v1/Deployment deployments namespaced",
        ),
        ("*/Deployment", "apps/v1/Deployment deployments namespaced"),
        (
            "apps/v1/Deployment/scale",
            "apps/v1/Deployment deployments namespaced",
        ),
        (
            "Event",
            "v1/Event events namespaced, events.k8s.io/v1/Event events namespaced",
        ),
        ("v1/Event", "v1/Event events namespaced"),
        (
            "HorizontalPodAutoscaler",
            "autoscaling/v2/HorizontalPodAutoscaler horizontalpodautoscalers namespaced, \
             autoscaling/v1/HorizontalPodAutoscaler horizontalpodautoscalers namespaced",
        ),
        ("Endpoints", "v1/Endpoints endpoints namespaced"),
        (
            "NetworkPolicy",
            "networking.k8s.io/v1/NetworkPolicy networkpolicies namespaced",
        ),
        (
            "IngressClass",
            "networking.k8s.io/v1/IngressClass ingressclasses cluster",
        ),
        (
            "ClusterRole",
            "rbac.authorization.k8s.io/v1/ClusterRole clusterroles cluster",
        ),
    ] {
        let query = KindQuery::parse(name).unwrap_or_else(|| panic!("{name}"));
        let found: Vec<String> = schema
            .resolve(&query)
            .unwrap_or_else(|error| panic!("{name}: {error:?}"))
            .iter()
            .map(|kind| {
                let scope = if kind.namespaced {
                    "namespaced"
                } else {
                    "cluster"
                };
                format!("{kind} {} {scope}", kind.plural)
            })
            .collect();
        assert_eq!(found.join(", "), expected, "{name}");
    }
}

#[test]
fn unknown_names_say_what_there_is() {
    let schema = Schema::kubernetes(KubernetesVersion::DEFAULT);
    let strings = |names: &[&str]| {
        names
            .iter()
            .map(|name| (*name).to_owned())
            .collect::<Vec<_>>()
    };
    let no_kind = |similar: &[&str]| UnknownKind::NoKind {
        similar: strings(similar),
        removed: None,
    };
    let served = |served: &[&str], removed: Option<(&str, u16)>| UnknownKind::NoVersion {
        served: strings(served),
        removed: removed.map(|(version, minor)| {
            let row = Removed::ALL
                .iter()
                .find(|row| row.version == version && row.in_minor == minor);
            row.expect("a row")
        }),
    };
    for (name, expected) in [
        ("Deploymnet", no_kind(&["Deployment"])),
        ("deployment", no_kind(&["Deployment"])),
        ("deployments", no_kind(&["Deployment"])),
        ("apps/v1/deployment", no_kind(&["Deployment"])),
        ("DaemonSets", no_kind(&["DaemonSet"])),
        ("Daemonset", no_kind(&["DaemonSet"])),
        ("ingresses", no_kind(&["Ingress"])),
        ("Wibble", no_kind(&[])),
        ("DeploymentList", no_kind(&["Deployment"])),
        ("v1/Deployment", served(&["apps/v1/Deployment"], None)),
        (
            "batch/v1beta1/CronJob",
            served(&["batch/v1/CronJob"], Some(("v1beta1", 25))),
        ),
        (
            "PodSecurityPolicy",
            UnknownKind::NoKind {
                similar: vec![],
                removed: Removed::find(None, None, "PodSecurityPolicy"),
            },
        ),
        (
            "Pod/exce",
            UnknownKind::NoSubresource {
                similar: strings(&["exec"]),
                known: strings(&[
                    "attach",
                    "binding",
                    "ephemeralcontainers",
                    "eviction",
                    "exec",
                    "portforward",
                    "proxy",
                    "resize",
                    "status",
                ]),
            },
        ),
    ] {
        let query = KindQuery::parse(name).unwrap_or_else(|| panic!("{name}"));
        assert_eq!(schema.resolve(&query), Err(expected), "{name}");
    }
}

#[test]
fn names_have_a_form() {
    let query = |group, version, kind, subresource| {
        Some(KindQuery {
            group,
            version,
            kind,
            subresource,
        })
    };
    for (text, expected) in [
        ("*", query(None, None, "*", None)),
        ("*/*", query(None, None, "*", None)),
        ("*/*/*", query(None, None, "*", None)),
        ("apps/v1/*", query(Some("apps"), Some("v1"), "*", None)),
        ("pod", query(None, None, "pod", None)),
        ("pod/exec", query(None, None, "pod", Some("exec"))),
        ("v1/pod", query(Some(""), Some("v1"), "pod", None)),
        (
            "*/v1beta1/CronJob",
            query(None, Some("v1beta1"), "CronJob", None),
        ),
        ("apps/Deployment", None),
        ("a/b/c", None),
        ("", None),
        ("/", None),
        ("Pod/", None),
        ("apps//Deployment", None),
        ("apps/v1/Deployment/scale/more", None),
        ("a/b/v1/Deployment", None),
    ] {
        assert_eq!(KindQuery::parse(text), expected, "{text}");
    }
    for text in [
        "Pod",
        "v1/Pod",
        "apps/v1/Deployment/scale",
        "*/v1/CronJob",
        "apps/*/Deployment",
        "*",
    ] {
        assert_eq!(KindQuery::parse(text).unwrap().to_string(), text);
    }
}

#[test]
fn every_version_is_well_formed() {
    for &version in KubernetesVersion::ALL {
        let schema = decode::decode(version).expect("well-formed data");
        assert_eq!(schema.version(), version);
        assert!(schema.all_kinds().len() > 70, "{version}");
        assert!(schema.field(schema.object_meta(), "labels").is_some());
        assert_eq!(*schema.get(schema.any()), Type::Any);
        for kind in schema.all_kinds() {
            let shape = ["apiVersion", "kind"].map(|name| at(&schema, &kind.to_string(), name));
            assert_eq!(
                shape,
                [
                    format!("{}!", kind.api_version()),
                    format!("{}!", kind.name)
                ]
            );
            assert_eq!(schema.kind(&kind.api_version(), &kind.name), Some(kind));
            assert!(
                schema.fields(kind.ty).is_sorted_by(|a, b| a.name < b.name),
                "{kind}"
            );
            let removed = Removed::find(Some(&kind.group), Some(&kind.version), &kind.name);
            assert!(
                removed.is_none_or(|row| row.in_minor > version.minor()),
                "{version}: {kind}"
            );
        }
        check(
            version,
            &[
                (
                    "Pod",
                    "spec.containers[].resources.requests.cpu",
                    "quantity",
                ),
                (
                    "CronJob",
                    "spec.jobTemplate.spec.template.spec.hostNetwork",
                    "boolean",
                ),
            ],
        );
    }
    check(
        KubernetesVersion::V1_31,
        &[
            ("FlowSchema", "kind", "FlowSchema!"),
            ("Pod", "spec.resources", "NoField `resources` of PodSpec ()"),
        ],
    );
}

#[test]
fn versions_are_read() {
    for (text, expected) in [
        ("1.36", Ok(KubernetesVersion::V1_36)),
        ("v1.31", Ok(KubernetesVersion::V1_31)),
        ("1.37.2", Ok(KubernetesVersion::V1_37)),
        ("1.20", Err(UnknownVersion)),
        ("2.36", Err(UnknownVersion)),
        ("1", Err(UnknownVersion)),
        ("1.+36", Err(UnknownVersion)),
        ("1.36.x", Err(UnknownVersion)),
        ("1.36.", Err(UnknownVersion)),
        ("1.36.1.1", Err(UnknownVersion)),
        ("", Err(UnknownVersion)),
    ] {
        assert_eq!(text.parse::<KubernetesVersion>(), expected, "{text}");
    }
    assert_eq!(KubernetesVersion::default().to_string(), "1.36");
    assert!(UnknownVersion.to_string().ends_with("1.35, 1.36, 1.37"));
}

#[test]
fn every_id_is_of_some_type() {
    let schema = Schema::kubernetes(KubernetesVersion::DEFAULT);
    assert_eq!(*schema.get(TypeId(u32::MAX)), Type::Any);
    assert!(schema.fields(TypeId(u32::MAX)).is_empty());
}
