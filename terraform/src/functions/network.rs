//! Functions of IP networks.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use crate::value::{Number, Value};

use super::FunctionError;
use super::signature::{
    Function, Outcome, Parameter, argument_error, call_error, number, text, texts, values, whole,
};

const TEXT: Parameter = Parameter::TEXT;
const NUMBER: Parameter = Parameter::NUMBER;

pub(super) const FUNCTIONS: &[Function] = &[
    Function::pure("cidrhost", &[TEXT, NUMBER], cidrhost),
    Function::pure("cidrnetmask", &[TEXT], cidrnetmask),
    Function::pure("cidrsubnet", &[TEXT, NUMBER, NUMBER], cidrsubnet),
    Function::pure("cidrsubnets", &[TEXT], cidrsubnets).and(NUMBER),
];

/// By how many bits `cidrsubnets` extends a prefix at most; Terraform has the same limit.
const MAX_NEW_BITS: i64 = 32;

/// A network: an address whose bits past the prefix are zero.
#[derive(Clone, Copy)]
struct Network {
    bits: u128,
    /// 32 or 128.
    width: u32,
    prefix: u32,
}

impl Network {
    fn parse(given: &str) -> Result<Self, FunctionError> {
        Self::read(given).ok_or_else(|| {
            call_error(format!(
                "invalid CIDR expression: invalid CIDR address: {given}"
            ))
        })
    }

    fn read(given: &str) -> Option<Self> {
        let (address, prefix) = given.split_once('/')?;
        let (bits, width) = if address.contains(':') {
            (address.parse::<Ipv6Addr>().ok()?.to_bits(), 128)
        } else {
            (u128::from(ipv4(address)?.to_bits()), 32)
        };
        let is_number = prefix.bytes().all(|byte| byte.is_ascii_digit());
        let prefix = prefix.parse().ok().filter(|prefix| *prefix <= width)?;
        let network = Self {
            bits,
            width,
            prefix,
        };
        is_number.then_some(network.at(bits, prefix))
    }

    /// The network of an address of the same width.
    fn at(self, bits: u128, prefix: u32) -> Self {
        let host = self.width.saturating_sub(prefix);
        let bits = bits.checked_shr(host).unwrap_or(0);
        Self {
            bits: bits.checked_shl(host).unwrap_or(0),
            width: self.width,
            prefix,
        }
    }

    /// The last address.
    fn last(self) -> u128 {
        self.bits | ones(self.width.saturating_sub(self.prefix))
    }

    fn address(self, bits: u128) -> String {
        if self.width == 32 {
            let bits = u32::try_from(bits & ones(32)).unwrap_or(0);
            return Ipv4Addr::from_bits(bits).to_string();
        }
        written(Ipv6Addr::from_bits(bits))
    }

    fn text(self) -> String {
        format!("{}/{}", self.address(self.bits), self.prefix)
    }
}

/// As Go writes addresses: an IPv4 address in IPv6 as IPv4.
fn written(address: Ipv6Addr) -> String {
    match address.to_ipv4_mapped() {
        Some(address) => address.to_string(),
        None => IpAddr::V6(address).to_string(),
    }
}

fn ones(count: u32) -> u128 {
    if count == 0 {
        0
    } else {
        u128::MAX
            .checked_shr(128_u32.saturating_sub(count))
            .unwrap_or(u128::MAX)
    }
}

/// Terraform reads numbers with leading zeros, which newer programs refuse, as decimal ones.
fn ipv4(address: &str) -> Option<Ipv4Addr> {
    let mut bytes = [0_u8; 4];
    let mut parts = address.split('.');
    for byte in &mut bytes {
        let part = parts.next()?;
        if part.is_empty() || !part.bytes().all(|c| c.is_ascii_digit()) {
            return None;
        }
        *byte = part.parse().ok()?;
    }
    parts.next().is_none().then(|| Ipv4Addr::from(bytes))
}

/// A whole number of at most 128 bits, and whether it is negative.
fn big(index: usize, argument: &Value) -> Result<(bool, Option<u128>), FunctionError> {
    let number: &Number = number(argument)?;
    if !number.is_integer() {
        return Err(argument_error(index, "value must be a whole number"));
    }
    let magnitude = number.absolute().to_string().parse().ok();
    Ok((number.is_negative(), magnitude))
}

