;; Copies standard input to standard output, 64 KiB at a time. Ends with 1 when either fails.
(module $cat
  (import "wasi_snapshot_preview1" "fd_read" (func $fd_read (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_write" (func $fd_write (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "proc_exit" (func $proc_exit (param i32)))
  (memory (export "memory") 2)
  (func (export "_start") (local $left i32) (local $at i32)
    (block $end
      (loop $more
        ;; iovec at 0: {1024, 65536}; the count of bytes comes to 8
        (i32.store (i32.const 0) (i32.const 1024))
        (i32.store (i32.const 4) (i32.const 65536))
        (if (call $fd_read (i32.const 0) (i32.const 0) (i32.const 1) (i32.const 8))
          (then (call $proc_exit (i32.const 1))))
        (local.set $left (i32.load (i32.const 8)))
        (br_if $end (i32.eqz (local.get $left)))
        (local.set $at (i32.const 1024))
        (loop $write
          (i32.store (i32.const 0) (local.get $at))
          (i32.store (i32.const 4) (local.get $left))
          (if (call $fd_write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8))
            (then (call $proc_exit (i32.const 1))))
          (local.set $at (i32.add (local.get $at) (i32.load (i32.const 8))))
          (local.set $left (i32.sub (local.get $left) (i32.load (i32.const 8))))
          (br_if $write (local.get $left)))
        (br $more)))))
