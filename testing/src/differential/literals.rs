//! Literals of every type, and the values around them: equal, just below, just above, spelt
//! otherwise.

use serde_json::{Value as Json, json};

use super::random::Random;
use super::rule::Value;

/// A literal and what resources hold where it is compared.
#[derive(Debug, Clone)]
pub(super) struct Literal {
    /// As the rule writes it.
    pub value: Value,
    /// What decides.
    pub near: Vec<Json>,
}

/// Strings with all that some engine takes for something else.
pub(super) const TEXTS: &[&str] = &[
    "",
    "a",
    "web",
    "front",
    "Web",
    "web-1",
    "a b",
    " a",
    "a ",
    "*",
    "?",
    "a*",
    "web-*",
    "*.io/*",
    "a?c",
    "!a",
    "a|b",
    "a | b",
    "a & b",
    ">5",
    "<=5",
    "1-5",
    "5",
    "05",
    "5.0",
    "1e3",
    "1Gi",
    "100m",
    "30s",
    "1h",
    "true",
    "false",
    "null",
    "~",
    "\"",
    "a\"b",
    "'",
    "it's",
    "\\",
    "a\\d",
    "`",
    "a`b",
    "{{x}}",
    "{{ request.object.metadata.name }}",
    "$(x)",
    "${x}",
    "{x}",
    "%s",
    "%",
    "ü",
    "ÜBER",
    "日本",
    "🎉",
    "e\u{301}",
    "a\nb",
    "a\tb",
    "\r\n",
    "\u{7}",
    "\u{7f}",
    "\u{85}",
    "\u{a0}x",
    "# c",
    "- a",
    "a: b",
    "a,b",
    "a;b",
    "a/b:1.0@x",
    "registry.k8s.io/pause:3.9",
    "nginx:latest",
    "ghcr.io/example/app",
    "10.0.0.1",
    "@",
    "&x",
    "!x",
    "=x",
    "x()",
    "^a$",
    ".*",
    "yes",
    "NaN",
    "0x10",
    "1_000",
];

/// Globs: what each matches, and what it just does not.
const GLOBS: &[(&str, &[&str], &[&str])] = &[
    ("*", &["", "a", "a/b", "a\nb"], &[]),
    ("?", &["a", "é", "🎉", "*"], &["", "ab", "e\u{301}"]),
    ("?*", &["a", "ab"], &[""]),
    ("a*", &["a", "ab", "a/b", "a*"], &["", "A", "ba"]),
    ("*a", &["a", "ba"], &["", "ab"]),
    ("*a*", &["a", "bab"], &["", "b"]),
    ("a?c", &["abc", "a?c", "a.c"], &["ac", "abbc", "abcd"]),
    (
        "registry.k8s.io/*",
        &["registry.k8s.io/", "registry.k8s.io/a/b:1"],
        &["registryxk8s.io/a", "x/registry.k8s.io/a"],
    ),
    (
        "*:latest",
        &["nginx:latest", ":latest"],
        &["nginx:latest1", "nginx"],
    ),
    ("*/*/*", &["a/b/c", "//", "a/b/c/d"], &["a/b", ""]),
    ("a.b", &["a.b"], &["axb", "a.b.c"]),
    ("[a]*", &["[a]", "[a]b"], &["a", "ab"]),
    ("{a,b}*", &["{a,b}", "{a,b}c"], &["a", "b"]),
    ("(a|b)", &["(a|b)"], &["a", "b"]),
    ("\\*", &["\\", "\\a"], &["*", ""]),
    ("a+$", &["a+$"], &["aa", "a"]),
    ("!a*", &["!a", "!ab"], &["a", "b"]),
    ("{{x}}*", &["{{x}}", "{{x}}a"], &["x", ""]),
    ("$(x)?", &["$(x)a"], &["$(x)", "xa"]),
    ("é*", &["é", "éa"], &["e", "e\u{301}"]),
    ("v?-*", &["v1-", "v1-a"], &["v-", "v12-a", "V1-a"]),
    ("web", &["web"], &["web-1", "Web", ""]),
    ("a|b*", &["a|b", "a|bc"], &["a", "b"]),
    ("a & *", &["a & b", "a & "], &["a", "b"]),
    ("* ", &[" ", "a "], &["", "a"]),
    ("'*'", &["''", "'a'"], &["a", "'"]),
    ("\"?\"", &["\"a\""], &["a"]),
];

