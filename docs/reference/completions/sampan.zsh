#compdef sampan

autoload -U is-at-least

_sampan() {
    typeset -A opt_args
    typeset -a _arguments_options
    local ret=1

    if is-at-least 5.2; then
        _arguments_options=(-s -S -C)
    else
        _arguments_options=(-s -C)
    fi

    local context curcontext="$curcontext" state line
    _arguments "${_arguments_options[@]}" : \
'--root=[Folder of images, compiled code and containers]:DIR:_files' \
'--config=[Configuration file]:FILE:_files' \
'*-H+[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'*--host=[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'--color=[When to use colour]:WHEN:((auto\:"On a terminal, unless \`NO_COLOR\` is set"
always\:"Always"
never\:"Never"))' \
'-q[Say only what was asked for and errors]' \
'--quiet[Say only what was asked for and errors]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
":: :_sampan_commands" \
"*::: :->sampan" \
&& ret=0
    case $state in
    (sampan)
        words=($line[1] "${words[@]}")
        (( CURRENT += 1 ))
        curcontext="${curcontext%:*:*}:sampan-command-$line[1]:"
        case $line[1] in
            (run)
_arguments "${_arguments_options[@]}" : \
'--root=[Folder of images, compiled code and containers]:DIR:_files' \
'--config=[Configuration file]:FILE:_files' \
'*-H+[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'*--host=[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'--color=[When to use colour]:WHEN:((auto\:"On a terminal, unless \`NO_COLOR\` is set"
always\:"Always"
never\:"Never"))' \
'--entrypoint=[Call this export, or run this file of the image, instead of the program'\''s own start]:NAME:_default' \
'*-e+[Set an environment variable; without a value, pass the caller'\''s]:NAME[=VALUE]:_default' \
'*--env=[Set an environment variable; without a value, pass the caller'\''s]:NAME[=VALUE]:_default' \
'*--env-file=[Read environment variables from a file]:FILE:_files' \
'-w+[Working directory in the container]:DIR:_default' \
'--workdir=[Working directory in the container]:DIR:_default' \
'-t+[Tell the program that it has a terminal; \`raw\` passes each key as it is typed]::MODE:((cooked\:"Line by line, with echo, as the terminal is"
raw\:"Each key as it is typed, without echo; Ctrl-C still interrupts"))' \
'--tty=[Tell the program that it has a terminal; \`raw\` passes each key as it is typed]::MODE:((cooked\:"Line by line, with echo, as the terminal is"
raw\:"Each key as it is typed, without echo; Ctrl-C still interrupts"))' \
'--name=[Name the container, and keep what it did for \`sampan inspect NAME\`]:NAME:_default' \
'--platform=[Platform of the image]:OS/ARCH:_default' \
'--pull=[When to download the image]:WHEN:((always\:"Always ask the registry for the newest"
missing\:"When it is not here"
never\:"Never"))' \
'*-p+[Answer requests on a port of this machine (loopback unless an address is written) with a component that is an HTTP server]:[IP:][HOST:]CONTAINER:_default' \
'*--publish=[Answer requests on a port of this machine (loopback unless an address is written) with a component that is an HTTP server]:[IP:][HOST:]CONTAINER:_default' \
'*-v+[Give a folder\: SOURCE\:TARGET\[\:ro\]; with the daemon also a volume by its name]:SRC:DST[:ro]:_default' \
'*--volume=[Give a folder\: SOURCE\:TARGET\[\:ro\]; with the daemon also a volume by its name]:SRC:DST[:ro]:_default' \
'*--tmpfs=[Give a folder in memory]:DST[:size=BYTES]:_default' \
'*--allow-net=[Allow connections out to a name, an address, a block or everything\: \`db\:5432\`, \`10.0.0.0/8\:443\`, \`*\:*\`]:HOST:PORT[/udp]:_default' \
'*--allow-http=[Allow HTTP requests out (wasi\:http); without scheme and port, in any way; a scheme alone means its own port]:[SCHEME://]HOST[:PORT]:_default' \
'*--allow-listen=[Allow listening, on loopback unless an address is written]:[ADDR:]PORT[/udp]:_default' \
'*--grants=[Give what a file says, as \`--learn\` wrote it]:FILE:_files' \
'--learn=[Let the program use the network freely, and write down the smallest grants that this run used]:FILE:_files' \
'*--tls-cert=[Serve TLS with this certificate, followed by those that vouch for it (PEM). Of several, each with its key, a client gets the first that has the name it asks for. Files that change are read anew]:FILE:_files' \
'*--tls-key=[The private key of a \`--tls-cert\`, in the same order (PEM)]:FILE:_files' \
'--reuse=[Let one instance answer so many requests, one after the other\: each finds in memory what those before it left]:NUMBER:_default' \
'--access-log=[Write a line of JSON for each request, to standard error or at the end of a file; the program finds the request'\''s id in \`x-request-id\`]::FILE:_files' \
'*--http-limit=[What clients may do\: head-size, body-size, head-time, client-time, request-time, requests, connections, streams]:NAME=VALUE:_default' \
'-m+[Most linear memory]:BYTES:_default' \
'--memory=[Most linear memory]:BYTES:_default' \
'--cpus=[Most processors, such as 0.5]:NUMBER:_default' \
'--timeout=[Most time from start to end]:DURATION:_default' \
'--pids-limit=[Most core instances (a Wasm container has no processes)]:NUMBER:_default' \
'*--limit=[Any limit by its name; \`sampan inspect\` shows them all]:NAME=VALUE:_default' \
'--coredump=[Write a core dump here if the program traps]:FILE:_files' \
'--profile=[Write a profile for the Firefox profiler here]:FILE:_files' \
'--debug=[Wait for a debugger (gdb remote protocol) on this port of loopback]:[ADDR:]PORT:_default' \
'--detach-keys=[The keys that leave it running]:KEYS:_default' \
'--restart=[What happens after it ended\: no, always, unless-stopped, on-failure\[\:TIMES\]]:POLICY:_default' \
'*-l+[A label]:KEY[=VALUE]:_default' \
'*--label=[A label]:KEY[=VALUE]:_default' \
'*--network=[The network that it is in]:NETWORK:_default' \
'*--net=[The network that it is in]:NETWORK:_default' \
'*--network-alias=[Another name that it has there]:NAME:_default' \
'*--mount=[A volume, a folder or a tmpfs\: type=volume,src=NAME,dst=PATH\[,readonly\]]:MOUNT:_default' \
'*--volumes-from=[The mounts of another container as well]:CONTAINER[:ro]:_default' \
'--hostname=[Its name as a host]:NAME:_default' \
'*--add-host=[A further name\: HOST\:ADDRESS]:HOST:ADDRESS:_default' \
'*--expose=[A port that others may reach]:PORT[/udp]:_default' \
'-u+[User]:USER:_default' \
'--user=[User]:USER:_default' \
'--stop-signal=[The signal that asks it to end]:SIGNAL:_default' \
'--stop-timeout=[Seconds until it is killed after that]:SECONDS:_default' \
'--log-driver=[Where its output is kept]:DRIVER:_default' \
'*--log-opt=[An option of that]:KEY=VALUE:_default' \
'(--no-healthcheck)--health-cmd=[A command that tells whether it is well]:COMMAND:_default' \
'--health-interval=[Time between two of them]:DURATION:_default' \
'--health-retries=[Failures in a row until it is unwell]:NUMBER:_default' \
'--health-start-period=[Time that it has to begin]:DURATION:_default' \
'--health-start-interval=[Time between two of them meanwhile]:DURATION:_default' \
'--health-timeout=[Time that one may take]:DURATION:_default' \
'-c+[Weight beside others when processors are short]:NUMBER:_default' \
'--cpu-shares=[Weight beside others when processors are short]:NUMBER:_default' \
'*--security-opt=[A security option]:OPTION:_default' \
'*--annotation=[An annotation for the runtime]:KEY=VALUE:_default' \
'--isolation=[How it is kept apart\: \`process\` for a worker of its own]:HOW:_default' \
'--cidfile=[Write its id to a new file]:FILE:_files' \
'-q[Say only what was asked for and errors]' \
'--quiet[Say only what was asked for and errors]' \
'-i[Keep standard input open (without the daemon it always is)]' \
'--interactive[Keep standard input open (without the daemon it always is)]' \
'--rm[Keep nothing of the container after its end]' \
'--read-only[Mount the image'\''s own files read-only]' \
'--trace[Show each step of the start with its time]' \
'-d[Let it run, and print its id]' \
'--detach[Let it run, and print its id]' \
'-P[Publish all exposed ports]' \
'--publish-all[Publish all exposed ports]' \
'--no-healthcheck[Without the image'\''s own health check]' \
'--init[With a process that reaps others (of Linux containers)]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
'*::words -- A .wasm or .wat file, or an image; all that follows are the program'\''s own arguments:_default' \
&& ret=0
;;
(serve)
_arguments "${_arguments_options[@]}" : \
'--root=[Folder of images, compiled code and containers]:DIR:_files' \
'--config=[Configuration file]:FILE:_files' \
'*-H+[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'*--host=[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'--color=[When to use colour]:WHEN:((auto\:"On a terminal, unless \`NO_COLOR\` is set"
always\:"Always"
never\:"Never"))' \
'--entrypoint=[Call this export, or run this file of the image, instead of the program'\''s own start]:NAME:_default' \
'*-e+[Set an environment variable; without a value, pass the caller'\''s]:NAME[=VALUE]:_default' \
'*--env=[Set an environment variable; without a value, pass the caller'\''s]:NAME[=VALUE]:_default' \
'*--env-file=[Read environment variables from a file]:FILE:_files' \
'-w+[Working directory in the container]:DIR:_default' \
'--workdir=[Working directory in the container]:DIR:_default' \
'-t+[Tell the program that it has a terminal; \`raw\` passes each key as it is typed]::MODE:((cooked\:"Line by line, with echo, as the terminal is"
raw\:"Each key as it is typed, without echo; Ctrl-C still interrupts"))' \
'--tty=[Tell the program that it has a terminal; \`raw\` passes each key as it is typed]::MODE:((cooked\:"Line by line, with echo, as the terminal is"
raw\:"Each key as it is typed, without echo; Ctrl-C still interrupts"))' \
'--name=[Name the container, and keep what it did for \`sampan inspect NAME\`]:NAME:_default' \
'--platform=[Platform of the image]:OS/ARCH:_default' \
'--pull=[When to download the image]:WHEN:((always\:"Always ask the registry for the newest"
missing\:"When it is not here"
never\:"Never"))' \
'*-v+[Give a folder\: SOURCE\:TARGET\[\:ro\]; with the daemon also a volume by its name]:SRC:DST[:ro]:_default' \
'*--volume=[Give a folder\: SOURCE\:TARGET\[\:ro\]; with the daemon also a volume by its name]:SRC:DST[:ro]:_default' \
'*--tmpfs=[Give a folder in memory]:DST[:size=BYTES]:_default' \
'*--allow-net=[Allow connections out to a name, an address, a block or everything\: \`db\:5432\`, \`10.0.0.0/8\:443\`, \`*\:*\`]:HOST:PORT[/udp]:_default' \
'*--allow-http=[Allow HTTP requests out (wasi\:http); without scheme and port, in any way; a scheme alone means its own port]:[SCHEME://]HOST[:PORT]:_default' \
'*--allow-listen=[Allow listening, on loopback unless an address is written]:[ADDR:]PORT[/udp]:_default' \
'*--grants=[Give what a file says, as \`--learn\` wrote it]:FILE:_files' \
'--learn=[Let the program use the network freely, and write down the smallest grants that this run used]:FILE:_files' \
'*--tls-cert=[Serve TLS with this certificate, followed by those that vouch for it (PEM). Of several, each with its key, a client gets the first that has the name it asks for. Files that change are read anew]:FILE:_files' \
'*--tls-key=[The private key of a \`--tls-cert\`, in the same order (PEM)]:FILE:_files' \
'--reuse=[Let one instance answer so many requests, one after the other\: each finds in memory what those before it left]:NUMBER:_default' \
'--access-log=[Write a line of JSON for each request, to standard error or at the end of a file; the program finds the request'\''s id in \`x-request-id\`]::FILE:_files' \
'*--http-limit=[What clients may do\: head-size, body-size, head-time, client-time, request-time, requests, connections, streams]:NAME=VALUE:_default' \
'-m+[Most linear memory]:BYTES:_default' \
'--memory=[Most linear memory]:BYTES:_default' \
'--cpus=[Most processors, such as 0.5]:NUMBER:_default' \
'--timeout=[Most time from start to end]:DURATION:_default' \
'--pids-limit=[Most core instances (a Wasm container has no processes)]:NUMBER:_default' \
'*--limit=[Any limit by its name; \`sampan inspect\` shows them all]:NAME=VALUE:_default' \
'--coredump=[Write a core dump here if the program traps]:FILE:_files' \
'--profile=[Write a profile for the Firefox profiler here]:FILE:_files' \
'--debug=[Wait for a debugger (gdb remote protocol) on this port of loopback]:[ADDR:]PORT:_default' \
'--detach-keys=[The keys that leave it running]:KEYS:_default' \
'--restart=[What happens after it ended\: no, always, unless-stopped, on-failure\[\:TIMES\]]:POLICY:_default' \
'*-l+[A label]:KEY[=VALUE]:_default' \
'*--label=[A label]:KEY[=VALUE]:_default' \
'*--network=[The network that it is in]:NETWORK:_default' \
'*--net=[The network that it is in]:NETWORK:_default' \
'*--network-alias=[Another name that it has there]:NAME:_default' \
'*--mount=[A volume, a folder or a tmpfs\: type=volume,src=NAME,dst=PATH\[,readonly\]]:MOUNT:_default' \
'*--volumes-from=[The mounts of another container as well]:CONTAINER[:ro]:_default' \
'--hostname=[Its name as a host]:NAME:_default' \
'*--add-host=[A further name\: HOST\:ADDRESS]:HOST:ADDRESS:_default' \
'*--expose=[A port that others may reach]:PORT[/udp]:_default' \
'-u+[User]:USER:_default' \
'--user=[User]:USER:_default' \
'--stop-signal=[The signal that asks it to end]:SIGNAL:_default' \
'--stop-timeout=[Seconds until it is killed after that]:SECONDS:_default' \
'--log-driver=[Where its output is kept]:DRIVER:_default' \
'*--log-opt=[An option of that]:KEY=VALUE:_default' \
'(--no-healthcheck)--health-cmd=[A command that tells whether it is well]:COMMAND:_default' \
'--health-interval=[Time between two of them]:DURATION:_default' \
'--health-retries=[Failures in a row until it is unwell]:NUMBER:_default' \
'--health-start-period=[Time that it has to begin]:DURATION:_default' \
'--health-start-interval=[Time between two of them meanwhile]:DURATION:_default' \
'--health-timeout=[Time that one may take]:DURATION:_default' \
'-c+[Weight beside others when processors are short]:NUMBER:_default' \
'--cpu-shares=[Weight beside others when processors are short]:NUMBER:_default' \
'*--security-opt=[A security option]:OPTION:_default' \
'*--annotation=[An annotation for the runtime]:KEY=VALUE:_default' \
'--isolation=[How it is kept apart\: \`process\` for a worker of its own]:HOW:_default' \
'--cidfile=[Write its id to a new file]:FILE:_files' \
'*--route=[Answer a part of the address with a file or image\: \`api.example.com/v1=api.wasm\`, \`/static=files\:1\`. The host is settled first, then the longest path; grants and limits are given to each]:HOST/PATH=FILE|IMAGE:_default' \
'*-p+[Answer on a port of this machine \[default\: 127.0.0.1\:8080\]]:[IP:][HOST:]CONTAINER:_default' \
'*--publish=[Answer on a port of this machine \[default\: 127.0.0.1\:8080\]]:[IP:][HOST:]CONTAINER:_default' \
'-q[Say only what was asked for and errors]' \
'--quiet[Say only what was asked for and errors]' \
'-i[Keep standard input open (without the daemon it always is)]' \
'--interactive[Keep standard input open (without the daemon it always is)]' \
'--rm[Keep nothing of the container after its end]' \
'--read-only[Mount the image'\''s own files read-only]' \
'--trace[Show each step of the start with its time]' \
'-d[Let it run, and print its id]' \
'--detach[Let it run, and print its id]' \
'-P[Publish all exposed ports]' \
'--publish-all[Publish all exposed ports]' \
'--no-healthcheck[Without the image'\''s own health check]' \
'--init[With a process that reaps others (of Linux containers)]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
'*::words -- A .wasm or .wat file, or an image; all that follows are the program'\''s own arguments:_default' \
&& ret=0
;;
(call)
_arguments "${_arguments_options[@]}" : \
'--root=[Folder of images, compiled code and containers]:DIR:_files' \
'--config=[Configuration file]:FILE:_files' \
'*-H+[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'*--host=[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'--color=[When to use colour]:WHEN:((auto\:"On a terminal, unless \`NO_COLOR\` is set"
always\:"Always"
never\:"Never"))' \
'--entrypoint=[Call this export, or run this file of the image, instead of the program'\''s own start]:NAME:_default' \
'*-e+[Set an environment variable; without a value, pass the caller'\''s]:NAME[=VALUE]:_default' \
'*--env=[Set an environment variable; without a value, pass the caller'\''s]:NAME[=VALUE]:_default' \
'*--env-file=[Read environment variables from a file]:FILE:_files' \
'-w+[Working directory in the container]:DIR:_default' \
'--workdir=[Working directory in the container]:DIR:_default' \
'-t+[Tell the program that it has a terminal; \`raw\` passes each key as it is typed]::MODE:((cooked\:"Line by line, with echo, as the terminal is"
raw\:"Each key as it is typed, without echo; Ctrl-C still interrupts"))' \
'--tty=[Tell the program that it has a terminal; \`raw\` passes each key as it is typed]::MODE:((cooked\:"Line by line, with echo, as the terminal is"
raw\:"Each key as it is typed, without echo; Ctrl-C still interrupts"))' \
'--name=[Name the container, and keep what it did for \`sampan inspect NAME\`]:NAME:_default' \
'--platform=[Platform of the image]:OS/ARCH:_default' \
'--pull=[When to download the image]:WHEN:((always\:"Always ask the registry for the newest"
missing\:"When it is not here"
never\:"Never"))' \
'*-p+[Answer requests on a port of this machine (loopback unless an address is written) with a component that is an HTTP server]:[IP:][HOST:]CONTAINER:_default' \
'*--publish=[Answer requests on a port of this machine (loopback unless an address is written) with a component that is an HTTP server]:[IP:][HOST:]CONTAINER:_default' \
'*-v+[Give a folder\: SOURCE\:TARGET\[\:ro\]; with the daemon also a volume by its name]:SRC:DST[:ro]:_default' \
'*--volume=[Give a folder\: SOURCE\:TARGET\[\:ro\]; with the daemon also a volume by its name]:SRC:DST[:ro]:_default' \
'*--tmpfs=[Give a folder in memory]:DST[:size=BYTES]:_default' \
'*--allow-net=[Allow connections out to a name, an address, a block or everything\: \`db\:5432\`, \`10.0.0.0/8\:443\`, \`*\:*\`]:HOST:PORT[/udp]:_default' \
'*--allow-http=[Allow HTTP requests out (wasi\:http); without scheme and port, in any way; a scheme alone means its own port]:[SCHEME://]HOST[:PORT]:_default' \
'*--allow-listen=[Allow listening, on loopback unless an address is written]:[ADDR:]PORT[/udp]:_default' \
'*--grants=[Give what a file says, as \`--learn\` wrote it]:FILE:_files' \
'--learn=[Let the program use the network freely, and write down the smallest grants that this run used]:FILE:_files' \
'*--tls-cert=[Serve TLS with this certificate, followed by those that vouch for it (PEM). Of several, each with its key, a client gets the first that has the name it asks for. Files that change are read anew]:FILE:_files' \
'*--tls-key=[The private key of a \`--tls-cert\`, in the same order (PEM)]:FILE:_files' \
'--reuse=[Let one instance answer so many requests, one after the other\: each finds in memory what those before it left]:NUMBER:_default' \
'--access-log=[Write a line of JSON for each request, to standard error or at the end of a file; the program finds the request'\''s id in \`x-request-id\`]::FILE:_files' \
'*--http-limit=[What clients may do\: head-size, body-size, head-time, client-time, request-time, requests, connections, streams]:NAME=VALUE:_default' \
'-m+[Most linear memory]:BYTES:_default' \
'--memory=[Most linear memory]:BYTES:_default' \
'--cpus=[Most processors, such as 0.5]:NUMBER:_default' \
'--timeout=[Most time from start to end]:DURATION:_default' \
'--pids-limit=[Most core instances (a Wasm container has no processes)]:NUMBER:_default' \
'*--limit=[Any limit by its name; \`sampan inspect\` shows them all]:NAME=VALUE:_default' \
'--coredump=[Write a core dump here if the program traps]:FILE:_files' \
'--profile=[Write a profile for the Firefox profiler here]:FILE:_files' \
'--debug=[Wait for a debugger (gdb remote protocol) on this port of loopback]:[ADDR:]PORT:_default' \
'--detach-keys=[The keys that leave it running]:KEYS:_default' \
'--restart=[What happens after it ended\: no, always, unless-stopped, on-failure\[\:TIMES\]]:POLICY:_default' \
'*-l+[A label]:KEY[=VALUE]:_default' \
'*--label=[A label]:KEY[=VALUE]:_default' \
'*--network=[The network that it is in]:NETWORK:_default' \
'*--net=[The network that it is in]:NETWORK:_default' \
'*--network-alias=[Another name that it has there]:NAME:_default' \
'*--mount=[A volume, a folder or a tmpfs\: type=volume,src=NAME,dst=PATH\[,readonly\]]:MOUNT:_default' \
'*--volumes-from=[The mounts of another container as well]:CONTAINER[:ro]:_default' \
'--hostname=[Its name as a host]:NAME:_default' \
'*--add-host=[A further name\: HOST\:ADDRESS]:HOST:ADDRESS:_default' \
'*--expose=[A port that others may reach]:PORT[/udp]:_default' \
'-u+[User]:USER:_default' \
'--user=[User]:USER:_default' \
'--stop-signal=[The signal that asks it to end]:SIGNAL:_default' \
'--stop-timeout=[Seconds until it is killed after that]:SECONDS:_default' \
'--log-driver=[Where its output is kept]:DRIVER:_default' \
'*--log-opt=[An option of that]:KEY=VALUE:_default' \
'(--no-healthcheck)--health-cmd=[A command that tells whether it is well]:COMMAND:_default' \
'--health-interval=[Time between two of them]:DURATION:_default' \
'--health-retries=[Failures in a row until it is unwell]:NUMBER:_default' \
'--health-start-period=[Time that it has to begin]:DURATION:_default' \
'--health-start-interval=[Time between two of them meanwhile]:DURATION:_default' \
'--health-timeout=[Time that one may take]:DURATION:_default' \
'-c+[Weight beside others when processors are short]:NUMBER:_default' \
'--cpu-shares=[Weight beside others when processors are short]:NUMBER:_default' \
'*--security-opt=[A security option]:OPTION:_default' \
'*--annotation=[An annotation for the runtime]:KEY=VALUE:_default' \
'--isolation=[How it is kept apart\: \`process\` for a worker of its own]:HOW:_default' \
'--cidfile=[Write its id to a new file]:FILE:_files' \
'-q[Say only what was asked for and errors]' \
'--quiet[Say only what was asked for and errors]' \
'-i[Keep standard input open (without the daemon it always is)]' \
'--interactive[Keep standard input open (without the daemon it always is)]' \
'--rm[Keep nothing of the container after its end]' \
'--read-only[Mount the image'\''s own files read-only]' \
'--trace[Show each step of the start with its time]' \
'-d[Let it run, and print its id]' \
'--detach[Let it run, and print its id]' \
'-P[Publish all exposed ports]' \
'--publish-all[Publish all exposed ports]' \
'--no-healthcheck[Without the image'\''s own health check]' \
'--init[With a process that reaps others (of Linux containers)]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
'*::words -- A .wasm or .wat file, or an image; then calls with values in WAVE\: '\''analyze("text", {depth\: 3})'\'':_default' \
&& ret=0
;;
(link)
_arguments "${_arguments_options[@]}" : \
'--root=[Folder of images, compiled code and containers]:DIR:_files' \
'--config=[Configuration file]:FILE:_files' \
'*-H+[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'*--host=[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'--color=[When to use colour]:WHEN:((auto\:"On a terminal, unless \`NO_COLOR\` is set"
always\:"Always"
never\:"Never"))' \
'*--with=[A component that serves imports\: those of a name (\`logger\`, \`test\:log\`, \`test\:log/logger@0.2.0\`), or all that it exports; of several that wrap each other, the outermost first]:[NAME=]FILE|IMAGE:_default' \
'-o+[Write the component to a file]:FILE:_files' \
'--output=[Write the component to a file]:FILE:_files' \
'-t+[Keep it as an image; of an image, with its configuration and files]:IMAGE:_default' \
'--tag=[Keep it as an image; of an image, with its configuration and files]:IMAGE:_default' \
'--platform=[Platform of the images]:OS/ARCH:_default' \
'--pull=[When to download images]:WHEN:((always\:"Always ask the registry for the newest"
missing\:"When it is not here"
never\:"Never"))' \
'-q[Say only what was asked for and errors]' \
'--quiet[Say only what was asked for and errors]' \
'-y[Approve what the providers could ask for and the component alone could not]' \
'--yes[Approve what the providers could ask for and the component alone could not]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
':app -- The component whose exports the result has\: a .wasm or .wat file, or an image:_default' \
&& ret=0
;;
(inspect)
_arguments "${_arguments_options[@]}" : \
'--root=[Folder of images, compiled code and containers]:DIR:_files' \
'--config=[Configuration file]:FILE:_files' \
'*-H+[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'*--host=[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'--color=[When to use colour]:WHEN:((auto\:"On a terminal, unless \`NO_COLOR\` is set"
always\:"Always"
never\:"Never"))' \
'(--grants --wit)-f+[Write what the daemon knows as \`json\` or by a Go template]:FORMAT:_default' \
'(--grants --wit)--format=[Write what the daemon knows as \`json\` or by a Go template]:FORMAT:_default' \
'--type=[Look among these alone\: \`container\`, \`image\`, \`network\`, \`volume\`]:KIND:(container image network volume)' \
'(-f --format --grants --wit --json)--against=[Compare what it imports and exports with a package of WIT, which is fetched when it is not here]:FILE|IMAGE:_default' \
'--platform=[Platform of the image]:OS/ARCH:_default' \
'-q[Say only what was asked for and errors]' \
'--quiet[Say only what was asked for and errors]' \
'-s[With the sizes of containers (needs the daemon)]' \
'--size[With the sizes of containers (needs the daemon)]' \
'--grants[Only what it could ask for, what it was given, and what it used]' \
'(--grants)--wit[Only the world of a component, or a WIT package, as one WIT document]' \
'--json[Print JSON]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
'*::targets -- Files, images, containers; with a daemon also volumes and networks:_default' \
&& ret=0
;;
(image)
_arguments "${_arguments_options[@]}" : \
'--root=[Folder of images, compiled code and containers]:DIR:_files' \
'--config=[Configuration file]:FILE:_files' \
'*-H+[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'*--host=[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'--color=[When to use colour]:WHEN:((auto\:"On a terminal, unless \`NO_COLOR\` is set"
always\:"Always"
never\:"Never"))' \
'-q[Say only what was asked for and errors]' \
'--quiet[Say only what was asked for and errors]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
":: :_sampan__subcmd__image_commands" \
"*::: :->image" \
&& ret=0

    case $state in
    (image)
        words=($line[1] "${words[@]}")
        (( CURRENT += 1 ))
        curcontext="${curcontext%:*:*}:sampan-image-command-$line[1]:"
        case $line[1] in
            (ls)
_arguments "${_arguments_options[@]}" : \
'--root=[Folder of images, compiled code and containers]:DIR:_files' \
'--config=[Configuration file]:FILE:_files' \
'*-H+[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'*--host=[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'--color=[When to use colour]:WHEN:((auto\:"On a terminal, unless \`NO_COLOR\` is set"
always\:"Always"
never\:"Never"))' \
'--json[Print JSON, a line for each image]' \
'--no-trunc[Do not shorten digests]' \
'-q[Say only what was asked for and errors]' \
'--quiet[Say only what was asked for and errors]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
&& ret=0
;;
(list)
_arguments "${_arguments_options[@]}" : \
'--root=[Folder of images, compiled code and containers]:DIR:_files' \
'--config=[Configuration file]:FILE:_files' \
'*-H+[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'*--host=[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'--color=[When to use colour]:WHEN:((auto\:"On a terminal, unless \`NO_COLOR\` is set"
always\:"Always"
never\:"Never"))' \
'--json[Print JSON, a line for each image]' \
'--no-trunc[Do not shorten digests]' \
'-q[Say only what was asked for and errors]' \
'--quiet[Say only what was asked for and errors]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
&& ret=0
;;
(inspect)
_arguments "${_arguments_options[@]}" : \
'--platform=[Platform of the image]:OS/ARCH:_default' \
'--root=[Folder of images, compiled code and containers]:DIR:_files' \
'--config=[Configuration file]:FILE:_files' \
'*-H+[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'*--host=[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'--color=[When to use colour]:WHEN:((auto\:"On a terminal, unless \`NO_COLOR\` is set"
always\:"Always"
never\:"Never"))' \
'-q[Say only what was asked for and errors]' \
'--quiet[Say only what was asked for and errors]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
'*::images -- Names or ids:_default' \
&& ret=0
;;
(tag)
_arguments "${_arguments_options[@]}" : \
'--root=[Folder of images, compiled code and containers]:DIR:_files' \
'--config=[Configuration file]:FILE:_files' \
'*-H+[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'*--host=[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'--color=[When to use colour]:WHEN:((auto\:"On a terminal, unless \`NO_COLOR\` is set"
always\:"Always"
never\:"Never"))' \
'-q[Say only what was asked for and errors]' \
'--quiet[Say only what was asked for and errors]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
':image -- Name or id:_default' \
':name -- The other name:_default' \
&& ret=0
;;
(rm)
_arguments "${_arguments_options[@]}" : \
'--root=[Folder of images, compiled code and containers]:DIR:_files' \
'--config=[Configuration file]:FILE:_files' \
'*-H+[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'*--host=[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'--color=[When to use colour]:WHEN:((auto\:"On a terminal, unless \`NO_COLOR\` is set"
always\:"Always"
never\:"Never"))' \
'-f[Take all names from an image that an id means]' \
'--force[Take all names from an image that an id means]' \
'-q[Say only what was asked for and errors]' \
'--quiet[Say only what was asked for and errors]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
'*::images -- Names or ids:_default' \
&& ret=0
;;
(remove)
_arguments "${_arguments_options[@]}" : \
'--root=[Folder of images, compiled code and containers]:DIR:_files' \
'--config=[Configuration file]:FILE:_files' \
'*-H+[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'*--host=[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'--color=[When to use colour]:WHEN:((auto\:"On a terminal, unless \`NO_COLOR\` is set"
always\:"Always"
never\:"Never"))' \
'-f[Take all names from an image that an id means]' \
'--force[Take all names from an image that an id means]' \
'-q[Say only what was asked for and errors]' \
'--quiet[Say only what was asked for and errors]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
'*::images -- Names or ids:_default' \
&& ret=0
;;
(save)
_arguments "${_arguments_options[@]}" : \
'-o+[Write to a file, not to standard output]:FILE:_files' \
'--output=[Write to a file, not to standard output]:FILE:_files' \
'--format=[The form of the archive; without it, one that every tool reads where the images fit it]:FORMAT:((oci-archive\:"An OCI layout\: holds every image"
docker-archive\:"With Docker'\''s own manifest beside it; cannot hold Wasm artifacts"))' \
'--root=[Folder of images, compiled code and containers]:DIR:_files' \
'--config=[Configuration file]:FILE:_files' \
'*-H+[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'*--host=[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'--color=[When to use colour]:WHEN:((auto\:"On a terminal, unless \`NO_COLOR\` is set"
always\:"Always"
never\:"Never"))' \
'-q[Say only what was asked for and errors]' \
'--quiet[Say only what was asked for and errors]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
'*::images -- Names or ids:_default' \
&& ret=0
;;
(load)
_arguments "${_arguments_options[@]}" : \
'-i+[Read from a file, not from standard input]:FILE:_files' \
'--input=[Read from a file, not from standard input]:FILE:_files' \
'--root=[Folder of images, compiled code and containers]:DIR:_files' \
'--config=[Configuration file]:FILE:_files' \
'*-H+[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'*--host=[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'--color=[When to use colour]:WHEN:((auto\:"On a terminal, unless \`NO_COLOR\` is set"
always\:"Always"
never\:"Never"))' \
'-q[Say only what was asked for and errors]' \
'--quiet[Say only what was asked for and errors]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
&& ret=0
;;
(pull)
_arguments "${_arguments_options[@]}" : \
'--platform=[Platform of the image]:OS/ARCH:_default' \
'--root=[Folder of images, compiled code and containers]:DIR:_files' \
'--config=[Configuration file]:FILE:_files' \
'*-H+[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'*--host=[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'--color=[When to use colour]:WHEN:((auto\:"On a terminal, unless \`NO_COLOR\` is set"
always\:"Always"
never\:"Never"))' \
'(--platform)--all-platforms[Every platform of the image]' \
'-q[Say only what was asked for and errors]' \
'--quiet[Say only what was asked for and errors]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
':image -- The image:_default' \
&& ret=0
;;
(push)
_arguments "${_arguments_options[@]}" : \
'--root=[Folder of images, compiled code and containers]:DIR:_files' \
'--config=[Configuration file]:FILE:_files' \
'*-H+[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'*--host=[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'--color=[When to use colour]:WHEN:((auto\:"On a terminal, unless \`NO_COLOR\` is set"
always\:"Always"
never\:"Never"))' \
'-q[Say only what was asked for and errors]' \
'--quiet[Say only what was asked for and errors]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
':image -- The image, by the name under which it goes to its registry:_default' \
&& ret=0
;;
(pack)
_arguments "${_arguments_options[@]}" : \
'--author=[Who made it]:AUTHOR:_default' \
'*--annotation=[A note for the manifest]:KEY=VALUE:_default' \
'--root=[Folder of images, compiled code and containers]:DIR:_files' \
'--config=[Configuration file]:FILE:_files' \
'*-H+[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'*--host=[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'--color=[When to use colour]:WHEN:((auto\:"On a terminal, unless \`NO_COLOR\` is set"
always\:"Always"
never\:"Never"))' \
'-q[Say only what was asked for and errors]' \
'--quiet[Say only what was asked for and errors]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
':file -- A .wasm or .wat file:_files' \
':image -- The image'\''s name:_default' \
&& ret=0
;;
(export)
_arguments "${_arguments_options[@]}" : \
'-o+[Write to a file, not to standard output]:FILE:_files' \
'--output=[Write to a file, not to standard output]:FILE:_files' \
'--platform=[Platform of the image]:OS/ARCH:_default' \
'--root=[Folder of images, compiled code and containers]:DIR:_files' \
'--config=[Configuration file]:FILE:_files' \
'*-H+[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'*--host=[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'--color=[When to use colour]:WHEN:((auto\:"On a terminal, unless \`NO_COLOR\` is set"
always\:"Always"
never\:"Never"))' \
'--wasm[The Wasm file (the only form there is)]' \
'-q[Say only what was asked for and errors]' \
'--quiet[Say only what was asked for and errors]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
':image -- Name or id:_default' \
&& ret=0
;;
(import)
_arguments "${_arguments_options[@]}" : \
'--root=[Folder of images, compiled code and containers]:DIR:_files' \
'--config=[Configuration file]:FILE:_files' \
'*-H+[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'*--host=[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'--color=[When to use colour]:WHEN:((auto\:"On a terminal, unless \`NO_COLOR\` is set"
always\:"Always"
never\:"Never"))' \
'-q[Say only what was asked for and errors]' \
'--quiet[Say only what was asked for and errors]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
':dir -- A folder in OCI image-layout form:_files' \
&& ret=0
;;
(history)
_arguments "${_arguments_options[@]}" : \
'--platform=[Platform of the image]:OS/ARCH:_default' \
'--root=[Folder of images, compiled code and containers]:DIR:_files' \
'--config=[Configuration file]:FILE:_files' \
'*-H+[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'*--host=[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'--color=[When to use colour]:WHEN:((auto\:"On a terminal, unless \`NO_COLOR\` is set"
always\:"Always"
never\:"Never"))' \
'-q[Say only what was asked for and errors]' \
'--quiet[Say only what was asked for and errors]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
':image -- Name or id:_default' \
&& ret=0
;;
(prune)
_arguments "${_arguments_options[@]}" : \
'*--filter=[Remove those that fit alone, such as \`until=24h\` or \`label=a=b\`]:NAME=VALUE:_default' \
'--root=[Folder of images, compiled code and containers]:DIR:_files' \
'--config=[Configuration file]:FILE:_files' \
'*-H+[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'*--host=[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'--color=[When to use colour]:WHEN:((auto\:"On a terminal, unless \`NO_COLOR\` is set"
always\:"Always"
never\:"Never"))' \
'-a[Also those that have names]' \
'--all[Also those that have names]' \
'-f[Do not ask]' \
'--force[Do not ask]' \
'-q[Say only what was asked for and errors]' \
'--quiet[Say only what was asked for and errors]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
&& ret=0
;;
(help)
_arguments "${_arguments_options[@]}" : \
":: :_sampan__subcmd__image__subcmd__help_commands" \
"*::: :->help" \
&& ret=0

    case $state in
    (help)
        words=($line[1] "${words[@]}")
        (( CURRENT += 1 ))
        curcontext="${curcontext%:*:*}:sampan-image-help-command-$line[1]:"
        case $line[1] in
            (ls)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(inspect)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(tag)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(rm)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(save)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(load)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(pull)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(push)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(pack)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(export)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(import)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(history)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(prune)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(help)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
        esac
    ;;
esac
;;
        esac
    ;;
esac
;;
(images)
_arguments "${_arguments_options[@]}" : \
'--root=[Folder of images, compiled code and containers]:DIR:_files' \
'--config=[Configuration file]:FILE:_files' \
'*-H+[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'*--host=[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'--color=[When to use colour]:WHEN:((auto\:"On a terminal, unless \`NO_COLOR\` is set"
always\:"Always"
never\:"Never"))' \
'-q[Say only what was asked for and errors]' \
'--quiet[Say only what was asked for and errors]' \
'--json[Print JSON, a line for each image]' \
'--no-trunc[Do not shorten digests]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
&& ret=0
;;
(pull)
_arguments "${_arguments_options[@]}" : \
'--root=[Folder of images, compiled code and containers]:DIR:_files' \
'--config=[Configuration file]:FILE:_files' \
'*-H+[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'*--host=[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'--color=[When to use colour]:WHEN:((auto\:"On a terminal, unless \`NO_COLOR\` is set"
always\:"Always"
never\:"Never"))' \
'--platform=[Platform of the image]:OS/ARCH:_default' \
'-q[Say only what was asked for and errors]' \
'--quiet[Say only what was asked for and errors]' \
'(--platform)--all-platforms[Every platform of the image]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
':image -- The image:_default' \
&& ret=0
;;
(push)
_arguments "${_arguments_options[@]}" : \
'--root=[Folder of images, compiled code and containers]:DIR:_files' \
'--config=[Configuration file]:FILE:_files' \
'*-H+[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'*--host=[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'--color=[When to use colour]:WHEN:((auto\:"On a terminal, unless \`NO_COLOR\` is set"
always\:"Always"
never\:"Never"))' \
'-q[Say only what was asked for and errors]' \
'--quiet[Say only what was asked for and errors]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
':image -- The image, by the name under which it goes to its registry:_default' \
&& ret=0
;;
(tag)
_arguments "${_arguments_options[@]}" : \
'--root=[Folder of images, compiled code and containers]:DIR:_files' \
'--config=[Configuration file]:FILE:_files' \
'*-H+[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'*--host=[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'--color=[When to use colour]:WHEN:((auto\:"On a terminal, unless \`NO_COLOR\` is set"
always\:"Always"
never\:"Never"))' \
'-q[Say only what was asked for and errors]' \
'--quiet[Say only what was asked for and errors]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
':image -- Name or id:_default' \
':name -- The other name:_default' \
&& ret=0
;;
(rmi)
_arguments "${_arguments_options[@]}" : \
'--root=[Folder of images, compiled code and containers]:DIR:_files' \
'--config=[Configuration file]:FILE:_files' \
'*-H+[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'*--host=[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'--color=[When to use colour]:WHEN:((auto\:"On a terminal, unless \`NO_COLOR\` is set"
always\:"Always"
never\:"Never"))' \
'-q[Say only what was asked for and errors]' \
'--quiet[Say only what was asked for and errors]' \
'-f[Take all names from an image that an id means]' \
'--force[Take all names from an image that an id means]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
'*::images -- Names or ids:_default' \
&& ret=0
;;
(save)
_arguments "${_arguments_options[@]}" : \
'--root=[Folder of images, compiled code and containers]:DIR:_files' \
'--config=[Configuration file]:FILE:_files' \
'*-H+[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'*--host=[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'--color=[When to use colour]:WHEN:((auto\:"On a terminal, unless \`NO_COLOR\` is set"
always\:"Always"
never\:"Never"))' \
'-o+[Write to a file, not to standard output]:FILE:_files' \
'--output=[Write to a file, not to standard output]:FILE:_files' \
'--format=[The form of the archive; without it, one that every tool reads where the images fit it]:FORMAT:((oci-archive\:"An OCI layout\: holds every image"
docker-archive\:"With Docker'\''s own manifest beside it; cannot hold Wasm artifacts"))' \
'-q[Say only what was asked for and errors]' \
'--quiet[Say only what was asked for and errors]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
'*::images -- Names or ids:_default' \
&& ret=0
;;
(load)
_arguments "${_arguments_options[@]}" : \
'--root=[Folder of images, compiled code and containers]:DIR:_files' \
'--config=[Configuration file]:FILE:_files' \
'*-H+[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'*--host=[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'--color=[When to use colour]:WHEN:((auto\:"On a terminal, unless \`NO_COLOR\` is set"
always\:"Always"
never\:"Never"))' \
'-i+[Read from a file, not from standard input]:FILE:_files' \
'--input=[Read from a file, not from standard input]:FILE:_files' \
'-q[Say only what was asked for and errors]' \
'--quiet[Say only what was asked for and errors]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
&& ret=0
;;
(history)
_arguments "${_arguments_options[@]}" : \
'--root=[Folder of images, compiled code and containers]:DIR:_files' \
'--config=[Configuration file]:FILE:_files' \
'*-H+[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'*--host=[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'--color=[When to use colour]:WHEN:((auto\:"On a terminal, unless \`NO_COLOR\` is set"
always\:"Always"
never\:"Never"))' \
'--platform=[Platform of the image]:OS/ARCH:_default' \
'-q[Say only what was asked for and errors]' \
'--quiet[Say only what was asked for and errors]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
':image -- Name or id:_default' \
&& ret=0
;;
(ps)
_arguments "${_arguments_options[@]}" : \
'--root=[Folder of images, compiled code and containers]:DIR:_files' \
'--config=[Configuration file]:FILE:_files' \
'*-H+[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'*--host=[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'--color=[When to use colour]:WHEN:((auto\:"On a terminal, unless \`NO_COLOR\` is set"
always\:"Always"
never\:"Never"))' \
'*-f+[Show those that fit alone (needs the daemon)]:NAME=VALUE:_default' \
'*--filter=[Show those that fit alone (needs the daemon)]:NAME=VALUE:_default' \
'--format=[Write them as \`json\`, a \`table TEMPLATE\` or a Go template (needs the daemon)]:FORMAT:_default' \
'-n+[Show the last so many, whatever their state (needs the daemon)]:NUMBER:_default' \
'--last=[Show the last so many, whatever their state (needs the daemon)]:NUMBER:_default' \
'-q[Say only what was asked for and errors]' \
'--quiet[Say only what was asked for and errors]' \
'-a[Show those that do not run, too]' \
'--all[Show those that do not run, too]' \
'(-n --last)-l[Show the last one, whatever its state (needs the daemon)]' \
'(-n --last)--latest[Show the last one, whatever its state (needs the daemon)]' \
'--no-trunc[Show ids and commands in full]' \
'-s[Show sizes (needs the daemon)]' \
'--size[Show sizes (needs the daemon)]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
&& ret=0
;;
(rm)
_arguments "${_arguments_options[@]}" : \
'--root=[Folder of images, compiled code and containers]:DIR:_files' \
'--config=[Configuration file]:FILE:_files' \
'*-H+[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'*--host=[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'--color=[When to use colour]:WHEN:((auto\:"On a terminal, unless \`NO_COLOR\` is set"
always\:"Always"
never\:"Never"))' \
'-q[Say only what was asked for and errors]' \
'--quiet[Say only what was asked for and errors]' \
'-f[Also one that runs\: it is killed (needs the daemon)]' \
'--force[Also one that runs\: it is killed (needs the daemon)]' \
'-v[Its anonymous volumes as well (needs the daemon)]' \
'--volumes[Its anonymous volumes as well (needs the daemon)]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
'*::containers -- Names or ids:_default' \
&& ret=0
;;
(create)
_arguments "${_arguments_options[@]}" : \
'--root=[Folder of images, compiled code and containers]:DIR:_files' \
'--config=[Configuration file]:FILE:_files' \
'*-H+[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'*--host=[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'--color=[When to use colour]:WHEN:((auto\:"On a terminal, unless \`NO_COLOR\` is set"
always\:"Always"
never\:"Never"))' \
'--entrypoint=[Call this export, or run this file of the image, instead of the program'\''s own start]:NAME:_default' \
'*-e+[Set an environment variable; without a value, pass the caller'\''s]:NAME[=VALUE]:_default' \
'*--env=[Set an environment variable; without a value, pass the caller'\''s]:NAME[=VALUE]:_default' \
'*--env-file=[Read environment variables from a file]:FILE:_files' \
'-w+[Working directory in the container]:DIR:_default' \
'--workdir=[Working directory in the container]:DIR:_default' \
'-t+[Tell the program that it has a terminal; \`raw\` passes each key as it is typed]::MODE:((cooked\:"Line by line, with echo, as the terminal is"
raw\:"Each key as it is typed, without echo; Ctrl-C still interrupts"))' \
'--tty=[Tell the program that it has a terminal; \`raw\` passes each key as it is typed]::MODE:((cooked\:"Line by line, with echo, as the terminal is"
raw\:"Each key as it is typed, without echo; Ctrl-C still interrupts"))' \
'--name=[Name the container, and keep what it did for \`sampan inspect NAME\`]:NAME:_default' \
'--platform=[Platform of the image]:OS/ARCH:_default' \
'--pull=[When to download the image]:WHEN:((always\:"Always ask the registry for the newest"
missing\:"When it is not here"
never\:"Never"))' \
'*-p+[Answer requests on a port of this machine (loopback unless an address is written) with a component that is an HTTP server]:[IP:][HOST:]CONTAINER:_default' \
'*--publish=[Answer requests on a port of this machine (loopback unless an address is written) with a component that is an HTTP server]:[IP:][HOST:]CONTAINER:_default' \
'*-v+[Give a folder\: SOURCE\:TARGET\[\:ro\]; with the daemon also a volume by its name]:SRC:DST[:ro]:_default' \
'*--volume=[Give a folder\: SOURCE\:TARGET\[\:ro\]; with the daemon also a volume by its name]:SRC:DST[:ro]:_default' \
'*--tmpfs=[Give a folder in memory]:DST[:size=BYTES]:_default' \
'*--allow-net=[Allow connections out to a name, an address, a block or everything\: \`db\:5432\`, \`10.0.0.0/8\:443\`, \`*\:*\`]:HOST:PORT[/udp]:_default' \
'*--allow-http=[Allow HTTP requests out (wasi\:http); without scheme and port, in any way; a scheme alone means its own port]:[SCHEME://]HOST[:PORT]:_default' \
'*--allow-listen=[Allow listening, on loopback unless an address is written]:[ADDR:]PORT[/udp]:_default' \
'*--grants=[Give what a file says, as \`--learn\` wrote it]:FILE:_files' \
'--learn=[Let the program use the network freely, and write down the smallest grants that this run used]:FILE:_files' \
'*--tls-cert=[Serve TLS with this certificate, followed by those that vouch for it (PEM). Of several, each with its key, a client gets the first that has the name it asks for. Files that change are read anew]:FILE:_files' \
'*--tls-key=[The private key of a \`--tls-cert\`, in the same order (PEM)]:FILE:_files' \
'--reuse=[Let one instance answer so many requests, one after the other\: each finds in memory what those before it left]:NUMBER:_default' \
'--access-log=[Write a line of JSON for each request, to standard error or at the end of a file; the program finds the request'\''s id in \`x-request-id\`]::FILE:_files' \
'*--http-limit=[What clients may do\: head-size, body-size, head-time, client-time, request-time, requests, connections, streams]:NAME=VALUE:_default' \
'-m+[Most linear memory]:BYTES:_default' \
'--memory=[Most linear memory]:BYTES:_default' \
'--cpus=[Most processors, such as 0.5]:NUMBER:_default' \
'--timeout=[Most time from start to end]:DURATION:_default' \
'--pids-limit=[Most core instances (a Wasm container has no processes)]:NUMBER:_default' \
'*--limit=[Any limit by its name; \`sampan inspect\` shows them all]:NAME=VALUE:_default' \
'--coredump=[Write a core dump here if the program traps]:FILE:_files' \
'--profile=[Write a profile for the Firefox profiler here]:FILE:_files' \
'--debug=[Wait for a debugger (gdb remote protocol) on this port of loopback]:[ADDR:]PORT:_default' \
'--detach-keys=[The keys that leave it running]:KEYS:_default' \
'--restart=[What happens after it ended\: no, always, unless-stopped, on-failure\[\:TIMES\]]:POLICY:_default' \
'*-l+[A label]:KEY[=VALUE]:_default' \
'*--label=[A label]:KEY[=VALUE]:_default' \
'*--network=[The network that it is in]:NETWORK:_default' \
'*--net=[The network that it is in]:NETWORK:_default' \
'*--network-alias=[Another name that it has there]:NAME:_default' \
'*--mount=[A volume, a folder or a tmpfs\: type=volume,src=NAME,dst=PATH\[,readonly\]]:MOUNT:_default' \
'*--volumes-from=[The mounts of another container as well]:CONTAINER[:ro]:_default' \
'--hostname=[Its name as a host]:NAME:_default' \
'*--add-host=[A further name\: HOST\:ADDRESS]:HOST:ADDRESS:_default' \
'*--expose=[A port that others may reach]:PORT[/udp]:_default' \
'-u+[User]:USER:_default' \
'--user=[User]:USER:_default' \
'--stop-signal=[The signal that asks it to end]:SIGNAL:_default' \
'--stop-timeout=[Seconds until it is killed after that]:SECONDS:_default' \
'--log-driver=[Where its output is kept]:DRIVER:_default' \
'*--log-opt=[An option of that]:KEY=VALUE:_default' \
'(--no-healthcheck)--health-cmd=[A command that tells whether it is well]:COMMAND:_default' \
'--health-interval=[Time between two of them]:DURATION:_default' \
'--health-retries=[Failures in a row until it is unwell]:NUMBER:_default' \
'--health-start-period=[Time that it has to begin]:DURATION:_default' \
'--health-start-interval=[Time between two of them meanwhile]:DURATION:_default' \
'--health-timeout=[Time that one may take]:DURATION:_default' \
'-c+[Weight beside others when processors are short]:NUMBER:_default' \
'--cpu-shares=[Weight beside others when processors are short]:NUMBER:_default' \
'*--security-opt=[A security option]:OPTION:_default' \
'*--annotation=[An annotation for the runtime]:KEY=VALUE:_default' \
'--isolation=[How it is kept apart\: \`process\` for a worker of its own]:HOW:_default' \
'--cidfile=[Write its id to a new file]:FILE:_files' \
'-q[Say only what was asked for and errors]' \
'--quiet[Say only what was asked for and errors]' \
'-i[Keep standard input open (without the daemon it always is)]' \
'--interactive[Keep standard input open (without the daemon it always is)]' \
'--rm[Keep nothing of the container after its end]' \
'--read-only[Mount the image'\''s own files read-only]' \
'--trace[Show each step of the start with its time]' \
'-d[Let it run, and print its id]' \
'--detach[Let it run, and print its id]' \
'-P[Publish all exposed ports]' \
'--publish-all[Publish all exposed ports]' \
'--no-healthcheck[Without the image'\''s own health check]' \
'--init[With a process that reaps others (of Linux containers)]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
'*::words -- A .wasm or .wat file, or an image; all that follows are the program'\''s own arguments:_default' \
&& ret=0
;;
(start)
_arguments "${_arguments_options[@]}" : \
'--root=[Folder of images, compiled code and containers]:DIR:_files' \
'--config=[Configuration file]:FILE:_files' \
'*-H+[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'*--host=[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'--color=[When to use colour]:WHEN:((auto\:"On a terminal, unless \`NO_COLOR\` is set"
always\:"Always"
never\:"Never"))' \
'--detach-keys=[The keys that leave it running]:KEYS:_default' \
'-q[Say only what was asked for and errors]' \
'--quiet[Say only what was asked for and errors]' \
'-a[Show what it writes, and pass on signals]' \
'--attach[Show what it writes, and pass on signals]' \
'-i[Pass on what is typed as well]' \
'--interactive[Pass on what is typed as well]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
'*::containers -- Names or ids:_default' \
&& ret=0
;;
(stop)
_arguments "${_arguments_options[@]}" : \
'--root=[Folder of images, compiled code and containers]:DIR:_files' \
'--config=[Configuration file]:FILE:_files' \
'*-H+[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'*--host=[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'--color=[When to use colour]:WHEN:((auto\:"On a terminal, unless \`NO_COLOR\` is set"
always\:"Always"
never\:"Never"))' \
'-s+[The signal that asks it to end]:SIGNAL:_default' \
'--signal=[The signal that asks it to end]:SIGNAL:_default' \
'-t+[Seconds until it is killed; -1 for never]:SECONDS:_default' \
'--timeout=[Seconds until it is killed; -1 for never]:SECONDS:_default' \
'--time=[Seconds until it is killed; -1 for never]:SECONDS:_default' \
'-q[Say only what was asked for and errors]' \
'--quiet[Say only what was asked for and errors]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
'*::containers -- Names or ids:_default' \
&& ret=0
;;
(restart)
_arguments "${_arguments_options[@]}" : \
'--root=[Folder of images, compiled code and containers]:DIR:_files' \
'--config=[Configuration file]:FILE:_files' \
'*-H+[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'*--host=[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'--color=[When to use colour]:WHEN:((auto\:"On a terminal, unless \`NO_COLOR\` is set"
always\:"Always"
never\:"Never"))' \
'-s+[The signal that asks it to end]:SIGNAL:_default' \
'--signal=[The signal that asks it to end]:SIGNAL:_default' \
'-t+[Seconds until it is killed; -1 for never]:SECONDS:_default' \
'--timeout=[Seconds until it is killed; -1 for never]:SECONDS:_default' \
'--time=[Seconds until it is killed; -1 for never]:SECONDS:_default' \
'-q[Say only what was asked for and errors]' \
'--quiet[Say only what was asked for and errors]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
'*::containers -- Names or ids:_default' \
&& ret=0
;;
(kill)
_arguments "${_arguments_options[@]}" : \
'--root=[Folder of images, compiled code and containers]:DIR:_files' \
'--config=[Configuration file]:FILE:_files' \
'*-H+[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'*--host=[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'--color=[When to use colour]:WHEN:((auto\:"On a terminal, unless \`NO_COLOR\` is set"
always\:"Always"
never\:"Never"))' \
'-s+[The signal; SIGKILL without it]:SIGNAL:_default' \
'--signal=[The signal; SIGKILL without it]:SIGNAL:_default' \
'-q[Say only what was asked for and errors]' \
'--quiet[Say only what was asked for and errors]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
'*::containers -- Names or ids:_default' \
&& ret=0
;;
(pause)
_arguments "${_arguments_options[@]}" : \
'--root=[Folder of images, compiled code and containers]:DIR:_files' \
'--config=[Configuration file]:FILE:_files' \
'*-H+[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'*--host=[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'--color=[When to use colour]:WHEN:((auto\:"On a terminal, unless \`NO_COLOR\` is set"
always\:"Always"
never\:"Never"))' \
'-q[Say only what was asked for and errors]' \
'--quiet[Say only what was asked for and errors]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
'*::containers -- Names or ids:_default' \
&& ret=0
;;
(unpause)
_arguments "${_arguments_options[@]}" : \
'--root=[Folder of images, compiled code and containers]:DIR:_files' \
'--config=[Configuration file]:FILE:_files' \
'*-H+[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'*--host=[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'--color=[When to use colour]:WHEN:((auto\:"On a terminal, unless \`NO_COLOR\` is set"
always\:"Always"
never\:"Never"))' \
'-q[Say only what was asked for and errors]' \
'--quiet[Say only what was asked for and errors]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
'*::containers -- Names or ids:_default' \
&& ret=0
;;
(wait)
_arguments "${_arguments_options[@]}" : \
'--root=[Folder of images, compiled code and containers]:DIR:_files' \
'--config=[Configuration file]:FILE:_files' \
'*-H+[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'*--host=[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'--color=[When to use colour]:WHEN:((auto\:"On a terminal, unless \`NO_COLOR\` is set"
always\:"Always"
never\:"Never"))' \
'-q[Say only what was asked for and errors]' \
'--quiet[Say only what was asked for and errors]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
'*::containers -- Names or ids:_default' \
&& ret=0
;;
(logs)
_arguments "${_arguments_options[@]}" : \
'--root=[Folder of images, compiled code and containers]:DIR:_files' \
'--config=[Configuration file]:FILE:_files' \
'*-H+[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'*--host=[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'--color=[When to use colour]:WHEN:((auto\:"On a terminal, unless \`NO_COLOR\` is set"
always\:"Always"
never\:"Never"))' \
'--since=[Only from this time on\: \`2026-01-02T15\:04\:05Z\`, or \`42m\` for so long ago]:TIME:_default' \
'--until=[Only up to this time]:TIME:_default' \
'-n+[Only so many lines at the end]:NUMBER:_default' \
'--tail=[Only so many lines at the end]:NUMBER:_default' \
'-q[Say only what was asked for and errors]' \
'--quiet[Say only what was asked for and errors]' \
'-f[Go on with what comes]' \
'--follow[Go on with what comes]' \
'-t[Each line with its time]' \
'--timestamps[Each line with its time]' \
'--details[Each line with what the log keeps beside it]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
':container -- Name or id:_default' \
&& ret=0
;;
(attach)
_arguments "${_arguments_options[@]}" : \
'--root=[Folder of images, compiled code and containers]:DIR:_files' \
'--config=[Configuration file]:FILE:_files' \
'*-H+[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'*--host=[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'--color=[When to use colour]:WHEN:((auto\:"On a terminal, unless \`NO_COLOR\` is set"
always\:"Always"
never\:"Never"))' \
'--detach-keys=[The keys that leave it running]:KEYS:_default' \
'--sig-proxy=[Pass on signals]::YES:(true false)' \
'-q[Say only what was asked for and errors]' \
'--quiet[Say only what was asked for and errors]' \
'--no-stdin[Pass on nothing that is typed]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
':container -- Name or id:_default' \
&& ret=0
;;
(exec)
_arguments "${_arguments_options[@]}" : \
'--root=[Folder of images, compiled code and containers]:DIR:_files' \
'--config=[Configuration file]:FILE:_files' \
'*-H+[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'*--host=[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'--color=[When to use colour]:WHEN:((auto\:"On a terminal, unless \`NO_COLOR\` is set"
always\:"Always"
never\:"Never"))' \
'--detach-keys=[The keys that leave it running]:KEYS:_default' \
'*-e+[Set an environment variable; without a value, pass the caller'\''s]:NAME[=VALUE]:_default' \
'*--env=[Set an environment variable; without a value, pass the caller'\''s]:NAME[=VALUE]:_default' \
'*--env-file=[Read environment variables from a file]:FILE:_files' \
'-u+[User (of Linux containers)]:USER:_default' \
'--user=[User (of Linux containers)]:USER:_default' \
'-w+[Working directory in the container]:DIR:_default' \
'--workdir=[Working directory in the container]:DIR:_default' \
'-q[Say only what was asked for and errors]' \
'--quiet[Say only what was asked for and errors]' \
'-d[Let it run, and do not wait]' \
'--detach[Let it run, and do not wait]' \
'-i[Pass on what is typed]' \
'--interactive[Pass on what is typed]' \
'-t[Give it a terminal]' \
'--tty[Give it a terminal]' \
'--privileged[Extended privileges (of Linux containers)]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
'*::words -- Name or id, then the program and its arguments:_default' \
&& ret=0
;;
(cp)
_arguments "${_arguments_options[@]}" : \
'--root=[Folder of images, compiled code and containers]:DIR:_files' \
'--config=[Configuration file]:FILE:_files' \
'*-H+[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'*--host=[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'--color=[When to use colour]:WHEN:((auto\:"On a terminal, unless \`NO_COLOR\` is set"
always\:"Always"
never\:"Never"))' \
'-q[Say only what was asked for and errors]' \
'--quiet[Say only what was asked for and errors]' \
'-a[Keep the numbers of owners]' \
'--archive[Keep the numbers of owners]' \
'-L[Copy what a link leads to, not the link]' \
'--follow-link[Copy what a link leads to, not the link]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
':source -- Where from; `-` is an archive on standard input:_default' \
':target -- Where to; `-` is an archive on standard output:_default' \
&& ret=0
;;
(stats)
_arguments "${_arguments_options[@]}" : \
'--root=[Folder of images, compiled code and containers]:DIR:_files' \
'--config=[Configuration file]:FILE:_files' \
'*-H+[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'*--host=[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'--color=[When to use colour]:WHEN:((auto\:"On a terminal, unless \`NO_COLOR\` is set"
always\:"Always"
never\:"Never"))' \
'--format=[Write them as \`json\`, a \`table TEMPLATE\` or a Go template]:FORMAT:_default' \
'-q[Say only what was asked for and errors]' \
'--quiet[Say only what was asked for and errors]' \
'-a[Show those that do not run, too]' \
'--all[Show those that do not run, too]' \
'--no-stream[Show one measurement, and end]' \
'--no-trunc[Show ids in full]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
'*::containers -- Names or ids; all that run without any:_default' \
&& ret=0
;;
(metrics)
_arguments "${_arguments_options[@]}" : \
'--root=[Folder of images, compiled code and containers]:DIR:_files' \
'--config=[Configuration file]:FILE:_files' \
'*-H+[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'*--host=[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'--color=[When to use colour]:WHEN:((auto\:"On a terminal, unless \`NO_COLOR\` is set"
always\:"Always"
never\:"Never"))' \
'--format=[Write them as \`json\`, a \`table TEMPLATE\` or a Go template]:FORMAT:_default' \
'-q[Say only what was asked for and errors]' \
'--quiet[Say only what was asked for and errors]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
'*::containers -- Names or ids:_default' \
&& ret=0
;;
(top)
_arguments "${_arguments_options[@]}" : \
'--root=[Folder of images, compiled code and containers]:DIR:_files' \
'--config=[Configuration file]:FILE:_files' \
'*-H+[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'*--host=[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'--color=[When to use colour]:WHEN:((auto\:"On a terminal, unless \`NO_COLOR\` is set"
always\:"Always"
never\:"Never"))' \
'-q[Say only what was asked for and errors]' \
'--quiet[Say only what was asked for and errors]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
'*::words -- Name or id, then flags of `ps`:_default' \
&& ret=0
;;
(port)
_arguments "${_arguments_options[@]}" : \
'--root=[Folder of images, compiled code and containers]:DIR:_files' \
'--config=[Configuration file]:FILE:_files' \
'*-H+[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'*--host=[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'--color=[When to use colour]:WHEN:((auto\:"On a terminal, unless \`NO_COLOR\` is set"
always\:"Always"
never\:"Never"))' \
'-q[Say only what was asked for and errors]' \
'--quiet[Say only what was asked for and errors]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
':container -- Name or id:_default' \
'::port -- One port alone, such as 80 or 53/udp:_default' \
&& ret=0
;;
(diff)
_arguments "${_arguments_options[@]}" : \
'--root=[Folder of images, compiled code and containers]:DIR:_files' \
'--config=[Configuration file]:FILE:_files' \
'*-H+[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'*--host=[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'--color=[When to use colour]:WHEN:((auto\:"On a terminal, unless \`NO_COLOR\` is set"
always\:"Always"
never\:"Never"))' \
'-q[Say only what was asked for and errors]' \
'--quiet[Say only what was asked for and errors]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
':container -- Name or id:_default' \
&& ret=0
;;
(build)
_arguments "${_arguments_options[@]}" : \
'--root=[Folder of images, compiled code and containers]:DIR:_files' \
'--config=[Configuration file]:FILE:_files' \
'*-H+[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'*--host=[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'--color=[When to use colour]:WHEN:((auto\:"On a terminal, unless \`NO_COLOR\` is set"
always\:"Always"
never\:"Never"))' \
'-f+[The Dockerfile, if it is not \`PATH/Dockerfile\`]:PATH:_files' \
'--file=[The Dockerfile, if it is not \`PATH/Dockerfile\`]:PATH:_files' \
'*-t+[The image'\''s name; may be written several times]:NAME[:TAG]:_default' \
'*--tag=[The image'\''s name; may be written several times]:NAME[:TAG]:_default' \
'*--build-arg=[Say what an \`ARG\` is; without a value, what the environment says]:NAME[=VALUE]:_default' \
'*--label=[Label the image]:NAME=VALUE:_default' \
'--target=[Build up to this stage]:STAGE:_default' \
'--platform=[What images are for, where the Dockerfile does not say it]:OS/ARCHITECTURE:_default' \
'--network=[The network of RUN steps]:NETWORK:_default' \
'*--add-host=[A name that RUN steps know]:NAME:ADDRESS:_default' \
'-m+[How much memory a RUN step may take]:SIZE:_default' \
'--memory=[How much memory a RUN step may take]:SIZE:_default' \
'--shm-size=[The size of /dev/shm in RUN steps]:SIZE:_default' \
'*--secret=[Give a secret to the steps that ask for it; without \`src\` or \`env\`, the variable or file of the same name]:id=ID[,src=PATH|,env=NAME]:_default' \
'*--build-context=[Name another folder, or an image, to begin with, copy and mount from]:NAME=PATH|NAME=docker-image://IMAGE:_default' \
'--iidfile=[Write the image'\''s id into this file]:PATH:_files' \
'-q[Say only what was asked for and errors]' \
'--quiet[Say only what was asked for and errors]' \
'--no-cache[Do every step anew]' \
'--pull[Fetch images also where they are here]' \
'--keep-containers[Leave the containers of RUN steps]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
':context -- The folder to build from; `-` reads an archive or a Dockerfile from standard input:_default' \
&& ret=0
;;
(builder)
_arguments "${_arguments_options[@]}" : \
'--root=[Folder of images, compiled code and containers]:DIR:_files' \
'--config=[Configuration file]:FILE:_files' \
'*-H+[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'*--host=[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'--color=[When to use colour]:WHEN:((auto\:"On a terminal, unless \`NO_COLOR\` is set"
always\:"Always"
never\:"Never"))' \
'-q[Say only what was asked for and errors]' \
'--quiet[Say only what was asked for and errors]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
":: :_sampan__subcmd__builder_commands" \
"*::: :->builder" \
&& ret=0

    case $state in
    (builder)
        words=($line[1] "${words[@]}")
        (( CURRENT += 1 ))
        curcontext="${curcontext%:*:*}:sampan-builder-command-$line[1]:"
        case $line[1] in
            (build)
_arguments "${_arguments_options[@]}" : \
'-f+[The Dockerfile, if it is not \`PATH/Dockerfile\`]:PATH:_files' \
'--file=[The Dockerfile, if it is not \`PATH/Dockerfile\`]:PATH:_files' \
'*-t+[The image'\''s name; may be written several times]:NAME[:TAG]:_default' \
'*--tag=[The image'\''s name; may be written several times]:NAME[:TAG]:_default' \
'*--build-arg=[Say what an \`ARG\` is; without a value, what the environment says]:NAME[=VALUE]:_default' \
'*--label=[Label the image]:NAME=VALUE:_default' \
'--target=[Build up to this stage]:STAGE:_default' \
'--platform=[What images are for, where the Dockerfile does not say it]:OS/ARCHITECTURE:_default' \
'--network=[The network of RUN steps]:NETWORK:_default' \
'*--add-host=[A name that RUN steps know]:NAME:ADDRESS:_default' \
'-m+[How much memory a RUN step may take]:SIZE:_default' \
'--memory=[How much memory a RUN step may take]:SIZE:_default' \
'--shm-size=[The size of /dev/shm in RUN steps]:SIZE:_default' \
'*--secret=[Give a secret to the steps that ask for it; without \`src\` or \`env\`, the variable or file of the same name]:id=ID[,src=PATH|,env=NAME]:_default' \
'*--build-context=[Name another folder, or an image, to begin with, copy and mount from]:NAME=PATH|NAME=docker-image://IMAGE:_default' \
'--iidfile=[Write the image'\''s id into this file]:PATH:_files' \
'--root=[Folder of images, compiled code and containers]:DIR:_files' \
'--config=[Configuration file]:FILE:_files' \
'*-H+[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'*--host=[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'--color=[When to use colour]:WHEN:((auto\:"On a terminal, unless \`NO_COLOR\` is set"
always\:"Always"
never\:"Never"))' \
'--no-cache[Do every step anew]' \
'--pull[Fetch images also where they are here]' \
'--keep-containers[Leave the containers of RUN steps]' \
'-q[Say only what was asked for and errors]' \
'--quiet[Say only what was asked for and errors]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
':context -- The folder to build from; `-` reads an archive or a Dockerfile from standard input:_default' \
&& ret=0
;;
(prune)
_arguments "${_arguments_options[@]}" : \
'*--filter=[Remove those that fit alone, such as \`until=24h\` or \`type=exec.cachemount\`]:NAME=VALUE:_default' \
'--keep-storage=[Leave so much, what was used last first]:SIZE:_default' \
'--reserved-space=[Leave so much, what was used last first]:SIZE:_default' \
'--root=[Folder of images, compiled code and containers]:DIR:_files' \
'--config=[Configuration file]:FILE:_files' \
'*-H+[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'*--host=[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'--color=[When to use colour]:WHEN:((auto\:"On a terminal, unless \`NO_COLOR\` is set"
always\:"Always"
never\:"Never"))' \
'-a[Taken for docker'\''s sake\: all that nobody uses goes anyway]' \
'--all[Taken for docker'\''s sake\: all that nobody uses goes anyway]' \
'-f[Do not ask]' \
'--force[Do not ask]' \
'-q[Say only what was asked for and errors]' \
'--quiet[Say only what was asked for and errors]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
&& ret=0
;;
(help)
_arguments "${_arguments_options[@]}" : \
":: :_sampan__subcmd__builder__subcmd__help_commands" \
"*::: :->help" \
&& ret=0

    case $state in
    (help)
        words=($line[1] "${words[@]}")
        (( CURRENT += 1 ))
        curcontext="${curcontext%:*:*}:sampan-builder-help-command-$line[1]:"
        case $line[1] in
            (build)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(prune)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(help)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
        esac
    ;;
esac
;;
        esac
    ;;
esac
;;
(commit)
_arguments "${_arguments_options[@]}" : \
'--root=[Folder of images, compiled code and containers]:DIR:_files' \
'--config=[Configuration file]:FILE:_files' \
'*-H+[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'*--host=[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'--color=[When to use colour]:WHEN:((auto\:"On a terminal, unless \`NO_COLOR\` is set"
always\:"Always"
never\:"Never"))' \
'-a+[Who made it]:AUTHOR:_default' \
'--author=[Who made it]:AUTHOR:_default' \
'*-c+[A line of a Dockerfile that changes its configuration]:LINE:_default' \
'*--change=[A line of a Dockerfile that changes its configuration]:LINE:_default' \
'-m+[Why]:MESSAGE:_default' \
'--message=[Why]:MESSAGE:_default' \
'-p+[Hold the container up meanwhile]::YES:(true false)' \
'--pause=[Hold the container up meanwhile]::YES:(true false)' \
'-q[Say only what was asked for and errors]' \
'--quiet[Say only what was asked for and errors]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
':container -- Name or id:_default' \
'::image -- The image'\''s name:_default' \
&& ret=0
;;
(export)
_arguments "${_arguments_options[@]}" : \
'--root=[Folder of images, compiled code and containers]:DIR:_files' \
'--config=[Configuration file]:FILE:_files' \
'*-H+[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'*--host=[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'--color=[When to use colour]:WHEN:((auto\:"On a terminal, unless \`NO_COLOR\` is set"
always\:"Always"
never\:"Never"))' \
'-o+[Write to a file, not to standard output]:FILE:_files' \
'--output=[Write to a file, not to standard output]:FILE:_files' \
'-q[Say only what was asked for and errors]' \
'--quiet[Say only what was asked for and errors]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
':container -- Name or id:_default' \
&& ret=0
;;
(rename)
_arguments "${_arguments_options[@]}" : \
'--root=[Folder of images, compiled code and containers]:DIR:_files' \
'--config=[Configuration file]:FILE:_files' \
'*-H+[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'*--host=[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'--color=[When to use colour]:WHEN:((auto\:"On a terminal, unless \`NO_COLOR\` is set"
always\:"Always"
never\:"Never"))' \
'-q[Say only what was asked for and errors]' \
'--quiet[Say only what was asked for and errors]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
':container -- Name or id:_default' \
':name -- Its new name:_default' \
&& ret=0
;;
(update)
_arguments "${_arguments_options[@]}" : \
'--root=[Folder of images, compiled code and containers]:DIR:_files' \
'--config=[Configuration file]:FILE:_files' \
'*-H+[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'*--host=[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'--color=[When to use colour]:WHEN:((auto\:"On a terminal, unless \`NO_COLOR\` is set"
always\:"Always"
never\:"Never"))' \
'-c+[Weight beside others when processors are short]:NUMBER:_default' \
'--cpu-shares=[Weight beside others when processors are short]:NUMBER:_default' \
'--cpus=[Most processors, such as 0.5]:NUMBER:_default' \
'--cpu-period=[Length of a period, in microseconds]:MICROSECONDS:_default' \
'--cpu-quota=[Processor time in each period, in microseconds]:MICROSECONDS:_default' \
'--cpuset-cpus=[Processors that it may use, such as 0-3]:LIST:_default' \
'-m+[Most memory]:BYTES:_default' \
'--memory=[Most memory]:BYTES:_default' \
'--memory-reservation=[Memory that it should have left when memory is short]:BYTES:_default' \
'--memory-swap=[Most memory and swap together; -1 for no end]:BYTES:_default' \
'--pids-limit=[Most processes, or core instances of a Wasm container]:NUMBER:_default' \
'--restart=[What happens after it ended\: no, always, unless-stopped, on-failure\[\:TIMES\]]:POLICY:_default' \
'--image=[Image whose program answers from now on, once it is compiled and has answered its check; no request is lost]:IMAGE:_default' \
'--split=[Parts of the requests for the version that was there and for the new one, such as 90\:10]:OLD:NEW:_default' \
'--check=[Path that the new version must answer with 200 to 399; without it that of the image'\''s HTTP health check]:PATH:_default' \
'--check-timeout=[Seconds that the check may take]:SECONDS:_default' \
'-q[Say only what was asked for and errors]' \
'--quiet[Say only what was asked for and errors]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
'*::containers -- Names or ids:_default' \
&& ret=0
;;
(compose)
_arguments "${_arguments_options[@]}" : \
'--root=[Folder of images, compiled code and containers]:DIR:_files' \
'--config=[Configuration file]:FILE:_files' \
'*-H+[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'*--host=[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'--color=[When to use colour]:WHEN:((auto\:"On a terminal, unless \`NO_COLOR\` is set"
always\:"Always"
never\:"Never"))' \
'*-f+[A compose file; of several each goes over the one before; \`-\` is standard input]:FILE:_files' \
'*--file=[A compose file; of several each goes over the one before; \`-\` is standard input]:FILE:_files' \
'-p+[The project'\''s name]:NAME:_default' \
'--project-name=[The project'\''s name]:NAME:_default' \
'--project-directory=[The folder that paths of the files are meant from]:DIR:_files' \
'*--env-file=[A file of variables, in the place of \`.env\`]:FILE:_files' \
'*--profile=[A profile whose services take part; \`*\` for all]:NAME:_default' \
'-q[Say only what was asked for and errors]' \
'--quiet[Say only what was asked for and errors]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
":: :_sampan__subcmd__compose_commands" \
"*::: :->compose" \
&& ret=0

    case $state in
    (compose)
        words=($line[1] "${words[@]}")
        (( CURRENT += 1 ))
        curcontext="${curcontext%:*:*}:sampan-compose-command-$line[1]:"
        case $line[1] in
            (build)
_arguments "${_arguments_options[@]}" : \
'--root=[Folder of images, compiled code and containers]:DIR:_files' \
'--config=[Configuration file]:FILE:_files' \
'*-H+[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'*--host=[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'--color=[When to use colour]:WHEN:((auto\:"On a terminal, unless \`NO_COLOR\` is set"
always\:"Always"
never\:"Never"))' \
'--push[Upload the images after]' \
'-q[Say only what was asked for and errors]' \
'--quiet[Say only what was asked for and errors]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
'*::services -- Services that are meant; all that can be built where none is named:_default' \
&& ret=0
;;
(config)
_arguments "${_arguments_options[@]}" : \
'--format=[How it is written]:FORMAT:((yaml\:"YAML"
json\:"JSON"))' \
'--hash=[The hash of some services'\'' configuration; \`*\` for all]:SERVICE,…:_default' \
'-o+[Write it to a file]:FILE:_files' \
'--output=[Write it to a file]:FILE:_files' \
'--root=[Folder of images, compiled code and containers]:DIR:_files' \
'--config=[Configuration file]:FILE:_files' \
'*-H+[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'*--host=[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'--color=[When to use colour]:WHEN:((auto\:"On a terminal, unless \`NO_COLOR\` is set"
always\:"Always"
never\:"Never"))' \
'--services[The names of services]' \
'--volumes[The names of volumes]' \
'--networks[The names of networks]' \
'--profiles[The names of profiles]' \
'--images[The names of images]' \
'--variables[The names of variables that are not set]' \
'--no-interpolate[Leave variables as they are written]' \
'-q[Say only what was asked for and errors]' \
'--quiet[Say only what was asked for and errors]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
'*::services -- Services that are meant; all where none is named:_default' \
&& ret=0
;;
(convert)
_arguments "${_arguments_options[@]}" : \
'--format=[How it is written]:FORMAT:((yaml\:"YAML"
json\:"JSON"))' \
'--hash=[The hash of some services'\'' configuration; \`*\` for all]:SERVICE,…:_default' \
'-o+[Write it to a file]:FILE:_files' \
'--output=[Write it to a file]:FILE:_files' \
'--root=[Folder of images, compiled code and containers]:DIR:_files' \
'--config=[Configuration file]:FILE:_files' \
'*-H+[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'*--host=[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'--color=[When to use colour]:WHEN:((auto\:"On a terminal, unless \`NO_COLOR\` is set"
always\:"Always"
never\:"Never"))' \
'--services[The names of services]' \
'--volumes[The names of volumes]' \
'--networks[The names of networks]' \
'--profiles[The names of profiles]' \
'--images[The names of images]' \
'--variables[The names of variables that are not set]' \
'--no-interpolate[Leave variables as they are written]' \
'-q[Say only what was asked for and errors]' \
'--quiet[Say only what was asked for and errors]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
'*::services -- Services that are meant; all where none is named:_default' \
&& ret=0
;;
(cp)
_arguments "${_arguments_options[@]}" : \
'--index=[The number of the container, where the service has several]:NUMBER:_default' \
'--root=[Folder of images, compiled code and containers]:DIR:_files' \
'--config=[Configuration file]:FILE:_files' \
'*-H+[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'*--host=[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'--color=[When to use colour]:WHEN:((auto\:"On a terminal, unless \`NO_COLOR\` is set"
always\:"Always"
never\:"Never"))' \
'-a[Keep the numbers of owners]' \
'--archive[Keep the numbers of owners]' \
'-L[Copy what a link leads to, not the link]' \
'--follow-link[Copy what a link leads to, not the link]' \
'--all[Containers of \`run\` as well, which \`--index\` does not name]' \
'-q[Say only what was asked for and errors]' \
'--quiet[Say only what was asked for and errors]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
':source -- Where from; `-` is an archive on standard input:_default' \
':target -- Where to; `-` is an archive on standard output:_default' \
&& ret=0
;;
(create)
_arguments "${_arguments_options[@]}" : \
'--pull=[When images are downloaded]:WHEN:((always\:"Always"
missing\:"When they are not there"
never\:"Never"
policy\:"As the files say"))' \
'*--scale=[How many containers a service has]:SERVICE=NUMBER:_default' \
'--root=[Folder of images, compiled code and containers]:DIR:_files' \
'--config=[Configuration file]:FILE:_files' \
'*-H+[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'*--host=[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'--color=[When to use colour]:WHEN:((auto\:"On a terminal, unless \`NO_COLOR\` is set"
always\:"Always"
never\:"Never"))' \
'(--no-build)--build[Build images before, also those that are there]' \
'--no-build[Never build images]' \
'(--no-recreate)--force-recreate[Make all containers anew]' \
'--no-recreate[Keep containers that are no more what the files say]' \
'--remove-orphans[Remove containers of services that are not in the files]' \
'-q[Say only what was asked for and errors]' \
'--quiet[Say only what was asked for and errors]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
'*::services -- Services that are meant, with those that they depend on; all where none is named:_default' \
&& ret=0
;;
(down)
_arguments "${_arguments_options[@]}" : \
'--rmi=[Remove images]:WHICH:((local\:"Those without a name of their own"
all\:"All"))' \
'-t+[Seconds until a container is killed]:SECONDS:_default' \
'--timeout=[Seconds until a container is killed]:SECONDS:_default' \
'--root=[Folder of images, compiled code and containers]:DIR:_files' \
'--config=[Configuration file]:FILE:_files' \
'*-H+[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'*--host=[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'--color=[When to use colour]:WHEN:((auto\:"On a terminal, unless \`NO_COLOR\` is set"
always\:"Always"
never\:"Never"))' \
'--remove-orphans[Remove containers of services that are not in the files]' \
'-v[Remove volumes]' \
'--volumes[Remove volumes]' \
'-q[Say only what was asked for and errors]' \
'--quiet[Say only what was asked for and errors]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
'*::services -- Services that are meant; all, with networks, where none is named:_default' \
&& ret=0
;;
(events)
_arguments "${_arguments_options[@]}" : \
'--since=[What happened from this time on\: \`2026-01-02T15\:04\:05Z\`, or \`42m\` for so long ago]:TIME:_default' \
'--until=[Until this time]:TIME:_default' \
'--root=[Folder of images, compiled code and containers]:DIR:_files' \
'--config=[Configuration file]:FILE:_files' \
'*-H+[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'*--host=[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'--color=[When to use colour]:WHEN:((auto\:"On a terminal, unless \`NO_COLOR\` is set"
always\:"Always"
never\:"Never"))' \
'--json[As JSON, a document on each line]' \
'-q[Say only what was asked for and errors]' \
'--quiet[Say only what was asked for and errors]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
'*::services -- Services that are meant; all where none is named:_default' \
&& ret=0
;;
(exec)
_arguments "${_arguments_options[@]}" : \
'*-e+[Set an environment variable; without a value, pass the caller'\''s]:NAME[=VALUE]:_default' \
'*--env=[Set an environment variable; without a value, pass the caller'\''s]:NAME[=VALUE]:_default' \
'--index=[The number of the container, where the service has several]:NUMBER:_default' \
'-u+[User (of Linux containers)]:USER:_default' \
'--user=[User (of Linux containers)]:USER:_default' \
'-w+[Working directory in the container]:DIR:_default' \
'--workdir=[Working directory in the container]:DIR:_default' \
'--root=[Folder of images, compiled code and containers]:DIR:_files' \
'--config=[Configuration file]:FILE:_files' \
'*-H+[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'*--host=[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'--color=[When to use colour]:WHEN:((auto\:"On a terminal, unless \`NO_COLOR\` is set"
always\:"Always"
never\:"Never"))' \
'-d[Let it run, and do not wait]' \
'--detach[Let it run, and do not wait]' \
'-T[Without a terminal]' \
'--no-tty[Without a terminal]' \
'--no-TTY[Without a terminal]' \
'-i[Pass on what is typed, which is done anyway]' \
'--interactive[Pass on what is typed, which is done anyway]' \
'-t[With a terminal, which is so anyway where this one is]' \
'--tty[With a terminal, which is so anyway where this one is]' \
'--privileged[Extended privileges (of Linux containers)]' \
'-q[Say only what was asked for and errors]' \
'--quiet[Say only what was asked for and errors]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
'*::words -- The service, then the program and its arguments:_default' \
&& ret=0
;;
(images)
_arguments "${_arguments_options[@]}" : \
'--format=[Write them as \`json\`, a \`table TEMPLATE\` or a Go template]:FORMAT:_default' \
'--root=[Folder of images, compiled code and containers]:DIR:_files' \
'--config=[Configuration file]:FILE:_files' \
'*-H+[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'*--host=[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'--color=[When to use colour]:WHEN:((auto\:"On a terminal, unless \`NO_COLOR\` is set"
always\:"Always"
never\:"Never"))' \
'-q[Say only what was asked for and errors]' \
'--quiet[Say only what was asked for and errors]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
'*::services -- Services that are meant; all where none is named:_default' \
&& ret=0
;;
(kill)
_arguments "${_arguments_options[@]}" : \
'-s+[The signal]:SIGNAL:_default' \
'--signal=[The signal]:SIGNAL:_default' \
'--root=[Folder of images, compiled code and containers]:DIR:_files' \
'--config=[Configuration file]:FILE:_files' \
'*-H+[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'*--host=[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'--color=[When to use colour]:WHEN:((auto\:"On a terminal, unless \`NO_COLOR\` is set"
always\:"Always"
never\:"Never"))' \
'-q[Say only what was asked for and errors]' \
'--quiet[Say only what was asked for and errors]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
'*::services -- Services that are meant; all where none is named:_default' \
&& ret=0
;;
(logs)
_arguments "${_arguments_options[@]}" : \
'--index=[Only the container with this number]:NUMBER:_default' \
'--since=[Only from this time on\: \`2026-01-02T15\:04\:05Z\`, or \`42m\` for so long ago]:TIME:_default' \
'--until=[Only up to this time]:TIME:_default' \
'-n+[Only so many lines at the end of each]:NUMBER:_default' \
'--tail=[Only so many lines at the end of each]:NUMBER:_default' \
'--root=[Folder of images, compiled code and containers]:DIR:_files' \
'--config=[Configuration file]:FILE:_files' \
'*-H+[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'*--host=[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'--color=[When to use colour]:WHEN:((auto\:"On a terminal, unless \`NO_COLOR\` is set"
always\:"Always"
never\:"Never"))' \
'-f[Go on with what comes]' \
'--follow[Go on with what comes]' \
'-t[Each line with its time]' \
'--timestamps[Each line with its time]' \
'--no-color[Without colours]' \
'--no-log-prefix[Without names before the lines]' \
'-q[Say only what was asked for and errors]' \
'--quiet[Say only what was asked for and errors]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
'*::services -- Services that are meant; all where none is named:_default' \
&& ret=0
;;
(ls)
_arguments "${_arguments_options[@]}" : \
'*--filter=[Those that fit\: \`name=PART\`]:NAME=VALUE:_default' \
'--format=[Write them as \`json\`, a \`table TEMPLATE\` or a Go template]:FORMAT:_default' \
'--root=[Folder of images, compiled code and containers]:DIR:_files' \
'--config=[Configuration file]:FILE:_files' \
'*-H+[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'*--host=[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'--color=[When to use colour]:WHEN:((auto\:"On a terminal, unless \`NO_COLOR\` is set"
always\:"Always"
never\:"Never"))' \
'-a[Also projects that do not run]' \
'--all[Also projects that do not run]' \
'-q[Say only what was asked for and errors]' \
'--quiet[Say only what was asked for and errors]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
&& ret=0
;;
(pause)
_arguments "${_arguments_options[@]}" : \
'--root=[Folder of images, compiled code and containers]:DIR:_files' \
'--config=[Configuration file]:FILE:_files' \
'*-H+[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'*--host=[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'--color=[When to use colour]:WHEN:((auto\:"On a terminal, unless \`NO_COLOR\` is set"
always\:"Always"
never\:"Never"))' \
'-q[Say only what was asked for and errors]' \
'--quiet[Say only what was asked for and errors]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
'*::services -- Services that are meant; all where none is named:_default' \
&& ret=0
;;
(port)
_arguments "${_arguments_options[@]}" : \
'--index=[The number of the container, where the service has several]:NUMBER:_default' \
'--protocol=[The protocol\: tcp or udp]:PROTOCOL:_default' \
'--root=[Folder of images, compiled code and containers]:DIR:_files' \
'--config=[Configuration file]:FILE:_files' \
'*-H+[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'*--host=[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'--color=[When to use colour]:WHEN:((auto\:"On a terminal, unless \`NO_COLOR\` is set"
always\:"Always"
never\:"Never"))' \
'-q[Say only what was asked for and errors]' \
'--quiet[Say only what was asked for and errors]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
':service -- The service:_default' \
':port -- The port in the container:_default' \
&& ret=0
;;
(ps)
_arguments "${_arguments_options[@]}" : \
'*--status=[Those in this state\: running, paused, restarting, removing, exited, dead, created]:STATE:_default' \
'*--filter=[Those that fit\: \`status=STATE\`]:NAME=VALUE:_default' \
'--format=[Write them as \`json\`, a \`table TEMPLATE\` or a Go template]:FORMAT:_default' \
'--root=[Folder of images, compiled code and containers]:DIR:_files' \
'--config=[Configuration file]:FILE:_files' \
'*-H+[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'*--host=[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'--color=[When to use colour]:WHEN:((auto\:"On a terminal, unless \`NO_COLOR\` is set"
always\:"Always"
never\:"Never"))' \
'-a[Also those that do not run, and those of \`run\`]' \
'--all[Also those that do not run, and those of \`run\`]' \
'--services[The names of their services]' \
'--no-trunc[Whole ids and commands]' \
'-q[Say only what was asked for and errors]' \
'--quiet[Say only what was asked for and errors]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
'*::services -- Services that are meant; all where none is named:_default' \
&& ret=0
;;
(pull)
_arguments "${_arguments_options[@]}" : \
'--root=[Folder of images, compiled code and containers]:DIR:_files' \
'--config=[Configuration file]:FILE:_files' \
'*-H+[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'*--host=[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'--color=[When to use colour]:WHEN:((auto\:"On a terminal, unless \`NO_COLOR\` is set"
always\:"Always"
never\:"Never"))' \
'--ignore-buildable[Pass over images that can be built]' \
'--ignore-pull-failures[Go on when one is not to be had]' \
'--include-deps[Those of services that the named ones depend on as well]' \
'-q[Say only what was asked for and errors]' \
'--quiet[Say only what was asked for and errors]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
'*::services -- Services that are meant; all where none is named:_default' \
&& ret=0
;;
(push)
_arguments "${_arguments_options[@]}" : \
'--root=[Folder of images, compiled code and containers]:DIR:_files' \
'--config=[Configuration file]:FILE:_files' \
'*-H+[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'*--host=[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'--color=[When to use colour]:WHEN:((auto\:"On a terminal, unless \`NO_COLOR\` is set"
always\:"Always"
never\:"Never"))' \
'--ignore-push-failures[Go on when one cannot be uploaded]' \
'-q[Say only what was asked for and errors]' \
'--quiet[Say only what was asked for and errors]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
'*::services -- Services that are meant; all that can be built where none is named:_default' \
&& ret=0
;;
(restart)
_arguments "${_arguments_options[@]}" : \
'-t+[Seconds until a container is killed]:SECONDS:_default' \
'--timeout=[Seconds until a container is killed]:SECONDS:_default' \
'--root=[Folder of images, compiled code and containers]:DIR:_files' \
'--config=[Configuration file]:FILE:_files' \
'*-H+[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'*--host=[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'--color=[When to use colour]:WHEN:((auto\:"On a terminal, unless \`NO_COLOR\` is set"
always\:"Always"
never\:"Never"))' \
'--no-deps[Leave services alone that are to follow those]' \
'-q[Say only what was asked for and errors]' \
'--quiet[Say only what was asked for and errors]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
'*::services -- Services that are meant; all where none is named:_default' \
&& ret=0
;;
(rm)
_arguments "${_arguments_options[@]}" : \
'--root=[Folder of images, compiled code and containers]:DIR:_files' \
'--config=[Configuration file]:FILE:_files' \
'*-H+[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'*--host=[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'--color=[When to use colour]:WHEN:((auto\:"On a terminal, unless \`NO_COLOR\` is set"
always\:"Always"
never\:"Never"))' \
'-f[Do not ask]' \
'--force[Do not ask]' \
'-s[Stop containers before]' \
'--stop[Stop containers before]' \
'-v[Remove their anonymous volumes as well]' \
'--volumes[Remove their anonymous volumes as well]' \
'-q[Say only what was asked for and errors]' \
'--quiet[Say only what was asked for and errors]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
'*::services -- Services that are meant; all where none is named:_default' \
&& ret=0
;;
(run)
_arguments "${_arguments_options[@]}" : \
'*--cap-add=[Add a right (of Linux containers)]:CAPABILITY:_default' \
'*--cap-drop=[Take a right away (of Linux containers)]:CAPABILITY:_default' \
'--entrypoint=[The program, in the place of its own]:PROGRAM:_default' \
'*-e+[Set an environment variable; without a value, pass the caller'\''s]:NAME[=VALUE]:_default' \
'*--env=[Set an environment variable; without a value, pass the caller'\''s]:NAME[=VALUE]:_default' \
'-i+[Pass on what is typed; \`--interactive=false\` does not]::INTERACTIVE:(true false)' \
'--interactive=[Pass on what is typed; \`--interactive=false\` does not]::INTERACTIVE:(true false)' \
'*-l+[A label]:KEY[=VALUE]:_default' \
'*--label=[A label]:KEY[=VALUE]:_default' \
'--name=[Its name]:NAME:_default' \
'*-p+[Publish a port]:PORT:_default' \
'*--publish=[Publish a port]:PORT:_default' \
'--pull=[When its image is downloaded]:WHEN:((always\:"Always"
missing\:"When they are not there"
never\:"Never"
policy\:"As the files say"))' \
'-u+[User]:USER:_default' \
'--user=[User]:USER:_default' \
'*-v+[Mount a volume or a folder]:[SOURCE:]TARGET:_default' \
'*--volume=[Mount a volume or a folder]:[SOURCE:]TARGET:_default' \
'-w+[Working directory]:DIR:_default' \
'--workdir=[Working directory]:DIR:_default' \
'--root=[Folder of images, compiled code and containers]:DIR:_files' \
'--config=[Configuration file]:FILE:_files' \
'*-H+[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'*--host=[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'--color=[When to use colour]:WHEN:((auto\:"On a terminal, unless \`NO_COLOR\` is set"
always\:"Always"
never\:"Never"))' \
'--build[Build its image before]' \
'-d[Let it run, and print its name]' \
'--detach[Let it run, and print its name]' \
'-T[Without a terminal]' \
'--no-tty[Without a terminal]' \
'--no-TTY[Without a terminal]' \
'--no-deps[Do not start services that it depends on]' \
'--remove-orphans[Remove containers of services that are not in the files]' \
'--rm[Remove the container when it has ended]' \
'-P[Publish the service'\''s own ports]' \
'--service-ports[Publish the service'\''s own ports]' \
'--use-aliases[Answer to the service'\''s names in networks]' \
'-q[Say only what was asked for and errors]' \
'--quiet[Say only what was asked for and errors]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
'*::words -- The service, then the command in the place of its own:_default' \
&& ret=0
;;
(scale)
_arguments "${_arguments_options[@]}" : \
'--root=[Folder of images, compiled code and containers]:DIR:_files' \
'--config=[Configuration file]:FILE:_files' \
'*-H+[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'*--host=[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'--color=[When to use colour]:WHEN:((auto\:"On a terminal, unless \`NO_COLOR\` is set"
always\:"Always"
never\:"Never"))' \
'--no-deps[Leave services alone that those depend on]' \
'-q[Say only what was asked for and errors]' \
'--quiet[Say only what was asked for and errors]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
'*::scale -- How many containers a service has:_default' \
&& ret=0
;;
(start)
_arguments "${_arguments_options[@]}" : \
'--root=[Folder of images, compiled code and containers]:DIR:_files' \
'--config=[Configuration file]:FILE:_files' \
'*-H+[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'*--host=[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'--color=[When to use colour]:WHEN:((auto\:"On a terminal, unless \`NO_COLOR\` is set"
always\:"Always"
never\:"Never"))' \
'-q[Say only what was asked for and errors]' \
'--quiet[Say only what was asked for and errors]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
'*::services -- Services that are meant; all where none is named:_default' \
&& ret=0
;;
(stop)
_arguments "${_arguments_options[@]}" : \
'-t+[Seconds until a container is killed]:SECONDS:_default' \
'--timeout=[Seconds until a container is killed]:SECONDS:_default' \
'--root=[Folder of images, compiled code and containers]:DIR:_files' \
'--config=[Configuration file]:FILE:_files' \
'*-H+[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'*--host=[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'--color=[When to use colour]:WHEN:((auto\:"On a terminal, unless \`NO_COLOR\` is set"
always\:"Always"
never\:"Never"))' \
'-q[Say only what was asked for and errors]' \
'--quiet[Say only what was asked for and errors]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
'*::services -- Services that are meant; all where none is named:_default' \
&& ret=0
;;
(top)
_arguments "${_arguments_options[@]}" : \
'--root=[Folder of images, compiled code and containers]:DIR:_files' \
'--config=[Configuration file]:FILE:_files' \
'*-H+[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'*--host=[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'--color=[When to use colour]:WHEN:((auto\:"On a terminal, unless \`NO_COLOR\` is set"
always\:"Always"
never\:"Never"))' \
'-q[Say only what was asked for and errors]' \
'--quiet[Say only what was asked for and errors]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
'*::services -- Services that are meant; all where none is named:_default' \
&& ret=0
;;
(unpause)
_arguments "${_arguments_options[@]}" : \
'--root=[Folder of images, compiled code and containers]:DIR:_files' \
'--config=[Configuration file]:FILE:_files' \
'*-H+[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'*--host=[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'--color=[When to use colour]:WHEN:((auto\:"On a terminal, unless \`NO_COLOR\` is set"
always\:"Always"
never\:"Never"))' \
'-q[Say only what was asked for and errors]' \
'--quiet[Say only what was asked for and errors]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
'*::services -- Services that are meant; all where none is named:_default' \
&& ret=0
;;
(up)
_arguments "${_arguments_options[@]}" : \
'--pull=[When images are downloaded]:WHEN:((always\:"Always"
missing\:"When they are not there"
never\:"Never"
policy\:"As the files say"))' \
'*--scale=[How many containers a service has]:SERVICE=NUMBER:_default' \
'(-d --detach)--exit-code-from=[End with the exit code of this service'\''s container; implies \`--abort-on-container-exit\`]:SERVICE:_default' \
'*--attach=[Show the output of this service alone]:SERVICE:_default' \
'*--no-attach=[Do not show the output of this service]:SERVICE:_default' \
'-t+[Seconds until a container that is to stop is killed]:SECONDS:_default' \
'--timeout=[Seconds until a container that is to stop is killed]:SECONDS:_default' \
'--wait-timeout=[The most seconds of that]:SECONDS:_default' \
'--root=[Folder of images, compiled code and containers]:DIR:_files' \
'--config=[Configuration file]:FILE:_files' \
'*-H+[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'*--host=[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'--color=[When to use colour]:WHEN:((auto\:"On a terminal, unless \`NO_COLOR\` is set"
always\:"Always"
never\:"Never"))' \
'-d[Let them run in the background]' \
'--detach[Let them run in the background]' \
'(--no-build)--build[Build images before, also those that are there]' \
'--no-build[Never build images]' \
'(--no-recreate)--force-recreate[Make all containers anew]' \
'--no-recreate[Keep containers that are no more what the files say]' \
'--remove-orphans[Remove containers of services that are not in the files]' \
'--always-recreate-deps[Make containers anew also of services that others depend on]' \
'--no-deps[Leave services alone that the named ones depend on]' \
'--no-start[Make containers, and start them not]' \
'-V[Make anonymous volumes anew, too]' \
'--renew-anon-volumes[Make anonymous volumes anew, too]' \
'(-d --detach)--abort-on-container-exit[Stop all containers when one ends]' \
'(-d --detach)--abort-on-container-failure[Stop all containers when one ends with another code than 0]' \
'--attach-dependencies[Show also the output of services that the named ones depend on]' \
'--no-color[Without colours]' \
'--no-log-prefix[Without names before the lines]' \
'--timestamps[Each line with its time]' \
'--wait[Wait until containers run, and are healthy where they tell; implies \`--detach\`]' \
'-w[Bring into containers what changes on the disk]' \
'--watch[Bring into containers what changes on the disk]' \
'-q[Say only what was asked for and errors]' \
'--quiet[Say only what was asked for and errors]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'*::services -- Services that are meant, with those that they depend on; all where none is named:_default' \
&& ret=0
;;
(version)
_arguments "${_arguments_options[@]}" : \
'-f+[\`json\` for a document]:FORMAT:_default' \
'--format=[\`json\` for a document]:FORMAT:_default' \
'--root=[Folder of images, compiled code and containers]:DIR:_files' \
'--config=[Configuration file]:FILE:_files' \
'*-H+[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'*--host=[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'--color=[When to use colour]:WHEN:((auto\:"On a terminal, unless \`NO_COLOR\` is set"
always\:"Always"
never\:"Never"))' \
'--short[The number alone]' \
'-q[Say only what was asked for and errors]' \
'--quiet[Say only what was asked for and errors]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
&& ret=0
;;
(volumes)
_arguments "${_arguments_options[@]}" : \
'--format=[Write them as \`json\`, a \`table TEMPLATE\` or a Go template]:FORMAT:_default' \
'--root=[Folder of images, compiled code and containers]:DIR:_files' \
'--config=[Configuration file]:FILE:_files' \
'*-H+[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'*--host=[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'--color=[When to use colour]:WHEN:((auto\:"On a terminal, unless \`NO_COLOR\` is set"
always\:"Always"
never\:"Never"))' \
'-q[Say only what was asked for and errors]' \
'--quiet[Say only what was asked for and errors]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
&& ret=0
;;
(wait)
_arguments "${_arguments_options[@]}" : \
'--root=[Folder of images, compiled code and containers]:DIR:_files' \
'--config=[Configuration file]:FILE:_files' \
'*-H+[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'*--host=[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'--color=[When to use colour]:WHEN:((auto\:"On a terminal, unless \`NO_COLOR\` is set"
always\:"Always"
never\:"Never"))' \
'--down-project[Take the project down when the first has ended]' \
'-q[Say only what was asked for and errors]' \
'--quiet[Say only what was asked for and errors]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
'*::services -- Services that are meant:_default' \
&& ret=0
;;
(watch)
_arguments "${_arguments_options[@]}" : \
'--root=[Folder of images, compiled code and containers]:DIR:_files' \
'--config=[Configuration file]:FILE:_files' \
'*-H+[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'*--host=[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'--color=[When to use colour]:WHEN:((auto\:"On a terminal, unless \`NO_COLOR\` is set"
always\:"Always"
never\:"Never"))' \
'--no-up[Start no services before]' \
'-q[Say only what was asked for and errors]' \
'--quiet[Say only what was asked for and errors]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
'*::services -- Services that are meant; all that have something to watch where none is named:_default' \
&& ret=0
;;
(help)
_arguments "${_arguments_options[@]}" : \
":: :_sampan__subcmd__compose__subcmd__help_commands" \
"*::: :->help" \
&& ret=0

    case $state in
    (help)
        words=($line[1] "${words[@]}")
        (( CURRENT += 1 ))
        curcontext="${curcontext%:*:*}:sampan-compose-help-command-$line[1]:"
        case $line[1] in
            (build)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(config)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(cp)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(create)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(down)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(events)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(exec)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(images)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(kill)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(logs)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(ls)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(pause)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(port)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(ps)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(pull)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(push)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(restart)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(rm)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(run)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(scale)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(start)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(stop)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(top)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(unpause)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(up)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(version)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(volumes)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(wait)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(watch)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(help)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
        esac
    ;;
esac
;;
        esac
    ;;
esac
;;
(container)
_arguments "${_arguments_options[@]}" : \
'--root=[Folder of images, compiled code and containers]:DIR:_files' \
'--config=[Configuration file]:FILE:_files' \
'*-H+[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'*--host=[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'--color=[When to use colour]:WHEN:((auto\:"On a terminal, unless \`NO_COLOR\` is set"
always\:"Always"
never\:"Never"))' \
'-q[Say only what was asked for and errors]' \
'--quiet[Say only what was asked for and errors]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
":: :_sampan__subcmd__container_commands" \
"*::: :->container" \
&& ret=0

    case $state in
    (container)
        words=($line[1] "${words[@]}")
        (( CURRENT += 1 ))
        curcontext="${curcontext%:*:*}:sampan-container-command-$line[1]:"
        case $line[1] in
            (attach)
_arguments "${_arguments_options[@]}" : \
'--detach-keys=[The keys that leave it running]:KEYS:_default' \
'--sig-proxy=[Pass on signals]::YES:(true false)' \
'--root=[Folder of images, compiled code and containers]:DIR:_files' \
'--config=[Configuration file]:FILE:_files' \
'*-H+[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'*--host=[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'--color=[When to use colour]:WHEN:((auto\:"On a terminal, unless \`NO_COLOR\` is set"
always\:"Always"
never\:"Never"))' \
'--no-stdin[Pass on nothing that is typed]' \
'-q[Say only what was asked for and errors]' \
'--quiet[Say only what was asked for and errors]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
':container -- Name or id:_default' \
&& ret=0
;;
(commit)
_arguments "${_arguments_options[@]}" : \
'-a+[Who made it]:AUTHOR:_default' \
'--author=[Who made it]:AUTHOR:_default' \
'*-c+[A line of a Dockerfile that changes its configuration]:LINE:_default' \
'*--change=[A line of a Dockerfile that changes its configuration]:LINE:_default' \
'-m+[Why]:MESSAGE:_default' \
'--message=[Why]:MESSAGE:_default' \
'-p+[Hold the container up meanwhile]::YES:(true false)' \
'--pause=[Hold the container up meanwhile]::YES:(true false)' \
'--root=[Folder of images, compiled code and containers]:DIR:_files' \
'--config=[Configuration file]:FILE:_files' \
'*-H+[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'*--host=[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'--color=[When to use colour]:WHEN:((auto\:"On a terminal, unless \`NO_COLOR\` is set"
always\:"Always"
never\:"Never"))' \
'-q[Say only what was asked for and errors]' \
'--quiet[Say only what was asked for and errors]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
':container -- Name or id:_default' \
'::image -- The image'\''s name:_default' \
&& ret=0
;;
(cp)
_arguments "${_arguments_options[@]}" : \
'--root=[Folder of images, compiled code and containers]:DIR:_files' \
'--config=[Configuration file]:FILE:_files' \
'*-H+[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'*--host=[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'--color=[When to use colour]:WHEN:((auto\:"On a terminal, unless \`NO_COLOR\` is set"
always\:"Always"
never\:"Never"))' \
'-a[Keep the numbers of owners]' \
'--archive[Keep the numbers of owners]' \
'-L[Copy what a link leads to, not the link]' \
'--follow-link[Copy what a link leads to, not the link]' \
'-q[Say only what was asked for and errors]' \
'--quiet[Say only what was asked for and errors]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
':source -- Where from; `-` is an archive on standard input:_default' \
':target -- Where to; `-` is an archive on standard output:_default' \
&& ret=0
;;
(create)
_arguments "${_arguments_options[@]}" : \
'--entrypoint=[Call this export, or run this file of the image, instead of the program'\''s own start]:NAME:_default' \
'*-e+[Set an environment variable; without a value, pass the caller'\''s]:NAME[=VALUE]:_default' \
'*--env=[Set an environment variable; without a value, pass the caller'\''s]:NAME[=VALUE]:_default' \
'*--env-file=[Read environment variables from a file]:FILE:_files' \
'-w+[Working directory in the container]:DIR:_default' \
'--workdir=[Working directory in the container]:DIR:_default' \
'-t+[Tell the program that it has a terminal; \`raw\` passes each key as it is typed]::MODE:((cooked\:"Line by line, with echo, as the terminal is"
raw\:"Each key as it is typed, without echo; Ctrl-C still interrupts"))' \
'--tty=[Tell the program that it has a terminal; \`raw\` passes each key as it is typed]::MODE:((cooked\:"Line by line, with echo, as the terminal is"
raw\:"Each key as it is typed, without echo; Ctrl-C still interrupts"))' \
'--name=[Name the container, and keep what it did for \`sampan inspect NAME\`]:NAME:_default' \
'--platform=[Platform of the image]:OS/ARCH:_default' \
'--pull=[When to download the image]:WHEN:((always\:"Always ask the registry for the newest"
missing\:"When it is not here"
never\:"Never"))' \
'*-p+[Answer requests on a port of this machine (loopback unless an address is written) with a component that is an HTTP server]:[IP:][HOST:]CONTAINER:_default' \
'*--publish=[Answer requests on a port of this machine (loopback unless an address is written) with a component that is an HTTP server]:[IP:][HOST:]CONTAINER:_default' \
'*-v+[Give a folder\: SOURCE\:TARGET\[\:ro\]; with the daemon also a volume by its name]:SRC:DST[:ro]:_default' \
'*--volume=[Give a folder\: SOURCE\:TARGET\[\:ro\]; with the daemon also a volume by its name]:SRC:DST[:ro]:_default' \
'*--tmpfs=[Give a folder in memory]:DST[:size=BYTES]:_default' \
'*--allow-net=[Allow connections out to a name, an address, a block or everything\: \`db\:5432\`, \`10.0.0.0/8\:443\`, \`*\:*\`]:HOST:PORT[/udp]:_default' \
'*--allow-http=[Allow HTTP requests out (wasi\:http); without scheme and port, in any way; a scheme alone means its own port]:[SCHEME://]HOST[:PORT]:_default' \
'*--allow-listen=[Allow listening, on loopback unless an address is written]:[ADDR:]PORT[/udp]:_default' \
'*--grants=[Give what a file says, as \`--learn\` wrote it]:FILE:_files' \
'--learn=[Let the program use the network freely, and write down the smallest grants that this run used]:FILE:_files' \
'*--tls-cert=[Serve TLS with this certificate, followed by those that vouch for it (PEM). Of several, each with its key, a client gets the first that has the name it asks for. Files that change are read anew]:FILE:_files' \
'*--tls-key=[The private key of a \`--tls-cert\`, in the same order (PEM)]:FILE:_files' \
'--reuse=[Let one instance answer so many requests, one after the other\: each finds in memory what those before it left]:NUMBER:_default' \
'--access-log=[Write a line of JSON for each request, to standard error or at the end of a file; the program finds the request'\''s id in \`x-request-id\`]::FILE:_files' \
'*--http-limit=[What clients may do\: head-size, body-size, head-time, client-time, request-time, requests, connections, streams]:NAME=VALUE:_default' \
'-m+[Most linear memory]:BYTES:_default' \
'--memory=[Most linear memory]:BYTES:_default' \
'--cpus=[Most processors, such as 0.5]:NUMBER:_default' \
'--timeout=[Most time from start to end]:DURATION:_default' \
'--pids-limit=[Most core instances (a Wasm container has no processes)]:NUMBER:_default' \
'*--limit=[Any limit by its name; \`sampan inspect\` shows them all]:NAME=VALUE:_default' \
'--coredump=[Write a core dump here if the program traps]:FILE:_files' \
'--profile=[Write a profile for the Firefox profiler here]:FILE:_files' \
'--debug=[Wait for a debugger (gdb remote protocol) on this port of loopback]:[ADDR:]PORT:_default' \
'--detach-keys=[The keys that leave it running]:KEYS:_default' \
'--restart=[What happens after it ended\: no, always, unless-stopped, on-failure\[\:TIMES\]]:POLICY:_default' \
'*-l+[A label]:KEY[=VALUE]:_default' \
'*--label=[A label]:KEY[=VALUE]:_default' \
'*--network=[The network that it is in]:NETWORK:_default' \
'*--net=[The network that it is in]:NETWORK:_default' \
'*--network-alias=[Another name that it has there]:NAME:_default' \
'*--mount=[A volume, a folder or a tmpfs\: type=volume,src=NAME,dst=PATH\[,readonly\]]:MOUNT:_default' \
'*--volumes-from=[The mounts of another container as well]:CONTAINER[:ro]:_default' \
'--hostname=[Its name as a host]:NAME:_default' \
'*--add-host=[A further name\: HOST\:ADDRESS]:HOST:ADDRESS:_default' \
'*--expose=[A port that others may reach]:PORT[/udp]:_default' \
'-u+[User]:USER:_default' \
'--user=[User]:USER:_default' \
'--stop-signal=[The signal that asks it to end]:SIGNAL:_default' \
'--stop-timeout=[Seconds until it is killed after that]:SECONDS:_default' \
'--log-driver=[Where its output is kept]:DRIVER:_default' \
'*--log-opt=[An option of that]:KEY=VALUE:_default' \
'(--no-healthcheck)--health-cmd=[A command that tells whether it is well]:COMMAND:_default' \
'--health-interval=[Time between two of them]:DURATION:_default' \
'--health-retries=[Failures in a row until it is unwell]:NUMBER:_default' \
'--health-start-period=[Time that it has to begin]:DURATION:_default' \
'--health-start-interval=[Time between two of them meanwhile]:DURATION:_default' \
'--health-timeout=[Time that one may take]:DURATION:_default' \
'-c+[Weight beside others when processors are short]:NUMBER:_default' \
'--cpu-shares=[Weight beside others when processors are short]:NUMBER:_default' \
'*--security-opt=[A security option]:OPTION:_default' \
'*--annotation=[An annotation for the runtime]:KEY=VALUE:_default' \
'--isolation=[How it is kept apart\: \`process\` for a worker of its own]:HOW:_default' \
'--cidfile=[Write its id to a new file]:FILE:_files' \
'--root=[Folder of images, compiled code and containers]:DIR:_files' \
'--config=[Configuration file]:FILE:_files' \
'*-H+[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'*--host=[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'--color=[When to use colour]:WHEN:((auto\:"On a terminal, unless \`NO_COLOR\` is set"
always\:"Always"
never\:"Never"))' \
'-i[Keep standard input open (without the daemon it always is)]' \
'--interactive[Keep standard input open (without the daemon it always is)]' \
'--rm[Keep nothing of the container after its end]' \
'--read-only[Mount the image'\''s own files read-only]' \
'--trace[Show each step of the start with its time]' \
'-d[Let it run, and print its id]' \
'--detach[Let it run, and print its id]' \
'-P[Publish all exposed ports]' \
'--publish-all[Publish all exposed ports]' \
'--no-healthcheck[Without the image'\''s own health check]' \
'--init[With a process that reaps others (of Linux containers)]' \
'-q[Say only what was asked for and errors]' \
'--quiet[Say only what was asked for and errors]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
'*::words -- A .wasm or .wat file, or an image; all that follows are the program'\''s own arguments:_default' \
&& ret=0
;;
(diff)
_arguments "${_arguments_options[@]}" : \
'--root=[Folder of images, compiled code and containers]:DIR:_files' \
'--config=[Configuration file]:FILE:_files' \
'*-H+[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'*--host=[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'--color=[When to use colour]:WHEN:((auto\:"On a terminal, unless \`NO_COLOR\` is set"
always\:"Always"
never\:"Never"))' \
'-q[Say only what was asked for and errors]' \
'--quiet[Say only what was asked for and errors]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
':container -- Name or id:_default' \
&& ret=0
;;
(exec)
_arguments "${_arguments_options[@]}" : \
'--detach-keys=[The keys that leave it running]:KEYS:_default' \
'*-e+[Set an environment variable; without a value, pass the caller'\''s]:NAME[=VALUE]:_default' \
'*--env=[Set an environment variable; without a value, pass the caller'\''s]:NAME[=VALUE]:_default' \
'*--env-file=[Read environment variables from a file]:FILE:_files' \
'-u+[User (of Linux containers)]:USER:_default' \
'--user=[User (of Linux containers)]:USER:_default' \
'-w+[Working directory in the container]:DIR:_default' \
'--workdir=[Working directory in the container]:DIR:_default' \
'--root=[Folder of images, compiled code and containers]:DIR:_files' \
'--config=[Configuration file]:FILE:_files' \
'*-H+[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'*--host=[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'--color=[When to use colour]:WHEN:((auto\:"On a terminal, unless \`NO_COLOR\` is set"
always\:"Always"
never\:"Never"))' \
'-d[Let it run, and do not wait]' \
'--detach[Let it run, and do not wait]' \
'-i[Pass on what is typed]' \
'--interactive[Pass on what is typed]' \
'-t[Give it a terminal]' \
'--tty[Give it a terminal]' \
'--privileged[Extended privileges (of Linux containers)]' \
'-q[Say only what was asked for and errors]' \
'--quiet[Say only what was asked for and errors]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
'*::words -- Name or id, then the program and its arguments:_default' \
&& ret=0
;;
(export)
_arguments "${_arguments_options[@]}" : \
'-o+[Write to a file, not to standard output]:FILE:_files' \
'--output=[Write to a file, not to standard output]:FILE:_files' \
'--root=[Folder of images, compiled code and containers]:DIR:_files' \
'--config=[Configuration file]:FILE:_files' \
'*-H+[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'*--host=[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'--color=[When to use colour]:WHEN:((auto\:"On a terminal, unless \`NO_COLOR\` is set"
always\:"Always"
never\:"Never"))' \
'-q[Say only what was asked for and errors]' \
'--quiet[Say only what was asked for and errors]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
':container -- Name or id:_default' \
&& ret=0
;;
(inspect)
_arguments "${_arguments_options[@]}" : \
'(--grants --wit)-f+[Write what the daemon knows as \`json\` or by a Go template]:FORMAT:_default' \
'(--grants --wit)--format=[Write what the daemon knows as \`json\` or by a Go template]:FORMAT:_default' \
'--type=[Look among these alone\: \`container\`, \`image\`, \`network\`, \`volume\`]:KIND:(container image network volume)' \
'(-f --format --grants --wit --json)--against=[Compare what it imports and exports with a package of WIT, which is fetched when it is not here]:FILE|IMAGE:_default' \
'--platform=[Platform of the image]:OS/ARCH:_default' \
'--root=[Folder of images, compiled code and containers]:DIR:_files' \
'--config=[Configuration file]:FILE:_files' \
'*-H+[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'*--host=[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'--color=[When to use colour]:WHEN:((auto\:"On a terminal, unless \`NO_COLOR\` is set"
always\:"Always"
never\:"Never"))' \
'-s[With the sizes of containers (needs the daemon)]' \
'--size[With the sizes of containers (needs the daemon)]' \
'--grants[Only what it could ask for, what it was given, and what it used]' \
'(--grants)--wit[Only the world of a component, or a WIT package, as one WIT document]' \
'--json[Print JSON]' \
'-q[Say only what was asked for and errors]' \
'--quiet[Say only what was asked for and errors]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
'*::targets -- Files, images, containers; with a daemon also volumes and networks:_default' \
&& ret=0
;;
(kill)
_arguments "${_arguments_options[@]}" : \
'-s+[The signal; SIGKILL without it]:SIGNAL:_default' \
'--signal=[The signal; SIGKILL without it]:SIGNAL:_default' \
'--root=[Folder of images, compiled code and containers]:DIR:_files' \
'--config=[Configuration file]:FILE:_files' \
'*-H+[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'*--host=[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'--color=[When to use colour]:WHEN:((auto\:"On a terminal, unless \`NO_COLOR\` is set"
always\:"Always"
never\:"Never"))' \
'-q[Say only what was asked for and errors]' \
'--quiet[Say only what was asked for and errors]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
'*::containers -- Names or ids:_default' \
&& ret=0
;;
(logs)
_arguments "${_arguments_options[@]}" : \
'--since=[Only from this time on\: \`2026-01-02T15\:04\:05Z\`, or \`42m\` for so long ago]:TIME:_default' \
'--until=[Only up to this time]:TIME:_default' \
'-n+[Only so many lines at the end]:NUMBER:_default' \
'--tail=[Only so many lines at the end]:NUMBER:_default' \
'--root=[Folder of images, compiled code and containers]:DIR:_files' \
'--config=[Configuration file]:FILE:_files' \
'*-H+[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'*--host=[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'--color=[When to use colour]:WHEN:((auto\:"On a terminal, unless \`NO_COLOR\` is set"
always\:"Always"
never\:"Never"))' \
'-f[Go on with what comes]' \
'--follow[Go on with what comes]' \
'-t[Each line with its time]' \
'--timestamps[Each line with its time]' \
'--details[Each line with what the log keeps beside it]' \
'-q[Say only what was asked for and errors]' \
'--quiet[Say only what was asked for and errors]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
':container -- Name or id:_default' \
&& ret=0
;;
(ls)
_arguments "${_arguments_options[@]}" : \
'*-f+[Show those that fit alone (needs the daemon)]:NAME=VALUE:_default' \
'*--filter=[Show those that fit alone (needs the daemon)]:NAME=VALUE:_default' \
'--format=[Write them as \`json\`, a \`table TEMPLATE\` or a Go template (needs the daemon)]:FORMAT:_default' \
'-n+[Show the last so many, whatever their state (needs the daemon)]:NUMBER:_default' \
'--last=[Show the last so many, whatever their state (needs the daemon)]:NUMBER:_default' \
'--root=[Folder of images, compiled code and containers]:DIR:_files' \
'--config=[Configuration file]:FILE:_files' \
'*-H+[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'*--host=[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'--color=[When to use colour]:WHEN:((auto\:"On a terminal, unless \`NO_COLOR\` is set"
always\:"Always"
never\:"Never"))' \
'-a[Show those that do not run, too]' \
'--all[Show those that do not run, too]' \
'(-n --last)-l[Show the last one, whatever its state (needs the daemon)]' \
'(-n --last)--latest[Show the last one, whatever its state (needs the daemon)]' \
'--no-trunc[Show ids and commands in full]' \
'-s[Show sizes (needs the daemon)]' \
'--size[Show sizes (needs the daemon)]' \
'-q[Say only what was asked for and errors]' \
'--quiet[Say only what was asked for and errors]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
&& ret=0
;;
(list)
_arguments "${_arguments_options[@]}" : \
'*-f+[Show those that fit alone (needs the daemon)]:NAME=VALUE:_default' \
'*--filter=[Show those that fit alone (needs the daemon)]:NAME=VALUE:_default' \
'--format=[Write them as \`json\`, a \`table TEMPLATE\` or a Go template (needs the daemon)]:FORMAT:_default' \
'-n+[Show the last so many, whatever their state (needs the daemon)]:NUMBER:_default' \
'--last=[Show the last so many, whatever their state (needs the daemon)]:NUMBER:_default' \
'--root=[Folder of images, compiled code and containers]:DIR:_files' \
'--config=[Configuration file]:FILE:_files' \
'*-H+[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'*--host=[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'--color=[When to use colour]:WHEN:((auto\:"On a terminal, unless \`NO_COLOR\` is set"
always\:"Always"
never\:"Never"))' \
'-a[Show those that do not run, too]' \
'--all[Show those that do not run, too]' \
'(-n --last)-l[Show the last one, whatever its state (needs the daemon)]' \
'(-n --last)--latest[Show the last one, whatever its state (needs the daemon)]' \
'--no-trunc[Show ids and commands in full]' \
'-s[Show sizes (needs the daemon)]' \
'--size[Show sizes (needs the daemon)]' \
'-q[Say only what was asked for and errors]' \
'--quiet[Say only what was asked for and errors]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
&& ret=0
;;
(ps)
_arguments "${_arguments_options[@]}" : \
'*-f+[Show those that fit alone (needs the daemon)]:NAME=VALUE:_default' \
'*--filter=[Show those that fit alone (needs the daemon)]:NAME=VALUE:_default' \
'--format=[Write them as \`json\`, a \`table TEMPLATE\` or a Go template (needs the daemon)]:FORMAT:_default' \
'-n+[Show the last so many, whatever their state (needs the daemon)]:NUMBER:_default' \
'--last=[Show the last so many, whatever their state (needs the daemon)]:NUMBER:_default' \
'--root=[Folder of images, compiled code and containers]:DIR:_files' \
'--config=[Configuration file]:FILE:_files' \
'*-H+[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'*--host=[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'--color=[When to use colour]:WHEN:((auto\:"On a terminal, unless \`NO_COLOR\` is set"
always\:"Always"
never\:"Never"))' \
'-a[Show those that do not run, too]' \
'--all[Show those that do not run, too]' \
'(-n --last)-l[Show the last one, whatever its state (needs the daemon)]' \
'(-n --last)--latest[Show the last one, whatever its state (needs the daemon)]' \
'--no-trunc[Show ids and commands in full]' \
'-s[Show sizes (needs the daemon)]' \
'--size[Show sizes (needs the daemon)]' \
'-q[Say only what was asked for and errors]' \
'--quiet[Say only what was asked for and errors]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
&& ret=0
;;
(pause)
_arguments "${_arguments_options[@]}" : \
'--root=[Folder of images, compiled code and containers]:DIR:_files' \
'--config=[Configuration file]:FILE:_files' \
'*-H+[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'*--host=[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'--color=[When to use colour]:WHEN:((auto\:"On a terminal, unless \`NO_COLOR\` is set"
always\:"Always"
never\:"Never"))' \
'-q[Say only what was asked for and errors]' \
'--quiet[Say only what was asked for and errors]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
'*::containers -- Names or ids:_default' \
&& ret=0
;;
(port)
_arguments "${_arguments_options[@]}" : \
'--root=[Folder of images, compiled code and containers]:DIR:_files' \
'--config=[Configuration file]:FILE:_files' \
'*-H+[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'*--host=[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'--color=[When to use colour]:WHEN:((auto\:"On a terminal, unless \`NO_COLOR\` is set"
always\:"Always"
never\:"Never"))' \
'-q[Say only what was asked for and errors]' \
'--quiet[Say only what was asked for and errors]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
':container -- Name or id:_default' \
'::port -- One port alone, such as 80 or 53/udp:_default' \
&& ret=0
;;
(prune)
_arguments "${_arguments_options[@]}" : \
'*--filter=[Remove those that fit alone, such as \`until=24h\` or \`label=a=b\`]:NAME=VALUE:_default' \
'--root=[Folder of images, compiled code and containers]:DIR:_files' \
'--config=[Configuration file]:FILE:_files' \
'*-H+[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'*--host=[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'--color=[When to use colour]:WHEN:((auto\:"On a terminal, unless \`NO_COLOR\` is set"
always\:"Always"
never\:"Never"))' \
'-f[Do not ask]' \
'--force[Do not ask]' \
'-q[Say only what was asked for and errors]' \
'--quiet[Say only what was asked for and errors]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
&& ret=0
;;
(rename)
_arguments "${_arguments_options[@]}" : \
'--root=[Folder of images, compiled code and containers]:DIR:_files' \
'--config=[Configuration file]:FILE:_files' \
'*-H+[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'*--host=[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'--color=[When to use colour]:WHEN:((auto\:"On a terminal, unless \`NO_COLOR\` is set"
always\:"Always"
never\:"Never"))' \
'-q[Say only what was asked for and errors]' \
'--quiet[Say only what was asked for and errors]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
':container -- Name or id:_default' \
':name -- Its new name:_default' \
&& ret=0
;;
(restart)
_arguments "${_arguments_options[@]}" : \
'-s+[The signal that asks it to end]:SIGNAL:_default' \
'--signal=[The signal that asks it to end]:SIGNAL:_default' \
'-t+[Seconds until it is killed; -1 for never]:SECONDS:_default' \
'--timeout=[Seconds until it is killed; -1 for never]:SECONDS:_default' \
'--time=[Seconds until it is killed; -1 for never]:SECONDS:_default' \
'--root=[Folder of images, compiled code and containers]:DIR:_files' \
'--config=[Configuration file]:FILE:_files' \
'*-H+[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'*--host=[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'--color=[When to use colour]:WHEN:((auto\:"On a terminal, unless \`NO_COLOR\` is set"
always\:"Always"
never\:"Never"))' \
'-q[Say only what was asked for and errors]' \
'--quiet[Say only what was asked for and errors]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
'*::containers -- Names or ids:_default' \
&& ret=0
;;
(rm)
_arguments "${_arguments_options[@]}" : \
'--root=[Folder of images, compiled code and containers]:DIR:_files' \
'--config=[Configuration file]:FILE:_files' \
'*-H+[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'*--host=[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'--color=[When to use colour]:WHEN:((auto\:"On a terminal, unless \`NO_COLOR\` is set"
always\:"Always"
never\:"Never"))' \
'-f[Also one that runs\: it is killed (needs the daemon)]' \
'--force[Also one that runs\: it is killed (needs the daemon)]' \
'-v[Its anonymous volumes as well (needs the daemon)]' \
'--volumes[Its anonymous volumes as well (needs the daemon)]' \
'-q[Say only what was asked for and errors]' \
'--quiet[Say only what was asked for and errors]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
'*::containers -- Names or ids:_default' \
&& ret=0
;;
(remove)
_arguments "${_arguments_options[@]}" : \
'--root=[Folder of images, compiled code and containers]:DIR:_files' \
'--config=[Configuration file]:FILE:_files' \
'*-H+[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'*--host=[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'--color=[When to use colour]:WHEN:((auto\:"On a terminal, unless \`NO_COLOR\` is set"
always\:"Always"
never\:"Never"))' \
'-f[Also one that runs\: it is killed (needs the daemon)]' \
'--force[Also one that runs\: it is killed (needs the daemon)]' \
'-v[Its anonymous volumes as well (needs the daemon)]' \
'--volumes[Its anonymous volumes as well (needs the daemon)]' \
'-q[Say only what was asked for and errors]' \
'--quiet[Say only what was asked for and errors]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
'*::containers -- Names or ids:_default' \
&& ret=0
;;
(run)
_arguments "${_arguments_options[@]}" : \
'--entrypoint=[Call this export, or run this file of the image, instead of the program'\''s own start]:NAME:_default' \
'*-e+[Set an environment variable; without a value, pass the caller'\''s]:NAME[=VALUE]:_default' \
'*--env=[Set an environment variable; without a value, pass the caller'\''s]:NAME[=VALUE]:_default' \
'*--env-file=[Read environment variables from a file]:FILE:_files' \
'-w+[Working directory in the container]:DIR:_default' \
'--workdir=[Working directory in the container]:DIR:_default' \
'-t+[Tell the program that it has a terminal; \`raw\` passes each key as it is typed]::MODE:((cooked\:"Line by line, with echo, as the terminal is"
raw\:"Each key as it is typed, without echo; Ctrl-C still interrupts"))' \
'--tty=[Tell the program that it has a terminal; \`raw\` passes each key as it is typed]::MODE:((cooked\:"Line by line, with echo, as the terminal is"
raw\:"Each key as it is typed, without echo; Ctrl-C still interrupts"))' \
'--name=[Name the container, and keep what it did for \`sampan inspect NAME\`]:NAME:_default' \
'--platform=[Platform of the image]:OS/ARCH:_default' \
'--pull=[When to download the image]:WHEN:((always\:"Always ask the registry for the newest"
missing\:"When it is not here"
never\:"Never"))' \
'*-p+[Answer requests on a port of this machine (loopback unless an address is written) with a component that is an HTTP server]:[IP:][HOST:]CONTAINER:_default' \
'*--publish=[Answer requests on a port of this machine (loopback unless an address is written) with a component that is an HTTP server]:[IP:][HOST:]CONTAINER:_default' \
'*-v+[Give a folder\: SOURCE\:TARGET\[\:ro\]; with the daemon also a volume by its name]:SRC:DST[:ro]:_default' \
'*--volume=[Give a folder\: SOURCE\:TARGET\[\:ro\]; with the daemon also a volume by its name]:SRC:DST[:ro]:_default' \
'*--tmpfs=[Give a folder in memory]:DST[:size=BYTES]:_default' \
'*--allow-net=[Allow connections out to a name, an address, a block or everything\: \`db\:5432\`, \`10.0.0.0/8\:443\`, \`*\:*\`]:HOST:PORT[/udp]:_default' \
'*--allow-http=[Allow HTTP requests out (wasi\:http); without scheme and port, in any way; a scheme alone means its own port]:[SCHEME://]HOST[:PORT]:_default' \
'*--allow-listen=[Allow listening, on loopback unless an address is written]:[ADDR:]PORT[/udp]:_default' \
'*--grants=[Give what a file says, as \`--learn\` wrote it]:FILE:_files' \
'--learn=[Let the program use the network freely, and write down the smallest grants that this run used]:FILE:_files' \
'*--tls-cert=[Serve TLS with this certificate, followed by those that vouch for it (PEM). Of several, each with its key, a client gets the first that has the name it asks for. Files that change are read anew]:FILE:_files' \
'*--tls-key=[The private key of a \`--tls-cert\`, in the same order (PEM)]:FILE:_files' \
'--reuse=[Let one instance answer so many requests, one after the other\: each finds in memory what those before it left]:NUMBER:_default' \
'--access-log=[Write a line of JSON for each request, to standard error or at the end of a file; the program finds the request'\''s id in \`x-request-id\`]::FILE:_files' \
'*--http-limit=[What clients may do\: head-size, body-size, head-time, client-time, request-time, requests, connections, streams]:NAME=VALUE:_default' \
'-m+[Most linear memory]:BYTES:_default' \
'--memory=[Most linear memory]:BYTES:_default' \
'--cpus=[Most processors, such as 0.5]:NUMBER:_default' \
'--timeout=[Most time from start to end]:DURATION:_default' \
'--pids-limit=[Most core instances (a Wasm container has no processes)]:NUMBER:_default' \
'*--limit=[Any limit by its name; \`sampan inspect\` shows them all]:NAME=VALUE:_default' \
'--coredump=[Write a core dump here if the program traps]:FILE:_files' \
'--profile=[Write a profile for the Firefox profiler here]:FILE:_files' \
'--debug=[Wait for a debugger (gdb remote protocol) on this port of loopback]:[ADDR:]PORT:_default' \
'--detach-keys=[The keys that leave it running]:KEYS:_default' \
'--restart=[What happens after it ended\: no, always, unless-stopped, on-failure\[\:TIMES\]]:POLICY:_default' \
'*-l+[A label]:KEY[=VALUE]:_default' \
'*--label=[A label]:KEY[=VALUE]:_default' \
'*--network=[The network that it is in]:NETWORK:_default' \
'*--net=[The network that it is in]:NETWORK:_default' \
'*--network-alias=[Another name that it has there]:NAME:_default' \
'*--mount=[A volume, a folder or a tmpfs\: type=volume,src=NAME,dst=PATH\[,readonly\]]:MOUNT:_default' \
'*--volumes-from=[The mounts of another container as well]:CONTAINER[:ro]:_default' \
'--hostname=[Its name as a host]:NAME:_default' \
'*--add-host=[A further name\: HOST\:ADDRESS]:HOST:ADDRESS:_default' \
'*--expose=[A port that others may reach]:PORT[/udp]:_default' \
'-u+[User]:USER:_default' \
'--user=[User]:USER:_default' \
'--stop-signal=[The signal that asks it to end]:SIGNAL:_default' \
'--stop-timeout=[Seconds until it is killed after that]:SECONDS:_default' \
'--log-driver=[Where its output is kept]:DRIVER:_default' \
'*--log-opt=[An option of that]:KEY=VALUE:_default' \
'(--no-healthcheck)--health-cmd=[A command that tells whether it is well]:COMMAND:_default' \
'--health-interval=[Time between two of them]:DURATION:_default' \
'--health-retries=[Failures in a row until it is unwell]:NUMBER:_default' \
'--health-start-period=[Time that it has to begin]:DURATION:_default' \
'--health-start-interval=[Time between two of them meanwhile]:DURATION:_default' \
'--health-timeout=[Time that one may take]:DURATION:_default' \
'-c+[Weight beside others when processors are short]:NUMBER:_default' \
'--cpu-shares=[Weight beside others when processors are short]:NUMBER:_default' \
'*--security-opt=[A security option]:OPTION:_default' \
'*--annotation=[An annotation for the runtime]:KEY=VALUE:_default' \
'--isolation=[How it is kept apart\: \`process\` for a worker of its own]:HOW:_default' \
'--cidfile=[Write its id to a new file]:FILE:_files' \
'--root=[Folder of images, compiled code and containers]:DIR:_files' \
'--config=[Configuration file]:FILE:_files' \
'*-H+[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'*--host=[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'--color=[When to use colour]:WHEN:((auto\:"On a terminal, unless \`NO_COLOR\` is set"
always\:"Always"
never\:"Never"))' \
'-i[Keep standard input open (without the daemon it always is)]' \
'--interactive[Keep standard input open (without the daemon it always is)]' \
'--rm[Keep nothing of the container after its end]' \
'--read-only[Mount the image'\''s own files read-only]' \
'--trace[Show each step of the start with its time]' \
'-d[Let it run, and print its id]' \
'--detach[Let it run, and print its id]' \
'-P[Publish all exposed ports]' \
'--publish-all[Publish all exposed ports]' \
'--no-healthcheck[Without the image'\''s own health check]' \
'--init[With a process that reaps others (of Linux containers)]' \
'-q[Say only what was asked for and errors]' \
'--quiet[Say only what was asked for and errors]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
'*::words -- A .wasm or .wat file, or an image; all that follows are the program'\''s own arguments:_default' \
&& ret=0
;;
(start)
_arguments "${_arguments_options[@]}" : \
'--detach-keys=[The keys that leave it running]:KEYS:_default' \
'--root=[Folder of images, compiled code and containers]:DIR:_files' \
'--config=[Configuration file]:FILE:_files' \
'*-H+[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'*--host=[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'--color=[When to use colour]:WHEN:((auto\:"On a terminal, unless \`NO_COLOR\` is set"
always\:"Always"
never\:"Never"))' \
'-a[Show what it writes, and pass on signals]' \
'--attach[Show what it writes, and pass on signals]' \
'-i[Pass on what is typed as well]' \
'--interactive[Pass on what is typed as well]' \
'-q[Say only what was asked for and errors]' \
'--quiet[Say only what was asked for and errors]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
'*::containers -- Names or ids:_default' \
&& ret=0
;;
(stats)
_arguments "${_arguments_options[@]}" : \
'--format=[Write them as \`json\`, a \`table TEMPLATE\` or a Go template]:FORMAT:_default' \
'--root=[Folder of images, compiled code and containers]:DIR:_files' \
'--config=[Configuration file]:FILE:_files' \
'*-H+[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'*--host=[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'--color=[When to use colour]:WHEN:((auto\:"On a terminal, unless \`NO_COLOR\` is set"
always\:"Always"
never\:"Never"))' \
'-a[Show those that do not run, too]' \
'--all[Show those that do not run, too]' \
'--no-stream[Show one measurement, and end]' \
'--no-trunc[Show ids in full]' \
'-q[Say only what was asked for and errors]' \
'--quiet[Say only what was asked for and errors]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
'*::containers -- Names or ids; all that run without any:_default' \
&& ret=0
;;
(stop)
_arguments "${_arguments_options[@]}" : \
'-s+[The signal that asks it to end]:SIGNAL:_default' \
'--signal=[The signal that asks it to end]:SIGNAL:_default' \
'-t+[Seconds until it is killed; -1 for never]:SECONDS:_default' \
'--timeout=[Seconds until it is killed; -1 for never]:SECONDS:_default' \
'--time=[Seconds until it is killed; -1 for never]:SECONDS:_default' \
'--root=[Folder of images, compiled code and containers]:DIR:_files' \
'--config=[Configuration file]:FILE:_files' \
'*-H+[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'*--host=[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'--color=[When to use colour]:WHEN:((auto\:"On a terminal, unless \`NO_COLOR\` is set"
always\:"Always"
never\:"Never"))' \
'-q[Say only what was asked for and errors]' \
'--quiet[Say only what was asked for and errors]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
'*::containers -- Names or ids:_default' \
&& ret=0
;;
(top)
_arguments "${_arguments_options[@]}" : \
'--root=[Folder of images, compiled code and containers]:DIR:_files' \
'--config=[Configuration file]:FILE:_files' \
'*-H+[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'*--host=[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'--color=[When to use colour]:WHEN:((auto\:"On a terminal, unless \`NO_COLOR\` is set"
always\:"Always"
never\:"Never"))' \
'-q[Say only what was asked for and errors]' \
'--quiet[Say only what was asked for and errors]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
'*::words -- Name or id, then flags of `ps`:_default' \
&& ret=0
;;
(unpause)
_arguments "${_arguments_options[@]}" : \
'--root=[Folder of images, compiled code and containers]:DIR:_files' \
'--config=[Configuration file]:FILE:_files' \
'*-H+[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'*--host=[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'--color=[When to use colour]:WHEN:((auto\:"On a terminal, unless \`NO_COLOR\` is set"
always\:"Always"
never\:"Never"))' \
'-q[Say only what was asked for and errors]' \
'--quiet[Say only what was asked for and errors]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
'*::containers -- Names or ids:_default' \
&& ret=0
;;
(update)
_arguments "${_arguments_options[@]}" : \
'-c+[Weight beside others when processors are short]:NUMBER:_default' \
'--cpu-shares=[Weight beside others when processors are short]:NUMBER:_default' \
'--cpus=[Most processors, such as 0.5]:NUMBER:_default' \
'--cpu-period=[Length of a period, in microseconds]:MICROSECONDS:_default' \
'--cpu-quota=[Processor time in each period, in microseconds]:MICROSECONDS:_default' \
'--cpuset-cpus=[Processors that it may use, such as 0-3]:LIST:_default' \
'-m+[Most memory]:BYTES:_default' \
'--memory=[Most memory]:BYTES:_default' \
'--memory-reservation=[Memory that it should have left when memory is short]:BYTES:_default' \
'--memory-swap=[Most memory and swap together; -1 for no end]:BYTES:_default' \
'--pids-limit=[Most processes, or core instances of a Wasm container]:NUMBER:_default' \
'--restart=[What happens after it ended\: no, always, unless-stopped, on-failure\[\:TIMES\]]:POLICY:_default' \
'--image=[Image whose program answers from now on, once it is compiled and has answered its check; no request is lost]:IMAGE:_default' \
'--split=[Parts of the requests for the version that was there and for the new one, such as 90\:10]:OLD:NEW:_default' \
'--check=[Path that the new version must answer with 200 to 399; without it that of the image'\''s HTTP health check]:PATH:_default' \
'--check-timeout=[Seconds that the check may take]:SECONDS:_default' \
'--root=[Folder of images, compiled code and containers]:DIR:_files' \
'--config=[Configuration file]:FILE:_files' \
'*-H+[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'*--host=[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'--color=[When to use colour]:WHEN:((auto\:"On a terminal, unless \`NO_COLOR\` is set"
always\:"Always"
never\:"Never"))' \
'-q[Say only what was asked for and errors]' \
'--quiet[Say only what was asked for and errors]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
'*::containers -- Names or ids:_default' \
&& ret=0
;;
(wait)
_arguments "${_arguments_options[@]}" : \
'--root=[Folder of images, compiled code and containers]:DIR:_files' \
'--config=[Configuration file]:FILE:_files' \
'*-H+[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'*--host=[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'--color=[When to use colour]:WHEN:((auto\:"On a terminal, unless \`NO_COLOR\` is set"
always\:"Always"
never\:"Never"))' \
'-q[Say only what was asked for and errors]' \
'--quiet[Say only what was asked for and errors]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
'*::containers -- Names or ids:_default' \
&& ret=0
;;
(help)
_arguments "${_arguments_options[@]}" : \
":: :_sampan__subcmd__container__subcmd__help_commands" \
"*::: :->help" \
&& ret=0

    case $state in
    (help)
        words=($line[1] "${words[@]}")
        (( CURRENT += 1 ))
        curcontext="${curcontext%:*:*}:sampan-container-help-command-$line[1]:"
        case $line[1] in
            (attach)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(commit)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(cp)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(create)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(diff)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(exec)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(export)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(inspect)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(kill)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(logs)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(ls)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(pause)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(port)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(prune)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(rename)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(restart)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(rm)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(run)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(start)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(stats)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(stop)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(top)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(unpause)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(update)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(wait)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(help)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
        esac
    ;;
esac
;;
        esac
    ;;
esac
;;
(volume)
_arguments "${_arguments_options[@]}" : \
'--root=[Folder of images, compiled code and containers]:DIR:_files' \
'--config=[Configuration file]:FILE:_files' \
'*-H+[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'*--host=[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'--color=[When to use colour]:WHEN:((auto\:"On a terminal, unless \`NO_COLOR\` is set"
always\:"Always"
never\:"Never"))' \
'-q[Say only what was asked for and errors]' \
'--quiet[Say only what was asked for and errors]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
":: :_sampan__subcmd__volume_commands" \
"*::: :->volume" \
&& ret=0

    case $state in
    (volume)
        words=($line[1] "${words[@]}")
        (( CURRENT += 1 ))
        curcontext="${curcontext%:*:*}:sampan-volume-command-$line[1]:"
        case $line[1] in
            (create)
_arguments "${_arguments_options[@]}" : \
'-d+[What keeps it]:DRIVER:_default' \
'--driver=[What keeps it]:DRIVER:_default' \
'*--label=[A label]:KEY[=VALUE]:_default' \
'*-o+[An option of the driver]:KEY=VALUE:_default' \
'*--opt=[An option of the driver]:KEY=VALUE:_default' \
'--root=[Folder of images, compiled code and containers]:DIR:_files' \
'--config=[Configuration file]:FILE:_files' \
'*-H+[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'*--host=[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'--color=[When to use colour]:WHEN:((auto\:"On a terminal, unless \`NO_COLOR\` is set"
always\:"Always"
never\:"Never"))' \
'-q[Say only what was asked for and errors]' \
'--quiet[Say only what was asked for and errors]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
'::name -- Its name; the daemon makes one up without it:_default' \
&& ret=0
;;
(ls)
_arguments "${_arguments_options[@]}" : \
'*-f+[Show those that fit alone]:NAME=VALUE:_default' \
'*--filter=[Show those that fit alone]:NAME=VALUE:_default' \
'--format=[Write them as \`json\`, a \`table TEMPLATE\` or a Go template]:FORMAT:_default' \
'--root=[Folder of images, compiled code and containers]:DIR:_files' \
'--config=[Configuration file]:FILE:_files' \
'*-H+[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'*--host=[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'--color=[When to use colour]:WHEN:((auto\:"On a terminal, unless \`NO_COLOR\` is set"
always\:"Always"
never\:"Never"))' \
'-q[Say only what was asked for and errors]' \
'--quiet[Say only what was asked for and errors]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
&& ret=0
;;
(list)
_arguments "${_arguments_options[@]}" : \
'*-f+[Show those that fit alone]:NAME=VALUE:_default' \
'*--filter=[Show those that fit alone]:NAME=VALUE:_default' \
'--format=[Write them as \`json\`, a \`table TEMPLATE\` or a Go template]:FORMAT:_default' \
'--root=[Folder of images, compiled code and containers]:DIR:_files' \
'--config=[Configuration file]:FILE:_files' \
'*-H+[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'*--host=[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'--color=[When to use colour]:WHEN:((auto\:"On a terminal, unless \`NO_COLOR\` is set"
always\:"Always"
never\:"Never"))' \
'-q[Say only what was asked for and errors]' \
'--quiet[Say only what was asked for and errors]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
&& ret=0
;;
(inspect)
_arguments "${_arguments_options[@]}" : \
'-f+[Write them as \`json\` or by a Go template]:FORMAT:_default' \
'--format=[Write them as \`json\` or by a Go template]:FORMAT:_default' \
'--root=[Folder of images, compiled code and containers]:DIR:_files' \
'--config=[Configuration file]:FILE:_files' \
'*-H+[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'*--host=[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'--color=[When to use colour]:WHEN:((auto\:"On a terminal, unless \`NO_COLOR\` is set"
always\:"Always"
never\:"Never"))' \
'-q[Say only what was asked for and errors]' \
'--quiet[Say only what was asked for and errors]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
'*::volumes -- Names:_default' \
&& ret=0
;;
(rm)
_arguments "${_arguments_options[@]}" : \
'--root=[Folder of images, compiled code and containers]:DIR:_files' \
'--config=[Configuration file]:FILE:_files' \
'*-H+[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'*--host=[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'--color=[When to use colour]:WHEN:((auto\:"On a terminal, unless \`NO_COLOR\` is set"
always\:"Always"
never\:"Never"))' \
'-f[Also where its driver fails, or it is not there]' \
'--force[Also where its driver fails, or it is not there]' \
'-q[Say only what was asked for and errors]' \
'--quiet[Say only what was asked for and errors]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
'*::volumes -- Names:_default' \
&& ret=0
;;
(remove)
_arguments "${_arguments_options[@]}" : \
'--root=[Folder of images, compiled code and containers]:DIR:_files' \
'--config=[Configuration file]:FILE:_files' \
'*-H+[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'*--host=[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'--color=[When to use colour]:WHEN:((auto\:"On a terminal, unless \`NO_COLOR\` is set"
always\:"Always"
never\:"Never"))' \
'-f[Also where its driver fails, or it is not there]' \
'--force[Also where its driver fails, or it is not there]' \
'-q[Say only what was asked for and errors]' \
'--quiet[Say only what was asked for and errors]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
'*::volumes -- Names:_default' \
&& ret=0
;;
(prune)
_arguments "${_arguments_options[@]}" : \
'*--filter=[Remove those that fit alone, such as \`until=24h\` or \`label=a=b\`]:NAME=VALUE:_default' \
'--root=[Folder of images, compiled code and containers]:DIR:_files' \
'--config=[Configuration file]:FILE:_files' \
'*-H+[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'*--host=[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'--color=[When to use colour]:WHEN:((auto\:"On a terminal, unless \`NO_COLOR\` is set"
always\:"Always"
never\:"Never"))' \
'-a[Also those that have names]' \
'--all[Also those that have names]' \
'-f[Do not ask]' \
'--force[Do not ask]' \
'-q[Say only what was asked for and errors]' \
'--quiet[Say only what was asked for and errors]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
&& ret=0
;;
(help)
_arguments "${_arguments_options[@]}" : \
":: :_sampan__subcmd__volume__subcmd__help_commands" \
"*::: :->help" \
&& ret=0

    case $state in
    (help)
        words=($line[1] "${words[@]}")
        (( CURRENT += 1 ))
        curcontext="${curcontext%:*:*}:sampan-volume-help-command-$line[1]:"
        case $line[1] in
            (create)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(ls)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(inspect)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(rm)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(prune)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(help)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
        esac
    ;;
esac
;;
        esac
    ;;
esac
;;
(network)
_arguments "${_arguments_options[@]}" : \
'--root=[Folder of images, compiled code and containers]:DIR:_files' \
'--config=[Configuration file]:FILE:_files' \
'*-H+[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'*--host=[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'--color=[When to use colour]:WHEN:((auto\:"On a terminal, unless \`NO_COLOR\` is set"
always\:"Always"
never\:"Never"))' \
'-q[Say only what was asked for and errors]' \
'--quiet[Say only what was asked for and errors]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
":: :_sampan__subcmd__network_commands" \
"*::: :->network" \
&& ret=0

    case $state in
    (network)
        words=($line[1] "${words[@]}")
        (( CURRENT += 1 ))
        curcontext="${curcontext%:*:*}:sampan-network-command-$line[1]:"
        case $line[1] in
            (create)
_arguments "${_arguments_options[@]}" : \
'-d+[What makes it]:DRIVER:_default' \
'--driver=[What makes it]:DRIVER:_default' \
'*--subnet=[Its addresses, such as 10.9.0.0/16]:SUBNET:_default' \
'*--ip-range=[The part of them that containers get]:SUBNET:_default' \
'*--gateway=[The address of its way out]:ADDRESS:_default' \
'--ipam-driver=[What gives addresses out]:DRIVER:_default' \
'*--label=[A label]:KEY[=VALUE]:_default' \
'*-o+[An option of the driver]:KEY=VALUE:_default' \
'*--opt=[An option of the driver]:KEY=VALUE:_default' \
'--root=[Folder of images, compiled code and containers]:DIR:_files' \
'--config=[Configuration file]:FILE:_files' \
'*-H+[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'*--host=[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'--color=[When to use colour]:WHEN:((auto\:"On a terminal, unless \`NO_COLOR\` is set"
always\:"Always"
never\:"Never"))' \
'--attachable[Let containers come and go by hand (of swarm)]' \
'--internal[Let nothing out of it]' \
'--ipv6[With addresses of version 6]' \
'-q[Say only what was asked for and errors]' \
'--quiet[Say only what was asked for and errors]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
':name -- Its name:_default' \
&& ret=0
;;
(ls)
_arguments "${_arguments_options[@]}" : \
'*-f+[Show those that fit alone]:NAME=VALUE:_default' \
'*--filter=[Show those that fit alone]:NAME=VALUE:_default' \
'--format=[Write them as \`json\`, a \`table TEMPLATE\` or a Go template]:FORMAT:_default' \
'--root=[Folder of images, compiled code and containers]:DIR:_files' \
'--config=[Configuration file]:FILE:_files' \
'*-H+[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'*--host=[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'--color=[When to use colour]:WHEN:((auto\:"On a terminal, unless \`NO_COLOR\` is set"
always\:"Always"
never\:"Never"))' \
'--no-trunc[Show ids in full]' \
'-q[Say only what was asked for and errors]' \
'--quiet[Say only what was asked for and errors]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
&& ret=0
;;
(list)
_arguments "${_arguments_options[@]}" : \
'*-f+[Show those that fit alone]:NAME=VALUE:_default' \
'*--filter=[Show those that fit alone]:NAME=VALUE:_default' \
'--format=[Write them as \`json\`, a \`table TEMPLATE\` or a Go template]:FORMAT:_default' \
'--root=[Folder of images, compiled code and containers]:DIR:_files' \
'--config=[Configuration file]:FILE:_files' \
'*-H+[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'*--host=[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'--color=[When to use colour]:WHEN:((auto\:"On a terminal, unless \`NO_COLOR\` is set"
always\:"Always"
never\:"Never"))' \
'--no-trunc[Show ids in full]' \
'-q[Say only what was asked for and errors]' \
'--quiet[Say only what was asked for and errors]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
&& ret=0
;;
(inspect)
_arguments "${_arguments_options[@]}" : \
'-f+[Write them as \`json\` or by a Go template]:FORMAT:_default' \
'--format=[Write them as \`json\` or by a Go template]:FORMAT:_default' \
'--root=[Folder of images, compiled code and containers]:DIR:_files' \
'--config=[Configuration file]:FILE:_files' \
'*-H+[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'*--host=[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'--color=[When to use colour]:WHEN:((auto\:"On a terminal, unless \`NO_COLOR\` is set"
always\:"Always"
never\:"Never"))' \
'-v[With what only debugging needs]' \
'--verbose[With what only debugging needs]' \
'-q[Say only what was asked for and errors]' \
'--quiet[Say only what was asked for and errors]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
'*::networks -- Names or ids:_default' \
&& ret=0
;;
(rm)
_arguments "${_arguments_options[@]}" : \
'--root=[Folder of images, compiled code and containers]:DIR:_files' \
'--config=[Configuration file]:FILE:_files' \
'*-H+[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'*--host=[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'--color=[When to use colour]:WHEN:((auto\:"On a terminal, unless \`NO_COLOR\` is set"
always\:"Always"
never\:"Never"))' \
'-f[It is no error where it is not there]' \
'--force[It is no error where it is not there]' \
'-q[Say only what was asked for and errors]' \
'--quiet[Say only what was asked for and errors]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
'*::networks -- Names or ids:_default' \
&& ret=0
;;
(remove)
_arguments "${_arguments_options[@]}" : \
'--root=[Folder of images, compiled code and containers]:DIR:_files' \
'--config=[Configuration file]:FILE:_files' \
'*-H+[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'*--host=[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'--color=[When to use colour]:WHEN:((auto\:"On a terminal, unless \`NO_COLOR\` is set"
always\:"Always"
never\:"Never"))' \
'-f[It is no error where it is not there]' \
'--force[It is no error where it is not there]' \
'-q[Say only what was asked for and errors]' \
'--quiet[Say only what was asked for and errors]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
'*::networks -- Names or ids:_default' \
&& ret=0
;;
(connect)
_arguments "${_arguments_options[@]}" : \
'*--alias=[Another name that it has there]:NAME:_default' \
'--ip=[The address that it has there]:ADDRESS:_default' \
'--ip6=[The address of version 6 that it has there]:ADDRESS:_default' \
'*--link=[Another container by its name, or by NAME\:ALIAS]:CONTAINER:_default' \
'*--driver-opt=[An option of the driver]:KEY=VALUE:_default' \
'--root=[Folder of images, compiled code and containers]:DIR:_files' \
'--config=[Configuration file]:FILE:_files' \
'*-H+[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'*--host=[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'--color=[When to use colour]:WHEN:((auto\:"On a terminal, unless \`NO_COLOR\` is set"
always\:"Always"
never\:"Never"))' \
'-q[Say only what was asked for and errors]' \
'--quiet[Say only what was asked for and errors]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
':network -- Name or id of the network:_default' \
':container -- Name or id of the container:_default' \
&& ret=0
;;
(disconnect)
_arguments "${_arguments_options[@]}" : \
'--root=[Folder of images, compiled code and containers]:DIR:_files' \
'--config=[Configuration file]:FILE:_files' \
'*-H+[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'*--host=[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'--color=[When to use colour]:WHEN:((auto\:"On a terminal, unless \`NO_COLOR\` is set"
always\:"Always"
never\:"Never"))' \
'-f[Also where the container is gone]' \
'--force[Also where the container is gone]' \
'-q[Say only what was asked for and errors]' \
'--quiet[Say only what was asked for and errors]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
':network -- Name or id of the network:_default' \
':container -- Name or id of the container:_default' \
&& ret=0
;;
(prune)
_arguments "${_arguments_options[@]}" : \
'*--filter=[Remove those that fit alone, such as \`until=24h\` or \`label=a=b\`]:NAME=VALUE:_default' \
'--root=[Folder of images, compiled code and containers]:DIR:_files' \
'--config=[Configuration file]:FILE:_files' \
'*-H+[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'*--host=[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'--color=[When to use colour]:WHEN:((auto\:"On a terminal, unless \`NO_COLOR\` is set"
always\:"Always"
never\:"Never"))' \
'-f[Do not ask]' \
'--force[Do not ask]' \
'-q[Say only what was asked for and errors]' \
'--quiet[Say only what was asked for and errors]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
&& ret=0
;;
(help)
_arguments "${_arguments_options[@]}" : \
":: :_sampan__subcmd__network__subcmd__help_commands" \
"*::: :->help" \
&& ret=0

    case $state in
    (help)
        words=($line[1] "${words[@]}")
        (( CURRENT += 1 ))
        curcontext="${curcontext%:*:*}:sampan-network-help-command-$line[1]:"
        case $line[1] in
            (create)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(ls)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(inspect)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(rm)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(connect)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(disconnect)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(prune)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(help)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
        esac
    ;;
esac
;;
        esac
    ;;
esac
;;
(events)
_arguments "${_arguments_options[@]}" : \
'--root=[Folder of images, compiled code and containers]:DIR:_files' \
'--config=[Configuration file]:FILE:_files' \
'*-H+[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'*--host=[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'--color=[When to use colour]:WHEN:((auto\:"On a terminal, unless \`NO_COLOR\` is set"
always\:"Always"
never\:"Never"))' \
'*-f+[Show those that fit alone]:NAME=VALUE:_default' \
'*--filter=[Show those that fit alone]:NAME=VALUE:_default' \
'--format=[Write them as \`json\` or by a Go template]:FORMAT:_default' \
'--since=[Also what has happened since this time\: \`2026-01-02T15\:04\:05Z\`, or \`42m\` for so long ago]:TIME:_default' \
'--until=[Only up to this time]:TIME:_default' \
'-q[Say only what was asked for and errors]' \
'--quiet[Say only what was asked for and errors]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
&& ret=0
;;
(version)
_arguments "${_arguments_options[@]}" : \
'--root=[Folder of images, compiled code and containers]:DIR:_files' \
'--config=[Configuration file]:FILE:_files' \
'*-H+[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'*--host=[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'--color=[When to use colour]:WHEN:((auto\:"On a terminal, unless \`NO_COLOR\` is set"
always\:"Always"
never\:"Never"))' \
'-f+[Write it as \`json\` or by a Go template]:FORMAT:_default' \
'--format=[Write it as \`json\` or by a Go template]:FORMAT:_default' \
'-q[Say only what was asked for and errors]' \
'--quiet[Say only what was asked for and errors]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
&& ret=0
;;
(system)
_arguments "${_arguments_options[@]}" : \
'--root=[Folder of images, compiled code and containers]:DIR:_files' \
'--config=[Configuration file]:FILE:_files' \
'*-H+[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'*--host=[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'--color=[When to use colour]:WHEN:((auto\:"On a terminal, unless \`NO_COLOR\` is set"
always\:"Always"
never\:"Never"))' \
'-q[Say only what was asked for and errors]' \
'--quiet[Say only what was asked for and errors]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
":: :_sampan__subcmd__system_commands" \
"*::: :->system" \
&& ret=0

    case $state in
    (system)
        words=($line[1] "${words[@]}")
        (( CURRENT += 1 ))
        curcontext="${curcontext%:*:*}:sampan-system-command-$line[1]:"
        case $line[1] in
            (df)
_arguments "${_arguments_options[@]}" : \
'--format=[Write what the daemon says as \`json\`, a \`table TEMPLATE\` or a Go template]:FORMAT:_default' \
'--root=[Folder of images, compiled code and containers]:DIR:_files' \
'--config=[Configuration file]:FILE:_files' \
'*-H+[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'*--host=[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'--color=[When to use colour]:WHEN:((auto\:"On a terminal, unless \`NO_COLOR\` is set"
always\:"Always"
never\:"Never"))' \
'--json[Print JSON, sizes in bytes\: what lies in the folder of state here]' \
'-q[Say only what was asked for and errors]' \
'--quiet[Say only what was asked for and errors]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
&& ret=0
;;
(prune)
_arguments "${_arguments_options[@]}" : \
'*--filter=[Remove those that fit alone (needs the daemon)]:NAME=VALUE:_default' \
'--root=[Folder of images, compiled code and containers]:DIR:_files' \
'--config=[Configuration file]:FILE:_files' \
'*-H+[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'*--host=[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'--color=[When to use colour]:WHEN:((auto\:"On a terminal, unless \`NO_COLOR\` is set"
always\:"Always"
never\:"Never"))' \
'-a[Compiled code and unpacked files as well, which come again when needed; with a daemon, all unused images]' \
'--all[Compiled code and unpacked files as well, which come again when needed; with a daemon, all unused images]' \
'-f[Do not ask (it asks only where there is a daemon)]' \
'--force[Do not ask (it asks only where there is a daemon)]' \
'--volumes[Unused volumes as well (needs the daemon)]' \
'-q[Say only what was asked for and errors]' \
'--quiet[Say only what was asked for and errors]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
&& ret=0
;;
(info)
_arguments "${_arguments_options[@]}" : \
'-f+[Write it as \`json\` or by a Go template]:FORMAT:_default' \
'--format=[Write it as \`json\` or by a Go template]:FORMAT:_default' \
'--root=[Folder of images, compiled code and containers]:DIR:_files' \
'--config=[Configuration file]:FILE:_files' \
'*-H+[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'*--host=[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'--color=[When to use colour]:WHEN:((auto\:"On a terminal, unless \`NO_COLOR\` is set"
always\:"Always"
never\:"Never"))' \
'-q[Say only what was asked for and errors]' \
'--quiet[Say only what was asked for and errors]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
&& ret=0
;;
(events)
_arguments "${_arguments_options[@]}" : \
'*-f+[Show those that fit alone]:NAME=VALUE:_default' \
'*--filter=[Show those that fit alone]:NAME=VALUE:_default' \
'--format=[Write them as \`json\` or by a Go template]:FORMAT:_default' \
'--since=[Also what has happened since this time\: \`2026-01-02T15\:04\:05Z\`, or \`42m\` for so long ago]:TIME:_default' \
'--until=[Only up to this time]:TIME:_default' \
'--root=[Folder of images, compiled code and containers]:DIR:_files' \
'--config=[Configuration file]:FILE:_files' \
'*-H+[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'*--host=[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'--color=[When to use colour]:WHEN:((auto\:"On a terminal, unless \`NO_COLOR\` is set"
always\:"Always"
never\:"Never"))' \
'-q[Say only what was asked for and errors]' \
'--quiet[Say only what was asked for and errors]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
&& ret=0
;;
(help)
_arguments "${_arguments_options[@]}" : \
":: :_sampan__subcmd__system__subcmd__help_commands" \
"*::: :->help" \
&& ret=0

    case $state in
    (help)
        words=($line[1] "${words[@]}")
        (( CURRENT += 1 ))
        curcontext="${curcontext%:*:*}:sampan-system-help-command-$line[1]:"
        case $line[1] in
            (df)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(prune)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(info)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(events)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(help)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
        esac
    ;;
esac
;;
        esac
    ;;
esac
;;
(login)
_arguments "${_arguments_options[@]}" : \
'--root=[Folder of images, compiled code and containers]:DIR:_files' \
'--config=[Configuration file]:FILE:_files' \
'*-H+[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'*--host=[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'--color=[When to use colour]:WHEN:((auto\:"On a terminal, unless \`NO_COLOR\` is set"
always\:"Always"
never\:"Never"))' \
'-u+[User name]:USERNAME:_default' \
'--username=[User name]:USERNAME:_default' \
'(--password-stdin)-p+[Password; seen by others in the list of processes]:PASSWORD:_default' \
'(--password-stdin)--password=[Password; seen by others in the list of processes]:PASSWORD:_default' \
'-q[Say only what was asked for and errors]' \
'--quiet[Say only what was asked for and errors]' \
'--password-stdin[Read the password from standard input]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
'::registry -- The registry; Docker Hub where it is left out:_default' \
&& ret=0
;;
(logout)
_arguments "${_arguments_options[@]}" : \
'--root=[Folder of images, compiled code and containers]:DIR:_files' \
'--config=[Configuration file]:FILE:_files' \
'*-H+[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'*--host=[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'--color=[When to use colour]:WHEN:((auto\:"On a terminal, unless \`NO_COLOR\` is set"
always\:"Always"
never\:"Never"))' \
'-q[Say only what was asked for and errors]' \
'--quiet[Say only what was asked for and errors]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
'::registry -- The registry; Docker Hub where it is left out:_default' \
&& ret=0
;;
(daemon)
_arguments "${_arguments_options[@]}" : \
'--root=[Folder of images, compiled code and containers]:DIR:_files' \
'--config=[Configuration file]:FILE:_files' \
'*-H+[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'*--host=[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'--color=[When to use colour]:WHEN:((auto\:"On a terminal, unless \`NO_COLOR\` is set"
always\:"Always"
never\:"Never"))' \
'*--listen=[Where to listen\: \`unix\:///PATH\`, or \`tcp\://ADDRESS\:PORT\` with the three \`--tls\` files (\`--host\` says the same)]:PLACE:_default' \
'-G+[The group that may open the Unix socket. Whoever may open it is as good as root]:GROUP:_default' \
'--group=[The group that may open the Unix socket. Whoever may open it is as good as root]:GROUP:_default' \
'--wasm-socket=[A second Unix socket, for Wasm containers without folders and networks of the host\: safe to hand out]:PATH:_files' \
'--config-file=[File of settings, in the form of Docker'\''s \`daemon.json\`]:FILE:_files' \
'--data-root=[Folder of images, containers and volumes, as \`--root\`]:DIR:_files' \
'--exec-root=[Folder of sockets and of what else ends with the machine]:DIR:_files' \
'-p+[Where to write the process id]:FILE:_files' \
'--pidfile=[Where to write the process id]:FILE:_files' \
'--tlscacert=[The authority that clients'\'' certificates come from, PEM]:FILE:_files' \
'--tlscert=[The daemon'\''s certificate chain, PEM]:FILE:_files' \
'--tlskey=[The daemon'\''s private key, PEM]:FILE:_files' \
'--metrics-addr=[Address for \`/metrics\`, \`/live\` and \`/ready\` alone]:ADDRESS:PORT:_default' \
'--log-driver=[Where output of containers goes that say nothing about it]:DRIVER:_default' \
'*--log-opt=[How\: \`max-size=10m\`, \`max-file=3\`]:KEY=VALUE:_default' \
'--journal-socket=[The journal'\''s socket, for the log driver \`journald\` (default\: systemd'\''s)]:FILE:_files' \
'--otlp-endpoint=[Send OpenTelemetry traces to this collector, as OTLP over HTTP in JSON (default\: what \`OTEL_EXPORTER_OTLP_ENDPOINT\` says, else none are sent)]:URL:_default' \
'*--label=[Labels of the daemon itself]:KEY=VALUE:_default' \
'--ip=[Where ports are published that name no address (default\: 127.0.0.1)]:ADDRESS:_default' \
'--bip=[The gateway of the network \`bridge\`, with the length of its subnet'\''s prefix]:ADDRESS/LENGTH:_default' \
'--fixed-cidr=[The part of that subnet from which addresses are chosen]:SUBNET:_default' \
'--mtu=[The largest packet of the network \`bridge\`, in bytes]:BYTES:_default' \
'*--dns=[Name servers of containers, in place of the machine'\''s]:ADDRESS:_default' \
'*--dns-opt=[Options of their resolvers\: \`ndots\:1\`]:OPTION:_default' \
'*--dns-search=[Where they look for short names]:DOMAIN:_default' \
'--icc=[Whether members of the network \`bridge\` reach each other (default\: true)]::BOOL:(true false)' \
'--ip-masq=[Whether they seem to be the host elsewhere (default\: true)]::BOOL:(true false)' \
'--ip-forward=[Whether to let the host forward packets, without which containers reach nothing else (default\: true)]::BOOL:(true false)' \
'--ip-forward-no-drop=[Whether to let all packets pass then, also between other networks of the host]::BOOL:(true false)' \
'*--default-address-pool=[A range from which networks get their subnets\: \`base=10.0.0.0/8,size=24\`]:RANGE:_default' \
'--shutdown-timeout=[Seconds that running requests are given when the daemon ends]:SECONDS:_default' \
'-l+[How much to say]:LEVEL:((debug\:"Everything"
info\:"Requests, starts and ends"
warn\:"What may be wrong"
error\:"What is wrong"))' \
'--log-level=[How much to say]:LEVEL:((debug\:"Everything"
info\:"Requests, starts and ends"
warn\:"What may be wrong"
error\:"What is wrong"))' \
'--log-format=[In which form]:FORM:((text\:"Lines for people"
json\:"A JSON document for each line"))' \
'--unit=[Where \`--install\` writes the unit]:FILE:_files' \
'-q[Say only what was asked for and errors]' \
'--quiet[Say only what was asked for and errors]' \
'--read-only[Answer only what changes nothing]' \
'-D[Say more]' \
'--debug[Say more]' \
'--install[Write a systemd unit for this program and say how to start it, instead of serving]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
&& ret=0
;;
(registry)
_arguments "${_arguments_options[@]}" : \
'--root=[Folder of images, compiled code and containers]:DIR:_files' \
'--config=[Configuration file]:FILE:_files' \
'*-H+[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'*--host=[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'--color=[When to use colour]:WHEN:((auto\:"On a terminal, unless \`NO_COLOR\` is set"
always\:"Always"
never\:"Never"))' \
'--listen=[Where to listen; beyond loopback only with TLS and users]:[ADDR:]PORT:_default' \
'--tls-cert=[Certificate chain, PEM]:FILE:_files' \
'--tls-key=[Private key, PEM]:FILE:_files' \
'--htpasswd=[Users and their bcrypt hashes, as \`htpasswd -B\` writes them]:FILE:_files' \
'--auth=[How credentials travel]:AUTH:((basic\:"With every request"
token\:"Once, for a token"))' \
'--public-url=[URL under which clients reach this server, where it is behind a proxy]:URL:_default' \
'-q[Say only what was asked for and errors]' \
'--quiet[Say only what was asked for and errors]' \
'--anonymous-pull[Let everybody pull]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
&& ret=0
;;
(info)
_arguments "${_arguments_options[@]}" : \
'--root=[Folder of images, compiled code and containers]:DIR:_files' \
'--config=[Configuration file]:FILE:_files' \
'*-H+[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'*--host=[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'--color=[When to use colour]:WHEN:((auto\:"On a terminal, unless \`NO_COLOR\` is set"
always\:"Always"
never\:"Never"))' \
'-q[Say only what was asked for and errors]' \
'--quiet[Say only what was asked for and errors]' \
'--json[Print JSON]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
&& ret=0
;;
(doctor)
_arguments "${_arguments_options[@]}" : \
'--root=[Folder of images, compiled code and containers]:DIR:_files' \
'--config=[Configuration file]:FILE:_files' \
'*-H+[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'*--host=[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'--color=[When to use colour]:WHEN:((auto\:"On a terminal, unless \`NO_COLOR\` is set"
always\:"Always"
never\:"Never"))' \
'-q[Say only what was asked for and errors]' \
'--quiet[Say only what was asked for and errors]' \
'--json[Print JSON]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
&& ret=0
;;
(reference)
_arguments "${_arguments_options[@]}" : \
'--root=[Folder of images, compiled code and containers]:DIR:_files' \
'--config=[Configuration file]:FILE:_files' \
'*-H+[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'*--host=[Socket of the daemon\: unix\:///PATH; for \`sampan daemon\` where it listens, also more than once]:ADDRESS:_default' \
'--color=[When to use colour]:WHEN:((auto\:"On a terminal, unless \`NO_COLOR\` is set"
always\:"Always"
never\:"Never"))' \
'-q[Say only what was asked for and errors]' \
'--quiet[Say only what was asked for and errors]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
':dir -- The folder to write to:_files' \
&& ret=0
;;
(help)
_arguments "${_arguments_options[@]}" : \
":: :_sampan__subcmd__help_commands" \
"*::: :->help" \
&& ret=0

    case $state in
    (help)
        words=($line[1] "${words[@]}")
        (( CURRENT += 1 ))
        curcontext="${curcontext%:*:*}:sampan-help-command-$line[1]:"
        case $line[1] in
            (run)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(serve)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(call)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(link)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(inspect)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(image)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(images)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(pull)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(push)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(tag)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(rmi)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(save)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(load)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(history)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(ps)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(rm)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(create)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(start)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(stop)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(restart)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(kill)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(pause)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(unpause)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(wait)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(logs)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(attach)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(exec)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(cp)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(stats)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(metrics)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(top)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(port)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(diff)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(build)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(builder)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(commit)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(export)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(rename)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(update)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(compose)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(container)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(volume)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(network)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(events)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(version)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(system)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(login)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(logout)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(daemon)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(registry)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(info)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(reference)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(help)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
        esac
    ;;
esac
;;
        esac
    ;;
esac
}

(( $+functions[_sampan_commands] )) ||
_sampan_commands() {
    local commands; commands=(
'run:Run a Wasm file or image\: in the foreground, or with \`-d\` on the daemon' \
'serve:Serve Wasm files or images that answer HTTP requests, one or several on a port' \
'call:Call functions of a Wasm file or image with values, and show what they give' \
'link:Make one component of several, by giving what some export to what others import' \
'inspect:Show what a file, image or container is, may do and did' \
'image:Manage images' \
'images:List images' \
'pull:Download an image' \
'push:Upload an image' \
'tag:Give an image another name' \
'rmi:Remove images' \
'save:Write images into an archive' \
'load:Take images out of an archive' \
'history:Show how an image came to be' \
'ps:List containers' \
'rm:Remove containers' \
'create:Make a container, and start it not' \
'start:Start containers that are there already' \
'stop:Stop containers' \
'restart:Stop containers and start them again' \
'kill:Send containers a signal' \
'pause:Hold containers up' \
'unpause:Let containers go on' \
'wait:Wait until containers have ended' \
'logs:Show what a container wrote' \
'attach:Take part in a container'\''s streams' \
'exec:Run a further program in a running container' \
'cp:Copy files between a container and here' \
'stats:Show what containers use, as it changes' \
'metrics:Show what servers have answered, version by version' \
'top:Show the processes of a container' \
'port:Show where a container'\''s ports are reached' \
'diff:Show how a container'\''s files differ from its image'\''s' \
'build:Build an image from a Dockerfile' \
'builder:Build images, and remove what builds keep' \
'commit:Make an image of a container' \
'export:Write all files of a container into an archive' \
'rename:Give a container another name' \
'update:Change containers'\'' limits, or the program of a server without a pause' \
'compose:Run the services of a compose file' \
'container:Manage containers' \
'volume:Manage volumes' \
'network:Manage networks' \
'events:Show what happens, as it happens' \
'version:Show the versions of this program and of the daemon' \
'system:Show disk use, and give disk back' \
'login:Store credentials for a registry' \
'logout:Forget credentials for a registry' \
'daemon:Answer the Docker API, for docker and every tool that speaks to it' \
'registry:Serve a registry' \
'info:Show what this machine can do, and what follows from each no' \
'doctor:Show what this machine can do, and what follows from each no' \
'reference:Write the reference pages, completions and man pages' \
'help:Print this message or the help of the given subcommand(s)' \
    )
    _describe -t commands 'sampan commands' commands "$@"
}
(( $+functions[_sampan__subcmd__attach_commands] )) ||
_sampan__subcmd__attach_commands() {
    local commands; commands=()
    _describe -t commands 'sampan attach commands' commands "$@"
}
(( $+functions[_sampan__subcmd__build_commands] )) ||
_sampan__subcmd__build_commands() {
    local commands; commands=()
    _describe -t commands 'sampan build commands' commands "$@"
}
(( $+functions[_sampan__subcmd__builder_commands] )) ||
_sampan__subcmd__builder_commands() {
    local commands; commands=(
'build:Build an image from a Dockerfile' \
'prune:Remove what builds keep for later ones' \
'help:Print this message or the help of the given subcommand(s)' \
    )
    _describe -t commands 'sampan builder commands' commands "$@"
}
(( $+functions[_sampan__subcmd__builder__subcmd__build_commands] )) ||
_sampan__subcmd__builder__subcmd__build_commands() {
    local commands; commands=()
    _describe -t commands 'sampan builder build commands' commands "$@"
}
(( $+functions[_sampan__subcmd__builder__subcmd__help_commands] )) ||
_sampan__subcmd__builder__subcmd__help_commands() {
    local commands; commands=(
'build:Build an image from a Dockerfile' \
'prune:Remove what builds keep for later ones' \
'help:Print this message or the help of the given subcommand(s)' \
    )
    _describe -t commands 'sampan builder help commands' commands "$@"
}
(( $+functions[_sampan__subcmd__builder__subcmd__help__subcmd__build_commands] )) ||
_sampan__subcmd__builder__subcmd__help__subcmd__build_commands() {
    local commands; commands=()
    _describe -t commands 'sampan builder help build commands' commands "$@"
}
(( $+functions[_sampan__subcmd__builder__subcmd__help__subcmd__help_commands] )) ||
_sampan__subcmd__builder__subcmd__help__subcmd__help_commands() {
    local commands; commands=()
    _describe -t commands 'sampan builder help help commands' commands "$@"
}
(( $+functions[_sampan__subcmd__builder__subcmd__help__subcmd__prune_commands] )) ||
_sampan__subcmd__builder__subcmd__help__subcmd__prune_commands() {
    local commands; commands=()
    _describe -t commands 'sampan builder help prune commands' commands "$@"
}
(( $+functions[_sampan__subcmd__builder__subcmd__prune_commands] )) ||
_sampan__subcmd__builder__subcmd__prune_commands() {
    local commands; commands=()
    _describe -t commands 'sampan builder prune commands' commands "$@"
}
(( $+functions[_sampan__subcmd__call_commands] )) ||
_sampan__subcmd__call_commands() {
    local commands; commands=()
    _describe -t commands 'sampan call commands' commands "$@"
}
(( $+functions[_sampan__subcmd__commit_commands] )) ||
_sampan__subcmd__commit_commands() {
    local commands; commands=()
    _describe -t commands 'sampan commit commands' commands "$@"
}
(( $+functions[_sampan__subcmd__compose_commands] )) ||
_sampan__subcmd__compose_commands() {
    local commands; commands=(
'build:Build the images of services' \
'config:Show what the files say, with everything filled in' \
'convert:Show what the files say, with everything filled in' \
'cp:Copy files between a service'\''s container and here' \
'create:Make containers, and start them not' \
'down:Stop and remove containers and networks' \
'events:Show what happens in the project, as it happens' \
'exec:Run a further program in a running container of a service' \
'images:List the images that containers use' \
'kill:Send containers a signal' \
'logs:Show what services wrote' \
'ls:List projects' \
'pause:Hold containers up' \
'port:Show where a service'\''s port is reached' \
'ps:List containers' \
'pull:Download the images of services' \
'push:Upload the images of services' \
'restart:Stop containers and start them again' \
'rm:Remove containers that do not run' \
'run:Run one task in a container of a service' \
'scale:Set how many containers services have' \
'start:Start containers that are there already' \
'stop:Stop containers' \
'top:Show the processes of services' \
'unpause:Let containers go on' \
'up:Make and start containers' \
'version:Show the version' \
'volumes:List the project'\''s volumes' \
'wait:Wait until containers of services have ended' \
'watch:Bring into containers what changes on the disk' \
'help:Print this message or the help of the given subcommand(s)' \
    )
    _describe -t commands 'sampan compose commands' commands "$@"
}
(( $+functions[_sampan__subcmd__compose__subcmd__build_commands] )) ||
_sampan__subcmd__compose__subcmd__build_commands() {
    local commands; commands=()
    _describe -t commands 'sampan compose build commands' commands "$@"
}
(( $+functions[_sampan__subcmd__compose__subcmd__config_commands] )) ||
_sampan__subcmd__compose__subcmd__config_commands() {
    local commands; commands=()
    _describe -t commands 'sampan compose config commands' commands "$@"
}
(( $+functions[_sampan__subcmd__compose__subcmd__cp_commands] )) ||
_sampan__subcmd__compose__subcmd__cp_commands() {
    local commands; commands=()
    _describe -t commands 'sampan compose cp commands' commands "$@"
}
(( $+functions[_sampan__subcmd__compose__subcmd__create_commands] )) ||
_sampan__subcmd__compose__subcmd__create_commands() {
    local commands; commands=()
    _describe -t commands 'sampan compose create commands' commands "$@"
}
(( $+functions[_sampan__subcmd__compose__subcmd__down_commands] )) ||
_sampan__subcmd__compose__subcmd__down_commands() {
    local commands; commands=()
    _describe -t commands 'sampan compose down commands' commands "$@"
}
(( $+functions[_sampan__subcmd__compose__subcmd__events_commands] )) ||
_sampan__subcmd__compose__subcmd__events_commands() {
    local commands; commands=()
    _describe -t commands 'sampan compose events commands' commands "$@"
}
(( $+functions[_sampan__subcmd__compose__subcmd__exec_commands] )) ||
_sampan__subcmd__compose__subcmd__exec_commands() {
    local commands; commands=()
    _describe -t commands 'sampan compose exec commands' commands "$@"
}
(( $+functions[_sampan__subcmd__compose__subcmd__help_commands] )) ||
_sampan__subcmd__compose__subcmd__help_commands() {
    local commands; commands=(
'build:Build the images of services' \
'config:Show what the files say, with everything filled in' \
'cp:Copy files between a service'\''s container and here' \
'create:Make containers, and start them not' \
'down:Stop and remove containers and networks' \
'events:Show what happens in the project, as it happens' \
'exec:Run a further program in a running container of a service' \
'images:List the images that containers use' \
'kill:Send containers a signal' \
'logs:Show what services wrote' \
'ls:List projects' \
'pause:Hold containers up' \
'port:Show where a service'\''s port is reached' \
'ps:List containers' \
'pull:Download the images of services' \
'push:Upload the images of services' \
'restart:Stop containers and start them again' \
'rm:Remove containers that do not run' \
'run:Run one task in a container of a service' \
'scale:Set how many containers services have' \
'start:Start containers that are there already' \
'stop:Stop containers' \
'top:Show the processes of services' \
'unpause:Let containers go on' \
'up:Make and start containers' \
'version:Show the version' \
'volumes:List the project'\''s volumes' \
'wait:Wait until containers of services have ended' \
'watch:Bring into containers what changes on the disk' \
'help:Print this message or the help of the given subcommand(s)' \
    )
    _describe -t commands 'sampan compose help commands' commands "$@"
}
(( $+functions[_sampan__subcmd__compose__subcmd__help__subcmd__build_commands] )) ||
_sampan__subcmd__compose__subcmd__help__subcmd__build_commands() {
    local commands; commands=()
    _describe -t commands 'sampan compose help build commands' commands "$@"
}
(( $+functions[_sampan__subcmd__compose__subcmd__help__subcmd__config_commands] )) ||
_sampan__subcmd__compose__subcmd__help__subcmd__config_commands() {
    local commands; commands=()
    _describe -t commands 'sampan compose help config commands' commands "$@"
}
(( $+functions[_sampan__subcmd__compose__subcmd__help__subcmd__cp_commands] )) ||
_sampan__subcmd__compose__subcmd__help__subcmd__cp_commands() {
    local commands; commands=()
    _describe -t commands 'sampan compose help cp commands' commands "$@"
}
(( $+functions[_sampan__subcmd__compose__subcmd__help__subcmd__create_commands] )) ||
_sampan__subcmd__compose__subcmd__help__subcmd__create_commands() {
    local commands; commands=()
    _describe -t commands 'sampan compose help create commands' commands "$@"
}
(( $+functions[_sampan__subcmd__compose__subcmd__help__subcmd__down_commands] )) ||
_sampan__subcmd__compose__subcmd__help__subcmd__down_commands() {
    local commands; commands=()
    _describe -t commands 'sampan compose help down commands' commands "$@"
}
(( $+functions[_sampan__subcmd__compose__subcmd__help__subcmd__events_commands] )) ||
_sampan__subcmd__compose__subcmd__help__subcmd__events_commands() {
    local commands; commands=()
    _describe -t commands 'sampan compose help events commands' commands "$@"
}
(( $+functions[_sampan__subcmd__compose__subcmd__help__subcmd__exec_commands] )) ||
_sampan__subcmd__compose__subcmd__help__subcmd__exec_commands() {
    local commands; commands=()
    _describe -t commands 'sampan compose help exec commands' commands "$@"
}
(( $+functions[_sampan__subcmd__compose__subcmd__help__subcmd__help_commands] )) ||
_sampan__subcmd__compose__subcmd__help__subcmd__help_commands() {
    local commands; commands=()
    _describe -t commands 'sampan compose help help commands' commands "$@"
}
(( $+functions[_sampan__subcmd__compose__subcmd__help__subcmd__images_commands] )) ||
_sampan__subcmd__compose__subcmd__help__subcmd__images_commands() {
    local commands; commands=()
    _describe -t commands 'sampan compose help images commands' commands "$@"
}
(( $+functions[_sampan__subcmd__compose__subcmd__help__subcmd__kill_commands] )) ||
_sampan__subcmd__compose__subcmd__help__subcmd__kill_commands() {
    local commands; commands=()
    _describe -t commands 'sampan compose help kill commands' commands "$@"
}
(( $+functions[_sampan__subcmd__compose__subcmd__help__subcmd__logs_commands] )) ||
_sampan__subcmd__compose__subcmd__help__subcmd__logs_commands() {
    local commands; commands=()
    _describe -t commands 'sampan compose help logs commands' commands "$@"
}
(( $+functions[_sampan__subcmd__compose__subcmd__help__subcmd__ls_commands] )) ||
_sampan__subcmd__compose__subcmd__help__subcmd__ls_commands() {
    local commands; commands=()
    _describe -t commands 'sampan compose help ls commands' commands "$@"
}
(( $+functions[_sampan__subcmd__compose__subcmd__help__subcmd__pause_commands] )) ||
_sampan__subcmd__compose__subcmd__help__subcmd__pause_commands() {
    local commands; commands=()
    _describe -t commands 'sampan compose help pause commands' commands "$@"
}
(( $+functions[_sampan__subcmd__compose__subcmd__help__subcmd__port_commands] )) ||
_sampan__subcmd__compose__subcmd__help__subcmd__port_commands() {
    local commands; commands=()
    _describe -t commands 'sampan compose help port commands' commands "$@"
}
(( $+functions[_sampan__subcmd__compose__subcmd__help__subcmd__ps_commands] )) ||
_sampan__subcmd__compose__subcmd__help__subcmd__ps_commands() {
    local commands; commands=()
    _describe -t commands 'sampan compose help ps commands' commands "$@"
}
(( $+functions[_sampan__subcmd__compose__subcmd__help__subcmd__pull_commands] )) ||
_sampan__subcmd__compose__subcmd__help__subcmd__pull_commands() {
    local commands; commands=()
    _describe -t commands 'sampan compose help pull commands' commands "$@"
}
(( $+functions[_sampan__subcmd__compose__subcmd__help__subcmd__push_commands] )) ||
_sampan__subcmd__compose__subcmd__help__subcmd__push_commands() {
    local commands; commands=()
    _describe -t commands 'sampan compose help push commands' commands "$@"
}
(( $+functions[_sampan__subcmd__compose__subcmd__help__subcmd__restart_commands] )) ||
_sampan__subcmd__compose__subcmd__help__subcmd__restart_commands() {
    local commands; commands=()
    _describe -t commands 'sampan compose help restart commands' commands "$@"
}
(( $+functions[_sampan__subcmd__compose__subcmd__help__subcmd__rm_commands] )) ||
_sampan__subcmd__compose__subcmd__help__subcmd__rm_commands() {
    local commands; commands=()
    _describe -t commands 'sampan compose help rm commands' commands "$@"
}
(( $+functions[_sampan__subcmd__compose__subcmd__help__subcmd__run_commands] )) ||
_sampan__subcmd__compose__subcmd__help__subcmd__run_commands() {
    local commands; commands=()
    _describe -t commands 'sampan compose help run commands' commands "$@"
}
(( $+functions[_sampan__subcmd__compose__subcmd__help__subcmd__scale_commands] )) ||
_sampan__subcmd__compose__subcmd__help__subcmd__scale_commands() {
    local commands; commands=()
    _describe -t commands 'sampan compose help scale commands' commands "$@"
}
(( $+functions[_sampan__subcmd__compose__subcmd__help__subcmd__start_commands] )) ||
_sampan__subcmd__compose__subcmd__help__subcmd__start_commands() {
    local commands; commands=()
    _describe -t commands 'sampan compose help start commands' commands "$@"
}
(( $+functions[_sampan__subcmd__compose__subcmd__help__subcmd__stop_commands] )) ||
_sampan__subcmd__compose__subcmd__help__subcmd__stop_commands() {
    local commands; commands=()
    _describe -t commands 'sampan compose help stop commands' commands "$@"
}
(( $+functions[_sampan__subcmd__compose__subcmd__help__subcmd__top_commands] )) ||
_sampan__subcmd__compose__subcmd__help__subcmd__top_commands() {
    local commands; commands=()
    _describe -t commands 'sampan compose help top commands' commands "$@"
}
(( $+functions[_sampan__subcmd__compose__subcmd__help__subcmd__unpause_commands] )) ||
_sampan__subcmd__compose__subcmd__help__subcmd__unpause_commands() {
    local commands; commands=()
    _describe -t commands 'sampan compose help unpause commands' commands "$@"
}
(( $+functions[_sampan__subcmd__compose__subcmd__help__subcmd__up_commands] )) ||
_sampan__subcmd__compose__subcmd__help__subcmd__up_commands() {
    local commands; commands=()
    _describe -t commands 'sampan compose help up commands' commands "$@"
}
(( $+functions[_sampan__subcmd__compose__subcmd__help__subcmd__version_commands] )) ||
_sampan__subcmd__compose__subcmd__help__subcmd__version_commands() {
    local commands; commands=()
    _describe -t commands 'sampan compose help version commands' commands "$@"
}
(( $+functions[_sampan__subcmd__compose__subcmd__help__subcmd__volumes_commands] )) ||
_sampan__subcmd__compose__subcmd__help__subcmd__volumes_commands() {
    local commands; commands=()
    _describe -t commands 'sampan compose help volumes commands' commands "$@"
}
(( $+functions[_sampan__subcmd__compose__subcmd__help__subcmd__wait_commands] )) ||
_sampan__subcmd__compose__subcmd__help__subcmd__wait_commands() {
    local commands; commands=()
    _describe -t commands 'sampan compose help wait commands' commands "$@"
}
(( $+functions[_sampan__subcmd__compose__subcmd__help__subcmd__watch_commands] )) ||
_sampan__subcmd__compose__subcmd__help__subcmd__watch_commands() {
    local commands; commands=()
    _describe -t commands 'sampan compose help watch commands' commands "$@"
}
(( $+functions[_sampan__subcmd__compose__subcmd__images_commands] )) ||
_sampan__subcmd__compose__subcmd__images_commands() {
    local commands; commands=()
    _describe -t commands 'sampan compose images commands' commands "$@"
}
(( $+functions[_sampan__subcmd__compose__subcmd__kill_commands] )) ||
_sampan__subcmd__compose__subcmd__kill_commands() {
    local commands; commands=()
    _describe -t commands 'sampan compose kill commands' commands "$@"
}
(( $+functions[_sampan__subcmd__compose__subcmd__logs_commands] )) ||
_sampan__subcmd__compose__subcmd__logs_commands() {
    local commands; commands=()
    _describe -t commands 'sampan compose logs commands' commands "$@"
}
(( $+functions[_sampan__subcmd__compose__subcmd__ls_commands] )) ||
_sampan__subcmd__compose__subcmd__ls_commands() {
    local commands; commands=()
    _describe -t commands 'sampan compose ls commands' commands "$@"
}
(( $+functions[_sampan__subcmd__compose__subcmd__pause_commands] )) ||
_sampan__subcmd__compose__subcmd__pause_commands() {
    local commands; commands=()
    _describe -t commands 'sampan compose pause commands' commands "$@"
}
(( $+functions[_sampan__subcmd__compose__subcmd__port_commands] )) ||
_sampan__subcmd__compose__subcmd__port_commands() {
    local commands; commands=()
    _describe -t commands 'sampan compose port commands' commands "$@"
}
(( $+functions[_sampan__subcmd__compose__subcmd__ps_commands] )) ||
_sampan__subcmd__compose__subcmd__ps_commands() {
    local commands; commands=()
    _describe -t commands 'sampan compose ps commands' commands "$@"
}
(( $+functions[_sampan__subcmd__compose__subcmd__pull_commands] )) ||
_sampan__subcmd__compose__subcmd__pull_commands() {
    local commands; commands=()
    _describe -t commands 'sampan compose pull commands' commands "$@"
}
(( $+functions[_sampan__subcmd__compose__subcmd__push_commands] )) ||
_sampan__subcmd__compose__subcmd__push_commands() {
    local commands; commands=()
    _describe -t commands 'sampan compose push commands' commands "$@"
}
(( $+functions[_sampan__subcmd__compose__subcmd__restart_commands] )) ||
_sampan__subcmd__compose__subcmd__restart_commands() {
    local commands; commands=()
    _describe -t commands 'sampan compose restart commands' commands "$@"
}
(( $+functions[_sampan__subcmd__compose__subcmd__rm_commands] )) ||
_sampan__subcmd__compose__subcmd__rm_commands() {
    local commands; commands=()
    _describe -t commands 'sampan compose rm commands' commands "$@"
}
(( $+functions[_sampan__subcmd__compose__subcmd__run_commands] )) ||
_sampan__subcmd__compose__subcmd__run_commands() {
    local commands; commands=()
    _describe -t commands 'sampan compose run commands' commands "$@"
}
(( $+functions[_sampan__subcmd__compose__subcmd__scale_commands] )) ||
_sampan__subcmd__compose__subcmd__scale_commands() {
    local commands; commands=()
    _describe -t commands 'sampan compose scale commands' commands "$@"
}
(( $+functions[_sampan__subcmd__compose__subcmd__start_commands] )) ||
_sampan__subcmd__compose__subcmd__start_commands() {
    local commands; commands=()
    _describe -t commands 'sampan compose start commands' commands "$@"
}
(( $+functions[_sampan__subcmd__compose__subcmd__stop_commands] )) ||
_sampan__subcmd__compose__subcmd__stop_commands() {
    local commands; commands=()
    _describe -t commands 'sampan compose stop commands' commands "$@"
}
(( $+functions[_sampan__subcmd__compose__subcmd__top_commands] )) ||
_sampan__subcmd__compose__subcmd__top_commands() {
    local commands; commands=()
    _describe -t commands 'sampan compose top commands' commands "$@"
}
(( $+functions[_sampan__subcmd__compose__subcmd__unpause_commands] )) ||
_sampan__subcmd__compose__subcmd__unpause_commands() {
    local commands; commands=()
    _describe -t commands 'sampan compose unpause commands' commands "$@"
}
(( $+functions[_sampan__subcmd__compose__subcmd__up_commands] )) ||
_sampan__subcmd__compose__subcmd__up_commands() {
    local commands; commands=()
    _describe -t commands 'sampan compose up commands' commands "$@"
}
(( $+functions[_sampan__subcmd__compose__subcmd__version_commands] )) ||
_sampan__subcmd__compose__subcmd__version_commands() {
    local commands; commands=()
    _describe -t commands 'sampan compose version commands' commands "$@"
}
(( $+functions[_sampan__subcmd__compose__subcmd__volumes_commands] )) ||
_sampan__subcmd__compose__subcmd__volumes_commands() {
    local commands; commands=()
    _describe -t commands 'sampan compose volumes commands' commands "$@"
}
(( $+functions[_sampan__subcmd__compose__subcmd__wait_commands] )) ||
_sampan__subcmd__compose__subcmd__wait_commands() {
    local commands; commands=()
    _describe -t commands 'sampan compose wait commands' commands "$@"
}
(( $+functions[_sampan__subcmd__compose__subcmd__watch_commands] )) ||
_sampan__subcmd__compose__subcmd__watch_commands() {
    local commands; commands=()
    _describe -t commands 'sampan compose watch commands' commands "$@"
}
(( $+functions[_sampan__subcmd__container_commands] )) ||
_sampan__subcmd__container_commands() {
    local commands; commands=(
'attach:Take part in a container'\''s streams' \
'commit:Make an image of a container' \
'cp:Copy files between a container and here' \
'create:Make a container, and start it not' \
'diff:Show how a container'\''s files differ from its image'\''s' \
'exec:Run a further program in a running container' \
'export:Write all files of a container into an archive' \
'inspect:Show what containers are, may do and did' \
'kill:Send containers a signal' \
'logs:Show what a container wrote' \
'ls:List containers' \
'list:List containers' \
'ps:List containers' \
'pause:Hold containers up' \
'port:Show where a container'\''s ports are reached' \
'prune:Remove all containers that do not run' \
'rename:Give a container another name' \
'restart:Stop containers and start them again' \
'rm:Remove containers' \
'remove:Remove containers' \
'run:Run a container' \
'start:Start containers that are there already' \
'stats:Show what containers use, as it changes' \
'stop:Stop containers' \
'top:Show the processes of a container' \
'unpause:Let containers go on' \
'update:Change containers'\'' limits' \
'wait:Wait until containers have ended' \
'help:Print this message or the help of the given subcommand(s)' \
    )
    _describe -t commands 'sampan container commands' commands "$@"
}
(( $+functions[_sampan__subcmd__container__subcmd__attach_commands] )) ||
_sampan__subcmd__container__subcmd__attach_commands() {
    local commands; commands=()
    _describe -t commands 'sampan container attach commands' commands "$@"
}
(( $+functions[_sampan__subcmd__container__subcmd__commit_commands] )) ||
_sampan__subcmd__container__subcmd__commit_commands() {
    local commands; commands=()
    _describe -t commands 'sampan container commit commands' commands "$@"
}
(( $+functions[_sampan__subcmd__container__subcmd__cp_commands] )) ||
_sampan__subcmd__container__subcmd__cp_commands() {
    local commands; commands=()
    _describe -t commands 'sampan container cp commands' commands "$@"
}
(( $+functions[_sampan__subcmd__container__subcmd__create_commands] )) ||
_sampan__subcmd__container__subcmd__create_commands() {
    local commands; commands=()
    _describe -t commands 'sampan container create commands' commands "$@"
}
(( $+functions[_sampan__subcmd__container__subcmd__diff_commands] )) ||
_sampan__subcmd__container__subcmd__diff_commands() {
    local commands; commands=()
    _describe -t commands 'sampan container diff commands' commands "$@"
}
(( $+functions[_sampan__subcmd__container__subcmd__exec_commands] )) ||
_sampan__subcmd__container__subcmd__exec_commands() {
    local commands; commands=()
    _describe -t commands 'sampan container exec commands' commands "$@"
}
(( $+functions[_sampan__subcmd__container__subcmd__export_commands] )) ||
_sampan__subcmd__container__subcmd__export_commands() {
    local commands; commands=()
    _describe -t commands 'sampan container export commands' commands "$@"
}
(( $+functions[_sampan__subcmd__container__subcmd__help_commands] )) ||
_sampan__subcmd__container__subcmd__help_commands() {
    local commands; commands=(
'attach:Take part in a container'\''s streams' \
'commit:Make an image of a container' \
'cp:Copy files between a container and here' \
'create:Make a container, and start it not' \
'diff:Show how a container'\''s files differ from its image'\''s' \
'exec:Run a further program in a running container' \
'export:Write all files of a container into an archive' \
'inspect:Show what containers are, may do and did' \
'kill:Send containers a signal' \
'logs:Show what a container wrote' \
'ls:List containers' \
'pause:Hold containers up' \
'port:Show where a container'\''s ports are reached' \
'prune:Remove all containers that do not run' \
'rename:Give a container another name' \
'restart:Stop containers and start them again' \
'rm:Remove containers' \
'run:Run a container' \
'start:Start containers that are there already' \
'stats:Show what containers use, as it changes' \
'stop:Stop containers' \
'top:Show the processes of a container' \
'unpause:Let containers go on' \
'update:Change containers'\'' limits' \
'wait:Wait until containers have ended' \
'help:Print this message or the help of the given subcommand(s)' \
    )
    _describe -t commands 'sampan container help commands' commands "$@"
}
(( $+functions[_sampan__subcmd__container__subcmd__help__subcmd__attach_commands] )) ||
_sampan__subcmd__container__subcmd__help__subcmd__attach_commands() {
    local commands; commands=()
    _describe -t commands 'sampan container help attach commands' commands "$@"
}
(( $+functions[_sampan__subcmd__container__subcmd__help__subcmd__commit_commands] )) ||
_sampan__subcmd__container__subcmd__help__subcmd__commit_commands() {
    local commands; commands=()
    _describe -t commands 'sampan container help commit commands' commands "$@"
}
(( $+functions[_sampan__subcmd__container__subcmd__help__subcmd__cp_commands] )) ||
_sampan__subcmd__container__subcmd__help__subcmd__cp_commands() {
    local commands; commands=()
    _describe -t commands 'sampan container help cp commands' commands "$@"
}
(( $+functions[_sampan__subcmd__container__subcmd__help__subcmd__create_commands] )) ||
_sampan__subcmd__container__subcmd__help__subcmd__create_commands() {
    local commands; commands=()
    _describe -t commands 'sampan container help create commands' commands "$@"
}
(( $+functions[_sampan__subcmd__container__subcmd__help__subcmd__diff_commands] )) ||
_sampan__subcmd__container__subcmd__help__subcmd__diff_commands() {
    local commands; commands=()
    _describe -t commands 'sampan container help diff commands' commands "$@"
}
(( $+functions[_sampan__subcmd__container__subcmd__help__subcmd__exec_commands] )) ||
_sampan__subcmd__container__subcmd__help__subcmd__exec_commands() {
    local commands; commands=()
    _describe -t commands 'sampan container help exec commands' commands "$@"
}
(( $+functions[_sampan__subcmd__container__subcmd__help__subcmd__export_commands] )) ||
_sampan__subcmd__container__subcmd__help__subcmd__export_commands() {
    local commands; commands=()
    _describe -t commands 'sampan container help export commands' commands "$@"
}
(( $+functions[_sampan__subcmd__container__subcmd__help__subcmd__help_commands] )) ||
_sampan__subcmd__container__subcmd__help__subcmd__help_commands() {
    local commands; commands=()
    _describe -t commands 'sampan container help help commands' commands "$@"
}
(( $+functions[_sampan__subcmd__container__subcmd__help__subcmd__inspect_commands] )) ||
_sampan__subcmd__container__subcmd__help__subcmd__inspect_commands() {
    local commands; commands=()
    _describe -t commands 'sampan container help inspect commands' commands "$@"
}
(( $+functions[_sampan__subcmd__container__subcmd__help__subcmd__kill_commands] )) ||
_sampan__subcmd__container__subcmd__help__subcmd__kill_commands() {
    local commands; commands=()
    _describe -t commands 'sampan container help kill commands' commands "$@"
}
(( $+functions[_sampan__subcmd__container__subcmd__help__subcmd__logs_commands] )) ||
_sampan__subcmd__container__subcmd__help__subcmd__logs_commands() {
    local commands; commands=()
    _describe -t commands 'sampan container help logs commands' commands "$@"
}
(( $+functions[_sampan__subcmd__container__subcmd__help__subcmd__ls_commands] )) ||
_sampan__subcmd__container__subcmd__help__subcmd__ls_commands() {
    local commands; commands=()
    _describe -t commands 'sampan container help ls commands' commands "$@"
}
(( $+functions[_sampan__subcmd__container__subcmd__help__subcmd__pause_commands] )) ||
_sampan__subcmd__container__subcmd__help__subcmd__pause_commands() {
    local commands; commands=()
    _describe -t commands 'sampan container help pause commands' commands "$@"
}
(( $+functions[_sampan__subcmd__container__subcmd__help__subcmd__port_commands] )) ||
_sampan__subcmd__container__subcmd__help__subcmd__port_commands() {
    local commands; commands=()
    _describe -t commands 'sampan container help port commands' commands "$@"
}
(( $+functions[_sampan__subcmd__container__subcmd__help__subcmd__prune_commands] )) ||
_sampan__subcmd__container__subcmd__help__subcmd__prune_commands() {
    local commands; commands=()
    _describe -t commands 'sampan container help prune commands' commands "$@"
}
(( $+functions[_sampan__subcmd__container__subcmd__help__subcmd__rename_commands] )) ||
_sampan__subcmd__container__subcmd__help__subcmd__rename_commands() {
    local commands; commands=()
    _describe -t commands 'sampan container help rename commands' commands "$@"
}
(( $+functions[_sampan__subcmd__container__subcmd__help__subcmd__restart_commands] )) ||
_sampan__subcmd__container__subcmd__help__subcmd__restart_commands() {
    local commands; commands=()
    _describe -t commands 'sampan container help restart commands' commands "$@"
}
(( $+functions[_sampan__subcmd__container__subcmd__help__subcmd__rm_commands] )) ||
_sampan__subcmd__container__subcmd__help__subcmd__rm_commands() {
    local commands; commands=()
    _describe -t commands 'sampan container help rm commands' commands "$@"
}
(( $+functions[_sampan__subcmd__container__subcmd__help__subcmd__run_commands] )) ||
_sampan__subcmd__container__subcmd__help__subcmd__run_commands() {
    local commands; commands=()
    _describe -t commands 'sampan container help run commands' commands "$@"
}
(( $+functions[_sampan__subcmd__container__subcmd__help__subcmd__start_commands] )) ||
_sampan__subcmd__container__subcmd__help__subcmd__start_commands() {
    local commands; commands=()
    _describe -t commands 'sampan container help start commands' commands "$@"
}
(( $+functions[_sampan__subcmd__container__subcmd__help__subcmd__stats_commands] )) ||
_sampan__subcmd__container__subcmd__help__subcmd__stats_commands() {
    local commands; commands=()
    _describe -t commands 'sampan container help stats commands' commands "$@"
}
(( $+functions[_sampan__subcmd__container__subcmd__help__subcmd__stop_commands] )) ||
_sampan__subcmd__container__subcmd__help__subcmd__stop_commands() {
    local commands; commands=()
    _describe -t commands 'sampan container help stop commands' commands "$@"
}
(( $+functions[_sampan__subcmd__container__subcmd__help__subcmd__top_commands] )) ||
_sampan__subcmd__container__subcmd__help__subcmd__top_commands() {
    local commands; commands=()
    _describe -t commands 'sampan container help top commands' commands "$@"
}
(( $+functions[_sampan__subcmd__container__subcmd__help__subcmd__unpause_commands] )) ||
_sampan__subcmd__container__subcmd__help__subcmd__unpause_commands() {
    local commands; commands=()
    _describe -t commands 'sampan container help unpause commands' commands "$@"
}
(( $+functions[_sampan__subcmd__container__subcmd__help__subcmd__update_commands] )) ||
_sampan__subcmd__container__subcmd__help__subcmd__update_commands() {
    local commands; commands=()
    _describe -t commands 'sampan container help update commands' commands "$@"
}
(( $+functions[_sampan__subcmd__container__subcmd__help__subcmd__wait_commands] )) ||
_sampan__subcmd__container__subcmd__help__subcmd__wait_commands() {
    local commands; commands=()
    _describe -t commands 'sampan container help wait commands' commands "$@"
}
(( $+functions[_sampan__subcmd__container__subcmd__inspect_commands] )) ||
_sampan__subcmd__container__subcmd__inspect_commands() {
    local commands; commands=()
    _describe -t commands 'sampan container inspect commands' commands "$@"
}
(( $+functions[_sampan__subcmd__container__subcmd__kill_commands] )) ||
_sampan__subcmd__container__subcmd__kill_commands() {
    local commands; commands=()
    _describe -t commands 'sampan container kill commands' commands "$@"
}
(( $+functions[_sampan__subcmd__container__subcmd__logs_commands] )) ||
_sampan__subcmd__container__subcmd__logs_commands() {
    local commands; commands=()
    _describe -t commands 'sampan container logs commands' commands "$@"
}
(( $+functions[_sampan__subcmd__container__subcmd__ls_commands] )) ||
_sampan__subcmd__container__subcmd__ls_commands() {
    local commands; commands=()
    _describe -t commands 'sampan container ls commands' commands "$@"
}
(( $+functions[_sampan__subcmd__container__subcmd__pause_commands] )) ||
_sampan__subcmd__container__subcmd__pause_commands() {
    local commands; commands=()
    _describe -t commands 'sampan container pause commands' commands "$@"
}
(( $+functions[_sampan__subcmd__container__subcmd__port_commands] )) ||
_sampan__subcmd__container__subcmd__port_commands() {
    local commands; commands=()
    _describe -t commands 'sampan container port commands' commands "$@"
}
(( $+functions[_sampan__subcmd__container__subcmd__prune_commands] )) ||
_sampan__subcmd__container__subcmd__prune_commands() {
    local commands; commands=()
    _describe -t commands 'sampan container prune commands' commands "$@"
}
(( $+functions[_sampan__subcmd__container__subcmd__rename_commands] )) ||
_sampan__subcmd__container__subcmd__rename_commands() {
    local commands; commands=()
    _describe -t commands 'sampan container rename commands' commands "$@"
}
(( $+functions[_sampan__subcmd__container__subcmd__restart_commands] )) ||
_sampan__subcmd__container__subcmd__restart_commands() {
    local commands; commands=()
    _describe -t commands 'sampan container restart commands' commands "$@"
}
(( $+functions[_sampan__subcmd__container__subcmd__rm_commands] )) ||
_sampan__subcmd__container__subcmd__rm_commands() {
    local commands; commands=()
    _describe -t commands 'sampan container rm commands' commands "$@"
}
(( $+functions[_sampan__subcmd__container__subcmd__run_commands] )) ||
_sampan__subcmd__container__subcmd__run_commands() {
    local commands; commands=()
    _describe -t commands 'sampan container run commands' commands "$@"
}
(( $+functions[_sampan__subcmd__container__subcmd__start_commands] )) ||
_sampan__subcmd__container__subcmd__start_commands() {
    local commands; commands=()
    _describe -t commands 'sampan container start commands' commands "$@"
}
(( $+functions[_sampan__subcmd__container__subcmd__stats_commands] )) ||
_sampan__subcmd__container__subcmd__stats_commands() {
    local commands; commands=()
    _describe -t commands 'sampan container stats commands' commands "$@"
}
(( $+functions[_sampan__subcmd__container__subcmd__stop_commands] )) ||
_sampan__subcmd__container__subcmd__stop_commands() {
    local commands; commands=()
    _describe -t commands 'sampan container stop commands' commands "$@"
}
(( $+functions[_sampan__subcmd__container__subcmd__top_commands] )) ||
_sampan__subcmd__container__subcmd__top_commands() {
    local commands; commands=()
    _describe -t commands 'sampan container top commands' commands "$@"
}
(( $+functions[_sampan__subcmd__container__subcmd__unpause_commands] )) ||
_sampan__subcmd__container__subcmd__unpause_commands() {
    local commands; commands=()
    _describe -t commands 'sampan container unpause commands' commands "$@"
}
(( $+functions[_sampan__subcmd__container__subcmd__update_commands] )) ||
_sampan__subcmd__container__subcmd__update_commands() {
    local commands; commands=()
    _describe -t commands 'sampan container update commands' commands "$@"
}
(( $+functions[_sampan__subcmd__container__subcmd__wait_commands] )) ||
_sampan__subcmd__container__subcmd__wait_commands() {
    local commands; commands=()
    _describe -t commands 'sampan container wait commands' commands "$@"
}
(( $+functions[_sampan__subcmd__cp_commands] )) ||
_sampan__subcmd__cp_commands() {
    local commands; commands=()
    _describe -t commands 'sampan cp commands' commands "$@"
}
(( $+functions[_sampan__subcmd__create_commands] )) ||
_sampan__subcmd__create_commands() {
    local commands; commands=()
    _describe -t commands 'sampan create commands' commands "$@"
}
(( $+functions[_sampan__subcmd__daemon_commands] )) ||
_sampan__subcmd__daemon_commands() {
    local commands; commands=()
    _describe -t commands 'sampan daemon commands' commands "$@"
}
(( $+functions[_sampan__subcmd__diff_commands] )) ||
_sampan__subcmd__diff_commands() {
    local commands; commands=()
    _describe -t commands 'sampan diff commands' commands "$@"
}
(( $+functions[_sampan__subcmd__events_commands] )) ||
_sampan__subcmd__events_commands() {
    local commands; commands=()
    _describe -t commands 'sampan events commands' commands "$@"
}
(( $+functions[_sampan__subcmd__exec_commands] )) ||
_sampan__subcmd__exec_commands() {
    local commands; commands=()
    _describe -t commands 'sampan exec commands' commands "$@"
}
(( $+functions[_sampan__subcmd__export_commands] )) ||
_sampan__subcmd__export_commands() {
    local commands; commands=()
    _describe -t commands 'sampan export commands' commands "$@"
}
(( $+functions[_sampan__subcmd__help_commands] )) ||
_sampan__subcmd__help_commands() {
    local commands; commands=(
'run:Run a Wasm file or image\: in the foreground, or with \`-d\` on the daemon' \
'serve:Serve Wasm files or images that answer HTTP requests, one or several on a port' \
'call:Call functions of a Wasm file or image with values, and show what they give' \
'link:Make one component of several, by giving what some export to what others import' \
'inspect:Show what a file, image or container is, may do and did' \
'image:Manage images' \
'images:List images' \
'pull:Download an image' \
'push:Upload an image' \
'tag:Give an image another name' \
'rmi:Remove images' \
'save:Write images into an archive' \
'load:Take images out of an archive' \
'history:Show how an image came to be' \
'ps:List containers' \
'rm:Remove containers' \
'create:Make a container, and start it not' \
'start:Start containers that are there already' \
'stop:Stop containers' \
'restart:Stop containers and start them again' \
'kill:Send containers a signal' \
'pause:Hold containers up' \
'unpause:Let containers go on' \
'wait:Wait until containers have ended' \
'logs:Show what a container wrote' \
'attach:Take part in a container'\''s streams' \
'exec:Run a further program in a running container' \
'cp:Copy files between a container and here' \
'stats:Show what containers use, as it changes' \
'metrics:Show what servers have answered, version by version' \
'top:Show the processes of a container' \
'port:Show where a container'\''s ports are reached' \
'diff:Show how a container'\''s files differ from its image'\''s' \
'build:Build an image from a Dockerfile' \
'builder:Build images, and remove what builds keep' \
'commit:Make an image of a container' \
'export:Write all files of a container into an archive' \
'rename:Give a container another name' \
'update:Change containers'\'' limits, or the program of a server without a pause' \
'compose:Run the services of a compose file' \
'container:Manage containers' \
'volume:Manage volumes' \
'network:Manage networks' \
'events:Show what happens, as it happens' \
'version:Show the versions of this program and of the daemon' \
'system:Show disk use, and give disk back' \
'login:Store credentials for a registry' \
'logout:Forget credentials for a registry' \
'daemon:Answer the Docker API, for docker and every tool that speaks to it' \
'registry:Serve a registry' \
'info:Show what this machine can do, and what follows from each no' \
'reference:Write the reference pages, completions and man pages' \
'help:Print this message or the help of the given subcommand(s)' \
    )
    _describe -t commands 'sampan help commands' commands "$@"
}
(( $+functions[_sampan__subcmd__help__subcmd__attach_commands] )) ||
_sampan__subcmd__help__subcmd__attach_commands() {
    local commands; commands=()
    _describe -t commands 'sampan help attach commands' commands "$@"
}
(( $+functions[_sampan__subcmd__help__subcmd__build_commands] )) ||
_sampan__subcmd__help__subcmd__build_commands() {
    local commands; commands=()
    _describe -t commands 'sampan help build commands' commands "$@"
}
(( $+functions[_sampan__subcmd__help__subcmd__builder_commands] )) ||
_sampan__subcmd__help__subcmd__builder_commands() {
    local commands; commands=()
    _describe -t commands 'sampan help builder commands' commands "$@"
}
(( $+functions[_sampan__subcmd__help__subcmd__call_commands] )) ||
_sampan__subcmd__help__subcmd__call_commands() {
    local commands; commands=()
    _describe -t commands 'sampan help call commands' commands "$@"
}
(( $+functions[_sampan__subcmd__help__subcmd__commit_commands] )) ||
_sampan__subcmd__help__subcmd__commit_commands() {
    local commands; commands=()
    _describe -t commands 'sampan help commit commands' commands "$@"
}
(( $+functions[_sampan__subcmd__help__subcmd__compose_commands] )) ||
_sampan__subcmd__help__subcmd__compose_commands() {
    local commands; commands=()
    _describe -t commands 'sampan help compose commands' commands "$@"
}
(( $+functions[_sampan__subcmd__help__subcmd__container_commands] )) ||
_sampan__subcmd__help__subcmd__container_commands() {
    local commands; commands=()
    _describe -t commands 'sampan help container commands' commands "$@"
}
(( $+functions[_sampan__subcmd__help__subcmd__cp_commands] )) ||
_sampan__subcmd__help__subcmd__cp_commands() {
    local commands; commands=()
    _describe -t commands 'sampan help cp commands' commands "$@"
}
(( $+functions[_sampan__subcmd__help__subcmd__create_commands] )) ||
_sampan__subcmd__help__subcmd__create_commands() {
    local commands; commands=()
    _describe -t commands 'sampan help create commands' commands "$@"
}
(( $+functions[_sampan__subcmd__help__subcmd__daemon_commands] )) ||
_sampan__subcmd__help__subcmd__daemon_commands() {
    local commands; commands=()
    _describe -t commands 'sampan help daemon commands' commands "$@"
}
(( $+functions[_sampan__subcmd__help__subcmd__diff_commands] )) ||
_sampan__subcmd__help__subcmd__diff_commands() {
    local commands; commands=()
    _describe -t commands 'sampan help diff commands' commands "$@"
}
(( $+functions[_sampan__subcmd__help__subcmd__events_commands] )) ||
_sampan__subcmd__help__subcmd__events_commands() {
    local commands; commands=()
    _describe -t commands 'sampan help events commands' commands "$@"
}
(( $+functions[_sampan__subcmd__help__subcmd__exec_commands] )) ||
_sampan__subcmd__help__subcmd__exec_commands() {
    local commands; commands=()
    _describe -t commands 'sampan help exec commands' commands "$@"
}
(( $+functions[_sampan__subcmd__help__subcmd__export_commands] )) ||
_sampan__subcmd__help__subcmd__export_commands() {
    local commands; commands=()
    _describe -t commands 'sampan help export commands' commands "$@"
}
(( $+functions[_sampan__subcmd__help__subcmd__help_commands] )) ||
_sampan__subcmd__help__subcmd__help_commands() {
    local commands; commands=()
    _describe -t commands 'sampan help help commands' commands "$@"
}
(( $+functions[_sampan__subcmd__help__subcmd__history_commands] )) ||
_sampan__subcmd__help__subcmd__history_commands() {
    local commands; commands=()
    _describe -t commands 'sampan help history commands' commands "$@"
}
(( $+functions[_sampan__subcmd__help__subcmd__image_commands] )) ||
_sampan__subcmd__help__subcmd__image_commands() {
    local commands; commands=()
    _describe -t commands 'sampan help image commands' commands "$@"
}
(( $+functions[_sampan__subcmd__help__subcmd__images_commands] )) ||
_sampan__subcmd__help__subcmd__images_commands() {
    local commands; commands=()
    _describe -t commands 'sampan help images commands' commands "$@"
}
(( $+functions[_sampan__subcmd__help__subcmd__info_commands] )) ||
_sampan__subcmd__help__subcmd__info_commands() {
    local commands; commands=()
    _describe -t commands 'sampan help info commands' commands "$@"
}
(( $+functions[_sampan__subcmd__help__subcmd__inspect_commands] )) ||
_sampan__subcmd__help__subcmd__inspect_commands() {
    local commands; commands=()
    _describe -t commands 'sampan help inspect commands' commands "$@"
}
(( $+functions[_sampan__subcmd__help__subcmd__kill_commands] )) ||
_sampan__subcmd__help__subcmd__kill_commands() {
    local commands; commands=()
    _describe -t commands 'sampan help kill commands' commands "$@"
}
(( $+functions[_sampan__subcmd__help__subcmd__link_commands] )) ||
_sampan__subcmd__help__subcmd__link_commands() {
    local commands; commands=()
    _describe -t commands 'sampan help link commands' commands "$@"
}
(( $+functions[_sampan__subcmd__help__subcmd__load_commands] )) ||
_sampan__subcmd__help__subcmd__load_commands() {
    local commands; commands=()
    _describe -t commands 'sampan help load commands' commands "$@"
}
(( $+functions[_sampan__subcmd__help__subcmd__login_commands] )) ||
_sampan__subcmd__help__subcmd__login_commands() {
    local commands; commands=()
    _describe -t commands 'sampan help login commands' commands "$@"
}
(( $+functions[_sampan__subcmd__help__subcmd__logout_commands] )) ||
_sampan__subcmd__help__subcmd__logout_commands() {
    local commands; commands=()
    _describe -t commands 'sampan help logout commands' commands "$@"
}
(( $+functions[_sampan__subcmd__help__subcmd__logs_commands] )) ||
_sampan__subcmd__help__subcmd__logs_commands() {
    local commands; commands=()
    _describe -t commands 'sampan help logs commands' commands "$@"
}
(( $+functions[_sampan__subcmd__help__subcmd__metrics_commands] )) ||
_sampan__subcmd__help__subcmd__metrics_commands() {
    local commands; commands=()
    _describe -t commands 'sampan help metrics commands' commands "$@"
}
(( $+functions[_sampan__subcmd__help__subcmd__network_commands] )) ||
_sampan__subcmd__help__subcmd__network_commands() {
    local commands; commands=()
    _describe -t commands 'sampan help network commands' commands "$@"
}
(( $+functions[_sampan__subcmd__help__subcmd__pause_commands] )) ||
_sampan__subcmd__help__subcmd__pause_commands() {
    local commands; commands=()
    _describe -t commands 'sampan help pause commands' commands "$@"
}
(( $+functions[_sampan__subcmd__help__subcmd__port_commands] )) ||
_sampan__subcmd__help__subcmd__port_commands() {
    local commands; commands=()
    _describe -t commands 'sampan help port commands' commands "$@"
}
(( $+functions[_sampan__subcmd__help__subcmd__ps_commands] )) ||
_sampan__subcmd__help__subcmd__ps_commands() {
    local commands; commands=()
    _describe -t commands 'sampan help ps commands' commands "$@"
}
(( $+functions[_sampan__subcmd__help__subcmd__pull_commands] )) ||
_sampan__subcmd__help__subcmd__pull_commands() {
    local commands; commands=()
    _describe -t commands 'sampan help pull commands' commands "$@"
}
(( $+functions[_sampan__subcmd__help__subcmd__push_commands] )) ||
_sampan__subcmd__help__subcmd__push_commands() {
    local commands; commands=()
    _describe -t commands 'sampan help push commands' commands "$@"
}
(( $+functions[_sampan__subcmd__help__subcmd__reference_commands] )) ||
_sampan__subcmd__help__subcmd__reference_commands() {
    local commands; commands=()
    _describe -t commands 'sampan help reference commands' commands "$@"
}
(( $+functions[_sampan__subcmd__help__subcmd__registry_commands] )) ||
_sampan__subcmd__help__subcmd__registry_commands() {
    local commands; commands=()
    _describe -t commands 'sampan help registry commands' commands "$@"
}
(( $+functions[_sampan__subcmd__help__subcmd__rename_commands] )) ||
_sampan__subcmd__help__subcmd__rename_commands() {
    local commands; commands=()
    _describe -t commands 'sampan help rename commands' commands "$@"
}
(( $+functions[_sampan__subcmd__help__subcmd__restart_commands] )) ||
_sampan__subcmd__help__subcmd__restart_commands() {
    local commands; commands=()
    _describe -t commands 'sampan help restart commands' commands "$@"
}
(( $+functions[_sampan__subcmd__help__subcmd__rm_commands] )) ||
_sampan__subcmd__help__subcmd__rm_commands() {
    local commands; commands=()
    _describe -t commands 'sampan help rm commands' commands "$@"
}
(( $+functions[_sampan__subcmd__help__subcmd__rmi_commands] )) ||
_sampan__subcmd__help__subcmd__rmi_commands() {
    local commands; commands=()
    _describe -t commands 'sampan help rmi commands' commands "$@"
}
(( $+functions[_sampan__subcmd__help__subcmd__run_commands] )) ||
_sampan__subcmd__help__subcmd__run_commands() {
    local commands; commands=()
    _describe -t commands 'sampan help run commands' commands "$@"
}
(( $+functions[_sampan__subcmd__help__subcmd__save_commands] )) ||
_sampan__subcmd__help__subcmd__save_commands() {
    local commands; commands=()
    _describe -t commands 'sampan help save commands' commands "$@"
}
(( $+functions[_sampan__subcmd__help__subcmd__serve_commands] )) ||
_sampan__subcmd__help__subcmd__serve_commands() {
    local commands; commands=()
    _describe -t commands 'sampan help serve commands' commands "$@"
}
(( $+functions[_sampan__subcmd__help__subcmd__start_commands] )) ||
_sampan__subcmd__help__subcmd__start_commands() {
    local commands; commands=()
    _describe -t commands 'sampan help start commands' commands "$@"
}
(( $+functions[_sampan__subcmd__help__subcmd__stats_commands] )) ||
_sampan__subcmd__help__subcmd__stats_commands() {
    local commands; commands=()
    _describe -t commands 'sampan help stats commands' commands "$@"
}
(( $+functions[_sampan__subcmd__help__subcmd__stop_commands] )) ||
_sampan__subcmd__help__subcmd__stop_commands() {
    local commands; commands=()
    _describe -t commands 'sampan help stop commands' commands "$@"
}
(( $+functions[_sampan__subcmd__help__subcmd__system_commands] )) ||
_sampan__subcmd__help__subcmd__system_commands() {
    local commands; commands=()
    _describe -t commands 'sampan help system commands' commands "$@"
}
(( $+functions[_sampan__subcmd__help__subcmd__tag_commands] )) ||
_sampan__subcmd__help__subcmd__tag_commands() {
    local commands; commands=()
    _describe -t commands 'sampan help tag commands' commands "$@"
}
(( $+functions[_sampan__subcmd__help__subcmd__top_commands] )) ||
_sampan__subcmd__help__subcmd__top_commands() {
    local commands; commands=()
    _describe -t commands 'sampan help top commands' commands "$@"
}
(( $+functions[_sampan__subcmd__help__subcmd__unpause_commands] )) ||
_sampan__subcmd__help__subcmd__unpause_commands() {
    local commands; commands=()
    _describe -t commands 'sampan help unpause commands' commands "$@"
}
(( $+functions[_sampan__subcmd__help__subcmd__update_commands] )) ||
_sampan__subcmd__help__subcmd__update_commands() {
    local commands; commands=()
    _describe -t commands 'sampan help update commands' commands "$@"
}
(( $+functions[_sampan__subcmd__help__subcmd__version_commands] )) ||
_sampan__subcmd__help__subcmd__version_commands() {
    local commands; commands=()
    _describe -t commands 'sampan help version commands' commands "$@"
}
(( $+functions[_sampan__subcmd__help__subcmd__volume_commands] )) ||
_sampan__subcmd__help__subcmd__volume_commands() {
    local commands; commands=()
    _describe -t commands 'sampan help volume commands' commands "$@"
}
(( $+functions[_sampan__subcmd__help__subcmd__wait_commands] )) ||
_sampan__subcmd__help__subcmd__wait_commands() {
    local commands; commands=()
    _describe -t commands 'sampan help wait commands' commands "$@"
}
(( $+functions[_sampan__subcmd__history_commands] )) ||
_sampan__subcmd__history_commands() {
    local commands; commands=()
    _describe -t commands 'sampan history commands' commands "$@"
}
(( $+functions[_sampan__subcmd__image_commands] )) ||
_sampan__subcmd__image_commands() {
    local commands; commands=(
'ls:List images' \
'list:List images' \
'inspect:Show what is known of images, as JSON' \
'tag:Give an image another name' \
'rm:Remove images' \
'remove:Remove images' \
'save:Write images into an archive' \
'load:Take images out of an archive' \
'pull:Download an image' \
'push:Upload an image' \
'pack:Make an image of a Wasm file' \
'export:Take the Wasm file out of an image' \
'import:Take the images of an OCI layout folder' \
'history:Show how an image came to be' \
'prune:Remove images of the daemon that no container uses' \
'help:Print this message or the help of the given subcommand(s)' \
    )
    _describe -t commands 'sampan image commands' commands "$@"
}
(( $+functions[_sampan__subcmd__image__subcmd__export_commands] )) ||
_sampan__subcmd__image__subcmd__export_commands() {
    local commands; commands=()
    _describe -t commands 'sampan image export commands' commands "$@"
}
(( $+functions[_sampan__subcmd__image__subcmd__help_commands] )) ||
_sampan__subcmd__image__subcmd__help_commands() {
    local commands; commands=(
'ls:List images' \
'inspect:Show what is known of images, as JSON' \
'tag:Give an image another name' \
'rm:Remove images' \
'save:Write images into an archive' \
'load:Take images out of an archive' \
'pull:Download an image' \
'push:Upload an image' \
'pack:Make an image of a Wasm file' \
'export:Take the Wasm file out of an image' \
'import:Take the images of an OCI layout folder' \
'history:Show how an image came to be' \
'prune:Remove images of the daemon that no container uses' \
'help:Print this message or the help of the given subcommand(s)' \
    )
    _describe -t commands 'sampan image help commands' commands "$@"
}
(( $+functions[_sampan__subcmd__image__subcmd__help__subcmd__export_commands] )) ||
_sampan__subcmd__image__subcmd__help__subcmd__export_commands() {
    local commands; commands=()
    _describe -t commands 'sampan image help export commands' commands "$@"
}
(( $+functions[_sampan__subcmd__image__subcmd__help__subcmd__help_commands] )) ||
_sampan__subcmd__image__subcmd__help__subcmd__help_commands() {
    local commands; commands=()
    _describe -t commands 'sampan image help help commands' commands "$@"
}
(( $+functions[_sampan__subcmd__image__subcmd__help__subcmd__history_commands] )) ||
_sampan__subcmd__image__subcmd__help__subcmd__history_commands() {
    local commands; commands=()
    _describe -t commands 'sampan image help history commands' commands "$@"
}
(( $+functions[_sampan__subcmd__image__subcmd__help__subcmd__import_commands] )) ||
_sampan__subcmd__image__subcmd__help__subcmd__import_commands() {
    local commands; commands=()
    _describe -t commands 'sampan image help import commands' commands "$@"
}
(( $+functions[_sampan__subcmd__image__subcmd__help__subcmd__inspect_commands] )) ||
_sampan__subcmd__image__subcmd__help__subcmd__inspect_commands() {
    local commands; commands=()
    _describe -t commands 'sampan image help inspect commands' commands "$@"
}
(( $+functions[_sampan__subcmd__image__subcmd__help__subcmd__load_commands] )) ||
_sampan__subcmd__image__subcmd__help__subcmd__load_commands() {
    local commands; commands=()
    _describe -t commands 'sampan image help load commands' commands "$@"
}
(( $+functions[_sampan__subcmd__image__subcmd__help__subcmd__ls_commands] )) ||
_sampan__subcmd__image__subcmd__help__subcmd__ls_commands() {
    local commands; commands=()
    _describe -t commands 'sampan image help ls commands' commands "$@"
}
(( $+functions[_sampan__subcmd__image__subcmd__help__subcmd__pack_commands] )) ||
_sampan__subcmd__image__subcmd__help__subcmd__pack_commands() {
    local commands; commands=()
    _describe -t commands 'sampan image help pack commands' commands "$@"
}
(( $+functions[_sampan__subcmd__image__subcmd__help__subcmd__prune_commands] )) ||
_sampan__subcmd__image__subcmd__help__subcmd__prune_commands() {
    local commands; commands=()
    _describe -t commands 'sampan image help prune commands' commands "$@"
}
(( $+functions[_sampan__subcmd__image__subcmd__help__subcmd__pull_commands] )) ||
_sampan__subcmd__image__subcmd__help__subcmd__pull_commands() {
    local commands; commands=()
    _describe -t commands 'sampan image help pull commands' commands "$@"
}
(( $+functions[_sampan__subcmd__image__subcmd__help__subcmd__push_commands] )) ||
_sampan__subcmd__image__subcmd__help__subcmd__push_commands() {
    local commands; commands=()
    _describe -t commands 'sampan image help push commands' commands "$@"
}
(( $+functions[_sampan__subcmd__image__subcmd__help__subcmd__rm_commands] )) ||
_sampan__subcmd__image__subcmd__help__subcmd__rm_commands() {
    local commands; commands=()
    _describe -t commands 'sampan image help rm commands' commands "$@"
}
(( $+functions[_sampan__subcmd__image__subcmd__help__subcmd__save_commands] )) ||
_sampan__subcmd__image__subcmd__help__subcmd__save_commands() {
    local commands; commands=()
    _describe -t commands 'sampan image help save commands' commands "$@"
}
(( $+functions[_sampan__subcmd__image__subcmd__help__subcmd__tag_commands] )) ||
_sampan__subcmd__image__subcmd__help__subcmd__tag_commands() {
    local commands; commands=()
    _describe -t commands 'sampan image help tag commands' commands "$@"
}
(( $+functions[_sampan__subcmd__image__subcmd__history_commands] )) ||
_sampan__subcmd__image__subcmd__history_commands() {
    local commands; commands=()
    _describe -t commands 'sampan image history commands' commands "$@"
}
(( $+functions[_sampan__subcmd__image__subcmd__import_commands] )) ||
_sampan__subcmd__image__subcmd__import_commands() {
    local commands; commands=()
    _describe -t commands 'sampan image import commands' commands "$@"
}
(( $+functions[_sampan__subcmd__image__subcmd__inspect_commands] )) ||
_sampan__subcmd__image__subcmd__inspect_commands() {
    local commands; commands=()
    _describe -t commands 'sampan image inspect commands' commands "$@"
}
(( $+functions[_sampan__subcmd__image__subcmd__load_commands] )) ||
_sampan__subcmd__image__subcmd__load_commands() {
    local commands; commands=()
    _describe -t commands 'sampan image load commands' commands "$@"
}
(( $+functions[_sampan__subcmd__image__subcmd__ls_commands] )) ||
_sampan__subcmd__image__subcmd__ls_commands() {
    local commands; commands=()
    _describe -t commands 'sampan image ls commands' commands "$@"
}
(( $+functions[_sampan__subcmd__image__subcmd__pack_commands] )) ||
_sampan__subcmd__image__subcmd__pack_commands() {
    local commands; commands=()
    _describe -t commands 'sampan image pack commands' commands "$@"
}
(( $+functions[_sampan__subcmd__image__subcmd__prune_commands] )) ||
_sampan__subcmd__image__subcmd__prune_commands() {
    local commands; commands=()
    _describe -t commands 'sampan image prune commands' commands "$@"
}
(( $+functions[_sampan__subcmd__image__subcmd__pull_commands] )) ||
_sampan__subcmd__image__subcmd__pull_commands() {
    local commands; commands=()
    _describe -t commands 'sampan image pull commands' commands "$@"
}
(( $+functions[_sampan__subcmd__image__subcmd__push_commands] )) ||
_sampan__subcmd__image__subcmd__push_commands() {
    local commands; commands=()
    _describe -t commands 'sampan image push commands' commands "$@"
}
(( $+functions[_sampan__subcmd__image__subcmd__rm_commands] )) ||
_sampan__subcmd__image__subcmd__rm_commands() {
    local commands; commands=()
    _describe -t commands 'sampan image rm commands' commands "$@"
}
(( $+functions[_sampan__subcmd__image__subcmd__save_commands] )) ||
_sampan__subcmd__image__subcmd__save_commands() {
    local commands; commands=()
    _describe -t commands 'sampan image save commands' commands "$@"
}
(( $+functions[_sampan__subcmd__image__subcmd__tag_commands] )) ||
_sampan__subcmd__image__subcmd__tag_commands() {
    local commands; commands=()
    _describe -t commands 'sampan image tag commands' commands "$@"
}
(( $+functions[_sampan__subcmd__images_commands] )) ||
_sampan__subcmd__images_commands() {
    local commands; commands=()
    _describe -t commands 'sampan images commands' commands "$@"
}
(( $+functions[_sampan__subcmd__info_commands] )) ||
_sampan__subcmd__info_commands() {
    local commands; commands=()
    _describe -t commands 'sampan info commands' commands "$@"
}
(( $+functions[_sampan__subcmd__inspect_commands] )) ||
_sampan__subcmd__inspect_commands() {
    local commands; commands=()
    _describe -t commands 'sampan inspect commands' commands "$@"
}
(( $+functions[_sampan__subcmd__kill_commands] )) ||
_sampan__subcmd__kill_commands() {
    local commands; commands=()
    _describe -t commands 'sampan kill commands' commands "$@"
}
(( $+functions[_sampan__subcmd__link_commands] )) ||
_sampan__subcmd__link_commands() {
    local commands; commands=()
    _describe -t commands 'sampan link commands' commands "$@"
}
(( $+functions[_sampan__subcmd__load_commands] )) ||
_sampan__subcmd__load_commands() {
    local commands; commands=()
    _describe -t commands 'sampan load commands' commands "$@"
}
(( $+functions[_sampan__subcmd__login_commands] )) ||
_sampan__subcmd__login_commands() {
    local commands; commands=()
    _describe -t commands 'sampan login commands' commands "$@"
}
(( $+functions[_sampan__subcmd__logout_commands] )) ||
_sampan__subcmd__logout_commands() {
    local commands; commands=()
    _describe -t commands 'sampan logout commands' commands "$@"
}
(( $+functions[_sampan__subcmd__logs_commands] )) ||
_sampan__subcmd__logs_commands() {
    local commands; commands=()
    _describe -t commands 'sampan logs commands' commands "$@"
}
(( $+functions[_sampan__subcmd__metrics_commands] )) ||
_sampan__subcmd__metrics_commands() {
    local commands; commands=()
    _describe -t commands 'sampan metrics commands' commands "$@"
}
(( $+functions[_sampan__subcmd__network_commands] )) ||
_sampan__subcmd__network_commands() {
    local commands; commands=(
'create:Make a network' \
'ls:List networks' \
'list:List networks' \
'inspect:Show what is known of networks, as JSON' \
'rm:Remove networks' \
'remove:Remove networks' \
'connect:Put a container into a network' \
'disconnect:Take a container out of a network' \
'prune:Remove networks that no container is in' \
'help:Print this message or the help of the given subcommand(s)' \
    )
    _describe -t commands 'sampan network commands' commands "$@"
}
(( $+functions[_sampan__subcmd__network__subcmd__connect_commands] )) ||
_sampan__subcmd__network__subcmd__connect_commands() {
    local commands; commands=()
    _describe -t commands 'sampan network connect commands' commands "$@"
}
(( $+functions[_sampan__subcmd__network__subcmd__create_commands] )) ||
_sampan__subcmd__network__subcmd__create_commands() {
    local commands; commands=()
    _describe -t commands 'sampan network create commands' commands "$@"
}
(( $+functions[_sampan__subcmd__network__subcmd__disconnect_commands] )) ||
_sampan__subcmd__network__subcmd__disconnect_commands() {
    local commands; commands=()
    _describe -t commands 'sampan network disconnect commands' commands "$@"
}
(( $+functions[_sampan__subcmd__network__subcmd__help_commands] )) ||
_sampan__subcmd__network__subcmd__help_commands() {
    local commands; commands=(
'create:Make a network' \
'ls:List networks' \
'inspect:Show what is known of networks, as JSON' \
'rm:Remove networks' \
'connect:Put a container into a network' \
'disconnect:Take a container out of a network' \
'prune:Remove networks that no container is in' \
'help:Print this message or the help of the given subcommand(s)' \
    )
    _describe -t commands 'sampan network help commands' commands "$@"
}
(( $+functions[_sampan__subcmd__network__subcmd__help__subcmd__connect_commands] )) ||
_sampan__subcmd__network__subcmd__help__subcmd__connect_commands() {
    local commands; commands=()
    _describe -t commands 'sampan network help connect commands' commands "$@"
}
(( $+functions[_sampan__subcmd__network__subcmd__help__subcmd__create_commands] )) ||
_sampan__subcmd__network__subcmd__help__subcmd__create_commands() {
    local commands; commands=()
    _describe -t commands 'sampan network help create commands' commands "$@"
}
(( $+functions[_sampan__subcmd__network__subcmd__help__subcmd__disconnect_commands] )) ||
_sampan__subcmd__network__subcmd__help__subcmd__disconnect_commands() {
    local commands; commands=()
    _describe -t commands 'sampan network help disconnect commands' commands "$@"
}
(( $+functions[_sampan__subcmd__network__subcmd__help__subcmd__help_commands] )) ||
_sampan__subcmd__network__subcmd__help__subcmd__help_commands() {
    local commands; commands=()
    _describe -t commands 'sampan network help help commands' commands "$@"
}
(( $+functions[_sampan__subcmd__network__subcmd__help__subcmd__inspect_commands] )) ||
_sampan__subcmd__network__subcmd__help__subcmd__inspect_commands() {
    local commands; commands=()
    _describe -t commands 'sampan network help inspect commands' commands "$@"
}
(( $+functions[_sampan__subcmd__network__subcmd__help__subcmd__ls_commands] )) ||
_sampan__subcmd__network__subcmd__help__subcmd__ls_commands() {
    local commands; commands=()
    _describe -t commands 'sampan network help ls commands' commands "$@"
}
(( $+functions[_sampan__subcmd__network__subcmd__help__subcmd__prune_commands] )) ||
_sampan__subcmd__network__subcmd__help__subcmd__prune_commands() {
    local commands; commands=()
    _describe -t commands 'sampan network help prune commands' commands "$@"
}
(( $+functions[_sampan__subcmd__network__subcmd__help__subcmd__rm_commands] )) ||
_sampan__subcmd__network__subcmd__help__subcmd__rm_commands() {
    local commands; commands=()
    _describe -t commands 'sampan network help rm commands' commands "$@"
}
(( $+functions[_sampan__subcmd__network__subcmd__inspect_commands] )) ||
_sampan__subcmd__network__subcmd__inspect_commands() {
    local commands; commands=()
    _describe -t commands 'sampan network inspect commands' commands "$@"
}
(( $+functions[_sampan__subcmd__network__subcmd__ls_commands] )) ||
_sampan__subcmd__network__subcmd__ls_commands() {
    local commands; commands=()
    _describe -t commands 'sampan network ls commands' commands "$@"
}
(( $+functions[_sampan__subcmd__network__subcmd__prune_commands] )) ||
_sampan__subcmd__network__subcmd__prune_commands() {
    local commands; commands=()
    _describe -t commands 'sampan network prune commands' commands "$@"
}
(( $+functions[_sampan__subcmd__network__subcmd__rm_commands] )) ||
_sampan__subcmd__network__subcmd__rm_commands() {
    local commands; commands=()
    _describe -t commands 'sampan network rm commands' commands "$@"
}
(( $+functions[_sampan__subcmd__pause_commands] )) ||
_sampan__subcmd__pause_commands() {
    local commands; commands=()
    _describe -t commands 'sampan pause commands' commands "$@"
}
(( $+functions[_sampan__subcmd__port_commands] )) ||
_sampan__subcmd__port_commands() {
    local commands; commands=()
    _describe -t commands 'sampan port commands' commands "$@"
}
(( $+functions[_sampan__subcmd__ps_commands] )) ||
_sampan__subcmd__ps_commands() {
    local commands; commands=()
    _describe -t commands 'sampan ps commands' commands "$@"
}
(( $+functions[_sampan__subcmd__pull_commands] )) ||
_sampan__subcmd__pull_commands() {
    local commands; commands=()
    _describe -t commands 'sampan pull commands' commands "$@"
}
(( $+functions[_sampan__subcmd__push_commands] )) ||
_sampan__subcmd__push_commands() {
    local commands; commands=()
    _describe -t commands 'sampan push commands' commands "$@"
}
(( $+functions[_sampan__subcmd__reference_commands] )) ||
_sampan__subcmd__reference_commands() {
    local commands; commands=()
    _describe -t commands 'sampan reference commands' commands "$@"
}
(( $+functions[_sampan__subcmd__registry_commands] )) ||
_sampan__subcmd__registry_commands() {
    local commands; commands=()
    _describe -t commands 'sampan registry commands' commands "$@"
}
(( $+functions[_sampan__subcmd__rename_commands] )) ||
_sampan__subcmd__rename_commands() {
    local commands; commands=()
    _describe -t commands 'sampan rename commands' commands "$@"
}
(( $+functions[_sampan__subcmd__restart_commands] )) ||
_sampan__subcmd__restart_commands() {
    local commands; commands=()
    _describe -t commands 'sampan restart commands' commands "$@"
}
(( $+functions[_sampan__subcmd__rm_commands] )) ||
_sampan__subcmd__rm_commands() {
    local commands; commands=()
    _describe -t commands 'sampan rm commands' commands "$@"
}
(( $+functions[_sampan__subcmd__rmi_commands] )) ||
_sampan__subcmd__rmi_commands() {
    local commands; commands=()
    _describe -t commands 'sampan rmi commands' commands "$@"
}
(( $+functions[_sampan__subcmd__run_commands] )) ||
_sampan__subcmd__run_commands() {
    local commands; commands=()
    _describe -t commands 'sampan run commands' commands "$@"
}
(( $+functions[_sampan__subcmd__save_commands] )) ||
_sampan__subcmd__save_commands() {
    local commands; commands=()
    _describe -t commands 'sampan save commands' commands "$@"
}
(( $+functions[_sampan__subcmd__serve_commands] )) ||
_sampan__subcmd__serve_commands() {
    local commands; commands=()
    _describe -t commands 'sampan serve commands' commands "$@"
}
(( $+functions[_sampan__subcmd__start_commands] )) ||
_sampan__subcmd__start_commands() {
    local commands; commands=()
    _describe -t commands 'sampan start commands' commands "$@"
}
(( $+functions[_sampan__subcmd__stats_commands] )) ||
_sampan__subcmd__stats_commands() {
    local commands; commands=()
    _describe -t commands 'sampan stats commands' commands "$@"
}
(( $+functions[_sampan__subcmd__stop_commands] )) ||
_sampan__subcmd__stop_commands() {
    local commands; commands=()
    _describe -t commands 'sampan stop commands' commands "$@"
}
(( $+functions[_sampan__subcmd__system_commands] )) ||
_sampan__subcmd__system_commands() {
    local commands; commands=(
'df:Show what is on the disk' \
'prune:Remove what nothing needs' \
'info:Show what the daemon is, has and can do' \
'events:Show what happens, as it happens' \
'help:Print this message or the help of the given subcommand(s)' \
    )
    _describe -t commands 'sampan system commands' commands "$@"
}
(( $+functions[_sampan__subcmd__system__subcmd__df_commands] )) ||
_sampan__subcmd__system__subcmd__df_commands() {
    local commands; commands=()
    _describe -t commands 'sampan system df commands' commands "$@"
}
(( $+functions[_sampan__subcmd__system__subcmd__events_commands] )) ||
_sampan__subcmd__system__subcmd__events_commands() {
    local commands; commands=()
    _describe -t commands 'sampan system events commands' commands "$@"
}
(( $+functions[_sampan__subcmd__system__subcmd__help_commands] )) ||
_sampan__subcmd__system__subcmd__help_commands() {
    local commands; commands=(
'df:Show what is on the disk' \
'prune:Remove what nothing needs' \
'info:Show what the daemon is, has and can do' \
'events:Show what happens, as it happens' \
'help:Print this message or the help of the given subcommand(s)' \
    )
    _describe -t commands 'sampan system help commands' commands "$@"
}
(( $+functions[_sampan__subcmd__system__subcmd__help__subcmd__df_commands] )) ||
_sampan__subcmd__system__subcmd__help__subcmd__df_commands() {
    local commands; commands=()
    _describe -t commands 'sampan system help df commands' commands "$@"
}
(( $+functions[_sampan__subcmd__system__subcmd__help__subcmd__events_commands] )) ||
_sampan__subcmd__system__subcmd__help__subcmd__events_commands() {
    local commands; commands=()
    _describe -t commands 'sampan system help events commands' commands "$@"
}
(( $+functions[_sampan__subcmd__system__subcmd__help__subcmd__help_commands] )) ||
_sampan__subcmd__system__subcmd__help__subcmd__help_commands() {
    local commands; commands=()
    _describe -t commands 'sampan system help help commands' commands "$@"
}
(( $+functions[_sampan__subcmd__system__subcmd__help__subcmd__info_commands] )) ||
_sampan__subcmd__system__subcmd__help__subcmd__info_commands() {
    local commands; commands=()
    _describe -t commands 'sampan system help info commands' commands "$@"
}
(( $+functions[_sampan__subcmd__system__subcmd__help__subcmd__prune_commands] )) ||
_sampan__subcmd__system__subcmd__help__subcmd__prune_commands() {
    local commands; commands=()
    _describe -t commands 'sampan system help prune commands' commands "$@"
}
(( $+functions[_sampan__subcmd__system__subcmd__info_commands] )) ||
_sampan__subcmd__system__subcmd__info_commands() {
    local commands; commands=()
    _describe -t commands 'sampan system info commands' commands "$@"
}
(( $+functions[_sampan__subcmd__system__subcmd__prune_commands] )) ||
_sampan__subcmd__system__subcmd__prune_commands() {
    local commands; commands=()
    _describe -t commands 'sampan system prune commands' commands "$@"
}
(( $+functions[_sampan__subcmd__tag_commands] )) ||
_sampan__subcmd__tag_commands() {
    local commands; commands=()
    _describe -t commands 'sampan tag commands' commands "$@"
}
(( $+functions[_sampan__subcmd__top_commands] )) ||
_sampan__subcmd__top_commands() {
    local commands; commands=()
    _describe -t commands 'sampan top commands' commands "$@"
}
(( $+functions[_sampan__subcmd__unpause_commands] )) ||
_sampan__subcmd__unpause_commands() {
    local commands; commands=()
    _describe -t commands 'sampan unpause commands' commands "$@"
}
(( $+functions[_sampan__subcmd__update_commands] )) ||
_sampan__subcmd__update_commands() {
    local commands; commands=()
    _describe -t commands 'sampan update commands' commands "$@"
}
(( $+functions[_sampan__subcmd__version_commands] )) ||
_sampan__subcmd__version_commands() {
    local commands; commands=()
    _describe -t commands 'sampan version commands' commands "$@"
}
(( $+functions[_sampan__subcmd__volume_commands] )) ||
_sampan__subcmd__volume_commands() {
    local commands; commands=(
'create:Make a volume' \
'ls:List volumes' \
'list:List volumes' \
'inspect:Show what is known of volumes, as JSON' \
'rm:Remove volumes' \
'remove:Remove volumes' \
'prune:Remove volumes that no container uses' \
'help:Print this message or the help of the given subcommand(s)' \
    )
    _describe -t commands 'sampan volume commands' commands "$@"
}
(( $+functions[_sampan__subcmd__volume__subcmd__create_commands] )) ||
_sampan__subcmd__volume__subcmd__create_commands() {
    local commands; commands=()
    _describe -t commands 'sampan volume create commands' commands "$@"
}
(( $+functions[_sampan__subcmd__volume__subcmd__help_commands] )) ||
_sampan__subcmd__volume__subcmd__help_commands() {
    local commands; commands=(
'create:Make a volume' \
'ls:List volumes' \
'inspect:Show what is known of volumes, as JSON' \
'rm:Remove volumes' \
'prune:Remove volumes that no container uses' \
'help:Print this message or the help of the given subcommand(s)' \
    )
    _describe -t commands 'sampan volume help commands' commands "$@"
}
(( $+functions[_sampan__subcmd__volume__subcmd__help__subcmd__create_commands] )) ||
_sampan__subcmd__volume__subcmd__help__subcmd__create_commands() {
    local commands; commands=()
    _describe -t commands 'sampan volume help create commands' commands "$@"
}
(( $+functions[_sampan__subcmd__volume__subcmd__help__subcmd__help_commands] )) ||
_sampan__subcmd__volume__subcmd__help__subcmd__help_commands() {
    local commands; commands=()
    _describe -t commands 'sampan volume help help commands' commands "$@"
}
(( $+functions[_sampan__subcmd__volume__subcmd__help__subcmd__inspect_commands] )) ||
_sampan__subcmd__volume__subcmd__help__subcmd__inspect_commands() {
    local commands; commands=()
    _describe -t commands 'sampan volume help inspect commands' commands "$@"
}
(( $+functions[_sampan__subcmd__volume__subcmd__help__subcmd__ls_commands] )) ||
_sampan__subcmd__volume__subcmd__help__subcmd__ls_commands() {
    local commands; commands=()
    _describe -t commands 'sampan volume help ls commands' commands "$@"
}
(( $+functions[_sampan__subcmd__volume__subcmd__help__subcmd__prune_commands] )) ||
_sampan__subcmd__volume__subcmd__help__subcmd__prune_commands() {
    local commands; commands=()
    _describe -t commands 'sampan volume help prune commands' commands "$@"
}
(( $+functions[_sampan__subcmd__volume__subcmd__help__subcmd__rm_commands] )) ||
_sampan__subcmd__volume__subcmd__help__subcmd__rm_commands() {
    local commands; commands=()
    _describe -t commands 'sampan volume help rm commands' commands "$@"
}
(( $+functions[_sampan__subcmd__volume__subcmd__inspect_commands] )) ||
_sampan__subcmd__volume__subcmd__inspect_commands() {
    local commands; commands=()
    _describe -t commands 'sampan volume inspect commands' commands "$@"
}
(( $+functions[_sampan__subcmd__volume__subcmd__ls_commands] )) ||
_sampan__subcmd__volume__subcmd__ls_commands() {
    local commands; commands=()
    _describe -t commands 'sampan volume ls commands' commands "$@"
}
(( $+functions[_sampan__subcmd__volume__subcmd__prune_commands] )) ||
_sampan__subcmd__volume__subcmd__prune_commands() {
    local commands; commands=()
    _describe -t commands 'sampan volume prune commands' commands "$@"
}
(( $+functions[_sampan__subcmd__volume__subcmd__rm_commands] )) ||
_sampan__subcmd__volume__subcmd__rm_commands() {
    local commands; commands=()
    _describe -t commands 'sampan volume rm commands' commands "$@"
}
(( $+functions[_sampan__subcmd__wait_commands] )) ||
_sampan__subcmd__wait_commands() {
    local commands; commands=()
    _describe -t commands 'sampan wait commands' commands "$@"
}

if [ "$funcstack[1]" = "_sampan" ]; then
    _sampan "$@"
else
    compdef _sampan sampan
fi
