//! The samples of the portability table: one for each construct of the language.

/// Samples that belong together.
pub(super) struct Group {
    pub(super) title: &'static str,
    pub(super) probes: &'static [Probe],
}

/// A sample.
pub(super) struct Probe {
    /// What it is a sample of.
    pub(super) construct: &'static str,
    /// The lines that say what the rule is about.
    pub(super) about: &'static str,
    /// The other lines of the rule.
    pub(super) says: &'static str,
    /// Whether the sample is about what the rule is about.
    shows_about: bool,
}

impl Probe {
    /// What the table shows.
    pub(super) fn sample(&self) -> &'static str {
        if self.shows_about {
            self.about
        } else {
            self.says
        }
    }

    /// The whole policy.
    pub(super) fn source(&self) -> String {
        let Self { about, says, .. } = self;
        format!("policy sample {{\n rule sample {{\n{about}\n{says}\n }}\n}}\n")
    }
}

/// A sample of a statement or condition.
const fn says(construct: &'static str, about: &'static str, says: &'static str) -> Probe {
    Probe {
        construct,
        about,
        says,
        shows_about: false,
    }
}

/// A sample of a match line.
const fn about(construct: &'static str, about: &'static str) -> Probe {
    let says = r#"deny label "debug" == "true""#;
    Probe {
        construct,
        about,
        says,
        shows_about: true,
    }
}

