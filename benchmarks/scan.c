/* The least that reading a worksheet can be: find every cell, every value, and where each ends. Nothing is kept. */

#include <string.h>

struct counts {
    unsigned long long cells, values, bytes;
};

/* Scan `size` bytes of XML and add to `counts`; return how many of them are done with. The rest is the beginning
   of something that continues in the next piece. */
size_t scan(const char *start, size_t size, struct counts *counts)
{
    const char *at = start, *end = start + size;
    while ((at = memchr(at, '<', end - at)) != NULL) {
        if (end - at < 3)
            return at - start;
        if (at[2] != ' ' && at[2] != '>') {
            at++;
        } else if (at[1] == 'c' || at[1] == 'v' || at[1] == 't') {
            const char *close = memchr(at, '>', end - at);
            if (close == NULL)
                return at - start;
            if (at[1] == 'c') {
                counts->cells++;
                at = close;
            } else {
                const char *next = memchr(close, '<', end - close);
                if (next == NULL)
                    return at - start;
                counts->values++;
                counts->bytes += next - close - 1;
                at = next;
            }
        } else {
            at++;
        }
    }
    return size;
}
