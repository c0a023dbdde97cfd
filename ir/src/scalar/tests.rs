//! What the readers of Kubernetes and Go say about the same texts. The tables of quantities,
//! durations and times were made with apimachinery 0.36 and Go 1.25.

use std::cmp::Ordering;

use super::{Cidr, Date, Duration, Glob, Ip, Quantity, Version};

/// Checks a table of equal texts against each other, row by row, each row greater than the last.
fn check_order<T: Ord + std::fmt::Debug>(parse: impl Fn(&str) -> Option<T>, rows: &[&[&str]]) {
    let read = |text: &str| parse(text).unwrap_or_else(|| panic!("`{text}` is not read"));
    for (place, row) in rows.iter().enumerate() {
        for a in *row {
            for (other_place, other) in rows.iter().enumerate() {
                for b in *other {
                    let order = read(a).cmp(&read(b));
                    assert_eq!(order, place.cmp(&other_place), "{a} against {b}");
                    assert_eq!(read(a) == read(b), order == Ordering::Equal, "{a} and {b}");
                }
            }
        }
    }
}

fn check_refused<T: std::fmt::Debug>(parse: impl Fn(&str) -> Option<T>, texts: &[&str]) {
    for text in texts {
        assert!(parse(text).is_none(), "`{text}` is read");
    }
}

#[test]
fn quantities_are_ordered_by_amount() {
    let huge = format!("1{}", "0".repeat(60));
    check_order(
        Quantity::parse,
        &[
            &["-1e100"],
            &["-2e40", "-20000000000000000000000E"],
            &["-9223372036854775807", "-9Ei", "-1000Ei"],
            &["-1.5Gi", "-1610612736"],
            &["-1", "-1000m", "-1e0"],
            &["-1n", "-0.1n", "-0.0000000001", "-1e-40"],
            // Kubernetes reads texts without digits as zero, unless their suffix is large.
            &[
                "0", "00", "-0", "+0", "0Ei", "0.0", ".0", "0.", "0e5", "+", "-", ".", "m", "Ki",
                "Ti", "e-9", "E", "e30",
            ],
            &[
                "1n",
                "0.1n",
                "0.0000000001",
                "1e-40",
                "0.000000000000000001Ki",
            ],
            &["2n", "1.5n", "0.0000000011"],
            &["1u", "1e-6", "1000n"],
            &["100m", "0.1", ".1", "1e-1", "1E-1", "0.0001k"],
            &["500m", "0.5", ".5", "500000u"],
            &["1", "1.", "+1", "01", "1000m", "1e0", "1E+0", "0.001k"],
            &["5", "5."],
            &["1k", "1000", "1e3", "1E3", "1e+3"],
            &["1Ki", "1024", "1.024k"],
            &["1.5Ki", "1536"],
            &["1M", "1e6"],
            &["1Mi", "1048576"],
            &["1G", "1e9"],
            &["1Gi", "1024Mi"],
            &["2Gi", "2147483648"],
            &["1T"],
            &["1Ti"],
            &["1P"],
            &["1Pi"],
            &["1E", "1e18"],
            &["1Ei", "1024Pi"],
            &[
                "9223372036854775807",
                "8Ei",
                "9Ei",
                "99999999999999999999999Ki",
            ],
            &["9223372036854775808", "9.223372036854775808E"],
            &["1e60", &huge, "1000000e54"],
            &["1.00000000000000000000000000000000000000000001e60"],
            &["2e60"],
            &["1e1000000000"],
            &["1e2147483647"],
        ],
    );
}

#[test]
fn quantities_have_a_syntax() {
    check_refused(
        Quantity::parse,
        &[
            "",
            " ",
            " 1",
            "1 ",
            "1.2.3",
            "1..",
            "--1",
            "+-1",
            "1K",
            "1ki",
            "1KI",
            "1g",
            "1kk",
            "1Kii",
            "1MiB",
            "1B",
            "1e",
            "1e+",
            "1e-",
            "1ee3",
            "1e3.5",
            "1e3m",
            "1i",
            "1,5",
            "0x10",
            "1_000",
            "inf",
            "NaN",
            "lots",
            "Pi",
            "Ei",
            ".Ei",
            "e-10",
            "1e9223372036854775808",
            "1e2147483648",
            "\u{661}",
            "1m1",
        ],
    );
}

