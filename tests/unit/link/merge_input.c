/* Two objects for test_merge.c, PART 1 and PART 2, which need one another. */
int add(int a, int b);
int twice(int x);
extern int counter;
extern const char *const words[];
int compare(const char *a, const char *b);

#if PART == 1
static int square(int x)
{
    return x * x;
}

int (*const chosen)(int) = square;
int counter = 3;
static int uninitialized[100];
const char *const words[] = { "shared", "first" };

__attribute__((visibility("hidden"))) int own(int x)
{
    return add(chosen(x), uninitialized[x]);
}

int main(void)
{
    const char *shared = "shared";
    int same = compare(words[0], shared);
    /* 25 + 0 + 2 * 3 + 11 */
    return own(5) + twice(counter) + (same ? 11 : 0);
}
#else
__attribute__((visibility("hidden"))) int own(int x);
static int calls;

__attribute__((weak)) int add(int a, int b)
{
    calls++;
    return a + b;
}

int twice(int x)
{
    return calls == 1 ? 2 * x : own(x);
}

int compare(const char *a, const char *b)
{
    while (*a && *a == *b)
        a++, b++;
    return *a == *b && words[1][0] == "first"[0];
}
#endif
