#!/bin/busybox sh
# The first process on the disk. What it has to say to whoever booted the machine begins with `===`.
/bin/busybox --install -s /bin
export PATH=/bin:/usr/bin:/sbin HOME=/root
mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t devtmpfs dev /dev
mkdir -p /dev/pts /dev/shm
mount -t devpts devpts /dev/pts
mount -t tmpfs shm /dev/shm
mount -t tmpfs run /run
ln -s /proc/self/fd /dev/fd
for stream in 0:stdin 1:stdout 2:stderr; do
    ln -s "fd/${stream%:*}" "/dev/${stream#*:}"
done
mount -t cgroup2 cgroup /sys/fs/cgroup
mount -o remount,rw /
ip link set lo up
hostname machine
for module in overlay bridge veth nf_tables nft_ct nft_nat nft_masq nft_fib_inet nft_chain_nat; do
    modprobe $module
done
echo "=== kernel $(uname -r), controllers $(cat /sys/fs/cgroup/cgroup.controllers)"

export CARGO_MANIFEST_DIR=/repository/crates/sampan SAMPAN_TEST_BINARY=/repository/sampan
mkdir -p $CARGO_MANIFEST_DIR
cd $CARGO_MANIFEST_DIR
while read -r file name; do
    begun=$(cut -d. -f1 /proc/uptime)
    how=failed
    if timeout 300 /repository/target/debug/deps/$file --exact "$name" --include-ignored --nocapture </dev/null >/tmp/out 2>&1 &&
        grep -q "1 passed" /tmp/out && ! grep -q "^not run" /tmp/out; then
        how=ok
    fi
    ended=$(cut -d. -f1 /proc/uptime)
    echo "=== $how $file $name $((ended - begun))s"
    test $how = ok || tail -n 40 /tmp/out
done </tests
echo "=== done"
sync
poweroff -f
