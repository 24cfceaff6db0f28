//! Typed client of the Docker Engine API.
