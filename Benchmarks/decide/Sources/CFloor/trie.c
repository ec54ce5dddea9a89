#include "floor.h"
#include <stdlib.h>
#include <string.h>

// Labels lie in one buffer, and a node is found by the first byte of its label among its parent's `leads`.
struct node {
  const uint8_t *label;
  uint32_t length;
  int32_t value;
  uint32_t children;
  uint8_t *leads;
  struct node **nodes;
};

struct trie {
  struct node root;
};

static struct node *node_new(const uint8_t *label, uint32_t length, int32_t value) {
  struct node *node = calloc(1, sizeof *node);
  node->label = label;
  node->length = length;
  node->value = value;
  return node;
}

static void node_add(struct node *parent, uint8_t lead, struct node *child) {
  parent->leads = realloc(parent->leads, parent->children + 1);
  parent->nodes = realloc(parent->nodes, (parent->children + 1) * sizeof *parent->nodes);
  parent->leads[parent->children] = lead;
  parent->nodes[parent->children++] = child;
}

struct trie *trie_new(void) {
  struct trie *trie = calloc(1, sizeof *trie);
  trie->root.value = -1;
  return trie;
}

void trie_insert(struct trie *trie, const char *key, size_t length, int32_t value) {
  uint8_t *bytes = malloc(length);
  memcpy(bytes, key, length);
  struct node *node = &trie->root;
  uint32_t at = 0;
  while (at < length) {
    struct node **place = NULL;
    for (uint32_t i = 0; i < node->children; i++)
      if (node->leads[i] == bytes[at]) place = &node->nodes[i];
    if (!place) {
      node_add(node, bytes[at], node_new(bytes + at, length - at, value));
      return;
    }
    struct node *child = *place;
    uint32_t same = 0;
    while (same < child->length && at + same < length && child->label[same] == bytes[at + same]) same++;
    if (same < child->length) {
      struct node *middle = node_new(child->label, same, -1);
      child->label += same;
      child->length -= same;
      node_add(middle, child->label[0], child);
      *place = child = middle;
    }
    at += same;
    node = child;
  }
  node->value = value;
}

int32_t trie_longest(const struct trie *trie, const uint8_t *text, size_t length) {
  const struct node *node = &trie->root;
  int32_t best = node->value;
  size_t at = 0;
  while (at < length) {
    const struct node *child = NULL;
    for (uint32_t i = 0; i < node->children; i++)
      if (node->leads[i] == text[at]) {
        child = node->nodes[i];
        break;
      }
    if (!child || child->length > length - at || memcmp(child->label, text + at, child->length)) break;
    at += child->length;
    node = child;
    if (node->value >= 0) best = node->value;
  }
  return best;
}
