#include "openssl_sign.h"

#include <openssl/evp.h>
#include <string.h>

static char *put(char *at, const char *text, unsigned long length) {
  memcpy(at, text, length);
  return at + length;
}

int sign_with_openssl(
  const char *origin, const char *key, const char *folder, const char *stamp, long count, char *last,
  unsigned long room) {
  static const char digits[] = "0123456789abcdef";
  char message[512], link[1024];
  unsigned long key_length = strlen(key), folder_length = strlen(folder), stamp_length = strlen(stamp);
  unsigned long origin_length = strlen(origin);
  if (key_length + folder_length + stamp_length > 480 || origin_length > 256) return 0;
  EVP_MD *md5 = EVP_MD_fetch(NULL, "MD5", NULL);
  EVP_MD_CTX *context = EVP_MD_CTX_new();
  if (!md5 || !context) return 0;

  char *path = put(message, key, key_length);
  char *number = put(path, folder, folder_length);
  char *end = put(number + 8, stamp, stamp_length);
  unsigned long path_length = (unsigned long)(number + 8 - path);
  char *link_path = put(link, origin, origin_length);
  char *past = link;
  int is_done = 1;
  for (long index = 0; index < count && is_done; index++) {
    long rest = index;
    for (int place = 7; place >= 0; place--, rest /= 10) number[place] = (char)('0' + rest % 10);
    unsigned char digest[16];
    is_done = EVP_DigestInit_ex2(context, md5, NULL)
      && EVP_DigestUpdate(context, message, (unsigned long)(end - message))
      && EVP_DigestFinal_ex(context, digest, NULL);
    past = put(link_path, path, path_length);
    past = put(past, "?sign=", 6);
    for (int byte = 0; byte < 16; byte++) {
      *past++ = digits[digest[byte] >> 4];
      *past++ = digits[digest[byte] & 15];
    }
    past = put(past, "&t=", 3);
    past = put(past, stamp, stamp_length);
    // Each link has to be there, though nobody reads it.
    __asm__ volatile("" ::"r"(link) : "memory");
  }
  *past = 0;
  strncpy(last, link, room - 1);
  last[room - 1] = 0;
  EVP_MD_CTX_free(context);
  EVP_MD_free(md5);
  return is_done;
}
