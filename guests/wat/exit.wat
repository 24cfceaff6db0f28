;; Ends with the code that its one argument names, 0 to 255; with 250 when there is none.
(module $exit
  (import "wasi_snapshot_preview1" "args_get" (func $args_get (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "args_sizes_get" (func $args_sizes_get (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "proc_exit" (func $proc_exit (param i32)))
  (memory (export "memory") 2)
  (func (export "_start") (local $at i32) (local $code i32) (local $c i32)
    (drop (call $args_sizes_get (i32.const 0) (i32.const 4)))
    (if (i32.lt_u (i32.load (i32.const 0)) (i32.const 2))
      (then (call $proc_exit (i32.const 250))))
    (drop (call $args_get (i32.const 16) (i32.const 1024)))
    (local.set $at (i32.load (i32.const 20)))
    (loop $digits
      (local.set $c (i32.sub (i32.load8_u (local.get $at)) (i32.const 48)))
      (if (i32.lt_u (local.get $c) (i32.const 10))
        (then
          (local.set $code (i32.add (i32.mul (local.get $code) (i32.const 10)) (local.get $c)))
          (local.set $at (i32.add (local.get $at) (i32.const 1)))
          (br $digits))))
    (call $proc_exit (local.get $code))))