/// Regular expressions: where each finds something, and where not.
const REGEXES: &[(&str, &[&str], &[&str])] = &[
    (
        "^v\\d+$",
        &["v1", "v12"],
        &["v", "xv1", "v1x", "v1\n", "v１"],
    ),
    ("a", &["a", "ba", "b\na"], &["", "A"]),
    ("^a", &["a", "ab"], &["ba", "b\na"]),
    ("a$", &["a", "ba"], &["ab", "a\n"]),
    ("^[a-z0-9-]+$", &["a-1", "web"], &["", "A", "a_b", "a\n"]),
    ("^(a|b)c?$", &["a", "bc"], &["c", "ab"]),
    ("(?i)web", &["WEB", "my web"], &["we", ""]),
    ("a.c", &["abc", "a\u{e9}c"], &["ac", "a\nc"]),
    ("(?s)a.c", &["a\nc", "abc"], &["ac"]),
    ("^$", &[""], &["a", "\n"]),
    ("\\.", &["a.b"], &["ab"]),
    ("a{2,3}", &["aa", "aaaa"], &["a", ""]),
    ("^.{3}$", &["abc", "a🎉c"], &["ab", "abcd"]),
    ("\\bweb\\b", &["web", "a web."], &["webs", "web_"]),
    ("[^a]", &["b", "ab"], &["a", ""]),
    ("\\s", &["a b", "\t", "\n"], &["ab", "\u{a0}"]),
    ("^\\w+$", &["a_1"], &["a-1", "é"]),
    ("['\"]", &["it's", "a\"b"], &["its"]),
    ("\\\\", &["a\\d"], &["a/d"]),
    (
        "^(?:[a-z]+/)?nginx(:|$)",
        &["nginx", "a/nginx:1"],
        &["A/nginx", "nginx-1"],
    ),
    ("\\{\\{", &["{{x}}"], &["{x}"]),
    ("é", &["é"], &["e", "É"]),
    ("(?m)^a$", &["b\na", "a"], &["ba"]),
    ("\\p{Lu}", &["Web", "Ü"], &["web", "1"]),
    ("^\\$\\(", &["$(x)"], &["(x)"]),
];

/// Amounts from small to large; each row one amount in several spellings.
const QUANTITIES: &[&[&str]] = &[
    &["-1"],
    &["0", "0m", "0Gi"],
    &["1n"],
    &["1u", "1000n"],
    &["1m", "0.001", "1000u"],
    &["100m", "0.1", "0.10"],
    &["499m"],
    &["500m", "0.5", "500000u"],
    &["501m"],
    &["1", "1000m", "1.0", "1e0"],
    &["1.5", "1500m"],
    &["2", "2000m"],
    &["999"],
    &["1k", "1000", "1e3", "1E3"],
    &["1Ki", "1024"],
    &["100Mi", "102400Ki"],
    &["512Mi", "0.5Gi"],
    &["1G", "1000M", "1e9", "1000000000"],
    &["1023Mi"],
    &["1Gi", "1024Mi", "1073741824", "1048576Ki"],
    &["1025Mi"],
    &["2Gi", "2048Mi"],
    &["1Ti"],
    &["1Pi", "1024Ti"],
    &["8E"],
];

const DURATIONS: &[&[&str]] = &[
    &["0s", "0m", "0h"],
    &["1ms", "1000us"],
    &["1s", "1000ms"],
    &["29s"],
    &["30s", "0.5m"],
    &["31s"],
    &["1m", "60s"],
    &["10m", "600s"],
    &["1h", "60m", "3600s"],
    &["1h30m", "90m", "1.5h"],
    &["24h"],
    &["100h"],
];

const VERSIONS: &[&[&str]] = &[
    &["0.0.0", "0", "v0"],
    &["0.9.9"],
    &["1.0.0-alpha"],
    &["1.0.0-alpha.1"],
    &["1.0.0-rc.1"],
    &["1.0.0", "1", "v1", "1.0"],
    &["1.0.1"],
    &["1.2.0", "1.2", "v1.2"],
    &["1.9.0", "1.9"],
    &["1.10.0", "1.10", "v1.10"],
    &["1.27.9"],
    &["1.28.0-beta"],
    &["1.28.0", "1.28", "v1.28"],
    &["1.28.1"],
    &["2.0.0", "2"],
    &["10.0.0", "10"],
];

