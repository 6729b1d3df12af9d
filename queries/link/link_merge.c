#include "link/link_merge.h"

#include <elf.h>
#include <string.h>

#include "base/hash.h"
#include "base/map.h"
#include "base/text.h"
#include "base/vec.h"

/* ---- what is read and what is made ----------------------------------------------------------- */

#define NO_INDEX UINT32_MAX /* no enumerator: those are int */

enum {
    FLAGS_UNDERSTOOD =
        SHF_WRITE | SHF_ALLOC | SHF_EXECINSTR | SHF_MERGE | SHF_STRINGS | SHF_TLS | SHF_INFO_LINK,
    TRAP_BYTE = 0xCC, /* int3, between functions */
};

/* A section of the result. */
typedef struct {
    Str name;
    uint32_t type;
    uint64_t flags, entry_size, align, size;
    uint8_t *bytes;  /* size; NULL for SHT_NOBITS */
    uint32_t symbol; /* of the section in the result's symbol table; NO_INDEX: not needed so far */
    struct RelaVec {
        Elf64_Rela *items; /* symbols numbered as in Merge.symbols */
        uint32_t count, capacity;
    } relocations;
} OutSection;
VEC_TYPE(OutSectionVec, out_section_vec, OutSection)

/* A symbol of the result. Locals come first when it is written. */
typedef struct {
    Str name;
    Elf64_Sym entry;  /* st_shndx: unused */
    uint32_t section; /* index of an OutSection, or NO_INDEX: undefined or absolute */
    bool is_section;
} OutSymbol;
VEC_TYPE(OutSymbolVec, out_symbol_vec, OutSymbol)

typedef struct {
    uint32_t out; /* index of an OutSection; NO_INDEX: dropped */
    uint64_t offset;
} Placement;

typedef struct {
    Str bytes;
    Elf64_Shdr *sections;
    Placement *placements; /* parallel */
    uint32_t section_count;
    Elf64_Sym *symbols;
    uint32_t *symbol_map; /* parallel: index in Merge.symbols or NO_INDEX */
    uint32_t symbol_count;
    Str section_names, symbol_names;
} InObject;

typedef struct {
    Arena *scratch;
    InObject *objects;
    uint32_t object_count;
    OutSectionVec sections;
    OutSymbolVec symbols;
    Map globals; /* Fp of the name -> index in symbols */
    Str duplicate;
} Merge;

/* ---- reading --------------------------------------------------------------------------------- */

static bool in_bounds(Str bytes, uint64_t offset, uint64_t size)
{
    return offset <= bytes.bytes && size <= bytes.bytes - offset;
}

/* A copy, because the bytes may stand at any address. */
static void *read_array(Merge *m, Str bytes, uint64_t offset, uint64_t count, size_t element)
{
    if (count > UINT32_MAX || !in_bounds(bytes, offset, count * element))
        return NULL;
    return arena_copy(m->scratch, bytes.data + offset, count * element);
}

static bool read_table(const InObject *o, uint32_t index, Str *out)
{
    if (index >= o->section_count || o->sections[index].sh_type != SHT_STRTAB)
        return false;
    const Elf64_Shdr *table = &o->sections[index];
    if (!in_bounds(o->bytes, table->sh_offset, table->sh_size) || table->sh_size == 0)
        return false;
    *out = (Str){ o->bytes.data + table->sh_offset, table->sh_size };
    return out->data[out->bytes - 1] == '\0';
}

static bool name_in(Str table, uint32_t offset, Str *out)
{
    if (offset >= table.bytes)
        return false;
    *out = str_from_c(table.data + offset);
    return true;
}

static bool read_symbols(Merge *m, InObject *o)
{
    for (uint32_t i = 0; i < o->section_count; i++) {
        const Elf64_Shdr *table = &o->sections[i];
        if (table->sh_type != SHT_SYMTAB)
            continue;
        if (o->symbols || table->sh_entsize != sizeof(Elf64_Sym))
            return false;
        uint64_t count = table->sh_size / sizeof(Elf64_Sym);
        o->symbols = read_array(m, o->bytes, table->sh_offset, count, sizeof(Elf64_Sym));
        o->symbol_count = (uint32_t)count;
        if (!o->symbols || !read_table(o, table->sh_link, &o->symbol_names))
            return false;
    }
    o->symbol_map = arena_alloc_array(m->scratch, o->symbol_count, sizeof *o->symbol_map);
    for (uint32_t i = 0; i < o->symbol_count; i++)
        o->symbol_map[i] = NO_INDEX;
    return true;
}