#[test]
fn numbers_are_quantities_too() {
    let table = [
        (Quantity::from_float(0.1), "100m"),
        (Quantity::from_float(1e30), "1e30"),
        (Quantity::from_float(-1.5e-10), "-1n"),
        (Quantity::from_float(0.0), "0"),
        (Some(Quantity::from_integer(1_073_741_824)), "1Gi"),
        (
            Some(Quantity::from_integer(i64::MIN)),
            "-9223372036854775808",
        ),
    ];
    for (quantity, text) in table {
        assert_eq!(quantity, Quantity::parse(text), "{text}");
    }
    assert_eq!(Quantity::from_float(f64::NAN), None);
    assert_eq!(Quantity::from_float(f64::INFINITY), None);
    let integers = [
        ("2Gi", Some(2_147_483_648)),
        ("500m", None),
        ("1e3", Some(1000)),
        ("1e99", None),
    ];
    for (text, integer) in integers {
        assert_eq!(
            Quantity::parse(text).expect("read").as_integer(),
            integer,
            "{text}"
        );
    }
}

#[test]
fn long_quantities_are_read_in_linear_time() {
    let digits = "9".repeat(1_000_000);
    for suffix in ["", "n", "Ei", "e2000000000"] {
        assert!(Quantity::parse(&format!("{digits}{suffix}")).is_some());
        assert!(Quantity::parse(&format!("0.{digits}{suffix}")).is_some());
    }
}

#[test]
fn durations_are_ordered_by_length() {
    check_order(
        Duration::parse,
        &[
            &["-9223372036854775808ns"],
            &["-1h30m", "-90m", "-1.5h"],
            &["-5s"],
            &["0", "+0", "-0", "0s", "0h0m", "0.1ns", "0.s"],
            &["1ns", "1.9ns"],
            &["1us", "1\u{b5}s", "1\u{3bc}s", "1000ns"],
            &["1ms", "1000us"],
            &[".5s", "0.5s", "500ms", "500.ms"],
            &["1s", "1000ms", "+1s", "1.000000000000000000000000s"],
            &["59.999999999s"],
            &["1m", "60s", "30s30s"],
            &["1h", "60m", "0.5h30m"],
            &["1h1m1.001s", "3661001ms"],
            &["2562047h47m16.854775807s", "9223372036854775807ns"],
        ],
    );
    check_refused(
        Duration::parse,
        &[
            "",
            "+",
            "-",
            ".",
            "1",
            "00",
            "1.5",
            "s",
            ".s",
            "1d",
            "1w",
            "1S",
            "1H",
            "1 s",
            " 1s",
            "1s ",
            "1h-5m",
            "--1s",
            "1h30",
            "1e3s",
            "9223372036854775808ns",
            "2562048h",
            "-9223372036854775809ns",
            "9999999999999999999h",
            "P1D",
            "\u{661}s",
        ],
    );
    let nanos = |text| Duration::parse(text).map(Duration::as_nanos);
    assert_eq!(nanos("1h30m"), Some(5_400_000_000_000));
    // Go's floating-point arithmetic, to the last nanosecond.
    assert_eq!(nanos("0.3333333333333333333h"), Some(1_200_000_000_000));
    assert_eq!(nanos("0.830103483285477580700h"), Some(2_988_372_539_827));
}

#[test]
fn versions_are_ordered_by_precedence() {
    check_order(
        Version::parse,
        &[
            &["0", "0.0.0", "v0"],
            &["0.9.9"],
            &["1.0.0-alpha", "1-alpha", "v1.0-alpha+x"],
            &["1.0.0-alpha.1"],
            &["1.0.0-alpha.beta"],
            &["1.0.0-beta"],
            &["1.0.0-beta.2"],
            &["1.0.0-beta.11"],
            &["1.0.0-beta.99999999999999999999999"],
            &["1.0.0-rc.1", "1.0.0-rc.1+build.7"],
            &["1.0.0-rc.1-x"],
            &["1", "1.0", "1.0.0", "v1", "v1.0.0", "1.0.0+build", "1+001"],
            &["1.2.3"],
            &["1.10.0"],
            &["1.28", "v1.28.0"],
            &["1.28.1"],
            &["18446744073709551615.0.0"],
        ],
    );
    check_refused(
        Version::parse,
        &[
            "",
            "v",
            "V1",
            "vv1",
            "1.",
            ".1",
            "1..2",
            "1.2.3.4",
            "01.2.3",
            "1.02",
            "1.2.x",
            "-1",
            "1-",
            "1+",
            "1-a..b",
            "1-01",
            "1.0.0-a_b",
            "1+a_b",
            "1.0.0+a+b",
            "18446744073709551616",
            " 1",
            "1 ",
            "latest",
            "1.\u{661}",
        ],
    );
}

