// The settings of glibc's allocator, which the Glibc module does not have.
#include <malloc.h>
