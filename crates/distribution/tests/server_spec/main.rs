//! The registry server against the OCI distribution spec, over real connections to loopback.
//!
//! The modules follow the sections of the spec and the list of its conformance suite; `routes` fails when a
//! route of the server has no test.

#![allow(clippy::unwrap_used)]

mod auth;
mod auth_log;
mod blobs;
mod collect;
mod data;
mod discovery;
mod exposure;
mod hostile;
mod kill;
mod manifests;
mod own_client;
mod refusals;
mod robust;
mod round;
mod routes;
mod support;