#[test]
fn dates_are_ordered_by_instant() {
    check_order(
        Date::parse,
        &[
            &["0000-01-01"],
            &["1969-12-31T23:59:59.999999999Z"],
            &[
                "1970-01-01",
                "1970-01-01T00:00:00Z",
                "1970-01-01T02:00:00+02:00",
            ],
            &[
                "1970-01-01T00:00:00.000000001Z",
                "1970-01-01T00:00:00.0000000019Z",
            ],
            &["2000-02-29"],
            &["2000-03-01T00:00:00.0-00:00"],
            &[
                "2026-12-31T23:59:59.5Z",
                "2027-01-01T01:59:59.5+02:00",
                "2026-12-31T18:29:59.50-05:30",
            ],
            &["2027-01-31"],
            &["9999-12-31T23:59:59-23:59"],
        ],
    );
    check_refused(
        Date::parse,
        &[
            "",
            "2027",
            "2027-1-31",
            "27-01-31",
            "2027-13-01",
            "2027-00-01",
            "2027-02-29",
            "1900-02-29",
            "2027-01-00",
            "2027-01-32",
            "2027-04-31",
            "2027-01-31T",
            "2027-01-31Z",
            "2027-01-31T12:00Z",
            "2027-01-31T12:00:00",
            "2027-01-31t12:00:00z",
            "2027-01-31 12:00:00Z",
            "2027-01-31T24:00:00Z",
            "2027-01-31T12:60:00Z",
            "2027-01-31T12:00:60Z",
            "2027-01-31T12:00:00.Z",
            "2027-01-31T12:00:00,5Z",
            "2027-01-31T12:00:00+0200",
            "2027-01-31T12:00:00+24:00",
            "2027-01-31T12:00:00+02:60",
            "2027-01-31T12:00:00ZZ",
            " 2027-01-31",
            "2027-01-31 ",
            "+2027-01-31",
            "12027-01-31",
            "2027\u{2d}01-3\u{661}",
        ],
    );
    let nanos = |text| Date::parse(text).expect("read").as_unix_nanos();
    assert_eq!(nanos("2027-01-31"), 1_801_353_600_000_000_000);
    assert_eq!(nanos("0783-07-10T17:47:14Z"), -37_441_635_166_000_000_000);
}

#[test]
fn blocks_contain_addresses_and_blocks_of_their_family() {
    let table = [
        ("10.0.0.0/8", "10.255.0.1", true),
        ("10.0.0.0/8", "11.0.0.0", false),
        ("10.1.2.3/8", "10.9.9.9", true),
        ("0.0.0.0/0", "255.255.255.255", true),
        ("10.0.0.1/32", "10.0.0.1", true),
        ("10.0.0.1/32", "10.0.0.2", false),
        ("10.0.0.0/08", "10.0.0.2", true),
        ("2001:db8::/32", "2001:DB8:1::", true),
        ("2001:db8::/32", "2001:db9::", false),
        ("::/0", "10.0.0.1", false),
        ("::/0", "::ffff:10.0.0.1", true),
        ("10.0.0.0/8", "::ffff:10.0.0.1", false),
        ("::1/128", "::1", true),
    ];
    for (block, address, expected) in table {
        let block = Cidr::parse(block).expect("block");
        let ip = Ip::parse(address).expect("address");
        assert_eq!(block.contains(ip), expected, "{address} in {block:?}");
    }
    let table = [
        ("10.0.0.0/8", "10.1.0.0/16", true),
        ("10.0.0.0/8", "10.0.0.0/8", true),
        ("10.0.0.0/16", "10.0.0.0/8", false),
        ("10.0.0.0/8", "11.0.0.0/16", false),
        ("0.0.0.0/0", "10.0.0.0/8", true),
        ("::/0", "10.0.0.0/8", false),
        ("2001:db8::/32", "2001:db8:ff::/48", true),
    ];
    for (outer, inner, expected) in table {
        let outer = Cidr::parse(outer).expect("block");
        let inner = Cidr::parse(inner).expect("block");
        assert_eq!(
            outer.contains_block(&inner),
            expected,
            "{inner:?} in {outer:?}"
        );
    }
    assert_eq!(Cidr::parse("10.9.9.9/8"), Cidr::parse("10.0.0.0/8"));
    check_refused(
        Cidr::parse,
        &[
            "",
            "/",
            "10.0.0.0",
            "10.0.0.0/",
            "10.0.0.0/33",
            "10.0.0.0/-1",
            "10.0.0.0/+8",
            "10.0.0/8",
            "010.0.0.0/8",
            "::/129",
            "10.0.0.0/8/8",
            "10.0.0.0/255.0.0.0",
            " 10.0.0.0/8",
            "10.0.0.0/99999999999",
        ],
    );
    check_refused(
        Ip::parse,
        &[
            "",
            "10.0.0",
            "10.0.0.256",
            "010.0.0.1",
            "10.0.0.1 ",
            "fe80::1%eth0",
            "::1::",
            "[::1]",
        ],
    );
}

