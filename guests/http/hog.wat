;; Takes 40 MiB as it starts, and then computes for ever.
(module
  (memory (export "memory") 640)
  (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) unreachable)
  (func (export "wasi:http/incoming-handler@0.2.0#handle") (param i32 i32)
    (loop $l (br $l))))
