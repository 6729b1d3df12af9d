/* A small ELF writer: a relocatable object with one read-only data section of records and one of
 * text, for data that LLVM has no part in. */
#ifndef RSCC_CODEGEN_CODEGEN_ELF_H
#define RSCC_CODEGEN_CODEGEN_ELF_H

#include "base/text.h"
#include "base/vec.h"

/* A symbol over bytes [offset, offset + size) of the records. */
typedef struct {
    Str name;
    uint64_t offset, size;
} ElfSymbol;
VEC_TYPE(ElfSymbolVec, elf_symbol_vec, ElfSymbol)

typedef struct {
    const uint8_t *records;
    uint64_t record_bytes;
    uint32_t record_align;
    Str text;
    /* Places in the records that hold the address of the text's first byte, ascending. */
    const uint64_t *text_addresses;
    uint32_t text_address_count;
    const ElfSymbol *symbols; /* hidden, global */
    uint32_t symbol_count;
} ElfData;
/* The bytes of an ELF64 x86-64 object, a function of the data alone. */
Str elf_data_object(const ElfData *data, Arena *arena);

#endif