#[test]
fn globs_match_the_whole_text() {
    let table = [
        ("", "", true),
        ("", "a", false),
        ("*", "", true),
        ("**", "a/b\nc", true),
        ("?", "", false),
        ("?", "\u{e4}", true),
        ("?", "ab", false),
        ("?*", "", false),
        ("?*", "a", true),
        ("abc", "abc", true),
        ("abc", "abcd", false),
        ("abc", "ABC", false),
        ("ab*", "ab", true),
        ("ab*", "a", false),
        ("*ab", "xxab", true),
        ("*ab", "xxabx", false),
        ("*ab*", "xabx", true),
        ("*ab*", "xaxb", false),
        ("a*a", "a", false),
        ("a*a", "aa", true),
        ("a*b*c", "axbxc", true),
        ("a*b*c", "acb", false),
        ("a*bc*bc", "abcbc", true),
        ("a*bc*bc", "abc", false),
        ("*a?c*", "xxabcx", true),
        ("*a?c*", "xxacx", false),
        ("*a?", "aab", true),
        ("*a?", "aabb", false),
        ("a?", "a\u{1f600}", true),
        ("ghcr.io/*", "ghcr.io/a/b:1", true),
        ("ghcr.io/*", "xghcr.io/a", false),
        ("*:latest", "nginx:latest", true),
        ("a*?b", "ab", false),
        ("a*?b", "axb", true),
        ("a**b", "ab", true),
        ("[ab]", "a", false),
        ("[ab]", "[ab]", true),
        ("\\*", "*", false),
        ("\\*", "\\x", true),
        ("prod-*", "prod-\u{e4}", true),
    ];
    for (pattern, text, expected) in table {
        assert_eq!(
            Glob::new(pattern).matches(text),
            expected,
            "`{pattern}` on `{text}`"
        );
        assert_eq!(
            Glob::matches_once(pattern, text),
            expected,
            "`{pattern}` on `{text}`"
        );
    }
    assert_eq!(Glob::new("Pod").literal(), Some("Pod"));
    assert_eq!(Glob::new("P*d").literal(), None);
}

/// Every pattern and text up to a length, against the definition.
#[test]
fn globs_agree_with_their_definition() {
    fn defined(pattern: &[u8], text: &[u8]) -> bool {
        match pattern.split_first() {
            None => text.is_empty(),
            Some((b'*', rest)) => (0..=text.len()).any(|n| defined(rest, &text[n..])),
            Some((wanted, rest)) => text.split_first().is_some_and(|(found, tail)| {
                (*wanted == b'?' || wanted == found) && defined(rest, tail)
            }),
        }
    }
    fn all(alphabet: &[char], length: usize) -> Vec<String> {
        let mut texts = vec![String::new()];
        let mut last = texts.clone();
        for _ in 0..length {
            last = last
                .iter()
                .flat_map(|text| alphabet.iter().map(move |c| format!("{text}{c}")))
                .collect();
            texts.extend(last.iter().cloned());
        }
        texts
    }
    let texts = all(&['a', 'b'], 5);
    for pattern in all(&['a', 'b', '*', '?'], 4) {
        let glob = Glob::new(&*pattern);
        for text in &texts {
            let expected = defined(pattern.as_bytes(), text.as_bytes());
            assert_eq!(glob.matches(text), expected, "`{pattern}` on `{text}`");
        }
    }
}

#[test]
fn hostile_globs_take_no_time() {
    let text = "a".repeat(100_000);
    assert!(!Glob::new("a*".repeat(50_000) + "b").matches(&text));
    assert!(!Glob::new("*a?a?a?a?a*b").matches(&text));
}
