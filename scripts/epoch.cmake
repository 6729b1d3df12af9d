# Writes HEADER with RSCC_EPOCH: a hash over the path and content of every compiler source below ROOT, and LLVM_VERSION.
# The header is rewritten only when the hash changed. DEPFILE tells the build which sources were read.
file(GLOB_RECURSE sources RELATIVE ${ROOT}
    ${ROOT}/queries/*.c ${ROOT}/queries/*.h ${ROOT}/queries/*.def ${ROOT}/queries/*.cpp
    ${ROOT}/cache/*.c ${ROOT}/cache/*.h ${ROOT}/cache/*.def ${ROOT}/cache/*.sql
    ${ROOT}/daemon/*.c ${ROOT}/daemon/*.h ${ROOT}/daemon/*.def ${ROOT}/daemon/*.cpp)
list(SORT sources COMPARE STRING)

set(listing "llvm ${LLVM_VERSION}\n")
set(depfile "${HEADER}:")
foreach(source IN LISTS sources)
    file(SHA256 ${ROOT}/${source} hash)
    string(APPEND listing "${hash} ${source}\n")
    string(REPLACE " " "\\ " escaped "${ROOT}/${source}")
    string(APPEND depfile " \\\n  ${escaped}")
endforeach()
string(SHA256 epoch "${listing}")
string(SUBSTRING ${epoch} 0 32 epoch)

set(content "#define RSCC_EPOCH \"${epoch}\"\n#define RSCC_LLVM_VERSION \"${LLVM_VERSION}\"\n")
set(previous "")
if(EXISTS ${HEADER})
    file(READ ${HEADER} previous)
endif()
if(NOT previous STREQUAL content)
    file(WRITE ${HEADER} "${content}")
endif()
file(WRITE ${DEPFILE} "${depfile}\n")