static bool read_object(Merge *m, InObject *o, Str bytes)
{
    Elf64_Ehdr header;
    *o = (InObject){ .bytes = bytes };
    if (bytes.bytes < sizeof header)
        return false;
    memcpy(&header, bytes.data, sizeof header);
    bool good = memcmp(header.e_ident, ELFMAG, SELFMAG) == 0 &&
                header.e_ident[EI_CLASS] == ELFCLASS64 && header.e_ident[EI_DATA] == ELFDATA2LSB &&
                header.e_type == ET_REL && header.e_machine == EM_X86_64 &&
                header.e_shentsize == sizeof(Elf64_Shdr) && header.e_shnum > 0;
    if (!good)
        return false;
    o->sections = read_array(m, bytes, header.e_shoff, header.e_shnum, sizeof(Elf64_Shdr));
    o->section_count = header.e_shnum;
    return o->sections && read_table(o, header.e_shstrndx, &o->section_names) && read_symbols(m, o);
}

/* ---- sections -------------------------------------------------------------------------------- */

/* Pieces of a merge section are found by its name and entry size; it keeps both. */
static Str merged_name(Str name, uint64_t flags)
{
    static const char *const kinds[] = { ".text", ".rodata", ".data.rel.ro", ".data",
                                         ".bss",  ".tdata",  ".tbss" };
    for (size_t i = 0; i < ARRAY_COUNT(kinds) && !(flags & SHF_MERGE); i++) {
        Str kind = str_from_c(kinds[i]);
        bool is_longer = name.bytes > kind.bytes && name.data[kind.bytes] == '.';
        if (is_longer && str_starts_with(name, kind))
            return kind;
    }
    return name;
}

static uint32_t find_section(Merge *m, Str name, const Elf64_Shdr *like)
{
    for (uint32_t i = 0; i < m->sections.count; i++) {
        const OutSection *s = &m->sections.items[i];
        if (s->type == like->sh_type && s->flags == like->sh_flags &&
            s->entry_size == like->sh_entsize && str_eq(s->name, name))
            return i;
    }
    OutSection section = { .name = name,
                           .type = like->sh_type,
                           .flags = like->sh_flags,
                           .entry_size = like->sh_entsize,
                           .align = 1,
                           .symbol = NO_INDEX };
    return out_section_vec_push(&m->sections, section);
}

/* Part of the object's frame, not of what it contains. */
static bool is_structure(const Elf64_Shdr *section, Str name)
{
    return section->sh_type == SHT_NULL || section->sh_type == SHT_SYMTAB ||
           section->sh_type == SHT_STRTAB || section->sh_type == SHT_RELA ||
           section->sh_flags & SHF_EXCLUDE || str_eq(name, STR(".note.GNU-stack"));
}

static bool is_understood(const InObject *o, const Elf64_Shdr *section)
{
    bool has_bytes = section->sh_type != SHT_NOBITS;
    bool known_type = section->sh_type == SHT_PROGBITS || section->sh_type == SHT_NOBITS ||
                      section->sh_type == SHT_X86_64_UNWIND || section->sh_type == SHT_INIT_ARRAY ||
                      section->sh_type == SHT_FINI_ARRAY || section->sh_type == SHT_PREINIT_ARRAY;
    uint64_t align = section->sh_addralign;
    return known_type && (section->sh_flags & ~(uint64_t)FLAGS_UNDERSTOOD) == 0 &&
           (align & (align - 1)) == 0 && align <= 1u << 20 &&
           (!has_bytes || in_bounds(o->bytes, section->sh_offset, section->sh_size));
}

