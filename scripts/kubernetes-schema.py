#!/usr/bin/env python3
"""Writes the Kubernetes schemas that the compiler embeds (compiler/src/schema/data/).

    python3 scripts/kubernetes-schema.py            write the data
    python3 scripts/kubernetes-schema.py --check    fail if the committed data differ
    python3 scripts/kubernetes-schema.py --text 1.36    print one version, or gateway-api, uncompressed

Python 3.11 or later, its standard library and pip; nothing is installed. `pip download` fetches
the wheels named in PACKAGES, whose hashes are pinned, so two runs write the same bytes:

* `kubernetes-validate` (Apache-2.0) carries the definitions of Kubernetes' OpenAPI document,
  which is Apache-2.0 itself, for several Kubernetes versions;
* `kubernetes` (Apache-2.0), the Python client, one release per Kubernetes version, is generated
  from the same document and carries its paths. Of it only the paths are read: they say which
  kinds are resources, their plural, scope and sub-resources.

The kinds of the Gateway API are written too; gateway_api.py says from where, and needs Go.

Descriptions, vendor extensions and kinds that are not resources are dropped. Two tables are kept
here because the document lacks them: the values of string enumerations (ENUMERATIONS, each value
checked against the field's description) and the objects of CONNECT requests (CONNECT_OPTIONS).

The format is described in compiler/src/schema/decode.rs, its reader.
"""

import argparse
import gzip
import hashlib
import json
import pathlib
import re
import subprocess
import sys
import tempfile
import zipfile

import gateway_api

DATA = pathlib.Path(__file__).resolve().parent.parent / "compiler/src/schema/data"
FORMAT = "policyc-schema 1"
GATEWAY_API = "gateway-api"

DEFINITIONS = (
    "kubernetes-validate",
    "1.37.0",
    "85136d018a27b50ec7fc049d902bfa5193f5976807e6c0f408e3ab6fe078cad9",
)
# Kubernetes version -> the client generated from it, and its wheel's hash.
CLIENTS = {
    "1.31": ("31.0.0", "bf141e2d380c8520eada8b351f4e319ffee9636328c137aa432bc486ca1200e1"),
    "1.32": ("32.0.1", "35282ab8493b938b08ab5526c7ce66588232df00ef5e1dbe88a419107dc10998"),
    "1.33": ("33.1.0", "544de42b24b64287f7e0aa9513c93cb503f7f40eea39b20f66810011a86eabc5"),
    "1.34": ("34.1.0", "bffba2272534e224e6a7a74d582deb0b545b7c9879d2cd9e4aae9481d1f2cc2a"),
    "1.35": ("35.0.0", "39e2b33b46e5834ef6c3985ebfe2047ab39135d41de51ce7641a7ca5b372a13d"),
    "1.36": ("36.0.3", "8fde9241c4b298e6374a069dcf728359b4e72c2fb29489a975ba4e1c047cf10f"),
    "1.37": ("37.0.2", "d72683392fc10f59fb78b89bd91cb3be60a05d6ff0bbb2150966a224af6edc03"),
}

# Formats of the document that say nothing to a policy (the width of an integer).
PLAIN_FORMATS = {"int32", "int64", "double", "float"}
FREE_FORM_OBJECTS = {
    # An embedded object of any kind, or a set of field paths: the fields are not known here.
    "io.k8s.apimachinery.pkg.runtime.RawExtension",
    "io.k8s.apimachinery.pkg.apis.meta.v1.FieldsV1",
    "io.k8s.apimachinery.pkg.apis.meta.v1.Patch",
}
QUANTITY = "io.k8s.apimachinery.pkg.api.resource.Quantity"
INT_OR_STRING = "io.k8s.apimachinery.pkg.util.intstr.IntOrString"

