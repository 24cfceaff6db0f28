//! Docker Engine API: wire types and route table, no logic.
