build-clang/bpf/iotxdp.bpf.o: bpf/iotxdp.bpf.c include/iotxdp/count.h \
  include/iotxdp/track.h include/iotxdp/abi.h include/iotxdp/coap_hdr.h \
  include/iotxdp/cursor.h include/iotxdp/err.h include/iotxdp/port.h \
  vmlinux/vmlinux.h include/iotxdp/framing.h include/iotxdp/l4.h \
  include/iotxdp/proto.h include/iotxdp/protos.def \
  include/iotxdp/mqtt_hdr.h include/iotxdp/mqttsn_hdr.h \
  include/iotxdp/classify.h include/iotxdp/dns_hdr.h \
  include/iotxdp/ws_hdr.h bpf/compat.bpf.h bpf/flow.bpf.h bpf/maps.bpf.h \
  bpf/sample.bpf.h include/iotxdp/sample.h

include/iotxdp/count.h:

include/iotxdp/track.h:

include/iotxdp/abi.h:

include/iotxdp/coap_hdr.h:

include/iotxdp/cursor.h:

include/iotxdp/err.h:

include/iotxdp/port.h:

vmlinux/vmlinux.h:

include/iotxdp/framing.h:

include/iotxdp/l4.h:

include/iotxdp/proto.h:

include/iotxdp/protos.def:

include/iotxdp/mqtt_hdr.h:

include/iotxdp/mqttsn_hdr.h:

include/iotxdp/classify.h:

include/iotxdp/dns_hdr.h:

include/iotxdp/ws_hdr.h:

bpf/compat.bpf.h:

bpf/flow.bpf.h:

bpf/maps.bpf.h:

bpf/sample.bpf.h:

include/iotxdp/sample.h:
