;; Attack: fills 512 MiB with single instructions, over and over: each runs long in the host's own code.
;; Ended by: cpu-time, or wall-time.
;; Says: the program was ended by its wall-time limit of 1s
(module $endless_fill
  (memory (export "memory") 8192)
  (func (export "_start")
    (loop $again
      (memory.fill (i32.const 0) (i32.const 7) (i32.const 0x1fffffff))
      (memory.copy (i32.const 1) (i32.const 0) (i32.const 0x1ffffffe))
      (br $again))))
