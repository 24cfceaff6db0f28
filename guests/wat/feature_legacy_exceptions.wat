;; The exceptions of before 2024 (`try`, `catch`): other engines still run them, Wasmtime 48 does not. It must be
;; refused in words.
(module
  (tag $oops)
  (memory (export "memory") 1)
  (func (export "_start")
    try
      throw $oops
    catch $oops
    end))
