// Declares the contents of XXH64_state_t, so that Swift can hold the state as a value.
#define XXH_STATIC_LINKING_ONLY
#include <xxhash.h>