static bool place_section(Merge *m, InObject *o, uint32_t index)
{
    const Elf64_Shdr *section = &o->sections[index];
    Str name;
    o->placements[index].out = NO_INDEX;
    if (!name_in(o->section_names, section->sh_name, &name))
        return false;
    if (is_structure(section, name))
        return true;
    if (!is_understood(o, section) || section->sh_size > UINT32_MAX)
        return false;
    uint32_t to = find_section(m, merged_name(name, section->sh_flags), section);
    OutSection *out = &m->sections.items[to];
    uint64_t align = section->sh_addralign ? section->sh_addralign : 1;
    uint64_t offset = (out->size + align - 1) & ~(align - 1);
    /* Zeros would end a list of unwind entries. */
    if (section->sh_type == SHT_X86_64_UNWIND && offset != out->size)
        return false;
    out->align = align > out->align ? align : out->align;
    out->size = offset + section->sh_size;
    o->placements[index] = (Placement){ to, offset };
    return true;
}

static bool place_sections(Merge *m, InObject *o)
{
    o->placements = arena_alloc_zeroed(m->scratch, o->section_count * sizeof *o->placements);
    for (uint32_t i = 0; i < o->section_count; i++) {
        if (!place_section(m, o, i))
            return false;
    }
    return true;
}

static void copy_sections(Merge *m)
{
    for (uint32_t i = 0; i < m->sections.count; i++) {
        OutSection *out = &m->sections.items[i];
        if (out->type == SHT_NOBITS)
            continue;
        out->bytes = arena_alloc(m->scratch, out->size);
        memset(out->bytes, out->flags & SHF_EXECINSTR ? TRAP_BYTE : 0, out->size);
    }
    for (uint32_t i = 0; i < m->object_count; i++) {
        const InObject *o = &m->objects[i];
        for (uint32_t k = 0; k < o->section_count; k++) {
            Placement at = o->placements[k];
            if (at.out != NO_INDEX && m->sections.items[at.out].bytes)
                memcpy(m->sections.items[at.out].bytes + at.offset,
                       o->bytes.data + o->sections[k].sh_offset, o->sections[k].sh_size);
        }
    }
}

/* ---- symbols --------------------------------------------------------------------------------- */

static bool is_defined(const Elf64_Sym *symbol)
{
    return symbol->st_shndx != SHN_UNDEF;
}

/* STV_DEFAULT gives way to anything; of the others the lower is the stricter. */
static uint8_t stricter(uint8_t a, uint8_t b)
{
    if (a == STV_DEFAULT || b == STV_DEFAULT)
        return a | b;
    return a < b ? a : b;
}

/* Where a symbol of an object is in the result. False if it is of a kind that is not understood. */
static bool place_symbol(const InObject *o, const Elf64_Sym *in, OutSymbol *out)
{
    out->entry = *in;
    out->section = NO_INDEX;
    if (in->st_shndx == SHN_UNDEF || in->st_shndx == SHN_ABS)
        return true;
    if (in->st_shndx >= o->section_count || o->placements[in->st_shndx].out == NO_INDEX)
        return false;
    Placement at = o->placements[in->st_shndx];
    out->section = at.out;
    out->entry.st_value += at.offset;
    return true;
}

/* Puts together two mentions of a global symbol. False if both define it. */
static bool join_symbols(OutSymbol *old, const OutSymbol *new)
{
    uint8_t visibility = stricter(ELF64_ST_VISIBILITY(old->entry.st_other),
                                  ELF64_ST_VISIBILITY(new->entry.st_other));
    bool old_weak = ELF64_ST_BIND(old->entry.st_info) == STB_WEAK;
    bool new_weak = ELF64_ST_BIND(new->entry.st_info) == STB_WEAK;
    bool both = is_defined(&old->entry) && is_defined(&new->entry);
    bool replace = is_defined(&new->entry) && (!is_defined(&old->entry) || old_weak);
    /* A reference that must be met makes a weak one so. */
    replace = replace || (!is_defined(&old->entry) && !is_defined(&new->entry) && old_weak);
    if (replace)
        *old = *new;
    old->entry.st_other = visibility;
    return !both || old_weak || new_weak;
}

