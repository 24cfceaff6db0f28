;; Attack: throws and catches for ever, which runs the host's unwinder each time.
;; Ended by: cpu-time, or wall-time.
;; Says: the program was ended by its wall-time limit of 1s
(module $endless_exceptions
  (tag $t)
  (memory (export "memory") 1)
  (func $thrower (throw $t))
  (func (export "_start")
    (loop $again
      (block $caught (try_table (catch $t $caught) (call $thrower)))
      (br $again))))
