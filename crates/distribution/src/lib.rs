//! Registry client and registry server.
