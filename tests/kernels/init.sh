#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# The first and only process of a machine that kernels.sh boots: everything that is asked of
# a kernel. Lines that kernels.sh looks for begin with @@.
export PATH=/bin
mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t devtmpfs dev /dev
mount -t bpf bpf /sys/fs/bpf
echo 1 >/proc/sys/kernel/printk
echo "@@ up $(uname -r)"

for module in veth sch_ingress cls_bpf; do
	[ ! -e /t/$module.ko ] || insmod /t/$module.ko || echo "@@ failed: insmod $module"
done
/bin/ip link set lo up
/bin/ip link add va type veth peer name vb
for dev in va vb; do
	echo 1 >/proc/sys/net/ipv6/conf/$dev/disable_ipv6
	/bin/ip link set $dev up
done

echo "@@ programs"
/t/test_budget 2>&1

# watch NAME ENVIRONMENT...: both ends of the pair while each capture passes
watch() {
	name=$1
	shift
	: >/t/err
	env "$@" /t/iotxdp va vb -o none >/dev/null 2>/t/err &
	pid=$!
	n=0
	until [ "$(grep -c ': watching' /t/err)" = 2 ]; do
		n=$((n + 1))
		if [ $n -gt 1200 ] || ! kill -0 $pid 2>/dev/null; then
			echo "@@ failed: iotxdp does not watch"
			cat /t/err
			return
		fi
		usleep 100000
	done
	for capture in /t/*.pcap; do
		/t/replay va vb $capture || echo "@@ failed: replay $capture"
	done
	usleep 1300000 # what people read is a second old at most
	grep -q mqtt /sys/fs/bpf/iotxdp/vb/text4 || echo "@@ failed: no text of the flows"
	kill -INT $pid
	wait $pid || echo "@@ failed: iotxdp ended with status $?"
	echo "@@ summary $name"
	cat /t/err
	echo "@@ end"
}

watch chosen NOTHING=1
watch plain IOTXDP_WITHOUT=loop,tcx
echo "@@ done"
poweroff -f
