;; Reads past the end of its memory.
(module $bounds
  (memory (export "memory") 1)
  (func $_start (export "_start") (drop (i32.load (i32.const 65536)))))
