//! The messages and services, made of `proto/` when this is built.
#![allow(
    missing_docs,
    unreachable_pub,
    dead_code,
    clippy::all,
    clippy::wildcard_imports,
    reason = "generated"
)]

pub(crate) mod pb {
    tonic::include_proto!("pb");
}

pub(crate) mod fsutil {
    pub(crate) mod types {
        tonic::include_proto!("fsutil.types");
    }
}

pub(crate) mod google {
    pub(crate) mod rpc {
        tonic::include_proto!("google.rpc");
    }
}

pub(crate) mod grpc {
    pub(crate) mod health {
        pub(crate) mod v1 {
            tonic::include_proto!("grpc.health.v1");
        }
    }
}

pub(crate) mod moby {
    pub(crate) mod buildkit {
        pub(crate) mod v1 {
            tonic::include_proto!("moby.buildkit.v1");

            pub(crate) mod apicaps {
                tonic::include_proto!("moby.buildkit.v1.apicaps");
            }
            pub(crate) mod frontend {
                tonic::include_proto!("moby.buildkit.v1.frontend");
            }
            pub(crate) mod types {
                tonic::include_proto!("moby.buildkit.v1.types");
            }
        }
        pub(crate) mod secrets {
            pub(crate) mod v1 {
                tonic::include_proto!("moby.buildkit.secrets.v1");
            }
        }
    }
    pub(crate) mod filesync {
        pub(crate) mod v1 {
            tonic::include_proto!("moby.filesync.v1");
        }
    }
    pub(crate) mod upload {
        pub(crate) mod v1 {
            tonic::include_proto!("moby.upload.v1");
        }
    }
}