static bool take_global(Merge *m, InObject *o, uint32_t index, const OutSymbol *symbol)
{
    bool existed = false;
    Fp name = fp_of_bytes(symbol->name.data, symbol->name.bytes, 0);
    uint32_t *slot = map_put(&m->globals, &name, &existed);
    if (!existed)
        *slot = out_symbol_vec_push(&m->symbols, *symbol);
    else if (!join_symbols(&m->symbols.items[*slot], symbol))
        m->duplicate = symbol->name;
    o->symbol_map[index] = *slot;
    return true;
}

static bool take_symbols(Merge *m, InObject *o)
{
    for (uint32_t i = 1; i < o->symbol_count; i++) {
        const Elf64_Sym *in = &o->symbols[i];
        uint8_t bind = ELF64_ST_BIND(in->st_info);
        if (bind == STB_LOCAL)
            continue;
        OutSymbol symbol = { 0 };
        bool known = bind == STB_GLOBAL || bind == STB_WEAK;
        if (!known || !name_in(o->symbol_names, in->st_name, &symbol.name) ||
            !place_symbol(o, in, &symbol) || !take_global(m, o, i, &symbol))
            return false;
    }
    return true;
}

/* The symbol of a section of the result, made at its first use. */
static uint32_t section_symbol(Merge *m, uint32_t index)
{
    OutSection *section = &m->sections.items[index];
    if (section->symbol == NO_INDEX) {
        OutSymbol symbol = { .name = STR(""),
                             .entry = { .st_info = ELF64_ST_INFO(STB_LOCAL, STT_SECTION) },
                             .section = index,
                             .is_section = true };
        section->symbol = out_symbol_vec_push(&m->symbols, symbol);
    }
    return section->symbol;
}

/* ---- relocations ----------------------------------------------------------------------------- */

typedef struct {
    uint32_t symbol; /* in Merge.symbols; NO_INDEX: of the object's frame alone */
    uint32_t section;
    uint64_t value; /* from the section's start */
    bool is_fixed;  /* it is here, and nothing can put another in its place */
} Target;

/* For these the value is S + A or S + A - P: another symbol with another addend does as well. */
static bool is_plain(uint32_t type)
{
    return type == R_X86_64_64 || type == R_X86_64_32 || type == R_X86_64_32S ||
           type == R_X86_64_PC32 || type == R_X86_64_PC64 || type == R_X86_64_PLT32 ||
           type == R_X86_64_TPOFF32 || type == R_X86_64_DTPOFF32 || type == R_X86_64_DTPOFF64;
}

static bool local_target(Merge *m, InObject *o, uint32_t index, uint32_t type, Target *out)
{
    const Elf64_Sym *in = &o->symbols[index];
    OutSymbol symbol = { .name = STR("") };
    if (!place_symbol(o, in, &symbol) || symbol.section == NO_INDEX)
        return false;
    bool is_section = ELF64_ST_TYPE(in->st_info) == STT_SECTION;
    bool in_pieces = m->sections.items[symbol.section].flags & SHF_MERGE;
    *out = (Target){ NO_INDEX, symbol.section, symbol.entry.st_value, !in_pieces };
    if (is_plain(type) && (is_section || !in_pieces)) {
        out->symbol = section_symbol(m, symbol.section);
        return true;
    }
    if (is_section)
        return false;
    /* The symbol says which piece of a merge section is meant, or which slot of a table. */
    if (o->symbol_map[index] == NO_INDEX) {
        if (!name_in(o->symbol_names, in->st_name, &symbol.name))
            return false;
        o->symbol_map[index] = out_symbol_vec_push(&m->symbols, symbol);
    }
    out->symbol = o->symbol_map[index];
    out->value = 0;
    return true;
}

static bool find_target(Merge *m, InObject *o, uint32_t index, uint32_t type, Target *out)
{
    if (index == 0 || index >= o->symbol_count)
        return false;
    if (ELF64_ST_BIND(o->symbols[index].st_info) == STB_LOCAL)
        return local_target(m, o, index, type, out);
    uint32_t number = o->symbol_map[index];
    const OutSymbol *symbol = &m->symbols.items[number];
    bool is_fixed = symbol->section != NO_INDEX &&
                    ELF64_ST_BIND(symbol->entry.st_info) == STB_GLOBAL &&
                    ELF64_ST_VISIBILITY(symbol->entry.st_other) == STV_HIDDEN &&
                    ELF64_ST_TYPE(symbol->entry.st_info) != STT_GNU_IFUNC;
    *out = (Target){ number, symbol->section, is_fixed ? symbol->entry.st_value : 0, is_fixed };
    return true;
}

