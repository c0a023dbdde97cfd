//! The kinds of the Gateway API, which every version has.

use super::*;

const OWN_DEFINITION: &str = "\
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: { name: httproutes.gateway.networking.k8s.io }
spec:
  group: gateway.networking.k8s.io
  names: { kind: HTTPRoute, plural: httproutes }
  scope: Namespaced
  versions:
  - name: v1
    served: true
    schema:
      openAPIV3Schema:
        type: object
        properties: { spec: { type: object, properties: { own: { type: string } } } }
";

#[test]
fn kinds_have_types() {
    for &version in KubernetesVersion::ALL {
        let schema = Schema::kubernetes(version);
        for (kind, path, expected) in [
            ("HTTPRoute", "apiVersion", "gateway.networking.k8s.io/v1!"),
            ("HTTPRoute", "metadata", "ObjectMeta!"),
            ("HTTPRoute", "metadata.labels.app", "string"),
            ("HTTPRoute", "spec.hostnames", "list<string; 16>"),
            (
                "HTTPRoute",
                "spec.hostname",
                "NoField `hostname` of object (hostnames)",
            ),
            (
                "HTTPRoute",
                "spec.rules[].matches[].path.type",
                "Exact|PathPrefix|RegularExpression",
            ),
            ("GRPCRoute", "spec.parentRefs[].name", "string"),
            ("TLSRoute", "spec.hostnames[]", "string!"),
            ("Gateway", "spec.listeners[].port", "integer!"),
            ("GatewayClass", "spec.controllerName", "string!"),
            ("HTTPRoute/status", "spec", "object!"),
        ] {
            assert_eq!(at(&schema, kind, path), expected, "{version} {kind} {path}");
        }
        let found: Vec<String> = schema
            .kinds("TLSRoute")
            .iter()
            .map(ToString::to_string)
            .collect();
        assert_eq!(
            found,
            ["v1", "v1alpha3", "v1alpha2"]
                .map(|version| format!("gateway.networking.k8s.io/{version}/TLSRoute")),
        );
        let of_cluster: Vec<&str> = schema
            .all_kinds()
            .filter(|kind| kind.origin == Origin::GatewayApi && !kind.namespaced)
            .map(|kind| &*kind.name)
            .collect();
        assert_eq!(of_cluster, ["GatewayClass", "GatewayClass", "XMesh"]);
    }
}

#[test]
fn own_definitions_take_their_place() {
    let schema = Schema::kubernetes(KubernetesVersion::DEFAULT)
        .with_crds(&[CrdSource {
            name: "crds.yaml",
            text: OWN_DEFINITION,
        }])
        .expect("valid");
    let found: Vec<(String, Origin)> = schema
        .kinds("HTTPRoute")
        .iter()
        .map(|kind| (kind.to_string(), kind.origin))
        .collect();
    assert_eq!(
        found,
        [(
            "gateway.networking.k8s.io/v1/HTTPRoute".to_owned(),
            Origin::Crd
        )]
    );
    assert_eq!(at(&schema, "HTTPRoute", "spec.own"), "string");
    assert_eq!(
        at(&schema, "HTTPRoute", "spec.hostnames"),
        "NoField `hostnames` of object ()"
    );
    assert_eq!(
        at(&schema, "GRPCRoute", "spec.hostnames"),
        "list<string; 16>"
    );
}