const DATES: &[&[&str]] = &[
    &["1970-01-01", "1970-01-01T00:00:00Z"],
    &["2027-01-30", "2027-01-30T00:00:00Z"],
    &["2027-01-30T23:59:59Z"],
    &[
        "2027-01-31",
        "2027-01-31T00:00:00Z",
        "2027-01-31T01:00:00+01:00",
        "2027-01-30T23:00:00-01:00",
    ],
    &["2027-01-31T00:00:01Z"],
    &["2027-01-31T12:00:00Z"],
    &["2027-02-01"],
    &["2028-02-29", "2028-02-29T00:00:00Z"],
    &["2099-12-31T23:59:59Z"],
];

/// Blocks: addresses and blocks in each, and just outside of it.
const BLOCKS: &[(&str, &[&str], &[&str])] = &[
    (
        "10.0.0.0/8",
        &["10.0.0.0", "10.255.255.255", "10.1.0.0/16", "10.0.0.0/8"],
        &["9.255.255.255", "11.0.0.0", "10.0.0.0/7", "0.0.0.0/0"],
    ),
    (
        "10.64.0.0/11",
        &["10.64.0.1", "10.95.255.255"],
        &["10.96.0.0", "10.63.255.255", "10.64.0.0/10"],
    ),
    (
        "10.1.2.3/32",
        &["10.1.2.3", "10.1.2.3/32"],
        &["10.1.2.4", "10.1.2.2/31"],
    ),
    (
        "0.0.0.0/0",
        &["1.2.3.4", "0.0.0.0/0"],
        &["::1", "::/0", "256.0.0.1"],
    ),
    (
        "192.168.0.0/16",
        &["192.168.1.0/24", "192.168.255.255"],
        &["192.169.0.0", "192.0.0.0/8"],
    ),
    (
        "2001:db8::/32",
        &["2001:db8::1", "2001:DB8:0:0::2", "2001:db8:1::/48"],
        &["2001:db9::1", "10.0.0.1", "2001::/16"],
    ),
    ("::/0", &["::1", "fe80::1/128"], &["1.2.3.4"]),
];

const NUMBERS: &[i64] = &[
    0,
    1,
    2,
    3,
    5,
    10,
    42,
    80,
    100,
    443,
    1000,
    1024,
    8080,
    65535,
    1_000_000,
    2_147_483_647,
    -1,
    -5,
];

/// Texts that are mostly no value of any type. Not `-`, which an API server reads as the quantity 0
/// and writes so, before Kyverno could read it otherwise.
const ODD: &[&str] = &["x", "", "5", "abc", "1.2.3.4.5", "1h", " 1"];

fn texts(all: &[&str]) -> Vec<Json> {
    all.iter().map(|text| json!(text)).collect()
}

