;; Attack: sleeps for 292 years, without using a processor.
;; Ended by: wall-time.
;; Says: the program was ended by its wall-time limit of 1s
(module $sleep_forever
  (import "wasi_snapshot_preview1" "poll_oneoff" (func $poll (param i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (func (export "_start")
    (i32.store (i32.const 16) (i32.const 1))
    (i64.store (i32.const 24) (i64.const 0x7fffffffffffffff))
    (loop $again
      (drop (call $poll (i32.const 0) (i32.const 256) (i32.const 1) (i32.const 512)))
      (br $again))))