fn cidrhost(arguments: &[Value]) -> Outcome {
    let [prefix, host] = values(arguments)?;
    let (negative, magnitude) = big(1, host)?;
    let network = Network::parse(text(prefix)?)?;
    let most = ones(network.width.saturating_sub(network.prefix));
    let host = match (negative, magnitude) {
        // From the end: -1 is the last address.
        (true, Some(magnitude)) => most.checked_sub(magnitude.saturating_sub(1)),
        (false, Some(host)) => Some(host).filter(|host| *host <= most),
        (_, None) => None,
    };
    let host = host.ok_or_else(|| {
        call_error(format!(
            "prefix of {} does not accommodate a host numbered {}",
            network.prefix,
            written_number(&arguments.get(1).cloned().unwrap_or_default())
        ))
    })?;
    Ok(network.address(network.bits | host).into())
}

fn written_number(value: &Value) -> String {
    number(value).map(ToString::to_string).unwrap_or_default()
}

fn cidrnetmask(arguments: &[Value]) -> Outcome {
    let [prefix] = texts(arguments)?;
    let network = Network::parse(prefix)?;
    let mapped = Ipv6Addr::from_bits(network.bits).to_ipv4_mapped();
    if network.width == 128 && mapped.is_none() {
        return Err(call_error(format!(
            "IPv6 addresses cannot have a netmask: {prefix}"
        )));
    }
    let host = ones(network.width.saturating_sub(network.prefix));
    Ok(network.address(ones(network.width) & !host).into())
}

fn cidrsubnet(arguments: &[Value]) -> Outcome {
    let [prefix, new_bits, subnet] = values(arguments)?;
    let new_bits = whole(1, new_bits)?;
    let (negative, magnitude) = big(2, subnet)?;
    let network = Network::parse(text(prefix)?)?;
    if negative {
        return Err(call_error("the number of a subnet may not be negative"));
    }
    if new_bits < 0 {
        return Ok(wider(network, new_bits, magnitude));
    }
    let extended = u32::try_from(new_bits)
        .ok()
        .and_then(|bits| network.prefix.checked_add(bits))
        .filter(|extended| *extended <= network.width)
        .ok_or_else(|| {
            call_error(format!(
                "insufficient address space to extend prefix of {} by {new_bits}",
                network.prefix
            ))
        })?;
    let most = ones(extended.saturating_sub(network.prefix));
    let subnet = magnitude.filter(|subnet| *subnet <= most).ok_or_else(|| {
        call_error(format!(
            "prefix extension of {new_bits} does not accommodate a subnet numbered {}",
            written_number(subnet)
        ))
    })?;
    let shifted = subnet
        .checked_shl(network.width.saturating_sub(extended))
        .unwrap_or(0);
    Ok(network.at(network.bits | shifted, extended).text().into())
}

/// Terraform takes bits from the prefix too, and leaves the address as it is.
fn wider(network: Network, new_bits: i64, subnet: Option<u128>) -> Value {
    let prefix = i64::from(network.prefix).checked_add(new_bits);
    let prefix = prefix.and_then(|prefix| u32::try_from(prefix).ok());
    match (prefix, subnet) {
        (Some(prefix), Some(0)) => Network { prefix, ..network }.text().into(),
        _ => Value::unknown("it is a network that cannot be"),
    }
}

fn cidrsubnets(arguments: &[Value]) -> Outcome {
    let Some((prefix, lengths)) = arguments.split_first() else {
        return Err(call_error("a prefix is required"));
    };
    let network = Network::parse(text(prefix)?)?;
    let mut subnets = Vec::with_capacity(lengths.len());
    // The first address that is free; none after the last of all addresses.
    let mut free = Some(network.bits);
    for (index, length) in (1..).zip(lengths) {
        let new_bits = whole(index, length)?;
        if new_bits < 1 {
            let message = "must extend prefix by at least one bit";
            return Err(argument_error(index, message));
        }
        if new_bits > MAX_NEW_BITS {
            let message = format!("may not extend prefix by more than {MAX_NEW_BITS} bits");
            return Err(argument_error(index, message));
        }
        let extended = network
            .prefix
            .saturating_add(u32::try_from(new_bits).unwrap_or(0));
        if extended > network.width {
            let message = format!(
                "would extend prefix to {extended} bits, which is too long for the address"
            );
            return Err(argument_error(index, message));
        }
        let host = ones(network.width.saturating_sub(extended));
        // The next network of this size that begins at or after it.
        let start = free
            .and_then(|free| free.checked_add(host))
            .map(|free| free & !host);
        let subnet = start
            // Terraform takes a subnet at the first of all addresses for an overflow.
            .filter(|start| *start <= network.last() && *start != 0)
            .map(|start| network.at(start, extended))
            .ok_or_else(|| {
                argument_error(
                    index,
                    format!(
                        "not enough remaining address space for a subnet with a prefix of \
                         {extended} bits"
                    ),
                )
            })?;
        free = subnet.last().checked_add(1);
        subnets.push(subnet.text().into());
    }
    Ok(Value::list(subnets))
}
