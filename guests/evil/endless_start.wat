;; Attack: computes for ever already in its start function, before any export is called.
;; Ended by: cpu-time, or wall-time.
;; Says: the program was ended by its wall-time limit of 1s
(module $endless_start
  (memory (export "memory") 1)
  (func $spin (loop $again (br $again)))
  (start $spin)
  (func (export "_start")))