# The API server validates these sets; the document only writes about them. A key is the end of a
# definition's name and a field; a list's values are those of its items. Sets that grow with
# feature gates (a container's restartPolicy, a toleration's operator) are left out on purpose.
ENUMERATIONS = {
    "admissionregistration.v1.MatchResources.matchPolicy": "Exact Equivalent",
    "admissionregistration.v1.MutatingWebhook.failurePolicy": "Ignore Fail",
    "admissionregistration.v1.MutatingWebhook.matchPolicy": "Exact Equivalent",
    "admissionregistration.v1.MutatingWebhook.reinvocationPolicy": "Never IfNeeded",
    "admissionregistration.v1.NamedRuleWithOperations.scope": "Cluster Namespaced *",
    "admissionregistration.v1.RuleWithOperations.scope": "Cluster Namespaced *",
    "admissionregistration.v1.ValidatingAdmissionPolicyBindingSpec.validationActions":
        "Deny Warn Audit",
    "admissionregistration.v1.ValidatingAdmissionPolicySpec.failurePolicy": "Ignore Fail",
    "admissionregistration.v1.ValidatingWebhook.failurePolicy": "Ignore Fail",
    "admissionregistration.v1.ValidatingWebhook.matchPolicy": "Exact Equivalent",
    "apps.v1.DaemonSetUpdateStrategy.type": "RollingUpdate OnDelete",
    "apps.v1.DeploymentStrategy.type": "Recreate RollingUpdate",
    "batch.v1.CronJobSpec.concurrencyPolicy": "Allow Forbid Replace",
    "batch.v1.JobSpec.completionMode": "NonIndexed Indexed",
    "core.v1.AppArmorProfile.type": "Localhost RuntimeDefault Unconfined",
    "core.v1.Container.imagePullPolicy": "Always Never IfNotPresent",
    "core.v1.Container.terminationMessagePolicy": "File FallbackToLogsOnError",
    "core.v1.ContainerPort.protocol": "TCP UDP SCTP",
    "core.v1.EphemeralContainer.imagePullPolicy": "Always Never IfNotPresent",
    "core.v1.EphemeralContainer.terminationMessagePolicy": "File FallbackToLogsOnError",
    "core.v1.ImageVolumeSource.pullPolicy": "Always Never IfNotPresent",
    "core.v1.NodeSelectorRequirement.operator": "In NotIn Exists DoesNotExist Gt Lt",
    "core.v1.PersistentVolumeClaimSpec.volumeMode": "Block Filesystem",
    "core.v1.PersistentVolumeSpec.persistentVolumeReclaimPolicy": "Retain Delete Recycle",
    "core.v1.PersistentVolumeSpec.volumeMode": "Block Filesystem",
    "core.v1.PodOS.name": "linux windows",
    "core.v1.PodSecurityContext.fsGroupChangePolicy": "OnRootMismatch Always",
    "core.v1.PodSecurityContext.supplementalGroupsPolicy": "Merge Strict",
    "core.v1.PodSpec.dnsPolicy": "ClusterFirstWithHostNet ClusterFirst Default None",
    "core.v1.PodSpec.preemptionPolicy": "Never PreemptLowerPriority",
    "core.v1.PodSpec.restartPolicy": "Always OnFailure Never",
    "core.v1.SeccompProfile.type": "Localhost RuntimeDefault Unconfined",
    "core.v1.SecurityContext.procMount": "Default Unmasked",
    "core.v1.ServicePort.protocol": "TCP UDP SCTP",
    "core.v1.ServiceSpec.externalTrafficPolicy": "Cluster Local",
    "core.v1.ServiceSpec.internalTrafficPolicy": "Cluster Local",
    "core.v1.ServiceSpec.ipFamilies": "IPv4 IPv6",
    "core.v1.ServiceSpec.ipFamilyPolicy": "SingleStack PreferDualStack RequireDualStack",
    "core.v1.ServiceSpec.sessionAffinity": "ClientIP None",
    "core.v1.ServiceSpec.type": "ExternalName ClusterIP NodePort LoadBalancer",
    "core.v1.Taint.effect": "NoSchedule PreferNoSchedule NoExecute",
    "core.v1.Toleration.effect": "NoSchedule PreferNoSchedule NoExecute",
    "core.v1.TopologySpreadConstraint.whenUnsatisfiable": "DoNotSchedule ScheduleAnyway",
    "core.v1.VolumeMount.mountPropagation": "None HostToContainer Bidirectional",
    "core.v1.VolumeMount.recursiveReadOnly": "Disabled IfPossible Enabled",
    "core.v1.PersistentVolumeClaimSpec.accessModes":
        "ReadWriteOnce ReadOnlyMany ReadWriteMany ReadWriteOncePod",
    "core.v1.PersistentVolumeSpec.accessModes":
        "ReadWriteOnce ReadOnlyMany ReadWriteMany ReadWriteOncePod",
    "core.v1.HTTPGetAction.scheme": "HTTP HTTPS",
    "meta.v1.LabelSelectorRequirement.operator": "In NotIn Exists DoesNotExist",
    "networking.v1.HTTPIngressPath.pathType": "Exact Prefix ImplementationSpecific",
    "networking.v1.NetworkPolicyPort.protocol": "TCP UDP SCTP",
    "networking.v1.NetworkPolicySpec.policyTypes": "Ingress Egress",
    "policy.v1.PodDisruptionBudgetSpec.unhealthyPodEvictionPolicy": "IfHealthyBudget AlwaysAllow",
    "scheduling.v1.PriorityClass.preemptionPolicy": "Never PreemptLowerPriority",
    "storage.v1.StorageClass.reclaimPolicy": "Retain Delete Recycle",
    "storage.v1.StorageClass.volumeBindingMode": "Immediate WaitForFirstConsumer",
}
# Values that the fields' descriptions leave to the linked pages or to the Go constants of the
# field's type (k8s.io/api).
UNDESCRIBED = {
    "core.v1.PersistentVolumeClaimSpec.accessModes",
    "core.v1.PersistentVolumeClaimSpec.volumeMode",
    "core.v1.PersistentVolumeSpec.accessModes",
    "core.v1.PersistentVolumeSpec.volumeMode",
    "core.v1.VolumeMount.mountPropagation",
    "core.v1.HTTPGetAction.scheme",
    "core.v1.SecurityContext.procMount",
    "storage.v1.StorageClass.reclaimPolicy",
    "storage.v1.StorageClass.volumeBindingMode",
}

