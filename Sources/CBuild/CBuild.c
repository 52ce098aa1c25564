#include "CBuild.h"

#ifndef OCTOVAULT_COMMIT
#define OCTOVAULT_COMMIT ""
#endif

const char *octovault_commit(void) { return OCTOVAULT_COMMIT; }
