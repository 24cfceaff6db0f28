;; Attack: waits on a million clocks at once, over and over: 48 MB of subscriptions, each a timer of the host.
;; Ended by: host-memory, or wall-time.
;; Says: limit
(module $clock_flood
  (import "wasi_snapshot_preview1" "poll_oneoff" (func $poll (param i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 1400)
  (func (export "_start") (local $at i32)
    (loop $fill
      (i32.store offset=16 (local.get $at) (i32.const 1))
      (i64.store offset=24 (local.get $at) (i64.const 3600000000000))
      (br_if $fill
        (i32.lt_u (local.tee $at (i32.add (local.get $at) (i32.const 48))) (i32.const 48000000))))
    (loop $again
      (drop (call $poll (i32.const 0) (i32.const 50000000) (i32.const 1000000) (i32.const 90000000)))
      (br $again))))
