/// Makes `count` links below `origin`, one over the other in a buffer of its own, each signed with `key` and good until `stamp`; their
/// paths are `folder` and a number of eight digits. `last` takes the last one. 0 where OpenSSL refuses.
int sign_with_openssl(
  const char *origin, const char *key, const char *folder, const char *stamp, long count, char *last,
  unsigned long room);
