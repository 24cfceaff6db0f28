# Print an optspec for argparse to handle cmd's options that are independent of any subcommand.
function __fish_sampan_global_optspecs
    string join \n root= config= H/host= q/quiet color= h/help V/version
end

function __fish_sampan_needs_command
    # Figure out if the current invocation already has a command.
    set -l cmd (commandline -opc)
    set -e cmd[1]
    argparse -s (__fish_sampan_global_optspecs) -- $cmd 2>/dev/null
    or return
    if set -q argv[1]
        # Also print the command, so this can be used to figure out what it is.
        echo $argv[1]
        return 1
    end
    return 0
end

function __fish_sampan_using_subcommand
    set -l cmd (__fish_sampan_needs_command)
    test -z "$cmd"
    and return 1
    contains -- $cmd[1] $argv
end

complete -c sampan -n "__fish_sampan_needs_command" -l root -d 'Folder of images, compiled code and containers' -r -F
complete -c sampan -n "__fish_sampan_needs_command" -l config -d 'Configuration file' -r -F
complete -c sampan -n "__fish_sampan_needs_command" -s H -l host -d 'Socket of the daemon: unix:///PATH; for `sampan daemon` where it listens, also more than once' -r
complete -c sampan -n "__fish_sampan_needs_command" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c sampan -n "__fish_sampan_needs_command" -s q -l quiet -d 'Say only what was asked for and errors'
complete -c sampan -n "__fish_sampan_needs_command" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sampan -n "__fish_sampan_needs_command" -s V -l version -d 'Print version'
complete -c sampan -n "__fish_sampan_needs_command" -f -a "run" -d 'Run a Wasm file or image: in the foreground, or with `-d` on the daemon'
complete -c sampan -n "__fish_sampan_needs_command" -f -a "serve" -d 'Serve Wasm files or images that answer HTTP requests, one or several on a port'
complete -c sampan -n "__fish_sampan_needs_command" -f -a "call" -d 'Call functions of a Wasm file or image with values, and show what they give'
complete -c sampan -n "__fish_sampan_needs_command" -f -a "link" -d 'Make one component of several, by giving what some export to what others import'
complete -c sampan -n "__fish_sampan_needs_command" -f -a "inspect" -d 'Show what a file, image or container is, may do and did'
complete -c sampan -n "__fish_sampan_needs_command" -f -a "image" -d 'Manage images'
complete -c sampan -n "__fish_sampan_needs_command" -f -a "images" -d 'List images'
complete -c sampan -n "__fish_sampan_needs_command" -f -a "pull" -d 'Download an image'
complete -c sampan -n "__fish_sampan_needs_command" -f -a "push" -d 'Upload an image'
complete -c sampan -n "__fish_sampan_needs_command" -f -a "tag" -d 'Give an image another name'
complete -c sampan -n "__fish_sampan_needs_command" -f -a "rmi" -d 'Remove images'
complete -c sampan -n "__fish_sampan_needs_command" -f -a "save" -d 'Write images into an archive'
complete -c sampan -n "__fish_sampan_needs_command" -f -a "load" -d 'Take images out of an archive'
complete -c sampan -n "__fish_sampan_needs_command" -f -a "history" -d 'Show how an image came to be'
complete -c sampan -n "__fish_sampan_needs_command" -f -a "ps" -d 'List containers'
complete -c sampan -n "__fish_sampan_needs_command" -f -a "rm" -d 'Remove containers'
complete -c sampan -n "__fish_sampan_needs_command" -f -a "create" -d 'Make a container, and start it not'
complete -c sampan -n "__fish_sampan_needs_command" -f -a "start" -d 'Start containers that are there already'
complete -c sampan -n "__fish_sampan_needs_command" -f -a "stop" -d 'Stop containers'
complete -c sampan -n "__fish_sampan_needs_command" -f -a "restart" -d 'Stop containers and start them again'
complete -c sampan -n "__fish_sampan_needs_command" -f -a "kill" -d 'Send containers a signal'
complete -c sampan -n "__fish_sampan_needs_command" -f -a "pause" -d 'Hold containers up'
complete -c sampan -n "__fish_sampan_needs_command" -f -a "unpause" -d 'Let containers go on'
complete -c sampan -n "__fish_sampan_needs_command" -f -a "wait" -d 'Wait until containers have ended'
complete -c sampan -n "__fish_sampan_needs_command" -f -a "logs" -d 'Show what a container wrote'
complete -c sampan -n "__fish_sampan_needs_command" -f -a "attach" -d 'Take part in a container\'s streams'
complete -c sampan -n "__fish_sampan_needs_command" -f -a "exec" -d 'Run a further program in a running container'
complete -c sampan -n "__fish_sampan_needs_command" -f -a "cp" -d 'Copy files between a container and here'
complete -c sampan -n "__fish_sampan_needs_command" -f -a "stats" -d 'Show what containers use, as it changes'
complete -c sampan -n "__fish_sampan_needs_command" -f -a "metrics" -d 'Show what servers have answered, version by version'
complete -c sampan -n "__fish_sampan_needs_command" -f -a "top" -d 'Show the processes of a container'
complete -c sampan -n "__fish_sampan_needs_command" -f -a "port" -d 'Show where a container\'s ports are reached'
complete -c sampan -n "__fish_sampan_needs_command" -f -a "diff" -d 'Show how a container\'s files differ from its image\'s'
complete -c sampan -n "__fish_sampan_needs_command" -f -a "build" -d 'Build an image from a Dockerfile'
complete -c sampan -n "__fish_sampan_needs_command" -f -a "builder" -d 'Build images, and remove what builds keep'
complete -c sampan -n "__fish_sampan_needs_command" -f -a "commit" -d 'Make an image of a container'
complete -c sampan -n "__fish_sampan_needs_command" -f -a "export" -d 'Write all files of a container into an archive'
complete -c sampan -n "__fish_sampan_needs_command" -f -a "rename" -d 'Give a container another name'
complete -c sampan -n "__fish_sampan_needs_command" -f -a "update" -d 'Change containers\' limits, or the program of a server without a pause'
complete -c sampan -n "__fish_sampan_needs_command" -f -a "compose" -d 'Run the services of a compose file'
complete -c sampan -n "__fish_sampan_needs_command" -f -a "container" -d 'Manage containers'
complete -c sampan -n "__fish_sampan_needs_command" -f -a "volume" -d 'Manage volumes'
complete -c sampan -n "__fish_sampan_needs_command" -f -a "network" -d 'Manage networks'
complete -c sampan -n "__fish_sampan_needs_command" -f -a "events" -d 'Show what happens, as it happens'
complete -c sampan -n "__fish_sampan_needs_command" -f -a "version" -d 'Show the versions of this program and of the daemon'
complete -c sampan -n "__fish_sampan_needs_command" -f -a "system" -d 'Show disk use, and give disk back'
complete -c sampan -n "__fish_sampan_needs_command" -f -a "login" -d 'Store credentials for a registry'
complete -c sampan -n "__fish_sampan_needs_command" -f -a "logout" -d 'Forget credentials for a registry'
complete -c sampan -n "__fish_sampan_needs_command" -f -a "daemon" -d 'Answer the Docker API, for docker and every tool that speaks to it'
complete -c sampan -n "__fish_sampan_needs_command" -f -a "registry" -d 'Serve a registry'
complete -c sampan -n "__fish_sampan_needs_command" -f -a "info" -d 'Show what this machine can do, and what follows from each no'
complete -c sampan -n "__fish_sampan_needs_command" -f -a "doctor" -d 'Show what this machine can do, and what follows from each no'
complete -c sampan -n "__fish_sampan_needs_command" -f -a "reference" -d 'Write the reference pages, completions and man pages'
complete -c sampan -n "__fish_sampan_needs_command" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c sampan -n "__fish_sampan_using_subcommand run" -l root -d 'Folder of images, compiled code and containers' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand run" -l config -d 'Configuration file' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand run" -s H -l host -d 'Socket of the daemon: unix:///PATH; for `sampan daemon` where it listens, also more than once' -r
complete -c sampan -n "__fish_sampan_using_subcommand run" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c sampan -n "__fish_sampan_using_subcommand run" -l entrypoint -d 'Call this export, or run this file of the image, instead of the program\'s own start' -r
complete -c sampan -n "__fish_sampan_using_subcommand run" -s e -l env -d 'Set an environment variable; without a value, pass the caller\'s' -r
complete -c sampan -n "__fish_sampan_using_subcommand run" -l env-file -d 'Read environment variables from a file' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand run" -s w -l workdir -d 'Working directory in the container' -r
complete -c sampan -n "__fish_sampan_using_subcommand run" -s t -l tty -d 'Tell the program that it has a terminal; `raw` passes each key as it is typed' -r -f -a "cooked\t'Line by line, with echo, as the terminal is'
raw\t'Each key as it is typed, without echo; Ctrl-C still interrupts'"
complete -c sampan -n "__fish_sampan_using_subcommand run" -l name -d 'Name the container, and keep what it did for `sampan inspect NAME`' -r
complete -c sampan -n "__fish_sampan_using_subcommand run" -l platform -d 'Platform of the image' -r
complete -c sampan -n "__fish_sampan_using_subcommand run" -l pull -d 'When to download the image' -r -f -a "always\t'Always ask the registry for the newest'
missing\t'When it is not here'
never\t'Never'"
complete -c sampan -n "__fish_sampan_using_subcommand run" -s p -l publish -d 'Answer requests on a port of this machine (loopback unless an address is written) with a component that is an HTTP server' -r
complete -c sampan -n "__fish_sampan_using_subcommand run" -s v -l volume -d 'Give a folder: SOURCE:TARGET[:ro]; with the daemon also a volume by its name' -r
complete -c sampan -n "__fish_sampan_using_subcommand run" -l tmpfs -d 'Give a folder in memory' -r
complete -c sampan -n "__fish_sampan_using_subcommand run" -l allow-net -d 'Allow connections out to a name, an address, a block or everything: `db:5432`, `10.0.0.0/8:443`, `*:*`' -r
complete -c sampan -n "__fish_sampan_using_subcommand run" -l allow-http -d 'Allow HTTP requests out (wasi:http); without scheme and port, in any way; a scheme alone means its own port' -r
complete -c sampan -n "__fish_sampan_using_subcommand run" -l allow-listen -d 'Allow listening, on loopback unless an address is written' -r
complete -c sampan -n "__fish_sampan_using_subcommand run" -l grants -d 'Give what a file says, as `--learn` wrote it' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand run" -l learn -d 'Let the program use the network freely, and write down the smallest grants that this run used' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand run" -l tls-cert -d 'Serve TLS with this certificate, followed by those that vouch for it (PEM). Of several, each with its key, a client gets the first that has the name it asks for. Files that change are read anew' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand run" -l tls-key -d 'The private key of a `--tls-cert`, in the same order (PEM)' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand run" -l reuse -d 'Let one instance answer so many requests, one after the other: each finds in memory what those before it left' -r
complete -c sampan -n "__fish_sampan_using_subcommand run" -l access-log -d 'Write a line of JSON for each request, to standard error or at the end of a file; the program finds the request\'s id in `x-request-id`' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand run" -l http-limit -d 'What clients may do: head-size, body-size, head-time, client-time, request-time, requests, connections, streams' -r
complete -c sampan -n "__fish_sampan_using_subcommand run" -s m -l memory -d 'Most linear memory' -r
complete -c sampan -n "__fish_sampan_using_subcommand run" -l cpus -d 'Most processors, such as 0.5' -r
complete -c sampan -n "__fish_sampan_using_subcommand run" -l timeout -d 'Most time from start to end' -r
complete -c sampan -n "__fish_sampan_using_subcommand run" -l pids-limit -d 'Most core instances (a Wasm container has no processes)' -r
complete -c sampan -n "__fish_sampan_using_subcommand run" -l limit -d 'Any limit by its name; `sampan inspect` shows them all' -r
complete -c sampan -n "__fish_sampan_using_subcommand run" -l coredump -d 'Write a core dump here if the program traps' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand run" -l profile -d 'Write a profile for the Firefox profiler here' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand run" -l debug -d 'Wait for a debugger (gdb remote protocol) on this port of loopback' -r
complete -c sampan -n "__fish_sampan_using_subcommand run" -l detach-keys -d 'The keys that leave it running' -r
complete -c sampan -n "__fish_sampan_using_subcommand run" -l restart -d 'What happens after it ended: no, always, unless-stopped, on-failure[:TIMES]' -r
complete -c sampan -n "__fish_sampan_using_subcommand run" -s l -l label -d 'A label' -r
complete -c sampan -n "__fish_sampan_using_subcommand run" -l network -l net -d 'The network that it is in' -r
complete -c sampan -n "__fish_sampan_using_subcommand run" -l network-alias -d 'Another name that it has there' -r
complete -c sampan -n "__fish_sampan_using_subcommand run" -l mount -d 'A volume, a folder or a tmpfs: type=volume,src=NAME,dst=PATH[,readonly]' -r
complete -c sampan -n "__fish_sampan_using_subcommand run" -l volumes-from -d 'The mounts of another container as well' -r
complete -c sampan -n "__fish_sampan_using_subcommand run" -l hostname -d 'Its name as a host' -r
complete -c sampan -n "__fish_sampan_using_subcommand run" -l add-host -d 'A further name: HOST:ADDRESS' -r
complete -c sampan -n "__fish_sampan_using_subcommand run" -l expose -d 'A port that others may reach' -r
complete -c sampan -n "__fish_sampan_using_subcommand run" -s u -l user -d 'User' -r
complete -c sampan -n "__fish_sampan_using_subcommand run" -l stop-signal -d 'The signal that asks it to end' -r
complete -c sampan -n "__fish_sampan_using_subcommand run" -l stop-timeout -d 'Seconds until it is killed after that' -r
complete -c sampan -n "__fish_sampan_using_subcommand run" -l log-driver -d 'Where its output is kept' -r
complete -c sampan -n "__fish_sampan_using_subcommand run" -l log-opt -d 'An option of that' -r
complete -c sampan -n "__fish_sampan_using_subcommand run" -l health-cmd -d 'A command that tells whether it is well' -r
complete -c sampan -n "__fish_sampan_using_subcommand run" -l health-interval -d 'Time between two of them' -r
complete -c sampan -n "__fish_sampan_using_subcommand run" -l health-retries -d 'Failures in a row until it is unwell' -r
complete -c sampan -n "__fish_sampan_using_subcommand run" -l health-start-period -d 'Time that it has to begin' -r
complete -c sampan -n "__fish_sampan_using_subcommand run" -l health-start-interval -d 'Time between two of them meanwhile' -r
complete -c sampan -n "__fish_sampan_using_subcommand run" -l health-timeout -d 'Time that one may take' -r
complete -c sampan -n "__fish_sampan_using_subcommand run" -s c -l cpu-shares -d 'Weight beside others when processors are short' -r
complete -c sampan -n "__fish_sampan_using_subcommand run" -l security-opt -d 'A security option' -r
complete -c sampan -n "__fish_sampan_using_subcommand run" -l annotation -d 'An annotation for the runtime' -r
complete -c sampan -n "__fish_sampan_using_subcommand run" -l isolation -d 'How it is kept apart: `process` for a worker of its own' -r
complete -c sampan -n "__fish_sampan_using_subcommand run" -l cidfile -d 'Write its id to a new file' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand run" -s q -l quiet -d 'Say only what was asked for and errors'
complete -c sampan -n "__fish_sampan_using_subcommand run" -s i -l interactive -d 'Keep standard input open (without the daemon it always is)'
complete -c sampan -n "__fish_sampan_using_subcommand run" -l rm -d 'Keep nothing of the container after its end'
complete -c sampan -n "__fish_sampan_using_subcommand run" -l read-only -d 'Mount the image\'s own files read-only'
complete -c sampan -n "__fish_sampan_using_subcommand run" -l trace -d 'Show each step of the start with its time'
complete -c sampan -n "__fish_sampan_using_subcommand run" -s d -l detach -d 'Let it run, and print its id'
complete -c sampan -n "__fish_sampan_using_subcommand run" -s P -l publish-all -d 'Publish all exposed ports'
complete -c sampan -n "__fish_sampan_using_subcommand run" -l no-healthcheck -d 'Without the image\'s own health check'
complete -c sampan -n "__fish_sampan_using_subcommand run" -l init -d 'With a process that reaps others (of Linux containers)'
complete -c sampan -n "__fish_sampan_using_subcommand run" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sampan -n "__fish_sampan_using_subcommand run" -s V -l version -d 'Print version'
complete -c sampan -n "__fish_sampan_using_subcommand serve" -l root -d 'Folder of images, compiled code and containers' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand serve" -l config -d 'Configuration file' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand serve" -s H -l host -d 'Socket of the daemon: unix:///PATH; for `sampan daemon` where it listens, also more than once' -r
complete -c sampan -n "__fish_sampan_using_subcommand serve" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c sampan -n "__fish_sampan_using_subcommand serve" -l entrypoint -d 'Call this export, or run this file of the image, instead of the program\'s own start' -r
complete -c sampan -n "__fish_sampan_using_subcommand serve" -s e -l env -d 'Set an environment variable; without a value, pass the caller\'s' -r
complete -c sampan -n "__fish_sampan_using_subcommand serve" -l env-file -d 'Read environment variables from a file' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand serve" -s w -l workdir -d 'Working directory in the container' -r
complete -c sampan -n "__fish_sampan_using_subcommand serve" -s t -l tty -d 'Tell the program that it has a terminal; `raw` passes each key as it is typed' -r -f -a "cooked\t'Line by line, with echo, as the terminal is'
raw\t'Each key as it is typed, without echo; Ctrl-C still interrupts'"
complete -c sampan -n "__fish_sampan_using_subcommand serve" -l name -d 'Name the container, and keep what it did for `sampan inspect NAME`' -r
complete -c sampan -n "__fish_sampan_using_subcommand serve" -l platform -d 'Platform of the image' -r
complete -c sampan -n "__fish_sampan_using_subcommand serve" -l pull -d 'When to download the image' -r -f -a "always\t'Always ask the registry for the newest'
missing\t'When it is not here'
never\t'Never'"
complete -c sampan -n "__fish_sampan_using_subcommand serve" -s v -l volume -d 'Give a folder: SOURCE:TARGET[:ro]; with the daemon also a volume by its name' -r
complete -c sampan -n "__fish_sampan_using_subcommand serve" -l tmpfs -d 'Give a folder in memory' -r
complete -c sampan -n "__fish_sampan_using_subcommand serve" -l allow-net -d 'Allow connections out to a name, an address, a block or everything: `db:5432`, `10.0.0.0/8:443`, `*:*`' -r
complete -c sampan -n "__fish_sampan_using_subcommand serve" -l allow-http -d 'Allow HTTP requests out (wasi:http); without scheme and port, in any way; a scheme alone means its own port' -r
complete -c sampan -n "__fish_sampan_using_subcommand serve" -l allow-listen -d 'Allow listening, on loopback unless an address is written' -r
complete -c sampan -n "__fish_sampan_using_subcommand serve" -l grants -d 'Give what a file says, as `--learn` wrote it' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand serve" -l learn -d 'Let the program use the network freely, and write down the smallest grants that this run used' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand serve" -l tls-cert -d 'Serve TLS with this certificate, followed by those that vouch for it (PEM). Of several, each with its key, a client gets the first that has the name it asks for. Files that change are read anew' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand serve" -l tls-key -d 'The private key of a `--tls-cert`, in the same order (PEM)' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand serve" -l reuse -d 'Let one instance answer so many requests, one after the other: each finds in memory what those before it left' -r
complete -c sampan -n "__fish_sampan_using_subcommand serve" -l access-log -d 'Write a line of JSON for each request, to standard error or at the end of a file; the program finds the request\'s id in `x-request-id`' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand serve" -l http-limit -d 'What clients may do: head-size, body-size, head-time, client-time, request-time, requests, connections, streams' -r
complete -c sampan -n "__fish_sampan_using_subcommand serve" -s m -l memory -d 'Most linear memory' -r
complete -c sampan -n "__fish_sampan_using_subcommand serve" -l cpus -d 'Most processors, such as 0.5' -r
complete -c sampan -n "__fish_sampan_using_subcommand serve" -l timeout -d 'Most time from start to end' -r
complete -c sampan -n "__fish_sampan_using_subcommand serve" -l pids-limit -d 'Most core instances (a Wasm container has no processes)' -r
complete -c sampan -n "__fish_sampan_using_subcommand serve" -l limit -d 'Any limit by its name; `sampan inspect` shows them all' -r
complete -c sampan -n "__fish_sampan_using_subcommand serve" -l coredump -d 'Write a core dump here if the program traps' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand serve" -l profile -d 'Write a profile for the Firefox profiler here' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand serve" -l debug -d 'Wait for a debugger (gdb remote protocol) on this port of loopback' -r
complete -c sampan -n "__fish_sampan_using_subcommand serve" -l detach-keys -d 'The keys that leave it running' -r
complete -c sampan -n "__fish_sampan_using_subcommand serve" -l restart -d 'What happens after it ended: no, always, unless-stopped, on-failure[:TIMES]' -r
complete -c sampan -n "__fish_sampan_using_subcommand serve" -s l -l label -d 'A label' -r
complete -c sampan -n "__fish_sampan_using_subcommand serve" -l network -l net -d 'The network that it is in' -r
complete -c sampan -n "__fish_sampan_using_subcommand serve" -l network-alias -d 'Another name that it has there' -r
complete -c sampan -n "__fish_sampan_using_subcommand serve" -l mount -d 'A volume, a folder or a tmpfs: type=volume,src=NAME,dst=PATH[,readonly]' -r
complete -c sampan -n "__fish_sampan_using_subcommand serve" -l volumes-from -d 'The mounts of another container as well' -r
complete -c sampan -n "__fish_sampan_using_subcommand serve" -l hostname -d 'Its name as a host' -r
complete -c sampan -n "__fish_sampan_using_subcommand serve" -l add-host -d 'A further name: HOST:ADDRESS' -r
complete -c sampan -n "__fish_sampan_using_subcommand serve" -l expose -d 'A port that others may reach' -r
complete -c sampan -n "__fish_sampan_using_subcommand serve" -s u -l user -d 'User' -r
complete -c sampan -n "__fish_sampan_using_subcommand serve" -l stop-signal -d 'The signal that asks it to end' -r
complete -c sampan -n "__fish_sampan_using_subcommand serve" -l stop-timeout -d 'Seconds until it is killed after that' -r
complete -c sampan -n "__fish_sampan_using_subcommand serve" -l log-driver -d 'Where its output is kept' -r
complete -c sampan -n "__fish_sampan_using_subcommand serve" -l log-opt -d 'An option of that' -r
complete -c sampan -n "__fish_sampan_using_subcommand serve" -l health-cmd -d 'A command that tells whether it is well' -r
complete -c sampan -n "__fish_sampan_using_subcommand serve" -l health-interval -d 'Time between two of them' -r
complete -c sampan -n "__fish_sampan_using_subcommand serve" -l health-retries -d 'Failures in a row until it is unwell' -r
complete -c sampan -n "__fish_sampan_using_subcommand serve" -l health-start-period -d 'Time that it has to begin' -r
complete -c sampan -n "__fish_sampan_using_subcommand serve" -l health-start-interval -d 'Time between two of them meanwhile' -r
complete -c sampan -n "__fish_sampan_using_subcommand serve" -l health-timeout -d 'Time that one may take' -r
complete -c sampan -n "__fish_sampan_using_subcommand serve" -s c -l cpu-shares -d 'Weight beside others when processors are short' -r
complete -c sampan -n "__fish_sampan_using_subcommand serve" -l security-opt -d 'A security option' -r
complete -c sampan -n "__fish_sampan_using_subcommand serve" -l annotation -d 'An annotation for the runtime' -r
complete -c sampan -n "__fish_sampan_using_subcommand serve" -l isolation -d 'How it is kept apart: `process` for a worker of its own' -r
complete -c sampan -n "__fish_sampan_using_subcommand serve" -l cidfile -d 'Write its id to a new file' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand serve" -l route -d 'Answer a part of the address with a file or image: `api.example.com/v1=api.wasm`, `/static=files:1`. The host is settled first, then the longest path; grants and limits are given to each' -r
complete -c sampan -n "__fish_sampan_using_subcommand serve" -s p -l publish -d 'Answer on a port of this machine [default: 127.0.0.1:8080]' -r
complete -c sampan -n "__fish_sampan_using_subcommand serve" -s q -l quiet -d 'Say only what was asked for and errors'
complete -c sampan -n "__fish_sampan_using_subcommand serve" -s i -l interactive -d 'Keep standard input open (without the daemon it always is)'
complete -c sampan -n "__fish_sampan_using_subcommand serve" -l rm -d 'Keep nothing of the container after its end'
complete -c sampan -n "__fish_sampan_using_subcommand serve" -l read-only -d 'Mount the image\'s own files read-only'
complete -c sampan -n "__fish_sampan_using_subcommand serve" -l trace -d 'Show each step of the start with its time'
complete -c sampan -n "__fish_sampan_using_subcommand serve" -s d -l detach -d 'Let it run, and print its id'
complete -c sampan -n "__fish_sampan_using_subcommand serve" -s P -l publish-all -d 'Publish all exposed ports'
complete -c sampan -n "__fish_sampan_using_subcommand serve" -l no-healthcheck -d 'Without the image\'s own health check'
complete -c sampan -n "__fish_sampan_using_subcommand serve" -l init -d 'With a process that reaps others (of Linux containers)'
complete -c sampan -n "__fish_sampan_using_subcommand serve" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sampan -n "__fish_sampan_using_subcommand serve" -s V -l version -d 'Print version'
complete -c sampan -n "__fish_sampan_using_subcommand call" -l root -d 'Folder of images, compiled code and containers' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand call" -l config -d 'Configuration file' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand call" -s H -l host -d 'Socket of the daemon: unix:///PATH; for `sampan daemon` where it listens, also more than once' -r
complete -c sampan -n "__fish_sampan_using_subcommand call" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c sampan -n "__fish_sampan_using_subcommand call" -l entrypoint -d 'Call this export, or run this file of the image, instead of the program\'s own start' -r
complete -c sampan -n "__fish_sampan_using_subcommand call" -s e -l env -d 'Set an environment variable; without a value, pass the caller\'s' -r
complete -c sampan -n "__fish_sampan_using_subcommand call" -l env-file -d 'Read environment variables from a file' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand call" -s w -l workdir -d 'Working directory in the container' -r
complete -c sampan -n "__fish_sampan_using_subcommand call" -s t -l tty -d 'Tell the program that it has a terminal; `raw` passes each key as it is typed' -r -f -a "cooked\t'Line by line, with echo, as the terminal is'
raw\t'Each key as it is typed, without echo; Ctrl-C still interrupts'"
complete -c sampan -n "__fish_sampan_using_subcommand call" -l name -d 'Name the container, and keep what it did for `sampan inspect NAME`' -r
complete -c sampan -n "__fish_sampan_using_subcommand call" -l platform -d 'Platform of the image' -r
complete -c sampan -n "__fish_sampan_using_subcommand call" -l pull -d 'When to download the image' -r -f -a "always\t'Always ask the registry for the newest'
missing\t'When it is not here'
never\t'Never'"
complete -c sampan -n "__fish_sampan_using_subcommand call" -s p -l publish -d 'Answer requests on a port of this machine (loopback unless an address is written) with a component that is an HTTP server' -r
complete -c sampan -n "__fish_sampan_using_subcommand call" -s v -l volume -d 'Give a folder: SOURCE:TARGET[:ro]; with the daemon also a volume by its name' -r
complete -c sampan -n "__fish_sampan_using_subcommand call" -l tmpfs -d 'Give a folder in memory' -r
complete -c sampan -n "__fish_sampan_using_subcommand call" -l allow-net -d 'Allow connections out to a name, an address, a block or everything: `db:5432`, `10.0.0.0/8:443`, `*:*`' -r
complete -c sampan -n "__fish_sampan_using_subcommand call" -l allow-http -d 'Allow HTTP requests out (wasi:http); without scheme and port, in any way; a scheme alone means its own port' -r
complete -c sampan -n "__fish_sampan_using_subcommand call" -l allow-listen -d 'Allow listening, on loopback unless an address is written' -r
complete -c sampan -n "__fish_sampan_using_subcommand call" -l grants -d 'Give what a file says, as `--learn` wrote it' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand call" -l learn -d 'Let the program use the network freely, and write down the smallest grants that this run used' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand call" -l tls-cert -d 'Serve TLS with this certificate, followed by those that vouch for it (PEM). Of several, each with its key, a client gets the first that has the name it asks for. Files that change are read anew' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand call" -l tls-key -d 'The private key of a `--tls-cert`, in the same order (PEM)' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand call" -l reuse -d 'Let one instance answer so many requests, one after the other: each finds in memory what those before it left' -r
complete -c sampan -n "__fish_sampan_using_subcommand call" -l access-log -d 'Write a line of JSON for each request, to standard error or at the end of a file; the program finds the request\'s id in `x-request-id`' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand call" -l http-limit -d 'What clients may do: head-size, body-size, head-time, client-time, request-time, requests, connections, streams' -r
complete -c sampan -n "__fish_sampan_using_subcommand call" -s m -l memory -d 'Most linear memory' -r
complete -c sampan -n "__fish_sampan_using_subcommand call" -l cpus -d 'Most processors, such as 0.5' -r
complete -c sampan -n "__fish_sampan_using_subcommand call" -l timeout -d 'Most time from start to end' -r
complete -c sampan -n "__fish_sampan_using_subcommand call" -l pids-limit -d 'Most core instances (a Wasm container has no processes)' -r
complete -c sampan -n "__fish_sampan_using_subcommand call" -l limit -d 'Any limit by its name; `sampan inspect` shows them all' -r
complete -c sampan -n "__fish_sampan_using_subcommand call" -l coredump -d 'Write a core dump here if the program traps' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand call" -l profile -d 'Write a profile for the Firefox profiler here' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand call" -l debug -d 'Wait for a debugger (gdb remote protocol) on this port of loopback' -r
complete -c sampan -n "__fish_sampan_using_subcommand call" -l detach-keys -d 'The keys that leave it running' -r
complete -c sampan -n "__fish_sampan_using_subcommand call" -l restart -d 'What happens after it ended: no, always, unless-stopped, on-failure[:TIMES]' -r
complete -c sampan -n "__fish_sampan_using_subcommand call" -s l -l label -d 'A label' -r
complete -c sampan -n "__fish_sampan_using_subcommand call" -l network -l net -d 'The network that it is in' -r
complete -c sampan -n "__fish_sampan_using_subcommand call" -l network-alias -d 'Another name that it has there' -r
complete -c sampan -n "__fish_sampan_using_subcommand call" -l mount -d 'A volume, a folder or a tmpfs: type=volume,src=NAME,dst=PATH[,readonly]' -r
complete -c sampan -n "__fish_sampan_using_subcommand call" -l volumes-from -d 'The mounts of another container as well' -r
complete -c sampan -n "__fish_sampan_using_subcommand call" -l hostname -d 'Its name as a host' -r
complete -c sampan -n "__fish_sampan_using_subcommand call" -l add-host -d 'A further name: HOST:ADDRESS' -r
complete -c sampan -n "__fish_sampan_using_subcommand call" -l expose -d 'A port that others may reach' -r
complete -c sampan -n "__fish_sampan_using_subcommand call" -s u -l user -d 'User' -r
complete -c sampan -n "__fish_sampan_using_subcommand call" -l stop-signal -d 'The signal that asks it to end' -r
complete -c sampan -n "__fish_sampan_using_subcommand call" -l stop-timeout -d 'Seconds until it is killed after that' -r
complete -c sampan -n "__fish_sampan_using_subcommand call" -l log-driver -d 'Where its output is kept' -r
complete -c sampan -n "__fish_sampan_using_subcommand call" -l log-opt -d 'An option of that' -r
complete -c sampan -n "__fish_sampan_using_subcommand call" -l health-cmd -d 'A command that tells whether it is well' -r
complete -c sampan -n "__fish_sampan_using_subcommand call" -l health-interval -d 'Time between two of them' -r
complete -c sampan -n "__fish_sampan_using_subcommand call" -l health-retries -d 'Failures in a row until it is unwell' -r
complete -c sampan -n "__fish_sampan_using_subcommand call" -l health-start-period -d 'Time that it has to begin' -r
complete -c sampan -n "__fish_sampan_using_subcommand call" -l health-start-interval -d 'Time between two of them meanwhile' -r
complete -c sampan -n "__fish_sampan_using_subcommand call" -l health-timeout -d 'Time that one may take' -r
complete -c sampan -n "__fish_sampan_using_subcommand call" -s c -l cpu-shares -d 'Weight beside others when processors are short' -r
complete -c sampan -n "__fish_sampan_using_subcommand call" -l security-opt -d 'A security option' -r
complete -c sampan -n "__fish_sampan_using_subcommand call" -l annotation -d 'An annotation for the runtime' -r
complete -c sampan -n "__fish_sampan_using_subcommand call" -l isolation -d 'How it is kept apart: `process` for a worker of its own' -r
complete -c sampan -n "__fish_sampan_using_subcommand call" -l cidfile -d 'Write its id to a new file' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand call" -s q -l quiet -d 'Say only what was asked for and errors'
complete -c sampan -n "__fish_sampan_using_subcommand call" -s i -l interactive -d 'Keep standard input open (without the daemon it always is)'
complete -c sampan -n "__fish_sampan_using_subcommand call" -l rm -d 'Keep nothing of the container after its end'
complete -c sampan -n "__fish_sampan_using_subcommand call" -l read-only -d 'Mount the image\'s own files read-only'
complete -c sampan -n "__fish_sampan_using_subcommand call" -l trace -d 'Show each step of the start with its time'
complete -c sampan -n "__fish_sampan_using_subcommand call" -s d -l detach -d 'Let it run, and print its id'
complete -c sampan -n "__fish_sampan_using_subcommand call" -s P -l publish-all -d 'Publish all exposed ports'
complete -c sampan -n "__fish_sampan_using_subcommand call" -l no-healthcheck -d 'Without the image\'s own health check'
complete -c sampan -n "__fish_sampan_using_subcommand call" -l init -d 'With a process that reaps others (of Linux containers)'
complete -c sampan -n "__fish_sampan_using_subcommand call" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sampan -n "__fish_sampan_using_subcommand call" -s V -l version -d 'Print version'
complete -c sampan -n "__fish_sampan_using_subcommand link" -l root -d 'Folder of images, compiled code and containers' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand link" -l config -d 'Configuration file' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand link" -s H -l host -d 'Socket of the daemon: unix:///PATH; for `sampan daemon` where it listens, also more than once' -r
complete -c sampan -n "__fish_sampan_using_subcommand link" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c sampan -n "__fish_sampan_using_subcommand link" -l with -d 'A component that serves imports: those of a name (`logger`, `test:log`, `test:log/logger@0.2.0`), or all that it exports; of several that wrap each other, the outermost first' -r
complete -c sampan -n "__fish_sampan_using_subcommand link" -s o -l output -d 'Write the component to a file' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand link" -s t -l tag -d 'Keep it as an image; of an image, with its configuration and files' -r
complete -c sampan -n "__fish_sampan_using_subcommand link" -l platform -d 'Platform of the images' -r
complete -c sampan -n "__fish_sampan_using_subcommand link" -l pull -d 'When to download images' -r -f -a "always\t'Always ask the registry for the newest'
missing\t'When it is not here'
never\t'Never'"
complete -c sampan -n "__fish_sampan_using_subcommand link" -s q -l quiet -d 'Say only what was asked for and errors'
complete -c sampan -n "__fish_sampan_using_subcommand link" -s y -l yes -d 'Approve what the providers could ask for and the component alone could not'
complete -c sampan -n "__fish_sampan_using_subcommand link" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sampan -n "__fish_sampan_using_subcommand link" -s V -l version -d 'Print version'
complete -c sampan -n "__fish_sampan_using_subcommand inspect" -l root -d 'Folder of images, compiled code and containers' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand inspect" -l config -d 'Configuration file' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand inspect" -s H -l host -d 'Socket of the daemon: unix:///PATH; for `sampan daemon` where it listens, also more than once' -r
complete -c sampan -n "__fish_sampan_using_subcommand inspect" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c sampan -n "__fish_sampan_using_subcommand inspect" -s f -l format -d 'Write what the daemon knows as `json` or by a Go template' -r
complete -c sampan -n "__fish_sampan_using_subcommand inspect" -l type -d 'Look among these alone: `container`, `image`, `network`, `volume`' -r -f -a "container\t''
image\t''
network\t''
volume\t''"
complete -c sampan -n "__fish_sampan_using_subcommand inspect" -l against -d 'Compare what it imports and exports with a package of WIT, which is fetched when it is not here' -r
complete -c sampan -n "__fish_sampan_using_subcommand inspect" -l platform -d 'Platform of the image' -r
complete -c sampan -n "__fish_sampan_using_subcommand inspect" -s q -l quiet -d 'Say only what was asked for and errors'
complete -c sampan -n "__fish_sampan_using_subcommand inspect" -s s -l size -d 'With the sizes of containers (needs the daemon)'
complete -c sampan -n "__fish_sampan_using_subcommand inspect" -l grants -d 'Only what it could ask for, what it was given, and what it used'
complete -c sampan -n "__fish_sampan_using_subcommand inspect" -l wit -d 'Only the world of a component, or a WIT package, as one WIT document'
complete -c sampan -n "__fish_sampan_using_subcommand inspect" -l json -d 'Print JSON'
complete -c sampan -n "__fish_sampan_using_subcommand inspect" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sampan -n "__fish_sampan_using_subcommand inspect" -s V -l version -d 'Print version'
complete -c sampan -n "__fish_sampan_using_subcommand image; and not __fish_seen_subcommand_from ls list inspect tag rm remove save load pull push pack export import history prune help" -l root -d 'Folder of images, compiled code and containers' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand image; and not __fish_seen_subcommand_from ls list inspect tag rm remove save load pull push pack export import history prune help" -l config -d 'Configuration file' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand image; and not __fish_seen_subcommand_from ls list inspect tag rm remove save load pull push pack export import history prune help" -s H -l host -d 'Socket of the daemon: unix:///PATH; for `sampan daemon` where it listens, also more than once' -r
complete -c sampan -n "__fish_sampan_using_subcommand image; and not __fish_seen_subcommand_from ls list inspect tag rm remove save load pull push pack export import history prune help" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c sampan -n "__fish_sampan_using_subcommand image; and not __fish_seen_subcommand_from ls list inspect tag rm remove save load pull push pack export import history prune help" -s q -l quiet -d 'Say only what was asked for and errors'
complete -c sampan -n "__fish_sampan_using_subcommand image; and not __fish_seen_subcommand_from ls list inspect tag rm remove save load pull push pack export import history prune help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sampan -n "__fish_sampan_using_subcommand image; and not __fish_seen_subcommand_from ls list inspect tag rm remove save load pull push pack export import history prune help" -s V -l version -d 'Print version'
complete -c sampan -n "__fish_sampan_using_subcommand image; and not __fish_seen_subcommand_from ls list inspect tag rm remove save load pull push pack export import history prune help" -f -a "ls" -d 'List images'
complete -c sampan -n "__fish_sampan_using_subcommand image; and not __fish_seen_subcommand_from ls list inspect tag rm remove save load pull push pack export import history prune help" -f -a "list" -d 'List images'
complete -c sampan -n "__fish_sampan_using_subcommand image; and not __fish_seen_subcommand_from ls list inspect tag rm remove save load pull push pack export import history prune help" -f -a "inspect" -d 'Show what is known of images, as JSON'
complete -c sampan -n "__fish_sampan_using_subcommand image; and not __fish_seen_subcommand_from ls list inspect tag rm remove save load pull push pack export import history prune help" -f -a "tag" -d 'Give an image another name'
complete -c sampan -n "__fish_sampan_using_subcommand image; and not __fish_seen_subcommand_from ls list inspect tag rm remove save load pull push pack export import history prune help" -f -a "rm" -d 'Remove images'
complete -c sampan -n "__fish_sampan_using_subcommand image; and not __fish_seen_subcommand_from ls list inspect tag rm remove save load pull push pack export import history prune help" -f -a "remove" -d 'Remove images'
complete -c sampan -n "__fish_sampan_using_subcommand image; and not __fish_seen_subcommand_from ls list inspect tag rm remove save load pull push pack export import history prune help" -f -a "save" -d 'Write images into an archive'
complete -c sampan -n "__fish_sampan_using_subcommand image; and not __fish_seen_subcommand_from ls list inspect tag rm remove save load pull push pack export import history prune help" -f -a "load" -d 'Take images out of an archive'
complete -c sampan -n "__fish_sampan_using_subcommand image; and not __fish_seen_subcommand_from ls list inspect tag rm remove save load pull push pack export import history prune help" -f -a "pull" -d 'Download an image'
complete -c sampan -n "__fish_sampan_using_subcommand image; and not __fish_seen_subcommand_from ls list inspect tag rm remove save load pull push pack export import history prune help" -f -a "push" -d 'Upload an image'
complete -c sampan -n "__fish_sampan_using_subcommand image; and not __fish_seen_subcommand_from ls list inspect tag rm remove save load pull push pack export import history prune help" -f -a "pack" -d 'Make an image of a Wasm file'
complete -c sampan -n "__fish_sampan_using_subcommand image; and not __fish_seen_subcommand_from ls list inspect tag rm remove save load pull push pack export import history prune help" -f -a "export" -d 'Take the Wasm file out of an image'
complete -c sampan -n "__fish_sampan_using_subcommand image; and not __fish_seen_subcommand_from ls list inspect tag rm remove save load pull push pack export import history prune help" -f -a "import" -d 'Take the images of an OCI layout folder'
complete -c sampan -n "__fish_sampan_using_subcommand image; and not __fish_seen_subcommand_from ls list inspect tag rm remove save load pull push pack export import history prune help" -f -a "history" -d 'Show how an image came to be'
complete -c sampan -n "__fish_sampan_using_subcommand image; and not __fish_seen_subcommand_from ls list inspect tag rm remove save load pull push pack export import history prune help" -f -a "prune" -d 'Remove images of the daemon that no container uses'
complete -c sampan -n "__fish_sampan_using_subcommand image; and not __fish_seen_subcommand_from ls list inspect tag rm remove save load pull push pack export import history prune help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from ls" -l root -d 'Folder of images, compiled code and containers' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from ls" -l config -d 'Configuration file' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from ls" -s H -l host -d 'Socket of the daemon: unix:///PATH; for `sampan daemon` where it listens, also more than once' -r
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from ls" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from ls" -l json -d 'Print JSON, a line for each image'
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from ls" -l no-trunc -d 'Do not shorten digests'
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from ls" -s q -l quiet -d 'Say only what was asked for and errors'
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from ls" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from ls" -s V -l version -d 'Print version'
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from list" -l root -d 'Folder of images, compiled code and containers' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from list" -l config -d 'Configuration file' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from list" -s H -l host -d 'Socket of the daemon: unix:///PATH; for `sampan daemon` where it listens, also more than once' -r
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from list" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from list" -l json -d 'Print JSON, a line for each image'
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from list" -l no-trunc -d 'Do not shorten digests'
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from list" -s q -l quiet -d 'Say only what was asked for and errors'
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from list" -s V -l version -d 'Print version'
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from inspect" -l platform -d 'Platform of the image' -r
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from inspect" -l root -d 'Folder of images, compiled code and containers' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from inspect" -l config -d 'Configuration file' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from inspect" -s H -l host -d 'Socket of the daemon: unix:///PATH; for `sampan daemon` where it listens, also more than once' -r
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from inspect" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from inspect" -s q -l quiet -d 'Say only what was asked for and errors'
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from inspect" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from inspect" -s V -l version -d 'Print version'
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from tag" -l root -d 'Folder of images, compiled code and containers' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from tag" -l config -d 'Configuration file' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from tag" -s H -l host -d 'Socket of the daemon: unix:///PATH; for `sampan daemon` where it listens, also more than once' -r
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from tag" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from tag" -s q -l quiet -d 'Say only what was asked for and errors'
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from tag" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from tag" -s V -l version -d 'Print version'
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from rm" -l root -d 'Folder of images, compiled code and containers' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from rm" -l config -d 'Configuration file' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from rm" -s H -l host -d 'Socket of the daemon: unix:///PATH; for `sampan daemon` where it listens, also more than once' -r
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from rm" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from rm" -s f -l force -d 'Take all names from an image that an id means'
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from rm" -s q -l quiet -d 'Say only what was asked for and errors'
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from rm" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from rm" -s V -l version -d 'Print version'
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from remove" -l root -d 'Folder of images, compiled code and containers' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from remove" -l config -d 'Configuration file' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from remove" -s H -l host -d 'Socket of the daemon: unix:///PATH; for `sampan daemon` where it listens, also more than once' -r
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from remove" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from remove" -s f -l force -d 'Take all names from an image that an id means'
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from remove" -s q -l quiet -d 'Say only what was asked for and errors'
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from remove" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from remove" -s V -l version -d 'Print version'
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from save" -s o -l output -d 'Write to a file, not to standard output' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from save" -l format -d 'The form of the archive; without it, one that every tool reads where the images fit it' -r -f -a "oci-archive\t'An OCI layout: holds every image'
docker-archive\t'With Docker\'s own manifest beside it; cannot hold Wasm artifacts'"
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from save" -l root -d 'Folder of images, compiled code and containers' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from save" -l config -d 'Configuration file' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from save" -s H -l host -d 'Socket of the daemon: unix:///PATH; for `sampan daemon` where it listens, also more than once' -r
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from save" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from save" -s q -l quiet -d 'Say only what was asked for and errors'
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from save" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from save" -s V -l version -d 'Print version'
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from load" -s i -l input -d 'Read from a file, not from standard input' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from load" -l root -d 'Folder of images, compiled code and containers' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from load" -l config -d 'Configuration file' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from load" -s H -l host -d 'Socket of the daemon: unix:///PATH; for `sampan daemon` where it listens, also more than once' -r
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from load" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from load" -s q -l quiet -d 'Say only what was asked for and errors'
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from load" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from load" -s V -l version -d 'Print version'
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from pull" -l platform -d 'Platform of the image' -r
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from pull" -l root -d 'Folder of images, compiled code and containers' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from pull" -l config -d 'Configuration file' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from pull" -s H -l host -d 'Socket of the daemon: unix:///PATH; for `sampan daemon` where it listens, also more than once' -r
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from pull" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from pull" -l all-platforms -d 'Every platform of the image'
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from pull" -s q -l quiet -d 'Say only what was asked for and errors'
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from pull" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from pull" -s V -l version -d 'Print version'
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from push" -l root -d 'Folder of images, compiled code and containers' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from push" -l config -d 'Configuration file' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from push" -s H -l host -d 'Socket of the daemon: unix:///PATH; for `sampan daemon` where it listens, also more than once' -r
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from push" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from push" -s q -l quiet -d 'Say only what was asked for and errors'
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from push" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from push" -s V -l version -d 'Print version'
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from pack" -l author -d 'Who made it' -r
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from pack" -l annotation -d 'A note for the manifest' -r
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from pack" -l root -d 'Folder of images, compiled code and containers' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from pack" -l config -d 'Configuration file' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from pack" -s H -l host -d 'Socket of the daemon: unix:///PATH; for `sampan daemon` where it listens, also more than once' -r
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from pack" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from pack" -s q -l quiet -d 'Say only what was asked for and errors'
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from pack" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from pack" -s V -l version -d 'Print version'
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from export" -s o -l output -d 'Write to a file, not to standard output' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from export" -l platform -d 'Platform of the image' -r
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from export" -l root -d 'Folder of images, compiled code and containers' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from export" -l config -d 'Configuration file' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from export" -s H -l host -d 'Socket of the daemon: unix:///PATH; for `sampan daemon` where it listens, also more than once' -r
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from export" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from export" -l wasm -d 'The Wasm file (the only form there is)'
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from export" -s q -l quiet -d 'Say only what was asked for and errors'
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from export" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from export" -s V -l version -d 'Print version'
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from import" -l root -d 'Folder of images, compiled code and containers' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from import" -l config -d 'Configuration file' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from import" -s H -l host -d 'Socket of the daemon: unix:///PATH; for `sampan daemon` where it listens, also more than once' -r
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from import" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from import" -s q -l quiet -d 'Say only what was asked for and errors'
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from import" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from import" -s V -l version -d 'Print version'
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from history" -l platform -d 'Platform of the image' -r
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from history" -l root -d 'Folder of images, compiled code and containers' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from history" -l config -d 'Configuration file' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from history" -s H -l host -d 'Socket of the daemon: unix:///PATH; for `sampan daemon` where it listens, also more than once' -r
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from history" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from history" -s q -l quiet -d 'Say only what was asked for and errors'
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from history" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from history" -s V -l version -d 'Print version'
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from prune" -l filter -d 'Remove those that fit alone, such as `until=24h` or `label=a=b`' -r
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from prune" -l root -d 'Folder of images, compiled code and containers' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from prune" -l config -d 'Configuration file' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from prune" -s H -l host -d 'Socket of the daemon: unix:///PATH; for `sampan daemon` where it listens, also more than once' -r
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from prune" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from prune" -s a -l all -d 'Also those that have names'
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from prune" -s f -l force -d 'Do not ask'
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from prune" -s q -l quiet -d 'Say only what was asked for and errors'
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from prune" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from prune" -s V -l version -d 'Print version'
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from help" -f -a "ls" -d 'List images'
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from help" -f -a "inspect" -d 'Show what is known of images, as JSON'
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from help" -f -a "tag" -d 'Give an image another name'
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from help" -f -a "rm" -d 'Remove images'
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from help" -f -a "save" -d 'Write images into an archive'
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from help" -f -a "load" -d 'Take images out of an archive'
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from help" -f -a "pull" -d 'Download an image'
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from help" -f -a "push" -d 'Upload an image'
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from help" -f -a "pack" -d 'Make an image of a Wasm file'
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from help" -f -a "export" -d 'Take the Wasm file out of an image'
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from help" -f -a "import" -d 'Take the images of an OCI layout folder'
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from help" -f -a "history" -d 'Show how an image came to be'
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from help" -f -a "prune" -d 'Remove images of the daemon that no container uses'
complete -c sampan -n "__fish_sampan_using_subcommand image; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c sampan -n "__fish_sampan_using_subcommand images" -l root -d 'Folder of images, compiled code and containers' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand images" -l config -d 'Configuration file' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand images" -s H -l host -d 'Socket of the daemon: unix:///PATH; for `sampan daemon` where it listens, also more than once' -r
complete -c sampan -n "__fish_sampan_using_subcommand images" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c sampan -n "__fish_sampan_using_subcommand images" -s q -l quiet -d 'Say only what was asked for and errors'
complete -c sampan -n "__fish_sampan_using_subcommand images" -l json -d 'Print JSON, a line for each image'
complete -c sampan -n "__fish_sampan_using_subcommand images" -l no-trunc -d 'Do not shorten digests'
complete -c sampan -n "__fish_sampan_using_subcommand images" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sampan -n "__fish_sampan_using_subcommand images" -s V -l version -d 'Print version'
complete -c sampan -n "__fish_sampan_using_subcommand pull" -l root -d 'Folder of images, compiled code and containers' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand pull" -l config -d 'Configuration file' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand pull" -s H -l host -d 'Socket of the daemon: unix:///PATH; for `sampan daemon` where it listens, also more than once' -r
complete -c sampan -n "__fish_sampan_using_subcommand pull" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c sampan -n "__fish_sampan_using_subcommand pull" -l platform -d 'Platform of the image' -r
complete -c sampan -n "__fish_sampan_using_subcommand pull" -s q -l quiet -d 'Say only what was asked for and errors'
complete -c sampan -n "__fish_sampan_using_subcommand pull" -l all-platforms -d 'Every platform of the image'
complete -c sampan -n "__fish_sampan_using_subcommand pull" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sampan -n "__fish_sampan_using_subcommand pull" -s V -l version -d 'Print version'
complete -c sampan -n "__fish_sampan_using_subcommand push" -l root -d 'Folder of images, compiled code and containers' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand push" -l config -d 'Configuration file' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand push" -s H -l host -d 'Socket of the daemon: unix:///PATH; for `sampan daemon` where it listens, also more than once' -r
complete -c sampan -n "__fish_sampan_using_subcommand push" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c sampan -n "__fish_sampan_using_subcommand push" -s q -l quiet -d 'Say only what was asked for and errors'
complete -c sampan -n "__fish_sampan_using_subcommand push" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sampan -n "__fish_sampan_using_subcommand push" -s V -l version -d 'Print version'
complete -c sampan -n "__fish_sampan_using_subcommand tag" -l root -d 'Folder of images, compiled code and containers' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand tag" -l config -d 'Configuration file' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand tag" -s H -l host -d 'Socket of the daemon: unix:///PATH; for `sampan daemon` where it listens, also more than once' -r
complete -c sampan -n "__fish_sampan_using_subcommand tag" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c sampan -n "__fish_sampan_using_subcommand tag" -s q -l quiet -d 'Say only what was asked for and errors'
complete -c sampan -n "__fish_sampan_using_subcommand tag" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sampan -n "__fish_sampan_using_subcommand tag" -s V -l version -d 'Print version'
complete -c sampan -n "__fish_sampan_using_subcommand rmi" -l root -d 'Folder of images, compiled code and containers' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand rmi" -l config -d 'Configuration file' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand rmi" -s H -l host -d 'Socket of the daemon: unix:///PATH; for `sampan daemon` where it listens, also more than once' -r
complete -c sampan -n "__fish_sampan_using_subcommand rmi" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c sampan -n "__fish_sampan_using_subcommand rmi" -s q -l quiet -d 'Say only what was asked for and errors'
complete -c sampan -n "__fish_sampan_using_subcommand rmi" -s f -l force -d 'Take all names from an image that an id means'
complete -c sampan -n "__fish_sampan_using_subcommand rmi" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sampan -n "__fish_sampan_using_subcommand rmi" -s V -l version -d 'Print version'
complete -c sampan -n "__fish_sampan_using_subcommand save" -l root -d 'Folder of images, compiled code and containers' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand save" -l config -d 'Configuration file' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand save" -s H -l host -d 'Socket of the daemon: unix:///PATH; for `sampan daemon` where it listens, also more than once' -r
complete -c sampan -n "__fish_sampan_using_subcommand save" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c sampan -n "__fish_sampan_using_subcommand save" -s o -l output -d 'Write to a file, not to standard output' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand save" -l format -d 'The form of the archive; without it, one that every tool reads where the images fit it' -r -f -a "oci-archive\t'An OCI layout: holds every image'
docker-archive\t'With Docker\'s own manifest beside it; cannot hold Wasm artifacts'"
complete -c sampan -n "__fish_sampan_using_subcommand save" -s q -l quiet -d 'Say only what was asked for and errors'
complete -c sampan -n "__fish_sampan_using_subcommand save" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sampan -n "__fish_sampan_using_subcommand save" -s V -l version -d 'Print version'
complete -c sampan -n "__fish_sampan_using_subcommand load" -l root -d 'Folder of images, compiled code and containers' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand load" -l config -d 'Configuration file' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand load" -s H -l host -d 'Socket of the daemon: unix:///PATH; for `sampan daemon` where it listens, also more than once' -r
complete -c sampan -n "__fish_sampan_using_subcommand load" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c sampan -n "__fish_sampan_using_subcommand load" -s i -l input -d 'Read from a file, not from standard input' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand load" -s q -l quiet -d 'Say only what was asked for and errors'
complete -c sampan -n "__fish_sampan_using_subcommand load" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sampan -n "__fish_sampan_using_subcommand load" -s V -l version -d 'Print version'
complete -c sampan -n "__fish_sampan_using_subcommand history" -l root -d 'Folder of images, compiled code and containers' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand history" -l config -d 'Configuration file' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand history" -s H -l host -d 'Socket of the daemon: unix:///PATH; for `sampan daemon` where it listens, also more than once' -r
complete -c sampan -n "__fish_sampan_using_subcommand history" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c sampan -n "__fish_sampan_using_subcommand history" -l platform -d 'Platform of the image' -r
complete -c sampan -n "__fish_sampan_using_subcommand history" -s q -l quiet -d 'Say only what was asked for and errors'
complete -c sampan -n "__fish_sampan_using_subcommand history" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sampan -n "__fish_sampan_using_subcommand history" -s V -l version -d 'Print version'
complete -c sampan -n "__fish_sampan_using_subcommand ps" -l root -d 'Folder of images, compiled code and containers' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand ps" -l config -d 'Configuration file' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand ps" -s H -l host -d 'Socket of the daemon: unix:///PATH; for `sampan daemon` where it listens, also more than once' -r
complete -c sampan -n "__fish_sampan_using_subcommand ps" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c sampan -n "__fish_sampan_using_subcommand ps" -s f -l filter -d 'Show those that fit alone (needs the daemon)' -r
complete -c sampan -n "__fish_sampan_using_subcommand ps" -l format -d 'Write them as `json`, a `table TEMPLATE` or a Go template (needs the daemon)' -r
complete -c sampan -n "__fish_sampan_using_subcommand ps" -s n -l last -d 'Show the last so many, whatever their state (needs the daemon)' -r
complete -c sampan -n "__fish_sampan_using_subcommand ps" -s q -l quiet -d 'Say only what was asked for and errors'
complete -c sampan -n "__fish_sampan_using_subcommand ps" -s a -l all -d 'Show those that do not run, too'
complete -c sampan -n "__fish_sampan_using_subcommand ps" -s l -l latest -d 'Show the last one, whatever its state (needs the daemon)'
complete -c sampan -n "__fish_sampan_using_subcommand ps" -l no-trunc -d 'Show ids and commands in full'
complete -c sampan -n "__fish_sampan_using_subcommand ps" -s s -l size -d 'Show sizes (needs the daemon)'
complete -c sampan -n "__fish_sampan_using_subcommand ps" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sampan -n "__fish_sampan_using_subcommand ps" -s V -l version -d 'Print version'
complete -c sampan -n "__fish_sampan_using_subcommand rm" -l root -d 'Folder of images, compiled code and containers' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand rm" -l config -d 'Configuration file' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand rm" -s H -l host -d 'Socket of the daemon: unix:///PATH; for `sampan daemon` where it listens, also more than once' -r
complete -c sampan -n "__fish_sampan_using_subcommand rm" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c sampan -n "__fish_sampan_using_subcommand rm" -s q -l quiet -d 'Say only what was asked for and errors'
complete -c sampan -n "__fish_sampan_using_subcommand rm" -s f -l force -d 'Also one that runs: it is killed (needs the daemon)'
complete -c sampan -n "__fish_sampan_using_subcommand rm" -s v -l volumes -d 'Its anonymous volumes as well (needs the daemon)'
complete -c sampan -n "__fish_sampan_using_subcommand rm" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sampan -n "__fish_sampan_using_subcommand rm" -s V -l version -d 'Print version'
complete -c sampan -n "__fish_sampan_using_subcommand create" -l root -d 'Folder of images, compiled code and containers' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand create" -l config -d 'Configuration file' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand create" -s H -l host -d 'Socket of the daemon: unix:///PATH; for `sampan daemon` where it listens, also more than once' -r
complete -c sampan -n "__fish_sampan_using_subcommand create" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c sampan -n "__fish_sampan_using_subcommand create" -l entrypoint -d 'Call this export, or run this file of the image, instead of the program\'s own start' -r
complete -c sampan -n "__fish_sampan_using_subcommand create" -s e -l env -d 'Set an environment variable; without a value, pass the caller\'s' -r
complete -c sampan -n "__fish_sampan_using_subcommand create" -l env-file -d 'Read environment variables from a file' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand create" -s w -l workdir -d 'Working directory in the container' -r
complete -c sampan -n "__fish_sampan_using_subcommand create" -s t -l tty -d 'Tell the program that it has a terminal; `raw` passes each key as it is typed' -r -f -a "cooked\t'Line by line, with echo, as the terminal is'
raw\t'Each key as it is typed, without echo; Ctrl-C still interrupts'"
complete -c sampan -n "__fish_sampan_using_subcommand create" -l name -d 'Name the container, and keep what it did for `sampan inspect NAME`' -r
complete -c sampan -n "__fish_sampan_using_subcommand create" -l platform -d 'Platform of the image' -r
complete -c sampan -n "__fish_sampan_using_subcommand create" -l pull -d 'When to download the image' -r -f -a "always\t'Always ask the registry for the newest'
missing\t'When it is not here'
never\t'Never'"
complete -c sampan -n "__fish_sampan_using_subcommand create" -s p -l publish -d 'Answer requests on a port of this machine (loopback unless an address is written) with a component that is an HTTP server' -r
complete -c sampan -n "__fish_sampan_using_subcommand create" -s v -l volume -d 'Give a folder: SOURCE:TARGET[:ro]; with the daemon also a volume by its name' -r
complete -c sampan -n "__fish_sampan_using_subcommand create" -l tmpfs -d 'Give a folder in memory' -r
complete -c sampan -n "__fish_sampan_using_subcommand create" -l allow-net -d 'Allow connections out to a name, an address, a block or everything: `db:5432`, `10.0.0.0/8:443`, `*:*`' -r
complete -c sampan -n "__fish_sampan_using_subcommand create" -l allow-http -d 'Allow HTTP requests out (wasi:http); without scheme and port, in any way; a scheme alone means its own port' -r
complete -c sampan -n "__fish_sampan_using_subcommand create" -l allow-listen -d 'Allow listening, on loopback unless an address is written' -r
complete -c sampan -n "__fish_sampan_using_subcommand create" -l grants -d 'Give what a file says, as `--learn` wrote it' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand create" -l learn -d 'Let the program use the network freely, and write down the smallest grants that this run used' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand create" -l tls-cert -d 'Serve TLS with this certificate, followed by those that vouch for it (PEM). Of several, each with its key, a client gets the first that has the name it asks for. Files that change are read anew' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand create" -l tls-key -d 'The private key of a `--tls-cert`, in the same order (PEM)' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand create" -l reuse -d 'Let one instance answer so many requests, one after the other: each finds in memory what those before it left' -r
complete -c sampan -n "__fish_sampan_using_subcommand create" -l access-log -d 'Write a line of JSON for each request, to standard error or at the end of a file; the program finds the request\'s id in `x-request-id`' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand create" -l http-limit -d 'What clients may do: head-size, body-size, head-time, client-time, request-time, requests, connections, streams' -r
complete -c sampan -n "__fish_sampan_using_subcommand create" -s m -l memory -d 'Most linear memory' -r
complete -c sampan -n "__fish_sampan_using_subcommand create" -l cpus -d 'Most processors, such as 0.5' -r
complete -c sampan -n "__fish_sampan_using_subcommand create" -l timeout -d 'Most time from start to end' -r
complete -c sampan -n "__fish_sampan_using_subcommand create" -l pids-limit -d 'Most core instances (a Wasm container has no processes)' -r
complete -c sampan -n "__fish_sampan_using_subcommand create" -l limit -d 'Any limit by its name; `sampan inspect` shows them all' -r
complete -c sampan -n "__fish_sampan_using_subcommand create" -l coredump -d 'Write a core dump here if the program traps' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand create" -l profile -d 'Write a profile for the Firefox profiler here' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand create" -l debug -d 'Wait for a debugger (gdb remote protocol) on this port of loopback' -r
complete -c sampan -n "__fish_sampan_using_subcommand create" -l detach-keys -d 'The keys that leave it running' -r
complete -c sampan -n "__fish_sampan_using_subcommand create" -l restart -d 'What happens after it ended: no, always, unless-stopped, on-failure[:TIMES]' -r
complete -c sampan -n "__fish_sampan_using_subcommand create" -s l -l label -d 'A label' -r
complete -c sampan -n "__fish_sampan_using_subcommand create" -l network -l net -d 'The network that it is in' -r
complete -c sampan -n "__fish_sampan_using_subcommand create" -l network-alias -d 'Another name that it has there' -r
complete -c sampan -n "__fish_sampan_using_subcommand create" -l mount -d 'A volume, a folder or a tmpfs: type=volume,src=NAME,dst=PATH[,readonly]' -r
complete -c sampan -n "__fish_sampan_using_subcommand create" -l volumes-from -d 'The mounts of another container as well' -r
complete -c sampan -n "__fish_sampan_using_subcommand create" -l hostname -d 'Its name as a host' -r
complete -c sampan -n "__fish_sampan_using_subcommand create" -l add-host -d 'A further name: HOST:ADDRESS' -r
complete -c sampan -n "__fish_sampan_using_subcommand create" -l expose -d 'A port that others may reach' -r
complete -c sampan -n "__fish_sampan_using_subcommand create" -s u -l user -d 'User' -r
complete -c sampan -n "__fish_sampan_using_subcommand create" -l stop-signal -d 'The signal that asks it to end' -r
complete -c sampan -n "__fish_sampan_using_subcommand create" -l stop-timeout -d 'Seconds until it is killed after that' -r
complete -c sampan -n "__fish_sampan_using_subcommand create" -l log-driver -d 'Where its output is kept' -r
complete -c sampan -n "__fish_sampan_using_subcommand create" -l log-opt -d 'An option of that' -r
complete -c sampan -n "__fish_sampan_using_subcommand create" -l health-cmd -d 'A command that tells whether it is well' -r
complete -c sampan -n "__fish_sampan_using_subcommand create" -l health-interval -d 'Time between two of them' -r
complete -c sampan -n "__fish_sampan_using_subcommand create" -l health-retries -d 'Failures in a row until it is unwell' -r
complete -c sampan -n "__fish_sampan_using_subcommand create" -l health-start-period -d 'Time that it has to begin' -r
complete -c sampan -n "__fish_sampan_using_subcommand create" -l health-start-interval -d 'Time between two of them meanwhile' -r
complete -c sampan -n "__fish_sampan_using_subcommand create" -l health-timeout -d 'Time that one may take' -r
complete -c sampan -n "__fish_sampan_using_subcommand create" -s c -l cpu-shares -d 'Weight beside others when processors are short' -r
complete -c sampan -n "__fish_sampan_using_subcommand create" -l security-opt -d 'A security option' -r
complete -c sampan -n "__fish_sampan_using_subcommand create" -l annotation -d 'An annotation for the runtime' -r
complete -c sampan -n "__fish_sampan_using_subcommand create" -l isolation -d 'How it is kept apart: `process` for a worker of its own' -r
complete -c sampan -n "__fish_sampan_using_subcommand create" -l cidfile -d 'Write its id to a new file' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand create" -s q -l quiet -d 'Say only what was asked for and errors'
complete -c sampan -n "__fish_sampan_using_subcommand create" -s i -l interactive -d 'Keep standard input open (without the daemon it always is)'
complete -c sampan -n "__fish_sampan_using_subcommand create" -l rm -d 'Keep nothing of the container after its end'
complete -c sampan -n "__fish_sampan_using_subcommand create" -l read-only -d 'Mount the image\'s own files read-only'
complete -c sampan -n "__fish_sampan_using_subcommand create" -l trace -d 'Show each step of the start with its time'
complete -c sampan -n "__fish_sampan_using_subcommand create" -s d -l detach -d 'Let it run, and print its id'
complete -c sampan -n "__fish_sampan_using_subcommand create" -s P -l publish-all -d 'Publish all exposed ports'
complete -c sampan -n "__fish_sampan_using_subcommand create" -l no-healthcheck -d 'Without the image\'s own health check'
complete -c sampan -n "__fish_sampan_using_subcommand create" -l init -d 'With a process that reaps others (of Linux containers)'
complete -c sampan -n "__fish_sampan_using_subcommand create" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sampan -n "__fish_sampan_using_subcommand create" -s V -l version -d 'Print version'
complete -c sampan -n "__fish_sampan_using_subcommand start" -l root -d 'Folder of images, compiled code and containers' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand start" -l config -d 'Configuration file' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand start" -s H -l host -d 'Socket of the daemon: unix:///PATH; for `sampan daemon` where it listens, also more than once' -r
complete -c sampan -n "__fish_sampan_using_subcommand start" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c sampan -n "__fish_sampan_using_subcommand start" -l detach-keys -d 'The keys that leave it running' -r
complete -c sampan -n "__fish_sampan_using_subcommand start" -s q -l quiet -d 'Say only what was asked for and errors'
complete -c sampan -n "__fish_sampan_using_subcommand start" -s a -l attach -d 'Show what it writes, and pass on signals'
complete -c sampan -n "__fish_sampan_using_subcommand start" -s i -l interactive -d 'Pass on what is typed as well'
complete -c sampan -n "__fish_sampan_using_subcommand start" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sampan -n "__fish_sampan_using_subcommand start" -s V -l version -d 'Print version'
complete -c sampan -n "__fish_sampan_using_subcommand stop" -l root -d 'Folder of images, compiled code and containers' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand stop" -l config -d 'Configuration file' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand stop" -s H -l host -d 'Socket of the daemon: unix:///PATH; for `sampan daemon` where it listens, also more than once' -r
complete -c sampan -n "__fish_sampan_using_subcommand stop" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c sampan -n "__fish_sampan_using_subcommand stop" -s s -l signal -d 'The signal that asks it to end' -r
complete -c sampan -n "__fish_sampan_using_subcommand stop" -s t -l timeout -l time -d 'Seconds until it is killed; -1 for never' -r
complete -c sampan -n "__fish_sampan_using_subcommand stop" -s q -l quiet -d 'Say only what was asked for and errors'
complete -c sampan -n "__fish_sampan_using_subcommand stop" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sampan -n "__fish_sampan_using_subcommand stop" -s V -l version -d 'Print version'
complete -c sampan -n "__fish_sampan_using_subcommand restart" -l root -d 'Folder of images, compiled code and containers' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand restart" -l config -d 'Configuration file' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand restart" -s H -l host -d 'Socket of the daemon: unix:///PATH; for `sampan daemon` where it listens, also more than once' -r
complete -c sampan -n "__fish_sampan_using_subcommand restart" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c sampan -n "__fish_sampan_using_subcommand restart" -s s -l signal -d 'The signal that asks it to end' -r
complete -c sampan -n "__fish_sampan_using_subcommand restart" -s t -l timeout -l time -d 'Seconds until it is killed; -1 for never' -r
complete -c sampan -n "__fish_sampan_using_subcommand restart" -s q -l quiet -d 'Say only what was asked for and errors'
complete -c sampan -n "__fish_sampan_using_subcommand restart" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sampan -n "__fish_sampan_using_subcommand restart" -s V -l version -d 'Print version'
complete -c sampan -n "__fish_sampan_using_subcommand kill" -l root -d 'Folder of images, compiled code and containers' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand kill" -l config -d 'Configuration file' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand kill" -s H -l host -d 'Socket of the daemon: unix:///PATH; for `sampan daemon` where it listens, also more than once' -r
complete -c sampan -n "__fish_sampan_using_subcommand kill" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c sampan -n "__fish_sampan_using_subcommand kill" -s s -l signal -d 'The signal; SIGKILL without it' -r
complete -c sampan -n "__fish_sampan_using_subcommand kill" -s q -l quiet -d 'Say only what was asked for and errors'
complete -c sampan -n "__fish_sampan_using_subcommand kill" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sampan -n "__fish_sampan_using_subcommand kill" -s V -l version -d 'Print version'
complete -c sampan -n "__fish_sampan_using_subcommand pause" -l root -d 'Folder of images, compiled code and containers' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand pause" -l config -d 'Configuration file' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand pause" -s H -l host -d 'Socket of the daemon: unix:///PATH; for `sampan daemon` where it listens, also more than once' -r
complete -c sampan -n "__fish_sampan_using_subcommand pause" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c sampan -n "__fish_sampan_using_subcommand pause" -s q -l quiet -d 'Say only what was asked for and errors'
complete -c sampan -n "__fish_sampan_using_subcommand pause" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sampan -n "__fish_sampan_using_subcommand pause" -s V -l version -d 'Print version'
complete -c sampan -n "__fish_sampan_using_subcommand unpause" -l root -d 'Folder of images, compiled code and containers' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand unpause" -l config -d 'Configuration file' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand unpause" -s H -l host -d 'Socket of the daemon: unix:///PATH; for `sampan daemon` where it listens, also more than once' -r
complete -c sampan -n "__fish_sampan_using_subcommand unpause" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c sampan -n "__fish_sampan_using_subcommand unpause" -s q -l quiet -d 'Say only what was asked for and errors'
complete -c sampan -n "__fish_sampan_using_subcommand unpause" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sampan -n "__fish_sampan_using_subcommand unpause" -s V -l version -d 'Print version'
complete -c sampan -n "__fish_sampan_using_subcommand wait" -l root -d 'Folder of images, compiled code and containers' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand wait" -l config -d 'Configuration file' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand wait" -s H -l host -d 'Socket of the daemon: unix:///PATH; for `sampan daemon` where it listens, also more than once' -r
complete -c sampan -n "__fish_sampan_using_subcommand wait" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c sampan -n "__fish_sampan_using_subcommand wait" -s q -l quiet -d 'Say only what was asked for and errors'
complete -c sampan -n "__fish_sampan_using_subcommand wait" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sampan -n "__fish_sampan_using_subcommand wait" -s V -l version -d 'Print version'
complete -c sampan -n "__fish_sampan_using_subcommand logs" -l root -d 'Folder of images, compiled code and containers' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand logs" -l config -d 'Configuration file' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand logs" -s H -l host -d 'Socket of the daemon: unix:///PATH; for `sampan daemon` where it listens, also more than once' -r
complete -c sampan -n "__fish_sampan_using_subcommand logs" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c sampan -n "__fish_sampan_using_subcommand logs" -l since -d 'Only from this time on: `2026-01-02T15:04:05Z`, or `42m` for so long ago' -r
complete -c sampan -n "__fish_sampan_using_subcommand logs" -l until -d 'Only up to this time' -r
complete -c sampan -n "__fish_sampan_using_subcommand logs" -s n -l tail -d 'Only so many lines at the end' -r
complete -c sampan -n "__fish_sampan_using_subcommand logs" -s q -l quiet -d 'Say only what was asked for and errors'
complete -c sampan -n "__fish_sampan_using_subcommand logs" -s f -l follow -d 'Go on with what comes'
complete -c sampan -n "__fish_sampan_using_subcommand logs" -s t -l timestamps -d 'Each line with its time'
complete -c sampan -n "__fish_sampan_using_subcommand logs" -l details -d 'Each line with what the log keeps beside it'
complete -c sampan -n "__fish_sampan_using_subcommand logs" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sampan -n "__fish_sampan_using_subcommand logs" -s V -l version -d 'Print version'
complete -c sampan -n "__fish_sampan_using_subcommand attach" -l root -d 'Folder of images, compiled code and containers' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand attach" -l config -d 'Configuration file' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand attach" -s H -l host -d 'Socket of the daemon: unix:///PATH; for `sampan daemon` where it listens, also more than once' -r
complete -c sampan -n "__fish_sampan_using_subcommand attach" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c sampan -n "__fish_sampan_using_subcommand attach" -l detach-keys -d 'The keys that leave it running' -r
complete -c sampan -n "__fish_sampan_using_subcommand attach" -l sig-proxy -d 'Pass on signals' -r -f -a "true\t''
false\t''"
complete -c sampan -n "__fish_sampan_using_subcommand attach" -s q -l quiet -d 'Say only what was asked for and errors'
complete -c sampan -n "__fish_sampan_using_subcommand attach" -l no-stdin -d 'Pass on nothing that is typed'
complete -c sampan -n "__fish_sampan_using_subcommand attach" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sampan -n "__fish_sampan_using_subcommand attach" -s V -l version -d 'Print version'
complete -c sampan -n "__fish_sampan_using_subcommand exec" -l root -d 'Folder of images, compiled code and containers' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand exec" -l config -d 'Configuration file' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand exec" -s H -l host -d 'Socket of the daemon: unix:///PATH; for `sampan daemon` where it listens, also more than once' -r
complete -c sampan -n "__fish_sampan_using_subcommand exec" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c sampan -n "__fish_sampan_using_subcommand exec" -l detach-keys -d 'The keys that leave it running' -r
complete -c sampan -n "__fish_sampan_using_subcommand exec" -s e -l env -d 'Set an environment variable; without a value, pass the caller\'s' -r
complete -c sampan -n "__fish_sampan_using_subcommand exec" -l env-file -d 'Read environment variables from a file' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand exec" -s u -l user -d 'User (of Linux containers)' -r
complete -c sampan -n "__fish_sampan_using_subcommand exec" -s w -l workdir -d 'Working directory in the container' -r
complete -c sampan -n "__fish_sampan_using_subcommand exec" -s q -l quiet -d 'Say only what was asked for and errors'
complete -c sampan -n "__fish_sampan_using_subcommand exec" -s d -l detach -d 'Let it run, and do not wait'
complete -c sampan -n "__fish_sampan_using_subcommand exec" -s i -l interactive -d 'Pass on what is typed'
complete -c sampan -n "__fish_sampan_using_subcommand exec" -s t -l tty -d 'Give it a terminal'
complete -c sampan -n "__fish_sampan_using_subcommand exec" -l privileged -d 'Extended privileges (of Linux containers)'
complete -c sampan -n "__fish_sampan_using_subcommand exec" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sampan -n "__fish_sampan_using_subcommand exec" -s V -l version -d 'Print version'
complete -c sampan -n "__fish_sampan_using_subcommand cp" -l root -d 'Folder of images, compiled code and containers' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand cp" -l config -d 'Configuration file' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand cp" -s H -l host -d 'Socket of the daemon: unix:///PATH; for `sampan daemon` where it listens, also more than once' -r
complete -c sampan -n "__fish_sampan_using_subcommand cp" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c sampan -n "__fish_sampan_using_subcommand cp" -s q -l quiet -d 'Say only what was asked for and errors'
complete -c sampan -n "__fish_sampan_using_subcommand cp" -s a -l archive -d 'Keep the numbers of owners'
complete -c sampan -n "__fish_sampan_using_subcommand cp" -s L -l follow-link -d 'Copy what a link leads to, not the link'
complete -c sampan -n "__fish_sampan_using_subcommand cp" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sampan -n "__fish_sampan_using_subcommand cp" -s V -l version -d 'Print version'
complete -c sampan -n "__fish_sampan_using_subcommand stats" -l root -d 'Folder of images, compiled code and containers' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand stats" -l config -d 'Configuration file' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand stats" -s H -l host -d 'Socket of the daemon: unix:///PATH; for `sampan daemon` where it listens, also more than once' -r
complete -c sampan -n "__fish_sampan_using_subcommand stats" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c sampan -n "__fish_sampan_using_subcommand stats" -l format -d 'Write them as `json`, a `table TEMPLATE` or a Go template' -r
complete -c sampan -n "__fish_sampan_using_subcommand stats" -s q -l quiet -d 'Say only what was asked for and errors'
complete -c sampan -n "__fish_sampan_using_subcommand stats" -s a -l all -d 'Show those that do not run, too'
complete -c sampan -n "__fish_sampan_using_subcommand stats" -l no-stream -d 'Show one measurement, and end'
complete -c sampan -n "__fish_sampan_using_subcommand stats" -l no-trunc -d 'Show ids in full'
complete -c sampan -n "__fish_sampan_using_subcommand stats" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sampan -n "__fish_sampan_using_subcommand stats" -s V -l version -d 'Print version'
complete -c sampan -n "__fish_sampan_using_subcommand metrics" -l root -d 'Folder of images, compiled code and containers' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand metrics" -l config -d 'Configuration file' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand metrics" -s H -l host -d 'Socket of the daemon: unix:///PATH; for `sampan daemon` where it listens, also more than once' -r
complete -c sampan -n "__fish_sampan_using_subcommand metrics" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c sampan -n "__fish_sampan_using_subcommand metrics" -l format -d 'Write them as `json`, a `table TEMPLATE` or a Go template' -r
complete -c sampan -n "__fish_sampan_using_subcommand metrics" -s q -l quiet -d 'Say only what was asked for and errors'
complete -c sampan -n "__fish_sampan_using_subcommand metrics" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sampan -n "__fish_sampan_using_subcommand metrics" -s V -l version -d 'Print version'
complete -c sampan -n "__fish_sampan_using_subcommand top" -l root -d 'Folder of images, compiled code and containers' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand top" -l config -d 'Configuration file' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand top" -s H -l host -d 'Socket of the daemon: unix:///PATH; for `sampan daemon` where it listens, also more than once' -r
complete -c sampan -n "__fish_sampan_using_subcommand top" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c sampan -n "__fish_sampan_using_subcommand top" -s q -l quiet -d 'Say only what was asked for and errors'
complete -c sampan -n "__fish_sampan_using_subcommand top" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sampan -n "__fish_sampan_using_subcommand top" -s V -l version -d 'Print version'
complete -c sampan -n "__fish_sampan_using_subcommand port" -l root -d 'Folder of images, compiled code and containers' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand port" -l config -d 'Configuration file' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand port" -s H -l host -d 'Socket of the daemon: unix:///PATH; for `sampan daemon` where it listens, also more than once' -r
complete -c sampan -n "__fish_sampan_using_subcommand port" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c sampan -n "__fish_sampan_using_subcommand port" -s q -l quiet -d 'Say only what was asked for and errors'
complete -c sampan -n "__fish_sampan_using_subcommand port" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sampan -n "__fish_sampan_using_subcommand port" -s V -l version -d 'Print version'
complete -c sampan -n "__fish_sampan_using_subcommand diff" -l root -d 'Folder of images, compiled code and containers' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand diff" -l config -d 'Configuration file' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand diff" -s H -l host -d 'Socket of the daemon: unix:///PATH; for `sampan daemon` where it listens, also more than once' -r
complete -c sampan -n "__fish_sampan_using_subcommand diff" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c sampan -n "__fish_sampan_using_subcommand diff" -s q -l quiet -d 'Say only what was asked for and errors'
complete -c sampan -n "__fish_sampan_using_subcommand diff" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sampan -n "__fish_sampan_using_subcommand diff" -s V -l version -d 'Print version'
complete -c sampan -n "__fish_sampan_using_subcommand build" -l root -d 'Folder of images, compiled code and containers' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand build" -l config -d 'Configuration file' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand build" -s H -l host -d 'Socket of the daemon: unix:///PATH; for `sampan daemon` where it listens, also more than once' -r
complete -c sampan -n "__fish_sampan_using_subcommand build" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c sampan -n "__fish_sampan_using_subcommand build" -s f -l file -d 'The Dockerfile, if it is not `PATH/Dockerfile`' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand build" -s t -l tag -d 'The image\'s name; may be written several times' -r
complete -c sampan -n "__fish_sampan_using_subcommand build" -l build-arg -d 'Say what an `ARG` is; without a value, what the environment says' -r
complete -c sampan -n "__fish_sampan_using_subcommand build" -l label -d 'Label the image' -r
complete -c sampan -n "__fish_sampan_using_subcommand build" -l target -d 'Build up to this stage' -r
complete -c sampan -n "__fish_sampan_using_subcommand build" -l platform -d 'What images are for, where the Dockerfile does not say it' -r
complete -c sampan -n "__fish_sampan_using_subcommand build" -l network -d 'The network of RUN steps' -r
complete -c sampan -n "__fish_sampan_using_subcommand build" -l add-host -d 'A name that RUN steps know' -r
complete -c sampan -n "__fish_sampan_using_subcommand build" -s m -l memory -d 'How much memory a RUN step may take' -r
complete -c sampan -n "__fish_sampan_using_subcommand build" -l shm-size -d 'The size of /dev/shm in RUN steps' -r
complete -c sampan -n "__fish_sampan_using_subcommand build" -l secret -d 'Give a secret to the steps that ask for it; without `src` or `env`, the variable or file of the same name' -r
complete -c sampan -n "__fish_sampan_using_subcommand build" -l build-context -d 'Name another folder, or an image, to begin with, copy and mount from' -r
complete -c sampan -n "__fish_sampan_using_subcommand build" -l iidfile -d 'Write the image\'s id into this file' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand build" -s q -l quiet -d 'Say only what was asked for and errors'
complete -c sampan -n "__fish_sampan_using_subcommand build" -l no-cache -d 'Do every step anew'
complete -c sampan -n "__fish_sampan_using_subcommand build" -l pull -d 'Fetch images also where they are here'
complete -c sampan -n "__fish_sampan_using_subcommand build" -l keep-containers -d 'Leave the containers of RUN steps'
complete -c sampan -n "__fish_sampan_using_subcommand build" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sampan -n "__fish_sampan_using_subcommand build" -s V -l version -d 'Print version'
complete -c sampan -n "__fish_sampan_using_subcommand builder; and not __fish_seen_subcommand_from build prune help" -l root -d 'Folder of images, compiled code and containers' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand builder; and not __fish_seen_subcommand_from build prune help" -l config -d 'Configuration file' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand builder; and not __fish_seen_subcommand_from build prune help" -s H -l host -d 'Socket of the daemon: unix:///PATH; for `sampan daemon` where it listens, also more than once' -r
complete -c sampan -n "__fish_sampan_using_subcommand builder; and not __fish_seen_subcommand_from build prune help" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c sampan -n "__fish_sampan_using_subcommand builder; and not __fish_seen_subcommand_from build prune help" -s q -l quiet -d 'Say only what was asked for and errors'
complete -c sampan -n "__fish_sampan_using_subcommand builder; and not __fish_seen_subcommand_from build prune help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sampan -n "__fish_sampan_using_subcommand builder; and not __fish_seen_subcommand_from build prune help" -s V -l version -d 'Print version'
complete -c sampan -n "__fish_sampan_using_subcommand builder; and not __fish_seen_subcommand_from build prune help" -f -a "build" -d 'Build an image from a Dockerfile'
complete -c sampan -n "__fish_sampan_using_subcommand builder; and not __fish_seen_subcommand_from build prune help" -f -a "prune" -d 'Remove what builds keep for later ones'
complete -c sampan -n "__fish_sampan_using_subcommand builder; and not __fish_seen_subcommand_from build prune help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c sampan -n "__fish_sampan_using_subcommand builder; and __fish_seen_subcommand_from build" -s f -l file -d 'The Dockerfile, if it is not `PATH/Dockerfile`' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand builder; and __fish_seen_subcommand_from build" -s t -l tag -d 'The image\'s name; may be written several times' -r
complete -c sampan -n "__fish_sampan_using_subcommand builder; and __fish_seen_subcommand_from build" -l build-arg -d 'Say what an `ARG` is; without a value, what the environment says' -r
complete -c sampan -n "__fish_sampan_using_subcommand builder; and __fish_seen_subcommand_from build" -l label -d 'Label the image' -r
complete -c sampan -n "__fish_sampan_using_subcommand builder; and __fish_seen_subcommand_from build" -l target -d 'Build up to this stage' -r
complete -c sampan -n "__fish_sampan_using_subcommand builder; and __fish_seen_subcommand_from build" -l platform -d 'What images are for, where the Dockerfile does not say it' -r
complete -c sampan -n "__fish_sampan_using_subcommand builder; and __fish_seen_subcommand_from build" -l network -d 'The network of RUN steps' -r
complete -c sampan -n "__fish_sampan_using_subcommand builder; and __fish_seen_subcommand_from build" -l add-host -d 'A name that RUN steps know' -r
complete -c sampan -n "__fish_sampan_using_subcommand builder; and __fish_seen_subcommand_from build" -s m -l memory -d 'How much memory a RUN step may take' -r
complete -c sampan -n "__fish_sampan_using_subcommand builder; and __fish_seen_subcommand_from build" -l shm-size -d 'The size of /dev/shm in RUN steps' -r
complete -c sampan -n "__fish_sampan_using_subcommand builder; and __fish_seen_subcommand_from build" -l secret -d 'Give a secret to the steps that ask for it; without `src` or `env`, the variable or file of the same name' -r
complete -c sampan -n "__fish_sampan_using_subcommand builder; and __fish_seen_subcommand_from build" -l build-context -d 'Name another folder, or an image, to begin with, copy and mount from' -r
complete -c sampan -n "__fish_sampan_using_subcommand builder; and __fish_seen_subcommand_from build" -l iidfile -d 'Write the image\'s id into this file' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand builder; and __fish_seen_subcommand_from build" -l root -d 'Folder of images, compiled code and containers' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand builder; and __fish_seen_subcommand_from build" -l config -d 'Configuration file' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand builder; and __fish_seen_subcommand_from build" -s H -l host -d 'Socket of the daemon: unix:///PATH; for `sampan daemon` where it listens, also more than once' -r
complete -c sampan -n "__fish_sampan_using_subcommand builder; and __fish_seen_subcommand_from build" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c sampan -n "__fish_sampan_using_subcommand builder; and __fish_seen_subcommand_from build" -l no-cache -d 'Do every step anew'
complete -c sampan -n "__fish_sampan_using_subcommand builder; and __fish_seen_subcommand_from build" -l pull -d 'Fetch images also where they are here'
complete -c sampan -n "__fish_sampan_using_subcommand builder; and __fish_seen_subcommand_from build" -l keep-containers -d 'Leave the containers of RUN steps'
complete -c sampan -n "__fish_sampan_using_subcommand builder; and __fish_seen_subcommand_from build" -s q -l quiet -d 'Say only what was asked for and errors'
complete -c sampan -n "__fish_sampan_using_subcommand builder; and __fish_seen_subcommand_from build" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sampan -n "__fish_sampan_using_subcommand builder; and __fish_seen_subcommand_from build" -s V -l version -d 'Print version'
complete -c sampan -n "__fish_sampan_using_subcommand builder; and __fish_seen_subcommand_from prune" -l filter -d 'Remove those that fit alone, such as `until=24h` or `type=exec.cachemount`' -r
complete -c sampan -n "__fish_sampan_using_subcommand builder; and __fish_seen_subcommand_from prune" -l keep-storage -l reserved-space -d 'Leave so much, what was used last first' -r
complete -c sampan -n "__fish_sampan_using_subcommand builder; and __fish_seen_subcommand_from prune" -l root -d 'Folder of images, compiled code and containers' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand builder; and __fish_seen_subcommand_from prune" -l config -d 'Configuration file' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand builder; and __fish_seen_subcommand_from prune" -s H -l host -d 'Socket of the daemon: unix:///PATH; for `sampan daemon` where it listens, also more than once' -r
complete -c sampan -n "__fish_sampan_using_subcommand builder; and __fish_seen_subcommand_from prune" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c sampan -n "__fish_sampan_using_subcommand builder; and __fish_seen_subcommand_from prune" -s a -l all -d 'Taken for docker\'s sake: all that nobody uses goes anyway'
complete -c sampan -n "__fish_sampan_using_subcommand builder; and __fish_seen_subcommand_from prune" -s f -l force -d 'Do not ask'
complete -c sampan -n "__fish_sampan_using_subcommand builder; and __fish_seen_subcommand_from prune" -s q -l quiet -d 'Say only what was asked for and errors'
complete -c sampan -n "__fish_sampan_using_subcommand builder; and __fish_seen_subcommand_from prune" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sampan -n "__fish_sampan_using_subcommand builder; and __fish_seen_subcommand_from prune" -s V -l version -d 'Print version'
complete -c sampan -n "__fish_sampan_using_subcommand builder; and __fish_seen_subcommand_from help" -f -a "build" -d 'Build an image from a Dockerfile'
complete -c sampan -n "__fish_sampan_using_subcommand builder; and __fish_seen_subcommand_from help" -f -a "prune" -d 'Remove what builds keep for later ones'
complete -c sampan -n "__fish_sampan_using_subcommand builder; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c sampan -n "__fish_sampan_using_subcommand commit" -l root -d 'Folder of images, compiled code and containers' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand commit" -l config -d 'Configuration file' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand commit" -s H -l host -d 'Socket of the daemon: unix:///PATH; for `sampan daemon` where it listens, also more than once' -r
complete -c sampan -n "__fish_sampan_using_subcommand commit" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c sampan -n "__fish_sampan_using_subcommand commit" -s a -l author -d 'Who made it' -r
complete -c sampan -n "__fish_sampan_using_subcommand commit" -s c -l change -d 'A line of a Dockerfile that changes its configuration' -r
complete -c sampan -n "__fish_sampan_using_subcommand commit" -s m -l message -d 'Why' -r
complete -c sampan -n "__fish_sampan_using_subcommand commit" -s p -l pause -d 'Hold the container up meanwhile' -r -f -a "true\t''
false\t''"
complete -c sampan -n "__fish_sampan_using_subcommand commit" -s q -l quiet -d 'Say only what was asked for and errors'
complete -c sampan -n "__fish_sampan_using_subcommand commit" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sampan -n "__fish_sampan_using_subcommand commit" -s V -l version -d 'Print version'
complete -c sampan -n "__fish_sampan_using_subcommand export" -l root -d 'Folder of images, compiled code and containers' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand export" -l config -d 'Configuration file' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand export" -s H -l host -d 'Socket of the daemon: unix:///PATH; for `sampan daemon` where it listens, also more than once' -r
complete -c sampan -n "__fish_sampan_using_subcommand export" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c sampan -n "__fish_sampan_using_subcommand export" -s o -l output -d 'Write to a file, not to standard output' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand export" -s q -l quiet -d 'Say only what was asked for and errors'
complete -c sampan -n "__fish_sampan_using_subcommand export" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sampan -n "__fish_sampan_using_subcommand export" -s V -l version -d 'Print version'
complete -c sampan -n "__fish_sampan_using_subcommand rename" -l root -d 'Folder of images, compiled code and containers' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand rename" -l config -d 'Configuration file' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand rename" -s H -l host -d 'Socket of the daemon: unix:///PATH; for `sampan daemon` where it listens, also more than once' -r
complete -c sampan -n "__fish_sampan_using_subcommand rename" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c sampan -n "__fish_sampan_using_subcommand rename" -s q -l quiet -d 'Say only what was asked for and errors'
complete -c sampan -n "__fish_sampan_using_subcommand rename" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sampan -n "__fish_sampan_using_subcommand rename" -s V -l version -d 'Print version'
complete -c sampan -n "__fish_sampan_using_subcommand update" -l root -d 'Folder of images, compiled code and containers' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand update" -l config -d 'Configuration file' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand update" -s H -l host -d 'Socket of the daemon: unix:///PATH; for `sampan daemon` where it listens, also more than once' -r
complete -c sampan -n "__fish_sampan_using_subcommand update" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c sampan -n "__fish_sampan_using_subcommand update" -s c -l cpu-shares -d 'Weight beside others when processors are short' -r
complete -c sampan -n "__fish_sampan_using_subcommand update" -l cpus -d 'Most processors, such as 0.5' -r
complete -c sampan -n "__fish_sampan_using_subcommand update" -l cpu-period -d 'Length of a period, in microseconds' -r
complete -c sampan -n "__fish_sampan_using_subcommand update" -l cpu-quota -d 'Processor time in each period, in microseconds' -r
complete -c sampan -n "__fish_sampan_using_subcommand update" -l cpuset-cpus -d 'Processors that it may use, such as 0-3' -r
complete -c sampan -n "__fish_sampan_using_subcommand update" -s m -l memory -d 'Most memory' -r
complete -c sampan -n "__fish_sampan_using_subcommand update" -l memory-reservation -d 'Memory that it should have left when memory is short' -r
complete -c sampan -n "__fish_sampan_using_subcommand update" -l memory-swap -d 'Most memory and swap together; -1 for no end' -r
complete -c sampan -n "__fish_sampan_using_subcommand update" -l pids-limit -d 'Most processes, or core instances of a Wasm container' -r
complete -c sampan -n "__fish_sampan_using_subcommand update" -l restart -d 'What happens after it ended: no, always, unless-stopped, on-failure[:TIMES]' -r
complete -c sampan -n "__fish_sampan_using_subcommand update" -l image -d 'Image whose program answers from now on, once it is compiled and has answered its check; no request is lost' -r
complete -c sampan -n "__fish_sampan_using_subcommand update" -l split -d 'Parts of the requests for the version that was there and for the new one, such as 90:10' -r
complete -c sampan -n "__fish_sampan_using_subcommand update" -l check -d 'Path that the new version must answer with 200 to 399; without it that of the image\'s HTTP health check' -r
complete -c sampan -n "__fish_sampan_using_subcommand update" -l check-timeout -d 'Seconds that the check may take' -r
complete -c sampan -n "__fish_sampan_using_subcommand update" -s q -l quiet -d 'Say only what was asked for and errors'
complete -c sampan -n "__fish_sampan_using_subcommand update" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sampan -n "__fish_sampan_using_subcommand update" -s V -l version -d 'Print version'
complete -c sampan -n "__fish_sampan_using_subcommand compose; and not __fish_seen_subcommand_from build config convert cp create down events exec images kill logs ls pause port ps pull push restart rm run scale start stop top unpause up version volumes wait watch help" -l root -d 'Folder of images, compiled code and containers' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand compose; and not __fish_seen_subcommand_from build config convert cp create down events exec images kill logs ls pause port ps pull push restart rm run scale start stop top unpause up version volumes wait watch help" -l config -d 'Configuration file' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand compose; and not __fish_seen_subcommand_from build config convert cp create down events exec images kill logs ls pause port ps pull push restart rm run scale start stop top unpause up version volumes wait watch help" -s H -l host -d 'Socket of the daemon: unix:///PATH; for `sampan daemon` where it listens, also more than once' -r
complete -c sampan -n "__fish_sampan_using_subcommand compose; and not __fish_seen_subcommand_from build config convert cp create down events exec images kill logs ls pause port ps pull push restart rm run scale start stop top unpause up version volumes wait watch help" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c sampan -n "__fish_sampan_using_subcommand compose; and not __fish_seen_subcommand_from build config convert cp create down events exec images kill logs ls pause port ps pull push restart rm run scale start stop top unpause up version volumes wait watch help" -s f -l file -d 'A compose file; of several each goes over the one before; `-` is standard input' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand compose; and not __fish_seen_subcommand_from build config convert cp create down events exec images kill logs ls pause port ps pull push restart rm run scale start stop top unpause up version volumes wait watch help" -s p -l project-name -d 'The project\'s name' -r
complete -c sampan -n "__fish_sampan_using_subcommand compose; and not __fish_seen_subcommand_from build config convert cp create down events exec images kill logs ls pause port ps pull push restart rm run scale start stop top unpause up version volumes wait watch help" -l project-directory -d 'The folder that paths of the files are meant from' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand compose; and not __fish_seen_subcommand_from build config convert cp create down events exec images kill logs ls pause port ps pull push restart rm run scale start stop top unpause up version volumes wait watch help" -l env-file -d 'A file of variables, in the place of `.env`' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand compose; and not __fish_seen_subcommand_from build config convert cp create down events exec images kill logs ls pause port ps pull push restart rm run scale start stop top unpause up version volumes wait watch help" -l profile -d 'A profile whose services take part; `*` for all' -r
complete -c sampan -n "__fish_sampan_using_subcommand compose; and not __fish_seen_subcommand_from build config convert cp create down events exec images kill logs ls pause port ps pull push restart rm run scale start stop top unpause up version volumes wait watch help" -s q -l quiet -d 'Say only what was asked for and errors'
complete -c sampan -n "__fish_sampan_using_subcommand compose; and not __fish_seen_subcommand_from build config convert cp create down events exec images kill logs ls pause port ps pull push restart rm run scale start stop top unpause up version volumes wait watch help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sampan -n "__fish_sampan_using_subcommand compose; and not __fish_seen_subcommand_from build config convert cp create down events exec images kill logs ls pause port ps pull push restart rm run scale start stop top unpause up version volumes wait watch help" -s V -l version -d 'Print version'
complete -c sampan -n "__fish_sampan_using_subcommand compose; and not __fish_seen_subcommand_from build config convert cp create down events exec images kill logs ls pause port ps pull push restart rm run scale start stop top unpause up version volumes wait watch help" -f -a "build" -d 'Build the images of services'
complete -c sampan -n "__fish_sampan_using_subcommand compose; and not __fish_seen_subcommand_from build config convert cp create down events exec images kill logs ls pause port ps pull push restart rm run scale start stop top unpause up version volumes wait watch help" -f -a "config" -d 'Show what the files say, with everything filled in'
complete -c sampan -n "__fish_sampan_using_subcommand compose; and not __fish_seen_subcommand_from build config convert cp create down events exec images kill logs ls pause port ps pull push restart rm run scale start stop top unpause up version volumes wait watch help" -f -a "convert" -d 'Show what the files say, with everything filled in'
complete -c sampan -n "__fish_sampan_using_subcommand compose; and not __fish_seen_subcommand_from build config convert cp create down events exec images kill logs ls pause port ps pull push restart rm run scale start stop top unpause up version volumes wait watch help" -f -a "cp" -d 'Copy files between a service\'s container and here'
complete -c sampan -n "__fish_sampan_using_subcommand compose; and not __fish_seen_subcommand_from build config convert cp create down events exec images kill logs ls pause port ps pull push restart rm run scale start stop top unpause up version volumes wait watch help" -f -a "create" -d 'Make containers, and start them not'
complete -c sampan -n "__fish_sampan_using_subcommand compose; and not __fish_seen_subcommand_from build config convert cp create down events exec images kill logs ls pause port ps pull push restart rm run scale start stop top unpause up version volumes wait watch help" -f -a "down" -d 'Stop and remove containers and networks'
complete -c sampan -n "__fish_sampan_using_subcommand compose; and not __fish_seen_subcommand_from build config convert cp create down events exec images kill logs ls pause port ps pull push restart rm run scale start stop top unpause up version volumes wait watch help" -f -a "events" -d 'Show what happens in the project, as it happens'
complete -c sampan -n "__fish_sampan_using_subcommand compose; and not __fish_seen_subcommand_from build config convert cp create down events exec images kill logs ls pause port ps pull push restart rm run scale start stop top unpause up version volumes wait watch help" -f -a "exec" -d 'Run a further program in a running container of a service'
complete -c sampan -n "__fish_sampan_using_subcommand compose; and not __fish_seen_subcommand_from build config convert cp create down events exec images kill logs ls pause port ps pull push restart rm run scale start stop top unpause up version volumes wait watch help" -f -a "images" -d 'List the images that containers use'
complete -c sampan -n "__fish_sampan_using_subcommand compose; and not __fish_seen_subcommand_from build config convert cp create down events exec images kill logs ls pause port ps pull push restart rm run scale start stop top unpause up version volumes wait watch help" -f -a "kill" -d 'Send containers a signal'
complete -c sampan -n "__fish_sampan_using_subcommand compose; and not __fish_seen_subcommand_from build config convert cp create down events exec images kill logs ls pause port ps pull push restart rm run scale start stop top unpause up version volumes wait watch help" -f -a "logs" -d 'Show what services wrote'
complete -c sampan -n "__fish_sampan_using_subcommand compose; and not __fish_seen_subcommand_from build config convert cp create down events exec images kill logs ls pause port ps pull push restart rm run scale start stop top unpause up version volumes wait watch help" -f -a "ls" -d 'List projects'
complete -c sampan -n "__fish_sampan_using_subcommand compose; and not __fish_seen_subcommand_from build config convert cp create down events exec images kill logs ls pause port ps pull push restart rm run scale start stop top unpause up version volumes wait watch help" -f -a "pause" -d 'Hold containers up'
complete -c sampan -n "__fish_sampan_using_subcommand compose; and not __fish_seen_subcommand_from build config convert cp create down events exec images kill logs ls pause port ps pull push restart rm run scale start stop top unpause up version volumes wait watch help" -f -a "port" -d 'Show where a service\'s port is reached'
complete -c sampan -n "__fish_sampan_using_subcommand compose; and not __fish_seen_subcommand_from build config convert cp create down events exec images kill logs ls pause port ps pull push restart rm run scale start stop top unpause up version volumes wait watch help" -f -a "ps" -d 'List containers'
complete -c sampan -n "__fish_sampan_using_subcommand compose; and not __fish_seen_subcommand_from build config convert cp create down events exec images kill logs ls pause port ps pull push restart rm run scale start stop top unpause up version volumes wait watch help" -f -a "pull" -d 'Download the images of services'
complete -c sampan -n "__fish_sampan_using_subcommand compose; and not __fish_seen_subcommand_from build config convert cp create down events exec images kill logs ls pause port ps pull push restart rm run scale start stop top unpause up version volumes wait watch help" -f -a "push" -d 'Upload the images of services'
complete -c sampan -n "__fish_sampan_using_subcommand compose; and not __fish_seen_subcommand_from build config convert cp create down events exec images kill logs ls pause port ps pull push restart rm run scale start stop top unpause up version volumes wait watch help" -f -a "restart" -d 'Stop containers and start them again'
complete -c sampan -n "__fish_sampan_using_subcommand compose; and not __fish_seen_subcommand_from build config convert cp create down events exec images kill logs ls pause port ps pull push restart rm run scale start stop top unpause up version volumes wait watch help" -f -a "rm" -d 'Remove containers that do not run'
complete -c sampan -n "__fish_sampan_using_subcommand compose; and not __fish_seen_subcommand_from build config convert cp create down events exec images kill logs ls pause port ps pull push restart rm run scale start stop top unpause up version volumes wait watch help" -f -a "run" -d 'Run one task in a container of a service'
complete -c sampan -n "__fish_sampan_using_subcommand compose; and not __fish_seen_subcommand_from build config convert cp create down events exec images kill logs ls pause port ps pull push restart rm run scale start stop top unpause up version volumes wait watch help" -f -a "scale" -d 'Set how many containers services have'
complete -c sampan -n "__fish_sampan_using_subcommand compose; and not __fish_seen_subcommand_from build config convert cp create down events exec images kill logs ls pause port ps pull push restart rm run scale start stop top unpause up version volumes wait watch help" -f -a "start" -d 'Start containers that are there already'
complete -c sampan -n "__fish_sampan_using_subcommand compose; and not __fish_seen_subcommand_from build config convert cp create down events exec images kill logs ls pause port ps pull push restart rm run scale start stop top unpause up version volumes wait watch help" -f -a "stop" -d 'Stop containers'
complete -c sampan -n "__fish_sampan_using_subcommand compose; and not __fish_seen_subcommand_from build config convert cp create down events exec images kill logs ls pause port ps pull push restart rm run scale start stop top unpause up version volumes wait watch help" -f -a "top" -d 'Show the processes of services'
complete -c sampan -n "__fish_sampan_using_subcommand compose; and not __fish_seen_subcommand_from build config convert cp create down events exec images kill logs ls pause port ps pull push restart rm run scale start stop top unpause up version volumes wait watch help" -f -a "unpause" -d 'Let containers go on'
complete -c sampan -n "__fish_sampan_using_subcommand compose; and not __fish_seen_subcommand_from build config convert cp create down events exec images kill logs ls pause port ps pull push restart rm run scale start stop top unpause up version volumes wait watch help" -f -a "up" -d 'Make and start containers'
complete -c sampan -n "__fish_sampan_using_subcommand compose; and not __fish_seen_subcommand_from build config convert cp create down events exec images kill logs ls pause port ps pull push restart rm run scale start stop top unpause up version volumes wait watch help" -f -a "version" -d 'Show the version'
complete -c sampan -n "__fish_sampan_using_subcommand compose; and not __fish_seen_subcommand_from build config convert cp create down events exec images kill logs ls pause port ps pull push restart rm run scale start stop top unpause up version volumes wait watch help" -f -a "volumes" -d 'List the project\'s volumes'
complete -c sampan -n "__fish_sampan_using_subcommand compose; and not __fish_seen_subcommand_from build config convert cp create down events exec images kill logs ls pause port ps pull push restart rm run scale start stop top unpause up version volumes wait watch help" -f -a "wait" -d 'Wait until containers of services have ended'
complete -c sampan -n "__fish_sampan_using_subcommand compose; and not __fish_seen_subcommand_from build config convert cp create down events exec images kill logs ls pause port ps pull push restart rm run scale start stop top unpause up version volumes wait watch help" -f -a "watch" -d 'Bring into containers what changes on the disk'
complete -c sampan -n "__fish_sampan_using_subcommand compose; and not __fish_seen_subcommand_from build config convert cp create down events exec images kill logs ls pause port ps pull push restart rm run scale start stop top unpause up version volumes wait watch help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from build" -l root -d 'Folder of images, compiled code and containers' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from build" -l config -d 'Configuration file' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from build" -s H -l host -d 'Socket of the daemon: unix:///PATH; for `sampan daemon` where it listens, also more than once' -r
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from build" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from build" -l push -d 'Upload the images after'
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from build" -s q -l quiet -d 'Say only what was asked for and errors'
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from build" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from build" -s V -l version -d 'Print version'
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from config" -l format -d 'How it is written' -r -f -a "yaml\t'YAML'
json\t'JSON'"
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from config" -l hash -d 'The hash of some services\' configuration; `*` for all' -r
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from config" -s o -l output -d 'Write it to a file' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from config" -l root -d 'Folder of images, compiled code and containers' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from config" -l config -d 'Configuration file' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from config" -s H -l host -d 'Socket of the daemon: unix:///PATH; for `sampan daemon` where it listens, also more than once' -r
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from config" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from config" -l services -d 'The names of services'
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from config" -l volumes -d 'The names of volumes'
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from config" -l networks -d 'The names of networks'
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from config" -l profiles -d 'The names of profiles'
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from config" -l images -d 'The names of images'
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from config" -l variables -d 'The names of variables that are not set'
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from config" -l no-interpolate -d 'Leave variables as they are written'
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from config" -s q -l quiet -d 'Say only what was asked for and errors'
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from config" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from config" -s V -l version -d 'Print version'
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from convert" -l format -d 'How it is written' -r -f -a "yaml\t'YAML'
json\t'JSON'"
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from convert" -l hash -d 'The hash of some services\' configuration; `*` for all' -r
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from convert" -s o -l output -d 'Write it to a file' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from convert" -l root -d 'Folder of images, compiled code and containers' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from convert" -l config -d 'Configuration file' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from convert" -s H -l host -d 'Socket of the daemon: unix:///PATH; for `sampan daemon` where it listens, also more than once' -r
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from convert" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from convert" -l services -d 'The names of services'
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from convert" -l volumes -d 'The names of volumes'
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from convert" -l networks -d 'The names of networks'
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from convert" -l profiles -d 'The names of profiles'
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from convert" -l images -d 'The names of images'
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from convert" -l variables -d 'The names of variables that are not set'
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from convert" -l no-interpolate -d 'Leave variables as they are written'
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from convert" -s q -l quiet -d 'Say only what was asked for and errors'
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from convert" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from convert" -s V -l version -d 'Print version'
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from cp" -l index -d 'The number of the container, where the service has several' -r
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from cp" -l root -d 'Folder of images, compiled code and containers' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from cp" -l config -d 'Configuration file' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from cp" -s H -l host -d 'Socket of the daemon: unix:///PATH; for `sampan daemon` where it listens, also more than once' -r
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from cp" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from cp" -s a -l archive -d 'Keep the numbers of owners'
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from cp" -s L -l follow-link -d 'Copy what a link leads to, not the link'
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from cp" -l all -d 'Containers of `run` as well, which `--index` does not name'
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from cp" -s q -l quiet -d 'Say only what was asked for and errors'
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from cp" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from cp" -s V -l version -d 'Print version'
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from create" -l pull -d 'When images are downloaded' -r -f -a "always\t'Always'
missing\t'When they are not there'
never\t'Never'
policy\t'As the files say'"
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from create" -l scale -d 'How many containers a service has' -r
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from create" -l root -d 'Folder of images, compiled code and containers' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from create" -l config -d 'Configuration file' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from create" -s H -l host -d 'Socket of the daemon: unix:///PATH; for `sampan daemon` where it listens, also more than once' -r
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from create" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from create" -l build -d 'Build images before, also those that are there'
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from create" -l no-build -d 'Never build images'
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from create" -l force-recreate -d 'Make all containers anew'
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from create" -l no-recreate -d 'Keep containers that are no more what the files say'
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from create" -l remove-orphans -d 'Remove containers of services that are not in the files'
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from create" -s q -l quiet -d 'Say only what was asked for and errors'
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from create" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from create" -s V -l version -d 'Print version'
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from down" -l rmi -d 'Remove images' -r -f -a "local\t'Those without a name of their own'
all\t'All'"
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from down" -s t -l timeout -d 'Seconds until a container is killed' -r
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from down" -l root -d 'Folder of images, compiled code and containers' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from down" -l config -d 'Configuration file' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from down" -s H -l host -d 'Socket of the daemon: unix:///PATH; for `sampan daemon` where it listens, also more than once' -r
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from down" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from down" -l remove-orphans -d 'Remove containers of services that are not in the files'
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from down" -s v -l volumes -d 'Remove volumes'
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from down" -s q -l quiet -d 'Say only what was asked for and errors'
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from down" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from down" -s V -l version -d 'Print version'
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from events" -l since -d 'What happened from this time on: `2026-01-02T15:04:05Z`, or `42m` for so long ago' -r
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from events" -l until -d 'Until this time' -r
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from events" -l root -d 'Folder of images, compiled code and containers' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from events" -l config -d 'Configuration file' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from events" -s H -l host -d 'Socket of the daemon: unix:///PATH; for `sampan daemon` where it listens, also more than once' -r
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from events" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from events" -l json -d 'As JSON, a document on each line'
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from events" -s q -l quiet -d 'Say only what was asked for and errors'
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from events" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from events" -s V -l version -d 'Print version'
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from exec" -s e -l env -d 'Set an environment variable; without a value, pass the caller\'s' -r
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from exec" -l index -d 'The number of the container, where the service has several' -r
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from exec" -s u -l user -d 'User (of Linux containers)' -r
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from exec" -s w -l workdir -d 'Working directory in the container' -r
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from exec" -l root -d 'Folder of images, compiled code and containers' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from exec" -l config -d 'Configuration file' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from exec" -s H -l host -d 'Socket of the daemon: unix:///PATH; for `sampan daemon` where it listens, also more than once' -r
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from exec" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from exec" -s d -l detach -d 'Let it run, and do not wait'
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from exec" -s T -l no-tty -l no-TTY -d 'Without a terminal'
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from exec" -s i -l interactive -d 'Pass on what is typed, which is done anyway'
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from exec" -s t -l tty -d 'With a terminal, which is so anyway where this one is'
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from exec" -l privileged -d 'Extended privileges (of Linux containers)'
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from exec" -s q -l quiet -d 'Say only what was asked for and errors'
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from exec" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from exec" -s V -l version -d 'Print version'
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from images" -l format -d 'Write them as `json`, a `table TEMPLATE` or a Go template' -r
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from images" -l root -d 'Folder of images, compiled code and containers' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from images" -l config -d 'Configuration file' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from images" -s H -l host -d 'Socket of the daemon: unix:///PATH; for `sampan daemon` where it listens, also more than once' -r
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from images" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from images" -s q -l quiet -d 'Say only what was asked for and errors'
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from images" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from images" -s V -l version -d 'Print version'
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from kill" -s s -l signal -d 'The signal' -r
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from kill" -l root -d 'Folder of images, compiled code and containers' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from kill" -l config -d 'Configuration file' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from kill" -s H -l host -d 'Socket of the daemon: unix:///PATH; for `sampan daemon` where it listens, also more than once' -r
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from kill" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from kill" -s q -l quiet -d 'Say only what was asked for and errors'
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from kill" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from kill" -s V -l version -d 'Print version'
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from logs" -l index -d 'Only the container with this number' -r
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from logs" -l since -d 'Only from this time on: `2026-01-02T15:04:05Z`, or `42m` for so long ago' -r
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from logs" -l until -d 'Only up to this time' -r
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from logs" -s n -l tail -d 'Only so many lines at the end of each' -r
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from logs" -l root -d 'Folder of images, compiled code and containers' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from logs" -l config -d 'Configuration file' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from logs" -s H -l host -d 'Socket of the daemon: unix:///PATH; for `sampan daemon` where it listens, also more than once' -r
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from logs" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from logs" -s f -l follow -d 'Go on with what comes'
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from logs" -s t -l timestamps -d 'Each line with its time'
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from logs" -l no-color -d 'Without colours'
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from logs" -l no-log-prefix -d 'Without names before the lines'
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from logs" -s q -l quiet -d 'Say only what was asked for and errors'
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from logs" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from logs" -s V -l version -d 'Print version'
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from ls" -l filter -d 'Those that fit: `name=PART`' -r
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from ls" -l format -d 'Write them as `json`, a `table TEMPLATE` or a Go template' -r
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from ls" -l root -d 'Folder of images, compiled code and containers' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from ls" -l config -d 'Configuration file' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from ls" -s H -l host -d 'Socket of the daemon: unix:///PATH; for `sampan daemon` where it listens, also more than once' -r
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from ls" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from ls" -s a -l all -d 'Also projects that do not run'
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from ls" -s q -l quiet -d 'Say only what was asked for and errors'
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from ls" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from ls" -s V -l version -d 'Print version'
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from pause" -l root -d 'Folder of images, compiled code and containers' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from pause" -l config -d 'Configuration file' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from pause" -s H -l host -d 'Socket of the daemon: unix:///PATH; for `sampan daemon` where it listens, also more than once' -r
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from pause" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from pause" -s q -l quiet -d 'Say only what was asked for and errors'
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from pause" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from pause" -s V -l version -d 'Print version'
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from port" -l index -d 'The number of the container, where the service has several' -r
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from port" -l protocol -d 'The protocol: tcp or udp' -r
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from port" -l root -d 'Folder of images, compiled code and containers' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from port" -l config -d 'Configuration file' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from port" -s H -l host -d 'Socket of the daemon: unix:///PATH; for `sampan daemon` where it listens, also more than once' -r
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from port" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from port" -s q -l quiet -d 'Say only what was asked for and errors'
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from port" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from port" -s V -l version -d 'Print version'
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from ps" -l status -d 'Those in this state: running, paused, restarting, removing, exited, dead, created' -r
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from ps" -l filter -d 'Those that fit: `status=STATE`' -r
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from ps" -l format -d 'Write them as `json`, a `table TEMPLATE` or a Go template' -r
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from ps" -l root -d 'Folder of images, compiled code and containers' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from ps" -l config -d 'Configuration file' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from ps" -s H -l host -d 'Socket of the daemon: unix:///PATH; for `sampan daemon` where it listens, also more than once' -r
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from ps" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from ps" -s a -l all -d 'Also those that do not run, and those of `run`'
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from ps" -l services -d 'The names of their services'
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from ps" -l no-trunc -d 'Whole ids and commands'
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from ps" -s q -l quiet -d 'Say only what was asked for and errors'
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from ps" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from ps" -s V -l version -d 'Print version'
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from pull" -l root -d 'Folder of images, compiled code and containers' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from pull" -l config -d 'Configuration file' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from pull" -s H -l host -d 'Socket of the daemon: unix:///PATH; for `sampan daemon` where it listens, also more than once' -r
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from pull" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from pull" -l ignore-buildable -d 'Pass over images that can be built'
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from pull" -l ignore-pull-failures -d 'Go on when one is not to be had'
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from pull" -l include-deps -d 'Those of services that the named ones depend on as well'
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from pull" -s q -l quiet -d 'Say only what was asked for and errors'
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from pull" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from pull" -s V -l version -d 'Print version'
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from push" -l root -d 'Folder of images, compiled code and containers' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from push" -l config -d 'Configuration file' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from push" -s H -l host -d 'Socket of the daemon: unix:///PATH; for `sampan daemon` where it listens, also more than once' -r
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from push" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from push" -l ignore-push-failures -d 'Go on when one cannot be uploaded'
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from push" -s q -l quiet -d 'Say only what was asked for and errors'
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from push" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from push" -s V -l version -d 'Print version'
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from restart" -s t -l timeout -d 'Seconds until a container is killed' -r
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from restart" -l root -d 'Folder of images, compiled code and containers' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from restart" -l config -d 'Configuration file' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from restart" -s H -l host -d 'Socket of the daemon: unix:///PATH; for `sampan daemon` where it listens, also more than once' -r
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from restart" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from restart" -l no-deps -d 'Leave services alone that are to follow those'
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from restart" -s q -l quiet -d 'Say only what was asked for and errors'
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from restart" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from restart" -s V -l version -d 'Print version'
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from rm" -l root -d 'Folder of images, compiled code and containers' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from rm" -l config -d 'Configuration file' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from rm" -s H -l host -d 'Socket of the daemon: unix:///PATH; for `sampan daemon` where it listens, also more than once' -r
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from rm" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from rm" -s f -l force -d 'Do not ask'
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from rm" -s s -l stop -d 'Stop containers before'
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from rm" -s v -l volumes -d 'Remove their anonymous volumes as well'
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from rm" -s q -l quiet -d 'Say only what was asked for and errors'
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from rm" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from rm" -s V -l version -d 'Print version'
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from run" -l cap-add -d 'Add a right (of Linux containers)' -r
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from run" -l cap-drop -d 'Take a right away (of Linux containers)' -r
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from run" -l entrypoint -d 'The program, in the place of its own' -r
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from run" -s e -l env -d 'Set an environment variable; without a value, pass the caller\'s' -r
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from run" -s i -l interactive -d 'Pass on what is typed; `--interactive=false` does not' -r -f -a "true\t''
false\t''"
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from run" -s l -l label -d 'A label' -r
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from run" -l name -d 'Its name' -r
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from run" -s p -l publish -d 'Publish a port' -r
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from run" -l pull -d 'When its image is downloaded' -r -f -a "always\t'Always'
missing\t'When they are not there'
never\t'Never'
policy\t'As the files say'"
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from run" -s u -l user -d 'User' -r
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from run" -s v -l volume -d 'Mount a volume or a folder' -r
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from run" -s w -l workdir -d 'Working directory' -r
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from run" -l root -d 'Folder of images, compiled code and containers' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from run" -l config -d 'Configuration file' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from run" -s H -l host -d 'Socket of the daemon: unix:///PATH; for `sampan daemon` where it listens, also more than once' -r
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from run" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from run" -l build -d 'Build its image before'
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from run" -s d -l detach -d 'Let it run, and print its name'
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from run" -s T -l no-tty -l no-TTY -d 'Without a terminal'
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from run" -l no-deps -d 'Do not start services that it depends on'
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from run" -l remove-orphans -d 'Remove containers of services that are not in the files'
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from run" -l rm -d 'Remove the container when it has ended'
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from run" -s P -l service-ports -d 'Publish the service\'s own ports'
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from run" -l use-aliases -d 'Answer to the service\'s names in networks'
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from run" -s q -l quiet -d 'Say only what was asked for and errors'
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from run" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from run" -s V -l version -d 'Print version'
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from scale" -l root -d 'Folder of images, compiled code and containers' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from scale" -l config -d 'Configuration file' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from scale" -s H -l host -d 'Socket of the daemon: unix:///PATH; for `sampan daemon` where it listens, also more than once' -r
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from scale" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from scale" -l no-deps -d 'Leave services alone that those depend on'
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from scale" -s q -l quiet -d 'Say only what was asked for and errors'
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from scale" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from scale" -s V -l version -d 'Print version'
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from start" -l root -d 'Folder of images, compiled code and containers' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from start" -l config -d 'Configuration file' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from start" -s H -l host -d 'Socket of the daemon: unix:///PATH; for `sampan daemon` where it listens, also more than once' -r
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from start" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from start" -s q -l quiet -d 'Say only what was asked for and errors'
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from start" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from start" -s V -l version -d 'Print version'
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from stop" -s t -l timeout -d 'Seconds until a container is killed' -r
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from stop" -l root -d 'Folder of images, compiled code and containers' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from stop" -l config -d 'Configuration file' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from stop" -s H -l host -d 'Socket of the daemon: unix:///PATH; for `sampan daemon` where it listens, also more than once' -r
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from stop" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from stop" -s q -l quiet -d 'Say only what was asked for and errors'
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from stop" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from stop" -s V -l version -d 'Print version'
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from top" -l root -d 'Folder of images, compiled code and containers' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from top" -l config -d 'Configuration file' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from top" -s H -l host -d 'Socket of the daemon: unix:///PATH; for `sampan daemon` where it listens, also more than once' -r
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from top" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from top" -s q -l quiet -d 'Say only what was asked for and errors'
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from top" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from top" -s V -l version -d 'Print version'
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from unpause" -l root -d 'Folder of images, compiled code and containers' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from unpause" -l config -d 'Configuration file' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from unpause" -s H -l host -d 'Socket of the daemon: unix:///PATH; for `sampan daemon` where it listens, also more than once' -r
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from unpause" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from unpause" -s q -l quiet -d 'Say only what was asked for and errors'
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from unpause" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from unpause" -s V -l version -d 'Print version'
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from up" -l pull -d 'When images are downloaded' -r -f -a "always\t'Always'
missing\t'When they are not there'
never\t'Never'
policy\t'As the files say'"
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from up" -l scale -d 'How many containers a service has' -r
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from up" -l exit-code-from -d 'End with the exit code of this service\'s container; implies `--abort-on-container-exit`' -r
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from up" -l attach -d 'Show the output of this service alone' -r
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from up" -l no-attach -d 'Do not show the output of this service' -r
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from up" -s t -l timeout -d 'Seconds until a container that is to stop is killed' -r
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from up" -l wait-timeout -d 'The most seconds of that' -r
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from up" -l root -d 'Folder of images, compiled code and containers' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from up" -l config -d 'Configuration file' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from up" -s H -l host -d 'Socket of the daemon: unix:///PATH; for `sampan daemon` where it listens, also more than once' -r
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from up" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from up" -s d -l detach -d 'Let them run in the background'
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from up" -l build -d 'Build images before, also those that are there'
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from up" -l no-build -d 'Never build images'
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from up" -l force-recreate -d 'Make all containers anew'
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from up" -l no-recreate -d 'Keep containers that are no more what the files say'
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from up" -l remove-orphans -d 'Remove containers of services that are not in the files'
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from up" -l always-recreate-deps -d 'Make containers anew also of services that others depend on'
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from up" -l no-deps -d 'Leave services alone that the named ones depend on'
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from up" -l no-start -d 'Make containers, and start them not'
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from up" -s V -l renew-anon-volumes -d 'Make anonymous volumes anew, too'
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from up" -l abort-on-container-exit -d 'Stop all containers when one ends'
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from up" -l abort-on-container-failure -d 'Stop all containers when one ends with another code than 0'
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from up" -l attach-dependencies -d 'Show also the output of services that the named ones depend on'
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from up" -l no-color -d 'Without colours'
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from up" -l no-log-prefix -d 'Without names before the lines'
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from up" -l timestamps -d 'Each line with its time'
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from up" -l wait -d 'Wait until containers run, and are healthy where they tell; implies `--detach`'
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from up" -s w -l watch -d 'Bring into containers what changes on the disk'
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from up" -s q -l quiet -d 'Say only what was asked for and errors'
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from up" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from version" -s f -l format -d '`json` for a document' -r
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from version" -l root -d 'Folder of images, compiled code and containers' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from version" -l config -d 'Configuration file' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from version" -s H -l host -d 'Socket of the daemon: unix:///PATH; for `sampan daemon` where it listens, also more than once' -r
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from version" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from version" -l short -d 'The number alone'
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from version" -s q -l quiet -d 'Say only what was asked for and errors'
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from version" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from version" -s V -l version -d 'Print version'
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from volumes" -l format -d 'Write them as `json`, a `table TEMPLATE` or a Go template' -r
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from volumes" -l root -d 'Folder of images, compiled code and containers' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from volumes" -l config -d 'Configuration file' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from volumes" -s H -l host -d 'Socket of the daemon: unix:///PATH; for `sampan daemon` where it listens, also more than once' -r
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from volumes" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from volumes" -s q -l quiet -d 'Say only what was asked for and errors'
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from volumes" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from volumes" -s V -l version -d 'Print version'
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from wait" -l root -d 'Folder of images, compiled code and containers' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from wait" -l config -d 'Configuration file' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from wait" -s H -l host -d 'Socket of the daemon: unix:///PATH; for `sampan daemon` where it listens, also more than once' -r
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from wait" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from wait" -l down-project -d 'Take the project down when the first has ended'
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from wait" -s q -l quiet -d 'Say only what was asked for and errors'
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from wait" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from wait" -s V -l version -d 'Print version'
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from watch" -l root -d 'Folder of images, compiled code and containers' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from watch" -l config -d 'Configuration file' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from watch" -s H -l host -d 'Socket of the daemon: unix:///PATH; for `sampan daemon` where it listens, also more than once' -r
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from watch" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from watch" -l no-up -d 'Start no services before'
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from watch" -s q -l quiet -d 'Say only what was asked for and errors'
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from watch" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from watch" -s V -l version -d 'Print version'
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from help" -f -a "build" -d 'Build the images of services'
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from help" -f -a "config" -d 'Show what the files say, with everything filled in'
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from help" -f -a "cp" -d 'Copy files between a service\'s container and here'
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from help" -f -a "create" -d 'Make containers, and start them not'
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from help" -f -a "down" -d 'Stop and remove containers and networks'
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from help" -f -a "events" -d 'Show what happens in the project, as it happens'
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from help" -f -a "exec" -d 'Run a further program in a running container of a service'
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from help" -f -a "images" -d 'List the images that containers use'
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from help" -f -a "kill" -d 'Send containers a signal'
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from help" -f -a "logs" -d 'Show what services wrote'
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from help" -f -a "ls" -d 'List projects'
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from help" -f -a "pause" -d 'Hold containers up'
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from help" -f -a "port" -d 'Show where a service\'s port is reached'
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from help" -f -a "ps" -d 'List containers'
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from help" -f -a "pull" -d 'Download the images of services'
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from help" -f -a "push" -d 'Upload the images of services'
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from help" -f -a "restart" -d 'Stop containers and start them again'
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from help" -f -a "rm" -d 'Remove containers that do not run'
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from help" -f -a "run" -d 'Run one task in a container of a service'
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from help" -f -a "scale" -d 'Set how many containers services have'
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from help" -f -a "start" -d 'Start containers that are there already'
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from help" -f -a "stop" -d 'Stop containers'
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from help" -f -a "top" -d 'Show the processes of services'
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from help" -f -a "unpause" -d 'Let containers go on'
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from help" -f -a "up" -d 'Make and start containers'
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from help" -f -a "version" -d 'Show the version'
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from help" -f -a "volumes" -d 'List the project\'s volumes'
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from help" -f -a "wait" -d 'Wait until containers of services have ended'
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from help" -f -a "watch" -d 'Bring into containers what changes on the disk'
complete -c sampan -n "__fish_sampan_using_subcommand compose; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c sampan -n "__fish_sampan_using_subcommand container; and not __fish_seen_subcommand_from attach commit cp create diff exec export inspect kill logs ls list ps pause port prune rename restart rm remove run start stats stop top unpause update wait help" -l root -d 'Folder of images, compiled code and containers' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand container; and not __fish_seen_subcommand_from attach commit cp create diff exec export inspect kill logs ls list ps pause port prune rename restart rm remove run start stats stop top unpause update wait help" -l config -d 'Configuration file' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand container; and not __fish_seen_subcommand_from attach commit cp create diff exec export inspect kill logs ls list ps pause port prune rename restart rm remove run start stats stop top unpause update wait help" -s H -l host -d 'Socket of the daemon: unix:///PATH; for `sampan daemon` where it listens, also more than once' -r
complete -c sampan -n "__fish_sampan_using_subcommand container; and not __fish_seen_subcommand_from attach commit cp create diff exec export inspect kill logs ls list ps pause port prune rename restart rm remove run start stats stop top unpause update wait help" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c sampan -n "__fish_sampan_using_subcommand container; and not __fish_seen_subcommand_from attach commit cp create diff exec export inspect kill logs ls list ps pause port prune rename restart rm remove run start stats stop top unpause update wait help" -s q -l quiet -d 'Say only what was asked for and errors'
complete -c sampan -n "__fish_sampan_using_subcommand container; and not __fish_seen_subcommand_from attach commit cp create diff exec export inspect kill logs ls list ps pause port prune rename restart rm remove run start stats stop top unpause update wait help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sampan -n "__fish_sampan_using_subcommand container; and not __fish_seen_subcommand_from attach commit cp create diff exec export inspect kill logs ls list ps pause port prune rename restart rm remove run start stats stop top unpause update wait help" -s V -l version -d 'Print version'
complete -c sampan -n "__fish_sampan_using_subcommand container; and not __fish_seen_subcommand_from attach commit cp create diff exec export inspect kill logs ls list ps pause port prune rename restart rm remove run start stats stop top unpause update wait help" -f -a "attach" -d 'Take part in a container\'s streams'
complete -c sampan -n "__fish_sampan_using_subcommand container; and not __fish_seen_subcommand_from attach commit cp create diff exec export inspect kill logs ls list ps pause port prune rename restart rm remove run start stats stop top unpause update wait help" -f -a "commit" -d 'Make an image of a container'
complete -c sampan -n "__fish_sampan_using_subcommand container; and not __fish_seen_subcommand_from attach commit cp create diff exec export inspect kill logs ls list ps pause port prune rename restart rm remove run start stats stop top unpause update wait help" -f -a "cp" -d 'Copy files between a container and here'
complete -c sampan -n "__fish_sampan_using_subcommand container; and not __fish_seen_subcommand_from attach commit cp create diff exec export inspect kill logs ls list ps pause port prune rename restart rm remove run start stats stop top unpause update wait help" -f -a "create" -d 'Make a container, and start it not'
complete -c sampan -n "__fish_sampan_using_subcommand container; and not __fish_seen_subcommand_from attach commit cp create diff exec export inspect kill logs ls list ps pause port prune rename restart rm remove run start stats stop top unpause update wait help" -f -a "diff" -d 'Show how a container\'s files differ from its image\'s'
complete -c sampan -n "__fish_sampan_using_subcommand container; and not __fish_seen_subcommand_from attach commit cp create diff exec export inspect kill logs ls list ps pause port prune rename restart rm remove run start stats stop top unpause update wait help" -f -a "exec" -d 'Run a further program in a running container'
complete -c sampan -n "__fish_sampan_using_subcommand container; and not __fish_seen_subcommand_from attach commit cp create diff exec export inspect kill logs ls list ps pause port prune rename restart rm remove run start stats stop top unpause update wait help" -f -a "export" -d 'Write all files of a container into an archive'
complete -c sampan -n "__fish_sampan_using_subcommand container; and not __fish_seen_subcommand_from attach commit cp create diff exec export inspect kill logs ls list ps pause port prune rename restart rm remove run start stats stop top unpause update wait help" -f -a "inspect" -d 'Show what containers are, may do and did'
complete -c sampan -n "__fish_sampan_using_subcommand container; and not __fish_seen_subcommand_from attach commit cp create diff exec export inspect kill logs ls list ps pause port prune rename restart rm remove run start stats stop top unpause update wait help" -f -a "kill" -d 'Send containers a signal'
complete -c sampan -n "__fish_sampan_using_subcommand container; and not __fish_seen_subcommand_from attach commit cp create diff exec export inspect kill logs ls list ps pause port prune rename restart rm remove run start stats stop top unpause update wait help" -f -a "logs" -d 'Show what a container wrote'
complete -c sampan -n "__fish_sampan_using_subcommand container; and not __fish_seen_subcommand_from attach commit cp create diff exec export inspect kill logs ls list ps pause port prune rename restart rm remove run start stats stop top unpause update wait help" -f -a "ls" -d 'List containers'
complete -c sampan -n "__fish_sampan_using_subcommand container; and not __fish_seen_subcommand_from attach commit cp create diff exec export inspect kill logs ls list ps pause port prune rename restart rm remove run start stats stop top unpause update wait help" -f -a "list" -d 'List containers'
complete -c sampan -n "__fish_sampan_using_subcommand container; and not __fish_seen_subcommand_from attach commit cp create diff exec export inspect kill logs ls list ps pause port prune rename restart rm remove run start stats stop top unpause update wait help" -f -a "ps" -d 'List containers'
complete -c sampan -n "__fish_sampan_using_subcommand container; and not __fish_seen_subcommand_from attach commit cp create diff exec export inspect kill logs ls list ps pause port prune rename restart rm remove run start stats stop top unpause update wait help" -f -a "pause" -d 'Hold containers up'
complete -c sampan -n "__fish_sampan_using_subcommand container; and not __fish_seen_subcommand_from attach commit cp create diff exec export inspect kill logs ls list ps pause port prune rename restart rm remove run start stats stop top unpause update wait help" -f -a "port" -d 'Show where a container\'s ports are reached'
complete -c sampan -n "__fish_sampan_using_subcommand container; and not __fish_seen_subcommand_from attach commit cp create diff exec export inspect kill logs ls list ps pause port prune rename restart rm remove run start stats stop top unpause update wait help" -f -a "prune" -d 'Remove all containers that do not run'
complete -c sampan -n "__fish_sampan_using_subcommand container; and not __fish_seen_subcommand_from attach commit cp create diff exec export inspect kill logs ls list ps pause port prune rename restart rm remove run start stats stop top unpause update wait help" -f -a "rename" -d 'Give a container another name'
complete -c sampan -n "__fish_sampan_using_subcommand container; and not __fish_seen_subcommand_from attach commit cp create diff exec export inspect kill logs ls list ps pause port prune rename restart rm remove run start stats stop top unpause update wait help" -f -a "restart" -d 'Stop containers and start them again'
complete -c sampan -n "__fish_sampan_using_subcommand container; and not __fish_seen_subcommand_from attach commit cp create diff exec export inspect kill logs ls list ps pause port prune rename restart rm remove run start stats stop top unpause update wait help" -f -a "rm" -d 'Remove containers'
complete -c sampan -n "__fish_sampan_using_subcommand container; and not __fish_seen_subcommand_from attach commit cp create diff exec export inspect kill logs ls list ps pause port prune rename restart rm remove run start stats stop top unpause update wait help" -f -a "remove" -d 'Remove containers'
complete -c sampan -n "__fish_sampan_using_subcommand container; and not __fish_seen_subcommand_from attach commit cp create diff exec export inspect kill logs ls list ps pause port prune rename restart rm remove run start stats stop top unpause update wait help" -f -a "run" -d 'Run a container'
complete -c sampan -n "__fish_sampan_using_subcommand container; and not __fish_seen_subcommand_from attach commit cp create diff exec export inspect kill logs ls list ps pause port prune rename restart rm remove run start stats stop top unpause update wait help" -f -a "start" -d 'Start containers that are there already'
complete -c sampan -n "__fish_sampan_using_subcommand container; and not __fish_seen_subcommand_from attach commit cp create diff exec export inspect kill logs ls list ps pause port prune rename restart rm remove run start stats stop top unpause update wait help" -f -a "stats" -d 'Show what containers use, as it changes'
complete -c sampan -n "__fish_sampan_using_subcommand container; and not __fish_seen_subcommand_from attach commit cp create diff exec export inspect kill logs ls list ps pause port prune rename restart rm remove run start stats stop top unpause update wait help" -f -a "stop" -d 'Stop containers'
complete -c sampan -n "__fish_sampan_using_subcommand container; and not __fish_seen_subcommand_from attach commit cp create diff exec export inspect kill logs ls list ps pause port prune rename restart rm remove run start stats stop top unpause update wait help" -f -a "top" -d 'Show the processes of a container'
complete -c sampan -n "__fish_sampan_using_subcommand container; and not __fish_seen_subcommand_from attach commit cp create diff exec export inspect kill logs ls list ps pause port prune rename restart rm remove run start stats stop top unpause update wait help" -f -a "unpause" -d 'Let containers go on'
complete -c sampan -n "__fish_sampan_using_subcommand container; and not __fish_seen_subcommand_from attach commit cp create diff exec export inspect kill logs ls list ps pause port prune rename restart rm remove run start stats stop top unpause update wait help" -f -a "update" -d 'Change containers\' limits'
complete -c sampan -n "__fish_sampan_using_subcommand container; and not __fish_seen_subcommand_from attach commit cp create diff exec export inspect kill logs ls list ps pause port prune rename restart rm remove run start stats stop top unpause update wait help" -f -a "wait" -d 'Wait until containers have ended'
complete -c sampan -n "__fish_sampan_using_subcommand container; and not __fish_seen_subcommand_from attach commit cp create diff exec export inspect kill logs ls list ps pause port prune rename restart rm remove run start stats stop top unpause update wait help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from attach" -l detach-keys -d 'The keys that leave it running' -r
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from attach" -l sig-proxy -d 'Pass on signals' -r -f -a "true\t''
false\t''"
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from attach" -l root -d 'Folder of images, compiled code and containers' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from attach" -l config -d 'Configuration file' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from attach" -s H -l host -d 'Socket of the daemon: unix:///PATH; for `sampan daemon` where it listens, also more than once' -r
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from attach" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from attach" -l no-stdin -d 'Pass on nothing that is typed'
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from attach" -s q -l quiet -d 'Say only what was asked for and errors'
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from attach" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from attach" -s V -l version -d 'Print version'
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from commit" -s a -l author -d 'Who made it' -r
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from commit" -s c -l change -d 'A line of a Dockerfile that changes its configuration' -r
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from commit" -s m -l message -d 'Why' -r
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from commit" -s p -l pause -d 'Hold the container up meanwhile' -r -f -a "true\t''
false\t''"
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from commit" -l root -d 'Folder of images, compiled code and containers' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from commit" -l config -d 'Configuration file' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from commit" -s H -l host -d 'Socket of the daemon: unix:///PATH; for `sampan daemon` where it listens, also more than once' -r
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from commit" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from commit" -s q -l quiet -d 'Say only what was asked for and errors'
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from commit" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from commit" -s V -l version -d 'Print version'
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from cp" -l root -d 'Folder of images, compiled code and containers' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from cp" -l config -d 'Configuration file' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from cp" -s H -l host -d 'Socket of the daemon: unix:///PATH; for `sampan daemon` where it listens, also more than once' -r
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from cp" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from cp" -s a -l archive -d 'Keep the numbers of owners'
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from cp" -s L -l follow-link -d 'Copy what a link leads to, not the link'
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from cp" -s q -l quiet -d 'Say only what was asked for and errors'
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from cp" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from cp" -s V -l version -d 'Print version'
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from create" -l entrypoint -d 'Call this export, or run this file of the image, instead of the program\'s own start' -r
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from create" -s e -l env -d 'Set an environment variable; without a value, pass the caller\'s' -r
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from create" -l env-file -d 'Read environment variables from a file' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from create" -s w -l workdir -d 'Working directory in the container' -r
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from create" -s t -l tty -d 'Tell the program that it has a terminal; `raw` passes each key as it is typed' -r -f -a "cooked\t'Line by line, with echo, as the terminal is'
raw\t'Each key as it is typed, without echo; Ctrl-C still interrupts'"
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from create" -l name -d 'Name the container, and keep what it did for `sampan inspect NAME`' -r
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from create" -l platform -d 'Platform of the image' -r
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from create" -l pull -d 'When to download the image' -r -f -a "always\t'Always ask the registry for the newest'
missing\t'When it is not here'
never\t'Never'"
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from create" -s p -l publish -d 'Answer requests on a port of this machine (loopback unless an address is written) with a component that is an HTTP server' -r
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from create" -s v -l volume -d 'Give a folder: SOURCE:TARGET[:ro]; with the daemon also a volume by its name' -r
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from create" -l tmpfs -d 'Give a folder in memory' -r
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from create" -l allow-net -d 'Allow connections out to a name, an address, a block or everything: `db:5432`, `10.0.0.0/8:443`, `*:*`' -r
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from create" -l allow-http -d 'Allow HTTP requests out (wasi:http); without scheme and port, in any way; a scheme alone means its own port' -r
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from create" -l allow-listen -d 'Allow listening, on loopback unless an address is written' -r
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from create" -l grants -d 'Give what a file says, as `--learn` wrote it' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from create" -l learn -d 'Let the program use the network freely, and write down the smallest grants that this run used' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from create" -l tls-cert -d 'Serve TLS with this certificate, followed by those that vouch for it (PEM). Of several, each with its key, a client gets the first that has the name it asks for. Files that change are read anew' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from create" -l tls-key -d 'The private key of a `--tls-cert`, in the same order (PEM)' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from create" -l reuse -d 'Let one instance answer so many requests, one after the other: each finds in memory what those before it left' -r
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from create" -l access-log -d 'Write a line of JSON for each request, to standard error or at the end of a file; the program finds the request\'s id in `x-request-id`' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from create" -l http-limit -d 'What clients may do: head-size, body-size, head-time, client-time, request-time, requests, connections, streams' -r
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from create" -s m -l memory -d 'Most linear memory' -r
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from create" -l cpus -d 'Most processors, such as 0.5' -r
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from create" -l timeout -d 'Most time from start to end' -r
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from create" -l pids-limit -d 'Most core instances (a Wasm container has no processes)' -r
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from create" -l limit -d 'Any limit by its name; `sampan inspect` shows them all' -r
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from create" -l coredump -d 'Write a core dump here if the program traps' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from create" -l profile -d 'Write a profile for the Firefox profiler here' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from create" -l debug -d 'Wait for a debugger (gdb remote protocol) on this port of loopback' -r
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from create" -l detach-keys -d 'The keys that leave it running' -r
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from create" -l restart -d 'What happens after it ended: no, always, unless-stopped, on-failure[:TIMES]' -r
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from create" -s l -l label -d 'A label' -r
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from create" -l network -l net -d 'The network that it is in' -r
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from create" -l network-alias -d 'Another name that it has there' -r
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from create" -l mount -d 'A volume, a folder or a tmpfs: type=volume,src=NAME,dst=PATH[,readonly]' -r
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from create" -l volumes-from -d 'The mounts of another container as well' -r
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from create" -l hostname -d 'Its name as a host' -r
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from create" -l add-host -d 'A further name: HOST:ADDRESS' -r
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from create" -l expose -d 'A port that others may reach' -r
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from create" -s u -l user -d 'User' -r
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from create" -l stop-signal -d 'The signal that asks it to end' -r
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from create" -l stop-timeout -d 'Seconds until it is killed after that' -r
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from create" -l log-driver -d 'Where its output is kept' -r
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from create" -l log-opt -d 'An option of that' -r
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from create" -l health-cmd -d 'A command that tells whether it is well' -r
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from create" -l health-interval -d 'Time between two of them' -r
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from create" -l health-retries -d 'Failures in a row until it is unwell' -r
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from create" -l health-start-period -d 'Time that it has to begin' -r
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from create" -l health-start-interval -d 'Time between two of them meanwhile' -r
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from create" -l health-timeout -d 'Time that one may take' -r
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from create" -s c -l cpu-shares -d 'Weight beside others when processors are short' -r
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from create" -l security-opt -d 'A security option' -r
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from create" -l annotation -d 'An annotation for the runtime' -r
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from create" -l isolation -d 'How it is kept apart: `process` for a worker of its own' -r
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from create" -l cidfile -d 'Write its id to a new file' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from create" -l root -d 'Folder of images, compiled code and containers' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from create" -l config -d 'Configuration file' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from create" -s H -l host -d 'Socket of the daemon: unix:///PATH; for `sampan daemon` where it listens, also more than once' -r
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from create" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from create" -s i -l interactive -d 'Keep standard input open (without the daemon it always is)'
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from create" -l rm -d 'Keep nothing of the container after its end'
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from create" -l read-only -d 'Mount the image\'s own files read-only'
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from create" -l trace -d 'Show each step of the start with its time'
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from create" -s d -l detach -d 'Let it run, and print its id'
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from create" -s P -l publish-all -d 'Publish all exposed ports'
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from create" -l no-healthcheck -d 'Without the image\'s own health check'
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from create" -l init -d 'With a process that reaps others (of Linux containers)'
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from create" -s q -l quiet -d 'Say only what was asked for and errors'
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from create" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from create" -s V -l version -d 'Print version'
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from diff" -l root -d 'Folder of images, compiled code and containers' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from diff" -l config -d 'Configuration file' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from diff" -s H -l host -d 'Socket of the daemon: unix:///PATH; for `sampan daemon` where it listens, also more than once' -r
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from diff" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from diff" -s q -l quiet -d 'Say only what was asked for and errors'
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from diff" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from diff" -s V -l version -d 'Print version'
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from exec" -l detach-keys -d 'The keys that leave it running' -r
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from exec" -s e -l env -d 'Set an environment variable; without a value, pass the caller\'s' -r
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from exec" -l env-file -d 'Read environment variables from a file' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from exec" -s u -l user -d 'User (of Linux containers)' -r
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from exec" -s w -l workdir -d 'Working directory in the container' -r
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from exec" -l root -d 'Folder of images, compiled code and containers' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from exec" -l config -d 'Configuration file' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from exec" -s H -l host -d 'Socket of the daemon: unix:///PATH; for `sampan daemon` where it listens, also more than once' -r
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from exec" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from exec" -s d -l detach -d 'Let it run, and do not wait'
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from exec" -s i -l interactive -d 'Pass on what is typed'
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from exec" -s t -l tty -d 'Give it a terminal'
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from exec" -l privileged -d 'Extended privileges (of Linux containers)'
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from exec" -s q -l quiet -d 'Say only what was asked for and errors'
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from exec" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from exec" -s V -l version -d 'Print version'
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from export" -s o -l output -d 'Write to a file, not to standard output' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from export" -l root -d 'Folder of images, compiled code and containers' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from export" -l config -d 'Configuration file' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from export" -s H -l host -d 'Socket of the daemon: unix:///PATH; for `sampan daemon` where it listens, also more than once' -r
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from export" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from export" -s q -l quiet -d 'Say only what was asked for and errors'
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from export" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from export" -s V -l version -d 'Print version'
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from inspect" -s f -l format -d 'Write what the daemon knows as `json` or by a Go template' -r
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from inspect" -l type -d 'Look among these alone: `container`, `image`, `network`, `volume`' -r -f -a "container\t''
image\t''
network\t''
volume\t''"
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from inspect" -l against -d 'Compare what it imports and exports with a package of WIT, which is fetched when it is not here' -r
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from inspect" -l platform -d 'Platform of the image' -r
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from inspect" -l root -d 'Folder of images, compiled code and containers' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from inspect" -l config -d 'Configuration file' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from inspect" -s H -l host -d 'Socket of the daemon: unix:///PATH; for `sampan daemon` where it listens, also more than once' -r
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from inspect" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from inspect" -s s -l size -d 'With the sizes of containers (needs the daemon)'
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from inspect" -l grants -d 'Only what it could ask for, what it was given, and what it used'
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from inspect" -l wit -d 'Only the world of a component, or a WIT package, as one WIT document'
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from inspect" -l json -d 'Print JSON'
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from inspect" -s q -l quiet -d 'Say only what was asked for and errors'
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from inspect" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from inspect" -s V -l version -d 'Print version'
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from kill" -s s -l signal -d 'The signal; SIGKILL without it' -r
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from kill" -l root -d 'Folder of images, compiled code and containers' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from kill" -l config -d 'Configuration file' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from kill" -s H -l host -d 'Socket of the daemon: unix:///PATH; for `sampan daemon` where it listens, also more than once' -r
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from kill" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from kill" -s q -l quiet -d 'Say only what was asked for and errors'
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from kill" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from kill" -s V -l version -d 'Print version'
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from logs" -l since -d 'Only from this time on: `2026-01-02T15:04:05Z`, or `42m` for so long ago' -r
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from logs" -l until -d 'Only up to this time' -r
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from logs" -s n -l tail -d 'Only so many lines at the end' -r
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from logs" -l root -d 'Folder of images, compiled code and containers' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from logs" -l config -d 'Configuration file' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from logs" -s H -l host -d 'Socket of the daemon: unix:///PATH; for `sampan daemon` where it listens, also more than once' -r
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from logs" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from logs" -s f -l follow -d 'Go on with what comes'
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from logs" -s t -l timestamps -d 'Each line with its time'
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from logs" -l details -d 'Each line with what the log keeps beside it'
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from logs" -s q -l quiet -d 'Say only what was asked for and errors'
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from logs" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from logs" -s V -l version -d 'Print version'
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from ls" -s f -l filter -d 'Show those that fit alone (needs the daemon)' -r
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from ls" -l format -d 'Write them as `json`, a `table TEMPLATE` or a Go template (needs the daemon)' -r
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from ls" -s n -l last -d 'Show the last so many, whatever their state (needs the daemon)' -r
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from ls" -l root -d 'Folder of images, compiled code and containers' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from ls" -l config -d 'Configuration file' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from ls" -s H -l host -d 'Socket of the daemon: unix:///PATH; for `sampan daemon` where it listens, also more than once' -r
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from ls" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from ls" -s a -l all -d 'Show those that do not run, too'
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from ls" -s l -l latest -d 'Show the last one, whatever its state (needs the daemon)'
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from ls" -l no-trunc -d 'Show ids and commands in full'
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from ls" -s s -l size -d 'Show sizes (needs the daemon)'
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from ls" -s q -l quiet -d 'Say only what was asked for and errors'
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from ls" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from ls" -s V -l version -d 'Print version'
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from list" -s f -l filter -d 'Show those that fit alone (needs the daemon)' -r
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from list" -l format -d 'Write them as `json`, a `table TEMPLATE` or a Go template (needs the daemon)' -r
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from list" -s n -l last -d 'Show the last so many, whatever their state (needs the daemon)' -r
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from list" -l root -d 'Folder of images, compiled code and containers' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from list" -l config -d 'Configuration file' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from list" -s H -l host -d 'Socket of the daemon: unix:///PATH; for `sampan daemon` where it listens, also more than once' -r
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from list" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from list" -s a -l all -d 'Show those that do not run, too'
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from list" -s l -l latest -d 'Show the last one, whatever its state (needs the daemon)'
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from list" -l no-trunc -d 'Show ids and commands in full'
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from list" -s s -l size -d 'Show sizes (needs the daemon)'
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from list" -s q -l quiet -d 'Say only what was asked for and errors'
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from list" -s V -l version -d 'Print version'
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from ps" -s f -l filter -d 'Show those that fit alone (needs the daemon)' -r
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from ps" -l format -d 'Write them as `json`, a `table TEMPLATE` or a Go template (needs the daemon)' -r
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from ps" -s n -l last -d 'Show the last so many, whatever their state (needs the daemon)' -r
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from ps" -l root -d 'Folder of images, compiled code and containers' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from ps" -l config -d 'Configuration file' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from ps" -s H -l host -d 'Socket of the daemon: unix:///PATH; for `sampan daemon` where it listens, also more than once' -r
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from ps" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from ps" -s a -l all -d 'Show those that do not run, too'
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from ps" -s l -l latest -d 'Show the last one, whatever its state (needs the daemon)'
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from ps" -l no-trunc -d 'Show ids and commands in full'
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from ps" -s s -l size -d 'Show sizes (needs the daemon)'
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from ps" -s q -l quiet -d 'Say only what was asked for and errors'
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from ps" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from ps" -s V -l version -d 'Print version'
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from pause" -l root -d 'Folder of images, compiled code and containers' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from pause" -l config -d 'Configuration file' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from pause" -s H -l host -d 'Socket of the daemon: unix:///PATH; for `sampan daemon` where it listens, also more than once' -r
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from pause" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from pause" -s q -l quiet -d 'Say only what was asked for and errors'
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from pause" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from pause" -s V -l version -d 'Print version'
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from port" -l root -d 'Folder of images, compiled code and containers' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from port" -l config -d 'Configuration file' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from port" -s H -l host -d 'Socket of the daemon: unix:///PATH; for `sampan daemon` where it listens, also more than once' -r
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from port" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from port" -s q -l quiet -d 'Say only what was asked for and errors'
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from port" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from port" -s V -l version -d 'Print version'
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from prune" -l filter -d 'Remove those that fit alone, such as `until=24h` or `label=a=b`' -r
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from prune" -l root -d 'Folder of images, compiled code and containers' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from prune" -l config -d 'Configuration file' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from prune" -s H -l host -d 'Socket of the daemon: unix:///PATH; for `sampan daemon` where it listens, also more than once' -r
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from prune" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from prune" -s f -l force -d 'Do not ask'
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from prune" -s q -l quiet -d 'Say only what was asked for and errors'
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from prune" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from prune" -s V -l version -d 'Print version'
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from rename" -l root -d 'Folder of images, compiled code and containers' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from rename" -l config -d 'Configuration file' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from rename" -s H -l host -d 'Socket of the daemon: unix:///PATH; for `sampan daemon` where it listens, also more than once' -r
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from rename" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from rename" -s q -l quiet -d 'Say only what was asked for and errors'
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from rename" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from rename" -s V -l version -d 'Print version'
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from restart" -s s -l signal -d 'The signal that asks it to end' -r
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from restart" -s t -l timeout -l time -d 'Seconds until it is killed; -1 for never' -r
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from restart" -l root -d 'Folder of images, compiled code and containers' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from restart" -l config -d 'Configuration file' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from restart" -s H -l host -d 'Socket of the daemon: unix:///PATH; for `sampan daemon` where it listens, also more than once' -r
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from restart" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from restart" -s q -l quiet -d 'Say only what was asked for and errors'
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from restart" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from restart" -s V -l version -d 'Print version'
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from rm" -l root -d 'Folder of images, compiled code and containers' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from rm" -l config -d 'Configuration file' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from rm" -s H -l host -d 'Socket of the daemon: unix:///PATH; for `sampan daemon` where it listens, also more than once' -r
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from rm" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from rm" -s f -l force -d 'Also one that runs: it is killed (needs the daemon)'
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from rm" -s v -l volumes -d 'Its anonymous volumes as well (needs the daemon)'
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from rm" -s q -l quiet -d 'Say only what was asked for and errors'
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from rm" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from rm" -s V -l version -d 'Print version'
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from remove" -l root -d 'Folder of images, compiled code and containers' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from remove" -l config -d 'Configuration file' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from remove" -s H -l host -d 'Socket of the daemon: unix:///PATH; for `sampan daemon` where it listens, also more than once' -r
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from remove" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from remove" -s f -l force -d 'Also one that runs: it is killed (needs the daemon)'
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from remove" -s v -l volumes -d 'Its anonymous volumes as well (needs the daemon)'
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from remove" -s q -l quiet -d 'Say only what was asked for and errors'
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from remove" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from remove" -s V -l version -d 'Print version'
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from run" -l entrypoint -d 'Call this export, or run this file of the image, instead of the program\'s own start' -r
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from run" -s e -l env -d 'Set an environment variable; without a value, pass the caller\'s' -r
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from run" -l env-file -d 'Read environment variables from a file' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from run" -s w -l workdir -d 'Working directory in the container' -r
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from run" -s t -l tty -d 'Tell the program that it has a terminal; `raw` passes each key as it is typed' -r -f -a "cooked\t'Line by line, with echo, as the terminal is'
raw\t'Each key as it is typed, without echo; Ctrl-C still interrupts'"
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from run" -l name -d 'Name the container, and keep what it did for `sampan inspect NAME`' -r
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from run" -l platform -d 'Platform of the image' -r
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from run" -l pull -d 'When to download the image' -r -f -a "always\t'Always ask the registry for the newest'
missing\t'When it is not here'
never\t'Never'"
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from run" -s p -l publish -d 'Answer requests on a port of this machine (loopback unless an address is written) with a component that is an HTTP server' -r
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from run" -s v -l volume -d 'Give a folder: SOURCE:TARGET[:ro]; with the daemon also a volume by its name' -r
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from run" -l tmpfs -d 'Give a folder in memory' -r
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from run" -l allow-net -d 'Allow connections out to a name, an address, a block or everything: `db:5432`, `10.0.0.0/8:443`, `*:*`' -r
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from run" -l allow-http -d 'Allow HTTP requests out (wasi:http); without scheme and port, in any way; a scheme alone means its own port' -r
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from run" -l allow-listen -d 'Allow listening, on loopback unless an address is written' -r
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from run" -l grants -d 'Give what a file says, as `--learn` wrote it' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from run" -l learn -d 'Let the program use the network freely, and write down the smallest grants that this run used' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from run" -l tls-cert -d 'Serve TLS with this certificate, followed by those that vouch for it (PEM). Of several, each with its key, a client gets the first that has the name it asks for. Files that change are read anew' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from run" -l tls-key -d 'The private key of a `--tls-cert`, in the same order (PEM)' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from run" -l reuse -d 'Let one instance answer so many requests, one after the other: each finds in memory what those before it left' -r
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from run" -l access-log -d 'Write a line of JSON for each request, to standard error or at the end of a file; the program finds the request\'s id in `x-request-id`' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from run" -l http-limit -d 'What clients may do: head-size, body-size, head-time, client-time, request-time, requests, connections, streams' -r
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from run" -s m -l memory -d 'Most linear memory' -r
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from run" -l cpus -d 'Most processors, such as 0.5' -r
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from run" -l timeout -d 'Most time from start to end' -r
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from run" -l pids-limit -d 'Most core instances (a Wasm container has no processes)' -r
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from run" -l limit -d 'Any limit by its name; `sampan inspect` shows them all' -r
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from run" -l coredump -d 'Write a core dump here if the program traps' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from run" -l profile -d 'Write a profile for the Firefox profiler here' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from run" -l debug -d 'Wait for a debugger (gdb remote protocol) on this port of loopback' -r
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from run" -l detach-keys -d 'The keys that leave it running' -r
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from run" -l restart -d 'What happens after it ended: no, always, unless-stopped, on-failure[:TIMES]' -r
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from run" -s l -l label -d 'A label' -r
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from run" -l network -l net -d 'The network that it is in' -r
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from run" -l network-alias -d 'Another name that it has there' -r
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from run" -l mount -d 'A volume, a folder or a tmpfs: type=volume,src=NAME,dst=PATH[,readonly]' -r
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from run" -l volumes-from -d 'The mounts of another container as well' -r
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from run" -l hostname -d 'Its name as a host' -r
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from run" -l add-host -d 'A further name: HOST:ADDRESS' -r
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from run" -l expose -d 'A port that others may reach' -r
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from run" -s u -l user -d 'User' -r
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from run" -l stop-signal -d 'The signal that asks it to end' -r
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from run" -l stop-timeout -d 'Seconds until it is killed after that' -r
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from run" -l log-driver -d 'Where its output is kept' -r
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from run" -l log-opt -d 'An option of that' -r
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from run" -l health-cmd -d 'A command that tells whether it is well' -r
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from run" -l health-interval -d 'Time between two of them' -r
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from run" -l health-retries -d 'Failures in a row until it is unwell' -r
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from run" -l health-start-period -d 'Time that it has to begin' -r
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from run" -l health-start-interval -d 'Time between two of them meanwhile' -r
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from run" -l health-timeout -d 'Time that one may take' -r
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from run" -s c -l cpu-shares -d 'Weight beside others when processors are short' -r
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from run" -l security-opt -d 'A security option' -r
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from run" -l annotation -d 'An annotation for the runtime' -r
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from run" -l isolation -d 'How it is kept apart: `process` for a worker of its own' -r
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from run" -l cidfile -d 'Write its id to a new file' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from run" -l root -d 'Folder of images, compiled code and containers' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from run" -l config -d 'Configuration file' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from run" -s H -l host -d 'Socket of the daemon: unix:///PATH; for `sampan daemon` where it listens, also more than once' -r
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from run" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from run" -s i -l interactive -d 'Keep standard input open (without the daemon it always is)'
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from run" -l rm -d 'Keep nothing of the container after its end'
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from run" -l read-only -d 'Mount the image\'s own files read-only'
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from run" -l trace -d 'Show each step of the start with its time'
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from run" -s d -l detach -d 'Let it run, and print its id'
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from run" -s P -l publish-all -d 'Publish all exposed ports'
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from run" -l no-healthcheck -d 'Without the image\'s own health check'
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from run" -l init -d 'With a process that reaps others (of Linux containers)'
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from run" -s q -l quiet -d 'Say only what was asked for and errors'
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from run" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from run" -s V -l version -d 'Print version'
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from start" -l detach-keys -d 'The keys that leave it running' -r
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from start" -l root -d 'Folder of images, compiled code and containers' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from start" -l config -d 'Configuration file' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from start" -s H -l host -d 'Socket of the daemon: unix:///PATH; for `sampan daemon` where it listens, also more than once' -r
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from start" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from start" -s a -l attach -d 'Show what it writes, and pass on signals'
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from start" -s i -l interactive -d 'Pass on what is typed as well'
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from start" -s q -l quiet -d 'Say only what was asked for and errors'
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from start" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from start" -s V -l version -d 'Print version'
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from stats" -l format -d 'Write them as `json`, a `table TEMPLATE` or a Go template' -r
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from stats" -l root -d 'Folder of images, compiled code and containers' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from stats" -l config -d 'Configuration file' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from stats" -s H -l host -d 'Socket of the daemon: unix:///PATH; for `sampan daemon` where it listens, also more than once' -r
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from stats" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from stats" -s a -l all -d 'Show those that do not run, too'
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from stats" -l no-stream -d 'Show one measurement, and end'
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from stats" -l no-trunc -d 'Show ids in full'
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from stats" -s q -l quiet -d 'Say only what was asked for and errors'
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from stats" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from stats" -s V -l version -d 'Print version'
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from stop" -s s -l signal -d 'The signal that asks it to end' -r
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from stop" -s t -l timeout -l time -d 'Seconds until it is killed; -1 for never' -r
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from stop" -l root -d 'Folder of images, compiled code and containers' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from stop" -l config -d 'Configuration file' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from stop" -s H -l host -d 'Socket of the daemon: unix:///PATH; for `sampan daemon` where it listens, also more than once' -r
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from stop" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from stop" -s q -l quiet -d 'Say only what was asked for and errors'
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from stop" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from stop" -s V -l version -d 'Print version'
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from top" -l root -d 'Folder of images, compiled code and containers' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from top" -l config -d 'Configuration file' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from top" -s H -l host -d 'Socket of the daemon: unix:///PATH; for `sampan daemon` where it listens, also more than once' -r
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from top" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from top" -s q -l quiet -d 'Say only what was asked for and errors'
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from top" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from top" -s V -l version -d 'Print version'
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from unpause" -l root -d 'Folder of images, compiled code and containers' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from unpause" -l config -d 'Configuration file' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from unpause" -s H -l host -d 'Socket of the daemon: unix:///PATH; for `sampan daemon` where it listens, also more than once' -r
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from unpause" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from unpause" -s q -l quiet -d 'Say only what was asked for and errors'
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from unpause" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from unpause" -s V -l version -d 'Print version'
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from update" -s c -l cpu-shares -d 'Weight beside others when processors are short' -r
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from update" -l cpus -d 'Most processors, such as 0.5' -r
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from update" -l cpu-period -d 'Length of a period, in microseconds' -r
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from update" -l cpu-quota -d 'Processor time in each period, in microseconds' -r
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from update" -l cpuset-cpus -d 'Processors that it may use, such as 0-3' -r
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from update" -s m -l memory -d 'Most memory' -r
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from update" -l memory-reservation -d 'Memory that it should have left when memory is short' -r
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from update" -l memory-swap -d 'Most memory and swap together; -1 for no end' -r
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from update" -l pids-limit -d 'Most processes, or core instances of a Wasm container' -r
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from update" -l restart -d 'What happens after it ended: no, always, unless-stopped, on-failure[:TIMES]' -r
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from update" -l image -d 'Image whose program answers from now on, once it is compiled and has answered its check; no request is lost' -r
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from update" -l split -d 'Parts of the requests for the version that was there and for the new one, such as 90:10' -r
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from update" -l check -d 'Path that the new version must answer with 200 to 399; without it that of the image\'s HTTP health check' -r
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from update" -l check-timeout -d 'Seconds that the check may take' -r
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from update" -l root -d 'Folder of images, compiled code and containers' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from update" -l config -d 'Configuration file' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from update" -s H -l host -d 'Socket of the daemon: unix:///PATH; for `sampan daemon` where it listens, also more than once' -r
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from update" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from update" -s q -l quiet -d 'Say only what was asked for and errors'
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from update" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from update" -s V -l version -d 'Print version'
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from wait" -l root -d 'Folder of images, compiled code and containers' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from wait" -l config -d 'Configuration file' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from wait" -s H -l host -d 'Socket of the daemon: unix:///PATH; for `sampan daemon` where it listens, also more than once' -r
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from wait" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from wait" -s q -l quiet -d 'Say only what was asked for and errors'
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from wait" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from wait" -s V -l version -d 'Print version'
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from help" -f -a "attach" -d 'Take part in a container\'s streams'
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from help" -f -a "commit" -d 'Make an image of a container'
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from help" -f -a "cp" -d 'Copy files between a container and here'
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from help" -f -a "create" -d 'Make a container, and start it not'
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from help" -f -a "diff" -d 'Show how a container\'s files differ from its image\'s'
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from help" -f -a "exec" -d 'Run a further program in a running container'
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from help" -f -a "export" -d 'Write all files of a container into an archive'
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from help" -f -a "inspect" -d 'Show what containers are, may do and did'
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from help" -f -a "kill" -d 'Send containers a signal'
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from help" -f -a "logs" -d 'Show what a container wrote'
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from help" -f -a "ls" -d 'List containers'
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from help" -f -a "pause" -d 'Hold containers up'
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from help" -f -a "port" -d 'Show where a container\'s ports are reached'
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from help" -f -a "prune" -d 'Remove all containers that do not run'
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from help" -f -a "rename" -d 'Give a container another name'
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from help" -f -a "restart" -d 'Stop containers and start them again'
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from help" -f -a "rm" -d 'Remove containers'
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from help" -f -a "run" -d 'Run a container'
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from help" -f -a "start" -d 'Start containers that are there already'
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from help" -f -a "stats" -d 'Show what containers use, as it changes'
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from help" -f -a "stop" -d 'Stop containers'
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from help" -f -a "top" -d 'Show the processes of a container'
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from help" -f -a "unpause" -d 'Let containers go on'
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from help" -f -a "update" -d 'Change containers\' limits'
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from help" -f -a "wait" -d 'Wait until containers have ended'
complete -c sampan -n "__fish_sampan_using_subcommand container; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c sampan -n "__fish_sampan_using_subcommand volume; and not __fish_seen_subcommand_from create ls list inspect rm remove prune help" -l root -d 'Folder of images, compiled code and containers' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand volume; and not __fish_seen_subcommand_from create ls list inspect rm remove prune help" -l config -d 'Configuration file' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand volume; and not __fish_seen_subcommand_from create ls list inspect rm remove prune help" -s H -l host -d 'Socket of the daemon: unix:///PATH; for `sampan daemon` where it listens, also more than once' -r
complete -c sampan -n "__fish_sampan_using_subcommand volume; and not __fish_seen_subcommand_from create ls list inspect rm remove prune help" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c sampan -n "__fish_sampan_using_subcommand volume; and not __fish_seen_subcommand_from create ls list inspect rm remove prune help" -s q -l quiet -d 'Say only what was asked for and errors'
complete -c sampan -n "__fish_sampan_using_subcommand volume; and not __fish_seen_subcommand_from create ls list inspect rm remove prune help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sampan -n "__fish_sampan_using_subcommand volume; and not __fish_seen_subcommand_from create ls list inspect rm remove prune help" -s V -l version -d 'Print version'
complete -c sampan -n "__fish_sampan_using_subcommand volume; and not __fish_seen_subcommand_from create ls list inspect rm remove prune help" -f -a "create" -d 'Make a volume'
complete -c sampan -n "__fish_sampan_using_subcommand volume; and not __fish_seen_subcommand_from create ls list inspect rm remove prune help" -f -a "ls" -d 'List volumes'
complete -c sampan -n "__fish_sampan_using_subcommand volume; and not __fish_seen_subcommand_from create ls list inspect rm remove prune help" -f -a "list" -d 'List volumes'
complete -c sampan -n "__fish_sampan_using_subcommand volume; and not __fish_seen_subcommand_from create ls list inspect rm remove prune help" -f -a "inspect" -d 'Show what is known of volumes, as JSON'
complete -c sampan -n "__fish_sampan_using_subcommand volume; and not __fish_seen_subcommand_from create ls list inspect rm remove prune help" -f -a "rm" -d 'Remove volumes'
complete -c sampan -n "__fish_sampan_using_subcommand volume; and not __fish_seen_subcommand_from create ls list inspect rm remove prune help" -f -a "remove" -d 'Remove volumes'
complete -c sampan -n "__fish_sampan_using_subcommand volume; and not __fish_seen_subcommand_from create ls list inspect rm remove prune help" -f -a "prune" -d 'Remove volumes that no container uses'
complete -c sampan -n "__fish_sampan_using_subcommand volume; and not __fish_seen_subcommand_from create ls list inspect rm remove prune help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c sampan -n "__fish_sampan_using_subcommand volume; and __fish_seen_subcommand_from create" -s d -l driver -d 'What keeps it' -r
complete -c sampan -n "__fish_sampan_using_subcommand volume; and __fish_seen_subcommand_from create" -l label -d 'A label' -r
complete -c sampan -n "__fish_sampan_using_subcommand volume; and __fish_seen_subcommand_from create" -s o -l opt -d 'An option of the driver' -r
complete -c sampan -n "__fish_sampan_using_subcommand volume; and __fish_seen_subcommand_from create" -l root -d 'Folder of images, compiled code and containers' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand volume; and __fish_seen_subcommand_from create" -l config -d 'Configuration file' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand volume; and __fish_seen_subcommand_from create" -s H -l host -d 'Socket of the daemon: unix:///PATH; for `sampan daemon` where it listens, also more than once' -r
complete -c sampan -n "__fish_sampan_using_subcommand volume; and __fish_seen_subcommand_from create" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c sampan -n "__fish_sampan_using_subcommand volume; and __fish_seen_subcommand_from create" -s q -l quiet -d 'Say only what was asked for and errors'
complete -c sampan -n "__fish_sampan_using_subcommand volume; and __fish_seen_subcommand_from create" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sampan -n "__fish_sampan_using_subcommand volume; and __fish_seen_subcommand_from create" -s V -l version -d 'Print version'
complete -c sampan -n "__fish_sampan_using_subcommand volume; and __fish_seen_subcommand_from ls" -s f -l filter -d 'Show those that fit alone' -r
complete -c sampan -n "__fish_sampan_using_subcommand volume; and __fish_seen_subcommand_from ls" -l format -d 'Write them as `json`, a `table TEMPLATE` or a Go template' -r
complete -c sampan -n "__fish_sampan_using_subcommand volume; and __fish_seen_subcommand_from ls" -l root -d 'Folder of images, compiled code and containers' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand volume; and __fish_seen_subcommand_from ls" -l config -d 'Configuration file' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand volume; and __fish_seen_subcommand_from ls" -s H -l host -d 'Socket of the daemon: unix:///PATH; for `sampan daemon` where it listens, also more than once' -r
complete -c sampan -n "__fish_sampan_using_subcommand volume; and __fish_seen_subcommand_from ls" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c sampan -n "__fish_sampan_using_subcommand volume; and __fish_seen_subcommand_from ls" -s q -l quiet -d 'Say only what was asked for and errors'
complete -c sampan -n "__fish_sampan_using_subcommand volume; and __fish_seen_subcommand_from ls" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sampan -n "__fish_sampan_using_subcommand volume; and __fish_seen_subcommand_from ls" -s V -l version -d 'Print version'
complete -c sampan -n "__fish_sampan_using_subcommand volume; and __fish_seen_subcommand_from list" -s f -l filter -d 'Show those that fit alone' -r
complete -c sampan -n "__fish_sampan_using_subcommand volume; and __fish_seen_subcommand_from list" -l format -d 'Write them as `json`, a `table TEMPLATE` or a Go template' -r
complete -c sampan -n "__fish_sampan_using_subcommand volume; and __fish_seen_subcommand_from list" -l root -d 'Folder of images, compiled code and containers' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand volume; and __fish_seen_subcommand_from list" -l config -d 'Configuration file' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand volume; and __fish_seen_subcommand_from list" -s H -l host -d 'Socket of the daemon: unix:///PATH; for `sampan daemon` where it listens, also more than once' -r
complete -c sampan -n "__fish_sampan_using_subcommand volume; and __fish_seen_subcommand_from list" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c sampan -n "__fish_sampan_using_subcommand volume; and __fish_seen_subcommand_from list" -s q -l quiet -d 'Say only what was asked for and errors'
complete -c sampan -n "__fish_sampan_using_subcommand volume; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sampan -n "__fish_sampan_using_subcommand volume; and __fish_seen_subcommand_from list" -s V -l version -d 'Print version'
complete -c sampan -n "__fish_sampan_using_subcommand volume; and __fish_seen_subcommand_from inspect" -s f -l format -d 'Write them as `json` or by a Go template' -r
complete -c sampan -n "__fish_sampan_using_subcommand volume; and __fish_seen_subcommand_from inspect" -l root -d 'Folder of images, compiled code and containers' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand volume; and __fish_seen_subcommand_from inspect" -l config -d 'Configuration file' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand volume; and __fish_seen_subcommand_from inspect" -s H -l host -d 'Socket of the daemon: unix:///PATH; for `sampan daemon` where it listens, also more than once' -r
complete -c sampan -n "__fish_sampan_using_subcommand volume; and __fish_seen_subcommand_from inspect" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c sampan -n "__fish_sampan_using_subcommand volume; and __fish_seen_subcommand_from inspect" -s q -l quiet -d 'Say only what was asked for and errors'
complete -c sampan -n "__fish_sampan_using_subcommand volume; and __fish_seen_subcommand_from inspect" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sampan -n "__fish_sampan_using_subcommand volume; and __fish_seen_subcommand_from inspect" -s V -l version -d 'Print version'
complete -c sampan -n "__fish_sampan_using_subcommand volume; and __fish_seen_subcommand_from rm" -l root -d 'Folder of images, compiled code and containers' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand volume; and __fish_seen_subcommand_from rm" -l config -d 'Configuration file' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand volume; and __fish_seen_subcommand_from rm" -s H -l host -d 'Socket of the daemon: unix:///PATH; for `sampan daemon` where it listens, also more than once' -r
complete -c sampan -n "__fish_sampan_using_subcommand volume; and __fish_seen_subcommand_from rm" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c sampan -n "__fish_sampan_using_subcommand volume; and __fish_seen_subcommand_from rm" -s f -l force -d 'Also where its driver fails, or it is not there'
complete -c sampan -n "__fish_sampan_using_subcommand volume; and __fish_seen_subcommand_from rm" -s q -l quiet -d 'Say only what was asked for and errors'
complete -c sampan -n "__fish_sampan_using_subcommand volume; and __fish_seen_subcommand_from rm" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sampan -n "__fish_sampan_using_subcommand volume; and __fish_seen_subcommand_from rm" -s V -l version -d 'Print version'
complete -c sampan -n "__fish_sampan_using_subcommand volume; and __fish_seen_subcommand_from remove" -l root -d 'Folder of images, compiled code and containers' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand volume; and __fish_seen_subcommand_from remove" -l config -d 'Configuration file' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand volume; and __fish_seen_subcommand_from remove" -s H -l host -d 'Socket of the daemon: unix:///PATH; for `sampan daemon` where it listens, also more than once' -r
complete -c sampan -n "__fish_sampan_using_subcommand volume; and __fish_seen_subcommand_from remove" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c sampan -n "__fish_sampan_using_subcommand volume; and __fish_seen_subcommand_from remove" -s f -l force -d 'Also where its driver fails, or it is not there'
complete -c sampan -n "__fish_sampan_using_subcommand volume; and __fish_seen_subcommand_from remove" -s q -l quiet -d 'Say only what was asked for and errors'
complete -c sampan -n "__fish_sampan_using_subcommand volume; and __fish_seen_subcommand_from remove" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sampan -n "__fish_sampan_using_subcommand volume; and __fish_seen_subcommand_from remove" -s V -l version -d 'Print version'
complete -c sampan -n "__fish_sampan_using_subcommand volume; and __fish_seen_subcommand_from prune" -l filter -d 'Remove those that fit alone, such as `until=24h` or `label=a=b`' -r
complete -c sampan -n "__fish_sampan_using_subcommand volume; and __fish_seen_subcommand_from prune" -l root -d 'Folder of images, compiled code and containers' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand volume; and __fish_seen_subcommand_from prune" -l config -d 'Configuration file' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand volume; and __fish_seen_subcommand_from prune" -s H -l host -d 'Socket of the daemon: unix:///PATH; for `sampan daemon` where it listens, also more than once' -r
complete -c sampan -n "__fish_sampan_using_subcommand volume; and __fish_seen_subcommand_from prune" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c sampan -n "__fish_sampan_using_subcommand volume; and __fish_seen_subcommand_from prune" -s a -l all -d 'Also those that have names'
complete -c sampan -n "__fish_sampan_using_subcommand volume; and __fish_seen_subcommand_from prune" -s f -l force -d 'Do not ask'
complete -c sampan -n "__fish_sampan_using_subcommand volume; and __fish_seen_subcommand_from prune" -s q -l quiet -d 'Say only what was asked for and errors'
complete -c sampan -n "__fish_sampan_using_subcommand volume; and __fish_seen_subcommand_from prune" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sampan -n "__fish_sampan_using_subcommand volume; and __fish_seen_subcommand_from prune" -s V -l version -d 'Print version'
complete -c sampan -n "__fish_sampan_using_subcommand volume; and __fish_seen_subcommand_from help" -f -a "create" -d 'Make a volume'
complete -c sampan -n "__fish_sampan_using_subcommand volume; and __fish_seen_subcommand_from help" -f -a "ls" -d 'List volumes'
complete -c sampan -n "__fish_sampan_using_subcommand volume; and __fish_seen_subcommand_from help" -f -a "inspect" -d 'Show what is known of volumes, as JSON'
complete -c sampan -n "__fish_sampan_using_subcommand volume; and __fish_seen_subcommand_from help" -f -a "rm" -d 'Remove volumes'
complete -c sampan -n "__fish_sampan_using_subcommand volume; and __fish_seen_subcommand_from help" -f -a "prune" -d 'Remove volumes that no container uses'
complete -c sampan -n "__fish_sampan_using_subcommand volume; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c sampan -n "__fish_sampan_using_subcommand network; and not __fish_seen_subcommand_from create ls list inspect rm remove connect disconnect prune help" -l root -d 'Folder of images, compiled code and containers' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand network; and not __fish_seen_subcommand_from create ls list inspect rm remove connect disconnect prune help" -l config -d 'Configuration file' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand network; and not __fish_seen_subcommand_from create ls list inspect rm remove connect disconnect prune help" -s H -l host -d 'Socket of the daemon: unix:///PATH; for `sampan daemon` where it listens, also more than once' -r
complete -c sampan -n "__fish_sampan_using_subcommand network; and not __fish_seen_subcommand_from create ls list inspect rm remove connect disconnect prune help" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c sampan -n "__fish_sampan_using_subcommand network; and not __fish_seen_subcommand_from create ls list inspect rm remove connect disconnect prune help" -s q -l quiet -d 'Say only what was asked for and errors'
complete -c sampan -n "__fish_sampan_using_subcommand network; and not __fish_seen_subcommand_from create ls list inspect rm remove connect disconnect prune help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sampan -n "__fish_sampan_using_subcommand network; and not __fish_seen_subcommand_from create ls list inspect rm remove connect disconnect prune help" -s V -l version -d 'Print version'
complete -c sampan -n "__fish_sampan_using_subcommand network; and not __fish_seen_subcommand_from create ls list inspect rm remove connect disconnect prune help" -f -a "create" -d 'Make a network'
complete -c sampan -n "__fish_sampan_using_subcommand network; and not __fish_seen_subcommand_from create ls list inspect rm remove connect disconnect prune help" -f -a "ls" -d 'List networks'
complete -c sampan -n "__fish_sampan_using_subcommand network; and not __fish_seen_subcommand_from create ls list inspect rm remove connect disconnect prune help" -f -a "list" -d 'List networks'
complete -c sampan -n "__fish_sampan_using_subcommand network; and not __fish_seen_subcommand_from create ls list inspect rm remove connect disconnect prune help" -f -a "inspect" -d 'Show what is known of networks, as JSON'
complete -c sampan -n "__fish_sampan_using_subcommand network; and not __fish_seen_subcommand_from create ls list inspect rm remove connect disconnect prune help" -f -a "rm" -d 'Remove networks'
complete -c sampan -n "__fish_sampan_using_subcommand network; and not __fish_seen_subcommand_from create ls list inspect rm remove connect disconnect prune help" -f -a "remove" -d 'Remove networks'
complete -c sampan -n "__fish_sampan_using_subcommand network; and not __fish_seen_subcommand_from create ls list inspect rm remove connect disconnect prune help" -f -a "connect" -d 'Put a container into a network'
complete -c sampan -n "__fish_sampan_using_subcommand network; and not __fish_seen_subcommand_from create ls list inspect rm remove connect disconnect prune help" -f -a "disconnect" -d 'Take a container out of a network'
complete -c sampan -n "__fish_sampan_using_subcommand network; and not __fish_seen_subcommand_from create ls list inspect rm remove connect disconnect prune help" -f -a "prune" -d 'Remove networks that no container is in'
complete -c sampan -n "__fish_sampan_using_subcommand network; and not __fish_seen_subcommand_from create ls list inspect rm remove connect disconnect prune help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c sampan -n "__fish_sampan_using_subcommand network; and __fish_seen_subcommand_from create" -s d -l driver -d 'What makes it' -r
complete -c sampan -n "__fish_sampan_using_subcommand network; and __fish_seen_subcommand_from create" -l subnet -d 'Its addresses, such as 10.9.0.0/16' -r
complete -c sampan -n "__fish_sampan_using_subcommand network; and __fish_seen_subcommand_from create" -l ip-range -d 'The part of them that containers get' -r
complete -c sampan -n "__fish_sampan_using_subcommand network; and __fish_seen_subcommand_from create" -l gateway -d 'The address of its way out' -r
complete -c sampan -n "__fish_sampan_using_subcommand network; and __fish_seen_subcommand_from create" -l ipam-driver -d 'What gives addresses out' -r
complete -c sampan -n "__fish_sampan_using_subcommand network; and __fish_seen_subcommand_from create" -l label -d 'A label' -r
complete -c sampan -n "__fish_sampan_using_subcommand network; and __fish_seen_subcommand_from create" -s o -l opt -d 'An option of the driver' -r
complete -c sampan -n "__fish_sampan_using_subcommand network; and __fish_seen_subcommand_from create" -l root -d 'Folder of images, compiled code and containers' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand network; and __fish_seen_subcommand_from create" -l config -d 'Configuration file' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand network; and __fish_seen_subcommand_from create" -s H -l host -d 'Socket of the daemon: unix:///PATH; for `sampan daemon` where it listens, also more than once' -r
complete -c sampan -n "__fish_sampan_using_subcommand network; and __fish_seen_subcommand_from create" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c sampan -n "__fish_sampan_using_subcommand network; and __fish_seen_subcommand_from create" -l attachable -d 'Let containers come and go by hand (of swarm)'
complete -c sampan -n "__fish_sampan_using_subcommand network; and __fish_seen_subcommand_from create" -l internal -d 'Let nothing out of it'
complete -c sampan -n "__fish_sampan_using_subcommand network; and __fish_seen_subcommand_from create" -l ipv6 -d 'With addresses of version 6'
complete -c sampan -n "__fish_sampan_using_subcommand network; and __fish_seen_subcommand_from create" -s q -l quiet -d 'Say only what was asked for and errors'
complete -c sampan -n "__fish_sampan_using_subcommand network; and __fish_seen_subcommand_from create" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sampan -n "__fish_sampan_using_subcommand network; and __fish_seen_subcommand_from create" -s V -l version -d 'Print version'
complete -c sampan -n "__fish_sampan_using_subcommand network; and __fish_seen_subcommand_from ls" -s f -l filter -d 'Show those that fit alone' -r
complete -c sampan -n "__fish_sampan_using_subcommand network; and __fish_seen_subcommand_from ls" -l format -d 'Write them as `json`, a `table TEMPLATE` or a Go template' -r
complete -c sampan -n "__fish_sampan_using_subcommand network; and __fish_seen_subcommand_from ls" -l root -d 'Folder of images, compiled code and containers' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand network; and __fish_seen_subcommand_from ls" -l config -d 'Configuration file' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand network; and __fish_seen_subcommand_from ls" -s H -l host -d 'Socket of the daemon: unix:///PATH; for `sampan daemon` where it listens, also more than once' -r
complete -c sampan -n "__fish_sampan_using_subcommand network; and __fish_seen_subcommand_from ls" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c sampan -n "__fish_sampan_using_subcommand network; and __fish_seen_subcommand_from ls" -l no-trunc -d 'Show ids in full'
complete -c sampan -n "__fish_sampan_using_subcommand network; and __fish_seen_subcommand_from ls" -s q -l quiet -d 'Say only what was asked for and errors'
complete -c sampan -n "__fish_sampan_using_subcommand network; and __fish_seen_subcommand_from ls" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sampan -n "__fish_sampan_using_subcommand network; and __fish_seen_subcommand_from ls" -s V -l version -d 'Print version'
complete -c sampan -n "__fish_sampan_using_subcommand network; and __fish_seen_subcommand_from list" -s f -l filter -d 'Show those that fit alone' -r
complete -c sampan -n "__fish_sampan_using_subcommand network; and __fish_seen_subcommand_from list" -l format -d 'Write them as `json`, a `table TEMPLATE` or a Go template' -r
complete -c sampan -n "__fish_sampan_using_subcommand network; and __fish_seen_subcommand_from list" -l root -d 'Folder of images, compiled code and containers' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand network; and __fish_seen_subcommand_from list" -l config -d 'Configuration file' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand network; and __fish_seen_subcommand_from list" -s H -l host -d 'Socket of the daemon: unix:///PATH; for `sampan daemon` where it listens, also more than once' -r
complete -c sampan -n "__fish_sampan_using_subcommand network; and __fish_seen_subcommand_from list" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c sampan -n "__fish_sampan_using_subcommand network; and __fish_seen_subcommand_from list" -l no-trunc -d 'Show ids in full'
complete -c sampan -n "__fish_sampan_using_subcommand network; and __fish_seen_subcommand_from list" -s q -l quiet -d 'Say only what was asked for and errors'
complete -c sampan -n "__fish_sampan_using_subcommand network; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sampan -n "__fish_sampan_using_subcommand network; and __fish_seen_subcommand_from list" -s V -l version -d 'Print version'
complete -c sampan -n "__fish_sampan_using_subcommand network; and __fish_seen_subcommand_from inspect" -s f -l format -d 'Write them as `json` or by a Go template' -r
complete -c sampan -n "__fish_sampan_using_subcommand network; and __fish_seen_subcommand_from inspect" -l root -d 'Folder of images, compiled code and containers' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand network; and __fish_seen_subcommand_from inspect" -l config -d 'Configuration file' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand network; and __fish_seen_subcommand_from inspect" -s H -l host -d 'Socket of the daemon: unix:///PATH; for `sampan daemon` where it listens, also more than once' -r
complete -c sampan -n "__fish_sampan_using_subcommand network; and __fish_seen_subcommand_from inspect" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c sampan -n "__fish_sampan_using_subcommand network; and __fish_seen_subcommand_from inspect" -s v -l verbose -d 'With what only debugging needs'
complete -c sampan -n "__fish_sampan_using_subcommand network; and __fish_seen_subcommand_from inspect" -s q -l quiet -d 'Say only what was asked for and errors'
complete -c sampan -n "__fish_sampan_using_subcommand network; and __fish_seen_subcommand_from inspect" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sampan -n "__fish_sampan_using_subcommand network; and __fish_seen_subcommand_from inspect" -s V -l version -d 'Print version'
complete -c sampan -n "__fish_sampan_using_subcommand network; and __fish_seen_subcommand_from rm" -l root -d 'Folder of images, compiled code and containers' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand network; and __fish_seen_subcommand_from rm" -l config -d 'Configuration file' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand network; and __fish_seen_subcommand_from rm" -s H -l host -d 'Socket of the daemon: unix:///PATH; for `sampan daemon` where it listens, also more than once' -r
complete -c sampan -n "__fish_sampan_using_subcommand network; and __fish_seen_subcommand_from rm" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c sampan -n "__fish_sampan_using_subcommand network; and __fish_seen_subcommand_from rm" -s f -l force -d 'It is no error where it is not there'
complete -c sampan -n "__fish_sampan_using_subcommand network; and __fish_seen_subcommand_from rm" -s q -l quiet -d 'Say only what was asked for and errors'
complete -c sampan -n "__fish_sampan_using_subcommand network; and __fish_seen_subcommand_from rm" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sampan -n "__fish_sampan_using_subcommand network; and __fish_seen_subcommand_from rm" -s V -l version -d 'Print version'
complete -c sampan -n "__fish_sampan_using_subcommand network; and __fish_seen_subcommand_from remove" -l root -d 'Folder of images, compiled code and containers' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand network; and __fish_seen_subcommand_from remove" -l config -d 'Configuration file' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand network; and __fish_seen_subcommand_from remove" -s H -l host -d 'Socket of the daemon: unix:///PATH; for `sampan daemon` where it listens, also more than once' -r
complete -c sampan -n "__fish_sampan_using_subcommand network; and __fish_seen_subcommand_from remove" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c sampan -n "__fish_sampan_using_subcommand network; and __fish_seen_subcommand_from remove" -s f -l force -d 'It is no error where it is not there'
complete -c sampan -n "__fish_sampan_using_subcommand network; and __fish_seen_subcommand_from remove" -s q -l quiet -d 'Say only what was asked for and errors'
complete -c sampan -n "__fish_sampan_using_subcommand network; and __fish_seen_subcommand_from remove" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sampan -n "__fish_sampan_using_subcommand network; and __fish_seen_subcommand_from remove" -s V -l version -d 'Print version'
complete -c sampan -n "__fish_sampan_using_subcommand network; and __fish_seen_subcommand_from connect" -l alias -d 'Another name that it has there' -r
complete -c sampan -n "__fish_sampan_using_subcommand network; and __fish_seen_subcommand_from connect" -l ip -d 'The address that it has there' -r
complete -c sampan -n "__fish_sampan_using_subcommand network; and __fish_seen_subcommand_from connect" -l ip6 -d 'The address of version 6 that it has there' -r
complete -c sampan -n "__fish_sampan_using_subcommand network; and __fish_seen_subcommand_from connect" -l link -d 'Another container by its name, or by NAME:ALIAS' -r
complete -c sampan -n "__fish_sampan_using_subcommand network; and __fish_seen_subcommand_from connect" -l driver-opt -d 'An option of the driver' -r
complete -c sampan -n "__fish_sampan_using_subcommand network; and __fish_seen_subcommand_from connect" -l root -d 'Folder of images, compiled code and containers' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand network; and __fish_seen_subcommand_from connect" -l config -d 'Configuration file' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand network; and __fish_seen_subcommand_from connect" -s H -l host -d 'Socket of the daemon: unix:///PATH; for `sampan daemon` where it listens, also more than once' -r
complete -c sampan -n "__fish_sampan_using_subcommand network; and __fish_seen_subcommand_from connect" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c sampan -n "__fish_sampan_using_subcommand network; and __fish_seen_subcommand_from connect" -s q -l quiet -d 'Say only what was asked for and errors'
complete -c sampan -n "__fish_sampan_using_subcommand network; and __fish_seen_subcommand_from connect" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sampan -n "__fish_sampan_using_subcommand network; and __fish_seen_subcommand_from connect" -s V -l version -d 'Print version'
complete -c sampan -n "__fish_sampan_using_subcommand network; and __fish_seen_subcommand_from disconnect" -l root -d 'Folder of images, compiled code and containers' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand network; and __fish_seen_subcommand_from disconnect" -l config -d 'Configuration file' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand network; and __fish_seen_subcommand_from disconnect" -s H -l host -d 'Socket of the daemon: unix:///PATH; for `sampan daemon` where it listens, also more than once' -r
complete -c sampan -n "__fish_sampan_using_subcommand network; and __fish_seen_subcommand_from disconnect" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c sampan -n "__fish_sampan_using_subcommand network; and __fish_seen_subcommand_from disconnect" -s f -l force -d 'Also where the container is gone'
complete -c sampan -n "__fish_sampan_using_subcommand network; and __fish_seen_subcommand_from disconnect" -s q -l quiet -d 'Say only what was asked for and errors'
complete -c sampan -n "__fish_sampan_using_subcommand network; and __fish_seen_subcommand_from disconnect" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sampan -n "__fish_sampan_using_subcommand network; and __fish_seen_subcommand_from disconnect" -s V -l version -d 'Print version'
complete -c sampan -n "__fish_sampan_using_subcommand network; and __fish_seen_subcommand_from prune" -l filter -d 'Remove those that fit alone, such as `until=24h` or `label=a=b`' -r
complete -c sampan -n "__fish_sampan_using_subcommand network; and __fish_seen_subcommand_from prune" -l root -d 'Folder of images, compiled code and containers' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand network; and __fish_seen_subcommand_from prune" -l config -d 'Configuration file' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand network; and __fish_seen_subcommand_from prune" -s H -l host -d 'Socket of the daemon: unix:///PATH; for `sampan daemon` where it listens, also more than once' -r
complete -c sampan -n "__fish_sampan_using_subcommand network; and __fish_seen_subcommand_from prune" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c sampan -n "__fish_sampan_using_subcommand network; and __fish_seen_subcommand_from prune" -s f -l force -d 'Do not ask'
complete -c sampan -n "__fish_sampan_using_subcommand network; and __fish_seen_subcommand_from prune" -s q -l quiet -d 'Say only what was asked for and errors'
complete -c sampan -n "__fish_sampan_using_subcommand network; and __fish_seen_subcommand_from prune" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sampan -n "__fish_sampan_using_subcommand network; and __fish_seen_subcommand_from prune" -s V -l version -d 'Print version'
complete -c sampan -n "__fish_sampan_using_subcommand network; and __fish_seen_subcommand_from help" -f -a "create" -d 'Make a network'
complete -c sampan -n "__fish_sampan_using_subcommand network; and __fish_seen_subcommand_from help" -f -a "ls" -d 'List networks'
complete -c sampan -n "__fish_sampan_using_subcommand network; and __fish_seen_subcommand_from help" -f -a "inspect" -d 'Show what is known of networks, as JSON'
complete -c sampan -n "__fish_sampan_using_subcommand network; and __fish_seen_subcommand_from help" -f -a "rm" -d 'Remove networks'
complete -c sampan -n "__fish_sampan_using_subcommand network; and __fish_seen_subcommand_from help" -f -a "connect" -d 'Put a container into a network'
complete -c sampan -n "__fish_sampan_using_subcommand network; and __fish_seen_subcommand_from help" -f -a "disconnect" -d 'Take a container out of a network'
complete -c sampan -n "__fish_sampan_using_subcommand network; and __fish_seen_subcommand_from help" -f -a "prune" -d 'Remove networks that no container is in'
complete -c sampan -n "__fish_sampan_using_subcommand network; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c sampan -n "__fish_sampan_using_subcommand events" -l root -d 'Folder of images, compiled code and containers' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand events" -l config -d 'Configuration file' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand events" -s H -l host -d 'Socket of the daemon: unix:///PATH; for `sampan daemon` where it listens, also more than once' -r
complete -c sampan -n "__fish_sampan_using_subcommand events" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c sampan -n "__fish_sampan_using_subcommand events" -s f -l filter -d 'Show those that fit alone' -r
complete -c sampan -n "__fish_sampan_using_subcommand events" -l format -d 'Write them as `json` or by a Go template' -r
complete -c sampan -n "__fish_sampan_using_subcommand events" -l since -d 'Also what has happened since this time: `2026-01-02T15:04:05Z`, or `42m` for so long ago' -r
complete -c sampan -n "__fish_sampan_using_subcommand events" -l until -d 'Only up to this time' -r
complete -c sampan -n "__fish_sampan_using_subcommand events" -s q -l quiet -d 'Say only what was asked for and errors'
complete -c sampan -n "__fish_sampan_using_subcommand events" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sampan -n "__fish_sampan_using_subcommand events" -s V -l version -d 'Print version'
complete -c sampan -n "__fish_sampan_using_subcommand version" -l root -d 'Folder of images, compiled code and containers' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand version" -l config -d 'Configuration file' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand version" -s H -l host -d 'Socket of the daemon: unix:///PATH; for `sampan daemon` where it listens, also more than once' -r
complete -c sampan -n "__fish_sampan_using_subcommand version" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c sampan -n "__fish_sampan_using_subcommand version" -s f -l format -d 'Write it as `json` or by a Go template' -r
complete -c sampan -n "__fish_sampan_using_subcommand version" -s q -l quiet -d 'Say only what was asked for and errors'
complete -c sampan -n "__fish_sampan_using_subcommand version" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sampan -n "__fish_sampan_using_subcommand version" -s V -l version -d 'Print version'
complete -c sampan -n "__fish_sampan_using_subcommand system; and not __fish_seen_subcommand_from df prune info events help" -l root -d 'Folder of images, compiled code and containers' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand system; and not __fish_seen_subcommand_from df prune info events help" -l config -d 'Configuration file' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand system; and not __fish_seen_subcommand_from df prune info events help" -s H -l host -d 'Socket of the daemon: unix:///PATH; for `sampan daemon` where it listens, also more than once' -r
complete -c sampan -n "__fish_sampan_using_subcommand system; and not __fish_seen_subcommand_from df prune info events help" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c sampan -n "__fish_sampan_using_subcommand system; and not __fish_seen_subcommand_from df prune info events help" -s q -l quiet -d 'Say only what was asked for and errors'
complete -c sampan -n "__fish_sampan_using_subcommand system; and not __fish_seen_subcommand_from df prune info events help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sampan -n "__fish_sampan_using_subcommand system; and not __fish_seen_subcommand_from df prune info events help" -s V -l version -d 'Print version'
complete -c sampan -n "__fish_sampan_using_subcommand system; and not __fish_seen_subcommand_from df prune info events help" -f -a "df" -d 'Show what is on the disk'
complete -c sampan -n "__fish_sampan_using_subcommand system; and not __fish_seen_subcommand_from df prune info events help" -f -a "prune" -d 'Remove what nothing needs'
complete -c sampan -n "__fish_sampan_using_subcommand system; and not __fish_seen_subcommand_from df prune info events help" -f -a "info" -d 'Show what the daemon is, has and can do'
complete -c sampan -n "__fish_sampan_using_subcommand system; and not __fish_seen_subcommand_from df prune info events help" -f -a "events" -d 'Show what happens, as it happens'
complete -c sampan -n "__fish_sampan_using_subcommand system; and not __fish_seen_subcommand_from df prune info events help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c sampan -n "__fish_sampan_using_subcommand system; and __fish_seen_subcommand_from df" -l format -d 'Write what the daemon says as `json`, a `table TEMPLATE` or a Go template' -r
complete -c sampan -n "__fish_sampan_using_subcommand system; and __fish_seen_subcommand_from df" -l root -d 'Folder of images, compiled code and containers' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand system; and __fish_seen_subcommand_from df" -l config -d 'Configuration file' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand system; and __fish_seen_subcommand_from df" -s H -l host -d 'Socket of the daemon: unix:///PATH; for `sampan daemon` where it listens, also more than once' -r
complete -c sampan -n "__fish_sampan_using_subcommand system; and __fish_seen_subcommand_from df" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c sampan -n "__fish_sampan_using_subcommand system; and __fish_seen_subcommand_from df" -l json -d 'Print JSON, sizes in bytes: what lies in the folder of state here'
complete -c sampan -n "__fish_sampan_using_subcommand system; and __fish_seen_subcommand_from df" -s q -l quiet -d 'Say only what was asked for and errors'
complete -c sampan -n "__fish_sampan_using_subcommand system; and __fish_seen_subcommand_from df" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sampan -n "__fish_sampan_using_subcommand system; and __fish_seen_subcommand_from df" -s V -l version -d 'Print version'
complete -c sampan -n "__fish_sampan_using_subcommand system; and __fish_seen_subcommand_from prune" -l filter -d 'Remove those that fit alone (needs the daemon)' -r
complete -c sampan -n "__fish_sampan_using_subcommand system; and __fish_seen_subcommand_from prune" -l root -d 'Folder of images, compiled code and containers' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand system; and __fish_seen_subcommand_from prune" -l config -d 'Configuration file' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand system; and __fish_seen_subcommand_from prune" -s H -l host -d 'Socket of the daemon: unix:///PATH; for `sampan daemon` where it listens, also more than once' -r
complete -c sampan -n "__fish_sampan_using_subcommand system; and __fish_seen_subcommand_from prune" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c sampan -n "__fish_sampan_using_subcommand system; and __fish_seen_subcommand_from prune" -s a -l all -d 'Compiled code and unpacked files as well, which come again when needed; with a daemon, all unused images'
complete -c sampan -n "__fish_sampan_using_subcommand system; and __fish_seen_subcommand_from prune" -s f -l force -d 'Do not ask (it asks only where there is a daemon)'
complete -c sampan -n "__fish_sampan_using_subcommand system; and __fish_seen_subcommand_from prune" -l volumes -d 'Unused volumes as well (needs the daemon)'
complete -c sampan -n "__fish_sampan_using_subcommand system; and __fish_seen_subcommand_from prune" -s q -l quiet -d 'Say only what was asked for and errors'
complete -c sampan -n "__fish_sampan_using_subcommand system; and __fish_seen_subcommand_from prune" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sampan -n "__fish_sampan_using_subcommand system; and __fish_seen_subcommand_from prune" -s V -l version -d 'Print version'
complete -c sampan -n "__fish_sampan_using_subcommand system; and __fish_seen_subcommand_from info" -s f -l format -d 'Write it as `json` or by a Go template' -r
complete -c sampan -n "__fish_sampan_using_subcommand system; and __fish_seen_subcommand_from info" -l root -d 'Folder of images, compiled code and containers' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand system; and __fish_seen_subcommand_from info" -l config -d 'Configuration file' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand system; and __fish_seen_subcommand_from info" -s H -l host -d 'Socket of the daemon: unix:///PATH; for `sampan daemon` where it listens, also more than once' -r
complete -c sampan -n "__fish_sampan_using_subcommand system; and __fish_seen_subcommand_from info" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c sampan -n "__fish_sampan_using_subcommand system; and __fish_seen_subcommand_from info" -s q -l quiet -d 'Say only what was asked for and errors'
complete -c sampan -n "__fish_sampan_using_subcommand system; and __fish_seen_subcommand_from info" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sampan -n "__fish_sampan_using_subcommand system; and __fish_seen_subcommand_from info" -s V -l version -d 'Print version'
complete -c sampan -n "__fish_sampan_using_subcommand system; and __fish_seen_subcommand_from events" -s f -l filter -d 'Show those that fit alone' -r
complete -c sampan -n "__fish_sampan_using_subcommand system; and __fish_seen_subcommand_from events" -l format -d 'Write them as `json` or by a Go template' -r
complete -c sampan -n "__fish_sampan_using_subcommand system; and __fish_seen_subcommand_from events" -l since -d 'Also what has happened since this time: `2026-01-02T15:04:05Z`, or `42m` for so long ago' -r
complete -c sampan -n "__fish_sampan_using_subcommand system; and __fish_seen_subcommand_from events" -l until -d 'Only up to this time' -r
complete -c sampan -n "__fish_sampan_using_subcommand system; and __fish_seen_subcommand_from events" -l root -d 'Folder of images, compiled code and containers' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand system; and __fish_seen_subcommand_from events" -l config -d 'Configuration file' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand system; and __fish_seen_subcommand_from events" -s H -l host -d 'Socket of the daemon: unix:///PATH; for `sampan daemon` where it listens, also more than once' -r
complete -c sampan -n "__fish_sampan_using_subcommand system; and __fish_seen_subcommand_from events" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c sampan -n "__fish_sampan_using_subcommand system; and __fish_seen_subcommand_from events" -s q -l quiet -d 'Say only what was asked for and errors'
complete -c sampan -n "__fish_sampan_using_subcommand system; and __fish_seen_subcommand_from events" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sampan -n "__fish_sampan_using_subcommand system; and __fish_seen_subcommand_from events" -s V -l version -d 'Print version'
complete -c sampan -n "__fish_sampan_using_subcommand system; and __fish_seen_subcommand_from help" -f -a "df" -d 'Show what is on the disk'
complete -c sampan -n "__fish_sampan_using_subcommand system; and __fish_seen_subcommand_from help" -f -a "prune" -d 'Remove what nothing needs'
complete -c sampan -n "__fish_sampan_using_subcommand system; and __fish_seen_subcommand_from help" -f -a "info" -d 'Show what the daemon is, has and can do'
complete -c sampan -n "__fish_sampan_using_subcommand system; and __fish_seen_subcommand_from help" -f -a "events" -d 'Show what happens, as it happens'
complete -c sampan -n "__fish_sampan_using_subcommand system; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c sampan -n "__fish_sampan_using_subcommand login" -l root -d 'Folder of images, compiled code and containers' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand login" -l config -d 'Configuration file' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand login" -s H -l host -d 'Socket of the daemon: unix:///PATH; for `sampan daemon` where it listens, also more than once' -r
complete -c sampan -n "__fish_sampan_using_subcommand login" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c sampan -n "__fish_sampan_using_subcommand login" -s u -l username -d 'User name' -r
complete -c sampan -n "__fish_sampan_using_subcommand login" -s p -l password -d 'Password; seen by others in the list of processes' -r
complete -c sampan -n "__fish_sampan_using_subcommand login" -s q -l quiet -d 'Say only what was asked for and errors'
complete -c sampan -n "__fish_sampan_using_subcommand login" -l password-stdin -d 'Read the password from standard input'
complete -c sampan -n "__fish_sampan_using_subcommand login" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sampan -n "__fish_sampan_using_subcommand login" -s V -l version -d 'Print version'
complete -c sampan -n "__fish_sampan_using_subcommand logout" -l root -d 'Folder of images, compiled code and containers' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand logout" -l config -d 'Configuration file' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand logout" -s H -l host -d 'Socket of the daemon: unix:///PATH; for `sampan daemon` where it listens, also more than once' -r
complete -c sampan -n "__fish_sampan_using_subcommand logout" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c sampan -n "__fish_sampan_using_subcommand logout" -s q -l quiet -d 'Say only what was asked for and errors'
complete -c sampan -n "__fish_sampan_using_subcommand logout" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sampan -n "__fish_sampan_using_subcommand logout" -s V -l version -d 'Print version'
complete -c sampan -n "__fish_sampan_using_subcommand daemon" -l root -d 'Folder of images, compiled code and containers' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand daemon" -l config -d 'Configuration file' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand daemon" -s H -l host -d 'Socket of the daemon: unix:///PATH; for `sampan daemon` where it listens, also more than once' -r
complete -c sampan -n "__fish_sampan_using_subcommand daemon" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c sampan -n "__fish_sampan_using_subcommand daemon" -l listen -d 'Where to listen: `unix:///PATH`, or `tcp://ADDRESS:PORT` with the three `--tls` files (`--host` says the same)' -r
complete -c sampan -n "__fish_sampan_using_subcommand daemon" -s G -l group -d 'The group that may open the Unix socket. Whoever may open it is as good as root' -r
complete -c sampan -n "__fish_sampan_using_subcommand daemon" -l wasm-socket -d 'A second Unix socket, for Wasm containers without folders and networks of the host: safe to hand out' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand daemon" -l config-file -d 'File of settings, in the form of Docker\'s `daemon.json`' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand daemon" -l data-root -d 'Folder of images, containers and volumes, as `--root`' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand daemon" -l exec-root -d 'Folder of sockets and of what else ends with the machine' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand daemon" -s p -l pidfile -d 'Where to write the process id' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand daemon" -l tlscacert -d 'The authority that clients\' certificates come from, PEM' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand daemon" -l tlscert -d 'The daemon\'s certificate chain, PEM' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand daemon" -l tlskey -d 'The daemon\'s private key, PEM' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand daemon" -l metrics-addr -d 'Address for `/metrics`, `/live` and `/ready` alone' -r
complete -c sampan -n "__fish_sampan_using_subcommand daemon" -l log-driver -d 'Where output of containers goes that say nothing about it' -r
complete -c sampan -n "__fish_sampan_using_subcommand daemon" -l log-opt -d 'How: `max-size=10m`, `max-file=3`' -r
complete -c sampan -n "__fish_sampan_using_subcommand daemon" -l journal-socket -d 'The journal\'s socket, for the log driver `journald` (default: systemd\'s)' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand daemon" -l otlp-endpoint -d 'Send OpenTelemetry traces to this collector, as OTLP over HTTP in JSON (default: what `OTEL_EXPORTER_OTLP_ENDPOINT` says, else none are sent)' -r
complete -c sampan -n "__fish_sampan_using_subcommand daemon" -l label -d 'Labels of the daemon itself' -r
complete -c sampan -n "__fish_sampan_using_subcommand daemon" -l ip -d 'Where ports are published that name no address (default: 127.0.0.1)' -r
complete -c sampan -n "__fish_sampan_using_subcommand daemon" -l bip -d 'The gateway of the network `bridge`, with the length of its subnet\'s prefix' -r
complete -c sampan -n "__fish_sampan_using_subcommand daemon" -l fixed-cidr -d 'The part of that subnet from which addresses are chosen' -r
complete -c sampan -n "__fish_sampan_using_subcommand daemon" -l mtu -d 'The largest packet of the network `bridge`, in bytes' -r
complete -c sampan -n "__fish_sampan_using_subcommand daemon" -l dns -d 'Name servers of containers, in place of the machine\'s' -r
complete -c sampan -n "__fish_sampan_using_subcommand daemon" -l dns-opt -d 'Options of their resolvers: `ndots:1`' -r
complete -c sampan -n "__fish_sampan_using_subcommand daemon" -l dns-search -d 'Where they look for short names' -r
complete -c sampan -n "__fish_sampan_using_subcommand daemon" -l icc -d 'Whether members of the network `bridge` reach each other (default: true)' -r -f -a "true\t''
false\t''"
complete -c sampan -n "__fish_sampan_using_subcommand daemon" -l ip-masq -d 'Whether they seem to be the host elsewhere (default: true)' -r -f -a "true\t''
false\t''"
complete -c sampan -n "__fish_sampan_using_subcommand daemon" -l ip-forward -d 'Whether to let the host forward packets, without which containers reach nothing else (default: true)' -r -f -a "true\t''
false\t''"
complete -c sampan -n "__fish_sampan_using_subcommand daemon" -l ip-forward-no-drop -d 'Whether to let all packets pass then, also between other networks of the host' -r -f -a "true\t''
false\t''"
complete -c sampan -n "__fish_sampan_using_subcommand daemon" -l default-address-pool -d 'A range from which networks get their subnets: `base=10.0.0.0/8,size=24`' -r
complete -c sampan -n "__fish_sampan_using_subcommand daemon" -l shutdown-timeout -d 'Seconds that running requests are given when the daemon ends' -r
complete -c sampan -n "__fish_sampan_using_subcommand daemon" -s l -l log-level -d 'How much to say' -r -f -a "debug\t'Everything'
info\t'Requests, starts and ends'
warn\t'What may be wrong'
error\t'What is wrong'"
complete -c sampan -n "__fish_sampan_using_subcommand daemon" -l log-format -d 'In which form' -r -f -a "text\t'Lines for people'
json\t'A JSON document for each line'"
complete -c sampan -n "__fish_sampan_using_subcommand daemon" -l unit -d 'Where `--install` writes the unit' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand daemon" -s q -l quiet -d 'Say only what was asked for and errors'
complete -c sampan -n "__fish_sampan_using_subcommand daemon" -l read-only -d 'Answer only what changes nothing'
complete -c sampan -n "__fish_sampan_using_subcommand daemon" -s D -l debug -d 'Say more'
complete -c sampan -n "__fish_sampan_using_subcommand daemon" -l install -d 'Write a systemd unit for this program and say how to start it, instead of serving'
complete -c sampan -n "__fish_sampan_using_subcommand daemon" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sampan -n "__fish_sampan_using_subcommand daemon" -s V -l version -d 'Print version'
complete -c sampan -n "__fish_sampan_using_subcommand registry" -l root -d 'Folder of images, compiled code and containers' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand registry" -l config -d 'Configuration file' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand registry" -s H -l host -d 'Socket of the daemon: unix:///PATH; for `sampan daemon` where it listens, also more than once' -r
complete -c sampan -n "__fish_sampan_using_subcommand registry" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c sampan -n "__fish_sampan_using_subcommand registry" -l listen -d 'Where to listen; beyond loopback only with TLS and users' -r
complete -c sampan -n "__fish_sampan_using_subcommand registry" -l tls-cert -d 'Certificate chain, PEM' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand registry" -l tls-key -d 'Private key, PEM' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand registry" -l htpasswd -d 'Users and their bcrypt hashes, as `htpasswd -B` writes them' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand registry" -l auth -d 'How credentials travel' -r -f -a "basic\t'With every request'
token\t'Once, for a token'"
complete -c sampan -n "__fish_sampan_using_subcommand registry" -l public-url -d 'URL under which clients reach this server, where it is behind a proxy' -r
complete -c sampan -n "__fish_sampan_using_subcommand registry" -s q -l quiet -d 'Say only what was asked for and errors'
complete -c sampan -n "__fish_sampan_using_subcommand registry" -l anonymous-pull -d 'Let everybody pull'
complete -c sampan -n "__fish_sampan_using_subcommand registry" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sampan -n "__fish_sampan_using_subcommand registry" -s V -l version -d 'Print version'
complete -c sampan -n "__fish_sampan_using_subcommand info" -l root -d 'Folder of images, compiled code and containers' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand info" -l config -d 'Configuration file' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand info" -s H -l host -d 'Socket of the daemon: unix:///PATH; for `sampan daemon` where it listens, also more than once' -r
complete -c sampan -n "__fish_sampan_using_subcommand info" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c sampan -n "__fish_sampan_using_subcommand info" -s q -l quiet -d 'Say only what was asked for and errors'
complete -c sampan -n "__fish_sampan_using_subcommand info" -l json -d 'Print JSON'
complete -c sampan -n "__fish_sampan_using_subcommand info" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sampan -n "__fish_sampan_using_subcommand info" -s V -l version -d 'Print version'
complete -c sampan -n "__fish_sampan_using_subcommand doctor" -l root -d 'Folder of images, compiled code and containers' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand doctor" -l config -d 'Configuration file' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand doctor" -s H -l host -d 'Socket of the daemon: unix:///PATH; for `sampan daemon` where it listens, also more than once' -r
complete -c sampan -n "__fish_sampan_using_subcommand doctor" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c sampan -n "__fish_sampan_using_subcommand doctor" -s q -l quiet -d 'Say only what was asked for and errors'
complete -c sampan -n "__fish_sampan_using_subcommand doctor" -l json -d 'Print JSON'
complete -c sampan -n "__fish_sampan_using_subcommand doctor" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sampan -n "__fish_sampan_using_subcommand doctor" -s V -l version -d 'Print version'
complete -c sampan -n "__fish_sampan_using_subcommand reference" -l root -d 'Folder of images, compiled code and containers' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand reference" -l config -d 'Configuration file' -r -F
complete -c sampan -n "__fish_sampan_using_subcommand reference" -s H -l host -d 'Socket of the daemon: unix:///PATH; for `sampan daemon` where it listens, also more than once' -r
complete -c sampan -n "__fish_sampan_using_subcommand reference" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c sampan -n "__fish_sampan_using_subcommand reference" -s q -l quiet -d 'Say only what was asked for and errors'
complete -c sampan -n "__fish_sampan_using_subcommand reference" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sampan -n "__fish_sampan_using_subcommand reference" -s V -l version -d 'Print version'
complete -c sampan -n "__fish_sampan_using_subcommand help; and not __fish_seen_subcommand_from run serve call link inspect image images pull push tag rmi save load history ps rm create start stop restart kill pause unpause wait logs attach exec cp stats metrics top port diff build builder commit export rename update compose container volume network events version system login logout daemon registry info reference help" -f -a "run" -d 'Run a Wasm file or image: in the foreground, or with `-d` on the daemon'
complete -c sampan -n "__fish_sampan_using_subcommand help; and not __fish_seen_subcommand_from run serve call link inspect image images pull push tag rmi save load history ps rm create start stop restart kill pause unpause wait logs attach exec cp stats metrics top port diff build builder commit export rename update compose container volume network events version system login logout daemon registry info reference help" -f -a "serve" -d 'Serve Wasm files or images that answer HTTP requests, one or several on a port'
complete -c sampan -n "__fish_sampan_using_subcommand help; and not __fish_seen_subcommand_from run serve call link inspect image images pull push tag rmi save load history ps rm create start stop restart kill pause unpause wait logs attach exec cp stats metrics top port diff build builder commit export rename update compose container volume network events version system login logout daemon registry info reference help" -f -a "call" -d 'Call functions of a Wasm file or image with values, and show what they give'
complete -c sampan -n "__fish_sampan_using_subcommand help; and not __fish_seen_subcommand_from run serve call link inspect image images pull push tag rmi save load history ps rm create start stop restart kill pause unpause wait logs attach exec cp stats metrics top port diff build builder commit export rename update compose container volume network events version system login logout daemon registry info reference help" -f -a "link" -d 'Make one component of several, by giving what some export to what others import'
complete -c sampan -n "__fish_sampan_using_subcommand help; and not __fish_seen_subcommand_from run serve call link inspect image images pull push tag rmi save load history ps rm create start stop restart kill pause unpause wait logs attach exec cp stats metrics top port diff build builder commit export rename update compose container volume network events version system login logout daemon registry info reference help" -f -a "inspect" -d 'Show what a file, image or container is, may do and did'
complete -c sampan -n "__fish_sampan_using_subcommand help; and not __fish_seen_subcommand_from run serve call link inspect image images pull push tag rmi save load history ps rm create start stop restart kill pause unpause wait logs attach exec cp stats metrics top port diff build builder commit export rename update compose container volume network events version system login logout daemon registry info reference help" -f -a "image" -d 'Manage images'
complete -c sampan -n "__fish_sampan_using_subcommand help; and not __fish_seen_subcommand_from run serve call link inspect image images pull push tag rmi save load history ps rm create start stop restart kill pause unpause wait logs attach exec cp stats metrics top port diff build builder commit export rename update compose container volume network events version system login logout daemon registry info reference help" -f -a "images" -d 'List images'
complete -c sampan -n "__fish_sampan_using_subcommand help; and not __fish_seen_subcommand_from run serve call link inspect image images pull push tag rmi save load history ps rm create start stop restart kill pause unpause wait logs attach exec cp stats metrics top port diff build builder commit export rename update compose container volume network events version system login logout daemon registry info reference help" -f -a "pull" -d 'Download an image'
complete -c sampan -n "__fish_sampan_using_subcommand help; and not __fish_seen_subcommand_from run serve call link inspect image images pull push tag rmi save load history ps rm create start stop restart kill pause unpause wait logs attach exec cp stats metrics top port diff build builder commit export rename update compose container volume network events version system login logout daemon registry info reference help" -f -a "push" -d 'Upload an image'
complete -c sampan -n "__fish_sampan_using_subcommand help; and not __fish_seen_subcommand_from run serve call link inspect image images pull push tag rmi save load history ps rm create start stop restart kill pause unpause wait logs attach exec cp stats metrics top port diff build builder commit export rename update compose container volume network events version system login logout daemon registry info reference help" -f -a "tag" -d 'Give an image another name'
complete -c sampan -n "__fish_sampan_using_subcommand help; and not __fish_seen_subcommand_from run serve call link inspect image images pull push tag rmi save load history ps rm create start stop restart kill pause unpause wait logs attach exec cp stats metrics top port diff build builder commit export rename update compose container volume network events version system login logout daemon registry info reference help" -f -a "rmi" -d 'Remove images'
complete -c sampan -n "__fish_sampan_using_subcommand help; and not __fish_seen_subcommand_from run serve call link inspect image images pull push tag rmi save load history ps rm create start stop restart kill pause unpause wait logs attach exec cp stats metrics top port diff build builder commit export rename update compose container volume network events version system login logout daemon registry info reference help" -f -a "save" -d 'Write images into an archive'
complete -c sampan -n "__fish_sampan_using_subcommand help; and not __fish_seen_subcommand_from run serve call link inspect image images pull push tag rmi save load history ps rm create start stop restart kill pause unpause wait logs attach exec cp stats metrics top port diff build builder commit export rename update compose container volume network events version system login logout daemon registry info reference help" -f -a "load" -d 'Take images out of an archive'
complete -c sampan -n "__fish_sampan_using_subcommand help; and not __fish_seen_subcommand_from run serve call link inspect image images pull push tag rmi save load history ps rm create start stop restart kill pause unpause wait logs attach exec cp stats metrics top port diff build builder commit export rename update compose container volume network events version system login logout daemon registry info reference help" -f -a "history" -d 'Show how an image came to be'
complete -c sampan -n "__fish_sampan_using_subcommand help; and not __fish_seen_subcommand_from run serve call link inspect image images pull push tag rmi save load history ps rm create start stop restart kill pause unpause wait logs attach exec cp stats metrics top port diff build builder commit export rename update compose container volume network events version system login logout daemon registry info reference help" -f -a "ps" -d 'List containers'
complete -c sampan -n "__fish_sampan_using_subcommand help; and not __fish_seen_subcommand_from run serve call link inspect image images pull push tag rmi save load history ps rm create start stop restart kill pause unpause wait logs attach exec cp stats metrics top port diff build builder commit export rename update compose container volume network events version system login logout daemon registry info reference help" -f -a "rm" -d 'Remove containers'
complete -c sampan -n "__fish_sampan_using_subcommand help; and not __fish_seen_subcommand_from run serve call link inspect image images pull push tag rmi save load history ps rm create start stop restart kill pause unpause wait logs attach exec cp stats metrics top port diff build builder commit export rename update compose container volume network events version system login logout daemon registry info reference help" -f -a "create" -d 'Make a container, and start it not'
complete -c sampan -n "__fish_sampan_using_subcommand help; and not __fish_seen_subcommand_from run serve call link inspect image images pull push tag rmi save load history ps rm create start stop restart kill pause unpause wait logs attach exec cp stats metrics top port diff build builder commit export rename update compose container volume network events version system login logout daemon registry info reference help" -f -a "start" -d 'Start containers that are there already'
complete -c sampan -n "__fish_sampan_using_subcommand help; and not __fish_seen_subcommand_from run serve call link inspect image images pull push tag rmi save load history ps rm create start stop restart kill pause unpause wait logs attach exec cp stats metrics top port diff build builder commit export rename update compose container volume network events version system login logout daemon registry info reference help" -f -a "stop" -d 'Stop containers'
complete -c sampan -n "__fish_sampan_using_subcommand help; and not __fish_seen_subcommand_from run serve call link inspect image images pull push tag rmi save load history ps rm create start stop restart kill pause unpause wait logs attach exec cp stats metrics top port diff build builder commit export rename update compose container volume network events version system login logout daemon registry info reference help" -f -a "restart" -d 'Stop containers and start them again'
complete -c sampan -n "__fish_sampan_using_subcommand help; and not __fish_seen_subcommand_from run serve call link inspect image images pull push tag rmi save load history ps rm create start stop restart kill pause unpause wait logs attach exec cp stats metrics top port diff build builder commit export rename update compose container volume network events version system login logout daemon registry info reference help" -f -a "kill" -d 'Send containers a signal'
complete -c sampan -n "__fish_sampan_using_subcommand help; and not __fish_seen_subcommand_from run serve call link inspect image images pull push tag rmi save load history ps rm create start stop restart kill pause unpause wait logs attach exec cp stats metrics top port diff build builder commit export rename update compose container volume network events version system login logout daemon registry info reference help" -f -a "pause" -d 'Hold containers up'
complete -c sampan -n "__fish_sampan_using_subcommand help; and not __fish_seen_subcommand_from run serve call link inspect image images pull push tag rmi save load history ps rm create start stop restart kill pause unpause wait logs attach exec cp stats metrics top port diff build builder commit export rename update compose container volume network events version system login logout daemon registry info reference help" -f -a "unpause" -d 'Let containers go on'
complete -c sampan -n "__fish_sampan_using_subcommand help; and not __fish_seen_subcommand_from run serve call link inspect image images pull push tag rmi save load history ps rm create start stop restart kill pause unpause wait logs attach exec cp stats metrics top port diff build builder commit export rename update compose container volume network events version system login logout daemon registry info reference help" -f -a "wait" -d 'Wait until containers have ended'
complete -c sampan -n "__fish_sampan_using_subcommand help; and not __fish_seen_subcommand_from run serve call link inspect image images pull push tag rmi save load history ps rm create start stop restart kill pause unpause wait logs attach exec cp stats metrics top port diff build builder commit export rename update compose container volume network events version system login logout daemon registry info reference help" -f -a "logs" -d 'Show what a container wrote'
complete -c sampan -n "__fish_sampan_using_subcommand help; and not __fish_seen_subcommand_from run serve call link inspect image images pull push tag rmi save load history ps rm create start stop restart kill pause unpause wait logs attach exec cp stats metrics top port diff build builder commit export rename update compose container volume network events version system login logout daemon registry info reference help" -f -a "attach" -d 'Take part in a container\'s streams'
complete -c sampan -n "__fish_sampan_using_subcommand help; and not __fish_seen_subcommand_from run serve call link inspect image images pull push tag rmi save load history ps rm create start stop restart kill pause unpause wait logs attach exec cp stats metrics top port diff build builder commit export rename update compose container volume network events version system login logout daemon registry info reference help" -f -a "exec" -d 'Run a further program in a running container'
complete -c sampan -n "__fish_sampan_using_subcommand help; and not __fish_seen_subcommand_from run serve call link inspect image images pull push tag rmi save load history ps rm create start stop restart kill pause unpause wait logs attach exec cp stats metrics top port diff build builder commit export rename update compose container volume network events version system login logout daemon registry info reference help" -f -a "cp" -d 'Copy files between a container and here'
complete -c sampan -n "__fish_sampan_using_subcommand help; and not __fish_seen_subcommand_from run serve call link inspect image images pull push tag rmi save load history ps rm create start stop restart kill pause unpause wait logs attach exec cp stats metrics top port diff build builder commit export rename update compose container volume network events version system login logout daemon registry info reference help" -f -a "stats" -d 'Show what containers use, as it changes'
complete -c sampan -n "__fish_sampan_using_subcommand help; and not __fish_seen_subcommand_from run serve call link inspect image images pull push tag rmi save load history ps rm create start stop restart kill pause unpause wait logs attach exec cp stats metrics top port diff build builder commit export rename update compose container volume network events version system login logout daemon registry info reference help" -f -a "metrics" -d 'Show what servers have answered, version by version'
complete -c sampan -n "__fish_sampan_using_subcommand help; and not __fish_seen_subcommand_from run serve call link inspect image images pull push tag rmi save load history ps rm create start stop restart kill pause unpause wait logs attach exec cp stats metrics top port diff build builder commit export rename update compose container volume network events version system login logout daemon registry info reference help" -f -a "top" -d 'Show the processes of a container'
complete -c sampan -n "__fish_sampan_using_subcommand help; and not __fish_seen_subcommand_from run serve call link inspect image images pull push tag rmi save load history ps rm create start stop restart kill pause unpause wait logs attach exec cp stats metrics top port diff build builder commit export rename update compose container volume network events version system login logout daemon registry info reference help" -f -a "port" -d 'Show where a container\'s ports are reached'
complete -c sampan -n "__fish_sampan_using_subcommand help; and not __fish_seen_subcommand_from run serve call link inspect image images pull push tag rmi save load history ps rm create start stop restart kill pause unpause wait logs attach exec cp stats metrics top port diff build builder commit export rename update compose container volume network events version system login logout daemon registry info reference help" -f -a "diff" -d 'Show how a container\'s files differ from its image\'s'
complete -c sampan -n "__fish_sampan_using_subcommand help; and not __fish_seen_subcommand_from run serve call link inspect image images pull push tag rmi save load history ps rm create start stop restart kill pause unpause wait logs attach exec cp stats metrics top port diff build builder commit export rename update compose container volume network events version system login logout daemon registry info reference help" -f -a "build" -d 'Build an image from a Dockerfile'
complete -c sampan -n "__fish_sampan_using_subcommand help; and not __fish_seen_subcommand_from run serve call link inspect image images pull push tag rmi save load history ps rm create start stop restart kill pause unpause wait logs attach exec cp stats metrics top port diff build builder commit export rename update compose container volume network events version system login logout daemon registry info reference help" -f -a "builder" -d 'Build images, and remove what builds keep'
complete -c sampan -n "__fish_sampan_using_subcommand help; and not __fish_seen_subcommand_from run serve call link inspect image images pull push tag rmi save load history ps rm create start stop restart kill pause unpause wait logs attach exec cp stats metrics top port diff build builder commit export rename update compose container volume network events version system login logout daemon registry info reference help" -f -a "commit" -d 'Make an image of a container'
complete -c sampan -n "__fish_sampan_using_subcommand help; and not __fish_seen_subcommand_from run serve call link inspect image images pull push tag rmi save load history ps rm create start stop restart kill pause unpause wait logs attach exec cp stats metrics top port diff build builder commit export rename update compose container volume network events version system login logout daemon registry info reference help" -f -a "export" -d 'Write all files of a container into an archive'
complete -c sampan -n "__fish_sampan_using_subcommand help; and not __fish_seen_subcommand_from run serve call link inspect image images pull push tag rmi save load history ps rm create start stop restart kill pause unpause wait logs attach exec cp stats metrics top port diff build builder commit export rename update compose container volume network events version system login logout daemon registry info reference help" -f -a "rename" -d 'Give a container another name'
complete -c sampan -n "__fish_sampan_using_subcommand help; and not __fish_seen_subcommand_from run serve call link inspect image images pull push tag rmi save load history ps rm create start stop restart kill pause unpause wait logs attach exec cp stats metrics top port diff build builder commit export rename update compose container volume network events version system login logout daemon registry info reference help" -f -a "update" -d 'Change containers\' limits, or the program of a server without a pause'
complete -c sampan -n "__fish_sampan_using_subcommand help; and not __fish_seen_subcommand_from run serve call link inspect image images pull push tag rmi save load history ps rm create start stop restart kill pause unpause wait logs attach exec cp stats metrics top port diff build builder commit export rename update compose container volume network events version system login logout daemon registry info reference help" -f -a "compose" -d 'Run the services of a compose file'
complete -c sampan -n "__fish_sampan_using_subcommand help; and not __fish_seen_subcommand_from run serve call link inspect image images pull push tag rmi save load history ps rm create start stop restart kill pause unpause wait logs attach exec cp stats metrics top port diff build builder commit export rename update compose container volume network events version system login logout daemon registry info reference help" -f -a "container" -d 'Manage containers'
complete -c sampan -n "__fish_sampan_using_subcommand help; and not __fish_seen_subcommand_from run serve call link inspect image images pull push tag rmi save load history ps rm create start stop restart kill pause unpause wait logs attach exec cp stats metrics top port diff build builder commit export rename update compose container volume network events version system login logout daemon registry info reference help" -f -a "volume" -d 'Manage volumes'
complete -c sampan -n "__fish_sampan_using_subcommand help; and not __fish_seen_subcommand_from run serve call link inspect image images pull push tag rmi save load history ps rm create start stop restart kill pause unpause wait logs attach exec cp stats metrics top port diff build builder commit export rename update compose container volume network events version system login logout daemon registry info reference help" -f -a "network" -d 'Manage networks'
complete -c sampan -n "__fish_sampan_using_subcommand help; and not __fish_seen_subcommand_from run serve call link inspect image images pull push tag rmi save load history ps rm create start stop restart kill pause unpause wait logs attach exec cp stats metrics top port diff build builder commit export rename update compose container volume network events version system login logout daemon registry info reference help" -f -a "events" -d 'Show what happens, as it happens'
complete -c sampan -n "__fish_sampan_using_subcommand help; and not __fish_seen_subcommand_from run serve call link inspect image images pull push tag rmi save load history ps rm create start stop restart kill pause unpause wait logs attach exec cp stats metrics top port diff build builder commit export rename update compose container volume network events version system login logout daemon registry info reference help" -f -a "version" -d 'Show the versions of this program and of the daemon'
complete -c sampan -n "__fish_sampan_using_subcommand help; and not __fish_seen_subcommand_from run serve call link inspect image images pull push tag rmi save load history ps rm create start stop restart kill pause unpause wait logs attach exec cp stats metrics top port diff build builder commit export rename update compose container volume network events version system login logout daemon registry info reference help" -f -a "system" -d 'Show disk use, and give disk back'
complete -c sampan -n "__fish_sampan_using_subcommand help; and not __fish_seen_subcommand_from run serve call link inspect image images pull push tag rmi save load history ps rm create start stop restart kill pause unpause wait logs attach exec cp stats metrics top port diff build builder commit export rename update compose container volume network events version system login logout daemon registry info reference help" -f -a "login" -d 'Store credentials for a registry'
complete -c sampan -n "__fish_sampan_using_subcommand help; and not __fish_seen_subcommand_from run serve call link inspect image images pull push tag rmi save load history ps rm create start stop restart kill pause unpause wait logs attach exec cp stats metrics top port diff build builder commit export rename update compose container volume network events version system login logout daemon registry info reference help" -f -a "logout" -d 'Forget credentials for a registry'
complete -c sampan -n "__fish_sampan_using_subcommand help; and not __fish_seen_subcommand_from run serve call link inspect image images pull push tag rmi save load history ps rm create start stop restart kill pause unpause wait logs attach exec cp stats metrics top port diff build builder commit export rename update compose container volume network events version system login logout daemon registry info reference help" -f -a "daemon" -d 'Answer the Docker API, for docker and every tool that speaks to it'
complete -c sampan -n "__fish_sampan_using_subcommand help; and not __fish_seen_subcommand_from run serve call link inspect image images pull push tag rmi save load history ps rm create start stop restart kill pause unpause wait logs attach exec cp stats metrics top port diff build builder commit export rename update compose container volume network events version system login logout daemon registry info reference help" -f -a "registry" -d 'Serve a registry'
complete -c sampan -n "__fish_sampan_using_subcommand help; and not __fish_seen_subcommand_from run serve call link inspect image images pull push tag rmi save load history ps rm create start stop restart kill pause unpause wait logs attach exec cp stats metrics top port diff build builder commit export rename update compose container volume network events version system login logout daemon registry info reference help" -f -a "info" -d 'Show what this machine can do, and what follows from each no'
complete -c sampan -n "__fish_sampan_using_subcommand help; and not __fish_seen_subcommand_from run serve call link inspect image images pull push tag rmi save load history ps rm create start stop restart kill pause unpause wait logs attach exec cp stats metrics top port diff build builder commit export rename update compose container volume network events version system login logout daemon registry info reference help" -f -a "reference" -d 'Write the reference pages, completions and man pages'
complete -c sampan -n "__fish_sampan_using_subcommand help; and not __fish_seen_subcommand_from run serve call link inspect image images pull push tag rmi save load history ps rm create start stop restart kill pause unpause wait logs attach exec cp stats metrics top port diff build builder commit export rename update compose container volume network events version system login logout daemon registry info reference help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
