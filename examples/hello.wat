;; The smallest program that says something: one call of WASI preview 1's fd_write.
(module
  (import "wasi_snapshot_preview1" "fd_write"
    (func $fd_write (param i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (data (i32.const 8) "hello from a wasm container\n")
  (func (export "_start")
    (i32.store (i32.const 0) (i32.const 8))   ;; where the text is
    (i32.store (i32.const 4) (i32.const 28))  ;; how long it is
    (drop (call $fd_write
      (i32.const 1)                           ;; standard output
      (i32.const 0) (i32.const 1)             ;; one piece of text
      (i32.const 40)))))                      ;; where to say how much was written
