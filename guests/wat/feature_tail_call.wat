;; Tail calls: two functions call each other ten million times without using stack. Ends with 61.
(module
  (import "wasi_snapshot_preview1" "proc_exit" (func $proc_exit (param i32)))
  (memory (export "memory") 1)
  (func $even (param $n i32) (result i32)
    (if (i32.eqz (local.get $n)) (then (return (i32.const 61))))
    (return_call $odd (i32.sub (local.get $n) (i32.const 1))))
  (func $odd (param $n i32) (result i32)
    (if (i32.eqz (local.get $n)) (then (return (i32.const 1))))
    (return_call $even (i32.sub (local.get $n) (i32.const 1))))
  (func (export "_start") (call $proc_exit (call $even (i32.const 10000000)))))