# What an admission request's object is for a sub-resource, where it is not the resource itself.
SUBRESOURCE_OBJECTS = {
    "binding": "io.k8s.api.core.v1.Binding",
    "eviction": "io.k8s.api.policy.v1.Eviction",
    "scale": "io.k8s.api.autoscaling.v1.Scale",
    "token": "io.k8s.api.authentication.v1.TokenRequest",
}
# Objects of CONNECT requests (k8s.io/api/core/v1, types.go). They are query parameters in the
# document and so have no definition there.
CONNECT_OPTIONS = {
    ("Pod", "exec"): ("PodExecOptions", {
        "command": ["string"], "container": "string", "stderr": "boolean", "stdin": "boolean",
        "stdout": "boolean", "tty": "boolean"}),
    ("Pod", "attach"): ("PodAttachOptions", {
        "container": "string", "stderr": "boolean", "stdin": "boolean", "stdout": "boolean",
        "tty": "boolean"}),
    ("Pod", "portforward"): ("PodPortForwardOptions", {"ports": ["integer"]}),
    ("Pod", "proxy"): ("PodProxyOptions", {"path": "string"}),
    ("Service", "proxy"): ("ServiceProxyOptions", {"path": "string"}),
    ("Node", "proxy"): ("NodeProxyOptions", {"path": "string"}),
}
# Read only: no admission request carries it, so no rule can match it.
READ_ONLY_SUBRESOURCES = {"log"}


def fail(message):
    sys.exit(f"kubernetes-schema: {message}")


class Wheels:
    """The pinned wheels, downloaded once each into a folder."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)

    def open(self, name, version, digest):
        pattern = f"{name.replace('-', '_')}-{version}-*.whl"
        found = sorted(self.folder.glob(pattern))
        if not found:
            command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps",
                       "--only-binary", ":all:", "--dest", str(self.folder), f"{name}=={version}"]
            subprocess.run(command, check=True)
            found = sorted(self.folder.glob(pattern))
        if len(found) != 1:
            fail(f"expected one wheel of {name} {version}, found {len(found)}")
        actual = hashlib.sha256(found[0].read_bytes()).hexdigest()
        if actual != digest:
            fail(f"{found[0].name} has the hash {actual}, not {digest}")
        return zipfile.ZipFile(found[0])


def definitions_of(wheel, version):
    path = f"kubernetes_validate/kubernetes-json-schema/v{version}.0-local/_definitions.json"
    return json.loads(wheel.read(path))["$defs"]


RESOURCE_PATH = re.compile(
    r"^/(?:api/(?P<core>v\w+)|apis/(?P<group>[a-z0-9.]+)/(?P<version>v\w+))"
    r"/(?P<namespaced>namespaces/\{namespace\}/)?(?P<plural>[a-z]+)"
    r"(?:/\{name\}(?:/(?P<sub>[a-z]+))?(?:/\{path\})?)?$")


def resources_of(wheel):
    """(group, version, plural) -> [namespaced, sub-resources], from the client's paths."""
    resources = {}
    for name in wheel.namelist():
        if not re.fullmatch(r"kubernetes/client/api/\w+_api\.py", name):
            continue
        for path in re.findall(r"'(/apis?/[^'\s]+)'", wheel.read(name).decode()):
            found = RESOURCE_PATH.match(path)
            if not found or "{plural}" in path:
                continue
            key = (found["group"] or "", found["version"] or found["core"], found["plural"])
            entry = resources.setdefault(key, [False, set()])
            entry[0] = entry[0] or found["namespaced"] is not None
            if found["sub"]:
                entry[1].add(found["sub"])
    return resources


