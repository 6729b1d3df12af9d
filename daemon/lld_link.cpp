#include "daemon/lld_link.h"

#include <lld/Common/Driver.h>
#include <llvm/Support/CrashRecoveryContext.h>
#include <llvm/Support/raw_ostream.h>
#include <string>

LLD_HAS_DRIVER(elf)

// Symbols that lld 19 defines itself and remembers in statics, which nothing of lld resets between
// two links (its headers are not installed; a static member's mangled name has no type). A link of
// another shape, such as -r after an executable, would write through what the last one left behind.
namespace lld::elf
{
class Defined;
struct ElfSym {
    static Defined *bss;
    static Defined *etext1;
    static Defined *etext2;
    static Defined *edata1;
    static Defined *edata2;
    static Defined *end1;
    static Defined *end2;
    static Defined *globalOffsetTable;
    static Defined *relaIpltStart;
    static Defined *relaIpltEnd;
    static Defined *tlsModuleBase;
};
} // namespace lld::elf

static void forget_last_link()
{
    using lld::elf::ElfSym;
    ElfSym::bss = nullptr;
    ElfSym::etext1 = ElfSym::etext2 = nullptr;
    ElfSym::edata1 = ElfSym::edata2 = nullptr;
    ElfSym::end1 = ElfSym::end2 = nullptr;
    ElfSym::globalOffsetTable = nullptr;
    ElfSym::relaIpltStart = ElfSym::relaIpltEnd = nullptr;
    ElfSym::tlsModuleBase = nullptr;
}

extern "C" int lld_link_run(const char *const *arguments, size_t argument_count, bool *reusable,
                            void (*sink)(void *context, const char *text, size_t bytes),
                            void *context)
{
    llvm::CrashRecoveryContext::Enable(); // without it a fatal error of lld would end the process
    forget_last_link();
    std::string text;
    llvm::raw_string_ostream stream(text);
    const lld::DriverDef drivers[] = { { lld::Gnu, &lld::elf::link } };
    lld::Result result = lld::lldMain({ arguments, argument_count }, stream, stream, drivers);
    llvm::outs().flush();
    if (llvm::outs()
            .has_error()) { // no room for the output: the stream would end the process later
        stream << "ld.lld: error: cannot write the output: " << llvm::outs().error().message()
               << "\n";
        llvm::outs().clear_error();
        result.retCode = 1;
    }
    *reusable = result.canRunAgain;
    sink(context, text.data(), text.size());
    return result.retCode;
}
