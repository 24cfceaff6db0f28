;; A server of wasi:http 0.3: answers each request with the status @STATUS@ and no body.
(module
  (import "wasi:http/types@0.3.0" "[constructor]fields" (func $fields (result i32)))
  (import "wasi:http/types@0.3.0" "[static]response.new" (func $response (param i32 i32 i32 i32 i32)))
  (import "wasi:http/types@0.3.0" "[method]response.set-status-code" (func $status (param i32 i32) (result i32)))
  (import "wasi:http/types@0.3.0" "[resource-drop]request" (func $drop_request (param i32)))
  (import "wasi:http/types@0.3.0" "[future-new-1][static]response.new" (func $trailers (result i64)))
  (import "wasi:http/types@0.3.0" "[async-lower][future-write-1][static]response.new"
    (func $tell (param i32 i32) (result i32)))
  (import "wasi:http/types@0.3.0" "[future-drop-readable-2][static]response.new" (func $drop_sent (param i32)))
  (memory (export "memory") 1)
  (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) unreachable)
  (func (export "wasi:http/handler@0.3.0#handle") (param $request i32) (result i32)
    (local $ends i64)
    (call $drop_request (local.get $request))
    (local.set $ends (call $trailers))
    ;; No body; where the response and the future of its sending lie is 64.
    (call $response (call $fields) (i32.const 0) (i32.const 0) (i32.wrap_i64 (local.get $ends)) (i32.const 64))
    (call $drop_sent (i32.load (i32.const 68)))
    (drop (call $status (i32.load (i32.const 64)) (i32.const @STATUS@)))
    ;; That there are no trailers is zeros, which lie at 1024 until somebody reads them.
    (drop (call $tell (i32.wrap_i64 (i64.shr_u (local.get $ends) (i64.const 32))) (i32.const 1024)))
    (i32.store (i32.const 128) (i32.const 0))
    (i32.store (i32.const 136) (i32.load (i32.const 64)))
    (i32.const 128)))
