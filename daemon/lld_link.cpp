#include "daemon/lld_link.h"

#include <lld/Common/Driver.h>
#include <llvm/Support/CrashRecoveryContext.h>
#include <llvm/Support/raw_ostream.h>
#include <string>

LLD_HAS_DRIVER(elf)

extern "C" int lld_link_run(const char *const *arguments, size_t argument_count, bool *reusable,
                            void (*sink)(void *context, const char *text, size_t bytes),
                            void *context)
{
    llvm::CrashRecoveryContext::Enable(); // without it a fatal error of lld would end the process
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