pub(super) const GROUPS: &[Group] = &[
    Group {
        title: "Which resources",
        probes: &[
            about("kind", "match ConfigMap"),
            about("kind with group and version", "match apps/v1/Deployment"),
            about("several kinds", "match Service, ConfigMap"),
            about("glob of kinds", "match *Set"),
            about("every kind", "match *"),
            about("pods and pod templates", "match Pod"),
            about("pods only", "match exactly Pod"),
            about("sub-resource", "match Pod/exec"),
            about(
                "several match lines",
                "match Service match Secret named \"a-*\"",
            ),
            about("name", "match ConfigMap named \"app-*\""),
            about("namespace", "match ConfigMap in namespace \"prod-*\""),
            about(
                "list of namespaces",
                "match ConfigMap in namespace [\"a\", \"b\"]",
            ),
            about("label is there", "match ConfigMap label \"team\""),
            about(
                "label has a value",
                "match ConfigMap label \"team\" == \"web\"",
            ),
            about(
                "label matches a glob",
                "match ConfigMap label \"team\" in [\"web*\", \"shop\"]",
            ),
            about(
                "annotation",
                "match ConfigMap annotation \"team\" == \"web\"",
            ),
            about(
                "label of the namespace",
                "match ConfigMap namespace label \"env\" == \"prod\"",
            ),
            about("operations", "match ConfigMap on create"),
            about("delete", "match ConfigMap on delete"),
            about("user", "match ConfigMap by user \"jane\""),
            about("group", "match ConfigMap by group \"dev-*\""),
            about("role", "match ConfigMap by role \"view\""),
            about(
                "exclude a namespace",
                "match ConfigMap exclude namespace \"kube-*\"",
            ),
            about(
                "exclude a kind by name",
                "match ConfigMap exclude ConfigMap named \"kube-root-ca.crt\"",
            ),
            about(
                "exclude a label",
                "match ConfigMap exclude label \"policies\" == \"off\"",
            ),
            about(
                "exclude a user",
                "match ConfigMap exclude by user \"system:*\"",
            ),
            about(
                "pods, a namespace excluded",
                "match Pod exclude namespace \"kube-system\"",
            ),
            about(
                "pods, names excluded",
                "match Pod exclude named \"debug-*\"",
            ),
            about("pods, labels excluded", "match Pod exclude label \"debug\""),
        ],
    },
    Group {
        title: "Preconditions",
        probes: &[
            says(
                "when",
                "match Service",
                "when spec.type == \"LoadBalancer\" require exists spec.loadBalancerClass",
            ),
            says(
                "unless",
                "match Service",
                "unless label \"public\" == \"true\" deny spec.type == \"LoadBalancer\"",
            ),
            says(
                "unless, of pods",
                "match Pod",
                "unless label \"debug\" == \"true\" deny spec.hostNetwork == true",
            ),
        ],
    },
    Group {
        title: "Statements",
        probes: &[
            says(
                "require",
                "match Service",
                "require spec.type == \"ClusterIP\"",
            ),
            says("deny", "match Service", "deny spec.type == \"NodePort\""),
            says(
                "several statements",
                "match Service",
                "deny spec.type == \"NodePort\" deny exists spec.externalIPs",
            ),
            says(
                "for",
                "match Service",
                "for p in spec.ports { require p.port == 443 }",
            ),
            says(
                "for over several lists",
                "match Pod",
                "for c in spec.{containers, initContainers} { require exists c.resources.limits.memory }",
            ),
            says(
                "for over a map",
                "match ConfigMap",
                "for key, value in data { deny value contains \"password\" message \"{key}\" }",
            ),
            says(
                "for over constants",
                "match ConfigMap",
                "for key in [\"team\", \"cost\"] { require exists metadata.labels[key] }",
            ),
            says(
                "for in for",
                "match Pod",
                "for c in spec.containers { for p in c.ports { deny p.hostPort > 0 } }",
            ),
            says(
                "inner and outer element together",
                "match Pod",
                "for c in spec.containers { for m in c.volumeMounts { deny m.name == c.name } }",
            ),
            says(
                "if",
                "match Service",
                "if spec.type == \"LoadBalancer\" { require exists spec.loadBalancerClass }",
            ),
            says(
                "if and else",
                "match Service",
                "if spec.type == \"LoadBalancer\" { require exists spec.loadBalancerClass } else { deny exists spec.loadBalancerSourceRanges }",
            ),
            says(
                "let",
                "match Service",
                "let kind = spec.type deny kind == \"NodePort\"",
            ),
            says(
                "message with a value",
                "match Service",
                "deny spec.type == \"NodePort\" message \"{name} is {spec.type}\"",
            ),
        ],
    },
    Group {
        title: "Comparisons",
        probes: &[
            says(
                "string",
                "match Service",
                "require spec.type == \"ClusterIP\"",
            ),
            says(
                "string, not equal",
                "match Service",
                "require spec.type != \"NodePort\"",
            ),
            says("number", "match Deployment", "deny spec.replicas == 1"),
            says(
                "number, ordered",
                "match Deployment",
                "deny spec.replicas < 2 deny spec.replicas > 9",
            ),
            says(
                "number, ordered or equal",
                "match Deployment",
                "deny spec.replicas <= 1 deny spec.replicas >= 10",
            ),
            says("fraction", "match Deployment", "deny spec.replicas > 2.5"),
            says("bool", "match Pod", "deny spec.hostNetwork == true"),
            says(
                "quantity",
                "match Pod",
                "for c in spec.containers { deny c.resources.limits.memory > 2Gi }",
            ),
            says(
                "quantities of two fields",
                "match Pod",
                "for c in spec.containers { require c.resources.requests.memory == c.resources.limits.memory }",
            ),
            says(
                "duration",
                "match ConfigMap",
                "deny duration(data.timeout) > 30s",
            ),
            says(
                "version",
                "match ConfigMap",
                "deny version(data.version) < version(\"1.28\")",
            ),
            says(
                "date",
                "match ConfigMap",
                "deny date(data.expires) < date(\"2027-01-31\")",
            ),
            says("two fields", "match ConfigMap", "deny data.a == data.b"),
            says(
                "int or string",
                "match Service",
                "for p in spec.ports { deny p.targetPort == \"debug\" }",
            ),
            says(
                "field of any type",
                "match ConfigMap",
                "deny resource.data.mode == \"debug\"",
            ),
            says(
                "in",
                "match Service",
                "require spec.type in [\"ClusterIP\", \"ExternalName\"]",
            ),
            says(
                "not in",
                "match Service",
                "require spec.type not in [\"NodePort\", \"LoadBalancer\"]",
            ),
            says(
                "in, a list of the resource",
                "match Pod",
                "for c in spec.containers { deny \"ALL\" in c.securityContext.capabilities.add }",
            ),
            says(
                "within",
                "match Service",
                "for r in spec.loadBalancerSourceRanges { require r within cidr(\"10.0.0.0/8\") }",
            ),
            says(
                "not within",
                "match Service",
                "for ip in spec.externalIPs { require ip not within cidr(\"10.0.0.0/8\") }",
            ),
            says(
                "address",
                "match Service",
                "for r in spec.loadBalancerSourceRanges { deny ip(\"10.0.0.1\") within cidr(r) }",
            ),
        ],
    },
    Group {
        title: "Texts",
        probes: &[
            says(
                "glob",
                "match Ingress",
                "require spec.ingressClassName matches \"public-*\"",
            ),
            says(
                "glob, negated",
                "match Ingress",
                "require spec.ingressClassName not matches \"*-old\"",
            ),
            says(
                "glob of another field",
                "match ConfigMap",
                "deny data.name matches data.pattern",
            ),
            says(
                "regular expression",
                "match Ingress",
                "require spec.ingressClassName =~ r\"^[a-z]+-\\d+$\"",
            ),
            says(
                "regular expression, negated",
                "match Ingress",
                "require spec.ingressClassName !~ r\"-old$\"",
            ),
            says(
                "starts_with",
                "match Ingress",
                "require spec.ingressClassName starts_with \"public\"",
            ),
            says(
                "not starts_with",
                "match Ingress",
                "require spec.ingressClassName not starts_with \"old\"",
            ),
            says(
                "ends_with",
                "match Ingress",
                "require spec.ingressClassName ends_with \"public\"",
            ),
            says(
                "not ends_with",
                "match Ingress",
                "require spec.ingressClassName not ends_with \"-old\"",
            ),
            says(
                "contains",
                "match Ingress",
                "require spec.ingressClassName contains \"public\"",
            ),
            says(
                "not contains",
                "match Ingress",
                "require spec.ingressClassName not contains \"old\"",
            ),
            says(
                "list contains",
                "match Pod",
                "for c in spec.containers { deny c.securityContext.capabilities.add contains \"ALL\" }",
            ),
        ],
    },
    Group {
        title: "Absence and logic",
        probes: &[
            says(
                "exists",
                "match Service",
                "require exists spec.sessionAffinity",
            ),
            says("absent", "match Service", "require absent spec.externalIPs"),
            says(
                "default value",
                "match Deployment",
                "require spec.replicas ?? 1 >= 2",
            ),
            says(
                "field or other field",
                "match Pod",
                "for c in spec.containers { require (c.securityContext.runAsNonRoot ?? spec.securityContext.runAsNonRoot) == true }",
            ),
            says(
                "and",
                "match Service",
                "require exists spec.type and spec.type != \"NodePort\"",
            ),
            says(
                "or",
                "match Service",
                "require absent spec.type or spec.type == \"ClusterIP\"",
            ),
            says(
                "not",
                "match Service",
                "require not (spec.type == \"NodePort\" and name starts_with \"a\")",
            ),
        ],
    },
    Group {
        title: "Quantifiers",
        probes: &[
            says(
                "all",
                "match Service",
                "require all p in spec.ports: p.port == 443",
            ),
            says(
                "any",
                "match Service",
                "require any p in spec.ports: p.port == 443",
            ),
            says(
                "none",
                "match Service",
                "require none p in spec.ports: p.port == 80",
            ),
            says(
                "entries of a map",
                "match ConfigMap",
                "require any key, value in data: key starts_with \"a\" and value != \"\"",
            ),
            says(
                "any in all",
                "match Pod",
                "require all c in spec.containers: (any p in c.ports: p.name == \"metrics\")",
            ),
            says(
                "any in all, with the outer element",
                "match Pod",
                "require all c in spec.containers: (all m in c.volumeMounts: (any v in spec.volumes: v.name == m.name))",
            ),
            says(
                "over constants",
                "match Pod",
                "for c in spec.containers { require any g in [\"a/*\", \"b/*\"]: c.image matches g }",
            ),
            says(
                "map",
                "match Pod",
                "require \"web\" in (map c in spec.containers: c.name)",
            ),
            says(
                "filter",
                "match Pod",
                "require length(filter c in spec.containers: c.stdin == true) <= 1",
            ),
        ],
    },
    Group {
        title: "Paths",
        probes: &[
            says(
                "label",
                "match ConfigMap",
                "require label \"app.kubernetes.io/name\" == \"web\"",
            ),
            says(
                "annotation",
                "match ConfigMap",
                "require annotation \"example.org/owner\" == \"web\"",
            ),
            says(
                "key with special characters",
                "match ConfigMap",
                "require data[\"a.b/c\"] == \"x\"",
            ),
            says(
                "key that is a value",
                "match ConfigMap",
                "require metadata.labels[data.key] == \"x\"",
            ),
            says(
                "position",
                "match Pod",
                "require spec.containers[0].name == \"main\"",
            ),
            says(
                "name",
                "match ConfigMap",
                "require name starts_with \"app-\"",
            ),
            says(
                "name, of pods",
                "match Pod",
                "require name starts_with \"app-\"",
            ),
            says(
                "namespace",
                "match ConfigMap",
                "require namespace != \"default\"",
            ),
            says(
                "namespace, of pods",
                "match Pod",
                "require namespace != \"default\"",
            ),
            says(
                "labels of the namespace",
                "match ConfigMap",
                "require namespace.labels[\"env\"] != \"prod\"",
            ),
            says(
                "submitted resource",
                "match Pod",
                "require resource.kind != \"Deployment\"",
            ),
            says(
                "operation",
                "match ConfigMap",
                "require request.operation == \"CREATE\"",
            ),
            says(
                "former state",
                "match ConfigMap on update",
                "require request.old.data.id == data.id",
            ),
            says(
                "user",
                "match ConfigMap",
                "require request.user.username != \"jane\"",
            ),
            says(
                "groups of the user",
                "match ConfigMap",
                "require \"admins\" in request.user.groups",
            ),
        ],
    },
    Group {
        title: "Functions and arithmetic",
        probes: &[
            says(
                "length of a list",
                "match Pod",
                "require length(spec.containers) <= 3",
            ),
            says(
                "length of a string",
                "match ConfigMap",
                "require length(data.key) == 8",
            ),
            says(
                "length of a map",
                "match ConfigMap",
                "require length(data) <= 20",
            ),
            says(
                "lower",
                "match ConfigMap",
                "require lower(data.mode) == \"fast\"",
            ),
            says(
                "upper",
                "match ConfigMap",
                "require upper(data.mode) == \"FAST\"",
            ),
            says(
                "trim",
                "match ConfigMap",
                "require trim(data.mode) == \"fast\"",
            ),
            says(
                "split",
                "match ConfigMap",
                "require \"a\" in split(data.hosts, \",\")",
            ),
            says(
                "replace",
                "match ConfigMap",
                "require replace(data.mode, \"-\", \"_\") == \"a_b\"",
            ),
            says(
                "join",
                "match Pod",
                "for c in spec.containers { require join(c.args, \" \") not contains \"--insecure\" }",
            ),
            says(
                "distinct",
                "match Pod",
                "require length(distinct(map c in spec.containers: c.name)) == length(spec.containers)",
            ),
            says(
                "sort",
                "match Pod",
                "for c in spec.containers { require join(sort(c.args), \" \") != \"a b\" }",
            ),
            says(
                "keys",
                "match ConfigMap",
                "require \"README\" in keys(data)",
            ),
            says(
                "values",
                "match ConfigMap",
                "require none v in values(data): v == \"\"",
            ),
            says(
                "to_string",
                "match Deployment",
                "require to_string(spec.replicas) != \"3\"",
            ),
            says(
                "to_number",
                "match ConfigMap",
                "require to_number(data.workers) <= 8",
            ),
            says(
                "quantity",
                "match ConfigMap",
                "require quantity(data.memory) <= quantity(\"1Gi\")",
            ),
            says(
                "addition and subtraction",
                "match ConfigMap",
                "require to_number(data.a) + 1 == to_number(data.b) - 1",
            ),
            says(
                "multiplication",
                "match Deployment",
                "deny spec.replicas * 2 > 10",
            ),
            says("division", "match Deployment", "deny spec.replicas / 2 > 5"),
            says(
                "remainder",
                "match Deployment",
                "deny spec.replicas % 2 == 0",
            ),
        ],
    },
    Group {
        title: "Blocks of Terraform",
        probes: &[
            says(
                "attribute",
                "match terraform aws_db_instance",
                "require storage_encrypted == true",
            ),
            says(
                "entry of a map",
                "match terraform aws_s3_bucket",
                "require exists tags[\"team\"]",
            ),
            says(
                "block that is written once",
                "match terraform aws_s3_bucket_versioning",
                "require versioning_configuration.status == \"Enabled\"",
            ),
            says(
                "blocks",
                "match terraform aws_security_group",
                "require none i in ingress: i.from_port <= 22 and \"0.0.0.0/0\" in i.cidr_blocks",
            ),
            says(
                "name of a block",
                "match terraform aws_s3_bucket exclude terraform named \"scratch-*\"",
                "require terraform.name starts_with \"team-\"",
            ),
            says(
                "address of a block",
                "match terraform aws_s3_bucket",
                "require terraform.address starts_with \"module.\"",
            ),
            says(
                "data source",
                "match terraform data.aws_iam_policy_document",
                "require none s in statement: \"*\" in s.actions",
            ),
            says(
                "module call",
                "match terraform module",
                "require exists resource.version",
            ),
            says(
                "every type of a provider",
                "match terraform aws_*",
                "require exists resource.tags",
            ),
        ],
    },
];
