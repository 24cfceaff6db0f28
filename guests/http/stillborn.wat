;; Traps when it is instantiated.
(module
  (memory (export "memory") 1)
  (func $begin unreachable)
  (start $begin)
  (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) unreachable)
  (func (export "wasi:http/incoming-handler@0.2.0#handle") (param i32 i32)))
