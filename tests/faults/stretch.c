/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * A library for LD_PRELOAD: remembers what scrypt made of a passphrase, in files of the folder
 * STORM_STRETCHED. Half of a campaign's time would go into stretching the same three passphrases
 * for the judge and for the runs after a storm; the programs that are killed do without it.
 */
#include <dlfcn.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

typedef int (*Scrypt)(const char *pass, size_t passlen, const unsigned char *salt, size_t saltlen,
                      uint64_t n, uint64_t r, uint64_t p, uint64_t maxmem, unsigned char *key,
                      size_t keylen);

static uint64_t
mix(uint64_t hash, const void *bytes, size_t size)
{
    for (size_t i = 0; i < size; i++)
        hash = (hash ^ ((const unsigned char *)bytes)[i]) * 0x100000001b3U;
    return hash;
}

int
EVP_PBE_scrypt(const char *pass, size_t passlen, const unsigned char *salt, size_t saltlen,
               uint64_t n, uint64_t r, uint64_t p, uint64_t maxmem, unsigned char *key,
               size_t keylen)
{
    Scrypt real = (Scrypt)dlsym(RTLD_NEXT, "EVP_PBE_scrypt");
    const char *folder = getenv("STORM_STRETCHED");
    char path[4096], temporary[4200];
    uint64_t words = mix(0xcbf29ce484222325U, pass, passlen);
    uint64_t salts = mix(0xcbf29ce484222325U, salt, saltlen);
    snprintf(path, sizeof path, "%s/%016lx-%016lx-%lu-%zu", folder ? folder : "/nonexistent",
             (unsigned long)words, (unsigned long)salts, (unsigned long)n, keylen);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t got = fd >= 0 ? read(fd, key, keylen) : -1;
    if (fd >= 0)
        close(fd);
    if (got == (ssize_t)keylen)
        return 1;
    int done = real(pass, passlen, salt, saltlen, n, r, p, maxmem, key, keylen);
    snprintf(temporary, sizeof temporary, "%s.%d", path, (int)getpid());
    fd = done == 1 ? open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600) : -1;
    if (fd >= 0) {
        if (write(fd, key, keylen) == (ssize_t)keylen)
            rename(temporary, path);
        close(fd);
    }
    return done;
}
