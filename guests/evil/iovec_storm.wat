;; Attack: one write of 8 million buffers of 64 KiB each: 512 GiB in one host call.
;; Ended by: what is written is cut to what a host call may take, so output-rate or wall-time ends it; or the host
;; refuses the call.
;; Says: limit, or nothing when the call was refused
(module $iovec_storm
  (import "wasi_snapshot_preview1" "fd_write" (func $fd_write (param i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 1100)
  (func (export "_start") (local $at i32)
    (local.set $at (i32.const 0x100000))
    (loop $fill
      (i32.store offset=4 (local.get $at) (i32.const 65536))
      (br_if $fill
        (i32.lt_u (local.tee $at (i32.add (local.get $at) (i32.const 8))) (i32.const 0x4200000))))
    (loop $again
      (drop (call $fd_write (i32.const 1) (i32.const 0x100000) (i32.const 8000000) (i32.const 16)))
      (br $again))))
