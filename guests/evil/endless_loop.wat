;; Attack: computes for ever.
;; Ended by: cpu-time, or wall-time.
;; Says: the program was ended by its cpu-time limit of 1s
(module $endless_loop
  (memory (export "memory") 1)
  (func (export "_start") (loop $again (br $again))))
