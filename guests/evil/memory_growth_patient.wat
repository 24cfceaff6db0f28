;; Attack: as memory_growth, but never gives up: it asks again for ever.
;; Ended by: memory refuses; cpu-time or wall-time ends it.
;; Says: the program was ended by its wall-time limit of 1s
(module $memory_growth_patient
  (memory (export "memory") 1)
  (func (export "_start")
    (loop $again
      (drop (memory.grow (i32.const 1)))
      (br $again))))
