;; Attack: makes a file of 1 MiB, takes a stream to read from it by WASI 0.3, drops its descriptor and its name, and begins
;; anew: the stream alone keeps the file open and its bytes on the disk.
;; Ended by: disk or open-files, which it is told of by an error.
;; Says: nothing, and ends with code 1; a trap when a thousand rounds went well
(component
  (import "wasi:filesystem/types@0.3.0" (instance $types
    (export "descriptor" (type $d (sub resource)))
    (type $e0 (variant (case "access") (case "already") (case "bad-descriptor") (case "busy") (case "deadlock") (case
      "quota") (case "exist") (case "file-too-large") (case "illegal-byte-sequence") (case "in-progress") (case
      "interrupted") (case "invalid") (case "io") (case "is-directory") (case "loop") (case "too-many-links") (case
      "message-size") (case "name-too-long") (case "no-device") (case "no-entry") (case "no-lock") (case
      "insufficient-memory") (case "insufficient-space") (case "not-directory") (case "not-empty") (case
      "not-recoverable") (case "unsupported") (case "no-tty") (case "no-such-device") (case "overflow") (case
      "not-permitted") (case "pipe") (case "read-only") (case "invalid-seek") (case "text-file-busy") (case
      "cross-device") (case "other" (option string))))
    (export "error-code" (type $e (eq $e0)))
    (type $p0 (flags "symlink-follow")) (export "path-flags" (type $p (eq $p0)))
    (type $o0 (flags "create" "directory" "exclusive" "truncate")) (export "open-flags" (type $o (eq $o0)))
    (type $f0 (flags "read" "write" "file-integrity-sync" "data-integrity-sync" "requested-write-sync"
      "mutate-directory"))
    (export "descriptor-flags" (type $f (eq $f0)))
    (export "[method]descriptor.open-at" (func async (param "self" (borrow $d)) (param "path-flags" $p) (param "path" string)
      (param "open-flags" $o) (param "flags" $f) (result (result (own $d) (error $e)))))
    (export "[method]descriptor.set-size" (func async (param "self" (borrow $d)) (param "size" u64)
      (result (result (error $e)))))
    (type $bytes0 (stream u8))
    (type $done0 (future (result (error $e))))
    (export "[method]descriptor.read-via-stream" (func (param "self" (borrow $d)) (param "offset" u64)
      (result (tuple $bytes0 $done0))))
    (export "[method]descriptor.unlink-file-at" (func async (param "self" (borrow $d)) (param "path" string)
      (result (result (error $e)))))))
  (alias export $types "descriptor" (type $descriptor))
  (import "wasi:filesystem/preopens@0.3.0" (instance $preopens
    (alias outer 1 $descriptor (type $d0)) (export "descriptor" (type $d (eq $d0)))
    (export "get-directories" (func (result (list (tuple (own $d) string)))))))
  (core module $memory
    (memory (export "memory") 2)
    (data (i32.const 256) "file")
    (global $next (mut i32) (i32.const 1024))
    (func (export "realloc") (param i32 i32 i32 i32) (result i32) (local $at i32)
      (local.set $at (i32.and (i32.add (global.get $next) (i32.const 7)) (i32.const -8)))
      (global.set $next (i32.add (local.get $at) (local.get 3)))
      (local.get $at)))
  (core instance $libc (instantiate $memory))
  (alias core export $libc "memory" (core memory $m))
  (alias core export $libc "realloc" (core func $realloc))
  (core func $folders (canon lower (func $preopens "get-directories") (memory $m) (realloc $realloc)))
  (core func $open (canon lower (func $types "[method]descriptor.open-at") (memory $m) (realloc $realloc)))
  (core func $size (canon lower (func $types "[method]descriptor.set-size") (memory $m) (realloc $realloc)))
  (alias export $types "error-code" (type $code))
  (type $bytes (stream u8))
  (type $done (future (result (error $code))))
  (core func $read (canon lower (func $types "[method]descriptor.read-via-stream") (memory $m)))
  (core func $unlink (canon lower (func $types "[method]descriptor.unlink-file-at") (memory $m) (realloc $realloc)))
  (core func $close (canon resource.drop $descriptor))
  (core func $end (canon stream.drop-readable $bytes))
  (core func $end-done (canon future.drop-readable $done))
  (core func $return (canon task.return (result (result))))
  (core module $program
    (import "libc" "memory" (memory 1))
    (import "" "folders" (func $folders (param i32)))
    (import "" "open" (func $open (param i32 i32 i32 i32 i32 i32 i32)))
    (import "" "size" (func $size (param i32 i64 i32)))
    (import "" "read" (func $read (param i32 i64 i32)))
    (import "" "unlink" (func $unlink (param i32 i32 i32 i32)))
    (import "" "close" (func $close (param i32)))
    (import "" "end" (func $end (param i32)))
    (import "" "end-done" (func $end-done (param i32)))
    (import "" "return" (func $return (param i32)))
    (func $failed (result i32) (i32.load8_u (i32.const 16)))
    (func $handle (result i32) (i32.load (i32.const 20)))
    ;; One round; whether it was told that there is no more.
    (func $round (param $folder i32) (result i32) (local $file i32) (local $told i32)
      (call $open (local.get $folder) (i32.const 0) (i32.const 256) (i32.const 4) (i32.const 1) (i32.const 3)
        (i32.const 16))
      (if (call $failed) (then (return (i32.const 1))))
      (local.set $file (call $handle))
      (call $size (local.get $file) (i64.const 0x100000) (i32.const 16))
      (local.set $told (call $failed))
      (call $read (local.get $file) (i64.const 0) (i32.const 24))
      ;; Here one that means no harm ends its stream.
      (call $close (local.get $file))
      (call $unlink (local.get $folder) (i32.const 256) (i32.const 4) (i32.const 16))
      (if (call $failed) (then unreachable))
      (local.get $told))
    (func (export "run") (result i32) (local $folder i32) (local $n i32)
      (call $folders (i32.const 0))
      (local.set $folder (i32.load (i32.load (i32.const 0))))
      (loop $again
        (if (call $round (local.get $folder)) (then (call $return (i32.const 1)) (return (i32.const 0))))
        (local.set $n (i32.add (local.get $n) (i32.const 1)))
        (br_if $again (i32.lt_u (local.get $n) (i32.const 1000))))
      unreachable)
    (func (export "callback") (param i32 i32 i32) (result i32) unreachable))
  (core instance $i (instantiate $program
    (with "libc" (instance $libc))
    (with "" (instance (export "folders" (func $folders)) (export "open" (func $open)) (export "size" (func $size))
      (export "read" (func $read)) (export "unlink" (func $unlink)) (export "close" (func $close))
      (export "end" (func $end)) (export "end-done" (func $end-done)) (export "return" (func $return))))))
  (func $run async (result (result))
    (canon lift (core func $i "run") async (callback (func $i "callback"))))
  (instance $run-instance (export "run" (func $run)))
  (export "wasi:cli/run@0.3.0" (instance $run-instance)))
