/* A doorbell on the event loop. */
#ifndef FMMQ_NODE_SRC_BELL_H_
#define FMMQ_NODE_SRC_BELL_H_

#include "addon.h"

/* Stops watching; frees the bell when libuv is done with it. Its descriptor may be closed now. */
void bell_close(struct bell* bell);

/* The last thing that a bell does: it is counted in addon::users and addon::open_bells. */
void bell_closed(addon* own);

#endif /* FMMQ_NODE_SRC_BELL_H_ */
