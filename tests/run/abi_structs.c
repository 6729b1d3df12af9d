/* What abi_structs.rs calls: structs of many shapes by value, as this platform's C compiler passes
 * them. */
#include <stdarg.h>
#include <stdint.h>

#define FUNCTIONS(T, STEP)                                                                         \
    static struct T stepped_##T(struct T v) {                                                      \
        STEP return v;                                                                             \
    } struct T step_##T(struct T v) {                                                              \
        return stepped_##T(v);                                                                     \
    } struct T late_##T(long a, long b, long c, long d, long e, double s, double t, double u,      \
                        double w, double x, double y, double z, struct T v, int tail, float end) { \
        if (a + b + c + d + e == 15 && s + t + u + w + x + y + z == 28 && tail == -9 &&            \
            end == 2.5f)                                                                           \
            return stepped_##T(v);                                                                 \
        return v;                                                                                  \
    } struct T back_##T(struct T (*f)(struct T, int), struct T v) {                                \
        return stepped_##T(f(v, 7));                                                               \
    } struct T varied_##T(int count, ...) {                                                        \
        va_list list;                                                                              \
        va_start(list, count);                                                                     \
        for (int i = 1; i < count; i++)                                                            \
            (void)va_arg(list, int);                                                               \
        struct T v = va_arg(list, struct T);                                                       \
        double last = va_arg(list, double);                                                        \
        va_end(list);                                                                              \
        return last == 1.5 ? stepped_##T(v) : v;                                                   \
    }

struct Byte {
    uint8_t a;
};
FUNCTIONS(Byte, v.a++;)
struct Short {
    uint16_t a;
    uint8_t b;
};
FUNCTIONS(Short, v.a++; v.b++;)
struct Ints {
    int32_t a, b;
};
FUNCTIONS(Ints, v.a++; v.b++;)
struct ThreeInts {
    int32_t a, b, c;
};
FUNCTIONS(ThreeInts, v.a++; v.b++; v.c++;)
struct LongInt {
    int64_t a;
    int32_t b;
};
FUNCTIONS(LongInt, v.a++; v.b++;)
struct Pointer {
    const uint8_t *a;
    uint8_t b;
};
FUNCTIONS(Pointer, v.a++; v.b++;)
struct Float {
    float a;
};
FUNCTIONS(Float, v.a++;)
struct Floats {
    float a, b;
};
FUNCTIONS(Floats, v.a++; v.b++;)
struct ThreeFloats {
    float a, b, c;
};
FUNCTIONS(ThreeFloats, v.a++; v.b++; v.c++;)
struct Doubles {
    double a, b;
};
FUNCTIONS(Doubles, v.a++; v.b++;)
struct DoubleInt {
    double a;
    int32_t b;
};
FUNCTIONS(DoubleInt, v.a++; v.b++;)
struct IntDouble {
    int8_t a;
    double b;
};
FUNCTIONS(IntDouble, v.a++; v.b++;)
struct FloatInt {
    float a;
    int32_t b;
};
FUNCTIONS(FloatInt, v.a++; v.b++;)
struct FloatIntFloat {
    float a;
    int32_t b;
    float c;
};
FUNCTIONS(FloatIntFloat, v.a++; v.b++; v.c++;)
struct Large {
    int64_t a, b, c;
};
FUNCTIONS(Large, v.a++; v.b++; v.c++;)
struct LargeFloats {
    float a, b, c, d, e;
};
FUNCTIONS(LargeFloats, v.a++; v.b++; v.c++; v.d++; v.e++;)
struct Wide {
    __int128 a;
};
FUNCTIONS(Wide, v.a++;)
struct Bytes {
    uint8_t a[3];
};
FUNCTIONS(Bytes, v.a[0]++; v.a[1]++; v.a[2]++;)
struct Nine {
    uint8_t a[8];
    uint8_t b;
};
FUNCTIONS(Nine, for (int i = 0; i < 8; i++) v.a[i]++; v.b++;)
struct FloatArray {
    float a[4];
};
FUNCTIONS(FloatArray, for (int i = 0; i < 4; i++) v.a[i]++;)
struct Nested {
    struct Floats a;
    struct Short b;
};
FUNCTIONS(Nested, v.a = stepped_Floats(v.a); v.b = stepped_Short(v.b);)
struct NestedFloat {
    struct Float a;
    float b;
    struct Float c;
};
FUNCTIONS(NestedFloat, v.a = stepped_Float(v.a); v.b++; v.c = stepped_Float(v.c);)

/* Scalars: what is sign- or zero-extended, and booleans. */
#include <stdbool.h>
int64_t scalars(int8_t a, uint8_t b, int16_t c, uint16_t d, int32_t e, uint32_t f, bool g, float h,
                double i, bool j)
{
    return a + b + c + d + (int64_t)e + f + g + (int64_t)h + (int64_t)i + j;
}
int8_t minus_byte(int8_t x)
{
    return (int8_t)-x;
}
bool invert(bool x)
{
    return !x;
}
uint16_t low_half(uint32_t x)
{
    return (uint16_t)x;
}
__int128 shifted(__int128 x, int by)
{
    return x << by;
}