static void push_relocation(Merge *m, OutSection *section, Elf64_Rela relocation)
{
    struct RelaVec *vec = &section->relocations;
    if (vec->count == vec->capacity)
        vec->items =
            vec_grow(m->scratch, vec->items, &vec->capacity, vec->count + 1, sizeof *vec->items);
    vec->items[vec->count++] = relocation;
}

/* Writes the distance into the section; false if it does not fit. */
static bool apply_distance(OutSection *section, uint64_t at, int64_t distance)
{
    if (distance < INT32_MIN || distance > INT32_MAX)
        return false;
    uint32_t bits = (uint32_t)(int32_t)distance;
    for (uint32_t i = 0; i < 4; i++)
        section->bytes[at + i] = (uint8_t)(bits >> (8 * i));
    return true;
}

static bool relocate(Merge *m, InObject *o, Placement place, uint64_t size, Elf64_Rela relocation)
{
    uint32_t type = (uint32_t)ELF64_R_TYPE(relocation.r_info);
    OutSection *section = &m->sections.items[place.out];
    Target target;
    if (!section->bytes || relocation.r_offset > size || size - relocation.r_offset < 4 ||
        !find_target(m, o, (uint32_t)ELF64_R_SYM(relocation.r_info), type, &target))
        return false;
    relocation.r_offset += place.offset;
    bool is_local = m->symbols.items[target.symbol].is_section;
    bool is_distance = type == R_X86_64_PC32 || type == R_X86_64_PLT32;
    if (is_distance && target.is_fixed && target.section == place.out) {
        int64_t distance =
            (int64_t)target.value + relocation.r_addend - (int64_t)relocation.r_offset;
        return apply_distance(section, relocation.r_offset, distance);
    }
    if (is_local)
        relocation.r_addend += (int64_t)target.value;
    relocation.r_info = ELF64_R_INFO((uint64_t)target.symbol, type);
    push_relocation(m, section, relocation);
    return true;
}

static bool relocate_section(Merge *m, InObject *o, const Elf64_Shdr *table)
{
    if (table->sh_info >= o->section_count || table->sh_entsize != sizeof(Elf64_Rela))
        return false;
    Placement place = o->placements[table->sh_info];
    if (place.out == NO_INDEX)
        return true;
    uint64_t count = table->sh_size / sizeof(Elf64_Rela);
    const Elf64_Rela *items = read_array(m, o->bytes, table->sh_offset, count, sizeof(Elf64_Rela));
    for (uint64_t i = 0; items && i < count; i++) {
        if (!relocate(m, o, place, o->sections[table->sh_info].sh_size, items[i]))
            return false;
    }
    return items != NULL;
}

static bool relocate_object(Merge *m, InObject *o)
{
    for (uint32_t i = 0; i < o->section_count; i++) {
        if (o->sections[i].sh_type == SHT_RELA && !relocate_section(m, o, &o->sections[i]))
            return false;
    }
    return true;
}

/* ---- writing --------------------------------------------------------------------------------- */

typedef struct {
    const Merge *merge;
    Text out, names, strings;
    Elf64_Shdr *headers;
    uint32_t header_count;
    uint32_t *order;   /* indices in Merge.symbols as they are written: locals first */
    uint32_t *numbers; /* the other way round, from 1 */
    uint32_t local_count;
} Writer;

static void pad(Writer *w, uint64_t align)
{
    while (w->out.bytes % align != 0)
        text_add_char(&w->out, '\0');
}

static void add(Writer *w, const void *data, size_t bytes)
{
    text_add(&w->out, (Str){ data, bytes });
}

