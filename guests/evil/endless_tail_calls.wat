;; Attack: calls itself in tail position for ever: no loop instruction, no stack used.
;; Ended by: cpu-time, or wall-time.
;; Says: the program was ended by its wall-time limit of 1s
(module $endless_tail_calls
  (memory (export "memory") 1)
  (func $f (return_call $g))
  (func $g (return_call $f))
  (func (export "_start") (call $f)))
