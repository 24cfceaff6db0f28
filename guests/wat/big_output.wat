;; Writes 16 MiB of the letter `s` and a line break at the end of each 64 KiB.
(module $big_output
  (import "wasi_snapshot_preview1" "fd_write" (func $fd_write (param i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 2)
  (func (export "_start") (local $times i32) (local $at i32) (local $left i32)
    (memory.fill (i32.const 1024) (i32.const 115) (i32.const 65535))
    (i32.store8 (i32.const 66559) (i32.const 10))
    (loop $again
      (local.set $at (i32.const 1024))
      (local.set $left (i32.const 65536))
      (loop $write
        (i32.store (i32.const 0) (local.get $at))
        (i32.store (i32.const 4) (local.get $left))
        (if (call $fd_write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8)) (then unreachable))
        (local.set $at (i32.add (local.get $at) (i32.load (i32.const 8))))
        (local.set $left (i32.sub (local.get $left) (i32.load (i32.const 8))))
        (br_if $write (local.get $left)))
      (br_if $again (i32.lt_u (local.tee $times (i32.add (local.get $times) (i32.const 1))) (i32.const 256))))))