def plurals(kind):
    """What a kind's plural may be; which one it is, the paths say."""
    word = kind.lower()
    yield word + "s"
    yield word + "es"
    yield word
    if word.endswith("y"):
        yield word[:-1] + "ies"


class Types:
    """The interned types of one version, one line each; a type's id is its line's number."""

    def __init__(self, definitions):
        self.definitions = definitions
        self.lines = []
        self.ids = {}
        self.named = {}
        self.used_enumerations = set()

    def intern(self, line):
        if line not in self.ids:
            self.ids[line] = len(self.lines)
            self.lines.append(line)
        return self.ids[line]

    def reference(self, name):
        """The id of a definition. It is reserved before its fields are read: types may recur."""
        if name in self.named:
            return self.named[name]
        definition = self.definitions[name]
        if name == QUANTITY:
            number = self.intern("q")
        elif name == INT_OR_STRING:
            number = self.intern("x")
        elif not definition.get("type"):
            number = self.intern("a")  # JSON and the JSONSchemaPropsOr… types
        elif self.kind_of(definition) == "object" and "additionalProperties" not in definition:
            number = len(self.lines)
            self.lines.append(None)
            self.named[name] = number
            self.lines[number] = self.object(name, definition)
        else:
            number = self.type(definition, None)
        self.named[name] = number
        return number

    def root(self, name):
        """The id of a whole resource: the definition, with the fields that any resource has marked
        as required. They are not where it is a part of another (a StatefulSet's claims)."""
        definition = self.definitions[name]
        always = [field for field in ("apiVersion", "kind", "metadata")
                  if field in definition["properties"]]
        required = sorted({*definition.get("required", []), *always})
        return self.intern(self.object(name, {**definition, "required": required}))

    @staticmethod
    def kind_of(schema):
        kinds = schema.get("type")
        if isinstance(kinds, list):
            kinds = [kind for kind in kinds if kind != "null"]
            if len(kinds) != 1:
                fail(f"several types: {schema}")
            return kinds[0]
        return kinds

    def object(self, name, definition):
        required = set(definition.get("required", []))
        properties = definition.get("properties", {})
        if missing := required - set(properties):
            fail(f"{name} requires {missing}, which it does not have")
        open_ = "+" if name in FREE_FORM_OBJECTS else ""
        cells = ["o", name.rsplit(".", 1)[1], open_]
        for field in sorted(properties):
            values = self.enumeration(name, field, properties[field])
            number = self.type(properties[field], values)
            cells.append(f"{field}{'!' if field in required else ''}:{number}")
        return "\t".join(cells)

    def enumeration(self, name, field, schema):
        for key, values in ENUMERATIONS.items():
            if f".{key}" == f".{name}.{field}"[-len(key) - 1:]:
                break
        else:
            return None
        self.used_enumerations.add(key)
        text = schema["description"]
        missing = [value for value in values.split()
                   if not re.search(rf"(?<!\w){re.escape(value)}(?!\w)", text)]
        if missing and key not in UNDESCRIBED:
            fail(f"{key}: its description does not name {missing}")
        if not missing and key in UNDESCRIBED:
            fail(f"{key}: its description does name every value")
        return values.split()

    def type(self, schema, values):
        if "$ref" in schema:
            return self.reference(schema["$ref"].removeprefix("#/$defs/"))
        kind = self.kind_of(schema)
        if kind == "array":
            return self.intern(f"l\t{self.type(schema['items'], values)}")
        if kind == "string":
            if values := values or schema.get("enum"):
                return self.intern("\t".join(["e", *values]))
            format_ = schema.get("format", "")
            return self.intern(f"s\t{format_}" if format_ else "s")
        if values:
            fail(f"an enumeration of {kind}")
        if schema.get("format", "") not in PLAIN_FORMATS | {""}:
            fail(f"unknown format: {schema}")
        if kind == "object":
            if "properties" in schema:
                fail(f"an object without a name: {schema}")
            extra = schema.get("additionalProperties")
            if isinstance(extra, dict):
                return self.intern(f"m\t{self.type(extra, None)}")
            return self.intern("o\t\t+")
        simple = {"integer": "i", "number": "n", "boolean": "b"}
        if kind not in simple:
            fail(f"unknown type: {schema}")
        return self.intern(simple[kind])

    def options(self, name, fields):
        """A CONNECT request's object, with the apiVersion and kind that every object has."""
        cells = {"apiVersion": self.intern("e\tv1"), "kind": self.intern(f"e\t{name}")}
        short = {"string": "s", "boolean": "b", "integer": "i"}
        for field, kind in fields.items():
            if isinstance(kind, list):
                cells[field] = self.intern(f"l\t{self.intern(short[kind[0]])}")
            else:
                cells[field] = self.intern(short[kind])
        body = "\t".join(f"{field}{'!' if field in ('apiVersion', 'kind') else ''}:{number}"
                         for field, number in sorted(cells.items()))
        return self.intern(f"o\t{name}\t\t{body}")


