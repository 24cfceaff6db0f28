//! The messages and services. What is included here is made of `proto/` by `generate/`.
#![allow(
    missing_docs,
    unreachable_pub,
    dead_code,
    clippy::all,
    clippy::wildcard_imports,
    reason = "generated"
)]

pub(crate) mod pb {
    include!("generated/pb.rs");
}

pub(crate) mod fsutil {
    pub(crate) mod types {
        include!("generated/fsutil.types.rs");
    }
}

pub(crate) mod google {
    pub(crate) mod rpc {
        include!("generated/google.rpc.rs");
    }
}

pub(crate) mod grpc {
    pub(crate) mod health {
        pub(crate) mod v1 {
            include!("generated/grpc.health.v1.rs");
        }
    }
}

pub(crate) mod moby {
    pub(crate) mod buildkit {
        pub(crate) mod v1 {
            include!("generated/moby.buildkit.v1.rs");

            pub(crate) mod apicaps {
                include!("generated/moby.buildkit.v1.apicaps.rs");
            }
            pub(crate) mod frontend {
                include!("generated/moby.buildkit.v1.frontend.rs");
            }
            pub(crate) mod types {
                include!("generated/moby.buildkit.v1.types.rs");
            }
        }
        pub(crate) mod secrets {
            pub(crate) mod v1 {
                include!("generated/moby.buildkit.secrets.v1.rs");
            }
        }
    }
    pub(crate) mod filesync {
        pub(crate) mod v1 {
            include!("generated/moby.filesync.v1.rs");
        }
    }
    pub(crate) mod upload {
        pub(crate) mod v1 {
            include!("generated/moby.upload.v1.rs");
        }
    }
}