/* A section header at the present end of the file. */
static Elf64_Shdr *begin(Writer *w, Str name, Elf64_Shdr like)
{
    Elf64_Shdr *header = &w->headers[w->header_count++];
    pad(w, like.sh_addralign);
    *header = like;
    header->sh_name = (uint32_t)w->names.bytes;
    header->sh_offset = w->out.bytes;
    text_add(&w->names, name);
    text_add_char(&w->names, '\0');
    return header;
}

static void end(Writer *w, Elf64_Shdr *header)
{
    header->sh_size = w->out.bytes - header->sh_offset;
}

static void order_symbols(Writer *w)
{
    const OutSymbolVec *symbols = &w->merge->symbols;
    uint32_t count = 0;
    w->order = arena_alloc_array(w->merge->scratch, symbols->count, sizeof *w->order);
    w->numbers = arena_alloc_array(w->merge->scratch, symbols->count, sizeof *w->numbers);
    for (uint32_t global = 0; global < 2; global++) {
        for (uint32_t i = 0; i < symbols->count; i++) {
            bool is_local = ELF64_ST_BIND(symbols->items[i].entry.st_info) == STB_LOCAL;
            if (is_local == (global == 1))
                continue;
            w->order[count] = i;
            w->numbers[i] = ++count;
            w->local_count += is_local;
        }
    }
}

/* Sections of the result have their index in Merge.sections and one. */
static void write_sections(Writer *w)
{
    for (uint32_t i = 0; i < w->merge->sections.count; i++) {
        const OutSection *s = &w->merge->sections.items[i];
        Elf64_Shdr like = { .sh_type = s->type,
                            .sh_flags = s->flags,
                            .sh_addralign = s->align,
                            .sh_entsize = s->entry_size };
        Elf64_Shdr *header = begin(w, s->name, like);
        if (s->bytes)
            add(w, s->bytes, s->size);
        header->sh_size = s->size;
    }
}

static void write_relocations(Writer *w, uint32_t index, uint32_t symbol_table)
{
    const OutSection *s = &w->merge->sections.items[index];
    if (s->relocations.count == 0)
        return;
    Elf64_Shdr like = { .sh_type = SHT_RELA,
                        .sh_flags = SHF_INFO_LINK,
                        .sh_addralign = 8,
                        .sh_entsize = sizeof(Elf64_Rela),
                        .sh_link = symbol_table,
                        .sh_info = index + 1 };
    const char *name =
        arena_printf(w->merge->scratch, ".rela%.*s", (int)s->name.bytes, s->name.data);
    Elf64_Shdr *header = begin(w, str_from_c(name), like);
    for (uint32_t i = 0; i < s->relocations.count; i++) {
        Elf64_Rela relocation = s->relocations.items[i];
        uint64_t number = w->numbers[ELF64_R_SYM(relocation.r_info)];
        relocation.r_info = ELF64_R_INFO(number, ELF64_R_TYPE(relocation.r_info));
        add(w, &relocation, sizeof relocation);
    }
    end(w, header);
}

static void write_symbols(Writer *w)
{
    Elf64_Shdr like = { .sh_type = SHT_SYMTAB,
                        .sh_addralign = 8,
                        .sh_entsize = sizeof(Elf64_Sym),
                        .sh_link = w->header_count + 1,
                        .sh_info = w->local_count + 1 };
    Elf64_Shdr *header = begin(w, STR(".symtab"), like);
    Elf64_Sym none = { 0 };
    add(w, &none, sizeof none);
    text_add_char(&w->strings, '\0');
    for (uint32_t i = 0; i < w->merge->symbols.count; i++) {
        const OutSymbol *symbol = &w->merge->symbols.items[w->order[i]];
        Elf64_Sym entry = symbol->entry;
        entry.st_name = 0;
        if (symbol->section != NO_INDEX)
            entry.st_shndx = (uint16_t)(symbol->section + 1);
        if (symbol->name.bytes > 0) {
            entry.st_name = (uint32_t)w->strings.bytes;
            text_add(&w->strings, symbol->name);
            text_add_char(&w->strings, '\0');
        }
        add(w, &entry, sizeof entry);
    }
    end(w, header);
    header = begin(w, STR(".strtab"), (Elf64_Shdr){ .sh_type = SHT_STRTAB, .sh_addralign = 1 });
    add(w, w->strings.data, w->strings.bytes);
    end(w, header);
}

