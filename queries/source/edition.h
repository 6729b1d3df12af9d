/* Editions of the language: a property of crates, and of macros. */
#ifndef RSCC_SOURCE_EDITION_H
#define RSCC_SOURCE_EDITION_H

typedef enum { EDITION_2015, EDITION_2018, EDITION_2021, EDITION_2024 } Edition;

#endif
