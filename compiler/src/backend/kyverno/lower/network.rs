//! Addresses in a CIDR block. Kyverno has no function for them; a block of IPv4 is a regular
//! expression, since its addresses and blocks are written in one way only.

use std::net::Ipv4Addr;

/// Any number of an address.
const OCTET: &str = "(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])";

/// A regular expression for the addresses and blocks that lie in an IPv4 block.
pub(super) fn within(block: &str) -> Option<String> {
    let (address, prefix) = block.split_once('/')?;
    let address: Ipv4Addr = address.parse().ok()?;
    let prefix: u8 = prefix.parse().ok().filter(|prefix| *prefix <= 32)?;
    let mut octets = Vec::new();
    let mut left = prefix;
    for octet in address.octets() {
        let fixed = left.min(8);
        left -= fixed;
        let free = u8::MAX.checked_shr(fixed.into()).unwrap_or(0);
        octets.push(match fixed {
            0 => OCTET.to_owned(),
            8 => octet.to_string(),
            _ => range(octet & !free, octet | free),
        });
    }
    let lengths = range(prefix, 32);
    Some(format!("^{}(/0*{lengths})?$", octets.join("[.]")))
}

/// The numbers from `first` to `last`, without leading zeros.
fn range(first: u8, last: u8) -> String {
    let mut alternatives = Vec::new();
    for tens in first / 10..=last / 10 {
        let low = first.saturating_sub(tens.saturating_mul(10));
        let high = (u16::from(last) - u16::from(tens) * 10).min(9);
        let head = if tens == 0 {
            String::new()
        } else {
            tens.to_string()
        };
        alternatives.push(if u16::from(low) == high {
            format!("{head}{low}")
        } else {
            format!("{head}[{low}-{high}]")
        });
    }
    format!("({})", alternatives.join("|"))
}

#[cfg(test)]
mod tests {
    use policyc_ir::scalar::{Cidr, Ip};
    use regex::Regex;

    use super::within;

    #[test]
    fn agrees_with_the_block() {
        let blocks = [
            "10.0.0.0/8",
            "192.168.0.0/16",
            "172.16.0.0/12",
            "10.1.2.0/23",
            "0.0.0.0/0",
            "1.2.3.4/32",
            "1.2.3.4/31",
            "100.64.0.0/10",
            "203.0.113.7/24",
            "128.0.0.0/1",
        ];
        for block in blocks {
            let cidr = Cidr::parse(block).unwrap();
            let regex = Regex::new(&within(block).unwrap()).unwrap();
            for seed in 0..60_000_u32 {
                let bits = seed.wrapping_mul(2_654_435_761).rotate_left(seed % 31);
                // Half of them near the block.
                let base = u32::from(
                    block
                        .split_once('/')
                        .unwrap()
                        .0
                        .parse::<std::net::Ipv4Addr>()
                        .unwrap(),
                );
                let bits = if seed % 2 == 0 {
                    bits
                } else {
                    base ^ (bits >> (seed % 32))
                };
                let address = std::net::Ipv4Addr::from(bits).to_string();
                let expected = cidr.contains(Ip::parse(&address).unwrap());
                assert_eq!(regex.is_match(&address), expected, "{address} in {block}");
                let inner = format!("{address}/{}", seed % 33);
                let expected = cidr.contains_block(&Cidr::parse(&inner).unwrap());
                assert_eq!(regex.is_match(&inner), expected, "{inner} in {block}");
            }
            for text in [
                "",
                "10.0.0",
                "10.0.0.0.0",
                "10.0.0.01",
                "10.0.0.256",
                "::1",
                "10.0.0.0/33",
                "10.0.0.0/",
                "10.0.0.0/008",
                "10.0.0.0\n",
            ] {
                let expected = Ip::parse(text).is_some_and(|ip| cidr.contains(ip))
                    || Cidr::parse(text).is_some_and(|inner| cidr.contains_block(&inner));
                assert_eq!(regex.is_match(text), expected, "{text} in {block}");
            }
        }
        assert_eq!(within("fd00::/8"), None);
        assert_eq!(within("10.0.0.0/33"), None);
    }
}