/* What stands at the end, and the file's header, which points there. */
static void write_frame(Writer *w)
{
    /* Says that the object needs no executable stack. */
    begin(w, STR(".note.GNU-stack"), (Elf64_Shdr){ .sh_type = SHT_PROGBITS, .sh_addralign = 1 });
    uint32_t names = w->header_count;
    Elf64_Shdr like = { .sh_type = SHT_STRTAB, .sh_addralign = 1 };
    Elf64_Shdr *header = begin(w, STR(".shstrtab"), like);
    add(w, w->names.data, w->names.bytes);
    end(w, header);
    pad(w, 8);
    Elf64_Ehdr file = { .e_type = ET_REL,
                        .e_machine = EM_X86_64,
                        .e_version = EV_CURRENT,
                        .e_shoff = w->out.bytes,
                        .e_ehsize = sizeof file,
                        .e_shentsize = sizeof(Elf64_Shdr),
                        .e_shnum = (uint16_t)w->header_count,
                        .e_shstrndx = (uint16_t)names };
    memcpy(file.e_ident, ELFMAG, SELFMAG);
    file.e_ident[EI_CLASS] = ELFCLASS64;
    file.e_ident[EI_DATA] = ELFDATA2LSB;
    file.e_ident[EI_VERSION] = EV_CURRENT;
    add(w, w->headers, w->header_count * sizeof *w->headers);
    memcpy(w->out.data, &file, sizeof file);
}

static Str write_object(const Merge *m, Arena *out)
{
    Writer w = { .merge = m };
    uint32_t count = m->sections.count;
    text_init(&w.out, m->scratch);
    text_init(&w.names, m->scratch);
    text_init(&w.strings, m->scratch);
    w.headers = arena_alloc_zeroed(m->scratch, (2ull * count + 5) * sizeof *w.headers);
    Elf64_Ehdr blank = { .e_type = ET_NONE };
    add(&w, &blank, sizeof blank);
    w.header_count = 1;
    text_add_char(&w.names, '\0');
    order_symbols(&w);
    write_sections(&w);
    uint32_t symbol_table = w.header_count;
    for (uint32_t i = 0; i < count; i++)
        symbol_table += m->sections.items[i].relocations.count > 0;
    for (uint32_t i = 0; i < count; i++)
        write_relocations(&w, i, symbol_table);
    write_symbols(&w);
    write_frame(&w);
    return (Str){ arena_copy(out, w.out.data, w.out.bytes), w.out.bytes };
}

/* ---- all of it ------------------------------------------------------------------------------- */

static bool merge_objects(Merge *m, const Str *objects)
{
    m->objects = arena_alloc_array(m->scratch, m->object_count, sizeof *m->objects);
    for (uint32_t i = 0; i < m->object_count; i++) {
        InObject *o = &m->objects[i];
        if (!read_object(m, o, objects[i]) || !place_sections(m, o) || !take_symbols(m, o))
            return false;
    }
    copy_sections(m);
    for (uint32_t i = 0; i < m->object_count; i++) {
        if (!relocate_object(m, &m->objects[i]))
            return false;
    }
    return m->sections.count < SHN_LORESERVE / 2;
}

LinkMergeResult link_merge(const Str *objects, uint32_t count, Arena *scratch, Arena *out,
                           Str *merged, Str *symbol)
{
    Merge m = { .scratch = scratch, .object_count = count, .duplicate = STR("") };
    out_section_vec_init(&m.sections, scratch);
    out_symbol_vec_init(&m.symbols, scratch);
    map_init(&m.globals, scratch, sizeof(Fp));
    *merged = STR("");
    bool good = merge_objects(&m, objects);
    *symbol = m.duplicate;
    if (m.duplicate.bytes > 0)
        return LINK_MERGE_DUPLICATE;
    if (!good)
        return LINK_MERGE_UNSUPPORTED;
    *merged = write_object(&m, out);
    return LINK_MERGE_DONE;
}
