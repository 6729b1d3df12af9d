#include "engine/engine_priv.h"
Status engine_persist(Engine *engine)
{
    (void)engine;
    return STATUS_SUCCESS;
}
void engine_load(Engine *engine)
{
    (void)engine;
}
