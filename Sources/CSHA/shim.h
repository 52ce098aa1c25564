// OpenSSL 3 marks the functions over one fixed algorithm as deprecated. They stay in libcrypto for as long as version 3
// does, and spare each row the look-up and the allocation that the general ones need.
#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/sha.h>
