;; Attack: a component that asks for 2^63 random bytes: the host would make room for them before it copies them.
;; Ended by: host-memory, or the bound of one call.
;; Says: trapped, or host-memory
(component
  (import "wasi:random/random@0.2.0" (instance $random
    (export "get-random-bytes" (func (param "len" u64) (result (list u8))))))
  (core module $memory
    (memory (export "memory") 1)
    (func (export "realloc") (param i32 i32 i32 i32) (result i32) (i32.const 1024)))
  (core instance $libc (instantiate $memory))
  (core func $bytes
    (canon lower (func $random "get-random-bytes")
      (memory (core memory $libc "memory")) (realloc (core func $libc "realloc"))))
  (core module $program
    (import "" "bytes" (func $bytes (param i64 i32)))
    (func (export "run") (result i32)
      (call $bytes (i64.const 0x7fffffffffffffff) (i32.const 0))
      (i32.const 0)))
  (core instance $i (instantiate $program (with "" (instance (export "bytes" (func $bytes))))))
  (func $run (result (result)) (canon lift (core func $i "run")))
  (instance $run-instance (export "run" (func $run)))
  (export "wasi:cli/run@0.2.0" (instance $run-instance)))
