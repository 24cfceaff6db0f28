;; Attack: the name of an import holds control sequences that would rewrite the terminal of whoever reads the
;; error message: the message must not carry them as they are.
;; Ended by: cannot be invoked.
;; Says: the name, with its control characters made visible
(module
  (import "env" "\1b[2J\1b]0;pwned\07\0derror: all is well" (func))
  (memory (export "memory") 1)
  (func (export "_start")))
