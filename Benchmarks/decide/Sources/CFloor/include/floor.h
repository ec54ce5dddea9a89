// What decisions are compared with, and what is counted while they are made.
#include <stddef.h>
#include <stdint.h>

// A radix trie for the longest prefix, as somebody would write it in C for this one job.
struct trie;
struct trie *trie_new(void);
void trie_insert(struct trie *trie, const char *key, size_t length, int32_t value);
// The value of the longest key that the text begins with; -1 where there is none.
int32_t trie_longest(const struct trie *trie, const uint8_t *text, size_t length);

// Calls of malloc, calloc, realloc and aligned_alloc of this process so far.
uint64_t allocations(void);
