//! YAML.

use super::signature::{Function, Parameter};
use super::yaml_decode::yamldecode;
use super::yaml_encode::yamlencode;

pub(super) const FUNCTIONS: &[Function] = &[
    Function::pure("yamldecode", &[Parameter::TEXT], yamldecode),
    Function::pure("yamlencode", &[Parameter::ANY.or_null()], yamlencode),
];
