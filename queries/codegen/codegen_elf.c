#include "codegen/codegen_elf.h"

#include <elf.h>
#include <string.h>

enum {
    SECTION_NULL,
    SECTION_RECORDS,
    SECTION_RELA,
    SECTION_TEXT,
    SECTION_SYMTAB,
    SECTION_STRTAB,
    SECTION_NAMES,
    SECTION_STACK,
    SECTION_COUNT
};

typedef struct {
    Text out;
    Elf64_Shdr sections[SECTION_COUNT];
    Text names;
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

/* Starts a section at the present end of the file. */
static Elf64_Shdr *begin(Writer *w, uint32_t index, const char *name, uint32_t type, uint64_t flags,
                         uint64_t align)
{
    Elf64_Shdr *section = &w->sections[index];
    pad(w, align);
    *section = (Elf64_Shdr){ .sh_name = (uint32_t)w->names.bytes,
                             .sh_type = type,
                             .sh_flags = flags,
                             .sh_offset = w->out.bytes,
                             .sh_addralign = align };
    text_add(&w->names, (Str){ name, strlen(name) + 1 });
    return section;
}

static void end(Writer *w, Elf64_Shdr *section)
{
    section->sh_size = w->out.bytes - section->sh_offset;
}

static void write_relocations(Writer *w, const ElfData *data)
{
    Elf64_Shdr *section =
        begin(w, SECTION_RELA, ".rela.data.rel.ro.rscc_loc", SHT_RELA, SHF_INFO_LINK, 8);
    for (uint32_t i = 0; i < data->text_address_count; i++) {
        /* Symbol 1 is the section of the text. */
        Elf64_Rela rela = { .r_offset = data->text_addresses[i],
                            .r_info = ELF64_R_INFO(1, R_X86_64_64) };
        add(w, &rela, sizeof rela);
    }
    end(w, section);
    section->sh_entsize = sizeof(Elf64_Rela);
    section->sh_link = SECTION_SYMTAB;
    section->sh_info = SECTION_RECORDS;
}

static void write_symbols(Writer *w, const ElfData *data, Text *strings)
{
    Elf64_Shdr *section = begin(w, SECTION_SYMTAB, ".symtab", SHT_SYMTAB, 0, 8);
    Elf64_Sym none = { 0 };
    Elf64_Sym text = { .st_info = ELF64_ST_INFO(STB_LOCAL, STT_SECTION), .st_shndx = SECTION_TEXT };
    add(w, &none, sizeof none);
    add(w, &text, sizeof text);
    text_add_char(strings, '\0');
    for (uint32_t i = 0; i < data->symbol_count; i++) {
        const ElfSymbol *symbol = &data->symbols[i];
        Elf64_Sym entry = { .st_name = (uint32_t)strings->bytes,
                            .st_info = ELF64_ST_INFO(STB_GLOBAL, STT_OBJECT),
                            .st_other = STV_HIDDEN,
                            .st_shndx = SECTION_RECORDS,
                            .st_value = symbol->offset,
                            .st_size = symbol->size };
        text_add(strings, symbol->name);
        text_add_char(strings, '\0');
        add(w, &entry, sizeof entry);
    }
    end(w, section);
    section->sh_entsize = sizeof(Elf64_Sym);
    section->sh_link = SECTION_STRTAB;
    section->sh_info = 2; /* first global */
}

static void write_bytes(Writer *w, uint32_t index, const char *name, uint32_t type, uint64_t flags,
                        uint64_t align, Str bytes)
{
    Elf64_Shdr *section = begin(w, index, name, type, flags, align);
    text_add(&w->out, bytes);
    end(w, section);
}

static void write_header(Writer *w, uint64_t section_offset)
{
    Elf64_Ehdr header = { .e_type = ET_REL,
                          .e_machine = EM_X86_64,
                          .e_version = EV_CURRENT,
                          .e_shoff = section_offset,
                          .e_ehsize = sizeof header,
                          .e_shentsize = sizeof(Elf64_Shdr),
                          .e_shnum = SECTION_COUNT,
                          .e_shstrndx = SECTION_NAMES };
    memcpy(header.e_ident, ELFMAG, SELFMAG);
    header.e_ident[EI_CLASS] = ELFCLASS64;
    header.e_ident[EI_DATA] = ELFDATA2LSB;
    header.e_ident[EI_VERSION] = EV_CURRENT;
    memcpy(w->out.data, &header, sizeof header);
}

Str elf_data_object(const ElfData *data, Arena *arena)
{
    Writer w = { 0 };
    Text strings;
    text_init(&w.out, arena);
    text_init(&w.names, arena);
    text_init(&strings, arena);
    text_add_char(&w.names, '\0');
    Elf64_Ehdr blank = { .e_type = ET_NONE };
    add(&w, &blank, sizeof blank);
    write_bytes(&w, SECTION_RECORDS, ".data.rel.ro.rscc_loc", SHT_PROGBITS, SHF_ALLOC | SHF_WRITE,
                data->record_align, (Str){ (const char *)data->records, data->record_bytes });
    write_relocations(&w, data);
    write_bytes(&w, SECTION_TEXT, ".rodata.rscc_loc", SHT_PROGBITS, SHF_ALLOC, 1, data->text);
    write_symbols(&w, data, &strings);
    write_bytes(&w, SECTION_STRTAB, ".strtab", SHT_STRTAB, 0, 1, text_str(&strings));
    /* Says that the object needs no executable stack. */
    write_bytes(&w, SECTION_STACK, ".note.GNU-stack", SHT_PROGBITS, 0, 1, STR(""));
    Elf64_Shdr *names = begin(&w, SECTION_NAMES, ".shstrtab", SHT_STRTAB, 0, 1);
    text_add(&w.out, text_str(&w.names));
    end(&w, names);
    pad(&w, 8);
    uint64_t section_offset = w.out.bytes;
    add(&w, w.sections, sizeof w.sections);
    write_header(&w, section_offset);
    return text_str(&w.out);
}
