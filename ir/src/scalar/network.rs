//! IP addresses and CIDR blocks.

use std::net::IpAddr;

/// An IP address; an IPv4 address in IPv6 clothes (`::ffff:10.0.0.1`) is an IPv6 address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Ip(IpAddr);

impl Ip {
    /// Reads a text; none when it is no address. No zones, no leading zeros.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        text.parse().ok().map(Self)
    }
}

/// A block of addresses, read as Go's `net.ParseCIDR` reads it: bits after the prefix are allowed
/// and do not count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Cidr {
    family: Family,
    /// The first address, in the low bits for IPv4.
    first: u128,
    prefix: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Family {
    V4,
    V6,
}

impl Family {
    const fn bits(self) -> u32 {
        match self {
            Self::V4 => 32,
            Self::V6 => 128,
        }
    }
}

impl Ip {
    fn bits(self) -> (Family, u128) {
        match self.0 {
            IpAddr::V4(address) => (Family::V4, address.to_bits().into()),
            IpAddr::V6(address) => (Family::V6, address.to_bits()),
        }
    }
}

impl Cidr {
    /// Reads a text; none when it is no block.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (address, prefix) = text.split_once('/')?;
        if prefix.is_empty() || !prefix.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        let (family, bits) = Ip::parse(address)?.bits();
        let prefix = prefix.parse().ok().filter(|n| *n <= family.bits())?;
        Some(Self {
            family,
            first: masked(bits, family, prefix),
            prefix,
        })
    }

    /// Whether the address lies in the block; one of the other family never does.
    #[must_use]
    pub fn contains(&self, ip: Ip) -> bool {
        let (family, bits) = ip.bits();
        self.family == family && masked(bits, family, self.prefix) == self.first
    }

    /// Whether the whole other block lies in this one.
    #[must_use]
    pub fn contains_block(&self, other: &Self) -> bool {
        self.family == other.family
            && self.prefix <= other.prefix
            && masked(other.first, other.family, self.prefix) == self.first
    }
}

fn masked(bits: u128, family: Family, prefix: u32) -> u128 {
    let host = family.bits().saturating_sub(prefix);
    bits.checked_shr(host)
        .and_then(|network| network.checked_shl(host))
        .unwrap_or(0)
}
