// SPDX-License-Identifier: GPL-2.0-only
#include "base/stop.h"

volatile sig_atomic_t iotx_stop;