def kinds_of(definitions, resources, types):
    """One line a resource: group, version, kind, plural, scope, type, sub-resources."""
    lines = {}
    unused = set(resources)
    for name, definition in sorted(definitions.items()):
        for gvk in definition.get("x-kubernetes-group-version-kind", []):
            group, version, kind = gvk["group"], gvk["version"], gvk["kind"]
            plural = next((p for p in plurals(kind) if (group, version, p) in resources), None)
            if plural is None:
                continue  # a list, an options object, or only ever a sub-resource's object
            unused.discard((group, version, plural))
            namespaced, subs = resources[group, version, plural]
            own = types.root(name)
            cells = []
            for sub in sorted(subs - READ_ONLY_SUBRESOURCES):
                if (kind, sub) in CONNECT_OPTIONS:
                    number = types.options(*CONNECT_OPTIONS[kind, sub])
                elif sub in SUBRESOURCE_OBJECTS:
                    number = types.root(SUBRESOURCE_OBJECTS[sub])
                else:
                    number = own
                cells.append(f"{sub}:{number}")
            scope = "n" if namespaced else "c"
            key = (group, version, kind)
            if key in lines:
                fail(f"{key} is defined twice")
            lines[key] = "\t".join(["k", group, version, kind, plural, scope, str(own), *cells])
    if unused:  # the client's wheels keep modules of versions that are gone
        names = ", ".join("/".join(key) for key in sorted(unused))
        print(f"paths of no definition: {names}", file=sys.stderr)
    return [lines[key] for key in sorted(lines)]


def text_of(wheels, version):
    if version == GATEWAY_API:
        return gateway_api.text_of(wheels)
    definitions = definitions_of(wheels.open(*DEFINITIONS), version)
    types = Types(definitions)
    resources = resources_of(wheels.open("kubernetes", *CLIENTS[version]))
    kinds = kinds_of(definitions, resources, types)
    if unused := set(ENUMERATIONS) - types.used_enumerations:
        print(f"{version} has no {', '.join(sorted(unused))}", file=sys.stderr)
    types.reference("io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta")
    return "\n".join([FORMAT, f"v\t{version}", *types.lines, *kinds]) + "\n"


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--check", action="store_true", help="write nothing; fail if data differ")
    parser.add_argument("--text", metavar="VERSION", help="print one, uncompressed")
    parser.add_argument("--wheels", metavar="DIR", help="keep the downloaded wheels here")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        wheels = Wheels(arguments.wheels or temporary)
        if arguments.text:
            sys.stdout.write(text_of(wheels, arguments.text))
            return
        stale = []
        for version in [*CLIENTS, GATEWAY_API]:
            text = text_of(wheels, version)
            stem = version if version == GATEWAY_API else f"kubernetes-{version}"
            path = DATA / f"{stem}.txt.gz"
            if arguments.check:
                # The text is compared, not the bytes: zlib's own version may differ.
                if not path.exists() or gzip.decompress(path.read_bytes()).decode() != text:
                    stale.append(path.name)
                continue
            packed = gzip.compress(text.encode(), compresslevel=9, mtime=0)
            path.write_bytes(packed)
            print(f"{path.name}: {len(text)} bytes, {len(packed)} compressed")
        if stale:
            fail(f"stale: {', '.join(stale)}; run scripts/kubernetes-schema.py")


if __name__ == "__main__":
    main()
