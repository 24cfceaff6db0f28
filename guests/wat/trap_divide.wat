;; Divides by zero.
(module $divide
  (memory (export "memory") 1)
  (func $_start (export "_start") (drop (i32.div_s (i32.const 1) (i32.const 0)))))
