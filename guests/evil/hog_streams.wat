;; Attack: an asynchronous component that makes streams for ever: the host keeps both ends of each.
;; Ended by: host-memory.
;; Says: host-memory
(component
  (type $bytes (stream u8))
  (core func $new (canon stream.new $bytes))
  (core func $return (canon task.return (result (result))))
  (core module $program
    (import "" "new" (func $new (result i64)))
    (import "" "return" (func $return (param i32)))
    (func (export "run") (result i32)
      (loop $again
        (drop (call $new))
        (br $again))
      unreachable)
    (func (export "callback") (param i32 i32 i32) (result i32) unreachable))
  (core instance $i (instantiate $program
    (with "" (instance (export "new" (func $new)) (export "return" (func $return))))))
  (func $run async (result (result))
    (canon lift (core func $i "run") async (callback (func $i "callback"))))
  (instance $run-instance (export "run" (func $run)))
  (export "wasi:cli/run@0.3.0" (instance $run-instance)))
