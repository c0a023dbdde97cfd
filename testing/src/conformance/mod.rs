//! Conformance: the same emitted files and the same resources, judged by the engines people really run.

pub mod engine;
