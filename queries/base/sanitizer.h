/* Which sanitizers this build has, whatever the compiler calls them. */
#ifndef RSCC_BASE_SANITIZER_H
#define RSCC_BASE_SANITIZER_H

#if defined(__SANITIZE_ADDRESS__)
#define RSC_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define RSC_ASAN 1
#endif
#endif
#ifndef RSC_ASAN
#define RSC_ASAN 0
#endif

#if defined(__SANITIZE_THREAD__)
#define RSC_TSAN 1
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define RSC_TSAN 1
#endif
#endif
#ifndef RSC_TSAN
#define RSC_TSAN 0
#endif

#endif
