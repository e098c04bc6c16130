#ifndef TIMESTEP_CTEXT_H
#define TIMESTEP_CTEXT_H

#include "CTextDecimal.h"
#include "CTextEncodings.h"
#include "CTextRows.h"

#endif
