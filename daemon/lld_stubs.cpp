// Empty bodies for what lldCommon and LLVM's LTO library call and rscc-ld does not carry: the
// initializers of every LLVM target, and Polly. The link helper links native objects; it never
// generates code from bitcode.
#include <llvm/Passes/PassPlugin.h>

llvm::PassPluginLibraryInfo getPollyPluginInfo();

llvm::PassPluginLibraryInfo getPollyPluginInfo()
{
    return {};
}

#define STUB(target, part)                          \
    extern "C" void LLVMInitialize##target##part(); \
    extern "C" void LLVMInitialize##target##part()  \
    {                                               \
    }

#define LLVM_TARGET(target)  \
    STUB(target, TargetInfo) \
    STUB(target, Target)     \
    STUB(target, TargetMC)
#include <llvm/Config/Targets.def>

#define LLVM_ASM_PRINTER(target) STUB(target, AsmPrinter)
#include <llvm/Config/AsmPrinters.def>

#define LLVM_ASM_PARSER(target) STUB(target, AsmParser)
#include <llvm/Config/AsmParsers.def>
