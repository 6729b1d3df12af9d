/* Target machines. Making one costs about 24 us, and it may serve one thread at a time, so they are
 * kept. */
#include <llvm-c/Target.h>
#include <pthread.h>
#include <string.h>

#include "codegen/codegen_priv.h"

enum { POOL_SIZE = 64 };

typedef struct {
    LLVMTargetMachineRef machine;
    uint32_t opt_level;
    char cpu[64];
} PoolEntry;

struct CodegenPool {
    pthread_mutex_t mutex;
    PoolEntry idle[POOL_SIZE];
    uint32_t idle_count;
    LLVMTargetRef target;
};

static const char triple[] = "x86_64-unknown-linux-gnu";

CodegenPool *codegen_pool_new(void)
{
    CodegenPool *pool = heap_alloc_zeroed(sizeof *pool);
    pthread_mutex_init(&pool->mutex, NULL);
    LLVMInitializeX86TargetInfo();
    LLVMInitializeX86Target();
    LLVMInitializeX86TargetMC();
    LLVMInitializeX86AsmPrinter();
    LLVMInitializeX86AsmParser();
    char *message = NULL;
    if (LLVMGetTargetFromTriple(triple, &pool->target, &message))
        RSC_BUG("LLVM was built without the x86-64 target");
    return pool;
}

void codegen_pool_free(CodegenPool *pool)
{
    for (uint32_t i = 0; i < pool->idle_count; i++)
        LLVMDisposeTargetMachine(pool->idle[i].machine);
    pthread_mutex_destroy(&pool->mutex);
    heap_free(pool);
}

static LLVMCodeGenOptLevel machine_level(uint32_t opt_level)
{
    if (opt_level == 0)
        return LLVMCodeGenLevelNone;
    if (opt_level == 1)
        return LLVMCodeGenLevelLess;
    return opt_level == 3 ? LLVMCodeGenLevelAggressive : LLVMCodeGenLevelDefault;
}

static LLVMTargetMachineRef take_idle(CodegenPool *pool, uint32_t opt_level, const char *cpu)
{
    for (uint32_t i = pool->idle_count; i-- > 0;) {
        PoolEntry *entry = &pool->idle[i];
        if (entry->opt_level != opt_level || strcmp(entry->cpu, cpu) != 0)
            continue;
        LLVMTargetMachineRef machine = entry->machine;
        *entry = pool->idle[--pool->idle_count];
        return machine;
    }
    return NULL;
}

LLVMTargetMachineRef codegen_pool_take(CodegenPool *pool, const CodegenOptions *options,
                                       const char *cpu)
{
    pthread_mutex_lock(&pool->mutex);
    LLVMTargetMachineRef machine = take_idle(pool, options->opt_level, cpu);
    pthread_mutex_unlock(&pool->mutex);
    if (machine)
        return machine;
    machine =
        LLVMCreateTargetMachine(pool->target, triple, cpu, "", machine_level(options->opt_level),
                                LLVMRelocPIC, LLVMCodeModelSmall);
    rsc_assert(machine != NULL);
    return machine;
}

void codegen_pool_give(CodegenPool *pool, const CodegenOptions *options, const char *cpu,
                       LLVMTargetMachineRef machine)
{
    pthread_mutex_lock(&pool->mutex);
    PoolEntry entry = { .machine = machine, .opt_level = options->opt_level };
    bool keep = pool->idle_count < POOL_SIZE && strlen(cpu) < sizeof entry.cpu;
    if (keep) {
        memcpy(entry.cpu, cpu, strlen(cpu) + 1);
        pool->idle[pool->idle_count++] = entry;
    }
    pthread_mutex_unlock(&pool->mutex);
    if (!keep)
        LLVMDisposeTargetMachine(machine);
}

void codegen_pool_warm(CodegenPool *pool)
{
    CodegenOptions options = codegen_options_dev();
    LLVMTargetMachineRef machine = codegen_pool_take(pool, &options, "x86-64");
    LLVMContextRef context = LLVMContextCreate();
    LLVMModuleRef module = LLVMModuleCreateWithNameInContext("warm", context);
    LLVMTypeRef type = LLVMFunctionType(LLVMVoidTypeInContext(context), NULL, 0, 0);
    LLVMValueRef function = LLVMAddFunction(module, "warm", type);
    LLVMBuilderRef builder = LLVMCreateBuilderInContext(context);
    LLVMPositionBuilderAtEnd(builder, LLVMAppendBasicBlockInContext(context, function, ""));
    LLVMBuildRetVoid(builder);
    LLVMMemoryBufferRef buffer = NULL;
    char *message = NULL;
    if (!LLVMTargetMachineEmitToMemoryBuffer(machine, module, LLVMObjectFile, &message, &buffer))
        LLVMDisposeMemoryBuffer(buffer);
    else
        LLVMDisposeMessage(message);
    LLVMDisposeBuilder(builder);
    LLVMDisposeModule(module);
    LLVMContextDispose(context);
    codegen_pool_give(pool, &options, "x86-64", machine);
}