/// One of `rows`, written as `write` does, with the spellings of it and of its neighbours.
fn of_rows(
    random: &mut Random,
    rows: &'static [&'static [&'static str]],
    write: impl Fn(&mut Random, &str) -> Value,
) -> Literal {
    let at = random.below(rows.len());
    let row = |at: usize| rows.get(at).copied().unwrap_or_default();
    let spelt = random.word(row(at)).to_owned();
    let value = write(random, &spelt);
    let mut near = texts(row(at));
    near.extend(texts(row(at + 1)));
    if let Some(below) = at.checked_sub(1) {
        near.extend(texts(row(below)));
    }
    if random.percent(30) {
        near.push(json!(random.word(ODD)));
    }
    Literal { value, near }
}

/// A quantity: bare where it can be.
pub(super) fn quantity(random: &mut Random) -> Literal {
    let mut literal = of_rows(random, QUANTITIES, |random, spelt| {
        let bare = spelt
            .chars()
            .all(|char| char.is_ascii_alphanumeric() || char == '.')
            && !spelt.contains(['e', 'E', 'n', 'u'])
            || spelt.ends_with("Ei");
        if bare && random.percent(75) {
            Value::Literal(spelt.to_owned())
        } else {
            Value::Call("quantity", vec![Value::Text(spelt.to_owned())])
        }
    });
    let numbers: Vec<Json> = literal
        .near
        .iter()
        .filter_map(|near| near.as_str()?.parse::<i64>().ok())
        .map(Json::from)
        .collect();
    literal.near.extend(numbers);
    literal
}

/// A duration.
pub(super) fn duration(random: &mut Random) -> Literal {
    of_rows(random, DURATIONS, |random, spelt| {
        if random.percent(50) && !spelt.ends_with('m') && !spelt.contains("us") {
            Value::Literal(spelt.to_owned())
        } else {
            Value::Call("duration", vec![Value::Text(spelt.to_owned())])
        }
    })
}

/// A version.
pub(super) fn version(random: &mut Random) -> Literal {
    of_rows(random, VERSIONS, |_, spelt| {
        Value::Call("version", vec![Value::Text(spelt.to_owned())])
    })
}

/// A date.
pub(super) fn date(random: &mut Random) -> Literal {
    of_rows(random, DATES, |_, spelt| {
        Value::Call("date", vec![Value::Text(spelt.to_owned())])
    })
}

/// A block of addresses.
pub(super) fn block(random: &mut Random) -> Literal {
    let (block, inside, outside) = random
        .pick(BLOCKS)
        .copied()
        .unwrap_or(("0.0.0.0/0", &[], &[]));
    let mut near = texts(inside);
    near.extend(texts(outside));
    Literal {
        value: Value::Call("cidr", vec![Value::Text(block.to_owned())]),
        near,
    }
}

fn of_patterns(random: &mut Random, rows: &[(&str, &[&str], &[&str])]) -> Literal {
    let (pattern, matching, other) = random.pick(rows).copied().unwrap_or(("*", &[], &[]));
    let mut near = texts(matching);
    near.extend(texts(other));
    near.push(json!(pattern));
    Literal {
        value: Value::Text(pattern.to_owned()),
        near,
    }
}

/// A glob.
pub(super) fn glob(random: &mut Random) -> Literal {
    of_patterns(random, GLOBS)
}

/// A regular expression.
pub(super) fn regex(random: &mut Random) -> Literal {
    of_patterns(random, REGEXES)
}

/// A string.
pub(super) fn text(random: &mut Random) -> Literal {
    let text = random.word(TEXTS).to_owned();
    let mut near = vec![
        json!(text),
        json!(format!("{text}x")),
        json!(format!("x{text}")),
    ];
    near.push(json!(text.to_uppercase()));
    near.push(json!(text.trim()));
    let mut shorter = text.clone();
    if shorter.pop().is_some() {
        near.push(json!(shorter));
    }
    near.push(json!(random.word(TEXTS)));
    Literal {
        value: Value::Text(text),
        near,
    }
}

/// One of the values of a field.
pub(super) fn one_of(random: &mut Random, values: &[String]) -> Literal {
    let value = random.pick(values).cloned().unwrap_or_default();
    Literal {
        value: Value::Text(value),
        near: values.iter().map(|value| json!(value)).collect(),
    }
}

/// A whole number.
pub(super) fn integer(random: &mut Random) -> Literal {
    let number = random.pick(NUMBERS).copied().unwrap_or_default();
    let shown = if number >= 1000 && random.percent(10) {
        format!("{}_{:03}", number / 1000, number % 1000)
    } else {
        number.to_string()
    };
    Literal {
        value: Value::Literal(shown),
        near: vec![
            json!(number),
            json!(number.saturating_sub(1)),
            json!(number.saturating_add(1)),
            json!(0),
        ],
    }
}

/// A number.
pub(super) fn number(random: &mut Random) -> Literal {
    if random.percent(60) {
        return integer(random);
    }
    let (shown, near): (&str, &[f64]) = match random.below(5) {
        0 => ("0.5", &[0.5, 0.25, 0.75]),
        1 => ("1e3", &[1000.0, 999.5, 1000.5]),
        2 => ("2.5", &[2.5, 2.0, 3.0]),
        3 => ("0.1", &[0.1, 0.0, 0.2]),
        _ => ("1.0", &[1.0, 0.5, 1.5]),
    };
    Literal {
        value: Value::Literal(shown.to_owned()),
        near: near
            .iter()
            .map(|near| {
                if near.fract() == 0.0 && *near < 1e6 {
                    // A whole number is written as one.
                    json!(format!("{near:.0}").parse::<i64>().unwrap_or_default())
                } else {
                    json!(near)
                }
            })
            .collect(),
    }
}

/// `true` or `false`.
pub(super) fn boolean(random: &mut Random) -> Literal {
    let value = random.percent(60);
    Literal {
        value: Value::Literal(value.to_string()),
        near: vec![json!(true), json!(false)],
    }
}
