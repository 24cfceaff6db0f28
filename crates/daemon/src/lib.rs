//! HTTP handlers of the Docker Engine API, hijacked streams, metrics, drain.
