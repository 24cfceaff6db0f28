;; Attack: asks for 64 MiB of random bytes in one call, over and over: each call keeps the host busy for long.
;; Ended by: cpu-time or wall-time, also in the middle of a call; or the call is refused.
;; Says: the program was ended by its wall-time limit of 1s
(module $random_flood
  (import "wasi_snapshot_preview1" "random_get" (func $random_get (param i32 i32) (result i32)))
  (memory (export "memory") 1100)
  (func (export "_start")
    (loop $again
      (drop (call $random_get (i32.const 0) (i32.const 0x4000000)))
      (br $again))))
