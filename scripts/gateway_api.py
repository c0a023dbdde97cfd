"""The Gateway API's part of the schemas that kubernetes-schema.py writes.

Its CustomResourceDefinitions come from the Go module `sigs.k8s.io/gateway-api` (Apache-2.0), which
`go mod download` fetches and whose hash is pinned. Those of the experimental channel are taken: they
have every kind, version and field of the standard channel, which is verified, and more.
"""

import json
import pathlib
import subprocess
import sys
import tempfile

MODULE = "sigs.k8s.io/gateway-api"
VERSION = "v1.6.3"
SUM = "h1:lKpJa5bGlraC/QeACvCpsHLdmO6y0iKfzVl6gzaFEYc="
FORMAT = "policyc-schema-crds 1"
# Reads YAML; pure Python (MIT).
YAML = ("ruamel-yaml", "0.19.1", "27592957fedf6e0b62f281e96effd28043345e0e66001f97683aa9a40c667c93")

# What narrows a value without changing its type; the data do not have it.
IGNORED = {
    "default", "description", "maxLength", "maxProperties", "maximum", "minItems", "minLength",
    "minProperties", "minimum", "oneOf", "pattern", "x-kubernetes-list-map-keys",
    "x-kubernetes-list-type", "x-kubernetes-map-type", "x-kubernetes-validations",
}
KNOWN = IGNORED | {
    "additionalProperties", "enum", "format", "items", "maxItems", "properties", "required", "type",
}
# Formats that say nothing to a policy (the width of an integer).
PLAIN_FORMATS = {"", "int32", "int64"}
SIMPLE = {"integer": "i", "boolean": "b"}


def fail(message):
    sys.exit(f"kubernetes-schema: {MODULE}: {message}")


def folder():
    """The folder of the module's files."""
    command = ["go", "mod", "download", "-json", f"{MODULE}@{VERSION}"]
    found = json.loads(subprocess.run(command, check=True, capture_output=True, cwd="/").stdout)
    if found["Sum"] != SUM:
        fail(f"has the hash {found['Sum']}, not {SUM}")
    return pathlib.Path(found["Dir"])


def definitions_of(channel, yaml):
    """(group, version, kind) -> [plural, whether namespaced, sub-resources, schema]."""
    found = {}
    for path in sorted(channel.glob("*.yaml")):
        for document in yaml.load_all(path.read_text()):
            if not document or document.get("kind") != "CustomResourceDefinition":
                continue
            spec = document["spec"]
            names = spec["names"]
            for version in spec["versions"]:
                if version["served"]:
                    key = (spec["group"], version["name"], names["kind"])
                    found[key] = [names["plural"], spec["scope"] == "Namespaced",
                                  sorted(version.get("subresources", {})),
                                  version["schema"]["openAPIV3Schema"]]
    return found


def covers(wide, narrow, path):
    """Fails unless `wide` allows what `narrow` does."""
    if wide["type"] != narrow["type"] or wide.get("format") != narrow.get("format"):
        fail(f"{path} is not the same in both channels")
    if not set(wide.get("required", [])) <= set(narrow.get("required", [])):
        fail(f"{path} requires more in the experimental channel")
    if not set(wide.get("enum", [])) >= set(narrow.get("enum", [])):
        fail(f"{path} has fewer values in the experimental channel")
    if wide.get("maxItems", 1 << 32) < narrow.get("maxItems", 1 << 32):
        fail(f"{path} has fewer items in the experimental channel")
    for name, schema in narrow.get("properties", {}).items():
        if name not in wide["properties"]:
            fail(f"{path}.{name} is not in the experimental channel")
        covers(wide["properties"][name], schema, f"{path}.{name}")
    for key in ("items", "additionalProperties"):
        if key in narrow:
            covers(wide[key], narrow[key], f"{path}.{key}")


class Types:
    """The interned types, one line each; a type's id is its line's number, after the two that the
    reader has: 0 is ObjectMeta, 1 is anything."""

    def __init__(self):
        self.ids = {}

    def intern(self, line):
        return self.ids.setdefault(line, len(self.ids) + 2)

    def root(self, group, version, kind, schema):
        """The id of a whole resource: the API server has these three fields in any."""
        own = {
            "apiVersion": self.intern(f"e\t{group}/{version}"),
            "kind": self.intern(f"e\t{kind}"),
            "metadata": 0,
        }
        return self.object(kind, schema, own)

    def object(self, name, schema, own):
        required = {*schema.get("required", []), *own}
        fields = {field: own.get(field) if field in own else self.type(part)
                  for field, part in sorted(schema["properties"].items())}
        if missing := required - set(fields):
            fail(f"requires {missing}, which {name or 'an object'} does not have")
        cells = [f"{field}{'!' if field in required else ''}:{number}"
                 for field, number in sorted(fields.items())]
        return self.intern("\t".join(["o", name, "", *cells]))

    def type(self, schema):
        if unknown := set(schema) - KNOWN:
            fail(f"unknown keys of a schema: {unknown}")
        kind, format_ = schema["type"], schema.get("format", "")
        if "enum" in schema and kind not in ("string", "integer"):  # an integer's are left out
            fail(f"an enumeration of {kind}")
        if kind == "string":
            if "enum" in schema:
                return self.intern("\t".join(["e", *schema["enum"]]))
            return self.intern(f"s\t{format_}" if format_ else "s")
        if format_ not in PLAIN_FORMATS:
            fail(f"unknown format: {format_}")
        if kind == "array":
            most = [str(schema["maxItems"])] if "maxItems" in schema else []
            return self.intern("\t".join(["l", str(self.type(schema["items"])), *most]))
        if kind == "object":
            if "properties" in schema:
                return self.object("", schema, {})
            return self.intern(f"m\t{self.type(schema['additionalProperties'])}")
        if kind not in SIMPLE:
            fail(f"unknown type: {kind}")
        return self.intern(SIMPLE[kind])


def yaml_reader(wheels, temporary):
    """What reads YAML; its wheel is unpacked, as Python cannot import its namespace from it."""
    wheels.open(*YAML).extractall(temporary)
    sys.path.insert(0, temporary)
    from ruamel.yaml import YAML as Yaml

    return Yaml(typ="safe", pure=True)


def text_of(wheels):
    """The data file's text."""
    with tempfile.TemporaryDirectory() as temporary:
        return text_with(yaml_reader(wheels, temporary))


def text_with(yaml):
    crds = folder() / "config/crd"
    wide = definitions_of(crds / "experimental", yaml)
    for key, (_, _, _, schema) in definitions_of(crds / "standard", yaml).items():
        if key not in wide:
            fail(f"{key} is not in the experimental channel")
        covers(wide[key][3], schema, ".".join(key[1:]))
    types = Types()
    lines = []
    for (group, version, kind), (plural, namespaced, subs, schema) in sorted(wide.items()):
        own = types.root(group, version, kind, schema)
        if set(subs) - {"status"}:
            fail(f"{kind} has the sub-resources {subs}")
        scope = "n" if namespaced else "c"
        cells = [f"{sub}:{own}" for sub in subs]
        lines.append("\t".join(["k", group, version, kind, plural, scope, str(own), *cells]))
    return "\n".join([FORMAT, f"v\t{MODULE} {VERSION}", *types.ids, *lines]) + "\n"
